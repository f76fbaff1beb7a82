"""What is known of a treaty beside its text, in words for a reader."""

from datetime import date

from ingest.models import Treaty

# Languages of the texts that are written from right to left.
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
# A treaty among more parties than these is not described by naming them.
MOST_PARTIES = 4


def facts_of(treaty: Treaty) -> list[str]:
    """The facts known, each a short phrase: signed, in force, depositary, the kind of text."""
    facts = treaty.facts
    said = []
    if 2 <= len(facts.parties) <= MOST_PARTIES:
        said.append("Between " + ", ".join(facts.parties[:-1]) + f" and {facts.parties[-1]}")
    if facts.signed or facts.signed_at:
        where = f" at {facts.signed_at}" if facts.signed_at else ""
        when = f" on {readable_date(facts.signed)}" if facts.signed else ""
        said.append(f"Signed{where}{when}")
    if facts.in_force:
        said.append(f"In force since {readable_date(facts.in_force)}")
    if facts.depositary:
        said.append(f"Depositary: {facts.depositary}")
    if treaty.text_status == "authentic":
        said.append("Authentic text")
    return said


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
