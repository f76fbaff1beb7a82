"""Limits to what a request may send.

FastAPI's own ``max_body_size`` answers in plain text wherever the length is declared, whatever
handlers say; raised from here, the refusal passes through them and leaves as a problem document.
"""

from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# The longest question fits several times, even with each of its characters escaped as \uXXXX\uXXXX.
MAX_BODY_BYTES = 256 * 1024


class BodyTooLarge(HTTPException):
    """The body has more than ``limit`` bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__(413)
        self.limit = limit


class BodyLimitMiddleware:
    """Raises BodyTooLarge to whoever reads a body of more than ``MAX_BODY_BYTES``.

    ``larger`` are the limits of methods and paths that have one of their own.
    """

    def __init__(self, app: ASGIApp, larger: Mapping[tuple[str, str], int] | None = None) -> None:
        self.app = app
        self.larger = larger or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on with its body counted, declared or as it comes."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = self.larger.get((scope["method"], scope["path"]), MAX_BODY_BYTES)
        declared = Headers(scope=scope).get("content-length", "")
        too_large = declared.isdecimal() and int(declared[:18]) > limit
        size = 0

        async def receive_counted() -> Message:
            nonlocal size
            if too_large:
                raise BodyTooLarge(limit)
            message = await receive()
            size += len(message.get("body", b""))
            if size > limit:
                raise BodyTooLarge(limit)
            return message

        await self.app(scope, receive_counted, send)
