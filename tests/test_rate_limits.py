"""Limits by address and by key: who is counted, what those are told who asked enough, and Redis, there or not."""

import asyncio
import logging
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import Request
from server_fakes import make_app, serve_in_process, serve_in_thread, wait_for
from web_fakes import TestClient

from service.access import Caller
from service.api import rate_limits
from service.api.rate_limits import RateLimits
from service.api.services import _caller
from service.errors import TooManyQuestions
from service.settings import Serving

FAR = "203.0.113.9"
REDIS = shutil.which("redis-server")
needs_redis = pytest.mark.skipif(REDIS is None, reason="redis-server (Debian's package) is not installed")


def taken(serving: Serving, count: Callable[[RateLimits], Awaitable[None]], times: int) -> int:
    """How many of so many requests are taken before the first is refused."""

    async def ask() -> int:
        limits = RateLimits(serving)
        try:
            for number in range(times):
                try:
                    await count(limits)
                except TooManyQuestions:
                    return number
            return times
        finally:
            await limits.close()

    return asyncio.run(ask())


# --- who is counted

COUNTED = [
    # (settings, how it is counted, how many of 1,500 are taken, why)
    ({}, lambda limits: limits.count_request(FAR), 1200, "what comes with Pacta"),
    ({}, lambda limits: limits.count_request("127.0.0.1"), 1500, "the machine itself is not counted unless told so"),
    ({}, lambda limits: limits.count_request("::1"), 1500, "the machine itself"),
    ({}, lambda limits: limits.count_request(""), 1500, "a socket file has no address"),
    ({"limit_per_address": "2/day"}, lambda limits: limits.count_request("127.0.0.1"), 2, "told so"),
    ({"limit_per_address": "9/second;3/day"}, lambda limits: limits.count_request(FAR), 3, "the narrower of two"),
    ({"limit_per_address": "off"}, lambda limits: limits.count_request(FAR), 1500, "off"),
    ({"limit_per_key": "4/day"}, lambda limits: limits.count_key("k1"), 4, "a key"),
    ({"limit_per_key": "4/day"}, lambda limits: limits.count_key(""), 1500, "no key"),
    ({"limit_failed_keys": "5/day"}, lambda limits: limits.count_failed_key(FAR), 5, "wrong keys"),
    ({"limit_per_address": "1/minute"}, lambda limits: limits.count_failed_key(FAR), 60, "wrong keys apart"),
]  # fmt: skip


@pytest.mark.parametrize(("settings", "count", "expected", "why"), COUNTED, ids=[row[3] for row in COUNTED])
def test_so_many_are_taken(settings: dict[str, Any], count: Any, expected: int, why: str) -> None:
    # One more may be taken where a window ends in between.
    assert taken(Serving(**settings), count, 1500) in (expected, expected + 1)


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("203.0.113.9", "203.0.113.10", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),  # one customer has the whole network
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:203.0.113.9", "203.0.113.9", True),  # the same, on a socket for both families
    ],
)
def test_what_is_one_address(first: str, second: str, same: bool) -> None:
    async def ask() -> None:
        limits = RateLimits(Serving(limit_per_address="1/day"))
        await limits.count_request(first)
        await limits.count_request(second)

    if same:
        with pytest.raises(TooManyQuestions):
            asyncio.run(ask())
    else:
        asyncio.run(ask())


def test_it_is_told_how_long_to_wait_and_then_taken_again() -> None:
    async def ask() -> None:
        limits = RateLimits(Serving(limit_per_key="2/second"))
        await asyncio.sleep(1 - time.time() % 1)  # to where a second begins
        for _ in range(2):
            await limits.count_key("k1")
        with pytest.raises(TooManyQuestions, match="2 requests per second are taken with one key") as refused:
            await limits.count_key("k1")
        await limits.count_key("k2")
        await asyncio.sleep(refused.value.retry_after)
        await limits.count_key("k1")

    asyncio.run(ask())


# --- over HTTP


def test_who_asked_enough_is_told_so_in_a_problem(tmp_path: Path) -> None:
    with TestClient(make_app(tmp_path, limit_per_address="3/day")) as client:
        for _ in range(20):
            for path in ("/healthz", "/readyz", "/metrics", "/static/ask.js"):
                assert client.get(path).status_code == 200, "probes and parts of pages are not counted"
        codes = [client.post("/v1/chat", json={"question": "Article 1?"}).status_code for _ in range(3)]
        assert codes == [200, 200, 200]
        response = client.get("/v1/treaties")
        page = client.get("/", headers={"accept": "text/html"})
    assert (response.status_code, response.json()["type"]) == (429, "/docs#too-many")
    assert response.headers["content-type"] == "application/problem+json"
    wait = int(response.headers["retry-after"])
    assert 0 < wait <= 24 * 3600
    assert {name: response.headers[name] for name in response.headers if name.startswith("ratelimit")} == {
        "ratelimit-limit": "3",
        "ratelimit-remaining": "0",
        "ratelimit-reset": str(wait),
    }
    assert "3 requests per day are taken from one address" in response.json()["detail"]
    assert (page.status_code, page.headers["content-type"]) == (429, "text/html; charset=utf-8")
    assert "default-src 'none'" in page.headers["content-security-policy"]


