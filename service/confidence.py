"""How sure an answer is: the probability that the best article is the right one.

A logistic regression over what retrieval knows (scores and how far the best article is ahead), fitted by
eval/fit.py on training questions and on known ones, each also with its own treaty taken away; confidence.json holds
its weights and the threshold below which Pacta says that it found nothing. Where questions are known about the best
article's treaty, scores say other things than where none are: each case has a model of its own.

Half of the questions that the regression is fitted on have no answer, which serves to tell these apart and makes it
doubt too much. So what is told of an answer that is given is calibrated (Platt, "Probabilistic Outputs for Support
Vector Machines", 1999), for a search over all treaties and for one within those that the question names.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import exp
from pathlib import Path

from service.retrieval import Ranked

_PATH = Path(__file__).parent / "confidence.json"
# The score without what known questions add to it, which is a feature of its own.
FEATURES = ("score", "cosine", "words", "lead", "lead_other_treaty", "known")
# A treaty named in the question is half of the answer, and the thresholds were fitted without one. Set by watching
# refusals on the gold sets.
NAMED_THRESHOLD = 0.5

Line = tuple[float, float]


@dataclass(frozen=True, slots=True)
class ConfidenceModel:
    """Weights by feature; ``threshold`` is the least evidence on which an answer is given.

    ``open`` and ``within`` are the slope and the shift that make of the evidence's log-odds those of being right, where
    all treaties were searched and where only those that the question names.
    """

    weights: tuple[float, ...]
    bias: float
    threshold: float
    open: Line = (1.0, 0.0)
    within: Line = (1.0, 0.0)

    def evidence(self, ranked: Sequence[Ranked]) -> float:
        """What speaks for the first of the ranked articles, from 0 to 1; to be compared with ``threshold``."""
        return _share(self._total(ranked)) if ranked else 0.0

    def confidence(self, ranked: Sequence[Ranked], *, within: bool = False) -> float:
        """The probability that the first of the ranked articles answers the question, given that an answer is given."""
        slope, shift = self.within if within else self.open
        return _share(slope * self._total(ranked) + shift) if ranked else 0.0

    def _total(self, ranked: Sequence[Ranked]) -> float:
        return self.bias + sum(w * f for w, f in zip(self.weights, features(ranked), strict=True))


def _share(log_odds: float) -> float:
    return 1 / (1 + exp(-log_odds))


def evidence_alone(found: Ranked) -> float:
    """What speaks for an article, whatever others there are.

    How far it is ahead tells which of several articles is the best; it says nothing of whether one answers at all.
    """
    return load_confidence_models().of([found]).evidence([found])


def confidence_alone(found: Ranked) -> float:
    """The probability that an article answers, of those that are given for several treaties."""
    return load_confidence_models().of([found]).confidence([found], within=True)


def features(ranked: Sequence[Ranked]) -> tuple[float, ...]:
    """The values of FEATURES for a ranking that is not empty."""
    first = ranked[0]
    second = ranked[1].score if len(ranked) > 1 else first.score - 0.2
    other = next((r.score for r in ranked if r.treaty_id != first.treaty_id), first.score - 0.2)
    own = first.score - first.gain
    return (own, first.cosine, first.words, first.score - second, first.score - other, first.known or 0.0)


@dataclass(frozen=True, slots=True)
class ConfidenceModels:
    """One model for articles of treaties that questions are known about, one for all others."""

    asked: ConfidenceModel
    unasked: ConfidenceModel

    def of(self, ranked: Sequence[Ranked]) -> ConfidenceModel:
        """The model for the first of the ranked articles."""
        return self.asked if ranked and ranked[0].known is not None else self.unasked


@lru_cache(maxsize=1)
def load_confidence_models() -> ConfidenceModels:
    """The models that come with Pacta."""
    record = json.loads(_PATH.read_text("utf-8"))
    return ConfidenceModels(
        **{
            kind: ConfidenceModel(
                tuple(one["weights"][name] for name in FEATURES),
                one["bias"],
                one["threshold"],
                tuple(one["open"]),
                tuple(one["within"]),
            )
            for kind, one in record.items()
        }
    )
