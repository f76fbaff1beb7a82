"""One file to one parsed treaty: read, identify, split, and what its own text tells of it."""

import gc
import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import PurePath

from ingest.archives import read_entry
from ingest.errors import NoProvisions
from ingest.facts import contradictions, find_facts
from ingest.language import guess_language
from ingest.manifest import Entry
from ingest.models import ParsedTreaty, Source, Treaty
from ingest.sources import Document, read_document
from ingest.structure import split_provisions

# Raised whenever the same bytes would give other provisions: an index built before is then out of date.
PARSER_VERSION = "2"
# A cover page of the United Nations has a dozen lines before the title.
_TITLE_LINES = 24
_BEGINS_ANEW = re.compile(r"(?i)(preamble|part|chapter|section|article|art\.|annex|title|\d)\b")
_SMALL_WORDS = {
    "a",
    "an",
    "and",
    "at",
    "by",
    "for",
    "from",
    "in",
    "of",
    "on",
    "or",
    "the",
    "their",
    "to",
    "with",
    "between",
    "against",
}


def parse_file(entry: Entry, on_page: Callable[[int, int], None] | None = None) -> ParsedTreaty:
    """Read, identify and split one document, and find the facts that its text tells.

    Raises DocumentError where it cannot be indexed, with the reason and the remedy.
    """
    entry, data = read_entry(entry)
    with _collector_paused():
        treaty, document = _identify(entry, data, on_page)
        structure = split_provisions(treaty.text, document.headings)
    told = [p for p in structure.provisions if p.kind in ("article", "annex", "protocol")]
    if not told:
        raise NoProvisions(
            entry.name,
            "no articles were found in its text.",
            'Pacta looks for lines such as "Article 1" or "ARTICLE IV"; is this a treaty?',
        )
    if not any(treaty.text[p.body_start : p.end].strip() for p in told):
        shown = told[0].label if len(told) == 1 else f"{told[0].label} … {told[-1].label}"
        raise NoProvisions(
            entry.name,
            f"it has headings only ({shown}) and no words under them.",
            "Give the whole text; this may be its table of contents.",
        )
    parsed = ParsedTreaty(treaty, structure.provisions, (*document.oddities, *structure.oddities))
    with _collector_paused():
        parsed = replace(parsed, facts_from_text=find_facts(parsed))
    return replace(parsed, oddities=(*parsed.oddities, *contradictions(parsed)))


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Without the search for cycles: a treaty becomes tens of thousands of records, and none of them is in one."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def load_treaty(entry: Entry, on_page: Callable[[int, int], None] | None = None) -> tuple[Treaty, Document]:
    """A treaty's identity and canonical text, with the document it was read from.

    What the manifest does not say is taken from the text: title, language, an id from the file's name.
    """
    return _identify(*read_entry(entry), on_page)


def _identify(entry: Entry, data: bytes, on_page: Callable[[int, int], None] | None) -> tuple[Treaty, Document]:
    document = read_document(data, entry.name, language=entry.language or "en", on_page=on_page)
    title = entry.title or _title_of(document) or PurePath(entry.name).stem
    return Treaty(
        id=entry.id or slug(PurePath(entry.member or entry.path).stem),
        title=title,
        text=document.text,
        source=Source(
            uri=entry.name.encode("utf-8", "surrogateescape").decode("utf-8", "replace"),
            sha256=hashlib.sha256(data).hexdigest(),
            format=document.format,
            pages=document.pages,
        ),
        aliases=entry.aliases,
        language=entry.language or document.language or guess_language(document.text),
        text_status=entry.text_status or "authentic",
        facts=entry.facts,
        access=entry.access or (),
    ), document


def slug(name: str) -> str:
    """A treaty id made of a file's name: small letters, digits and hyphens."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:80]
    # A name without Latin letters gives an id of its own too, the same every time.
    return plain or f"treaty-{hashlib.sha256(name.encode('utf-8', 'replace')).hexdigest()[:8]}"


def _title_of(document: Document) -> str | None:
    """The first words that name a treaty: the format's title, else the first line that is not furniture."""
    lines = [line.strip() for line in document.text.split("\n", _TITLE_LINES)[:_TITLE_LINES] if line.strip()]
    if document.title and document.format != "html":
        return document.title
    named = re.compile(r"(?i)\b(treaty|convention|agreement|protocol|charter|covenant|pact|statute|accord|traité)\b")
    for place, line in enumerate(lines):
        if named.search(line) and 8 < len(line) < 300:
            return _sentence_case(_with_next_lines(lines[place:]))
    if document.title:
        return document.title
    return _sentence_case(lines[0][:200]) if lines else None


def _with_next_lines(lines: list[str]) -> str:
    """A title with its other lines, where it is set in capitals over several."""
    title = lines[0]
    for line in lines[1:] if title.isupper() else ():
        goes_on = line.isupper() and " " in line and not _BEGINS_ANEW.match(line)
        if not goes_on or len(title) + len(line) > 300 or line in title:
            break
        title = f"{title} {line}"
    return title


def _sentence_case(title: str) -> str:
    if title.upper() != title:
        return title
    words = [w.lower() if w.lower() in _SMALL_WORDS and i else w.capitalize()
             for i, w in enumerate(title.split())]  # fmt: skip
    return " ".join(words)
