"""``pacta check``, from the command line."""

import argparse
import json
import sys
from pathlib import Path

from service.check.reading import STDIN
from service.errors import ReportUnwritable
from service.settings import Settings

DONE, WRONG_USE = 0, 2


def add_check_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds ``check`` to the commands; its arguments carry ``run_check`` as ``run``."""
    parser = subparsers.add_parser(
        "check",
        help="check what a text says of treaties",
        description="Find every statement of a text that attributes words or content to a treaty, and check it "
        "against the treaty's own words: ✓ right, ✗ wrong, ? cannot be said. Differences are shown word by word.",
        epilog="example:  pacta check report.docx --html report-checked.html\n"
        '          echo "Article 5 of the Treaty of Velmora says …" | pacta check -\n\n'
        "The exit code is 0 whatever the verdicts are, 2 for wrong use, 3 where the text cannot be read or nothing\n"
        "has been ingested.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", metavar="FILE", help="text, Markdown, HTML, PDF or DOCX; - for standard input")
    parser.add_argument("--json", action="store_true", help="print the report as JSON, as POST /v1/check gives it")
    parser.add_argument(
        "--html", type=Path, metavar="OUT.html", help="also write the report as one page that needs nothing else"
    )
    parser.set_defaults(run=run_check)


def run_check(args: argparse.Namespace) -> int:
    """Checks one text; gives the exit code."""
    if args.html is not None and args.file != STDIN and _is_same_file(args.html, Path(args.file)):
        print("pacta check: --html would write over the text itself; name another file.", file=sys.stderr)
        return WRONG_USE
    # Imported here: `pacta --help` need not wait for it.
    from rich.console import Console

    from ingest.index import open_index
    from service.check.check import check_text
    from service.check.reading import read_prose

    settings = Settings()
    index = open_index(settings.ingest.home)
    try:
        prose = read_prose(args.file)
        begun = f"Checking {len(prose.text.split()):,} words against {len(index.treaties):,} treaties …"
        # Shown on a terminal only.
        with Console(stderr=True, markup=False, highlight=False, emoji=False).status(begun) as waiting:
            report = check_text(
                prose.text, index, lambda done, of: waiting.update(f"Checking: {done:,} of {of:,} statements …")
            )
    finally:
        index.close()
    if args.html is not None:
        from service.check.page import render_check

        _write(args.html, render_check(report, prose.name, base_url=settings.public_url))
        print(f"The page is in {args.html}.", file=sys.stderr)
    if args.json:
        print(json.dumps(report.to_json(), ensure_ascii=False))
    else:
        from service.check.terminal import check_console, print_check

        print_check(report, check_console())
    return DONE


def _is_same_file(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except (OSError, ValueError):
        return False


def _write(path: Path, page: str) -> None:
    """Raises ReportUnwritable."""
    try:
        path.write_text(page, encoding="utf-8")
    except (OSError, ValueError) as error:
        raise ReportUnwritable(str(path), getattr(error, "strerror", None) or str(error)) from error
