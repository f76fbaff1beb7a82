"""Words as a quotation is compared with a provision: what is harmless between two writings is the same word.

"Defence" and "defense", "co-operate" and "cooperate", "thirty" and "30", "two-thirds" and "2/3" compare equal; so do
texts whatever their case, accents, marks and broken lines. A hyphen parts two words ("self-defence", "self defence")
but for one behind a prefix, which is one word with what follows ("co-operate"). Marks of lists ("(a)", "2.") are no
words, those of references ("paragraph 2 (a)") are.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Literal, NamedTuple

from ingest.names import fold
from service.check.spelling import spelled

_HYPHENS = "-\u00ad\u2010\u2011"
_TOKEN = re.compile(
    r"(?P<mark>\((?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})\))"
    r"|(?P<ellipsis>[\[(]\s?(?:…|\.\s?\.\s?\.)(?:\s?\.)?\s?[\])]|…(?:\s?\.(?!\w))?|\.\s?\.\s?\.(?:\s?\.)?)"
    r"|(?P<bracket>\[(?!\w{1,2}\]\w)[^\[\]]{1,120}\])"
    r"|(?P<word>(?:[^\W\d_]\.){2,}[^\W\d_]?|\d/\d|\d+(?:[.,]\d+)*(?:(?:st|nd|rd|th|s)(?![^\W\d_]))?"
    r"|\[\w{1,2}\][^\W\d_]+|[^\W\d_]+(?:\[\w{1,3}\](?![^\W\d_]))?(?:[’'ʼ][^\W\d_]+)*|%)"
)
# A number or letter that counts paragraphs: where a line or the stretch begins, or between two sentences.
_MARK_OF_LIST = re.compile(
    r"[ \t]*(?:\(?(?:\d{1,3}(?:\.\d{1,3})*(?: ?(?:bis|ter|quater))?|[a-z]|[ivx]{1,5}|[A-Z])(?:\.?\)\.?(?=\s"
    r"|[^\W\d])|\.(?=[\s“\"]))"
    r"|\d{1,2}(?=\s+[A-Z“\"])|[–•·§-](?=\s))[ \t]*"
)
_LINE = re.compile(r"\n\s*")
_BETWEEN = re.compile(r"(?<=[.;:]\s)\d{1,2}\.(?=\s+[A-Z“\"])")
_REFERRING = re.compile(
    r"(?i)(?:\d|\b(?:articles?|art\.|paras?\.?|(?:sub-?)?paragraphs?|points?|(?:sub-?)?sections?|(?:sub-?)?clauses?"
    r"|items?|rules?"
    r"|letters?|parts?|regulations?)(?:\s+[\divx]+)?)\s?(?:\(\w{1,5}\)(?:\s*(?:,|and|or|to)\s*|\s?))*$"
)
_PREFIXES = frozenset("co re pre non anti inter multi sub semi un post over under".split())
_CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff]")

# What English numbers in words are worth; ordinals are kept apart from them, as "3rd".
_UNITS = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth"
).split()
_CARDINAL = {word: n for n, word in enumerate(_UNITS, 1)} | {word: 10 * n for n, word in enumerate(_TENS, 2)}
_CARDINAL |= {"hundred": 100, "thousand": 1000}
_ORDINAL = {word: n for n, word in enumerate(_ORDINALS, 1)}
_ORDINAL |= {word[:-1] + "ieth": 10 * n for n, word in enumerate(_TENS, 2)} | {"hundredth": 100}
_PARTS = {"3rd": 3, "thirds": 3, "quarter": 4, "quarters": 4, "4th": 4, "fourths": 4, "5th": 5, "fifths": 5}
_ORDINAL_ENDING = {1: "st", 2: "nd", 3: "rd"}

Kind = Literal["word", "ellipsis", "bracket"]


class Word(NamedTuple):
    """A word as compared, at ``start:end`` of its text; an ellipsis and words in brackets are one each."""

    text: str
    start: int
    end: int
    kind: Kind = "word"


def words_in(
    text: str, start: int = 0, end: int | None = None, marks: Iterable[tuple[int, int]] = (), *, lists: bool = True
) -> list[Word]:
    """The words of a stretch of a text, in its order.

    ``marks`` are where marks of lists are known to stand, beside those that are told by their form; without ``lists``
    there are none, and what looks like one is a word.
    """
    end = len(text) if end is None else end
    skipped = {place for span in (*(_marks_in(text, start, end) if lists else ()), *marks) for place in range(*span)}
    found: list[Word] = []
    for match in _TOKEN.finditer(text, start, end):
        group, begin = match.lastgroup, match.start()
        if begin in skipped:
            continue
        if group == "word":
            _add(found, text, Word(canonical(match[0]), begin, match.end()))
        elif group == "mark":
            if not lists or _REFERRING.search(text, max(start, text.rfind("\n", 0, begin) + 1, begin - 40), begin):
                found.append(Word(match[0].lower(), begin, match.end()))
        else:
            found.append(Word("", begin, match.end(), "ellipsis" if group == "ellipsis" else "bracket"))
    return found


def _marks_in(text: str, start: int, end: int) -> list[tuple[int, int]]:
    lines = [start, *(line.end() for line in _LINE.finditer(text, start, end))]
    found = [match.span() for line in lines if (match := _MARK_OF_LIST.match(text, line, end))]
    return found + [match.span() for match in _BETWEEN.finditer(text, start, end)]


def _add(found: list[Word], text: str, word: Word) -> None:
    """Add a word, or make it one with those before it."""
    last = found[-1] if found else None
    if last is None or last.kind != "word" or word.start - last.end > 8:
        found.extend(_by_characters(word))
        return
    between = text[last.end : word.start]
    if between and between[0] in _HYPHENS and (joined := _hyphenated(text, last, word, between)):
        found[-1] = joined
    elif last.text == "per" and word.text == "cent":
        found[-1] = Word("percent", last.start, word.end)
    elif word.text[0].isdigit() or word.text in _PARTS:
        _add_number(found, text, last, word, between)
    else:
        found.extend(_by_characters(word))


def _by_characters(word: Word) -> list[Word]:
    """A run of Chinese or Japanese, which has no blanks between its words, as its characters."""
    if word.text.isascii() or not _CJK.search(word.text):
        return [word]
    if len(word.text) != word.end - word.start:
        return [word]
    return [Word(char, word.start + n, word.start + n + 1) for n, char in enumerate(word.text)]


def _hyphenated(text: str, last: Word, word: Word, between: str) -> Word | None:
    """What a hyphen joins: a word broken at a line's end, a prefix with its word, "twenty-one"."""
    broken = "\n" in between or between == "\u00ad"
    goes_on = text[word.start].islower() and not between[1:].strip() and not last.text.isdigit()
    if (broken and goes_on) or (len(between) == 1 and last.text in _PREFIXES):
        return Word(canonical(text[last.start : last.end] + text[word.start : word.end]), last.start, word.end)
    return None


