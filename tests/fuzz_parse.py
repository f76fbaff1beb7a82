"""Fuzzing of ``pacta parse``: no file may make it crash, hang over ten seconds or take more than 1 GiB.

    make fuzz MINUTES=60 SEEDS="folder …"

Documents are changed (mutations.py) and read by the code of the command in a process of its own, which is
watched from here. What gives an outcome not seen before (another message, another number of provisions) is
changed further. Whatever fails is given to the real command once more; what fails there too is kept under
.pacta-fuzz/ with the reason, and the exit code is 1.
"""

import argparse
import contextlib
import hashlib
import io
import json
import multiprocessing
import os
import random
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection
from pathlib import Path

import mutations
from mutations import Input

ROOT = Path(__file__).parent.parent
# Seconds of processor time, which do not depend on what else the machine does; whoever sleeps is found by the clock.
SECONDS, BYTES, CLOCK = 10.0, 1 << 30, 60.0
_KEPT = 400  # inputs that are changed further, beside the seeds


@dataclass(frozen=True)
class Outcome:
    """What one input led to; ``fault`` is None where all was well."""

    kind: str
    fault: str | None = None
    seconds: float = 0.0
    memory: int = 0


@dataclass
class Tally:
    """The sums of a run."""

    inputs: int = 0
    formats: Counter[str] = field(default_factory=Counter)
    read: Counter[str] = field(default_factory=Counter)
    slowest: tuple[float, str] = (0.0, "")
    largest: tuple[int, str] = (0, "")
    failures: list[str] = field(default_factory=list)
    kinds: set[str] = field(default_factory=set)


# -- the process that reads ----------------------------------------------------------------------------


def _serve(pipe: Connection, folder: str) -> None:
    """Reads what is sent, one input after the other, and says what came of it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.path.insert(0, str(ROOT))
    import ingest.workers  # as the command would; what is imported later counts as the document's

    del ingest
    while True:
        try:
            ending, data = pipe.recv()
        except EOFError:
            return
        path = Path(folder) / f"input{ending}"
        path.write_bytes(data)
        _forget_peak()
        start = time.process_time()
        kind, fault = _parse(path)
        pipe.send(Outcome(kind, fault, time.process_time() - start, _peak()))


def _parse(path: Path) -> tuple[str, str | None]:
    from ingest.cli import _print_tree
    from ingest.errors import DocumentError
    from ingest.limits import OutOfTime, limited
    from ingest.manifest import Entry
    from ingest.parse import parse_file
    from ingest.workers import HERE_BYTES, HERE_SECONDS

    try:
        # A PDF, which the command reads in a process of its own, is read here: this is one.
        with limited(HERE_BYTES, HERE_SECONDS):
            parsed = parse_file(Entry(path))
    except DocumentError as error:
        said = str(error)
        sound = (
            said.startswith((f"{path}: ", f"{path}!/")) and "\n" not in said and said.endswith((".", "?", "pdf", "ocr"))
        )
        return re.sub(r"\d+|0x\w+|[(].*[)]", "#", error.reason), None if sound else f"says {said!r}"
    except OutOfTime:
        return "out of time", None
    except MemoryError:
        return "out of memory", None
    except RecursionError:
        return "nested too deeply", None
    except Exception as error:
        return "fault", f"{type(error).__name__}: {error}"
    with contextlib.redirect_stdout(io.StringIO()) as out:
        _print_tree(parsed)
    json.dumps(parsed.to_json(), ensure_ascii=False).encode()
    out.getvalue().encode()
    number, kinds = len(parsed.provisions), sorted({p.kind for p in parsed.provisions})
    return f"{parsed.treaty.source.format} {number.bit_length()} {kinds} {len(parsed.oddities)}", None


def _forget_peak() -> None:
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def _peak() -> int:
    with contextlib.suppress(OSError):
        if found := re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text()):
            return int(found[1]) << 10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10


# -- the process that watches --------------------------------------------------------------------------


class Reader:
    """A process that reads, begun anew whenever it has died or had to be killed."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="pacta-fuzz-")
        self._process: multiprocessing.process.BaseProcess | None = None
        self._pipe: Connection | None = None

    def read(self, chosen: Input) -> Outcome:
        """What one input leads to."""
        if self._process is None or self._pipe is None:
            context = multiprocessing.get_context("spawn")
            self._pipe, theirs = context.Pipe()
            self._process = context.Process(target=_serve, args=(theirs, self._folder.name), daemon=True)
            self._process.start()
            theirs.close()
        try:
            self._pipe.send(chosen)
            if self._pipe.poll(CLOCK):
                outcome: Outcome = self._pipe.recv()
                if outcome.memory > BYTES:
                    return replace(outcome, kind="memory", fault=f"took {outcome.memory >> 20} MiB")
                if outcome.seconds > SECONDS:
                    return replace(outcome, kind="hang", fault=f"took {outcome.seconds:.1f} seconds")
                return outcome
            fault = Outcome("hang", f"took more than {CLOCK:.0f} seconds")
        except (EOFError, ConnectionError):
            self._process.join(1)
            fault = Outcome("crash", f"ended with exit code {self._process.exitcode}")
        self._end()
        return fault

    def close(self) -> None:
        """End the process and remove what it was given."""
        self._end()
        self._folder.cleanup()

    def _end(self) -> None:
        if self._process is not None and self._pipe is not None:
            self._process.kill()
            self._process.join()
            self._pipe.close()
        self._process = self._pipe = None


