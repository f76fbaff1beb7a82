"""A run over gold texts on the terminal: measures by split and style, verdicts, their confusion, what went wrong."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from eval.claim_results import CLAIM_FAULTS, Outcome
from eval.claim_summary import EXPECTED, GIVEN, ClaimSummary, is_false_right
from eval.summary import Group
from eval.terminal import counted, gate_rows, number, one_line, time_rows, title_of, with_interval

WORST_SHOWN = 10
STATEMENT_SHOWN = 160
_SHORT = {
    "verbatim": "verb.",
    "altered": "alter.",
    "misattributed": "misatt.",
    "paraphrase_supported": "supp.",
    "paraphrase_unsupported": "unsup.",
    "not_found": "n.fd.",
    "not_held": "n.held",
    "unclear": "uncl.",
    "missed": "missed",
}
_OF_TEXTS = (
    ("right\nverdict", "verdict_accuracy"),
    ("false\nright", "false_right"),
    ("verdict\nprec.", "verdict_precision"),
    ("attrib.\nF1", "attribution_F1"),
    ("prec.", "attribution_precision"),
    ("recall", "attribution_recall"),
    ("detect.\nF1", "detection_F1"),
)
_OF_VERDICTS = (
    ("right\nverdict", "verdict_accuracy"),
    ("verdict\nprec.", "verdict_precision"),
    ("false\nright", "false_right"),
    ("attrib.\nrecall", "attribution_recall"),
    ("detect.\nrecall", "detection_recall"),
)
_LEGEND = (
    "right verdict: of the gold claims; one not found is wrong · false right: of the gold claims that are not right, "
    "those called right · attribution: found, with its treaty and article · n: gold claims. Intervals draw texts."
)


def print_claim_report(summary: ClaimSummary, console: Console, *, all_cases: bool = False) -> None:
    """The report for a person; ``all_cases`` lists every claim that went wrong, never those of test texts."""
    console.print(Text(claims_title(summary), style="bold"))
    if summary.partial:
        console.print(Text(claims_partial(summary), style="bold yellow"))
    console.print()
    groups = {**summary.by_style, **(summary.by_split if len(summary.by_split) > 1 else {})}
    console.print(_measures("style, split", groups, _OF_TEXTS, summary.total))
    console.print(Padding(Text(_LEGEND, style="dim"), (1, 0)))
    console.print(_measures("gold verdict", summary.by_verdict, _OF_VERDICTS))
    console.print("\nGold verdict (rows) and verdict given (columns)", style="bold")
    console.print(_confusion(summary))
    console.print()
    notes = Table.grid(padding=(0, 2))
    for label, names in (
        ("verdicts", ("verdict_accuracy", "false_right")),
        ("attribution", ("attribution_F1", "attribution_precision", "attribution_recall")),
        ("detection", ("detection_F1", "detection_precision", "detection_recall")),
    ):
        said = [with_interval(n, summary.total.measures[n], "claim") for n in names if n in summary.total.measures]
        notes.add_row(Text(label), Text("\n".join(said)))
    called_right, not_right = summary.false_right
    notes.add_row(Text("called right"), Text(f"{called_right} of {not_right} claims that are not right"))
    for label, text in time_rows(summary.latency_ms, summary.per_second, summary.description.get("jobs", 1), "text"):
        notes.add_row(Text(label), Text(text))
    notes.add_row()
    for name, verdict in gate_rows(summary.gates):
        notes.add_row(name, verdict)
    console.print(notes)
    _print_wrong(summary, console, all_cases=all_cases)


def claims_document(summary: ClaimSummary) -> dict[str, Any]:
    """The one document of ``--json``: the summary and every text."""
    return {**summary.to_json(), "results": [result.to_json() for result in summary.results]}


def claims_title(summary: ClaimSummary) -> str:
    """What was run on what, in a line."""
    return title_of(
        summary.description, f"{counted(summary.gold, 'claim')} in {counted(len(summary.finished), 'text')}"
    )


def claims_partial(summary: ClaimSummary) -> str:
    """How much of a run that was cut short is in its figures."""
    return f"Partial: stopped after {len(summary.finished)} of {summary.planned} texts. The figures are of those only."


def expected_and_given(outcome: Outcome) -> str:
    """The gold verdict and what was given instead, in words; where the source is wrong both sources."""
    if outcome.gold is None:
        return f"no claim → {outcome.found.verdict if outcome.found else 'missed'}"
    if outcome.found is None:
        return f"{outcome.gold.verdict} → missed"
    if outcome.fault == "wrong_source":
        gold = outcome.gold
        wanted = " ".join(filter(None, (gold.treaty or gold.treaty_name or "no treaty", gold.article)))
        return f"{wanted} → {outcome.found.source}"
    return f"{outcome.gold.verdict} → {outcome.found.verdict}"


def _measures(
    name: str, groups: Mapping[str, Group], columns: Sequence[tuple[str, str]], total: Group | None = None
) -> Table:
    """A row for each group, then the total with the ends of its intervals."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column(name, no_wrap=True)
    for heading in ("n", *(heading for heading, _ in columns)):
        table.add_column(heading, justify="right", no_wrap=True)

    def row(label: str, group: Group) -> list[str]:
        means = [number(found.mean if (found := group.measures.get(measure)) else None) for _, measure in columns]
        return [one_line(label), str(group.cases), *means]

    for label, group in groups.items():
        table.add_row(*row(label, group))
    if total:
        table.add_section()
        table.add_row(*row("total", total), style="bold")
        for label, end in (("  95 % from", 1), ("       to", 2)):
            ends = [number(found[end] if (found := total.measures.get(measure)) else None) for _, measure in columns]
            table.add_row(label, "", *ends, style="dim")
    return table


