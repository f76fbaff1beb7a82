"""``pacta keys``: makes, lists and revokes the keys that programs and people ask with."""

import argparse
import json
import sys
from contextlib import closing
from typing import TYPE_CHECKING

from service.access import SCOPES
from service.settings import Settings

if TYPE_CHECKING:
    from service.keys import KeyRecord

DONE = 0
MAX_NAME_CHARS = 200


def add_keys_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds ``keys`` and its commands; the arguments carry what runs them as ``run``."""
    parser = subparsers.add_parser(
        "keys",
        help="make, list and revoke the keys that others ask with",
        description="Keys for programs and people who ask over the network. They are kept, hashed, beside the "
        "conversations: in pacta.db of the home folder, or in the database that PACTA_DATABASE_URL names.",
    )
    commands = parser.add_subparsers(dest="keys_command", required=True, metavar="COMMAND")
    create = commands.add_parser(
        "create",
        help="make a key and show it, once",
        description="Makes a key and prints it. It cannot be shown again: only its hash is kept.",
        epilog='example:  pacta keys create --name "the ministry\'s bot" --collection drafts',
    )
    create.add_argument("--name", type=_name, required=True, help="whose key it is, or what it is for")
    create.add_argument(
        "--scope",
        action="append",
        choices=SCOPES,
        help="what it may do: ask questions (the default), ingest treaties, or everything (repeatable)",
    )
    create.add_argument(
        "--collection",
        action="append",
        type=_label,
        default=[],
        metavar="LABEL",
        help="treaties with this access label may be read, beside those without one (repeatable); '*': all",
    )
    create.add_argument("--json", action="store_true", help="print one JSON document")
    create.set_defaults(run=run_create)
    listed = commands.add_parser(
        "list", help="list the keys", description="Lists the keys, revoked ones too. None can be shown again."
    )
    listed.add_argument("--json", action="store_true", help="print one JSON document")
    listed.set_defaults(run=run_list)
    revoke = commands.add_parser(
        "revoke",
        help="revoke a key for good",
        description="Revokes a key for good; running services refuse it within five seconds. "
        "The conversations begun with it stay.",
    )
    revoke.add_argument("key", metavar="ID", help="the key's id, or the beginning of it")
    revoke.add_argument("--json", action="store_true", help="print one JSON document")
    revoke.set_defaults(run=run_revoke)


def run_create(args: argparse.Namespace) -> int:
    """Makes a key; prints it alone on stdout, so that it can be piped, and what it is on stderr."""
    from service.store import Store

    labels = None if "*" in args.collection else args.collection
    with closing(Store(Settings().database)) as store:
        record, key = store.key_ring.create_key(args.name, args.scope or ["ask"], labels)
    if args.json:
        print(json.dumps({**record.to_json(), "key": key}, ensure_ascii=False))
        return DONE
    print(key)
    _say(f"This is the key {record.id} of {record.name!r}. It is shown this once: keep it where nobody else reads.")
    return DONE


def run_list(args: argparse.Namespace) -> int:
    """Lists the keys."""
    from service.store import Store

    with closing(Store(Settings().database, read_only=True)) as store:
        keys = store.key_ring.keys()
    if args.json:
        print(json.dumps({"keys": [key.to_json() for key in keys]}, ensure_ascii=False))
    elif keys:
        _print_table(keys)
    else:
        _say("There are no keys. `pacta keys create --name NAME` makes one.")
    return DONE


def run_revoke(args: argparse.Namespace) -> int:
    """Revokes a key."""
    from service.store import Store

    with closing(Store(Settings().database)) as store:
        record = store.key_ring.revoke_key(args.key)
    if args.json:
        print(json.dumps(record.to_json(), ensure_ascii=False))
    else:
        _say(f"The key {record.id} of {record.name!r} is revoked; services refuse it within five seconds.")
    return DONE


def _print_table(keys: "tuple[KeyRecord, ...]") -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in ("id", "name", "scopes", "collections", "made", "last used", "revoked"):
        words = column in {"name", "scopes", "collections"}
        table.add_column(column, overflow="fold", no_wrap=not words)
    for key in keys:
        shown = key.to_json()
        days = ((shown[name] or "")[:10] for name in ("created_at", "last_used_at", "revoked_at"))
        cells = (key.id, key.name, " ".join(shown["scopes"]), ", ".join(shown["collections"]), *days)
        table.add_row(*map(Text, cells))
    Console().print(table)


def _name(text: str) -> str:
    if not text.strip() or len(text) > MAX_NAME_CHARS or not text.isprintable():
        raise argparse.ArgumentTypeError(f"give a name of 1 to {MAX_NAME_CHARS} printable characters")
    return text.strip()


def _label(text: str) -> str:
    if not text.strip() or not text.isprintable():
        raise argparse.ArgumentTypeError("give an access label as it stands in corpus.yaml, or '*' for all")
    return text.strip()


def _say(text: str) -> None:
    print(f"pacta keys: {text}", file=sys.stderr)
