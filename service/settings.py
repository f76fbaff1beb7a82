"""Settings of the service: one frozen record, passed in; and what a service is told by its environment."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from ingest.settings import Settings as IngestSettings
from service.errors import SettingWrong

OFF = "off"
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

    @property
    def database(self) -> Path | str:
        """Where conversations and keys are kept: a file, or the address of a database."""
        return self.database_url or self.ingest.home / "pacta.db"

    @classmethod
    def for_serving(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """The settings of a service as its environment has them; raises SettingWrong."""
        read = {}
        for variable in VARIABLES:
            text = environment.get(variable.name, "").strip()
            if not text:
                continue
            try:
                read[variable.setting] = variable.read(text)
            except ValueError as error:
                raise SettingWrong(variable.name, str(error)) from error
        of_serving = {setting: read.pop(setting) for setting in [f.name for f in fields(Serving)] if setting in read}
        return cls(**{"answer_seconds": ANSWER_SECONDS, **read}, serving=replace(Serving(), **of_serving))


def _whole(least: int, most: int, what: str = "a whole number") -> Callable[[str], int]:
    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit()) or not least <= int(text[:12]) <= most:
            raise ValueError(f"is {text!r}; {what} from {least} to {most:,} is needed")
        return int(text)

    return read


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0.1 <= seconds <= 600:
        raise ValueError(f"is {text!r}; seconds from 0.1 to 600 are needed")
    return seconds


def _limit(text: str) -> str:
    """A limit that ``limits`` can read, or "off"."""
    # Imported where it is needed: `pacta --help` does without.
    from limits import parse_many

    if text.lower() == OFF:
        return OFF
    try:
        parse_many(text)
    except ValueError:
        raise ValueError(f"is {text!r}; something like 60/minute or 60/minute;1000/day is needed, or off") from None
    return text


def _address(text: str) -> str:
    try:
        parts = urlsplit(text)
        named = parts.scheme in ("http", "https") and parts.hostname and not (parts.query or parts.fragment)
    except ValueError:  # half of an IPv6 address
        named = False
    if not named:
        raise ValueError(f"is {text!r}; an address like https://treaties.example.org is needed")
    return text.rstrip("/")


def _open_unless(text: str) -> bool:
    if text.lower() not in ("1", "true", "yes", "0", "false", "no"):
        raise ValueError(f"is {text!r}; 1 or 0 is needed")
    return text.lower() in ("0", "false", "no")


def _redis(text: str) -> str:
    # What was given is not repeated: it may hold a password.
    if urlsplit(text).scheme not in ("redis", "rediss") or not urlsplit(text).hostname:
        raise ValueError("is no address of a Redis; something like redis://10.0.0.5:6379/0 is needed")
    return text


def _several(text: str) -> tuple[str, ...]:
    return tuple(filter(None, (one.strip() for one in text.split(","))))


def _proxies(text: str) -> tuple[str, ...]:
    from ipaddress import ip_network

    for one in _several(text):
        try:
            ip_network(one)
        except ValueError:
            raise ValueError(f"has {one!r}; addresses or networks such as 10.0.0.0/8 are needed") from None
    return _several(text)


def _origins(text: str) -> tuple[str, ...]:
    for one in _several(text):
        parts = urlsplit(one)
        if parts.scheme not in ("http", "https") or one != f"{parts.scheme}://{parts.netloc}" or not parts.hostname:
            raise ValueError(f"has {one!r}; origins such as https://treaties.example are needed, each by name")
    return _several(text)


def _one_of(*allowed: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text.lower() not in [one.lower() for one in allowed]:
            raise ValueError(f"is {text!r}; one of {', '.join(allowed)} is needed")
        return next(one for one in allowed if one.lower() == text.lower())

    return read


class Variable(NamedTuple):
    """An environment variable: the setting it is for, what it says, how it is read (raises ValueError)."""

    name: str
    setting: str
    says: str
    read: Callable[[str], Any]


VARIABLES = (
    Variable("PACTA_REQUIRE_KEYS", "open_to_all", "1: a key is needed on this machine too", _open_unless),
    Variable("PACTA_PUBLIC_URL", "public_url", "where others reach the service: https://…", _address),
    Variable("PACTA_DATABASE_URL", "database_url", "postgresql://… for conversations and keys", str),
    Variable("PACTA_RETENTION_DAYS", "retention_days", "days after which conversations are forgotten (never)",
             _whole(1, MAX_RETENTION_DAYS, "a whole number of days")),
    Variable("PACTA_AT_ONCE", "at_once", "questions answered at a time (one a core)", _whole(1, 256)),
    Variable("PACTA_QUEUE", "queue", "questions that may wait for that (32)", _whole(0, 10_000)),
    Variable("PACTA_ANSWER_SECONDS", "answer_seconds", "how long one may wait, and take (10)", _seconds),
    Variable("PACTA_LIMIT_PER_ADDRESS", "limit_per_address", "requests taken from an address, as 60/minute", _limit),
    Variable("PACTA_LIMIT_PER_KEY", "limit_per_key", "requests taken with a key, as 60/minute", _limit),
    Variable("PACTA_LIMIT_FAILED_KEYS", "limit_failed_keys", "wrong keys taken from an address", _limit),
    Variable("PACTA_LIMITS_URL", "limits_url", "redis://… to count in for several processes", _redis),
    Variable("PACTA_TRUSTED_PROXIES", "trusted_proxies", "proxies whose X-Forwarded-For is believed", _proxies),
    Variable("PACTA_ALLOWED_ORIGINS", "allowed_origins", "other sites whose pages may ask (none)", _origins),
    Variable("PACTA_LOG", "log", "json or text (text on a terminal, else json)", _one_of("json", "text")),
    Variable("PACTA_LOG_LEVEL", "log_level", "DEBUG also tells what is asked (INFO)",
             _one_of("DEBUG", "INFO", "WARNING", "ERROR")),
)  # fmt: skip
