"""What a run over claims amounts to: shares worked out by hand, told to a person and kept in a folder."""

import io
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from claim_fakes import HAILED, POLICE, SHIPS, FakeChecker, found, gold, report, text_case
from eval_fakes import TREATIES
from lxml import html
from rich.console import Console
from run_fakes import DESCRIPTION

from eval import statistics
from eval.claim_folder import ClaimFolder
from eval.claim_html import render_claim_report
from eval.claim_judging import check_case, judge_text
from eval.claim_measures import RATIOS
from eval.claim_results import FinishedText, TextResult
from eval.claim_summary import ClaimSummary, summarise_claims
from eval.claim_terminal import claims_document, print_claim_report
from eval.errors import WrongUse
from eval.measures import MissingEvidence
from eval.results import Timed

# Four texts. a: both right. b: a claim that is not right called right; one missed. c: one of the wrong treaty, one
# with another verdict, something extra called right. d, to be measured on only: one called right.
TEXTS = {
    "a": report(found(POLICE, "paraphrase_supported"), found(SHIPS, "verbatim", "sea", ("art_1",))),
    "b": report(found(POLICE, "verbatim")),
    "c": report(
        found(POLICE, "paraphrase_supported", "sea"),
        found(SHIPS, "unclear", "sea", ("art_1",)),
        found(HAILED, "verbatim"),
    ),
    "d": report(found(POLICE, "paraphrase_supported")),
}
CASES = {
    "a": text_case("a"),
    "b": text_case("b", gold(POLICE, "altered"), gold(SHIPS, "verbatim", "sea", "1"), style="legal"),
    "c": text_case("c"),
    "d": text_case("d", gold(POLICE, "paraphrase_unsupported"), split="test"),
}


def finished() -> list[FinishedText]:
    return [
        FinishedText(judge_text(case, TEXTS[name], TREATIES), Timed(name, {"judging": 4.0, "total": 10.0}))
        for name, case in CASES.items()
    ]


def summary(planned: int = 4, of: list[FinishedText] | None = None) -> ClaimSummary:
    return summarise_claims(of or finished(), planned=planned, description=DESCRIPTION | {"treaties": 2})


def shares(measured: Mapping[str, Any]) -> dict[str, float]:
    return {name: round(estimate.mean, 4) for name, estimate in measured.items()}


def test_the_shares_of_all_claims() -> None:
    # Seven gold claims, seven found, six of both; 5 of them of their treaty and article, 3 with their verdict.
    assert shares(summary().total.measures) == {
        "verdict_accuracy": round(3 / 7, 4),
        "false_right": 1.0,
        "verdict_precision": round(3 / 7, 4),
        "attribution_F1": round(5 / 7, 4),
        "attribution_precision": round(5 / 7, 4),
        "attribution_recall": round(5 / 7, 4),
        "detection_F1": round(6 / 7, 4),
        "detection_precision": round(6 / 7, 4),
        "detection_recall": round(6 / 7, 4),
    }
    assert summary().false_right == (2, 2)
    assert set(RATIOS) == set(summary().total.measures)


def test_the_shares_of_claims_of_one_verdict() -> None:
    by_verdict = {name: shares(group.measures) for name, group in summary().by_verdict.items()}
    assert list(by_verdict) == ["verbatim", "altered", "paraphrase_supported", "paraphrase_unsupported"]
    # Of three verbatim claims one is found so, one with another verdict, one not; of three found so one is.
    assert by_verdict["verbatim"] == {
        "verdict_accuracy": 0.3333,
        "verdict_precision": 0.3333,
        "attribution_recall": 0.6667,
        "detection_recall": 0.6667,
    }
    assert by_verdict["altered"]["false_right"] == 1


def test_texts_are_broken_down_by_style_and_split() -> None:
    found = summary()
    assert {name: group.cases for name, group in found.by_style.items()} == {"blog": 5, "legal": 2}
    assert {name: group.measures["verdict_accuracy"].mean for name, group in found.by_split.items()} == {
        "dev": 0.5, "test": 0.0,
    }  # fmt: skip


def test_every_claim_is_in_one_cell_of_the_confusion() -> None:
    assert dict(summary().confusion) == {
        ("paraphrase_supported", "paraphrase_supported"): 2,
        ("verbatim", "verbatim"): 1,
        ("altered", "verbatim"): 1,
        ("verbatim", "missed"): 1,
        ("verbatim", "unclear"): 1,
        ("extra", "verbatim"): 1,
        ("paraphrase_unsupported", "paraphrase_supported"): 1,
    }


def test_what_went_wrong_comes_with_the_worst_first() -> None:
    assert summary().faults == {
        "false_right": 2, "extra_right": 1, "wrong_verdict": 1, "missed": 1, "wrong_source": 1,
    }  # fmt: skip
    assert [(o.case.id, o.fault) for o in summary().wrong][:3] == [
        ("b", "false_right"), ("d", "false_right"), ("c", "extra_right"),
    ]  # fmt: skip


