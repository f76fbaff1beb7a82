"""``pacta ask`` and ``pacta serve``, from the command line."""

import argparse
import errno
import json
import math
import os
import shutil
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from ipaddress import ip_address
from types import FrameType
from typing import TYPE_CHECKING

from ingest.errors import PactaError
from service.errors import AddressUnavailable, KeysMissing
from service.settings import VARIABLES, Settings
from service.slack_app.settings import SLACK_VARIABLES
from service.variables import listed

if TYPE_CHECKING:
    from ingest.index import Index

DONE = 0
DONE_IN_PART = 1
CANNOT_RUN = 3
INTERRUPTED = 130
# How much longer than an answer may take everything may go on after Ctrl-C, for streams to be told to their end.
GRACE_SECONDS = 5


def add_ask_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds ``ask`` to the commands; its arguments carry ``run_ask`` as ``run``."""
    parser = subparsers.add_parser(
        "ask",
        help="answer a question from the treaties held",
        description="Answer a question with quotations and the articles they come from. Without a question, "
        "on a terminal, a chat begins; an empty line or Ctrl-D ends it.",
        epilog='example:  pacta ask "What does Article 51 of the UN Charter say?"',
    )
    parser.add_argument("question", nargs="?", help="the question, in quotation marks")
    parser.add_argument(
        "--treaty",
        action="append",
        default=[],
        metavar="ID",
        help="answer from this treaty only (repeatable)",
    )
    parser.add_argument("--json", action="store_true", help="print the answer as JSON")
    parser.set_defaults(run=run_ask)


def run_ask(args: argparse.Namespace) -> int:
    """Answers one question, or chats; gives the exit code."""
    from ingest.index import open_index

    settings = Settings()
    if args.question is None and not sys.stdin.isatty():
        args.question = sys.stdin.read()
    index = open_index(settings.ingest.home)
    try:
        if args.question is not None:
            return _ask_once(args, index, settings)
        return _chat(args, index, settings)
    finally:
        index.close()


def _ask_once(args: argparse.Namespace, index: "Index", settings: Settings) -> int:
    from service.answer import answer_question
    from service.models import Conversation, Question
    from service.render import render_text

    answer = answer_question(Question(args.question, tuple(args.treaty)), Conversation(""), index, settings)
    print(json.dumps(answer.to_json(), ensure_ascii=False) if args.json else render_text(answer, _width()))
    return DONE


def _chat(args: argparse.Namespace, index: "Index", settings: Settings) -> int:
    from service.answer import answer_question
    from service.conversation import turn_of
    from service.models import Conversation, Question
    from service.render import render_text

    print(f"{len(index.treaties)} treaties are held. Ask; an empty line ends.", file=sys.stderr)
    conversation = Conversation("")
    while True:
        try:
            text = input("\n> ").strip()
        except EOFError:
            return DONE
        if not text:
            return DONE
        try:
            answer = answer_question(Question(text, tuple(args.treaty)), conversation, index, settings)
        except PactaError as error:
            print(error)
            continue
        print(f"\n{render_text(answer, _width())}")
        turn = turn_of(text, answer, index.treaties)
        conversation = Conversation(answer.conversation_id, (*conversation.turns, turn))


def _width() -> int:
    return min(88, shutil.get_terminal_size((88, 24)).columns)


def add_serve_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds ``serve`` to the commands; its arguments carry ``run_serve`` as ``run``."""
    parser = subparsers.add_parser(
        "serve",
        help="answer over HTTP and in the browser",
        description="Serve the page, the permalinks and the HTTP interface until Ctrl-C or SIGTERM, after which\n"
        "what is being answered is answered to its end; a second Ctrl-C ends at once.",
        epilog=f"Set by the environment:\n{listed(VARIABLES)}\n\n"
        f"To answer in Slack (`pacta slack check` looks whether it can):\n{listed(SLACK_VARIABLES[:-1])}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    parser.add_argument(
        "--port",
        type=_port,
        default=8000,
        help="port to listen on (%(default)s); 0 takes a free one",
    )
    parser.set_defaults(run=run_serve)


