"""The gate before answering: who is let in, who waits, who is told to come back, and that no thread waits there."""

import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from server_fakes import ask, make_app, serve_in_thread, wait_for
from web_fakes import TestClient, fake_answer

from ingest.index import Index
from service.answer import answer_question, search_articles
from service.api.gate import Gate
from service.clock import Clock
from service.errors import OutOfTime, ServiceBusy
from service.models import Answer, Conversation, Question
from service.settings import Settings

AT_ONCE, QUEUE = 2, 4


class SlowAnswerer:
    """Answers when it is let; ``running`` are the threads that wait for that, ``most`` how many there ever
    were at a time."""

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.lock = threading.Lock()
        self.running = self.most = self.asked = 0

    def __call__(self, *asked: Any) -> Answer:
        with self.lock:
            self.asked += 1
            self.running += 1
            self.most = max(self.most, self.running)
        try:
            assert self.go_on.wait(60)
            return fake_answer(*asked)
        finally:
            with self.lock:
                self.running -= 1


@pytest.fixture
def slow() -> Iterator[SlowAnswerer]:
    answerer = SlowAnswerer()
    yield answerer
    answerer.go_on.set()


# --- the gate itself


def test_so_many_are_in_so_many_wait_and_the_next_is_refused_at_once() -> None:
    async def visit() -> None:
        gate = Gate(at_once=1, queue=1, seconds=30)
        leave = anyio.Event()

        async def come() -> None:
            async with gate.admitted():
                await leave.wait()

        async with anyio.create_task_group() as group:
            group.start_soon(come)
            group.start_soon(come)
            await anyio.wait_all_tasks_blocked()
            assert (gate.in_progress, gate.waiting) == (1, 1)
            with pytest.raises(ServiceBusy, match="1 questions are being answered and 1 wait"):
                async with gate.admitted():
                    pass
            leave.set()
        assert (gate.in_progress, gate.waiting) == (0, 0)
        async with gate.admitted():
            assert gate.in_progress == 1

    anyio.run(visit)


def test_who_waited_too_long_is_refused_and_leaves_no_trace() -> None:
    async def visit() -> None:
        gate = Gate(at_once=1, queue=5, seconds=0.05)
        async with gate.admitted():
            with pytest.raises(ServiceBusy, match=r"waited 0\.05 seconds"):
                async with gate.admitted():
                    pass
            assert (gate.in_progress, gate.waiting) == (1, 0)
        assert gate.in_progress == 0

    anyio.run(visit)


def test_a_place_is_given_back_whatever_happens_inside() -> None:
    async def visit() -> None:
        gate = Gate(at_once=1, queue=1)
        with pytest.raises(ZeroDivisionError):
            async with gate.admitted():
                raise ZeroDivisionError
        with anyio.move_on_after(0.01):
            async with gate.admitted():
                await anyio.sleep_forever()
        # One that goes away while it waits.
        async with gate.admitted():
            with anyio.move_on_after(0.01):
                async with gate.admitted():
                    pass
        assert (gate.in_progress, gate.waiting) == (0, 0)

    anyio.run(visit)


# --- every way to an answer goes through it

WAYS: list[tuple[str, Callable[[TestClient], httpx.Response], bool]] = [
    # (what it is, how it is asked, whether it goes through the gate)
    ("JSON", lambda c: c.post("/v1/chat", json={"question": "Article 1?"}), True),
    ("stream", lambda c: c.post("/v1/chat", json={"question": "Article 1?", "stream": True}), True),
    ("search", lambda c: c.post("/v1/search", json={"query": "penny"}), True),
    ("check", lambda c: c.post("/v1/check", json={"text": "Article 1"}), True),
    ("page to check on", lambda c: c.get("/check"), False),
    ("page with a text to check", lambda c: c.post("/check", data={"text": "Article 1"}), True),
    ("page", lambda c: c.get("/?q=Article+1"), True),
    ("page without a question", lambda c: c.get("/"), False),
    ("page with a blank question", lambda c: c.get("/?q=+"), False),
    ("list", lambda c: c.get("/v1/treaties"), False),
    ("permalink", lambda c: c.get("/t/salt/art_1"), False),
    ("alive", lambda c: c.get("/healthz"), False),
    ("ready, which asks its own question", lambda c: c.get("/readyz"), False),
    ("measurements", lambda c: c.get("/metrics"), False),
]


@pytest.mark.parametrize(("what", "request_it", "through"), WAYS, ids=[what for what, _, _ in WAYS])
def test_what_answers_goes_through_the_gate_and_nothing_else_does(
    tmp_path: Path, what: str, request_it: Callable[[TestClient], httpx.Response], through: bool
) -> None:
    inside: list[int] = []

    def answer(*asked: Any) -> Answer:
        inside.append(app.state.services.gate.in_progress)
        return fake_answer(*asked)

    app = make_app(tmp_path, answer, at_once=1, queue=0)
    with TestClient(app) as client:
        assert request_it(client).status_code == 200
        gate = app.state.services.gate
        assert gate.in_progress == 0
        # Now with the only place taken.
        with client.portal.wrap_async_context_manager(gate.admitted()):
            response = request_it(client)
    assert response.status_code == (503 if through else 200)
    if what in ("JSON", "stream", "page"):
        assert inside == [1]


