"""The HTTP interface: what it gives, what it refuses and how, in which order a stream tells it."""

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from web_fakes import LAMP, SALT, FakeIndex, TestClient, fake_search, make_client

from ingest.errors import IndexBroken, IndexMissing
from ingest.models import Facts
from service.api.chat import answer_events
from service.api.openai_errors import speaks_openai
from service.models import Conversation, Hit
from service.settings import Settings

SECURITY = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}


def search_in_conversation(
    query: str, index: Any, settings: Settings, *, conversation: Conversation | None = None, **more: Any
) -> list[Hit]:
    """Looks for the words of the earlier questions too."""
    assert conversation is not None
    earlier = [turn.question for turn in conversation.turns]
    return fake_search(" ".join([*earlier, query]), index, settings, **more)


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with make_client(tmp_path) as client:
        services = client.app.state.services
        client.app.state.services = replace(services, search=search_in_conversation)
        yield client


def ask(client: TestClient, question: str, **more: Any) -> Any:
    return client.post("/v1/chat", json={"question": question, **more})


def events(text: str) -> list[tuple[str, Any]]:
    found = []
    for block in text.removesuffix("\n\n").split("\n\n"):
        name, data = block.split("\n")
        found.append((name.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return found


def check_problem(response: Any, status: int, kind: str, said: str) -> None:
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert problem["type"] == f"/docs#{kind}"
    assert problem["status"] == status
    assert problem["title"]
    assert said in problem["detail"]
    assert "Traceback" not in response.text


def test_an_answer_cites_what_the_treaty_says(client: TestClient) -> None:
    answer = ask(client, "What does Article 2 say?", treaties=["salt"]).json()
    assert answer["status"] == "answered"
    [citation] = answer["citations"]
    assert citation["url"] == "/t/salt/art_2"
    text = client.get("/v1/treaties/salt/text").json()["text"]
    assert text[citation["start"] : citation["end"]] == citation["quote"]
    assert set(answer) == {
        *("answer", "status", "reason", "mode", "confidence", "citations", "related"),
        *("conversation_id", "message_id", "index", "timings_ms"),
    }


def test_an_abstention_has_no_citations_but_near_misses(client: TestClient) -> None:
    answer = ask(client, "What does Article 99 say?").json()
    assert (answer["status"], answer["reason"]) == ("abstained", "no_such_provision")
    assert answer["citations"] == []
    assert answer["related"][0]["eid"] == "art_2"


def test_a_conversation_goes_on_is_read_and_forgotten(client: TestClient) -> None:
    first = ask(client, "Article 1?", treaties=["toll"]).json()
    name = first["conversation_id"]
    second = ask(client, "Article 2?", treaties=["toll"], conversation_id=name).json()
    assert second["conversation_id"] == name
    assert second["answer"].endswith("(1 before)")

    kept = client.get(f"/v1/conversations/{name}")
    assert kept.headers["cache-control"] == "no-store"
    assert [turn["question"] for turn in kept.json()["turns"]] == ["Article 1?", "Article 2?"]
    assert [turn["answer"] for turn in kept.json()["turns"]] == [first, second]

    assert client.delete(f"/v1/conversations/{name}").status_code == 204
    check_problem(client.get(f"/v1/conversations/{name}"), 404, "unknown-conversation", name)
    check_problem(client.delete(f"/v1/conversations/{name}"), 404, "unknown-conversation", name)
    after = ask(client, "Article 2?", conversation_id=name)
    check_problem(after, 404, "unknown-conversation", "Leave conversation_id out")


def test_two_conversations_know_nothing_of_each_other(client: TestClient) -> None:
    mine, yours = ask(client, "Article 1?").json(), ask(client, "Article 2?").json()
    assert mine["conversation_id"] != yours["conversation_id"]
    assert yours["answer"].endswith("(0 before)")


def test_a_stream_tells_each_citation_before_the_text_that_uses_it(client: TestClient) -> None:
    response = ask(client, "Article 1 and Article 2?", treaties=["toll"], stream=True)
    assert response.headers["content-type"].startswith("text/event-stream")
    assert response.headers["cache-control"] == "no-store"
    told = events(response.text)
    names = [name for name, _ in told]
    assert names[0] == "citation"
    assert names[-1] == "done"
    assert set(names) == {"citation", "delta", "done"}

    known, text = set(), ""
    for name, data in told:
        if name == "citation":
            known.add(data["number"])
        if name == "delta":
            text += data["text"]
        assert all(f"[{number}]" not in text for number in {1, 2} - known)
    whole = told[-1][1]
    assert text == whole["answer"]
    assert [data for name, data in told if name == "citation"] == whole["citations"]
    kept = client.get(f"/v1/conversations/{whole['conversation_id']}").json()
    assert kept["turns"][0]["answer"] == whole


def test_an_abstention_streams_too(client: TestClient) -> None:
    told = events(ask(client, "Nothing known?", stream=True).text)
    assert [name for name, _ in told] == ["delta", "done"]


def test_a_stream_that_fails_ends_with_an_error_event() -> None:
    unsendable = {"answer": "Salt. [1]", "citations": [{"number": 1, "quote": object()}]}
    [(name, problem)] = events(b"".join(answer_events(unsendable)).decode())
    assert name == "error"
    assert (problem["type"], problem["status"]) == ("/docs#internal-error", 500)


JSON = {"content-type": "application/json"}
BAD_QUESTIONS = [
    # (body, status, kind, what is said, why it is here)
    (b'{"question": ""}', 422, "question-empty", "Ask about a treaty", "nothing asked"),
    (
        b'{"question": " \\n\\u00a0"}',
        422,
        "question-empty",
        "Ask about",
        "white space",
    ),
    (b'{"question": "%s"}' % (b"x" * 50_000), 422, "question-too-long", "at most 4,000", "long"),
    (b'{"question": "%s"}' % (b"x" * 300_000), 413, "too-large", "262,144 bytes", "large body"),
    (b"{", 400, "invalid-json", "character 1", "cut off"),
    (b'{"question": "\xff"}', 400, "invalid-json", "UTF-8", "not UTF-8"),
    (b"", 422, "invalid-request", "body", "no body"),
    (b"[]", 422, "invalid-request", "body", "a list"),
    (b"{}", 422, "invalid-request", "question", "no question"),
    (b'{"question": 7}', 422, "invalid-request", "question", "a number"),
    (b'{"question": null}', 422, "invalid-request", "question", "null"),
    (b'{"question": "\\ud800"}', 422, "invalid-request", "surrogate", "half a character"),
    (b'{"question": "a", "treaty": "salt"}', 422, "invalid-request", "treaty", "unknown field"),
    (b'{"question": "a", "treaties": "salt"}', 422, "invalid-request", "treaties", "not a list"),
    (b'{"question": "a", "treaties": [""]}', 422, "invalid-request", "treaties.0", "no id at all"),
    (b'{"question": "a", "treaties": ["nix"]}', 404, "unknown-treaty", "'nix'", "not held"),
    (b'{"question": "a", "conversation_id": "x"}', 404, "unknown-conversation", "'x'", "unknown"),
    (b'{"question": "a", "conversation_id": "%s"}' % (b"x" * 65), 422, "invalid-request", "64", ""),
    (b'{"question": "boom"}', 500, "internal-error", "Try again", "a defect tells nothing inner"),
]


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(("body", "status", "kind", "said", "why"), BAD_QUESTIONS)
def test_bad_questions_are_refused_before_any_stream_begins(
    client: TestClient, body: bytes, status: int, kind: str, said: str, why: str, stream: bool
) -> None:
    if stream and body.endswith(b"}") and body != b"{}":
        body = body[:-1] + b', "stream": true}'
    response = client.post("/v1/chat", content=body, headers=JSON)
    check_problem(response, status, kind, said)
    assert "secret" not in response.text
    assert SECURITY.items() <= dict(response.headers).items()


def test_a_large_body_without_declared_length_is_refused_too(client: TestClient) -> None:
    response = client.post("/v1/chat", content=(b" " * 50_000 for _ in range(9)), headers=JSON)
    check_problem(response, 413, "too-large", "Send less")


def test_a_body_that_does_not_say_it_is_json_is_refused(client: TestClient) -> None:
    # Another site can make a browser send such a body unasked; it cannot send one declared as JSON.
    response = client.post("/v1/chat", content=b'{"question": "Article 1?"}')
    check_problem(response, 422, "invalid-request", "content-type application/json")


def test_search_gives_articles_best_first(client: TestClient) -> None:
    found = client.post("/v1/search", json={"query": "penny nothing", "limit": 1}).json()
    assert found == {
        "results": [
            {
                "treaty_id": "toll",
                "eid": "art_1",
                "label": "Article 1",
                "score": 0.5,
                "quote": "Article 1\n\nCarts pay one penny.",
            }
        ]
    }


def test_search_within_a_conversation_is_the_next_question_of_it_and_leaves_it_alone(client: TestClient) -> None:
    name = ask(client, "Carts").json()["conversation_id"]
    kept = client.get(f"/v1/conversations/{name}").json()

    def found(**more: Any) -> list[str]:
        results = client.post("/v1/search", json={"query": "nothing-like-it", **more}).json()["results"]
        return [f"{hit['treaty_id']}/{hit['eid']}" for hit in results]

    assert found() == []
    assert found(conversation_id=None) == []
    assert found(conversation_id=name) == ["toll/art_1"]
    assert client.get(f"/v1/conversations/{name}").json() == kept
    client.delete(f"/v1/conversations/{name}")
    after = client.post("/v1/search", json={"query": "penny", "conversation_id": name})
    check_problem(after, 404, "unknown-conversation", "Leave conversation_id out")


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        ({"query": "  "}, 422, "question-empty"),
        ({"query": "x" * 5_000}, 422, "question-too-long"),
        ({"query": "salt", "limit": 0}, 422, "invalid-request"),
        ({"query": "salt", "limit": 1_000_000}, 422, "invalid-request"),
        ({"query": "salt", "treaties": ["nix"]}, 404, "unknown-treaty"),
        ({"query": "salt", "conversation_id": "x"}, 404, "unknown-conversation"),
        ({"query": "salt", "conversation_id": ""}, 404, "unknown-conversation"),
        ({"query": "salt", "conversation_id": "x" * 65}, 422, "invalid-request"),
        ({"query": "salt", "conversation_id": 7}, 422, "invalid-request"),
    ],
)
def test_bad_searches_are_refused(client: TestClient, body: dict[str, Any], status: int, kind: str) -> None:
    check_problem(client.post("/v1/search", json=body), status, kind, "")


