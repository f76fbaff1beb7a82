"""Questions that people ask about well-known treaties, each with the article that answers it; questions.tsv holds them.

"Can they jail the ambassador's driver?" shares no word with the provision, and a question somebody else asked about
the same rule may be worded much like it. So an article of a well-known treaty is found by the questions kept for it
as well as by its own words (Nogueira et al., "Document Expansion by Query Prediction", 2019). They only help to find
it: what is answered is quoted from the text.

    un-charter/art_51 <tab> lay <tab> Somebody bombed our port. May we fire back before New York has voted?
    treaty's id in the catalogue/eId  style
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ingest.catalogue import load_catalogue
from ingest.embedding import Progress
from ingest.errors import IndexBroken, ManifestError
from ingest.models import ParsedTreaty, Passage
from ingest.settings import own_questions
from ingest.tokens import TokenIndex, Tokens, TokenWriter
from ingest.vector_cache import TextEncoder, VectorCache, encode_cached

Vectors = NDArray[np.float32]

STYLES = ("lay", "named", "terse")
_PATH = Path(__file__).parent / "questions.tsv"
_ROWS = "questions.json"
_MATRIX = "questions.npy"
_TOKENS = "question_tokens"
# An article under a known number that its questions do not fit is another one: an older version of the treaty, or a
# collection that counts differently. Of the articles that the questions were written on, one in a thousand has a mean
# cosine with its questions below this; of their neighbours, on much the same matter, nearly three in five.
LEAST_FIT = 0.3


# Questions less like each other than this have nothing to do with each other.
FAR = 0.3
FEW = 5
# Of an article so many are compared word by word.
COMPARED = 8

Article = tuple[str, str]
"""A treaty's id and the eId of an article in it."""


class Closeness(NamedTuple):
    """How close an article's questions are to one: the cosine of the nearest and the mean of the ``FEW`` nearest.

    What is farther than ``FAR``, or not there, counts as that far.
    """

    nearest: float
    few: float


@dataclass(frozen=True, slots=True)
class KnownQuestion:
    """A question and the article that answers it: ``eid`` within the treaty ``treaty_id``.

    ``style`` is "lay" (everyday words), "named" (names the treaty) or "terse" (as typed into a search box).
    """

    treaty_id: str
    eid: str
    style: str
    text: str


def load_known_questions() -> Mapping[str, tuple[KnownQuestion, ...]]:
    """For each treaty that has any, its questions: those that come with Pacta, then one's own (``PACTA_QUESTIONS``).

    One's own have the same form; their treaties may be held under the id given or be those of the catalogue.
    Raises ManifestError where they cannot be used.
    """
    return _load(own_questions())


@lru_cache(maxsize=2)
def _load(own: Path | None) -> Mapping[str, tuple[KnownQuestion, ...]]:
    found: dict[str, list[KnownQuestion]] = defaultdict(list)
    for path in (_PATH, own) if own else (_PATH,):
        for question in read_known_questions(path):
            found[question.treaty_id].append(question)
    return {treaty_id: tuple(questions) for treaty_id, questions in found.items()}


