"""Reading a folder in BEIR's form: what is taken, and what is said of each thing that is wrong."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from eval.beir.folder import BeirError, Document, Query, read_folder
from eval.errors import WrongUse

CORPUS = [{"_id": "d1", "title": "Salt", "text": "Salt is free."}, {"_id": "d2", "title": "", "text": "A penny."}]
QUERIES = [{"_id": "q1", "text": "is salt free"}, {"_id": "q2", "text": "the price"}]
HEAD = "query-id\tcorpus-id\tscore"
QRELS = {"test": [HEAD, "q1\td1\t1", "q2\td2\t2", "q2\td1\t0"]}

Write = Callable[..., Path]


def lines(records: Any) -> str:
    return "".join((r if isinstance(r, str) else json.dumps(r, ensure_ascii=False)) + "\n" for r in records)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a folder; gives its path. What is not said is a sound set of two documents and two queries."""

    def put(corpus: Any = CORPUS, queries: Any = QUERIES, qrels: Any = QRELS) -> Path:
        folder = tmp_path / "set"
        (folder / "qrels").mkdir(parents=True)
        (folder / "corpus.jsonl").write_text(lines(corpus), "utf-8")
        (folder / "queries.jsonl").write_text(lines(queries), "utf-8")
        for split, judgements in qrels.items():
            (folder / "qrels" / f"{split}.tsv").write_text(lines(judgements), "utf-8")
        return folder

    return put


def test_a_sound_folder(write: Write) -> None:
    folder = write()
    data = read_folder(folder)
    assert data.documents == (Document("d1", "Salt", "Salt is free."), Document("d2", "", "A penny."))
    assert data.queries == (Query("q1", "is salt free"), Query("q2", "the price"))
    assert data.qrels == {"q1": {"d1": 1}, "q2": {"d2": 2, "d1": 0}}
    assert (data.split, data.unanswered, data.unjudged, data.missing) == ("test", (), 0, ())
    assert data.corpus_sha256 == hashlib.sha256((folder / "corpus.jsonl").read_bytes()).hexdigest()


def test_metadata_makes_an_article_and_a_style(write: Write) -> None:
    known = {"treaty_id": "SALT", "treaty": "Salt Treaty", "number": "4", "heading": None, "url": 7}
    data = read_folder(write([{**CORPUS[0], "metadata": known}, CORPUS[1]], [
        {**QUERIES[0], "metadata": {"style": "lay"}}, {**QUERIES[1], "metadata": {}}]))  # fmt: skip
    assert data.documents[0] == Document("d1", "Salt", "Salt is free.", "SALT", "Salt Treaty", "4", None)
    assert data.documents[1].treaty_id is None
    assert [query.style for query in data.queries] == ["lay", ""]


@pytest.mark.parametrize(
    ("corpus", "queries", "qrels", "seen"),
    [
        pytest.param(
            [{"_id": "d1", "text": "no title"}, {"_id": 2, "text": "an id in figures"}], QUERIES,
            [HEAD, "q1\td1\t1", "q2\t2\t1"], ["d1", "2"], id="titles may be missing, ids be numbers"),
        pytest.param(
            ["\ufeff" + json.dumps(CORPUS[0]), "", {"_id": "d2", "text": "one\u2028line"}], QUERIES,
            ["query_id\tdoc_id\trelevance", "q1\td1\t1", "", "q1\td1\t1"], ["d1", "d2"],
            id="a byte order mark, blank lines, a line separator inside a text, other names of columns, a line twice"),
    ],
)  # fmt: skip
def test_what_is_taken(write: Write, corpus: Any, queries: Any, qrels: list[str], seen: list[str]) -> None:
    assert [document.id for document in read_folder(write(corpus, queries, {"dev": qrels})).documents] == seen


def test_queries_that_cannot_be_measured_are_told(write: Write) -> None:
    """Nobody can be right on a query without an answer; one that another split judges is not of this one."""
    queries = [*QUERIES, {"_id": "q3", "text": "nothing answers"}, {"_id": "q4", "text": "of another split"}]
    data = read_folder(write(queries=queries, qrels={"test": [*QRELS["test"], "q3\td1\t0", "q3\td2\t-1"]}))
    assert [query.id for query in data.queries] == ["q1", "q2"]
    assert (data.unanswered, data.unjudged) == (("q3",), 1)


def test_an_answer_that_is_not_in_the_corpus_still_counts(write: Write) -> None:
    data = read_folder(write(qrels={"test": [*QRELS["test"], "q1\td9\t1"]}))
    assert data.missing == ("d9",)
    assert data.qrels["q1"] == {"d1": 1, "d9": 1}


@pytest.mark.parametrize(
    ("there", "asked", "taken"),
    [
        pytest.param(["dev"], None, "dev", id="the only one"),
        pytest.param(["dev", "test", "train"], None, "test", id="test, as BEIR has it"),
        pytest.param(["dev", "test"], "dev", "dev", id="the one asked for"),
        pytest.param(["dev", "train"], None, "several splits. Name one with --split: dev, train", id="none is plain"),
        pytest.param(["dev"], "test", "no judgements of the split test. Splits: dev", id="it is not there"),
    ],
)
def test_which_split(write: Write, there: list[str], asked: str | None, taken: str) -> None:
    folder = write(qrels=dict.fromkeys(there, QRELS["test"]))
    if taken in there:
        assert read_folder(folder, asked).split == taken
    else:
        with pytest.raises(WrongUse, match=taken):
            read_folder(folder, asked)


