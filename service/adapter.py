"""A query adapter: moves a question's vector towards the passages that answer such questions.

People ask in words that treaties do not use. A linear map learned from questions with their articles
(eval/fit.py) turns the question's vector; the passages' vectors stay those of the embedding model, so an
index needs nothing of it. Another embedding model simply goes without.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.embedding import DIMENSION, MODEL_ID

_PATH = Path(__file__).parent / "query_adapter.npz"


@dataclass(frozen=True)
class QueryAdapter:
    """``vector + vector @ weights + bias``, brought back to unit length."""

    weights: NDArray[np.float32]
    bias: NDArray[np.float32]

    def adapt(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Unit-length vectors, shape (d,) or (n, d), of questions as they are searched for."""
        moved = vectors + vectors @ self.weights + self.bias
        return np.asarray(moved / np.linalg.norm(moved, axis=-1, keepdims=True), dtype=np.float32)


@lru_cache(maxsize=1)
def load_adapter() -> QueryAdapter:
    """The adapter that comes with Pacta; one that changes nothing where it was fitted for another model."""
    with np.load(_PATH, allow_pickle=False) as stored:
        if str(stored["model_id"]) == MODEL_ID:
            return QueryAdapter(stored["weights"].astype(np.float32), stored["bias"].astype(np.float32))
    return QueryAdapter(np.zeros((DIMENSION, DIMENSION), dtype=np.float32), np.zeros(DIMENSION, dtype=np.float32))


def save_adapter(adapter: QueryAdapter, path: Path = _PATH) -> None:
    """Write an adapter for the model in use; half precision is plenty for it."""
    np.savez_compressed(
        path,
        model_id=np.array(MODEL_ID),
        weights=adapter.weights.astype(np.float16),
        bias=adapter.bias.astype(np.float16),
    )
