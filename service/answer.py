"""A question becomes an answer: the whole path, on one screen.

    context -> route -> (rows, or refuse) -> rank -> extract -> ground -> compose

Every front end calls ``answer_question``; nothing here reads a network or a key.
"""

import itertools
import uuid
from collections.abc import Sequence
from dataclasses import replace
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from ingest.embedding import Embedder
from ingest.errors import UnknownTreaty
from ingest.index import Index
from ingest.names import words_of
from service import compose
from service.beyond_text import Beyond, beyond_text
from service.citations import cite, label_of
from service.claims import claim_in
from service.collection import looked_through, over_collection
from service.comparison import side_by_side
from service.confidence import NAMED_THRESHOLD, load_confidence_models
from service.conversation import ASKING, may_lean, put_in_context
from service.corrections import put_right
from service.elsewhere import FEW, NEAR, load_elsewhere
from service.errors import QuestionEmpty, QuestionTooLong
from service.extract import extract_quotes, opening_quotes
from service.fact_answers import fact_answer, fact_text, is_outside
from service.facts_asked import facts_asked
from service.grounding import keep_grounded
from service.likes import in_place_of_like, like_in
from service.modality import modality_of
from service.models import Answer, Citation, Conversation, Hit, Question, Reason
from service.premise import Doubts, doubts_about, load_premise_model
from service.readings import Reading, rank_readings, readings_of
from service.related import near_misses, referred_elsewhere, referred_to
from service.retrieval import FUSION, Ranked, rank_articles
from service.routing import Route, content_words, named_stretches, route_question, treaty_names, without_names
from service.rows import Table
from service.scope import load_scope_head
from service.settings import Settings
from service.sides import compared
from service.spans import Extract, joined, sentences_of, without_number
from service.stems import plain_stem
from service.stretches import Stretches
from service.thesaurus import load_thesaurus
from service.treaties_asked import treaties_asked

# Articles nearly as good as the best are quoted beside it, at most so many.
BESIDE = 2
BESIDE_LEAD = 0.015
LOCATED = 0.97
# What is more likely outside the field than inside, and finds nothing, is refused as outside.
OUTSIDE_UNLESS_FOUND = 0.5
# A question from outside the field is let in where one of so many articles has all of its words: "what about fish".
SAID_BY = 10
# A description of a treaty counts as a name where it fits at least so well.
DESCRIBED = 0.5
# How much of a follow-up's vector is that of the question before it, and of one that says little itself: "and for
# consuls?".
BEFORE_WEIGHT = 0.35
BEFORE_WEIGHT_OF_LITTLE = 0.5
LITTLE = 2

_embedder = Embedder()
_embed = _embedder.embed_query


def warm_up(index: Index) -> None:
    """Load what the first question would otherwise wait for: model, names, thresholds."""
    _embedder.embed_query("treaty")
    load_scope_head()
    load_confidence_models()
    treaty_names(index)
    load_thesaurus()
    load_elsewhere()
    load_premise_model()
    index.rows_of_article  # noqa: B018 - it is worked out once


class _Clock:
    """Milliseconds by stage."""

    def __init__(self) -> None:
        self.started = self.last = perf_counter()
        self.stages: dict[str, float] = {}

    def lap(self, stage: str) -> None:
        now = perf_counter()
        self.stages[stage] = self.stages.get(stage, 0.0) + (now - self.last) * 1000
        self.last = now

    def timings(self) -> dict[str, float]:
        total = (perf_counter() - self.started) * 1000
        return {name: round(ms, 2) for name, ms in {**self.stages, "total": total}.items()}


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
    answering = _Answering(question, conversation or Conversation(""), index, settings)
    return answering.hits(limit)


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


