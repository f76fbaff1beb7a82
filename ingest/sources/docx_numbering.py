"""The numbers that Word prints and does not store: "Article 1", "1.", "(a)" are counted here (ECMA-376, 17.9).

A paragraph names a list (num) and a level; the list follows a pattern (abstractNum), which it may override.
Lists of one pattern count on from one another, but for what a list starts anew. What a level counts begins again
where a level above it has gone on, unless the pattern says otherwise.
"""

import re
from dataclasses import dataclass, replace

from ingest.sources.docx_counters import print_counter
from ingest.sources.docx_styles import Styles, child, number, switched, value
from ingest.sources.xml import Element, local_name

_LEVELS = 9
_PLACE = re.compile(r"%([1-9])")
_SUFFIXES = {"tab": "\t", "space": " ", "nothing": ""}
_DASHES = "-–—"
_ENGLISH_ONLY = ("ordinal", "cardinalText", "ordinalText")
_MOST_LINKS = 10


@dataclass(frozen=True, slots=True)
class Label:
    """What is printed before a paragraph: its number, and what parts it from the words."""

    text: str
    suffix: str
    bullet: bool = False


@dataclass(frozen=True, slots=True)
class _Level:
    start: int = 1
    form: str = "decimal"
    text: str = ""
    suffix: str = "\t"
    restart: int | None = None
    legal: bool = False
    hidden: bool = False
    style: str | None = None


@dataclass(frozen=True, slots=True)
class _List:
    """A num: its pattern's id, its levels with what it overrides, the levels that it starts anew."""

    pattern: str
    levels: dict[int, _Level]
    starts: dict[int, int]


class Numbering:
    """Counts the paragraphs of a document in the order in which they are asked about.

    ``unknown`` are the formats that were met and are not known; digits were printed for them.
    """

    def __init__(self, root: Element | None, styles: Styles) -> None:
        self._styles = styles
        self._patterns: dict[str, Element] = {}
        self._nums: dict[str, Element] = {}
        self._lists: dict[str, _List | None] = {}
        self._counts: dict[tuple[bool, str], list[int | None]] = {}
        self._begun: set[tuple[bool, str, int]] = set()
        # Text boxes are counted apart from the text that they stand in.
        self.in_box = False
        self.unknown: set[str] = set()
        for found in root if root is not None else ():
            if local_name(found) == "abstractNum" and (key := value(found, "abstractNumId")) is not None:
                self._patterns.setdefault(key, found)
            elif local_name(found) == "num" and (key := value(found, "numId")) is not None:
                self._nums.setdefault(key, found)

    def level_of_style(self, list_id: str, chain: tuple[str, ...], otherwise: int) -> int | None:
        """The level that a list keeps for a paragraph's style, or for one that the style is based on.

        Where it keeps none it is the level that the style names, ``otherwise``; None where the list keeps that
        one for another style, as Word then prints nothing.
        """
        found = self._list(list_id)
        kept = {level.style: index for index, level in found.levels.items() if level.style} if found else {}
        own = next((kept[style_id] for style_id in chain if style_id in kept), None)
        return otherwise if own is None and otherwise not in kept.values() else own

    def count(self, list_id: str, index: int) -> Label | None:
        """The label of the next paragraph of a list at a level from 0; None where nothing is printed."""
        found = self._list(list_id)
        if found is None or index not in found.levels:
            return None
        counts = self._counts.setdefault((self.in_box, found.pattern), [None] * _LEVELS)
        if index in found.starts and (self.in_box, list_id, index) not in self._begun:
            self._begun.add((self.in_box, list_id, index))
            counts[index] = None
        # A level that was passed over counts as used, and shows the number that it begins with.
        for passed in range(index):
            if counts[passed] is None and passed in found.levels:
                counts[passed] = found.levels[passed].start
        level = found.levels[index]
        held = counts[index]
        counts[index] = level.start if held is None else held + 1
        for deeper, other in found.levels.items():
            if deeper > index and (other.restart is None or index < other.restart):
                counts[deeper] = None
        if level.hidden or (level.form == "none" and not re.search(r"\w", _PLACE.sub("", level.text))):
            return None
        text = self._printed(level, index, found, counts)
        return Label(text, level.suffix, level.form == "bullet") if text.strip() else None

    def _printed(self, level: _Level, index: int, found: _List, counts: list[int | None]) -> str:
        if level.form == "bullet":
            return level.text if level.text in _DASHES else "•"

        def counter(place: re.Match[str]) -> str:
            at = int(place[1]) - 1
            if at > index or at not in found.levels:
                return ""
            shown, count = found.levels[at], counts[at]
            # "Section 1.01" under "Article I": legal numbering shows the levels above in digits, its own as it is.
            form = "decimal" if level.legal and at < index else shown.form
            return self._formatted(shown.start if count is None else count, form)

        return _PLACE.sub(counter, level.text)

    def _formatted(self, count: int, form: str) -> str:
        printed = print_counter(count, form)
        if printed is None or (form in _ENGLISH_ONLY and not self._styles.language.lower().startswith("en")):
            self.unknown.add(form)
            return str(count)
        return printed

    # -- reading the patterns ----------------------------------------------------------------------------

    def _list(self, list_id: str) -> _List | None:
        if list_id not in self._lists:
            self._lists[list_id] = self._read_list(list_id)
        return self._lists[list_id]

    def _read_list(self, list_id: str) -> _List | None:
        num = self._nums.get(list_id)
        key = self._pattern_of(num)
        if num is None or key is None:
            return None
        levels = _levels(self._patterns[key])
        starts: dict[int, int] = {}
        for override in num:
            index = number(override, "ilvl")
            if local_name(override) != "lvlOverride" or index is None:
                continue
            if (own := child(override, "lvl")) is not None:
                levels[index] = _level(own)
            if (start := number(child(override, "startOverride"))) is not None:
                starts[index] = start
                if index in levels:
                    levels[index] = replace(levels[index], start=start)
        return _List(key, levels, {index: start for index, start in starts.items() if 0 <= index < _LEVELS})

    def _pattern_of(self, num: Element | None) -> str | None:
        """The id of the pattern that holds a list's levels; a pattern may lead to another one by a style's name."""
        for _ in range(_MOST_LINKS):
            key = value(child(num, "abstractNumId"))
            pattern = self._patterns.get(key or "")
            if pattern is None:
                return None
            if (link := value(child(pattern, "numStyleLink"))) is None:
                return key
            num = self._nums.get(self._styles.numbering_of(link) or "")
        return None


def _levels(pattern: Element) -> dict[int, _Level]:
    found = {number(lvl, "ilvl"): _level(lvl) for lvl in pattern if local_name(lvl) == "lvl"}
    return {index: level for index, level in found.items() if index is not None and 0 <= index < _LEVELS}


def _level(element: Element) -> _Level:
    plain = _Level()
    form = child(element, "numFmt")
    if form is None and (choice := child(element, "AlternateContent")) is not None:
        # A format that only newer versions know ("001"), with one that all know beside it.
        form = child(child(choice, "Fallback"), "numFmt")
    start = number(child(element, "start"))
    return _Level(
        start=plain.start if start is None else start,
        form=value(form) or plain.form,
        text=value(child(element, "lvlText")) or "",
        suffix=_SUFFIXES.get(value(child(element, "suff")) or "tab", "\t"),
        restart=number(child(element, "lvlRestart")),
        legal=switched(element, "isLgl") or False,
        hidden=switched(child(element, "rPr"), "vanish") or False,
        style=value(child(element, "pStyle")),
    )
