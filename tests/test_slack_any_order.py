"""In whatever order Slack tells of questions and their changes, and wherever a process dies: one answer to each."""

import sqlite3
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
import slack_ids as ids
import slack_payloads as payloads
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_app import SlackApp, slack_app
from slack_server import SlackServer, slack_server

from service.errors import StoreUnusable
from service.slack_app import delivery as slack_delivery
from service.slack_app import worker as slack_worker
from service.slack_app.inbox import Claimed, Inbox

WORDS = {1: "none sold <script>", 2: "in common & in peace"}
CHANNELS = (ids.CHANNEL, "C0PLAIN01")
METHODS = ("chat.startStream", "chat.appendStream", "chat.stopStream", "chat.postMessage", "chat.update", "chat.delete")

# A question: in which thread, what it asks and what it is edited to (articles), whether it is deleted in the end.
questions = st.tuples(st.integers(0, 1), st.lists(st.sampled_from((1, 2)), min_size=1, max_size=3), st.booleans())
# Which of what Slack tells comes next; all that has not come in the end comes then.
orders = st.lists(st.integers(0, 11), max_size=10)
faults = st.lists(st.tuples(st.sampled_from(METHODS), st.sampled_from(("lost", "not done"))), max_size=2)
# After how many notes of workers one dies, before it has noted more.
deaths = st.lists(st.integers(1, 12), max_size=2)


class Death:
    """Workers die as a process that is killed does: what they are at is not noted, nor given back."""

    def __init__(self) -> None:
        self.after: list[int] = []
        self.dead: set[str] = set()
        self._lock = threading.Lock()
        self._note = Inbox._note

    def note(self, inbox: Inbox, claimed: Claimed, *more: Any, **values: Any) -> None:
        """In the place of the note that a worker makes of each step."""
        with self._lock:
            if self.after:
                self.after[0] -= 1
                if self.after[0] == 0:
                    self.after.pop(0)
                    self.dead.add(claimed.claim)
        if claimed.claim in self.dead:
            raise StoreUnusable("pacta.db", "killed", "Nothing can be done.")
        self._note(inbox, claimed, *more, **values)


@pytest.fixture(scope="module")
def server() -> Iterator[SlackServer]:
    with slack_server() as server:
        server.not_streaming.add(CHANNELS[1])
        yield server


@pytest.fixture(scope="module")
def death() -> Iterator[Death]:
    death = Death()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Inbox, "_note", lambda *claimed, **values: death.note(*claimed, **values))
        patch.setattr(slack_worker, "FIRST_PAUSE_SECONDS", 0.02)
        patch.setattr(slack_worker, "LONGEST_PAUSE_SECONDS", 0.05)
        patch.setattr(slack_worker, "LOOK_SECONDS", 0.05)
        # Those who die here are more than of one question die in life.
        patch.setattr(slack_worker, "MOST_ATTEMPTS", 100)
        patch.setattr(slack_worker, "ATTEMPTS", 100)
        patch.setattr(slack_delivery, "NO_STREAMS_SECONDS", 0.0)
        patch.setattr(slack_delivery, "STREAMS_PER_MINUTE", 10_000)
        yield death


@pytest.fixture(scope="module")
def slack(server: SlackServer, death: Death, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SlackApp]:
    unlimited = {"limit_per_user": "off", "limit_per_channel": "off"}
    with slack_app(server, tmp_path_factory.mktemp("slack"), slack=unlimited) as running:
        yield running


def told_of(channel: str, asked: list[tuple[int, list[int], bool]]) -> tuple[list[list[dict[str, Any]]], list[str]]:
    """What Slack tells of each question, in the order in which it happened; and the threads."""
    threads = [ids.fresh_ts(), ids.fresh_ts()]
    events = []
    for thread, articles, is_deleted in asked:
        first, *edits = (f"<@{ids.BOT_USER}> What does Article {number} say?" for number in articles)
        now = payloads.app_mention(first, channel=channel, thread_ts=threads[thread])
        told = [now]
        for text in edits:
            told.append(payloads.edited(now, text))
            now = {**now, "event": {**now["event"], "text": text}}
        events.append([*told, payloads.deleted(now)] if is_deleted else told)
    return events, threads


@settings(max_examples=25)
@given(st.sampled_from(CHANNELS), st.lists(questions, min_size=1, max_size=3), orders, faults, deaths)
def test_each_question_has_one_answer_to_what_it_asks_last(
    slack: SlackApp,
    server: SlackServer,
    death: Death,
    channel: str,
    asked: list[tuple[int, list[int], bool]],
    order: list[int],
    faults: list[tuple[str, str]],
    deaths: list[int],
) -> None:
    events, threads = told_of(channel, asked)
    for thread in threads:
        server.say("Let us ask.", channel=channel, ts=thread)
    server.clear()
    for method, kind in faults:
        if kind == "lost":
            server.drop_next(method)
        else:
            server.fail_next(method, "internal_error")
    death.after = list(deaths)
    everything = [event for told in events for event in told]
    picked = [everything[number % len(everything)] for number in order]
    for event in [*picked, *(event for event in everything if event not in picked)]:
        assert slack.sender.event(event).status_code == 200
    slack.wait(lambda: not buried(slack, death) and slack.app.state.slack.inbox.waiting() == 0)
    death.after = []
    for number, thread in enumerate(threads):
        expected = Counter(articles[-1] for at, articles, is_deleted in asked if at == number and not is_deleted)
        said = server.said(channel, thread)
        assert Counter(article for one in said for article in WORDS if WORDS[article] in one.seen) == expected
        assert len(said) == expected.total()
        assert not any(one.streaming for one in said)


def buried(slack: SlackApp, death: Death) -> int:
    """Ends the claims of the dead, as time does; gives how many there were."""
    if not death.dead:
        return 0
    with closing(sqlite3.connect(slack.app.state.services.settings.database, timeout=15)) as other, other:
        marks = ", ".join("?" * len(death.dead))
        ended = f"UPDATE slack_question SET claimed_until = '' WHERE claimed_until <> '' AND claimed_by IN ({marks})"
        return other.execute(ended, list(death.dead)).rowcount
