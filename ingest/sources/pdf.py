"""PDF: the words of each page by their place, so that furniture and margins can be told from the text.

pdfium gives runs of text with their boxes. They become lines; running heads, page numbers and margin
headings are taken out by where they stand; wrapped lines become paragraphs. A text layer that is garbage
(a font without a usable map to Unicode) is refused: an index of it would answer nothing and cite nonsense.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

import pypdfium2

from ingest.errors import EmptyDocument, UnreadableDocument
from ingest.sources.document import Document, Line, assemble
from ingest.sources.reflow import PlacedLine, is_bare_heading, reflow, starts_block

_PAGE_NUMBER = re.compile(r"[-–—\s]*(?:page\s*)?(\d{1,4}|[ivxlc]{1,7})(?:\s*(?:/|of)\s*\d{1,4})?[-–—\s.]*", re.I)
_CONTINUED = re.compile(r"^\s*/\s*(\.{2,}|…)\s*$")
# An entry of a table of contents: dots, then the page.
_DOT_LEADER = re.compile(r"((\.\s?){4,}|…{2,})\s*(\d{1,4}|[ivxlc]{1,7})$")
# pdfium's own mark for a hyphen that breaks a word at the end of a line.
_BROKEN_WORD = ("\x02", "\ufffe")
_TOC_HEADING = re.compile(r"(?i)^(table of )?contents$|^sommaire$|^table des mati[èe]res$|^índice$")


@dataclass(slots=True)
class _Row:
    """One printed line of a page."""

    text: str
    left: float
    right: float
    bottom: float
    top: float
    page: int
    hyphenated: bool = False
    margin: bool = False
    furniture: bool = False
    centred: bool = False
    on_axis: bool = False


def read_pdf(data: bytes, name: str, on_page: Callable[[int, int], None] | None = None) -> Document:
    """The document of a PDF; ``on_page(done, of)`` is called after each page.

    Raises UnreadableDocument for a broken, truncated or encrypted file and for a garbled text layer,
    EmptyDocument for a PDF without text (a scan).
    """
    document = _open(data, name)
    try:
        pages: list[list[_Row]] = []
        for index in range(len(document)):
            pages.append(_rows(document[index], index + 1))
            if on_page:
                on_page(index + 1, len(document))
    except pypdfium2.PdfiumError as error:
        raise UnreadableDocument(
            name, f"page {len(pages) + 1} of the PDF cannot be read ({error}).", "Get the file again."
        ) from error
    finally:
        document.close()
    text = "".join(row.text for rows in pages for row in rows)
    if sum(c.isalnum() for c in text) < 20 * max(1, len(pages)) // 4:
        raise EmptyDocument(
            name,
            f"the PDF has {len(pages)} page(s) but no text; it is probably a scan.",
            "Make it searchable first, for example with: ocrmypdf INPUT.pdf OUTPUT.pdf",
        )
    if reason := garbled(text):
        raise UnreadableDocument(
            name,
            f"the PDF's text layer is garbled ({reason}).",
            "Use another edition of the text (HTML, DOCX, plain text), or OCR it: ocrmypdf --force-ocr",
        )
    _mark_furniture(pages)
    for rows in pages:
        _mark_margins(rows)
    oddities: list[str] = []
    if left_out := _drop_contents(pages):
        oddities.append(f"table of contents left out (pages {left_out[0]}–{left_out[1]})")
    return assemble(_lines(pages), "pdf", oddities=oddities)


def _open(data: bytes, name: str) -> pypdfium2.PdfDocument:
    if not re.search(rb"%%EOF", data[-2048:]) and not re.search(rb"startxref\s+\d+", data[-4096:]):
        raise UnreadableDocument(name, "the PDF is cut off: its end is missing.", "Download or copy the file again.")
    try:
        document = pypdfium2.PdfDocument(data)
        len(document)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise UnreadableDocument(
                name,
                "the PDF is encrypted and needs a password.",
                "Save a copy without one (qpdf --decrypt), if you may.",
            ) from error
        raise UnreadableDocument(name, f"the PDF is damaged ({error}).", "Download or copy the file again.") from error
    return document


def garbled(text: str) -> str | None:
    """Why a text layer is unusable, None where it is sound.

    Fonts without a map to Unicode give letters of scripts that no treaty mixes, or private code points;
    sound text of any language keeps its letters within one or two scripts.
    """
    letters = [c for c in text if not c.isspace() and (c.isalpha() or ord(c) > 0x2FF)]
    if not letters:
        return None
    strange = sum(1 for c in letters if unicodedata.category(c) in ("Co", "Cn", "Cc", "So"))
    if strange / len(letters) > 0.02:
        return f"{100 * strange / len(letters):.0f} % of its letters are private or unassigned signs"
    blocks = Counter(_script(c) for c in letters)
    usual = sum(blocks[s] for s in ("latin", "cyrillic", "greek", "arabic", "cjk", "hebrew", "devanagari"))
    if (rest := 1 - usual / len(letters)) > 0.03:
        return f"{100 * rest:.0f} % of its letters are of scripts that do not belong together"
    # Russian set in a font with a shifted map comes out as rare Latin letters.
    rare = sum(1 for c in letters if 0x0180 <= ord(c) <= 0x02FF)
    if rare / len(letters) > 0.05:
        return f"{100 * rare / len(letters):.0f} % of its letters are rare Latin signs"
    return None


def _script(c: str) -> str:
    code = ord(c)
    if code < 0x0300 or 0x1E00 <= code < 0x1F00 or 0x2000 <= code < 0x2C00 or 0xFB00 <= code < 0xFB07:
        return "latin"
    if 0x0300 <= code < 0x0370:
        return "latin"
    if 0x0370 <= code < 0x0400 or 0x1F00 <= code < 0x2000:
        return "greek"
    if 0x0400 <= code < 0x0530:
        return "cyrillic"
    if 0x0590 <= code < 0x0600:
        return "hebrew"
    if 0x0600 <= code < 0x0700 or 0x0750 <= code < 0x0780 or 0xFB50 <= code < 0xFE00 or 0xFE70 <= code < 0xFF00:
        return "arabic"
    if 0x0900 <= code < 0x0980:
        return "devanagari"
    if 0x3000 <= code < 0x3100 or 0x4E00 <= code < 0xA000 or 0xFF00 <= code < 0xFFF0:
        return "cjk"
    return "other"


def _rows(page: pypdfium2.PdfPage, number: int) -> list[_Row]:
    """The printed lines of a page in pdfium's reading order."""
    textpage = page.get_textpage()
    middle = page.get_width() / 2
    rows: list[_Row] = []
    for index in range(textpage.count_rects()):
        left, bottom, right, top = textpage.get_rect(index)
        last = rows[-1] if rows else None
        if last and _same_line(last, left, bottom, top):
            last.right = max(last.right, right)
            last.bottom, last.top = min(last.bottom, bottom), max(last.top, top)
        else:
            rows.append(_Row("", left, right, bottom, top, number))
    for row in rows:
        # One request for the whole line: boxes of neighbouring fonts overlap, and asking for each would
        # give the letters between them twice.
        text = textpage.get_text_bounded(row.left - 0.5, row.bottom, row.right + 0.5, row.top)
        row.hyphenated = text.rstrip().endswith(_BROKEN_WORD)
        row.text = " ".join(text.replace("\x02", "").replace("\ufffe", "").split())
        row.on_axis = abs((row.left + row.right) / 2 - middle) < 4
    textpage.close()
    return [row for row in rows if row.text]


