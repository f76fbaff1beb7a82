"""The words of all treaties of a generation in one row, to find where pairs of a quotation's words stand together.

Made once for a generation, when first asked for, and only of the treaties asked for: what is hidden from a reader is
not looked at. The places found are only likely ones; align.py compares the words.
"""

import re
from functools import lru_cache
from threading import Lock

import numpy as np

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
        kept = [n for place, n in enumerate(telling) if many[n] < _COMMON or place < 4]
        if not kept:
            return []
        places = np.concatenate([self._places[first[n] : last[n]].astype(np.int64) - n for n in kept])
        weights = np.concatenate([np.full(many[n], 1.0 / np.log(2.0 + many[n])) for n in kept])
        at, which = np.unique(places, return_inverse=True)
        scores = np.bincount(which, weights=weights)
        first_of, bucket = np.unique((at - at[0]) // _BUCKET, return_inverse=True)
        whole = np.bincount(bucket, weights=scores)
        beside = np.zeros_like(whole)
        beside[:-1] = np.where(np.diff(first_of) == 1, whole[1:], 0.0)
        pairs_there = whole + 0.9 * beside
        likely = np.argsort(-pairs_there, kind="stable")[: 4 * most]
        likely = likely[pairs_there[likely] >= _ENOUGH * pairs_there[likely[0]]]
        # Where most pairs agree within a bucket.
        ends = np.cumsum(np.bincount(bucket))
        centres = [
            int(at[(begin := ends[n - 1] if n else 0) + int(np.argmax(scores[begin : ends[n]]))]) for n in likely
        ]
        found: dict[tuple[str, str], None] = {}
        for centre in centres:
            for place in (centre, centre + len(words) // 2):
                found[self._article_at(place)] = None
        return list(found)[:most]

    def _article_at(self, place: int) -> tuple[str, str]:
        number = int(np.searchsorted(self._begins, min(max(place, 0), self.words - 1), side="right")) - 1
        return self._articles[number]


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
