"""corpus.yaml: identity and facts of each treaty of a collection, and the finding of what to ingest."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from typing import Any

from ingest.errors import ManifestError, PactaError
from ingest.formats import ENDINGS, OTHER_ENDINGS
from ingest.models import Facts

MANIFEST_NAME = "corpus.yaml"
ENDINGS_TOLD = ", ".join(sorted(ENDINGS))
_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")
_TEXT_FIELDS = "id file title language kind signed signed_at in_force depositary text_status provenance licence".split()
_LIST_FIELDS = ("aliases", "parties", "access")
_LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
CATALOGUE = "catalogue:"
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


@dataclass(frozen=True, slots=True)
class Entry:
    """One document to ingest; what the manifest does not say is None and read from the text.

    ``member`` is the name of a file in the ZIP archive that ``path`` is, where the document is that one.
    ``access`` are the labels one of which a reader needs; without any it is for everybody. Where it is not said, a
    treaty that replaces another keeps the labels of that.
    ``address`` is where its document is to be fetched from. Once it has been, ``path`` is where it is kept,
    ``address`` the document's own and ``asked`` the one that was given. ``problem`` tells why it cannot be
    ingested although it was asked for ("the id is given twice").
    """

    path: Path
    id: str | None = None
    title: str | None = None
    aliases: tuple[str, ...] = ()
    language: str | None = None
    text_status: str | None = None
    facts: Facts = field(default_factory=Facts)
    problem: str | None = None
    address: str | None = None
    asked: str | None = None
    from_catalogue: bool = False
    member: str | None = None
    access: tuple[str, ...] | None = None

    @property
    def name(self) -> str:
        """What the document is called in messages and in the index: its address or path, and "a.zip!/b.txt"."""
        named = self.address or str(self.path)
        return f"{named}!/{self.member}" if self.member is not None else named


def read_manifest(path: Path) -> list[Entry]:
    """The entries of a corpus.yaml, files resolved relative to it.

    An entry that cannot be used has a ``problem``, and a file that is missing is reported by whoever opens
    it, so that the others go on. Raises ManifestError where the file as a whole is no manifest.
    """
    return manifest_entries(path.read_bytes(), Entry(path), lambda file: Entry(path.parent / file))


def manifest_entries(data: bytes, at: Entry, locate: Callable[[str], Entry]) -> list[Entry]:
    """The entries of a corpus.yaml given as its bytes, ``at`` being where it is.

    ``locate`` gives the entry of a file that is listed. Raises ManifestError as ``read_manifest`` does.
    """
    import yaml  # of no use to whoever parses one document

    name = at.name
    try:
        document = yaml.safe_load(data.decode("utf-8"))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise ManifestError(f"{name}{place}: this is not valid YAML. Mend that place.") from error
    except UnicodeDecodeError as error:
        raise ManifestError(f"{name}: this is not UTF-8 text. Save it as UTF-8.") from error
    except (ValueError, RecursionError) as error:
        raise ManifestError(f"{name}: a value in it cannot be read ({error}). Put dates in quotation marks.") from error
    records = document.get("treaties") if isinstance(document, dict) else None
    if not isinstance(records, list) or not records:
        raise ManifestError(f'{name}: there is no list "treaties" in it. Begin the file with "treaties:".')
    entries: list[Entry] = []
    for position, record in enumerate(records, start=1):
        try:
            entries.append(_entry(f"{name}, entry {position}", record, locate))
        except ManifestError as error:
            entries.append(replace(at, problem=str(error)))
    return entries


def _entry(place: str, record: Any, locate: Callable[[str], Entry]) -> Entry:
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
    return replace(
        locate(record["file"]),
        id=texts["id"],
        title=texts["title"],
        aliases=lists["aliases"],
        language=texts["language"],
        text_status=texts["text_status"],
        access=_labels(place, lists["access"]) if "access" in record else None,
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


def _labels(place: str, labels: tuple[str, ...]) -> tuple[str, ...]:
    for label in labels:
        if not _LABEL.fullmatch(label):
            raise ManifestError(f"{place}: the access label {label!r} will not do. Use letters, digits, '-', '_', '.'.")
    return tuple(sorted(set(labels)))


def find_entries(paths: Iterable[Path | str]) -> list[Entry]:
    """What there is to ingest at ``paths``: files, folders, manifests, and as texts also addresses and catalogue:ID.

    A folder with a corpus.yaml gives what that lists; one without gives the documents in it, subfolders
    included. A ZIP archive of documents is taken as a folder is. Addresses are fetched by whoever ingests the entry.
    What cannot be used (a path that does not exist, a broken manifest, an id given twice) gives
    an entry too, with its problem, so that it is reported like any other failure.
    """
    entries: list[Entry] = []
    for named in paths:
        if isinstance(named, str) and named.startswith(CATALOGUE):
            entries.append(_of_catalogue(named.removeprefix(CATALOGUE)))
            continue
        if isinstance(named, str) and _ADDRESS.match(named):
            entries.append(Entry(Path(), address=named))
            continue
        path = Path(named)
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
            nothing = f"{path}: no document is in this folder. Pacta looks for {ENDINGS_TOLD}."
            entries += found or [Entry(path, problem=nothing)]
        else:
            entries.append(Entry(path))
    from ingest.archives import expand_archives

    return list(_without_repeated_ids(expand_archives(entries)))


def _of_catalogue(treaty_id: str) -> Entry:
    """The entry of a treaty that the catalogue knows, with its names and facts."""
    from ingest.catalogue import entry_of, load_catalogue

    asked = CATALOGUE + treaty_id
    try:
        known = entry_of(treaty_id, load_catalogue())
    except PactaError as error:
        return Entry(Path(asked), problem=str(error))
    if known.address is None:
        problem = (
            f"{asked}: the catalogue has no address for the {known.title}. Ingest its text from a file or an "
            "address of your own; its names and facts are then known by its title."
        )
        return Entry(Path(asked), problem=problem)
    return Entry(
        Path(),
        id=known.id,
        title=known.title,
        aliases=known.aliases,
        text_status=known.text_status,
        address=known.address,
        from_catalogue=True,
        facts=Facts(
            kind=known.kind,
            parties=known.parties,
            signed=known.signed,
            signed_at=known.signed_at,
            in_force=known.in_force,
            depositary=known.depositary,
            provenance=known.address,
        ),
    )


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
                f"{entry.name}: the id {entry.id} is already given to {first[entry.id].name}. "
                "Give each treaty an id of its own."
            )
            yield replace(entry, problem=problem)
            continue
        if entry.id:
            first[entry.id] = entry
        yield entry


def _documents_in(folder: Path) -> list[Entry]:
    found = (path for path in folder.rglob("*") if is_document(path.relative_to(folder)) and path.is_file())
    return [Entry(path) for path in sorted(found)]


def is_document(path: PurePath) -> bool:
    """Whether a file of a folder or an archive is taken for a document, by its name within it."""
    return (
        path.suffix.lower() in ENDINGS | OTHER_ENDINGS
        # "~$treaty.docx" is what Word notes while it has a document open.
        and not path.name.lower().startswith(("readme", "~$"))
        # What a Macintosh adds to an archive is kept in a folder of its own.
        and not any((part.startswith(".") and part != "..") or part == "__MACOSX" for part in path.parts)
    )
