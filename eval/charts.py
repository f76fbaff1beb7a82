"""Small charts as SVG for the pages of ``pacta eval``, and how the values beside them are written.

Nothing here has a colour or a font: elements carry class names, and ``templates/_style.css`` says how
they look in light, in dark and on paper. Text that is drawn is escaped.

``interval_bar`` has no viewBox: its lengths are per cent of the width it is given, so a row of a list
may be as narrow as it likes. ``Plot`` is drawn 360 units wide, which is about a phone's width, and
grows with the page; its letters are therefore never smaller than they are meant to be.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from eval.abstention import Bin, RiskCoverage
from eval.glossary import Measure
from eval.summary import Estimate

# The room around a plot's area, in units: for the numbers at the left and below, and the names of the axes.
_LEFT, _RIGHT, _TOP, _BOTTOM = 44.0, 12.0, 24.0, 44.0
WIDTH, HEIGHT = 360, 270

# Means from 0 to 1 that are no shares, and read as numbers.
NUMBERS = frozenset({"MRR", "nDCG@10", "AURC", "ECE", "Brier"})

Point = tuple[float, float]
Say = Callable[[float], str]


def percent(share: float) -> str:
    """A share from 0 to 1 as it is read, such as "54 %"; only what is 0 or 1 is called 0 or 100 %."""
    if 0 < share < 0.005:
        return "<1\u00a0%"
    if 0.995 <= share < 1:
        return ">99\u00a0%"
    return f"{share * 100:.0f}\u00a0%"


def figure(measure: Measure, value: float) -> str:
    """A value of a measure as it is read: "54 %", "0.59", "125 words"."""
    if measure.unit:
        return f"{value:.0f} {measure.unit}"
    return f"{value:.2f}" if measure.name in NUMBERS else percent(value)


def interval(measure: Measure, estimate: Estimate) -> str:
    """The ends of a measure's 95 % interval, its unit once: "49–58 %".

    Where every case has all or nothing of a share, drawing them again says no more than how many they are.
    """
    ends = estimate.low, estimate.high
    if measure.unit or measure.name in NUMBERS:
        return ("{:.0f}–{:.0f}" if measure.unit else "{:.2f}–{:.2f}").format(*ends)
    if ends in ((0, 0), (1, 1)):
        return f"all {estimate.cases:,}" if estimate.low else f"none of {estimate.cases:,}"
    return "{:.0f}–{:.0f} %".format(*(100 * end for end in ends))


@dataclass(frozen=True, slots=True)
class Scale:
    """Maps values from ``low`` to ``high`` to places from ``start`` to ``end``, evenly."""

    low: float
    high: float
    start: float = 0
    end: float = 100

    def __call__(self, value: float) -> float:
        """The place of a value, rounded to what can be seen; a value beyond an end lies at that end."""
        width = self.high - self.low or 1
        share = min(max((value - self.low) / width, 0), 1)
        return round(self.start + share * (self.end - self.start), 2)

    def ticks(self, most: int = 5) -> list[float]:
        """Round values within the scale to put numbers at: steps of 1, 2 or 5 times a power of ten, few of them."""
        width = (self.high - self.low) or 1
        power = 10.0 ** math.floor(math.log10(width / most))
        step = next(power * factor for factor in (1, 2, 5, 10) if width / (power * factor) <= most)
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return [round(n * step, 10) for n in range(first, last + 1)]


def interval_bar(
    value: float, low: float, high: float, *, span: Point = (0, 1), origin: float = 0, kind: str = ""
) -> Markup:
    """A bar from ``origin`` to ``value`` with a whisker from ``low`` to ``high``, for a row of a list.

    ``span`` has the values at the left and the right end, ``kind`` is a class name for its colour. It is
    hidden from screen readers: say the numbers in words beside it.
    """
    place = Scale(*span)
    left, right = sorted((place(origin), place(value)))
    ends = place(low), place(high)
    return Markup(
        '<svg class="interval {}" aria-hidden="true">'
        '<rect class="track" width="100%" height="10" y="4"/>'
        '<rect class="bar" x="{}%" width="{}%" height="10" y="4"/>'
        '<line class="origin" x1="{}%" x2="{}%" y1="1" y2="17"/>'
        '<line class="whisker" x1="{}%" x2="{}%" y1="9" y2="9"/>'
        '<line class="whisker cap" x1="{}%" x2="{}%" y1="5" y2="13"/>'
        '<line class="whisker cap" x1="{}%" x2="{}%" y1="5" y2="13"/></svg>'
    ).format(kind, left, round(right - left, 2), *[place(origin)] * 2, *ends, *[ends[0]] * 2, *[ends[1]] * 2)


class Plot:
    """Axes with something drawn between them; ``x`` and ``y`` have the values at the ends of the axes.

    Methods draw in the order in which they are called, in values and not in places, and take class names
    for the looks ("a" and "b" are the colours of a first and a second run).
    """

    def __init__(
        self,
        x: Point,
        y: Point,
        *,
        x_name: str,
        y_name: str,
        x_says: Say = percent,
        y_says: Say = percent,
        height: int = HEIGHT,
    ) -> None:
        self.x = Scale(*x, _LEFT, WIDTH - _RIGHT)
        self.y = Scale(*y, height - _BOTTOM, _TOP)
        self._height = height
        self._parts: list[Markup] = []
        self._labels: list[Markup] = []
        self._axes(x_name, y_name, x_says, y_says)

    def steps(self, points: Sequence[Point], kind: str = "a") -> None:
        """A line of steps: each point's y holds from the point before up to its x; the first from the axis."""
        if not points:
            return
        drawn = [f"M{_LEFT} {self.y(points[0][1])}"]
        for x, y in points:
            drawn.append(f"V{self.y(y)}H{self.x(x)}")
        self._add('<path class="line {}" d="{}"/>', kind, "".join(drawn))

    def line(self, points: Iterable[Point], kind: str = "a") -> None:
        """A line straight from point to point."""
        places = " ".join(f"{self.x(x)},{self.y(y)}" for x, y in points)
        self._add('<polyline class="line {}" points="{}"/>', kind, places)

    def dot(self, x: float, y: float, *, radius: float = 4, kind: str = "a", says: str = "") -> None:
        """A dot; ``says`` is shown when the pointer rests on it."""
        self._add('<circle class="dot {}" cx="{}" cy="{}" r="{}">{}</circle>',
                  kind, self.x(x), self.y(y), round(radius, 1), _says(says))  # fmt: skip

    def bar(self, left: float, right: float, y: float, *, kind: str = "a", says: str = "") -> None:
        """An upright bar from the lower end of the axis to ``y``."""
        x, top = self.x(left), self.y(y)
        width, height = round(max(self.x(right) - x - 0.75, 0.5), 2), round(self.y.start - top, 2)
        self._add('<rect class="bar {}" x="{}" y="{}" width="{}" height="{}">{}</rect>',
                  kind, x, top, width, height, _says(says))  # fmt: skip

    def text(self, x: float, y: float, words: str, *, anchor: str = "middle", up: float = 0, kind: str = "") -> None:
        """Words at a point, ``up`` units above it; ``anchor``: start, middle or end."""
        self._label(self.x(x), self.y(y) - up, words, anchor, kind)

    def upright(self, x: float, words: str = "", *, anchor: str = "start", down: float = 0, kind: str = "mark") -> None:
        """A line from top to bottom with words at its head, ``down`` units below the top."""
        at = self.x(x)
        self._add('<line class="{}" x1="{}" x2="{}" y1="{}" y2="{}"/>', kind, at, at, _TOP, self.y.start)
        self._label(at + {"start": 4, "end": -4}.get(anchor, 0), _TOP + 10 + down, words, anchor, kind)

    def svg(self, name: str, title: str, description: str) -> Markup:
        """The plot; ``name`` is unique on its page, title and description are for who does not see it."""
        head = Markup(
            '<svg class="plot" role="img" viewBox="0 0 {} {}" aria-labelledby="{}-title {}-desc">'
            '<title id="{}-title">{}</title><desc id="{}-desc">{}</desc>'
        ).format(WIDTH, self._height, name, name, name, title, name, description)
        return head + Markup("").join([*self._parts, *self._labels]) + Markup("</svg>")

    def _add(self, pattern: str, *values: object) -> None:
        self._parts.append(Markup(pattern).format(*values))

    def _label(self, x: float, y: float, words: str, anchor: str, kind: str) -> None:
        """Words are drawn last, so that no line crosses them."""
        self._labels.append(
            Markup('<text class="{}" x="{}" y="{}" text-anchor="{}">{}</text>').format(
                kind, round(x, 2), round(y, 2), anchor, words
            )
        )

    def _axes(self, x_name: str, y_name: str, x_says: Say, y_says: Say) -> None:
        left, right, foot = self.x.start, self.x.end, self.y.start
        for value in self.y.ticks(max(1, round((foot - _TOP) / 36))):
            at = self.y(value)
            self._add('<line class="grid" x1="{}" x2="{}" y1="{}" y2="{}"/>', left, right, at, at)
            self._add('<text class="number" x="{}" y="{}" text-anchor="end">{}</text>',
                      left - 6, at + 4, y_says(value))  # fmt: skip
        for value in self.x.ticks():
            at = self.x(value)
            self._add('<line class="axis" x1="{}" x2="{}" y1="{}" y2="{}"/>', at, at, foot, foot + 4)
            self._add('<text class="number" x="{}" y="{}" text-anchor="middle">{}</text>',
                      at, foot + 17, x_says(value))  # fmt: skip
        self._add('<line class="axis" x1="{}" x2="{}" y1="{}" y2="{}"/>', left, right, foot, foot)
        self._add('<text class="name" x="{}" y="{}" text-anchor="end">{}</text>', right, foot + 36, x_name)
        self._add('<text class="name" x="{}" y="{}">{}</text>', 0, 12, y_name)


