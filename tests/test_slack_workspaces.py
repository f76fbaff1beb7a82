"""The workspaces that Pacta answers in: installing, finding the token, renewing and forgetting it."""

import asyncio
import json
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import slack_ids as ids
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.error import BoltError
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.oauth.installation_store import Bot, Installation
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient
from slack_server import SlackServer, slack_server
from slack_state import Workspace

from service.database import Database
from service.errors import StoreUnusable
from service.slack_app.installations import IssuedStates, KeptInstallations
from service.slack_app.manifest import BOT_SCOPES
from service.slack_app.rules import Rules, WorkspaceRules
from service.slack_app.settings import SlackSettings
from service.slack_app.workspaces import Installed, Workspaces, ends_soon

HOUR = 3600
ORGANISATION = "E0LEAGUE1"


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    with slack_server() as server:
        yield server


@pytest.fixture
def database(place: Path | str) -> Iterator[Database]:
    with closing(Database(place)) as database:
        yield database


@pytest.fixture
def sqlite(home: Path) -> Iterator[Database]:
    """A database of one kind, where it does not matter of which."""
    with closing(Database(home / "pacta.db")) as database:
        yield database


def several(slack: SlackServer, rules: Rules | None = None) -> SlackSettings:
    """The settings of an app that several workspaces install."""
    return SlackSettings(
        signing_secret=ids.SIGNING_SECRET,
        client_id=slack.client[0],
        client_secret=slack.client[1],
        api_url=slack.url,
        public_url="https://treaties.example.org",
        rules=rules or Rules(),
    )


def installation(team: str = ids.TEAM, *, token: str = ids.BOT_TOKEN, **more: Any) -> Installation:
    known: dict[str, Any] = {"bot_scopes": "chat:write", "team_name": "Salt Towns", "installed_at": time.time(), **more}
    return Installation(
        app_id=ids.APP, team_id=team, bot_token=token, bot_id=ids.BOT, bot_user_id=ids.BOT_USER, user_id="U1", **known
    )


def app_of(slack: SlackServer, workspaces: Workspaces) -> AsyncApp:
    """Bolt's app as the service makes it."""
    return AsyncApp(
        signing_secret=ids.SIGNING_SECRET,
        client=AsyncWebClient(base_url=slack.url, retry_handlers=[]),
        authorize=workspaces.authorize,
        oauth_settings=workspaces.oauth_settings,
    )


# --- one workspace, by its token


def test_one_token_is_for_every_request_and_asks_nobody(slack: SlackServer, sqlite: Database) -> None:
    settings = SlackSettings(signing_secret="s", bot_token=ids.BOT_TOKEN, api_url=slack.url)
    workspaces = Workspaces(settings, sqlite)
    assert workspaces.oauth_settings is None
    assert asyncio.run(workspaces.installed(ids.TEAM)) == Installed(ids.BOT_TOKEN, None, None)
    result = asyncio.run(authorized(workspaces, bot_user_id_of_event=ids.BOT_USER))
    assert (result["bot_token"], result["bot_user_id"]) == (ids.BOT_TOKEN, ids.BOT_USER)
    assert slack.calls == []


async def authorized(workspaces: Workspaces, *, enterprise_id: str | None = None, **context: Any) -> Any:
    return await workspaces.authorize(
        context=AsyncBoltContext(context), enterprise_id=enterprise_id, team_id=ids.TEAM, user_id="U1"
    )


# --- several workspaces


