"""Questions and conversations: ``POST /v1/chat`` and what is kept of it.

The answer is complete and checked before the first byte leaves, so whatever can be refused is
refused with a problem document; a stream only tells it in order, each citation before the text
that uses it.
"""

import json
import logging
from collections.abc import Generator, Iterator
from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Request
from fastapi.sse import format_sse_event
from starlette.responses import JSONResponse, Response

from service.access import is_readable
from service.api.headers import PRIVATE
from service.api.leaving import stop_if_gone
from service.api.path_parameters import ConversationId
from service.api.problems import INTERNAL, INTERNAL_DETAIL, problem_document
from service.api.records import AnswerRecord, ChatRequest, ConversationRecord
from service.api.services import ADMITTED, CallerDep, ServicesDep, conversation_of
from service.api.streams import AnswerStream, pieces_of, places_cited
from service.errors import UnknownConversation
from service.models import Question
from service.store import KeptTurn

log = logging.getLogger(__name__)
router = APIRouter(prefix="/v1", tags=["Asking"])

WITHHELD = "What was answered here quotes or names a treaty that this key may not read any more."
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
def chat(asked: ChatRequest, request: Request, services: ServicesDep, caller: CallerDep) -> Response:
    """Answers from the treaties held, each quotation with its provision, or says why not.

    With `stream: true` the answer comes as server-sent events: `citation` (before the text that
    uses it), `delta` (`{"text": …}`; joined they are the answer), and `done` (the whole answer), or
    `error` (a problem document) if something fails on the way. The turn is kept once it is
    answered, before the first byte leaves: whoever loses the connection finds it in the conversation.
    """
    stop_if_gone(request)
    conversation = conversation_of(asked.conversation_id, services, caller)
    question = Question(asked.question, tuple(asked.treaties or ()))
    document = services.ask(question, conversation, caller)
    if asked.stream:
        return AnswerStream(answer_events(document))
    return JSONResponse(document, headers=PRIVATE)


@router.get(
    "/conversations/{conversation_id}",
    response_model=ConversationRecord,
    summary="Read a conversation",
)
def read_conversation(conversation_id: ConversationId, services: ServicesDep, caller: CallerDep) -> Response:
    """The questions asked and the answers given, oldest first."""
    turns = services.store.kept_turns(conversation_id, owner=caller.key_id)
    if turns is None:
        raise UnknownConversation(conversation_id)
    # Answers go out as they were given, whatever an answer looks like by now.
    hidden = services.hidden_treaties(caller)
    told = [asdict(turn) if is_readable(turn.answer, hidden) else _withheld(turn) for turn in turns]
    document = {"id": conversation_id, "turns": told}
    return JSONResponse(document, headers=PRIVATE)


@router.delete("/conversations/{conversation_id}", status_code=204, summary="Forget a conversation")
def delete_conversation(conversation_id: ConversationId, services: ServicesDep, caller: CallerDep) -> None:
    """Forgets the conversation with all its turns."""
    if not services.store.delete(conversation_id, owner=caller.key_id):
        raise UnknownConversation(conversation_id)


def _withheld(turn: KeptTurn) -> dict[str, Any]:
    """A turn without what was answered, of which the caller may not read something any more."""
    answer = {**turn.answer, "answer": WITHHELD, "status": "abstained", "reason": "treaty_not_held"}
    return {**asdict(turn), "answer": {**answer, "citations": [], "related": []}}


def answer_events(document: dict[str, Any]) -> Generator[bytes, None, None]:
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
    for _, end, citation in places_cited(answer, dict(waiting)):
        if waiting.pop(citation["number"], None) is not None:
            yield _event("citation", citation)
            yield from _deltas(answer[position:end])
            position = end
    yield from (_event("citation", citation) for citation in waiting.values())
    yield from _deltas(answer[position:])


def _deltas(text: str) -> Iterator[bytes]:
    for piece in pieces_of(text):
        yield _event("delta", {"text": piece})


def _event(name: str, data: dict[str, Any]) -> bytes:
    return format_sse_event(event=name, data_str=json.dumps(data, ensure_ascii=False))
