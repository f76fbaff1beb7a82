"""What a bench asks and what counts as found: corpus, questions, and the articles that pieces of text lie in."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.bench.systems import Piece
from eval.cases import GoldCase, GoldError, load_cases
from eval.errors import WrongUse
from ingest.index import PassageRow
from ingest.models import ParsedTreaty

Key = tuple[str, str]
SAMPLE_TREATIES = Path(__file__).parent.parent.parent / "ingest" / "samples"
SAMPLE_QUESTIONS = Path(__file__).parent.parent / "gold" / "samples.jsonl"
MOST_MADE = 200
FIRST_WORDS = 12


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, with the articles that answer it where they are known."""

    text: str
    gold: frozenset[Key] = frozenset()


@dataclass(frozen=True, slots=True)
class Questions:
    """What is asked; ``source`` says where it is from, ``notes`` what was left out and why."""

    source: str
    asked: tuple[Asked, ...]
    notes: tuple[str, ...] = ()


class Articles:
    """Which articles a stretch of a treaty lies in, by the passages that Pacta cuts.

    A stretch lies in every article of which it holds at least one character that is not blank.
    """

    def __init__(self, treaties: Mapping[str, str], passages: Iterable[PassageRow]) -> None:
        """``treaties`` are texts by treaty id."""
        self._texts = treaties
        self._passages: dict[str, list[PassageRow]] = {}
        for row in sorted(passages, key=lambda row: (row.treaty_id, row.start)):
            self._passages.setdefault(row.treaty_id, []).append(row)
        self._starts = {treaty: [row.start for row in rows] for treaty, rows in self._passages.items()}

    def of(self, piece: Piece) -> list[Key]:
        """The articles of a piece, in the order of the text; one that says its article has just that."""
        if piece.article is not None:
            return [(piece.treaty_id, piece.article)]
        rows = self._passages.get(piece.treaty_id, [])
        first = max(0, bisect_right(self._starts.get(piece.treaty_id, []), piece.start) - 1)
        found: dict[Key, None] = {}
        for row in rows[first:]:
            if row.start >= piece.end:
                break
            shared = self._texts[row.treaty_id][max(row.start, piece.start) : min(row.end, piece.end)]
            if shared.strip():
                found[row.treaty_id, row.article] = None
        return list(found)


def hits(
    questions: Sequence[Asked], found: Sequence[Sequence[Piece]], articles: Articles, ranks: Sequence[int]
) -> dict[str, float]:
    """``hit@k`` for each rank: the share of the questions with gold that have a gold article in the first k pieces.

    A piece that lies in several articles counts for each of them. Empty where no gold is known.
    """
    judged = [(asked.gold, pieces) for asked, pieces in zip(questions, found, strict=True) if asked.gold]
    if not judged:
        return {}
    return {
        f"hit@{k}": sum(any(key in gold for piece in pieces[:k] for key in articles.of(piece))
                        for gold, pieces in judged) / len(judged)
        for k in ranks
    }  # fmt: skip


def articles_per_piece(found: Sequence[Sequence[Piece]], articles: Articles) -> float:
    """How many articles a piece that was found lies in, on average; 0 where nothing was found."""
    counts = [len(articles.of(piece)) for pieces in found for piece in pieces]
    return sum(counts) / len(counts) if counts else 0.0


def read_questions(text: str, name: str, folder: Path, held: Mapping[str, ParsedTreaty]) -> Questions:
    """The questions of a text: a gold set, or one question a line.

    ``name`` is what errors call it; a gold set is read from a file with that text in ``folder``.
    Raises GoldError, and WrongUse where nothing can be asked.
    """
    lines = [line.strip() for line in text.removeprefix("\ufeff").splitlines() if line.strip()]
    if not lines:
        raise WrongUse(f"--questions: {name} holds no question. Write one a line, or give a gold set.")
    if not lines[0].startswith("{"):
        asked = tuple(Asked(line) for line in dict.fromkeys(lines))
        return Questions(_count(asked, name), asked)
    copy = folder / "questions.jsonl"
    copy.write_text(text, "utf-8")
    try:
        cases = load_cases(copy)
    except GoldError as error:
        raise GoldError(str(error).replace(str(copy), name)) from error
    return of_cases(cases, name, held)


def of_cases(cases: Sequence[GoldCase], name: str, held: Mapping[str, ParsedTreaty]) -> Questions:
    """The questions of gold cases that stand alone and whose treaties are held.

    Raises WrongUse where none does.
    """
    alone = [case for case in cases if not case.history]
    kept = [case for case in alone if case.needed_treaties <= held.keys()]
    notes = []
    if follow_ups := len(cases) - len(alone):
        notes.append(f"{follow_ups} questions are left out because they follow up on another.")
    if other := len(alone) - len(kept):
        notes.append(f"{other} questions are left out because their treaties are not among the documents.")
    if not kept:
        raise WrongUse(f"--questions: no question of {name} is on these documents. Give others, or leave it out.")
    asked = [Asked(c.question, frozenset(() if c.must_abstain else (g.key for g in c.gold))) for c in kept]
    return Questions(_count(asked, name), tuple(asked), tuple(notes))


def made_of(treaties: Mapping[str, ParsedTreaty]) -> Questions:
    """Questions made of the documents: headings of articles, first words where there is none, evenly spread.

    A heading such as "Definitions" fits many articles, so these have no gold.
    """
    texts = list(dict.fromkeys(_openings(treaties)))
    step = max(1.0, len(texts) / MOST_MADE)
    asked = tuple(Asked(texts[int(number * step)]) for number in range(min(len(texts), MOST_MADE)))
    note = "The questions are headings and first words of articles, not what people ask. Give real ones: --questions."
    return Questions(f"{len(asked)} headings and first words of articles", asked, (note,))


def _count(asked: Sequence[Asked], name: str) -> str:
    return f"{len(asked):,} {'question' if len(asked) == 1 else 'questions'} of {name}"


def _openings(treaties: Mapping[str, ParsedTreaty]) -> Iterator[str]:
    for parsed in treaties.values():
        for article in parsed.articles:
            words = article.heading or " ".join(
                parsed.treaty.text[article.body_start : article.end].split()[:FIRST_WORDS]
            )
            if words.strip():
                yield words.strip()
