"""Events as Slack sends them, complete, so that code may read any field of theirs.

Each function gives the whole body of a request; ``inner`` keyword arguments are put into its ``event``.
"""

from typing import Any

import slack_ids as ids

VERIFICATION_TOKEN = "Jhj5dZrVaK7ZwHHjRyZWjbDl"


def event(
    inner: dict[str, Any],
    *,
    team: str = ids.TEAM,
    bot_user: str = ids.BOT_USER,
    external: bool = False,
    event_id: str | None = None,
) -> dict[str, Any]:
    """An event in its envelope; ``external`` says that its channel is shared with another organisation."""
    ts = str(inner.get("event_ts", ids.fresh_ts()))
    event_id = event_id or ids.fresh("Ev0")
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": team,
        "context_team_id": team,
        "context_enterprise_id": None,
        "api_app_id": ids.APP,
        "event": inner,
        "type": "event_callback",
        "event_id": event_id,
        "event_time": int(ts.split(".")[0]),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": team,
                "user_id": bot_user,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": external,
        "event_context": f"4-{event_id}",
    }


def rich_text(text: str, bot_user: str = ids.BOT_USER) -> list[dict[str, Any]]:
    """The blocks in which a person's message comes: its text, with the mention of the bot as an element of its own."""
    elements: list[dict[str, Any]] = []
    for number, part in enumerate(text.split(f"<@{bot_user}>")):
        if number:
            elements.append({"type": "user", "user_id": bot_user})
        if part:
            elements.append({"type": "text", "text": part})
    section = {"type": "rich_text_section", "elements": elements}
    return [{"type": "rich_text", "block_id": ids.fresh("b"), "elements": [section]}]


def message_of(
    text: str,
    *,
    kind: str = "message",
    channel: str = ids.CHANNEL,
    user: str = ids.ASKER,
    ts: str | None = None,
    thread_ts: str | None = None,
    team: str = ids.TEAM,
    **more: Any,
) -> dict[str, Any]:
    """A person's message as the ``event`` of an envelope."""
    ts = ts or ids.fresh_ts()
    inner: dict[str, Any] = {
        "type": kind,
        "user": user,
        "text": text,
        "ts": ts,
        "client_msg_id": f"7c2d9d2a-9b1e-4a52-8f0e-{ids.fresh('0000')}",
        "team": team,
        "blocks": rich_text(text),
        "channel": channel,
        "event_ts": ts,
    }
    if thread_ts is not None:
        inner |= {"thread_ts": thread_ts, "parent_user_id": user}
    if kind == "message":
        inner["channel_type"] = {"C": "channel", "G": "group", "D": "im"}[channel[0]]
    return inner | more


_ENVELOPE = ("external", "event_id", "bot_user")


def _sent(text: str, *, kind: str = "message", **more: Any) -> dict[str, Any]:
    """A message in its envelope; the envelope's keywords among ``more`` go there."""
    envelope = {name: more.pop(name) for name in _ENVELOPE if name in more}
    more.setdefault("blocks", rich_text(text, envelope.get("bot_user", ids.BOT_USER)))
    return event(message_of(text, kind=kind, **more), team=more.get("team", ids.TEAM), **envelope)


def app_mention(text: str, **more: Any) -> dict[str, Any]:
    """Somebody mentions the bot in a channel; the mention is put before a text that has none."""
    mention = f"<@{more.get('bot_user', ids.BOT_USER)}>"
    return _sent(text if mention in text else f"{mention} {text}", kind="app_mention", **more)


def same_message(mention: dict[str, Any], event_id: str | None = None) -> dict[str, Any]:
    """The second event that Slack sends for one message: the mention as a message of the channel."""
    inner = mention["event"]
    kind = {"C": "channel", "G": "group", "D": "im"}[inner["channel"][0]]
    return {**mention, "event": {**inner, "type": "message", "channel_type": kind}} | {
        "event_id": event_id or ids.fresh("Ev0")
    }


def channel_message(text: str, **more: Any) -> dict[str, Any]:
    """Somebody writes in a channel where the bot is."""
    return _sent(text, **more)


def direct_message(text: str, **more: Any) -> dict[str, Any]:
    """Somebody writes to the bot; with ``thread_ts`` in a thread of theirs."""
    return _sent(text, **{"channel": ids.DIRECT, **more})


def assistant_message(text: str, thread_ts: str, **more: Any) -> dict[str, Any]:
    """Somebody writes in the assistant's pane."""
    return direct_message(text, thread_ts=thread_ts, assistant_thread={"action_token": ids.fresh("act")}, **more)


def edited(before: dict[str, Any], text: str) -> dict[str, Any]:
    """The text of a message that was sent before (an envelope) is now another."""
    inner = before["event"]
    after = {**inner, "text": text, "blocks": rich_text(text)}
    return _changed(before, after | {"edited": {"user": inner["user"], "ts": ids.fresh_ts()}})


