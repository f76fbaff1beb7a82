"""What the endpoints work with, given to the application once when it is made."""

import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Protocol

from fastapi import Depends, HTTPException, Request

from ingest.errors import IndexBroken, IndexMissing, PactaError, UnknownProvision, UnknownTreaty
from ingest.models import ParsedTreaty, Provision, Treaty
from service.access import Caller, hidden_from, readable, readable_conversation, require
from service.api.authentication import authenticate
from service.api.catalogue import Catalogues, ServedIndex
from service.api.gate import Gate
from service.api.rate_limits import RateLimits, address_of
from service.check.models import Report
from service.conversation import turn_of
from service.errors import KeyUnknown, UnknownConversation
from service.holder import IndexHolder
from service.job_runner import JobRunner
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
CheckText = Callable[[str, Any], Report]


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
    check: CheckText
    catalogues: Catalogues
    jobs: JobRunner
    gate: Gate
    limits: RateLimits
    metrics: Metrics
    canary: "Canary"

    @contextmanager
    def reading(self, caller: Caller) -> Iterator[ServedIndex]:
        """The index in use, as the caller may see it; raises as ``IndexHolder.use`` does."""
        with self.holder.use() as index:
            yield readable(index, caller)

    def reserved_from(self, caller: Caller) -> frozenset[str]:
        """The ids of treaties held that the caller may not read, and so not replace; none where there is no index."""
        try:
            with self.holder.use() as index:
                return hidden_from(caller, index)
        except (IndexMissing, IndexBroken):
            return frozenset()

    def hidden_treaties(self, caller: Caller) -> list[Treaty]:
        """The treaties held that the caller may not read; raises as ``IndexHolder.use`` does."""
        if caller.labels is None:
            return []
        with self.holder.use() as index:
            return [index.treaties[treaty_id].treaty for treaty_id in hidden_from(caller, index)]

    def answer_question(self, question: Question, conversation: Conversation, index: ServedIndex) -> Answer:
        """The answer to a question; every front end comes through here, from behind the gate. Nothing is kept."""
        log.debug("Asked: %s", question.text)
        conversation = readable_conversation(conversation, index.treaties)
        answer = self.answer(question, conversation, index, self.settings)
        self.metrics.count_answer(answer)
        return answer

    def ask(self, question: Question, conversation: Conversation, caller: Caller) -> dict[str, Any]:
        """The answer as the contract has it, kept as the next turn of the conversation."""
        with self.reading(caller) as index:
            answer = self.answer_question(question, conversation, index)
            turn = turn_of(question.text, answer, index.treaties)
        document = answer.to_json()
        self.store.append(conversation.id, turn, document, owner=caller.key_id)
        return document

    def state(self) -> State:
        """What the service is at."""
        generation, treaties = "", 0
        with suppress(PactaError), self.holder.use() as index:
            generation, treaties = index.generation, len(index.treaties)
        outdated = self.holder.problem is not None
        return State(generation, treaties, outdated, self.gate.in_progress, self.gate.waiting)

    def base_url(self, request: Request) -> str:
        """Where the permalinks lead: the address that is set, or else the one that a request came to."""
        return self.settings.public_url or str(request.base_url).rstrip("/")

    async def sender_of(self, request: Request) -> Caller:
        """Who sends a request, as far as the key that it carries tells; counted, and noted for the log.

        Raises KeyRequired, KeyUnknown, TooManyQuestions.
        """
        try:
            caller = await authenticate(request, self.store, open_to_all=self.settings.open_to_all)
        except KeyUnknown:
            await self.limits.count_failed_key(address_of(request))
            raise
        request.state.key_id = caller.key_id
        await self.limits.count_key(caller.key_id)
        return caller


def services_of(request: Request) -> Services:
    """The parts that the application of a request was made with."""
    services = request.app.state.services
    assert isinstance(services, Services)
    return services


# Dependencies are asynchronous where they wait for nothing: the others take a thread of the pool each.
async def _services(request: Request) -> Services:
    return services_of(request)


ServicesDep = Annotated[Services, Depends(_services)]


async def _sender(request: Request, services: ServicesDep) -> Caller:
    return await services.sender_of(request)


# Whoever has a key of any kind: for what needs another scope than to ask. Raises as ``Services.sender_of`` does.
SenderDep = Annotated[Caller, Depends(_sender)]


async def _caller(sender: SenderDep) -> Caller:
    require(sender, "ask")
    return sender


# Whoever may ask; ScopeMissing is raised for others.
CallerDep = Annotated[Caller, Depends(_caller)]


async def admitted(request: Request, services: ServicesDep, caller: CallerDep) -> AsyncIterator[None]:
    """Waits at the gate; the place is given back when the endpoint returns, before the answer is sent."""
    async with services.gate.admitted():
        if await request.is_disconnected():
            # Who gave up waiting takes nobody's time; the response goes nowhere, the status is for log and metrics.
            raise HTTPException(CLIENT_GONE, "The client has gone")
        yield


# What every endpoint takes that answers or searches: who asks is known and counted before.
ADMITTED = Depends(admitted, scope="function")


def conversation_of(conversation_id: str | None, services: Services, caller: Caller) -> Conversation:
    """The caller's conversation that is asked on, or a new one; raises UnknownConversation.

    An unknown id is refused: an answer without the turns before it would look like one with them. Another's is
    unknown, so that nobody learns which there are.
    """
    if conversation_id is None:
        return Conversation(new_conversation_id())
    kept = services.store.conversation(conversation_id, owner=caller.key_id)
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