def confirm(chosen: Input) -> str | None:
    """What is wrong with the real command on an input; None where it does what it should."""
    ending, data = chosen
    with tempfile.TemporaryDirectory(prefix="pacta-fuzz-") as folder:
        path = Path(folder) / f"input{ending}"
        path.write_bytes(data)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        with subprocess.Popen(
            [sys.executable, "-m", "pacta", "parse", str(path), "--json"], cwd=ROOT, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, start_new_session=True,
        ) as process:  # fmt: skip
            try:
                _, said = process.communicate(timeout=CLOCK)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.communicate()
                return f"the command took more than {CLOCK:.0f} seconds"
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    err = said.decode("utf-8", "replace")
    if process.returncode not in (0, 3) or "Traceback" in err or "Please report this" in err:
        return f"the command ended with {process.returncode} after {seconds:.1f} s: {err[-2000:]}"
    if seconds > SECONDS:
        return f"the command took {seconds:.1f} seconds"
    # The system tells the most that any command took: a second one that takes too much is not told from the first.
    return (
        f"the command took {after.ru_maxrss >> 10} MiB"
        if before.ru_maxrss << 10 <= BYTES < after.ru_maxrss << 10
        else None
    )


def fuzz(pool: list[Input], seconds: float, seed: int, *, keep: Path | None = None, progress: bool = False) -> Tally:
    """Read changed documents for some time; failures are kept under ``keep``."""
    rng = random.Random(seed)
    tally, found = Tally(), list(pool)
    reader = Reader()
    until, shown = time.monotonic() + seconds, 0.0
    try:
        while (now := time.monotonic()) < until:
            # Seeds first, as they are: a seed that fails needs no change to show it.
            chosen = pool[tally.inputs] if tally.inputs < len(pool) else mutations.mutate(rng, rng.choice(found), pool)
            outcome = reader.read(chosen)
            name = f"{hashlib.sha256(chosen[1]).hexdigest()[:12]}{chosen[0]}"
            tally.inputs += 1
            tally.formats[chosen[0] or "none"] += 1
            tally.slowest = max(tally.slowest, (outcome.seconds, name))
            tally.largest = max(tally.largest, (outcome.memory, name))
            # Only what is quickly read is worth changing further: an hour has few slow inputs in it.
            if outcome.kind not in tally.kinds and outcome.seconds < 0.2:
                tally.kinds.add(outcome.kind)
                found.append(chosen)
                del found[len(pool) : len(found) - _KEPT]
            tally.read[outcome.kind.split(" ")[0] if outcome.fault is None else "failed"] += 1
            if outcome.fault is not None and (fault := _real(chosen, outcome)) is not None:
                tally.failures.append(f"{name}: {fault}")
                if keep is not None:
                    keep.mkdir(parents=True, exist_ok=True)
                    (keep / name).write_bytes(chosen[1])
                    (keep / f"{name}.reason").write_text(fault + "\n")
            if progress and now > shown + 1:
                shown = now
                print(f"\r{_line(tally, until - now)}   ", end="", file=sys.stderr, flush=True)
    except KeyboardInterrupt:
        print("\ninterrupted", file=sys.stderr)
    finally:
        reader.close()
    return tally


def _real(chosen: Input, outcome: Outcome) -> str | None:
    fault = confirm(chosen)
    # What is said amiss is not seen in the exit code.
    return outcome.fault if fault is None and outcome.kind not in ("hang", "crash", "memory", "fault") else fault


def _line(tally: Tally, left: float) -> str:
    return (
        f"{int(left // 60)}:{int(left % 60):02} left · {tally.inputs:,} inputs · {len(tally.kinds)} kinds of outcome · "
        f"{len(tally.failures)} failures · slowest {tally.slowest[0]:.1f} s · most {tally.largest[0] >> 20} MiB"
    )


def main() -> int:
    """The command line of ``make fuzz``."""
    parser = argparse.ArgumentParser(prog="fuzz_parse", description="Fuzz pacta parse.")
    parser.add_argument("seeds", nargs="*", type=Path, help="folders of documents to begin with, beside the samples")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--seed", type=int, default=0, help="another seed gives other changes")
    parser.add_argument("--keep", type=Path, default=ROOT / ".pacta-fuzz", help="folder for what fails")
    args = parser.parse_args()
    pool = mutations.seeds([ROOT / "ingest" / "samples", *args.seeds])
    tally = fuzz(pool, args.minutes * 60, args.seed, keep=args.keep, progress=True)
    print(f"\n{tally.inputs:,} inputs from {len(pool)} documents, seed {args.seed}")
    print("by ending:  " + ", ".join(f"{ending} {n:,}" for ending, n in tally.formats.most_common()))
    print("by outcome: " + ", ".join(f"{kind} {n:,}" for kind, n in tally.read.most_common(12)))
    print(f"slowest:    {tally.slowest[0]:.2f} s ({tally.slowest[1]})")
    print(f"memory:     {tally.largest[0] >> 20} MiB ({tally.largest[1]})")
    print(f"failures:   {len(tally.failures)}" + "".join(f"\n  {args.keep}/{fault}" for fault in tally.failures[:50]))
    return 1 if tally.failures else 0


if __name__ == "__main__":
    sys.exit(main())
