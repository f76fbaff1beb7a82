"""Over HTTP a conversation is its owner's alone: to anybody else it is one that never was."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from store_fakes import rows_of
from web_fakes import TestClient, make_client

from service.access import OPEN, Caller
from service.api import services

MINE = Caller("key1", frozenset({"ask"}))
OTHERS = [
    pytest.param(Caller("key2", frozenset({"ask"})), id="another key"),
    pytest.param(Caller("key2", frozenset({"admin"})), id="an administrator"),
    pytest.param(OPEN, id="nobody's"),
]


@dataclass
class Service:
    """A service, asked by one caller or another."""

    client: TestClient

    @contextmanager
    def asked_by(self, caller: Caller) -> Iterator[TestClient]:
        application: Any = self.client.app
        application.dependency_overrides[services._caller] = lambda: caller
        yield self.client


@pytest.fixture
def service(home: Path, place: Path | str) -> Iterator[Service]:
    url = place if isinstance(place, str) else None
    with make_client(home, database_url=url) as client:
        yield Service(client)


def requests_on(conversation: str, message: str) -> list[tuple[str, str, Any]]:
    """Every way to come near a conversation."""
    return [
        ("GET", f"/v1/conversations/{conversation}", None),
        ("DELETE", f"/v1/conversations/{conversation}", None),
        ("POST", "/v1/chat", {"question": "Article 2?", "conversation_id": conversation}),
        ("POST", "/v1/chat", {"question": "Article 2?", "conversation_id": conversation, "stream": True}),
        ("POST", "/v1/search", {"query": "salt", "conversation_id": conversation}),
        ("POST", "/v1/feedback", {"message_id": message, "verdict": "down", "comment": "not mine"}),
    ]


@pytest.mark.parametrize("other", OTHERS)
def test_what_is_another_s_cannot_be_told_from_what_never_was(service: Service, other: Caller) -> None:
    with service.asked_by(MINE) as client:
        mine = client.post("/v1/chat", json={"question": "What does Article 1 say?"}).json()
    never = "0" * 32
    with service.asked_by(other) as client:
        for real, unreal in zip(
            requests_on(mine["conversation_id"], mine["message_id"]), requests_on(never, "m0"), strict=True
        ):
            told, not_told = (client.request(method, path, json=body) for method, path, body in (real, unreal))
            assert told.status_code == not_told.status_code == 404
            anonymous = re.sub(f"{mine['conversation_id']}|{mine['message_id']}", "ID", told.text)
            assert anonymous == re.sub(f"{never}|m0", "ID", not_told.text)
            assert told.headers.items() ^ not_told.headers.items() <= {
                ("content-length", told.headers["content-length"]),
                ("content-length", not_told.headers["content-length"]),
            }
    with service.asked_by(MINE) as client:
        kept = client.get(f"/v1/conversations/{mine['conversation_id']}").json()
    assert [turn["answer"] for turn in kept["turns"]] == [mine]


def test_an_owner_reads_goes_on_judges_and_forgets(service: Service, place: Path | str) -> None:
    with service.asked_by(MINE) as client:
        answer = client.post("/v1/chat", json={"question": "Article 1?"}).json()
        name = answer["conversation_id"]
        again = client.post("/v1/chat", json={"question": "Article 2?", "conversation_id": name}).json()
        assert again["answer"].endswith("(1 before)")
        judged = client.post("/v1/feedback", json={"message_id": answer["message_id"], "verdict": "up"})
        assert judged.status_code == 204
        assert rows_of(place, "SELECT owner FROM conversation") == [("key1",)]
        assert client.delete(f"/v1/conversations/{name}").status_code == 204
    assert rows_of(place, "SELECT * FROM conversation") == []


@pytest.mark.parametrize("name", ["a%00b", "%F0%9F%A7%82", "'", "x" * 3000, "%ED%A0%80"])
def test_whatever_stands_in_an_address_is_no_error_of_the_database(service: Service, name: str) -> None:
    for method in ("GET", "DELETE"):
        assert service.client.request(method, f"/v1/conversations/{name}").status_code == 404


def test_a_question_with_a_character_that_postgres_does_not_take_is_answered(service: Service) -> None:
    answer = service.client.post("/v1/chat", content=json.dumps({"question": "Article 1\0?"}),
                                 headers={"content-type": "application/json"}).json()  # fmt: skip
    kept = service.client.get(f"/v1/conversations/{answer['conversation_id']}").json()
    assert [turn["answer"] for turn in kept["turns"]] == [answer]
