"""A treaty as a page: its text cut into headings and paragraphs, nothing left out.

The page is a flat series of parts, so that a template can write it in one loop: a provision is
opened, its heading and paragraphs follow, provisions in it are opened and closed in their turn, it
is closed. Joined, the words of all parts are the words of the treaty; only white space between them
is dropped.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ingest.models import CONTAINERS, GROUPINGS, ParsedTreaty, Provision

# Provisions that begin with a heading of their own; the others begin with a number in the margin.
HEADED = GROUPINGS | CONTAINERS | {"article", "preamble", "final"}
# What is longer than this before the first word is no number, and is set in the line.
LONGEST_NUMBER = 12
# Lines shorter than this that follow one another are a list (of names, of signatures), set close.
SHORT_LINE = 45

_LINE_ENDS = re.compile(r"\s*\n\s*")


@dataclass(frozen=True, slots=True)
class Mark:
    """The stretch of the text that is quoted; ``empty`` when there is none."""

    start: int = 0
    end: int = 0

    @property
    def empty(self) -> bool:
        """Whether nothing is marked."""
        return self.start >= self.end


@dataclass(frozen=True, slots=True)
class Piece:
    """Words, marked or not; ``first`` is where the quotation begins."""

    text: str
    marked: bool = False
    first: bool = False


Pieces = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One step of the page.

    ``kind`` says which of the other fields count: "open" (``provision``, ``target``, ``numbered``),
    "heading" (``level``, ``lines``: its lines), "number" and "paragraph" (``lines``: one of them;
    ``close`` when it is a line of a list), "close".
    """

    kind: Literal["open", "heading", "number", "paragraph", "close"]
    provision: Provision | None = None
    target: bool = False
    numbered: bool = False
    level: int = 0
    lines: tuple[Pieces, ...] = ()
    close: bool = False


def clamp_mark(start: int | None, end: int | None, length: int) -> Mark:
    """The stretch asked for, as far as the text has it."""
    if start is None or end is None:
        return Mark()
    return Mark(min(max(start, 0), length), min(max(end, 0), length))


def lay_out(parsed: ParsedTreaty, *, target: str | None = None, mark: Mark = Mark()) -> list[Part]:
    """The whole treaty as parts of a page, with one provision and the quotation marked."""
    return list(_Layout(parsed, target, mark).parts())


class _Layout:
    def __init__(self, parsed: ParsedTreaty, target: str | None, mark: Mark) -> None:
        self.parsed = parsed
        self.text = parsed.treaty.text
        self.target = target
        self.mark = mark
        self.mark_begun = False

    def parts(self) -> Iterator[Part]:
        """All parts, what stands before, between and after the provisions included."""
        yield from self._inside(None, 0, len(self.text), level=2)

    def _provision(self, provision: Provision, start: int, level: int) -> Iterator[Part]:
        """A provision, of which the words before ``start`` are set already."""
        end_of_head = self._end_of_head(provision)
        head = self.text[start:end_of_head].strip()
        headed = provision.kind in HEADED
        numbered = not headed and 0 < len(head) <= LONGEST_NUMBER
        target = provision.eid == self.target
        yield Part("open", provision=provision, target=target, numbered=numbered)
        if headed and head:
            lines = tuple(self._lines(start, end_of_head))
            yield Part("heading", provision=provision, level=min(level, 6), lines=lines)
            start, level = end_of_head, level + 1
        elif numbered:
            yield Part("number", lines=(self._pieces(start, end_of_head),))
            start = end_of_head
        yield from self._inside(provision.eid, start, provision.end, level)
        yield Part("close")

    def _end_of_head(self, provision: Provision) -> int:
        """Where number and heading end, as far as they are not those of a provision within.

        A chapeau is an exception: its number is that of the paragraph it opens.
        """
        children = self.parsed.children.get(provision.eid, ())
        end = min(provision.body_start, provision.end)
        if children and children[0].kind != "chapeau":
            end = min(end, children[0].start)
        return end

    def _inside(self, eid: str | None, start: int, end: int, level: int) -> Iterator[Part]:
        """The provisions within ``eid`` (None: the treaty) and the words of its own around them."""
        for child in self.parsed.children.get(eid, ()):
            yield from self._paragraphs(start, child.start)
            yield from self._provision(child, max(start, child.start), level)
            start = max(start, child.end)
        yield from self._paragraphs(start, end)

    def _paragraphs(self, start: int, end: int) -> Iterator[Part]:
        for line_end in _LINE_ENDS.finditer(self.text, start, end):
            if self._goes_on(line_end, end):
                continue
            close = line_end[0].count("\n") == 1 and line_end.start() - start < SHORT_LINE
            yield from self._paragraph(start, line_end.start(), close)
            start = line_end.end()
        yield from self._paragraph(start, end)

    def _paragraph(self, start: int, end: int, close: bool = False) -> Iterator[Part]:
        pieces = self._pieces(start, end)
        if pieces:
            yield Part("paragraph", lines=(pieces,), close=close)

    def _goes_on(self, line_end: re.Match[str], end: int) -> bool:
        """Whether a sentence goes on in the next line, which is then set anew to the measure."""
        if line_end[0].count("\n") > 1 or line_end.end() >= end:
            return False
        before = self.text[line_end.start() - 1 : line_end.start()]
        return self.text[line_end.end()].islower() and before not in {".", ";", ":"}

    def _lines(self, start: int, end: int) -> Iterator[Pieces]:
        while start < end:
            stop = self.text.find("\n", start, end)
            stop = end if stop < 0 else stop
            pieces = self._pieces(start, stop)
            if pieces:
                yield pieces
            start = stop + 1

    def _pieces(self, start: int, end: int) -> Pieces:
        """``text[start:end]`` without white space around it, cut where the mark begins or ends."""
        words = self.text[start:end]
        start += len(words) - len(words.lstrip())
        end = start + len(words.strip())
        mark_start = min(max(self.mark.start, start), end)
        mark_end = min(max(self.mark.end, mark_start), end)
        if self.mark.empty or mark_start == mark_end:
            return (Piece(self.text[start:end]),) if start < end else ()
        first, self.mark_begun = not self.mark_begun, True
        cut = (
            Piece(self.text[start:mark_start]),
            Piece(self.text[mark_start:mark_end], marked=True, first=first),
            Piece(self.text[mark_end:end]),
        )
        return tuple(piece for piece in cut if piece.text)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the table of contents, ``depth`` levels in."""

    eid: str
    label: str
    heading: str
    depth: int


def table_of_contents(parsed: ParsedTreaty) -> list[Entry]:
    """What begins with a heading (parts, articles, annexes …), in the order of the text."""
    return [
        Entry(p.eid, p.label, p.heading or "", sum(1 for _ in parsed.ancestors(p)))
        for p in parsed.provisions
        if p.kind in HEADED
    ]
