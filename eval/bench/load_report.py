"""A load run as a table for the terminal and as a page with its course over time."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from eval.bench.load_clients import Replies
from eval.bench.load_figures import OVERLOAD, Memory, percentiles
from eval.charts import Plot, Point
from eval.html_report import render_page

PHASES = {"load": "load", "overload": "overload", "after": "after it"}


def print_table(document: Mapping[str, Any], console: Console | None = None) -> None:
    """Print the phases, the stages and what memory did."""
    console = console or Console(markup=False, highlight=False, emoji=False)
    for names, rows in tables_of(document):
        table = Table(box=None, header_style="bold", pad_edge=False)
        for number, name in enumerate(names):
            table.add_column(name, justify="right" if number else "left")
        for row in rows:
            table.add_row(*row)
        console.print()
        console.print(table)
    for line in sentences(document):
        console.print(f"\n{line}", soft_wrap=True)


def tables_of(document: Mapping[str, Any]) -> list[tuple[list[str], list[list[str]]]]:
    """The tables of a run: names of columns, rows."""
    phases = [document[name] for name in PHASES]
    clients = document["settings"]["clients"]
    rows = [
        ["clients", *(str(clients * (OVERLOAD if name == "overload" else 1)) for name in PHASES)],
        ["answers/s", *(f"{phase['answers_per_second']:.1f}" for phase in phases)],
        *([f"{name}, ms", *(_ms(phase, name) for phase in phases)] for name in ("p50", "p95", "p99")),
        ["p99/p50", *(f"{phase['p99_to_p50']:.1f}" if "p99_to_p50" in phase else "–" for phase in phases)],
    ]
    for status in sorted({status for phase in phases for status in phase["statuses"]}):
        rows.append([f"replies {status}", *(f"{phase['statuses'].get(status, 0):,}" for phase in phases)])
    rows.append(["without a reply", *(str(phase["broken"]) for phase in phases)])
    found = [(["POST /v1/chat", *PHASES.values()], rows)]
    stages = [
        [name, *(_ms(times, p) for p in ("p50", "p95", "p99"))] for name, times in document["load"]["stages"].items()
    ]
    if stages:
        found.append((["stage", "p50 ms", "p95 ms", "p99 ms"], stages))
    return found


def sentences(document: Mapping[str, Any]) -> list[str]:
    """What the tables do not tell: memory, refusals, the way back, and who asked."""
    settings, memory, refused = document["settings"], document["load"]["memory"], document["overload"]["refused"]
    lines = []
    if "own_mb" in memory:
        slope, low, high = memory["own_mb_per_1000"]
        lines.append(
            f"Memory of its own went from {memory['own_mb'][0]:.0f} to {memory['own_mb'][1]:.0f} MB between answer "
            f"{memory['from_answer']:,} and {memory['answers']:,}: {slope:+.2f} MB in 1,000 answers (95 % interval "
            f"{low:+.2f} to {high:+.2f}). With the files it has mapped, {memory['most_mb']:.0f} MB at most."
        )
    else:
        lines.append("Too few answers were given to tell how memory grows.")
    if refused["share"]:
        lines.append(
            f"Of ten times as many, {refused['share']:.0%} were refused (429, 503), with p99 {refused['p99']:.1f} ms."
        )
    else:
        lines.append("Of ten times as many, none was refused: all waited.")
    back = document["after"]["as_before_after_s"]
    lines.append(f"Answers took as long as before {back:.1f} s later." if back is not None
                 else "Answers did not come to take as long as before while they were watched.")  # fmt: skip
    lines.append(
        f"{settings['questions']} questions of {settings['gold']}, asked by {settings['asked_by']} on the same "
        f"{settings['cores']} cores as the service."
    )
    return lines


def write_page(path: Path, document: Mapping[str, Any], phases: Sequence[Replies], memory: Sequence[Memory]) -> None:
    """Write the run as a page that needs nothing else."""
    page = render_page(
        "load.html.jinja",
        styles=("_style.css",),
        title="Pacta under load",
        created=document["settings"]["created"][:10],
        tables=tables_of(document),
        sentences=sentences(document),
        plots=_plots(phases, memory),
    )
    path.write_text(page, "utf-8")


def _plots(phases: Sequence[Replies], memory: Sequence[Memory]) -> list[Any]:
    began = phases[0].began
    replies = [reply for phase in phases for reply in phase.replies]
    by_second: dict[int, list[float]] = defaultdict(list)
    for reply in replies:
        if reply.status == 200:
            by_second[int(reply.ended - began)].append(reply.milliseconds)
    times = {second: percentiles(found) for second, found in sorted(by_second.items())}
    plots = []
    if times:
        plots.append(_over_time(
            "latency", "milliseconds: half of the answers, and 99 of 100 (dashed)",
            [(float(s), found["p50"]) for s, found in times.items()],
            [(float(s), found["p99"]) for s, found in times.items()],
        ))  # fmt: skip
        plots.append(
            _over_time(
                "rate", "answers a second", [(float(s), float(len(by_second[s]))) for s in range(max(times) + 1)]
            )
        )
    if memory:
        plots.append(_over_time(
            "memory", "MB: its own, and with mapped files (dashed)",
            [(float(m.answers), m.own) for m in memory], [(float(m.answers), m.used) for m in memory],
            x_name="answers given",
        ))  # fmt: skip
    return plots


def _over_time(
    name: str, y_name: str, first: list[Point], second: Sequence[Point] = (), *, x_name: str = "seconds"
) -> Any:
    everything = [*first, *second]
    says: Callable[[float], str] = "{:,.0f}".format
    plot = Plot(
        (0, max(x for x, _ in everything) or 1), (0, max(y for _, y in everything) * 1.05 or 1),
        x_name=x_name, y_name=y_name, x_says=says, y_says=says,
    )  # fmt: skip
    plot.line(first)
    if second:
        plot.line(second, "b")
    return plot.svg(name, y_name, f"{y_name}, from {min(y for _, y in first):,.0f} to {max(y for _, y in first):,.0f}")


def _ms(times: Mapping[str, Any], percentile: str) -> str:
    return f"{times[percentile]:,.1f}" if percentile in times else "–"
