"""``pacta bench``: its arithmetic, what counts as found, the run over all systems, and what it prints."""

import argparse
import io
import json
import os
import re
import signal
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import SAMPLES, put_treaty
from rich.console import Console

from eval.bench import kinds as bench_kinds
from eval.bench import run as bench_run
from eval.bench.command import add_bench_parser
from eval.bench.document import Plan
from eval.bench.figures import Spread, compare, figures, of_round, spread, times_better, verdict
from eval.bench.found import MOST_MADE, Articles, Asked, articles_per_piece, hits, made_of, read_questions
from eval.bench.kinds import KINDS
from eval.bench.others import LlamaIndex, Words
from eval.bench.page import to_html
from eval.bench.process import Worker, WorkerFailed
from eval.bench.report import print_report
from eval.bench.systems import Built, Piece, read_treaties
from eval.bench.text import in_times, quantity, warnings
from eval.bench.worker import ask_all, obey, peak_bytes
from eval.errors import WrongUse
from ingest import build
from ingest.errors import PactaError
from ingest.index import PassageRow
from ingest.models import ParsedTreaty
from ingest.passages import cut_passages

# --- the arithmetic, on numbers that can be checked by hand


def test_a_round_gives_percentiles_and_a_rate() -> None:
    # Of five values the 95th percentile lies at 0.95 x 4 = 3.8 steps, so at 40 + 0.8 x 10.
    found = of_round([30, 10, 50, 20, 40], seconds=2)
    assert found == pytest.approx({"p50": 30, "p95": 48, "p99": 49.6, "per_second": 2.5, "questions": 5})


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param([7], Spread(7, 7, 7), id="one round"),
        pytest.param([9, 1, 2], Spread(2, 1, 9), id="the middle one, not the mean"),
        pytest.param([1, 2, 4, 9], Spread(3, 1, 9), id="between the middle two"),
    ],
)
def test_rounds_become_a_median_with_its_ends(values: list[float], expected: Spread) -> None:
    assert spread(values) == expected


@pytest.mark.parametrize(
    ("values", "reference", "better", "expected"),
    [
        pytest.param([5], [10], "less", 2, id="half the time is twice as good"),
        pytest.param([20], [10], "less", 0.5, id="twice the time is half as good"),
        pytest.param([20], [10], "more", 2, id="twice the rate"),
        # The medians, 10 and 30, would give 3; the machine slowed down in the second round for both.
        pytest.param([10, 100, 10], [20, 200, 30], "less", 2, id="side by side, round by round"),
        pytest.param([0], [10], "less", None, id="nothing divides by zero"),
        pytest.param([3], [0], "more", None, id="nor where the reference is zero"),
    ],
)
def test_ratios(values: list[float], reference: list[float], better: Any, expected: float | None) -> None:
    assert times_better(values, reference, better) == expected


@pytest.mark.parametrize(
    ("times", "word", "shown"),
    [
        (2.0, "better", "2.0x"),
        (0.5, "worse", "2.0x"),
        (1.04, "same", "1.0x"),
        (0.96, "same", "1.0x"),
        (9.96, "better", "10x"),
        (0.0099, "worse", "101x"),
        (1200.0, "better", ">999x"),
        (0.0, "worse", ">999x"),
    ],
)
def test_a_ratio_in_words(times: float, word: str, shown: str) -> None:
    assert (verdict(times), in_times(times)) == (word, shown)


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (0.8049, "share", "0.80"),
        (0.126, "ms", "0.13"),
        (9.87, "ms", "9.9"),
        (99.96, "ms", "100"),
        (12345.6, "1/s", "12,346"),
        (1_449_776, "bytes", "1.4"),
    ],
)
def test_quantities(value: float, unit: str, shown: str) -> None:
    assert quantity(value, unit) == shown


def test_figures_are_put_beside_pactas() -> None:
    raw = {
        "pacta": {"p50@1": [10, 20, 30], "disk_bytes": [100]},
        "pacta-answer": {"p50@1": [1, 1, 1]},
        "bm25s": {"p50@1": [5, 10, 20], "disk_bytes": [400]},
    }
    lines = {line["id"]: line for line in compare(raw, [1], "pacta", alone=["pacta-answer"])}
    assert list(lines) == ["p50@1", "disk_bytes"]
    speed = lines["p50@1"]["values"]
    assert speed["pacta"] == {
        "median": 20, "low": 10, "high": 30, "times_better": None, "verdict": "", "best": False,
    }  # fmt: skip
    assert (speed["bm25s"]["times_better"], speed["bm25s"]["verdict"], speed["bm25s"]["best"]) == (2, "better", True)
    # What does more than search is neither compared nor ever the best.
    assert (speed["pacta-answer"]["times_better"], speed["pacta-answer"]["best"]) == (None, False)
    disk = lines["disk_bytes"]["values"]
    assert (disk["bm25s"]["times_better"], disk["bm25s"]["verdict"], disk["pacta"]["best"]) == (0.25, "worse", True)


