"""The command line: exit codes, what goes to stdout and what to stderr, and a sentence for every bad input."""

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest
from conftest import SAMPLES, build_quickly, put_treaty
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

import pacta
from ingest.index import current_generation, current_manifest, open_index

ROOT = Path(__file__).parent.parent
COMMANDS = [
    (), ("parse",), ("ingest",), ("treaties",), ("show",), ("index",), ("index", "status"), ("index", "verify"),
    ("index", "rollback"), ("ask",), ("check",), ("serve",), ("mcp",), ("eval",), ("eval", "run"), ("keys",),
    ("keys", "create"), ("keys", "list"), ("keys", "revoke"), ("conversations",), ("conversations", "export"),
    ("conversations", "prune"),
    ("feedback",), ("feedback", "export"),
]  # fmt: skip
WITH_EXAMPLE = {
    ("parse",), ("ingest",), ("show",), ("ask",), ("check",), ("eval", "run"), ("keys", "create"),
    ("conversations", "export"), ("feedback", "export"),
}  # fmt: skip

Said = tuple[int, str, str]


def command(*arguments: object, **more: Any) -> "subprocess.CompletedProcess[str]":
    """Runs a command in a process of its own; Python buffers its output as it does for everybody."""
    return subprocess.run(
        [sys.executable, "-m", "pacta", *map(str, arguments)],
        text=True, check=False, cwd=ROOT, **{"capture_output": True, "env": ordinary_environment(), **more},
    )  # fmt: skip


def ordinary_environment() -> dict[str, str]:
    """The environment without what a terminal, a test run or a container sets for itself."""
    unusual = {"PYTHONUNBUFFERED", "FORCE_COLOR", "NO_COLOR", "CLICOLOR_FORCE", "PYTHONWARNINGS"}
    return {name: value for name, value in os.environ.items() if name not in unusual}


# --- bad documents: each is named with what to do, and the rest of the run goes on


def encrypted_pdf() -> bytes:
    written = io.BytesIO()
    page = Canvas(written, encrypt=StandardEncryption("user", "owner", strength=40))
    page.drawString(72, 700, "Article 1. Salt is free.")
    page.save()
    return written.getvalue()


def without_text_pdf() -> bytes:
    written = io.BytesIO()
    page = Canvas(written)
    page.rect(72, 72, 300, 300)
    page.save()
    return written.getvalue()


BAD_FILES = [
    pytest.param("empty.txt", b"", "the file is empty", "Give a file", id="empty"),
    pytest.param("blank.txt", b" \n\t\n", "the file is empty", "Give a file", id="blank"),
    pytest.param("binary.txt", bytes(range(256)) * 8, "binary file, not text", "convert it", id="binary"),
    pytest.param("word.txt", b"PK\x03\x04" + bytes(90), "the ZIP archive is cut off", "file again", id="half a ZIP"),
    pytest.param("cut.pdf", None, "the PDF is cut off", "copy the file again", id="PDF cut off"),
    pytest.param("noise.pdf", b"%PDF-1.4\n?\n%%EOF", "the PDF is damaged", "copy the file again", id="PDF of noise"),
    pytest.param("locked.pdf", encrypted_pdf(), "password", "without", id="PDF with a password"),
    pytest.param("scan.pdf", without_text_pdf(), "probably a scan", "ocrmypdf", id="PDF without text"),
    pytest.param("other.json", b'{"name": "salt"}', "not of a shape that Pacta knows", '"articles"', id="other JSON"),
    pytest.param("cut.json", b'{"articles": [', "JSON is broken at line 1", "Get the file again", id="JSON cut off"),
    pytest.param("letter.txt", b"Dear Sir,\n\nSalt.\n", "no articles were found", "Article 1", id="no articles"),
]


def put_bad_file(folder: Path, name: str, content: bytes | None) -> Path:
    path = folder / name
    path.write_bytes((SAMPLES / "river-basin.pdf").read_bytes()[:20_000] if content is None else content)
    return path


