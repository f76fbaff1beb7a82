"""What is known of a treaty beside its text, and what the text itself tells, in words for a reader."""

from dataclasses import dataclass
from datetime import date

from ingest.facts_told import NAMES, tell
from ingest.models import Fact, FactKind, ParsedTreaty, Treaty
from service.citations import permalink

# Languages of the texts that are written from right to left.
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
# A treaty among more parties than these is not described by naming them.
MOST_PARTIES = 4


@dataclass(frozen=True, slots=True)
class ToldFact:
    """A fact as a short phrase, with the provision it was read from and its address where the text tells it."""

    words: str
    source: str | None = None
    url: str | None = None


def facts_of(treaty: Treaty) -> list[str]:
    """The facts known beside the text, each a short phrase: signed, in force, depositary, the kind of text."""
    facts = treaty.facts
    said = []
    if 2 <= len(facts.parties) <= MOST_PARTIES:
        said.append("Between " + ", ".join(facts.parties[:-1]) + f" and {facts.parties[-1]}")
    if facts.signed or facts.signed_at:
        said.append(_signed(facts.signed, facts.signed_at))
    if facts.in_force:
        said.append(f"In force since {readable_date(facts.in_force)}")
    if facts.depositary:
        said.append(f"Depositary: {facts.depositary}")
    if treaty.text_status == "authentic":
        said.append("Authentic text")
    return said


def facts_told(parsed: ParsedTreaty) -> list[ToldFact]:
    """What the treaty's own words tell, each with the provision it stands in; date and place are one phrase."""
    told = []
    for fact in parsed.facts_from_text:
        if fact.kind == "signed_at" and parsed.fact("signed"):
            continue
        words = f"{NAMES[fact.kind].capitalize()}: {tell(fact)}"
        if fact.kind in ("signed", "signed_at"):
            words = _signed(_value(parsed, "signed"), _value(parsed, "signed_at"))
        told.append(ToldFact(words, parsed.place_of(fact), fact_url(parsed.treaty, fact)))
    return told


def fact_url(treaty: Treaty, fact: Fact) -> str:
    """The permalink of the words that tell a fact."""
    return f"{permalink(treaty.id, fact.eid)}?start={fact.start}&end={fact.end}"


def _value(parsed: ParsedTreaty, kind: FactKind) -> str | None:
    fact = parsed.fact(kind)
    return str(fact.value) if fact else None


def _signed(when: str | None, where: str | None) -> str:
    return "Signed" + (f" at {where}" if where else "") + (f" on {readable_date(when)}" if when else "")


def readable_date(iso: str) -> str:
    """``1945-06-26`` as "26 June 1945"; a date that is not complete stays as it is."""
    try:
        day = date.fromisoformat(iso)
    except ValueError:
        return iso
    return f"{day.day} {day:%B} {day.year}"


def direction_of(treaty: Treaty) -> str:
    """The direction the text is written in, for HTML's ``dir``."""
    return "rtl" if treaty.language.split("-")[0].lower() in RIGHT_TO_LEFT else "ltr"
