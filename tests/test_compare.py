"""Comparing two runs: figures worked out by hand, and a terminal, a document and a page that say the same."""

import io
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from eval_fakes import case
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console
from run_fakes import DESCRIPTION, call, finished, keep, run

from eval.cases import GoldLocator
from eval.compare import Compared, NotComparable, compare_runs, read_run
from eval.compare_command import add_compare_parser
from eval.compare_report import render_comparison
from eval.compare_terminal import print_comparison
from eval.effects import Effect
from eval.errors import WrongUse
from eval.journal import FolderUnusable
from eval.results import Judged
from eval.run import Finished
from eval.summary import OF_ANSWERED, summarise

# Three won (d, e, f), one lost (b), two tied.
BEFORE = [finished(name, name in "ab", "lay" if name in "abc" else "terse") for name in "abcdef"]
AFTER = [finished(name, name in "adef", "lay" if name in "abc" else "terse") for name in "abcdef"]


def compared(before: list[Finished] = BEFORE, after: list[Finished] = AFTER, **changes: Any) -> Compared:
    return compare_runs(run("one", before), run("two", after, **changes))


def effect(found: Compared, name: str = "right") -> Effect:
    return next(effect for effect in found.effects if effect.name == name)


def printed(found: Compared, width: int = 100, *, colour: bool = False) -> str:
    console = Console(
        file=io.StringIO(), width=width, markup=False, highlight=False, emoji=False,
        force_terminal=colour, color_system="standard" if colour else None,
    )  # fmt: skip
    print_comparison(found, console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def row(text: str, name: str) -> list[str]:
    """The cells of the first row of that name."""
    return next(line for line in text.splitlines() if line.startswith(f"{name} ")).removeprefix(name).split()


# --- figures


def test_a_mean_is_compared_pair_by_pair() -> None:
    found = effect(compared())
    assert (found.before, found.after, found.difference) == pytest.approx((2 / 6, 4 / 6, 2 / 6))
    assert (found.won, found.lost, found.tied) == (3, 1, 2)
    # Of the 16 signs of four ones, 1 + 4 + 4 + 1 make a sum of two or more either way.
    assert found.p_value == 10 / 16
    assert found.low < 2 / 6 < found.high
    assert (found.cases_before, found.cases_after) == (6, 6)


def test_p_values_are_adjusted_for_the_number_of_measures() -> None:
    names = "abcdef"
    alone = compared([finished(n, False) for n in names], [finished(n, True) for n in names])
    assert effect(alone).p_value == effect(alone).adjusted == 2 / 64
    assert effect(alone).verdict == "better"

    scores = {"hit@1": 1.0, "MRR": 0.5}
    three = compared([finished(n, False, **scores) for n in names], [finished(n, True, **scores) for n in names])
    assert effect(three).adjusted == 3 * 2 / 64
    assert effect(three).verdict == "no difference"
    assert [effect(three, name).adjusted for name in scores] == [1, 1]


@pytest.mark.parametrize(
    ("measure", "before", "after", "verdict", "won", "lost"),
    [
        pytest.param("hit@1", 0.0, 1.0, "better", 8, 0, id="more is better, and it rose"),
        pytest.param("hit@1", 1.0, 0.0, "worse", 0, 8, id="more is better, and it fell"),
        pytest.param("over_refusal", 0.0, 1.0, "worse", 0, 8, id="less is better, and it rose"),
        pytest.param("wrong_treaty@1", 1.0, 0.0, "better", 8, 0, id="less is better, and it fell"),
        pytest.param("length", 20.0, 30.0, "different", None, None, id="neither is better"),
        pytest.param("of_tomorrow", 0.0, 1.0, "different", None, None, id="nobody knows which is better"),
    ],
)
def test_which_way_is_better(
    measure: str, before: float, after: float, verdict: str, won: int | None, lost: int | None
) -> None:
    names = "abcdefgh"
    found = effect(
        compared([finished(n, **{measure: before}) for n in names], [finished(n, **{measure: after}) for n in names]),
        measure,
    )
    assert (found.verdict, found.won, found.lost) == (verdict, won, lost)
    assert found.difference == after - before


def test_where_the_cases_of_a_measure_change_whole_cases_change_places() -> None:
    before = [finished("a", abstention_precision=1.0), finished("b", abstention_precision=0.0), finished("c")]
    after = [finished("a", abstention_precision=1.0), finished("b"), finished("c")]
    found = effect(compared(before, after), "abstention_precision")
    assert (found.before, found.after, found.difference) == (0.5, 1, 0.5)
    assert (found.cases_before, found.cases_after) == (2, 1)
    # With b swapped the difference is the same, the other way round.
    assert found.p_value == 1
    assert (found.won, found.lost, found.tied) == (0, 0, 1)


def test_areas_under_curves_are_compared_by_whole_cases() -> None:
    before = [finished("a", True, confidence=0.9), finished("b", False, confidence=0.8)]
    after = [finished("a", False, confidence=0.9), finished("b", True, confidence=0.8)]
    found = effect(compared(before, after), "AURC")
    # Wrong at the second place: (0 + 1/2) / 2; at the first: (1 + 1/2) / 2.
    assert (found.before, found.after) == pytest.approx((0.25, 0.75))
    # One case swapped makes it 1 against 0, both the same again: all four ways reach it.
    assert found.p_value == 1
    assert (found.won, found.lost, found.tied, found.better) == (None, None, None, False)


def test_what_is_no_mean_is_worked_out_as_in_a_summary() -> None:
    cases = [finished(n, n in "ace", confidence=c / 10) for n, c in zip("abcdef", (9, 9, 7, 4, 2, 1), strict=True)]
    total = summarise(cases, planned=6, description=DESCRIPTION).total.measures
    found = compared(cases, [*cases[:5], finished("f", True, confidence=0.1)])
    for name in OF_ANSWERED:
        assert effect(found, name).before == pytest.approx(total[name].mean)


def test_measures_that_only_one_run_has_are_named_and_left_out() -> None:
    found = compared([finished("a", MRR=1.0)], [finished("a", **{"hit@1": 1.0})])
    assert found.not_compared == {"hit@1": "only the later run has it", "MRR": "only the earlier run has it"}
    assert [effect.name for effect in found.effects] == ["right"]


@pytest.mark.parametrize(("model", "compares"), [("one", True), ("other", False)])
def test_what_two_judges_said_is_not_compared(model: str, compares: bool) -> None:
    def judged(score: float) -> list[Finished]:
        kept = finished("a")
        return [replace(kept, result=replace(kept.result, judged=Judged({"faithfulness": score, "right": 0.0})))]

    before, after = (
        run(name, judged(score), settings={"judge": {"model": by}})
        for name, score, by in (("x", 0.0, "one"), ("y", 1.0, model))
    )
    found = compare_runs(before, after)
    assert effect(found).before == 1, "a judge has no say in what is measured without it"
    assert ("faithfulness" in found.not_compared) is not compares
    assert any(effect.name == "faithfulness" for effect in found.effects) is compares


def test_by_type_of_question() -> None:
    found = compared()
    assert list(found.by_type) == ["lay", "terse"]
    lay, terse = found.by_type.values()
    assert (lay.before, lay.after, lay.won, lay.lost) == pytest.approx((2 / 3, 1 / 3, 0, 1))
    assert (terse.before, terse.after, terse.p_value, terse.adjusted) == (0, 1, 2 / 8, 4 / 8)


def test_by_type_with_another_measure_only_where_it_applies() -> None:
    before, after = ([finished("a", MRR=m), finished("b", type_="terse")] for m in (0.5, 1.0))
    found = compare_runs(run("one", before), run("two", after), "MRR")
    assert list(found.by_type) == ["lay"]
    with pytest.raises(WrongUse, match=r"--measure: faithfulness cannot be compared\. Both runs have right, MRR\."):
        compare_runs(run("one", before), run("two", after), "faithfulness")


@settings(max_examples=15)
@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.sampled_from([0.0, 0.5, 1.0])), min_size=1, max_size=8))
def test_the_other_way_round_it_says_the_opposite(drawn: list[tuple[bool, bool, float]]) -> None:
    before = [finished(f"c{n}", right, over_refusal=score) for n, (right, _, score) in enumerate(drawn)]
    after = [finished(f"c{n}", right, over_refusal=1 - score) for n, (_, right, score) in enumerate(drawn)]
    there, back = compared(before, after), compared(after, before)
    for one, other in zip(there.effects, back.effects, strict=True):
        assert one.difference == pytest.approx(-other.difference)
        assert (one.low, one.high) == pytest.approx((-other.high, -other.low))
        assert (one.won, one.lost, one.p_value, one.adjusted) == (other.lost, other.won, other.p_value, other.adjusted)
    assert [pair.after.case.id for pair in there.won] == [pair.after.case.id for pair in back.lost]


