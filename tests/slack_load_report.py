"""What a load run of Pacta in Slack has measured, as a table for the terminal and as a page."""

import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

WIDTH, ROW, LEFT = 720, 26, 210
# From a hundredth of a second to a thousand seconds.
LOW, HIGH = -2, 3


@dataclass(frozen=True, slots=True)
class Figures:
    """A scenario: seconds until events were acknowledged and answers stood whole, both sorted; what went wrong."""

    name: str
    questions: int
    events: int
    acknowledged: list[float]
    told: list[float]
    lost: int
    twice: int
    refused: int
    limited: int

    def to_json(self) -> dict[str, Any]:
        """As it is written down."""
        return {
            "name": self.name,
            "questions": self.questions,
            "events": self.events,
            "acknowledged": quantiles(self.acknowledged),
            "told": quantiles(self.told),
            "lost": self.lost,
            "twice": self.twice,
            "refused_calls": self.refused,
            "rate_limited_calls": self.limited,
        }


def quantiles(values: Sequence[float]) -> dict[str, float]:
    """The middle, the slow ones and the slowest, in seconds; nothing of nothing."""
    if not values:
        return {}
    at = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}
    return {name: round(values[max(0, math.ceil(share * len(values)) - 1)], 4) for name, share in at.items()}


def print_table(found: Sequence[Figures]) -> None:
    """Prints a line for each scenario."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    for number, name in enumerate(_HEADS):
        table.add_column(name, justify="right" if number else "left")
    for one in found:
        table.add_row(*_row(one))
    Console(markup=False, highlight=False, emoji=False, width=None if sys.stdout.isatty() else 180).print(table)


def write_page(path: Path, found: Sequence[Figures]) -> None:
    """Writes the table, and each question's time as a dot."""
    head = "".join(f"<th>{escape(name)}</th>" for name in _HEADS)
    rows = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in _row(one)) + "</tr>" for one in found)
    height = ROW * (len(found) + 1)
    lines = [
        f'<line x1="{_x(10.0**power)}" x2="{_x(10.0**power)}" y1="0" y2="{height - ROW}" stroke="#ccc"/>'
        f'<text x="{_x(10.0**power)}" y="{height - 6}" text-anchor="middle">{10.0**power:g} s</text>'
        for power in range(LOW, HIGH + 1)
    ]
    for number, one in enumerate(found):
        y = ROW * number + ROW // 2
        lines.append(f'<text x="0" y="{y + 4}">{escape(one.name)}</text>')
        lines += [f'<circle cx="{_x(seconds)}" cy="{y}" r="3" fill="#06c" opacity=".25"/>' for seconds in one.told]
    path.write_text(
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Pacta in Slack under load</title>'
        "<style>body{font:14px sans-serif;margin:2em}td,th{padding:.2em .8em;text-align:right}"
        "td:first-child,th:first-child{text-align:left}text{font:12px sans-serif}</style>"
        f"<h1>Pacta in Slack under load</h1><table><tr>{head}</tr>{rows}</table>"
        "<h2>From the event until the answer stands whole, a dot for each question</h2>"
        f'<svg width="{WIDTH + 30}" height="{height}">{"".join(lines)}</svg></html>\n',
        "utf-8",
    )


_HEADS = [
    "scenario", "questions", "events", "ack p50 ms", "p95", "p99", "max", "answer p50 s", "p95", "p99", "max", "lost",
    "twice", "429",
]  # fmt: skip


def _row(one: Figures) -> list[str]:
    acknowledged, told = quantiles(one.acknowledged), quantiles(one.told)
    return [
        one.name,
        str(one.questions),
        str(one.events),
        *(f"{1000 * value:.0f}" for value in acknowledged.values()),
        *(f"{value:.2f}" for value in told.values()),
        str(one.lost),
        str(one.twice),
        str(one.limited),
    ]


def _x(seconds: float) -> float:
    share = (math.log10(max(seconds, 10.0**LOW)) - LOW) / (HIGH - LOW)
    return round(LEFT + (WIDTH - LEFT) * share, 1)
