"""``report.html``: a run as one page to be looked at, which loads nothing and works from a disk.

What is put on it comes from treaties, questions and models, so all of it is escaped, and its control
characters are made visible. Without JavaScript every case is there, the worst first; with it they can be
filtered and the bars be drawn for another measure.
"""

import base64
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from eval import charts
from eval.cases import GoldCase
from eval.charts import NUMBERS, figure, interval, interval_bar, percent
from eval.glossary import GROUPS, Measure, measure_of
from eval.measures import Key, MissingEvidence, key_fact_recall
from eval.results import FAULTS, CaseResult
from eval.summary import Estimate, Group, Summary
from eval.terminal import partial, title

KEY_FIGURES = ("right", "first_citation_right", "hit@10", "over_refusal", "abstention_recall")
# Rows of a breakdown that are seen before it is opened; failures of a gate that are named.
ROWS_SHOWN, FAILURES_SHOWN = 15, 5
# How many characters of an article found are shown; cases.jsonl has all of it.
GOLD_SHOWN, OTHER_SHOWN = 600, 160
_TEMPLATES = Path(__file__).parent / "templates"
# Characters that a page may not hold, or that would not be seen: as the pictures that Unicode has of them.
_VISIBLE = (
    {code: 0x2400 + code for code in range(0x20) if chr(code) not in "\t\n"}
    | {0x7F: 0x2421}
    | dict.fromkeys([*range(0x80, 0xA0), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF], 0xFFFD)
)


def render_report(summary: Summary) -> str:
    """The page of a run."""
    cases = [*summary.wrong, *(result for result in summary.results if result.right)]
    anchors = _anchors(cases)
    groups: dict[str, list[dict[str, Any]]] = {}
    for result, anchor in zip(cases, anchors, strict=True):
        groups.setdefault(result.fault or "right", []).append(_case(result, anchor))
    breakdowns = {"type": summary.by_type, "style": summary.by_style, "treaty": summary.by_treaty}
    return render_page(
        "report.html.jinja",
        styles=("_style.css", "report.css"),
        script="report.js",
        summary=summary,
        title=title(summary),
        partial=partial(summary) if summary.partial else "",
        begun=date_in_words(str(summary.description.get("begun", ""))),
        versions=summary.description.get("versions", {}),
        key_figures=[(measure_of(name), summary.total.measures.get(name)) for name in KEY_FIGURES],
        breakdowns={name: _rows(groups, "right") for name, groups in breakdowns.items() if groups},
        measures=_measures(summary.total),
        plots=_plots(summary),
        groups=groups,
        facts=facts_of(summary.description),
        filters=_filters(cases),
        data=_data(summary.total, breakdowns, cases, anchors),
        GROUPS=GROUPS,
        ROWS_SHOWN=ROWS_SHOWN,
        FAILURES_SHOWN=FAILURES_SHOWN,
    )


def render_page(template: str, *, styles: Sequence[str], script: str | None = None, **values: Any) -> str:
    """A page of ``templates`` with its styles and script in it, and a policy that lets in nothing else.

    Every page can use FAULTS and the functions ``percent``, ``figure``, ``interval`` and ``interval_bar``.
    """
    code = (_TEMPLATES / script).read_text("utf-8") if script else ""
    digest = base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()
    return (
        _environment()
        .get_template(template)
        .render(
            values,
            style=Markup("\n".join((_TEMPLATES / name).read_text("utf-8") for name in styles)),
            script=Markup(code),
            policy=f"script-src 'sha256-{digest}'" if code else "script-src 'none'",
        )
    )


def visible(value: Any) -> Any:
    """Text without characters that a page may not hold or would not show; anything else as it is."""
    return value.translate(_VISIBLE) if isinstance(value, str) else value


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("eval"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=visible,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "FAULTS": FAULTS,
        "percent": percent,
        "figure": figure,
        "interval": interval,
        "interval_bar": interval_bar,
        "measure_of": measure_of,
    }
    return environment


