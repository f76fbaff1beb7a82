"""Fetching one document: from a real server on this machine, with a resolver that gives each name its machine."""

import gzip
import re
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from itertools import repeat
from socket import create_server, inet_aton, inet_ntoa
from typing import Any

import pytest
from site_fakes import CERTIFICATES, Reply, Site, answer, chunked, moved

from ingest.addresses import resolve
from ingest.errors import DocumentError, UnreachableDocument, UnreadableDocument
from ingest.fetch import Fetched, FetchLimits, fetch_document

TREATY = b"TREATY OF VENN\n\nArticle 1\n\nThe lamps shall burn all night.\n"
LIMITS = FetchLimits(max_bytes=2**16, connect_seconds=5, read_seconds=5, total_seconds=10, allow_private=True)


def here(host: str, port: int) -> list[str]:
    """A resolver for which every name is this machine."""
    return ["127.0.0.1"]


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as site:
        yield site


def fetch(address: str, limits: FetchLimits = LIMITS, **more: Any) -> Fetched:
    return fetch_document(address, limits, **{"resolver": here, **more})


def failure_of(address: str, limits: FetchLimits = LIMITS, **more: Any) -> DocumentError:
    with pytest.raises(DocumentError) as failure:
        fetch(address, limits, **more)
    assert failure.value.remedy
    return failure.value


# -- what comes ----------------------------------------------------------------------------------------------


