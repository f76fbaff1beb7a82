"""Web pages: the words of the page's main part, one line a block, without navigation, scripts and style.

Pages that set two languages side by side mark them with ``lang``, ``data-lang`` or a class ("en-content");
the language asked for is kept and the others are left out.
"""

import re

import lxml.html
from lxml import etree

from ingest.errors import UnreadableDocument
from ingest.numbers import print_number, read_number
from ingest.sources.document import Document, Line, assemble

_SKIPPED = {"script", "style", "noscript", "template", "svg", "nav", "header", "footer", "aside", "form"}
_SKIPPED |= {"button", "select", "iframe", "head"}
_BLOCKS = {"p", "div", "section", "article", "main", "li", "ul", "ol", "dl", "dt", "dd", "table", "tr"}
_BLOCKS |= {"blockquote", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "details", "summary", "figure"}
_BLOCKS |= {"center", "address", "body", "fieldset", "caption", "thead", "tbody", "td", "th"}
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6", "summary"}
_LANGUAGES = ("en", "fr", "es", "ru", "zh", "ar", "de", "nl", "it", "pt", "ja")
_LANGUAGE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:lang[-_])?({})(?:[-_](?:content|text|lang))?(?:$|\s)".format("|".join(_LANGUAGES))
)
_CHINESE_ARTICLE = re.compile(r"^第([零〇一二三四五六七八九十百廿卅之]+)[條条](之[一二三四五六七八九十]+)?$")


def read_html(data: bytes, name: str, language: str = "en") -> Document:
    """The document of an HTML page; of a bilingual page the ``language`` asked for.

    Raises UnreadableDocument where no markup can be made out.
    """
    # huge_tree: without it libxml2 silently drops what is nested deeper than 256 levels, as old pages with
    # unclosed tags are. Size and memory are limited elsewhere (parse.py, workers.py).
    parser = lxml.html.HTMLParser(encoding=_encoding(data), remove_comments=True, huge_tree=True)
    try:
        root = lxml.html.document_fromstring(data, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableDocument(
            name, f"the HTML cannot be read ({error}).", "Save the page again, or give its text."
        ) from error
    body = root.find("body")
    writer = _Writer(language, bilingual=_is_bilingual(root, language))
    try:
        writer.visit(_main_part(body if body is not None else root))
    except RecursionError as error:
        raise UnreadableDocument(
            name, "the HTML is nested too deeply.", "Save the page as text and give that."
        ) from error
    title = root.findtext(".//title")
    return assemble(writer.finished(), "html", title=" ".join(title.split()) if title else None)


def _encoding(data: bytes) -> str | None:
    """UTF-8 where the bytes are UTF-8; otherwise what the page declares."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return "utf-8"


def _main_part(body: lxml.html.HtmlElement) -> lxml.html.HtmlElement:
    """The <main> or single <article> of the page where it holds most of its words, else the body."""
    whole = len(body.text_content())
    for tag in ("main", "article"):
        found = body.findall(f".//{tag}")
        if len(found) == 1 and len(found[0].text_content()) > 0.4 * whole:
            return found[0]
    return body


def _language_of(element: lxml.html.HtmlElement) -> str | None:
    for attribute in ("lang", "data-lang"):
        if value := element.get(attribute):
            return str(value).split("-")[0].lower()
    found = _LANGUAGE_CLASS.search(element.get("class") or "")
    return found[1] if found else None


def _is_bilingual(root: lxml.html.HtmlElement, language: str) -> bool:
    """Whether parts of the body are marked as being in the language asked for, and others not."""
    marks = [_language_of(e) for e in root.iter() if isinstance(e.tag, str) and e.tag not in ("html", "body")]
    return language in marks and any(mark and mark != language for mark in marks)


class _Writer:
    """Collects the lines of the blocks in the order of the page."""

    def __init__(self, language: str, bilingual: bool) -> None:
        self.language = language
        self.bilingual = bilingual
        self.lines: list[Line] = []
        self.words: list[str] = []
        self.heading = False

    def finished(self) -> list[Line]:
        self.flush()
        return self.lines

    def flush(self) -> None:
        text = "".join(self.words)
        for line in text.split("\n"):
            if line.strip():
                self.lines.append(Line(line, heading=self.heading))
        if text.strip():
            self.lines.append(Line(""))
        self.words = []

    def visit(self, element: lxml.html.HtmlElement) -> None:
        tag = element.tag
        if not isinstance(tag, str) or tag in _SKIPPED:
            return
        if self.bilingual and (_language_of(element) or self.language) != self.language:
            return
        if tag == "br":
            self.words.append("\n")
            return
        block = tag in _BLOCKS
        keeps_breaks = tag == "pre" or "whitespace-pre" in (element.get("class") or "")
        if block:
            self.flush()
        was_heading = self.heading
        self.heading = self.heading or tag in _HEADINGS
        self._say(element.text, keeps_breaks)
        for child in element:
            self.visit(child)
            self._say(child.tail, keeps_breaks)
        if block:
            self.flush()
        self.heading = was_heading

    def _say(self, text: str | None, keeps_breaks: bool) -> None:
        if not text:
            return
        text = text if keeps_breaks else re.sub(r"\s+", " ", text)
        # A bilingual page prints "第三條" once for both languages; in English it is "Article 3".
        if self.bilingual and self.language == "en" and (found := _CHINESE_ARTICLE.match(text.strip())):
            self.flush()
            self.heading = True
            readings = read_number(found[1] + (found[2] or ""))
            text = f"Article {print_number(readings[0])}" if readings else text
        elif self.bilingual and re.fullmatch(r"\s*Art\. [一二三四五六七八九十百之]+\s*", text):
            return
        self.words.append(text)
