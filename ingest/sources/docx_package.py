"""The parts of a Word document in its archive: which holds the text, which the styles and the numbering."""

import posixpath
from dataclasses import dataclass

from ingest.errors import UnreadableDocument
from ingest.sources.archive import Archive
from ingest.sources.xml import Element, parse_xml


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts that are read, parsed; styles and numbering may be missing."""

    document: Element
    styles: Element | None
    numbering: Element | None


def read_parts(archive: Archive, name: str) -> Parts:
    """The parts of a Word document; raises UnreadableDocument where there is no text in it, or one is broken."""
    document = _related(archive, name, "", "officeDocument") or "word/document.xml"
    if document not in archive:
        raise UnreadableDocument(
            name, f"the DOCX holds no text: {document} is not in it.", "Save it again in a word processor."
        )
    folder = posixpath.dirname(document)
    found = {
        kind: _related(archive, name, document, kind) or posixpath.join(folder, f"{kind}.xml")
        for kind in ("styles", "numbering")
    }
    return Parts(
        _parsed(archive, name, document),
        _parsed(archive, name, found["styles"]) if found["styles"] in archive else None,
        _parsed(archive, name, found["numbering"]) if found["numbering"] in archive else None,
    )


def _related(archive: Archive, name: str, part: str, kind: str) -> str | None:
    """The part that another one names as its styles, its numbering …; the archive itself names the document."""
    folder, file = posixpath.split(part)
    relations = posixpath.join(folder, "_rels", f"{file}.rels")
    if relations not in archive:
        return None
    for relation in _parsed(archive, name, relations):
        if relation.get("Type", "").endswith(f"/{kind}") and relation.get("TargetMode") != "External":
            # A target is relative to the folder of the part, or absolute within the archive.
            return posixpath.normpath(posixpath.join("/", folder, relation.get("Target", ""))).lstrip("/")
    return None


def _parsed(archive: Archive, name: str, part: str) -> Element:
    if fault := archive.fault(part):
        raise UnreadableDocument(name, f"{part} in the DOCX cannot be read: {fault[0]}", fault[1])
    return parse_xml(archive.read(part), name, f"{part} in the DOCX")
