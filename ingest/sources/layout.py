"""The pieces of a page put into the order in which they are read: columns and lines.

A page is read in columns where a gutter runs between lines that fill both its sides; what is set across the gutter
divides the columns into those above and those below.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby, pairwise
from statistics import median

from ingest.sources.pieces import Page, Piece
from ingest.sources.reflow import is_open, starts_block

_NOTE_MARK = re.compile(r"\(?(?:\d{1,3}|[*†‡§]{1,3})\)?")
_RIGHT_TO_LEFT = re.compile(r"[\u0590-\u08ff\ufb1d-\ufefc]")
# The lines that stand on each side of a gutter, and how full half of them are at least: cells of a table are not.
_LEAST_LINES, _LEAST_FILLED = 4, 0.7
# A column takes at least this part of the text's width.
_LEAST_WIDTH = 0.2
Edges = tuple[float, float]


def make_lines(pages: Sequence[Page]) -> None:
    """Make the lines of pages, in reading order, of their pieces that are text; every piece is in just one line."""
    gutters = {page.number: _gutter(_text_of(page)) for page in pages}
    for page in pages:
        gutter = gutters[page.number]
        if gutter is None:
            # A page whose last column has a few lines only is set as the nearest of its side.
            usual = next((found for step in (-2, -1, 2, 1) if (found := gutters.get(page.number + step))), None)
            gutter = usual if usual is not None and _goes_on(_text_of(page), usual) else None
        page.lines = _lines(_text_of(page), gutter, page.width / 2)
        for turned in page.turned.values():
            first = page.lines[-1].column + 1 if page.lines else 0
            text = [piece for piece in turned if piece.role == "text"]
            for line in _lines(text, None, 0.0):
                line.column += first
                page.lines.append(line)


def _text_of(page: Page) -> list[Piece]:
    return [piece for piece in page.pieces if piece.role == "text"]


def _goes_on(pieces: list[Piece], gutter: float) -> bool:
    """Whether a column begins right of a gutter known from other pages, with nothing across beside it."""
    right = [piece for piece in pieces if piece.left >= gutter]
    if not right or min(piece.left for piece in right) > gutter + 6:
        return False
    top, bottom = max(piece.base for piece in right), min(piece.base for piece in right)
    return all(_is_beside(piece, gutter) for piece in pieces if bottom <= piece.base <= top)


def _lines(pieces: list[Piece], gutter: float | None, middle: float) -> list[Piece]:
    """The lines of a page in reading order; ``middle`` is that of the page."""
    text = _with_drop_caps(pieces)
    lines: list[Piece] = []
    for number, (column, edges) in enumerate(_columns(text, _edges(text), gutter)):
        for row in rows_of(column):
            line = _joined(row)
            line.column, line.edges = number, edges
            lines.append(line)
    _mark_centred(lines, middle)
    return lines


def _columns(pieces: list[Piece], edges: Edges, gutter: float | None) -> Iterator[tuple[list[Piece], Edges]]:
    """The columns of a part of a page with a gutter in reading order, each with its edges."""
    if gutter is None:
        if pieces:
            yield pieces, edges
        return
    sides = [piece for piece in pieces if _is_beside(piece, gutter)]
    across = [piece for piece in pieces if not _is_beside(piece, gutter)]
    left_edges = _edges([piece for piece in sides if piece.right < gutter])
    right_edges = _edges([piece for piece in sides if piece.right > gutter])
    whole: list[Piece] = []
    for zone, bar in _zones(sides, across):
        left, right = [p for p in zone if p.right < gutter], [p for p in zone if p.right > gutter]
        if left and right and max(len(rows_of(left)), len(rows_of(right))) < 3 and across:
            # Two lines that stand apart under a heading are no columns yet.
            whole += zone
        elif zone:
            if whole:
                yield whole, edges
            whole = []
            yield from _columns(left, left_edges, _gutter(left, 1.0))
            yield from _columns(right, right_edges, _gutter(right, 1.0))
        whole += bar
    if whole:
        yield whole, edges


def _zones(sides: list[Piece], across: list[Piece]) -> Iterator[tuple[list[Piece], list[Piece]]]:
    """What stands beside the gutter between two lines across it, with the lower one, from the top of the page."""
    rest = sorted(sides, key=lambda piece: -piece.base)
    for row in rows_of(across):
        floor = max(row, key=lambda piece: len(piece.text))
        tolerance = 0.35 * floor.size
        above = [piece for piece in rest if piece.base > floor.base + tolerance]
        level = [piece for piece in rest if abs(piece.base - floor.base) <= tolerance]
        rest = [piece for piece in rest if piece.base < floor.base - tolerance]
        yield above, row + level
    yield rest, []


def _is_beside(piece: Piece, gutter: float) -> bool:
    return piece.right <= gutter or piece.left >= gutter


def _gutter(pieces: list[Piece], most_across: float = 4.0) -> float | None:
    """Where a gutter runs between two columns, None where there is none.

    It runs left of where many lines begin. Beside it, with nothing across, stand lines that fill both sides;
    ``most_across`` is how many lines may stand across it for each line beside it.
    """
    left = min((piece.left for piece in pieces), default=0.0)
    width = max((piece.right for piece in pieces), default=0.0) - left
    narrow = [piece for piece in pieces if piece.right - piece.left < (1 - _LEAST_WIDTH) * width]
    if len(narrow) < 2 * _LEAST_LINES:
        return None
    starts = Counter(round(piece.left) for piece in narrow if piece.left > left + _LEAST_WIDTH * width)
    often = [start for start, _ in starts.most_common(8) if sum(starts[start + n] for n in (-1, 0, 1, 2)) > 2]
    rows = rows_of(pieces) if often else []
    best: tuple[int, float] | None = None
    for start in often:
        gutter = min(piece.left for piece in narrow if piece.left > start - 1) - 2
        lines, crossed = _lines_beside(rows, gutter, width)
        enough = lines >= _LEAST_LINES and crossed <= most_across * lines
        if enough and (best is None or lines - crossed > best[0]):
            best = lines - crossed, gutter
    return best[1] if best else None


def _lines_beside(rows: list[list[Piece]], gutter: float, width: float) -> tuple[int, int]:
    """How many lines stand on the emptier side of a gutter, and how many across it."""
    beside: list[list[Piece]] = []
    crossed = 0
    for is_across, group in groupby(rows, key=lambda row: not all(_is_beside(piece, gutter) for piece in row)):
        zone = list(group)
        if is_across:
            crossed += len(zone)
        elif _stand_side_by_side(
            [row[0].base for row in zone if any(piece.right <= gutter for piece in row)],
            [row[0].base for row in zone if any(piece.right > gutter for piece in row)],
        ):
            beside += zone
    left = [piece for row in beside for piece in row if piece.right <= gutter]
    right = [piece for row in beside for piece in row if piece.right > gutter]
    return min(_full_lines(left, width), _full_lines(right, width)), crossed


def _stand_side_by_side(left: list[float], right: list[float]) -> bool:
    """Whether lines with these bases, from the top, stand beside each other and not one below the other.

    Fewer with a blank at one place have it by chance, as lines do whose blanks are stretched.
    """
    if min(len(left), len(right)) < _LEAST_LINES - 1:
        return False
    common = min(left[0], right[0]) - max(left[-1], right[-1])
    return common >= 0.5 * min(left[0] - left[-1], right[0] - right[-1])


def _full_lines(side: list[Piece], width: float) -> int:
    """How many lines a side of a gutter has, 0 where they do not fill a column."""
    if len(side) < _LEAST_LINES:
        return 0
    lines = [max(p.right for p in row) - min(p.left for p in row) for row in rows_of(side)]
    # One line in ten may reach over the edge.
    column = sorted(lines)[int(0.9 * (len(lines) - 1))]
    return len(lines) if column >= _LEAST_WIDTH * width and median(lines) >= _LEAST_FILLED * column else 0


def _edges(column: list[Piece]) -> Edges:
    """The left edge of a column's full lines and the right edge of all."""
    if not column:
        return 0.0, 0.0
    widest = max(piece.right - piece.left for piece in column)
    left = min(piece.left for piece in column if piece.right - piece.left > 0.8 * widest)
    return left, max(piece.right for piece in column)


