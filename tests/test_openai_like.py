"""llama-index's ``OpenAILike`` LLM as a client of Pacta: a program that takes any model takes this one."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from llama_index.core.llms import ChatMessage, MessageRole
from llama_index.llms.openai_like import OpenAILike
from openai import NotFoundError
from real_server import served_samples

QUESTION = "Must Solmark help Arvenia if it suffers an armed attack?"
CONVERSATION = [
    ChatMessage(role=MessageRole.SYSTEM, content="You are a helpful assistant."),
    ChatMessage(role=MessageRole.USER, content="What does the Tessara Convention say about arbitration?"),
    ChatMessage(role=MessageRole.ASSISTANT, content="It has a tribunal."),
    ChatMessage(role=MessageRole.USER, content="Who appoints them?"),
]


@pytest.fixture(scope="module")
def address(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served_samples(sample_home, tmp_path_factory.mktemp("openai-like") / "home") as address:
        yield address


@pytest.fixture
def expected(address: str) -> str:
    """The answer of ``POST /v1/chat`` to the question."""
    return str(httpx.post(f"{address}/v1/chat", json={"question": QUESTION}).raise_for_status().json()["answer"])


@pytest.fixture
def in_conversation(address: str) -> str:
    """The answer of ``POST /v1/chat`` to the last question of the conversation."""
    answer: dict[str, Any] = {}
    for message in CONVERSATION:
        if message.role == MessageRole.USER:
            ids = {key: answer[key] for key in ("conversation_id",) if key in answer}
            body = {"question": message.content, **ids}
            answer = httpx.post(f"{address}/v1/chat", json=body).raise_for_status().json()
    return str(answer["answer"])


def llm_at(address: str, **more: Any) -> OpenAILike:
    settings = {"model": "pacta", "is_chat_model": True, "max_retries": 0, **more}
    return OpenAILike(api_base=f"{address}/v1", api_key="any", **settings)


def test_it_completes_with_an_answer_and_its_citations(address: str, expected: str) -> None:
    completed = llm_at(address).complete(QUESTION)
    assert completed.text == expected
    raw = completed.raw
    assert raw.citations[0]["eid"] == "art_4"
    assert raw.pacta["status"] == "answered"
    places = [annotation.url_citation for annotation in raw.choices[0].message.annotations]
    assert [expected[place.start_index : place.end_index] for place in places] == ["[1]"]


def test_it_chats_in_a_conversation(address: str, in_conversation: str) -> None:
    reply = llm_at(address).chat(CONVERSATION)
    assert (reply.message.role, reply.message.content) == (MessageRole.ASSISTANT, in_conversation)
    assert reply.additional_kwargs["total_tokens"] > 0


def test_it_streams(address: str, expected: str, in_conversation: str) -> None:
    llm = llm_at(address)
    told = list(llm.stream_chat(CONVERSATION))
    assert "".join(piece.delta or "" for piece in told) == told[-1].message.content == in_conversation
    assert len(told) > 2
    told_at_once = list(llm.stream_complete(QUESTION))
    assert "".join(piece.delta or "" for piece in told_at_once) == told_at_once[-1].text == expected


def test_it_does_all_that_asynchronously(address: str, expected: str, in_conversation: str) -> None:
    async def ask_all() -> None:
        # The client keeps its connections, which end with the loop that they were made in.
        async with httpx.AsyncClient() as http:
            llm = llm_at(address, async_http_client=http)
            assert (await llm.acomplete(QUESTION)).text == expected
            assert (await llm.achat(CONVERSATION)).message.content == in_conversation
            told = [piece async for piece in await llm.astream_chat(CONVERSATION)]
            assert "".join(piece.delta or "" for piece in told) == in_conversation
            completed = [piece async for piece in await llm.astream_complete(QUESTION)]
            assert completed[-1].text == expected

    asyncio.run(ask_all())


def test_a_treaty_can_be_its_model_and_another_is_not_found(address: str) -> None:
    reply = llm_at(address, model="pacta/tessara").complete("How are disputes settled?")
    assert {citation["treaty_id"] for citation in reply.raw.citations} == {"tessara"}
    with pytest.raises(NotFoundError):
        llm_at(address, model="pacta/nix").complete(QUESTION)
