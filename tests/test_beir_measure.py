"""Measuring on a BEIR folder: the measures by hand and against ir_measures, what is printed, written, returned."""

import json
import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import ir_measures
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ir_measures import RR, R, Success, nDCG

from eval.beir.folder import BeirFolder, Document, Query, read_folder
from eval.beir.measure import DEPTH, Measured, ask_all, graded_ndcg_at, run_folder, score_ranking
from eval.beir.report import write_measured
from eval.errors import WrongUse
from eval.measures import MissingEvidence
from ingest.errors import PactaError
from service.models import Hit

# --- one query


@pytest.mark.parametrize(
    ("ranking", "gains", "expected"),
    [
        pytest.param("a b", {"a": 2, "b": 1}, 1.0, id="the best order"),
        # (1 + 2 / log2(3)) / (2 + 1 / log2(3)) = 2.2619 / 2.6309
        pytest.param("b a", {"a": 2, "b": 1}, 0.8597, id="the better one comes second"),
        # (2 / log2(3)) / (2 + 1 / log2(3)) = 1.2619 / 2.6309
        pytest.param("x a", {"a": 2, "b": 1, "x": 0}, 0.4796, id="judged 0 gains nothing"),
        pytest.param("x a", {"a": 2, "b": 1, "x": -1}, 0.4796, id="nor does a score below 0"),
        pytest.param("", {"a": 1}, 0.0, id="nothing found"),
        # 1 / (1 + 1/log2(3) + 1/2): the best three of four are what three places can hold
        pytest.param("a x y", dict.fromkeys("abcd", 1), 0.4693, id="more answers than places"),
    ],
)
def test_graded_gain(ranking: str, gains: dict[str, int], expected: float) -> None:
    assert graded_ndcg_at(ranking.split(), gains, 3) == pytest.approx(expected, abs=5e-5)


def test_there_is_no_gain_where_nothing_answers() -> None:
    with pytest.raises(MissingEvidence):
        graded_ndcg_at(["a"], {"a": 0}, 10)


NAMES = [f"d{n}" for n in range(16)]
PEERS = {
    "hit@1": Success @ 1, "hit@5": Success @ 5, "hit@10": Success @ 10, "recall@1": R @ 1, "recall@5": R @ 5,
    "recall@10": R @ 10, "recall@100": R @ 100, "MRR": RR, "nDCG@10": nDCG @ 10,
}  # fmt: skip


@given(
    st.lists(st.sampled_from(NAMES), unique=True),
    st.dictionaries(st.sampled_from(NAMES), st.integers(0, 4), min_size=1).filter(lambda d: any(d.values())),
)
def test_the_measures_agree_with_ir_measures(ranking: list[str], gains: dict[str, int]) -> None:
    qrels = [ir_measures.Qrel("q", name, gain) for name, gain in gains.items()]
    run = [ir_measures.ScoredDoc("q", name, float(DEPTH - rank)) for rank, name in enumerate(ranking)]
    theirs = ir_measures.calc_aggregate(PEERS.values(), qrels, run)
    ours = score_ranking(ranking, gains, {})
    assert set(ours) == set(PEERS)
    for name, peer in PEERS.items():
        assert math.isclose(ours[name], theirs[peer], abs_tol=1e-9), name


@pytest.mark.parametrize(
    ("ranking", "gains", "expected"),
    [
        pytest.param("s2 s1", {"s1": 1}, 0.0, id="another article of the right treaty"),
        pytest.param("t1 s1", {"s1": 1}, 1.0, id="another treaty"),
        pytest.param("x s1", {"s1": 1}, 1.0, id="a text without a treaty"),
        pytest.param("", {"s1": 1}, 1.0, id="nothing found"),
        pytest.param("t1", {"s1": 1, "x": 1}, None, id="a text answers too: there is no right treaty"),
    ],
)
def test_wrong_treaty(ranking: str, gains: dict[str, int], expected: float | None) -> None:
    articles = {"s1": ("s", "art_1"), "s2": ("s", "art_2"), "t1": ("t", "art_1")}
    assert score_ranking(ranking.split(), gains, articles).get("wrong_treaty@1") == expected


