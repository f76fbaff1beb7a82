"""Follow-ups: what a question means after the ones before it.

Nothing is rewritten by a model, which would alter the question. A follow-up keeps the treaties and articles
that the last answer was about in focus, and is searched together with the question it follows.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ingest.models import ParsedTreaty
from ingest.names import words_of
from service.models import Answer, Conversation, Turn
from service.returning import returned_to

# A question that begins like this leans on the one before it.
_LEANS = re.compile(
    r"(?i)^\W*(and|but|or|so|also|then|what about|how about|what if|same|why( not)?\W*$|which ones?|even if|only"
    r"|et|mais|y|pero)\b"
    r"|^\W*(?:never|always|not even|nor|neither|for ever|no exceptions?|no \w+(?: \w+)? at all)\b"
)
# Words that stand for something said before; "it rains" has them too, so they count in short questions only.
_POINTS_BACK = re.compile(
    r"(?i)\b(this|these|those|(?<!is )(?<!are )(?<!was )there(?! (?:is|are|was))|such"
    r"|that(?= (?:article|provision|clause|paragraph|treaty|convention|agreement|protocol|case|one|text|country"
    r"|state|court|body|committee|person|period|right|rule|duty)\b|\W*$)"
    r"|(?:of|about|in|to|with|after|before|for|than|like|under|do|does|is|was|have|has|says?|allows?) that"
    r"|(?:too|as well|neither|at all)(?=\W*$)"
    r"|the (same|latter|former|treaty|convention|agreement|protocol|article|paragraph|provision|clause|text|other party"
    r"|previous one|(?:next|following|preceding|previous|last) (?:one|article|provision)"
    r"|(?:one|article) (?:before|after)))\b"
)
# Whatever the question itself has named, its own subject is not what it speaks *of*: "how does a State get out of it".
_POINTS_BACK_BY_PREPOSITION = re.compile(
    r"(?i)\b(?:of|out of|under|into|from|to|by|join|leave|ratify|sign) it\b(?! (?:is|was)\b)"
)
# These may stand for what the question itself has named: "must a State ring its bells".
_PRONOUN = re.compile(r"(?i)\b(it|its|they|them|their|he|him|she)\b")
_NAMED_HERE = re.compile(r"(?i)\b(an?|any|each|every|some) \w")
# What is asked of a treaty as such: "can it be suspended", "how does a State get out of the treaty".
_ABOUT_TREATY = re.compile(
    r"(?i)\b(?:quit|leave|leaves|join|joins|sign|ratify|suspend|denounce|terminate|amend|change|revise|monitor|out of"
    r"|into|part(?:y|ies) to|members? of|bound by|watch(?:es)? over|oversees?) (?:it|them|that|this)\b"
    r"|\b(?:it|this|that)\b(?: \w+){0,2} (?:suspended|amended|denounced|terminated|revised|ratified|signed|binding"
    r"|in force|into force|expire|(?:allow|permit) reservations)\b"
    r"|\b(?:the|that|this) (?:treaty|convention|protocol|agreement|covenant|charter|statute|pact)\b"
    r"(?! (?:of|on|for|against)\b)"
)
_SAME_ARTICLE = re.compile(
    r"(?i)\b(this|that|the same|the|its) (article|provision|clause|paragraph)s?\b|\bparagraph (\d+|\([a-z]\))"
    r"|\b(its|the) (exact )?(wording|text|words)\b"
)
# Whether what was answered has limits: "never?", "not even in war?". The same article tells, or one beside it.
_LIMITS = re.compile(
    r"(?i)\b(?:never|always|for ?ever|exceptions?|not even|even (?:if|for|in|when|to|by)|at all"
    r"|in (?:all|any|every) cases?)\b"
)
# A question of these words alone, "by whom?", asks for a further detail of what was answered.
ASKING = frozenset(
    "who whom whose what which when where why how long many much often soon far by to for from of at in on since until "
    "and but so or then else exactly is are was were be do does did has have had can could may might must shall should "
    "will would it its this that these those they them their he him his she her not no there one ones the a an too "
    "also says said say decides decide happens if whether themselves himself itself herself please never always ever "
    "even exception exceptions all any really case cases same thing we you i me us my our your".split()
)
_SHORT = 16
_FRAGMENT = 5
# A question leans on the one before, and that may lean on one before it: so many are searched for together.
_CHAIN = 2


@dataclass(frozen=True, slots=True)
class InContext:
    """A question with what the conversation adds.

    ``before`` is the question it follows, for searching both together, with the one that question leans on in its
    turn (``chain`` has the two apart, the older first); ``treaties`` and ``articles`` are in focus. ``same_article``
    tells that the question is about the article in focus itself, ``about_treaty`` that it is about the treaty in focus
    as such, ``further`` that it asks for a detail or a limit of what was answered, ``detail`` that it says nothing
    else, ``returns`` that it takes up what was spoken of before the last answer.
    """

    text: str
    before: str = ""
    treaties: tuple[str, ...] = ()
    articles: tuple[tuple[str, str], ...] = ()
    follow_up: bool = False
    same_article: bool = False
    about_treaty: bool = False
    further: bool = False
    detail: bool = False
    returns: bool = False
    chain: tuple[str, ...] = ()


def turn_of(question: str, answer: Answer, treaties: Mapping[str, ParsedTreaty]) -> Turn:
    """What a conversation keeps of a question and its answer: the articles that the answer cited."""
    focus = []
    for citation in answer.citations:
        parsed = treaties[citation.treaty_id]
        focus.append((citation.treaty_id, parsed.article_of(parsed.by_eid[citation.eid]).eid))
    return Turn(question, tuple(dict.fromkeys(focus)), answer.answer)


def put_in_context(question: str, conversation: Conversation, *, leans: bool = False) -> InContext:
    """The question with its focus; with ``leans`` it is taken for a follow-up even if it does not read as one."""
    # The last turn that found something: after an abstention the focus is still that of the turn before.
    found = [turn for turn in conversation.turns if turn.focus]
    if not found:
        return InContext(question)
    if returned := returned_to(question, found, ASKING):
        focus = tuple(dict.fromkeys(returned.focus))
        return InContext(question, returned.question, _treaties(focus), focus, follow_up=True, returns=True)
    focus = tuple(dict.fromkeys(found[-1].focus))
    treaties = _treaties(focus)
    words = {word.text for word in words_of(question)}
    if not (leans or _leans(question)):
        # The focus still settles which treaty "Article 5" is of.
        return InContext(question, treaties=treaties, articles=focus)
    same = bool(_SAME_ARTICLE.search(question)) and len(words_of(question)) <= _SHORT
    before = [found[-1].question]
    for turn, earlier in zip(reversed(found), reversed(found[:-1]), strict=False):
        if len(before) == _CHAIN or not _leans(turn.question):
            break
        before.insert(0, earlier.question)
    return InContext(
        question, " ".join(before), treaties, focus, follow_up=True, same_article=same,
        about_treaty=bool(_ABOUT_TREATY.search(question)),
        further=bool(_LIMITS.search(question)) or words <= ASKING, detail=words <= ASKING, chain=tuple(before),
    )  # fmt: skip


def may_lean(question: str) -> bool:
    """Whether a question is short enough to be taken for a follow-up where nothing else is found."""
    return len(words_of(question)) <= _SHORT


def _treaties(focus: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(treaty for treaty, _ in focus))


def _leans(question: str) -> bool:
    """Whether a question is to be understood from the one before it."""
    words = len(words_of(question))
    if words <= _FRAGMENT or _LEANS.search(question):
        return True
    return words <= _SHORT and (bool(_ABOUT_TREATY.search(question)) or _points_back(question))


def _points_back(question: str) -> bool:
    """Whether words of a question stand for something said before it."""
    pronoun = _PRONOUN.search(question)
    if _POINTS_BACK.search(question) or _POINTS_BACK_BY_PREPOSITION.search(question):
        return True
    return bool(pronoun and not _NAMED_HERE.search(question, 0, pronoun.start()))
