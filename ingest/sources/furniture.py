"""What a publisher sets around the text of a treaty: running heads and feet, page numbers, watermarks, contents.

It is told by where it stands and by its coming back from page to page, never by its words alone.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from ingest.numbers import roman_value
from ingest.sources.layout import rows_of
from ingest.sources.pieces import Page, Piece, Role
from ingest.sources.reflow import starts_heading

_PAGE_NUMBER = re.compile(
    r"[-–—\s\[(]*(?:(?:page|p\.|página|стр\.)\s*)?(?P<number>\d{1,4}|[ivxlc]{1,7})"
    r"(?:\s*(?:/|of|de|sur)\s*\d{1,4})?[-–—\s\])|.]*",
    re.I,
)
_CONTINUED = re.compile(r"\s*/\s*(\.{2,}|…)\s*")
# An entry of a table of contents: dots, then the page.
_DOT_LEADER = re.compile(r"(?:(?:\.\s?){4,}|…{2,})\s*(?:\d{1,4}|[ivxlc]{1,7})$")
_ENTRY = re.compile(r"(?i)(article|art\.|part|chapter|section|annex|preamble|protocol|appendix).*\s(?P<page>\d{1,4})$")
_CONTENTS = re.compile(r"(?i)(table of )?contents|sommaire|table des mati[èe]res|índice|оглавление|содержание|目录")
# Lines at the head and at the foot of a page among which its furniture is looked for.
_DEPTH = 3
# How much wider the blank between it and the text is than nearly all others.
_WIDER = 1.15


@dataclass(frozen=True, slots=True)
class _Cell:
    """Pieces that stand together at the head or the foot of a page.

    ``apart`` tells that a blank divides them from the text, ``outermost`` that no line is further out, ``alone``
    that nothing else stands on their line.
    """

    pieces: list[Piece]
    apart: bool
    outermost: bool
    alone: bool = False

    @property
    def text(self) -> str:
        """Its words."""
        return " ".join(piece.text for piece in self.pieces)

    @property
    def first(self) -> Piece:
        """The piece that tells its place."""
        return self.pieces[0]

    @property
    def is_open(self) -> bool:
        """Whether it may still be text."""
        return self.first.role == "text"

    def mark(self, role: Role) -> None:
        """Give all its pieces a role."""
        _mark(self.pieces, role)


def _mark(pieces: Iterable[Piece], role: Role) -> None:
    for piece in pieces:
        piece.role = role


def mark_furniture(pages: Sequence[Page]) -> list[tuple[int, int]]:
    """Mark running heads and feet, page numbers, what is printed twice, watermarks, and tables of contents.

    Gives the first and the last page of each table of contents.
    """
    for page in pages:
        _mark_doubles(page.pieces)
    rows = [rows_of([piece for piece in page.pieces if piece.role == "text"]) for page in pages]
    gaps = sorted(a[0].base - b[0].base for found in rows for a, b in pairwise(found))
    gap = _WIDER * gaps[3 * len(gaps) // 4] if gaps else 0.0
    heads = [_cells(found, gap) for found in rows]
    feet = [_cells(found[::-1], gap) if len(found) > 1 else [] for found in rows]
    sizes = sorted(piece.size for page in pages for piece in page.pieces if len(piece.text) > 40)
    usual = sizes[len(sizes) // 2] if sizes else 0.0
    roles: tuple[Role, Role] = ("running head", "running foot")
    for cells, role in zip((heads, feet), roles, strict=True):
        _mark_page_numbers(cells)
        _mark_recurring(cells, role, usual)
        _mark_level(cells, role, usual)
        _mark_beside_numbers(cells, role)
    _mark_watermarks(pages)
    return _mark_contents(pages)


def _cells(rows: list[list[Piece]], wide: float) -> list[_Cell]:
    """What stands together on the outer lines of a page, from its edge; a wide blank divides a line.

    ``wide`` is a gap between lines that is wider than nearly all of the document.
    """
    outer = rows[: _DEPTH + 1]
    gaps = [abs(a[0].base - b[0].base) for a, b in pairwise(rows)]
    # Wider than what divides the paragraphs of the page, too.
    here = _WIDER * sorted(gaps)[3 * len(gaps) // 4] if len(gaps) > 2 * _DEPTH else 0.0
    # The furniture ends where the first wide gap is; it may be all that a page has.
    breaks = [n for n, gap in enumerate(gaps[:_DEPTH], start=1) if gap > max(1.8 * rows[n][0].size, wide, here)]
    end = breaks[0] if breaks else 1 if len(rows) == 1 else 0
    cells = []
    for place, row in enumerate(outer[:_DEPTH]):
        parts: list[list[Piece]] = []
        for piece in sorted(row, key=lambda piece: piece.left):
            if parts and piece.left - parts[-1][-1].right <= 1.5 * piece.size:
                parts[-1].append(piece)
            else:
                parts.append([piece])
        cells += [_Cell(part, place < end, place == 0, len(parts) == 1) for part in parts]
    return cells


def _mark_doubles(pieces: list[Piece]) -> None:
    """Words set twice on the same spot, for a shadow or to look bold, are read once."""
    seen: dict[str, list[Piece]] = defaultdict(list)
    for piece in pieces:
        near = 0.2 * piece.size
        if any(abs(p.left - piece.left) < near and abs(p.base - piece.base) < near for p in seen[piece.text]):
            piece.role = "printed twice"
        seen[piece.text].append(piece)


def _mark_page_numbers(pages: Sequence[list[_Cell]]) -> None:
    """Mark numbers that count on from page to page; on a single page one that stands apart from the text."""
    found = [(number - cell.first.page, cell) for cells in pages for cell in cells
             if cell.is_open and (number := _page_number(cell.text)) is not None]  # fmt: skip
    counted = Counter(difference for difference, _ in found)
    apart: dict[int, list[float]] = defaultdict(list)
    for difference, cell in found:
        if cell.apart:
            apart[difference].append(cell.first.base)
    for difference, cell in found:
        bases = apart[difference]
        # In the text a number stands at the head of a page by chance: that of the first paragraph there.
        level = len(bases) > 2 and cell.outermost and abs(cell.first.base - median(bases)) < 3
        alone = cell.alone and counted[difference] > len(pages) / 2
        single = len(pages) == 1 and cell.outermost
        if level or alone or (cell.apart and (single or len(bases) > 1)):
            cell.mark("page number")


def _mark_beside_numbers(pages: Sequence[list[_Cell]], role: Role) -> None:
    """Mark what stands on the line of a page number, apart from the text: a head that names one short annex."""
    for cells in pages:
        levels = [cell.first.base for cell in cells if cell.first.role == "page number" and cell.apart]
        for cell in cells:
            beside = any(abs(cell.first.base - level) < 3 for level in levels)
            if cell.is_open and cell.apart and beside and not starts_heading(cell.text):
                cell.mark(role)


def _page_number(text: str) -> int | None:
    match = _PAGE_NUMBER.fullmatch(text)
    if match is None:
        return None
    return int(match["number"]) if match["number"].isdigit() else roman_value(match["number"].lower())


def _mark_recurring(pages: Sequence[list[_Cell]], role: Role, usual: float) -> None:
    """Mark words that stand at the same height of many pages, digits not told apart."""
    found = [cell for cells in pages for cell in cells if cell.is_open]
    alike: dict[str, list[_Cell]] = defaultdict(list)
    for cell in found:
        alike[_pattern(cell)].append(cell)
    size = median(cell.first.size for cell in found) if found else 0.0
    # Within the text the last word of some paragraph may by chance stand where that of another does.
    often_apart = max(2 if len(pages) < 4 else 3, len(pages) / 12)
    often = max(3, 0.4 * len(pages))
    for cell in found:
        there = [other for other in alike[_pattern(cell)] if abs(other.first.base - cell.first.base) < 3]
        apart = {other.first.page for other in there if other.apart}
        within = {other.first.page for other in there if other.alone}
        recurs = _page_number(cell.text) is None and (len(apart) >= often_apart or len(within) >= often)
        # The heading of an article may come to stand at the head of several pages.
        is_heading = starts_heading(cell.text) and cell.first.size > 0.95 * size
        # Forms and lists repeat whole sentences.
        is_sentence = (
            cell.text.endswith((".", ";", ":")) and cell.text.count(" ") > 3 and cell.first.size > 0.95 * usual
        )
        if (recurs and not is_heading and not is_sentence) or _CONTINUED.fullmatch(cell.text):
            cell.mark(role)


def _pattern(cell: _Cell) -> str:
    return re.sub(r"\d+", "#", cell.text.casefold())


def _mark_level(pages: Sequence[list[_Cell]], role: Role, usual: float) -> None:
    """Mark what stands where most pages have their running head, though its words come only once: a chapter's name.

    Where no words come back, it is what stands apart at one height of most pages in type smaller than the ``usual``.
    """
    outer = [cell for cells in pages for cell in cells if cell.outermost]
    # At the foot of a page small type that stands apart is a footnote.
    small = 0.95 * usual if role == "running head" else 0.0
    taken = [cell.first for cell in outer if cell.apart and (not cell.is_open or cell.first.size < small)]
    levels = Counter(round(piece.base) for piece in taken)
    if not levels:
        return
    level = levels.most_common(1)[0][0]
    if len({piece.page for piece in taken if abs(piece.base - level) < 2}) < max(2, 0.4 * len(pages)):
        return
    size = median(piece.size for piece in taken if abs(piece.base - level) < 2)
    for cell in outer:
        fits = abs(cell.first.base - level) < 2 and abs(cell.first.size - size) < 0.15 * size
        is_small = cell.first.size < small
        title = cell.first.page == 1 and not is_small
        if cell.is_open and fits and (cell.apart or is_small) and not title and not starts_heading(cell.text):
            cell.mark(role)


def _mark_watermarks(pages: Sequence[Page]) -> None:
    """Mark words across the page, and lines along it that come back on other pages."""
    along = [row for page in pages for turn, found in page.turned.items() if turn % 90 == 0 for row in rows_of(found)]
    recurring = Counter(_words(row) for row in along)
    for row in along:
        if recurring[_words(row)] >= 3:
            _mark(row, "watermark")
    for page in pages:
        for turn, found in page.turned.items():
            if turn % 90:
                _mark(found, "watermark")


def _words(row: list[Piece]) -> str:
    return " ".join(piece.text for piece in sorted(row, key=lambda piece: piece.left))


def _mark_contents(pages: Sequence[Page]) -> list[tuple[int, int]]:
    """Mark tables of contents; gives the first and the last page of each."""
    rows: list[list[Piece]] = []
    for page in pages:
        text = [piece for piece in page.pieces if piece.role == "text"]
        if any("...." in p.text or ". . . ." in p.text or "……" in p.text or _CONTENTS.fullmatch(p.text) for p in text):
            rows += rows_of(text)
    lines = [(row[0].page, _words(row)) for row in rows]
    found: list[tuple[int, int]] = []
    for run in _runs(lines, _DOT_LEADER, reach=12) or _runs(lines, _ENTRY, reach=4, under_heading=True):
        first, last = run[0], run[-1]
        before = [i for i in range(max(0, first - 8), first) if lines[i][0] == lines[first][0]]
        heading = next((i for i in before if _CONTENTS.fullmatch(lines[i][1])), None)
        # Without a heading of its own it may begin with that of a part: "PART I / General provisions / Article 1 … 5".
        part = next((i for i in before[-4:] if starts_heading(lines[i][1])), first)
        first = part if heading is None else heading
        _mark((piece for row in rows[first : last + 1] for piece in row), "contents")
        found.append((rows[first][0].page, rows[last][0].page))
    return found


def _runs(
    lines: list[tuple[int, str]], entry: re.Pattern[str], *, reach: int, under_heading: bool = False
) -> list[list[int]]:
    """Which lines, each with its page, are tables of contents: five entries near each other or more.

    The page numbers of entries do not fall.
    """
    runs: list[list[int]] = []
    for index, (page, line) in enumerate(lines):
        if not entry.search(line):
            continue
        if runs and index - runs[-1][-1] <= reach and page - lines[runs[-1][-1]][0] <= 1:
            runs[-1].append(index)
        else:
            runs.append([index])
    return [
        run
        for run in runs
        if len(run) >= 5
        and _rise([_page_of_entry(lines[i][1]) for i in run])
        and (not under_heading or any(_CONTENTS.fullmatch(line) for _, line in lines[max(0, run[0] - 8) : run[0]]))
    ]


def _page_of_entry(text: str) -> int:
    number = text.split()[-1].strip(".…")
    return int(number) if number.isdigit() else roman_value(number.lower()) or 0


def _rise(numbers: list[int]) -> bool:
    falls = sum(1 for a, b in pairwise(numbers) if b < a)
    return falls <= len(numbers) // 10 + 1