def test_every_number_of_clients_has_its_figures() -> None:
    ids = [figure.id for figure in figures([2, 8])]
    assert ids.count("p99@2") == ids.count("p99@8") == ids.count("per_second@again") == 1
    assert len(ids) == len(set(ids))


# --- what counts as found

TEXT = "Title. One salt law. Two toll laws. End."
ROWS = [
    PassageRow("salt/art_1", "salt", "art_1", "art_1", 7, 20),
    PassageRow("salt/art_2", "salt", "art_2", "art_2", 21, 30),
    PassageRow("salt/art_2~2", "salt", "art_2", "art_2", 31, 35),
    PassageRow("salt/final", "salt", "final", "final", 36, 40),
]
ARTICLES = Articles({"salt": TEXT}, ROWS)


@pytest.mark.parametrize(
    ("piece", "expected"),
    [
        pytest.param(Piece("salt", 7, 20), ["art_1"], id="just an article"),
        pytest.param(Piece("salt", 12, 15), ["art_1"], id="within an article"),
        pytest.param(Piece("salt", 0, 40), ["art_1", "art_2", "final"], id="everything, each article once"),
        pytest.param(Piece("salt", 19, 22), ["art_1", "art_2"], id="the end of one and the beginning of the next"),
        pytest.param(Piece("salt", 20, 21), [], id="the blank between two"),
        pytest.param(Piece("salt", 33, 36), ["art_2"], id="the second passage of an article"),
        pytest.param(Piece("salt", 0, 6), [], id="the title"),
        pytest.param(Piece("salt", 0, 0), [], id="a place that is not known"),
        pytest.param(Piece("salt", 0, 40, "art_9"), ["art_9"], id="a piece that knows its article"),
        pytest.param(Piece("moon", 0, 40), [], id="a treaty without passages"),
    ],
)
def test_a_piece_lies_in_articles(piece: Piece, expected: list[str]) -> None:
    assert ARTICLES.of(piece) == [(piece.treaty_id, eid) for eid in expected]


def test_hits_are_counted_over_the_questions_with_gold() -> None:
    asked = [
        Asked("first", frozenset({("salt", "art_1")})),
        Asked("second, in a piece of two articles", frozenset({("salt", "art_2")})),
        Asked("never", frozenset({("salt", "final")})),
        Asked("no gold"),
        Asked("nothing found", frozenset({("salt", "art_1")})),
    ]
    one, two = Piece("salt", 7, 20), Piece("salt", 7, 35)
    found = [[one], [one, two], [one, two], [one], []]
    assert hits(asked, found, ARTICLES, (1, 2)) == {"hit@1": 0.25, "hit@2": 0.5}
    assert articles_per_piece(found, ARTICLES) == pytest.approx((1 + 1 + 2 + 1 + 2 + 1) / 6)
    assert hits([Asked("no gold")], [[one]], ARTICLES, (1,)) == {}
    assert articles_per_piece([[]], ARTICLES) == 0


