"""Numbers with what they count, in one form: "a year", "twelve months" and "12-month" are the same.

A question that says "48 hours" of an article that says "two days" has it right; one that says "three months" where
the article has "three years" has not, though the number is there.
"""

import re
from collections.abc import Iterator, Mapping

from ingest.number_words import COUNTING

_WORDS = COUNTING["en"].pattern
_DIGITS = r"\d{1,3}(?:[ ,.]\d{3})+|\d+(?:\.\d+)?(?:st|nd|rd|th)?"
_NUMBER = rf"(?:{_DIGITS}|{_WORDS}|an?(?= (?:day|week|month|year|hour)\b))"
_COUNTED = re.compile(
    rf"(?i)\b(?P<n>{_NUMBER})(?:[- ]?\(\w+\))?[- ](?:(?:calendar|working|consecutive|full) )?"
    r"(?P<unit>hour|day|week|month|year)s?\b"
)
_ALONE = re.compile(rf"(?i)\b(?P<n>{_NUMBER})(?![\w-])")
# What a bare number counts, to be said with it.
_WHAT = re.compile(
    r" (?!(?:of|and|or|as|for|in|to|by|the|on|at|from|if|is|are|per|with|but|when|where|who|which|that"
    r"|than)\b)[a-z]{3,}"
)
_FRACTION = re.compile(
    r"(?i)\b(?:(?P<half>half|halves)|(?P<count>one|two|three|four|\d|a(?= \w+ of\b))"
    r"[- ](?P<part>third|quarter|fourth|fifth|tenth)s?"
    r"|(?P<slash>\d/\d)|(?P<all>unanim\w+|consensus))\b(?: majority)?|\b(?:simple |absolute )?majority\b"
)
_PERCENT = re.compile(r"(?i)(\d+(?:\.\d+)?) ?(?:%|per ?cent\b)")
_PARTS = {"third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "tenth": 10}
_COUNTS = {"one": 1, "a": 1, "two": 2, "three": 3, "four": 4}
# In hours, but for months, which are of no certain length.
_TIMES = {"hour": ("hour", 1), "day": ("hour", 24), "week": ("hour", 168), "month": ("month", 1), "year": ("month", 12)}
_REGULARLY = re.compile(r"(?i)\b(?:annual(?:ly)?|yearly|monthly|weekly|daily|biennial(?:ly)?)\b")
_EVERY = {"a": "12 month", "y": "12 month", "m": "1 month", "w": "168 hour", "d": "24 hour", "b": "24 month"}


def quantities_in(text: str) -> Mapping[str, str]:
    """The quantities of a text, with the words that they are written in.

    "12 month" for twelve months and a year, "48 hour" for two days, "2/3", "5 %", "all" for unanimity, "majority"; a
    number of other things is bare.
    """
    found: dict[str, str] = {}
    for pattern, read in ((_PERCENT, _share), (_FRACTION, _fraction), (_COUNTED, _time), (_ALONE, _alone)):
        for match in pattern.finditer(text):
            counted = _WHAT.match(text, match.end()) if pattern is _ALONE else None
            written = text[match.start() : counted.end() if counted else match.end()]
            for quantity in read(match):
                found.setdefault(quantity, " ".join(written.split()))
        # What is read is not read again as a bare number.
        if pattern is not _COUNTED:
            text = pattern.sub(" ", text)
    return found | {_EVERY[match[0][0].lower()]: match[0] for match in _REGULARLY.finditer(text)}


def lacking(claimed: Mapping[str, str], held: Mapping[str, str]) -> list[str]:
    """Of the quantities claimed those that are not held, as they are written.

    A bare number may count anything on the other side.
    """
    numbers = {quantity.split()[0] for quantity in held}
    months = [float(quantity.split()[0]) for quantity in held if quantity.endswith(" month")]
    numbers |= {f"{many / 12:g}" for many in months}
    lacks = [written for quantity, written in claimed.items()
             if quantity not in held and not (quantity.isdecimal() and quantity in numbers)]  # fmt: skip
    once = list(dict.fromkeys(lacks))
    return [written for written in once if not any(written != other and written in other for other in once)]


def _share(match: re.Match[str]) -> Iterator[str]:
    yield f"{float(match[1]):g} %"


def _fraction(match: re.Match[str]) -> Iterator[str]:
    if match["half"]:
        yield "1/2"
    elif match["part"]:
        count = _COUNTS.get(match["count"].lower()) or int(match["count"])
        yield f"{count}/{_PARTS[match['part'].lower()]}"
    else:
        yield match["slash"] or ("all" if match["all"] else "majority")


def _time(match: re.Match[str]) -> Iterator[str]:
    value = _value(match["n"])
    if value is not None:
        unit, many = _TIMES[match["unit"].lower()]
        yield f"{value * many:g} {unit}"


def _alone(match: re.Match[str]) -> Iterator[str]:
    value = _value(match["n"])
    if value is not None and value != 1:
        yield f"{value:g}"


def _value(written: str) -> float | None:
    if written.lower() in ("a", "an"):
        return 1.0
    digits = re.sub(r"(?<=\d)[ ,.](?=\d{3}\b)", "", written)
    if re.match(r"\d", digits):
        return float(re.sub(r"[a-z]+$", "", digits, flags=re.IGNORECASE))
    found = COUNTING["en"].value(written)
    return None if found is None else float(found)
