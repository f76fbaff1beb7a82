"""The sentences of a treaty's provisions, each found from a place in it.

Only the provisions that are asked about are cut into sentences: a treaty has thousands, and a few hold what is
looked for.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.models import CONTAINERS, GROUPINGS, ParsedTreaty, Provision

# A sentence longer than this is a list or a table; only its beginning is read.
LONGEST_SENTENCE = 1_200
# A provision longer than this holds no clause: it is a table, or matter that was printed behind the treaty.
_LONGEST_PROVISION = 20_000
# The sentence before one is looked for in so many provisions.
_PROVISIONS_BEFORE = 4
_END = re.compile(
    r"[.](?:[\"”’)]{0,2})(?:\s+(?![a-zà-öø-ÿа-яё])|(?=[A-ZÀ-ÖØ-ÞА-ЯЁ][^\W\d_A-ZÀ-ÖØ-ÞА-ЯЁ]))|[。؛]|\n\s*\n"
)
# What a sentence may begin with that is no word of it: "2.", "(a)", "一、"; a number that was taken for a heading.
_MARK = re.compile(
    r"[\W_]{0,3}(?:(?:\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,4})[.)](?:\s?\d{1,2}(?=\s))?|[一二三四五六七八九十]{1,3}、"
    r"|第[一二三四五六七八九十百\d]{1,6}条|المادة\s*\d{1,3})[\s–—-]*)?"
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a provision: ``treaty.text[start : start + len(words)]``.

    ``place`` is which provision it is of, counted from 0, and which sentence of it; ``closing`` says that it is of
    the words of signature, which speak of no other treaty.
    """

    words: str
    start: int
    eid: str
    place: tuple[int, int]
    closing: bool = False


class Sentences:
    """The sentences of one treaty. ``closing`` is the stretch of the words of signature."""

    def __init__(self, parsed: ParsedTreaty) -> None:
        self.closing = (0, 0)
        self._text = parsed.treaty.text
        self._provisions = parsed.provisions
        self._provision_starts = [p.start for p in parsed.provisions]
        self._starts: dict[int, list[int]] = {}
        self._made: dict[tuple[int, int], Sentence | None] = {}

    def at(self, place: int) -> Sentence | None:
        """The sentence that holds a place; None in headings, between provisions and in a preamble."""
        index = bisect_right(self._provision_starts, place) - 1
        if index < 0:
            return None
        provision = self._provisions[index]
        if provision.end <= place or _begin(provision) > place or not self._is_leaf(index):
            return None
        # A preamble speaks of other treaties.
        if provision.kind == "preamble":
            return None
        number = bisect_right(self._starts_of(index), place) - 1
        return self._sentence(index, number)

    def following(self, place: int) -> Iterator[Sentence]:
        """The sentences from a place to the end of its article."""
        index = bisect_right(self._provision_starts, place) - 1
        while 0 <= index < len(self._provisions):
            if self._is_leaf(index):
                yield from (s for s in self._of(index) if s.start >= place)
            index += 1
            if index < len(self._provisions) and self._provisions[index].kind in _WHOLES:
                return

    def _is_leaf(self, index: int) -> bool:
        following = self._provisions[index + 1] if index + 1 < len(self._provisions) else None
        return following is None or following.parent != self._provisions[index].eid

    def _starts_of(self, index: int) -> list[int]:
        """Where the sentences of a provision that holds no others begin, and where the last one ends."""
        if index not in self._starts:
            provision = self._provisions[index]
            begin = _begin(provision)
            end = min(provision.end, begin + _LONGEST_PROVISION)
            ends = _END.finditer(self._text, begin, end)
            self._starts[index] = [begin, *(m.end() for m in ends if m.end() < end), end]
        return self._starts[index]

    def _of(self, index: int) -> Iterator[Sentence]:
        found = (self._sentence(index, number) for number in range(len(self._starts_of(index)) - 1))
        return (sentence for sentence in found if sentence is not None)

    def _sentence(self, index: int, number: int) -> Sentence | None:
        """One sentence of a provision, without the mark it begins with; None where that is all."""
        starts = self._starts_of(index)
        if not 0 <= number < len(starts) - 1:
            return None
        if (index, number) not in self._made:
            mark = _MARK.match(self._text, starts[number], starts[number + 1])
            start = mark.end() if mark else starts[number]
            words = self._text[start : min(starts[number + 1], start + LONGEST_SENTENCE)].rstrip()
            closing = self.closing[0] <= start < self.closing[1]
            eid = self._provisions[index].eid
            self._made[index, number] = Sentence(words, start, eid, (index, number), closing) if words else None
        return self._made[index, number]

    def before(self, sentence: Sentence) -> Sentence | None:
        """The sentence before one in the same article; None where it is the first."""
        index, number = sentence.place
        for earlier in range(number - 1, max(-1, number - 4), -1):
            if found := self._sentence(index, earlier):
                return found
        for earlier in range(index - 1, max(-1, index - 1 - _PROVISIONS_BEFORE), -1):
            if self._provisions[earlier + 1].kind in _WHOLES:
                return None
            if self._is_leaf(earlier):
                last = len(self._starts_of(earlier)) - 2
                return self._sentence(earlier, last)
        return None


# Provisions in which a line of thought begins anew.
_WHOLES = frozenset({"article", "preamble", *CONTAINERS, *GROUPINGS})


def _begin(provision: Provision) -> int:
    """Where a provision's words begin; a heading that runs into them may be all there is."""
    return provision.body_start if provision.body_start < provision.end else provision.start
