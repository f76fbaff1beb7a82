"""Does a provision say what a question takes it to say? What can be seen to be wrong is told, and only that."""

import pytest
from ingest_fakes import bug

from ingest.embedding import Embedder
from ingest.index import Index
from service.answer import answer_question
from service.models import Answer, Conversation, Question
from service.premise import FEATURES, Doubts, PremiseModel, doubts_about, load_premise_model
from service.settings import Settings


def asked(question: str, index: Index) -> Answer:
    return answer_question(Question(question), Conversation(""), index, Settings())


def doubts(claim: str, treaty_id: str, eid: str, index: Index) -> Doubts:
    parsed = index.treaties[treaty_id]
    return doubts_about(claim, parsed, parsed.by_eid[eid], index, Embedder())


WRONG = [
    pytest.param("Why does Article 13 of the Treaty of Velmora guarantee newspapers freedom from censorship?",
                 "Article 13 of the Arvenia–Solmark treaty does not seem to say", id="outer space, not the press"),
    pytest.param("Since Article 29 of the Tessara Convention abolishes the death penalty, who watches prisons?",
                 "Article 29 of the Tessara Convention does not seem to say", id="dues, not prisons"),
    pytest.param("Article 22 of the Treaty of Velmora ends after fifteen years, right?",
                 "Article 22 of the Arvenia–Solmark treaty does not mention “fifteen years”.", id="another number"),
    pytest.param("Since Article 29 of the Tessara Convention allows no reservations, who can join?",
                 "Article 29 of the Tessara Convention does not seem to be about this; Article 44 is nearer to it.",
                 id="another article says it"),
    pytest.param("Since Article 44 of the Tessara Convention forbids reservations without exception, who can join?",
                 "Article 44 of the Tessara Convention has an exception (“except”).", id="an exception denied"),
    pytest.param("Why does Article 19 of the Treaty of Velmora require disputes to be sent to the International Court?",
                 "Article 19 of the Arvenia–Solmark treaty does not seem to say", id="it requires what it excludes"),
]  # fmt: skip
RIGHT = [
    pytest.param("Why does Article 29 of the Tessara Convention forbid dues on navigation?", id="in its words"),
    pytest.param("Since Article III of the Orrin Treaty requires pillars to be kept in repair, who pays?",
                 id="in other words"),
    pytest.param("Article 44 of the Tessara Convention allows no reservations, right?", id="turned round"),
]  # fmt: skip
OPEN = [
    pytest.param("Does Article 13 of the Treaty of Velmora guarantee freedom of the press?", id="a question whether"),
    pytest.param("What does Article 13 of the Treaty of Velmora say about the press?", id="a question what"),
    pytest.param("Explain how Article 13 of the Treaty of Velmora protects newspapers", id="an order"),
    pytest.param("Article 13 of the Treaty of Velmora and newspapers", id="nothing claimed"),
]


@pytest.mark.parametrize(("question", "opening"), WRONG)
def test_a_wrong_premise_is_told_and_answered_with_the_words_that_put_it_right(
    question: str, opening: str, sample_index: Index
) -> None:
    answer = asked(question, sample_index)
    assert (answer.status, answer.reason) == ("answered", "wrong_premise")
    assert answer.answer.startswith(opening)
    named = opening.split(" of the ")[0].replace("Article ", "art_")
    assert answer.citations[0].eid.split("__")[0] == named


@pytest.mark.parametrize("question", [*RIGHT, *OPEN])
def test_a_true_premise_and_a_question_that_claims_nothing_are_only_answered(
    question: str, sample_index: Index
) -> None:
    answer = asked(question, sample_index)
    assert (answer.status, answer.reason) == ("answered", None)


CONTRARY = [
    pytest.param("Why does Article IV of the Orrin Treaty allow tanks in the Zone?", id="allows what it forbids"),
    pytest.param("Since Article 44 of the Tessara Convention lets states make any reservation they like, why join?",
                 id="lets what it forbids"),
]  # fmt: skip


@pytest.mark.parametrize("question", CONTRARY)
@bug("whether an article allows or forbids what is claimed is understood by nothing here; its words put it right")
def test_sees_that_a_provision_says_the_contrary(question: str, sample_index: Index) -> None:
    assert asked(question, sample_index).reason == "wrong_premise"


def test_what_speaks_against_a_claim(sample_index: Index) -> None:
    found = doubts("ends after fifteen years", "arvenia-solmark", "art_22", sample_index)
    assert found.lacking == ("fifteen years",)
    assert len(found.features) == len(FEATURES)
    assert (found.rather, found.exception) == (None, "")
    none = doubts("allows no exceptions", "tessara", "art_44", sample_index)
    assert none.exception == "except"
    other = doubts("allows no reservations", "tessara", "art_29", sample_index)
    assert other.rather is not None
    assert other.rather.eid == "art_44"


def test_doubt_by_hand() -> None:
    model = PremiseModel((1.0, *[0.0] * (len(FEATURES) - 1)), -1.0, 0.6)
    assert model.doubt((1.0, *[5.0] * (len(FEATURES) - 1))) == 0.5
    assert model.is_wrong(Doubts((2.0, *[0.0] * (len(FEATURES) - 1)), (), None))
    assert model.is_wrong(Doubts((1.0, *[0.0] * (len(FEATURES) - 1)), exception="unless"))
    assert not model.is_wrong(Doubts((1.0, *[0.0] * (len(FEATURES) - 1)), (), None))


def test_the_model_that_comes_with_pacta_is_sound() -> None:
    model = load_premise_model()
    assert model is load_premise_model()
    assert 0.5 < model.threshold < 1
    assert dict(zip(FEATURES, model.weights, strict=True))["lacks_quantity"] > 0
