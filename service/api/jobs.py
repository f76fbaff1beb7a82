"""``/v1/jobs``: what becomes of uploads."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from starlette.responses import JSONResponse

from service.access import require
from service.api.headers import PRIVATE
from service.api.job_records import JobList, JobRecord, job_record
from service.api.paging import Offset, page_of
from service.api.path_parameters import JobId
from service.api.services import SenderDep, ServicesDep
from service.jobs import State

router = APIRouter(prefix="/v1/jobs", tags=["Adding"])


@router.get("", summary="List ingest jobs")
def list_jobs(
    request: Request,
    response: Response,
    services: ServicesDep,
    caller: SenderDep,
    state: Annotated[State | None, Query(description="Only those in this state.")] = None,
    limit: Annotated[int, Query(ge=1, le=200, description="At most so many.")] = 50,
    offset: Offset = 0,
) -> JobList:
    """The jobs begun with the caller's key, the newest first; needs the scope `ingest`."""
    require(caller, "ingest")
    response.headers.update(PRIVATE)
    mine = [job for job in services.jobs.jobs(caller.key_id) if state is None or job.state == state]
    page = page_of(mine, request, response, limit=limit, offset=offset)
    return JobList(
        jobs=[job_record(job, services.jobs.told(job)) for job in page.items], total=page.total, next=page.next
    )


@router.get("/{job_id}", summary="Follow an ingest job")
def read_job(job_id: JobId, response: Response, services: ServicesDep, caller: SenderDep) -> JobRecord:
    """How far a job is, and what became of each file once it is over; needs the scope `ingest`.

    A job that the service did not live to finish is `interrupted`.
    """
    require(caller, "ingest")
    response.headers.update(PRIVATE)
    job = services.jobs.job(job_id, caller.key_id)
    return job_record(job, services.jobs.told(job))


@router.delete(
    "/{job_id}",
    status_code=204,
    response_class=Response,
    summary="Cancel or forget an ingest job",
    responses={202: {"model": JobRecord, "description": "The job was not over and has been told to stop"}},
)
def delete_job(job_id: JobId, services: ServicesDep, caller: SenderDep) -> Response:
    """Tells a job that goes on to stop: 202, and it is `cancelled` soon, unless it was too late. Forgets one that is
    over: 204; its treaties stay. Needs the scope `ingest`."""
    require(caller, "ingest")
    job = services.jobs.cancel_or_forget(job_id, caller.key_id)
    if job is None:
        return Response(status_code=204, headers=PRIVATE)
    record = job_record(job, services.jobs.told(job))
    return JSONResponse(record.model_dump(), status_code=202, headers=PRIVATE)
