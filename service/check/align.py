"""Aligning the words of a quotation with those of a provision.

The place is where the edit distance over words is least, of all places (Sellers 1980); the pieces are those of the
distance (Levenshtein, by rapidfuzz). The parts between ellipses follow one another, and what lies between them is told
apart from what is dropped in silence.
"""

import itertools
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz.distance import Levenshtein

from service.check.held_words import HeldWords, Ids, distances, length_of
from service.check.models import Op, Piece
from service.check.spelling import other_form
from service.check.words import Word

# So many places of the longest part of a quotation with ellipses are tried with its other parts.
_PLACES = 4
# A part of a quotation behind an ellipsis that is less alike, or farther off in words, is not found there.
_LEAST_PART = 0.55
_FARTHEST = 800
# So many words in a row that are not where the others are, are looked for before and behind them, so far off.
_RUN, _RUN_FARTHEST, _RUN_ALIKE = 3, 120, 0.7


@dataclass(frozen=True, slots=True)
class Alignment:
    """Where a quotation stands: words ``first:last`` of the treaty, how alike they are (0 to 1), and piece by piece.

    ``similarity`` is the share of the quotation's words that stand there in order, less for words that it drops.
    """

    first: int
    last: int
    similarity: float
    pieces: tuple[Piece, ...]


def align(
    text: str, words: Sequence[Word], held: HeldWords, first: int = 0, last: int | None = None
) -> Alignment | None:
    """The best alignment of a quotation with the words of a treaty between two of them; None where none is the same.

    ``words`` are those of the quotation, at their offsets in ``text``.
    """
    last = len(held) if last is None else last
    parts = _parts(words)
    if not parts or last <= first:
        return None
    behind_bracket = {two.start for one, two in itertools.pairwise(words) if one.kind == "bracket"}
    quotation = _Quotation(text, held, parts, behind_bracket)
    longest = max(range(len(parts)), key=lambda number: len(parts[number]))
    best: Alignment | None = None
    for main in quotation.places(parts[longest], first, last, _PLACES if len(parts) > 1 else 1):
        found = quotation.in_order(longest, main, first, last)
        if best is None or (found.similarity, best.last - best.first) > (best.similarity, found.last - found.first):
            best = found
    return None if best is None else _with_brackets(text, words, _with_ends(words, best, held))


def _parts(words: Sequence[Word]) -> list[list[Word]]:
    """The stretches of words between ellipses."""
    parts: list[list[Word]] = [[]]
    for word in words:
        if word.kind == "ellipsis":
            parts.append([])
        elif word.kind == "word":
            parts[-1].append(word)
    return [part for part in parts if part]


