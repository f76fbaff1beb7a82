"""Socket Mode of the tests' Slack, with Slack's own client on the other side."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
import slack_ids as ids
from slack_interactions import command
from slack_payloads import app_mention
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient
from slack_server import SlackServer


@asynccontextmanager
async def connected(
    server: SlackServer, acknowledges: Callable[[SocketModeRequest], bool] = lambda request: True
) -> AsyncIterator[list[SocketModeRequest]]:
    """What Slack's client gets over its socket; it acknowledges what it is told to."""
    received: list[SocketModeRequest] = []
    client = SocketModeClient(
        ids.APP_TOKEN, web_client=AsyncWebClient(ids.BOT_TOKEN, base_url=server.url), ping_interval=0.2
    )

    async def listen(socket: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        received.append(request)
        if acknowledges(request):
            await socket.send_socket_mode_response(SocketModeResponse(request.envelope_id, {"text": "ok"}))

    client.socket_mode_request_listeners.append(listen)
    await client.connect()  # type: ignore[no-untyped-call]
    try:
        yield received
    finally:
        await client.close()  # type: ignore[no-untyped-call]


async def until(condition: Callable[[], object]) -> None:
    """Waits until something is so."""
    latest = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < latest, "it never came to that"
        await asyncio.sleep(0.01)


def test_what_is_sent_is_acknowledged_with_its_payload(server: SlackServer) -> None:
    async def run() -> None:
        async with connected(server) as received:
            mention = server.socket.event(app_mention("May salt be sold?"))
            typed = server.socket.command(command(server, "May salt be sold?"))
            await until(lambda: mention.acks and typed.acks)
            assert [(request.type, request.payload) for request in received] == [
                ("events_api", mention.payload),
                ("slash_commands", typed.payload),
            ]
            assert mention.acks[0].payload == {"text": "ok"}
            assert 0 <= mention.acks[0].took < 3

    asyncio.run(run())


def test_what_is_sent_before_a_connection_waits_for_it(server: SlackServer) -> None:
    async def run() -> None:
        waiting = server.socket.event(app_mention("May salt be sold?"))
        assert waiting.sent == 0
        async with connected(server):
            await until(lambda: waiting.acks)

    asyncio.run(run())


@pytest.mark.parametrize("how", ["drop", "warning", "refresh_requested"])
def test_what_was_not_acknowledged_comes_again_after_a_break(server: SlackServer, how: str) -> None:
    async def run() -> None:
        async with connected(server, lambda request: bool(request.retry_attempt)) as received:
            envelope = server.socket.event(app_mention("May salt be sold?"))
            await until(lambda: received)
            server.socket.drop() if how == "drop" else server.socket.disconnect(how)
            await until(lambda: envelope.acks)
            assert [(request.retry_attempt, request.retry_reason) for request in received[:2]] == [
                (0, ""),
                (1, "timeout"),
            ]
            assert server.socket.connected >= 2

    asyncio.run(run())


def test_a_connection_is_refused_until_it_is_accepted(server: SlackServer, caplog: pytest.LogCaptureFixture) -> None:
    async def run() -> None:
        async with connected(server):
            server.socket.refuse()
            server.socket.drop()
            await until(lambda: "Invalid response status" in caplog.text)
            assert server.socket.open == 0
            server.socket.accept()
            envelope = server.socket.event(app_mention("May salt be sold?"))
            await until(lambda: envelope.acks)

    asyncio.run(run())


def test_an_address_opens_one_socket(server: SlackServer) -> None:
    async def run() -> None:
        client = SocketModeClient(ids.APP_TOKEN, web_client=AsyncWebClient(base_url=server.url))
        address = await client.issue_new_wss_url()
        session = client.aiohttp_client_session
        async with session.ws_connect(address) as socket:
            assert (await socket.receive_json())["type"] == "hello"
        async with session.get(address.replace("ws:", "http:")) as again:
            assert again.status == 404
        await session.close()
        await client.close()  # type: ignore[no-untyped-call]

    asyncio.run(run())