# --- which cases are compared


def test_cases_of_one_run_only_are_named_and_left_out() -> None:
    found = compared([*BEFORE, finished("old")], [finished("new", False), *AFTER])
    assert (found.only_before, found.only_after, len(found.pairs)) == (("old",), ("new",), 6)
    assert effect(found).after == pytest.approx(4 / 6)
    assert "1 case of the earlier run only, left out: old" in printed(found)
    assert "1 case of the later run only, left out: new" in printed(found)
    assert not found.identical


def test_a_case_more_makes_runs_not_identical() -> None:
    assert not compared(BEFORE, [*BEFORE, finished("new")]).identical
    assert not compared([*BEFORE, finished("old")], BEFORE).identical
    assert compared(BEFORE, BEFORE).identical


@pytest.mark.parametrize(
    ("changes", "left_out"),
    [
        pytest.param({"question": "Another?"}, True, id="another question"),
        pytest.param({"gold": (GoldLocator("sea", "1"),)}, True, id="other gold"),
        pytest.param({"also_ok": (GoldLocator("sea", "1"),)}, True, id="more may be cited"),
        pytest.param({"history": ("Before?",)}, True, id="asked after another"),
        pytest.param({"style": "terse", "split": "test"}, False, id="a label that bears on no score"),
    ],
)
def test_cases_with_other_gold_are_named_and_left_out(changes: dict[str, Any], left_out: bool) -> None:
    found = compared(BEFORE, [finished("a", False, gold=changes), *AFTER[1:]])
    assert found.changed == (("a",) if left_out else ())
    assert len(found.pairs) == 6 - left_out
    assert ("1 case with another question or other gold than before, left out: a" in printed(found)) is left_out


