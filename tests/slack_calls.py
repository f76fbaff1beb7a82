"""A call of the Web API: what it says, whether its token may make it now, and what is answered."""

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from aiohttp import web
from slack_oauth import access
from slack_rates import Rates
from slack_state import Call, SlackError, Workspace
from slack_web_api import METHODS

if TYPE_CHECKING:
    from slack_server import SlackServer

# The arguments that a form carries as JSON, and the errors where one cannot be read.
_JSON = {
    "attachments": "invalid_attachments",
    "blocks": "invalid_blocks_format",
    "chunks": "invalid_chunks",
    "loading_messages": "invalid_arguments",
    "metadata": "invalid_metadata_format",
    "prompts": "invalid_arguments",
    "view": "invalid_arguments",
}


async def decoded(request: web.Request) -> tuple[dict[str, Any], str | None]:
    """The arguments of a call, from its query, form or JSON, and its token."""
    arguments: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        arguments.update(json.loads(await request.text() or "{}"))
        in_form = None
    else:
        if request.content_type == "multipart/form-data":
            arguments.update(await request.post())
        else:
            arguments.update(parse_qsl(await request.text(), keep_blank_values=True))
        in_form = arguments.pop("token", None)
    for name in _JSON.keys() & arguments.keys():
        if isinstance(arguments[name], str):
            try:
                arguments[name] = json.loads(arguments[name])
            except ValueError:
                # Kept as it came: the call is refused for it.
                continue
    kind, _, bearer = request.headers.get("Authorization", "").partition(" ")
    return arguments, bearer if kind == "Bearer" else in_form


def carried_out(
    server: "SlackServer", rates: Rates, call: Call, headers: dict[str, str], authorization: str
) -> dict[str, Any]:
    """What Slack answers besides ``ok``, with headers of the answer; raises ``SlackError`` where it refuses."""
    if call.method == "oauth.v2.access":
        return access(server, call.arguments, authorization)
    if call.method == "apps.connections.open":
        if call.token != server.app_token:
            raise SlackError("not_allowed_token_type" if call.token in server.workspaces else "invalid_auth")
        _limit(rates, call, 1, headers)
        return {"url": server.socket.address()}
    if call.method not in METHODS:
        raise SlackError("unknown_method")
    method, required, scopes, tier = METHODS[call.method]
    if call.method == "api.test":
        return method(server, Workspace(), call.arguments)
    workspace = _authorized(server, call, scopes.split())
    headers["x-oauth-scopes"] = ",".join(workspace.scopes)
    headers["x-accepted-oauth-scopes"] = ",".join(scopes.split())
    _limit(rates, call, tier, headers)
    missing = [name for name in required.split() if call.arguments.get(name) is None]
    if missing:
        raise SlackError("invalid_arguments", *(f"missing required field: {name}" for name in missing))
    for name in _JSON.keys() & call.arguments.keys():
        if not isinstance(call.arguments[name], list | dict):
            raise SlackError(_JSON[name])
    return method(server, workspace, call.arguments)


def _authorized(server: "SlackServer", call: Call, scopes: list[str]) -> Workspace:
    """The workspace whose token it is, where the token has one of these scopes."""
    if not call.token:
        raise SlackError("not_authed")
    if call.token == server.app_token:
        raise SlackError("not_allowed_token_type")
    workspace = server.workspaces.get(call.token)
    if workspace is None:
        raise SlackError("invalid_auth")
    if call.token in server.revoked:
        raise SlackError("token_revoked")
    if call.method == "conversations.replies":
        kind = {"C": "channels", "G": "groups"}.get(str(call.arguments.get("channel"))[:1], "im")
        scopes = [f"{kind}:history"]
    if scopes and not set(scopes) & set(workspace.scopes):
        raise SlackError("missing_scope", needed=scopes[0], provided=",".join(workspace.scopes))
    return workspace


def _limit(rates: Rates, call: Call, tier: int, headers: dict[str, str]) -> None:
    seconds = rates.wait(call.method, tier, call.token or "", call.arguments.get("channel"))
    if seconds is not None:
        headers["Retry-After"] = str(seconds)
        raise SlackError("ratelimited")
