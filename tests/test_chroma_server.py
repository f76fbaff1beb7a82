"""Vectors on a real Chroma server: what is put there and deleted, a server that goes away, and what is said of it."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from chroma_fakes import ChromaProcess
from conftest import WordEmbedder, put_treaty

from ingest import build, chroma_server
from ingest.build import ingest, roll_back, verify
from ingest.chroma_server import PAUSE_SECONDS, check_server, collection_of, named_server, where_vectors_are
from ingest.errors import HomeUnusable, IndexBroken, IndexUnreachable
from ingest.index import Index, current_folder, open_index
from ingest.manifest import Entry
from ingest.settings import Settings

WriteTreaty = Callable[..., Path]


@pytest.fixture(scope="module")
def chroma(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaProcess]:
    """A server for the tests that leave it as it is."""
    process = ChromaProcess(tmp_path_factory.mktemp("chroma"))
    yield process
    process.kill()


@pytest.fixture
def named(chroma: ChromaProcess, monkeypatch: pytest.MonkeyPatch) -> ChromaProcess:
    """The server, which the environment names; there is nothing on it."""
    monkeypatch.setenv("PACTA_CHROMA_URL", chroma.url)
    chroma.clear()
    return chroma


def held_at(home: Path) -> set[str]:
    """The collections that the generations of a home have on a server."""
    return {str(collection_of(folder / "chroma")) for folder in (home / "generations").iterdir()}


@contextmanager
def opened(home: Path) -> Iterator[Index]:
    index = open_index(home)
    try:
        yield index
    finally:
        index.close()


# --- a server that does not answer


def nearest(index: Index) -> list[tuple[int, float]]:
    """Rows by how near they are to the first, with similarities rounded to what Chroma keeps of them."""
    _, vectors = index.vectors()
    return sorted((row, round(score, 4)) for row, score in index.search_vectors(vectors[0], 10))


@pytest.mark.usefixtures("quick_build")
@pytest.mark.parametrize("how", ["killed", "hanging", "emptied"])
def test_without_the_server_vectors_are_compared_exactly(
    how: str, home: Path, write_treaty: WriteTreaty, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chroma = ChromaProcess(tmp_path / "chroma")
    now = 0.0
    monkeypatch.setenv("PACTA_CHROMA_URL", chroma.url)
    monkeypatch.setattr(chroma_server, "ANSWER_SECONDS", 1.0)
    monkeypatch.setattr(chroma_server, "monotonic", lambda: now)
    try:
        ingest([Entry(write_treaty("salt.txt", "Salt is free.", "For ever.", "In all towns."))], Settings())
        with opened(home) as index:
            expected = nearest(index)
            assert index.problem is None
            {"killed": chroma.kill, "hanging": chroma.hang, "emptied": chroma.clear}[how]()
            assert nearest(index) == expected
            assert index.problem is not None
            assert chroma.url in index.problem
            with pytest.raises(IndexBroken, match=chroma.url):
                verify(current_folder(home))
            {"killed": chroma.start, "hanging": chroma.let_go, "emptied": lambda: None}[how]()
            assert nearest(index) == expected
            assert index.problem is not None, "it is left alone for a while"
            now += PAUSE_SECONDS
            assert nearest(index) == expected
            assert (index.problem is None) == (how != "emptied")
    finally:
        chroma.kill()


@pytest.mark.usefixtures("quick_build")
def test_a_connection_that_was_cut_is_made_anew(
    home: Path, write_treaty: WriteTreaty, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chroma = ChromaProcess(tmp_path / "chroma")
    monkeypatch.setenv("PACTA_CHROMA_URL", chroma.url)
    try:
        ingest([Entry(write_treaty("salt.txt", "Salt is free."))], Settings())
        with opened(home) as index:
            nearest(index)
            chroma.kill()
            chroma.start()
            nearest(index)
            assert index.problem is None
    finally:
        chroma.kill()


# --- what is put on a server, and what is deleted there


@pytest.fixture
def salt(named: ChromaProcess, quick_build: object, write_treaty: WriteTreaty) -> Callable[..., str]:
    """Ingests a treaty of the articles given while the server is named; gives the generation."""

    def build(*articles: str, keep: int = 2) -> str:
        report = ingest([Entry(write_treaty("salt.txt", *articles))], Settings(keep_generations=keep))
        return str(report.generation)

    return build


def test_a_collection_holds_all_vectors_and_the_folder_their_matrix(
    salt: Callable[..., str], home: Path, named: ChromaProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chromadb.api.client import Client

    monkeypatch.setattr(Client, "get_max_batch_size", lambda self: 2)
    salt("Salt is free.", "For ever.", "In all towns.", "A penny.", "None.")
    ((name, collection),) = named.collections().items()
    assert held_at(home) == {name}
    assert collection["configuration_json"]["hnsw"]["space"] == "cosine"
    folder = current_folder(home) / "chroma"
    assert {path.name for path in folder.iterdir()} == {"server.json", "vectors.npy"}
    assert where_vectors_are(folder) == f"{name} on {named.url}"
    with opened(home) as index:
        assert index.counts()["vectors"] == 5
        assert set(index.counts().values()) == {index.manifest.passages}
    assert verify(current_folder(home)) == 1.0


def test_collections_go_with_their_generations(salt: Callable[..., str], home: Path, named: ChromaProcess) -> None:
    for n in range(4):
        salt(f"Salt {n}.", keep=1)
    assert len(named.collections()) == 2
    assert set(named.collections()) == held_at(home)
    salt("The last.", keep=0)
    assert set(named.collections()) == {collection_of(current_folder(home) / "chroma")}


def test_collections_of_others_are_left_alone(
    salt: Callable[..., str], named: ChromaProcess, home: Path, tmp_path: Path
) -> None:
    salt("Salt is free.")
    others = set(named.collections())
    for n in range(3):
        ingest(
            [Entry(put_treaty(tmp_path / "toll.txt", f"Toll {n}."))], Settings(home=tmp_path / "b", keep_generations=0)
        )
    assert others < set(named.collections())
    assert len(named.collections()) == 2


@pytest.mark.parametrize("failing", ["writing vectors", "writing questions", "checking"])
def test_a_build_that_fails_leaves_no_collection(
    failing: str, salt: Callable[..., str], named: ChromaProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chromadb.api.models.Collection import Collection

    def fail(*_: object, **__: object) -> None:
        raise OSError("there is no room")

    salt("Salt is free.")
    before = named.collections()
    places = {
        "writing vectors": (Collection, "add"),
        "writing questions": (build, "build_questions"),
        "checking": (build, "verify_in_fresh_process"),
    }
    with monkeypatch.context() as patch:
        patch.setattr(*places[failing], fail)
        with pytest.raises((IndexUnreachable, HomeUnusable), match="there is no room"):
            salt("Salt is dear.")
    assert named.collections() == before


def test_what_a_crash_left_on_the_server_is_swept_away(
    salt: Callable[..., str], home: Path, named: ChromaProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    salt("Salt is free.")
    with monkeypatch.context() as patch:
        patch.setattr(build, "verify_in_fresh_process", lambda folder: 1 / 0)
        patch.setattr(build, "_discard", lambda folder: None)  # killed at that moment
        with pytest.raises(ZeroDivisionError):
            salt("Salt is dear.")
    assert len(named.collections()) == 2
    salt("Salt is cheap.")
    assert set(named.collections()) == held_at(home)
    assert len(held_at(home)) == 2


def test_a_generation_whose_collection_cannot_be_deleted_stays_for_the_next_time(
    salt: Callable[..., str], home: Path, named: ChromaProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chromadb.api.client import Client

    def fail(self: object, name: str) -> None:
        raise ConnectionError("the server is away")

    salt("Salt is free.")
    with monkeypatch.context() as patch:
        patch.setattr(Client, "delete_collection", fail)
        salt("Salt is dear.", keep=0)
    assert len(named.collections()) == len(held_at(home)) == 2
    salt("Salt is cheap.", keep=0)
    assert set(named.collections()) == held_at(home)
    assert len(held_at(home)) == 1


# --- from one way to the other


def test_what_is_in_a_folder_serves_from_there_until_it_is_ingested_again(
    small_at_home: Path, small_home: Path, named: ChromaProcess, quick_build: object
) -> None:
    first = current_folder(small_at_home)
    with opened(small_at_home) as index:
        expected = nearest(index)
    assert where_vectors_are(first / "chroma") == "in the folder"
    assert named.collections() == {}
    # Any document will do, and one that has not changed: what else is held comes along.
    report = ingest([Entry(small_home.parent / "salt.txt")], Settings())
    assert not report.unchanged
    assert set(named.collections()) == {collection_of(current_folder(small_at_home) / "chroma")}
    with opened(small_at_home) as index:
        assert len(index.treaties) == 2
        assert nearest(index) == expected
    assert ingest([Entry(small_home.parent / "salt.txt")], Settings()).unchanged
    assert roll_back(small_at_home) == first.name
    with opened(small_at_home) as index:
        assert nearest(index) == expected


def test_what_is_on_a_server_comes_back_into_the_folder_where_none_is_named(
    salt: Callable[..., str], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    salt("Salt is free.")
    monkeypatch.delenv("PACTA_CHROMA_URL")
    assert where_vectors_are(current_folder(home) / "chroma").endswith("PACTA_CHROMA_URL does not name it")
    with pytest.raises(IndexUnreachable, match=r"chroma: its vectors are on a Chroma server\. Set PACTA_CHROMA_URL"):
        open_index(home)
    salt("Salt is free.")
    assert where_vectors_are(current_folder(home) / "chroma") == "in the folder"
    with opened(home) as index:
        assert len(nearest(index)) == 1


# --- errors: the thing, the reason, the remedy


def test_a_collection_that_is_gone_is_named_with_the_remedy(
    salt: Callable[..., str], home: Path, named: ChromaProcess
) -> None:
    salt("Salt is free.")
    name = collection_of(current_folder(home) / "chroma")
    named.clear()
    with pytest.raises(IndexBroken, match=rf"{named.url}: this Chroma server does not hold .*{name}.* Ingest"):
        open_index(home)
    salt("Salt is free.")  # the remedy
    with opened(home) as index:
        assert index.problem is None


def test_a_damaged_record_is_named_with_the_remedy(salt: Callable[..., str], home: Path) -> None:
    salt("Salt is free.")
    (current_folder(home) / "chroma" / "server.json").write_text("{}")
    with pytest.raises(IndexBroken, match=r"server\.json: this file of the index is damaged\. Ingest"):
        open_index(home)


@contextmanager
def another_server(status: int, said: bytes) -> Iterator[tuple[str, list[str | None]]]:
    """A server that is no Chroma; gives its address, and what is told it of who asks."""
    tokens: list[str | None] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            tokens.append(self.headers.get("Authorization"))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", tokens
        finally:
            server.shutdown()
            thread.join()


OTHERS = [
    pytest.param(404, b"not here", "404 Not Found", id="another program"),
    pytest.param(410, b'{"error":"Unimplemented"}', "410 Gone", id="another version"),
    pytest.param(200, b"<html>", "200 OK", id="a page"),
    pytest.param(401, b"", "401 Unauthorized", id="a proxy that wants a token"),
]


@pytest.mark.parametrize(("status", "said", "reason"), OTHERS)
def test_what_is_no_chroma_server_is_said_to_be_so(
    status: int, said: bytes, reason: str, salt: Callable[..., str], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    salt("Salt is free.")
    with another_server(status, said) as (url, _):
        monkeypatch.setenv("PACTA_CHROMA_URL", url)
        for work in (lambda: open_index(home), lambda: salt("Salt is dear.")):
            with pytest.raises(IndexUnreachable, match=rf"{url}: no Chroma server answers .*{reason}.*chroma run"):
                work()


def test_without_a_server_nothing_is_read_that_could_not_be_written(
    salt: Callable[..., str], home: Path, quick_build: WordEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    monkeypatch.setenv("PACTA_CHROMA_URL", f"http://127.0.0.1:{port}")
    with pytest.raises(IndexUnreachable, match="Connection refused"):
        salt("Salt is free.")
    assert quick_build.asked == []
    assert not home.exists()


@pytest.mark.parametrize(
    "given", ["localhost:8100", "ftp://a:1", "http://", "http://a:b", "http://a/b", "http://u:p@a"]
)
def test_what_is_no_address_is_said_to_be_none(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PACTA_CHROMA_URL", given)
    with pytest.raises(IndexUnreachable, match=r"PACTA_CHROMA_URL: .*http://HOST:PORT"):
        check_server()


@pytest.mark.parametrize("given", [None, "", " "])
def test_none_is_named_where_nothing_is_said(given: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    if given is not None:
        monkeypatch.setenv("PACTA_CHROMA_URL", given)
    assert named_server() is None


def test_a_token_goes_with_every_request_and_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PACTA_CHROMA_TOKEN", "a secret")
    with another_server(404, b"") as (url, tokens):
        monkeypatch.setenv("PACTA_CHROMA_URL", f"{url}/")
        with pytest.raises(IndexUnreachable) as raised:
            check_server()
    assert tokens == ["Bearer a secret"]
    assert "a secret" not in f"{raised.value} {named_server()!r}"
