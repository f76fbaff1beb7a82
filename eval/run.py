"""Puts gold cases to an answerer and judges what comes back, case by case."""

import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from typing import TypeVar

from eval.answerers import Answerer, AnswererLost
from eval.cases import GoldCase, SomeCase
from eval.judging import judge, judge_crash
from eval.results import CaseResult, Judged, Timed
from service.models import Answer, Hit

RANKING_LENGTH = 10

SomeResult = TypeVar("SomeResult")

# A second opinion on an answer: what a judge model says of it.
Opinion = Callable[[GoldCase, Answer], Judged]


@dataclass(frozen=True, slots=True)
class Finished:
    """A case that was run: what became of it, and how long its answer took."""

    result: CaseResult
    timed: Timed


def run_cases(
    cases: Sequence[GoldCase],
    answerer: Answerer,
    *,
    jobs: int = 1,
    done: Sequence[Finished] = (),
    on_finished: Callable[[Finished], None] = lambda finished: None,
    opinion: Opinion | None = None,
    progress: bool = False,
) -> list[Finished]:
    """What became of the questions, each asked of the answerer; see ``run_each``."""
    return run_each(
        cases,
        lambda case: run_case(case, answerer, opinion),
        jobs=jobs,
        done={kept.result.case.id: kept for kept in done},
        on_finished=on_finished,
        progress="Asking" if progress else "",
    )


def run_each(
    cases: Sequence[SomeCase],
    run: Callable[[SomeCase], SomeResult],
    *,
    jobs: int,
    done: Mapping[str, SomeResult],
    on_finished: Callable[[SomeResult], None],
    progress: str,
) -> list[SomeResult]:
    """What became of the cases, in their order; fewer than the cases where Ctrl-C cut the run short.

    ``jobs`` cases run at a time. ``done`` cases, by id, are not run again. ``on_finished`` is called with each
    case as it is finished, from this thread. ``progress`` names a bar that is drawn on stderr if that is a
    terminal; empty draws none. Raises AnswererLost where there is nobody left to ask; what was finished has been
    given to ``on_finished`` by then.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    finished = dict(done)
    asked: dict[Future[SomeResult], str] = {}

    def keep(future: Future[SomeResult]) -> None:
        kept, name = future.result(), asked[future]
        if name not in finished:
            on_finished(kept)
            finished[name] = kept

    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
        console=Console(stderr=True), transient=True, disable=not (progress and sys.stderr.isatty()),
    )  # fmt: skip
    pool = ThreadPoolExecutor(max_workers=jobs)
    try:
        with bar:
            task = bar.add_task(progress, total=len(cases), completed=len(finished))
            asked |= {pool.submit(run, case): case.id for case in cases if case.id not in finished}
            for future in as_completed(asked):
                keep(future)
                bar.advance(task)
    except KeyboardInterrupt:
        pass
    finally:
        pool.shutdown(cancel_futures=True)
        for future in asked:
            if not future.cancelled() and future.exception() is None:
                keep(future)
    return [finished[case.id] for case in cases if case.id in finished]


def run_case(case: GoldCase, answerer: Answerer, opinion: Opinion | None = None) -> Finished:
    """Asks one case's earlier questions and its own, and judges the answer; raises AnswererLost."""
    try:
        answer = answerer.answer(case.question, case.history)
        hits: Sequence[Hit] = ()
        if case.gold and not case.must_abstain:
            hits = answerer.search(case.question, case.history, RANKING_LENGTH)
        result = judge(case, answer, hits, answerer.treaties)
    except AnswererLost:
        raise
    except Exception as error:
        # One broken case must not cost the others; it is counted wrong and named in the report.
        return Finished(judge_crash(case, error), Timed(case.id, {}))
    if opinion is not None and answer.status == "answered":
        result = replace(result, judged=opinion(case, answer))
    return Finished(result, Timed(case.id, dict(answer.timings_ms)))
