"""Finished runs made by hand: cases with the scores that a test gives them, and the folders they are kept in."""

import argparse
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from eval_fakes import answer, case, cite

from eval.compare import Run
from eval.folder import RunFolder
from eval.results import CaseResult, Fault, Timed, kept_answer
from eval.run import Finished
from eval.summary import summarise

DESCRIPTION: Mapping[str, Any] = {
    "gold": [{"path": "/home/someone/sets/river.jsonl", "sha256": "a" * 64}],
    "cases": {"types": None, "split": None, "limit": None, "count": 2, "ids_sha256": "b" * 64},
    "left_out": [],
    "answered_by": "the index on this machine",
    "index": "g1",
    "settings": {"max_sentences": 4},
    "jobs": 1,
    "seed": 0,
    "versions": {
        "commit": "c" * 40,
        "code_sha256": "d" * 64,
        "libraries": {"numpy": "2.4"},
        "machine": {"cpus": 2},
    },
    "begun": "2026-11-24T03:50:58+00:00",
}


def finished(
    name: str,
    right: bool = True,
    type_: str = "lay",
    *,
    confidence: float | None = None,
    fault: Fault = "not_chosen",
    ms: float | None = None,
    words: str | None = None,
    gold: Mapping[str, Any] | None = None,
    **scores: float,
) -> Finished:
    """A case that came out right or wrong, with ``scores`` beside that; with a confidence it has an answer."""
    kept = None
    if confidence is not None:
        said = answer(cite("river", "art_2__para_1"), confidence=confidence)
        kept = kept_answer(said.to_json()) | ({"answer": words} if words else {})
    result = CaseResult(
        case=case(name, type_, **(gold or {})),
        outcome="answered" if kept else "crashed",
        fault=None if right else fault,
        remark="" if right else f"what is wrong with {name}",
        scores={"right": float(right), **scores},
        answer=kept,
        cited=(("river", "art_2"),) if kept else (),
        quotations=1,
    )
    return Finished(result, Timed(name, {} if ms is None else {"total": ms}))


def run(path: str, cases: Sequence[Finished], **changes: Any) -> Run:
    """A run that is in no folder; ``changes`` go into its description."""
    return Run(Path(path), {**DESCRIPTION, **changes}, cases)


def keep(path: Path, cases: Sequence[Finished], *, planned: int | None = None, **changes: Any) -> Path:
    """Writes a run's folder; gives its path."""
    description = {**DESCRIPTION, **changes}
    summary = summarise(cases, planned=planned or len(cases), description=description)
    RunFolder(path, description).finish(cases, summary.to_json(), "<!doctype html>")
    return path


def call(add_parser: Callable[..., None], *arguments: object) -> int:
    """Runs a command of ``pacta eval``; raises what the command raises."""
    parser = argparse.ArgumentParser()
    add_parser(parser.add_subparsers())
    args = parser.parse_args([str(argument) for argument in arguments])
    return int(args.eval_run(args))
