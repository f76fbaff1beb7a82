"""What a question speaks of that points to a treaty: a court it set up, a thing it is known to be about.

The catalogue tells them by treaty. They are compared by the beginnings of words, so that "ambassadors" and "the
ambassador’s" are one, and "diplomatic" is "diplomat".
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ingest.names import words_of
from service.stems import plain_stem

# Fewer letters would take the internet for an internee.
_LETTERS = 8


@dataclass(frozen=True, slots=True)
class Pointer:
    """Words at ``start:end`` of a text that point to treaties."""

    start: int
    end: int
    ids: tuple[str, ...]


class Subjects:
    """Phrases by the treaties they point to."""

    def __init__(self, phrases: Mapping[str, Iterable[str]]) -> None:
        """``phrases`` by treaty id."""
        self._ids: dict[tuple[str, ...], list[str]] = {}
        self._longest: dict[str, int] = {}
        for treaty_id, spoken in phrases.items():
            for phrase in spoken:
                key = tuple(plain_stem(word.text, _LETTERS) for word in words_of(phrase))
                ids = self._ids.setdefault(key, [])
                if treaty_id not in ids:
                    ids.append(treaty_id)
                self._longest[key[0]] = max(self._longest.get(key[0], 0), len(key))

    def find(self, text: str) -> Iterator[Pointer]:
        """The phrases in a text, the longest at each place."""
        words = words_of(text)
        stems = [plain_stem(word.text, _LETTERS) for word in words]
        position = 0
        while position < len(words):
            longest = min(self._longest.get(stems[position], 0), len(words) - position)
            for length in range(longest, 0, -1):
                if ids := self._ids.get(tuple(stems[position : position + length])):
                    yield Pointer(words[position].start, words[position + length - 1].end, tuple(ids))
                    position += length - 1
                    break
            position += 1
