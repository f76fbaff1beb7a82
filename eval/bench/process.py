"""The other end of worker.py: starting a worker, giving it orders, and ending it whatever happens."""

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from eval.bench.kinds import KINDS

ROOT = Path(__file__).parent.parent.parent
# Nothing reports to anybody, nothing is fetched, and tokenizers does not warn of forks that it does not see.
_ENVIRONMENT = {
    "ANONYMIZED_TELEMETRY": "False",
    "DO_NOT_TRACK": "1",
    "HF_HUB_OFFLINE": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "PYTHONWARNINGS": "ignore",
}


class WorkerFailed(Exception):
    """A worker could not do what it was told, or has died; the message is its last word."""


class Worker:
    """A process that holds one system; leaving the context ends it and every process that it began."""

    def __init__(self, system: str, log: Path) -> None:
        """``log`` takes what the process writes to stderr; its temporary files lie beside."""
        self.system = system
        self._log = log
        with log.open("ab") as errors:
            # A session of its own: Ctrl-C comes to the bench alone, which then ends the whole group.
            self._process = subprocess.Popen(
                [sys.executable, "-m", "eval.bench.worker", system],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, encoding="utf-8",
                cwd=ROOT, start_new_session=True,
                env={**os.environ, **_ENVIRONMENT, "TMPDIR": str(log.parent), **KINDS[system].environment},
            )  # fmt: skip

    def do(self, order: str, **arguments: Any) -> dict[str, Any]:
        """Give one order and wait for its answer; raises WorkerFailed."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with suppress(BrokenPipeError):  # reading then says that the process has ended
            self._process.stdin.write(json.dumps({"do": order, **arguments}) + "\n")
            self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            said = self._log.read_text("utf-8", "replace").strip().splitlines()[-1:]
            raise WorkerFailed(f"the process ended with status {self._process.wait()}{': ' + said[0] if said else ''}")
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise WorkerFailed(answer["error"])
        return answer

    def close(self) -> None:
        """Let the process come to its end, and take what is left of its group with it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            with suppress(BrokenPipeError):
                self._process.stdin.close()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout=5)
        finally:
            self._kill()
            self._process.stdout.close()

    def _kill(self) -> None:
        with suppress(ProcessLookupError, PermissionError):  # nobody is left
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None and not issubclass(kind, WorkerFailed):
            self._kill()
        self.close()
