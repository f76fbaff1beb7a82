"""How an answer comes into a Slack thread: streamed, or as a message that is edited, and each once.

Slack may be slow, limit the rate, or break off after it has done what was asked. Before a message is sent that is
noted, and after it, when: whoever goes on after a break looks into the thread for the one that was not noted.
"""

import asyncio
import logging
import time
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any
from weakref import WeakValueDictionary

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.http_retry.response import HttpResponse
from slack_sdk.models.messages.chunk import BlocksChunk
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from service.slack_app.blocks import Message
from service.slack_app.inbox import Claimed, Inbox
from service.slack_app.threads import Threads
from service.slack_app.workspaces import Installed

log = logging.getLogger(__name__)
Content = dict[str, Any]

# A call that has not come back by then is over; a claim lasts longer.
CALL_SECONDS = 20
# 429 says that nothing was done: the same call is made again as often as this, where Slack says that it takes it within
# so many seconds. For longer, others are not kept waiting.
RATE_LIMITED_RETRIES = 5
RATE_LIMITED_SECONDS = 3
# What Slack says when it is not at its best; anything else it says it will say again.
_PASSING = frozenset("ratelimited rate_limited service_unavailable request_timeout internal_error fatal_error".split())
# Of these, those after which something may have been done all the same.
_DOUBTFUL = frozenset({"internal_error", "fatal_error"})
# What it says of blocks that it does not take.
_NOT_SO = frozenset("invalid_blocks invalid_blocks_format msg_blocks_too_long msg_too_long invalid_arguments".split())
# How long a channel is not tried for streams in which Slack did not stream.
NO_STREAMS_SECONDS = 600.0
# Slack begins and ends about twenty streams a minute in a workspace: with more questions messages are sent whole.
STREAMS_PER_MINUTE = 12
# In the place of a time, of which Slack tells none there.
RESPONDED = "responded"
INTERRUPTED = "I was interrupted as I answered you. If there is no answer above, please ask again."


class SlackUnavailable(Exception):
    """Slack could not be reached, or did not do what it was asked; it may later, in ``seconds`` at the earliest.

    With ``doubtful`` it may have done it all the same.
    """

    def __init__(self, reason: str, seconds: float = 0.0, *, doubtful: bool = True) -> None:
        super().__init__(reason)
        self.seconds = seconds
        self.doubtful = doubtful


