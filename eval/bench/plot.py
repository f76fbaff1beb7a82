"""What load does to each system, as lines on a scale of powers of ten."""

import math
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from eval.bench.figures import Better
from eval.bench.text import SHORT_NAMES, Document, better_is, quantity

# In units of about a pixel on a phone: room at the left for numbers, at the right for names.
WIDTH, HEIGHT = 400, 250
_LEFT, _RIGHT, _TOP, _FOOT = 46, 302, 26, 212
_NAME_GAP = 15


def load_plot(document: Document, name: str, says: str, better: Better) -> dict[str, Any]:
    """Medians by number of clients, a line for each system, on a scale of powers of ten."""
    clients = document["settings"]["clients"]
    figures = {figure["id"]: figure["values"] for figure in document["figures"]}
    lines = {
        system["id"]: [figures[f"{name}@{count}"][system["id"]]["median"] for count in clients]
        for system in document["systems"]
        if system["id"] in figures[f"{name}@{clients[0]}"]
    }
    everything = [max(value, 1e-3) for values in lines.values() for value in values]
    low, high = math.floor(math.log10(min(everything))), math.ceil(math.log10(max(everything)))
    high = max(high, low + 1)

    def x(number: int) -> float:
        return _LEFT + 14 + (_RIGHT - _LEFT - 28) * number / (len(clients) - 1)

    def y(value: float) -> float:
        share = (math.log10(max(value, 1e-3)) - low) / (high - low)
        return round(_FOOT - (_FOOT - _TOP) * share, 1)

    parts = []
    for value in (10.0**power for power in range(low, high + 1)):
        at = y(value)
        parts.append(Markup('<line class="grid" x1="{}" x2="{}" y1="{}" y2="{}"/>').format(_LEFT, _RIGHT, at, at))
        number = Markup('<text class="number" x="{}" y="{}" text-anchor="end">{}</text>')
        parts.append(number.format(_LEFT - 6, at + 4, f"{value:,g}"))
    parts += [
        Markup('<text class="number" x="{}" y="{}" text-anchor="middle">{}</text>').format(x(n), _FOOT + 18, count)
        for n, count in enumerate(clients)
    ]
    parts.append(
        Markup('<text class="number" x="{}" y="{}" text-anchor="middle">asking at the same time</text>').format(
            (_LEFT + _RIGHT) / 2, _FOOT + 34
        )
    )
    for system, values in lines.items():
        points = " ".join(f"{x(n)},{y(value)}" for n, value in enumerate(values))
        parts.append(Markup('<polyline class="line of-{}" points="{}"/>').format(system, points))
        for n, value in enumerate(values):
            told = f"{SHORT_NAMES[system]}, {clients[n]}: {quantity(value, 'ms')}"
            dot = Markup('<circle class="dot of-{}" cx="{}" cy="{}" r="3.5"><title>{}</title></circle>')
            parts.append(dot.format(system, x(n), y(value), told))
    for system, at in _apart({system: y(values[-1]) for system, values in lines.items()}).items():
        label = Markup('<text class="series of-{}" x="{}" y="{}">{}</text>')
        parts.append(label.format(system, _RIGHT + 6, at + 4, SHORT_NAMES[system]))
    told = "; ".join(
        f"{SHORT_NAMES[system]}: "
        + ", ".join(f"{quantity(v, 'ms')} at {c}" for v, c in zip(values, clients, strict=True))
        for system, values in lines.items()
    )
    svg = Markup('<svg class="load" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        WIDTH, HEIGHT, f"{says}. {told}", Markup("").join(parts)
    )
    return {"says": says, "better": better_is(better), "svg": svg}


def _apart(places: Mapping[str, float]) -> dict[str, float]:
    """Places of names at the ends of lines, moved apart so that none lies on another."""
    found: dict[str, float] = {}
    last = -math.inf
    for name, place in sorted(places.items(), key=lambda pair: pair[1]):
        last = found[name] = max(place, last + _NAME_GAP)
    # What was pushed below the plot comes up again, and takes with it what it meets.
    below: float = _FOOT + _NAME_GAP
    for name in reversed(list(found)):
        below = found[name] = min(found[name], below - _NAME_GAP)
    return found
