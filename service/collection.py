"""Questions over all treaties held: "which treaties …", answered by each one's own article that truly does.

What final clauses tell was read at ingestion and decides by itself. Else one ranking of all articles is grouped by
treaty: it brings every treaty that is near (of 160 right ones of real treaties all but one were in it). An article
answers where it is likely to by itself, is not far behind the best, and has the words of the question; what is
merely near has not.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.embedding import Embedder
from ingest.index import Index
from ingest.models import ParsedTreaty
from ingest.names import fold
from ingest.number_words import COUNTING
from service.clauses_asked import ClauseAsked, clause_asked, sets_bound
from service.confidence import confidence_alone, evidence_alone
from service.extract import extract_quotes
from service.retrieval import FUSION, Ranked, rank_articles
from service.routing import Route, content_words
from service.rows import GLANCE_WORDS, TOLD, Row, Table, in_order
from service.spans import Extract
from service.stems import plain_stem
from service.stretches import Stretches

MOST_ROWS = 6
# So many articles are compared word by word; those behind them answer hardly ever.
RERANKED = 60
# An article answers that is so likely to by itself, has so much of the best one's score and so many of the words. Set
# on 43 questions over 60 real treaties: of the treaties given nine in ten are right, of the right ones seven are given.
LEAST_EVIDENCE = 0.3
OF_THE_BEST = 0.6
WORDS_SHARED = 0.6
# Where none does, the best of those that have every word, if it is as likely as any answer has to be.
LEAST_OF_ONE = 0.11

_TREATIES = r"(?:treaties|conventions|agreements|covenants|protocols|instruments|charters|pacts|texts)"
_KINDS = rf"(?:[\w-]+ ){{0,2}}?{_TREATIES}"
_POLITE = (
    r"(?:(?:please|hi|hello|hey|so|and|ok|okay|well)[\s,!]+|"
    r"(?:can|could|would|will) you (?:please )?(?:tell|show|give)(?: me| us)?\s+|(?:tell|show|give) (?:me|us)\s+)*"
)
_OF_ALL = rf"(?:of (?:(?:all|any) )?(?:these|those|the|your|our) )?{_KINDS}"
_OVER_COLLECTION = re.compile(
    rf"(?i)^\W*{_POLITE}(?:"
    rf"(?:in|under|by|to|of|from) (?:which|what|how many) {_OF_ALL}"
    rf"|in which of (?:these|those|them)\b"
    rf"|(?:which|what|how many|do any|does any|are there any|is there any) {_OF_ALL}"
    rf"|(?:(?:can|could|would|will) you )?(?:list|name|enumerate|find|show)(?: me| us)? (?:(?:all|any) )?(?:of )?"
    rf"(?:the |these |those )?{_KINDS}"
    rf"|(?:all|any) (?:the )?{_TREATIES} (?:that|which|with|where)"
    r")(?: (?:that )?(?:are )?(?:here|held|held here|in (?:the|this|your) (?:collection|index|library)))*\b,?"
    r"(?: (?:that|which|where|whose|with|having))?\b"
)
# "Which treaties must be registered": it is treaties in general that are asked about.
_ABOUT_TREATIES = re.compile(
    r"(?i)^\s*(?:do(?:es)?|did|must|shall|should|(?:are|is|were|can|may|need to|have to)(?: \w+)? (?:be )?"
    r"(?:void|invalid|null|registered|published|concluded|made|considered|deemed|covered|subject|governed|excluded|"
    r"affected|meant|defined|listed|mentioned|held|here|there|you|we|i))\b"
)
# What is said of any provision, or of whom it binds.
_SAID_OF_ANY = frozenset(
    plain_stem(word)
    for word in "forbid prohibit ban banned outlaw protect guarantee ensure provide set require let permit allow "
    "oblige deal regulate abolish rule right state party member country treaty convention agreement make give have "
    "contain establish cover address mention recognise recognize force must government person people anybody anyone "
    "someone somebody lay down concern speak apply govern impose create call into about against their them they "
    "without between where when who whose held here there being".split()
)  # fmt: skip
# Preambles and words of signature mention much, and bind nobody.
_INOPERATIVE = re.compile(r"(?:^|__)(?:preamble|final)")
_WORD = re.compile(r"[^\W\d_]{3,}")
_NUMBER = re.compile(rf"(?i)(?P<n>\d{{1,4}}|{COUNTING['en'].pattern})(?:['’]s)?[\s-]+(?P<unit>[a-z]{{3,}})")


@dataclass(frozen=True, slots=True)
class OverCollection:
    """A question over the treaties ``ids``; ``asked`` is what each of them is asked."""

    ids: tuple[str, ...]
    asked: str
    clause: ClauseAsked | None


def over_collection(text: str, route: Route, index: Index, before: str = "") -> OverCollection | None:
    """What a question asks of all treaties held, or of those it is limited to; None where it asks for one answer.

    ``before`` is the question that a follow-up leans on.
    """
    asking = _OVER_COLLECTION.match(text)
    ids = route.treaties or tuple(index.treaties)
    if asking is None or len(ids) < 3 or route.provisions or route.missing or route.not_held or route.numbers:
        return None
    asked = text[asking.end() :].strip(" ,.?!")
    if _ABOUT_TREATIES.match(asked):
        return None
    clause = clause_asked(asked)
    telling = content_words(asked)
    if (not telling and clause is None) or (clause is not None and sets_bound(asked)):
        return None
    return OverCollection(ids, f"{before} {asked}".strip(), clause)


def looked_through(question: OverCollection, index: Index, embedder: Embedder) -> tuple[Table | None, list[Ranked]]:
    """The treaties that answer, best first, with their articles; None where none does, with the nearest articles."""
    clause = question.clause
    rows = _told(question, clause, index) if clause else []
    ranked: list[Ranked] = []
    # A way out that is open for a part of the treaty only, or at certain times, is no fact; its article may say it.
    if clause is None or (clause.kind == "withdrawal" and clause.wanted):
        untold = [i for i in question.ids if clause is None or index.treaties[i].fact(clause.kind) is None]
        found, ranked = _found(question.asked, untold if len(untold) < len(index.treaties) else [], index, embedder)
        rows += found
    return (_table(rows, question, index) if rows else None), ranked


def _found(asked: str, treaties: Sequence[str], index: Index, embedder: Embedder) -> tuple[list[Row], list[Ranked]]:
    """The treaties (all when empty) with an article that answers, best first, and the ranking they are from."""
    encoded = embedder.encode_query(asked)
    fusion = replace(FUSION, reranked=RERANKED)
    ranked = rank_articles(asked, encoded.vector, index, treaties=treaties, tokens=encoded.tokens, fusion=fusion)
    stretches = Stretches(encoded.tokens, index, embedder)
    rows = []
    for place, (found, confidence) in enumerate(_answering(asked, ranked, index)):
        parsed = index.treaties[found.treaty_id]
        provision = parsed.by_eid[found.eid]
        if place < MOST_ROWS:
            extracts = extract_quotes(parsed, provision, asked, stretches.weigh, most=1, glance=GLANCE_WORDS)
        else:
            passage = index.rows[found.row]
            extracts = [Extract(parsed.by_eid[passage.eid], passage.start, passage.end)]
        rows.append(Row(found.treaty_id, in_order(parsed, extracts), confidence))
    return rows, ranked


def _table(rows: Sequence[Row], question: OverCollection, index: Index) -> Table:
    many = len(rows) > 1
    where = "the treaties held here" if len(question.ids) == len(index.treaties) else "the treaties asked"
    opening = f"{len(rows)} of {where} answer{'' if many else 's'} this ({len(question.ids)} were looked at):"
    return Table(opening, tuple(rows[:MOST_ROWS]), tuple(rows[MOST_ROWS:]))


def _told(question: OverCollection, clause: ClauseAsked, index: Index) -> list[Row]:
    """The treaties whose final clauses say what is asked, in the order in which they are held."""
    rows = []
    for treaty_id in question.ids:
        parsed = index.treaties[treaty_id]
        extracts = [Extract(parsed.by_eid[fact.eid], fact.start, fact.end) for fact in clause.read(parsed)]
        if extracts:
            rows.append(Row(treaty_id, in_order(parsed, extracts), TOLD))
    return rows


def _answering(asked: str, ranked: Sequence[Ranked], index: Index) -> list[tuple[Ranked, float]]:
    """Of each treaty the best article, where it answers, with how likely it does; best first."""
    best_of: dict[str, Ranked] = {}
    for found in ranked:
        if not _INOPERATIVE.search(found.eid):
            best_of.setdefault(found.treaty_id, found)
    wanted = {plain_stem(word) for word in content_words(asked)} - _SAID_OF_ANY
    numbers = _numbers(asked)
    answering: list[tuple[Ranked, float]] = []
    with_all: list[tuple[Ranked, float]] = []
    for best in best_of.values():
        evidence = evidence_alone(best)
        if evidence < LEAST_OF_ONE or best.score < OF_THE_BEST * ranked[0].score:
            continue
        words = _text(index.treaties[best.treaty_id], best.eid)
        share = _share(wanted, words)
        if numbers and not numbers <= _numbers(words):
            continue
        if evidence >= LEAST_EVIDENCE and share >= WORDS_SHARED:
            answering.append((best, confidence_alone(best)))
        elif wanted and share == 1:
            with_all.append((best, confidence_alone(best)))
    return answering or with_all[:1]


def _share(wanted: set[str], text: str) -> float:
    """How many of the words asked for an article has, from 0 to 1."""
    there = {plain_stem(fold(word)) for word in set(_WORD.findall(text.lower()))}
    return len(wanted & there) / len(wanted) if wanted else 1.0


def _text(parsed: ParsedTreaty, eid: str) -> str:
    return parsed.text_of(parsed.by_eid[eid])


def _numbers(text: str) -> set[tuple[int, str]]:
    """Numbers, in digits or words, with what they count: "three months" is (3, "month")."""
    found = ((COUNTING["en"].value(m["n"]), plain_stem(m["unit"].lower())) for m in _NUMBER.finditer(text))
    return {(value, unit) for value, unit in found if value is not None and value > 1}
