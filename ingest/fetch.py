"""One document from an http or https address, fetched so that the address cannot be used against who fetches it.

An address is given by a person or stands in a catalogue, and where it leads is decided by others. The rules:

- a host's name is resolved once, and the connection goes to the very machine that was judged: a name that
  answers differently the second time (DNS rebinding) changes nothing;
- all machines that a name stands for must be public ones, also those written inside IPv6 addresses; one that is
  not refuses the name, since whichever of them answers may be that one;
- every redirect is judged like the first address, and none leads from https to http;
- proxies of the environment are not used: a proxy resolves the name itself, so judging it here would be void;
- nothing is tried twice and no cookie is kept: one person asked for one document.
"""

import hashlib
import re
import time
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING

from ingest.addresses import SAVE_IT, Resolver, follow, judge_address, redirected, resolve
from ingest.errors import DocumentError, UnreachableDocument, UnreadableDocument
from ingest.reading import MAX_DOCUMENT_BYTES

if TYPE_CHECKING:
    import ssl

    import httpcore
    import httpx

    from ingest.pinned import Allowance

_PERMANENT = frozenset({301, 308})
_REDIRECTS = frozenset({302, 303, 307}) | _PERMANENT
# A picture or a film is no treaty; what the others are is told by their bytes, since servers often name it wrongly.
_NO_DOCUMENT = re.compile(r"(image|audio|video|font)/")


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """How much and how long.

    ``connect_seconds`` is for the name and for the connection, ``read_seconds`` the longest silence,
    ``total_seconds`` for all of it, redirects included. ``allow_private`` lets addresses of this machine
    and of its own network pass: for an intranet, and for tests.
    """

    max_bytes: int = MAX_DOCUMENT_BYTES
    max_redirects: int = 5
    connect_seconds: float = 10.0
    read_seconds: float = 30.0
    total_seconds: float = 120.0
    allow_private: bool = False


@dataclass(frozen=True, slots=True)
class Fetched:
    """A document as it came; ``at`` is when (ISO 8601, UTC).

    ``address`` is its own: the one asked for, or the one that permanent redirects led to from there. What only
    a temporary redirect led to is none (RFC 9110, section 15.4): it may be gone tomorrow, or hold a key.
    """

    data: bytes
    address: str
    content_type: str | None
    sha256: str
    at: str


@dataclass(frozen=True, slots=True)
class _Moved:
    """Where a document has moved to, and whether for good."""

    location: str
    for_good: bool


def fetch_document(
    address: str,
    limits: FetchLimits | None = None,
    *,
    resolver: Resolver = resolve,
    ssl_context: "ssl.SSLContext | None" = None,
) -> Fetched:
    """Fetch one document.

    Raises UnreachableDocument where no document came (no such host, no answer, an error page, a broken
    connection), UnreadableDocument where the address is refused or what came is not taken.
    """
    import httpcore
    import httpx

    from ingest.pinned import Allowance, PinnedBackend

    limits = limits or FetchLimits()
    deadline = time.monotonic() + limits.total_seconds
    place = judge_address(address)
    # certifi's authorities, or those that SSL_CERT_FILE names.
    context = ssl_context or httpx.create_ssl_context()
    own = str(place)
    for_good = True
    passed: list[str] = []
    for _ in range(limits.max_redirects + 1):
        allowance = Allowance(
            redirected(address, str(place)) if passed else address,
            deadline, limits.total_seconds, limits.connect_seconds, limits.read_seconds, limits.allow_private,
        )  # fmt: skip
        passed.append(place.path)
        try:
            backend = PinnedBackend(allowance, resolver)
            with httpcore.ConnectionPool(ssl_context=context, network_backend=backend, retries=0) as pool:
                answer = _ask(pool, place, allowance.named, limits)
        except DocumentError:
            raise
        except Exception as error:
            raise _told(error, allowance) from error
        if not isinstance(answer, _Moved):
            data, kind = answer
            _judge_bytes(allowance.named, passed, kind, data)
            moment = datetime.now(UTC).isoformat(timespec="seconds")
            return Fetched(data, own, kind or None, hashlib.sha256(data).hexdigest(), moment)
        place = follow(place, answer.location, address)
        for_good = for_good and answer.for_good
        own = str(place) if for_good else own
    raise UnreachableDocument(
        address, f"it redirects more than {limits.max_redirects} times, at last to {place}.", SAVE_IT
    )


def _ask(
    pool: "httpcore.ConnectionPool", place: "httpx.URL", named: str, limits: FetchLimits
) -> "tuple[bytes, str] | _Moved":
    """One request: the document and its content type, or where it has moved to."""
    import httpcore

    url = httpcore.URL(scheme=place.raw_scheme, host=place.raw_host, port=place.port, target=place.raw_path)
    headers = [
        ("Host", place.netloc.decode("ascii")),
        ("User-Agent", f"Pacta/{version('pacta')} (reads one treaty for a person)"),
        ("Accept", "text/html, application/xhtml+xml, application/pdf, text/plain, */*;q=0.5"),
        ("Accept-Language", "en, *;q=0.5"),
        ("Accept-Encoding", "gzip"),
    ]
    timeout = {"connect": limits.connect_seconds, "read": limits.read_seconds, "write": limits.read_seconds}
    with pool.stream("GET", url, headers=headers, extensions={"timeout": timeout}) as response:
        got = {name.decode("latin-1").lower(): _text(value) for name, value in response.headers}
        if response.status in _REDIRECTS and (location := got.get("location", "").strip()):
            return _Moved(location, response.status in _PERMANENT)
        _judge_answer(named, response.status, got, limits)
        data = b"".join(_decoded(named, response.iter_stream(), got.get("content-encoding", ""), limits))
    return data, got.get("content-type", "")


