"""The workspaces that installed the Slack app, and the installations under way, in the service's database.

Both are kept by slack_sdk's own stores. Those are synchronous, as the database is: each call runs in a thread.
"""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

from slack_bolt.error import BoltError
from slack_sdk.oauth.installation_store import Bot, Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.installation_store.sqlalchemy import SQLAlchemyInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from slack_sdk.oauth.state_store.sqlalchemy import SQLAlchemyOAuthStateStore
from sqlalchemy import delete, select

from service.database import Database
from service.errors import StoreUnusable
from service.slack_app.rules import Rules
from service.slack_app.threads import Threads

log = logging.getLogger(__name__)

# So many look at once which token a workspace has; whoever is acknowledged waits for that.
AT_DATABASE = 4
T = TypeVar("T")

# How long somebody may look at Slack's page before agreeing.
STATE_SECONDS = 600


class KeptInstallations(AsyncInstallationStore):
    """The workspaces that installed the app ``client_id``, as slack_sdk keeps them in the service's database."""

    def __init__(self, client_id: str, rules: Rules, database: Database) -> None:
        self._store = SQLAlchemyInstallationStore(client_id, database.engine)
        self._rules = rules
        self._database = database
        self._threads = Threads(AT_DATABASE)

    @property
    def logger(self) -> logging.Logger:
        """Where Bolt may log to."""
        return log

    async def async_save(self, installation: Installation) -> None:
        """Keeps an installation. Raises BoltError, whose message the installer reads, where it may not be or cannot."""
        team = installation.team_id
        if team is None or not self._rules.names(team):
            raise BoltError(
                f"This service does not answer in the workspace {team or '(all of an organisation)'}. Whoever runs it "
                "can name the workspace in its file of rules (PACTA_SLACK_RULES); then install Pacta again."
            )
        try:
            await self._in_thread(self._store.save, installation)
        except StoreUnusable as error:
            log.error("The installation in the workspace %s could not be kept: %s", team, error)
            raise BoltError(
                "The installation could not be kept: the service's database cannot be written now. Try again later; "
                "whoever runs the service finds the reason in its log."
            ) from error

    async def async_save_bot(self, bot: Bot) -> None:
        """Keeps the bot's part of an installation."""
        await self._in_thread(self._store.save_bot, bot)

    async def async_find_bot(
        self, *, enterprise_id: str | None, team_id: str | None, is_enterprise_install: bool | None = False
    ) -> Bot | None:
        """The bot of a workspace; None where the app is not installed."""
        return await self._in_thread(
            self._store.find_bot,
            enterprise_id=enterprise_id,
            team_id=team_id,
            is_enterprise_install=is_enterprise_install,
        )

    async def same_bot(self, bot: Bot) -> Bot:
        """The bot of a workspace as it is kept now; the one given where there is none any more."""
        return await self.async_find_bot(enterprise_id=bot.enterprise_id, team_id=bot.team_id) or bot

    async def async_find_installation(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None = None,
        is_enterprise_install: bool | None = False,
    ) -> Installation | None:
        """The last installation in a workspace, of whoever it was or of one person."""
        return await self._in_thread(
            self._store.find_installation,
            enterprise_id=enterprise_id,
            team_id=team_id,
            user_id=user_id,
            is_enterprise_install=is_enterprise_install,
        )

    async def async_delete_bot(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        """Forgets the bot of a workspace."""
        await self._in_thread(self._store.delete_bot, enterprise_id=enterprise_id, team_id=team_id)

    async def async_delete_installation(
        self, *, enterprise_id: str | None, team_id: str | None, user_id: str | None = None
    ) -> None:
        """Forgets the installations in a workspace, of one person or of all."""
        await self._in_thread(
            self._store.delete_installation, enterprise_id=enterprise_id, team_id=team_id, user_id=user_id
        )

    async def bots(self) -> list[Bot]:
        """The bots of all workspaces, in the order of the workspaces' names."""
        return await self._in_thread(self._bots)

    def _bots(self) -> list[Bot]:
        table = self._store.bots
        mine = select(table).where(table.c.client_id == self._store.client_id).order_by(table.c.installed_at)
        with self._database.engine.connect() as connection:
            found = [self._store.build_bot_entity(row) for row in connection.execute(mine).mappings()]
        latest = {(bot.enterprise_id, bot.team_id): bot for bot in found}
        return sorted(latest.values(), key=lambda bot: (bot.team_name or "", bot.team_id or ""))

    async def _in_thread(self, function: Callable[..., T], *arguments: Any, **named: Any) -> T:
        with self._database.errors():
            return await self._threads.run(function, *arguments, **named)


class IssuedStates(AsyncOAuthStateStore):
    """The installations under way: proof that whoever comes back from Slack was sent there from here."""

    def __init__(self, database: Database) -> None:
        self._store = SQLAlchemyOAuthStateStore(STATE_SECONDS, database.engine)
        self._database = database
        self._threads = Threads(AT_DATABASE)

    @property
    def logger(self) -> logging.Logger:
        """Where Bolt may log to."""
        return log

    async def async_issue(self, *_: Any, **__: Any) -> str:
        """A new state, good once and for ``STATE_SECONDS``."""
        with self._database.errors():
            return await self._threads.run(self._issue)

    def _issue(self) -> str:
        table = self._store.oauth_states
        # Anybody may begin an installation, and most of what is begun so would stay for ever.
        old = delete(table).where(table.c.expire_at < datetime.now(UTC).replace(tzinfo=None))
        with self._database.engine.begin() as connection:
            connection.execute(old)
        return str(self._store.issue())

    async def async_consume(self, state: str) -> bool:
        """Whether a state was issued, is not too old and comes for the first time."""
        return await self._threads.run(self._store.consume, state)
