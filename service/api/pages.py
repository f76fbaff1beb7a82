"""The pages for readers: ``/`` to ask, ``/t/…`` to read; both work without the browser's script."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import HTMLResponse, Response

from ingest.errors import UnknownTreaty
from service.access import Caller
from service.api.headers import PRIVATE
from service.api.services import CallerDep, Services, ServicesDep, admitted, provision_of, treaty_of
from service.api.templates import render_page
from service.errors import QuestionEmpty, QuestionTooLong
from service.models import Conversation, Question, Reason
from service.store import new_conversation_id
from service.web.facts import direction_of, facts_of, facts_told
from service.web.reader import clamp_mark, lay_out, table_of_contents

router = APIRouter(include_in_schema=False)

REASONS: dict[Reason, str] = {
    "treaty_not_held": "Treaty not held",
    "no_such_provision": "No such provision",
    "not_found": "No answer found",
    "out_of_scope": "Outside its field",
    "wrong_premise": "Not what the text says",
}
# What the macros of turn.html are filled with to make the templates that the script clones.
BLANK_CITATION: dict[str, Any] = {
    "number": "",
    "citation": "",
    "quote": "",
    "url": "",
    "start": 0,
    "end": 0,
    "text_status": "authentic",
    "source": {"page": None},
}
BLANK_ANSWER: dict[str, Any] = {
    "answer": "",
    "status": "answered",
    "reason": None,
    "citations": [],
    "related": [],
}


async def _admitted_to_ask(
    request: Request, services: ServicesDep, caller: CallerDep, q: str = ""
) -> AsyncIterator[None]:
    """Waits at the gate where there is something to answer."""
    if not q.strip():
        yield
        return
    async with asynccontextmanager(admitted)(request, services, caller):
        yield


@router.api_route("/", methods=["GET", "HEAD"], dependencies=[Depends(_admitted_to_ask, scope="function")])
def ask_page(
    services: ServicesDep,
    caller: CallerDep,
    q: str = "",
    treaty: Annotated[list[str] | None, Query()] = None,
) -> HTMLResponse:
    """The page to ask on; with ``?q=`` it comes with the answer, of which nothing is kept."""
    chosen = tuple(one for one in treaty or () if one)
    answer, error, status = None, None, 200
    with services.reading(caller) as index:
        if q.strip():
            try:
                alone = Conversation(new_conversation_id())
                answer = services.answer_question(Question(q.strip(), chosen), alone, index).to_json()
            except (QuestionEmpty, QuestionTooLong, UnknownTreaty) as refusal:
                error, status = str(refusal), 404 if isinstance(refusal, UnknownTreaty) else 422
        catalogue = services.catalogues.of(index)
    page = render_page(
        "ask.html",
        {
            "question": q.strip(),
            "answer": answer,
            "error": error,
            "chosen": chosen,
            "examples": catalogue.examples,
            "treaties": catalogue.treaties,
            "reasons": REASONS,
            "blank_answer": BLANK_ANSWER,
            "blank_citation": BLANK_CITATION,
        },
        status_code=status,
    )
    page.headers.update(PRIVATE)
    return page


@router.api_route("/t/{treaty_id}", methods=["GET", "HEAD"])
def treaty_page(treaty_id: str, services: ServicesDep, caller: CallerDep) -> Response:
    """A whole treaty to read."""
    return _treaty_page(treaty_id, None, services, caller, None, None)


@router.api_route("/t/{treaty_id}/{eid}", methods=["GET", "HEAD"])
def provision_page(
    treaty_id: str,
    eid: str,
    services: ServicesDep,
    caller: CallerDep,
    start: int | None = None,
    end: int | None = None,
) -> Response:
    """The whole treaty opened at one provision, with ``text[start:end]`` marked."""
    return _treaty_page(treaty_id, eid, services, caller, start, end)


def _treaty_page(
    treaty_id: str, eid: str | None, services: Services, caller: Caller, start: int | None, end: int | None
) -> Response:
    with services.reading(caller) as index:
        parsed = treaty_of(index, treaty_id)
    # The records stay valid after the index is closed: they are plain text in memory.
    place = None if eid is None else parsed.full_label(provision_of(parsed, eid))
    mark = clamp_mark(start, end, len(parsed.treaty.text))
    return render_page(
        "treaty.html",
        {
            "treaty": parsed.treaty,
            "facts": facts_of(parsed.treaty),
            "told": facts_told(parsed),
            "direction": direction_of(parsed.treaty),
            "oddities": parsed.oddities,
            "contents": table_of_contents(parsed),
            "parts": lay_out(parsed, target=eid, mark=mark),
            "place": place,
            "goto": eid if mark.empty else "quotation",
        },
    )