# --- all queries, put to a search that a test makes up

PLACES = {name: ("texts", name) for name in ("d1", "d2", "d3", "q2")}


def folder_of(qrels: Mapping[str, Mapping[str, int]], **more: Any) -> BeirFolder:
    """A folder as read; the text of a query is its id, its style the letter that it begins with."""
    asked = tuple(Query(name, name, name[0]) for name in qrels)
    documents = tuple(Document(name, "", name) for name in PLACES)
    known: dict[str, Any] = {"unanswered": (), "unjudged": 0, "missing": (), **more}
    return BeirFolder(Path("set"), "test", documents, asked, qrels, corpus_sha256="0" * 64, sha256={}, **known)


def search_of(found: Mapping[str, str | Exception]) -> Any:
    """A search that gives the documents listed for a query's text, or raises."""

    def search(text: str, limit: int) -> Sequence[Hit]:
        assert limit == DEPTH + 1
        listed = found[text]
        if isinstance(listed, Exception):
            raise listed
        return [Hit(*PLACES[name], name, 1.0, 0, 1, name) for name in listed.split()]

    return search


def measured(found: Mapping[str, str | Exception], qrels: Mapping[str, Mapping[str, int]], **more: Any) -> Measured:
    data = folder_of(qrels, **more)
    results = ask_all(data, data.queries, search_of(found), PLACES, jobs=2)
    return Measured(data, results, len(data.queries), "g1", ())


def test_a_crash_counts_as_wrong_and_is_named() -> None:
    run = measured({"q1": "d1", "q3": ValueError("too long")}, {"q1": {"d1": 1}, "q3": {"d1": 1}})
    assert run.total.measures["hit@1"].mean == 0.5
    assert [(asked.query.id, asked.crash) for asked in run.crashed] == [("q3", "ValueError: too long")]
    assert run.to_json()["crashed"] == ["q3"]


def test_a_place_that_no_document_has_is_a_crash_and_no_miss() -> None:
    data = folder_of({"q1": {"d1": 1}})
    (asked,) = ask_all(data, data.queries, lambda text, limit: [Hit("texts", "x", "x", 1.0, 0, 1, "x")], PLACES)
    assert asked.crash is not None
    assert asked.crash.startswith("KeyError")


@pytest.mark.parametrize(
    ("gains", "ranking"),
    [
        pytest.param({"d1": 1}, ("d1", "d2"), id="a query that is a document is not its own answer"),
        pytest.param({"q2": 1}, ("q2", "d1", "d2"), id="unless it is judged to be"),
    ],
)
def test_a_query_with_the_id_of_a_document(gains: dict[str, int], ranking: tuple[str, ...]) -> None:
    run = measured({"q2": "q2 d1 d2"}, {"q2": gains})
    assert run.results[0].ranking == ranking


