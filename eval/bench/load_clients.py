"""Clients that ask one question after the other, all at once: wrk where it is installed, else a process of httpx.

Each client writes a line an answer into a file of its own: when it came (CLOCK_MONOTONIC, seconds), after how many
milliseconds, the HTTP status, and the ``timings_ms`` of the answer as JSON.
"""

import asyncio
import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TextIO

# One connection a thread, so that a thread knows which question an answer is to.
_WRK = """
local ffi = require("ffi")
ffi.cdef("typedef struct { long s; long ns; } instant; int clock_gettime(int clock, instant *now);")
local instant = ffi.new("instant")
local function now()
  ffi.C.clock_gettime(1, instant)
  return tonumber(instant.s) + tonumber(instant.ns) / 1e9
end

local threads = 0
function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

function init(arguments)
  bodies, place = {}, number * 7919
  for line in io.lines(arguments[1] .. "/questions.jsonl") do bodies[#bodies + 1] = line end
  answers = io.open(arguments[1] .. "/answers." .. number, "w")
  answers:setvbuf("line")
end

function request()
  place = place % #bodies + 1
  started = now()
  return wrk.format("POST", "/v1/chat", { ["Content-Type"] = "application/json" }, bodies[place])
end

function response(status, headers, body)
  local ended, timings = now(), body:match('"timings_ms":%s*(%b{})') or "{}"
  answers:write(string.format("%.6f %.3f %d %s\\n", ended, (ended - started) * 1000, status, timings))
end

function done(summary, latency, requests)
  local broken = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
  local file = io.open("broken", "w")
  file:write(broken)
  file:close()
end
"""
# Longer than any answer may take; wrk counts what took longer, and waits on.
_PATIENCE = 30
_FOR_EVER = 24 * 3600


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer, or refusal: when it came, how long it took, its HTTP status, and its time by stage."""

    ended: float
    milliseconds: float
    status: int
    stages: dict[str, float]


@dataclass(frozen=True, slots=True)
class Replies:
    """What the clients were told, in the order of time; ``broken`` are connections that gave no answer.

    ``began`` is when the first asked, ``ended`` when all had stopped.
    """

    began: float
    ended: float
    replies: tuple[Reply, ...]
    broken: int

    @property
    def answered(self) -> list[Reply]:
        """Those that were answers."""
        return [reply for reply in self.replies if reply.status == 200]

    def times(self, *statuses: int) -> list[float]:
        """Milliseconds of the replies with one of these statuses."""
        return [reply.milliseconds for reply in self.replies if reply.status in statuses]


def has_wrk() -> bool:
    """Whether wrk asks; its script reads the clock as Linux has it."""
    return sys.platform == "linux" and shutil.which("wrk") is not None


def ask(
    address: str,
    questions: Sequence[str],
    clients: int,
    seconds: float,
    answers: int | None = None,
    watch: Callable[[int], None] = lambda answered: None,
) -> Replies:
    """Have clients ask for some seconds, or until there are ``answers``; ``watch`` is told how many about each second.

    The clients are a process of their own. Raises RuntimeError where that fails.
    """
    with TemporaryDirectory(prefix="pacta-load-") as name:
        folder = Path(name)
        bodies = (json.dumps({"question": question}) for question in questions)
        (folder / "questions.jsonl").write_text("\n".join(bodies) + "\n", "utf-8")
        duration = round(seconds) if answers is None else _FOR_EVER
        log = folder / "log"
        with log.open("w") as said:
            command = _command(folder, address, clients, duration)
            process = subprocess.Popen(command, cwd=folder, stdout=said, stderr=said, start_new_session=True)
        began = time.monotonic()
        try:
            tally = _Tally(folder)
            while process.poll() is None:
                time.sleep(min(1.0, max(0.05, began + seconds - time.monotonic())))
                watch(so_far := tally.count())
                if answers is not None and so_far >= answers:
                    break
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
            if process.wait(timeout=_PATIENCE) not in (0, -signal.SIGINT):
                raise RuntimeError(f"the clients could not go on: {log.read_text()[-500:]}")
        finally:
            process.kill()
            process.wait()
        ended = time.monotonic()
        replies = sorted(_read(folder), key=lambda reply: reply.ended)
        began = min((reply.ended - reply.milliseconds / 1000 for reply in replies), default=began)
        broken = int((folder / "broken").read_text()) if (folder / "broken").is_file() else 0
        return Replies(began, ended, tuple(replies), broken)


def _command(folder: Path, address: str, clients: int, seconds: int) -> list[str]:
    if not has_wrk():
        return [sys.executable, "-P", __file__, address, str(clients), str(seconds)]
    script = folder / "ask.lua"
    script.write_text(_WRK, "utf-8")
    each = [f"-t{clients}", f"-c{clients}", f"-d{seconds}s", f"--timeout={_PATIENCE}s"]
    return ["wrk", *each, "-s", str(script), address, "--", str(folder)]


class _Tally:
    """How many lines the files of answers have; what was counted is not read again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._places: dict[Path, int] = {}
        self._lines = 0

    def count(self) -> int:
        """The lines there are by now."""
        for path in self._folder.glob("answers.*"):
            with path.open("rb") as file:
                file.seek(self._places.get(path, 0))
                self._lines += file.read().count(b"\n")
                self._places[path] = file.tell()
        return self._lines


def _read(folder: Path) -> list[Reply]:
    replies = []
    for path in folder.glob("answers.*"):
        for line in path.read_text("utf-8").splitlines():
            ended, milliseconds, status, stages = line.split(" ", 3)
            replies.append(Reply(float(ended), float(milliseconds), int(status), json.loads(stages)))
    return replies


# --- the clients without wrk, in a process of their own


async def _ask_all(address: str, clients: int, seconds: float) -> int:
    """Ask from so many clients until the time is over; gives how many connections broke."""
    import httpx

    bodies = Path("questions.jsonl").read_text("utf-8").splitlines()
    limits = httpx.Limits(max_connections=clients, max_keepalive_connections=clients)
    broken = 0

    async def one(number: int, client: httpx.AsyncClient, answers: TextIO) -> None:
        nonlocal broken
        place = number * 7919
        while True:
            place += 1
            started = time.monotonic()
            try:
                reply = await client.post("/v1/chat", content=bodies[place % len(bodies)])
            except httpx.HTTPError:
                broken += 1
                await asyncio.sleep(0.05)
                continue
            ended = time.monotonic()
            stages = reply.json().get("timings_ms", {})
            print(f"{ended:.6f} {(ended - started) * 1000:.3f} {reply.status_code} {json.dumps(stages)}", file=answers)

    headers = {"Content-Type": "application/json"}
    async with httpx.AsyncClient(base_url=address, headers=headers, timeout=_PATIENCE, limits=limits) as client:
        files = [Path(f"answers.{number}").open("w", buffering=1) for number in range(clients)]  # noqa: SIM115
        asking = [asyncio.create_task(one(n, client, file)) for n, file in enumerate(files)]
        stop = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGINT, stop.set)
        waiting = asyncio.create_task(stop.wait())
        await asyncio.wait([waiting, *asking], timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for task in (waiting, *asking):
            task.cancel()
        outcomes = await asyncio.gather(*asking, return_exceptions=True)
        for file in files:
            file.close()
    for outcome in outcomes:
        if isinstance(outcome, Exception):
            raise outcome
    return broken


if __name__ == "__main__":
    count = asyncio.run(_ask_all(sys.argv[1], int(sys.argv[2]), float(sys.argv[3])))
    Path("broken").write_text(str(count))
