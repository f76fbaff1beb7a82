"""What the environment says of Slack: what goes together, what is of the wrong kind, and that no secret is told."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import pacta
from service.errors import RulesWrong, SettingWrong
from service.settings import Settings
from service.slack_app.rules import Place
from service.slack_app.settings import SECRETS, SLACK_VARIABLES, SlackSettings

SIGNING, BOT, APP = (
    {"SLACK_SIGNING_SECRET": "5a17" * 8},
    {"SLACK_BOT_TOKEN": "xoxb-1-2-salt"},
    {"SLACK_APP_TOKEN": "xapp-1-A"},
)
CLIENT = {"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "5a1f"}
URL = {"PACTA_PUBLIC_URL": "https://treaties.example.org/"}

WAYS = [
    # (variables, settings, which way it is)
    (SIGNING | BOT, {"signing_secret": "5a17" * 8, "bot_token": "xoxb-1-2-salt"}, "HTTP, one workspace"),
    (APP | BOT, {"app_token": "xapp-1-A", "bot_token": "xoxb-1-2-salt"}, "Socket Mode, one workspace"),
    (SIGNING | CLIENT | URL, {"client_id": "1.2", "public_url": "https://treaties.example.org"}, "HTTP, several"),
    (APP | CLIENT, {"client_id": "1.2", "client_secret": "5a1f"}, "Socket Mode, several, installed by another process"),
    (SIGNING | APP | BOT, {"signing_secret": "5a17" * 8, "app_token": "xapp-1-A"}, "either, one command each"),
    (SIGNING | BOT | {"SLACK_CLIENT_ID": " "}, {"client_id": ""}, "an empty variable is none"),
    (SIGNING | BOT | {"PACTA_SLACK_LIMIT_PER_USER": "OFF"}, {"limit_per_user": "off"}, "no limit"),
    (SIGNING | BOT, {"limit_per_user": "20/minute", "limit_per_channel": "60/minute"}, "the limits that come with it"),
    (SIGNING | BOT | {"PACTA_SLACK_API_URL": "https://slack-gov.com/api"}, {"api_url": "https://slack-gov.com/api/"},
     "another Slack, with the slash that its client wants"),
    (SIGNING | BOT, {"api_url": "https://slack.com/api/"}, "Slack itself"),
]  # fmt: skip


@pytest.mark.parametrize(("variables", "settings", "way"), WAYS, ids=[row[2] for row in WAYS])
def test_what_is_given_becomes_settings(variables: dict[str, str], settings: dict[str, Any], way: str) -> None:
    read = SlackSettings.from_environment(variables)
    assert read is not None
    assert {name: getattr(read, name) for name in settings} == settings
    assert Settings.for_serving(variables).slack == read


@pytest.mark.parametrize("variables", [{}, {"SLACK_BOT_TOKEN": ""}, URL, {"PACTA_SLACK_RULES": "/nowhere"}])
def test_without_a_secret_there_is_no_slack(variables: dict[str, str]) -> None:
    assert SlackSettings.from_environment(variables) is None
    assert Settings.for_serving(variables).slack is None


REFUSED = [
    # (variables, the one that is named, what is said of it, why)
    (BOT, "SLACK_SIGNING_SECRET", "is not set although SLACK_BOT_TOKEN is", "nothing proves that Slack asks"),
    (SIGNING, "SLACK_BOT_TOKEN", "is not set although SLACK_SIGNING_SECRET is", "nothing to answer with"),
    (APP, "SLACK_BOT_TOKEN", "or SLACK_CLIENT_ID and SLACK_CLIENT_SECRET", "nothing to answer with, Socket Mode"),
    (SIGNING | {"SLACK_CLIENT_ID": "1.2"}, "SLACK_CLIENT_SECRET", "is not set although SLACK_CLIENT_ID is", "half"),
    (SIGNING | {"SLACK_CLIENT_SECRET": "s"}, "SLACK_CLIENT_ID", "both or neither", "the other half"),
    (SIGNING | BOT | CLIENT, "SLACK_BOT_TOKEN", "beside SLACK_CLIENT_ID", "one workspace and several"),
    (SIGNING | CLIENT, "PACTA_PUBLIC_URL", "/slack/oauth_redirect", "nowhere to come back to"),
    (SIGNING | {"SLACK_BOT_TOKEN": "xoxp-hidden"}, "SLACK_BOT_TOKEN", "is a user's token", "a person's"),
    (SIGNING | {"SLACK_BOT_TOKEN": "xapp-hidden"}, "SLACK_BOT_TOKEN", "is an app-level token", "exchanged"),
    (SIGNING | {"SLACK_BOT_TOKEN": "xoxe.xoxb-hidden"}, "SLACK_BOT_TOKEN", "every twelve hours", "ends by itself"),
    (SIGNING | {"SLACK_BOT_TOKEN": "hidden"}, "SLACK_BOT_TOKEN", "is no such token", "something else"),
    (SIGNING | {"SLACK_BOT_TOKEN": "xoxb-hid den"}, "SLACK_BOT_TOKEN", "is no such token", "two things"),
    (BOT | {"SLACK_APP_TOKEN": "xoxb-hidden"}, "SLACK_APP_TOKEN", "is a bot token", "exchanged"),
    (BOT | {"SLACK_SIGNING_SECRET": "xapp-hidden"}, "SLACK_SIGNING_SECRET", "is an app-level token", "exchanged"),
    (BOT | {"SLACK_SIGNING_SECRET": "hidden hidden"}, "SLACK_SIGNING_SECRET", "copy it once more", "two of them"),
    (SIGNING | BOT | {"PACTA_SLACK_RULES": "/no/such"}, "PACTA_SLACK_RULES", "no such file or directory", "no file"),
    (SIGNING | BOT | {"PACTA_SLACK_LIMIT_PER_USER": "20"}, "PACTA_SLACK_LIMIT_PER_USER", "60/minute", "of no time"),
    (SIGNING | BOT | {"PACTA_SLACK_API_URL": "slack.com"}, "PACTA_SLACK_API_URL", "an address like", "no scheme"),
]  # fmt: skip


@pytest.mark.parametrize(("variables", "named", "said", "why"), REFUSED)
def test_what_is_missing_or_wrong_is_named(variables: dict[str, str], named: str, said: str, why: str) -> None:
    with pytest.raises(SettingWrong) as refused:
        SlackSettings.from_environment(variables)
    assert f"The environment variable {named} " in str(refused.value)
    assert said in str(refused.value)
    assert "hidden" not in str(refused.value)


BEGINNINGS = st.sampled_from(["", "xoxb-", "xoxp-", "xapp-", "xoxe-", "xoxe.xoxb-", "xoxe.xoxp-"])
REST = st.text("0189 -\n", min_size=6)


@given(st.dictionaries(st.sampled_from(SECRETS), st.tuples(BEGINNINGS, REST)))
def test_no_secret_is_ever_told(variables: dict[str, tuple[str, str]]) -> None:
    given_them = {name: beginning + rest for name, (beginning, rest) in variables.items()}
    try:
        told = repr(SlackSettings.from_environment(given_them))
        # It stands in addresses, and is no secret.
        variables.pop("SLACK_CLIENT_ID", None)
    except SettingWrong as error:
        told = str(error)
    secrets = [rest.strip() for _, rest in variables.values()]
    assert [secret for secret in secrets if len(secret) > 2 and secret in told] == []


def test_the_rules_are_read(tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text("workspaces:\n  T1:\n    deny: [C9]\n")
    read = SlackSettings.from_environment(SIGNING | BOT | {"PACTA_SLACK_RULES": str(file)})
    assert read is not None
    assert read.rules.place("T1", "C9", external=False) == Place(allowed=False)
    file.write_text("workspaces:\n  T1:\n    deny: C9\n")
    with pytest.raises(RulesWrong, match=r"rules\.yaml, line 3: T1: deny is no list"):
        Settings.for_serving(SIGNING | BOT | {"PACTA_SLACK_RULES": str(file)})


@pytest.mark.parametrize("command", ["serve", "slack"])
def test_help_lists_the_variables(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        pacta.main([command, "--help"])
    said = capsys.readouterr().out
    assert all(f"{one.name} " in said and one.says in said for one in SLACK_VARIABLES)


def test_slack_does_not_run_without_an_app_token(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, text in (SIGNING | BOT).items():
        monkeypatch.setenv(name, text)
    assert pacta.main(["slack"]) == pacta.CANNOT_RUN
    assert "SLACK_APP_TOKEN is not set" in capsys.readouterr().err
