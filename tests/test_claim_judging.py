"""Judging a checked text: which claims found are which gold claims, whether their source agrees, what must hold."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from claim_fakes import HAILED, POLICE, SHIPS, TEXT, FakeChecker, found, gold, perfect_report, report, text_case
from eval_fakes import TREATIES, cite

from eval.answerers import AnswererLost
from eval.claim_cases import GoldClaim, Span
from eval.claim_judging import check_case, is_attributed, judge_text, match_spans
from eval.claim_results import FoundClaim, read_found, read_text_result
from service.check.models import Checked, Referred, Stretch

A, B = Span(0, 40), Span(50, 80)


@pytest.mark.parametrize(
    ("wanted", "had", "pairs"),
    [
        pytest.param([A, B], [A, B], [(0, 0), (1, 1)], id="the same stretches"),
        pytest.param([A, B], [B, A], [(0, 1), (1, 0)], id="whatever their order"),
        pytest.param([A], [Span(20, 60)], [(0, 0)], id="half of the shorter is enough"),
        pytest.param([A], [Span(21, 61)], [], id="less than half is not"),
        pytest.param([A], [Span(10, 14)], [(0, 0)], id="a short one inside a long one"),
        pytest.param([A], [Span(40, 60)], [], id="touching has nothing in common"),
        pytest.param([A, B], [Span(0, 80)], [(0, 0)], id="one over both is the one it has most of"),
        pytest.param([A], [Span(0, 19), Span(19, 40)], [(0, 1)], id="of two parts the larger"),
        pytest.param([A], [Span(0, 90), Span(0, 41)], [(0, 1)], id="as much in common: the more alike in length"),
        pytest.param([A], [A, A], [(0, 0)], id="all alike: the earlier"),
        pytest.param([], [A], [], id="no gold"),
        pytest.param([A], [], [], id="nothing found"),
    ],
)
def test_matching(wanted: list[Span], had: list[Span], pairs: list[tuple[int, int]]) -> None:
    assert match_spans(wanted, had) == pairs


def claimed(treaty: str | None, article: str | None) -> GoldClaim:
    claim: GoldClaim = gold(POLICE, "unclear", treaty, article)
    return claim


def source(treaty: str | None, eids: tuple[str, ...] = (), label: str | None = None) -> FoundClaim:
    return read_found(report(found(POLICE, "unclear", treaty, eids, label=label)))[0]


@pytest.mark.parametrize(
    ("wanted", "given", "agrees"),
    [
        pytest.param(claimed("river", "2"), source("river", ("art_2",)), True, id="treaty and article"),
        pytest.param(claimed("river", "2"), source("river", ("art_2__para_1",)), True, id="a paragraph of the article"),
        pytest.param(claimed("river", "2"), source("river", ("art_1", "art_2")), True, id="one of several articles"),
        pytest.param(claimed("river", "2"), source("river", ("art_1",)), False, id="another article"),
        pytest.param(claimed("river", "2"), source("sea", ("art_2",)), False, id="another treaty"),
        pytest.param(
            claimed("river", "2"), source("river", (), "Article 2"), False, id="an article that was not resolved"
        ),
        pytest.param(claimed("river", None), source("river"), True, id="the treaty alone"),
        pytest.param(
            claimed("river", None), source("river", ("art_3",)), True, id="an article guessed beyond the claim"
        ),
        pytest.param(
            claimed("river", "19"), source("river", (), "Article 19"), True, id="no such article: by its label"
        ),
        pytest.param(claimed("river", "19"), source("river", (), "Article 9"), False, id="the label of another"),
        pytest.param(
            claimed("river", "19"), source("river", ("art_1",)), False, id="no such article, another resolved"
        ),
        pytest.param(claimed(None, "231"), source(None, (), "Article 231"), True, id="a treaty not held, by the label"),
        pytest.param(
            claimed(None, "annex_1/3"), source(None, (), "Annex I, Article 3"), True, id="in an annex not held"
        ),
        pytest.param(claimed(None, "5"), source(None), False, id="no label"),
        pytest.param(claimed(None, None), source(None), True, id="no treaty"),
        pytest.param(claimed(None, None), source("river"), False, id="a treaty where none can be told"),
        pytest.param(claimed("river", None), source(None), False, id="none where one is claimed"),
    ],
)
def test_attribution(wanted: GoldClaim, given: FoundClaim, agrees: bool) -> None:
    assert is_attributed(wanted, given, TREATIES) is agrees


def judged(*claims: Checked) -> Any:
    return judge_text(text_case(), report(*claims), TREATIES)


def test_every_claim_has_one_outcome_in_the_order_of_the_text() -> None:
    result = judged(found(HAILED, "verbatim"), found(SHIPS, "altered", "sea", ("art_1",)))
    assert [(o.statement, o.fault) for o in result.outcomes] == [
        (POLICE, "missed"), (SHIPS, "wrong_verdict"), (HAILED, "extra_right"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        pytest.param(found(POLICE, "altered"), None, id="right"),
        pytest.param(found(POLICE, "verbatim"), "false_right", id="called right"),
        pytest.param(found(POLICE, "paraphrase_supported", "sea"), "false_right", id="called right, of another treaty"),
        pytest.param(found(POLICE, "not_found"), "wrong_verdict", id="another verdict"),
        pytest.param(found(POLICE, "altered", "sea"), "wrong_source", id="right verdict, of another treaty"),
    ],
)
def test_what_is_wrong_with_a_claim(given: Checked, fault: str | None) -> None:
    case = text_case("t", gold(POLICE, "altered"))
    (outcome,) = judge_text(case, report(given), TREATIES).outcomes
    assert outcome.fault == fault


def test_what_is_found_beside_gold_is_no_claim() -> None:
    assert [o.fault for o in judged(found(HAILED, "unclear")).outcomes] == ["missed", "missed", "extra"]


def test_quotations_of_treaties_are_compared_with_their_texts() -> None:
    good = cite("river", "art_2__para_1")
    result = judged(
        found(POLICE, "verbatim", provision=replace(good, quote="sixty soldiers")),
        found(SHIPS, "misattributed", elsewhere=(good, replace(good, eid="art_3"))),
    )
    assert result.quotations == 3
    assert result.misquoted == ("river/art_2__para_1",)
    assert result.misplaced == ("river/art_3",)


def test_words_told_of_the_text_are_compared_with_it() -> None:
    odd = perfect_report() | {
        "references": [Referred(Stretch(0, 9, "Article 3"), None, None, (), None, "unclear").to_json()]
    }
    result = judge_text(text_case(), odd, TREATIES)
    assert (result.stretches, result.misset) == (5, ("0:9",))


def test_a_record_is_read_as_it_was_written() -> None:
    result = judged(found(POLICE, "verbatim"), found(HAILED, "unclear"))
    assert read_text_result(json.loads(json.dumps(result.to_json()))) == result


def raising(error: Exception) -> Callable[[str], Any]:
    def action(text: str) -> Any:
        raise error

    return action


def test_a_text_is_checked_and_timed() -> None:
    checker = FakeChecker()
    finished = check_case(text_case(), checker)
    assert checker.checked == [TEXT]
    assert finished.timed.timings_ms == {"judging": 4.0, "total": 10.0}
    assert [outcome.fault for outcome in finished.result.outcomes] == [None, None]


def test_a_crash_costs_the_claims_of_its_text() -> None:
    finished = check_case(text_case(), FakeChecker(raising(OSError("disk gone"))))
    assert finished.result.remark == "OSError: disk gone"
    assert [outcome.fault for outcome in finished.result.outcomes] == ["missed", "missed"]


def test_nobody_to_ask_ends_the_run() -> None:
    with pytest.raises(AnswererLost):
        check_case(text_case(), FakeChecker(raising(AnswererLost("gone"))))