def read_known_questions(path: Path) -> list[KnownQuestion]:
    """The questions of a file, in its order; raises ManifestError where it cannot be read or a line is none."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ManifestError(f"{path}: the questions cannot be read ({error}).") from error
    questions = []
    for number, line in enumerate(lines, start=1):
        fields = line.split("\t")
        treaty_id, _, eid = fields[0].partition("/")
        if len(fields) != 3 or not eid or fields[1] not in STYLES or not fields[2].strip():
            raise ManifestError(
                f"{path}: line {number} is not a question. A line has three fields with tabs between them: "
                f"the article (un-charter/art_51), the style ({', '.join(STYLES)}), the question."
            )
        questions.append(KnownQuestion(treaty_id, eid, fields[1], fields[2].strip()))
    return questions


def questions_on(treaties: Iterable[ParsedTreaty]) -> list[KnownQuestion]:
    """The questions known about these treaties, sorted by treaty and eId.

    A treaty has those kept for its id in the catalogue, if the catalogue recognises it, and one's own for the id it
    is held under. A provision that it lacks is passed over. Raises ManifestError as ``load_known_questions`` does.
    """
    catalogue, known = load_catalogue(), load_known_questions()
    in_catalogue = {entry.id for entry in catalogue.entries}
    found = []
    for parsed in treaties:
        held_as = parsed.treaty.id
        entry = catalogue.entry_for(held_as, parsed.treaty.title)
        ids = {entry.id} if entry else set()
        if held_as not in in_catalogue:
            ids.add(held_as)
        found += [
            replace(question, treaty_id=held_as)
            for treaty_id in sorted(ids)
            for question in known.get(treaty_id, ())
            if question.eid in parsed.by_eid
        ]
    return sorted(found, key=lambda question: (question.treaty_id, question.eid))


def hash_of_questions(questions: Sequence[KnownQuestion]) -> str:
    """One sum of questions and articles."""
    return sha256("\n".join(f"{q.treaty_id}\t{q.eid}\t{q.text}" for q in questions).encode()).hexdigest()


class EncodedQuestions(NamedTuple):
    """Questions as vectors, shape (n, d), and as the tokens of each."""

    vectors: Vectors
    tokens: list[Tokens]


def encode_questions(
    questions: Sequence[KnownQuestion], embedder: TextEncoder, cache: VectorCache, on_progress: Progress | None = None
) -> EncodedQuestions:
    """The vectors of questions and of their tokens, those that are in the cache from there."""
    tokens: list[Tokens] = []
    vectors, _ = encode_cached(embedder, cache, [q.text for q in questions], tokens.extend, on_progress)
    return EncodedQuestions(vectors, tokens)


def fitting(
    questions: Sequence[KnownQuestion], vectors: Vectors, passages: Sequence[Passage], matrix: Vectors
) -> list[int]:
    """The positions of the questions whose article is the one that they were written on, as far as can be told.

    ``vectors`` are the questions', shape (n, d), ``matrix`` the passages'. The questions of an article are kept or
    left out together, by their mean cosine with the passage of the article that suits each best.
    """
    rows: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row, passage in enumerate(passages):
        rows[passage.treaty_id, passage.article].append(row)
    asked: dict[tuple[str, str], list[int]] = defaultdict(list)
    for position, question in enumerate(questions):
        asked[question.treaty_id, question.eid].append(position)
    kept: list[int] = []
    for article, positions in asked.items():
        if article in rows and (vectors[positions] @ matrix[rows[article]].T).max(axis=1).mean() >= LEAST_FIT:
            kept += positions
    return sorted(kept)


def build_questions(
    folder: Path, questions: Sequence[KnownQuestion], vectors: Vectors, tokens: Iterable[Tokens]
) -> None:
    """Write the articles that questions ask for, the questions' vectors, shape (n, d), and tokens into ``folder``."""
    with TokenWriter(folder, _TOKENS) as writer:
        writer.add(tokens)
    np.save(folder / _MATRIX, np.ascontiguousarray(vectors, dtype=np.float32))
    rows = [[question.treaty_id, question.eid] for question in questions]
    (folder / _ROWS).write_text(json.dumps(rows, ensure_ascii=False), "utf-8")


