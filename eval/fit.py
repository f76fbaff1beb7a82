"""Fits what Pacta learns from questions beside its embedding model: the scope head and the confidence model.

    python -m eval.fit QUESTIONS_DIR HOME       (articles.jsonl, train.jsonl; see README, "Measuring")

Run by hand when the embedding model, the passages or the retrieval change; it writes elsewhere.npz, scope.json and
confidence.json in service/. The questions of dev.jsonl are never read. The confidence model learns from the
questions about treaties that the embedding model was not trained on (ingest/model/held_out.txt): of the others
it would learn a confidence that no new treaty bears out. And it learns from known questions, taken out of the index
in HOME (PACTA_HOME) of treaties that they are kept for, what others like them are worth.
"""

import argparse
import json
import random
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.held_questions import take_out
from ingest.build import ingest
from ingest.embedding import DIMENSION, MODEL_FOLDER, MODEL_ID, Embedder
from ingest.index import Index, open_index
from ingest.known_questions import QuestionIndex, load_known_questions
from ingest.manifest import Entry
from ingest.numbers import read_number
from ingest.settings import Settings
from service.confidence import FEATURES, NAMED_THRESHOLD, features
from service.elsewhere import read_elsewhere, write_vectors
from service.retrieval import Ranked, rank_articles
from service.scope import word_shares, words_and_pairs

_SERVICE = Path(__file__).parent.parent / "service"
# At most this share of the questions inside the field may be taken for questions outside it. A third of them are
# written to be mistaken, and some are let in again where an article has all of their words.
_REFUSED_INSIDE = 0.035
# Of five strengths tried by cross-validation the best; between 0.1 and 1 little changes.
_SCOPE_RIDGE = 0.3
# A word or pair is told by where so many questions have it; with half as many little is gained, and twice the words.
_SCOPE_WORDS = 15
# So many questions that treaties answer are drawn of those for training and of the known ones.
_SCOPE_DRAWN = 1500
# The evidence below which a question is better refused: of the questions that have an answer and whose article is found
# among the first five, at most this share is lost. By the curve of risk and coverage, which begins flat: where 0.5 % of
# them are lost, 21 % of the questions without an answer are refused; with 2 % it is 29 %. Most of these are told by
# other means (service/elsewhere.py, scope.py, beyond_text.py).
_REFUSED_ANSWERABLE = {"asked": 0.005, "unasked": 0.004}
# Of ten questions that get an answer or might, one has none here: a judgement, which confidences are told by.
_UNANSWERABLE = 0.1
# As many known questions as there are about treaties that the embedding model does not know.
_KNOWN_ASKED = 690


def fit_logistic(
    x: NDArray[np.float64], y: NDArray[np.float64], ridge: float, counts: NDArray[np.float64] | None = None
) -> tuple[NDArray[np.float64], float]:
    """Weights and bias of a logistic regression with an L2 penalty, by Newton's method; ``counts`` weigh the rows."""
    counts = np.ones(len(y)) if counts is None else counts
    design = np.column_stack([x, np.ones(len(x))])
    penalty = np.diag([ridge] * x.shape[1] + [0.0])
    weights = np.zeros(design.shape[1])
    for _ in range(40):
        p = 1 / (1 + np.exp(-design @ weights))
        gradient = design.T @ (counts * (y - p)) - penalty @ weights
        hessian = (design * (counts * p * (1 - p))[:, None]).T @ design + penalty
        step = np.linalg.solve(hessian, gradient)
        weights += step
        if np.abs(step).max() < 1e-8:
            break
    return weights[:-1], float(weights[-1])


def embed_elsewhere(embedder: Embedder) -> None:
    """The vectors of the questions that treaties not held answer."""
    asked = read_elsewhere()
    write_vectors(embedder.embed_texts([text for _, text in asked]))
    print(f"elsewhere: {len(asked)} questions on {len({treaty for treaty, _ in asked})} treaties")


