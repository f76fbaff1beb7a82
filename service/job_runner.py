"""The jobs of this process: a short queue, and one child process at a time that reads and indexes what was sent."""

import logging
import shutil
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic
from typing import Any
from uuid import uuid4

from filelock import FileLock, Timeout

from ingest.child import LOCK, ORDER
from ingest.errors import HomeUnusable
from ingest.whole_files import write_json
from service.child_process import Stopped, run_child
from service.errors import JobQueueFull, UnknownJob
from service.jobs import CHILD_LOG, Job, JobBook, JobFile, Progress, State, now, with_outcome
from service.settings import Settings
from service.uploads import FOLDER, note_indexed, remove_unneeded

log = logging.getLogger(__name__)

# Told to whoever finds the queue full, for each job in it; a treaty takes about so long.
RETRY_SECONDS = 10
# How long somebody else who builds an index in the same home, on the command line, is waited for.
LOCK_SECONDS = 600
CANCELLED = "It was cancelled before it was done; nothing of it was published. Send the files again to ingest them."
INTERRUPTED = (
    "The service stopped before this was done; nothing of it was published, and the index is as it was. "
    "Send the files again."
)
UNEXPECTED = (
    "Pacta met an error it did not expect and has written it to its log. Send the files again; if it happens again, "
    "tell whoever runs this service."
)


@dataclass(frozen=True, slots=True)
class Told:
    """Of a job that waits, how many of this process are before it; of one that runs, how far it is."""

    before: int | None
    progress: Progress | None


@dataclass(frozen=True, slots=True)
class _Order:
    """A job that waits: the paths to ingest, and how to find the ids that its caller may not replace."""

    job_id: str
    paths: tuple[str, ...]
    reserved: Callable[[], frozenset[str]]


