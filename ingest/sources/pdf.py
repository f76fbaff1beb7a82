"""PDF: the words of each page by their place, so that furniture and notes can be told from the text.

Pieces of type (pieces.py) lose what a publisher set around the text (furniture.py), become lines in reading order
(layout.py), lose notes (notes.py), and become paragraphs (reflow.py). A text layer that is garbage, of a font
without a usable map to Unicode, is refused: an index of it would answer nothing and cite nonsense.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from itertools import groupby
from pathlib import PurePath

import pypdfium2

from ingest.errors import GarbledText, OnlyPictures, UnreadableDocument
from ingest.sources.bilingual import keep_language
from ingest.sources.document import Document, Line, assemble
from ingest.sources.furniture import mark_furniture
from ingest.sources.garbled import garbled_pages
from ingest.sources.layout import make_lines
from ingest.sources.margins import mark_margins
from ingest.sources.notes import cut_run_in, leading_of, mark_footnotes, place_margin_headings
from ingest.sources.pieces import UNKNOWN, Page, Piece, read_pieces
from ingest.sources.reflow import PlacedLine, reflow

# How a sentence about pages begins that OCR would find text on.
PICTURES_ON = "a picture and no text on"
# A page of a newspaper has 30,000.
_MOST_LETTERS = 60_000
# A page with fewer letters has a page number and no text.
_FEWEST_LETTERS = 5


def read_pdf(
    data: bytes, name: str, on_page: Callable[[int, int], None] | None = None, *, language: str = "en"
) -> Document:
    """The document of a PDF; ``on_page(done, of)`` is called after each page.

    Of a text set in several languages beside each other the one in ``language`` is read.
    Raises UnreadableDocument for a broken, truncated or encrypted file, GarbledText for a garbled text layer,
    OnlyPictures for a PDF without text (a scan).
    """
    pages, attached = read_pages(data, name, on_page)
    headings, oddities = set_apart(pages, language)
    if attached:
        oddities.append(f"{_count(len(attached), 'attached file')} not read ({', '.join(attached)})")
    return assemble(_lines(pages, headings), "pdf", oddities=oddities)


def read_pages(
    data: bytes, name: str, on_page: Callable[[int, int], None] | None = None
) -> tuple[list[Page], list[str]]:
    """The pages of a PDF with the pieces of type on them, and the names of files attached to it.

    Raises as ``read_pdf`` does.
    """
    document = _open(data, name)
    pages: list[Page] = []
    try:
        for index in range(len(document)):
            pages.append(_read_page(document[index], index + 1, name))
            if on_page:
                on_page(index + 1, len(document))
        attached = [document.get_attachment(i).get_name() for i in range(document.count_attachments())]
    except pypdfium2.PdfiumError as error:
        raise UnreadableDocument(
            name, f"page {len(pages) + 1} of the PDF cannot be read ({error}).", "Get the file again."
        ) from error
    finally:
        document.close()
    _refuse_portfolio(pages, attached, name)
    _refuse_pictures(pages, name)
    _refuse_garbage(pages, name)
    return pages, attached


def set_apart(pages: list[Page], language: str = "en") -> tuple[dict[int, str], list[str]]:
    """Give every piece of the pages its role and make their lines.

    Gives the margin headings by the id of the line that each belongs under, and what was left out, as sentences.
    """
    oddities = [f"table of contents left out (pages {first}–{last})" for first, last in mark_furniture(pages)]
    _mark_unreadable(pages)
    mark_margins(pages)
    make_lines(pages)
    if told := keep_language(pages, language):
        oddities.append(told)
    if notes := mark_footnotes(pages):
        oddities.append(f"{_count(sum(notes.values()), 'footnote')} left out ({_pages(notes)})")
    headings, others = place_margin_headings(pages)
    if others:
        oddities.append(f"{_count(others, 'margin note')} left out")
    return headings, oddities + _told_of_pages(pages)


def _told_of_pages(pages: list[Page]) -> list[str]:
    """Sentences about pages that hold what is not in the text."""
    told = []
    turned = [piece for page in pages for found in page.turned.values() for piece in found]
    across = dict.fromkeys(piece.text for piece in turned if piece.role == "watermark")
    if across:
        told.append(f"words set across the page left out (“{' '.join(list(across)[:8])}”)")
    if unknown := {page.number: page.unknown for page in pages if page.unknown}:
        letters = _count(sum(unknown.values()), "letter")
        told.append(f"{letters} that no font tells, on {_pages(unknown)}, shown as {UNKNOWN} or left out with the line")
    if pictures := [page.number for page in pages if page.is_picture]:
        told.append(f"{PICTURES_ON} {_pages(pictures)}; --ocr reads what is in it")
    return told


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


def _read_page(page: pypdfium2.PdfPage, number: int, name: str) -> Page:
    textpage = page.get_textpage()
    try:
        if (letters := textpage.count_chars()) > _MOST_LETTERS:
            reason = f"page {number} of the PDF holds {letters:,} letters, more than a page of print can."
            raise UnreadableDocument(name, reason, "Convert it to text.")
        return read_pieces(page, textpage, number)
    finally:
        textpage.close()


def _refuse_portfolio(pages: list[Page], attached: list[str], name: str) -> None:
    documents = [file for file in attached if PurePath(file).suffix.lower() in (".pdf", ".doc", ".docx")]
    if documents and len(pages) == 1:
        shown = ", ".join(documents[:5])
        raise UnreadableDocument(
            name,
            f"the PDF is one page with documents attached to it ({shown}).",
            "Save those out of it and give them.",
        )


def _refuse_pictures(pages: list[Page], name: str) -> None:
    if sum(page.letters for page in pages) < _FEWEST_LETTERS * len(pages):
        raise OnlyPictures(
            name,
            f"the PDF has {len(pages)} page(s) but no text; it is probably a scan.",
            "It needs OCR: give --ocr, which runs ocrmypdf, or run that yourself: ocrmypdf INPUT.pdf OUTPUT.pdf",
        )


def _refuse_garbage(pages: list[Page], name: str) -> None:
    garbage = garbled_pages(["\n".join(piece.text for piece in page.pieces) for page in pages])
    if not garbage:
        return
    where = "" if len(garbage) == len(pages) else f" on {_pages(garbage)}"
    raise GarbledText(
        name,
        f"the PDF's text layer is garbled{where} ({garbage[min(garbage)]}).",
        "Use another edition of the text (HTML, DOCX, plain text), or OCR: give --ocr, which runs ocrmypdf "
        "--force-ocr.",
        tuple(sorted(garbage)),
    )


def _mark_unreadable(pages: list[Page]) -> None:
    """Mark lines whose letters cannot be told; single unknown letters stay in their words."""
    for page in pages:
        if page.unknown:
            for piece in page.pieces:
                if piece.role == "text" and piece.text.count(UNKNOWN) > 0.3 * len(piece.text):
                    piece.role = "unreadable"


def _lines(pages: list[Page], headings: dict[int, str]) -> list[Line]:
    """The text in reading order: wrapped lines joined, margin headings under their article's number."""
    text = [[line for line in page.lines if line.role == "text"] for page in pages]
    leading = leading_of(pages)
    placed: list[PlacedLine] = []
    _widen_edges(text)
    for lines in text:
        _set_edges(lines)
        last: Piece | None = None
        for line in lines:
            is_below = last is not None and last.column == line.column
            gap = max(last.base - line.base, 0.0) if last and is_below else 0.0
            heading = headings.get(id(line))
            if heading is None:
                placed.append(_placed(line, gap))
            else:
                number, *first = cut_run_in(line)
                placed += [_placed(number, gap), PlacedLine(heading, 0, 0, 9 * leading, line.page, centred=True)]
                placed += [_placed(words, 9 * leading) for words in first]
            last = line
    flushed = reflow(placed, 0.0, leading)
    return [Line(line.text, heading=line.centred, page=line.page, breaks=line.breaks) for line in flushed]


