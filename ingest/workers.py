"""Reading documents in processes of their own, so that one hostile file cannot take the run with it.

A document may make a parser loop, eat memory or crash outright. Each is read in a worker with limits of
memory and processor time; a worker that dies costs only the file it was reading.
"""

import multiprocessing
import os
import resource
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager

from ingest.errors import DocumentError, UnreadableDocument
from ingest.manifest import Entry
from ingest.models import ParsedTreaty
from ingest.parse import parse_file

Outcome = ParsedTreaty | DocumentError


def parse_all(
    entries: Sequence[Entry],
    *,
    parse: Callable[[Entry], ParsedTreaty] = parse_file,
    memory_bytes: int = 3 << 30,
    cpu_seconds: int = 120,
) -> Iterator[tuple[Entry, Outcome]]:
    """Each entry with its treaty or the reason why there is none, in the order given.

    One document alone is read here, without the cost of a process, unless it is a PDF.
    """
    if len(entries) == 1 and entries[0].path.suffix.lower() != ".pdf":
        yield entries[0], _guarded(entries[0], parse)
        return
    waiting = list(entries)
    alone = False
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


def _in_worker(entry: Entry, parse: Callable[[Entry], ParsedTreaty], cpu_seconds: int) -> Outcome:
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime) + cpu_seconds
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))
    return _guarded(entry, parse)


def _guarded(entry: Entry, parse: Callable[[Entry], ParsedTreaty]) -> Outcome:
    try:
        return parse(entry)
    except DocumentError as error:
        return error
    except MemoryError:
        return UnreadableDocument(str(entry.path), "reading it takes too much memory.", "Split it, or simplify it.")
    except RecursionError:
        return UnreadableDocument(str(entry.path), "it is nested too deeply.", "Save it in a simpler form.")
    except Exception as error:  # one file must never end the run of the others
        reason = f"Pacta failed on it ({type(error).__name__}: {error})."
        return UnreadableDocument(str(entry.path), reason, "Please report this; until then try it as plain text.")


def _crashed(entry: Entry, cpu_seconds: int) -> DocumentError:
    return UnreadableDocument(
        str(entry.path),
        f"reading it crashed or took more than {cpu_seconds} seconds.",
        "The file is probably damaged; get it again or convert it to text.",
    )
