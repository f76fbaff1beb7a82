"""How fast the service answers: cold start, POST /v1/chat over a gold set, memory.

    python -m eval.bench.answers [GOLD.jsonl] [--rounds 1] [--clients 16] [--json]

Starts `pacta serve` on a free loopback port with the index of PACTA_HOME, asks every question of the gold set
(default: the samples) one after the other, then all of them again by several clients at once, and prints
percentiles in milliseconds as a client sees them. The service remembers the vectors of some hundred questions, so
that a gold set of fewer looks too fast the second time.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from eval.cases import load_cases

_SAMPLES = Path(__file__).parent.parent / "gold" / "samples.jsonl"


def main(arguments: list[str] | None = None) -> int:
    """Run the bench; gives 0."""
    parser = argparse.ArgumentParser(prog="python -m eval.bench.answers", description=__doc__)
    parser.add_argument("gold", nargs="?", type=Path, default=_SAMPLES)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args(arguments)
    questions = [case.question for case in load_cases(args.gold)]
    cold = _cold_answer(questions[0])
    started = perf_counter()
    # Port 0 lets the system choose; the service says which on its first line.
    command = [sys.executable, "-m", "pacta", "serve", "--port", "0"]
    # Nobody reads what it says later: a line a request would fill the pipe and hold it up.
    quiet = {**os.environ, "PACTA_LOG_LEVEL": "WARNING"}
    service = subprocess.Popen(command, env=quiet, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        address = _address(service)
        ready = perf_counter() - started
        _ask(address, questions[0])
        first = perf_counter() - started
        times = [_ask(address, question) for _ in range(args.rounds) for question in questions]
        began = perf_counter()
        with ThreadPoolExecutor(args.clients) as clients:
            at_once = list(clients.map(lambda question: _ask(address, question), args.rounds * questions))
        rate = len(at_once) / (perf_counter() - began)
        peak = _peak_megabytes(service.pid)
    finally:
        service.terminate()
        service.wait(timeout=20)
    p50, p95, p99 = (float(np.percentile(times, q)) for q in (50, 95, 99))
    figures: dict[str, Any] = {
        "cold start to first answer, pacta ask (s)": round(cold, 2),
        "cold start to ready, pacta serve (s)": round(ready, 2),
        "cold start to first answer, pacta serve (s)": round(first, 2),
        "POST /v1/chat p50 (ms)": round(p50, 1),
        "POST /v1/chat p95 (ms)": round(p95, 1),
        "POST /v1/chat p99 (ms)": round(p99, 1),
        "answers/s, one client": round(1000 * len(times) / sum(times), 1),
        f"answers/s, {args.clients} clients": round(rate, 1),
        f"POST /v1/chat p50, {args.clients} clients (ms)": round(float(np.percentile(at_once, 50)), 1),
        f"POST /v1/chat p95, {args.clients} clients (ms)": round(float(np.percentile(at_once, 95)), 1),
        "peak memory of the service (MB)": peak,
        "questions": len(times),
    }
    if args.json:
        print(json.dumps(figures))
    else:
        for name, value in figures.items():
            print(f"{name:46} {value:>10}")
    return 0


def _cold_answer(question: str) -> float:
    started = perf_counter()
    subprocess.run([sys.executable, "-m", "pacta", "ask", question], check=True, capture_output=True)
    return perf_counter() - started


def _address(service: "subprocess.Popen[str]") -> str:
    assert service.stdout is not None
    for line in service.stdout:
        if found := re.search(r"http://[\d.]+:\d+", line):
            return found[0]
    raise SystemExit("pacta serve did not start; does PACTA_HOME hold an index?")


def _ask(address: str, question: str) -> float:
    body = json.dumps({"question": question}).encode()
    request = urllib.request.Request(f"{address}/v1/chat", data=body, headers={"Content-Type": "application/json"})
    started = perf_counter()
    with urllib.request.urlopen(request) as response:
        response.read()
    return (perf_counter() - started) * 1000


def _peak_megabytes(pid: int) -> int | None:
    status = Path(f"/proc/{pid}/status")
    if not status.is_file():
        return None
    peak = re.search(r"VmHWM:\s+(\d+) kB", status.read_text())
    return round(int(peak[1]) / 1024) if peak else None


if __name__ == "__main__":
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    sys.exit(main())