def test_the_treaties_held_are_listed_by_title_with_questions(client: TestClient) -> None:
    held = client.get("/v1/treaties").json()
    assert [treaty["id"] for treaty in held["treaties"]] == ["toll", "salt"]
    assert held["treaties"][1]["articles"] == 2
    assert held["treaties"][1]["signed"] == "1911-03-05"
    assert held["examples"][0] == "What does Article 1 of the Salt Treaty say?"


def test_a_treaty_is_described_with_its_provisions(client: TestClient) -> None:
    salt = client.get("/v1/treaties/salt").json()
    assert salt["facts"]["depositary"] == "Brine"
    assert salt["provisions"][1] == {
        "eid": "part_1",
        "kind": "part",
        "number": "I",
        "heading": "THE PANS",
        "label": "Part i",
        "start": SALT.by_eid["part_1"].start,
        "end": SALT.by_eid["part_1"].end,
        "parent": None,
    }


def test_facts_of_the_text_come_with_their_source(tmp_path: Path) -> None:
    with make_client(tmp_path, lambda _home: FakeIndex(treaties={"lamp": LAMP})) as client:
        lamp = client.get("/v1/treaties/lamp").json()
        signed = lamp["facts_from_text"][0]
        assert (signed["kind"], signed["value"], signed["label"]) == (
            "signed",
            "1931-05-03",
            LAMP.by_eid["final"].label,
        )
        told = {fact["kind"]: fact for fact in lamp["facts_from_text"]}
        languages = told["authentic_languages"]
        assert languages["value"] == ["da", "en"]
        assert languages["quote"] == "The Danish & English texts of this Treaty are equally authentic."
        assert languages["quote"] == LAMP.treaty.text[languages["start"] : languages["end"]]
        assert languages["url"] == f"/t/lamp/art_2?start={languages['start']}&end={languages['end']}"
        assert client.get(languages["url"]).status_code == 200