def run_serve(args: argparse.Namespace) -> int:
    """Serves until Ctrl-C; gives the exit code."""
    settings = Settings.for_serving()
    # Imported here: `pacta --help` need not wait for it.
    from service.logs import configure_logging

    configure_logging(settings.serving)
    return serve(settings, args.host, args.port)


def serve(settings: Settings, host: str, port: int) -> int:
    """Serves on ``host`` and ``port``, saying where once it can be reached; gives the exit code.

    What stands in the way (no index, a port in use) is said on stderr, with what to do, as code 3.
    """
    try:
        with _listen(host, port) as listener, _sigterm_as_ctrl_c():
            _run(settings, listener)
    except PactaError as error:
        print(error, file=sys.stderr)
        return CANNOT_RUN
    except KeyboardInterrupt:
        # uvicorn has closed everything in order and passes the interrupt on.
        return DONE
    return DONE


@contextmanager
def _sigterm_as_ctrl_c() -> Iterator[None]:
    """Has SIGTERM, which containers are stopped with, end the service as Ctrl-C does."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _port(text: str) -> int:
    try:
        port = int(text)
    except ValueError:
        port = -1
    if not 0 <= port <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port: give a number from 0 to 65535")
    return port


def _listen(host: str, port: int) -> socket.socket:
    """A socket that listens on the address; raises AddressUnavailable."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            reason = "the port is already in use"
            remedy = "Stop what listens there, or choose another port with --port."
        elif error.errno == errno.EACCES:
            reason = "this port needs more rights than you have"
            remedy = "Choose a port above 1023 with --port."
        else:
            reason = (error.strerror or str(error)).lower()
            remedy = "Give an address of this machine with --host, such as 127.0.0.1."
        raise AddressUnavailable(host, port, reason, remedy) from error


def _run(settings: Settings, listener: socket.socket) -> None:
    # Imported here: `pacta --help` need not wait for the web framework.
    import uvicorn

    from service.app import create_app, open_holder

    # Whoever reaches another address than the machine's own could read all there is.
    if not ip_address(listener.getsockname()[0]).is_loopback:
        settings = replace(settings, open_to_all=False)
    # Opened first: without an index there is nothing to serve, and nothing is written.
    holder = open_holder(settings)
    app = create_app(settings, holder=holder)
    keys = app.state.services.store.key_ring.keys()
    if not settings.open_to_all and all(key.revoked_at for key in keys):
        raise KeysMissing(_address(listener))

    class AnnouncedServer(uvicorn.Server):
        """Says where it listens once it does."""

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets=sockets)
            if self.started:
                print(f"Pacta answers at {_address(listener)} (Ctrl-C stops it)", flush=True)
                if settings.slack is not None and settings.slack.signing_secret:
                    print(f"Slack sends to {settings.public_url or 'this address'}/slack/events", flush=True)

        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            if self.should_exit and sig == signal.SIGINT:
                # An answer in progress cannot be interrupted; nothing that is kept is hurt by this.
                os._exit(INTERRUPTED)
            super().handle_exit(sig, frame)

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            begun = time.monotonic()
            await super().shutdown(sockets=sockets)
            if time.monotonic() - begun >= grace:
                # A thread that still answers cannot be ended, and the process would wait for it.
                print("pacta: What was being answered took too long and was cut off.", file=sys.stderr, flush=True)
                os._exit(DONE_IN_PART)

    grace = math.ceil(settings.answer_seconds or 0) + GRACE_SECONDS
    proxies = list(settings.serving.trusted_proxies)
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,  # it would hold what people ask (/?q=…)
        server_header=False,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=proxies,
        timeout_graceful_shutdown=grace,
    )
    AnnouncedServer(config).run(sockets=[listener])


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
