"""How a service ends: what is being answered or told is finished first, unless one asks twice."""

import json
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from server_fakes import ask, serve_in_process, wait_for

# What the server does more slowly than it would, and a file that says that it is at it.
SLOW_ANSWER = """
import os, time
def slow(*asked):
    open(os.environ["PACTA_HOME"] + "/begun", "w").close()
    time.sleep({seconds})
    return fake_answer(*asked)
app._answer = slow
"""
SLOW_STREAM = """
import time
from service.api import chat
def slowly(text, deltas=chat._deltas):
    for delta in deltas(text):
        time.sleep(0.1)
        yield delta
chat._deltas = slowly
"""


def lets_nobody_in(address: str) -> bool:
    try:
        httpx.get(f"{address}/healthz")
    except httpx.TransportError:
        return True
    return False


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_a_running_answer_is_finished(tmp_path: Path, stop: int) -> None:
    with (
        serve_in_process(tmp_path, changes=SLOW_ANSWER.format(seconds=1.5)) as served,
        ThreadPoolExecutor(1) as pool,
    ):
        asked = pool.submit(ask, served.address, "Article 1?")
        wait_for((tmp_path / "begun").exists)
        assert served.stop(stop) == 0
        response = asked.result()
    assert response.status_code == 200
    assert response.json()["citations"]
    # What was answered is kept, and nothing is said to be wrong.
    assert [line["event"] for line in served.logged if line["level"] not in ("debug", "info")] == []


def test_a_stream_is_told_to_its_end_while_nobody_else_is_let_in(tmp_path: Path) -> None:
    question = {"question": "Article 1 and Article 2?", "stream": True}
    with serve_in_process(tmp_path, changes=SLOW_STREAM) as served:
        with httpx.stream("POST", f"{served.address}/v1/chat", json=question, timeout=60) as response:
            pieces = response.iter_text()
            told = next(pieces)
            served.process.send_signal(signal.SIGTERM)

            wait_for(lambda: lets_nobody_in(served.address))
            assert "event: done" not in told
            told += "".join(pieces)
        assert served.ended() == 0
    events = [block.split("\n") for block in told.strip().split("\n\n")]
    answer = json.loads(events[-1][1].removeprefix("data: "))
    assert events[-1][0] == "event: done"
    deltas = [json.loads(data.removeprefix("data: "))["text"] for name, data in events if name == "event: delta"]
    assert "".join(deltas) == answer["answer"]


def test_asked_twice_it_ends_at_once(tmp_path: Path) -> None:
    with (
        serve_in_process(tmp_path, changes=SLOW_ANSWER.format(seconds=300)) as served,
        ThreadPoolExecutor(1) as pool,
    ):
        asked = pool.submit(ask, served.address, "Article 1?")
        wait_for((tmp_path / "begun").exists)
        served.process.send_signal(signal.SIGINT)
        # The first is taken note of before the second comes; two at once would be one.
        wait_for(lambda: lets_nobody_in(served.address))
        assert served.stop(signal.SIGINT) == 130
        with pytest.raises(httpx.HTTPError):
            asked.result()


def test_an_answer_that_never_comes_does_not_keep_it_from_ending(tmp_path: Path) -> None:
    impatient = "\nimport service.cli\nservice.cli.GRACE_SECONDS = 0"
    with (
        serve_in_process(
            tmp_path,
            environment={"PACTA_ANSWER_SECONDS": "0.1"},
            changes=SLOW_ANSWER.format(seconds=300) + impatient,
        ) as served,
        ThreadPoolExecutor(1) as pool,
    ):
        asked = pool.submit(ask, served.address, "Article 1?")
        wait_for((tmp_path / "begun").exists)
        assert served.stop(signal.SIGTERM) == 1
        assert asked.result().status_code == 500
    assert "took too long and was cut off" in served.said
