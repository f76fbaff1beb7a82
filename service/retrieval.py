"""Candidates for an answer: passages by meaning and by words, fused, and articles ranked by their best one.

The two scores are joined by a convex sum (Bruch, Gai and Ingber, "An Analysis of Fusion Functions for Hybrid
Retrieval", 2022). The cosine enters as it is. BM25 enters as the share of what the question's words could
have scored at most, not of what the best passage scored: then a lay question, whose words are not the
treaty's, is left to the cosine, and a search-box query is led by its words.

What an article gains beside these is small and settles what the two leave open: whether its treaty is what the
question is about. A question that describes a treaty without naming it ("the club of coffee-growing countries")
is close to several of the treaty's articles; so each article gains with the best of its treaty. And an article of a
well-known treaty gains as the questions known to ask for it are like this one (ingest/known_questions.py).
"""

import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ingest.index import Index
from ingest.known_questions import FAR, Article, Closeness
from service.thesaurus import expand

POOL = 80
# Preambles and words of signature bind nobody, and they mention everything.
_ABOUT_INOPERATIVE = re.compile(r"(?i)\b(preambles?|préambule|signed|signature|authentic|recalls?|aims?)\b")


@dataclass(frozen=True, slots=True)
class Fusion:
    """What each thing known of an article weighs; ``words`` and the cosine share a weight of 1.

    Chosen on the training questions about the treaties that the embedding model was not trained on
    (ingest/model/held_out.txt); around these values little changes.
    """

    words: float = 0.25
    # Whether treaty words are looked for beside the everyday words of the question.
    thesaurus: bool = True
    # The mean cosine of the best ``siblings`` articles of the treaty.
    treaty: float = 0.15
    siblings: int = 3
    # The nearest question known to ask for the article, and the mean of its nearest five.
    known: float = 1.0
    known_few: float = 0.5
    # A treaty about which no questions are known is at no disadvantage: it is taken to gain what an article gains
    # at most among the first ``neighbours`` of other treaties.
    neighbours: int = 5
    # A number without a treaty ("what does article 51 say about self-defence") speaks for articles that have it.
    number: float = 0.1
    # The first ``reranked`` articles are compared with the question word by word: ``by_word`` is what that weighs.
    # Their known questions are too, which weigh as much as by vectors, of which then ``known_kept`` remains.
    by_word: float = 1.0
    reranked: int = 20
    known_kept: float = 0.5
    # A treaty that the question describes rather than names; the weight is that of a description that fits wholly.
    preferred: float = 0.06
    # A follow-up is mostly about the treaty of the answer before it, but may leave it; where the question before it
    # named its treaty it does so less often, and where it asks about "the treaty" it does not.
    focus: float = 0.08
    focus_named: float = 0.12
    focus_treaty: float = 0.45
    # One that itself describes another treaty ("does the Antarctic deal have anything on that?") asks of that one.
    focus_described: float = 0.3
    # A follow-up that says something of its own asks for another article than the one it has been given, and a
    # correction does so the more; one that only asks "by whom?" asks for the same.
    given: float = -0.1
    not_meant: float = -0.2
    given_detail: float = 0.1
    inoperative: float = -0.06


FUSION = Fusion()
_NOTHING: Mapping[str, float] = {}
_NO_ARTICLES: Mapping[Article, float] = {}


@dataclass(frozen=True, slots=True)
class Ranked:
    """An article with its best passage; ``cosine`` and ``words`` (0 to 1) are that passage's two scores.

    ``gain`` is what ``score`` owes to known questions, ``known`` the same, but None where none are known of its treaty.
    """

    treaty_id: str
    eid: str
    row: int
    score: float
    cosine: float
    words: float
    gain: float = 0.0
    known: float | None = None


class _Passage(NamedTuple):
    """The best passage of an article, by its cosine and its words."""

    row: int
    score: float
    cosine: float
    words: float


