"""The load bench: its arithmetic, what its clients write down, and a short run over a real service."""

import io
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from eval.bench import load, load_clients
from eval.bench.load_clients import Replies, Reply, ask, has_wrk
from eval.bench.load_figures import Memory, as_before, figures_of, growth_of, percentiles, stages_of
from eval.bench.load_report import print_table, sentences, write_page


def replies(*times: float, status: int = 200, began: float = 0, stages: dict[str, float] | None = None) -> Replies:
    """Replies a second apart."""
    found = [Reply(began + n + 1, ms, status, stages or {}) for n, ms in enumerate(times)]
    return Replies(began, began + len(found), tuple(found), 0)


# --- the arithmetic, on numbers that can be checked by hand


def test_percentiles_are_those_of_the_values() -> None:
    assert percentiles(range(1, 102)) == {"p50": 51, "p95": 96, "p99": 100}
    assert percentiles([]) == {}


def test_stages_are_those_the_answers_tell_of_and_the_total_is_last() -> None:
    found = stages_of(replies(1, 2, stages={"total": 9.0, "embed": 4.0}))
    assert list(found) == ["embed", "total"]
    assert found["embed"] == {"p50": 4, "p95": 4, "p99": 4}


def test_memory_that_grows_is_told_per_thousand_answers() -> None:
    # 2 MB in 1,000 answers, after it has warmed up; its first 1,000 answers took 100.
    samples = [Memory(0, 0, 400, 200), *(Memory(n, 1000 * n, 500 + 2 * n, 300 + 2 * n) for n in range(1, 21))]
    found = growth_of(samples)
    assert found["own_mb_per_1000"] == [2, 2, 2]
    assert found["own_mb"] == [302, 340]
    assert (found["from_answer"], found["answers"], found["most_mb"]) == (1000, 20_000, 540)


@pytest.mark.parametrize("samples", [[], [Memory(0, 0, 1, 1)], [Memory(n, 7 * n, 1, 1) for n in range(9)]],
                         ids=["none", "one", "few answers between them"])  # fmt: skip
def test_memory_that_was_hardly_seen_tells_nothing(samples: list[Memory]) -> None:
    assert "own_mb_per_1000" not in growth_of(samples)


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        pytest.param([10.0] * 20, 16.0, id="at once, as soon as that can be told"),
        pytest.param([500.0] * 20 + [10.0] * 20, 29.0, id="when half of the last sixteen are as before"),
        pytest.param([500.0] * 20, None, id="never"),
        pytest.param([], None, id="nothing"),
    ],
)
def test_all_is_as_before_when_answers_take_as_long_as_before(times: list[float], expected: float | None) -> None:
    assert as_before(replies(*times), 0, 10.0) == expected


def test_answers_that_are_refused_are_not_as_before() -> None:
    assert as_before(replies(*[1.0] * 20, status=503), 0, 10.0) is None


def document(overload: Replies) -> dict[str, Any]:
    settings = {
        "created": "2026-01-01",
        "gold": "gold.jsonl",
        "questions": 3,
        "clients": 16,
        "asked_by": "wrk",
        "cores": 2,
    }
    memory = [Memory(n, 1000 * n, 500, 300) for n in range(1, 9)]
    before = replies(*[10.0] * 99, 30.0, stages={"total": 9.0})
    return {"settings": settings, **figures_of(before, overload, replies(*[10.0] * 20, began=200), memory)}


def test_refusals_in_an_overload_are_in_order_and_other_failures_are_not() -> None:
    found = document(replies(2.0, 4.0, status=503))
    assert (found["failed"], found["overload"]["refused"]) == (0, {"share": 1.0, "p50": 3, "p95": 3.9, "p99": 3.98})
    assert document(replies(2.0, 4.0, status=500))["failed"] == 2
    assert found["load"]["answers_per_second"] == 1
    assert found["load"]["p99_to_p50"] == pytest.approx(1.02)


# --- what is shown


