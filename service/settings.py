"""Settings of the service: one frozen record, passed in."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from ingest.settings import Settings as IngestSettings
from service.errors import SettingWrong

# A hundred years.
MAX_RETENTION_DAYS = 36_500


def public_url() -> str:
    """The address that others reach the service at: ``PACTA_PUBLIC_URL``; "" without one. Raises SettingWrong."""
    given = os.environ.get("PACTA_PUBLIC_URL", "").strip().rstrip("/")
    parts = urlsplit(given)
    if given and (parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment):
        raise SettingWrong("PACTA_PUBLIC_URL", f"is {given!r}; an address like https://treaties.example.org is needed")
    return given


def own_database() -> str | None:
    """The Postgres database that conversations and keys are kept in: ``PACTA_DATABASE_URL``."""
    return os.environ.get("PACTA_DATABASE_URL") or None


def retention_days() -> int | None:
    """After how many days conversations are forgotten: ``PACTA_RETENTION_DAYS``; raises SettingWrong."""
    given = os.environ.get("PACTA_RETENTION_DAYS", "").strip()
    if not given:
        return None
    if not given.isascii() or not given.isdigit() or not 1 <= int(given) <= MAX_RETENTION_DAYS:
        needed = f"a whole number of days, 1 to {MAX_RETENTION_DAYS}, is needed; unset, conversations are kept"
        raise SettingWrong("PACTA_RETENTION_DAYS", f"is {given!r}; {needed}")
    return int(given)


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of answering.

    ``max_question_chars`` is the longest question taken; ``max_sentences`` how many sentences an
    extractive answer quotes at most. With ``open_to_all`` a request without a key is answered as one that may do all.
    ``public_url`` is the address that links lead to which are read elsewhere than on the pages, and that ``/mcp``
    answers at beside the machine's own; "" where there is none. ``database_url`` is the address of a Postgres database
    for conversations and keys; without it they are in an SQLite file of the home folder. Conversations that nothing
    was asked in for ``retention_days`` are forgotten; None keeps them.
    ``max_upload_bytes`` and ``max_upload_files`` are what one upload may send, ``max_jobs`` how many uploads may wait
    or be worked on at a time, ``max_job_seconds`` how long one may take.
    """

    ingest: IngestSettings = field(default_factory=IngestSettings)
    max_question_chars: int = 4_000
    max_sentences: int = 4
    # It holds a password, which no log is to have.
    database_url: str | None = field(default_factory=own_database, repr=False)
    retention_days: int | None = field(default_factory=retention_days)
    open_to_all: bool = True
    public_url: str = field(default_factory=public_url)
    max_upload_bytes: int = 64 << 20
    max_upload_files: int = 50
    max_jobs: int = 8
    max_job_seconds: int = 3_600

    @property
    def database(self) -> Path | str:
        """Where conversations and keys are kept: a file, or the address of a database."""
        return self.database_url or self.ingest.home / "pacta.db"
