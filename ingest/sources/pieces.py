"""The pieces of type on a page of a PDF: words that stand together, with their place, size and direction.

pdfium gives all letters of a page at once and places on request, and the requests are what takes time. So a line
that is set in one go is measured as a whole, and only a line with blanks, raised marks or another direction word by
word (words.py).
"""

import re
from collections import Counter
from collections.abc import Iterator
from ctypes import c_double
from dataclasses import dataclass, field
from itertools import chain, islice
from math import atan2, cos, degrees, hypot, isfinite, radians, sin
from typing import Any, Literal

import pypdfium2
import pypdfium2.raw as pdfium

from ingest.sources.words import draw_together, is_spaced_out, marks_of, split_line, words_of_line

# A letter that its font cannot tell: better shown as unknown than as another letter.
UNKNOWN = "\ufffd"
# pdfium's marks for a hyphen that breaks a word at the end of a line, and a soft hyphen that does.
_HYPHENS = ("\x02", "\ufffe")
_LINE = re.compile(r"[^\s\x02\ufffe](?:[^\r\n\x02\ufffe]*[^\s\x02\ufffe])?")
_SIGN = re.compile(r"[^ \r\nA-Za-z0-9.,;:()\[\]/'\"“”‘’«»§°…–—\xa0À-ÿ-]")
_LARGE = re.compile(r"(?<![^ \r\n])[A-Z0-9]")
_BLANKS = frozenset(" \t\r\n\xa0\x02\ufffe")
_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"})

# What pdfium writes its answers into, made once.
_MATRIX, _X, _Y, _SIDES = pdfium.FS_MATRIX(), c_double(), c_double(), tuple(c_double() for _ in range(4))

Role = Literal[
    "text", "running head", "running foot", "page number", "margin heading", "margin note", "footnote",
    "footnote mark", "contents", "watermark", "printed twice", "beyond the page", "unreadable", "another language",
]  # fmt: skip


@dataclass(slots=True)
class Piece:
    """Words that stand together on one line, and what they are.

    ``left``, ``right`` and ``base``, the line that letters stand on, are in points from the lower left corner of
    the page as its words are read; ``size`` is that of the type. ``marks`` are the places in ``text`` of raised
    marks of footnotes, as (start, end). ``hyphenated`` tells that its last word is broken. What is no "text" by its
    ``role`` is left out of the document. ``column`` counts the columns of a page in reading order, ``edges`` are
    the left and right edge of its own.
    """

    text: str
    left: float
    right: float
    base: float
    size: float
    page: int
    marks: tuple[tuple[int, int], ...] = ()
    hyphenated: bool = False
    role: Role = "text"
    column: int = 0
    edges: tuple[float, float] = (0.0, 0.0)
    centred: bool = False


@dataclass(slots=True)
class Page:
    """A page with its pieces in the order of the file, and the ``lines`` made of them in that of reading.

    ``turned`` are those that run in another direction than most, by the angle between the two, each in a frame of
    its own. Those beyond the visible part of the page, where printers put their marks, have that role. ``letters``
    counts all letters, ``unknown`` those that their font cannot tell; ``is_picture`` tells a page that holds
    pictures and no letters.
    """

    number: int
    width: float
    pieces: list[Piece] = field(default_factory=list)
    turned: dict[int, list[Piece]] = field(default_factory=dict)
    lines: list[Piece] = field(default_factory=list)
    letters: int = 0
    unknown: int = 0
    is_picture: bool = False


@dataclass(slots=True)
class _Run:
    """Letters ``start:end`` of a page that make a piece; box and ``origin`` are on the page as it is in the file."""

    start: int
    end: int
    text: str
    turn: int
    size: float
    origin: tuple[float, float]
    box: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    marks: tuple[tuple[int, int], ...] = ()
    hyphenated: bool = False


