"""The published index: which generation is current, opening it, and what can be asked of it.

    PACTA_HOME/CURRENT                      the id of the published generation
    PACTA_HOME/generations/<id>/manifest.json
                               treaties/    one JSON file a treaty: text, provisions, passages
                               passages.json, definitions.json, references.json
                               chroma/      vectors, also as a matrix; or a Chroma server's collection of them
                               lexical/     words
                               tokens.*     vectors of the passages' words
                               questions.*, question_tokens.*   known questions: their articles and vectors

A published generation is never written to. Building, checking and publishing one is build.py.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.errors import IndexBroken, IndexMissing, IndexUnreachable
from ingest.known_questions import read_questions
from ingest.lexical import LexicalIndex
from ingest.models import ParsedTreaty
from ingest.parse import PARSER_VERSION
from ingest.records import load_treaty_file
from ingest.reference_graph import ReferenceGraph, read_graph
from ingest.tokens import TokenIndex
from ingest.vectors import VectorIndex

SCHEMA = 3
_LISTS = ("aliases", "oddities", "access")


@dataclass(frozen=True, slots=True)
class TreatySummary:
    """What the manifest says of one treaty without opening its file."""

    id: str
    title: str
    aliases: tuple[str, ...]
    language: str
    text_status: str
    uri: str
    sha256: str
    articles: int
    body_articles: int
    passages: int
    signed: str | None
    in_force: str | None
    oddities: tuple[str, ...]
    record_sha256: str
    access: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation is made of; ``recall`` is its recall@10 against exact search when it was built.

    ``questions`` are those known about its treaties.
    """

    generation: str
    created: str
    model_id: str
    parser_version: str
    content_sha256: str
    passages: int
    recall: float
    versions: dict[str, str]
    treaties: tuple[TreatySummary, ...]
    references_sha256: str
    questions: int


class TreatyShelf(Mapping[str, ParsedTreaty]):
    """The treaties of a generation by id, each read from its file when first asked for."""

    def __init__(self, folder: Path, summaries: Sequence[TreatySummary]) -> None:
        self._folder = folder
        self._ids = [summary.id for summary in summaries]
        self._known = set(self._ids)
        self._opened: dict[str, ParsedTreaty] = {}

    def __getitem__(self, treaty_id: str) -> ParsedTreaty:
        if treaty_id not in self._known:
            raise KeyError(treaty_id)
        if treaty_id not in self._opened:
            path = self._folder / f"{treaty_id}.json"
            try:
                self._opened[treaty_id] = load_treaty_file(path)
            except (OSError, ValueError, KeyError, TypeError) as error:
                raise IndexBroken(f"{path}: this file of the index is damaged. Ingest again.") from error
        return self._opened[treaty_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)

    def __contains__(self, treaty_id: object) -> bool:
        return treaty_id in self._known

    def without(self, hidden: frozenset[str]) -> "TreatyShelf":
        """The shelf less some treaties; what has been read from files is shared."""
        rest = copy(self)
        rest._ids = [treaty_id for treaty_id in self._ids if treaty_id not in hidden]
        rest._known = set(rest._ids)
        return rest


@dataclass(frozen=True, slots=True)
class PassageRow:
    """Where a passage stands, without its words."""

    id: str
    treaty_id: str
    eid: str
    article: str
    start: int
    end: int