def test_the_place_is_free_while_an_answer_is_read(tmp_path: Path) -> None:
    app = make_app(tmp_path, at_once=1, queue=0)
    with serve_in_thread(app) as address, httpx.Client() as client:
        question = {"question": "Article 1?", "stream": True}
        with client.stream("POST", f"{address}/v1/chat", json=question) as response:
            assert response.status_code == 200
            assert ask(address, "Article 2?").status_code == 200
            assert "event: done" in response.read().decode()


# --- ten times as much as it can take


def test_ten_times_too_much_is_refused_at_once_and_then_all_is_well_again(tmp_path: Path, slow: SlowAnswerer) -> None:
    app = make_app(tmp_path, slow, at_once=AT_ONCE, queue=QUEUE, answer_seconds=60)
    gate, much = app.state.services.gate, 10 * (AT_ONCE + QUEUE)
    with serve_in_thread(app) as address, ThreadPoolExecutor(much) as pool:
        asked = [pool.submit(ask, address, "Article 1?") for _ in range(much)]
        # Every refusal is here before a single answer is: nobody waits for a thread to be told.
        wait_for(lambda: sum(one.done() for one in asked) == much - AT_ONCE - QUEUE)
        assert (gate.in_progress, gate.waiting) == (AT_ONCE, QUEUE)
        # What needs no answer goes on.
        assert httpx.get(f"{address}/t/salt/art_1").status_code == 200
        slow.go_on.set()
        responses = [one.result() for one in asked]
        assert ask(address, "Article 1?").status_code == 200
    assert (slow.most, gate.in_progress, gate.waiting) == (AT_ONCE, 0, 0)
    refused = [response for response in responses if response.status_code == 503]
    assert len(refused) == much - AT_ONCE - QUEUE
    assert {response.status_code for response in responses} == {200, 503}
    for response in refused:
        assert response.headers["retry-after"] == "1"
        assert response.headers["content-type"] == "application/problem+json"
        assert response.json()["type"] == "/docs#busy"


def test_who_waits_longer_than_an_answer_may_take_is_refused(tmp_path: Path, slow: SlowAnswerer) -> None:
    app = make_app(tmp_path, slow, at_once=1, queue=5, answer_seconds=0.1)
    with serve_in_thread(app) as address, ThreadPoolExecutor(1) as pool:
        first = pool.submit(ask, address, "Article 1?")
        wait_for(lambda: slow.running == 1)
        response = ask(address, "Article 1?")
        slow.go_on.set()
        assert first.result().status_code == 200
    assert response.status_code == 503
    assert "waited 0.1 seconds" in response.json()["detail"]


BODY = b'{"question": "Article 1?"}'
POST = (
    b"POST /v1/chat HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
    % (
        len(BODY),
        BODY,
    )
)
PAGE = b"GET /?q=Article+1 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


@pytest.mark.parametrize("request_bytes", [POST, PAGE], ids=["JSON", "page"])
def test_who_gave_up_waiting_takes_nobody_s_time(tmp_path: Path, slow: SlowAnswerer, request_bytes: bytes) -> None:
    app = make_app(tmp_path, slow, at_once=1, queue=QUEUE, answer_seconds=60)
    gate = app.state.services.gate
    with serve_in_thread(app) as address, ThreadPoolExecutor(1) as pool:
        first = pool.submit(ask, address, "Article 1?")
        wait_for(lambda: slow.running == 1)
        impatient = [socket.create_connection(("127.0.0.1", httpx.URL(address).port or 0)) for _ in range(QUEUE)]
        for one in impatient:
            one.sendall(request_bytes)
        wait_for(lambda: gate.waiting == QUEUE)
        for one in impatient:
            one.close()
        # Whatever is answered now comes after the server has seen them go.
        assert httpx.get(f"{address}/healthz").status_code == 200
        slow.go_on.set()
        assert first.result().status_code == 200
        wait_for(lambda: not gate.waiting and not gate.in_progress)
        counted = httpx.get(f"{address}/metrics").text
    assert slow.asked == 1
    assert f'status="499"}} {QUEUE}.0' in counted


# --- an answer that takes too long


def test_an_answer_is_given_up_between_two_stages_and_its_place_is_free_again(tmp_path: Path) -> None:
    def answer(question: Question, conversation: Conversation, index: Any, settings: Settings) -> Answer:
        clock = Clock(settings.answer_seconds if "slowly" in question.text else None)
        wait_for(lambda: clock.timings()["total"] > 50)
        clock.lap("looking")
        return fake_answer(question, conversation, index, settings)

    app = make_app(tmp_path, answer, at_once=1, queue=0, answer_seconds=0.05)
    with TestClient(app) as client:
        response = client.post("/v1/chat", json={"question": "Article 1, slowly?"})
        assert (response.status_code, response.json()["type"]) == (503, "/docs#out-of-time")
        assert response.headers["retry-after"] == "1"
        assert "given up after 0.05 seconds" in response.json()["detail"]
        page = client.get("/?q=slowly", headers={"accept": "text/html"})
        assert (page.status_code, page.headers["retry-after"]) == (503, "1")
        assert client.post("/v1/chat", json={"question": "Article 1?"}).status_code == 200


def test_answers_and_searches_of_pacta_itself_look_at_the_time(sample_index: Index) -> None:
    hurried, unhurried = Settings(answer_seconds=0.0), Settings()
    question = "Who pays for the costs of assistance?"
    with pytest.raises(OutOfTime):
        answer_question(Question(question), Conversation(""), sample_index, hurried)
    with pytest.raises(OutOfTime):
        search_articles(question, sample_index, hurried)
    assert answer_question(Question(question), Conversation(""), sample_index, unhurried).citations
