"""What another treaty answers, one that is not held: "can I bring ivory home?" is a matter of CITES.

A question about ivory finds the nearest article of whatever is held. So it is compared with questions that treaties of
the catalogue answer, written without their names (elsewhere.tsv: treaty, style, question), and with those that the
articles held are known to answer. Where the former are nearer, the answer is not here, and Pacta can say where it is.
eval/fit.py makes elsewhere.npz, their vectors in eight bits.
"""

from collections.abc import Collection, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.embedding import DIMENSION, MODEL_ID

QUESTIONS = Path(__file__).parent / "elsewhere.tsv"
_VECTORS = QUESTIONS.with_suffix(".npz")
_SCALE = 127
# Closeness is the mean of the cosines of so many nearest questions. On 2,000 questions each, left out in turn: where
# 0.7 % of those answered here are lost, 63 % of those of other treaties are told (with the nearest alone 52 %).
FEW = 3
# Farther off than this, a question is not about the subject of another treaty.
NEAR = 0.45


class ElsewhereQuestions:
    """Questions by the treaties of the catalogue that answer them."""

    def __init__(self, treaties: Sequence[str], matrix: NDArray[np.float32]) -> None:
        """``treaties`` are the ids, one for each row of ``matrix``, which holds the questions' unit vectors."""
        self._matrix = matrix
        self._ids = list(dict.fromkeys(treaties))
        number = {treaty_id: n for n, treaty_id in enumerate(self._ids)}
        self._number_of = np.array([number[treaty_id] for treaty_id in treaties], dtype=np.intp)

    def nearest(self, vector: NDArray[np.float32], held: Collection[str]) -> tuple[str, float]:
        """The treaty, none of those held, with the question nearest to a unit vector, and how close such are.

        ``("", -1)`` where there is none.
        """
        elsewhere = np.array([treaty_id not in held for treaty_id in self._ids], dtype=np.bool_)
        if not elsewhere.any():
            return "", -1.0
        cosines = np.where(elsewhere[self._number_of], self._matrix @ vector, -1)
        nearest = self._ids[int(self._number_of[int(np.argmax(cosines))])]
        few = min(FEW, len(cosines))
        return nearest, float(np.partition(cosines, -few)[-few:].mean())


def read_elsewhere() -> list[tuple[str, str]]:
    """The treaty and the words of every question of elsewhere.tsv."""
    lines = QUESTIONS.read_text("utf-8").splitlines()
    return [(treaty, text) for treaty, _, text in (line.split("\t") for line in lines)]


def write_vectors(vectors: NDArray[np.float32]) -> None:
    """Keep the unit vectors of the questions of elsewhere.tsv, in their order."""
    np.savez_compressed(_VECTORS, vectors=np.round(vectors * _SCALE).astype(np.int8), model=np.array(MODEL_ID))


@lru_cache(maxsize=1)
def load_elsewhere() -> ElsewhereQuestions:
    """The questions that come with Pacta; none where their vectors are another model's."""
    with np.load(_VECTORS, allow_pickle=False) as kept:
        if str(kept["model"]) != MODEL_ID:
            return ElsewhereQuestions((), np.zeros((0, DIMENSION), dtype=np.float32))
        matrix = kept["vectors"].astype(np.float32)
    matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
    return ElsewhereQuestions([treaty for treaty, _ in read_elsewhere()], matrix)
