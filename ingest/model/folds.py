"""Does the training help on treaties that it has not seen? Five folds over treaties. Run by hand.

    python ingest/model/folds.py QUESTIONS BENCH --out DIR

For each fold train.py leaves a fifth of the treaties out. Then every question is asked twice: of the model that has
not seen the question's treaty, and of the model of the next fold, which has been trained on this very question. Both
are trained alike on as many treaties, so the difference is what having seen a treaty is worth; what the model that has
not seen it gains over the published weights is what generalises.

The folds are trained on QUESTIONS alone, on some of their articles and for one pass, so that all five take the better
part of an hour on two cores: they tell how the recipe generalises, not what the model that ships reaches. A fold that
is finished is not trained again.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
from train import (
    PASSAGE_TOKENS,
    QUESTION_TOKENS,
    Article,
    Encoder,
    Pool,
    fold_of,
    make_article,
    read_lines,
    source_folder,
)

FOLDS = 5
DONE = "done.json"
DRAWN = 2_000  # times that treaties are drawn again for an interval


def train(args: argparse.Namespace, fold: int) -> Path:
    """The folder of the weights trained without this fold."""
    out: Path = args.out / f"fold-{fold}"
    if not (out / DONE).exists():
        command = [
            sys.executable, "-u", str(Path(__file__).parent / "train.py"), str(args.questions), str(args.bench),
            "--out", str(out), "--fold", f"{fold}/{FOLDS}", "--epochs", str(args.epochs),
            "--others", str(args.articles), "--own", "/dev/null", "--beside", "300", "--headings", "0", "--unmeasured",
        ]  # fmt: skip
        subprocess.run(command, check=True)
        (out / DONE).write_text(json.dumps({"epochs": args.epochs}), "utf-8")
    return out


def ranks(folder: str, candidates: list[Article], asked: list[dict[str, str]]) -> np.ndarray:
    """The rank of each question's article among the candidates, from 1."""
    encoder = Encoder(folder)
    pool = Pool.of(encoder, candidates)
    at = {a.uid: n for n, a in enumerate(candidates)}
    scores = pool.scores(encoder.embed([q["question"] for q in asked], QUESTION_TOKENS))
    own = scores[np.arange(len(asked)), [at[q["uid"]] for q in asked]]
    return (scores > own[:, None]).sum(1) + 1


def interval(values: np.ndarray, treaties: np.ndarray) -> str:
    """The mean and its 95 % interval where treaties, not questions, are drawn again (cluster bootstrap)."""
    names, at = np.unique(treaties, return_inverse=True)
    sums, counts = np.bincount(at, values), np.bincount(at)
    rng = np.random.default_rng(0)
    drawn = rng.integers(len(names), size=(DRAWN, len(names)))
    low, high = np.percentile(sums[drawn].sum(1) / counts[drawn].sum(1), [2.5, 97.5])
    return f"{values.mean():+.3f} ({low:+.3f} to {high:+.3f})"


def main() -> None:
    """Train the folds and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("questions", type=Path, help="folder with articles.jsonl and train.jsonl")
    parser.add_argument("bench", type=Path, help="articles.jsonl with more articles")
    parser.add_argument("--out", type=Path, required=True, help="folder for the five models")
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--articles", type=int, default=960, help="so many an epoch (default: 960)")
    args = parser.parse_args()

    folders = [str(train(args, fold)) for fold in range(FOLDS)]
    candidates = [make_article(r) for r in read_lines(args.questions / "articles.jsonl")]
    treaty_of = {a.uid: a.treaty_id for a in candidates}
    asked = read_lines(args.questions / "train.jsonl")
    treaties = np.array([treaty_of[q["uid"]] for q in asked])
    styles = np.array([q["style"] for q in asked])
    folds = np.array([fold_of(treaty_id, FOLDS) for treaty_id in treaties])
    by_fold = np.array([ranks(folder, candidates, asked) for folder in folders])
    of_each = np.arange(len(asked))
    found = {
        "published": ranks(source_folder(), candidates, asked),
        "unseen": by_fold[folds, of_each],
        "seen": by_fold[(folds + 1) % FOLDS, of_each],
    }
    print(f"{len(asked)} questions on {len(set(treaties))} treaties, {len(candidates)} candidates, "
          f"passages of at most {PASSAGE_TOKENS} tokens, {args.epochs} passes")  # fmt: skip
    for style in sorted(set(styles)):
        of_style = styles == style
        for k in (1, 5):
            hits = {name: (rank[of_style] <= k).astype(float) for name, rank in found.items()}
            print(
                f"{style:6} hit@{k}:",
                " ".join(f"{name} {values.mean():.3f}" for name, values in hits.items()),
                f"| unseen - published {interval(hits['unseen'] - hits['published'], treaties[of_style])}",
                f"| seen - unseen {interval(hits['seen'] - hits['unseen'], treaties[of_style])}",
            )
        each = [round(float((found["unseen"][of_style & (folds == f)] == 1).mean()), 3) for f in range(FOLDS)]
        print(f"{style:6} hit@1 unseen by fold: {each}")


if __name__ == "__main__":
    main()
