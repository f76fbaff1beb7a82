"""Reads a folder in the form of the BEIR benchmark: documents, queries, and which documents answer which query.

    corpus.jsonl          {"_id": "d1", "title": "…", "text": "…", "metadata": {…}}
    queries.jsonl         {"_id": "q1", "text": "…", "metadata": {"style": "lay"}}
    qrels/<split>.tsv     query-id <tab> corpus-id <tab> score, under a line with those three names

Thakur et al., "BEIR: A Heterogeneous Benchmark for Zero-shot Evaluation of Information Retrieval Models"
(arXiv:2104.08663). ``title`` and ``metadata`` may be missing. A document whose metadata has a ``treaty_id`` is
an article of that treaty: ``treaty`` is the treaty's title, ``number`` and ``heading`` are the article's. A score
above 0 says that the document answers the query, a higher one that it does so better.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.errors import WrongUse
from ingest.errors import PactaError

DEFAULT_SPLIT = "test"
_FAULTS_SHOWN = 20


class BeirError(PactaError):
    """A folder cannot be used; the message names file, line and remedy of every fault."""


class _Fault(Exception):
    """One thing wrong with one line: what it is, and what to write instead."""


@dataclass(frozen=True, slots=True)
class Document:
    """A document of the corpus; one without a ``treaty_id`` is no treaty's article."""

    id: str
    title: str
    text: str
    treaty_id: str | None = None
    treaty: str = ""
    number: str | None = None
    heading: str | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """A query; ``style`` is how it is worded, empty where the folder does not say."""

    id: str
    text: str
    style: str = ""


@dataclass(frozen=True)
class BeirFolder:
    """A folder as read for one split.

    ``queries`` are those with a document that answers them, in the order of the file; ``qrels`` holds each
    one's judgements, score by document id. ``unanswered`` are the queries that are judged, but have no
    document with a score above 0; ``unjudged`` counts those that the split says nothing of. ``missing`` are
    documents said to answer a query that are not in the corpus: nobody can find them, and they count.
    """

    folder: Path
    split: str
    documents: tuple[Document, ...]
    queries: tuple[Query, ...]
    qrels: Mapping[str, Mapping[str, int]]
    unanswered: tuple[str, ...]
    unjudged: int
    missing: tuple[str, ...]
    corpus_sha256: str
    sha256: Mapping[str, str]


def read_folder(folder: Path, split: str | None = None) -> BeirFolder:
    """The folder, with the judgements of ``split``; without one, of the only split there is or of "test".

    Raises BeirError with all that is wrong, WrongUse for a split that is not there.
    """
    chosen = _split_of(folder, split)
    corpus, queries = folder / "corpus.jsonl", folder / "queries.jsonl"
    qrels = folder / "qrels" / f"{chosen}.tsv"
    hashes: dict[str, str] = {}
    documents = _documents(corpus, hashes)
    asked = _queries(queries, hashes)
    judged = _judgements(qrels, hashes, {query.id for query in asked})
    known = {document.id for document in documents}
    answering = [name for scores in judged.values() for name, score in scores.items() if score > 0]
    missing = tuple(dict.fromkeys(name for name in answering if name not in known))
    if len(missing) == len(set(answering)):
        raise BeirError(
            f"{qrels}: none of the documents that it says answer a query is in {corpus}, for example "
            f"{(missing or ('(none)',))[0]}. Take the corpus and the judgements from one set."
        )
    answered = [query for query in asked if any(score > 0 for score in judged.get(query.id, {}).values())]
    return BeirFolder(
        folder=folder,
        split=chosen,
        documents=tuple(documents),
        queries=tuple(answered),
        qrels={query.id: judged[query.id] for query in answered},
        unanswered=tuple(name for name, scores in judged.items() if not any(score > 0 for score in scores.values())),
        unjudged=sum(query.id not in judged for query in asked),
        missing=missing,
        corpus_sha256=hashes[corpus.name],
        sha256=hashes,
    )


