"""Answerers that are broken on purpose, each in one way, around one that is sound.

python tests/broken_answerers.py HOME     what each of them scores on the sample questions
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from eval.answerers import Answerer, LocalAnswerer
from eval.cases import load_cases
from eval.run import run_cases
from eval.run_command import SAMPLES
from eval.summary import Summary, summarise
from ingest.index import Index, open_index
from ingest.models import ParsedTreaty
from service.citations import cite
from service.extract import opening_quotes
from service.models import Answer, Citation, Hit
from service.settings import Settings

Change = Callable[[Answer, Mapping[str, ParsedTreaty]], Answer]


@dataclass(frozen=True)
class Broken:
    """Answers as the sound one does, then spoils it."""

    sound: Answerer
    change: Change

    @property
    def index(self) -> str:
        return self.sound.index

    @property
    def treaties(self) -> Mapping[str, ParsedTreaty]:
        return self.sound.treaties

    def answer(self, question: str, history: Sequence[str]) -> Answer:
        return self.change(self.sound.answer(question, history), self.treaties)

    def search(self, question: str, history: Sequence[str], limit: int) -> Sequence[Hit]:
        return self.sound.search(question, history, limit)


def unchanged(answer: Answer, treaties: Mapping[str, ParsedTreaty]) -> Answer:
    """The sound one, to compare with."""
    return answer


def off_by_one(answer: Answer, treaties: Mapping[str, ParsedTreaty]) -> Answer:
    """Every quotation is said to stand one character further on."""
    return _each(answer, lambda c: replace(c, start=c.start + 1, end=c.end + 1))


def other_treaty(answer: Answer, treaties: Mapping[str, ParsedTreaty]) -> Answer:
    """Every citation is to an article of another treaty, and quotes that one faithfully."""

    def move(citation: Citation) -> Citation:
        parsed = next(p for treaty_id, p in sorted(treaties.items()) if treaty_id != citation.treaty_id)
        return cite(parsed, opening_quotes(parsed, parsed.articles[0])[0], citation.number)

    return _each(answer, move)


def always_refuses(answer: Answer, treaties: Mapping[str, ParsedTreaty]) -> Answer:
    """No question is ever answered."""
    return replace(
        answer, answer="I do not know.", status="abstained", reason="not_found", citations=(), related=()
    )  # fmt: skip


def never_refuses(answer: Answer, treaties: Mapping[str, ParsedTreaty]) -> Answer:
    """What ought to be declined is answered with the first article at hand."""
    if answer.status == "answered":
        return answer
    parsed = treaties[sorted(treaties)[0]]
    citation = cite(parsed, opening_quotes(parsed, parsed.articles[0])[0], 1)
    return replace(
        answer, answer=f"{citation.quote} [1]", status="answered", reason=None, citations=(citation,), related=()
    )  # fmt: skip


def invents_an_article(answer: Answer, treaties: Mapping[str, ParsedTreaty]) -> Answer:
    """Every citation names an article that the treaty does not have."""
    return _each(answer, lambda c: replace(c, eid="art_999", label="Article 999"))


BROKEN: Mapping[str, Change] = {
    "sound": unchanged,
    "offsets one too far": off_by_one,
    "cites another treaty": other_treaty,
    "always refuses": always_refuses,
    "never refuses": never_refuses,
    "invents an article": invents_an_article,
}


def summary_of(index: Index, change: Change) -> Summary:
    """What an answerer broken in this way comes to on the sample questions."""
    cases = load_cases(SAMPLES)
    answerer = Broken(LocalAnswerer(index, Settings()), change)
    return summarise(run_cases(cases, answerer), planned=len(cases), description={"index": index.generation})


def _each(answer: Answer, change: Callable[[Citation], Citation]) -> Answer:
    return replace(
        answer,
        citations=tuple(change(citation) for citation in answer.citations),
        related=tuple(change(citation) for citation in answer.related),
    )


def print_scores(home: Path) -> None:
    """A row for each answerer."""
    index = open_index(home)
    columns = ("right", "first_citation_right", "citation_precision", "abstention_recall", "over_refusal", "hit@1")
    print("answerer", "quote validity", "locator accuracy", *columns, "exit code", sep=" | ")
    for name, change in BROKEN.items():
        summary = summary_of(index, change)
        gates = ["-" if gate.value is None else f"{gate.value:.3f}" for gate in summary.gates[:2]]
        means = [f"{summary.total.measures[column].mean:.3f}" for column in columns]
        print(name, *gates, *means, summary.exit_code, sep=" | ")
    index.close()


if __name__ == "__main__":
    print_scores(Path(sys.argv[1]))
