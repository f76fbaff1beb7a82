"""A new index is taken up by a running service: of 500 requests across the switch not one fails."""

import itertools
import os
import re
import signal
import subprocess
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
from server_fakes import ROOT, ask, serve_in_process

from ingest.index import current_manifest

GENERATION = re.compile(r'"index": ?"([^"]+)"')
CLIENTS, AT_LEAST = 8, 500
QUESTIONS = (
    "Must Solmark help Arvenia if it suffers an armed attack?",
    "Who pays for the costs of assistance?",
    "What does Article 5 of the Tessara Convention say?",
    "Which court decides disputes about the river?",
)
PEPPER = (
    "TREATY OF PEPPER\n\nArticle 1\n\nPepper from Ormand is free of duty.\n\nArticle 2\n\nThe Parties meet yearly.\n"
)


def test_500_requests_across_a_switch_and_none_fails(samples_at_home: Path, tmp_path: Path) -> None:
    before = current_manifest(samples_at_home).generation
    (tmp_path / "pepper.txt").write_text(f"TREATY OF PEPPER\n\n{PEPPER}", "utf-8")
    seen: Counter[tuple[int, str]] = Counter()
    numbers, lock, done = itertools.count(), threading.Lock(), threading.Event()

    def ask_on(address: str) -> None:
        """Asks and searches and reads, in turn, until it has been enough."""
        with httpx.Client(base_url=address, timeout=60) as client:
            while not done.is_set():
                number = next(numbers)
                if number % 5 == 4:
                    response = client.get("/v1/treaties")
                else:
                    question = {"question": QUESTIONS[number % len(QUESTIONS)], "stream": number % 5 == 3}
                    response = client.post("/v1/chat", json=question)
                generations = GENERATION.findall(response.text)
                with lock:
                    seen[response.status_code, generations[-1] if generations else ""] += 1

    with serve_in_process(samples_at_home, changes=None) as served, ThreadPoolExecutor(CLIENTS) as pool:
        clients = [pool.submit(ask_on, served.address) for _ in range(CLIENTS)]
        ingested = subprocess.run(
            [sys.executable, "-m", "pacta", "ingest", str(tmp_path / "pepper.txt"), "--json"],
            cwd=ROOT,
            env={**os.environ, "PACTA_HOME": str(samples_at_home)},
            capture_output=True,
            text=True,
            check=False,
        )
        after = current_manifest(samples_at_home).generation
        while not (seen[200, after] >= 50 and seen.total() >= AT_LEAST) and not any(one.done() for one in clients):
            done.wait(0.05)
        done.set()
        for one in clients:
            one.result()
        answer = ask(served.address, "Is pepper free of duty?").json()
        assert served.stop(signal.SIGTERM) == 0
    assert ingested.returncode == 0, ingested.stderr
    assert before != after
    assert {generation for status, generation in seen} == {before, after}
    assert {status for status, _ in seen} == {200}
    assert seen[200, before] >= 50
    assert answer["citations"][0]["treaty_id"] == "pepper"
    assert [line for line in served.logged if line["level"] in ("warning", "error")] == []
