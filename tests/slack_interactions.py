"""Slash commands, shortcuts, clicks and submitted modals as Slack sends them.

A command is a form; the others are the JSON that goes into a form's ``payload``.
"""

from typing import Any

import slack_ids as ids
from slack_payloads import VERIFICATION_TOKEN
from slack_server import SlackServer


def command(
    server: SlackServer,
    text: str,
    *,
    name: str = "/treaty",
    channel: str = ids.CHANNEL,
    user: str = ids.ASKER,
    team: str = ids.TEAM,
) -> dict[str, str]:
    """Somebody types a slash command."""
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": team,
        "team_domain": team.lower(),
        "channel_id": channel,
        "channel_name": "directmessage" if channel.startswith("D") else "general",
        "user_id": user,
        "user_name": user.lower(),
        "command": name,
        "text": text,
        "api_app_id": ids.APP,
        "is_enterprise_install": "false",
        "response_url": server.response_url(channel, user, team),
        "trigger_id": server.trigger(),
    }


def message_shortcut(
    server: SlackServer,
    message: dict[str, Any],
    *,
    callback_id: str = "pacta_ask_about",
    channel: str = ids.CHANNEL,
    user: str = ids.ASKER,
    team: str = ids.TEAM,
) -> dict[str, Any]:
    """Somebody picks the app's shortcut in the menu of a message (its document)."""
    return {
        "type": "message_action",
        "callback_id": callback_id,
        "message_ts": message["ts"],
        "message": message,
        "response_url": server.response_url(channel, user, team),
        "action_ts": ids.fresh_ts(),
        **_who(server, user, team),
        "channel": {"id": channel, "name": "general"},
    }


def click(
    server: SlackServer,
    action_id: str,
    value: str,
    *,
    message: dict[str, Any],
    channel: str = ids.CHANNEL,
    user: str = ids.ASKER,
    team: str = ids.TEAM,
) -> dict[str, Any]:
    """Somebody clicks a button of a message (its document)."""
    block_id, text = _button(message, action_id)
    container = {
        "type": "message",
        "message_ts": message["ts"],
        "channel_id": channel,
        "is_ephemeral": False,
        **({"thread_ts": message["thread_ts"]} if "thread_ts" in message else {}),
    }
    action = {
        "type": "button",
        "action_id": action_id,
        "block_id": block_id,
        "text": text,
        "value": value,
        "action_ts": ids.fresh_ts(),
    }
    return {
        "type": "block_actions",
        "container": container,
        "message": message,
        "state": {"values": {}},
        "response_url": server.response_url(channel, user, team),
        "actions": [action],
        **_who(server, user, team),
        "channel": {"id": channel, "name": "general"},
    }


def submission(
    server: SlackServer,
    view: dict[str, Any],
    values: dict[str, dict[str, str]],
    *,
    user: str = ids.ASKER,
    team: str = ids.TEAM,
) -> dict[str, Any]:
    """Somebody submits a modal (as ``views.open`` answered it) with these texts, by block_id and action_id."""
    given = {
        block_id: {action_id: {"type": "plain_text_input", "value": text} for action_id, text in texts.items()}
        for block_id, texts in values.items()
    }
    state = {"values": given}
    shown = {"private_metadata": "", "callback_id": "", "app_id": ids.APP, "bot_id": ids.BOT, **view, "state": state}
    return {"type": "view_submission", "view": shown, "response_urls": [], **_who(server, user, team)}


def _button(message: dict[str, Any], action_id: str) -> tuple[str, dict[str, Any]]:
    """The block and the text of a button; a click may be of one that the message no longer has."""
    for number, block in enumerate(message.get("blocks", [])):
        for element in [*block.get("elements", []), block.get("accessory", {})]:
            if element.get("action_id") == action_id:
                return block.get("block_id", f"block-{number}"), element.get("text", {})
    return "gone", {"type": "plain_text", "text": "Gone"}


def _who(server: SlackServer, user: str, team: str) -> dict[str, Any]:
    return {
        "user": {"id": user, "username": user.lower(), "name": user.lower(), "team_id": team},
        "team": {"id": team, "domain": team.lower()},
        "enterprise": None,
        "is_enterprise_install": False,
        "api_app_id": ids.APP,
        "token": VERIFICATION_TOKEN,
        "trigger_id": server.trigger(),
    }
