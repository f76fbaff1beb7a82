"""What a question takes for granted: "Since Article 9 gives him 72 hours, who counts them?" claims the 72 hours.

Only the claim is weighed against the text; what is asked beyond it may be anything. Told by how such questions are
built in English: an opening word before the claim, a question behind it, or "right?".
"""

import re

_ASKS = (
    r"(?:who|whom|whose|what|when|where|which|how|why|does|do|did|is|are|was|were|can|could|may|might|must|has|have|had"
    r"|will|would|should|shall|so|then|tell|in (?:which|what)|from (?:which|what|when)|on what|at what|up to"
    r"|by (?:whom|what|when)|to (?:whom|what|which)|for (?:whom|what|how)|(?:doesn|isn|don|aren|wasn|didn)['’]t"
    r"|(?:and|but) (?:who|what|how|when|where|is|are|does|do|can|did|has))"
)
_OPENS = re.compile(
    r"(?i)^\W*(?:(?:so|but|and)\s+)?(?:since|given(?: that)?|as|because|seeing (?:that|as)|considering that|now that|if"
    r"|assuming(?: that)?|granted that|under|in)\b\s*"
)
_WHY = re.compile(
    r"(?i)^\W*(?:(?:so|but|and)\s+)?(?:why|how come)\b\s*"
    r"(?:does|do|did|is|are|was|were|has|have|had|would|should|must|can|may)?\s*"
)
_TAG = re.compile(
    r"(?i)[,;]\s*(?:right|correct|true|yes|no|or not|is it|is that so|does it not|am i right"
    r"|(?:is|does|do|are|did|has|was)n['’]t (?:it|that so|they|he|she))\s*\?"
)
# What is claimed of a provision names it first; "It speaks of “Article 51”. What is that?" claims nothing of it.
_OF_PROVISION = re.compile(
    r"(?i)^\W*(?:[\w'’–-]+[\s,]+){0,4}?(?:articles?|arts?\b|annex|paragraph|para\b|protocol|§|\w+ (?:article|annex))"
)
_QUESTION_BEHIND = re.compile(rf"(?i)[,;:–—]\s*(?={_ASKS}\b)")
_TWO_SENTENCES = re.compile(rf"(?is)^(?P<claim>.{{15,}}?)[.!;]\s+(?:{_ASKS}\b|[A-Z])")
_ASKS_OPENLY = re.compile(
    r"(?i)^\W*(?:(?:so|and|but)\s+)?(?:what|which|who|whom|whose|when|where|how(?! come)|does|do|did|is|are|can|could"
    r"|may|must|shall|should|has|have|tell me|show|quote|explain|summari[sz]e|give me|read|compare|list)\b"
)


def is_about_provision(question: str) -> bool:
    """Whether what a question takes for granted is about the provision that it names."""
    return _OF_PROVISION.match(_OPENS.sub("", _WHY.sub("", question, count=1), count=1)) is not None


def claim_in(question: str) -> str | None:
    """What a question takes for granted, in its own words; None where it only asks."""
    if _WHY.match(question):
        return _WHY.sub("", question, count=1).rstrip(" ?.!")
    if tag := _TAG.search(question):
        return _opened(question[: tag.start()])
    if _ASKS_OPENLY.match(question):
        return None
    if told := _TWO_SENTENCES.match(question):
        return _opened(told["claim"])
    behind = [match.start() for match in _QUESTION_BEHIND.finditer(question)]
    return _opened(question[: behind[-1]]) if behind else None


def _opened(claim: str) -> str:
    return _OPENS.sub("", claim, count=1)
