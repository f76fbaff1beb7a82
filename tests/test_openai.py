"""OpenAI's interface, spoken by OpenAI's own client to a real server over the sample treaties."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from openai import APIStatusError, AsyncOpenAI, BadRequestError, NotFoundError, OpenAI
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from real_server import served_samples

from service.api.openai_records import ChatCompletion as ChatCompletionRecord
from service.api.openai_records import ModelList

ATTACK = "Must Solmark help Arvenia if it suffers an armed attack?"


@pytest.fixture(scope="module")
def address(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served_samples(sample_home, tmp_path_factory.mktemp("openai") / "home") as address:
        yield address


@pytest.fixture
def client(address: str) -> Iterator[OpenAI]:
    with OpenAI(base_url=f"{address}/v1", api_key="any", max_retries=0) as client:
        yield client


def user(*questions: str) -> list[Any]:
    """Messages of the user alone."""
    return [{"role": "user", "content": question} for question in questions]


def ask(client: OpenAI, *questions: str, model: str = "pacta", **more: Any) -> ChatCompletion:
    answer = client.chat.completions.create(model=model, messages=user(*questions), **more)
    assert isinstance(answer, ChatCompletion)
    return answer


def extra(record: Any, name: str) -> Any:
    """A field that the client's records do not know; it keeps what it does not know."""
    return record.model_extra[name]


def as_v1_chat_answers(address: str, *questions: str, **more: Any) -> dict[str, Any]:
    """The answer of ``POST /v1/chat`` to the last of these questions, without what differs each time."""
    answer: dict[str, Any] = {}
    for question in questions:
        body = {"question": question, **more}
        if answer:
            body["conversation_id"] = answer["conversation_id"]
        answer = httpx.post(f"{address}/v1/chat", json=body).raise_for_status().json()
    return lasting(answer)


def lasting(answer: dict[str, Any]) -> dict[str, Any]:
    passing = ("conversation_id", "message_id", "timings_ms")
    return {key: value for key, value in answer.items() if key not in passing}


def check_citations(address: str, content: str, annotations: list[Any], citations: list[dict[str, Any]]) -> None:
    """Each annotation is at its ``[n]``, each quotation is the treaty's text, each address is a page."""
    assert len(annotations) == sum(content.count(f"[{citation['number']}]") for citation in citations)
    by_mark = {f"[{citation['number']}]": citation for citation in citations}
    for annotation in annotations:
        assert annotation["type"] == "url_citation"
        place = annotation["url_citation"]
        citation = by_mark[content[place["start_index"] : place["end_index"]]]
        assert place["title"] == citation["citation"]
        assert place["url"].startswith(f"{address}{citation['url']}?")
        assert httpx.get(place["url"]).status_code == 200
    for citation in citations:
        text = httpx.get(f"{address}/v1/treaties/{citation['treaty_id']}/text").json()["text"]
        assert text[citation["start"] : citation["end"]] == citation["quote"]


def test_an_answer_is_that_of_chat_with_its_citations_as_annotations(client: OpenAI, address: str) -> None:
    answer = ask(client, ATTACK)
    assert (answer.object, answer.model, answer.id[:9]) == ("chat.completion", "pacta", "chatcmpl-")
    [choice] = answer.choices
    assert (choice.index, choice.finish_reason, choice.message.refusal) == (0, "stop", None)
    whole = extra(answer, "pacta")
    assert lasting(whole) == as_v1_chat_answers(address, ATTACK)
    assert choice.message.content == whole["answer"]
    assert extra(answer, "citations") == whole["citations"] != []
    assert answer.system_fingerprint == whole["index"]
    assert choice.message.annotations
    annotations = [annotation.to_dict() for annotation in choice.message.annotations]
    check_citations(address, whole["answer"], annotations, whole["citations"])


def test_tokens_are_words_and_signs_of_all_messages(client: OpenAI) -> None:
    usage = ask(client, "Who?", "What does Article 2 say?").usage
    assert usage
    assert usage.prompt_tokens == 2 + 6
    assert usage.total_tokens == usage.prompt_tokens + usage.completion_tokens


def test_what_is_sent_is_what_is_described(address: str) -> None:
    body = {"model": "pacta", "messages": user(ATTACK)}
    response = httpx.post(f"{address}/v1/chat/completions", json=body)
    assert response.headers["cache-control"] == "no-store"
    sent = response.json()
    assert ChatCompletionRecord.model_validate(sent, strict=True).model_dump() == sent
    models = httpx.get(f"{address}/v1/models").json()
    assert ModelList.model_validate(models, strict=True).model_dump() == models


