"""Several service processes: over one real Chroma server, which may go away, and over one folder without any."""

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from chroma_fakes import ChromaProcess, Service, wait_until
from conftest import SAMPLES, put_treaty

from ingest.build import ingest, verify
from ingest.chroma_server import collection_of
from ingest.index import Index, current_folder
from ingest.manifest import Entry, find_entries
from ingest.settings import Settings
from service.answer import answer_question
from service.models import Conversation, Question
from service.settings import Settings as ServiceSettings

Said = tuple[str, list[str]]

# One of each kind: answered, about a treaty named, in the words of no treaty, and refused.
QUESTIONS = (
    "Must Solmark help Arvenia if it suffers an armed attack?",
    "What does Article 3 of the Orrin agreement say?",
    "Who has to pay when the river is polluted?",
    "What will the weather be tomorrow?",
)


def said(answer: dict[str, Any]) -> Said:
    """What does not differ between two answers to the same question."""
    return answer["answer"], [citation["citation"] for citation in answer["citations"]]


def answers_of(service: Service) -> list[Said]:
    """What a service says to the questions; fails where it refuses one."""
    answers = []
    for question in QUESTIONS:
        status, answer = service.ask(question)
        assert status == 200, answer
        answers.append(said(answer))
    return answers


@pytest.fixture(scope="module")
def expected(sample_index: Index) -> list[Said]:
    """What is said to the questions by this process, from the folder alone."""
    return [
        said(answer_question(Question(text), Conversation(""), sample_index, ServiceSettings()).to_json())
        for text in QUESTIONS
    ]


@contextmanager
def asked_all_the_time(services: Sequence[Service]) -> Iterator[list[tuple[int, str]]]:
    """Asks each service one question after the other while the block runs; gives statuses with generations."""
    done = threading.Event()
    seen: list[tuple[int, str]] = []

    def ask(service: Service) -> None:
        while not done.wait(0.02):
            status, answer = service.ask(QUESTIONS[0])
            seen.append((status, answer["index"] if status == 200 else str(answer)))

    with ThreadPoolExecutor(len(services)) as threads:
        asking = [threads.submit(ask, service) for service in services]
        try:
            yield seen
        finally:
            done.set()
        for one in asking:
            one.result()


def test_two_services_over_one_server(
    samples_at_home: Path, expected: list[Said], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Starting services takes seconds, hence one story: they answer, change to a new index, and do without the server.
    chroma = ChromaProcess(tmp_path / "chroma")
    monkeypatch.setenv("PACTA_CHROMA_URL", chroma.url)
    try:
        first = ingest(find_entries([SAMPLES]), Settings()).generation
        assert set(chroma.collections()) == {collection_of(current_folder(samples_at_home) / "chroma")}
        with Service(samples_at_home) as one, Service(samples_at_home) as other:
            assert answers_of(one) == answers_of(other) == expected

            with asked_all_the_time([one, other]) as seen:
                new = ingest([Entry(put_treaty(tmp_path / "salt.txt", "Salt is free."))], Settings()).generation
                wait_until(lambda: one.ready()["index"] == other.ready()["index"] == new)
                wait_until(lambda: [generation for _, generation in seen[-4:]] == [new] * 4)
            assert {status for status, _ in seen} == {200}, seen
            assert {generation for _, generation in seen} == {first, new}

            chroma.kill()
            assert answers_of(one) == answers_of(other) == expected
            assert chroma.url in one.ready()["warning"]
            chroma.start()
            wait_until(lambda: answers_of(one) == expected and one.ready()["warning"] is None)
            wait_until(lambda: answers_of(other) == expected and other.ready()["warning"] is None)
    finally:
        chroma.kill()


def test_two_services_over_one_folder_without_a_server(samples_at_home: Path, expected: list[Said]) -> None:
    # A published generation is only read, so one process may be killed in the middle of it beside the other.
    with Service(samples_at_home) as one:
        other = Service(samples_at_home)
        try:
            with ThreadPoolExecutor(2) as threads:
                assert [*threads.map(answers_of, (one, other))] == [expected, expected]
        finally:
            other.kill()
        assert answers_of(one) == expected
    assert verify(current_folder(samples_at_home)) == 1.0