@pytest.fixture(scope="module")
def long_treaty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A treaty of forty articles, each with a word of its own and many that all have: several nodes long."""
    articles = [f"Port {n:03d} is open. " + "The Parties shall keep it so in peace. " * 12 for n in range(1, 41)]
    return put_treaty(tmp_path_factory.mktemp("long") / "ports.txt", *articles)


def test_nodes_of_llama_index_are_mapped_to_the_articles_they_touch(long_treaty: Path, tmp_path: Path) -> None:
    system = LlamaIndex()
    built = system.build([long_treaty], tmp_path / "llama")
    (parsed,) = read_treaties([long_treaty], Built())
    rows = [PassageRow(p.id, p.treaty_id, p.eid, p.article, p.start, p.end) for p in cut_passages(parsed)]
    articles = Articles({parsed.treaty.id: parsed.treaty.text}, rows)
    system.open(tmp_path / "llama")
    try:
        found = system.find("Which port is open?")
        pieces = system.pieces(found)
    finally:
        system.close()
    assert 3 <= built.pieces == len(pieces) <= 10  # all of it is found
    assert set(built.stages) == {"read", "split", "embed", "index"}
    for scored, piece in zip(found, pieces, strict=True):
        words = parsed.treaty.text[piece.start : piece.end]
        assert words == scored.node.get_content()
        named = {f"art_{int(number)}" for number in re.findall(r"Port (\d+)", words)}
        touched = {eid for _, eid in articles.of(piece)}
        # A node may begin in the middle of an article, behind the words that name it.
        assert named <= touched
        assert len(touched - named) <= 1


def test_a_list_of_passages_becomes_its_first_ten_articles() -> None:
    rows = [["salt", n, n + 1, f"art_{n // 2}", "words"] for n in range(30)]
    pieces = Words().pieces(rows)
    assert [piece.article for piece in pieces] == [f"art_{n}" for n in range(10)]
    assert pieces[1] == Piece("salt", 2, 3, "art_1")  # its best passage
    assert Words().pieces([]) == []


# --- questions


@pytest.fixture(scope="module")
def held() -> dict[str, ParsedTreaty]:
    """The sample treaty of Orrin, which has no headings."""
    return {"orrin": read_treaties([SAMPLES / "orrin.txt"], Built())[0]}


def gold_line(number: int, treaty: str, **more: object) -> str:
    case = {"id": f"c{number}", "type": "t", "question": f"Question {number}?", "answer": "x", "key_facts": ["x"],
            "gold": [{"treaty": treaty, "article": "4"}], "must_abstain": False, **more}  # fmt: skip
    return json.dumps(case)


def test_questions_of_a_gold_set(held: dict[str, ParsedTreaty], tmp_path: Path) -> None:
    lines = [
        gold_line(1, "orrin"),
        gold_line(2, "moon"),
        gold_line(3, "orrin", history=["Earlier?"]),
        gold_line(4, "orrin", must_abstain=True),
    ]
    questions = read_questions("\n".join(lines), "gold.jsonl", tmp_path, held)
    assert questions.source == "2 questions of gold.jsonl"
    assert questions.asked == (Asked("Question 1?", frozenset({("orrin", "art_4")})), Asked("Question 4?"))
    assert [note.split()[0] for note in questions.notes] == ["1", "1"]


def test_questions_of_a_text(held: dict[str, ParsedTreaty], tmp_path: Path) -> None:
    questions = read_questions("\ufeffWho?\n\n Where? \r\nWho?\n", "stdin", tmp_path, held)
    assert questions.asked == (Asked("Who?"), Asked("Where?"))
    assert questions.source == "2 questions of stdin"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(" \n", r"stdin holds no question", id="empty"),
        pytest.param(gold_line(1, "moon"), r"no question of stdin is on these documents", id="other treaties"),
        pytest.param('{"id": 1}', r"^stdin, line 1: ", id="a fault in a case is named by the file's name"),
    ],
)
def test_questions_that_cannot_be_asked(text: str, message: str, held: dict[str, ParsedTreaty], tmp_path: Path) -> None:
    with pytest.raises((WrongUse, PactaError), match=message):
        read_questions(text, "stdin", tmp_path, held)


def test_without_questions_headings_and_first_words_are_asked(held: dict[str, ParsedTreaty]) -> None:
    questions = made_of(held)
    text = " ".join(held["orrin"].treaty.text.split())
    assert 10 <= len(questions.asked) <= 12
    assert all(asked.text in text and len(asked.text.split()) == 12 for asked in questions.asked)
    assert not any(asked.gold for asked in questions.asked)
    article = held["orrin"].articles[0]
    headed = replace(held["orrin"], provisions=tuple(
        article._replace(eid=f"art_{n}", heading=f"Heading {n}") for n in range(3 * MOST_MADE)
    ))  # fmt: skip
    spread_out = made_of({"orrin": headed}).asked
    assert len(spread_out) == MOST_MADE
    assert spread_out[:2] == (Asked("Heading 0"), Asked("Heading 3"))


# --- asking


class Busy:
    """Answers in a hundredth of a second, and counts how many ask at the same time."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.now = self.most = 0
        self._lock = threading.Lock()

    def __call__(self, question: str) -> None:
        with self._lock:
            self.asked.append(question)
            self.now += 1
            self.most = max(self.most, self.now)
        time.sleep(0.01)
        with self._lock:
            self.now -= 1


