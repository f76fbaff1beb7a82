"""The page to check a text on: ``/check``, which works without the browser's script."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import HTMLResponse

from service.api.check import MOST_BYTES
from service.api.headers import PRIVATE
from service.api.leaving import stop_if_gone
from service.api.services import CallerDep, ServicesDep, admitted
from service.api.templates import render_page
from service.check.models import MOST_CHARACTERS, Report
from service.check.page import view_of
from service.errors import TextEmpty, TextTooLong

router = APIRouter(include_in_schema=False)
PATH = "/check"
# Nothing is to be judged in an empty text, and no report is needed to show the form.
_EMPTY = Report("", (), (), 0, "")


@router.api_route(PATH, methods=["GET", "HEAD"])
def check_form(services: ServicesDep, caller: CallerDep) -> HTMLResponse:
    """The form."""
    with services.reading(caller) as index:
        treaties = len(index.treaties)
    return _page(_EMPTY, treaties, text="")


async def _sent(request: Request, caller: CallerDep) -> str:
    """The text of the form; FastAPI's own reading of forms takes a megabyte at most."""
    form = await request.form(max_part_size=MOST_BYTES)
    text = form.get("text", "")
    # Browsers send the line ends of a form as CR LF.
    return "\n".join(text.splitlines()) if isinstance(text, str) else ""


Sent = Annotated[str, Depends(_sent)]


async def _admitted_to_check(
    request: Request, services: ServicesDep, caller: CallerDep, text: Sent
) -> AsyncIterator[None]:
    """Waits at the gate where there is something to check."""
    if not text.strip():
        yield
        return
    async with asynccontextmanager(admitted)(request, services, caller):
        yield


@router.post(PATH, dependencies=[Depends(_admitted_to_check, scope="function")])
def check_result(request: Request, services: ServicesDep, caller: CallerDep, text: Sent) -> HTMLResponse:
    """The report on a text, of which nothing is kept."""
    stop_if_gone(request)
    with services.reading(caller) as index:
        treaties = len(index.treaties)
        try:
            report = services.check(text, index)
        except (TextEmpty, TextTooLong) as refusal:
            return _page(_EMPTY, treaties, text=text, error=str(refusal))
    return _page(report, treaties, text=text, done=True)


def _page(report: Report, treaties: int, *, text: str, error: str = "", done: bool = False) -> HTMLResponse:
    context = {
        **view_of(report, linked=True),
        "text": text,
        "error": error,
        "done": done,
        "treaties": treaties,
        "most": MOST_CHARACTERS,
    }
    page = render_page("check.html", context, status_code=422 if error else 200)
    page.headers.update(PRIVATE)
    return page
