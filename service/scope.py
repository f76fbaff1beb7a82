"""Is the question one that the text of treaties could answer at all? A linear head over the question.

Similarity to the nearest passage cannot tell: "a hotel near the UN in Geneva" is close to much of a treaty
collection, and "has China ratified it?" to the article on ratification. The head is a logistic regression over the
question's vector, which tells what it is about, and over its words and pairs of words, which tell how it is asked:
"how did the court rule in", "has … ever", "this week". eval/fit.py fits it on questions inside and outside the field
(scope_examples.jsonl); scope.json holds its weights.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from math import exp, sqrt
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.embedding import DIMENSION, MODEL_ID

_PATH = Path(__file__).parent / "scope.json"
_WORD = re.compile(r"[^\W\d_]+|\d+|\?")
_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True)
class ScopeHead:
    """Weights over a question's vector and its words; ``threshold`` is the least probability of being inside."""

    weights: NDArray[np.float32]
    bias: float
    threshold: float
    words: Mapping[str, float] = field(default_factory=dict)

    def probability(self, vector: NDArray[np.float32], text: str) -> float:
        """How likely a question is inside the field of treaties."""
        shares = word_shares(text, self.words)
        of_words = sum(self.words[word] * share for word, share in shares.items())
        return 1 / (1 + exp(-float(self.weights @ vector) - of_words - self.bias))


def words_and_pairs(text: str) -> frozenset[str]:
    """The words of a question and every two that follow one another, its beginning and end included."""
    plain = [
        word if not word.isdigit() else "#year" if _YEAR.fullmatch(word) else "#"
        for word in _WORD.findall(text.casefold())
    ]
    words = ["^", *plain, "$"]
    return frozenset(plain) | {" ".join(words[at : at + 2]) for at in range(len(words) - 1)}


def word_shares(text: str, known: Mapping[str, object]) -> dict[str, float]:
    """The words and pairs of a question that are known, with weights of which the squares sum to 1."""
    found = words_and_pairs(text) & known.keys()
    return dict.fromkeys(sorted(found), 1 / sqrt(len(found))) if found else {}


@lru_cache(maxsize=1)
def load_scope_head() -> ScopeHead:
    """The head that comes with Pacta; one that lets everything in where it was fitted for another model."""
    record = json.loads(_PATH.read_text("utf-8"))
    if record["model_id"] != MODEL_ID:
        return ScopeHead(np.zeros(DIMENSION, dtype=np.float32), 0.0, 0.0)
    weights = np.asarray(record["weights"], dtype=np.float32)
    return ScopeHead(weights, record["bias"], record["threshold"], record["words"])
