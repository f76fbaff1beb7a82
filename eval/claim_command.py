"""``pacta eval run`` on texts with claims: checks them, prints and keeps what comes of it."""

import argparse
import json
from collections.abc import Sequence
from contextlib import nullcontext
from typing import TYPE_CHECKING

from eval.claim_cases import ClaimCase, load_claim_cases
from eval.errors import WrongUse
from eval.run_command import answerable, chosen, describe, open_answerer, say
from ingest.errors import PactaError

if TYPE_CHECKING:
    from eval.answerers import Checker
    from eval.claim_folder import ClaimFolder
    from eval.claim_results import FinishedText


def run_claims(args: argparse.Namespace) -> int:
    """Runs the command; raises WrongUse, and PactaError where nothing can be run."""
    from eval.claim_folder import ClaimFolder
    from eval.claim_html import render_claim_report
    from eval.claim_summary import summarise_claims
    from eval.claim_terminal import claims_document, print_claim_report
    from eval.terminal import report_console

    if args.judge:
        raise WrongUse("--judge: there are no answers to judge in texts with claims. Leave it out.")
    cases = chosen(load_claim_cases(*args.gold), args.types, args.split, args.limit)
    with open_answerer(args) as (checker, settings):
        kept = answerable(cases, checker.treaties, args)
        description = describe(args, args.gold, cases, kept, checker, settings)
        folder = ClaimFolder(args.out, description, overwrite=args.overwrite) if args.out else None
        finished = _check(kept, checker, args, folder)
    if not finished:
        raise PactaError("The run was stopped before the first text was checked.")
    summary = summarise_claims(finished, planned=len(kept), description=description)
    if folder and not summary.partial:
        folder.finish(finished, summary.to_json(), render_claim_report(summary))
    if args.json:
        print(json.dumps(claims_document(summary), ensure_ascii=False))
    else:
        print_claim_report(summary, report_console(), all_cases=args.all_cases)
    for gate in summary.gates:
        if not gate.passed:
            say(f"{gate.name} does not hold: {gate}")
    if summary.partial:
        go_on = "; give the same command again to go on" if folder else ""
        say(f"stopped after {len(finished)} of {len(kept)} texts{go_on}")
    elif folder:
        say(f"the run is in {folder.path}; look at {folder.path / 'report.html'}")
    return summary.exit_code


def _check(
    cases: Sequence[ClaimCase], checker: "Checker", args: argparse.Namespace, folder: "ClaimFolder | None"
) -> "list[FinishedText]":
    from eval.claim_judging import check_case
    from eval.run import run_each

    done = folder.done if folder else []
    if done:
        say(f"going on with {args.out}: {len(done)} of {len(cases)} texts are done")
    with folder or nullcontext():
        return run_each(
            cases,
            lambda case: check_case(case, checker),
            jobs=args.jobs,
            done={kept.result.case.id: kept for kept in done},
            on_finished=folder.keep if folder else lambda finished: None,
            progress="Checking",
        )