def _split_of(folder: Path, split: str | None) -> str:
    for name in ("corpus.jsonl", "queries.jsonl"):
        if not (folder / name).is_file():
            raise BeirError(
                f"{folder}: there is no {name} in it. A folder in BEIR's form has corpus.jsonl, queries.jsonl and "
                "qrels/<split>.tsv; `pacta eval import-questions` writes one."
            )
    splits = sorted(path.stem for path in (folder / "qrels").glob("*.tsv"))
    if not splits:
        raise BeirError(
            f"{folder / 'qrels'}: there is no <split>.tsv in it. Put the judgements there, for example "
            f"qrels/{DEFAULT_SPLIT}.tsv: query-id, corpus-id and score on a line, tabs between them."
        )
    if split is None and len(splits) > 1 and DEFAULT_SPLIT not in splits:
        raise WrongUse(f"{folder}: it has several splits. Name one with --split: {', '.join(splits)}.")
    chosen = split or (splits[0] if len(splits) == 1 else DEFAULT_SPLIT)
    if chosen not in splits:
        raise WrongUse(f"--split: {folder} has no judgements of the split {chosen}. Splits: {', '.join(splits)}.")
    return chosen


class _Lines:
    """The lines of a file that are not blank, each read by the caller; what is wrong is gathered."""

    def __init__(self, path: Path, hashes: dict[str, str]) -> None:
        self.path = path
        self.hashes = hashes
        self.faults: list[str] = []
        self.number = 0

    def __iter__(self) -> Iterator[str]:
        """Raises BeirError at the end, or once there are many faults; ``fault`` tells one."""
        digest = hashlib.sha256()
        try:
            with self.path.open("rb") as lines:
                # Not splitlines: U+2028 may stand inside a JSON string.
                for self.number, raw in enumerate(lines, start=1):
                    digest.update(raw)
                    if not raw.strip():
                        continue
                    try:
                        yield raw.decode("utf-8-sig" if self.number == 1 else "utf-8").rstrip("\r\n")
                    except UnicodeDecodeError as error:
                        self.fault(f"not UTF-8 at byte {error.start + 1} of the line. Save the file as UTF-8.")
        except OSError as error:
            reason = error.strerror or error
            raise BeirError(f"{self.path}: {reason}. Check the folder and the right to read it.") from error
        self.hashes[self.path.name] = digest.hexdigest()
        if self.faults:
            raise BeirError("\n".join(self.faults))

    def fault(self, what: str) -> None:
        """Note what is wrong with the line read last."""
        self.faults.append(f"{self.path}, line {self.number}: {what}")
        if len(self.faults) == _FAULTS_SHOWN:
            raise BeirError("\n".join([*self.faults, f"… and no more was read after {_FAULTS_SHOWN} faults."]))


def _documents(path: Path, hashes: dict[str, str]) -> list[Document]:
    lines = _Lines(path, hashes)
    documents: list[Document] = []
    first: dict[str, int] = {}
    titles: dict[str, tuple[str, int]] = {}
    for line in lines:
        try:
            document = _document(_object(line))
            _new(document.id, first, lines.number)
            if document.treaty_id is not None:
                title, where = titles.setdefault(document.treaty_id, (document.treaty, lines.number))
                if title != document.treaty:
                    raise _Fault(
                        f"the treaty {document.treaty_id} is called “{document.treaty}” here and “{title}” in "
                        f"line {where}. Give a treaty one title."
                    )
            documents.append(document)
        except _Fault as fault:
            lines.fault(str(fault))
    if not documents:
        raise BeirError(f'{path}: there is no document in it. Write one a line: {{"_id": "…", "text": "…"}}.')
    return documents


def _document(raw: dict[str, Any]) -> Document:
    known = _metadata(raw)
    treaty_id = _text(known, "treaty_id", "metadata.treaty_id")
    title, text = _text(raw, "title") or "", _text(raw, "text", required=True)
    if treaty_id is None or not treaty_id.strip():
        return Document(_id(raw), title, text or "")
    return Document(
        id=_id(raw),
        title=title,
        text=text or "",
        treaty_id=treaty_id.strip(),
        treaty=(_text(known, "treaty", "metadata.treaty") or "").strip(),
        number=_text(known, "number", "metadata.number"),
        heading=_text(known, "heading", "metadata.heading"),
    )


