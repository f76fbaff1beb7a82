"""Threads of their own for what Slack waits for: pages and answers, which share the others, do not hold them up."""

from collections.abc import Callable
from functools import partial
from typing import ParamSpec, TypeVar

from anyio import CapacityLimiter, to_thread

P = ParamSpec("P")
T = TypeVar("T")


class Threads:
    """Runs functions that wait for a database, at most so many at a time."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._limiter: CapacityLimiter | None = None

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What a function gives, run in a thread."""
        if self._limiter is None:  # made in the loop that it is used in
            self._limiter = CapacityLimiter(self._number)
        return await to_thread.run_sync(partial(function, *args, **kwargs), limiter=self._limiter)