class QuestionIndex:
    """The known questions of one generation.

    They are compared one and all: 60,000 take four milliseconds.
    """

    def __init__(
        self, articles: Sequence[Article] = (), matrix: Vectors | None = None, tokens: TokenIndex | None = None
    ) -> None:
        """``articles`` are those that the questions ask for, sorted; ``matrix`` holds their vectors, shape (n, d)."""
        self._matrix = np.zeros((0, 0), dtype=np.float32) if matrix is None else matrix
        self._tokens = TokenIndex.of([]) if tokens is None else tokens
        changes = [n for n in range(len(articles)) if not n or articles[n] != articles[n - 1]]
        self._starts = np.array(changes, dtype=np.intp)
        self._ends = np.array([*changes[1:], len(articles)], dtype=np.intp)[: len(changes)]
        self._asked = [articles[start] for start in changes]
        self._number_of = {article: number for number, article in enumerate(self._asked)}
        self._of_treaty: dict[str, tuple[int, int]] = {}
        for (treaty, _), start, end in zip(self._asked, changes, self._ends.tolist(), strict=True):
            self._of_treaty[treaty] = (self._of_treaty.get(treaty, (start, end))[0], end)
        self.treaties = frozenset(self._of_treaty)
        self._all = [(0, len(articles))] if articles else []
        # It takes milliseconds, and one answer may compare them twice.
        self._compared = lru_cache(maxsize=16)(partial(_compared, self._matrix))

    def __len__(self) -> int:
        return len(self._matrix)

    def without(self, hidden: frozenset[str]) -> "QuestionIndex":
        """The questions less those about some treaties."""
        if self.treaties.isdisjoint(hidden):
            return self
        rest = copy(self)
        rest._number_of = {article: n for article, n in self._number_of.items() if article[0] not in hidden}
        rest._of_treaty = {treaty: span for treaty, span in self._of_treaty.items() if treaty not in hidden}
        rest.treaties = frozenset(rest._of_treaty)
        rest._all = list(rest._of_treaty.values())
        return rest

    def near(
        self, vector: Vectors, limit: int, treaties: Sequence[str] = (), also: Iterable[Article] = ()
    ) -> dict[Article, Closeness]:
        """How close the questions of articles are to one of unit length.

        The articles are the ``limit`` closest (of ``treaties``, of all when empty) and those of ``also`` that have any.
        """
        if not self._asked or (treaties and self.treaties.isdisjoint(treaties)):
            return {}
        cosines = self._cosines(vector, treaties)
        best = np.maximum.reduceat(cosines, self._starts)
        nearest = np.argpartition(-best, limit)[:limit] if len(best) > limit else np.arange(len(best))
        wanted = dict.fromkeys(nearest[best[nearest] > FAR].tolist())
        wanted |= dict.fromkeys(self._numbers_of(also))
        numbers = np.array(list(wanted), dtype=np.intp)
        places, there = _places(self._starts[numbers], self._ends[numbers])
        return self._closeness(numbers, np.where(there, cosines[places], -1.0))

    def closest(self, vector: Vectors, count: int) -> Vectors:
        """The cosines of the ``count`` questions that are closest to one of unit length, in no order; fewer if so."""
        count = min(count, sum(end - start for start, end in self._all))
        return np.partition(self._cosines(vector), -count)[-count:] if count else np.zeros(0, dtype=np.float32)

    def near_by_word(self, vector: Vectors, tokens: Vectors, articles: Iterable[Article]) -> dict[Article, Closeness]:
        """As ``near`` for some articles, by the tokens of the ``COMPARED`` questions whose vectors are nearest.

        ``tokens`` are the question's, of unit length, shape (tokens, 128).
        """
        numbers = np.array(self._numbers_of(articles), dtype=np.intp)
        if not len(numbers):
            return {}
        places, there = _places(self._starts[numbers], self._ends[numbers])
        cosines = np.full(places.shape, -np.inf)
        cosines[there] = self._matrix[places[there]] @ vector
        order = np.argsort(-cosines, axis=1)[:, :COMPARED]
        places, there = np.take_along_axis(places, order, 1), np.take_along_axis(there, order, 1)
        scores = np.full(places.shape, -1.0)
        scores[there] = self._tokens.scores(tokens, places[there])
        return self._closeness(numbers, scores)

    def _cosines(self, vector: Vectors, treaties: Sequence[str] = ()) -> Vectors:
        """The cosines of all questions with one, -1 for those that are not about ``treaties`` (all when empty)."""
        spans = [self._of_treaty[treaty] for treaty in treaties if treaty in self._of_treaty]
        return self._compared(vector.tobytes(), tuple(spans or self._all))

    def _numbers_of(self, articles: Iterable[Article]) -> list[int]:
        return [self._number_of[article] for article in articles if article in self._number_of]

    def _closeness(self, numbers: NDArray[np.intp], cosines: NDArray[np.float64]) -> dict[Article, Closeness]:
        """The closeness of articles by the cosines of their questions, a row for each article."""
        padding = np.full((len(cosines), FEW), FAR)
        best = np.sort(np.hstack([np.maximum(cosines, FAR), padding]), axis=1)[:, -FEW:]
        rows = zip(numbers.tolist(), best[:, -1].tolist(), best.mean(axis=1).tolist(), strict=True)
        return {self._asked[number]: Closeness(nearest, few) for number, nearest, few in rows}


def _compared(matrix: Vectors, vector: bytes, spans: Sequence[tuple[int, int]]) -> Vectors:
    """The cosines of the rows within spans with a vector, which is given by its bytes; -1 for all others."""
    cosines = np.full(len(matrix), -1.0, dtype=np.float32)
    for start, end in spans:
        cosines[start:end] = matrix[start:end] @ np.frombuffer(vector, dtype=np.float32)
    return cosines


def _places(starts: NDArray[np.intp], ends: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """The numbers from each start to its end, a row for each; what fills a shorter row repeats, and is not there."""
    places = starts[:, None] + np.arange(int((ends - starts).max(initial=0)))
    there = places < ends[:, None]
    return np.where(there, places, starts[:, None]), there


def read_questions(folder: Path) -> QuestionIndex:
    """What ``build_questions`` wrote; raises IndexBroken where it is missing or damaged."""
    try:
        articles = [(treaty, eid) for treaty, eid in json.loads((folder / _ROWS).read_text("utf-8"))]
        matrix: Vectors = np.asarray(np.load(folder / _MATRIX, mmap_mode="r", allow_pickle=False))
    except (OSError, ValueError, TypeError, EOFError) as error:
        raise IndexBroken(f"{folder}: its known questions are missing or damaged. Ingest again.") from error
    tokens = TokenIndex.open(folder, _TOKENS)
    if not len(matrix) == len(articles) == len(tokens):
        raise IndexBroken(f"{folder}: its known questions do not fit their vectors. Ingest again.")
    return QuestionIndex(articles, matrix, tokens)
