"""Questions and conversations: ``POST /v1/chat`` and what is kept of it.

The answer is complete and checked before the first byte leaves, so whatever can be refused is
refused with a problem document; a stream only tells it in order, each citation before the text
that uses it.
"""

import json
import logging
import re
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from fastapi import APIRouter
from fastapi.sse import EventSourceResponse, format_sse_event
from starlette.responses import JSONResponse, Response

from service.api.headers import PRIVATE
from service.api.problems import INTERNAL, INTERNAL_DETAIL, problem_document
from service.api.records import AnswerRecord, ChatRequest, ConversationRecord
from service.api.services import ADMITTED, CallerDep, ServicesDep, conversation_of
from service.errors import UnknownConversation
from service.models import Question

log = logging.getLogger(__name__)
router = APIRouter(prefix="/v1", tags=["Asking"])

# A delta is about so many characters, cut behind a space.
DELTA_CHARS = 60
# A proxy in front must pass each event on as it comes, not gather them.
STREAMED = {**PRIVATE, "x-accel-buffering": "no"}
_CITED = re.compile(r"\[(\d{1,4})\]")

STREAM_EXAMPLE = (
    'event: citation\ndata: {"number": 1, "treaty_id": "un-charter", "eid": "art_51", …}\n\n'
    'event: delta\ndata: {"text": "Nothing in the present Charter … [1]"}\n\n'
    'event: done\ndata: {"answer": "…", "status": "answered", …}\n\n'
)


@router.post(
    "/chat",
    response_model=AnswerRecord,
    dependencies=[ADMITTED],
    summary="Ask a question",
    responses={200: {"content": {"text/event-stream": {"example": STREAM_EXAMPLE}}}},
)
def chat(request: ChatRequest, services: ServicesDep, caller: CallerDep) -> Response:
    """Answers from the treaties held, each quotation with its provision, or says why not.

    With `stream: true` the answer comes as server-sent events: `citation` (before the text that
    uses it), `delta` (`{"text": …}`; joined they are the answer), and `done` (the whole answer), or
    `error` (a problem document) if something fails on the way.
    """
    conversation = conversation_of(request.conversation_id, services)
    question = Question(request.question, tuple(request.treaties or ()))
    document = services.ask(question, conversation, caller)
    if request.stream:
        return EventSourceResponse(answer_events(document), headers=STREAMED)
    return JSONResponse(document, headers=PRIVATE)


@router.get(
    "/conversations/{conversation_id}",
    response_model=ConversationRecord,
    summary="Read a conversation",
)
def read_conversation(conversation_id: str, services: ServicesDep, caller: CallerDep) -> Response:
    """The questions asked and the answers given, oldest first."""
    turns = services.store.kept_turns(conversation_id)
    if turns is None:
        raise UnknownConversation(conversation_id)
    # Answers go out as they were given, whatever an answer looks like by now.
    document = {"id": conversation_id, "turns": [asdict(turn) for turn in turns]}
    return JSONResponse(document, headers=PRIVATE)


@router.delete("/conversations/{conversation_id}", status_code=204, summary="Forget a conversation")
def delete_conversation(conversation_id: str, services: ServicesDep, caller: CallerDep) -> None:
    """Forgets the conversation with all its turns."""
    if not services.store.delete(conversation_id):
        raise UnknownConversation(conversation_id)


def answer_events(document: dict[str, Any]) -> Iterator[bytes]:
    """An answer as server-sent events; what fails on the way becomes the last event, ``error``."""
    try:
        yield from _told_in_order(document)
        yield _event("done", document)
    except Exception:
        log.exception("An answer could not be streamed to its end.")
        yield _event("error", problem_document(INTERNAL, INTERNAL_DETAIL))


def _told_in_order(document: dict[str, Any]) -> Iterator[bytes]:
    """Text up to and with each ``[n]`` after its citation; lastly citations that no text uses."""
    answer: str = document["answer"]
    waiting = {citation["number"]: citation for citation in document["citations"]}
    position = 0
    for found in _CITED.finditer(answer):
        citation = waiting.pop(int(found[1]), None)
        if citation is None:
            continue
        yield _event("citation", citation)
        yield from _deltas(answer[position : found.end()])
        position = found.end()
    yield from (_event("citation", citation) for citation in waiting.values())
    yield from _deltas(answer[position:])


def _deltas(text: str) -> Iterator[bytes]:
    while text:
        cut = text.find(" ", DELTA_CHARS) + 1 or len(text)
        yield _event("delta", {"text": text[:cut]})
        text = text[cut:]


def _event(name: str, data: dict[str, Any]) -> bytes:
    return format_sse_event(event=name, data_str=json.dumps(data, ensure_ascii=False))
