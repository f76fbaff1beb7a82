"""An answer taken apart: Pacta's own words, and the quotations between them in the order of their first use."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from service.citations import on_one_line

_NUMBER = re.compile(r"\[(\d{1,4})\]")

Spoken = tuple[str, Mapping[str, Any] | None]


def spoken(answer: Mapping[str, Any]) -> Iterator[Spoken]:
    """Own words, each with the quotation they lead to, or None where they stand alone.

    No word of the answer is left out, and no citation: one that is only named by its number follows the paragraph that
    first names it, one that is never named comes last. Each is given once.
    """
    text: str = answer["answer"]
    left = {one["number"]: one for one in answer["citations"]}
    position = 0
    while found := _next_quotation(text, position, left):
        start, end, number = found
        before = text[position:start]
        quoted = left.pop(number)
        *alone, leading = before.split("\n\n")
        for words in alone:
            yield from _alone(words, left)
        if _named_in(leading, left):
            yield from _alone(leading, left)
            leading = ""
        yield _tidy(leading), quoted
        position = end
    for words in text[position:].split("\n\n"):
        yield from _alone(words, left)
    for citation in left.values():
        yield "", citation


def _next_quotation(text: str, position: int, left: Mapping[int, Mapping[str, Any]]) -> tuple[int, int, int] | None:
    """The first of the quotations that is written out from here on: where it begins and ends, and its number."""
    places = []
    for number, citation in left.items():
        written = f"“{on_one_line(citation['quote'])}” [{number}]"
        start = text.find(written, position)
        if start >= 0:
            places.append((start, -len(written), number))
    if not places:
        return None
    start, length, number = min(places)
    return start, start - length, number


def _alone(words: str, left: dict[int, Mapping[str, Any]]) -> Iterator[Spoken]:
    """A paragraph without a quotation, and after it the quotations that it names for the first time."""
    if words := _tidy(words):
        yield words, None
    for number in _named_in(words, left):
        yield "", left.pop(number)


def _named_in(words: str, left: Mapping[int, Mapping[str, Any]]) -> list[int]:
    return [n for n in dict.fromkeys(int(found[1]) for found in _NUMBER.finditer(words)) if n in left]


def _tidy(words: str) -> str:
    """Words without what only joined them to the quotation before."""
    words = words.strip()
    return words if words.strip(".,;") else ""