class JobRunner:
    """Takes jobs, does them one after the other, and tells what became of them.

    ``on_published`` is called when a job has published an index, before the job is told to be done. Nothing is
    written and no thread begun before the first job is. Methods that write raise HomeUnusable.
    """

    def __init__(self, settings: Settings, on_published: Callable[[], None]) -> None:
        self._home = settings.ingest.home.absolute()
        self._settings = settings
        self._on_published = on_published
        self._book = JobBook(self._home)
        self._id = uuid4().hex
        self._lock = FileLock(self._lock_of(self._id), thread_local=False)
        self._changed = threading.Condition()
        self._waiting: deque[_Order] = deque()
        self._unfinished = 0
        self._closing = False
        self._thread: threading.Thread | None = None

    def receive(self, owner: str) -> tuple[Job, Path]:
        """A new job with a place in the queue, and the folder to put its files in; raises JobQueueFull.

        ``submit`` or ``give_up`` must follow.
        """
        with self._changed:
            if self._unfinished >= self._settings.max_jobs:
                raise JobQueueFull(self._unfinished, RETRY_SECONDS * self._unfinished)
            self._unfinished += 1
        try:
            with _writing(self._home):
                self._begin()
                job = self._book.begin(owner, self._id)
                folder = self._home / FOLDER / job.id
                folder.mkdir(parents=True, mode=0o700)
        except BaseException:
            self._leave_place()
            raise
        return job, folder

    def give_up(self, job: Job) -> None:
        """Forgets a job whose files did not come whole."""
        self._leave_place()
        shutil.rmtree(self._home / FOLDER / job.id, ignore_errors=True)
        self._book.forget(job.id)

    def submit(
        self, job: Job, files: Sequence[JobFile], paths: Sequence[str], reserved: Callable[[], frozenset[str]]
    ) -> Job:
        """Puts a job that was received into the queue; ``paths`` are relative to its folder."""
        job = replace(job, state="queued", files=tuple(files))
        with _writing(self._home):
            self._book.keep(job)
        with self._changed:
            self._waiting.append(_Order(job.id, tuple(paths), reserved))
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="ingest jobs", daemon=True)
                self._thread.start()
            self._changed.notify_all()
        return job

    def job(self, job_id: str, owner: str) -> Job:
        """A job of that owner; raises UnknownJob."""
        job = self._book.find(job_id)
        if job is None or job.owner != owner:
            raise UnknownJob(job_id)
        return self._as_it_is(job)

    def jobs(self, owner: str) -> list[Job]:
        """The jobs of an owner, the newest first."""
        mine = [self._as_it_is(job) for job in self._book.all() if job.owner == owner]
        return sorted(mine, key=lambda job: (job.created, job.id), reverse=True)

    def told(self, job: Job) -> Told:
        """What is to be said of a job beside its record."""
        with self._changed:
            order = [one.job_id for one in self._waiting]
        return Told(
            before=order.index(job.id) if job.id in order else None,
            progress=self._book.progress(job.id) if job.state == "running" else None,
        )

    def cancel_or_forget(self, job_id: str, owner: str) -> Job | None:
        """Forgets a job that is over, which gives None; one that is not is told to stop. Raises UnknownJob."""
        job = self.job(job_id, owner)
        if job.over:
            self._book.forget(job_id)
            return None
        with _writing(self._home):
            self._book.ask_to_cancel(job_id)
            if self._leave_queue(job_id):
                self._end(job, "cancelled", CANCELLED)
        return self.job(job_id, owner)

    def close(self) -> None:
        """Stops what goes on and lets go of what waits; the index stays as it was."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join()
        if self._lock.is_locked:
            self._lock.release()
            Path(self._lock.lock_file).unlink(missing_ok=True)

    # --- the queue

    def _leave_place(self) -> None:
        with self._changed:
            self._unfinished -= 1

    def _leave_queue(self, job_id: str) -> bool:
        """Takes a job out of the queue; False where it is not, or no longer, in this one."""
        with self._changed:
            for order in self._waiting:
                if order.job_id == job_id:
                    self._waiting.remove(order)
                    self._unfinished -= 1
                    return True
        return False

    def _begin(self) -> None:
        """Before the first job: says to other processes that this one lives, and tidies up."""
        with self._changed:
            if self._lock.is_locked:
                return
            for folder in (self._book.folder, self._home / FOLDER):
                # Not everybody may read what is sent.
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._lock.acquire(timeout=0)
        for job in self._book.all():
            self._as_it_is(job)
        self._book.forget_old()
        remove_unneeded(self._home, self._book)

    # --- what the thread does

    def _work(self) -> None:
        while (order := self._next()) is not None:
            job = self._book.find(order.job_id)
            try:
                if job is not None:
                    self._run(job, order)
            except Exception:
                log.exception("Job %s failed in a way that was not expected.", order.job_id)
                if job is not None:
                    with suppress(OSError):
                        self._end(job, "failed", UNEXPECTED)
            finally:
                self._leave_place()

    def _next(self) -> _Order | None:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closing)
            if not self._closing:
                return self._waiting.popleft()
            left = list(self._waiting)
            self._waiting.clear()
        for order in left:
            job = self._book.find(order.job_id)
            if job is not None:
                with suppress(OSError):
                    self._end(job, "interrupted", INTERRUPTED)
        return None

    def _run(self, job: Job, order: _Order) -> None:
        job = replace(job, state="running", started=now())
        self._book.keep(job)
        limit = self._settings.max_job_seconds
        folder = self._book.folder_of(job.id)
        wait_seconds = min(LOCK_SECONDS, limit / 2)
        reserved = sorted(order.reserved())
        write_json(folder / ORDER, {"paths": order.paths, "reserved": reserved, "wait_seconds": wait_seconds})
        latest = monotonic() + limit

        def reason_to_stop() -> Stopped | None:
            if self._closing:
                return "interrupted"
            if self._book.asked_to_cancel(job.id):
                return "cancelled"
            return "timed out" if monotonic() > latest else None

        code, stopped = run_child(folder, self._home / FOLDER / job.id, self._home, reason_to_stop)
        outcome = self._book.outcome(job.id)
        if outcome is not None:
            self._settle(job, outcome)
        elif stopped == "timed out":
            self._end(job, "failed", f"It took more than {limit:,} seconds. Send fewer documents at a time.")
        elif stopped is not None:
            self._end(job, stopped, CANCELLED if stopped == "cancelled" else INTERRUPTED)
        else:
            self._end(job, "failed", self._tell_death(folder, code))

    def _tell_death(self, folder: Path, code: int) -> str:
        with suppress(OSError):
            said = (folder / CHILD_LOG).read_text("utf-8", "replace").splitlines()[-20:]
            log.error("The child process of job %s died:\n%s", folder.name, "\n".join(said))
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        return (
            f"The process that reads and indexes the documents died ({how}); what was published before is "
            "unchanged. Send fewer or smaller documents at a time."
        )

    # --- what becomes of a job

    def _settle(self, job: Job, outcome: dict[str, Any]) -> Job:
        """The job with what the child process did."""
        job = with_outcome(job, outcome)
        report = outcome["report"]
        if report and report["treaties"]:
            note_indexed(self._home / FOLDER / job.id, report["treaties"])
            self._on_published()
        return self._put_away(job)

    def _end(self, job: Job, state: State, message: str) -> Job:
        """The job over without an outcome."""
        return self._put_away(replace(job, state=state, finished=now(), message=message))

    def _put_away(self, job: Job) -> Job:
        self._book.keep(job)
        self._book.tidy(job.id)
        remove_unneeded(self._home, self._book)
        return job

    def _as_it_is(self, job: Job) -> Job:
        """The job; one that a process of the service left behind when it died comes to its end here."""
        if job.over or job.runner == self._id or _is_held(self._lock_of(job.runner)):
            return job
        if _is_held(self._book.folder_of(job.id) / LOCK):
            return job  # its child process has a few seconds to come to an end
        # Looked at again: it may have been finished before its process ended.
        job = self._book.find(job.id) or job
        if job.over:
            return job
        with _writing(self._home):
            outcome = self._book.outcome(job.id)
            return self._end(job, "interrupted", INTERRUPTED) if outcome is None else self._settle(job, outcome)

    def _lock_of(self, runner: str) -> Path:
        return self._book.folder / f".{runner}.lock"


def _is_held(path: Path) -> bool:
    """Whether a process lives that holds a lock; one that nobody holds is removed, as nobody takes it again."""
    if not path.exists():
        return False
    lock = FileLock(path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    except OSError:
        return False
    lock.release()
    path.unlink(missing_ok=True)
    return False


@contextmanager
def _writing(home: Path) -> Iterator[None]:
    """Says in Pacta's words what could not be written."""
    try:
        yield
    except OSError as error:
        raise HomeUnusable(
            f"{home}: what was sent cannot be kept there ({error.strerror or error}). Free some space, or set "
            "PACTA_HOME to a folder that can be written."
        ) from error
