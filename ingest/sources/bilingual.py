"""A treaty printed in two or three languages beside each other, in columns or on facing pages: one of them is read.

A collection such as the United Nations Treaty Series prints authentic texts so. Read together they would be one text
with every article twice. Which column is in which language is told by the commonest words of each.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from ingest.language import NAMES, guess_language
from ingest.sources.pieces import Page, Piece

# The words of a column by which its language can be told, and those of all like it on the pages of a document.
_LEAST_WORDS, _LEAST_IN_ALL = 20, 60
# So many columns of a document tell its languages.
_SAMPLES = 12
# How much of the words that stand in one place must be in one language.
_MOST_PART = 0.8
# Where a column stands: by its left edge, in steps that allow for pages that do not lie alike.
_STEP = 40
_Place = tuple[str, int]


def keep_language(pages: Sequence[Page], language: str) -> str | None:
    """Leave out of the pages' lines what is set in another language beside the one asked for, an ISO 639-1 code.

    Gives a sentence about it, None where there is one language. Where the one asked for is not among them the one
    that stands first is read.
    """
    for placed in (_by_column(pages), _by_facing_pages(pages)):
        spoken = _languages(placed)
        if len(set(spoken.values())) < 2:
            continue
        first = spoken[min(spoken)]
        kept = language if language in spoken.values() else first
        others = [other for other in dict.fromkeys(spoken[place] for place in sorted(spoken)) if other != kept]
        for place, lines in placed.items():
            if spoken.get(place, kept) != kept:
                for line in lines:
                    line.role = "another language"
        named = " and ".join(NAMES[other] for other in others)
        told = f"the text in {named} that is set beside the {NAMES[kept]} left out"
        return told if kept == language else f"{told}; it is read where that language is given as the treaty's"
    return None


def _by_column(pages: Iterable[Page]) -> dict[_Place, list[Piece]]:
    """The lines of pages in several columns by where their column stands."""
    placed: dict[_Place, list[Piece]] = defaultdict(list)
    for page in pages:
        lines = [
            line for line in page.lines if line.role == "text" and line.edges[1] - line.edges[0] < 0.6 * page.width
        ]
        if len({line.edges for line in lines}) > 1:
            for line in lines:
                placed["column", round(line.edges[0] / _STEP)].append(line)
    return placed


def _by_facing_pages(pages: Iterable[Page]) -> dict[_Place, list[Piece]]:
    placed: dict[_Place, list[Piece]] = defaultdict(list)
    for page in pages:
        placed["page", (page.number + 1) % 2] += [line for line in page.lines if line.role == "text"]
    return placed


def _languages(placed: dict[_Place, list[Piece]]) -> dict[_Place, str]:
    """The language of each place; none where one is mixed."""
    spoken: dict[_Place, str] = {}
    for place, lines in placed.items():
        words: dict[tuple[int, int], list[str]] = defaultdict(list)
        for line in lines:
            words[line.page, line.column] += line.text.split()
        told = Counter[str]()
        columns = [found for found in words.values() if len(found) >= _LEAST_WORDS]
        for found in columns[:: len(columns) // _SAMPLES + 1]:
            told[guess_language(" ".join(found))] += len(found)
        if told.total() < _LEAST_IN_ALL:
            continue
        most, count = told.most_common(1)[0]
        if count < _MOST_PART * told.total():
            return {}
        spoken[place] = most
    return spoken
