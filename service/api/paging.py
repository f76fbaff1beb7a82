"""Lists in pieces: which piece was asked for, and where the next and the one before are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Generic, TypeVar

from fastapi import Query, Request, Response

MAX_LIMIT = 1_000

ItemT = TypeVar("ItemT")
Offset = Annotated[int, Query(ge=0, le=1_000_000_000, description="How many to leave out at the beginning.")]


@dataclass(frozen=True, slots=True)
class Page(Generic[ItemT]):
    """A piece of a list of ``total``; ``next`` is the address of the piece after it."""

    items: list[ItemT]
    total: int
    next: str | None


def page_of(
    items: Sequence[ItemT], request: Request, response: Response, *, limit: int | None, offset: int
) -> Page[ItemT]:
    """The piece of a list that was asked for, its neighbours said in the response's ``Link`` (RFC 8288)."""
    end = len(items) if limit is None else offset + limit
    following = _address(request, offset=end) if end < len(items) else None
    links = [f'<{following}>; rel="next"'] if following else []
    if offset and limit is not None:
        links.append(f'<{_address(request, offset=max(0, min(offset, len(items)) - limit))}>; rel="prev"')
    if links:
        response.headers["Link"] = ", ".join(links)
    return Page(list(items[offset:end]), len(items), following)


def _address(request: Request, *, offset: int) -> str:
    """The address of another piece of the same list, on this service wherever that is reached."""
    url = request.url.include_query_params(offset=offset)
    return f"{url.path}?{url.query}"