def test_the_ranking_is_cut_at_its_depth(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eval.beir.measure.DEPTH", 2)
    data = folder_of({"q1": {"d3": 1}})
    hits = [Hit(*PLACES[name], name, 1.0, 0, 1, name) for name in ("d1", "d2", "d3")]
    (asked,) = ask_all(data, data.queries, lambda text, limit: hits, PLACES)
    assert (asked.ranking, asked.scores["recall@100"]) == (("d1", "d2"), 0.0)


def test_the_summary() -> None:
    qrels = {"a1": {"d1": 1}, "a2": {"d1": 1}, "b1": {"d1": 1, "d3": 2}}
    left_out: dict[str, Any] = {"unanswered": ("c1",), "unjudged": 4, "missing": ("d9",)}
    run = measured({"a1": "d1", "a2": "d2 d1", "b1": "d3"}, qrels, **left_out)
    summary = run.to_json()
    assert summary["measures"]["hit@1"]["mean"] == pytest.approx(2 / 3)
    assert summary["measures"]["hit@1"]["cases"] == 3
    assert summary["by_style"]["a"]["measures"]["MRR"]["mean"] == 0.75
    assert summary["by_style"]["b"]["measures"]["recall@100"] == {"mean": 0.5, "low": 0.5, "high": 0.5, "cases": 1}
    assert summary["by_style"]["b"]["queries"] == 1
    low, high = (summary["measures"]["MRR"][end] for end in ("low", "high"))
    assert 0.5 <= low < summary["measures"]["MRR"]["mean"] < high <= 1
    assert (summary["unanswered"], summary["unjudged"], summary["documents_missing"]) == (["c1"], 4, ["d9"])
    assert "wrong_treaty@1" not in summary["measures"]


def test_what_is_written_is_read_by_ir_measures(tmp_path: Path) -> None:
    """Ids with blanks are one word each; the scores fall by rank, so that a tool that sorts finds the same order."""
    qrels = {"a 1": {"d1": 2, "d2": 0}, "a2": {"d2": 1}, "a3": {"d1": 1}}
    run = measured({"a 1": "d2 d1", "a2": "d2", "a3": ValueError("no")}, qrels)
    write_measured(run, tmp_path)
    lines = (tmp_path / "run.trec").read_text("utf-8").splitlines()
    assert lines[:2] == ["a%201 Q0 d2 1 100 pacta", "a%201 Q0 d1 2 99 pacta"]
    theirs = ir_measures.calc_aggregate(
        PEERS.values(),
        list(ir_measures.read_trec_qrels(str(tmp_path / "qrels.trec"))),
        list(ir_measures.read_trec_run(str(tmp_path / "run.trec"))),
    )
    summary = json.loads((tmp_path / "summary.json").read_text("utf-8"))
    for name, peer in PEERS.items():
        assert math.isclose(summary["measures"][name]["mean"], theirs[peer], abs_tol=1e-9), name
    records = [json.loads(line) for line in (tmp_path / "results.jsonl").read_text("utf-8").splitlines()]
    assert [(r["id"], r["answers"], r["crash"]) for r in records] == [
        ("a 1", {"d1": 2}, None), ("a2", {"d2": 1}, None), ("a3", {"d1": None}, "ValueError: no")]  # fmt: skip


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "run.trec").mkdir()
    with pytest.raises(PactaError, match=r"run\.trec: .*give another --out"):
        write_measured(measured({"q1": "d1"}, {"q1": {"d1": 1}}), tmp_path)


# --- the command, with the real model


@pytest.fixture(scope="session")
def real_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home folder of the tests below: the index of their one corpus is built once."""
    return tmp_path_factory.mktemp("beir") / "home"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two treaties with an Article 1 each, and a text."""
    path = tmp_path / "set"
    (path / "qrels").mkdir(parents=True)
    articles = [
        ("s1", "Salt Treaty", "1", "Use", "The pans of Ull are open to all towns, which may take salt by day."),
        ("s2", "Salt Treaty", "2", "Disputes", "Disputes are settled by three arbitrators sitting at Karsk."),
        ("f1", "Ferry Convention", "1", "Tolls", "A ferry may take a toll of one penny for each passenger."),
    ]
    corpus = [
        {"_id": i, "title": "", "text": text, "metadata": {"treaty_id": t, "treaty": t, "number": n, "heading": h}}
        for i, t, n, h, text in articles
    ]
    corpus.append({"_id": "x1", "title": "Gardening", "text": "Tomatoes want sun, water and a stick to climb."})
    queries = [
        ("q1", "Article 1 of the Ferry Convention", "named"),
        ("q2", "who decides quarrels between the towns?", "lay"),
        ("q3", "how do I grow tomatoes", "lay"),
        ("q4", " ", "lay"),
    ]
    asked = [{"_id": i, "text": text, "metadata": {"style": style}} for i, text, style in queries]
    judged = ["query-id\tcorpus-id\tscore", "q1\tf1\t1", "q2\ts2\t1", "q3\tx1\t1", "q4\ts1\t1"]
    (path / "corpus.jsonl").write_text("".join(json.dumps(d) + "\n" for d in corpus), "utf-8")
    (path / "queries.jsonl").write_text("".join(json.dumps(q) + "\n" for q in asked), "utf-8")
    (path / "qrels" / "test.tsv").write_text("\n".join(judged) + "\n", "utf-8")
    return path


