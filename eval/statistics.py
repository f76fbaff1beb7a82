"""What many values come to: means, intervals, comparisons of two runs on the same cases.

Everything that draws at random takes a seed, and the same seed gives the same numbers. Where there are
no values ``MissingEvidence`` is raised; values that are not finite are a ``ValueError``, so that NaN
comes out of none of these functions.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from eval.measures import MissingEvidence

Row = TypeVar("Row")

# Resamples are drawn in blocks of about this many numbers, a few MB, however many values there are.
_BLOCK = 2**19

# Sums of the same numbers in another order differ by rounding: what comes this near counts as equal.
_ROUNDING = 1e-10


class Interval(NamedTuple):
    """The ends of a confidence interval."""

    low: float
    high: float


class Difference(NamedTuple):
    """By how much run b is above run a, with its 95 % bootstrap interval and the p-value of no difference."""

    difference: float
    low: float
    high: float
    p_value: float


class Comparison(NamedTuple):
    """A difference of means as in ``Difference``, and in how many cases b has more, less or as much as a."""

    difference: float
    low: float
    high: float
    p_value: float
    won: int
    lost: int
    tied: int


def mean(values: Sequence[float]) -> float:
    """The arithmetic mean; of nothing there is none."""
    return math.fsum(_finite(values)) / len(values)


def share(flags: Iterable[bool]) -> float:
    """The share that is true; of nothing there is none."""
    return mean([float(flag) for flag in flags])


def percentile(values: Sequence[float], percent: float) -> float:
    """The value below which that much of the values lies, between neighbours in proportion.

    Type 7 of Hyndman and Fan, "Sample Quantiles in Statistical Packages" (Am. Statistician, 1996).
    """
    return float(np.percentile(_finite(values), percent))


def bootstrap_interval(
    values: Sequence[float], *, resamples: int = 2_000, level: float = 0.95, seed: int = 0
) -> Interval:
    """The percentile bootstrap interval of a mean over questions.

    Questions are drawn again with replacement (Efron and Tibshirani, An Introduction to the
    Bootstrap, 1993, ch. 13; for retrieval: Sakai, SIGIR 2006). Where all values are equal it has no
    width, which says little of few questions: after n of n right up to 3/n may still be wrong (Hanley
    and Lippman-Hand, JAMA 249, 1983).
    """
    drawn = _finite(values)
    means = [drawn[picks].mean(axis=1) for picks in _picks(len(drawn), resamples, seed)]
    return _middle(np.concatenate(means), level)


def bootstrap_ratio(
    tops: Sequence[float],
    bottoms: Sequence[float],
    *,
    resamples: int = 2_000,
    level: float = 0.95,
    seed: int = 0,
) -> Interval:
    """The percentile bootstrap interval of a ratio of sums, ``tops[i]`` and ``bottoms[i]`` of case i.

    For shares of what comes several to a case and hangs together there, such as the claims of a text: whole cases are
    drawn again (the cluster bootstrap: Davison and Hinkley, Bootstrap Methods and their Application, 1997, section
    3.8). Resamples with nothing at the bottom are left out; raises MissingEvidence where the cases themselves have
    nothing there.
    """
    above, below = _finite(tops), _finite(bottoms)
    if not below.sum():
        raise MissingEvidence("there is nothing to take a share of")
    ratios = []
    for picks in _picks(len(below), resamples, seed):
        total = below[picks].sum(axis=1)
        ratios.append(above[picks].sum(axis=1)[total > 0] / total[total > 0])
    return _middle(np.concatenate(ratios), level)


def bootstrap_statistic(
    rows: Sequence[Row],
    statistic: Callable[[Sequence[Row]], float],
    *,
    resamples: int = 2_000,
    level: float = 0.95,
    seed: int = 0,
) -> Interval:
    """The percentile bootstrap interval of a number computed from all cases, such as a ratio or an AURC.

    ``statistic`` is given cases drawn again with replacement, as ``bootstrap_interval`` draws values.
    Resamples that it is not defined on, where it raises MissingEvidence, are left out. Raises
    MissingEvidence where it is not defined on the cases themselves or on more than half of the
    resamples, ValueError where it gives a number that is not finite.
    """
    if not rows:
        raise MissingEvidence("there are no cases")
    _number(statistic, rows)
    samples = ([rows[pick] for pick in row] for picks in _picks(len(rows), resamples, seed) for row in picks.tolist())
    return _middle(_defined(statistic, samples), level)


def permutation_test(a: Sequence[float], b: Sequence[float], *, resamples: int = 10_000, seed: int = 0) -> Comparison:
    """Compares two runs by the mean of a measure over the same cases, ``a[i]`` and ``b[i]`` of case i.

    The p-value is that of the paired randomisation test, two-sided: were there no difference, a and b
    could change places in every case, so the sign of each case's difference is a coin's; it is the
    share of the signs that make the mean difference at least as large, either way (Noreen,
    Computer-Intensive Methods for Testing Hypotheses, 1989; for retrieval: Smucker, Allan and
    Carterette, CIKM 2007). All signs are tried where they are at most ``resamples``, counting the cases
    that differ only; else so many are drawn, and p is (reached + 1) / (drawn + 1) and so never 0
    (Phipson and Smyth, "Permutation P-values should never be zero", 2010). Where no case differs, p is 1.

    Raises ValueError for different lengths and for values that are not finite.
    """
    _check_paired(a, b)
    before, after = _finite(a), _finite(b)
    gaps = np.where(np.isclose(before, after, rtol=_ROUNDING, atol=0), 0, after - before)
    moved = gaps[gaps != 0]
    total = moved.sum()
    needed = abs(total) - _ROUNDING * np.abs(moved).sum()
    sums = np.concatenate([total - 2 * (swaps * moved).sum(axis=1) for swaps in _swaps(len(moved), resamples, seed)])
    return Comparison(
        mean(gaps.tolist()),
        *bootstrap_interval(gaps.tolist(), seed=seed),
        p_value=_p_value(np.abs(sums) >= needed, exact=2 ** len(moved) <= resamples),
        won=int((gaps > 0).sum()),
        lost=int((gaps < 0).sum()),
        tied=int((gaps == 0).sum()),
    )


def paired_test(
    rows_a: Sequence[Row],
    rows_b: Sequence[Row],
    statistic: Callable[[Sequence[Row]], float],
    *,
    resamples: int = 2_000,
    seed: int = 0,
) -> Difference:
    """Compares two runs by a number computed from all cases, ``rows_a[i]`` and ``rows_b[i]`` of case i.

    For what is no mean, such as an AURC or the precision of abstaining: whole cases change places, else
    as ``permutation_test``; the interval is that of ``bootstrap_statistic`` over the pairs. Swaps that leave
    ``statistic`` undefined on either side, where it raises MissingEvidence, are left out of reached and
    drawn alike. The test stays valid, since under no difference the pairs as they were found are as
    likely as any other swap that leaves it defined.

    Raises MissingEvidence where it is undefined on either run or for more than half of the swaps or of
    the resamples, ValueError for different lengths and where it gives a number that is not finite.
    """
    _check_paired(rows_a, rows_b)
    if not rows_a:
        raise MissingEvidence("there are no cases")
    pairs = list(zip(rows_a, rows_b, strict=True))
    differing = [place for place, (a, b) in enumerate(pairs) if a != b]

    def difference(pairs: Sequence[tuple[Row, Row]]) -> float:
        return statistic([b for _, b in pairs]) - statistic([a for a, _ in pairs])

    def swap(flags: NDArray[np.bool_]) -> list[tuple[Row, Row]]:
        swapped = pairs.copy()
        for place in np.flatnonzero(flags).tolist():
            a, b = pairs[differing[place]]
            swapped[differing[place]] = b, a
        return swapped

    before, after = _number(statistic, rows_a), _number(statistic, rows_b)
    needed = abs(after - before) - _ROUNDING * max(abs(before), abs(after))
    samples = (swap(flags) for block in _swaps(len(differing), resamples, seed) for flags in block)
    return Difference(
        after - before,
        *bootstrap_statistic(pairs, difference, resamples=resamples, seed=seed),
        p_value=_p_value(np.abs(_defined(difference, samples)) >= needed, exact=2 ** len(differing) <= resamples),
    )


def holm(p_values: Sequence[float]) -> list[float]:
    """The p-values adjusted for being many, in the order given.

    Where all below a level are called differences, the chance of any false one is at most that level,
    however the measures hang together (Holm, "A simple sequentially rejective multiple test procedure",
    Scandinavian Journal of Statistics 6, 1979). Raises ValueError for what is no p-value.
    """
    if wrong := [p for p in p_values if not 0 <= p <= 1]:
        raise ValueError(f"a p-value lies between 0 and 1, which {wrong[0]} does not")
    adjusted = [0.0] * len(p_values)
    least = 0.0
    for done, place in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        least = max(least, min(1.0, (len(p_values) - done) * p_values[place]))
        adjusted[place] = least
    return adjusted


def _finite(values: Sequence[float]) -> NDArray[np.float64]:
    if not len(values):
        raise MissingEvidence("there are no values")
    array = np.asarray(values, dtype=float)
    if not np.isfinite(array).all():
        place = int(np.flatnonzero(~np.isfinite(array))[0])
        raise ValueError(f"value {place + 1} of {len(array)} is {array[place]}, which is not a finite number")
    return array


def _check_paired(a: Sequence[object], b: Sequence[object]) -> None:
    if len(a) != len(b):
        raise ValueError(f"the two runs have {len(a)} and {len(b)} cases. Compare the cases that both have.")


def _number(statistic: Callable[[Sequence[Row]], float], rows: Sequence[Row]) -> float:
    value = statistic(rows)
    if not math.isfinite(value):
        raise ValueError(f"the statistic is {value}; where it is not defined it must raise MissingEvidence")
    return value


def _defined(statistic: Callable[[Sequence[Row]], float], samples: Iterable[Sequence[Row]]) -> NDArray[np.float64]:
    """The statistic of the samples that it is defined on, which must be half of them or more."""
    values, undefined = [], 0
    for sample in samples:
        try:
            values.append(_number(statistic, sample))
        except MissingEvidence:
            undefined += 1
    if undefined > len(values):
        raise MissingEvidence(f"the statistic is not defined on {undefined} of {undefined + len(values)} resamples")
    return np.asarray(values)


def _picks(cases: int, resamples: int, seed: int) -> Iterator[NDArray[np.int32]]:
    """The places of the cases drawn again, a row a resample; the blocks do not change what is drawn."""
    random = np.random.default_rng(seed)
    size = max(1, _BLOCK // cases)
    for start in range(0, resamples, size):
        yield random.integers(cases, size=(min(size, resamples - start), cases), dtype=np.int32)


def _swaps(cases: int, resamples: int, seed: int) -> Iterator[NDArray[np.bool_]]:
    """Which cases change places, a row a resample: every way once if they are few enough, else drawn."""
    if 2**cases <= resamples:
        yield np.arange(2**cases)[:, None] >> np.arange(cases) & 1 == 1
        return
    random = np.random.default_rng(seed)
    size = max(1, _BLOCK // cases)
    for start in range(0, resamples, size):
        yield random.integers(2, size=(min(size, resamples - start), cases), dtype=np.bool_)


def _p_value(reached: NDArray[np.bool_], *, exact: bool) -> float:
    return float(reached.mean()) if exact else float((reached.sum() + 1) / (len(reached) + 1))


def _middle(values: NDArray[np.float64], level: float) -> Interval:
    tail = 50 * (1 - level)
    low, high = np.percentile(values, [tail, 100 - tail])
    return Interval(float(low), float(high))
