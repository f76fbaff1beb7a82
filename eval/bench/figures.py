"""The arithmetic of a bench: percentiles of a round, medians over rounds, ratios side by side.

Systems take turns within each round, so that a machine that slows down slows all alike. The ratio of two systems
is therefore the median, over the rounds, of their ratio within a round, not the ratio of their medians.
"""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np

Better = Literal["less", "more"]
# Ratios nearer to one than this are called the same.
SAME_WITHIN = 1.05


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the report: ``id`` names it, ``better`` tells which way is good, ``group`` where it stands."""

    id: str
    label: str
    unit: str
    better: Better
    group: str


@dataclass(frozen=True, slots=True)
class Spread:
    """The median of what the rounds gave, with the least and the most."""

    median: float
    low: float
    high: float


def figures(clients: Sequence[int]) -> list[Figure]:
    """All figures in the order of the report."""
    found = [Figure(f"hit@{k}", f"hit@{k}", "share", "more", "found") for k in (1, 10)]
    for count in clients:
        group = "1 client" if count == 1 else f"{count} clients"
        found += [Figure(f"p{q}@{count}", f"p{q}", "ms", "less", group) for q in (50, 95, 99)]
        found.append(Figure(f"per_second@{count}", "queries/s", "1/s", "more", group))
        if count == clients[0]:
            group += ", again"
            found += [Figure(f"p{q}@again", f"p{q}", "ms", "less", group) for q in (50, 95)]
            found.append(Figure("per_second@again", "queries/s", "1/s", "more", group))
    return [
        *found,
        Figure("ingest_s", "whole corpus", "s", "less", "ingest"),
        Figure("words_per_s", "words/s", "1/s", "more", "ingest"),
        Figure("pieces_per_s", "pieces/s", "1/s", "more", "ingest"),
        Figure("open_ms", "open index", "ms", "less", "start"),
        Figure("start_ms", "to 1st result", "ms", "less", "start"),
        Figure("peak_bytes", "peak memory", "bytes", "less", "space"),
        Figure("disk_bytes", "on disk", "bytes", "less", "space"),
    ]


def of_round(milliseconds: Sequence[float], seconds: float) -> dict[str, float]:
    """What one round of questions gave: percentiles in milliseconds (between two values: linearly), and the rate."""
    p50, p95, p99 = (float(np.percentile(milliseconds, q)) for q in (50, 95, 99))
    return {
        "p50": p50, "p95": p95, "p99": p99, "per_second": len(milliseconds) / seconds, "questions": len(milliseconds)
    }  # fmt: skip


def spread(values: Sequence[float]) -> Spread:
    """Median, least and most of at least one value."""
    return Spread(statistics.median(values), min(values), max(values))


def times_better(values: Sequence[float], reference: Sequence[float], better: Better) -> float | None:
    """How many times better values are than those of the reference taken beside them: 2 is twice as good, 0.5 half.

    The median over the pairs; None where a value that would divide is 0.
    """
    pairs = [(r, v) if better == "less" else (v, r) for v, r in zip(values, reference, strict=True)]
    if any(below == 0 for _, below in pairs):
        return None
    return statistics.median(above / below for above, below in pairs)


def verdict(times: float | None) -> Literal["better", "worse", "same", ""]:
    """What a ratio says in a word; nothing where there is no ratio."""
    if times is None:
        return ""
    if 1 / SAME_WITHIN < times < SAME_WITHIN:
        return "same"
    return "better" if times > 1 else "worse"


def compare(
    raw: Mapping[str, Mapping[str, Sequence[float]]], clients: Sequence[int], reference: str, alone: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """The figures of all systems, each beside the reference.

    ``raw`` holds, by system and figure id, what the rounds gave. Systems that stand ``alone`` do more than the
    reference and are compared with nothing.
    """
    lines = []
    for figure in figures(clients):
        values: dict[str, dict[str, Any]] = {}
        for system, measured in raw.items():
            if not (found := measured.get(figure.id)):
                continue
            beside = raw[reference].get(figure.id)
            ratio = None
            if beside and system != reference and system not in alone:
                ratio = times_better(found, beside, figure.better)
            values[system] = {**asdict(spread(found)), "times_better": ratio, "verdict": verdict(ratio)}
        compared = {s: v["median"] for s, v in values.items() if s not in alone}
        best = (min if figure.better == "less" else max)(compared.values(), default=None)
        for system, value in values.items():
            value["best"] = system in compared and value["median"] == best
        if values:
            lines.append({**asdict(figure), "values": values})
    return lines
