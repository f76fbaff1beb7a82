"""One file to one parsed treaty: read, identify, split."""

import hashlib
import re
from collections.abc import Callable
from pathlib import Path

from ingest.errors import NoProvisions, UnreadableDocument
from ingest.language import guess_language
from ingest.manifest import Entry
from ingest.models import ParsedTreaty, Source, Treaty
from ingest.sources import Document, read_document
from ingest.structure import split_provisions

# Raised whenever the same bytes would give other provisions: an index built before is then out of date.
PARSER_VERSION = "1"
MAX_DOCUMENT_BYTES = 64 * 1024 * 1024
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
    """Read, identify and split one document.

    Raises DocumentError where it cannot be indexed, with the reason and the remedy.
    """
    treaty, document = load_treaty(entry, on_page)
    structure = split_provisions(treaty.text, document.headings)
    told = [p for p in structure.provisions if p.kind in ("article", "annex", "protocol")]
    if not any(treaty.text[p.body_start : p.end].strip() for p in told):
        raise NoProvisions(
            str(entry.path),
            "no articles were found in its text.",
            'Pacta looks for lines such as "Article 1" or "ARTICLE IV"; is this a treaty?',
        )
    return ParsedTreaty(treaty, structure.provisions, (*document.oddities, *structure.oddities))


def load_treaty(entry: Entry, on_page: Callable[[int, int], None] | None = None) -> tuple[Treaty, Document]:
    """A treaty's identity and canonical text, with the document it was read from.

    What the manifest does not say is taken from the text: title, language, an id from the file's name.
    """
    data = _read_bytes(entry.path)
    document = read_document(data, str(entry.path), language=entry.language or "en", on_page=on_page)
    title = entry.title or _title_of(document) or entry.path.stem
    return Treaty(
        id=entry.id or slug(entry.path.stem),
        title=title,
        text=document.text,
        source=Source(
            uri=str(entry.path).encode("utf-8", "surrogateescape").decode("utf-8", "replace"),
            sha256=hashlib.sha256(data).hexdigest(),
            format=document.format,
            pages=document.pages,
        ),
        aliases=entry.aliases,
        language=entry.language or document.language or guess_language(document.text),
        text_status=entry.text_status or "authentic",
        facts=entry.facts,
    ), document


def _read_bytes(path: Path) -> bytes:
    name = str(path)
    try:
        if path.is_dir():
            raise UnreadableDocument(name, "this is a folder.", "Name the folder itself to ingest all of it.")
        size = path.stat().st_size
        if size > MAX_DOCUMENT_BYTES:
            raise UnreadableDocument(name, f"the file is {size >> 20} MiB long; the limit is 64 MiB.", "Split it.")
        return path.read_bytes()
    except FileNotFoundError as error:
        raise UnreadableDocument(name, "there is no such file.", "Check the path.") from error
    except PermissionError as error:
        raise UnreadableDocument(name, "the file may not be read.", "Give read permission.") from error
    except OSError as error:
        raise UnreadableDocument(name, f"the file cannot be read ({error.strerror}).", "Copy it again.") from error


def slug(name: str) -> str:
    """A treaty id made of a file's name: small letters, digits and hyphens."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:80]
    # A name without Latin letters gives an id of its own too, the same every time.
    return plain or f"treaty-{hashlib.sha256(name.encode('utf-8', 'replace')).hexdigest()[:8]}"


def _title_of(document: Document) -> str | None:
    """The first words that name a treaty: the format's title, else the first line that is not furniture."""
    lines = [line.strip() for line in document.text.split("\n")[:12] if line.strip()]
    if document.title and document.format != "html":
        return document.title
    named = re.compile(r"(?i)\b(treaty|convention|agreement|protocol|charter|covenant|pact|statute|accord|traité)\b")
    for line in lines:
        if named.search(line) and 8 < len(line) < 300:
            return _sentence_case(line)
    if document.title:
        return document.title
    return _sentence_case(lines[0][:200]) if lines else None


def _sentence_case(title: str) -> str:
    if title.upper() != title:
        return title
    words = [w.lower() if w.lower() in _SMALL_WORDS and i else w.capitalize()
             for i, w in enumerate(title.split())]  # fmt: skip
    return " ".join(words)
