"""Facts in words for a reader: what the manifest gives, and what a treaty's own text tells with its source."""

from collections.abc import Iterator

from ingest.language_names import language_name
from ingest.models import Fact, FactKind, ParsedTreaty

NAMES: dict[FactKind, str] = {
    "signed": "signed",
    "signed_at": "signed at",
    "entry_into_force": "entry into force",
    "depositary": "depositary",
    "authentic_languages": "authentic texts",
    "prevailing_language": "prevailing text",
    "duration": "duration",
    "withdrawal": "way out",
    "notice": "notice",
}
# What the clause is about where its value is not told: "as the provision says".
_NOT_TOLD = "as its words say"


def tell(fact: Fact) -> str:
    """The value of a fact in words: languages by their names, a clause that has no short value by its words."""
    if fact.value is None:
        return _NOT_TOLD
    if isinstance(fact.value, tuple):
        return ", ".join(language_name(code) for code in fact.value)
    return language_name(fact.value) if fact.kind == "prevailing_language" else fact.value


def given_facts(parsed: ParsedTreaty) -> Iterator[tuple[str, str]]:
    """What is known of a treaty beside its text: a name and a value each, only what is known."""
    facts = parsed.treaty.facts
    signed = " at ".join(part for part in (facts.signed, facts.signed_at) if part)
    given = {
        "kind": facts.kind,
        "parties": ", ".join(facts.parties),
        "signed": signed,
        "in force since": facts.in_force,
        "depositary": facts.depositary,
    }
    return ((name, value) for name, value in given.items() if value)
