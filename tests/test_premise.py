"""Does a provision say what a question takes it to say? Only what is asserted is looked at."""

import pytest
from ingest_fakes import bug

from ingest.embedding import Embedder
from ingest.index import Index
from service.answer import answer_question
from service.models import Conversation, Question
from service.premise import contradicts
from service.settings import Settings

embedder = Embedder()


def judged(question: str, asserted: str, index: Index, treaty_id: str, eid: str) -> bool:
    parsed = index.treaties[treaty_id]
    return contradicts(question, asserted, parsed, parsed.by_eid[eid], embedder)


FAR = [
    pytest.param("Why does Article 13 of the Treaty of Velmora guarantee newspapers freedom from censorship?",
                 "guarantee newspapers freedom from censorship", "arvenia-solmark", "art_13",
                 id="outer space, not the press"),
    pytest.param("Since Article 29 of the Tessara Convention abolishes the death penalty, who watches prisons?",
                 "abolishes the death penalty, who watches prisons", "tessara", "art_29", id="dues, not prisons"),
]  # fmt: skip

NEAR = [
    pytest.param("Why does Article 29 of the Tessara Convention forbid dues on navigation?",
                 "forbid dues on navigation", "tessara", "art_29", id="it does"),
    pytest.param("Since Article III of the Orrin Treaty requires pillars to be kept in repair, who pays?",
                 "requires pillars to be kept in repair, who pays?", "orrin", "art_3", id="it does, in other words"),
]  # fmt: skip

OPEN = [
    pytest.param("Does Article 13 of the Treaty of Velmora guarantee freedom of the press?", id="a question whether"),
    pytest.param("What does Article 13 of the Treaty of Velmora say about the press?", id="a question what"),
    pytest.param("Explain how Article 13 protects newspapers", id="an order"),
    pytest.param("Article 13 and newspapers", id="nothing asserted"),
]


@pytest.mark.parametrize(("question", "asserted", "treaty_id", "eid"), FAR)
def test_sees_a_provision_about_something_else(
    question: str, asserted: str, treaty_id: str, eid: str, sample_index: Index
) -> None:
    assert judged(question, asserted, sample_index, treaty_id, eid)


@pytest.mark.parametrize(("question", "asserted", "treaty_id", "eid"), NEAR)
def test_lets_a_true_premise_pass(question: str, asserted: str, treaty_id: str, eid: str, sample_index: Index) -> None:
    assert not judged(question, asserted, sample_index, treaty_id, eid)


@pytest.mark.parametrize("question", OPEN)
def test_an_open_question_asserts_nothing(question: str, sample_index: Index) -> None:
    assert not judged(question, "guarantees newspapers their freedom", sample_index, "arvenia-solmark", "art_13")


OPPOSITE = [
    pytest.param("Why does Article 19 of the Treaty of Velmora require disputes to be sent to the International Court?",
                 id="requires what it excludes"),
    pytest.param("Why does Article IV of the Orrin Treaty allow tanks in the Zone?", id="allows what it forbids"),
    pytest.param("Since Article 44 of the Tessara Convention lets states make any reservation they like, why join?",
                 id="lets what it forbids"),
]  # fmt: skip


@pytest.mark.parametrize("question", OPPOSITE)
@bug("the docstring speaks of opposite verbs, the code compares only how near the words are: none of the wrong "
     "premises of the gold questions is told to the reader")  # fmt: skip
def test_sees_that_a_provision_says_the_contrary(question: str, sample_index: Index) -> None:
    answer = answer_question(Question(question), Conversation(""), sample_index, Settings())
    assert answer.reason == "wrong_premise"


def test_a_wrong_premise_is_answered_with_the_words_that_put_it_right(sample_index: Index) -> None:
    question = FAR[0].values[0]
    answer = answer_question(Question(question), Conversation(""), sample_index, Settings())
    assert (answer.status, answer.reason) == ("answered", "wrong_premise")
    assert answer.answer.startswith("Article 13 of the ")
    assert "does not say what the question takes it to say" in answer.answer
    assert {citation.eid.split("__")[0] for citation in answer.citations} == {"art_13"}
