"""An index of Pacta's of the documents of a BEIR folder, by the product's own path behind the reading of files.

Documents with a treaty in their metadata become the articles of that treaty, split into paragraphs and known
by the treaty's name, as if they had been ingested. All others are texts without a name, number or inside: only
the ranking is measured on them. Nothing is parsed, since a parser that found a heading inside a text, or took
two articles of one number for one, would lose a document.

    <work>/<sha of the corpus>/      a home folder like any other: PACTA_HOME may be set to it
    <work>/embeddings/               the vectors, for all of them
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.beir.folder import BeirError, BeirFolder, Document
from ingest import build
from ingest.errors import IndexBroken, IndexMissing
from ingest.index import Index, open_index
from ingest.language import guess_language
from ingest.models import ParsedTreaty, Provision, ProvisionKind, Source, Treaty
from ingest.numbers import read_number
from ingest.paragraphs import split_article
from ingest.parse import slug
from ingest.settings import Settings
from ingest.sources.document import Line, assemble, normalise_text

# Raised whenever the same corpus would become another index.
LAYOUT = 1
# A file of the index holds so many texts without a treaty: enough files for none to be large, few enough to open.
_TEXTS_TOGETHER = 1000
_NAMED = 5

Place = tuple[str, str]


@dataclass(frozen=True)
class Assembled:
    """A corpus as treaties: where each document stands, (treaty id, eId); ``empty`` have no words to be found by."""

    treaties: tuple[ParsedTreaty, ...]
    places: Mapping[str, Place]
    empty: tuple[str, ...]


def open_corpus(data: BeirFolder, work: Path, progress: build.Progress | None = None) -> tuple[Index, Assembled]:
    """The index of a folder's corpus, built in ``work`` unless it is there, and where its documents stand.

    Every document is in the index exactly once, or BeirError says which is not. Raises IndexBusy, HomeUnusable
    and ModelUnavailable as ingesting does. A build cut short goes on, the next time, with the vectors it had.
    """
    assembled = assemble_corpus(data.documents, data.corpus_sha256)
    home = work / f"{data.corpus_sha256[:16]}-{LAYOUT}"
    try:
        index = open_index(home)
    except (IndexMissing, IndexBroken):
        # Not built yet, cut short, or built by another version of Pacta.
        _build(assembled.treaties, home, progress or build.NoProgress())
        index = open_index(home)
    try:
        check_places(assembled.places, ((row.treaty_id, row.article) for row in index.rows))
    except BeirError as error:
        index.close()
        raise BeirError(f"{home}: {error}") from error
    return index, assembled


def assemble_corpus(documents: Sequence[Document], sha256: str) -> Assembled:
    """The documents as treaties; the same documents give the same treaties and places.

    ``sha256`` is that of the file they are from.
    """
    groups: dict[tuple[str | None, int], list[tuple[Document, str]]] = {}
    empty: list[str] = []
    unnamed = 0
    for document in documents:
        # A document that is nothing but a title has that for its text.
        words = _canonical(document.text) or _canonical(document.title)
        if not words:
            empty.append(document.id)
            continue
        group = 0 if document.treaty_id is not None else unnamed // _TEXTS_TOGETHER
        unnamed += document.treaty_id is None
        groups.setdefault((document.treaty_id, group), []).append((document, words))
    unique = _unique_names()
    treaties: list[ParsedTreaty] = []
    places: dict[str, Place] = {}
    for (treaty_id, _), members in groups.items():
        own_id = unique(slug(treaty_id) if treaty_id is not None else "texts")
        writer = _Writer(own_id, [document.number or "" for document, _ in members])
        for document, words in members:
            eid = writer.article(document, words) if treaty_id is not None else writer.text(document, words)
            places[document.id] = (own_id, eid)
        title = members[0][0].treaty or treaty_id or ""
        treaties.append(writer.finish(title, Source("corpus.jsonl", sha256, "beir")))
    return Assembled(tuple(treaties), places, tuple(empty))


def check_places(places: Mapping[str, Place], rows: Iterable[Place]) -> None:
    """Raises BeirError unless each document stands at a place of its own and the index holds just those places.

    ``rows`` are the places of the index's passages; a document may have several.
    """
    taken: dict[Place, str] = {}
    shared = [
        f"{name} (with {taken[place]})" for name, place in places.items() if taken.setdefault(place, name) != name
    ]
    held = set(rows)
    lost = [name for name, place in places.items() if place not in held]
    extra = [f"{treaty}/{eid}" for treaty, eid in sorted(held - taken.keys())]
    faults = [f"{what}: {_some(names)}" for what, names in (
        ("documents that share a place", shared), ("documents without a passage in the index", lost),
        ("places in the index that no document has", extra)) if names]  # fmt: skip
    if faults:
        raise BeirError(
            f"the index does not hold each document once ({'; '.join(faults)}), so nothing is measured. "
            "Delete that folder and try again; if this comes back, please report it with these names."
        )


def _build(treaties: Sequence[ParsedTreaty], home: Path, progress: build.Progress) -> None:
    """Publish an index of treaties in ``home``, in the place of what is there."""
    _share_vectors(home)
    build.ingest_parsed(treaties, Settings(home=home, keep_generations=0), progress)


def _share_vectors(home: Path) -> None:
    """One cache of vectors for all corpora beside each other: most of a larger one may be embedded already."""
    own, shared = home / "embeddings", home.parent / "embeddings"
    if own.exists():
        return
    try:
        shared.mkdir(parents=True, exist_ok=True)
        home.mkdir(exist_ok=True)
        own.symlink_to(Path("..") / "embeddings", target_is_directory=True)
    except OSError:
        return  # a file system without links: this corpus then has a cache of its own


class _Writer:
    """The text and the provisions of one treaty while its documents are written down, one after the other."""

    def __init__(self, treaty_id: str, numbers: Sequence[str]) -> None:
        self.treaty_id = treaty_id
        # "I" and "V" are roman unless the treaty counts by letters.
        self.letters = any([n.style for n in read_number(number)] == ["letter"] for number in numbers)
        self.unique = _unique_names()
        self.parts: list[str] = []
        self.length = 0
        self.written: list[Provision] = []

    def article(self, document: Document, words: str) -> str:
        """Write an article; gives its eId."""
        number, heading = _line(document.number), _line(document.heading)
        normalised = self._normalised(number)
        eid = self.unique(f"art_{normalised or slug(number)}" if number else "art")
        label = f"Article {number}" if number else heading or _line(document.title) or "Article"
        self._write(eid, "article", number, normalised, heading, label, words)
        return eid

    def text(self, document: Document, words: str) -> str:
        """Write a text that is no article: an annex without any, which is found as one; gives its eId."""
        eid = self.unique("text")
        self._write(eid, "annex", "", "", "", _line(document.title), words)
        return eid

    def finish(self, title: str, source: Source) -> ParsedTreaty:
        """The treaty of what was written, its articles with their paragraphs."""
        text = "".join(self.parts)
        provisions: list[Provision] = []
        for provision in self.written:
            provisions.append(provision)
            if provision.kind == "article":
                provisions += split_article(text, provision, provision.body_start, provision.end)
        treaty = Treaty(self.treaty_id, _line(title), text, source, language=guess_language(text))
        return ParsedTreaty(treaty, tuple(provisions))

    def _normalised(self, number: str) -> str:
        readings = read_number(number)
        wanted = "letter" if self.letters else "roman"
        return next((n.text for n in readings if n.style == wanted), readings[0].text if readings else "")

    def _write(
        self, eid: str, kind: ProvisionKind, number: str, normalised: str, heading: str, label: str, words: str
    ) -> None:
        above = "".join(f"{line}\n" for line in (label, heading if heading != label else "") if line)
        start, body = self.length, self.length + len(above)
        self.parts += [above, words, "\n\n"]
        self.length = body + len(words) + 2
        self.written.append(
            Provision(
                eid=eid,
                kind=kind,
                number=number or None,
                normalised_number=normalised or None,
                heading=heading or None,
                start=start,
                end=body + len(words),
                parent=None,
                body_start=body,
                label=label,
            )
        )


def _canonical(text: str) -> str:
    """A document's words in the form of a treaty's text, as every reader of Pacta gives it."""
    return assemble((Line(line) for line in text.splitlines()), "beir").text.strip()


def _line(text: str | None) -> str:
    """A name on one line."""
    return normalise_text(" ".join((text or "").split()))


def _unique_names() -> Callable[[str], str]:
    """Names as they are given the first time, with -2, -3 … behind them from then on."""
    used: set[str] = set()
    count: Counter[str] = Counter()

    def unique(name: str) -> str:
        while (free := f"{name}-{count[name] + 1}" if count[name] else name) in used:
            count[name] += 1
        used.add(free)
        return free

    return unique


def _some(names: Sequence[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")
