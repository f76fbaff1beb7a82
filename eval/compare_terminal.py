"""Two runs side by side on the terminal, and the words that the page of a comparison has too."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from eval.compare import Compared, Differs
from eval.effects import LEVEL, Effect, Pair
from eval.glossary import measure_of
from eval.results import FAULTS, CaseResult
from eval.terminal import PIPED_WIDTH, one_line

CASES_SHOWN = 10
_IDS_SHOWN = 5
LEGEND = (
    "change is after less before, from and to the ends of its 95 % interval; p is how often chance alone would make "
    "one as large, adj. p allows for so many being looked at (Holm), better or worse is called what has at most "
    f"{LEVEL:g} there; won, lost and tied count cases."
)
# How what a run was of is called, by the beginning of its path.
_CALLED = {
    "versions.libraries.": "",
    "versions.code_sha256": "code",
    "versions.": "",
    "settings.": "",
    "cases.": "cases, ",
}


def print_comparison(compared: Compared, console: Console) -> None:
    """The comparison for a person."""
    console.print(Text(f"{_cases(len(compared.pairs))} in both runs", style="bold"))
    paths = Table.grid(padding=(0, 2))
    for label, run in (("before", compared.before), ("after", compared.after)):
        paths.add_row(label, Text(one_line(str(run.path)), overflow="fold"))
    console.print(paths)
    for sentence in left_out(compared, shown=_IDS_SHOWN):
        console.print(Text(sentence, style="yellow"))
    console.print()
    _print_differs(compared, console)
    if compared.identical:
        console.print(Text(verdict(compared), style="bold"))
    else:
        console.print(_table("measure", {title_of(e.name): e for e in compared.effects}, console))
        for name, reason in compared.not_compared.items():
            console.print(Text(f"{title_of(name)} is not compared: {reason}", style="yellow"))
        console.print(Text(f"\n{LEGEND}\n", style="dim"))
        console.print(Text(verdict(compared), style="bold"))
        console.print(Text(f"{reworded(compared)}\n"))
        console.print(Text(f"By type of question: {title_of(compared.measure)}", style="bold"))
        console.print(_table("type", compared.by_type, console))
        console.print()
        _print_moved("Won: wrong before, right after", compared.won, "green", console)
        _print_moved("Lost: right before, wrong after", compared.lost, "red", console)
    for sentence in times(compared):
        console.print(Text(sentence))


def verdict(compared: Compared) -> str:
    """What the comparison comes to, in a sentence or two."""
    if compared.identical:
        return (
            f"The runs are identical: {_cases(len(compared.pairs))} with the same answers, the same articles found "
            "and the same scores."
        )
    said = []
    for found, words in (
        ("better", "Better"),
        ("worse", "Worse"),
        ("different", "Neither better nor worse, but other"),
    ):
        if names := [title_of(effect.name) for effect in compared.effects if effect.verdict == found]:
            said.append(f"{words}: {', '.join(names)}.")
    rest = "no other difference" if said else "no difference"
    return " ".join([*said, f"There is {rest} that these cases can show."])


def reworded(compared: Compared) -> str:
    """How many answers are not the same."""
    if not compared.reworded:
        return "Every answer is the same, word for word."
    return f"Answered in other words: {compared.reworded:,} of {_cases(len(compared.pairs))}."


def left_out(compared: Compared, *, shown: int | None = None) -> list[str]:
    """Which cases are not compared, and why; at most ``shown`` of them are named for each reason."""
    return [
        f"{why}, left out: {_some(ids, shown)}"
        for ids, why in (
            (compared.only_before, f"{_cases(len(compared.only_before))} of the earlier run only"),
            (compared.only_after, f"{_cases(len(compared.only_after))} of the later run only"),
            (compared.changed, f"{_cases(len(compared.changed))} with another question or other gold than before"),
        )
        if ids
    ]


def times(compared: Compared) -> list[str]:
    """How long the answers took, and what that is worth."""
    if not compared.latency_ms:
        return ["Answer time: not measured in both runs."]
    ratios = {name: "" if t.ratio is None else f" (× {t.ratio:.2f})" for name, t in compared.latency_ms.items()}
    said = [
        f"{name} {times.before:.1f} → {times.after:.1f} ms{ratios[name]}" for name, times in compared.latency_ms.items()
    ]
    apart = [f"{called(d.name)} {shown_value(d.before)} → {shown_value(d.after)}" for d in compared.apart]
    return [
        f"Answer time: {', '.join(said)}.",
        f"These times do not compare: the runs were made under other conditions ({'; '.join(apart)})."
        if apart
        else "Times compare only where both runs were made side by side on one machine with nothing else to do.",
    ]


def title_of(name: str) -> str:
    """A measure as a person meets it."""
    return measure_of(name).title


def called(name: str) -> str:
    """What a run was of, as a person calls it: "index", "machine, cpus", "onnxruntime"."""
    for beginning, instead in _CALLED.items():
        if name.startswith(beginning):
            name = f"{instead}{name.removeprefix(beginning)}"
            break
    return one_line(name.replace("_", " ").replace(".", ", "))


def shown_value(value: Any) -> str:
    """A value of ``run.json``; of a checksum or a commit the beginning."""
    if value is None:
        return "none"
    return re.sub(r"\b([0-9a-f]{12})[0-9a-f]{20,}\b", r"\1", one_line(str(value)))


def outcome_of(result: CaseResult) -> str:
    """What became of a case, in a word or two."""
    return FAULTS[result.fault][0] if result.fault else "right"


def figure(effect: Effect, value: float) -> str:
    """A value of a measure."""
    return f"{value:.1f}" if measure_of(effect.name).unit else f"{value:.3f}"


def change(effect: Effect, value: float) -> str:
    """A difference, with its sign; one too small to be seen has none."""
    digits = 1 if measure_of(effect.name).unit else 3
    return f"{value:+.{digits}f}".replace("-", "−") if round(value, digits) else f"{0:.{digits}f}"


def probability(p_value: float) -> str:
    """A p-value; there is no 0."""
    return "<0.001" if p_value < 0.001 else f"{p_value:.3f}"


def _print_differs(compared: Compared, console: Console) -> None:
    if not compared.differs:
        console.print("Code, index, settings and machine were the same, as far as the runs tell.\n")
        return
    console.print(Text("What differs", style="bold"))
    grid = Table.grid(padding=(0, 2))
    for differs in compared.differs:
        grid.add_row(Text(called(differs.name)), Text(_change_of(differs), overflow="fold"))
    console.print(grid)
    console.print()


def _change_of(differs: Differs) -> str:
    before, after = shown_value(differs.before), shown_value(differs.after)
    return f"{before} → {after}" if before != after else f"{before} → another"


def _table(heading: str, effects: Mapping[str, Effect], console: Console) -> Table:
    """A row for each effect; what takes room is left out where there is little."""
    wide = console.width >= PIPED_WIDTH
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=0, pad_edge=False)
    table.add_column(heading, no_wrap=True)
    columns = ["cases", "before", "after", "change", "from", "to", "p", "adj. p", "won", "lost", "tied", ""]
    kept = [column for column in columns if wide or column not in ("cases", "p", "tied")]
    for column in kept:
        table.add_column(column, justify="right" if column else "left", no_wrap=True)
    for name, effect in effects.items():
        cells = dict(zip(columns, _cells(effect), strict=True))
        mark = {"better": "bold green", "worse": "bold red", "different": "bold"}.get(effect.verdict, "")
        still = "dim" if effect.before == effect.after and effect.verdict == "no difference" else ""
        table.add_row(
            one_line(name), *(Text(cells[column], mark if not column else "") for column in kept), style=still
        )
    return table


def _cells(effect: Effect) -> Sequence[str]:
    before, after = effect.cases_before, effect.cases_after
    counts = (effect.won, effect.lost, effect.tied if effect.won is not None else None)
    return [
        f"{before}" if before == after else f"{before}/{after}",
        *(figure(effect, value) for value in (effect.before, effect.after)),
        *(change(effect, value) for value in (effect.difference, effect.low, effect.high)),
        probability(effect.p_value),
        probability(effect.adjusted),
        *("-" if count is None else str(count) for count in counts),
        {"no difference": "", "different": "other"}.get(effect.verdict, effect.verdict),
    ]


def _print_moved(heading: str, pairs: Sequence[Pair], style: str, console: Console) -> None:
    if not pairs:
        console.print(Text(f"{heading}: no case\n", style="bold"))
        return
    console.print(Text(f"{heading}: {_cases(len(pairs))}", style="bold"))
    grid = Table.grid(padding=(0, 2))
    for pair in pairs[:CASES_SHOWN]:
        moved = f"{outcome_of(pair.before)} → {outcome_of(pair.after)}"
        grid.add_row(Text(one_line(pair.after.case.id)), Text(moved, style), Text(one_line(pair.remark)))
    console.print(grid)
    if len(pairs) > CASES_SHOWN:
        console.print(f"and {len(pairs) - CASES_SHOWN} more: --html FILE or --json")
    console.print()


def _some(ids: Sequence[str], shown: int | None) -> str:
    named = ids[:shown]
    more = f" and {len(ids) - len(named)} more" if len(named) < len(ids) else ""
    return one_line(", ".join(named)) + more


def _cases(count: int) -> str:
    return "1 case" if count == 1 else f"{count:,} cases"
