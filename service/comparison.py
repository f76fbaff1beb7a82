"""Treaties compared: what the same thing is in each of them, side by side.

A question compares where it says so ("differ", "versus") of two treaties or more, or asks the same of several that it
names in one breath ("under the ICCPR and the ECHR"). Each treaty is then asked by itself, without any treaty's name;
the best article of one says nothing of where the others deal with the matter.
"""

import itertools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ingest.embedding import Embedder
from ingest.generic_names import KIND_WORDS
from ingest.index import Index
from ingest.models import ParsedTreaty, Provision
from ingest.names import words_of
from service.clauses_asked import ClauseAsked, clause_asked
from service.confidence import confidence_alone
from service.conversation import InContext
from service.extract import extract_quotes, opening_quotes
from service.provisions_asked import without
from service.retrieval import Ranked, rank_articles
from service.routing import Route, content_words, without_names
from service.rows import GLANCE_WORDS, TOLD, Row, Table, in_order
from service.spans import Extract
from service.stretches import Stretches
from service.treaties_asked import treaties_asked
from service.treaty_table import TreatyNames
from service.wording import plain_wording

MOST_TREATIES = 4
# An article answers that is so likely to by itself. Of 250 questions asked of one treaty each, this refuses nine of ten
# that it has no provision for, and one in a hundred others: a wrong row can be seen to be one, a missing one cannot.
LEAST_CONFIDENCE = 0.15
# The final clauses have been read: where they tell nothing of what is asked, an article that seems to must more
# likely than not be the one. It is as likely to speak of the withdrawal of a declaration.
UNTOLD = 0.5
# An article that is so much less likely to be right than that of the likeliest treaty only looks like it.
BESIDE_OTHERS = 0.25

_COMPARING = re.compile(
    r"(?i)\b(?:compar\w+|versus|vs\.?|differ\w*|contrast\w*|distinguish\w*|(?:as )?opposed to|side by side|same as|"
    r"similar to|unlike|stricter|weaker|stronger|as against|set|beside|each|both|respectively)(?!\w)"
)
# "How does the Protocol relate to the Convention": one of them tells it, not each.
_OF_EACH_OTHER = re.compile(
    r"(?i)\b(?:relat(?:e|es|ed|ion|ions|ionship)|prevails?|conflicts?|contradict\w*|(?:in)?consisten\w+|"
    r"(?:in)?compatib\w+|each other|one another|refers?|mentions?|overrides?|supersedes?|replaces?|amends?|affects?|"
    r"part(?:y|ies) to (?:both|one))\b"
)
_IN_ONE_BREATH = re.compile(
    r"(?i)^[\s,;/&(]*(?:(?:and|or|nor|as well as|but also|compared (?:with|to))\b[\s,]*)?"
    r"(?:(?:also|then|both|how|many|what|that|those|in|under|of|from|to|by|with|for|on)\b[\s,]*)*"
    r"(?:the|its|a)?[\s(]*$|\b(?:versus|vs|against)\b|"
    r"\b(?:and|or),? (?:who|how|what|which|when|where|whom|in|under|for|by|of|from)\b"
)
_JOINING = re.compile(r"(?i),|\b(?:and|or|nor|as well as|versus|vs|against)\b")
_NUMBERED = re.compile(
    r"(?i)\b(?:articles?|arts?\.?|paragraphs?|annex(?:es)?)\s+(?:[\dIVXL]+\w*(?:\(\d+\))?[\s,]*(?:and|to|or)?\s*)+"
)
_EDGE = frozenset(
    "how do does did the and or of in on with from to between what is are that those under by a an as it its treaty "
    "say says about let lets this these there then so also against for how and but not which treaties convention "
    "conventions agreement agreements covenant covenants one ones".split()
)
_TOLD_APART = re.compile(r"(?i)\bthe (\w+)(?=\W*$|[,;)]| (?:and|or|with|to|versus|vs)\b)")
_AND_NUMBER = re.compile(r"(?i),? (?:and|or|with|to|versus|vs\.?) ([IVX]+|\d+)\b")
# "The 1963 Lamp Treaty", "the Lamp Treaty of 1963", "the Lamp Treaty's ban".
_YEAR_BEFORE = re.compile(r"\b(?:1[89]|20)\d\d\s*$")
_BEHIND_NAME = re.compile(r"^(?:['’]s?\b|\s*\(?(?:of |from )?(?:1[89]|20)\d\d\b\)?)")
_COMPARED_WITH = re.compile(
    r"(?i)\b(?:compar\w+|contrast) (?:that|this|it|these|those)\b|"
    r"\b(?:that|this|it|these|those|they) (?:\w+ )?(?:compares?|differs?|contrasts?)\b"
)


