"""Is the question one that treaties could answer at all? A linear head over the question's vector.

Similarity to the nearest passage cannot tell: "a hotel near the UN in Geneva" is close to much of a treaty
collection. The head is a logistic regression fitted by eval/fit.py on questions inside and outside the
field (scope_examples.jsonl); scope.json holds its weights.
"""

import json
from dataclasses import dataclass
from functools import lru_cache
from math import exp
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.embedding import DIMENSION, MODEL_ID

_PATH = Path(__file__).parent / "scope.json"


@dataclass(frozen=True)
class ScopeHead:
    """Weights over a question's vector; ``threshold`` is the least probability of being inside the field."""

    weights: NDArray[np.float32]
    bias: float
    threshold: float

    def probability(self, vector: NDArray[np.float32]) -> float:
        """How likely a question is inside the field of treaties."""
        return 1 / (1 + exp(-float(self.weights @ vector) - self.bias))


@lru_cache(maxsize=1)
def load_scope_head() -> ScopeHead:
    """The head that comes with Pacta; one that lets everything in where it was fitted for another model."""
    record = json.loads(_PATH.read_text("utf-8"))
    if record["model_id"] != MODEL_ID:
        return ScopeHead(np.zeros(DIMENSION, dtype=np.float32), 0.0, 0.0)
    return ScopeHead(np.asarray(record["weights"], dtype=np.float32), record["bias"], record["threshold"])
