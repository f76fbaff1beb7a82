"""Not product code: fits what tells a right paraphrase of a provision from a wrong one.

It writes service/check/paraphrase.json:

    python -m eval.fit_claims HOME

claim_examples.jsonl holds paraphrases in our own words of articles of well-known treaties, right ones and near misses
that are wrong in one thing; HOME is a folder with an index of those treaties. None of them is from gold/claims.jsonl.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.cases import article_eid
from eval.fit import fit_logistic
from ingest.embedding import Embedder
from ingest.index import Index, open_index
from service.check.paraphrase import FEATURES, Paraphrase

EXAMPLES = Path(__file__).parent / "claim_examples.jsonl"
_WRITTEN_TO = Path(__file__).parent.parent / "service" / "check" / "paraphrase.json"
# Of paraphrases that are not right so many are called right: it is the worst that can be said.
FALSE_RIGHT = 0.06
# The many features say much the same; held close to one another they tell more of texts that they were not fitted on.
_RIDGE_RIGHT, _RIDGE_OPEN = 300.0, 20.0
_FOLDS = 10


def read_examples(path: Path = EXAMPLES) -> list[dict[str, Any]]:
    """The paraphrases: ``treaty``, ``article``, ``content``, ``verdict``, and ``aspect``, what is wrong in it."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def rows_of(examples: Sequence[Mapping[str, Any]], index: Index, embedder: Embedder) -> NDArray[np.float64]:
    """The features of the paraphrases, shape (examples, features)."""
    rows = []
    for example in examples:
        parsed = index.treaties[example["treaty"]]
        claim = Paraphrase(example["content"], index, embedder)
        ranked = claim.ranked((example["treaty"],))
        rows.append(claim.weigh(parsed, parsed.by_eid[article_eid(example["article"])], ranked).features)
    return np.array(rows)


def fit(examples: Sequence[Mapping[str, Any]], rows: NDArray[np.float64]) -> dict[str, Any]:
    """The model for paraphrases with the features of ``rows``, with what it tells by cross-validation over articles."""
    verdicts = np.array([example["verdict"] for example in examples])
    right, unclear = verdicts == "supported", verdicts == "unclear"
    disputed = unclear | (verdicts == "unsupported")
    scale = rows.std(axis=0) + 1e-9
    rows = rows / scale
    articles = sorted({(example["treaty"], example["article"]) for example in examples})
    fold_of = {article: n % _FOLDS for n, article in enumerate(articles)}
    folds = np.array([fold_of[example["treaty"], example["article"]] for example in examples])
    every = np.ones(len(right), dtype=bool)
    # As many are open as are wrong, for the second question to be an even one.
    counts = np.where(unclear, (disputed & ~unclear).sum() / max(1, unclear.sum()), 1.0)
    even = np.ones(len(right))
    right_odds = _held_out(rows, right, every, folds, _RIDGE_RIGHT, even)
    open_odds = _held_out(rows, unclear, disputed, folds, _RIDGE_OPEN, counts)
    by_right, by_open = _calibrated(right_odds, right, every, even), _calibrated(open_odds, unclear, disputed, counts)
    sure = 1 / (1 + np.exp(-(right_odds * by_right[0] + by_right[1])))
    is_open = 1 / (1 + np.exp(-(open_odds * by_open[0] + by_open[1])))
    supported = float(np.quantile(sure[~right], 1 - FALSE_RIGHT))
    told = np.where(
        sure >= supported, "supported", np.where((is_open >= 0.5) | (sure >= 0.5), "unclear", "unsupported")
    )
    for verdict in ("supported", "unsupported", "elsewhere", "unclear"):
        own = told[verdicts == verdict]
        shares = ", ".join(f"{name} {np.mean(own == name):.2f}" for name in ("supported", "unsupported", "unclear"))
        print(f"{verdict} ({len(own)}) told: {shares}")
    return {
        "supported": round(supported, 4),
        "right": _model(rows, right, every, scale, _RIDGE_RIGHT, even, by_right),
        "open": _model(rows, unclear, disputed, scale, _RIDGE_OPEN, counts, by_open),
    }


def _held_out(
    rows: NDArray[np.float64], wanted: NDArray[np.bool_], among: NDArray[np.bool_], folds: NDArray[np.int64],
    ridge: float,
    counts: NDArray[np.float64],
) -> NDArray[np.float64]:  # fmt: skip
    """The log odds of each paraphrase by the model fitted on the articles of the other folds."""
    odds = np.zeros(len(wanted))
    for n in range(_FOLDS):
        use = (folds != n) & among
        weights, bias = fit_logistic(rows[use], wanted[use].astype(float), ridge, counts[use])
        odds[folds == n] = rows[folds == n] @ weights + bias
    return odds


def _calibrated(
    odds: NDArray[np.float64], wanted: NDArray[np.bool_], among: NDArray[np.bool_], counts: NDArray[np.float64]
) -> tuple[float, float]:
    """By what log odds are to be multiplied, and what to be added, to be probabilities (Platt, 1999)."""
    weights, bias = fit_logistic(odds[among, None], wanted[among].astype(float), 1e-3, counts[among])
    return float(weights[0]), bias


def _model(
    rows: NDArray[np.float64], wanted: NDArray[np.bool_], among: NDArray[np.bool_], scale: NDArray[np.float64],
    ridge: float,
    counts: NDArray[np.float64], calibrated: tuple[float, float],
) -> dict[str, Any]:  # fmt: skip
    weights, bias = fit_logistic(rows[among], wanted[among].astype(float), ridge, counts[among])
    times, plus = calibrated
    named = {name: round(float(w) * times, 5) for name, w in zip(FEATURES, weights / scale, strict=True)}
    return {"bias": round(float(bias) * times + plus, 5), "weights": named}


def main(arguments: list[str] | None = None) -> int:
    """Fit the model and write it."""
    parser = argparse.ArgumentParser(prog="python -m eval.fit_claims", description=__doc__)
    parser.add_argument("home", type=Path, help="folder with an index of the well-known treaties")
    args = parser.parse_args(arguments)
    examples, embedder = read_examples(), Embedder()
    with closing(open_index(args.home)) as index:
        rows = rows_of(examples, index, embedder)
    model = fit(examples, rows)
    _WRITTEN_TO.write_text(json.dumps(model, indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
