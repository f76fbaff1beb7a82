"""A real Chroma server as a process, and `pacta serve` as another: what the tests of several processes start."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).parent.parent
CHROMA = Path(sys.executable).parent / "chroma"
_COLLECTIONS = "api/v2/tenants/default_tenant/databases/default_database/collections"


class ChromaProcess:
    """`chroma run` over a folder, on a port that stays its own when it is started again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        command = [CHROMA, "run", "--path", self.folder, "--host", "127.0.0.1", "--port", str(self.port)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_until(lambda: get(f"{self.url}/api/v2/heartbeat")[0] == 200)

    def hang(self) -> None:
        """Takes connections and answers none of them any more, until it is let go or killed."""
        self._process.send_signal(signal.SIGSTOP)

    def let_go(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def collections(self) -> dict[str, dict[str, Any]]:
        """What it holds, by name."""
        status, found = get(f"{self.url}/{_COLLECTIONS}")
        assert status == 200
        return {collection["name"]: collection for collection in found}

    def clear(self) -> None:
        for name in self.collections():
            request = urllib.request.Request(f"{self.url}/{_COLLECTIONS}/{name}", method="DELETE")
            urllib.request.urlopen(request, timeout=10).close()


class Service:
    """`pacta serve` over a home folder, on a port of its own."""

    def __init__(self, home: Path, **environment: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "pacta", "serve", "--port", "0"],
            cwd=ROOT,
            env={**os.environ, "PACTA_HOME": str(home), "PYTHONUNBUFFERED": "1", **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._process.stdout is not None
        words = self._process.stdout.readline().split()
        self._process.stdout.close()
        if len(words) < 4:
            raise AssertionError(f"pacta serve ended with {self._process.wait()} and did not start")
        self.address = words[3].rstrip("/")

    def ask(self, question: str) -> tuple[int, dict[str, Any]]:
        """The status and the answer to a question."""
        return get(f"{self.address}/v1/chat", {"question": question})

    def ready(self) -> dict[str, Any]:
        status, said = get(f"{self.address}/readyz")
        assert status == 200, said
        return dict(said)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(timeout=20)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def get(url: str, body: Any = None) -> tuple[int, Any]:
    """The status and the JSON that an address gives; 0 where nothing answers."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)
    except (OSError, urllib.error.URLError):
        return 0, None


def wait_until(holds: Any, seconds: float = 20) -> None:
    """Waits until something holds; fails where it never does."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come to be so in time"
        time.sleep(0.05)
