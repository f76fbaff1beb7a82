"""The Slack app: what it may do, what it is told, and the manifest that Slack makes it from.

The scopes and events here are the only list of them: installations ask for these scopes, `pacta slack check` looks for
them, and ``slack/manifest.yaml`` is made from them.
"""

from typing import Any

from service.slack_app.settings import REDIRECT_PATH

COMMAND = "/treaty"
EVENTS_PATH = "/slack/events"
# Of the message shortcut.
ASK_ABOUT = "pacta_ask_about"
# At most 24 characters.
ASK_ABOUT_NAME = "What do treaties say?"

# Each scope, with what Pacta could not do without it.
BOT_SCOPES = {
    "app_mentions:read": "be told of a mention",
    "assistant:write": "stand in Slack's pane for agents, suggest questions, say that it is looking",
    "channels:history": "go on in a thread, and follow edits and deletions, in public channels",
    "chat:write": "answer",
    "commands": f"take {COMMAND} and the message shortcut",
    "groups:history": "go on in a thread, and follow edits and deletions, in private channels",
    "im:history": "be asked in direct messages",
    "mpim:history": "go on in a thread, and follow edits and deletions, in group messages",
}
# Each event, with what Pacta does then.
BOT_EVENTS = {
    "app_home_opened": "suggests questions in its pane",
    "app_mention": "answers",
    "app_uninstalled": "forgets the workspace's installation",
    "message.channels": "goes on in a thread, follows edits and deletions",
    "message.groups": "the same in private channels",
    "message.im": "answers direct messages",
    "message.mpim": "the same as message.channels in group messages",
    "tokens_revoked": "forgets the token",
}
# Slack shows four at most.
SUGGESTED_QUESTIONS = (
    ("Ask what an article says", "What does Article 51 of the UN Charter say?"),
    ("Ask about a subject", "When may a state withdraw from a treaty?"),
    ("Ask for a definition", "What is a reservation under the Vienna Convention on the Law of Treaties?"),
    ("Ask what is held", "Which treaties do you have?"),
)


def manifest(url: str, *, socket_mode: bool = False) -> dict[str, Any]:
    """The app's manifest for a service at ``url``, without a slash at its end.

    In Socket Mode Slack sends nothing to the service; an address is then of use for installing alone, and may be "".
    """
    sent_to = {} if socket_mode else {"request_url": url + EVENTS_PATH}
    command = {
        "command": COMMAND,
        **({} if socket_mode else {"url": url + EVENTS_PATH}),
        "description": "Ask what the treaties say",
        "usage_hint": "When may a state withdraw from a treaty?",
        "should_escape": False,
    }
    scopes = {"scopes": {"bot": list(BOT_SCOPES)}}
    return {
        "display_information": {
            "name": "Pacta",
            "description": "Answers questions about treaties in their own words",
            "long_description": "Pacta answers questions about treaties from the texts that your organisation holds. "
            "Every sentence of an answer comes with the article that it is taken from, quoted word for word and linked "
            "to its place. Where the treaties say nothing, Pacta says so. It gives no legal advice.",
            "background_color": "#1f3a5f",
        },
        "features": {
            # Slack's pane of its own for such apps. Its older form, assistant_view, is closed to new apps.
            "agent_view": {
                "agent_description": "Ask what a treaty says. Every sentence of the answer comes with its article.",
                "suggested_prompts": [{"title": title, "message": text} for title, text in SUGGESTED_QUESTIONS],
            },
            "app_home": {
                "home_tab_enabled": False,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "Pacta", "always_online": True},
            "shortcuts": [
                {
                    # 24 characters at most.
                    "name": ASK_ABOUT_NAME,
                    "type": "message",
                    "callback_id": ASK_ABOUT,
                    "description": "Ask Pacta about what a message says",
                }
            ],
            "slash_commands": [command],
        },
        "oauth_config": {"redirect_urls": [url + REDIRECT_PATH], **scopes} if url else scopes,
        "settings": {
            "event_subscriptions": {**sent_to, "bot_events": list(BOT_EVENTS)},
            "interactivity": {"is_enabled": True, **sent_to},
            "org_deploy_enabled": False,
            "socket_mode_enabled": socket_mode,
            # Once it is on, Slack does not let it be turned off; and a single workspace has no way to renew a token.
            "token_rotation_enabled": False,
        },
    }


def manifest_yaml(url: str, *, socket_mode: bool = False) -> str:
    """The manifest as Slack takes it, with a word on what it is."""
    import yaml

    return _SAID + yaml.safe_dump(manifest(url, socket_mode=socket_mode), sort_keys=False, width=120)


_SAID = """\
# What Slack makes the app Pacta from: https://api.slack.com/apps?new_app=1, "From a manifest".
# `pacta slack manifest --url https://…` prints it with your own address, `--socket-mode` for a service without one.
"""