def test_a_key_is_counted_wherever_it_comes_from_and_before_it_waits_for_anything(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    app = make_app(tmp_path, limit_per_key="2/day", at_once=1, queue=0)

    def ask(client: TestClient, key: str) -> int:
        headers = {"authorization": key}
        return int(client.post("/v1/chat", json={"question": "Article 1?"}, headers=headers).status_code)

    def caller(request: Request) -> Caller:
        return Caller(key_id=request.headers["authorization"])

    app.dependency_overrides[_caller] = caller
    with TestClient(app) as client, caplog.at_level(logging.INFO, "service.api.request_log"):
        assert [ask(client, "k1"), ask(client, "k1"), ask(client, "k2")] == [200, 200, 200]
        with client.portal.wrap_async_context_manager(app.state.services.gate.admitted()):
            assert [ask(client, "k1"), ask(client, "k2")] == [429, 503]
    assert [(line.key, line.status) for line in caplog.records if hasattr(line, "key")] == [
        ("k1", 200),
        ("k1", 200),
        ("k2", 200),
        ("k1", 429),
        ("k2", 503),
    ]


def test_an_address_in_a_header_is_believed_only_of_a_proxy_that_is_trusted(tmp_path: Path) -> None:
    def codes(address: str, forwarded: list[str]) -> list[int]:
        return [httpx.get(f"{address}/v1/treaties", headers={"x-forwarded-for": one}).status_code for one in forwarded]

    limit = {"PACTA_LIMIT_PER_ADDRESS": "2/day"}
    with serve_in_process(tmp_path, environment=limit) as served:
        assert codes(served.address, ["203.0.113.1", "203.0.113.2", "203.0.113.3"]) == [200, 200, 429]
    with serve_in_process(tmp_path, environment={**limit, "PACTA_TRUSTED_PROXIES": "127.0.0.1"}) as served:
        assert codes(served.address, ["203.0.113.1"] * 3 + ["203.0.113.2"]) == [200, 200, 429, 200]
        # What the client itself wrote before the proxy did counts for nothing.
        assert codes(served.address, ["198.51.100.1, 203.0.113.2", "198.51.100.2, 203.0.113.2"]) == [200, 429]


# --- Redis


@contextmanager
def redis_server(folder: Path, port: int = 0) -> Iterator[str]:
    assert REDIS is not None
    if not port:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    process = subprocess.Popen([REDIS, *options], stdout=subprocess.DEVNULL)

    def answers() -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    try:
        wait_for(answers)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


@needs_redis
def test_several_processes_count_together_in_redis(tmp_path: Path) -> None:
    with redis_server(tmp_path) as url:
        settings = {"limit_per_address": "3/day", "limits_url": url}
        codes = []
        for home in ("a", "b"):
            with serve_in_thread(make_app(tmp_path / home, **settings)) as address:
                codes += [httpx.get(f"{address}/v1/treaties").status_code for _ in range(2)]
        assert codes == [200, 200, 200, 429]


@needs_redis
def test_nothing_is_refused_while_redis_is_away_and_counting_goes_on_when_it_is_back(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rate_limits, "PAUSE_SECONDS", 0.2)
    with redis_server(tmp_path) as url:
        port = int(url.rpartition(":")[2].partition("/")[0])
        app = make_app(tmp_path, limit_per_address="1/day", limits_url=url)
        running = serve_in_thread(app)
        address = running.__enter__()
        assert [httpx.get(f"{address}/v1/treaties").status_code for _ in range(2)] == [200, 429]
    try:
        with caplog.at_level(logging.WARNING):
            assert [httpx.get(f"{address}/v1/treaties").status_code for _ in range(20)] == [200] * 20
        assert "Requests are not counted" in caplog.text
        with redis_server(tmp_path, port):
            time.sleep(0.3)
            assert [httpx.get(f"{address}/v1/treaties").status_code for _ in range(2)] == [200, 429]
    finally:
        running.__exit__(None, None, None)


def test_a_redis_that_says_nothing_holds_nobody_up_for_long(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"redis://127.0.0.1:{silent.getsockname()[1]}"
        with serve_in_thread(make_app(tmp_path, limit_per_address="1/day", limits_url=url)) as address:
            codes = [httpx.get(f"{address}/v1/treaties").status_code for _ in range(20)]
    assert codes == [200] * 20
    assert caplog.text.count("Requests are not counted") == 1
