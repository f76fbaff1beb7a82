"""A bench, not product code: what does each part of retrieval bring, and what does it cost?

    python -m eval.bench.retrieval FOLDER [--untuned PYTHON] [--work DIR] [--json]
    python -m eval.bench.retrieval FOLDER --weights [--work DIR] [--json]

FOLDER is in BEIR's form, as `pacta eval import-questions` writes it; Pacta's own index of its corpus is built in
``--work`` unless it is there. Each query is put to

    BM25        the word index alone
    untuned     the published model alone, before it was trained on questions; PYTHON is an interpreter that has it
                (ingest/model/README.md says how to make one)
    meaning     the embedded model alone, exactly
    and words   the two fused
    thesaurus   … with treaty words looked for beside the everyday words of the question
    and treaty  … and what speaks for the treaty
    known       … and the questions known to ask for an article (of well-known treaties only)
    by word     … and the first articles compared word by word: Pacta's ranking without routing
    Pacta       what a search gives, routing by names of treaties included

and measured by the place of the article that answers, with bootstrap intervals. The times are of one query after
another; "limited" is "known" within three treaties, and the floor is the query's embedding and a bare search of the
vectors.

``--weights`` tells instead what hit@1 becomes when one weight of the fusion is another, all else as it is: how they
were chosen, on questions about treaties that the model was not trained on.
"""

import argparse
import json
import resource
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.beir.folder import BeirFolder, read_folder
from eval.beir.index import Place, open_corpus
from eval.statistics import bootstrap_interval, mean, percentile
from ingest.embedding import Embedder
from ingest.errors import PactaError
from ingest.index import Index
from ingest.settings import Settings as IngestSettings
from service.answer import search_articles, warm_up
from service.retrieval import FUSION, Fusion, rank_articles
from service.settings import Settings

DEPTH = 100
MEASURES = ("hit@1", "hit@5", "hit@10", "MRR")
# Gives the places found for a query, best first; it is told the query's number and its words.
System = Callable[[int, str], Sequence[Place]]


def rank_of(found: Sequence[Place], gold: set[Place]) -> int:
    """The rank of the first place that answers, 0 where none is found."""
    return next((rank for rank, place in enumerate(found, start=1) if place in gold), 0)


def figures_of(ranks: Sequence[int]) -> dict[str, tuple[float, float, float]]:
    """Each measure of some ranks with the bounds of its 95 % interval."""
    values = {f"hit@{k}": [float(0 < rank <= k) for rank in ranks] for k in (1, 5, 10)}
    values["MRR"] = [1 / rank if rank else 0.0 for rank in ranks]
    return {name: (mean(found), *bootstrap_interval(found)) for name, found in values.items()}


def best_places(index: Index, scores: NDArray[np.float32]) -> list[Place]:
    """The articles by their best passage, given a score for each passage."""
    places: dict[Place, None] = {}
    nearest = np.argpartition(-scores, min(4 * DEPTH, len(scores) - 1))[: 4 * DEPTH]
    for row in nearest[np.argsort(-scores[nearest], kind="stable")]:
        places[index.rows[row].treaty_id, index.rows[row].article] = None
    return list(places)[:DEPTH]


def systems_of(index: Index, untuned: tuple[NDArray[np.float32], NDArray[np.float32]] | None) -> dict[str, System]:
    """The systems by name; ``untuned`` are the published model's vectors of the passages and of the queries."""
    embedder = Embedder()
    matrix = np.asarray(index.vectors()[1])
    settings = Settings(ingest=IngestSettings(home=index.folder.parent))

    def by_words(_: int, text: str) -> list[Place]:
        rows = index.search_words(text, 4 * DEPTH)
        return list(dict.fromkeys((index.rows[row].treaty_id, index.rows[row].article) for row, _ in rows))[:DEPTH]

    def by_meaning(_: int, text: str) -> list[Place]:
        return best_places(index, matrix @ embedder.embed_query(text))

    def fused(fusion: Fusion, *, by_word: bool = False) -> System:
        def search(_: int, text: str) -> list[Place]:
            vector, tokens = embedder.encode_query(text)
            ranked = rank_articles(text, vector, index, tokens=tokens if by_word else None, fusion=fusion)
            return [(found.treaty_id, found.eid) for found in ranked]

        return search

    def whole(_: int, text: str) -> list[Place]:
        return [(hit.treaty_id, hit.eid) for hit in search_articles(text, index, settings, limit=DEPTH)]

    systems: dict[str, System] = {"BM25": by_words}
    if untuned is not None:
        passages, queries = untuned
        systems["untuned"] = lambda number, _: best_places(index, passages @ queries[number])
    return systems | {
        "meaning": by_meaning,
        "and words": fused(replace(FUSION, thesaurus=False, treaty=0.0, known=0.0, known_few=0.0)),
        "thesaurus": fused(replace(FUSION, treaty=0.0, known=0.0, known_few=0.0)),
        "and treaty": fused(replace(FUSION, known=0.0, known_few=0.0)),
        "known": fused(FUSION),
        "by word": fused(FUSION, by_word=True),
        "Pacta": whole,
    }