def _anchors(results: Sequence[CaseResult]) -> list[str]:
    """An address on the page for each case: "case-orrin-01"; ids that would share one are numbered."""
    taken: dict[str, None] = {}
    for result in results:
        name = "case-" + (re.sub(r"[^\w.-]+", "-", result.case.id) or "-")
        number = 1
        while (anchor := name if number == 1 else f"{name}-{number}") in taken:
            number += 1
        taken[anchor] = None
    return list(taken)


def _rows(groups: Mapping[str, Group], name: str) -> list[tuple[str, Estimate]]:
    """The groups by a measure, the weakest first."""
    rows = [(group, found.measures[name]) for group, found in groups.items() if name in found.measures]
    return sorted(rows, key=lambda row: (row[1].mean, -row[1].cases))


def _measures(total: Group) -> dict[str, list[tuple[Measure, Estimate]]]:
    """What was measured, by the title of its group."""
    found = [(measure_of(name), estimate) for name, estimate in total.measures.items()]
    grouped = {heading: [row for row in found if row[0].group == group] for group, heading in GROUPS.items()}
    return {heading: rows for heading, rows in grouped.items() if rows}


def _plots(summary: Summary) -> dict[str, Markup]:
    """The curves, without those that there is no answer for."""
    drawn = {}
    if summary.risk_coverage:
        points = summary.risk_coverage
        says = "; ".join(f"{percent(p.coverage)}: {percent(p.risk)}" for p in points[:: len(points) // 8 + 1])
        drawn["risk"] = charts.risk_coverage_plot([points]).svg(
            "risk", "Risk–coverage curve", f"Share of the answers that is wrong where so many are given. {says}."
        )
    if summary.calibration:
        says = "; ".join(f"{b.confidence:.2f}: {percent(b.accuracy)} of {b.cases}" for b in summary.calibration)
        drawn["reliability"] = charts.reliability_plot(summary.calibration).svg(
            "reliability", "Reliability diagram", f"Share of the answers that is right, by confidence. {says}."
        )
        drawn["confidence"] = charts.confidence_plot(summary.calibration).svg(
            "confidence", "Answers by confidence", "How many answers have which confidence, in steps of a tenth."
        )
    totals = [kept.timed.timings_ms["total"] for kept in summary.finished if "total" in kept.timed.timings_ms]
    if totals:
        marks = summary.latency_ms["total"]
        says = ", ".join(f"{name} {value:.0f} ms" for name, value in marks.items())
        drawn["time"] = charts.time_plot(totals, marks).svg(
            "time", "Time to answer", f"How many of {len(totals)} answers took how long: {says}."
        )
    return drawn


def _case(result: CaseResult, anchor: str) -> dict[str, Any]:
    """A case as the template shows it."""
    case, answer = result.case, result.answer or {}
    citations = list(answer.get("citations", ()))
    quoted = " ".join(answer.get("answer", "").split())
    said = "\n".join([answer.get("answer", ""), *(c["quote"] for c in citations)])
    best = max((found.score for found in result.retrieved), default=0) or 1
    scores = [(measure_of(name), value) for name, value in result.scores.items()]
    return {
        "result": result,
        "case": case,
        "anchor": anchor,
        "outcome": FAULTS[result.fault][0] if result.fault else "right",
        "answer": answer,
        "words": _words(answer.get("answer", ""), citations, anchor),
        "citations": [
            (citation, _mark(case, key), " ".join(citation["quote"].split()) in quoted)
            for citation, key in zip(citations, result.cited, strict=False)
        ],
        "key_facts": [
            (fact, _occurs(fact, said) if result.outcome == "answered" else False) for fact in case.key_facts
        ],
        "retrieved": [
            (found, max(round(100 * found.score / best), 0), _short(found.quote, found.judgement != "other"))
            for found in result.retrieved
        ],
        "ranks": {found.key: rank for rank, found in reversed(list(enumerate(result.retrieved, start=1)))},
        "scores": [
            (heading, " · ".join(f"{m.title} {figure(m, value)}" for m, value in scores if m.group == group))
            for group, heading in GROUPS.items()
            if any(m.group == group for m, _ in scores)
        ],
    }


def _mark(case: GoldCase, key: Key) -> str:
    """What the gold set makes of an article cited: "right", "also", "other"; nothing where it names no article."""
    if key in {locator.key for locator in case.gold}:
        return "right"
    if key in {locator.key for locator in case.also_ok}:
        return "also"
    return "other" if case.gold else ""


def _words(answer: str, citations: Sequence[Mapping[str, Any]], anchor: str) -> Markup:
    """An answer's text, what it quotes in the letters of quotations, each mark [n] linked to its citation.

    A quotation is found in the text whatever the blanks and breaks between its words.
    """
    quotes = [[re.escape(word) for word in c["quote"].split()] for c in citations]
    patterns = [r"\s+".join(words) for words in sorted(quotes, key=len, reverse=True) if words]
    known = {str(c["number"]) for c in citations}
    pieces, position = [], 0
    for found in re.finditer("|".join([r"\[(\d{1,9})\]", *patterns]), answer):
        if found[1] and found[1] not in known:
            continue
        pieces.append(escape(answer[position : found.start()]))
        if found[1]:
            pieces.append(Markup('<a href="#{}-{}">[{}]</a>').format(anchor, found[1], found[1]))
        else:
            pieces.append(Markup('<span class="words" dir="auto">{}</span>').format(found[0]))
        position = found.end()
    return Markup("").join([*pieces, escape(answer[position:])])


def _occurs(fact: str, said: str) -> bool:
    try:
        return key_fact_recall([fact], said) == 1
    except MissingEvidence:
        return False


def _short(text: str, gold: bool) -> str:
    most = GOLD_SHOWN if gold else OTHER_SHOWN
    return text if len(text) <= most else text[:most].rsplit(maxsplit=1)[0] + " …"


def _filters(cases: Sequence[CaseResult]) -> dict[str, list[str]]:
    """What cases can be told apart by, with the names that occur, in their order."""
    found: dict[str, dict[str, None]] = {}
    for result in cases:
        for field, names in _traits(result.case).items():
            found.setdefault(field, {}).update(dict.fromkeys(names))
    return {field: sorted(names) if field == "treaty" else list(names) for field, names in found.items()}


def _traits(case: GoldCase) -> dict[str, list[str]]:
    return {
        "type": [case.type],
        "treaty": sorted(case.needed_treaties),
        "style": [case.style] if case.style else [],
        "split": [case.split] if case.split else [],
    }


def _data(
    total: Group, breakdowns: Mapping[str, Mapping[str, Group]], cases: Sequence[CaseResult], anchors: Sequence[str]
) -> dict[str, Any]:
    """What the page's script needs: the measures, the bars of each, and what cases are filtered by."""
    measured = [measure_of(name) for name in total.measures]
    return {
        "shown": ROWS_SHOWN,
        "measures": {
            m.name: {"better": m.better, "kind": m.unit or ("number" if m.name in NUMBERS else "share")}
            | {"meaning": m.meaning}
            for m in measured
        },
        "groups": {
            kind: {
                visible(name): {m: [round(value, 4) for value in estimate] for m, estimate in group.measures.items()}
                for name, group in groups.items()
            }
            for kind, groups in breakdowns.items()
        },
        "cases": [
            {"anchor": anchor, "outcome": result.fault or "right"}
            | {field: [visible(name) for name in names] for field, names in _traits(result.case).items()}
            for anchor, result in zip(anchors, cases, strict=True)
        ],
    }


def date_in_words(text: str) -> str:
    """ "24 November 2026, 03:47 UTC"; text that is no time as it is."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return f"{moment.day} {moment:%B %Y, %H:%M} {moment.tzname() or ''}".strip()


def facts_of(description: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What a run's description says, as names and values."""
    return list(_flat(description))


def _flat(description: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    """The names and values of a run's description, each after the name of what it stands in: "libraries, numpy"."""
    for name, value in description.items():
        named = f"{before}{name}".replace("_", " ")
        if isinstance(value, Mapping):
            yield from _flat(value, f"{name}, ")
        elif isinstance(value, (list, tuple)):
            for member in value:
                if isinstance(member, Mapping):
                    yield from _flat(member, f"{name}, ")
            if plain := [str(member) for member in value if not isinstance(member, Mapping)]:
                yield named, ", ".join(plain)
        else:
            yield named, "–" if value is None else str(value)
