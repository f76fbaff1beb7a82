"""Installing the Slack app in a workspace by OAuth: Bolt's settings for it, and what is told when it comes back."""

import logging
import re
from collections.abc import Sequence

from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.oauth.async_callback_options import AsyncCallbackOptions, AsyncFailureArgs, AsyncSuccessArgs
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.response import BoltResponse
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore

from service.api.templates import render_page
from service.slack_app.installations import STATE_SECONDS
from service.slack_app.manifest import BOT_SCOPES
from service.slack_app.settings import INSTALL_PATH, REDIRECT_PATH, SlackSettings, site_of

log = logging.getLogger(__name__)

_FAILURES = {
    "access_denied": "Slack says that the installation was called off. Nothing has been installed.",
    "invalid_browser": "This answer of Slack's is not of an installation that was begun in this browser, or it was "
    "opened a second time. Nothing has been installed.",
    "invalid_state": "The installation took longer than ten minutes, or was finished before. Begin it again, and "
    "agree on Slack's page at once.",
    "missing_code": "The address that Slack sent you to is not complete.",
    "invalid_code": "Slack did not confirm the installation. Whoever runs this service finds the reason in its log; "
    "a wrong SLACK_CLIENT_SECRET is the most frequent one.",
}


def oauth_settings(
    settings: SlackSettings,
    installations: AsyncInstallationStore,
    states: AsyncOAuthStateStore,
    *,
    authorize: AsyncAuthorize,
) -> AsyncOAuthSettings:
    """What Bolt needs to know to install the app.

    Everything is given: Bolt would take what is not from SLACK_* variables, and keep it in files of the home folder.
    """
    made = AsyncOAuthSettings(
        client_id=settings.client_id,
        client_secret=settings.client_secret,
        scopes=list(BOT_SCOPES),
        user_scopes=[],
        redirect_uri=f"{settings.public_url}{REDIRECT_PATH}",
        install_path=INSTALL_PATH,
        # Slack's own page asks for agreement.
        install_page_rendering_enabled=False,
        redirect_uri_path=REDIRECT_PATH,
        callback_options=AsyncCallbackOptions(success=_tell_success, failure=_tell_failure),
        authorization_url=f"{site_of(settings.api_url)}/oauth/v2/authorize",
        installation_store=installations,
        installation_store_bot_only=True,
        state_store=states,
        state_expiration_seconds=STATE_SECONDS,
    )
    made.authorize = authorize
    return made


async def _tell_success(arguments: AsyncSuccessArgs) -> BoltResponse:
    team = arguments.installation.team_name or arguments.installation.team_id
    paragraphs = [
        f"Pacta is installed in {team}.",
        "Go back to Slack. Write Pacta a direct message, or invite it to a channel with /invite @Pacta and mention it "
        "there: “@Pacta when may a treaty be suspended?” The command /treaty asks from anywhere.",
    ]
    return _page(arguments, 200, "It is done", paragraphs, again="")


async def _tell_failure(arguments: AsyncFailureArgs) -> BoltResponse:
    log.warning("An installation in Slack failed: %r %s", arguments.reason, arguments.error or "")
    # It comes with the address, which anybody may have made up.
    said = arguments.reason if re.fullmatch(r"[a-z_]{1,60}", arguments.reason) else "something went wrong"
    told = _FAILURES.get(arguments.reason, f"Slack says: {said}. Nothing has been installed.")
    if arguments.error:
        # Pacta's own words: it could not, or would not, keep the installation.
        told = str(arguments.error)
    # A reason of Slack's own comes with status 200.
    status = max(arguments.suggested_status_code, 400)
    return _page(arguments, status, "Pacta was not installed", [told], again=INSTALL_PATH)


def _page(
    arguments: AsyncSuccessArgs | AsyncFailureArgs, status: int, title: str, paragraphs: list[str], *, again: str
) -> BoltResponse:
    page = render_page("slack.html", {"title": title, "paragraphs": paragraphs, "again": again})
    headers: dict[str, str | Sequence[str]] = {
        "Content-Type": "text/html; charset=utf-8",
        "Set-Cookie": arguments.settings.state_utils.build_set_cookie_for_deletion(),
    }
    return BoltResponse(status=status, headers=headers, body=bytes(page.body).decode())
