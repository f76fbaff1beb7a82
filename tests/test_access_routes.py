"""No response of any route has a word of a treaty that the key may not read, or tells others' conversations apart."""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from labelled_treaties import NONCES
from web_fakes import TestClient

from ingest.settings import Settings as IngestSettings
from service.app import create_app
from service.settings import Settings

Headers = dict[str, str]


@dataclass(frozen=True)
class Probe:
    """What a request of the reader speaks of: words, a treaty, a provision, a conversation and an answer."""

    text: str
    treaty: str
    eid: str
    conversation: str
    message: str


def _json(method: str, path: str, body: dict[str, Any]) -> Callable[[TestClient, Headers], Any]:
    return lambda client, headers: client.request(method, path, json=body, headers=headers)


def _get(path: str, **query: Any) -> Callable[[TestClient, Headers], Any]:
    return lambda client, headers: client.get(path, params=query, headers=headers)


def _page(path: str, **query: Any) -> Callable[[TestClient, Headers], Any]:
    return lambda client, headers: client.get(path, params=query, headers={**headers, "accept": "text/html"})


def _form(path: str, **fields: str) -> Callable[[TestClient, Headers], Any]:
    return lambda client, headers: client.post(path, data=fields, headers={**headers, "accept": "text/html"})


def _claim(probe: Probe) -> str:
    """A text that speaks of the hidden treaty, and of words that stand in it."""
    return f"Article 3 of the Ferry Treaty says that {probe.text} It says that “the fee is two crowns”."


def _tool(name: str, arguments: dict[str, Any]) -> Callable[[TestClient, Headers], Any]:
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": name, "arguments": arguments}}
    accepted = {"accept": "application/json, text/event-stream", "mcp-protocol-version": "2025-06-18"}
    return lambda client, headers: client.post("/mcp", json=call, headers={**headers, **accepted})


def _messages(probe: Probe) -> dict[str, Any]:
    words = ["What is the fee under the Ferry Treaty?", probe.text]
    return {"messages": [{"role": "user", "content": text} for text in words]}


# Each route with the requests that try to get at what is hidden; None where it cannot show a word of any treaty.
ROUTES: dict[str, Callable[[Probe], list[Callable[[TestClient, Headers], Any]]] | None] = {
    "POST /v1/chat": lambda p: [
        _json("POST", "/v1/chat", {"question": p.text}),
        _json("POST", "/v1/chat", {"question": p.text, "stream": True}),
        _json("POST", "/v1/chat", {"question": p.text, "treaties": [p.treaty]}),
        _json("POST", "/v1/chat", {"question": p.text, "conversation_id": p.conversation}),
    ],
    "POST /v1/search": lambda p: [
        _json("POST", "/v1/search", {"query": p.text, "limit": 100}),
        _json("POST", "/v1/search", {"query": p.text, "treaties": [p.treaty]}),
        _json("POST", "/v1/search", {"query": p.text, "conversation_id": p.conversation}),
    ],
    "POST /v1/check": lambda p: [_json("POST", "/v1/check", {"text": _claim(p)})],
    "GET /check": lambda p: [_page("/check")],
    "POST /check": lambda p: [_form("/check", text=_claim(p))],
    "GET /v1/conversations/{conversation_id}": lambda p: [_get(f"/v1/conversations/{p.conversation}")],
    "DELETE /v1/conversations/{conversation_id}": lambda p: [
        _json("DELETE", f"/v1/conversations/{p.conversation}", {})
    ],
    "POST /v1/feedback": lambda p: [_json("POST", "/v1/feedback", {"message_id": p.message, "verdict": "up"})],
    "POST /v1/chat/completions": lambda p: [
        _json("POST", "/v1/chat/completions", {"model": "pacta", **_messages(p)}),
        _json("POST", "/v1/chat/completions", {"model": "pacta", "stream": True, **_messages(p)}),
        _json("POST", "/v1/chat/completions", {"model": f"pacta/{p.treaty}", **_messages(p)}),
    ],
    "GET /v1/models": lambda p: [_get("/v1/models")],
    "GET /v1/models/{model_id:path}": lambda p: [_get(f"/v1/models/pacta/{p.treaty}")],
    "GET /metrics": lambda p: [_get("/metrics")],
    "GET /v1/treaties": lambda p: [_get("/v1/treaties"), _get("/v1/treaties", q=p.text)],
    "GET /v1/treaties/{treaty_id}": lambda p: [_get(f"/v1/treaties/{p.treaty}")],
    "GET /v1/treaties/{treaty_id}/text": lambda p: [_get(f"/v1/treaties/{p.treaty}/text")],
    "GET /v1/treaties/{treaty_id}/provisions/{eid}": lambda p: [_get(f"/v1/treaties/{p.treaty}/provisions/{p.eid}")],
    # What comes of an upload is told by a job; which treaties it may not touch is tested in test_uploads.py.
    "POST /v1/treaties": lambda p: [lambda client, headers: client.post("/v1/treaties", headers=headers)],
    "GET /v1/jobs": lambda p: [_get("/v1/jobs")],
    "GET /v1/jobs/{job_id}": lambda p: [_get(f"/v1/jobs/{p.message}")],
    "DELETE /v1/jobs/{job_id}": lambda p: [_json("DELETE", f"/v1/jobs/{p.message}", {})],
    "GET /": lambda p: [_page("/"), _page("/", q=p.text), _page("/", q=p.text, treaty=p.treaty)],
    "GET /t/{treaty_id}": lambda p: [_page(f"/t/{p.treaty}")],
    "GET /t/{treaty_id}/{eid}": lambda p: [_page(f"/t/{p.treaty}/{p.eid}", start=0, end=400)],
    "POST /mcp": lambda p: [
        _tool("ask", {"question": p.text}),
        _tool("ask", {"question": p.text, "conversation_id": p.conversation}),
        _tool("ask", {"question": p.text, "treaties": [p.treaty]}),
        _tool("search", {"query": p.text, "limit": 100}),
        _tool("get_provision", {"treaty": p.treaty, "eid": p.eid}),
        _tool("list_treaties", {"filter": "ferries"}),
        _tool("list_treaties", {}),
    ],
    "POST /mcp/": None,
    "GET /healthz": None,
    "GET /readyz": lambda p: [_get("/readyz")],
    "GET /docs": lambda p: [_page("/docs")],
    "GET /openapi.json": lambda p: [_get("/openapi.json")],
    "POST /sign-in": None,
    "POST /sign-out": None,
    "* /static": None,
}


