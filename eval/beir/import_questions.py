"""``pacta eval import-questions``: questions written on single articles become a folder in BEIR's form.

    articles.jsonl   {"uid": "…", "treaty_id": "…", "treaty": "…", "article": "4", "heading": "…", "text": "…"}
    dev.jsonl        {"uid": "…", "style": "lay", "question": "…"}      (train.jsonl likewise)

Each question is answered by the article of its uid and by no other. ``folder.py`` says what is written, and
``pacta eval run`` measures on it. The same files give the same folder, byte for byte.
"""

import argparse
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.errors import PactaError

if TYPE_CHECKING:
    from argparse import _SubParsersAction

SPLITS = ("dev", "train")


@dataclass(frozen=True, slots=True)
class Imported:
    """What was written."""

    documents: int
    queries: int


def add_import_parser(commands: "_SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds ``import-questions``; the arguments carry ``run_import`` as ``eval_run``."""
    parser = commands.add_parser(
        "import-questions",
        help="write questions on single articles as a folder that `pacta eval run` measures on",
        description="Writes questions on single articles as a folder in the form of the BEIR benchmark: "
        "corpus.jsonl, queries.jsonl, qrels/<split>.tsv.",
    )
    parser.add_argument(
        "folder", type=Path, metavar="FOLDER", help="folder with articles.jsonl and dev.jsonl or train.jsonl"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="a new folder to write")
    parser.add_argument("--split", choices=SPLITS, default=SPLITS[0], help="which questions (default: dev)")
    parser.add_argument(
        "--articles",
        type=Path,
        metavar="FILE",
        help="a larger pool of candidates in the place of articles.jsonl; its uids say which is which",
    )
    parser.add_argument(
        "--treaties",
        type=Path,
        metavar="FILE",
        help="only questions about treaties whose ids are in this file, one a line",
    )
    parser.set_defaults(eval_run=run_import)


def run_import(args: argparse.Namespace) -> int:
    """Runs the command that ``add_import_parser`` parsed; gives the exit code. Raises PactaError."""
    done = import_questions(args.folder, args.out, split=args.split, articles=args.articles, treaties=args.treaties)
    print(f"{args.out}: {done.documents} documents, {done.queries} queries", file=sys.stderr)
    return 0


def import_questions(
    folder: Path, out: Path, *, split: str = SPLITS[0], articles: Path | None = None, treaties: Path | None = None
) -> Imported:
    """Write the questions of a split, with all articles as candidates, to the new folder ``out``.

    ``treaties`` is a file of treaties' ids, one a line: only questions about these are written.
    ``articles`` is a pool of candidates in the place of the folder's own. There a uid may stand several
    times: each line becomes a document, and a question is answered by the one that has the words of the
    folder's own article, white space aside, of several by the first.
    Raises PactaError where a file cannot be used or ``out`` is not empty.
    """
    own = _articles(folder / "articles.jsonl")
    if repeated := [uid for uid, found in own.items() if len(found) > 1]:
        raise PactaError(f"{folder / 'articles.jsonl'}: the uid {repeated[0]} stands twice. Give each article its own.")
    pool = _articles(articles) if articles else own
    questions = list(_lines(folder / f"{split}.jsonl", ("uid", "style", "question")))
    if not questions:
        raise PactaError(f"{folder / f'{split}.jsonl'}: there is no question in it. Write one a line.")
    if unknown := [question["uid"] for question in questions if question["uid"] not in own]:
        raise PactaError(
            f"{folder / 'articles.jsonl'}: the article {unknown[0]} is asked about in {split}.jsonl, but is not in it. "
            "Take both from one set."
        )
    if treaties is not None:
        wanted = _ids(treaties)
        questions = [question for question in questions if own[question["uid"]][0].raw["treaty_id"] in wanted]
        if not questions:
            raise PactaError(f"{treaties}: no question of {split}.jsonl is about a treaty in it. Give ids of treaties.")
    answer = {uid: _answering(own[uid][0], pool, articles) for uid in dict.fromkeys(q["uid"] for q in questions)}
    documents = [document for found in pool.values() for document in found]
    documents.sort(key=lambda document: document.line)
    asked: Counter[str] = Counter()
    queries, judgements = [], ["query-id\tcorpus-id\tscore"]
    for question in questions:
        name = f"{question['uid']}-{question['style']}"
        asked[name] += 1
        name += f"-{asked[name]}" if asked[name] > 1 else ""
        queries.append({"_id": name, "text": question["question"], "metadata": {"style": question["style"]}})
        judgements.append(f"{name}\t{answer[question['uid']]}\t1")
    _make_folder(out)
    _write(out / "corpus.jsonl", [json.dumps(document.to_json(), ensure_ascii=False) for document in documents])
    _write(out / "queries.jsonl", [json.dumps(query, ensure_ascii=False) for query in queries])
    _write(out / "qrels" / f"{split}.tsv", judgements)
    return Imported(len(documents), len(queries))


@dataclass(frozen=True, slots=True)
class _Article:
    """One line of a file of articles; ``id`` is its uid, with -2, -3 … where that has been before."""

    id: str
    line: int
    raw: dict[str, Any]

    @property
    def words(self) -> list[str]:
        return str(self.raw["text"]).split()

    def to_json(self) -> dict[str, Any]:
        """The line of corpus.jsonl; ``title`` is for programs that know nothing of treaties."""
        number = self.raw.get("article") or self.raw.get("number")
        heading = self.raw.get("heading")
        name = " ".join(part for part in (f"Article {number}" if number else "", heading) if part)
        return {
            "_id": self.id,
            "title": ", ".join(part for part in (self.raw["treaty"], name) if part),
            "text": self.raw["text"],
            "metadata": {
                "treaty_id": self.raw["treaty_id"],
                "treaty": self.raw["treaty"],
                "number": number,
                "heading": heading,
            },
        }


def _articles(path: Path) -> dict[str, list[_Article]]:
    """The articles of a file by uid."""
    found: dict[str, list[_Article]] = defaultdict(list)
    for line, raw in enumerate(_lines(path, ("uid", "treaty_id", "treaty", "text"))):
        same = found[raw["uid"]]
        same.append(_Article(raw["uid"] + (f"-{len(same) + 1}" if same else ""), line, raw))
    return found


def _answering(article: _Article, pool: dict[str, list[_Article]], articles: Path | None) -> str:
    """The id of the document that answers the questions on an article."""
    same = [candidate for candidate in pool.get(article.id, []) if candidate.words == article.words]
    if not same:
        raise PactaError(
            f"{articles}: the article {article.id} is asked about, but is not in it, or in other words. "
            "Take the pool that the questions belong to."
        )
    return same[0].id


def _lines(path: Path, needed: Sequence[str]) -> Iterator[dict[str, Any]]:
    """The objects of a JSON Lines file, each with a text for the fields that are needed."""
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                if not line.strip():
                    continue
                try:
                    raw = json.loads(line)
                except json.JSONDecodeError as error:
                    raise PactaError(
                        f"{path}, line {number}: not JSON ({error.msg}). Write one object a line."
                    ) from error
                for field in needed:
                    if not isinstance(raw, dict) or not isinstance(raw.get(field), str):
                        raise PactaError(f"{path}, line {number}: {field} is missing. Write it as a text.")
                yield raw
    except UnicodeDecodeError as error:
        raise PactaError(f"{path}: not UTF-8. Save it as UTF-8.") from error
    except OSError as error:
        raise PactaError(f"{path}: {error.strerror or error}. Give the folder of the questions.") from error


def _ids(path: Path) -> set[str]:
    try:
        return set(path.read_text("utf-8").split())
    except UnicodeDecodeError as error:
        raise PactaError(f"{path}: not UTF-8. Save it as UTF-8.") from error
    except OSError as error:
        raise PactaError(f"{path}: {error.strerror or error}. Give a file of treaties' ids.") from error


def _make_folder(out: Path) -> None:
    try:
        (out / "qrels").mkdir(parents=True, exist_ok=True)
        taken = [path for path in out.rglob("*") if path.is_file()]
    except OSError as error:
        raise PactaError(f"{out}: {error.strerror or error}. Give another folder with --out.") from error
    if taken:
        # Judgements that were there before would be of other queries.
        raise PactaError(f"{out}: it is not empty ({taken[0].name}). Give a new folder with --out.")


def _write(path: Path, lines: Sequence[str]) -> None:
    try:
        path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    except OSError as error:
        raise PactaError(f"{path}: {error.strerror or error}. Free some space, or give another --out.") from error