def _confusion(summary: ClaimSummary) -> Table:
    """Counts; what is right on the diagonal in bold, what is called right and is not in red."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column("", no_wrap=True)
    for given in GIVEN:
        table.add_column(_SHORT[given], justify="right", no_wrap=True)
    for expected in EXPECTED:
        cells = []
        for given in GIVEN:
            count = summary.confusion[expected, given]
            style = "bold green" if expected == given else "bold red" if is_false_right(expected, given) else ""
            cells.append(Text(str(count) if count else "·", style if count else "dim"))
        table.add_row(expected, *cells)
    return table


def _print_wrong(summary: ClaimSummary, console: Console, *, all_cases: bool) -> None:
    for result in summary.results:
        if result.report is None:
            console.print(Text(f"{one_line(result.case.id)} crashed: {one_line(result.remark)}", style="bold red"))
    if not summary.faults:
        return
    seen, unseen = summary.wrong_seen, summary.wrong_unseen
    shown = seen if all_cases else seen[:WORST_SHOWN]
    console.print("\nWrong", style="bold")
    console.print(Text(", ".join(f"{n} {CLAIM_FAULTS[fault][0]}" for fault, n in summary.faults.items()), style="dim"))
    for outcome in shown:
        assert outcome.fault is not None
        style = "red" if outcome.fault in ("false_right", "extra_right") else "yellow"
        console.print(Text.assemble(
            one_line(outcome.case.id), "  ", (CLAIM_FAULTS[outcome.fault][0], style), "  ", expected_and_given(outcome),
        ))  # fmt: skip
        words = one_line(outcome.statement)
        cut = words if len(words) <= STATEMENT_SHOWN else words[:STATEMENT_SHOWN].rsplit(maxsplit=1)[0] + " …"
        console.print(Padding(Text(cut), (0, 0, 0, 4)))
        if outcome.found:
            console.print(Padding(Text(one_line(outcome.found.explanation), style="dim"), (0, 0, 0, 4)))
    if len(shown) < len(seen):
        console.print(Text(f"and {len(seen) - len(shown)} more (all: --all-cases)", style="dim"))
    if unseen:
        ids = one_line(", ".join(unseen))
        console.print(Text(f"In test texts, which are not to be looked at: {ids}", style="dim"))
