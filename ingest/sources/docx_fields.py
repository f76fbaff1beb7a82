"""Fields of a Word document: what they say to do is not text, what Word made of it is (ECMA-376, part 1, 17.16)."""

from dataclasses import dataclass, field

from ingest.sources.docx_styles import value
from ingest.sources.xml import Element

# Fields whose result Word counts anew each time and does not store.
COUNTING = frozenset({"LISTNUM", "AUTONUM", "AUTONUMLGL", "AUTONUMOUT"})


@dataclass(slots=True)
class _Field:
    instruction: list[str] = field(default_factory=list)
    name: str | None = None  # known once its result has begun


def name_of(instruction: str) -> str:
    """The name of a field, which its instruction begins with: "TOC", "PAGEREF"."""
    words = instruction.split(None, 1)
    return words[0].upper() if words else ""


class Fields:
    """The fields that are open at a place of the text; they may reach over many paragraphs."""

    def __init__(self, document: Element) -> None:
        self._open: list[_Field] = []
        self._loose = _loose_ends(document)

    @property
    def silent(self) -> bool:
        """Whether what comes now is an instruction."""
        return any(found.name is None for found in self._open)

    @property
    def in_contents(self) -> bool:
        """Whether what comes now is the result of a table of contents."""
        return any(found.name == "TOC" for found in self._open)

    def instruct(self, words: str) -> None:
        """Words of an instruction."""
        if self._open:
            self._open[-1].instruction.append(words)

    def meet(self, mark: Element) -> str | None:
        """A mark that begins, parts or ends a field; gives the name of a field that ends without a result."""
        kind = value(mark, "fldCharType")
        if mark in self._loose or (kind != "begin" and not self._open):
            return None
        if kind == "begin":
            self._open.append(_Field())
        elif kind == "separate":
            self._open[-1].name = name_of("".join(self._open[-1].instruction))
        elif kind == "end":
            ended = self._open.pop()
            return name_of("".join(ended.instruction)) if ended.name is None else None
        return None


def _loose_ends(document: Element) -> set[Element]:
    """The marks of fields that begin and never end: what follows them is text and no instruction."""
    begun: list[Element] = []
    for mark in document.iter("{*}fldChar"):
        kind = value(mark, "fldCharType")
        if kind == "begin":
            begun.append(mark)
        elif kind == "end" and begun:
            begun.pop()
    return set(begun)
