"""``pacta eval run``: puts gold sets to an index or a service, prints and keeps what comes of it."""

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eval.cases import Case, GoldCase, SomeCase, load_cases, missing_provisions, missing_treaties
from eval.claim_cases import holds_claims
from eval.errors import WrongUse
from ingest.errors import IndexMissing, PactaError
from ingest.settings import Settings as IngestSettings
from ingest.settings import default_home

if TYPE_CHECKING:
    from eval.answerers import Answerer, Checker, LocalAnswerer, RemoteAnswerer
    from eval.folder import RunFolder
    from eval.run import Finished, Opinion
    from ingest.models import ParsedTreaty

SAMPLES = Path(__file__).parent / "gold" / "samples.jsonl"
_SAMPLES_HINT = "The sample questions need the sample treaties. Ingest them: pacta ingest ingest/samples"
# Intervals are drawn from this seed, so that the same results have the same intervals.
SEED = 0
_NAMED = 5


def add_run_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds ``run``; the arguments carry ``run_gold`` as ``eval_run``."""
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
            "  pacta eval run my.jsonl --out runs/monday   your own, kept to be looked at and compared\n"
            "  pacta eval run --url http://127.0.0.1:8000  a running service in the place of the index\n"
            "  pacta eval run --types exact,list --json    some types, for a program\n"
            "  pacta eval run my.jsonl --split test        what was never looked at while tuning\n"
            "  pacta eval run scifact/ --split test        a folder with corpus.jsonl, queries.jsonl, qrels/\n"
            "  pacta eval run claims.jsonl                 texts whose claims are checked, as by pacta check\n\n"
            "A run with --out that was stopped goes on when the same command is given again.\n\n"
            "exit codes: 0 done; 1 a quotation or locator is wrong, a case crashed, or the run\n"
            "was stopped; 2 wrong use; 3 cannot run (the message says what to do)"
        ),
    )
    run.add_argument(
        "gold",
        nargs="*",
        type=Path,
        metavar="GOLD",
        help="gold sets, or one folder in BEIR's form, on which retrieval alone is measured (default: the samples)",
    )
    run.add_argument(
        "--home", type=Path, metavar="DIR", help="home folder of the index (default: PACTA_HOME, else .pacta)"
    )
    run.add_argument("--url", metavar="URL", help="ask the service at this address, not the index on this machine")
    run.add_argument(
        "--out", type=Path, metavar="DIR", help="keep the run in a folder: report.html, cases.jsonl, summary.json, …"
    )
    run.add_argument("--overwrite", action="store_true", help="begin afresh where --out holds a run already")
    run.add_argument("--json", action="store_true", help="print one JSON document, every case in it")
    run.add_argument("--types", metavar="T,…", help="only questions of these types")
    run.add_argument("--split", metavar="NAME", help="only questions of this split of the gold set: dev or test")
    run.add_argument("--limit", type=positive, metavar="N", help="only the first N questions")
    run.add_argument(
        "--jobs",
        type=positive,
        default=1,
        metavar="N",
        help="questions at a time (default 1; more make the single answer slower)",
    )
    run.add_argument(
        "--held-only",
        action="store_true",
        help="leave out questions on treaties that the index does not hold, instead of stopping",
    )
    run.add_argument(
        "--judge",
        action="store_true",
        help="ask a language model about each answer too (PACTA_LLM_URL, PACTA_LLM_MODEL, PACTA_LLM_KEY); "
        "what it says decides nothing",
    )
    run.add_argument("--all-cases", action="store_true", help="list every case that went wrong, not the worst 10")
    run.set_defaults(eval_run=run_gold)


def run_gold(args: argparse.Namespace) -> int:
    """Runs the command; raises WrongUse, and PactaError where nothing can be run."""
    from eval.folder import RunFolder
    from eval.opinions import configured_judge, opinion_of
    from eval.summary import summarise
    from eval.terminal import print_report, report_console, to_document

    paths = args.gold or [SAMPLES]
    if any(path.is_dir() for path in paths):
        return _run_folder(args)
    if args.overwrite and not args.out:
        raise WrongUse("--overwrite: there is no folder to write to. Name one with --out DIR.")
    if args.url and args.home:
        raise WrongUse("--url and --home: a service answers from its own home folder. Leave one of them out.")
    if of_claims(paths):
        from eval.claim_command import run_claims

        return run_claims(args)
    judge = configured_judge() if args.judge else None
    cases = chosen(load_cases(*paths), args.types, args.split, args.limit)
    with open_answerer(args) as (answerer, settings):
        kept = answerable(cases, answerer.treaties, args)
        if odd := missing_provisions(kept, answerer.treaties):
            say(f"The index has no {_some(odd)}, so questions on that count as wrong.")
        if judge:
            settings = {**settings, "judge": judge.described}
        description = describe(args, paths, cases, kept, answerer, settings)
        folder = RunFolder(args.out, description, overwrite=args.overwrite) if args.out else None
        finished = _run(kept, answerer, args, folder, opinion_of(judge, answerer.treaties) if judge else None)
    if not finished:
        raise PactaError("The run was stopped before the first question was answered.")
    summary = summarise(finished, planned=len(kept), description=description)
    if folder and not summary.partial:
        from eval.html_report import render_report

        folder.finish(finished, summary.to_json(), render_report(summary))
    if args.json:
        print(json.dumps(to_document(summary), ensure_ascii=False))
    else:
        print_report(summary, report_console(), all_cases=args.all_cases)
    for gate in summary.gates:
        if not gate.passed:
            say(f"{gate.name} does not hold: {gate}")
    if summary.partial:
        go_on = "; give the same command again to go on" if folder else ""
        say(f"stopped after {len(finished)} of {len(kept)} cases{go_on}")
    elif folder:
        say(f"the run is in {folder.path}; look at {folder.path / 'report.html'}")
    return summary.exit_code


def of_claims(paths: Sequence[Path]) -> bool:
    """Whether gold files hold texts with claims; raises WrongUse where some do and others hold questions."""
    claims = [path for path in paths if holds_claims(path)]
    if claims and len(claims) < len(paths):
        raise WrongUse(f"{_some([str(path) for path in claims])}: texts with claims. Run them apart from questions.")
    return bool(claims)


def _run_folder(args: argparse.Namespace) -> int:
    """Measures retrieval on a folder in BEIR's form, which has its own corpus and no answers to judge."""
    from eval.beir.measure import run_folder

    if len(args.gold) > 1:
        raise WrongUse("A folder with a corpus of its own is measured alone. Give one folder, or gold files.")
    for option in ("url", "types", "judge", "held_only", "all_cases", "overwrite"):
        if getattr(args, option):
            raise WrongUse(
                f"--{option.replace('_', '-')}: a folder has no answers to judge, only articles to find. Leave it out."
            )
    return run_folder(
        args.gold[0],
        home=args.home or default_home(),
        split=args.split,
        limit=args.limit,
        jobs=args.jobs,
        out=args.out,
        as_json=args.json,
    )


