"""How well the stretches of an article suit a question, by the vectors of its words that the index keeps.

A sentence taken out of its article loses what "it" and "such persons" stand for, and embedding each at question
time is what answers would wait for. The vectors kept at ingestion (``ingest.tokens``) were made with the whole
passage around them; each belongs to a place in the text, so a stretch has the ones that begin within it. Its score
is that of late interaction, the mean over the question's tokens of each one's best cosine, and the cosine of the two
averages beside it, which keeps long stretches from being taken for having some of every word.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ingest.embedding import Embedder
from ingest.index import Index
from ingest.models import ParsedTreaty, Provision
from ingest.passages import context_prefix, embedding_text
from service.spans import Extract

# What the cosine of the averages counts beside the comparison word by word. Chosen on the quotations of the gold set's
# long articles, as was to have both: first .60 of 77, with the words alone .49, with the averages alone .57.
BY_AVERAGE = 0.5

_WORD = re.compile(r"\S+")
_Words = tuple[NDArray[np.int64], NDArray[np.float32]]


class Stretches:
    """One question's view of the stretches of articles."""

    def __init__(self, question: NDArray[np.float32], index: Index, embedder: Embedder) -> None:
        """``question`` are the unit vectors of its tokens, shape (tokens, 128)."""
        self._question, self._index, self._embedder = question, index, embedder
        average = question.mean(axis=0)
        self._average = average / np.linalg.norm(average)
        self._words_of: dict[tuple[str, str], _Words] = {}

    def weigh(self, parsed: ParsedTreaty, stretches: Sequence[Extract]) -> NDArray[np.float32]:
        """How well stretches suit the question, from -1 to 1, shape (stretches,)."""
        return np.array([self._score(self._vectors_of(parsed, stretch)) for stretch in stretches], dtype=np.float32)

    def support(self, parsed: ParsedTreaty, article: Provision, within: Extract | None = None) -> NDArray[np.float32]:
        """How near an article, or a stretch of it, comes to each token of the question: shape (tokens,)."""
        vectors = self._vectors_of(parsed, within or Extract(article, article.start, article.end))
        nearest: NDArray[np.float32] = (self._question @ vectors.T).max(axis=1)
        return nearest

    def told(self, parsed: ParsedTreaty, stretch: Extract) -> NDArray[np.float32]:
        """How near the question comes to each token of a stretch, the other way round: shape (tokens,)."""
        nearest: NDArray[np.float32] = (self._vectors_of(parsed, stretch) @ self._question.T).max(axis=1)
        return nearest

    def _score(self, tokens: NDArray[np.float32]) -> float:
        average = tokens.mean(axis=0)
        of_average = float(self._average @ average / np.linalg.norm(average))
        by_word = float((self._question @ tokens.T).max(axis=1).mean())
        return (by_word + BY_AVERAGE * of_average) / (1 + BY_AVERAGE)

    def _vectors_of(self, parsed: ParsedTreaty, stretch: Extract) -> NDArray[np.float32]:
        places, vectors = self._words(parsed, parsed.article_of(stretch.provision))
        first, last = np.searchsorted(places, (stretch.start, stretch.end))
        return vectors[first:last] if first < last else self._alone(parsed, stretch)

    def _words(self, parsed: ParsedTreaty, article: Provision) -> _Words:
        """Where the words of an article begin that have a vector, in the order of the text, and the vectors.

        A part, and an annex with sections, has those of all that stands in it but for words of signature.
        """
        key = (parsed.treaty.id, article.eid)
        if key not in self._words_of:
            self._words_of[key] = self._read_words(parsed, article)
        return self._words_of[key]

    def _read_words(self, parsed: ParsedTreaty, article: Provision) -> _Words:
        index, treaty = self._index, parsed.treaty
        places: list[NDArray[np.int64]] = [np.zeros(0, dtype=np.int64)]
        vectors: list[NDArray[np.float32]] = [np.zeros((0, self._question.shape[1]), dtype=np.float32)]
        for row in index.rows_of.get(treaty.id, ()):
            passage = index.rows[row]
            if not (article.start <= passage.start and passage.end <= article.end):
                continue
            found_as = parsed.by_eid[passage.article]
            if found_as.kind == "final" and found_as.eid != article.eid:
                continue
            prefix = context_prefix(parsed, found_as)
            words = treaty.text[passage.start : passage.end]
            begins = _token_places(self._embedder, embedding_text(prefix, words)) - len(embedding_text(prefix, ""))
            kept = index.tokens_of(row)
            if len(begins) != len(kept):  # embedded under another heading
                continue
            own = begins >= 0
            places.append(passage.start + _in_text(words, begins[own]))
            vectors.append(kept[own])
        return np.concatenate(places), np.concatenate(vectors)

    def _alone(self, parsed: ParsedTreaty, stretch: Extract) -> NDArray[np.float32]:
        """Vectors of a stretch that the index has none of: behind the end of what the model reads of a passage."""
        heading = parsed.article_of(stretch.provision).heading
        words = parsed.treaty.text[stretch.start : stretch.end]
        return self._embedder.encode_query(f"{heading}: {words}" if heading else words).tokens


@lru_cache(maxsize=4096)
def _token_places(embedder: Embedder, passage: str) -> NDArray[np.int64]:
    """Where the tokens of a passage begin; the same few thousand are quoted from again and again."""
    return embedder.token_places(passage)


def _in_text(words: str, places: NDArray[np.int64]) -> NDArray[np.int64]:
    """Places in a text on one line as places in the text itself."""
    found = list(_WORD.finditer(words))
    begins = np.array([match.start() for match in found], dtype=np.int64)
    lengths = np.array([len(match[0]) + 1 for match in found], dtype=np.int64)
    on_one_line = np.cumsum(lengths) - lengths
    word = np.searchsorted(on_one_line, places, side="right") - 1
    moved: NDArray[np.int64] = begins[word] + places - on_one_line[word]
    return moved