def rows_of(pieces: list[Piece]) -> list[list[Piece]]:
    """Pieces that stand on one line, from the top; a raised mark stands on that of the words around it."""
    rows: list[list[Piece]] = []
    longest: Piece | None = None
    for piece in sorted(pieces, key=lambda piece: -piece.base):
        if longest and longest.base - piece.base <= 0.35 * max(longest.size, piece.size):
            rows[-1].append(piece)
            longest = max(longest, piece, key=lambda p: len(p.text))
        else:
            rows.append([piece])
            longest = piece
    return rows


def _joined(row: list[Piece]) -> Piece:
    """The pieces of a row as one."""
    main = max(row, key=lambda piece: len(piece.text))
    if len(row) == 1:
        return main
    leftwards = bool(_RIGHT_TO_LEFT.search(main.text))
    row = sorted(row, key=lambda piece: -piece.right if leftwards else piece.left)
    marks: list[tuple[int, int]] = []
    at = 0
    for piece in row:
        marks += [(at + start, at + end) for start, end in piece.marks]
        is_raised = piece.size < 0.85 * main.size and piece.base > main.base + 0.1 * main.size
        if is_raised and _NOTE_MARK.fullmatch(piece.text):
            marks.append((at, at + len(piece.text)))
        at += len(piece.text) + 1
    return replace(
        main,
        text=" ".join(piece.text for piece in row),
        left=min(piece.left for piece in row),
        right=max(piece.right for piece in row),
        marks=tuple(marks),
        hyphenated=row[-1].hyphenated,
    )


