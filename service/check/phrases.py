"""Where words stand: in the provision claimed, anywhere in a treaty, or in any treaty held.

Within a treaty the search is exhaustive. Over all treaties the articles are aligned that have the most pairs of a
quotation's words together, rare ones counting for more (corpus_words.py).
"""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from threading import Lock

from ingest.index import Index
from ingest.models import ParsedTreaty, Provision
from ingest.places import leaf_at
from service.check.align import align
from service.check.corpus_words import corpus_words
from service.check.differences import weigh
from service.check.held_words import HeldWords
from service.check.models import Piece
from service.check.words import Word, words_in

# So many articles of all treaties are aligned; a quotation of more than a few words has its own among the first.
_ARTICLES = 12
# A place that is less alike is none.
_LEAST = 0.3
# The words of so many treaties and of so many articles are kept; a thousand words take about twenty kilobytes.
_TREATIES_KEPT, _ARTICLES_KEPT = 80, 1_000


@dataclass(frozen=True, slots=True)
class Place:
    """Where a quotation stands: ``start:end`` of the treaty's text, in ``article`` and innermost in ``leaf`` (eIds).

    ``similarity`` is the share of its words that stand there in order, from 0 to 1; ``pieces`` compare them.
    """

    treaty_id: str
    article: str
    leaf: str
    start: int
    end: int
    similarity: float
    pieces: tuple[Piece, ...]


class _Kept:
    """The words of the treaties, or of the articles, compared with last."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._words: OrderedDict[tuple[str, int, int, int], HeldWords] = OrderedDict()
        self._lock = Lock()

    def of(self, parsed: ParsedTreaty, provision: Provision | None) -> HeldWords:
        """The words of a provision, of all the treaty without one."""
        text = parsed.treaty.text
        start, end = (provision.start, provision.end) if provision else (0, len(text))
        key = (parsed.treaty.id, hash(text), start, end)
        with self._lock:
            if key in self._words:
                self._words.move_to_end(key)
                return self._words[key]
        words = HeldWords(text, start, end, _marks(parsed, start, end))
        with self._lock:
            self._words[key] = words
            while len(self._words) > self._most:
                self._words.popitem(last=False)
        return words


_TREATIES, _PROVISIONS = _Kept(_TREATIES_KEPT), _Kept(_ARTICLES_KEPT)


def _marks(parsed: ParsedTreaty, start: int, end: int) -> list[tuple[int, int]]:
    """Where the numbers of paragraphs and points stand."""
    numbered = [p for p in parsed.provisions if p.kind in ("paragraph", "point") and p.number]
    return [(p.start, p.body_start) for p in numbered if start <= p.start < end]


def best_in(parsed: ParsedTreaty, text: str, start: int, end: int, eids: Iterable[str] | None = None) -> Place | None:
    """Where ``text[start:end]`` stands best in a treaty, or in some of its provisions; None where nowhere."""
    words = words_in(text, start, end)
    places = []
    for provision in [parsed.by_eid[eid] for eid in eids] if eids else [None]:
        place = _in_provision(parsed, provision, text, words)
        if place:
            places.append(place)
    return max(places, key=lambda place: place.similarity, default=None)


def _in_provision(parsed: ParsedTreaty, provision: Provision | None, text: str, words: Sequence[Word]) -> Place | None:
    held = (_PROVISIONS if provision else _TREATIES).of(parsed, provision)
    found = align(text, words, held)
    if found is None or found.similarity < _LEAST:
        return None
    begin, stop = held.span(found.first, found.last)
    leaf = leaf_at(parsed, begin)
    if leaf is None:
        return None
    article = parsed.article_of(leaf)
    if provision is None and stop > article.end:
        # Words that run over from one article into the next are of the one that has more of them.
        inner = align(text, words, held, *held.range_of(article.start, article.end))
        if inner is None:
            return None
        found, (begin, stop) = inner, held.span(inner.first, inner.last)
    while not (leaf.start <= begin and stop <= leaf.end) and leaf.parent is not None and leaf.eid != article.eid:
        leaf = parsed.by_eid[leaf.parent]
    return Place(parsed.treaty.id, article.eid, leaf.eid, begin, stop, found.similarity, weigh(found.pieces))


class WordIndex:
    """All treaties of an index, to find words in."""

    def __init__(self, index: Index) -> None:
        self._index = index

    @classmethod
    def of(cls, index: Index) -> "WordIndex":
        """The words of an index, or of what a reader may see of it."""
        return cls(index)

    def places(self, text: str, start: int, end: int) -> list[Place]:
        """Where the words of ``text[start:end]`` stand in the treaties held, the best first, one place an article."""
        found = []
        for treaty_id, eid in corpus_words(self._index).likely(text[start:end], _ARTICLES):
            place = best_in(self._index.treaties[treaty_id], text, start, end, (eid,))
            if place:
                found.append(place)
        return sorted(found, key=lambda place: -place.similarity)
