"""Reading documents in processes of their own, so that one hostile file cannot take the run with it.

A document may make a parser loop, eat memory or crash outright. Each is read in a worker with limits of
memory and processor time; a worker that dies costs only the file it was reading.
"""

import multiprocessing
import os
import resource
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial

from ingest.errors import DocumentError, UnreadableDocument
from ingest.limits import OutOfTime, limited
from ingest.manifest import Entry
from ingest.models import ParsedTreaty
from ingest.reading import read_head
from ingest.sources.read import is_archive

Outcome = ParsedTreaty | DocumentError
Parse = Callable[[Entry], ParsedTreaty]

# A document that is read in the process of the command: a treaty of 10 MB needs two seconds and 300 MiB.
HERE_SECONDS = 8
HERE_BYTES = 880 << 20
# What each page that has been read adds to a worker's time; a page of print takes a tenth of it.
PAGE_SECONDS = 0.05
# The formats that are read in a process of their own, whatever else there is to read.
_READ_APART = {".pdf", ".docx", ".docm", ".dotx", ".zip"}


def parse_all(
    entries: Sequence[Entry],
    *,
    parse: Parse | None = None,
    memory_bytes: int = 1 << 30,
    cpu_seconds: int = 9,
) -> Iterator[tuple[Entry, Outcome]]:
    """Each entry with its treaty or the reason why there is none, in the order given.

    One document alone is read here, without the cost of a process, unless it may unpack to far more than it is.
    ``parse`` is ``parse_file`` where none is given; only the process that reads imports that.
    """
    if len(entries) == 1 and not _is_read_apart(entries[0]):
        yield entries[0], _limited_here(entries[0], parse)
        return
    waiting = list(entries)
    alone = len(waiting) == 1
    while waiting:
        # After a crash the suspects are read one by one; the one that crashes alone is the culprit.
        batch = waiting[:1] if alone else waiting
        done = 0
        with _cancelling(_pool(memory_bytes, 1 if alone else _workers(len(batch)))) as pool:
            futures: list[Future[Outcome]] = [pool.submit(_in_worker, entry, parse, cpu_seconds) for entry in batch]
            try:
                for entry, future in zip(batch, futures, strict=True):
                    yield entry, future.result()
                    done += 1
                alone = False
            except BrokenProcessPool:
                if alone:
                    yield batch[0], _crashed(batch[0], cpu_seconds)
                    done += 1
                    alone = False
                else:
                    alone = True
        waiting = waiting[done:]


def _limited_here(entry: Entry, parse: Parse | None) -> Outcome:
    try:
        with limited(HERE_BYTES, HERE_SECONDS):
            return _guarded(entry, parse or _parse_file())
    except OutOfTime:
        reason = f"reading it takes more than {HERE_SECONDS} seconds of processor time."
        return UnreadableDocument(entry.name, reason, "Split it, or simplify it.")


def _is_read_apart(entry: Entry) -> bool:
    """Whether a file's name or its first bytes are those of a PDF, a DOCX or an archive: much is packed in these,
    and the reader of the first is a library in C."""
    if entry.path.suffix.lower() in _READ_APART:
        return True
    try:
        head = read_head(entry.path)
        return b"%PDF-" in head or is_archive(head)
    except DocumentError:
        return False  # parse_file says why


@contextmanager
def _cancelling(pool: ProcessPoolExecutor) -> Iterator[ProcessPoolExecutor]:
    """The pool, with nothing more begun once Ctrl-C or an error has left it."""
    try:
        yield pool
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    pool.shutdown()


def _workers(jobs: int) -> int:
    return max(1, min(jobs, len(os.sched_getaffinity(0))))


def _pool(memory_bytes: int, workers: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(
        workers,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_limit_memory,
        initargs=(memory_bytes,),
    )


def _limit_memory(memory_bytes: int) -> None:
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    limit = memory_bytes if hard == resource.RLIM_INFINITY else min(memory_bytes, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    # Ctrl-C is for the process that began the run; it ends the workers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _in_worker(entry: Entry, parse: Parse | None, cpu_seconds: int) -> Outcome:
    begun = time.process_time()

    def allow(pages: int, of: int = 0) -> None:
        limit = int(begun + cpu_seconds + pages * PAGE_SECONDS)
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        resource.setrlimit(resource.RLIMIT_CPU, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))

    allow(0)
    # A document of many pages may take longer, but only as long as pages come out of it.
    return _guarded(entry, parse or partial(_parse_file(), on_page=allow))


def _parse_file() -> Callable[..., ParsedTreaty]:
    from ingest.parse import parse_file

    return parse_file


def _guarded(entry: Entry, parse: Parse) -> Outcome:
    try:
        return parse(entry)
    except DocumentError as error:
        return error
    except MemoryError:
        return UnreadableDocument(entry.name, "reading it takes too much memory.", "Split it, or simplify it.")
    except RecursionError:
        return UnreadableDocument(entry.name, "it is nested too deeply.", "Save it in a simpler form.")
    except Exception as error:  # one file must never end the run of the others
        reason = f"Pacta failed on it ({type(error).__name__}: {error})."
        return UnreadableDocument(entry.name, reason, "Please report this; until then try it as plain text.")


def _crashed(entry: Entry, cpu_seconds: int) -> DocumentError:
    return UnreadableDocument(
        entry.name,
        f"reading it crashed, or took too much memory or more than {cpu_seconds} seconds.",
        "The file is probably damaged; get it again or convert it to text.",
    )
