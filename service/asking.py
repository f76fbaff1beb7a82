"""A question on its way: what it means in its conversation, what it asks for, and the articles found for it.

Nothing here answers. What the answer is made of is in ``service.answer``.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np

from ingest.embedding import Embedder, Encoded
from ingest.index import Index
from service.citations import label_of
from service.clock import Clock
from service.conversation import ASKING, may_lean, put_in_context
from service.corrections import put_right
from service.elsewhere import FEW, NEAR, load_elsewhere
from service.extract import opening_quotes
from service.likes import in_place_of_like, like_in
from service.models import Conversation, Hit, Question
from service.readings import Reading, rank_readings, readings_of
from service.retrieval import FUSION, Ranked, rank_articles
from service.routing import Route, content_words, named_stretches, route_question, treaty_names, without_names
from service.scope import load_scope_head
from service.stems import plain_stem, plain_stems
from service.stretches import Stretches
from service.treaties_asked import treaties_asked

# Who means a treaty that is held asks something that it could answer, most likely; what no text tells is told apart
# before. Set by watching refusals on the gold sets.
MEANT_THRESHOLD = 0.35
STRANGE_THRESHOLD = 0.7
# A description of a treaty counts as a name where it fits at least so well.
DESCRIBED = 0.5
# How much of a follow-up's vector is that of the question before it, and of one that says little itself: "and for
# consuls?".
BEFORE_WEIGHT = 0.35
BEFORE_WEIGHT_OF_LITTLE = 0.5
LITTLE = 2

# Some texts are embedded again in one answer, and the question before is in the next.
EMBEDDER = Embedder(kept=256)


class Asking:
    """One question, with what the steps of its answer share."""

    def __init__(
        self,
        question: Question,
        conversation: Conversation,
        index: Index,
        *,
        seconds: float | None = None,
        leans: bool = False,
    ) -> None:
        self.index, self.conversation = index, conversation
        self.clock = Clock(seconds)
        self.names = treaty_names(index)
        text = " ".join(question.text.encode("utf-8", "replace").decode("utf-8").split())
        self.allowed = allowed = tuple(dict.fromkeys(question.treaties))
        last = conversation.turns[-1].question if conversation.turns else ""
        right = put_right(
            text, last, self._named_in, lambda before, phrase: like_in(before, phrase, EMBEDDER.embed_query)
        )
        # What is put right takes the place of the last question, and leans on what that leaned on.
        earlier = replace(conversation, turns=conversation.turns[:-1]) if right else conversation
        self.asked = put_in_context(right or text, earlier, leans=leans)
        self.not_meant = conversation.turns[-1].focus if right else ()
        text = right or text
        self.route: Route = route_question(self.asked, index, allowed, self.names)
        self.clock.lap("route")
        self.text = text
        self.search_text = self._searched(text)
        # Of a question about the treaty as such, or that returns to one, the one before it tells only which treaty.
        about_other = self.asked.about_treaty or self.asked.returns
        self.before = "" if about_other else without_names(self.asked.before, self.names)
        self.head = load_scope_head()

    # What is embedded is worked out when it is asked for: an article named by its number is found without.

    @cached_property
    def encoded(self) -> Encoded:
        """What is searched for, as vectors."""
        return EMBEDDER.encode_query(self.search_text)

    @cached_property
    def _with_before(self) -> Encoded:
        """The same as one text with the question before it, for a follow-up."""
        return EMBEDDER.encode_query(f"{self.before} {self.search_text}") if self.before else self.encoded

    @cached_property
    def stretches(self) -> Stretches:
        """The question's view of the stretches of articles."""
        return Stretches(self._with_before.tokens, self.index, EMBEDDER)

    @cached_property
    def readings(self) -> list[Reading]:
        """The ways in which the question may be meant, each with its weight."""
        vector = self.encoded.vector
        if not self.before:
            return [Reading(self.search_text, vector, self.encoded.tokens)]
        weight = BEFORE_WEIGHT_OF_LITTLE if len(content_words(self.search_text)) <= LITTLE else BEFORE_WEIGHT
        between = (1 - weight) * vector + weight * EMBEDDER.embed_query(self.before)
        between /= np.linalg.norm(between)
        mean = Reading(self.search_text, between, self._with_before.tokens, self.before)
        telling = sum(word not in ASKING for word in content_words(self.search_text))
        return readings_of(mean, self._instead(), telling, EMBEDDER)

    def _named_in(self, text: str) -> list[tuple[int, int]]:
        return named_stretches(text, self.names)

    def _instead(self) -> str | None:
        """The question before with what a follow-up names in the place of its like, unless it names a treaty."""
        if self.asked.further or self._means_treaty():
            return None
        put = in_place_of_like((*self.asked.chain, self.asked.text), EMBEDDER.embed_query, self._named_in)
        return put and without_names(put, self.names)

    @property
    def described(self) -> tuple[str, ...]:
        """The id of the treaty that the question itself describes well, without naming it; none or one."""
        return tuple(treaty_id for treaty_id, weight in self.route.preferred[:1] if weight >= DESCRIBED)

    def _means_treaty(self) -> bool:
        """Whether the question itself names a treaty, or describes one well."""
        return self.route.named or bool(self.described)

    def may_lean(self) -> bool:
        """Whether a question may be about what the last one asked, though it names a treaty and reads like a new one.

        "Is there a parallel in the Lamp Convention?"
        """
        asked = self.asked
        return self.route.named and not asked.follow_up and bool(asked.treaties) and may_lean(asked.text)

    @cached_property
    def inside(self) -> float:
        """How likely treaties could answer the question; 1 where that is settled.

        An article named settles it, and so does a treaty whose dates are asked for. A short follow-up is a fragment
        that the head was not fitted on.
        """
        route = self.route
        if (
            route.numbers
            or (route.named and route.kind == "fact")
            or (self.asked.follow_up and len(self.text.split()) < 4)
        ):
            return 1.0
        return self.head.probability(EMBEDDER.embed_query(self.text), self.text)

    def least_inside(self) -> float:
        """How likely it must be that treaties could answer: a third as likely where one of those held is meant.

        A follow-up means the one that the answer before it is from.
        """
        meant = self.asked.follow_up or self._means_treaty()
        return self.head.threshold * (MEANT_THRESHOLD if meant else 1.0)

    def _searched(self, text: str) -> str:
        """What is searched for: inside a treaty that is named its name says nothing, and a number has its own weight.

        What is asked stands in the other words, if there are any.
        """
        told_apart = self.route.named or self.route.numbers
        return self.route.rest if told_apart and content_words(self.route.rest) else text

    def is_inside_by(self, ranked: Sequence[Ranked]) -> bool:
        """Whether a question that seems to be outside the field is inside after all, by the first articles found.

        So it is where one of them has every telling word of it; and where it is only a little outside and the first
        is of a treaty that no questions are known about, whose words are strange to the head.
        """
        if ranked and ranked[0].known is None and self.inside >= STRANGE_THRESHOLD * self.least_inside():
            return True
        wanted = {plain_stem(word) for word in content_words(self.asked.text)}
        for found in ranked:
            parsed = self.index.treaties[found.treaty_id]
            text = parsed.text_of(parsed.by_eid[found.eid])
            if wanted and wanted <= plain_stems(text):
                return True
        return False

    def rank(self) -> list[Ranked]:
        """Articles for the question, best first, within the treaties it is about."""
        focus, given, readings = self._focus(), self._given(), self.readings
        self.clock.lap("embed")

        def rank(reading: Reading) -> list[Ranked]:
            return rank_articles(
                reading.text, reading.vector, self.index, before=reading.before, treaties=self.route.treaties,
                numbers=self.route.numbers, focus=focus, given=given,
                preferred=self.route.preferred if not self.route.treaties else (), tokens=reading.tokens,
            )  # fmt: skip

        return rank_readings(readings, rank)

    def _focus(self) -> dict[str, float]:
        """What the treaties that the conversation is about gain, for a follow-up."""
        if not self.asked.follow_up or self.route.treaties:
            return {}
        if self.asked.returns:
            return dict.fromkeys(self.asked.treaties, FUSION.focus_named)
        if self.described and self.described[0] not in self.asked.treaties:
            return dict.fromkeys(self.described, FUSION.focus_described)
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

    def elsewhere(self, ranked: Sequence[Ranked]) -> str:
        """The treaty of the catalogue, not held, that the question is a matter of; "" where it is none.

        It is told by the questions known to be answered here; where none are, or a treaty is meant, it cannot be.
        """
        if self.asked.follow_up or self.route.treaties or self.route.numbers or not ranked or ranked[0].known is None:
            return ""
        treaty_id, closeness = load_elsewhere().nearest(self.encoded.vector, self.names.known_ids)
        if closeness < NEAR or self.described:
            return ""
        return treaty_id if closeness > self.index.questions.closest(self.encoded.vector, FEW).mean() else ""
