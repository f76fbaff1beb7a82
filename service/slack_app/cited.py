"""A quotation as Slack shows it: the words that lead to it, its own, and where they stand."""

from collections.abc import Mapping
from typing import Any

from service.slack_app.rich import MOST_CHARS, Block, length_of, quotation, rich_text, run, section
from service.slack_app.text import pieces, shortened
from service.web.answers import quotation_url

# A title longer than this is cut; no treaty's is.
MOST_TITLE = 300

Citation = Mapping[str, Any]


def quoted(words: str, citation: Citation, base_url: str, *, titled: bool = True) -> list[Block]:
    """A quotation under the words that lead to it, and its source under the quotation.

    The treaty's title is left out (``titled``) where the quotation before is of the same treaty.
    """
    source = section(*_source(citation, base_url, titled))
    continued = section(run(f"[{citation['number']}] continued", italic=True))
    most = MOST_CHARS - length_of(source) - length_of(continued)
    *before, leading = pieces(words, MOST_CHARS) or [""]
    if len(leading) > most // 2:
        before, leading = [*before, leading], ""
    first, *more = pieces(citation["quote"], most, first=most - len(leading))
    blocks = [[section(run(piece))] for piece in before]
    blocks.append([*([section(run(leading))] if leading else []), quotation(run(first))])
    blocks += [[continued, quotation(run(piece))] for piece in more]
    blocks[-1].append(source)
    return [block for elements in blocks for block in rich_text(elements)]


def named(citation: Citation, base_url: str, *, titled: bool) -> list[Block]:
    """The provision as a link where there is an address, after the title of its treaty if wanted."""
    name = citation["citation"] if titled else citation["label"]
    return [run(shortened(name, MOST_TITLE), url=_url(citation, base_url)), *_status(citation)]


def _source(citation: Citation, base_url: str, titled: bool) -> list[Block]:
    """Where a quotation stands: number, provision, treaty, page, and what kind of text it is."""
    url, label = _url(citation, base_url), shortened(citation["label"], MOST_TITLE)
    runs = [run(f"[{citation['number']}] ", bold=True), run(label, url=url, bold=True)]
    if titled:
        runs.append(run(f" · {shortened(citation['treaty_title'], MOST_TITLE)}"))
    page = citation["source"]["page"]
    if page is not None:
        runs.append(run(f", page {page}"))
    return [*runs, *_status(citation)]


def _status(citation: Citation) -> list[Block]:
    status = citation["text_status"]
    return [] if status == "authentic" else [run(f" · {shortened(status, 100)}", italic=True)]


def _url(citation: Citation, base_url: str) -> str:
    return f"{base_url}{quotation_url(citation)}" if base_url else ""
