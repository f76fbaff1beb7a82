"""What Slack sends, as Pacta takes it: who asks what and where, and what has become of a message asked before.

Pacta is quiet unless it is addressed: by a mention, in a direct message, by its command or its shortcut. Other bots,
and what Slack itself writes into a channel ("has joined"), are not answered.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from html import unescape
from typing import Any

from service.slack_app.manifest import ASK_ABOUT, COMMAND

# Messages that a person has written; all other subtypes are Slack's own, or a bot's.
_WRITTEN = frozenset({None, "file_share", "me_message", "thread_broadcast"})
# So long after a message was sent Slack may still tell of it, for the second or third time.
_LATE_SECONDS = 3600.0
# Mentions, channels, links and dates as Slack writes them into a text: <@U1|name>, <#C1|name>, <https://…|label>.
_MARKED = re.compile(r"<(?:([@#!])(?P<mention>[^<>|]*)|(?P<link>[a-z]+:[^<>|\s]*))(?:\|(?P<label>[^<>]*))?>")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it came.

    ``source`` names it once and for all: workspace, channel and time of its message, or what the command was called
    with. ``thread`` is the time of the message whose thread the answer goes into; a command has none, and is
    answered at ``respond_to``, which a shortcut has beside its thread. ``text`` is None where the message was deleted
    before it came; ``text_at`` is when it was written, in Slack's time, "" where that does not change.
    """

    source: str
    event_id: str | None
    team: str
    enterprise: str | None
    channel: str
    thread: str
    asker: str
    text: str | None = field(repr=False)
    respond_to: str | None = field(default=None, repr=False)
    text_at: str = ""


@dataclass(frozen=True, slots=True)
class Changed:
    """A message that was edited at a time in Slack, or deleted where ``text`` is None.

    ``asked`` is it as a question of its own, to be kept where it is not: an edit may address Pacta, and Slack may
    tell of a change before it has told of the message.
    """

    source: str
    text: str | None
    at: str
    asked: Asked | None = None


def asked_or_changed(
    body: Mapping[str, Any], bot_user: str | None, team: str | None = None, enterprise: str | None = None
) -> Asked | Changed | None:
    """What a request from Slack asks, or changes in what was asked; None where it is neither.

    ``team`` and ``enterprise`` are the workspace that the app is installed in. In a channel that organisations share,
    what the request itself names may be another.
    """
    named = body.get("team_id") or (body.get("team") or {}).get("id") or ""
    body = {**body, "team_id": team or named, "enterprise_id": enterprise or body.get("enterprise_id")}
    if body.get("type") == "event_callback":
        return _in_event(body, bot_user)
    if body.get("command") == COMMAND:
        return _by_command(body)
    if body.get("type") == "message_action" and body.get("callback_id") == ASK_ABOUT:
        return _by_shortcut(body)
    return None


def read_by_others(body: Mapping[str, Any]) -> tuple[str, bool] | None:
    """The channel of an event, and whether people of other organisations read it; None where that is not told."""
    channel, shared = (body.get("event") or {}).get("channel"), body.get("is_ext_shared_channel")
    return (channel, shared) if isinstance(channel, str) and isinstance(shared, bool) else None


def plain_text(text: str, bot_user: str | None = None) -> str:
    """A message's text as its writer typed it, without the mention of the bot; names in the place of what is marked."""

    def named(found: re.Match[str]) -> str:
        mark, what, label = found[1], found["mention"] or found["link"], found["label"]
        if mark == "@" and what == bot_user:
            return " "
        if mark:
            return f"{'#' if mark == '#' else ''}{label}" if label else " "
        return label or what

    return unescape(_MARKED.sub(named, text)).strip()


def _in_event(body: Mapping[str, Any], bot_user: str | None) -> Asked | Changed | None:
    event = body["event"]
    if event.get("type") not in ("message", "app_mention"):
        return None
    if event.get("subtype") == "message_changed":
        return _changed(body, event, bot_user)
    if event.get("subtype") == "message_deleted":
        return _deleted(body, event, event["deleted_ts"], bot_user)
    return _in_message(body, event, event["channel"], bot_user)


