"""Errors on the wire: problem documents (RFC 9457) for programs, a page for people.

Each kind of problem has a row in ``PROBLEMS``; its ``type`` leads to its paragraph in ``/docs``.
"""

import logging
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from ingest.errors import (
    IndexBroken,
    IndexMissing,
    ModelUnavailable,
    PactaError,
    UnknownProvision,
    UnknownTreaty,
)
from service.api.body_limit import MAX_BODY_BYTES
from service.api.headers import SECURITY_HEADERS
from service.api.request_log import REQUEST_ID_HEADER, request_id, route_of
from service.api.templates import render_page
from service.errors import (
    ComeBackLater,
    NotReady,
    OutOfTime,
    QuestionEmpty,
    QuestionTooLong,
    ServiceBusy,
    StoreUnusable,
    TooManyQuestions,
    UnknownConversation,
    UnknownMessage,
)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: its name in ``type``, its title and HTTP status."""

    slug: str
    title: str
    status: int

    @property
    def type(self) -> str:
        """The address that tells about this kind."""
        return f"/docs#{self.slug}"


INVALID_JSON = Kind("invalid-json", "The body is not JSON", 400)
INVALID_REQUEST = Kind("invalid-request", "The request is not as described", 422)
TOO_LARGE = Kind("too-large", "The body is too large", 413)
NO_SUCH_PAGE = Kind("no-such-page", "There is nothing at this address", 404)
WRONG_METHOD = Kind("wrong-method", "This address does not take that method", 405)
NO_PROVISION = Kind("unknown-provision", "The treaty has no such provision", 404)
INTERNAL = Kind("internal-error", "Something went wrong in Pacta", 500)

PROBLEMS: dict[type[PactaError], Kind] = {
    QuestionEmpty: Kind("question-empty", "The question is empty", 422),
    QuestionTooLong: Kind("question-too-long", "The question is too long", 422),
    UnknownTreaty: Kind("unknown-treaty", "This treaty is not held", 404),
    UnknownProvision: NO_PROVISION,
    UnknownConversation: Kind("unknown-conversation", "There is no such conversation", 404),
    UnknownMessage: Kind("unknown-message", "There is no such answer", 404),
    IndexMissing: Kind("index-missing", "Nothing has been ingested yet", 503),
    IndexBroken: Kind("index-broken", "The index cannot be used", 503),
    ModelUnavailable: Kind("model-unavailable", "The embedding model cannot be used", 503),
    StoreUnusable: Kind("store-unusable", "Conversations cannot be kept", 503),
    NotReady: Kind("not-ready", "The index does not answer", 503),
    ServiceBusy: Kind("busy", "More is asked than can be answered at once", 503),
    OutOfTime: Kind("out-of-time", "The answer took too long", 503),
    TooManyQuestions: Kind("too-many", "Too many requests in a short time", 429),
}
ALL_KINDS = (
    INVALID_JSON,
    INVALID_REQUEST,
    TOO_LARGE,
    NO_SUCH_PAGE,
    WRONG_METHOD,
    *PROBLEMS.values(),
    INTERNAL,
)
INTERNAL_DETAIL = (
    "The service met an error it did not expect and has written it to its log. "
    "Try again; if it happens again, tell whoever runs this service."
)


def kind_of(error: PactaError) -> Kind:
    """The kind of problem an error of Pacta's is, by its class or the nearest class above."""
    found = (PROBLEMS[cls] for cls in type(error).__mro__ if cls in PROBLEMS)
    return next(found, INTERNAL)


def problem_document(kind: Kind, detail: str, **more: Any) -> dict[str, Any]:
    """The problem document of a kind; ``more`` are further members, such as ``errors``."""
    return {
        "type": kind.type,
        "title": kind.title,
        "status": kind.status,
        "detail": detail,
        "request_id": request_id(),
        **more,
    }


def problem_response(request: Request, kind: Kind, detail: str, **more: Any) -> Response:
    """The answer to a request that failed: a page for browsers, a problem document for others."""
    if _wants_page(request):
        context = {
            "title": kind.title,
            "detail": detail,
            "status": kind.status,
            "treaty_id": request.path_params.get("treaty_id") if kind is NO_PROVISION else None,
        }
        return render_page("error.html", context, status_code=kind.status)
    return JSONResponse(
        problem_document(kind, detail, **more),
        status_code=kind.status,
        media_type="application/problem+json",
    )


def refusal_response(request: Request, error: ComeBackLater) -> Response:
    """The answer to a request that is to come back later; the headers say when."""
    response = problem_response(request, kind_of(error), str(error))
    response.headers.update(error.headers)
    return response


def install_problem_handlers(app: FastAPI) -> None:
    """Makes every error of the application leave as a problem."""
    app.add_exception_handler(PactaError, _on_pacta_error)
    app.add_exception_handler(RequestValidationError, _on_invalid_request)
    app.add_exception_handler(HTTPException, _on_http_exception)
    app.add_exception_handler(Exception, _on_unexpected)


def _wants_page(request: Request) -> bool:
    if request.url.path.startswith("/v1/"):
        return False
    return "text/html" in request.headers.get("accept", "")


async def _on_pacta_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, PactaError)
    kind = kind_of(error)
    if isinstance(error, ComeBackLater):
        return refusal_response(request, error)
    if kind.status >= 500:
        log.error("%s %s: %s", request.method, route_of(request.scope), error)
    return problem_response(request, kind, str(error))


async def _on_invalid_request(request: Request, error: Exception) -> Response:
    """Says which field is wrong and why; what was sent is not repeated."""
    assert isinstance(error, RequestValidationError)
    found = error.errors()
    if found and found[0]["type"] == "json_invalid":
        detail = (
            f"The body could not be read as JSON (at character {found[0]['loc'][-1]}). "
            "Send one JSON object as /docs shows it."
        )
        return problem_response(request, INVALID_JSON, detail)
    errors = [{"field": ".".join(str(step) for step in one["loc"]), "message": str(one["msg"])} for one in found]
    said = "; ".join(f"{one['field']}: {one['message']}" for one in errors[:5])
    remedy = "Send a JSON object with content-type application/json, with the fields /docs shows."
    if request.method == "GET":
        remedy = "/docs shows what this address takes."
    return problem_response(request, INVALID_REQUEST, f"{said}. {remedy}", errors=errors)


async def _on_http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 404:
        detail = f"There is nothing at {request.url.path}. /docs lists what there is."
        return problem_response(request, NO_SUCH_PAGE, detail)
    if error.status_code == 405:
        allowed = (error.headers or {}).get("Allow", "another method")
        detail = f"{request.url.path} takes {allowed}, not {request.method}."
        response = problem_response(request, WRONG_METHOD, detail)
        response.headers["Allow"] = allowed
        return response
    if error.status_code == 413:
        detail = f"A request may send {MAX_BODY_BYTES:,} bytes at most. Send less at a time."
        return problem_response(request, TOO_LARGE, detail)
    if error.status_code == 400:
        detail = "The body could not be read. Send one JSON object in UTF-8, as /docs shows it."
        return problem_response(request, INVALID_JSON, detail)
    kind = Kind("http", str(error.detail), error.status_code)
    return problem_response(request, kind, f"{error.detail}. /docs shows what is expected.")


async def _on_unexpected(request: Request, error: Exception) -> Response:
    # Starlette answers these outside of all middleware (and logs them), hence the headers here.
    response = problem_response(request, INTERNAL, INTERNAL_DETAIL)
    response.headers.update(SECURITY_HEADERS)
    response.headers[REQUEST_ID_HEADER] = request_id()
    return response
