"""What the tests send as Slack is taken for Slack's by Slack's own library."""

from typing import Any

import httpx
import pytest
import slack_ids as ids
import slack_payloads as payloads
from slack_requests import Sender, signed
from slack_sdk.signature import Clock, SignatureVerifier

MENTION = payloads.app_mention("May salt be sold?")
EVENTS: dict[str, dict[str, Any]] = {
    "a mention": MENTION,
    "a message in a channel": payloads.channel_message("x"),
    "a direct message": payloads.direct_message("x"),
    "a message in the assistant's pane": payloads.assistant_message("x", "1.000001"),
    "an edit": payloads.edited(MENTION, "May salt be bought?"),
    "a preview": payloads.unfurled(MENTION),
    "a tombstone": payloads.tombstone(MENTION),
    "a deletion": payloads.deleted(MENTION),
    "another app's message": payloads.bot_message("x"),
    "the bot's own message": payloads.own_message("x"),
    "a file": payloads.file_share("x"),
    "a reply to the channel": payloads.thread_broadcast("x", "1.000001"),
    "the app's page": payloads.app_home_opened(),
    "the assistant's pane": payloads.assistant_thread_started(),
    "the assistant's pane elsewhere": payloads.assistant_thread_context_changed(),
    "a revoked token": payloads.tokens_revoked(),
    "the end of an installation": payloads.app_uninstalled(),
}


class At(Clock):
    """A clock that stands still."""

    def __init__(self, at: float) -> None:
        self.at = at

    def now(self) -> float:
        return self.at


@pytest.mark.parametrize(
    ("secret", "now", "valid"),
    [(ids.SIGNING_SECRET, 1000, True), ("another", 1000, False), (ids.SIGNING_SECRET, 1301, False)],
    ids=["as it should be", "forged", "replayed later"],
)
def test_a_signature_holds_for_its_secret_and_five_minutes(secret: str, now: float, valid: bool) -> None:
    verifier = SignatureVerifier(ids.SIGNING_SECRET, At(now))
    assert verifier.is_valid_request("{}", signed(secret, "{}", at=1000)) is valid


def received(act: Any) -> httpx.Request:
    """The request that a sender sends."""
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200)

    with Sender(
        "", client=httpx.Client(transport=httpx.MockTransport(answer), base_url="http://app.invalid")
    ) as sender:
        act(sender)
    return seen[0]


@pytest.mark.parametrize(
    ("act", "content_type"),
    [
        (lambda sender: sender.event(MENTION), "application/json"),
        (lambda sender: sender.command({"text": "salt & “toll” 🧂"}), "application/x-www-form-urlencoded"),
        (lambda sender: sender.interaction({"type": "x"}), "application/x-www-form-urlencoded"),
    ],
    ids=["an event", "a command", "an interaction"],
)
def test_a_request_is_signed_as_it_is_sent(act: Any, content_type: str) -> None:
    request = received(act)
    assert request.url.path == "/slack/events"
    assert request.headers["Content-Type"] == content_type
    assert SignatureVerifier(ids.SIGNING_SECRET).is_valid_request(request.content, dict(request.headers))


def test_a_retry_says_which_it_is_and_why() -> None:
    request = received(lambda sender: sender.event(MENTION, retry=2, reason="http_error"))
    assert request.headers["X-Slack-Retry-Num"] == "2"
    assert request.headers["X-Slack-Retry-Reason"] == "http_error"


@pytest.mark.parametrize("payload", EVENTS.values(), ids=EVENTS)
def test_an_event_is_complete(payload: dict[str, Any]) -> None:
    assert {"token", "team_id", "api_app_id", "event", "type", "event_id", "event_time", "authorizations"} < set(
        payload
    )
    assert payload["authorizations"][0]["team_id"] == payload["team_id"] == ids.TEAM
    assert "ts" in payload["event"] or "event_ts" in payload["event"]


def test_every_event_has_an_id_of_its_own_and_one_message_two_events() -> None:
    again = payloads.same_message(MENTION)
    assert len({payload["event_id"] for payload in [*EVENTS.values(), again]}) == len(EVENTS) + 1
    assert (again["event"]["type"], again["event"]["ts"]) == ("message", MENTION["event"]["ts"])


def test_a_mention_has_the_bot_as_an_element_of_its_own() -> None:
    section = MENTION["event"]["blocks"][0]["elements"][0]
    assert section["elements"] == [
        {"type": "user", "user_id": ids.BOT_USER},
        {"type": "text", "text": " May salt be sold?"},
    ]


def test_a_change_has_the_message_before_and_after() -> None:
    inner = EVENTS["an edit"]["event"]
    assert (inner["subtype"], inner["message"]["text"]) == ("message_changed", "May salt be bought?")
    assert inner["previous_message"]["ts"] == inner["message"]["ts"] == MENTION["event"]["ts"]
    assert EVENTS["a preview"]["event"]["message"]["text"] == MENTION["event"]["text"]
    assert EVENTS["a tombstone"]["event"]["message"]["subtype"] == "tombstone"
    assert EVENTS["a deletion"]["event"]["deleted_ts"] == MENTION["event"]["ts"]


@pytest.mark.parametrize(
    ("statuses", "retries"),
    [([200], [None]), ([500, 200], [None, "http_error"]), ([500] * 9, [None, *["http_error"] * 3])],
    ids=["taken at once", "taken the second time", "never taken"],
)
def test_an_event_is_sent_again_until_it_is_taken(statuses: list[int], retries: list[str | None]) -> None:
    seen: list[str | None] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers.get("X-Slack-Retry-Reason"))
        return httpx.Response(statuses[len(seen) - 1])

    client = httpx.Client(transport=httpx.MockTransport(answer), base_url="http://app.invalid")
    with Sender("", client=client) as sender:
        responses = sender.deliver(MENTION)
    assert seen == retries
    assert [response.status_code for response in responses if response] == statuses[: len(retries)]
