"""What is to be told for a question from Slack: its answer, why there is none, or how to ask."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from starlette.concurrency import run_in_threadpool

from ingest.errors import PactaError
from service.access import Caller, is_readable
from service.api.services import Services
from service.conversation import turn_of
from service.errors import ComeBackLater, OutOfTime, QuestionEmpty, QuestionTooLong, StoreUnusable, TooManyQuestions
from service.models import Conversation, Question
from service.slack_app.blocks import Message, answer_messages, help_message, note
from service.slack_app.inbox import Claimed, ClaimLost, Inbox, State
from service.slack_app.rules import Place
from service.slack_app.settings import SlackSettings
from service.slack_app.threads import Threads

log = logging.getLogger(__name__)

# A question at which something unexpected happens, or which takes too long, is tried so often.
ATTEMPTS = 3

# What people say in a chat that asks nothing.
_GREETINGS = frozenset({"help", "hi", "hello", "hey", "good morning", "good afternoon", "good evening"})
_THANKS = frozenset({"thanks", "thank you", "thx", "many thanks", "thanks a lot", "thank you very much"})
WELCOME = "You are welcome."

NOT_HERE = "I do not answer in this channel. Ask me in a direct message, or ask whoever runs Pacta to allow it here."
FAILED = "Something went wrong as I answered this, and I have written it to my log. Please ask again."


@dataclass(frozen=True, slots=True)
class Told:
    """Messages that end a question in a state, and the answer in them, as the contract has it, if there is one."""

    messages: Sequence[Message]
    state: State = "told"
    document: dict[str, Any] | None = None


class SlackAnswering:
    """Finds what is to be told; the answer is kept before it is given."""

    def __init__(self, services: Services, settings: SlackSettings, inbox: Inbox, threads: Threads) -> None:
        self._services = services
        self._settings = settings
        self._inbox = inbox
        self._threads = threads
        # As many as are answered at a time wait at the gate: its queue is for those who wait at a browser.
        self._places = asyncio.Semaphore(services.settings.serving.at_once)

    async def place_of(self, team: str, channel: str) -> Place:
        """The place that a channel is, for whoever may read it by now."""
        external = await self._threads.run(self._inbox.is_external, team, channel)
        return self._settings.rules.place(team, channel, external=external)

    async def refusal(self, claimed: Claimed, place: Place) -> str | None:
        """Why a question is not taken, for its asker alone; None where it is."""
        if not place.allowed:
            return NOT_HERE
        if claimed.tried or claimed.message_id is not None:
            return None
        try:
            await self._services.limits.count_slack(f"{claimed.team}/{claimed.asker}", claimed.owner)
        except TooManyQuestions as refusal:
            return str(refusal)
        return None

    async def told(self, claimed: Claimed, place: Place) -> Told:
        """What is to be told in the thread.

        Raises ComeBackLater, ClaimLost, StoreUnusable, and any error of a defect, where it is to be tried again.
        """
        question = claimed.question or ""
        caller = Caller(claimed.owner, frozenset({"ask"}), place.labels)
        if claimed.message_id is not None:
            if (kept := await run_in_threadpool(self._kept, claimed, caller)) is not None:
                return self._told(claimed, kept)
            claimed = replace(claimed, message_id=None, replaces=claimed.message_id)
        words = question.casefold().strip(" ?!.,")
        if not words or words in _GREETINGS:
            return Told([help_message(await run_in_threadpool(self.examples_for, place))])
        if words in _THANKS:
            return Told([note(WELCOME)])
        try:
            async with self._places, self._services.gate.admitted():
                document = await run_in_threadpool(self._answer, claimed, caller)
        except (QuestionEmpty, QuestionTooLong) as error:
            return Told([note(str(error))])
        except OutOfTime as error:
            if claimed.attempts < ATTEMPTS:
                raise
            return Told([note(str(error))], "failed")
        except (ComeBackLater, ClaimLost, StoreUnusable):
            raise
        except PactaError as error:
            log.error("A question from Slack could not be answered: %s", error)
            return Told([note(FAILED)], "failed")
        except Exception:
            if claimed.attempts < ATTEMPTS:
                raise
            log.exception("A question from Slack could not be answered.")
            return Told([note(FAILED)], "failed")
        return self._told(claimed, document)

    def examples_for(self, place: Place) -> Sequence[str]:
        """Questions that can be answered in a place."""
        with suppress(PactaError), self._services.reading(Caller(labels=place.labels)) as index:
            return self._services.catalogues.of(index).examples
        return ()

    def _told(self, claimed: Claimed, document: dict[str, Any]) -> Told:
        # What was asked by a command stands nowhere else.
        question = "" if claimed.thread else claimed.question or ""
        base_url = self._services.settings.public_url
        return Told(answer_messages(document, base_url, question=question), document=document)

    def _kept(self, claimed: Claimed, caller: Caller) -> dict[str, Any] | None:
        """The answer that was kept; None where it was forgotten, or is not for those who read the channel by now."""
        kept = self._inbox.answer_of(claimed)
        readable = kept is not None and is_readable(kept, self._services.hidden_treaties(caller))
        return kept if readable else None

    def _answer(self, claimed: Claimed, caller: Caller) -> dict[str, Any]:
        services = self._services
        before = services.store.conversation(claimed.conversation_id, owner=claimed.owner, before=claimed.replaces)
        question = Question(claimed.question or "")
        with services.reading(caller) as index:
            answer = services.answer_question(question, before or Conversation(claimed.conversation_id), index)
            turn = turn_of(question.text, answer, index.treaties)
        document = answer.to_json()
        self._inbox.keep_answer(claimed, turn, document)
        return document