D, Q = CORPUS[0], QUERIES[0]
FAULTS = [
    pytest.param("corpus", ["{"], "line 1: not JSON at column 2", id="no JSON"),
    pytest.param("corpus", [D, "[1]"], "line 2: the line is not a JSON object", id="a list"),
    pytest.param("corpus", [{"text": "x"}], "line 1: _id is missing", id="no id"),
    pytest.param("corpus", [{"_id": " ", "text": "x"}], "_id is missing", id="a blank id"),
    pytest.param("corpus", [{"_id": True, "text": "x"}], "_id is missing", id="a truth value is no id"),
    pytest.param("corpus", [{"_id": "a\tb", "text": "x"}], "holds a tab", id="an id that no judgement can name"),
    pytest.param("corpus", ['{"_id": "\\ud800", "text": "x"}'], "half a character", id="half of a pair"),
    pytest.param("corpus", [D, D], "line 2: the _id d1 is taken (line 1)", id="an id twice"),
    pytest.param("corpus", [{"_id": "d1"}], "line 1: text is missing", id="no text"),
    pytest.param("corpus", [{"_id": "d1", "text": 3}], "text is not a text", id="a number for a text"),
    pytest.param("corpus", [{**D, "title": []}], "title is not a text", id="a list for a title"),
    pytest.param("corpus", [{**D, "metadata": "x"}], "metadata is not an object", id="metadata in words"),
    pytest.param("corpus", [{**D, "metadata": {"treaty_id": "t", "number": 4}}], "metadata.number", id="a bare number"),
    pytest.param("corpus", [{**d, "metadata": {"treaty_id": "t", "treaty": d["title"]}} for d in CORPUS],
                 "line 2: the treaty t is called “” here and “Salt” in line 1", id="a treaty with two titles"),
    pytest.param("corpus", [], "there is no document in it", id="an empty corpus"),
    pytest.param("queries", [Q, {"_id": "q2"}], "line 2: text is missing", id="a query without words"),
    pytest.param("queries", [Q, Q], "the _id q1 is taken", id="a query twice"),
    pytest.param("queries", [Q], "line 3: the query q2 is not in queries.jsonl", id="a judged query that is not there"),
    pytest.param("test", ["q1\td1\t1"], "line 1: the names of the columns are missing", id="no head"),
    pytest.param("test", [HEAD, "q1 0 d1 1"], "line 2: not three columns", id="TREC's form"),
    pytest.param("test", [HEAD, "q1\td1\tyes"], "line 2: the score “yes” is not a whole number", id="a score in words"),
    pytest.param("test", [HEAD, "q1\td1\t1", "q1\td1\t2"], "line 3: d1 is judged twice for q1, 1 before", id="twice"),
    pytest.param("test", [HEAD, "q1\td1\t0"], "no document answers any query", id="nothing answers anything"),
    pytest.param("test", [HEAD, "q1\tx1\t1"], "for example x1. Take the corpus and the judgements", id="another set's"),
]  # fmt: skip


@pytest.mark.parametrize(("where", "content", "said"), FAULTS)
def test_what_is_wrong_is_named(write: Write, where: str, content: list[Any], said: str) -> None:
    whole: dict[str, Any] = {"corpus": CORPUS, "queries": QUERIES, "test": QRELS["test"], where: content}
    folder = write(whole["corpus"], whole["queries"], {"test": whole["test"]})
    with pytest.raises(BeirError) as raised:
        read_folder(folder)
    assert said in str(raised.value)
    assert str(folder) in str(raised.value)


def test_all_that_is_wrong_is_named_at_once_but_not_without_end(write: Write) -> None:
    folder = write([D, *[{"_id": f"x{n}"} for n in range(30)]])
    with pytest.raises(BeirError) as raised:
        read_folder(folder)
    told = str(raised.value).splitlines()
    assert told[0].endswith("corpus.jsonl, line 2: text is missing. Write it in quotation marks.")
    assert (len(told), told[-1]) == (21, "… and no more was read after 20 faults.")


def test_bytes_that_are_no_text(write: Write) -> None:
    folder = write()
    with (folder / "corpus.jsonl").open("ab") as file:
        file.write(b'{"_id": "d3", "text": "caf\xe9"}\n')
    with pytest.raises(BeirError, match=r"corpus.jsonl, line 3: not UTF-8 at byte 27 of the line"):
        read_folder(folder)


@pytest.mark.parametrize("name", ["corpus.jsonl", "queries.jsonl", "qrels/test.tsv"])
def test_a_file_that_is_missing(write: Write, name: str) -> None:
    folder = write()
    (folder / name).unlink()
    with pytest.raises(BeirError, match=r"there is no (corpus|queries|<split>)\.(jsonl|tsv) in it"):
        read_folder(folder)
