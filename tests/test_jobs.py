"""Ingest jobs: their order, their end, whose they are, and what is left of them when the service or its child dies."""

import json
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from served import PATIENCE, over, serving
from web_fakes import TestClient, make_client

from ingest.build import ingest
from ingest.errors import IndexBroken
from ingest.index import current_generation
from ingest.manifest import Entry, find_entries
from ingest.settings import Settings as IngestSettings
from service import job_runner, jobs
from service.access import Caller
from service.api.services import _sender
from service.job_runner import INTERRUPTED, JobRunner
from service.jobs import Job, JobBook, JobFile, with_outcome
from service.settings import Settings

PEPPER = b"TREATY OF PEPPER\n\nArticle 1\n\nPepper is dear.\n"


def wait_until(true: Callable[[], bool]) -> None:
    latest = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < latest
        time.sleep(0.02)


def processes_of(job_id: str) -> list[int]:
    """The processes whose command names a job."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if job_id in (folder / "cmdline").read_text():
                found.append(int(folder.name))
        except OSError:
            continue
    return found


# --- a real service and its child, which is held up while another process seems to build an index


def at_work(job: dict[str, Any]) -> bool:
    return job["progress"] is not None


def test_a_job_waits_for_who_builds_an_index_is_cancelled_and_survives_the_death_of_its_child(
    small_at_home: Path,
) -> None:
    published = current_generation(small_at_home)
    with serving(small_at_home) as served:
        with FileLock(small_at_home / "lock"):
            url = served.upload(("pepper.txt", PEPPER)).json()["url"]
            second = served.upload(("pepper.txt", PEPPER)).json()["url"]
            running = served.job(url, at_work)
            assert (running["state"], running["progress"]["step"]) == ("running", "waiting")
            waiting = served.client.get(second).json()
            assert (waiting["state"], waiting["before"]) == ("queued", 0)
            assert served.answer("What does Article 1 of the Treaty of Salt say?")["index"] == published

            asked = served.client.delete(url)
            assert asked.status_code == 202
            cancelled = served.job(url, over)
            assert (cancelled["state"], cancelled["exit_code"]) == ("cancelled", None)
            assert "nothing of it was published" in cancelled["message"]
            wait_until(lambda: processes_of(running["id"]) == [])
            assert served.client.delete(url).status_code == 204
            assert served.client.get(url).status_code == 404

            job = served.job(second, at_work)
            [child] = processes_of(job["id"])
            os.kill(child, signal.SIGKILL)
            died = served.job(second, over)
            assert died["state"] == "failed"
            assert "died (signal 9)" in died["message"]
        assert (served.held(), current_generation(small_at_home)) == ({"salt", "tolls"}, published)
        # What the service itself lives on is untouched.
        done = served.job(served.upload(("pepper.txt", PEPPER)).json()["url"], over)
        assert (done["state"], done["index"]) == ("done", current_generation(small_at_home))
        assert served.held() == {"salt", "tolls", "pepper"}
    [upload] = (small_at_home / "uploads").iterdir()
    assert upload.name == done["id"]


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_job_that_the_service_did_not_live_to_finish_is_interrupted_and_nothing_of_it_is_published(
    small_at_home: Path, how: signal.Signals
) -> None:
    published = current_generation(small_at_home)
    with FileLock(small_at_home / "lock"):
        with serving(small_at_home) as served:
            urls = [served.upload(("pepper.txt", PEPPER)).json()["url"] for _ in range(2)]
            running = served.job(urls[0], at_work)
            served.stop(how)
        wait_until(lambda: processes_of(running["id"]) == [])
    # Nobody is in the way any more, and still nothing happens.
    assert current_generation(small_at_home) == published
    with make_client(small_at_home) as client:
        told = [client.get(url).json() for url in urls]
        assert [(job["state"], job["message"]) for job in told] == [("interrupted", INTERRUPTED)] * 2
        assert [job["state"] for job in client.get("/v1/jobs").json()["jobs"]] == ["interrupted"] * 2
    assert list((small_at_home / "uploads").iterdir()) == []
    assert current_generation(small_at_home) == published


# --- the queue and its bounds, with a child that does as it is told


class Children:
    """In the place of the child process: each is let go by ``end``, which leaves an outcome or none."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self._outcomes: dict[str, Any] = {}
        self._changed = threading.Condition()

    def run(
        self, folder: Path, documents: Path, home: Path, reason_to_stop: Callable[[], str | None]
    ) -> tuple[int, str | None]:
        with self._changed:
            self.begun.append(folder.name)
            self._changed.notify_all()
        while folder.name not in self._outcomes:
            if reason := reason_to_stop():
                return 130, reason
            time.sleep(0.01)
        outcome = self._outcomes[folder.name]
        if isinstance(outcome, Exception):
            raise outcome
        if outcome is not None:
            (folder / "outcome.json").write_text(json.dumps(outcome))
        return -11, None

    def end(self, job_id: str, outcome: Any) -> None:
        self._outcomes[job_id] = outcome

    def wait_for(self, job_id: str) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: job_id in self.begun, PATIENCE)


