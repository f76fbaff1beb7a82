"""Akoma Ntoso (LegalDocML, OASIS), version 3.0 and those before it: the words in reading order.

The numbers and names of articles and divisions become heading lines, the numbers of paragraphs and points
stand before their words, as they are printed. What describes the document (meta), notes and tables of contents
are left out. The structure is then found in the text as in any other format, so that eIds are Pacta's own and
the same whatever a treaty is read from.
"""

from ingest.errors import UnreadableDocument
from ingest.numbers import read_number
from ingest.sources.document import Document, Line, assemble
from ingest.sources.element_writer import ElementWriter
from ingest.sources.xml import Element, local_name, parse_xml, words_of

_SKIPPED = {"meta", "authorialNote", "noteRef", "remark", "toc", "del", "img", "coverPage"}
_INLINE = set(
    "a abbr affectedDocument b caps change concept date decoration def docAuthority docCommittee docDate docIntroducer "
    "docJurisdiction docketNumber docNumber docProponent docPurpose docStage docStatus docTitle docType embeddedText "
    "entity event fillIn foreign i inline ins judge lawyer legislature location marker mmod mod mref neutralCitation "
    "object omissis opinion organization outcome party person placeholder process quantity quotedText recordedTime ref "
    "relatedDocument rmod role rref session shortTitle signature span sub sup term time u vote witness".split()
)  # fmt: skip
# What is named by a heading of its own; where only a number is given, it is set behind the word for it.
_HEADED = {
    "article": "Article", "book": "Book", "chapter": "Chapter", "part": "Part", "section": "Section",
    "title": "Title", "subsection": "Subsection", "subpart": "", "subchapter": "", "subtitle": "", "subdivision": "",
    "division": "", "tome": "", "hcontainer": "", "attachment": "Annex", "component": "Annex",
}  # fmt: skip
# The word for an article in the languages of treaties, for documents that number their articles without it.
_ARTICLE_WORDS = {"es": "Artículo", "ru": "Статья", "ar": "المادة", "de": "Artikel", "nl": "Artikel"}
_TITLES = {"heading", "subheading", "crossHeading", "crossheading"}
# What is joined to a treaty, and what may name it; where nothing does, it is called an annex.
_JOINED = {"attachment", "component"}
_NAMING = {"num", "heading", "preface", "docTitle", "longTitle"}
_BLOCKS = {
    *_HEADED,
    *_TITLES,
    "p",
    "num",
    "tr",
    "block",
    "blockList",
    "list",
    "point",
    "paragraph",
    "table",
    "ul",
    "ol",
}
_QUOTES = {"quotedStructure", "quotedText", "embeddedStructure", "embeddedText"}
# ISO 639-2, in which Akoma Ntoso gives languages, to the two letters of ISO 639-1.
_LANGUAGES = {
    "eng": "en", "fra": "fr", "fre": "fr", "spa": "es", "esp": "es", "rus": "ru", "zho": "zh", "chi": "zh", "ara": "ar",
    "deu": "de", "ger": "de", "nld": "nl", "dut": "nl", "ita": "it", "por": "pt",
}  # fmt: skip


def read_akoma_ntoso(data: bytes, name: str) -> Document:
    """The document of Akoma Ntoso XML, in any of its namespaces.

    Raises UnreadableDocument where the XML is broken or too deeply nested.
    """
    root = parse_xml(data, name)
    language = next((_language(e) for e in root.iter("{*}FRBRlanguage")), None)
    writer = _Writer(language or "en")
    try:
        writer.visit_children(root)
    except RecursionError as error:
        raise UnreadableDocument(name, "the XML is nested too deeply.", "Save it in a simpler form.") from error
    writer.out.end_numbered()
    return assemble(writer.out.lines, "akoma-ntoso", title=_title(root), language=language, oddities=writer.oddities())


def _language(element: Element) -> str | None:
    printed = (element.get("language") or "").lower()
    return _LANGUAGES.get(printed, printed if len(printed) == 2 else None)


def _title(root: Element) -> str | None:
    """The printed title, else the name by which the work is known, else the long title."""
    for found in root.iter("{*}docTitle"):
        if title := words_of(found, _SKIPPED):
            return title
    for found in root.iter("{*}FRBRalias"):
        if title := (found.get("value") or "").strip():
            return title
    return next((title for e in root.iter("{*}longTitle") if (title := words_of(e, _SKIPPED))), None)


