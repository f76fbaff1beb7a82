"""The promises of the design: works alone; nothing lost, nothing half done, whatever happens when."""

import errno
import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from chromadb.errors import InternalError
from conftest import SAMPLES, NetworkForbidden, put_treaty
from filelock import FileLock

from ingest import build
from ingest.build import ingest, roll_back, verify
from ingest.errors import HomeUnusable, IndexBroken, IndexBusy
from ingest.index import Index, current_folder, current_generation, current_manifest, open_index
from ingest.manifest import Entry, find_entries
from ingest.settings import Settings
from pacta import main
from service.answer import answer_question
from service.models import Conversation, Question
from service.settings import Settings as AnswerSettings

ROOT = Path(__file__).parent.parent
ATTACK = "If Arvenia is attacked, must Solmark send help?"


def pacta(*arguments: object, **more: object) -> "subprocess.Popen[str]":
    """The command in a process of its own, as people run it; ``PACTA_HOME`` is that of the test."""
    return subprocess.Popen(
        [sys.executable, "-m", "pacta", *map(str, arguments)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT, **more,  # type: ignore[call-overload]
    )  # fmt: skip


def wait_for(step: str, process: "subprocess.Popen[str]") -> None:
    """Reads what the process reports until it begins a step."""
    assert process.stderr is not None
    assert any(line.startswith(step) for line in process.stderr), f"the step {step!r} never came"


def held(home: Path) -> list[str]:
    return [summary.id for summary in current_manifest(home).treaties]


def words_of(home: Path) -> dict[str, str]:
    index = open_index(home)
    try:
        return {treaty_id: parsed.treaty.text for treaty_id, parsed in index.treaties.items()}
    finally:
        index.close()


@contextmanager
def unchanged(home: Path) -> Iterator[None]:
    """What was published before the block is published after it, can be opened, and passes its check."""
    before = current_generation(home), words_of(home)
    yield
    assert (current_generation(home), words_of(home)) == before
    assert verify(current_folder(home)) >= 0.98


# --- works alone

# Loaded by every interpreter started with it on the path, workers and checking processes included.
NO_SOCKETS = """
import socket
class Forbidden(socket.socket):
    def __init__(self, family=socket.AF_INET, *arguments, **more):
        if family != socket.AF_UNIX:
            raise SystemExit("a socket was opened")
        super().__init__(family, *arguments, **more)
def look_up(*arguments, **more):
    raise SystemExit("a name was looked up")
socket.socket = Forbidden
socket.getaddrinfo = look_up
"""


def without_network() -> list[str]:
    """A command before a command that takes every network away from it, where the system has one."""
    tried = ["unshare", "--map-root-user", "--net"]
    found = shutil.which("unshare") and subprocess.run([*tried, "true"], check=False, capture_output=True)
    return tried if found and found.returncode == 0 else []


def test_the_main_job_is_done_without_any_network(home: Path, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(NO_SOCKETS)
    environment = {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"}

    def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
        command = [*without_network(), sys.executable, "-W", "error", "-m", "pacta", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, env=environment)

    probe = subprocess.run(
        [sys.executable, "-c", "import socket; socket.socket()"],
        capture_output=True, text=True, check=False, env=environment,
    )  # fmt: skip
    assert probe.stderr.strip() == "a socket was opened"
    ingested = run("ingest", str(SAMPLES), "--json")
    assert (ingested.returncode, json.loads(ingested.stdout)["failures"]) == (0, [])
    asked = run("ask", ATTACK, "--json")
    assert (asked.returncode, asked.stderr) == (0, "")
    answer = json.loads(asked.stdout)
    assert answer["status"] == "answered"
    assert {cited["treaty_id"] for cited in answer["citations"]} == {"arvenia-solmark"}


def test_every_quotation_is_the_text(sample_index: Index) -> None:
    for text in (ATTACK, "Who clears the mines?", "What does Article 4 of the Tessara Convention say?"):
        answer = answer_question(Question(text), Conversation(""), sample_index, AnswerSettings())
        assert answer.citations or answer.related
        for cited in (*answer.citations, *answer.related):
            assert cited.quote == sample_index.treaties[cited.treaty_id].treaty.text[cited.start : cited.end]


@pytest.mark.parametrize(
    "reach",
    [
        pytest.param(lambda: socket.create_connection(("example.org", 80)), id="by name"),
        pytest.param(lambda: socket.create_connection(("192.0.2.1", 80)), id="by address"),
        pytest.param(lambda: socket.socket(socket.AF_INET6).connect_ex(("2001:db8::1", 80)), id="by IPv6"),
        pytest.param(lambda: socket.socket(type=socket.SOCK_DGRAM).sendto(b"?", ("192.0.2.1", 53)), id="by datagram"),
        pytest.param(lambda: socket.gethostbyname("example.org"), id="look-up"),
    ],
)
@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
def test_the_tests_themselves_reach_nobody(reach: Callable[[], object], network_attempts: list[str]) -> None:
    with pytest.raises(NetworkForbidden, match="no network"):
        reach()
    assert len(network_attempts) == 1
    network_attempts.clear()


def test_the_tests_reach_this_machine() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(("localhost", server.getsockname()[1])).close()


# --- a crash at any moment


def half_written(process: "subprocess.Popen[str]", home: Path) -> None:
    """Waits for the folder that the new generation is written to."""
    while process.poll() is None:
        if any((home / "generations").glob(".*.partial")):
            return
    pytest.fail("no folder .partial was seen")


def written_not_published(process: "subprocess.Popen[str]", home: Path) -> None:
    """Waits for the whole new generation, which is then being checked."""
    wait_for("verifying", process)


@pytest.mark.parametrize(
    "moment",
    [
        pytest.param(lambda process, home: wait_for("reading", process), id="reading"),
        pytest.param(lambda process, home: wait_for("embedding", process), id="embedding"),
        pytest.param(half_written, id="half written"),
        pytest.param(written_not_published, id="written and not published"),
    ],
)
def test_a_process_killed_leaves_what_was_published(
    moment: Callable[["subprocess.Popen[str]", Path], None],
    small_at_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    pepper = put_treaty(tmp_path / "pepper.txt", *(f"Pepper of kind {n} is dear." for n in range(40)))
    with unchanged(small_at_home):
        with pacta("ingest", pepper, SAMPLES / "orrin.txt") as process:
            moment(process, small_at_home)
            process.kill()
        assert process.returncode == -signal.SIGKILL
    # The check is done in this process here; that it takes another one is tested elsewhere.
    monkeypatch.setattr(build, "verify_in_fresh_process", verify)
    report = ingest([Entry(pepper)], Settings())
    assert (report.failures, held(small_at_home)) == ([], ["pepper", "salt", "tolls"])
    assert current_generation(small_at_home) == report.generation
    assert list((small_at_home / "generations").glob(".*.partial")) == []


@pytest.mark.parametrize(
    "step",
    [
        "cut_passages", "encode_cached", "build_questions", "build_lexical", "build_vectors", "_write_manifest",
        "publish",
    ],
)  # fmt: skip
def test_an_interruption_in_any_step_leaves_what_was_published(
    step: str, small_at_home: Path, quick_build: object, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def interrupt(*arguments: object) -> None:
        raise KeyboardInterrupt

    pepper = Entry(put_treaty(tmp_path / "pepper.txt", "Pepper is dear."))
    with unchanged(small_at_home), monkeypatch.context() as patch:
        patch.setattr(build, step, interrupt)
        with pytest.raises(KeyboardInterrupt):
            ingest([pepper], Settings())
    assert list((small_at_home / "generations").glob(".*.partial")) == []
    ingest([pepper], Settings())
    assert held(small_at_home) == ["pepper", "salt", "tolls"]


def test_publishing_is_one_replacement(small_at_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def lose_power(source: Path, target: Path) -> None:
        assert source.read_text() == "another\n"
        raise SystemExit

    with unchanged(small_at_home):
        monkeypatch.setattr(build.os, "replace", lose_power)
        with pytest.raises(SystemExit):
            build.publish(small_at_home, "another")


# --- a full disk


def full(*arguments: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def full_for_tantivy(*arguments: object) -> None:
    raise ValueError("An IO error occurred: 'No space left on device (os error 28)'")


def full_for_chroma(*arguments: object) -> None:
    raise InternalError("error returned from database: (code: 13) database or disk is full")


@pytest.mark.parametrize(
    ("step", "fail"),
    [
        pytest.param("json.dumps", full, id="the list of passages"),
        pytest.param("build_lexical", full, id="words"),
        pytest.param("build_vectors", full, id="vectors"),
        pytest.param(
            "build_lexical", full_for_tantivy, id="words, as tantivy says it",
        ),
        pytest.param(
            "build_vectors", full_for_chroma, id="vectors, as Chroma says it",
        ),
        pytest.param(
            "publish", full, id="publishing",
        ),
    ],
)  # fmt: skip
def test_a_full_disk_is_said_to_be_full_and_changes_nothing(
    step: str, fail: Callable[..., None], small_at_home: Path, quick_build: object,
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
) -> None:  # fmt: skip
    pepper = Entry(put_treaty(tmp_path / "pepper.txt", "Pepper is dear."))
    with unchanged(small_at_home), monkeypatch.context() as patch:
        if step == "json.dumps":
            patch.setattr(Path, "write_text", full)
        else:
            patch.setattr(build, step, fail)
        with pytest.raises(
            HomeUnusable, match=r"home: .* \(.*(No space left on device|disk is full).*\)\. Free some space"
        ):
            ingest([pepper], Settings())
    assert list((small_at_home / "generations").glob(".*.partial")) == []


def test_a_disk_that_is_really_full_changes_nothing(small_home: Path, home: Path) -> None:
    used = sum(path.stat().st_size + 4096 for path in small_home.rglob("*")) // 1024
    home.mkdir()
    script = (
        f"mount -t tmpfs -o size={used + 100}k none {home} || exit 77\n"
        f"cp -r {small_home}/. {home}/ && rm -rf {home}/embeddings || exit 77\n"
        f"{sys.executable} -m pacta ingest {SAMPLES}/orrin.txt; echo code $?\n"
        f"{sys.executable} -m pacta index verify && echo whole\n"
        f"ls -A {home}/generations\n"
    )
    if not shutil.which("unshare"):
        pytest.skip("no unshare here, to mount a small disk with")
    command = ["unshare", "--map-root-user", "--mount", "sh", "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    if "whole" not in done.stdout and ("unshare" in done.stderr or done.returncode == 77):
        pytest.skip(f"no small disk can be mounted here: {done.stderr.strip()}")
    # Which library meets the end of the disk is chance; what each then says is tested above.
    assert "code 0" not in done.stdout
    assert "No space left on device" in done.stderr or "disk is full" in done.stderr
    assert "whole" in done.stdout
    assert done.stdout.splitlines()[-1] == current_generation(small_home)


# --- two at a time


def test_the_second_of_two_says_that_the_first_is_busy(
    small_at_home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pepper = put_treaty(tmp_path / "pepper.txt", "Pepper is dear.")
    with pacta("ingest", SAMPLES / "orrin.txt") as first:
        wait_for("embedding", first)
        first.send_signal(signal.SIGSTOP)
        with unchanged(small_at_home):
            assert main(["ingest", str(pepper)]) == 3
        first.send_signal(signal.SIGCONT)
        first.communicate(timeout=60)
    assert first.returncode == 0
    said = capsys.readouterr().err.splitlines()[-1]
    assert said == f"pacta: {small_at_home}: another process is building an index there. Wait until it is done."
    assert held(small_at_home) == ["orrin", "salt", "tolls"]


def test_reading_goes_on_while_another_builds(small_at_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with FileLock(small_at_home / "lock"):
        assert main(["treaties"]) == 0
        assert main(["show", "salt", "art_1"]) == 0
        with pytest.raises(IndexBusy):
            ingest([], Settings())


# --- what is published is never written to


def contents(folder: Path) -> dict[str, str]:
    """The hashes of a generation's files but Chroma's, which rewrites its own whenever they are opened."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and "chroma" not in path.parts
    }


def test_a_published_generation_is_not_written_to(small_at_home: Path, quick_build: object, tmp_path: Path) -> None:
    folder = current_folder(small_at_home)
    before = contents(folder)
    reader = open_index(small_at_home)
    rows = reader.search_words("salt", 5)
    ingest([Entry(put_treaty(tmp_path / "salt.txt", "Salt is dear."))], Settings())
    assert contents(folder) == before
    # Who opened it before goes on with what was opened.
    assert (reader.search_words("salt", 5), "free" in reader.treaties["salt"].treaty.text) == (rows, True)
    reader.close()
    assert "dear" in words_of(small_at_home)["salt"]


def test_the_same_again_publishes_nothing(small_at_home: Path, small_home: Path, quick_build: object) -> None:
    before = {path: path.stat().st_mtime_ns for path in small_at_home.rglob("*") if "chroma" not in path.parts}
    files = [small_home.parent / name for name in ("tolls.txt", "salt.txt")]
    report = ingest([Entry(path) for path in files], Settings())
    assert report.unchanged
    assert {path: path.stat().st_mtime_ns for path in small_at_home.rglob("*") if "chroma" not in path.parts} == before


# --- from anywhere


def test_a_relative_home_is_meant_from_where_the_command_is_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # Nothing is set: the home is .pacta in the current folder.
    monkeypatch.delenv("PACTA_HOME")
    monkeypatch.chdir(tmp_path)
    assert main(["ingest", str(SAMPLES / "orrin.txt")]) == 0
    assert current_generation(tmp_path / ".pacta")


# --- damage is named, with what to do


def open_all(home: Path) -> None:
    """Opens what is published and reads every treaty of it."""
    words_of(home)


def spoil(name: str, content: str | None) -> Callable[[Path], None]:
    """Damages a file of the current generation: another content, or none at all."""

    def damage(home: Path) -> None:
        path = current_folder(home) / name
        if content is not None:
            path.write_text(content)
        elif path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()

    return damage


def rewrite(field: str, value: str) -> Callable[[Path], None]:
    """Changes a field of the current manifest, and its hash, as another Pacta would have written it."""

    def damage(home: Path) -> None:
        path = current_folder(home) / "manifest.json"
        changed = {field: value, "content_sha256": "0" * 64}
        path.write_text(json.dumps({**json.loads(path.read_text()), **changed}))

    return damage


def garble_current(content: bytes) -> Callable[[Path], None]:
    return lambda home: (home / "CURRENT").write_bytes(content) and None


DAMAGED = [
    pytest.param(spoil("treaties/salt.json", "{"), r"treaties/salt\.json: .* damaged", id="treaty cut off"),
    pytest.param(spoil("treaties/salt.json", "null"), r"treaties/salt\.json: .* damaged", id="treaty of null"),
    pytest.param(spoil("treaties/salt.json", None), r"treaties/salt\.json: .* damaged", id="no treaty"),
    pytest.param(spoil("passages.json", "[[1]]"), r"passages\.json: .* damaged", id="passages of another shape"),
    pytest.param(spoil("passages.json", None), r"passages\.json: .* damaged", id="no passages"),
    pytest.param(spoil("definitions.json", "{"), r"definitions\.json: .* damaged", id="definitions cut off"),
    pytest.param(spoil("chroma", None), "chroma: the vector index is missing", id="no vectors"),
    pytest.param(spoil("chroma/chroma.sqlite3", "x" * 9000), "chroma: .* cannot be opened", id="vectors of noise"),
    pytest.param(spoil("lexical", None), "lexical: the word index cannot be opened", id="no words"),
    pytest.param(spoil("lexical/meta.json", "{"), "lexical: .* cannot be opened", id="words of noise"),
    pytest.param(spoil("manifest.json", None), r"manifest\.json: .* missing or damaged", id="no manifest"),
    pytest.param(spoil("manifest.json", "{}"), r"manifest\.json: .* missing or damaged", id="manifest of nothing"),
    pytest.param(rewrite("schema", "0"), r"manifest\.json: .* another version", id="another schema"),
    pytest.param(rewrite("model_id", "m"), r"another embedding model \(m, now .*\)", id="another model"),
    pytest.param(rewrite("parser_version", "0"), r"another parser \(0, now .*\)", id="another parser"),
    pytest.param(garble_current(b"garbage\n"), r"generations/garbage/manifest\.json", id="CURRENT of noise"),
]


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        *DAMAGED,
        pytest.param(garble_current(b"\xff\xfe"), "CURRENT", id="CURRENT of bytes"),
        pytest.param(garble_current(b""), "CURRENT: it does not name a generation", id="an empty CURRENT"),
        pytest.param(spoil("manifest.json", "null"), r"manifest\.json: .* missing or damaged", id="manifest of null"),
    ],
)  # fmt: skip
def test_damage_is_named_with_its_reason_and_a_remedy(
    damage: Callable[[Path], None], says: str, small_at_home: Path
) -> None:
    damage(small_at_home)
    with pytest.raises(IndexBroken, match=rf"^{small_at_home}/.*{says}.*[Ii]ngest (the documents )?again") as told:
        open_all(small_at_home)
    assert len(str(told.value).splitlines()) == 1


@pytest.mark.parametrize(("damage", "says"), DAMAGED)
def test_the_remedy_named_is_one(
    damage: Callable[[Path], None], says: str, small_at_home: Path, small_home: Path, quick_build: object
) -> None:  # fmt: skip
    damage(small_at_home)
    ingest([Entry(small_home.parent / name) for name in ("salt.txt", "tolls.txt")], Settings())
    open_all(small_at_home)


def test_from_any_damage_there_is_a_way_back(small_at_home: Path, quick_build: object, tmp_path: Path) -> None:
    first = current_generation(small_at_home)
    ingest([Entry(put_treaty(tmp_path / "pepper.txt", "Pepper is dear."))], Settings())
    shutil.rmtree(current_folder(small_at_home))
    with pytest.raises(IndexBroken):
        open_all(small_at_home)
    assert roll_back(small_at_home) == first
    open_all(small_at_home)


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(spoil("manifest.json", "{"), id="manifest cut off"),
        pytest.param(lambda home: shutil.rmtree(current_folder(home)), id="no generation"),
        # As a machine that lost its power may leave it: the generations are all there.
        pytest.param(garble_current(b""), id="an empty CURRENT"),
        pytest.param(garble_current(b"\xff\xfe"), id="CURRENT of bytes"),
    ],
)
def test_a_damaged_index_is_not_taken_for_none(
    damage: Callable[[Path], None], small_at_home: Path, tmp_path: Path, quick_build: object
) -> None:
    # What is not carried over is told; what was damaged is kept beside the new one.
    kept = current_folder(small_at_home).name
    damage(small_at_home)
    there = (small_at_home / "generations" / kept).exists()
    report = ingest(find_entries([put_treaty(tmp_path / "pepper.txt", "Pepper is dear.")]), Settings())
    (failure,) = report.failures
    assert failure.endswith("What it held is not carried over; ingest those documents again too.")
    assert held(small_at_home) == ["pepper"]
    assert (small_at_home / "generations" / kept).exists() is there