def _add_number(found: list[Word], text: str, last: Word, word: Word, between: str) -> None:
    """Add a number: "twenty" "one" is 21, "two" "thirds" 2/3, "1" "000" 1000; "thirty (30)" is said once."""
    before = found[-2] if len(found) > 1 else None
    plain = not between.strip(" \n\u00a0" + _HYPHENS)
    if between.strip() == "(" and word.text == last.text:
        return
    joined = _joined(last, word, text) if plain and last.text[0].isdigit() else None
    if joined is not None:
        found[-1] = Word(joined, last.start, word.end)
    elif (
        last.text == "and" and before and before.text[-2:] == "00" and before.text.isdigit() and _in_letters(text, word)
    ):
        if (joined := _joined(before, word, text)) is not None:  # one hundred and twenty
            found[-2:] = [Word(joined, before.start, word.end)]
        else:
            found.append(word)
    else:
        found.append(word)


def _in_letters(text: str, word: Word) -> bool:
    return text[word.start].isalpha()


def _joined(last: Word, word: Word, text: str) -> str | None:
    if not last.text.isdigit():
        return None
    value = int(last.text)
    if word.text in _PARTS:
        return f"{value}/{_PARTS[word.text]}" if value < 10 else None
    if not _in_letters(text, word):
        thousands = text[word.start : word.end].isdigit() and word.end - word.start == 3 and last.end + 1 == word.start
        return (
            f"{last.text}{text[word.start : word.end]}"
            if thousands and text[last.end] in " \u00a0" and value < 1000
            else None
        )
    if not _in_letters(text, last):
        return None
    digits, ending = re.fullmatch(r"(\d+)(\D*)", word.text).groups()  # type: ignore[union-attr]
    added = int(digits)
    if added in (100, 1000) and 0 < value < 1000 and value % 1000:
        return f"{value * added}{ending}"
    fits = (value % 100 == 0 and added < 100) or (value >= 20 and value % 10 == 0 and value % 100 and added < 10)
    return f"{value + added}{ending}" if fits else None


@lru_cache(maxsize=100_000)
def canonical(written: str) -> str:
    """The form by which a written word is compared."""
    word = fold(written.translate(_PLAIN))
    word = word.removesuffix("'s").rstrip("'").replace("'", "")
    if word == "%":
        return "percent"
    if word[:1].isdigit():
        return word.replace(",", "").rstrip(".")
    if "." in word:
        return word.replace(".", "")
    if word in _CARDINAL:
        return str(_CARDINAL[word])
    if word in _ORDINAL:
        value = _ORDINAL[word]
        return f"{value}{'th' if 10 < value < 20 else _ORDINAL_ENDING.get(value % 10, 'th')}"
    return spelled(word)


_PLAIN = str.maketrans({"’": "'", "ʼ": "'", "[": "", "]": "", "\u00ad": ""})