@pytest.mark.parametrize(
    ("after", "reason"),
    [
        pytest.param([finished("z")], "no case is in both", id="disjoint"),
        pytest.param(
            [finished("a", gold={"question": "Another?"})], "the same question with the same gold", id="all changed"
        ),
    ],
)
def test_nothing_in_common_is_refused(after: list[Finished], reason: str) -> None:
    with pytest.raises(NotComparable, match=f"one and two: .*{reason}.* Compare two runs of the same gold set"):
        compared([finished("a")], after)


def test_runs_that_are_the_same_are_called_identical() -> None:
    cases = [finished("a", confidence=0.9, ms=10), finished("b", False, confidence=0.2, ms=30)]
    later = [replace(kept, timed=replace(kept.timed, timings_ms={"total": 20})) for kept in cases]
    answer = later[0].result.answer
    assert answer is not None
    later[0] = replace(later[0], result=replace(later[0].result, answer={**answer, "index": "g2"}))
    found = compared(cases, later, index="g2")
    assert found.identical, "times, and the name of an index that was made again, are no difference"
    text = printed(found)
    assert "The runs are identical: 2 cases with the same answers, the same articles found" in text
    assert "g1 → g2" in text
    assert "change" not in text
    assert "The runs are identical" in render_comparison(found)


def test_other_words_are_a_difference_even_with_the_same_scores() -> None:
    found = compared([finished("a", confidence=0.9)], [finished("a", confidence=0.9, words="Sixty. [1]")])
    assert not found.identical
    assert found.reworded == 1
    assert "Answered in other words: 1 of 1 case." in printed(found)
    assert effect(found).verdict == "no difference"


# --- what differs, times


def test_what_the_runs_were_of_is_compared_leaf_by_leaf() -> None:
    versions = {**DESCRIPTION["versions"], "libraries": {"numpy": "2.5"}, "commit": None}
    found = compared(settings={"max_sentences": 4, "new_rule": True}, versions=versions, begun="2027", left_out=["x"])
    assert [tuple(differs) for differs in found.differs] == [
        ("settings.new_rule", None, True),
        ("versions.commit", "c" * 40, None),
        ("versions.libraries.numpy", "2.4", "2.5"),
    ]
    text = printed(found)
    assert "new rule  none → True" in text
    assert "commit    cccccccccccc → none" in text
    assert "Code, index, settings and machine were the same" in printed(compared())


def test_times_are_told_as_ratios_with_a_warning() -> None:
    before = [finished("a", ms=10), finished("b", ms=30), finished("c")]
    after = [finished("a", ms=5), finished("b", ms=15), finished("c", ms=1000)]
    found = compared(before, after)
    assert found.latency_ms["p50"] == (20, 10, 0.5), "c has no time in the earlier run"
    assert found.latency_ms["p95"] == (29, 14.5, 0.5)
    text = printed(found)
    assert "Answer time: p50 20.0 → 10.0 ms (× 0.50), p95 29.0 → 14.5 ms (× 0.50)." in text
    assert "Times compare only where both runs were made side by side" in text

    apart = printed(compared(before, after, jobs=4))
    assert "These times do not compare: the runs were made under other conditions (jobs 1 → 4)." in apart
    assert "Answer time: not measured in both runs." in printed(compared())
    none = compared([finished("a", ms=0)], [finished("a", ms=3)])
    assert none.latency_ms["p50"].ratio is None


