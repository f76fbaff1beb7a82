"""``pacta mcp``: the tools for language models over stdin and stdout, from the command line."""

import argparse
import logging
import signal
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from service.settings import Settings

if TYPE_CHECKING:
    from fastapi import FastAPI

log = logging.getLogger(__name__)

DONE = 0


def add_mcp_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds ``mcp`` to the commands; its arguments carry ``run_mcp`` as ``run``."""
    parser = subparsers.add_parser(
        "mcp",
        help="answer language models over stdin and stdout",
        description="Serve the tools ask, search, get_provision and list_treaties by the Model Context Protocol "
        "over stdin and stdout, for a program that starts this command itself, until it closes stdin. Over HTTP the "
        "same tools are at /mcp of `pacta serve`.",
    )
    parser.set_defaults(run=run_mcp)


def run_mcp(args: argparse.Namespace) -> int:
    """Serves until stdin is closed; gives the exit code. Raises IndexMissing or IndexBroken before anything is said."""
    # Imported here: `pacta --help` need not wait for the web framework.
    import anyio

    from service.app import create_app, open_holder

    # Stdout belongs to the protocol.
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="pacta: %(message)s")
    # Whoever starts this wants these tools alone: questions of Slack's are `pacta serve`'s to answer.
    settings = replace(Settings.for_serving(), slack=None)
    app = create_app(settings, holder=open_holder(settings))
    # A read of stdin cannot be broken off: Ctrl-C ends the process at once, as SIGTERM does. Nothing is lost, since
    # an index is only read and a turn is kept before its answer is told.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        anyio.run(_serve, app)
    except* BrokenPipeError:
        log.warning("The program that asked is gone.")
    return DONE


async def _serve(app: "FastAPI") -> None:
    # The application without its port: index and conversations are opened, kept and closed in one way.
    async with app.router.lifespan_context(app):
        await app.state.mcp.server.run_stdio_async()
