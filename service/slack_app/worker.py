"""The work at the questions from Slack: claim one, find what is to be told, tell it, note that it is done."""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

from slack_sdk.errors import SlackApiError

from ingest.errors import PactaError
from service.api.services import Services
from service.errors import ComeBackLater, OutOfTime, StoreUnusable
from service.slack_app.answering import ATTEMPTS, FAILED, SlackAnswering, Told
from service.slack_app.blocks import note, placeholder
from service.slack_app.delivery import Delivery, SlackUnavailable, error_of
from service.slack_app.inbox import LEASE_SECONDS, Claimed, ClaimLost, Inbox
from service.slack_app.rules import Place
from service.slack_app.settings import SlackSettings
from service.slack_app.threads import Threads
from service.slack_app.workspaces import Installed, Workspaces

log = logging.getLogger(__name__)

# So many questions of this process are worked at, and so many of one channel, where Slack takes one message a second.
IN_HAND = 64
IN_HAND_PER_CHANNEL = 4
# So many of them are at the database.
AT_DATABASE = 8
# For so long no question is begun while others arrive: Slack waits three seconds until one is acknowledged.
GIVE_WAY_SECONDS = 1.0
# How often this process looks for questions that others have left.
LOOK_SECONDS = 2.0
# An answer that is not there by then is announced by a placeholder.
PATIENCE_SECONDS = 1.0
# Slack is tried again after ever longer pauses, and in the end no more: nobody looks for the answer then.
FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 30.0
GIVE_UP_SECONDS = 1800.0
# A question at which the process ends again and again, before there is an answer, is tried so often.
MOST_ATTEMPTS = 6
# What Slack says of a channel in which it lets Pacta not write.
_NOT_THERE = frozenset("not_in_channel channel_not_found is_archived restricted_action".split())


