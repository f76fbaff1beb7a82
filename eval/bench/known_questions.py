"""A bench, not product code: what do the questions known about well-known treaties bring?

    python -m eval.bench.known_questions HOME [--queries N] [--json]

HOME is a folder with an index of treaties that such questions are kept for (ingest/known_questions.py). Some of
the questions are taken out and asked, one an article at most, and it is told how often their article comes first and
among the first five: with none of the others, a quarter, a half and all of them; with all but those on the question's
own treaty, in five folds over the treaties, as for a treaty that nothing is known of; and with other weights than the
shipped ones. Articles are ranked as Pacta does, without routing.

The questions asked are by the writers of those that are kept (eval/held_questions.py).
"""

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from eval.held_questions import take_out
from eval.statistics import mean
from ingest.embedding import Embedder, Encoded
from ingest.errors import PactaError
from ingest.index import Index, open_index
from ingest.known_questions import KnownQuestion
from service.retrieval import FUSION, Fusion, rank_articles

SHARES = (0.0, 0.25, 0.5, 1.0)
FOLDS = 5
WEIGHTS: dict[str, tuple[float, ...]] = {
    "known": (0.0, 0.5, 1.0, 1.5, 2.0),
    "known_few": (0.0, 0.25, 0.5, 1.0, 1.5),
    "neighbours": (1, 3, 5, 8),
    "by_word": (0.5, 1.0, 1.5, 2.0),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question taken out, with its vector and those of its tokens."""

    question: KnownQuestion
    encoded: Encoded


def measure(home: Path, queries: int) -> dict[str, Any]:
    """hit@1 and hit@5 by what was changed, then style."""
    with closing(open_index(home)) as index:
        held = take_out(index, home, queries)
        embedder = Embedder()
        asked = [Asked(held.questions[n], embedder.encode_query(held.questions[n].text)) for n in held.out]
        found: dict[str, Any] = {}

        def tell(label: str, hits: Iterable[tuple[str, bool, bool]]) -> None:
            by_style: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
            for style, first, five in hits:
                by_style[style].append((first, five))
            found[label] = {
                style: (mean([float(one) for one, _ in of]), mean([float(five) for _, five in of]))
                for style, of in sorted(by_style.items())
            }
            print(".", end="", file=sys.stderr, flush=True)

        for share in SHARES:
            index.questions = held.others(share=share)
            tell(f"{len(index.questions)} kept", _hits(asked, index, FUSION))
        treaties = sorted({one.question.treaty_id for one in asked})
        folds = [set(treaties[fold::FOLDS]) for fold in range(FOLDS)]
        for label, of_fold in (("treaty unknown", True), ("the others then", False)):
            tell(label, _by_fold(asked, index, folds, held.others, of_fold))
        index.questions = held.others()
        for name, values in WEIGHTS.items():
            for value in values:
                changed: dict[str, Any] = {name: value}
                tell(f"{name} {value:g}", _hits(asked, index, replace(FUSION, **changed)))
        return {"passages": len(index.rows), "questions": len(held.questions), "asked": len(asked), "found": found}


def _by_fold(
    asked: list[Asked], index: Index, folds: list[set[str]], others: Callable[..., Any], of_fold: bool
) -> Iterable[tuple[str, bool, bool]]:
    """Hits where nothing is known of a fold's treaties: of the questions about these, or about the others."""
    for fold in folds:
        index.questions = others(without=fold)
        yield from _hits([one for one in asked if (one.question.treaty_id in fold) == of_fold], index, FUSION)


def _hits(asked: list[Asked], index: Index, fusion: Fusion) -> Iterable[tuple[str, bool, bool]]:
    """For each question its style, and whether its article is first and among the first five."""
    for one in asked:
        encoded = one.encoded
        ranked = rank_articles(one.question.text, encoded.vector, index, tokens=encoded.tokens, fusion=fusion)
        places = [(r.treaty_id, r.eid) for r in ranked[:5]]
        right = (one.question.treaty_id, one.question.eid)
        yield one.question.style, places[:1] == [right], right in places


def print_record(record: dict[str, Any]) -> None:
    """The record as a table."""
    print(f"{record['asked']} of {record['questions']} known questions asked; hit@1 / hit@5, without routing")
    styles = list(next(iter(record["found"].values())))
    print(f"{'':18}" + "".join(f"{style:>16}" for style in styles))
    for label, by_style in record["found"].items():
        cells = [f"{by_style[style][0]:.3f} / {by_style[style][1]:.3f}" for style in styles]
        print(f"{label:18}" + "".join(f"{cell:>16}" for cell in cells))


def main(arguments: list[str] | None = None) -> int:
    """Ask, and print a table or, with ``--json``, the record; exit status 0 done, 3 no index to ask."""
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
        print(f"bench: {error}", file=sys.stderr)
        return 3
    print(file=sys.stderr)
    if args.json:
        print(json.dumps(record, indent=1))
    else:
        print_record(record)
    return 0


if __name__ == "__main__":
    sys.exit(main())
