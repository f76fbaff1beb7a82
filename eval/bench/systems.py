"""What ``pacta bench`` measures: the shape of a system that reads documents and finds by question, and Pacta's.

The others are in others.py. All embed with the model that Pacta ships, so that what differs is how texts
are cut, kept and searched. Each is built, opened and asked in a process of its own (worker.py).
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any, Protocol

from ingest.errors import DocumentError, PactaError
from ingest.manifest import Entry, find_entries
from ingest.models import ParsedTreaty
from ingest.settings import Settings
from ingest.workers import parse_all

TOP = 10


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a treaty that was found; ``article`` is its eId where the system knows articles."""

    treaty_id: str
    start: int
    end: int
    article: str | None = None


@dataclass(slots=True)
class Built:
    """What an ingestion came to: seconds by stage, pieces indexed, documents left out with the reason."""

    stages: dict[str, float] = field(default_factory=dict)
    pieces: int = 0
    failures: list[str] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """All stages together."""
        return sum(self.stages.values())

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Counts the time of the block under ``name``."""
        started = perf_counter()
        yield
        self.stages[name] = self.stages.get(name, 0.0) + perf_counter() - started


class System(Protocol):
    """Something that finds in treaties; ``found`` is whatever it gives, ``pieces`` what that amounts to."""

    def build(self, paths: Sequence[Path], folder: Path) -> Built:
        """Read the documents at ``paths`` and keep in ``folder`` all that searching needs.

        Imports come before the first stage and are not counted.
        """

    def load(self) -> None:
        """Import what opening and searching need."""

    def open(self, folder: Path) -> None:
        """Open what ``build`` kept."""

    def find(self, question: str) -> Any:
        """What a user would be given for a question; any number of threads may ask at once."""

    def pieces(self, found: Any) -> list[Piece]:
        """Where the results of ``find`` stand, best first; not timed."""

    def renew(self) -> None:
        """Nothing is left behind."""

    def close(self) -> None:
        """Let go of the files."""


class Pacta:
    """Pacta's search, or the whole way to an answer with its citations."""

    def __init__(self, *, whole_answer: bool = False) -> None:
        self._whole_answer = whole_answer

    def build(self, paths: Sequence[Path], folder: Path) -> Built:
        """``pacta ingest`` into a home of its own, verification included."""
        self.load()
        from ingest.build import ingest

        started = perf_counter()
        report = ingest(find_entries(paths), Settings(home=folder))
        elapsed = perf_counter() - started
        if not report.indexed:
            raise PactaError("\n".join(["Nothing could be indexed.", *report.failures]))
        stages = {"read": report.seconds["read"], "embed": report.seconds["embed"]}
        # What is left of the build: cutting, and writing records, words and vectors.
        stages["index"] = elapsed - sum(stages.values()) - report.seconds["verify"]
        stages["verify"] = report.seconds["verify"]
        return Built(stages, report.passages, report.failures)

    def load(self) -> None:
        """Import what opening and searching need."""
        import chromadb  # noqa: F401
        import onnxruntime  # noqa: F401

        import service.answer  # noqa: F401

    def open(self, folder: Path) -> None:
        """Open the published index."""
        from ingest.index import open_index
        from service.settings import Settings as ServiceSettings

        self._index = open_index(folder)
        self._settings = ServiceSettings(ingest=Settings(home=folder))

    def find(self, question: str) -> Any:
        """The ten best articles, or the Answer."""
        from service import answer
        from service.models import Conversation, Question

        if self._whole_answer:
            return answer.answer_question(Question(question), Conversation(""), self._index, self._settings)
        return answer.search_articles(question, self._index, self._settings, limit=TOP)

    def pieces(self, found: Any) -> list[Piece]:
        """The articles found, or those cited."""
        if not self._whole_answer:
            return [Piece(hit.treaty_id, hit.start, hit.end, hit.eid) for hit in found]
        articles = []
        for cited in found.citations:
            parsed = self._index.treaties[cited.treaty_id]
            articles.append((cited.treaty_id, parsed.article_of(parsed.by_eid[cited.eid])))
        return [Piece(treaty, article.start, article.end, article.eid) for treaty, article in dict.fromkeys(articles)]

    def renew(self) -> None:
        """Nothing is left behind."""

    def close(self) -> None:
        """Let go of the files."""
        self._index.close()


def read_treaties(
    paths: Sequence[Path], built: Built, parse: Callable[[Entry], ParsedTreaty] | None = None
) -> list[ParsedTreaty]:
    """The treaties at ``paths``, read by as many processes as Pacta takes; failures go into ``built``."""
    entries = find_entries(paths)
    built.failures += [entry.problem for entry in entries if entry.problem]
    sound = [entry for entry in entries if not entry.problem]
    outcomes = parse_all(sound, parse=parse) if parse else parse_all(sound)
    treaties: dict[str, ParsedTreaty] = {}
    for _, outcome in outcomes:
        if isinstance(outcome, DocumentError):
            built.failures.append(str(outcome))
        else:
            treaties.setdefault(outcome.treaty.id, outcome)
    return list(treaties.values())
