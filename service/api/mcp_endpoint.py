"""``POST /mcp``: the tools for language models, over HTTP.

Each call stands alone: no session is kept and no stream held open, so there is nothing to run out of and any
process can take any call.
"""

from contextlib import AbstractAsyncContextManager
from typing import Any

from fastapi import FastAPI
from mcp.server.mcpserver import MCPServer
from mcp.server.transport_security import TransportSecuritySettings
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from service.access import require
from service.api.services import services_of

PATH = "/mcp"


class McpEndpoint:
    """The server as an ASGI application; calls are taken while ``run()`` is entered."""

    def __init__(self, server: MCPServer[Any]) -> None:
        self.server = server
        server.streamable_http_app(
            stateless_http=True,
            json_response=True,
            # Addresses are looked at for all routes alike (addresses.py).
            transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
        )

    def run(self) -> AbstractAsyncContextManager[None]:
        """Runs what calls are answered in; to be entered once, in the lifespan of the application."""
        return self.server.session_manager.run()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a call; raises KeyRequired, KeyUnknown, ScopeMissing, TooManyQuestions, ServiceBusy as the other endpoints do."""
        request = Request(scope)
        services = services_of(request)
        caller = await services.sender_of(request)
        require(caller, "ask")
        request.state.caller = caller  # where the tools find it
        # Dependencies of the application do not reach here.
        async with services.gate.admitted():
            await self.server.session_manager.handle_request(scope, receive, send)


def mount_mcp(app: FastAPI, server: MCPServer[Any]) -> McpEndpoint:
    """Puts the server at ``/mcp``, with and without a slash behind it: not every client follows a redirect."""
    endpoint = McpEndpoint(server)
    app.router.routes += [Route(path, endpoint, methods=["POST"]) for path in (PATH, f"{PATH}/")]
    return endpoint
