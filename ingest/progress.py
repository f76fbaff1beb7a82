"""Progress of an ingestion on a terminal; silent where stderr is none."""

import sys
from contextlib import suppress
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn


class TerminalProgress:
    """Bars on stderr, one a step; where stderr is no terminal, one line a step."""

    def __init__(self) -> None:
        self._console = Console(stderr=True)
        self._bars = Progress(
            TextColumn("{task.description:<10}"),
            BarColumn(bar_width=32),
            MofNCompleteColumn(),
            TimeRemainingColumn(compact=True),
            TextColumn("[dim]{task.fields[note]}"),
            console=self._console,
            disable=not self._console.is_terminal,
        )
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in self._tasks.values():
            self._bars.update(task, note="")
        self._bars.stop()

    def start(self, step: str, total: int) -> None:
        """A step begins."""
        if not self._console.is_terminal:
            # Whoever read the progress may have gone; the work goes on.
            with suppress(OSError):
                print(f"{step} ({total})", file=sys.stderr, flush=True)
        self._tasks[step] = self._bars.add_task(step, total=total, note="")

    def advance(self, step: str, by: int = 1, note: str = "") -> None:
        """Some units of a step are done."""
        self._bars.update(self._tasks[step], advance=by, note=note)
