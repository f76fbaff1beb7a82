"""Whether the process is alive, whether it can answer, and what is measured of it."""

from fastapi import APIRouter, Request
from prometheus_client.exposition import choose_encoder
from starlette.responses import PlainTextResponse, Response

from service.api.records import Health, Readiness
from service.api.services import ServicesDep

router = APIRouter(tags=["Running"])


@router.get("/healthz", summary="Is the process alive?")
async def healthz() -> Health:
    """Answers as long as the process runs, whatever it can do; needs no thread of the pool."""
    return Health(status="ok")


@router.get("/readyz", summary="Can questions be answered?")
def readyz(services: ServicesDep) -> Readiness:
    """Says which index is in use, once it has answered a question taken from it. Else a problem with status 503.

    `warning` says why a newer index, published meanwhile, is not the one in use, or that it is searched without
    the Chroma server that it is on.
    """
    with services.holder.use() as index:
        services.canary.check(index, services.catalogues.of(index).examples)
        return Readiness(
            status="ready",
            index=index.generation,
            treaties=len(index.treaties),
            warning=services.holder.problem or index.problem,
        )


METRICS_EXAMPLE = 'pacta_answers_total{reason="",status="answered"} 1284.0\n'


@router.get(
    "/metrics",
    summary="What is measured?",
    response_class=PlainTextResponse,
    responses={200: {"content": {"text/plain": {"example": METRICS_EXAMPLE}}}},
)
def metrics(request: Request, services: ServicesDep) -> Response:
    """Time of answers by stage, answers by status and reason, requests by route, the index, the queue: for Prometheus.

    Nothing of it tells what was asked.
    """
    encode, media_type = choose_encoder(request.headers.get("accept", ""))
    return Response(encode(services.metrics.registry), headers={"content-type": media_type})