def risk_coverage_plot(curves: Sequence[Sequence[RiskCoverage]]) -> Plot:
    """The share that is wrong over the share that is answered, for one run or two; no curve may be empty."""
    worst = max(point.risk for curve in curves for point in curve)
    top = min(1.0, max(0.2, math.ceil(worst * 10 + 1e-9) / 10))
    plot = Plot((0, 1), (0, top), x_name="share answered, the surest first", y_name="share of those that is wrong")
    for curve, kind in zip(curves, "ab", strict=False):
        plot.steps([(point.coverage, point.risk) for point in curve], kind)
        last = curve[-1]
        plot.dot(last.coverage, last.risk, kind=kind, says=f"all answered: {percent(last.risk)} wrong")
    return plot


def reliability_plot(bins: Sequence[Bin]) -> Plot:
    """The share of right answers over confidence, a dot a bin with its 95 % interval, larger where more cases are."""
    plot = Plot((0, 1), (0, 1), x_name="confidence", y_name="share that is right", x_says=_tenths)
    plot.line([(0, 0), (1, 1)], "ideal")
    most = max(found.cases for found in bins)
    for found in bins:
        low, high = wilson_interval(found.accuracy, found.cases)
        plot.line([(found.confidence, low), (found.confidence, high)], "whisker")
        says = f"confidence {found.low:.1f} to {found.high:.1f}: {percent(found.accuracy)} right of {found.cases}"
        plot.dot(found.confidence, found.accuracy, radius=3 + 5 * math.sqrt(found.cases / most), says=says)
    return plot


