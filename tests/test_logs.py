"""The log of a service: one line a request, ids that tie everything together, and nothing of what people ask."""

import json
import logging
import os
import pty
import signal
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from server_fakes import ROOT, SERVE_FAKES, ask, make_app, serve_in_process
from web_fakes import TestClient

from service.api import chat
from service.logs import OWN, configure_logging
from service.settings import Serving

# In questions, addresses and headers; it must not come up in a log.
SECRET = "hunter2"


@pytest.fixture
def _logging_as_before() -> Iterator[None]:
    root, own = logging.getLogger(), [logging.getLogger(name) for name in OWN]
    handlers, level, levels = root.handlers[:], root.level, [one.level for one in own]
    logging.captureWarnings(False)  # another test of this process may have begun it
    yield
    logging.captureWarnings(False)
    root.handlers[:] = handlers
    root.setLevel(level)
    for one, before in zip(own, levels, strict=True):
        one.setLevel(before)


def use_everything(address: str) -> str:
    """Asks in every way, with the secret in all of them; gives the id of the conversation."""
    answer = ask(address, f"Article 1 of {SECRET}?").json()
    conversation = str(answer["conversation_id"])
    ask(address, f"Article 2 of {SECRET}?", conversation_id=conversation, stream=True)
    ask(address, f"boom {SECRET}")
    ask(address, f"{SECRET}?", treaties=[SECRET])
    headers = {"authorization": f"Bearer {SECRET}", "x-request-id": f"{SECRET} with a blank"}
    for path in (f"/?q={SECRET}", f"/v1/conversations/{conversation}", f"/{SECRET}", "/v1/treaties/salt"):
        httpx.get(f"{address}{path}", headers=headers)
    httpx.post(f"{address}/v1/search", json={"query": SECRET})
    httpx.post(f"{address}/v1/chat", content=f'{{"question": "{SECRET}"', headers={"content-type": "application/json"})
    httpx.delete(f"{address}/v1/conversations/{conversation}")
    return conversation


def test_each_request_has_a_line_and_none_has_what_was_asked(tmp_path: Path) -> None:
    with serve_in_process(tmp_path) as served:
        conversation = use_everything(served.address)
        assert served.stop(signal.SIGTERM) == 0
    assert SECRET not in served.said
    assert conversation not in served.said
    assert len(served.logged) == len([line for line in served.said.splitlines() if line]), "all of it is JSON"
    requests = [line for line in served.logged if line["event"] == "request"]
    assert [(line["method"], line["route"], line["status"]) for line in requests] == [
        ("POST", "/v1/chat", 200),
        ("POST", "/v1/chat", 200),
        ("POST", "/v1/chat", 500),
        ("POST", "/v1/chat", 404),
        ("GET", "/", 200),
        ("GET", "/v1/conversations/{conversation_id}", 200),
        ("GET", "none", 404),
        ("GET", "/v1/treaties/{treaty_id}", 200),
        ("POST", "/v1/search", 200),
        ("POST", "/v1/chat", 400),
        ("DELETE", "/v1/conversations/{conversation_id}", 204),
    ]
    assert all(line["level"] == "info" and line["ms"] >= 0 and line["key"] is None for line in requests)
    assert len({line["request_id"] for line in requests}) == len(requests)
    # A defect is told with where it is, by uvicorn, on the lines of its request; variables are not.
    (defect,) = [line for line in served.logged if line["level"] == "error"]
    assert "ZeroDivisionError" in defect["exception"]
    assert defect["request_id"] == requests[2]["request_id"]


def test_at_debug_the_questions_are_told(tmp_path: Path) -> None:
    with serve_in_process(tmp_path, environment={"PACTA_LOG_LEVEL": "DEBUG"}) as served:
        use_everything(served.address)
        served.stop(signal.SIGTERM)
    assert f"Asked: Article 1 of {SECRET}?" in [line["event"] for line in served.logged]
    asked = next(line for line in served.logged if line["event"].startswith("Asked"))
    assert asked["request_id"] == next(line for line in served.logged if line["event"] == "request")["request_id"]


