"""``pacta eval``: how good the answers are, measured on questions with known answers."""

import argparse
import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from eval.cases import GoldCase, load_cases, missing_provisions, missing_treaties
from ingest.errors import IndexMissing, PactaError
from ingest.models import ParsedTreaty
from ingest.settings import Settings as IngestSettings
from ingest.settings import default_home
from service.models import Answer, Conversation, Hit, Question
from service.settings import Settings

if TYPE_CHECKING:
    from ingest.index import Index

SAMPLES = Path(__file__).parent / "gold" / "samples.jsonl"
_SAMPLES_HINT = "The sample questions need the sample treaties. Ingest them: pacta ingest ingest/samples"
_NAMED = 5


class _WrongUse(Exception):
    """An option that cannot be meant."""


@dataclass(frozen=True, slots=True)
class LocalAnswerer:
    """Answers from an index on this machine, through what every front end calls."""

    opened: "Index"
    settings: Settings

    @property
    def index(self) -> str:
        """The generation id."""
        return self.opened.generation

    @property
    def treaties(self) -> Mapping[str, ParsedTreaty]:
        """The treaties of the index."""
        return self.opened.treaties

    def answer(self, question: Question, conversation: Conversation) -> Answer:
        """``service.answer.answer_question`` on this index."""
        from service.answer import answer_question

        return answer_question(question, conversation, self.opened, self.settings)

    def search(self, query: str, *, conversation: Conversation, limit: int) -> Sequence[Hit]:
        """``service.answer.search_articles`` on this index."""
        from service.answer import search_articles

        return search_articles(query, self.opened, self.settings, limit=limit, conversation=conversation)