def _same_line(row: _Row, left: float, bottom: float, top: float) -> bool:
    overlap = min(row.top, top) - max(row.bottom, bottom)
    height = min(row.top - row.bottom, top - bottom)
    return overlap >= 0.3 * height and -3 <= left - row.right < 30


def _mark_furniture(pages: list[list[_Row]]) -> None:
    """Mark running heads, footers and page numbers: what recurs at the edge of many pages."""
    seen: Counter[tuple[str, int]] = Counter()
    edges: list[list[_Row]] = []
    for rows in pages:
        by_height = sorted(rows, key=lambda row: -row.top)
        edge = by_height[:4] + by_height[-3:]
        edges.append(edge)
        for row in {id(row): row for row in edge}.values():
            seen[_pattern(row)] += 1
    often = max(3, len(pages) // 12)
    for rows, edge in zip(pages, edges, strict=True):
        by_height = sorted(rows, key=lambda row: -row.top)
        outer = {id(row) for row in by_height[:2] + by_height[-2:]}
        for row in edge:
            alone = id(row) in outer and _PAGE_NUMBER.fullmatch(row.text)
            recurs = seen[_pattern(row)] >= often and not is_bare_heading(row.text)
            if recurs or alone or _CONTINUED.match(row.text):
                row.furniture = True


def _pattern(row: _Row) -> tuple[str, int]:
    """What a running head looks like on every page: digits alike, at about the same height."""
    return re.sub(r"\d+", "#", row.text.casefold()), round(row.top / 12)


def _mark_margins(rows: list[_Row]) -> None:
    """Mark notes set in the margin beside the column, and lines centred in it."""
    body = [row for row in rows if not row.furniture]
    if not body:
        return
    widest = max(row.right - row.left for row in body)
    full = [row for row in body if row.right - row.left > 0.8 * widest]
    left, right = min(row.left for row in full), max(row.right for row in full)
    above_centred = False
    for row in body:
        if len(full) >= 4 and (row.left > right - 2 or row.right < left + 2):
            row.margin = True
            continue
        before, after = row.left - left, right - row.right
        on_axis = row.on_axis or abs(before - after) < 6
        starts = above_centred or row.text[:1].isupper() or row.text[:1] in '“"('
        row.centred = before > 12 and after > 12 and on_axis and starts and not starts_block(row.text)
        above_centred = row.centred


def _drop_contents(pages: list[list[_Row]]) -> tuple[int, int] | None:
    """Leave out a table of contents; gives its first and last page."""
    rows = [row for page in pages for row in page if not row.furniture]
    leaders = [i for i, row in enumerate(rows) if _DOT_LEADER.search(row.text)]
    runs: list[list[int]] = []
    for index in leaders:
        if runs and index - runs[-1][-1] <= 12:
            runs[-1].append(index)
        else:
            runs.append([index])
    runs = [run for run in runs if len(run) >= 5]
    if not runs:
        return None
    first, last = runs[0][0], runs[0][-1]
    for back in range(max(0, first - 8), first):
        if _TOC_HEADING.match(rows[back].text.strip()):
            first = back
    for row in rows[first : last + 1]:
        row.furniture = True
    return rows[first].page, rows[last].page


def _lines(pages: list[list[_Row]]) -> list[Line]:
    """The text in reading order: wrapped lines joined, margin headings under their article's number."""
    body = [[row for row in rows if not row.furniture] for rows in pages]
    gaps = [
        above.bottom - below.bottom
        for rows in body
        for above, below in pairwise(r for r in rows if not r.margin)
        if 0 < above.bottom - below.bottom < 40
    ]
    leading = median(gaps) if gaps else 12.0
    placed: list[PlacedLine] = []
    for rows in body:
        column = [row for row in rows if not row.margin]
        notes = _margin_headings(rows, leading)
        right = max((row.right for row in column), default=0.0)
        last: _Row | None = None
        for row in column:
            gap = max(last.bottom - row.bottom, 0.0) if last else 0.0
            placed.append(_placed(row, gap, right))
            last = row
            if note := notes.get(id(row)):
                placed.append(PlacedLine(note, 0, 0, 9 * leading, row.page, centred=True))
    flushed = reflow(placed, 0.0, leading)
    return [Line(line.text, heading=line.centred, page=line.page) for line in flushed]


def _placed(row: _Row, gap: float, right: float) -> PlacedLine:
    """A row measured from the right edge of its own page's column, which may differ from page to page."""
    return PlacedLine(row.text, row.left - right, row.right - right, gap, row.page, row.centred, row.hyphenated)


def _margin_headings(rows: list[_Row], leading: float) -> dict[int, str]:
    """The margin headings that begin beside an article's first line, by id of the row of its number.

    Notes further down beside an article divide it for the reader; they are the publisher's and left out.
    """
    column = [row for row in rows if not row.margin and not row.furniture]
    notes = [row for row in rows if row.margin and not row.furniture]
    found: dict[int, str] = {}
    for number, first in pairwise(column):
        if not is_bare_heading(number.text):
            continue
        beside = [n for n in notes if abs(n.top - first.top) < leading or abs(n.top - number.top) < leading / 2]
        if not beside:
            continue
        words, last = [beside[0]], beside[0]
        for note in notes[notes.index(beside[0]) + 1 :]:
            if not 0 < last.bottom - note.bottom < 1.4 * leading:
                break
            words.append(note)
            last = note
        found[id(number)] = " ".join(w.text[:-1] if w.hyphenated and w.text.endswith("-") else w.text for w in words)
    return found
