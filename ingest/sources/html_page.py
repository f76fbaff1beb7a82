"""A web page as it is measured: what its elements are, and how many letters stand in them, in links and outside.

Letters, not words: Chinese has no blanks, and a menu's words are as short as a treaty's.
"""

import re
from dataclasses import dataclass, field

from lxml import etree
from lxml.html import HtmlElement

from ingest.numbers import NUMBER_WORDS

# What is never words of a document: programs, pictures, controls, how a sign is read, and what was struck out.
NEVER = frozenset(
    "head script style noscript noframes template svg canvas iframe object embed audio video map select option "
    "optgroup datalist input textarea progress meter rt rp del frameset frame".split()
)
_BLOCKS = frozenset(
    "address article aside blockquote body button caption center dd details dialog dir div dl dt fieldset figcaption "
    "figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend li main menu nav ol p pre search section summary "
    "table tbody td tfoot th thead tr ul".split()
)
_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6 summary".split())
_DISPLAY = re.compile(r"(?:^|[;\s])display\s*:\s*([a-z-]+)")
_HIDDEN_STYLE = re.compile(r"(?:^|[;\s])(?:display\s*:\s*none|visibility\s*:\s*hidden)")
_HIDDEN_CLASSES = frozenset({"hidden", "d-none", "invisible", "is-hidden", "hide"})
# Words for those who hear the page; they say what a sign beside them means.
_HEARD_CLASSES = frozenset({"sr-only", "visually-hidden", "visuallyhidden", "screen-reader-text", "screen-reader-only"})
# A line that is the number of an article, in the languages of treaties; what follows is its name or nothing.
_ARTICLE = re.compile(
    rf"""(?xs)\s*(?:
      (?i:article|artículo|articulo|artigo|articolo|artikel|статья|art\b\.?|المادة|مادة)
      \s*[-–—]?\s*(?:\d{{1,3}}(?!\d)|(?i:[ivxlc]{{1,7}})(?!\w)|(?i:{"|".join(map(re.escape, NUMBER_WORDS))})(?!\w))
      (?:\s?(?:bis|ter|quater)\b|[A-Za-z](?!\w))?
      (?:\s*[.:—–(-].*|\s+[A-ZÀ-ÞА-Я0-9“"«(].*|\s*[\u0600-\u06ff].*|\s*)
    | 第[零〇一二三四五六七八九十百\d]+[條条].*
    )$"""
)
_ARTICLE_LETTERS = frozenset("aAсСالم第")
_HEAD = 80


def is_block(element: HtmlElement) -> bool:
    """Whether an element stands on lines of its own."""
    if style := element.get("style"):
        shown = _DISPLAY.search(style.lower())
        if shown and shown[1] in ("block", "flex", "grid", "table", "list-item", "table-row"):
            return True
        if shown and shown[1] == "inline":
            return False
    return element.tag in _BLOCKS


def is_heading(element: HtmlElement) -> bool:
    """Whether the page says that an element is a heading."""
    return element.tag in _HEADINGS or element.get("role") == "heading"


def is_hidden(element: HtmlElement) -> bool:
    """Whether an element is not shown until something is clicked at, or only to those who hear the page."""
    if not element.attrib:
        return False
    if element.get("hidden") is not None or element.get("aria-hidden") == "true" or is_only_heard(element):
        return True
    if (style := element.get("style")) and _HIDDEN_STYLE.search(style.lower()):
        return True
    return any(name in _HIDDEN_CLASSES for name in (element.get("class") or "").split())


def is_only_heard(element: HtmlElement) -> bool:
    """Whether an element is there for those who hear the page only."""
    return any(name in _HEARD_CLASSES for name in (element.get("class") or "").split())


def names_article(line: str) -> bool:
    """Whether a line is the number of an article, with its name or without: "Article 4 – Lamps"."""
    return line[:1] in _ARTICLE_LETTERS and bool(_ARTICLE.match(line))


def letters_of(text: str | None) -> int:
    """How many signs a text has that are no blanks; a few signs between links ("|", "»") are none."""
    count = sum(map(len, text.split())) if text else 0
    return count if count > 3 or any(map(str.isalnum, text or "")) else 0


@dataclass(slots=True)
class Measure:
    """What stands in an element: letters outside links and in them, lines that number an article, links, those of
    them to places of this page, and fields to be filled in."""

    plain: int = 0
    linked: int = 0
    articles: int = 0
    links: int = 0
    places: int = 0
    fields: int = 0

    def add(self, inner: "Measure") -> None:
        """What stands in an inner element stands in this one too."""
        self.plain += inner.plain
        self.linked += inner.linked
        self.articles += inner.articles
        self.links += inner.links
        self.places += inner.places
        self.fields += inner.fields


