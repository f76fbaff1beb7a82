"""Where Pacta keeps its things and which numbers it works with: one frozen record, passed in."""

import os
from dataclasses import dataclass, field
from pathlib import Path


def default_home() -> Path:
    """The home folder: ``PACTA_HOME``, or ``.pacta`` where the command is run."""
    return Path(os.environ.get("PACTA_HOME") or ".pacta")


def private_addresses_allowed() -> bool:
    """Whether documents may be fetched from one's own network: ``PACTA_ALLOW_PRIVATE_ADDRESSES=1``."""
    return os.environ.get("PACTA_ALLOW_PRIVATE_ADDRESSES", "").strip().lower() in ("1", "true", "yes")


def own_catalogue() -> Path | None:
    """A catalogue of one's own, read over the one that comes with Pacta: ``PACTA_CATALOGUE``."""
    named = os.environ.get("PACTA_CATALOGUE")
    return Path(named) if named else None


def own_questions() -> Path | None:
    """Questions of one's own with the articles that answer, beside those that come with Pacta: ``PACTA_QUESTIONS``."""
    named = os.environ.get("PACTA_QUESTIONS")
    return Path(named) if named else None


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of ingestion.

    ``home`` holds the index generations and the vector cache. ``passage_words`` is how many words an
    article may have before it is cut at its paragraphs; ``keep_generations`` how many older indexes
    stay for a rollback. ``allow_private_addresses`` lets documents be fetched from an intranet. ``ocr`` has PDFs
    without a text layer read by ocrmypdf, in ``ocr_languages`` (tesseract's codes) or each treaty's own.
    """

    home: Path = field(default_factory=default_home)
    passage_words: int = 160
    keep_generations: int = 2
    allow_private_addresses: bool = field(default_factory=private_addresses_allowed)
    ocr: bool = False
    ocr_languages: tuple[str, ...] = ()
