"""The record of a language's final clauses: what each pattern is for."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from ingest.models import FactKind

Match = re.Match[str]


class Words:
    """A pattern of words, compiled when it is first used: one treaty needs few of a language's patterns.

    A blank in its template is any white space or none, ``<NAME>`` the part of that name. Where some letters
    (``needs``) stand in whatever it matches, a text without any of them is not tried.
    """

    def __init__(self, template: str, parts: Mapping[str, str] | None = None, needs: tuple[str, ...] = ()) -> None:
        while parts and (filled := re.sub(r"<([A-Z]+)>", lambda m: parts[m[1]], template)) != template:
            template = filled
        self.source = template.replace(" ", r"\s*")
        self._needs = needs

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self.source, re.I | re.S)

    def _is_possible(self, text: str, start: int, end: int) -> bool:
        return not self._needs or any(text.find(letters, start, end) >= 0 for letters in self._needs)

    def match(self, text: str, start: int = 0) -> Match | None:
        """The pattern at a place."""
        return self._compiled.match(text, start) if self._is_possible(text, start, len(text)) else None

    def search(self, text: str, start: int = 0, end: int | None = None) -> Match | None:
        """The pattern anywhere in ``text[start:end]``."""
        end = len(text) if end is None else end
        return self._compiled.search(text, start, end) if self._is_possible(text, start, end) else None

    def finditer(self, text: str, start: int = 0, end: int | None = None) -> Iterator[Match]:
        """Each place of the pattern."""
        end = len(text) if end is None else end
        return self._compiled.finditer(text, start, end) if self._is_possible(text, start, end) else iter(())


# A pattern that nothing matches.
NOTHING = Words("(?!)")
# Patterns and what each comes to, with the values of its groups in braces.
Readings = tuple[tuple[Words, str], ...]
# Patterns and their ranks: of the clauses of a treaty that say the same, the one of the lowest counts.
Ranked = tuple[tuple[Words, int], ...]
# Letters of which some stand in every clause of a kind, each with the words that must come before (none: any).
Stems = Mapping[str, tuple[str, ...]]


class Templates:
    """Makes the patterns of one language from templates with its named parts."""

    def __init__(self, parts: Mapping[str, str]) -> None:
        self._parts = parts

    def words(self, template: str, *needs: str) -> Words:
        """The pattern of a template, and letters of which some stand in whatever it matches."""
        return Words(template, self._parts, needs)

    def readings(self, *readings: tuple[str, ...]) -> Readings:
        """The patterns of templates, each with what it comes to, and behind that the letters it needs."""
        return tuple((self.words(template, *needs), value) for template, value, *needs in readings)

    def ranked(self, *clauses: tuple[str, int, tuple[str, ...]]) -> Ranked:
        """The patterns of templates, each with its rank and the letters it needs."""
        return tuple((self.words(template, *needs), rank) for template, rank, needs in clauses)


@dataclass(frozen=True, kw_only=True)
class Signing:
    """The words of signature (testimonium).

    ``done`` is where they begin, ``place`` what names the place after it (``no_place``: what only looks like one,
    ``after_place``: what ends it); ``date_before`` says that the date comes before the word. ``witness`` are the
    letters by which the words are found in an article that they were not told apart from.
    """

    done: Words
    place: Words = NOTHING
    no_place: Words = NOTHING
    after_place: Words = NOTHING
    date_before: bool = False
    witness: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Languages:
    """How languages are named and said to be authentic.

    ``names`` are patterns, each with the ISO 639 code; ``joint`` is what stands between two of a list. A list has
    ``nouns`` after it ("texts") or stands after ``before`` ("in"); ``more_after`` and ``more_before`` tell that it
    goes on with a language that is not known. ``drawn_up`` says that the treaty is signed in some languages,
    ``prevailing`` which text counts where they differ.
    """

    names: tuple[tuple[str, str], ...]
    joint: str
    nouns: Words
    before: Words
    more_after: Words = NOTHING
    more_before: Words = NOTHING
    authentic: Words
    drawn_up: Words = NOTHING
    prevailing: Words = NOTHING

    @cached_property
    def name(self) -> re.Pattern[str]:
        """The name of one language."""
        return re.compile("|".join(sorted((name for name, _ in self.names), key=len, reverse=True)))

    @cached_property
    def listing(self) -> re.Pattern[str]:
        """A list of languages, or one alone."""
        return re.compile(rf"(?:{self.name.pattern})(?:{self.joint}(?:{self.name.pattern}))*")

    @cached_property
    def _codes(self) -> dict[str, str]:
        return {}

    def code_of(self, name: str) -> str:
        """The code of a language by its name as written."""
        if name not in self._codes:
            self._codes[name] = next(code for pattern, code in self.names if re.fullmatch(pattern, name))
        return self._codes[name]


@dataclass(frozen=True, kw_only=True)
class Entry:
    """Clauses of entry into force.

    ``verb`` is said of the treaty; in the middle of a sentence it counts where that is about ``passing`` (an
    exchange of notes). ``noun`` is a clause without the treaty as its subject. ``for_one_state`` after the verb
    and ``one_state_first`` at the beginning tell that it is of a State that joins later. What entry into force waits
    for is one of ``whens`` and one of ``events``, unless there are ``conditions`` beside them; ``aside`` is left out
    and ``goes_on`` is where another clause begins.
    """

    verb: Words
    passing: Words = NOTHING
    noun: Words = NOTHING
    for_one_state: Words = NOTHING
    one_state_first: Words = NOTHING
    aside: Words = NOTHING
    goes_on: Words = NOTHING
    conditions: Words = NOTHING
    whens: Readings = ()
    events: Readings = ()


@dataclass(frozen=True, kw_only=True)
class Withdrawal:
    """Clauses of denunciation, withdrawal and termination by one party, and the notice they ask for.

    ``act`` stands before the treaty's name and ``free`` before the act ("may denounce this Convention"); with
    ``noun`` ("denunciation of") there must be a ``notice``. ``of_own`` are said of the treaty ("may be denounced"),
    ``others`` of a party. ``kinds`` are letters by which the three are told apart, ``together`` words of an end by
    common consent, ``in_part`` what follows where only a territory or a part is left, ``on_event`` how a
    right begins that comes with an event. A period of notice stands
    between a pattern before it and one after it.
    """

    act: Words
    noun: Words = NOTHING
    notice: Words = NOTHING
    free: Words
    pronoun: Words = NOTHING
    of_own: Ranked = ()
    others: Ranked = ()
    kinds: tuple[tuple[str, str], ...]
    together: Words = NOTHING
    in_part: Words = NOTHING
    on_event: Words = NOTHING
    period: Words = NOTHING
    periods: tuple[tuple[Words | None, Words | None, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Depositary:
    """Clauses that name the depositary: ``named`` with the word itself, ``deposits`` without.
    The name ends before ``ends``; names of several Governments are ``lists`` and go on over commas. ``article`` is
    dropped from a name, ``no_name`` is none ("the said Government"), and with ``of_others`` between an instrument
    and its deposit it is that of an amendment or a declaration.
    """

    named: Ranked = ()
    deposits: Ranked = ()
    ends: Words
    lists: Words = NOTHING
    article: Words = NOTHING
    no_name: Words = NOTHING
    of_others: Words = NOTHING


@dataclass(frozen=True, kw_only=True, eq=False)
class Drafting:
    """The words of one language; a kind of clause without patterns is not looked for.

    ``own`` is the treaty's name for itself, or what may be one; ``selves`` are the forms that name no other treaty,
    by which a name with the mere article (``articles``) is told to be this one's; a name that is written small counts
    only if it is one of ``small``, since "this act" may be no treaty. The treaty is the subject where a sentence
    begins with it, with ``it`` after a sentence that does, or with ``lead`` before it, and in the middle after a
    ``joint``; not after a ``preposition``. Between the subject and its verb may stand ``also`` and ``chain``. ``of``
    stands before the treaty's name where something is of it. ``put_in`` are the words with which an article puts
    others into another treaty.
    """

    signing: Signing
    languages: Languages
    stems: Mapping[FactKind, Stems]
    own: Words = NOTHING
    selves: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    small: tuple[str, ...] = ()
    it: Words = NOTHING
    lead: Words = NOTHING
    joint: Words = NOTHING
    preposition: Words = NOTHING
    of: Words = NOTHING
    also: Words = NOTHING
    chain: Words = NOTHING
    units: tuple[tuple[str, str], ...] = ()
    entry: Entry | None = None
    lasting: Words = NOTHING
    durations: Readings = ()
    named_durations: Readings = ()
    withdrawal: Withdrawal | None = None
    depositary: Depositary | None = None
    put_in: Words = NOTHING
