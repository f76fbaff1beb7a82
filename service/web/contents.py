"""What a treaty holds, said briefly: in a sentence, and as questions that can be put to it."""

from collections.abc import Iterable, Mapping

from ingest.models import CONTAINERS, ParsedTreaty, Provision

# A heading longer than this makes no question that anybody would ask.
LONGEST_TOPIC = 60


def say_which_articles(parsed: ParsedTreaty) -> str:
    """A sentence that names the articles and annexes of a treaty: "It has Articles 1 to 9."."""
    numbers = [p.normalised_number for p in parsed.body_articles if p.normalised_number]
    others = [p.label for p in parsed.provisions if p.kind in CONTAINERS]
    parts = []
    if numbers:
        noun = "Article" if len(numbers) == 1 else "Articles"
        parts.append(f"{noun} {', '.join(_ranges(numbers))}")
    if others:
        shown = ", ".join(others[:8]) + (" …" if len(others) > 8 else "")
        parts.append(shown)
    return f"It has {' and '.join(parts)}." if parts else "It has no numbered articles."


def _ranges(numbers: Iterable[str]) -> list[str]:
    """Numbers with neighbours joined: 1, 2, 3, 3bis, 4 gives "1 to 3", "3bis", "4"."""
    runs: list[list[str]] = []
    for number in dict.fromkeys(numbers):
        if runs and _follows(runs[-1][-1], number):
            runs[-1].append(number)
        else:
            runs.append([number])
    return [", ".join(run) if len(run) < 3 else f"{run[0]} to {run[-1]}" for run in runs]


def _follows(before: str, number: str) -> bool:
    return before.isdecimal() and number.isdecimal() and int(number) == int(before) + 1


def example_questions(treaties: Mapping[str, ParsedTreaty], limit: int = 4) -> list[str]:
    """Questions that the treaties held answer, of two kinds in turn: by number, and by topic.

    They are taken from treaties spread evenly over those held; the same treaties give the same.
    """
    named = [parsed for _, parsed in sorted(treaties.items()) if parsed.body_articles]
    english = [parsed for parsed in named if parsed.treaty.language == "en"] or named
    step = max(1, len(english) // limit)
    questions = []
    for place, parsed in enumerate(english[::step][:limit]):
        name = _short_name(parsed)
        article = _middle(parsed.body_articles)
        topical = [p for p in parsed.body_articles if _topic(p)]
        if place % 2 and topical:
            questions.append(f"What does {name} say about {_topic(_middle(topical))}?")
        else:
            questions.append(f"What does {article.label} of {name} say?")
    return questions


def _middle(provisions: tuple[Provision, ...] | list[Provision]) -> Provision:
    return provisions[len(provisions) // 3]


def _short_name(parsed: ParsedTreaty) -> str:
    """How one would name the treaty in a sentence: by its first alias, with an article."""
    name = next(iter(parsed.treaty.aliases), parsed.treaty.title)
    return name if name.lower().startswith("the ") else f"the {name}"


def _topic(provision: Provision) -> str:
    """The heading as it reads in the middle of a sentence; empty where it makes no topic."""
    heading = (provision.heading or "").strip(" .")
    if not heading or len(heading) > LONGEST_TOPIC or "\n" in heading:
        return ""
    if heading.isupper():
        return heading.lower()
    first, _, rest = heading.partition(" ")
    return f"{first if first.isupper() and len(first) > 1 else first.lower()} {rest}".strip()
