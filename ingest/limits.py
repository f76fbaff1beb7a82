"""How long reading one document may take and how much memory, where it is read in this very process."""

import os
import resource
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

_NONE = resource.RLIM_INFINITY


class OutOfTime(BaseException):
    """The processor time is used up.

    No Exception: it is raised in the middle of whatever runs, and no reader may take it for a fault of its own.
    """


@contextmanager
def limited(memory_bytes: int, cpu_seconds: float) -> Iterator[None]:
    """What runs inside may take this much more memory (then MemoryError) and processor time (then OutOfTime).

    Processor time, not the clock: a document is not worse because the machine is busy. Both need the main thread
    of the process; in another one nothing is limited, as signals and limits would hit the wrong work.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    if taken := _address_space():
        limit = min(n for n in (taken + memory_bytes, soft, hard) if n != _NONE)
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    cpu = resource.getrlimit(resource.RLIMIT_CPU)
    # A function in C hears of no signal before it is done. If it takes this long the system ends the process.
    last_resort = int(time.process_time() + cpu_seconds) + 2
    before = signal.signal(signal.SIGPROF, _out_of_time)
    try:
        # Again each second: Python drops an exception that is raised while an object is being destroyed.
        signal.setitimer(signal.ITIMER_PROF, cpu_seconds, 1)
        resource.setrlimit(resource.RLIMIT_CPU, (min([last_resort, *(n for n in cpu if n != _NONE)]), cpu[1]))
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        resource.setrlimit(resource.RLIMIT_CPU, cpu)
        signal.signal(signal.SIGPROF, before)
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _out_of_time(number: int, frame: FrameType | None) -> NoReturn:
    raise OutOfTime


def _address_space() -> int | None:
    """The bytes of address space that this process has taken; None where the system does not tell."""
    try:
        with open("/proc/self/statm") as status:
            return int(status.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return None