def fit_scope(questions: Path, embedder: Embedder) -> dict[str, Any]:
    """The scope head, with its error by cross-validation."""
    examples = [json.loads(line) for line in (_SERVICE / "scope_examples.jsonl").open(encoding="utf-8")]
    trained = [json.loads(line)["question"] for line in (questions / "train.jsonl").open(encoding="utf-8")]
    known = [q.text for of_treaty in load_known_questions().values() for q in of_treaty]
    inside = [q for of_kind in (trained, known) for q in random.Random(7).sample(of_kind, _SCOPE_DRAWN)]
    inside += [e["question"] for e in examples if e["scope"] == "in"]
    outside = [e for e in examples if e["scope"] == "out"]
    texts = inside + [e["question"] for e in outside]
    vectors = embedder.embed_texts(texts).astype(np.float64)
    y = np.array([1.0] * len(inside) + [0.0] * len(outside))
    folds = np.random.default_rng(7).integers(0, 5, len(y))
    held_out = np.zeros(len(y))
    for fold in range(5):
        kept = folds != fold
        words = _told_words([text for text, keep in zip(texts, kept, strict=True) if keep])
        x = np.hstack([vectors, _word_matrix(texts, words)])
        weights, bias = fit_logistic(x[kept], y[kept], ridge=_SCOPE_RIDGE)
        held_out[~kept] = 1 / (1 + np.exp(-(x[~kept] @ weights) - bias))
    threshold = float(np.quantile(held_out[y == 1], _REFUSED_INSIDE))
    words = _told_words(texts)
    weights, bias = fit_logistic(np.hstack([vectors, _word_matrix(texts, words)]), y, ridge=_SCOPE_RIDGE)
    missed = held_out[y == 0] >= threshold
    print(f"scope: threshold {threshold:.3f}, questions outside found {1 - missed.mean():.3f} (cross-validated)")
    for kind in sorted({e.get("kind", "mixed") for e in outside}):
        of_kind = np.array([e.get("kind", "mixed") == kind for e in outside])
        print(f"       {kind}: {1 - missed[of_kind].mean():.3f} of {of_kind.sum()}")
    return {
        "model_id": MODEL_ID,
        "threshold": round(threshold, 4),
        "bias": round(bias, 5),
        "weights": [round(float(w), 5) for w in weights[:DIMENSION]],
        "words": {word: round(float(w), 4) for word, w in zip(words, weights[DIMENSION:], strict=True)},
    }


def _told_words(texts: Collection[str]) -> dict[str, int]:
    """The words and pairs that enough of some questions have, with their places."""
    counts = Counter(word for text in texts for word in words_and_pairs(text))
    return {word: at for at, word in enumerate(sorted(word for word, n in counts.items() if n >= _SCOPE_WORDS))}


def _word_matrix(texts: Collection[str], words: dict[str, int]) -> NDArray[np.float64]:
    matrix = np.zeros((len(texts), len(words)))
    for row, text in zip(matrix, texts, strict=True):
        for word, share in word_shares(text, words).items():
            row[words[word]] = share
    return matrix


def build_question_index(questions: Path, home: Path) -> Index:
    """An index of the articles that the training questions were written on, by the product's own path."""
    wanted = {json.loads(line)["uid"] for line in (questions / "train.jsonl").open(encoding="utf-8")}
    treaties: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in (questions / "articles.jsonl").open(encoding="utf-8"):
        article = json.loads(line)
        if article["uid"] in wanted:
            treaties[article["treaty_id"]].append(article)
    # The parser reads a numbering, and the articles come in any order.
    ordered = {treaty_id: sorted(articles, key=_numbering) for treaty_id, articles in treaties.items()}
    return index_articles(ordered, "article", home)


def index_articles(treaties: Mapping[str, Sequence[Mapping[str, Any]]], number: str, home: Path) -> Index:
    """An index in ``home`` of treaties by id, given as articles: treaty, heading, text, and the number by its key."""
    folder = home / "texts"
    folder.mkdir(parents=True, exist_ok=True)
    entries = []
    for treaty_id, articles in treaties.items():
        lines = [f"# {articles[0]['treaty']}", ""]
        for article in articles:
            lines += [f"## Article {article[number]}", ""]
            lines += [f"### {article['heading']}", ""] if article["heading"] else []
            lines += [article["text"], ""]
        path = folder / f"{treaty_id}.md"
        path.write_text("\n".join(lines), "utf-8")
        entries.append(Entry(path, id=treaty_id.lower(), title=articles[0]["treaty"], language="en"))
    report = ingest(entries, Settings(home=home))
    print(f"index of {len(report.indexed)} treaties, {report.passages} passages", file=sys.stderr)
    return open_index(home)


def read_asked(questions: Path, treaties: set[str]) -> list[tuple[str, str, str]]:
    """The training questions about some treaties: their words, the treaty's id in the index, the article's number."""
    articles = {}
    with (questions / "articles.jsonl").open(encoding="utf-8") as lines:
        for record in map(json.loads, lines):
            articles[record["uid"]] = record
    with (questions / "train.jsonl").open(encoding="utf-8") as lines:
        cases = [json.loads(line) for line in lines]
    return [
        (case["question"], article["treaty_id"].lower(), article["article"])
        for case in cases
        if (article := articles[case["uid"]])["treaty_id"] in treaties
    ]


def _numbering(article: dict[str, Any]) -> tuple[int, ...]:
    readings = read_number(article["article"])
    return readings[0].key if readings else (0,)


class Judged:
    """Rankings as the confidence model sees them, with whether the first article and any of the first five is right."""

    def __init__(self) -> None:
        self.rows: list[tuple[float, ...]] = []
        self.right: list[float] = []
        self.answerable: list[bool] = []
        self.treaty_gone: list[bool] = []

    def add(self, ranked: list[Ranked], treaty: str, eids: Collection[str]) -> None:
        """A ranking for a question that some articles of a treaty answer, and the same where that treaty is not held.

        Then nothing that is found is right.
        """
        hits = [r.treaty_id == treaty and r.eid in eids for r in ranked[:5]]
        without = [r for r in ranked if r.treaty_id != treaty]
        for found, first, any_right in ((ranked, hits[0], any(hits)), (without, False, False)):
            if found:
                self.treaty_gone.append(found is without)
                self.rows.append(features(found))
                self.right.append(float(first))
                self.answerable.append(any_right)


