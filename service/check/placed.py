"""Stretches of a text in its order, to find those at a place: a long text has thousands."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from typing import Generic, Protocol, TypeVar


class HasPlace(Protocol):
    """Something at ``start:end`` of a text."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


PlacedT = TypeVar("PlacedT", bound=HasPlace)


class Placed(Generic[PlacedT]):
    """Stretches that do not overlap, by their places."""

    def __init__(self, stretches: Iterable[PlacedT]) -> None:
        self.all = sorted(stretches, key=lambda one: one.start)
        self._starts = [one.start for one in self.all]

    def around(self, start: int, end: int) -> PlacedT | None:
        """The stretch that holds all of another; None where none does."""
        place = bisect_right(self._starts, start) - 1
        found = self.all[place] if place >= 0 else None
        return found if found is not None and end <= found.end else None

    def within(self, start: int, end: int) -> list[PlacedT]:
        """The stretches that begin between two places."""
        return self.all[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def before(self, place: int, most: int) -> list[PlacedT]:
        """The last stretches that begin before a place, at most so many, the nearest last."""
        end = bisect_left(self._starts, place)
        return self.all[max(0, end - most) : end]
