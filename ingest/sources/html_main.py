"""Which elements of a page are not the document: menus, banners, contents, comments, notes of the publisher.

Pages of treaties are of every kind, and to lose a word of a treaty is worse than to keep a menu. Libraries that look
for the main content of any page (trafilatura, readability, resiliparse) lose what is hidden behind tabs, short lines
and the numbers of articles, which they are not made for. So the rule is:

- what an element's kind, role or name says to be furniture of the page is left out, unless the heading of an
  article or more than half of the words stand in it: a form may be wrapped around the whole page;
- what is hidden stays, since the articles of a treaty are often behind tabs, but for menus, dialogs and what is
  only there to be heard;
- a run of links to places of the page itself is its table of contents;
- the *core* is the smallest element that holds all headings of articles, or most words where there are none. Where
  a <main> or <article> holds the core, the rest of the page is not the document, by the meaning of these elements
  (HTML Living Standard, sections 4.4.14 and 4.3.2); without one, only what consists of links is left out around it.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from lxml import etree
from lxml.html import HtmlElement

from ingest.sources.html_page import (
    Measure,
    Page,
    is_block,
    is_heading,
    is_hidden,
    is_only_heard,
    measure,
    names_article,
)

_FURNITURE = frozenset("nav aside form dialog".split())
_ROLES = frozenset(
    "navigation banner contentinfo complementary search dialog alertdialog menu menubar toolbar doc-toc doc-backlink "
    "doc-pagebreak".split()
)
# Where these hold most words, the page has hardly any.
_NEVER_MOST = frozenset({"navigation", "banner", "contentinfo", "search"})
_NOTE_ROLES = frozenset({"doc-endnotes", "doc-footnote", "doc-footnotes"})
# A <header> or <footer> is the page's where no part of the page is around it (sections 4.3.8 and 4.3.9); the
# header of the main part holds the document's title.
_PARTS = {
    "header": frozenset("main article section aside nav".split()),
    "footer": frozenset("article section aside nav".split()),
}
_NAMES = """
    cookies? cc-(?:banner|window) gdpr onetrust (?:consent|phase)-banner breadcrumbs?
    (?:(?:top|side|left|right|sub|main|foot|mega)-?)?(?:nav|menus?) navbar navigation navbox sidebar side-bar related
    related-?posts recommended comments? respond disqus shar(?:e|es|ing) sharedaddy social newsletter
    subscri(?:be|ption) adverts? advertisements? ads? adsbygoogle pagination pager byline author
    (?:entry|post|article)-(?:meta|footer) posted-on last-(?:updated|modified) (?:post-)?tags tag-?cloud tags-links
    widgets? masthead toolbar top-?bar (?:site|global|web)-(?:header|banner)
    (?:site|page|global|web|main|wp|bottom)-footer colophon skip skip-?link toc table-of-contents infobox hatnote
    no-?print no-?export editsection jump-link catlinks printfooter back-?to-?top
    lang(?:uage)?-(?:switch(?:er)?|selector|menu) site-?sub feedback
