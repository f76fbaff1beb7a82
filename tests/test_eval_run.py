"""Running a gold set: what is asked, what a crash costs, what Ctrl-C keeps, what a run amounts to."""

import json
from collections.abc import Sequence
from dataclasses import replace

import pytest
from eval_fakes import FakeAnswerer, abstain, answer, case, cite, hit, no_answer_case, perfect

from eval.answerers import AnswererLost
from eval.results import CaseResult, Judged
from eval.run import Finished, run_case, run_cases
from eval.summary import Summary, summarise
from service.models import Answer

DESCRIPTION = {"gold": [{"path": "gold.jsonl", "sha256": "0"}], "index": "g1", "jobs": 1}
GOOD = cite("river", "art_2__para_1")
ALL_HOLD = {"quote validity": True, "locator accuracy": True, "marks match": True, "no crash": True}


def summary_of(finished: Sequence[Finished], planned: int | None = None) -> Summary:
    return summarise(finished, planned=planned or len(finished), description=DESCRIPTION)


def results_of(finished: Sequence[Finished]) -> list[CaseResult]:
    return [kept.result for kept in finished]


def gates_of(finished: Sequence[Finished]) -> dict[str, bool]:
    return {gate.name: gate.passed for gate in summary_of(finished).gates}


def test_a_perfect_answerer_has_the_best_of_everything() -> None:
    finished = run_cases([case("a"), case("b", "terse")], perfect())
    lower_is_better = {"wrong_treaty@1": 0, "over_refusal": 0, "Brier": pytest.approx(0.01)}
    for result in results_of(finished):
        assert result.right
        scores = dict(result.scores)
        assert scores.pop("length") == 10
        for name, best in lower_is_better.items():
            assert scores.pop(name) == best
        assert set(scores.values()) == {1.0}
    assert gates_of(finished) == ALL_HOLD
    assert summary_of(finished).exit_code == 0


def test_nothing_quoted_leaves_the_gates_without_evidence_and_fails_them() -> None:
    finished = run_cases([case("a")], FakeAnswerer(lambda *_: abstain()))
    assert gates_of(finished) == ALL_HOLD | {"quote validity": False, "locator accuracy": False}
    assert summary_of(finished).exit_code == 1


def test_questions_to_abstain_from_alone_need_no_quotation() -> None:
    assert summary_of(run_cases([no_answer_case("n")], FakeAnswerer(lambda *_: abstain()))).exit_code == 0


def test_a_crash_is_counted_wrong_named_and_costs_no_other_case() -> None:
    def action(question: str, _: Sequence[str]) -> Answer:
        if question == "Question b?":
            raise OSError("disk gone")
        return answer(GOOD)

    fake = FakeAnswerer(action, hits=[hit("river", "art_2")])
    finished = run_cases([case("a"), case("b"), no_answer_case("b2")], fake)
    assert [result.outcome for result in results_of(finished)] == ["answered", "crashed", "answered"]
    assert results_of(finished)[1].remark == "OSError: disk gone"
    summary = summary_of(finished)
    assert summary.total.measures["hit@1"].mean == 0.5, "the crash counts as not found"
    assert summary.latency_ms["total"]["p50"] == 10, "a crash has no time"
    assert summary.exit_code == 1
    assert not gates_of(finished)["no crash"]


def test_a_failing_search_is_a_crash() -> None:
    fake = perfect()
    fake.hits = None  # type: ignore[assignment]
    assert run_case(case("a"), fake).result.fault == "crashed"


def test_the_question_is_asked_and_searched_after_those_before_it() -> None:
    fake = perfect()
    run_case(case("f", "follow_up", history=("First?", "Second?")), fake)
    assert fake.asked == [("Question f?", ("First?", "Second?"))]
    assert fake.searched == [("Question f?", ("First?", "Second?"), 10)]


def test_nothing_is_searched_where_there_is_no_article_to_find() -> None:
    fake = FakeAnswerer(lambda *_: abstain())
    run_case(no_answer_case("n"), fake)
    assert fake.searched == []


@pytest.mark.parametrize("jobs", [1, 4])
def test_results_come_in_the_order_of_the_cases(jobs: int) -> None:
    cases = [case(f"c-{n}") for n in range(20)]
    finished = run_cases(cases, perfect(), jobs=jobs)
    assert [result.case.id for result in results_of(finished)] == [gold.id for gold in cases]


