"""Settings of the service: one frozen record, passed in; and what a service is told by its environment."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from ingest.settings import Settings as IngestSettings
from service.errors import SettingWrong

OFF = "off"


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

    ``max_question_chars`` is the longest question taken; ``max_sentences`` how many sentences an
    extractive answer quotes at most; ``answer_seconds`` how long an answer may take, None without end.
    """

    ingest: IngestSettings = field(default_factory=IngestSettings)
    max_question_chars: int = 4_000
    max_sentences: int = 4
    answer_seconds: float | None = None
    serving: Serving = field(default_factory=Serving)

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
        seconds = read.pop("answer_seconds", ANSWER_SECONDS)
        return cls(answer_seconds=seconds, serving=replace(Serving(), **read))


def _whole(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not text.isdecimal() or not least <= int(text[:12]) <= most:
            raise ValueError(f"is {text!r}; a whole number from {least} to {most:,} is needed")
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
