"""Real servers for the tests of running one: an application in a thread, and the command in a process of its own."""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import httpx
import uvicorn
from check_fakes import fake_check
from fastapi import FastAPI
from web_fakes import FakeIndex, fake_answer, fake_search

from ingest.settings import Settings as IngestSettings
from service.api.services import AnswerQuestion
from service.app import create_app
from service.holder import IndexHolder
from service.settings import Serving, Settings

ROOT = Path(__file__).parent.parent
# The command with its settings and its log, and the invented treaties in the place of an index.
SERVE_FAKES = """
import sys
sys.path[:0] = [".", "tests"]
from service import app
from web_fakes import FakeIndex, fake_answer, fake_search
import pacta
app._open_index = lambda home: FakeIndex()
app._answer = fake_answer
app._search = fake_search
{changes}
sys.exit(pacta.main(["serve", "--port", "0"]))
"""


def make_app(
    home: Path,
    answer: AnswerQuestion = fake_answer,
    *,
    open_index: Callable[[Path], FakeIndex] = lambda _home: FakeIndex(),
    answer_seconds: float | None = 10.0,
    **serving: Any,
) -> FastAPI:
    """An application over the invented treaties with these settings."""
    settings = Settings(ingest=IngestSettings(home=home), answer_seconds=answer_seconds, serving=Serving(**serving))
    return create_app(
        settings,
        holder=IndexHolder(home, open_index),
        answer=answer,
        search_articles=fake_search,
        check_text=fake_check,
    )


@contextmanager
def serve_in_thread(app: FastAPI) -> Iterator[str]:
    """The address of a real server of an application."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        wait_for(lambda: server.started)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=30)


@dataclass
class Served:
    """A process of ``pacta serve``; ``said`` is what it has said on stderr once it has ended, ``logged`` its log."""

    process: "subprocess.Popen[str]"
    address: str
    stderr: IO[str]
    said: str = ""
    logged: list[dict[str, Any]] = field(default_factory=list)

    def stop(self, signal: int) -> int:
        """Sends a signal and waits for the end; gives the exit code."""
        self.process.send_signal(signal)
        return self.ended()

    def ended(self) -> int:
        """Waits for the end; gives the exit code."""
        self.process.wait(timeout=60)
        self.stderr.seek(0)
        self.said = self.stderr.read()
        self.logged = [json.loads(line) for line in self.said.splitlines() if line.startswith("{")]
        return self.process.returncode


@contextmanager
def serve_in_process(
    home: Path, *, environment: Mapping[str, str] | None = None, changes: str | None = ""
) -> Iterator[Served]:
    """``pacta serve`` on a free port: over the invented treaties, or over those at home where ``changes`` is None."""
    command = ["-m", "pacta", "serve", "--port", "0"]
    if changes is not None:
        command = ["-W", "error", "-c", SERVE_FAKES.format(changes=changes)]
    # Into a file: nobody reads a pipe while the test runs, and a full one would hold up the server.
    with tempfile.TemporaryFile("w+", encoding="utf-8") as stderr:
        process = subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env={**os.environ, "PYTHONUNBUFFERED": "1", "PACTA_HOME": str(home), **(environment or {})},
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        )
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            if not line.startswith("Pacta answers at"):
                process.wait(timeout=60)
                stderr.seek(0)
                raise AssertionError(stderr.read())
            yield Served(process, line.split()[3].rstrip("/"), stderr)
        finally:
            process.kill()
            process.communicate()


def ask(address: str, question: str, **more: Any) -> httpx.Response:
    """The response to a question."""
    return httpx.post(f"{address}/v1/chat", json={"question": question, **more}, timeout=60)


def wait_for(condition: Callable[[], bool], seconds: float = 30) -> None:
    """Waits until something is so; fails when it never is."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it never came to that"
        time.sleep(0.01)
