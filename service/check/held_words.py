"""The words of a treaty's text by their numbers, and how far a quotation is from every stretch of them."""

import re
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from service.check.words import Word, words_in

Ids = NDArray[np.int32]


class HeldWords:
    """The words of a treaty's text, or of a stretch of it, to find quotations in.

    ``marks`` are where numbers of paragraphs and points stand, which are no words.
    """

    def __init__(
        self, text: str, start: int = 0, end: int | None = None, marks: Iterable[tuple[int, int]] = ()
    ) -> None:
        self.text = text
        found: list[Word] = []
        for word in words_in(text, start, end, marks):
            # What the treaty itself has in brackets are its words.
            inside = words_in(text, word.start + 1, word.end - 1, lists=False) if word.kind == "bracket" else [word]
            found += [one for one in inside if one.kind == "word"]
        numbers: dict[str, int] = {}
        self.numbers = numbers
        self.ids: Ids = np.array([numbers.setdefault(word.text, len(numbers)) for word in found], dtype=np.int32)
        self.starts = np.array([word.start for word in found], dtype=np.int64)
        self.ends = np.array([word.end for word in found], dtype=np.int64)

    def __len__(self) -> int:
        return len(self.ids)

    def range_of(self, start: int, end: int) -> tuple[int, int]:
        """The words that stand within two offsets of the text, as a range of their numbers."""
        return int(np.searchsorted(self.starts, start)), int(np.searchsorted(self.ends, end, side="right"))

    def span(self, first: int, last: int) -> tuple[int, int]:
        """The offsets of some words, those of the place where they would stand if there are none."""
        if last > first:
            return int(self.starts[first]), int(self.ends[last - 1])
        place = int(self.ends[first - 1]) if first else 0
        return place, place

    def ends_sentence(self, number: int) -> bool:
        """Whether a sentence, or a line, ends behind a word."""
        if number + 1 >= len(self):
            return True
        behind = int(self.starts[number + 1])
        between = self.text[int(self.ends[number]) : behind]
        # A line that is only broken goes on with a small letter.
        return bool(_SENTENCE_END.search(between)) or ("\n" in between and not self.text[behind].islower())


_SENTENCE_END = re.compile(r"[.;:]|\n\s*\n|\n\s*\(")


def distances(mine: Ids, its: Ids) -> NDArray[np.int32]:
    """The edit distance of all of one text's words to the nearest stretch of another's that ends at each place.

    Shape (words of the other + 1,): the first is for no words. By the row, as in P. H. Sellers, "The Theory and
    Computation of Evolutionary Distances", Journal of Algorithms 1 (1980).
    """
    places = np.arange(len(its) + 1, dtype=np.int32)
    row = np.zeros(len(its) + 1, dtype=np.int32)
    for number, word in enumerate(mine, 1):
        put_for = row[:-1] + (its != word)
        np.minimum(put_for, row[1:] + 1, out=put_for)
        row[0], row[1:] = number, put_for
        row -= places
        np.minimum.accumulate(row, out=row)
        row += places
    return row


def length_of(mine: Ids, before: Ids, cost: int) -> int:
    """How many words the stretch has that ends with ``before`` and is so far from ``mine``; the fewest there are."""
    backward, its = mine[::-1].tolist(), before[::-1].tolist()
    for length in range(max(0, len(backward) - cost), len(its) + 1):
        if Levenshtein.distance(backward, its[:length], score_cutoff=cost) <= cost:
            return length
    return len(its)