def _text(value: bytes) -> str:
    """A header's value: addresses with letters beyond ASCII are sent as UTF-8, against the standard."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _judge_answer(named: str, status: int, headers: Mapping[str, str], limits: FetchLimits) -> None:
    if status != 200:
        raise UnreachableDocument(named, *_status_told(status))
    kind = headers.get("content-type", "").lower()
    if _NO_DOCUMENT.match(kind):
        raise UnreadableDocument(named, f"this is no document ({kind.split(';')[0]}).", "Name the address of the text.")
    length = headers.get("content-length", "")
    if length.isdecimal() and int(length[:18]) > limits.max_bytes:
        raise _too_large(named, limits)


def _status_told(status: int) -> tuple[str, str]:
    match status:
        case 401 | 407:
            return f"it asks for a password (status {status}).", SAVE_IT
        case 403 | 429:
            return f"the site refuses programs, or this one for now (status {status}).", SAVE_IT
        case 404 | 410:
            return f"there is no document at this address (status {status}).", "Find where it has moved to."
        case _ if status in _REDIRECTS:
            return f"it has moved, and the site does not say where to (status {status}).", SAVE_IT
        case _ if status >= 500:
            return f"the site has a fault (status {status}).", "Try again later."
        case _:
            return f"the site gave no document (status {status}).", SAVE_IT


def _too_large(named: str, limits: FetchLimits) -> UnreadableDocument:
    mib = limits.max_bytes / 2**20
    return UnreadableDocument(named, f"the document is larger than {mib:,.0f} MiB, the limit.", "Split it.")


def _decoded(named: str, parts: Iterator[bytes], encoding: str, limits: FetchLimits) -> Iterator[bytes]:
    """The document's bytes, unpacked piece by piece, so that a few bytes cannot become more than the limit."""
    packed = encoding.strip().lower()
    if packed not in ("", "identity", "gzip", "x-gzip"):
        raise UnreadableDocument(named, f"it is packed in a way not asked for ({packed[:40]}).", SAVE_IT)
    unpack = zlib.decompressobj(wbits=31) if "gzip" in packed else None
    total = 0
    begun = False
    for part in parts:
        begun = True
        if unpack is not None:
            # One byte more than may be tells that there are more.
            part = unpack.decompress(part, limits.max_bytes + 1 - total)
            if unpack.unused_data:
                raise UnreadableDocument(named, "the packed document is followed by something else.", SAVE_IT)
        total += len(part)
        if total > limits.max_bytes:
            raise _too_large(named, limits)
        yield part
    if unpack is not None and begun and not unpack.eof:
        raise UnreachableDocument(named, *_BROKEN_OFF)


_BROKEN_OFF = ("the connection broke off before the end of the document.", "Try again.")


def _judge_bytes(named: str, passed: list[str], kind: str, data: bytes) -> None:
    """Raise for bytes that are not the document; ``passed`` are the paths of all addresses on the way to them."""
    if not data:
        raise UnreachableDocument(named, "the site gave an empty document.", SAVE_IT)
    # A site that wants a login, a cookie or a riddle solved answers with a page where a PDF should be.
    pdf = any(path.lower().endswith(".pdf") for path in passed) or kind.lower().startswith("application/pdf")
    if pdf and b"%PDF-" not in data[:1024] and data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<":
        raise UnreadableDocument(
            named, "the address of a PDF gave a web page, perhaps one to log in at or to prove to be human.", SAVE_IT
        )


def _told(error: Exception, allowance: "Allowance") -> UnreachableDocument:
    """An error of the connection in words."""
    import ssl

    import httpcore

    named = allowance.named
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, ssl.SSLError):
        cause = cause.__cause__ or cause.__context__
    if isinstance(cause, ssl.SSLError):
        reason = getattr(cause, "verify_message", "") or cause.reason or "the handshake failed"
        return UnreachableDocument(named, f"its certificate or encryption is not sound ({reason}).", SAVE_IT)
    match error:
        case httpcore.TimeoutException() if allowance.is_over:
            return allowance.out_of_time()
        case httpcore.ConnectTimeout() | httpcore.PoolTimeout():
            return UnreachableDocument(named, "the site does not answer.", "Check the address and the network.")
        case httpcore.TimeoutException():
            return UnreachableDocument(named, "the site stopped answering.", "Try again later.")
        case httpcore.ConnectError():
            return UnreachableDocument(
                named, f"the site cannot be reached ({error}).", "Check the address and the network."
            )
        case zlib.error():
            return UnreachableDocument(named, "the document is packed, and damaged.", "Try again.")
        case httpcore.RemoteProtocolError() if not _is_broken_off(error):
            return UnreachableDocument(named, f"the site does not speak HTTP as it should ({error}).", SAVE_IT)
        case httpcore.RemoteProtocolError() | httpcore.ReadError() | httpcore.WriteError():
            return UnreachableDocument(named, *_BROKEN_OFF)
        case _:
            return UnreachableDocument(named, f"fetching it failed ({type(error).__name__}: {error}).", SAVE_IT)


def _is_broken_off(error: Exception) -> bool:
    """Whether the other side went away too early, told by the words of h11 and httpcore, which have no class for it."""
    return bool(re.match(r"(?i)(server disconnected|peer (unexpectedly )?closed)", str(error)))
