"""The words of XML in reading order, as lines: what the readers of Akoma Ntoso and Formex have in common."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager

from ingest.sources.line_writer import LineWriter
from ingest.sources.xml import Element, has_words


class ElementWriter(ABC):
    """Writes the words of elements as lines; a reader says in ``visit`` what each of its elements is.

    While ``headless`` is above 0 titles head nothing: they are those of quoted words or of a table.
    """

    def __init__(self) -> None:
        self.out = LineWriter()
        self.headless = 0

    @abstractmethod
    def visit(self, element: Element, among_words: bool) -> None:
        """One element; ``among_words`` tells that words stand beside it."""

    def visit_children(self, element: Element, among_words: bool = False) -> None:
        """The words in an element; one that is not known is a block unless it stands ``among_words``."""
        self.out.say(element.text)
        among_words = among_words or has_words(element)
        for child in element:
            self.visit(child, among_words)
            self.out.say_behind(child.tail)

    def visit_row(self, row: Element) -> None:
        """A row of a table, its cells being its children."""
        cells = []
        for cell in row:
            first = len(self.out.lines)
            self.visit_children(cell)
            cells.append(self.out.take_from(first))
        self.out.add_row(cells)

    @contextmanager
    def as_heading(self) -> Iterator[None]:
        """What is written within is a heading, unless it stands where nothing is."""
        before, self.out.heading = self.out.heading, not self.headless
        yield
        self.out.end_block()
        self.out.heading = before
