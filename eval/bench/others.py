"""What one would take instead of Pacta: llama-index with Chroma, bm25s, plain NumPy.

llama-index, Chroma and bm25s are imported in the methods that need them; the first and the last are in the extra
"bench".
"""

import importlib
import json
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.bench.systems import TOP, Built, Piece, read_treaties
from ingest.embedding import Embedder, Progress, Vectors
from ingest.manifest import Entry
from ingest.models import ParsedTreaty, Passage
from ingest.parse import load_treaty
from ingest.passages import cut_passages
from ingest.settings import Settings

# A list of passages names an article more than once. So many give ten articles in all but odd cases.
PASSAGES_FOR_TOP = 4 * TOP


class LlamaIndex:
    """llama-index as its own guide sets it up: SentenceSplitter, stock Chroma store, ten nearest nodes."""

    _collection = "treaties"

    def build(self, paths: Sequence[Path], folder: Path) -> Built:
        """Read whole treaties, split them with the defaults, index the nodes."""
        self.load()
        from llama_index.core import Document, StorageContext, VectorStoreIndex
        from llama_index.core.node_parser import SentenceSplitter

        from ingest.llamaindex import PactaEmbedding

        splitter = SentenceSplitter()
        # NLTK, which takes seconds to import, is left until the first text that is longer than a node.
        splitter.split_text("The Parties shall consult each other. " * splitter.chunk_size)
        built = Built()
        with built.stage("read"):
            treaties = [parsed.treaty for parsed in read_treaties(paths, built, _whole)]
            # The title goes into every node's embedded text, as file names and titles do by default.
            documents = [Document(id_=t.id, text=t.text, metadata={"title": t.title}) for t in treaties]
        with built.stage("split"):
            nodes = splitter.get_nodes_from_documents(documents)
        built.pieces = len(nodes)
        embedder = TimedEmbedder()
        with built.stage("index"):
            client = _chroma(folder)
            storage = StorageContext.from_defaults(vector_store=self._store(client))
            VectorStoreIndex(nodes, storage_context=storage, embed_model=PactaEmbedding(embedder))
            client.close()
        built.stages["index"] -= embedder.seconds
        built.stages = {"read": 0.0, "split": 0.0, "embed": embedder.seconds, **built.stages}
        return built

    def load(self) -> None:
        """Import what opening and searching need."""
        import llama_index.core
        import llama_index.vector_stores.chroma  # noqa: F401
        import onnxruntime  # noqa: F401

    def open(self, folder: Path) -> None:
        """Open the store as an index with a retriever."""
        from llama_index.core import VectorStoreIndex

        from ingest.llamaindex import PactaEmbedding

        self._client = _chroma(folder)
        index = VectorStoreIndex.from_vector_store(self._store(self._client), embed_model=PactaEmbedding())
        self._retriever = index.as_retriever(similarity_top_k=TOP)

    def find(self, question: str) -> Any:
        """The ten nearest nodes with their scores."""
        return self._retriever.retrieve(question)

    def pieces(self, found: Any) -> list[Piece]:
        """The nodes' stretches of the treaty's text; one whose place llama-index did not find has none."""
        nodes = [scored.node for scored in found]
        return [
            Piece(node.ref_doc_id, node.start_char_idx, node.end_char_idx)
            if node.start_char_idx is not None
            else Piece(node.ref_doc_id, 0, 0)
            for node in nodes
        ]

    def renew(self) -> None:
        """Nothing is left behind."""

    def close(self) -> None:
        """Let go of the files."""
        self._client.close()

    def _store(self, client: Any) -> Any:
        from llama_index.vector_stores.chroma import ChromaVectorStore

        # Without embedding_function=None Chroma would keep a model of its own beside, which it downloads.
        collection = client.get_or_create_collection(self._collection, embedding_function=None)
        return ChromaVectorStore(chroma_collection=collection)


