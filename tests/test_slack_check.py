"""``pacta slack check``: whatever is missing or wrong is found, and said with what to do; no secret is told."""

import asyncio
import json
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import slack_ids as ids
from slack_sdk.oauth.installation_store import Installation
from slack_server import SlackServer, slack_server
from slack_state import Workspace

import pacta
from service.database import Database
from service.keys import KeyRing
from service.slack_app.check import Finding, check_slack
from service.slack_app.installations import KeptInstallations
from service.slack_app.manifest import BOT_SCOPES
from service.slack_app.rules import Rules
from service.slack_app.settings import SECRETS

SIGNING = "5a17" * 8
URL = "https://treaties.example.org"


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    with slack_server(Workspace(scopes=tuple(BOT_SCOPES))) as server:
        yield server


@pytest.fixture
def ready(slack: SlackServer, small_at_home: Path) -> dict[str, str]:
    """Variables with which everything is right."""
    with closing(Database(small_at_home / "pacta.db")) as database:
        KeyRing(database).create_key("k", ["ask"], None)
    return {
        "PACTA_HOME": str(small_at_home),
        "PACTA_PUBLIC_URL": URL,
        "PACTA_REQUIRE_KEYS": "1",
        "PACTA_SLACK_API_URL": slack.url,
        "SLACK_APP_TOKEN": ids.APP_TOKEN,
        "SLACK_BOT_TOKEN": ids.BOT_TOKEN,
        "SLACK_SIGNING_SECRET": SIGNING,
    }


def check(variables: dict[str, str]) -> dict[str, list[Finding]]:
    """What is found, by what it is about; no secret is in it."""
    findings = asyncio.run(check_slack(variables))
    told = json.dumps([finding.to_json() for finding in findings])
    secrets = [text for name, text in variables.items() if name in SECRETS and name != "SLACK_CLIENT_ID" and text]
    assert [secret for secret in secrets if secret in told] == []
    found: dict[str, list[Finding]] = {}
    for finding in findings:
        found.setdefault(finding.about, []).append(finding)
    return found


def test_where_everything_is_right_nothing_else_is_said(ready: dict[str, str], slack: SlackServer) -> None:
    found = check(ready)
    assert {about: [finding.state for finding in findings] for about, findings in found.items()} == {
        "SLACK_SIGNING_SECRET": ["right"],
        "SLACK_BOT_TOKEN": ["right"],
        "SLACK_APP_TOKEN": ["right"],
        "the way": ["right"],
        "PACTA_PUBLIC_URL": ["right"],
        "PACTA_SLACK_RULES": ["right"],
        "the index": ["right"],
        "keys": ["right"],
    }
    assert f"Salt Towns ({ids.TEAM}), with all scopes" in found["SLACK_BOT_TOKEN"][0].says
    assert "2 treaties are held" in found["the index"][0].says
    assert sorted(call.method for call in slack.calls) == ["apps.connections.open", "auth.test"]
    # A token in an address would be in the logs of every proxy.
    assert all("token" not in call.arguments for call in slack.calls)


