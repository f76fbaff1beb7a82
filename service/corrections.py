"""A question put right: "no, I meant the second protocol", "not soldiers, I mean interned civilians".

What is put right takes the place of what it stands against in the question before it, word for word; what then
stands there is answered as a question of its own. Where it says what was wrong, that is what it stands against, else
what it is like: a number for a number, a treaty for a treaty, a phrase for the one nearest to it in meaning. Where
nothing in that question is like it, it is put behind. One that asks anew ("no, the second protocol: how does one
leave that?") is itself the question.
"""

import re
from collections.abc import Callable

from ingest.generic_names import KIND_WORDS
from ingest.names import words_of
from service.stems import plain_stem

_OPENS = r"(?:no|nope|sorry|oops|oh|wait|actually|pardon|my mistake|wrong \w+)"
_I_MEAN = r"(?:i|we)\s+(?:mean|meant|want|wanted|was\s+asking\s+about|am\s+asking\s+about)\b[\s,:]*"
# "No, I meant …", "sorry, …", "I mean B", "B, I mean".
_CORRECTS = re.compile(
    rf"(?i)^\W*(?:{_OPENS}\b[\s,.;:!–—-]*)*{_I_MEAN}(?P<right>.+)$"
    # "No reservations?" is no correction; "no, the second" is.
    rf"|^\W*(?:{_OPENS}\s*[,.;:!–—-]+\s*)+(?P<meant>.+)$"
)
_I_MEAN_WITHIN = re.compile(r"(?i),?\s*\b(?:i|we)\s+(?:mean|meant)\b\s*(?=[,.;:]|\W*$)")
_NOT_BUT = re.compile(
    rf"(?i)^\W*(?:{_OPENS}\b[\s,.;:!–—-]*)*not\s+(?!even|ever|always|only|at all)(?:the\s+|an?\s+)?"
    rf"(?P<wrong>[^,;.–—]+?)\s*(?:[,;.–—-]+\s*(?:but\s+)?|\s+but\s+)(?:{_I_MEAN})?(?P<right>.+)$"
)
# "Consuls not diplomats": what is meant, and behind it what is not.
_BUT_NOT = re.compile(r"(?i)^(?P<right>.+?),?\s+(?:and\s+)?not\s+(?:the\s+|an?\s+)?(?P<wrong>[^,;.]+)$")
_ARTICLE = re.compile(r"(?i)\b(?:articles?|arts?\.?)\s+(?:\d+(?:\s?(?:bis|ter))?|[IVXL]+)\b")
_NUMBER = re.compile(r"(?i)(?:\d+(?:\s?(?:bis|ter))?|[IVXL]+)")
_PLACES = ("first 1st", "second 2nd", "third 3rd", "fourth 4th", "fifth 5th")
_ORDINALS = {word: place for place, words in enumerate(_PLACES, start=1) for word in words.split()}
_ORDINAL = re.compile(rf"(?i)\b(?:{'|'.join(_ORDINALS)})\b")
_ROMAN = ("I", "II", "III", "IV", "V")
# "Protocol I", which "the second" may be meant for.
_NUMBERED = re.compile(r"\b(?P<kind>[A-Z]\w+\s+)(?P<number>I{1,3}|IV|V|[1-5])\b")
# "The optional protocol, the second one" is the second optional protocol.
_WHICH_ONE = re.compile(rf"(?i)^(?:the\s+)?(?P<what>[^,]+),\s+the\s+(?P<which>{'|'.join(_ORDINALS)})(?:\s+one)?$")
# A correction is short, and what begins as one and asks anew ("no, but what does Article 5 say?") is none.
_LONGEST = 14
_LONGEST_ASKING = 24
_ASKS = re.compile(
    r"(?i)\b(?:what|which|who|whom|when|where|why|how|does|do|did|may|must|can|could|shall|should|is|are|was|were"
    r"|tell|show|give|read|explain|list|compare|let)\b"
)
# What is meant, and then a question about it.
_MEANT_THEN_ASKED = re.compile(r"^[^,.;:–—]{3,}[,.;:–—]+\s+(?P<asked>.+)$")

