"""What can be made to go wrong with the tests' Slack while it runs."""

import asyncio
import threading
from dataclasses import dataclass, field
from typing import Literal

Down = Literal["refused", "html"]
EVERY = "*"


@dataclass(eq=False)
class Faults:
    """The faults that are set; a method's name may be ``*`` for every method."""

    is_down: Down | None = None
    failing: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    dropping: dict[str, int] = field(default_factory=dict)
    slowness: dict[str, float] = field(default_factory=dict)
    held: dict[str, threading.Event] = field(default_factory=dict)

    def fail_next(self, method: str, error: str = "internal_error", status: int = 200, times: int = 1) -> None:
        """The next calls of a method are not carried out but answered with an error."""
        self.failing.setdefault(method, []).extend([(error, status)] * times)

    def drop_next(self, method: str, times: int = 1) -> None:
        """The next calls of a method are carried out, and the connection breaks before the answer."""
        self.dropping[method] = self.dropping.get(method, 0) + times

    def slow(self, method: str, seconds: float) -> None:
        """Calls of a method wait so long before they are carried out; 0 ends that."""
        self.slowness[method] = seconds

    def hold(self, method: str) -> threading.Event:
        """Calls of a method wait, before they are carried out, until the event is set."""
        self.held[method] = threading.Event()
        return self.held[method]

    def clear(self) -> None:
        """Ends every fault but that of being down; calls that are held go on."""
        for event in self.held.values():
            event.set()
        for faults in (self.failing, self.dropping, self.slowness, self.held):
            faults.clear()

    async def wait(self, method: str) -> None:
        """Waits as long as a call of this method has to."""
        await asyncio.sleep(self.slowness.get(method, self.slowness.get(EVERY, 0)))
        for name in (method, EVERY):
            event = self.held.get(name)
            while event is not None and not event.is_set():
                await asyncio.sleep(0.005)

    def failure(self, method: str) -> tuple[str, int] | None:
        """The error and the status with which this call fails, if it does."""
        for name in (method, EVERY):
            if self.failing.get(name):
                return self.failing[name].pop(0)
        return None

    def drops(self, method: str) -> bool:
        """Whether the answer of this call is lost."""
        for name in (method, EVERY):
            if self.dropping.get(name):
                self.dropping[name] -= 1
                return True
        return False
