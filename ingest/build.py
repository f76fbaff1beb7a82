"""Documents to a published index: read, cut, embed, write, verify in a fresh process, publish.

Nothing that is served is ever written. A new generation is built beside the current one and becomes current
by one atomic rename; a crash at any moment leaves what was published before.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path
from time import perf_counter
from typing import Protocol

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from ingest.chroma_server import check_server, collection_of, delete_collection, named_server
from ingest.definitions import find_definitions
from ingest.embedding import Embedder
from ingest.errors import DocumentError, HomeUnusable, IndexBroken, IndexBusy, IndexMissing, IndexUnreachable
from ingest.index import (
    SCHEMA,
    Manifest,
    TreatySummary,
    current_folder,
    current_generation,
    current_manifest,
    open_generation,
    read_manifest_file,
)
from ingest.known_questions import (
    EncodedQuestions,
    KnownQuestion,
    build_questions,
    encode_questions,
    fitting,
    hash_of_questions,
    load_known_questions,
    questions_on,
)
from ingest.lexical import build_lexical
from ingest.manifest import Entry
from ingest.models import ParsedTreaty, Passage
from ingest.ocr import OcrSettings, parse_all_with_ocr
from ingest.parse import PARSER_VERSION
from ingest.passages import cut_passages
from ingest.records import dump_treaty, load_treaty_file
from ingest.reference_graph import build_graph, dump_graph, hash_of
from ingest.settings import Settings
from ingest.tokens import Tokens, TokenWriter
from ingest.vector_cache import VectorCache, encode_cached
from ingest.vectors import build_vectors
from ingest.workers import Outcome

# A generation whose HNSW graph hides records is not published (chroma#7758 tells how it comes about).
LEAST_RECALL = 0.98


class Progress(Protocol):
    """What a front end shows while an index is built."""

    def start(self, step: str, total: int) -> None:
        """A step begins: "fetching", "reading", "embedding", "writing", "verifying"; ``total`` units of work."""

    def advance(self, step: str, by: int = 1, note: str = "") -> None:
        """Some units of a step are done; ``note`` names what was worked on."""


class NoProgress:
    """Shows nothing."""

    def start(self, step: str, total: int) -> None:
        """Nothing."""

    def advance(self, step: str, by: int = 1, note: str = "") -> None:
        """Nothing."""


@dataclass(frozen=True, slots=True)
class Indexed:
    """One document that was indexed: ``seconds`` is the time it took to read and split."""

    summary: TreatySummary
    seconds: float


@dataclass(slots=True)
class IngestReport:
    """What an ingestion did; ``failures`` are sentences, one for each document that was left out.

    ``questions`` are those known about the treaties held (known_questions.py). ``notes`` are sentences about documents
    that were taken, but from an earlier copy.
    """

    generation: str | None = None
    indexed: list[Indexed] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    passages: int = 0
    embedded: int = 0
    questions: int = 0
    unchanged: bool = False
    seconds: dict[str, float] = field(default_factory=dict)


def ingest(
    entries: Sequence[Entry],
    settings: Settings,
    progress: Progress | None = None,
    *,
    reserved: Collection[str] = (),
    lose_nothing: bool = False,
    wait_seconds: float = 0,
) -> IngestReport:
    """Index documents and publish a new generation with them and all that was held before.

    A treaty with the id of one that is held replaces it, unless that id is ``reserved``. Documents that cannot be
    read are named in the report and the rest goes on; where nothing can be read, nothing is published. What was held
    and cannot be carried over is named too; with ``lose_nothing`` it is IndexBroken, and nothing is published.
    Another process that builds an index in the same home is waited for, so long.
    Raises IndexBusy, IndexBroken, IndexUnreachable, HomeUnusable, ManifestError, ModelUnavailable.
    """
    progress = progress or NoProgress()
    report = IngestReport()
    load_known_questions()  # what is wrong with one's own is said before the documents are read
    check_server()
    with _locked(settings.home, wait_seconds):
        parsed, seconds = _read(entries, settings, report, progress, reserved)
        if not parsed:
            return report
        refused = len(report.failures)
        held = _held(settings.home, {p.treaty.id for p in parsed}, report)
        if lose_nothing and (lost := report.failures[refused:]):
            raise IndexBroken(f"{' '.join(lost)} Until then nothing is added, since that would be lost.")
        _index(held + parsed, seconds, settings, report, progress)
    return report


def ingest_parsed(
    treaties: Sequence[ParsedTreaty], settings: Settings, progress: Progress | None = None
) -> IngestReport:
    """Index treaties that are split already, in the place of all that was held. Raises as ``ingest`` does."""
    report = IngestReport()
    check_server()
    with _locked(settings.home):
        _index(list(treaties), {}, settings, report, progress or NoProgress())
    return report


def _index(
    treaties: list[ParsedTreaty],
    seconds: Mapping[str, float],
    settings: Settings,
    report: IngestReport,
    progress: Progress,
) -> None:
    """Build and publish a generation of these treaties; ``seconds`` are those that reading the new ones took."""
    started = perf_counter()
    folder = _build(treaties, settings, report, progress)
    report.seconds["build"] = perf_counter() - started
    manifest = read_manifest_file(folder)
    report.indexed = [Indexed(s, seconds.get(s.id, 0.0)) for s in manifest.treaties if not seconds or s.id in seconds]
    if not report.unchanged:
        try:
            publish(settings.home, folder.name)
        except OSError as error:
            raise HomeUnusable(
                f"{settings.home}: the new index cannot be made current ({error.strerror}). "
                "Free some space; what was published before still serves."
            ) from error
        _sweep(settings)
    report.generation = folder.name


def _fetched(entries: Sequence[Entry], settings: Settings, report: IngestReport, progress: Progress) -> Sequence[Entry]:
    """The entries with the documents of those that name an address fetched and kept."""
    addresses = sum(1 for entry in entries if entry.address is not None and not entry.problem)
    if not addresses:
        return entries
    from ingest.kept import fetch_entries

    progress.start("fetching", addresses)
    entries, report.notes = fetch_entries(entries, settings, lambda address: progress.advance("fetching", note=address))
    return entries


def _read(
    entries: Sequence[Entry],
    settings: Settings,
    report: IngestReport,
    progress: Progress,
    reserved: Collection[str] = (),
) -> tuple[list[ParsedTreaty], dict[str, float]]:
    started = perf_counter()
    entries = _fetched(entries, settings, report, progress)
    progress.start("reading", len(entries))
    parsed: dict[str, ParsedTreaty] = {}
    seconds: dict[str, float] = {}
    labels = _labels_held(settings.home)
    sound = []
    for entry in entries:
        if entry.problem:
            report.failures.append(entry.problem)
            progress.advance("reading")
        else:
            sound.append(entry)
    last = perf_counter()
    for entry, outcome in _parsed(sound, settings, report, progress):
        now = perf_counter()
        if isinstance(outcome, DocumentError):
            report.failures.append(str(outcome))
        elif outcome.treaty.id in reserved:
            report.failures.append(
                f"{entry.name}: its id would be {outcome.treaty.id}, which is taken. Give it another id."
            )
        elif outcome.treaty.id in parsed:
            report.failures.append(
                f"{entry.name}: its id would be {outcome.treaty.id}, as that of "
                f"{parsed[outcome.treaty.id].treaty.source.uri}. Rename the file or write a corpus.yaml."
            )
        else:
            if entry.access is None and (kept := labels.get(outcome.treaty.id)):
                # A new version of a draft, ingested as a plain file, must not become readable for everybody.
                outcome = replace(outcome, treaty=replace(outcome.treaty, access=kept))
                report.notes.append(f"{outcome.treaty.id} keeps its access labels: {', '.join(kept)}.")
            parsed[outcome.treaty.id] = outcome
            seconds[outcome.treaty.id] = now - last
        last = now
        progress.advance("reading", note=entry.member or entry.address or entry.path.name)
    report.seconds["read"] = perf_counter() - started
    return list(parsed.values()), seconds


def _parsed(
    entries: Sequence[Entry], settings: Settings, report: IngestReport, progress: Progress
) -> Iterator[tuple[Entry, Outcome]]:
    """Each entry with its treaty or the reason why there is none."""
    ocr = OcrSettings(settings.home, settings.ocr_languages, on_ocr=lambda name: progress.advance("reading", 0, name))
    parse = partial(parse_all_with_ocr, settings=ocr if settings.ocr else None)
    if not any(entry.asked for entry in entries):
        return parse(entries)
    from ingest.kept import parse_kept

    return parse_kept(entries, settings.home, report.notes, parse)


def _labels_held(home: Path) -> dict[str, tuple[str, ...]]:
    """The access labels of the treaties of the current generation; none where it cannot be read."""
    try:
        return {summary.id: summary.access for summary in current_manifest(home).treaties}
    except (IndexMissing, IndexBroken):
        return {}


def _held(home: Path, replaced: set[str], report: IngestReport) -> list[ParsedTreaty]:
    """The treaties of the current generation that are not replaced; what cannot be kept is named in the report."""
    try:
        folder = current_folder(home)
        manifest = read_manifest_file(folder)
    except IndexMissing:
        return []
    except IndexBroken as error:
        report.failures.append(f"{error} What it held is not carried over; ingest those documents again too.")
        return []
    held = []
    for summary in manifest.treaties:
        if summary.id in replaced:
            continue
        path = folder / "treaties" / f"{summary.id}.json"
        if manifest.parser_version != PARSER_VERSION:
            reason = "it was indexed by an older Pacta"
        else:
            try:
                data = path.read_bytes()
                if hashlib.sha256(data).hexdigest() == summary.record_sha256:
                    held.append(load_treaty_file(path))
                    continue
                reason = f"its record {path} has been changed"
            except (OSError, ValueError, KeyError, TypeError):
                reason = f"its record {path} is damaged"
        report.failures.append(f"{summary.uri}: {summary.id} is left out, because {reason}. Ingest it again.")
    return held


def _build(treaties: list[ParsedTreaty], settings: Settings, report: IngestReport, progress: Progress) -> Path:
    """Write a generation; gives the current one where it would be the same."""
    home = settings.home
    treaties.sort(key=lambda parsed: parsed.treaty.id)
    passages = [cut_passages(parsed, settings.passage_words) for parsed in treaties]
    records = [dump_treaty(parsed, cut) for parsed, cut in zip(treaties, passages, strict=True)]
    hashes = [hashlib.sha256(record.encode()).hexdigest() for record in records]
    embedder = Embedder()
    references = dump_graph(build_graph({parsed.treaty.id: parsed for parsed in treaties}))
    questions = questions_on(treaties)
    logical = [
        str(SCHEMA), embedder.model_id, PARSER_VERSION, *hashes, hash_of(references), hash_of_questions(questions)
    ]  # fmt: skip
    content = hashlib.sha256("\n".join(logical).encode()).hexdigest()
    flat = [passage for cut in passages for passage in cut]
    report.passages = len(flat)
    if (current := _same_content(home, content)) is not None:
        report.unchanged = True
        report.questions = read_manifest_file(current).questions
        return current
    created = datetime.now(UTC)
    generation = f"{created:%Y%m%dT%H%M%S}-{content[:8]}"
    while (home / "generations" / generation).exists():
        generation += "x"  # built anew within the same second
    folder = home / "generations" / generation
    partial = home / "generations" / f".{generation}.partial"
    _discard(partial)
    try:
        (partial / "treaties").mkdir(parents=True)
        with TokenWriter(partial) as tokens:
            texts = [passage.embedding_text for passage in flat]
            vectors, asked = _embed(texts, questions, tokens.add, embedder, home, report, progress)
        fit = fitting(questions, asked.vectors, flat, vectors)
        report.questions = len(fit)
        progress.start("writing", 3)
        for parsed, record in zip(treaties, records, strict=True):
            (partial / "treaties" / f"{parsed.treaty.id}.json").write_text(record, "utf-8")
        rows = [[p.id, p.treaty_id, p.eid, p.article, p.start, p.end] for p in flat]
        (partial / "passages.json").write_text(json.dumps(rows, ensure_ascii=False), "utf-8")
        definitions = [term for parsed in treaties for term in find_definitions(parsed)]
        (partial / "definitions.json").write_text(json.dumps(definitions, ensure_ascii=False), "utf-8")
        (partial / "references.json").write_text(references, "utf-8")
        progress.advance("writing")
        languages = [p.treaty.language for p, cut in zip(treaties, passages, strict=True) for _ in cut]
        build_lexical(partial / "lexical", flat, languages)
        progress.advance("writing")
        build_vectors(partial / "chroma", [p.id for p in flat], vectors)
        build_questions(partial, [questions[n] for n in fit], asked.vectors[fit], [asked.tokens[n] for n in fit])
        progress.advance("writing")
        manifest = Manifest(
            generation=generation,
            created=created.isoformat(timespec="seconds"),
            model_id=embedder.model_id,
            parser_version=PARSER_VERSION,
            content_sha256=content,
            passages=len(flat),
            recall=1.0,
            versions={name: version(name) for name in ("chromadb", "tantivy", "pacta")},
            treaties=tuple(
                _summary(parsed, cut, sha) for parsed, cut, sha in zip(treaties, passages, hashes, strict=True)
            ),
            references_sha256=hash_of(references),
            questions=len(fit),
        )
        _write_manifest(partial, manifest)
        progress.start("verifying", 1)
        checked = perf_counter()
        recall = verify_in_fresh_process(partial)
        _write_manifest(partial, replace(manifest, recall=recall))
        report.seconds["verify"] = perf_counter() - checked
        progress.advance("verifying")
        # Under its own name only what has passed: a rollback can never meet anything else.
        partial.rename(folder)
    except (OSError, ValueError, _chroma_error()) as error:
        # tantivy and Chroma say that a disk is full in errors of their own.
        _discard(partial)
        reason = getattr(error, "strerror", None) or error
        raise HomeUnusable(
            f"{home}: the new index cannot be written ({reason}). Free some space, or set "
            "PACTA_HOME to a folder that has it; what was published before still serves."
        ) from error
    except BaseException:
        _discard(partial)
        raise
    return folder


def _chroma_error() -> type[Exception]:
    from chromadb.errors import ChromaError

    return ChromaError


def _same_content(home: Path, content: str) -> Path | None:
    """The current generation where it holds just this content and is sound; a damaged one is built anew.

    So is one whose vectors are not where they would be put now: in the folder, or on a Chroma server.
    """
    try:
        folder = current_folder(home)
        if read_manifest_file(folder).content_sha256 != content:
            return None
        if (collection_of(folder / "chroma") is None) != (named_server() is None):
            return None
        verify(folder)
        return folder
    except (IndexBroken, IndexMissing):
        return None


def _embed(
    texts: list[str], questions: list[KnownQuestion], keep: Callable[[Sequence[Tokens]], None], embedder: Embedder,
    home: Path, report: IngestReport, progress: Progress,
) -> tuple[NDArray[np.float32], EncodedQuestions]:  # fmt: skip
    """Vectors of passages' texts, whose tokens are handed to ``keep``, and of questions."""
    progress.start("embedding", len(texts) + len(questions))
    started = perf_counter()
    shown = 0

    def show(done: int) -> None:
        nonlocal shown
        progress.advance("embedding", done - shown)
        shown = done

    with VectorCache(home / "embeddings") as cache:
        vectors, report.embedded = encode_cached(embedder, cache, texts, keep, show)
        asked = encode_questions(questions, embedder, cache, lambda done: show(len(texts) + done))
    report.seconds["embed"] = perf_counter() - started
    return vectors, asked


