"""``POST /v1/treaties``: files become treaties that are held, by way of a job."""

import json
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool

from service.access import Caller, require
from service.api.headers import PRIVATE
from service.api.job_records import JobRecord, TreatyFacts, job_record
from service.api.multipart import Form, receive_form
from service.api.origin import refuse_other_sites
from service.api.services import SenderDep, Services, ServicesDep
from service.errors import UploadRefused
from service.jobs import Job, JobFile
from service.uploads import write_facts

PATH = "/v1/treaties"

router = APIRouter(tags=["Adding"])

_FACTS = TreatyFacts.model_json_schema()
FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "title": "TreatyUpload",
                    "required": ["files"],
                    "additionalProperties": False,
                    "properties": {
                        "files": {
                            "type": "array",
                            "minItems": 1,
                            "description": "The documents, each with its name: text, Markdown, HTML, PDF, DOCX, Akoma "
                            "Ntoso XML, Formex XML, open-treaties JSON, or a ZIP archive of such.",
                            "items": {"type": "string", "contentMediaType": "application/octet-stream"},
                        },
                        "facts": {
                            "description": "What is known of the treaties beside their text, as JSON: of several, or "
                            "of one.",
                            "anyOf": [{"type": "array", "items": _FACTS}, _FACTS],
                        },
                    },
                },
                "encoding": {
                    "files": {"contentType": "application/octet-stream"},
                    "facts": {"contentType": "application/json"},
                },
                "example": {
                    "files": ["(the bytes of salt.pdf)"],
                    "facts": [{"file": "salt.pdf", "id": "salt-towns", "signed": "1911-03-05"}],
                },
            }
        },
    }
}


@router.post(
    PATH,
    status_code=202,
    summary="Add treaties",
    dependencies=[Depends(refuse_other_sites)],
    openapi_extra=FORM,
    responses={202: {"headers": {"Location": {"description": "Where the job is told.", "schema": {"type": "string"}}}}},
)
async def add_treaties(request: Request, response: Response, services: ServicesDep, caller: SenderDep) -> JobRecord:
    """Takes files and begins a job that reads and indexes them, beside all that is held; needs the scope `ingest`.

    The body is a form with each file in a field `files` and, if there is something to say of them, JSON in a field
    `facts`: a list of TreatyFacts, or one alone:
    `curl -F files=@salt.pdf -F 'facts={"id": "salt-towns", "signed": "1911-03-05"}' http://127.0.0.1:8000/v1/treaties`.
    The answer says where the job is told; once that is done, questions are answered from the treaties too.
    What cannot be read is refused there, in the words of the command line, and the rest goes on. A treaty with the id
    of one that is held replaces it; no other is touched.
    """
    require(caller, "ingest")
    # Before the body: what was refused anyway need not be sent, and an upload has a place from its first byte on.
    job, folder = await run_in_threadpool(services.jobs.receive, caller.key_id)
    try:
        form = await receive_form(request, folder, services.settings.max_upload_files)
        job = await run_in_threadpool(_submit, job, folder, form, services, caller)
    except BaseException:
        services.jobs.give_up(job)
        raise
    record = job_record(job, services.jobs.told(job))
    response.headers.update({**PRIVATE, "Location": record.url})
    return record


def _submit(job: Job, folder: Path, form: Form, services: Services, caller: Caller) -> Job:
    """Puts what was received into the queue; raises UploadRefused."""
    if not form.files:
        raise UploadRefused("No file was sent.", "Send each file in a field files.")
    paths = write_facts(folder, _facts(form), list(form.files))
    files = [JobFile(name, size) for name, size in form.files.items()]
    return services.jobs.submit(job, files, paths, lambda: services.reserved_from(caller))


def _facts(form: Form) -> list[dict[str, Any]]:
    """The facts sent, checked in their form only: what they may say, the manifest knows."""
    given: list[Any] = []
    for words in form.facts:
        try:
            said = json.loads(words) if words.strip() else []
        except (ValueError, RecursionError) as error:
            raise UploadRefused(f"The facts are not JSON ({error}).", "Send a list of objects, or one.") from error
        given += said if isinstance(said, list) else [said]
    facts = []
    for place, one in enumerate(given):
        try:
            facts.append(TreatyFacts.model_validate(one).model_dump(exclude_none=True))
        except ValidationError as error:
            found = error.errors()[0]
            where = ".".join(["facts", str(place), *map(str, found["loc"])])
            known = ", ".join(TreatyFacts.model_fields)
            raise UploadRefused(f"{where}: {found['msg']}.", f"The facts known are {known}.") from error
    return facts
