"""``pacta eval compare``: what two runs differ in, on the terminal, as JSON and as a page."""

import argparse
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from eval.errors import WrongUse
from eval.run_command import say
from ingest.errors import PactaError

if TYPE_CHECKING:
    from eval.compare import Compared


def add_compare_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds ``compare``; the arguments carry ``run_compare`` as ``eval_run``."""
    compare = commands.add_parser(
        "compare",
        help="tell what differs between two runs, and what chance could have done",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description=(
            "Compares two runs case by case: by how much each measure differs, with a 95 % interval and the\n"
            "p-value of a paired permutation test; which cases were won and which lost."
        ),
        epilog=(
            "examples:\n"
            "  pacta eval compare runs/monday runs/tuesday\n"
            "  pacta eval compare runs/monday runs/tuesday --html what-changed.html\n\n"
            "exit codes: 0 compared, whatever came of it; 2 wrong use; 3 cannot be compared"
        ),
    )
    compare.add_argument("before", type=Path, metavar="A", help="folder of the earlier run")
    compare.add_argument("after", type=Path, metavar="B", help="folder of the later run")
    compare.add_argument("--measure", default="right", metavar="NAME", help="measure to break down by type of question")
    compare.add_argument("--html", type=Path, metavar="FILE", help="write a page to look at, the answers on it")
    compare.add_argument("--json", action="store_true", help="print one JSON document")
    compare.set_defaults(eval_run=run_compare)


def run_compare(args: argparse.Namespace) -> int:
    """Runs the command; raises WrongUse, and PactaError where the runs cannot be compared."""
    from eval.compare import compare_runs, read_run
    from eval.compare_terminal import print_comparison
    from eval.terminal import report_console

    if args.html and args.html.is_dir():
        raise WrongUse(f"--html {args.html}: it is a folder. Name the file to write.")
    compared = compare_runs(read_run(args.before), read_run(args.after), args.measure)
    if args.html:
        _write_page(compared, args.html)
    if args.json:
        print(json.dumps(compared.to_json(), ensure_ascii=False, allow_nan=False))
    else:
        print_comparison(compared, report_console())
    return 0


def _write_page(compared: "Compared", file: Path) -> None:
    from eval.compare_report import render_comparison

    page = render_comparison(compared)
    beside = file.with_name(f"{file.name}.tmp")
    try:
        beside.write_text(page, "utf-8")
        os.replace(beside, file)
    except OSError as error:
        raise PactaError(f"{file}: {error.strerror or error}. Give another file with --html.") from error
    say(f"the page is {file}")