def _queries(path: Path, hashes: dict[str, str]) -> list[Query]:
    lines = _Lines(path, hashes)
    queries: list[Query] = []
    first: dict[str, int] = {}
    for line in lines:
        try:
            raw = _object(line)
            style = _text(_metadata(raw), "style", "metadata.style")
            query = Query(_id(raw), _text(raw, "text", required=True) or "", (style or "").strip())
            _new(query.id, first, lines.number)
            queries.append(query)
        except _Fault as fault:
            lines.fault(str(fault))
    return queries


def _judgements(path: Path, hashes: dict[str, str], queries: set[str]) -> dict[str, dict[str, int]]:
    lines = _Lines(path, hashes)
    judged: dict[str, dict[str, int]] = {}
    for line in lines:
        fields = [field.strip() for field in line.split("\t")]
        try:
            if len(fields) != 3:
                raise _Fault("not three columns. Write query-id, corpus-id and score, tabs between them.")
            if lines.number == 1:
                # BEIR's readers skip this line unread, so a judgement in it would be lost to them.
                if _whole(fields[2]) is not None:
                    raise _Fault("the names of the columns are missing. Begin with: query-id, corpus-id, score.")
                continue
            query, document, printed = fields
            score = _whole(printed)
            if score is None:
                raise _Fault(f"the score “{printed}” is not a whole number. Write 1 for a document that answers, or 0.")
            if query not in queries:
                raise _Fault(f"the query {query} is not in queries.jsonl. Add it there, or take this line out.")
            if judged.setdefault(query, {}).setdefault(document, score) != score:
                raise _Fault(f"{document} is judged twice for {query}, {judged[query][document]} before. Keep one.")
        except _Fault as fault:
            lines.fault(str(fault))
    if not any(score > 0 for scores in judged.values() for score in scores.values()):
        raise BeirError(f"{path}: no document answers any query in it. Scores above 0 say that one does.")
    return judged


def _object(line: str) -> dict[str, Any]:
    try:
        raw = json.loads(line)
    except (json.JSONDecodeError, RecursionError) as error:
        at = f"column {error.colno} ({error.msg})" if isinstance(error, json.JSONDecodeError) else "its nesting"
        raise _Fault(f"not JSON at {at}. Write one JSON object a line.") from error
    if not isinstance(raw, dict):
        raise _Fault("the line is not a JSON object. Write one {…} a line.")
    return raw


def _id(raw: dict[str, Any]) -> str:
    value = raw.get("_id")
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not value.strip():
        raise _Fault('_id is missing. Give it as a text: "_id": "d1".')
    if not value.encode("utf-8", "replace").decode() == value or "\t" in value:
        raise _Fault("_id holds a tab or half a character, so that no judgement can name it. Take it out.")
    return value.strip()


def _new(name: str, first: dict[str, int], number: int) -> None:
    if first.setdefault(name, number) != number:
        raise _Fault(f"the _id {name} is taken (line {first[name]}). Give each its own.")


def _text(raw: Mapping[str, Any], field: str, shown: str = "", *, required: bool = False) -> str | None:
    value = raw.get(field)
    if value is None and not required:
        return None
    if not isinstance(value, str):
        raise _Fault(
            f"{shown or field} is {'missing' if value is None else 'not a text'}. Write it in quotation marks."
        )
    return value


def _metadata(raw: dict[str, Any]) -> dict[str, Any]:
    value = raw.get("metadata")
    if value is not None and not isinstance(value, dict):
        raise _Fault("metadata is not an object. Write {…}, or leave it out.")
    return value or {}


def _whole(printed: str) -> int | None:
    try:
        return int(printed)
    except ValueError:
        return None
