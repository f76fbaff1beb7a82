"""Vectors on a Chroma server, which any number of service processes ask: ``PACTA_CHROMA_URL`` says where it is.

A generation built while that is set has its vectors in a collection of its own there; all the rest, the matrix of
the same vectors included, stays in its folder, where ``server.json`` names the collection. A collection is written
once, then only read, and is deleted with its generation.

Chroma's server asks nobody who they are: it belongs on a private address, behind Pacta.
"""

import atexit
import json
import logging
import os
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from time import gmtime, monotonic, strftime
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from ingest.errors import IndexBroken, IndexUnreachable

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

log = logging.getLogger(__name__)

RECORD = "server.json"
# How long a question waits for the server, and how long the server is left alone once it did not answer.
ANSWER_SECONDS = 3.0
PAUSE_SECONDS = 5.0
# Thousands of vectors are added in one request.
WRITE_SECONDS = 120.0

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ChromaServer:
    """Where a Chroma server is; ``token`` goes with every request, for what stands in front of it."""

    url: str
    token: str = field(default="", repr=False)


def named_server() -> ChromaServer | None:
    """The server that ``PACTA_CHROMA_URL`` and ``PACTA_CHROMA_TOKEN`` name, None where they name none.

    Raises IndexUnreachable where the address is none.
    """
    given = os.environ.get("PACTA_CHROMA_URL", "").strip().rstrip("/")
    if not given:
        return None
    try:
        parts = urlsplit(given)
        whole = parts.scheme in ("http", "https") and parts.hostname and (parts.port is None or parts.port)
    except ValueError:  # a port that is no number
        whole = False
    if not whole or parts.path or parts.query or parts.fragment or "@" in parts.netloc:
        raise IndexUnreachable(
            "PACTA_CHROMA_URL: this is no address of a Chroma server. Give one like http://HOST:PORT"
        )
    return ChromaServer(given, os.environ.get("PACTA_CHROMA_TOKEN", ""))


def check_server() -> None:
    """Whether the server that is named, if one is, answers; raises IndexUnreachable."""
    if server := named_server():
        _on_server(server, lambda: _look_for(server))


