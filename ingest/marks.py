"""The marks of paragraphs and points: "1.", "(a)", "ii)", "–", "（一）", and where they stand inside a line.

A printed mark may be read in more than one way: "(i)" is a letter and a small roman number. Each reading has
a style, and lists keep to one style; which reading is meant is told by the list it goes on with (paragraphs.py).
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from ingest.numbers import LATIN_SUFFIXES, chinese_value, roman_value

_LATIN = "|".join(LATIN_SUFFIXES[:6])
_MARK = re.compile(
    rf"""(?x)
    \((?P<pn>\d{{1,3}}(?:\s?(?:{_LATIN})|[A-Z])?)\)\.?   (?=\D|$)
  | (?P<nd>\d{{1,3}}(?:\s?(?:{_LATIN})|[A-Z])?)\.(?![\d])\s*
  | (?P<np>\d{{1,3}})\)
  | (?P<nh>\d{{1,2}})\s[-–—]\s
  | \((?P<pl>[a-z]{{1,5}}(?:-[a-z])?|[а-я])\)\.?
  | (?P<lp>[a-z]{{1,5}}|[а-я])\)\.?
  | (?P<ld>[a-z]|[ivx]{{2,5}})\.(?=\s)\s*
  | \((?P<pu>[A-Z])\)
  | (?P<ud>[A-Z])\.(?=\s[A-Z])\s*
  | (?P<dash>[–—•▪-])\s*(?=\S)
  | (?P<bare>\d{{1,2}})(?=\s+(?:[A-Z“"]|to\s))
  | （(?P<zp>[一二三四五六七八九十]{{1,3}}|[a-z]|\d{{1,2}})）
  | (?P<zd>[一二三四五六七八九十]{{1,3}})、
    """
)
_DIGITS = re.compile(r"\d+")
# Marks of paragraphs; those of points are letters, small roman numbers, dashes and numbers within these.
NUMERIC = frozenset({"pn", "nd", "np", "nh", "bare", "zd"})
# The letters of Russian lists, which leave out ё and й.
_CYRILLIC = "абвгдежзиклмнопрстуфхцчшщэюя"
_ROMANS = "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx".split()
_NEXT_ROMAN = dict(pairwise(_ROMANS))
# A mark on a line of its own, as cells of a table give it: it belongs to the words on the next one.
_MARK_ALONE = re.compile(r"\s*(?:\(?(?:\d{1,2}|[a-z]{1,4})\)|\(?\d{1,2}\.?|[a-z]\.)\s*")
# No mark is longer than this.
_REACH = 8


class Mark(NamedTuple):
    """A mark at the beginning of some words, which go on at ``end``.

    ``readings`` are the ways to read it, as (style, value); ``suffix`` is the rank of "bis", "ter" or "A" in a
    number put between two others.
    """

    style: str
    printed: str
    readings: tuple[tuple[str, int], ...]
    suffix: int
    end: int


class Block(NamedTuple):
    """A line of an article, or a piece of it that begins with a mark inside the line; ``start`` is its offset."""

    text: str
    start: int


def read_mark(text: str) -> Mark | None:
    """The mark that a text begins with."""
    if text[0].isalpha() and not (")" in text[1:_REACH] or "." in text[1:_REACH] or "、" in text[1:4]):
        return None
    match = _MARK.match(text)
    if match is None:
        return None
    style = match.lastgroup or ""
    printed = match[style]
    return Mark(style, printed, *_read(style, printed), match.end())


@lru_cache(maxsize=1024)
def _read(style: str, printed: str) -> tuple[tuple[tuple[str, int], ...], int]:
    """The readings of a mark, and the rank of its suffix."""
    if style == "dash":
        return (), 0
    if number := _DIGITS.match(printed):
        suffix = printed[number.end() :].strip().lower()
        rank = (LATIN_SUFFIXES.index(suffix) if suffix in LATIN_SUFFIXES else ord(suffix) - 97) + 1 if suffix else 0
        return ((style, int(number[0])),), rank
    return tuple(_letter_readings(style, printed)), 0


def _letter_readings(style: str, printed: str) -> Iterator[tuple[str, int]]:
    low = printed.lower()
    if (chinese := chinese_value(printed)) is not None:
        yield style, chinese
    elif low in _CYRILLIC:
        yield style + "-cyrillic", _CYRILLIC.index(low) + 1
    elif len(low) == 1:
        yield style + "-alpha", ord(low) - ord("a") + 1
    elif len(set(low)) == 1 and len(low) == 2:
        # After (z) comes (aa).
        yield style + "-alpha", 26 + ord(low[0]) - ord("a") + 1
    if (roman := roman_value(low)) is not None and printed == low:
        yield style + "-roman", roman


# -- marks inside lines ----------------------------------------------------------------------------

# A mark inside a line, read backwards from its bracket: what stands before a ")".
_BEFORE_BRACKET = re.compile(r"(?:^|[:;,.—–\s])\(?(?P<value>[a-z]|[ivx]{1,4}|\d{1,2})$")
_NUMBER_LEADS = re.compile(r"\s*(?P<value>\d{1,2})\.\s")
# "… of its members. 2. The Commission": the number of a paragraph stands between sentences.
_NUMBER_INSIDE = re.compile(r"[.;:!?][)”\"’]?\s(?P<value>\d{1,2})\.\s(?=[A-ZÀ-Þ“\"(\[])")
_JOINED = re.compile(r"[;,]\s*(?:and|or|and/or)$")


class _Inside(NamedTuple):
    """A mark inside a line: where it begins, "." or ")" behind it, and what it is."""

    at: int
    sign: str
    value: str


def cut_blocks(text: str, start: int, end: int) -> Iterator[Block]:
    """The lines of ``text[start:end]`` that are not empty, cut where a whole run of marks stands inside one.

    "… shall: (a) …; (b) …; and (c) …" is cut, and "1. … 2. …" where line breaks were lost; a mark alone is not:
    it is a mention.
    """
    offset = start
    alone: int | None = None
    for line in text[start:end].split("\n"):
        raw, first = line, offset
        offset += len(line) + 1
        if raw and not raw.isspace():
            if len(raw) <= _REACH and _MARK_ALONE.fullmatch(raw):
                alone = first if alone is None else alone
                continue
            if alone is not None:
                raw, first, alone = text[alone : first + len(raw)], alone, None
            lead = _NUMBER_LEADS.match(raw)
            inside = ": 1. " in raw
            # A run of marks has two brackets, or the number behind that which the line begins with.
            if inside or raw.count(")") > 1 or (lead and f" {int(lead['value']) + 1}. " in raw):
                yield from _cut_line(raw, first, with_dots=bool(lead) or inside)
            else:
                yield Block(raw, first)
    if alone is not None:
        yield Block(text[alone:end], alone)


def _cut_line(line: str, offset: int, *, with_dots: bool) -> Iterator[Block]:
    marks = sorted([*_marks_with_brackets(line), *(_marks_with_dots(line) if with_dots else ())])
    if len(marks) < 2:
        yield Block(line, offset)
        return
    cuts = [0]
    lead = len(line) - len(line.lstrip())
    # The lists open at this place, the innermost last: the sign behind their marks, and what may come next.
    lists: list[tuple[str, frozenset[str]]] = []
    last_place = {(mark.sign, mark.value): mark.at for mark in marks}
    right_behind = lead
    for mark in marks:
        before = line[max(0, mark.at - 40) : mark.at].rstrip()
        following = _successors(mark.value)
        leads = mark.at <= right_behind
        level = next((i for i in range(len(lists) - 1, -1, -1) if _goes_on(lists[i], mark)), None)
        if level is not None and (before.endswith((";", ",", ":", ".")) or _JOINED.search(before)):
            del lists[level:]
        elif leads or (mark.value in ("a", "i", "1") and before.endswith((":", "—", "–"))):
            # Its successor must follow somewhere behind it, or it is no list.
            if not leads and not any(last_place.get((mark.sign, value), -1) > mark.at for value in following):
                continue
        else:
            continue
        lists.append((mark.sign, following))
        if not leads:
            cuts.append(mark.at)
        # "2. (a) …": a mark right behind another one begins with it.
        right_behind = mark.at + len(line[mark.at :].partition(mark.sign)[0]) + 2
    for cut, until in zip(cuts, [*cuts[1:], len(line)], strict=True):
        if line[cut:until].strip():
            yield Block(line[cut:until], offset + cut)


def _goes_on(listed: tuple[str, frozenset[str]], mark: _Inside) -> bool:
    return listed[0] == mark.sign and mark.value in listed[1]


def _marks_with_brackets(line: str) -> Iterator[_Inside]:
    """The marks "(a)", "ii)", "3)" in a line."""
    bracket = line.find(")")
    while bracket >= 0:
        following = line[bracket + 1 : bracket + 3].lstrip()[:1]
        if following.isalnum() or following in '_“"':
            begin = max(0, bracket - _REACH)
            match = _BEFORE_BRACKET.search(line[begin:bracket])
            if match and (match.start("value") or not begin):
                at = begin + match.start("value")
                yield _Inside(at - (line[at - 1 : at] == "("), ")", match["value"])
        bracket = line.find(")", bracket + 1)


def _marks_with_dots(line: str) -> Iterator[_Inside]:
    """The marks "2." between two sentences, and the one that the line begins with."""
    if lead := _NUMBER_LEADS.match(line):
        yield _Inside(lead.start("value"), ".", lead["value"])
    for match in _NUMBER_INSIDE.finditer(line):
        yield _Inside(match.start("value"), ".", match["value"])


def _successors(value: str) -> frozenset[str]:
    """What may come next in a list: "ii" or "j" after "i"."""
    if value.isdigit():
        return frozenset({str(int(value) + 1)})
    following = {chr(ord(value) + 1)} if len(value) == 1 else set()
    if value in _NEXT_ROMAN:
        following.add(_NEXT_ROMAN[value])
    return frozenset(following)