def floor_ms(index: Index, texts: Sequence[str]) -> list[float]:
    """Milliseconds of what no search by meaning can do without, for each text."""
    embedder = Embedder()
    times = []
    for text in texts:
        started = perf_counter()
        index.search_vectors(embedder.embed_query(text), 80)
        times.append((perf_counter() - started) * 1000)
    return times


def limited_ms(index: Index, texts: Sequence[str]) -> list[float]:
    """Milliseconds of ranking within the first three treaties, for each text; compare with "known"."""
    embedder = Embedder()
    treaties = tuple(index.treaties)[:3]
    times = []
    for text in texts:
        started = perf_counter()
        rank_articles(text, embedder.embed_query(text), index, treaties=treaties)
        times.append((perf_counter() - started) * 1000)
    return times


def embed_untuned(index: Index, data: BeirFolder, python: str) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The published model's vectors of all passages, as they are embedded, and of all queries."""
    from eval.bench.embedding import Reference
    from ingest.passages import context_prefix

    texts = []
    for row in index.rows:
        parsed = index.treaties[row.treaty_id]
        words = " ".join(parsed.treaty.text[row.start : row.end].split())
        texts.append(f"{context_prefix(parsed, parsed.by_eid[row.article])} > {words}")
    with Reference(python) as reference:
        print(f"embedding {len(texts)} passages with the untuned model …", file=sys.stderr)
        return reference.embed(texts, 1)[0], reference.embed([query.text for query in data.queries], 1)[0]


