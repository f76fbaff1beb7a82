"""``pacta eval run``: what it prints, writes and returns."""

import argparse
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from eval_fakes import (
    FakeAnswerer,
    abstain,
    answer,
    case,
    cite,
    hit,
    no_answer_case,
    perfect,
)

from eval.cases import GoldLocator
from eval.cli import add_eval_parser
from eval.folder import FILES
from eval.run_command import SAMPLES
from ingest.errors import IndexMissing
from service.models import Answer

GOOD = cite("river", "art_2__para_1")


def eval_run(*words: object) -> int:
    """Runs ``pacta eval run …``; a wrong option leaves as argparse leaves."""
    parser = argparse.ArgumentParser(prog="pacta")
    add_eval_parser(parser.add_subparsers())
    args = parser.parse_args(["eval", "run", *map(str, words)])
    code = args.run(args)
    assert isinstance(code, int)
    return code


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Puts a fake in the place of the index that the command opens."""

    def put(fake: FakeAnswerer) -> None:
        index = SimpleNamespace(close=lambda: None)
        monkeypatch.setattr("ingest.index.open_index", lambda home: index)
        monkeypatch.setattr("service.answer.warm_up", lambda index: None)
        monkeypatch.setattr("eval.answerers.LocalAnswerer", lambda index, settings: fake)

    return put


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    """Two questions on the river, one on a treaty that is not held, one to abstain from."""
    moon = case("d", gold=(GoldLocator("moon", "1"),))
    cases = [case("a"), case("b", "terse"), no_answer_case("n"), moon]
    path = tmp_path / "gold.jsonl"
    path.write_text("\n".join(json.dumps(c.to_json()) for c in cases), encoding="utf-8")
    return path


def river_or_abstain(question: str, _: Sequence[str]) -> Answer:
    return abstain() if question == "Question n?" else answer(GOOD)


def test_one_json_document_goes_to_stdout(answering: Any, gold: Path, capsys: Any) -> None:
    answering(FakeAnswerer(river_or_abstain, hits=[hit("river", "art_2")]))
    assert eval_run(gold, "--held-only", "--json") == 0
    printed = capsys.readouterr()
    document = json.loads(printed.out)
    assert (document["cases"], document["partial"], document["passed"]) == (3, False, True)
    assert document["measures"]["hit@1"] == {"mean": 1.0, "low": 1.0, "high": 1.0, "cases": 2}
    assert list(document["by_type"]) == ["lay", "terse", "not_found"]
    assert [gate["value"] for gate in document["gates"]] == [1.0, 1.0, 1.0, 1.0]
    assert [result["id"] for result in document["results"]] == ["a", "b", "n"]
    assert document["description"]["left_out"] == ["d"]
    assert printed.err == "pacta eval: 1 of 4 cases left out: moon not in the index.\n"


def test_treaties_that_are_not_held_stop_the_run(answering: Any, gold: Path, capsys: Any) -> None:
    answering(perfect())
    assert eval_run(gold) == 3
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "moon (1 case: d)" in printed.err
    assert "Ingest them: pacta ingest PATH" in printed.err
    assert "the other 3 of 4 cases with --held-only" in printed.err


def test_the_samples_say_how_to_ingest_them(answering: Any, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    assert SAMPLES.is_file()
    answering(perfect())
    assert eval_run() == 3
    assert "pacta ingest ingest/samples" in capsys.readouterr().err

    def none_yet(home: Path) -> None:
        raise IndexMissing(f"{home}: no index here.")

    monkeypatch.setattr("ingest.index.open_index", none_yet)
    assert eval_run("--home", "nowhere") == 3
    printed = capsys.readouterr().err
    assert "nowhere: no index here." in printed
    assert "pacta ingest ingest/samples" in printed


def test_a_run_is_kept_in_a_folder(answering: Any, gold: Path, tmp_path: Path, capsys: Any) -> None:
    answering(FakeAnswerer(river_or_abstain, hits=[hit("river", "art_2")]))
    out = tmp_path / "deep" / "out"
    assert eval_run(gold, "--held-only", "--out", out) == 0
    assert sorted(path.name for path in out.iterdir()) == sorted(set(FILES) - {"journal.jsonl"})
    assert f"look at {out / 'report.html'}" in capsys.readouterr().err
    description = json.loads((out / "run.json").read_text("utf-8"))
    assert (description["index"], description["seed"], description["left_out"]) == ("g1", 0, ["d"])
    assert description["cases"]["count"] == 3
    assert {"commit", "libraries", "code_sha256", "python"} < description["versions"].keys()


def test_a_finished_run_is_not_written_over_unless_told_to(
    answering: Any, gold: Path, tmp_path: Path, capsys: Any
) -> None:
    answering(FakeAnswerer(river_or_abstain, hits=[hit("river", "art_2")]))
    options = (gold, "--held-only", "--out", tmp_path / "out")
    assert eval_run(*options) == 0
    assert eval_run(*options) == 2
    assert "it holds a finished run. Give a new folder, or add --overwrite." in capsys.readouterr().err
    assert eval_run(*options, "--overwrite") == 0


def test_types_and_limit_choose_cases(answering: Any, gold: Path, capsys: Any) -> None:
    answering(FakeAnswerer(river_or_abstain, hits=[hit("river", "art_2")]))
    assert eval_run(gold, "--types", "terse, not_found", "--json") == 0
    assert json.loads(capsys.readouterr().out)["cases"] == 2
    assert eval_run(gold, "--limit", 1, "--json") == 0
    assert [r["id"] for r in json.loads(capsys.readouterr().out)["results"]] == ["a"]


def test_wrong_use_is_code_2(answering: Any, gold: Path, capsys: Any) -> None:
    answering(perfect())
    assert eval_run(gold, "--types", "lay,layy") == 2
    assert "no case is of type layy. Types: lay, terse, not_found" in capsys.readouterr().err
    assert eval_run(gold, "--overwrite") == 2
    assert "Name one with --out DIR" in capsys.readouterr().err
    assert eval_run(gold, "--url", "http://127.0.0.1:1", "--home", "x") == 2
    assert "Leave one of them out" in capsys.readouterr().err
    for option, value in (("--limit", "0"), ("--jobs", "x")):
        with pytest.raises(SystemExit) as left:
            eval_run(gold, option, value)
        assert left.value.code == 2
        assert f"{value} is not a whole number from 1 up" in capsys.readouterr().err


def test_what_cannot_be_read_or_written_is_code_3(answering: Any, gold: Path, tmp_path: Path, capsys: Any) -> None:
    answering(perfect())
    assert eval_run(tmp_path / "absent.jsonl") == 3
    assert "absent.jsonl" in capsys.readouterr().err
    assert eval_run(gold, "--held-only", "--out", gold) == 3
    assert "Give another folder with --out" in capsys.readouterr().err


def test_a_failed_gate_is_named_on_stderr(answering: Any, gold: Path, capsys: Any) -> None:
    bad = answer(replace(GOOD, quote="sixty-one officers"))
    answering(FakeAnswerer(lambda *_: bad))
    assert eval_run(gold, "--types", "terse", "--json") == 1
    printed = capsys.readouterr()
    assert not json.loads(printed.out)["passed"]
    assert "pacta eval: quote validity does not hold: 0.000 (0 of 1)" in printed.err


def test_a_stopped_run_is_reported_as_partial(answering: Any, gold: Path, capsys: Any) -> None:
    def action(question: str, _: Sequence[str]) -> Answer:
        if question == "Question n?":
            raise KeyboardInterrupt
        return answer(GOOD)

    answering(FakeAnswerer(action))
    assert eval_run(gold, "--held-only") == 1
    printed = capsys.readouterr()
    assert "Partial: stopped after 2 of 3 cases" in printed.out
    assert "stopped after 2 of 3 cases" in printed.err


def test_gold_that_the_index_does_not_have_is_mentioned(answering: Any, tmp_path: Path, capsys: Any) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text(json.dumps(case("a", article="22").to_json()), encoding="utf-8")
    answering(perfect())
    assert eval_run(path, "--json") == 0
    assert "The index has no river/art_22" in capsys.readouterr().err


def test_a_split_is_chosen_by_name(answering: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answering(perfect())
    path = tmp_path / "split.jsonl"
    cases = [case("a", split="dev"), case("b", split="test"), case("c")]
    path.write_text("".join(json.dumps(one.to_json()) + "\n" for one in cases), "utf-8")
    assert eval_run(path, "--split", "test", "--json") == 0
    assert [result["id"] for result in json.loads(capsys.readouterr().out)["results"]] == ["b"]
    assert eval_run(path, "--split", "train") == 2
    assert "Splits: dev, test." in capsys.readouterr().err
