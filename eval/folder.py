"""A run's folder: what is written, and how a run that was stopped goes on.

run.json        what was asked of what: gold sets, index, versions, settings, commit, seed
cases.jsonl     every case with its answer and scores; the same bytes whenever the same is run again
timings.jsonl   how long each answer took, in milliseconds by stage
summary.json    the measures with their intervals: scores only, no words of any treaty
run.trec        the articles found, in TREC's format (score: eleven less the rank)
qrels.trec      the gold articles, in TREC's format
report.html     all of it to be looked at
journal.jsonl   the cases finished so far, until all are
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from eval.cases import GoldCase
from eval.gold_fields import CaseFault
from eval.journal import JOURNAL, RUN, SUMMARY, FolderUnusable, Journal, lines, read_document
from eval.results import CaseResult, Timed, read_result
from eval.run import RANKING_LENGTH, Finished

CASES, TIMINGS, REPORT = "cases.jsonl", "timings.jsonl", "report.html"
TREC_RUN, QRELS = "run.trec", "qrels.trec"
FILES = (RUN, CASES, TIMINGS, SUMMARY, TREC_RUN, QRELS, REPORT, JOURNAL)

_Record = TypeVar("_Record", CaseResult, Timed)


class RunFolder(Journal[Finished]):
    """The folder of a run over questions that is being made; raises WrongUse and FolderUnusable as ``Journal``."""

    def __init__(self, path: Path, description: Mapping[str, Any], *, overwrite: bool = False) -> None:
        super().__init__(path, description, files=FILES, entry=_entry, read=_finished, overwrite=overwrite)

    def finish(self, finished: Sequence[Finished], summary: Mapping[str, Any], report: str) -> None:
        """Writes what a finished run leaves, the summary last, and removes the journal."""
        results = [kept.result for kept in finished]
        self.write_all(
            {
                CASES: lines(result.to_json() for result in results),
                TIMINGS: lines({"id": k.timed.case_id, "timings_ms": dict(k.timed.timings_ms)} for k in finished),
                TREC_RUN: trec_run(results),
                QRELS: trec_qrels([result.case for result in results]),
                REPORT: report,
                SUMMARY: json.dumps(summary, ensure_ascii=False, indent=2) + "\n",
            }
        )


def load_run(path: Path) -> tuple[dict[str, Any], list[Finished]]:
    """What a finished run was of, and its cases; raises FolderUnusable, which says what is missing."""
    for name in (RUN, SUMMARY, CASES, TIMINGS):
        if not (path / name).is_file():
            unfinished = (path / JOURNAL).is_file()
            raise FolderUnusable(
                f"{path}: there is no {name} in it"
                + (", since the run is not finished. Go on with it: the same pacta eval run with --out." if unfinished
                   else ". Give the folder that pacta eval run --out wrote.")
            )  # fmt: skip
    results = [_read(path / CASES, n, line, read_result) for n, line in _numbered(path / CASES)]
    times = [_read(path / TIMINGS, n, line, _timed) for n, line in _numbered(path / TIMINGS)]
    if [result.case.id for result in results] != [timed.case_id for timed in times]:
        raise FolderUnusable(f"{path}: {CASES} and {TIMINGS} are not of the same run. Run it again.")
    return read_document(path / RUN), [Finished(*pair) for pair in zip(results, times, strict=True)]


def trec_run(results: Sequence[CaseResult]) -> str:
    """The rankings in TREC's format. Scores fall by rank: those of search may tie, and tools break ties anew."""
    return "".join(
        f"{_token(result.case.id)} Q0 {_token('/'.join(found.key))} {rank} {RANKING_LENGTH + 1 - rank} pacta\n"
        for result in results
        for rank, found in enumerate(result.retrieved, start=1)
    )


def trec_qrels(cases: Sequence[GoldCase]) -> str:
    """The gold articles of the cases that articles are searched for, in TREC's format."""
    return "".join(
        f"{_token(case.id)} 0 {_token('/'.join(key))} 1\n"
        for case in cases
        if not case.must_abstain
        for key in dict.fromkeys(locator.key for locator in case.gold)
    )


def _entry(finished: Finished) -> dict[str, Any]:
    return {"result": finished.result.to_json(), "timings_ms": dict(finished.timed.timings_ms)}


def _finished(document: dict[str, Any]) -> Finished:
    result = read_result(document["result"])
    return Finished(result, Timed(result.case.id, document["timings_ms"]))


def _timed(document: Mapping[str, Any]) -> Timed:
    return Timed(document["id"], document["timings_ms"])


def _numbered(path: Path) -> Iterator[tuple[int, str]]:
    # Not splitlines: U+2028 may stand inside a JSON string.
    for number, line in enumerate(path.read_text("utf-8").split("\n"), start=1):
        if line:
            yield number, line


def _read(path: Path, number: int, line: str, read: Callable[[dict[str, Any]], _Record]) -> _Record:
    try:
        return read(json.loads(line))
    except (ValueError, KeyError, TypeError, CaseFault) as error:
        raise FolderUnusable(
            f"{path}, line {number}: not a record of this version of Pacta ({error!r}). Run it again."
        ) from error


def _token(text: str) -> str:
    """One word, since TREC's columns are parted by blanks."""
    return "_".join(text.split())
