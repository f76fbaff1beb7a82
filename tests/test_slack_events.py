"""What of all that Slack sends is a question to Pacta, and what is not."""

from dataclasses import replace
from typing import Any

import pytest

from service.slack_app.events import Asked, Changed, asked_or_changed, plain_text, read_by_others

BOT = "UBOT"


def event(kind: str = "message", **fields: Any) -> dict[str, Any]:
    """An event as Slack sends it, with these fields of its own."""
    return {
        "type": "event_callback",
        "team_id": "T1",
        "event_id": "Ev1",
        "is_ext_shared_channel": False,
        "event": {"type": kind, "channel": "C1", "ts": "17.5", "user": "U1", "text": "", "event_ts": "18.0", **fields},
    }


def changed(message: dict[str, Any], before: dict[str, Any], channel: str = "C1", at: str = "18.0") -> dict[str, Any]:
    """The event of an edit."""
    return event(
        subtype="message_changed",
        channel=channel,
        user=None,
        event_ts=at,
        message={"type": "message", "user": "U1", "ts": "17.5", **message},
        previous_message={"type": "message", "user": "U1", "ts": "17.5", **before},
    )


ADDRESSED = {
    "a mention": event("app_mention", text="<@UBOT> what of salt?"),
    "the same message as a message": event(text="<@UBOT> what of salt?", channel_type="channel"),
    "a mention in the middle": event(text="what <@UBOT> of salt?"),
    "a direct message": event(channel="D1", text="what of salt?", channel_type="im"),
    "a file with words": event(channel="D1", text="what of salt?", subtype="file_share"),
    "a reply that the channel sees too": event(text="<@UBOT> what of salt?", subtype="thread_broadcast"),
}
NOT_ADDRESSED = {
    "people among themselves": event(text="what of salt?"),
    "somebody else is mentioned": event(text="<@U2> what of salt?"),
    "another bot": event(text="<@UBOT> what of salt?", bot_id="B2"),
    "another bot, by mention": event("app_mention", text="<@UBOT> what of salt?", bot_id="B2"),
    "an old bot": event(text="<@UBOT> what of salt?", subtype="bot_message", user=None),
    "itself": event(text="<@UBOT> what of salt?", user="UBOT"),
    "Slack says who has joined": event(text="<@UBOT> has joined", subtype="channel_join"),
    "a reaction": event("reaction_added", text="<@UBOT>"),
    "a button": {"type": "block_actions", "actions": []},
}


@pytest.mark.parametrize("body", ADDRESSED.values(), ids=ADDRESSED.keys())
def test_is_asked(body: dict[str, Any]) -> None:
    asked = asked_or_changed(body, BOT)
    assert isinstance(asked, Asked)
    assert asked.text.split() == ["what", "of", "salt?"]
    assert asked.source == f"T1/{asked.channel}/17.5"
    assert (asked.thread, asked.asker, asked.respond_to) == ("17.5", "U1", None)


@pytest.mark.parametrize("body", NOT_ADDRESSED.values(), ids=NOT_ADDRESSED.keys())
def test_is_quiet(body: dict[str, Any]) -> None:
    assert asked_or_changed(body, BOT) is None


def test_a_reply_belongs_to_its_thread_and_a_shared_channel_is_known() -> None:
    body = event("app_mention", text="<@UBOT> and of silver?", thread_ts="12.0") | {"is_ext_shared_channel": True}
    asked = asked_or_changed(body, BOT)
    assert isinstance(asked, Asked)
    assert (asked.thread, asked.source) == ("12.0", "T1/C1/17.5")
    assert read_by_others(body) == ("C1", True)


