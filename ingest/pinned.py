"""Connections to the very machines that were judged, within the time there is.

httpcore asks for a connection to a host by name and checks the certificate against that name; which machine it
reaches is decided here, and the name is not looked up again.
"""

import ssl
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

import httpcore

from ingest.addresses import Resolver, is_public
from ingest.errors import UnreachableDocument, UnreadableDocument


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a connection may do: how long the document called ``named`` may take in all, until ``deadline`` on the
    monotonic clock, how long the name and each connection, and whether machines of one's own network may be reached."""

    named: str
    deadline: float
    total_seconds: float
    connect_seconds: float
    read_seconds: float
    allow_private: bool

    def left(self, wanted: float | None) -> float:
        """The seconds that a step may take; raises UnreachableDocument where there are none left."""
        if self.is_over:
            raise self.out_of_time()
        return min(max(self.deadline - time.monotonic(), 0.001), self.read_seconds if wanted is None else wanted)

    @property
    def is_over(self) -> bool:
        """Whether all the time is used up."""
        return time.monotonic() >= self.deadline

    def out_of_time(self) -> UnreachableDocument:
        """That all the time is used up, as an error."""
        return UnreachableDocument(
            self.named,
            f"it takes longer than {self.total_seconds:g} seconds.",
            "Try again later, or open it in a browser, save the document and ingest the file.",
        )


class PinnedBackend(httpcore.NetworkBackend):
    """Connects a host's name to a machine of the public network that the name stood for when it was looked up."""

    def __init__(self, allowance: Allowance, resolver: Resolver) -> None:
        self._allowance = allowance
        self._resolver = resolver

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: object = None,
    ) -> httpcore.NetworkStream:
        """Raises UnreadableDocument where the host stands for a machine that may not be reached."""
        allowance = self._allowance
        machines = self._machines(host, port)
        refused = [m for m in machines if not is_public(m, allow_private=allowance.allow_private)]
        if refused:
            raise UnreadableDocument(
                allowance.named,
                f"{host} stands for {refused[0]}, which is no address of the public network.",
                "For a server of your own network, set PACTA_ALLOW_PRIVATE_ADDRESSES=1.",
            )
        for machine in machines[:-1]:
            try:
                return self._connected(machine, port, timeout)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return self._connected(machines[-1], port, timeout)

    def _connected(self, machine: str, port: int, timeout: float | None) -> httpcore.NetworkStream:
        return _InTime(
            httpcore.SyncBackend().connect_tcp(machine, port, self._allowance.left(timeout)), self._allowance
        )

    def _machines(self, host: str, port: int) -> Sequence[str]:
        """The addresses of a host. The system's resolver knows no time limit, so it is waited for in a thread."""
        found: list[Sequence[str]] = []
        failed: list[BaseException] = []

        def look_up() -> None:
            try:
                found.append(self._resolver(host, port))
            except BaseException as error:  # it is told where it is waited for
                failed.append(error)

        thread = threading.Thread(target=look_up, daemon=True)
        thread.start()
        thread.join(self._allowance.left(self._allowance.connect_seconds))
        if found and found[0]:
            return found[0]
        if failed and not isinstance(failed[0], (OSError, UnicodeError)):
            raise failed[0]
        reason = f"no host of the name {host} is known" if failed or found else f"looking up {host} takes too long"
        raise UnreachableDocument(self._allowance.named, f"{reason}.", "Check the address and the network.")


class _InTime(httpcore.NetworkStream):
    """A stream that ends with the time: bytes that drip in one by one never end a limit of silence."""

    def __init__(self, stream: httpcore.NetworkStream, allowance: Allowance) -> None:
        self._stream = stream
        self._allowance = allowance

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._allowance.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._allowance.left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, self._allowance.left(timeout))
        return _InTime(stream, self._allowance)

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)
