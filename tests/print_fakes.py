"""A typesetter for invented treaties: the same words on pages of every style that treaty series have."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

ROMAN, BOLD = "Times-Roman", "Times-Bold"


@dataclass(frozen=True)
class Block:
    """A paragraph or a heading; ``beside`` is a heading that a style with margin headings sets in the margin."""

    text: str
    kind: str = "paragraph"
    beside: str | None = None


@dataclass(frozen=True)
class Style:
    """How a treaty is set."""

    page: tuple[float, float] = A4
    columns: int = 1
    gutter: float = 20.0
    justified: bool = False
    hyphenated: bool = False
    margin_headings: bool = False
    heads: bool = True
    numbers: bool = True
    size: float = 10.5
    indent: float = 0.0
    by_rows: bool = False

    @property
    def leading(self) -> float:
        return 1.25 * self.size


@dataclass(frozen=True)
class Type:
    """One line of type; ``space`` is what a justified line adds between words."""

    text: str
    x: float
    y: float
    size: float
    font: str = ROMAN
    space: float = 0.0
    turn: float = 0.0
    mode: int = 0


@dataclass
class Sheet:
    """The type of one page."""

    types: list[Type] = field(default_factory=list)


def typeset(blocks: Sequence[Block], style: Style) -> list[Sheet]:
    """The pages of a treaty in a style."""
    return _Compositor(style).set(blocks)


def print_sheets(sheets: Sequence[Sheet], page: tuple[float, float] = A4, turn: int = 0) -> bytes:
    """A PDF of pages; ``turn`` is what the file says a viewer must turn them by."""
    target = io.BytesIO()
    # reportlab exchanges the sides of a page that it says is to be turned.
    canvas = Canvas(target, pagesize=page[::-1] if turn in (90, 270) else page, invariant=1)
    for sheet in sheets:
        for line in sheet.types:
            canvas.saveState()
            canvas.translate(line.x, page[1] - line.y)
            canvas.rotate(line.turn)
            text = canvas.beginText(0, 0, direction="LTR")
            text.setFont(line.font, line.size)
            text.setWordSpace(line.space)
            text.setTextRenderMode(line.mode)
            text.textOut(line.text)
            canvas.drawText(text)
            canvas.restoreState()
        if turn:
            canvas.setPageRotation(turn)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


class _Compositor:
    """Fills pages column by column."""

    def __init__(self, style: Style) -> None:
        self.style = style
        self.width, self.height = style.page
        self.left = 150.0 if style.margin_headings else 80.0
        self.right = self.width - 75
        self.top, self.foot = 95.0, self.height - 85
        self.measure = (self.right - self.left - (style.columns - 1) * style.gutter) / style.columns
        self.sheets: list[Sheet] = []
        self.column = style.columns
        self.y = 0.0
        self.begin = self.top

    def set(self, blocks: Sequence[Block]) -> list[Sheet]:
        for place, block in enumerate(blocks):
            lines = list(self._lines(block))
            keep = len(lines) + 3 if block.kind != "paragraph" else min(2, len(lines))
            if self.column == self.style.columns or self.y + keep * self.style.leading > self.foot:
                self._next_column()
            after_heading = place and blocks[place - 1].kind == "heading"
            if self.y > self.begin and not after_heading:
                self.y += 0.9 * self.style.leading
            self._set_block(block, lines)
        if self.style.by_rows:
            for sheet in self.sheets:
                sheet.types.sort(key=lambda line: (line.y, line.x))
        return self.sheets

    def _set_block(self, block: Block, lines: list[Type]) -> None:
        start = self.y
        for line in lines:
            if self.y > self.foot:
                self._next_column()
            x = self.left + (self.column * (self.measure + self.style.gutter)) + line.x
            self.sheets[-1].types.append(replace(line, x=x, y=self.y))
            self.y += self.style.leading
        if block.beside and self.style.margin_headings:
            # Beside the first line of the paragraph that follows.
            at = start + self.style.leading
            for row, words in enumerate(_wrapped(block.beside, 62, ROMAN, 8.5, False)):
                self.sheets[-1].types.append(Type(words, 75, at + 9.5 * row, 8.5))

    def _next_column(self) -> None:
        self.column += 1
        if self.column >= self.style.columns:
            self.column = 0
            number = len(self.sheets) + 1
            self.sheets.append(Sheet())
            if self.style.heads:
                head = f"Treaties of Venn {1900 + number}" if number % 2 else "THE KEEPERS' CONVENTION"
                self.sheets[-1].types.append(Type(head, self.left, 52, 8.5))
            if self.style.numbers:
                self.sheets[-1].types.append(Type(f"– {number} –", self.width / 2 - 10, self.height - 45, 8.5))
        self.begin = self.y = self.top

    def _lines(self, block: Block) -> Iterator[Type]:
        style = self.style
        font = ROMAN if block.kind == "paragraph" else BOLD
        indent = style.indent if block.kind == "paragraph" else 0.0
        rows = list(_wrapped(block.text, self.measure, font, style.size, style.hyphenated, indent))
        for place, words in enumerate(rows):
            width = stringWidth(words, font, style.size)
            first = indent if place == 0 else 0.0
            if block.kind != "paragraph":
                yield Type(words, (self.measure - width) / 2, 0, style.size, font)
                continue
            spare = self.measure - first - width
            is_last = place == len(rows) - 1
            space = 0.0 if is_last or not style.justified or " " not in words else spare / words.count(" ")
            yield Type(words, first, 0, style.size, font, space)


def _wrapped(text: str, measure: float, font: str, size: float, hyphenated: bool, indent: float = 0.0) -> Iterator[str]:
    """The lines of a paragraph; long words may be broken after their third letter or later."""
    current, room = "", measure - indent
    words = text.split(" ")
    while words:
        word = words.pop(0)
        longer = f"{current} {word}".strip()
        if stringWidth(longer, font, size) <= room:
            current = longer
            continue
        for cut in range(len(word) - 3, 2, -1):
            head = f"{current} {word[:cut]}-".strip()
            whole = word[cut - 1].isalpha() and word[cut].islower()
            if hyphenated and len(word) > 7 and whole and stringWidth(head, font, size) <= room:
                current, word = head, word[cut:]
                break
        yield current
        current, room = "", measure
        words.insert(0, word)
    yield current


# -- an invented treaty ----------------------------------------------------------------------------------------

_DUTY = (
    "Each Party shall keep the lighthouses on its coast lit from dusk to dawn, in every weather, and shall tell "
    "the other Parties without delay of any lamp that has gone out and of the measures taken to restore it."
)
_KEEPERS = (
    "The keepers shall be appointed by the harbour authorities for terms of six years, on the recommendation of the "
    "Commission of Lights established under this Convention, and shall be independent in the performance of their "
    "functions."
)
_COSTS = (
    "The administrative expenses of the Commission shall be apportioned among the Parties according to the tonnage "
    "of the vessels that entered their harbours in the preceding calendar year."
)
_SIGNALS = (
    "In fog, falling snow or heavy rainstorms the keepers shall sound the horns at intervals not exceeding one minute, "
    "whether or not a vessel is known to be in the neighbourhood."
)
_DISPUTES = (
    "Any dispute concerning the interpretation or application of this Convention that cannot be settled by negotiation "
    "shall be submitted to arbitration at the request of one of the Parties."
)
ARTICLES = (
    ("Use of terms", ["For the purposes of this Convention:", '(a) "lamp" means any light shown to seaward;',
                      '(b) "keeper" means a person charged with the care of a lamp.']),
    ("Duties of the Parties", [f"1. {_DUTY}", f"2. {_SIGNALS}"]),
    ("The keepers", [_KEEPERS, f"The Commission may, where circumstances so require, extend a term. {_COSTS}"]),
    ("Expenses", [f"1. {_COSTS}", "2. The Commission shall:", "(a) keep accounts in a form approved by the Parties;",
                  f"(b) publish them every year; {_COSTS}"]),
    ("Self-governing ports", [f"Any self-governing port may accede. {_DUTY}", _DISPUTES]),
    ("Settlement of disputes", [f"1. {_DISPUTES}", f"2. {_KEEPERS}", f"3. {_SIGNALS} {_DUTY}"]),
    ("Inspection", [f"1. {_KEEPERS}", f"2. {_COSTS} {_DISPUTES}", f"3. {_SIGNALS}"]),
    ("Pilots", [_SIGNALS, f"{_DUTY} {_COSTS}", _DISPUTES]),
    ("Buoys and beacons", [f"1. {_DUTY} {_SIGNALS}", f"2. {_DISPUTES} {_KEEPERS}", f"3. {_COSTS}"]),
    ("Amendments", [f"1. {_DISPUTES} {_COSTS}", f"2. {_KEEPERS} {_DUTY}", f"3. {_SIGNALS}", f"4. {_COSTS}"]),
    ("Reservations", [f"{_KEEPERS} {_SIGNALS} {_DUTY}", f"{_DISPUTES} {_COSTS}"]),
    ("Entry into force", ["This Convention shall enter into force on the first day of the month following the "
                          "deposit of the third instrument of ratification with the Government of Arvenia."]),
)  # fmt: skip
PREAMBLE = "The Parties, wishing to keep their coasts lit by night, have agreed as follows:"
ANNEX = "The lamp of Venn shall be red, that of Solmark white, and that of Arvenia shall show both colours in turn."


def treaty_blocks(style: Style = Style()) -> list[Block]:
    """The Convention of the Keepers as a style sets it."""
    blocks = [Block("CONVENTION OF THE KEEPERS OF VENN", "title"), Block(PREAMBLE)]
    for number, (heading, paragraphs) in enumerate(ARTICLES, start=1):
        blocks.append(Block(f"Article {number}", "heading", beside=heading))
        if not style.margin_headings:
            blocks.append(Block(heading, "heading"))
        blocks += map(Block, paragraphs)
    return [*blocks, Block("ANNEX", "heading"), Block("Colours of the lamps", "heading"), Block(ANNEX)]


def treaty_as_text() -> str:
    """The same treaty as plain text."""
    lines = [block.text for block in treaty_blocks()]
    return "\n\n".join(lines) + "\n"


# -- pages by hand ---------------------------------------------------------------------------------------------


def column_of(
    paragraphs: Sequence[str],
    left: float = 80.0,
    right: float = 520.0,
    top: float = 100.0,
    *,
    size: float = 10.0,
    foot: bool = False,
    gap: float = 6.0,
) -> list[Type]:
    """Paragraphs in a column, ``gap`` between them; at the foot of an A4 page if ``foot``. "^" centres one."""
    lines: list[Type] = []
    y = top
    for paragraph in paragraphs:
        if paragraph.startswith("^"):
            words = paragraph[1:]
            x = (left + right - stringWidth(words, ROMAN, size)) / 2
            lines.append(Type(words, x, y, size))
            y += 1.25 * size
        else:
            for words in _wrapped(paragraph, right - left, ROMAN, size, False):
                lines.append(Type(words, left, y, size))
                y += 1.25 * size
        y += gap
    down = A4[1] - 90 - lines[-1].y if foot else 0.0
    return [replace(line, y=line.y + down) for line in lines]
