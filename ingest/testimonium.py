"""The words of signature (testimonium): where and when a treaty was signed.

    DONE at Vienna, this twenty-third day of May, one thousand nine hundred and sixty-nine.

The date is that of signature, or where the words say so of opening for signature: the date a treaty bears. Two
dates are two signatures, of which none is the treaty's; a date whose day was left open is none.
"""

import re
from dataclasses import dataclass

from ingest.dates import find_dates
from ingest.drafting import Signing

# The words of signature are one sentence; names of the signatories with dates of their own follow them.
_LONGEST = 500
# "D. C.", "8th." and "No." end no sentence: what ends one has three letters, or is the year.
_END = re.compile(r"\n\s*\n|(?<=[^\W_]{3})[.。](?=\s*(?:[^\W\d_a-zà-ÿ]|\*|$))|[。]|\(sd|\(s\.\)")
_SMALL = frozenset("de da do la le of am upon sur del der the and du des".split())


@dataclass(frozen=True, slots=True)
class Signature:
    """Place and date of signature, read from ``text[start:end]``; the sentence is over at ``over``."""

    date: str | None
    place: str | None
    start: int
    end: int
    over: int


def find_signature(text: str, start: int, end: int, signing: Signing, language: str) -> Signature | None:
    """The signature in ``text[start:end]``, the first one that has a place or a date if any has; None without one."""
    bare: Signature | None = None
    for done in signing.done.finditer(text, start, end):
        stop = min(end, done.end() + _LONGEST)
        if over := _END.search(text, done.end(), stop):
            stop = over.start()
        # In Chinese the date comes before the word.
        begin = max(start, done.start() - 40) if signing.date_before else done.start()
        dates = find_dates(text, language, begin, stop)
        date = dates[0].iso if len({d.iso for d in dates}) == 1 else None
        place = signing.place.search(text, done.start(), stop)
        while place is not None and signing.no_place.match(place["place"]):
            place = signing.place.search(text, place.end(), stop)
        if date or place:
            first = min([done.start(), *(d.start for d in dates)])
            last = max([done.end(), *(d.end for d in dates if date), *([place.end("place")] if place else [])])
            return Signature(date, _place(place["place"], signing) if place else None, first, last, stop)
        bare = bare or Signature(None, None, done.start(), done.end(), stop)
    return bare


def _place(words: str, signing: Signing) -> str:
    """A place as it is named: "LONDON" is London, "Geneva, Switzerland" Geneva, three cities stay three."""
    over = signing.after_place.search(words)
    name = " ".join(words[: over.start() if over else None].split()).strip(" ,.-")
    if not re.search(r"\band\b|\bet\b|\by\b", name):
        name = name.split(",")[0].strip()
    if name.isupper() and len(name) > 3:
        name = " ".join(w.lower() if w.lower() in _SMALL and i else w.capitalize() for i, w in enumerate(name.split()))
    return re.sub(r"^the (?=[A-Z])", "The ", name)
