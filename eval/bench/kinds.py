"""Which systems ``pacta bench`` measures, how each is set up, and whether it is installed."""

import importlib.util
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

from eval.bench.others import Exact, LlamaIndex, Words
from eval.bench.systems import Pacta, System


@dataclass(frozen=True, slots=True)
class Kind:
    """A system as it is told of: ``what`` says how it is set up, ``needs`` are modules of the extra "bench".

    ``built_by`` is the system whose index it opens, ``environment`` what its process is given beside.
    """

    id: str
    name: str
    what: str
    make: Callable[[], System]
    built_by: str
    needs: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)

    def missing(self) -> list[str]:
        """The modules that are not installed."""
        return [name for name in self.needs if not _is_installed(name)]


NOT_INSTALLED = "not installed"
PACTA = "pacta"
ANSWER = "pacta-answer"
KINDS = {
    kind.id: kind
    for kind in (
        Kind(PACTA, "Pacta", "search_articles: routing, words and vectors fused, best sentences; ten articles",
             Pacta, PACTA),
        Kind(ANSWER, "Pacta, whole answer", "answer_question: the same, and quotations checked against the text",
             partial(Pacta, whole_answer=True), PACTA),
        Kind("llama-index", "llama-index + Chroma",
             "SentenceSplitter as it comes (1,024 tokens), stock ChromaVectorStore on disk; ten nodes",
             LlamaIndex, "llama-index", ("llama_index.vector_stores.chroma",)),
        Kind("bm25s", "bm25s", "BM25 over Pacta's passages, memory-mapped, English stems; ten articles",
             Words, "bm25s", ("bm25s",)),
        # Left to itself OpenBLAS cuts each product for all cores, and clients that ask together wait for each other.
        Kind("numpy", "NumPy, exact", "all vectors of Pacta's passages times the question's, one thread a product; ten "
             "articles", Exact, "numpy", environment={"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}),
    )
}  # fmt: skip


def _is_installed(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:  # not even its parent
        return False
