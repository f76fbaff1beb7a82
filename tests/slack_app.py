"""Pacta's app in Slack over the invented treaties, served for real, with a Slack of one's own to answer in."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import slack_ids as ids
import slack_payloads as payloads
from fastapi import FastAPI
from real_server import served
from slack_requests import Sender
from slack_server import SlackServer
from slack_state import Message
from web_fakes import FakeIndex, fake_answer, fake_search

from ingest.settings import Settings as IngestSettings
from service.app import create_app
from service.citations import on_one_line
from service.holder import IndexHolder
from service.models import Answer, Conversation, Question
from service.settings import Settings
from service.slack_app.settings import SlackSettings

PUBLIC = "https://treaties.example"
PATIENCE = 20.0


def answer_anew(question: Question, conversation: Conversation, index: Any, settings: Settings) -> Answer:
    """The fake's answer, with an id of its own and its quotations in quotation marks, as every answer has."""
    answer = fake_answer(question, conversation, index, settings)
    text = answer.answer
    for citation in answer.citations:
        text = text.replace(f"{citation.quote} [", f"“{on_one_line(citation.quote)}” [")
    return replace(answer, answer=text, message_id=uuid4().hex)


def slack_settings(server: SlackServer, **more: Any) -> SlackSettings:
    """The settings of the app in this Slack."""
    given = {"signing_secret": ids.SIGNING_SECRET, "bot_token": ids.BOT_TOKEN, "api_url": server.url}
    return SlackSettings(**{**given, **more})


def make_slack_app(
    server: SlackServer,
    home: Path,
    *,
    answer: Callable[..., Answer] = answer_anew,
    index: Callable[[], FakeIndex] = FakeIndex,
    slack: Mapping[str, Any] | None = None,
    **settings: Any,
) -> FastAPI:
    """The application, as `pacta serve` makes it with Slack's secrets set."""
    given = {"public_url": PUBLIC, "answer_seconds": 10.0, **settings}
    return create_app(
        Settings(ingest=IngestSettings(home=home), slack=slack_settings(server, **(slack or {})), **given),
        holder=IndexHolder(home, lambda _home: index()),
        answer=answer,
        search_articles=fake_search,
    )


class SlackApp:
    """The app while it runs: what Slack sends to it, and what it has said there."""

    def __init__(self, server: SlackServer, app: FastAPI, sender: Sender) -> None:
        self.server = server
        self.app = app
        self.sender = sender
        self.user = ids.ASKER

    def mention(self, text: str, **more: Any) -> dict[str, Any]:
        """Somebody asks by a mention; gives the envelope that was sent and acknowledged."""
        return self.send(payloads.app_mention(text, **{"user": self.user, **more}))

    def direct(self, text: str, **more: Any) -> dict[str, Any]:
        """Somebody asks in a direct message."""
        return self.send(payloads.direct_message(text, **{"user": self.user, **more}))

    def send(self, envelope: dict[str, Any], **more: Any) -> dict[str, Any]:
        """Sends an event, which is acknowledged; its message stands in the channel."""
        inner = envelope["event"]
        if inner["type"] in ("message", "app_mention") and "subtype" not in inner:
            at = {"thread_ts": inner.get("thread_ts"), "ts": inner["ts"], "team": envelope["team_id"]}
            self.server.say(inner["text"], channel=inner["channel"], user=inner["user"], **at)
        response = self.sender.event(envelope, **more)
        assert response.status_code == 200, response.text
        return envelope

    def replies(self, envelope: dict[str, Any], count: int = 1) -> list[Message]:
        """What was said in the thread of a message, once that is so many messages and all is done."""
        inner = envelope["event"]
        thread = inner.get("thread_ts", inner["ts"])
        self.wait(lambda: len(self.server.said(inner["channel"], thread)) >= count)
        self.settle()
        found = self.server.said(inner["channel"], thread)
        assert len(found) == count, [one.seen for one in found]
        return found

    def reply(self, envelope: dict[str, Any]) -> str:
        """What is read in the one answer to a message."""
        return self.replies(envelope)[0].seen

    def settle(self) -> None:
        """Waits until nothing is left to be done."""
        self.wait(lambda: self.app.state.slack.inbox.waiting() == 0)

    def wait(self, condition: Callable[[], bool]) -> None:
        """Waits until something is the case."""
        latest = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < latest, [(one.method, one.error) for one in self.server.calls[-10:]]
            time.sleep(0.01)


@contextmanager
def running_app(server: SlackServer, app: FastAPI) -> Iterator[SlackApp]:
    """The application served by uvicorn, until the block ends."""
    with served(app) as address, Sender(address) as sender:
        yield SlackApp(server, app, sender)


@contextmanager
def slack_app(server: SlackServer, home: Path, **more: Any) -> Iterator[SlackApp]:
    """As ``make_slack_app`` and ``running_app``."""
    with running_app(server, make_slack_app(server, home, **more)) as running:
        yield running
