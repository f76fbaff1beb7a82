"""Processes that answer in Slack end, are killed and work side by side; each question has its answer once."""

import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
import slack_ids as ids
import slack_payloads as payloads
from server_fakes import Served, serve_in_process, wait_for
from slack_interactions import command
from slack_requests import Sender
from slack_server import SlackServer, slack_server

from service.slack_app.delivery import INTERRUPTED

WORDS = "in common & in peace"
PLAIN = "C0PLAIN01"
# Answers have ids of their own; one waits as long as there is the file "hold"; who is gone is soon followed.
CHANGES = """
import functools, os, time
from pathlib import Path
from service import slack
from service.slack_app import worker as slack_worker
from slack_app import answer_anew
home = Path(os.environ["PACTA_HOME"])
def answer(question, *more):
    if "held" in question.text:
        (home / "begun").touch()
        until = time.monotonic() + 10
        while (home / "hold").exists() and time.monotonic() < until:
            time.sleep(0.02)
    if "long" in question.text:
        time.sleep(0.5)
    return answer_anew(question, *more)
app._answer = answer
slack.Slack = functools.partial(slack.Slack, lease_seconds={lease})
slack_worker.PATIENCE_SECONDS = slack_worker.FIRST_PAUSE_SECONDS = slack_worker.LOOK_SECONDS = 0.1
"""


@pytest.fixture
def server() -> Iterator[SlackServer]:
    with slack_server() as server:
        server.not_streaming.add(PLAIN)
        yield server


@contextmanager
def serving(server: SlackServer, home: Path, lease: float = 1.5, **environment: str) -> Iterator[tuple[Served, Sender]]:
    """`pacta serve` as it runs with Slack's secrets, and Slack's way to it."""
    given = {
        "SLACK_SIGNING_SECRET": ids.SIGNING_SECRET,
        "SLACK_BOT_TOKEN": ids.BOT_TOKEN,
        "PACTA_SLACK_API_URL": server.url.rstrip("/"),
        "PACTA_SLACK_LIMIT_PER_USER": "off",
        **environment,
    }
    with (
        serve_in_process(home, environment=given, changes=CHANGES.format(lease=lease)) as process,
        Sender(process.address) as sender,
    ):
        yield process, sender


def ask(server: SlackServer, sender: Sender, text: str, **more: Any) -> dict[str, Any]:
    """Somebody asks by a mention, which is acknowledged."""
    asked = payloads.app_mention(text, **more)
    server.say(asked["event"]["text"], channel=asked["event"]["channel"], ts=asked["event"]["ts"])
    assert sender.event(asked).status_code == 200
    return asked


def told(server: SlackServer, asked: dict[str, Any]) -> list[str]:
    """What Pacta has said to a question; what is still being written is not said."""
    said = server.said(asked["event"]["channel"], asked["event"]["ts"])
    return [one.seen for one in said if not one.streaming]


def is_answered(server: SlackServer, asked: dict[str, Any]) -> bool:
    """Whether an answer stands there, whole."""
    return any(WORDS in one for one in told(server, asked))


def test_killed_between_acknowledgement_and_answer(server: SlackServer, home: Path) -> None:
    """Of a question answered, of one streamed, of one told whole, and of a command."""
    home.mkdir()
    (home / "hold").touch()
    held = [server.hold(method) for method in ("chat.appendStream", "chat.postMessage", "response_url")]
    with serving(server, home) as (process, sender):
        asked = [
            ask(server, sender, "What does Article 2 say, held up?"),
            ask(server, sender, "What does Article 2 say?", channel="C0STREAM1"),
            ask(server, sender, "What does Article 2 say?", channel=PLAIN),
        ]
        form = command(server, "What does Article 2 say?")
        assert sender.command(form).status_code == 200
        wait_for((home / "begun").exists)
        wait_for(lambda: bool(server.made("chat.appendStream")) and bool(server.made("chat.postMessage")))
        process.stop(signal.SIGKILL)
    killed = time.time()
    (home / "hold").unlink()
    for event in held:
        event.set()
    with serving(server, home) as (process, sender):
        for envelope in asked:
            wait_for(lambda envelope=envelope: is_answered(server, envelope))
            assert sender.event(envelope, retry=1).status_code == 200
        wait_for(lambda: any(one.at > killed for one in server.responses))
        assert process.stop(signal.SIGTERM) == 0
    assert [len(told(server, envelope)) for envelope in asked] == [1, 1, 1]
    # Where it cannot be seen whether the dead has answered, the asker is told so, and no answer comes twice.
    assert all(WORDS in str(one.body) or one.body["text"] == INTERRUPTED for one in server.responses)
    assert sum(WORDS in str(one.body) for one in server.responses) <= 1
    assert list(server.streams()) == []


