"""A run's folder: what is in it, what a kill leaves, what is never written over."""

import io
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import ir_measures
import pytest
from eval_fakes import FakeAnswerer, abstain, case, hit, no_answer_case, perfect

from eval.errors import WrongUse
from eval.folder import FILES, RunFolder, load_run, trec_qrels, trec_run
from eval.journal import FolderUnusable
from eval.run import Finished, run_cases

DESCRIPTION: dict[str, Any] = {
    "gold": [{"path": "gold.jsonl", "sha256": "0"}],
    "cases": {"count": 3, "ids_sha256": "x"},
    "answered_by": "the index on this machine",
    "index": "g1",
    "settings": {"max_sentences": 4},
    "versions": {"code_sha256": "c", "libraries": {"numpy": "2"}},
}
CASES = [case("a"), case("b", "terse"), no_answer_case("n")]
ROOT = Path(__file__).parent.parent


def finished() -> list[Finished]:
    return run_cases(CASES, perfect())


def ids(done: list[Finished]) -> list[str]:
    return [kept.result.case.id for kept in done]


def resumed(path: Path, description: dict[str, Any] = DESCRIPTION, *, overwrite: bool = False) -> list[str]:
    """The ids of the cases that a run begun again need not ask."""
    with RunFolder(path, description, overwrite=overwrite) as folder:
        return ids(folder.done)


def begin(path: Path, description: dict[str, Any] = DESCRIPTION) -> None:
    """A run that was stopped after its first case."""
    with RunFolder(path, description) as folder:
        folder.keep(finished()[0])


def write_run(path: Path) -> list[Finished]:
    """A finished run in a folder."""
    folder, done = RunFolder(path, DESCRIPTION), finished()
    for kept in done:
        folder.keep(kept)
    folder.finish(done, {"cases": 3}, "<!doctype html>")
    return done


def test_a_finished_run_is_read_back_as_it_was(tmp_path: Path) -> None:
    done = write_run(tmp_path / "run")
    description, again = load_run(tmp_path / "run")
    assert description == DESCRIPTION
    assert [kept.timed for kept in again] == [kept.timed for kept in done]
    assert [kept.result.to_json() for kept in again] == [kept.result.to_json() for kept in done]
    assert sorted(path.name for path in (tmp_path / "run").iterdir()) == sorted(set(FILES) - {"journal.jsonl"})


