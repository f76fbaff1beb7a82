"""Known questions taken out of an index to be asked of it, with those that are left.

Their writers also wrote those that are left, so what they find is better than what others' questions would. It tells
one weight from another, and how sure an answer is; how good retrieval is, gold sets tell.
"""

import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.embedding import Embedder
from ingest.errors import PactaError
from ingest.index import Index
from ingest.known_questions import EncodedQuestions, KnownQuestion, QuestionIndex, encode_questions, questions_on
from ingest.tokens import TokenIndex
from ingest.vector_cache import VectorCache


@dataclass(frozen=True)
class HeldQuestions:
    """All questions known about an index's treaties as they are compared; ``out`` are the positions to ask."""

    questions: Sequence[KnownQuestion]
    encoded: EncodedQuestions
    out: tuple[int, ...]

    def others(self, *, share: float = 1.0, without: Collection[str] = ()) -> QuestionIndex:
        """Those that are not asked, or a share of them, but none on the treaties ``without``."""
        asked = set(self.out)
        left = [n for n, q in enumerate(self.questions) if n not in asked and q.treaty_id not in without]
        kept = sorted(random.Random(0).sample(left, round(share * len(left))))
        articles = [(self.questions[n].treaty_id, self.questions[n].eid) for n in kept]
        tokens = TokenIndex.of([self.encoded.tokens[n] for n in kept])
        return QuestionIndex(articles, self.encoded.vectors[kept], tokens)


def take_out(index: Index, home: Path, count: int) -> HeldQuestions:
    """``count`` questions on as many articles, drawn the same way every time; vectors are kept in ``home``.

    Raises PactaError where not so many are known.
    """
    questions = questions_on(index.treaties.values())
    taken: dict[tuple[str, str], int] = {}
    for position in random.Random(1).sample(range(len(questions)), len(questions)):
        taken.setdefault((questions[position].treaty_id, questions[position].eid), position)
        if len(taken) == count:
            break
    else:
        raise PactaError(
            f"{home}: questions are known on {len(taken)} of its articles only, {count} are needed. "
            "Ingest more treaties of the catalogue (pacta treaties --catalogue lists them)."
        )
    with VectorCache(home / "embeddings") as cache:
        encoded = encode_questions(questions, Embedder(), cache)
    return HeldQuestions(questions, encoded, tuple(taken.values()))
