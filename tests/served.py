"""``pacta serve`` in a process of its own, as people run it, and what can be asked of it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parent.parent
# What a job may take on a machine that is busy with other things.
PATIENCE = 120.0


class Served:
    """A service that runs: its process, and a client of it."""

    def __init__(self, process: "subprocess.Popen[str]", client: httpx.Client) -> None:
        self.process = process
        self.client = client

    def upload(self, *files: tuple[str, bytes], **fields: str) -> httpx.Response:
        """Sends files by name."""
        return self.client.post("/v1/treaties", files=[("files", file) for file in files], data=fields)

    def job(self, url: str, until: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The job at an address, once it is as wanted."""
        latest = time.monotonic() + PATIENCE
        while True:
            job: dict[str, Any] = self.client.get(url).json()
            if until(job):
                return job
            assert time.monotonic() < latest, job
            time.sleep(0.05)

    def answer(self, question: str) -> dict[str, Any]:
        """The answer to a question."""
        response = self.client.post("/v1/chat", json={"question": question})
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer

    def held(self) -> set[str]:
        """The ids of the treaties held."""
        return {treaty["id"] for treaty in self.client.get("/v1/treaties").json()["treaties"]}

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Ends the process and waits until it has."""
        self.process.send_signal(how)
        self.process.wait(PATIENCE)


def over(job: dict[str, Any]) -> bool:
    """Whether a job will not change any more."""
    return job["state"] not in ("receiving", "queued", "running")


@contextmanager
def serving(home: Path) -> Iterator[Served]:
    """A service over a home folder, on a port of its own, until the block ends."""
    with subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "pacta", "serve", "--port", "0"],
        cwd=ROOT,
        env={**os.environ, "PACTA_HOME": str(home), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        try:
            address = process.stdout.readline().split()[3]
            with httpx.Client(base_url=address, timeout=PATIENCE, trust_env=False) as client:
                yield Served(process, client)
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
                process.wait(PATIENCE)
