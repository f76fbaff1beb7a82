"""A run on a folder in BEIR's form, on the terminal and as files.

results.jsonl   every query: its scores, at which rank its answers were found, the first ten documents
summary.json    the measures with their intervals: scores only
run.trec        the documents found, in TREC's format (score: 101 less the rank)
qrels.trec      the judgements of the queries asked, in TREC's format
"""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from eval.beir.measure import DEPTH, Measured
from eval.summary import Group
from eval.terminal import one_line
from ingest.errors import PactaError

_NAMED = 5


def make_folder(folder: Path) -> None:
    """Make a folder to write to; raises PactaError where that cannot be done."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PactaError(f"{folder}: {error.strerror or error}. Give another folder with --out.") from error


def write_measured(measured: Measured, folder: Path) -> None:
    """Write the four files into a folder that exists, each whole or not at all; raises PactaError."""
    files = {
        "results.jsonl": [json.dumps(record, ensure_ascii=False) for record in measured.records()],
        "run.trec": _trec_run(measured),
        "qrels.trec": _trec_qrels(measured),
        "summary.json": [json.dumps(measured.to_json(), ensure_ascii=False, indent=2)],
    }
    for name, lines in files.items():
        beside = folder / f"{name}.tmp"
        try:
            beside.write_text("".join(f"{line}\n" for line in lines), "utf-8")
            os.replace(beside, folder / name)
        except OSError as error:
            reason = error.strerror or error
            raise PactaError(f"{folder / name}: {reason}. Free some space, or give another --out.") from error


def print_measured(measured: Measured, console: Console) -> None:
    """The table for a person: styles and total, each with its 95 % interval under it; then what to know."""
    data = measured.data
    head = f"Pacta's search on {data.folder.resolve().name}, split {data.split}"
    console.print(Text(one_line(f"{head}: {len(data.documents):,} documents, index {measured.index}"), style="bold"))
    if measured.partial:
        console.print(f"Partial: stopped after {len(measured.results)} of {measured.planned} queries.", style="yellow")
    console.print()
    console.print(_table(measured))
    for note in _notes(measured):
        console.print(Text(one_line(note)))


def _table(measured: Measured) -> Table:
    total = measured.total.measures
    # With one answer to each query recall@k is hit@k.
    same = all(total[f"recall@{k}"] == total[f"hit@{k}"] for k in (1, 5, 10))
    names = [name for name in total if not (same and name in ("recall@1", "recall@5", "recall@10"))]
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column("queries", no_wrap=True, max_width=20)
    table.add_column("n", justify="right", no_wrap=True)
    for name in names:
        heading = "wrong\ntreaty" if name == "wrong_treaty@1" else name.replace("@", "\n@")
        table.add_column(heading, justify="right", no_wrap=True)

    def add(label: str, group: Group, style: str) -> None:
        found = [group.measures.get(name) for name in names]
        table.add_row(one_line(label), str(group.cases), *(f"{e.mean:.3f}" if e else "-" for e in found), style=style)
        table.add_row("  95 % from", "", *(f"{e.low:.3f}" if e else "" for e in found), style="dim")
        table.add_row("       to", "", *(f"{e.high:.3f}" if e else "" for e in found), style="dim", end_section=True)

    for style, group in measured.by_style.items():
        add(style, group, "")
    add("total", measured.total, "bold")
    return table


def _notes(measured: Measured) -> Iterator[str]:
    data = measured.data
    if "wrong_treaty@1" in measured.total.measures:
        yield "wrong treaty: the first result is of a treaty that does not answer; lower is better."
    p50, p95 = measured.latency_ms(50), measured.latency_ms(95)
    if p50 is not None and p95 is not None:
        yield f"time of a search: p50 {p50:.0f} ms, p95 {p95:.0f} ms"
    for what, names in (
        ("searches that crashed, counted as wrong", [result.query.id for result in measured.crashed]),
        ("queries left out, since no document answers them", data.unanswered),
        ("documents that answer and are not in the corpus, so that nothing can find them", data.missing),
        ("documents without words, which nothing can find", measured.empty),
    ):
        if names:
            more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
            yield f"{what}: {len(names)} ({', '.join(names[:_NAMED])}{more})"
    if data.unjudged:
        yield f"queries left out, since the split {data.split} does not judge them: {data.unjudged}"


def _trec_run(measured: Measured) -> list[str]:
    # Scores fall by rank: those of search may tie, and TREC's programs break ties anew.
    return [
        f"{_trec_id(result.query.id)} Q0 {_trec_id(name)} {rank} {DEPTH + 1 - rank} pacta"
        for result in measured.results
        for rank, name in enumerate(result.ranking, start=1)
    ]


def _trec_qrels(measured: Measured) -> list[str]:
    return [
        f"{_trec_id(result.query.id)} 0 {_trec_id(name)} {score}"
        for result in measured.results
        for name, score in measured.data.qrels[result.query.id].items()
    ]


def _trec_id(name: str) -> str:
    """An id as one word, since TREC's columns are parted by blanks."""
    return re.sub(r"\s", lambda blank: quote(blank[0]), name)
