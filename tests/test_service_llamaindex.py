"""Pacta inside llama-index: its retriever and query engine, alone and in the parts that others build with."""

import asyncio
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from llama_index.core.base.response.schema import Response
from llama_index.core.llms import CompletionResponse, CustomLLM, LLMMetadata
from llama_index.core.query_engine import RetrieverQueryEngine, RouterQueryEngine
from llama_index.core.schema import MetadataMode, NodeWithScore, TextNode
from llama_index.core.selectors import LLMSingleSelector
from llama_index.core.tools import QueryEngineTool
from pydantic import PrivateAttr

from ingest.errors import IndexMissing, UnknownTreaty
from ingest.index import Index
from service.answer import answer_question, search_articles
from service.errors import QuestionEmpty
from service.llamaindex import PactaQueryEngine, PactaRetriever
from service.models import Conversation, Question
from service.settings import Settings

QUESTION = "Must Solmark help Arvenia if it suffers an armed attack?"
UNKNOWN = "How do I bake bread?"


class ReadingLlm(CustomLLM):
    """Gives one answer to everything and keeps what it was given to read."""

    answer: str = "A fake says so."
    _read: list[str] = PrivateAttr(default_factory=list)

    @property
    def metadata(self) -> LLMMetadata:
        return LLMMetadata(context_window=30_000, model_name="fake")

    @property
    def read(self) -> str:
        return "\n".join(self._read)

    def complete(self, prompt: str, formatted: bool = False, **more: Any) -> CompletionResponse:
        self._read.append(prompt)
        return CompletionResponse(text=self.answer)

    def stream_complete(self, prompt: str, formatted: bool = False, **more: Any) -> Any:
        raise NotImplementedError


@pytest.fixture
def retriever(sample_index: Index) -> PactaRetriever:
    return PactaRetriever(sample_index, limit=3)


@pytest.fixture
def engine(sample_index: Index) -> PactaQueryEngine:
    return PactaQueryEngine(sample_index)


def check_node(found: NodeWithScore, index: Index) -> None:
    """The node is the text of the treaty it names, to the letter."""
    node, metadata = found.node, found.node.metadata
    assert isinstance(node, TextNode)
    parsed = index.treaties[metadata["treaty_id"]]
    assert node.text == parsed.treaty.text[metadata["start"] : metadata["end"]] != ""
    assert (node.start_char_idx, node.end_char_idx) == (metadata["start"], metadata["end"])
    provision = parsed.by_eid[metadata["eid"]]
    assert provision.start <= metadata["start"] < metadata["end"] <= provision.end
    assert metadata["citation"] == f"{parsed.treaty.title}, {metadata['label']}"
    assert metadata["url"] == f"/t/{parsed.treaty.id}/{provision.eid}"
    assert metadata["text_status"] == parsed.treaty.text_status
    assert metadata["treaty_title"] == parsed.treaty.title
    assert node.ref_doc_id == parsed.treaty.id
    assert node.node_id == f"{parsed.treaty.id}/{provision.eid}/{metadata['start']}-{metadata['end']}"
    json.dumps(node.to_dict())


def places(found: list[NodeWithScore]) -> list[tuple[str, str]]:
    return [(one.node.metadata["treaty_id"], one.node.metadata["eid"]) for one in found]


# --- the retriever


def test_it_finds_what_the_search_finds(retriever: PactaRetriever, sample_index: Index) -> None:
    found = retriever.retrieve(QUESTION)
    hits = search_articles(QUESTION, sample_index, Settings(), limit=3)
    assert places(found) == [(hit.treaty_id, hit.eid) for hit in hits]
    assert places(found)[0] == ("arvenia-solmark", "art_4")
    assert [one.node.get_content() for one in found] == [hit.quote for hit in hits]
    assert [one.score for one in found] == [hit.score for hit in hits]
    for one in found:
        check_node(one, sample_index)
    assert len({one.node.node_id for one in found}) == len(found)


def test_at_once_and_one_after_the_other_it_finds_the_same(retriever: PactaRetriever) -> None:
    questions = [QUESTION, "Who clears the mines?", "customs duties", "Article 4 of the Orrin Treaty"]

    async def at_once() -> list[list[NodeWithScore]]:
        return await asyncio.gather(*(retriever.aretrieve(question) for question in questions))

    assert asyncio.run(at_once()) == [retriever.retrieve(question) for question in questions]


def test_it_keeps_to_the_treaties_given(sample_index: Index) -> None:
    found = PactaRetriever(sample_index, treaties=("tessara", "orrin")).retrieve(QUESTION)
    assert found
    assert {treaty_id for treaty_id, _ in places(found)} <= {"tessara", "orrin"}


def test_a_model_is_shown_the_words_and_where_they_stand(retriever: PactaRetriever) -> None:
    node = retriever.retrieve(QUESTION)[0].node
    shown = node.get_content(MetadataMode.LLM)
    assert node.metadata["citation"] in shown
    assert shown.endswith(node.get_content())
    assert "start:" not in shown


# --- the query engine


