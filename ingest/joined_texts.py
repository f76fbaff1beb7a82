"""Texts joined to a treaty: annexes, protocols, schedules, statutes, declarations, and which lines begin them.

What these are called varies more than articles do. A word with a number ("ANNEX II", "Protocol No 2 on …") is
nearly enough; without one ("Schedule of Arvenia", "JOINT DECLARATION") the line must stand alone, and its
evidence is small: articles that go on with their numbering under it outweigh it (sequence.py).
"""

import re

from ingest.candidates import NUMBER, QUOTE_OPEN, Candidate, HeadingKind, evidence_of_rest
from ingest.lines import Line, is_caseless, is_sentence
from ingest.numbers import read_number

JOINED_WORDS: dict[str, HeadingKind] = {
    "annex": "annex", "annexe": "annex", "annexes": "annex", "anexo": "annex", "appendix": "annex",
    "appendice": "annex", "schedule": "annex", "attachment": "annex", "exhibit": "annex", "list": "annex",
    "приложение": "annex", "المرفق": "annex", "protocol": "protocol", "protocole": "protocol",
    "protocolo": "protocol", "statute": "protocol", "statut": "protocol",
}  # fmt: skip
_JOINED = re.compile(
    rf"(?xi)^(?P<lead>[\W_]{{0,4}})(?P<word>{'|'.join(sorted(JOINED_WORDS, key=len, reverse=True))})\b"
    rf"(?P<gap>[\s\-–—]*(?:no\.?\s*)?)(?:(?P<number>{NUMBER}))?(?P<rest>.*)$"
)
# "Appendix 1 to Annex D", "Annex to Article 5", "Protocol 2 on mutual assistance", "Schedule of Arvenia".
_TO_ANOTHER = re.compile(
    r"(?i)\s*(?:to|of|on|concerning|relating\s+to|regarding|for)\s+(?:the\s+|certain\s+)?\w[\w\s,’'-]{3,110}"
)
# Texts agreed with a treaty that have names of their own.
_AGREED = re.compile(
    r"(?i)^[\W_]{0,4}(?P<kind>(?:joint|agreed|final|interpretative|common|unilateral|side|record\s+of|exchange\s+of|"
    r"memorandum\s+of)\s+)?(?P<word>declarations?|minutes?|understandings?|act|letters?|notes)\b(?P<rest>.*)$"
)
AGREED_FIRST_WORDS = frozenset(
    "joint agreed final interpretative common unilateral side record exchange memorandum declaration declarations "
    "minutes understanding understandings".split()
)
_ENDS = re.compile(r"[.;:,]\W{0,2}$")


def read_joined_text(lines: list[Line], index: int) -> Candidate | None:
    """A line that begins with a word of JOINED_WORDS or is the name of an agreed text."""
    line = lines[index]
    if match := _JOINED.match(line.text):
        return _named(lines, index, match)
    if match := _AGREED.match(line.text):
        return _agreed(lines, index, match)
    return None


def _named(lines: list[Line], index: int, match: re.Match[str]) -> Candidate | None:
    line, word = lines[index], match["word"]
    kind = JOINED_WORDS[word.lower()]
    rest, printed = match["rest"], match["number"]
    words = rest.strip(" .:—–-*_")
    capitals = line.text.upper() == line.text
    if (word[:1].isascii() and not word[:1].isupper()) or (word.lower() == "list" and not (printed and capitals)):
        return None
    alone = _stands_alone(lines, index)
    # "Protocol between …": a title goes on in small letters where its format says that it is one.
    joined = alone and bool(_TO_ANOTHER.fullmatch(rest))
    titled = (line.marked or joined) and not is_sentence(words.rstrip("."))
    evidence = 1.0 if titled else evidence_of_rest(rest)
    evidence += (2.0 if line.marked else 0.0) + (0.5 if capitals else -0.5)
    if not printed and words and (kind == "annex" or not (line.marked or capitals)) and not (titled and joined):
        # "Annex with lists" needs the format's or capitals' word for being a heading.
        evidence -= 1.0 if line.marked or capitals else 4.0
    if len(words) > 200 and not is_caseless(words[0]):
        evidence -= 3
    if any(mark in match["lead"] for mark in QUOTE_OPEN + "("):
        evidence -= 6
    rest_start = line.start + match.start("rest") + (len(rest) - len(rest.lstrip(" .:—–-*_")))
    numbers = read_number(printed) if printed else ()
    return Candidate(kind, index, word.lower(), printed, numbers, rest_start, evidence)


def _agreed(lines: list[Line], index: int, match: re.Match[str]) -> Candidate | None:
    """ "JOINT DECLARATION", "Understanding on the interpretation of Article 5"."""
    line = lines[index]
    capitals = line.text.upper() == line.text
    begins = line.text.lstrip(" *_#")[:1]
    if not begins.isupper() or is_sentence(line.text) or not _stands_alone(lines, index):
        return None
    named_further = _TO_ANOTHER.fullmatch(match["rest"])
    # "DECLARATIONS" alone heads a section of an annex as often, and "Declarations of past transfers" a part of one.
    if not (match["kind"] and (capitals or not match["rest"].strip() or named_further)) and not (
        capitals and named_further
    ):
        return None
    evidence = 0.25 if capitals else -0.25
    return Candidate("annex", index, match["word"].lower(), None, (), line.start, evidence)


def _stands_alone(lines: list[Line], index: int) -> bool:
    """Whether a line is set off above, is no sentence, and is not gone on with by the next one."""
    line = lines[index]
    following = lines[index + 1].text.lstrip()[:1] if index + 1 < len(lines) else ""
    above = line.after_blank or line.marked
    return above and len(line.text) < 140 and not _ENDS.search(line.text) and not following.islower()


def read_untitled(lines: list[Line], index: int, following_number: bool) -> Candidate | None:
    """A marked heading of no known kind right above an "Article 1": "Statutes of the Organisation".

    It is taken only where the numbering begins again under it, so its own evidence is below zero.
    """
    if not index or not following_number:
        return None
    line = lines[index]
    kind: HeadingKind = "protocol" if "protocol" in line.text.lower() else "annex"
    return Candidate(kind, index, "", None, (), line.start, -0.6)


def names_whole(word: str) -> bool:
    """Whether a word is the name of a whole joined text, and of no part of one: an annex, not a schedule or a list."""
    return not word or word.startswith(("annex", "anexo", "append", "proto", "statut", "прил", "المر", "附件"))
