"""Notes around the text of a treaty: headings of articles in the margin, other notes there, footnotes.

A margin note beside the first line of an article is its heading. Those further down divide an article for the
reader; they are the publisher's, as footnotes are, and are left out of the text and told of.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby, pairwise

from ingest.sources.pieces import Page, Piece
from ingest.sources.reflow import is_bare_heading, is_open, keeps_hyphen

# "Art. 27. — A recognized society …": the number of an article with its first words behind it.
_RUN_IN = re.compile(
    r"(?i)(?:article|art\.?|artículo|artigo|artikel)\s*\d{1,3}\s?(?:(?:bis|ter|[a-z])\b)?[\s.:—–-]*(?=\S)"
)
_NOTE = re.compile(r"(?P<mark>\d{1,3}|[*†‡§]{1,3})(?P<slash>/?)(?=\s)|\((?P<inside>\d{1,3}|[*†‡§]{1,3})\)\s")
_RULE = re.compile(r"[_—–-]{5,}")
# A footnote whose last line ends so goes on at the foot of the next page.
_UNFINISHED = re.compile(r"[\w,-]$")


def mark_footnotes(pages: Sequence[Page]) -> dict[int, int]:
    """Mark footnotes, and take their marks out of the text; gives the number of footnotes on each page.

    A footnote is set in smaller type at the foot of the page, with a mark that the text has too or that is raised,
    or it stands below a rule. What is set there without a mark goes on with a footnote of the page before.
    """
    counted: dict[int, int] = {}
    goes_on = False
    for page in pages:
        notes = _footnotes(page.lines, goes_on)
        labels = [label for line in notes if (label := _label(line))]
        for line in notes:
            line.role = "footnote"
        goes_on = bool(notes) and bool(_UNFINISHED.search(notes[-1].text))
        if notes:
            counted[page.number] = max(1, len(labels))
        for label in labels:
            _take_out(label, page)
    return counted


def _footnotes(lines: list[Piece], goes_on: bool) -> list[Piece]:
    text = [line for line in lines if line.role == "text"]
    sizes: Counter[float] = Counter()
    for line in text:
        sizes[round(line.size, 1)] += len(line.text)
    small = 0.92 * sizes.most_common(1)[0][0] if sizes else 0.0
    floor = min((line.base for line in text if line.size >= small), default=0.0)
    found: list[Piece] = []
    for _, group in groupby(text, key=lambda line: line.column):
        column = list(group)
        begin = next((i for i in range(1, len(column)) if _RULE.fullmatch(column[i - 1].text) and _label(column[i])), 0)
        if begin:
            found += column[begin - 1 :]
            continue
        tail = next((i for i in range(len(column), 0, -1) if column[i - 1].size >= small), 0)
        foot = [line for line in column[tail:] if line.base < floor or line.column != text[-1].column]
        first = next((i for i, line in enumerate(foot) if _is_note(line, text)), None)
        if foot and goes_on and first != 0 and not _label(foot[0]):
            first = 0
        if first is not None:
            found += foot[first:]
    return found


def _label(line: Piece) -> str | None:
    """The mark that a footnote begins with: "1", "5/", "*"."""
    match = _NOTE.match(line.text)
    if match is None:
        return None
    return match["inside"] or match["mark"] + match["slash"]


def _is_note(line: Piece, text: list[Piece]) -> bool:
    """Whether a line begins with the mark of a footnote: a raised one, or one that the text has behind a word."""
    label = _label(line)
    if label is None:
        return False
    if line.marks and line.marks[0][0] <= 1:
        return True
    return any(other is not line and any(True for _ in _places(label, other)) for other in text)


def _places(label: str, line: Piece) -> Iterator[tuple[int, int]]:
    """Where the mark of a footnote stands in a line of the text."""
    for start, end in line.marks:
        if start and line.text[start:end].strip("()") == label:
            yield start, end
    if label.isdigit():
        # Raised within its word, the mark does not always stand apart in the file: "Convention1".
        for match in re.finditer(rf"(?<=[^\W\d_]{{3}}){label}(?!\w)", line.text):
            yield match.span()
    else:
        # "1/" and "*" are set on the line and not above it.
        for match in re.finditer(rf"(?<=[\w,.;:)”\"])\s?{re.escape(label)}(?![\w/*])", line.text):
            yield match.span()


def _take_out(label: str, page: Page) -> None:
    """Take the mark of a footnote out of the text, where it would make another word of the one before it."""
    for line in (*page.lines, *page.pieces):
        if line.role not in ("text", "margin note"):
            continue
        place = next(_places(label, line), None)
        if place is None:
            continue
        start, end = place
        page.pieces.append(replace(line, text=line.text[start:end].strip(), role="footnote mark", marks=()))
        line.text = (line.text[:start] + line.text[end:]).strip()
        line.marks = ()
        return


def place_margin_headings(pages: Sequence[Page]) -> tuple[dict[int, str], int]:
    """The margin headings by the id of the line that each belongs under, and how many other notes are left out.

    Where the first words of an article stand behind its number, the line is cut there.
    """
    leading = leading_of(pages)
    found: dict[int, str] = {}
    others = 0
    blocks = {page.number: list(_blocks(page)) for page in pages}
    lines = [line for page in pages for line in page.lines if line.role == "text"] if any(blocks.values()) else []
    for place, number in enumerate(lines):
        if place and is_open(lines[place - 1].text):
            continue  # "… provided for in / Article 105."
        first = lines[place + 1] if place + 1 < len(lines) else number
        if is_bare_heading(number.text):
            near = [b for b in blocks[first.page] if abs(b[0].base - first.base) < leading
                    or (number.page == first.page and abs(b[0].base - number.base) < leading / 2)]  # fmt: skip
        elif _RUN_IN.match(number.text):
            near = [b for b in blocks[number.page] if abs(b[0].base - number.base) < 0.7 * leading]
        else:
            continue
        if near:
            found[id(number)] = _text_of(near[0])
            blocks[near[0][0].page].remove(near[0])
            for note in near[0]:
                note.role = "margin heading"
    others = sum(len(rest) for rest in blocks.values())
    return found, others


def cut_run_in(line: Piece) -> list[Piece]:
    """A line cut behind the number of its article, if its first words stand there: "Art. 27. —", "A recognized …"."""
    match = None if is_bare_heading(line.text) else _RUN_IN.match(line.text)
    if match is None:
        return [line]
    return [replace(line, text=match[0].rstrip(), hyphenated=False), replace(line, text=line.text[match.end() :])]


def leading_of(pages: Sequence[Page]) -> float:
    """The distance of two lines of a paragraph: where most paragraphs have one line, that of fewer than half."""
    gaps = sorted(
        above.base - below.base
        for page in pages
        for above, below in pairwise(page.lines)
        if above.role == below.role == "text"
        and above.column == below.column
        and 0.8 * below.size < above.base - below.base < 4 * below.size
    )
    if not gaps:
        return 12.0
    # A few lines may all be paragraphs; only a long text is known to be set with so much room.
    sizes = sorted(line.size for page in pages for line in page.lines)
    return gaps[len(gaps) // 4] if len(gaps) > 8 else min(gaps[0], 1.3 * sizes[len(sizes) // 2])


def _blocks(page: Page) -> Iterator[list[Piece]]:
    """The margin notes of a page, each with all its lines."""
    notes = sorted((p for p in page.pieces if p.role == "margin note"), key=lambda p: (-round(p.base), p.left))
    for side in (1, -1):
        block: list[Piece] = []
        for note in (n for n in notes if (n.left > page.width / 2) == (side > 0)):
            if block and block[-1].base - note.base > 1.6 * note.size:
                yield block
                block = []
            block.append(note)
        if block:
            yield block


def _text_of(block: list[Piece]) -> str:
    """The words of a margin note; a word broken at the end of a line is mended."""
    text = block[0].text
    for above, note in pairwise(block):
        if above.hyphenated or (text.endswith("-") and note.text[:1].islower()):
            stem = text.removesuffix("-")
            text = f"{stem}-{note.text}" if keeps_hyphen(stem, note.text, Counter()) else stem + note.text
        else:
            text = f"{text} {note.text}"
    return text
