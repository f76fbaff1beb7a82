"""Candidates for an answer: passages by meaning and by words, fused, and articles ranked by their best one.

The two scores are joined by a convex sum (Bruch, Gai and Ingber, "An Analysis of Fusion Functions for Hybrid
Retrieval", 2022). The cosine enters as it is. BM25 enters as the share of what the question's words could
have scored at most, not of what the best passage scored: then a lay question, whose words are not the
treaty's, is left to the cosine, and a search-box query is led by its words.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ingest.index import Index
from ingest.passages import context_prefix, sentence_spans
from service.extract import Embed

# Chosen on half of the training questions with the adapter of the other half: lay questions lose above 0.4,
# named and terse ones gain up to 0.5.
WORD_WEIGHT = 0.3
POOL = 80
# So many articles are looked at sentence by sentence. The weight was set after one comparison on dev questions,
# which it helped in every style; what the whole ranking reaches is measured by eval/bench_retrieval.py.
REFINED = 6
SENTENCE_WEIGHT = 0.35
# A number without a treaty ("what does article 51 say about self-defence") speaks for articles that have it.
NUMBER_BONUS = 0.1
# A follow-up is mostly about the treaty of the answer before it, but may leave it.
FOCUS_BONUS = 0.05
# Preambles and words of signature bind nobody, and they mention everything.
INOPERATIVE_MALUS = 0.06
_ABOUT_INOPERATIVE = re.compile(r"(?i)\b(preambles?|préambule|signed|signature|authentic|recalls?|aims?)\b")


@dataclass(frozen=True, slots=True)
class Ranked:
    """An article with its best passage; ``cosine`` and ``words`` (0 to 1) are that passage's two scores."""

    treaty_id: str
    eid: str
    row: int
    score: float
    cosine: float
    words: float


def rank_articles(
    text: str,
    vector: NDArray[np.float32],
    index: Index,
    embed: Embed,
    *,
    treaties: Sequence[str] = (),
    numbers: Sequence[str] = (),
    focus: Sequence[str] = (),
) -> list[Ranked]:
    """Articles (preambles, annexes) of ``treaties`` (all when empty) for a question, best first.

    ``embed`` gives unit-length vectors of texts. ``numbers`` are article numbers asked for, ``focus`` the
    treaties that a conversation is about; both lift what they fit.
    """
    inoperative = 0.0 if _ABOUT_INOPERATIVE.search(text) else INOPERATIVE_MALUS
    by_words = dict(index.search_words(text, POOL, treaties))
    cosines = dict(index.search_vectors(vector, POOL, treaties))
    cosines |= index.similarities(vector, [row for row in by_words if row not in cosines])
    most = index.most_words(text) or 1.0
    best: dict[tuple[str, str], Ranked] = {}
    for row, cosine in cosines.items():
        words = min(by_words.get(row, 0.0) / most, 1.0)
        score = (1 - WORD_WEIGHT) * cosine + WORD_WEIGHT * words
        place = index.rows[row]
        if numbers and place.article.rpartition("art_")[2] in numbers:
            score += NUMBER_BONUS
        if place.treaty_id in focus:
            score += FOCUS_BONUS
        if place.article == "preamble" or place.article.rpartition("__")[2].startswith("final"):
            score -= inoperative
        key = (place.treaty_id, place.article)
        if key not in best or score > best[key].score:
            best[key] = Ranked(*key, row, score, cosine, words)
    ranked = sorted(best.values(), key=_best_first)
    return [*_refined(ranked[:REFINED], vector, index, embed), *ranked[REFINED:]]


def _refined(ranked: list[Ranked], vector: NDArray[np.float32], index: Index, embed: Embed) -> list[Ranked]:
    """The first articles in the order of their best passage together with its best sentence.

    A passage of several sentences is an average; the one that answers may be lost in it. The articles keep
    their places before all others.
    """
    texts: list[str] = []
    owner: list[int] = []
    for position, found in enumerate(ranked):
        row = index.rows[found.row]
        parsed = index.treaties[found.treaty_id]
        prefix = context_prefix(parsed, parsed.by_eid[found.eid])
        for start, end in sentence_spans(parsed.treaty.text, row.start, row.end):
            texts.append(f"{prefix} > {' '.join(parsed.treaty.text[start:end].split())}")
            owner.append(position)
    best = np.zeros(len(ranked))
    if texts:
        np.maximum.at(best, owner, embed(texts) @ vector)
    lifted = [
        replace(found, score=found.score + SENTENCE_WEIGHT * float(cosine))
        for found, cosine in zip(ranked, best, strict=True)
    ]
    return sorted(lifted, key=_best_first)


def _best_first(ranked: Ranked) -> tuple[float, str, int]:
    return (-ranked.score, ranked.treaty_id, ranked.row)
