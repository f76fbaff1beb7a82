"""A question becomes an answer: the whole path, on one screen.

    context -> route -> (rows, or refuse) -> rank -> extract -> ground -> compose

Every front end calls ``answer_question``; nothing here reads a network or a key.
"""

import itertools
import uuid
from collections.abc import Sequence

import numpy as np

from ingest.errors import UnknownTreaty
from ingest.index import Index
from service import compose
from service.asking import EMBEDDER, Asking
from service.beyond_text import Beyond, beyond_text
from service.citations import cite
from service.claims import claim_in, is_about_provision
from service.collection import looked_through, over_collection
from service.comparison import side_by_side
from service.confidence import NAMED_THRESHOLD, load_confidence_models
from service.elsewhere import load_elsewhere
from service.errors import QuestionEmpty, QuestionTooLong
from service.extract import extract_quotes, opening_quotes
from service.fact_answers import fact_answer, fact_text, is_outside
from service.facts_asked import facts_asked
from service.grounding import keep_grounded
from service.kinds import asks_for_duty
from service.modality import modality_of
from service.models import Answer, Citation, Conversation, Hit, Question, Reason
from service.premise import Doubts, doubts_about, load_premise_model
from service.related import near_misses, referred_elsewhere, referred_to
from service.retrieval import Ranked
from service.routing import content_words, treaty_names
from service.rows import Table
from service.scope import load_scope_head
from service.settings import Settings
from service.sides import compared
from service.spans import Extract, joined, sentences_of, without_number
from service.thesaurus import load_thesaurus

# Articles nearly as good as the best are quoted beside it, at most so many.
BESIDE = 2
BESIDE_LEAD = 0.015
LOCATED = 0.97
# What is more likely outside the field than inside, and finds nothing, is refused as outside.
OUTSIDE_UNLESS_FOUND = 0.5
# A question from outside the field is let in where one of so many articles has all of its words: "what about fish".
SAID_BY = 10


def warm_up(index: Index) -> None:
    """Load what the first question would otherwise wait for: model, names, thresholds."""
    EMBEDDER.embed_query("treaty")
    load_scope_head()
    load_confidence_models()
    treaty_names(index)
    load_thesaurus()
    load_elsewhere()
    load_premise_model()
    beyond_text("treaty")
    index.rows_of_article  # noqa: B018 - it is worked out once
    index.references  # noqa: B018


def answer_question(question: Question, conversation: Conversation, index: Index, settings: Settings) -> Answer:
    """Answer a question from the treaties of an index, or say why not.

    Raises QuestionEmpty, QuestionTooLong, and UnknownTreaty for an id in ``question.treaties`` not held.
    """
    check_question(question, index, settings)
    answering = _Answering(question, conversation, index, settings)
    answer = answering.run()
    if answer.reason == "not_found" and answering.may_lean():
        together = _Answering(question, conversation, index, settings, leans=True).run()
        return together if together.status == "answered" else answer
    return answer


def search_articles(
    query: str, index: Index, settings: Settings, *, treaties: tuple[str, ...] = (), limit: int = 10,
    conversation: Conversation | None = None,
) -> list[Hit]:  # fmt: skip
    """The articles found for a query, best first: those it names by number, then the others by rank.

    Raises as ``answer_question`` does.
    """
    question = Question(query, treaties)
    check_question(question, index, settings)
    return Asking(question, conversation or Conversation(""), index, seconds=settings.answer_seconds).hits(limit)


def check_question(question: Question, index: Index, settings: Settings) -> None:
    """Raise for a question that cannot be taken: QuestionEmpty, QuestionTooLong, UnknownTreaty."""
    if not question.text.strip():
        raise QuestionEmpty
    if len(question.text) > settings.max_question_chars:
        raise QuestionTooLong(len(question.text), settings.max_question_chars)
    for treaty_id in question.treaties:
        if treaty_id not in index.treaties:
            raise UnknownTreaty(
                f"No treaty with the id {treaty_id!r} is held. GET /v1/treaties and `pacta treaties` list the ids."
            )