def _summary(parsed: ParsedTreaty, passages: list[Passage], sha256: str) -> TreatySummary:
    treaty = parsed.treaty
    return TreatySummary(
        id=treaty.id,
        title=treaty.title,
        aliases=treaty.aliases,
        language=treaty.language,
        text_status=treaty.text_status,
        uri=treaty.source.uri,
        sha256=treaty.source.sha256,
        articles=len(parsed.articles),
        body_articles=len(parsed.body_articles),
        passages=len(passages),
        signed=treaty.facts.signed,
        in_force=treaty.facts.in_force,
        oddities=parsed.oddities,
        record_sha256=sha256,
        access=treaty.access,
    )


def _write_manifest(folder: Path, manifest: Manifest) -> None:
    record = {"schema": SCHEMA, **asdict(manifest)}
    path = folder / "manifest.json"
    path.write_text(json.dumps(record, ensure_ascii=False, indent=1), "utf-8")


def verify(folder: Path) -> float:
    """Check a generation part by part; gives its recall@10 against exact search.

    Raises IndexBroken naming what does not agree, IndexUnreachable.
    """
    manifest = read_manifest_file(folder)
    for summary in manifest.treaties:
        path = folder / "treaties" / f"{summary.id}.json"
        try:
            data = path.read_bytes()
        except OSError as error:
            raise IndexBroken(f"{path}: this file of the index is missing. Ingest again.") from error
        if hashlib.sha256(data).hexdigest() != summary.record_sha256:
            raise IndexBroken(f"{path}: this file of the index has been changed. Ingest again.")
    _verify_references(folder, manifest)
    index = open_generation(folder)
    try:
        counts = index.counts()
        if set(counts.values()) != {manifest.passages}:
            raise IndexBroken(f"{folder}: its parts do not agree ({counts}). Ingest again.")
        for row in index.rows:
            parsed = index.treaties[row.treaty_id]
            if row.eid not in parsed.by_eid or not parsed.treaty.text[row.start : row.end].strip():
                raise IndexBroken(f"{folder}: passage {row.id} points at nothing. Ingest again.")
        if len(index.questions) != manifest.questions:
            raise IndexBroken(f"{folder}: it lacks some of its known questions. Ingest again.")
        recall = _recall(index)
        if index.problem is not None:  # some of that was compared exactly, and says nothing of the graph
            raise IndexUnreachable(index.problem)
        if recall < LEAST_RECALL:
            raise IndexBroken(
                f"{folder}: the vector index finds only {recall:.3f} of the true neighbours. Ingest again."
            )
        return recall
    finally:
        index.close()


