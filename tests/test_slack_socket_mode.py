"""`pacta slack` answers over Socket Mode, however often the socket is closed, dropped or refused."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import slack_ids as ids
import slack_payloads as payloads
from server_fakes import ROOT, wait_for
from slack_interactions import click, command, message_shortcut
from slack_server import SlackServer, slack_server
from slack_socket import Envelope

WORDS = "in common & in peace"
QUESTION = "What does Article 2 say?"
# The command over the invented treaties; a socket that says nothing is soon taken for one that is dead.
SLACK_FAKES = """
import functools, sys
sys.path[:0] = [".", "tests"]
from service import app
from service.slack_app import socket as slack_socket, worker as slack_worker
from slack_app import answer_anew
from web_fakes import FakeIndex, fake_search
import pacta
app._open_index = lambda home: FakeIndex()
app._answer, app._search = answer_anew, fake_search
slack_worker.FIRST_PAUSE_SECONDS = slack_worker.LOOK_SECONDS = 0.1
slack_socket._run = functools.partial(slack_socket._run, ping_seconds=0.3)
sys.exit(pacta.main(["slack"]))
"""


class Running:
    """A process of `pacta slack`; ``said`` is what it has said on stderr once it has ended."""

    def __init__(self, process: "subprocess.Popen[str]", stderr: Any) -> None:
        self.process = process
        self._stderr = stderr
        self.said = ""

    def ended(self) -> int:
        """Waits for the end; gives the exit code."""
        code = self.process.wait(30)
        self._stderr.seek(0)
        self.said = self._stderr.read()
        return code

    def stop(self, how: int) -> int:
        """Sends a signal and waits for the end; gives the exit code."""
        self.process.send_signal(how)
        return self.ended()


@contextmanager
def answering(server: SlackServer, home: Path, **environment: str) -> Iterator[Running]:
    """`pacta slack` with this Slack's tokens, which need not have come to connect."""
    given = {
        "PACTA_HOME": str(home),
        "SLACK_APP_TOKEN": ids.APP_TOKEN,
        "SLACK_BOT_TOKEN": ids.BOT_TOKEN,
        "PACTA_SLACK_API_URL": server.url.rstrip("/"),
        "PACTA_SLACK_LIMIT_PER_USER": "off",
        "PYTHONUNBUFFERED": "1",
        **environment,
    }
    with tempfile.TemporaryFile("w+", encoding="utf-8") as stderr:
        process = subprocess.Popen(
            [sys.executable, "-W", "error", "-c", SLACK_FAKES],
            cwd=ROOT,
            env={**os.environ, **given},
            stdout=subprocess.DEVNULL,
            stderr=stderr,
            text=True,
        )
        try:
            yield Running(process, stderr)
        finally:
            process.kill()
            process.wait(30)


@pytest.fixture(scope="module")
def server() -> Iterator[SlackServer]:
    with slack_server() as server:
        yield server