@pytest.fixture(scope="module")
def run_of_all(tmp_path_factory: pytest.TempPathFactory) -> tuple[int, str, list[str], list[str]]:
    """All the bad files and a good one ingested in one run: exit code, stdout, what was left out, what is held."""
    folder, out, err = tmp_path_factory.mktemp("bad"), io.StringIO(), io.StringIO()
    files = [put_bad_file(folder, *case.values[:2]) for case in BAD_FILES]  # type: ignore[arg-type]
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        build_quickly(patch)
        patch.setenv("PACTA_HOME", str(folder / "home"))
        code = pacta.main(["ingest", *map(str, files), str(put_treaty(folder / "salt.txt", "Salt is free."))])
    left_out = [line for line in err.getvalue().splitlines() if line.startswith("left out: ")]
    return code, out.getvalue(), left_out, [s.id for s in current_manifest(folder / "home").treaties]


def test_a_run_with_bad_files_indexes_the_others(run_of_all: tuple[int, str, list[str], list[str]]) -> None:
    code, out, left_out, held = run_of_all
    assert (code, held) == (1, ["salt"])
    assert "1 treaty indexed" in out
    assert len(left_out) == len(BAD_FILES)


@pytest.mark.parametrize(("name", "content", "reason", "remedy"), BAD_FILES)
def test_a_bad_file_is_named_with_what_to_do(
    name: str, content: bytes | None, reason: str, remedy: str,
    run: Callable[..., Said], run_of_all: tuple[int, str, list[str], list[str]], tmp_path: Path,
) -> None:  # fmt: skip
    bad = put_bad_file(tmp_path, name, content)
    code, out, err = run("parse", bad)
    assert (code, out) == (3, "")
    assert err.startswith(f"pacta: {bad}: ")
    assert reason in err
    assert remedy in err
    (left_out,) = (line for line in run_of_all[2] if f"/{name}: " in line)
    assert left_out.endswith(err.partition(name)[2].strip())


