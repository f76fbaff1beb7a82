"""The vectors of texts that were embedded before, kept on disk between runs.

A row holds a text's vector, four bytes a number, and behind it those of its tokens, one byte a number.
"""

from __future__ import annotations

import hashlib
import logging
import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Protocol, Self

import numpy as np

from ingest.embedding import DIMENSION, MODEL_ID, TOKEN_DIMENSION, Encoded, Progress, Vectors
from ingest.tokens import Tokens, pack

CACHE_FILE = "vectors.sqlite3"
SLICE = 256  # texts between two writes to the cache: what an interruption can lose, 2 s or so

log = logging.getLogger(__name__)


class TextEncoder(Protocol):
    """What ``encode_cached`` needs of an embedding model; ``Embedder`` is the one Pacta ships."""

    @property
    def model_id(self) -> str:
        """A name that changes whenever the vectors would."""

    @property
    def dimension(self) -> int:
        """The length of a text's vector."""

    def encode_texts(self, texts: Sequence[str], *, on_progress: Progress | None = None) -> list[Encoded]:
        """Return texts with the vectors of their tokens, in the order given."""


class Held(NamedTuple):
    """A text's vector, shape (dimension,), and its tokens', (tokens, 128)."""

    vector: Vectors
    tokens: Tokens


class VectorCache:
    """Vectors on disk, by the sha256 of the embedded text and the model that made them.

    It saves work and holds nothing that cannot be made again, so no trouble with it ever raises. A
    damaged file is set aside as ``vectors.sqlite3.damaged`` and a new one begun; where the folder
    cannot be written or the file is locked for long, this run goes on without a cache. Either is
    logged as a warning.

    Use it in one thread, as a context manager or with ``close``.
    """

    def __init__(self, folder: Path, *, model_id: str = MODEL_ID, dimension: int = DIMENSION) -> None:
        self.path = folder / CACHE_FILE
        self.model_id = model_id
        self.dimension = dimension
        self._connection: sqlite3.Connection | None = None
        self._begun_anew = False
        self._open()

    def get_many(self, texts: Sequence[str]) -> dict[int, Held]:
        """Return what is held, by position in ``texts``; what is not held is left out."""
        found: dict[int, Held] = {}
        with self._guarded() as connection:
            if connection is None:
                return {}
            for position, text in enumerate(texts):
                row = connection.execute(
                    "SELECT vector FROM vectors WHERE sha256 = ? AND model = ?",
                    (_digest(text), self.model_id),
                ).fetchone()
                held = None if row is None else self._decode(row[0])
                if held is not None:
                    found[position] = held
        return found

    def put_many(self, texts: Sequence[str], held: Sequence[Held]) -> None:
        """Keep ``held[i]`` for ``texts[i]``, all of them in one transaction."""
        rows = [
            (_digest(text), self.model_id, vector.astype("<f4").tobytes() + tokens.tobytes())
            for text, (vector, tokens) in zip(texts, held, strict=True)
        ]
        with self._guarded() as connection:
            if connection is not None:
                with connection:
                    connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)", rows)

    def close(self) -> None:
        """Close the file. The cache then holds nothing and keeps nothing."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _decode(self, blob: object) -> Held | None:
        """What a blob holds, or None where it has another length or its vector is no number."""
        of_vector = 4 * self.dimension
        if not isinstance(blob, bytes) or len(blob) <= of_vector or (len(blob) - of_vector) % TOKEN_DIMENSION:
            return None
        vector = np.frombuffer(blob, dtype="<f4", count=self.dimension).astype(np.float32)
        tokens = np.frombuffer(blob, dtype=np.int8, offset=of_vector).reshape(-1, TOKEN_DIMENSION)
        return Held(vector, tokens) if np.isfinite(vector).all() else None

    def _open(self) -> None:
        with self._guarded():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(self.path, timeout=30)
            with self._connection as connection:
                connection.execute(
                    "CREATE TABLE IF NOT EXISTS vectors (sha256 BLOB, model TEXT, vector BLOB,"
                    " PRIMARY KEY (sha256, model))"
                )
                # Reads no vector, but fails on a table of this name that has another shape.
                connection.execute("SELECT sha256, model, vector FROM vectors LIMIT 0")

    @contextmanager
    def _guarded(self) -> Iterator[sqlite3.Connection | None]:
        """Give the open file, or None; end the block quietly where the file lets it down."""
        try:
            yield self._connection
        except (sqlite3.Error, OSError) as error:
            self.close()
            damaged = getattr(error, "sqlite_errorcode", None) in _DAMAGED
            if damaged and not self._begun_anew:  # twice in one run is not the file's fault
                self._set_aside(error)
            else:
                log.warning("%s: working without this cache (%s).", self.path, error)

    def _set_aside(self, error: Exception) -> None:
        self._begun_anew = True
        damaged = self.path.with_name(f"{CACHE_FILE}.damaged")
        log.warning(
            "%s: the cache of vectors is damaged (%s). It is kept as %s, a new one is begun, and "
            "texts are embedded again where needed.", self.path, error, damaged.name,
        )  # fmt: skip
        try:
            os.replace(self.path, damaged)
        except OSError as trouble:
            log.warning("%s: working without this cache (%s).", self.path, trouble)
        else:
            self._open()


# What SQLite says of bytes that are not, or no longer, a cache; SQLITE_ERROR is a table of another
# shape. Its other codes (locked, read-only, disk full) say nothing against the file.
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR}


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", errors="surrogatepass")).digest()


def encode_cached(
    embedder: TextEncoder,
    cache: VectorCache,
    texts: Sequence[str],
    keep: Callable[[Sequence[Tokens]], None],
    on_progress: Progress | None = None,
) -> tuple[Vectors, int]:
    """Return the vectors of ``texts``, shape (n, d), embedding only the new, and how many were new.

    The texts' tokens are handed to ``keep``, in slices and in order: those of a whole collection need not be in
    memory at once. What is new goes to the cache slice by slice, so that an interrupted run is taken up where it
    stopped. Raises what ``embedder`` raises, and ``ValueError`` where the cache is another model's.
    """
    if (cache.model_id, cache.dimension) != (embedder.model_id, embedder.dimension):
        raise ValueError(f"cache of {cache.model_id} used with model {embedder.model_id}")
    vectors = np.empty((len(texts), embedder.dimension), dtype=np.float32)
    embedded = 0
    for start in range(0, len(texts), SLICE):
        slice_texts = texts[start : start + SLICE]
        held = cache.get_many(slice_texts)

        def report(finished: int, before: int = start + len(held)) -> None:
            if on_progress:
                on_progress(before + finished)

        if held:
            report(0)
        if new := [position for position in range(len(slice_texts)) if position not in held]:
            new_texts = [slice_texts[position] for position in new]
            encoded = embedder.encode_texts(new_texts, on_progress=report)
            fresh = [Held(vector, pack(tokens)) for vector, tokens in encoded]
            cache.put_many(new_texts, fresh)
            held |= dict(zip(new, fresh, strict=True))
            embedded += len(new)
        for position, one in held.items():
            vectors[start + position] = one.vector
        keep([held[position].tokens for position in range(len(slice_texts))])
    return vectors, embedded
