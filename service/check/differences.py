"""What a difference between a quotation and the provision does to the meaning, and why, as a sentence to show.

harmless      case, marks, spelling, the form of a number, words in brackets, an ellipsis over an aside
changes       a word that carries meaning by itself (telling_words.py) is only on one side, or hidden by an ellipsis
may_change    any other word differs
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from service.check.hidden import hidden_in, words_of
from service.check.models import Piece
from service.check.telling_words import (
    ANTONYMS,
    BY_NAME,
    LIST_MARK,
    MONTHS,
    NAME,
    NEGATING,
    NUMBER,
    NUMERAL,
    OPPOSITE,
    REFERENCE,
    RULES,
    SMALL,
    Rule,
)
from service.stems import plain_stem

SAME_SPELLING = "the same words, spelled otherwise"
SAME_NUMBER = "the same number, written otherwise"
SAME_DATE = "the same date, written otherwise"
RUN_TOGETHER = "the text held has two words run together there"
IN_BRACKETS = "words in brackets are the writer's own"
ASIDE = "what is left out changes nothing that is quoted"
OTHER_FORM = "only the form of the word differs"
OTHER_ORDER = "the order of the words is another"
SMALL_WORD = "a small word differs"
OTHER_WORD = "the words differ, and so may their meaning"

_EMPHASIS = re.compile(r"(?i)\[\W*(?:sic|emphasis|italics|my|our|footnote|citation|note|\d)\b")
# A bracket stands for so many words at most that are dropped beside it.
_REPLACED = 6
# A word of fewer letters is the beginning of others too often.
_LONG = 6


def weigh(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """The pieces of a comparison with what each difference does to the meaning, and why."""
    weighed = []
    for place, piece in enumerate(pieces):
        before = pieces[place - 1] if place else None
        behind = pieces[place + 1] if place + 1 < len(pieces) else None
        weighed.append(piece if piece.op == "same" else _weighed(piece, before, behind))
    return tuple(weighed)


def _weighed(piece: Piece, before: Piece | None, behind: Piece | None) -> Piece:
    if piece.op == "omitted":
        hidden = hidden_in(piece.held, before.held if before else None, behind.held if behind else None)
        return (
            _changes(piece, f"the ellipsis hides “{hidden[1]}”: {hidden[0].reason}")
            if hidden
            else _harmless(piece, ASIDE)
        )
    beside = [other for other in (before, behind) if other is not None]
    if piece.claimed.startswith("["):
        return _bracket(piece, beside)
    if piece.op == "dropped" and _replaced(piece.held, beside):
        return _harmless(piece, IN_BRACKETS)
    claimed, held = words_of(piece.claimed), words_of(piece.held)
    if claimed == held or "".join(claimed) == "".join(held):
        numbers = any(NUMERAL.search(word) for word in held) and piece.claimed.lower() != piece.held.lower()
        return _harmless(piece, SAME_NUMBER if numbers else SAME_SPELLING)
    if behind is None and _run_together(claimed, held):
        return _harmless(piece, RUN_TOGETHER)
    if Counter(claimed) == Counter(held):
        return _harmless(piece, SAME_DATE) if set(held) & MONTHS else _may_change(piece, OTHER_ORDER)
    if _stems(claimed) == _stems(held):
        return _may_change(piece, OTHER_FORM)
    found = _rule_for(claimed, held, piece)
    if found is not None:
        rule, word = found
        said = max(len(claimed), len(held)) > 3 and word
        return _changes(piece, f"“{word}”: {rule.reason}" if said else rule.reason)
    small = all(word in SMALL for word in (*claimed, *held))
    return _may_change(piece, SMALL_WORD if small else OTHER_WORD)


def _run_together(claimed: Sequence[str], held: Sequence[str]) -> bool:
    """Whether the last word of a quotation has the small word behind it stuck to it in a badly scanned text."""
    if len(claimed) != 1 or len(held) != 1 or len(claimed[0]) < _LONG or not held[0].startswith(claimed[0]):
        return False
    rest = held[0].removeprefix(claimed[0])
    return len(rest) > 2 and rest in SMALL | BY_NAME["condition"].words


def _bracket(piece: Piece, beside: Sequence[Piece]) -> Piece:
    """Words in brackets are harmless but for a denial or a duty that is brought in with them."""
    if _EMPHASIS.match(piece.claimed):
        return _harmless(piece, IN_BRACKETS)
    replaced = {word for other in beside if other.op == "dropped" for word in words_of(other.held)}
    for rule in RULES:
        brought = [word for word in words_of(piece.claimed.strip("[]")) if word in rule.words]
        if rule.insert and brought and not rule.words & replaced:
            return _changes(piece, f"the brackets bring in “{brought[0]}”: {rule.reason}")
    return _harmless(piece, IN_BRACKETS)


def _replaced(dropped: str, beside: Sequence[Piece]) -> bool:
    """Whether words are what a bracket beside them may stand for."""
    brackets = [words_of(other.claimed.strip("[]")) for other in beside if other.claimed.startswith("[")]
    words = words_of(dropped)
    if any(set(words) <= set(inside) for inside in brackets):
        return True
    return (
        bool(brackets)
        and len(words) <= _REPLACED
        and not any(rule.insert and rule.words & set(words) for rule in RULES)
    )


def _stems(words: Sequence[str]) -> list[str]:
    """Words without their endings; those that carry meaning whatever their number are left."""
    return [
        word if word in BY_NAME["negation"].words or NUMERAL.search(word) else plain_stem(word, 99) for word in words
    ]


def _rule_for(claimed: Sequence[str], held: Sequence[str], piece: Piece) -> tuple[Rule, str] | None:
    """The first rule for a word that only one side has, with the word."""
    one, other = Counter(claimed) - Counter(held), Counter(held) - Counter(claimed)
    differing = [*one, *other]
    for rule in RULES[:3]:
        if word := next((word for word in differing if word in rule.words), None):
            return rule, word
    if word := next((word for word in differing if NUMERAL.search(word) or _is_month(word, piece)), None):
        return NUMBER, word
    if word := next((word for word in differing if LIST_MARK.match(word)), None):
        return REFERENCE, word
    for rule in RULES[3:]:
        if word := next((word for word in differing if word in rule.words), None):
            return rule, word
    for mine, its in ((one, other), (other, one)):
        for word in mine:
            if NEGATING.sub("", word) in its or any(frozenset((word, its_word)) in ANTONYMS for its_word in its):
                return OPPOSITE, word
    name = next((word for text in (piece.claimed, piece.held) for word in _names_in(text) if word in differing), None)
    return (NAME, name) if name else None


def _is_month(word: str, piece: Piece) -> bool:
    return word in MONTHS and (word != "may" or "May" in piece.claimed + piece.held)


_NAME = re.compile(r"(?:(?<=[\w’'] )|(?<=[\w’'], )|^)[A-Z](?:[a-zà-ÿ]{2,}|[A-Z]+)\b")


def _names_in(text: str) -> list[str]:
    """The words of a text that are written as names are, in the form in which they are compared."""
    return [word for match in _NAME.finditer(text) for word in words_of(match[0]) if word not in SMALL]


def _harmless(piece: Piece, reason: str) -> Piece:
    return replace(piece, weight="harmless", reason=reason)


def _may_change(piece: Piece, reason: str) -> Piece:
    return replace(piece, weight="may_change", reason=reason)


def _changes(piece: Piece, reason: str) -> Piece:
    return replace(piece, weight="changes", reason=reason)