""".split()
_NAMED = re.compile(rf"(?:^|-)(?:{'|'.join(_NAMES)})(?:-|$)|^footer(?:-|$)|^consent(?:-|$)|-consent$")
# An id names one place, and a place may be called after its heading ("social-security"): only whole ids tell.
_IDS = re.compile(
    r"""(?x)(?:[a-z]+-)?(?:
      cookies? | cookie-[a-z-]+ | breadcrumbs? | nav | navbar | navigation | menu | sidebar | comments | respond
    | header | banner | footer | newsletter | share | toc | masthead | colophon | site-header | site-footer | catlinks
    | related-posts | search
    )"""
)
_HEADS = frozenset({"header", "banner"})
# What is furniture inside a line too.
_INLINE = re.compile(
    r"(?:^|-)(?:editsection|jump-link|no-?print|posted-on|byline|back-?to-?top|skip-?link|headerlink"
    r"|page-?num(?:ber)?|page-?break)(?:-|$)"
)
_NOTES = re.compile(r"(?:^|-)(?:footnotes?|endnotes?|reflist|references)(?:-|$)")
_NOTES_STYLE = re.compile(r"mso-element\s*:\s*(?:foot|end)note")
_DIALOGS = re.compile(r"(?:^|-)(?:modal|popup|pop-up|overlay|lightbox|offcanvas|drawer|dropdown)(?:-|$)")
_OPENS = ("aria-controls", "aria-expanded", "data-target", "data-bs-target", "data-toggle", "data-bs-toggle")
_OPENING = re.compile(r"accordion|collaps|toggle|(?:^|-)tab(?:-|$)")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_CONTENTS = re.compile(
    r"(?i)\W*((table of )?contents|index|on this page|in this (page|document|treaty)|jump to|sommaire"
    r"|table des matières|índice|inhalt(sverzeichnis)?|inhoud(sopgave)?|содержание|оглавление|目录|目錄|المحتويات)\W*"
)


def find_document(page: Page) -> tuple[HtmlElement, set[HtmlElement], bool]:
    """The element that the document is in, the elements in it that are no part of it, and whether notes are among
    them; the page's measures are then those without them."""
    out: set[HtmlElement] = set()
    notes = _leave_out_furniture(page, out)
    _leave_out_contents(page, out)
    if out:
        page.measures = measure(page, out)
    core = _core(page)
    main = _main_of(core)
    if main is None:
        _leave_out_links_around(page, core, out)
    _leave_out_links_before(page, core, out)
    return main if main is not None else page.body, out, notes


# -- by kind, role and name ----------------------------------------------------------------------------------


def _leave_out_furniture(page: Page, out: set[HtmlElement]) -> bool:
    notes = False
    whole = page.measures[page.body]
    events = etree.iterwalk(page.body, events=("start",))
    for _, element in events:
        measured = page.measures.get(element)
        if measured is None or element is page.body or _holds_the_document(element, measured, whole):
            continue
        if is_notes(element) or _is_furniture(page, element) or _is_hidden_furniture(element, measured):
            out.add(element)
            notes = notes or is_notes(element)
            events.skip_subtree()
    return notes


def _holds_the_document(element: HtmlElement, measured: Measure, whole: Measure) -> bool:
    if measured.articles:
        return True
    never = element.tag == "nav" or element.get("role") in _NEVER_MOST
    return not never and 2 * measured.plain > whole.plain


@lru_cache(maxsize=4096)
def _hyphened(names: str) -> tuple[str, ...]:
    """Classes or an id as words joined by hyphens; a page has few of them, and each many times."""
    return tuple(_CAMEL.sub("-", name).replace("_", "-").lower() for name in names.split())


@lru_cache(maxsize=4096)
def _is_named(classes: str, pattern: re.Pattern[str]) -> bool:
    return any(pattern.search(name) for name in _hyphened(classes))


def _is_furniture(page: Page, element: HtmlElement) -> bool:
    tag = element.tag
    if tag in _FURNITURE or element.get("role") in _ROLES:
        return True
    if tag in _PARTS and not any(around.tag in _PARTS[tag] for around in element.iterancestors()):
        return True
    if tag == "button":
        return not _is_label(page, element)
    if not is_block(element):
        return _is_named(element.get("class") or "", _INLINE)
    if is_heading(element):
        return False
    if _is_named(element.get("class") or "", _NAMED):
        return True
    named = "".join(_hyphened(element.get("id") or ""))
    # The head of a page may hold the document's title.
    return bool(_IDS.fullmatch(named)) and not (named in _HEADS and any(map(is_heading, element.iterdescendants())))


def _is_label(page: Page, button: HtmlElement) -> bool:
    """Whether a button is the name of what it opens, as those of accordions and tabs are."""
    if any(button.get(name) is not None for name in _OPENS) or _is_named(button.get("class") or "", _OPENING):
        return True
    return button in page.headings or names_article(" ".join(button.text_content().split()))


def _is_hidden_furniture(element: HtmlElement, measured: Measure) -> bool:
    if not is_hidden(element):
        return False
    if is_only_heard(element) or measured.linked > measured.plain or measured.fields:
        return True
    return _is_named(element.get("class") or "", _DIALOGS)


