"""``pacta ingest`` as a child process of a program that is to go on whatever becomes of it.

    python -P -m ingest.child FOLDER      run in the folder of the documents

FOLDER/order.json      {paths, reserved, wait_seconds}: what to do
FOLDER/progress.json   {step, done, total, note}: how far it is, replaced as it goes on
FOLDER/child.lock      held for as long as it lives
FOLDER/outcome.json    {exit_code, error, report}: what the command line would have ended with, said and printed

It stops as on Ctrl-C when its standard input is closed, which also happens when the program that began it dies.
What is published by then stays published and has an outcome; otherwise there is none and nothing has changed.
"""

import json
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

from filelock import FileLock

from ingest.errors import PactaError
from ingest.whole_files import write_json

ORDER, PROGRESS, OUTCOME, LOCK = "order.json", "progress.json", "outcome.json", "child.lock"
# Another process that builds an index in the same home is waited for under this name.
WAITING = "waiting"
# How long the work may take to come to its end once it is to stop; then the system ends it with all its workers.
GRACE_SECONDS = 5.0
# Whoever answers questions on the same machine goes first.
NICENESS = 5
_SECONDS_BETWEEN_WRITES = 0.1


class FileProgress:
    """Progress as a file that others read while it is replaced."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._step, self._done, self._total, self._note = "", 0, 0, ""
        self._written = 0.0

    def start(self, step: str, total: int) -> None:
        """A step begins."""
        self._step, self._done, self._total, self._note = step, 0, total, ""
        self._write()

    def advance(self, step: str, by: int = 1, note: str = "") -> None:
        """Some units of a step are done."""
        self._done += by
        self._note = note or self._note
        if step == "verifying":
            # What follows publishes the index: from here on it is too late to stop.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
        if time.monotonic() - self._written >= _SECONDS_BETWEEN_WRITES:
            self._write()

    def _write(self) -> None:
        record = {"step": self._step, "done": self._done, "total": self._total, "note": self._note}
        write_json(self._path, record, durable=False)
        self._written = time.monotonic()


def main(folder: Path) -> int:
    """Does what the order says; gives the exit code of the command line."""
    # A program that was itself begun in the background passes on that Ctrl-C is not for it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    threading.Thread(target=_stop_when_left, daemon=True).start()
    os.nice(NICENESS)
    order = json.loads((folder / ORDER).read_text("utf-8"))
    progress = FileProgress(folder / PROGRESS)
    progress.start(WAITING, 1)
    with FileLock(folder / LOCK):
        outcome = _ingest(order, progress)
        write_json(folder / OUTCOME, outcome)
    return int(outcome["exit_code"])


def _ingest(order: dict[str, Any], progress: FileProgress) -> dict[str, Any]:
    from ingest.build import ingest
    from ingest.cli import CANNOT_RUN, NOTHING_INDEXED, exit_code, report_json
    from ingest.manifest import find_entries
    from ingest.settings import Settings

    try:
        report = ingest(
            find_entries(order["paths"]),
            Settings(),
            progress,
            reserved=frozenset(order["reserved"]),
            lose_nothing=True,
            wait_seconds=order["wait_seconds"],
        )
    except PactaError as error:
        return {"exit_code": CANNOT_RUN, "error": str(error), "report": None}
    error_told = None if report.indexed else NOTHING_INDEXED
    return {"exit_code": exit_code(report), "error": error_told, "report": report_json(report)}


def _stop_when_left() -> None:
    """Waits until nobody holds the other end of standard input, then ends the process."""
    # No buffered reader: one that waits when the interpreter ends would make that fail.
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(GRACE_SECONDS)
    if os.getpgrp() == os.getpid():
        os.killpg(os.getpgrp(), signal.SIGKILL)
    os._exit(1)


if __name__ == "__main__":
    try:
        code = main(Path(sys.argv[1]))
    except KeyboardInterrupt:
        code = 130
    sys.exit(code)
