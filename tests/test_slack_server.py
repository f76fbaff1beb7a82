"""The tests' Slack takes messages and refuses them as Slack does, with Slack's own client as its caller."""

import json
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest
import slack_ids as ids
from slack_clients import SALT, refused, web_client
from slack_sdk import WebClient
from slack_server import SlackServer, slack_server
from slack_state import Workspace

Action = Callable[[WebClient, Any], Any]


def test_it_keeps_calls_in_order_with_their_arguments(server: SlackServer, client: WebClient) -> None:
    client.auth_test()
    client.chat_postMessage(channel=ids.CHANNEL, text="Salt", blocks=[SALT])
    httpx.post(
        f"{server.url}chat.postMessage",
        data={"token": ids.BOT_TOKEN, "channel": ids.CHANNEL, "blocks": json.dumps([SALT]), "text": "Salt"},
        trust_env=False,
    )
    assert [(call.method, call.token, call.error) for call in server.calls] == [
        ("auth.test", ids.BOT_TOKEN, None),
        ("chat.postMessage", ids.BOT_TOKEN, None),
        ("chat.postMessage", ids.BOT_TOKEN, None),
    ]
    json_call, form_call = server.made("chat.postMessage")
    assert json_call.arguments == form_call.arguments == {"channel": ids.CHANNEL, "text": "Salt", "blocks": [SALT]}
    assert json_call.at <= form_call.at <= time.time()


def test_a_thread_reads_as_a_person_sees_it(server: SlackServer, client: WebClient) -> None:
    question = server.say("May salt be sold?")
    answer = client.chat_postMessage(channel=question.channel, thread_ts=question.ts, text="…")
    client.chat_postMessage(channel=question.channel, text="elsewhere")
    client.chat_update(channel=question.channel, ts=answer["ts"], text="No.", blocks=[SALT])
    gone = client.chat_postMessage(channel=question.channel, thread_ts=question.ts, text="Gone")
    client.chat_delete(channel=question.channel, ts=gone["ts"])
    assert server.read(question.channel, question.ts) == ["May salt be sold?", "Salt is common."]
    assert [message.text for message in server.said(question.channel, question.ts)] == ["No."]
    kept = server.messages[question.channel, answer["ts"]]
    assert (kept.edited, kept.user, kept.thread_ts) == (1, ids.BOT_USER, question.ts)
    assert server.messages[question.channel, gone["ts"]].deleted


def test_an_update_keeps_the_blocks_that_it_does_not_name(server: SlackServer, client: WebClient) -> None:
    ts = client.chat_postMessage(channel=ids.CHANNEL, text="x", blocks=[SALT])["ts"]
    client.chat_update(channel=ids.CHANNEL, ts=ts, text="y")
    assert server.messages[ids.CHANNEL, ts].blocks == [SALT]
    client.chat_update(channel=ids.CHANNEL, ts=ts, text="z", blocks=[])
    assert server.read(ids.CHANNEL, ts) == ["z"]


def test_a_token_is_that_of_its_workspace() -> None:
    toll = Workspace(ids.OTHER_TEAM, "xoxb-toll-0002", "U0PACTA02", "B0PACTA02", name="Toll Towns")
    with slack_server(Workspace(), toll) as server:
        answer = web_client(server, toll.token).auth_test()
        assert (answer["team_id"], answer["user_id"], answer["bot_id"]) == (toll.team, toll.bot_user, toll.bot)
        assert answer.headers["x-oauth-scopes"] == ",".join(ids.SCOPES)
        server.say("May salt be sold?", channel="C0SALT")
        found = refused(lambda: web_client(server, toll.token).chat_postMessage(channel="C0SALT", text="x"))
        assert found["error"] == "channel_not_found"


@pytest.mark.parametrize(
    ("token", "error"),
    [(None, "not_authed"), ("xoxb-unknown", "invalid_auth"), (ids.APP_TOKEN, "not_allowed_token_type")],
)
def test_a_wrong_token_is_refused(server: SlackServer, token: str | None, error: str) -> None:
    assert refused(web_client(server, token).auth_test)["error"] == error


def test_a_revoked_token_is_refused(server: SlackServer, client: WebClient) -> None:
    server.revoked.add(ids.BOT_TOKEN)
    assert refused(client.auth_test)["error"] == "token_revoked"


