"""The page of a run: what is on it, that nothing on it is markup but its own, and the charts' numbers by hand."""

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from eval_fakes import FakeAnswerer, abstain, answer, case, cite, hit, no_answer_case
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html
from markupsafe import Markup

from eval.cases import GoldCase, GoldLocator
from eval.charts import Plot, Scale, figure, interval, interval_bar, percent, wilson_interval
from eval.glossary import measure_of
from eval.html_report import render_report, visible
from eval.results import FAULTS, Judged, Timed
from eval.run import Finished, run_cases
from eval.summary import Estimate, Summary, summarise
from service.models import Answer

DESCRIPTION = {
    "gold": [{"path": "sets/gold.jsonl", "sha256": "abc"}],
    "cases": {"types": None, "split": None, "count": 7},
    "left_out": ["x-1", "x-2"],
    "answered_by": "the index on this machine",
    "index": "20260101T000000-g1",
    "treaties": 2,
    "settings": {"max_sentences": 4},
    "jobs": 1,
    "seed": 0,
    "versions": {"commit": "0123456789abcdef+changes", "code_sha256": "fedcba9876543210"},
    "begun": "2026-11-24T03:48:00+00:00",
}
GOOD = cite("river", "art_2__para_1")
CASES = [
    case("a", style="plain", split="dev"),
    case("b", history=("Who may post police?",)),
    case("c", "terse", also_ok=(GoldLocator("river", "3"),)),
    case("d", "terse"),
    case("e", "terse"),
    no_answer_case("n"),
    no_answer_case("m"),
]


def act(question: str, history: Sequence[str]) -> Answer:
    """Right on a and b, cites the sea treaty on c and m, refuses d, crashes on e, abstains from n."""
    name = question.split()[1][0]
    if name == "e":
        raise OSError("the disk is gone")
    made = {"a": answer(GOOD), "b": answer(GOOD, confidence=0.6), "n": abstain(), "d": abstain()}
    wrong = answer(cite("sea", "art_2"), replace(GOOD, number=2), confidence=0.3)
    return replace(made.get(name, wrong), timings_ms={"retrieve": 20.0, "total": 40.0})


def run(cases: Sequence[GoldCase] = CASES) -> list[Finished]:
    return run_cases(cases, FakeAnswerer(act, [hit("sea", "art_2"), hit("river", "art_2"), hit("river", "art_3")]))


def summary_of(finished: Sequence[Finished], planned: int | None = None) -> Summary:
    return summarise(finished, planned=planned or len(finished), description=DESCRIPTION)


@pytest.fixture(scope="module")
def summary() -> Summary:
    return summary_of(run())


@pytest.fixture(scope="module")
def page(summary: Summary) -> Any:
    return html.document_fromstring(render_report(summary))


def words(element: Any) -> str:
    """What is to be read in an element, its blanks as single ones."""
    return " ".join(str(element.text_content()).replace("\u00a0", " ").split())


def section(page: Any, name: str) -> str:
    return words(page.get_element_by_id(name))


def test_the_head_says_what_was_run_and_how_it_went(page: Any, summary: Summary) -> None:
    head = section(page, "head")
    assert f"43 % right ({interval(measure_of('right'), summary.total.measures['right'])})" in head
    assert "3 of 7 cases of sets/gold.jsonl, put to the index on this machine: 20260101T000000-g1, 2 treaties." in head
    assert "Commit 012345678 with changes, code fedcba987654." in head
    assert "Evaluation of 24 November 2026, 03:48 UTC" in words(page)
    assert "Partial" not in words(page)


def test_gates_say_pass_or_fail_in_words_and_name_what_failed(page: Any) -> None:
    gates = [words(gate) for gate in page.find_class("gates")[0]]
    assert gates[0] == "pass quote validity 1.000 (6 of 6)"
    assert gates[3] == "FAIL no crash 0.857 (6 of 7) e"
    assert [len(gate.find_class("fail")) for gate in page.find_class("gates")[0]] == [0, 0, 0, 1]