@dataclass(slots=True)
class Page:
    """The elements of a page in their order, their measures, and the places that links of the page lead to.

    ``last`` is the position of the last element in each; ``headings`` and ``blocks`` are the heading and the block
    that a link, button or raised sign stands in.
    """

    body: HtmlElement
    order: dict[HtmlElement, int] = field(default_factory=dict)
    last: dict[HtmlElement, int] = field(default_factory=dict)
    places: dict[str, HtmlElement] = field(default_factory=dict)
    measures: dict[HtmlElement, Measure] = field(default_factory=dict)
    headings: dict[HtmlElement, HtmlElement] = field(default_factory=dict)
    blocks: dict[HtmlElement, HtmlElement] = field(default_factory=dict)
    depth: int = 0

    def target(self, link: HtmlElement) -> HtmlElement | None:
        """The element of this page that a link leads to."""
        _, sign, place = (link.get("href") or "").partition("#")
        return self.places.get(place) if sign and place else None

    def leads_to_itself(self, link: HtmlElement) -> bool:
        """Whether a link stands in the very place that it leads to, as the number of an article often does."""
        target = self.target(link)
        return target is not None and self.order[target] <= self.order[link] <= self.last[target]


def read_page(body: HtmlElement) -> Page:
    """The page measured."""
    page = Page(body)
    headings: list[HtmlElement] = []
    blocks: list[HtmlElement] = []
    depth = 0
    for event, element in etree.iterwalk(body, events=("start", "end")):
        if event == "end":
            depth -= 1
            page.last[element] = len(page.order) - 1
            for around in (headings, blocks):
                if around and around[-1] is element:
                    around.pop()
            continue
        depth += 1
        page.depth = max(page.depth, depth)
        page.order[element] = len(page.order)
        if element.tag in ("a", "button", "sup"):
            if headings:
                page.headings[element] = headings[0]
            page.blocks[element] = blocks[-1] if blocks else body
        if is_heading(element):
            headings.append(element)
        if is_block(element):
            blocks.append(element)
        for place in (element.get("id"), element.get("name") if element.tag == "a" else None):
            if place:
                page.places.setdefault(place, element)
    page.measures = measure(page)
    return page


def measure(
    page: Page, left_out: frozenset[HtmlElement] | set[HtmlElement] = frozenset()
) -> dict[HtmlElement, Measure]:
    """The measures of all elements, without what is left out."""
    walk = _Walk(page)
    events = etree.iterwalk(page.body, events=("start", "end"))
    for event, element in events:
        if not isinstance(element.tag, str):
            continue
        if event == "end":
            walk.leave(element)
            continue
        passed = element in left_out or element.tag in NEVER
        walk.enter(element, passed)
        if passed:
            events.skip_subtree()
    return walk.measures


@dataclass(slots=True)
class _Open:
    """An element that is open: its measure, and whether it is a block, a heading, a link, a link to another page."""

    measure: Measure
    block: bool = False
    heading: bool = False
    link: bool = False
    away: bool = False


class _Walk:
    """Letters are counted where they stand; a line's first letters are judged when the line is over."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.measures: dict[HtmlElement, Measure] = {}
        self.open: list[_Open] = []
        self.blocks: list[Measure] = []
        self.links = self.away = self.headings = 0
        self.head = ""

    def enter(self, element: HtmlElement, passed: bool) -> None:
        """An element begins; of one that is passed over nothing counts but that it is a field."""
        found = self.measures[element] = Measure()
        opened = _Open(found)
        self.open.append(opened)
        if passed:
            found.fields = int(element.tag in ("input", "select", "textarea") and element.get("type") != "hidden")
            return
        opened.block, opened.heading = is_block(element), is_heading(element)
        opened.link = bool(element.tag == "a" and element.get("href")) and not self.page.leads_to_itself(element)
        if opened.block or element.tag == "br":
            self._judge()
        if opened.block:
            self.blocks.append(found)
        opened.away = opened.link and "#" not in element.get("href", "")
        found.links, found.places = int(opened.link), int(opened.link and not opened.away)
        self.links += opened.link
        self.away += opened.away
        self.headings += opened.heading
        self._count(element.text)

    def leave(self, element: HtmlElement) -> None:
        """An element ends; what it holds its parent holds too."""
        closed = self.open.pop()
        if closed.block:
            self._judge()
            self.blocks.pop()
        self.links -= closed.link
        self.away -= closed.away
        self.headings -= closed.heading
        if self.open:
            self.open[-1].measure.add(closed.measure)
            self._count(element.tail)

    def _count(self, text: str | None) -> None:
        letters = letters_of(text)
        if not letters or not text:
            return
        within = self.open[-1].measure
        if self.links:
            within.linked += letters
        else:
            within.plain += letters
        # A heading may lead back to the contents; one that leads to another page is the heading of that.
        if (not self.links or (self.headings and not self.away)) and len(self.head) < _HEAD:
            self.head += text[:_HEAD]

    def _judge(self) -> None:
        if self.head and self.blocks and names_article(" ".join(self.head.split())):
            self.blocks[-1].articles += 1
        self.head = ""
