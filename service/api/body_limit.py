"""A limit to what a request may send.

FastAPI's own ``max_body_size`` answers in plain text wherever the length is declared, whatever
handlers say; raised from here, the refusal passes through them and leaves as a problem document.
"""

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# The longest question fits several times, even with each of its characters escaped as \uXXXX\uXXXX.
MAX_BODY_BYTES = 256 * 1024


class BodyLimitMiddleware:
    """Raises HTTPException 413 to whoever reads a body of more than ``limit`` bytes."""

    def __init__(self, app: ASGIApp, limit: int = MAX_BODY_BYTES) -> None:
        self.app = app
        self.limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on with its body counted, declared or as it comes."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        declared = Headers(scope=scope).get("content-length", "")
        too_large = declared.isdecimal() and int(declared[:18]) > self.limit
        size = 0

        async def receive_counted() -> Message:
            nonlocal size
            if too_large:
                raise HTTPException(413)
            message = await receive()
            size += len(message.get("body", b""))
            if size > self.limit:
                raise HTTPException(413)
            return message

        await self.app(scope, receive_counted, send)
