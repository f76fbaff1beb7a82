"""Settings of the service: one frozen record, passed in."""

import os
from dataclasses import dataclass, field
from pathlib import Path

from ingest.settings import Settings as IngestSettings
from service.errors import SettingWrong


def own_database() -> str | None:
    """The Postgres database that conversations and keys are kept in: ``PACTA_DATABASE_URL``."""
    return os.environ.get("PACTA_DATABASE_URL") or None


def retention_days() -> int | None:
    """After how many days conversations are forgotten: ``PACTA_RETENTION_DAYS``; raises SettingWrong."""
    given = os.environ.get("PACTA_RETENTION_DAYS", "").strip()
    if not given:
        return None
    if not given.isascii() or not given.isdigit() or not 1 <= int(given) <= MAX_RETENTION_DAYS:
        remedy = f"Give a whole number of days, 1 to {MAX_RETENTION_DAYS}, or leave it unset to keep conversations."
        raise SettingWrong("PACTA_RETENTION_DAYS", given, remedy)
    return int(given)


# A hundred years.
MAX_RETENTION_DAYS = 36_500


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of answering.

    ``max_question_chars`` is the longest question taken; ``max_sentences`` how many sentences an
    extractive answer quotes at most. ``database_url`` is the address of a Postgres database for conversations
    and keys; without it they are in an SQLite file of the home folder. Conversations that nothing was asked in
    for ``retention_days`` are forgotten; None keeps them.
    """

    ingest: IngestSettings = field(default_factory=IngestSettings)
    max_question_chars: int = 4_000
    max_sentences: int = 4
    # It holds a password, which no log is to have.
    database_url: str | None = field(default_factory=own_database, repr=False)
    retention_days: int | None = field(default_factory=retention_days)

    @property
    def database(self) -> Path | str:
        """Where conversations and keys are kept: a file, or the address of a database."""
        return self.database_url or self.ingest.home / "pacta.db"
