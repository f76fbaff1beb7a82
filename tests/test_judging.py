"""Judging one answer: what counts as right, what as which fault, and what each measure is given."""

from dataclasses import replace
from typing import Any

import pytest
from eval_fakes import TREATIES, abstain, answer, case, cite, hit, no_answer_case

from eval.cases import GoldCase, GoldLocator
from eval.judging import judge, judge_crash
from eval.results import FAULTS, CaseResult, Judged, read_result
from service.models import Answer

GOOD = cite("river", "art_2__para_1")


def judged(gold: GoldCase, given: Answer, *hits: Any) -> CaseResult:
    return judge(gold, given, hits, TREATIES)


MISQUOTES = [
    pytest.param(replace(GOOD, quote="sixty-one officers"), 1, 0, id="words that are not there"),
    pytest.param(replace(GOOD, quote=GOOD.quote.upper()), 1, 0, id="other letters"),
    pytest.param(replace(GOOD, quote="", end=GOOD.start), 1, 1, id="an empty quotation"),
    pytest.param(replace(GOOD, eid="art_3", label="Article 3"), 0, 1, id="the words of another article"),
    pytest.param(replace(GOOD, eid="art_77"), 0, 1, id="an article that does not exist"),
    pytest.param(replace(GOOD, label="Article 3"), 0, 1, id="a label that is another article's"),
    pytest.param(replace(GOOD, quote=GOOD.quote[1:], start=GOOD.start + 2), 1, 0, id="offsets that are off"),
    pytest.param(replace(GOOD, treaty_id="moon"), 1, 1, id="a treaty that is not held cannot be vouched for"),
]


@pytest.mark.parametrize(("citation", "misquoted", "misplaced"), MISQUOTES)
@pytest.mark.parametrize("shown_as", ["citation", "related"])
def test_a_quotation_is_compared_with_the_text(citation: Any, misquoted: int, misplaced: int, shown_as: str) -> None:
    given = answer(citation) if shown_as == "citation" else answer(GOOD, related=(citation,))
    result = judged(case("a"), given, hit("river", "art_2"))
    assert (len(result.misquoted), len(result.misplaced)) == (misquoted, misplaced)
    assert (result.fault, result.right, result.scores["right"]) == ("misquotes", False, 0)


MARKS = [
    pytest.param("Sixty [1].", False, id="a mark with its citation"),
    pytest.param("Sixty [1], see also [2].", True, id="a mark without a citation"),
    pytest.param("Sixty.", True, id="a citation that no mark uses"),
]


@pytest.mark.parametrize(("prose", "mismarked"), MARKS)
def test_marks_and_citations_have_to_fit(prose: str, mismarked: bool) -> None:
    result = judged(case("a"), answer(GOOD, answer=prose))
    assert result.mismarked == mismarked
    assert result.fault == ("misquotes" if mismarked else None)


RIGHT = [
    pytest.param(case("a"), answer(cite("river", "art_2")), (), None, id="the gold article"),
    pytest.param(
        case("a", also_ok=(GoldLocator("river", "3"),)),
        answer(cite("river", "art_3")),
        (),
        None,
        id="one that may be cited too",
    ),
    pytest.param(case("a"), answer(cite("river", "art_1")), (), "not_retrieved", id="another article, right not found"),
    pytest.param(
        case("a"),
        answer(cite("river", "art_1")),
        (hit("river", "art_1"), hit("river", "art_2")),
        "not_chosen",
        id="another article, right one found second",
    ),
    pytest.param(
        case("a"),
        answer(cite("sea", "art_2"), cite("river", "art_2", 2)),
        (hit("river", "art_2"),),
        "wrong_treaty",
        id="another treaty first, the right article second",
    ),
    pytest.param(
        case("a", also_ok=(GoldLocator("sea", "1"),)),
        answer(cite("sea", "art_2")),
        (),
        "not_retrieved",
        id="another article of a treaty that may be cited",
    ),
    pytest.param(case("a"), answer(answer="Sixty."), (), "not_retrieved", id="no citation at all"),
    pytest.param(case("a", gold=()), answer(cite("river", "art_2")), (), None, id="key facts alone, all said"),
    pytest.param(case("a", gold=()), answer(cite("sea", "art_2")), (), "lacks_facts", id="key facts not said"),
    pytest.param(case("a"), abstain(), (hit("river", "art_2"),), "refused", id="refused although found"),
    pytest.param(no_answer_case("n"), answer(cite("sea", "art_2")), (), "should_abstain", id="answered anyway"),
    pytest.param(no_answer_case("n"), abstain("not_found"), (), None, id="the reason of the type"),
    pytest.param(no_answer_case("n", "out_of_scope"), abstain("not_found"), (), "wrong_reason", id="another reason"),
    pytest.param(no_answer_case("n", "news"), abstain("not_found"), (), None, id="a type that is no reason"),
]


@pytest.mark.parametrize(("gold", "given", "hits", "fault"), RIGHT)
def test_what_counts_as_right(gold: GoldCase, given: Answer, hits: Any, fault: str | None) -> None:
    result = judged(gold, given, *hits)
    assert result.fault == fault
    assert result.scores["right"] == float(fault is None)
    assert bool(result.remark) == (fault is not None)