def test_killed_as_a_message_is_sent(server: SlackServer, home: Path) -> None:
    """Slack still takes what the dead has sent."""
    methods = ("chat.startStream", "chat.update")
    held = [server.hold(method) for method in methods]
    with serving(server, home) as (process, sender):
        asked = [
            ask(server, sender, "What does Article 2 say at long last?"),
            ask(server, sender, "What does Article 2 say?", channel="C0STREAM1"),
        ]
        wait_for(lambda: {one.method for one in server.calls} >= set(methods))
        process.stop(signal.SIGKILL)
    for event in held:
        event.set()
    with serving(server, home) as (process, _):
        for envelope in asked:
            wait_for(lambda envelope=envelope: is_answered(server, envelope))
        assert process.stop(signal.SIGTERM) == 0
    assert [len(told(server, envelope)) for envelope in asked] == [1, 1]
    assert list(server.streams()) == []


def test_stopped_as_it_works(server: SlackServer, home: Path) -> None:
    """What is in hand is given back, and the next process goes on at once, not when a claim has run out."""
    home.mkdir()
    (home / "hold").touch()
    held = server.hold("chat.appendStream")
    with serving(server, home, lease=60) as (process, sender):
        asked = [
            ask(server, sender, "What does Article 2 say?", channel="C0STREAM1"),
            ask(server, sender, "What does Article 2 say, held up?"),
        ]
        wait_for((home / "begun").exists)
        wait_for(lambda: bool(server.made("chat.appendStream")))
        threading.Timer(0.5, (home / "hold").unlink).start()
        assert process.stop(signal.SIGTERM) == 0
    assert [line["event"] for line in process.logged if line["level"] not in ("debug", "info")] == []
    held.set()
    with serving(server, home, lease=60) as (process, _):
        begun = time.monotonic()
        for envelope in asked:
            wait_for(lambda envelope=envelope: is_answered(server, envelope))
        assert time.monotonic() - begun < 20
        assert process.stop(signal.SIGTERM) == 0
    assert [len(told(server, envelope)) for envelope in asked] == [1, 1]


def test_two_that_both_get_everything(server: SlackServer, home: Path) -> None:
    with ThreadPoolExecutor(8) as threads, ExitStack() as stack:
        (one, to_one), (other, to_other) = threads.map(stack.enter_context, [serving(server, home) for _ in range(2)])
        asked = [payloads.app_mention("Article 2?", channel=f"C0TWO{n % 4:04d}") for n in range(24)]
        twice = [(sender, envelope) for envelope in asked for sender in (to_one, to_other)]
        taken = threads.map(lambda pair: pair[0].event(pair[1]).status_code, twice)
        assert set(taken) == {200}
        for envelope in asked:
            wait_for(lambda envelope=envelope: is_answered(server, envelope))
        assert (one.stop(signal.SIGTERM), other.stop(signal.SIGTERM)) == (0, 0)
    assert [len(told(server, envelope)) for envelope in asked] == [1] * len(asked)
    done = [
        [line["question"] for line in process.logged if line["event"] == "slack question"] for process in (one, other)
    ]
    assert sorted(done[0] + done[1]) == sorted({*done[0], *done[1]})
    assert len(done[0] + done[1]) == len(asked)
