"""The gate before answering: so many at once, so many in a queue, and the others are soon told to come back.

Whoever waits does so without a thread of the pool, which answers, pages and everything else share: endpoints that
answer take ``ADMITTED`` as a dependency, other front ends enter ``Gate.admitted``.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio

from service.errors import ServiceBusy

# Who is refused and comes back at once, a thousand times a second, would take the interpreter from those who are
# being answered: with this 160 such clients leave them most of it.
REFUSAL_SECONDS = 0.2


class Gate:
    """Lets ``at_once`` in at a time, while at most ``queue`` more wait, none longer than ``seconds``."""

    def __init__(self, at_once: int, queue: int, seconds: float | None = None) -> None:
        self._at_once = at_once
        self._queue = queue
        self._seconds = seconds
        self._places = anyio.Semaphore(at_once, fast_acquire=True)

    @property
    def in_progress(self) -> int:
        """How many are in."""
        return self._at_once - self._places.value

    @property
    def waiting(self) -> int:
        """How many wait to be let in."""
        return self._places.statistics().tasks_waiting

    @asynccontextmanager
    async def admitted(self) -> AsyncIterator[None]:
        """A place inside, for as long as the block lasts; raises ServiceBusy."""
        if not self._places.value and self.waiting >= self._queue:
            await anyio.sleep(REFUSAL_SECONDS)
            raise ServiceBusy(f"{self._at_once} questions are being answered and {self._queue} wait")
        try:
            with anyio.fail_after(self._seconds):
                await self._places.acquire()
        except TimeoutError:
            raise ServiceBusy(f"the question waited {self._seconds:g} seconds for its turn") from None
        try:
            yield
        finally:
            self._places.release()
