"""The ways to show what a run amounts to: on the terminal, as JSON, as Markdown."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from eval.summary import FAULTS, Summary

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
    """The report for a person: the table by type of question, the gates, the cases gone wrong."""
    headings, *rows = _rows(summary, wide=console.width >= PIPED_WIDTH)
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column(headings[0], no_wrap=True, max_width=20)
    for heading in headings[1:]:
        table.add_column(heading, justify="right", no_wrap=True)
    for row in rows[:-3]:
        table.add_row(*row)
    table.add_section()
    table.add_row(*rows[-3], style="bold")
    for row in rows[-2:]:
        table.add_row(*row, style="dim")

    console.print(Text(_title(summary), style="bold"))
    if summary.partial:
        console.print(Text(_partial(summary), style="bold yellow"))
    console.print()
    console.print(table)
    console.print(Padding(Text(_LEGEND, style="dim"), (1, 0)))
    notes = Table.grid(padding=(0, 2))
    for label, text in _notes(summary):
        notes.add_row(Text(label), Text(text))
    notes.add_row()
    for gate in summary.gates:
        verdict = ("pass", "green") if gate.passed else ("FAIL", "bold red")
        what = Text.assemble(verdict, f"  {gate}{_first(gate.failures)}")
        notes.add_row(Text(gate.name), what)
    console.print(notes)
    shown = summary.wrong if all_cases else summary.wrong[:WORST_SHOWN]
    if shown:
        console.print(f"\n{_wrong_heading(summary, len(shown))}", style="bold")
        cases = Table.grid(padding=(0, 2))
        for result in shown:
            style = "red" if result.fault in ("crashed", "misquotes") else "yellow"
            fault = Text(FAULTS[result.fault], style)
            cases.add_row(Text(_line(result.case.id)), fault, Text(_line(result.remark)))
        console.print(cases)


def to_markdown(summary: Summary) -> str:
    """``report.md``: the same, with every case that went wrong and its question."""
    headings, *rows = _rows(summary, wide=True)
    heading = " | ".join(name.replace("\n", " ") for name in headings)
    lines = [f"# {_title(summary)}", ""]
    lines += [f"**{_partial(summary)}**", ""] if summary.partial else []
    lines += [f"| {heading} |", "|---" + "|---:" * (len(headings) - 1) + "|"]
    lines += [f"| {' | '.join(_cell(cell) for cell in row)} |" for row in rows]
    lines += ["", _LEGEND, ""]
    lines += [f"- {label}: {text}" for label, text in _notes(summary)]
    lines += [
        f"- {gate.name}: **{'pass' if gate.passed else 'FAIL'}** {gate}{_first(gate.failures)}"
        for gate in summary.gates
    ]
    if summary.wrong:
        lines += ["", f"## {_wrong_heading(summary, len(summary.wrong))}", ""]
        lines += ["| case | fault | what happened | question |", "|---|---|---|---|"]
    for r in summary.wrong:
        cells = (r.case.id, FAULTS[r.fault], r.remark, r.case.question)
        lines.append(f"| {' | '.join(_cell(cell) for cell in cells)} |")
    return "\n".join(lines) + "\n"


def to_document(summary: Summary) -> dict[str, Any]:
    """The one document of ``--json``: the summary and every case."""
    return {**summary.to_json(), "results": [result.to_json() for result in summary.results]}


def write_report(summary: Summary, folder: Path) -> None:
    """Writes ``results.jsonl``, ``summary.json`` and ``report.md`` into a folder that exists."""
    lines = [json.dumps(result.to_json(), ensure_ascii=False) for result in summary.results]
    document = json.dumps(summary.to_json(), ensure_ascii=False, indent=2)
    (folder / "results.jsonl").write_text("".join(f"{line}\n" for line in lines), "utf-8")
    (folder / "summary.json").write_text(document + "\n", "utf-8")
    (folder / "report.md").write_text(to_markdown(summary), "utf-8")


def _rows(summary: Summary, *, wide: bool) -> list[list[str]]:
    """Headings, a row for each type, the total, and the ends of its intervals."""
    columns = [(heading, name) for heading, name, narrow in _COLUMNS if wide or narrow]
    totals = {name: estimate.mean for name, estimate in summary.total.items()}
    rows = [["type", "n", *(heading for heading, _ in columns), "p50\nms"]]
    for type_, means in [*summary.by_type.items(), (None, totals)]:
        latency = summary.latency_ms(50, type_)
        row = [_line(type_ or "total"), str(len(summary.of_type(type_)))]
        row += [_number(means.get(name)) for _, name in columns]
        rows.append([*row, "-" if latency is None else f"{latency:.0f}"])
    ends = [summary.total.get(name) for _, name in columns]
    rows.append(["  95 % from", "", *(_number(end.low) if end else "" for end in ends), ""])
    rows.append(["       to", "", *(_number(end.high) if end else "" for end in ends), ""])
    return rows


def _notes(summary: Summary) -> list[tuple[str, str]]:
    """What does not fit the table: abstention, the wrong treaty, time."""
    given = [r for r in summary.results if r.outcome == "abstained"]
    wanted = [r for r in summary.results if r.case.must_abstain]
    both = sum(r.case.must_abstain for r in given)
    answerable = len(summary.results) - len(wanted)
    rates = summary.abstention
    notes = [
        (
            "abstention",
            f"precision {_number(rates['precision'])} ({both} of {len(given)}), "
            f"recall {_number(rates['recall'])} ({both} of {len(wanted)}), "
            f"over-refusal {_number(rates['over_refusal'])} ({len(given) - both} of {answerable})",
        )
    ]
    for label, name in (("right reason", "right_reason"), ("wrong treaty", "wrong_treaty@1")):
        if found := summary.total.get(name):
            mean, low, high = (_number(value) for value in found[:3])
            where = " as the first result of search" if name == "wrong_treaty@1" else ""
            notes.append((label, f"{mean}{where} (95 % {low} to {high}, {found.cases} cases)"))
    p50, p95 = summary.latency_ms(50), summary.latency_ms(95)
    if p50 is not None and p95 is not None:
        notes.append(("answer time", f"p50 {p50:.0f} ms, p95 {p95:.0f} ms"))
    return notes


def _title(summary: Summary) -> str:
    source = summary.source
    names = ", ".join(Path(gold["path"]).name for gold in source["gold"])
    return _line(f"Pacta evaluation: {len(summary.results)} cases of {names}, index {source['index']}")


def _partial(summary: Summary) -> str:
    done, planned = len(summary.results), summary.planned
    return f"Partial: stopped after {done} of {planned} cases. The figures are of those only."


def _wrong_heading(summary: Summary, shown: int) -> str:
    wrong = len(summary.wrong)
    rest = f", the worst {shown} (all: --all-cases)" if shown < wrong else ", the worst first"
    return f"Wrong: {wrong} of {len(summary.results)} cases{rest if wrong > 1 else ''}"


def _first(failures: Sequence[str]) -> str:
    more = f" and {len(failures) - 3} more" if len(failures) > 3 else ""
    return f": {_line(', '.join(failures[:3]))}{more}" if failures else ""


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _line(text: str) -> str:
    """Text from outside on one line, without control characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _cell(text: str) -> str:
    return _line(text).replace("|", "\\|")
