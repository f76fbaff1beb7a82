"""The numbers that a browser prints before the items of a list: they stand in no text, yet they are what is cited.

An ordered list counts as the HTML Living Standard has it (section 4.4.8): from ``start``, backwards where it is
``reversed``, from an item's ``value`` on, in figures or letters by ``type`` or by the style of the list.
"""

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

_TYPES = {"1": "decimal", "a": "lower-alpha", "A": "upper-alpha", "i": "lower-roman", "I": "upper-roman"}
_STYLE = re.compile(r"list-style(?:-type)?\s*:\s*([^;}]+)")
_STYLES = re.compile(
    r"(?i)\b((?:lower|upper)-(?:alpha|latin|roman|greek)|decimal(?:-leading-zero)?|none|disc|circle|square)\b"
)
_RULE = re.compile(r"([^{}]{1,400})\{([^{}]{0,2000})\}")
# What frameworks call a list without marks.
_UNMARKED = frozenset("list-unstyled list-none unstyled no-bullet no-bullets nobullet list-inline".split())
_BULLETS = frozenset({"disc", "circle", "square"})
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
          (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
# An item that carries a mark of its own: "1.", "(a)", "iv)", "–", "Article 4".
_OWN_MARK = re.compile(r"(?i)\s*(?:\(?[a-z0-9]{1,5}[.)](?=\s|\W|[A-Z]|$)|\d{1,3}\s|[–—•·▪-]\s|(?:article|art\.)\s*\w)")


def marks_of_lists(root: HtmlElement, styles: dict[str, str]) -> dict[HtmlElement, str]:
    """The mark of each item of the ordered lists in ``root``: "1.", "b.", "iv.".

    ``styles`` are those that the page's style sheets give (``list_styles``). A list whose items carry marks of
    their own is left as it is, since its page does not print others.
    """
    marks: dict[HtmlElement, str] = {}
    for number in root.iter("ol", "ul"):
        style = _style_of(number, styles)
        items = [child for child in number if child.tag == "li"]
        if style is None or not items or _carry_marks(items):
            continue
        for item, value in _counted(number, items):
            own = item.get("type")
            if mark := _printed(value, _TYPES.get(own or "", style)):
                marks[item] = mark
    return marks


def list_styles(sheets: str) -> dict[str, str]:
    """The styles of lists by class (".points"), id ("#points") or depth ("ol ol") that style sheets give."""
    styles: dict[str, str] = {}
    for selectors, declarations in _RULE.findall(sheets):
        style = _named_style(declarations)
        if style is None:
            continue
        for selector in selectors.split(","):
            parts = [part for part in selector.split() if part != ">"]
            last = parts[-1] if parts else ""
            if named := re.fullmatch(r"(?:ol|ul)?([.#][\w-]+)", last):
                styles[named[1]] = style
            elif parts and all(part == "ol" for part in parts):
                styles[" ".join(parts)] = style
    return styles


def _named_style(declarations: str) -> str | None:
    found = _STYLE.search(declarations)
    named = _STYLES.search(found[1]) if found else None
    return named[1].lower() if named else None


def _style_of(element: HtmlElement, styles: dict[str, str]) -> str | None:
    """How a list is numbered; None where it is not."""
    classes = (element.get("class") or "").split()
    style = _named_style(element.get("style") or "")
    style = style or _TYPES.get(element.get("type") or "")
    for name in (f"#{element.get('id')}", *(f".{name}" for name in classes)):
        style = style or styles.get(name)
    if not style and any(name in _UNMARKED for name in classes):
        return None
    if element.tag == "ol" and not style:
        depth = 1 + sum(1 for around in element.iterancestors("ol"))
        style = styles.get(" ".join(["ol"] * depth)) or styles.get("ol") or "decimal"
    return None if style is None or style == "none" or style in _BULLETS else style


def _carry_marks(items: list[HtmlElement]) -> bool:
    marked = sum(1 for item in items if _OWN_MARK.match(_beginning(item)))
    return 2 * marked > len(items)


def _beginning(item: HtmlElement) -> str:
    """The first letters of an item."""
    for text in item.itertext():
        if text.strip():
            return str(text[:40])
    return ""


def _counted(number: HtmlElement, items: list[HtmlElement]) -> Iterator[tuple[HtmlElement, int]]:
    step = -1 if number.get("reversed") is not None else 1
    value = _integer(number.get("start"), len(items) if step < 0 else 1)
    for item in items:
        value = _integer(item.get("value"), value)
        yield item, value
        value += step


def _integer(text: str | None, otherwise: int) -> int:
    return int(text) if text and re.fullmatch(r"\s*-?\d{1,6}\s*", text) else otherwise


def _printed(value: int, style: str) -> str:
    if style.endswith(("alpha", "latin")) and value > 0:
        shown = _letters(value, ord("a"), 26)
    elif style.endswith("greek") and 0 < value <= 24:
        shown = "αβγδεζηθικλμνξοπρστυφχψω"[value - 1]
    elif style.endswith("roman") and 0 < value < 4000:
        shown = _roman(value)
    elif style == "decimal-leading-zero":
        shown = f"{value:02}"
    else:
        shown = str(value)
    return (shown.upper() if style.startswith("upper") else shown) + "."


def _letters(value: int, first: int, size: int) -> str:
    """1 is a, 26 is z, 27 is aa."""
    shown = ""
    while value > 0:
        value, rest = divmod(value - 1, size)
        shown = chr(first + rest) + shown
    return shown


def _roman(value: int) -> str:
    shown = ""
    for worth, sign in _ROMAN:
        count, value = divmod(value, worth)
        shown += sign * count
    return shown
