"""Whether the process is alive, and whether it can answer."""

from fastapi import APIRouter

from service.api.records import Health, Readiness
from service.api.services import ServicesDep

router = APIRouter(tags=["Running"])


@router.get("/healthz", summary="Is the process alive?")
async def healthz() -> Health:
    """Answers as long as the process runs, whatever it can do; needs no thread of the pool."""
    return Health(status="ok")


@router.get("/readyz", summary="Can questions be answered?")
def readyz(services: ServicesDep) -> Readiness:
    """Says which index is in use. A problem with status 503 when there is none.

    `warning` says why a newer index, published meanwhile, is not the one in use, or that it is searched without
    the Chroma server that it is on.
    """
    with services.holder.use() as index:
        return Readiness(
            status="ready",
            index=index.generation,
            treaties=len(index.treaties),
            warning=services.holder.problem or index.problem,
        )
