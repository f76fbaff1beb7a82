"""Treaties by description: "the torture convention", "the 1961 Vienna treaty on diplomats", "the LRTAP protocol".

A description is a word for a treaty with the words around it that say which. Each word weighs the more, the
fewer treaties have it in their names, and the nearer it stands. A treaty fits as far as its names have the
words of the description, and, a little, as far as the description has the words of its name. Nothing here is
an exact name, so nothing here limits a question; it prefers.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log

from ingest.generic_names import KIND_WORDS
from ingest.names import words_of
from service.stems import PASSED_OVER, SHORT_ACRONYM, UNTELLING, acronyms, plain_stem, stem_of, stems_in, stems_of

# Kinds that are not taken for one another: nobody calls a covenant a protocol.
_SPECIAL_KINDS = {
    word: kind
    for kind, words in {
        "protocol": "protocol protocols protocole protocolo", "charter": "charter charters charte carta",
        "statute": "statute statutes statut estatuto", "covenant": "covenant covenants",
        "declaration": "declaration declarations", "constitution": "constitution", "code": "code",
    }.items()
    for word in words.split()
}  # fmt: skip
_OTHER_KIND = 0.6
# A word before the kind counts less the farther off it stands, one behind it the same after the first.
_FARTHER_BEFORE, _FARTHER_BEHIND = 0.92, 0.88
_MOST_BEFORE, _MOST_BEHIND = 8, 12
# How much of the score is that the name has few words more than the description.
_NAME_SHARE = 0.4

_IN_NAMES = frozenset("of the for and on".split())
_JOINS_BEHIND = frozenset(
    "on of for against concerning relating regarding respecting between to about with among banning prohibiting "
    "supplementing amending establishing governing de du des del".split()
)
# Words that end a description: what follows is the question.
_ENDS = frozenset(
    "is are was were be been being am do does did has have had may might must can could shall should will would say "
    "says said apply applies provide provides define defines mean means let lets give gives allow allows require "
    "requires oblige obliges what which who whom whose when where why how whether if that than then as under per "
    "according i you he she we they it this these those there not no any some and/or because while after before "
    "until unless during within without me us them him her tell show read quote explain describe summarise article "
    "articles art arts paragraph para annex chapter section".split()
)
_YEAR = re.compile(r"(?:1[6-9]|20)\d\d")
_COUNTRY = 4
_PEOPLE = re.compile(r"\w{3,}(?:an|ese|ish|i|ic)")
_BREAK = re.compile(r"[?!;:()\[\]“”\"]|,\s|\.\s")


@dataclass(frozen=True, slots=True)
class Described:
    """A treaty that a description fits, ``score`` from 0 to 1; ``words`` of it are in the treaty's names."""

    treaty_id: str
    score: float
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class Description:
    """Words of a question that describe a treaty, at ``start:end``; ``weights`` are of those that tell which.

    ``definite`` says that one treaty is meant ("the torture convention"), not any ("a treaty on torture").
    """

    start: int
    end: int
    kind: str
    weights: Mapping[str, float]
    unknown: tuple[str, ...] = ()
    definite: bool = True


@dataclass(frozen=True, slots=True)
class _Name:
    treaty_id: str
    words: frozenset[str]
    kinds: frozenset[str]
    total: float