def collection_of(folder: Path) -> str | None:
    """The collection that a generation's vectors are in, None where they are in ``folder`` itself.

    Raises IndexBroken where the file that names it is damaged.
    """
    path = folder / RECORD
    if not path.is_file():
        return None
    try:
        return str(json.loads(path.read_text("utf-8"))["collection"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexBroken(f"{path}: this file of the index is damaged. Ingest the documents again.") from error


def where_vectors_are(folder: Path) -> str:
    """Where the vectors of a generation are, in words; raises IndexBroken, IndexUnreachable as ``collection_of`` and
    ``named_server`` do."""
    name, server = collection_of(folder), named_server()
    if name is None:
        return "in the folder"
    return f"{name} on {server.url}" if server else f"{name} on a Chroma server; PACTA_CHROMA_URL does not name it"


def write_collection(folder: Path, server: ChromaServer, fill: Callable[["ClientAPI", str], None]) -> None:
    """Have ``fill`` put vectors into a new collection, which ``folder`` names from before it is made.

    Its name has a random end: generations of several homes may meet on one server. Raises IndexUnreachable.
    """
    name = f"pacta-{strftime('%Y%m%dT%H%M%S', gmtime())}-{secrets.token_hex(4)}"
    (folder / RECORD).write_text(json.dumps({"collection": name}), "utf-8")
    _on_server(server, lambda: fill(_client(server, WRITE_SECONDS), name))


def delete_collection(folder: Path) -> bool:
    """Delete the collection that ``folder`` names; False where that has to be tried again later.

    A collection on a server that is no longer named stays there.
    """
    from chromadb.errors import NotFoundError

    try:
        name, server = collection_of(folder), named_server()
        if name and server:
            _client(server, WRITE_SECONDS).delete_collection(name)
    except (NotFoundError, IndexBroken):
        return True
    except Exception as error:  # see _on_server
        log.warning("The collection of %s stays on the Chroma server for now: %s", folder, error)
        return False
    return True


class ServerCollection:
    """A generation's collection on a Chroma server, opened for reading.

    A server that does not answer is left alone for a while, so that questions do not queue up for it: ``query`` then
    raises IndexUnreachable at once, and ``problem`` says why. One question after the other tries it again.
    """

    def __init__(self, folder: Path, name: str) -> None:
        """Open the collection; raises IndexUnreachable, and IndexBroken where the server does not hold it."""
        from chromadb.errors import NotFoundError

        server = named_server()
        if server is None:
            raise IndexUnreachable(
                f"{folder}: its vectors are on a Chroma server. Set PACTA_CHROMA_URL to its address, or ingest the "
                "documents again, which puts them into the folder."
            )
        self._server = server
        self._lock = threading.Lock()
        self._try_again = 0.0
        self.problem: str | None = None
        client = _on_server(server, lambda: _client(server, ANSWER_SECONDS))
        try:
            self._collection: Any = client.get_collection(name, embedding_function=None)
        except NotFoundError as error:
            raise IndexBroken(
                f"{server.url}: this Chroma server does not hold the vectors of {folder} (collection {name}). "
                "Ingest the documents again; none of their passages is embedded anew."
            ) from error
        except Exception as error:
            raise _unreachable(server, error) from error

    def count(self) -> int:
        """How many vectors there are; raises IndexUnreachable."""
        return int(_on_server(self._server, lambda: self._collection.count()))

    def query(self, **arguments: Any) -> Any:
        """What Chroma's own ``query`` gives; raises IndexUnreachable."""
        self._refuse_in_pause()
        try:
            found = self._ask(arguments)
        except Exception as error:
            unreachable = _unreachable(self._server, error)
            with self._lock:
                self._try_again = monotonic() + PAUSE_SECONDS
                known, self.problem = self.problem, str(unreachable)
            if known is None:
                log.warning("%s Until then, questions are compared with all passages one by one.", unreachable)
            raise unreachable from error
        if self.problem is not None:
            self.problem = None
            log.info("%s: the Chroma server answers again.", self._server.url)
        return found

    def _ask(self, arguments: dict[str, Any]) -> Any:
        import httpx

        try:
            return self._collection.query(**arguments)
        except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
            # The connection kept from last time was cut; a new one tells whether the server is there.
            return self._collection.query(**arguments)

    def _refuse_in_pause(self) -> None:
        with self._lock:
            if self.problem is None:
                return
            if monotonic() < self._try_again:
                raise IndexUnreachable(self.problem)
            self._try_again = monotonic() + PAUSE_SECONDS  # this question tries, the others go on without


@lru_cache(maxsize=8)
def _client(server: ChromaServer, seconds: float) -> "ClientAPI":
    """A client whose requests take ``seconds`` at most; kept as long as the process, as closing one closes nothing."""
    import chromadb
    import httpx
    from chromadb.config import Settings

    _look_for(server)  # Chroma would wait for ever for a server that hangs
    headers = _headers(server)
    client: Any = chromadb.HttpClient(server.url, headers=headers, settings=Settings(anonymized_telemetry=False))
    for server_api in (client._server, client._admin_client._server):
        # There is no setting for this, and nobody else would close what is kept open.
        server_api._session.timeout = httpx.Timeout(seconds, connect=ANSWER_SECONDS)
        atexit.register(server_api._session.close)
    return client  # type: ignore[no-any-return]


def _look_for(server: ChromaServer) -> None:
    """Whether a Chroma server answers; raises httpx's errors, and ValueError where it is something else."""
    import httpx

    reply = httpx.get(f"{server.url}/api/v2/heartbeat", headers=_headers(server), timeout=ANSWER_SECONDS)
    if reply.is_error or "nanosecond heartbeat" not in reply.text:
        raise ValueError(f"{reply.request.url} gave {reply.status_code} {reply.reason_phrase}")


def _headers(server: ChromaServer) -> dict[str, str]:
    return {"Authorization": f"Bearer {server.token}"} if server.token else {}


def _on_server(server: ChromaServer, work: Callable[[], T]) -> T:
    """What ``work`` gives; raises IndexUnreachable for whatever went wrong.

    Chroma raises its own errors, httpx's, ValueError, and bare Exception for an answer that it does not understand.
    """
    try:
        return work()
    except Exception as error:
        raise _unreachable(server, error) from error


def _unreachable(server: ChromaServer, error: Exception) -> IndexUnreachable:
    reason = " ".join(str(error).split())[:200] or type(error).__name__
    return IndexUnreachable(
        f"{server.url}: no Chroma server answers there as it should ({reason}). "
        "Start it with: chroma run --path FOLDER --host ADDRESS --port PORT, or correct PACTA_CHROMA_URL."
    )