def test_a_question_that_finds_nothing_is_answered_so(client: OpenAI) -> None:
    answer = ask(client, "How do I bake bread?")
    assert extra(answer, "pacta")["status"] == "abstained"
    assert answer.choices[0].message.content == extra(answer, "pacta")["answer"]
    assert (answer.choices[0].message.annotations, extra(answer, "citations")) == ([], [])


def check_stream(address: str, chunks: list[ChatCompletionChunk], *, usage: bool) -> None:
    """The order of a stream, and that it tells the answer that ``POST /v1/chat`` gives."""
    assert {(chunk.id, chunk.object, chunk.model) for chunk in chunks} == {
        (chunks[0].id, "chat.completion.chunk", "pacta")
    }
    if usage:
        last = chunks.pop()
        assert last.choices == []
        assert last.usage
        assert last.usage.total_tokens == last.usage.prompt_tokens + last.usage.completion_tokens > 0
    assert all(chunk.usage is None for chunk in chunks)
    first, *middle, end = (chunk.choices[0] for chunk in chunks)
    assert (first.delta.role, first.delta.content, first.finish_reason) == ("assistant", "", None)
    assert all(choice.delta.to_dict().keys() == {"content"} for choice in middle)
    assert len(middle) > 1
    assert (end.delta.to_dict(), end.finish_reason) == ({}, "stop")
    whole = extra(chunks[-1], "pacta")
    content = "".join(choice.delta.content or "" for choice in middle)
    assert content == whole["answer"]
    assert lasting(whole) == as_v1_chat_answers(address, ATTACK)
    assert extra(chunks[0], "citations") == whole["citations"]
    check_citations(address, content, extra(first.delta, "annotations"), whole["citations"])


@pytest.mark.parametrize("usage", [False, True])
def test_a_stream_tells_the_citations_then_the_text_then_the_whole(client: OpenAI, address: str, usage: bool) -> None:
    options: dict[str, Any] = {"stream_options": {"include_usage": True}} if usage else {}
    with client.chat.completions.create(model="pacta", messages=user(ATTACK), stream=True, **options) as stream:
        assert stream.response.headers["content-type"].startswith("text/event-stream")
        check_stream(address, list(stream), usage=usage)


def test_the_clients_own_summing_up_of_a_stream_gives_the_answer(client: OpenAI) -> None:
    whole = ask(client, ATTACK)
    with client.chat.completions.stream(model="pacta", messages=user(ATTACK)) as stream:
        summed = stream.get_final_completion()
    message, expected = summed.choices[0].message, whole.choices[0].message
    assert (message.content, message.role) == (expected.content, "assistant")
    assert message.annotations == expected.annotations
    assert extra(summed, "citations") == extra(whole, "citations")
    assert summed.choices[0].finish_reason == "stop"


def test_the_asynchronous_client_is_answered_too(address: str) -> None:
    async def ask_both() -> tuple[ChatCompletion, list[ChatCompletionChunk]]:
        async with AsyncOpenAI(base_url=f"{address}/v1", api_key="any", max_retries=0) as client:
            create = client.chat.completions.create
            answer, stream = await asyncio.gather(
                create(model="pacta", messages=user(ATTACK)),
                create(model="pacta", messages=user(ATTACK), stream=True, stream_options={"include_usage": True}),
            )
            return answer, [chunk async for chunk in stream]

    answer, chunks = asyncio.run(ask_both())
    assert lasting(extra(answer, "pacta")) == as_v1_chat_answers(address, ATTACK)
    check_stream(address, chunks, usage=True)


def test_a_follow_up_is_understood_from_the_users_earlier_messages(client: OpenAI, address: str) -> None:
    questions = ("What does the Tessara Convention say about arbitration?", "Who appoints them?", "And Article 2?")
    alone = as_v1_chat_answers(address, questions[-1])
    expected = as_v1_chat_answers(address, *questions)
    assert expected["citations"] != alone["citations"]
    assert lasting(extra(ask(client, *questions), "pacta")) == expected
    # Neither what is said to have been answered nor an instruction is read.
    messages: list[Any] = [
        {"role": "system", "content": "Answer from the Treaty of Velmora only, as a pirate."},
        {"role": "user", "content": questions[0]},
        {"role": "assistant", "content": "Article 4 of the Treaty of Velmora. [1]"},
        {"role": "user", "content": [{"type": "text", "text": "Who appoints"}, {"type": "text", "text": "them?"}]},
        {"role": "assistant", "content": None, "tool_calls": []},
        {"role": "tool", "content": "Nobody.", "tool_call_id": "1"},
        {"role": "developer", "content": "Be brief."},
        {"role": "user", "content": questions[2]},
    ]
    told = client.chat.completions.create(model="pacta", messages=messages)
    assert lasting(extra(told, "pacta")) == expected


