"""Pacta as a retriever and a query engine of llama-index, for those who build with llama-index.

Both work on an index in this process and need no network. The retriever finds articles for another's synthesizer;
the query engine gives Pacta's own answer. Importing this module imports llama-index, which takes some seconds and
100 MB; Pacta itself does not import it.
"""

import asyncio
from pathlib import Path
from typing import Any, Self

from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.base.response.schema import Response
from llama_index.core.callbacks.base import CallbackManager
from llama_index.core.prompts.mixin import PromptMixinType
from llama_index.core.schema import NodeRelationship, NodeWithScore, QueryBundle, RelatedNodeInfo, TextNode

from ingest.index import Index, open_index
from service.answer import answer_question, search_articles, warm_up
from service.citations import permalink
from service.models import Conversation, Question
from service.settings import Settings

# What a synthesizer shows its model beside the text; the rest of the metadata is for programs.
SHOWN = frozenset({"citation", "text_status"})


class _OverIndex:
    """An open index, and the treaties of it that are asked."""

    def __init__(self, index: Index, settings: Settings | None, treaties: tuple[str, ...]) -> None:
        self._index = index
        self._asked_settings = settings or Settings()
        self._treaties = tuple(treaties)

    def close(self) -> None:
        """Closes the index, which is not used afterwards by anything that shares it."""
        self._index.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _search(self, query: QueryBundle, limit: int) -> list[NodeWithScore]:
        hits = search_articles(query.query_str, self._index, self._asked_settings, treaties=self._treaties, limit=limit)
        return [self._node(hit.treaty_id, hit.eid, hit.label, hit.start, hit.end, hit.score) for hit in hits]

    def _node(self, treaty_id: str, eid: str, label: str, start: int, end: int, score: float | None) -> NodeWithScore:
        treaty = self._index.treaties[treaty_id].treaty
        metadata = {
            "treaty_id": treaty_id,
            "treaty_title": treaty.title,
            "eid": eid,
            "label": label,
            "citation": f"{treaty.title}, {label}",
            "url": permalink(treaty_id, eid),
            "start": start,
            "end": end,
            "text_status": treaty.text_status,
        }
        hidden = [name for name in metadata if name not in SHOWN]
        node = TextNode(
            # The same words have the same id in every answer, other words of the article another one.
            id_=f"{treaty_id}/{eid}/{start}-{end}",
            text=treaty.text[start:end],
            metadata=metadata,
            start_char_idx=start,
            end_char_idx=end,
            excluded_llm_metadata_keys=hidden,
            excluded_embed_metadata_keys=hidden,
            relationships={NodeRelationship.SOURCE: RelatedNodeInfo(node_id=treaty_id)},
        )
        return NodeWithScore(node=node, score=score)


class PactaRetriever(_OverIndex, BaseRetriever):
    """Articles for a query, best first: a node is the stretch of an article that matches best, as the text has it.

    ``treaties`` limits the search to these ids (empty: all held), ``limit`` is the most nodes given. Retrieving
    raises QuestionEmpty, QuestionTooLong, and UnknownTreaty for an id that is not held.
    """

    def __init__(
        self,
        index: Index,
        *,
        settings: Settings | None = None,
        treaties: tuple[str, ...] = (),
        limit: int = 10,
        callback_manager: CallbackManager | None = None,
    ) -> None:
        _OverIndex.__init__(self, index, settings, treaties)
        BaseRetriever.__init__(self, callback_manager=callback_manager)
        self._limit = limit

    @classmethod
    def open(cls, home: Path | str, **options: Any) -> Self:
        """A retriever over the index published in a home folder; raises IndexMissing or IndexBroken."""
        return cls(_opened(home), **options)

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return self._search(query_bundle, self._limit)

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        # The search is busy with the processor, not waiting: off the event loop with it.
        return await asyncio.to_thread(self._retrieve, query_bundle)


class PactaQueryEngine(_OverIndex, BaseQueryEngine):
    """Pacta's answer to a query: its text, its citations as source nodes in order, the whole Answer as metadata.

    Each query stands alone. ``treaties`` limits the answer to these ids (empty: all held). A query raises
    QuestionEmpty, QuestionTooLong, and UnknownTreaty for an id that is not held; where Pacta does not know, the
    response says so and has no source nodes.
    """

    def __init__(
        self,
        index: Index,
        *,
        settings: Settings | None = None,
        treaties: tuple[str, ...] = (),
        callback_manager: CallbackManager | None = None,
    ) -> None:
        _OverIndex.__init__(self, index, settings, treaties)
        BaseQueryEngine.__init__(self, callback_manager)

    @classmethod
    def open(cls, home: Path | str, **options: Any) -> Self:
        """A query engine over the index published in a home folder; raises IndexMissing or IndexBroken."""
        return cls(_opened(home), **options)

    def _get_prompt_modules(self) -> PromptMixinType:
        return {}

    def _query(self, query_bundle: QueryBundle) -> Response:
        asked = Question(query_bundle.query_str, self._treaties)
        answer = answer_question(asked, Conversation(""), self._index, self._asked_settings)
        nodes = [self._node(one.treaty_id, one.eid, one.label, one.start, one.end, None) for one in answer.citations]
        return Response(answer.answer, source_nodes=nodes, metadata=answer.to_json())

    async def _aquery(self, query_bundle: QueryBundle) -> Response:
        return await asyncio.to_thread(self._query, query_bundle)


def _opened(home: Path | str) -> Index:
    index = open_index(Path(home))
    warm_up(index)
    return index
