"""Under which name a service that is open is called: its own machine's names, or the one that is set.

A page of any site can have a browser call a service on the reader's own machine, and a name of that site can be made
to lead there (DNS rebinding); the page could then read what it is answered. The browser still tells the name that it
called and the page that made it. Where a key is needed such a page has none.
"""

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from service.api.problems import kind_of, problem_response
from service.errors import AddressRefused
from service.settings import Settings

OWN_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class AddressesMiddleware:
    """Refuses requests under a name that is not the service's, and those that a page of another site has sent."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self._public = urlsplit(settings.public_url).netloc
        self._origins = frozenset(settings.serving.allowed_origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on, or answers it with a problem."""
        if scope["type"] == "http":
            headers = Headers(scope=scope)
            host, origin = headers.get("host", ""), headers.get("origin")
            if not self._is_own(host) or (origin and scope["method"] not in _SAFE and not self._may_send(origin)):
                error = AddressRefused(host, origin)
                await problem_response(Request(scope), kind_of(error), str(error))(scope, receive, send)
                return
        await self.app(scope, receive, send)

    def _may_send(self, origin: str) -> bool:
        return origin in self._origins or self._is_own(urlsplit(origin).netloc)

    def _is_own(self, address: str) -> bool:
        try:
            name = urlsplit(f"//{address}").hostname
        except ValueError:
            return False
        return name in OWN_NAMES or (bool(address) and address == self._public)
