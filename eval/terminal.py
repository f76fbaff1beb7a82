"""A run on the terminal: the table by type of question, what does not fit it, the gates, what went wrong."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from eval.glossary import GROUPS, MEASURES
from eval.results import FAULTS
from eval.summary import Estimate, Gate, Group, Summary

WORST_SHOWN = 10
PIPED_WIDTH = 100
# Columns of the table: heading, measure, and whether there is room for it on 80 columns.
_COLUMNS = (
    ("right", "right", True),
    ("hit\n@1", "hit@1", True),
    ("hit\n@5", "hit@5", True),
    ("hit\n@10", "hit@10", True),
    ("MRR", "MRR", True),
    ("nDCG\n@10", "nDCG@10", False),
    ("1st\ncited", "first_citation_right", True),
    ("cite\nprec.", "citation_precision", False),
    ("cite\nrecall", "citation_recall", False),
    ("quote\nshown", "quote_coverage", False),
    ("key\nfacts", "key_fact_recall", True),
)
_LEGEND = (
    "right: a right article is cited first, or Pacta abstains for the right reason · hit, MRR, "
    "nDCG: how high search puts the right articles · quote shown: the part of the gold quotation "
    "that is quoted · key facts: those whose words all occur. Refused and crashed count as wrong."
)


def report_console() -> Console:
    """Stdout as it is; 100 columns wide and without colours where it is no terminal."""
    console = Console(markup=False, highlight=False, emoji=False)
    if not console.is_terminal:
        console.width = PIPED_WIDTH
    return console


def print_report(summary: Summary, console: Console, *, all_cases: bool = False) -> None:
    """The report for a person; ``all_cases`` lists every case that went wrong."""
    console.print(Text(title(summary), style="bold"))
    if summary.partial:
        console.print(Text(partial(summary), style="bold yellow"))
    console.print()
    console.print(_table(summary, wide=console.width >= PIPED_WIDTH))
    console.print(Padding(Text(_LEGEND, style="dim"), (1, 0)))
    notes = Table.grid(padding=(0, 2))
    for label, text in _notes(summary):
        notes.add_row(Text(label), Text(text))
    notes.add_row()
    for name, verdict in gate_rows(summary.gates):
        notes.add_row(name, verdict)
    console.print(notes)
    _print_wrong(summary, console, all_cases=all_cases)


def to_document(summary: Summary) -> dict[str, Any]:
    """The one document of ``--json``: the summary and every case."""
    return {**summary.to_json(), "results": [result.to_json() for result in summary.results]}


def title(summary: Summary) -> str:
    """What was run on what, in a line."""
    return title_of(summary.description, f"{len(summary.finished)} cases")


def title_of(description: Mapping[str, Any], ran: str) -> str:
    """A run in a line, ``ran`` saying of what: "115 cases"."""
    names = ", ".join(Path(gold["path"]).name for gold in description["gold"])
    return one_line(f"Pacta evaluation: {ran} of {names}, index {description['index']}")


def partial(summary: Summary) -> str:
    """How much of a run that was cut short is in its figures."""
    done, planned = len(summary.finished), summary.planned
    return f"Partial: stopped after {done} of {planned} cases. The figures are of those only."


def one_line(text: str) -> str:
    """Text from outside on one line, without control characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _table(summary: Summary, *, wide: bool) -> Table:
    """A row for each type, the total, and the ends of its intervals."""
    columns = [(heading, name) for heading, name, narrow in _COLUMNS if wide or narrow]
    columns = [(heading, name) for heading, name in columns if name in summary.total.measures]
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column("type", no_wrap=True, max_width=20)
    for heading in ("n", *(heading for heading, _ in columns)):
        table.add_column(heading, justify="right", no_wrap=True)

    def row(name: str, group: Group) -> list[str]:
        means = [number(estimate.mean if (estimate := group.measures.get(m)) else None) for _, m in columns]
        return [one_line(name), str(group.cases), *means]

    for name, group in summary.by_type.items():
        table.add_row(*row(name, group))
    table.add_section()
    table.add_row(*row("total", summary.total), style="bold")
    ends = [summary.total.measures[name] for _, name in columns]
    table.add_row("  95 % from", "", *(number(end.low) for end in ends), style="dim")
    table.add_row("       to", "", *(number(end.high) for end in ends), style="dim")
    return table


