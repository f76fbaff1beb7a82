"""``pacta conversations`` and ``pacta feedback``: what was asked and thought, for whoever runs the service."""

import argparse
import json
from collections.abc import Iterable
from contextlib import closing
from datetime import date
from typing import Any

from service.settings import MAX_RETENTION_DAYS, Settings

DONE = 0


def add_conversations_parsers(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds ``conversations`` and ``feedback`` with their commands; the arguments carry ``run``."""
    parser = subparsers.add_parser(
        "conversations",
        help="export what was asked and answered, or forget what is old",
        description="What was asked and answered, of all who ask: in pacta.db of the home folder, or in the database "
        "that PACTA_DATABASE_URL names.",
    )
    commands = parser.add_subparsers(dest="conversations_command", required=True, metavar="COMMAND")
    export = commands.add_parser(
        "export",
        help="print the conversations",
        description="Prints the conversations with their whole answers and the verdicts on them, one JSON object a "
        "line.",
        epilog="example:  pacta conversations export --since 2026-11-01 > november.jsonl",
    )
    _add_export_arguments(export, "in which something was asked")
    export.set_defaults(run=run_export)
    prune = commands.add_parser(
        "prune",
        help="forget conversations that are old",
        description="Forgets the conversations in which nothing was asked for so many days, with the verdicts on "
        "them. A service does so by itself, at its start and every hour, where PACTA_RETENTION_DAYS is set.",
    )
    prune.add_argument("--days", type=_days, required=True, metavar="N", help="how many days they are kept")
    prune.set_defaults(run=run_prune)

    parser = subparsers.add_parser(
        "feedback",
        help="export what readers thought of the answers",
        description="What readers thought of the answers.",
    )
    commands = parser.add_subparsers(dest="feedback_command", required=True, metavar="COMMAND")
    export = commands.add_parser(
        "export",
        help="print the verdicts",
        description="Prints the verdicts, each with its question, the whole answer and the index the answer was "
        "drawn from, one JSON object a line.",
        epilog="example:  pacta feedback export --since 2026-11-01 > november.jsonl",
    )
    _add_export_arguments(export, "given")
    export.set_defaults(run=run_export_feedback)


def run_export(args: argparse.Namespace) -> int:
    """Prints the conversations."""
    from service.database import Database
    from service.exports import exported_conversations

    with closing(Database(Settings().database, read_only=True)) as database:
        _print("conversations", exported_conversations(database, args.since), args.json)
    return DONE


def run_export_feedback(args: argparse.Namespace) -> int:
    """Prints the verdicts."""
    from service.database import Database
    from service.exports import exported_feedback

    with closing(Database(Settings().database, read_only=True)) as database:
        _print("feedback", exported_feedback(database, args.since), args.json)
    return DONE


def run_prune(args: argparse.Namespace) -> int:
    """Forgets what is old."""
    from service.store import Store

    with closing(Store(Settings().database)) as store:
        pruned = store.prune(args.days)
    were = "1 conversation was" if pruned == 1 else f"{pruned:,} conversations were"
    print(f"{were} forgotten.")
    return DONE


def _add_export_arguments(parser: argparse.ArgumentParser, what: str) -> None:
    parser.add_argument("--since", type=_day, metavar="DATE", help=f"only those {what} on this day (UTC) or later")
    parser.add_argument("--json", action="store_true", help="print one JSON document instead")


def _print(name: str, documents: Iterable[dict[str, Any]], as_one: bool) -> None:
    if as_one:
        print(json.dumps({name: list(documents)}, ensure_ascii=False))
        return
    for document in documents:
        print(json.dumps(document, ensure_ascii=False))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text} is not a day. Write it as 2026-11-30") from error


def _days(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= MAX_RETENTION_DAYS:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of days: give 1 to {MAX_RETENTION_DAYS}")
    return int(text)
