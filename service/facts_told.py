"""What is told of each fact: of signature, entry into force, depositary, parties, languages and the end of a treaty.

Each function gives the sentences on one fact, none where neither the text nor what was given with it knows it.
"""

import re
from collections.abc import Iterator

from ingest.facts_told import tell
from ingest.models import Fact, ParsedTreaty
from service.fact_parts import FactPart, clause_of, first_sentence, nearest, on_signature
from service.spans import Extract, count_words, trimmed

_GIVEN = "according to the facts given with its text"
_NOT_IN_TEXT = "the text held does not say so. The nearest provision is this"
_MONTHS = "January February March April May June July August September October November December".split()
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
# Words that authorities of any two countries have in common.
_OF_ANY = frozenset(
    "of the and government governments secretary general secretariat republic kingdom state states federal director "
    "united minister ministry foreign affairs".split()
)
_PERIOD = re.compile(r"\d+ (?:day|week|month|year)s?")
_SHORT = 80
_COUNTRY_CODE = re.compile(r"[A-Z]{2,3}")
_PARTIES = re.compile(
    r"\bbetween (?:the )?(.+?) and (?:the )?(.+?)(?= (?:on|concerning|relating|regarding|for|in)\b|$)"
)


def signed(parsed: ParsedTreaty) -> Iterator[FactPart]:
    """When and where it was signed, of a declaration adopted."""
    given, day, place = parsed.treaty.facts, parsed.fact("signed"), parsed.fact("signed_at")
    read_day, read_place = _value(day), _value(place)
    act = "adopted" if given.kind == "declaration" else "signed"
    as_given, as_read = _on_and_at(given.signed, given.signed_at), _on_and_at(read_day, read_place)
    source = day or place
    if source is None:
        if as_given:
            sentence = f"It was {act}{as_given}, {_GIVEN}; {_NOT_IN_TEXT}."
            yield FactPart(sentence, on_signature(parsed))
        return
    clause = clause_of(source, parsed)
    if _differ(given.signed, read_day) or (given.signed_at and read_place and not _alike(given.signed_at, read_place)):
        yield FactPart(f"It was {act}{as_given}, {_GIVEN}.")
        read = " and ".join(part for part in (read_place, _day(read_day or "")) if part)
        yield FactPart(f"Its own words of signature name {read} instead.", clause)
    elif (given.signed and not read_day) or (given.signed_at and not read_place):
        when = _on_and_at(read_day or given.signed, read_place or given.signed_at)
        yield FactPart(f"It was {act}{when}, {_GIVEN}; its words of signature leave part of it open.", clause)
    else:
        # Of two that agree the one read says more: 1945 is given, 26 June 1945 read.
        yield FactPart(f"It was {act}{as_read}.", clause)


def in_force(parsed: ParsedTreaty) -> Iterator[FactPart]:
    """Since when it is in force, and the clause on its entry into force."""
    given, fact = parsed.treaty.facts.in_force, parsed.fact("entry_into_force")
    if fact is None:
        if given:
            sentence = f"It entered into force{_on(given)}, {_GIVEN}; {_NOT_IN_TEXT}."
            yield FactPart(sentence, nearest(parsed, "signed", "depositary"))
        return
    clause, read = clause_of(fact, parsed), _value(fact)
    on_a_day = read if read and _DAY.fullmatch(read) else None
    if given and _differ(given, on_a_day):
        yield FactPart(f"It entered into force{_on(given)}, {_GIVEN}.")
        yield FactPart(f"Its own text has it enter into force{_on(on_a_day)}.", clause)
    elif given:
        yield FactPart(f"It entered into force{_on(given)}, {_GIVEN}.", clause)
    elif on_a_day:
        yield FactPart(f"It enters into force{_on(on_a_day)}.", clause)
    else:
        yield FactPart("It tells the condition for its entry into force; the date is not known to Pacta.", clause)


def depositary(parsed: ParsedTreaty) -> Iterator[FactPart]:
    """Who its depositary is."""
    given, fact = parsed.treaty.facts.depositary, parsed.fact("depositary")
    read = _value(fact)
    if fact is None:
        if given:
            sentence = f"{_depositary_is(given)}, {_GIVEN}; {_NOT_IN_TEXT}."
            yield FactPart(sentence, nearest(parsed, "authentic_languages", "entry_into_force", "signed"))
    elif given and read and not _alike(given, read):
        yield FactPart(f"{_depositary_is(given)}, {_GIVEN}.")
        yield FactPart(f"Its own text names {_the(read)}.", clause_of(fact, parsed))
    else:
        yield FactPart(f"{_depositary_is(given or read or 'named in its text')}.", clause_of(fact, parsed))


def original(parsed: ParsedTreaty) -> Iterator[FactPart]:
    """Who keeps the original: the clause on the authentic texts often says it, else the depositary does by its office.

    See the Vienna Convention on the Law of Treaties, article 77, paragraph 1 (a).
    """
    told = list(depositary(parsed))
    languages_clause = parsed.fact("authentic_languages")
    words = _words(languages_clause, parsed) if languages_clause else ""
    if languages_clause and re.search(r"\bdeposit|\barchives?\b|\bdépos|\bdeposita", words):
        clause = clause_of(languages_clause, parsed)
        told = [FactPart(part.sentence, clause if part.extract else None) for part in told]
        yield from told or [FactPart("It says where its original is kept.", clause)]
    else:
        yield from told