class _Answering(Asking):
    """A question that is answered: each method is one way to answer it, or to say why not."""

    def __init__(
        self, question: Question, conversation: Conversation, index: Index, settings: Settings, *, leans: bool = False
    ) -> None:
        super().__init__(question, conversation, index, seconds=settings.answer_seconds, leans=leans)
        self.settings = settings

    def run(self) -> Answer:
        """The answer."""
        route, treaties = self.route, self.index.treaties
        if answer := self._in_rows():
            return answer
        if route.not_held and not route.provisions:
            to_fetch = [self.names.to_fetch(name) for name in route.not_held]
            text = compose.refuse_not_held(route.not_held, len(treaties), to_fetch)
            if route.outside:
                text = compose.refuse_outside(route.not_held)
            return self._abstain("treaty_not_held", text, ())
        if route.missing and not route.provisions:
            parsed = treaties[route.missing[0].treaty_id]
            near = near_misses(self.rank()[:2], self.index)
            return self._abstain("no_such_provision", compose.refuse_missing(route.missing[0], parsed), near)
        if not route.provisions and (of_facts := self._from_facts()):
            return of_facts
        if beyond := beyond_text(self.asked.text):
            return self._refuse_beyond(beyond)
        if route.provisions:
            return self._from_provisions()
        if self.inside < self.least_inside() and not self.is_inside_by(self.rank()[:SAID_BY]):
            return self._abstain("out_of_scope", compose.refuse_out_of_scope(), ())
        return self._from_search()

    def _refuse_beyond(self, beyond: Beyond) -> Answer:
        """Say that no text tells it, with the provisions named or, of a treaty named, the nearest to it."""
        treaties, named = self.index.treaties, self.route.treaties
        near = tuple(
            cite(treaties[treaty_id], opening_quotes(treaties[treaty_id], provision, most=1)[0], number)
            for number, (treaty_id, provision) in enumerate(self.route.provisions[:2], start=1)
        )
        near = near or (near_misses(self.rank()[:2], self.index) if named else ())
        parsed = treaties[named[0]] if len(named) == 1 else None
        return self._abstain("out_of_scope", compose.refuse_beyond(beyond, parsed, bool(near)), near)

    def _in_rows(self) -> Answer | None:
        """Several treaties, each in a row of its own; None where the question is for one answer."""
        last = self.conversation.turns[-1].question if self.conversation.turns else ""
        comparison = compared(
            self.asked, self.route, self.names, self.index.treaties, self.before or last, self.allowed
        )
        if comparison is not None:
            compared_in = side_by_side(comparison, self.index, EMBEDDER, self.names.to_fetch)
            # Where no treaty has it, the question may have been none that compares.
            return self._from_table(compared_in) if compared_in.says_something else None
        question = over_collection(self.asked.text, self.route, self.index, self.before)
        if question is None or (question.clause is None and self.inside < self.least_inside()):
            return None
        table, ranked = looked_through(question, self.index, EMBEDDER)
        if table is None and (ranked and self.elsewhere(ranked)):
            return None
        return self._from_table(table, near_misses(ranked[:3], self.index))

    def _from_table(self, table: Table | None, near: Sequence[Citation] = ()) -> Answer:
        """An answer in rows, or that there is none; ``near`` are then the nearest articles."""
        treaties = self.index.treaties
        citations = keep_grounded(table.citations(treaties) if table else (), treaties)
        self.clock.lap("rows")
        if table is None or not citations:
            text = table.text((), treaties) if table else compose.refuse_not_found(bool(near))
            return self._abstain("not_found", text, near)
        related = keep_grounded(table.beside(treaties), treaties)
        return self._finished("answered", None, table.text(citations, treaties), citations, related, table.confidence)

    def _from_provisions(self) -> Answer:
        """Quote what the question names by number, at the place it asks about."""
        extracts: list[tuple[str, Extract]] = []
        asks_more = len(self.route.rest.split()) > 6
        for treaty_id, provision in self.route.provisions[: self.settings.max_sentences]:
            parsed = self.index.treaties[treaty_id]
            if asks_more:
                found = extract_quotes(parsed, provision, self.search_text, self.stretches.weigh)
            else:
                found = opening_quotes(parsed, provision)
            extracts += [(treaty_id, extract) for extract in found]
        self.clock.lap("extract")
        opening = ""
        if self.route.missing:
            lacking = self.route.missing[0]
            opening = compose.refuse_missing(lacking, self.index.treaties[lacking.treaty_id])
        doubts = self._doubts() if len(self.route.provisions) == 1 else None
        if doubts is None:
            return self._answer(extracts, LOCATED, None, opening, ())
        treaty_id, provision = self.route.provisions[0]
        parsed = self.index.treaties[treaty_id]
        otherwise = doubts.lacking or doubts.exception
        rather = parsed.by_eid[doubts.rather.eid] if doubts.rather and not otherwise else None
        if rather is not None:
            found = extract_quotes(parsed, rather, self.search_text, self.stretches.weigh, most=1)
            extracts += [(treaty_id, extract) for extract in found]
        opening = compose.wrong_premise_opening(provision, parsed, doubts.lacking, rather, doubts.exception)
        return self._answer(extracts, LOCATED, "wrong_premise", opening, (), named=treaty_id)

    def _doubts(self) -> Doubts | None:
        """What speaks against what the question takes the provision to say, where that is enough to say it is wrong."""
        treaty_id, provision = self.route.provisions[0]
        parsed = self.index.treaties[treaty_id]
        claim = claim_in(self.route.rest) if is_about_provision(self.asked.text) else None
        if not claim or not content_words(claim):
            return None
        doubts = doubts_about(claim, parsed, parsed.article_of(provision), self.index, EMBEDDER)
        self.clock.lap("premise")
        return doubts if load_premise_model().is_wrong(doubts) else None

    def _from_facts(self) -> Answer | None:
        """The facts of the one treaty that is meant, where the question asks for facts and for nothing besides."""
        held = tuple(self.index.treaties)
        meant = self.route.treaties or self.described or (self.asked.treaties if self.asked.follow_up else ())
        meant = meant or (held if len(held) == 1 else ())
        asked = facts_asked(self.route.rest) if len(meant) == 1 and not self.route.numbers else ()
        if not asked:
            return None
        parsed = self.index.treaties[meant[0]]
        told = fact_answer(asked, parsed)
        if told is None:
            return self._refuse_beyond("status") if is_outside(asked) else None
        cited = [cite(parsed, extract, number) for number, extract in enumerate(told.extracts, start=1)]
        citations = keep_grounded(cited, self.index.treaties)
        return self._finished("answered", None, fact_text(told, parsed, citations), citations, (), LOCATED)

    def _from_search(self) -> Answer:
        """Quote the article that answers best, and those nearly as good."""
        ranked = self.rank()
        self.clock.lap("retrieve")
        if elsewhere := self.elsewhere(ranked):
            title = self.names.titles[elsewhere]
            text = compose.refuse_elsewhere(title, self.names.to_fetch(title))
            return self._abstain("not_found", text, near_misses(ranked[:3], self.index))
        asks_only_number = not content_words(self.asked.text)
        if self.route.numbers and not self.route.treaties and (asks_only_number or not ranked):
            text = compose.refuse_ambiguous(self.route.numbers, len(self.index.treaties))
            return self._abstain("not_found", text, ())
        model = load_confidence_models().of(ranked)
        within = bool(self.route.treaties)
        confidence = model.confidence(ranked, within=within)
        if model.evidence(ranked) < model.threshold * (NAMED_THRESHOLD if within else 1.0):
            if self.inside < OUTSIDE_UNLESS_FOUND:
                return self._abstain("out_of_scope", compose.refuse_out_of_scope(), (), confidence)
            near = near_misses(ranked[:3], self.index)
            return self._abstain("not_found", compose.refuse_not_found(bool(near)), near, confidence)
        extracts: list[tuple[str, Extract]] = []
        for found in ranked[:BESIDE]:
            if found.score < ranked[0].score - BESIDE_LEAD:
                break
            parsed = self.index.treaties[found.treaty_id]
            provision = parsed.by_eid[found.eid]
            quotes = extract_quotes(parsed, provision, self.search_text, self.stretches.weigh)
            extracts += [(found.treaty_id, quote) for quote in quotes]
        self.clock.lap("extract")
        return self._answer(extracts, confidence, None, "", ranked)

    def _answer(
        self, extracts: Sequence[tuple[str, Extract]], confidence: float, reason: Reason | None,
        opening: str, ranked: Sequence[Ranked], named: str = "",
    ) -> Answer:  # fmt: skip
        treaties = self.index.treaties
        of_treaties = itertools.groupby(dict.fromkeys(extracts), key=lambda found: found[0])
        apart = [
            (treaties[treaty_id], without_number(treaties[treaty_id], extract))
            for treaty_id, of_treaty in of_treaties
            for extract in joined(treaties[treaty_id], [extract for _, extract in of_treaty])
        ]
        cited = [cite(parsed, extract, number) for number, (parsed, extract) in enumerate(apart, start=1)]
        citations = keep_grounded(cited, treaties)
        if not citations:
            return self._abstain("not_found", compose.refuse_not_found(False), ())
        related = referred = referred_to(citations, self.index)
        shown = {(c.treaty_id, treaties[c.treaty_id].article_of(treaties[c.treaty_id].by_eid[c.eid]).eid)
                 for c in (*citations, *related)}  # fmt: skip
        others = [r for r in ranked if (r.treaty_id, r.eid) not in shown]
        related += near_misses(others[:2], self.index, first_number=len(related) + 1)
        self.clock.lap("related")
        text = compose.answer_text(
            citations,
            treaties,
            opening or self._ambiguity(citations),
            referred,
            referred_elsewhere(citations, self.index),
            self._verb(citations[0]) if self.route.kind == "yes_no" and not reason else None,
            named,
        )
        return self._finished("answered", reason, text, citations, keep_grounded(related, treaties), confidence)

    def _verb(self, citation: Citation) -> str | None:
        """What a quotation says that one may or may not do, by its sentence that suits the question best."""
        parsed = self.index.treaties[citation.treaty_id]
        sentences = sentences_of(parsed, parsed.by_eid[citation.eid], citation.start, citation.end)
        best = sentences[int(np.argmax(self.stretches.weigh(parsed, sentences)))]
        verb = modality_of(parsed.treaty.text[best.start : best.end]) or modality_of(citation.quote)
        # That something "shall" be so tells who asks for a duty, and nobody else.
        return None if verb in ("shall", "should", "must") and not asks_for_duty(self.asked.text) else verb

    def _ambiguity(self, citations: Sequence[Citation]) -> str:
        """What is to be said where a name in the question fits other treaties beside those that the answer is from."""
        treaties = self.index.treaties
        cited = tuple(dict.fromkeys(c.treaty_id for c in citations))
        for written, ids in self.route.ambiguous:
            chosen = [i for i in cited if i in ids]
            if chosen and len(chosen) < len(ids):
                others = [i for i in ids if i not in chosen]
                return compose.ambiguous_opening(
                    written, [treaties[i] for i in (*chosen, *others)], [treaties[i] for i in chosen]
                )
        return ""

    def _abstain(self, reason: Reason, text: str, near: Sequence[Citation], confidence: float = 0.0) -> Answer:
        related = keep_grounded(near, self.index.treaties)
        return self._finished("abstained", reason, text, (), related, confidence)

    def _finished(
        self, status: str, reason: Reason | None, text: str, citations: tuple[Citation, ...],
        related: tuple[Citation, ...], confidence: float,
    ) -> Answer:  # fmt: skip
        return Answer(
            answer=text,
            status="answered" if status == "answered" else "abstained",
            reason=reason,
            mode="extractive",
            confidence=confidence,
            citations=citations,
            related=related,
            conversation_id=self.conversation.id or uuid.uuid4().hex,
            message_id=uuid.uuid4().hex,
            index=self.index.generation,
            timings_ms=self.clock.timings(),
        )
