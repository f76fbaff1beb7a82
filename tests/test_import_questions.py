"""``pacta eval import-questions``: the folder it writes, the same each time, and what it refuses."""

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from eval.beir.folder import read_folder
from eval.beir.import_questions import add_import_parser, import_questions, run_import
from eval.cli import add_eval_parser
from ingest.errors import PactaError

SALT = {"uid": "a1", "treaty_id": "T1", "treaty": "Salt Treaty", "article": "4", "heading": "Use", "text": "Salt\nis."}
TOLL = {"uid": "b2", "treaty_id": "T2", "treaty": "Toll Treaty", "article": "IV", "heading": None, "text": "A penny."}
ASKED = [
    {"uid": "b2", "style": "lay", "question": "what does it cost"},
    {"uid": "a1", "style": "terse", "question": "salt"},
    {"uid": "a1", "style": "terse", "question": "salt use"},
]


def put(path: Path, records: Any) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in records), "utf-8")
    return path


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    """A folder of two articles, asked about three times in dev and once in train."""
    folder = tmp_path / "questions"
    folder.mkdir()
    put(folder / "articles.jsonl", [SALT, TOLL])
    put(folder / "dev.jsonl", ASKED)
    put(folder / "train.jsonl", ASKED[:1])
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_what_is_written(questions: Path, tmp_path: Path) -> None:
    done = import_questions(questions, tmp_path / "out")
    assert (done.documents, done.queries) == (2, 3)
    data = read_folder(tmp_path / "out")
    assert [(d.id, d.title, d.text) for d in data.documents] == [
        ("a1", "Salt Treaty, Article 4 Use", "Salt\nis."),
        ("b2", "Toll Treaty, Article IV", "A penny."),
    ]
    assert [(d.treaty_id, d.treaty, d.number, d.heading) for d in data.documents] == [
        ("T1", "Salt Treaty", "4", "Use"),
        ("T2", "Toll Treaty", "IV", None),
    ]
    assert [(q.id, q.text, q.style) for q in data.queries] == [
        ("b2-lay", "what does it cost", "lay"),
        ("a1-terse", "salt", "terse"),
        ("a1-terse-2", "salt use", "terse"),
    ]
    assert data.qrels == {"b2-lay": {"b2": 1}, "a1-terse": {"a1": 1}, "a1-terse-2": {"a1": 1}}
    assert data.split == "dev"


def test_the_same_files_give_the_same_bytes(questions: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        import_questions(questions, tmp_path / name, split="train")
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    assert set(contents(tmp_path / "one")) == {"corpus.jsonl", "queries.jsonl", "qrels/train.tsv"}


def test_a_larger_pool(questions: Path, tmp_path: Path) -> None:
    """A uid may stand twice in a pool: both stay candidates, and the words say which one answers."""
    pool = put(tmp_path / "pool.jsonl", [
        {"uid": "z9", "treaty_id": "T9", "treaty": "Hay Treaty", "number": "1bis", "text": "Of another kind."},
        {**TOLL, "text": "Two pence."},
        {**TOLL, "text": "A\n\npenny."},
        {**SALT, "text": "Salt is."},
    ])  # fmt: skip
    import_questions(questions, tmp_path / "out", articles=pool)
    data = read_folder(tmp_path / "out")
    assert [(d.id, d.number, d.text) for d in data.documents] == [
        ("z9", "1bis", "Of another kind."),
        ("b2", "IV", "Two pence."),
        ("b2-2", "IV", "A\n\npenny."),
        ("a1", "4", "Salt is."),
    ]
    assert data.qrels["b2-lay"] == {"b2-2": 1}
    assert data.qrels["a1-terse"] == {"a1": 1}


def test_only_the_treaties_named(questions: Path, tmp_path: Path) -> None:
    (tmp_path / "ids.txt").write_text("T2\nT7\n", "utf-8")
    done = import_questions(questions, tmp_path / "out", treaties=tmp_path / "ids.txt")
    assert (done.documents, done.queries) == (2, 1)
    assert [query.id for query in read_folder(tmp_path / "out").queries] == ["b2-lay"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(None, "Give a file of treaties' ids", id="no file"),
        pytest.param(b"T7\n", "no question of dev.jsonl is about a treaty in it", id="none of these"),
        pytest.param(b"\xff\xfe", "not UTF-8", id="no text"),
    ],
)
def test_treaties_that_cannot_be_used(questions: Path, tmp_path: Path, content: bytes | None, said: str) -> None:
    ids = tmp_path / "ids.txt"
    if content is not None:
        ids.write_bytes(content)
    with pytest.raises(PactaError, match=said):
        import_questions(questions, tmp_path / "out", treaties=ids)
    assert not (tmp_path / "out").exists()


