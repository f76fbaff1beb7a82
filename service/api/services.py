"""What the endpoints work with, given to the application once when it is made."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, Any, Protocol

from fastapi import Depends, Request

from ingest.errors import IndexBroken, IndexMissing, UnknownProvision, UnknownTreaty
from ingest.models import ParsedTreaty, Provision, Treaty
from service.access import Caller, hidden_from, readable, readable_conversation, require
from service.api.authentication import authenticate
from service.api.catalogue import Catalogues, ServedIndex
from service.conversation import turn_of
from service.errors import UnknownConversation
from service.holder import IndexHolder
from service.job_runner import JobRunner
from service.models import Answer, Conversation, Hit, Question
from service.settings import Settings
from service.store import Store, new_conversation_id
from service.web.contents import say_which_articles

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
    jobs: JobRunner

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
        """The answer to a question; every front end comes through here, which keeps nothing."""
        conversation = readable_conversation(conversation, index.treaties)
        return self.answer(question, conversation, index, self.settings)

    def ask(self, question: Question, conversation: Conversation, caller: Caller) -> dict[str, Any]:
        """The answer as the contract has it, kept as the next turn of the conversation."""
        with self.reading(caller) as index:
            answer = self.answer_question(question, conversation, index)
            turn = turn_of(question.text, answer, index.treaties)
        document = answer.to_json()
        self.store.append(conversation.id, turn, document, owner=caller.key_id)
        return document


def services_of(request: Request) -> Services:
    """The parts that the application of a request was made with."""
    services = request.app.state.services
    assert isinstance(services, Services)
    return services


ServicesDep = Annotated[Services, Depends(services_of)]


async def _sender(request: Request, services: ServicesDep) -> Caller:
    """Who sends the request, as far as the key that it carries tells; raises KeyRequired, KeyUnknown."""
    return await authenticate(request, services.store, open_to_all=services.settings.open_to_all)


# Whoever has a key of any kind: for what needs another scope than to ask.
SenderDep = Annotated[Caller, Depends(_sender)]


async def _caller(sender: SenderDep) -> Caller:
    require(sender, "ask")
    return sender


# Whoever may ask; ScopeMissing is raised for others.
CallerDep = Annotated[Caller, Depends(_caller)]


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