# --- the terminal and the document


def test_the_table_has_the_figures_and_says_what_they_can_show() -> None:
    text = printed(compared())
    assert row(text, "right")[:4] == ["6", "0.333", "0.667", "+0.333"]
    assert row(text, "right")[-5:] == ["0.625", "0.625", "3", "1", "2"]
    assert row(text, "terse")[-5:] == ["0.250", "0.500", "3", "0", "0"]
    assert "There is no difference that these cases can show." in text
    names = "abcdefghijkl"
    better = printed(compared([finished(n, False) for n in names], [finished(n) for n in names]))
    assert row(better, "right")[-6:] == ["<0.001", "<0.001", "12", "0", "0", "better"]
    assert "Better: right. There is no other difference that these cases can show." in better


def test_cases_won_and_lost_are_listed_with_what_was_wrong() -> None:
    text = printed(compared())
    won = text[text.index("Won: wrong before, right after: 3 cases") : text.index("Lost")]
    assert [line.split()[0] for line in won.splitlines()[1:4]] == ["d", "e", "f"]
    assert "d  not chosen → right  what is wrong with d" in won
    assert "Lost: right before, wrong after: 1 case\nb  right → not chosen  what is wrong with b" in text
    many = [f"c{n}" for n in range(12)]
    shortened = printed(compared([finished(n) for n in many], [finished(n, False) for n in many]))
    assert "c9 " in shortened
    assert "c10 " not in shortened
    assert "and 2 more: --html FILE or --json" in shortened


@pytest.mark.parametrize("width", [80, 100, 140])
def test_it_keeps_within_the_width_and_cuts_nothing(width: int) -> None:
    names = "abcdefgh"
    scores = {"abstention_precision": 1.0, "length": 1234.0, "first_citation_right": 0.0}
    before = [finished(n, False, "no_such_provision", confidence=0.1, **scores) for n in names]
    after = [finished(n, True, "no_such_provision", confidence=0.9, **scores) for n in names]
    text = printed(compared([*before, finished("i", length=1.0)], [*after, finished("i")]), width)
    assert max(len(line) for line in text.splitlines()) <= width
    assert "…" not in text
    heading = next(line for line in text.splitlines() if line.startswith("measure"))
    assert ("tied" in heading) is (width >= 100)
    won_lost = row(text, "first citation right")[-3:-1] if width >= 100 else row(text, "first citation right")[-2:]
    assert won_lost == ["0", "0"]


def test_colours_are_for_terminals_and_text_from_outside_moves_no_cursor() -> None:
    nasty = compared([finished("x\x1b[2J\ny", True, "la\ny")], [finished("x\x1b[2J\ny", False, "la\ny")])
    assert "\x1b" not in printed(nasty)
    assert "x [2J y  right → not chosen" in printed(nasty)
    assert "\x1b[" in printed(nasty, colour=True)


def test_the_document_is_plain_json_and_has_all_of_it() -> None:
    document = json.loads(json.dumps(compared().to_json(), allow_nan=False))
    assert document["compared"] == 6
    assert document["measures"]["right"]["won"] == 3
    assert document["measures"]["right"]["verdict"] == "no difference"
    assert document["by_type"]["types"]["terse"]["difference"] == 1
    assert document["lost"] == [
        {"id": "b", "type": "lay", "question": "Question b?", "fault_before": None, "fault_after": "not_chosen"}
        | {"remark": "what is wrong with b"}
    ]
    assert document["latency_ms"] == {}


# --- the command


def test_the_command_reads_folders_and_exits_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, two = keep(tmp_path / "one", BEFORE), keep(tmp_path / "two", AFTER)
    assert call(add_compare_parser, "compare", one, two) == 0
    said = capsys.readouterr().out
    assert "Lost: right before, wrong after: 1 case" in said
    assert "\x1b[" not in said
    assert max(len(line) for line in said.splitlines()) <= 100
    page = tmp_path / "page.html"
    assert call(add_compare_parser, "compare", one, two, "--json", "--html", page) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["before"] == {"path": str(one), "cases": 6}
    assert err == f"pacta eval: the page is {page}\n"
    assert page.read_text("utf-8").startswith("<!doctype html>")
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["one", "page.html", "two"]


