"""Which reader a document needs, told by its content; its name only decides between kinds of text."""

import re
from collections.abc import Callable
from pathlib import PurePath

from ingest.errors import EmptyDocument, UnreadableDocument
from ingest.sources.document import Document

FORMATS = ("text", "markdown", "html", "pdf", "open-treaties")
# The endings looked for in a folder; a file named on the command line may have any.
ENDINGS = {".txt", ".text", ".md", ".markdown", ".html", ".htm", ".xhtml", ".pdf", ".json"}
_REMEDY = "Pacta reads text, Markdown, HTML, PDF and open-treaties JSON; convert it to one of these."
_SIGNATURES = (
    (b"PK\x03\x04", "a ZIP archive (perhaps DOCX)"),
    (b"\xd0\xcf\x11\xe0", "an old Word or Excel file"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3", "an SQLite database"),
    (b"{\\rtf", "an RTF document"),
)


def detect_format(data: bytes, name: str) -> str:
    """The format of a document's bytes: one of FORMATS.

    Raises EmptyDocument for nothing, UnreadableDocument for bytes that no reader is for.
    """
    if not data.strip(b"\x00\x09\x0a\x0d\x20\xef\xbb\xbf"):
        raise EmptyDocument(name, "the file is empty.", "Give a file with the treaty's text.")
    if b"%PDF-" in data[:1024]:
        return "pdf"
    for signature, what in _SIGNATURES:
        if data.startswith(signature):
            raise UnreadableDocument(name, f"this is {what}.", _REMEDY)
    head = decode(data, name).lstrip("\ufeff \t\r\n")
    if re.match(r"\{\s*[\"}]|\[\s*[\[{\"\]\d]", head):
        return "open-treaties"
    if re.match(r"(?is)(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*(<!doctype html|<html|<head|<body)", head[:4096]):
        return "html"
    ending = PurePath(name).suffix.lower()
    tags = len(re.findall(r"</?(p|div|br|span|h[1-6]|table|article|section)\b", head[:20000], re.I))
    if tags > 5 or ending in (".html", ".htm", ".xhtml"):
        return "html"
    marks = len(re.findall(r"(?m)^#\s+\S|\*\*\S", head))
    if re.search(r"(?m)^#{2,6}\s*[^\s#]", head) or marks >= 3 or ending in (".md", ".markdown"):
        return "markdown"
    return "text"


def decode(data: bytes, name: str) -> str:
    """Text of UTF-8 or UTF-16 (with its mark) or, failing these, Windows-1252 bytes.

    Raises UnreadableDocument for bytes that are no text at all.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError as error:
            raise UnreadableDocument(name, "the UTF-16 text is cut off.", "Get the file again.") from error
    sample = data[:65536]
    control = sum(1 for byte in sample if byte < 9 or 13 < byte < 32)
    if b"\x00" in sample or control > len(sample) * 0.01:
        raise UnreadableDocument(name, "this is a binary file, not text.", _REMEDY)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def read_document(
    data: bytes,
    name: str,
    *,
    language: str = "en",
    on_page: Callable[[int, int], None] | None = None,
) -> Document:
    """Read a document of any known format; ``name`` is its path or address, used in messages.

    Raises DocumentError (UnreadableDocument, EmptyDocument) with the reason and the remedy.
    """
    form = detect_format(data, name)
    if form == "pdf":
        from ingest.sources.pdf import read_pdf

        document = read_pdf(data, name, on_page)
    elif form == "html":
        from ingest.sources.html import read_html

        document = read_html(data, name, language)
    else:
        text = decode(data, name)
        if form == "open-treaties":
            from ingest.sources.open_treaties import read_open_treaties

            document = read_open_treaties(text, name, language)
        elif form == "markdown":
            from ingest.sources.markdown import read_markdown

            document = read_markdown(text)
        else:
            from ingest.sources.text import read_text

            document = read_text(text)
    if not document.text.strip():
        raise EmptyDocument(name, "the file holds no text.", "Give a file with the treaty's text.")
    return document