def test_the_date_of_the_text_counts_where_none_was_given(tmp_path: Path) -> None:
    known = replace(LAMP, treaty=replace(LAMP.treaty, id="known", facts=Facts(signed="1932-01-01")))
    with make_client(tmp_path, lambda _home: FakeIndex(treaties={"lamp": LAMP, "known": known})) as client:
        held = {treaty["id"]: treaty["signed"] for treaty in client.get("/v1/treaties").json()["treaties"]}
    assert held == {"lamp": "1931-05-03", "known": "1932-01-01"}


def test_the_text_comes_with_its_own_hash(client: TestClient) -> None:
    got = client.get("/v1/treaties/salt/text").json()
    assert got == {
        "text": SALT.treaty.text,
        "sha256": sha256(SALT.treaty.text.encode()).hexdigest(),
    }


def test_a_provision_comes_with_its_words_and_place(client: TestClient) -> None:
    got = client.get("/v1/treaties/salt/provisions/art_1__para_1").json()
    assert got["text"] == SALT.treaty.text[got["start"] : got["end"]]
    assert got["article"] == "art_1"
    assert got["children"] == ["art_1__para_1__point_a", "art_1__para_1__point_b"]
    assert got["url"] == "/t/salt/art_1__para_1"


@pytest.mark.parametrize(
    ("path", "kind", "said"),
    [
        ("/v1/treaties/nix", "unknown-treaty", "/v1/treaties lists the 2 that are"),
        ("/v1/treaties/nix/text", "unknown-treaty", "'nix'"),
        ("/v1/treaties/nix/provisions/art_1", "unknown-treaty", "'nix'"),
        ("/v1/treaties/salt/provisions/art_3", "unknown-provision", "Articles 1, 2 and Annex i"),
        ("/v1/treaties/..%2Fsecret", "no-such-page", ""),
        ("/v1/nothing", "no-such-page", "/docs"),
        ("/t/nix", "unknown-treaty", "'nix'"),
        ("/t/salt/art_3", "unknown-provision", "Articles 1, 2"),
        ("/static/../app.py", "no-such-page", ""),
    ],
)
def test_what_is_not_there_is_refused_with_what_there_is(client: TestClient, path: str, kind: str, said: str) -> None:
    check_problem(client.get(path), 404, kind, said)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/v1/chat", "POST"),
        ("PUT", "/v1/treaties", "GET, POST"),
        ("POST", "/v1/conversations/x", "DELETE, GET"),
    ],
)
def test_a_wrong_method_is_told_the_right_ones(client: TestClient, method: str, path: str, allowed: str) -> None:
    response = client.request(method, path)
    check_problem(response, 405, "wrong-method", allowed)
    assert response.headers["allow"] == allowed


