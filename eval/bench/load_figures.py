"""What a load run comes to: percentiles by status and stage, growth of memory, time until all is as before."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from eval.bench.load_clients import Replies

# How many times as many clients are too many on purpose.
OVERLOAD = 10
# What a service that has more to do than it can may say.
REFUSED = (429, 503)
# All is as before once so many answers in a row take, in the middle, no more than this times what they took before.
IN_A_ROW, AS_BEFORE = 16, 1.25
# Of fewer answers memory's growth says nothing: caches still fill.
FEWEST_ANSWERS = 500


@dataclass(frozen=True, slots=True)
class Memory:
    """What a process uses, in MB, at a time and after so many answers; ``own`` is without the files it has mapped."""

    at: float
    answers: int
    used: float
    own: float


def figures_of(load: Replies, overload: Replies, after: Replies, memory: Sequence[Memory]) -> dict[str, Any]:
    """All figures of a run by phase; ``failed`` counts what got neither an answer nor a refusal that is in order."""
    p50 = percentiles(load.times(200)).get("p50", 0.0)
    strange = sum(1 for reply in overload.replies if reply.status not in (200, *REFUSED))
    unanswered = sum(1 for reply in load.replies if reply.status != 200)
    return {
        "load": {**_phase(load), "stages": stages_of(load), "memory": growth_of(memory)},
        "overload": {**_phase(overload), "refused": _phase_of_refusals(overload)},
        "after": {**_phase(after), "as_before_after_s": as_before(after, overload.ended, p50)},
        "failed": unanswered + strange + load.broken + overload.broken + after.broken,
    }


def percentiles(milliseconds: Sequence[float]) -> dict[str, float]:
    """p50, p95 and p99; nothing of nothing."""
    if not milliseconds:
        return {}
    found = np.percentile(milliseconds, (50, 95, 99))
    return {name: round(float(value), 2) for name, value in zip(("p50", "p95", "p99"), found, strict=True)}


def stages_of(replies: Replies) -> dict[str, dict[str, float]]:
    """Percentiles of each stage that answers tell of, in the order in which they tell of them, the total last."""
    by_stage: dict[str, list[float]] = {}
    for reply in replies.answered:
        for stage, milliseconds in reply.stages.items():
            by_stage.setdefault(stage, []).append(milliseconds)
    order = sorted(by_stage, key=lambda stage: stage == "total")
    return {stage: percentiles(by_stage[stage]) for stage in order}


def growth_of(memory: Sequence[Memory]) -> dict[str, Any]:
    """How much memory grows in 1,000 answers (Theil and Sen's slope with its 95 % interval), once it has warmed up.

    The first fifth of the answers, 1,000 at most, is left out. No slope where too few are left.
    """
    from scipy.stats import theilslopes  # type: ignore[import-untyped]

    if not memory:
        return {}
    first = min(1000, memory[-1].answers // 5)
    seen = [sample for sample in memory if sample.answers >= first]
    found: dict[str, Any] = {
        "answers": memory[-1].answers, "from_answer": first, "most_mb": max(sample.used for sample in memory)
    }  # fmt: skip
    if seen[-1].answers - seen[0].answers < FEWEST_ANSWERS:
        return found
    for name, values in (("own", [s.own for s in seen]), ("used", [s.used for s in seen])):
        slope = theilslopes(values, [sample.answers / 1000 for sample in seen])
        found[f"{name}_mb"] = [values[0], values[-1]]
        found[f"{name}_mb_per_1000"] = [round(float(v), 4) for v in (slope.slope, slope.low_slope, slope.high_slope)]
    return found


def as_before(after: Replies, since: float, p50: float) -> float | None:
    """Seconds from a moment until answers take as long as they did before; None where that was not seen."""
    window: list[float] = []
    for reply in after.replies:
        window = [*window, reply.milliseconds][-IN_A_ROW:] if reply.status == 200 else []
        if len(window) == IN_A_ROW and float(np.median(window)) <= AS_BEFORE * p50:
            return round(reply.ended - since, 2)
    return None


def _phase(replies: Replies) -> dict[str, Any]:
    seconds = replies.ended - replies.began
    statuses = Counter(reply.status for reply in replies.replies)
    times = percentiles(replies.times(200))
    return {
        "seconds": round(seconds, 1),
        "answers": len(replies.answered),
        "answers_per_second": round(len(replies.answered) / seconds, 1) if seconds else 0.0,
        **times,
        **({"p99_to_p50": round(times["p99"] / times["p50"], 2)} if times else {}),
        "statuses": {str(status): count for status, count in sorted(statuses.items())},
        "broken": replies.broken,
    }


def _phase_of_refusals(replies: Replies) -> dict[str, Any]:
    times = replies.times(*REFUSED)
    share = len(times) / len(replies.replies) if replies.replies else 0.0
    return {"share": round(share, 4), **percentiles(times)}
