"""The web application: puts the endpoints, the pages and the parts they work with together."""

import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.middleware.cors import CORSMiddleware
from starlette.staticfiles import StaticFiles

from ingest.errors import PactaError
from service.api import (
    chat,
    check,
    check_page,
    feedback,
    health,
    jobs,
    openai,
    pages,
    reference,
    search,
    sign_in,
    treaties,
    uploads,
)
from service.api.addresses import AddressesMiddleware
from service.api.body_limit import BodyLimitMiddleware
from service.api.canary import Canary
from service.api.catalogue import Catalogues, ServedIndex
from service.api.gate import Gate
from service.api.headers import HeadersMiddleware
from service.api.job_records import TreatyFacts
from service.api.mcp_endpoint import McpEndpoint, mount_mcp
from service.api.problems import install_problem_handlers
from service.api.rate_limits import AddressLimitMiddleware, RateLimits
from service.api.records import Problem
from service.api.request_log import REQUEST_ID_HEADER, RequestLogMiddleware
from service.api.services import AnswerQuestion, CheckText, SearchArticles, Services
from service.api.templates import WEB_FOLDER
from service.check.models import Report
from service.holder import IndexHolder
from service.job_runner import JobRunner
from service.mcp import make_mcp_server
from service.metrics import Metrics
from service.models import Answer, Conversation, Hit, Question
from service.retention import forgetting
from service.settings import Settings
from service.slack_app.manifest import EVENTS_PATH
from service.store import Store
from service.telemetry import telemetry_config

if TYPE_CHECKING:
    from service.slack import Slack

log = logging.getLogger(__name__)

# How long a job that has published an index waits until that is the one in use.
SECONDS_TO_TAKE_UP = 60.0

DESCRIPTION = (
    "Questions about treaties, answered from the treaties' own words, each sentence with the "
    "article it comes from. Offsets are Unicode code points into a treaty's text, end exclusive. "
    "Errors are problem documents (RFC 9457), at the addresses of OpenAI's interface errors in OpenAI's shape."
)

MODULES = (
    chat, search, check, feedback, openai, treaties, uploads, jobs, health, pages, check_page, sign_in, reference,
)  # fmt: skip
PROBLEM_SCHEMA = {"$ref": f"#/components/schemas/{Problem.__name__}"}


