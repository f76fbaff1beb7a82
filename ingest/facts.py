"""Facts that a treaty's own text tells: signature, entry into force, depositary, languages, duration, withdrawal.

The concepts are those of the law of treaties: adoption and signature (Vienna Convention on the Law of Treaties,
articles 10 and 12), consent to be bound and deposit (11, 16), entry into force (24), authentic texts (33),
denunciation, withdrawal and termination (42, 54 to 56), depositaries (76, 77). Each fact is read from one stretch
of one provision, which is its source. Which sentences are looked at and which of several clauses counts is here;
how a sentence is read is final_clauses.py, the words of signature are testimonium.py.

The facts are those of the body: an annex or a protocol in the same text has final clauses of its own, and so have
the treaties that it quotes or amends.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator
from functools import cache
from typing import get_args

from ingest.drafting import Drafting, drafting_of
from ingest.final_clauses import Clause, ClauseReader
from ingest.foreign_words import ForeignWords
from ingest.models import CONTAINERS, Fact, FactKind, ParsedTreaty, Provision
from ingest.sentences import Sentence, Sentences
from ingest.testimonium import find_signature

# In this order facts are given.
KINDS: tuple[FactKind, ...] = get_args(FactKind)
# What is read only beside another clause: the notice of a withdrawal, and which authentic text prevails.
_BESIDE: dict[FactKind, FactKind] = {"notice": "withdrawal", "prevailing_language": "authentic_languages"}
# Final clauses are the last articles of a body: of seven hundred facts of real treaties none stood before the
# fifteenth from the end. In a long treaty the last fifth is looked at.
_LAST_ARTICLES = 18
# A treaty has a few dozen sentences with the letters of a final clause; of a text with more only the last so many
# are read, so that none can take long.
_MOST_PLACES = 400
# More than the rank of any clause.
_ANY_RANK = 9
# The words of signature are soon over; what follows them is names, or matter that was printed behind the treaty.
_LONGEST_CLOSING = 8_000


def find_facts(parsed: ParsedTreaty) -> tuple[Fact, ...]:
    """The facts of a treaty in a fixed order, each at most once; none in a language without rules.

    Any text gives a result, in time that grows with its length.
    """
    drafting = drafting_of(_language_of(parsed))
    articles = [p for p in parsed.provisions if p.kind == "article"]
    if drafting is None or not articles:
        return ()
    found = _Finder(parsed, drafting, articles).find()
    return tuple(found[kind] for kind in KINDS if kind in found)


def contradictions(parsed: ParsedTreaty) -> tuple[str, ...]:
    """Where the text contradicts what was given for the treaty beside it, as sentences.

    Only dates are compared: a place and a depositary have more than one name.
    """
    given, read = parsed.treaty.facts.signed, parsed.fact("signed")
    if given is None or read is None or str(read.value).startswith(given):
        return ()
    return (f"signed on {given} as given, on {read.value} in its own words ({read.eid})",)


def _language_of(parsed: ParsedTreaty) -> str:
    return parsed.treaty.language.split("-")[0].lower()


class _Finder:
    """Looks through one treaty."""

    def __init__(self, parsed: ParsedTreaty, drafting: Drafting, articles: list[Provision]) -> None:
        self.parsed = parsed
        self.text = parsed.treaty.text
        self.drafting = drafting
        self.language = _language_of(parsed)
        self.sentences = Sentences(parsed)
        self.reader = ClauseReader(self.text, self.language, drafting, self.sentences.before)
        self.foreign = ForeignWords(self.text, drafting)
        in_body = _outside([p for p in parsed.provisions if p.kind in CONTAINERS and p.parent is None])
        body = [article for article in articles if in_body(article.start)]
        # A text that is nothing but a statute or a protocol to something is read as what it is.
        self.articles = body or articles
        self.in_scope = in_body if body else lambda place: True
        self.closing = self._closing_words()
        self.sentences.closing = self.closing

    def find(self) -> dict[FactKind, Fact]:
        """The fact of each kind that is found."""
        best: dict[FactKind, tuple[int, int, Fact]] = {}
        for kind, sentence in self._candidates():
            rank, start, _ = best.get(kind, (_ANY_RANK, len(self.text), None))
            # Behind a clause that was found only one of a lower rank can count.
            clause = self.reader.read(kind, sentence, rank if start <= sentence.start else rank + 1)
            if clause is None:
                continue
            article = self.parsed.article_of(self.parsed.by_eid[sentence.eid])
            if not self.foreign.hold(article, sentence.start):
                best[kind] = (clause.rank, sentence.start, self._fact(kind, clause, sentence))
        found = {kind: fact for kind, (_, _, fact) in best.items()}
        found |= {fact.kind: fact for fact in self._signature(found)}
        return found | {fact.kind: fact for fact in self._beside(found)}

    def _candidates(self) -> Iterator[tuple[FactKind, Sentence]]:
        """Sentences with the letters of a kind of clause, each once for a kind."""
        seen: set[tuple[FactKind, int]] = set()
        for stem, kinds in _kinds_by_stem(self.drafting):
            for place in self._places(stem):
                before = self.text[max(0, place - 16) : place].rstrip()
                wanted = [kind for kind, words in kinds if not words or before.endswith(words)]
                sentence = self.sentences.at(place) if wanted and self.in_scope(place) else None
                for kind in wanted if sentence else ():
                    if sentence and (kind, sentence.start) not in seen:
                        seen.add((kind, sentence.start))
                        yield kind, sentence

    def _places(self, stem: str) -> list[int]:
        last = self.articles[-max(_LAST_ARTICLES, len(self.articles) // 5) :]
        start, end = last[0].start, max(last[-1].end, self.closing[1])
        places = []
        place = self.text.find(stem, start, end)
        while place >= 0:
            places.append(place)
            place = self.text.find(stem, place + len(stem), end)
        return places[-_MOST_PLACES:]

    def _closing_words(self) -> tuple[int, int]:
        """Where the words of signature stand; an empty stretch where there are none."""
        start, end = self._stretch_of_signature() or (0, 0)
        return start, min(end, start + _LONGEST_CLOSING)

    def _stretch_of_signature(self) -> tuple[int, int] | None:
        """Told apart by the structure, or at the end of the last article, or behind the last annex."""
        finals = [p for p in self.parsed.provisions if p.kind == "final"]
        if own := [p for p in finals if self.in_scope(p.start)]:
            return own[-1].start, own[-1].end
        last = self.articles[-1]
        places = [self.text.find(letters, last.body_start, last.end) for letters in self.drafting.signing.witness]
        if found := [place for place in places if place >= 0]:
            return max(last.body_start, min(found) - 1), last.end
        # The Act of a revision conference is signed behind its appendix: "have signed this Act".
        container = self.parsed.container_of(finals[-1]) if finals else None
        if container is None:
            return None
        body = self.text[self.articles[0].start : last.end]
        for named in self.drafting.own.finditer(self.text, finals[-1].start, finals[-1].end):
            its_own = container.kind in named["own"].lower()
            if not its_own and any(form.format(named["own"]) in body for form in self.drafting.selves):
                return finals[-1].start, finals[-1].end
        return None

    def _signature(self, found: dict[FactKind, Fact]) -> Iterator[Fact]:
        """Date and place of signature, and the language of a treaty that was signed in one."""
        signature = find_signature(self.text, *self.closing, self.drafting.signing, self.language)
        if signature is None:
            return
        start, end = signature.start, signature.end
        eid = self._eid_at(start)
        if signature.date:
            yield Fact("signed", signature.date, eid, start, end)
        if signature.place:
            yield Fact("signed_at", signature.place, eid, start, end)
        codes = self.reader.languages_in(self.text[start : signature.over])
        if codes and "authentic_languages" not in found:
            yield Fact("authentic_languages", codes, eid, start, signature.over)

    def _eid_at(self, place: int) -> str:
        provisions = self.parsed.provisions
        provision = provisions[bisect_right(provisions, place, key=lambda p: p.start) - 1]
        while provision.end <= place and provision.parent is not None:
            provision = self.parsed.by_eid[provision.parent]
        return provision.eid

    def _beside(self, found: dict[FactKind, Fact]) -> Iterator[Fact]:
        """What stands in the same article as another fact, or after it in the words of signature."""
        for kind, beside in _BESIDE.items():
            stems = self.drafting.stems.get(kind, {})
            start = found[beside].start if beside in found else self.closing[0]
            for sentence in self.sentences.following(start) if beside in found or self._is_of_closing(kind) else ():
                if any(stem in sentence.words for stem in stems) and (
                    clause := self.reader.read(kind, sentence, _ANY_RANK)
                ):
                    yield self._fact(kind, clause, sentence)
                    break

    def _fact(self, kind: FactKind, clause: Clause, sentence: Sentence) -> Fact:
        start, end = sentence.start, sentence.start + len(sentence.words)
        before = self.sentences.before(sentence) if clause.with_before else None
        if before is not None and before.eid == sentence.eid:
            start = before.start
        return Fact(kind, clause.value, sentence.eid, start, end)

    def _is_of_closing(self, kind: FactKind) -> bool:
        """Whether a clause stands in the words of signature too: which text prevails, whatever the texts are."""
        return kind == "prevailing_language" and self.closing != (0, 0)


@cache
def _kinds_by_stem(drafting: Drafting) -> list[tuple[str, list[tuple[FactKind, tuple[str, ...]]]]]:
    """The letters to look for, and the kinds of clause they may stand in with the words before them."""
    kinds: dict[str, list[tuple[FactKind, tuple[str, ...]]]] = {}
    for kind, stems in drafting.stems.items():
        for stem, before in () if kind in _BESIDE else stems.items():
            kinds.setdefault(stem, []).append((kind, before))
    return list(kinds.items())


def _outside(containers: list[Provision]) -> Callable[[int], bool]:
    """A test of whether a place is outside of all containers, which are in the order of the text."""
    starts = [container.start for container in containers]

    def outside(place: int) -> bool:
        index = bisect_right(starts, place) - 1
        return index < 0 or place >= containers[index].end

    return outside