@pytest.mark.parametrize("clients", [1, 4])
def test_each_question_is_put_once_by_so_many_clients(clients: int) -> None:
    busy = Busy()
    milliseconds, seconds = ask_all(busy, [f"{n}?" for n in range(12)], clients, seconds=30)
    assert sorted(busy.asked) == sorted(f"{n}?" for n in range(12))
    assert busy.most == clients
    assert len(milliseconds) == 12
    assert min(milliseconds) >= 10
    assert sum(milliseconds) / 1000 / clients <= seconds + 0.02


def test_a_turn_ends_in_time_but_each_client_asks_once() -> None:
    busy = Busy()
    milliseconds, _ = ask_all(busy, ["?"] * 500, clients=2, seconds=0.001)
    assert len(milliseconds) == 2


def test_an_error_while_asking_is_not_swallowed() -> None:
    with pytest.raises(ZeroDivisionError):
        ask_all(lambda question: 1 / 0, ["?"], 1, seconds=1)


def test_peak_memory_is_that_of_this_process() -> None:
    before = peak_bytes()
    block = np.ones(8_000_000)  # 64 MB
    assert peak_bytes() >= max(before, block.nbytes)


# --- workers


def test_a_worker_says_what_went_wrong_and_goes_on(tmp_path: Path) -> None:
    with Worker("numpy", tmp_path / "log") as worker:
        with pytest.raises(WorkerFailed, match="unknown order dance"):
            worker.do("dance")
        assert worker.do("memory")["peak_bytes"] > 1_000_000
        os.kill(worker._process.pid, signal.SIGKILL)
        with pytest.raises(WorkerFailed, match="ended with status -9"):
            worker.do("memory")


def test_leaving_in_a_hurry_ends_the_worker_and_what_it_began(tmp_path: Path) -> None:
    worker = Worker("pacta", tmp_path / "log")
    with pytest.raises(KeyboardInterrupt), worker:
        raise KeyboardInterrupt
    assert worker._process.returncode == -signal.SIGKILL
    with pytest.raises(ProcessLookupError):
        os.killpg(worker._process.pid, 0)


# --- the whole run


class InProcess:
    """In the place of a worker process: the same orders to the same systems, as JSON, here."""

    fails: tuple[str, str] = ("", "")

    def __init__(self, system: str, log: Path) -> None:
        self.id, self._system = system, KINDS[system].make()

    def do(self, order: str, **arguments: Any) -> dict[str, Any]:
        if self.fails == (self.id, order):
            raise WorkerFailed("out of luck")
        answer: dict[str, Any] = json.loads(
            json.dumps(obey(self._system, json.loads(json.dumps({"do": order, **arguments}))))
        )
        return answer

    def __enter__(self) -> "InProcess":
        return self

    def __exit__(self, *error: object) -> None:
        if hasattr(self._system, "_index") or hasattr(self._system, "_client"):
            self._system.close()


@pytest.fixture
def in_process(monkeypatch: pytest.MonkeyPatch) -> type[InProcess]:
    """Runs every system in this process, where no network may be used, and checks nothing in another."""
    monkeypatch.setattr(bench_run, "Worker", InProcess)
    monkeypatch.setattr(build, "verify_in_fresh_process", lambda folder: 1.0)
    monkeypatch.setattr(InProcess, "fails", ("", ""))
    return InProcess


@pytest.fixture
def few(tmp_path: Path) -> Path:
    """A folder with two small treaties."""
    put_treaty(tmp_path / "few" / "salt.txt", "Salt is free of duty.", "This treaty is for ever.")
    put_treaty(tmp_path / "few" / "tolls.txt", "A penny is due at the bridge.")
    return tmp_path / "few"