def test_an_installation_is_found_by_its_workspace(slack: SlackServer, database: Database) -> None:
    async def install() -> None:
        workspaces = Workspaces(several(slack), database)
        assert workspaces.installations is not None
        assert await workspaces.installed(ids.TEAM) is None
        assert await authorized(workspaces) is None
        await workspaces.installations.async_save(installation())
        await workspaces.installations.async_save(installation(ids.OTHER_TEAM, token="xoxb-2", team_name="Toll Towns"))
        await workspaces.installations.async_save(installation("T3", token="xoxb-3", enterprise_id=ORGANISATION))
        # Anew, as after a restart.
        workspaces = Workspaces(several(slack), database)
        assert await workspaces.installed(ids.TEAM) == Installed(ids.BOT_TOKEN, ids.BOT_USER, ids.BOT)
        assert await workspaces.installed(ids.OTHER_TEAM) == Installed("xoxb-2", ids.BOT_USER, ids.BOT)
        assert await workspaces.installed("T3", ORGANISATION) == Installed("xoxb-3", ids.BOT_USER, ids.BOT)
        result = await authorized(workspaces)
        assert (result["bot_token"], result["bot_user_id"]) == (ids.BOT_TOKEN, ids.BOT_USER)
        assert (result["bot_id"], result["team_id"]) == (ids.BOT, ids.TEAM)
        assert workspaces.installations is not None
        assert [bot.bot_token for bot in await workspaces.installations.bots()] == [ids.BOT_TOKEN, "xoxb-3", "xoxb-2"]

    asyncio.run(install())
    assert slack.calls == []


def test_the_last_installation_counts(slack: SlackServer, sqlite: Database) -> None:
    async def install() -> None:
        workspaces = Workspaces(several(slack), sqlite)
        assert workspaces.installations is not None
        await workspaces.installations.async_save(installation(token="xoxb-old", installed_at=1_000_000.5))
        await workspaces.installations.async_save(installation(token="xoxb-new", installed_at=2_000_000.25))
        found = await workspaces.installed(ids.TEAM)
        assert found is not None
        assert found.bot_token == "xoxb-new"
        assert [bot.bot_token for bot in await workspaces.installations.bots()] == ["xoxb-new"]

    asyncio.run(install())


def test_installations_of_another_app_are_not_ours(slack: SlackServer, sqlite: Database) -> None:
    async def install() -> None:
        other = KeptInstallations("another-client", Rules(), sqlite)
        await other.async_save(installation())
        workspaces = Workspaces(several(slack), sqlite)
        assert workspaces.installations is not None
        assert await workspaces.installed(ids.TEAM) is None
        assert await workspaces.installations.bots() == []

    asyncio.run(install())


def test_a_workspace_that_the_rules_do_not_name_is_not_kept(slack: SlackServer, sqlite: Database) -> None:
    async def install(team: str | None) -> None:
        installations = KeptInstallations("c", Rules({"T1": WorkspaceRules()}), sqlite)
        await installations.async_save(installation(team))  # type: ignore[arg-type]

    asyncio.run(install("T1"))
    for team in ("T2", None):
        with pytest.raises(BoltError, match="PACTA_SLACK_RULES"):
            asyncio.run(install(team))


def test_what_the_database_cannot_do_is_said(slack: SlackServer, home: Path) -> None:
    database = Database(home / "pacta.db")
    workspaces = Workspaces(several(slack), database)
    assert workspaces.installations is not None
    with database.session() as session:
        session.connection().exec_driver_sql("DROP TABLE slack_bots")
        session.connection().exec_driver_sql("DROP TABLE slack_oauth_states")
        session.commit()
    with pytest.raises(StoreUnusable):
        asyncio.run(workspaces.installed(ids.TEAM))
    with pytest.raises(StoreUnusable):
        asyncio.run(IssuedStates(database).async_issue())
    with pytest.raises(BoltError, match="Try again later"):
        asyncio.run(workspaces.installations.async_save(installation()))
    database.close()


# --- tokens that Slack changes


def expiring(slack: SlackServer, seconds: float) -> Installation:
    """An installation whose token ends so soon, and the token that it is renewed with."""
    refresh = slack.hand(ids.fresh("xoxe-1-"), slack.workspace())
    return installation(bot_refresh_token=refresh, bot_token_expires_at=int(time.time() + seconds))


