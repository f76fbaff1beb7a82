"""Over HTTP a conversation is its owner's alone: to anybody else it is one that never was."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from store_fakes import rows_of
from web_fakes import TestClient, make_client

from service.access import Scope

# Who else may ask: the scopes of another key, or no key, where the service is open.
OTHERS = [
    pytest.param(["ask"], id="another key"),
    pytest.param(["admin"], id="an administrator"),
    pytest.param(None, id="nobody's"),
]


@pytest.fixture
def client(home: Path, place: Path | str) -> Iterator[TestClient]:
    url = place if isinstance(place, str) else None
    with make_client(home, database_url=url) as client:
        yield client


def key(client: TestClient, scopes: list[Scope] | None) -> dict[str, str]:
    """What a request with a new key carries, or one without a key."""
    if scopes is None:
        return {}
    application: Any = client.app
    _, made = application.state.services.store.key_ring.create_key("k", scopes, None)
    return {"authorization": f"Bearer {made}"}


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
def test_what_is_another_s_cannot_be_told_from_what_never_was(client: TestClient, other: list[Scope] | None) -> None:
    mine, theirs = key(client, ["ask"]), key(client, other)
    answer = client.post("/v1/chat", json={"question": "What does Article 1 say?"}, headers=mine).json()
    name, message, never = answer["conversation_id"], answer["message_id"], "0" * 32
    for real, unreal in zip(requests_on(name, message), requests_on(never, "m0"), strict=True):
        told, not_told = (
            client.request(method, path, json=body, headers=theirs) for method, path, body in (real, unreal)
        )
        assert told.status_code == not_told.status_code == 404
        assert re.sub(f"{name}|{message}", "ID", told.text) == re.sub(f"{never}|m0", "ID", not_told.text)
        assert told.headers.keys() == not_told.headers.keys()
    kept = client.get(f"/v1/conversations/{name}", headers=mine).json()
    assert [turn["answer"] for turn in kept["turns"]] == [answer]


def test_an_owner_reads_goes_on_judges_and_forgets(client: TestClient, place: Path | str) -> None:
    mine = key(client, ["ask"])
    answer = client.post("/v1/chat", json={"question": "Article 1?"}, headers=mine).json()
    name = answer["conversation_id"]
    asked_on = {"question": "Article 2?", "conversation_id": name}
    assert client.post("/v1/chat", json=asked_on, headers=mine).json()["answer"].endswith("(1 before)")
    verdict = {"message_id": answer["message_id"], "verdict": "up"}
    assert client.post("/v1/feedback", json=verdict, headers=mine).status_code == 204
    assert rows_of(place, "SELECT owner = (SELECT id FROM api_key) FROM conversation") == [(True,)]
    assert client.delete(f"/v1/conversations/{name}", headers=mine).status_code == 204
    assert rows_of(place, "SELECT * FROM conversation") == []


@pytest.mark.parametrize("name", ["a%00b", "%F0%9F%A7%82", "'", "x" * 3000, "%ED%A0%80"])
def test_whatever_stands_in_an_address_is_no_error_of_the_database(client: TestClient, name: str) -> None:
    for method in ("GET", "DELETE"):
        assert client.request(method, f"/v1/conversations/{name}").status_code == 404


def test_a_question_with_a_character_that_postgres_does_not_take_is_answered(client: TestClient) -> None:
    answer = client.post("/v1/chat", content=json.dumps({"question": "Article 1\0?"}),
                                 headers={"content-type": "application/json"}).json()  # fmt: skip
    kept = client.get(f"/v1/conversations/{answer['conversation_id']}").json()
    assert [turn["answer"] for turn in kept["turns"]] == [answer]
