"""What all tests stand on: no network, a home folder of their own, the sample treaties ingested once.

``sample_home`` and ``sample_index`` are real throughout. Tests of building take ``quick_build``: a fake
embedder that can be read, no check in another process, and a clock that ticks with every generation.
"""

import ipaddress
import itertools
import os
import re
import shutil
import socket
import zlib
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import hypothesis
import numpy as np
import pytest
from filelock import FileLock
from labelled_treaties import write_labelled
from postgres_server import PostgresServer, find_programs, running_server
from slack_clients import web_client
from slack_sdk import WebClient
from slack_server import SlackServer, slack_server

import pacta
from ingest import build
from ingest.embedding import DIMENSION, MODEL_ID, TOKEN_DIMENSION, Encoded, Progress, Vectors
from ingest.index import Index, open_index
from ingest.manifest import find_entries
from ingest.settings import Settings

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "ingest" / "samples"

# Benchmarks measure time; a test that fails on a busy machine tells nothing.
hypothesis.settings.register_profile("pacta", deadline=None)
hypothesis.settings.load_profile("pacta")

# --- no network


class NetworkForbidden(AssertionError):
    """A test tried to reach another machine."""


_attempts: list[str] = []


def _is_here(host: object) -> bool:
    """Whether an address given to a socket is of this machine; an empty one means any of its own."""
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if not isinstance(host, str) or host in ("", "localhost"):
        return True
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _forbid(what: str) -> None:
    _attempts.append(what)
    raise NetworkForbidden(f"the test tried to {what}; tests and Pacta itself use no network")


def _guard(method: str) -> Callable[..., Any]:
    """A socket's method that refuses an address outside this machine; asyncio's loop calls these too."""
    real = getattr(socket.socket, method)

    def guarded(self: socket.socket, *arguments: Any) -> Any:
        address = arguments[-1]
        if self.family in (socket.AF_INET, socket.AF_INET6) and not _is_here(address[0]):
            _forbid(f"{method} to {address[0]}, port {address[1]}")
        return real(self, *arguments)

    return guarded


def _guard_lookup(function: Callable[..., Any]) -> Callable[..., Any]:
    """A look-up that refuses names; an address in digits needs no network to be looked up."""

    def guarded(host: Any, *arguments: Any, **more: Any) -> Any:
        name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
        if name is not None and not _is_here(name):
            try:
                ipaddress.ip_address(name.partition("%")[0])
            except ValueError:
                _forbid(f"look up the name {name}")
        return function(host, *arguments, **more)

    return guarded


@pytest.fixture(scope="session", autouse=True)
def _no_network() -> Iterator[None]:
    """Refuses every connection but those to this machine, for fixtures of any scope too."""
    with pytest.MonkeyPatch.context() as patch:
        for method in ("connect", "connect_ex", "sendto"):
            patch.setattr(socket.socket, method, _guard(method))
        for lookup in ("getaddrinfo", "gethostbyname", "gethostbyname_ex"):
            patch.setattr(socket, lookup, _guard_lookup(getattr(socket, lookup)))
        yield


@pytest.fixture(autouse=True)
def network_attempts() -> Iterator[list[str]]:
    """What was refused in this test, which then fails even where the code under test caught the refusal."""
    _attempts.clear()
    yield _attempts
    assert _attempts == [], f"the test tried to {_attempts[0]}"


# --- a home of its own for each test


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home folder of this test, not yet made; ``PACTA_HOME`` names it."""
    folder = tmp_path / "home"
    monkeypatch.setenv("PACTA_HOME", str(folder))
    for name in [name for name in os.environ if name.startswith(("PACTA_", "SLACK_")) and name != "PACTA_HOME"]:
        monkeypatch.delenv(name)
    return folder


# --- the databases that conversations may be kept in


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A Postgres server of these tests alone."""
    programs = find_programs()
    if programs is None:
        pytest.skip("Postgres is not installed (Debian's package postgresql)")
    with running_server(programs) as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> str:
    """The address of an empty Postgres database."""
    return postgres_server.emptied()


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, home: Path) -> Path | str:
    """Where conversations are kept: the test runs on either database, which is empty."""
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_url")
        assert isinstance(url, str)
        return url
    return home / "pacta.db"


# --- the sample treaties


