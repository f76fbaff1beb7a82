"""How a measure differs between two runs on the same cases, and whether chance could have made the difference."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, NamedTuple

from eval import statistics
from eval.glossary import MEASURES, measure_of
from eval.measures import MissingEvidence
from eval.results import CaseResult
from eval.summary import JUDGED, OF_ANSWERED, ConfidencePair

# A difference counts where its p-value, adjusted for the number of measures, is at most this.
LEVEL = 0.05

Verdict = Literal["better", "worse", "different", "no difference"]


class Pair(NamedTuple):
    """What became of one case in the earlier and in the later run."""

    before: CaseResult
    after: CaseResult

    @property
    def remark(self) -> str:
        """What is wrong now, or else what was."""
        return self.after.remark or self.before.remark


@dataclass(frozen=True, slots=True)
class Effect:
    """A measure in both runs: ``difference`` is after less before, with its 95 % interval.

    ``cases_before`` and ``cases_after`` are how many of the common cases it applies to. ``p_value`` is that of
    no difference, ``adjusted`` for all that were tested beside it (Holm). ``rose``, ``fell`` and ``tied`` count
    the cases that it applies to in both; they are None for what has no value in a single case.
    """

    name: str
    before: float
    after: float
    cases_before: int
    cases_after: int
    difference: float
    low: float
    high: float
    p_value: float
    adjusted: float
    rose: int | None
    fell: int | None
    tied: int | None

    @property
    def better(self) -> bool | None:
        """Whether the later run has the better value; None where they are equal or neither way is better."""
        way = measure_of(self.name).better
        return None if way == "neither" or not self.difference else (self.difference > 0) == (way == "higher")

    @property
    def verdict(self) -> Verdict:
        """What the cases can show."""
        if self.adjusted > LEVEL:
            return "no difference"
        return "different" if self.better is None else "better" if self.better else "worse"

    @property
    def won(self) -> int | None:
        """In how many cases the later run is better; None where that cannot be said."""
        return {"higher": self.rose, "lower": self.fell, "neither": None}[measure_of(self.name).better]

    @property
    def lost(self) -> int | None:
        """In how many cases the later run is worse."""
        return {"higher": self.fell, "lower": self.rose, "neither": None}[measure_of(self.name).better]

    def to_json(self) -> dict[str, Any]:
        """The fields, with what follows from them."""
        return asdict(self) | {"won": self.won, "lost": self.lost, "verdict": self.verdict}


def compute_effects(asked: Mapping[str, tuple[str, Sequence[Pair]]]) -> tuple[dict[str, Effect], dict[str, str]]:
    """The effect on a measure over some cases for each label, adjusted for each other; why there is none of the rest.

    Where a measure applies to other cases in the later run than in the earlier, as abstention precision
    does, whole cases change places in the test, and the value is that over the cases it then applies to.
    """
    effects: dict[str, Effect] = {}
    undefined: dict[str, str] = {}
    for label, (name, pairs) in asked.items():
        try:
            effects[label] = _effect(name, pairs)
        except MissingEvidence as error:
            undefined[label] = str(error)
    adjusted = statistics.holm([effect.p_value for effect in effects.values()])
    return {
        label: replace(effect, adjusted=p) for (label, effect), p in zip(effects.items(), adjusted, strict=True)
    }, undefined


def _effect(name: str, pairs: Sequence[Pair]) -> Effect:
    """The effect on one measure, not yet adjusted; raises MissingEvidence where it cannot be told."""
    if name in OF_ANSWERED:
        return _effect_on_confidence(name, pairs)
    values = [(scores_of(a).get(name), scores_of(b).get(name)) for a, b in pairs]
    before, after = [a for a, _ in values], [b for _, b in values]
    both = [(a, b) for a, b in values if a is not None and b is not None]
    found: statistics.Difference | statistics.Comparison
    if len(both) == len(_present(before)) == len(_present(after)):
        found = statistics.permutation_test([a for a, _ in both], [b for _, b in both])
    else:
        found = statistics.paired_test(before, after, _mean)
    return Effect(
        name, _mean(before), _mean(after), len(_present(before)), len(_present(after)), *found[:4],
        adjusted=found.p_value,
        rose=sum(b > a for a, b in both), fell=sum(b < a for a, b in both), tied=sum(a == b for a, b in both),
    )  # fmt: skip


def _effect_on_confidence(name: str, pairs: Sequence[Pair]) -> Effect:
    """The effect on what is no mean over cases, but worked out from all answers with their confidence."""

    def of_answered(rows: Sequence[ConfidencePair | None]) -> float:
        return OF_ANSWERED[name]([row for row in rows if row is not None])

    before, after = ([_answered(pair[side]) for pair in pairs] for side in (0, 1))
    found = statistics.paired_test(before, after, of_answered)
    return Effect(
        name, of_answered(before), of_answered(after), len(_present(before)), len(_present(after)), *found,
        adjusted=found.p_value, rose=None, fell=None, tied=None,
    )  # fmt: skip


def scores_of(result: CaseResult) -> dict[str, float]:
    """The case's value of each measure that applies to it, those of a judge model among them."""
    judged = result.judged.scores if result.judged else {}
    return {**result.scores, **{name: value for name, value in judged.items() if name in JUDGED}}


def measures_of(result: CaseResult) -> set[str]:
    """The measures that have a value because of this case."""
    return set(scores_of(result)) | (set() if result.confidence is None else set(OF_ANSWERED))


def _answered(result: CaseResult) -> ConfidencePair | None:
    return None if result.confidence is None else (result.confidence, result.right)


def _present(values: Sequence[Any]) -> list[Any]:
    return [value for value in values if value is not None]


def _mean(values: Sequence[float | None]) -> float:
    return statistics.mean(_present(values))


def place_of(name: str) -> tuple[int, str]:
    """Where a measure comes in the glossary, behind all others where it is not in it."""
    order = list(MEASURES)
    return order.index(name) if name in order else len(order), name
