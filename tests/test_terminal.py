"""The report on the terminal: figures worked out by hand, legible for a person and a pipe."""

import io
import json
from collections.abc import Sequence
from dataclasses import replace

import pytest
from eval_fakes import FakeAnswerer, abstain, answer, case, cite, hit, no_answer_case
from rich.console import Console

from eval.cases import GoldLocator
from eval.run import Finished, run_cases
from eval.summary import Summary, summarise
from eval.terminal import print_report, report_console, to_document
from service.models import Answer

DESCRIPTION = {"gold": [{"path": "sets/gold.jsonl", "sha256": "0"}], "index": "g1", "jobs": 1}
GOOD = cite("river", "art_2__para_1")


def act(question: str, _: Sequence[str]) -> Answer:
    """Right on a and b, wrong on c, refuses d, crashes on e, abstains from n and not from m."""
    name = question.split()[1][0]
    if name == "e":
        raise OSError("disk [gone]\nfor good")
    wrong = answer(cite("sea", "art_2"), replace(GOOD, number=2))
    return {"a": answer(GOOD), "b": answer(GOOD), "n": abstain(), "d": abstain()}.get(name, wrong)


def finished() -> list[Finished]:
    """Two lay questions, three terse ones, two to abstain from; article 2 is always found second."""
    cases = [case("a"), case("b"), case("c", "terse"), case("d", "terse"), case("e", "terse")]
    hits = [hit("sea", "art_2"), hit("river", "art_2")]
    return run_cases([*cases, no_answer_case("n"), no_answer_case("m")], FakeAnswerer(act, hits))


def summary(planned: int = 7) -> Summary:
    return summarise(finished(), planned=planned, description=DESCRIPTION)


def printed(what: Summary, width: int = 100, *, all_cases: bool = False, colour: bool = False) -> str:
    console = Console(
        file=io.StringIO(),
        width=width,
        markup=False,
        highlight=False,
        emoji=False,
        force_terminal=colour,
        color_system="standard" if colour else None,
    )
    print_report(what, console, all_cases=all_cases)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def row(text: str, name: str) -> list[str]:
    """The cells of one row of the table."""
    return next(line.split() for line in text.splitlines() if line.startswith(f"{name} "))


MEANS = [
    ("right", 3 / 7, "a, b and n"),
    ("hit@1", 0, "found second"),
    ("hit@5", 4 / 5, "the crash counts as not found"),
    ("MRR", 0.4, "a half in four of five"),
    ("first_citation_right", 2 / 5, "a and b"),
    ("citation_precision", (1 + 1 + 0.5) / 5, "c cites two, one of them right"),
    ("citation_recall", 3 / 5, "c cites it too"),
    ("wrong_treaty@1", 1, "the sea comes first"),
    ("abstention_precision", 1 / 2, "n of n and d"),
    ("abstention_recall", 1 / 2, "n of n and m"),
    ("over_refusal", 1 / 5, "d; a crash is no refusal"),
    ("right_reason", 1 / 2, "n"),
]


@pytest.mark.parametrize(("name", "mean", "why"), MEANS)
def test_means_are_over_all_cases_that_a_measure_applies_to(name: str, mean: float, why: str) -> None:
    estimate = summary().total.measures[name]
    assert estimate.mean == pytest.approx(mean), why
    assert estimate.low <= mean <= estimate.high


def test_the_table_has_a_row_a_type_and_the_total_last() -> None:
    text = printed(summary())
    heading = [line for line in text.splitlines() if line.startswith("type")]
    names = "type n right @1 @5 @10 MRR @10 cited prec. recall shown facts"
    assert heading[0].split() == names.split()
    assert row(text, "lay")[:6] == ["lay", "2", "1.00", "0.00", "1.00", "1.00"]
    assert row(text, "terse")[:6] == ["terse", "3", "0.00", "0.00", "0.67", "0.67"]
    assert row(text, "not_found")[:4] == ["not_found", "2", "0.50", "-"]
    assert row(text, "total")[:3] == ["total", "7", "0.43"]
    places = [text.index(f"\n{name} ") for name in ("lay", "terse", "not_found", "total")]
    assert places == sorted(places)
    assert "95 % from" in text


