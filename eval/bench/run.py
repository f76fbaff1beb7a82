"""One run of the bench: every system built, opened, and asked in turns."""

import json
import os
import random
import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any, TypeVar

from eval.bench.document import Measured, Plan, document
from eval.bench.figures import of_round
from eval.bench.found import (
    SAMPLE_QUESTIONS,
    SAMPLE_TREATIES,
    Articles,
    Asked,
    Questions,
    articles_per_piece,
    hits,
    made_of,
    of_cases,
    read_questions,
)
from eval.bench.kinds import ANSWER, KINDS, NOT_INSTALLED, PACTA
from eval.bench.process import Worker, WorkerFailed
from eval.bench.systems import Piece
from eval.cases import load_cases
from ingest.errors import PactaError
from ingest.index import PassageRow, TreatyShelf, current_folder, read_manifest_file
from ingest.manifest import find_entries
from ingest.models import ParsedTreaty

RANKS = (1, 5, 10)
# Ingestion is done again in each round until it has taken so many seconds in all.
INGESTING_S = 60

Thing = TypeVar("Thing")
Show = Callable[[str, float], None]
"""Told what is being done, and how much of all is done, from 0 to 1."""


def measure(plan: Plan, show: Show) -> dict[str, Any]:
    """Run the whole bench; gives the document that is printed, written and shown.

    Raises PactaError where Pacta itself cannot be measured, GoldError and WrongUse for questions that cannot
    be asked.
    """
    return _Run(plan, show).run()


