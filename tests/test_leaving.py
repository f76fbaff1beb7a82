"""A client that goes away stops the work: real connections to a real server, closed before the end."""

import http.client
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from real_server import served
from web_fakes import FakeIndex, fake_answer

from ingest.settings import Settings as IngestSettings
from service.access import OPEN, Caller
from service.api import chat, openai_answers
from service.api.services import Services, _caller
from service.app import create_app
from service.holder import IndexHolder
from service.models import Answer, Conversation, Question
from service.settings import Settings

CHAT = ("/v1/chat", {"question": "Article 1?", "stream": True})
COMPLETIONS = (
    "/v1/chat/completions",
    {"model": "pacta", "messages": [{"role": "user", "content": "Article 1?"}], "stream": True},
)
SOON = 20.0  # seconds; far more than any of this takes


class Watched:
    """An application over one invented index, which tells what becomes of its requests.

    ``released`` is set when a request has given back what it holds. A question with "wait" in it is answered when
    ``go`` is set; ``asked`` are the questions that were begun.
    """

    def __init__(self, home: Path) -> None:
        self.index = FakeIndex()
        self.asked: list[str] = []
        self.waiting, self.go, self.released = threading.Event(), threading.Event(), threading.Event()
        self.app = create_app(
            Settings(ingest=IngestSettings(home=home)),
            holder=IndexHolder(home, lambda _home: self.index),
            answer=self._answer,
        )
        self.app.dependency_overrides[_caller] = self._held
        self.services: Services = self.app.state.services

    def _held(self) -> Iterator[Caller]:
        try:
            yield OPEN
        finally:
            self.released.set()

    def _answer(self, question: Question, conversation: Conversation, index: Any, settings: Settings) -> Answer:
        self.asked.append(question.text)
        if "wait" in question.text:
            self.waiting.set()
            assert self.go.wait(SOON)
        return fake_answer(question, conversation, index, settings)


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    return Watched(tmp_path)


@contextmanager
def asking(address: str, path: str, body: dict[str, Any]) -> Iterator[http.client.HTTPConnection]:
    """A connection on which a question has been sent; it is closed at the end of the block."""
    connection = http.client.HTTPConnection(*address.removeprefix("http://").split(":"))
    try:
        connection.request("POST", path, json.dumps(body), {"content-type": "application/json"})
        yield connection
    finally:
        if connection.sock:
            # Closing alone would leave the socket open as long as the response has it too.
            connection.sock.shutdown(socket.SHUT_RDWR)
        connection.close()


def let_server_notice(address: str) -> None:
    """Has the server handle other connections, which it does in order: it then knows that one was closed."""
    for _ in range(3):
        assert httpx.get(f"{address}/healthz").status_code == 200


def wait_until(holds: Callable[[], bool]) -> bool:
    end = time.monotonic() + SOON
    while not holds() and time.monotonic() < end:
        time.sleep(0.01)
    return holds()


@pytest.mark.parametrize(("path", "body", "module"), [(*CHAT, chat), (*COMPLETIONS, openai_answers)])
def test_a_stream_ends_when_its_client_leaves(
    watched: Watched, monkeypatch: pytest.MonkeyPatch, path: str, body: dict[str, Any], module: Any
) -> None:
    stopped = threading.Event()

    def pieces_without_end(text: str) -> Iterator[str]:
        try:
            while True:
                yield "and so on "
        finally:
            stopped.set()

    monkeypatch.setattr(module, "pieces_of", pieces_without_end)
    with served(watched.app) as address:
        with asking(address, path, body) as connection:
            response = connection.getresponse()
            assert response.readline().startswith((b"event: ", b"data: "))
            # The answer was complete before its first byte: a stream keeps no index from being closed.
            watched.services.holder.close()
            assert watched.index.closed
            assert not stopped.is_set()
            assert not watched.released.is_set()
            response.close()
        assert stopped.wait(SOON)
        assert watched.released.wait(SOON)


def test_a_turn_is_kept_once_it_is_answered_whoever_has_left(watched: Watched) -> None:
    with served(watched.app) as address:
        first = httpx.post(f"{address}/v1/chat", json={"question": "Article 1?"}).json()
        name = first["conversation_id"]
        watched.released.clear()
        with asking(address, "/v1/chat", {"question": "Article 2, wait", "conversation_id": name, "stream": True}):
            assert watched.waiting.wait(SOON)
        let_server_notice(address)
        watched.go.set()
        assert watched.released.wait(SOON)
        kept = httpx.get(f"{address}/v1/conversations/{name}").json()
        assert [turn["question"] for turn in kept["turns"]] == ["Article 1?", "Article 2, wait"]


def test_a_question_is_not_begun_for_a_client_that_left_while_it_stood_in_line(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_line, go = threading.Event(), threading.Event()

    def stand_in_line() -> Iterator[Caller]:
        in_line.set()
        assert go.wait(SOON)
        yield from watched._held()

    watched.app.dependency_overrides[_caller] = stand_in_line
    with served(watched.app) as address:
        with asking(address, *CHAT):
            assert in_line.wait(SOON)
        let_server_notice(address)
        go.set()
        assert watched.released.wait(SOON)
    assert watched.asked == []


def test_earlier_questions_are_not_answered_anew_for_a_client_that_has_left(watched: Watched) -> None:
    messages = [{"role": "user", "content": question} for question in ("Article 1, wait", "Article 2?", "Article 3?")]
    with served(watched.app) as address:
        with asking(address, "/v1/chat/completions", {"model": "pacta", "messages": messages}):
            assert watched.waiting.wait(SOON)
        let_server_notice(address)
        watched.go.set()
        assert watched.released.wait(SOON)
    assert watched.asked == ["Article 1, wait"]
    assert wait_until(lambda: watched.index.closed)