class Descriptions:
    """The names of treaties by their words, to find those that a description fits."""

    def __init__(self, names: Mapping[str, Iterable[str]], facts: Mapping[str, Iterable[str]]) -> None:
        """``names`` and ``facts`` by treaty id; facts are years, places and parties, which a name need not have."""
        spelled = {treaty_id: list(dict.fromkeys(known)) for treaty_id, known in names.items()}
        stems = {treaty_id: [frozenset(stems_of(name)) for name in known] for treaty_id, known in spelled.items()}
        self._facts = {
            treaty_id: frozenset(s for fact in said for s in stems_of(fact)) for treaty_id, said in facts.items()
        }
        self._having: dict[str, list[int]] = {}
        counts: dict[str, int] = {}
        for treaty_id, of_names in stems.items():
            for stem in frozenset().union(*of_names, self._facts.get(treaty_id, ())):
                counts[stem] = counts.get(stem, 0) + 1
        self._most = log(1 + len(names) / 0.5)
        self._weight = {stem: log(1 + len(names) / count) for stem, count in counts.items()}
        self._names: list[_Name] = []
        self._of_fact: dict[str, list[str]] = {}
        for treaty_id, known in spelled.items():
            for name, words in zip(known, stems[treaty_id], strict=True):
                for stem in words:
                    self._having.setdefault(stem, []).append(len(self._names))
                kinds = frozenset(_SPECIAL_KINDS[w.text] for w in words_of(name) if w.text in _SPECIAL_KINDS)
                self._names.append(_Name(treaty_id, words, kinds, sum(self._weight[s] for s in words)))
        self._names_of: dict[str, list[int]] = {}
        for position, entry in enumerate(self._names):
            self._names_of.setdefault(entry.treaty_id, []).append(position)
        for treaty_id, said in self._facts.items():
            for stem in said:
                self._of_fact.setdefault(stem, []).append(treaty_id)
        self._acronyms = acronyms(spelled)

    def knows(self, word: str) -> bool:
        """Whether a word is in any name, or among the facts."""
        return any(stem in self._weight or stem in self._acronyms for stem in (stem_of(word), plain_stem(word)))

    def having(self, word: str) -> frozenset[str]:
        """The treaties that have a word in their names."""
        return frozenset(self._names[position].treaty_id for position in self._having.get(stem_of(word), ()))

    def find(self, text: str) -> list[Description]:
        """The descriptions in a text, in its order; those without a telling word are left out."""
        found = [self._read(text, words, head) for words, head in _heads(text)]
        found = [described for described in found if described.weights]
        apart = [run for run in self._runs(text) if not any(run.start < d.end and d.start < run.end for d in found)]
        return sorted([*found, *apart], key=lambda described: described.start)

    def _runs(self, text: str) -> Iterator[Description]:
        """Proper names that are in treaties' names: "the Asian Development Bank", an acronym."""
        words = _spoken(text)
        position = 0
        while position < len(words):
            end = position
            while (
                end < len(words)
                and (words[end].capital or (words[end].text in _IN_NAMES and end > position))
                and not (end > position and _BREAK.search(text[words[end - 1].end : words[end].start]))
            ):
                end += 1
            run = [word for word in words[position:end] if word.stem and word.text not in _ENDS]
            weights: dict[str, float] = {}
            unknown: list[str] = []
            for word in run:
                self._weigh(word, 1.0, weights, unknown)
            telling = len(weights) > 1 or (run and run[0].capitals and len(run[0].text) > 2)
            if telling and not unknown:
                yield Description(run[0].start, run[-1].end, "", weights)
            position = max(end, position + 1)

    def _read(self, text: str, words: Sequence["_Spoken"], head: int) -> Description:
        weights: dict[str, float] = {}
        unknown: list[str] = []
        start, end, definite = words[head].start, words[head].end, False
        nearness = 1.0
        for position in range(head - 1, max(-1, head - 1 - _MOST_BEFORE), -1):
            word = words[position]
            if _BREAK.search(text[word.end : words[position + 1].start]):
                break
            # "Article 5 du traité": a number that is no year is a provision's.
            if word.text in _ENDS or (word.text.isdigit() and not _YEAR.fullmatch(word.text)):
                break
            if word.text in ("the", "a", "an", "any", "some"):
                definite = word.text == "the"
                # "Law of the Sea Convention" goes on over "the"; "the parties to the Lamp Convention" does not.
                of_name = (
                    position > 1 and words[position - 1].text in ("of", "on", "for") and words[position - 2].proper
                )
                if not of_name:
                    break
                continue
            if word.text in PASSED_OVER:
                continue
            self._weigh(word, nearness, weights, unknown)
            start, nearness = word.start, nearness * _FARTHER_BEFORE
        nearness = 1.0
        position = head + 1
        joined = False
        while position < min(len(words), head + 1 + _MOST_BEHIND):
            word = words[position]
            if _BREAK.search(text[words[position - 1].end : word.start]) or word.text in _ENDS:
                break
            if not joined and word.text not in _JOINS_BEHIND and not _is_number(word):
                break
            joined = True
            if word.text not in PASSED_OVER:
                if self.knows(word.text):
                    self._weigh(word, nearness, weights, [])
                    end = word.end
                nearness *= _FARTHER_BEHIND
            position += 1
        return Description(start, end, words[head].text, weights, tuple(unknown), definite)

    def _weigh(self, word: "_Spoken", nearness: float, weights: dict[str, float], unknown: list[str]) -> None:
        stem = word.stem
        if not stem or word.text in UNTELLING:
            return
        if stem not in self._weight and word.capital:
            stem = self._country_of(word.text) or stem
        if stem not in self._weight:
            if stem in self._acronyms and (word.capitals or len(word.text) > SHORT_ACRONYM):
                weights[stem] = self._most * nearness
                return
            unknown.append(word.text)
            weights[stem] = self._most * nearness if word.proper else 0.5 * self._most * nearness
            return
        weights[stem] = max(weights.get(stem, 0.0), self._weight[stem] * nearness)

    def _country_of(self, word: str) -> str:
        """ "Kenyan": the stem in the names that begins as a people's name does, where it is only one."""
        if not _PEOPLE.fullmatch(word):
            return ""
        alike = [stem for stem in self._weight if stem.startswith(word[:_COUNTRY])]
        return alike[0] if len(alike) == 1 else ""

    def fitting(self, described: Description) -> list[Described]:
        """The treaties that a description fits at all, best first."""
        total = sum(described.weights.values())
        if not total:
            return []
        positions = {i for stem in described.weights for i in self._having.get(stem, ())}
        by_acronym: dict[str, dict[int, frozenset[str]]] = {}
        for stem in described.weights:
            # Three letters may stand for many things: where they are in a name themselves, that is meant.
            if stem in self._acronyms and not (len(stem) <= SHORT_ACRONYM and stem in self._having):
                by_acronym[stem] = self._acronyms[stem]
                positions |= set(self._acronyms[stem])
        kind = _SPECIAL_KINDS.get(described.kind, "")
        best: dict[str, Described] = {}
        for position in positions:
            entry = self._names[position]
            facts = self._facts.get(entry.treaty_id, frozenset())
            covered, in_name, words = 0.0, 0.0, set()
            for stem, weight in described.weights.items():
                if stem in entry.words:
                    covered += weight
                    in_name += self._weight[stem]
                    words.add(stem)
                elif position in (spelled := by_acronym.get(stem, {})):
                    covered += weight
                    in_name += sum(self._weight[s] for s in spelled[position])
                    words.add(stem)
                elif stem in facts:
                    covered += weight
                    words.add(stem)
            score = covered / total * (1 - _NAME_SHARE + _NAME_SHARE * min(1.0, in_name / (entry.total or 1.0)))
            if kind not in entry.kinds if kind else entry.kinds & {"protocol"}:
                score *= _OTHER_KIND
            if score > (best[entry.treaty_id].score if entry.treaty_id in best else 0.0):
                best[entry.treaty_id] = Described(entry.treaty_id, score, frozenset(words))
        return sorted(best.values(), key=lambda one: (-one.score, one.treaty_id))


