"""A report as a page: the text with its claims marked, beside each the treaty's own words.

The page of ``pacta check --html`` and that of the service are drawn by the same template, check_report.html.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from service.check.models import Checked, Referred, Report
from service.check.wording import (
    SIDES,
    SIGNS,
    WORDS,
    Side,
    differs,
    is_telling,
    name_of,
    side_of,
    sides,
    spaced,
    untold,
)
from service.web.answers import quotation_url

_WEB_FOLDER = Path(__file__).parent.parent / "web"
STATUS_WORDS: dict[str, str] = {
    "held": "held here",
    "not_held": "a treaty that is not held here",
    "no_such_provision": "no such provision",
    "unclear": "which one cannot be told",
}
SIDE_WORDS: dict[Side, str] = {"right": "right", "wrong": "wrong", "open": "cannot be said"}
# A line of so many characters is a paragraph of its own; shorter ones may be a paragraph wrapped at a width.
_LONG_LINE = 120
# Characters that a page may not hold, or that would not be seen: as the pictures that Unicode has of them.
_VISIBLE = (
    {code: 0x2400 + code for code in range(0x20) if chr(code) not in "\t\n\r"}
    | {0x7F: 0x2421}
    | dict.fromkeys([*range(0x80, 0xA0), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF], 0xFFFD)
)


class Run(NamedTuple):
    """Words of the text on which the same claim and the same reference bear, if any."""

    text: str
    reference: Referred | None


class Marked(NamedTuple):
    """Runs of the text in a row: all those of a claim, or those between two claims."""

    claim: Checked | None
    runs: tuple[Run, ...]


class Row(NamedTuple):
    """A paragraph of the text, or several without claims, and the claims that begin in it."""

    marked: tuple[Marked, ...]
    claims: tuple[Checked, ...]


def render_check(report: Report, name: str, base_url: str = "") -> str:
    """The report on a text called ``name`` as one page that loads nothing.

    Citations link to the service at ``base_url``, where there is one.
    """
    styles = "\n".join((_WEB_FOLDER / "static" / file).read_text("utf-8") for file in ("pacta.css", "check.css"))
    page = _environment().get_template("check_file.html")
    return page.render(view_of(report, base_url), name=name, style=Markup(styles))


def view_of(report: Report, base_url: str = "", *, linked: bool = False) -> dict[str, Any]:
    """What the template is filled with; ``linked`` are citations to the service that the page is on."""
    return {
        "report": report,
        "rows": list(rows_of(report)),
        "sides": sides(report),
        "base_url": base_url,
        "linked": linked or bool(base_url),
        "SIDES": SIDES,
        "SIDE_WORDS": SIDE_WORDS,
        "STATUS_WORDS": STATUS_WORDS,
        "SIGNS": SIGNS,
        "WORDS": WORDS,
        "side_of": side_of,
        "name_of": name_of,
        "differs": differs,
        "is_telling": is_telling,
        "spaced": spaced,
        "untold": untold,
        "quotation_url": quotation_url_of,
    }


def quotation_url_of(citation: Any) -> str:
    """The permalink of a citation, with its quotation marked on that page."""
    return quotation_url({"url": citation.url, "start": citation.start, "end": citation.end})


def visible(value: Any) -> Any:
    """Text without characters that a page may not hold or would not show; anything else as it is."""
    return value.translate(_VISIBLE) if isinstance(value, str) and not isinstance(value, Markup) else value


def rows_of(report: Report) -> Iterator[Row]:
    """The text in rows, in its order and without loss: joined, their runs are the text."""
    begun, position = None, 0
    for start, end in _paragraphs(report):
        claims = tuple(one for one in report.claims if start <= one.claim.statement.start < end)
        if not claims:
            begun = start if begun is None else begun
        else:
            if begun is not None:
                yield Row(tuple(_marked(report, begun, start)), ())
            begun = None
            yield Row(tuple(_marked(report, start, end)), claims)
        position = end
    if begun is not None:
        yield Row(tuple(_marked(report, begun, position)), ())


def _paragraphs(report: Report) -> Iterator[tuple[int, int]]:
    """Where the paragraphs of the text begin and end; none ends inside a claim."""
    text, start = report.text, 0
    inside = [(one.claim.statement.start, one.claim.statement.end) for one in report.claims]
    for found in re.finditer(r"\n\s*", text):
        line = found.start() - (text.rfind("\n", 0, found.start()) + 1)
        if "\n" not in found[0][1:] and line < _LONG_LINE:
            continue
        if any(first < found.end() < last for first, last in inside):
            continue
        yield start, found.end()
        start = found.end()
    if start < len(text):
        yield start, len(text)


def _marked(report: Report, start: int, end: int) -> Iterator[Marked]:
    """A stretch of the text, cut where claims and references begin and end."""
    position = start
    for one in report.claims:
        statement = one.claim.statement
        if statement.start >= end or statement.end <= position:
            continue
        first = max(position, statement.start)
        if first > position:
            yield Marked(None, tuple(_runs(report, position, first)))
        position = min(end, statement.end)
        yield Marked(one, tuple(_runs(report, first, position)))
    if position < end:
        yield Marked(None, tuple(_runs(report, position, end)))


def _runs(report: Report, start: int, end: int) -> Iterator[Run]:
    position = start
    for referred in report.references:
        stretch = referred.stretch
        if stretch.start < position or stretch.end > end:
            continue
        if stretch.start > position:
            yield Run(report.text[position : stretch.start], None)
        yield Run(report.text[stretch.start : stretch.end], referred)
        position = stretch.end
    if position < end:
        yield Run(report.text[position:end], None)


def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_WEB_FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=visible,
        trim_blocks=True,
        lstrip_blocks=True,
    )