def test_the_key_figures_have_their_intervals(page: Any, summary: Summary) -> None:
    ends = {name: interval(measure_of(name), estimate) for name, estimate in summary.total.measures.items()}
    tiles = [words(tile) for tile in page.find_class("tiles")[0]]
    assert tiles[0].startswith(f"Right 43 % {ends['right']}, 7 cases")
    assert tiles[2].startswith(f"Hit@10 80 % {ends['hit@10']}, 5 cases")
    assert tiles[3].startswith(f"Over-refusal 20 % {ends['over_refusal']}, 5 cases; lower is better")
    assert tiles[5].startswith("Quote validity 100 % 6 of 6 quotations")


def test_faults_are_counted_the_worst_first(page: Any) -> None:
    faults = [words(row) for row in page.find_class("faults")[0]]
    assert [re.sub(r" %.*", " %", fault) for fault in faults] == [
        "crashed114 %",
        "should abstain114 %",
        "wrong treaty114 %",
        "wrongly refused114 %",
        "right343 %",
    ]


def test_every_case_is_listed_the_worst_first(page: Any) -> None:
    listed = [row.get("id") for row in page.find_class("case")]
    assert listed == ["case-e", "case-m", "case-c", "case-d", "case-a", "case-b", "case-n"]
    assert all(row.tag == "details" for row in page.find_class("case"))


def test_an_opened_case_says_all_there_is(page: Any) -> None:
    wrong = section(page, "case-c")
    assert "Wrong treaty. The article cited first is of a treaty that does not answer." in wrong
    assert "cites sea/art_2, wanted river/art_2 (found at 2)" in wrong
    assert "Gold: river/art_2 (found at 2)" in wrong
    assert "May be cited too: river/art_3 (found at 3)" in wrong
    assert "Answered, confidence 0.30" in wrong
    assert "[1] Article 2 · sea ✗ another" in wrong
    assert "[2] Article 2, paragraph 1 · river ✓ right" in wrong
    assert "✓ said sixty police officers" in wrong
    assert "hit@1 0 % · recall@1 0 % · hit@5 100 %" in wrong
    found = page.get_element_by_id("case-c").find_class("found")[0]
    assert [row.get("class") for row in found] == [None, "gold", "also_ok"]
    assert "Asked before: Who may post police?" in section(page, "case-b")
    assert "Abstained: not_found" in section(page, "case-d")
    assert "✗ not said sixty police officers" in section(page, "case-d")
    assert "OSError: the disk is gone" in section(page, "case-e")
    assert "To abstain" in section(page, "case-n")
    assert "✗ another" not in section(page, "case-m"), "where no article is gold, none is another"


def test_breakdowns_begin_with_the_weakest(page: Any) -> None:
    kinds = {part.get("data-kind"): part for part in page.find_class("breakdown")}
    assert [row.get("data-name") for row in kinds["type"].iter("li")] == ["terse", "not_found", "lay"]
    assert [row.get("data-name") for row in kinds["style"].iter("li")] == ["plain"]
    assert [row.get("data-name") for row in kinds["treaty"].iter("li")] == ["river"]


def test_many_treaties_are_folded_away_and_all_there(summary: Summary) -> None:
    group = summary.by_type["lay"]
    many = replace(summary, by_treaty={f"t-{n}": group for n in range(20)})
    page = html.document_fromstring(render_report(many))
    shown = next(part for part in page.find_class("breakdown") if part.get("data-kind") == "treaty")
    assert len(list(shown.iter("li"))) == 20
    assert len(list(shown.find("details").iter("li"))) == 5
    assert words(shown.find("details").find("summary")) == "The other 5"


def test_curves_say_how_to_read_them(page: Any) -> None:
    confidence = section(page, "confidence")
    assert "At the right end all 4 answers are given, and 50 % of them are wrong." in confidence
    assert "AURC, is 0." in confidence
    assert len(page.find_class("plot")) == 4
    for plot in page.find_class("plot"):
        title, description = plot.get("aria-labelledby").split()
        assert words(page.get_element_by_id(title))
        assert words(page.get_element_by_id(description)).endswith(".")
    assert "Half of the answers took 40 ms at most" in section(page, "time")


def test_all_measures_are_there_with_their_meaning(page: Any, summary: Summary) -> None:
    measures = section(page, "measures")
    for name in summary.total.measures:
        assert measure_of(name).title in measures
        assert measure_of(name).meaning in measures


