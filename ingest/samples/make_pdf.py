"""Turn sources/river-basin.txt into river-basin.pdf, set as a treaty series sets it.

usage: python make_pdf.py [TARGET.pdf]          (needs reportlab; gives the same bytes at every run)

The source is plain text. A blank line ends a block; a block is a heading of one or two lines ("Article 4" over
"General principles") or a paragraph on one line. The page furniture added here is what a PDF reader has to take off
again: a title page, a table of contents with dot leaders, running heads, page numbers, and words broken at line ends.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import NamedTuple

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

HERE = Path(__file__).parent
TITLE = "Convention on the Protection and Sustainable Use of the Tessara River Basin"
SYMBOL = "TRB/CONV/2009/1"
SHORT_TITLE = "Tessara River Basin Convention"
PLACE_AND_DATE = "Port Ilvane, 22 September 2009"

WIDTH, HEIGHT = A4
LEFT, RIGHT, TOP, BOTTOM = 106, 106, 104, 92
MEASURE = WIDTH - LEFT - RIGHT

ROMAN, BOLD, ITALIC = "Times-Roman", "Times-Bold", "Times-Italic"
SIZE, LEADING = 11, 16.4
LINES_ON_PAGE = 1 + int((HEIGHT - TOP - BOTTOM) / LEADING)
ENTRIES_ON_PAGE = 41

HEADING = re.compile(r"(PART [IVX]+|Chapter \d+|Article \d+|ANNEX [IVX]+|PROTOCOL|PREAMBLE)$")
POINT = re.compile(r"\([a-z]\) ")
CONTAINER = re.compile(r"(PART|ANNEX|PROTOCOL)\b")

# Where a word may be broken at a line's end. A short list is enough: a page needs two or three such words.
BREAKABLE = {
    word.replace("|", ""): word.split("|")
    for word in [
        "ab|strac|tion",
        "ac|cept|ance",
        "ac|cord|ance",
        "af|fect|ed",
        "agree|ment",
        "ap|pointed",
        "ap|prov|al",
        "ar|bi|tra|tion",
        "ar|bi|tra|tors",
        "as|sess|ment",
        "as|sist|ance",
        "au|thor|ise",
        "au|thor|ised",
        "au|thor|ity",
        "be|tween",
        "cer|tif|i|cate",
        "com|mit|tee",
        "com|mu|ni|cate",
        "com|mu|ni|cated",
        "com|pen|sated",
        "com|pen|sa|tion",
        "com|pe|tent",
        "con|cen|tra|tion",
        "con|di|tions",
        "Con|fer|ence",
        "con|sec|u|tive",
        "con|sul|ta|tions",
        "con|tri|bu|tions",
        "Con|ven|tion",
        "dan|ger|ous",
        "Dan|ger|ous",
        "De|pos|i|tary",
        "dis|charge",
        "down|stream",
        "em|bank|ments",
        "en|ter",
        "en|vi|ron|men|tal",
        "equi|ta|ble",
        "es|tab|lished",
        "ex|pense",
        "flood|ing",
        "fol|low|ing",
        "gen|er|a|tion",
        "gov|ern|ment",
        "im|mu|ni|ties",
        "im|ple|men|ta|tion",
        "im|por|tance",
        "in|clud|ing",
        "in|com|pat|i|ble",
        "in|for|ma|tion",
        "in|hab|i|tants",
        "in|spec|tions",
        "in|stru|ment",
        "in|ter|na|tion|al",
        "in|ter|pre|ta|tion",
        "meas|ure",
        "meas|ures",
        "min|i|mum",
        "na|tion|al",
        "na|tion|al|ity",
        "nav|i|ga|tion",
        "nec|es|sary",
        "no|ti|fi|ca|tion",
        "no|ti|fi|ca|tions",
        "no|ti|fied",
        "no|ti|fy|ing",
        "ob|li|ga|tions",
        "op|er|a|tor",
        "Par|ties",
        "per|mit",
        "per|mit|ted",
        "per|son|nel",
        "pol|lu|tion",
        "pop|u|la|tion",
        "pre|vent",
        "pro|ceed|ings",
        "pro|hib|ited",
        "pro|hi|bi|tion",
        "pro|por|tion",
        "pro|tec|tion",
        "pro|vi|sions",
        "quan|ti|ty",
        "rat|i|fi|ca|tion",
        "rea|son|able",
        "re|ceived",
        "re|port",
        "re|quest|ing",
        "res|er|voirs",
        "re|sources",
        "re|strict|ed",
        "Sci|en|tif|ic",
        "Sec|re|tar|iat",
        "sig|na|to|ry",
        "so|lu|tion",
        "sta|tions",
        "sub|ject",
        "sub|stance",
        "sub|stances",
        "ter|ri|to|ry",
        "Trans|bound|ary",
        "treat|ment",
        "tri|bu|nal",
        "trib|u|tar|ies",
        "wa|ters",
        "with|draw",
        "writ|ing",
    ]
}


class Line(NamedTuple):
    """One line of type; `space` is what a justified line adds between its words."""

    text: str
    font: str = ROMAN
    centred: bool = False
    indent: float = 0.0
    space: float = 0.0


class Entry(NamedTuple):
    """One line of the table of contents."""

    text: str
    page: int
    indent: float


def break_word(word: str, room: float) -> tuple[str, str] | None:
    """The longest head of a word that fits with its hyphen, and the rest."""
    core = word.rstrip(",.;:")
    syllables = BREAKABLE.get(core)
    if not syllables:
        return None
    for count in range(len(syllables) - 1, 0, -1):
        head = "".join(syllables[:count])
        if len(head) > 1 and stringWidth(head + "-", ROMAN, SIZE) <= room:
            return head + "-", word[len(head) :]
    return None


def set_paragraph(paragraph: str) -> list[Line]:
    """Break a paragraph into justified lines."""
    indent = 18.0 if POINT.match(paragraph) else 0.0
    measure = MEASURE - indent
    lines, words, current = [], paragraph.split(" "), ""
    while words:
        word = words.pop(0)
        longer = f"{current} {word}".strip()
        if stringWidth(longer, ROMAN, SIZE) <= measure:
            current = longer
            continue
        broken = break_word(word, measure - stringWidth(current + " ", ROMAN, SIZE))
        if broken:
            head, rest = broken
            current, words = f"{current} {head}", [rest, *words]
        else:
            words.insert(0, word)
        gaps = current.count(" ")
        spare = measure - stringWidth(current, ROMAN, SIZE)
        lines.append(Line(current, indent=indent, space=spare / gaps if gaps else 0.0))
        current = ""
    lines.append(Line(current, indent=indent))
    return lines


def set_heading(block: list[str]) -> list[Line]:
    """A heading is centred: its number in bold, its title below in italics (in bold for a part or an annex)."""
    first, *titles = block
    below = BOLD if CONTAINER.match(first) else ITALIC
    return [Line(first, BOLD, centred=True), *(Line(title, below, centred=True) for title in titles)]


def contents_line(block: list[str]) -> tuple[str, float]:
    """How a heading reads in the table of contents, and how far it is indented."""
    first, *titles = block
    indent = 0.0 if CONTAINER.match(first) or first == "PREAMBLE" else 12.0 if first.startswith("Chapter") else 24.0
    return "  ".join([first, *titles]), indent


def read_blocks(source: Path) -> list[list[str]]:
    """Every block of the source as a list of lines, the title left out."""
    return [block.split("\n") for block in source.read_text(encoding="utf-8").strip().split("\n\n")[1:]]


def lay_out(blocks: list[list[str]], first_page: int) -> tuple[list[list[Line | None]], list[Entry]]:
    """Pages of lines (None is an empty line), and the contents that go with them."""
    pages: list[list[Line | None]] = [[]]
    entries = []
    for position, block in enumerate(blocks):
        is_heading = bool(HEADING.match(block[0]))
        lines = set_heading(block) if is_heading else set_paragraph(block[0])
        starts_page = is_heading and block[0].startswith(("ANNEX", "PROTOCOL"))
        before = blocks[position - 1][0] if position else ""
        is_tight = bool(POINT.match(block[0])) or (HEADING.match(before) and not is_heading)
        # A heading is not left alone at the foot of a page: two lines of an article must fit below it.
        room_needed = len(lines) + (3 if block[0].startswith("Article") else 8) if is_heading else 2
        if pages[-1] and (starts_page or len(pages[-1]) + room_needed > LINES_ON_PAGE):
            pages.append([])
        elif pages[-1] and not is_tight:
            pages[-1].append(None)
        if is_heading:
            text, indent = contents_line(block)
            entries.append(Entry(text, first_page + len(pages) - 1, indent))
        for line in lines:
            if len(pages[-1]) == LINES_ON_PAGE:
                pages.append([])
            pages[-1].append(line)
    return pages, entries


def break_centred(text: str, font: str, size: float, measure: float) -> list[str]:
    """Break a heading into lines that fit."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if stringWidth(longer, font, size) <= measure:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def draw_running_head(canvas: Canvas, page: int) -> None:
    """The document's symbol on odd pages, its short title on even ones."""
    canvas.setFont(ROMAN, 9)
    if page % 2:
        canvas.drawRightString(WIDTH - RIGHT, HEIGHT - 62, SYMBOL)
    else:
        canvas.drawString(LEFT, HEIGHT - 62, SHORT_TITLE.upper())


