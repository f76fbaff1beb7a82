"""The tests' Slack shows messages while they are being written, as Slack does."""

import asyncio
from typing import Any

import pytest
import slack_ids as ids
from slack_clients import SALT, refused, stream
from slack_sdk import WebClient
from slack_sdk.web.async_client import AsyncWebClient
from slack_server import SlackServer


def test_a_stream_from_its_start_to_its_end(server: SlackServer, client: WebClient) -> None:
    question = server.say("May salt be sold?")
    ts = stream(client, thread_ts=question.ts)
    conflict = refused(lambda: client.chat_update(channel=ids.CHANNEL, ts=ts, text="x"))
    for chunks in (
        [{"type": "task_update", "id": "1", "title": "Reading", "status": "in_progress"}],
        [{"type": "markdown_text", "text": "It may "}, {"type": "markdown_text", "text": "not."}],
        [{"type": "task_update", "id": "1", "title": "Read", "status": "complete"}],
        [{"type": "blocks", "blocks": [SALT]}],
    ):
        client.chat_appendStream(channel=ids.CHANNEL, ts=ts, chunks=chunks)
    assert [message.ts for message in server.streams()] == [ts]
    about = {"event_type": "pacta_answer", "event_payload": {}}
    client.chat_stopStream(channel=ids.CHANNEL, ts=ts, blocks=[{"type": "divider"}], metadata=about)
    message = server.messages[ids.CHANNEL, ts]
    assert conflict["error"] == "streaming_state_conflict"
    assert (message.seen, message.text) == ("Read\nIt may not.\nSalt is common.", "It may not.")
    assert (message.streaming, message.metadata) == (False, about)
    assert message.blocks[-1] == {"type": "divider"}
    client.chat_update(channel=ids.CHANNEL, ts=ts, text="Changed", blocks=[])


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"recipient_team_id": None}, "missing_recipient_team_id"),
        ({"recipient_user_id": None}, "missing_recipient_user_id"),
        ({"recipient_team_id": "T0NOWHERE"}, "team_not_found"),
        ({"thread_ts": None}, "invalid_arguments"),
        ({"channel": "C0NOSTREAM"}, "channel_type_not_supported"),
        ({"chunks": [{"type": "text"}]}, "invalid_chunks"),
        ({"markdown_text": "x" * 12_001}, "msg_too_long"),
        (
            {"markdown_text": "x", "chunks": [{"type": "markdown_text", "text": "x"}]},
            "cannot_provide_both_markdown_text_and_chunks",
        ),
    ],
)
def test_a_stream_that_slack_does_not_start(
    server: SlackServer, client: WebClient, more: dict[str, Any], error: str
) -> None:
    server.not_streaming.add("C0NOSTREAM")
    assert refused(lambda: stream(client, **more))["error"] == error
    assert not server.messages


def test_a_stream_in_direct_messages_needs_no_recipient(client: WebClient) -> None:
    assert stream(client, ids.DIRECT, recipient_team_id=None, recipient_user_id=None)


def test_a_stream_takes_fifty_blocks_and_fifty_more_at_its_end(client: WebClient) -> None:
    ts = stream(client)
    line = {"type": "divider"}
    fifty = [{"type": "blocks", "blocks": [line] * 50}]
    client.chat_appendStream(channel=ids.CHANNEL, ts=ts, chunks=fifty)
    one_more = [{"type": "blocks", "blocks": [line]}]
    answer = refused(lambda: client.chat_appendStream(channel=ids.CHANNEL, ts=ts, chunks=one_more))
    assert answer["error"] == "invalid_blocks"
    assert (
        refused(lambda: client.chat_stopStream(channel=ids.CHANNEL, ts=ts, blocks=[line] * 51))["error"]
        == "invalid_blocks"
    )
    client.chat_stopStream(channel=ids.CHANNEL, ts=ts, blocks=[line] * 50)


@pytest.mark.parametrize("by_user", [True, False], ids=["a reader stops it", "it has lasted too long"])
def test_a_stream_that_has_ended_takes_no_more(server: SlackServer, client: WebClient, by_user: bool) -> None:
    ts = stream(client, markdown_text="It may")
    error = "stopped_by_user" if by_user else "message_not_in_streaming_state"
    assert server.stop_streams(by_user=by_user) == 1
    assert (
        refused(lambda: client.chat_appendStream(channel=ids.CHANNEL, ts=ts, markdown_text=" not."))["error"] == error
    )
    assert refused(lambda: client.chat_stopStream(channel=ids.CHANNEL, ts=ts))["error"] == error
    posted = client.chat_postMessage(channel=ids.CHANNEL, text="x")["ts"]
    assert (
        refused(lambda: client.chat_stopStream(channel=ids.CHANNEL, ts=posted))["error"]
        == "message_not_in_streaming_state"
    )


def test_a_stream_does_not_change_from_text_to_chunks(client: WebClient) -> None:
    ts = stream(client, markdown_text="It may")
    chunks = [{"type": "markdown_text", "text": " not."}]
    answer = refused(lambda: client.chat_appendStream(channel=ids.CHANNEL, ts=ts, chunks=chunks))
    assert answer["error"] == "streaming_mode_mismatch"


def test_slacks_own_helper_streams(server: SlackServer) -> None:
    async def run() -> None:
        client = AsyncWebClient(ids.BOT_TOKEN, base_url=server.url)
        streamer = await client.chat_stream(channel=ids.DIRECT, thread_ts="1.000001", buffer_size=4)
        await streamer.append(markdown_text="It may ")
        await streamer.append(markdown_text="not.")
        await streamer.stop(blocks=[SALT])

    asyncio.run(run())
    assert [message.seen for message in server.messages.values()] == ["It may not.\nSalt is common."]
