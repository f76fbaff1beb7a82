"""Ingest jobs: what was uploaded, how far it is and what became of it, kept as files of the home folder.

jobs/<id>/job.json    the record, replaced at once
jobs/<id>/cancel      there when the job is to stop
jobs/<id>/…           what the child process that does the work is told and tells (ingest/child.py)
jobs/.<runner>.lock   held by a service for as long as it lives, so that others know whose jobs go on

Any process of the service may read all of them, and each survives a restart.
"""

import json
import logging
import re
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal, get_args
from uuid import uuid4

from ingest.child import LOCK, ORDER, OUTCOME, PROGRESS
from ingest.whole_files import write_json

log = logging.getLogger(__name__)

State = Literal[
    "receiving", "queued", "running", "done", "done_in_part", "failed", "cancelled", "interrupted"
]  # fmt: skip
FileState = Literal["waiting", "done", "done_in_part", "failed"]
UNFINISHED: frozenset[State] = frozenset({"receiving", "queued", "running"})
# A job that is over is forgotten after so long, if nobody has done so before.
KEPT_DAYS = 30
# What the child process printed, for when it dies.
CHILD_LOG = "log"
_CANCEL = "cancel"
_JOB_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class JobFile:
    """A file of a job: ``treaties`` are the ids it was indexed under, ``messages`` say what was refused and why.

    An archive may give several of each.
    """

    name: str
    bytes: int
    state: FileState = "waiting"
    treaties: tuple[str, ...] = ()
    messages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Job:
    """An ingest job of the key ``owner``, in the hands of the service process ``runner``.

    ``exit_code`` is what the command line would have ended with; ``message`` says what became of the job as a
    whole where that is not that all went well; ``failures`` are those that belong to no file. Dates are ISO 8601.
    """

    id: str
    owner: str
    runner: str
    state: State
    created: str
    started: str | None = None
    finished: str | None = None
    files: tuple[JobFile, ...] = ()
    exit_code: int | None = None
    message: str | None = None
    failures: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    generation: str | None = None

    @property
    def over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state not in UNFINISHED


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is: ``done`` of ``total`` units of a step, the last of which was ``note``."""

    step: str
    done: int
    total: int
    note: str


def now() -> str:
    """The time in UTC, as records have it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


class JobBook:
    """The records of the jobs of a home folder. Methods that write raise OSError."""

    def __init__(self, home: Path) -> None:
        self.folder = home / "jobs"

    def begin(self, owner: str, runner: str) -> Job:
        """Keeps a new job, whose id nobody can guess."""
        job = Job(id=uuid4().hex, owner=owner, runner=runner, state="receiving", created=now())
        self.folder_of(job.id).mkdir(parents=True, mode=0o700)
        self.keep(job)
        return job

    def keep(self, job: Job) -> None:
        """Replaces the record of a job."""
        write_json(self.folder_of(job.id) / "job.json", asdict(job))

    def find(self, job_id: str) -> Job | None:
        """The job of that id; None where none is kept."""
        if not _JOB_ID.fullmatch(job_id):
            return None
        record = _read(self.folder_of(job_id) / "job.json")
        if record is None:
            return None
        try:
            files = tuple(
                JobFile(**{**file, "treaties": tuple(file["treaties"]), "messages": tuple(file["messages"])})
                for file in record["files"]
            )
            lists = {name: tuple(record[name]) for name in ("failures", "notes")}
            if record["state"] not in get_args(State):
                raise ValueError(record["state"])
            return Job(**{**record, **lists, "files": files})
        except (KeyError, TypeError, ValueError) as error:
            log.warning("The record of job %s cannot be read: %r", job_id, error)
            return None

    def all(self) -> Iterator[Job]:
        """All jobs kept, in no order."""
        try:
            names = [path.name for path in self.folder.iterdir()]
        except OSError:
            return
        for name in names:
            job = self.find(name)
            if job is not None:
                yield job

    def tidy(self, job_id: str) -> None:
        """Removes what was needed while a job went on; its record stays."""
        for name in (ORDER, PROGRESS, OUTCOME, LOCK, CHILD_LOG, _CANCEL):
            (self.folder_of(job_id) / name).unlink(missing_ok=True)

    def forget(self, job_id: str) -> None:
        """Removes the record and all that belongs to it."""
        shutil.rmtree(self.folder_of(job_id), ignore_errors=True)

    def forget_old(self) -> None:
        """Removes jobs that have been over for long."""
        oldest = (datetime.now(UTC) - timedelta(days=KEPT_DAYS)).isoformat()
        for job in self.all():
            if job.over and (job.finished or job.created) < oldest:
                self.forget(job.id)

    def folder_of(self, job_id: str) -> Path:
        """The folder of a job."""
        return self.folder / job_id

    def ask_to_cancel(self, job_id: str) -> None:
        """Leaves word that a job is to stop."""
        (self.folder_of(job_id) / _CANCEL).touch()

    def asked_to_cancel(self, job_id: str) -> bool:
        """Whether a job is to stop."""
        return (self.folder_of(job_id) / _CANCEL).exists()

    def progress(self, job_id: str) -> Progress | None:
        """How far the child process is; None where it has not said anything."""
        record = _read(self.folder_of(job_id) / PROGRESS)
        try:
            return None if record is None else Progress(**record)
        except TypeError:
            return None

    def outcome(self, job_id: str) -> dict[str, Any] | None:
        """What the child process did; None where it did not come to an end of its own."""
        return _read(self.folder_of(job_id) / OUTCOME)


def with_outcome(job: Job, outcome: dict[str, Any]) -> Job:
    """The job as it is over, each failure with the file that it begins with the name of."""
    report = outcome["report"] or {"treaties": [], "failures": [], "notes": [], "generation": None}
    code = int(outcome["exit_code"])
    state: State = "failed" if not report["treaties"] else "done_in_part" if code else "done"
    left = list(report["failures"])
    files = []
    # "a.txt: 1.txt" is a name as well; the longest one that fits is meant.
    for file in sorted(job.files, key=lambda file: -len(file.name)):
        mine = [said for said in left if said.startswith((f"{file.name}: ", f"{file.name}!/"))]
        left = [said for said in left if said not in mine]
        uris = [(treaty["id"], treaty["source"]["uri"]) for treaty in report["treaties"]]
        ids = tuple(t for t, uri in uris if uri == file.name or uri.startswith(f"{file.name}!/"))
        result: FileState = "failed" if not ids else "done_in_part" if mine else "done"
        files.append(replace(file, state=result, treaties=ids, messages=tuple(mine)))
    order = [file.name for file in job.files]
    return replace(
        job,
        state=state,
        finished=now(),
        files=tuple(sorted(files, key=lambda file: order.index(file.name))),
        exit_code=code,
        message=outcome["error"],
        failures=tuple(left),
        notes=tuple(report["notes"]),
        generation=report["generation"],
    )


def _read(path: Path) -> dict[str, Any] | None:
    try:
        record = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return record if isinstance(record, dict) else None
