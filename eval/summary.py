"""What a run amounts to: means with their intervals, by type, treaty and style, and the gates.

The gates are promises, not measures: every quotation is the text, every locator is right, no case
crashed. One failure fails the run, and so does an answerable gold set that led to no quotation.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from eval import abstention, statistics
from eval.glossary import MEASURES
from eval.results import FAULTS, CaseResult, Fault, Timed
from eval.run import Finished

PERCENTILES = (50, 95, 99)
# Groups are many and their intervals wide: a few hundred resamples place the ends well enough.
GROUP_RESAMPLES = 500
JUDGED = frozenset(name for name, measure in MEASURES.items() if measure.group == "judge")

# Confidence of an answer, and whether the case was right.
ConfidencePair = tuple[float, bool]


class Estimate(NamedTuple):
    """The value of a measure over the cases it applies to, with its 95 % bootstrap interval."""

    mean: float
    low: float
    high: float
    cases: int


@dataclass(frozen=True, slots=True)
class Group:
    """The cases that have something in common, and their measures."""

    cases: int
    measures: Mapping[str, Estimate]


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

    def to_json(self) -> dict[str, Any]:
        """As ``summary.json`` has it."""
        document = {"name": self.name, "value": self.value, "passed": self.passed, "checked": self.checked}
        return {**document, "failures": list(self.failures)}

    def __str__(self) -> str:
        if self.value is None:
            return "nothing to check, since nothing was quoted"
        held = self.checked - len(self.failures)
        return f"{self.value:.3f} ({held:,} of {self.checked:,})"


@dataclass(frozen=True)
class Summary:
    """A run in numbers; ``planned`` cases were to be run, ``description`` says which on what.

    ``by_type``, ``by_treaty`` and ``by_style`` break ``total`` down; a case counts for each treaty of its
    gold. ``latency_ms`` has percentiles by stage, ``per_second`` how many answers that makes with so many
    asked at a time; both are empty where no answer came.
    """

    description: Mapping[str, Any]
    finished: tuple[Finished, ...]
    planned: int
    total: Group
    by_type: Mapping[str, Group]
    by_treaty: Mapping[str, Group]
    by_style: Mapping[str, Group]
    gates: tuple[Gate, ...]
    risk_coverage: tuple[abstention.RiskCoverage, ...]
    calibration: tuple[abstention.Bin, ...]
    latency_ms: Mapping[str, Mapping[str, float]]
    per_second: float | None

    @property
    def results(self) -> list[CaseResult]:
        """The cases with what became of them."""
        return [kept.result for kept in self.finished]

    @property
    def partial(self) -> bool:
        """Whether the run was cut short."""
        return len(self.finished) < self.planned

    @property
    def exit_code(self) -> int:
        """0 where all cases were run and all gates hold, else 1."""
        return int(self.partial or not all(gate.passed for gate in self.gates))

    @property
    def wrong(self) -> list[CaseResult]:
        """The cases that went wrong, the worst first."""
        severity = list(FAULTS)
        wrong = [result for result in self.results if result.fault]
        return sorted(wrong, key=lambda result: severity.index(result.fault or "crashed"))

    @property
    def faults(self) -> dict[Fault, int]:
        """How many cases went wrong in which way, the worst first."""
        counted = Counter(result.fault for result in self.results)
        return {fault: counted[fault] for fault in FAULTS if counted[fault]}

    def to_json(self) -> dict[str, Any]:
        """``summary.json``: everything but the single cases, and no words of any treaty."""
        return {
            "description": dict(self.description),
            "cases": len(self.finished),
            "planned": self.planned,
            "partial": self.partial,
            "passed": self.exit_code == 0,
            "gates": [gate.to_json() for gate in self.gates],
            "faults": self.faults,
            "measures": estimates_of(self.total),
            "by_type": groups_of(self.by_type),
            "by_treaty": groups_of(self.by_treaty),
            "by_style": groups_of(self.by_style),
            "risk_coverage": [point._asdict() for point in self.risk_coverage],
            "calibration": [found._asdict() for found in self.calibration],
            "latency_ms": {stage: dict(found) for stage, found in self.latency_ms.items()},
            "answers_per_second": self.per_second,
            "wrong": [result.case.id for result in self.wrong],
        }


def summarise(finished: Sequence[Finished], *, planned: int, description: Mapping[str, Any]) -> Summary:
    """The summary of a run."""
    results, timed = [kept.result for kept in finished], [kept.timed for kept in finished]
    pairs = confidence_pairs(results)
    confidences, right = [confidence for confidence, _ in pairs], [right for _, right in pairs]
    return Summary(
        description=description,
        finished=tuple(finished),
        planned=planned,
        total=_group(results),
        by_type=_by(results, lambda result: [result.case.type]),
        by_treaty=_by(results, lambda result: sorted(result.case.needed_treaties)),
        by_style=_by(results, lambda result: [result.case.style] if result.case.style else []),
        gates=_gates(results),
        risk_coverage=abstention.risk_coverage(confidences, right) if pairs else (),
        calibration=abstention.calibration_bins(confidences, right) if pairs else (),
        latency_ms=latency_of(timed),
        per_second=rate_of(timed, description.get("jobs", 1)),
    )


def _group(results: Sequence[CaseResult], resamples: int = 2_000) -> Group:
    measured: dict[str, Estimate] = {}
    for name, values in _values(results).items():
        measured[name] = Estimate(
            statistics.mean(values), *statistics.bootstrap_interval(values, resamples=resamples), len(values)
        )
    pairs = confidence_pairs(results)
    for name, measure in OF_ANSWERED.items() if pairs else ():
        interval = statistics.bootstrap_statistic(pairs, measure, resamples=resamples)
        measured[name] = Estimate(measure(pairs), *interval, len(pairs))
    return Group(len(results), measured)


def _by(results: Sequence[CaseResult], names: Callable[[CaseResult], Iterable[str]]) -> dict[str, Group]:
    """The groups that the results fall into, in the order in which they first occur."""
    groups: dict[str, list[CaseResult]] = {}
    for result in results:
        for name in names(result):
            groups.setdefault(name, []).append(result)
    return {name: _group(members, GROUP_RESAMPLES) for name, members in groups.items()}


def _values(results: Sequence[CaseResult]) -> dict[str, list[float]]:
    """The values of each measure, over the cases that it applies to."""
    values: dict[str, list[float]] = {}
    for result in results:
        # Whatever a judge model says, it has no part in the other measures.
        judged = {name: v for name, v in result.judged.scores.items() if name in JUDGED} if result.judged else {}
        for name, value in (*result.scores.items(), *judged.items()):
            values.setdefault(name, []).append(value)
    return values


def confidence_pairs(results: Sequence[CaseResult]) -> list[ConfidencePair]:
    """Confidence of the answers among results, and whether each was right."""
    return [(found, result.right) for result in results if (found := result.confidence) is not None]


def _of_pairs(
    measure: Callable[[Sequence[float], Sequence[bool]], float],
) -> Callable[[Sequence[ConfidencePair]], float]:
    def of_pairs(pairs: Sequence[ConfidencePair]) -> float:
        return measure([confidence for confidence, _ in pairs], [right for _, right in pairs])

    return of_pairs


# Measures that are no means over cases, with how each is worked out from answers that were given.
OF_ANSWERED: Mapping[str, Callable[[Sequence[ConfidencePair]], float]] = {
    "AURC": _of_pairs(abstention.aurc),
    "ECE": _of_pairs(abstention.expected_calibration_error),
}


def _gates(results: Sequence[CaseResult]) -> tuple[Gate, ...]:
    answerable = any(not result.case.must_abstain for result in results)
    quotations = sum(result.quotations for result in results)
    return (
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
        Gate("marks match", len(results), tuple(r.case.id for r in results if r.mismarked)),
        Gate("no crash", len(results), tuple(r.case.id for r in results if r.outcome == "crashed")),
    )


def latency_of(timed: Sequence[Timed]) -> dict[str, dict[str, float]]:
    """Percentiles of milliseconds by stage, ``total`` behind them; a stage counts where it was gone through."""
    stages: dict[str, list[float]] = {}
    for times in timed:
        for stage, milliseconds in times.timings_ms.items():
            stages.setdefault(stage, []).append(milliseconds)
    order = sorted(stages, key=lambda stage: {"total": 1, "round_trip": 2}.get(stage, 0))
    return {
        stage: {f"p{percent}": round(statistics.percentile(stages[stage], percent), 3) for percent in PERCENTILES}
        for stage in order
    }


def rate_of(timed: Sequence[Timed], jobs: int) -> float | None:
    """How many are done in a second, so many at a time; None where nothing was timed."""
    totals = [times.timings_ms["total"] for times in timed if "total" in times.timings_ms]
    spent = sum(totals) / 1000
    return round(len(totals) * jobs / spent, 2) if spent else None


def estimates_of(group: Group) -> dict[str, dict[str, float]]:
    """The measures of a group as JSON."""
    return {name: estimate._asdict() for name, estimate in group.measures.items()}


def groups_of(groups: Mapping[str, Group]) -> dict[str, dict[str, Any]]:
    """Groups as JSON."""
    return {name: {"cases": group.cases, "measures": estimates_of(group)} for name, group in groups.items()}
