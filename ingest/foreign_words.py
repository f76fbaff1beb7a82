"""Words in a treaty that are another treaty's: quoted, or put into it by an article that amends it."""

import re
from bisect import bisect_right
from collections.abc import Iterator

from ingest.drafting import Drafting
from ingest.models import Provision

_QUOTES = re.compile('[“„«”»"]')


class ForeignWords:
    """The stretches of a treaty's articles that are in quotation marks, or behind "is replaced by the following:"."""

    def __init__(self, text: str, drafting: Drafting) -> None:
        self._text = text
        self._drafting = drafting
        self._of: dict[str, list[tuple[int, int]]] = {}

    def hold(self, article: Provision, place: int) -> bool:
        """Whether what stands at a place of an article is not the treaty's own."""
        if article.eid not in self._of:
            self._of[article.eid] = sorted(self._stretches(article))
        stretches = self._of[article.eid]
        index = bisect_right(stretches, (place, len(self._text))) - 1
        return index >= 0 and place < stretches[index][1]

    def _stretches(self, article: Provision) -> Iterator[tuple[int, int]]:
        start, end = article.body_start, article.end
        if (put_in := self._drafting.put_in.search(self._text, start, end)) is not None:
            yield put_in.end(), end
            end = put_in.end()
        opened: int | None = None
        for mark in _QUOTES.finditer(self._text, start, end):
            if mark[0] in "“„«" or (mark[0] == '"' and opened is None):
                # Each paragraph of a long quotation begins with a mark; one at the end closes it.
                opened = mark.end() if opened is None else opened
            elif opened is not None:
                yield opened, mark.start()
                opened = None
        if opened is not None:
            yield opened, end