@pytest.mark.parametrize(
    ("call", "needed"),
    [
        (lambda client: client.chat_postMessage(channel=ids.CHANNEL, text="x"), "chat:write"),
        (lambda client: client.conversations_replies(channel="C1", ts="1.1"), "channels:history"),
        (lambda client: client.conversations_replies(channel="D1", ts="1.1"), "im:history"),
        (lambda client: client.users_info(user="U1"), "users:read"),
    ],
)
def test_a_missing_scope_is_named(call: Callable[[WebClient], Any], needed: str) -> None:
    with slack_server(Workspace(scopes=("commands",))) as server:
        answer = refused(lambda: call(web_client(server)))
    assert (answer["error"], answer["needed"], answer["provided"]) == ("missing_scope", needed, "commands")


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda c, s: c.api_call("chat.postTelegram"), "unknown_method"),
        (lambda c, s: c.api_call("chat.postMessage", json={"text": "x"}), "invalid_arguments"),
        (lambda c, s: c.api_call("chat.postMessage", json={"channel": ids.CHANNEL, "text": " "}), "no_text"),
        (lambda c, s: c.chat_postMessage(channel=ids.CHANNEL, text="x" * 40_001), "msg_too_long"),
        (lambda c, s: c.chat_postMessage(channel=ids.CHANNEL, text="x", blocks=[SALT] * 51), "invalid_blocks"),
        (lambda c, s: c.chat_postMessage(channel=ids.CHANNEL, text="x", blocks="nonsense"), "invalid_blocks_format"),
        (lambda c, s: c.chat_postMessage(channel=ids.CHANNEL, text="x", metadata={}), None),
        (
            lambda c, s: c.chat_postMessage(channel=ids.CHANNEL, text="x", metadata={"event_type": "x"}),
            "invalid_metadata_format",
        ),
        (
            lambda c, s: c.api_call("chat.postMessage", json={"channel": "C1", "text": "x", "markdown_text": "x"}),
            "markdown_text_conflict",
        ),
        (lambda c, s: c.chat_postMessage(channel="C0OUTSIDE", text="x"), "not_in_channel"),
        (lambda c, s: c.chat_postMessage(channel="C0ARCHIVED", text="x"), "is_archived"),
        (lambda c, s: c.chat_postMessage(channel="C0UNKNOWN", text="x"), "channel_not_found"),
        (lambda c, s: c.chat_update(channel=ids.CHANNEL, ts="1.1", text="x"), "message_not_found"),
        (lambda c, s: c.chat_update(channel=ids.CHANNEL, ts=s.say("x").ts, text="x"), "cant_update_message"),
        (lambda c, s: c.chat_delete(channel=ids.CHANNEL, ts=s.say("x").ts), "cant_delete_message"),
        (lambda c, s: c.conversations_replies(channel=ids.CHANNEL, ts="1.1"), "thread_not_found"),
        (lambda c, s: c.users_info(user="C1"), "user_not_found"),
        (
            lambda c, s: c.assistant_threads_setSuggestedPrompts(
                channel_id="D1", thread_ts="1.1", prompts=[{"title": "x", "message": "y"}] * 5
            ),
            "invalid_arguments",
        ),
    ],
)
def test_a_refusal_has_slacks_error(server: SlackServer, client: WebClient, call: Action, error: str | None) -> None:
    server.outside.add("C0OUTSIDE")
    server.archived.add("C0ARCHIVED")
    server.unknown.add("C0UNKNOWN")
    if error is None:
        assert call(client, server)["ok"]
    else:
        assert refused(lambda: call(client, server))["error"] == error
        assert [found.error for found in server.refused()] == [error]


def test_a_refused_message_says_where_and_leaves_no_trace(server: SlackServer, client: WebClient) -> None:
    empty = {"type": "section", "text": {"type": "mrkdwn", "text": ""}}
    answer = refused(lambda: client.chat_postMessage(channel=ids.CHANNEL, text="x", blocks=[SALT, empty]))
    assert answer["response_metadata"]["messages"] == [
        "[ERROR] must be more than 0 characters [json-pointer:/blocks/1/text/text]"
    ]
    assert not server.messages


def test_a_longer_text_may_be_posted_than_may_be_put_in_its_place(client: WebClient) -> None:
    ts = client.chat_postMessage(channel=ids.CHANNEL, text="x" * 4001)["ts"]
    assert refused(lambda: client.chat_update(channel=ids.CHANNEL, ts=ts, text="x" * 4001))["error"] == "msg_too_long"


def test_replies_come_in_pages_with_their_metadata(server: SlackServer, client: WebClient) -> None:
    question = server.say("May salt be sold?")
    about = {"event_type": "pacta_answer", "event_payload": {"id": "7"}}
    first = client.chat_postMessage(channel=ids.CHANNEL, thread_ts=question.ts, text="1", metadata=about)
    for text in "234":
        client.chat_postMessage(channel=ids.CHANNEL, thread_ts=question.ts, text=text)
    page = client.conversations_replies(channel=ids.CHANNEL, ts=question.ts, limit=3, include_all_metadata=True)
    rest = client.conversations_replies(
        channel=ids.CHANNEL, ts=question.ts, limit=3, cursor=page["response_metadata"]["next_cursor"]
    )
    assert [message["text"] for message in page["messages"]] == ["May salt be sold?", "1", "2"]
    assert [message["text"] for message in rest["messages"]] == ["3", "4"]
    assert (page["has_more"], rest["has_more"]) == (True, False)
    assert page["messages"][1]["metadata"] == about
    later = client.conversations_replies(channel=ids.CHANNEL, ts=question.ts, oldest=first["ts"])
    assert [message["text"] for message in later["messages"]] == ["May salt be sold?", "2", "3", "4"]
    assert "metadata" not in later["messages"][1]


def test_a_message_to_a_person_is_direct_and_an_ephemeral_one_is_theirs(server: SlackServer, client: WebClient) -> None:
    direct = client.chat_postMessage(channel="U0ASKER01", text="x")
    assert direct["channel"] == "D0ASKER01"
    client.chat_postEphemeral(channel=ids.CHANNEL, user=ids.ASKER, text="For you")
    assert [(m.text, m.seen_by) for m in server.messages.values()] == [("x", None), ("For you", ids.ASKER)]
