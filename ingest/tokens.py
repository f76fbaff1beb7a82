"""The vectors of texts' tokens, kept to compare passages and known questions with a question word by word.

A text's vector is an average, in which what answers may be lost. Late interaction (Khattab and Zaharia, "ColBERT",
2020) compares the vectors of the single tokens, which the same network gives; the score is the mean over the
question's tokens of each one's best cosine. Only tokens that tell something are kept (``ingest.embedding.UNTELLING``),
a number in eight bits: both together cost nothing in what is found, and an eighth of the room remains.

    tokens.bin            the vectors, one behind the other, 128 bytes each, mapped into memory
    tokens.starts.npy     where each text's begin, and where the last one's end, counted in tokens
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ingest.embedding import TOKEN_DIMENSION, Vectors
from ingest.errors import IndexBroken

_SCALE = 127

Tokens = NDArray[np.int8]
"""Vectors of a text's tokens, shape (tokens, 128), in steps of 1/127."""


def pack(tokens: Vectors) -> Tokens:
    """Unit vectors of tokens in eight bits a number."""
    return np.round(tokens * _SCALE).astype(np.int8)


class TokenWriter:
    """Writes the tokens of texts, in their order, into files of a folder; use it as a context manager."""

    def __init__(self, folder: Path, name: str = "tokens") -> None:
        """``name`` is how the files' names begin."""
        self._starts_path = folder / f"{name}.starts.npy"
        self._file = (folder / f"{name}.bin").open("wb")
        self._starts = [0]

    def add(self, texts: Iterable[Tokens]) -> None:
        """The tokens of the next texts."""
        for tokens in texts:
            self._file.write(tokens.tobytes())
            self._starts.append(self._starts[-1] + len(tokens))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        if kind is None:
            np.save(self._starts_path, np.array(self._starts, dtype=np.int64))


class TokenIndex:
    """The tokens of many texts, by their numbers in order."""

    def __init__(self, starts: NDArray[np.int64], vectors: Tokens) -> None:
        """``vectors`` are the tokens one behind the other, ``starts`` where each text's begin and the last's end."""
        self._starts, self._vectors = starts, vectors

    @classmethod
    def of(cls, texts: Sequence[Tokens]) -> Self:
        """An index in memory."""
        starts = np.cumsum([0, *map(len, texts)], dtype=np.int64)
        return cls(starts, np.concatenate([np.zeros((0, TOKEN_DIMENSION), dtype=np.int8), *texts]))

    @classmethod
    def open(cls, folder: Path, name: str = "tokens") -> Self:
        """What ``TokenWriter`` wrote, mapped into memory; raises IndexBroken where it is missing or damaged."""
        path = folder / f"{name}.bin"
        try:
            starts: NDArray[np.int64] = np.load(folder / f"{name}.starts.npy", allow_pickle=False)
            count, size = int(starts[-1]), path.stat().st_size
            if size != count * TOKEN_DIMENSION:
                raise IndexBroken(f"{path}: it has not the length that it was written with. Ingest again.")
            # An empty file cannot be mapped.
            vectors = np.asarray(np.memmap(path, np.int8, "r")) if count else np.zeros(0, np.int8)
        except (OSError, ValueError, EOFError, IndexError) as error:
            raise IndexBroken(f"{path}: the vectors of words are missing or damaged. Ingest again.") from error
        return cls(starts, vectors.reshape(-1, TOKEN_DIMENSION))

    def __len__(self) -> int:
        """How many texts there are."""
        return len(self._starts) - 1

    def of_text(self, number: int) -> Vectors:
        """The vectors of one text's tokens, about of unit length, shape (tokens, 128)."""
        packed = self._vectors[self._starts[number] : self._starts[number + 1]]
        return packed.astype(np.float32) / np.float32(_SCALE)

    def scores(self, question: Vectors, numbers: Sequence[int] | NDArray[np.intp]) -> Vectors:
        """How well texts suit a question word by word, from -1 to 1, shape (numbers,).

        ``question`` are the unit vectors of the question's tokens, shape (tokens, 128).
        """
        if not len(numbers):
            return np.zeros(0, dtype=np.float32)
        starts, ends = self._starts[numbers], self._starts[np.add(numbers, 1)]
        spans = zip(starts.tolist(), ends.tolist(), strict=True)
        tokens = np.concatenate([self._vectors[start:end] for start, end in spans]).astype(np.float32)
        first = np.cumsum(ends - starts) - (ends - starts)
        best = np.maximum.reduceat(question @ tokens.T, first, axis=1)
        return np.asarray(best.mean(axis=0) / _SCALE, dtype=np.float32)
