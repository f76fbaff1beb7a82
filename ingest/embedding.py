"""Text to vector: the embedded model, and the cache that keeps its vectors between runs.

The model is all-MiniLM-L6-v2, trained further on people's questions about treaties, as int8 ONNX
(``model/README.md`` tells how it was made, what it reaches and where it ends). It needs no network,
no GPU and no PyTorch. Two guarantees hold, and the tests check them:

1. The vector of a text depends on that text alone, to the last bit, and never on its neighbours or
   on how many threads there are. int8 activations share one scale in a tensor, so in a batch a
   text would be rounded by the largest value of all. Texts are therefore run one at a time, and
   the speed comes from one thread a core instead of batches, which also saves all padding. (Between
   kinds of processors the last bits may differ; the README has the figures.)
2. Only the model that ``MODEL_ID`` names is ever run: its bytes are hashed when it is loaded.
   A damaged file that still ran would place texts wrongly without anybody noticing.

The network reads the first 256 tokens of a text, some 180 English words; the rest has no influence.
"""

from __future__ import annotations

import hashlib
import logging
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from ingest.errors import ModelUnavailable

MODEL_FOLDER = Path(__file__).parent / "model"
MODEL_SHA256 = "5ae652ed677c31189c3dcf02804979e87cd09252f8b14826b213c7a36fa05c0e"
TOKENIZER_SHA256 = "b2671b6b396976e3f5aef2c69ea482aa60a2a571933664ab36f352d655ecea29"
PROJECTION_SHA256 = "cb0d774646ff8b11d1141e0224d21a8d446344c0b3d6b521d46244a266b6f4e6"
MODEL_ID = f"pacta-treaties/onnx-int8/{MODEL_SHA256[:12]}"
DIMENSION = 384
TOKEN_DIMENSION = 128

CACHE_FILE = "vectors.sqlite3"
SLICE = 256  # texts between two writes to the cache: what an interruption can lose, 2 s or so

Vectors = NDArray[np.float32]
Progress = Callable[[int], None]
"""Told, in the calling thread, how many of the texts are finished so far."""

log = logging.getLogger(__name__)


class Encoded(NamedTuple):
    """A text as one vector, shape (384,), and as its tokens' vectors, (tokens, 128); all of unit length."""

    vector: Vectors
    tokens: Vectors


class TextEmbedder(Protocol):
    """What ``embed_cached`` needs of an embedding model; ``Embedder`` is the one Pacta ships."""

    @property
    def model_id(self) -> str:
        """A name that changes whenever the vectors would."""

    @property
    def dimension(self) -> int:
        """The length of a vector."""

    def embed_texts(self, texts: Sequence[str], *, on_progress: Progress | None = None) -> Vectors:
        """Return one vector a text, shape (texts, dimension), in the order given."""


class Embedder:
    """The embedded model. Making one costs nothing; the files are read at the first text.

    ``workers`` is how many texts run at the same time, by default as many as the process may use
    cores. An instance may be shared by threads, copied and pickled.
    """

    model_id = MODEL_ID
    dimension = DIMENSION

    def __init__(self, *, folder: Path = MODEL_FOLDER, workers: int | None = None) -> None:
        self.folder = folder
        self.workers = workers or available_cores()
        self._loading = threading.Lock()
        self._network: _Network | None = None

    def __reduce__(self) -> tuple[Callable[[Path, int], Embedder], tuple[Path, int]]:
        # llama-index and Ray pickle what they hand to other processes; a session cannot travel.
        return _make_embedder, (self.folder, self.workers)

    def embed_texts(self, texts: Sequence[str], *, on_progress: Progress | None = None) -> Vectors:
        """Return the vectors of ``texts``: shape (texts, 384), unit length, in the order given.

        Any string has a vector, the empty one too. Raises ``ModelUnavailable``.
        """
        vectors = np.empty((len(texts), DIMENSION), dtype=np.float32)
        if not texts:
            return vectors
        network = self._load()
        with ThreadPoolExecutor(self.workers, thread_name_prefix="embedding") as pool:
            # Leaving this loop early, as Ctrl-C does, cancels the texts that still wait.
            for position, vector in enumerate(pool.map(network.embed, texts)):
                vectors[position] = vector
                if on_progress:
                    on_progress(position + 1)
        return vectors

    def encode_texts(self, texts: Sequence[str]) -> list[Encoded]:
        """Return ``texts`` with the vectors of their tokens, in the order given. Raises ``ModelUnavailable``."""
        network = self._load()
        with ThreadPoolExecutor(self.workers, thread_name_prefix="embedding") as pool:
            return list(pool.map(network.encode, texts))

    def encode_query(self, text: str) -> Encoded:
        """Return one text as ``encode_texts`` does, in the calling thread. Raises ``ModelUnavailable``."""
        return self._load().encode(text)

    def embed_query(self, text: str) -> Vectors:
        """Return the vector of one text: shape (384,), unit length, the same as ``embed_texts``.

        It runs in the calling thread and takes 1 to 3 ms for a question. Raises
        ``ModelUnavailable``.
        """
        return self._load().embed(text)

    def _load(self) -> _Network:
        with self._loading:
            if self._network is None:
                self._network = _Network(self.folder)
            return self._network


def _make_embedder(folder: Path, workers: int) -> Embedder:
    return Embedder(folder=folder, workers=workers)


