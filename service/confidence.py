"""How sure an answer is: the probability that the best article is the right one.

A logistic regression over what retrieval knows (scores and how far the best article is ahead), fitted by
eval/fit.py on the training questions, some of them with their own treaty taken away; confidence.json holds
its weights and the threshold below which Pacta says that it found nothing.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import exp
from pathlib import Path

from service.retrieval import Ranked

_PATH = Path(__file__).parent / "confidence.json"
FEATURES = ("score", "cosine", "words", "lead", "lead_other_treaty")


@dataclass(frozen=True, slots=True)
class ConfidenceModel:
    """Weights by feature; ``threshold`` is the least confidence with which an answer is given."""

    weights: tuple[float, ...]
    bias: float
    threshold: float

    def confidence(self, ranked: Sequence[Ranked]) -> float:
        """The probability that the first of the ranked articles answers the question."""
        if not ranked:
            return 0.0
        total = self.bias + sum(w * f for w, f in zip(self.weights, features(ranked), strict=True))
        return 1 / (1 + exp(-total))


def features(ranked: Sequence[Ranked]) -> tuple[float, ...]:
    """The values of FEATURES for a ranking that is not empty."""
    first = ranked[0]
    second = ranked[1].score if len(ranked) > 1 else first.score - 0.2
    other = next((r.score for r in ranked if r.treaty_id != first.treaty_id), first.score - 0.2)
    return (first.score, first.cosine, first.words, first.score - second, first.score - other)


@lru_cache(maxsize=1)
def load_confidence_model() -> ConfidenceModel:
    """The model that comes with Pacta."""
    record = json.loads(_PATH.read_text("utf-8"))
    weights = tuple(record["weights"][name] for name in FEATURES)
    return ConfidenceModel(weights, record["bias"], record["threshold"])
