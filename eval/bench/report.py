"""A bench on the terminal, and as files."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from eval.bench.kinds import ANSWER, NOT_INSTALLED, PACTA
from eval.bench.text import (
    SHORT_NAMES,
    STAGES,
    Document,
    difference,
    group_title,
    notes,
    on_machine,
    quantity,
    title,
    unit_of,
    warnings,
)

PIPED_WIDTH = 100
# Letters of "12,345", of "▲>999x", and of "1,234–1,345".
_NUMBER, _APART, _ENDS = 6, 6, 11
_MARKS = {"better": ("▲", "green"), "worse": ("▼", "red"), "same": ("=", "dim"), "": ("", "")}
_LEGEND = "▲ so many times better than Pacta, ▼ worse (hits: by how much); = within 5 %; bold: the best of the line."


def bench_console() -> Console:
    """Stdout as it is; 100 columns wide and without colours where it is no terminal."""
    console = Console(markup=False, highlight=False, emoji=False)
    if not console.is_terminal:
        console.width = PIPED_WIDTH
    return console


def print_report(document: Document, console: Console | None = None) -> None:
    """The figures of all systems side by side, and how to read them."""
    console = console or bench_console()
    console.print(Text("Pacta bench: " + title(document), style="bold"))
    console.print(Text(on_machine(document), style="dim"))
    for warning in warnings(document):
        console.print(Text(warning, style="bold yellow"))
    console.print()
    console.print(_table(document, wide=console.width >= PIPED_WIDTH))
    console.print(Padding(Text(_LEGEND, style="dim"), (1, 0)))
    for note in notes(document):
        console.print(Padding(Text(note), (0, 0, 1, 0)))
    console.print(Text(", ".join(f"{name} {number}" for name, number in document["versions"].items()), style="dim"))


def write_report(document: Document, folder: Path) -> None:
    """Writes ``bench.json`` and ``bench.html`` into a folder that exists."""
    from eval.bench.page import to_html

    (folder / "bench.json").write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", "utf-8")
    (folder / "bench.html").write_text(to_html(document), "utf-8")


class _Cells:
    """Cells whose numbers stand below each other: letters for a number, then for how it compares."""

    def __init__(self, document: Document, *, wide: bool) -> None:
        self.document = document
        self.wide = wide

    def heading(self, system: Mapping[str, Any]) -> str:
        """The name over a column, and whether it was left out."""
        lines = SHORT_NAMES[system["id"]].replace(", ", ",\n").split("\n")
        if system["absent"]:
            lines.append(NOT_INSTALLED if system["absent"] == NOT_INSTALLED else "failed")
        width = self._width(system)
        return "\n".join(line.rjust(width) for line in lines)

    def figure(self, figure: Mapping[str, Any], system: Mapping[str, Any]) -> Text:
        """The median, and beside it how it compares with Pacta's."""
        value = figure["values"].get(system["id"])
        if value is None:
            return Text("")
        number = quantity(value["median"], figure["unit"])
        style = "bold" if value["best"] else ""
        if _alone(system):
            return Text(number.rjust(self._width(system)), style=style)
        mark, colour = _MARKS[value["verdict"]]
        apart = difference(value, figure["values"].get(PACTA), figure["unit"])
        return Text.assemble((number.rjust(_NUMBER), style), " ", (f"{mark}{apart}", colour))

    def rounds(self, figure: Mapping[str, Any], system: Mapping[str, Any]) -> str:
        """The least and the most of the rounds."""
        value = figure["values"].get(system["id"])
        if value is None or value["low"] == value["high"]:
            return ""
        ends = [quantity(value[end], figure["unit"]) for end in ("low", "high")]
        return "–".join(ends).rjust(self._width(system))

    def stage(self, stage: str, system: Mapping[str, Any]) -> str:
        """The seconds of one stage of ingestion."""
        seconds = (system.get("ingest") or {"stages": {}})["stages"].get(stage)
        if seconds is None:
            return ""
        return quantity(seconds, "s").rjust(self._width(system) if _alone(system) else _NUMBER)

    def _width(self, system: Mapping[str, Any]) -> int:
        if not _alone(system):
            return _NUMBER + 1 + _APART
        return _ENDS if self.wide else _NUMBER


def _alone(system: Mapping[str, Any]) -> bool:
    """Whether a system is Pacta, which is not compared with itself."""
    return system["id"] in (PACTA, ANSWER)


def _table(document: Document, *, wide: bool) -> Table:
    systems, cells = document["systems"], _Cells(document, wide=wide)
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column("", no_wrap=True)
    for system in systems:
        table.add_column(cells.heading(system), no_wrap=True)
    group = None
    for figure in document["figures"]:
        if figure["group"] != group:
            if group is not None:
                table.add_section()
            group = figure["group"]
            table.add_row(Text(group_title(group), style="bold"))
        unit = unit_of(figure["unit"])
        label = f"  {figure['label']}{', ' + unit if unit else ''}"
        table.add_row(label, *(cells.figure(figure, system) for system in systems))
        if wide and figure["id"].startswith(("p50", "ingest_s")):
            rounds = [cells.rounds(figure, system) for system in systems]
            if any(rounds):
                table.add_row("    of rounds", *rounds, style="dim")
        if figure["id"] == "ingest_s":
            for stage in STAGES:
                table.add_row(f"    {stage}", *(cells.stage(stage, system) for system in systems), style="dim")
    return table
