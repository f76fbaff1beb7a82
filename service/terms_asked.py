"""Terms that a question asks the meaning of, where a treaty defines them."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from ingest.index import Index
from ingest.models import Provision
from ingest.names import words_of

# What is asked about stands behind these words, or between them.
_MEANING_OF = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        r"\bdefin(?:e|es|ed|ing)\s+(?P<term>.+)",
        r"\bdefinitions?\s+(?:(?:is|are)\s+(?:given|there)\s+)?(?:of|for)\s+(?P<term>.+)",
        r"\bmeanings?\s+(?:of|for)\s+(?P<term>.+)",
        r"(?<!\bI )\b(?:mean|means|meant|understand|understands|understood)\s+by\s+(?P<term>.+)",
        r"\b(?:do|does|did|is|are)\s+(?P<term>.+?)\s+(?:mean|meant|defined|understood)\b",
        r"\bwhat\s+(?:exactly\s+|precisely\s+)?(?:is|are|was|were)\s+(?:exactly\s+|meant\s+by\s+|considered\s+)?(?P<term>.+)",
        r"\bwhat’?'?s\s+(?P<term>.+)",
        r"\bwho\s+(?:exactly\s+)?(?:is|are)\s+(?:considered\s+)?(?P<term>.+)",
        r"\b(?:counts?|qualif(?:y|ies)|treated|considered|regarded)\s+(?:as\s+)?(?P<term>.+)",
        r"\bwhen\s+(?:is|are)\s+.{1,60}?\s(?:an?\s|[“\"])(?P<term>.+)",
        r"\bterms?\s+(?P<term>.+)",
        r"\b(?:entend(?:-on|re)?|désigne|signifie)\s+(?:par\s+)?(?P<term>.+)",
    )
)
_LEADING = frozenset("a an the any such exactly legally un une le la les l des der".split())
_UNTOLD = frozenset("it its they this that these those he she i".split())


def defined_terms(text: str, scope: Sequence[str], index: Index) -> list[tuple[str, Provision]]:
    """Definitions of the term that the question asks the meaning of, in the treaties it is about.

    Of several terms that begin at one word the longest is meant. Without a treaty a term must be defined in one
    treaty only.
    """
    asked = list(_asked_about(text))
    if not asked:
        return []
    found: list[tuple[int, str, str]] = []
    for term, treaty_id, eid in index.definitions:
        if scope and treaty_id not in scope:
            continue
        key = _words_of_term(term)
        if key and key[0] not in _UNTOLD and any(_same_words(words[: len(key)], key) for words in asked):
            found.append((len(key), treaty_id, eid))
    longest = max((length for length, _, _ in found), default=0)
    best = [(treaty_id, eid) for length, treaty_id, eid in found if length == longest]
    if not scope and len({treaty_id for treaty_id, _ in best}) > 1:
        return []
    return [(treaty_id, index.treaties[treaty_id].by_eid[eid]) for treaty_id, eid in best[:2]]


@lru_cache(maxsize=16_384)
def _words_of_term(term: str) -> tuple[str, ...]:
    """The words of a term that a treaty defines; a collection has thousands, and each is compared every time."""
    return tuple(word.text for word in words_of(term))


def _asked_about(text: str) -> Iterator[list[str]]:
    """The words that what is asked about begins with, for each way to ask in the text."""
    for pattern in _MEANING_OF:
        for match in pattern.finditer(text):
            words = [word.text for word in words_of(match["term"])]
            while words and words[0] in _LEADING:
                words = words[1:]
            if words:
                yield words


def _same_words(words: Sequence[str], key: Sequence[str]) -> bool:
    """Whether words are the same but for a plural."""
    return len(words) == len(key) and all(
        a == b or a == b + "s" or a + "s" == b for a, b in zip(words, key, strict=True)
    )