Damage = Callable[[Path], object]


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        pytest.param(lambda f: (f / "dev.jsonl").unlink(), "dev.jsonl: No such file", id="no questions"),
        pytest.param(lambda f: put(f / "dev.jsonl", []), "there is no question in it", id="none in the file"),
        pytest.param(lambda f: put(f / "dev.jsonl", [{**ASKED[0], "uid": "c3"}]),
                     "articles.jsonl: the article c3 is asked about", id="an article that is not there"),
        pytest.param(lambda f: put(f / "dev.jsonl", [ASKED[0], {"uid": "b2", "style": "lay"}]),
                     "dev.jsonl, line 2: question is missing", id="no words"),
        pytest.param(lambda f: put(f / "articles.jsonl", [SALT, SALT]), "the uid a1 stands twice", id="a uid twice"),
        pytest.param(lambda f: put(f / "articles.jsonl", [7]), "articles.jsonl, line 1: uid is missing", id="a number"),
        pytest.param(lambda f: (f / "articles.jsonl").write_text("{", "utf-8"), "line 1: not JSON", id="no JSON"),
        pytest.param(lambda f: (f / "articles.jsonl").write_bytes(b"\xff"), "not UTF-8", id="no text"),
    ],
)  # fmt: skip
def test_what_is_refused(questions: Path, tmp_path: Path, damage: Damage, said: str) -> None:
    damage(questions)
    with pytest.raises(PactaError, match=said):
        import_questions(questions, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_pool_without_the_article_asked_about(questions: Path, tmp_path: Path) -> None:
    pool = put(tmp_path / "pool.jsonl", [SALT, {**TOLL, "text": "Two pence."}])
    with pytest.raises(PactaError, match=r"pool.jsonl: the article b2 is asked about, but is not in it, or in other"):
        import_questions(questions, tmp_path / "out", articles=pool)


def test_nothing_is_written_over(questions: Path, tmp_path: Path) -> None:
    """Judgements left from before would be of other queries."""
    import_questions(questions, tmp_path / "out")
    before = contents(tmp_path / "out")
    with pytest.raises(PactaError, match="it is not empty"):
        import_questions(questions, tmp_path / "out", split="train")
    assert contents(tmp_path / "out") == before


def test_the_command(questions: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser()
    add_import_parser(parser.add_subparsers())
    words = ["import-questions", str(questions), "--out", str(tmp_path / "out"), "--split", "train"]
    assert run_import(parser.parse_args(words)) == 0
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("", f"{tmp_path / 'out'}: 2 documents, 1 queries\n")


def test_the_command_leads_from_questions_to_figures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """``pacta eval import-questions`` and ``pacta eval run`` of what it wrote, as a person types them."""
    source = tmp_path / "questions"
    source.mkdir()
    article = {"treaty_id": "orrin", "treaty": "Orrin Valley Treaty", "article": "4", "heading": "Police"}
    texts = ["Each Party may post sixty police officers in the valley.", "Ferries shall run each day of the year."]
    rows = [article | {"uid": f"u{n}", "article": str(n), "text": text} for n, text in enumerate(texts, start=4)]
    asked = [{"uid": "u4", "style": "lay", "question": "How many officers may be in the valley?"}]
    for name, lines in (("articles.jsonl", rows), ("dev.jsonl", asked)):
        (source / name).write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    parser = argparse.ArgumentParser()
    add_eval_parser(parser.add_subparsers())
    for words in (
        ["import-questions", str(source), "--out", str(tmp_path / "set")],
        ["run", str(tmp_path / "set"), "--home", str(tmp_path / "home"), "--json"],
    ):
        args = parser.parse_args(["eval", *words])
        assert args.run(args) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["measures"]["hit@1"]["mean"] == 1
    args = parser.parse_args(["eval", "run", str(tmp_path / "set"), "--judge"])
    assert args.run(args) == 2
    assert "--judge: a folder has no answers to judge" in capsys.readouterr().err