class _Run:
    """The systems with what is known of them, and the processes that hold them while they are asked."""

    def __init__(self, plan: Plan, show: Show) -> None:
        self.plan = plan
        self.paths = plan.paths or (SAMPLE_TREATIES,)
        self.systems = [Measured(kind, NOT_INSTALLED if kind.missing() else None) for kind in KINDS.values()]
        self.workers: dict[str, Worker] = {}
        self._show = show
        self._steps = len(KINDS) * (plan.rounds + plan.openings + 1 + (len(plan.clients) + 1) * plan.rounds + 1)
        self._done = 0

    def run(self) -> dict[str, Any]:
        """All of it, in the order of the report."""
        started, load = perf_counter(), os.getloadavg()[0]
        for number in range(self.plan.rounds):
            self._all(f"ingestion {number + 1}", self._build, number)
            if perf_counter() - started > INGESTING_S:
                break
        treaties, rows = _kept_by_pacta(self.plan.folder / PACTA)
        questions = self._questions(treaties)
        texts = [asked.text for asked in questions.asked]
        articles = Articles({treaty: parsed.treaty.text for treaty, parsed in treaties.items()}, rows)
        with ExitStack() as stack:
            for number in range(self.plan.openings):
                last = stack if number == self.plan.openings - 1 else None
                self._all("opening", partial(self._open, question=texts[number % len(texts)], keep=last), number)
            self._all("seeing what it finds", partial(self._find, asked=questions.asked, articles=articles))
            for number in range(self.plan.rounds):
                doing = f"round {number + 1} of {self.plan.rounds}"
                # A turn may be cut short, so that its questions must be a fair sample: the same for all systems.
                mixed = random.Random(number).sample(texts, len(texts))
                for clients in self.plan.clients:
                    ask = partial(self._ask_new, questions=mixed, clients=clients)
                    self._all(f"{doing}, clients: {clients}", ask, number)
                    if clients == self.plan.clients[0]:
                        self._all(f"{doing}, asked again", partial(self._ask_again, questions=mixed), number)
            self._all("looking at its memory", self._memory)
        words = sum(len(parsed.treaty.text.split()) for parsed in treaties.values())
        took = perf_counter() - started
        return document(
            self.plan, self.systems, questions, treaties=len(treaties), words=words, seconds=took, load=load
        )

    def _all(self, doing: str, step: Callable[[Measured], None], first: int = 0) -> None:
        """Do one thing with each system in turn, beginning at another one; one that fails is left out from here.

        Raises PactaError where it is Pacta that fails.
        """
        for system in _from([system for system in self.systems if system.absent is None], first):
            self._show(f"{system.kind.name}: {doing}", self._done / self._steps)
            self._done += 1
            try:
                step(system)
            except WorkerFailed as error:
                if system.kind.id == PACTA:
                    raise PactaError(f"Pacta failed ({doing}): {error}") from error
                system.absent = f"it failed ({doing}): {error}"
                system.raw.clear()

    def _build(self, system: Measured) -> None:
        if system.kind.built_by != system.kind.id:
            return
        folder = self.plan.folder / system.kind.id
        shutil.rmtree(folder, ignore_errors=True)
        with self._worker(system) as worker:
            built = worker.do("build", paths=[str(path) for path in self.paths], folder=str(folder))
        built["disk_bytes"] = _bytes_in(folder)
        if system.kind.id == PACTA:
            built["vector_cache_bytes"] = _bytes_in(folder / "embeddings")
        system.builds.append(built)

    def _open(self, system: Measured, question: str, keep: ExitStack | None) -> None:
        """Open in a fresh process and ask one question; ``keep`` takes the process that stays to be asked more."""
        with ExitStack() as until_opened:
            started = perf_counter()
            worker = until_opened.enter_context(self._worker(system))
            opened = worker.do("open", folder=str(self.plan.folder / system.kind.built_by), question=question)
            opened["start_ms"] = (perf_counter() - started) * 1000
            if keep is not None:
                self.workers[system.kind.id] = worker
                keep.push(until_opened.pop_all())
        system.openings.append(opened)
        for name in ("open_ms", "start_ms"):
            system.note(name, opened[name])

    def _find(self, system: Measured, asked: Sequence[Asked], articles: Articles) -> None:
        """All questions once, untimed: what is found, and everything loaded that is loaded at first use."""
        found = self.workers[system.kind.id].do("find", questions=[a.text for a in asked])["found"]
        pieces = [[Piece(*values) for values in each] for each in found]
        system.articles_per_piece = articles_per_piece(pieces, articles)
        if system.kind.id == ANSWER:
            return  # how many articles it cites is its own choice
        system.found = hits(asked, pieces, articles, RANKS)
        for name in ("hit@1", "hit@10"):
            if name in system.found:
                system.note(name, system.found[name])

    def _ask_new(self, system: Measured, questions: Sequence[str], clients: int) -> None:
        figures = self._ask(system, questions, clients, renew=True)
        system.rounds.setdefault(str(clients), []).append(figures)
        for name in ("p50", "p95", "p99", "per_second"):
            system.note(f"{name}@{clients}", figures[name])

    def _ask_again(self, system: Measured, questions: Sequence[str]) -> None:
        """The questions of the turn just done, which may have been cut short, with all that it left behind."""
        clients = self.plan.clients[0]
        asked = int(system.rounds[str(clients)][-1]["questions"])
        figures = self._ask(system, questions[:asked], clients, renew=False)
        system.rounds.setdefault(f"{clients} again", []).append(figures)
        for name in ("p50", "p95", "per_second"):
            system.note(f"{name}@again", figures[name])

    def _ask(self, system: Measured, questions: Sequence[str], clients: int, *, renew: bool) -> dict[str, float]:
        worker, seconds = self.workers[system.kind.id], self.plan.seconds
        done = worker.do("round", questions=list(questions), clients=clients, seconds=seconds, renew=renew)
        return of_round(done["ms"], done["seconds"])

    def _memory(self, system: Measured) -> None:
        system.note("peak_bytes", self.workers[system.kind.id].do("memory")["peak_bytes"])

    def _worker(self, system: Measured) -> Worker:
        return Worker(system.kind.id, self.plan.folder / f"{system.kind.id}.log")

    def _questions(self, treaties: Mapping[str, ParsedTreaty]) -> Questions:
        if self.plan.given:
            text, name = self.plan.given
            return read_questions(text, name, self.plan.folder, treaties)
        if {entry.path for entry in find_entries(self.paths)} == {e.path for e in find_entries([SAMPLE_TREATIES])}:
            return of_cases(load_cases(SAMPLE_QUESTIONS), f"eval/gold/{SAMPLE_QUESTIONS.name}", treaties)
        return made_of(treaties)


def _kept_by_pacta(home: Path) -> tuple[dict[str, ParsedTreaty], list[PassageRow]]:
    """The treaties and passages of the index that Pacta built."""
    folder = current_folder(home)
    rows = json.loads((folder / "passages.json").read_text("utf-8"))
    shelf = TreatyShelf(folder / "treaties", read_manifest_file(folder).treaties)
    return dict(shelf), [PassageRow(*values) for values in rows]


def _bytes_in(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _from(things: Sequence[Thing], first: int) -> list[Thing]:
    """The things in their order, beginning at another one."""
    first %= max(1, len(things))
    return [*things[first:], *things[:first]]