def _widen_edges(pages: list[list[Piece]]) -> None:
    """Give each column the right edge that nearly all columns have which begin where it does.

    Set ragged, no line of a short one may reach it.
    """
    rights: dict[int, dict[int, float]] = defaultdict(dict)
    for lines in pages:
        for line in lines:
            rights[round(line.edges[0] / 3)][line.page] = line.edges[1]
    usual = {left: sorted(found.values())[int(0.9 * (len(found) - 1))] for left, found in rights.items()}
    for lines in pages:
        for line in lines:
            line.edges = line.edges[0], max(line.edges[1], usual[round(line.edges[0] / 3)])


def _set_edges(lines: list[Piece]) -> None:
    """Give lines that end where many others do that place as the right edge of their column.

    A page may be set in two measures, the narrower one beside the notes in the margin.
    """
    for _, group in groupby(lines, key=lambda line: line.column):
        column = list(group)
        ends = Counter(round(line.right) for line in column)
        often = max(4, len(column) // 4)
        for line in column:
            left, right = line.edges
            there = sum(ends[round(line.right) + step] for step in (-1, 0, 1))
            if there >= often and line.right - left > 0.6 * (right - left):
                line.edges = left, line.right


def _placed(line: Piece, gap: float) -> PlacedLine:
    """A line measured from the right edge of its own column, which may differ from page to page."""
    right = line.edges[1]
    return PlacedLine(line.text, line.left - right, line.right - right, gap, line.page, line.column,
                      line.centred, line.hyphenated)  # fmt: skip


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _pages(numbers: Iterable[int]) -> str:
    """Page numbers as people write them: "page 3", "pages 3, 5–7"."""
    found = sorted(numbers)
    runs: list[list[int]] = []
    for number in found:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    shown = ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)
    return f"page {shown}" if len(found) == 1 else f"pages {shown}"
