"""Well-known treaties: the names people use for them, and facts; catalogue.yaml holds them.

A treaty that is held is recognised by more names than its manifest gives; one that is not held is recognised
too, so that an answer can say so instead of quoting another treaty. Where the address of the official text is
known, ``pacta ingest catalogue:ID`` fetches it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from ingest.errors import ManifestError, UnknownTreaty
from ingest.generic_names import has_telling_word
from ingest.names import Names, words_of
from ingest.settings import own_catalogue

_PATH = Path(__file__).parent / "catalogue.yaml"


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """One well-known treaty; dates are ISO 8601, unknown is None.

    ``bodies`` are the courts, committees and organisations that it set up or that people know by it, ``subjects``
    everyday words for what it is about. ``address`` is that of the official text in English; ``text_status`` says
    what kind of text stands there
    where it is not the authentic one ("consolidated").
    """

    id: str
    title: str
    aliases: tuple[str, ...] = ()
    kind: str | None = None
    parties: tuple[str, ...] = ()
    bodies: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    signed: str | None = None
    signed_at: str | None = None
    in_force: str | None = None
    depositary: str | None = None
    address: str | None = None
    text_status: str | None = None


@dataclass(frozen=True)
class Catalogue:
    """The entries, and names shared by several of them ("Geneva Conventions")."""

    entries: tuple[CatalogueEntry, ...]
    families: Mapping[str, tuple[str, ...]]

    def entry_for(self, treaty_id: str, title: str) -> CatalogueEntry | None:
        """The entry of a treaty: the one with its title among its names, else the one with its id.

        An id alone is trusted only where the titles share most of their words, since anybody may give
        a file the id "npt". A title without a word of its own ("Additional Protocol II") may be another's.
        """
        words = [w.text for w in words_of(title)]
        plain = _plain_title(title)
        for entry in self.entries if has_telling_word(title) else ():
            if any(list(_key(name)) == words for name in (entry.title, *entry.aliases)):
                return entry
            if plain == _plain_title(entry.title):
                return entry
        same = next((entry for entry in self.entries if entry.id == treaty_id), None)
        if same is None:
            return None
        ours, theirs = set(words), {w.text for w in words_of(same.title)}
        return same if len(ours & theirs) >= 0.6 * min(len(ours), len(theirs)) else None


# What may stand behind a title: its date, "as amended", where it was done.
_BEHIND_TITLE = re.compile(
    r"(?i)[\s,(\[]+(?:as\s+(?:amended|modified|revised)|done\s+(?:at|in|on)|signed|adopted|concluded|completed"
    r"|of\s+(?:\d|[A-Z][a-z]+\s+\d)|(?:\d{1,2}\s+[A-Z][a-z]+\s+)?(?:1[6-9]|20)\d\d\b|[A-Z][\w -]+\)$).*"
)
_YEAR = re.compile(r"\b(?:1[6-9]|20)\d\d\b")
_LEAST_WORDS = 4
_JOINTS = frozenset("the a of on for to and or in concerning relating regarding respecting".split())


@lru_cache(maxsize=4096)
def _plain_title(title: str) -> tuple[tuple[str, ...], str]:
    """A title's words without those that join them, and without what may stand behind it.

    A short title is left as it is, with its first year.
    """
    year = match[0] if (match := _YEAR.search(title)) else ""
    cut = _BEHIND_TITLE.search(title, 1)
    words = tuple(word for word in _key(title[: cut.start()] if cut else title) if word not in _JOINTS)
    return (words, "") if len(words) > _LEAST_WORDS else (_key(title), year)


def load_catalogue() -> Catalogue:
    """The catalogue that comes with Pacta, with one's own (``PACTA_CATALOGUE``) over it.

    One's own has the same form. An entry with a known id replaces what it gives of that entry, others are
    added. Raises ManifestError where it cannot be used.
    """
    return _load(own_catalogue())


@lru_cache(maxsize=2)
def _load(own: Path | None) -> Catalogue:
    document = _read(_PATH)
    records = {record["id"]: record for record in document["treaties"]}
    families = document.get("families") or {}
    for name in ("bodies", "subjects"):
        for treaty_id, phrases in document[name].items():
            records[treaty_id] = {**records[treaty_id], name: phrases}
    if own is not None:
        extra = _read(own)
        for position, record in enumerate(extra.get("treaties") or [], start=1):
            _judge(own, position, record, records)
            records[record["id"]] = {**records.get(record["id"], {}), **record}
        families = {**families, **(extra.get("families") or {})}
    entries = {treaty_id: _entry(record) for treaty_id, record in records.items()}
    if unknown := [member for members in families.values() for member in members if member not in entries]:
        raise ManifestError(f"{own}: a family has the member {unknown[0]}, which is no treaty's id. Correct it.")
    return Catalogue(tuple(entries.values()), {name: tuple(ids) for name, ids in families.items()})


def entry_of(treaty_id: str, catalogue: Catalogue) -> CatalogueEntry:
    """The entry with an id, or the one that a name belongs to; raises UnknownTreaty with the nearest ids."""
    by_id = {entry.id: entry for entry in catalogue.entries}
    asked = treaty_id.strip().lower()
    if asked in by_id:
        return by_id[asked]
    named = Names({entry.id: [entry.title, *entry.aliases] for entry in catalogue.entries}).ids_of(treaty_id)
    if len(named) == 1:
        return by_id[named[0]]
    members = catalogue.families.get(" ".join(word.text for word in words_of(treaty_id)), ())
    near = list(members) or get_close_matches(asked, by_id, 4, 0.5) or [i for i in by_id if asked and asked in i][:4]
    hint = f" Did you mean {', '.join(near)}?" if near else ""
    raise UnknownTreaty(
        f"catalogue:{treaty_id}: the catalogue has no treaty of this id.{hint} "
        "The ids are listed by: pacta treaties --catalogue"
    )


def begins_as(text: str, entry: CatalogueEntry, catalogue: Catalogue) -> bool:
    """Whether a text begins as this treaty does, and as no other treaty of the catalogue.

    An address may lead to another treaty than it once did, and a text must not be cited under a name that it
    does not bear. Titles are written in more than one way, and a page may set words before one: the title is
    where most of its words stand together, or where one of its aliases stands. It is another treaty's where that
    has its whole title before, since treaties name others only after themselves, or fits the same place better.
    """
    words = tuple(word.text for word in words_of(text[:_BEGINNING]))
    ours = _placed(entry, words)
    if ours is None:
        return False
    return not any(
        _stands_whole(other, words, ours.start) or _fits_better(other, ours, words)
        for other in catalogue.entries
        if other.id != entry.id
    )


_BEGINNING = 4000
_MOST = 0.7
_UNTELLING = frozenset("a an and as at by for from in of on or the their to with".split())


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a title stands among words, how long it is, how many of its telling words are there, and their share."""

    start: int
    length: int
    found: int
    share: float


