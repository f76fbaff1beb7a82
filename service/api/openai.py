"""OpenAI's interface over Pacta: ``POST /v1/chat/completions`` and ``GET /v1/models``.

A client made for OpenAI's models needs only another address. The conversation is the list of messages; nothing of it
is kept.
"""

from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from service.api.headers import PRIVATE
from service.api.leaving import stop_if_gone
from service.api.openai_answers import completion_events, completion_of
from service.api.openai_conversation import answer_messages
from service.api.openai_models import models_of, treaties_of_model
from service.api.openai_records import ChatCompletion, ChatCompletionRequest, Model, ModelList, OpenAIError
from service.api.path_parameters import ModelId
from service.api.services import ADMITTED, CallerDep, ServicesDep
from service.api.streams import AnswerStream

REFUSED: dict[int | str, dict[str, Any]] = {
    "default": {"model": OpenAIError, "description": "An error in OpenAI's shape"}
}
router = APIRouter(prefix="/v1", tags=["Asking as at OpenAI's"], responses=REFUSED)

_CHUNK = '"id": "chatcmpl-…", "object": "chat.completion.chunk", "created": 1796000000, "model": "pacta", '
STREAM_EXAMPLE = "".join(
    f"data: {line}\n\n"
    for line in (
        f'{{{_CHUNK}"choices": [{{"index": 0, "delta": {{"role": "assistant", "content": "", "annotations": […]}}, '
        '"finish_reason": null}], "citations": […]}',
        f'{{{_CHUNK}"choices": [{{"index": 0, "delta": {{"content": "Nothing in the present Charter … [1]"}}, '
        '"finish_reason": null}]}',
        f'{{{_CHUNK}"choices": [{{"index": 0, "delta": {{}}, "finish_reason": "stop"}}], "pacta": {{…}}}}',
        "[DONE]",
    )
)


@router.post(
    "/chat/completions",
    response_model=ChatCompletion,
    summary="Ask with a client made for OpenAI's models",
    dependencies=[ADMITTED],
    responses={200: {"content": {"text/event-stream": {"example": STREAM_EXAMPLE}}}},
)
def complete_chat(
    completion: ChatCompletionRequest, request: Request, services: ServicesDep, caller: CallerDep
) -> Response:
    """Answers the last message of `user` as `POST /v1/chat` would, in OpenAI's shape.

    The messages are the whole conversation: the six questions of `user` before the last one are answered anew, to
    know what a follow-up is about, and nothing is kept. Fields of OpenAI's that are not named here, such as
    `temperature`, `max_tokens`, `stop` or `tools`, are taken and change nothing. Each `[n]` of the answer has an
    annotation; `citations` has the quotations and `pacta` the whole answer.

    With `stream: true` the answer comes as server-sent events, `data: [DONE]` the last of them. The first chunk has
    `delta.role`, `delta.annotations` and `citations`, the next ones `delta.content`, the last one `finish_reason` and
    `pacta`. Whatever can be refused is refused before the stream begins; should it fail on the way, the last event is
    an error.
    """
    with services.reading(caller) as index:
        treaties = treaties_of_model(completion.model, index)
        still_there = partial(stop_if_gone, request)
        answer = answer_messages(completion.messages, treaties, services, index, still_there)
    document = completion_of(answer, completion, services.base_url(request))
    if completion.stream:
        include_usage = bool(completion.stream_options and completion.stream_options.include_usage)
        return AnswerStream(completion_events(document, include_usage=include_usage))
    return JSONResponse(document, headers=PRIVATE)


@router.get("/models", summary="List the models")
def list_models(services: ServicesDep, caller: CallerDep) -> ModelList:
    """The model `pacta`, which answers from all treaties held, then one for each treaty: `pacta/` and its id."""
    with services.reading(caller) as index:
        catalogue = services.catalogues.of(index)
    return ModelList(object="list", data=models_of(catalogue))


@router.get("/models/{model_id:path}", summary="Describe a model")
def read_model(model_id: ModelId, services: ServicesDep, caller: CallerDep) -> Model:
    """One of the models that `GET /v1/models` lists."""
    with services.reading(caller) as index:
        treaties_of_model(model_id, index)
        catalogue = services.catalogues.of(index)
    return next(model for model in models_of(catalogue) if model.id == model_id)
