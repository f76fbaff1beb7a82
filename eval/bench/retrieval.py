"""A bench, not product code: which retrieval parts find the article that answers a question?

    python -m eval.bench.retrieval --questions DIR [--split dev] [--style lay] [--json]

DIR holds ``articles.jsonl`` ({uid, treaty, article, heading, text}) and ``dev.jsonl`` ({uid, style,
question}). All articles are candidates; each is searched as "treaty > Article n heading > text", by the
embedded model's cosine, by BM25, and by their convex combination w * BM25 + (1 - w) * cosine, each
scaled to 0..1 within the question (Bruch, Gai and Ingber, arXiv:2210.11934). Choose w on the train
split and read it off on dev; ``--articles`` takes a larger pool of candidates. "Pacta" is the product's
own ranking of the same candidates, without routing.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import tantivy
from numpy.typing import NDArray

from eval import statistics
from ingest.embedding import Embedder
from ingest.errors import PactaError

Scores = NDArray[np.float32]
WEIGHTS = (0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5)
LEXICAL_DEPTH = 200
MEASURES = ("hit@1", "hit@5", "hit@10", "MRR")


def read_lines(path: Path) -> list[dict[str, Any]]:
    """The objects of a JSON Lines file."""
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def searched_text(article: dict[str, Any]) -> str:
    """What is embedded and indexed: the article with its name before it."""
    number = article.get("article") or article.get("number") or ""
    name = f"Article {number} {article['heading'] or ''}".strip()
    return f"{article['treaty']} > {name} > {article['text']}"


class WordIndex:
    """BM25 over the texts, in memory, English stems."""

    def __init__(self, texts: Sequence[str]) -> None:
        builder = tantivy.SchemaBuilder()
        builder.add_unsigned_field("row", stored=True)
        builder.add_text_field("text", tokenizer_name="en_stem")
        self._index = tantivy.Index(builder.build())
        writer = self._index.writer()
        for row, text in enumerate(texts):
            writer.add_document(tantivy.Document(row=row, text=text))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._size = len(texts)

    def scores(self, question: str) -> Scores:
        """The scores of the best texts, 0 for all others."""
        query, _ = self._index.parse_query_lenient(question, ["text"])
        searcher = self._index.searcher()
        scores = np.zeros(self._size, dtype=np.float32)
        for score, address in searcher.search(query, LEXICAL_DEPTH).hits:
            scores[searcher.doc(address)["row"][0]] = score
        return scores


def scaled(scores: Scores) -> Scores:
    """Scores between 0 and 1 (all 0 where they do not differ)."""
    shifted: Scores = scores - scores.min()
    return shifted / np.float32(shifted.max() or 1)


def place(scores: Scores, gold: int) -> dict[str, float]:
    """The measures of one question answered by row ``gold``; of equal scores the first row wins."""
    score = scores[gold]
    rank = 1 + int((scores > score).sum()) + int((scores[:gold] == score).sum())
    found = float(score > 0)
    return {f"hit@{k}": found * (rank <= k) for k in (1, 5, 10)} | {"MRR": found / rank}


def measure(
    articles: Sequence[dict[str, Any]], questions: Sequence[dict[str, Any]]
) -> dict[str, dict[str, dict[str, float]]]:
    """Means by style, then system, then measure."""
    texts = [searched_text(article) for article in articles]
    row_of = {article["uid"]: row for row, article in enumerate(articles)}
    print(f"embedding {len(texts)} articles …", file=sys.stderr)
    by_meaning = Embedder().embed_texts(texts)
    vectors = Embedder().embed_texts([question["question"] for question in questions])
    by_words = WordIndex(texts)
    found: dict[str, dict[str, list[dict[str, float]]]] = {}
    for question, vector in zip(questions, vectors, strict=True):
        dense = by_meaning @ vector
        words = by_words.scores(question["question"])
        systems = {"dense": dense, "BM25": words}
        for w in WEIGHTS:
            systems[f"fused {w:.2f}"] = w * scaled(words) + (1 - w) * scaled(dense)
        of_style = found.setdefault(question["style"], {})
        for system, scores in systems.items():
            of_style.setdefault(system, []).append(place(scores, row_of[question["uid"]]))
    return {
        style: {
            system: {name: statistics.mean([row[name] for row in rows]) for name in MEASURES}
            for system, rows in systems.items()
        }
        for style, systems in found.items()
    }


def measure_pacta(folder: Path, questions: Sequence[dict[str, Any]]) -> dict[str, dict[str, float]]:
    """The means of Pacta's own ranking by style: its passages, adapter, fusion and sentences, without routing."""
    from eval.fit import build_question_index
    from service.adapter import load_adapter
    from service.answer import embed_texts
    from service.retrieval import rank_articles

    found: dict[str, list[dict[str, float]]] = {}
    with tempfile.TemporaryDirectory() as home:
        index = build_question_index(folder, Path(home), each_alone=True)
        vectors = load_adapter().adapt(Embedder().embed_texts([q["question"] for q in questions]))
        for question, vector in zip(questions, vectors, strict=True):
            ranked = rank_articles(question["question"], vector, index, embed_texts)
            uids = list(dict.fromkeys(r.treaty_id for r in ranked))
            rank = uids.index(question["uid"]) + 1 if question["uid"] in uids else 0
            row = {f"hit@{k}": float(0 < rank <= k) for k in (1, 5, 10)} | {"MRR": 1 / rank if rank else 0.0}
            found.setdefault(question["style"], []).append(row)
        index.close()
    return {
        style: {name: statistics.mean([row[name] for row in rows]) for name in MEASURES}
        for style, rows in found.items()
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the bench; exit status 0 done, 2 wrong use, 3 no questions or no model."""
    parser = argparse.ArgumentParser(description="Measures dense, lexical and fused retrieval.")
    parser.add_argument("--questions", type=Path, required=True, metavar="DIR")
    parser.add_argument("--articles", type=Path, metavar="FILE", help="candidates from elsewhere")
    parser.add_argument("--split", choices=("dev", "train"), default="dev")
    parser.add_argument("--style", help="only questions of this style")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    args = parser.parse_args(arguments)
    try:
        articles = read_lines(args.articles or args.questions / "articles.jsonl")
        questions = read_lines(args.questions / f"{args.split}.jsonl")
        questions = [q for q in questions if args.style in (None, q["style"])]
        if not questions:
            parser.error(f"no question of style {args.style}")
        figures = measure(articles, questions)
        if args.articles is None:
            for style, means in measure_pacta(args.questions, questions).items():
                figures[style]["Pacta"] = means
    except (OSError, PactaError) as error:
        print(error, file=sys.stderr)
        return 3
    if args.json:
        print(json.dumps({"candidates": len(articles), "questions": len(questions), "styles": figures}))
        return 0
    print(f"{len(questions)} questions, {len(articles)} candidates")
    for style, systems in figures.items():
        print(f"\n{style:14}" + "".join(f"{name:>8}" for name in MEASURES))
        for system, means in systems.items():
            print(f"  {system:12}" + "".join(f"{means[name]:8.3f}" for name in MEASURES))
    return 0


if __name__ == "__main__":
    sys.exit(main())