def test_the_same_run_is_the_same_bytes(tmp_path: Path) -> None:
    write_run(tmp_path / "one")
    write_run(tmp_path / "two")
    for name in ("cases.jsonl", "run.trec", "qrels.trec"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_a_stopped_run_goes_on_where_it_was(tmp_path: Path) -> None:
    done = finished()
    with RunFolder(tmp_path, DESCRIPTION) as folder:
        folder.keep(done[0])
        folder.keep(done[2])
    assert resumed(tmp_path) == ["a", "n"]
    assert resumed(tmp_path, DESCRIPTION) == ["a", "n"], "going on twice loses nothing"


TORN = [
    pytest.param(b'{"result": {"id": "b", "ty', id="killed while writing"),
    pytest.param(b'{"result": {"id": "b"}, "timings_ms": {}}\n', id="a record of another version"),
    pytest.param(b"\x00\x00\x00\n", id="blocks that never reached the disk"),
    pytest.param(b"\n", id="an empty line"),
]


@pytest.mark.parametrize("tail", TORN)
def test_what_a_kill_tears_is_run_again(tmp_path: Path, tail: bytes) -> None:
    begin(tmp_path)
    with (tmp_path / "journal.jsonl").open("ab") as journal:
        journal.write(tail)
    assert resumed(tmp_path, DESCRIPTION) == ["a"]


OTHER = [
    ("gold", [{"path": "gold.jsonl", "sha256": "1"}], "gold set"),
    ("cases", {"count": 2, "ids_sha256": "y"}, "choice of cases"),
    ("index", "g2", "index"),
    ("answered_by", "http://127.0.0.1:8000", "answerer"),
    ("settings", {"max_sentences": 5}, "settings"),
    ("versions", {"code_sha256": "d", "libraries": {"numpy": "2"}}, "version of Pacta"),
]


@pytest.mark.parametrize(("field", "value", "name"), OTHER, ids=[row[0] for row in OTHER])
def test_another_run_is_not_gone_on_with(tmp_path: Path, field: str, value: object, name: str) -> None:
    begin(tmp_path)
    with pytest.raises(WrongUse, match=f"with another {name}. Give a new folder, or add --overwrite"):
        RunFolder(tmp_path, DESCRIPTION | {field: value})
    assert resumed(tmp_path, DESCRIPTION) == ["a"], "it is left as it was"
    assert resumed(tmp_path, DESCRIPTION | {field: value}, overwrite=True) == []


@pytest.mark.parametrize("field", ["jobs", "begun"])
def test_how_fast_it_is_asked_may_change(tmp_path: Path, field: str) -> None:
    begin(tmp_path, DESCRIPTION | {field: 1})
    assert resumed(tmp_path, DESCRIPTION | {field: 2}) == ["a"]


def test_a_folder_of_other_things_is_not_written_to(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("all my work")
    with pytest.raises(WrongUse, match="there are files in it, and no run"):
        RunFolder(tmp_path, DESCRIPTION)
    RunFolder(tmp_path, DESCRIPTION, overwrite=True).close()
    assert (tmp_path / "thesis.txt").read_text() == "all my work", "nor taken away with --overwrite"


def test_a_finished_run_is_not_written_over(tmp_path: Path) -> None:
    write_run(tmp_path)
    before = (tmp_path / "cases.jsonl").read_bytes()
    with pytest.raises(WrongUse, match="it holds a finished run"):
        RunFolder(tmp_path, DESCRIPTION)
    assert (tmp_path / "cases.jsonl").read_bytes() == before


@pytest.mark.parametrize("name", ["run.json", "summary.json", "cases.jsonl", "timings.jsonl"])
def test_what_is_missing_from_a_run_is_named(tmp_path: Path, name: str) -> None:
    write_run(tmp_path)
    (tmp_path / name).unlink()
    with pytest.raises(FolderUnusable, match=f"there is no {name} in it"):
        load_run(tmp_path)


BROKEN = [
    ("cases.jsonl", "{", "cases.jsonl, line 1: not a record"),
    ("cases.jsonl", "[]\n", "cases.jsonl, line 1: not a record"),
    ("timings.jsonl", '{"id": "z", "timings_ms": {}}\n', "not of the same run"),
    ("run.json", "{", "it is not JSON"),
    ("run.json", "[]", "it holds no JSON object"),
]


@pytest.mark.parametrize(("name", "text", "words"), BROKEN)
def test_a_broken_file_of_a_run_is_named(tmp_path: Path, name: str, text: str, words: str) -> None:
    write_run(tmp_path)
    (tmp_path / name).write_text(text)
    with pytest.raises(FolderUnusable, match=words):
        load_run(tmp_path)


def test_an_unfinished_run_says_how_to_go_on(tmp_path: Path) -> None:
    begin(tmp_path)
    with pytest.raises(FolderUnusable, match="since the run is not finished"):
        load_run(tmp_path)


def test_a_full_disk_is_said_to_be_one(tmp_path: Path) -> None:
    with RunFolder(tmp_path, DESCRIPTION) as folder, Path("/dev/full").open("ab", buffering=0) as full:
        folder.close()
        folder._journal = io.TextIOWrapper(full, write_through=True)
        with pytest.raises(FolderUnusable, match="no space left on device"):
            folder.keep(finished()[0])


def test_the_trec_files_are_read_by_others_and_say_the_same(tmp_path: Path) -> None:
    hits = [hit("sea", "art_1"), hit("river", "art_2"), hit("river", "art_1")]
    done = run_cases([*CASES, case("odd id", article="1")], FakeAnswerer(lambda *_: abstain(), hits=hits))
    results = [kept.result for kept in done]
    run, qrels = tmp_path / "run.trec", tmp_path / "qrels.trec"
    run.write_text(trec_run(results), "utf-8")
    qrels.write_text(trec_qrels([result.case for result in results]), "utf-8")
    judged = list(ir_measures.read_trec_qrels(str(qrels)))
    ranked = list(ir_measures.read_trec_run(str(run)))
    assert [(q.query_id, q.doc_id, q.relevance) for q in judged] == [
        ("a", "river/art_2", 1),
        ("b", "river/art_2", 1),
        ("odd_id", "river/art_1", 1),
    ]
    assert [(r.doc_id, r.score) for r in ranked if r.query_id == "a"] == [
        ("sea/art_1", 10),
        ("river/art_2", 9),
        ("river/art_1", 8),
    ]
    names = {"MRR": ir_measures.RR, "nDCG@10": ir_measures.nDCG @ 10, "recall@1": ir_measures.R @ 1}
    theirs = ir_measures.calc_aggregate(list(names.values()), judged, ranked)
    for name, measure in names.items():
        ours = [result.scores[name] for result in results if name in result.scores]
        assert theirs[measure] == pytest.approx(sum(ours) / len(ours), abs=1e-9), name


SLOW_RUN = """
import sys, time
sys.path[:0] = [".", "tests"]
from pathlib import Path
from eval_fakes import case, perfect
from test_folder import DESCRIPTION
from eval.folder import RunFolder
from eval.run import run_cases

folder = RunFolder(Path(sys.argv[1]), DESCRIPTION)
def keep(kept):
    folder.keep(kept)
    print(kept.result.case.id, flush=True)
    time.sleep(0.02)
run_cases([case(f"c-{n}") for n in range(500)], perfect(), done=folder.done, on_finished=keep)
"""


def test_a_run_that_is_killed_goes_on(tmp_path: Path) -> None:
    out = tmp_path / "run"
    with subprocess.Popen(
        [sys.executable, "-c", SLOW_RUN, str(out)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout is not None
        printed = [running.stdout.readline().strip() for _ in range(5)]
        os.kill(running.pid, signal.SIGKILL)
        running.wait()
    assert all(printed)
    with RunFolder(out, DESCRIPTION) as folder:
        done = folder.done
    # Answers that came while another was being kept are kept in any order.
    assert set(printed) <= set(ids(done))
    assert len(done) < 500
    went_on = perfect()
    cases = [case(f"c-{n}") for n in range(500)]
    assert ids(run_cases(cases, went_on, done=done)) == [gold.id for gold in cases]
    assert len(went_on.asked) == 500 - len(done)
