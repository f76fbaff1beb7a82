"""What the endpoints work with, given to the application once when it is made."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, Any, Protocol

from fastapi import Depends, Request

from ingest.errors import IndexBroken, IndexMissing, UnknownProvision, UnknownTreaty
from ingest.models import ParsedTreaty, Provision
from service.access import OPEN, Caller, readable
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

    def hidden_from(self, caller: Caller) -> frozenset[str]:
        """The ids of treaties held that the caller may not see; none where there is no index."""
        try:
            with self.holder.use() as index:
                return frozenset(index.treaties) - frozenset(readable(index, caller).treaties)
        except (IndexMissing, IndexBroken):
            return frozenset()

    def answer_question(self, question: Question, conversation: Conversation, index: ServedIndex) -> Answer:
        """The answer to a question; every front end comes through here, which keeps nothing."""
        return self.answer(question, conversation, index, self.settings)

    def ask(self, question: Question, conversation: Conversation, caller: Caller) -> dict[str, Any]:
        """The answer as the contract has it, kept as the next turn of the conversation."""
        with self.reading(caller) as index:
            answer = self.answer_question(question, conversation, index)
            turn = turn_of(question.text, answer, index.treaties)
        document = answer.to_json()
        self.store.append(conversation.id, turn, document)
        return document


def _services(request: Request) -> Services:
    services = request.app.state.services
    assert isinstance(services, Services)
    return services


ServicesDep = Annotated[Services, Depends(_services)]


def _caller(request: Request) -> Caller:
    """Who asks."""
    return OPEN


CallerDep = Annotated[Caller, Depends(_caller)]


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
