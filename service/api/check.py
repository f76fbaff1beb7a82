"""``POST /v1/check``: a text checked against the treaties held."""

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from service.api.check_records import CheckRecord, CheckRequest
from service.api.headers import PRIVATE
from service.api.leaving import stop_if_gone
from service.api.services import ADMITTED, CallerDep, ServicesDep

router = APIRouter(tags=["Asking"])
PATH = "/v1/check"
# The longest text, with each of its characters escaped as \uXXXX\uXXXX or as four times %XX.
MOST_BYTES = 4 << 20


@router.post(PATH, response_model=CheckRecord, dependencies=[ADMITTED], summary="Check a text")
def check(asked: CheckRequest, request: Request, services: ServicesDep, caller: CallerDep) -> Response:
    """Finds every statement of a text that attributes words or content to a treaty, and judges it by the treaty.

    Each comes with a verdict, why, the treaty's own words, and for a quotation the differences word by word. What
    the text only mentions is in `references`. Nothing is kept.
    """
    stop_if_gone(request)
    with services.reading(caller) as index:
        report = services.check(asked.text, index)
    return JSONResponse(report.to_json(), headers=PRIVATE)
