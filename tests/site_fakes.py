"""A site on this machine for the tests of fetching: it answers byte for byte what it is told to."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

CERTIFICATES = Path(__file__).parent / "certificates"
# How a client begins that wants to speak TLS.
_GREETING = b"\x16\x03"
# What is sent for an address: bytes, or pieces with a pause of some hundredths of a second after each.
Reply = bytes | Iterable[bytes]


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came: its first line and its headers, names in small letters."""

    line: str
    headers: Mapping[str, str]


def answer(body: bytes = b"", *headers: str, status: str = "200 OK", length: int | None = None) -> bytes:
    """An HTTP answer with its length, which may be a lie; a header "-" leaves the length out."""
    told = [] if "-" in headers else [f"Content-Length: {len(body) if length is None else length}"]
    lines = [f"HTTP/1.1 {status}", *(h for h in headers if h != "-"), *told, "Connection: close", "", ""]
    return "\r\n".join(lines).encode() + body


def moved(location: str, status: int = 302) -> bytes:
    """A redirect."""
    return answer(b"<p>It has moved.</p>", f"Location: {location}", status=f"{status} Moved")


def chunked(*parts: bytes, end: bytes = b"0\r\n\r\n") -> bytes:
    """An answer in chunks."""
    body = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts)
    return answer(body + end, "Transfer-Encoding: chunked", "-")


class Site:
    """A server on a port of 127.0.0.1, one connection a request; ``certificate`` makes it speak TLS.

    ``replies`` are by request target ("/a.txt?x=1"); what is asked for without one is not found.
    """

    def __init__(self, certificate: str | None = None) -> None:
        self.replies: dict[str, Reply | Callable[[], Reply]] = {}
        self.asked: list[Asked] = []
        self._context = None
        if certificate:
            self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._context.load_cert_chain(CERTIFICATES / f"{certificate}.pem")
        self._over = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads: list[threading.Thread] = []
        self.port: int = self._listener.getsockname()[1]

    def __enter__(self) -> Self:
        self._begin(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(10)

    def address(self, target: str = "/", host: str = "venn.example") -> str:
        """The address of a target of this site, under any host's name."""
        return f"{'https' if self._context else 'http'}://{host}:{self.port}{target}"

    def _begin(self, work: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._over.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._begin(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError), connection:
            connection.settimeout(10)
            spoken = self._context.wrap_socket(connection, server_side=True) if self._context else connection
            with spoken:
                head = b""
                while b"\r\n\r\n" not in head:
                    if not (part := spoken.recv(65536)):
                        return
                    head += part
                    if head.startswith(_GREETING):
                        spoken.sendall(answer(status="400 Bad Request"))
                        return
                self._answer(spoken, head.decode("latin-1"))

    def _answer(self, connection: socket.socket, head: str) -> None:
        line, *rest = head.strip().split("\r\n")
        headers = dict(header.split(": ", 1) for header in rest)
        self.asked.append(Asked(line, {name.lower(): value for name, value in headers.items()}))
        reply = self.replies.get(line.split()[1], answer(b"Not here.", status="404 Not Found"))
        reply = reply() if callable(reply) else reply
        if isinstance(reply, bytes):
            connection.sendall(reply)
            return
        for part in reply:
            connection.sendall(part)
            if self._over.wait(0.02):
                return