def _placed(entry: CatalogueEntry, words: tuple[str, ...]) -> _Place | None:
    """The first place where a treaty's name stands, whole or most of its title; None where it does nowhere."""
    places = [_most_of(_key(entry.title), words), *(_whole(_key(alias), words) for alias in entry.aliases)]
    return min((place for place in places if place), key=lambda place: (place.start, -place.found), default=None)


def _most_of(key: tuple[str, ...], words: tuple[str, ...]) -> _Place | None:
    wanted = set(key) - _UNTELLING
    for start, word in enumerate(words):
        if word in wanted:
            found = len(wanted.intersection(words[start : start + 2 * len(key)]))
            if found >= _MOST * len(wanted):
                return _Place(start, len(key), found, found / len(wanted))
    return None


def _whole(key: tuple[str, ...], words: tuple[str, ...]) -> _Place | None:
    told = len(set(key) - _UNTELLING)
    # A name of one word is too short to tell: "the Antarctic Treaty" is no "Antarctic".
    for start in range(len(words) - len(key) + 1) if told > 1 else ():
        if words[start] == key[0] and words[start : start + len(key)] == key:
            return _Place(start, len(key), told, 1.0)
    return None


def _stands_whole(other: CatalogueEntry, words: tuple[str, ...], before: int) -> bool:
    """Whether another treaty's title begins before that word; its number ("(IV)") may be left out.

    A long title may be written with more words, such as a date in it, if all of its own are there.
    """
    key = _key(re.sub(r"\([IVX]+\)", "", other.title))
    place = _whole(key, words) or (_most_of(key, words[: before + 2 * len(key)]) if len(key) > 7 else None)
    return place is not None and place.start < before and place.share == 1.0


def _fits_better(other: CatalogueEntry, ours: _Place, words: tuple[str, ...]) -> bool:
    theirs = _most_of(_key(other.title), words[ours.start : ours.start + 3 * max(ours.length, 8)])
    if theirs is None or theirs.start >= ours.length:
        return False
    return (theirs.found, theirs.share) != (ours.found, ours.share) and (
        theirs.found >= ours.found and theirs.share >= ours.share
    )


@lru_cache(maxsize=8192)
def _key(name: str) -> tuple[str, ...]:
    return tuple(word.text for word in words_of(name))


def _read(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise ManifestError(
            f"{path}: this catalogue cannot be read ({error.strerror}). Check PACTA_CATALOGUE."
        ) from error
    except UnicodeDecodeError as error:
        raise ManifestError(f"{path}: this catalogue is not UTF-8 text. Save it as UTF-8.") from error
    try:
        # The loader written in C reads the catalogue in a fifteenth of the time.
        document = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        reason = " ".join(str(error).split())
        raise ManifestError(f"{path}: this catalogue is not valid YAML ({reason[:200]}). Mend that place.") from error
    if not isinstance(document, dict) or not isinstance(document.get("treaties") or [], list):
        raise ManifestError(f'{path}: a catalogue is a mapping with a list "treaties". Begin it with "treaties:".')
    if not isinstance(document.get("families") or {}, dict):
        raise ManifestError(f'{path}: "families" gives each shared name the ids it may mean.')
    return document


_LISTS = ("aliases", "parties", "bodies", "subjects")


def _judge(path: Path, position: int, record: Any, known: Mapping[str, Any]) -> None:
    """Raise ManifestError for an entry of one's own catalogue that cannot be used."""
    place = f"{path}, entry {position}"
    if not isinstance(record, dict) or not isinstance(record.get("id"), str) or not record["id"].strip():
        raise ManifestError(f"{place}: each treaty is a mapping with at least an id.")
    names = [field.name for field in fields(CatalogueEntry)]
    if unknown := sorted(set(map(str, record)) - set(names)):
        raise ManifestError(f"{place}: unknown field {unknown[0]}. Known fields: {', '.join(names)}.")
    for name, value in record.items():
        sound = isinstance(value, list) and all(isinstance(v, str) for v in value) if name in _LISTS else True
        if not sound or (name not in _LISTS and value is not None and not isinstance(value, str)):
            raise ManifestError(
                f'{place}: the field "{name}" must be a {"list of texts" if name in _LISTS else "text"}. '
                "Put dates in quotation marks."
            )
    if record["id"] not in known and not record.get("title"):
        raise ManifestError(f"{place}: {record['id']} needs a title, as the catalogue does not know it.")


def _entry(record: Mapping[str, Any]) -> CatalogueEntry:
    lists = {name: tuple(record.get(name) or ()) for name in _LISTS}
    return CatalogueEntry(**{**record, **lists})
