"""Word documents (DOCX and its kin, ECMA-376): the words as Word prints them when all changes are accepted.

Numbers that Word counts stand before their paragraphs, a label such as "Article 1" on a line of its own. Deleted
and hidden words, the table of contents, headers and footers, footnotes and comments are left out. A heading is what
a style makes one, or a short line that is set bold or in the middle.
"""

import io
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from ingest.errors import EmptyDocument, UnreadableDocument
from ingest.headings import find_candidates
from ingest.lines import is_sentence, split_lines
from ingest.sources.archive import Archive
from ingest.sources.document import Document, Line, assemble
from ingest.sources.docx_fields import COUNTING, Fields, name_of
from ingest.sources.docx_numbering import Label, Numbering
from ingest.sources.docx_package import read_parts
from ingest.sources.docx_styles import BODY_TEXT, ParagraphStyle, Styles, child, number, switched, value
from ingest.sources.docx_symbols import print_symbol
from ingest.sources.line_writer import row_lines
from ingest.sources.reflow import starts_block
from ingest.sources.xml import Element, local_name

_HEADING_MOST = 180
# What holds no words of the document: properties, deleted words, readings set above words, marks of places.
_SILENT = {
    "pPr", "rPr", "sdtPr", "sdtEndPr", "tblPr", "tblGrid", "trPr", "tcPr", "sectPr", "customXmlPr", "smartTagPr",
    "del", "moveFrom", "delText", "delInstrText", "rt", "rubyPr", "proofErr", "bookmarkStart", "bookmarkEnd",
    "commentRangeStart", "commentRangeEnd", "commentReference",
}  # fmt: skip
_SAID = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "softHyphen": ""}
_PICTURES = {"blip", "imagedata"}


def read_docx(data: bytes, name: str) -> Document:
    """The document of a DOCX file; macros in it are not looked at.

    Raises UnreadableDocument where the archive or the XML in it is damaged or there is no text in it,
    EmptyDocument where it holds pictures and no words.
    """
    parts = read_parts(Archive(io.BytesIO(data), name), name)
    styles = Styles(parts.styles)
    reader = _Reader(styles, Numbering(parts.numbering, styles), Fields(parts.document))
    try:
        for body in parts.document:
            reader.read_blocks(body)
    except RecursionError as error:
        raise UnreadableDocument(name, "the DOCX is nested too deeply.", "Save it in a simpler form.") from error
    lines = reader.finished()
    if reader.left_out["picture"] and not lines:
        reason = "the DOCX holds pictures but no words; it is probably a scan."
        raise EmptyDocument(name, reason, "Give a text made from it (OCR).")
    return assemble(lines, "docx", title=reader.title, oddities=reader.oddities())


@dataclass(slots=True)
class _Paragraph:
    """The words of a paragraph while they are gathered, those within a table of contents apart."""

    style: ParagraphStyle
    words: list[str] = field(default_factory=list)
    contents: list[str] = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)
    bold: bool = True


