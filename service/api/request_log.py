"""One line in the log for each request, the id that ties lines, response and problem together, and the count of them.

Neither holds what was asked: no question, no query string, no path with the id of a conversation in it.
"""

import logging
import re
from time import perf_counter
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bind_contextvars, clear_contextvars, get_contextvars

from service.metrics import Metrics

log = logging.getLogger(__name__)

REQUEST_ID_HEADER = "x-request-id"
# An id that comes with a request is taken if it can stand in any log or header as it is.
_SANE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/+=-]{0,127}")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
# What a request is counted under that no route takes.
NO_ROUTE = "none"


class RequestLogMiddleware:
    """Stands outside of everything else, so that what is refused there is told too."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on, and its response with the request's id."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        # Each request runs in a context of its own; it is not cleared after it, as an error is answered after that.
        clear_contextvars()
        given = Headers(scope=scope).get(REQUEST_ID_HEADER, "")
        bind_contextvars(request_id=given if _SANE_ID.fullmatch(given) else uuid4().hex)
        status, started = 500, perf_counter()

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[REQUEST_ID_HEADER] = request_id()
            await send(message)

        try:
            await self.app(scope, receive, send_with_id)
        finally:
            method = scope["method"] if scope["method"] in _METHODS else "OTHER"
            route = route_of(scope)
            told = {
                "method": method,
                "route": route,
                "status": status,
                "ms": round((perf_counter() - started) * 1000, 1),
                "key": scope.get("state", {}).get("key_id") or None,
            }
            log.info("request", extra=told)
            self.metrics.count_request(method, route, status)


def request_id() -> str:
    """The id of the request in hand; empty outside of one."""
    return str(get_contextvars().get("request_id", ""))


def route_of(scope: Scope) -> str:
    """The route that took a request, as it is declared: "/v1/treaties/{treaty_id}"; ``NO_ROUTE`` for none.

    Of an application that is mounted, and has no routes that can be told, it is where it is mounted.
    """
    return scope.get("root_path", "") + getattr(scope.get("route"), "path", "") or NO_ROUTE
