"""Which reader a document needs, told by its content; its name only decides between kinds of text."""

import io
import re
from collections.abc import Callable
from pathlib import PurePath

from ingest.errors import EmptyDocument, UnreadableDocument
from ingest.formats import FORMATS_TOLD
from ingest.sources.decoding import decode
from ingest.sources.document import Document

_REMEDY = f"Pacta reads {FORMATS_TOLD}; convert it to one of these."
_SIGNATURES = (
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"II*\x00", "a TIFF picture"),
    (b"MM\x00*", "a TIFF picture"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90\x00", "a program"),
    (b"%!PS", "a PostScript document"),
    (b"SQLite format 3", "an SQLite database"),
    (b"{\\rtf", "an RTF document"),
)
_ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06")
_COMPOUND_FILE = b"\xd0\xcf\x11\xe0"
_HTML_ENDINGS = (".html", ".htm", ".xhtml")
# Texts first, then the lists of a publication's files, which hold none and are told so.
_FORMEX_ROOTS = {
    "ACT", "AGR", "ANNEX", "CONS.ACT", "CONS.ANNEX", "CONS.DOC", "GENERAL", "LETTER", "COMBINED.FMX",
    "DOC", "PUBLICATION", "OJ",
}  # fmt: skip

_TAG = re.compile(r"</?(?:p|div|br|span|h[1-6]|table|article|section)\b", re.I)
_HTML_START = re.compile(
    r"(?is)(?:<\?xml[^>]*+>\s*+)?(?:<!--(?:(?!-->).)*+-->\s*+)*+(?:<!doctype html|<html|<head|<body)"
)


def is_archive(head: bytes) -> bool:
    """Whether a file with these first bytes is a ZIP archive, as a DOCX is one."""
    return head.startswith(_ARCHIVES)


def detect_format(data: bytes, name: str) -> str:
    """The format of a document's bytes: one of ingest.formats.FORMATS.

    Raises EmptyDocument for nothing, UnreadableDocument for bytes that no reader is for.
    """
    return _detect(data, name)[0]


def _detect(data: bytes, name: str) -> tuple[str, str]:
    """The format of a document's bytes, and of text in any form the text."""
    if not data.strip(b"\x00\x09\x0a\x0d\x20\xef\xbb\xbf"):
        raise EmptyDocument(name, "the file is empty.", "Give a file with the treaty's text.")
    # Before PDF: an archive may begin with one.
    if is_archive(data):
        return _kind_of_archive(data, name), ""
    if b"%PDF-" in data[:1024]:
        return "pdf", ""
    if data.startswith(_COMPOUND_FILE):
        raise _old_office(data, name)
    for signature, what in _SIGNATURES:
        if data.startswith(signature):
            raise UnreadableDocument(name, f"this is {what}.", _REMEDY)
    if (form := _kind_of_xml(data, name)) is not None:
        return form, ""
    text = decode(data, name)
    return _kind_of_text(text.lstrip("\ufeff \t\r\n"), PurePath(name).suffix.lower()), text


def _kind_of_text(text: str, ending: str) -> str:
    if re.match(r"\{\s*[\"}]|\[\s*[\[{\"\]\d]", text):
        return "open-treaties"
    if _HTML_START.match(text[:4096]):
        return "html"
    begin = text[:20000]
    tags = len(_TAG.findall(begin)) if "<" in begin else 0
    if tags > 5 or ending in _HTML_ENDINGS:
        return "html"
    if ending in (".md", ".markdown"):
        return "markdown"
    # Looking for the signs alone is a tenth of the work, and most texts have none.
    if "##" in text and re.search(r"(?m)^#{2,6}\s*[^\s#]", text):
        return "markdown"
    titles = len(re.findall(r"(?m)^#\s+\S", text)) if "#" in text else 0
    strong = len(re.findall(r"\*\*\S", text)) if "**" in text else 0
    return "markdown" if titles + strong >= 3 else "text"


def _kind_of_archive(data: bytes, name: str) -> str:
    from ingest.sources.archive import Archive

    kind = Archive(io.BytesIO(data), name).kind()
    if kind == "docx":
        return kind
    if kind == "zip":
        raise UnreadableDocument(
            name,
            "this is a ZIP archive of files.",
            "Unpack it, or give it to pacta ingest, which takes it whole.",
        )
    raise UnreadableDocument(name, f"this is {kind}.", _REMEDY)


def _old_office(data: bytes, name: str) -> UnreadableDocument:
    """What to say of a compound file; the names of the streams in it are in UTF-16."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        remedy = "Save a copy without one, if you may."
        return UnreadableDocument(name, "this is an encrypted Office document, which needs a password.", remedy)
    if "WordDocument".encode("utf-16-le") in data:
        return UnreadableDocument(
            name, "this is an old Word document (.doc).", "Open it in a word processor and save it as DOCX."
        )
    return UnreadableDocument(name, "this is an old Word or Excel file.", _REMEDY)


def _kind_of_xml(data: bytes, name: str) -> str | None:
    """The format of XML, by its root element; None for what is no XML, or HTML that does not say that it is XML.

    Raises UnreadableDocument for XML of another kind.
    """
    if not data[:64].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<"):
        return None
    from ingest.sources.xml import find_root, is_declared

    root = find_root(data, name)
    ending = PurePath(name).suffix.lower()
    if root is None or ending in _HTML_ENDINGS or root.name.lower() == "html":
        return None
    if root.name == "akomaNtoso":
        return "akoma-ntoso"
    if root.name in _FORMEX_ROOTS or "formex" in root.schema:
        return "formex"
    if is_declared(data) or root.namespace or ending in (".xml", ".akn"):
        raise UnreadableDocument(name, f"this is XML with the root element <{root.name}>.", _REMEDY)
    return None


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
    form, text = _detect(data, name)
    if form == "pdf":
        from ingest.sources.pdf import read_pdf

        document = read_pdf(data, name, on_page, language=language)
    elif form == "html":
        from ingest.sources.html import read_html

        document = read_html(data, name, language)
    elif form == "docx":
        from ingest.sources.docx import read_docx

        document = read_docx(data, name)
    elif form == "akoma-ntoso":
        from ingest.sources.akoma_ntoso import read_akoma_ntoso

        document = read_akoma_ntoso(data, name)
    elif form == "formex":
        from ingest.sources.formex import read_formex

        document = read_formex(data, name)
    elif form == "open-treaties":
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
