"""Errors on the wire: problem documents (RFC 9457) for programs, a page for people.

Each kind of problem has a row in ``PROBLEMS``; its ``type`` leads to its paragraph in ``/docs``.
"""

import logging
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, Response
from starlette.routing import compile_path

from ingest.errors import (
    HomeUnusable,
    IndexBroken,
    IndexMissing,
    IndexUnreachable,
    ModelUnavailable,
    PactaError,
    UnknownProvision,
    UnknownTreaty,
)
from service.api.body_limit import BodyTooLarge
from service.api.headers import SECURITY_HEADERS
from service.api.openai_errors import openai_error_response, openai_invalid_request, speaks_openai
from service.api.request_log import REQUEST_ID_HEADER, request_id, route_of
from service.api.templates import render_page
from service.errors import (
    AddressRefused,
    ComeBackLater,
    JobQueueFull,
    KeyRequired,
    KeyUnknown,
    NotReady,
    OutOfTime,
    QuestionEmpty,
    QuestionTooLong,
    ScopeMissing,
    ServiceBusy,
    StoreUnusable,
    TextEmpty,
    TextTooLong,
    TooManyQuestions,
    UnknownConversation,
    UnknownJob,
    UnknownMessage,
    UnknownModel,
    UploadRefused,
    UploadUnreadable,
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
    TextEmpty: Kind("text-empty", "The text is empty", 422),
    TextTooLong: Kind("text-too-long", "The text is too long", 422),
    KeyRequired: Kind("key-required", "A key is needed", 401),
    KeyUnknown: Kind("key-unknown", "The key is not known", 401),
    ScopeMissing: Kind("scope-missing", "The key is not for this", 403),
    UnknownTreaty: Kind("unknown-treaty", "This treaty is not held", 404),
    UnknownProvision: NO_PROVISION,
    UnknownConversation: Kind("unknown-conversation", "There is no such conversation", 404),
    UnknownMessage: Kind("unknown-message", "There is no such answer", 404),
    AddressRefused: Kind("address-refused", "The service is not called at this address", 403),
    UnknownModel: Kind("unknown-model", "There is no such model", 404),
    IndexMissing: Kind("index-missing", "Nothing has been ingested yet", 503),
    IndexBroken: Kind("index-broken", "The index cannot be used", 503),
    IndexUnreachable: Kind("index-unreachable", "The Chroma server of the index does not answer", 503),
    ModelUnavailable: Kind("model-unavailable", "The embedding model cannot be used", 503),
    UploadUnreadable: Kind("upload-unreadable", "The upload could not be read", 400),
    UploadRefused: Kind("upload-refused", "The upload cannot be taken as it is", 422),
    JobQueueFull: Kind("job-queue-full", "Too many uploads wait already", 503),
    UnknownJob: Kind("unknown-job", "There is no such ingest job", 404),
    HomeUnusable: Kind("home-unusable", "Nothing can be kept", 503),
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
    """The answer to a request that failed: a page for browsers, a problem document for others.

    Under the paths of OpenAI's interface it is an error in OpenAI's shape.
    """
    if speaks_openai(request.url.path):
        return openai_error_response(kind.slug, kind.status, detail)
    if _wants_page(request) and kind.status == 401:
        return _sign_in_page(request, kind, detail)
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


def _sign_in_page(request: Request, kind: Kind, detail: str) -> Response:
    to = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    context = {
        "detail": detail if kind is PROBLEMS[KeyUnknown] else "Whoever runs this service gives you a key.",
        "to": to if request.method == "GET" else "/",
    }
    return render_page("sign_in.html", context, status_code=kind.status)


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
    app.add_exception_handler(ClientDisconnect, _on_client_gone)
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
    response = problem_response(request, kind, str(error))
    if kind.status == 401:
        response.headers["www-authenticate"] = 'Bearer realm="Pacta"'
    return response


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
    if found and speaks_openai(request.url.path):
        return openai_invalid_request(found)
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
        allowed = _methods_at(request) or (error.headers or {}).get("Allow", "another method")
        detail = f"{request.url.path} takes {allowed}, not {request.method}."
        response = problem_response(request, WRONG_METHOD, detail)
        response.headers["Allow"] = allowed
        return response
    if isinstance(error, BodyTooLarge):
        detail = f"A request may send {error.limit:,} bytes at most here. Send less at a time."
        return problem_response(request, TOO_LARGE, detail)
    if error.status_code == 400:
        detail = "The body could not be read. Send one JSON object in UTF-8, as /docs shows it."
        return problem_response(request, INVALID_JSON, detail)
    kind = Kind("http", str(error.detail), error.status_code)
    response = problem_response(request, kind, f"{error.detail}. /docs shows what is expected.")
    response.headers.update(error.headers or {})
    return response


async def _on_client_gone(request: Request, error: Exception) -> Response:
    # Nobody is there to read it; the status is the one that servers write into their logs for this.
    return Response(status_code=499)


def _methods_at(request: Request) -> str:
    """The methods that an address takes, which are in several routes; none where it is not in the OpenAPI document."""
    paths: dict[str, dict[str, Any]] = request.app.openapi()["paths"]
    here = [operations for path, operations in paths.items() if compile_path(path)[0].match(request.url.path)]
    return ", ".join(sorted({method.upper() for operations in here for method in operations}))


async def _on_unexpected(request: Request, error: Exception) -> Response:
    # Starlette answers these outside of all middleware (and logs them), hence the headers here.
    response = problem_response(request, INTERNAL, INTERNAL_DETAIL)
    response.headers.update(SECURITY_HEADERS)
    response.headers[REQUEST_ID_HEADER] = request_id()
    return response
