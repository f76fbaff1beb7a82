"""Which division stands within which: chapters within a section, or sections within a chapter.

Treaties differ: the Geneva Conventions put chapters into sections, most others sections into chapters, and the
Convention on Cybercrime titles into sections. The numbering tells: what begins anew between two numbers of another
that count on stands within that one.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import cmp_to_key

from ingest.models import CONTAINERS, GROUPINGS
from ingest.sequence import Taken

# What a division is called in eIds, where its word is not that of its kind.
_NAMES = {
    "title": "title", "titre": "title", "título": "title", "book": "book", "livre": "book",
    "subsection": "subsec", "sub-section": "subsec",
}  # fmt: skip
_PREFIX = {"part": "part", "chapter": "chp", "section": "sec"}
# Where no numbering tells: from the outermost to the innermost.
_USUAL = ("part", "book", "title", "chp", "sec", "subsec")


def prefix_of(division: Taken) -> str:
    """The word for a division in eIds: "part", "title", "chp"."""
    return _NAMES.get(division.candidate.word, _PREFIX[division.candidate.kind])


def rank_divisions(taken: Sequence[Taken]) -> dict[int, int]:
    """How far in each part, chapter, section … stands, by its line: 0 for the outermost.

    Told for each annex by itself: the rules of a tribunal are not divided as the treaty is.
    """
    ranks: dict[int, int] = {}
    for divisions in _by_container(taken):
        order = _order(divisions)
        ranks |= {division.candidate.line: order.index(prefix_of(division)) for division in divisions}
    return ranks


def _order(divisions: Sequence[Taken]) -> list[str]:
    """The kinds of divisions there are, the outermost first."""
    around = _count_around(divisions)

    def compare(one: str, other: str) -> int:
        return around[other, one] - around[one, other] or _USUAL.index(one) - _USUAL.index(other)

    return sorted({prefix_of(division) for division in divisions}, key=cmp_to_key(compare))


def _by_container(taken: Sequence[Taken]) -> Iterator[list[Taken]]:
    found: list[Taken] = []
    for heading in taken:
        if heading.candidate.kind in CONTAINERS:
            yield found
            found = []
        elif heading.candidate.kind in GROUPINGS:
            found.append(heading)
    yield found


def _count_around(divisions: Sequence[Taken]) -> Counter[tuple[str, str]]:
    """How often the second of two kinds begins anew between two numbers of the first that count on."""
    around: Counter[tuple[str, str]] = Counter()
    last: dict[str, Taken] = {}
    begun: dict[str, set[str]] = defaultdict(set)  # what began since the last of each kind
    for division in divisions:
        kind, number = prefix_of(division), division.number
        before = last.get(kind)
        if number and before and before.number and number.follows(before.number):
            around.update((kind, inner) for inner in begun[kind])
        last[kind], begun[kind] = division, set()
        if number and number.is_first:
            for other in last:
                if other != kind:
                    begun[other].add(kind)
    return around
