"""Socket Mode: what Slack sends comes over a connection that this side opens, so that no address need be public."""

import asyncio
import logging
import signal
from typing import TYPE_CHECKING, Any

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_sdk.errors import SlackApiError, SlackClientError

from service.errors import SlackRefused
from service.settings import Settings
from service.slack_app.delivery import error_of

if TYPE_CHECKING:
    from fastapi import FastAPI

log = logging.getLogger(__name__)

DONE = 0
# How often the connection is looked at; after four times as long without a sign of Slack another is opened.
PING_SECONDS = 10.0


def run_socket_mode(settings: Settings) -> int:
    """Answers in Slack until Ctrl-C or SIGTERM; gives the exit code.

    Raises IndexMissing, IndexBroken, StoreUnusable, and SlackRefused where Slack does not take the token of the app
    or cannot be reached at the start; later it is tried again until it can.
    """
    from service.app import create_app, open_holder

    app = create_app(settings, holder=open_holder(settings))
    asyncio.run(_run(app, settings))
    return DONE


async def _run(app: "FastAPI", settings: Settings, ping_seconds: float = PING_SECONDS) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    assert settings.slack is not None
    bolt = app.state.slack.bolt
    try:
        await bolt.client.apps_connections_open(app_token=settings.slack.app_token)
    except SlackApiError as error:
        reason = error_of(error) or "it gave no answer that can be read"
        raise SlackRefused("Slack refuses the app-level token in SLACK_APP_TOKEN", reason) from error
    except TimeoutError as error:
        raise SlackRefused("Slack cannot be reached", "it did not answer in time") from error
    except (SlackClientError, OSError) as error:
        raise SlackRefused("Slack cannot be reached", str(error) or type(error).__name__) from error
    # The application without its port: index, conversations and the work at questions go on in one way.
    async with app.router.lifespan_context(app):
        handler: Any = AsyncSocketModeHandler(bolt, settings.slack.app_token, ping_interval=ping_seconds)
        await handler.connect_async()
        print("Pacta answers in Slack (Ctrl-C stops it)", flush=True)
        await stop.wait()
        await handler.close_async()
