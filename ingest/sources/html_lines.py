"""The elements of a page to lines: a block is a line or more, what is bold or centred as a whole is a heading."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, pairwise

from lxml import etree
from lxml.html import HtmlElement

from ingest.sources.document import Line
from ingest.sources.html_links import raised
from ingest.sources.html_page import NEVER, is_block, is_heading, is_hidden, letters_of, names_article
from ingest.sources.reflow import PlacedLine, is_hard_wrapped, reflow, vocabulary

_BOLD = frozenset({"b", "strong", "u"})
_BOLD_STYLE = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)")
_CENTRED_STYLE = re.compile(r"text-align\s*:\s*center")
_KEEPS_BREAKS = re.compile(r"white-space\s*:\s*(?:pre|pre-wrap|pre-line|break-spaces)\b")
_LONGEST_HEADING = 160
# How many elements may be wrapped around the mark of a paragraph in its cell.
_WRAPPED = 4
# The mark of a paragraph or point that stands alone in its cell.
_LONE_MARK = re.compile(r"(?:\s*(?:\(?(?:\d{1,3}|[a-zA-Z]|[ivxlIVXL]{1,6})(?:\.\d{1,2})?[.)]|[–—•·▪-])\s*){1,4}")
_RUN_ON = re.compile(r"(?:\d|\(?\w{1,4}[.)])$")


@dataclass(frozen=True, slots=True)
class Piece:
    """A line of a block: a heading by its element, or ``styled`` like one."""

    text: str
    heading: bool = False
    styled: bool = False


@dataclass(slots=True)
class Block:
    """The lines of a block and the element that they stand in; ``hidden`` is the number of the hidden element around
    it, 0 for none."""

    lines: list[Piece]
    within: HtmlElement
    hidden: int = 0


@dataclass(frozen=True, slots=True)
class Additions:
    """What is printed though it stands in no text: marks of list items, labels before what they open."""

    marks: dict[HtmlElement, str]
    labels: dict[HtmlElement, str]


def blocks_of(root: HtmlElement, out: set[HtmlElement], additions: Additions) -> list[Block]:
    """The blocks of a part of a page in its order, without what is left out."""
    writer = _Writer(root, additions)
    events = etree.iterwalk(root, events=("start", "end"))
    for event, element in events:
        if not isinstance(element.tag, str):
            continue
        if event == "start":
            if element in out or element.tag in NEVER or element.tag == "sup":
                writer.pass_over(element, raised(element) if element.tag == "sup" and element not in out else "")
                events.skip_subtree()
            else:
                writer.enter(element)
        else:
            writer.leave(element)
            if element is not root:
                writer.say(element.tail)
    writer.finish()
    return writer.blocks


@dataclass(slots=True)
class _State:
    """What holds inside an element."""

    heading: bool = False
    bold: bool = False
    centred: bool = False
    keeps_breaks: bool = False
    hidden: int = 0


class _Writer:
    """Collects words until the line ends, and lines until the block does."""

    def __init__(self, root: HtmlElement, additions: Additions) -> None:
        self.additions = additions
        self.around = [root]
        self.blocks: list[Block] = []
        self.passed: list[HtmlElement] = []
        self.states = [_State()]
        self.lines: list[Piece] = []
        self.words: list[str] = []
        self.letters = self.bold = 0
        self.mark = ""
        self.held = False
        self.hidden = 0

    # -- elements

    def enter(self, element: HtmlElement) -> None:
        """An element begins."""
        if label := self.additions.labels.get(element):
            self._end_block()
            self.blocks.append(Block([Piece(label, heading=True)], element))
        if element.tag == "br":
            self._end_line()
        elif is_block(element):
            self._end_block()
        self.states.append(self._state_in(element))
        self.around.append(element)
        if mark := self.additions.marks.get(element):
            self.mark += f"{mark} "
        if element.tag == "q":
            self.say("“")
        self.say(element.text)

    def pass_over(self, element: HtmlElement, instead: str) -> None:
        """An element that is left out, or said in other words; a block ends the line all the same."""
        self.passed.append(element)
        if is_block(element):
            self._end_block()
        self.say(instead)

    def leave(self, element: HtmlElement) -> None:
        """An element ends."""
        if self.passed and self.passed[-1] is element:
            self.passed.pop()
            return
        if element.tag == "q":
            self.say("”")
        if is_block(element):
            self.held = _is_mark_beside_text(element) and not self.lines
            self._end_block()
            self.held = False
        self.states.pop()
        self.around.pop()

    def _state_in(self, element: HtmlElement) -> _State:
        around = self.states[-1]
        style = (element.get("style") or "").lower()
        hidden = not around.hidden and is_hidden(element)
        self.hidden += hidden
        return _State(
            heading=around.heading or is_heading(element),
            bold=around.bold or element.tag in _BOLD or bool(style and _BOLD_STYLE.search(style)),
            centred=_is_centred(element, style, around.centred),
            keeps_breaks=_keeps_breaks(element, style, around.keeps_breaks),
            hidden=around.hidden or (self.hidden if hidden else 0),
        )

    # -- words, lines, blocks

    def say(self, text: str | None) -> None:
        """Words that stand where the writer is."""
        if not text:
            return
        state = self.states[-1]
        if state.keeps_breaks:
            *whole, text = text.split("\n")
            for line in whole:
                self._add(line.rstrip(), state)
                self._end_line()
        self._add(text if state.keeps_breaks else re.sub(r"\s+", " ", text), state)

    def _add(self, text: str, state: _State) -> None:
        if not text:
            return
        letters = letters_of(text)
        if letters and self.mark:
            self.words.append(self.mark)
            self.mark = ""
        if letters and self.words and _runs_on(self.words[-1], text):
            self.words.append(" ")
        self.words.append(text)
        self.letters += letters
        self.bold += letters if state.bold else 0

    def _end_line(self) -> None:
        text, state = "".join(self.words), self.states[-1]
        styled = 0 < self.letters <= _LONGEST_HEADING and (self.bold == self.letters or state.centred)
        line = text.rstrip() if state.keeps_breaks else text.strip()
        self.lines.append(Piece(line, bool(line) and state.heading, styled and _may_be_heading(line)))
        self.words, self.letters, self.bold = [], 0, 0

    def _end_block(self) -> None:
        if self.held and _LONE_MARK.fullmatch(text := "".join(self.words)):
            self.words, self.letters, self.bold = [], 0, 0
            self.mark += f"{text.strip()} "
            return
        if self.words:
            self._end_line()
        # A sign that stood between two links that are left out, a row of stars: no words.
        if any(re.search(r"\w", line.text) for line in self.lines):
            self.blocks.append(Block(self.lines, self.around[-1], self.states[-1].hidden))
        self.lines = []

    def finish(self) -> None:
        """The page is over."""
        if self.mark.strip():
            self.words.append(self.mark)
        self._end_block()


def _is_centred(element: HtmlElement, style: str, around: bool) -> bool:
    if element.tag == "center" or (element.get("align") or "").lower() == "center":
        return True
    if style and _CENTRED_STYLE.search(style):
        return True
    return around and not element.get("align") and "text-align" not in style


def _keeps_breaks(element: HtmlElement, style: str, around: bool) -> bool:
    if element.tag == "pre" or "whitespace-pre" in (element.get("class") or ""):
        return True
    return around or bool(style and _KEEPS_BREAKS.search(style))


def _is_mark_beside_text(element: HtmlElement) -> bool:
    """Whether an element stands at the beginning of a row, where the mark of what stands beside it may be."""
    if is_heading(element):
        return False
    for _ in range(_WRAPPED):
        if element.getnext() is not None or element.tag in ("dt", "td", "th", "li", "tr"):
            break
        parent = element.getparent()
        if parent is None or parent[0] is not element or not is_block(parent):
            return False
        element = parent
    if element.getnext() is None:
        return False
    if element.tag in ("dt", "td", "th"):
        return True
    parent = element.getparent()
    return element.tag in ("div", "p") and parent is not None and parent[0] is element and _has_few(parent)


def _has_few(row: HtmlElement) -> bool:
    """Whether an element has three children at most: the mark, the words, and what a page may set behind them."""
    return sum(1 for _ in islice(row, 4)) <= 3


def _may_be_heading(line: str) -> bool:
    """Whether a line that is bold or centred is more than a sentence that somebody stresses."""
    if names_article(line):
        return True
    return not line.endswith((";", ",", ":")) and not (line.endswith(".") and len(line.split()) > 8)


def _runs_on(before: str, text: str) -> bool:
    """Whether a number is set apart from the words behind it only by where it stands: <b>1.</b><span>The Parties."""
    return bool(re.match(r"[A-ZÀ-ÞА-Я][^\W\d_]{2}", text)) and bool(_RUN_ON.search(before[-8:]))


def lines_of(blocks: list[Block]) -> Iterator[Line]:
    """The lines of blocks, an empty one between two; wrapped lines are joined into paragraphs."""
    width = _width_of_wrapped(blocks)
    # Where most lines are bold or centred, that tells nothing.
    told = [line.styled for block in blocks for line in block.lines if line.text]
    trusted = 2 * sum(told) <= len(told)
    for block in blocks:
        lines = [Line(line.text, heading=line.heading or (trusted and line.styled)) for line in block.lines]
        yield from _unwrapped(lines, width) if width and len(lines) > 1 else lines
        yield Line("")


def _width_of_wrapped(blocks: list[Block]) -> int:
    """The width at which the lines of a page were wrapped by breaks, 0 where none were.

    All lines of a wrapped paragraph but its last are nearly as long as the longest.
    """
    lines = [line for block in blocks if len(block.lines) > 1 for line in [*block.lines, Piece("")]]
    full = [len(line.text) for line, following in pairwise(lines) if line.text.strip() and following.text.strip()]
    widest = max(full, default=0)
    if len(full) >= 5 and 40 <= widest <= 110 and sum(n > widest - 16 for n in full) >= 0.7 * len(full):
        return widest
    lengths = [len(line.text) for line in lines]
    return max(lengths) if is_hard_wrapped(lengths) else 0


def _unwrapped(lines: list[Line], width: int) -> Iterator[Line]:
    """Lines with those joined that a break had wrapped; headings and empty lines part paragraphs."""
    words = vocabulary(line.text for line in lines)
    run: list[PlacedLine] = []
    for line in [*lines, Line("")]:
        if line.text.strip() and not line.heading:
            indent = len(line.text) - len(line.text.lstrip())
            run.append(PlacedLine(line.text.strip(), indent, len(line.text), 1.0))
            continue
        yield from (Line(placed.text) for placed in reflow(run, width, 1.0, words))
        yield line
        run = []
