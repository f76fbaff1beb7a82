"""A line that may be a heading, and what the words behind its number tell of it."""

import re
from typing import Literal, NamedTuple

from ingest.lines import is_caseless, is_sentence
from ingest.numbers import LATIN_SUFFIXES, NUMBER_WORDS, Number

HeadingKind = Literal["article", "part", "chapter", "section", "annex", "protocol"]

_LATIN = "|".join(LATIN_SUFFIXES)
# A number as treaties print it. A capital letter belongs to the number only when set close to it ("4A") or
# when nothing but the end of the line or a stop follows ("4 A"), or "Article 4 A Party may" would be 4a.
NUMBER = rf"""
    (?:\d{{1,3}}|[ivxl]{{1,5}}|[A-Z])[.\-]\d{{1,3}}(?:[A-Z](?![\w’'])|\s[A-Z](?=\s*[.:]?\s*$))?
  | \d{{1,3}}\s*[-–]?\s*(?:{_LATIN})\b
  | \d{{1,3}}-?[A-Za-z](?![\w’'])
  | \d{{1,3}}(?:\.?º|°|er\b|re\b)
  | \d{{1,3}}\s[A-Z](?=\s*[.:]?\s*$)
  | \d{{1,4}}(?!\d)
  | l\d(?!\w)
  | [IVXLCDM]+\s*[-–]?\s*(?:{_LATIN})\b
  | (?-i:[IVXLC]+)[\s-](?-i:[A-H])(?=\s*[.:]?\s*$)
  | (?-i:[IVXLCDM]+)(?![\w’'])
  | (?-i:[A-Z])(?=\s*[.:—–-]?\s*$|[.:]\s+(?-i:[A-Z]))
  | (?:{"|".join(map(re.escape, NUMBER_WORDS))})(?!\w)
  | [٠-٩۰-۹]{{1,3}}
"""
# An entry of a table of contents has its page behind dots.
LEADERS = re.compile(r"(?:(?:\.\s?){4,}|…\s*)\d{1,4}$")
QUOTE_OPEN = "“\"«„‘'"


class Candidate(NamedTuple):
    """A line that may be a heading.

    ``line`` is its index; ``numbers`` are the readings of its number (none for "ANNEX"); ``rest_start``
    where the words after the number begin; ``evidence`` is above 0 where the line looks like a heading.
    """

    kind: HeadingKind
    line: int
    word: str
    printed: str | None
    numbers: tuple[Number, ...]
    rest_start: int
    evidence: float


def evidence_of_rest(rest: str) -> float:
    """What the words after the number tell."""
    words = rest.strip(" .:—–-*_)")
    if not words:
        return 2.0
    if re.match(
        r"\s*[.:—–-]?\s*\(?(?:[1a]\)\.?\s*[A-Z“\"(]|a\.\s[A-Z]|a\)\s(?!(?:of|and|or|to|in|shall|is|are|may|above)\b))",
        rest,
    ):
        # "Article 4 (1) The Council shall": its first paragraph begins on the same line.
        return 0.0
    if re.match(r"\s*[,;(/]", rest) and not re.match(r"\s*\([A-Z]", rest):
        # "Article 5, paragraph 2" and "Article 5 (1)" point at a provision.
        return -4.0
    if words[0].islower() and words[0].isalpha():
        # "Article 8 and Chapter 14 shall not apply": the sentence goes on.
        return -4.0
    if re.match(r"(?:من|إلى|أو|في|على|و\w+)\s|،", words):
        # "المادة 5 من الاتفاقية" (Article 5 of the Convention) goes on; Arabic has no capitals to tell by.
        return -4.0
    separated = bool(re.match(r"\s*[.:—–-]|\s{2,}", rest)) or is_caseless(words[0])
    if not is_sentence(words) and len(words) < 160:
        return 1.5
    return 0.75 if separated else -0.75