def test_the_run_is_described_in_full(page: Any) -> None:
    terms = [words(term) for term in page.get_element_by_id("run").iter("dt")]
    described = dict(zip(terms, (words(value) for value in page.get_element_by_id("run").iter("dd")), strict=True))
    assert described["gold, path"] == "sets/gold.jsonl"
    assert described["cases, types"] == "–"
    assert described["left out"] == "x-1, x-2"
    assert described["settings, max sentences"] == "4"
    assert described["seed"] == "0"


def test_a_partial_run_says_so() -> None:
    page = html.document_fromstring(render_report(summary_of(run(CASES[:1]), planned=9)))
    notice = page.find_class("notice")[0]
    assert words(notice) == "Partial: stopped after 1 of 9 cases. The figures are of those only."


@pytest.mark.parametrize(
    ("cases", "says"),
    [
        pytest.param(CASES[:1], ["1 case of", "Nothing: the case is right.", "1 case, the worst first"], id="one"),
        pytest.param(CASES[4:5], ["0 % right", "No question was answered", "No answer says how long"], id="a crash"),
        pytest.param(CASES[3:4], ["No question was answered", "1 of 1 case went wrong"], id="a refusal"),
        pytest.param(CASES[5:6], ["100 % right", "no case to measure it on", "nothing was quoted"], id="an abstention"),
    ],
)  # fmt: skip
def test_what_there_is_nothing_of_is_said(cases: list[GoldCase], says: list[str]) -> None:
    page = html.document_fromstring(render_report(summary_of(run(cases))))
    for sentence in says:
        assert sentence in words(page)


def test_verdicts_of_a_judge_are_shown_beside_the_answer() -> None:
    finished = run(CASES[:1])
    verdicts = Judged({"faithfulness": 1.0}, {"faithfulness": "It is <quoted>."}, {"correctness": "no reply in time"})
    judged = [replace(kept, result=replace(kept.result, judged=verdicts)) for kept in finished]
    page = html.document_fromstring(render_report(summary_of(judged)))
    opened = section(page, "case-a")
    assert "faithful (judged): 100 % It is <quoted>." in opened
    assert "correct (judged): no verdict no reply in time" in opened
    assert "Judged by a model" in section(page, "measures")


def test_articles_found_are_cut_short_gold_ones_less_so() -> None:
    long = FakeAnswerer(act, [replace(hit("river", n), quote="word " * 500) for n in ("art_2", "art_1")])
    page = html.document_fromstring(render_report(summary_of(run_cases(CASES[:1], long))))
    gold, other = (words(quote) for quote in page.find_class("found")[0].iter("q"))
    assert gold.endswith("word …")
    assert len(other) < 170 < 590 < len(gold) < 610


def test_a_quotation_is_found_in_the_answer_whatever_its_breaks() -> None:
    broken = replace(GOOD, quote="Each Party\n\nmay post")
    said = answer(broken, answer="“Each Party may post” [1], not [7].")
    page = html.document_fromstring(render_report(summary_of(run_cases(CASES[:1], FakeAnswerer(lambda *_: said)))))
    text = page.get_element_by_id("case-a").find_class("text")[0]
    assert [words(quoted) for quoted in text.find_class("words")] == ["Each Party may post"]
    assert [(link.get("href"), words(link)) for link in text.iter("a")] == [("#case-a-1", "[1]")]
    assert not list(page.get_element_by_id("case-a").find_class("citations")[0].iter("q")), "it is in the text already"


# Nothing but the page itself


def test_it_loads_nothing_and_lets_nothing_in(summary: Summary) -> None:
    written = render_report(summary)
    page = html.document_fromstring(written)
    for name in ("src", "srcset", "action", "data", "background"):
        assert not page.xpath(f"//@{name}")
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    addresses = set(page.xpath("//@href"))
    assert {address for address in addresses if not address.startswith("#")} == {"data:,"}
    assert {address[1:] for address in addresses if address.startswith("#")} <= set(ids)
    assert "url(" not in written
    assert "@import" not in written
    policy = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    script = page.xpath("//script[not(@type)]/text()")[0]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert policy.startswith("default-src 'none';")
    assert policy.endswith(f"script-src 'sha256-{digest}'")