def plan(tmp_path: Path, *paths: Path, **more: Any) -> Plan:
    folder = tmp_path / "work"
    folder.mkdir()
    return Plan(folder=folder, paths=paths, clients=(1, 2), rounds=2, seconds=5, openings=1, **more)


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A run over one sample treaty, each system in processes of its own, as users have it."""
    folder = tmp_path_factory.mktemp("bench")
    gold = [gold_line(1, "orrin", question="How many police officers may each side post?"), gold_line(2, "orrin")]
    told: list[tuple[str, float]] = []
    document = bench_run.measure(
        replace(plan(folder, SAMPLES / "orrin.txt"), given=("\n".join(gold), "gold.jsonl")),
        lambda step, share: told.append((step, share)),
    )
    shares = [share for _, share in told]
    assert shares == sorted(shares)
    assert shares[0] == 0
    assert shares[-1] < 1
    return document


def test_the_document_of_a_run(measured: dict[str, Any]) -> None:
    document = json.loads(json.dumps(measured))
    assert [system["id"] for system in document["systems"]] == [
        "pacta",
        "pacta-answer",
        "llama-index",
        "bm25s",
        "numpy",
    ]
    assert [system["absent"] for system in document["systems"]] == [None] * 5
    assert document["corpus"]["treaties"] == 1
    assert (document["questions"]["count"], document["questions"]["with_gold"]) == (2, 2)
    assert document["settings"] == {"clients": [1, 2], "rounds": 2, "seconds": 5, "openings": 1, "top": 10}
    assert document["machine"]["cores"] >= 1
    assert set(document["versions"]) >= {"pacta", "chromadb", "numpy", "bm25s", "llama-index-core"}
    by_id = {system["id"]: system for system in document["systems"]}
    assert set(by_id["pacta"]["ingest"]["stages"]) == {"read", "embed", "index", "verify"}
    assert (
        by_id["pacta"]["ingest"]["pieces"]
        == by_id["numpy"]["ingest"]["pieces"]
        > by_id["llama-index"]["ingest"]["pieces"]
    )
    assert by_id["pacta-answer"]["ingest"] is None
    for system in document["systems"]:
        assert {clients: len(rounds) for clients, rounds in system["queries"].items()} == {"1": 2, "1 again": 2, "2": 2}
        assert all(r["questions"] == 2 for rounds in system["queries"].values() for r in rounds)
    for figure in document["figures"]:
        searched = {"pacta", "llama-index", "bm25s", "numpy"}
        whole = figure["group"] not in ("found", "ingest") and figure["id"] != "disk_bytes"
        assert set(figure["values"]) == searched | ({"pacta-answer"} if whole else set())
        assert sum(value["best"] for value in figure["values"].values()) >= 1
        for system, value in figure["values"].items():
            assert value["low"] <= value["median"] <= value["high"]
            assert (value["times_better"] is None) == (system in ("pacta", "pacta-answer"))


def test_the_page_needs_nothing_else_and_runs_nothing(measured: dict[str, Any]) -> None:
    document = json.loads(json.dumps(measured))
    document["questions"]["source"] = "2 questions of <script>alert(1)</script>.jsonl"
    page = to_html(document)
    assert not re.search(r"(?:src|href)=|url\(|@import|<script", page)
    assert "&lt;script&gt;" in page
    assert page.count('<svg class="load"') == 2
    for name in ("Pacta, answer", "llama-index", "bm25s", "NumPy", "How to read it", "queries/s", "verify"):
        assert name in page


def test_what_makes_the_figures_rough_is_said(measured: dict[str, Any]) -> None:
    document = json.loads(json.dumps(measured))
    document["machine"] |= {"cores": 2, "load_before": 0.9}
    assert warnings(document) == []
    document["machine"]["load_before"] = 1.1
    document["settings"]["clients"] = [1, 8]
    document["questions"]["count"] = 3
    busy, few, cut = warnings(document)
    assert "load 1.1 on 2 cores" in busy
    assert "There are 3 questions" in few
    assert "Turns were cut short after 5 s" in cut
    assert "Pacta 2, " in cut


@pytest.mark.parametrize("width", [80, 100, 160])
def test_the_table_fits_the_terminal(width: int, measured: dict[str, Any]) -> None:
    printed = io.StringIO()
    print_report(measured, Console(file=printed, width=width, markup=False, highlight=False))
    lines = printed.getvalue().splitlines()
    assert max(map(len, lines)) <= width
    assert "…" not in printed.getvalue()
    (p50,) = [line for line in lines if line.startswith("  p50, ms")][:1]
    assert len(re.findall(r"[▲▼=]", p50)) == 3
    assert any("of rounds" in line for line in lines) == (width >= 100)


def bench(*words: object) -> int:
    """Runs ``pacta bench …``; a wrong option leaves as argparse leaves."""
    parser = argparse.ArgumentParser(prog="pacta")
    add_bench_parser(parser.add_subparsers())
    args = parser.parse_args(["bench", *map(str, words)])
    code = args.run(args)
    assert isinstance(code, int)
    return code


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary files, empty; a run opens each index once."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setattr("eval.bench.document.Plan", partial(Plan, openings=1))
    return folder


def test_the_command_prints_writes_and_cleans_up(
    in_process: object, few: Path, temporary: Path, tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"Is salt free?\nWhat is due?\n")))
    (few / "broken.txt").write_text("no articles here", "utf-8")
    out = tmp_path / "deep" / "out"
    code = bench(few, "--questions", "-", "--clients", "2,1", "--rounds", 1, "--json", "--out", out)
    printed = capsys.readouterr()
    document = json.loads(printed.out)
    assert code == 1  # one document was left out
    assert "pacta bench: left out: " in printed.err
    assert "broken.txt" in printed.err
    assert document == json.loads((out / "bench.json").read_text("utf-8"))
    assert (out / "bench.html").read_text("utf-8").startswith("<!doctype html>")
    assert document["questions"] == {"source": "2 questions of stdin", "count": 2, "with_gold": 0, "notes": []}
    assert document["settings"]["clients"] == [1, 2]
    assert list(temporary.iterdir()) == []
    assert not any(figure["group"] == "found" for figure in document["figures"])


def test_what_is_not_installed_is_left_out_and_told(
    in_process: object, few: Path, temporary: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench_kinds, "_is_installed", lambda module: False)
    assert bench(few, "--clients", 1, "--rounds", 1) == 0
    printed = capsys.readouterr()
    assert re.search(r"llama-index\s+bm25s", printed.out)
    assert printed.out.count("not installed") == 2
    assert "bm25s is not installed and was left out" in printed.err
    assert printed.err.count("pip install -e '.[bench]'") == 2
    assert "headings and first words" in printed.out


def test_a_system_that_fails_is_left_out(in_process: Any, few: Path, temporary: Path, capsys: Any) -> None:
    in_process.fails = ("bm25s", "round")
    assert bench(few, "--clients", 1, "--rounds", 1, "--json") == 1
    printed = capsys.readouterr()
    assert "bm25s was left out: it failed (round 1 of 1, clients: 1): out of luck" in printed.err
    document = json.loads(printed.out)
    assert not any("bm25s" in figure["values"] for figure in document["figures"])


def test_without_pacta_there_is_nothing_to_compare(in_process: Any, few: Path, temporary: Path, capsys: Any) -> None:
    in_process.fails = ("pacta", "open")
    assert bench(few) == 3
    assert "Pacta failed (opening): out of luck" in capsys.readouterr().err
    assert list(temporary.iterdir()) == []


def test_nothing_to_index(temporary: Path, tmp_path: Path, capsys: Any) -> None:
    assert bench(tmp_path / "absent") == 3
    assert "there is no such file or folder" in capsys.readouterr().err
    assert list(temporary.iterdir()) == []


def test_ctrl_c_leaves_nothing_behind(few: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(plan: Plan, show: Callable[[str, float], None]) -> None:
        (plan.folder / "half").write_text("built")
        raise KeyboardInterrupt

    monkeypatch.setattr(bench_run, "measure", interrupted)
    with pytest.raises(KeyboardInterrupt):
        bench(few)
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--clients", "0"), "0 is not a whole number from 1 up"),
        (("--clients", "1,x"), "x is not a whole number from 1 up"),
        (("--clients", "257"), "257 is more than 256 clients"),
        (("--rounds", "0"), "0 is not a whole number from 1 up"),
        (("--seconds", "-1"), "-1 is not a whole number from 1 up"),
    ],
)
def test_options_that_cannot_be_meant(words: tuple[str, str], message: str, capsys: Any) -> None:
    with pytest.raises(SystemExit) as left:
        bench(*words)
    assert left.value.code == 2
    assert message in capsys.readouterr().err


def test_files_that_cannot_be_read_or_written(tmp_path: Path, capsys: Any) -> None:
    assert bench("--questions", tmp_path / "absent.txt") == 2
    assert "absent.txt cannot be read (No such file or directory)" in capsys.readouterr().err
    (tmp_path / "latin.txt").write_bytes(b"Qu\xe9?")
    assert bench("--questions", tmp_path / "latin.txt") == 2
    assert "latin.txt is not UTF-8 at byte 2" in capsys.readouterr().err
    assert bench("--out", tmp_path / "latin.txt") == 3
    assert "Give another folder with --out" in capsys.readouterr().err
