"""A document that crashes, loops or eats memory costs itself and nothing else, and is named."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.errors import DocumentError, EmptyDocument, UnreadableDocument
from ingest.manifest import Entry
from ingest.models import ParsedTreaty, Source, Treaty
from ingest.workers import Outcome, parse_all

# Enough for an interpreter with what reading needs, and little enough to be used up at once.
MEMORY = 1 << 30


def make(entry: Entry) -> ParsedTreaty:
    """A treaty whose text is the process it was read in."""
    treaty = Treaty(entry.path.stem, "T", str(os.getpid()), Source(str(entry.path), "0", "text"))
    return ParsedTreaty(treaty, ())


def fake_parse(entry: Entry) -> ParsedTreaty:
    """Does what the file's name says; runs in a worker."""
    match entry.path.stem.partition("-")[0]:
        case "exit":
            os._exit(0)
        case "abort":
            os.abort()
        case "loop":
            while True:
                pass
        case "memory":
            hoard = []
            while True:
                hoard.append(bytearray(64 << 20))
        case "deep":
            return fake_parse(entry)
        case "empty":
            raise EmptyDocument(str(entry.path), "the file is empty.", "Give another.")
        case "bug":
            raise ValueError("an error that nobody thought of")
    return make(entry)


def outcomes(*names: str, parse: Callable[[Entry], ParsedTreaty] = fake_parse) -> dict[str, Outcome]:
    entries = [Entry(Path(name)) for name in names]
    seconds = 1 if "loop.txt" in names else 60
    found = list(parse_all(entries, parse=parse, memory_bytes=MEMORY, cpu_seconds=seconds))
    assert [entry for entry, _ in found] == entries
    return {entry.path.name: outcome for entry, outcome in found}


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        pytest.param("exit.txt", "crashed", id="ends its process without a word"),
        pytest.param("abort.txt", "crashed", id="aborts"),
        pytest.param("loop.txt", "more than 1 seconds", id="loops for ever"),
        pytest.param("memory.txt", "too much memory", id="eats memory"),
        pytest.param("deep.txt", "nested too deeply", id="recurses for ever"),
        pytest.param("empty.txt", "the file is empty", id="is refused by the reader"),
        pytest.param("bug.txt", "an error that nobody thought of", id="meets a bug"),
    ],
)
def test_only_the_bad_document_is_lost_and_it_is_named(bad: str, reason: str) -> None:
    found = outcomes("good-1.txt", bad, "good-2.txt")
    lost = found.pop(bad)
    assert isinstance(lost, DocumentError)
    assert str(lost).startswith(f"{bad}: ")
    assert reason in str(lost)
    assert lost.remedy
    assert all(isinstance(outcome, ParsedTreaty) for outcome in found.values())


def test_several_crashes_are_each_named() -> None:
    found = outcomes("exit.txt", "good-1.txt", "abort.txt", "good-2.txt")
    assert [isinstance(outcome, ParsedTreaty) for outcome in found.values()] == [False, True, False, True]


def test_no_documents_give_no_outcomes() -> None:
    assert outcomes() == {}


def test_one_document_alone_is_read_here() -> None:
    (here,) = outcomes("good.txt").values()
    assert isinstance(here, ParsedTreaty)
    assert here.treaty.text == str(os.getpid())


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("good.PDF", b"", id="PDF by its name"),
        pytest.param("good.txt", b"%PDF-1.7", id="PDF by its content"),
        pytest.param("good.docx", b"", id="DOCX by its name"),
        pytest.param("good.txt", b"PK\x03\x04", id="an archive by its content"),
    ],
)
def test_what_unpacks_to_more_than_it_is_is_read_apart(name: str, content: bytes, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    ((_, apart),) = parse_all([Entry(path)], parse=fake_parse, memory_bytes=MEMORY)
    assert isinstance(apart, ParsedTreaty)
    assert apart.treaty.text != str(os.getpid())


def test_one_bad_pdf_alone_is_named() -> None:
    assert "crashed" in str(outcomes("exit.pdf")["exit.pdf"])


@pytest.mark.parametrize("name", ["empty.txt", "deep.txt"])
def test_one_bad_document_read_here_is_named_too(name: str) -> None:
    assert isinstance(outcomes(name)[name], DocumentError)


def test_a_refusal_comes_out_of_the_worker_as_it_went_in() -> None:
    lost = outcomes("good.txt", "empty.txt")["empty.txt"]
    assert isinstance(lost, EmptyDocument)
    assert (lost.document, lost.reason, lost.remedy) == ("empty.txt", "the file is empty.", "Give another.")


def test_a_limit_set_by_the_administrator_is_no_obstacle() -> None:
    code = (
        "import resource; resource.setrlimit(resource.RLIMIT_CPU, (60, 60))\n"
        "from pathlib import Path; from ingest.manifest import Entry; from ingest.workers import parse_all\n"
        "if __name__ == '__main__':\n"
        "    print([type(found).__name__ for _, found in parse_all([Entry(Path('none.pdf'))])])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=Path(__file__).parent.parent
    )
    assert done.stdout.strip() == f"['{UnreadableDocument.__name__}']"


def first_alone(entry: Entry) -> ParsedTreaty:
    """Reads the first document at once and the others when they may, each leaving a mark beside its file."""
    while entry.path.stem != "0" and not (entry.path.parent / "go").exists():
        time.sleep(0.01)
    entry.path.with_suffix(".read").touch()
    return make(entry)


def test_an_interruption_does_not_wait_for_the_rest(tmp_path: Path) -> None:
    entries = [Entry(tmp_path / f"{n}.txt") for n in range(400)]
    outcomes = parse_all(entries, parse=first_alone)
    next(outcomes)
    outcomes.close()  # type: ignore[attr-defined]  # what KeyboardInterrupt in the loop over it does
    (tmp_path / "go").touch()  # for those in the workers' hands, which are few
    assert len(list(tmp_path.glob("*.read"))) < 400
