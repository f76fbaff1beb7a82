"""The front door of the command line: ``pacta COMMAND``.

Composes the commands of ingest/cli.py, service/cli.py and eval/cli.py. Only the part that has the command asked
for is imported, and each command imports what it needs when it runs: the short ones answer at once.
"""

import argparse
import contextlib
import io
import os
import sys

from ingest.errors import PactaError

WRONG_USE, CANNOT_RUN, INTERRUPTED = 2, 3, 130
_OF_INGEST = frozenset({"parse", "ingest", "treaties", "show", "index"})
_OF_SERVICE = frozenset({"ask", "check", "serve", "mcp", "keys", "conversations", "feedback", "slack"})
_OF_EVAL = frozenset({"eval", "bench"})
_COMMANDS = _OF_INGEST | _OF_SERVICE | _OF_EVAL


def build_parser(command: str = "") -> argparse.ArgumentParser:
    """The parser of all commands, or of the part that has ``command`` where that is one."""
    parser = argparse.ArgumentParser(
        prog="pacta",
        description="Questions about treaties, answered from their own words, each sentence with the article "
        "it comes from. Works alone: no key, no network, no service to start.",
        epilog="Everything is kept in PACTA_HOME (default ./.pacta). Exit codes: 0 done, 1 done in part, "
        "2 wrong use, 3 cannot run.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    wanted = {command} & _COMMANDS or _COMMANDS
    if wanted & _OF_INGEST:
        from ingest.cli import add_ingest_parsers

        add_ingest_parsers(commands)
    if wanted & _OF_SERVICE:
        from service.check.cli import add_check_parser
        from service.cli import add_ask_parser, add_serve_parser
        from service.conversations_cli import add_conversations_parsers
        from service.keys_cli import add_keys_parser
        from service.mcp_cli import add_mcp_parser
        from service.slack_app.cli import add_slack_parser

        add_ask_parser(commands)
        add_check_parser(commands)
        add_serve_parser(commands)
        add_mcp_parser(commands)
        add_slack_parser(commands)
        add_keys_parser(commands)
        add_conversations_parsers(commands)
    if wanted & _OF_EVAL:
        from eval.bench.command import add_bench_parser
        from eval.cli import add_eval_parser

        add_eval_parser(commands)
        add_bench_parser(commands)
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run one command; gives its exit code."""
    # Many questions are answered at once, and texts embedded, each by a thread of its own. Threads that NumPy adds for
    # one multiplication mostly wait for each other: of two cores they took more than half.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A name that the terminal cannot show must not end a run.
            stream.reconfigure(errors="backslashreplace")
    arguments = sys.argv[1:] if arguments is None else arguments
    args = build_parser(next(iter(arguments), "")).parse_args(arguments)
    try:
        code = int(args.run(args))
        sys.stdout.flush()
        return code
    except PactaError as error:
        print(f"pacta: {error}", file=sys.stderr)
        return CANNOT_RUN
    except KeyboardInterrupt:
        print("\npacta: interrupted; nothing that was published has changed.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader has gone (`pacta show … | head`).
        _let_go_of_output()
        return 0
    except OSError as error:
        # What the commands read and write they answer for themselves; this is what they print.
        _let_go_of_output()
        print(f"pacta: the output cannot be written ({error.strerror or error}). Send it elsewhere.", file=sys.stderr)
        return CANNOT_RUN


def _let_go_of_output() -> None:
    """What was not printed is dropped; Python would complain about it when it ends."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