def test_the_same_run_is_the_same_page(summary: Summary) -> None:
    assert render_report(summary) == render_report(summary)


NASTY = [
    pytest.param("</script><script>alert(1)</script>", id="ends a script"),
    pytest.param("<!--<script>", id="opens a comment in a script"),
    pytest.param("\"' onmouseover=alert(1) x='", id="quotes"),
    pytest.param("</style></title></details><img src=x onerror=alert(1)>", id="ends what it is in"),
    pytest.param("{{ 7*7 }}{% raw %}&lt;&amp;", id="a template of its own, and entities"),
    pytest.param("\u202egnp.exe\u2066 \u05d0\u05d1\u05d2", id="text from right to left that is not ended"),
    pytest.param("\x00\x1b[2J\x07\x85\ud800\ufffe", id="control characters and halves of characters"),
]


def poisoned(text: str) -> Summary:
    """A run in which everything from outside is that text."""
    spoilt = replace(GOOD, treaty_id=text, label=text, quote=text, eid=text)
    gold = case(text, text, style=text, split=text, question=text, history=(text,), quote=text, answer=text)
    gold = replace(gold, key_facts=(text,), gold=(GoldLocator(text, "2", text),), also_ok=(GoldLocator(text, "3"),))
    found = [replace(hit("river", "art_2"), treaty_id=text, label=text, quote=text)]
    said = answer(spoilt, answer=f"{text} [1]", mode=text)
    result = run_cases([case("plain")], FakeAnswerer(lambda *_: said, found))[0].result
    judged = Judged({"faithfulness": 1.0}, {"faithfulness": text}, {"correctness": text})
    result = replace(result, case=gold, cited=((text, "art_2"),), remark=text, misquoted=(text,), judged=judged)
    description = {**DESCRIPTION, "index": text, "answered_by": text, f"more {text}": {text: [text]}, "begun": text}
    description["gold"] = [{"path": text}]
    return summarise([Finished(result, Timed(text, {"total": 1.0, text: 1.0}))], planned=2, description=description)


def check_harmless(text: str) -> None:
    written = render_report(poisoned(text))
    written.encode()
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", written)
    page = html.document_fromstring(written)
    assert len(page.xpath("//script")) == 2
    assert not page.xpath("//img | //iframe | //object | //svg//script | //*[starts-with(name(@*[1]), 'on')]")
    assert not [name for element in page.iter() for name in element.keys() if name.startswith("on")]  # noqa: SIM118
    shown = page.find_class("case")[0].find_class("ask")[0]
    assert shown.text_content() == visible(text)
    assert not len(shown)
    assert shown.get("dir") == "auto"


@pytest.mark.parametrize("text", NASTY)
def test_text_from_outside_stays_text(text: str) -> None:
    check_harmless(text)


@settings(max_examples=15)
@given(st.text(min_size=1, max_size=30))
def test_whatever_it_is(text: str) -> None:
    check_harmless(text)


def test_cases_whose_ids_look_alike_have_addresses_of_their_own() -> None:
    page = html.document_fromstring(render_report(summary_of(run([case("a b"), case("a/b"), case("a?")]))))
    assert [row.get("id") for row in page.find_class("case")] == ["case-a-b", "case-a-b-2", "case-a-"]


def test_what_cannot_be_seen_is_made_visible() -> None:
    assert visible("a\x1b\x00\x7f\x85\ud800\tb\nc") == "a␛␀␡��\tb\nc"
    assert visible(Markup("<b>\x07</b>")) == Markup("<b>␇</b>")
    assert isinstance(visible(Markup("")), Markup)
    assert visible(7) == 7


# Numbers


@pytest.mark.parametrize(
    ("share", "read"),
    [(0.538, "54 %"), (1, "100 %"), (0, "0 %"), (0.9999, ">99 %"), (0.0001, "<1 %"), (0.995, ">99 %"), (0.006, "1 %")],
)
def test_only_all_is_called_all(share: float, read: str) -> None:
    assert percent(share) == read.replace(" ", "\u00a0")