def test_intervals_draw_whole_texts() -> None:
    # Of two texts with one claim right of one and none of three, draws have 1/1, 1/4 or 0/3.
    assert statistics.bootstrap_ratio([1, 0], [1, 3]) == (0.0, 1.0)
    assert statistics.bootstrap_ratio([1, 2], [1, 2]) == (1.0, 1.0)
    assert statistics.bootstrap_ratio([0, 1], [0, 1]) == (1.0, 1.0), "draws with nothing to share are left out"
    with pytest.raises(MissingEvidence):
        statistics.bootstrap_ratio([0], [0])


@pytest.mark.parametrize(
    ("changes", "failing"),
    [
        pytest.param({}, [], id="all hold"),
        pytest.param({"misquoted": ("river/art_2",)}, ["quote validity"], id="a misquotation"),
        pytest.param({"misplaced": ("river/art_2",)}, ["locator accuracy"], id="a wrong place"),
        pytest.param({"misset": ("0:9",)}, ["offsets match"], id="a wrong offset"),
        pytest.param({"report": None, "pairs": ()}, ["no crash"], id="a crash"),
        pytest.param({"quotations": 0}, ["quote validity", "locator accuracy"], id="nothing quoted"),
    ],
)
def test_promises(changes: dict[str, Any], failing: list[str]) -> None:
    fields = {name: getattr(finished()[0].result, name) for name in TextResult.__slots__} | changes
    found = summary(1, [FinishedText(TextResult(**fields), Timed("a", {}))])
    assert [gate.name for gate in found.gates if not gate.passed] == failing
    assert found.exit_code == bool(failing)


def test_texts_without_claims_need_no_quotation() -> None:
    checked = check_case(text_case("n", claims=()), FakeChecker(lambda text: report()))
    found = summary(1, [checked])
    assert (found.exit_code, found.total.measures, found.by_verdict) == (0, {}, {})
    assert "0 claims in 1 text of" in printed(found)
    assert "No claims" in render_claim_report(found)


def printed(what: ClaimSummary, *, all_cases: bool = False) -> str:
    console = Console(file=io.StringIO(), width=100, markup=False, highlight=False, emoji=False)
    print_claim_report(what, console, all_cases=all_cases)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_the_terminal_has_the_figures_and_the_confusion() -> None:
    text = printed(summary())
    assert text.startswith("Pacta evaluation: 7 claims in 4 texts of river.jsonl, index g1")
    cells = next(line.split() for line in text.splitlines() if re.match(r"verbatim( +[\d·]+){9}$", line.rstrip()))
    assert cells == ["verbatim", "1", "·", "·", "·", "·", "·", "·", "1", "1"]
    assert "2 of 2 claims that are not right" in text
    assert "2 false right, 1 extra, called right, 1 wrong verdict, 1 missed, 1 wrong source" in text
    assert "river 2 → sea Article 2" in text


def test_claims_of_test_texts_are_not_shown() -> None:
    text = printed(summary(), all_cases=True)
    assert "In test texts, which are not to be looked at: d" in text
    assert not re.search(r"^d  ", text, re.MULTILINE)
    page = html.document_fromstring(render_claim_report(summary()))
    assert "d" not in page.xpath("//details//span[@class='id']/text()")
    assert "not to be looked at: d." in page.text_content()


def test_a_stopped_run_says_so() -> None:
    assert "Partial: stopped after 4 of 9 texts." in printed(summary(9))
    assert "stopped after 4 of 9 texts" in render_claim_report(summary(9))


def test_the_page_has_the_confusion_and_nothing_unescaped() -> None:
    page = html.document_fromstring(render_claim_report(summary()))
    rows = {row.find("th").text_content(): row.findall("td") for row in page.xpath("//table[@class='matrix']/tbody/tr")}
    assert [cell.text_content() for cell in rows["altered 1"]][:2] == ["1", "·"]
    assert rows["altered 1"][0].get("class") == "some false-right"
    assert rows["verbatim 3"][0].get("class") == "right-verdict"
    assert page.findtext(".//mark") == POLICE
    assert "It <says> so." in page.text_content()
    assert not page.xpath("//says | //script")


def test_the_summary_has_no_words_of_texts() -> None:
    document = json.dumps(summary().to_json())
    assert POLICE not in document
    assert "sixty" not in document
    assert claims_document(summary())["results"][0]["case"]["text"].startswith(POLICE)
    assert summary().to_json()["confusion"]["altered"] == {"verbatim": 1}


def test_a_run_that_was_stopped_goes_on(tmp_path: Path) -> None:
    done = finished()
    with ClaimFolder(tmp_path, DESCRIPTION) as folder:
        folder.keep(done[0])
    with ClaimFolder(tmp_path, DESCRIPTION) as folder:
        assert folder.done == done[:1]
        for kept in done[1:]:
            folder.keep(kept)
    folder.finish(done, summary().to_json(), "<!doctype html>")
    assert {path.name for path in tmp_path.iterdir()} == {
        "run.json", "cases.jsonl", "timings.jsonl", "summary.json", "report.html",
    }  # fmt: skip
    with pytest.raises(WrongUse, match="it holds a finished run"):
        ClaimFolder(tmp_path, DESCRIPTION)
