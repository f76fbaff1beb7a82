"""Whether whoever asked is still there: an answer that nobody waits for need not be worked out."""

from anyio import from_thread
from fastapi import Request
from starlette.requests import ClientDisconnect


def stop_if_gone(request: Request) -> None:
    """Raises ClientDisconnect where the client has closed its connection.

    For endpoints that run in a thread. A step that is under way cannot be stopped; the next one need not begin.
    """
    if from_thread.run(request.is_disconnected):
        raise ClientDisconnect