def test_its_response_is_the_answer(engine: PactaQueryEngine, sample_index: Index) -> None:
    response = engine.query(QUESTION)
    assert isinstance(response, Response)
    answer = answer_question(Question(QUESTION), Conversation(""), sample_index, Settings())
    assert str(response) == answer.answer
    assert response.metadata is not None
    given, meant = response.metadata, answer.to_json()
    assert given["status"] == "answered"
    assert set(given) == set(meant)
    assert given["citations"] == meant["citations"]
    assert given["related"] == meant["related"]
    assert len(response.source_nodes) == len(answer.citations) > 0
    for one, citation in zip(response.source_nodes, answer.citations, strict=True):
        check_node(one, sample_index)
        assert one.node.get_content() == citation.quote
        shared = {name: getattr(citation, name) for name in one.node.metadata}
        assert one.node.metadata == shared


def test_asked_at_once_each_gets_its_own_answer(engine: PactaQueryEngine) -> None:
    questions = [f"What does Article {number} of the Orrin Treaty say?" for number in range(1, 6)]

    async def at_once() -> list[Any]:
        return await asyncio.gather(*(engine.aquery(question) for question in questions))

    for number, response in enumerate(asyncio.run(at_once()), start=1):
        eids = {eid for _, eid in places(response.source_nodes)}
        assert {eid.partition("__")[0] for eid in eids} == {f"art_{number}"}


def test_where_it_does_not_know_it_says_so(engine: PactaQueryEngine) -> None:
    response = engine.query(UNKNOWN)
    assert isinstance(response, Response)
    assert response.source_nodes == []
    assert response.metadata is not None
    assert (response.metadata["status"], response.metadata["reason"]) == ("abstained", "out_of_scope")
    assert str(response) == response.metadata["answer"] != ""


@pytest.mark.parametrize(
    ("treaties", "question", "error"),
    [((), "  ", QuestionEmpty), (("none",), QUESTION, UnknownTreaty)],
)
def test_what_cannot_be_asked_is_an_error(
    treaties: tuple[str, ...], question: str, error: type[Exception], sample_index: Index
) -> None:
    with pytest.raises(error):
        PactaQueryEngine(sample_index, treaties=treaties).query(question)
    with pytest.raises(error):
        PactaRetriever(sample_index, treaties=treaties).retrieve(question)


# --- from a home folder


def test_both_open_a_home_folder_and_close_it(small_home: Path, tmp_path: Path) -> None:
    home = shutil.copytree(small_home, tmp_path / "copy")
    with PactaQueryEngine.open(home) as engine:
        assert "Salt is free." in str(engine.query("What does Article 1 of the Treaty of Salt say?"))
    with PactaRetriever.open(str(home), treaties=("tolls",), limit=1) as retriever:
        assert places(retriever.retrieve("a penny")) == [("tolls", "art_1")]


def test_without_an_index_it_says_how_to_get_one(tmp_path: Path) -> None:
    for part in (PactaRetriever, PactaQueryEngine):
        with pytest.raises(IndexMissing, match="pacta ingest"):
            part.open(tmp_path / "none")


# --- in the parts of llama-index


@pytest.fixture
def llm() -> ReadingLlm:
    return ReadingLlm()


def test_another_s_synthesizer_reads_what_the_retriever_finds(
    retriever: PactaRetriever, llm: ReadingLlm, sample_index: Index
) -> None:
    engine = RetrieverQueryEngine.from_args(retriever, llm=llm)
    for response in (engine.query(QUESTION), asyncio.run(engine.aquery(QUESTION))):
        assert str(response) == "A fake says so."
        assert places(response.source_nodes) == places(retriever.retrieve(QUESTION))
    for found in retriever.retrieve(QUESTION):
        assert found.node.get_content() in llm.read
        assert found.node.metadata["citation"] in llm.read


def test_a_router_may_choose_pacta(engine: PactaQueryEngine, retriever: PactaRetriever) -> None:
    chooser = ReadingLlm(answer='[{"choice": 2, "reason": "it is about a treaty"}]')
    other = RetrieverQueryEngine.from_args(retriever, llm=ReadingLlm())
    router = RouterQueryEngine(
        LLMSingleSelector.from_defaults(llm=chooser),
        [
            QueryEngineTool.from_defaults(other, name="other", description="Anything else."),
            QueryEngineTool.from_defaults(engine, name="pacta", description="What treaties say."),
        ],
        llm=chooser,
    )
    for response in (router.query(QUESTION), asyncio.run(router.aquery(QUESTION))):
        assert str(response) == str(engine.query(QUESTION))
        assert places(response.source_nodes)[0] == ("arvenia-solmark", "art_4")
        assert response.metadata is not None
        assert response.metadata["status"] == "answered"
    assert "What treaties say." in chooser.read


def test_an_agent_may_have_pacta_as_a_tool(engine: PactaQueryEngine) -> None:
    tool = QueryEngineTool.from_defaults(engine, name="pacta", description="What treaties say.")
    for output in (tool.call(QUESTION), asyncio.run(tool.acall(QUESTION))):
        assert output.content == str(engine.query(QUESTION))
        assert output.raw_output.metadata["citations"][0]["eid"] == "art_4"
