"""``report.html`` of a run over texts with claims: a page to be looked at, which loads nothing and works from a disk.

The claims of test texts are not on it, or work would be tuned on what it is to be measured on.
"""

from collections.abc import Mapping
from typing import Any

from eval.claim_cases import GoldClaim
from eval.claim_measures import RATIOS
from eval.claim_results import CLAIM_FAULTS, Outcome
from eval.claim_summary import EXPECTED, GIVEN, ClaimSummary, is_false_right
from eval.claim_terminal import claims_partial, claims_title, expected_and_given
from eval.glossary import measure_of
from eval.html_report import FAILURES_SHOWN, date_in_words, facts_of, render_page
from eval.summary import Group

KEY_FIGURES = (
    "verdict_accuracy", "false_right", "verdict_precision", "attribution_F1", "detection_F1", "detection_recall"
)  # fmt: skip


def render_claim_report(summary: ClaimSummary) -> str:
    """The page of a run."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for outcome in summary.wrong_seen:
        groups.setdefault(outcome.fault or "", []).append(_claim(outcome))
    right = sum(outcome.fault is None for outcome in summary.outcomes)
    breakdowns = {"Gold verdict": summary.by_verdict, "Style of text": summary.by_style, "Split": summary.by_split}
    return render_page(
        "claims.html.jinja",
        styles=("_style.css", "report.css", "claims.css"),
        summary=summary,
        title=claims_title(summary),
        partial=claims_partial(summary) if summary.partial else "",
        begun=date_in_words(str(summary.description.get("begun", ""))),
        versions=summary.description.get("versions", {}),
        key_figures=[(measure_of(name), summary.total.measures.get(name)) for name in KEY_FIGURES],
        matrix=_matrix(summary),
        counts={**summary.faults, **({"right": right} if right else {})},
        everything=len(summary.outcomes),
        breakdowns={heading: _rows(found) for heading, found in breakdowns.items() if found},
        tables=[(heading, _measured(found), found) for heading, found in breakdowns.items() if found],
        groups=groups,
        unseen=summary.wrong_unseen,
        crashed=[result for result in summary.results if result.report is None],
        facts=facts_of(summary.description),
        FAULTS_OF_CLAIMS=CLAIM_FAULTS,
        FAILURES_SHOWN=FAILURES_SHOWN,
        GIVEN=GIVEN,
    )


def _measured(groups: Mapping[str, Group]) -> list[str]:
    """The measures that any of the groups has."""
    return [name for name in RATIOS if any(name in group.measures for group in groups.values())]


def _rows(groups: Mapping[str, Group]) -> list[tuple[str, Any]]:
    """The groups by the share of right verdicts, the weakest first."""
    rows = [(name, group.measures["verdict_accuracy"]) for name, group in groups.items() if group.cases]
    return sorted(rows, key=lambda row: (row[1].mean, -row[1].cases))


def _matrix(summary: ClaimSummary) -> list[tuple[str, int, list[dict[str, Any]]]]:
    """The rows of the confusion matrix: gold verdict, how many claims, and a cell for each verdict given."""
    rows = []
    for expected in EXPECTED:
        counts = {given: summary.confusion[expected, given] for given in GIVEN}
        claims = sum(counts.values())
        cells = [
            {"given": given, "count": count, "share": round(100 * count / claims) if claims else 0}
            | {"kind": _kind(expected, given, count)}
            for given, count in counts.items()
        ]
        rows.append((expected, claims, cells))
    return rows


def _kind(expected: str, given: str, count: int) -> str:
    """The class of a cell."""
    if (expected, given) == (EXPECTED[-1], GIVEN[-1]):
        return "empty"
    if not count:
        return "none"
    if expected == given:
        return "right-verdict"
    return "some false-right" if is_false_right(expected, given) else "some"


def _claim(outcome: Outcome) -> dict[str, Any]:
    """A claim as the template shows it."""
    claim, text = outcome.gold or outcome.found, outcome.case.text
    assert claim is not None
    return {
        "outcome": outcome,
        "before": text[: claim.statement.start],
        "after": text[claim.statement.end :],
        "change": expected_and_given(outcome),
        "claimed": _claimed(outcome.gold) if outcome.gold else "",
    }


def _claimed(gold: GoldClaim) -> str:
    """The treaty and article that a text claims."""
    treaty = gold.treaty or gold.treaty_name or "no treaty"
    return f"{treaty}, {gold.eid}" if gold.eid else treaty
