"""A bench as one page that needs nothing else: bars for each figure, lines for what load does, all figures, notes."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from eval.bench.kinds import ANSWER, PACTA
from eval.bench.plot import load_plot
from eval.bench.text import (
    SHORT_NAMES,
    STAGES,
    Document,
    better_is,
    difference,
    group_title,
    notes,
    on_machine,
    quantity,
    title,
    unit_of,
    warnings,
)

_TEMPLATES = Path(__file__).parent.parent / "templates"


def to_html(document: Document) -> str:
    """The page; it fetches nothing."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    systems = [{**system, "short": SHORT_NAMES[system["id"]]} for system in document["systems"]]
    clients = document["settings"]["clients"]
    few = "1 client" if clients[0] == 1 else f"{clients[0]} clients"
    return environment.get_template("bench.html.jinja").render(
        document=document,
        title=title(document),
        machine=on_machine(document),
        warnings=warnings(document),
        systems=systems,
        alone=[number for number, system in enumerate(systems) if system["id"] in (PACTA, ANSWER)],
        few=few,
        bars=lambda figure: _bars(document, figure),
        stages=_stages(document),
        plots=[
            load_plot(document, "p50", "Half of the questions take at most, ms", "less"),
            load_plot(document, "per_second", "Questions answered in a second", "more"),
        ] if len(clients) > 1 else [],
        groups=_groups(document),
        notes=notes(document),
    )  # fmt: skip


def _bars(document: Document, figure_id: str) -> dict[str, Any] | None:
    """One figure as bars from zero, a row for each system that has it; None where none has."""
    figure = next((f for f in document["figures"] if f["id"] == figure_id), None)
    if figure is None:
        return None
    most = 1.0 if figure["unit"] == "share" else max(value["high"] for value in figure["values"].values())
    rows = []
    for system in document["systems"]:
        value = figure["values"].get(system["id"])
        if value is None:
            continue
        rows.append({
            "id": system["id"],
            "name": SHORT_NAMES[system["id"]],
            "width": _per_cent(value["median"], most),
            "low": _per_cent(value["low"], most),
            "high": _per_cent(value["high"], most),
            "spread": value["low"] != value["high"],
            "value": quantity(value["median"], figure["unit"]),
            "beside": _beside(value, figure),
            "verdict": value["verdict"],
            "best": value["best"],
        })  # fmt: skip
    return {"unit": unit_of(figure["unit"]), "better": better_is(figure["better"]), "rows": rows}


def _beside(value: Mapping[str, Any], figure: Mapping[str, Any]) -> str:
    """How a value compares with Pacta's, in words: "2.1x better"."""
    if value["verdict"] == "same":
        return "same"
    apart = difference(value, figure["values"].get(PACTA), figure["unit"])
    return f"{apart} {value['verdict']}" if apart else ""


def _stages(document: Document) -> list[dict[str, Any]]:
    """Ingestion as bars of stages one after the other, on one scale."""
    built = [(system, system["ingest"]) for system in document["systems"] if system.get("ingest")]
    most = max(ingest["seconds"] for _, ingest in built)
    values = next(figure for figure in document["figures"] if figure["id"] == "ingest_s")
    rows = []
    for system, ingest in built:
        parts: list[dict[str, Any]] = []
        begun = 0.0
        for stage in STAGES:
            seconds = ingest["stages"].get(stage, 0.0)
            if seconds > 0:
                says = f"{stage}: {quantity(seconds, 's')} s"
                parts.append(
                    {"stage": stage, "x": _per_cent(begun, most), "width": _per_cent(seconds, most), "says": says}
                )
                begun += seconds
        value = values["values"][system["id"]]
        rows.append({
            "name": SHORT_NAMES[system["id"]],
            "parts": parts,
            "value": quantity(value["median"], "s"),
            "beside": _beside(value, values),
            "verdict": value["verdict"],
            "best": value["best"],
            "says": ", ".join(part["says"] for part in parts),
        })  # fmt: skip
    return rows


def _groups(document: Document) -> list[dict[str, Any]]:
    """All figures as tables, with the least and the most of the rounds."""
    groups: dict[str, dict[str, Any]] = {}
    for figure in document["figures"]:
        group = groups.setdefault(figure["group"], {"title": group_title(figure["group"]), "rows": []})
        unit = unit_of(figure["unit"])
        cells: list[dict[str, Any] | None] = []
        for system in document["systems"]:
            value = figure["values"].get(system["id"])
            if value is None:
                cells.append(None)
                continue
            ends = [quantity(value[end], figure["unit"]) for end in ("low", "high")]
            cells.append({
                "value": quantity(value["median"], figure["unit"]),
                "ends": "–".join(ends) if ends[0] != ends[1] else "",
                "beside": _beside(value, figure),
                "verdict": value["verdict"],
                "best": value["best"],
            })  # fmt: skip
        group["rows"].append({"label": figure["label"], "unit": unit, "cells": cells})
    return list(groups.values())


def _per_cent(value: float, most: float) -> float:
    return round(100 * value / most, 2) if most else 0.0