def test_on_a_terminal_it_is_made_to_be_read(tmp_path: Path) -> None:
    reader, terminal = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE_FAKES.format(changes="")],
        cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": "1", "PACTA_HOME": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=terminal,
        text=True,
    )
    os.close(terminal)
    assert process.stdout is not None
    address = process.stdout.readline().split()[3]
    ask(address.rstrip("/"), f"boom {SECRET}")
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=30) == 0
    process.stdout.close()
    written = b""
    try:
        while piece := os.read(reader, 65536):
            written += piece
    except OSError:
        pass  # how a terminal says that its other end is closed
    os.close(reader)
    said = written.decode()
    assert "request" in said
    assert "ZeroDivisionError" in said
    assert "{" not in said.splitlines()[0]
    assert SECRET not in said


# --- ids

IDS = [
    # (what is sent, whether it is taken, why)
    ("0f3c9a5e7b1d4c2f", True, "as others make them"),
    ("trace:7/span=3+x_y.z-1", True, "as proxies make them"),
    ("", False, "nothing"),
    ("x" * 128, True, "long"),
    ("x" * 129, False, "too long"),
    ("-x", False, "could be taken for an option"),
    ("a b", False, "a blank"),
    ('"},{"level":"error', False, "would look like another line"),
    ("\u00e9", False, "not ASCII"),
]


@pytest.mark.parametrize(("sent", "taken", "why"), IDS, ids=[why for _, _, why in IDS])
def test_an_id_is_taken_if_it_is_sane_and_made_otherwise(tmp_path: Path, sent: str, taken: bool, why: str) -> None:
    with TestClient(make_app(tmp_path)) as client:
        response = client.get("/v1/treaties/nix", headers={"x-request-id": sent.encode("latin-1")})
    request_id = response.headers["x-request-id"]
    assert response.json()["request_id"] == request_id
    assert (request_id == sent) == taken
    assert taken or len(request_id) == 32


@pytest.mark.parametrize("question", ["", "boom", "x" * 5000])
def test_every_problem_has_the_id_of_its_response(tmp_path: Path, question: str) -> None:
    with TestClient(make_app(tmp_path), raise_server_exceptions=False) as client:
        responses = [client.post("/v1/chat", json={"question": question}, headers={"x-request-id": "abc"})]
        responses.append(client.post("/v1/chat", content=b"{", headers={"x-request-id": "abc"}))
    for response in responses:
        assert (response.headers["x-request-id"], response.json()["request_id"]) == ("abc", "abc")


def test_a_stream_that_fails_tells_the_id_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_off(document: object) -> Iterator[bytes]:
        raise ZeroDivisionError
        yield b""

    monkeypatch.setattr(chat, "_told_in_order", break_off)
    question = {"question": "Article 1?", "stream": True}
    with TestClient(make_app(tmp_path)) as client:
        response = client.post("/v1/chat", json=question, headers={"x-request-id": "abc"})
    assert response.text.startswith("event: error")
    assert '"request_id": "abc"' in response.text


# --- one way for all


@pytest.mark.usefixtures("_logging_as_before")
def test_others_and_warnings_go_the_same_way(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(Serving())
    logging.getLogger("service.holder").info("Index %s is in use.", "g1")
    logging.getLogger("uvicorn.error").error("Something.")
    logging.getLogger("chromadb.thing").info("Something small.")
    logging.getLogger("chromadb.thing").warning("Something.")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("This will be gone.", DeprecationWarning, stacklevel=1)
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    found = [(line["logger"], line["level"], line["event"].split("\n")[0]) for line in lines]
    assert found[:3] == [
        ("service.holder", "info", "Index g1 is in use."),
        ("uvicorn.error", "error", "Something."),
        ("chromadb.thing", "warning", "Something."),
    ]
    assert found[3][0] == "py.warnings"
    assert "This will be gone." in found[3][2]


@pytest.mark.usefixtures("_logging_as_before")
@pytest.mark.parametrize("form", ["json", "text"])
def test_a_traceback_tells_no_variables(capsys: pytest.CaptureFixture[str], form: str) -> None:
    configure_logging(Serving(log=form))

    def answer(question: str) -> None:
        raise ZeroDivisionError

    try:
        answer(SECRET)
    except ZeroDivisionError:
        logging.getLogger("service.answer").exception("It failed.")
    said = capsys.readouterr().err
    assert "ZeroDivisionError" in said
    assert SECRET not in said
