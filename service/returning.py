"""Which earlier turn a question comes back to: "back to the lamps: who pays?", "the first one again"."""

import re
from collections.abc import Collection, Sequence

from ingest.names import words_of
from service.models import Turn
from service.stems import plain_stem

# "Back to the prisoners: …", "corruption again, …", "the first one again".
_FILLER = r"(?:ok|okay|now|so|and|well|right|let[’']?s|can we|please|go|going|come|coming|get|getting)\b\W*"
_RETURNS = re.compile(
    rf"(?i)^\W*(?:{_FILLER})*(?:back\s+(?:to|at|on)|return(?:ing)?\s+to)\s+(?P<to>[^,.:;?!]+)"
    rf"|^\W*(?:{_FILLER})*(?:the\s+)?(?P<first>first\s+(?:one|question))\b"
    rf"|^\W*(?:{_FILLER})*(?P<again>[^,.:;?!]{{3,40}}?)\s+again\s*[,.:;]"
)


def returned_to(question: str, found: Sequence[Turn], untelling: Collection[str]) -> Turn | None:
    """The turn that a question says it comes back to: the latest that has most of its words, asked or answered.

    ``untelling`` are words that tell nothing. None where the question does not come back, or to nothing that was said.
    """
    match = _RETURNS.search(question)
    if match is None or len(found) < 2:
        return None
    if match["first"]:
        return found[0]
    wanted = _stems(match["to"] or match["again"]) - {plain_stem(word) for word in untelling}
    shared = [(len(wanted & _stems(turn.question)), len(wanted & _stems(turn.answer))) for turn in found]
    best = max(range(len(found)), key=lambda at: (shared[at], at))
    return found[best] if any(shared[best]) else None


def _stems(text: str) -> set[str]:
    return {plain_stem(word.text) for word in words_of(text)}
