"""``POST /v1/treaties``: what is sent is held and answered from; what cannot be is refused, and harms nothing."""

import json
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from docx_fakes import docx
from ingest_fakes import print_pdf, set_column
from served import Served, over, serving
from web_fakes import FakeIndex, TestClient, make_client

import pacta
from ingest.manifest import Entry, manifest_entries
from service import job_runner
from service.access import Caller
from service.api.services import _sender
from service.errors import UploadRefused
from service.uploads import MAX_NAME_BYTES, safe_name


def treaty(name: str, *articles: str, head: str = "{}", article: str = "Article {}", joint: str = "\n\n") -> str:
    """A short treaty, each of its lines as a format would have it."""
    lines = [head.format(f"TREATY OF {name}")]
    for number, words in enumerate(articles, 1):
        lines += [article.format(f"Article {number}" if article == "<h2>{}</h2>" else number), words]
    return joint.join(lines) + "\n"


SALT = treaty("SALT", "Salt is free in all towns of Brine.", "The tax on salt is abolished.").encode()
LAMP = treaty("LAMPS", "Lamps are lit at dusk.", article="## Article {}", head="# {}").encode()
ROPE = (
    b"<!doctype html><html><head><title>Rope</title></head><body>%s</body></html>"
    % treaty("ROPE", "<p>Ropes are of hemp.</p>", article="<h2>{}</h2>", head="<h1>{}</h1>").encode()
)
WELL = docx("TREATY OF WELLS", "Article 1", "Wells are dug by day.", "Article 2", "Water is shared by turns.")
TWELFTH = "The miller takes one part in twelve of what is ground for others than himself."
MILLS = ["^TREATY OF MILLS", "^Article 1", "Mills grind for both towns.", "^Article 2", TWELFTH]
MILL = print_pdf([set_column(MILLS)])
BROKEN = b"%PDF-1.7 broken"


# --- a real service over the samples