def outcome(*treaties: tuple[str, str], failures: tuple[str, ...] = (), code: int = 0) -> dict[str, Any]:
    """What a child leaves; each treaty is its id and the file it is from."""
    report = {
        "generation": "g2" if treaties else None,
        "treaties": [{"id": name, "source": {"uri": uri, "sha256": "0" * 64}} for name, uri in treaties],
        "failures": list(failures),
        "notes": [],
    }
    return {"exit_code": code, "error": None if treaties else "Nothing was indexed.", "report": report}


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch) -> Children:
    children = Children()
    monkeypatch.setattr(job_runner, "run_child", children.run)
    return children


@pytest.fixture
def client(tmp_path: Path, children: Children) -> Iterator[TestClient]:
    with make_client(tmp_path) as client:
        yield client


def send(client: TestClient, name: str = "pepper.txt") -> dict[str, Any]:
    response = client.post("/v1/treaties", files=[("files", (name, PEPPER))])
    assert response.status_code == 202, response.text
    job: dict[str, Any] = response.json()
    return job


def job_over(client: TestClient, job: dict[str, Any]) -> dict[str, Any]:
    wait_until(lambda: over(client.get(job["url"]).json()))
    found: dict[str, Any] = client.get(job["url"]).json()
    return found


def test_one_job_runs_at_a_time_in_the_order_they_came(client: TestClient, children: Children) -> None:
    sent = [send(client) for _ in range(3)]
    children.wait_for(sent[0]["id"])
    told = [client.get(job["url"]).json() for job in sent]
    assert [(job["state"], job["before"]) for job in told] == [("running", None), ("queued", 0), ("queued", 1)]
    for job in sent:
        children.wait_for(job["id"])
        assert children.begun[-1] == job["id"]
        children.end(job["id"], outcome(("pepper", "pepper.txt")))
        assert job_over(client, job)["state"] == "done"


def test_no_more_wait_than_may(client: TestClient, children: Children) -> None:
    limit = client.app.state.services.settings.max_jobs
    sent = [send(client) for _ in range(limit)]
    full = client.post("/v1/treaties", files=[("files", ("pepper.txt", PEPPER))])
    assert (full.status_code, full.json()["type"]) == (503, "/docs#job-queue-full")
    assert int(full.headers["retry-after"]) > 0
    # One that is taken out of the queue leaves its place to another, and so does one that is over.
    assert client.delete(sent[-1]["url"]).json()["state"] == "cancelled"
    send(client)
    assert client.post("/v1/treaties", files=[("files", ("a.txt", PEPPER))]).status_code == 503
    children.end(sent[0]["id"], None)
    job_over(client, sent[0])
    wait_until(lambda: client.post("/v1/treaties", files=[("files", ("a.txt", PEPPER))]).status_code == 202)
    # One that was refused takes no place: it was full, and is full.
    assert client.post("/v1/treaties", files=[("files", ("a.txt", PEPPER))]).status_code == 503


