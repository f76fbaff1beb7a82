"""The workspaces that Pacta answers in, and their tokens: one from the environment, or those that installed the app."""

import asyncio
import logging
from dataclasses import dataclass, field
from time import time

from aiohttp import ClientError
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.errors import SlackClientError
from slack_sdk.oauth.installation_store import Bot
from slack_sdk.oauth.token_rotation.async_rotator import AsyncTokenRotator
from slack_sdk.web.async_client import AsyncWebClient

from service.database import Database
from service.slack_app.installations import IssuedStates, KeptInstallations
from service.slack_app.installing import oauth_settings
from service.slack_app.settings import SlackSettings

log = logging.getLogger(__name__)

# A token that is changed lives for twelve hours; in the last two it is renewed.
RENEWED_MINUTES = 120
# Slack waits three seconds for an acknowledgement, and whoever authorises it is waited for.
PATIENCE_SECONDS = 1.5
TIMEOUT_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Installed:
    """The app in one workspace. Who the bot is there is None where only its token is known."""

    bot_token: str = field(repr=False)
    bot_user_id: str | None
    bot_id: str | None


class Workspaces:
    """The workspaces that Pacta answers in.

    ``authorize`` tells Bolt the token of a request's workspace; it asks Slack nothing, except for another token where
    the one kept ends soon. ``oauth_settings`` and ``installations`` are None with the token of a single workspace.
    Methods raise StoreUnusable where the database cannot be read or written.
    """

    def __init__(self, settings: SlackSettings, database: Database) -> None:
        self._bot_token = settings.bot_token
        self.authorize: AsyncAuthorize = _Authorize(self)
        self.oauth_settings: AsyncOAuthSettings | None = None
        self.installations: KeptInstallations | None = None
        if settings.client_id:
            self.installations = KeptInstallations(settings.client_id, settings.rules, database)
            self.oauth_settings = oauth_settings(
                settings, self.installations, IssuedStates(database), authorize=self.authorize
            )
            self._rotator = AsyncTokenRotator(
                client_id=settings.client_id,
                client_secret=settings.client_secret,
                client=AsyncWebClient(base_url=settings.api_url, timeout=TIMEOUT_SECONDS),
            )
        # By organisation and workspace: whoever needs a token that is being renewed waits for the same.
        self._renewals: dict[tuple[str | None, str | None], asyncio.Task[Bot]] = {}

    async def installed(self, team_id: str, enterprise_id: str | None = None) -> Installed | None:
        """The app as it is installed in a workspace, with a token that is good for some time; None where it is not."""
        return await self._installed(team_id, enterprise_id, None)

    async def installed_soon(self, team_id: str | None, enterprise_id: str | None) -> Installed | None:
        """As ``installed``, but with the old token where another is not had within ``PATIENCE_SECONDS``."""
        return await self._installed(team_id, enterprise_id, PATIENCE_SECONDS)

    async def _installed(
        self, team_id: str | None, enterprise_id: str | None, patience: float | None
    ) -> Installed | None:
        if self.installations is None:
            return Installed(self._bot_token, None, None)
        bot = await self.installations.async_find_bot(enterprise_id=enterprise_id, team_id=team_id)
        if bot is None:
            return None
        if ends_soon(bot):
            bot = await self._renewed(bot, patience)
        return Installed(bot.bot_token, bot.bot_user_id, bot.bot_id)

    async def _renewed(self, bot: Bot, patience: float | None) -> Bot:
        workspace = bot.enterprise_id, bot.team_id
        renewal = self._renewals.get(workspace)
        if renewal is None:
            renewal = self._renewals[workspace] = asyncio.create_task(self._renew(bot))
            renewal.add_done_callback(lambda _: self._renewals.pop(workspace))
        # One who gives up waiting does not end the renewal for the others: its answer holds the next token's key.
        await asyncio.wait({renewal}, timeout=patience)
        return renewal.result() if renewal.done() else bot

    async def _renew(self, bot: Bot) -> Bot:
        assert self.installations is not None
        # Another process may have been quicker, now or while Slack was asked; the old token is good for a while yet.
        kept = await self.installations.same_bot(bot)
        if not ends_soon(kept):
            return kept
        try:
            renewed = await self._rotator.perform_bot_token_rotation(
                bot=kept, minutes_before_expiration=RENEWED_MINUTES
            )
        except (SlackClientError, ClientError, TimeoutError) as error:
            log.warning("The token of the workspace %s could not be renewed: %s", bot.team_id, type(error).__name__)
            return await self.installations.same_bot(kept)
        if renewed is None:
            return kept
        await self.installations.async_save_bot(renewed)
        return renewed


def ends_soon(bot: Bot) -> bool:
    """Whether the token of an installation has to be renewed."""
    return bot.bot_token_expires_at is not None and bot.bot_token_expires_at < time() + RENEWED_MINUTES * 60


class _Authorize(AsyncAuthorize):
    """Tells Bolt which token to use, and who the bot is.

    With the token of a single workspace, who it is comes with each event: "bot_user_id_of_event" of the context.
    """

    def __init__(self, workspaces: Workspaces) -> None:
        self._workspaces = workspaces

    async def __call__(
        self,
        *,
        context: AsyncBoltContext,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None,
        actor_enterprise_id: str | None = None,
        actor_team_id: str | None = None,
        actor_user_id: str | None = None,
    ) -> AuthorizeResult | None:
        installed = await self._workspaces.installed_soon(team_id, enterprise_id)
        if installed is None:
            return None
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_user_id=installed.bot_user_id or context.get("bot_user_id_of_event"),
            bot_id=installed.bot_id,
            bot_token=installed.bot_token,
        )
