"""Comparing word by word: what the score is, and that passages are run once."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from ingest.embedding import DIMENSION, TOKEN_DIMENSION, Embedder, Encoded
from service import reranking
from service.reranking import Reranker

PASSAGES = [
    "Each State shall protect migratory birds and their nests.",
    "The harbour master keeps a register of lighthouses.",
]


class Counting(Embedder):
    """Counts the texts that it is given."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def encode_texts(self, texts: Sequence[str]) -> list[Encoded]:
        self.seen += texts
        return super().encode_texts(texts)


def test_a_text_and_its_tokens_have_unit_vectors() -> None:
    encoded = Embedder().encode_query("migratory birds")
    assert encoded.vector.shape == (DIMENSION,)
    assert encoded.tokens.shape[1] == TOKEN_DIMENSION
    assert np.linalg.norm(encoded.tokens, axis=1) == pytest.approx(1, abs=1e-5)
    assert np.array_equal(encoded.vector, Embedder().embed_query("migratory birds"))


def test_the_score_is_the_mean_of_each_words_best_cosine() -> None:
    embedder = Embedder()
    question, passage = embedder.encode_query("Are storks safe?").tokens, embedder.encode_query(PASSAGES[0]).tokens
    by_hand = np.mean([max(float(word @ other) for other in passage) for word in question])
    # Tokens are kept in half precision.
    assert Reranker(embedder).of("Are storks safe?")(PASSAGES[:1])[0] == pytest.approx(by_hand, abs=2e-3)


def test_what_answers_scores_more() -> None:
    birds, lighthouses = Reranker(Embedder()).of("Are storks safe from hunters?")(PASSAGES)
    assert birds > lighthouses


def test_no_passage_has_no_score() -> None:
    assert Reranker(Embedder()).of("Are storks safe?")([]).shape == (0,)


def test_a_passage_is_run_once_for_all_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    embedder = Counting()
    reranker = Reranker(embedder)
    first = reranker.of("Are storks safe?")([*PASSAGES, PASSAGES[0]])
    assert first[0] == first[2]
    reranker.of("Who keeps the register?")(PASSAGES)
    assert embedder.seen == PASSAGES
    # What is kept has an end, and what was dropped is run again.
    monkeypatch.setattr(reranking, "MOST_KEPT", 2)
    reranker.of("Who keeps the register?")(["A third passage."])
    assert np.array_equal(reranker.of("Are storks safe?")([PASSAGES[0]]), first[:1])


class Dropping(dict[str, Any]):
    """What is kept, as another thread leaves it: gone as soon as somebody has seen it there."""

    def __contains__(self, text: object) -> bool:
        there = super().__contains__(text)
        self.clear()
        return there


def test_what_another_thread_drops_meanwhile_is_run_again() -> None:
    reranker = Reranker(Embedder())
    first = reranker.of("Are storks safe?")(PASSAGES)
    reranker._kept = Dropping(reranker._kept)
    assert np.array_equal(reranker.of("Are storks safe?")(PASSAGES), first)