class PassageSearch:
    """Search over the passages that Pacta cuts, which are kept beside in one file and held in memory."""

    def build(self, paths: Sequence[Path], folder: Path) -> Built:
        """Read and split the documents, then index what is embedded of each passage."""
        self.load()
        built = Built()
        with built.stage("read"):
            words = Settings().passage_words
            passages = [p for parsed in read_treaties(paths, built) for p in cut_passages(parsed, words)]
        built.pieces = len(passages)
        folder.mkdir(parents=True)
        self._index(passages, folder, built)
        with built.stage("index"):
            rows = [[p.treaty_id, p.start, p.end, p.article, p.text] for p in passages]
            (folder / "passages.json").write_text(json.dumps(rows, ensure_ascii=False), "utf-8")
        return built

    def open(self, folder: Path) -> None:
        """Read the passages, and what was indexed of them."""
        # bm25s can map its texts from disk, but seeks in one file for all threads, which then mix up their lines.
        self._passages = json.loads((folder / "passages.json").read_text("utf-8"))
        self._open(folder)

    def find(self, question: str) -> list[list[Any]]:
        """The rows of the best passages: treaty, start, end, article, words."""
        return [self._passages[row] for row in self._rows(question, min(PASSAGES_FOR_TOP, len(self._passages)))]

    def pieces(self, found: list[list[Any]]) -> list[Piece]:
        """The first ten articles of the list."""
        best = {(treaty, article): Piece(treaty, start, end, article) for treaty, start, end, article, _ in found[::-1]}
        order = dict.fromkeys((treaty, article) for treaty, _, _, article, _ in found)
        return [best[key] for key in order][:TOP]

    def load(self) -> None:
        """Import what opening and searching need."""
        raise NotImplementedError

    def renew(self) -> None:
        """Nothing is left behind."""

    def close(self) -> None:
        """Nothing is held open."""

    def _index(self, passages: Sequence[Passage], folder: Path, built: Built) -> None:
        raise NotImplementedError

    def _open(self, folder: Path) -> None:
        raise NotImplementedError

    def _rows(self, question: str, count: int) -> list[int]:
        raise NotImplementedError


class Words(PassageSearch):
    """bm25s with its own tokenizer and English stop words; stems by Snowball, as its guide advises."""

    def load(self) -> None:
        """Import bm25s, which draws progress bars unless told otherwise, and the stemmer."""
        import tantivy

        self._bm25s: Any = importlib.import_module("bm25s")
        english = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.raw()).filter(tantivy.Filter.stemmer("English")).build()
        self._stem = lambda words: [english.analyze(word)[0] for word in words]

    def _index(self, passages: Sequence[Passage], folder: Path, built: Built) -> None:
        with built.stage("index"):
            index = self._bm25s.BM25()
            index.index(self._tokens([p.embedding_text for p in passages]), show_progress=False)
            index.save(folder / "words", show_progress=False)

    def _open(self, folder: Path) -> None:
        self._words = self._bm25s.BM25.load(folder / "words", mmap=True, show_progress=False, verbosity=0)

    def _rows(self, question: str, count: int) -> list[int]:
        rows, scores = self._words.retrieve(self._tokens([question]), k=count, show_progress=False)
        return [int(row) for row, score in zip(rows[0], scores[0], strict=True) if score > 0]

    def _tokens(self, texts: list[str]) -> Any:
        return self._bm25s.tokenize(texts, stopwords="en", stemmer=self._stem, show_progress=False)


class Exact(PassageSearch):
    """The product of all passages' vectors with the question's, nothing approximate."""

    def load(self) -> None:
        """Import the model's runtime."""
        import onnxruntime  # noqa: F401

        self._embedder = Embedder()

    def _index(self, passages: Sequence[Passage], folder: Path, built: Built) -> None:
        with built.stage("embed"):
            vectors = self._embedder.embed_texts([p.embedding_text for p in passages])
        with built.stage("index"):
            np.save(folder / "vectors.npy", vectors)

    def _open(self, folder: Path) -> None:
        self._vectors: NDArray[np.float32] = np.load(folder / "vectors.npy")

    def _rows(self, question: str, count: int) -> list[int]:
        scores = self._vectors @ self._embedder.embed_query(question)
        best = np.argpartition(-scores, count - 1)[:count]
        return [int(row) for row in best[np.argsort(-scores[best], kind="stable")]]


class TimedEmbedder(Embedder):
    """The embedded model, counting the seconds spent on texts."""

    seconds = 0.0

    def embed_texts(self, texts: Sequence[str], *, on_progress: Progress | None = None) -> Vectors:
        """As ``Embedder.embed_texts``."""
        started = perf_counter()
        vectors = super().embed_texts(texts, on_progress=on_progress)
        self.seconds += perf_counter() - started
        return vectors


def _whole(entry: Entry) -> ParsedTreaty:
    """A treaty's text, not split into anything."""
    return ParsedTreaty(load_treaty(entry)[0], ())


def _chroma(folder: Path) -> Any:
    import chromadb
    from chromadb.config import Settings as ChromaSettings

    return chromadb.PersistentClient(str(folder), settings=ChromaSettings(anonymized_telemetry=False))
