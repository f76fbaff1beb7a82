"""The tests' Slack limits calls, is slow, fails and is down as a test wants it."""

import threading
import time
from typing import Any

import httpx
import pytest
import slack_ids as ids
from slack_clients import refused, stream
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_server import SlackServer


def test_one_message_a_second_in_a_channel_after_a_burst(server: SlackServer, client: WebClient) -> None:
    server.rate_limits = True

    def post(channel: str = ids.CHANNEL) -> Any:
        return client.chat_postMessage(channel=channel, text="x")

    for _ in range(server.rates.burst):
        post()
    with pytest.raises(SlackApiError) as caught:
        post()
    response = caught.value.response
    assert (response.status_code, response.headers["Retry-After"]) == (429, "1")
    assert response.data == {"ok": False, "error": "ratelimited"}
    assert refused(lambda: stream(client))["error"] == "ratelimited"
    post("C0OTHER")
    assert len(server.messages) == server.rates.burst + 1
    assert server.refused() == []


def test_seconds_may_be_short_and_the_time_to_wait_set(server: SlackServer, client: WebClient) -> None:
    server.rate_limits, server.second, server.rates.burst = True, 0.02, 1
    client.chat_postMessage(channel=ids.CHANNEL, text="x")
    with pytest.raises(SlackApiError) as caught:
        client.chat_postMessage(channel=ids.CHANNEL, text="x")
    assert caught.value.response.headers["Retry-After"] == "0"
    time.sleep(0.02)
    client.chat_postMessage(channel=ids.CHANNEL, text="x")
    server.rates.retry_after = 7
    with pytest.raises(SlackApiError) as caught:
        client.chat_postMessage(channel=ids.CHANNEL, text="x")
    assert caught.value.response.headers["Retry-After"] == "7"


def test_so_many_calls_a_minute_of_a_tier(server: SlackServer, client: WebClient) -> None:
    server.rate_limits, server.rates.burst = True, 100
    for number in range(20):
        stream(client, f"C{number}")
    with pytest.raises(SlackApiError) as caught:
        stream(client, "C0LAST")
    assert 50 < int(caught.value.response.headers["Retry-After"]) <= 60
    server.second = 0.0001
    time.sleep(0.01)
    stream(client, "C0LAST")


@pytest.mark.parametrize("kind", ["refused", "html"])
def test_slack_may_be_down_for_a_while(server: SlackServer, client: WebClient, kind: Any) -> None:
    address = server.url
    server.down(kind)
    if kind == "refused":
        with pytest.raises(httpx.ConnectError):
            httpx.post(f"{address}api.test", trust_env=False)
    else:
        response = httpx.post(f"{address}api.test", trust_env=False)
        assert (response.status_code, response.headers["Content-Type"]) == (503, "text/html; charset=utf-8")
    server.up()
    assert server.url == address
    assert client.api_test()["ok"]
    assert [call.method for call in server.calls] == ["api.test"]


def test_a_call_may_fail_so_many_times(server: SlackServer, client: WebClient) -> None:
    server.fail_next("auth.test", times=2)
    server.fail_next("*", "fatal_error", status=500)
    assert [refused(client.auth_test)["error"] for _ in range(3)] == ["internal_error", "internal_error", "fatal_error"]
    assert client.auth_test()["ok"]
    assert [call.status for call in server.calls] == [200, 200, 500, 200]


def test_a_call_may_be_carried_out_without_an_answer(server: SlackServer, client: WebClient) -> None:
    server.drop_next("chat.postMessage")
    with pytest.raises(OSError, match=r"closed|reset|Remote end"):
        client.chat_postMessage(channel=ids.CHANNEL, text="x")
    assert [message.text for message in server.messages.values()] == ["x"]
    client.chat_postMessage(channel=ids.CHANNEL, text="y")


def test_a_call_may_be_slow(server: SlackServer, client: WebClient) -> None:
    server.slow("auth.test", 0.05)
    begun = time.monotonic()
    client.auth_test()
    assert time.monotonic() - begun >= 0.05


def test_a_call_may_be_held(server: SlackServer, client: WebClient) -> None:
    release = server.hold("chat.postMessage")
    posting = threading.Thread(target=lambda: client.chat_postMessage(channel=ids.CHANNEL, text="x"))
    posting.start()
    latest = time.monotonic() + 5
    while not server.made("chat.postMessage"):
        assert time.monotonic() < latest
        time.sleep(0.005)
    assert (server.calls[0].error, server.messages) == ("", {})
    release.set()
    posting.join(5)
    assert server.calls[0].error is None
    assert len(server.messages) == 1
