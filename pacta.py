"""The front door of the command line: ``pacta COMMAND``.

Composes the commands of ingest/cli.py, service/cli.py and eval/cli.py. Each imports what it needs when it
runs, so that ``pacta --help`` answers at once.
"""

import argparse
import io
import os
import sys

from eval.bench.command import add_bench_parser
from eval.cli import add_eval_parser
from ingest.cli import add_ingest_parsers
from ingest.errors import PactaError
from service.cli import add_ask_parser, add_serve_parser

WRONG_USE, CANNOT_RUN, INTERRUPTED = 2, 3, 130


def build_parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    parser = argparse.ArgumentParser(
        prog="pacta",
        description="Questions about treaties, answered from their own words, each sentence with the article "
        "it comes from. Works alone: no key, no network, no service to start.",
        epilog="Everything is kept in PACTA_HOME (default ./.pacta). Exit codes: 0 done, 1 done in part, "
        "2 wrong use, 3 cannot run.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    add_ingest_parsers(commands)
    add_ask_parser(commands)
    add_serve_parser(commands)
    add_eval_parser(commands)
    add_bench_parser(commands)
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run one command; gives its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A name that the terminal cannot show must not end a run.
            stream.reconfigure(errors="backslashreplace")
    args = build_parser().parse_args(arguments)
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
        # The reader has gone (`pacta show … | head`); Python must not complain when it flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


if __name__ == "__main__":
    sys.exit(main())