class _Application(FastAPI):
    """FastAPI, whose OpenAPI document would give problem documents the media type of what goes well, and not know of
    the facts in a form."""

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI document, with problems under their media type."""
        document = super().openapi()
        # Sent within a form, which is described by hand.
        document["components"]["schemas"]["TreatyFacts"] = TreatyFacts.model_json_schema()
        for operations in document["paths"].values():
            for operation in operations.values():
                refused = operation["responses"]["default"]
                if "OpenAI" not in str(refused):
                    refused["content"] = {"application/problem+json": {"schema": PROBLEM_SCHEMA}}
        return document


def create_app(
    settings: Settings,
    *,
    holder: IndexHolder[ServedIndex] | None = None,
    answer: AnswerQuestion | None = None,
    search_articles: SearchArticles | None = None,
    check_text: CheckText | None = None,
    store: Store | None = None,
) -> FastAPI:
    """The application over the index in ``settings.ingest.home`` and the conversations in ``settings.database``.

    The keyword arguments take the place of the parts it would make itself; the application closes
    holder and store when it stops. The index is opened when it starts; without one it starts all
    the same, and says so to whoever asks. Raises StoreUnusable when the conversations cannot be
    opened.
    """
    home, serving = settings.ingest.home, settings.serving
    holder = holder or IndexHolder(home, _open_index)
    answer, search_articles = answer or _answer, search_articles or _search
    services = Services(
        settings=settings,
        holder=holder,
        store=store or Store(settings.database),
        answer=answer,
        search=search_articles,
        check=check_text or _check,
        catalogues=Catalogues(),
        jobs=JobRunner(settings, lambda: _take_up(holder, home)),
        gate=Gate(serving.at_once, serving.queue, settings.answer_seconds),
        limits=RateLimits(serving, settings.slack),
        metrics=Metrics(),
        # A service that is slow is not taken away for it, which would leave others the more to do.
        canary=Canary(answer, search_articles, replace(settings, answer_seconds=None)),
    )
    services.metrics.show(services.state)
    app = _Application(
        title="Pacta",
        description=DESCRIPTION,
        version="1",
        docs_url=None,  # its page would load scripts from elsewhere; api/reference.py has its own
        redoc_url=None,
        lifespan=_lifespan,
        responses={"default": {"model": Problem, "description": "A problem document"}},
        telemetry=telemetry_config(),
    )
    app.state.services = services
    install_problem_handlers(app)
    for module in MODULES:
        app.include_router(module.router)
    app.state.mcp = mount_mcp(app, make_mcp_server(services))
    app.state.slack = _slack(app, services)
    app.mount("/static", StaticFiles(directory=WEB_FOLDER / "static"), name="static")
    # From the inside out.
    # A message has at most 40,000 characters, which Slack sends twice, and before and after an edit, escaped.
    larger = {("POST", uploads.PATH): settings.max_upload_bytes, ("POST", EVENTS_PATH): 2 << 20}
    larger |= dict.fromkeys([("POST", check.PATH), ("POST", check_page.PATH)], check.MOST_BYTES)
    app.add_middleware(BodyLimitMiddleware, larger=larger)
    app.add_middleware(AddressLimitMiddleware, limits=services.limits)
    if settings.open_to_all:
        app.add_middleware(AddressesMiddleware, settings=settings)
    if serving.allowed_origins:
        _allow_origins(app, serving.allowed_origins)
    app.add_middleware(HeadersMiddleware)
    app.add_middleware(RequestLogMiddleware, metrics=services.metrics)
    return app


def _slack(app: FastAPI, services: Services) -> "Slack | None":
    """The app in Slack, where there is one; over HTTP if Slack's requests can be told from others'."""
    settings = services.settings.slack
    if settings is None:
        return None
    # Its library takes half a second to load.
    from service.api.slack_endpoint import mount_slack
    from service.slack import Slack

    slack = Slack(services, settings)
    if settings.signing_secret:
        mount_slack(app, slack, settings.signing_secret, services.limits)
    return slack


def _allow_origins(app: FastAPI, origins: tuple[str, ...]) -> None:
    """Lets pages of other sites ask, with a key of theirs; browsers keep them from it otherwise."""
    app.add_middleware(
        CORSMiddleware,
        allow_origins=origins,
        allow_methods=["GET", "POST", "DELETE"],
        allow_headers=["Authorization", "Content-Type", REQUEST_ID_HEADER],
        expose_headers=["Retry-After", REQUEST_ID_HEADER],
    )


def open_holder(settings: Settings) -> IndexHolder[ServedIndex]:
    """The published index of the home folder, open; raises IndexMissing or IndexBroken."""
    holder = IndexHolder(settings.ingest.home, _open_index)
    with holder.use():
        return holder


# The real parts are imported when they are first used: the search engines take a second to load.


def _open_index(home: Path) -> ServedIndex:
    from ingest.index import open_index
    from service.answer import warm_up

    index = open_index(home)
    warm_up(index)
    return index


def _answer(question: Question, conversation: Conversation, index: Any, settings: Settings) -> Answer:
    from service.answer import answer_question

    return answer_question(question, conversation, index, settings)


def _search(
    query: str,
    index: Any,
    settings: Settings,
    *,
    treaties: tuple[str, ...] = (),
    limit: int = 10,
    conversation: Conversation | None = None,
) -> list[Hit]:
    from service.answer import search_articles

    return search_articles(query, index, settings, treaties=treaties, limit=limit, conversation=conversation)


def _check(text: str, index: Any) -> Report:
    from service.check.check import check_text

    return check_text(text, index)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Opens the index before the first question, closes index and conversations after the last."""
    services: Services = app.state.services
    mcp: McpEndpoint = app.state.mcp
    slack: Slack | None = app.state.slack
    try:
        await run_in_threadpool(_open_once, services)
        async with (
            mcp.run(),
            forgetting(services.store, services.settings.retention_days),
            slack.running() if slack else nullcontext(),
        ):
            yield
    finally:
        await run_in_threadpool(services.jobs.close)
        await run_in_threadpool(services.holder.close)
        services.store.close()
        await services.limits.close()


def _take_up(holder: IndexHolder[ServedIndex], home: Path) -> None:
    """Returns when the index published last is in use: what a job is told to have added can be asked about."""
    from ingest.index import current_generation

    latest = time.monotonic() + SECONDS_TO_TAKE_UP
    try:
        while time.monotonic() < latest and holder.problem is None:
            with holder.use() as index:
                if current_generation(home) in (index.generation, None):
                    return
            time.sleep(0.05)
    except PactaError as error:
        log.error("The index that an upload is in is not in use: %s", error)


def _open_once(services: Services) -> None:
    try:
        with services.holder.use() as index:
            services.catalogues.of(index)
            log.info("Serving index %s.", index.generation)
    except PactaError as error:
        log.error("Nothing can be answered yet: %s", error)
