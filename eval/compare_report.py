"""The page of a comparison: one file that loads nothing and runs no script, with the answers of what changed on it."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from eval.charts import interval_bar
from eval.compare import Compared
from eval.compare_terminal import (
    LEGEND,
    called,
    change,
    figure,
    left_out,
    outcome_of,
    probability,
    reworded,
    shown_value,
    times,
    title_of,
    verdict,
)
from eval.effects import Effect, Pair
from eval.glossary import GROUPS, measure_of
from eval.html_report import render_page
from eval.results import CaseResult

# The ends of a plot lie at least so far from no difference, so that little does not look like much.
_LEAST_SPAN = 0.05


def render_comparison(compared: Compared) -> str:
    """The page of a comparison."""
    return render_page(
        "compare.html.jinja",
        styles=("_style.css", "report.css", "compare.css"),
        title=f"Pacta: {compared.before.path.name} and {compared.after.path.name} compared",
        compared=compared,
        verdict=verdict(compared),
        reworded=reworded(compared),
        left_out=left_out(compared),
        times=times(compared),
        legend=LEGEND[0].upper() + LEGEND[1:],
        differs=[(called(d.name), shown_value(d.before), shown_value(d.after)) for d in compared.differs],
        plots=_plots(compared.effects),
        by_type=_forest(compared.by_type),
        rows=[(title_of(effect.name), _cells(effect)) for effect in compared.effects],
        not_compared=[(title_of(name), reason) for name, reason in compared.not_compared.items()],
        measure=measure_of(compared.measure),
        moved=[
            ("won", "Won", "Wrong before, right after.", [_moved(pair, pair.before) for pair in compared.won]),
            ("lost", "Lost", "Right before, wrong after.", [_moved(pair, pair.after) for pair in compared.lost]),
        ],
    )


def _plots(effects: Sequence[Effect]) -> dict[str, Any]:
    """A forest plot of the measures of which more or less is better, by the heading of their group."""
    directed = [effect for effect in effects if measure_of(effect.name).better != "neither"]
    plot = _forest({title_of(effect.name): effect for effect in directed})
    grouped: dict[str, list[Any]] = {}
    for effect, row in zip(directed, plot["rows"], strict=True):
        grouped.setdefault(GROUPS[measure_of(effect.name).group], []).append(row)
    return {"end": plot["end"], "groups": grouped}


def _forest(effects: Mapping[str, Effect]) -> dict[str, Any]:
    """Rows of a forest plot on one scale; where less is better they are mirrored, so that right is always better."""
    ends = [abs(end) for effect in effects.values() for end in (effect.low, effect.high, effect.difference)]
    span = max([_LEAST_SPAN, *ends])
    rows = [(name, _bar(effect, span), effect, _cells(effect)) for name, effect in effects.items()]
    return {"end": f"{span:.2f}" if span < 1 else f"{span:.0f}", "rows": rows}


def _bar(effect: Effect, span: float) -> Markup:
    sign = -1 if measure_of(effect.name).better == "lower" else 1
    low, high = sorted((sign * effect.low, sign * effect.high))
    kind = {"better": "", "worse": "worse"}.get(effect.verdict, "same")
    return interval_bar(sign * effect.difference, low, high, span=(-span, span), kind=kind)


def _cells(effect: Effect) -> dict[str, str]:
    """The figures of an effect as they are read."""
    before, after = effect.cases_before, effect.cases_after
    counts = {name: getattr(effect, name) for name in ("won", "lost", "tied")}
    return {
        "cases": f"{before}" if before == after else f"{before} / {after}",
        "before": figure(effect, effect.before),
        "after": figure(effect, effect.after),
        "change": change(effect, effect.difference),
        "interval": f"{change(effect, effect.low)} to {change(effect, effect.high)}",
        "p": probability(effect.p_value),
        "adjusted": probability(effect.adjusted),
        "counts": " / ".join(str(count) for count in counts.values()) if effect.won is not None else "–",
        "verdict": effect.verdict,
    }


def _moved(pair: Pair, wrong: CaseResult) -> dict[str, Any]:
    """A case that is right in one run only; ``wrong`` is what became of it in the other."""
    return {
        "case": pair.after.case,
        "fault": wrong.fault,
        "outcome": outcome_of(wrong),
        "sides": [("Before", _side(pair.before)), ("After", _side(pair.after))],
    }


def _side(result: CaseResult) -> dict[str, Any]:
    right = {locator.key for locator in (*result.case.gold, *result.case.also_ok)}
    citations = (result.answer or {}).get("citations", ())
    return {
        "result": result,
        "outcome": outcome_of(result),
        "citations": [(c, key in right) for c, key in zip(citations, result.cited, strict=False)],
    }