def parties(parsed: ParsedTreaty) -> Iterator[FactPart]:
    """Who its parties are, of a treaty whose parties are given or stand in its title."""
    facts = parsed.treaty.facts
    titled = _PARTIES.search(parsed.treaty.title) if facts.kind != "multilateral" else None
    names = list(titled.groups()) if titled else [p for p in facts.parties if not _COUNTRY_CODE.fullmatch(p)]
    names = names or list(facts.parties)
    opening = first_sentence(parsed, parsed.provisions[0]) if parsed.provisions else None
    if not names:
        # The title of "Treaty on the Boundary" does not name them; those of a treaty between two stand at its head.
        if facts.kind == "bilateral":
            yield FactPart("Its parties are named where it begins.", opening)
        return
    count = "two parties" if len(names) == 2 else f"{len(names)} parties"
    listed = f"{', '.join(map(_the, names[:-1]))} and {_the(names[-1])}" if len(names) > 1 else _the(names[0])
    yield FactPart(f"It has {count}: {listed}.", opening)


def languages(parsed: ParsedTreaty) -> Iterator[FactPart]:
    """The languages of its authentic texts, and which of them prevails where one does."""
    if fact := parsed.fact("authentic_languages"):
        names = tell(fact).split(", ")
        listed = f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]
        several = "authentic texts are those" if len(names) > 1 else "authentic text is the one"
        sentence = f"Its {several} in {listed}." if fact.value else "It says which of its texts are authentic."
        yield FactPart(sentence, clause_of(fact, parsed))
        yield from prevailing(parsed)


def prevailing(parsed: ParsedTreaty) -> Iterator[FactPart]:
    """Which text prevails where the authentic ones differ."""
    if fact := parsed.fact("prevailing_language"):
        yield FactPart(f"Its prevailing text is the {tell(fact)} one.", clause_of(fact, parsed))


def duration(parsed: ParsedTreaty) -> Iterator[FactPart]:
    """For how long it is concluded."""
    if fact := parsed.fact("duration"):
        value = _value(fact) or ""
        until = value.removeprefix("until ")
        clause = clause_of(fact, parsed)
        if value == "unlimited":
            sentence = "It is of unlimited duration."
        elif _PERIOD.fullmatch(value):
            sentence = f"Its duration is {value}."
            # What follows on it, most often "and thereafter for further periods", is half of the answer.
            provision = parsed.by_eid[fact.eid]
            if count_words(parsed, fact.start, provision.end) <= _SHORT:
                clause = trimmed(parsed, Extract(provision, fact.start, provision.end))
        elif _DAY.fullmatch(until):
            sentence = f"It is concluded until {_day(until)}."
        else:
            sentence = "Its duration is what its words say."
        yield FactPart(sentence, clause)


def withdrawal(parsed: ParsedTreaty) -> Iterator[FactPart]:
    """The way out, and the notice where another sentence than that tells it."""
    if fact := parsed.fact("withdrawal"):
        yield FactPart(f"It provides for {tell(fact)}.", clause_of(fact, parsed))
        beside = parsed.fact("notice")
        if beside and beside.start != fact.start:
            yield from notice(parsed)


def notice(parsed: ParsedTreaty) -> Iterator[FactPart]:
    """The time between the notice of a withdrawal and its effect."""
    if fact := parsed.fact("notice"):
        value = _value(fact) or ""
        short = _PERIOD.fullmatch(value)
        sentence = f"Its period of notice is {value}." if short else "Its period of notice is what its words say."
        yield FactPart(sentence, clause_of(fact, parsed))


def _value(fact: Fact | None) -> str | None:
    return fact.value if fact and isinstance(fact.value, str) else None


def _words(fact: Fact, parsed: ParsedTreaty) -> str:
    return parsed.treaty.text[fact.start : fact.end]


def _depositary_is(name: str) -> str:
    several = name.startswith("Governments ")
    return f"Its {'depositaries are' if several else 'depositary is'} {_the(name)}"


def _the(name: str) -> str:
    return name if re.match(r"(?:the|an?)\b", name) or " " not in name else f"the {name}"


def _differ(given: str | None, read: str | None) -> bool:
    """Whether two dates contradict each other; one that is known in part does not."""
    return bool(given and read and not read.startswith(given) and not given.startswith(read))


def _alike(one: str, other: str) -> bool:
    """Whether two names may be of the same place or authority: they share a word that tells, or one has none."""
    tell_apart = [set(re.findall(r"[^\W\d_]+", name.lower())) - _OF_ANY for name in (one, other)]
    return not all(tell_apart) or bool(tell_apart[0] & tell_apart[1])


def _on_and_at(day: str | None, place: str | None) -> str:
    return (f" at {place}" if place else "") + (_on(day) if day else "")


def _on(day: str | None) -> str:
    """A date with its preposition: " on 24 October 1945", " in October 1945", " in 1945"."""
    return f" {'on' if day and _DAY.fullmatch(day) else 'in'} {_day(day or '')}"


def _day(iso: str) -> str:
    """A date written out, as far as it is known; what is no date stays as it is given."""
    parts = iso.split("-")
    if not re.fullmatch(r"\d{4}(?:-(?:0[1-9]|1[0-2]))?(?:-\d\d)?", iso):
        return iso
    named = [parts[0], *(_MONTHS[int(month) - 1] for month in parts[1:2]), *(str(int(day)) for day in parts[2:])]
    return " ".join(reversed(named))
