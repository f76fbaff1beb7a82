"""OCR of PDFs without text: what ocrmypdf is asked for, what becomes of its failures, and what is told of the text.

The ocrmypdf here is a script that does what it is told; its pages of text are printed beforehand.
"""

import hashlib
import io
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
from docx_fakes import zipped
from print_fakes import Sheet, column_of, print_sheets
from pypdf import PdfReader, PdfWriter
from test_garbled import ENGLISH, shifted

import pacta
from ingest.build import ingest
from ingest.errors import DocumentError, EmptyDocument, OnlyPictures, PactaError, UnreadableDocument
from ingest.manifest import Entry
from ingest.models import ParsedTreaty
from ingest.ocr import OcrSettings, parse_all_with_ocr, tesseract_codes
from ingest.settings import Settings

Install = Callable[[str], Callable[[], list[list[str]]]]
LAMP = "Each Party shall keep the lighthouses on its coast lit from dusk to dawn and in every weather."
BELL = "In fog the keepers shall ring their bells at intervals that do not exceed one full minute."
READ = print_sheets([Sheet(column_of(["TREATY OF VENN", "Article 1", LAMP, "Article 2", BELL]))])
GARBLED = print_sheets([Sheet(column_of([f"Article {n}", text])) for n, text in
                        enumerate([ENGLISH[:1500], shifted(ENGLISH[1500:3000], 3), ENGLISH[3000:4500],
                                   ENGLISH[4500:6000]], 1)])  # fmt: skip
ALL_GARBLED = print_sheets([Sheet(column_of(["Article 1", shifted(ENGLISH[:1500], 3)]))])

# What the script is: its name, then what it does with the options, the PDF and the PDF to write.
SCRIPT = """#!{python}
import json, os, pathlib, shutil, sys, time
folder = pathlib.Path({folder!r})
if sys.argv[1:] == ["--version"]:
    print("99.1")
    sys.exit()
with (folder / "calls.jsonl").open("a") as calls:
    calls.write(json.dumps([sys.argv[1:-2], pathlib.Path(sys.argv[-2]).read_bytes()[:5].decode(), os.environ["TMPDIR"],
                            str(pathlib.Path(sys.argv[-1]).parent)]) + "\\n")
{does}
"""


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Puts an ocrmypdf on the path that does something; gives the options of its calls so far."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)

    def put(does: str) -> Callable[[], list[list[str]]]:
        (folder / "read.pdf").write_bytes(READ)
        script = folder / "ocrmypdf"
        script.write_text(SCRIPT.format(python=sys.executable, folder=str(folder), does=does))
        script.chmod(0o755)
        calls = folder / "calls.jsonl"
        return lambda: [json.loads(line)[0] for line in calls.read_text().splitlines()] if calls.exists() else []

    return put


WORKS = 'shutil.copy(folder / "read.pdf", sys.argv[-1])'


def scan(path: Path) -> Path:
    """A picture of text."""
    printed = pypdfium2.PdfDocument(READ)
    printed[0].render(scale=1).to_pil().save(path, "PDF")
    return path


def parsed(entry: Entry, home: Path, **more: object) -> ParsedTreaty | DocumentError:
    settings = OcrSettings(home, **more)  # type: ignore[arg-type]
    ((given, outcome),) = parse_all_with_ocr([entry], settings)
    assert given is entry
    return outcome


def test_a_scan_is_read_under_its_own_name_and_marked(tmp_path: Path, home: Path, install: Install) -> None:
    calls = install(WORKS)
    path = scan(tmp_path / "Treaty of Venn.pdf")
    found = parsed(Entry(path), home)
    assert isinstance(found, ParsedTreaty)
    assert calls() == [["--quiet", "--output-type", "pdf", "--language", "eng", "--skip-text"]]
    assert [a.eid for a in found.articles] == ["art_1", "art_2"]
    treaty = found.treaty
    assert (treaty.id, treaty.source.uri, treaty.text_status) == ("treaty-of-venn", str(path), "read by OCR")
    assert treaty.source.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert found.oddities == ("text by OCR (ocrmypdf 99.1, eng): it may differ from what is printed",)


