"""What Pacta is told about Slack by its environment: secrets, limits, rules."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from service.errors import SettingWrong
from service.slack_app.rules import Rules, read_rules
from service.variables import Variable, read_address, read_limit, read_variables

SLACK_API_URL = "https://slack.com/api/"
INSTALL_PATH = "/slack/install"
REDIRECT_PATH = "/slack/oauth_redirect"

# What Slack's secrets begin with, the longer beginnings first. No part of a secret is ever told but this.
_KINDS = {
    "xoxe.xoxb-": "a bot token that Slack changes every twelve hours",
    "xoxe.xoxp-": "a user's token",
    "xoxe-": "a token to renew others with",
    "xoxb-": "a bot token",
    "xoxp-": "a user's token",
    "xapp-": "an app-level token",
}
_TOKEN = re.compile(r"[\x21-\x7e]+")


@dataclass(frozen=True, slots=True)
class SlackSettings:
    """Settings of answering in Slack; a text is empty where nothing was given.

    With ``signing_secret`` `pacta serve` takes what Slack sends, with ``app_token`` `pacta slack` fetches it. There is
    either one workspace, by its ``bot_token``, or as many as install the app by ``client_id`` and ``client_secret``.
    Limits are written as in "20/minute; 200/day" or are "off"; ``limit_per_channel`` is for all of a channel together.
    ``public_url`` is the service's own address, which an installation comes back to.
    """

    signing_secret: str = field(default="", repr=False)
    bot_token: str = field(default="", repr=False)
    app_token: str = field(default="", repr=False)
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    api_url: str = SLACK_API_URL
    limit_per_user: str = "20/minute"
    limit_per_channel: str = "60/minute"
    rules: Rules = field(default_factory=Rules)
    public_url: str = ""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "SlackSettings | None":
        """The settings that the environment has; None where it has no secret of Slack's.

        Raises SettingWrong where one is missing or wrong, and RulesWrong for what the file of rules says.
        """
        if not any(environment.get(name, "").strip() for name in SECRETS):
            return None
        given = read_variables(_SECRET_VARIABLES, environment)
        _check_complete(given)
        settings = cls(**given, **read_variables(_OTHER_VARIABLES, environment))
        if settings.client_id and settings.signing_secret and not settings.public_url:
            raise SettingWrong(
                "PACTA_PUBLIC_URL",
                "is not set; the address that others reach the service at is needed, since an installation of the "
                f"Slack app comes back to {REDIRECT_PATH} there",
            )
        return settings


def site_of(api_url: str) -> str:
    """The site of an address of Slack's interface, where its pages for people are too."""
    parts = urlsplit(api_url)
    return f"{parts.scheme}://{parts.netloc}"


def _check_complete(given: Mapping[str, str]) -> None:
    """Raises SettingWrong where what was given does not go together."""
    missing = "is not set although {} is; {}"
    for one, other in (("client_id", "client_secret"), ("client_secret", "client_id")):
        if one in given and other not in given:
            raise SettingWrong(_name(other), missing.format(_name(one), "both or neither are needed"))
    if "bot_token" in given and "client_id" in given:
        raise SettingWrong(
            "SLACK_BOT_TOKEN",
            "is set beside SLACK_CLIENT_ID; the token is for one workspace, SLACK_CLIENT_ID and SLACK_CLIENT_SECRET "
            "are for several, and only one way can be gone",
        )
    if "bot_token" not in given and "client_id" not in given:
        remedy = "the bot token of the workspace (xoxb-…) is needed, or SLACK_CLIENT_ID and SLACK_CLIENT_SECRET"
        raise SettingWrong("SLACK_BOT_TOKEN", missing.format(_name(next(iter(given))), remedy))
    if "signing_secret" not in given and "app_token" not in given:
        remedy = "`pacta serve` needs it, and `pacta slack` needs SLACK_APP_TOKEN instead"
        raise SettingWrong("SLACK_SIGNING_SECRET", missing.format(_name(next(iter(given))), remedy))


def _kind_of(secret: str) -> str | None:
    return next((kind for beginning, kind in _KINDS.items() if secret.startswith(beginning)), None)


def _read_bot_token(text: str) -> str:
    if text.startswith("xoxe.xoxb-"):
        raise ValueError(
            "is a bot token that Slack changes every twelve hours; set SLACK_CLIENT_ID and SLACK_CLIENT_SECRET "
            "instead, or make a Slack app without token rotation"
        )
    return _of_kind("xoxb-", "the Bot User OAuth Token (xoxb-…) of the page OAuth & Permissions", text)


def _read_app_token(text: str) -> str:
    return _of_kind("xapp-", "an App-Level Token (xapp-…) of the page Basic Information", text)


def _of_kind(beginning: str, needed: str, text: str) -> str:
    if not text.startswith(beginning) or not _TOKEN.fullmatch(text):
        kind = _kind_of(text)
        wrong = f"is {kind}" if kind and not text.startswith(beginning) else "is no such token"
        raise ValueError(f"{wrong}; {needed} of the app's settings is needed")
    return text


def _read_secret(text: str) -> str:
    if kind := _kind_of(text):
        raise ValueError(f"is {kind}; what stands under App Credentials on the page Basic Information is needed")
    if not _TOKEN.fullmatch(text):
        raise ValueError("has blanks or other characters that no secret of Slack's has; copy it once more")
    return text


def _read_rules(text: str) -> Rules:
    try:
        return read_rules(Path(text))
    except OSError as error:
        raise ValueError(f"names {text}, which cannot be read ({(error.strerror or str(error)).lower()})") from error


def _read_api_url(text: str) -> str:
    return read_address(text) + "/"


_SECRET_VARIABLES = (
    Variable("SLACK_SIGNING_SECRET", "signing_secret", "proves that Slack sent a request: `pacta serve`", _read_secret),
    Variable("SLACK_BOT_TOKEN", "bot_token", "xoxb-…, for one workspace", _read_bot_token),
    Variable("SLACK_CLIENT_ID", "client_id", "with the next, for several workspaces", _read_secret),
    Variable("SLACK_CLIENT_SECRET", "client_secret", "with the client id, instead of a bot token", _read_secret),
    Variable("SLACK_APP_TOKEN", "app_token", "xapp-…, to need no public address: `pacta slack`", _read_app_token),
)
_OTHER_VARIABLES = (
    Variable("PACTA_SLACK_RULES", "rules", "a file: channels allowed, access labels by channel", _read_rules),
    Variable("PACTA_SLACK_LIMIT_PER_USER", "limit_per_user", "questions taken from a person (20/minute)", read_limit),
    Variable("PACTA_SLACK_LIMIT_PER_CHANNEL", "limit_per_channel", "questions taken in a channel (60/minute)",
             read_limit),
    Variable("PACTA_SLACK_API_URL", "api_url", f"another address of Slack's interface ({SLACK_API_URL})",
             _read_api_url),
    Variable("PACTA_PUBLIC_URL", "public_url", "where others reach the service: https://…", read_address),
)  # fmt: skip
SECRETS = tuple(one.name for one in _SECRET_VARIABLES)
SLACK_VARIABLES = (*_SECRET_VARIABLES, *_OTHER_VARIABLES)


def _name(setting: str) -> str:
    return next(one.name for one in SLACK_VARIABLES if one.setting == setting)
