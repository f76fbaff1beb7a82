"""What a run amounts to: means with their intervals, by type of question, and the gates.

The gates are promises, not measures: every quotation is the text, every locator is right, no case
crashed. One failure fails the run, and so does an answerable gold set that led to no quotation.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from eval import measures
from eval.measures import Abstention, MissingEvidence
from eval.run import CaseResult, Fault

# What can go wrong with a case, the worst first, and how it is called.
FAULTS: dict[Fault, str] = {
    "crashed": "crashed",
    "misquotes": "misquotes",
    "should_abstain": "should abstain",
    "wrong_article": "wrong article",
    "refused": "refused",
    "wrong_reason": "wrong reason",
}


class Estimate(NamedTuple):
    """The mean of a measure over the cases it applies to, with its 95 % bootstrap interval."""

    mean: float
    low: float
    high: float
    cases: int


@dataclass(frozen=True, slots=True)
class Gate:
    """A promise: of what was ``checked``, ``failures`` did not hold.

    ``needed`` is set where something must have been checked for the promise to count as kept.
    """

    name: str
    checked: int
    failures: tuple[str, ...]
    needed: bool = True

    @property
    def value(self) -> float | None:
        """The share that held, None where there was nothing to check."""
        return 1 - len(self.failures) / self.checked if self.checked else None

    @property
    def passed(self) -> bool:
        """Whether all of it held, and there was something to hold."""
        return not self.failures and (self.checked > 0 or not self.needed)

    def __str__(self) -> str:
        if self.value is None:
            return "nothing to check, since nothing was quoted"
        held = self.checked - len(self.failures)
        return f"{self.value:.3f} ({held} of {self.checked})"


@dataclass(frozen=True)
class Summary:
    """A run in numbers; ``planned`` cases were to be run, ``source`` says which on what."""

    results: tuple[CaseResult, ...]
    planned: int
    source: Mapping[str, Any]
    total: Mapping[str, Estimate]
    by_type: Mapping[str, Mapping[str, float]]
    abstention: Mapping[str, float | None]
    gates: tuple[Gate, ...]

    @property
    def partial(self) -> bool:
        """Whether the run was cut short."""
        return len(self.results) < self.planned

    @property
    def exit_code(self) -> int:
        """0 where all cases were run and all gates hold, else 1."""
        return int(self.partial or not all(gate.passed for gate in self.gates))

    @property
    def wrong(self) -> list[CaseResult]:
        """The cases that went wrong, the worst first."""
        severity = list(FAULTS)
        wrong = [result for result in self.results if not result.right]
        return sorted(wrong, key=lambda result: severity.index(result.fault))

    def of_type(self, type_: str | None) -> list[CaseResult]:
        """The results of one type of question, or all."""
        return [result for result in self.results if type_ in (None, result.case.type)]

    def latency_ms(self, percent: float, type_: str | None = None) -> float | None:
        """A percentile of the times that answers took."""
        seconds = [r.seconds for r in self.of_type(type_) if r.seconds is not None]
        return 1000 * measures.percentile(seconds, percent) if seconds else None

    def to_json(self) -> dict[str, Any]:
        """``summary.json``: everything but the single cases."""
        return {
            "source": dict(self.source),
            "cases": len(self.results),
            "planned": self.planned,
            "partial": self.partial,
            "passed": self.exit_code == 0,
            "gates": [
                {"name": g.name, "value": g.value, "passed": g.passed, "checked": g.checked}
                | {"failures": list(g.failures)}
                for g in self.gates
            ],
            "measures": {name: estimate._asdict() for name, estimate in self.total.items()},
            "abstention": dict(self.abstention),
            "latency_ms": {"p50": self.latency_ms(50), "p95": self.latency_ms(95)},
            "by_type": {
                type_: {"cases": len(self.of_type(type_)), "measures": dict(means)}
                | {"latency_ms": {"p50": self.latency_ms(50, type_)}}
                for type_, means in self.by_type.items()
            },
            "wrong": [result.case.id for result in self.wrong],
        }


def summarise(results: Sequence[CaseResult], *, planned: int, source: Mapping[str, Any]) -> Summary:
    """The summary of a run."""
    types = dict.fromkeys(result.case.type for result in results)
    outcomes = [Abstention(r.case.must_abstain, r.outcome == "abstained") for r in results]
    answerable = any(not result.case.must_abstain for result in results)
    quotations = sum(result.quotations for result in results)
    return Summary(
        results=tuple(results),
        planned=planned,
        source=source,
        total={
            name: Estimate(measures.mean(values), *measures.bootstrap_interval(values), len(values))
            for name, values in _values(results).items()
        },
        by_type={
            type_: {
                name: measures.mean(values)
                for name, values in _values([r for r in results if r.case.type == type_]).items()
            }
            for type_ in types
        },
        abstention={
            "precision": _or_none(measures.abstention_precision, outcomes),
            "recall": _or_none(measures.abstention_recall, outcomes),
            "over_refusal": _or_none(measures.over_refusal, outcomes),
        },
        gates=(
            Gate(
                "quote validity",
                quotations,
                tuple(f"{r.case.id} ({name})" for r in results for name in r.misquoted),
                needed=answerable,
            ),
            Gate(
                "locator accuracy",
                quotations,
                tuple(f"{r.case.id} ({name})" for r in results for name in r.misplaced),
                needed=answerable,
            ),
            Gate(
                "no crash",
                len(results),
                tuple(r.case.id for r in results if r.outcome == "crashed"),
            ),
        ),
    )


def _values(results: Sequence[CaseResult]) -> dict[str, list[float]]:
    """The values of each measure, over the cases that it applies to."""
    values: dict[str, list[float]] = {}
    for result in results:
        for name, value in result.scores.items():
            values.setdefault(name, []).append(value)
    return values


def _or_none(measure: Callable[[Collection[Abstention]], float], outcomes: Collection[Abstention]) -> float | None:
    try:
        return measure(outcomes)
    except MissingEvidence:
        return None