def _notes(summary: Summary) -> list[tuple[str, str]]:
    """What does not fit the table: abstention, confidence, length, the judge, time."""
    total = summary.total.measures
    notes = []
    for label, names in (
        ("abstention", ("abstention_precision", "abstention_recall", "over_refusal", "right_reason")),
        ("confidence", ("AURC", "ECE", "Brier")),
        ("search", ("wrong_treaty@1",)),
        ("answers", ("length", "share_quoted")),
        (GROUPS["judge"].lower(), ("faithfulness", "correctness", "key_fact_recall_judged")),
    ):
        said = [with_interval(name, total[name]) for name in names if name in total]
        if said:
            notes.append((label, "\n".join(said)))
    if failed := sum(len(result.judged.failed) for result in summary.results if result.judged):
        notes.append(("", f"verdicts of the model missing: {failed}; they are in none of its figures"))
    notes += time_rows(summary.latency_ms, summary.per_second, summary.description.get("jobs", 1), "answer")
    return notes


def time_rows(
    latency_ms: Mapping[str, Mapping[str, float]], per_second: float | None, jobs: int, what: str
) -> list[tuple[str, str]]:
    """How long an answer or a text took, and where the time went."""
    times = latency_ms.get("total")
    if not times:
        return [(f"{what} time", f"not measured: no {what} says how long it took")]
    p50, p95, p99 = (times[name] for name in ("p50", "p95", "p99"))
    at_a_time = f", {jobs} at a time" if jobs > 1 else ""
    slowest = sorted(latency_ms.items(), key=lambda item: item[1]["p50"], reverse=True)
    stages = [f"{stage} {found['p50']:.1f}" for stage, found in slowest if stage not in ("total", "round_trip")]
    return [
        (f"{what} time", f"p50 {p50:.0f} ms, p95 {p95:.0f} ms, p99 {p99:.0f} ms{at_a_time}"),
        ("", f"{per_second:,.1f} {what}s/s; p50 of the stages in ms: {', '.join(stages)}"),
    ]


def gate_rows(gates: Sequence[Gate]) -> Iterator[tuple[Text, Text]]:
    """The promises, with whether they hold."""
    for gate in gates:
        verdict = ("pass", "green") if gate.passed else ("FAIL", "bold red")
        yield Text(gate.name), Text.assemble(verdict, f"  {gate}{_first(gate.failures)}")


def with_interval(name: str, estimate: Estimate, of: str = "case") -> str:
    """A measure with its interval: "right 0.91 (95 % 0.85 to 0.96, 115 cases)"; ``of`` names what it is over."""
    measure = MEASURES[name]
    mean, low, high = (f"{value:.0f}" if measure.unit else f"{value:.2f}" for value in estimate[:3])
    unit = f" {measure.unit}" if measure.unit else ""
    return f"{measure.title} {mean}{unit} (95 % {low} to {high}, {counted(estimate.cases, of)})"


def _print_wrong(summary: Summary, console: Console, *, all_cases: bool) -> None:
    wrong = summary.wrong
    if not wrong:
        return
    shown = wrong if all_cases else wrong[:WORST_SHOWN]
    rest = f", the worst {len(shown)} (all: --all-cases)" if len(shown) < len(wrong) else ", the worst first"
    heading = f"Wrong: {len(wrong)} of {counted(len(summary.finished))}{rest if len(wrong) > 1 else ''}"
    console.print(f"\n{heading}", style="bold")
    faults = ", ".join(f"{count} {FAULTS[fault][0]}" for fault, count in summary.faults.items())
    console.print(Text(faults, style="dim"))
    cases = Table.grid(padding=(0, 2))
    for result in shown:
        assert result.fault is not None
        style = "red" if result.fault in ("crashed", "misquotes") else "yellow"
        cases.add_row(
            Text(one_line(result.case.id)), Text(FAULTS[result.fault][0], style), Text(one_line(result.remark))
        )
    console.print(cases)


def _first(failures: Sequence[str]) -> str:
    more = f" and {len(failures) - 3} more" if len(failures) > 3 else ""
    return f": {one_line(', '.join(failures[:3]))}{more}" if failures else ""


def number(value: float | None) -> str:
    """A figure of a table, to two places."""
    return "-" if value is None else f"{value:.2f}"


def counted(count: int, what: str = "case") -> str:
    """ "1 case", "1,204 cases"."""
    return f"1 {what}" if count == 1 else f"{count:,} {what}s"