def test_what_cannot_be_compared_is_refused_with_a_remedy(tmp_path: Path) -> None:
    one, two = keep(tmp_path / "one", BEFORE), keep(tmp_path / "two", [finished("z")])
    with pytest.raises(NotComparable, match="no case is in both"):
        call(add_compare_parser, "compare", one, two)
    with pytest.raises(FolderUnusable, match=r"there is no run\.json in it"):
        call(add_compare_parser, "compare", one, tmp_path)
    with pytest.raises(WrongUse, match="--measure"):
        call(add_compare_parser, "compare", one, one, "--measure", "rihgt")
    with pytest.raises(WrongUse, match="--html"):
        call(add_compare_parser, "compare", one, one, "--html", tmp_path)


@pytest.mark.parametrize("value", ["NaN", "Infinity", '"1.0"', "null", "true"])
def test_a_score_that_is_no_number_is_named(tmp_path: Path, value: str) -> None:
    folder = keep(tmp_path / "one", [finished("a", MRR=0.123)])
    cases = folder / "cases.jsonl"
    cases.write_text(cases.read_text("utf-8").replace("0.123", value), "utf-8")
    with pytest.raises(NotComparable, match=r"one: MRR of case a is .*Run it again"):
        read_run(folder)


# --- the page

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if not Path(CHROMIUM).exists():
        pytest.skip("no chromium: install Debian's, or name one in the variable CHROMIUM")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page_of(browser: Any, tmp_path: Path) -> Iterator[Any]:
    """Opens the page of a comparison, which must neither complain nor ask for anything."""
    context = browser.new_context(viewport={"width": 390, "height": 800})
    page = context.new_page()
    complaints: list[str] = []
    asked: list[str] = []
    page.on("console", lambda said: complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))

    def show(found: Compared) -> Any:
        file = tmp_path / "page.html"
        file.write_text(render_comparison(found), "utf-8")
        page.goto(file.as_uri())
        return page

    yield show
    context.close()
    assert complaints == []
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []


def rich() -> Compared:
    """Comparisons of every kind: won, lost to a crash, less is better, neither is better, text that looks like code."""
    script = "<script>alert(1)</script>"
    before = [finished(n, n in "xy", confidence=0.9, over_refusal=0.0, length=9.0) for n in "abcdefghxy"]
    after = [finished(n, confidence=0.8, over_refusal=1.0, length=19.0, words=f"{script} [1]") for n in "abcdefghx"]
    return compared([*before, finished("z")], [*after, finished("y", False, fault="crashed"), finished("w")])


def test_the_page_shows_differences_with_their_intervals(page_of: Any) -> None:
    page = page_of(rich())
    assert page.locator("h1").inner_text() == "8 won, 1 lost of 10 cases"
    assert "left out: z" in page.locator(".notice").first.inner_text()
    bars = page.locator("#effects .bars li:not(.scale)")
    assert "over-refusal" in bars.filter(has_text="over-refusal").inner_text()
    assert bars.filter(has_text="over-refusal").locator(".said").inner_text() == "worse"
    # Mirrored: less is better, so more lies at the left of the line in the middle.
    bar = bars.filter(has_text="over-refusal").locator("rect.bar")
    assert float(bar.get_attribute("x").rstrip("%")) + float(bar.get_attribute("width").rstrip("%")) == 50
    assert bars.filter(has_text="length").count() == 0, "nothing of which neither way is better is called better"
    assert "length" in page.locator("#figures").inner_text()


def test_cases_on_the_page_can_be_opened(page_of: Any) -> None:
    page = page_of(rich())
    lost = page.locator("#lost .case")
    assert lost.count() == 1
    assert lost.locator(".opened").is_hidden()
    lost.locator("summary").click()
    assert "Nothing: an error came in its place." in lost.inner_text()
    won = page.locator("#won .case").first
    won.locator("summary").click()
    assert "Before: not chosen" in won.inner_text()
    assert "<script>alert(1)</script> [1]" in won.inner_text()
    assert page.locator("script").count() == 0


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_as_wide_as_the_window(page_of: Any, width: int, scheme: str) -> None:
    page = page_of(rich())
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    for summary in page.locator(".case > summary").all()[:2]:
        summary.click()
    assert page.locator("html").evaluate("html => html.scrollWidth") <= width


def test_a_page_of_a_measure_that_has_no_better_way() -> None:
    before, after = ([finished("a", length=n), finished("b", length=n)] for n in (5.0, 9.0))
    page = render_comparison(compare_runs(run("one", before), run("two", after), "length"))
    assert "4 less" in page
    assert "4 more" in page


def test_a_case_to_abstain_from_is_shown_as_one() -> None:
    gold = {"must_abstain": True, "gold": ()}
    found = compared([finished("a", gold=gold)], [finished("a", False, fault="should_abstain", gold=gold)])
    assert case("a", **gold).must_abstain
    assert "to abstain, since nothing held answers" in render_comparison(found)