def add_eval_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds ``eval`` and its commands; the arguments carry ``run_eval`` as ``run``."""
    parser = subparsers.add_parser(
        "eval",
        help="measure the answers on questions with known answers",
        description="Measures the answers on gold sets: questions with known answers.",
    )
    commands = parser.add_subparsers(dest="eval_command", metavar="COMMAND", required=True)
    run = commands.add_parser(
        "run",
        help="put a gold set to the index and print the measures",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description=(
            "Puts every question of a gold set to the index, offline, and prints by type of\n"
            "question how well search finds the right articles, whether answers cite them, and\n"
            "whether Pacta abstains where it has to. Every quotation is compared with the\n"
            "treaty's text: a single one that differs fails the run."
        ),
        epilog=(
            "A gold set is a file with one JSON object a line:\n"
            '  {"id": "orrin-01", "type": "topical", "question": "Who pays for the clearance?",\n'
            '   "gold": [{"treaty": "orrin", "article": "8"}], "answer": "Both, by shares.",\n'
            '   "key_facts": ["three fifths"], "must_abstain": false}\n\n'
            "examples:\n"
            "  pacta eval run                              the sample questions\n"
            "  pacta eval run my.jsonl --out results/      your own, kept for comparison\n"
            "  pacta eval run --types exact,list --json    some types, for a program\n"
            "  pacta eval run my.jsonl --split test        what was never looked at while tuning\n\n"
            "exit codes: 0 done; 1 a quotation or locator is wrong, a case crashed, or the run\n"
            "was stopped; 2 wrong use; 3 cannot run (the message says what to do)"
        ),
    )
    run.add_argument("gold", nargs="*", type=Path, metavar="GOLD.jsonl", help="gold sets (default: the samples)")
    run.add_argument(
        "--home",
        type=Path,
        metavar="DIR",
        help="home folder of the index (default: PACTA_HOME, else .pacta)",
    )
    run.add_argument("--out", type=Path, metavar="DIR", help="write results.jsonl, summary.json and report.md")
    run.add_argument("--json", action="store_true", help="print one JSON document, every case in it")
    run.add_argument("--types", metavar="T,…", help="only questions of these types")
    run.add_argument("--split", metavar="NAME", help="only questions of this split of the gold set: dev or test")
    run.add_argument("--limit", type=_positive, metavar="N", help="only the first N questions")
    run.add_argument(
        "--jobs",
        type=_positive,
        default=1,
        metavar="N",
        help="questions at a time (default 1; more make the single answer slower)",
    )
    run.add_argument(
        "--held-only",
        action="store_true",
        help="leave out questions on treaties that the index does not hold, instead of stopping",
    )
    run.add_argument("--all-cases", action="store_true", help="list every case that went wrong, not the worst 10")
    _add_lint(commands)
    parser.set_defaults(run=run_eval)


def _add_lint(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    lint = commands.add_parser(
        "lint",
        help="look for what is wrong with a gold set",
        description="Looks for treaties and articles that are not there, quotations that are not in the text, "
        "questions asked twice, and types with too few cases. Exit code 1 where a case is worthless.",
    )
    lint.add_argument("gold", nargs="*", type=Path, metavar="GOLD.jsonl", help="gold sets (default: the samples)")
    lint.add_argument("--home", type=Path, metavar="DIR", help="home folder of the index to check against")
    lint.add_argument("--json", action="store_true", help="print one JSON document")


def run_eval(args: argparse.Namespace) -> int:
    """Runs the command that ``add_eval_parser`` parsed; gives the exit code."""
    try:
        return _lint(args) if args.eval_command == "lint" else _run(args)
    except _WrongUse as error:
        _say(str(error))
        return 2
    except PactaError as error:
        _say(str(error))
        return 3


def _run(args: argparse.Namespace) -> int:
    from eval.report import print_report, report_console, to_document, write_report
    from eval.run import run_cases
    from eval.summary import summarise
    from ingest.index import open_index

    paths = args.gold or [SAMPLES]
    cases = _chosen(load_cases(*paths), args.types, args.split, args.limit)
    if args.out:
        _make_folder(args.out)
    home = args.home or default_home()
    try:
        index = open_index(home)
    except IndexMissing as error:
        if args.gold:
            raise
        raise IndexMissing(f"{error}\n{_SAMPLES_HINT}") from error
    with closing(index):
        answerer = LocalAnswerer(index, Settings(ingest=IngestSettings(home=home)))
        kept = _answerable(cases, answerer.treaties, args)
        if odd := missing_provisions(kept, answerer.treaties):
            _say(f"The index has no {_some(odd)}, so questions on that count as wrong.")
        results = run_cases(kept, answerer, jobs=args.jobs, progress=True)
        source = {
            "gold": [{"path": _shown(path), "sha256": _sha256(path)} for path in paths],
            "index": answerer.index,
            "left_out": sorted({case.id for case in cases} - {case.id for case in kept}),
        }
    if not results:
        raise PactaError("The run was stopped before the first question was answered.")
    summary = summarise(results, planned=len(kept), source=source)
    if args.out:
        write_report(summary, args.out)
    if args.json:
        print(json.dumps(to_document(summary), ensure_ascii=False))
    else:
        print_report(summary, report_console(), all_cases=args.all_cases)
    for gate in summary.gates:
        if not gate.passed:
            _say(f"{gate.name} does not hold: {gate}")
    if summary.partial:
        _say(f"stopped after {len(results)} of {len(kept)} cases")
    return summary.exit_code


def _lint(args: argparse.Namespace) -> int:
    from eval.lint import lint
    from ingest.index import open_index

    cases = load_cases(*(args.gold or [SAMPLES]))
    with closing(open_index(args.home or default_home())) as index:
        findings = lint(cases, index.treaties)
    faults = sum(finding.weight == "fault" for finding in findings)
    if args.json:
        document = {"cases": len(cases), "faults": faults, "findings": [f.to_json() for f in findings]}
        print(json.dumps(document, ensure_ascii=False))
        return int(faults > 0)
    for finding in findings:
        print(f"{finding.weight}  {finding}")
    types = len({case.type for case in cases})
    print(f"{len(cases)} cases of {types} types: {faults} faults, {len(findings) - faults} doubts.")
    return int(faults > 0)


def _chosen(cases: list[GoldCase], types: str | None, split: str | None, limit: int | None) -> list[GoldCase]:
    """The cases of the types and of the split asked for, at most so many."""
    if split is not None:
        splits = dict.fromkeys(case.split for case in cases if case.split)
        if split not in splits:
            raise _WrongUse(f"--split: no question is of the split {split}. Splits: {', '.join(splits) or 'none'}.")
        cases = [case for case in cases if case.split == split]
    if types is not None:
        wanted = {name.strip() for name in types.split(",")} - {""}
        known = dict.fromkeys(case.type for case in cases)
        if unknown := wanted - set(known):
            names = ", ".join(sorted(unknown))
            raise _WrongUse(f"--types: no question is of type {names}. Types: {', '.join(known)}.")
        if not wanted:
            raise _WrongUse(f"--types: name at least one of {', '.join(known)}.")
        cases = [case for case in cases if case.type in wanted]
    return cases[:limit]


def _answerable(
    cases: list[GoldCase], treaties: Mapping[str, ParsedTreaty], args: argparse.Namespace
) -> list[GoldCase]:
    """The cases whose treaties are held; raises ``PactaError`` where that leaves too few."""
    missing = missing_treaties(cases, treaties)
    if not missing:
        return cases
    kept = [case for case in cases if case.needed_treaties <= treaties.keys()]
    left_out = len(cases) - len(kept)
    if args.held_only and kept:
        _say(f"{left_out} of {len(cases)} cases left out: {_some(list(missing))} not in the index.")
        return kept
    lines = ["The index does not hold treaties that the gold set asks about:"]
    lines += [f"  {treaty} ({_count(ids)}: {_some(ids)})" for treaty, ids in missing.items()]
    if not args.gold:
        lines.append(_SAMPLES_HINT)
    else:
        lines.append("Ingest them: pacta ingest PATH…")
    if kept:
        lines.append(f"Or run the other {len(kept)} of {len(cases)} cases with --held-only.")
    raise PactaError("\n".join(lines))


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or error
        raise PactaError(f"{folder}: {reason}. Give another folder with --out.") from error


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a whole number from 1 up")
    return int(text)


def _say(text: str) -> None:
    print(f"pacta eval: {text}", file=sys.stderr)


def _some(names: Sequence[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def _count(ids: Sequence[str]) -> str:
    return "1 case" if len(ids) == 1 else f"{len(ids)} cases"


def _shown(path: Path) -> str:
    """The path as given; of the samples, their place in the project."""
    return path.relative_to(SAMPLES.parents[2]).as_posix() if path == SAMPLES else str(path)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
