"""``/readyz``: an index is ready once it has answered a question of its own, which is not asked too often."""

from pathlib import Path
from typing import Any

import pytest
from server_fakes import make_app
from web_fakes import FakeIndex, TestClient, fake_answer, fake_search

from ingest.index import Index
from service.answer import answer_question, search_articles
from service.api.canary import HOLDS_SECONDS, Canary
from service.api.catalogue import Catalogues
from service.errors import NotReady
from service.models import Answer, Conversation, Hit, Question
from service.settings import Settings

QUESTIONS = ["What does Article 1 of the Salt Treaty say?", "What does Article 2 of the Toll Treaty say?"]


class Asked:
    """Answers and searches, and keeps what was asked; ``broken`` fails as a damaged index would."""

    def __init__(self) -> None:
        self.questions: list[str] = []
        self.now = 0.0
        self.broken = False
        self.known = True

    def answer(self, question: Question, conversation: Conversation, index: Any, settings: Settings) -> Answer:
        self.questions.append(question.text)
        return fake_answer(question if self.known else Question("Nothing known?"), conversation, index, settings)

    def search(self, query: str, *more: Any, **named: Any) -> list[Hit]:
        if self.broken:
            raise RuntimeError("Error finding id")
        return fake_search(query, *more, **named)

    def canary(self) -> Canary:
        return Canary(self.answer, self.search, Settings(), clock=lambda: self.now)


def test_it_is_asked_once_for_each_index_and_again_after_a_while() -> None:
    asked = Asked()
    canary = asked.canary()
    for _ in range(5):
        canary.check(FakeIndex("g1"), QUESTIONS)
    assert asked.questions == QUESTIONS[:1]
    canary.check(FakeIndex("g2"), QUESTIONS)
    assert len(asked.questions) == 2
    asked.now += HOLDS_SECONDS
    canary.check(FakeIndex("g2"), QUESTIONS)
    assert len(asked.questions) == 3


def test_an_index_that_fails_is_not_ready_until_it_answers(caplog: pytest.LogCaptureFixture) -> None:
    asked = Asked()
    canary = asked.canary()
    asked.broken = True
    for _ in range(3):
        with pytest.raises(NotReady, match=r"Index g1 .* failed \(RuntimeError\).*`pacta index verify`"):
            canary.check(FakeIndex("g1"), QUESTIONS)
    assert [record.exc_text and "Error finding id" in record.exc_text for record in caplog.records] == [True]
    asked.broken = False
    asked.now += HOLDS_SECONDS
    canary.check(FakeIndex("g1"), QUESTIONS)


def test_one_question_that_is_answered_is_enough_and_none_is_too_few() -> None:
    asked = Asked()
    asked.canary().check(FakeIndex(), ["Nothing known?", *QUESTIONS])
    asked.known = False
    with pytest.raises(NotReady, match="no question taken from it is answered"):
        asked.canary().check(FakeIndex(), QUESTIONS)
    assert asked.questions == ["Nothing known?", QUESTIONS[0], *QUESTIONS]


def test_an_index_without_treaties_has_nothing_to_answer() -> None:
    asked = Asked()
    asked.canary().check(FakeIndex(treaties={}), [])
    assert asked.questions == []


def test_over_http_it_is_a_problem_and_the_process_is_alive_all_the_same(tmp_path: Path) -> None:
    def answer(*asked: Any) -> Answer:
        raise RuntimeError("a secret detail")

    with TestClient(make_app(tmp_path, answer)) as client:
        response = client.get("/readyz")
        assert client.get("/healthz").status_code == 200
    assert (response.status_code, response.json()["type"]) == (503, "/docs#not-ready")
    assert "secret" not in response.text


def test_a_real_index_answers_a_question_of_its_own(sample_index: Index) -> None:
    questions = Catalogues().of(sample_index).examples
    assert questions
    Canary(answer_question, search_articles, Settings()).check(sample_index, questions)