def _routes(app: FastAPI) -> set[str]:
    """Every route of the application, "GET" for those that take HEAD as well."""
    found = set()
    for context in iter_route_contexts(app.routes):
        methods = set(getattr(context, "methods", None) or ["*"]) - {"HEAD"}
        found |= {f"{method} {context.path}" for method in methods}
    return found


@dataclass
class Service:
    """The application over the labelled treaties, with keys of two people and what the drafter has asked."""

    app: FastAPI
    client: TestClient
    reader: Headers
    drafter: Headers
    conversation: str
    message: str


@pytest.fixture(scope="module")
def service(labelled_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    home = tmp_path_factory.mktemp("labelled-service") / "home"
    shutil.copytree(labelled_home, home)
    app = create_app(Settings(ingest=IngestSettings(home=home), open_to_all=False))
    ring = app.state.services.store.key_ring
    keys = [{"authorization": f"Bearer {ring.create_key(name, ['ask', 'ingest'], labels)[1]}"}
            for name, labels in (("reader", []), ("drafter", ["drafts"]))]  # fmt: skip
    with TestClient(app, raise_server_exceptions=False) as client:
        question = {"question": "How much is the fee under the Ferry Treaty?"}
        asked = client.post("/v1/chat", json=question, headers=keys[1]).json()
        assert "Ostrelmoor" in asked["answer"]
        yield Service(app, client, *keys, asked["conversation_id"], asked["message_id"])


def test_the_table_has_every_route(service: Service) -> None:
    assert _routes(service.app) == set(ROUTES)


def _nonces_in(response: Any) -> list[str]:
    told = (response.text + json.dumps(dict(response.headers))).casefold()
    return [nonce for nonce in NONCES if nonce.casefold() in told]


def test_whoever_may_read_the_draft_gets_its_words_on_these_routes(service: Service) -> None:
    """Else the next test would pass whatever is hidden."""
    probe = Probe("How much is the fee under the Ferry Treaty?", "ferries", "art_3", service.conversation, "m")
    silent = {"DELETE /v1/conversations/{conversation_id}", "POST /v1/feedback", "GET /readyz", "GET /docs",
              "GET /openapi.json", "GET /metrics", "GET /check", "POST /v1/treaties", "GET /v1/jobs",
              "GET /v1/jobs/{job_id}", "DELETE /v1/jobs/{job_id}"}  # fmt: skip
    for route, requests in ROUTES.items():
        if requests is not None and route not in silent:
            assert any(_nonces_in(send(service.client, service.drafter)) for send in requests(probe)), route


_TEXTS = st.one_of(
    st.sampled_from(
        [
            "How much is the fee under the Ferry Treaty?",
            "What does Article 3 of the Ferry Treaty say?",
            "When was the Ferry Treaty signed, and who are its parties?",
            "Compare the Ferry Treaty with the lighthouses agreement",
            "Which treaties may be denounced by notice?",
            "And the article after that?",
            "ferries",
        ]
    ),
    st.lists(
        st.sampled_from("ferry fee strait salt grain crowns ninety days master award lights costs article 3".split()),
        min_size=1,
        max_size=6,
    ).map(" ".join),
)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_route_tells_of_what_the_key_may_not_read(service: Service, data: st.DataObject) -> None:
    probe = Probe(
        data.draw(_TEXTS, "text"),
        data.draw(st.sampled_from(["ferries", "lights"]), "treaty"),
        data.draw(st.sampled_from(["art_3", "art_1", "preamble", "art_2__para_1"]), "eid"),
        data.draw(st.sampled_from([service.conversation, uuid4().hex]), "conversation"),
        data.draw(st.sampled_from([service.message, uuid4().hex]), "message"),
    )
    for route, requests in ROUTES.items():
        for send in requests(probe) if requests else ():
            response = send(service.client, service.reader)
            assert response.status_code < 500, route
            assert _nonces_in(response) == [], route
            assert service.conversation == probe.conversation or service.conversation not in response.text
    kept = service.client.get(f"/v1/conversations/{service.conversation}", headers=service.drafter)
    assert kept.status_code == 200, "the reader has deleted another's conversation"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/v1/conversations/{}", None),
        ("DELETE", "/v1/conversations/{}", None),
        ("POST", "/v1/chat", {"question": "Who pays?", "conversation_id": "{}"}),
        ("POST", "/v1/search", {"query": "Who pays?", "conversation_id": "{}"}),
        ("POST", "/v1/feedback", {"message_id": "{}", "verdict": "up"}),
        ("GET", "/v1/treaties/{}", None),
        ("GET", "/v1/treaties/{}/text", None),
        ("GET", "/v1/treaties/{}/provisions/art_1", None),
        ("GET", "/v1/models/pacta/{}", None),
        ("GET", "/t/{}", None),
        ("POST", "/v1/chat", {"question": "Who pays?", "treaties": ["{}"]}),
    ],
)
def test_what_is_hidden_is_as_unknown_as_what_never_was(
    service: Service, method: str, path: str, body: dict[str, Any] | None
) -> None:
    of_treaties = "treaties" in path or "models" in path or path.startswith("/t/") or "treaties" in (body or {})
    hidden = "ferries" if of_treaties else service.message if "feedback" in path else service.conversation

    def told(name: str) -> tuple[int, str]:
        sent = json.loads(json.dumps(body).replace("{}", name)) if body else None
        response = service.client.request(method, path.format(name), json=sent, headers=service.reader)
        told = re.sub(r'"request_id": ?"\w+"', "", response.text)
        return response.status_code, re.sub(re.escape(name), "…", told)

    assert told(hidden) == told("f" * len(hidden))
    assert told(hidden)[0] == 404