@pytest.mark.parametrize(
    ("seconds", "renewed"),
    [(11 * HOUR, False), (2 * HOUR + 60, False), (2 * HOUR - 60, True), (-HOUR, True)],
    ids=["new", "soon enough", "ends soon", "has ended"],
)
def test_a_token_is_renewed_before_it_ends(slack: SlackServer, sqlite: Database, seconds: float, renewed: bool) -> None:
    async def find() -> None:
        workspaces = Workspaces(several(slack), sqlite)
        assert workspaces.installations is not None
        await workspaces.installations.async_save(expiring(slack, seconds))
        first = await workspaces.installed(ids.TEAM)
        again = await workspaces.installed(ids.TEAM)
        assert first == again
        assert first is not None
        assert (first.bot_token != ids.BOT_TOKEN) == renewed
        bot = await workspaces.installations.async_find_bot(enterprise_id=None, team_id=ids.TEAM)
        assert bot is not None
        assert not renewed or not ends_soon(bot)
        [kept] = await workspaces.installations.bots()
        assert kept.bot_token == first.bot_token

    asyncio.run(find())
    assert len(slack.made("oauth.v2.access")) == renewed


def test_many_who_need_a_token_renew_it_once(slack: SlackServer, sqlite: Database) -> None:
    async def find() -> set[Installed | None]:
        workspaces = Workspaces(several(slack), sqlite)
        assert workspaces.installations is not None
        await workspaces.installations.async_save(expiring(slack, HOUR))
        slack.slow("oauth.v2.access", 0.1)
        return set(await asyncio.gather(*(workspaces.installed(ids.TEAM) for _ in range(20))))

    assert len(asyncio.run(find())) == 1
    assert len(slack.made("oauth.v2.access")) == 1
    assert slack.refused() == []


def test_of_two_processes_the_slower_takes_what_the_quicker_got(slack: SlackServer, database: Database) -> None:
    async def find() -> None:
        one, other = Workspaces(several(slack), database), Workspaces(several(slack), database)
        assert one.installations is not None
        await one.installations.async_save(expiring(slack, HOUR))
        slack.slow("oauth.v2.access", 0.1)
        found = await asyncio.gather(one.installed(ids.TEAM), other.installed(ids.TEAM))
        # Slack takes the token to renew with once; the other keeps on with the old token, or has the new one.
        last = await one.installed(ids.TEAM)
        assert last is not None
        assert last in found
        assert last.bot_token != ids.BOT_TOKEN

    asyncio.run(find())


