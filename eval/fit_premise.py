"""Not product code: fits what tells a right claim about an article from a wrong one, and writes service/premise.json.

    python -m eval.fit_premise ARTICLES.jsonl HOME [--index FOLDER]

premise_examples.jsonl holds claims in our own words, a right and a wrong one for each of 440 articles (``uid`` is the
article's). ARTICLES.jsonl has the articles: uid, treaty_id, treaty, number, heading, text, one a line. They are indexed
with the others of their treaties, which takes a quarter of an hour; ``--index`` keeps the index for another time.
HOME is a folder with an index of well-known treaties, for the claims of gold/premises.jsonl that are not for testing.
"""

import argparse
import json
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.fit import fit_logistic, index_articles
from ingest.embedding import Embedder
from ingest.errors import PactaError
from ingest.index import Index, open_index
from ingest.models import ParsedTreaty, Provision
from service.claims import claim_in
from service.conversation import InContext
from service.premise import FEATURES, doubts_about
from service.routing import route_question, treaty_names

Row = tuple[float, ...]
GOLD = Path(__file__).parent / "gold" / "premises.jsonl"
EXAMPLES = Path(__file__).parent / "premise_examples.jsonl"
_WRITTEN_TO = Path(__file__).parent.parent / "service" / "premise.json"
# Of right claims so many are called wrong: to be corrected wrongly is worse than to be shown the text in silence.
WRONGLY_DOUBTED = 0.05
_RIDGE = 3.0
_FOLDS = 10
# More articles of a treaty than these are not needed to see whether another one is nearer.
_OF_A_TREATY = 80


def read_examples() -> list[dict[str, Any]]:
    """The claims: ``uid`` of the article, ``claim``, ``true``, and ``aspect``, that is what is right or wrong in it."""
    return [json.loads(line) for line in EXAMPLES.read_text("utf-8").splitlines()]


def build_index(articles: Path, wanted: set[str], home: Path) -> Index:
    """An index of the treaties that the wanted articles are of, by the product's own path."""
    treaties: dict[str, list[dict[str, Any]]] = defaultdict(list)
    with articles.open(encoding="utf-8") as lines:
        for article in map(json.loads, lines):
            treaties[article["treaty_id"]].append(article)
    meant = {
        treaty_id: own[:_OF_A_TREATY]
        for treaty_id, own in treaties.items()
        if any(article["uid"] in wanted for article in own)
    }
    return index_articles(meant, "number", home)


def find_articles(articles: Path, wanted: set[str], index: Index) -> Mapping[str, tuple[ParsedTreaty, Provision]]:
    """The wanted articles as they are in the index, by uid; those cut off or read otherwise are left out."""
    found = {}
    with articles.open(encoding="utf-8") as lines:
        for article in map(json.loads, lines):
            treaty_id = article["treaty_id"].lower()
            if article["uid"] not in wanted or treaty_id not in index.treaties:
                continue
            parsed = index.treaties[treaty_id]
            begins = " ".join(article["text"].split())[:60]
            for provision in parsed.articles:
                if provision.number == article["number"] and begins in " ".join(parsed.text_of(provision).split()):
                    found[article["uid"]] = (parsed, provision)
                    break
    return found


def gold_rows(home: Path, embedder: Embedder) -> Iterator[tuple[Mapping[str, Any], Row]]:
    """The claims of gold/premises.jsonl for development, as the questions put them, with their features."""
    with closing(open_index(home)) as index:
        names = treaty_names(index)
        for case in map(json.loads, GOLD.read_text("utf-8").splitlines()):
            route = route_question(InContext(case["question"]), index, (), names)
            claim = claim_in(route.rest)
            if case["split"] == "test" or not claim or len(route.provisions) != 1:
                continue
            treaty_id, provision = route.provisions[0]
            parsed = index.treaties[treaty_id]
            features = doubts_about(claim, parsed, parsed.article_of(provision), index, embedder).features
            right = case["type"] == "right_premise"
            yield {"uid": case["id"], "true": right, "aspect": case["claim"], "gold": True}, features


def fit(examples: Sequence[Mapping[str, Any]], rows: NDArray[np.float64]) -> dict[str, Any]:
    """The model for claims with the features of ``rows``, with what it tells by cross-validation over articles."""
    wrong = np.array([0.0 if example["true"] else 1.0 for example in examples])
    scale = rows.std(axis=0) + 1e-9
    uids = sorted({example["uid"] for example in examples})
    fold = {uid: n % _FOLDS for n, uid in enumerate(uids)}
    folds = np.array([fold[example["uid"]] for example in examples])
    held_out = np.zeros(len(wrong))
    for n in range(_FOLDS):
        weights, bias = fit_logistic(rows[folds != n] / scale, wrong[folds != n], _RIDGE)
        held_out[folds == n] = rows[folds == n] / scale @ weights + bias
    doubt = 1 / (1 + np.exp(-held_out))
    # Of either kind of right claims no more are doubted.
    gold = np.array([example.get("gold", False) for example in examples])
    threshold = max(float(np.quantile(doubt[(wrong == 0) & own], 1 - WRONGLY_DOUBTED)) for own in (gold, ~gold))
    told = doubt >= threshold
    print(f"premises: threshold {threshold:.3f}, wrong ones told {told[wrong == 1].mean():.3f} (cross-validated)")
    print(f"    of the gold set {told[gold & (wrong == 1)].mean():.3f}, others {told[~gold & (wrong == 1)].mean():.3f}")
    aspects = np.array([example["aspect"] for example in examples])
    for aspect in sorted(set(aspects[wrong == 1])):
        chosen = (aspects == aspect) & (wrong == 1)
        print(f"    {aspect}: {told[chosen].mean():.2f} of {chosen.sum()}")
    weights, bias = fit_logistic(rows / scale, wrong, _RIDGE)
    return {
        "threshold": round(threshold, 4),
        "bias": round(bias, 5),
        "weights": {name: round(float(w), 5) for name, w in zip(FEATURES, weights / scale, strict=True)},
    }


def _rows(
    examples: Sequence[Mapping[str, Any]], articles: Path, index: Index, embedder: Embedder
) -> Iterator[tuple[Mapping[str, Any], Row]]:
    found = find_articles(articles, {example["uid"] for example in examples}, index)
    for example in examples:
        if example["uid"] in found:
            parsed, article = found[example["uid"]]
            yield example, doubts_about(example["claim"], parsed, article, index, embedder).features


def main(arguments: list[str] | None = None) -> int:
    """Fit the model and write it."""
    parser = argparse.ArgumentParser(prog="python -m eval.fit_premise", description=__doc__)
    parser.add_argument("articles", type=Path, help="file with the articles, one a line")
    parser.add_argument("home", type=Path, help="folder with an index of well-known treaties")
    parser.add_argument("--index", type=Path, help="folder to keep the index in, or where it is kept")
    args = parser.parse_args(arguments)
    examples, embedder = read_examples(), Embedder()
    with tempfile.TemporaryDirectory() as folder:
        home = args.index or Path(folder)
        try:
            index = open_index(home)
        except PactaError:
            index = build_index(args.articles, {example["uid"] for example in examples}, home)
        with closing(index):
            judged = list(_rows(examples, args.articles, index, embedder))
    judged += gold_rows(args.home, embedder)
    print(f"{len(judged)} claims, {len(examples)} of them examples")
    model = fit([example for example, _ in judged], np.array([row for _, row in judged]))
    _WRITTEN_TO.write_text(json.dumps(model, indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
