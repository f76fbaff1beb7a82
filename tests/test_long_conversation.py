"""A long conversation about the sample treaties, straight through and with a restart in its midst."""

from pathlib import Path

import pytest

from ingest.index import Index, open_index
from service.answer import answer_question
from service.conversation import turn_of
from service.models import Answer, Conversation, Question
from service.settings import Settings
from service.store import Store

# Each question with the article that its answer has to cite first.
TALK = [
    ("Who pays for clearing the Orrin Valley of mines?", "orrin/art_8"),
    # What is asked of leans on the question before.
    ("And who compensates somebody injured by one?", "orrin/art_9"),
    ("Within how many years must they claim it?", "orrin/art_9"),
    # Only question words: the same article.
    ("By whom?", "orrin/art_9"),
    ("And the article after that?", "orrin/art_10"),
    # Another treaty, by name.
    ("What must a State that plans a dam notify under the Tessara Convention?", "tessara/art_18"),
    ("How soon must the others reply to it?", "tessara/art_19"),
    ("No, I meant the environmental impact assessment", "tessara/art_21"),
    ("and alien species?", "tessara/art_17"),
    # The same of another treaty, and of a third.
    ("Does the partnership treaty between Arvenia and Solmark have rules on the settlement of disputes?",
     "arvenia-solmark/art_19"),
    ("And the Orrin treaty?", "orrin/art_11"),
    # Back to a treaty spoken of before.
    ("Back to Tessara: how does a Party leave the convention?", "tessara/art_45"),
    ("And may it make reservations?", "tessara/art_44"),
    ("Article 30?", "tessara/art_30"),
    ("the next one", "tessara/art_31"),
    ("What is the difference between Article 27 and Article 28?", "tessara/art_27"),
]  # fmt: skip


class Talk:
    """A conversation kept in a store, as every front end keeps it."""

    def __init__(self, home: Path, at: Path) -> None:
        self.home, self.at = home, at
        self._open()

    def _open(self) -> None:
        self.store, self.index = Store(self.at), open_index(self.home)

    def restart(self) -> None:
        """Close all there is, and open it anew."""
        self.close()
        self._open()

    def close(self) -> None:
        self.store.close()
        self.index.close()

    def ask(self, question: str) -> Answer:
        kept = self.store.conversation("talk", owner="") or Conversation("talk")
        answer = answer_question(Question(question), kept, self.index, Settings())
        self.store.append("talk", turn_of(question, answer, self.index.treaties), answer.to_json(), owner="")
        return answer


def told(home: Path, at: Path, restarts: tuple[int, ...]) -> list[Answer]:
    """The answers to TALK, with a restart before the questions at these places."""
    talk = Talk(home, at)
    answers = []
    for place, (question, _) in enumerate(TALK):
        if place in restarts:
            talk.restart()
        answers.append(talk.ask(question))
    talk.close()
    return answers


@pytest.fixture(scope="module")
def straight(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Answer]:
    return told(sample_home, tmp_path_factory.mktemp("straight") / "pacta.db", ())


def cited(answer: Answer, index: Index) -> list[str]:
    """The articles that an answer cites."""
    parsed = [(c, index.treaties[c.treaty_id]) for c in answer.citations]
    return [f"{c.treaty_id}/{treaty.article_of(treaty.by_eid[c.eid]).eid}" for c, treaty in parsed]


@pytest.mark.parametrize("place", range(len(TALK)), ids=[question for question, _ in TALK])
def test_each_question_is_understood_from_those_before(straight: list[Answer], place: int, sample_index: Index) -> None:
    assert cited(straight[place], sample_index)[:1] == [TALK[place][1]]


RESTARTS = [
    pytest.param((8,), id="once in the midst"),
    pytest.param(tuple(range(1, len(TALK))), id="before every question"),
]


@pytest.mark.parametrize("restarts", RESTARTS)
def test_a_restart_changes_nothing(
    straight: list[Answer], sample_home: Path, tmp_path: Path, restarts: tuple[int, ...]
) -> None:
    again = told(sample_home, tmp_path / "pacta.db", restarts)
    assert [a.citations for a in again] == [a.citations for a in straight]
    assert [a.answer for a in again] == [a.answer for a in straight]