@pytest.mark.parametrize(
    ("name", "value", "ends"),
    [
        ("right", "51 %", "41–61 %"),
        ("MRR", "0.51", "0.41–0.61"),
        ("length", "1 words", "0–1"),
        ("one of tomorrow", "51 %", "41–61 %"),
    ],
)
def test_values_are_read_as_what_they_are(name: str, value: str, ends: str) -> None:
    estimate = Estimate(0.51, 0.41, 0.61, 9)
    assert figure(measure_of(name), 0.51).replace("\u00a0", " ") == value
    assert interval(measure_of(name), estimate) == ends


def test_where_all_cases_agree_their_number_says_more_than_an_interval_without_width() -> None:
    assert interval(measure_of("right"), Estimate(1, 1, 1, 17)) == "all 17"
    assert interval(measure_of("hit@1"), Estimate(0, 0, 0, 1_200)) == "none of 1,200"
    assert interval(measure_of("AURC"), Estimate(0, 0, 0, 3)) == "0.00–0.00"
    assert interval(measure_of("right"), Estimate(0.5, 0.5, 0.5, 2)) == "50–50 %"
    assert interval(measure_of("length"), Estimate(1, 1, 1, 1)) == "1–1"


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (0, 0.5, [0, 0.1, 0.2, 0.3, 0.4, 0.5]),
        (-0.1, 0.1, [-0.1, -0.05, 0, 0.05, 0.1]),
        (0, 1180, [0, 500, 1000]),
        (3, 17, [5, 10, 15]),
        (2, 2, [2]),
    ],
)
def test_ticks_are_round_and_few(low: float, high: float, ticks: list[float]) -> None:
    assert Scale(low, high).ticks() == ticks


@given(st.floats(-1e9, 1e9), st.floats(1e-6, 1e9), st.integers(1, 12))
def test_ticks_lie_within_and_are_no_more_than_asked(low: float, width: float, most: int) -> None:
    ticks = Scale(low, low + width).ticks(most)
    assert len(ticks) <= most + 1
    assert ticks == sorted(ticks)


def test_a_bar_with_its_interval_lies_where_it_should() -> None:
    drawn = html.fragment_fromstring(interval_bar(-0.1, -0.3, 0.2, span=(-0.5, 0.5), kind="worse"))
    assert drawn.get("class") == "interval worse"
    bar = drawn.find_class("bar")[0]
    assert (bar.get("x"), bar.get("width")) == ("40.0%", "10.0%")
    assert drawn.find_class("origin")[0].get("x1") == "50.0%"
    assert [(w.get("x1"), w.get("x2")) for w in drawn.find_class("whisker")] == [
        ("20.0%", "70.0%"),
        ("20.0%", "20.0%"),
        ("70.0%", "70.0%"),
    ]


def test_steps_hold_up_to_their_point() -> None:
    plot = Plot((0, 1), (0, 1), x_name="<x>", y_name="y", height=168)
    plot.steps([(0.5, 0), (1, 0.5)])
    plot.upright(0.5, "<p50>")
    drawn = html.fragment_fromstring(plot.svg("name", "A & B", "<it>"))
    assert drawn.find_class("line")[0].get("d") == "M44.0 124.0V124.0H196.0V74.0H348.0"
    assert [words(label) for label in drawn.find_class("name")] == ["<x>", "y"]
    assert words(drawn.find_class("mark")[-1]) == "<p50>"
    assert words(drawn.find("title")) == "A & B"


@pytest.mark.parametrize(
    ("share", "cases", "low", "high"),
    [(0.8, 10, 0.4902, 0.9433), (0.0, 5, 0.0, 0.4345), (1.0, 1, 0.2065, 1.0), (0.5, 100, 0.4038, 0.5962)],
)
def test_the_interval_of_a_share(share: float, cases: int, low: float, high: float) -> None:
    assert wilson_interval(share, cases) == pytest.approx((low, high), abs=1e-4)


def test_every_fault_has_its_colour() -> None:
    page = html.document_fromstring(render_report(summary_of(run(CASES[:1]))))
    style = page.xpath("//style/text()")[0]
    assert all(style.count(f"--f-{fault}: #") == 2 for fault in FAULTS), "one for light, one for dark"
