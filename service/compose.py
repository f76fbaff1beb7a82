"""The words around the quotations: sentences of an answer, notes on the text, refusals with their reason."""

import re
from collections.abc import Mapping, Sequence

from ingest.language import NAMES
from ingest.models import CONTAINERS, ParsedTreaty, Provision
from service.beyond_text import Beyond
from service.citations import label_of, on_one_line, short_name
from service.models import Citation
from service.routing import Missing


def answer_text(
    citations: Sequence[Citation],
    treaties: Mapping[str, ParsedTreaty],
    opening: str = "",
    referred: Sequence[Citation] = (),
    elsewhere: Sequence[str] = (),
    verb: str | None = None,
    named: str = "",
) -> str:
    """The answer: each quotation under the name of its provision, followed by its number.

    ``referred`` are the provisions that the quotations refer to, which stand beside the answer in their own words;
    those of other treaties are named in it. ``elsewhere`` are those of treaties that are not held.
    ``verb`` is what the first quotation says that one may or may not do, in its own words; ``named`` is the id of the
    treaty that the opening names already.
    """
    sentences = [opening] if opening else []
    last_treaty = named
    for citation in citations:
        parsed = treaties[citation.treaty_id]
        name = citation.label if citation.treaty_id == last_treaty else _of_treaty(citation.label, parsed)
        if verb and citation is citations[0]:
            name += f" says “{verb}”"
        sentences.append(f"{name}: “{on_one_line(citation.quote)}” [{citation.number}]")
        last_treaty = citation.treaty_id
    notes = [note for t in dict.fromkeys(c.treaty_id for c in citations) for note in text_notes(treaties[t])]
    cited = {c.treaty_id for c in citations}
    mentioned = [_of_treaty(c.label, treaties[c.treaty_id]) for c in referred if c.treaty_id not in cited]
    mentioned += [f"{words} (not held here)" for words in elsewhere]
    if mentioned:
        sentences.append(f"It refers to {'; '.join(mentioned)}.")
    return "\n\n".join([*sentences, *notes])


# "Additional Protocol I" is a name of its own; a treaty has an article: "the Lamp Treaty".
_NAME_WITH_NUMBER = re.compile(r"\b[IVX]+$")


def _the(parsed: ParsedTreaty) -> str:
    """A treaty's name in a sentence."""
    name = re.sub(r"^[Tt]he\s+", "", short_name(parsed))
    return name if _NAME_WITH_NUMBER.search(name) else f"the {name}"


def _of_treaty(label: str, parsed: ParsedTreaty) -> str:
    """A provision with its treaty: "Article 1, paragraph 2, of the Lamp Treaty"."""
    return f"{label}{',' if ',' in label else ''} of {_the(parsed)}"


def text_notes(parsed: ParsedTreaty) -> list[str]:
    """What a reader must know of the text: that it is an excerpt, a draft, a translation, not English."""
    notes = []
    treaty = parsed.treaty
    if treaty.text_status == "excerpt":
        held = article_list(parsed)
        notes.append(f"Only an excerpt of {_the(parsed)} is held ({held}), not its authentic text.")
    elif treaty.text_status != "authentic":
        notes.append(f"The text held of {_the(parsed)} is marked “{treaty.text_status}”.")
    if treaty.language != "en":
        notes.append(
            f"This text is in {NAMES.get(treaty.language, treaty.language)}; search by meaning works best in English."
        )
    return notes


def article_list(parsed: ParsedTreaty) -> str:
    """The articles of a treaty's body as a person names them: "Articles 1–14", "Articles 3, 4, 8 and 16"."""
    numbers = [a.normalised_number or "" for a in parsed.body_articles]
    if not numbers:
        return "no numbered articles"
    runs: list[list[str]] = []
    for number in numbers:
        if runs and runs[-1][-1].isdigit() and number.isdigit() and int(number) == int(runs[-1][-1]) + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    parts = [r[0] if len(r) == 1 else f"{r[0]}–{r[-1]}" if len(r) > 2 else f"{r[0]}, {r[1]}" for r in runs]
    if len(parts) > 12:
        return f"{len(numbers)} articles, {numbers[0]} to {numbers[-1]}"
    joined = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
    return f"Article{'s' if len(numbers) > 1 else ''} {joined}"


_PARAGRAPH = re.compile(r"([^(]+)\((\d+)\)")


def refuse_missing(missing: Missing, parsed: ParsedTreaty) -> str:
    """That a treaty has no such article, and which it has."""
    name = _the(parsed)
    begins = name[0].upper() + name[1:]
    if missing.kind != "article":
        return f"The text of {name} that is held has no {missing.kind.capitalize()} {missing.printed.upper()}."
    if missing.container:
        joined = [p.label for p in parsed.provisions if p.kind in CONTAINERS]
        there = f" Joined to it are: {', '.join(dict.fromkeys(joined))}." if joined else " It has none."
        return f"{begins} has no Article {missing.printed} in {missing.container}.{there}"
    if paragraph := _PARAGRAPH.fullmatch(missing.printed):
        return f"Article {paragraph[1]} of {name} has no paragraph {paragraph[2]}."
    if parsed.treaty.text_status == "excerpt":
        return (
            f"Article {missing.printed} of {name} is not in the text that is held, which is only an "
            f"excerpt: {article_list(parsed)}."
        )
    return f"{begins} has no Article {missing.printed}. It has {article_list(parsed)}."


