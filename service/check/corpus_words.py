"""The words of all treaties of a generation in one row, to find where pairs of a quotation's words stand together.

Made once for a generation, when first asked for, and only of the treaties asked for: what is hidden from a reader is
not looked at. The places found are only likely ones; align.py compares the words.
"""

import re
from functools import lru_cache
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from ingest.index import Index
from ingest.names import fold
from service.check.spelling import spelled

_WORD = re.compile(r"[^\W_]+")
# Word pairs are keyed by the numbers of both words; there are fewer than so many different words.
_MOST_WORDS = 1 << 21
# Words added or dropped move what follows; pairs within so many words count for one place.
_BUCKET = 16
# A pair that stands so often, and more often, tells no place and is left out where rarer ones are there.
_COMMON = 4_000
# A place with a smaller share of the pairs of the likeliest one is none.
_ENOUGH = 0.4
# What pairs at one distance count beside those that are only near.
_AGREEING = 0.2


class CorpusWords:
    """Where pairs of words stand in the treaties of an index."""

    def __init__(self, index: Index) -> None:
        numbers: dict[str, int] = {}
        read: list[int] = []
        begins: list[int] = []
        self._articles: list[tuple[str, str]] = []
        for treaty_id, parsed in index.treaties.items():
            for row in (index.rows[number] for number in index.rows_of.get(treaty_id, ())):
                if not self._articles or self._articles[-1] != (treaty_id, row.article):
                    self._articles.append((treaty_id, row.article))
                    begins.append(len(read))
                for word in _WORD.findall(parsed.treaty.text, row.start, row.end):
                    read.append(numbers.setdefault(word, len(numbers)))
        # Spellings of one word have one number.
        forms: dict[str, int] = {}
        of_form = np.array([forms.setdefault(_form(word), len(forms)) for word in numbers], dtype=np.int64)
        words_read = of_form[np.array(read, dtype=np.int64)] if read else np.zeros(0, dtype=np.int64)
        self._forms = forms
        self._begins = np.array(begins, dtype=np.int64)
        pairs = words_read[:-1] * _MOST_WORDS + words_read[1:]
        order = np.argsort(pairs, kind="stable").astype(np.int32)
        self._pairs, self._places = pairs[order], order
        self.words = len(read)

    def likely(self, text: str, most: int) -> list[tuple[str, str]]:
        """The articles, with their treaties, that may have the words of a text in their order, the likeliest first."""
        words = np.array([self._forms.get(_form(word), -1) for word in _WORD.findall(text)], dtype=np.int64)
        keys = np.where((words[:-1] < 0) | (words[1:] < 0), -1, words[:-1] * _MOST_WORDS + words[1:])
        first, last = np.searchsorted(self._pairs, keys), np.searchsorted(self._pairs, keys, side="right")
        many = last - first
        telling = [n for n in np.argsort(many, kind="stable").tolist() if many[n]]
        kept = np.array([n for place, n in enumerate(telling) if many[n] < _COMMON or place < 4], dtype=np.int64)
        if not len(kept):
            return []
        places = np.concatenate([self._places[first[n] : last[n]].astype(np.int64) - n for n in kept])
        pairs = np.repeat(kept, many[kept])
        found: dict[tuple[str, str], None] = {}
        for centre in _densest(places, pairs, 1.0 / np.log(2.0 + many), 3 * most):
            for place in (centre, centre + len(words) // 2):
                found[self._article_at(place)] = None
        return list(found)[:most]

    def _article_at(self, place: int) -> tuple[str, str]:
        number = int(np.searchsorted(self._begins, min(max(place, 0), self.words - 1), side="right")) - 1
        return self._articles[number]


def _densest(places: NDArray[np.int64], pairs: NDArray[np.int64], weights: NDArray[np.float64], most: int) -> list[int]:
    """The places around which most of the pairs stand, each pair counted once, the densest first.

    ``places`` are where a quotation would begin if the pair there is its own, ``pairs`` which pair each is.
    """
    _, distance = np.unique(places, return_inverse=True)
    agreeing = np.bincount(distance, weights=weights[pairs])[distance]
    # Each place is in two buckets that overlap, so that none is at the edge of both.
    buckets = np.concatenate([places // _BUCKET * 2, (places + _BUCKET // 2) // _BUCKET * 2 + 1])
    places, pairs, agreeing = np.tile(places, 2), np.tile(pairs, 2), np.tile(agreeing, 2)
    those, bucket = np.unique(buckets, return_inverse=True)
    _, once = np.unique(bucket * len(weights) + pairs, return_index=True)
    there = np.bincount(bucket[once], weights=weights[pairs[once]])
    # Of buckets with the same pairs that one comes first where more of them are at one distance.
    closest = np.zeros(len(those))
    np.maximum.at(closest, bucket, agreeing)
    scores = there + _AGREEING * closest
    order = np.argsort(-scores, kind="stable")[:most]
    order = order[scores[order] >= _ENOUGH * scores[order[0]]]
    centres = np.zeros(len(those), dtype=np.int64)
    best = agreeing >= closest[bucket]
    centres[bucket[best]] = places[best]
    return [int(place) for place in centres[order]]


@lru_cache(maxsize=100_000)
def _form(word: str) -> str:
    return spelled(fold(word))


_KEPT: dict[tuple[str, int, frozenset[str]], CorpusWords] = {}
_LOCK = Lock()
_MOST_KEPT = 4


def corpus_words(index: Index) -> CorpusWords:
    """The words of an index, or of what a reader may see of it; the last few are kept."""
    key = (str(index.folder), len(index.rows), frozenset(index.treaties))
    with _LOCK:
        if key not in _KEPT:
            while len(_KEPT) >= _MOST_KEPT:
                del _KEPT[next(iter(_KEPT))]
            _KEPT[key] = CorpusWords(index)
        return _KEPT[key]
