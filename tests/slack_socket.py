"""Socket Mode of the tests' Slack: envelopes over a WebSocket, kept until acknowledged, and connections that break."""

import asyncio
import json
import threading
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, TypeVar

import slack_ids as ids
from aiohttp import WSMsgType, web

Kind = Literal["events_api", "slash_commands", "interactive"]
T = TypeVar("T")


class Run(Protocol):
    """Runs a coroutine on the server's thread and gives what it returns."""

    def __call__(self, coroutine: Coroutine[Any, Any, T], /) -> T: ...


@dataclass(slots=True)
class Ack:
    """An acknowledgement: its payload (None where there is none) and how many seconds after the last delivery."""

    envelope_id: str
    payload: dict[str, Any] | None
    took: float


@dataclass(slots=True)
class Envelope:
    """Something sent over a socket; ``sent`` is how often it has been so far."""

    kind: Kind
    payload: dict[str, Any]
    envelope_id: str = field(default_factory=lambda: ids.fresh("envelope-"))
    acks: list[Ack] = field(default_factory=list)
    sent: int = 0
    sent_at: float = 0.0
    acknowledged: threading.Event = field(default_factory=threading.Event)

    def document(self) -> dict[str, Any]:
        """The envelope as it goes over the socket."""
        document = {
            "envelope_id": self.envelope_id,
            "type": self.kind,
            "payload": self.payload,
            "accepts_response_payload": self.kind != "events_api",
        }
        if self.kind == "events_api":
            document["retry_attempt"] = self.sent
            document["retry_reason"] = "timeout" if self.sent else ""
        return document


class SocketMode:
    """The sockets that are open, and what was sent over them; its methods may be called from any thread."""

    def __init__(self, run: Run, port: Callable[[], int]) -> None:
        self.envelopes: list[Envelope] = []
        self.acks: list[Ack] = []
        self.connected = 0
        self.refusing = False
        self._run = run
        self._port = port
        self._tickets: set[str] = set()
        self._open: list[web.WebSocketResponse] = []
        self._transports: dict[int, asyncio.Transport] = {}

    @property
    def open(self) -> int:
        """How many sockets are open now."""
        return len(self._open)

    def address(self) -> str:
        """A new address at which one socket can be opened."""
        ticket = ids.fresh("ticket-")
        self._tickets.add(ticket)
        return f"ws://127.0.0.1:{self._port()}/link?ticket={ticket}&app_id={ids.APP}"

    def send(self, kind: Kind, payload: dict[str, Any]) -> Envelope:
        """Sends something, or keeps it for the next connection where none is open."""
        envelope = Envelope(kind, payload)
        self._run(self._send(envelope))
        return envelope

    def event(self, payload: dict[str, Any]) -> Envelope:
        """Sends an event of the Events API."""
        return self.send("events_api", payload)

    def command(self, form: dict[str, Any]) -> Envelope:
        """Sends a slash command."""
        return self.send("slash_commands", form)

    def interaction(self, payload: dict[str, Any]) -> Envelope:
        """Sends a shortcut, a click or a modal that was submitted."""
        return self.send("interactive", payload)

    def redeliver(self) -> None:
        """Sends again what has not been acknowledged."""
        self._run(self._deliver(self._unacknowledged()))

    def disconnect(self, reason: str = "refresh_requested", *, close: bool = True) -> None:
        """Says, as Slack does, that the sockets are about to close; and closes them unless ``close`` is False."""
        self._run(self._disconnect(reason, close))

    def drop(self) -> None:
        """Breaks the sockets' connections without a word."""
        self._run(self.drop_all())

    def refuse(self) -> None:
        """Lets no socket be opened, until ``accept``."""
        self.refusing = True

    def accept(self) -> None:
        """Lets sockets be opened again."""
        self.refusing = False

    async def connect(self, request: web.Request) -> web.StreamResponse:
        """A socket, from its opening until its end."""
        ticket = request.query.get("ticket", "")
        if self.refusing:
            return web.Response(status=503)
        if ticket not in self._tickets:
            return web.Response(status=404)
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        assert isinstance(request.transport, asyncio.Transport)
        self._transports[id(socket)] = request.transport
        # Taken before anything else can run: what is sent from now on goes to this socket by itself.
        waiting = self._unacknowledged()
        self._open.append(socket)
        self.connected += 1
        try:
            await socket.send_json(
                {
                    "type": "hello",
                    "num_connections": len(self._open),
                    "debug_info": {"host": "applink-1", "approximate_connection_time": 18060},
                    "connection_info": {"app_id": ids.APP},
                }
            )
            await self._deliver(waiting)
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self._acknowledge(json.loads(message.data))
        except ConnectionError:
            # It was dropped: what it did not acknowledge goes to the next one.
            pass
        finally:
            self._forget(socket)
        return socket

    async def drop_all(self) -> None:
        """Breaks every socket's connection; on the server's thread."""
        for socket in list(self._open):
            self._transports[id(socket)].abort()
            self._forget(socket)

    def _unacknowledged(self) -> list[Envelope]:
        return [envelope for envelope in self.envelopes if not envelope.acks]

    async def _send(self, envelope: Envelope) -> None:
        self.envelopes.append(envelope)
        await self._deliver([envelope])

    async def _deliver(self, envelopes: list[Envelope]) -> None:
        for envelope in envelopes:
            # Slack sends to one of the sockets, whichever it likes: here to the newest.
            if not self._open:
                return
            socket, document = self._open[-1], envelope.document()
            envelope.sent += 1
            envelope.sent_at = time.monotonic()
            try:
                await socket.send_json(document)
            except ConnectionError:
                # It is closing: what it did not take goes to the next one.
                self._forget(socket)

    def _acknowledge(self, document: dict[str, Any]) -> None:
        envelope_id = document.get("envelope_id")
        envelope = next((known for known in self.envelopes if known.envelope_id == envelope_id), None)
        if envelope is None:
            return
        ack = Ack(envelope.envelope_id, document.get("payload"), time.monotonic() - envelope.sent_at)
        envelope.acks.append(ack)
        self.acks.append(ack)
        envelope.acknowledged.set()

    async def _disconnect(self, reason: str, close: bool) -> None:
        for socket in list(self._open):
            await socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-1"}})
            if close:
                self._forget(socket)
                await socket.close()

    def _forget(self, socket: web.WebSocketResponse) -> None:
        if socket in self._open:
            self._open.remove(socket)
        self._transports.pop(id(socket), None)
