"""corpus.yaml: identity and facts of each treaty of a collection, and the finding of files to ingest."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from ingest.errors import ManifestError
from ingest.models import Facts
from ingest.sources.read import ENDINGS

MANIFEST_NAME = "corpus.yaml"
_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")
_TEXT_FIELDS = "id file title language kind signed signed_at in_force depositary text_status provenance licence".split()
_LIST_FIELDS = ("aliases", "parties")


@dataclass(frozen=True, slots=True)
class Entry:
    """One document to ingest; what the manifest does not say is None and read from the text.

    ``problem`` tells why it cannot be ingested although it was asked for ("the id is given twice").
    """

    path: Path
    id: str | None = None
    title: str | None = None
    aliases: tuple[str, ...] = ()
    language: str | None = None
    text_status: str | None = None
    facts: Facts = field(default_factory=Facts)
    problem: str | None = None


def read_manifest(path: Path) -> list[Entry]:
    """The entries of a corpus.yaml, files resolved relative to it.

    An entry that cannot be used has a ``problem``, and a file that is missing is reported by whoever opens
    it, so that the others go on. Raises ManifestError where the file as a whole is no manifest.
    """
    try:
        document = yaml.safe_load(path.read_text("utf-8"))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise ManifestError(f"{path}{place}: this is not valid YAML. Mend that place.") from error
    except UnicodeDecodeError as error:
        raise ManifestError(f"{path}: this is not UTF-8 text. Save it as UTF-8.") from error
    except (ValueError, RecursionError) as error:
        raise ManifestError(f"{path}: a value in it cannot be read ({error}). Put dates in quotation marks.") from error
    records = document.get("treaties") if isinstance(document, dict) else None
    if not isinstance(records, list) or not records:
        raise ManifestError(f'{path}: there is no list "treaties" in it. Begin the file with "treaties:".')
    return [_entry_or_problem(path, position, record) for position, record in enumerate(records, start=1)]


def _entry_or_problem(path: Path, position: int, record: Any) -> Entry:
    try:
        return _entry(path, position, record)
    except ManifestError as error:
        return Entry(path, problem=str(error))


def _entry(path: Path, position: int, record: Any) -> Entry:
    place = f"{path}, entry {position}"
    if not isinstance(record, dict):
        raise ManifestError(f"{place}: each treaty is a mapping with at least id and file.")
    if unknown := sorted(set(map(str, record)) - {*_TEXT_FIELDS, *_LIST_FIELDS}):
        known = ", ".join([*_TEXT_FIELDS, *_LIST_FIELDS])
        raise ManifestError(f"{place}: unknown field {unknown[0]}. Known fields: {known}.")
    for name in ("id", "file"):
        if not isinstance(record.get(name), str) or not record[name].strip():
            raise ManifestError(f'{place}: the field "{name}" is missing. Each treaty needs id and file.')
    if not _ID.fullmatch(record["id"]):
        raise ManifestError(
            f"{place}: the id {record['id']!r} will not do. Use small letters, digits, '-', '_' and '.'."
        )
    texts = {name: _text(place, record, name) for name in _TEXT_FIELDS}
    lists = {name: _texts(place, record, name) for name in _LIST_FIELDS}
    return Entry(
        path=path.parent / str(record["file"]),
        id=texts["id"],
        title=texts["title"],
        aliases=lists["aliases"],
        language=texts["language"],
        text_status=texts["text_status"],
        facts=Facts(
            kind=texts["kind"],
            parties=lists["parties"],
            signed=texts["signed"],
            signed_at=texts["signed_at"],
            in_force=texts["in_force"],
            depositary=texts["depositary"],
            provenance=texts["provenance"],
            licence=texts["licence"],
        ),
    )


def _text(place: str, record: dict[str, Any], name: str) -> str | None:
    value = record.get(name)
    if value is None:
        return None
    # YAML reads an unquoted 1945-06-26 as a date; its ISO form is what was written.
    if isinstance(value, (list, dict)):
        raise ManifestError(f'{place}: the field "{name}" must be a text.')
    return str(value).strip() or None


def _texts(place: str, record: dict[str, Any], name: str) -> tuple[str, ...]:
    value = record.get(name) or []
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ManifestError(f'{place}: the field "{name}" must be a list of texts.')
    return tuple(item.strip() for item in value if item.strip())


def find_entries(paths: Iterable[Path]) -> list[Entry]:
    """What there is to ingest at ``paths``: files, folders, manifests.

    A folder with a corpus.yaml gives what that lists; one without gives the documents in it, subfolders
    included. What cannot be used (a path that does not exist, a broken manifest, an id given twice) gives
    an entry too, with its problem, so that it is reported like any other failure.
    """
    entries: list[Entry] = []
    for path in paths:
        if not _exists(path):
            entries.append(Entry(path, problem=f"{path}: there is no such file or folder. Check the path."))
            continue
        manifest = path / MANIFEST_NAME if path.is_dir() else path
        if manifest.is_file() and manifest.suffix in (".yaml", ".yml"):
            try:
                entries += read_manifest(manifest)
            except ManifestError as error:
                entries.append(Entry(manifest, problem=str(error)))
        elif path.is_dir():
            found = _documents_in(path)
            nothing = f"{path}: no document is in this folder. Pacta looks for {', '.join(sorted(ENDINGS))}."
            entries += found or [Entry(path, problem=nothing)]
        else:
            entries.append(Entry(path))
    return list(_without_repeated_ids(entries))


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a name longer than any file's
        return False


def _without_repeated_ids(entries: list[Entry]) -> Iterator[Entry]:
    first: dict[str, Entry] = {}
    for entry in entries:
        if entry.id and entry.id in first and not entry.problem:
            problem = (
                f"{entry.path}: the id {entry.id} is already given to {first[entry.id].path}. "
                "Give each treaty an id of its own."
            )
            yield replace(entry, problem=problem)
            continue
        if entry.id:
            first[entry.id] = entry
        yield entry


def _documents_in(folder: Path) -> list[Entry]:
    found = sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        and path.suffix.lower() in ENDINGS
        and not path.name.lower().startswith("readme")
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )
    return [Entry(path) for path in found]
