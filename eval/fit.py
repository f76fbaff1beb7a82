"""Fits what Pacta learns from questions: the scope head and the confidence model.

    python -m eval.fit QUESTIONS_DIR        (articles.jsonl, train.jsonl; see README, "Measuring")

Run by hand when the embedding model, the passages or the retrieval change; it writes service/scope.json and
service/confidence.json. The questions of dev.jsonl are never read.
"""

import argparse
import json
import random
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.build import ingest
from ingest.embedding import MODEL_ID, Embedder
from ingest.index import Index, open_index
from ingest.manifest import Entry
from ingest.settings import Settings
from service.confidence import FEATURES, features
from service.retrieval import rank_articles

_SERVICE = Path(__file__).parent.parent / "service"
# At most this share of the questions inside the field may be taken for questions outside it.
_REFUSED_INSIDE = 0.02
# The confidence below which a question is better refused: of the questions that have an answer and whose
# article is found among the first five, at most this share is lost.
_REFUSED_ANSWERABLE = 0.06


def fit_logistic(
    x: NDArray[np.float64], y: NDArray[np.float64], ridge: float
) -> tuple[NDArray[np.float64], float]:
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


def build_question_index(questions: Path, home: Path, train_only: bool) -> Index:
    """An index of the articles that the questions were written on, through the product's own path."""
    wanted = {json.loads(line)["uid"] for line in (questions / "train.jsonl").open(encoding="utf-8")}
    treaties: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in (questions / "articles.jsonl").open(encoding="utf-8"):
        article = json.loads(line)
        if article["uid"] in wanted or not train_only:
            treaties[article["treaty_id"]].append(article)
    folder = home / "texts"
    folder.mkdir(parents=True)
    entries = []
    for treaty_id, articles in treaties.items():
        lines = [f"# {articles[0]['treaty']}", ""]
        for article in articles:
            lines += [f"## Article {article['article']}", ""]
            lines += [f"### {article['heading']}", ""] if article["heading"] else []
            lines += [article["text"], ""]
        path = folder / f"{treaty_id}.md"
        path.write_text("\n".join(lines), "utf-8")
        entries.append(Entry(path, id=treaty_id.lower(), title=articles[0]["treaty"], language="en"))
    report = ingest(entries, Settings(home=home))
    print(f"index of {len(report.indexed)} treaties, {report.passages} passages", file=sys.stderr)
    return open_index(home)


def fit_confidence(questions: Path, embedder: Embedder, home: Path, asked: int) -> dict[str, Any]:
    """The confidence model, fitted on questions with and without their own treaty in reach."""
    index = build_question_index(questions, home, train_only=True)
    articles = {}
    for line in (questions / "articles.jsonl").open(encoding="utf-8"):
        record = json.loads(line)
        articles[record["uid"]] = record
    cases = [json.loads(line) for line in (questions / "train.jsonl").open(encoding="utf-8")]
    random.Random(11).shuffle(cases)
    rows: list[tuple[float, ...]] = []
    right: list[float] = []
    answerable: list[bool] = []
    for case in cases[:asked]:
        article = articles[case["uid"]]
        treaty = article["treaty_id"].lower()
        ranked = rank_articles(case["question"], embedder.embed_query(case["question"]), index)
        numbers = [index.treaties[r.treaty_id].by_eid[r.eid].number for r in ranked[:5]]
        hits = [r.treaty_id == treaty and n == article["article"] for r, n in zip(ranked[:5], numbers, strict=True)]
        rows.append(features(ranked))
        right.append(float(hits[0]))
        answerable.append(any(hits))
        # The same question where its treaty is not held: nothing that is found is right.
        without = [r for r in ranked if r.treaty_id != treaty]
        if without:
            rows.append(features(without))
            right.append(0.0)
            answerable.append(False)
    index.close()
    x, y = np.array(rows), np.array(right)
    weights, bias = fit_logistic(x, y, ridge=1e-3)
    confidence = 1 / (1 + np.exp(-(x @ weights) - bias))
    good = np.array(answerable)
    threshold = float(np.quantile(confidence[good], _REFUSED_ANSWERABLE))
    print(
        f"confidence: Brier {((confidence - y) ** 2).mean():.3f}, threshold {threshold:.3f}, "
        f"refused without their treaty {(confidence[~good] < threshold).mean():.3f}"
    )
    return {
        "threshold": round(threshold, 4),
        "bias": round(bias, 5),
        "weights": {name: round(float(w), 5) for name, w in zip(FEATURES, weights, strict=True)},
    }


def main(arguments: list[str] | None = None) -> int:
    """Fit both models and write them."""
    parser = argparse.ArgumentParser(prog="python -m eval.fit", description=__doc__)
    parser.add_argument("questions", type=Path, help="folder with articles.jsonl and train.jsonl")
    parser.add_argument("--asked", type=int, default=3000, help="training questions used (%(default)s)")
    args = parser.parse_args(arguments)
    embedder = Embedder()
    scope = fit_scope(args.questions, embedder)
    (_SERVICE / "scope.json").write_text(json.dumps(scope) + "\n", "utf-8")
    with tempfile.TemporaryDirectory() as folder:
        confidence = fit_confidence(args.questions, embedder, Path(folder), args.asked)
    (_SERVICE / "confidence.json").write_text(json.dumps(confidence, indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
