"""What the endpoints work with, given to the application once when it is made."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Protocol

from fastapi import Depends, Request

from ingest.errors import UnknownProvision, UnknownTreaty
from ingest.models import ParsedTreaty, Provision
from service.api.catalogue import Catalogues, ServedIndex
from service.errors import UnknownConversation
from service.holder import IndexHolder
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


def _services(request: Request) -> Services:
    services = request.app.state.services
    assert isinstance(services, Services)
    return services


ServicesDep = Annotated[Services, Depends(_services)]


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
