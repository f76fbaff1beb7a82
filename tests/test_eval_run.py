"""Running a gold set: what is asked, and what is counted as what."""

from dataclasses import replace
from typing import Any

import pytest
from eval_fakes import (
    FakeAnswerer,
    abstain,
    answer,
    case,
    cite,
    hit,
    no_answer_case,
    perfect,
)

from eval.cases import GoldCase, GoldLocator
from eval.run import CaseResult, run_case, run_cases
from eval.summary import Summary, summarise
from service.models import Answer, Conversation, Question

SOURCE = {"gold": [{"path": "gold.jsonl", "sha256": "0"}], "index": "g1", "left_out": []}


def run_one(gold: GoldCase, *answers: Answer, hits: Any = ()) -> CaseResult:
    """The result of a case whose questions are given these answers in turn."""
    left = list(answers)
    return run_case(gold, FakeAnswerer(lambda *_: left.pop(0), hits=hits))


def summary_of(results: list[CaseResult]) -> Summary:
    return summarise(results, planned=len(results), source=SOURCE)


def gates_of(results: list[CaseResult]) -> dict[str, bool]:
    return {gate.name: gate.passed for gate in summary_of(results).gates}


ALL_HOLD = {"quote validity": True, "locator accuracy": True, "no crash": True}


def test_a_perfect_answerer_scores_one_everywhere() -> None:
    results = run_cases([case("a"), case("b", "terse")], perfect())
    assert all(result.right for result in results)
    for result in results:
        scores = dict(result.scores)
        assert scores.pop("wrong_treaty@1") == 0
        assert set(scores.values()) == {1.0}
    assert gates_of(results) == ALL_HOLD
    assert summary_of(results).exit_code == 0


def test_one_that_always_abstains_is_right_only_where_it_has_to_abstain() -> None:
    fake = FakeAnswerer(lambda *_: abstain("not_found"), hits=[hit("river", "art_2")])
    results = run_cases([case("a"), no_answer_case("n")], fake)
    refused, abstained = results
    assert (refused.fault, refused.right, abstained.right) == ("refused", False, True)
    assert refused.remark == "abstains as not_found, wanted river/art_2 (found at 1)"
    assert refused.scores["hit@1"] == 1, "search is measured whatever the answer says"
    for name in ("first_citation_right", "citation_recall", "quote_coverage", "key_fact_recall"):
        assert refused.scores[name] == 0, name
    summary = summary_of(results)
    assert summary.abstention == {"precision": 0.5, "recall": 1.0, "over_refusal": 1.0}


def test_nothing_quoted_leaves_the_gates_without_evidence_and_fails_them() -> None:
    results = run_cases([case("a")], FakeAnswerer(lambda *_: abstain()))
    assert gates_of(results) == ALL_HOLD | {"quote validity": False, "locator accuracy": False}
    assert summary_of(results).exit_code == 1


def test_questions_to_abstain_from_alone_need_no_quotation() -> None:
    results = run_cases([no_answer_case("n")], FakeAnswerer(lambda *_: abstain()))
    assert summary_of(results).exit_code == 0


def test_words_of_an_abstention_are_no_key_facts() -> None:
    says = abstain()
    result = run_one(case("a"), replace(says, answer="Sixty police officers? I cannot say."))
    assert result.scores["key_fact_recall"] == 0


def test_a_crash_is_counted_wrong_named_and_costs_no_other_case() -> None:
    def action(question: Question, _: Conversation) -> Answer:
        if question.text == "Question b?":
            raise OSError("disk gone")
        return answer(cite("river", "art_2"))

    fake = FakeAnswerer(action, hits=[hit("river", "art_2")])
    results = run_cases([case("a"), case("b"), no_answer_case("b")], fake)
    assert [result.outcome for result in results] == ["answered", "crashed", "crashed"]
    crashed = results[1]
    assert crashed.remark == "OSError: disk gone"
    assert crashed.scores["wrong_treaty@1"] == 1
    assert {v for name, v in crashed.scores.items() if name != "wrong_treaty@1"} == {0.0}
    assert crashed.scores.keys() == results[0].scores.keys(), "every mean is over every case"
    summary = summary_of(results)
    assert summary.total["hit@1"].mean == 0.5
    assert summary.abstention["recall"] == 0, "a crash is no abstention"
    assert summary.abstention["over_refusal"] == 0
    assert summary.exit_code == 1
    assert not gates_of(results)["no crash"]


def test_a_failing_search_is_a_crash() -> None:
    fake = perfect()
    fake.hits = None  # type: ignore[assignment]
    assert run_case(case("a"), fake).fault == "crashed"


def test_a_treaty_that_is_not_held_cannot_be_vouched_for() -> None:
    stray = replace(cite("river", "art_2"), treaty_id="moon")
    result = run_one(case("a"), answer(stray))
    assert (result.misquoted, result.misplaced) == (("moon/art_2",), ("moon/art_2",))


GOOD = cite("river", "art_2__para_1")
MISQUOTES = [
    pytest.param(replace(GOOD, quote="sixty-one officers"), 1, 0, id="words that are not there"),
    pytest.param(replace(GOOD, quote=GOOD.quote.upper()), 1, 0, id="other letters"),
    pytest.param(replace(GOOD, quote="", end=GOOD.start), 1, 1, id="an empty quotation"),
    pytest.param(replace(GOOD, eid="art_3"), 0, 1, id="the words of another article"),
    pytest.param(replace(GOOD, eid="art_77"), 0, 1, id="an article that does not exist"),
    pytest.param(replace(GOOD, quote=GOOD.quote[1:], start=GOOD.start + 2), 1, 0, id="offsets that are off"),
]