def test_the_whole_run(folder: Path, real_home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    assert run_folder(folder, home=real_home, out=out, as_json=True, progress=False) == 1
    printed = capsys.readouterr()
    document = json.loads(printed.out)
    ranks = {result["id"]: result["answers"] for result in document["results"]}
    assert ranks == {"q1": {"f1": 1}, "q2": {"s2": 1}, "q3": {"x1": 1}, "q4": {"s1": None}}
    assert document["crashed"] == ["q4"]
    assert "q4 crashed and counts as wrong: QuestionEmpty" in printed.err
    assert document["measures"]["hit@1"]["mean"] == 0.75
    assert document["measures"]["wrong_treaty@1"] == pytest.approx(
        {"mean": 1 / 3, "low": 0.0, "high": 1.0, "cases": 3})  # fmt: skip
    results = [json.loads(line) for line in (out / "results.jsonl").read_text("utf-8").splitlines()]
    assert results == document["results"]
    assert {path.name for path in out.iterdir()} == {"results.jsonl", "summary.json", "run.trec", "qrels.trec"}


def test_the_same_run_writes_the_same_bytes(folder: Path, real_home: Path, tmp_path: Path) -> None:
    for name, jobs in (("one", 1), ("two", 3)):
        run_folder(folder, home=real_home, out=tmp_path / name, jobs=jobs, progress=False)
    for name in ("results.jsonl", "run.trec", "qrels.trec"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_the_table(folder: Path, real_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_folder(folder, home=real_home, limit=3, progress=False) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    rows = [re.split(r"\s{2,}", line.strip()) for line in printed.out.splitlines()]
    assert rows[0][0].startswith("Pacta's search on set, split test: 4 documents, index 2")
    # hit@1, 5, 10, recall@100, MRR, nDCG@10 and the wrong treaty, which only q1 and q2 can have
    assert ["lay", "2", "1.000", "1.000", "1.000", "1.000", "1.000", "1.000", "0.000"] in rows
    assert ["total", "3", "1.000", "1.000", "1.000", "1.000", "1.000", "1.000", "0.000"] in rows
    assert "Partial" not in printed.out


def test_another_folder_for_the_index(folder: Path, tmp_path: Path) -> None:
    run_folder(folder, home=tmp_path / "home", work=tmp_path / "work", limit=1, progress=False)
    assert not (tmp_path / "home").exists()
    assert len(list((tmp_path / "work").glob("*/CURRENT"))) == 1


def test_a_run_that_is_stopped_gives_what_it_has(
    folder: Path, real_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stopped(futures: Sequence[Any]) -> Any:
        futures[0].result()
        for future in futures[1:]:
            future.cancel()
        raise KeyboardInterrupt

    monkeypatch.setattr("eval.beir.measure.as_completed", stopped)
    assert run_folder(folder, home=real_home, progress=False) == 1
    printed = capsys.readouterr()
    assert re.search(r"Partial: stopped after [1-3] of 4 queries\.", printed.out)
    assert re.search(r"stopped after [1-3] of 4 queries", printed.err)


def test_wrong_use_is_told_before_anything_is_built(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="no judgements of the split dev"):
        run_folder(folder, home=tmp_path / "home", split="dev", progress=False)
    (tmp_path / "file").touch()
    with pytest.raises(PactaError, match="Give another folder with --out"):
        run_folder(folder, home=tmp_path / "home", out=tmp_path / "file", progress=False)
    assert not (tmp_path / "home").exists()
    assert read_folder(folder).split == "test"