class _Writer(ElementWriter):
    """Writes the words of elements as lines."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self.language = language
        self.left_out: dict[str, int] = {}

    def oddities(self) -> list[str]:
        """What was left out, as sentences."""
        told = []
        if notes := self.left_out.get("authorialNote"):
            told.append(f"{notes} note{'s' if notes > 1 else ''} left out")
        if self.left_out.get("toc"):
            told.append("table of contents left out")
        if pictures := self.left_out.get("img"):
            told.append(f"{pictures} picture{'s' if pictures > 1 else ''} left out")
        if others := self.left_out.get("reference"):
            told.append(f"refers to {others} other document{'s' if others > 1 else ''} that it does not hold")
        return told

    def visit(self, element: Element, among_words: bool) -> None:
        """One element; those that are not known are blocks unless they stand ``among_words``."""
        tag = local_name(element)
        if tag in _SKIPPED:
            self.left_out[tag] = self.left_out.get(tag, 0) + 1
            self.out.bridge(element.tail)
        elif tag in ("eol", "br"):
            self.out.break_line()
        elif tag in ("componentRef", "documentRef"):
            self._refer(element)
        elif tag in _QUOTES:
            self._quote(element, tag)
        elif tag in _INLINE or (among_words and tag not in _BLOCKS):
            self.visit_children(element, among_words=True)
        else:
            self.out.end_block()
            self._visit_block(element, tag)

    def _visit_block(self, element: Element, tag: str) -> None:
        if tag in _HEADED and (tag != "subsection" or any(local_name(child) == "heading" for child in element)):
            # A subsection without a name is what a treaty calls a paragraph.
            self._headed(element, tag)
        elif tag in _TITLES:
            with self.as_heading():
                self.visit_children(element)
        elif tag == "preface":
            self._preface(element)
        elif tag == "num":
            self.out.say_before(words_of(element, _SKIPPED) + " ")
        elif tag == "tr":
            self.visit_row(element)
        else:
            if tag == "li" and element.get("value"):
                self.out.say_before(f"{element.get('value')} ")
            self.visit_children(element)
            if any(local_name(child) == "num" for child in element):
                self.out.end_numbered()
        self.out.end_block()

    def _headed(self, element: Element, tag: str) -> None:
        """An article, a division or an attachment: its number and its names are lines of their own."""
        if tag in _JOINED and _is_unnamed(element):
            with self.as_heading():
                self.out.say("Annex")
        for child in element:
            if local_name(child) == "num":
                with self.as_heading():
                    self.out.say(self._numbered(words_of(child, _SKIPPED), tag))
            else:
                self.visit(child, False)
        self.out.end_numbered()

    def _preface(self, element: Element) -> None:
        """The lines before a preamble; a name that an attachment gives and its document repeats is printed once."""
        first = len(self.out.lines)
        with self.as_heading():
            self.visit_children(element)
        above = {_folded(line) for line in self.out.lines[max(0, first - 6) : first] if line.heading}
        self.out.lines[first:] = [ln for ln in self.out.lines[first:] if not ln.text or _folded(ln) not in above]

    def _numbered(self, number: str, tag: str) -> str:
        """A number with the word for what it numbers: "Article 4" where only "4." is given."""
        word = _ARTICLE_WORDS.get(self.language, "Article") if tag == "article" else _HEADED[tag]
        return f"{word} {number.rstrip('.')}" if word and read_number(number) else number

    def _quote(self, element: Element, tag: str) -> None:
        """Words of another text: their articles are quoted and head nothing here."""
        opening, closing = element.get("startQuote") or "", element.get("endQuote") or ""
        if tag.endswith("Structure"):
            self.out.end_block()
        self.out.say_opening(opening)
        self.headless += 1
        self.visit_children(element)
        self.headless -= 1
        self.out.say_after(closing)

    def _refer(self, element: Element) -> None:
        where = element.get("src") or element.get("href") or ""
        if not where.startswith("#"):
            self.left_out["reference"] = self.left_out.get("reference", 0) + 1


def _is_unnamed(joined: Element) -> bool:
    """Whether an attachment holds a document of its own and nothing in it says what it is called."""
    holds = any(local_name(child) == "doc" for child in joined)
    return holds and not any(local_name(element) in _NAMING for element in joined.iter())


def _folded(line: Line) -> str:
    return " ".join(line.text.split()).casefold()