WRONG = [
    # (variables that are other, what it is about, state, what is said, what to do, why)
    ({"SLACK_SIGNING_SECRET": "short"}, "SLACK_SIGNING_SECRET", "wrong", "has not the form", "App Credentials", "form"),
    ({"SLACK_BOT_TOKEN": "xoxp-1"}, "SLACK_BOT_TOKEN", "wrong", "is a user's token", "", "a person's token"),
    ({"SLACK_CLIENT_ID": "1.2"}, "settings", "wrong", "SLACK_CLIENT_SECRET is not set", "", "half of a pair"),
    ({"SLACK_BOT_TOKEN": "xoxb-other"}, "SLACK_BOT_TOKEN", "wrong", "invalid_auth", "Copy it once more", "unknown"),
    ({"SLACK_APP_TOKEN": "xapp-other"}, "SLACK_APP_TOKEN", "wrong", "invalid_auth", "Copy it once more", "unknown"),
    ({"PACTA_PUBLIC_URL": ""}, "PACTA_PUBLIC_URL", "wrong", "link nowhere", "Set it", "no address"),
    ({"PACTA_PUBLIC_URL": "http://h"}, "PACTA_PUBLIC_URL", "wrong", "https alone", "Set it", "no https"),
    ({"PACTA_HOME": "/nowhere"}, "the index", "wrong", "/nowhere", "", "nothing ingested"),
    ({"PACTA_HOME": "/nowhere"}, "keys", "wrong", "there is no key", "pacta keys create", "the service will not start"),
    ({"PACTA_REQUIRE_KEYS": ""}, "keys", "note", "may read and change everything", "PACTA_REQUIRE_KEYS=1", "open"),
    ({"PACTA_QUEUE": "x"}, "settings", "wrong", "PACTA_QUEUE is 'x'", "", "another variable, `pacta serve` fails"),
    ({"SLACK_SIGNING_SECRET": "", "PACTA_PUBLIC_URL": ""}, "PACTA_PUBLIC_URL", "note", "link nowhere", "Set it",
     "Socket Mode does without"),
    ({"SLACK_SIGNING_SECRET": ""}, "the way", "right", "`pacta slack` does", "", "Socket Mode alone"),
    ({"PACTA_SLACK_API_URL": "http://127.0.0.1:9/"}, "SLACK_BOT_TOKEN", "unknown", "cannot be reached", "network",
     "nobody listens"),
]  # fmt: skip


