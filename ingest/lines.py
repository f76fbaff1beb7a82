"""The lines of a text, and what the end of one tells: whether a sentence is over.

Lines whose breaks were lost are cut where a heading may stand inside them.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from ingest.numbers import LATIN_SUFFIXES, NUMBER_WORDS

_LATIN = "|".join(LATIN_SUFFIXES)
# A verb of obligation or statement: the line is a sentence and not the name of an article.
SENTENCE_VERB = re.compile(
    r"\b(shall|may|will|must|are|is|was|were|has|have|means|do|does|agree|undertakes?|apply|applies|can|should"
    r"|recogni[sz]es?|ensures?|provides"
    r"|est|sont|peut|peuvent|doit|doivent|s’engagent|son|podrá|podrán|deberá)\b"
)
OPEN_END = re.compile(r"(?i)(\b(in|of|under|by|with|and|to|or|the|for|from|see|per|this|that|de|du|des|et|à|en)|,|\()$")
_CLOSED_END = re.compile(r"""[.;:!?][)"”’»\]*\d]*$|[)”"»]$""")
# Texts that lost their line breaks have headings inside lines: after a finished sentence (or the number of
# a paragraph that a reader of right-to-left pages put too early), with a capital or a number to follow.
_INSIDE = re.compile(
    rf"(?:\b(?:Article|ARTICLE|Art\.|Artículo|ARTÍCULO|Статья|СТАТЬЯ)\s+"
    rf"(?:\d{{1,4}}(?:\s?(?i:{_LATIN})\b|[A-Z])?|(?:\d{{1,2}}|[A-Z]|[IVXL]+)[.-]\d{{1,2}}|[IVXLC]+"
    rf"|(?i:{'|'.join(map(re.escape, NUMBER_WORDS))}))(?!\w)[.:]?[\s—–-]+"
    r"(?=[A-ZÀ-ÞА-Я“\"«(\[]|\(?(?:\d{1,2}|a)[.)]|\d{1,3}(?:[A-Z]|\.\d{1,2}\s))"
    r"|\b(?:CHAPTER|PART|TITLE)\s+(?:[IVXLC]+|\d{1,2})[.:]?[\s—–-]+(?=[A-Z]{2})"
    r"|(?:المادة\s+[\d٠-٩]{1,3}(?!\d)|第[一二三四五六七八九十百零]{1,7}条(?![第及和或至、，的所规規]))(?=.{12}))"
)
# "Chapter 3 – Dues Article 12 …": a division's name, if it has one, and right behind it an article.
_DIVISION_INSIDE = re.compile(
    rf"(?i:chapter|part|title|section)\s+(?:[IVXLC]+|\d{{1,3}}|[A-Z]|(?i:{'|'.join(map(re.escape, NUMBER_WORDS))}))"
    r"(?!\w)[.:]?[\s—–-]+(?:[A-Z][^.;\n]{0,100}?\s)?(?=(?:Article|ARTICLE|Art\.)\s)"
)
# Looking for the words is many times as fast as looking for the expression.
_LATIN_WORDS = ("Article ", "ARTICLE ", "Art. ", "CHAPTER ", "PART ", "TITLE ", "Artículo ", "ARTÍCULO ")
_DIVISION_WORDS = ("CHAPTER ", "Chapter ", "PART ", "Part ", "TITLE ", "Title ", "SECTION ", "Section ")
_OTHER_WORDS = ("Статья ", "СТАТЬЯ ", "المادة", "第")
_LONGEST_INSIDE = 200
# What a heading loses for standing inside a line, behind the end of a sentence or not.
_AFTER_STOP = -0.5
_WITHOUT_STOP = -1.5
_LETTER = re.compile(r"\w")
_FINISHED = re.compile(r"""(?:[.;:!?؛。；：][)"”»’]?\s*|[-–]\s?\d{1,2}\s+)$""")


class Line(NamedTuple):
    """A line of the canonical text: ``text == treaty.text[start:end]``; ``marked`` as heading by its format.

    A line that holds "… . Article 5 …" is given in pieces; ``inside`` is then what the pieces after the
    first lose in evidence for not standing at the beginning of a line (0 for those that do).
    """

    text: str
    start: int
    end: int
    marked: bool
    after_blank: bool
    inside: float = 0.0


def split_lines(text: str, headings: frozenset[int]) -> list[Line]:
    """The lines of a text that are not empty, with their offsets."""
    lines: list[Line] = []
    inside = iter([*_headings_inside(text), (len(text) + 1, 0.0)])
    at, loss = next(inside)
    start, blank = 0, True
    for raw in text.split("\n"):
        end = start + len(raw)
        if not raw or raw.isspace():
            blank = True
        elif at >= end:
            lines.append(Line(raw, start, end, start in headings, blank))
            blank = False
        else:
            begin, before, marked = start, 0.0, start in headings
            while at < end:
                lines.append(Line(text[begin:at], begin, at, marked, blank, before))
                begin, before, marked, blank = at, loss, False, False
                at, loss = next(inside)
            lines.append(Line(text[begin:end], begin, end, marked, blank, before))
        start = end + 1
    return lines


def _headings_inside(text: str) -> list[tuple[int, float]]:
    """Where in a line whose breaks were lost a heading may stand, and what it loses for standing there."""
    # Western texts have a sign beyond ASCII in twenty.
    western = len(text) - len(text.encode("ascii", "ignore")) < 0.2 * len(text)
    found: dict[int, float] = {}
    for word in _LATIN_WORDS if western else (*_LATIN_WORDS, *_OTHER_WORDS):
        for at, before in _places_inside(text, word):
            match = _INSIDE.match(text, at, at + _LONGEST_INSIDE)
            if match is None or "\n" in match[0]:
                continue
            if _FINISHED.search(before):
                found[at] = _AFTER_STOP
            elif not OPEN_END.search(before.rstrip()):
                # A stop may be missing, and scripts without capitals do not tell "the same Article 5"
                # from a heading: such a one must fill a gap in the numbering to be worth its cost.
                found[at] = _WITHOUT_STOP
    for word in _DIVISION_WORDS:
        for at, before in _places_inside(text, word):
            match = _DIVISION_INSIDE.match(text, at, at + _LONGEST_INSIDE) if _FINISHED.search(before) else None
            if match and match.end() in found:
                found[at] = found[match.end()] = _AFTER_STOP
    return sorted(found.items())


def _places_inside(text: str, word: str) -> Iterator[tuple[int, str]]:
    """Where a word stands inside lines, each with the few letters before it on its line."""
    at = text.find(word, 1)
    while at > 0:
        before = text[max(0, at - 8) : at].rpartition("\n")[2]
        if _LETTER.search(before):
            yield at, before
        at = text.find(word, at + 1)


def is_caseless(letter: str) -> bool:
    """Whether a letter is of a script without capitals, where headings are run in more often than not."""
    return letter.isalpha() and letter.upper() == letter.lower()


def is_sentence(text: str) -> bool:
    """Whether words look like a sentence of the text rather than the name of an article."""
    words = text.split()
    if len(words) > 30:
        return True
    if text.rstrip().endswith((";", ":", ",", "；", "：", "，", "。")):
        return True
    if text.rstrip().endswith(".") and len(words) > 8:
        return True
    return len(words) > 4 and bool(SENTENCE_VERB.search(text))


def ends_sentence(text: str) -> bool:
    """Whether a line ends as a sentence or a part of one does: with a stop, or with a bracket or quotation closed."""
    return bool(_CLOSED_END.search(text))
