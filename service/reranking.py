"""Comparing a question with passages word by word: each word of the question with the word that suits it best.

A passage's vector is an average, in which what answers may be lost. Late interaction (Khattab and Zaharia, "ColBERT",
2020) compares the vectors of the single tokens, which the same network gives; the score is the mean over the
question's tokens of each one's best cosine. Only the first articles are looked at so, for their passages have to be
run through the network: tokens of a whole collection would take a hundred times the room of its vectors.
"""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from ingest.embedding import Embedder

Rerank = Callable[[Sequence[str]], NDArray[np.float32]]
"""Scores of passages for one question, from -1 to 1, shape (passages,)."""

# Passages whose tokens are kept for the next question; 1,000 take 30 MB.
MOST_KEPT = 1_000


class Reranker:
    """Gives the ``Rerank`` of questions; passages that come again and again are run once."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._kept: dict[str, NDArray[np.float16]] = {}

    def of(self, question: str) -> Rerank:
        """The comparison of a question with passages. Raises ``ModelUnavailable``."""
        return self.of_tokens(self._embedder.encode_query(question).tokens)

    def of_tokens(self, tokens: NDArray[np.float32]) -> Rerank:
        """The comparison of a question whose tokens are known, shape (tokens, 128)."""
        return partial(self._scores, tokens)

    def _scores(self, question: NDArray[np.float32], passages: Sequence[str]) -> NDArray[np.float32]:
        tokens = self._tokens_of(passages)
        return np.array([(question @ of_one.T).max(axis=1).mean() for of_one in tokens], dtype=np.float32)

    def _tokens_of(self, passages: Sequence[str]) -> list[NDArray[np.float32]]:
        # Threads share what is kept, and one may drop it all between a look and a read.
        kept = {text: tokens for text in passages if (tokens := self._kept.get(text)) is not None}
        new = [text for text in dict.fromkeys(passages) if text not in kept]
        if new:
            fresh = self._embedder.encode_texts(new)
            kept |= {text: encoded.tokens.astype(np.float16) for text, encoded in zip(new, fresh, strict=True)}
        if len(self._kept) + len(new) > MOST_KEPT:
            self._kept.clear()
        self._kept.update(kept)
        return [kept[text].astype(np.float32) for text in passages]
