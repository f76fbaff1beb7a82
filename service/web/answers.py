"""How an answer is put on a page: its numbers become links, its quotations addresses."""

import re
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup, escape

_NUMBER = re.compile(r"\[(\d{1,4})\]")


def quotation_url(citation: Mapping[str, Any]) -> str:
    """The permalink of a citation, with its quotation marked on that page."""
    return f"{citation['url']}?start={citation['start']}&end={citation['end']}#quotation"


def link_citations(answer: str, citations: list[Mapping[str, Any]], turn: str) -> Markup:
    """The answer with each ``[1]`` that has a citation linked to its card, all else escaped.

    ``turn`` begins the ids of the cards, so that several answers can stand on one page.
    """
    known = {str(citation["number"]) for citation in citations}
    pieces, position = [], 0
    for found in _NUMBER.finditer(answer):
        if found[1] not in known:
            continue
        pieces.append(escape(answer[position : found.start()]))
        pieces.append(
            Markup('<a class="cite" href="#{}-{}" aria-label="Citation {}">[{}]</a>').format(
                turn, found[1], found[1], found[1]
            )
        )
        position = found.end()
    pieces.append(escape(answer[position:]))
    return Markup("").join(pieces)
