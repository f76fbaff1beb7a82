"""A question put right: "no, I meant the second protocol", "not soldiers, I mean interned civilians".

What is put right takes the place of what it stands against in the question before it, word for word; what then
stands there is answered as a question of its own. Where nothing in that question is like it, it is put behind.
"""

import re
from collections.abc import Callable

from ingest.generic_names import KIND_WORDS
from ingest.names import words_of

# "No, I meant …", "sorry, …", "not A, I mean B", "I mean B".
_CORRECTS = re.compile(
    r"(?i)^\W*(?:(?:no|nope|sorry|oops|wait|actually|pardon)\b[\s,.;:!–—-]*)*"
    r"(?:(?:i|we)\s+(?:mean|meant|was\s+asking\s+about|am\s+asking\s+about)\b[\s,:]*)(?P<right>.+)$"
    # "No reservations?" is no correction; "no, the second" is.
    r"|^\W*(?:(?:no|nope|sorry|oops|wait|actually|pardon)\s*[,.;:!–—-]+\s*)+(?P<meant>.+)$"
)
_NOT_BUT = re.compile(
    r"(?i)^\W*(?:no\b[\s,.;:!–—-]*)?not\s+(?:the\s+|an?\s+)?(?P<wrong>[^,;.–—]+?)\s*(?:[,;.–—-]+\s*(?:but\s+)?|\s+but\s+)"
    r"(?:(?:i|we)\s+(?:mean|meant)\b[\s,:]*)?(?P<right>.+)$"
)
# What takes the place of its like: a number of an article, an ordinal.
_LIKE = (
    re.compile(r"(?i)\b(?:articles?|arts?\.?)\s+(?:\d+(?:\s?(?:bis|ter))?|[IVXL]+)\b"),
    re.compile(r"(?i)\b(?:first|second|third|fourth|fifth|1st|2nd|3rd|4th|5th)\b"),
)
# A correction is short, and what begins as one and asks anew ("no, but what does Article 5 say?") is none.
_LONGEST = 12
_ASKS = re.compile(
    r"(?i)\b(?:what|which|who|whom|when|where|why|how|does|do|did|may|must|can|could|shall|should|is|are|was|were"
    r"|tell|show|give|read|explain|list|compare|let)\b"
)

# The stretches of a text that name or describe a treaty.
NamedIn = Callable[[str], list[tuple[int, int]]]


def put_right(question: str, before: str, named_in: NamedIn) -> str | None:
    """The question before, put right as a correction says; None where ``question`` is no correction.

    ``named_in`` finds the stretches that name a treaty.
    """
    if not before or len(words_of(question)) > _LONGEST:
        return None
    against = _NOT_BUT.match(question)
    if against and not _ASKS.search(against["right"]):
        changed = _replaced(before, against["wrong"], _bare(against["right"]))
        return changed or _behind(before, against["right"])
    match = _CORRECTS.match(question)
    right = _bare((match["right"] or match["meant"]) if match else "")
    if not right or _ASKS.search(right):
        return None
    for like in _LIKE:
        if (said := like.search(right)) and (earlier := like.search(before)):
            return before[: earlier.start()] + said[0] + before[earlier.end() :]
    if named_in(right) or KIND_WORDS & {word.text for word in words_of(right)}:
        for start, end in named_in(before):
            return f"{before[:start]}{right}{before[end:]}"
    return _behind(before, right)


def _bare(text: str) -> str:
    return text.strip(" \t.!?,;:")


def _behind(before: str, right: str) -> str:
    return f"{before.rstrip(' ?.!')}, {_bare(right)}?"


def _replaced(before: str, wrong: str, right: str) -> str | None:
    """The question with what was wrong in it replaced: the words themselves, or the one that they are about."""
    for said in (wrong, wrong.split()[-1]):
        found = re.search(rf"(?i)\b{re.escape(said.strip())}\b", before)
        if found:
            return before[: found.start()] + right + before[found.end() :]
    return None
