"""The lines of a document whose format marks them up: words as they come, numbers set before them, table rows."""

import re
from collections.abc import Sequence

from ingest.sources.document import Line

# A cell up to this length is an entry of a table; a longer one is text that a table was used to set.
_ENTRY = 100
_STOP = re.compile(r"[.,;:!?)\]”’»]+")
_MARK = re.compile(r"\(?(\d{1,3}|[a-z]{1,4}|[A-Z])[.)]\)?|[–—•-]")


class LineWriter:
    """Collects lines; each block of text (a paragraph, a heading) is followed by an empty one.

    While ``heading`` is true lines are marked as headings.
    """

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.heading = False
        self._before: list[str] = []
        self._words: list[str] = []

    def say(self, text: str | None) -> None:
        """Words of the line that is being written."""
        # Blanks before the first word are none, so that words are there or not at one look.
        if text and (self._words or not text.isspace()):
            self._words.append(text)

    def say_behind(self, text: str | None) -> None:
        """Words behind an element: a stop alone belongs to the line that has ended, and all else goes on from here."""
        if text and not self._words and _STOP.fullmatch(text.strip()):
            self.say_after(text.strip())
        else:
            self.say(text)

    def bridge(self, following: str | None) -> None:
        """A note was left out before these words: a blank parts them from those before it, and none stands before a
        stop."""
        if following and self._words:
            if following[0].isalnum():
                self._words.append(" ")
            elif _STOP.match(following):
                self._words[-1] = self._words[-1].rstrip()

    def say_before(self, text: str) -> None:
        """What stands before the next words, in whatever block they come: a number, a quotation mark."""
        if self._words:
            self.end_block()
        self._before.append(text)

    def say_opening(self, sign: str) -> None:
        """A quotation mark that opens: before the next words where none have come in this line."""
        if self._words:
            self.say(sign)
        else:
            self._before.append(sign)

    def say_after(self, text: str) -> None:
        """What closes the words that were written last: their line is gone on with where it has ended."""
        if not self._words and not self._before:
            while self.lines and not self.lines[-1].text:
                self.lines.pop()
            self._words = [self.lines.pop().text] if self.lines else []
        self.say(text)

    def break_line(self) -> None:
        """The line ends and the block goes on."""
        if self._words:
            self.lines.append(Line("".join([*self._before, *self._words]), heading=self.heading))
            self._before = []
        self._words = []

    def end_block(self) -> None:
        """The block ends; what is to stand before words that have not come yet is kept for them."""
        if self._words:
            self.break_line()
            self.lines.append(Line(""))
        self._words = []

    def end_numbered(self) -> None:
        """A numbered provision ends: a number without words stands alone."""
        if self._before and not self._words:
            self.lines += [Line("".join(self._before)), Line("")]
            self._before = []
        self.end_block()

    def take_from(self, first: int) -> list[Line]:
        """The lines with words from the index ``first`` on, taken back: those of a cell."""
        self.end_block()
        taken = [line for line in self.lines[first:] if line.text.strip()]
        del self.lines[first:]
        return taken

    def add_row(self, cells: Sequence[Sequence[Line]]) -> None:
        """A row of a table from the lines of its cells."""
        for line in row_lines(cells):
            self.lines += [line, Line("")]


def row_lines(cells: Sequence[Sequence[Line]]) -> list[Line]:
    """The lines of one row of a table, given those of its cells.

    Short entries stand on one line, as in Markdown. A number in the first cell stands before the words that it
    numbers. Where cells hold paragraphs the table was used to set text, and they follow one another.
    """
    held = [list(cell) for cell in cells if cell]
    if len(held) > 1 and len(held[0]) == 1 and _MARK.fullmatch(held[0][0].text.strip()):
        (number,), second = held[0], held[1]
        held[:2] = [[second[0]._replace(text=f"{number.text.strip()} {second[0].text}"), *second[1:]]]
    if len(held) > 1 and all(len(cell) == 1 and _is_entry(cell[0]) for cell in held):
        return [Line(" – ".join(cell[0].text.strip() for cell in held))]
    return [line for cell in held for line in cell]


def _is_entry(line: Line) -> bool:
    return not line.heading and len(line.text.strip()) <= _ENTRY
