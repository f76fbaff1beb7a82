"""The answer to a question for facts of a treaty: sentences in Pacta's words, each with the clause that tells it.

There are two sources, and the reader is told which one speaks: what is given beside the text (the collection's
manifest), and the text itself. A date of entry into force stands in hardly any text, the condition for it in most.
Where the two contradict each other, both are given.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ingest.models import ParsedTreaty
from service import facts_counted, facts_told
from service.citations import on_one_line, short_name
from service.compose import text_notes
from service.fact_parts import FactPart
from service.fact_words import FactAsked
from service.models import Citation
from service.spans import Extract


@dataclass(frozen=True, slots=True)
class FactAnswer:
    """What is told of a treaty, in order; one extract may back several sentences."""

    parts: tuple[FactPart, ...]

    @property
    def extracts(self) -> tuple[Extract, ...]:
        """The stretches to cite, each once, in the order of their numbers."""
        return tuple(dict.fromkeys(part.extract for part in self.parts if part.extract is not None))


def fact_answer(asked: Sequence[FactAsked], parsed: ParsedTreaty) -> FactAnswer | None:
    """The facts asked for, as far as they are known; None where none of them is."""
    told = {kind: list(_TELL[kind](parsed)) for kind in asked}
    known = list(dict.fromkeys(part for parts in told.values() for part in parts))
    if not any(part.extract for part in known):
        return None
    unknown = [_CALLED[kind] for kind, parts in told.items() if not parts]
    if unknown:
        known.append(FactPart(f"Pacta found nothing on {' or '.join(unknown)} in the text held."))
    name = re.sub(r"^[Tt]he\s+", "", short_name(parsed))
    first = re.sub(
        r"^It\b", f"The {name}", re.sub(r"^Its (.+?) (is|are)\b", rf"The \1 of the {name} \2", known[0].sentence)
    )
    return FactAnswer((FactPart(first, known[0].extract), *known[1:]))


def is_outside(asked: Sequence[FactAsked]) -> bool:
    """Whether facts are asked for that Pacta does not know of any treaty: who has signed, ratified or joined it."""
    return bool({"status", "parties"} & set(asked))


def fact_text(answer: FactAnswer, parsed: ParsedTreaty, citations: Sequence[Citation]) -> str:
    """The answer's sentences, each with its quotation and number; what was quoted before has its number only."""
    cited = {(c.eid, c.start, c.end): c for c in citations}
    paragraphs = []
    shown: set[int] = set()
    for part in answer.parts:
        at = part.extract
        citation = cited.get((at.provision.eid, at.start, at.end)) if at else None
        if citation is None:
            paragraphs.append(part.sentence)
        elif citation.number in shown:
            paragraphs.append(f"{part.sentence} [{citation.number}]")
        else:
            quote = on_one_line(citation.quote)
            paragraphs.append(f"{part.sentence} {citation.label}: “{quote}” [{citation.number}]")
            shown.add(citation.number)
    return "\n\n".join([*paragraphs, *text_notes(parsed)])


def _still_in_force(parsed: ParsedTreaty) -> Iterator[FactPart]:
    told = list(facts_told.in_force(parsed))
    yield from told
    if told:
        yield FactPart("What has become of it since, its text does not tell.")


def _unknowable(parsed: ParsedTreaty) -> Iterator[FactPart]:
    """Nothing: who has signed, ratified or joined a treaty stands in no text of it."""
    return iter(())


_TELL: Mapping[FactAsked, Callable[[ParsedTreaty], Iterator[FactPart]]] = {
    "signed": facts_told.signed,
    "in_force": facts_told.in_force,
    "still_in_force": _still_in_force,
    "depositary": facts_told.depositary,
    "original": facts_told.original,
    "parties": facts_told.parties,
    "status": _unknowable,
    "articles": facts_counted.articles,
    "annexes": facts_counted.annexes,
    "divisions": facts_counted.divisions,
    "authentic_languages": facts_told.languages,
    "prevailing_language": facts_told.prevailing,
    "duration": facts_told.duration,
    "withdrawal": facts_told.withdrawal,
    "notice": facts_told.notice,
}
_CALLED: Mapping[FactAsked, str] = {
    "signed": "its signature",
    "in_force": "its entry into force",
    "still_in_force": "its entry into force",
    "depositary": "its depositary",
    "original": "who keeps its original",
    "parties": "its parties",
    "status": "who has signed, ratified or joined it",
    "articles": "its articles",
    "annexes": "its annexes",
    "divisions": "its parts and chapters",
    "authentic_languages": "its authentic languages",
    "prevailing_language": "a text that prevails",
    "duration": "its duration",
    "withdrawal": "withdrawal from it",
    "notice": "a period of notice",
}