def test_an_upload_that_is_refused_leaves_its_place(client: TestClient, children: Children) -> None:
    for _ in range(client.app.state.services.settings.max_jobs + 2):
        assert client.post("/v1/treaties", files=[("files", ("corpus.yaml", b""))]).status_code == 422
    send(client)


@pytest.mark.parametrize(
    ("left", "state", "said"),
    [
        (None, "failed", "died (signal 11); what was published before is unchanged"),
        (ZeroDivisionError("secret"), "failed", "an error it did not expect"),
        ({"exit_code": 3, "error": "The model is missing. Install it.", "report": None}, "failed", "Install it."),
        (outcome(failures=("pepper.txt: no. Mend it.",), code=3), "failed", "Nothing was indexed."),
    ],
)
def test_a_job_that_fails_says_why_and_its_files_go(
    client: TestClient, children: Children, tmp_path: Path, left: Any, state: str, said: str
) -> None:
    sent = send(client)
    children.end(sent["id"], left)
    job = job_over(client, sent)
    assert job["state"] == state
    assert said in job["message"]
    assert "secret" not in str(job)
    assert list((tmp_path / "uploads").iterdir()) == []
    assert [path.name for path in (tmp_path / "jobs" / sent["id"]).iterdir()] == ["job.json"]
    # The next one is done all the same.
    again = send(client)
    children.end(again["id"], outcome(("pepper", "pepper.txt")))
    assert job_over(client, again)["state"] == "done"


def test_a_job_that_takes_too_long_is_stopped(tmp_path: Path, children: Children) -> None:
    settings = Settings(ingest=IngestSettings(home=tmp_path), max_job_seconds=0)
    runner = JobRunner(settings, lambda: None)
    job, _ = runner.receive("")
    runner.submit(job, [JobFile("a.txt", 1)], ["./a.txt"], frozenset)
    wait_until(lambda: runner.job(job.id, "").over)
    assert "more than 0 seconds" in str(runner.job(job.id, "").message)
    runner.close()


# --- whose they are


def test_a_job_is_known_to_nobody_else(client: TestClient, children: Children) -> None:
    def become(key: str) -> None:
        client.app.dependency_overrides[_sender] = lambda: Caller(key)

    become("one")
    mine = send(client)
    become("two")
    for response in (client.get(mine["url"]), client.delete(mine["url"])):
        assert (response.status_code, response.json()["type"]) == (404, "/docs#unknown-job")
    assert client.get("/v1/jobs").json() == {"jobs": [], "total": 0, "next": None}
    yours = send(client)
    become("one")
    assert [job["id"] for job in client.get("/v1/jobs").json()["jobs"]] == [mine["id"]]
    assert client.get(yours["url"]).status_code == 404
    assert client.get(mine["url"]).headers["cache-control"] == "no-store"


@pytest.mark.parametrize("job_id", ["x", "0" * 32, "..%2F..%2Fsecret", "%00", "0" * 31 + "%0A", "ж" * 32])
def test_what_is_no_job_is_refused(client: TestClient, job_id: str) -> None:
    for response in (client.get(f"/v1/jobs/{job_id}"), client.delete(f"/v1/jobs/{job_id}")):
        assert response.status_code == 404
        assert response.json()["type"] in ("/docs#unknown-job", "/docs#no-such-page")


