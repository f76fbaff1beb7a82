"""ZIP archives of documents, which are taken as folders are: each document in one is an entry of its own."""

import io
import posixpath
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, BinaryIO

from ingest.errors import DocumentError, ManifestError, UnreadableDocument
from ingest.manifest import ENDINGS_TOLD, MANIFEST_NAME, Entry, is_document, manifest_entries
from ingest.reading import opened, read_bytes, read_head
from ingest.sources.read import is_archive

if TYPE_CHECKING:
    from ingest.sources.archive import Archive

_SHOWN = 3


def expand_archives(entries: Iterable[Entry]) -> list[Entry]:
    """The entries, with those of the documents in it in the place of an archive's.

    An archive with a corpus.yaml gives what that lists. One that cannot be used gives an entry with its problem.
    """
    return [found for entry in entries for found in (_expanded(entry) if _begins_as_archive(entry) else [entry])]


def read_entry(entry: Entry) -> tuple[Entry, bytes]:
    """The bytes of an entry's document; of an archive that holds a single one, that one with its entry.

    Raises UnreadableDocument where there are no such bytes, or several documents.
    """
    if entry.member is not None:
        return entry, _read_member(entry, entry.member)
    data = read_bytes(entry.path)
    if not is_archive(data):
        return entry, data
    archive = _archive(io.BytesIO(data), entry)
    if archive.kind() != "zip":
        return entry, data
    names = _documents(archive)
    if len(names) > 1:
        shown = ", ".join(names[:_SHOWN]) + (" …" if len(names) > _SHOWN else "")
        raise UnreadableDocument(
            entry.name,
            f"the archive holds {len(names):,} documents ({shown}).",
            "Unpack it and name one of them; pacta ingest takes them all.",
        )
    only = replace(entry, member=names[0])
    return only, _read_member(only, names[0])


def _begins_as_archive(entry: Entry) -> bool:
    if entry.problem or entry.member is not None or entry.path == Path():
        return False
    try:
        return is_archive(read_head(entry.path))
    except DocumentError:
        return False  # whoever reads it says why


def _expanded(entry: Entry) -> list[Entry]:
    try:
        with opened(entry.path) as file:
            archive = _archive(file, entry)
            if archive.kind() != "zip":
                return [entry]
            found = _listed(archive, entry)
    except DocumentError as error:
        return [replace(entry, problem=str(error))]
    if entry.id is None:
        return found
    if len(found) > 1:
        problem = (
            f"{entry.name}: the archive holds {len(found):,} documents, and there is one id, {entry.id}, for them."
        )
        return [replace(entry, problem=f"{problem} Give the archive by itself, or unpack it and list its documents.")]
    return [replace(entry, member=found[0].member, problem=found[0].problem)]


def _listed(archive: "Archive", entry: Entry) -> list[Entry]:
    """The entries of an archive's corpus.yaml, or of all its documents where there is none."""
    manifest = _manifest(archive)
    if manifest is None:
        return [replace(entry, member=name) for name in _documents(archive)]
    at = replace(entry, member=manifest)
    folder = posixpath.dirname(manifest)
    try:
        return manifest_entries(
            archive.read(manifest),
            at,
            lambda file: replace(entry, member=posixpath.normpath(posixpath.join(folder, file))),
        )
    except ManifestError as error:
        return [replace(at, problem=str(error))]


def _manifest(archive: "Archive") -> str | None:
    """The corpus.yaml of an archive: at its root, or in the one folder that everything is packed in."""
    names = [name for name in archive.names if not name.startswith("__MACOSX/")]
    tops = {name.partition("/")[0] for name in names}
    for manifest in (MANIFEST_NAME, f"{min(tops, default='')}/{MANIFEST_NAME}" if len(tops) == 1 else MANIFEST_NAME):
        if manifest in archive:
            return manifest
    return None


def _documents(archive: "Archive") -> list[str]:
    """The names of the documents in an archive, in their order; raises UnreadableDocument where there is none."""
    names = sorted({name for name in archive.names if is_document(PurePosixPath(name.replace("\\", "/")))})
    if not names:
        raise UnreadableDocument(archive.name, "no document is in this archive.", f"Pacta looks for {ENDINGS_TOLD}.")
    return names


def _read_member(entry: Entry, member: str) -> bytes:
    with opened(entry.path) as file:
        archive = _archive(file, entry)
        if member not in archive:
            raise UnreadableDocument(entry.name, "there is no such file in the archive.", "Check the name.")
        data = archive.read(member)
    if is_archive(data) and _archive(io.BytesIO(data), entry).kind() == "zip":
        raise UnreadableDocument(
            entry.name, "this is an archive inside an archive.", "Unpack the outer one and give this one by itself."
        )
    return data


def _archive(file: BinaryIO, entry: Entry) -> "Archive":
    from ingest.sources.archive import Archive  # most runs meet none

    return Archive(file, entry.name)
