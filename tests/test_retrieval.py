"""Candidates: articles ranked by their best passage, within the treaties asked for, the same at every call."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.embedding import DIMENSION
from ingest.index import Index
from service.adapter import QueryAdapter, load_adapter, save_adapter
from service.answer import embed_texts
from service.retrieval import Ranked, rank_articles


def rank(question: str, index: Index, **more: Sequence[str]) -> list[Ranked]:
    vector = load_adapter().adapt(embed_texts([question])[0])
    return rank_articles(question, vector, index, embed_texts, **more)


def places(ranked: Sequence[Ranked]) -> list[str]:
    return [f"{found.treaty_id}/{found.eid}" for found in ranked]


FINDS = [
    pytest.param("pillars bearing odd numbers", "orrin/art_3", id="words of the text"),
    pytest.param("taking of silver shad with gill nets", "tessara/art_16", id="words of one article only"),
    pytest.param("fishing ban in spring for migrating fish", "tessara/art_16", id="other words"),
    pytest.param("Who repairs the boundary stones?", "orrin/art_3", id="a question"),
    pytest.param("sale of water in bulk by pipeline", "tessara-amendment/art_3", id="an article set in another"),
    pytest.param(
        "indemnisation des dommages causés par les équipes de secours", "valdore-montrel-fr/art_12", id="French"
    ),
    pytest.param("limits for lead and cyanides in waste water", "tessara/annex_1__art_3", id="in an annex"),
]


@pytest.mark.parametrize(("question", "expected"), FINDS)
def test_the_article_is_among_the_first_three(question: str, expected: str, sample_index: Index) -> None:
    assert expected in places(rank(question, sample_index))[:3]


def test_each_article_is_there_once_best_first(sample_index: Index) -> None:
    ranked = rank("Who pays for damage?", sample_index)
    assert len(set(places(ranked))) == len(ranked) > 20
    for found in ranked:
        row = sample_index.rows[found.row]
        assert (row.treaty_id, row.article) == (found.treaty_id, found.eid)
        assert 0 <= found.words <= 1
        assert -1.001 <= found.cosine <= 1.001
    # The first few are looked at sentence by sentence and stay before the others.
    scores = [found.score for found in ranked]
    assert scores[:6] == sorted(scores[:6], reverse=True)
    assert scores[6:] == sorted(scores[6:], reverse=True)


def test_what_is_ranked_can_be_cited(sample_index: Index) -> None:
    for found in rank("annex tariff schedule signed preamble", sample_index):
        assert found.eid in sample_index.treaties[found.treaty_id].by_eid


def test_it_keeps_to_the_treaties_given(sample_index: Index) -> None:
    for treaties in (("orrin",), ("orrin", "tessara")):
        assert {found.treaty_id for found in rank("Who pays?", sample_index, treaties=treaties)} == set(treaties)


def test_within_a_treaty_every_article_has_its_place(sample_index: Index) -> None:
    articles = {row.article for row in sample_index.rows if row.treaty_id == "orrin"}
    assert {found.eid for found in rank("mines", sample_index, treaties=("orrin",))} == articles


def test_a_number_speaks_for_the_articles_that_have_it(sample_index: Index) -> None:
    question = "What is said of the river?"
    before = places(rank(question, sample_index, treaties=("tessara",)))
    after = places(rank(question, sample_index, treaties=("tessara",), numbers=("34",)))
    assert after.index("tessara/art_34") < before.index("tessara/art_34")


def test_a_focus_lifts_its_treaty_and_shuts_out_no_other(sample_index: Index) -> None:
    question = "How can a party withdraw?"
    before, after = rank(question, sample_index), rank(question, sample_index, focus=("orrin",))
    first = next(n for n, found in enumerate(after) if found.treaty_id == "orrin")
    assert first <= next(n for n, found in enumerate(before) if found.treaty_id == "orrin")
    assert len({found.treaty_id for found in after}) > 1


def test_a_preamble_comes_forward_only_where_it_is_asked_for(sample_index: Index) -> None:
    asked = places(rank("Which cease-fire does the preamble recall?", sample_index, treaties=("orrin",)))
    other = places(rank("Which cease-fire is there?", sample_index, treaties=("orrin",)))
    assert asked[0] == "orrin/preamble"
    assert asked.index("orrin/preamble") <= other.index("orrin/preamble")


@settings(max_examples=25, deadline=None)
@given(question=st.text(min_size=1, max_size=80).filter(str.strip))
def test_any_question_ranks_the_same_twice(question: str, sample_index: Index) -> None:
    first = rank(question, sample_index)
    assert first == rank(question, sample_index)
    assert len(set(places(first))) == len(first) > 0


# --- the adapter


def test_adapted_vectors_are_of_unit_length_one_or_many() -> None:
    vectors = embed_texts(["Who pays?", "How long does it last?"])
    adapted = load_adapter().adapt(vectors)
    assert adapted.shape == vectors.shape
    assert adapted.dtype == np.float32
    assert np.linalg.norm(adapted, axis=1) == pytest.approx([1, 1], abs=1e-5)
    assert load_adapter().adapt(vectors[1]) == pytest.approx(adapted[1], abs=1e-5)


def test_an_adapter_by_hand() -> None:
    weights = np.array([[0, 1], [0, 0]], dtype=np.float32)
    adapter = QueryAdapter(weights, np.array([0, 0.5], dtype=np.float32))
    # (1, 0) + (0, 1) + (0, 0.5), brought to length 1
    assert adapter.adapt(np.array([1, 0], dtype=np.float32)) == pytest.approx([0.5547, 0.8321], abs=1e-4)


def test_an_adapter_is_read_as_it_was_written(
    tmp_path: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights = np.eye(DIMENSION, dtype=np.float32) / 4
    path = tmp_path / "adapter.npz"
    save_adapter(QueryAdapter(weights, np.zeros(DIMENSION, dtype=np.float32)), path)
    monkeypatch.setattr("service.adapter._PATH", path)
    load_adapter.cache_clear()
    try:
        assert np.array_equal(load_adapter().weights, weights)
        load_adapter.cache_clear()
        monkeypatch.setattr("service.adapter.MODEL_ID", "another-model")
        assert not load_adapter().weights.any()
    finally:
        load_adapter.cache_clear()
