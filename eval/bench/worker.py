"""One system in a process of its own: orders come as JSON lines, answers go out as JSON lines.

    python -m eval.bench.worker SYSTEM

    {"do": "build", "paths": […], "folder": "…"}       → {"seconds", "stages", "pieces", "failures"}
    {"do": "open", "folder": "…", "question": "…"}     → {"import_ms", "open_ms", "first_ms"}
    {"do": "find", "questions": […]}                   → {"found": [[[treaty, start, end, article], …], …]}
    {"do": "round", "questions": […], "clients": 8, "seconds": 10, "renew": true} → {"ms": […], "seconds"}
    {"do": "memory"}                                   → {"peak_bytes"}

An order that fails gives ``{"error": …}``. The process ends with its input.
"""

import json
import os
import queue
import resource
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple
from itertools import pairwise
from pathlib import Path
from time import perf_counter
from typing import Any, TextIO

from eval.bench.kinds import KINDS
from eval.bench.systems import System
from ingest.embedding import available_cores
from ingest.errors import PactaError


def main() -> int:
    """Do what is ordered until the input ends."""
    system = KINDS[sys.argv[1]].make()
    with _answers() as answers:
        for line in sys.stdin:
            try:
                answer = obey(system, json.loads(line))
            except PactaError as error:
                answer = {"error": str(error)}
            except Exception as error:  # whatever a library raises is told, not printed as a traceback
                answer = {"error": f"{type(error).__name__}: {error}"}
            print(json.dumps(answer), file=answers, flush=True)
    return 0


def obey(system: System, order: dict[str, Any]) -> dict[str, Any]:
    """Carry out one order; gives its answer."""
    match order["do"]:
        case "build":
            built = system.build([Path(path) for path in order["paths"]], Path(order["folder"]))
            return {
                "seconds": built.seconds,
                "stages": built.stages,
                "pieces": built.pieces,
                "failures": built.failures,
            }
        case "open":
            times = [perf_counter()]
            for step in (
                system.load,
                lambda: system.open(Path(order["folder"])),
                lambda: system.find(order["question"]),
            ):
                step()
                times.append(perf_counter())
            imported, opened, first = (1000 * (b - a) for a, b in pairwise(times))
            return {"import_ms": imported, "open_ms": opened, "first_ms": first}
        case "find":
            with ThreadPoolExecutor(available_cores()) as pool:
                found = list(pool.map(system.find, order["questions"]))
            return {"found": [[astuple(piece) for piece in system.pieces(each)] for each in found]}
        case "round":
            if order["renew"]:
                system.renew()
            milliseconds, seconds = ask_all(system.find, order["questions"], order["clients"], order["seconds"])
            return {"ms": milliseconds, "seconds": seconds}
        case "memory":
            return {"peak_bytes": peak_bytes()}
    raise ValueError(f"unknown order {order['do']}")


def ask_all(
    find: Callable[[str], object], questions: Sequence[str], clients: int, seconds: float
) -> tuple[list[float], float]:
    """Put each question once, by so many clients at the same time, each with one question under way.

    No question is begun after ``seconds``, though each client asks one. Gives the milliseconds of each
    question, and the seconds from the first question put to the last one answered.
    """
    waiting: queue.SimpleQueue[str] = queue.SimpleQueue()
    for question in questions:
        waiting.put(question)
    clients = min(clients, len(questions))
    together = threading.Barrier(clients)

    def client() -> tuple[float, float, list[float]]:
        together.wait()
        begun = now = perf_counter()
        times: list[float] = []
        while not times or now < begun + seconds:
            try:
                question = waiting.get_nowait()
            except queue.Empty:
                break
            put = perf_counter()
            find(question)
            now = perf_counter()
            times.append((now - put) * 1000)
        return begun, now, times

    with ThreadPoolExecutor(clients) as pool:
        done = [future.result() for future in [pool.submit(client) for _ in range(clients)]]
    milliseconds = [time for _, _, times in done for time in times]
    return milliseconds, max(end for _, end, _ in done) - min(begun for begun, _, _ in done)


def peak_bytes() -> int:
    """The most memory that this process has held (resident, shared libraries included).

    Linux keeps the maximum of ``getrusage`` across exec, so that a child shows its parent's: VmHWM does not.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        for line in status.read_text("utf-8").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _answers() -> TextIO:
    """Stdout for answers alone: what libraries print goes to stderr."""
    kept = os.dup(1)
    os.dup2(2, 1)
    return os.fdopen(kept, "w", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
