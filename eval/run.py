"""Runs gold cases through Pacta and scores what comes back, case by case.

The answering side is an ``Answerer``, so that the same cases can be put to the index on this
machine, to a service at an address, or to a fake in a test. Scores are those of ``measures``; a
case that is refused is scored as citing nothing, one that crashes as finding nothing either.
"""

import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any, Literal, Protocol

from eval import measures
from eval.cases import GoldCase
from eval.measures import Key, MissingEvidence
from ingest.models import ParsedTreaty
from service.models import Answer, Citation, Conversation, Hit, Question, Turn

RANKING_LENGTH = 10
# Types of question that are named for the reason the answer has to give.
REASON_TYPES = frozenset({"treaty_not_held", "no_such_provision", "not_found", "out_of_scope", "wrong_premise"})

Outcome = Literal["answered", "abstained", "crashed"]
# What went wrong with a case, the worst first.
Fault = Literal["crashed", "misquotes", "should_abstain", "wrong_article", "refused", "wrong_reason", "none"]


class Answerer(Protocol):
    """What is evaluated."""

    @property
    def index(self) -> str:
        """The id of the index that answers."""

    @property
    def treaties(self) -> Mapping[str, ParsedTreaty]:
        """The treaties held, to check quotations against."""

    def answer(self, question: Question, conversation: Conversation) -> Answer:
        """The answer to a question asked after the turns of a conversation."""

    def search(self, query: str, *, conversation: Conversation, limit: int) -> Sequence[Hit]:
        """The articles found for a question, in the form that ``answer`` gives it, best first."""


@dataclass(frozen=True, slots=True)
class CaseResult:
    """What became of one case.

    ``scores`` has a value for each measure that applies to the case. ``quotations`` were checked,
    ``misquoted`` and ``misplaced`` say which failed. ``seconds`` is the time of the answer alone,
    without the turns before it and without the search; None where there was none.
    """

    case: GoldCase
    outcome: Outcome
    fault: Fault
    remark: str
    scores: Mapping[str, float]
    ranking: tuple[Key, ...] = ()
    answer: Answer | None = None
    quotations: int = 0
    misquoted: tuple[str, ...] = ()
    misplaced: tuple[str, ...] = ()
    seconds: float | None = None

    @property
    def right(self) -> bool:
        """Answered with a right article cited first, or abstained for the right reason."""
        return self.fault == "none"

    def to_json(self) -> dict[str, Any]:
        """One line of ``results.jsonl``."""
        return {
            "id": self.case.id,
            "type": self.case.type,
            "outcome": self.outcome,
            "right": self.right,
            "fault": None if self.right else self.fault,
            "remark": self.remark,
            "scores": {name: round(value, 6) for name, value in self.scores.items()},
            "ranking": [{"treaty_id": treaty, "eid": eid} for treaty, eid in self.ranking],
            "quotations": self.quotations,
            "misquoted": list(self.misquoted),
            "misplaced": list(self.misplaced),
            "seconds": None if self.seconds is None else round(self.seconds, 6),
            "case": self.case.to_json(),
            "answer": None if self.answer is None else self.answer.to_json(),
        }


def run_cases(
    cases: Sequence[GoldCase], answerer: Answerer, *, jobs: int = 1, progress: bool = False
) -> list[CaseResult]:
    """The results in the order of the cases; fewer than the cases where Ctrl-C cut the run short.

    ``jobs`` cases run at a time. ``progress`` draws a bar on stderr if that is a terminal.
    """
    from rich.console import Console
    from rich.progress import Progress

    asked: list[Future[CaseResult]] = []
    bar = Progress(
        console=Console(stderr=True),
        transient=True,
        disable=not (progress and sys.stderr.isatty()),
    )
    pool = ThreadPoolExecutor(max_workers=jobs)
    try:
        with bar:
            task = bar.add_task("Asking", total=len(cases))
            for case in cases:
                asked.append(pool.submit(run_case, case, answerer))
            for finished in as_completed(asked):
                finished.result()
                bar.advance(task)
    except KeyboardInterrupt:
        pass
    finally:
        pool.shutdown(cancel_futures=True)
    done = [future for future in asked if future.done() and not future.cancelled()]
    return [future.result() for future in done if future.exception() is None]


def run_case(case: GoldCase, answerer: Answerer) -> CaseResult:
    """Asks one case's earlier questions and its own, and scores the answer."""
    try:
        conversation = Conversation(id=f"eval-{case.id}")
        for earlier in case.history:
            answer = answerer.answer(Question(earlier), conversation)
            focus = tuple(dict.fromkeys(_cited(answer, answerer.treaties)))
            turn = Turn(question=earlier, focus=focus, answer=answer.answer)
            conversation = replace(conversation, turns=(*conversation.turns, turn))
        started = perf_counter()
        answer = answerer.answer(Question(case.question), conversation)
        seconds = perf_counter() - started
        hits: Sequence[Hit] = ()
        if case.gold and not case.must_abstain:
            hits = answerer.search(case.question, conversation=conversation, limit=RANKING_LENGTH)
    except Exception as error:
        # One broken case must not cost the others; it is counted wrong and named in the report.
        remark = f"{type(error).__name__}: {error}"
        scores = {**_scores(case, _Said()), "right": 0.0}
        return CaseResult(case, outcome="crashed", fault="crashed", remark=remark, scores=scores)
    return judge(case, answer, hits, answerer.treaties, seconds)