def measure(data: BeirFolder, work: Path, untuned: str | None) -> dict[str, Any]:
    """All figures as one record: by system, then style, then measure; times in milliseconds; memory in MiB."""
    index, assembled = open_corpus(data, work)
    with closing(index):
        vectors = embed_untuned(index, data, untuned) if untuned else None
        warm_up(index)
        gold = [{assembled.places[d] for d in data.qrels[q.id] if d in assembled.places} for q in data.queries]
        styles = sorted({query.style for query in data.queries})
        found: dict[str, Any] = {}
        times: dict[str, tuple[float, float]] = {}
        for name, search in systems_of(index, vectors).items():
            print(f"{name} …", file=sys.stderr)
            ranks, spent = [], []
            for number, query in enumerate(data.queries):
                started = perf_counter()
                places = search(number, query.text)
                spent.append((perf_counter() - started) * 1000)
                ranks.append(rank_of(places, gold[number]))
            if name != "untuned":  # its vectors were made beforehand
                times[name] = (percentile(spent, 50), percentile(spent, 95))
            found[name] = {
                style or "all": figures_of([r for r, q in zip(ranks, data.queries, strict=True) if q.style == style])
                for style in styles
            }
        texts = [query.text for query in data.queries]
        for name, spent in (("limited", limited_ms(index, texts)), ("floor", floor_ms(index, texts))):
            times[name] = (percentile(spent, 50), percentile(spent, 95))
        return {
            "candidates": len(data.documents),
            "passages": len(index.rows),
            "queries": len(data.queries),
            "systems": found,
            "milliseconds": times,
            "memory_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        }


# Other values of each weight, tried one at a time.
WEIGHTS: dict[str, tuple[float, ...]] = {
    "words": (0.0, 0.15, 0.2, 0.25, 0.3, 0.4),
    "treaty": (0.0, 0.1, 0.15, 0.2, 0.3),
    "siblings": (1, 2, 3, 5),
    "by_word": (0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0),
    "reranked": (5, 10, 15, 20),
}


def try_weights(data: BeirFolder, work: Path) -> dict[str, Any]:
    """hit@1 by weight, value and style, without routing."""
    index, assembled = open_corpus(data, work)
    with closing(index):
        embedder = Embedder()
        gold = [{assembled.places[d] for d in data.qrels[q.id] if d in assembled.places} for q in data.queries]
        encoded = [embedder.encode_query(query.text) for query in data.queries]

        def hits(fusion: Fusion) -> dict[str, float]:
            found: dict[str, list[float]] = defaultdict(list)
            for query, (vector, tokens), right in zip(data.queries, encoded, gold, strict=True):
                best = rank_articles(query.text, vector, index, tokens=tokens, fusion=fusion)[:1]
                found[query.style or "all"].append(float(any((b.treaty_id, b.eid) in right for b in best)))
            return {style: mean(values) for style, values in sorted(found.items())}

        tried: dict[str, dict[str, dict[str, float]]] = {"as it is": {"": hits(FUSION)}}
        for name, values in WEIGHTS.items():
            print(f"{name} …", file=sys.stderr)
            tried[name] = {f"{value:g}": hits(_with(name, value)) for value in values}
        return {"queries": len(data.queries), "weights": tried}


def _with(name: str, value: float) -> Fusion:
    changed: dict[str, Any] = {name: value}
    return replace(FUSION, **changed)


def print_weights(record: dict[str, Any]) -> None:
    """What ``try_weights`` found, as a table."""
    styles = list(record["weights"]["as it is"][""])
    print(f"hit@1, {record['queries']} queries, without routing")
    print(f"{'':18}" + "".join(f"{style:>8}" for style in styles))
    for name, values in record["weights"].items():
        for value, by_style in values.items():
            label = f"{name} {value}"
            print(f"{label:18}" + "".join(f"{by_style[style]:8.3f}" for style in styles))


def print_record(record: dict[str, Any]) -> None:
    """The record as a table."""
    print(f"{record['queries']} queries, {record['candidates']} candidates in {record['passages']} passages")
    for style in next(iter(record["systems"].values())):
        print(f"\n{style:12}" + "".join(f"{name:>20}" for name in MEASURES))
        for system, by_style in record["systems"].items():
            cells = [f"{value:.3f} ({low:.3f}–{high:.3f})" for value, low, high in by_style[style].values()]
            print(f"  {system:10}" + "".join(f"{cell:>20}" for cell in cells))
    print(f"\n{'ms a query':12}{'p50':>8}{'p95':>8}")
    for system, (middle, late) in record["milliseconds"].items():
        print(f"  {system:10}{middle:8.1f}{late:8.1f}")
    print(f"\nmost memory: {record['memory_mib']} MiB")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the bench; exit status 0 done, 2 wrong use, 3 no folder, no model or no reference."""
    parser = argparse.ArgumentParser(
        prog="python -m eval.bench.retrieval", description="Measures the parts of retrieval on a folder of queries."
    )
    parser.add_argument("folder", type=Path, help="folder in BEIR's form (see pacta eval import-questions)")
    parser.add_argument("--split", help="which judgements (default: the only ones there are)")
    parser.add_argument("--untuned", metavar="PYTHON", help="interpreter with the published model")
    parser.add_argument("--work", type=Path, metavar="DIR", help="where the index is kept (default: nowhere)")
    parser.add_argument("--weights", action="store_true", help="try other weights of the fusion instead")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    args = parser.parse_args(arguments)
    from eval.bench.embedding import ReferenceMissingError

    try:
        data = read_folder(args.folder, args.split)
        with tempfile.TemporaryDirectory() as scratch:
            work = args.work or Path(scratch)
            record = try_weights(data, work) if args.weights else measure(data, work, args.untuned)
    except (PactaError, ReferenceMissingError) as error:
        print(error, file=sys.stderr)
        return 3
    if args.json:
        print(json.dumps(record))
    elif args.weights:
        print_weights(record)
    else:
        print_record(record)
    return 0


if __name__ == "__main__":
    sys.exit(main())
