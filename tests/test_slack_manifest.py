"""The app's manifest: the file is what the code says, Slack's limits hold, and both ways of being reached are right."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

import pacta
from service.slack_app.manifest import BOT_EVENTS, BOT_SCOPES, COMMAND, manifest, manifest_yaml

ROOT = Path(__file__).parent.parent
EXAMPLE = "https://treaties.example.org"


def test_the_file_is_what_the_command_prints(capsys: pytest.CaptureFixture[str]) -> None:
    assert pacta.main(["slack", "manifest", "--url", f"{EXAMPLE}/"]) == 0
    printed = capsys.readouterr().out
    assert (ROOT / "slack" / "manifest.yaml").read_text("utf-8") == printed
    assert yaml.safe_load(printed) == manifest(EXAMPLE)


def texts(part: Any, at: str = "") -> Iterator[tuple[str, str]]:
    """Each text of the manifest, with its place."""
    if isinstance(part, str):
        yield at, part
    elif isinstance(part, dict):
        for key, value in part.items():
            yield from texts(value, f"{at}.{key}" if at else key)
    elif isinstance(part, list):
        for one in part:
            yield from texts(one, at)


# As Slack's schema of manifests has them: https://github.com/slackapi/manifest-schema
LONGEST = {
    "display_information.name": 35,
    "display_information.description": 140,
    "display_information.long_description": 4_000,
    "features.bot_user.display_name": 80,
    "features.shortcuts.name": 24,
    "features.shortcuts.description": 150,
    "features.slash_commands.command": 32,
    "features.slash_commands.description": 2_000,
    "features.slash_commands.usage_hint": 1_000,
    "oauth_config.scopes.bot": 50,
    "settings.event_subscriptions.bot_events": 50,
}


def test_no_text_is_longer_than_slack_takes() -> None:
    found = list(texts(manifest(EXAMPLE)))
    assert LONGEST.keys() <= {at for at, _ in found}
    assert [(at, text) for at, text in found if len(text) > LONGEST.get(at, 4_000)] == []
    assert len(manifest(EXAMPLE)["display_information"]["long_description"]) >= 175
    assert len(manifest(EXAMPLE)["features"]["agent_view"]["suggested_prompts"]) <= 4


def test_every_event_has_the_scope_that_slack_wants_for_it() -> None:
    needed = {
        "app_mention": "app_mentions:read",
        "message.channels": "channels:history",
        "message.groups": "groups:history",
        "message.im": "im:history",
        "message.mpim": "mpim:history",
    }
    without = {"app_home_opened", "app_uninstalled", "tokens_revoked"}
    assert set(BOT_EVENTS) == needed.keys() | without
    assert set(BOT_SCOPES) == {*needed.values(), "assistant:write", "chat:write", "commands"}


def test_over_http_everything_goes_to_one_address() -> None:
    addresses = [text for at, text in texts(manifest(EXAMPLE)) if at.endswith(("url", "urls"))]
    assert addresses == [
        f"{EXAMPLE}/slack/events",
        f"{EXAMPLE}/slack/oauth_redirect",
        f"{EXAMPLE}/slack/events",
        f"{EXAMPLE}/slack/events",
    ]


def test_in_socket_mode_nothing_is_sent_anywhere(capsys: pytest.CaptureFixture[str]) -> None:
    assert pacta.main(["slack", "manifest", "--socket-mode"]) == 0
    printed = yaml.safe_load(capsys.readouterr().out)
    assert [text for at, text in texts(printed) if "url" in at] == []
    assert printed["settings"]["socket_mode_enabled"] is True
    assert printed["features"]["slash_commands"][0]["command"] == COMMAND
    # Installing in several workspaces needs an address all the same.
    assert "/slack/oauth_redirect" in manifest_yaml(EXAMPLE, socket_mode=True)
    assert "/slack/events" not in manifest_yaml(EXAMPLE, socket_mode=True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "give --url https://…, or --socket-mode"),
        (["--url", "http://treaties.example.org"], "https alone"),
        (["--url", "treaties.example.org"], "an address like https://"),
    ],
    ids=["no address", "not https", "no scheme"],
)
def test_an_address_that_slack_would_refuse_is_refused(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        code = pacta.main(["slack", "manifest", *arguments])
    except SystemExit as stopped:
        code = int(stopped.code or 0)
    assert code == pacta.WRONG_USE
    assert said in capsys.readouterr().err