@pytest.mark.parametrize(("other", "about", "state", "said", "remedy", "why"), WRONG, ids=[row[5] for row in WRONG])
def test_what_is_wrong_is_found(
    ready: dict[str, str],
    other: dict[str, str],
    about: str,
    state: str,
    said: str,
    remedy: str,
    why: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PACTA_HOME", (ready | other)["PACTA_HOME"])
    found = check(ready | other)[about]
    assert [one for one in found if one.state == state and said in one.says and remedy in one.remedy] != []


def test_without_anything_it_says_where_to_begin() -> None:
    [finding] = check({})["settings"]
    assert finding.state == "wrong"
    assert "pacta slack manifest" in finding.remedy


def test_missing_scopes_are_named_with_what_they_are_for(ready: dict[str, str], slack: SlackServer) -> None:
    slack.workspace().scopes = tuple(scope for scope in BOT_SCOPES if scope not in ("chat:write", "im:history"))
    finding = check(ready)["SLACK_BOT_TOKEN"][-1]
    assert finding.state == "wrong"
    assert "lacks scopes: chat:write to answer; im:history to be asked in direct messages." in finding.says
    assert "Install the app again" in finding.remedy


def test_scopes_that_are_not_needed_are_named(ready: dict[str, str], slack: SlackServer) -> None:
    slack.workspace().scopes = (*BOT_SCOPES, "users:read.email", "files:read")
    finding = check(ready)["SLACK_BOT_TOKEN"][-1]
    assert (finding.state, finding.says.endswith("does not need: files:read, users:read.email.")) == ("note", True)


@pytest.mark.parametrize(
    ("error", "status", "state", "said"),
    [
        ("token_revoked", 200, "wrong", "Install the app again"),
        ("account_inactive", 200, "wrong", "taken out of the workspace"),
        ("a_new_word", 200, "wrong", "Look the word up"),
        ("ratelimited", 429, "unknown", "in a minute"),
        ("internal_error", 500, "unknown", "Try again later"),
    ],
)
def test_what_slack_says_is_translated(
    ready: dict[str, str], slack: SlackServer, error: str, status: int, state: str, said: str
) -> None:
    slack.fail_next("auth.test", error, status)
    finding = check(ready)["SLACK_BOT_TOKEN"][-1]
    assert finding.state == state
    assert said in finding.remedy


def test_a_slack_that_is_not_well_is_not_taken_for_a_wrong_token(ready: dict[str, str], slack: SlackServer) -> None:
    slack.down("html")
    finding = check(ready)["SLACK_BOT_TOKEN"][-1]
    assert (finding.state, finding.says) == ("unknown", "Slack is not well (HTTP 503).")


def test_a_slack_that_does_not_answer_is_not_waited_for(
    ready: dict[str, str], slack: SlackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.slack_app.check.TIMEOUT_SECONDS", 0.1)
    slack.hold("auth.test")
    finding = check(ready)["SLACK_BOT_TOKEN"][-1]
    assert (finding.state, "did not answer in time" in finding.says) == ("unknown", True)


def test_rules_that_fit_nothing_are_found(ready: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text("workspaces:\n  T9:\n    labels: [draughts]\n")
    found = check(ready | {"PACTA_SLACK_RULES": str(file)})
    assert [finding.state for finding in found["PACTA_SLACK_RULES"]] == ["right", "note"]
    assert "access label 'draughts'" in found["PACTA_SLACK_RULES"][1].says
    assert "which the rules do not name" in found["SLACK_BOT_TOKEN"][-1].says
    file.write_text("workspaces:\n  T9:\n    lables: []\n")
    [finding] = check(ready | {"PACTA_SLACK_RULES": str(file)})["PACTA_SLACK_RULES"]
    assert (finding.state, "line 3" in finding.says) == ("wrong", True)


@pytest.fixture
def several(ready: dict[str, str], slack: SlackServer) -> dict[str, str]:
    """Variables of an app that several workspaces install."""
    client = {"SLACK_CLIENT_ID": slack.client[0], "SLACK_CLIENT_SECRET": slack.client[1]}
    return {name: text for name, text in ready.items() if name not in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN")} | client


def install(home: str, slack: SlackServer, team: str, name: str, token: str, expires_in: int | None = None) -> None:
    made = Installation(
        app_id=ids.APP,
        team_id=team,
        team_name=name,
        bot_token=token,
        bot_token_expires_in=expires_in,
        bot_id=ids.BOT,
        bot_user_id=ids.BOT_USER,
        user_id="U1",
        installed_at=time.time(),
    )
    with closing(Database(Path(home) / "pacta.db")) as database:
        asyncio.run(KeptInstallations(slack.client[0], Rules(), database).async_save(made))


def test_every_installation_is_looked_at(several: dict[str, str], slack: SlackServer) -> None:
    [finding] = check(several)["workspaces"]
    assert finding.remedy == f"Start `pacta serve` and open {URL}/slack/install in a browser."
    home = several["PACTA_HOME"]
    install(home, slack, ids.TEAM, "Salt Towns", ids.BOT_TOKEN)
    install(home, slack, ids.OTHER_TEAM, "Toll Towns", "xoxb-gone")
    install(home, slack, "T3", "Old Towns", "xoxe.xoxb-ended", expires_in=-5)
    found = check(several)
    assert "workspaces" not in found
    states = {about: [finding.state for finding in findings] for about, findings in found.items() if "Towns" in about}
    assert states == {
        "workspace Salt Towns": ["right"],
        "workspace Toll Towns": ["wrong"],
        "workspace Old Towns": ["note"],
    }
    assert "Every workspace that installs the app is answered" in found["PACTA_SLACK_RULES"][0].says
    assert slack.made("oauth.v2.access") == []


def test_a_check_makes_no_database(several: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PACTA_HOME", str(tmp_path / "none"))
    [finding] = check(several)["workspaces"]
    assert finding.state == "note"
    assert not (tmp_path / "none").exists()


# --- the command


@pytest.mark.parametrize(
    ("other", "code", "word"),
    [
        ({}, 0, "✓ right"),
        ({"SLACK_BOT_TOKEN": "xoxb-other"}, 1, "✗ wrong"),
        ({"PACTA_SLACK_API_URL": "http://127.0.0.1:9/"}, 3, "? unknown"),
    ],
    ids=["ready", "to mend", "cannot be asked"],
)
def test_the_command_tells_people_and_programs(
    ready: dict[str, str],
    other: dict[str, str],
    code: int,
    word: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, text in (ready | other).items():
        monkeypatch.setenv(name, text)
    assert pacta.main(["slack", "check"]) == code
    shown = capsys.readouterr()
    assert word in shown.out
    assert "\x1b" not in shown.out
    assert pacta.main(["slack", "check", "--json"]) == code
    document = json.loads(capsys.readouterr().out)
    assert document["ready"] == (code == 0)
    assert {"about", "state", "says", "remedy"} == document["findings"][0].keys()
    for secret in (SIGNING, ids.BOT_TOKEN, ids.APP_TOKEN, "xoxb-other"):
        assert secret not in shown.out + shown.err + json.dumps(document)