def unfurled(before: dict[str, Any]) -> dict[str, Any]:
    """Slack adds the preview of a link to a message; nobody has changed its text."""
    preview = {"from_url": "https://salt.invalid/", "title": "Salt", "id": 1, "fallback": "Salt"}
    return _changed(before, before["event"] | {"attachments": [preview]})


def tombstone(before: dict[str, Any]) -> dict[str, Any]:
    """A message that has replies is deleted: its place stays."""
    inner = before["event"]
    return _changed(
        before,
        {
            "type": "message",
            "subtype": "tombstone",
            "text": "This message was deleted.",
            "user": "USLACKBOT",
            "hidden": True,
            "ts": inner["ts"],
            "thread_ts": inner.get("thread_ts", inner["ts"]),
            "reply_count": 1,
        },
    )


def deleted(before: dict[str, Any]) -> dict[str, Any]:
    """A message is deleted."""
    inner = before["event"]
    return _about(before, "message_deleted", deleted_ts=inner["ts"], previous_message=_plain(inner))


def bot_message(text: str, **more: Any) -> dict[str, Any]:
    """Another app writes."""
    other = {"id": "B0OTHER99", "name": "tolls", "app_id": "A0OTHER99"}
    return _sent(
        text, **{"subtype": "bot_message", "bot_id": "B0OTHER99", "user": "U0OTHER99", "bot_profile": other, **more}
    )


def own_message(text: str, **more: Any) -> dict[str, Any]:
    """What the bot itself has written comes back to it."""
    return _sent(text, **{"user": ids.BOT_USER, "bot_id": ids.BOT, "app_id": ids.APP, **more})


def file_share(text: str, **more: Any) -> dict[str, Any]:
    """Somebody writes and adds a file."""
    file = {"id": "F0SALT001", "name": "salt.pdf", "mimetype": "application/pdf", "size": 1024, "mode": "hosted"}
    return _sent(text, **{"subtype": "file_share", "files": [file], "upload": False, **more})


def thread_broadcast(text: str, thread_ts: str, **more: Any) -> dict[str, Any]:
    """A reply that is sent to the channel as well."""
    return _sent(text, **{"subtype": "thread_broadcast", "thread_ts": thread_ts, **more})


def app_home_opened(*, user: str = ids.ASKER, channel: str = ids.DIRECT, tab: str = "messages") -> dict[str, Any]:
    """Somebody opens the app's own page."""
    return event({"type": "app_home_opened", "user": user, "channel": channel, "tab": tab, "event_ts": ids.fresh_ts()})


def assistant_thread_started(**more: Any) -> dict[str, Any]:
    """Somebody opens the assistant's pane."""
    return _assistant("assistant_thread_started", **more)


def assistant_thread_context_changed(**more: Any) -> dict[str, Any]:
    """Somebody with the assistant's pane open looks at another channel."""
    return _assistant("assistant_thread_context_changed", **more)


def url_verification(challenge: str = "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P") -> dict[str, Any]:
    """Slack asks whether the address is ours."""
    return {"token": VERIFICATION_TOKEN, "challenge": challenge, "type": "url_verification"}


def tokens_revoked(*, team: str = ids.TEAM, bot_user: str = ids.BOT_USER) -> dict[str, Any]:
    """The bot's token is no longer good."""
    inner = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [bot_user]}, "event_ts": ids.fresh_ts()}
    return event(inner, team=team)


def app_uninstalled(*, team: str = ids.TEAM) -> dict[str, Any]:
    """The app is taken out of a workspace."""
    return event({"type": "app_uninstalled", "event_ts": ids.fresh_ts()}, team=team)


def _assistant(
    kind: str,
    *,
    user: str = ids.ASKER,
    channel: str = ids.DIRECT,
    thread_ts: str | None = None,
    seen_channel: str = ids.CHANNEL,
    team: str = ids.TEAM,
) -> dict[str, Any]:
    ts = thread_ts or ids.fresh_ts()
    context = {"channel_id": seen_channel, "team_id": team, "enterprise_id": None}
    thread = {"user_id": user, "context": context, "channel_id": channel, "thread_ts": ts}
    return event({"type": kind, "assistant_thread": thread, "event_ts": ids.fresh_ts()}, team=team)


def _changed(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    return _about(before, "message_changed", message=_plain(after), previous_message=_plain(before["event"]))


def _about(before: dict[str, Any], subtype: str, **more: Any) -> dict[str, Any]:
    """An event that tells of a change of a message."""
    inner, ts = before["event"], ids.fresh_ts()
    kind = {"C": "channel", "G": "group", "D": "im"}[inner["channel"][0]]
    about = {"type": "message", "subtype": subtype, "hidden": True, "channel": inner["channel"], "channel_type": kind}
    return event(
        {**about, **more, "ts": ts, "event_ts": ts},
        team=before["team_id"],
        external=before["is_ext_shared_channel"],
    )


def _plain(inner: dict[str, Any]) -> dict[str, Any]:
    """A message as it stands inside an event about it."""
    left_out = ("channel", "channel_type", "event_ts", "parent_user_id")
    return {name: value for name, value in inner.items() if name not in left_out} | {"type": "message"}
