"""Files that were sent to be ingested: what they are called here, the facts given with them, how long they are kept.

uploads/<job>/…              the files, and a corpus.yaml with the facts of those that came with some
uploads/<job>/.indexed.json  [[treaty id, SHA-256]]: what the index was given from them

They stay for as long as an index of the home folder has something from them, so that this can be ingested again.
"""

import json
import os
import re
import shutil
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ingest.errors import IndexBroken, ManifestError
from ingest.manifest import MANIFEST_NAME, Entry, manifest_entries
from ingest.whole_files import write_json
from service.errors import UploadRefused
from service.jobs import JobBook

FOLDER = "uploads"
INDEXED = ".indexed.json"
# What file systems take is 255 bytes.
MAX_NAME_BYTES = 180
_MANIFESTS = (".yaml", ".yml")
_NOT_IN_NAMES = re.compile(r'[<>:"|?*!]')


def safe_name(sent: str) -> str:
    """What a file is called here: the last part of its path, less what could mean something else.

    Raises UploadRefused where nothing is left, and for a corpus.yaml, which could name any file of this machine.
    """
    last = unicodedata.normalize("NFC", re.split(r"[/\\]", sent)[-1])
    # Of the categories that begin with C are line breaks, zeros, and what turns the reading direction.
    shown = "".join(c for c in last if not unicodedata.category(c).startswith("C"))
    name = _NOT_IN_NAMES.sub("_", " ".join(shown.split())).lstrip(".-~ ").rstrip(". ")
    if not name:
        raise UploadRefused(f"{sent[:80]!r} is no name for a file.", "Give each file a name such as treaty.pdf.")
    stem, ending = os.path.splitext(name)
    ending = ending if len(ending.encode()) <= 12 else ""
    stem = (stem if ending else name).encode()[: MAX_NAME_BYTES - len(ending.encode())].decode("utf-8", "ignore")
    name = stem.rstrip(". ") + ending
    if name.lower().endswith(_MANIFESTS):
        raise UploadRefused(
            f"{name}: a manifest is not taken from elsewhere.", "Send what it says of each treaty in the field facts."
        )
    return name


def write_facts(folder: Path, facts: Sequence[Mapping[str, Any]], names: Sequence[str]) -> list[str]:
    """Writes the corpus.yaml of the facts given; gives the paths that are to be ingested, relative to ``folder``.

    Raises UploadRefused, in the words of the command line where the manifest says what cannot be.
    """
    import yaml

    from ingest.parse import slug

    records: list[dict[str, Any]] = []
    for given in facts:
        said = {key: value for key, value in given.items() if value is not None}
        if "file" not in said:
            if len(names) > 1 or len(facts) > 1:
                raise UploadRefused(
                    f"It is not said which of the {len(names)} files some facts are about.",
                    'Give them with "file", as in a corpus.yaml.',
                )
            said["file"] = names[0]
        file = safe_name(said["file"])
        if file not in names:
            raise UploadRefused(f"There are facts for {file}, and no such file came with them.", "Send the file too.")
        if any(file == other["file"] for other in records):
            raise UploadRefused(f"There are facts for {file} twice.", "Give them once.")
        records.append({"id": slug(Path(file).stem), **said, "file": file})
    # "./" keeps a name from being taken for an address or an option.
    described = {record["file"] for record in records}
    paths = [f"./{name}" for name in names if name not in described]
    if not records:
        return paths
    written = yaml.safe_dump({"treaties": records}, allow_unicode=True, sort_keys=False).encode()
    try:
        entries = manifest_entries(written, Entry(Path(MANIFEST_NAME)), lambda file: Entry(Path(file)))
    except ManifestError as error:
        raise UploadRefused(str(error), "") from error
    for entry in entries:
        if entry.problem:
            raise UploadRefused(entry.problem, "")
    (folder / MANIFEST_NAME).write_bytes(written)
    return [f"./{MANIFEST_NAME}", *paths]


def note_indexed(folder: Path, treaties: Iterable[Mapping[str, Any]]) -> None:
    """Keeps what the index was given from the files of a folder."""
    write_json(folder / INDEXED, [[treaty["id"], treaty["source"]["sha256"]] for treaty in treaties])


def remove_unneeded(home: Path, book: JobBook) -> None:
    """Removes uploads that no index has anything from; those of a job that goes on stay."""
    from ingest.index import read_manifest_file

    needed: set[tuple[str, str]] = set()
    try:
        for generation in (home / "generations").glob("[!.]*"):
            needed |= {(summary.id, summary.sha256) for summary in read_manifest_file(generation).treaties}
    except (IndexBroken, OSError):
        return  # what is not known to be unneeded stays
    for folder in (home / FOLDER).glob("[!.]*"):
        job = book.find(folder.name)
        if job is not None and not job.over:
            continue
        try:
            indexed = {(treaty, sha256) for treaty, sha256 in json.loads((folder / INDEXED).read_text("utf-8"))}
        except (OSError, ValueError, TypeError):
            indexed = set()
        if not indexed & needed:
            shutil.rmtree(folder, ignore_errors=True)