def confidence_plot(bins: Sequence[Bin]) -> Plot:
    """How many answers have which confidence, to stand below ``reliability_plot``."""
    most = max(found.cases for found in bins)
    plot = Plot(
        (0, 1), (0, most * 1.3), x_name="confidence", y_name="answers", x_says=_tenths, y_says=_plain, height=140
    )  # fmt: skip
    for found in bins:
        plot.bar(found.low, found.high, found.cases)
        plot.text((found.low + found.high) / 2, found.cases, f"{found.cases:,}", up=4)
    return plot


def time_plot(milliseconds: Sequence[float], marks: Mapping[str, float]) -> Plot:
    """How many answers took how long; ``marks`` are lines with a name, such as the percentiles.

    What took more than three times the highest mark is drawn at the right end.
    """
    end = min(max(milliseconds), 3 * max(marks.values())) or 1.0
    count = 40
    bins = Counter(min(int(count * value / end), count - 1) for value in milliseconds)
    plot = Plot(
        (0, end), (0, max(bins.values()) * 1.05), x_name="milliseconds", y_name="answers",
        x_says=_plain, y_says=_plain,
    )  # fmt: skip
    for place, cases in sorted(bins.items()):
        left, right = end * place / count, end * (place + 1) / count
        plot.bar(left, right, cases, says=f"{cases} from {left:.0f} to {right:.0f} ms")
    for row, (name, value) in enumerate(marks.items()):
        words = f"{name} {value:,.0f} ms"
        plot.upright(value, words, anchor="end" if value > end * 0.45 else "start", down=13 * row)
    return plot


def wilson_interval(share: float, cases: int) -> Point:
    """The 95 % interval of a share of so many cases (Wilson, "Probable Inference", JASA 22, 1927)."""
    z2 = 1.959964**2
    middle = (share + z2 / (2 * cases)) / (1 + z2 / cases)
    half = math.sqrt(z2 * (share * (1 - share) / cases + z2 / (4 * cases**2))) / (1 + z2 / cases)
    return max(0.0, middle - half), min(1.0, middle + half)


def _tenths(value: float) -> str:
    return f"{value:.1f}"


def _plain(value: float) -> str:
    return f"{value:,g}" if abs(value) < 100_000 else f"{value:,.0f}"


def _says(words: str) -> Markup:
    return Markup("<title>{}</title>").format(words) if words else Markup("")
