"""Treaties compared: what the same thing is in each of them, side by side.

Each treaty is asked by itself, without any treaty's name; the best article of one says nothing of where the others
deal with the matter.
"""

from collections.abc import Callable, Sequence

from ingest.embedding import Embedder
from ingest.index import Index
from ingest.models import Provision
from service.clauses_asked import ClauseAsked, clause_asked
from service.confidence import confidence_alone, evidence_alone
from service.extract import extract_quotes, opening_quotes
from service.retrieval import Ranked, rank_articles
from service.routing import content_words
from service.rows import GLANCE_WORDS, TOLD, Row, Table, in_order
from service.sides import Comparison, Side
from service.spans import Extract
from service.stretches import Stretches

# An article answers that is so likely to by itself. Of 250 questions asked of one treaty each, this refuses nine of ten
# that it has no provision for, and one in a hundred others: a wrong row can be seen to be one, a missing one cannot.
LEAST_EVIDENCE = 0.15
# The final clauses have been read: where they tell nothing of what is asked, an article that seems to must more
# likely than not be the one. It is as likely to speak of the withdrawal of a declaration.
UNTOLD = 0.5
# An article that is so much less likely to be right than that of the likeliest treaty only looks like it.
BESIDE_OTHERS = 0.25


def side_by_side(
    comparison: Comparison, index: Index, embedder: Embedder, to_fetch: Callable[[str], Sequence[str]]
) -> Table:
    """Each treaty with its own provision; ``to_fetch`` gives the catalogue's ids of one not held by its name."""
    held = _Comparing(comparison, index, embedder).rows([side for side in comparison.sides if side.ids])
    not_held = [Row(name=s.name, note=_not_held(to_fetch(s.name))) for s in comparison.sides if not s.ids]
    return Table("Side by side:", (*held, *not_held))


def _not_held(ids: Sequence[str]) -> str:
    source = f"catalogue:{ids[0]}" if ids else "FILE"
    return f"not held here; ingest its text to compare it (pacta ingest {source})"


class _Comparing:
    """One comparison; holds what its rows share."""

    def __init__(self, comparison: Comparison, index: Index, embedder: Embedder) -> None:
        self.index = index
        self.asked = comparison.asked if content_words(comparison.asked) else self._of_provisions(comparison)
        self.clause: ClauseAsked | None = clause_asked(self.asked)
        encoded = embedder.encode_query(self.asked)
        self.vector, self.tokens = encoded.vector, encoded.tokens
        self.stretches = Stretches(encoded.tokens, index, embedder)
        self.as_they_are = not content_words(comparison.asked)

    def _of_provisions(self, comparison: Comparison) -> str:
        """Where nothing is asked but how provisions compare, their words are what is looked for in the others."""
        for side in comparison.sides:
            for provision in side.provisions:
                parsed = self.index.treaties[side.ids[0]]
                return " ".join(parsed.text_of(provision).split()[:GLANCE_WORDS])
        return comparison.asked

    def rows(self, sides: Sequence[Side]) -> list[Row]:
        """What each of some treaties held says."""
        told = [self._told(side) for side in sides]
        found = [[] if row else self._ranked(side) for side, row in zip(sides, told, strict=True)]
        sure = [evidence_alone(ranked[0]) if ranked else 0.0 for ranked in found]
        return [
            row or self._row(side, ranked, evidence, BESIDE_OTHERS * max(sure))
            for side, row, ranked, evidence in zip(sides, told, found, sure, strict=True)
        ]

    def _ranked(self, side: Side) -> list[Ranked]:
        return rank_articles(self.asked, self.vector, self.index, treaties=side.ids, tokens=self.tokens)

    def _row(self, side: Side, ranked: Sequence[Ranked], evidence: float, least: float) -> Row:
        """What the best article says, unless less speaks for it than ``least`` or than for any answer."""
        least = max(least, UNTOLD if self.clause else LEAST_EVIDENCE)
        if not ranked or evidence < least:
            return Row(ranked[0].treaty_id if ranked else side.ids[0])
        best = ranked[0]
        provision = self.index.treaties[best.treaty_id].by_eid[best.eid]
        return Row(best.treaty_id, self._quoted(best.treaty_id, [provision]), confidence_alone(best))

    def _told(self, side: Side) -> Row | None:
        """What is known already: provisions named, and final clauses, as they were read at ingestion."""
        treaty_id = side.ids[0]
        if side.provisions:
            return Row(treaty_id, self._quoted(treaty_id, side.provisions), TOLD)
        parsed = self.index.treaties[treaty_id]
        facts = self.clause.read(parsed) if self.clause and len(side.ids) == 1 else ()
        extracts = [Extract(parsed.by_eid[fact.eid], fact.start, fact.end) for fact in facts]
        return Row(treaty_id, in_order(parsed, extracts), TOLD) if facts else None

    def _quoted(self, treaty_id: str, provisions: Sequence[Provision]) -> tuple[Extract, ...]:
        parsed = self.index.treaties[treaty_id]
        extracts: list[Extract] = []
        for provision in provisions:
            if self.as_they_are:
                extracts += opening_quotes(parsed, provision)
            else:
                extracts += extract_quotes(
                    parsed, provision, self.asked, self.stretches.weigh, most=1, glance=GLANCE_WORDS
                )
        return in_order(parsed, extracts)
