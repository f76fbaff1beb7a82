"""``pacta eval`` on texts with claims: run, lint, gate, compare, and a service in the place of the index."""

import argparse
import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from claim_fakes import POLICE, FakeChecker, gold, perfect_report, span, text_case
from eval_fakes import TREATIES, case, make_treaty

from eval.answerers import AnswererLost, RemoteAnswerer
from eval.claim_cases import ClaimCase
from eval.claim_lint import lint_claims
from eval.cli import add_eval_parser
from eval.gate import CLAIM_PROMISES, GateRefused, load_thresholds
from eval.gate_command import THRESHOLDS
from eval.glossary import MEASURES


def pacta_eval(*words: object) -> int:
    parser = argparse.ArgumentParser(prog="pacta")
    add_eval_parser(parser.add_subparsers())
    args = parser.parse_args(["eval", *map(str, words)])
    return int(args.run(args))


@pytest.fixture
def checking(monkeypatch: pytest.MonkeyPatch) -> FakeChecker:
    """A fake in the place of the index that the commands open."""
    fake = FakeChecker()
    index = SimpleNamespace(close=lambda: None, treaties=TREATIES)
    monkeypatch.setattr("ingest.index.open_index", lambda home: index)
    monkeypatch.setattr("eval.cli.default_home", lambda: Path("home"))
    monkeypatch.setattr("service.answer.warm_up", lambda index: None)
    monkeypatch.setattr("eval.answerers.LocalAnswerer", lambda index, settings: fake)
    return fake


def write(path: Path, *cases: Any) -> Path:
    path.write_text("\n".join(json.dumps(one.to_json()) for one in cases), "utf-8")
    return path


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    return write(tmp_path / "claims.jsonl", text_case("a"), text_case("b", split="test"))


def test_a_run_is_kept_gated_and_not_compared(checking: FakeChecker, texts: Path, tmp_path: Path, capsys: Any) -> None:
    out, baseline = tmp_path / "run", tmp_path / "claims.baseline.json"
    assert pacta_eval("run", texts, "--out", out, "--json") == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["cases"], document["claims"], document["passed"]) == (2, 4, True)
    assert document["measures"]["verdict_accuracy"] == {"mean": 1.0, "low": 1.0, "high": 1.0, "cases": 4}
    assert [result["id"] for result in document["results"]] == ["a", "b"]
    assert "<!doctype html>" in (out / "report.html").read_text("utf-8")

    assert pacta_eval("gate", out, "--write-baseline", baseline) == 0
    assert pacta_eval("gate", out, "--against", baseline) == 1, (
        "nothing of these was called wrong, so it cannot be told"
    )
    printed = capsys.readouterr()
    assert "false right is missing from the run and the baseline" in printed.err
    assert "Gate: 2 texts of claims.jsonl" in printed.out
    assert set(json.loads(baseline.read_text("utf-8"))["by_type"]) == {"verbatim", "paraphrase_supported"}

    assert pacta_eval("compare", out, out) == 3
    assert "not compared case by case" in capsys.readouterr().err


def test_a_split_is_chosen(checking: FakeChecker, texts: Path, capsys: Any) -> None:
    assert pacta_eval("run", texts, "--split", "test", "--json") == 0
    assert [result["id"] for result in json.loads(capsys.readouterr().out)["results"]] == ["b"]


def test_treaties_that_are_not_held_stop_the_run(checking: FakeChecker, tmp_path: Path, capsys: Any) -> None:
    moon = text_case("m", gold(POLICE, "altered", "moon"))
    path = write(tmp_path / "claims.jsonl", moon, text_case("a"))
    assert pacta_eval("run", path) == 3
    assert "moon (1 case: m)" in capsys.readouterr().err
    assert pacta_eval("run", path, "--held-only") == 0
    assert "1 of 2 cases left out: moon not in the index." in capsys.readouterr().err


def test_wrong_use(checking: FakeChecker, texts: Path, tmp_path: Path, capsys: Any) -> None:
    questions = write(tmp_path / "questions.jsonl", case("q"))
    assert pacta_eval("run", texts, questions) == 2
    assert f"{texts}: texts with claims. Run them apart from questions." in capsys.readouterr().err
    assert pacta_eval("run", texts, "--judge") == 2
    assert "no answers to judge" in capsys.readouterr().err


def test_lint_is_of_claims(checking: FakeChecker, tmp_path: Path, capsys: Any) -> None:
    path = write(tmp_path / "claims.jsonl", text_case("a", gold(POLICE, "altered", "river", "9")))
    assert pacta_eval("lint", path) == 1
    printed = capsys.readouterr().out
    assert "fault  a: claim 1 (altered): river has no art_9 to compare with." in printed
    assert "1 claim in 1 text: 1 faults" in printed


# --- lint

EXCERPT = make_treaty("part", {"1": "One.", "3": "Three."})
HELD = {**TREATIES, "part": replace(EXCERPT, treaty=replace(EXCERPT.treaty, text_status="excerpt"))}


