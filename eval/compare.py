"""Two runs side by side, case by case.

Only cases that both runs have, with the same question and the same gold, are compared; a run may hold others.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from eval import statistics
from eval.cases import GoldCase
from eval.claim_cases import holds_claims
from eval.effects import Effect, Pair, compute_effects, measures_of, place_of, scores_of
from eval.errors import WrongUse
from eval.folder import CASES, load_run
from eval.results import CaseResult
from eval.run import Finished
from eval.summary import JUDGED
from ingest.errors import PactaError

PERCENTILES = (50, 95)
# What always differs between runs, or is said in other words.
_NOT_TOLD = ("begun", "left_out", "cases.count", "cases.ids_sha256")


class NotComparable(PactaError):
    """Two runs have nothing in common to be compared, or one holds what is no figure."""


class Run(NamedTuple):
    """A finished run: where it is kept, what it was of, and its cases."""

    path: Path
    description: Mapping[str, Any]
    finished: Sequence[Finished]


class Differs(NamedTuple):
    """Something that the runs were not alike in; ``name`` is its path in ``run.json``, parted by dots."""

    name: str
    before: Any
    after: Any


class Times(NamedTuple):
    """A percentile of the milliseconds that the same cases took; ``ratio`` is after by before."""

    before: float
    after: float
    ratio: float | None


@dataclass(frozen=True)
class Compared:
    """Two runs side by side.

    ``changed`` are ids of cases whose question or gold is not the same in both. ``identical`` tells that both
    have the same cases, with the same answers, articles found and scores; ``reworded`` counts the answers that
    are not the same. ``not_compared`` says why for each measure that could not be compared.
    """

    before: Run
    after: Run
    pairs: tuple[Pair, ...]
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]
    changed: tuple[str, ...]
    differs: tuple[Differs, ...]
    identical: bool
    reworded: int
    effects: tuple[Effect, ...]
    not_compared: Mapping[str, str]
    measure: str
    by_type: Mapping[str, Effect]
    latency_ms: Mapping[str, Times]

    @property
    def won(self) -> list[Pair]:
        """The cases that only the later run has right."""
        return [pair for pair in self.pairs if pair.after.right and not pair.before.right]

    @property
    def lost(self) -> list[Pair]:
        """The cases that only the earlier run has right."""
        return [pair for pair in self.pairs if pair.before.right and not pair.after.right]

    @property
    def apart(self) -> list[Differs]:
        """Why times do not compare; that there is no reason known here does not prove that they do."""
        reasons = ("versions.machine.", "jobs", "answered_by")
        return [differs for differs in self.differs if differs.name.startswith(reasons)]

    def to_json(self) -> dict[str, Any]:
        """The document of ``--json``; no words of any treaty are in it."""
        return {
            "before": {"path": str(self.before.path), "cases": len(self.before.finished)},
            "after": {"path": str(self.after.path), "cases": len(self.after.finished)},
            "compared": len(self.pairs),
            "identical": self.identical,
            "reworded": self.reworded,
            "only_before": list(self.only_before),
            "only_after": list(self.only_after),
            "changed_gold": list(self.changed),
            "differs": [differs._asdict() for differs in self.differs],
            "measures": {effect.name: effect.to_json() for effect in self.effects},
            "not_compared": dict(self.not_compared),
            "by_type": {"measure": self.measure, "types": {n: effect.to_json() for n, effect in self.by_type.items()}},
            "won": [_moved(pair) for pair in self.won],
            "lost": [_moved(pair) for pair in self.lost],
            "latency_ms": {name: times._asdict() for name, times in self.latency_ms.items()},
            "latency_apart": [differs.name for differs in self.apart],
        }


def read_run(path: Path) -> Run:
    """A finished run's folder; raises FolderUnusable, and NotComparable for scores that are no numbers."""
    if (path / CASES).is_file() and holds_claims(path / CASES):
        raise NotComparable(
            f"{path}: it is a run over texts with claims, which are not compared case by case. Compare its figures "
            "with another's: pacta eval gate RUN --against RUN."
        )
    run = Run(path, *load_run(path))
    for kept in run.finished:
        confidence = kept.result.confidence
        for name, value in {**scores_of(kept.result), "confidence": 0.0 if confidence is None else confidence}.items():
            if type(value) not in (int, float) or not math.isfinite(value):
                raise NotComparable(f"{path}: {name} of case {kept.result.case.id} is {value!r}. Run it again.")
    return run