@pytest.mark.parametrize("error", [IndexMissing, IndexBroken])
def test_without_an_index_the_process_is_alive_but_not_ready(tmp_path: Path, error: type[Exception]) -> None:
    def refuse(home: Path) -> FakeIndex:
        raise error("No index. Run `pacta ingest`.")

    with make_client(tmp_path, refuse) as client:
        assert client.get("/healthz").json() == {"status": "ok"}
        for response in (client.get("/readyz"), ask(client, "Article 1?")):
            assert response.status_code == 503
            assert "Run `pacta ingest`" in response.json()["detail"]


def test_readiness_tells_the_index_and_what_keeps_a_newer_one_from_use(tmp_path: Path) -> None:
    def open_index(home: Path) -> FakeIndex:
        generation = (home / "CURRENT").read_text()
        if generation == "g2":
            raise IndexBroken("Index g2 is damaged. Ingest again.")
        return FakeIndex(generation)

    def publish(generation: str) -> None:
        (tmp_path / "new").write_text(generation)
        os.replace(tmp_path / "new", tmp_path / "CURRENT")

    publish("g1")
    with make_client(tmp_path, open_index) as client:
        ready = {"status": "ready", "index": "g1", "treaties": 2, "warning": None}
        assert client.get("/readyz").json() == ready
        publish("g2")
        warned = {**ready, "warning": "Index g2 is damaged. Ingest again."}
        assert client.get("/readyz").json() == warned
        assert ask(client, "Article 1?").json()["index"] == "g1"
        publish("g3")
        assert client.get("/readyz").json() == {**ready, "index": "g3"}


@pytest.mark.parametrize("path", ["/", "/t/salt", "/docs", "/static/ask.js", "/v1/x", "/healthz"])
def test_every_response_carries_the_security_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert SECURITY.items() <= dict(headers).items()
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["cache-control"] in {"no-cache", "no-store"}


def test_the_openapi_document_describes_every_operation(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    operations = [(path, op) for path, methods in document["paths"].items() for op in methods.values()]
    assert len(operations) == 20
    for path, operation in operations:
        assert operation["summary"]
        assert operation["description"]
        assert operation["tags"]
        refused = "application/json" if speaks_openai(path) else "application/problem+json"
        assert set(operation["responses"]["default"]["content"]) == {refused}
    assert "text/event-stream" in str(document["paths"]["/v1/chat"]["post"]["responses"]["200"])
