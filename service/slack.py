"""Pacta in Slack: what Slack sends comes in by Bolt, over HTTP or Socket Mode, and is passed on from here.

A question is kept before Slack is told that it has come (``slack_inbox``), and answered after that
(``slack_worker``). Only what Slack wants at once is done here: modals, the prompts of the pane, verdicts.
"""

import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, cast

from slack_bolt.async_app import AsyncApp, AsyncAssistant
from slack_sdk.web.async_client import AsyncWebClient
from starlette.concurrency import run_in_threadpool

from ingest.errors import PactaError
from service.access import Caller
from service.api.services import Services, provision_of, treaty_of
from service.slack_app.answering import NOT_HERE
from service.slack_app.blocks import COMMENT, FEEDBACK, SHOWS_ARTICLE
from service.slack_app.events import Asked, Changed, asked_or_changed, read_by_others
from service.slack_app.inbox import LEASE_SECONDS, Inbox, owner_of
from service.slack_app.manifest import ASK_ABOUT, COMMAND
from service.slack_app.settings import SlackSettings
from service.slack_app.threads import Threads
from service.slack_app.views import article_view, comment_of, comment_view, note_view
from service.slack_app.worker import AT_DATABASE, SlackWorker
from service.slack_app.workspaces import Workspaces

log = logging.getLogger(__name__)

GREETING = "What would you like to know about a treaty?"
THANKS = "Thank you. It helps to make the answers better."

Listened = dict[str, Any]


