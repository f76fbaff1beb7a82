"""Notes in the margin of a page: what is set beside the text, at an edge that its lines keep to.

A right and a left margin are told alike; positions are measured outwards, so that what lies farther out is larger.
"""

import re
from collections import Counter
from collections.abc import Sequence
from math import inf

from ingest.sources.pieces import Page, Piece
from ingest.sources.reflow import starts_heading

# No note, but the number of the paragraph beside it, or of the note.
_LABEL = re.compile(r"\(?(?:\d{1,3}|[A-Za-z]{1,5})[.)]\)?|\(\w{1,5}\)|[–—•▪*-]|\d{1,2}")
# A line of the text takes this part of the widest one; so many lines make an edge by ending at one place.
_WIDE, _LEAST_LINES = 0.4, 4
Edges = tuple[float | None, float | None]


def mark_margins(pages: Sequence[Page]) -> None:
    """Give what stands in the margins of the pages the role of a margin note."""
    found = {page.number: _mark(page.pieces, (None, None)) for page in pages}
    for page in pages:
        # The pages of a book differ left and right; one with few lines has its edge where its neighbours have it.
        before, after = (found.get(page.number + step, (None, None)) for step in (-2, 2))
        usual = before[0] or after[0], before[1] or after[1]
        if usual != (None, None) and found[page.number] != usual:
            _mark(page.pieces, usual)


def _mark(pieces: list[Piece], usual: Edges) -> Edges:
    """Mark the notes of a page; gives the left and the right edge of its text where notes stand beyond it."""
    text = [piece for piece in pieces if piece.role == "text"]
    return _mark_side(text, -1, usual[0]), _mark_side(text, 1, usual[1])


def _mark_side(text: list[Piece], side: int, usual: float | None) -> float | None:
    widest = max((piece.right - piece.left for piece in text), default=0.0)
    wide = [piece for piece in text if piece.right - piece.left > _WIDE * widest]
    ends = Counter(round(_outer(piece, side)) for piece in wide)
    edges = {end for end in ends if sum(ends[end + step] for step in (-1, 0, 1)) >= _LEAST_LINES}
    if len(wide) >= _LEAST_LINES:
        edges.add(round(max(_outer(piece, side) for piece in wide if piece.right - piece.left > 0.8 * widest)))
    if usual is not None:
        edges.add(round(side * usual))
    # Nothing narrow lies beyond most edges of most pages.
    reach = max((_inner(piece, side) for piece in text if piece.right - piece.left < _WIDE * widest), default=-inf)
    best: list[Piece] = []
    at: float | None = None
    for edge in sorted((edge for edge in edges if reach > edge + 2), reverse=True):
        notes = _notes(text, wide, edge, side)
        if len(notes) > len(best):
            best, at = notes, float(side * edge)
    for piece in best:
        piece.role = "margin note"
    return at


def _notes(text: list[Piece], wide: list[Piece], edge: float, side: int) -> list[Piece]:
    """The notes beyond an edge, none where what stands there is another column, or the ends of longer lines."""
    beyond = [piece for piece in text if _inner(piece, side) > edge + 2]
    if not beyond or any(_inner(piece, side) > edge + 2 for piece in wide):
        return []
    notes = [p for p in beyond if not _LABEL.fullmatch(p.text) and not starts_heading(p.text)
             and any(c.isalpha() for c in p.text)]  # fmt: skip
    across = [piece for piece in text if _inner(piece, side) < edge - 2 and _outer(piece, side) > edge + 2]
    if not notes or not _keep_an_edge(notes, edge, side):
        return []
    if any(abs(line.base - note.base) < 1.6 * note.size for line in across for note in notes):
        return []
    lines = [piece.base for piece in wide if _outer(piece, side) <= edge + 2]
    beside = sum(1 for note in notes if any(abs(base - note.base) < 0.75 * note.size for base in lines))
    if 2 * beside < len(notes):
        return []
    return notes + [p for p in beyond if _LABEL.fullmatch(p.text) and _is_of_notes(p, notes)]


def _keep_an_edge(notes: list[Piece], edge: float, side: int) -> bool:
    """Whether notes are aligned, or stand clear of the text where they are few."""
    if len(notes) <= 2:
        return all(_inner(note, side) - edge > 0.8 * note.size for note in notes)
    starts, ends = Counter(round(note.left / 3) for note in notes), Counter(round(note.right / 3) for note in notes)
    return 2 * max(*starts.values(), *ends.values()) >= len(notes)


def _is_of_notes(label: Piece, notes: list[Piece]) -> bool:
    """Whether a number belongs to a margin note: "I. General observations", on one line or above each other."""
    aligned = any(abs(label.left - note.left) < 3 or abs(label.right - note.right) < 3 for note in notes)
    for note in notes:
        height = abs(label.base - note.base)
        if (height < 2 and 0 <= note.left - label.right < 1.5 * note.size) or (aligned and height < 1.6 * note.size):
            return True
    return False


def _inner(piece: Piece, side: int) -> float:
    """Where a piece begins, measured outwards."""
    return piece.left if side > 0 else -piece.right


def _outer(piece: Piece, side: int) -> float:
    return piece.right if side > 0 else -piece.left
