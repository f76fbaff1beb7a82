"""The records of uploads as they travel over HTTP: the facts sent with files, the jobs that ingest them."""

import unicodedata
from dataclasses import asdict
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from service.api.records import Words
from service.job_runner import Told
from service.jobs import FileState, Job, State


def _must_be_shown(text: str) -> str:
    if any(unicodedata.category(character) == "Cc" for character in text):
        raise ValueError("there are characters in it that are not for reading, such as a line break")
    return text


Line = Annotated[Words, AfterValidator(_must_be_shown), Field(min_length=1, max_length=1_000)]
Lines = Annotated[list[Line], Field(max_length=200)]


class TreatyFacts(BaseModel):
    """What is known of a treaty beside its text, in the words of a corpus.yaml; whatever is left out is read from
    the text, or not known."""

    model_config = ConfigDict(extra="forbid", strict=True)

    file: Line | None = Field(
        default=None, description="The file they are about; may be left out where one file is sent."
    )
    id: Line | None = Field(
        default=None,
        description="Small letters, digits, `-`, `_` and `.`; made of the file's name where it is left out. A treaty "
        "that is held under this id is replaced.",
        examples=["salt-towns"],
    )
    title: Line | None = Field(default=None, examples=["Treaty of the Salt Towns"])
    aliases: Lines | None = Field(default=None, description="Other names people use.", examples=[["Salt Treaty"]])
    language: Line | None = Field(default=None, description="Of the text, as a BCP 47 tag.", examples=["en"])
    kind: Line | None = Field(default=None, examples=["bilateral"])
    parties: Lines | None = Field(default=None, examples=[["Brine", "Ull"]])
    signed: Line | None = Field(default=None, description="ISO 8601.", examples=["1911-03-05"])
    signed_at: Line | None = Field(default=None, examples=["Ull"])
    in_force: Line | None = Field(default=None, description="ISO 8601.", examples=["1912-01-01"])
    depositary: Line | None = Field(default=None, examples=["Brine"])
    text_status: Line | None = Field(
        default=None, description="`authentic` where it is left out.", examples=["unofficial translation"]
    )
    provenance: Line | None = Field(default=None, description="Where the text comes from.")
    licence: Line | None = Field(default=None, description="What may be done with it.")
    access: Lines | None = Field(
        default=None,
        description="Labels, one of which a reader's key must have. Left out, a treaty that replaces another keeps "
        "its labels, and a new one is for everybody, as with `[]`.",
    )


class FileRecord(BaseModel):
    """A file that was sent, and what became of it."""

    name: str = Field(description="What it is called here; less than what was sent where that could do harm.")
    bytes: int = Field(examples=[20_480])
    state: FileState = Field(examples=["done"])
    treaties: list[str] = Field(description="Ids it was indexed under; several of an archive.", examples=[["salt"]])
    messages: list[str] = Field(
        description="Why it, or what of it, could not be indexed and what to do, in the words of the command line.",
        examples=[[]],
    )


class ProgressRecord(BaseModel):
    """How far the work is."""

    step: str = Field(
        description="`waiting` for somebody else who builds an index, then `reading`, `embedding`, `writing`, "
        "`verifying`.",
        examples=["embedding"],
    )
    done: int = Field(examples=[120])
    total: int = Field(examples=[480])
    note: str = Field(description="What was worked on last.", examples=["salt.pdf"])


class JobRecord(BaseModel):
    """An upload on its way into the index."""

    id: str = Field(examples=["0f3c9a5e7b1d4c2f8a6e5d4c3b2a1908"])
    state: State = Field(
        description="`queued` and `running` go on. `done`: all of it is held and answered from; `done_in_part`: see "
        "`messages` of the files and `failures`; `failed`, `cancelled` and `interrupted`: the index is as it was, see "
        "`message`.",
        examples=["done"],
    )
    url: str = Field(description="Where this is told again.", examples=["/v1/jobs/0f3c9a5e7b1d4c2f8a6e5d4c3b2a1908"])
    created: str = Field(description="ISO 8601, in UTC.", examples=["2026-05-04T09:30:00.000+00:00"])
    started: str | None = Field(examples=["2026-05-04T09:30:00.120+00:00"])
    finished: str | None = Field(examples=["2026-05-04T09:30:07.480+00:00"])
    before: int | None = Field(description="How many wait before it; null where it does not wait.", examples=[None])
    progress: ProgressRecord | None = Field(description="While it runs.", examples=[None])
    files: list[FileRecord]
    exit_code: int | None = Field(
        description="What the command line would have ended with: 0 done, 1 done in part, 3 nothing was indexed; null "
        "where it did not come to an end.",
        examples=[0],
    )
    message: str | None = Field(
        description="What became of it as a whole, and what to do, where that is not that it was done.",
        examples=[None],
    )
    failures: list[str] = Field(description="What could not be done and belongs to no file.", examples=[[]])
    notes: list[str] = Field(description="What there is to know beside that.", examples=[[]])
    index: str | None = Field(description="Generation of the index it is in.", examples=["20260504T093007-1f2e3d4c"])


class JobList(BaseModel):
    """Jobs of the caller, the newest first."""

    jobs: list[JobRecord]
    total: int = Field(description="How many there are in all.", examples=[1])
    next: str | None = Field(description="Address of the next piece of the list.", examples=[None])


def job_record(job: Job, told: Told) -> JobRecord:
    """A job as it travels."""
    return JobRecord(
        id=job.id,
        state=job.state,
        url=f"/v1/jobs/{job.id}",
        created=job.created,
        started=job.started,
        finished=job.finished,
        before=told.before,
        progress=ProgressRecord(**asdict(told.progress)) if told.progress else None,
        files=[FileRecord(**asdict(file)) for file in job.files],
        exit_code=job.exit_code,
        message=job.message,
        failures=list(job.failures),
        notes=list(job.notes),
        index=job.generation,
    )
