"""A Slack of one's own for tests: its Web API, response_urls and Socket Mode on a free port of this machine.

It keeps what it receives, refuses what Slack refuses, and can be made slow, broken or absent. A test reads::

    with slack_server() as server:
        client = WebClient(ids.BOT_TOKEN, base_url=server.url)
        question = server.say("May salt be sold?")
        ...
        assert server.read(question.channel, question.ts) == ["May salt be sold?", "It may not. …"]
"""

import asyncio
import threading
import time
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import slack_ids as ids
from aiohttp import web
from slack_calls import carried_out, decoded
from slack_faults import Down, Faults
from slack_rates import Rates
from slack_response_urls import refused_response, show_response
from slack_socket import SocketMode
from slack_state import Call, Response, SlackError, State, Workspace

T = TypeVar("T")
_HTML = "<!DOCTYPE html><html><head><title>Slack is unavailable</title></head><body>503</body></html>"
PATIENCE = 10.0


class SlackServer(State, Faults):
    """The tests' Slack while it runs; ``url`` is where a client finds the Web API."""

    def __init__(self) -> None:
        State.__init__(self)
        Faults.__init__(self)
        self.rates = Rates()
        self.socket = SocketMode(self._run, lambda: self.port)
        self.port = 0
        self.crashes: list[Exception] = []
        self._loop = asyncio.new_event_loop()
        self._runner: web.AppRunner | None = None
        self._site: web.TCPSite | None = None
        self._thread = threading.Thread(target=self._loop.run_forever)

    @property
    def address(self) -> str:
        """Where it is, without a path."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        """The Web API's address, for a client's ``base_url``."""
        return f"{self.address}/api/"

    @property
    def rate_limits(self) -> bool:
        """Whether Slack's rate limits hold; off at first."""
        return self.rates.on

    @rate_limits.setter
    def rate_limits(self, on: bool) -> None:
        self.rates.on = on

    @property
    def second(self) -> float:
        """How long Slack's second lasts here, for rate limits."""
        return self.rates.second

    @second.setter
    def second(self, seconds: float) -> None:
        self.rates.second = seconds

    def response_url(self, channel: str = ids.CHANNEL, user: str = ids.ASKER, team: str = ids.TEAM) -> str:
        """A new response_url: five uses, for ``response_url_seconds``."""
        path = f"/commands/{team}/{ids.fresh('')}"
        self.hand(path, (channel, user, team))
        return self.address + path

    def down(self, kind: Down = "refused") -> None:
        """Slack is not there: connections are refused, or answered with a page of HTML and status 503."""
        self.is_down = kind
        if kind == "refused":
            self._run(self._stop_listening())

    def up(self) -> None:
        """Slack is there again, at the same address."""
        if self._site is None:
            self._run(self._listen())
        self.is_down = None

    def start(self) -> None:
        """Begins to listen."""
        self._thread.start()
        self._run(self._set_up())

    def close(self) -> None:
        """Ends everything that runs."""
        self.clear()
        self._run(self._tear_down())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE)
        self._loop.close()

    def _run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(PATIENCE)

    async def _set_up(self) -> None:
        app = web.Application(client_max_size=8 * 1024 * 1024)
        app.router.add_route("*", "/api/{method}", self._call)
        app.router.add_post("/commands/{team}/{id}", self._respond)
        app.router.add_get("/link", self.socket.connect)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await self._listen()

    async def _listen(self) -> None:
        assert self._runner is not None
        self._site = web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True)
        await self._site.start()
        self.port = self._runner.addresses[0][1]

    async def _stop_listening(self) -> None:
        if self._site is not None:
            await self._site.stop()
            self._site = None
        await self.socket.drop_all()
        assert self._runner is not None
        assert self._runner.server is not None
        for connection in self._runner.server.connections:
            if connection.transport is not None:
                connection.transport.abort()

    async def _tear_down(self) -> None:
        await self.socket.drop_all()
        assert self._runner is not None
        await self._runner.cleanup()

    async def _call(self, request: web.Request) -> web.StreamResponse:
        if self.is_down == "html":
            return web.Response(status=503, text=_HTML, content_type="text/html")
        call = Call(request.match_info["method"], {}, None, time.time())
        try:
            call.arguments, call.token = await decoded(request)
        finally:
            self.calls.append(call)
        await self.wait(call.method)
        headers: dict[str, str] = {}
        failure = self.failure(call.method)
        if failure is not None:
            call.error, call.status = failure
            if call.status == 429:
                headers["Retry-After"] = str(self.rates.retry_after or 0)
            answer: dict[str, Any] = {"ok": False, "error": call.error}
        else:
            try:
                answer = self._answered(call, headers, request.headers.get("Authorization", ""))
            except Exception as crash:
                self.crashes.append(crash)
                raise
        if self.drops(call.method) and request.transport is not None:
            request.transport.abort()
        return web.json_response(answer, status=call.status, headers=headers)

    def _answered(self, call: Call, headers: dict[str, str], authorization: str) -> dict[str, Any]:
        """Slack's answer; nothing has been changed where it is a refusal."""
        try:
            answer = {"ok": True, **carried_out(self, self.rates, call, headers, authorization)}
            call.error = None
        except SlackError as refused:
            answer, call.error = refused.answer, str(refused)
            if call.error == "ratelimited":
                call.status = 429
        return answer

    async def _respond(self, request: web.Request) -> web.Response:
        """What is sent to a response_url."""
        if self.is_down == "html":
            return web.Response(status=503, text=_HTML, content_type="text/html")
        response = Response(str(request.url), await request.json(), time.time())
        await self.wait("response_url")
        failure = self.failure("response_url")
        used = self.use(request.path) if failure is None else None
        error, status = failure or refused_response(used, self.response_url_seconds, response.body)
        response.error = error
        self.responses.append(response)
        if error is None:
            assert used is not None
            show_response(self, response, *used[2])
        if self.drops("response_url") and request.transport is not None:
            request.transport.abort()
        return web.Response(status=status, text="ok" if error is None else error)


@contextmanager
def slack_server(*workspaces: Workspace) -> Iterator[SlackServer]:
    """A Slack in which the app is installed, in one workspace where none is named, until the block ends."""
    server = SlackServer()
    for workspace in workspaces or (Workspace(),):
        server.add_workspace(workspace)
    server.start()
    try:
        yield server
    finally:
        server.close()
    # A fault of this Slack's own is none that a test has asked for.
    for crash in server.crashes:
        raise crash
