"""Documents that were fetched from addresses, kept in the home folder: an index can be built again without a network.

sources/<sha256>.html     the bytes as they came
sources/<key>.json        {address asked for, copies: [{address of the document, sha256, file, content type, when}]}

The newest copy stands first. A copy that turns out not to be the treaty (a page to log in at, another treaty) gives
way to the one before it, so that what is kept is what could be read.
"""

import hashlib
import json
import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from ingest.archives import expand_archives
from ingest.errors import DocumentError, HomeUnusable, UnreadableDocument
from ingest.fetch import Fetched, FetchLimits, fetch_document
from ingest.manifest import Entry
from ingest.settings import Settings
from ingest.workers import Outcome, parse_all

FOLDER = "sources"
Fetch = Callable[[str, FetchLimits], Fetched]
Parse = Callable[[Sequence[Entry]], Iterator[tuple[Entry, Outcome]]]


@dataclass(frozen=True, slots=True)
class Kept:
    """A fetched document in the home folder; ``note`` tells where it is an earlier copy."""

    path: Path
    address: str
    note: str | None = None


@dataclass(frozen=True, slots=True)
class _Copy:
    """A line of a record: one copy of a document."""

    address: str
    sha256: str
    file: str
    fetched: str
    content_type: str | None = None


def fetch_entries(
    entries: Sequence[Entry], settings: Settings, on_done: Callable[[str], None], fetch: Fetch = fetch_document
) -> tuple[list[Entry], list[str]]:
    """The entries with those that name an address fetched, and notes about them.

    An entry whose document cannot be had gets that as its problem; ``on_done`` is told each address.
    Raises HomeUnusable.
    """
    limits = FetchLimits(allow_private=settings.allow_private_addresses)
    fetched: list[Entry] = []
    notes: list[str] = []
    for entry in entries:
        if entry.problem or entry.address is None:
            fetched.append(entry)
            continue
        try:
            kept = fetch_kept(entry.address, settings.home, limits, fetch)
        except DocumentError as error:
            fetched.append(replace(entry, problem=_with_remedy(entry, error)))
        else:
            at = replace(entry, path=kept.path, asked=entry.asked or entry.address, address=kept.address)
            fetched += [_with_id(found) for found in expand_archives([at])]
            notes += [kept.note] if kept.note else []
        on_done(entry.address)
    return fetched, notes


def _with_id(entry: Entry) -> Entry:
    """The entry of what was fetched; a document of an archive is called as its own file is."""
    if entry.id or entry.member is not None or entry.address is None:
        return entry
    return replace(entry, id=id_of_address(entry.address))


def fetch_kept(address: str, home: Path, limits: FetchLimits, fetch: Fetch = fetch_document) -> Kept:
    """Fetch a document and keep it; where it cannot be had, the copy that was kept before serves.

    Raises DocumentError as ``fetch_document`` does, HomeUnusable where nothing can be kept.
    """
    folder = home / FOLDER
    try:
        fetched = fetch(address, limits)
    except DocumentError as error:
        earlier = _sound_copies(folder, address)
        if not earlier:
            raise
        return _kept(folder, earlier[0], f"{error} {_taken(earlier[0])}")
    name = fetched.sha256 + _ending(fetched)
    copy = _Copy(fetched.address, fetched.sha256, name, fetched.at, fetched.content_type)
    _write(folder / name, fetched.data)
    _write_record(folder, address, [copy, *(c for c in _copies(folder, address) if c.sha256 != copy.sha256)])
    return _kept(folder, copy)


def parse_kept(
    entries: Sequence[Entry], home: Path, notes: list[str], parse: Parse = parse_all
) -> Iterator[tuple[Entry, Outcome]]:
    """What ``parse`` gives, where what was fetched gives way to the copy before it if it is not the treaty.

    Of such a document ``notes`` gets a sentence. Where no earlier copy can be read either, the reason why the
    newest one cannot is the outcome.
    """
    failed: list[tuple[Entry, DocumentError]] = []
    for entry, outcome in parse(entries):
        outcome = _as_expected(entry, outcome)
        # Of an archive the other documents may well be right.
        if isinstance(outcome, DocumentError) and entry.asked and entry.member is None:
            failed.append((entry, outcome))
        else:
            yield entry, outcome
    for entry, error in failed:
        yield entry, _earlier_outcome(entry, error, home / FOLDER, notes, parse)