def test_a_remark_says_what_was_done_and_what_was_wanted() -> None:
    refused = judged(case("a"), abstain(), hit("sea", "art_1"), hit("river", "art_2"))
    assert refused.remark == "abstains as not_found, wanted river/art_2 (found at 2)"
    wrong = judged(case("a"), answer(cite("sea", "art_2")))
    assert wrong.remark == "cites sea/art_2, wanted river/art_2 (not found)"


def test_words_of_an_abstention_are_no_key_facts() -> None:
    result = judged(case("a"), replace(abstain(), answer="Sixty police officers? I cannot say."))
    assert result.scores["key_fact_recall"] == 0


def test_search_is_measured_whatever_the_answer_says() -> None:
    result = judged(case("a"), abstain(), hit("river", "art_2"))
    assert result.scores["hit@1"] == 1
    for name in ("first_citation_right", "citation_recall", "quote_coverage", "key_fact_recall"):
        assert result.scores[name] == 0, name


def test_a_wrong_premise_has_to_be_said_to_be_one() -> None:
    wanted = case("w", "wrong_premise")
    silent = judged(wanted, answer(GOOD))
    told = judged(wanted, answer(GOOD, reason="wrong_premise"))
    assert (silent.right, told.right) == (True, True), "the article cited first decides"
    assert (silent.scores["right_reason"], told.scores["right_reason"]) == (0, 1)


def test_citations_count_by_article_whatever_paragraph_they_name() -> None:
    both = judged(case("a"), answer(cite("river", "art_2__para_1"), cite("river", "art_2", 2)))
    assert both.scores["citation_precision"] == 1
    assert both.cited == (("river", "art_2"), ("river", "art_2"))


ABSTENTION = [
    pytest.param(case("a"), answer(GOOD), {"over_refusal": 0.0}, id="answered, as it should"),
    pytest.param(case("a"), abstain(), {"over_refusal": 1.0, "abstention_precision": 0.0}, id="refused"),
    pytest.param(no_answer_case("n"), answer(GOOD), {"abstention_recall": 0.0}, id="not declined"),
    pytest.param(
        no_answer_case("n"), abstain(), {"abstention_recall": 1.0, "abstention_precision": 1.0}, id="declined"
    ),
]


@pytest.mark.parametrize(("gold", "given", "expected"), ABSTENTION)
def test_each_measure_of_abstention_looks_at_its_own_cases(
    gold: GoldCase, given: Answer, expected: dict[str, float]
) -> None:
    names = {"over_refusal", "abstention_precision", "abstention_recall"}
    assert {name: value for name, value in judged(gold, given).scores.items() if name in names} == expected


def test_length_and_brier_are_of_answers_only() -> None:
    told = judged(case("a"), answer(GOOD, answer="Sixty police officers [1] may be posted.")).scores
    assert told["length"] == 6
    assert told["share_quoted"] == 0.5, "sixty police officers"
    assert told["Brier"] == pytest.approx(0.01), "confidence .9, right"
    assert judged(case("a"), answer(cite("sea", "art_2"))).scores["Brier"] == pytest.approx(0.81)
    assert {"length", "share_quoted", "Brier"}.isdisjoint(judged(case("a"), abstain()).scores)


def test_a_crash_has_the_worst_of_every_measure() -> None:
    crashed = judge_crash(case("a"), OSError("disk gone"))
    assert (crashed.outcome, crashed.fault, crashed.remark) == ("crashed", "crashed", "OSError: disk gone")
    assert crashed.scores["wrong_treaty@1"] == 1
    assert {v for name, v in crashed.scores.items() if name != "wrong_treaty@1"} == {0.0}
    answered = judged(case("a"), answer(GOOD), hit("river", "art_2")).scores
    assert answered.keys() - crashed.scores.keys() == {"Brier", "length", "share_quoted"}, "only of answers"
    assert judge_crash(no_answer_case("n"), OSError()).scores["abstention_recall"] == 0, "a crash is no abstention"


RECORDS = [
    judged(case("a"), answer(GOOD, related=(cite("sea", "art_1"),)), hit("river", "art_2"), hit("sea", "art_1")),
    judged(case("a"), answer(cite("sea", "art_2"))),
    judged(no_answer_case("n"), abstain()),
    judge_crash(case("a"), OSError("disk gone")),
    replace(judged(case("a"), answer(GOOD)), judged=Judged({"faithfulness": 1.0}, {"faithfulness": "It is."}, {})),
]


@pytest.mark.parametrize("result", RECORDS, ids=["right", "wrong", "abstained", "crashed", "judged by a model"])
def test_a_record_survives_json(result: CaseResult) -> None:
    import json

    text = json.dumps(result.to_json(), allow_nan=False)
    again = read_result(json.loads(text))
    assert json.dumps(again.to_json()) == text
    assert (again.fault, again.scores, again.retrieved) == (result.fault, result.scores, result.retrieved)


def test_a_record_has_nothing_that_changes_from_run_to_run() -> None:
    first, second = answer(GOOD), answer(GOOD, conversation_id="c2", message_id="m2", timings_ms={"total": 3})
    assert judged(case("a"), first).to_json() == judged(case("a"), second).to_json()


def test_every_fault_is_explained() -> None:
    assert all(name and meaning.endswith(".") for name, meaning in FAULTS.values())
