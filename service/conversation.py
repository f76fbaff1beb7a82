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

# A question that begins like this leans on the one before it.
_LEANS = re.compile(
    r"(?i)^\W*(and|but|or|so|also|then|what about|how about|what if|same|why( not)?\W*$|which ones?|even if|only"
    r"|et|mais|y|pero)\b"
)
# Words that stand for something said before; "it rains" has them too, so they count in short questions only.
_POINTS_BACK = re.compile(
    r"(?i)\b(this|these|those|(?<!is )(?<!are )(?<!was )there(?! (?:is|are|was))|such"
    r"|that(?= (?:article|provision|clause|paragraph|treaty|convention|agreement|protocol|case|one|text)\b|\W*$)"
    r"|(?:of|about|in|to|with|after|before|for|than|like|under|do|does|is|was|have|has|says?|allows?) that"
    r"|(?:too|as well)(?=\W*$)"
    r"|the (same|latter|former|treaty|convention|agreement|protocol|article|paragraph|provision|clause|text|other party"
    r"|previous one|(?:next|following|preceding|previous|last) (?:one|article|provision)"
    r"|(?:one|article) (?:before|after)))\b"
)
# Whatever the question itself has named, its own subject is not what it speaks *of*: "how does a State get out of it".
_POINTS_BACK_BY_PREPOSITION = re.compile(
    r"(?i)\b(?:of|out of|under|into|from|to|by|join|leave|ratify|sign) it\b(?! (?:is|was)\b)"
)
# These may stand for what the question itself has named: "must a State ring its bells".
_PRONOUN = re.compile(r"(?i)\b(it|its|they|them|their)\b")
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
_SHORT = 16
_FRAGMENT = 5
# A question leans on the one before, and that may lean on one before it: so many are searched for together.
_CHAIN = 2


@dataclass(frozen=True, slots=True)
class InContext:
    """A question with what the conversation adds.

    ``before`` is the question it follows, for searching both together, with the one that question leans on in its
    turn; ``treaties`` and ``articles`` are in focus; ``same_article`` tells that the question is about the article
    in focus itself, ``about_treaty`` that it is about the treaty in focus as such.
    """

    text: str
    before: str = ""
    treaties: tuple[str, ...] = ()
    articles: tuple[tuple[str, str], ...] = ()
    follow_up: bool = False
    same_article: bool = False
    about_treaty: bool = False


def turn_of(question: str, answer: Answer, treaties: Mapping[str, ParsedTreaty]) -> Turn:
    """What a conversation keeps of a question and its answer: the articles that the answer cited."""
    focus = []
    for citation in answer.citations:
        parsed = treaties[citation.treaty_id]
        focus.append((citation.treaty_id, parsed.article_of(parsed.by_eid[citation.eid]).eid))
    return Turn(question, tuple(dict.fromkeys(focus)), answer.answer)


def put_in_context(question: str, conversation: Conversation) -> InContext:
    """The question with its focus."""
    # The last turn that found something: after an abstention the focus is still that of the turn before.
    found = [turn for turn in conversation.turns if turn.focus]
    if not found:
        return InContext(question)
    last = found[-1]
    focus = tuple(dict.fromkeys(last.focus))
    treaties = tuple(dict.fromkeys(treaty for treaty, _ in focus))
    if not _leans(question):
        # The focus still settles which treaty "Article 5" is of.
        return InContext(question, treaties=treaties, articles=focus)
    same = bool(_SAME_ARTICLE.search(question)) and len(words_of(question)) <= _SHORT
    before = [last.question]
    for turn, earlier in zip(reversed(found), reversed(found[:-1]), strict=False):
        if len(before) == _CHAIN or not _leans(turn.question):
            break
        before.insert(0, earlier.question)
    return InContext(
        question, " ".join(before), treaties, focus, follow_up=True, same_article=same,
        about_treaty=bool(_ABOUT_TREATY.search(question)),
    )  # fmt: skip


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