class Index:
    """One generation opened for reading; safe to use from several threads.

    ``without`` gives the same index less some treaties: nothing found in it, listed or referred to is of those.
    """

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self.folder = folder
        self.manifest = manifest
        self.generation = manifest.generation
        self._shelf = TreatyShelf(folder / "treaties", manifest.treaties)
        self.rows = _read_rows(folder / "passages.json")
        self.definitions = _read_definitions(folder / "definitions.json")
        self._row_of = {row.id: number for number, row in enumerate(self.rows)}
        self._lexical = LexicalIndex(folder / "lexical")
        self._vectors = VectorIndex(folder / "chroma")
        self._tokens = TokenIndex.open(folder)
        self.questions = read_questions(folder)
        self._hidden: frozenset[str] = frozenset()
        self._less: dict[frozenset[str], Index] = {}

    @property
    def treaties(self) -> Mapping[str, ParsedTreaty]:
        """The treaties by id, each read from its file when first asked for."""
        return self._shelf

    @property
    def access(self) -> Mapping[str, tuple[str, ...]]:
        """The labels of each treaty that has any, one of which a reader needs."""
        return {summary.id: summary.access for summary in self.manifest.treaties if summary.access}

    def without(self, hidden: frozenset[str]) -> "Index":
        """The index less some treaties: the same rows and files, of which only those of the others are looked at.

        It is closed with this one, of which it is a view.
        """
        if not hidden:
            return self
        if hidden not in self._less:
            less = copy(self)
            less._less = {}
            less._hidden = self._hidden | hidden
            less._shelf = self._shelf.without(hidden)
            held = tuple(summary for summary in self.manifest.treaties if summary.id not in hidden)
            less.manifest = replace(self.manifest, treaties=held)
            less.definitions = [(t, treaty, eid) for t, treaty, eid in self.definitions if treaty not in hidden]
            less.questions = self.questions.without(hidden)
            for worked_out in ("rows_of", "rows_of_article", "references", "languages"):
                less.__dict__.pop(worked_out, None)
            self._less[hidden] = less
        return self._less[hidden]

    def _within(self, treaties: Iterable[str]) -> list[str] | None:
        """The treaties to search: those given, or all, less the hidden ones; None for all there are."""
        given = list(dict.fromkeys(treaties))
        if not self._hidden:
            return given or None
        return [treaty for treaty in given or self.treaties if treaty in self.treaties]

    @cached_property
    def rows_of(self) -> dict[str, range]:
        """The rows of each treaty's passages; a treaty's passages follow one another."""
        spans: dict[str, list[int]] = {}
        for number, row in enumerate(self.rows):
            if row.treaty_id in self.treaties:
                spans.setdefault(row.treaty_id, [number, number])[1] = number
        return {treaty: range(first, last + 1) for treaty, (first, last) in spans.items()}

    @cached_property
    def rows_of_article(self) -> dict[tuple[str, str], list[int]]:
        """The rows of each article's passages, by treaty and eId."""
        found: dict[tuple[str, str], list[int]] = {}
        for number, row in enumerate(self.rows):
            if row.treaty_id in self.treaties:
                found.setdefault((row.treaty_id, row.article), []).append(number)
        return found

    @cached_property
    def references(self) -> ReferenceGraph:
        """What the provisions refer to; raises IndexBroken where the file is damaged."""
        return read_graph(self.folder / "references.json").without(self._hidden)

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The languages of the treaties held."""
        return tuple(sorted({summary.language for summary in self.manifest.treaties}))

    def search_words(
        self, text: str, limit: int, treaties: Sequence[str] = (), extra: Sequence[str] = ()
    ) -> list[tuple[int, float]]:
        """Rows of passages by words, with BM25 scores, best first; ``extra`` words count for less."""
        within = self._within(treaties)
        if within is not None and not within:
            return []
        return self._lexical.search(text, limit, treaties=within or (), languages=self.languages, extra=extra)

    def most_words(self, text: str) -> float:
        """The BM25 score that no passage can exceed for ``text``."""
        return self._lexical.most(text, self.languages)

    def search_vectors(
        self, vector: NDArray[np.float32], limit: int, treaties: Sequence[str] = ()
    ) -> list[tuple[int, float]]:
        """Rows of passages by meaning, with cosine similarities, best first; exact within some treaties.

        Exact, too, while a Chroma server does not answer: ``problem`` says so.
        """
        within = self._within(treaties)
        if within is None:
            try:
                return [(self._row_of[i], s) for i, s in self._vectors.nearest(vector, min(limit, len(self.rows)))]
            except IndexUnreachable:
                within = list(self.treaties)
        spans = [self.rows_of[treaty] for treaty in within if treaty in self.rows_of]
        if not spans:
            return []
        rows = np.concatenate([np.arange(span.start, span.stop) for span in spans])
        scores = np.concatenate([self._vectors.similarities(vector, span) for span in spans])
        best = np.lexsort((rows, -scores))[:limit]
        return list(zip(rows[best].tolist(), scores[best].tolist(), strict=True))

    def similarities(self, vector: NDArray[np.float32], rows: Sequence[int]) -> dict[int, float]:
        """Cosine similarities of some rows to a vector."""
        return dict(zip(rows, self._vectors.similarities(vector, rows).tolist(), strict=True))

    def by_word(self, tokens: NDArray[np.float32], rows: Sequence[int]) -> NDArray[np.float32]:
        """How well some rows suit a question word by word, from -1 to 1; ``tokens`` are its own, (tokens, 128)."""
        return self._tokens.scores(tokens, rows)

    def tokens_of(self, row: int) -> NDArray[np.float32]:
        """The vectors of a passage's tokens, (tokens, 128), in the order of the text that was embedded."""
        return self._tokens.of_text(row)

    def vectors(self) -> tuple[list[str], NDArray[np.float32]]:
        """All passage ids with their vectors, in the order of the rows."""
        return [row.id for row in self.rows], self._vectors.matrix()

    @property
    def problem(self) -> str | None:
        """Why vectors are searched without the Chroma server that they are on; None when all is well."""
        return self._vectors.problem

    def counts(self) -> dict[str, int]:
        """How many passages each part of the generation holds; they must agree. Raises IndexUnreachable."""
        return {
            "list": len(self.rows),
            "words": self._lexical.passages,
            "vectors": self._vectors.passages,
            "matrix": len(self._vectors.matrix()),
            "tokens": len(self._tokens),
        }

    def close(self) -> None:
        """Let go of the files."""
        self._vectors.close()


