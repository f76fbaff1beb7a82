"""Candidates: articles ranked by their best passage, within the treaties asked for, the same at every call."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.embedding import Embedder
from ingest.index import Index
from service.retrieval import FUSION, Fusion, Ranked, _support, rank_articles

EMBEDDER = Embedder()


def rank(question: str, index: Index, **more: Any) -> list[Ranked]:
    vector, tokens = EMBEDDER.encode_query(question)
    return rank_articles(question, vector, index, tokens=tokens, **more)


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
    # The first few are compared word by word and stay before the others.
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
    before, after = rank(question, sample_index), rank(question, sample_index, focus={"orrin": 0.05})
    first = next(n for n, found in enumerate(after) if found.treaty_id == "orrin")
    assert first <= next(n for n, found in enumerate(before) if found.treaty_id == "orrin")
    assert len({found.treaty_id for found in after}) > 1


def test_all_articles_of_a_treaty_in_focus_are_candidates(sample_index: Index) -> None:
    found = rank("gill nets for silver shad", sample_index, focus={"orrin": 0.0})
    articles = {row.article for row in sample_index.rows if row.treaty_id == "orrin"}
    assert {one.eid for one in found if one.treaty_id == "orrin"} == articles


def test_an_article_given_already_stands_back(sample_index: Index) -> None:
    question = "How can a party withdraw?"
    first = rank(question, sample_index)[0]
    again = rank(question, sample_index, given={(first.treaty_id, first.eid): FUSION.given})
    assert next(one for one in again if (one.treaty_id, one.eid) == (first.treaty_id, first.eid)).score < first.score


def test_a_treaty_described_comes_forward_and_shuts_out_no_other(sample_index: Index) -> None:
    question = "How can a party withdraw?"
    before, after = rank(question, sample_index), rank(question, sample_index, preferred=(("orrin", 1.0),))
    first = next(n for n, found in enumerate(after) if found.treaty_id == "orrin")
    assert first <= next(n for n, found in enumerate(before) if found.treaty_id == "orrin")
    assert len({found.treaty_id for found in after}) > 1


def test_all_articles_of_a_treaty_described_are_candidates(sample_index: Index) -> None:
    found = rank("gill nets for silver shad", sample_index, preferred=(("orrin", 0.1),))
    articles = {row.article for row in sample_index.rows if row.treaty_id == "orrin"}
    assert {one.eid for one in found if one.treaty_id == "orrin"} == articles


def test_a_part_that_weighs_nothing_changes_nothing(sample_index: Index) -> None:
    question = "Who pays if the lamp oil is spilt?"
    vector = EMBEDDER.embed_query(question)
    plain = rank_articles(question, vector, sample_index, fusion=Fusion(words=0.0, treaty=0.0, inoperative=0.0))
    assert [found.score for found in plain] == pytest.approx([found.cosine for found in plain])


def test_an_article_gains_by_the_others_of_its_treaty() -> None:
    # The treaty with one article lacks a second, which counts as the worst that was found.
    support = _support([("a", 0.8), ("a", 0.6), ("a", 0.2), ("b", 0.9)], 2)
    assert support == {"a": pytest.approx(0.7), "b": pytest.approx(0.55)}


def test_a_preamble_comes_forward_only_where_it_is_asked_for(sample_index: Index) -> None:
    asked = places(rank("Which cease-fire does the preamble recall?", sample_index, treaties=("orrin",)))
    other = places(rank("Which cease-fire is there?", sample_index, treaties=("orrin",)))
    assert asked[0] == "orrin/preamble"
    assert asked.index("orrin/preamble") <= other.index("orrin/preamble")


@settings(max_examples=25)
@given(question=st.text(min_size=1, max_size=80).filter(str.strip))
def test_any_question_ranks_the_same_twice(question: str, sample_index: Index) -> None:
    first = rank(question, sample_index)
    assert first == rank(question, sample_index)
    assert len(set(places(first))) == len(first) > 0
