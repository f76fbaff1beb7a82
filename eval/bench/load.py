"""How the service bears many clients: answers/s, time by stage, memory, and what happens at ten times the load.

    python -m eval.bench.load [HOME] [--gold GOLD.jsonl] [--seconds 60 | --answers 20000] [--clients 16] [--out DIR]

Starts `pacta serve` on a free port over a copy of the index published in HOME (default: PACTA_HOME), lets clients put
the questions of the gold set (default: the samples) to POST /v1/chat, each one after the other, then ten times as
many clients for ten seconds, then the first ones again. Prints a table and writes load.json and load.html.
The clients run on the same machine, and are wrk where that is installed.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from eval.bench.load_clients import ask, has_wrk
from eval.bench.load_figures import OVERLOAD, Memory, figures_of
from eval.bench.load_report import print_table, write_page
from eval.cases import load_cases

_SAMPLES = Path(__file__).parent.parent / "gold" / "samples.jsonl"
WARM_UP_SECONDS, OVERLOAD_SECONDS, AFTER_SECONDS = 5, 10, 20


def main(arguments: list[str] | None = None) -> int:
    """Run the bench; gives 0, or 1 where a question got neither an answer nor, in the overload, a 503."""
    from ingest.settings import default_home

    parser = argparse.ArgumentParser(prog="python -m eval.bench.load", description=__doc__)
    parser.add_argument("home", nargs="?", type=Path, default=default_home())
    parser.add_argument("--gold", type=Path, default=_SAMPLES)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--answers", type=int, help="go on until there are so many, however long that takes")
    parser.add_argument("--out", type=Path, default=Path(".pacta-load"))
    args = parser.parse_args(arguments)
    questions = [case.question for case in load_cases(args.gold)]
    with TemporaryDirectory(prefix="pacta-load-") as name:
        home = _copy(args.home, Path(name) / "home")
        with _service(home, Path(name) / "log") as (address, pid):
            meter = Meter(pid)
            _say(f"Warming up for {WARM_UP_SECONDS} s …")
            ask(address, questions, args.clients, WARM_UP_SECONDS)
            until = f"for {args.answers:,} answers" if args.answers else f"for {args.seconds} s"
            _say(f"{args.clients} clients {until} …")
            load = ask(address, questions, args.clients, args.seconds, args.answers, meter.look)
            _say(f"{OVERLOAD * args.clients} clients for {OVERLOAD_SECONDS} s …")
            overload = ask(address, questions, OVERLOAD * args.clients, OVERLOAD_SECONDS)
            _say(f"{args.clients} clients for {AFTER_SECONDS} s …")
            after = ask(address, questions, args.clients, AFTER_SECONDS)
    settings = {
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "gold": str(args.gold),
        "questions": len(questions),
        "clients": args.clients,
        "asked_by": "wrk" if has_wrk() else "httpx",
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
    }
    document = {"settings": settings, **figures_of(load, overload, after, meter.samples)}
    args.out.mkdir(parents=True, exist_ok=True)
    (args.out / "load.json").write_text(json.dumps(document, indent=1) + "\n", "utf-8")
    write_page(args.out / "load.html", document, (load, overload, after), meter.samples)
    print_table(document)
    print(f"\n{args.out / 'load.html'} shows them over time; {args.out / 'load.json'} has all figures.")
    return 1 if document["failed"] else 0


class Meter:
    """The memory of a process, by how many answers it has given; nothing where there is no /proc."""

    def __init__(self, pid: int) -> None:
        self._status = Path(f"/proc/{pid}/status")
        self.samples: list[Memory] = []

    def look(self, answers: int) -> None:
        """Take a sample."""
        if not self._status.is_file():
            return
        status = self._status.read_text()
        # Files that are mapped count as used once they are looked at, and are given back when others need the room.
        used, own = (int(re.findall(rf"{name}:\s+(\d+) kB", status)[0]) / 1024 for name in ("VmRSS", "RssAnon"))
        self.samples.append(Memory(time.monotonic(), answers, round(used, 2), round(own, 2)))


def _copy(home: Path, to: Path) -> Path:
    """A home with the published index of another, so that no conversations of a bench come into that."""
    from ingest.index import current_folder

    folder = current_folder(home)
    shutil.copytree(folder, to / "generations" / folder.name)
    shutil.copy(home / "CURRENT", to)
    return to


@contextmanager
def _service(home: Path, log: Path) -> Iterator[tuple[str, int]]:
    """`pacta serve` over a home, on a free port; gives its address and process id."""
    with log.open("wb") as said:  # a pipe that nobody reads would stop it once full
        service = subprocess.Popen(
            [sys.executable, "-m", "pacta", "serve", "--port", "0"], stdout=said, stderr=said, stdin=subprocess.DEVNULL,
            env={**os.environ, "PACTA_HOME": str(home), "PYTHONUNBUFFERED": "1"},
        )  # fmt: skip
    try:
        while not (found := re.search(r"http://[\d.]+:\d+", log.read_text("utf-8", "replace"))):
            if service.poll() is not None:
                raise SystemExit(f"pacta serve did not start: {log.read_text('utf-8', 'replace').strip()[-500:]}")
            time.sleep(0.1)
        yield found[0], service.pid
    finally:
        service.terminate()
        try:
            service.wait(timeout=20)
        finally:
            service.kill()


def _say(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
