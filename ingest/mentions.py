"""The grammar of mentions: how treaties, and people asking about them, name provisions.

    mention  = unit, then what it is of: "paragraph 2 of Article 5", "Article 5 of Annex VI to the Convention"
    unit     = keyword and list: "Articles 3 to 5 and 7", "Article 4 (2) (b)", "Annex VI, article 2"
             | pointer and keyword: "the preceding Article", "this Part", "the first paragraph"
    list     = numbers with commas, "and", ranges; each may lead deeper: "Articles 2 (1), 5, paragraph 3, and 7"

A mention is found at a keyword and read from there by small steps that never go back, so that the time taken
grows with the length of the text. What a mention stands for is told by references.py.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from ingest.mention_words import (
    BARE_CONTAINER,
    INSTRUMENT,
    KEYWORD,
    NOT_A_NUMBER,
    NUMBERS,
    OF,
    OF_INSTRUMENT,
    ORDINALS,
    OWN_WORDS,
    POINTER_AFTER_OF,
    POINTER_BEFORE,
    RANK,
    SEPARATOR,
    SLOPPY_NUMBERS,
    SMALL,
    THAT_WORDS,
    TYPE_WORDS,
    keyword_of,
)
from ingest.numbers import read_number

Which = Literal["this", "that", "preceding", "following"]
# A list that names more than this was misread, or says nothing that can be followed.
MOST_TARGETS = 80
# Words that may also be followed by a number that counts: "a part 10 metres long".
_COUNTED = frozenset(RANK) - {"article", "rule", "paragraph"}
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_BRACKET = re.compile(
    r"\s?\(\s?(?P<m>\d{1,3}|[ivx]{1,5}|[a-z]{1,2}|[IVX]{1,4}|[A-Z])(?:[\s-]?(?P<s>bis|ter|quater|quinquies))?\s?\)"
    r"|\s?(?<![(\w])(?P<half>[a-z]|[ivx]{1,4})\)|\.(?P<dotted>[a-z])(?![\w.])"
)
_ABOVE = re.compile(r",?\s+(?:above|below|hereof|supra|infra)\b")
_DEEPER = re.compile(r"(?:,\s*(?:and\s+)?|\s+)(?:in\s+)?(?:the\s+)?|\s?(?=§)")
_THE_BEFORE = re.compile(r"(?:the|its|this|present)\s+$")
_CAPITALS_AFTER = re.compile(r"[ \t.:—–-]*(?:\n|$|[A-Z]{3})")
_OPENED = re.compile(r"\s*\(")
_ORDINAL_BEFORE = re.compile(
    rf"\b(?:(?P<a>{'|'.join(ORDINALS)})(?:,?\s+(?:and|or)\s+))?(?P<b>{'|'.join(ORDINALS)})\s+$", re.I
)
_ORDINAL_HERE = re.compile(rf"(?P<b>{'|'.join(ORDINALS)})\s+", re.I)
_NUMBERED_BEFORE = re.compile(r"\b(?P<n>\d{1,3})(?:st|nd|rd|th)\s+$", re.I)
_CHINESE = re.compile(
    r"(?:《(?P<of>[^》]{2,40})》)?第\s?(?P<n>[〇零一二三四五六七八九十百]{1,7}|\d{1,3})\s?条(?P<zhi>之[一二三四五六七八九十])?"
    r"(?:第\s?(?P<p>[一二三四五六七八九十]{1,3}|\d{1,2})\s?[款项])?"
)
_ARABIC = re.compile(r"(?:ال)?ماد(?:ة|تين|تان)\s+\(?(?P<n>[٠-٩\d]{1,3})\)?(?:\s+و\s?\(?(?P<m>[٠-٩\d]{1,3})\)?)?")
_OTHER_SCRIPT = re.compile(r"第|ماد")
_HEADING_AFTER = re.compile(r"[ \t]*(?:\n|$|[.:—–-]+[ \t]*(?:\n|[A-Z“\"]))")


@dataclass(frozen=True, slots=True)
class Step:
    """One step on the way to a provision: "Annex VI" is ("annex", ("6",)).

    ``names`` are the readings of the number, normalised ("C" is "100" and "c"); ``last`` those of the end of a
    range; ``which`` stands in the place of a number: "the preceding Article". ``count`` is how many a pointer
    takes in ("the two preceding paragraphs"; 0: all).
    """

    kind: str
    names: tuple[str, ...] = ()
    last: tuple[str, ...] = ()
    which: Which | None = None
    count: int = 1


Target = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Mention:
    """Provisions named at ``start:end`` of a text.

    ``targets`` lead to one provision each (or a range), from the outermost step to the innermost.
    ``instrument`` is the name of the treaty as written without its article, ``own`` whether the words say
    "this Convention", ``that`` whether they say "that Convention".
    """

    start: int
    end: int
    targets: tuple[Target, ...]
    instrument: str | None = None
    own: bool = False
    that: bool = False

    @property
    def articles(self) -> tuple[tuple[str, ...], ...]:
        """The readings of each article number named, ranges of whole numbers filled in."""
        steps = dict.fromkeys(step for target in self.targets for step in target if step.kind == "article")
        return tuple(names for step in steps if step.names for names in numbers_in(step))

    @property
    def container(self) -> tuple[str, str | None] | None:
        """("annex", "6") for "Annex VI, article 2"; None where no annex is named."""
        for step in self.targets[0]:
            if RANK[step.kind] == 0:
                return (step.kind, step.names[0] if step.names else None)
        return None


def numbers_in(step: Step) -> list[tuple[str, ...]]:
    """The numbers of a step: its own, or those of its range, filled in where both ends are whole numbers."""
    if not step.last:
        return [step.names]
    first, last = step.names[0], step.last[0]
    if first.isdigit() and last.isdigit() and 0 < int(last) - int(first) <= 60:
        return [(str(n),) for n in range(int(first), int(last) + 1)]
    head, _, tail = first.rpartition(".")
    if (
        head
        and last.rpartition(".")[0] == head
        and tail.isdigit()
        and 0 < int(last.rpartition(".")[2]) - int(tail) <= 60
    ):
        width = len(tail) if tail.startswith("0") else 0
        return [(f"{head}.{n:0{width}}",) for n in range(int(tail), int(last.rpartition(".")[2]) + 1)]
    if len(first) == 1 == len(last) and first in _LETTERS and last in _LETTERS and first < last:
        return [(c,) for c in _LETTERS[_LETTERS.index(first) : _LETTERS.index(last) + 1]]
    return [step.names, step.last]


def find_mentions(text: str, *, question: bool = False) -> list[Mention]:
    """The mentions of provisions in a text, in its order, none within another.

    In a ``question`` numbers may be words and small letters ("article four", "part xi", "5th article").
    """
    reader = _Reader(text, NUMBERS if not question else SLOPPY_NUMBERS, question)
    found = _sharing(text, list(reader.read()))
    if not text.isascii() and _OTHER_SCRIPT.search(text):
        found = sorted([*found, *_chinese(text), *_arabic(text)], key=lambda mention: mention.start)
    return found


_JOINED = re.compile(r"\s*,?\s*(?:(?:and|or|and/or|to)\s+)?(?:of\s+|in\s+|with\s+|the\s+)*")


def _sharing(text: str, found: list[Mention]) -> list[Mention]:
    """ "paragraph 1 and paragraph 3 of Article 5": what the second is of, the first is of too."""
    for index in range(len(found) - 2, -1, -1):
        one, other = found[index], found[index + 1]
        inner, outer = one.targets[0], other.targets[0]
        if (
            len(outer) > len(inner)
            and inner[0].kind in ("paragraph", "point")
            and inner[0].which is None
            and one.instrument is None
            and other.start - one.end < 24
            and _JOINED.fullmatch(text, one.end, other.start)
            and (depth := next((i for i, step in enumerate(outer) if step.kind == inner[0].kind), 0))
        ):
            targets = tuple(outer[:depth] + target for target in one.targets)
            found[index] = replace(one, targets=targets, instrument=other.instrument, own=other.own, that=other.that)
    return found


def _chinese(text: str) -> Iterator[Mention]:
    for match in _CHINESE.finditer(text):
        readings = read_number(match["n"] + (match["zhi"] or ""))
        if not readings:
            continue
        target: Target = (Step("article", tuple(n.text for n in readings)),)
        if match["p"] and (paragraph := read_number(match["p"])):
            target += (Step("paragraph", (paragraph[0].text,)),)
        yield Mention(match.start(), match.end(), (target,), match["of"])


def _arabic(text: str) -> Iterator[Mention]:
    for match in _ARABIC.finditer(text):
        numbers = [read_number(n) for n in (match["n"], match["m"]) if n]
        targets = tuple((Step("article", tuple(n.text for n in readings)),) for readings in numbers if readings)
        yield Mention(match.start(), match.end(), targets)


@dataclass(frozen=True, slots=True)
class _Unit:
    """A keyword with its list; ``end`` is where it ends."""

    kind: str
    targets: tuple[Target, ...]
    end: int


class _Reader:
    """Reads the mentions of one text from left to right."""

    def __init__(self, text: str, numbers: dict[str, re.Pattern[str]], question: bool) -> None:
        self.text = text
        self.numbers = numbers
        self.question = question

    def read(self) -> Iterator[Mention]:
        position = 0
        while keyword := KEYWORD.search(self.text, position):
            mention = self._mention(keyword, position)
            position = mention.end if mention else keyword.end()
            if mention:
                yield mention

    def _mention(self, keyword: re.Match[str], floor: int) -> Mention | None:
        kind, plural = keyword_of(keyword[0])
        start = keyword.start()
        unit = self._unit(keyword, alone=False)
        if unit is None:
            unit, start = self._pointed_at(keyword, kind, plural, floor)
            if unit is None:
                return None
        elif self._is_heading(start, unit.end, keyword[0]):
            return None
        targets, end = unit.targets, unit.end
        outermost = unit.kind
        while True:
            if above := _ABOVE.match(self.text, end):
                end = above.end()
            outer = self._outer(end, outermost)
            if outer is None:
                break
            targets = tuple(around + inner for around in outer.targets for inner in targets)[:MOST_TARGETS]
            end, outermost = outer.end, outer.kind
        return self._with_instrument(Mention(start, end, targets))

    # -- units

    def _unit(self, keyword: re.Match[str], *, alone: bool) -> _Unit | None:
        """A keyword with the numbers after it; ``alone``: no further number belongs to its list."""
        kind, plural = keyword_of(keyword[0])
        if kind == "preamble":
            if not self.question and not _THE_BEFORE.search(self.text[max(0, keyword.start() - 10) : keyword.start()]):
                return None
            return _Unit(kind, ((Step(kind),),), keyword.end())
        if (listed := self._list(kind, plural, keyword.end(), alone)) is None:
            return None
        return _Unit(kind, *listed)

    def _list(self, kind: str, plural: bool, position: int, alone: bool) -> tuple[tuple[Target, ...], int] | None:
        pattern = self.numbers[kind]
        gap = re.compile(r"\s*(?:[-–]\s*)?(?:[Nn]os?\.\s*)?").match(self.text, position)
        number = pattern.match(self.text, gap.end() if gap else position)
        targets: list[Target] = []
        end, is_range = position, False
        while number and len(targets) < MOST_TARGETS:
            # "Article 5 and 30 days after": a number that counts something is none of the list's.
            if (targets or kind in _COUNTED) and NOT_A_NUMBER.match(self.text, number.end()):
                break
            names = _names(kind, number[0])
            if not names:
                break
            below, end_below = self._below(kind, number.end(), plural)
            if is_range and not _is_range(targets[-1], names):
                break
            if is_range and len(targets[-1]) == 1 and below == [()]:
                targets[-1] = (replace(targets[-1][0], last=names),)
            else:
                targets += [(Step(kind, names), *steps) for steps in below]
            end = end_below
            separator = SEPARATOR.match(self.text, end)
            if alone or separator is None:
                break
            is_range = bool(separator["to"])
            number = pattern.match(self.text, separator.end())
            # "Article 5, 12 States": only where several are announced does a comma alone join. Roman numbers count
            # nothing.
            if number and separator["comma"] and not plural and not number[0].isupper():
                break
        return (tuple(targets), end) if targets else None

    def _below(self, kind: str, position: int, plural: bool) -> tuple[list[Target], int]:
        """What a number leads to: "(2) (a) and (b)", ", paragraph 2", ", first paragraph"."""
        paths, end = self._brackets(kind, position)
        if kind in ("subpoint", "preamble"):
            return paths, end
        gap = _DEEPER.match(self.text, end)
        if gap is None:
            return self._bracketed(kind, paths, end)
        at = gap.end()
        ordinal = _ORDINAL_HERE.match(self.text, at)
        keyword = KEYWORD.match(self.text, ordinal.end() if ordinal else at)
        if keyword is None:
            return self._bracketed(kind, paths, end)
        inner, inner_plural = keyword_of(keyword[0])
        if inner == kind or not _may_follow(kind, inner):
            return paths, end
        # Without a comma only a small unit goes with what stands before ("Article 3 para 2", "art 5 § 1"), or an
        # article with its annex ("Annex VI article 2").
        if "," not in gap[0] and inner not in SMALL and RANK[kind] > 0.5:
            return paths, end
        if ordinal:
            if inner != "paragraph":
                return paths, end
            further: tuple[tuple[Target, ...], int] | None = (
                ((Step("paragraph", (ORDINALS[ordinal["b"].lower()],)),),), keyword.end())  # fmt: skip
        else:
            # In "Articles 2, paragraph 1, and 3" the 3 is an article; in "Article 2, paragraphs 1 and 3" it is not.
            further = self._list(inner, inner_plural, keyword.end(), alone=plural and not inner_plural)
        if further is None:
            return paths, end
        return [path + deeper for path in paths for deeper in further[0]], further[1]

    def _bracketed(self, kind: str, paths: list[Target], end: int) -> tuple[list[Target], int]:
        """ "17 (paragraph 2)"."""
        keyword = KEYWORD.match(self.text, opened.end()) if (opened := _OPENED.match(self.text, end)) else None
        if keyword is None or not _may_follow(kind, keyword_of(keyword[0])[0]):
            return paths, end
        inner, plural = keyword_of(keyword[0])
        further = self._list(inner, plural, keyword.end(), alone=False)
        if further is None or not self.text.startswith(")", further[1]):
            return paths, end
        return [path + deeper for path in paths for deeper in further[0]], further[1] + 1

    def _brackets(self, kind: str, position: int) -> tuple[list[Target], int]:
        """ "(2) (a), (b) and (d)" after a number: a path for each."""
        path: list[str] = []
        end = position
        while (bracket := _BRACKET.match(self.text, end)) and len(path) < 5:
            path.append(_marker(bracket))
            end = bracket.end()
        if not path:
            return [()], position
        paths = [path]
        while len(paths) < MOST_TARGETS and (separator := SEPARATOR.match(self.text, end)):
            bracket = _BRACKET.match(self.text, separator.end())
            if bracket is None:
                break
            marker = _marker(bracket)
            depth = max((i for i, m in enumerate(path) if _alike(m, marker)), default=len(path) - 1)
            if separator["to"]:
                step = Step("point", (path[depth],), (marker,))
                paths += [[*path[:depth], names[0]] for names in numbers_in(step)[1:]]
            else:
                path = [*path[:depth], marker]
                end = bracket.end()
                while (bracket := _BRACKET.match(self.text, end)) and len(path) < 5:
                    path.append(_marker(bracket))
                    end = bracket.end()
                paths.append(path)
                continue
            path = paths[-1]
            end = bracket.end()
        return [tuple(_steps_of(kind, p)) for p in paths], end

    # -- pointers

    def _pointed_at(self, keyword: re.Match[str], kind: str, plural: bool, floor: int) -> tuple[_Unit | None, int]:
        """ "the preceding Article", "this Part", "the first paragraph": a keyword without a number after it."""
        before = max(floor, keyword.start() - 48)
        window = self.text[before : keyword.start()]
        names: tuple[str, ...] = ()
        if kind in ("paragraph", "point") and (ordinal := _ORDINAL_BEFORE.search(window)):
            named = [ORDINALS[w.lower()] for w in (ordinal["a"], ordinal["b"]) if w]
            unit = _Unit(kind, tuple((Step("paragraph", (n,)),) for n in named), keyword.end())
            return unit, before + ordinal.start()
        if self.question and (ordinal := _NUMBERED_BEFORE.search(window) or _ORDINAL_BEFORE.search(window)):
            written = ordinal.groupdict().get("n") or ORDINALS[ordinal["b"].lower()]
            names = (written,)
            return _Unit(kind, ((Step(kind, names),),), keyword.end()), before + ordinal.start()
        pointer = POINTER_BEFORE.search(window)
        if pointer is None or not _points(kind, keyword[0], pointer):
            return None, keyword.start()
        step = _pointer_step(kind, plural, pointer)
        return _Unit(kind, ((step,),), keyword.end()), before + pointer.start()

    def _outer(self, position: int, kind: str) -> _Unit | None:
        """What a unit is of: "of Article 5", "of this Annex", "to the Annex"."""
        of = OF.match(self.text, position)
        if of is None:
            return None
        pointer = POINTER_AFTER_OF.match(self.text, of.end())
        at = pointer.end() if pointer else of.end()
        ordinal = _ORDINAL_HERE.match(self.text, at)
        keyword = KEYWORD.match(self.text, ordinal.end() if ordinal else at)
        if keyword is None:
            return None
        outer, plural = keyword_of(keyword[0])
        if not _may_follow(outer, kind) or outer == "preamble":
            return None
        if ordinal:
            number = ORDINALS[ordinal["b"].lower()]
            return _Unit(outer, ((Step(outer, (number,)),),), keyword.end())
        if unit := self._unit(keyword, alone=False):
            return unit
        if pointer and pointer["which"] and _points(outer, keyword[0], pointer):
            return _Unit(outer, ((_pointer_step(outer, plural, pointer),),), keyword.end())
        if BARE_CONTAINER.match(self.text, keyword.start()) and not INSTRUMENT_GOES_ON.match(self.text, keyword.end()):
            return _Unit(outer, ((Step(outer),),), keyword.end())
        return None

    # -- the treaty

    def _with_instrument(self, mention: Mention) -> Mention:
        """The mention with the treaty that it says it is of."""
        of = OF_INSTRUMENT.match(self.text, mention.end)
        if of is None:
            return mention
        which = " ".join((of["which"] or of["which_ru"] or "").lower().split())
        if which in OWN_WORDS:
            kind = TYPE_WORDS.match(self.text, of.end())
            return replace(mention, end=kind.end(), instrument=kind[0], own=True) if kind else mention
        name = INSTRUMENT.match(self.text, of.end())
        if name is None or KEYWORD.fullmatch(name[0]):
            return mention
        # "submitted under Article 5 to the Conference": only a treaty's name follows these.
        if " ".join((of["of"] or "of").lower().split()) not in (
            "of",
            "de",
            "du",
            "del",
            "common to",
        ) and not TYPE_WORDS.search(name[0]):
            return mention
        return replace(mention, end=name.end(), instrument=name[0], that=which in THAT_WORDS)

    def _is_heading(self, start: int, end: int, keyword: str) -> bool:
        """Whether a unit stands as a heading does: at the beginning of a line after a finished one, and alone."""
        if keyword.isupper() and re.search(r"(?:^|[.;:\n])[ \t]*$", self.text[max(0, start - 3) : start]):
            return bool(start or not keyword.startswith("ART")) and bool(_CAPITALS_AFTER.match(self.text, end))
        if not keyword[0].isupper() or not _HEADING_AFTER.match(self.text, end):
            return False
        before = self.text[max(0, start - 80) : start]
        line_start = before.rstrip(" \t*#_")
        if start == 0:
            return keyword.isupper() and not keyword.startswith("ART")
        if line_start and not line_start.endswith("\n"):
            return False
        if not line_start and start > 80:
            return False
        above = line_start.rstrip()
        return bool(line_start) and (not above or above[-1] in ".;:" or line_start[len(above) :].count("\n") > 1)


INSTRUMENT_GOES_ON = re.compile(r"\s+(?:to|on|for|of|relating|concerning|additional)\s+(?:the\s+)?[A-Z]")


def _points(kind: str, word: str, pointer: re.Match[str]) -> bool:
    """Whether a pointer before a keyword names a provision: "this Part" does, "that part of the coast" does not.

    Articles and paragraphs are no common words in a treaty; the names of larger units are, in small letters,
    and "this Protocol" is the treaty itself.
    """
    if kind in ("article", "paragraph"):
        # "such articles" in small letters are things: parcels, clothes.
        return not (word == "articles" and re.match(r"(?i)th[eo]se|such", pointer["which"]))
    if kind == "rule":
        return False
    if kind in SMALL:
        return word.lower().startswith("sub")
    return kind != "protocol" and word[0].isupper() and pointer["which"] is not None


def _pointer_step(kind: str, plural: bool, pointer: re.Match[str]) -> Step:
    word = " ".join(pointer["which"].lower().split())
    which: Which = "that"
    if re.search(r"preced|forego|previous|above", word):
        which = "preceding"
    elif re.search(r"follow|next|succeed|below", word):
        which = "following"
    elif word in OWN_WORDS and not plural:
        which = "this"
    count = {"two": 2, "three": 3, "four": 4}.get(
        (pointer["count"] or pointer.groupdict().get("early") or "").strip().lower(), 0 if plural else 1
    )
    return Step(kind, which=which, count=count)


def _is_range(first: Target, last: tuple[str, ...]) -> bool:
    """Whether a number may end the range that another begins: "Article 10 (7) – 84" gives a page, not a range."""
    name = first[0].names[0]
    return not (name.isdigit() and last[0].isdigit() and int(last[0]) <= int(name)) and len(first) == 1


def _names(kind: str, printed: str) -> tuple[str, ...]:
    """The readings of a number as printed after a keyword of ``kind``."""
    if kind in SMALL:
        printed = "1" if printed == "l" else printed  # a scanned "1"
        inner = re.sub(r"[()\s]", "", printed).lower()
        # "(i)" is a letter or a small roman number as it stands; "paragraph I" is a roman one, or a scanned 1.
        roman = printed.isupper() or not inner.isalpha() or len(inner) > 2
        readings = [r.text for r in read_number(inner)] if roman else []
        return tuple(dict.fromkeys([inner, *(r for r in readings if r != inner and not inner.isdigit())]))
    # "twenty one" is written with a hyphen in the table of numbers.
    readings = [reading.text for reading in read_number(printed) or read_number(re.sub(r"\s+", "-", printed))]
    # "Section C" is the third: no treaty has a hundred.
    return tuple(reversed(readings) if kind != "article" and printed in ("C", "D", "L", "M") else readings)


def _marker(bracket: re.Match[str]) -> str:
    return ((bracket["m"] or bracket["half"] or bracket["dotted"]) + (bracket["s"] or "")).lower()


def _alike(one: str, other: str) -> bool:
    """Whether two markers may be of one list: digits, letters, or small roman numbers of several letters."""
    if one[0].isdigit() or other[0].isdigit():
        return one[0].isdigit() and other[0].isdigit()
    roman = set("ivx")
    if len(one) > 1 or len(other) > 1:
        return (set(one) <= roman and set(other) <= roman) or len(one) == len(other)
    return True


def _steps_of(kind: str, path: list[str]) -> Iterator[Step]:
    for depth, marker in enumerate(path):
        below_article = kind not in SMALL and depth == 0 and marker[0].isdigit()
        yield Step("paragraph" if below_article else "point", (marker,))


def _may_follow(outer: str, inner: str) -> bool:
    """Whether "outer N, inner M" is one mention; sections stand in articles in some treaties."""
    return RANK[inner] > RANK[outer] or (outer == "article" and inner == "section")