@pytest.mark.parametrize("route", [route for route, requests in ROUTES.items() if requests])
def test_without_a_key_nothing_is_told(service: Service, route: str) -> None:
    probe = Probe(
        "How much is the fee under the Ferry Treaty?", "ferries", "art_3", service.conversation, service.message
    )
    requests = ROUTES[route]
    assert requests is not None
    public = route in ("GET /readyz", "GET /docs", "GET /openapi.json", "GET /metrics")
    for headers in ({}, {"authorization": "Bearer pacta_000000000000_" + "x" * 43}, {"x-api-key": "none"}):
        for send in requests(probe):
            response = send(service.client, headers)
            assert (response.status_code == 401) is not public
            assert _nonces_in(response) == []
            if not public:
                assert response.headers["www-authenticate"].startswith("Bearer")


def test_an_answer_kept_before_the_treaty_was_hidden_is_withheld(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    from service import access
    from service.api import services as parts

    ring = service.app.state.services.store.key_ring
    key = {"authorization": f"Bearer {ring.create_key('other', ['ask'], [])[1]}"}
    question = {"question": "How much is the fee under the Ferry Treaty?"}
    with monkeypatch.context() as patch:
        for module in (access, parts):
            patch.setattr(module, "hidden_from", lambda caller, index: frozenset())
        asked = service.client.post("/v1/chat", json=question, headers=key).json()
        assert "Ostrelmoor" in asked["answer"]
    kept = service.client.get(f"/v1/conversations/{asked['conversation_id']}", headers=key)
    assert kept.status_code == 200
    assert _nonces_in(kept) == []
    assert kept.json()["turns"][0]["answer"]["answer"].startswith("What was answered here quotes or names a treaty")