def test_what_changes_nothing_is_taken(client: OpenAI) -> None:
    answer = ask(
        client,
        ATTACK,
        temperature=0.2,
        top_p=0.9,
        n=1,
        max_tokens=5,
        max_completion_tokens=5,
        stop=["the"],
        seed=7,
        user="somebody",
        presence_penalty=0.5,
        response_format={"type": "text"},
        tool_choice="auto",
        tools=[{"type": "function", "function": {"name": "look", "parameters": {}}}],
        extra_body={"something_of_another_server": True},
    )
    assert answer.choices[0].message.content == ask(client, ATTACK).choices[0].message.content


def test_a_model_for_each_treaty_answers_from_that_one(client: OpenAI, address: str) -> None:
    held = {treaty["id"]: treaty["title"] for treaty in httpx.get(f"{address}/v1/treaties").json()["treaties"]}
    models = client.models.list().data
    assert [model.id for model in models] == ["pacta", *(f"pacta/{treaty}" for treaty in held)]
    assert extra(models[1], "name") == next(iter(held.values()))
    for model in models:
        assert client.models.retrieve(model.id) == model
        assert (model.object, model.owned_by) == ("model", "pacta")
        assert model.created > 1_700_000_000
    question = "How are disputes settled?"
    answer = ask(client, question, model="pacta/tessara")
    assert answer.model == "pacta/tessara"
    assert {citation["treaty_id"] for citation in extra(answer, "citations")} == {"tessara"}
    assert lasting(extra(answer, "pacta")) == as_v1_chat_answers(address, question, treaties=["tessara"])


IMAGE = [{"type": "image_url", "image_url": {"url": "https://example.org/x.png"}}]
REFUSALS: list[tuple[dict[str, Any], type[APIStatusError], str | None, str, str]] = [
    # (what is sent, the client's error, param, code, what is said)
    ({"model": "gpt-4o"}, NotFoundError, "model", "model_not_found", "'gpt-4o'"),
    ({"model": "pacta/nix"}, NotFoundError, "model", "model_not_found", "GET /v1/models lists"),
    ({"model": "tessara"}, NotFoundError, "model", "model_not_found", "'tessara'"),
    ({"messages": []}, BadRequestError, "messages", "empty_array", "at least 1 item"),
    ({"messages": [{"role": "system", "content": "x"}]}, BadRequestError, "messages", "invalid_value", "the user's"),
    ({"messages": [{"role": "ghost", "content": "x"}]}, BadRequestError, "messages[0].role", "invalid_value", "'user'"),
    ({"messages": [{"content": "x"}]}, BadRequestError, "messages[0].role", "missing_required_parameter", "required"),
    ({"messages": [*user("x"), {"role": "user", "content": IMAGE}]}, BadRequestError, "messages[1].content",
     "invalid_value", "part 1 is not"),
    ({"messages": [{"role": "user", "content": 7}]}, BadRequestError, "messages[0].content", "invalid_value", "string"),
    ({"messages": user(" \n")}, BadRequestError, "messages", "question_empty", "The question is empty"),
    ({"messages": [{"role": "user"}]}, BadRequestError, "messages", "question_empty", "The question is empty"),
    ({"messages": user("x" * 4_001)}, BadRequestError, "messages", "string_above_max_length", "at most 4,000"),
    ({"n": 2}, BadRequestError, "n", "invalid_value", "less than or equal to 1"),
    ({"stream_options": {"include_usage": True}}, BadRequestError, "stream_options", "invalid_value", "only a stream"),
    ({"response_format": {"type": "json_object"}}, BadRequestError, "response_format.type", "invalid_value", "'text'"),
    ({"tool_choice": "required"}, BadRequestError, "tool_choice", "invalid_value", "'none' or 'auto'"),
    ({"messages": user("x" * 300_000)}, APIStatusError, None, "too_large", "262,144 bytes"),
]  # fmt: skip


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(("sent", "error", "param", "code", "said"), REFUSALS)
def test_a_refusal_is_the_clients_own_error(
    client: OpenAI,
    sent: dict[str, Any],
    error: type[APIStatusError],
    param: str | None,
    code: str,
    said: str,
    stream: bool,
) -> None:
    if stream and "stream_options" in sent:
        pytest.skip("a stream may have options")
    with pytest.raises(error) as refused:
        client.chat.completions.create(**{"model": "pacta", "messages": user(ATTACK), "stream": stream, **sent})
    assert (refused.value.param, refused.value.code) == (param, code)
    assert refused.value.type == "invalid_request_error"
    assert said in refused.value.message


def test_a_model_that_is_not_there_is_not_found(client: OpenAI) -> None:
    with pytest.raises(NotFoundError) as refused:
        client.models.retrieve("pacta/nix")
    assert refused.value.code == "model_not_found"
