"""Formex 4, in which the Publications Office of the European Union keeps the Official Journal: the words in
reading order.

TI.ART, STI.ART and the titles of divisions and annexes become heading lines; NO.PARAG and NO.P stand before the
words that they number, as they are printed. Notes, the bibliography and tables of contents are left out.
"""

from ingest.errors import UnreadableDocument
from ingest.sources.document import Document, assemble
from ingest.sources.element_writer import ElementWriter
from ingest.sources.xml import Element, local_name, parse_xml, words_of

# The root elements of documents that only list the files of a publication.
_LISTS = {"DOC", "PUBLICATION", "OJ"}
_SKIPPED = {
    "NOTE", "GR.NOTES", "TOC", "GR.TOC", "INFO.CONSLEG", "INFO.PROD", "FAM.COMP", "FAM.COMP.CL", "INCL.ELEMENT",
    "REF.PHYS", "REF.DOC.SEQ", "PAPER",
}  # fmt: skip
_INLINE = {
    "HT", "FT", "DATE", "IE", "REF.DOC.OJ", "REF.DOC", "REF.NOTE", "QUOT.START", "QUOT.END", "URL", "ADDR", "ACRONYM",
    "FORMULA.S", "FRACTION", "DIVIDEND", "DIVISOR", "EXPONENT", "IND", "OVER", "KEYWORD", "NO.DOC", "PERIOD",
}  # fmt: skip
_TEXTS = {"TI.ART", "ALINEA", "ENACTING.TERMS", "P"}
_HEADINGS = {"TITLE", "TI", "STI", "TI.ART", "STI.ART", "TI.CJT", "TI.INFO.NO"}
_NUMBERS = {"NO.P", "NO.PARAG"}
_BLOCKS = {*_HEADINGS, *_NUMBERS, "P", "TXT", "ALINEA", "PARAG", "LIST", "ITEM", "NP", "TBL", "ROW", "QUOT.S", "DLIST"}
# Lists whose sign stands in no element of its own.
_SIGNS = {"DASH": "– ", "NDASH": "– ", "BULLET": "• "}
# The titles of what is quoted and of tables head nothing in the text around them.
_HEADLESS = {"QUOT.S", "TBL"}
_NUMBERED = {"PARAG", "NP", "ITEM", "CONSID"}


def read_formex(data: bytes, name: str) -> Document:
    """The document of Formex XML.

    Raises UnreadableDocument where the XML is broken or too deeply nested, or holds no text and only names the
    files that do.
    """
    root = parse_xml(data, name)
    if local_name(root) in _LISTS and not any(local_name(e) in _TEXTS for e in root.iter()):
        raise UnreadableDocument(name, *_listed(root))
    writer = _Writer()
    try:
        writer.visit_children(root)
    except RecursionError as error:
        raise UnreadableDocument(name, "the XML is nested too deeply.", "Save it in a simpler form.") from error
    writer.out.end_numbered()
    language = next((words_of(e).lower() for e in root.iter("{*}LG.DOC", "{*}LG.OJ")), "")
    return assemble(
        writer.out.lines,
        "formex",
        title=_title(root),
        language=language if len(language) == 2 else None,
        oddities=writer.oddities(),
    )


def _listed(root: Element) -> tuple[str, str]:
    files = list(dict.fromkeys(e.get("FILE") or "" for e in root.iter("{*}REF.PHYS", "{*}REF.DOC") if e.get("FILE")))
    reason = f"this Formex file ({local_name(root)}) holds no text, it lists the files of a publication"
    shown = ", ".join(files[:5]) + (" …" if len(files) > 5 else "")
    return f"{reason}{f': {shown}' if files else ''}.", "Give the file with the text."


def _title(root: Element) -> str | None:
    title = next(root.iter("{*}TITLE"), None)
    found = title.find("{*}TI") if title is not None else None
    return words_of(found, _SKIPPED) or None if found is not None else None


class _Writer(ElementWriter):
    """Writes the words of elements as lines."""

    def __init__(self) -> None:
        super().__init__()
        self.notes = 0
        self.contents = False
        self.files: list[str] = []

    def oddities(self) -> list[str]:
        """What was left out, as sentences."""
        told = [f"{self.notes} note{'s' if self.notes > 1 else ''} left out"] if self.notes else []
        told += ["table of contents left out"] if self.contents else []
        if files := list(dict.fromkeys(self.files)):
            shown = ", ".join(files[:5]) + (" …" if len(files) > 5 else "")
            told.append(f"refers to what it does not hold: {shown}")
        return told

    def visit(self, element: Element, among_words: bool) -> None:
        """One element; those that are not known are blocks unless they stand ``among_words``."""
        tag = local_name(element)
        if tag in _SKIPPED or tag.startswith("BIB."):
            self._leave_out(element, tag)
            self.out.bridge(element.tail)
        elif tag == "QUOT.START":
            self.out.say_opening(_sign(element, "“"))
        elif tag == "QUOT.END":
            self.out.say_after(_sign(element, "”"))
        elif tag in _INLINE or (among_words and tag not in _BLOCKS):
            if tag == "REF.DOC.OJ":
                self.files.append(_journal(element))
            self.out.say("/" if tag == "DIVISOR" else None)
            self.visit_children(element, among_words=True)
        elif tag in _NUMBERS:
            self.out.end_block()
            self.out.say_before(words_of(element, _SKIPPED) + " ")
        else:
            self.out.end_block()
            self._visit_block(element, tag)
            self.out.end_block()

    def _visit_block(self, element: Element, tag: str) -> None:
        if tag in _HEADINGS:
            with self.as_heading():
                self.visit_children(element)
        elif tag == "ROW":
            self.visit_row(element)
        elif tag == "LIST" and element.get("TYPE") in _SIGNS:
            self._signed_list(element, _SIGNS[element.get("TYPE", "")])
        elif tag in _HEADLESS:
            self.headless += 1
            self.visit_children(element)
            self.headless -= 1
        else:
            self.visit_children(element)
            if tag in _NUMBERED:
                self.out.end_numbered()

    def _signed_list(self, element: Element, sign: str) -> None:
        for item in element:
            self.out.end_block()
            if not any(local_name(child) in ("NP", *_NUMBERS) for child in item):
                self.out.say_before(sign)
            self.visit(item, False)

    def _leave_out(self, element: Element, tag: str) -> None:
        if tag == "NOTE":
            self.notes += 1
        elif tag in ("TOC", "GR.TOC"):
            self.contents = True
        elif (file := element.get("FILEREF") or element.get("FILE")) and not tag.startswith("BIB."):
            self.files.append(file)


def _sign(element: Element, otherwise: str) -> str:
    """The quotation mark that an element stands for, by its code point."""
    try:
        return chr(int(element.get("CODE", ""), 16))
    except (ValueError, OverflowError):
        return otherwise


def _journal(element: Element) -> str:
    """An issue of the Official Journal that is referred to: "OJ L 119, p. 1"."""
    issue = " ".join(filter(None, (element.get("COLL"), element.get("NO.OJ"))))
    page = element.get("PAGE.FIRST")
    return f"OJ {issue}{f', p. {page}' if page else ''}".strip()
