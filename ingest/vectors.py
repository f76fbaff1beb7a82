"""The vector index: Chroma, written once, then only read, and the same vectors as one matrix on disk.

Chroma finds the nearest of all passages. It is asked for ids and distances only: texts, filters and single
vectors are slow in it. Passages of some treaties, and those that their words brought up, are compared exactly by
the matrix, which is mapped into memory and shared by all processes that serve the generation.

Chroma is embedded: its files lie beside the matrix, and several processes may read them at once. With a Chroma server
the vectors are in a collection there instead (chroma_server.py).
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from ingest.chroma_server import ServerCollection, collection_of, named_server, write_collection
from ingest.errors import IndexBroken

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.client import Client
    from chromadb.api.collection_configuration import CreateCollectionConfiguration

_COLLECTION = "passages"
_MATRIX = "vectors.npy"
Vectors = NDArray[np.float32]


def _client(folder: Path) -> "Client":
    import chromadb
    from chromadb.config import Settings

    client = chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))
    # Its declared type is an interface without close(), which an embedded client has and needs.
    return cast("Client", client)


def build_vectors(folder: Path, ids: Sequence[str], vectors: Vectors) -> None:
    """Write passage ids with their unit-length vectors, shape (n, d), into a new Chroma in ``folder``.

    Where a Chroma server is named, they go there, and ``folder`` says into which collection; raises IndexUnreachable.
    """
    folder.mkdir(parents=True)
    np.save(folder / _MATRIX, np.ascontiguousarray(vectors, dtype=np.float32))
    if server := named_server():
        write_collection(folder, server, lambda client, name: _fill(client, name, ids, vectors))
        return
    client = _client(folder)
    try:
        _fill(client, _COLLECTION, ids, vectors)
    finally:
        client.close()


def _fill(client: "ClientAPI", name: str, ids: Sequence[str], vectors: Vectors) -> None:
    """A new collection with these vectors."""
    configuration: CreateCollectionConfiguration = {
        "hnsw": {"space": "cosine", "ef_construction": 200, "max_neighbors": 32, "ef_search": 200}
    }
    collection = client.create_collection(name, embedding_function=None, configuration=configuration)
    step = client.get_max_batch_size()
    for start in range(0, len(ids), step):
        collection.add(ids=list(ids[start : start + step]), embeddings=vectors[start : start + step])


class VectorIndex:
    """The vectors of one generation, opened for reading."""

    def __init__(self, folder: Path) -> None:
        """Open Chroma in ``folder``, or the collection that it names on a server.

        Raises IndexBroken where that cannot be opened, IndexUnreachable where the server does not answer.
        """
        self._collection: Any
        self._client: Client | None = None
        if name := collection_of(folder):
            self._collection = ServerCollection(folder, name)
        else:
            self._client = self._open(folder)
        try:
            # As a plain array; each slice of NumPy's memmap class costs some microseconds.
            self._matrix: Vectors = np.asarray(np.load(folder / _MATRIX, mmap_mode="r", allow_pickle=False))
        except (OSError, ValueError, EOFError) as error:
            self.close()
            raise IndexBroken(
                f"{folder / _MATRIX}: it cannot be read ({error}). Ingest the documents again."
            ) from error

    def _open(self, folder: Path) -> "Client":
        if not (folder / "chroma.sqlite3").is_file():
            raise IndexBroken(f"{folder}: the vector index is missing. Ingest the documents again.")
        try:
            client = _client(folder)
            self._collection = client.get_collection(_COLLECTION, embedding_function=None)
        except Exception as error:  # chromadb raises its own, sqlite's and its Rust core's errors here
            raise IndexBroken(
                f"{folder}: the vector index cannot be opened ({error}). Ingest the documents again."
            ) from error
        return client

    @property
    def problem(self) -> str | None:
        """Why the Chroma server is not asked for the time being; None when all is well."""
        return self._collection.problem if isinstance(self._collection, ServerCollection) else None

    @property
    def passages(self) -> int:
        """How many vectors the index holds; raises IndexUnreachable."""
        return int(self._collection.count())

    def nearest(self, vector: Vectors, limit: int) -> list[tuple[str, float]]:
        """Passage ids nearest to a unit-length vector, with their cosine similarities, best first.

        Raises IndexUnreachable where they are on a server that does not answer.
        """
        found = self._collection.query(query_embeddings=vector[None, :], n_results=limit, include=["distances"])
        return [(i, 1.0 - float(d)) for i, d in zip(found["ids"][0], found["distances"][0], strict=True)]

    def similarities(self, vector: Vectors, rows: Sequence[int] | range) -> Vectors:
        """Cosine similarities of the passages in some rows to a unit-length vector, exactly."""
        if isinstance(rows, range):  # a view, and nothing is copied
            return np.asarray(self._matrix[rows.start : rows.stop] @ vector)
        return np.asarray(self._matrix[list(rows)] @ vector) if rows else np.zeros(0, dtype=np.float32)

    def matrix(self) -> Vectors:
        """All vectors, shape (n, d), in the order they were written in; read-only."""
        return self._matrix

    def close(self) -> None:
        """Let go of the files."""
        if self._client is not None:
            self._client.close()