def judge(
    case: GoldCase,
    answer: Answer,
    hits: Sequence[Hit],
    treaties: Mapping[str, ParsedTreaty],
    seconds: float | None = None,
) -> CaseResult:
    """Scores one answer, with the articles found for the same question."""
    said = _Said(ranking=tuple((hit.treaty_id, hit.eid) for hit in hits), reason=answer.reason)
    if answer.status == "answered":
        said = replace(
            said,
            cited=_cited(answer, treaties),
            quotes=tuple(citation.quote for citation in answer.citations),
            prose=answer.answer,
        )
    scores = _scores(case, said)
    shown = (*answer.citations, *answer.related)
    misquoted = tuple(_name(c) for c in shown if not _is_text(c, treaties))
    misplaced = tuple(_name(c) for c in shown if not _is_placed(c, treaties))
    if misquoted or misplaced:
        named = ", ".join(dict.fromkeys(misquoted + misplaced))
        fault: Fault = "misquotes"
        remark = f"not the text of the place it names: {named}"
    else:
        fault, remark = _fault(case, answer, said, scores)
    return CaseResult(
        case=case,
        outcome=answer.status,
        fault=fault,
        remark=remark,
        scores={**scores, "right": float(fault == "none")},
        ranking=said.ranking,
        answer=answer,
        quotations=len(shown),
        misquoted=misquoted,
        misplaced=misplaced,
        seconds=seconds,
    )


@dataclass(frozen=True, slots=True)
class _Said:
    """What there is to score; by default nothing, as of a case that crashed."""

    ranking: tuple[Key, ...] = ()
    cited: tuple[Key, ...] = ()
    quotes: tuple[str, ...] = ()
    prose: str = ""
    reason: str | None = None


def _scores(case: GoldCase, said: _Said) -> dict[str, float]:
    """Every measure that the case has gold for."""
    scores: dict[str, float] = {}
    if case.type in REASON_TYPES:
        scores["right_reason"] = float(said.reason == case.type)
    if case.must_abstain:
        return scores
    if case.gold:
        gold, also_ok = {g.key for g in case.gold}, {g.key for g in case.also_ok}
        for k in (1, 5, 10):
            scores[f"hit@{k}"] = measures.hit_at(said.ranking, gold, k)
            scores[f"recall@{k}"] = measures.recall_at(said.ranking, gold, k)
        scores["MRR"] = measures.reciprocal_rank(said.ranking, gold)
        scores["nDCG@10"] = measures.ndcg_at(said.ranking, gold, 10)
        scores["wrong_treaty@1"] = measures.wrong_treaty(said.ranking, gold | also_ok)
        scores["first_citation_right"] = measures.first_citation_right(said.cited, gold, also_ok)
        scores["citation_precision"] = measures.citation_precision(said.cited, gold, also_ok)
        scores["citation_recall"] = measures.citation_recall(said.cited, gold)
    if case.quote:
        scores["quote_coverage"] = measures.quote_coverage(case.quote, said.quotes)
    if case.key_facts:
        words = "\n".join((said.prose, *said.quotes))
        scores["key_fact_recall"] = measures.key_fact_recall(case.key_facts, words)
    return scores


def _fault(case: GoldCase, answer: Answer, said: _Said, scores: Mapping[str, float]) -> tuple[Fault, str]:
    """What is wrong with an answer whose quotations hold, and a line that says it."""
    cites = f"{said.cited[0][0]}/{said.cited[0][1]}" if said.cited else "nothing"
    if case.must_abstain:
        if answer.status == "answered":
            return "should_abstain", f"answers, citing {cites}"
        if scores.get("right_reason") == 0:
            return "wrong_reason", f"abstains as {answer.reason}, not as {case.type}"
        return "none", ""
    wanted = " or ".join(str(locator) for locator in case.gold) or "the key facts"
    if case.gold:
        gold = {locator.key for locator in case.gold}
        rank = next((n for n, key in enumerate(said.ranking, start=1) if key in gold), None)
        wanted += f" (found at {rank})" if rank else " (not found)"
    if answer.status == "abstained":
        return "refused", f"abstains as {answer.reason}, wanted {wanted}"
    if scores.get("first_citation_right", scores.get("key_fact_recall")) != 1:
        return "wrong_article", f"cites {cites}, wanted {wanted}"
    return "none", ""


def _cited(answer: Answer, treaties: Mapping[str, ParsedTreaty]) -> tuple[Key, ...]:
    """The articles that an answer's citations are to, in their order."""
    return tuple((c.treaty_id, _article(c, treaties)) for c in answer.citations)


def _article(citation: Citation, treaties: Mapping[str, ParsedTreaty]) -> str:
    parsed = treaties.get(citation.treaty_id)
    provision = parsed.by_eid.get(citation.eid) if parsed else None
    return parsed.article_of(provision).eid if parsed and provision else citation.eid


def _is_text(citation: Citation, treaties: Mapping[str, ParsedTreaty]) -> bool:
    parsed = treaties.get(citation.treaty_id)
    text = parsed.treaty.text if parsed else None
    try:
        return measures.quote_is_text(citation.quote, text, citation.start, citation.end)
    except MissingEvidence:
        # A quotation of a treaty that is not held cannot be vouched for.
        return False


def _is_placed(citation: Citation, treaties: Mapping[str, ParsedTreaty]) -> bool:
    parsed = treaties.get(citation.treaty_id)
    provision = parsed.by_eid.get(citation.eid) if parsed else None
    return provision is not None and measures.lies_within(citation.start, citation.end, provision.start, provision.end)


def _name(citation: Citation) -> str:
    return f"{citation.treaty_id}/{citation.eid}"
