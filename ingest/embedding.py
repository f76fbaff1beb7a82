"""Text to vector: the embedded model.

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
import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ingest.errors import ModelUnavailable

if TYPE_CHECKING:
    from tokenizers import Tokenizer

MODEL_FOLDER = Path(__file__).parent / "model"
MODEL_SHA256 = "5ae652ed677c31189c3dcf02804979e87cd09252f8b14826b213c7a36fa05c0e"
TOKENIZER_SHA256 = "b2671b6b396976e3f5aef2c69ea482aa60a2a571933664ab36f352d655ecea29"
PROJECTION_SHA256 = "cb0d774646ff8b11d1141e0224d21a8d446344c0b3d6b521d46244a266b6f4e6"
MODEL_ID = f"pacta-treaties/onnx-int8/{MODEL_SHA256[:12]}"
DIMENSION = 384
TOKEN_DIMENSION = 128

# Words that tell nothing of what a text is about, and stand in every other. Nearly half of a treaty's word pieces are
# these, marks, or the model's own; as part of a question they only add noise. "Who", "may" and "not" do tell something.
UNTELLING = frozenset(
    "the of and to in a or for by on with which that as such is it at from are this an other has have been their these"
    " those was were its be any shall".split()
)

Vectors = NDArray[np.float32]
Progress = Callable[[int], None]
"""Told, in the calling thread, how many of the texts are finished so far."""


class Encoded(NamedTuple):
    """A text as one vector, shape (384,), and as its tokens' vectors, (tokens, 128); all of unit length.

    The tokens are those that tell something (see ``UNTELLING``), or all where none does.
    """

    vector: Vectors
    tokens: Vectors


class Embedder:
    """The embedded model. Making one costs nothing; the files are read at the first text.

    ``workers`` is how many texts run at the same time, by default as many as the process may use
    cores. ``kept`` is how many of the last queries are remembered with their vectors. An instance may
    be shared by threads, copied and pickled.
    """

    model_id = MODEL_ID
    dimension = DIMENSION

    def __init__(self, *, folder: Path = MODEL_FOLDER, workers: int | None = None, kept: int = 0) -> None:
        self.folder = folder
        self.workers = workers or available_cores()
        self._loading = threading.Lock()
        self._network: _Network | None = None
        self._kept = kept
        self._encode = lru_cache(maxsize=kept)(lambda text: self._load().encode(text))

    def __reduce__(self) -> tuple[Callable[[Path, int, int], Embedder], tuple[Path, int, int]]:
        # llama-index and Ray pickle what they hand to other processes; a session cannot travel.
        return _make_embedder, (self.folder, self.workers, self._kept)

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

    def encode_texts(self, texts: Sequence[str], *, on_progress: Progress | None = None) -> list[Encoded]:
        """Return ``texts`` with the vectors of their tokens, in the order given. Raises ``ModelUnavailable``."""
        if not texts:
            return []
        network = self._load()
        encoded = []
        with ThreadPoolExecutor(self.workers, thread_name_prefix="embedding") as pool:
            for one in pool.map(network.encode, texts):
                encoded.append(one)
                if on_progress:
                    on_progress(len(encoded))
        return encoded

    def encode_query(self, text: str) -> Encoded:
        """Return one text as ``encode_texts`` does, in the calling thread. Raises ``ModelUnavailable``."""
        return self._encode(text)

    def token_places(self, text: str) -> NDArray[np.int64]:
        """Where in a text the tokens begin that ``encode_query`` gives vectors of, in their order.

        Raises ``ModelUnavailable``.
        """
        return self._load().token_places(text)

    def embed_query(self, text: str) -> Vectors:
        """Return the vector of one text: shape (384,), unit length, the same as ``embed_texts``.

        It runs in the calling thread and takes 1 to 3 ms for a question. Raises
        ``ModelUnavailable``.
        """
        return self._encode(text).vector

    def _load(self) -> _Network:
        with self._loading:
            if self._network is None:
                self._network = _Network(self.folder)
            return self._network


def _make_embedder(folder: Path, workers: int, kept: int) -> Embedder:
    return Embedder(folder=folder, workers=workers, kept=kept)


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
            self._telling = _telling(self._tokenizer)
            self._session = onnxruntime.InferenceSession(model_bytes, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # the libraries raise classes of their own, or plain Exception
            raise ModelUnavailable(
                f"{folder}: the embedding model is intact, but could not be started ({error}). "
                "Reinstall onnxruntime and tokenizers in the versions that Pacta names."
            ) from error

    def embed(self, text: str) -> Vectors:
        """Return the unit vector of one text, shape (384,)."""
        vector: Vectors = self._run(self._ids(text), "sentence_embedding")[0][0]
        return vector

    def encode(self, text: str) -> Encoded:
        """Return the unit vectors of one text and of its tokens."""
        ids = self._ids(text)
        vectors, hidden = self._run(ids, "sentence_embedding", "token_embeddings")
        tokens = hidden[0][self._kept(ids)] @ self._projection
        encoded = Encoded(vectors[0], tokens / np.linalg.norm(tokens, axis=1, keepdims=True))
        for array in encoded:  # whoever asks for the text again may be given the same ones
            array.flags.writeable = False
        return encoded

    def token_places(self, text: str) -> NDArray[np.int64]:
        """Return where the tokens begin that ``encode`` keeps."""
        encoding = self._tokenizer.encode(_readable(text))
        begins = np.array([start for start, _ in encoding.offsets], dtype=np.int64)
        return begins[self._kept(np.array(encoding.ids, dtype=np.int64))]

    def _kept(self, ids: NDArray[np.int64]) -> NDArray[np.bool_]:
        telling = self._telling[ids]
        return telling if telling.any() else np.ones_like(telling)

    def _ids(self, text: str) -> NDArray[np.int64]:
        return np.array(self._tokenizer.encode(_readable(text)).ids, dtype=np.int64)

    def _run(self, ids: NDArray[np.int64], *outputs: str) -> list[Vectors]:
        row = ids[None, :]
        given = {"input_ids": row, "attention_mask": np.ones_like(row), "token_type_ids": np.zeros_like(row)}
        found: list[Vectors] = self._session.run(list(outputs), given)
        return found


def _readable(text: str) -> str:
    """Lone surrogates are legal in a Python string, but not in the UTF-8 that the tokenizer reads."""
    return text.encode("utf-8", errors="replace").decode("utf-8")


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


def _telling(tokenizer: Tokenizer) -> NDArray[np.bool_]:
    """For each word piece of a vocabulary whether it tells something; marks and the model's own do not."""
    pieces = [tokenizer.id_to_token(number) or "" for number in range(tokenizer.get_vocab_size())]
    own = {"[CLS]", "[SEP]"}
    return np.array([piece not in UNTELLING | own and any(map(str.isalnum, piece)) for piece in pieces])
