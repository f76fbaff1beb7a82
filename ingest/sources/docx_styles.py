"""The styles of a Word document: what a paragraph or run inherits from the names given to it (ECMA-376, 17.7)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.sources.xml import Element, local_name

# The names of Word's own styles are English in the file whatever language Word shows; their ids are not.
_HEADING_NAME = re.compile(r"heading ([1-9])$", re.IGNORECASE)
_CONTENTS_NAME = re.compile(r"(toc ([1-9]|heading)|table of figures)$", re.IGNORECASE)
BODY_TEXT = 9  # the outline level of what is no heading


def child(element: Element | None, name: str) -> Element | None:
    """The first child of that name, whatever its namespace: Word writes two of them."""
    if element is not None:
        for found in element:
            if local_name(found) == name:
                return found
    return None


def value(element: Element | None, name: str = "val") -> str | None:
    """An attribute of that name, whatever its namespace."""
    if element is not None:
        for key, found in element.attrib.items():
            if str(key).rpartition("}")[2] == name:
                return str(found)
    return None


def number(element: Element | None, name: str = "val") -> int | None:
    """An attribute that is a whole number of a size that counters have; None for anything else."""
    text = value(element, name) or ""
    return int(text) if re.fullmatch(r"-?[0-9]{1,9}", text) else None


def switched(properties: Element | None, name: str) -> bool | None:
    """Whether a property such as bold is switched on or off; None where nothing is said."""
    found = child(properties, name)
    return None if found is None else value(found) not in ("0", "false", "off")


@dataclass(frozen=True, slots=True)
class ParagraphStyle:
    """What a paragraph has from its style.

    ``outline`` is the level of a heading from 0, None for text; ``contents`` tells an entry of a table of
    contents, ``title`` the document's title; ``list_id`` and ``level`` are its numbering, ``chain`` the ids of the
    style and those it is based on.
    """

    outline: int | None = None
    contents: bool = False
    title: bool = False
    centred: bool = False
    bold: bool = False
    hidden: bool = False
    list_id: str | None = None
    level: int | None = None
    chain: tuple[str, ...] = ()


class Styles:
    """The styles of styles.xml; without one every paragraph is plain."""

    def __init__(self, root: Element | None) -> None:
        self._styles: dict[str, Element] = {}
        self._default: str | None = None
        self._paragraphs: dict[str | None, ParagraphStyle] = {}
        self._runs: dict[str, tuple[bool, bool]] = {}
        for style in root if root is not None else ():
            if local_name(style) == "style" and (style_id := value(style, "styleId")):
                self._styles.setdefault(style_id, style)
                if value(style, "type") == "paragraph" and value(style, "default") in ("1", "true", "on"):
                    self._default = self._default or style_id
        defaults = child(child(root, "docDefaults"), "rPrDefault")
        self.language = value(child(child(defaults, "rPr"), "lang")) or "en"

    def of_paragraph(self, style_id: str | None) -> ParagraphStyle:
        """The style of that id, or the default one for none and for an id that is not there."""
        if style_id not in self._styles:
            style_id = self._default
        if style_id not in self._paragraphs:
            self._paragraphs[style_id] = self._resolved(style_id)
        return self._paragraphs[style_id]

    def of_run(self, style_id: str | None) -> tuple[bool, bool]:
        """Whether a run of that character style is bold, and whether it is hidden."""
        if style_id is None:
            return False, False
        if style_id not in self._runs:
            properties = [child(style, "rPr") for _, style in self._chain(style_id)]
            self._runs[style_id] = (_first(properties, "b") or False, _first(properties, "vanish") or False)
        return self._runs[style_id]

    def numbering_of(self, style_id: str | None) -> str | None:
        """The numId of a numbering style."""
        style = self._styles.get(style_id or "")
        return value(child(child(child(style, "pPr"), "numPr"), "numId"))

    def _chain(self, style_id: str | None) -> Iterator[tuple[str, Element]]:
        """A style and those it is based on, itself first; one that comes back to itself ends there."""
        seen: set[str] = set()
        while style_id is not None and style_id in self._styles and style_id not in seen:
            seen.add(style_id)
            style = self._styles[style_id]
            yield style_id, style
            style_id = value(child(style, "basedOn"))

    def _resolved(self, style_id: str | None) -> ParagraphStyle:
        chain = list(self._chain(style_id))
        names = [value(child(style, "name")) or "" for _, style in chain]
        properties = [child(style, "pPr") for _, style in chain]
        runs = [child(style, "rPr") for _, style in chain]
        numbers = [child(found, "numPr") for found in properties]
        outlines = (number(child(found, "outlineLvl")) for found in properties)
        outline = next((level for level in outlines if level is not None), None)
        if outline is None:
            headings = (_HEADING_NAME.match(name) for name in names)
            outline = next((int(found[1]) - 1 for found in headings if found), None)
        alignment = next((found for p in properties if (found := value(child(p, "jc")))), None)
        return ParagraphStyle(
            outline=outline if outline is not None and outline < BODY_TEXT else None,
            contents=any(_CONTENTS_NAME.match(name) for name in names[:1]),
            title=any(name.lower() == "title" for name in names),
            centred=alignment == "center",
            bold=_first(runs, "b") or False,
            hidden=_first(runs, "vanish") or False,
            list_id=next((found for n in numbers if (found := value(child(n, "numId"))) is not None), None),
            level=next((step for n in numbers if (step := number(child(n, "ilvl"))) is not None), None),
            chain=tuple(style_id for style_id, _ in chain),
        )


def _first(properties: list[Element | None], name: str) -> bool | None:
    return next((on for found in properties if (on := switched(found, name)) is not None), None)
