"""Who asks, and what they may read: the one place where access is decided.

A treaty may carry labels (``access: [drafts]`` in corpus.yaml); one without any is for everybody. A caller reads the
treaties that carry one of the caller's labels. ``readable`` gives the index as a caller may see it: ranking, search,
browsing, references, names and conversations work on that and know of nothing else.
"""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol, Self, TypeVar, get_args

from ingest.models import Treaty
from service.errors import ScopeMissing
from service.models import Conversation, Turn

Scope = Literal["ask", "ingest", "admin"]
SCOPES: tuple[Scope, ...] = get_args(Scope)


class Labelled(Protocol):
    """What access is decided by: the labels of the treaties, and the index less some of them."""

    @property
    def access(self) -> Mapping[str, tuple[str, ...]]:
        """The labels of each treaty that has any."""

    def without(self, hidden: frozenset[str]) -> Self:
        """The index less some treaties."""


IndexT = TypeVar("IndexT", bound=Labelled)


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
    """Raise ScopeMissing where the caller has not the scope."""
    if not caller.may(scope):
        raise ScopeMissing(scope)


def readable(index: IndexT, caller: Caller) -> IndexT:
    """The index as the caller may see it."""
    return index.without(hidden_from(caller, index))


def hidden_from(caller: Caller, index: Labelled) -> frozenset[str]:
    """The ids of the treaties that a caller may not read."""
    if caller.labels is None:
        return frozenset()
    return frozenset(treaty for treaty, labels in index.access.items() if caller.labels.isdisjoint(labels))


def readable_conversation(conversation: Conversation, treaties: Container[str]) -> Conversation:
    """The conversation as whoever may see ``treaties`` may go on with it.

    What was said of a treaty that the caller may not read any more is left out, and so is what is not held any more.
    """
    turns = tuple(
        turn if len(focus) == len(turn.focus) else Turn(turn.question, focus)
        for turn in conversation.turns
        for focus in [tuple(place for place in turn.focus if place[0] in treaties)]
    )
    return Conversation(conversation.id, turns)


def is_readable(answer: Mapping[str, Any], hidden: Iterable[Treaty]) -> bool:
    """Whether an answer that was given, as the contract has it, tells nothing of treaties that are hidden by now."""
    quoted = {citation["treaty_id"] for part in ("citations", "related") for citation in answer[part]}
    text = str(answer["answer"]).casefold()
    return not any(
        treaty.id in quoted or any(name.casefold() in text for name in (treaty.title, *treaty.aliases))
        for treaty in hidden
    )
