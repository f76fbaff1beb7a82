"""What a bench says in words and numbers: quantities, ratios, and how to read the figures."""

from collections.abc import Mapping
from typing import Any

from eval.bench.figures import Better

GROUPS = {"found": "Found", "ingest": "Ingestion", "start": "Opening", "space": "Space"}
STAGES = ("read", "split", "embed", "index", "verify")
SHORT_NAMES = {
    "pacta": "Pacta",
    "pacta-answer": "Pacta, answer",
    "llama-index": "llama-index",
    "bm25s": "bm25s",
    "numpy": "NumPy",
}
Document = Mapping[str, Any]


def quantity(value: float, unit: str) -> str:
    """A value to three digits or so in the unit that ``unit_of`` names."""
    if unit == "share":
        return f"{value:.2f}"
    if unit == "bytes":
        value /= 1e6
    if value >= 99.95:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 0.995 else f"{value:.2f}"


def unit_of(unit: str) -> str:
    """The unit as it stands beside a label; nothing where the label says it."""
    return {"bytes": "MB", "ms": "ms", "s": "s"}.get(unit, "")


def in_times(times: float) -> str:
    """A ratio as a number above one: 0.5 and 2 are both "2.0x", the verdict says which way."""
    factor = max(times, 1 / times) if times > 0 else float("inf")
    if factor >= 999.5:
        return ">999x"
    return f"{factor:.1f}x" if factor < 9.95 else f"{factor:.0f}x"


def difference(value: Mapping[str, Any], reference: Mapping[str, Any] | None, unit: str) -> str:
    """How far from the reference, without the direction: points of a share, otherwise a ratio; empty if the same."""
    if value["times_better"] is None or reference is None or value["verdict"] == "same":
        return ""
    if unit == "share":
        return f"{abs(value['median'] - reference['median']):.2f}"
    return in_times(value["times_better"])


def group_title(group: str) -> str:
    """The heading of a group of figures: those of questions are called by how many ask."""
    return GROUPS.get(group, group)


def better_is(better: Better) -> str:
    """Which way is good, in two words."""
    return f"{better} is better"


def title(document: Document) -> str:
    """What was measured, in one line."""
    corpus, settings = document["corpus"], document["settings"]
    rounds = _count(settings["rounds"], "round")
    treaties = _count(corpus["treaties"], "treaty", "treaties")
    return f"{treaties}, {corpus['words']:,} words · {document['questions']['source']} · {rounds}"


def on_machine(document: Document) -> str:
    """What it was measured on, in one line."""
    machine = document["machine"]
    return (
        f"{machine['processor']}, {_count(machine['cores'], 'core')} · {machine['system']} · Python {machine['python']}"
    )


def warnings(document: Document) -> list[str]:
    """What makes the figures rough."""
    machine, questions = document["machine"], document["questions"]
    found = []
    if machine["load_before"] > machine["cores"] / 2:
        found.append(
            f"The machine was busy when this run began (load {machine['load_before']:.1f} on "
            f"{_count(machine['cores'], 'core')}): the figures are provisional. Run it again when it is quiet."
        )
    most = max(document["settings"]["clients"])
    if questions["count"] < most:
        found.append(f"There are {questions['count']} questions, so no more than that were asked at the same time.")
    cut = {}
    for system in document["systems"]:
        asked = [r["questions"] for rounds in system.get("queries", {}).values() for r in rounds]
        if asked and min(asked) < questions["count"]:
            cut[system["name"]] = min(asked)
    if cut:
        fewest = ", ".join(f"{name} {number:,.0f}" for name, number in cut.items())
        found.append(
            f"Turns were cut short after {document['settings']['seconds']:g} s. The fewest of the "
            f"{questions['count']:,} questions that were asked in one: {fewest}. Give more time with --seconds."
        )
    return found


def notes(document: Document) -> list[str]:
    """How the figures came about and what they leave out, a paragraph each."""
    systems = {s["id"]: s for s in document["systems"] if s["absent"] is None}
    settings, questions = document["settings"], document["questions"]
    pacta, nodes = systems["pacta"], systems.get("llama-index")
    found = list(questions["notes"])
    if questions["with_gold"]:
        text = (
            f"hit@k is the share of the {questions['with_gold']} questions with known articles that have one of them "
            "among the first k results. "
        )
        if nodes:
            text += (
                "A result is one article; a node of llama-index counts for every article it touches, "
                f"{nodes['ingest']['articles_per_piece']:.1f} on average, which is in its favour."
            )
        found.append(text)
    found.append(
        "Compared is search with search. The others do not answer, so the whole answer stands beside without a "
        "ratio: it goes on to choose sentences, check each against the treaty's text and cite its article, or stops "
        "early to say that it does not know."
    )
    found.append(
        "Systems take turns within each round, and ratios are medians over the rounds. A turn puts every question "
        f"once, in an order of its round, and ends after {settings['seconds']:g} s at the latest. Before it Pacta "
        'forgets the sentences that it embedded for earlier questions; "asked again" is the same questions once more, '
        "with them. Every dense system embeds the question each time."
    )
    found.append(
        "Reading the files is part of ingestion, importing libraries is not. It is done again in every round until a "
        "minute is over, always from nothing. Beyond what the others do, Pacta finds "
        "articles, paragraphs and definitions (bm25s and NumPy are given the passages cut from them), indexes both "
        "words and vectors, checks the new index in a fresh process (hashes, counts, every passage, recall against "
        "exact search), and publishes it in one step, synced to disk."
    )
    if nodes:
        longer, shorter = (system["ingest"]["words_per_piece"] for system in (nodes, pacta))
        found.append(
            f"A node of llama-index holds {longer:.0f} words of its own, a passage of Pacta {shorter:.0f}. The model "
            "reads some 180 words and no further, so that of long nodes the rest is neither embedded nor found by "
            "meaning, which saves time. Compare words/s, not pieces/s."
        )
    cache = pacta["ingest"]["vector_cache_bytes"]
    found.append(
        f"Opening is the median of {_count(settings['openings'], 'fresh process', 'fresh processes')}: the index "
        "alone, and from the start of Python to the first result, imports and model included. "
        "Memory is the most held while serving. On disk is all that a system keeps; "
        f"{quantity(cache, 'bytes')} MB of Pacta's is a cache of vectors that spares later ingestions work."
    )
    return found


def _count(number: int, one: str, many: str | None = None) -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"
