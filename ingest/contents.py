"""Tables of contents in a text: headings without words under them, whose numbers come again with words.

Nothing else is a sure sign. Many tables have neither dots nor pages nor a title, and an excerpt or a list of
deleted articles has headings without words too: what is not given a second time is no contents.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from ingest.candidates import LEADERS, Candidate
from ingest.lines import Line

# Fewer are as likely to be a treaty's short articles; the shortest treaties have no contents.
_FEWEST = 3
_TITLE = re.compile(
    r"(?i)^\W{0,3}(table of contents|contents|sommaire|table des mati[èe]res|índice|inhoud|содержание|目录)\W{0,3}$"
)
# A name of an article is shorter; words of an article end with a stop.
_LONGEST_NAME = 250
# Dots behind a blank are what is left of a row of them.
_STOP = re.compile(r"(?<![\s.])[.;:。；][^\w.]{0,3}$")


def find_contents(lines: list[Line], candidates: list[Candidate]) -> set[int]:
    """The indexes of the lines of tables of contents, with the title above them."""
    found = {index for run in _runs_with_leaders(lines) for index in run}
    # Lines that go on with a sentence ("Article 8 and Chapter 14 shall …") are words.
    candidates = [candidate for candidate in candidates if candidate.evidence > -2]
    articles = [candidate for candidate in candidates if candidate.kind == "article"]
    following = {candidate.line: after.line for candidate, after in pairwise(candidates)}
    bare = [_has_no_words(lines, article, following.get(article.line, len(lines))) for article in articles]
    for first, last in _runs(bare):
        last = _with_last_entry(articles, first, last)
        # Of two lists of names one is the treaty: what is contents already is not what comes again.
        others = [c for c in (*articles[:first], *articles[last:]) if c.line not in found]
        if last - first >= _FEWEST and _come_again(lines, articles[first:last], others):
            found.update(range(_first_line(lines, candidates, articles[first]), articles[last - 1].line + 1))
    for index in sorted(found):
        if index and index - 1 not in found and _TITLE.match(lines[index - 1].text):
            found.add(index - 1)
    return found


def _runs_with_leaders(lines: list[Line]) -> Iterator[range]:
    """The stretches in which nearly every line ends with dots and a page."""
    with_leaders = [i for i, line in enumerate(lines) if line.text[-1].isdigit() and LEADERS.search(line.text)]
    first = 0
    for position in range(1, len(with_leaders) + 1):
        if position == len(with_leaders) or with_leaders[position] - with_leaders[position - 1] > 6:
            if position - first >= _FEWEST:
                yield range(with_leaders[first], with_leaders[position - 1] + 1)
            first = position


def _has_no_words(lines: list[Line], candidate: Candidate, following: int) -> bool:
    """Whether a heading has nothing but names under it before the next one's line."""
    if following - candidate.line > 4:
        return False
    heading = lines[candidate.line]
    names = [heading.text[candidate.rest_start - heading.start :]]
    names += [line.text for line in lines[candidate.line + 1 : following]]
    return sum(map(len, names)) <= _LONGEST_NAME and not any(_STOP.search(name) for name in names)


def _come_again(lines: list[Line], run: list[Candidate], others: list[Candidate]) -> bool:
    """Whether most entries of a run come again: their numbers behind it, or numbers and names anywhere.

    An annex whose articles are names only has the numbers of the treaty's articles, but not their names; and
    numbers without a word, unless they stand alone, come again in every article's paragraphs.
    """
    behind: set[str] = set()
    elsewhere: dict[str, list[str]] = {}
    for other in others:
        for number in other.numbers:
            elsewhere.setdefault(number.text, []).append(_letters_after(lines, other, 3))
            if other.line > run[-1].line and (other.word or not _letters_after(lines, other, 1)):
                behind.add(number.text)
    again = 0
    for entry in run:
        name = _letters_after(lines, entry, 1)[:24]
        again += any(
            n.text in behind or any(name and words.startswith(name) for words in elsewhere.get(n.text, ()))
            for n in entry.numbers
        )
    return again >= 0.7 * len(run)


def _letters_after(lines: list[Line], candidate: Candidate, count: int) -> str:
    """The letters behind a number, on its line and as many lines as are needed to find some."""
    heading = lines[candidate.line]
    text = heading.text[candidate.rest_start - heading.start :]
    for line in lines[candidate.line + 1 : candidate.line + count]:
        text += line.text
    return re.sub(r"\W+", "", text).lower()[:80]


def _runs(bare: list[bool]) -> Iterator[tuple[int, int]]:
    """The stretches of headings without words, as first and one past the last."""
    first = None
    for index, without in enumerate([*bare, False]):
        if without and first is None:
            first = index
        elif not without and first is not None:
            yield first, index
            first = None


def _with_last_entry(articles: list[Candidate], first: int, last: int) -> int:
    """The end of a run with its last entry, under which the title or the preamble stands as its words."""
    if last + 1 < len(articles) and _may_follow(articles[last - 1], articles[last]):
        begins = {n.text for n in articles[first].numbers}
        if any(n.text in begins for n in articles[last + 1].numbers):
            return last + 1
    return last


def _may_follow(before: Candidate, candidate: Candidate) -> bool:
    return any(n.follows(b) for n in candidate.numbers for b in before.numbers)


def _first_line(lines: list[Line], candidates: list[Candidate], entry: Candidate) -> int:
    """Where the contents begin: with the chapters named right above the first entry."""
    line = entry.line
    for candidate in reversed([c for c in candidates if c.line < entry.line]):
        if candidate.kind == "article" or line - candidate.line > 3:
            break
        if any(_STOP.search(above.text) for above in lines[candidate.line : line]):
            break
        line = candidate.line
    return line