@contextmanager
def open_answerer(args: argparse.Namespace) -> "Iterator[tuple[LocalAnswerer | RemoteAnswerer, dict[str, Any]]]":
    """Who is asked or checks texts, and the settings that bear on the answers as far as they are known here."""
    from eval.answerers import LocalAnswerer, RemoteAnswerer

    if args.url:
        remote = RemoteAnswerer(args.url)
        try:
            yield remote, {}
        finally:
            remote.close()
        return
    from ingest.index import open_index
    from service.answer import warm_up
    from service.settings import Settings

    home = args.home or default_home()
    try:
        index = open_index(home)
    except IndexMissing as error:
        if args.gold:
            raise
        raise IndexMissing(f"{error}\n{_SAMPLES_HINT}") from error
    settings = Settings(ingest=IngestSettings(home=home))
    known = {name: value for name, value in asdict(settings).items() if name != "ingest"}
    try:
        warm_up(index)
        yield LocalAnswerer(index, settings), known
    finally:
        index.close()


def _run(
    cases: Sequence[GoldCase],
    answerer: "Answerer",
    args: argparse.Namespace,
    folder: "RunFolder | None",
    opinion: "Opinion | None",
) -> "list[Finished]":
    from eval.run import run_cases

    done = folder.done if folder else []
    if done:
        say(f"going on with {args.out}: {len(done)} of {len(cases)} cases are done")
    with folder or nullcontext():
        keep = folder.keep if folder else lambda finished: None
        return run_cases(cases, answerer, jobs=args.jobs, done=done, on_finished=keep, opinion=opinion, progress=True)


def describe(
    args: argparse.Namespace,
    paths: Sequence[Path],
    cases: Sequence[Case],
    kept: Sequence[Case],
    answerer: "Answerer | Checker",
    settings: Mapping[str, Any],
) -> dict[str, Any]:
    """``run.json``: what is asked of what."""
    from eval.provenance import provenance
    from eval.run import RANKING_LENGTH

    ids = [case.id for case in kept]
    return {
        "gold": [{"path": _shown(path), "sha256": _sha256(path)} for path in paths],
        "cases": {"types": args.types, "split": args.split, "limit": args.limit, "count": len(ids)}
        | {"ids_sha256": hashlib.sha256("\n".join(ids).encode()).hexdigest()},
        "left_out": sorted({case.id for case in cases} - set(ids)),
        "answered_by": args.url or "the index on this machine",
        "index": answerer.index,
        "treaties": len(answerer.treaties),
        "settings": {**settings, "ranking_length": RANKING_LENGTH},
        "jobs": args.jobs,
        "seed": SEED,
        "versions": provenance(),
        "begun": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def chosen(cases: list[SomeCase], types: str | None, split: str | None, limit: int | None) -> list[SomeCase]:
    """The cases of the types and of the split asked for, at most so many."""
    if split is not None:
        splits = dict.fromkeys(case.split for case in cases if case.split)
        if split not in splits:
            raise WrongUse(f"--split: no case is of the split {split}. Splits: {', '.join(splits) or 'none'}.")
        cases = [case for case in cases if case.split == split]
    if types is not None:
        wanted = {name.strip() for name in types.split(",")} - {""}
        known = dict.fromkeys(case.type for case in cases)
        if unknown := wanted - set(known):
            names = ", ".join(sorted(unknown))
            raise WrongUse(f"--types: no case is of type {names}. Types: {', '.join(known)}.")
        if not wanted:
            raise WrongUse(f"--types: name at least one of {', '.join(known)}.")
        cases = [case for case in cases if case.type in wanted]
    return cases[:limit]


def answerable(
    cases: list[SomeCase], treaties: Mapping[str, "ParsedTreaty"], args: argparse.Namespace
) -> list[SomeCase]:
    """The cases whose treaties are held; raises ``PactaError`` where that leaves too few."""
    missing = missing_treaties(cases, treaties)
    if not missing:
        return cases
    kept = [case for case in cases if case.needed_treaties <= treaties.keys()]
    left_out = len(cases) - len(kept)
    if args.held_only and kept:
        say(f"{left_out} of {len(cases)} cases left out: {_some(list(missing))} not in the index.")
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


def positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a whole number from 1 up")
    return int(text)


def say(text: str) -> None:
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