class SlackWorker:
    """Works at what is in the inbox, within ``running()``; ``wake`` says that there may be something new."""

    def __init__(
        self, services: Services, settings: SlackSettings, workspaces: Workspaces, inbox: Inbox,
        lease_seconds: float = LEASE_SECONDS,
    ) -> None:  # fmt: skip
        self._workspaces = workspaces
        self._inbox = inbox
        self._threads = Threads(AT_DATABASE)
        self.answering = SlackAnswering(services, settings, inbox, self._threads)
        self._delivery = Delivery(inbox, settings.api_url, self._threads)
        self._lease_seconds = lease_seconds
        self._something = asyncio.Event()
        self._in_hand: dict[asyncio.Task[None], str] = {}
        self._arriving = 0

    @contextmanager
    def arriving(self) -> Iterator[None]:
        """Says, for as long as the block lasts, that something arrives, which goes before what is here."""
        self._arriving += 1
        try:
            yield
        finally:
            self._arriving -= 1

    def wake(self) -> None:
        """Says that a question was kept, or changed."""
        self._something.set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Works within the block; what is in hand at its end is given back, to be gone on with later."""
        async with self._delivery:
            loop = asyncio.create_task(self._work())
            try:
                yield
            finally:
                loop.cancel()
                for task in self._in_hand:
                    task.cancel()
                await asyncio.gather(loop, *self._in_hand, return_exceptions=True)

    async def _work(self) -> None:
        with suppress(PactaError):
            if left := await self._threads.run(self._inbox.waiting):
                log.info("Questions from Slack that were left: %d.", left)
        while True:
            self._something.clear()
            try:
                while len(self._in_hand) < IN_HAND and (claimed := await self._claim()):
                    self._take(claimed)
            except PactaError as error:
                log.error("Questions from Slack wait: %s", error)
            except Exception:
                log.exception("Questions from Slack wait.")
            with suppress(TimeoutError):
                await asyncio.wait_for(self._something.wait(), LOOK_SECONDS)

    async def _claim(self) -> Claimed | None:
        latest = time.monotonic() + GIVE_WAY_SECONDS
        while self._arriving and time.monotonic() < latest:
            await asyncio.sleep(0.01)
        in_hand = Counter(self._in_hand.values())
        busy = [channel for channel, number in in_hand.items() if number >= IN_HAND_PER_CHANNEL]
        return await self._threads.run(self._inbox.claim, busy)

    def _take(self, claimed: Claimed) -> None:
        task = asyncio.create_task(self._handle(claimed))
        self._in_hand[task] = claimed.channel

        def let_go(_: object) -> None:
            del self._in_hand[task]
            self.wake()

        task.add_done_callback(let_go)

    async def _handle(self, claimed: Claimed) -> None:
        """Works at a question, and notes what came of it, or when to go on."""
        renewing = asyncio.create_task(self._renew(claimed))
        try:
            await self._answer_and_tell(claimed)
        except ClaimLost:
            await self._postpone(claimed, 0.0)
        except SlackUnavailable as error:
            await self._later(claimed, error)
        except ComeBackLater as error:
            await self._postpone(claimed, error.retry_after, counted=isinstance(error, OutOfTime))
        except StoreUnusable as error:
            log.error("A question from Slack waits: %s", error)
            await self._postpone(claimed, FIRST_PAUSE_SECONDS, counted=False)
        except asyncio.CancelledError:
            await asyncio.shield(self._postpone(claimed, 0.0))
            raise
        except Exception:
            log.exception("A question from Slack could not be answered.")
            await self._after_error(claimed)
        finally:
            renewing.cancel()

    async def _renew(self, claimed: Claimed) -> None:
        with suppress(ClaimLost):
            while True:
                await asyncio.sleep(self._lease_seconds / 3)
                try:
                    await self._threads.run(self._inbox.renew, claimed)
                except PactaError as error:
                    log.error("%s", error)

    async def _answer_and_tell(self, claimed: Claimed) -> None:
        installed = await self._workspaces.installed(claimed.team, claimed.enterprise)
        if installed is None:
            log.warning("Pacta is not installed in the workspace %s any more.", claimed.team)
            await self._finish(claimed, Told((), "failed"))
            return
        if claimed.question is None:
            await self._delivery.withdraw(claimed, installed)
            await self._finish(claimed, Told((), "withdrawn"))
            return
        if claimed.message_id is None and claimed.attempts > MOST_ATTEMPTS:
            await self._give_up(claimed, installed)
            return
        place = await self.answering.place_of(claimed.team, claimed.channel)
        refusal = await self.answering.refusal(claimed, place)
        if refusal is not None:
            await self._delivery.tell_asker(claimed, installed, note(refusal))
            await self._finish(claimed, Told(()), as_state="refused")
            return
        shown, told = await self._told(claimed, installed, place)
        try:
            await self._delivery.tell(shown, installed, told.messages)
        except SlackApiError as error:
            if error_of(error) not in _NOT_THERE or claimed.respond_to is None:
                raise
            # By its shortcut Pacta is asked in channels where it is not: whoever asked is told there.
            for message in told.messages:
                await self._delivery.tell_asker(claimed, installed, message)
        await self._finish(claimed, told)

    async def _told(self, claimed: Claimed, installed: Installed, place: Place) -> tuple[Claimed, Told]:
        """What is to be told, and the question with the placeholder that is shown where that takes a while."""
        finding = asyncio.create_task(self.answering.told(claimed, place))
        try:
            done, _ = await asyncio.wait({finding}, timeout=PATIENCE_SECONDS)
            if not done:
                with suppress(SlackApiError):  # what Slack does not take of it, it will not of the answer
                    claimed = await self._delivery.show_placeholder(claimed, installed, placeholder())
            return claimed, await finding
        except BaseException:
            # A thread that answers is not stopped, and keeps what it has found under this claim.
            await asyncio.wait({finding})
            finding.exception()
            raise

    async def _finish(self, claimed: Claimed, told: Told, *, as_state: str = "") -> None:
        await self._threads.run(self._inbox.finish, claimed, told.state)
        # One line for each question, without what was asked.
        document = told.document
        line = {
            "question": claimed.id,
            "workspace": claimed.team,
            "channel": claimed.channel,
            "user": claimed.asker,
            "state": as_state or told.state,
            "status": document and document["status"],
            "reason": document and document["reason"],
            "cited": [f"{one['treaty_id']}/{one['eid']}" for one in document["citations"]] if document else [],
            "answer": document and document["message_id"],
            "attempts": claimed.attempts,
            "seconds": round(claimed.age, 2),
        }
        log.info("slack question", extra=line)

    async def _later(self, claimed: Claimed, error: SlackUnavailable) -> None:
        if claimed.age > GIVE_UP_SECONDS:
            log.error("Slack took no answer to question %d for %d minutes: %s.", claimed.id, claimed.age / 60, error)
            with suppress(ClaimLost):
                await self._finish(claimed, Told((), "failed"))
            return
        pause = min(max(FIRST_PAUSE_SECONDS, claimed.age / 4), LONGEST_PAUSE_SECONDS)
        log.warning("Slack takes no answer to question %d (%s): tried again.", claimed.id, error)
        await self._postpone(claimed, max(pause, error.seconds), counted=False)

    async def _after_error(self, claimed: Claimed) -> None:
        if claimed.attempts < ATTEMPTS:
            await self._postpone(claimed, FIRST_PAUSE_SECONDS)
            return
        with suppress(ClaimLost, PactaError):
            installed = await self._workspaces.installed(claimed.team, claimed.enterprise)
            if installed is None:
                return
            try:
                await self._give_up(claimed, installed)
            except SlackUnavailable as error:
                await self._later(claimed, error)

    async def _give_up(self, claimed: Claimed, installed: Installed) -> None:
        """Says that there will be no answer: in its place where something is there, else to the asker alone."""
        try:
            if claimed.thread and (claimed.replies or claimed.telling):
                await self._delivery.tell(claimed, installed, [note(FAILED)])
            else:
                await self._delivery.tell_asker(claimed, installed, note(FAILED))
        except SlackApiError as error:
            log.error("Slack did not take that question %d failed: %s", claimed.id, error)
        await self._finish(claimed, Told((), "failed"))

    async def _postpone(self, claimed: Claimed, seconds: float, *, counted: bool = True) -> None:
        try:
            await self._threads.run(self._inbox.postpone, claimed, seconds, counted=counted)
        except PactaError as error:
            log.error("%s", error)
            return
        if seconds:
            asyncio.get_running_loop().call_later(seconds, self.wake)
