"""Readers of documents, one file a format, and the choice between them by content."""

from ingest.formats import FORMATS
from ingest.sources.document import Document, Line
from ingest.sources.read import detect_format, read_document

__all__ = ["FORMATS", "Document", "Line", "detect_format", "read_document"]
