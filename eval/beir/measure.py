"""``pacta eval run FOLDER``: Pacta's search on a folder in BEIR's form, measured query by query.

Each query is put to ``service.answer.search_articles``, routing by the names of treaties included.
"""

import json
import math
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from eval import measures
from eval.beir.folder import BeirFolder, Query, read_folder
from eval.statistics import bootstrap_interval, mean, percentile
from eval.summary import Estimate, Group
from ingest.errors import PactaError

if TYPE_CHECKING:
    from eval.beir.index import Place
    from service.models import Hit

# So many documents are asked for: what recall@100 needs.
DEPTH = 100
_TOP = 10
_CRASHES_SHOWN = 5

# A query's text and how many hits are wanted.
Search = Callable[[str, int], "Sequence[Hit]"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What became of one query: ``ranking`` are document ids, best first; ``crash`` says why there is none.

    ``seconds`` is the time of the search, None after a crash.
    """

    query: Query
    ranking: tuple[str, ...]
    scores: Mapping[str, float]
    seconds: float | None = None
    crash: str | None = None


@dataclass(frozen=True)
class Measured:
    """A run: of ``planned`` queries those that were asked. ``empty`` are documents without words."""

    data: BeirFolder
    results: tuple[Asked, ...]
    planned: int
    index: str
    empty: tuple[str, ...]

    @cached_property
    def total(self) -> Group:
        """All queries."""
        return _group(self.results)

    @cached_property
    def by_style(self) -> dict[str, Group]:
        """The queries of each style, those without one left out."""
        styles = sorted({result.query.style for result in self.results} - {""})
        return {style: _group([r for r in self.results if r.query.style == style]) for style in styles}

    @property
    def partial(self) -> bool:
        """Whether the run was cut short."""
        return len(self.results) < self.planned

    @property
    def crashed(self) -> list[Asked]:
        """The queries whose search crashed; they count as finding nothing."""
        return [result for result in self.results if result.crash is not None]

    def latency_ms(self, percent: float) -> float | None:
        """A percentile of the times that searches took."""
        seconds = [result.seconds for result in self.results if result.seconds is not None]
        return 1000 * percentile(seconds, percent) if seconds else None

    def to_json(self) -> dict[str, Any]:
        """``summary.json``: everything but the single queries."""
        return {
            "folder": self.data.folder.resolve().name,
            "split": self.data.split,
            "sha256": dict(self.data.sha256),
            "index": self.index,
            "documents": len(self.data.documents),
            "depth": DEPTH,
            "queries": len(self.results),
            "planned": self.planned,
            "partial": self.partial,
            "crashed": [result.query.id for result in self.crashed],
            "unanswered": list(self.data.unanswered),
            "unjudged": self.data.unjudged,
            "documents_missing": list(self.data.missing),
            "documents_empty": list(self.empty),
            "measures": _estimates(self.total),
            "by_style": {
                style: {"queries": group.cases, "measures": _estimates(group)} for style, group in self.by_style.items()
            },
            "latency_ms": {"p50": self.latency_ms(50), "p95": self.latency_ms(95)},
        }

    def records(self) -> list[dict[str, Any]]:
        """The lines of ``results.jsonl``; without times, so that the same index gives the same file."""
        return [_record(result, self.data.qrels[result.query.id]) for result in self.results]


def graded_ndcg_at(ranking: Sequence[str], gains: Mapping[str, int], k: int) -> float:
    """Discounted gain of the first k documents over that of the best order of all that are judged.

    A document gains its score, divided by log2(rank + 1): the linear gain of Järvelin and Kekäläinen ("Cumulated
    gain-based evaluation of IR techniques", ACM TOIS 20(4), 2002), as trec_eval's ndcg_cut and BEIR have it.
    Scores below 0 gain nothing. Raises MissingEvidence where no score is above 0.
    """
    best = sorted((gain for gain in gains.values() if gain > 0), reverse=True)
    if not best:
        raise measures.MissingEvidence("no document answers the query")
    return _discounted([max(gains.get(name, 0), 0) for name in ranking[:k]]) / _discounted(best[:k])


def score_ranking(
    ranking: Sequence[str], gains: Mapping[str, int], articles: Mapping[str, "Place"]
) -> dict[str, float]:
    """Every measure of one query; ``gains`` are its judgements.

    ``articles`` gives the place (treaty id, eId) of each document that is a treaty's article; a query that
    others answer too has no wrong treaty.
    """
    # The measures compare pairs; a document is what it is without a treaty.
    found = [("", name) for name in ranking]
    gold = [("", name) for name, gain in gains.items() if gain > 0]
    scores = {f"hit@{k}": measures.hit_at(found, gold, k) for k in (1, 5, 10)}
    scores |= {f"recall@{k}": measures.recall_at(found, gold, k) for k in (1, 5, 10, 100)}
    scores["MRR"] = measures.reciprocal_rank(found, gold)
    scores["nDCG@10"] = graded_ndcg_at(ranking, gains, 10)
    if all(name in articles for _, name in gold):
        first = [articles.get(name, ("", name)) for name in ranking[:1]]
        scores["wrong_treaty@1"] = measures.wrong_treaty(first, [articles[name] for _, name in gold])
    return scores


def ask_all(
    data: BeirFolder,
    queries: Sequence[Query],
    search: Search,
    places: Mapping[str, "Place"],
    *,
    jobs: int = 1,
    progress: bool = False,
) -> tuple[Asked, ...]:
    """The results in the order of the queries; fewer than these where Ctrl-C cut the run short.

    ``places`` says where each document stands. ``jobs`` queries run at a time; ``progress`` draws a bar on stderr
    if that is a terminal.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    names = {place: name for name, place in places.items()}
    articles = {d.id: places[d.id] for d in data.documents if d.treaty_id is not None and d.id in places}
    asked: list[Future[Asked]] = []
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
        console=Console(stderr=True), transient=True, disable=not (progress and sys.stderr.isatty()),
    )  # fmt: skip
    pool = ThreadPoolExecutor(max_workers=jobs)
    try:
        with bar:
            task = bar.add_task("Asking", total=len(queries))
            for query in queries:
                asked.append(pool.submit(_ask, query, data.qrels[query.id], search, names, articles))
            for _ in as_completed(asked):
                bar.advance(task)
    except KeyboardInterrupt:
        pass
    finally:
        pool.shutdown(cancel_futures=True)
    return tuple(future.result() for future in asked if not future.cancelled())


def run_folder(
    folder: Path,
    *,
    home: Path,
    split: str | None = None,
    limit: int | None = None,
    jobs: int = 1,
    out: Path | None = None,
    as_json: bool = False,
    progress: bool = True,
    work: Path | None = None,
) -> int:
    """Measure Pacta on a folder and print the table, or with ``as_json`` one JSON document; gives the exit code.

    The index of the corpus is built in ``work``, by default ``<home>/beir``, unless it is there. ``limit`` takes
    the first queries only; ``out`` is a folder to write the run to (see ``report``).
    The code is 1 where a search crashed or the run was stopped. Raises PactaError and WrongUse.
    """
    from eval.beir.index import open_corpus
    from eval.beir.report import make_folder, print_measured, write_measured
    from eval.terminal import report_console
    from ingest.progress import TerminalProgress
    from ingest.settings import Settings as IngestSettings
    from service.answer import search_articles
    from service.settings import Settings

    data = read_folder(folder, split)
    queries = data.queries[:limit]
    if out is not None:
        make_folder(out)
    work = work or home / "beir"
    try:
        if progress:
            with TerminalProgress() as bars:
                index, assembled = open_corpus(data, work, bars)
        else:
            index, assembled = open_corpus(data, work)
    except KeyboardInterrupt:
        _say("Stopped while the index was being built. The same command goes on with what is embedded already.")
        raise
    with closing(index):
        settings = Settings(ingest=IngestSettings(home=work))

        def search(text: str, limit: int) -> Sequence["Hit"]:
            return search_articles(text, index, settings, limit=limit)

        results = ask_all(data, queries, search, assembled.places, jobs=jobs, progress=progress)
        measured = Measured(data, results, len(queries), index.generation, assembled.empty)
    if not results:
        raise PactaError("The run was stopped before the first query was answered.")
    if out is not None:
        write_measured(measured, out)
    if as_json:
        print(json.dumps({**measured.to_json(), "results": measured.records()}, ensure_ascii=False))
    else:
        print_measured(measured, report_console())
    for result in measured.crashed[:_CRASHES_SHOWN]:
        _say(f"{result.query.id} crashed and counts as wrong: {result.crash}")
    if measured.partial:
        _say(f"stopped after {len(results)} of {len(queries)} queries")
    return int(measured.partial or bool(measured.crashed))


def _ask(
    query: Query,
    gains: Mapping[str, int],
    search: Search,
    names: Mapping["Place", str],
    articles: Mapping[str, "Place"],
) -> Asked:
    started = perf_counter()
    try:
        # One more, since the query itself may be among them.
        hits = search(query.text, DEPTH + 1)
        seconds = perf_counter() - started
        found = [names[hit.treaty_id, hit.eid] for hit in hits]
    except Exception as error:
        # One broken query must not cost the others.
        return Asked(query, (), score_ranking((), gains, articles), crash=f"{type(error).__name__}: {error}")
    # A query that is a document of the corpus too is not its own answer: BEIR takes it out of the ranking
    # (ArguAna, Quora). Where a folder merely counts both from 1, the judgement speaks.
    ranking = tuple(name for name in found if name != query.id or gains.get(name, 0) > 0)[:DEPTH]
    return Asked(query, ranking, score_ranking(ranking, gains, articles), seconds)


def _group(results: Sequence[Asked]) -> Group:
    values: dict[str, list[float]] = {}
    for result in results:
        for name, value in result.scores.items():
            values.setdefault(name, []).append(value)
    estimates = {name: Estimate(mean(found), *bootstrap_interval(found), len(found)) for name, found in values.items()}
    return Group(len(results), estimates)


def _estimates(group: Group) -> dict[str, dict[str, float]]:
    return {name: estimate._asdict() for name, estimate in group.measures.items()}


def _record(result: Asked, gains: Mapping[str, int]) -> dict[str, Any]:
    rank_of = {name: rank for rank, name in enumerate(result.ranking, start=1)}
    return {
        "id": result.query.id,
        "style": result.query.style,
        "query": result.query.text,
        "scores": dict(result.scores),
        "answers": {name: rank_of.get(name) for name, gain in gains.items() if gain > 0},
        "ranking": list(result.ranking[:_TOP]),
        "crash": result.crash,
    }


def _discounted(gains: Sequence[int]) -> float:
    return math.fsum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, start=1))


def _say(text: str) -> None:
    print(f"pacta eval: {text}", file=sys.stderr)