def current_generation(home: Path) -> str | None:
    """The id of the published generation, None where nothing has been published.

    Raises IndexBroken where the file that says so is damaged.
    """
    path = home / "CURRENT"
    try:
        generation = path.read_text("utf-8").strip()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise IndexBroken(f"{path}: it cannot be read ({error}). Ingest the documents again.") from error
    if not re.fullmatch(r"[\w-]{1,80}", generation):
        raise IndexBroken(f"{path}: it does not name a generation. Ingest the documents again.")
    return generation


def current_folder(home: Path) -> Path:
    """The folder of the published generation; raises IndexMissing where nothing has been ingested."""
    generation = current_generation(home)
    if generation is None:
        raise IndexMissing(f"{home}: no index is there yet. Ingest something first, for example: pacta ingest FOLDER")
    return home / "generations" / generation


def current_manifest(home: Path) -> Manifest:
    """The manifest of the published generation; raises IndexMissing, IndexBroken."""
    return read_manifest_file(current_folder(home))


def open_index(home: Path) -> Index:
    """Open the published index of a home folder.

    Raises IndexMissing where nothing has been ingested, IndexBroken where it cannot be used, IndexUnreachable.
    """
    return open_generation(current_folder(home))


def open_generation(folder: Path) -> Index:
    """Open one generation; raises IndexBroken where it is damaged or was built by another version, IndexUnreachable."""
    manifest = read_manifest_file(folder)
    from ingest.embedding import MODEL_ID

    for what, built, ours in (
        ("embedding model", manifest.model_id, MODEL_ID),
        ("parser", manifest.parser_version, PARSER_VERSION),
    ):
        if built != ours:
            raise IndexBroken(
                f"{folder}: the index was built with another {what} ({built}, now {ours}). Ingest the documents again."
            )
    return Index(folder, manifest)


def read_manifest_file(folder: Path) -> Manifest:
    """The manifest of a generation; raises IndexBroken where it is missing or damaged."""
    path = folder / "manifest.json"
    try:
        record: dict[str, Any] = json.loads(path.read_text("utf-8"))
        if record.pop("schema") != SCHEMA:
            raise IndexBroken(f"{path}: this index is of another version of Pacta. Ingest the documents again.")
        summaries = tuple(
            TreatySummary(**{**summary, **{name: tuple(summary.get(name, ())) for name in _LISTS}})
            for summary in record.pop("treaties")
        )
        return Manifest(**record, treaties=summaries)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise IndexBroken(f"{path}: the index's manifest is missing or damaged. Ingest the documents again.") from error


def _read_definitions(path: Path) -> list[tuple[str, str, str]]:
    try:
        return [(term, treaty, eid) for term, treaty, eid in json.loads(path.read_text("utf-8"))]
    except (OSError, ValueError, TypeError) as error:
        raise IndexBroken(f"{path}: this file of the index is damaged. Ingest the documents again.") from error


def _read_rows(path: Path) -> list[PassageRow]:
    try:
        return [PassageRow(*values) for values in json.loads(path.read_text("utf-8"))]
    except (OSError, ValueError, TypeError) as error:
        raise IndexBroken(f"{path}: this file of the index is damaged. Ingest the documents again.") from error