def test_jobs_are_listed_in_pieces_the_newest_first(client: TestClient, children: Children) -> None:
    sent = [send(client) for _ in range(5)]
    for job in sent:
        children.end(job["id"], outcome(("pepper", "pepper.txt")) if job is not sent[0] else None)
        job_over(client, job)
    first = client.get("/v1/jobs", params={"limit": 2})
    assert [job["id"] for job in first.json()["jobs"]] == [sent[4]["id"], sent[3]["id"]]
    assert (first.json()["total"], first.json()["next"]) == (5, "/v1/jobs?limit=2&offset=2")
    last = client.get("/v1/jobs", params={"limit": 2, "offset": 4})
    assert (len(last.json()["jobs"]), last.json()["next"]) == (1, None)
    assert last.headers["link"] == '</v1/jobs?limit=2&offset=2>; rel="prev"'
    assert [job["id"] for job in client.get("/v1/jobs?state=failed").json()["jobs"]] == [sent[0]["id"]]
    for wrong in ("limit=0", "limit=201", "offset=-1", "state=lost"):
        assert client.get(f"/v1/jobs?{wrong}").status_code == 422


# --- what is kept of them


def make_job(**more: Any) -> Job:
    return Job(id="1" * 32, owner="", runner="r", state="running", created=jobs.now(), **more)


def test_each_failure_stands_with_the_file_it_begins_with() -> None:
    names = ("a.txt", "a.txt: b.txt", "all.zip", "c.txt")
    said = (
        "a.txt: b.txt: it is empty. Give another.",
        "a.txt: it is broken. Mend it.",
        "all.zip!/x.txt: no articles were found. Is it a treaty?",
        "/elsewhere/old.txt: old is left out. Ingest it again.",
    )
    done = outcome(("y", "all.zip!/y.txt"), ("c", "c.txt"), failures=said, code=1)
    job = with_outcome(make_job(files=tuple(JobFile(name, 1) for name in names)), done)
    assert (job.state, job.exit_code, job.failures) == ("done_in_part", 1, said[3:])
    assert [(file.name, file.state, file.treaties, file.messages) for file in job.files] == [
        ("a.txt", "failed", (), said[1:2]),
        ("a.txt: b.txt", "failed", (), said[:1]),
        ("all.zip", "done_in_part", ("y",), said[2:3]),
        ("c.txt", "done", ("c",), ()),
    ]


def test_a_record_is_read_as_it_was_written_and_a_damaged_one_is_none(tmp_path: Path) -> None:
    book = JobBook(tmp_path)
    job = book.begin("key", "runner")
    assert (book.find(job.id), list(book.all())) == (job, [job])
    record = tmp_path / "jobs" / job.id / "job.json"
    whole = json.dumps(asdict(job))
    for damaged in ("", "{", "[]", "{}", whole[:-9], whole.replace("receiving", "lost"), whole.replace("[]", "7", 1)):
        record.write_text(damaged)
        assert book.find(job.id) is None
    assert list(book.all()) == []


def test_jobs_that_were_over_long_ago_are_forgotten(tmp_path: Path) -> None:
    book = JobBook(tmp_path)
    ids = [book.begin("", "r").id for _ in range(3)]
    for job_id, state, finished in zip(ids, ("done", "done", "running"), ("2001-01-01", jobs.now(), None), strict=True):
        record = tmp_path / "jobs" / job_id / "job.json"
        changes = {"state": state, "finished": finished, "created": "2001-01-01"}
        record.write_text(json.dumps(json.loads(record.read_text()) | changes))
    book.forget_old()
    assert {job.id for job in book.all()} == set(ids[1:])


