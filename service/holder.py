"""The index a running service answers from, exchanged while it runs when a new one is published.

``CURRENT`` in the home folder is replaced when an index is published. Every use looks at it (one
``stat``); when it has changed, the one thread that noticed first opens the new index while the
others go on with the old one, then the two are exchanged. The old one is closed when its last user
is done. An index that cannot be opened changes nothing for the reader: the old one goes on, and
``problem`` says why.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from ingest.errors import IndexBroken, PactaError

log = logging.getLogger(__name__)

# How long a published index that could not be opened is left alone before it is tried again.
RETRY_SECONDS = 30.0


class Closable(Protocol):
    """What the holder needs to know of an index."""

    @property
    def generation(self) -> str: ...

    def close(self) -> None: ...


IndexT = TypeVar("IndexT", bound=Closable)
# Which file CURRENT was when it was looked at; None when there is none.
Signature = tuple[int, int, int] | None


class _Held(Generic[IndexT]):
    """An open index and how many requests are using it; guarded by the holder's lock."""

    def __init__(self, index: IndexT) -> None:
        self.index = index
        self.users = 0
        self.retired = False


class IndexHolder(Generic[IndexT]):
    """Lends the published index of ``home`` to any number of threads; see the module's docstring.

    ``open_index`` opens what is published in a home folder and raises a PactaError where it cannot.
    """

    def __init__(
        self,
        home: Path,
        open_index: Callable[[Path], IndexT],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._home = home
        self._open_index = open_index
        self._clock = clock
        self._lock = threading.Lock()
        self._opening = threading.Lock()
        self._held: _Held[IndexT] | None = None
        self._seen: Signature = None
        self._failed_at: float | None = None
        self._error: PactaError | None = None
        self._closed = False

    @property
    def problem(self) -> str | None:
        """Why the index published last is not the one in use; None when all is well."""
        return None if self._error is None else str(self._error)

    @contextmanager
    def use(self) -> Iterator[IndexT]:
        """The published index, kept open until the block ends.

        Raises IndexMissing or IndexBroken when there is none to be had, not even an older one.
        """
        self._refresh()
        with self._lock:
            held = self._held
            if held is None:
                # Raised again and again: without this its traceback would grow with each time.
                error = self._error or RuntimeError("the index was used after it was closed")
                raise error.with_traceback(None)
            held.users += 1
        try:
            yield held.index
        finally:
            self._release(held)

    def close(self) -> None:
        """Closes the index when its last user is done; the holder cannot be used afterwards."""
        with self._opening, self._lock:
            self._closed = True
            held, self._held = self._held, None
            unused = held is not None and self._retire(held)
        if held is not None and unused:
            _close(held.index)

    def _refresh(self) -> None:
        """Opens what is published if that has changed; waits only if there is nothing yet."""
        if not self._stale():
            return
        if not self._opening.acquire(blocking=self._held is None):
            return  # another thread is at it; this one goes on with the index there is
        try:
            if self._stale():
                self._open()
        finally:
            self._opening.release()

    def _stale(self) -> bool:
        if self._closed:
            return False
        if self._failed_at is not None and self._clock() - self._failed_at >= RETRY_SECONDS:
            return True
        never_tried = self._held is None and self._error is None
        return never_tried or self._signature() != self._seen

    def _signature(self) -> Signature:
        try:
            found = (self._home / "CURRENT").stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_ino, found.st_size

    def _open(self) -> None:
        """Opens the published index and puts it in the old one's place; only one thread is here."""
        # Looked at before it is opened: what is published meanwhile is then noticed the next time.
        signature = self._signature()
        try:
            fresh = self._open_index(self._home)
        except Exception as error:
            self._keep_old(signature, error)
            return
        with self._lock:
            old, self._held = self._held, _Held(fresh)
            self._seen, self._failed_at, self._error = signature, None, None
            unused = old is not None and self._retire(old)
        log.info("Index %s is in use.", fresh.generation)
        if old is not None and unused:
            _close(old.index)

    def _keep_old(self, signature: Signature, error: Exception) -> None:
        if not isinstance(error, PactaError):
            log.exception("The published index could not be opened.")
            broken = IndexBroken(
                f"The index published in {self._home} cannot be opened ({type(error).__name__}). "
                "Look at the log, then run `pacta index verify`."
            )
            broken.__cause__ = error
            error = broken
        with self._lock:
            self._seen, self._failed_at, self._error = signature, self._clock(), error
            held = self._held
        if held is not None:
            log.warning("Index %s stays in use: %s", held.index.generation, error)

    def _release(self, held: _Held[IndexT]) -> None:
        with self._lock:
            held.users -= 1
            unused = held.retired and held.users == 0
        if unused:
            _close(held.index)

    def _retire(self, held: _Held[IndexT]) -> bool:
        """Marks an index as to be closed by its last user; True when it has none already."""
        held.retired = True
        return held.users == 0


def _close(index: Closable) -> None:
    """Closes an index that nobody uses; a failure is logged, no request waits for it."""
    try:
        index.close()
    except Exception:
        log.exception("Index %s could not be closed.", index.generation)