@pytest.mark.parametrize("broken", ["down", "refused"])
def test_a_token_that_cannot_be_renewed_is_used_as_long_as_it_is_good(
    slack: SlackServer, sqlite: Database, broken: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def find() -> Installed | None:
        workspaces = Workspaces(several(slack), sqlite)
        assert workspaces.installations is not None
        await workspaces.installations.async_save(expiring(slack, HOUR))
        if broken == "down":
            slack.down("html")
        else:
            slack.fail_next("oauth.v2.access", "invalid_refresh_token")
        return await workspaces.installed(ids.TEAM)

    assert asyncio.run(find()) == Installed(ids.BOT_TOKEN, ids.BOT_USER, ids.BOT)
    assert f"token of the workspace {ids.TEAM} could not be renewed" in caplog.text
    assert "xox" not in caplog.text


def test_who_authorises_does_not_wait_for_a_slow_slack(
    slack: SlackServer, sqlite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.slack_app.workspaces.PATIENCE_SECONDS", 0.05)

    async def find() -> tuple[str, str]:
        workspaces = Workspaces(several(slack), sqlite)
        assert workspaces.installations is not None
        await workspaces.installations.async_save(expiring(slack, HOUR))
        held = slack.hold("oauth.v2.access")
        old = await authorized(workspaces)
        held.set()
        new = await workspaces.installed(ids.TEAM)
        assert new is not None
        return old["bot_token"], new.bot_token

    old, new = asyncio.run(find())
    assert old == ids.BOT_TOKEN
    assert new != old
    assert len(slack.made("oauth.v2.access")) == 1


# --- installing


def test_a_state_is_good_once_and_not_for_long(database: Database) -> None:
    async def use() -> None:
        states = IssuedStates(database)
        first = await states.async_issue()
        assert [await states.async_consume(first) for _ in range(2)] == [True, False]
        assert await states.async_consume("never issued") is False
        second = await states.async_issue()
        with database.session() as session:
            session.connection().exec_driver_sql("UPDATE slack_oauth_states SET expire_at = '2026-01-01 00:00:00'")
            session.commit()
        assert await states.async_consume(second) is False
        await states.async_issue()
        with database.session() as session:
            assert session.connection().exec_driver_sql("SELECT count(*) FROM slack_oauth_states").scalar() == 1

    asyncio.run(use())


class Browser:
    """Somebody who installs the app: opens the page, agrees, and comes back."""

    def __init__(self, slack: SlackServer, workspaces: Workspaces) -> None:
        flow = app_of(slack, workspaces).oauth_flow
        assert flow is not None
        self.flow = flow
        self.slack = slack

    async def begin(self) -> None:
        page = await self.flow.handle_installation(AsyncBoltRequest(body="", query="", headers={}))
        assert page.status == 302
        self.cookie = page.headers["set-cookie"][0].partition(";")[0]
        self.asked = urlsplit(page.headers["location"][0])
        [self.state] = parse_qs(self.asked.query)["state"]

    async def come_back(self, *, cookie: str | None = None, **query: str) -> BoltResponse:
        request = AsyncBoltRequest(
            body="", query={"state": self.state, **query}, headers={"cookie": self.cookie if cookie is None else cookie}
        )
        return await self.flow.handle_callback(request)


def test_the_app_is_installed_by_a_browser(slack: SlackServer, sqlite: Database) -> None:
    towns = Workspace(ids.OTHER_TEAM, "xoxb-toll", name="Toll <Towns>", scopes=tuple(BOT_SCOPES))

    async def install() -> BoltResponse:
        workspaces = Workspaces(several(slack), sqlite)
        browser = Browser(slack, workspaces)
        await browser.begin()
        asked = parse_qs(browser.asked.query)
        assert (
            f"{browser.asked.scheme}://{browser.asked.netloc}{browser.asked.path}"
            == f"{slack.address}/oauth/v2/authorize"
        )
        assert asked["scope"] == [",".join(BOT_SCOPES)]
        assert asked["redirect_uri"] == ["https://treaties.example.org/slack/oauth_redirect"]
        page = await browser.come_back(code=slack.oauth_code(towns))
        assert await workspaces.installed(ids.OTHER_TEAM) == Installed("xoxb-toll", ids.BOT_USER, ids.BOT)
        return page

    page = asyncio.run(install())
    assert page.status == 200
    assert "Pacta is installed in Toll &lt;Towns&gt;." in page.body
    assert "invite @Pacta" in page.body
    assert "slack-app-oauth-state=deleted" in page.headers["set-cookie"][0]


FAILURES: list[tuple[str, dict[str, Any], int, str]] = [
    # (what goes wrong, what comes back from Slack, status, what is said)
    ("called off", {"error": "access_denied"}, 400, "called off"),
    ("something else", {"error": "team_not_found"}, 400, "Slack says: team_not_found."),
    ("words of somebody's own", {"error": "call <b>us</b>"}, 400, "Slack says: something went wrong."),
    ("another browser", {"code": "c", "cookie": ""}, 400, "begun in this browser"),
    ("somebody else's state", {"code": "c", "state": "x", "cookie": "slack-app-oauth-state=x"}, 401, "ten minutes"),
    ("no code", {}, 401, "not complete"),
    ("a code that Slack does not know", {"code": "nonsense"}, 401, "SLACK_CLIENT_SECRET"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "query", "status", "said"), FAILURES, ids=[row[0] for row in FAILURES])
def test_an_installation_that_fails_says_why(
    slack: SlackServer, sqlite: Database, why: str, query: dict[str, Any], status: int, said: str
) -> None:
    async def install() -> BoltResponse:
        workspaces = Workspaces(several(slack), sqlite)
        browser = Browser(slack, workspaces)
        await browser.begin()
        page = await browser.come_back(**query)
        assert workspaces.installations is not None
        assert await workspaces.installations.bots() == []
        return page

    page = asyncio.run(install())
    assert page.status == status
    assert said in page.body
    assert 'href="/slack/install"' in page.body


def test_whoever_may_not_install_is_told(slack: SlackServer, sqlite: Database) -> None:
    async def install() -> BoltResponse:
        browser = Browser(slack, Workspaces(several(slack, Rules({"T1": WorkspaceRules()})), sqlite))
        await browser.begin()
        return await browser.come_back(code=slack.oauth_code(slack.workspace()))

    page = asyncio.run(install())
    assert page.status == 500
    assert f"does not answer in the workspace {ids.TEAM}" in page.body


def test_bolt_is_told_everything_and_writes_no_file(
    slack: SlackServer, sqlite: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = tmp_path / "user"
    empty.mkdir()
    monkeypatch.setenv("HOME", str(empty))
    for name in ("CLIENT_ID", "CLIENT_SECRET", "SCOPES", "USER_SCOPES", "REDIRECT_URI", "INSTALL_PATH"):
        monkeypatch.setenv(f"SLACK_{name}", "of-another-app")
    test_the_app_is_installed_by_a_browser(slack, sqlite)
    asyncio.run(deleted(slack, sqlite, UNINSTALLED))
    assert list(empty.rglob("*")) == []


# --- forgetting

UNINSTALLED = {"type": "app_uninstalled"}
REVOKED = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [ids.BOT_USER]}}


async def deleted(slack: SlackServer, database: Database, event: dict[str, Any]) -> list[Bot]:
    """What is kept once Slack has told this of one of two workspaces."""
    workspaces = Workspaces(several(slack), database)
    assert workspaces.installations is not None
    await workspaces.installations.async_save(installation())
    await workspaces.installations.async_save(installation(ids.OTHER_TEAM, token="xoxb-2"))
    app = app_of(slack, workspaces)
    app.enable_token_revocation_listeners()
    body = json.dumps({"type": "event_callback", "team_id": ids.TEAM, "event_id": "Ev1", "event": event})
    at = str(int(time.time()))
    signature = SignatureVerifier(ids.SIGNING_SECRET).generate_signature(timestamp=at, body=body)
    headers: dict[str, Any] = {
        "content-type": "application/json",
        "x-slack-request-timestamp": at,
        "x-slack-signature": signature or "",
    }
    response = await app.async_dispatch(AsyncBoltRequest(body=body, headers=headers))
    assert response.status == 200
    latest = time.monotonic() + 5
    while len(kept := await workspaces.installations.bots()) > 1 and time.monotonic() < latest:
        await asyncio.sleep(0.01)
    assert await workspaces.installed(ids.TEAM) is None
    return kept


@pytest.mark.parametrize("event", [UNINSTALLED, REVOKED], ids=["the app is uninstalled", "the token is revoked"])
def test_a_workspace_that_takes_the_app_out_is_forgotten(
    slack: SlackServer, database: Database, event: dict[str, Any]
) -> None:
    [left] = asyncio.run(deleted(slack, database, event))
    assert left.team_id == ids.OTHER_TEAM
    with database.session() as session:
        teams = session.connection().exec_driver_sql("SELECT team_id FROM slack_installations").all()
    assert event is REVOKED or [team for (team,) in teams] == [ids.OTHER_TEAM]


def test_installations_of_one_person_can_be_found_and_forgotten(sqlite: Database) -> None:
    async def forget() -> None:
        kept = KeptInstallations("c", Rules(), sqlite)
        await kept.async_save(installation())
        whose: dict[str, Any] = {"enterprise_id": None, "team_id": ids.TEAM, "user_id": "U1"}
        assert await kept.async_find_installation(**whose) is not None
        await kept.async_delete_installation(**whose)
        assert await kept.async_find_installation(**whose) is None

    asyncio.run(forget())