@pytest.fixture(scope="module", autouse=True)
def slack(server: SlackServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One process for all tests that do not end it."""
    with answering(server, tmp_path_factory.mktemp("socket")) as running:
        wait_for(lambda: server.socket.open > 0)
        yield running
        assert running.stop(signal.SIGTERM) == 0
        # Slack's library logs what it could not connect to; nothing else is said.
        assert all(line.startswith("{") for line in running.said.splitlines()), running.said
    assert all(one.acks for one in server.socket.envelopes)
    assert max(ack.took for ack in server.socket.acks) < 3.0


@pytest.fixture(autouse=True)
def _connected(server: SlackServer) -> Iterator[None]:
    server.calls.clear()
    yield
    server.clear()
    server.socket.accept()
    wait_for(lambda: server.socket.open > 0)


def mention(server: SlackServer, text: str = QUESTION) -> dict[str, Any]:
    """Somebody's mention, in its channel but not sent yet."""
    asked = payloads.app_mention(text)
    server.say(asked["event"]["text"], ts=asked["event"]["ts"])
    return asked


def the_answer(server: SlackServer, asked: dict[str, Any]) -> None:
    """Asserts that a question is answered, and after a while has been but once."""
    thread = ids.CHANNEL, asked["event"]["ts"]
    wait_for(lambda: any(WORDS in one.seen and not one.streaming for one in server.said(*thread)))
    time.sleep(0.15)
    assert [WORDS in one.seen for one in server.said(*thread)] == [True]


def acknowledged(envelope: Envelope) -> None:
    """Asserts that something sent is acknowledged."""
    assert envelope.acknowledged.wait(10)


def test_everything_that_can_be_asked(server: SlackServer) -> None:
    asked = mention(server)
    acknowledged(server.socket.event(asked))
    the_answer(server, asked)
    form = command(server, QUESTION)
    acknowledged(server.socket.command(form))
    theirs = server.say("They say that Article 2 forbids it.")
    acknowledged(server.socket.interaction(message_shortcut(server, theirs.document)))
    wait_for(lambda: [WORDS in str(one.body) for one in server.responses if one.url == form["response_url"]] == [True])
    wait_for(lambda: [WORDS in one.seen for one in server.said(ids.CHANNEL, theirs.ts)] == [True])


def test_a_button_opens_the_article(server: SlackServer) -> None:
    asked = mention(server)
    server.socket.event(asked)
    the_answer(server, asked)
    (told,) = server.said(ids.CHANNEL, asked["event"]["ts"])
    buttons = [element for block in told.blocks for element in block.get("elements", [])]
    (value,) = [one["value"] for one in buttons if one.get("action_id") == "pacta_show_article:0"]
    acknowledged(server.socket.interaction(click(server, "pacta_show_article:0", value, message=told.document)))
    wait_for(lambda: bool(server.made("views.open")))
    assert WORDS in str(server.made("views.open")[0].arguments["view"])


def test_is_acknowledged_when_kept_and_before_it_is_answered(server: SlackServer) -> None:
    held = server.hold("chat.startStream")
    asked = mention(server)
    envelope = server.socket.event(asked)
    acknowledged(envelope)
    assert envelope.acks[0].took < 3.0
    held.set()
    the_answer(server, asked)


@pytest.mark.parametrize("how", ["refresh_requested", "warning", "dropped"])
def test_the_socket_is_closed(server: SlackServer, how: str) -> None:
    """What Slack sends while there is none, and sends again since its acknowledgement was lost, is answered once."""
    held = server.hold("chat.startStream")
    before, amid = mention(server), mention(server)
    acknowledged(server.socket.event(before))
    opened = server.socket.connected
    if how == "dropped":
        server.socket.drop()
    else:
        server.socket.disconnect(how, close=how != "warning")
    envelope = server.socket.event(amid)
    if how != "warning":
        wait_for(lambda: server.socket.connected > opened)
    held.set()
    acknowledged(envelope)
    for asked in (before, amid):
        the_answer(server, asked)


def test_no_socket_is_to_be_had_for_a_while(server: SlackServer) -> None:
    server.socket.refuse()
    server.socket.drop()
    asked = mention(server)
    envelope = server.socket.event(asked)
    time.sleep(0.5)
    assert not envelope.acks
    server.socket.accept()
    acknowledged(envelope)
    the_answer(server, asked)


def test_slack_is_down_for_a_while(server: SlackServer) -> None:
    server.down()
    asked = mention(server)
    envelope = server.socket.event(asked)
    time.sleep(0.3)
    server.up()
    acknowledged(envelope)
    the_answer(server, asked)


def test_comes_again_over_the_socket(server: SlackServer) -> None:
    asked = mention(server)
    for _ in range(3):  # each an envelope of its own, as Slack sends an event again
        acknowledged(server.socket.event(asked))
    acknowledged(server.socket.event(payloads.same_message(asked)))
    the_answer(server, asked)


def test_slack_does_not_know_the_token(server: SlackServer, home: Path) -> None:
    with answering(server, home, SLACK_APP_TOKEN="xapp-1-wrong") as running:
        assert running.ended() == 3
    assert "SLACK_APP_TOKEN" in running.said
    assert "invalid_auth" in running.said
    assert "wrong" not in running.said
    assert "Traceback" not in running.said


def test_is_stopped_by_ctrl_c(server: SlackServer, home: Path) -> None:
    opened = server.socket.connected
    with answering(server, home) as running:
        wait_for(lambda: server.socket.connected > opened)
        assert running.stop(signal.SIGINT) == 0
    assert "Traceback" not in running.said
