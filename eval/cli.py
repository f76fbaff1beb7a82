"""``pacta eval``: how good the answers are, measured on questions with known answers."""

import argparse
import json
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from eval.beir.import_questions import add_import_parser
from eval.candidates import add_candidates_parser
from eval.cases import Case, load_cases
from eval.compare_command import add_compare_parser
from eval.errors import WrongUse
from eval.gate_command import add_gate_parser
from eval.run_command import SAMPLES, add_run_parser, of_claims, say
from ingest.errors import PactaError
from ingest.settings import default_home


def add_eval_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds ``eval`` and its commands; the arguments carry ``run_eval`` as ``run``."""
    parser = subparsers.add_parser(
        "eval",
        help="measure the answers on questions with known answers",
        description="Measures the answers on gold sets: questions with known answers.",
    )
    commands = parser.add_subparsers(dest="eval_command", metavar="COMMAND", required=True)
    add_run_parser(commands)
    add_compare_parser(commands)
    add_gate_parser(commands)
    _add_lint_parser(commands)
    add_candidates_parser(commands)
    add_import_parser(commands)
    parser.set_defaults(run=run_eval)


def run_eval(args: argparse.Namespace) -> int:
    """Runs the command that ``add_eval_parser`` parsed; gives the exit code."""
    try:
        code = args.eval_run(args)
    except WrongUse as error:
        say(str(error))
        return 2
    except PactaError as error:
        say(str(error))
        return 3
    return int(code)


def _add_lint_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    lint = commands.add_parser(
        "lint",
        help="look for what is wrong with a gold set",
        description="Looks for treaties and articles that are not there, quotations that are not in the text, "
        "questions asked twice, and types with too few cases; of claims, "
        "verdicts that the treaty contradicts. Exit code 1 where a case is worthless.",
    )
    lint.add_argument("gold", nargs="*", type=Path, metavar="GOLD.jsonl", help="gold sets (default: the samples)")
    lint.add_argument("--home", type=Path, metavar="DIR", help="home folder of the index to check against")
    lint.add_argument("--json", action="store_true", help="print one JSON document")
    lint.set_defaults(eval_run=_lint)


def _lint(args: argparse.Namespace) -> int:
    from eval.claim_cases import load_claim_cases
    from eval.claim_lint import lint_claims
    from eval.lint import lint
    from eval.terminal import counted
    from ingest.index import open_index

    paths = args.gold or [SAMPLES]
    cases: Sequence[Case]
    if of_claims(paths):
        cases = texts = load_claim_cases(*paths)
        with closing(open_index(args.home or default_home())) as index:
            findings = lint_claims(texts, index.treaties)
        what = f"{counted(sum(len(text.claims) for text in texts), 'claim')} in {counted(len(texts), 'text')}"
    else:
        cases = questions = load_cases(*paths)
        with closing(open_index(args.home or default_home())) as index:
            findings = lint(questions, index.treaties)
        what = f"{len(cases)} cases of {len({case.type for case in cases})} types"
    faults = sum(finding.weight == "fault" for finding in findings)
    if args.json:
        document = {"cases": len(cases), "faults": faults, "findings": [f.to_json() for f in findings]}
        print(json.dumps(document, ensure_ascii=False))
        return int(faults > 0)
    for finding in findings:
        print(f"{finding.weight}  {finding}")
    print(f"{what}: {faults} faults, {len(findings) - faults} doubts.")
    return int(faults > 0)