def packed(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


REPLIES = [
    pytest.param(answer(TREATY, "Content-Type: text/plain"), id="plain"),
    pytest.param(answer(TREATY), id="without a type"),
    pytest.param(answer(TREATY, "content-TYPE:text/plain"), id="odd capitals and blanks in a header"),
    pytest.param(answer(TREATY, "-"), id="without a length, to the end of the connection"),
    pytest.param(b"HTTP/1.0 200 OK\r\n\r\n" + TREATY, id="an old server"),
    pytest.param(answer(TREATY + b"and more", length=len(TREATY)), id="more bytes than told"),
    pytest.param(chunked(TREATY[:20], TREATY[20:]), id="in chunks"),
    pytest.param(answer(packed(TREATY), "Content-Encoding: gzip"), id="packed"),
    pytest.param(answer(packed(TREATY), "Content-Encoding: X-GZIP"), id="packed, by the old name"),
    pytest.param(chunked(packed(TREATY)[:9], packed(TREATY)[9:]).replace(
        b"chunked", b"chunked\r\nContent-Encoding: gzip"), id="packed and in chunks"),
    pytest.param(answer(TREATY, "Content-Encoding: identity"), id="said not to be packed"),
    pytest.param(answer(TREATY, "Content-Type: application/octet-stream"), id="a type that says nothing"),
    pytest.param(b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n" + answer(TREATY), id="hints before it"),
    pytest.param([answer(TREATY)[:50], answer(TREATY)[50:90], answer(TREATY)[90:]], id="in pieces"),
    pytest.param(answer(TREATY, *("X-Filler: " + "x" * 500,) * 40), id="headers of 20 kB"),
]  # fmt: skip


@pytest.mark.parametrize("reply", REPLIES)
def test_a_document_comes_as_it_is(reply: Reply, site: Site) -> None:
    site.replies["/t.txt"] = reply
    fetched = fetch(site.address("/t.txt"))
    assert fetched.data == TREATY
    assert fetched.address == site.address("/t.txt")
    assert fetched.sha256 == sha256(TREATY).hexdigest()


def test_a_document_has_its_type_and_time(site: Site) -> None:
    site.replies["/t.txt"] = answer(TREATY, "Content-Type: text/plain; charset=utf-8")
    fetched = fetch(site.address("/t.txt"))
    assert fetched.content_type == "text/plain; charset=utf-8"
    assert fetched.at.endswith("+00:00")


def test_exactly_the_limit_is_taken_and_not_a_byte_more(site: Site) -> None:
    site.replies["/a"] = chunked(bytes(2**15), bytes(2**15))
    site.replies["/b"] = chunked(bytes(2**15), bytes(2**15), b"x")
    site.replies["/c"] = chunked(packed(bytes(2**16))).replace(b"chunked", b"chunked\r\nContent-Encoding: gzip")
    assert len(fetch(site.address("/a")).data) == len(fetch(site.address("/c")).data) == 2**16
    assert "larger than" in failure_of(site.address("/b")).reason


# -- what is asked -------------------------------------------------------------------------------------------


def test_the_request_tells_no_more_than_it_must(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    site.replies["/law/t?uri=A:1(2)"] = answer(TREATY, "Set-Cookie: lamp=1")
    fetch(site.address("/law/t?uri=A:1(2)#art-4"))
    (asked,) = site.asked
    assert asked.line == "GET /law/t?uri=A:1(2) HTTP/1.1"
    assert asked.headers["host"] == f"venn.example:{site.port}"
    assert sorted(asked.headers) == ["accept", "accept-encoding", "accept-language", "host", "user-agent"]
    assert asked.headers["user-agent"].startswith("Pacta/")


def test_nothing_is_carried_from_one_site_to_the_next(site: Site) -> None:
    site.replies["/a"] = answer(b"", f"Location: {site.address('/b', 'osk.example')}", "Set-Cookie: lamp=1",
                                status="302 Found")  # fmt: skip
    site.replies["/b"] = answer(TREATY)
    fetch(site.address("/a"))
    first, second = site.asked
    assert second.headers == {**first.headers, "host": f"osk.example:{site.port}"}


def test_a_name_beyond_ascii_is_asked_for_in_its_own_form(site: Site) -> None:
    site.replies["/%C3%A9"] = answer(TREATY)
    looked_up: list[str] = []

    def resolver(host: str, port: int) -> list[str]:
        looked_up.append(host)
        return ["127.0.0.1"]

    fetch(site.address("/é", "lämpe.example"), resolver=resolver)
    assert looked_up == ["xn--lmpe-loa.example"]
    assert site.asked[0].headers["host"] == f"xn--lmpe-loa.example:{site.port}"


# -- what is no document -------------------------------------------------------------------------------------

BROKEN_OFF = "the connection broke off before the end of the document. Try again."
NO_PDF = "the address of a PDF gave a web page"


def status(line: str, *headers: str) -> bytes:
    return answer(b"<p>Sorry.</p>", *headers, status=line)


NO_DOCUMENTS = [
    pytest.param("/", status("202 Accepted"), "the site gave no document (status 202)", id="202, a riddle first"),
    pytest.param("/", answer(status="204 No Content"), "no document (status 204)", id="204"),
    pytest.param("/", status("206 Partial Content"), "no document (status 206)", id="206, not asked for"),
    pytest.param("/", status("300 Choices"), "no document (status 300)", id="300"),
    pytest.param("/", answer(status="304 Not Modified"), "no document (status 304)", id="304, not asked for"),
    pytest.param("/", status("400 Bad Request"), "no document (status 400)", id="400"),
    pytest.param("/", status("401 Unauthorized"), "it asks for a password (status 401)", id="401"),
    pytest.param("/", status("403 Forbidden"), "the site refuses programs", id="403"),
    pytest.param("/", status("404 Not Found"), "there is no document at this address", id="404"),
    pytest.param("/", status("410 Gone"), "there is no document at this address", id="410"),
    pytest.param("/", status("429 Too Many", "Retry-After: 9"), "or this one for now (status 429)", id="429"),
    pytest.param("/", status("500 Fault"), "the site has a fault (status 500). Try again later.", id="500"),
    pytest.param("/", status("503 Busy"), "the site has a fault (status 503). Try again later.", id="503"),
    pytest.param("/", status("301 Moved"), "does not say where to (status 301)", id="301 without a place"),
    pytest.param("/", status("302 Found", "Location:  "), "does not say where to (status 302)", id="302 to nothing"),
    pytest.param("/", answer(TREATY, "Content-Type: image/png"), "this is no document (image/png)", id="a picture"),
    pytest.param("/", answer(TREATY, "Content-Type: Video/mp4"), "this is no document (video/mp4)", id="a film"),
    pytest.param("/", answer(), "the site gave an empty document", id="an empty body"),
    pytest.param("/", answer(packed(b""), "Content-Encoding: gzip"), "an empty document", id="an empty body, packed"),
    pytest.param("/t.pdf", answer(b"<!doctype html><p>Log in"), NO_PDF, id="a page where a PDF should be"),
    pytest.param("/T.PDF", answer(b"\xef\xbb\xbf \n<html>"), NO_PDF, id="the same after a mark and blanks"),
    pytest.param("/t", answer(b"<html>", "Content-Type: application/pdf"), NO_PDF, id="a page said to be a PDF"),
    pytest.param("/to/t.pdf", moved("/login"), NO_PDF, id="a PDF that leads to a page"),
    pytest.param("/", answer(bytes(9), length=2**16 + 1), "the document is larger than", id="too large by its length"),
    pytest.param("/", answer(bytes(9), length=10**18), "the document is larger than", id="by a length without end"),
    pytest.param("/", answer(bytes(2**16 + 1), "-"), "the document is larger than", id="too large, length not told"),
    pytest.param("/", chunked(*repeat(bytes(999), 99)), "the document is larger than", id="too large, in chunks"),
    pytest.param("/", answer(packed(bytes(10**7)), "Content-Encoding: gzip"), "the document is larger than",
                 id="ten thousand bytes that become ten million"),
    pytest.param("/", answer(packed(TREATY) + b"x", "Content-Encoding: gzip"), "followed by something else",
                 id="packed, with more behind it"),
    pytest.param("/", answer(packed(TREATY)[:-9], "Content-Encoding: gzip"), BROKEN_OFF, id="packed, cut off"),
    pytest.param("/", answer(packed(TREATY)[:9], "Content-Encoding: gzip"), BROKEN_OFF, id="packed, cut off early"),
    pytest.param("/", answer(TREATY, "Content-Encoding: gzip"), "packed, and damaged", id="not packed as told"),
    pytest.param("/", answer(packed(TREATY)[:-8] + bytes(8), "Content-Encoding: gzip"), "packed, and damaged",
                 id="packed, with a wrong sum"),
    pytest.param("/", answer(b"x", "Content-Encoding: br"), "packed in a way not asked for (br)", id="packed anew"),
    pytest.param("/", answer(b"x", "Content-Encoding: gzip, gzip"), "not asked for (gzip, gzip)", id="packed twice"),
    pytest.param("/", answer(TREATY, length=999), BROKEN_OFF, id="fewer bytes than told"),
    pytest.param("/", chunked(TREATY, end=b""), BROKEN_OFF, id="chunks without an end"),
    pytest.param("/", chunked(TREATY, end=b"ff\r\nArticle 2"), BROKEN_OFF, id="a chunk cut off"),
    pytest.param("/", chunked(end=b"lamps\r\n"), "does not speak HTTP as it should", id="a chunk without a size"),
    pytest.param("/", answer(TREATY, "Transfer-Encoding: gzip", "-"), "does not speak HTTP", id="packed underway"),
    pytest.param("/", answer(TREATY, "Content-Length: 5"), "does not speak HTTP", id="two lengths"),
    pytest.param("/", b"", BROKEN_OFF, id="nothing"),
    pytest.param("/", b"220 lamp ready\r\n\r\n", "does not speak HTTP as it should", id="another protocol"),
    pytest.param("/", TREATY, "does not speak HTTP as it should", id="a document alone"),
    pytest.param("/", answer(TREATY, "X: " + "x" * 200_000), "does not speak HTTP", id="a header of 200 kB"),
]  # fmt: skip


@pytest.mark.parametrize(("target", "reply", "says"), NO_DOCUMENTS)
def test_what_is_no_document_is_told(target: str, reply: Reply, says: str, site: Site) -> None:
    site.replies |= {target: reply, "/login": answer(b"<p>Log in")}
    failure = failure_of(site.address(target))
    assert says in str(failure)
    assert str(failure).startswith(site.address(target))


def test_headers_that_do_not_end_are_not_waited_for(site: Site) -> None:
    site.replies["/"] = (b"X-Lamp: burning\r\n" * 999 if n else b"HTTP/1.1 200 OK\r\n" for n in range(10**9))
    assert "does not speak HTTP" in failure_of(site.address()).reason


def test_what_follows_a_packed_document_is_not_taken_in(site: Site) -> None:
    head = answer(b"", "-", "Content-Encoding: gzip")
    site.replies["/"] = (bytes(2**16) if n else head + packed(TREATY) for n in range(10**9))
    assert "followed by something else" in failure_of(site.address()).reason


# -- time ----------------------------------------------------------------------------------------------------

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
NO_ANSWER = FetchLimits(connect_seconds=0.2, read_seconds=0.2, total_seconds=10, allow_private=True)
LITTLE_TIME = FetchLimits(connect_seconds=5, read_seconds=5, total_seconds=0.4, allow_private=True)


SLOW = [
    pytest.param(
        lambda: [HEAD + b"\r\n", *[b""] * 99], NO_ANSWER, "the site stopped answering.", id="silence after the headers"
    ),
    # Each byte comes in time; all of them never do.
    pytest.param(
        lambda: [HEAD + b"\r\n", *[b"x"] * 999], LITTLE_TIME, "it takes longer than 0.4 seconds.", id="a drip"
    ),
    pytest.param(lambda: [HEAD, *[b"X: y\r\n"] * 999], LITTLE_TIME, "longer than 0.4 seconds.", id="headers that drip"),
    pytest.param(lambda: [b"HTTP/1.1 103 Hint\r\n\r\n"] * 999, LITTLE_TIME, "longer than 0.4", id="hints that drip"),
]


@pytest.mark.parametrize(("reply", "limits", "says"), SLOW)
def test_what_is_slow_ends(reply: Callable[[], Reply], limits: FetchLimits, says: str, site: Site) -> None:
    site.replies["/"] = reply
    failure = failure_of(site.address(), limits)
    assert isinstance(failure, UnreachableDocument)
    assert says in str(failure)


def test_redirects_share_the_time(site: Site) -> None:
    site.replies["/"] = lambda: [*[b""] * 12, moved("/")]
    limits = FetchLimits(max_redirects=99, total_seconds=0.4, allow_private=True)
    assert "it takes longer than 0.4 seconds." in str(failure_of(site.address(), limits))


def test_a_resolver_that_never_answers_is_not_waited_for() -> None:
    wait = threading.Event()

    def resolver(host: str, port: int) -> list[str]:
        wait.wait(10)
        return ["127.0.0.1"]

    try:
        failure = failure_of("http://venn.example/", NO_ANSWER, resolver=resolver)
    finally:
        wait.set()
    assert failure.reason == "looking up venn.example takes too long."


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize(
    ("limits", "says"),
    [
        pytest.param(NO_ANSWER, r"the site (does not answer|stopped answering)\.", id="silence"),
        pytest.param(LITTLE_TIME, r"it takes longer than 0\.4 seconds\.", id="silence beyond all time"),
    ],
)
def test_a_machine_that_never_says_a_word(scheme: str, limits: FetchLimits, says: str) -> None:
    # The system takes the connection; nobody ever reads from it, nor answers a greeting of TLS.
    with create_server(("127.0.0.1", 0)) as mute:
        failure = failure_of(f"{scheme}://venn.example:{mute.getsockname()[1]}/", limits)
    assert re.fullmatch(says, failure.reason)


# -- redirects -----------------------------------------------------------------------------------------------


def test_a_temporary_redirect_leaves_the_address(site: Site) -> None:
    site.replies |= {"/t": moved("/store/9?key=secret", 302), "/store/9?key=secret": answer(TREATY)}
    fetched = fetch(site.address("/t"))
    assert (fetched.data, fetched.address) == (TREATY, site.address("/t"))


MOVES = [
    pytest.param([301], "/1", id="moved for good"),
    pytest.param([308], "/1", id="moved for good, the newer way"),
    pytest.param([302], "/0", id="found elsewhere"),
    pytest.param([303], "/0", id="see there"),
    pytest.param([307], "/0", id="elsewhere for now"),
    pytest.param([301, 308, 301], "/3", id="moved again and again"),
    pytest.param([301, 302, 301], "/1", id="for good only up to the first that is not"),
    pytest.param([302, 302, 302, 302, 302], "/0", id="as often as is allowed"),
]


@pytest.mark.parametrize(("statuses", "expected"), MOVES)
def test_the_address_of_a_document_that_has_moved(statuses: Sequence[int], expected: str, site: Site) -> None:
    for n, code in enumerate(statuses):
        site.replies[f"/{n}"] = moved(f"/{n + 1}", code)
    site.replies[f"/{len(statuses)}"] = answer(TREATY)
    fetched = fetch(site.address("/0"))
    assert (fetched.data, fetched.address) == (TREATY, site.address(expected))
    assert len(site.asked) == len(statuses) + 1


def test_a_place_may_be_told_with_letters_beyond_ascii(site: Site) -> None:
    site.replies |= {"/t": moved("/traité"), "/trait%C3%A9": answer(TREATY)}
    assert fetch(site.address("/t")).data == TREATY


def test_the_body_of_a_redirect_is_not_read(site: Site) -> None:
    head = answer(b"", "-", "Location: /t2", status="302 Found")
    site.replies |= {"/t": (bytes(2**16) if n else head for n in range(10**9)), "/t2": answer(TREATY)}
    assert fetch(site.address("/t")).data == TREATY


def test_a_circle_ends(site: Site) -> None:
    site.replies |= {"/a": moved("/b"), "/b": moved("/a")}
    failure = failure_of(site.address("/a"))
    assert failure.reason == f"it redirects more than 5 times, at last to {site.address('/a')}."
    assert isinstance(failure, UnreachableDocument)
    assert len(site.asked) == 6


LEADS_AWAY = [
    pytest.param("file:///etc/passwd", "this is the address of a file", id="to a file"),
    pytest.param("gopher://osk.example/", "not gopher", id="to another scheme"),
    pytest.param("http://olga:lamp@osk.example/", "holds a user name or password", id="with a password"),
    pytest.param("http://xn--a/", "no valid address", id="to nonsense"),
    pytest.param("http://metadata.example/", "metadata.example stands for 169.254.169.254", id="to a cloud's secrets"),
    pytest.param("http://169.254.169.254/", "169.254.169.254 stands for 169.254.169.254", id="to the same by number"),
    pytest.param("http://[::ffff:169.254.169.254]/", "no address of the public network", id="to the same in IPv6"),
    pytest.param("http://nowhere.example/", "no host of the name nowhere.example is known", id="to no host"),
]


@pytest.mark.parametrize(("location", "says"), LEADS_AWAY)
def test_redirects_are_judged_as_addresses_are(location: str, says: str, site: Site) -> None:
    def resolver(host: str, port: int) -> list[str]:
        known = {"venn.example": ["127.0.0.1"], "metadata.example": ["169.254.169.254"], "nowhere.example": []}
        return known.get(host, [host])

    site.replies["/t"] = moved(location)
    failure = failure_of(site.address("/t"), resolver=resolver)
    assert says in str(failure)
    assert str(failure).startswith(f"{site.address('/t')} (redirected to ")
    assert "lamp" not in str(failure)
    assert len(site.asked) == 1


# -- which machine is asked ----------------------------------------------------------------------------------

PUBLIC_ONLY = FetchLimits(connect_seconds=5)


def as_written(host: str, port: int) -> list[str]:
    """What the system's resolver makes of a number, however it is written."""
    return [host if ":" in host else inet_ntoa(inet_aton(host))]


OWN = [
    pytest.param("127.0.0.1", as_written, id="this machine"),
    pytest.param("127.1", as_written, id="this machine, shortened"),
    pytest.param("2130706433", as_written, id="this machine as one number"),
    pytest.param("0x7f000001", as_written, id="this machine in hexadecimal"),
    pytest.param("0x7f.1", as_written, id="this machine, partly in hexadecimal"),
    pytest.param("017700000001", as_written, id="this machine in octal"),
    pytest.param("0", as_written, id="nothing, which is this machine"),
    pytest.param("[::1]", as_written, id="this machine, IPv6"),
    pytest.param("[::ffff:127.0.0.1]", as_written, id="this machine inside IPv6"),
    pytest.param("[fe80::1%25eth0]", lambda host, port: ["fe80::1%eth0"], id="link-local with a zone"),
    pytest.param("10.0.0.1", as_written, id="a private network"),
    pytest.param("localhost", resolve, id="this machine by its name"),
    pytest.param("venn.example", lambda host, port: ["10.0.0.1"], id="a name that is private"),
    pytest.param("venn.example", lambda host, port: ["93.184.216.34", "10.0.0.1"], id="a name that is partly private"),
    pytest.param("localhost.", lambda host, port: ["127.0.0.1"], id="the name with a stop"),
    pytest.param("LOCALHOST", lambda host, port: ["127.0.0.1"], id="the name in capitals"),
    pytest.param("venn.example", lambda host, port: ["lamp"], id="a resolver that gives nonsense"),
]


@pytest.mark.parametrize(("host", "resolver"), OWN)
def test_no_address_leads_into_ones_own_network(host: str, resolver: Any, site: Site) -> None:
    failure = failure_of(site.address(host=host), PUBLIC_ONLY, resolver=resolver)
    assert isinstance(failure, UnreadableDocument)
    assert "which is no address of the public network" in failure.reason
    assert "PACTA_ALLOW_PRIVATE_ADDRESSES=1" in failure.remedy
    assert site.asked == []


def test_a_name_is_looked_up_once_and_the_machine_that_was_judged_is_asked(site: Site) -> None:
    site.replies["/"] = answer(TREATY)
    answers = iter([["127.0.0.1"], ["169.254.169.254"]])
    assert fetch(site.address(), resolver=lambda host, port: next(answers)).data == TREATY
    assert next(answers) == ["169.254.169.254"]


def test_the_next_machine_is_asked_where_one_does_not_answer(site: Site) -> None:
    site.replies["/"] = answer(TREATY)
    assert fetch(site.address(), resolver=lambda host, port: ["127.9.9.9", "127.0.0.1"]).data == TREATY


def test_a_port_that_nobody_listens_to(site: Site) -> None:
    failure = failure_of(site.address(), resolver=lambda host, port: ["127.9.9.9"])
    assert failure.reason.startswith("the site cannot be reached (")


def unknown(host: str, port: int) -> list[str]:
    raise OSError("no such name")


def unspeakable(host: str, port: int) -> list[str]:
    raise UnicodeError("label too long")


@pytest.mark.parametrize(
    "resolver",
    [
        pytest.param(unknown, id="unknown"),
        pytest.param(unspeakable, id="no name can be so"),
        pytest.param(lambda host, port: [], id="known, but of no machine"),
    ],
)
def test_a_name_of_no_machine(resolver: Any) -> None:
    failure = failure_of("http://venn..example/", resolver=resolver)
    assert isinstance(failure, UnreachableDocument)
    assert failure.reason == "no host of the name venn..example is known."


# -- encryption ----------------------------------------------------------------------------------------------


def trusting(certificate: str) -> ssl.SSLContext:
    """Trusts this certificate, and no other."""
    return ssl.create_default_context(cafile=CERTIFICATES / f"{certificate}.pem")


def test_a_site_is_known_by_its_certificate() -> None:
    with Site("sound") as site:
        site.replies["/t"] = answer(TREATY)
        assert fetch(site.address("/t"), ssl_context=trusting("sound")).data == TREATY


UNSOUND = [
    pytest.param("sound", "venn.example", None, "self-signed certificate", id="vouched for by nobody"),
    pytest.param("sound", "osk.example", "sound", "Hostname mismatch", id="of another host"),
    pytest.param("sound", "127.0.0.1", "sound", "IP address mismatch", id="of no number"),
    pytest.param("expired", "venn.example", "expired", "certificate has expired", id="of years ago"),
    pytest.param(None, "venn.example", "sound", "", id="a site that does not encrypt"),
]


@pytest.mark.parametrize(("certificate", "host", "trusted", "says"), UNSOUND)
def test_a_certificate_that_is_not_sound(certificate: str | None, host: str, trusted: str | None, says: str) -> None:
    with Site(certificate) as site:
        address = site.address("/t", host).replace("http:", "https:")
        failure = failure_of(address, ssl_context=trusting(trusted) if trusted else None)
        assert site.asked == []
    assert isinstance(failure, UnreachableDocument)
    assert failure.reason.startswith("its certificate or encryption is not sound (")
    assert says in failure.reason


def test_encryption_is_not_given_up(site: Site) -> None:
    site.replies["/t"] = answer(TREATY)
    with Site("sound") as sound:
        sound.replies["/t"] = moved(site.address("/t"))
        failure = failure_of(sound.address("/t"), ssl_context=trusting("sound"))
    assert f"it leads from https to {site.address('/t')}" in failure.reason
    assert site.asked == []


def test_encryption_is_taken_up(site: Site) -> None:
    with Site("sound") as sound:
        sound.replies["/t"] = answer(TREATY)
        site.replies["/t"] = moved(sound.address("/t"), 301)
        assert fetch(site.address("/t"), ssl_context=trusting("sound")).address == sound.address("/t")


# -- what goes wrong otherwise -------------------------------------------------------------------------------


def test_a_fault_that_nobody_thought_of_is_told(monkeypatch: pytest.MonkeyPatch, site: Site) -> None:
    def fail(host: str, port: int) -> list[str]:
        raise ZeroDivisionError("lamp")

    assert failure_of(site.address(), resolver=fail).reason == "fetching it failed (ZeroDivisionError: lamp)."


def test_a_person_may_stop_it(site: Site) -> None:
    def stopped(host: str, port: int) -> list[str]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch(site.address(), resolver=stopped)
