"""The reading of a whole document's numbering that explains it best.

Candidates are taken or left one after the other by a beam search over numbering states, a Viterbi search
that keeps the best way into each state. A candidate earns its own evidence plus what its number is worth
after the number before it: the next number is worth most, a gap costs, a step back costs a lot, and
numbers may begin again only under a new annex, protocol or division.
"""

from dataclasses import dataclass

from ingest.headings import Candidate
from ingest.numbers import Number

_BEAM = 16


@dataclass(frozen=True, slots=True)
class Taken:
    """A candidate taken as a heading, in the reading of its number that the sequence asks for."""

    candidate: Candidate
    number: Number | None


@dataclass(frozen=True, slots=True)
class _State:
    """Where the numbering stands: in which container, after which article, just under a new division?"""

    container: int | None
    last: Number | None
    divided: bool
    articles: bool


@dataclass(frozen=True, slots=True)
class _Path:
    score: float
    state: _State
    taken: Taken | None
    before: "_Path | None"


def choose_headings(candidates: list[Candidate]) -> list[Taken]:
    """The headings of the best reading, in the order of the text."""
    paths = [_Path(0.0, _State(None, None, False, False), None, None)]
    for candidate in candidates:
        grown = list(paths)
        for path in paths:
            grown += _with(path, candidate)
        paths = _best(grown)
    chosen: list[Taken] = []
    step: _Path | None = max(paths, key=lambda path: path.score)
    while step is not None:
        if step.taken is not None:
            chosen.append(step.taken)
        step = step.before
    return chosen[::-1]


def _with(path: _Path, candidate: Candidate) -> list[_Path]:
    """The paths that take the candidate."""
    state = path.state
    if candidate.kind in ("annex", "protocol"):
        # What stands before the first article is the title ("Protocol to the Convention on …").
        if (candidate.evidence <= 0 and candidate.word) or not state.articles:
            return []
        entered = _State(candidate.line, None, False, True)
        number = _container_number(candidate)
        return [_Path(path.score + candidate.evidence, entered, Taken(candidate, number), path)]
    if candidate.kind != "article":
        # "Section 2.01. The Bank shall …" is a paragraph: a division's number is followed by a name or by nothing.
        if candidate.evidence < 1 or candidate.numbers[0].style == "dotted":
            return []
        divided = _State(state.container, state.last, True, state.articles)
        gain = 0.1 * candidate.evidence
        number = _container_number(candidate)
        return [_Path(path.score + gain, divided, Taken(candidate, number), path)]
    grown = []
    for number in candidate.numbers:
        gain = candidate.evidence + _worth(number, state)
        if gain > -3.0:
            after = _State(state.container, number, False, True)
            grown.append(_Path(path.score + gain, after, Taken(candidate, number), path))
    return grown


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
        return 2.0 if number.is_first else -1.0 - 0.05 * min(number.base, 20)
    style = 0.0 if number.style == last.style or "word" in (number.style, last.style) else -3.0
    if number.follows(last):
        return 2.0 + style
    if state.divided and number.is_first:
        return 0.5 + style
    if number.key > last.key:
        gap = number.base - last.base
        return -0.5 - 0.3 * min(gap, 12) + style
    return -6.0 if number.key == last.key else -7.0


def _best(paths: list[_Path]) -> list[_Path]:
    """The best path into each state, at most _BEAM of them."""
    best: dict[tuple[object, ...], _Path] = {}
    for path in paths:
        state = path.state
        last = (state.last.key, state.last.style) if state.last else None
        key = (state.container, last, state.divided, state.articles)
        held = best.get(key)
        if held is None or path.score > held.score:
            best[key] = path
    return sorted(best.values(), key=lambda path: -path.score)[:_BEAM]
