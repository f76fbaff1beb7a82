"""The folder of a run that is being made: a journal of what is finished, so that a run that was stopped goes on.

Every file but the journal is written whole beside its place and moved there. The journal is written as cases are
finished; a process that is killed leaves at most its last line torn, and that case is run again.
"""

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Generic, Self, TextIO, TypeVar

from eval.errors import WrongUse
from eval.gold_fields import CaseFault
from ingest.errors import PactaError

RUN, SUMMARY, JOURNAL = "run.json", "summary.json", "journal.jsonl"

Kept = TypeVar("Kept")


class FolderUnusable(PactaError):
    """A run's folder cannot be written, or what it holds is not a run."""


class Journal(Generic[Kept]):
    """A run's folder with its journal; ``done`` has what an earlier start finished.

    ``files`` are the names that a run of this kind may leave; ``entry`` makes a journal's line of what is kept, and
    ``read`` reads it again, raising KeyError, TypeError, ValueError or CaseFault for what is none. Raises WrongUse
    where the folder holds something else (another run, a finished one without ``overwrite``, files that are not of a
    run), and FolderUnusable where it cannot be read or written.
    """

    def __init__(
        self,
        path: Path,
        description: Mapping[str, Any],
        *,
        files: Iterable[str],
        entry: Callable[[Kept], dict[str, Any]],
        read: Callable[[dict[str, Any]], Kept],
        overwrite: bool = False,
    ) -> None:
        self.path = path
        self.done: list[Kept] = []
        self._entry = entry
        self._journal: TextIO | None = None
        try:
            path.mkdir(parents=True, exist_ok=True)
            present = {found.name for found in path.iterdir()}
            if overwrite:
                for name in present & set(files):
                    (path / name).unlink()
            elif present:
                self.done = self._resume(present, description, read)
            if not self.done:
                write(path / RUN, json.dumps(description, ensure_ascii=False, indent=2) + "\n")
            # A line torn by a kill is not in ``done``: the journal goes on behind its last whole line.
            write(path / JOURNAL, lines(entry(kept) for kept in self.done))
            self._journal = (path / JOURNAL).open("a", encoding="utf-8")
        except OSError as error:
            raise unusable(path, error) from error

    def keep(self, finished: Kept) -> None:
        """Notes a finished case down, so that it need not be run again."""
        assert self._journal is not None
        try:
            self._journal.write(lines([self._entry(finished)]))
            self._journal.flush()
        except OSError as error:
            raise unusable(self.path, error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Leaves the folder as it is, so that the run can go on later."""
        if self._journal is not None:
            self._journal.close()

    def write_all(self, texts: Mapping[str, str]) -> None:
        """Writes what a finished run leaves, in that order, the summary last, and removes the journal."""
        self.close()
        try:
            for name, text in texts.items():
                write(self.path / name, text)
            (self.path / JOURNAL).unlink(missing_ok=True)
        except OSError as error:
            raise unusable(self.path, error) from error

    def _resume(
        self, present: set[str], description: Mapping[str, Any], read: Callable[[dict[str, Any]], Kept]
    ) -> list[Kept]:
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
        return list(_entries(self.path / JOURNAL, read))


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


def lines(documents: Iterable[dict[str, Any]]) -> str:
    """JSON Lines."""
    return "".join(json.dumps(document, ensure_ascii=False) + "\n" for document in documents)


def write(path: Path, text: str) -> None:
    """Writes a file whole beside its place and moves it there; raises OSError."""
    beside = path.with_name(f"{path.name}.tmp")
    beside.write_text(text, "utf-8")
    os.replace(beside, path)


def unusable(path: Path, error: OSError) -> FolderUnusable:
    """The error for a folder that cannot be written."""
    return FolderUnusable(f"{path}: {(error.strerror or str(error)).lower()}. Give another folder with --out.")


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


def _entries(path: Path, read: Callable[[dict[str, Any]], Kept]) -> Iterator[Kept]:
    """The finished cases; stops at a line that is torn."""
    try:
        written = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        return
    for line in written[:-1]:
        try:
            kept = read(json.loads(line))
        except (ValueError, KeyError, TypeError, CaseFault):
            return
        yield kept