def available_cores() -> int:
    """The number of cores this process may run on, which in a container can be fewer than exist."""
    if hasattr(os, "sched_getaffinity"):  # Linux
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class _Network:
    """The loaded tokenizer and network; any number of threads may call ``embed`` at once."""

    def __init__(self, folder: Path) -> None:
        # Read first, import afterwards: a missing file is then reported at once. Imported here and
        # not above, because both are heavy and most commands of the program never embed anything.
        model_bytes = _read_verified(folder / "model.onnx", MODEL_SHA256)
        tokenizer_bytes = _read_verified(folder / "tokenizer.json", TOKENIZER_SHA256)

        projection_bytes = _read_verified(folder / "token_projection.npy", PROJECTION_SHA256)

        import onnxruntime
        from tokenizers import Tokenizer

        onnxruntime.disable_telemetry_events()
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3  # errors only
        options.intra_op_num_threads = 1  # the calling threads are the parallelism
        options.inter_op_num_threads = 1
        try:
            self._tokenizer = Tokenizer.from_buffer(tokenizer_bytes)
            self._projection: Vectors = np.load(BytesIO(projection_bytes)).T
            self._session = onnxruntime.InferenceSession(model_bytes, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # the libraries raise classes of their own, or plain Exception
            raise ModelUnavailable(
                f"{folder}: the embedding model is intact, but could not be started ({error}). "
                "Reinstall onnxruntime and tokenizers in the versions that Pacta names."
            ) from error

    def embed(self, text: str) -> Vectors:
        """Return the unit vector of one text, shape (384,)."""
        vector: Vectors = self._run(text, "sentence_embedding")[0][0]
        return vector

    def encode(self, text: str) -> Encoded:
        """Return the unit vectors of one text and of its tokens."""
        vectors, hidden = self._run(text, "sentence_embedding", "token_embeddings")
        tokens = hidden[0] @ self._projection
        return Encoded(vectors[0], tokens / np.linalg.norm(tokens, axis=1, keepdims=True))

    def _run(self, text: str, *outputs: str) -> list[Vectors]:
        # Lone surrogates are legal in a Python string, but not in the UTF-8 the tokenizer reads.
        readable = text.encode("utf-8", errors="replace").decode("utf-8")
        ids = np.array([self._tokenizer.encode(readable).ids], dtype=np.int64)
        given = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        found: list[Vectors] = self._session.run(list(outputs), given)
        return found


def _read_verified(path: Path, sha256: str) -> bytes:
    """Return a file's bytes; raises ``ModelUnavailable`` unless they are the ones expected."""
    remedy = (
        "Restore the folder ingest/model from the repository or the release, or make it again with "
        "ingest/model/export.py."
    )
    try:
        content = path.read_bytes()
    except OSError as error:
        reason = f"the file cannot be read ({error.strerror or error})."
        raise ModelUnavailable(f"{path}: {reason} {remedy}") from error
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        reason = (
            f"the file is damaged or another version ({len(content)} bytes, sha256 {found[:12]}…, "
            f"expected {sha256[:12]}…)."
        )
        raise ModelUnavailable(f"{path}: {reason} {remedy}")
    return content


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

    def get_many(self, texts: Sequence[str]) -> dict[int, Vectors]:
        """Return the vectors held, by position in ``texts``; what is not held is left out."""
        found: dict[int, Vectors] = {}
        with self._guarded() as connection:
            if connection is None:
                return {}
            for position, text in enumerate(texts):
                row = connection.execute(
                    "SELECT vector FROM vectors WHERE sha256 = ? AND model = ?",
                    (_digest(text), self.model_id),
                ).fetchone()
                vector = None if row is None else self._decode(row[0])
                if vector is not None:
                    found[position] = vector
        return found

    def put_many(self, texts: Sequence[str], vectors: Vectors) -> None:
        """Keep ``vectors[i]`` for ``texts[i]``, all of them in one transaction."""
        rows = [
            (_digest(text), self.model_id, vector.astype("<f4").tobytes())
            for text, vector in zip(texts, vectors, strict=True)
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

    def _decode(self, blob: Any) -> Vectors | None:
        """Return the vector in a blob, or None where it has another length or is no number."""
        if not isinstance(blob, bytes) or len(blob) != 4 * self.dimension:
            return None
        vector = np.frombuffer(blob, dtype="<f4").astype(np.float32)
        return vector if np.isfinite(vector).all() else None

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


def embed_cached(
    embedder: TextEmbedder,
    cache: VectorCache,
    texts: Sequence[str],
    on_progress: Progress | None = None,
) -> Vectors:
    """Return the vectors of ``texts`` as ``embedder.embed_texts`` would, embedding only the new.

    New vectors go to the cache in slices, so that an interrupted run is taken up where it stopped.
    Raises what ``embedder`` raises, and ``ValueError`` where the cache is another model's.
    """
    if (cache.model_id, cache.dimension) != (embedder.model_id, embedder.dimension):
        raise ValueError(f"cache of {cache.model_id} used with model {embedder.model_id}")
    held = cache.get_many(texts)
    vectors = np.empty((len(texts), embedder.dimension), dtype=np.float32)
    for position, vector in held.items():
        vectors[position] = vector
    new = [position for position in range(len(texts)) if position not in held]

    done = len(held)
    if on_progress and done:
        on_progress(done)
    for start in range(0, len(new), SLICE):
        positions = new[start : start + SLICE]
        slice_texts = [texts[position] for position in positions]

        def report(finished: int, before: int = done) -> None:
            if on_progress:
                on_progress(before + finished)

        slice_vectors = embedder.embed_texts(slice_texts, on_progress=report)
        cache.put_many(slice_texts, slice_vectors)
        vectors[positions] = slice_vectors
        done += len(positions)
    return vectors