@pytest.mark.parametrize(("citation", "misquoted", "misplaced"), MISQUOTES)
@pytest.mark.parametrize("shown_as", ["citation", "related"])
def test_a_misquoting_answer_fails_the_gates(citation: Any, misquoted: int, misplaced: int, shown_as: str) -> None:
    given = answer(citation) if shown_as == "citation" else answer(GOOD, related=(citation,))
    result = run_one(case("a"), given, hits=[hit("river", "art_2")])
    assert (len(result.misquoted), len(result.misplaced)) == (misquoted, misplaced)
    assert (result.fault, result.right, result.scores["right"]) == ("misquotes", False, 0)
    assert gates_of([result]) == {
        "quote validity": not misquoted,
        "locator accuracy": not misplaced,
        "no crash": True,
    }
    assert summary_of([result]).exit_code == 1


@pytest.mark.parametrize(
    ("gold", "given", "fault"),
    [
        pytest.param(case("a"), answer(cite("river", "art_2")), "none", id="the gold article"),
        pytest.param(
            case("a", also_ok=(GoldLocator("river", "3"),)),
            answer(cite("river", "art_3")),
            "none",
            id="one that may be cited too",
        ),
        pytest.param(case("a"), answer(cite("river", "art_1")), "wrong_article", id="another article"),
        pytest.param(
            case("a"),
            answer(cite("sea", "art_2"), cite("river", "art_2", 2)),
            "wrong_article",
            id="the right one, but not first",
        ),
        pytest.param(case("a"), answer(answer="Sixty."), "wrong_article", id="no citation at all"),
        pytest.param(case("a", gold=()), answer(cite("river", "art_2")), "none", id="key facts alone, all said"),
        pytest.param(case("a", gold=()), answer(cite("sea", "art_2")), "wrong_article", id="key facts not said"),
        pytest.param(no_answer_case("n"), answer(cite("sea", "art_2")), "should_abstain", id="answered anyway"),
        pytest.param(no_answer_case("n"), abstain("not_found"), "none", id="the reason of the type"),
        pytest.param(no_answer_case("n", "out_of_scope"), abstain("not_found"), "wrong_reason", id="another"),
        pytest.param(no_answer_case("n", "vague"), abstain("not_found"), "none", id="a type that is no reason"),
    ],
)
def test_what_counts_as_right(gold: GoldCase, given: Answer, fault: str) -> None:
    result = run_one(gold, given)
    assert result.fault == fault
    assert result.scores["right"] == float(fault == "none")
    assert bool(result.remark) == (fault != "none")


def test_a_wrong_premise_has_to_be_said_to_be_one() -> None:
    wanted = case("w", "wrong_premise")
    silent = run_one(wanted, answer(GOOD))
    told = run_one(wanted, answer(GOOD, reason="wrong_premise"))
    assert (silent.right, told.right) == (True, True), "the article cited first decides"
    assert (silent.scores["right_reason"], told.scores["right_reason"]) == (0, 1)


def test_citations_count_by_article_whatever_paragraph_they_name() -> None:
    cited = run_one(case("a"), answer(cite("river", "art_2__para_1"), cite("river", "art_2", 2)))
    assert cited.scores["citation_precision"] == 1


def test_earlier_questions_are_answered_first_in_the_same_conversation() -> None:
    left = [answer(cite("river", "art_1__para_1"), cite("sea", "art_1")), abstain(), answer(GOOD)]
    fake = FakeAnswerer(lambda *_: left.pop(0), hits=[hit("river", "art_2")])
    run_case(case("f", "follow_up", history=("First?", "Second?")), fake)
    assert [text for text, _ in fake.asked] == ["First?", "Second?", "Question f?"]
    assert [len(conversation.turns) for _, conversation in fake.asked] == [0, 1, 2]
    last = fake.asked[-1][1]
    assert last.turns[0].focus == (("river", "art_1"), ("sea", "art_1"))
    assert last.turns[0].answer.startswith("The boundary follows")
    assert last.turns[1].focus == ()
    assert fake.searched == [("Question f?", last, 10)]
    assert len({conversation.id for _, conversation in fake.asked}) == 1


def test_nothing_is_searched_where_there_is_no_article_to_find() -> None:
    fake = FakeAnswerer(lambda *_: abstain())
    run_case(no_answer_case("n"), fake)
    assert fake.searched == []


@pytest.mark.parametrize("jobs", [1, 4])
def test_results_come_in_the_order_of_the_cases(jobs: int) -> None:
    cases = [case(f"c-{n}") for n in range(20)]
    results = run_cases(cases, perfect(), jobs=jobs)
    assert [result.case.id for result in results] == [gold.id for gold in cases]


def test_ctrl_c_keeps_what_is_done() -> None:
    def action(question: Question, _: Conversation) -> Answer:
        if question.text == "Question c-3?":
            raise KeyboardInterrupt
        return answer(GOOD)

    results = run_cases([case(f"c-{n}") for n in range(9)], FakeAnswerer(action))
    assert [result.case.id for result in results][:3] == ["c-0", "c-1", "c-2"]
    assert "c-3" not in [result.case.id for result in results]
    summary = summarise(results, planned=9, source=SOURCE)
    assert summary.partial
    assert summary.exit_code == 1