@dataclass(frozen=True, slots=True)
class _Spoken:
    """A word of a question; ``stem`` is what it is compared by, "" where it tells nothing."""

    text: str
    stem: str
    start: int
    end: int
    capital: bool
    proper: bool
    capitals: bool


@lru_cache(maxsize=64)
def _spoken(text: str) -> tuple[_Spoken, ...]:
    words = words_of(text)
    stems = stems_in([w.text for w in words])
    return tuple(
        _Spoken(w.text, stem, w.start, w.end, text[w.start].isupper(), text[w.start].isupper() and w.start > 0,
                len(w.text) > 1 and text[w.start : w.end].rstrip("s").isupper())
        for w, stem in zip(words, stems, strict=True)
    )  # fmt: skip


def _heads(text: str) -> Iterator[tuple[tuple[_Spoken, ...], int]]:
    """The words for a treaty in a text, each with all words and its place among them."""
    words = _spoken(text)
    for position, word in enumerate(words):
        if word.text in KIND_WORDS and not (
            word.text in ("act", "code", "deal", "ban") and not _is_kind(words, position)
        ):
            yield words, position


def _is_kind(words: Sequence[_Spoken], position: int) -> bool:
    """Whether "act" or "ban" is a noun here: what stands before it is no pronoun or auxiliary."""
    before = words[position - 1].text if position else ""
    return bool(before) and before not in _ENDS and before not in ("to", "the", "a", "not")


def _is_number(word: _Spoken) -> bool:
    return word.stem.startswith("#")