ASKED = Asked("T1/C1/17.5", "Ev1", "T1", None, "C1", "17.5", "U1", "of silver?", text_at="18.0")
OLD = {"ts": "17.5", "text": "<@UBOT> of salt?", "user": "U1"}
CHANGES = {
    "edited": (
        changed({"text": "<@UBOT> of silver?"}, {"text": "<@UBOT> of salt?"}),
        Changed("T1/C1/17.5", "of silver?", "18.0", ASKED),
    ),
    "deleted": (
        event(subtype="message_deleted", deleted_ts="17.5", ts="18.0", previous_message=OLD),
        Changed("T1/C1/17.5", None, "18.0", replace(ASKED, text=None)),
    ),
    "deleted, with replies that stay": (
        changed({"text": "This message was deleted.", "subtype": "tombstone"}, {"text": "<@UBOT> of salt?"}),
        Changed("T1/C1/17.5", None, "18.0", replace(ASKED, text=None)),
    ),
    "edited long after it was sent": (
        changed({"text": "<@UBOT> of silver?"}, {"text": "<@UBOT> of salt?"}, at="9000.0"),
        Changed("T1/C1/17.5", "of silver?", "9000.0"),
    ),
    "deleted long after it was sent": (
        event(subtype="message_deleted", deleted_ts="17.5", event_ts="9000.0", previous_message=OLD),
        Changed("T1/C1/17.5", None, "9000.0"),
    ),
    "deleted, and never asked": (
        event(subtype="message_deleted", deleted_ts="17.5", previous_message={**OLD, "text": "of salt"}),
        Changed("T1/C1/17.5", None, "18.0"),
    ),
    "a link is shown": (changed({"text": "<@UBOT> a"}, {"text": "<@UBOT> a"}), None),
    "Pacta has edited its own": (changed({"text": "b", "user": BOT}, {"text": "a", "user": BOT}), None),
    "a bot has edited its own": (changed({"text": "<@UBOT> b", "bot_id": "B2"}, {"text": "a"}), None),
}


@pytest.mark.parametrize(("body", "expected"), CHANGES.values(), ids=CHANGES.keys())
def test_changes(body: dict[str, Any], expected: Changed | None) -> None:
    assert asked_or_changed(body, BOT) == expected


def test_an_edit_can_address() -> None:
    found = asked_or_changed(changed({"text": "<@UBOT> of salt?"}, {"text": "of salt?"}), BOT)
    assert isinstance(found, Changed)
    assert found.asked is not None
    assert (found.asked.text, found.asked.source) == ("of salt?", "T1/C1/17.5")
    elsewhere = asked_or_changed(changed({"text": "of silver?"}, {"text": "of salt?"}, "D1"), BOT)
    assert isinstance(elsewhere, Changed)
    assert (elsewhere.source, elsewhere.text) == ("T1/D1/17.5", "of silver?")


def test_command_and_shortcut() -> None:
    command = {
        "command": "/treaty", "text": "what of salt &amp; silver?", "team_id": "T1", "channel_id": "C1",
        "user_id": "U1", "trigger_id": "1.2.x", "response_url": "https://hooks.example/1",
    }  # fmt: skip
    asked = asked_or_changed(command, None)
    assert asked == Asked(
        "T1/C1/1.2.x", None, "T1", None, "C1", "", "U1", "what of salt & silver?", "https://hooks.example/1"
    )
    shortcut = {
        "type": "message_action", "callback_id": "pacta_ask_about", "trigger_id": "1.2.y", "response_url": "https://hooks.example/2",
        "team": {"id": "T1"}, "channel": {"id": "C1"}, "user": {"id": "U1"},
        "message": {"ts": "9.0", "text": "", "bot_id": "B9", "attachments": [{"text": "Salt is free, they say"}]},
    }  # fmt: skip
    asked = asked_or_changed(shortcut, None)
    assert isinstance(asked, Asked)
    assert (asked.thread, asked.text) == ("9.0", "Salt is free, they say")
    assert read_by_others(shortcut) is None


TEXTS = [
    ("<@UBOT> what of <@U2|Ana>?", "what of Ana?", "the bot is not part of it, others are by name"),
    ("<@UBOT>&lt;b&gt; &amp;amp;", "<b> &amp;", "three characters are escaped, once"),
    ("see <https://un.example/a?b=1&amp;c=2|Article 51>", "see Article 51", "a link is what it is called"),
    ("see <https://un.example/a>", "see https://un.example/a", "or its address"),
    ("in <#C9|treaties> <!here> <!subteam^S1|@desk>", "in #treaties   @desk", "channels, everybody, groups"),
    ("<!date^1^{date} at {time}|18 June>: who signed?", "18 June: who signed?", "a date is its words"),
    ("a < b and c > d", "a < b and c > d", "no mark at all"),
]


@pytest.mark.parametrize(("text", "plain", "why"), TEXTS, ids=[why for *_, why in TEXTS])
def test_plain_text(text: str, plain: str, why: str) -> None:
    assert plain_text(text, BOT).split() == plain.split()
