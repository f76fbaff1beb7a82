"""The child process that does a job: begun, looked after and ended with all that it began itself.

It has limits of its own for each document (ingest/workers.py) and is a process group: where it hangs, dies or is to
stop, it takes nothing of the service with it. It holds on to the service by its standard input, so that it ends when
the service does, however that ends.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Literal

from ingest.child import GRACE_SECONDS
from service.jobs import CHILD_LOG

Stopped = Literal["cancelled", "interrupted", "timed out"]

ROOT = Path(__file__).parent.parent
POLL_SECONDS = 0.1


def run_child(
    folder: Path, documents: Path, home: Path, reason_to_stop: Callable[[], Stopped | None]
) -> tuple[int, Stopped | None]:
    """Runs ``ingest.child`` on the order in ``folder``; gives its exit code and why it was stopped, if it was.

    What it prints goes to the file ``CHILD_LOG`` there.
    """
    with (folder / CHILD_LOG).open("wb") as log:
        process = subprocess.Popen(
            # -P: nothing that lies among the documents is taken for a module.
            [sys.executable, "-P", "-m", "ingest.child", str(folder)],
            cwd=documents,
            env=_environment(home),
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    assert process.stdin is not None
    stopped: Stopped | None = None
    try:
        while stopped is None:
            with suppress(subprocess.TimeoutExpired):
                return process.wait(POLL_SECONDS), None
            stopped = reason_to_stop()
        process.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            process.wait(GRACE_SECONDS + 1)
        return process.poll() or 0, stopped
    finally:
        process.stdin.close()
        with suppress(ProcessLookupError):
            # Its workers too, whatever has become of it.
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _environment(home: Path) -> dict[str, str]:
    """That of this process, with all that is relative to its folder made absolute."""
    environment = {**os.environ, "PACTA_HOME": str(home), "PYTHONSAFEPATH": "1"}
    for name in ("PACTA_CATALOGUE", "PACTA_QUESTIONS"):
        if environment.get(name):
            environment[name] = str(Path(environment[name]).absolute())
    given = [path for path in environment.get("PYTHONPATH", "").split(os.pathsep) if path]
    environment["PYTHONPATH"] = os.pathsep.join(str(Path(path).absolute()) for path in (str(ROOT), *given))
    return environment