def _with_drop_caps(pieces: list[Piece]) -> list[Piece]:
    """The pieces with each large first letter put before the line that it begins."""
    sizes = sorted(piece.size for piece in pieces)
    usual = sizes[len(sizes) // 2] if sizes else 0.0
    joined = list(pieces)
    for cap in [p for p in pieces if len(p.text) == 1 and p.text.isalpha() and p.size > 1.8 * usual]:
        beside = [p for p in joined if p.size < 0.7 * cap.size and 0 <= p.left - cap.right < cap.size
                  and cap.base + 0.2 * p.size < p.base < cap.base + cap.size]  # fmt: skip
        if beside:
            first = max(beside, key=lambda p: p.base)
            word = replace(first, text=cap.text + first.text, left=cap.left,
                           marks=tuple((a + 1, b + 1) for a, b in first.marks))  # fmt: skip
            joined = [word if p is first else p for p in joined if p is not cap]
    return joined


def _mark_centred(lines: list[Piece], middle: float) -> None:
    """Mark lines that are set in the middle of their column or of the page."""
    above: Piece | None = None
    for line in lines:
        left, right = line.edges
        before, after = line.left - left, right - line.right
        on_axis = abs((line.left + line.right) / 2 - middle) < 4 or abs(before - after) < 6
        starts = (above is not None and above.centred) or line.text[:1].isupper() or line.text[:1] in '“"('
        line.centred = before > 12 and after > 12 and on_axis and starts and not _is_of_paragraph(line)
        above = line
    for first, second, third in zip(lines, lines[1:], lines[2:], strict=False):
        if first.centred and third.centred and _is_set_solid(first, second) and _is_set_solid(second, third):
            second.centred = True  # the widest line of a heading
    for line, following in pairwise(lines):
        if line.centred and not following.centred and _is_set_solid(line, following):
            # The indented first line of a paragraph, by chance as far from the right edge.
            goes_on = following.text[:1].islower() or is_open(line.text) or _is_long(line, 0.8)
            line.centred = not goes_on


def _is_of_paragraph(line: Piece) -> bool:
    """Whether a line is one of a paragraph by its mark, or by its length and the stop at its end."""
    return starts_block(line.text) or (line.text.endswith((".", ";", ":")) and _is_long(line, 0.5))


def _is_long(line: Piece, part: float) -> bool:
    return line.right - line.left > part * (line.edges[1] - line.edges[0])


def _is_set_solid(above: Piece, below: Piece) -> bool:
    """Whether two lines of one column follow each other without a blank."""
    return above.column == below.column and 0 < above.base - below.base < 1.6 * below.size
