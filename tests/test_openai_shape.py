"""OpenAI's interface over the invented treaties: its errors, its bounds, and any messages there may be."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.exceptions import HTTPException
from web_fakes import FakeIndex, TestClient, make_client

from ingest.errors import IndexMissing
from service.access import Caller
from service.api.openai_answers import completion_events
from service.api.openai_conversation import EARLIER_QUESTIONS
from service.api.openai_records import ChatCompletion, OpenAIError
from service.api.services import _caller


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with make_client(tmp_path_factory.mktemp("home")) as client:
        yield client


def user(*questions: str) -> list[dict[str, Any]]:
    return [{"role": "user", "content": question} for question in questions]


def ask(client: TestClient, messages: Any, **more: Any) -> Any:
    return client.post("/v1/chat/completions", json={"model": "pacta", "messages": messages, **more})


def check_error(response: Any, status: int, kind: str, code: str, said: str) -> None:
    assert response.status_code == status
    assert response.headers["content-type"] == "application/json"
    error = OpenAIError.model_validate(response.json(), strict=True).error
    assert (error.type, error.code) == (kind, code)
    assert said in error.message
    assert "secret" not in response.text


@pytest.mark.parametrize(("asked", "replayed"), [(1, 0), (3, 2), (7, 6), (40, EARLIER_QUESTIONS)])
def test_a_bounded_number_of_earlier_questions_is_answered_anew(client: TestClient, asked: int, replayed: int) -> None:
    answer = ask(client, user(*["Article 1?"] * asked)).json()
    assert answer["pacta"]["answer"].endswith(f"({replayed} before)")


def test_earlier_questions_that_were_refused_are_no_part_of_the_conversation(client: TestClient) -> None:
    answer = ask(client, user("Article 1?", " ", "x" * 5_000, "Article 2?")).json()
    assert answer["pacta"]["answer"].endswith("(1 before)")


def test_nothing_is_kept(client: TestClient) -> None:
    answer = ask(client, user("Article 1?", "Article 2?")).json()["pacta"]
    assert client.get(f"/v1/conversations/{answer['conversation_id']}").status_code == 404
    judged = {"message_id": answer["message_id"], "verdict": "up"}
    assert client.post("/v1/feedback", json=judged).status_code == 404


def test_places_count_characters_beyond_the_first_plane_once(client: TestClient) -> None:
    message = ask(client, user("Article 1?"), model="pacta/salt").json()["choices"][0]["message"]
    assert "𐍈🧂" in message["content"]
    [annotation] = message["annotations"]
    place = annotation["url_citation"]
    assert message["content"][place["start_index"] : place["end_index"]] == "[1]"


JSON = {"content-type": "application/json"}
COMPLETIONS = "/v1/chat/completions"
REFUSALS = [
    # (method, path, body, status, type, code, what is said, why it is here)
    ("POST", COMPLETIONS, b"{", 400, "invalid_request_error", "invalid_json", "character 1", "cut off"),
    ("POST", COMPLETIONS, b"\xff", 400, "invalid_request_error", "invalid_json", "UTF-8", "not UTF-8"),
    ("POST", COMPLETIONS, b"[]", 400, "invalid_request_error", "invalid_type", "The body", "a list"),
    ("POST", COMPLETIONS, b"", 400, "invalid_request_error", "missing_required_parameter", "The body", "nothing"),
    ("GET", COMPLETIONS, b"", 405, "invalid_request_error", "method_not_supported", "takes POST", "wrong method"),
    ("GET", f"{COMPLETIONS}/x", b"", 404, "invalid_request_error", "no_such_page", "nothing at", "kept answers"),
    ("GET", "/v1/models/", b"", 404, "invalid_request_error", "model_not_found", "GET /v1/models", "no name"),
    ("DELETE", "/v1/models/pacta", b"", 405, "invalid_request_error", "method_not_supported", "GET", "wrong method"),
    (
        "POST", COMPLETIONS, b'{"model": "pacta", "messages": [{"role": "user", "content": "boom"}]}',
        500, "server_error", "internal_error", "Try again", "a defect tells nothing inner",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "body", "status", "kind", "code", "said", "why"), REFUSALS)
def test_every_refusal_has_openais_shape(
    client: TestClient, method: str, path: str, body: bytes, status: int, kind: str, code: str, said: str, why: str
) -> None:
    check_error(client.request(method, path, content=body, headers=JSON), status, kind, code, said)


@pytest.mark.parametrize(
    ("status", "headers", "kind", "code"),
    [
        (401, {"www-authenticate": "Bearer"}, "invalid_request_error", "invalid_api_key"),
        (403, {}, "invalid_request_error", "http"),
        (429, {"retry-after": "3"}, "rate_limit_error", "rate_limit_exceeded"),
        (503, {"retry-after": "1"}, "server_error", "http"),
    ],
)
@pytest.mark.parametrize("path", ["/v1/models", "/v1/models/pacta", COMPLETIONS])
def test_what_a_dependency_refuses_has_it_too(
    tmp_path: Path, status: int, headers: dict[str, str], kind: str, code: str, path: str
) -> None:
    def refuse() -> None:
        raise HTTPException(status, "Not now", headers)

    with make_client(tmp_path) as client:
        client.app.dependency_overrides[_caller] = refuse
        response = ask(client, user("Article 1?")) if path == COMPLETIONS else client.get(path)
    check_error(response, status, kind, code, "Not now")
    assert headers.items() <= dict(response.headers).items()


def test_a_treaty_that_the_caller_may_not_read_is_no_model(tmp_path: Path) -> None:
    reader = Caller("k1", frozenset({"ask"}), frozenset())
    with make_client(tmp_path, lambda _home: FakeIndex(access={"toll": ("drafts",)})) as client:
        client.app.dependency_overrides[_caller] = lambda: reader
        models = client.get("/v1/models").json()["data"]
        assert [model["id"] for model in models] == ["pacta", "pacta/salt"]
        assert models[0]["name"] == "Pacta: all treaties held"
        hidden = client.get("/v1/models/pacta/toll")
        for refused in (hidden, ask(client, user("Article 1?"), model="pacta/toll")):
            check_error(refused, 404, "invalid_request_error", "model_not_found", "'pacta/toll'")
        told = ask(client, user("Article 1?", "Article 2?")).json()
        assert {citation["treaty_id"] for citation in told["citations"]} == {"salt"}


@pytest.mark.parametrize("header", [{}, {"authorization": "Bearer none"}, {"authorization": "Bearer sk-0"}])
def test_an_open_service_takes_what_a_client_sends_in_the_place_of_a_key(
    client: TestClient, header: dict[str, str]
) -> None:
    assert client.get("/v1/models", headers=header).status_code == 200


def test_a_service_with_keys_asks_for_one(tmp_path: Path) -> None:
    with make_client(tmp_path) as client:
        services = client.app.state.services
        client.app.state.services = replace(services, settings=replace(services.settings, open_to_all=False))
        refused = ask(client, user("Article 1?"))
    check_error(refused, 401, "invalid_request_error", "invalid_api_key", "needs a key")
    assert refused.headers["www-authenticate"].startswith("Bearer")


def test_without_an_index_it_says_so(tmp_path: Path) -> None:
    def refuse(home: Path) -> FakeIndex:
        raise IndexMissing("No index. Run `pacta ingest`.")

    with make_client(tmp_path, refuse) as client:
        for response in (ask(client, user("Article 1?")), client.get("/v1/models"), client.get("/v1/models/pacta")):
            check_error(response, 503, "server_error", "index_missing", "Run `pacta ingest`")


def test_other_addresses_keep_problem_documents(client: TestClient) -> None:
    for path in ("/v1/chat", "/v1/modelsx"):
        assert client.get(path).headers["content-type"] == "application/problem+json"


def test_a_stream_that_fails_ends_with_an_error() -> None:
    message = {"role": "assistant", "content": "Salt.", "annotations": [object()]}
    completion = {
        **dict.fromkeys(("id", "object", "created", "model", "system_fingerprint", "pacta"), "x"),
        "choices": [{"message": message, "finish_reason": "stop"}],
        "citations": [],
    }
    told = b"".join(completion_events(completion, include_usage=False)).decode()
    error = OpenAIError.model_validate_json(told.removeprefix("data: "), strict=True).error
    assert (error.type, error.code) == ("server_error", "internal_error")


def test_the_page_for_programs_shows_it(client: TestClient) -> None:
    page = client.get("/docs").text
    for word in ("/v1/chat/completions", "/v1/models/{model_id}", "ChatCompletionRequest", "OpenAIError"):
        assert word in page


# --- any messages there may be

WORDS = st.text(max_size=40) | st.sampled_from(["Article 1?", "Article 2 and Article 1", "And it?", " ", "x" * 4_001])
PARTS = st.lists(st.fixed_dictionaries({"type": st.just("text"), "text": WORDS}), max_size=3)
ROLES = st.sampled_from(["user", "user", "assistant", "system", "developer", "tool", "function"])
MESSAGES = st.lists(st.fixed_dictionaries({"role": ROLES, "content": WORDS | PARTS | st.none()}), max_size=9)
STREAMS = st.sampled_from([{}, {"stream": True}, {"stream": True, "stream_options": {"include_usage": True}}])

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WORDS | st.sampled_from(["user", "text", "pacta"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["role", "content", "type", "text", "include_usage"]), inner, max_size=3)
    ),
    max_leaves=6,
)
FIELDS = ["model", "messages", "stream", "stream_options", "n", "response_format", "tool_choice", "temperature"]


def check_any(client: TestClient, sent: dict[str, Any]) -> None:
    # Escaped, so that halves of characters reach the service.
    response = client.post(COMPLETIONS, content=json.dumps(sent).encode(), headers=JSON)
    if response.status_code != 200:
        assert 400 <= response.status_code < 500
        OpenAIError.model_validate(response.json(), strict=True)
    elif sent.get("stream"):
        assert response.text.endswith("data: [DONE]\n\n")
    else:
        assert ChatCompletion.model_validate(response.json(), strict=True).choices[0].message.content


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(messages=MESSAGES, model=st.sampled_from(["pacta", "pacta/salt", "pacta/nix"]), stream=STREAMS)
def test_any_conversation_is_answered_or_refused_in_openais_shape(
    client: TestClient, messages: list[dict[str, Any]], model: str, stream: dict[str, Any]
) -> None:
    check_any(client, {"model": model, "messages": messages, **stream})


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    messages=st.lists(MESSAGES | ANYTHING, max_size=4) | ANYTHING,
    more=st.dictionaries(st.sampled_from(FIELDS), ANYTHING),
)
def test_anything_is_answered_or_refused_in_openais_shape(
    client: TestClient, messages: Any, more: dict[str, Any]
) -> None:
    check_any(client, {"model": "pacta", "messages": messages, **more})
