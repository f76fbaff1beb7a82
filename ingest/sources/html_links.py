"""Links and small raised signs that are no words of a document, and the labels of tabs, which are.

A link back to the top, a sign to copy the address of a heading, a footnote's mark: they stand in the middle of the
text. What a sign raised above the line means is told by what stands before it.
"""

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from ingest.sources.html_main import is_notes
from ingest.sources.html_page import Page, is_block, letters_of, names_article

_TOPS = re.compile(r"(?i)#(?:top|_top|toc|contents|inhalt|start|page-?top|back-?to-?top)")
# "#" alone leads to the top, but what opens an accordion has it too: there the words must tell.
_UP = re.compile(
    r"""(?xi)\W*(?: (?:(?:back|return|go)\s*)?(?:to\s*)?(?:the\s*)?(?:top|up|contents) | back | haut(?:\ de\ page)?
    | retour.{0,20} | arriba | volver.{0,20} | inicio | наверх | к\ началу | назад | 返回.{0,4} | 回?到?[顶頂]部 | أعلى
    | العودة.{0,20} | nach\ oben | naar\ boven )\W*"""
)
# The page before and the one behind (HTML Living Standard, section 4.6.7).
_ENDS = frozenset({"next", "prev", "previous"})
_MARK = re.compile(r"\s*[\[(]?\s*(?:\d{1,3}|[*†‡§]{1,3}|[a-z])\s*[\])]?\s*")
_RAISED = re.compile(r"\s*[\[(]?\s*(?:\d{1,3}|[*†‡]{1,3})\s*[\])]?\s*")
_NOTE_PLACE = re.compile(
    r"(?i)_?(?:(?:ftn|edn|fn|en|ref|note)(?:ref)?s?[-_:.]*\d{1,4}[a-z]?|cite_note\S*|(?:foot|end)note\S*)"
)
_TOGGLES = frozenset({"tab", "pill"})
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def left_out_links(page: Page, root: HtmlElement, out: set[HtmlElement]) -> bool:
    """Add to what is left out the links and marks in ``root`` that are no words; whether notes were among them."""
    notes = False
    for element in root.iter("a", "sup"):
        if element.tag == "sup":
            if _is_raised_mark(element):
                out.add(element)
        elif element.get("href") is not None:
            if is_note_mark(page, element):
                around = element.getparent()
                out.add(around if around is not None and around.tag == "sup" else element)
                notes = _leave_out_note(page, element, out) or notes
            elif _is_no_word(page, element):
                out.add(element)
    return notes


def _is_no_word(page: Page, link: HtmlElement) -> bool:
    text, href = link.text_content(), link.get("href", "").strip()
    if not re.search(r"\w", text):
        # ¶, #, ↑: a sign to copy an address or to go somewhere.
        return True
    heading = page.headings.get(link)
    alone = heading is not None and letters_of(heading.text_content()) == letters_of(text)
    if alone or names_article(" ".join(text.split())) or page.leads_to_itself(link):
        return False
    if not _ENDS.isdisjoint((link.get("rel") or "").lower().split()) and heading is None:
        return True
    if (
        _TOPS.fullmatch(href)
        or (href == "#" and _UP.fullmatch(text))
        or (href.lower().startswith("javascript:") and not link.get("aria-controls"))
    ):
        return True
    return heading is None and _is_alone(page, link) and _leads_back(page, link)


def _is_alone(page: Page, link: HtmlElement) -> bool:
    """Whether a link is all that its block says."""
    measured = page.measures.get(page.blocks[link])
    return measured is not None and measured.plain < 3 and measured.linked == letters_of(link.text_content())


def _leads_back(page: Page, link: HtmlElement) -> bool:
    target = page.target(link)
    return target is not None and page.order[target] < page.order[link]


# -- footnotes -----------------------------------------------------------------------------------------------


def is_note_mark(page: Page, link: HtmlElement) -> bool:
    """Whether a link is the mark of a footnote, there or at the note itself, and no number of an article.

    "Article <a href=#art5>5</a>" leads to an article; a mark is raised, or leads to a place that is called a note's.
    """
    place = link.get("href", "").partition("#")[2]
    if not place or not _MARK.fullmatch(link.text_content()):
        return False
    if link.getparent() is not None and link.getparent().tag == "sup":
        return True
    target = page.target(link)
    noted = target is not None and any(is_notes(around) for around in (target, *target.iterancestors()))
    return bool(_NOTE_PLACE.fullmatch(place)) or noted or any(child.tag == "sup" for child in link)


def _leave_out_note(page: Page, mark: HtmlElement, out: set[HtmlElement]) -> bool:
    """Leave out the note that a mark leads to, where it stands behind the mark."""
    target = page.target(mark)
    if target is None or page.order[target] < page.order[mark]:
        return False
    note = target if is_block(target) else next((a for a in target.iterancestors() if is_block(a)), None)
    measured = page.measures.get(note) if note is not None else None
    whole = page.measures[page.body]
    if note is None or measured is None or measured.articles or 10 * measured.plain > whole.plain:
        return False
    out.add(note)
    return True


def _is_raised_mark(sup: HtmlElement) -> bool:
    """Whether a raised sign is a footnote's mark: one behind a word or a stop, but not behind a number ("10³"),
    a unit or a symbol of one or two letters ("m²")."""
    if not _RAISED.fullmatch(sup.text_content()):
        return False
    before = _before(sup)
    if "*" in sup.text_content() or "†" in sup.text_content() or "‡" in sup.text_content():
        return bool(before)
    return bool(re.search(r"(?:[^\W\d_]{3}|[.,;:”’\"»)\]])$", before))


def raised(sup: HtmlElement) -> str:
    """The words of a raised element: digits stay raised behind others, or 10³ would be read as 103."""
    text = str(sup.text_content())
    return text.translate(_SUPERSCRIPTS) if re.search(r"\w$", _before(sup)) else text


def _before(element: HtmlElement) -> str:
    """The letters right before an element on its line."""
    while True:
        previous = element.getprevious()
        if previous is not None:
            text = previous.tail or ("" if previous.tag == "br" else previous.text_content())
            return str(text[-8:])
        parent = element.getparent()
        if parent is None:
            return ""
        if parent.text:
            return str(parent.text[-8:])
        if is_block(parent):
            return ""
        element = parent


# -- tabs ----------------------------------------------------------------------------------------------------


def labels_of_tabs(page: Page, root: HtmlElement, out: set[HtmlElement]) -> dict[HtmlElement, str]:
    """The labels of tabs by what they open: a tab's name stands elsewhere than the text that it is the name of."""
    labels: dict[HtmlElement, str] = {}
    seen: set[HtmlElement] = set()
    for tab in _tabs(root):
        names = (tab.get("aria-controls"), tab.get("data-target"), tab.get("data-bs-target"), tab.get("href"))
        opened = next((page.places[n.lstrip("#")] for n in names if n and n.lstrip("#") in page.places), None)
        if opened is None or opened is tab:
            continue
        out.add(tab)
        if opened in seen:
            continue
        seen.add(opened)
        label = " ".join(tab.text_content().split())
        if label and not " ".join(opened.text_content()[: 4 * len(label) + 200].split()).startswith(label):
            labels[opened] = label
    return labels


def _tabs(root: HtmlElement) -> Iterator[HtmlElement]:
    for element in root.iter("a", "button", "li", "div", "span"):
        toggle = element.get("data-toggle") or element.get("data-bs-toggle")
        if element.get("role") == "tab" or toggle in _TOGGLES:
            yield element