@pytest.fixture(scope="module")
def served(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    home = tmp_path_factory.mktemp("served") / "home"
    shutil.copytree(sample_home, home)
    with serving(home) as served:
        yield served


def said_on_the_command_line(name: str, content: bytes, folder: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """Why ``pacta ingest`` leaves a file out."""
    folder.mkdir()
    (folder / name).write_bytes(content)
    before = Path.cwd()
    os.chdir(folder)
    try:
        assert pacta.main(["ingest", name]) == 3
    finally:
        os.chdir(before)
    [line] = [line for line in capsys.readouterr().err.splitlines() if line.startswith("left out: ")]
    return line.removeprefix("left out: ")


def test_files_of_all_kinds_are_held_and_a_broken_one_is_told_as_on_the_command_line(
    served: Served, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = served.held()
    facts = [{"file": "salt.txt", "id": "salt-towns", "title": "Treaty of the Salt Towns", "aliases": ["Salt Pact"],
              "signed": "1911-03-05", "depositary": "Brine", "text_status": "excerpt"}]  # fmt: skip
    answers: list[str] = []
    done = threading.Event()

    def ask_all_the_time() -> None:
        while not done.is_set():
            answers.append(served.answer("What does Article 1 of the Orrin Treaty say?")["status"])

    with ThreadPoolExecutor() as pool:
        asking = pool.submit(ask_all_the_time)
        response = served.upload(
            ("salt.txt", SALT), ("../../lamp.md", LAMP), ("rope.html", ROPE), ("well.docx", WELL), ("mill.pdf", MILL),
            ("broken.pdf", BROKEN), facts=json.dumps(facts),
        )  # fmt: skip
        assert response.status_code == 202
        assert response.headers["location"] == response.json()["url"]
        job = served.job(response.headers["location"], over)
        # Said to be done, it is answered from: not a moment later.
        answer = served.answer("What does Article 2 of the Salt Pact say?")
        done.set()
        asking.result()

    assert (job["state"], job["exit_code"], job["message"], job["failures"]) == ("done_in_part", 1, None, [])
    assert {file["name"]: file["treaties"] for file in job["files"]} == {
        "salt.txt": ["salt-towns"], "lamp.md": ["lamp"], "rope.html": ["rope"], "well.docx": ["well"],
        "mill.pdf": ["mill"], "broken.pdf": [],
    }  # fmt: skip
    assert [file["state"] for file in job["files"]] == ["done"] * 5 + ["failed"]
    said = said_on_the_command_line("broken.pdf", BROKEN, tmp_path / "here", capsys)
    assert job["files"][5]["messages"] == [said]
    assert [file["messages"] for file in job["files"][:5]] == [[]] * 5

    assert (answer["status"], answer["index"]) == ("answered", job["index"])
    [cited] = answer["citations"]
    assert (cited["treaty_id"], cited["quote"]) == ("salt-towns", "The tax on salt is abolished.")
    # Where it lies on the service's machine is nobody's business.
    assert cited["source"]["uri"] == "salt.txt"
    described = served.client.get("/v1/treaties/salt-towns").json()
    assert (described["signed"], described["text_status"]) == ("1911-03-05", "excerpt")
    assert described["facts"]["depositary"] == "Brine"
    assert served.held() == before | {"salt-towns", "lamp", "rope", "well", "mill"}
    assert answers
    assert set(answers) == {"answered"}


def test_uploads_at_a_time_are_done_one_after_the_other_and_replace_only_their_own(served: Served) -> None:
    before = served.held()
    newer = treaty("SALT", "Salt is dear.").encode()
    with ThreadPoolExecutor() as pool:
        sent = [
            pool.submit(served.upload, ("salt.txt", newer), facts=json.dumps({"id": "orrin", "title": "Salt again"})),
            pool.submit(served.upload, ("oil.txt", treaty("OIL", "Oil is pressed in winter.").encode())),
        ]
        urls = [one.result().json()["url"] for one in sent]
    jobs = [served.job(url, over) for url in urls]
    assert [job["state"] for job in jobs] == ["done", "done"]
    first, second = sorted(jobs, key=lambda job: str(job["started"]))
    assert first["finished"] <= second["started"]
    assert served.held() == before | {"oil"}
    assert served.client.get("/v1/treaties/orrin").json()["title"] == "Salt again"
    listed = served.client.get("/v1/jobs?limit=1").json()
    assert listed["jobs"][0]["url"] in urls
    assert listed["total"] >= 2
    assert served.client.get(listed["next"]).json()["jobs"][0]["url"] in urls


def test_where_nothing_can_be_read_the_index_is_as_it_was(served: Served) -> None:
    before = served.client.get("/readyz").json()["index"]
    old_word = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    job = served.job(served.upload(("old.doc", old_word), ("empty.txt", b"")).json()["url"], over)
    assert (job["state"], job["exit_code"], job["index"]) == ("failed", 3, None)
    assert job["message"] == "Nothing was indexed; what was published before is unchanged."
    assert [file["messages"][0].partition(":")[0] for file in job["files"]] == ["old.doc", "empty.txt"]
    assert served.client.get("/readyz").json()["index"] == before


# --- what is refused before any job begins, over invented treaties


class Children:
    """In the place of the child process: remembers what it was given, and does nothing until it is let."""

    def __init__(self) -> None:
        self.given: list[dict[str, Any]] = []
        self.files: list[dict[str, bytes]] = []
        self.begun = threading.Semaphore(0)
        self.let = threading.Event()

    def run(
        self, folder: Path, documents: Path, home: Path, reason_to_stop: Callable[[], str | None]
    ) -> tuple[int, str | None]:
        self.given.append(json.loads((folder / "order.json").read_text()))
        self.files.append({path.name: path.read_bytes() for path in sorted(documents.iterdir())})
        self.begun.release()
        while not self.let.wait(0.01):
            if reason := reason_to_stop():
                return 130, reason
        return -9, None


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch) -> Children:
    children = Children()
    monkeypatch.setattr(job_runner, "run_child", children.run)
    return children


@pytest.fixture
def client(tmp_path: Path, children: Children) -> Iterator[TestClient]:
    with make_client(tmp_path) as client:
        yield client


def kept(home: Path) -> list[Path]:
    """Whatever is left of uploads."""
    return [path for name in ("uploads", "jobs") for path in (home / name).rglob("[!.]*")]


def check_problem(response: Any, status: int, kind: str, said: str) -> None:
    assert (response.status_code, response.json()["type"]) == (status, f"/docs#{kind}"), response.text
    assert said in response.json()["detail"]
    assert response.headers["content-type"] == "application/problem+json"


ONE = [("files", ("salt.txt", SALT))]
TWO = [*ONE, ("files", ("lamp.md", LAMP))]


@pytest.mark.parametrize(
    ("files", "facts", "said", "why"),
    [
        ([], "", "could not be read", "no form at all"),
        ([("facts", (None, "{}"))], "", "No file was sent", "facts alone"),
        ([("file", ("salt.txt", SALT))], "", "no field 'file'", "a field of another name"),
        ([("files", (None, "Article 1"))], "", "holds no file", "a field without a name"),
        ([*ONE, *ONE], "", "Two files are called salt.txt", "one would be lost"),
        ([("files", (f"{n}.txt", b"x")) for n in range(51)], "", "More than 50 files", "too many"),
        ([("files", ("corpus.yaml", b"treaties: []"))], "", "a manifest is not taken", "it could name any file here"),
        ([("files", ("..", SALT))], "", "no name for a file", "a name that is a folder"),
        ([("files", ("\u202e", SALT))], "", "no name for a file", "nothing that can be shown"),
        (ONE, "{", "not JSON", "cut off"),
        (ONE, '"salt"', "facts.0", "no object"),
        (ONE, '{"id": 7}', "facts.0.id", "a number"),
        (ONE, '{"id": "Salt Towns"}', "the id 'Salt Towns' will not do. Use small letters", "as the manifest says it"),
        (ONE, '{"titel": "Salt"}', "facts.0.titel", "a field that nobody knows"),
        (ONE, '{"title": "a\\nb"}', "not for reading", "a line break"),
        (ONE, '{"title": "\\ud800"}', "surrogate", "half a character"),
        (ONE, '{"file": "lamp.md"}', "no such file came with them", "facts for a file that was not sent"),
        (TWO, '{"id": "salt"}', "which of the 2 files", "facts for either"),
        (ONE, '[{"file": "salt.txt"}, {"file": "/x/salt.txt"}]', "twice", "two for one"),
        (ONE, "[" * 100_000, "not JSON", "nested too deeply"),
        (ONE, '{"title": "%s"}' % ("x" * 300_000), "facts have more than", "too long to be facts"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_refused_and_nothing_of_it_stays(
    client: TestClient, children: Children, tmp_path: Path, files: Any, facts: str, said: str, why: str
) -> None:
    response = client.post("/v1/treaties", files=files, data={"facts": facts} if facts else None)
    unreadable = not files
    check_problem(response, 400 if unreadable else 422, "upload-unreadable" if unreadable else "upload-refused", said)
    assert children.given == []
    assert kept(tmp_path) == []


FORM = {"content-type": "multipart/form-data; boundary=b"}
HEAD = b'--b\r\nContent-Disposition: form-data; name="files"; filename="salt.txt"\r\n\r\n'


@pytest.mark.parametrize(
    ("headers", "body", "said", "why"),
    [
        (FORM, HEAD + b"Salt", "its end is missing", "cut off in a file"),
        (FORM, b"", "its end is missing", "nothing"),
        (FORM, b"Salt is free.", "no form", "no form"),
        (FORM, b"--b\r\n" + b"X" * 9_000, "no form", "a header without end"),
        ({"content-type": "multipart/form-data"}, HEAD, "does not say that it is a form", "no boundary"),
        ({"content-type": f"multipart/form-data; boundary={'b' * 300}"}, HEAD, "no form", "a boundary of 300 letters"),
        ({"content-type": "application/json"}, b"{}", "does not say that it is a form", "JSON"),
        ({}, b"", "does not say that it is a form", "no type"),
    ],
)
def test_what_is_no_whole_form_is_refused(
    client: TestClient, tmp_path: Path, headers: dict[str, str], body: bytes, said: str, why: str
) -> None:
    check_problem(client.post("/v1/treaties", headers=headers, content=body), 400, "upload-unreadable", said)
    assert kept(tmp_path) == []


@pytest.mark.parametrize("declared", [True, False])
def test_more_than_may_be_sent_is_refused_and_nothing_of_it_stays(
    tmp_path: Path, children: Children, declared: bool
) -> None:
    with make_client(tmp_path) as client:
        limit = client.app.state.services.settings.max_upload_bytes
        piece = bytes(1 << 20)
        body = [HEAD, *[piece] * (limit >> 20)]
        # Without a declared length it is found out as it comes.
        content: Any = b"".join(body) if declared else iter(body)
        check_problem(client.post("/v1/treaties", headers=FORM, content=content), 413, "too-large", f"{limit:,} bytes")
    assert kept(tmp_path) == []
    assert children.given == []


def test_what_may_be_sent_elsewhere_is_as_little_as_before(client: TestClient) -> None:
    check_problem(client.post("/v1/search", content=bytes(300_000)), 413, "too-large", "262,144 bytes")


@pytest.mark.parametrize(
    ("sent", "name", "why"),
    [
        ("treaty.pdf", "treaty.pdf", "a name"),
        ("../../etc/passwd", "passwd", "a path upwards"),
        ("C:\\Users\\me\\treaty.pdf", "treaty.pdf", "a path of Windows"),
        ("/etc/shadow", "shadow", "a path from the root"),
        ("tre\x00aty.pdf", "treaty.pdf", "a zero"),
        ("treaty\n.pdf", "treaty.pdf", "a line break"),
        ("\u202efdp.ytaert", "fdp.ytaert", "a turned reading direction"),
        (".pacta", "pacta", "hidden"),
        ("--json", "json", "an option"),
        ("catalogue:npt", "catalogue_npt", "an entry of the catalogue"),
        ("https://example.org/a", "a", "an address"),
        ("a.zip!/b.txt", "b.txt", "a file in an archive"),
        ("a!b?.txt", "a_b_.txt", "what file systems do not take"),
        ("Договор о соли.docx", "Договор о соли.docx", "another script"),
        ("Traite\u0301.pdf", "Traité.pdf", "letters in parts"),
        ("  treaty  1 .pdf. ", "treaty 1.pdf", "blanks around and within"),
        ("x" * 400 + ".pdf", "x" * (MAX_NAME_BYTES - 4) + ".pdf", "longer than a name may be"),
        ("соль" * 100 + ".pdf", "соль" * 22 + ".pdf", "longer in bytes than in letters"),
    ],
)  # fmt: skip
def test_a_file_has_a_name_that_means_nothing_else(sent: str, name: str, why: str) -> None:
    assert safe_name(sent) == name
    assert safe_name(name) == name


@pytest.mark.parametrize("sent", ["", ".", "..", "a/", "\\", "\u200f", "-", "corpus.yaml", "../a.YML", "x/.yaml.yaml"])
def test_some_names_are_none(sent: str) -> None:
    with pytest.raises(UploadRefused):
        safe_name(sent)


def test_a_file_is_written_as_it_was_sent_under_its_safe_name(client: TestClient, children: Children) -> None:
    content = bytes(range(256)) * 3_000
    files = [("files", ("../sa\u202elt.txt", content)), ("files", ("pacta.py", b"raise SystemExit"))]
    response = client.post("/v1/treaties", files=files)
    job = response.json()
    assert [(file["name"], file["bytes"]) for file in job["files"]] == [("salt.txt", 768_000), ("pacta.py", 16)]
    assert children.begun.acquire(timeout=10)
    assert children.files == [{"pacta.py": b"raise SystemExit", "salt.txt": content}]
    assert children.given[0]["paths"] == ["./salt.txt", "./pacta.py"]


def test_facts_become_a_corpus_yaml(client: TestClient, children: Children) -> None:
    facts = [{"file": "dir/salt.txt", "title": "Соль: a “salt” treaty", "parties": ["Brine", "Ull"], "access": ["x"]}]
    client.post("/v1/treaties", files=TWO, data={"facts": json.dumps(facts)})
    assert children.begun.acquire(timeout=10)
    assert children.given[0]["paths"] == ["./corpus.yaml", "./lamp.md"]
    assert "Соль: a “salt” treaty" in children.files[0]["corpus.yaml"].decode()  # as one would write it
    [entry] = manifest_entries(
        children.files[0]["corpus.yaml"], Entry(Path("corpus.yaml")), lambda file: Entry(Path(file))
    )
    assert (entry.name, entry.id, entry.facts.parties, entry.access) == ("salt.txt", "salt", ("Brine", "Ull"), ("x",))


def test_facts_may_be_a_file_of_their_own(client: TestClient, children: Children) -> None:
    files = [*ONE, ("facts", ("facts.json", b'{"id": "salt-towns"}'))]
    assert client.post("/v1/treaties", files=files).status_code == 202
    assert children.begun.acquire(timeout=10)
    assert b"id: salt-towns\n" in children.files[0]["corpus.yaml"]


# --- who may


def as_caller(client: TestClient, caller: Caller) -> None:
    client.app.dependency_overrides[_sender] = lambda: caller


@pytest.mark.parametrize("body", [SALT, b"", None])
def test_a_key_without_the_scope_is_refused_before_anything_is_read(
    client: TestClient, tmp_path: Path, body: bytes | None
) -> None:
    as_caller(client, Caller("k1", frozenset({"ask"})))
    sent = client.post("/v1/treaties", files=[("files", ("salt.txt", body))] if body is not None else None)
    for response in (sent, client.get("/v1/jobs"), client.get("/v1/jobs/x"), client.delete("/v1/jobs/x")):
        check_problem(response, 403, "scope-missing", "'ingest'")
    assert kept(tmp_path) == []


def test_an_administrator_may(client: TestClient) -> None:
    as_caller(client, Caller("k1", frozenset({"admin"})))
    assert client.post("/v1/treaties", files=ONE).status_code == 202


@pytest.mark.parametrize(
    ("headers", "status", "why"),
    [
        ({}, 202, "a program"),
        ({"sec-fetch-site": "same-origin", "origin": "http://testserver"}, 202, "a page of this service"),
        ({"origin": "http://testserver"}, 202, "the same, told by an older browser"),
        ({"sec-fetch-site": "none"}, 202, "typed in"),
        ({"sec-fetch-site": "cross-site", "origin": "https://example.org"}, 403, "a form of another site"),
        ({"sec-fetch-site": "same-site"}, 403, "another port of this machine"),
        ({"origin": "https://example.org"}, 403, "the same, told by an older browser"),
        ({"origin": "null"}, 403, "a page without an address"),
    ],
)
def test_no_page_of_another_site_can_add_treaties(
    client: TestClient, headers: dict[str, str], status: int, why: str
) -> None:
    response = client.post("/v1/treaties", files=ONE, headers=headers)
    assert response.status_code == status
    if status == 403:
        check_problem(response, 403, "other-site", "another site")


def test_a_treaty_that_a_key_may_not_read_it_may_not_replace(tmp_path: Path, children: Children) -> None:
    with make_client(tmp_path, lambda _home: FakeIndex(access={"salt": ("drafts",)})) as client:
        for labels, reserved in ((frozenset[str](), ["salt"]), (frozenset({"drafts"}), []), (None, [])):
            as_caller(client, Caller("k1", labels=labels))
            url = client.post("/v1/treaties", files=ONE).json()["url"]
            assert children.begun.acquire(timeout=10)
            assert children.given[-1]["reserved"] == reserved
            assert client.delete(url).status_code == 202
