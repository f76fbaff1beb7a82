"""How a finished answer is told piece by piece, whatever the form of its events, and to nobody who has left."""

import re
from collections.abc import Generator, Iterator, Mapping
from typing import Any

from fastapi.sse import EventSourceResponse
from starlette.types import Receive, Scope, Send

from service.api.headers import PRIVATE

# A piece is about so many characters, cut behind a space, so that no ``[n]`` is cut in two.
PIECE_CHARS = 60
# A proxy in front must pass each event on as it comes, not gather them.
STREAMED = {**PRIVATE, "x-accel-buffering": "no"}
_CITED = re.compile(r"\[(\d{1,4})\]")


class AnswerStream(EventSourceResponse):
    """Server-sent events, which come to an end when their client leaves.

    The events are then closed at once. Left to themselves they would keep what they hold until Python next looks
    for garbage.
    """

    def __init__(self, events: Generator[bytes, None, None]) -> None:
        super().__init__(events, headers=STREAMED)
        self._events = events

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends the events."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._events.close()


def pieces_of(text: str) -> Iterator[str]:
    """The text in pieces; joined they are the text."""
    while text:
        cut = text.find(" ", PIECE_CHARS) + 1 or len(text)
        yield text[:cut]
        text = text[cut:]


def places_cited(answer: str, citations: Mapping[int, dict[str, Any]]) -> Iterator[tuple[int, int, dict[str, Any]]]:
    """Where the answer has an ``[n]`` that one of the citations is the n-th of: start, end (exclusive), citation."""
    for found in _CITED.finditer(answer):
        citation = citations.get(int(found[1]))
        if citation is not None:
            yield found.start(), found.end(), citation
