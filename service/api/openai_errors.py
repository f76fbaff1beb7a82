"""Errors as OpenAI's clients read them: ``{"error": {"message", "type", "param", "code"}}``.

Everything under the paths of OpenAI's interface is refused in this form, whoever refuses it, so that a client raises
the error of its own that stands for the status. The codes are OpenAI's where OpenAI has one, else Pacta's.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import JSONResponse

PATHS = ("/v1/chat/completions", "/v1/models")

_CODES = {
    "question-too-long": "string_above_max_length",
    "unknown-model": "model_not_found",
    "wrong-method": "method_not_supported",
}
_CODES_BY_STATUS = {401: "invalid_api_key", 429: "rate_limit_exceeded"}
_PARAMS = {"question-empty": "messages", "question-too-long": "messages", "unknown-model": "model"}


def speaks_openai(path: str) -> bool:
    """Whether an address is part of OpenAI's interface."""
    return any(path == one or path.startswith(f"{one}/") for one in PATHS)


def openai_error(slug: str, status: int, message: str) -> dict[str, Any]:
    """The document for a kind of problem (its name in ``service.api.problems`` and its status)."""
    code = _CODES.get(slug) or _CODES_BY_STATUS.get(status) or slug.replace("-", "_")
    return _document(message, _type(status), _PARAMS.get(slug), code)


def openai_error_response(slug: str, status: int, message: str) -> JSONResponse:
    """The refusal for a kind of problem; what was not understood is 400 here, as it is at OpenAI's."""
    status = 400 if status == 422 else status
    return JSONResponse(openai_error(slug, status, message), status_code=status)


def openai_invalid_request(found: Sequence[Mapping[str, Any]]) -> JSONResponse:
    """The refusal of a request that is not as described, from what the validation found; it tells the first fault."""
    first = found[0]
    param = _param(first["loc"])
    said = str(first["msg"]).removeprefix("Value error, ")
    message = f"{param or 'The body'}: {said}. /docs shows what this address takes."
    document = _document(message, _type(400), param or None, _code(str(first["type"])))
    return JSONResponse(document, status_code=400)


def _document(message: str, kind: str, param: str | None, code: str) -> dict[str, Any]:
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


def _type(status: int) -> str:
    if status >= 500:
        return "server_error"
    return "rate_limit_error" if status == 429 else "invalid_request_error"


def _param(place: Sequence[str | int]) -> str:
    """The place of a fault as OpenAI writes it: ``messages[0].content``."""
    steps = [f"[{step}]" if isinstance(step, int) else f".{step}" for step in place[1:]]
    return "".join(steps).removeprefix(".")


def _code(fault: str) -> str:
    """OpenAI's code for a fault that Pydantic has found."""
    if fault == "missing":
        return "missing_required_parameter"
    if fault == "too_short":
        return "empty_array"
    return "invalid_type" if fault.endswith("_type") else "invalid_value"
