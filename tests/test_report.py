"""The report: figures worked out by hand, and a page that a person and a pipe can both read."""

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from eval_fakes import FakeAnswerer, abstain, answer, case, cite, hit, no_answer_case
from rich.console import Console

from eval.cases import GoldLocator
from eval.report import print_report, report_console, to_document, to_markdown, write_report
from eval.run import CaseResult, run_cases
from eval.summary import Summary, summarise
from service.models import Answer, Conversation, Question

SOURCE = {"gold": [{"path": "sets/gold.jsonl", "sha256": "0"}], "index": "g1", "left_out": []}
GOOD = cite("river", "art_2__para_1")


def act(question: Question, _: Conversation) -> Answer:
    """Right on a and b, wrong on c, refuses d, crashes on e, abstains from n and not from m."""
    name = question.text.split()[1][0]
    if name == "e":
        raise OSError("disk [gone]\nfor good")
    wrong = answer(cite("sea", "art_2"), GOOD)
    return {"a": answer(GOOD), "b": answer(GOOD), "n": abstain(), "d": abstain()}.get(name, wrong)


def results() -> list[CaseResult]:
    """Two lay questions, three terse ones, two to abstain from; article 2 is always found second."""
    cases = [case("a"), case("b"), case("c", "terse"), case("d", "terse"), case("e", "terse")]
    hits = [hit("sea", "art_2"), hit("river", "art_2")]
    timed = run_cases([*cases, no_answer_case("n"), no_answer_case("m")], FakeAnswerer(act, hits))
    return [replace(r, seconds=None if r.case.id == "e" else 0.01 * (1 + n)) for n, r in enumerate(timed)]


def summary(planned: int = 7) -> Summary:
    return summarise(results(), planned=planned, source=SOURCE)


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


def test_means_are_over_all_cases_that_a_measure_applies_to() -> None:
    total = summary().total
    assert total["right"].mean == pytest.approx(3 / 7)
    assert total["hit@1"].mean == 0
    assert total["hit@5"].mean == pytest.approx(4 / 5), "the crash counts as not found"
    assert total["MRR"].mean == pytest.approx(0.4)
    assert total["first_citation_right"].mean == pytest.approx(2 / 5)
    assert total["citation_precision"].mean == pytest.approx((1 + 1 + 0.5) / 5)
    assert total["citation_recall"].mean == pytest.approx(3 / 5)
    assert total["wrong_treaty@1"].mean == 1
    assert total["right_reason"] == (0.5, 0.0, 1.0, 2)
    assert total["hit@5"].cases == 5
    assert total["hit@5"].low < 0.8 < total["hit@5"].high


def test_abstention_and_time() -> None:
    found = summary()
    assert found.abstention == {"precision": 0.5, "recall": 0.5, "over_refusal": 0.2}
    assert found.latency_ms(50) == pytest.approx(35), "of 10, 20, 30, 40, 60 and 70 ms"
    assert found.latency_ms(50, "lay") == pytest.approx(15)
    assert summarise(results()[4:5], planned=1, source=SOURCE).latency_ms(50) is None


def test_the_table_has_a_row_a_type_and_the_total_last() -> None:
    text = printed(summary())
    heading = [line for line in text.splitlines() if line.startswith("type")]
    names = "type n right @1 @5 @10 MRR @10 cited prec. recall shown facts ms"
    assert heading[0].split() == names.split()
    assert row(text, "lay")[:6] == ["lay", "2", "1.00", "0.00", "1.00", "1.00"]
    assert row(text, "terse")[:6] == ["terse", "3", "0.00", "0.00", "0.67", "0.67"]
    assert row(text, "not_found")[:4] == ["not_found", "2", "0.50", "-"]
    assert row(text, "total")[:3] == ["total", "7", "0.43"]
    places = [text.index(f"\n{name} ") for name in ("lay", "terse", "not_found", "total")]
    assert places == sorted(places)
    assert "95 % from" in text