class _Quotation:
    """A quotation in parts, being aligned with a treaty's words; a piece of it begins behind each bracket."""

    def __init__(
        self, text: str, held: HeldWords, parts: Sequence[list[Word]], behind_bracket: Collection[int]
    ) -> None:
        self.text, self.held, self.parts, self._behind_bracket = text, held, parts, behind_bracket

    def places(self, part: Sequence[Word], first: int, last: int, most: int, near: int = 1) -> list[Alignment]:
        """The best places of a part between two words, at most so many.

        Of equally good ones the first comes first; with ``near`` -1 the last.
        """
        mine, its = self._ids(part), self.held.ids[first:last]
        costs = distances(mine, its)[1:]
        found: list[Alignment] = []
        while len(found) < most and costs.size:
            cost = int(costs.min())
            if cost >= len(mine):
                break
            ends = np.flatnonzero(costs == cost)
            end = int(ends[0] if near > 0 else ends[-1]) + 1
            begin = end - length_of(mine, its[max(0, end - len(mine) - cost) : end], cost)
            begin, end = self._widened(first, begin, end, mine, its, cost)
            found.append(self._aligned(part, first + begin, first + end))
            # Other places are those that share no word with this one.
            costs = costs.copy()
            costs[max(0, begin - 1) : end + len(mine) // 2] = len(mine)
        return found

    def _widened(self, offset: int, begin: int, end: int, mine: Ids, its: Ids, cost: int) -> tuple[int, int]:
        """A place with the words at its ends that others were put for, within its sentence."""
        while end < len(its) and not self.held.ends_sentence(offset + end - 1):
            if Levenshtein.distance(mine.tolist(), its[begin : end + 1].tolist()) > cost:
                break
            end += 1
        while begin > 0 and not self.held.ends_sentence(offset + begin - 1):
            if Levenshtein.distance(mine.tolist(), its[begin - 1 : end].tolist()) > cost:
                break
            begin -= 1
        return begin, end

    def _ids(self, part: Sequence[Word]) -> Ids:
        return np.array([self.held.numbers.get(word.text, -1) for word in part], dtype=np.int32)

    def _aligned(self, part: Sequence[Word], first: int, last: int) -> Alignment:
        """The alignment of a part with just those words."""
        codes = Levenshtein.opcodes(self._ids(part).tolist(), self.held.ids[first:last].tolist())
        pieces: list[Piece] = []
        for same, group in itertools.groupby(codes, lambda code: code.tag == "equal"):
            run = list(group)
            one, other = (run[0].src_start, run[-1].src_end), (first + run[0].dest_start, first + run[-1].dest_end)
            pieces += self._same(part, *one, other[0]) if same else [self._different(part, *one, *other)]
        same_words = sum(code.src_end - code.src_start for code in codes if code.tag == "equal")
        dropped = sum(code.dest_end - code.dest_start for code in codes if code.tag == "insert")
        return Alignment(first, last, same_words / (len(part) + 0.5 * dropped), tuple(pieces))

    def _same(self, part: Sequence[Word], start: int, end: int, held_first: int) -> list[Piece]:
        """Words that are the same, those in another spelling as pieces of their own."""
        its = range(held_first, held_first + end - start)
        breaks = itertools.accumulate(word.start in self._behind_bracket for word in part[start:end])
        keys = [(self._other_form(part[start + n], its[n]), many) for n, many in enumerate(breaks)]
        pieces = []
        for key, group in itertools.groupby(range(end - start), lambda n: keys[n]):
            run = list(group)
            op: Op = "changed" if key[0] else "same"
            first, last = start + run[0], start + run[-1] + 1
            pieces.append(self._piece(op, part, first, last, held_first + run[0], held_first + run[-1] + 1))
        return pieces

    def _other_form(self, word: Word, number: int) -> bool:
        start, end = self.held.span(number, number + 1)
        return other_form(self.text[word.start : word.end], self.held.text[start:end])

    def _different(self, part: Sequence[Word], start: int, end: int, held_first: int, held_last: int) -> Piece:
        op: Op = "dropped" if start == end else "added" if held_first == held_last else "changed"
        return self._piece(op, part, start, end, held_first, held_last)

    def _piece(self, op: Op, part: Sequence[Word], start: int, end: int, held_first: int, held_last: int) -> Piece:
        at = part[start].start if start < len(part) else part[-1].end
        mine = (part[start].start, part[end - 1].end) if end > start else (at, at)
        its = self.held.span(held_first, held_last)
        return Piece(op, self.text[slice(*mine)], self.held.text[slice(*its)], *mine, *its)

    def _omitted(self, at: int, first: int, last: int) -> Piece:
        """The words left out behind an ellipsis, with the marks around them, which may end a sentence."""
        text = self.held.text[self.held.span(0, first)[1] : self.held.span(last, last + 1)[0]]
        start = self.held.span(0, first)[1] + len(text) - len(text.lstrip())
        end = start + len(text.strip())
        return Piece("omitted", "", self.held.text[start:end], at, at, start, end)

    # -- parts

    def in_order(self, place: int, main: Alignment, first: int, last: int) -> Alignment:
        """The parts of a quotation, each behind the one before, with the one that is found already."""
        found: dict[int, Alignment] = {place: self._whole(self.parts[place], main, first, last)}
        floor, ceiling = found[place].last, found[place].first
        for number in range(place + 1, len(self.parts)):
            one = self._near(self.parts[number], floor, min(last, floor + _FARTHEST), 1, _LEAST_PART)
            if one:
                found[number], floor = one, one.last
        for number in range(place - 1, -1, -1):
            one = self._near(self.parts[number], max(first, ceiling - _FARTHEST), ceiling, -1, _LEAST_PART)
            if one:
                found[number], ceiling = one, one.first
        pieces: list[Piece] = []
        before: Alignment | None = None
        for number, part in enumerate(self.parts):
            if number not in found:
                at = before.last if before else found[min(found)].first
                pieces.append(self._piece("added", part, 0, len(part), at, at))
                continue
            one = found[number]
            if before is not None and one.first > before.last:
                pieces.append(self._omitted(part[0].start, before.last, one.first))
            pieces += one.pieces
            before = one
        weighed = sum(one.similarity * len(self.parts[number]) for number, one in found.items())
        whole = sum(len(part) for part in self.parts)
        return Alignment(ceiling, floor, weighed / whole, tuple(pieces))

    def _near(self, part: Sequence[Word], first: int, last: int, near: int, least: float) -> Alignment | None:
        found = self.places(part, first, last, 1, near) if last > first else []
        return found[0] if found and found[0].similarity >= least else None

    def _whole(self, part: Sequence[Word], main: Alignment, first: int, last: int) -> Alignment:
        """A part with the words at its ends that stand some way off, what lies between being dropped."""
        before = [w for w in part if w.end <= _same_from(main)]
        behind = [w for w in part if w.start >= _same_until(main)]
        core = part[len(before) : len(part) - len(behind)]
        one = two = None
        if len(before) >= _RUN:
            one = self._near(
                before, max(first, main.first - _RUN_FARTHEST), min(last, main.first + len(before)), -1, _RUN_ALIKE
            )
        if len(behind) >= _RUN:
            two = self._near(
                behind, max(first, main.last - len(behind)), min(last, main.last + _RUN_FARTHEST), 1, _RUN_ALIKE
            )
        start, stop = self.held.range_of(*_held_of_same(main))
        one = one if one and one.last <= start else None
        two = two if two and two.first >= stop else None
        if not one and not two:
            return main
        middle = self._aligned([*([] if one else before), *core, *([] if two else behind)],
                               start if one else main.first, stop if two else main.last)  # fmt: skip
        pieces = list(middle.pieces)
        if one:
            gap = [self._piece("dropped", part, len(before), len(before), one.last, middle.first)]
            pieces = [*one.pieces, *(gap if middle.first > one.last else []), *pieces]
        if two:
            at = len(part) - len(behind)
            gap = [self._piece("dropped", part, at, at, middle.last, two.first)]
            pieces = [*pieces, *(gap if two.first > middle.last else []), *two.pieces]
        runs = [run for run in (one, middle, two) if run]
        lengths = [len(before) if run is one else len(behind) if run is two else 0 for run in runs]
        lengths[runs.index(middle)] = len(part) - sum(lengths)
        similarity = sum(run.similarity * many for run, many in zip(runs, lengths, strict=True)) / len(part)
        dropped = runs[-1].last - runs[0].first - sum(run.last - run.first for run in runs)
        similarity *= len(part) / (len(part) + 0.5 * min(dropped, len(part)))
        return Alignment(runs[0].first, runs[-1].last, similarity, tuple(pieces))


def _same_from(found: Alignment) -> int:
    return next((piece.start for piece in found.pieces if piece.op == "same"), 0)


def _same_until(found: Alignment) -> int:
    return next((piece.end for piece in reversed(found.pieces) if piece.op == "same"), 10**9)


def _held_of_same(found: Alignment) -> tuple[int, int]:
    same = [piece for piece in found.pieces if piece.op == "same"]
    return (same[0].held_start, same[-1].held_end) if same else (0, 0)


# -- what is not of the words themselves


def _with_ends(words: Sequence[Word], found: Alignment, held: HeldWords) -> Alignment:
    """The alignment with what an ellipsis at either end of a quotation leaves out of its sentence."""
    pieces = list(found.pieces)
    if words[-1].kind == "ellipsis":
        last = found.last
        while last and last < len(held) and not held.ends_sentence(last - 1):
            last += 1
        start, end = held.span(found.last, last)
        if end > start:
            at = words[-1].start
            pieces.append(Piece("omitted", "", held.text[start:end], at, at, start, end))
    if words[0].kind == "ellipsis":
        first = found.first
        while first > 0 and not held.ends_sentence(first - 1):
            first -= 1
        start, end = held.span(first, found.first)
        if end > start:
            at = words[0].start
            pieces.insert(0, Piece("omitted", "", held.text[start:end], at, at, start, end))
    return Alignment(found.first, found.last, found.similarity, tuple(pieces))


def _with_brackets(text: str, words: Sequence[Word], found: Alignment) -> Alignment:
    """The alignment with the words in brackets, which the writer added, where they stand."""
    pieces = list(found.pieces)
    for word in words:
        if word.kind != "bracket":
            continue
        place = next((n for n, piece in enumerate(pieces) if piece.start >= word.end), len(pieces))
        at = pieces[place - 1].held_end if place else pieces[0].held_start
        pieces.insert(place, Piece("added", text[word.start : word.end], "", word.start, word.end, at, at))
    return Alignment(found.first, found.last, found.similarity, tuple(pieces))