class _Answering:
    """One question on its way; holds what the steps share."""

    def __init__(
        self, question: Question, conversation: Conversation, index: Index, settings: Settings, *, leans: bool = False
    ) -> None:
        self.index, self.settings, self.conversation = index, settings, conversation
        self.clock = _Clock()
        self.names = treaty_names(index)
        text = " ".join(question.text.encode("utf-8", "replace").decode("utf-8").split())
        self.allowed = allowed = tuple(dict.fromkeys(question.treaties))
        last = conversation.turns[-1].question if conversation.turns else ""
        right = put_right(text, last, self._named_in, lambda before, phrase: like_in(before, phrase, _embed))
        # What is put right takes the place of the last question, and leans on what that leaned on.
        earlier = replace(conversation, turns=conversation.turns[:-1]) if right else conversation
        self.asked = put_in_context(right or text, earlier, leans=leans)
        self.not_meant = conversation.turns[-1].focus if right else ()
        text = right or text
        self.route: Route = route_question(self.asked, index, allowed, self.names)
        self.clock.lap("route")
        self.search_text = self._searched(text)
        encoded = _embedder.encode_query(self.search_text)
        self.embedded: NDArray[np.float32] = encoded.vector
        searched = self.embedded
        # Of a question about the treaty as such, or that returns to one, the one before it tells only which treaty.
        about_other = self.asked.about_treaty or self.asked.returns
        self.before = "" if about_other else without_names(self.asked.before, self.names)
        if self.before:
            weight = BEFORE_WEIGHT_OF_LITTLE if len(content_words(self.search_text)) <= LITTLE else BEFORE_WEIGHT
            searched = (1 - weight) * searched + weight * _embedder.embed_query(self.before)
        both = _embedder.encode_query(f"{self.before} {self.search_text}") if self.before else encoded
        whole = Reading(self.search_text, searched / np.linalg.norm(searched), both.tokens, self.before)
        telling = sum(word not in ASKING for word in content_words(self.search_text))
        self.readings = readings_of(whole, self._instead(), telling, _embedder) if self.before else [whole]
        self.stretches = Stretches(both.tokens, index, _embedder)
        self.head = load_scope_head()
        self.inside = self._inside(text)
        self.clock.lap("embed")

    def _named_in(self, text: str) -> list[tuple[int, int]]:
        return named_stretches(text, self.names)

    def _instead(self) -> str | None:
        """The question before with what a follow-up names in the place of its like, unless it names a treaty."""
        if self.asked.further or self._means_treaty():
            return None
        put = in_place_of_like((*self.asked.chain, self.asked.text), _embed, self._named_in)
        return put and without_names(put, self.names)

    def _means_treaty(self) -> bool:
        """Whether the question itself names a treaty, or describes one well."""
        return self.route.named or any(weight >= DESCRIBED for _, weight in self.route.preferred[:1])

    def may_lean(self) -> bool:
        """Whether a question may be about what the last one asked, though it names a treaty and reads like a new one.

        "Is there a parallel in the Lamp Convention?"
        """
        asked = self.asked
        return self.route.named and not asked.follow_up and bool(asked.treaties) and may_lean(asked.text)

    def _inside(self, text: str) -> float:
        """How likely treaties could answer the question; 1 where that is settled.

        An article named settles it, and so does a treaty whose dates are asked for. A short follow-up is a fragment
        that the head was not fitted on.
        """
        route = self.route
        if route.numbers or (route.named and route.kind == "fact") or (self.asked.follow_up and len(text.split()) < 4):
            return 1.0
        whole = self.embedded if text == self.search_text else _embedder.embed_query(text)
        return self.head.probability(whole, text)

    def _least_inside(self) -> float:
        """How likely it must be that treaties could answer: half as likely where one of those held is meant.

        A follow-up means the one that the answer before it is from.
        """
        meant = self.asked.follow_up or self._means_treaty()
        return self.head.threshold * (NAMED_THRESHOLD if meant else 1.0)

    def _searched(self, text: str) -> str:
        """What is searched for: inside a treaty that is named its name says nothing, and a number has its own weight.

        What is asked stands in the other words, if there are any.
        """
        told_apart = self.route.named or self.route.numbers
        return self.route.rest if told_apart and content_words(self.route.rest) else text

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
        if self.inside < self._least_inside() and not self._says_it_all(self.rank()[:SAID_BY]):
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
            compared_in = side_by_side(comparison, self.index, _embedder, self.names.to_fetch)
            # Where no treaty has it, the question may have been none that compares.
            return self._from_table(compared_in) if compared_in.says_something else None
        question = over_collection(self.asked.text, self.route, self.index, self.before)
        if question is None or (question.clause is None and self.inside < self._least_inside()):
            return None
        table, ranked = looked_through(question, self.index, _embedder)
        if table is None and (ranked and self._elsewhere(ranked)):
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

    def _says_it_all(self, ranked: Sequence[Ranked]) -> bool:
        """Whether one of these articles has every telling word of the question: then it is in the field after all."""
        wanted = {plain_stem(word) for word in content_words(self.asked.text)}
        for found in ranked:
            parsed = self.index.treaties[found.treaty_id]
            text = parsed.text_of(parsed.by_eid[found.eid])
            if wanted and wanted <= {plain_stem(word.text) for word in words_of(text)}:
                return True
        return False

    def rank(self) -> list[Ranked]:
        """Articles for the question, best first, within the treaties it is about."""
        focus, given = self._focus(), self._given()

        def rank(reading: Reading) -> list[Ranked]:
            return rank_articles(
                reading.text, reading.vector, self.index, before=reading.before, treaties=self.route.treaties,
                numbers=self.route.numbers, focus=focus, given=given,
                preferred=self.route.preferred if not self.route.treaties else (), tokens=reading.tokens,
            )  # fmt: skip

        return rank_readings(self.readings, rank)

    def _focus(self) -> dict[str, float]:
        """What the treaties that the conversation is about gain, for a follow-up."""
        if not self.asked.follow_up or self.route.treaties:
            return {}
        if self.asked.returns:
            return dict.fromkeys(self.asked.treaties, FUSION.focus_named)
        about = treaties_asked(self.asked.before, self.names)
        named = about.named or tuple(treaty_id for treaty_id, _ in about.preferred[:1])
        gains = dict.fromkeys(self.asked.treaties, FUSION.focus) | dict.fromkeys(named, FUSION.focus_named)
        if self.asked.about_treaty:
            gains |= dict.fromkeys(named or self.asked.treaties[:1], FUSION.focus_treaty)
        return gains

    def _given(self) -> dict[tuple[str, str], float]:
        """What the articles gain, or lose, that the answer before has quoted, and those that were not meant."""
        gains = dict.fromkeys(self.not_meant, FUSION.not_meant)
        if self.asked.follow_up and not self.asked.same_article:
            gain = FUSION.given_detail if self.asked.detail else 0.0 if self.asked.further else FUSION.given
            gains |= dict.fromkeys(self.asked.articles, gain)
        return gains

    def hits(self, limit: int) -> list[Hit]:
        """The ranking as search results, provisions named by number first."""
        found: list[Hit] = []
        for treaty_id, provision in self.route.provisions:
            parsed = self.index.treaties[treaty_id]
            article = parsed.article_of(provision)
            if any((hit.treaty_id, hit.eid) == (treaty_id, article.eid) for hit in found):
                continue
            extract = opening_quotes(parsed, provision)[0]
            label = label_of(parsed, article)
            quote = parsed.treaty.text[extract.start : extract.end]
            found.append(Hit(treaty_id, article.eid, label, 1.0, extract.start, extract.end, quote))
        seen = {(hit.treaty_id, hit.eid) for hit in found}
        for ranked in self.rank():
            if (ranked.treaty_id, ranked.eid) in seen:
                continue
            parsed, row = self.index.treaties[ranked.treaty_id], self.index.rows[ranked.row]
            label = label_of(parsed, parsed.by_eid[ranked.eid])
            quote = parsed.treaty.text[row.start : row.end]
            found.append(Hit(ranked.treaty_id, ranked.eid, label, ranked.score, row.start, row.end, quote))
        return found[:limit]

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
        rather = parsed.by_eid[doubts.rather.eid] if doubts.rather and not doubts.lacking else None
        if rather is not None:
            found = extract_quotes(parsed, rather, self.search_text, self.stretches.weigh, most=1)
            extracts += [(treaty_id, extract) for extract in found]
        opening = compose.wrong_premise_opening(provision, parsed, doubts.lacking, rather)
        return self._answer(extracts, LOCATED, "wrong_premise", opening, (), named=treaty_id)

    def _doubts(self) -> Doubts | None:
        """What speaks against what the question takes the provision to say, where that is enough to say it is wrong."""
        treaty_id, provision = self.route.provisions[0]
        parsed = self.index.treaties[treaty_id]
        claim = claim_in(self.route.rest)
        if not claim or not content_words(claim):
            return None
        doubts = doubts_about(claim, parsed, parsed.article_of(provision), self.index, _embedder)
        self.clock.lap("premise")
        return doubts if load_premise_model().is_wrong(doubts) else None

    def _from_facts(self) -> Answer | None:
        """The facts of the one treaty that is meant, where the question asks for facts and for nothing besides."""
        held = tuple(self.index.treaties)
        meant = self.route.treaties or (held if len(held) == 1 else self.asked.treaties if self.asked.follow_up else ())
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
        if elsewhere := self._elsewhere(ranked):
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

    def _elsewhere(self, ranked: Sequence[Ranked]) -> str:
        """The treaty of the catalogue, not held, that the question is a matter of; "" where it is none.

        It is told by the questions known to be answered here; where none are, or a treaty is meant, it cannot be.
        """
        if self.asked.follow_up or self.route.treaties or self.route.numbers or not ranked or ranked[0].known is None:
            return ""
        treaty_id, closeness = load_elsewhere().nearest(self.embedded, self.names.known_ids)
        if closeness < NEAR or any(weight >= DESCRIBED for _, weight in self.route.preferred[:1]):
            return ""
        return treaty_id if closeness > self.index.questions.closest(self.embedded, FEW).mean() else ""

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
        return modality_of(parsed.treaty.text[best.start : best.end]) or modality_of(citation.quote)

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
