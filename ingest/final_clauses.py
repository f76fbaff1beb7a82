"""Reading one sentence of a treaty as a final clause: entry into force, duration, withdrawal, depositary, languages.

A sentence counts only where it speaks of the treaty itself. Final clauses speak with the same verbs of amendments,
annexes, declarations and other treaties; so the treaty must be the subject or the object of the very verb, named
as it names itself ("this Convention", not "the Convention of 1951"). What a rule is not sure of is left out. The
patterns are those of drafting.py, a record for each language.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ingest.dates import find_dates
from ingest.drafting import Depositary, Drafting, Entry, Match, Withdrawal, Words
from ingest.models import FactKind
from ingest.number_words import COUNTING
from ingest.sentences import Sentence

# Words before the subject ("Upon the deposit of …,"), others said of it before the verb, a heading before it,
# and a treaty's name for itself.
_LONGEST_LEAD, _LONGEST_CHAIN, _LONGEST_HEADING, _LONGEST_NAME = 400, 600, 100, 100

Value = str | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Clause:
    """What a sentence says, and its rank among the clauses of its kind: of two the lower counts.

    ``with_before`` is set where it was read from the sentence before it too.
    """

    value: Value
    rank: int = 0
    with_before: bool = False


class ClauseReader:
    """Reads the sentences of one treaty; ``before`` gives the sentence before one in the same article."""

    def __init__(
        self, text: str, language: str, drafting: Drafting, before: Callable[[Sentence], Sentence | None]
    ) -> None:
        self.text = text
        self.language = language
        self.drafting = drafting
        self.before = before
        self._known: dict[str, bool] = {}

    def read(self, kind: FactKind, sentence: Sentence, below: int) -> Clause | None:
        """The sentence as a clause of one kind with a rank below the one given; None where it is none."""
        if below <= 0:
            return None
        readers: dict[FactKind, Callable[[Sentence, int], Clause | None]] = {
            "entry_into_force": self._entry_into_force,
            "duration": self._duration,
            "withdrawal": self._withdrawal,
            "notice": self._notice,
            "depositary": self._depositary,
            "authentic_languages": self._authentic_languages,
            "prevailing_language": self._prevailing_language,
        }
        clause = readers[kind](sentence, below)
        return clause if clause is not None and clause.rank < below else None

    # -- the treaty itself -------------------------------------------------------------------------

    def _is_own(self, found: Match) -> bool:
        """Whether the words matched name this treaty and no other, nor an act that is called so."""
        lead, more, own = found["lead"], " ".join(found["more"].split()), found["own"]
        if own[0].islower() and (own not in self.drafting.small or self._speaks_of_itself(own.capitalize())):
            return False
        # "The Convention" alone may be another one, to which this one is a protocol.
        definite = lead.lower() in self.drafting.articles
        return not definite or self._speaks_of_itself(f"{more} {' '.join(own.split())}".strip())

    def _speaks_of_itself(self, name: str) -> bool:
        if name not in self._known:
            self._known[name] = any(form.format(name) in self.text for form in self.drafting.selves)
        return self._known[name]

    def _stands_free(self, found: Match) -> bool:
        """Whether the treaty's name is a subject: in "any amendment to this Treaty shall …" it is not."""
        start = found.start("lead")
        return not self.drafting.preposition.search(found.string, max(0, start - 12), start)

    def _own_in(self, words: str, start: int = 0, end: int | None = None) -> Iterator[Match]:
        return (found for found in self.drafting.own.finditer(words, start, end) if self._is_own(found))

    def _is_of_own(self, words: str) -> bool:
        """Whether some words are of the treaty: it is their subject, or they say "of this Treaty"."""
        return any(m.start() == 0 or self.drafting.of.search(words, 0, m.end("lead")) for m in self._own_in(words))

    def _subject(self, sentence: Sentence | None, *, named: bool = False) -> tuple[int, int] | None:
        """Where the treaty stands as the subject of a sentence; None where it does not, or (``named``) is only "it"."""
        if sentence is None:
            return None
        words = sentence.words
        found = self.drafting.own.match(words)
        if found is not None:
            found = found if self._is_own(found) else None
        elif (it := self.drafting.it.match(words)) is not None:
            return it.span() if not named and self._subject(self.before(sentence), named=True) else None
        elif self.drafting.lead.match(words):
            found = next((m for m in self._own_in(words, end=_LONGEST_LEAD) if self._stands_free(m)), None)
        else:
            # A heading that runs into its article: "Entry into Force This Treaty shall …".
            headed = (m for m in self._own_in(words, end=_LONGEST_HEADING) if m["lead"][0].isupper())
            found = next((m for m in headed if not re.search("[.,;:]", words[: m.start()])), None)
        if found is None:
            return None
        also = self.drafting.also.match(words, found.end())
        return found.start(), also.end() if also else found.end()

    def _said_of_own(self, verb: Words, sentence: Sentence) -> Iterator[Match]:
        """Where a verb is said of the treaty: right after it, or after other things said of it."""
        subject = self._subject(sentence)
        if subject is None:
            return
        for found in verb.finditer(sentence.words, subject[1], subject[1] + _LONGEST_CHAIN):
            if self.drafting.chain.match(sentence.words[: found.start()], subject[1]):
                yield found

    # -- one kind of clause each -------------------------------------------------------------------

    def _entry_into_force(self, sentence: Sentence, below: int) -> Clause | None:
        entry = self.drafting.entry
        if entry is None:
            return None
        words = sentence.words
        found, rank = next(self._said_of_own(entry.verb, sentence), None), 0
        if found is None and (noun := entry.noun.match(words)) and self._is_own(noun):
            found = noun
        if found is None and below > 1 and entry.passing.search(words) and not entry.one_state_first.match(words):
            found, rank = next(self._said_in_passing(entry.verb, words), None), 1
        if found is None:
            return None
        rest = words[found.end() :]
        if aside := entry.aside.match(rest):
            rest = rest[aside.end() :]
        if on := entry.goes_on.search(rest):
            rest = rest[: on.start()]
        before = words[: found.start()]
        if not rest.strip(" .,;:"):
            # "As soon as eleven States have deposited their instruments, the Convention shall enter into force."
            subject = self._subject(sentence)
            if rank or not subject or not subject[0]:
                return None
            return Clause(self._condition(f" {words[: subject[0]].rstrip(' ,')}", entry))
        if entry.for_one_state.match(rest):
            return None
        return Clause(None if entry.conditions.search(before) else self._condition(rest, entry), rank)

    def _said_in_passing(self, verb: Words, words: str) -> Iterator[Match]:
        for found in verb.finditer(words):
            before = words[: found.start()].rstrip()
            for own in self._own_in(before, max(0, len(before) - _LONGEST_NAME)):
                if own.end() == len(before) and self._stands_free(own) and self.drafting.joint.search(
                    words, max(0, own.start() - 12), own.start()
                ):  # fmt: skip
                    yield found

    def _condition(self, rest: str, entry: Entry) -> str | None:
        """What entry into force waits for, where a few words say all of it: "30th day after the 20th instrument"."""
        for when, time in entry.whens:
            moment = when.match(rest)
            told = self._filled(time, moment) if moment else None
            if moment is None or told is None:
                continue
            if told == "on" and (day := self._date_at(rest, moment.end())):
                return None if entry.conditions.search(rest) else day
            for event, what in entry.events:
                happening = event.match(rest, moment.end())
                happened = self._filled(what, happening) if happening else None
                if happening is None or happened is None:
                    continue
                beyond = rest[happening.end() :]
                alone = not entry.conditions.search(beyond) and not find_dates(beyond, self.language)
                return f"{told} {happened}" if alone else None
        return None

    def _date_at(self, words: str, place: int) -> str | None:
        dates = find_dates(words, self.language, place, place + 100)
        return dates[0].iso if dates and not words[place : dates[0].start].strip(" ,") else None

    def _duration(self, sentence: Sentence, below: int) -> Clause | None:
        for lasting in self._said_of_own(self.drafting.lasting, sentence):
            if value := self._how_long(sentence.words, lasting.end()):
                return Clause(value)
        for pattern, template in self.drafting.named_durations:
            found = pattern.match(sentence.words)
            if found and self._is_own(found) and (value := self._filled(template, found)):
                return Clause(value)
        return None

    def _how_long(self, words: str, place: int) -> str | None:
        for pattern, template in self.drafting.durations:
            found = pattern.match(words, place)
            if found and template == "until {date}":
                day = self._date_at(found["date"], 0)
                return f"until {day}" if day else None
            if found and (value := self._filled(template, found)):
                return value
        return None

    def _withdrawal(self, sentence: Sentence, below: int) -> Clause | None:
        withdrawal, words = self.drafting.withdrawal, sentence.words
        if withdrawal is None:
            return None
        if (found := self._left_by_party(sentence, withdrawal)) is not None:
            # A right that comes with an event ("If an amendment enters into force …") is not the general one.
            return Clause(self._kind(found, withdrawal), rank=1 if withdrawal.on_event.match(words) else 0)
        subject = self._subject(sentence)
        for pattern, rank in withdrawal.of_own if subject else ():
            match = pattern.match(words, subject[1] if subject else 0) if rank < below else None
            if match and not withdrawal.together.search(match.groupdict().get("gap") or ""):
                return Clause(self._kind(match["act"], withdrawal), rank)
        for pattern, rank in withdrawal.others:
            match = pattern.match(words) if rank < below else None
            if match and ("own" not in match.groupdict() or self._is_own(match)):
                # "May cease to be a party one year after its notice of denunciation": the act is named elsewhere.
                named = "own" in match.groupdict()
                return Clause(self._kind(match["act"] if named else words, withdrawal), rank)
        return None

    def _left_by_party(self, sentence: Sentence, withdrawal: Withdrawal) -> str | None:
        """The act of "any Party may denounce this Convention", "may give notice of its withdrawal from it"."""
        words = sentence.words
        acts = [*withdrawal.act.finditer(words), *withdrawal.noun.finditer(words)]
        frees = [found.end() for found in withdrawal.free.finditer(words)] if acts else []
        for act in acts:
            free = max((end for end in frees if end <= act.start()), default=None)
            if free is None or re.search("[.;]", gap := words[free : act.start()]) or withdrawal.together.search(gap):
                continue
            if act.re.pattern == withdrawal.noun.source and not withdrawal.notice.search(gap):
                continue
            own, it = self.drafting.own.match(words, act.end()), withdrawal.pronoun.match(words, act.end())
            if own is not None:
                left = self._is_own(own)
            elif it is not None:
                # "Either Party may terminate it": with more words between, "it" may be something else.
                left = any(self._own_in(words, end=act.start())) or (
                    len(gap) <= 40 and self._subject(self.before(sentence), named=True) is not None
                )
            else:
                continue
            if left and not withdrawal.in_part.match(words, (own or it or act).end()):
                return act[0]
        return None

    def _kind(self, act: str, withdrawal: Withdrawal) -> str:
        return next(kind for letters, kind in withdrawal.kinds if letters in act.lower())

    def _notice(self, sentence: Sentence, below: int) -> Clause | None:
        """The period between notice and end; asked only of sentences about withdrawal."""
        withdrawal, words = self.drafting.withdrawal, sentence.words
        for period in withdrawal.period.finditer(words) if withdrawal else ():
            for before, after, template in withdrawal.periods if withdrawal else ():
                if before and not before.search(words, max(0, period.start() - 200), period.start()):
                    continue
                if after and not after.match(words, period.end()):
                    continue
                if value := self._filled(template, period):
                    return Clause(value)
        return None

    def _depositary(self, sentence: Sentence, below: int) -> Clause | None:
        depositary, words = self.drafting.depositary, sentence.words
        if depositary is None:
            return None
        for pattern, rank in (*depositary.named, *depositary.deposits):
            found = pattern.search(words) if rank < below else None
            if found is None:
                continue
            groups = found.groupdict()
            if groups.get("own") and not self._is_own(found):
                continue
            name = self._name(found["name"], depositary, whole=rank == 0)
            if name and not (groups.get("of") and depositary.of_others.search(groups["of"])):
                return Clause(name, rank)
        return None

    def _name(self, words: str, depositary: Depositary, *, whole: bool) -> str | None:
        """The name of an authority at the beginning of some words, or as all of them; None where there is none."""
        if several := depositary.lists.match(words):
            words = several[0]
        elif end := depositary.ends.search(words):
            if whole and end.start() < len(words):
                return None
            words = words[: end.start()]
        name = re.sub(r"-\s+(?=[A-Z])", "-", " ".join(words.split()).strip(" ,–—-"))
        # Scraped texts lose blanks: "Secretary-Generalof theUnited Nations".
        name = re.sub(r"(?<=[a-z])of(?= (?:the )?[A-Z])", " of", re.sub(r"\bthe(?=[A-Z])", "the ", name))
        if article := depositary.article.match(name):
            name = name[article.end() :]
        if depositary.no_name.match(name) or len(name) < 3 or not name[0].isalpha() or name[0].islower():
            return None
        return name

    def _authentic_languages(self, sentence: Sentence, below: int) -> Clause | None:
        """The languages whose texts are authentic (Vienna Convention on the Law of Treaties, article 33)."""
        languages, words = self.drafting.languages, sentence.words
        if not languages.authentic.search(words):
            # "This Act shall be signed in a single copy in the French and English languages."
            subject = self._subject(sentence, named=True)
            drawn_up = subject is not None and languages.drawn_up.match(words, subject[1])
            codes = self.languages_in(words) if drawn_up else ()
            return Clause(codes, rank=1) if codes else None
        codes = self.languages_in(words)
        if codes and (sentence.closing or self._is_of_own(words)):
            return Clause(codes)
        before = self.before(sentence)
        if codes or before is None or not (before.closing or self._subject(before)):
            return None
        # "The Convention is drawn up in English and French. Both texts are equally authentic."
        codes = self.languages_in(before.words)
        return Clause(codes, with_before=True) if len(codes) > 1 else None

    def _prevailing_language(self, sentence: Sentence, below: int) -> Clause | None:
        found = self.drafting.languages.prevailing.search(sentence.words)
        codes = self.languages_in(found["language"], alone=True) if found else ()
        return Clause(codes[0]) if codes else None

    def languages_in(self, words: str, *, alone: bool = False) -> tuple[str, ...]:
        """The ISO 639 codes of the longest list of languages in some words, in its order; empty where there is none.

        A list counts only as "the … texts" or "in …", and not where a word beside it may be a language that is not
        known: part of a list would be wrong. ``alone`` takes a language's name by itself.
        """
        languages = self.drafting.languages
        longest: tuple[str, ...] = ()
        for found in languages.listing.finditer(words):
            start, end = found.span()
            if not alone and not (languages.nouns.match(words, end) or languages.before.search(words, 0, start)):
                continue
            if languages.more_after.match(words, end) or languages.more_before.search(words, 0, start):
                continue
            codes = tuple(dict.fromkeys(languages.code_of(name[0]) for name in languages.name.finditer(found[0])))
            if len(codes) > len(longest):
                longest = codes
        return longest

    def _filled(self, template: str, found: Match) -> str | None:
        """A template with the numbers that were found; None where one of them cannot be read."""
        counting, groups = COUNTING[self.language], found.groupdict()
        parts: dict[str, str] = {}
        # "After two instruments have been deposited" is after the second.
        for group in ("nth", "count", "n"):
            if groups.get(group):
                value = counting.value(groups[group])
                if value is None:
                    return None
                parts[group] = str(value) if group == "n" else _ordinal(value)
        if "n" in parts:
            unit = next(unit for letters, unit in self.drafting.units if groups["unit"].lower().startswith(letters))
            parts["period"] = f"{parts['n']} {unit}{'' if parts['n'] == '1' else 's'}"
        return template.format(**parts)


def _ordinal(value: int) -> str:
    """A number as English counts: 1st, 22nd, 113th."""
    ending = "th" if value % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
    return f"{value}{ending}"
