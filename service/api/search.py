"""``POST /v1/search``: articles for words, without an answer made of them."""

from fastapi import APIRouter

from service.api.records import SearchRequest, SearchResult, SearchResults
from service.api.services import ADMITTED, CallerDep, ServicesDep, conversation_of

router = APIRouter(prefix="/v1", tags=["Asking"])


@router.post("/search", dependencies=[ADMITTED], summary="Find articles")
def search(request: SearchRequest, services: ServicesDep, caller: CallerDep) -> SearchResults:
    """The articles that fit the words best, each at most once, best first.

    With `conversation_id` the words are searched as `POST /v1/chat` would search them as the next question of
    that conversation; it stays as it is.
    """
    conversation = conversation_of(request.conversation_id, services, caller)
    treaties = tuple(request.treaties or ())
    with services.reading(caller) as index:
        hits = services.search(
            request.query,
            index,
            services.settings,
            treaties=treaties,
            limit=request.limit,
            conversation=conversation,
        )
    return SearchResults(results=[SearchResult(**hit.to_json()) for hit in hits])
