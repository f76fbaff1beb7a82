"""What the endpoints work with, given to the application once when it is made."""

import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Protocol

from fastapi import Depends, HTTPException, Request

from ingest.errors import PactaError, UnknownProvision, UnknownTreaty
from ingest.models import ParsedTreaty, Provision
from service.access import OPEN, Caller, readable
from service.api.catalogue import Catalogues, ServedIndex
from service.api.gate import Gate
from service.api.rate_limits import RateLimits
from service.conversation import turn_of
from service.errors import UnknownConversation
from service.holder import IndexHolder
from service.metrics import Metrics, State
from service.models import Answer, Conversation, Hit, Question
from service.settings import Settings
from service.store import Store, new_conversation_id
from service.web.contents import say_which_articles

if TYPE_CHECKING:
    from service.api.canary import Canary

log = logging.getLogger(__name__)

# As nginx says it; HTTP has no status for it, since nobody is there to be told.
CLIENT_GONE = 499

# The index is Any here since each function takes the very class that the holder's opener gives.
AnswerQuestion = Callable[[Question, Conversation, Any, Settings], Answer]


class SearchArticles(Protocol):
    """Articles for a query, best first: ``service.answer.search_articles``."""

    def __call__(
        self,
        query: str,
        index: Any,
        settings: Settings,
        *,
        treaties: tuple[str, ...] = (),
        limit: int = 10,
        conversation: Conversation | None = None,
    ) -> list[Hit]: ...


@dataclass(frozen=True, slots=True)
class Services:
    """The parts behind the endpoints: the index, the functions that answer, the conversations."""

    settings: Settings
    holder: IndexHolder[ServedIndex]
    store: Store
    answer: AnswerQuestion
    search: SearchArticles
    catalogues: Catalogues
    gate: Gate
    limits: RateLimits
    metrics: Metrics
    canary: "Canary"

    @contextmanager
    def reading(self, caller: Caller) -> Iterator[ServedIndex]:
        """The index in use, as the caller may see it; raises as ``IndexHolder.use`` does."""
        with self.holder.use() as index:
            yield readable(index, caller)

    def answer_question(self, question: Question, conversation: Conversation, index: ServedIndex) -> Answer:
        """The answer to a question; every front end comes through here, from behind the gate. Nothing is kept."""
        log.debug("Asked: %s", question.text)
        answer = self.answer(question, conversation, index, self.settings)
        self.metrics.count_answer(answer)
        return answer

    def ask(self, question: Question, conversation: Conversation, caller: Caller) -> dict[str, Any]:
        """The answer as the contract has it, kept as the next turn of the conversation."""
        with self.reading(caller) as index:
            answer = self.answer_question(question, conversation, index)
            turn = turn_of(question.text, answer, index.treaties)
        document = answer.to_json()
        self.store.append(conversation.id, turn, document)
        return document

    def state(self) -> State:
        """What the service is at."""
        generation, treaties = "", 0
        with suppress(PactaError), self.holder.use() as index:
            generation, treaties = index.generation, len(index.treaties)
        outdated = self.holder.problem is not None
        return State(generation, treaties, outdated, self.gate.in_progress, self.gate.waiting)


# Dependencies are asynchronous where they wait for nothing: the others take a thread of the pool each.
async def _services(request: Request) -> Services:
    services = request.app.state.services
    assert isinstance(services, Services)
    return services


ServicesDep = Annotated[Services, Depends(_services)]


async def _caller(request: Request) -> Caller:
    """Who asks."""
    return OPEN


async def _counted_caller(
    request: Request, services: ServicesDep, caller: Annotated[Caller, Depends(_caller)]
) -> Caller:
    """Who asks, counted; raises TooManyQuestions."""
    request.state.key_id = caller.key_id
    await services.limits.count_key(caller.key_id)
    return caller


CallerDep = Annotated[Caller, Depends(_counted_caller)]


async def admitted(request: Request, services: ServicesDep, caller: CallerDep) -> AsyncIterator[None]:
    """Waits at the gate; the place is given back when the endpoint returns, before the answer is sent."""
    async with services.gate.admitted():
        if await request.is_disconnected():
            # Who gave up waiting takes nobody's time; the response goes nowhere, the status is for log and metrics.
            raise HTTPException(CLIENT_GONE, "The client has gone")
        yield


# What every endpoint takes that answers or searches: who asks is known and counted before.
ADMITTED = Depends(admitted, scope="function")


def conversation_of(conversation_id: str | None, services: Services) -> Conversation:
    """The conversation asked on, or a new one; raises UnknownConversation.

    An unknown id is refused: an answer without the turns before it would look like one with them.
    """
    if conversation_id is None:
        return Conversation(new_conversation_id())
    kept = services.store.conversation(conversation_id)
    if kept is None:
        raise UnknownConversation(conversation_id)
    return kept


def treaty_of(index: ServedIndex, treaty_id: str) -> ParsedTreaty:
    """The treaty of that id; raises UnknownTreaty."""
    found = index.treaties.get(treaty_id)
    if found is None:
        raise UnknownTreaty(
            f"No treaty with the id {treaty_id!r} is held. /v1/treaties lists the {len(index.treaties):,} that are."
        )
    return found


def provision_of(parsed: ParsedTreaty, eid: str) -> Provision:
    """The provision of that eId; raises UnknownProvision, which says which articles there are."""
    found = parsed.by_eid.get(eid)
    if found is None:
        raise UnknownProvision(f"{parsed.treaty.title} has no provision {eid!r}. {say_which_articles(parsed)}")
    return found
