"""Environment variables: what each is for, and how its text is read."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from service.errors import SettingWrong

OFF = "off"


class Variable(NamedTuple):
    """An environment variable: the setting it is for, what it says, how it is read (raises ValueError)."""

    name: str
    setting: str
    says: str
    read: Callable[[str], Any]


def read_variables(variables: tuple[Variable, ...], environment: Mapping[str, str]) -> dict[str, Any]:
    """The settings that the environment gives, by name; empty variables are as good as none. Raises SettingWrong."""
    read = {}
    for variable in variables:
        text = environment.get(variable.name, "").strip()
        if not text:
            continue
        try:
            read[variable.setting] = variable.read(text)
        except ValueError as error:
            raise SettingWrong(variable.name, str(error)) from error
    return read


def listed(variables: tuple[Variable, ...]) -> str:
    """The variables as help lists them."""
    width = max(len(one.name) for one in variables)
    return "\n".join(f"  {one.name:<{width}} {one.says}" for one in variables)


def whole_number(least: int, most: int, what: str = "a whole number") -> Callable[[str], int]:
    """Reads a whole number from ``least`` to ``most``."""

    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit()) or not least <= int(text[:12]) <= most:
            raise ValueError(f"is {text!r}; {what} from {least} to {most:,} is needed")
        return int(text)

    return read


def read_megabytes(text: str) -> int:
    """Megabytes, as bytes."""
    return whole_number(1, 4_096, "a whole number of megabytes")(text) << 20


def read_seconds(text: str) -> float:
    """Seconds, with or without a fraction."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0.1 <= seconds <= 600:
        raise ValueError(f"is {text!r}; seconds from 0.1 to 600 are needed")
    return seconds


def read_limit(text: str) -> str:
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


def read_address(text: str) -> str:
    """An address of http or https, without the slash at its end."""
    try:
        parts = urlsplit(text)
        named = parts.scheme in ("http", "https") and parts.hostname and not (parts.query or parts.fragment)
    except ValueError:  # half of an IPv6 address
        named = False
    if not named:
        raise ValueError(f"is {text!r}; an address like https://treaties.example.org is needed")
    return text.rstrip("/")


def read_open_unless(text: str) -> bool:
    """Whether a service is open, from whether it needs keys."""
    if text.lower() not in ("1", "true", "yes", "0", "false", "no"):
        raise ValueError(f"is {text!r}; 1 or 0 is needed")
    return text.lower() in ("0", "false", "no")


def read_redis(text: str) -> str:
    """The address of a Redis."""
    # What was given is not repeated: it may hold a password.
    if urlsplit(text).scheme not in ("redis", "rediss") or not urlsplit(text).hostname:
        raise ValueError("is no address of a Redis; something like redis://10.0.0.5:6379/0 is needed")
    return text


def read_several(text: str) -> tuple[str, ...]:
    """Words between commas."""
    return tuple(filter(None, (one.strip() for one in text.split(","))))


def read_proxies(text: str) -> tuple[str, ...]:
    """Addresses or networks between commas."""
    from ipaddress import ip_network

    for one in read_several(text):
        try:
            ip_network(one)
        except ValueError:
            raise ValueError(f"has {one!r}; addresses or networks such as 10.0.0.0/8 are needed") from None
    return read_several(text)


def read_origins(text: str) -> tuple[str, ...]:
    """Origins of pages between commas."""
    for one in read_several(text):
        parts = urlsplit(one)
        if parts.scheme not in ("http", "https") or one != f"{parts.scheme}://{parts.netloc}" or not parts.hostname:
            raise ValueError(f"has {one!r}; origins such as https://treaties.example are needed, each by name")
    return read_several(text)


def one_of(*allowed: str) -> Callable[[str], str]:
    """Reads one of the words, in whatever letters."""

    def read(text: str) -> str:
        if text.lower() not in [one.lower() for one in allowed]:
            raise ValueError(f"is {text!r}; one of {', '.join(allowed)} is needed")
        return next(one for one in allowed if one.lower() == text.lower())

    return read
