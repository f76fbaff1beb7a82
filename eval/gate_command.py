"""``pacta eval gate``: fails where a run is worse than a baseline, or writes a baseline."""

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from eval.errors import WrongUse
from eval.run_command import say

if TYPE_CHECKING:
    from eval.baseline import Figures
    from eval.gate import Check

THRESHOLDS = Path(__file__).parent / "gold" / "gates.toml"


def add_gate_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds ``gate``; the arguments carry ``run_gate`` as ``eval_run``."""
    gate = commands.add_parser(
        "gate",
        help="fail where a run is worse than a baseline",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description=(
            "Fails where a run breaks a promise, such as a quotation that is not the text, or where a\n"
            "measure is worse than in the baseline by more than the thresholds allow. Both have to be\n"
            "of the same cases. A measure that is missing fails."
        ),
        epilog=(
            "examples:\n"
            "  pacta eval gate runs/monday --write-baseline baseline.json   keep how good it is today\n"
            "  pacta eval gate runs/tuesday --against baseline.json         fail where it is worse\n\n"
            "Thresholds are a TOML file: [promises] has the least share that must hold, [worse_by] by how\n"
            "much a measure may be worse, for runs over texts with claims [claims.promises] and\n"
            "[claims.worse_by]. Those of the project, with their reasons: eval/gold/gates.toml\n\n"
            "exit codes: 0 all hold; 1 something does not; 2 wrong use; 3 cannot be compared"
        ),
    )
    gate.add_argument("of", type=Path, metavar="RUN", help="a run's folder or its summary.json")
    what = gate.add_mutually_exclusive_group(required=True)
    what.add_argument("--against", type=Path, metavar="BASELINE", help="a baseline, or another run")
    what.add_argument("--write-baseline", type=Path, metavar="FILE", help="write the run's figures as a baseline")
    gate.add_argument("--thresholds", type=Path, metavar="FILE", help="thresholds (default: those of the project)")
    gate.add_argument("--json", action="store_true", help="print one JSON document")
    gate.set_defaults(eval_run=run_gate)


def run_gate(args: argparse.Namespace) -> int:
    """Runs the command; raises WrongUse, and PactaError where nothing can be compared."""
    from eval.baseline import read_figures
    from eval.gate import check_run, load_thresholds

    if args.write_baseline:
        return _write_baseline(args)
    now, baseline = read_figures(args.of), read_figures(args.against)
    thresholds = load_thresholds(args.thresholds or THRESHOLDS, now.kind)
    checks = check_run(now, baseline, thresholds)
    passed = all(check.passed for check in checks)
    if args.json:
        document = {"passed": passed, "cases": now.cases, "checks": [asdict(check) for check in checks]}
        print(json.dumps(document, ensure_ascii=False, allow_nan=False))
    else:
        _print(now, baseline, checks)
    for check in checks:
        if not check.passed:
            say(f"{check.remark}.")
    return int(not passed)


def _write_baseline(args: argparse.Namespace) -> int:
    from eval.baseline import read_figures, write_baseline

    if args.thresholds or args.json:
        raise WrongUse("--write-baseline: nothing is checked, so leave out --thresholds and --json.")
    figures = read_figures(args.of)
    write_baseline(figures, args.write_baseline)
    what = "texts" if figures.kind == "claims" else "cases"
    print(f"The figures of {figures.cases} {what} are in {args.write_baseline}.")
    for promise in figures.gates:
        if not promise.passed:
            say(f"{promise.name} does not hold in this run, so it is no good baseline.")
    return 0


def _print(now: "Figures", baseline: "Figures", checks: "Sequence[Check]") -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from eval.gate import share_held
    from eval.glossary import measure_of
    from eval.terminal import report_console

    console = report_console()
    names = ", ".join(gold.name for gold in now.description.gold)
    commit = (baseline.description.versions.commit or "unknown")[:12]
    what = "texts" if now.kind == "claims" else "cases"
    console.print(Text(f"Gate: {now.cases} {what} of {names}, against a baseline of commit {commit}", style="bold"))
    console.print()
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column("", no_wrap=True)
    for heading in ("baseline", "now", "change", "allowed", ""):
        table.add_column(heading, justify="right", no_wrap=True)
    for check in checks:
        measure = measure_of(check.name)
        sign = -1 if measure.better == "higher" else 1
        change = "" if check.worse_by is None else _signed(sign * check.worse_by)
        allowed = f"least {check.limit:.3f}" if check.promise else _signed(sign * check.limit)
        verdict = Text("holds", "green") if check.passed else Text("FAIL", "bold red")
        title = check.name.replace("_", " ") if check.promise else measure.title
        now_said = share_held(check.now) if check.promise and check.now is not None else _figure(check.now)
        table.add_row(title, _figure(check.baseline), now_said, change, allowed, verdict)
    console.print(table)
    failed = sum(not check.passed for check in checks)
    better = sum(check.worse_by is not None and check.worse_by < 0 for check in checks)
    said = f"{failed} of {len(checks)} fail." if failed else f"All {len(checks)} hold."
    console.print(f"\n{said} Better than the baseline: {better}." if better else f"\n{said}")
    # What failed is told on stderr next.
    console.file.flush()


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _signed(value: float) -> str:
    return f"{value:+.3f}".replace("-", "−") if round(value, 3) else "0.000"
