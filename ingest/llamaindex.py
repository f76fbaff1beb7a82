"""Pacta's parts as llama-index types, for those who build with llama-index.

Importing this module imports llama-index, which takes some seconds and 100 MB; Pacta imports it
only where it is used.
"""

from __future__ import annotations

import asyncio
from typing import Any

from llama_index.core.base.embeddings.base import BaseEmbedding
from pydantic import PrivateAttr

from ingest.embedding import Embedder


class PactaEmbedding(BaseEmbedding):
    """The embedded model as a llama-index embedding: 384 dimensions, unit length, no network.

    Texts and queries are embedded alike. Raises ``ModelUnavailable`` at the first text if the
    model's files are missing or damaged.
    """

    _embedder: Embedder = PrivateAttr()

    def __init__(self, embedder: Embedder | None = None, **fields: Any) -> None:
        embedder = embedder or Embedder()
        # llama-index hands over this many texts at a time; its default of 10 leaves cores idle.
        super().__init__(**{"model_name": embedder.model_id, "embed_batch_size": 256, **fields})
        self._embedder = embedder

    @classmethod
    def class_name(cls) -> str:
        """The name llama-index writes into what it serialises."""
        return "PactaEmbedding"

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._floats(text)

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        vectors: list[list[float]] = self._embedder.embed_texts(texts).tolist()
        return vectors

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._floats(query)

    # The model is busy with the processor, not waiting: off the event loop with it.

    async def _aget_text_embedding(self, text: str) -> list[float]:
        return await asyncio.to_thread(self._get_text_embedding, text)

    async def _aget_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return await asyncio.to_thread(self._get_text_embeddings, texts)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return await asyncio.to_thread(self._get_query_embedding, query)

    def _floats(self, text: str) -> list[float]:
        floats: list[float] = self._embedder.embed_query(text).tolist()
        return floats