NOTES = [
    ("abstention precision 0.50 (95 % 0.00 to 1.00, 2 cases)", "an interval beside each figure"),
    ("over-refusal 0.20", "of five that have an answer"),
    ("calibration error", "of what was answered"),
    ("length 13 words (95 % 10 to 16, 4 cases)", "two of ten words, two of sixteen"),
    ("p50 10 ms, p95 10 ms, p99 10 ms", "the crash has no time"),
    ("100.0 answers/s; p50 of the stages in ms: rank 4.0", "ten milliseconds each"),
]


@pytest.mark.parametrize(("words", "why"), NOTES)
def test_beside_the_table_stands_what_does_not_fit_it(words: str, why: str) -> None:
    assert words in printed(summary()), why


@pytest.mark.parametrize("width", [80, 100, 140])
def test_it_keeps_within_the_width(width: int) -> None:
    assert max(len(line) for line in printed(summary(), width).splitlines()) <= width


def test_narrow_terminals_get_fewer_columns_not_cut_ones() -> None:
    text = printed(summary(), 80)
    assert "nDCG\n" not in text.splitlines()[2]
    assert "…" not in text


def test_gates_say_pass_or_fail_in_words() -> None:
    text = printed(summary())
    lines = {line.split("  ")[0]: line.split() for line in text.splitlines()}
    assert lines["quote validity"][2:4] == ["pass", "1.000"]
    assert lines["no crash"][2:] == ["FAIL", "0.857", "(6", "of", "7):", "e"]


def test_wrong_cases_come_worst_first_one_line_each() -> None:
    text = printed(summary())
    listed = text[text.index("Wrong: 4 of 7 cases") :].splitlines()[1:]
    assert listed[0] == "1 crashed, 1 should abstain, 1 wrong treaty, 1 wrongly refused"
    assert [line.split()[0] for line in listed[1:]] == ["e", "m", "c", "d"]
    assert listed[1].split(maxsplit=2)[2].strip() == "OSError: disk [gone] for good"
    assert "cites sea/art_2, wanted river/art_2 (found at 2)" in listed[3]


def test_only_the_worst_ten_are_listed_unless_all_are_asked_for() -> None:
    cases = [case(f"c-{n}", gold=(GoldLocator("sea", "1"),)) for n in range(12)]
    wrong = run_cases(cases, FakeAnswerer(lambda *_: answer(GOOD)))
    many = summarise(wrong, planned=12, description=DESCRIPTION)
    assert "Wrong: 12 of 12 cases, the worst 10 (all: --all-cases)" in printed(many)
    assert "c-9 " in printed(many)
    assert "c-10 " not in printed(many)
    assert "c-11 " in printed(many, all_cases=True)


def test_colours_are_for_terminals() -> None:
    assert "\x1b[" in printed(summary(), colour=True)
    assert "\x1b[" not in printed(summary())


def test_a_pipe_is_100_columns_wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    monkeypatch.delenv("TTY_COMPATIBLE", raising=False)
    assert report_console().width == 100


def test_a_partial_run_says_so_everywhere() -> None:
    partial = summary(planned=9)
    sentence = "Partial: stopped after 7 of 9 cases. The figures are of those only."
    assert sentence in printed(partial)
    assert to_document(partial)["partial"] is True
    assert "Partial" not in printed(summary())


def test_text_from_outside_stays_on_its_line_and_moves_no_cursor() -> None:
    nasty = run_cases([case("x\x1b[2J|y\nz", "la\ny")], FakeAnswerer(lambda *_: abstain()))
    shown = summarise(nasty, planned=1, description=DESCRIPTION)
    assert "\x1b" not in printed(shown)
    assert "x [2J|y z" in printed(shown)


def test_the_document_holds_every_case_and_is_plain_json() -> None:
    document = json.loads(json.dumps(to_document(summary()), allow_nan=False))
    assert document["wrong"] == ["e", "m", "c", "d"]
    assert document["faults"] == {"crashed": 1, "should_abstain": 1, "wrong_treaty": 1, "refused": 1}
    assert document["by_type"]["terse"]["cases"] == 3
    assert document["by_type"]["lay"]["measures"]["right"] == {"mean": 1, "low": 1, "high": 1, "cases": 2}
    assert document["gates"][3] == {
        "name": "no crash",
        "value": pytest.approx(6 / 7),
        "passed": False,
        "checked": 7,
        "failures": ["e"],
    }
    first = document["results"][0]
    assert [found["judgement"] for found in first["retrieved"]] == ["other", "gold"]
    assert first["answer"]["citations"][0]["quote"] == GOOD.quote
    assert document["results"][4]["answer"] is None