def test_where_every_file_is_bad_nothing_runs(run: Callable[..., Said], home: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_text("")
    code, out, err = run("ingest", tmp_path / "empty.txt", tmp_path / "nowhere")
    assert (code, out) == (3, "")
    assert err.count("left out: ") == 2
    assert err.endswith("Nothing was indexed; what was published before is unchanged.\n")
    assert current_generation(home) is None


def nowhere(folder: Path) -> tuple[Path, str]:
    return folder / "nowhere", "there is no such file or folder. Check the path"


def empty_folder(folder: Path) -> tuple[Path, str]:
    (folder / "empty").mkdir()
    return folder / "empty", "no document is in this folder. Pacta looks for .akn, .docm, .docx"


def corpus(text: str, says: str) -> Callable[[Path], tuple[Path, str]]:
    """A corpus.yaml with a good treaty in the file beside it."""

    def write(folder: Path) -> tuple[Path, str]:
        put_treaty(folder / "corpus" / "good.txt", "Salt is free.")
        (folder / "corpus" / "corpus.yaml").write_text(text, "utf-8")
        return folder / "corpus", says

    return write


GOOD_ENTRY = "treaties:\n- {id: good, file: good.txt}\n"


@pytest.mark.parametrize(
    ("make", "held"),
    [
        pytest.param(nowhere, ["salt"], id="a folder that does not exist"),
        pytest.param(empty_folder, ["salt"], id="an empty folder"),
        pytest.param(
            corpus(GOOD_ENTRY + "- {id: gone, file: gone.txt}\n", "gone.txt: there is no such file. Check the path"),
            ["good", "salt"], id="a manifest that names a missing file",
        ),
        pytest.param(
            corpus(GOOD_ENTRY + "- {id: good, file: good.txt}\n", "the id good is already given to"),
            ["good", "salt"], id="a manifest that repeats an id",
        ),
        pytest.param(
            corpus(GOOD_ENTRY + "- {id: Good One, file: good.txt}\n", "'Good One' will not do. Use small letters"),
            ["good", "salt"], id="a manifest with an id that will not do",
        ),
        pytest.param(
            corpus(GOOD_ENTRY + "- {id: b, file: good.txt, tittle: x}\n", "unknown field tittle. Known fields: id"),
            ["good", "salt"], id="a manifest with an unknown field",
        ),
        pytest.param(
            corpus("treaties: [\n", "line 2, column 1: this is not valid YAML. Mend that place"),
            ["salt"], id="a manifest that is no YAML",
        ),
        pytest.param(
            corpus("salt: free\n", 'there is no list "treaties" in it. Begin the file with'),
            ["salt"], id="a manifest of another shape",
        ),
        pytest.param(
            corpus(GOOD_ENTRY.replace("}", ", signed: 2019-02-30}"), "a value in it cannot be read (day is out of"),
            ["salt"], id="a manifest with a day that is none",
        ),
        pytest.param(
            lambda folder: (folder / ("a" * 300), "a" * 300),
            ["salt"], id="a name that is too long",
        ),
        pytest.param(
            lambda folder: (put_treaty(folder / "docs" / "a.txt", "A.").with_name("b.docx"), "b.docx"),
            ["a", "salt"], id="a folder with a damaged document",
        ),
        pytest.param(
            lambda folder: (put_treaty(folder / "docs" / "a.txt", "A.").with_name("b.odt"), "b.odt"),
            ["a", "salt"], id="a folder with a document that is not read",
        ),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("quick_build")
def test_what_cannot_be_found_is_named_and_the_others_are_indexed(
    make: Callable[[Path], tuple[Path, str]], held: list[str], run: Callable[..., Said], home: Path, tmp_path: Path
) -> None:
    path, says = make(tmp_path)
    if path.suffix in (".docx", ".odt"):
        path.write_bytes(b"PK\x03\x04")
        path = path.parent
    code, _, err = run("ingest", path, put_treaty(tmp_path / "salt.txt", "Salt is free."))
    assert says in err
    assert str(path) in err
    assert code == 1
    assert [summary.id for summary in current_manifest(home).treaties] == held


# --- bad questions, bad homes


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        pytest.param(("ask", ""), 3, ("The question is empty.", "Ask about"), id="no question"),
        pytest.param(("ask", " \n "), 3, ("The question is empty.", "Ask about"), id="a blank question"),
        pytest.param(
            ("ask", "x" * 50_000), 3, ("50,000 characters; at most 4,000", "fewer words"), id="too long a question"
        ),
        pytest.param(
            ("ask", "Who?", "--treaty", "nowhere"), 3, ("'nowhere' is held", "pacta treaties"), id="ask: no treaty"
        ),
        pytest.param(("show", "nowhere"), 3, ("'nowhere' is held", "pacta treaties"), id="show: no treaty"),
        pytest.param(
            ("show", "Tessara-Amend"), 3, ("Did you mean tessara, tessara-amendment?",), id="show: a near miss"
        ),
        pytest.param(
            ("show", "orrin", "art_99"), 3,
            ("orrin has no provision 'art_99'", "Its 12 articles are art_1 … art_12", "pacta show orrin"),
            id="no such provision",
        ),
        pytest.param((), 2, ("usage: pacta", "COMMAND"), id="no command"),
        pytest.param(("nonsense",), 2, ("invalid choice: 'nonsense'", "'ingest'"), id="no such command"),
        pytest.param(("ingest",), 2, ("required: PATH",), id="nothing to ingest"),
        pytest.param(("show", "orrin", "--jsno"), 2, ("unrecognized arguments: --jsno",), id="no such option"),
        pytest.param(("index",), 2, ("required: ACTION",), id="index of what"),
        pytest.param(("index", "rollback"), 3, ("there is no generation before",), id="no way back"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_told_with_what_to_do(
    arguments: tuple[str, ...], code: int, says: tuple[str, ...], run: Callable[..., Said], samples_at_home: Path
) -> None:
    found, out, err = run(*arguments)
    assert (found, out) == (code, "")
    for words in says:
        assert words in err
    if code == 3:
        assert err.startswith("pacta: ")
        assert len(err.splitlines()) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("ask", "Who?"), ("treaties",), ("treaties", "--json"), ("show", "orrin"),
        ("index", "status"), ("index", "verify"), ("eval", "run"), ("serve", "--port", "0"), ("mcp",),
    ],
    ids=" ".join,
)  # fmt: skip
def test_without_an_index_it_says_how_to_get_one(
    arguments: tuple[str, ...], run: Callable[..., Said], home: Path
) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (3, "")
    assert str(home) in err
    assert "pacta ingest" in err
    assert not home.exists()


@pytest.mark.parametrize("arguments", [("ingest", SAMPLES / "orrin.txt"), ("index", "rollback")], ids=str)
@pytest.mark.parametrize("where", ["file", "file/home", "/proc/home"])
def test_a_home_that_cannot_be_written_is_named(
    arguments: tuple[object, ...], where: str, run: Callable[..., Said], tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    (tmp_path / "file").write_text("words")
    monkeypatch.setenv("PACTA_HOME", str(tmp_path / where))
    code, out, err = run(*arguments)
    assert (code, out) == (3, "")
    assert f"{tmp_path / where}: this folder cannot be written" in err
    assert "Set PACTA_HOME" in err


def test_an_answer_may_be_sought_in_one_treaty_only(run: Callable[..., Said], samples_at_home: Path) -> None:
    code, out, _ = run("ask", "Who clears the mines?", "--treaty", "orrin", "--json")
    assert (code, json.loads(out)["status"]) == (0, "answered")


def test_a_treaty_given_twice_counts_once(run: Callable[..., Said], samples_at_home: Path) -> None:
    code, _, _ = run("ask", "Who clears the mines?", "--treaty", "orrin", "--treaty", "orrin")
    assert code == 0


def test_a_question_in_broken_bytes_is_answered(run: Callable[..., Said], samples_at_home: Path) -> None:
    assert run("ask", "Who clears the \udcff mines?")[0] == 0


def test_a_question_may_come_through_a_pipe(
    run: Callable[..., Said], samples_at_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("What does Article 1 of the Orrin Treaty say?\n"))
    code, out, err = run("ask")
    assert (code, err) == (0, "")
    assert "Great Weir" in out


# --- JSON


def test_parse_gives_the_document_of_the_contract(run: Callable[..., Said], home: Path) -> None:
    code, out, err = run("parse", SAMPLES / "orrin.txt", "--json")
    document = json.loads(out)
    assert (code, err, out.count("\n")) == (0, "", 1)
    assert set(document) == {"treaty", "provisions", "text"}
    known = {"id", "title", "language", "text_status", "source", "facts", "aliases", "facts_from_text"}
    assert known <= set(document["treaty"])
    for provision in document["provisions"]:
        assert {"eid", "kind", "number", "heading", "start", "end", "parent"} <= set(provision)
        assert 0 <= provision["start"] <= provision["end"] <= len(document["text"])
    first = next(p for p in document["provisions"] if p["eid"] == "art_1")
    assert document["text"][first["start"] :].startswith("ARTICLE I")
    assert not home.exists()


@pytest.mark.usefixtures("quick_build")
def test_ingest_gives_one_document_and_progress_apart(run: Callable[..., Said], tmp_path: Path) -> None:
    salt = put_treaty(tmp_path / "salt.txt", "Salt is free.")
    code, out, err = run("ingest", salt, tmp_path / "nowhere", "--json")
    report = json.loads(out)
    assert code == 1
    assert [treaty["id"] for treaty in report["treaties"]] == ["salt"]
    assert (report["passages"], report["embedded"], report["unchanged"]) == (1, 1, False)
    assert report["failures"] == [f"{tmp_path / 'nowhere'}: there is no such file or folder. Check the path."]
    steps = ["reading (2)", "embedding (1)", "writing (3)", "verifying (1)"]
    assert err.splitlines() == [*steps, f"left out: {report['failures'][0]}"]
    again = json.loads(run("ingest", salt, "--json")[1])
    assert (again["unchanged"], again["generation"]) == (True, report["generation"])


def test_treaties_gives_what_is_held(run: Callable[..., Said], samples_at_home: Path) -> None:
    code, out, err = run("treaties", "--json")
    treaties = {treaty["id"]: treaty for treaty in json.loads(out)}
    assert (code, err, len(treaties)) == (0, "", 7)
    assert treaties["tessara"]["articles"] == 47
    assert treaties["orrin"]["text_status"] == "unofficial translation"
    assert treaties["orrin"]["source"]["uri"].endswith("orrin.txt")
    assert all(id in run("treaties")[1] for id in treaties)


def test_show_gives_a_treaty_or_the_words_of_a_provision(run: Callable[..., Said], samples_at_home: Path) -> None:
    whole = json.loads(run("show", "orrin", "--json")[1])
    assert set(whole) == {"treaty", "provisions", "text"}
    code, out, err = run("show", "orrin", "art_2__para_1", "--json")
    provision = json.loads(out)
    assert (code, err) == (0, "")
    assert provision["text"] == whole["text"][provision["start"] : provision["end"]]
    assert (provision["eid"], provision["kind"], provision["parent"]) == ("art_2__para_1", "paragraph", "art_2")
    printed = run("show", "orrin", "art_2__para_1")[1]
    assert provision["text"] in printed
    assert "Article II, paragraph 1" in printed


def test_show_tells_the_facts_given_and_those_of_the_text_with_their_article(
    run: Callable[..., Said], samples_at_home: Path
) -> None:
    facts = run("show", "tessara")[1].split("preamble")[0].splitlines()
    given, told = facts.index("known of it"), facts.index("from its own text")
    assert "  signed            2009-09-22 at Port Ilvane" in facts[given:told]
    assert "  way out           withdrawal [Article 45, paragraph 1]" in facts[told:]
    assert "  notice            18 months [Article 45, paragraph 2]" in facts[told:]


def test_show_prints_no_block_without_facts(run: Callable[..., Said], small_at_home: Path) -> None:
    treaty = json.loads(run("treaties", "--json")[1])[0]["id"]
    printed = run("show", treaty)[1]
    assert "art_1" in printed
    assert "known of it" not in printed
    assert "from its own text" not in printed


def test_index_tells_checks_and_goes_back(
    run: Callable[..., Said], samples_at_home: Path, quick_build: object, tmp_path: Path
) -> None:
    first = current_generation(samples_at_home)
    status = json.loads(run("index", "status", "--json")[1])
    assert (status["generation"], status["treaties"]) == (first, 7)
    checked = json.loads(run("index", "verify", "--json")[1])
    assert (checked["verified"], checked["recall@10"]) == (True, 1.0)
    assert f"generation   {first}" in run("index", "status")[1]
    run("ingest", put_treaty(tmp_path / "salt.txt", "Salt is free."))
    assert current_generation(samples_at_home) != first
    assert run("index", "rollback", "--json") == (0, json.dumps({"generation": first}) + "\n", "")
    assert current_generation(samples_at_home) == first


def test_index_verify_names_the_damage(run: Callable[..., Said], small_at_home: Path) -> None:
    path = small_at_home / "generations" / str(current_generation(small_at_home)) / "treaties" / "salt.json"
    path.write_text(path.read_text().replace("free", "dear"))
    code, out, err = run("index", "verify")
    assert (code, out) == (3, "")
    assert err == f"pacta: {path}: this file of the index has been changed. Ingest again.\n"


def test_ask_gives_the_answer_of_the_contract(run: Callable[..., Said], samples_at_home: Path) -> None:
    code, out, err = run("ask", "What does Article 2 of the Orrin Treaty say?", "--json")
    answer = json.loads(out)
    assert (code, err) == (0, "")
    assert set(answer) == {
        "answer", "status", "reason", "mode", "confidence", "citations", "related", "conversation_id",
        "message_id", "index", "timings_ms",
    }  # fmt: skip
    (cited, *_) = answer["citations"]
    assert set(cited) == {
        "number", "treaty_id", "treaty_title", "eid", "label", "citation", "quote", "start", "end", "url",
        "text_status", "source",
    }  # fmt: skip
    assert set(cited["source"]) == {"uri", "sha256", "page"}
    assert "total" in answer["timings_ms"]
    index = open_index(samples_at_home)
    assert index.treaties["orrin"].treaty.text[cited["start"] : cited["end"]] == cited["quote"]
    index.close()


# --- help


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: " ".join(words) or "pacta")
def test_every_command_explains_itself(words: tuple[str, ...], run: Callable[..., Said], home: Path) -> None:
    code, out, err = run(*words, "--help")
    assert (code, err) == (0, "")
    assert out.startswith(f"usage: {' '.join(('pacta', *words))} ")
    assert ("example" in out) == (words in WITH_EXAMPLE)
    assert not home.exists()


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys, pacta\n"
        "try:\n    pacta.main(['--help'])\nexcept SystemExit:\n    pass\n"
        "heavy = {'chromadb', 'llama_index', 'fastapi', 'onnxruntime', 'numpy', 'lxml', 'rich', 'sqlmodel'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT)
    assert (done.returncode, done.stderr) == (0, "[]\n")


# --- interruptions and pipes


@pytest.mark.parametrize("step", ["reading", "embedding", "verifying"])
def test_ctrl_c_ends_in_a_sentence_and_changes_nothing(step: str, small_at_home: Path) -> None:
    before = current_generation(small_at_home)
    with subprocess.Popen(
        [sys.executable, "-m", "pacta", "ingest", str(SAMPLES)], cwd=ROOT, env=ordinary_environment(),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    ) as process:  # fmt: skip
        assert process.stderr is not None
        assert any(line.startswith(step) for line in process.stderr)
        # As a terminal does it: to the command and to every process it has started.
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    assert err.endswith("\npacta: interrupted; nothing that was published has changed.\n")
    assert "Traceback" not in err
    assert current_generation(small_at_home) == before
    open_index(small_at_home).close()


def test_what_is_piped_has_no_colours(samples_at_home: Path) -> None:
    listed, ingested = command("treaties"), command("ingest", SAMPLES)
    assert (listed.returncode, listed.stderr) == (0, "")
    assert ingested.returncode == 0
    assert "Nothing has changed since" in ingested.stdout
    assert "\x1b" not in listed.stdout + ingested.stdout + ingested.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(("show", "quillara-tamber", "--json"), id="much"),
        pytest.param(("show", "orrin"), id="little"),
        pytest.param(("treaties",), id="a table"),
    ],
)  # fmt: skip
def test_a_reader_that_has_gone_is_no_error(arguments: tuple[str, ...], samples_at_home: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = command(*arguments, capture_output=False, stdout=writing, stderr=subprocess.PIPE)
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_reader_of_progress_that_has_gone_does_not_undo_the_work(small_at_home: Path) -> None:
    before = current_generation(small_at_home)
    reading, writing = os.pipe()
    os.close(reading)
    # As images of containers have it; without it the same ends with code 120 and not a word.
    more = {"env": {**ordinary_environment(), "PYTHONUNBUFFERED": "1"}}
    done = command("ingest", SAMPLES / "orrin.txt", capture_output=False, stdout=writing, stderr=writing, **more)
    os.close(writing)
    assert done.returncode != 0 or current_generation(small_at_home) != before


@pytest.mark.parametrize("title", ["Treaty on Salt [as amended]", "Treaty on Salt [/1]"])
@pytest.mark.usefixtures("quick_build")
def test_brackets_in_a_title_are_printed(title: str, run: Callable[..., Said], tmp_path: Path) -> None:
    (tmp_path / "salt.md").write_text(f"# {title}\n\n## Article 1\n\nSalt is free.\n")
    run("ingest", tmp_path / "salt.md")
    assert title in " ".join(run("treaties")[1].split())


def test_the_home_folder_is_left_alone_by_what_only_reads(run: Callable[..., Said], samples_at_home: Path) -> None:
    before = sorted(path.name for path in samples_at_home.iterdir())
    for arguments in (("treaties",), ("show", "orrin"), ("ask", "Who?"), ("index", "status"), ("index", "verify")):
        assert run(*arguments)[0] == 0
    assert sorted(path.name for path in samples_at_home.iterdir()) == before
