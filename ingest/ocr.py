"""OCR of PDFs without a text layer, or with a garbled one, by ocrmypdf where that is installed.

What came out is kept in the home folder, since it takes minutes:

ocr/<key>.pdf     the PDF with the text that was read; the key is of its bytes, the languages and the way
ocr/<key>.json    {sha256 of the document, languages, way, version of ocrmypdf}
"""

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from ingest.archives import read_entry
from ingest.errors import (
    DocumentError,
    EmptyDocument,
    GarbledText,
    HomeUnusable,
    OnlyPictures,
    PactaError,
    UnreadableDocument,
)
from ingest.manifest import Entry
from ingest.models import ParsedTreaty
from ingest.parse import slug
from ingest.workers import Outcome, parse_all

FOLDER = "ocr"
PROGRAM = "ocrmypdf"
# Tesseract's names of the UN's languages and two more; any other of its names can be given as it is.
_TESSERACT = {
    "en": "eng", "fr": "fra", "es": "spa", "ru": "rus", "zh": "chi_sim", "ar": "ara", "nl": "nld", "de": "deu",
}  # fmt: skip
_CODE = re.compile(r"[a-z]{3}(?:_[A-Za-z]+)*")
_INSTALL = "Install it: apt-get install ocrmypdf, or brew install ocrmypdf."
_STATUS = "read by OCR"
# A page takes some seconds; half an hour is a volume of a treaty series.
_MOST_SECONDS = 1800.0
# ocrmypdf's exit code for a program or a language that it lacks.
_LACKING = 3


@dataclass(frozen=True, slots=True)
class OcrSettings:
    """How OCR is done.

    ``home`` is where what was read is kept, ``languages`` are tesseract's codes, none for that of each treaty.
    ``on_ocr`` is told the name of each document before it is read so, which takes a while.
    """

    home: Path
    languages: tuple[str, ...] = ()
    most_seconds: float = _MOST_SECONDS
    on_ocr: Callable[[str], None] = lambda name: None


@dataclass(frozen=True, slots=True)
class _Read:
    """A PDF that has been read, with the version of the program that did it."""

    path: Path
    version: str


def tesseract_codes(given: str) -> tuple[str, ...]:
    """Tesseract's codes of languages named as "fr", "fra" or "eng+fra"; raises PactaError for others."""
    codes = tuple(_TESSERACT.get(name, name) for name in re.split(r"[+,\s]+", given.strip()) if name)
    if not codes or any(_CODE.fullmatch(code) is None for code in codes):
        known = ", ".join(_TESSERACT)
        raise PactaError(f"--ocr-language {given}: there is no such language. Give {known}, or tesseract's own names.")
    return codes


def parse_all_with_ocr(entries: Iterable[Entry], settings: OcrSettings | None) -> Iterator[tuple[Entry, Outcome]]:
    """As ``parse_all``, with OCR of those documents that need it; ``settings`` None leaves that out.

    Raises HomeUnusable.
    """
    for entry, outcome in parse_all(list(entries)):
        way = None if settings is None else _way(outcome)
        if settings is None or way is None:
            yield entry, outcome
            continue
        try:
            yield entry, _parse_by_ocr(entry, way, settings)
        except DocumentError as error:
            yield entry, error


def _way(outcome: Outcome) -> tuple[str, ...] | None:
    """The options of ocrmypdf for a document; None where it has its text already."""
    if isinstance(outcome, GarbledText):
        pages = ",".join(map(str, outcome.pages))
        # The other pages of the document have their own text, which is better than any that is read.
        return ("--force-ocr", "--pages", pages) if pages else ("--force-ocr",)
    if isinstance(outcome, OnlyPictures):
        return ("--skip-text",)
    if isinstance(outcome, ParsedTreaty) and outcome.treaty.source.format == "pdf":
        from ingest.sources.pdf import PICTURES_ON

        return ("--skip-text",) if any(o.startswith(PICTURES_ON) for o in outcome.oddities) else None
    return None