@pytest.mark.usefixtures("quick_build")
def test_files_stay_while_an_index_that_is_kept_has_something_from_them(
    small_at_home: Path, children: Children, tmp_path: Path
) -> None:
    runner = JobRunner(Settings(ingest=IngestSettings(home=small_at_home)), lambda: None)

    def upload(words: str) -> Path:
        """What a child would do, done here."""
        job, folder = runner.receive("")
        (folder / "pepper.txt").write_text(f"TREATY OF PEPPER\n\nArticle 1\n\n{words}\n")
        report = ingest(find_entries([folder / "pepper.txt"]), IngestSettings(home=small_at_home))
        [treaty] = report.indexed
        done = outcome()
        done["report"]["treaties"] = [
            {"id": treaty.summary.id, "source": {"uri": "pepper.txt", "sha256": treaty.summary.sha256}}
        ]
        children.end(job.id, done)
        runner.submit(job, [JobFile("pepper.txt", 1)], ["./pepper.txt"], frozenset)
        wait_until(lambda: runner.job(job.id, "").over)
        assert runner.cancel_or_forget(job.id, "") is None
        return folder

    folders = [upload(f"Pepper costs {n}.") for n in range(3)]
    # Two generations before the current one stay for a rollback; forgetting a job changes nothing.
    assert [folder.exists() for folder in folders] == [True, True, True]
    folders.append(upload("Pepper is free."))
    assert [folder.exists() for folder in folders] == [False, True, True, True]
    # A manifest that cannot be read is no reason to remove anything.
    for manifest in (small_at_home / "generations").glob("*/manifest.json"):
        manifest.write_text("{")
    job, folder = runner.receive("")
    runner.give_up(job)
    assert [one.exists() for one in (*folders, folder)] == [False, True, True, True, False]
    runner.close()
    assert list((small_at_home / "jobs").iterdir()) == []


def test_an_outcome_that_a_dead_service_did_not_hear_of_counts(tmp_path: Path) -> None:
    book = JobBook(tmp_path)
    job = book.begin("", "a runner that is gone")
    (book.folder_of(job.id) / "outcome.json").write_text(json.dumps(outcome(("pepper", "pepper.txt"))))
    (tmp_path / "uploads" / job.id).mkdir(parents=True)
    runner = JobRunner(Settings(ingest=IngestSettings(home=tmp_path)), lambda: None)
    assert runner.job(job.id, "").state == "done"
    assert JobBook(tmp_path).find(job.id) == runner.job(job.id, "")


def test_two_processes_of_the_service_know_of_each_others_jobs(tmp_path: Path, children: Children) -> None:
    settings = Settings(ingest=IngestSettings(home=tmp_path))
    one, other = (JobRunner(settings, lambda: None) for _ in range(2))
    job, _ = one.receive("")
    one.submit(job, [JobFile("a.txt", 1)], ["./a.txt"], frozenset)
    children.wait_for(job.id)
    assert other.job(job.id, "").state == "running"
    cancelled = other.cancel_or_forget(job.id, "")
    assert cancelled is not None
    wait_until(lambda: other.job(job.id, "").state == "cancelled")
    one.close()
    other.close()


def test_where_nothing_can_be_written_it_is_said(client: TestClient, tmp_path: Path) -> None:
    (tmp_path / "uploads").write_text("in the way")
    response = client.post("/v1/treaties", files=[("files", ("pepper.txt", PEPPER))])
    assert (response.status_code, response.json()["type"]) == (503, "/docs#home-unusable")
    assert "PACTA_HOME" in response.json()["detail"]


# --- what ingestion does for a service


@pytest.mark.usefixtures("quick_build")
def test_an_id_that_is_reserved_is_not_replaced(small_at_home: Path, tmp_path: Path) -> None:
    (tmp_path / "salt.txt").write_bytes(PEPPER)
    (tmp_path / "pepper.txt").write_bytes(PEPPER)
    report = ingest([Entry(tmp_path / "salt.txt"), Entry(tmp_path / "pepper.txt")], IngestSettings(), reserved={"salt"})
    assert [done.summary.id for done in report.indexed] == ["pepper"]
    assert report.failures == [f"{tmp_path}/salt.txt: its id would be salt, which is taken. Give it another id."]


@pytest.mark.usefixtures("quick_build")
def test_nothing_is_added_where_something_held_would_be_lost(small_at_home: Path, tmp_path: Path) -> None:
    generation = current_generation(small_at_home)
    (small_at_home / "generations" / generation / "treaties" / "salt.json").write_text("{}")
    (tmp_path / "pepper.txt").write_bytes(PEPPER)
    with pytest.raises(IndexBroken, match=r"salt is left out.*Until then nothing is added"):
        ingest([Entry(tmp_path / "pepper.txt")], IngestSettings(), lose_nothing=True)
    assert current_generation(small_at_home) == generation
