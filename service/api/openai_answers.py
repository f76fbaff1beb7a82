"""An Answer in OpenAI's shape, whole or as a stream of chunks."""

import json
import logging
import re
import time
from collections.abc import Generator, Iterator
from typing import Any

from fastapi.sse import format_sse_event

from service.api.openai_errors import openai_error
from service.api.openai_records import ChatCompletionRequest
from service.api.problems import INTERNAL, INTERNAL_DETAIL
from service.api.streams import pieces_of, places_cited
from service.models import Answer
from service.web.answers import quotation_url

log = logging.getLogger(__name__)

# No model counts here; a word or a sign is what comes nearest to a token of those that do.
_TOKEN = re.compile(r"\w+|[^\w\s]")


def completion_of(answer: Answer, request: ChatCompletionRequest, base_url: str) -> dict[str, Any]:
    """The answer as a ``chat.completion``; ``base_url`` is where the service is reached, for the permalinks."""
    document = answer.to_json()
    message = {
        "role": "assistant",
        "content": answer.answer,
        "refusal": None,
        "annotations": _annotations(document, base_url),
    }
    prompt = sum(_count_tokens(sent.text) for sent in request.messages)
    completion = _count_tokens(answer.answer)
    return {
        "id": f"chatcmpl-{answer.message_id}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": request.model,
        "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion},
        "system_fingerprint": answer.index,
        "citations": document["citations"],
        "pacta": document,
    }


def completion_events(completion: dict[str, Any], *, include_usage: bool) -> Generator[bytes, None, None]:
    """A ``chat.completion`` as server-sent events; what fails on the way becomes the last one.

    The first chunk has the role, all annotations and the citations, before any text that uses them: clients that add
    up what they are sent cannot add to a list they have, so annotations come in one piece. The last one has the
    whole Answer.
    """
    try:
        for chunk in _chunks(completion, include_usage):
            yield _event(json.dumps(chunk, ensure_ascii=False))
        yield _event("[DONE]")
    except Exception:
        log.exception("An answer could not be streamed to its end.")
        yield _event(json.dumps(openai_error(INTERNAL.slug, INTERNAL.status, INTERNAL_DETAIL)))


def _chunks(completion: dict[str, Any], include_usage: bool) -> Iterator[dict[str, Any]]:
    of_all = {key: completion[key] for key in ("id", "object", "created", "model", "system_fingerprint")}
    of_all["object"] = "chat.completion.chunk"
    if include_usage:
        of_all["usage"] = None

    def chunk(delta: dict[str, Any], finish_reason: str | None = None, **more: Any) -> dict[str, Any]:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
        return {**of_all, "choices": [choice], **more}

    [choice] = completion["choices"]
    yield chunk({**choice["message"], "content": ""}, citations=completion["citations"])
    for piece in pieces_of(choice["message"]["content"]):
        yield chunk({"content": piece})
    yield chunk({}, choice["finish_reason"], pacta=completion["pacta"])
    if include_usage:
        yield {**of_all, "choices": [], "usage": completion["usage"]}


def _annotations(document: dict[str, Any], base_url: str) -> list[dict[str, Any]]:
    citations = {citation["number"]: citation for citation in document["citations"]}
    return [
        {
            "type": "url_citation",
            "url_citation": {
                "start_index": start,
                "end_index": end,
                "url": f"{base_url}{quotation_url(citation)}",
                "title": citation["citation"],
            },
        }
        for start, end, citation in places_cited(document["answer"], citations)
    ]


def _count_tokens(text: str) -> int:
    return sum(1 for _ in _TOKEN.finditer(text))


def _event(data: str) -> bytes:
    return format_sse_event(data_str=data)