def _parse_by_ocr(entry: Entry, way: tuple[str, ...], settings: OcrSettings) -> Outcome:
    """The treaty of a document that was read by OCR: under its own name and hash, and marked as what it is."""
    entry, data = read_entry(entry)
    languages = settings.languages or (_TESSERACT.get(entry.language or "en", "eng"),)
    read = _read_kept(data, entry.name, languages, way, settings)
    named = entry.id or slug(PurePath(entry.member or entry.path).stem)
    as_read = replace(entry, path=read.path, member=None, address=entry.name, id=named)
    ((_, outcome),) = parse_all([as_read])
    if isinstance(outcome, OnlyPictures):
        return EmptyDocument(entry.name, "OCR found no text in it.", "Is it a scan of text, and in this language?")
    if isinstance(outcome, DocumentError):
        return outcome
    status = _STATUS if outcome.treaty.text_status == "authentic" else f"{outcome.treaty.text_status}, {_STATUS}"
    source = replace(outcome.treaty.source, sha256=hashlib.sha256(data).hexdigest())
    told = f"text by OCR ({PROGRAM} {read.version}, {'+'.join(languages)}): it may differ from what is printed"
    treaty = replace(outcome.treaty, source=source, text_status=status)
    return replace(outcome, treaty=treaty, oddities=(told, *outcome.oddities))


def _read_kept(
    data: bytes, name: str, languages: tuple[str, ...], way: tuple[str, ...], settings: OcrSettings
) -> _Read:
    """The PDF with the text that was read, now or before; raises UnreadableDocument, HomeUnusable."""
    sha256 = hashlib.sha256(data).hexdigest()
    key = hashlib.sha256("\n".join([sha256, *languages, *way]).encode()).hexdigest()[:32]
    folder = settings.home / FOLDER
    path, record = folder / f"{key}.pdf", folder / f"{key}.json"
    with suppress(OSError, ValueError, KeyError, TypeError):
        facts = json.loads(record.read_text("utf-8"))
        if facts["sha256"] == sha256 and path.stat().st_size > 0:
            return _Read(path, str(facts["version"]))
    program = shutil.which(PROGRAM)
    if program is None:
        raise UnreadableDocument(name, f"it needs OCR, and {PROGRAM} is not installed.", _INSTALL)
    settings.on_ocr(name)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".", dir=folder) as work:
            before, after = Path(work) / "before.pdf", Path(work) / "after.pdf"
            before.write_bytes(data)
            version = _run(program, before, after, name, languages, way, settings.most_seconds)
            facts = {"sha256": sha256, "languages": languages, "way": way, "version": version}
            (Path(work) / record.name).write_text(json.dumps(facts), "utf-8")
            os.replace(after, path)
            os.replace(Path(work) / record.name, record)
    except OSError as error:
        raise HomeUnusable(
            f"{folder}: what is read by OCR cannot be kept there ({error.strerror}). Free some space, or set "
            "PACTA_HOME to a folder that can be written."
        ) from error
    return _Read(path, version)


def _run(
    program: str, before: Path, after: Path, name: str, languages: tuple[str, ...], way: tuple[str, ...], most: float
) -> str:
    """Read ``before`` into ``after``; gives the version of the program. Raises UnreadableDocument."""
    command: list[str | Path] = [
        program,
        "--quiet",
        "--output-type",
        "pdf",
        "--language",
        "+".join(languages),
        *way,
        before,
        after,
    ]
    environment = {**os.environ, "TMPDIR": str(before.parent)}
    # In a session of its own: it starts programs itself, which must end with it.
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        errors="replace", env=environment, start_new_session=True,
    )  # fmt: skip
    try:
        _, said = process.communicate(timeout=most)
    except subprocess.TimeoutExpired as error:
        reason = f"OCR of it took more than {most:.0f} seconds and was ended."
        raise UnreadableDocument(
            name, reason, f"Split it, or run {PROGRAM} yourself and give what comes out."
        ) from error
    finally:
        if process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
    if process.returncode == _LACKING and "language" in said.lower():
        packages = " ".join(f"tesseract-ocr-{code.replace('_', '-')}" for code in languages)
        reason = f"it needs OCR in {'+'.join(languages)}, and tesseract lacks the data of that language."
        raise UnreadableDocument(
            name, reason, f"Install it: apt-get install {packages}, or brew install tesseract-lang."
        )
    if process.returncode or not after.exists():
        lines = [line.strip() for line in said.splitlines() if line.strip()]
        why = lines[-1][:200] if lines else f"it ended with {process.returncode}"
        raise UnreadableDocument(name, f"OCR of it failed ({why}).", f"Try it with {PROGRAM} yourself: {_shown(way)}")
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False, timeout=60)
    return done.stdout.strip() or "of an unknown version"


def _shown(way: tuple[str, ...]) -> str:
    return " ".join([PROGRAM, *way, "INPUT.pdf OUTPUT.pdf"])
