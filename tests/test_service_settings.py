"""What a service is told by its environment: each variable understood, or refused by its name."""

import argparse
from typing import Any

import pytest

import pacta
from service.cli import CANNOT_RUN, add_serve_parser
from service.errors import SettingWrong
from service.settings import ANSWER_SECONDS, VARIABLES, Serving, Settings

UNDERSTOOD: list[tuple[str, str, Any]] = [
    ("PACTA_AT_ONCE", "8", 8),
    ("PACTA_QUEUE", "0", 0),
    ("PACTA_QUEUE", " 100 ", 100),
    ("PACTA_ANSWER_SECONDS", "2.5", 2.5),
    ("PACTA_LIMIT_PER_ADDRESS", "60/minute", "60/minute"),
    ("PACTA_LIMIT_PER_KEY", "10/second;1000/day", "10/second;1000/day"),
    ("PACTA_LIMIT_FAILED_KEYS", "Off", "off"),
    ("PACTA_LIMITS_URL", "redis://:secret@10.0.0.5:6379/0", "redis://:secret@10.0.0.5:6379/0"),
    ("PACTA_TRUSTED_PROXIES", "10.0.0.0/8, ::1", ("10.0.0.0/8", "::1")),
    ("PACTA_ALLOWED_ORIGINS", "https://a.example,http://localhost:3000", ("https://a.example", "http://localhost:3000")),
    ("PACTA_REQUIRE_KEYS", "1", False),
    ("PACTA_REQUIRE_KEYS", "no", True),
    ("PACTA_PUBLIC_URL", "https://pacta.example/treaties/", "https://pacta.example/treaties"),
    ("PACTA_DATABASE_URL", "postgresql://me@h/d", "postgresql://me@h/d"),
    ("PACTA_RETENTION_DAYS", " 30 ", 30),
    ("PACTA_RETENTION_DAYS", "36500", 36_500),
    ("PACTA_LOG", "JSON", "json"),
    ("PACTA_LOG_LEVEL", "debug", "DEBUG"),
]  # fmt: skip
REFUSED = [
    # (variable, value, what is said, why)
    ("PACTA_AT_ONCE", "0", "from 1 to 256", "nobody would ever be answered"),
    ("PACTA_AT_ONCE", "two", "'two'", "a word"),
    ("PACTA_QUEUE", "-1", "from 0 to 10,000", "less than none"),
    ("PACTA_QUEUE", "9" * 5000, "from 0 to 10,000", "more digits than Python reads"),
    ("PACTA_ANSWER_SECONDS", "nan", "0.1 to 600", "a number that is none"),
    ("PACTA_ANSWER_SECONDS", "1h", "0.1 to 600", "another unit"),
    ("PACTA_LIMIT_PER_ADDRESS", "60", "60/minute", "of no time"),
    ("PACTA_LIMIT_PER_KEY", "many/minute", "or off", "no number"),
    ("PACTA_LIMIT_FAILED_KEYS", "60 per fortnight", "60/minute", "no unit that limits knows"),
    ("PACTA_LIMITS_URL", "memcached://10.0.0.5", "redis://10.0.0.5", "another store"),
    ("PACTA_LIMITS_URL", "redis://", "redis://10.0.0.5", "no host"),
    ("PACTA_TRUSTED_PROXIES", "proxy.example", "'proxy.example'", "a name, which could become another address"),
    ("PACTA_TRUSTED_PROXIES", "*", "'*'", "everybody"),
    ("PACTA_ALLOWED_ORIGINS", "*", "each by name", "everybody"),
    ("PACTA_ALLOWED_ORIGINS", "https://a.example/page", "https://a.example/page", "a page is no origin"),
    ("PACTA_ALLOWED_ORIGINS", "a.example", "https://", "no scheme"),
    ("PACTA_REQUIRE_KEYS", "maybe", "1 or 0", "neither yes nor no"),
    ("PACTA_PUBLIC_URL", "pacta.example", "an address like https://", "no scheme"),
    ("PACTA_PUBLIC_URL", "ftp://pacta.example", "an address like https://", "another scheme"),
    ("PACTA_PUBLIC_URL", "https://", "an address like https://", "no host"),
    ("PACTA_PUBLIC_URL", "https://pacta.example/?a", "an address like https://", "a query"),
    ("PACTA_PUBLIC_URL", "http://[", "an address like https://", "half of an IPv6 address"),
    ("PACTA_RETENTION_DAYS", "0", "a whole number of days from 1 to 36,500", "everything at once"),
    ("PACTA_RETENTION_DAYS", "30 days", "a whole number of days", "with its unit"),
    ("PACTA_RETENTION_DAYS", "½", "a whole number of days", "a character that only looks like a number"),
    ("PACTA_RETENTION_DAYS", "٣", "a whole number of days", "digits of another script"),
    ("PACTA_LOG", "xml", "one of json, text", "no such form"),
    ("PACTA_LOG_LEVEL", "LOUD", "DEBUG, INFO", "no such level"),
]


@pytest.mark.parametrize(("variable", "value", "read"), UNDERSTOOD)
def test_a_variable_becomes_a_setting(variable: str, value: str, read: Any) -> None:
    settings = Settings.for_serving({variable: value})
    name = next(one.setting for one in VARIABLES if one.name == variable)
    holder = settings.serving if hasattr(settings.serving, name) else settings
    assert getattr(holder, name) == read


@pytest.mark.parametrize(("variable", "value", "said", "why"), REFUSED)
def test_what_cannot_be_understood_is_refused_by_its_name(variable: str, value: str, said: str, why: str) -> None:
    with pytest.raises(SettingWrong) as refused:
        Settings.for_serving({variable: value})
    assert f"The environment variable {variable} " in str(refused.value)
    assert said in str(refused.value)


def test_the_command_says_so_and_does_not_start(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PACTA_AT_ONCE", "many")
    assert pacta.main(["serve", "--port", "0"]) == CANNOT_RUN
    said = capsys.readouterr().err
    assert said == (
        "pacta: The environment variable PACTA_AT_ONCE is 'many'; a whole number from 1 to 256 is needed.\n"
    )


def test_a_password_is_not_repeated() -> None:
    with pytest.raises(SettingWrong) as refused:
        Settings.for_serving({"PACTA_LIMITS_URL": "rediss:/user:hunter2"})
    assert "hunter2" not in str(refused.value)


def test_an_empty_environment_gives_what_comes_with_pacta() -> None:
    settings = Settings.for_serving({"PACTA_QUEUE": ""})
    assert settings.serving == Serving()
    assert settings.answer_seconds == ANSWER_SECONDS
    # A single answer on the command line is one's own to wait for.
    assert Settings().answer_seconds is None


def test_serve_help_lists_every_variable(capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser()
    add_serve_parser(parser.add_subparsers())
    with pytest.raises(SystemExit):
        parser.parse_args(["serve", "--help"])
    said = capsys.readouterr().out
    assert all(f"{one.name} " in said and one.says in said for one in VARIABLES)
