"""A bench, not product code: what do the questions known about well-known treaties bring?

    python -m eval.bench.known_questions HOME [--queries N] [--json]

HOME is a folder with an index of treaties that such questions are kept for (ingest/known_questions.py). Some of
the questions are taken out and asked, one an article at most, and it is told how often their article comes first and
among the first five: without any known questions, with a quarter, a half and all of the others, and with other weights
than the shipped ones. Articles are ranked as Pacta does, without routing.

The questions asked are by the writers of those that are kept, so the gain is larger here than on the questions of
others: this is for choosing weights. How far it carries is told by the gold set, which those writers did not see.
"""

import argparse
import json
import random
import sys
from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.bench.retrieval import remembered
from eval.statistics import mean
from ingest.embedding import Embedder, VectorCache, embed_cached
from ingest.errors import PactaError
from ingest.index import Index, open_index
from ingest.known_questions import KnownQuestion, QuestionIndex, questions_on
from service.answer import reranker
from service.reranking import Rerank
from service.retrieval import FUSION, Fusion, rank_articles

SHARES = (0.0, 0.25, 0.5, 1.0)
WEIGHTS: dict[str, tuple[float, ...]] = {
    "known": (0.3, 0.6, 1.0, 1.5, 2.0),
    "known_few": (0.0, 0.25, 0.5, 1.0, 1.5),
    "by_word": (0.0, 0.5, 1.0, 1.5),
}
Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question taken out, with its vector and the comparison word by word."""

    question: KnownQuestion
    vector: Vectors
    rerank: Rerank


def measure(home: Path, queries: int) -> dict[str, Any]:
    """hit@1 and hit@5 by what was changed, then style."""
    with closing(open_index(home)) as index:
        questions = questions_on(index.treaties.values())
        if len(questions) <= queries:
            raise PactaError(f"{home}: only {len(questions)} questions are known about its treaties.")
        embedder = Embedder()
        with VectorCache(home / "embeddings") as cache:
            vectors = embed_cached(embedder, cache, [question.text for question in questions])
        out = _taken_out(questions, queries)
        asked = [Asked(questions[n], vectors[n], remembered(reranker.of(questions[n].text))) for n in out]
        left = [n for n in range(len(questions)) if n not in set(out)]
        found: dict[str, Any] = {}
        for share in SHARES:
            kept = sorted(random.Random(0).sample(left, round(share * len(left))))
            index.questions = _index_of(questions, vectors, kept)
            found[f"{len(kept)} kept"] = _hits(asked, index, FUSION)
        for name, values in WEIGHTS.items():
            for value in values:
                changed: dict[str, Any] = {name: value}
                found[f"{name} {value:g}"] = _hits(asked, index, replace(FUSION, **changed))
        return {"passages": len(index.rows), "questions": len(questions), "asked": len(asked), "found": found}


def _index_of(questions: list[KnownQuestion], vectors: Vectors, kept: list[int]) -> QuestionIndex:
    return QuestionIndex([(questions[n].treaty_id, questions[n].eid) for n in kept], vectors[kept])


def _taken_out(questions: list[KnownQuestion], count: int) -> list[int]:
    """Positions of questions to ask, on as many articles; those of one style are as common as among all."""
    order = random.Random(1).sample(range(len(questions)), len(questions))
    taken: dict[tuple[str, str], int] = {}
    for position in order:
        taken.setdefault((questions[position].treaty_id, questions[position].eid), position)
        if len(taken) == count:
            break
    return list(taken.values())


def _hits(asked: list[Asked], index: Index, fusion: Fusion) -> dict[str, tuple[float, float]]:
    hits: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for one in asked:
        ranked = rank_articles(one.question.text, one.vector, index, rerank=one.rerank, fusion=fusion)
        places = [(r.treaty_id, r.eid) for r in ranked[:5]]
        right = (one.question.treaty_id, one.question.eid)
        hits[one.question.style].append((places[:1] == [right], right in places))
    print(".", end="", file=sys.stderr, flush=True)
    return {
        style: (mean([float(first) for first, _ in found]), mean([float(five) for _, five in found]))
        for style, found in sorted(hits.items())
    }


def print_record(record: dict[str, Any]) -> None:
    """The record as a table."""
    print(f"{record['asked']} of {record['questions']} known questions asked; hit@1 / hit@5, without routing")
    styles = list(next(iter(record["found"].values())))
    print(f"{'':18}" + "".join(f"{style:>16}" for style in styles))
    for label, by_style in record["found"].items():
        print(f"{label:18}" + "".join(f"{f'{one:.3f} / {five:.3f}':>16}" for one, five in by_style.values()))


def main(arguments: list[str] | None = None) -> int:
    """Ask, and print a table or, with ``--json``, the record."""
    parser = argparse.ArgumentParser(
        prog="python -m eval.bench.known_questions", description="What the known questions bring."
    )
    parser.add_argument("home", type=Path, help="folder with an index (PACTA_HOME) of well-known treaties")
    parser.add_argument("--queries", type=int, default=500, help="how many questions to ask (default: 500)")
    parser.add_argument("--json", action="store_true", help="print the record as JSON")
    args = parser.parse_args(arguments)
    try:
        record = measure(args.home, args.queries)
    except PactaError as error:
        print(f"bench-known: {error}", file=sys.stderr)
        return 1
    print(file=sys.stderr)
    print(json.dumps(record, indent=1)) if args.json else print_record(record)
    return 0


if __name__ == "__main__":
    sys.exit(main())
