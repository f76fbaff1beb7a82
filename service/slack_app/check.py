"""What `pacta slack check` finds: whether Pacta is told what it needs, and whether Slack takes its tokens.

No secret is told, in no part.
"""

import asyncio
import re
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from aiohttp import ClientError, ClientSSLError
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.oauth.installation_store import Bot
from slack_sdk.web.async_client import AsyncWebClient

from ingest.errors import PactaError
from ingest.index import open_index
from service.access import Labelled
from service.database import Database
from service.keys import KeyRing
from service.settings import Settings
from service.slack_app.installations import KeptInstallations
from service.slack_app.manifest import BOT_SCOPES, EVENTS_PATH
from service.slack_app.settings import INSTALL_PATH, SECRETS, SLACK_VARIABLES, SlackSettings
from service.slack_app.workspaces import ends_soon
from service.variables import read_variables

# "unknown" is what Slack could not be asked; a "note" is for a person to think about.
State = Literal["right", "note", "wrong", "unknown"]

TIMEOUT_SECONDS = 10

# What Slack says of these is said instead of their form.
_ASKED_OF_SLACK = ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN")
_SIGNING_SECRET = re.compile(r"[0-9a-f]{32}")
_MAKE_THE_APP = (
    "Make the app: https://api.slack.com/apps?new_app=1, “From a manifest”, with what `pacta slack manifest` prints. "
    "Then set SLACK_SIGNING_SECRET and SLACK_BOT_TOKEN, or SLACK_APP_TOKEN and SLACK_BOT_TOKEN for Socket Mode."
)
_INSTALL_AGAIN = "Install the app again: page OAuth & Permissions of the app's settings, “Reinstall”."
# What Slack says of a token, and what helps.
_REFUSALS = {
    "invalid_auth": "Slack does not know this token. Copy it once more from the app's settings.",
    "not_authed": "Slack does not know this token. Copy it once more from the app's settings.",
    "account_inactive": f"The app has been taken out of the workspace. {_INSTALL_AGAIN}",
    "token_revoked": f"The token has been revoked. {_INSTALL_AGAIN}",
    "token_expired": "The token has ended. It is renewed when the next question is asked, if Slack still allows it.",
    "missing_scope": "The token lacks a scope. For Socket Mode make an App-Level Token with connections:write.",
    "not_allowed_token_type": "This is another kind of token than is needed here. Look at its beginning.",
    "org_login_required": "The workspace is being moved to an organisation. Try again later.",
    "ratelimited": "Slack asks to wait. Try again in a minute.",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: what it is, how it is, and what is to be done about it."""

    about: str
    state: State
    says: str
    remedy: str = ""

    def to_json(self) -> dict[str, str]:
        """The finding, ready for ``json.dumps``."""
        return {"about": self.about, "state": self.state, "says": self.says, "remedy": self.remedy}


async def check_slack(environment: Mapping[str, str]) -> list[Finding]:
    """Everything there is to find with these environment variables. Nothing is written, nobody is told anything."""
    findings = list(_variables(environment))
    try:
        settings = Settings.for_serving(environment)
    except PactaError as error:
        wrong = Finding("settings", "wrong", str(error))
        return findings if wrong.says in [one.says for one in findings] else [*findings, wrong]
    if settings.slack is None:
        return [Finding("settings", "wrong", "Nothing of Slack is set, so Pacta does not answer there.", _MAKE_THE_APP)]
    slack = settings.slack
    held, labels = _held(settings)
    findings += [*_ways(slack), _public_url(slack), *_rules(slack, labels), held, *_keys(settings)]
    client = AsyncWebClient(base_url=slack.api_url, timeout=TIMEOUT_SECONDS, retry_handlers=[])
    asked = [_ask_bot_token(client, slack.bot_token, "SLACK_BOT_TOKEN", slack)] if slack.bot_token else []
    if slack.app_token:
        asked.append(_ask_app_token(client, slack.app_token))
    bots, told = await _installations(settings, slack)
    asked += [_ask_installation(client, bot, slack) for bot in bots]
    return [*findings, *told, *(await asyncio.gather(*asked))]


def _variables(environment: Mapping[str, str]) -> list[Finding]:
    """Each variable that is set, alone: right or wrong."""
    findings = []
    for variable in SLACK_VARIABLES:
        text = environment.get(variable.name, "").strip()
        try:
            read_variables((variable,), environment)
        except PactaError as error:
            findings.append(Finding(variable.name, "wrong", str(error)))
            continue
        if variable.name == "SLACK_SIGNING_SECRET" and text and not _SIGNING_SECRET.fullmatch(text):
            remedy = "Copy it once more: page Basic Information of the app's settings, App Credentials."
            findings.append(
                Finding(variable.name, "wrong", "It has not the form of one, 32 digits of 0-9 and a-f.", remedy)
            )
        elif text and variable.name in SECRETS and variable.name not in _ASKED_OF_SLACK:
            findings.append(Finding(variable.name, "right", "It is set, and has the form of one."))
    return findings


def _ways(slack: SlackSettings) -> list[Finding]:
    """How Slack and the service come together."""
    if not slack.signing_secret:
        told = "`pacta serve` does not answer in Slack without SLACK_SIGNING_SECRET; `pacta slack` does."
        return [Finding("the way", "right", told)]
    told = f"`pacta serve` takes what Slack sends to {slack.public_url or 'its public address'}{EVENTS_PATH}."
    if slack.app_token:
        told += " `pacta slack` fetches it where the app is set to Socket Mode; start the one that fits."
    return [Finding("the way", "right", told)]


def _public_url(slack: SlackSettings) -> Finding:
    about, remedy = "PACTA_PUBLIC_URL", "Set it to the address that others reach the service at: https://…"
    if not slack.public_url:
        state: State = "wrong" if slack.signing_secret else "note"
        return Finding(about, state, "It is not set: citations in Slack link nowhere.", remedy)
    if not slack.public_url.startswith("https://"):
        state = "wrong" if slack.signing_secret else "note"
        return Finding(about, state, f"It is {slack.public_url}; Slack sends to https alone.", remedy)
    return Finding(about, "right", f"Citations link to {slack.public_url}.")


def _rules(slack: SlackSettings, carried: frozenset[str] | None) -> list[Finding]:
    about, rules = "PACTA_SLACK_RULES", slack.rules
    if not rules.workspaces:
        told = "Without rules Pacta answers in every channel, and treaties with an access label are never shown."
        if slack.client_id:
            remedy = "Name the workspaces that may install it, if the app is distributed publicly."
            return [Finding(about, "note", f"{told} Every workspace that installs the app is answered.", remedy)]
        return [Finding(about, "right", told)]
    findings = [Finding(about, "right", f"There are rules for {', '.join(sorted(rules.workspaces))}.")]
    for label in sorted(rules.labels - carried) if carried is not None else ():
        remedy = "Look how corpus.yaml writes it."
        findings.append(Finding(about, "note", f"No treaty that is held has the access label {label!r}.", remedy))
    return findings


def _held(settings: Settings) -> tuple[Finding, frozenset[str] | None]:
    """Whether there is an index; and the access labels in it, None without one."""
    try:
        with closing(open_index(settings.ingest.home)) as index:
            labelled: Labelled = index
            labels = frozenset(label for labels in labelled.access.values() for label in labels)
            return Finding("the index", "right", f"{len(index.treaties)} treaties are held."), labels
    except PactaError as error:
        return Finding("the index", "wrong", str(error)), None


def _keys(settings: Settings) -> list[Finding]:
    """A service that Slack reaches is reached by others too."""
    assert settings.slack is not None
    if not settings.slack.signing_secret:
        return []
    try:
        with closing(Database(settings.database, read_only=True)) as database:
            keys = KeyRing(database).keys()
            made = any(key.revoked_at is None for key in keys)
    except PactaError:  # the database is made with the first key, or when the service starts
        made = False
    if settings.open_to_all:
        told = "Behind a proxy or tunnel on this machine, whoever knows the address may read and change everything."
        remedy = "Set PACTA_REQUIRE_KEYS=1 and make a key (`pacta keys create --name NAME`). Slack needs none."
        return [Finding("keys", "note", told, remedy)]
    if not made:
        remedy = "Make one: `pacta keys create --name NAME`. Slack needs none, but the service does not start without."
        return [Finding("keys", "wrong", "PACTA_REQUIRE_KEYS is set, and there is no key.", remedy)]
    return [Finding("keys", "right", "Whoever asks otherwise than in Slack needs a key.")]


async def _installations(settings: Settings, slack: SlackSettings) -> tuple[list[Bot], list[Finding]]:
    """The workspaces that installed the app; and what is to be said of that."""
    if not slack.client_id:
        return [], []
    try:
        with closing(Database(settings.database, read_only=True)) as database:
            bots = await KeptInstallations(slack.client_id, slack.rules, database).bots()
    except PactaError as error:
        return [], [Finding("workspaces", "note", f"No installation can be read: {error}")]
    if bots:
        return bots, []
    remedy = f"Start `pacta serve` and open {slack.public_url}{INSTALL_PATH} in a browser."
    return [], [Finding("workspaces", "note", "No workspace has installed the app yet.", remedy)]


class _Answer(NamedTuple):
    data: dict[str, Any]
    scopes: frozenset[str]


async def _ask(client: AsyncWebClient, method: str, token: str, about: str) -> "_Answer | Finding":
    """What Slack answers with this token, or the finding that it is of no use."""
    try:
        response = await client.api_call(method, params={"token": token})
    except SlackApiError as error:
        data = error.response.data if isinstance(error.response.data, dict) else {}
        code, status = str(data.get("error", "")), error.response.status_code
        if not code or status >= 500:
            return Finding(about, "unknown", f"Slack is not well (HTTP {status}).", "Try again later.")
        state: State = "unknown" if code == "ratelimited" else "wrong"
        return Finding(about, state, f"Slack says: {code}.", _REFUSALS.get(code, "Look the word up in Slack's pages."))
    except (ClientError, SlackClientError, TimeoutError, OSError, ValueError) as error:
        remedy = (
            "Look at the network, and at HTTPS_PROXY where there is a proxy. Slack's state: https://slack-status.com"
        )
        reason = "there is no connection"
        if isinstance(error, TimeoutError):
            reason = "it did not answer in time"
        elif isinstance(error, ClientSSLError):
            reason = "its certificate is not accepted here"
        return Finding(about, "unknown", f"{client.base_url} cannot be reached: {reason}.", remedy)
    named = str(response.headers.get("x-oauth-scopes", ""))
    data = response.data if isinstance(response.data, dict) else {}
    return _Answer(data, frozenset(filter(None, re.split(r"[,\s]+", named))))


async def _ask_bot_token(client: AsyncWebClient, token: str, about: str, slack: SlackSettings) -> Finding:
    answer = await _ask(client, "auth.test", token, about)
    if isinstance(answer, Finding):
        return answer
    team, team_id = answer.data.get("team", ""), str(answer.data.get("team_id", ""))
    told = f"It is good for the workspace {team} ({team_id})"
    if missing := [scope for scope in BOT_SCOPES if scope not in answer.scopes]:
        needed = "; ".join(f"{scope} to {BOT_SCOPES[scope]}" for scope in missing)
        remedy = f"Add them to the app (`pacta slack manifest` has them all). {_INSTALL_AGAIN}"
        return Finding(about, "wrong", f"{told}, but lacks scopes: {needed}.", remedy)
    if not slack.rules.names(team_id):
        remedy = f"Name {team_id} in PACTA_SLACK_RULES, or '*' for all."
        return Finding(about, "wrong", f"{told}, which the rules do not name: nothing is answered there.", remedy)
    if more := sorted(answer.scopes - set(BOT_SCOPES)):
        remedy = "They can be taken away from the app."
        return Finding(about, "note", f"{told}, and has scopes that Pacta does not need: {', '.join(more)}.", remedy)
    return Finding(about, "right", f"{told}, with all scopes that are needed.")


async def _ask_installation(client: AsyncWebClient, bot: Bot, slack: SlackSettings) -> Finding:
    about = f"workspace {bot.team_name or bot.team_id}"
    finding = await _ask_bot_token(client, bot.bot_token, about, slack)
    if finding.state == "wrong" and ends_soon(bot):
        # A check writes nothing, and so renews nothing.
        return Finding(about, "note", finding.says, _REFUSALS["token_expired"])
    return finding


async def _ask_app_token(client: AsyncWebClient, token: str) -> Finding:
    about = "SLACK_APP_TOKEN"
    answer = await _ask(client, "apps.connections.open", token, about)
    if isinstance(answer, Finding):
        return answer
    return Finding(about, "right", "Socket Mode can be used with it.")