def read_pieces(page: pypdfium2.PdfPage, textpage: pypdfium2.PdfTextPage, number: int) -> Page:
    """The pieces of a page; ``number`` is its number from 1."""
    text, unknown = _letters(textpage)
    runs = _runs(textpage.raw, text)
    turns: Counter[int] = Counter()
    for run in runs:
        turns[run.turn] += len(run.text)
    # Whether the file turns the page or its words, it is read upright.
    upright = next((turn for turn, _ in turns.most_common() if turn % 90 == 0), 0)
    left, bottom, right, top = visible = page.get_bbox()
    corners = [_turn(x, y, upright) for x in (left, right) for y in (bottom, top)]
    corner = min(x for x, _ in corners), min(y for _, y in corners)
    found = Page(number, max(x for x, _ in corners) - corner[0], unknown=unknown)
    found.letters = sum(map(str.isalnum, text)) + unknown
    for run in runs:
        piece = _piece(run, number, corner if run.turn == upright else (0.0, 0.0))
        x, y = (run.box[0] + run.box[2]) / 2, (run.box[1] + run.box[3]) / 2
        if not (visible[0] <= x <= visible[2] and visible[1] <= y <= visible[3]):
            piece.role = "beyond the page"
        if run.turn == upright:
            found.pieces.append(piece)
        else:
            found.turned.setdefault((run.turn - upright) % 360, []).append(piece)
    if not found.letters:
        found.is_picture = any(True for _ in page.get_objects([pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=3))
    return found


def _letters(textpage: pypdfium2.PdfTextPage) -> tuple[str, int]:
    """The letters of a page, one sign for each that pdfium counts, and how many of them their fonts cannot tell."""
    count = textpage.count_chars()
    text = textpage.get_text_range(0, count) if count else ""
    if len(text) != count:
        # Letters without a code are left out of the text of a page, and those beyond 16 bits are two there.
        codes = (pdfium.FPDFText_GetUnicode(textpage.raw, i) for i in range(count))
        text = "".join(chr(c) if c and not 0xD800 <= c < 0xE000 else UNKNOWN for c in codes)
    if not _is_suspect(textpage.raw, text):
        return text, 0
    told = "".join(UNKNOWN if c not in _BLANKS and _is_unknown(textpage.raw, i) else c for i, c in enumerate(text))
    return told, told.count(UNKNOWN)


def _is_suspect(raw: Any, text: str) -> bool:
    """Whether a letter is found that its font cannot tell.

    Such a letter comes out as the number of its shape, in the usual fonts a capital as a sign and a small letter as a
    capital; so every sign is looked at, of words with a large first letter every third, and one letter in a hundred.
    """
    signs = (sign.start() for sign in _SIGN.finditer(text))
    words = (word.start() for word in islice(_LARGE.finditer(text), 0, None, 3))
    places = chain(signs, words, range(0, len(text), 100))
    return UNKNOWN in text or any(text[i] not in _BLANKS and _is_unknown(raw, i) for i in places)


def _is_unknown(raw: Any, index: int) -> bool:
    return bool(pdfium.FPDFText_HasUnicodeMapError(raw, index) == 1)


def _runs(raw: Any, text: str) -> list[_Run]:
    """The letters that make a piece each, in the order of the file."""
    lines = list(_LINE.finditer(text))
    by_words = bool(lines) and _is_of_two_columns(raw, max(lines, key=lambda line: line.end() - line.start()))
    runs: list[_Run] = []
    for line in lines:
        run = _measured(raw, line[0], line.start())
        run.hyphenated = text[run.end : run.end + 1] in _HYPHENS or run.text.endswith("\u00ad")
        box = None if by_words or run.turn else _box_of_line(raw, run)
        if box:
            run.box = box
            runs.append(run)
        else:
            runs += _cut(raw, run)
    return [run for run in runs if isfinite(sum(run.box))]  # by a broken matrix some stand nowhere


def _is_of_two_columns(raw: Any, longest: re.Match[str]) -> bool:
    """Whether a file sets the lines of two columns in one go, by the longest of a page: none can be measured whole.

    A wide blank behind the number of a paragraph or before that of a page divides no columns.
    """
    parts = split_line(words_of_line(raw, longest[0], longest.start()), blank=1.0)
    return sum(1 for part in parts if sum(len(word.text) for word in part) > 10) > 1


def _measured(raw: Any, text: str, start: int) -> _Run:
    """A run with its direction, its size, and a point of the line it stands on, as its longest word has them.

    The first may be a raised mark.
    """
    longest = max(text.split(), key=len)
    index = start + text.index(longest)
    matrix, x, y = _MATRIX, _X, _Y
    pdfium.FPDFText_GetMatrix(raw, index, matrix)
    pdfium.FPDFText_GetCharOrigin(raw, index, x, y)
    size = pdfium.FPDFText_GetFontSize(raw, index) * hypot(matrix.c, matrix.d)
    turn = round(degrees(atan2(matrix.b, matrix.a))) if isfinite(matrix.a + matrix.b) else 0
    # Words that lean by a degree or two are those of a page that was not laid straight on the scanner.
    straight = round(turn / 90) * 90
    turn = (straight if abs(turn - straight) <= 3 else turn) % 360
    return _Run(start, start + len(text), text, turn, size if isfinite(size) else 0.0, (x.value, y.value))


def _box_of_line(raw: Any, run: _Run) -> tuple[float, float, float, float] | None:
    """The box of a line that is set in one go; None where its words have to be looked at.

    pdfium gives a rectangle for each stretch in one font: blanks between them may divide columns, and what stands
    above the foot of the others may be the mark of a footnote.
    """
    count = pdfium.FPDFText_CountRects(raw, run.start, run.end - run.start)
    left, top, right, bottom = _SIDES
    box: tuple[float, float, float, float] | None = None
    foot, wide = run.origin[1] + 0.15 * run.size, 0.75 * run.size
    for index in range(count):
        pdfium.FPDFText_GetRect(raw, index, left, top, right, bottom)
        this = left.value, bottom.value, right.value, top.value
        if (this[1] > foot and count > 1) or (box and not -wide <= this[0] - box[2] <= wide):
            return None
        box = (min(box[0], this[0]), min(box[1], this[1]), max(box[2], this[2]), max(box[3], this[3])) if box else this
    return None if is_spaced_out(run.text) or run.size < 0.1 else box


def _cut(raw: Any, line: _Run) -> Iterator[_Run]:
    """The pieces of a line by the places of its words."""
    parts = split_line(words_of_line(raw, line.text, line.start), blank=0.65)
    for part in parts:
        first, last = part[0], part[-1]
        end = last.first + len(last.text)
        run = _measured(raw, line.text[first.first - line.start : end - line.start], first.first)
        run.box = (
            min(word.left for word in part), min(word.bottom for word in part),
            max(word.right for word in part), max(word.top for word in part),
        )  # fmt: skip
        run.marks = tuple(marks_of(part))
        run.hyphenated = line.hyphenated and part is parts[-1]
        if is_spaced_out(run.text):
            run.text = draw_together(part)
        if run.size < 0.1:
            run.size = first.top - first.bottom
        yield run


def _turn(x: float, y: float, turn: int) -> tuple[float, float]:
    """Where a point lies once the page is turned so that words of this direction run to the right."""
    if not turn:
        return x, y
    across, up = cos(radians(turn)), sin(radians(turn))
    return x * across + y * up, y * across - x * up


def _piece(run: _Run, page: int, corner: tuple[float, float]) -> Piece:
    left, bottom, right, top = run.box
    ends = [_turn(x, y, run.turn)[0] for x in (left, right) for y in (bottom, top)] if run.turn else (left, right)
    base = _turn(*run.origin, run.turn)[1] if isfinite(sum(run.origin)) else bottom
    text = run.text if run.text.isascii() else run.text.translate(_LIGATURES)
    marks = run.marks if len(text) == len(run.text) else ()
    return Piece(
        text, min(ends) - corner[0], max(ends) - corner[0], base - corner[1], run.size, page, marks, run.hyphenated
    )