def draw_page_number(canvas: Canvas, page: int) -> None:
    canvas.setFont(ROMAN, 9)
    canvas.drawCentredString(WIDTH / 2, 52, f"– {page} –")


def draw_title_page(canvas: Canvas) -> None:
    draw_running_head(canvas, 1)
    canvas.setFont(BOLD, 18)
    for row, line in enumerate(break_centred(TITLE.upper(), BOLD, 18, MEASURE - 40)):
        canvas.drawCentredString(WIDTH / 2, HEIGHT - 290 - 26 * row, line)
    canvas.setFont(ITALIC, 13)
    canvas.drawCentredString(WIDTH / 2, HEIGHT - 450, PLACE_AND_DATE)
    canvas.setFont(ROMAN, 9)
    canvas.drawCentredString(WIDTH / 2, 92, "An invented treaty, written for Pacta")
    canvas.showPage()


def draw_entry(canvas: Canvas, entry: Entry, y: float) -> None:
    """One heading of the contents: its words, dots, its page."""
    font = ROMAN if entry.indent else BOLD
    measure = MEASURE - entry.indent
    room = measure - stringWidth(f"{entry.text}  {entry.page}", font, 10)
    dots = "." * int(room / stringWidth(".", font, 10))
    canvas.setFont(font, 10)
    canvas.drawString(LEFT + entry.indent, y, f"{entry.text} {dots}")
    canvas.drawRightString(WIDTH - RIGHT, y, str(entry.page))