@pytest.mark.parametrize("width", [80, 100, 140])
def test_it_keeps_within_the_width(width: int) -> None:
    assert max(len(line) for line in printed(summary(), width).splitlines()) <= width


def test_narrow_terminals_get_fewer_columns_not_cut_ones() -> None:
    text = printed(summary(), 80)
    assert "nDCG\n" not in text.splitlines()[2]
    assert row(text, "lay")[-1] == "15"
    assert "…" not in text


def test_gates_say_pass_or_fail_in_words() -> None:
    text = printed(summary())
    lines = {line.split("  ")[0]: line.split() for line in text.splitlines()}
    assert lines["quote validity"][2:4] == ["pass", "1.000"]
    assert lines["no crash"][2:] == ["FAIL", "0.857", "(6", "of", "7):", "e"]


def test_wrong_cases_come_worst_first_one_line_each() -> None:
    text = printed(summary())
    listed = text[text.index("Wrong: 4 of 7 cases") :].splitlines()[1:]
    assert [line.split()[0] for line in listed] == ["e", "m", "c", "d"]
    assert listed[0].split(maxsplit=2)[2].strip() == "OSError: disk [gone] for good"
    assert "cites sea/art_2, wanted river/art_2 (found at 2)" in listed[2]


def test_only_the_worst_ten_are_listed_unless_all_are_asked_for() -> None:
    cases = [case(f"c-{n}", gold=(GoldLocator("sea", "1"),)) for n in range(12)]
    wrong = run_cases(cases, FakeAnswerer(lambda *_: answer(GOOD)))
    many = summarise(wrong, planned=12, source=SOURCE)
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
    assert sentence in to_markdown(partial)
    assert to_document(partial)["partial"] is True
    assert "Partial" not in printed(summary())


def test_text_from_outside_stays_on_its_line_and_moves_no_cursor() -> None:
    nasty = run_cases([case("x\x1b[2J|y\nz", "la\ny")], FakeAnswerer(lambda *_: abstain()))
    shown = summarise(nasty, planned=1, source=SOURCE)
    assert "\x1b" not in printed(shown)
    assert "x [2J|y z" in printed(shown)
    assert "| x [2J\\|y z |" in to_markdown(shown)


def test_the_document_holds_every_case_and_is_plain_json() -> None:
    document = json.loads(json.dumps(to_document(summary()), allow_nan=False))
    assert document["wrong"] == ["e", "m", "c", "d"]
    assert document["by_type"]["terse"]["cases"] == 3
    assert document["by_type"]["lay"]["measures"]["right"] == 1
    assert document["gates"][2] == {
        "name": "no crash",
        "value": pytest.approx(6 / 7),
        "passed": False,
        "checked": 7,
        "failures": ["e"],
    }
    first = document["results"][0]
    assert first["ranking"][1] == {"treaty_id": "river", "eid": "art_2"}
    assert first["answer"]["citations"][0]["quote"] == GOOD.quote
    assert document["results"][4]["answer"] is None


def test_markdown_holds_the_same_figures_and_every_question() -> None:
    text = to_markdown(summary())
    assert "| terse | 3 | 0.00 | 0.00 | 0.67 | 0.67 |" in text
    assert "- no crash: **FAIL** 0.857 (6 of 7): e" in text
    assert "| d | refused | abstains as not_found, wanted river/art_2 (found at 2) | Question d? |" in text


def test_files_are_written_anew_each_time(tmp_path: Path) -> None:
    write_report(summary(), tmp_path)
    write_report(summarise(results()[:2], planned=2, source=SOURCE), tmp_path)
    assert len((tmp_path / "results.jsonl").read_text("utf-8").splitlines()) == 2
    assert json.loads((tmp_path / "summary.json").read_text("utf-8"))["cases"] == 2
    assert "2 cases of gold.jsonl" in (tmp_path / "report.md").read_text("utf-8")