def test_a_scan_in_an_archive_is_read_under_its_name_there(tmp_path: Path, home: Path, install: Install) -> None:
    install(WORKS)
    path = tmp_path / "treaties.zip"
    path.write_bytes(zipped({"old/venn.pdf": scan(tmp_path / "venn.pdf").read_bytes()}))
    found = parsed(Entry(path, member="old/venn.pdf"), home)
    assert isinstance(found, ParsedTreaty)
    assert (found.treaty.id, found.treaty.source.uri) == ("venn", f"{path}!/old/venn.pdf")


def test_what_was_read_is_kept(tmp_path: Path, home: Path, install: Install) -> None:
    calls = install(WORKS)
    told: list[str] = []
    path = scan(tmp_path / "venn.pdf")
    first = parsed(Entry(path), home, on_ocr=told.append)
    again = parsed(Entry(path), home, on_ocr=told.append)
    assert first == again
    assert (len(calls()), told) == (1, [str(path)])
    # In another language it is another text; what is damaged is read again.
    parsed(Entry(path, language="fr"), home)
    assert [options[4] for options in calls()] == ["eng", "fra"]
    for record in (home / "ocr").glob("*.json"):
        record.write_text("{")
    assert parsed(Entry(path), home) == first
    assert len(calls()) == 3
    assert not [p for p in (home / "ocr").iterdir() if p.name.startswith(".")]


WAYS = [
    pytest.param(GARBLED, ["--force-ocr", "--pages", "2"], id="a page of garbage: that page"),
    pytest.param(ALL_GARBLED, ["--force-ocr", "--pages", "1"], id="all of it"),
]


@pytest.mark.parametrize(("data", "way"), WAYS)
def test_garbage_is_read_again(data: bytes, way: list[str], tmp_path: Path, home: Path, install: Install) -> None:
    calls = install(WORKS)
    path = tmp_path / "venn.pdf"
    path.write_bytes(data)
    assert isinstance(parsed(Entry(path, text_status="adoption draft"), home), ParsedTreaty)
    assert [options[5:] for options in calls()] == [way]


def test_a_picture_among_pages_of_text_is_read(tmp_path: Path, home: Path, install: Install) -> None:
    calls = install(WORKS)
    writer = PdfWriter(io.BytesIO(READ))
    writer.append(PdfReader(scan(tmp_path / "page.pdf")))
    writer.write(tmp_path / "venn.pdf")
    found = parsed(Entry(tmp_path / "venn.pdf", text_status="adoption draft"), home)
    assert isinstance(found, ParsedTreaty)
    assert found.treaty.text_status == "adoption draft, read by OCR"
    assert [options[5:] for options in calls()] == [["--skip-text"]]


def test_text_is_not_read_by_ocr(tmp_path: Path, home: Path, install: Install) -> None:
    calls = install(WORKS)
    (tmp_path / "venn.pdf").write_bytes(READ)
    (tmp_path / "venn.txt").write_text("Article 1\n\nLamps burn.\n")
    for name in ("venn.pdf", "venn.txt", "gone.pdf"):
        parsed(Entry(tmp_path / name), home)
    assert calls() == []
    assert not home.exists()


FAILURES = [
    pytest.param(
        'print("OCR engine does not have language data for the following requested languages: eng", file=sys.stderr)\n'
        "sys.exit(3)",
        "it needs OCR in eng, and tesseract lacks the data of that language. "
        "Install it: apt-get install tesseract-ocr-eng, or brew install tesseract-lang.",
        id="a language is lacking",
    ),
    pytest.param(
        'print("InputFileError: it is no PDF\\n", file=sys.stderr)\nsys.exit(2)',
        "OCR of it failed (InputFileError: it is no PDF). Try it with ocrmypdf yourself: "
        "ocrmypdf --skip-text INPUT.pdf OUTPUT.pdf",
        id="it says why it failed",
    ),
    pytest.param(
        "sys.exit(15)",
        "OCR of it failed (it ended with 15). Try it with ocrmypdf yourself: ocrmypdf --skip-text INPUT.pdf OUTPUT.pdf",
        id="it does not say why",
    ),
    pytest.param(
        "",
        "OCR of it failed (it ended with 0). Try it with ocrmypdf yourself: ocrmypdf --skip-text INPUT.pdf OUTPUT.pdf",
        id="it writes nothing",
    ),
    pytest.param(
        "shutil.copy(sys.argv[-2], sys.argv[-1])",
        "OCR found no text in it. Is it a scan of text, and in this language?",
        id="it finds nothing",
    ),
]


