"""Two short treaties and an answerer that does what a test tells it to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from eval.cases import GoldCase, GoldLocator
from ingest.models import ParsedTreaty, Provision, Source, Treaty
from service.citations import label_of
from service.models import Answer, Citation, CitedSource, Hit

Action = Callable[[str, Sequence[str]], Answer]


def make_treaty(treaty_id: str, articles: dict[str, str]) -> ParsedTreaty:
    """A treaty of articles that have one paragraph each: eId ``art_1`` holds ``art_1__para_1``."""
    text, provisions = "", []
    for number, words in articles.items():
        start = len(text)
        text += f"Article {number}\n{words}\n\n"
        body, end = start + len(f"Article {number}\n"), len(text) - 2
        article = Provision(
            eid=f"art_{number}",
            kind="article",
            number=number,
            normalised_number=number,
            heading=None,
            start=start,
            end=end,
            parent=None,
            body_start=body,
            label=f"Article {number}",
        )
        paragraph = article._replace(
            eid=f"art_{number}__para_1", kind="paragraph", label="paragraph 1", start=body, parent=article.eid
        )
        provisions += [article, paragraph]
    source = Source(uri=f"{treaty_id}.txt", sha256="0" * 64, format="text")
    return ParsedTreaty(Treaty(treaty_id, f"Treaty of {treaty_id}", text, source), tuple(provisions))


TREATIES = {
    "river": make_treaty(
        "river",
        {
            "1": "The boundary follows the middle of the river.",
            "2": "Each Party may post sixty police officers on its bank.",
            "3": "Either Party may withdraw on six months' notice.",
        },
    ),
    "sea": make_treaty(
        "sea",
        {
            "1": "Every ship shall carry the flag of one Party.",
            "2": "Fishing is free beyond twelve miles.",
        },
    ),
}


def cite(treaty: str, eid: str, number: int = 1) -> Citation:
    """A citation that is in order: it quotes the whole paragraph."""
    parsed = TREATIES[treaty]
    place = parsed.by_eid[eid]
    return Citation(
        number=number,
        treaty_id=treaty,
        treaty_title=parsed.treaty.title,
        eid=eid,
        label=label_of(parsed, place),
        citation=f"{parsed.treaty.title}, {label_of(parsed, place)}",
        quote=parsed.treaty.text[place.body_start : place.end],
        start=place.body_start,
        end=place.end,
        url=f"/t/{treaty}/{eid}",
        text_status="authentic",
        source=CitedSource(uri=parsed.treaty.source.uri, sha256="0" * 64, page=None),
    )


def answer(*citations: Citation, **changes: Any) -> Answer:
    """An answer made of its quotations."""
    words = " ".join(f"{citation.quote} [{citation.number}]" for citation in citations)
    made = Answer(
        answer=words,
        status="answered",
        reason=None,
        mode="extractive",
        confidence=0.9,
        citations=citations,
        related=(),
        conversation_id="c",
        message_id="m",
        index="g1",
        timings_ms={"rank": 4.0, "total": 10.0},
    )
    return replace(made, **changes)


def abstain(reason: str = "not_found") -> Answer:
    """An answer that is none."""
    return answer(answer="I do not know.", status="abstained", reason=reason)


def hit(treaty: str, eid: str) -> Hit:
    """An article found."""
    return Hit(treaty, eid, eid, 1.0, 0, 1, "A")


def case(case_id: str, type_: str = "lay", article: str = "2", **changes: Any) -> GoldCase:
    """A question on the river treaty."""
    made = GoldCase(
        id=case_id,
        type=type_,
        question=f"Question {case_id}?",
        gold=(GoldLocator("river", article),),
        answer="Sixty.",
        key_facts=("sixty police officers",),
        quote="sixty police officers on its bank",
    )
    return replace(made, **changes)


def no_answer_case(case_id: str, type_: str = "not_found") -> GoldCase:
    """A question that must not be answered."""
    return GoldCase(id=case_id, type=type_, question=f"Question {case_id}?", must_abstain=True)


@dataclass
class FakeAnswerer:
    """Does ``action`` with every question and finds ``hits``; ``asked`` records what it was asked."""

    action: Action
    hits: Sequence[Hit] = ()
    index: str = "g1"
    treaties: dict[str, ParsedTreaty] = field(default_factory=lambda: dict(TREATIES))
    asked: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    searched: list[tuple[str, tuple[str, ...], int]] = field(default_factory=list)

    def answer(self, question: str, history: Sequence[str]) -> Answer:
        self.asked.append((question, tuple(history)))
        return self.action(question, history)

    def search(self, question: str, history: Sequence[str], limit: int) -> Sequence[Hit]:
        self.searched.append((question, tuple(history), limit))
        return self.hits[:limit]


def perfect() -> FakeAnswerer:
    """Cites article 2 of the river treaty, which is what ``case`` wants, and finds it first."""
    return FakeAnswerer(
        lambda question, history: answer(cite("river", "art_2__para_1")),
        hits=[hit("river", "art_2"), hit("river", "art_1"), hit("sea", "art_1")],
    )