def compare_runs(before: Run, after: Run, measure: str = "right") -> Compared:
    """Compares two runs, and by type of question by one measure.

    Raises NotComparable where they have no case in common, WrongUse where the measure is not in both.
    """
    earlier, later = ({kept.result.case.id: kept for kept in run.finished} for run in (before, after))
    common = [name for name in later if name in earlier]
    same = [name for name in common if _asked(earlier[name].result.case) == _asked(later[name].result.case)]
    if not same:
        why = "no case that both have is the same question with the same gold" if common else "no case is in both"
        raise NotComparable(f"{before.path} and {after.path}: {why}. Compare two runs of the same gold set.")
    pairs = [Pair(earlier[name].result, later[name].result) for name in same]
    differs = tuple(_differing(before.description, after.description))
    alone = _not_in_both(pairs, differs)
    names = sorted(
        set().union(*(measures_of(result) for pair in pairs for result in pair)) - alone.keys(), key=place_of
    )
    if measure not in names:
        raise WrongUse(f"--measure: {measure} cannot be compared. Both runs have {', '.join(names)}.")
    effects, undefined = compute_effects({name: (name, pairs) for name in names})
    types: dict[str, list[Pair]] = {}
    for pair in pairs:
        types.setdefault(pair.after.case.type, []).append(pair)
    by_type, _ = compute_effects({kind: (measure, members) for kind, members in types.items()})
    only_before = tuple(name for name in earlier if name not in later)
    only_after = tuple(name for name in later if name not in earlier)
    alike = all(_comparable(pair.before) == _comparable(pair.after) for pair in pairs)
    return Compared(
        before=before,
        after=after,
        pairs=tuple(pairs),
        only_before=only_before,
        only_after=only_after,
        changed=tuple(name for name in common if name not in set(same)),
        differs=differs,
        identical=alike and len(pairs) == len(earlier) == len(later),
        reworded=sum(_said(pair.before) != _said(pair.after) for pair in pairs),
        effects=tuple(effects.values()),
        not_compared=alone | undefined,
        measure=measure,
        by_type=by_type,
        latency_ms=_latency([(earlier[name], later[name]) for name in same]),
    )


def _not_in_both(pairs: Sequence[Pair], differs: Sequence[Differs]) -> dict[str, str]:
    """Why a measure cannot be compared, for those that only one run has and those that two judges gave."""
    has_before, has_after = (set().union(*(measures_of(pair[side]) for pair in pairs)) for side in (0, 1))
    reasons = dict.fromkeys(has_before - has_after, "only the earlier run has it")
    reasons |= dict.fromkeys(has_after - has_before, "only the later run has it")
    if any(found.name == "settings.judge.model" for found in differs):
        reasons |= dict.fromkeys(has_before & has_after & JUDGED, "the runs were not judged by the same model")
    return {name: reasons[name] for name in sorted(reasons, key=place_of)}


def _asked(case: GoldCase) -> GoldCase:
    """The case without what bears on no score."""
    return replace(case, style="", split="")


def _comparable(result: CaseResult) -> dict[str, Any]:
    """All of a result but the name of the index, which is another whenever the same treaties are ingested again."""
    return result.to_json() | {"case": None, "answer": result.answer and {**result.answer, "index": None}}


def _said(result: CaseResult) -> tuple[Any, ...]:
    """What was answered, in words."""
    answer = result.answer or {}
    return result.outcome, answer.get("reason"), answer.get("answer"), result.cited


def _differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Differs]:
    a, b = dict(_leaves(before)), dict(_leaves(after))
    for name in dict.fromkeys((*b, *a)):
        if name not in _NOT_TOLD and a.get(name) != b.get(name):
            yield Differs(name, a.get(name), b.get(name))


def _leaves(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """What a description says, each with its path; lists of what is no object stay whole."""
    if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        value = dict(enumerate(value, start=1))
    if not isinstance(value, Mapping):
        yield name, value
        return
    for key, inner in value.items():
        yield from _leaves(inner, f"{name}.{key}" if name else str(key))


def _latency(pairs: Sequence[tuple[Finished, Finished]]) -> dict[str, Times]:
    """Percentiles of the time that an answer took, over the cases timed in both."""
    timed = [(a.timed.timings_ms.get("total"), b.timed.timings_ms.get("total")) for a, b in pairs]
    both = [(a, b) for a, b in timed if a is not None and b is not None]
    if not both:
        return {}
    found = {}
    for percent in PERCENTILES:
        before, after = (round(statistics.percentile([pair[side] for pair in both], percent), 3) for side in (0, 1))
        found[f"p{percent}"] = Times(before, after, round(after / before, 3) if before else None)
    return found


def _moved(pair: Pair) -> dict[str, Any]:
    case = pair.after.case
    return {
        "id": case.id,
        "type": case.type,
        "question": case.question,
        "fault_before": pair.before.fault,
        "fault_after": pair.after.fault,
        "remark": pair.remark,
    }
