"""What a run over gold texts amounts to: shares of claims with their intervals, the confusion of verdicts, the gates.

The gates are promises, not measures: every quotation of a treaty is its text, every locator is right, every stretch
that is told of a text is there, no text crashed. One failure fails the run.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eval import statistics
from eval.claim_measures import (
    EXTRA,
    MISSED,
    RATIOS,
    attribution_f1,
    confusion,
    detection_f1,
    false_right,
    verdict_precision,
)
from eval.claim_results import CLAIM_FAULTS, ClaimFault, FinishedText, Outcome, TextResult
from eval.summary import GROUP_RESAMPLES, Estimate, Gate, Group, estimates_of, groups_of, latency_of, rate_of
from service.check.models import RIGHT, VERDICTS

# Texts that are only to be measured on: their claims are not shown, or work would be tuned on them.
UNSEEN = "test"
# The rows and the columns of the confusion matrix.
EXPECTED, GIVEN = (*VERDICTS, EXTRA), (*VERDICTS, MISSED)
# What says nothing of gold claims of one verdict alone: no claim found is of a gold verdict but by its pair.
_OF_ALL_ONLY = frozenset({"attribution_F1", "attribution_precision", "detection_F1", "detection_precision"})


@dataclass(frozen=True)
class ClaimSummary:
    """A run in numbers; ``planned`` texts were to be checked, ``description`` says which on what.

    ``by_verdict`` (the gold one), ``by_style`` and ``by_split`` break ``total`` down; ``cases`` of a group are its
    gold claims, those of an estimate the claims that it is a share of. ``confusion`` counts claims by gold verdict
    and verdict given. ``latency_ms`` has percentiles by stage, ``per_second`` how many texts that makes.
    """

    description: Mapping[str, Any]
    finished: tuple[FinishedText, ...]
    planned: int
    total: Group
    by_verdict: Mapping[str, Group]
    by_style: Mapping[str, Group]
    by_split: Mapping[str, Group]
    confusion: Counter[tuple[str, str]]
    gates: tuple[Gate, ...]
    latency_ms: Mapping[str, Mapping[str, float]]
    per_second: float | None

    @property
    def results(self) -> list[TextResult]:
        """The texts with what became of them."""
        return [kept.result for kept in self.finished]

    @property
    def outcomes(self) -> list[Outcome]:
        """The claims with what became of them, in the order of the texts."""
        return [outcome for result in self.results for outcome in result.outcomes]

    @property
    def partial(self) -> bool:
        """Whether the run was cut short."""
        return len(self.finished) < self.planned

    @property
    def exit_code(self) -> int:
        """0 where all texts were checked and all gates hold, else 1."""
        return int(self.partial or not all(gate.passed for gate in self.gates))

    @property
    def wrong(self) -> list[Outcome]:
        """The claims that went wrong, the worst first."""
        severity = list(CLAIM_FAULTS)
        return sorted((o for o in self.outcomes if o.fault), key=lambda o: severity.index(o.fault or "extra"))

    @property
    def wrong_seen(self) -> list[Outcome]:
        """The claims that went wrong in texts that may be looked at, the worst first."""
        return [outcome for outcome in self.wrong if outcome.case.split != UNSEEN]

    @property
    def wrong_unseen(self) -> list[str]:
        """The ids of the other texts in which claims went wrong, in their order."""
        return list(dict.fromkeys(o.case.id for o in self.outcomes if o.fault and o.case.split == UNSEEN))

    @property
    def faults(self) -> dict[ClaimFault, int]:
        """How many claims went wrong in which way, the worst first."""
        counted = Counter(outcome.fault for outcome in self.outcomes)
        return {fault: counted[fault] for fault in CLAIM_FAULTS if counted[fault]}

    @property
    def gold(self) -> int:
        """How many gold claims the texts have."""
        return sum(len(result.case.claims) for result in self.results)

    @property
    def false_right(self) -> tuple[int, int]:
        """How many gold claims that are not right were called right, of how many."""
        return false_right(self.outcomes)

    def to_json(self) -> dict[str, Any]:
        """``summary.json``: everything but the single claims, and no words of a text or a treaty."""
        called_right, not_right = self.false_right
        return {
            "description": dict(self.description),
            "cases": len(self.finished),
            "planned": self.planned,
            "partial": self.partial,
            "passed": self.exit_code == 0,
            "gates": [gate.to_json() for gate in self.gates],
            "claims": self.gold,
            "faults": self.faults,
            "false_right": {"claims": called_right, "of": not_right},
            "measures": estimates_of(self.total),
            "by_verdict": groups_of(self.by_verdict),
            "by_style": groups_of(self.by_style),
            "by_split": groups_of(self.by_split),
            "confusion": {
                expected: {given: n for given in GIVEN if (n := self.confusion[expected, given])}
                for expected in EXPECTED
                if any(self.confusion[expected, given] for given in GIVEN)
            },
            "latency_ms": {stage: dict(found) for stage, found in self.latency_ms.items()},
            "texts_per_second": self.per_second,
            "wrong": list(dict.fromkeys(outcome.case.id for outcome in self.wrong)),
        }


def summarise_claims(finished: Sequence[FinishedText], *, planned: int, description: Mapping[str, Any]) -> ClaimSummary:
    """The summary of a run over gold texts."""
    results, timed = [kept.result for kept in finished], [kept.timed for kept in finished]
    texts = [(result.case, result.outcomes) for result in results]
    claims = [outcomes for _, outcomes in texts]
    styles = {case.style: [o for c, o in texts if c.style == case.style] for case, _ in texts if case.style}
    splits = {case.split: [o for c, o in texts if c.split == case.split] for case, _ in texts if case.split}
    return ClaimSummary(
        description=description,
        finished=tuple(finished),
        planned=planned,
        total=_group(claims),
        by_verdict={verdict: found for verdict in VERDICTS if (found := _of_verdict(claims, verdict)).cases},
        by_style={name: _group(members, GROUP_RESAMPLES) for name, members in styles.items()},
        by_split={name: _group(members, GROUP_RESAMPLES) for name, members in splits.items()},
        confusion=confusion([outcome for outcomes in claims for outcome in outcomes]),
        gates=_gates(results),
        latency_ms=latency_of(timed),
        per_second=rate_of(timed, description.get("jobs", 1)),
    )


def is_false_right(expected: str, given: str) -> bool:
    """Whether a cell of the confusion matrix counts what is called right and is not, or is no claim."""
    return expected not in RIGHT and given in RIGHT


def _group(texts: Sequence[Sequence[Outcome]], resamples: int = 2_000) -> Group:
    measured = {name: found for name, ratio in RATIOS.items() if (found := _estimate(ratio, texts, resamples))}
    return Group(sum(outcome.gold is not None for outcomes in texts for outcome in outcomes), measured)


def _of_verdict(texts: Sequence[Sequence[Outcome]], verdict: str) -> Group:
    """The gold claims of a verdict; its precision is over the claims that were given it."""
    of_gold = [[o for o in outcomes if o.gold and o.gold.verdict == verdict] for outcomes in texts]
    given = [[o for o in outcomes if o.found and o.found.verdict == verdict] for outcomes in texts]
    group = _group([outcomes for outcomes in of_gold if outcomes], GROUP_RESAMPLES)
    measured = {name: found for name, found in group.measures.items() if name not in _OF_ALL_ONLY}
    measured.pop("verdict_precision", None)
    if precision := _estimate(verdict_precision, [outcomes for outcomes in given if outcomes], GROUP_RESAMPLES):
        measured["verdict_precision"] = precision
    return Group(group.cases, measured)


def _estimate(
    ratio: Callable[[Sequence[Outcome]], tuple[int, int]], texts: Sequence[Sequence[Outcome]], resamples: int
) -> Estimate | None:
    """The ratio over all claims, its interval by drawing texts; None where there is nothing to take a share of."""
    counts = [ratio(outcomes) for outcomes in texts]
    top, bottom = sum(count[0] for count in counts), sum(count[1] for count in counts)
    if not bottom:
        return None
    interval = statistics.bootstrap_ratio([c[0] for c in counts], [c[1] for c in counts], resamples=resamples)
    # What an F1 is a share of, gold claims and those found, is not what a reader counts.
    gold = sum(outcome.gold is not None for outcomes in texts for outcome in outcomes)
    return Estimate(top / bottom, *interval, gold if ratio in (attribution_f1, detection_f1) else bottom)


def _gates(results: Sequence[TextResult]) -> tuple[Gate, ...]:
    def failures(of: Callable[[TextResult], Iterable[str]]) -> tuple[str, ...]:
        return tuple(f"{result.case.id} ({name})" for result in results for name in of(result))

    quotations = sum(result.quotations for result in results)
    # Claims that are verbatim and right paraphrases have to be shown against the treaty's words.
    needed = any(result.case.claims for result in results)
    return (
        Gate("quote validity", quotations, failures(lambda result: result.misquoted), needed=needed),
        Gate("locator accuracy", quotations, failures(lambda result: result.misplaced), needed=needed),
        Gate("offsets match", sum(r.stretches for r in results), failures(lambda result: result.misset), needed=needed),
        Gate("no crash", len(results), tuple(r.case.id for r in results if r.report is None)),
    )