def _made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """A folder that the first process of the tests makes and all of them read."""
    base = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent
    folder = base / name
    with FileLock(base / f"{name}.lock"):
        if not folder.exists():
            unfinished = base / f"{name}.unfinished"
            make(unfinished)
            unfinished.rename(folder)
    return folder


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder with the sample treaties, ingested for good; not to be written to."""

    def make(home: Path) -> None:
        assert build.ingest(find_entries([SAMPLES]), Settings(home=home)).failures == []

    return _made_once(tmp_path_factory, "samples", make)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Runs a command in this process; gives its exit code, stdout and stderr."""

    def run(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        try:
            code = pacta.main([str(argument) for argument in arguments])
        except SystemExit as stopped:
            code = int(stopped.code or 0)
        return (code, *capsys.readouterr())

    return run


@pytest.fixture(scope="session")
def labelled_home(tmp_path_factory: pytest.TempPathFactory, sample_home: Path) -> Path:
    """A home with the sample treaties and those of labelled_treaties.py; not to be written to."""
    manifest = write_labelled(tmp_path_factory.mktemp("labelled"))

    def make(home: Path) -> None:
        shutil.copytree(sample_home, home)
        assert build.ingest(find_entries([manifest]), Settings(home=home)).failures == []

    return _made_once(tmp_path_factory, "labelled", make)


@pytest.fixture(scope="session")
def sample_index(sample_home: Path) -> Iterator[Index]:
    """The index of the sample treaties, opened."""
    index = open_index(sample_home)
    yield index
    index.close()


@pytest.fixture
def samples_at_home(sample_home: Path, home: Path) -> Path:
    """A copy of the sample treaties' home as the home of this test, to be damaged or added to."""
    shutil.copytree(sample_home, home)
    return home


# --- small treaties, quickly built


def put_treaty(path: Path, *articles: str) -> Path:
    """Writes a treaty of the articles given; gives its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    body = "".join(f"\n\nArticle {n}\n\n{words}" for n, words in enumerate(articles, start=1))
    path.write_text(f"TREATY OF {path.stem.upper()}{body}\n", "utf-8")
    return path


@pytest.fixture
def write_treaty(tmp_path: Path) -> Callable[..., Path]:
    """Writes a treaty of the articles given as the file ``name``; gives its path."""
    return lambda name, *articles: put_treaty(tmp_path / "documents" / name, *articles)


class WordEmbedder:
    """A readable fake of the embedding model: a text's vector counts its words, each at a fixed place.

    Texts that share words are near; ``asked`` is every text it was given. It goes by the model's name, as an
    index is opened only with the model that built it.
    """

    model_id = MODEL_ID
    dimension = DIMENSION

    def __init__(self) -> None:
        self.asked: list[str] = []

    def embed_texts(self, texts: Sequence[str], *, on_progress: Progress | None = None) -> Vectors:
        self.asked += texts
        if on_progress:
            on_progress(len(texts))
        vectors = np.zeros((len(texts), DIMENSION), dtype=np.float32)
        for vector, text in zip(vectors, texts, strict=True):
            for word in re.findall(r"\w+", text.lower()) or [""]:
                vector[zlib.crc32(word.encode()) % DIMENSION] += 1
            vector /= np.linalg.norm(vector)
        return vectors

    def encode_texts(self, texts: Sequence[str], *, on_progress: Progress | None = None) -> list[Encoded]:
        # One token a text, which is enough to be written and read.
        vectors = self.embed_texts(texts, on_progress=on_progress)
        return [Encoded(vector, np.eye(1, TOKEN_DIMENSION, dtype=np.float32)) for vector in vectors]


class TickingClock:
    """In the place of ``datetime``: every look at any of them is a second later, so that generations differ."""

    _ticks = itertools.count()

    def __init__(self, year: int = 2030) -> None:
        self._start = datetime(year, 1, 1, tzinfo=UTC)

    def now(self, zone: Any) -> datetime:
        return (self._start + timedelta(seconds=next(self._ticks))).astimezone(zone)


def build_quickly(patch: pytest.MonkeyPatch) -> WordEmbedder:
    """Makes building take a fraction of a second; gives the embedder, which tells what it was asked."""
    embedder = WordEmbedder()
    patch.setattr(build, "Embedder", lambda: embedder)
    patch.setattr(build, "verify_in_fresh_process", lambda folder: 1.0)
    patch.setattr(build, "datetime", TickingClock())
    return embedder


@pytest.fixture
def quick_build(monkeypatch: pytest.MonkeyPatch) -> WordEmbedder:
    """Building in a fraction of a second, for this test."""
    return build_quickly(monkeypatch)


@pytest.fixture(scope="session")
def small_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with two treaties, ``salt`` and ``tolls``, from the files beside it; quickly built, then copied."""
    folder = tmp_path_factory.mktemp("small")
    salt = put_treaty(folder / "salt.txt", "Salt is free.", "For ever.")
    tolls = put_treaty(folder / "tolls.txt", "A penny.")
    with pytest.MonkeyPatch.context() as patch:
        build_quickly(patch)
        build.ingest(find_entries([salt, tolls]), Settings(home=folder / "home"))
    return folder / "home"


@pytest.fixture
def small_at_home(small_home: Path, home: Path) -> Path:
    """A copy of the two small treaties' home as the home of this test."""
    shutil.copytree(small_home, home)
    return home


# --- Slack


@pytest.fixture
def server() -> Iterator[SlackServer]:
    """A Slack of this test's own; files whose tests share one have a fixture of this name themselves."""
    with slack_server() as running:
        yield running


@pytest.fixture
def client(server: SlackServer) -> WebClient:
    """Slack's own client in it."""
    return web_client(server)
