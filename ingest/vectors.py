"""The vector index: Chroma, written once, then only read.

Chroma is asked for ids, distances and vectors, never for texts or filters, which are slow in it; narrowing to
some treaties is exact search over their vectors.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from ingest.errors import IndexBroken

if TYPE_CHECKING:
    from chromadb.api.client import Client

_COLLECTION = "passages"
Vectors = NDArray[np.float32]


def _client(folder: Path) -> "Client":
    import chromadb
    from chromadb.config import Settings

    client = chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))
    # Its declared type is an interface without close(), which an embedded client has and needs.
    return cast("Client", client)


def build_vectors(folder: Path, ids: Sequence[str], vectors: Vectors) -> None:
    """Write passage ids with their unit-length vectors, shape (n, d), into a new Chroma in ``folder``."""
    folder.mkdir(parents=True)
    client = _client(folder)
    try:
        collection = client.create_collection(
            _COLLECTION,
            embedding_function=None,
            configuration={"hnsw": {"space": "cosine", "ef_construction": 200, "max_neighbors": 32, "ef_search": 200}},
        )
        step = client.get_max_batch_size()
        for start in range(0, len(ids), step):
            collection.add(ids=list(ids[start : start + step]), embeddings=vectors[start : start + step])
    finally:
        client.close()


class VectorIndex:
    """The vectors of one generation, opened for reading."""

    def __init__(self, folder: Path) -> None:
        """Open Chroma in ``folder``; raises IndexBroken where it cannot be opened."""
        if not (folder / "chroma.sqlite3").is_file():
            raise IndexBroken(f"{folder}: the vector index is missing. Ingest the documents again.")
        try:
            self._client = _client(folder)
            self._collection: Any = self._client.get_collection(_COLLECTION, embedding_function=None)
        except Exception as error:  # chromadb raises its own, sqlite's and its Rust core's errors here
            raise IndexBroken(
                f"{folder}: the vector index cannot be opened ({error}). Ingest the documents again."
            ) from error

    @property
    def passages(self) -> int:
        """How many vectors the index holds."""
        return int(self._collection.count())

    def nearest(self, vector: Vectors, limit: int) -> list[tuple[str, float]]:
        """Passage ids nearest to a unit-length vector, with their cosine similarities, best first."""
        found = self._collection.query(query_embeddings=vector[None, :], n_results=limit, include=["distances"])
        return [(i, 1.0 - float(d)) for i, d in zip(found["ids"][0], found["distances"][0], strict=True)]

    def similarities(self, vector: Vectors, ids: Sequence[str]) -> dict[str, float]:
        """Cosine similarities of some passages to a unit-length vector, exactly."""
        if not ids:
            return {}
        found = self._collection.get(ids=list(ids), include=["embeddings"])
        scores = np.asarray(found["embeddings"], dtype=np.float32) @ vector
        return dict(zip(found["ids"], map(float, scores), strict=True))

    def all_vectors(self) -> tuple[list[str], Vectors]:
        """Every id with its vector, for verification."""
        found = self._collection.get(include=["embeddings"])
        return found["ids"], np.asarray(found["embeddings"], dtype=np.float32)

    def close(self) -> None:
        """Let go of the files."""
        self._client.close()
