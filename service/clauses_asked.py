"""Which final clause a question asks for, of several treaties or of all: the facts read at ingestion decide these.

The way out, its notice, signature, depositary, authentic languages, how long a treaty lasts: of each treaty one clause
tells it (ingest/facts.py), so nothing has to be weighed. A question is one for these facts only where nothing is left
of it without their words: "notice of a planned dam" leaves the dam.
"""

import re
from dataclasses import dataclass

from ingest.generic_names import KIND_WORDS
from ingest.language_names import LANGUAGE_NAMES
from ingest.models import Fact, FactKind, ParsedTreaty
from ingest.names import words_of
from ingest.number_words import COUNTING
from service.stems import plain_stem

_SMALL = frozenset(
    "a an the of in on to at by for from with within under after before and or but is are was were be been being it "
    "its they them their this that these those which what who when where how do does did can could may might must "
    "shall should will would has have had not only each any every all one no there here held we us our you your me as "
    "than more less fewer least most longest shortest without never cannot up over then party parties member members "
    "state states country countries contracting government text texts s".split()
) | KIND_WORDS  # fmt: skip
# For each kind what in a question points to it, and the words of it that leave nothing else asked.
_CLAUSES: dict[FactKind, tuple[str, str]] = {
    "withdrawal": (
        r"withdr\w+|denounc\w+|denunciation|leav(?:e|es|ing)|left|quit(?:s|ting)?|exit\w*|terminat\w+|"
        r"(?:pull|get|opt) out|walk away",
        "withdraw withdraws withdrawal withdrawing withdrawn denounce denounces denounced denouncing denunciation "
        "leave leaves leaving left quit quits quitting exit exits exiting terminate terminates terminated termination "
        "terminating pull get opt walk out away allow allows permit permits let lets give gives giving given notice "
        "notices notification notify period prior advance written writing long longer shorter fast faster quick "
        "quickly quicker soon sooner easy easier easily effect take takes require requires required right upon way "
        "free possible",
    ),
    "signed": (
        r"signed|signature|concluded|adopted",
        "signed signature concluded adopted opened done date dates dated year years made",
    ),
    "depositary": (r"depositar(?:y|ies)|deposited with", "depositary depositaries deposited keeps named as act acts"),
    "authentic_languages": (
        r"authentic\w*|languages?",
        "authentic authenticity equally language languages version versions official valid drawn done exist",
    ),
    "duration": (
        r"durations?|unlimited|indefinite(?:ly)?|forever|for ever|remain in force|expire",
        "duration durations unlimited indefinite indefinitely forever ever remain remains force period time last "
        "lasts concluded long expire expires",
    ),
}
_POINTING = {kind: re.compile(rf"(?i)\b(?:{pointing})\b") for kind, (pointing, _) in _CLAUSES.items()}
_OWN_WORDS = {kind: frozenset(words.split()) for kind, (_, words) in _CLAUSES.items()}
_PERIOD = re.compile(
    rf"(?i)(?P<n>\d{{1,4}}|{COUNTING['en'].pattern})(?:['’]s)?[\s-]+(?P<unit>day|week|month|year)s?\b['’]?"
)
_BOUND = re.compile(
    r"(?i)\b(?:more|less|longer|shorter|fewer|at (?:least|most)|over|under|up to|longest|shortest|without|never|cannot|"
    r"can['’]t|no (?:right|way))\b"
)
_YEAR = re.compile(r"(?:1[89]|20)\d\d")
_ABBREVIATED = {"un": "united nations", "us": "united states", "usa": "united states", "uk": "united kingdom"}
_CODES = {name.lower(): code for code, name in LANGUAGE_NAMES}


@dataclass(frozen=True, slots=True)
class ClauseAsked:
    """A final clause that is asked for: its kind, and what it must say ("3 months", "ar"); "" where anything."""

    kind: FactKind
    wanted: str = ""

    def read(self, parsed: ParsedTreaty) -> tuple[Fact, ...]:
        """The facts of a treaty that answer, the clause itself first; none where it has none or says other things."""
        own = parsed.fact(self.kind)
        notice = parsed.fact("notice") if self.kind == "withdrawal" else None
        telling = notice if self.kind == "withdrawal" and self.wanted else own
        if telling is None or not self._says(telling):
            return ()
        return tuple(dict.fromkeys(fact for fact in (own, notice) if fact is not None))

    def _says(self, fact: Fact) -> bool:
        if not self.wanted:
            return True
        if isinstance(fact.value, tuple):
            return self.wanted in fact.value
        if self.kind == "signed":
            return (fact.value or "").startswith(self.wanted)
        if self.kind == "depositary":
            named = {plain_stem(word.text) for word in words_of(fact.value or "")}
            return {plain_stem(word) for word in self.wanted.split()} <= named
        return fact.value is not None and _in_days(fact.value) == _in_days(self.wanted)


def sets_bound(text: str) -> bool:
    """Whether a question asks for more or less than a period, or for its lack: no clause says that of itself."""
    return bool(_BOUND.search(text))


def clause_asked(text: str) -> ClauseAsked | None:
    """The final clause that a question asks for, without its treaties' names; None where it asks for anything else.

    >>> clause_asked("let a party withdraw on three months' notice")
    ClauseAsked(kind='withdrawal', wanted='3 months')
    >>> clause_asked("require notice of a planned dam")
    """
    for kind, own in _OWN_WORDS.items():
        if not _POINTING[kind].search(text):
            continue
        period = _PERIOD.search(text)
        bare = _PERIOD.sub(" ", text) if period else text
        left = [w.text for w in words_of(bare) if len(w.text) > 1 and w.text not in own and w.text not in _SMALL]
        if kind == "signed":
            years = [word for word in left if _YEAR.fullmatch(word)]
            if len(years) == len(left) <= 1 and not period:
                return ClauseAsked(kind, "".join(years))
            continue
        if kind == "authentic_languages" and len(left) == 1 and left[0] in _CODES:
            return ClauseAsked(kind, _CODES[left[0]])
        if kind == "depositary":
            return ClauseAsked(kind, " ".join(_ABBREVIATED.get(word, word) for word in left))
        if not left and (kind in ("withdrawal", "duration") or not period):
            return ClauseAsked(kind, _wanted(kind, text, period))
    return None


def _wanted(kind: FactKind, text: str, period: re.Match[str] | None) -> str:
    if period is None:
        return (
            "unlimited" if kind == "duration" and re.search(r"(?i)unlimited|indefinite|forever|for ever", text) else ""
        )
    value = COUNTING["en"].value(period["n"])
    return f"{value} {period['unit'].lower()}s" if value else ""


def _in_days(period: str) -> tuple[int, str] | str:
    """A period in what it is counted by, a year as twelve months; anything else as it is."""
    found = re.fullmatch(r"(\d+) (day|week|month|year)s?", period)
    if found is None:
        return period
    count, unit = int(found[1]), found[2]
    if unit in ("day", "week"):
        return count * (7 if unit == "week" else 1), "days"
    return count * (12 if unit == "year" else 1), "months"