def rank_articles(
    text: str,
    vector: NDArray[np.float32],
    index: Index,
    *,
    before: str = "",
    treaties: Sequence[str] = (),
    numbers: Sequence[str] = (),
    focus: Mapping[str, float] = _NOTHING,
    given: Mapping[Article, float] = _NO_ARTICLES,
    preferred: Sequence[tuple[str, float]] = (),
    tokens: NDArray[np.float32] | None = None,
    fusion: Fusion = FUSION,
) -> list[Ranked]:
    """Articles (preambles, annexes) of ``treaties`` (all when empty) for a question, best first.

    ``vector`` is the question's, of unit length. ``before`` is the question it follows, whose words are looked for
    beside its own. ``numbers`` are article numbers asked for, ``focus`` the treaties that a conversation is about
    with what each gains, ``given`` the articles already quoted in it with what each gains or loses; ``preferred`` are
    the treaties that the question describes, with weights from 0 to 1. By ``tokens``, the unit vectors of the
    question's, shape (tokens, 128), the first articles are compared with it word by word; without them they stay as
    the fusion has them.
    """
    inoperative = 0.0 if _ABOUT_INOPERATIVE.search(text) else fusion.inoperative
    extra = [word for expansion in expand(text) for word in expansion.words] if fusion.thesaurus else []
    extra += before.split()
    by_words = dict(index.search_words(text, POOL, treaties, extra))
    cosines = dict(index.search_vectors(vector, POOL, treaties))
    described = dict(preferred)
    if meant := tuple(dict.fromkeys([*described, *focus])):
        cosines |= dict(index.search_vectors(vector, POOL, meant))
    cosines |= index.similarities(vector, [row for row in by_words if row not in cosines])
    close = _close_questions(vector, index, treaties, cosines, fusion)
    by_question = [row for article in close for row in index.rows_of_article[article] if row not in cosines]
    cosines |= index.similarities(vector, by_question)
    most = index.most_words(text) or 1.0
    shares = {row: min(score / most, 1.0) for row, score in by_words.items()}
    best: dict[Article, _Passage] = {}
    for row, cosine in cosines.items():
        words = shares.get(row, 0.0)
        score = (1 - fusion.words) * cosine + fusion.words * words
        place = index.rows[row]
        article = (place.treaty_id, place.article)
        if article not in best or score > best[article].score:
            best[article] = _Passage(row, score, cosine, words)
    support = _support(((treaty_id, passage.cosine) for (treaty_id, _), passage in best.items()), fusion.siblings)
    scores: dict[Article, float] = {}
    for article, passage in best.items():
        treaty_id, eid = article
        score = passage.score
        if numbers and eid.rpartition("art_")[2] in numbers:
            score += fusion.number
        score += focus.get(treaty_id, 0.0)
        score += given.get(article, 0.0)
        score += fusion.preferred * described.get(treaty_id, 0.0)
        if eid == "preamble" or eid.rpartition("__")[2].startswith("final"):
            score += inoperative
        scores[article] = score + fusion.treaty * support[treaty_id]
    gains = {article: _gain(near, fusion) for article, near in close.items()}
    ranked = _ranked(scores, gains, best, index, fusion)
    if tokens is None or not fusion.by_word:
        return ranked
    # They keep before all others, which have not been compared.
    first, others = ranked[: fusion.reranked], ranked[fusion.reranked :]
    by_word = index.by_word(tokens, [found.row for found in first]).tolist()
    bare = {
        (found.treaty_id, found.eid): found.score - found.gain + fusion.by_word * score
        for found, score in zip(first, by_word, strict=True)
    }
    close = index.questions.near_by_word(vector, tokens, bare)
    both = {article: fusion.known_kept * gains.get(article, 0.0) + _gain(near, fusion)
            for article, near in close.items()}  # fmt: skip
    return [*_ranked(bare, both, best, index, fusion), *others]


def _close_questions(
    vector: NDArray[np.float32], index: Index, treaties: Sequence[str], rows: Iterable[int], fusion: Fusion
) -> Mapping[Article, Closeness]:
    """How close the known questions are of the articles that rows stand in, and of those with the closest."""
    if not (fusion.known or fusion.known_few):
        return {}
    found = {(index.rows[row].treaty_id, index.rows[row].article) for row in rows}
    close = index.questions.near(vector, POOL, treaties, found)
    return {article: closeness for article, closeness in close.items() if article in index.rows_of_article}


def _gain(near: Closeness, fusion: Fusion) -> float:
    return fusion.known * (near.nearest - FAR) + fusion.known_few * (near.few - FAR)


def _ranked(
    scores: Mapping[Article, float], gains: Mapping[Article, float], best: Mapping[Article, _Passage], index: Index,
    fusion: Fusion,
) -> list[Ranked]:  # fmt: skip
    """Articles by their score and what known questions speak for them, best first."""
    in_order = sorted(scores, key=lambda article: (-scores[article], article[0], best[article].row))
    asked = index.questions.treaties
    known = [gains.get(article, 0.0) if article[0] in asked else None for article in in_order]
    of_first = itertools.islice((gain for gain in known if gain is not None), fusion.neighbours)
    unasked = max(of_first, default=0.0)
    ranked = []
    for article, own in zip(in_order, known, strict=True):
        gain = unasked if own is None else own
        row, _, cosine, words = best[article]
        ranked.append(Ranked(*article, row, scores[article] + gain, cosine, words, gain, own))
    return sorted(ranked, key=_best_first)


def _support(found: Iterable[tuple[str, float]], siblings: int) -> Mapping[str, float]:
    """For each treaty the mean cosine of its best articles, those that were not found counted as the worst found.

    ``found`` are the treaties and cosines of articles.
    """
    cosines: dict[str, list[float]] = defaultdict(list)
    for treaty_id, cosine in found:
        cosines[treaty_id].append(cosine)
    floor = min((min(of_treaty) for of_treaty in cosines.values()), default=0.0)
    return {
        treaty: sum((sorted(of_treaty, reverse=True) + [floor] * siblings)[:siblings]) / siblings
        for treaty, of_treaty in cosines.items()
    }


def _best_first(ranked: Ranked) -> tuple[float, str, int]:
    return (-ranked.score, ranked.treaty_id, ranked.row)
