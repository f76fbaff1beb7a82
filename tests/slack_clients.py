"""Slack's own client towards the tests' Slack, and what it is refused."""

from collections.abc import Callable
from typing import Any

import pytest
import slack_ids as ids
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_server import SlackServer

SALT = {"type": "section", "text": {"type": "plain_text", "text": "Salt is common."}}
MODAL = {"type": "modal", "title": {"type": "plain_text", "text": "Article 1"}, "blocks": [SALT]}


def web_client(server: SlackServer, token: str | None = ids.BOT_TOKEN) -> WebClient:
    """A client that tries nothing a second time by itself, as it would after a broken connection."""
    return WebClient(token, base_url=server.url, retry_handlers=[])


def refused(call: Callable[[], Any]) -> dict[str, Any]:
    """What Slack answers to a call that it refuses."""
    with pytest.raises(SlackApiError) as caught:
        call()
    answer = caught.value.response.data
    assert isinstance(answer, dict)
    return answer


def stream(client: WebClient, channel: str = ids.CHANNEL, thread_ts: str = "1.000001", **more: Any) -> str:
    """Starts a stream in a thread; gives its ts."""
    who = {"recipient_team_id": ids.TEAM, "recipient_user_id": ids.ASKER}
    return str(client.chat_startStream(channel=channel, thread_ts=thread_ts, **{**who, **more})["ts"])
