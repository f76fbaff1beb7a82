"""A run's folder: what is written, and how a run that was stopped goes on.

    run.json        what was asked of what: gold sets, index, versions, settings, commit, seed
    cases.jsonl     every case with its answer and scores; the same bytes whenever the same is run again
    timings.jsonl   how long each answer took, in milliseconds by stage
    summary.json    the measures with their intervals: scores only, no words of any treaty
    run.trec        the articles found, in TREC's format (score: eleven less the rank)
    qrels.trec      the gold articles, in TREC's format
    report.html     all of it to be looked at
    journal.jsonl   the cases finished so far, until all are

Every file but the journal is written whole beside its place and moved there. The journal is written as cases
are finished; a process that is killed leaves at most its last line torn, and that case is run again.
"""

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO, TypeVar

from eval.cases import CaseFault, GoldCase
from eval.errors import WrongUse
from eval.results import CaseResult, Timed, read_result
from eval.run import RANKING_LENGTH, Finished
from ingest.errors import PactaError

RUN, CASES, TIMINGS, SUMMARY = "run.json", "cases.jsonl", "timings.jsonl", "summary.json"
TREC_RUN, QRELS, REPORT, JOURNAL = "run.trec", "qrels.trec", "report.html", "journal.jsonl"
FILES = (RUN, CASES, TIMINGS, SUMMARY, TREC_RUN, QRELS, REPORT, JOURNAL)

_Record = TypeVar("_Record", CaseResult, Timed)


class FolderUnusable(PactaError):
    """A run's folder cannot be written, or what it holds is not a run."""


class RunFolder:
    """The folder of a run that is being made; ``done`` has the cases that an earlier start finished.

    Raises WrongUse where the folder holds something else (another run, a finished one without ``overwrite``,
    files that are not of a run), and FolderUnusable where it cannot be read or written.
    """

    def __init__(self, path: Path, description: Mapping[str, Any], *, overwrite: bool = False) -> None:
        self.path = path
        self.done: list[Finished] = []
        self._journal: TextIO | None = None
        try:
            path.mkdir(parents=True, exist_ok=True)
            present = {entry.name for entry in path.iterdir()}
            if overwrite:
                for name in present & set(FILES):
                    (path / name).unlink()
            elif present:
                self.done = self._resume(present, description)
            if not self.done:
                _write(path / RUN, json.dumps(description, ensure_ascii=False, indent=2) + "\n")
            # A line torn by a kill is not in ``done``: the journal goes on behind its last whole line.
            _write(path / JOURNAL, _lines(_entry(finished) for finished in self.done))
            self._journal = (path / JOURNAL).open("a", encoding="utf-8")
        except OSError as error:
            raise _unusable(path, error) from error

    def keep(self, finished: Finished) -> None:
        """Notes a finished case down, so that it need not be run again."""
        assert self._journal is not None
        try:
            self._journal.write(_lines([_entry(finished)]))
            self._journal.flush()
        except OSError as error:
            raise _unusable(self.path, error) from error

    def __enter__(self) -> "RunFolder":
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()

    def close(self) -> None:
        """Leaves the folder as it is, so that the run can go on later."""
        if self._journal is not None:
            self._journal.close()

    def finish(self, finished: Sequence[Finished], summary: Mapping[str, Any], report: str) -> None:
        """Writes what a finished run leaves, the summary last, and removes the journal."""
        self.close()
        results = [kept.result for kept in finished]
        texts: dict[str, str] = {
            CASES: _lines(result.to_json() for result in results),
            TIMINGS: _lines({"id": k.timed.case_id, "timings_ms": dict(k.timed.timings_ms)} for k in finished),
            TREC_RUN: trec_run(results),
            QRELS: trec_qrels([result.case for result in results]),
            REPORT: report,
            SUMMARY: json.dumps(summary, ensure_ascii=False, indent=2) + "\n",
        }
        try:
            for name, text in texts.items():
                _write(self.path / name, text)
            (self.path / JOURNAL).unlink(missing_ok=True)
        except OSError as error:
            raise _unusable(self.path, error) from error

    def _resume(self, present: set[str], description: Mapping[str, Any]) -> list[Finished]:
        if RUN not in present:
            raise WrongUse(f"--out {self.path}: there are files in it, and no run. Give an empty or a new folder.")
        if SUMMARY in present:
            raise WrongUse(f"--out {self.path}: it holds a finished run. Give a new folder, or add --overwrite.")
        begun = read_document(self.path / RUN)
        before, now = _identity(begun), _identity(description)
        differs = [name for name, value in now.items() if value != before[name]]
        if differs:
            raise WrongUse(
                f"--out {self.path}: it holds a run that was stopped, with another {' and another '.join(differs)}. "
                "Give a new folder, or add --overwrite to begin afresh."
            )
        return list(_journal(self.path / JOURNAL))


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


def read_document(path: Path) -> dict[str, Any]:
    """The JSON object in a file of a run; raises FolderUnusable."""
    try:
        document = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise FolderUnusable(f"{path}: {error.strerror or error}. Give the folder of a run.") from error
    except ValueError as error:
        raise FolderUnusable(f"{path}: it is not JSON ({error}). Run it again with --overwrite.") from error
    if not isinstance(document, dict):
        raise FolderUnusable(f"{path}: it holds no JSON object. Run it again with --overwrite.")
    return document


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


def _identity(description: Mapping[str, Any]) -> dict[str, object]:
    """What must be the same for a run to go on, by what it is called."""
    versions = description.get("versions", {})
    return {
        "gold set": [gold.get("sha256") for gold in description.get("gold", ())],
        "choice of cases": description.get("cases"),
        "index": description.get("index"),
        "answerer": description.get("answered_by"),
        "version of Pacta": (versions.get("code_sha256"), versions.get("libraries")),
        "settings": description.get("settings"),
    }


def _journal(path: Path) -> Iterator[Finished]:
    """The finished cases; stops at a line that is torn."""
    try:
        lines = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        return
    for line in lines[:-1]:
        try:
            document = json.loads(line)
            result = read_result(document["result"])
        except (ValueError, KeyError, TypeError, CaseFault):
            return
        yield Finished(result, Timed(result.case.id, document["timings_ms"]))


def _entry(finished: Finished) -> dict[str, Any]:
    return {"result": finished.result.to_json(), "timings_ms": dict(finished.timed.timings_ms)}


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


def _lines(documents: Iterable[dict[str, Any]]) -> str:
    return "".join(json.dumps(document, ensure_ascii=False) + "\n" for document in documents)


def _token(text: str) -> str:
    """One word, since TREC's columns are parted by blanks."""
    return "_".join(text.split())


def _write(path: Path, text: str) -> None:
    beside = path.with_name(f"{path.name}.tmp")
    beside.write_text(text, "utf-8")
    os.replace(beside, path)


def _unusable(path: Path, error: OSError) -> FolderUnusable:
    return FolderUnusable(f"{path}: {(error.strerror or str(error)).lower()}. Give another folder with --out.")
