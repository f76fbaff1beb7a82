"""Treaties by the names people use for them.

Names are compared word by word without case, accents, dashes and apostrophes: "Russia–DPRK treaty" is
"russia dprk treaty". Where two names begin at one word, the longer is meant.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

# "U.N." and "U.S.S.R." are one word each.
_WORD = re.compile(r"(?:[^\W\d_]\.){2,}[^\W\d_]?|[^\W_]+")


@dataclass(frozen=True, slots=True)
class NameMatch:
    """A name found at ``start:end`` of a text; several ids where the name is shared ("Geneva Conventions")."""

    start: int
    end: int
    ids: tuple[str, ...]
    words: int


class Word(NamedTuple):
    """A word as compared, with its place."""

    text: str
    start: int
    end: int


def fold(text: str) -> str:
    """Text without case and accents."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


@lru_cache(maxsize=256)
def words_of(text: str) -> tuple[Word, ...]:
    """The words of a text in the form in which names are compared; an English possessive is dropped.

    The last texts are kept: nearly every step of an answer asks for the words of the question.
    """
    words = []
    for match in _WORD.finditer(text):
        word = fold(match[0].replace(".", ""))
        if word == "s" and match.start() and text[match.start() - 1] in "'’":
            continue
        words.append(Word(word, match.start(), match.end()))
    return tuple(words)


def distinct_words(text: str) -> frozenset[str]:
    """The words of a text as compared, each once, but for the lone s of a possessive: quick also for whole articles."""
    return frozenset(fold(word.replace(".", "")) for word in set(_WORD.findall(text))) - {"s"}


class Names:
    """A table of names for treaties."""

    def __init__(self, names: Mapping[str, Iterable[str]]) -> None:
        """``names`` gives each treaty id its title and aliases; a name may belong to several ids."""
        self._ids: dict[tuple[str, ...], list[str]] = {}
        self._starts: dict[str, int] = {}
        for treaty_id, known in names.items():
            for name in known:
                self._add(name, treaty_id)

    def _add(self, name: str, treaty_id: str) -> None:
        key = tuple(word.text for word in words_of(name))
        while key and key[0] == "the":
            key = key[1:]
        if not key or (len(key) == 1 and len(key[0]) < 2):
            return
        ids = self._ids.setdefault(key, [])
        if treaty_id not in ids:
            ids.append(treaty_id)
        self._starts[key[0]] = max(self._starts.get(key[0], 0), len(key))

    def __contains__(self, name: str) -> bool:
        return bool(self.ids_of(name))

    def ids_of(self, name: str) -> tuple[str, ...]:
        """The ids that a whole name belongs to."""
        key = tuple(word.text for word in words_of(name))
        while key and key[0] == "the":
            key = key[1:]
        return tuple(self._ids.get(key, ()))

    def find(self, text: str) -> list[NameMatch]:
        """The names in a text, the longest at each place, in the order of the text.

        A single short word counts only where it is written as an acronym is ("CAT", not "cat").
        """
        words = words_of(text)
        found: list[NameMatch] = []
        position = 0
        while position < len(words):
            match = self._longest(text, words, position)
            if match is None:
                position += 1
            else:
                found.append(match)
                position += match.words
        return found

    def _longest(self, text: str, words: Sequence[Word], position: int) -> NameMatch | None:
        longest = min(self._starts.get(words[position].text, 0), len(words) - position)
        for length in range(longest, 0, -1):
            key = tuple(word.text for word in words[position : position + length])
            ids = self._ids.get(key)
            if not ids:
                continue
            start, end = words[position].start, words[position + length - 1].end
            if length == 1 and not _is_distinctive(text[start:end], text):
                continue
            if _goes_on(words, position, length):
                continue
            return NameMatch(start, end, tuple(ids), length)
        return None


# "European Convention" is the one on human rights, but "European Convention on Extradition" is another.
_REGIONAL = {"european", "american", "african", "vienna", "hague", "geneva", "un", "nations", "inter"}
_GOING_ON = {"on", "for", "against", "concerning", "relating", "regarding"}


def _goes_on(words: Sequence[Word], position: int, length: int) -> bool:
    """Whether a short regional name is only the beginning of a longer one that is not in the table."""
    following = words[position + length].text if position + length < len(words) else ""
    return (
        length <= 3
        and following in _GOING_ON
        and any(word.text in _REGIONAL for word in words[position : position + length])
    )


def _is_distinctive(written: str, text: str) -> bool:
    """Whether one word can be a treaty's name: an acronym in capitals, or a word too rare to be another.

    In a question typed without any capitals nothing can be told from them, and acronyms of four letters
    and more are taken as such.
    """
    if written.lower() in {"cites", "trips", "marpol", "salt", "start"} and text != text.lower():
        return written.upper() == written
    if len(written) >= 5:
        return True
    if text == text.lower():
        return len(written) >= 3 and written not in {"cat", "start", "salt", "paris", "act", "abm"}
    return written.upper() == written or any(c.isupper() for c in written[1:])
