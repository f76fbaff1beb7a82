"""The reading of a whole document's numbering that explains it best.

Candidates are taken or left one after the other by a beam search over numbering states, a Viterbi search
that keeps the best way into each state. A candidate earns its own evidence plus what its number is worth
after the number before it: the next number is worth most, a gap costs, a step back costs a lot, and
numbers may begin again only under a new annex, protocol or division.
"""

from collections.abc import Iterator
from operator import attrgetter
from typing import NamedTuple

from ingest.candidates import Candidate
from ingest.joined_texts import names_whole
from ingest.numbers import Number

_BEAM = 10
# What the very next number is worth, and what taking a candidate may cost at most.
_BEST_WORTH, _LEAST_GAIN = 2.0, -3.0
# "Schedule of Arvenia" and "JOINT DECLARATION" stand in an annex as often as beside one: an annex counts for more.
_WORTH_OF_PART = 0.4


class Taken(NamedTuple):
    """A candidate taken as a heading, in the reading of its number that the sequence asks for."""

    candidate: Candidate
    number: Number | None


class _State(NamedTuple):
    """Where the numbering stands: in which container, after which article, just under a new division?

    ``container`` is the line and the word of the annex or protocol it is in. ``hundreds`` tells that it began
    with 101 or the like: chapters are counted by hundreds, and 201 follows 112.
    """

    container: tuple[int, str] | None
    last: Number | None
    divided: bool
    articles: bool
    hundreds: bool = False


class _Path(NamedTuple):
    """A way into a state; ``before`` is the path that it goes on from, with what was taken then."""

    score: float
    state: _State
    taken: Taken | None
    before: "_Path | None"


def choose_headings(candidates: list[Candidate]) -> list[Taken]:
    """The headings of the best reading, in the order of the text."""
    paths = [_Path(0.0, _State(None, None, False, False), None, None)]
    for candidate in candidates:
        # What the best number could not make worth taking need not be tried.
        if candidate.evidence + _BEST_WORTH > _LEAST_GAIN:
            paths = _best([*paths, *_grown(paths, candidate)])
    chosen: list[Taken] = []
    step: _Path | None = max(paths, key=lambda path: path.score)
    while step is not None:
        if step.taken is not None:
            chosen.append(step.taken)
        step = step.before
    return chosen[::-1]


def _grown(paths: list[_Path], candidate: Candidate) -> Iterator[_Path]:
    """The paths that take the candidate."""
    if candidate.kind == "article":
        readings = [(number, Taken(candidate, number)) for number in candidate.numbers]
        for path in paths:
            state = path.state
            for number, taken in readings:
                gain = candidate.evidence + _worth(number, state)
                if gain > _LEAST_GAIN:
                    hundreds = state.hundreds if state.last else _begins_hundred(number)
                    after = _State(state.container, number, False, True, hundreds)
                    yield _Path(path.score + gain, after, taken, path)
    elif candidate.kind in ("annex", "protocol"):
        if candidate.evidence <= 0 and candidate.word:
            return
        taken = Taken(candidate, _container_number(candidate))
        entered = _State((candidate.line, candidate.word), None, False, True)
        whole = bool(candidate.printed) or names_whole(candidate.word)
        gain = candidate.evidence if whole else min(candidate.evidence, _WORTH_OF_PART)
        for path in paths:
            # What stands before the first article is the title ("Protocol to the Convention on …").
            around = path.state.container
            if path.state.articles and (whole or around is None or not names_whole(around[1])):
                yield _Path(path.score + gain, entered, taken, path)
    elif candidate.evidence >= 1:
        taken = Taken(candidate, _container_number(candidate))
        gain = 0.1 * candidate.evidence
        for path in paths:
            container, last, _, articles, hundreds = path.state
            yield _Path(path.score + gain, _State(container, last, True, articles, hundreds), taken, path)


def _container_number(candidate: Candidate) -> Number | None:
    """Annexes are numbered I, II … or A, B …: no treaty has a fiftieth, so C, D, L and M are letters."""
    letters = [n for n in candidate.numbers if n.style == "letter"]
    if letters and candidate.numbers[0].base >= 50:
        return letters[0]
    return candidate.numbers[0] if candidate.numbers else None


def _worth(number: Number, state: _State) -> float:
    last = state.last
    if last is None:
        # An excerpt may begin anywhere, but the first number is the likely one.
        return _BEST_WORTH if number.is_first or _begins_hundred(number) else -1.0 - 0.05 * min(number.base, 20)
    style = 0.0 if number.style == last.style or "word" in (number.style, last.style) else -3.0
    if number.follows(last) or (state.hundreds and number.base == 100 * (last.base // 100 + 1) + 1):
        return _BEST_WORTH + style
    if state.divided and number.is_first:
        return 0.5 + style
    if number.key > last.key:
        gap = number.base - last.base
        return -0.5 - 0.3 * min(gap, 12) + style
    return -6.0 if number.key == last.key else -7.0


def _begins_hundred(number: Number) -> bool:
    return number.base > 100 and number.base % 100 == 1


def _best(paths: list[_Path]) -> list[_Path]:
    """The best path into each state, at most _BEAM of them."""
    best: dict[tuple[object, ...], _Path] = {}
    for path in paths:
        container, last, divided, articles, hundreds = path.state
        key = (container, last and (last.key, last.style), divided, articles, hundreds)
        held = best.get(key)
        if held is None or path.score > held.score:
            best[key] = path
    kept = list(best.values())
    if len(kept) > _BEAM:
        kept.sort(key=_score, reverse=True)
        del kept[_BEAM:]
    return kept


_score = attrgetter("score")
