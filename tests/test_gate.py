"""The gate: each way to fail it, which way each measure counts, and that nothing missing ever passes."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from run_fakes import DESCRIPTION, call, finished, keep

from eval.baseline import Figures, NoBaseline, read_figures, write_baseline
from eval.errors import WrongUse
from eval.gate import PROMISES, Check, GateRefused, Thresholds, check_run, load_thresholds
from eval.gate_command import THRESHOLDS, add_gate_parser
from eval.glossary import MEASURES
from eval.journal import FolderUnusable

PROMISE_NAMES = [name.replace("_", " ") for name in PROMISES]


def figures(
    measures: Mapping[str, float],
    by_type: Mapping[str, Mapping[str, float]] | None = None,
    promises: Mapping[str, tuple[float | None, bool]] | None = None,
    **changes: Any,
) -> Figures:
    """The figures of a run of ten cases, with these means and promises; ``changes`` go into its description."""

    def means(values: Mapping[str, float]) -> dict[str, Any]:
        return {name: {"mean": value, "cases": 10} for name, value in values.items()}

    kept = dict.fromkeys(PROMISE_NAMES, (1.0, True)) | dict(promises or {})
    return Figures.model_validate(
        {
            "description": {**DESCRIPTION, **changes},
            "cases": 10,
            "partial": False,
            "gates": [{"name": name, "value": value, "passed": passed} for name, (value, passed) in kept.items()],
            "measures": means(measures),
            "by_type": {kind: {"cases": 5, "measures": means(values)} for kind, values in (by_type or {}).items()},
        }
    )


def check(
    before: Mapping[str, float], now: Mapping[str, float], allowed: Mapping[str, float], **by_type: Any
) -> list[Check]:
    baseline = figures(before, {kind: values[0] for kind, values in by_type.items()})
    later = figures(now, {kind: values[1] for kind, values in by_type.items()})
    return check_run(later, baseline, Thresholds({}, allowed))


# --- measures


@pytest.mark.parametrize(
    ("measure", "before", "now", "allowed", "passes"),
    [
        pytest.param("right", 0.90, 0.90, 0.0, True, id="the same"),
        pytest.param("right", 0.90, 0.95, 0.0, True, id="more is better"),
        pytest.param("right", 0.90, 0.88, 0.02, True, id="as much less as is allowed"),
        pytest.param("right", 0.90, 0.879, 0.02, False, id="a little less than is allowed"),
        pytest.param("right", 0.90, 0.89, 0.0, False, id="no room at all"),
        pytest.param("over_refusal", 0.10, 0.05, 0.0, True, id="less is better"),
        pytest.param("over_refusal", 0.10, 0.12, 0.02, True, id="as much more as is allowed"),
        pytest.param("over_refusal", 0.10, 0.121, 0.02, False, id="a little more than is allowed"),
        pytest.param("AURC", 0.0, 0.3, 0.1, False, id="less is better of an area too"),
    ],
)
def test_how_much_worse_a_measure_may_be(measure: str, before: float, now: float, allowed: float, passes: bool) -> None:
    (found,) = check({measure: before}, {measure: now}, {measure: allowed})
    assert found.passed is passes
    assert (found.baseline, found.now, found.limit) == (before, now, allowed)
    assert found.worse_by is not None
    assert (found.worse_by > allowed) is not passes
    assert bool(found.remark) is not passes


@pytest.mark.parametrize("name", [name for name, measure in MEASURES.items() if measure.better != "neither"])
def test_every_measure_with_a_better_way_can_be_held(name: str) -> None:
    worse, better = (0.2, 0.8) if MEASURES[name].better == "higher" else (0.8, 0.2)
    assert not check({name: better}, {name: worse}, {name: 0.5})[0].passed
    assert check({name: worse}, {name: better}, {name: 0.5})[0].passed


def test_a_fall_is_told_with_its_size_and_its_types() -> None:
    (found,) = check(
        {"right": 0.9},
        {"right": 0.8},
        {"right": 0.02},
        lay=({"right": 0.9}, {"right": 0.7}),
        terse=({"right": 0.8}, {"right": 0.79}),
        exact=({"right": 0.8}, {"right": 0.9}),
        gone=({"right": 0.8}, {}),
    )
    assert found.remark == (
        "right fell by 0.100, from 0.900 to 0.800; 0.020 is allowed. By type: lay 0.900 to 0.700, terse 0.800 to 0.790"
    )
    assert [(fall.type, fall.baseline, fall.now) for fall in found.types] == [("lay", 0.9, 0.7), ("terse", 0.8, 0.79)]

    (rose,) = check({"over_refusal": 0.1}, {"over_refusal": 0.3}, {"over_refusal": 0.1},
                    lay=({"over_refusal": 0.1}, {"over_refusal": 0.5}))  # fmt: skip
    assert rose.remark == (
        "over-refusal rose by 0.200, from 0.100 to 0.300; 0.100 is allowed. By type: lay 0.100 to 0.500"
    )


def test_many_types_are_counted_not_listed() -> None:
    types = {f"t{n}": ({"right": 0.9}, {"right": 0.8 - n / 100}) for n in range(7)}
    (found,) = check({"right": 0.9}, {"right": 0.8}, {"right": 0.0}, **types)
    assert found.remark.endswith("t6 0.900 to 0.740, t5 0.900 to 0.750, t4 0.900 to 0.760, t3 0.900 to 0.770, "
                                 "t2 0.900 to 0.780 and 2 more")  # fmt: skip
    assert len(found.types) == 7


@pytest.mark.parametrize(
    ("before", "now", "missing_from"),
    [
        pytest.param({}, {"right": 1.0}, "the baseline", id="baseline"),
        pytest.param({"right": 1.0}, {}, "the run", id="run"),
        pytest.param({}, {}, "the run and the baseline", id="both"),
    ],
)
def test_a_measure_that_is_missing_fails(before: dict[str, float], now: dict[str, float], missing_from: str) -> None:
    (found,) = check(before, now, {"right": 1.0})
    assert not found.passed
    assert found.remark == f"right is missing from {missing_from}"
    assert found.worse_by is None


# --- promises


@pytest.mark.parametrize(
    ("value", "gate_passed", "least", "remark"),
    [
        pytest.param(1.0, True, 1.0, "", id="all held"),
        pytest.param(0.99997, False, 1.0, "marks match does not hold: 0.999, and 1 is needed", id="one did not"),
        pytest.param(0.9, False, 0.9, "", id="a lower promise"),
        pytest.param(None, False, 1.0, "marks match cannot be told: nothing was quoted", id="nothing to check it by"),
        pytest.param(None, True, 1.0, "", id="nothing that had to be quoted"),
    ],
)
def test_promises_hold_or_not(value: float | None, gate_passed: bool, least: float, remark: str) -> None:
    run = figures({}, promises={"marks match": (value, gate_passed)})
    (found,) = check_run(run, figures({}), Thresholds({"marks_match": least}, {}))
    assert (found.passed, found.remark) == (not remark, remark)
    assert found.promise


def test_a_promise_that_is_missing_fails() -> None:
    run = figures({})
    run = run.model_copy(update={"gates": run.gates[1:]})
    (found,) = check_run(run, figures({}), Thresholds({"quote_validity": 0.0}, {}))
    assert (found.passed, found.remark) == (False, "quote validity is missing from the run")


def test_promises_are_held_whatever_the_baseline() -> None:
    broken = figures({}, promises={"no crash": (0.5, False)})
    (found,) = check_run(broken, broken, Thresholds({"no_crash": 1.0}, {}))
    assert not found.passed


# --- what does not compare


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        pytest.param({"gold": [{"path": "river.jsonl", "sha256": "e" * 64}]}, "another gold set", id="gold"),
        pytest.param({"gold": DESCRIPTION["gold"] * 2}, "another gold set", id="one more gold set"),
        pytest.param({"cases": {"ids_sha256": "e" * 64}}, "another choice of cases", id="cases"),
    ],
)
def test_other_cases_are_refused_with_the_remedy(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(GateRefused, match=rf"baseline is of {reason}.*--write-baseline FILE"):
        check_run(figures({}, **changes), figures({}), Thresholds({}, {}))


def test_another_place_of_the_same_gold_set_compares() -> None:
    moved = figures({"right": 1.0}, gold=[{"path": "elsewhere/other.jsonl", "sha256": "a" * 64}], index="g2")
    assert check_run(moved, figures({"right": 1.0}), Thresholds({}, {"right": 0.0}))[0].passed


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param('{"cases": 3}', "not the summary of a run .*description: field required", id="another document"),
        pytest.param("[]", "no JSON object", id="no object"),
        pytest.param("{", "not JSON", id="cut off"),
        pytest.param("{NaN}", "finite number", id="NaN as a mean"),
        pytest.param('{"1.0"}', "valid number", id="text as a mean"),
        pytest.param("{PARTIAL}", "stopped before its end", id="partial"),
    ],
)
def test_what_is_no_summary_of_a_whole_run_is_refused(tmp_path: Path, text: str, message: str) -> None:
    document = json.loads(figures({"right": 0.25}).model_dump_json())
    whole = json.dumps(document)
    texts = {
        "{NaN}": whole.replace("0.25", "NaN"),
        '{"1.0"}': whole.replace("0.25", '"1.0"'),
        "{PARTIAL}": json.dumps({**document, "partial": True}),
    }
    file = tmp_path / "summary.json"
    file.write_text(texts.get(text, text), "utf-8")
    with pytest.raises((NoBaseline, FolderUnusable), match=message) as caught:
        read_figures(file)
    assert str(file) in str(caught.value)


def test_a_run_that_is_not_finished_is_refused(tmp_path: Path) -> None:
    (tmp_path / "journal.jsonl").touch()
    with pytest.raises(NoBaseline, match="the run is not finished"):
        read_figures(tmp_path)
    with pytest.raises(FolderUnusable, match="No such file"):
        read_figures(tmp_path / "none.json")


# --- thresholds


def test_the_thresholds_of_the_project_are_in_order() -> None:
    thresholds = load_thresholds(THRESHOLDS)
    assert thresholds.promises == dict.fromkeys(PROMISES, 1.0)
    assert "right" in thresholds.worse_by
    assert all(0 < allowed <= 0.05 for allowed in thresholds.worse_by.values())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("[worse_by]\nright = 0.1\nrihgt = 0.1\n", 'line 3: "rihgt" is not known.*right, hit@1', id="key"),
        pytest.param(
            "[promises]\n# marks\n marks = 1\n", r'line 3: "marks" is not known.*quote_validity', id="promise"
        ),
        pytest.param("[promises]\nright = 1\n", 'line 2: "right" is not known', id="a measure is no promise"),
        pytest.param('[worse_by]\n"hit@11" = 0\n', 'line 2: "hit@11" is not known', id="key in quotation marks"),
        pytest.param("[worse_by]\nlength = 1\n", 'line 2: "length" is neither better nor worse', id="no better way"),
        pytest.param(
            "[worse]\nright = 1\n", r'line 1: "worse" is not known.*\[promises\] and \[worse_by\]', id="section"
        ),
        pytest.param("right = 1\n", '"right" is not known', id="key without a section"),
        pytest.param("worse_by = {rihgt = 1}\n", '"rihgt" is not known', id="table on one line"),
        pytest.param('[worse_by]\nright = "1"\n', "line 2: \"right\" is '1'. Write a number", id="text"),
        pytest.param("[worse_by]\nright = true\n", 'line 2: "right" is True', id="truth value"),
        pytest.param("[worse_by]\nright = nan\n", 'line 2: "right" is nan', id="nan would pass everything"),
        pytest.param("[worse_by]\nright = inf\n", 'line 2: "right" is inf', id="inf would pass everything"),
        pytest.param("[worse_by]\nright = -0.1\n", 'line 2: "right" is -0.1', id="negative"),
        pytest.param("[promises]\nno_crash = 1.1\n", 'line 2: "no_crash" is 1.1.*from 0 to 1', id="more than all"),
        pytest.param("[worse_by]\nright = \n", "cannot be read as TOML .*line 2", id="no TOML"),
        pytest.param("# nothing\n[worse_by]\n", "it names nothing", id="empty, which would pass everything"),
    ],
)
def test_thresholds_that_cannot_be_meant_are_named(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "gates.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(GateRefused, match=message) as caught:
        load_thresholds(file)
    assert str(caught.value).startswith(str(file))


def test_thresholds_that_are_not_there() -> None:
    with pytest.raises(GateRefused, match=r"none\.toml: No such file"):
        load_thresholds(Path("none.toml"))


# --- the baseline


def test_a_baseline_keeps_what_is_checked_and_nothing_else(tmp_path: Path) -> None:
    folder = keep(tmp_path / "run", [finished("a", confidence=0.9, MRR=1 / 3, ms=12.5), finished("b", False, MRR=0)])
    file = tmp_path / "baseline.json"
    write_baseline(read_figures(folder), file)
    text = file.read_text("utf-8")
    assert read_figures(file) == read_figures(folder)
    document = json.loads(text)
    assert document["measures"]["MRR"] == {"mean": 0.166667, "cases": 2}
    assert document["description"] == {
        "gold": [{"name": "river.jsonl", "sha256": "a" * 64}],
        "cases": {"ids_sha256": "b" * 64},
        "versions": {"commit": "c" * 40, "code_sha256": "d" * 64},
    }
    for kept_back in (
        "/home/someone",
        "numpy",
        "machine",
        "latency",
        "2026",
        "12.5",
        "Sixty",
        "river/",
        "max_sentences",
    ):
        assert kept_back not in text
    assert '\n    "MRR": {"mean": 0.166667, "cases": 2}' in text, "a line for each measure"
    assert [name for name in document["measures"] if name in ("right", "MRR", "AURC")] == ["right", "MRR", "AURC"]

    again = tmp_path / "again.json"
    write_baseline(read_figures(file), again)
    assert again.read_bytes() == file.read_bytes()


def test_a_baseline_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(NoBaseline, match="Give another file with --write-baseline"):
        write_baseline(figures({}), tmp_path / "none" / "baseline.json")


# --- the command


@pytest.fixture
def thresholds(tmp_path: Path) -> Path:
    file = tmp_path / "gates.toml"
    file.write_text("[promises]\nno_crash = 0.5\n[worse_by]\nright = 0.1\nMRR = 0.1\n", "utf-8")
    return file


def test_a_run_as_good_as_its_baseline_passes(
    tmp_path: Path, thresholds: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = keep(tmp_path / "good", [finished("a", confidence=0.9, MRR=1.0), finished("b", confidence=0.9, MRR=0.5)])
    baseline = tmp_path / "baseline.json"
    assert call(add_gate_parser, "gate", good, "--write-baseline", baseline) == 0
    assert capsys.readouterr().out == f"The figures of 2 cases are in {baseline}.\n"
    for against in (baseline, good, good / "summary.json"):
        assert call(add_gate_parser, "gate", good, "--against", against, "--thresholds", thresholds) == 0
        out, err = capsys.readouterr()
        assert "Gate: 2 cases of river.jsonl, against a baseline of commit cccccccccccc" in out
        assert "All 3 hold." in out
        assert err == ""
        assert "\x1b[" not in out
        assert max(len(line) for line in out.splitlines()) <= 80


def test_a_run_that_is_worse_fails_and_says_where(
    tmp_path: Path, thresholds: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = keep(
        tmp_path / "good", [finished("a", confidence=0.9, MRR=0.5), finished("b", type_="terse", confidence=0.9)]
    )
    bad = keep(
        tmp_path / "bad", [finished("a", confidence=0.9, MRR=1.0), finished("b", False, "terse", confidence=0.9)]
    )
    gate = ("gate", bad, "--against", good, "--thresholds", thresholds)
    assert call(add_gate_parser, *gate) == 1
    out, err = capsys.readouterr()
    rows = {line[:10].strip(): line[10:].split() for line in out.splitlines()}
    assert rows["right"] == ["1.000", "0.500", "−0.500", "−0.100", "FAIL"]
    assert rows["MRR"] == ["0.500", "1.000", "+0.500", "−0.100", "holds"]
    assert "1 of 3 fail. Better than the baseline: 1." in out
    assert err == (
        "pacta eval: right fell by 0.500, from 1.000 to 0.500; 0.100 is allowed. By type: terse 1.000 to 0.000.\n"
    )
    assert call(add_gate_parser, *gate, "--json") == 1
    document = json.loads(capsys.readouterr().out)
    assert document["passed"] is False
    assert [(found["name"], found["passed"]) for found in document["checks"]] == [
        ("no_crash", True), ("right", False), ("MRR", True),
    ]  # fmt: skip
    assert document["checks"][1]["types"] == [{"type": "terse", "baseline": 1.0, "now": 0.0}]


def test_a_baseline_of_a_run_that_broke_a_promise_is_no_good(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    crashed = keep(tmp_path / "run", [finished("a", False, fault="crashed")])
    assert call(add_gate_parser, "gate", crashed, "--write-baseline", tmp_path / "baseline.json") == 0
    assert "no crash does not hold in this run, so it is no good baseline." in capsys.readouterr().err


def test_wrong_use(tmp_path: Path, thresholds: Path) -> None:
    run = keep(tmp_path / "run", [finished("a")])
    with pytest.raises(WrongUse, match="--write-baseline"):
        call(add_gate_parser, "gate", run, "--write-baseline", tmp_path / "b", "--thresholds", thresholds)
    for arguments in ((), ("--against", run, "--write-baseline", run)):
        with pytest.raises(SystemExit) as caught:
            call(add_gate_parser, "gate", run, *arguments)
        assert caught.value.code == 2
