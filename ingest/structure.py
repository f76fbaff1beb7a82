"""Text to a tree of provisions: preamble, divisions, articles, annexes with articles of their own, final words.

Three steps: candidates with their evidence (headings.py, contents.py), the best reading of the whole numbering
(sequence.py), and the tree with its eIds (tree.py). The inside of an article is paragraphs.py.
"""

from dataclasses import dataclass
from itertools import pairwise, zip_longest

from ingest.contents import find_contents
from ingest.divisions import rank_divisions
from ingest.headings import OTHER_NUMBERINGS, OtherNumbering, find_candidates
from ingest.lines import Line, ends_sentence, split_lines
from ingest.models import CONTAINERS, GROUPINGS, Provision
from ingest.oddities import find_oddities
from ingest.sequence import Taken, choose_headings
from ingest.tree import build_tree


@dataclass(frozen=True, slots=True)
class Structure:
    """The provisions of a text, parents before children, and what was odd about them."""

    provisions: tuple[Provision, ...]
    oddities: tuple[str, ...]


def split_provisions(text: str, headings: frozenset[int] = frozenset()) -> Structure:
    """Split a canonical text into provisions.

    ``headings`` are the offsets of lines that the document's format marks as headings. Any text gives a
    result; a text without articles gives one without articles.
    """
    all_lines = split_lines(text, headings)
    lines, taken = _choose(all_lines)
    taken = _drop_empty_divisions(_settle_containers(taken), lines)
    provisions = build_tree(text, lines, taken)
    oddities = ["table of contents left out"] if len(lines) < len(all_lines) else []
    return Structure(tuple(provisions), (*oddities, *find_oddities(provisions)))


def _choose(lines: list[Line]) -> tuple[list[Line], list[Taken]]:
    """The headings of the best reading, and the lines that count: those of a table of contents do not.

    A text that has no article, or one or two that are not its first, is read by other numberings. Of several that
    fit the one that begins first is the articles', since an article's sections and paragraphs stand within it.
    """
    usual = _read(lines)
    articles = _articles(usual[1])
    if len(articles) >= 3 or any(heading.number and heading.number.is_first for heading in articles):
        return usual
    first: tuple[list[Line], list[Taken]] | None = None
    for other in OTHER_NUMBERINGS:
        reading = _read(lines, other)
        numbered = _articles(reading[1])
        numbers = [heading.number for heading in numbered if heading.number]
        # Two numbers make no treaty: a letter has a "1." and a "2." too. Nor do many that do not follow each other.
        following = sum(1 for before, number in pairwise(numbers) if number.follows(before))
        if len(numbers) < max(3, 3 * len(articles)) or following < 0.7 * (len(numbers) - 1) or not numbers[0].is_first:
            continue
        if first is None or _begins(reading) < _begins(first):
            first = reading
    return first or usual


def _articles(taken: list[Taken]) -> list[Taken]:
    return [heading for heading in taken if heading.candidate.kind == "article"]


def _begins(reading: tuple[list[Line], list[Taken]]) -> int:
    """The offset of the first article of a reading."""
    return reading[0][_articles(reading[1])[0].candidate.line].start


def _read(lines: list[Line], other: OtherNumbering | None = None) -> tuple[list[Line], list[Taken]]:
    candidates = find_candidates(lines, other)
    if contents := find_contents(lines, candidates):
        lines = [line for index, line in enumerate(lines) if index not in contents]
        candidates = find_candidates(lines, other)
    return lines, choose_headings(candidates)


def _settle_containers(taken: list[Taken]) -> list[Taken]:
    """Leave out "ANNEX IV" where Annex IV goes on: printed above each of its forms, or as a running head.

    Where articles begin again under it, it is another one. And between Annexes H and J stands the ninth letter,
    not a roman one.
    """
    kept: list[Taken] = []
    before: Taken | None = None
    has_articles = False
    for index, heading in enumerate(taken):
        if heading.candidate.kind == "article":
            has_articles = True
        if heading.candidate.kind in CONTAINERS:
            if before is not None and _says_again(heading, before):
                continue
            if before is not None and before.number is not None and heading.candidate.word == before.candidate.word:
                readings = heading.candidate.numbers
                same = any(number.text == before.number.text for number in readings)
                if same and not (has_articles and _begins_articles(taken, index)):
                    continue
                style = before.number.style
                fitting = [n for n in readings if n.style == style and n.follows(before.number)]
                heading = heading._replace(number=fitting[0]) if fitting else heading
            before, has_articles = heading, False
        kept.append(heading)
    return kept


def _says_again(heading: Taken, before: Taken) -> bool:
    """ "PROTOCOL ON LAMPS AND BELLS" right under "Protocol on Lamps"."""
    return (
        heading.candidate.word == before.candidate.word
        and heading.number is None
        and before.number is None
        and heading.candidate.line == before.candidate.line + 1
    )


def _begins_articles(taken: list[Taken], index: int) -> bool:
    """Whether the first article under a heading is an Article 1."""
    for heading in taken[index + 1 :]:
        if heading.candidate.kind in CONTAINERS:
            return False
        if heading.candidate.kind == "article":
            return heading.number is not None and heading.number.is_first
    return False


def _drop_empty_divisions(taken: list[Taken], lines: list[Line]) -> list[Taken]:
    """Leave out divisions that hold words but no article: "Section I" inside an article divides its text.

    Inside an annex or protocol without articles such sections stay: there they are what is cited.
    """
    kept: list[Taken] = []
    ranks = rank_divisions(taken)
    container = False
    dropped: set[str] = set()
    for heading, following in zip_longest(taken, taken[1:]):
        kind = heading.candidate.kind
        container = container or kind in CONTAINERS
        if kind == "article":
            dropped = set()
        if kind in GROUPINGS and not container:
            below = following.candidate if following else None
            words = lines[heading.candidate.line + 1 : below.line if below else len(lines)]
            told = sum(len(line.text) for line in words)
            rank = ranks[heading.candidate.line]
            alone = below is None or (below.kind != "article" and ranks.get(below.line, -1) <= rank)
            # The last of an article's sections may be short and stands right above the next article.
            if told > 240 or (alone and any(ends_sentence(line.text) for line in words)) or kind in dropped:
                dropped.add(kind)
                continue
            if below is None:
                continue
        kept.append(heading)
    return kept
