"""What readers think of answers: taken over HTTP, kept, forgotten with the conversation, looked at by people."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from store_fakes import ANSWERED, FIRST, REFUSED, SECOND, rows_of
from web_fakes import TestClient, make_client

from service import store as store_module
from service.models import Conversation, Turn
from service.store import ReviewableTurn, Store, Verdict


def reviewed(store: Store, since: date | None = None) -> list[str]:
    """The questions to be looked at."""
    return [turn.question for turn in store.reviewable_turns(since)]


# --- in the store


@pytest.mark.parametrize(
    ("answer", "verdicts", "looked_at"),
    [
        pytest.param(ANSWERED, [], False, id="answered, and nobody minds"),
        pytest.param(ANSWERED, ["down"], True, id="answered badly"),
        pytest.param(ANSWERED, ["up"], False, id="answered well"),
        pytest.param(REFUSED, [], True, id="refused"),
        pytest.param(REFUSED, ["down"], True, id="refused, and the reader minds"),
        pytest.param(REFUSED, ["up"], False, id="refused rightly, the reader says"),
        pytest.param(ANSWERED, ["down", "up"], False, id="the second verdict counts: up"),
        pytest.param(ANSWERED, ["up", "down"], True, id="the second verdict counts: down"),
    ],
)
def test_refusals_and_thumbs_down_are_looked_at(
    place: Path | str, answer: dict[str, Any], verdicts: list[Verdict], looked_at: bool
) -> None:
    with closing(Store(place)) as store:
        store.append("mine", FIRST, {**answer, "message_id": "m1"}, owner="")
        for verdict in verdicts:
            assert store.give_feedback("m1", verdict, owner="") is True
        assert reviewed(store) == (["What of salt?"] if looked_at else [])


def test_a_turn_to_look_at_comes_with_what_was_said_before_it(place: Path | str) -> None:
    refused = {**REFUSED, "message_id": "m2", "citations": [{"quote": "Töne 🧂"}]}
    with closing(Store(place)) as store:
        store.append("mine", FIRST, {**ANSWERED, "message_id": "m1"}, owner="")
        store.append("yours", Turn("And elsewhere?"), {**ANSWERED, "message_id": "y1"}, owner="")
        store.append("mine", SECOND, refused, owner="")
        store.append("mine", Turn("Thanks!"), {**REFUSED, "message_id": "m3"}, owner="")
        store.give_feedback("m2", "down", "It is in Article 1. 🧂", owner="")
        store.give_feedback("m1", "down", owner="")
        first, second, third = store.reviewable_turns()
    assert first == ReviewableTurn(
        "What of salt?",
        first.asked_at,
        Conversation("mine"),
        {**ANSWERED, "message_id": "m1"},
        "down",
        None,
    )
    assert (second.before, second.comment) == (Conversation("mine", (FIRST,)), "It is in Article 1. 🧂")
    assert second.answer == refused
    assert (third.before.turns, third.verdict, third.comment) == ((FIRST, SECOND), None, None)


@pytest.mark.parametrize(
    ("since", "found"),
    [
        (None, ["old", "on the day", "new"]),
        (date(2026, 11, 30), ["on the day", "new"]),
        (date(2026, 12, 1), ["new"]),
        (date(2030, 1, 1), []),
    ],
)
def test_what_was_asked_before_a_day_is_left_out(
    place: Path | str, monkeypatch: pytest.MonkeyPatch, since: date | None, found: list[str]
) -> None:
    with closing(Store(place)) as store:
        for question, asked_at in (
            ("old", "2026-11-29T23:59:59.999+00:00"),
            ("on the day", "2026-11-30T00:00:00.000+00:00"),
            ("new", "2026-12-01T08:00:00.000+00:00"),
        ):
            monkeypatch.setattr(store_module, "now", lambda asked_at=asked_at: asked_at)
            store.append("mine", Turn(question), REFUSED, owner="")
        assert reviewed(store, since) == found


def test_a_number_that_json_does_not_have_hides_nothing(place: Path | str) -> None:
    with closing(Store(place)) as store:
        store.append("mine", FIRST, {**REFUSED, "confidence": float("nan")}, owner="")
        store.append("mine", SECOND, REFUSED, owner="")
        assert reviewed(store) == ["What of salt?", "And of 🧂?"]


def test_a_verdict_on_an_answer_that_is_not_kept_is_refused(place: Path | str) -> None:
    with closing(Store(place)) as store:
        store.append("mine", FIRST, {**ANSWERED, "message_id": "m1"}, owner="")
        store.append("mine", SECOND, ANSWERED, owner="")
        assert store.give_feedback("m2", "up", owner="") is False
        assert store.give_feedback("", "up", owner="") is False
    assert rows_of(place, "SELECT * FROM feedback") == []


def test_the_second_verdict_takes_the_place_of_the_first(place: Path | str) -> None:
    with closing(Store(place)) as store:
        store.append("mine", FIRST, {**ANSWERED, "message_id": "m1"}, owner="")
        store.give_feedback("m1", "down", "Wrong article.", owner="")
        store.give_feedback("m1", "up", owner="")
    assert rows_of(place, "SELECT turn_id, verdict, comment FROM feedback") == [(1, "up", None)]


def test_deleting_a_conversation_forgets_what_was_thought_of_it(place: Path | str) -> None:
    with closing(Store(place)) as store:
        for name, message_id in (("mine", "m1"), ("yours", "y1")):
            store.append(name, FIRST, {**ANSWERED, "message_id": message_id}, owner="")
            store.give_feedback(message_id, "down", "about salt", owner="")
        store.delete("mine", owner="")
        assert store.give_feedback("m1", "down", owner="") is False
        assert [turn.answer["message_id"] for turn in store.reviewable_turns()] == ["y1"]
    assert rows_of(place, "SELECT turn_id FROM feedback") == [(2,)]


def test_many_readers_judge_at_once_and_one_verdict_an_answer_is_kept(place: Path | str) -> None:
    with closing(Store(place)) as store:
        for n in range(8):
            store.append("busy", FIRST, {**ANSWERED, "message_id": f"m{n}"}, owner="")
        with ThreadPoolExecutor(16) as threads:
            given = threads.map(lambda n: store.give_feedback(f"m{n % 8}", "down", f"{n}", owner=""), range(160))
        assert all(given)
        kept = [(turn.answer["message_id"], int(turn.comment or "")) for turn in store.reviewable_turns()]
    assert [message_id for message_id, _ in kept] == [f"m{n}" for n in range(8)]
    assert all(comment % 8 == int(message_id[1:]) for message_id, comment in kept)


# --- over HTTP


@pytest.fixture
def client(home: Path) -> Iterator[TestClient]:
    with make_client(home) as client:
        yield client


def ask(client: TestClient, question: str) -> Any:
    return client.post("/v1/chat", json={"question": question}).json()


def judge(client: TestClient, **document: Any) -> Any:
    body = json.dumps(document)  # in ASCII, which can spell half a character
    return client.post("/v1/feedback", content=body, headers={"content-type": "application/json"})


KEPT = "SELECT message_id, verdict, comment FROM feedback JOIN turn ON turn.id = turn_id"


def test_a_verdict_is_taken_and_says_nothing_back(client: TestClient, home: Path) -> None:
    answer = ask(client, "Article 1?")
    response = judge(client, message_id=answer["message_id"], verdict="down", comment=" Not this one. ")
    assert (response.status_code, response.content) == (204, b"")
    assert rows_of(home / "pacta.db", KEPT) == [(answer["message_id"], "down", "Not this one.")]


@pytest.mark.parametrize("comment", [None, "", " \n\u00a0"])
def test_a_comment_without_words_is_none(client: TestClient, home: Path, comment: str | None) -> None:
    answer = ask(client, "Article 1?")
    assert judge(client, message_id=answer["message_id"], verdict="up", comment=comment).status_code == 204
    assert rows_of(home / "pacta.db", KEPT) == [(answer["message_id"], "up", None)]


def test_a_reader_may_think_better_of_it(client: TestClient, home: Path) -> None:
    message_id = ask(client, "Article 1?")["message_id"]
    judge(client, message_id=message_id, verdict="down", comment="Wrong.")
    judge(client, message_id=message_id, verdict="up")
    assert rows_of(home / "pacta.db", KEPT) == [(message_id, "up", None)]


def test_who_forgets_the_conversation_forgets_the_verdict(client: TestClient, home: Path) -> None:
    answer = ask(client, "Article 1?")
    judge(client, message_id=answer["message_id"], verdict="down", comment="about me")
    client.delete(f"/v1/conversations/{answer['conversation_id']}")
    assert rows_of(home / "pacta.db", KEPT) == []
    assert judge(client, message_id=answer["message_id"], verdict="up").status_code == 404


def test_a_verdict_on_an_unknown_answer_is_refused_with_what_to_send(client: TestClient) -> None:
    response = judge(client, message_id="m2", verdict="up")
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert problem["type"] == "/docs#unknown-message"
    assert "no answer 'm2'" in problem["detail"]
    assert "Send the message_id of an answer" in problem["detail"]


@pytest.mark.parametrize(
    ("document", "said"),
    [
        pytest.param({"verdict": "up"}, "message_id", id="on nothing"),
        pytest.param({"message_id": "", "verdict": "up"}, "message_id", id="no id at all"),
        pytest.param({"message_id": "m" * 65, "verdict": "up"}, "64", id="longer than an id is"),
        pytest.param({"message_id": 1, "verdict": "up"}, "message_id", id="a number"),
        pytest.param({"message_id": "\ud800", "verdict": "up"}, "message_id", id="half a character as id"),
        pytest.param({"message_id": "m1"}, "verdict", id="no verdict"),
        pytest.param({"message_id": "m1", "verdict": "sideways"}, "'up' or 'down'", id="neither up nor down"),
        pytest.param({"message_id": "m1", "verdict": None}, "verdict", id="null"),
        pytest.param({"message_id": "m1", "verdict": "up", "comment": "x" * 2001}, "2000", id="a long comment"),
        pytest.param({"message_id": "m1", "verdict": "up", "comment": "\udc00"}, "surrogate", id="half a character"),
        pytest.param({"message_id": "m1", "verdict": "up", "stars": 5}, "stars", id="unknown field"),
    ],
)
def test_what_is_no_verdict_is_refused(client: TestClient, home: Path, document: dict[str, Any], said: str) -> None:
    ask(client, "Article 1?")
    response = judge(client, **document)
    assert response.status_code == 422
    assert said in response.json()["detail"]
    assert rows_of(home / "pacta.db", KEPT) == []


def test_the_longest_comment_is_kept_whole(client: TestClient, home: Path) -> None:
    message_id = ask(client, "Article 1?")["message_id"]
    comment = "🧂" * 2000  # counted in characters, not in bytes
    assert judge(client, message_id=message_id, verdict="down", comment=comment).status_code == 204
    assert rows_of(home / "pacta.db", KEPT) == [(message_id, "down", comment)]


def test_another_site_cannot_make_a_browser_judge(client: TestClient) -> None:
    message_id = ask(client, "Article 1?")["message_id"]
    body = b'{"message_id": "%s", "verdict": "down"}' % message_id.encode()
    response = client.post("/v1/feedback", content=body, headers={"content-type": "text/plain"})
    assert response.status_code == 422


def test_the_reference_shows_how_to_judge(client: TestClient) -> None:
    page = client.get("/docs").text
    assert "/v1/feedback" in page
    assert "&#34;verdict&#34;: &#34;down&#34;" in page
