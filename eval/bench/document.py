"""The document of a bench: what was measured on what, every raw figure, and the figures side by side.

    {created, seconds, machine, versions, model, corpus, questions, settings,
     systems: [{id, name, what, absent, ingest, openings, queries, found, …}],
     figures: [{id, label, unit, better, group,
                values: {system id: {median, low, high, times_better, verdict, best}}}]}

``pacta bench --json`` prints it, ``bench.json`` holds it, terminal and page are drawn from it alone.
"""

import platform
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from eval.bench.figures import compare
from eval.bench.found import SAMPLE_TREATIES, Questions
from eval.bench.kinds import ANSWER, PACTA, Kind
from eval.bench.systems import TOP
from ingest.embedding import MODEL_ID, available_cores

_PACKAGES = (
    "pacta", "chromadb", "tantivy", "onnxruntime", "numpy", "llama-index-core", "llama-index-vector-stores-chroma",
    "bm25s",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Plan:
    """What to measure.

    ``folder`` takes all that is built. ``paths`` are the documents (none: the sample treaties), ``given`` the
    text of the questions and what to call it. A turn of a round ends after ``seconds``; ``openings`` is how
    many fresh processes open each index.
    """

    folder: Path
    paths: tuple[Path, ...] = ()
    given: tuple[str, str] | None = None
    clients: tuple[int, ...] = (1, 8, 32)
    rounds: int = 5
    seconds: float = 10
    openings: int = 5


@dataclass(slots=True)
class Measured:
    """What is known of one system so far.

    ``absent`` says why it is left out. ``builds`` is what its worker said of each ingestion, ``rounds`` holds the
    rounds by number of clients, ``raw`` by figure what each round, opening or ingestion gave.
    """

    kind: Kind
    absent: str | None = None
    builds: list[dict[str, Any]] = field(default_factory=list)
    openings: list[dict[str, float]] = field(default_factory=list)
    rounds: dict[str, list[dict[str, float]]] = field(default_factory=dict)
    found: dict[str, float] = field(default_factory=dict)
    articles_per_piece: float = 0.0
    raw: dict[str, list[float]] = field(default_factory=dict)

    def note(self, figure: str, value: float) -> None:
        """Add what one round gave for a figure."""
        self.raw.setdefault(figure, []).append(value)


def document(
    plan: Plan,
    systems: Sequence[Measured],
    questions: Questions,
    *,
    treaties: int,
    words: int,
    seconds: float,
    load: float,
) -> dict[str, Any]:
    """The document of a run over so many treaties and words; ``load`` is the machine's before it began."""
    present = [system for system in systems if system.absent is None]
    for system in present:
        for built in system.builds:
            system.note("ingest_s", built["seconds"])
            system.note("words_per_s", words / built["seconds"])
            system.note("pieces_per_s", built["pieces"] / built["seconds"])
            system.note("disk_bytes", built["disk_bytes"])
    raw = {system.kind.id: system.raw for system in present}
    failures = next(system.builds[0]["failures"] for system in present if system.kind.id == PACTA)
    return {
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(seconds, 1),
        "machine": {**machine(), "load_before": round(load, 2)},
        "versions": versions(),
        "model": MODEL_ID,
        "corpus": {
            "paths": [_shown(path) for path in plan.paths or (SAMPLE_TREATIES,)],
            "treaties": treaties,
            "words": words,
            "failures": failures,
        },
        "questions": {
            "source": questions.source,
            "count": len(questions.asked),
            "with_gold": sum(bool(asked.gold) for asked in questions.asked),
            "notes": list(questions.notes),
        },
        "settings": {
            "clients": list(plan.clients), "rounds": plan.rounds, "seconds": plan.seconds, "openings": plan.openings,
            "top": TOP,
        },
        "systems": [_of_system(system, words) for system in systems],
        "figures": compare(raw, plan.clients, PACTA, alone=(ANSWER,)),
    }  # fmt: skip


def _of_system(system: Measured, words: int) -> dict[str, Any]:
    kind = system.kind
    told: dict[str, Any] = {"id": kind.id, "name": kind.name, "what": kind.what, "absent": system.absent}
    if system.absent is not None:
        return told
    ingest: dict[str, Any] | None = None
    if system.builds:
        # Stages are told of the ingestion that took the median time.
        by_time = sorted(system.builds, key=lambda built: built["seconds"])
        ingest = {name: value for name, value in by_time[(len(by_time) - 1) // 2].items() if name != "failures"}
        ingest["seconds_each"] = [built["seconds"] for built in system.builds]
        ingest["words_per_piece"] = round(words / ingest["pieces"], 1)
        ingest["articles_per_piece"] = round(system.articles_per_piece, 2)
    return {
        **told,
        "ingest": ingest,
        "openings": system.openings,
        "queries": system.rounds,
        "found": system.found,
    }


def machine() -> dict[str, Any]:
    """What the figures are taken on."""
    processor = platform.processor() or platform.machine()
    described = Path("/proc/cpuinfo")
    if described.is_file():
        for line in described.read_text("utf-8", "replace").splitlines():
            if line.startswith("model name"):
                processor = line.partition(":")[2].strip()
                break
    return {
        "processor": processor,
        "cores": available_cores(),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
    }


def versions() -> dict[str, str]:
    """The packages that are measured; those not installed are left out."""
    found = {}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def _shown(path: Path) -> str:
    return "ingest/samples" if path == SAMPLE_TREATIES else path.name
