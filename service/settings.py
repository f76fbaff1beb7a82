"""Settings of the service: one frozen record, passed in; and what a service is told by its environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path

from ingest.settings import Settings as IngestSettings
from service.slack_app.settings import SlackSettings
from service.variables import (
    Variable,
    one_of,
    read_address,
    read_limit,
    read_megabytes,
    read_open_unless,
    read_origins,
    read_proxies,
    read_redis,
    read_seconds,
    read_variables,
    whole_number,
)

# A hundred years.
MAX_RETENTION_DAYS = 36_500


def own_database() -> str | None:
    """The Postgres database that conversations and keys are kept in: ``PACTA_DATABASE_URL``."""
    return os.environ.get("PACTA_DATABASE_URL") or None


@dataclass(frozen=True, slots=True)
class Serving:
    """Settings of ``pacta serve``.

    At most ``at_once`` questions are answered at a time; ``queue`` more may wait. A limit is written as in
    "60/minute; 1000/day" or is "off"; None stands for the one that comes with Pacta, which does not count requests
    from the machine itself. ``limits_url`` is a Redis that several processes share their counts in, empty for the
    process's own memory. ``trusted_proxies`` are addresses or networks whose X-Forwarded-For is believed,
    ``allowed_origins`` other sites whose pages may ask. ``log`` is "json" or "text", empty for what suits the output.
    """

    at_once: int = field(default_factory=lambda: os.cpu_count() or 1)
    queue: int = 32
    limit_per_address: str | None = None
    limit_per_key: str | None = None
    limit_failed_keys: str | None = None
    limits_url: str = ""
    trusted_proxies: tuple[str, ...] = ()
    allowed_origins: tuple[str, ...] = ()
    log: str = ""
    log_level: str = "INFO"


# How long an answer may take where it is one of many.
ANSWER_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of answering.

    ``max_question_chars`` is the longest question taken; ``max_sentences`` how many sentences an extractive answer
    quotes at most; ``answer_seconds`` how long an answer may take, None without end. With ``open_to_all`` a request
    without a key is answered as one that may do all. ``public_url`` is the address that links lead to which are read
    elsewhere than on the pages, and that ``/mcp`` answers at beside the machine's own; "" where there is none.
    ``database_url`` is the address of a Postgres database for conversations and keys; without it they are in an SQLite
    file of the home folder. Conversations that nothing was asked in for ``retention_days`` are forgotten; None keeps
    them. ``max_upload_bytes`` and ``max_upload_files`` are what one upload may send, ``max_jobs`` how many uploads may
    wait or be worked on at a time, ``max_job_seconds`` how long one may take.
    Without ``slack`` nobody is answered in Slack.
    """

    ingest: IngestSettings = field(default_factory=IngestSettings)
    max_question_chars: int = 4_000
    max_sentences: int = 4
    answer_seconds: float | None = None
    open_to_all: bool = True
    public_url: str = ""
    # It holds a password, which no log is to have.
    database_url: str | None = field(default_factory=own_database, repr=False)
    retention_days: int | None = None
    max_upload_bytes: int = 64 << 20
    max_upload_files: int = 50
    max_jobs: int = 8
    max_job_seconds: int = 3_600
    serving: Serving = field(default_factory=Serving)
    slack: SlackSettings | None = None

    @property
    def database(self) -> Path | str:
        """Where conversations and keys are kept: a file, or the address of a database."""
        return self.database_url or self.ingest.home / "pacta.db"

    @classmethod
    def for_serving(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """The settings of a service as its environment has them; raises SettingWrong, and RulesWrong for Slack's."""
        read = read_variables(VARIABLES, environment)
        of_serving = {setting: read.pop(setting) for setting in [f.name for f in fields(Serving)] if setting in read}
        return cls(
            **{"answer_seconds": ANSWER_SECONDS, **read},
            serving=replace(Serving(), **of_serving),
            slack=SlackSettings.from_environment(environment),
        )


VARIABLES = (
    Variable("PACTA_REQUIRE_KEYS", "open_to_all", "1: a key is needed on this machine too", read_open_unless),
    Variable("PACTA_PUBLIC_URL", "public_url", "where others reach the service: https://…", read_address),
    Variable("PACTA_DATABASE_URL", "database_url", "postgresql://… for conversations and keys", str),
    Variable("PACTA_RETENTION_DAYS", "retention_days", "days after which conversations are forgotten (never)",
             whole_number(1, MAX_RETENTION_DAYS, "a whole number of days")),
    Variable("PACTA_AT_ONCE", "at_once", "questions answered at a time (one a core)", whole_number(1, 256)),
    Variable("PACTA_QUEUE", "queue", "questions that may wait for that (32)", whole_number(0, 10_000)),
    Variable("PACTA_ANSWER_SECONDS", "answer_seconds", "how long one may wait, and take (10)", read_seconds),
    Variable("PACTA_LIMIT_PER_ADDRESS", "limit_per_address", "requests taken from an address, as 60/minute",
             read_limit),
    Variable("PACTA_LIMIT_PER_KEY", "limit_per_key", "requests taken with a key, as 60/minute", read_limit),
    Variable("PACTA_LIMIT_FAILED_KEYS", "limit_failed_keys", "wrong keys taken from an address", read_limit),
    Variable("PACTA_LIMITS_URL", "limits_url", "redis://… to count in for several processes", read_redis),
    Variable("PACTA_TRUSTED_PROXIES", "trusted_proxies", "proxies whose X-Forwarded-For is believed", read_proxies),
    Variable("PACTA_ALLOWED_ORIGINS", "allowed_origins", "other sites whose pages may ask (none)", read_origins),
    Variable("PACTA_MAX_UPLOAD_MB", "max_upload_bytes", "megabytes that one upload may have (64)", read_megabytes),
    Variable("PACTA_MAX_JOBS", "max_jobs", "uploads that may wait or be worked on (8)", whole_number(1, 1_000)),
    Variable("PACTA_LOG", "log", "json or text (text on a terminal, else json)", one_of("json", "text")),
    Variable("PACTA_LOG_LEVEL", "log_level", "DEBUG also tells what is asked (INFO)",
             one_of("DEBUG", "INFO", "WARNING", "ERROR")),
)  # fmt: skip
