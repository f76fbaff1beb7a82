"""``POST /v1/feedback``: whether an answer helped, for those who make Pacta better."""

from fastapi import APIRouter

from service.api.records import FeedbackRequest
from service.api.services import CallerDep, ServicesDep
from service.errors import UnknownMessage

router = APIRouter(prefix="/v1", tags=["Asking"])


@router.post("/feedback", status_code=204, summary="Judge an answer")
def give_feedback(request: FeedbackRequest, services: ServicesDep, caller: CallerDep) -> None:
    """Keeps the verdict with the conversation, in the place of an earlier one on the same answer.

    It is forgotten with the conversation.
    """
    comment = (request.comment or "").strip() or None
    if not services.store.give_feedback(request.message_id, request.verdict, comment, owner=caller.key_id):
        raise UnknownMessage(request.message_id)