@pytest.mark.parametrize(("does", "says"), FAILURES)
def test_failures_of_ocr_are_told(does: str, says: str, tmp_path: Path, home: Path, install: Install) -> None:
    install(does)
    path = scan(tmp_path / "venn.pdf")
    assert str(parsed(Entry(path), home)) == f"{path}: {says}"
    assert not [p for p in (home / "ocr").iterdir() if p.name.startswith(".")]


def test_ocr_that_takes_too_long_is_ended_with_all_that_it_began(tmp_path: Path, home: Path, install: Install) -> None:
    install('child = os.fork()\n(folder / f"pid-{os.getpid()}").touch()\ntime.sleep(60)')
    path = scan(tmp_path / "venn.pdf")
    found = parsed(Entry(path), home, most_seconds=1.5)
    assert isinstance(found, UnreadableDocument)
    assert found.reason == "OCR of it took more than 2 seconds and was ended."
    begun = [int(p.name[4:]) for p in (tmp_path / "bin").glob("pid-*")]
    assert len(begun) == 2
    until = time.monotonic() + 10
    while any(Path(f"/proc/{pid}/cmdline").exists() and Path(f"/proc/{pid}/cmdline").read_bytes() for pid in begun):
        assert time.monotonic() < until
        time.sleep(0.05)


def test_without_ocrmypdf_the_way_to_install_it_is_told(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    found = parsed(Entry(scan(tmp_path / "venn.pdf")), home)
    assert isinstance(found, UnreadableDocument)
    assert found.reason == "it needs OCR, and ocrmypdf is not installed."
    assert found.remedy == "Install it: apt-get install ocrmypdf, or brew install ocrmypdf."


def test_without_settings_there_is_no_ocr(tmp_path: Path) -> None:
    ((_, outcome),) = parse_all_with_ocr([Entry(scan(tmp_path / "venn.pdf"))], None)
    assert isinstance(outcome, OnlyPictures)
    assert isinstance(outcome, EmptyDocument)


@pytest.mark.parametrize(
    ("given", "codes"),
    [
        pytest.param("fr", ("fra",), id="a language of the UN"),
        pytest.param("zh", ("chi_sim",), id="Chinese"),
        pytest.param("eng+fra", ("eng", "fra"), id="tesseract's own names"),
        pytest.param("en, pol", ("eng", "pol"), id="both"),
    ],
)
def test_languages(given: str, codes: tuple[str, ...]) -> None:
    assert tesseract_codes(given) == codes


@pytest.mark.parametrize("given", ["", "x", "--help", "fr;rm"])
def test_what_is_no_language(given: str) -> None:
    with pytest.raises(PactaError, match="there is no such language"):
        tesseract_codes(given)


# -- the commands ----------------------------------------------------------------------------------------------


def test_parse_with_ocr(
    tmp_path: Path,
    install: Install,
    capfd: pytest.CaptureFixture[str],
) -> None:
    calls = install(WORKS)
    path = scan(tmp_path / "venn.pdf")
    assert pacta.main(["parse", str(path)]) == 3
    assert "--ocr" in capfd.readouterr().err
    assert pacta.main(["parse", str(path), "--ocr", "--ocr-language", "fr"]) == 0
    out, err = capfd.readouterr()
    assert err == f"{path}: being read by OCR; that may take minutes.\n"
    assert "odd: text by OCR (ocrmypdf 99.1, fra)" in out
    assert [options[4] for options in calls()] == ["fra"]


def test_ingest_with_ocr(tmp_path: Path, home: Path, quick_build: object, install: Install) -> None:
    install(WORKS)
    entries = [Entry(scan(tmp_path / "venn.pdf"))]
    assert "--ocr" in ingest(entries, Settings(home=home)).failures[0]
    report = ingest(entries, Settings(home=home, ocr=True, ocr_languages=("eng",)))
    assert report.failures == []
    assert [(done.summary.id, done.summary.text_status) for done in report.indexed] == [("venn", "read by OCR")]