def is_notes(element: HtmlElement) -> bool:
    """Whether an element is a footnote or holds them."""
    if not is_block(element):
        return False
    if element.get("role") in _NOTE_ROLES:
        return True
    style = element.get("style")
    named = f"{element.get('class') or ''} {element.get('id') or ''}"
    return _is_named(named, _NOTES) or bool(style and _NOTES_STYLE.search(style))


# -- tables of contents --------------------------------------------------------------------------------------


def _leave_out_contents(page: Page, out: set[HtmlElement]) -> None:
    events = etree.iterwalk(page.body, events=("start",))
    for _, element in events:
        if element in out:
            events.skip_subtree()
        elif isinstance(element.tag, str) and element in page.measures:
            for first, run in _runs_of_links(page, element, out):
                out.update(run)
                _leave_out_title_of_contents(first, out)


def _runs_of_links(
    page: Page, parent: HtmlElement, out: set[HtmlElement]
) -> Iterator[tuple[HtmlElement, list[HtmlElement]]]:
    """Neighbours among an element's children that are nothing but links to places of the page, three at least."""
    if page.measures[parent].places < 3:
        return
    run: list[HtmlElement] = []
    links = 0
    for child in [*parent.iterchildren(etree.Element), None]:
        if child is not None and (child.tag in ("br", "hr") or child in out):
            if run and child.tail and re.search(r"\w", child.tail):
                child = None
            else:
                continue
        if child is not None and _is_of_links(page, child):
            run.append(child)
            links += page.measures[child].places
            if not (child.tail and re.search(r"\w", child.tail)):
                continue
        if links >= 3:
            yield run[0], run
        run, links = [], 0


def _is_of_links(page: Page, element: HtmlElement) -> bool:
    """Whether an element is nothing but links into the page, with their numbers and the names of parts between."""
    measured = page.measures[element]
    whole = page.measures[page.body]
    if not measured.places or measured.articles or is_heading(element):
        return False
    return 3 * measured.plain <= measured.linked and 2 * measured.linked <= whole.plain + whole.linked


def _leave_out_title_of_contents(first: HtmlElement, out: set[HtmlElement]) -> None:
    before = first.getprevious()
    while before is not None and before.tag in ("br", "hr"):
        before = before.getprevious()
    if before is not None and isinstance(before.tag, str) and _CONTENTS.fullmatch(before.text_content()):
        out.add(before)


# -- around the core -----------------------------------------------------------------------------------------


def _core(page: Page) -> HtmlElement:
    """The smallest element that holds all headings of articles; nine tenths of the words where there are none."""
    whole = page.measures[page.body]
    core = page.body
    while True:
        for child in core.iterchildren(etree.Element):
            measured = page.measures.get(child)
            if measured is None:
                continue
            if whole.articles > 1:
                if measured.articles == whole.articles:
                    break
            elif 10 * measured.plain >= 9 * whole.plain and is_block(child):
                break
        else:
            return core
        core = child


def _main_of(core: HtmlElement) -> HtmlElement | None:
    """The outermost <main>, or else the outermost <article>, around the core or the core itself."""
    around = [core, *core.iterancestors()]
    for tag in ("main", "article"):
        found = [element for element in around if element.tag == tag or element.get("role") == tag]
        if found:
            return found[-1]
    return None


def _leave_out_links_around(page: Page, core: HtmlElement, out: set[HtmlElement]) -> None:
    """Beside the core and what is around it, what consists of links is a menu."""
    element = core
    while element is not page.body and (parent := element.getparent()) is not None:
        for beside in parent.iterchildren(etree.Element):
            measured = page.measures.get(beside)
            if beside is not element and measured and measured.linked > measured.plain:
                out.add(beside)
        element = parent


def _leave_out_links_before(page: Page, core: HtmlElement, out: set[HtmlElement]) -> None:
    """In the core, before the first article, what is nothing but links; behind the last one there may be the names
    of those who signed."""
    if page.measures[core].articles < 2:
        return
    for child in core.iterchildren(etree.Element):
        measured = page.measures.get(child)
        if measured and measured.articles:
            return
        if measured and measured.links > 1 and not measured.plain and not is_heading(child):
            out.add(child)