class Asked:
    """Rankings of the same questions over all treaties (``open``) and ``within`` the one that answers."""

    def __init__(self) -> None:
        self.open, self.within = Judged(), Judged()

    def ask(self, text: str, index: Index, embedder: Embedder, treaty: str, eids: Collection[str]) -> None:
        """Rank for a question that some articles of a treaty answer."""
        encoded = embedder.encode_query(text)
        self.open.add(rank_articles(text, encoded.vector, index, tokens=encoded.tokens), treaty, eids)
        ranked = rank_articles(text, encoded.vector, index, treaties=(treaty,), tokens=encoded.tokens)
        self.within.add(ranked, treaty, eids)


def fit_confidence(questions: Path, embedder: Embedder, work: Path, home: Path) -> dict[str, Any]:
    """The confidence models, fitted on questions about treaties that the embedder does not know and on known ones."""
    unseen = set((MODEL_FOLDER / "held_out.txt").read_text("utf-8").split())
    unasked, asked = Asked(), Asked()
    with closing(build_question_index(questions, work)) as index:
        index.questions = QuestionIndex()
        for text, treaty, number in read_asked(questions, unseen):
            eids = {article.eid for article in index.treaties[treaty].articles if article.number == number}
            unasked.ask(text, index, embedder, treaty, eids)
    with closing(open_index(home)) as index:
        held = take_out(index, home, _KNOWN_ASKED)
        index.questions = held.others()
        for question in (held.questions[position] for position in held.out):
            asked.ask(question.text, index, embedder, question.treaty_id, {question.eid})
    return {kind: _confidence(kind, judged) for kind, judged in (("asked", asked), ("unasked", unasked))}


def _confidence(kind: str, asked: Asked) -> dict[str, Any]:
    """The model for treaties that questions are known about ("asked"), or for others."""
    judged = asked.open
    x, y, good = np.array(judged.rows), np.array(judged.right), np.array(judged.answerable)
    weights, bias = fit_logistic(x, y, ridge=1e-3)
    evidence = 1 / (1 + np.exp(-(x @ weights) - bias))
    threshold = float(np.quantile(evidence[good], _REFUSED_ANSWERABLE[kind]))
    lost = (evidence[~good] < threshold).mean()
    print(
        f"confidence, {kind}: threshold {threshold:.3f}, first right where among the first five {y[good].mean():.3f}, "
        f"refused where not {lost:.3f}"
    )
    return {
        "threshold": round(threshold, 4),
        "bias": round(bias, 5),
        "weights": {name: round(float(w), 5) for name, w in zip(FEATURES, weights, strict=True)},
        "open": _calibrated(f"{kind}, open", asked.open, weights, bias, threshold),
        "within": _calibrated(f"{kind}, within", asked.within, weights, bias, threshold * NAMED_THRESHOLD),
    }


def _calibrated(name: str, judged: Judged, weights: NDArray[np.float64], bias: float, threshold: float) -> list[float]:
    """Slope and shift of the log-odds, fitted on the questions that get an answer.

    A ranking without the treaty that answers counts as little as questions without an answer are rare.
    """
    odds = np.array(judged.rows) @ weights + bias
    y, answered = np.array(judged.right), 1 / (1 + np.exp(-odds)) >= threshold
    unanswerable = np.array(judged.treaty_gone)
    counts = np.where(unanswerable, _UNANSWERABLE / (1 - _UNANSWERABLE), 1.0)[answered]
    slope, shift = fit_logistic(odds[answered, None], y[answered], ridge=1e-3, counts=counts)
    told = 1 / (1 + np.exp(-slope[0] * odds[answered] - shift))
    right = np.average(y[answered], weights=counts)
    print(
        f"    {name}: right {right:.3f}, told {np.average(told, weights=counts):.3f}, "
        f"Brier {np.average((told - y[answered]) ** 2, weights=counts):.3f}"
    )
    return [round(float(slope[0]), 4), round(float(shift), 4)]


def main(arguments: list[str] | None = None) -> int:
    """Fit both and write them."""
    parser = argparse.ArgumentParser(prog="python -m eval.fit", description=__doc__)
    parser.add_argument("questions", type=Path, help="folder with articles.jsonl and train.jsonl")
    parser.add_argument("home", type=Path, help="folder with an index of well-known treaties")
    args = parser.parse_args(arguments)
    embedder = Embedder()
    embed_elsewhere(embedder)
    scope = fit_scope(args.questions, embedder)
    (_SERVICE / "scope.json").write_text(json.dumps(scope) + "\n", "utf-8")
    with tempfile.TemporaryDirectory() as folder:
        confidence = fit_confidence(args.questions, embedder, Path(folder), args.home)
    (_SERVICE / "confidence.json").write_text(json.dumps(confidence, indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