def draw_contents(canvas: Canvas, entries: list[Entry], first_page: int) -> None:
    for start in range(0, len(entries), ENTRIES_ON_PAGE):
        page = first_page + start // ENTRIES_ON_PAGE
        draw_running_head(canvas, page)
        if start == 0:
            canvas.setFont(BOLD, 12)
            canvas.drawCentredString(WIDTH / 2, HEIGHT - TOP + 8, "CONTENTS")
        for row, entry in enumerate(entries[start : start + ENTRIES_ON_PAGE]):
            draw_entry(canvas, entry, HEIGHT - TOP - 16 - 15 * row)
        draw_page_number(canvas, page)
        canvas.showPage()


def draw_body(canvas: Canvas, pages: list[list[Line | None]], first_page: int) -> None:
    for page, lines in enumerate(pages, start=first_page):
        draw_running_head(canvas, page)
        for row, line in enumerate(lines):
            if line is None:
                continue
            y = HEIGHT - TOP - LEADING * row
            canvas.setFont(line.font, SIZE)
            if line.centred:
                canvas.drawCentredString(WIDTH / 2, y, line.text)
            else:
                canvas.drawString(LEFT + line.indent, y, line.text, wordSpace=line.space)
        draw_page_number(canvas, page)
        canvas.showPage()


def make_pdf(source: Path, target: Path) -> None:
    """Set the body first, since the contents need its page numbers; then draw title page, contents, body."""
    blocks = read_blocks(source)
    headings = sum(bool(HEADING.match(block[0])) for block in blocks)
    first_body_page = 2 + -(-headings // ENTRIES_ON_PAGE)
    pages, entries = lay_out(blocks, first_body_page)
    canvas = Canvas(str(target), pagesize=A4, invariant=1)
    canvas.setTitle(TITLE)
    canvas.setAuthor("Pacta")
    draw_title_page(canvas)
    draw_contents(canvas, entries, first_page=2)
    draw_body(canvas, pages, first_body_page)
    canvas.save()


if __name__ == "__main__":
    make_pdf(
        HERE / "sources" / "river-basin.txt",
        Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "river-basin.pdf",
    )