# The stretches of a text that name or describe a treaty.
NamedIn = Callable[[str], list[tuple[int, int]]]
# Where a text has the like of a phrase.
LikeIn = Callable[[str, str], tuple[int, int] | None]


def put_right(question: str, before: str, named_in: NamedIn, like_in: LikeIn = lambda text, phrase: None) -> str | None:
    """The question before, put right as a correction says; None where ``question`` is no correction.

    ``named_in`` finds the stretches that name a treaty, ``like_in`` the phrase of a text that is most like another.
    """
    if not before or len(words_of(question)) > _LONGEST_ASKING:
        return None
    wrong, right = _parts(question)
    if not right:
        return None
    if _ASKS.search(right):
        return _asked_anew(right)
    if len(words_of(question)) > _LONGEST:
        return None
    right = _as_named(right)
    if wrong and _ARTICLE.fullmatch(wrong) and _NUMBER.fullmatch(right):
        right = f"Article {right}"
    return (
        (wrong and _replaced(before, wrong, right))
        or _number_for_number(before, right)
        or _treaty_for_treaty(before, right, named_in)
        or _like_for_like(before, right, like_in)
        # What was wrong is nothing that was asked in so many words: what is right is asked in its stead.
        or (right if wrong else f"{before.rstrip(' ?.!')}, {right}?")
    )


def _parts(question: str) -> tuple[str, str]:
    """What a correction says was wrong, and what is right; empty where it says no such thing."""
    if against := _NOT_BUT.match(question):
        return against["wrong"].strip(), _bare(against["right"])
    match = _CORRECTS.match(question)
    right = _bare(_I_MEAN_WITHIN.sub("", match["right"] or match["meant"])) if match else ""
    if but := _BUT_NOT.match(right):
        return _bare(but["wrong"]), _bare(but["right"])
    return "", right


def _asked_anew(right: str) -> str | None:
    """What a correction asks itself, where it first says what is meant."""
    then = _MEANT_THEN_ASKED.match(right)
    return right if then and not _ASKS.search(right[: then.start("asked")]) else None


def _as_named(right: str) -> str:
    which = _WHICH_ONE.match(right)
    return f"the {which['which']} {which['what']}" if which else right


def _number_for_number(before: str, right: str) -> str | None:
    """An article for an article, an ordinal for an ordinal or for the number it stands for."""
    for like in (_ARTICLE, _ORDINAL):
        if (said := like.search(right)) and (earlier := like.search(before)):
            return before[: earlier.start()] + said[0] + before[earlier.end() :]
    said = _ORDINAL.search(right)
    numbered = _NUMBERED.search(before)
    if said and numbered and KIND_WORDS & {word.text for word in words_of(right)}:
        return before[: numbered.start("number")] + _ROMAN[_ORDINALS[said[0].lower()] - 1] + before[numbered.end() :]
    return None


def _treaty_for_treaty(before: str, right: str, named_in: NamedIn) -> str | None:
    if named_in(right) or KIND_WORDS & {word.text for word in words_of(right)}:
        for start, end in named_in(before):
            return _put(before, start, end, right)
    return None


def _like_for_like(before: str, right: str, like_in: LikeIn) -> str | None:
    place = like_in(before, right)
    return _put(before, *place, right) if place else None


def _put(before: str, start: int, end: int, right: str) -> str:
    """The question with ``right`` at a place, and no article twice: "under the" with "the second protocol"."""
    head = before[:start]
    if re.match(r"(?i)(?:the|an?)\s", right):
        head = re.sub(r"(?i)\b(?:the|an?)\s+$", "", head)
    return head + right + before[end:]


def _bare(text: str) -> str:
    return text.strip(" \t.!?,;:")


def _replaced(before: str, wrong: str, right: str) -> str | None:
    """The question with what was wrong in it replaced: the words themselves, else one of them, in whatever form."""
    found = re.search(rf"(?i)\b{re.escape(wrong)}\b", before)
    if found:
        return _put(before, *found.span(), right)
    for said in reversed(words_of(wrong)):
        for word in words_of(before):
            if len(said.text) > 3 and plain_stem(said.text) == plain_stem(word.text):
                return _put(before, word.start, word.end, right)
    return None