def _earlier_outcome(entry: Entry, error: DocumentError, folder: Path, notes: list[str], parse: Parse) -> Outcome:
    """What the newest earlier copy gives that can be read; it is the one kept from then on."""
    asked = entry.asked or ""
    for position, copy in enumerate(copies := _sound_copies(folder, asked)):
        if copy.file == entry.path.name:
            continue
        kept = _kept(folder, copy)
        ((_, outcome),) = parse([_with_id(replace(entry, path=kept.path, address=kept.address))])
        if not isinstance(_as_expected(entry, outcome), DocumentError):
            _write_record(folder, asked, copies[position:])
            notes.append(f"{error} {_taken(copy)}")
            return outcome
    _write_record(folder, asked, [copy for copy in _copies(folder, asked) if copy.file != entry.path.name])
    return error


def _as_expected(entry: Entry, outcome: Outcome) -> Outcome:
    """The outcome, or the error that an address of the catalogue has led to another text."""
    if isinstance(outcome, DocumentError) or not entry.from_catalogue:
        return outcome
    from ingest.catalogue import begins_as, entry_of, load_catalogue

    known = entry_of(outcome.treaty.id, catalogue := load_catalogue())
    if begins_as(outcome.treaty.text, known, catalogue):
        return outcome
    return UnreadableDocument(
        entry.name,
        f"the text there does not begin as the {known.title} does.",
        "Look at it; if it is the right one, ingest the address itself.",
    )


def id_of_address(address: str) -> str:
    """A treaty id made of an address: of the last part of its path that has a name, else of its host."""
    from ingest.parse import slug

    parts = urlsplit(address)
    names = [unquote(part) for part in parts.path.split("/") if part]
    name = PurePosixPath(names[-1]).stem if names else ""
    return slug(name if re.search(r"[A-Za-z]", name) else f"{parts.hostname or ''} {name}")


def _record(folder: Path, address: str) -> Path:
    return folder / f"{hashlib.sha256(address.encode('utf-8', 'replace')).hexdigest()[:32]}.json"


def _write_record(folder: Path, address: str, copies: Sequence[_Copy]) -> None:
    facts = {"asked": address, "copies": [asdict(copy) for copy in copies]}
    _write(_record(folder, address), json.dumps(facts, ensure_ascii=False, indent=1).encode("utf-8", "replace"))


def _copies(folder: Path, address: str) -> list[_Copy]:
    """The copies that the record of an address lists, the newest first; none where it cannot be read."""
    try:
        record = json.loads(_record(folder, address).read_text("utf-8"))
        copies = [_Copy(**copy) for copy in record["copies"]] if record["asked"] == address else []
    except (OSError, ValueError, KeyError, TypeError):
        return []
    told = (str, type(None))
    return [copy for copy in copies if all(isinstance(value, told) for value in asdict(copy).values())]


def _sound_copies(folder: Path, address: str) -> list[_Copy]:
    """The copies of an address whose bytes are there as they came."""
    return [copy for copy in _copies(folder, address) if _is_sound(folder, copy)]


def _is_sound(folder: Path, copy: _Copy) -> bool:
    try:
        data = _kept(folder, copy).path.read_bytes()
    except (OSError, ValueError):
        return False
    return hashlib.sha256(data).hexdigest() == copy.sha256


def _kept(folder: Path, copy: _Copy, note: str | None = None) -> Kept:
    # A name and no path: nothing but this folder is read, whatever the record says.
    return Kept(folder / PurePosixPath(copy.file).name, copy.address, note)


def _taken(copy: _Copy) -> str:
    return f"The copy fetched on {copy.fetched[:10]} was taken."


def _with_remedy(entry: Entry, error: DocumentError) -> str:
    if not entry.from_catalogue:
        return str(error)
    return (
        f"{error} The catalogue's address of {entry.id} may have become wrong: the text can be ingested from any "
        f"other address or file, and a catalogue of your own (PACTA_CATALOGUE) can name another."
    )


def _ending(fetched: Fetched) -> str:
    """What a file is to be called so that it can be opened; Pacta itself tells by the content."""
    kind = (fetched.content_type or "").split(";")[0].strip().lower()
    known = {"text/html": ".html", "application/xhtml+xml": ".html", "application/pdf": ".pdf",
             "text/plain": ".txt", "text/markdown": ".md", "application/json": ".json", "application/zip": ".zip",
             "application/xml": ".xml", "text/xml": ".xml", "application/akn+xml": ".xml",
             "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx"}  # fmt: skip
    named = PurePosixPath(urlsplit(fetched.address).path).suffix.lower()
    return known.get(kind) or (named if re.fullmatch(r"\.[a-z0-9]{1,5}", named) else "")


def _write(path: Path, data: bytes) -> None:
    """A whole file or none; raises HomeUnusable."""
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            partial.write_bytes(data)
            os.replace(partial, path)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        raise HomeUnusable(
            f"{path.parent}: what was fetched cannot be kept there ({error.strerror}). Free some space, or set "
            "PACTA_HOME to a folder that can be written."
        ) from error
