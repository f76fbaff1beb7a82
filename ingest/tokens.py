"""The vectors of passages' tokens, kept to compare passages with a question word by word.

A passage's vector is an average, in which what answers may be lost. Late interaction (Khattab and Zaharia, "ColBERT",
2020) compares the vectors of the single tokens, which the same network gives; the score is the mean over the
question's tokens of each one's best cosine. Only tokens that tell something are kept (``ingest.embedding.UNTELLING``),
a number in eight bits: both together cost nothing in what is found, and an eighth of the room remains.

    tokens.bin          the vectors, one behind the other, 128 bytes each, mapped into memory
    token_starts.npy    where each passage's begin, and where the last one's end, counted in tokens
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ingest.embedding import TOKEN_DIMENSION, Vectors
from ingest.errors import IndexBroken

_VECTORS, _STARTS = "tokens.bin", "token_starts.npy"
_SCALE = 127

Tokens = NDArray[np.int8]
"""Vectors of a text's tokens, shape (tokens, 128), in steps of 1/127."""


def pack(tokens: Vectors) -> Tokens:
    """Unit vectors of tokens in eight bits a number."""
    return np.round(tokens * _SCALE).astype(np.int8)


class TokenWriter:
    """Writes the tokens of passages, in the order of the rows, into a folder; use it as a context manager."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = (folder / _VECTORS).open("wb")
        self._starts = [0]

    def add(self, passages: Iterable[Tokens]) -> None:
        """The tokens of the next passages."""
        for tokens in passages:
            self._file.write(tokens.tobytes())
            self._starts.append(self._starts[-1] + len(tokens))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        if kind is None:
            np.save(self._folder / _STARTS, np.array(self._starts, dtype=np.int64))


class TokenIndex:
    """The tokens of one generation's passages, opened for reading."""

    def __init__(self, folder: Path) -> None:
        """Open what ``TokenWriter`` wrote; raises IndexBroken where it is missing or damaged."""
        try:
            self._starts: NDArray[np.int64] = np.load(folder / _STARTS, allow_pickle=False)
            whole = self._starts[-1] * TOKEN_DIMENSION == (folder / _VECTORS).stat().st_size
            self._vectors = np.memmap(folder / _VECTORS, dtype=np.int8, mode="r").reshape(-1, TOKEN_DIMENSION)
        except (OSError, ValueError, EOFError, IndexError) as error:
            raise IndexBroken(f"{folder}: the vectors of its words are missing or damaged. Ingest again.") from error
        if not whole:
            raise IndexBroken(f"{folder / _VECTORS}: it has lost some of its bytes. Ingest again.")

    def __len__(self) -> int:
        """How many passages have tokens."""
        return len(self._starts) - 1

    def scores(self, question: Vectors, rows: Sequence[int]) -> Vectors:
        """How well passages suit a question word by word, from -1 to 1, shape (rows,).

        ``question`` are the unit vectors of the question's tokens, shape (tokens, 128).
        """
        if not rows:
            return np.zeros(0, dtype=np.float32)
        spans = [(int(self._starts[row]), int(self._starts[row + 1])) for row in rows]
        tokens = np.concatenate([self._vectors[start:end] for start, end in spans]).astype(np.float32)
        first = np.cumsum([0, *(end - start for start, end in spans[:-1])])
        best = np.maximum.reduceat(question @ tokens.T, first, axis=1)
        return np.asarray(best.mean(axis=0) / _SCALE, dtype=np.float32)