def test_it_is_told_as_a_table_and_as_a_page(tmp_path: Path) -> None:
    found = document(replies(2.0, 4.0, status=503))
    said = io.StringIO()
    print_table(found, Console(file=said, width=80))
    for words in ("POST /v1/chat", "answers/s", "replies 503", "p99/p50", "total", "+0.00 MB in 1,000 answers",
                  "100% were refused", "3 questions of gold.jsonl"):  # fmt: skip
        assert words in said.getvalue().replace("\n", " "), words
    phases = (replies(10.0, 12.0), replies(3.0, status=503, began=2), replies(10.0, began=3))
    write_page(tmp_path / "load.html", found, phases, [Memory(1, 5, 500, 300), Memory(2, 9, 510, 310)])
    page = (tmp_path / "load.html").read_text()
    assert page.count('<svg class="plot"') == 3
    assert "answers given" in page


def test_what_was_not_seen_is_not_told() -> None:
    nothing = Replies(0, 1, (), 0)
    found = {**document(nothing), **figures_of(nothing, nothing, nothing, [])}
    told = " ".join(sentences(found))
    assert "Too few answers" in told
    assert "none was refused" in told
    assert "did not come to take as long" in told


# --- the clients


@contextmanager
def answering(status: Callable[[int], int]) -> Iterator[tuple[str, list[str]]]:
    """A service that answers at once; gives its address and the questions it was asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"])))["question"])
            body = b'{"answer": "Yes.", "timings_ms": {"embed": 1.5, "total": 2.0}}'
            self.send_response(status(len(asked)))
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", asked
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(params=["wrk", "httpx"])
def _clients(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "httpx":
        monkeypatch.setattr(load_clients, "has_wrk", lambda: False)
    elif not has_wrk():
        pytest.skip("wrk is not installed")


QUESTIONS = ['Is it "so"?', "Ça va\u2028?", "a\\b\n[1]"]


@pytest.mark.usefixtures("_clients")
def test_clients_write_down_what_they_are_told() -> None:
    seen: list[int] = []
    with answering(lambda n: 503 if n % 2 else 200) as (address, asked):
        found = ask(address, QUESTIONS, 3, 2, watch=seen.append)
    assert set(asked) == set(QUESTIONS)
    assert {reply.status for reply in found.replies} == {200, 503}
    assert all(reply.stages == {"embed": 1.5, "total": 2.0} for reply in found.answered)
    assert all(0 < reply.milliseconds < 2000 for reply in found.replies)
    assert [reply.ended for reply in found.replies] == sorted(reply.ended for reply in found.replies)
    assert 0 < found.ended - found.began < 10
    assert found.broken == 0
    assert seen == sorted(seen)


@pytest.mark.usefixtures("_clients")
def test_clients_stop_once_there_are_answers_enough() -> None:
    with answering(lambda n: 200) as (address, _):
        found = ask(address, QUESTIONS, 2, 60, answers=20)
    assert len(found.answered) >= 20
    assert found.ended - found.began < 30


def test_clients_that_cannot_run_say_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load_clients, "_command", lambda *_: ["sh", "-c", "echo no such thing; exit 1"])
    with pytest.raises(RuntimeError, match="no such thing"):
        ask("http://127.0.0.1:1", QUESTIONS, 1, 1)


# --- all of it


def test_a_service_is_started_over_a_copy_and_measured(
    sample_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("WARM_UP_SECONDS", "OVERLOAD_SECONDS", "AFTER_SECONDS"):
        monkeypatch.setattr(load, name, 1)
    monkeypatch.setattr(load, "OVERLOAD", 2)
    arguments = [str(sample_home), "--clients", "2", "--seconds", "2", "--out", str(tmp_path / "out")]
    assert load.main(arguments) == 0
    found = json.loads((tmp_path / "out" / "load.json").read_text())
    assert found["load"]["answers"] > 0
    assert set(found["load"]["statuses"]) == {"200"}
    assert "retrieve" in found["load"]["stages"]
    assert (tmp_path / "out" / "load.html").is_file()
    assert "answers/s" in capsys.readouterr().out
    assert not (sample_home / "pacta.db").exists()