# Where a treaty is named, and the ids that the name fits.
_Named = tuple[int, int, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Side:
    """One treaty of a comparison: the ids that its name fits, or the name of one not held.

    ``provisions`` are those that the question names by number, or that the conversation is about.
    """

    ids: tuple[str, ...] = ()
    name: str = ""
    provisions: tuple[Provision, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """Treaties that are compared, in the order of the question; ``asked`` is what is asked of each, without names."""

    sides: tuple[Side, ...]
    asked: str


def compared(question: InContext, route: Route, names: TreatyNames, treaties: Mapping[str, ParsedTreaty],
             before: str = "", allowed: Sequence[str] = ()) -> Comparison | None:  # fmt: skip
    """The comparison that a question asks for, with at least one treaty held; None where it asks for none.

    ``before`` is the question that a conversation is at, ``allowed`` the treaty ids that may be answered from.
    """
    text = plain_wording(question.text)
    if route.outside or route.missing or (route.kind != "comparison" and not _may_ask_of_several(text, route)):
        return None
    named, not_held = _named(text, names, allowed)
    spans = [(start, end) for start, end, _ in named]
    sides = [side for start, end, ids in named for side in _sides_of(text[start:end], ids)]
    if route.kind == "comparison":
        sides += [Side(name=name) for _, _, name in not_held]
        spans += [(start, end) for start, end, _ in not_held]
        if len(sides) == 1 and (question.follow_up or _COMPARED_WITH.search(text)):
            sides = [*_in_focus(question, before, names, sides[0], treaties), *sides]
    elif _OF_EACH_OTHER.search(without(text, spans)) or not _in_one_breath(text, spans):
        return None
    sides = list(dict.fromkeys(sides))[:MOST_TREATIES]
    if len(sides) < 2 or not any(side.ids for side in sides):
        return None
    sides = [_with_provisions(side, route.provisions) for side in sides]
    asked = asked_of_each(text, spans)
    if not content_words(asked) and before:
        asked = asked_of_each(without_names(before, names), ())
    return Comparison(tuple(sides), asked)


def _may_ask_of_several(text: str, route: Route) -> bool:
    """Whether a question that says nothing of comparing may name two treaties; to read their names takes long."""
    if route.provisions or not (route.named or len(route.preferred) > 1):
        return False
    return bool(_JOINING.search(text))


def asked_of_each(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """What is asked of each treaty: the question without their names, and without what compares them."""
    for start, end in sorted(spans, reverse=True):
        text = f"{_YEAR_BEFORE.sub('', text[:start])} {_BEHIND_NAME.sub('', text[end:])}"
    words = _COMPARING.sub(" ", _NUMBERED.sub(" ", text)).split()
    while words and _is_edge(words[0]):
        words.pop(0)
    while words and _is_edge(words[-1]):
        words.pop()
    return " ".join(words)


def _is_edge(word: str) -> bool:
    return re.sub(r"\W", "", word).lower() in _EDGE | {""}


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
        sure = [confidence_alone(ranked[0]) if ranked else 0.0 for ranked in found]
        return [
            row or self._row(side, ranked, confidence, BESIDE_OTHERS * max(sure))
            for side, row, ranked, confidence in zip(sides, told, found, sure, strict=True)
        ]

    def _ranked(self, side: Side) -> list[Ranked]:
        return rank_articles(self.asked, self.vector, self.index, treaties=side.ids, tokens=self.tokens)

    def _row(self, side: Side, ranked: Sequence[Ranked], confidence: float, least: float) -> Row:
        """What the best article says, unless it is less likely to be right than ``least`` or than any answer is."""
        least = max(least, UNTOLD if self.clause else LEAST_CONFIDENCE)
        if not ranked or confidence < least:
            return Row(ranked[0].treaty_id if ranked else side.ids[0])
        best = ranked[0]
        provision = self.index.treaties[best.treaty_id].by_eid[best.eid]
        return Row(best.treaty_id, self._quoted(best.treaty_id, [provision]), confidence)

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


def _named(text: str, names: TreatyNames, allowed: Sequence[str]) -> tuple[list[_Named], list[tuple[int, int, str]]]:
    """Where treaties held are named or described, with the ids that fit; where others are, with their names.

    A name leaves descriptions beside it unread, so what is left without the names is read again.
    """
    held = frozenset(allowed) or names.ids
    asked = treaties_asked(text, names, allowed)
    found = [(m.start, m.end, tuple(i for i in m.ids if i in held)) for m in asked.found]
    found += _elliptic(text, found, names, held)
    letters = list(text)
    for start, end, _ in found:
        letters[start:end] = ";" * (end - start)
    rest = treaties_asked("".join(letters), names, allowed) if found else asked
    for match in rest.described:
        if KIND_WORDS & {word.text for word in words_of(text[match.start : match.end])}:
            found.append((match.start, match.end, match.ids))
    places = [(match.start, match.end) for match in rest.elsewhere]
    places += [(start, start + len(name)) for name in rest.not_held if (start := text.find(name)) >= 0]
    not_held = [(start, end, name) for name, (start, end) in zip(rest.not_held, places, strict=False)]
    return sorted(found), not_held


def _elliptic(text: str, found: Sequence[_Named], names: TreatyNames, held: frozenset[str]) -> list[_Named]:
    """Treaties named by what sets them apart: "the First and the Second Lamp Convention", "Lamp Protocols I and II"."""
    beside: list[tuple[int, int, str]] = []
    for start, end, _ in found:
        first, *others = text[start:end].split()
        alone = _TOLD_APART.finditer(text) if others else ()
        beside += [(m.start(1), m.end(1), " ".join([m[1], *others])) for m in alone]
        numbered = _AND_NUMBER.match(text, end) if others else None
        if numbered:
            beside.append((numbered.start(1), numbered.end(1), " ".join([first, *others[:-1], numbered[1]])))
    fitting = [(s, e, tuple(i for i in names.held.ids_of(name) if i in held)) for s, e, name in beside]
    apart = [one for one in fitting if one[2] and not any(s < one[1] and one[0] < e for s, e, _ in found)]
    return list(dict.fromkeys(apart))


def _sides_of(written: str, ids: tuple[str, ...]) -> list[Side]:
    """The sides that a name stands for: "the Lamp Conventions" for each that it fits, else for one of them."""
    if any(word.text in KIND_WORDS and word.text.endswith("s") for word in words_of(written)):
        return [Side((treaty_id,)) for treaty_id in ids]
    return [Side(ids)]


def _in_one_breath(text: str, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether treaties are named beside one another, so that the same is asked of each."""
    gaps = [text[end:start] for (_, end), (start, _) in itertools.pairwise(spans)]
    return bool(gaps) and all(_IN_ONE_BREATH.search(gap) for gap in gaps)


def _with_provisions(side: Side, provisions: Sequence[tuple[str, Provision]]) -> Side:
    """A side with its provisions that the question names by number."""
    own = tuple(provision for treaty_id, provision in provisions if treaty_id in side.ids)
    return Side(side.ids[:1], provisions=own) if own and not side.provisions else side


def _in_focus(question: InContext, before: str, names: TreatyNames, other: Side,
              treaties: Mapping[str, ParsedTreaty]) -> list[Side]:  # fmt: skip
    """What the conversation is about: "compare that with the Lamp Convention"."""
    about = treaties_asked(before, names).named
    focus = [i for i in question.treaties if i not in other.ids]
    meant = [i for i in focus if i in about] or focus[:1]
    first = dict(reversed(question.articles))
    return [Side((i,), provisions=(treaties[i].by_eid[first[i]],)) for i in meant]