def test_cases_done_before_are_not_asked_again() -> None:
    cases = [case(f"c-{n}") for n in range(4)]
    first = run_cases(cases[:2], perfect())
    fake, told = perfect(), list[str]()
    finished = run_cases(cases, fake, done=first, on_finished=lambda kept: told.append(kept.result.case.id))
    assert [result.case.id for result in results_of(finished)] == ["c-0", "c-1", "c-2", "c-3"]
    assert [question for question, _ in fake.asked] == ["Question c-2?", "Question c-3?"]
    assert told == ["c-2", "c-3"]


def test_ctrl_c_keeps_what_is_done() -> None:
    def action(question: str, _: Sequence[str]) -> Answer:
        if question == "Question c-3?":
            raise KeyboardInterrupt
        return answer(GOOD)

    told: list[str] = []
    finished = run_cases(
        [case(f"c-{n}") for n in range(9)],
        FakeAnswerer(action),
        on_finished=lambda kept: told.append(kept.result.case.id),
    )
    ids = [result.case.id for result in results_of(finished)]
    assert ids[:3] == ["c-0", "c-1", "c-2"]
    assert "c-3" not in ids
    assert sorted(told) == sorted(ids)
    summary = summary_of(finished, planned=9)
    assert summary.partial
    assert summary.exit_code == 1


def test_without_an_answerer_the_run_stops_and_nothing_is_called_a_crash() -> None:
    def action(question: str, _: Sequence[str]) -> Answer:
        if question == "Question c-1?":
            raise AnswererLost("The service has gone.")
        return answer(GOOD)

    told: list[Finished] = []
    with pytest.raises(AnswererLost, match="gone"):
        run_cases([case(f"c-{n}") for n in range(3)], FakeAnswerer(action), on_finished=told.append)
    assert "c-0" in [kept.result.case.id for kept in told]
    assert all(kept.result.outcome == "answered" for kept in told)


def test_a_second_opinion_is_kept_beside_the_scores_and_changes_none() -> None:
    asked: list[str] = []

    def opinion(gold: object, given: Answer) -> Judged:
        asked.append(given.answer)
        return Judged({"faithfulness": 0.0, "right": 0.0})

    finished = [run_case(gold, perfect(), opinion) for gold in (case("a"), case("b"))]
    refused = run_case(no_answer_case("n"), FakeAnswerer(lambda *_: abstain()), opinion)
    assert all(kept.result.right and kept.result.scores["right"] == 1 for kept in finished)
    assert refused.result.judged is None, "there is nothing to judge"
    assert len(asked) == 2
    assert summary_of(finished).total.measures["right"].mean == 1.0
    assert summary_of(finished).total.measures["faithfulness"].mean == 0.0


def test_groups_are_by_type_treaty_and_style() -> None:
    cases = [case("a", style="lay"), case("b", "terse", style="terse"), case("c"), no_answer_case("n")]
    summary = summary_of(run_cases(cases, perfect()))
    assert {name: group.cases for name, group in summary.by_type.items()} == {"lay": 2, "terse": 1, "not_found": 1}
    assert {name: group.cases for name, group in summary.by_treaty.items()} == {"river": 3}
    assert {name: group.cases for name, group in summary.by_style.items()} == {"lay": 1, "terse": 1}
    assert summary.by_type["terse"].measures["right"] == (1.0, 1.0, 1.0, 1)
    assert "AURC" in summary.by_type["lay"].measures


def test_stages_are_averaged_where_they_were_gone_through() -> None:
    first, second = run_cases([case("a"), case("b")], perfect())
    slow = replace(second, timed=replace(second.timed, timings_ms={"total": 30.0, "round_trip": 40.0}))
    summary = summary_of([first, slow])
    assert summary.latency_ms["rank"] == {"p50": 4.0, "p95": 4.0, "p99": 4.0}
    assert summary.latency_ms["total"]["p50"] == 20.0
    assert list(summary.latency_ms) == ["rank", "total", "round_trip"]
    assert summary.per_second == 50.0, "two answers in forty milliseconds"


def test_without_times_there_is_no_speed() -> None:
    fake = FakeAnswerer(lambda *_: answer(GOOD, timings_ms={}))
    summary = summary_of(run_cases([case("a")], fake))
    assert (summary.latency_ms, summary.per_second) == ({}, None)


def test_a_summary_holds_scores_and_no_words_of_a_treaty() -> None:
    finished = run_cases([case("a"), case("b", "terse"), no_answer_case("n")], perfect())
    text = json.dumps(summary_of(finished).to_json(), allow_nan=False)
    assert "police" not in text
    assert json.loads(text)["faults"] == {"should_abstain": 1}