def _verify_references(folder: Path, manifest: Manifest) -> None:
    path = folder / "references.json"
    try:
        written = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise IndexBroken(f"{path}: this file of the index is missing or damaged. Ingest again.") from error
    if hash_of(written) != manifest.references_sha256:
        raise IndexBroken(f"{path}: this file of the index has been changed. Ingest again.")


class _Searchable(Protocol):
    def vectors(self) -> tuple[list[str], NDArray[np.float32]]: ...

    def search_vectors(
        self, vector: NDArray[np.float32], limit: int, treaties: Sequence[str] = ()
    ) -> list[tuple[int, float]]: ...


def _recall(index: _Searchable, probes: int = 100, k: int = 10) -> float:
    """recall@k of the graph against exact search, over evenly spread passages as queries."""
    ids, vectors = index.vectors()
    if len(ids) <= k:
        return 1.0
    found = total = 0
    for probe in range(0, len(ids), max(1, len(ids) // probes)):
        exact = vectors @ vectors[probe]
        threshold = np.partition(exact, -k)[-k] - 1e-5
        near = index.search_vectors(vectors[probe], k)
        found += sum(1 for _, score in near if score >= threshold)
        total += k
    return found / total


def verify_in_fresh_process(folder: Path) -> float:
    """Verify a generation in a process that did not write it; gives its recall.

    Raises IndexBroken with what that process found, also when it dies.
    """
    done = subprocess.run(
        [sys.executable, "-m", "ingest.build", str(folder.resolve())], capture_output=True, text=True, check=False,
        cwd=Path(__file__).parent.parent,
    )  # fmt: skip
    if done.returncode:
        reason = done.stderr.strip().splitlines()[-1:] or [f"the check ended with {done.returncode}"]
        raise IndexBroken(f"{folder}: the new index failed its check and is not published: {reason[0]}")
    return float(done.stdout)


def publish(home: Path, generation: str) -> None:
    """Make a generation the current one, at once or not at all."""
    temporary = home / f".CURRENT.{os.getpid()}"
    with temporary.open("w", encoding="utf-8") as file:
        file.write(generation + "\n")
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, home / "CURRENT")


def roll_back(home: Path) -> str:
    """Publish the generation before the current one, once it has been verified; gives its id.

    Raises IndexMissing where there is none before, IndexBroken where it is damaged, IndexBusy.
    """
    with _locked(home):
        current = current_folder(home).name
        older = sorted(p.name for p in (home / "generations").iterdir()
                       if not p.name.startswith(".") and p.name < current)  # fmt: skip
        if not older:
            raise IndexMissing(f"{home}: there is no generation before {current} to go back to.")
        verify_in_fresh_process(home / "generations" / older[-1])
        publish(home, older[-1])
        return older[-1]


def _sweep(settings: Settings) -> None:
    """Remove generations older than those kept for a rollback, and what a crash left half written."""
    folder = settings.home / "generations"
    generations = sorted((p for p in folder.iterdir() if not p.name.startswith(".")), key=lambda p: p.name)
    current = current_generation(settings.home)
    for old in generations[: -(settings.keep_generations + 1)]:
        if old.name != current:
            _discard(old)
    for unfinished in folder.glob(".*.partial"):
        _discard(unfinished)


def _discard(generation: Path) -> None:
    """Remove a generation with its collection on a Chroma server, without which it stays for the next sweep."""
    if delete_collection(generation / "chroma"):
        shutil.rmtree(generation, ignore_errors=True)


@contextmanager
def _locked(home: Path, wait_seconds: float = 0) -> Iterator[None]:
    try:
        home.mkdir(parents=True, exist_ok=True)
        (home / "generations").mkdir(exist_ok=True)
        lock = FileLock(home / "lock")
        lock.acquire(timeout=wait_seconds)
    except Timeout as error:
        raise IndexBusy(f"{home}: another process is building an index there. Wait until it is done.") from error
    except OSError as error:
        raise HomeUnusable(
            f"{home}: this folder cannot be written ({error.strerror}). Set PACTA_HOME to one that can."
        ) from error
    try:
        yield
    finally:
        lock.release()


if __name__ == "__main__":
    try:
        recall = verify(Path(sys.argv[1]))
    except IndexBroken as broken:
        sys.exit(str(broken))
    print(f"{recall:.4f}")
