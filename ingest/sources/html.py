"""Web pages: the words of the document in the page, one line a block, without what only belongs to the page.

Which part of a page is the document is decided in html_main.py, with the rule and its reasons; how a library for
the main content of any page would do is told there too. Of pages in two languages the one asked for is kept.
"""

import re
from collections.abc import Iterable

import lxml.html
from lxml import etree
from lxml.html import HtmlElement

from ingest.errors import UnreadableDocument
from ingest.sources.decoding import decode
from ingest.sources.document import Document, assemble
from ingest.sources.html_languages import in_english, leave_out_other_languages, of_language
from ingest.sources.html_lines import Additions, Block, blocks_of, lines_of
from ingest.sources.html_links import labels_of_tabs, left_out_links
from ingest.sources.html_lists import list_styles, marks_of_lists
from ingest.sources.html_main import find_document
from ingest.sources.html_page import read_page

# libxml2 drops what is nested deeper than 2,048 elements without a word.
_DEEPEST = 2000
# "© 2031 Harbour Office", "Copyright Harbour Office 2031. All rights reserved.", "This site uses cookies."
_NOTICE = re.compile(
    r"(?i)\W{0,4}(?:©|copyright\b.{0,60}\b(?:19|20)\d\d\b|all rights reserved).{0,200}|.{0,300}\bcookies\b.{0,300}"
)


def read_html(data: bytes, name: str, language: str = "en") -> Document:
    """The document of an HTML page; of a bilingual page the ``language`` asked for.

    Raises UnreadableDocument where no markup can be made out, or where the page only shows other pages in frames.
    """
    root = _parsed(data, name)
    body = root.find("body")
    title = root.findtext(".//title")
    body = body if body is not None else root
    page = read_page(body)
    if page.depth > _DEEPEST:
        raise UnreadableDocument(name, "the HTML is nested too deeply.", "Save the page as text and give that.")
    part, out, notes = find_document(page)
    notes = left_out_links(page, part, out) or notes
    bilingual = leave_out_other_languages(page, part, language, out)
    labels = labels_of_tabs(page, part, out)
    sheets = "\n".join(str(sheet.text_content()) for sheet in root.iter("style"))
    blocks = blocks_of(part, out, Additions(marks_of_lists(part, list_styles(sheets)), labels))
    blocks = [*_title_outside(page.body, part, out), *_without_repetitions(blocks)]
    if bilingual and language == "en":
        blocks = [in_english(block) for block in blocks]
    blocks, odd = of_language([block for block in blocks if not _is_notice(block)], language)
    if not blocks:
        _refuse_frames(root, name)
    oddities = [*(["footnotes left out"] if notes else []), *([odd] if odd else [])]
    return assemble(lines_of(blocks), "html", title=" ".join(title.split()) if title else None, oddities=oddities)


def _parsed(data: bytes, name: str) -> HtmlElement:
    # huge_tree: without it libxml2 silently drops what is nested deeper than 256 levels, as old pages with
    # unclosed tags are. Size and memory are limited elsewhere (parse.py, workers.py).
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        return lxml.html.document_fromstring(decode(data, name).encode("utf-8"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableDocument(
            name, f"the HTML cannot be read ({error}).", "Save the page again, or give its text."
        ) from error


def _title_outside(body: HtmlElement, part: HtmlElement, out: set[HtmlElement]) -> list[Block]:
    """The page's title where it stands outside the document, which has none of its own.

    A title that is a link is the site's name, which leads to its first page.
    """
    titles: list[HtmlElement] = []
    for title in body.iter("h1"):
        around = list(title.iterancestors())
        if part in (title, *around) and out.isdisjoint((title, *around)):
            return []
        if title.find(".//a[@href]") is None and not any(element.tag == "a" for element in around):
            titles.append(title)
    return blocks_of(titles[0], set(), Additions({}, {})) if len(titles) == 1 else []


def _is_notice(block: Block) -> bool:
    """Whether a block is the notice of whoever made the page."""
    return all(_NOTICE.fullmatch(line.text) or not line.text for line in block.lines)


def _without_repetitions(blocks: Iterable[Block]) -> list[Block]:
    """Blocks without those hidden ones that only repeat what is shown, as pages do that have a form for telephones."""
    blocks = list(blocks)
    shown = {line.text for block in blocks if not block.hidden for line in block.lines}
    new = {block.hidden for block in blocks for line in block.lines if block.hidden and line.text not in shown}
    return [block for block in blocks if not block.hidden or block.hidden in new]


def _refuse_frames(root: HtmlElement, name: str) -> None:
    """Raise UnreadableDocument for a page whose only words are those of other pages that it shows."""
    shown = [frame.get("src") for frame in root.iter("frame", "iframe") if frame.get("src")]
    if shown:
        raise UnreadableDocument(
            name,
            f"the page has no words of its own and shows other pages in frames ({', '.join(shown[:3])[:200]}).",
            "Open the frame with the text by itself, and save or name that.",
        )