class Delivery:
    """Sends messages for questions that are claimed; within ``async with``.

    Methods raise SlackUnavailable where that is to be tried again, SlackApiError where Slack refuses, and ClaimLost.
    """

    def __init__(self, inbox: Inbox, api_url: str, threads: Threads) -> None:
        self._inbox = inbox
        self._api_url = api_url
        self._threads = threads
        self._session: aiohttp.ClientSession | None = None
        self._channels: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()
        self._no_streams: dict[tuple[str, str], float] = {}
        self._streamed: dict[str, deque[float]] = defaultdict(lambda: deque(maxlen=STREAMS_PER_MINUTE))

    async def __aenter__(self) -> "Delivery":
        """Opens the connections."""
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=CALL_SECONDS))
        return self

    async def __aexit__(self, *_: object) -> None:
        """Closes the connections."""
        assert self._session is not None
        await self._session.close()

    async def tell(self, claimed: Claimed, installed: Installed, messages: Sequence[Message]) -> Claimed:
        """Has the thread of a question hold these messages and no other answer to it; gives it with their times.

        A command is answered where Slack has said, once.
        """
        if not claimed.thread:
            return await self._respond(claimed, messages)
        client = self._client(installed)
        async with self._channel(claimed):
            claimed = await self._noted(claimed, installed, client)
            for place, message in enumerate(messages):
                while place < len(claimed.replies) and not await self._edit(client, claimed, place, message):
                    # Somebody who may has deleted it.
                    rest = claimed.replies[place + 1 :]
                    claimed = await self._note(claimed, (*claimed.replies[:place], *rest))
                if place == len(claimed.replies):
                    claimed = await self._add(client, claimed, message)
            for extra in claimed.replies[len(messages) :]:
                await self._delete(client, claimed.channel, extra)
            return await self._note(claimed, claimed.replies[: len(messages)])

    async def show_placeholder(self, claimed: Claimed, installed: Installed, message: Message) -> Claimed:
        """Shows that the question has arrived, in the place where the answer will be; gives it with its time."""
        if not claimed.thread or claimed.replies:
            return claimed
        client = self._client(installed)
        async with self._channel(claimed):
            claimed = await self._noted(claimed, installed, client)
            return claimed if claimed.replies else await self._post(client, claimed, message)

    async def tell_asker(self, claimed: Claimed, installed: Installed, message: Message) -> None:
        """Tells the asker alone, for what is nobody else's business."""
        if claimed.respond_to is not None:
            await self._send_response(claimed.respond_to, {"response_type": "ephemeral", **_content(message)})
            return
        if claimed.channel.startswith("D"):
            await self.tell(claimed, installed, [message])
            return
        to: Content = {"channel": claimed.channel, "user": claimed.asker, "thread_ts": claimed.thread}
        await _call(self._client(installed).chat_postEphemeral(**to, **_content(message)))

    async def withdraw(self, claimed: Claimed, installed: Installed) -> Claimed:
        """Deletes the answer to a question that was deleted."""
        return await self.tell(claimed, installed, ()) if claimed.thread else claimed

    def _client(self, installed: Installed) -> AsyncWebClient:
        client = AsyncWebClient(installed.bot_token, self._api_url, timeout=CALL_SECONDS, session=self._session)
        # Of the library's handlers this alone: whatever broke off may have been done, and must not be done twice.
        client.retry_handlers = [_Patient(max_retry_count=RATE_LIMITED_RETRIES)]
        return client

    def _channel(self, claimed: Claimed) -> asyncio.Lock:
        """Slack takes about one message a second in a channel: one is sent at a time."""
        return self._channels.setdefault((claimed.team, claimed.channel), asyncio.Lock())

    async def _noted(self, claimed: Claimed, installed: Installed, client: AsyncWebClient) -> Claimed:
        """The question with the message that was sent without being noted, if there is one."""
        if not claimed.telling:
            return claimed
        known = await self._threads.run(self._inbox.replies_in, claimed)
        try:
            sent = await self._own_messages(client, claimed, installed)
        except SlackApiError as error:
            log.warning("Whether an answer was told cannot be seen (%s): it is told again.", error_of(error))
            sent = []
        lost = [ts for ts in sent if ts not in known]
        # Questions of a thread are answered one after the other: the last one it is.
        return await self._note(claimed, (*claimed.replies, *lost[-1:]))

    async def _own_messages(self, client: AsyncWebClient, claimed: Claimed, installed: Installed) -> list[str]:
        # Which of them are its own it has to ask where only a token is known.
        own = installed.bot_user_id or (await _call(client.auth_test()))["user_id"]
        found: list[str] = []
        cursor: str | None = None
        while True:
            page = await _call(
                client.conversations_replies(
                    channel=claimed.channel, ts=claimed.thread, oldest=claimed.sent_at, limit=200, cursor=cursor
                )
            )
            # What is older (the thread's first message is always among them) answers nothing of this.
            mine = (one["ts"] for one in page["messages"] if one.get("user") == own)
            found += [ts for ts in mine if ts > claimed.sent_at]
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return found

    async def _add(self, client: AsyncWebClient, claimed: Claimed, message: Message) -> Claimed:
        if len(message.parts) > 1 and self._may_stream(claimed.team, claimed.channel):
            try:
                return await self._stream(client, claimed, message)
            except _NotStreamed as error:
                self._no_streams[claimed.team, claimed.channel] = time.monotonic() + error.seconds
                log.info("Slack does not stream in %s (%s): messages are sent whole.", claimed.channel, error)
        return await self._post(client, claimed, message)

    def _may_stream(self, team: str, channel: str) -> bool:
        now, begun = time.monotonic(), self._streamed[team]
        if now < self._no_streams.get((team, channel), 0.0) or (
            len(begun) == STREAMS_PER_MINUTE and now - begun[0] < 60
        ):
            return False
        begun.append(now)
        return True

    async def _stream(self, client: AsyncWebClient, claimed: Claimed, message: Message) -> Claimed:
        """Tells a message part by part; what its last part has comes when all else is there."""
        await self._begin(claimed)
        # Where Slack says that there are too many streams, the message is sent whole rather than waited for.
        patient, client.retry_handlers = client.retry_handlers, []
        stream = await client.chat_stream(
            channel=claimed.channel,
            thread_ts=claimed.thread,
            recipient_team_id=claimed.team,
            recipient_user_id=claimed.asker,
        )
        first, *parts, last = message.parts
        try:
            await _call(stream.append(chunks=[BlocksChunk(blocks=list(first))]))
        except SlackApiError as error:
            seconds = 0.0 if error_of(error) in _NOT_SO else NO_STREAMS_SECONDS
            raise _NotStreamed(error_of(error), seconds) from error
        except SlackUnavailable as error:
            if error.doubtful:
                raise
            raise _NotStreamed(str(error), error.seconds) from error
        finally:
            client.retry_handlers = patient
        assert stream.ts is not None
        claimed = await self._note(claimed, (*claimed.replies, stream.ts))
        try:
            for part in parts:
                await _call(stream.append(chunks=[BlocksChunk(blocks=list(part))]))
            await _call(stream.stop(blocks=list(last)))
        except SlackApiError as error:
            log.info("A stream broke off (%s): its message is sent whole.", error_of(error))
            await self._edit(client, claimed, len(claimed.replies) - 1, message)
        return claimed

    async def _post(self, client: AsyncWebClient, claimed: Claimed, message: Message) -> Claimed:
        await self._begin(claimed)
        to: Content = {"channel": claimed.channel, "thread_ts": claimed.thread}
        to |= {"unfurl_links": False, "unfurl_media": False}
        try:
            sent = await _in_some_form(message, lambda content: client.chat_postMessage(**to, **content))
        except (SlackApiError, SlackUnavailable) as error:
            if not (isinstance(error, SlackUnavailable) and error.doubtful):
                # There is nothing to be looked for.
                await self._note(claimed, claimed.replies)
            raise
        return await self._note(claimed, (*claimed.replies, str(sent["ts"])))

    async def _edit(self, client: AsyncWebClient, claimed: Claimed, place: int, message: Message) -> bool:
        """Puts a message in the place of one that was told; False where that is there no more."""
        arguments: Content = {"channel": claimed.channel, "ts": claimed.replies[place]}

        def update(content: Content) -> Awaitable[Any]:
            return client.chat_update(**arguments, **content)

        try:
            await _in_some_form(message, update)
        except SlackApiError as error:
            if error_of(error) == "message_not_found":
                return False
            if error_of(error) != "streaming_state_conflict":
                raise
            # Whoever streamed it did not come to its end.
            await _call(client.chat_stopStream(**arguments))
            await _in_some_form(message, update)
        return True

    async def _delete(self, client: AsyncWebClient, channel: str, ts: str) -> None:
        try:
            await _call(client.chat_delete(channel=channel, ts=ts))
        except SlackApiError as error:
            log.log(
                # Somebody was faster; otherwise it stays, and there is nothing else to be done.
                logging.INFO if error_of(error) == "message_not_found" else logging.ERROR,
                "An answer whose question was deleted could not be deleted: %s.",
                error_of(error),
            )

    async def _respond(self, claimed: Claimed, messages: Sequence[Message]) -> Claimed:
        assert claimed.respond_to is not None
        if claimed.telling:
            # There is no way to see what was told there.
            again = {"response_type": "ephemeral", "text": INTERRUPTED}
            await self._send_response(claimed.respond_to, again)
            return claimed
        # A direct message may be one of two other people: what one of them asks is answered to that one.
        to = "ephemeral" if claimed.channel.startswith("D") else "in_channel"
        for message in messages[len(claimed.replies) :]:
            await self._begin(claimed)
            try:
                await self._send_response(claimed.respond_to, {"response_type": to, **_content(message)})
            except SlackUnavailable as error:
                if not error.doubtful:
                    await self._note(claimed, claimed.replies)
                raise
            claimed = await self._note(claimed, (*claimed.replies, RESPONDED))
        return claimed

    async def _send_response(self, url: str, body: dict[str, Any]) -> None:
        webhook = AsyncWebhookClient(url, timeout=CALL_SECONDS, session=self._session)
        webhook.retry_handlers = [_Patient(max_retry_count=RATE_LIMITED_RETRIES)]
        response = await _call(webhook.send_dict(body))
        if response.status_code >= 500 or response.status_code == 429:
            raise SlackUnavailable(f"HTTP {response.status_code}", doubtful=response.status_code in (500, 504))
        if response.status_code != 200:
            log.warning("Slack took no answer to a command any more (%s).", response.body)

    async def _begin(self, claimed: Claimed) -> None:
        await self._threads.run(self._inbox.begin_telling, claimed)

    async def _note(self, claimed: Claimed, replies: tuple[str, ...]) -> Claimed:
        await self._threads.run(self._inbox.note_replies, claimed, replies)
        return replace(claimed, replies=replies, telling=False)