class Slack:
    """Pacta's app in Slack, over the parts of a service; it works within ``running()``."""

    def __init__(self, services: Services, settings: SlackSettings, lease_seconds: float = LEASE_SECONDS) -> None:
        self._services = services
        self._settings = settings
        workspaces = Workspaces(settings, services.store.database)
        self.is_installed_by_itself = workspaces.installations is not None
        self.inbox = Inbox(services.store.database, lease_seconds)
        # Of its own, so that nothing else keeps an acknowledgement waiting.
        self._threads = Threads(AT_DATABASE)
        self.worker = SlackWorker(services, settings, workspaces, self.inbox, lease_seconds)
        # The library finds SLACK_BOT_TOKEN in the environment by itself, and says that it does without.
        logging.getLogger("slack_bolt.AsyncApp").addFilter(_is_news)
        self.bolt = AsyncApp(
            name="pacta",
            signing_secret=settings.signing_secret,
            client=AsyncWebClient(base_url=settings.api_url),
            authorize=cast(Any, workspaces.authorize),  # its own type leaves out that there may be none
            installation_store=workspaces.installations,
            oauth_settings=workspaces.oauth_settings,
            before_authorize=_note_bot_user,
        )
        self._listen()
        if self.is_installed_by_itself:
            self.bolt.enable_token_revocation_listeners()
        else:
            for event in ("tokens_revoked", "app_uninstalled"):
                self.bolt.event(event)(_nothing)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Answers the questions that come, and those that were left, within the block."""
        async with self.worker.running():
            yield

    def _listen(self) -> None:
        """Tells Bolt what there is for what; the assistant would keep edits in its threads to itself, so it is last."""
        self.bolt.middleware(self._keep)
        assistant = AsyncAssistant()
        assistant.thread_started(self._greet)
        assistant.thread_context_changed(_nothing)
        assistant.user_message(_nothing)
        self.bolt.assistant(assistant)
        self.bolt.event("app_home_opened")(self._suggest)
        for event in ("app_mention", "message"):
            self.bolt.event(event)(_nothing)
        self.bolt.command(COMMAND)(_acknowledge)
        self.bolt.shortcut(ASK_ABOUT)(_acknowledge)
        self.bolt.action(SHOWS_ARTICLE)(self._show_article)
        self.bolt.action(FEEDBACK)(self._take_verdict)
        self.bolt.view(COMMENT)(self._take_comment)

    async def _keep(self, body: Listened, context: Any, next: Callable[[], Awaitable[Any]]) -> None:
        """Keeps what is asked before it is acknowledged; where it cannot be kept, Slack comes again with it."""
        found = asked_or_changed(body, context.bot_user_id, context.team_id, context.enterprise_id)
        if (read := read_by_others(body)) is not None:
            channel, external = read
            await self._threads.run(self.inbox.note_channel, context.team_id or "", channel, external=external)
        if found is not None and await self._threads.run(self._kept, found):
            self.worker.wake()
        await next()

    def _kept(self, found: Asked | Changed) -> bool:
        if not isinstance(found, Changed):
            return self.inbox.keep(found)
        changed = self.inbox.change(found.source, found.text, found.at)
        if changed is None and found.asked is not None:
            return self.inbox.keep(found.asked)
        return bool(changed)

    async def _greet(self, say: Any, set_suggested_prompts: Any, context: Any) -> None:
        await say(GREETING)
        await self._suggest({"tab": "messages"}, set_suggested_prompts, context)

    async def _suggest(self, event: Listened, set_suggested_prompts: Any, context: Any) -> None:
        """Shows what can be asked, in the pane that somebody has opened."""
        if event.get("tab") != "messages" or set_suggested_prompts is None:
            return
        place = await self.worker.answering.place_of(context.team_id or "", context.channel_id or "")
        if examples := await run_in_threadpool(self.worker.answering.examples_for, place):
            await set_suggested_prompts(prompts=[{"title": one, "message": one} for one in examples[:4]])

    async def _show_article(
        self, ack: Any, body: Listened, action: Listened, context: Any, client: AsyncWebClient
    ) -> None:
        await ack()
        channel = body["channel"]["id"]
        place = await self.worker.answering.place_of(context.team_id or "", channel)
        reader = Caller(owner_of(context.team_id or "", channel), frozenset({"ask"}), place.labels)
        if place.allowed:
            view = await run_in_threadpool(self._article_view, reader, json.loads(action["value"]))
        else:
            view = note_view(NOT_HERE)
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    def _article_view(self, reader: Caller, wanted: dict[str, str]) -> Listened:
        """The modal with an article, as whoever reads in the channel of its button may see it."""
        try:
            with self._services.reading(reader) as index:
                parsed = treaty_of(index, wanted["treaty"])
            return article_view(parsed, provision_of(parsed, wanted["eid"]), self._services.settings.public_url)
        except PactaError:
            # It was taken out, or is not for this channel any more: nobody is told which.
            return note_view("This article cannot be shown: its treaty is not held any more.")

    async def _take_verdict(
        self, ack: Any, body: Listened, action: Listened, context: Any, client: AsyncWebClient
    ) -> None:
        await ack()
        channel = body["channel"]["id"]
        verdict, _, message_id = str(action["value"]).partition(":")
        try:
            if verdict == "down":
                # First of all, since the way to open it is closed after three seconds.
                await client.views_open(trigger_id=body["trigger_id"], view=comment_view(message_id, channel))
        finally:
            kept = await self._threads.run(
                self._services.store.give_feedback,
                message_id,
                "down" if verdict == "down" else "up",
                owner=owner_of(context.team_id or "", channel),
            )
        if verdict != "down" and kept:
            thread = (body.get("message") or {}).get("thread_ts")
            await client.chat_postEphemeral(channel=channel, user=body["user"]["id"], text=THANKS, thread_ts=thread)

    async def _take_comment(self, ack: Any, view: Listened, context: Any) -> None:
        await ack()
        message_id, channel, comment = comment_of(view)
        owner = owner_of(context.team_id or "", channel)
        await self._threads.run(self._services.store.give_feedback, message_id, "down", comment or None, owner=owner)


def _is_news(record: logging.LogRecord) -> bool:
    return "`token` will be unused" not in record.getMessage()


async def _note_bot_user(body: Listened, context: Any, next: Callable[[], Awaitable[Any]]) -> None:
    """Notes who Pacta is in the workspace, which an event tells: no call to Slack is needed to know it."""
    for authorization in body.get("authorizations") or ():
        if authorization.get("is_bot"):
            context["bot_user_id_of_event"] = authorization.get("user_id")
    await next()


async def _nothing() -> None:
    """For what was kept already, or is nothing to Pacta."""


async def _acknowledge(ack: Any) -> None:
    await ack()