class _Reader:
    """Goes through the text in its order; ``left_out`` counts what is not in the lines."""

    def __init__(self, styles: Styles, numbering: Numbering, fields: Fields) -> None:
        self.left_out: Counter[str] = Counter()
        self.title: str | None = None
        self._styles = styles
        self._numbering = numbering
        self._fields = fields
        # Each line with whether it belongs to a table of contents.
        self._lines: list[tuple[Line, bool]] = []
        self._in_contents = False
        # Words of paragraphs whose end is deleted or hidden: they go on in the next one.
        self._carried: list[str] = []

    def finished(self) -> list[Line]:
        """The lines without the table of contents, unless most of the document would be one."""
        self._add(Line("".join(self._carried)))
        letters = Counter[bool]()
        for line, contents in self._lines:
            letters[contents] += len(line.text)
        if letters[True] > letters[False]:
            letters[True] = 0
            return [line for line, _ in self._lines]
        self.left_out["table of contents"] = int(letters[True] > 0)
        return [line for line, contents in self._lines if not contents]

    def oddities(self) -> list[str]:
        """What was left out, as sentences."""
        told = [
            f"{count} {what}{'s' if count > 1 else ''} left out"
            for what in ("footnote", "endnote", "picture", "unknown symbol", "embedded document")
            if (count := self.left_out[what])
        ]
        told += [f"{what} left out" for what in ("table of contents", "deleted words", "hidden words")
                 if self.left_out[what]]  # fmt: skip
        if self.left_out["counting field"]:
            told.append("numbers that Word counts in fields (LISTNUM, AUTONUM) are not in the text")
        if self._numbering.unknown:
            told.append(f"numbers of the format {', '.join(sorted(self._numbering.unknown))} are given in digits")
        return told

    # -- blocks --------------------------------------------------------------------------------------

    def read_blocks(self, parent: Element) -> None:
        """The paragraphs and tables in an element."""
        for element in _accepted(parent, self.left_out):
            name = local_name(element)
            if name == "p":
                self._read_paragraph(element)
            elif name == "tbl":
                self._read_table(element)
            elif name == "altChunk":
                self.left_out["embedded document"] += 1
            elif name == "sdt":
                self._read_control(element)
            elif name not in _SILENT:
                self.read_blocks(element)

    def _read_control(self, control: Element) -> None:
        """A content control: its words, unless they only say what is to be written there."""
        properties = child(control, "sdtPr")
        if switched(properties, "showingPlcHdr"):
            return
        before = self._in_contents
        gallery = value(child(child(properties, "docPartObj"), "docPartGallery"))
        self._in_contents = before or gallery == "Table of Contents"
        self.read_blocks(control)
        self._in_contents = before

    def _read_table(self, table: Element) -> None:
        for row in _inside(table, "tr", self.left_out):
            properties = child(row, "trPr")
            if child(properties, "del") is not None or switched(properties, "hidden"):
                self.left_out["deleted words" if child(properties, "del") is not None else "hidden words"] += 1
                continue
            self._read_row(row)

    def _read_row(self, row: Element) -> None:
        first = len(self._lines)
        begins: list[int] = []
        for cell in _inside(row, "tc", self.left_out):
            if child(child(cell, "tcPr"), "cellDel") is not None:
                self.left_out["deleted words"] += 1
                continue
            begins.append(len(self._lines))
            self.read_blocks(cell)
        ends = [*begins[1:], len(self._lines)]
        spans = [(begin, end) for begin, end in zip(begins, ends, strict=False) if begin < end]
        if len(spans) < 2:
            return  # its lines stand as they are
        # What belongs to a table of contents is no cell of this table.
        contents = [(line, True) for line, is_contents in self._lines[first:] if is_contents]
        cells = [[line for line, is_contents in self._lines[begin:end] if line.text and not is_contents]
                 for begin, end in spans]  # fmt: skip
        self._lines[first:] = contents
        for line in row_lines(cells):
            self._add(line)

    def _add(self, *lines: Line) -> None:
        """A block of lines, with an empty one behind it."""
        if written := [line for line in lines if line.text.strip()]:
            self._lines += [(line, False) for line in [*written, Line("")]]

    # -- paragraphs ----------------------------------------------------------------------------------

    def _read_paragraph(self, element: Element) -> None:
        properties = child(element, "pPr")
        paragraph = _Paragraph(self._styles.of_paragraph(value(child(properties, "pStyle"))))
        self._read_inline(element, paragraph)
        if contents := "".join(paragraph.contents).strip():
            self._lines += [(Line(contents), True), (Line(""), True)]
            if not "".join(paragraph.words).strip():
                return
        mark = child(properties, "rPr")
        hidden = switched(mark, "vanish")
        ends_hidden = paragraph.style.hidden if hidden is None else hidden
        dropped = value(child(properties, "framePr"), "dropCap") in ("drop", "margin")
        if ends_hidden or dropped or child(mark, "del") is not None or child(mark, "moveFrom") is not None:
            # Word joins it to the next paragraph; so it does a capital letter that is set over several lines.
            self._carried += paragraph.words
        else:
            self._write(paragraph, properties)
        for box in paragraph.boxes:
            before, self._numbering.in_box = self._numbering.in_box, True
            self.read_blocks(box)
            self._numbering.in_box = before

    def _write(self, paragraph: _Paragraph, properties: Element | None) -> None:
        text = "".join([*self._carried, *paragraph.words])
        self._carried = []
        label = self._label(paragraph.style, properties)
        if not text.strip() and (label is None or label.bullet):
            return
        heading = self._is_heading(text, paragraph, properties, label)
        lines = [Line(line, heading) for line in text.split("\n")]
        if label is not None and _names_provision(label.text):
            lines.insert(0, Line(label.text, heading=True))
        elif label is not None:
            lines[0] = Line(label.text + label.suffix + lines[0].text, heading)
        if paragraph.style.title and self.title is None:
            self.title = " ".join(text.split()) or None
        self._add(*lines)

    def _label(self, style: ParagraphStyle, properties: Element | None) -> Label | None:
        """The number that Word prints before a paragraph, which is counted by asking for it."""
        own = child(properties, "numPr")
        own_list, level = value(child(own, "numId")), number(child(own, "ilvl"))
        list_id = style.list_id if own_list is None else own_list
        if list_id is None or list_id == "0":
            return None
        if level is None and own_list is None:
            level = self._numbering.level_of_style(list_id, style.chain, style.level or 0)
            if level is None:
                return None
        return self._numbering.count(list_id, style.level or 0 if level is None else level)

    def _is_heading(self, text: str, paragraph: _Paragraph, properties: Element | None, label: Label | None) -> bool:
        outline = number(child(properties, "outlineLvl"))
        level = paragraph.style.outline if outline is None else (outline if outline < BODY_TEXT else None)
        styled = level is not None or paragraph.style.title
        alignment = value(child(properties, "jc"))
        centred = paragraph.style.centred if alignment is None else alignment == "center"
        if not (styled or centred or paragraph.bold) or len(text) > 2 * _HEADING_MOST:
            return False
        words = " ".join(text.split())
        if not words or len(words) > _HEADING_MOST or words.endswith((";", ":", ",")):
            return False
        if styled:
            # Styles of headings are also used to number whole paragraphs.
            return not (words.endswith(".") and len(words.split()) > 8)
        if starts_block(words) or is_sentence(words):
            return False
        return (label is None or _names_provision(label.text)) and not words[0].islower()

    # -- words ---------------------------------------------------------------------------------------

    def _read_inline(self, parent: Element, paragraph: _Paragraph) -> None:
        """The runs in a paragraph, a hyperlink, an insertion, a content control."""
        for element in _accepted(parent, self.left_out):
            name = local_name(element)
            if name == "r":
                self._read_run(element, paragraph)
            elif name == "fldSimple":
                field_name = name_of(value(element, "instr") or "")
                self.left_out["counting field"] += field_name in COUNTING
                before, self._in_contents = self._in_contents, self._in_contents or field_name == "TOC"
                self._read_inline(element, paragraph)
                self._in_contents = before
            elif name == "sdt" and switched(child(element, "sdtPr"), "showingPlcHdr"):
                continue
            elif name not in _SILENT:
                self._say("/" if name == "den" else "", paragraph)  # of a fraction
                self._read_inline(element, paragraph)

    def _read_run(self, run: Element, paragraph: _Paragraph) -> None:
        properties = child(run, "rPr")
        bold, hidden = self._look(properties, paragraph.style)
        first = len(paragraph.words)
        for element in _accepted(run, self.left_out):
            name = local_name(element)
            if name == "fldChar":
                self.left_out["counting field"] += (self._fields.meet(element) or "") in COUNTING
            elif name == "instrText":
                self._fields.instruct(element.text or "")
            elif hidden:
                self.left_out["hidden words"] += name == "t"
            elif name == "t":
                self._say(element.text or "", paragraph)
            elif name in _SAID:
                self._say(_SAID[name], paragraph)
            elif name == "sym":
                sign = print_symbol(value(element, "font") or "", value(element, "char") or "")
                self.left_out["unknown symbol"] += sign is None
                self._say(sign or "", paragraph)
            elif name in ("footnoteReference", "endnoteReference"):
                self.left_out[name.removesuffix("Reference")] += 1
            elif name in ("drawing", "pict", "object"):
                self._look_into_picture(element, paragraph)
            elif name not in _SILENT:
                self._read_inline(element, paragraph)
        if not bold and any(not words.isspace() for words in paragraph.words[first:]):
            paragraph.bold = False

    def _look(self, properties: Element | None, style: ParagraphStyle) -> tuple[bool, bool]:
        """Whether a run is bold and hidden: a style of letters turns round what that of the paragraph says."""
        if properties is None:
            return style.bold, style.hidden
        bold, hidden = self._styles.of_run(value(child(properties, "rStyle")))
        own_bold, own_hidden = switched(properties, "b"), switched(properties, "vanish")
        return (
            style.bold ^ bold if own_bold is None else own_bold,
            style.hidden ^ hidden if own_hidden is None else own_hidden,
        )

    def _say(self, words: str, paragraph: _Paragraph) -> None:
        if self._fields.silent:
            return
        contents = self._in_contents or paragraph.style.contents or self._fields.in_contents
        (paragraph.contents if contents else paragraph.words).append(words)

    def _look_into_picture(self, element: Element, paragraph: _Paragraph) -> None:
        """The text boxes of a drawing are read behind the paragraph that it hangs on; pictures are counted."""
        for found in _accepted(element, self.left_out):
            name = local_name(found)
            if name == "txbxContent":
                paragraph.boxes.append(found)
            else:
                self.left_out["picture"] += name in _PICTURES
                self._look_into_picture(found, paragraph)


def _accepted(parent: Element, left_out: Counter[str]) -> Iterator[Element]:
    """An element's children when all changes are accepted; of two ways to say a thing the newer one."""
    for element in parent:
        name = local_name(element)
        if name in ("del", "moveFrom"):
            left_out["deleted words"] += name == "del"
        elif name == "AlternateContent":
            chosen = child(element, "Choice")
            chosen = child(element, "Fallback") if chosen is None else chosen
            yield from _accepted(chosen, left_out) if chosen is not None else ()
        else:
            yield element


def _inside(parent: Element, name: str, left_out: Counter[str]) -> Iterable[Element]:
    """The rows of a table or the cells of a row, also where a control or an insertion is set around them."""
    for element in _accepted(parent, left_out):
        if local_name(element) == name:
            yield element
        elif local_name(element) not in _SILENT:
            yield from _inside(element, name, left_out)


@lru_cache(maxsize=1024)  # lists have the same labels again and again
def _names_provision(label: str) -> bool:
    """Whether a counted label has the word for what it numbers: "Article 1", "ANNEX II", and not "1." or "(a)"."""
    return any(candidate.word for candidate in find_candidates(split_lines(label, frozenset())))
