"""``--judge``: what a model says of the answers stands beside the measures and moves none of them."""

import argparse
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from eval_fakes import FakeAnswerer, abstain, answer, case, cite, hit, no_answer_case
from llm_fakes import serve_fake_llm

from eval.cli import add_eval_parser

pytest.importorskip(
    "llama_index.llms.openai_like", reason="the judge's client is not installed: pip install -e '.[llm]'"
)

PASSES = '{"passing": true, "feedback": "It says so."}'
GOOD = cite("river", "art_2__para_1")


def eval_run(*words: object) -> int:
    parser = argparse.ArgumentParser(prog="pacta")
    add_eval_parser(parser.add_subparsers())
    args = parser.parse_args(["eval", "run", *map(str, words)])
    return int(args.run(args))


@pytest.fixture
def gold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two questions, the second to abstain from, and an index that answers the first."""
    path = tmp_path / "gold.jsonl"
    cases = [case("a"), no_answer_case("n")]
    path.write_text("".join(json.dumps(one.to_json()) + "\n" for one in cases), "utf-8")
    fake = FakeAnswerer(
        lambda question, _: answer(GOOD) if question == "Question a?" else abstain(), [hit("river", "art_2")]
    )
    monkeypatch.setattr("ingest.index.open_index", lambda home: SimpleNamespace(close=lambda: None))
    monkeypatch.setattr("service.answer.warm_up", lambda index: None)
    monkeypatch.setattr("eval.answerers.LocalAnswerer", lambda index, settings: fake)
    return path


@pytest.mark.parametrize(
    ("faithful", "scores", "failed"),
    [
        pytest.param("YES", {"faithfulness": 1, "correctness": 0.25, "key_fact_recall_judged": 1}, set(), id="read"),
        pytest.param("Perhaps.", {"correctness": 0.25, "key_fact_recall_judged": 1}, {"faithfulness"}, id="unreadable"),
    ],
)
def test_what_the_model_says_is_kept_and_decides_nothing(
    gold: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Any,
    faithful: str,
    scores: dict[str, float],
    failed: set[str],
) -> None:
    with serve_fake_llm() as llm:
        llm.replies = {"faithfulness": faithful, "correctness": "2\nHardly.", "key_fact_recall_judged": PASSES}
        monkeypatch.setenv("PACTA_LLM_URL", llm.url)
        monkeypatch.setenv("PACTA_LLM_MODEL", "judge-1")
        monkeypatch.setenv("PACTA_LLM_KEY", "sk-secret")
        assert eval_run(gold, "--judge", "--out", tmp_path / "run") == 0
    printed = capsys.readouterr()
    lines = [json.loads(line) for line in (tmp_path / "run" / "cases.jsonl").read_text("utf-8").splitlines()]
    assert lines[0]["judged"]["scores"] == scores
    assert lines[0]["judged"]["failed"].keys() == failed
    assert "judged" not in lines[1], "an abstention is not judged"
    assert [line["right"] for line in lines] == [True, True], "a mark of 2 of 5 notwithstanding"
    summary = json.loads((tmp_path / "run" / "summary.json").read_text("utf-8"))
    assert summary["measures"]["correctness"]["mean"] == 0.25
    assert ("faithfulness" in summary["measures"]) == ("faithfulness" in scores), "never a figure without evidence"
    assert "correct (judged) 0.25" in printed.out
    assert ("verdicts of the model missing: 1" in printed.out) == bool(failed)
    assert json.loads((tmp_path / "run" / "run.json").read_text("utf-8"))["settings"]["judge"]["model"] == "judge-1"
    for path in (tmp_path / "run").iterdir():
        assert "sk-secret" not in path.read_text("utf-8"), path.name
    asked = {request.measure for request in llm.asked}
    assert asked == {"faithfulness", "correctness", "key_fact_recall_judged"}
    assert all("sixty police officers on its bank" in request.prompt for request in llm.asked)


def test_without_a_model_nothing_is_asked(gold: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.delenv("PACTA_LLM_URL", raising=False)
    assert eval_run(gold, "--judge") == 2
    assert "Set PACTA_LLM_URL and PACTA_LLM_MODEL" in capsys.readouterr().err
    monkeypatch.setenv("PACTA_LLM_URL", "http://127.0.0.1:1/v1")
    monkeypatch.delenv("PACTA_LLM_MODEL", raising=False)
    assert eval_run(gold, "--judge") == 3
    assert "PACTA_LLM_MODEL is not set" in capsys.readouterr().err
