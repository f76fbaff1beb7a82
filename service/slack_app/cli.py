"""``pacta slack``: answers in Slack over Socket Mode, checks what is set for that, and makes the app's manifest."""

import argparse
import json
import os
import sys
from typing import TYPE_CHECKING

from service.errors import SettingWrong
from service.settings import Settings
from service.slack_app.settings import SLACK_VARIABLES
from service.variables import listed, read_address

if TYPE_CHECKING:
    from rich.table import Table

    from service.slack_app.check import Finding

DONE = 0
TO_MEND = 1
WRONG_USE = 2
CANNOT_RUN = 3

_SHOWN = {"right": ("✓ right", "green"), "note": ("! note", "yellow"), "wrong": ("✗ wrong", "bold red")}
_UNKNOWN = ("? unknown", "magenta")


def add_slack_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds ``slack`` and its commands; the arguments carry what runs them as ``run``."""
    parser = subparsers.add_parser(
        "slack",
        help="answer in Slack without a public address; check what is set for Slack",
        description="Answer in Slack over Socket Mode, which needs no public address, until Ctrl-C or SIGTERM. With a\n"
        "public address `pacta serve` answers in Slack too, as soon as SLACK_SIGNING_SECRET is set.",
        epilog=f"Set by the environment:\n{listed(SLACK_VARIABLES)}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=run_slack)
    commands = parser.add_subparsers(metavar="COMMAND")
    check = commands.add_parser(
        "check",
        help="look whether everything is set that Slack needs",
        description="Looks at what is set, asks Slack whether it takes the tokens and which scopes they have, and says "
        "what is missing and what to do. Changes nothing, and shows no secret.",
        epilog="Exit codes: 0 done, 1 there is something to mend, 3 Slack cannot be reached.",
    )
    check.add_argument("--json", action="store_true", help="print one JSON document")
    check.set_defaults(run=run_check)
    manifest = commands.add_parser(
        "manifest",
        help="print what Slack makes the app from",
        description="Prints the app's manifest, to be pasted at https://api.slack.com/apps?new_app=1.",
        epilog="example:  pacta slack manifest --url https://treaties.example.org",
    )
    manifest.add_argument("--url", type=_url, help="where others reach the service: https://…")
    manifest.add_argument("--socket-mode", action="store_true", help="for `pacta slack`, which needs no address")
    manifest.set_defaults(run=run_manifest)


def run_slack(args: argparse.Namespace) -> int:
    """Answers over Socket Mode until Ctrl-C; gives the exit code. Raises SettingWrong where a token is missing."""
    settings = Settings.for_serving()
    if settings.slack is None or not settings.slack.app_token:
        raise SettingWrong(
            "SLACK_APP_TOKEN",
            "is not set; Socket Mode needs an App-Level Token (xapp-…) with the scope connections:write. `pacta slack "
            "check` says what else is needed",
        )
    # Imported here: `pacta --help` need not wait for it.
    from service.logs import configure_logging
    from service.slack_app.socket import run_socket_mode

    configure_logging(settings.serving)
    return run_socket_mode(settings)


def run_check(args: argparse.Namespace) -> int:
    """Tells what is right and wrong; gives the exit code."""
    import asyncio

    from service.slack_app.check import check_slack

    findings = asyncio.run(check_slack(os.environ))
    states = {finding.state for finding in findings}
    code = CANNOT_RUN if "unknown" in states else TO_MEND if "wrong" in states else DONE
    if args.json:
        document = {"ready": code == DONE, "findings": [finding.to_json() for finding in findings]}
        print(json.dumps(document, ensure_ascii=False))
    else:
        _print_table(findings)
        print(_in_a_word(code), file=sys.stderr)
    return code


def run_manifest(args: argparse.Namespace) -> int:
    """Prints the manifest."""
    from service.slack_app.manifest import manifest_yaml

    if not args.url and not args.socket_mode:
        print("pacta slack manifest: give --url https://…, or --socket-mode for a service without one", file=sys.stderr)
        return WRONG_USE
    print(manifest_yaml(args.url or "", socket_mode=args.socket_mode), end="")
    return DONE


def _print_table(findings: "list[Finding]") -> None:
    from rich.console import Console

    Console().print(table_of(findings))


def table_of(findings: "list[Finding]") -> "Table":
    """The findings for people: a line each, with what to do below."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True, min_width=9)
    table.add_column(overflow="fold", max_width=24)
    table.add_column(overflow="fold", ratio=1)
    for finding in findings:
        word, style = _SHOWN.get(finding.state, _UNKNOWN)
        says = Text(finding.says)
        if finding.remedy:
            says.append(f"\n→ {finding.remedy}", style="cyan")
        table.add_row(Text(word, style), Text(finding.about), says)
    return table


def _in_a_word(code: int) -> str:
    if code == CANNOT_RUN:
        return "pacta slack: Slack cannot be asked now; what it did not say may be right or wrong."
    if code == TO_MEND:
        return "pacta slack: There is something to mend."
    return "pacta slack: Everything that is needed is there."


def _url(text: str) -> str:
    try:
        address = read_address(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    if not address.startswith("https://"):
        raise argparse.ArgumentTypeError(f"is {text!r}; Slack sends to https alone")
    return address