def _in_message(
    body: Mapping[str, Any], message: Mapping[str, Any], channel: str, bot_user: str | None
) -> Asked | None:
    """A message as a question, where it is one."""
    asker, text = message.get("user"), message.get("text") or ""
    if message.get("subtype") not in _WRITTEN or message.get("bot_id") or not asker or asker == bot_user:
        return None
    if not channel.startswith("D") and f"<@{bot_user}>" not in text and message.get("type") != "app_mention":
        return None
    return Asked(
        source=_source(body, channel, message["ts"]),
        event_id=body.get("event_id"),
        team=body["team_id"],
        enterprise=body["enterprise_id"],
        channel=channel,
        thread=str(message.get("thread_ts") or message["ts"]),
        asker=asker,
        text=plain_text(text, bot_user),
        text_at=message["ts"],
    )


def _changed(body: Mapping[str, Any], event: Mapping[str, Any], bot_user: str | None) -> Changed | None:
    message, before = event["message"], event.get("previous_message") or {}
    if message.get("bot_id") or message.get("user") == bot_user:
        return None
    if message.get("subtype") == "tombstone":  # deleted, with replies that stay
        return _deleted(body, event, message["ts"], bot_user)
    if message.get("text") == before.get("text"):  # Slack has shown what a link leads to
        return None
    asked = _in_message(body, message, event["channel"], bot_user)
    if asked is None:  # it speaks to Pacta no more: what was answered stays
        return None
    was_asked = _in_message(body, before, event["channel"], bot_user) if "ts" in before else None
    return Changed(
        source=_source(body, event["channel"], message["ts"]),
        text=asked.text,
        at=event["event_ts"],
        # What was asked long ago, and is not kept any more, is not answered for the second time.
        asked=replace(asked, text_at=event["event_ts"]) if not was_asked or _is_new(event, message) else None,
    )


def _deleted(body: Mapping[str, Any], event: Mapping[str, Any], ts: str, bot_user: str | None) -> Changed:
    before = event.get("previous_message") or {}
    asked = _in_message(body, before, event["channel"], bot_user) if _is_new(event, before) else None
    return Changed(
        source=_source(body, event["channel"], ts),
        text=None,
        at=event["event_ts"],
        asked=replace(asked, text=None, text_at=event["event_ts"]) if asked else None,
    )


def _is_new(event: Mapping[str, Any], message: Mapping[str, Any]) -> bool:
    """Whether Slack may tell of a message itself after it has told of its change."""
    return float(event["event_ts"]) - float(message.get("ts") or 0) < _LATE_SECONDS


def _by_command(body: Mapping[str, Any]) -> Asked:
    return Asked(
        source=_source(body, body["channel_id"], body["trigger_id"]),
        event_id=None,
        team=body["team_id"],
        enterprise=body["enterprise_id"],
        channel=body["channel_id"],
        thread="",
        asker=body["user_id"],
        text=plain_text(body.get("text") or ""),
        respond_to=body["response_url"],
    )


def _by_shortcut(body: Mapping[str, Any]) -> Asked:
    channel, message = body["channel"]["id"], body["message"]
    return Asked(
        source=_source(body, channel, body["trigger_id"]),
        event_id=None,
        team=body["team_id"],
        enterprise=body["enterprise_id"],
        channel=channel,
        thread=str(message.get("thread_ts") or message["ts"]),
        asker=body["user"]["id"],
        text=plain_text(_written_in(message)),
        respond_to=body["response_url"],
    )


def _written_in(message: Mapping[str, Any]) -> str:
    """The words of a message that somebody points at: of a bot's, they may be in its attachments alone."""
    attached = (one.get("text") or one.get("fallback") or "" for one in message.get("attachments") or ())
    return message.get("text") or "\n".join(filter(None, attached))


def _source(body: Mapping[str, Any], channel: str, ts: str) -> str:
    return f"{body['team_id']}/{channel}/{ts}"
