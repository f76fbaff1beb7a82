"""``/slack/…``: what Slack sends over HTTP, and the pages by which a workspace adds Pacta.

A request is Slack's by its signature, so no key is asked for, and an address that sends many is not stopped.
"""

import json

from fastapi import FastAPI
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_sdk.signature import SignatureVerifier
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from service.api.rate_limits import RateLimits, address_of
from service.slack import Slack
from service.slack_app.manifest import EVENTS_PATH
from service.slack_app.settings import INSTALL_PATH, REDIRECT_PATH


def mount_slack(app: FastAPI, slack: Slack, signing_secret: str, limits: RateLimits) -> None:
    """Puts the endpoints of the app in Slack into the application."""
    handler = AsyncSlackRequestHandler(slack.bolt)
    verifier = SignatureVerifier(signing_secret)

    async def take(request: Request) -> Response:
        """What Slack sends."""
        with slack.worker.arriving():
            return await acknowledge(request)

    async def acknowledge(request: Request) -> Response:
        """The response to it; 401 for what it has not signed, without a look at it, which the library has first."""
        timestamp = request.headers.get("x-slack-request-timestamp", "")
        signature = request.headers.get("x-slack-signature", "")
        # The library's check takes neither for granted and breaks.
        if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12 and signature.isascii()):
            return JSONResponse({"error": "invalid request"}, 401)
        try:
            body = (await request.body()).decode()
            if not verifier.is_valid(body, timestamp, signature):
                # As wrong keys are: who guesses is stopped.
                await limits.count_failed_key(address_of(request))
                return JSONResponse({"error": "invalid request"}, 401)
            if request.headers.get("content-type", "").startswith("application/json"):
                json.loads(body).keys()
        except (ValueError, AttributeError):  # no UTF-8, no JSON, no object
            return JSONResponse({"error": "invalid request"}, 400)
        return await handler.handle(request)

    async def install(request: Request) -> Response:
        """The way into a workspace: to Slack, and back from there."""
        return await handler.handle(request)

    app.router.routes.append(Route(EVENTS_PATH, take, methods=["POST"], include_in_schema=False))
    if slack.is_installed_by_itself:
        for path in (INSTALL_PATH, REDIRECT_PATH):
            app.router.routes.append(Route(path, install, methods=["GET"], include_in_schema=False))
