"""``POST /mcp``: the tools for language models, over HTTP.

Each call stands alone: no session is kept and no stream held open, so there is nothing to run out of and any
process can take any call.
"""

from contextlib import AbstractAsyncContextManager
from typing import Any
from urllib.parse import urlsplit

from fastapi import FastAPI
from mcp.server.mcpserver import MCPServer
from mcp.server.transport_security import TransportSecurityMiddleware, TransportSecuritySettings
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from service.access import require
from service.api.authentication import authenticate
from service.api.services import services_of
from service.errors import AddressRefused
from service.settings import Settings

PATH = "/mcp"
OWN_HOSTS = ("127.0.0.1", "localhost", "[::1]")


class McpEndpoint:
    """The server as an ASGI application; calls are taken while ``run()`` is entered."""

    def __init__(self, server: MCPServer[Any], settings: Settings) -> None:
        self.server = server
        self._addresses = TransportSecurityMiddleware(_addresses(settings))
        server.streamable_http_app(
            stateless_http=True,
            json_response=True,
            # Addresses are looked at here, where a refusal can be told as a problem.
            transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
        )

    def run(self) -> AbstractAsyncContextManager[None]:
        """Runs what calls are answered in; to be entered once, in the lifespan of the application."""
        return self.server.session_manager.run()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a call; raises AddressRefused where it comes under another name or from another's page.

        Raises KeyRequired, KeyUnknown, ScopeMissing as the other endpoints do.
        """
        request = Request(scope)
        if await self._addresses.validate_request(request) is not None:
            raise AddressRefused(request.headers.get("host", ""), request.headers.get("origin"))
        services = services_of(request)
        caller = await authenticate(request, services.store, open_to_all=services.settings.open_to_all)
        require(caller, "ask")
        request.state.caller = caller  # where the tools find it
        await self.server.session_manager.handle_request(scope, receive, send)


def mount_mcp(app: FastAPI, server: MCPServer[Any], settings: Settings) -> McpEndpoint:
    """Puts the server at ``/mcp``, with and without a slash behind it: not every client follows a redirect."""
    endpoint = McpEndpoint(server, settings)
    app.router.routes += [Route(path, endpoint, methods=["POST"]) for path in (PATH, f"{PATH}/")]
    return endpoint


def _addresses(settings: Settings) -> TransportSecuritySettings:
    """This machine's own names on any port, and the address that is set."""
    hosts = [form for host in OWN_HOSTS for form in (host, f"{host}:*")]
    origins = [f"http://{host}" for host in hosts]
    if settings.public_url:
        parts = urlsplit(settings.public_url)
        hosts.append(parts.netloc)
        origins.append(f"{parts.scheme}://{parts.netloc}")
    return TransportSecuritySettings(allowed_hosts=hosts, allowed_origins=origins)
