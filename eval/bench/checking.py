"""How long a text takes to be checked against the treaties of an index, the first time in a process and after that.

    python -m eval.bench.checking HOME [--words 5000] [--gold FILE]

The text is made of the texts of the gold claims, one after the other, until it has so many words.
"""

import argparse
import itertools
import re
import statistics
import sys
import time
from contextlib import closing
from pathlib import Path

from eval.claim_cases import load_claim_cases
from ingest.index import open_index

GOLD = Path(__file__).parent.parent / "gold" / "claims.jsonl"
_REPEATS = 5


def text_of(texts: list[str], words: int) -> str:
    """Texts one after the other, from the first again where they are too few, cut behind so many words."""
    long = "\n\n".join(itertools.islice(itertools.cycle(texts), words))
    found = list(itertools.islice(re.finditer(r"\S+", long), words))
    return long[: found[-1].end()]


def main(arguments: list[str] | None = None) -> int:
    """Print the times."""
    parser = argparse.ArgumentParser(prog="python -m eval.bench.checking", description=__doc__)
    parser.add_argument("home", type=Path, help="folder with an index")
    parser.add_argument("--words", type=int, default=5_000, help="length of the text (%(default)s)")
    parser.add_argument("--gold", type=Path, default=GOLD, help="gold claims whose texts are checked")
    args = parser.parse_args(arguments)
    text = text_of([case.text for case in load_claim_cases(args.gold)], args.words)
    begun = time.perf_counter()
    from service.check.check import check_text

    with closing(open_index(args.home)) as index:
        opened = time.perf_counter()
        report = check_text(text, index)
        first = time.perf_counter() - opened
        again = []
        for _ in range(_REPEATS):
            start = time.perf_counter()
            check_text(text, index)
            again.append(time.perf_counter() - start)
        print(f"{args.words:,} words, {len(report.claims)} claims, {len(index.treaties)} treaties")
        print(f"loading and opening  {opened - begun:.2f} s")
        print(f"first check          {first:.2f} s, with the model, the names and the treaties read")
        print(f"after that           {statistics.median(again):.2f} s, median of {_REPEATS}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