class _Patient(AsyncRateLimitErrorRetryHandler):
    """Waits where Slack says that it takes not long."""

    async def _can_retry_async(self, *, response: HttpResponse | None = None, **more: Any) -> bool:
        if response is None or response.status_code != 429:
            return False
        headers = {name.lower(): value for name, value in response.headers.items()}
        return _seconds(headers.get("retry-after", ["0"])[0]) <= RATE_LIMITED_SECONDS


class _NotStreamed(Exception):
    """Slack has not begun a stream, and says why; it need not be asked again for so many seconds."""

    def __init__(self, reason: str, seconds: float) -> None:
        super().__init__(reason)
        self.seconds = seconds


def _content(message: Message) -> Content:
    return {"text": message.text, "blocks": message.blocks}


async def _in_some_form(message: Message, send: Callable[[Content], Awaitable[Any]]) -> Any:
    """What Slack says to a message; where it does not take its blocks, to its text: better than no answer."""
    try:
        return await _call(send(_content(message)))
    except SlackApiError as error:
        if error_of(error) not in _NOT_SO:
            raise
        log.error("Slack did not take the blocks of an answer: %s", error)
        return await _call(send({"text": message.text, "blocks": []}))


async def _call(call: Any) -> Any:
    """What a call to Slack gives; raises SlackUnavailable where it may go better later, else SlackApiError."""
    try:
        return await call
    except SlackApiError as error:
        status, said = _status_of(error), error_of(error)
        if status == 429 or status >= 500 or said in _PASSING:
            wait = _seconds(getattr(error.response, "headers", {}).get("Retry-After"))
            doubtful = status in (500, 504) or said in _DOUBTFUL
            raise SlackUnavailable(said or f"HTTP {status}", wait, doubtful=doubtful) from error
        raise
    except aiohttp.ClientConnectorError as error:
        raise SlackUnavailable(str(error), doubtful=False) from error
    except (aiohttp.ClientError, TimeoutError, OSError, SlackClientError) as error:
        raise SlackUnavailable(str(error) or type(error).__name__) from error


def _status_of(error: SlackApiError) -> int:
    # Of what is no JSON the library gives the response of the library beneath it.
    response: Any = error.response
    return int(response.status_code if hasattr(response, "status_code") else getattr(response, "status", 200))


def error_of(error: SlackApiError) -> str:
    """What Slack says is wrong, in its own word; empty where it says nothing."""
    try:
        return str(error.response["error"])
    except (KeyError, TypeError, ValueError):  # a page of a proxy, or of Slack's
        return ""


def _seconds(text: str | None) -> float:
    try:
        return min(max(float(text or 0), 0.0), 600.0)
    except ValueError:
        return 0.0
