"""Everything that the tests send as Slack reaches the listener that Bolt has for it."""

from collections.abc import Callable
from typing import Any

import pytest
import slack_ids as ids
import slack_payloads as payloads
from slack_bolt import App, BoltRequest
from slack_clients import MODAL, web_client
from slack_interactions import click, command, message_shortcut, submission
from slack_requests import Sender
from slack_server import SlackServer

MENTION = payloads.app_mention("May salt be sold?")


def bolt(server: SlackServer) -> tuple[App, list[str]]:
    """An app that notes which of its listeners was called."""
    app = App(
        client=web_client(server),
        signing_secret=ids.SIGNING_SECRET,
        process_before_response=True,
        raise_error_for_unhandled_request=True,
    )
    called: list[str] = []

    def note(name: str) -> Callable[..., None]:
        def listener(ack: Callable[[], None]) -> None:
            ack()
            called.append(name)

        return listener

    for name in (
        "app_mention",
        "app_home_opened",
        "assistant_thread_started",
        "assistant_thread_context_changed",
        "app_uninstalled",
        "tokens_revoked",
    ):
        app.event(name)(note(name))
    for subtype in ("message_changed", "message_deleted", "bot_message", "file_share", "thread_broadcast", None):
        app.event({"type": "message", "subtype": subtype})(note(subtype or "message"))
    app.command("/treaty")(note("command"))
    app.action("show")(note("action"))
    app.view("comment")(note("view"))
    app.message_shortcut("pacta_ask_about")(note("shortcut"))
    return app, called


class Dispatched:
    """A client for ``Sender`` that hands each request to Bolt."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.status = 0

    def post(self, path: str, *, content: bytes, headers: dict[str, str], timeout: float) -> None:
        """Sends a request to the app."""
        request = BoltRequest(body=content.decode(), headers=headers)  # type: ignore[arg-type]
        self.status = self.app.dispatch(request).status


@pytest.mark.parametrize(
    ("payload", "listener"),
    [
        (MENTION, "app_mention"),
        (payloads.channel_message("x"), "message"),
        (payloads.direct_message("x"), "message"),
        (payloads.assistant_message("x", "1.000001"), "message"),
        (payloads.edited(MENTION, "y"), "message_changed"),
        (payloads.unfurled(MENTION), "message_changed"),
        (payloads.tombstone(MENTION), "message_changed"),
        (payloads.deleted(MENTION), "message_deleted"),
        (payloads.bot_message("x"), "bot_message"),
        (payloads.file_share("x"), "file_share"),
        (payloads.thread_broadcast("x", "1.000001"), "thread_broadcast"),
        (payloads.app_home_opened(), "app_home_opened"),
        (payloads.assistant_thread_started(), "assistant_thread_started"),
        (payloads.assistant_thread_context_changed(), "assistant_thread_context_changed"),
        (payloads.tokens_revoked(), "tokens_revoked"),
        (payloads.app_uninstalled(), "app_uninstalled"),
        # Bolt keeps the app from answering itself.
        (payloads.own_message("x"), None),
    ],
)
def test_an_event_reaches_its_listener(server: SlackServer, payload: dict[str, Any], listener: str | None) -> None:
    app, called = bolt(server)
    dispatched = Dispatched(app)
    Sender("", client=dispatched).event(payload)  # type: ignore[arg-type]
    assert (dispatched.status, called) == (200, [listener] if listener else [])


def test_commands_clicks_shortcuts_and_modals_reach_their_listeners(server: SlackServer) -> None:
    app, called = bolt(server)
    dispatched = Dispatched(app)
    sender = Sender("", client=dispatched)  # type: ignore[arg-type]
    message = server.say("May salt be sold?").document
    sender.command(command(server, "May salt be sold?"))
    sender.interaction(click(server, "show", "1", message=message))
    sender.interaction(message_shortcut(server, message))
    sender.interaction(submission(server, {**MODAL, "callback_id": "comment"}, {"comment": {"text": "Wrong"}}))
    assert called == ["command", "action", "shortcut", "view"]


@pytest.mark.parametrize(
    ("at", "secret", "status"),
    [(None, ids.SIGNING_SECRET, 200), (None, "another", 401), (1000.0, ids.SIGNING_SECRET, 401)],
    ids=["as it should be", "forged", "replayed"],
)
def test_a_signature_is_checked(server: SlackServer, at: float | None, secret: str, status: int) -> None:
    app, _called = bolt(server)
    dispatched = Dispatched(app)
    Sender("", client=dispatched).event(MENTION, at=at, secret=secret)  # type: ignore[arg-type]
    assert dispatched.status == status


def test_the_address_is_verified(server: SlackServer) -> None:
    app, _called = bolt(server)
    dispatched = Dispatched(app)
    Sender("", client=dispatched).event(payloads.url_verification())  # type: ignore[arg-type]
    assert dispatched.status == 200
