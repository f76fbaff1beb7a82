"""The words of a printed line by their boxes: where a line is cut, which marks are raised, what is spaced out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite
from typing import Any

import pypdfium2.raw as pdfium

Box = tuple[float, float, float, float]

# What pdfium writes its answers into, made once.
_RECTANGLE = pdfium.FS_RECTF()
_MARK = re.compile(r"\(?(?:\d{1,3}|[*†‡§]{1,3})\)?")
# Four letters alone one after the other: a word that is spaced out.
_SPACED_OUT = re.compile(r"(?<!\S)[^\W\d_](?: [^\W\d_]){3}(?!\S)")


@dataclass(slots=True)
class Word:
    """A word with its box on the page; ``first`` is the number of its first letter among those of the page.

    ``mark`` is where a raised mark is set in it, as (start, end).
    """

    text: str
    first: int
    left: float
    bottom: float
    right: float
    top: float
    mark: tuple[int, int] | None = None


def words_of_line(raw: Any, line: str, start: int) -> list[Word]:
    """The words of a line that begins with letter ``start`` of pdfium's page ``raw``."""
    return [word for found in re.finditer(r"\S+", line) for word in _placed(raw, found[0], start + found.start())]


def split_line(words: list[Word], blank: float) -> list[list[Word]]:
    """Words that stand together: cut where the next does not stand on the line, or behind too wide a blank.

    ``blank`` is how wide one may be, in heights of the words' boxes: half of it is twice the blank of a line that is
    not stretched.
    """
    parts: list[list[Word]] = []
    for word in words:
        if parts and _stand_together(parts[-1][-1], word, blank):
            parts[-1].append(word)
        else:
            parts.append([word])
    return parts


def marks_of(words: list[Word]) -> Iterator[tuple[int, int]]:
    """Where raised marks stand in the text of words with blanks between them."""
    longest = max(words, key=lambda word: len(word.text))
    height = longest.top - longest.bottom
    at = 0
    for word in words:
        if word.mark:
            yield at + word.mark[0], at + word.mark[1]
        elif (
            word.top - word.bottom < 0.85 * height
            and word.bottom > longest.bottom + 0.1 * height
            and _MARK.fullmatch(word.text)
        ):
            yield at, at + len(word.text)
        at += len(word.text) + 1


def is_spaced_out(text: str) -> bool:
    """Whether the letters of a word in it are set apart: "A R T I C L E  1"."""
    return bool(_SPACED_OUT.search(text))


def draw_together(words: list[Word]) -> str:
    """The text of words, the letters of those that are spaced out put together."""
    gaps = [b.left - a.right for a, b in pairwise(words) if len(a.text) == len(b.text) == 1]
    # The blank between two words that are spaced out is wider than that between their letters.
    narrow = 1.6 * max(0.5, min(gaps, default=0.0))
    parts = [words[0].text]
    for before, word in pairwise(words):
        letters = len(before.text) == len(word.text) == 1 and (before.text + word.text).isalpha()
        parts.append(word.text if letters and word.left - before.right <= narrow else f" {word.text}")
    return "".join(parts)


def _placed(raw: Any, text: str, start: int) -> list[Word]:
    """A word with its box; none where it is set nowhere, several where the file lacks a blank in it."""
    first, last = _box(raw, start), _box(raw, start + len(text) - 1)
    left, bottom = min(first[0], last[0]), min(first[1], last[1])
    right, top = max(first[2], last[2]), max(first[3], last[3])
    if not isfinite(left + bottom + right + top):
        return []
    height = top - bottom
    is_even = first[1] == last[1] and first[3] == last[3]
    if is_even and right - left < len(text) * height:
        return [Word(text, start, left, bottom, right, top)]
    boxes = [_box(raw, index) for index in range(start, start + len(text))]
    cuts = [place for place, (a, b) in enumerate(pairwise(boxes), start=1) if b[0] - a[2] > 1.5 * height]
    if not cuts:
        return [Word(text, start, left, bottom, right, top, None if is_even else _raised(boxes, text))]
    return [word for a, b in pairwise([0, *cuts, len(text)]) for word in _placed(raw, text[a:b], start + a)]


def _box(raw: Any, index: int) -> Box:
    """Left, bottom, right and top of a letter, as high as its font is."""
    pdfium.FPDFText_GetLooseCharBox(raw, index, _RECTANGLE)
    return _RECTANGLE.left, _RECTANGLE.bottom, _RECTANGLE.right, _RECTANGLE.top


def _raised(boxes: list[Box], text: str) -> tuple[int, int] | None:
    """Where a small raised mark stands at the beginning or the end of a word: "Convention1"."""
    height = max(top - bottom for _, bottom, _, top in boxes)
    foot = min(bottom for _, bottom, _, top in boxes if top - bottom >= 0.9 * height)  # which may be nothing
    places = [
        place
        for place, (_, bottom, _, top) in enumerate(boxes)
        if top - bottom < 0.85 * height and bottom > foot + 0.1 * height
    ]
    if not places or len(places) != places[-1] - places[0] + 1:
        return None
    first, last = places[0], places[-1] + 1
    at_one_end = (first == 0) != (last == len(text))
    return (first, last) if at_one_end and _MARK.fullmatch(text[first:last]) else None


def _stand_together(before: Word, word: Word, blank: float) -> bool:
    lower, higher = sorted((before.top - before.bottom, word.top - word.bottom))
    if min(before.top, word.top) - max(before.bottom, word.bottom) < 0.3 * lower:
        return False
    gap = word.left - before.right
    if gap < 0:
        gap = max(gap, before.left - word.right)  # read from right to left
    return -0.3 * higher <= gap <= blank * higher
