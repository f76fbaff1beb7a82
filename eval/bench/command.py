"""``pacta bench``: how fast Pacta is beside what one would take instead, in one run on one machine."""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from eval.errors import WrongUse
from ingest.errors import PactaError

DONE, IN_PART, WRONG_USE, CANNOT_RUN = 0, 1, 2, 3
INSTALL = "pip install -e '.[bench]'"
MOST_CLIENTS = 256


def add_bench_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds ``bench`` to the commands; its arguments carry ``run_bench`` as ``run``."""
    parser = subparsers.add_parser(
        "bench",
        help="measure Pacta's speed beside llama-index with Chroma, bm25s and NumPy",
        description="Builds and asks Pacta, llama-index with its stock Chroma store, bm25s and an exact NumPy "
        "search on the same documents and with the same embedding model, each in a process of its own and in "
        "turns, and prints time, memory, disk and what is found side by side. Nothing of PACTA_HOME is read or "
        "written; indexes are built in the folder for temporary files (TMPDIR).",
        epilog="examples:  pacta bench      pacta bench my-treaties --questions gold.jsonl --out report",
    )
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH",
                        help="file, folder or corpus.yaml (default: the sample treaties)")  # fmt: skip
    parser.add_argument("--questions", metavar="FILE", help="a gold set, or a text with a question a line; - is stdin "
                        "(default: those on the samples; for other documents headings of articles)")  # fmt: skip
    parser.add_argument("--clients", type=_clients, default=(1, 8, 32), metavar="N,N",
                        help="how many ask at the same time (default: 1,8,32)")  # fmt: skip
    parser.add_argument("--rounds", type=_positive, default=5, metavar="N",
                        help="how often every system has its turn (default: 5)")  # fmt: skip
    parser.add_argument("--seconds", type=_positive, default=10, metavar="N",
                        help="the longest that one turn may take; it ends earlier when every question has been put "
                        "once (default: 10)")  # fmt: skip
    parser.add_argument("--out", type=Path, metavar="DIR", help="write bench.json and bench.html there")
    parser.add_argument("--json", action="store_true", help="print one JSON document with all figures")
    parser.set_defaults(run=run_bench)


def run_bench(args: argparse.Namespace) -> int:
    """Measures and reports; gives the exit code, 1 where a document or a system had to be left out."""
    try:
        return _run(args)
    except WrongUse as error:
        _say(str(error))
        return WRONG_USE
    except PactaError as error:
        _say(str(error))
        return CANNOT_RUN


def _run(args: argparse.Namespace) -> int:
    from eval.bench.document import Plan
    from eval.bench.kinds import NOT_INSTALLED
    from eval.bench.report import print_report, write_report
    from eval.bench.run import measure

    given = _given(args.questions) if args.questions else None
    if args.out:
        _make_folder(args.out)
    with tempfile.TemporaryDirectory(prefix="pacta-bench-", ignore_cleanup_errors=True) as folder, _progress() as show:
        document = measure(
            Plan(
                folder=Path(folder),
                paths=tuple(path.resolve() for path in args.paths),
                given=given,
                clients=args.clients,
                rounds=args.rounds,
                seconds=args.seconds,
            ),
            show,
        )
    if args.out:
        write_report(document, args.out)
    if args.json:
        print(json.dumps(document, ensure_ascii=False))
    else:
        print_report(document)
    failures = [f"left out: {failure}" for failure in document["corpus"]["failures"]]
    for system in document["systems"]:
        if system["absent"] == NOT_INSTALLED:
            _say(f"{system['name']} is not installed and was left out. To measure it too: {INSTALL}")
        elif system["absent"]:
            failures.append(f"{system['name']} was left out: {system['absent']}")
    for failure in failures:
        _say(failure)
    return IN_PART if failures else DONE


def _given(name: str) -> tuple[str, str]:
    """What is to be asked, as text, and what to call it."""
    try:
        if name == "-":
            return sys.stdin.buffer.read().decode("utf-8"), "stdin"
        return Path(name).read_text("utf-8"), name
    except UnicodeDecodeError as error:
        raise WrongUse(f"--questions: {name} is not UTF-8 at byte {error.start}. Save it as UTF-8.") from error
    except OSError as error:
        raise WrongUse(f"--questions: {name} cannot be read ({error.strerror}). Check the path.") from error


@contextmanager
def _progress() -> Iterator[Callable[[str, float], None]]:
    """A bar on stderr where that is a terminal: told what is being done, and how much of all is done."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (BarColumn(bar_width=24), TaskProgressColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task("", total=1.0)
        yield lambda step, share: bar.update(task, description=step, completed=share)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PactaError(f"{folder}: {error.strerror}. Give another folder with --out.") from error


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a whole number from 1 up")
    return int(text)


def _clients(text: str) -> tuple[int, ...]:
    counts = sorted({_positive(part.strip()) for part in text.split(",")})
    if counts[-1] > MOST_CLIENTS:
        raise argparse.ArgumentTypeError(f"{counts[-1]} is more than {MOST_CLIENTS} clients")
    return tuple(counts)


def _say(text: str) -> None:
    print(f"pacta bench: {text}", file=sys.stderr)
