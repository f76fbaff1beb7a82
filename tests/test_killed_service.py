"""Services that are killed, and several on one database: what was answered is kept."""

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from threading import Barrier
from typing import Any

from test_serve import ROOT, SERVE_FAKES


class Service:
    """``pacta serve`` over the invented treaties, in a process of its own."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdout is not None
        said = process.stdout.readline().split()
        assert said[:3] == ["Pacta", "answers", "at"], process.communicate()
        self.process, self.address = process, said[3]

    def request(self, path: str, document: Any = None) -> Any:
        body = None if document is None else json.dumps(document).encode()
        request = urllib.request.Request(self.address + path, body, {"content-type": "application/json"})
        with urllib.request.urlopen(request, timeout=20) as response:
            return json.load(response)

    def ask(self, question: str, conversation: str | None = None) -> Any:
        return self.request("v1/chat", {"question": question, "conversation_id": conversation})

    def turns(self, conversation: str) -> list[Any]:
        turns = self.request(f"v1/conversations/{conversation}")["turns"]
        assert isinstance(turns, list)
        return turns


@contextmanager
def serving(home: Path, place: Path | str) -> Iterator[Service]:
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    if isinstance(place, str):
        environment["PACTA_DATABASE_URL"] = place
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-c", SERVE_FAKES, str(home)],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        yield Service(process)
    finally:
        process.kill()
        process.communicate(timeout=20)


def test_every_turn_that_was_answered_survives_a_kill(home: Path, place: Path | str) -> None:
    answered: dict[str, Any] = {}
    with serving(home, place) as service:
        name = service.ask("Article 1?")["conversation_id"]

        def ask_until_killed(number: int) -> None:
            with suppress(OSError, ValueError):  # killed with an answer on its way, or half sent
                for turn in count():
                    question = f"Article 2, asked by {number} for the {turn}th time?"
                    answered[question] = service.ask(question, name)
                    if len(answered) == 40:
                        service.process.kill()

        with ThreadPoolExecutor(4) as threads:
            list(threads.map(ask_until_killed, range(4)))
    assert len(answered) >= 40
    with serving(home, place) as service:
        kept = {turn["question"]: turn["answer"] for turn in service.turns(name)}
    assert {question: kept.get(question) for question in answered} == answered


def test_two_services_on_one_database_know_the_same(home: Path, place: Path | str) -> None:
    with serving(home, place) as one, serving(home, place) as other:
        first = one.ask("Article 1?")
        name = first["conversation_id"]
        second = other.ask("Article 2?", name)
        assert second["answer"].endswith("(1 before)")
        together = Barrier(8)

        def ask(number: int) -> Any:
            together.wait(20)
            return (one, other)[number % 2].ask(f"Article {number}?", name)

        with ThreadPoolExecutor(8) as threads:
            answers = [first, second, *threads.map(ask, range(8))]
        kept = one.turns(name)
        assert other.turns(name) == kept
    assert sorted(str(turn["answer"]) for turn in kept) == sorted(map(str, answers))


def test_a_database_that_is_not_there_keeps_the_service_from_starting(home: Path) -> None:
    url = "postgresql://me:TOP@127.0.0.1:1/pacta"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", SERVE_FAKES, str(home)],
        cwd=ROOT, env={**os.environ, "PACTA_DATABASE_URL": url}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (3, "")
    assert "The conversations in the Postgres database pacta at 127.0.0.1 cannot be used" in done.stderr
    assert "TOP" not in done.stderr
    assert "Traceback" not in done.stderr
