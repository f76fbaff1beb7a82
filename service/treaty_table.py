"""The table by which the treaties of an index are recognised: names, words of names, parties, what points to them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from ingest.catalogue import load_catalogue
from ingest.generic_names import KIND_WORDS
from ingest.index import Index, TreatySummary
from ingest.names import Names, words_of
from ingest.treaty_names import names_held
from service.descriptions import Descriptions
from service.subjects import Subjects

# A treaty's title in another's title is of so many words; a short name is of so few.
_LEAST_TITLE, _SHORT_NAME = 4, 2
# What States are called beside their names.
_STATE_WORDS = frozenset(
    "republic kingdom government governments federation commonwealth principality state states union united people "
    "peoples democratic federal islamic the of and on free trade partnership strategic comprehensive other parties "
    "party "
    "nations organization organizations organisation organisations international members member association community "
    "nationals non the".split()
)


@dataclass(frozen=True)
class TreatyNames:
    """The names of the treaties of one index, and of those that the catalogue knows beside them.

    ``titles`` are those of the catalogue by id; ``fetched_as`` gives by title, and by shared name, word for word,
    the ids of those whose text has an address. ``bodies`` and ``subjects`` are what points to treaties
    held (catalogue.py), ``descriptions`` the words of all names. ``pairs`` are the parties of a treaty, as the words
    of their names; ``ids`` are those of the treaties held, ``known_ids`` the same with what the catalogue calls them.
    """

    held: Names
    known: Names
    titles: Mapping[str, str]
    fetched_as: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    pairs: tuple[tuple[frozenset[str], str], ...] = field(default=())
    vocabulary: frozenset[str] = frozenset()
    bodies: Subjects = field(default_factory=lambda: Subjects({}))
    subjects: Subjects = field(default_factory=lambda: Subjects({}))
    descriptions: Descriptions = field(default_factory=lambda: Descriptions({}, {}))
    ids: frozenset[str] = frozenset()
    known_ids: frozenset[str] = frozenset()

    def to_fetch(self, name: str) -> tuple[str, ...]:
        """The ids in the catalogue by which the text of a treaty that is not held can be fetched."""
        return self.fetched_as.get(_in_words(name), ())


def treaty_names(index: Index) -> TreatyNames:
    """The table of names of an index, made once per generation."""
    return names_of(index.generation, index.manifest.treaties)


# One for each set of treaties that some key may read, too.
@lru_cache(maxsize=16)
def names_of(generation: str, summaries: tuple[TreatySummary, ...]) -> TreatyNames:
    """The table of names of the treaties of one generation."""
    names, other = names_held(summaries)
    catalogue = load_catalogue()
    titles = {entry.id: entry.title for entry in catalogue.entries}
    with_address = {entry.id: entry.title for entry in catalogue.entries if entry.address}
    fetched_as: dict[str, tuple[str, ...]] = {
        _in_words(title): (treaty_id,) for treaty_id, title in with_address.items()
    }
    for family, members in catalogue.families.items():
        fetched_as[_in_words(family)] = tuple(member for member in members if member in with_address)
    facts: dict[str, list[str]] = {}
    bodies: dict[str, tuple[str, ...]] = {}
    subjects: dict[str, tuple[str, ...]] = {}
    known_as = {summary.id: catalogue.entry_for(summary.id, summary.title) for summary in summaries}
    entries = {**{entry.id: entry for entry in catalogue.entries if entry.id in other},
               **{treaty_id: entry for treaty_id, entry in known_as.items() if entry}}  # fmt: skip
    for treaty_id, entry in entries.items():
        facts[treaty_id] = [(entry.signed or "")[:4], entry.signed_at or "", *entry.bodies]
        if treaty_id in names:
            bodies[treaty_id] = entry.bodies
            subjects[treaty_id] = entry.subjects
    for summary in summaries:
        facts.setdefault(summary.id, []).append((getattr(summary, "signed", None) or "")[:4])
    held_names, other_names = Names(names), Names(other)
    for treaty_id, known_names in {**other, **names}.items():
        # A protocol is known by the short names of the treaty that its title says it belongs to.
        title = known_names[0] if known_names else ""
        belongs_to = {i: (names.get(i) or other[i]) for m in (*held_names.find(title), *other_names.find(title))
                      if m.words >= _LEAST_TITLE for i in m.ids if i != treaty_id}  # fmt: skip
        facts.setdefault(treaty_id, []).extend(
            alias for aliases in belongs_to.values() for alias in aliases if len(words_of(alias)) <= _SHORT_NAME
        )
    pairs = [
        (parts, treaty_id)
        for treaty_id, known_names in names.items()
        for name in known_names
        if (parts := _parties_in(name))
    ]
    vocabulary = frozenset(word.text for known_names in names.values() for name in known_names
                           for word in words_of(name))  # fmt: skip
    return TreatyNames(
        held_names, other_names, titles, fetched_as, tuple(dict.fromkeys(pairs)), vocabulary, Subjects(bodies),
        Subjects(subjects),
        Descriptions({**other, **names}, facts), frozenset(names),
        frozenset(names) | {entry.id for entry in known_as.values() if entry},
    )  # fmt: skip


def _parties_in(name: str) -> frozenset[str]:
    """The words of the two parties that a name joins: "Russia–North Korea treaty" gives three.

    Two names are joined by a dash, parts of one by a hyphen ("Non-Proliferation", "Saint-Aubry"); where a hyphen
    is written for the dash, that a treaty follows tells nothing, so only a dash counts, or "between … and …".
    """
    if dashed := re.search(
        r"(?P<one>[^\W\d_]+(?:\s[A-Z][^\W\d_]+)*)\s?[–—]\s?(?P<other>[A-Z][^\W\d_]+(?:\s[A-Z]\w+)*)", name
    ):
        return _both(name, dashed)
    between = re.search(
        r"\bbetween (?:the )?(?P<one>[^,–-]{3,80}?) and (?:the )?(?P<other>[^,–-]{3,80}?)"
        r"(?= (?:on|for|of the|concerning|relating|regarding|in)\b|$)",
        name,
    )
    return _both(name, between) if between else frozenset()


def _both(name: str, found: re.Match[str]) -> frozenset[str]:
    sides = []
    for side in (found["one"], found["other"]):
        proper = {w.text for w in words_of(side) if side[w.start].isupper() and not side[w.start : w.end].isupper()}
        sides.append(proper - KIND_WORDS - _STATE_WORDS)
    if not all(sides) or any(len(word) <= 2 for side in sides for word in side):
        return frozenset()
    return frozenset().union(*sides)


def _in_words(name: str) -> str:
    """A name as names are compared."""
    return " ".join(word.text for word in words_of(name))