def quoting(words: str, verdict: Any = "verbatim", article: str | None = "2") -> ClaimCase:
    text = f"Article 2 says “{words}”, they said."
    claim = replace(gold(f"Article 2 says “{words}”", verdict, "river", article, text=text), content=span(text, words))
    return text_case("x", claim, text=text)


@pytest.mark.parametrize(
    ("odd", "weight", "says"),
    [
        pytest.param(
            text_case("x", gold(POLICE, "altered", "moon")), "fault", "moon is not held", id="treaty not held"
        ),
        pytest.param(
            text_case("x", gold(POLICE, "verbatim", None)), "fault", "no treaty is claimed", id="verbatim of none"
        ),
        pytest.param(text_case("x", gold(POLICE, "not_held")), "fault", "what is claimed of river is held", id="held"),
        pytest.param(
            text_case("x", gold(POLICE, "not_held", "part", "3")), "fault", "is held", id="held in the excerpt"
        ),
        pytest.param(quoting("sixty policemen"), "doubt", "not, letter for letter, in river/art_2", id="not verbatim"),
        pytest.param(quoting("sixty policemen", article=None), "doubt", "in river.", id="not verbatim in all of it"),
    ],
)
def test_what_is_wrong_with_a_claim(odd: ClaimCase, weight: str, says: str) -> None:
    (finding,) = [finding for finding in lint_claims([odd], HELD) if finding.case]
    assert (finding.weight, says in finding.what) == (weight, True)


@pytest.mark.parametrize(
    "sound",
    [
        pytest.param(text_case("x", gold(POLICE, "not_found", "river", "19")), id="an article that is not there"),
        pytest.param(text_case("x", gold(POLICE, "not_held", "part", "2")), id="beyond an excerpt"),
        pytest.param(text_case("x", gold(POLICE, "not_held", None, "231")), id="a treaty not held"),
        pytest.param(
            quoting("Each party … MAY [now] post sixty police officers"), id="verbatim but for what is harmless"
        ),
    ],
)
def test_nothing_is_wrong_with_a_sound_claim(sound: ClaimCase) -> None:
    assert [finding for finding in lint_claims([sound], HELD) if finding.case] == []


def test_misattributed_words_stand_elsewhere() -> None:
    here = replace(gold(POLICE, "misattributed"), found_in=tuple(case("c").gold))
    (finding,) = [finding for finding in lint_claims([text_case("x", here)], HELD) if finding.case]
    assert "stand where they are claimed to" in finding.what


def test_texts_that_are_nearly_the_same_and_few_claims_are_doubted() -> None:
    found = [str(finding) for finding in lint_claims([text_case("a"), text_case("b", split="")], HELD)]
    assert "a: has nearly the same words as b. Keep one, or write another text." in found
    assert "1 of 2 texts are of no split. Say dev or test." in found
    assert any(what.startswith("verdict altered has 0 claims") for what in found)


# --- thresholds


def test_the_thresholds_of_the_project_for_claims() -> None:
    thresholds = load_thresholds(THRESHOLDS, "claims")
    assert thresholds.promises == dict.fromkeys(CLAIM_PROMISES, 1.0)
    assert {MEASURES[name].group for name in thresholds.worse_by} == {"claims"}
    assert "false_right" in thresholds.worse_by


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            "[claims.worse_by]\nright = 0.1\n", 'line 2: "right" is not known.*verdict_accuracy', id="a question's"
        ),
        pytest.param("[worse_by]\nfalse_right = 0.1\n", 'line 2: "false_right" is not known', id="a claim's"),
        pytest.param("[claims.promises]\nmarks_match = 1\n", 'line 2: "marks_match" is not known', id="no marks"),
        pytest.param(
            "[claims.worse]\nright = 1\n", r'line 1: "claims.worse" is not known.*\[claims.worse_by\]', id="table"
        ),
        pytest.param("claims = 1\n", '"claims" is no table', id="no table"),
        pytest.param(
            "[worse_by]\nright = 0.1\n", r"names nothing for claims.*\[claims.worse_by\]", id="none for claims"
        ),
    ],
)
def test_thresholds_that_cannot_be_meant(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "gates.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(GateRefused, match=message):
        load_thresholds(file, "claims")


# --- over HTTP


def serving(document: dict[str, Any], asked: list[Any]) -> RemoteAnswerer:
    def respond(request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            return httpx.Response(200, json={"index": "g1", "treaties": [{"id": "river"}]})
        asked.append((request.url.path, json.loads(request.content)))
        return httpx.Response(200, json=document)

    return RemoteAnswerer("http://pacta.test", transport=httpx.MockTransport(respond))


def test_a_service_is_asked_to_check() -> None:
    asked: list[Any] = []
    document = serving(perfect_report(), asked).check("Some text.")
    assert asked == [("/v1/check", {"text": "Some text."})]
    assert document["claims"] == perfect_report()["claims"]
    assert document["timings_ms"].keys() == {"judging", "total", "round_trip"}


def test_a_service_that_went_over_to_another_index_ends_the_run() -> None:
    with pytest.raises(AnswererLost, match="another index"):
        serving(perfect_report() | {"index": "g2"}, []).check("Some text.")