def refuse_not_held(names: Sequence[str], held: int, to_fetch: Sequence[Sequence[str]] = ()) -> str:
    """That the treaty asked about is not held, or the treaties, and how their texts can be had.

    ``to_fetch`` are the ids of each in the catalogue, none for one whose address that does not know.
    """
    shown = [re.sub(r"^[Tt]he\s+", "", name) for name in names[:2]]
    many = len(shown) > 1 or _is_plural(shown[0])
    where = f"among the {held} treaties held here" if held > 1 else "the one treaty held here"
    known = [f"catalogue:{treaty_id}" for ids in to_fetch[: len(shown)] for treaty_id in ids[:4]]
    complete = len(to_fetch) >= len(shown) and all(to_fetch[: len(shown)])
    return (
        f"The {' and '.join(shown)} {'are' if many else 'is'} not {where}, so Pacta does not answer from "
        f"{'them' if many else 'it'}. Ingest {'their texts to ask about them' if many else 'its text to ask about it'} "
        f"(pacta ingest {' '.join(known if complete else [*known, 'FILE'])})."
    )


_NOUN = re.compile(
    r"(?i)\b(treat(y|ies)|(?:convention|agreement|protocol|charter|statute|covenant|pact|accord|article|declaration"
    r"|regulation)(s?))\b"
)


def _is_plural(name: str) -> bool:
    """Whether a treaty's name is a plural by its first noun: "Oslo Accords", not "Protocol to the Conventions"."""
    found = _NOUN.search(name)
    return found is not None and (found[3] == "s" or (found[2] or "").lower() == "ies")


def refuse_outside(names: Sequence[str]) -> str:
    """That the treaty asked about is held, but not one that the question was limited to."""
    named = re.sub(r"^[Tt]he\s+", "", names[0])
    return (
        f"The {named} is not among the treaties that this question is limited to. Take the limit away to ask about it."
    )


def refuse_not_found(near: bool) -> str:
    """That nothing held answers."""
    closing = " The nearest articles are listed; none of them clearly answers." if near else ""
    return f"Pacta found no provision in the treaties held here that answers this.{closing}"


def refuse_elsewhere(title: str, to_fetch: Sequence[str]) -> str:
    """That a treaty answers this which is not held; ``to_fetch`` is its id in the catalogue where that can fetch it."""
    name = re.sub(r"^[Tt]he\s+", "", title)
    source = f"catalogue:{to_fetch[0]}" if to_fetch else "FILE"
    return (
        f"Pacta found no provision in the treaties held here that answers this. It seems to be a matter of the {name}, "
        f"which is not held. Ingest its text to ask about it (pacta ingest {source})."
    )


def refuse_ambiguous(numbers: Sequence[str], held: int) -> str:
    """That an article was named without a treaty to look in."""
    return (
        f"Article {numbers[0]} of which treaty? {held} treaties are held here. "
        f"Name one, for example: What does Article {numbers[0]} of the UN Charter say?"
    )


def refuse_out_of_scope() -> str:
    """That the question is not one for treaties."""
    return (
        "This is outside Pacta’s field. It answers from the text of the treaties it holds: what they "
        "oblige, allow or forbid, what their terms mean, when they begin and end. It does not know news, judgments, "
        "national laws, or who has joined a treaty and with which reservations."
    )


_BEYOND: Mapping[Beyond, str] = {
    "status": "Which States have joined a treaty, when and with which reservations, is not in its text; {keeper} "
    "records it. Pacta answers from the text alone.",
    "case_law": "How courts have read a treaty is not in its text, and Pacta answers from the text alone.",
    "news": "Pacta does not know the news: it answers from the text of treaties alone.",
}


def refuse_beyond(asked: Beyond, parsed: ParsedTreaty | None, near: bool) -> str:
    """That what is asked stands in no text, and where it is to be had; ``parsed`` is the treaty asked about."""
    depositary = parsed.treaty.facts.depositary if parsed else None
    keeper = f"its depositary, the {re.sub('^[Tt]he ', '', depositary)}," if depositary else "its depositary"
    closing = " What the text says nearest to it is listed." if near else ""
    return _BEYOND[asked].format(keeper=keeper) + closing


def ambiguous_opening(written: str, fitting: Sequence[ParsedTreaty], answered_from: Sequence[ParsedTreaty]) -> str:
    """That a name in the question fits several treaties, and which of them the answer is from."""
    names = [_the(parsed) for parsed in fitting[:4]]
    more = f" and {len(fitting) - 4} more" if len(fitting) > 4 else ""
    listed = ", ".join(names) + more if more else f"{', '.join(names[:-1])} and {names[-1]}"
    chosen = " and ".join(map(_the, answered_from))
    return (
        f"“{written}” fits {len(fitting)} treaties held here: {listed}. "
        f"This is from {chosen}; name another to ask of it."
    )


def wrong_premise_opening(
    provision: Provision, parsed: ParsedTreaty, lacking: Sequence[str] = (), rather: Provision | None = None,
    exception: str = "",
) -> str:  # fmt: skip
    """That the provision asked about does not say what the question takes it to say.

    ``lacking`` are quantities of the question that are not in it, ``rather`` is the article that the question fits;
    ``exception`` is the word that begins an exception where the question says that there is none.
    """
    named = _of_treaty(label_of(parsed, provision), parsed)
    if lacking:
        return f"{named} does not mention {' or '.join(f'“{words}”' for words in lacking)}. Its words are:"
    if exception:
        return f"{named} has an exception (“{exception}”). Its words are:"
    if rather is not None:
        return f"{named} does not seem to be about this; {label_of(parsed, rather)} is nearer to it. Their words are:"
    return f"{named} does not seem to say what the question takes it to say. Its words are:"
