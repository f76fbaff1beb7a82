"""A real server for real clients: an application served by uvicorn in a thread, on a free port of this machine."""

import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from ingest.settings import Settings as IngestSettings
from service.app import create_app
from service.settings import Settings


class _Server(uvicorn.Server):
    """Tells when it has started, or has failed to."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.begun = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            await super().startup(sockets=sockets)
        finally:
            self.begun.set()


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """The address at which the application answers, until the block ends."""
    config = uvicorn.Config(app, log_config=None, log_level="error", access_log=False, timeout_graceful_shutdown=5)
    server = _Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            assert server.begun.wait(60)
            assert server.started
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(60)
    assert not thread.is_alive()


@contextmanager
def served_samples(sample_home: Path, home: Path) -> Iterator[str]:
    """The address at which a copy of the sample treaties' home, made at ``home``, is answered from."""
    shutil.copytree(sample_home, home)
    with served(create_app(Settings(ingest=IngestSettings(home=home)))) as address:
        yield address
