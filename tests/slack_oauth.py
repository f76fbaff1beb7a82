"""How an app gets a workspace's token: oauth.v2.access for a one-time code or, with rotation, for a refresh token."""

import base64
from typing import Any

import slack_ids as ids
from slack_state import SlackError, State, Workspace

TOKEN_SECONDS = 43_200


def access(state: State, arguments: dict[str, Any], authorization: str) -> dict[str, Any]:
    """The token of the workspace for which the code or the refresh token was handed out, once."""
    client = (arguments.get("client_id"), arguments.get("client_secret"))
    if authorization.startswith("Basic "):
        name, _, secret = base64.b64decode(authorization[6:]).decode().partition(":")
        client = (name, secret)
    if client[0] != state.client[0]:
        raise SlackError("invalid_client_id")
    if client[1] != state.client[1]:
        raise SlackError("bad_client_secret")
    refresh = arguments.get("grant_type") == "refresh_token"
    used = state.use(str(arguments.get("refresh_token" if refresh else "code")))
    if used is None or not isinstance(used[2], Workspace):
        raise SlackError("invalid_refresh_token" if refresh else "invalid_code")
    if used[1]:
        raise SlackError("invalid_refresh_token" if refresh else "code_already_used")
    workspace = used[2]
    rotation: dict[str, Any] = {}
    if refresh:
        workspace.token = ids.fresh(f"xoxe.{workspace.token.removeprefix('xoxe.')}-")
    if state.rotates_tokens or refresh:
        refresh_token = state.hand(ids.fresh("xoxe-1-"), workspace)
        rotation = {"expires_in": TOKEN_SECONDS, "refresh_token": refresh_token}
    state.add_workspace(workspace)
    return {
        "access_token": workspace.token,
        "token_type": "bot",
        "scope": ",".join(workspace.scopes),
        "bot_user_id": workspace.bot_user,
        "app_id": ids.APP,
        "team": {"id": workspace.team, "name": workspace.name},
        "enterprise": None,
        "authed_user": {"id": ids.ASKER},
        "is_enterprise_install": False,
        **rotation,
    }
