"""Means, intervals and comparisons: numbers worked out by hand, SciPy's, and what simulations show."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import inf, nan

import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from eval import abstention, statistics
from eval.abstention import Abstention
from eval.measures import MissingEvidence

fewer = settings(max_examples=40)

# Eighths are exact as floats, so equal sums are equal and SciPy's rounding is ours.
eighths = st.integers(-16, 16).map(lambda n: n / 8)
pairs = st.lists(st.tuples(eighths, eighths), min_size=2, max_size=9)
outcomes = st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans()), min_size=1, max_size=12)


def columns(cases: Sequence[tuple[float, float]]) -> tuple[list[float], list[float]]:
    return [a for a, _ in cases], [b for _, b in cases]


# --- means and percentiles


def test_percentiles_go_between_neighbours() -> None:
    assert statistics.percentile([10, 20, 30, 40], 50) == 25
    assert statistics.percentile([10, 20, 30, 40], 95) == pytest.approx(38.5)
    assert statistics.percentile([7], 95) == 7


def test_mean_and_share() -> None:
    assert statistics.mean([0.1] * 10) == 0.1, "added up without rounding on the way"
    assert statistics.share(flag for flag in [True, False, False, True]) == 0.5


# --- intervals


def test_interval_of_a_share_is_near_the_normal_one() -> None:
    """80 of 100: standard error 0.04, so about 0.72 to 0.88; drawing it again gives the same."""
    values = [1.0] * 80 + [0.0] * 20
    interval = statistics.bootstrap_interval(values)
    assert interval.low == pytest.approx(0.72, abs=0.015)
    assert interval.high == pytest.approx(0.88, abs=0.015)
    assert statistics.bootstrap_interval(values) == interval
    assert statistics.bootstrap_interval([1.0] * 5) == (1.0, 1.0), "equal values: no width"


def test_a_wider_level_is_a_wider_interval() -> None:
    values = [0.0, 0.2, 0.9, 1.0, 0.4, 0.7]
    widths = [high - low for low, high in (statistics.bootstrap_interval(values, level=x) for x in (0.5, 0.9, 0.99))]
    assert 0 < widths[0] < widths[1] < widths[2]


@pytest.mark.parametrize("block", [1, 50, 2**19])
def test_blocks_do_not_change_what_is_drawn(monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    values = [0.0, 0.2, 0.9, 1.0, 0.4, 0.7, 0.1]
    whole = np.random.default_rng(3).integers(7, size=(500, 7), dtype=np.int32)
    monkeypatch.setattr(statistics, "_BLOCK", block)
    expected = np.percentile(np.array(values)[whole].mean(axis=1), [2.5, 97.5])
    assert statistics.bootstrap_interval(values, resamples=500, seed=3) == pytest.approx(tuple(expected))


def test_resampling_many_cases_takes_blocks_of_bounded_size() -> None:
    blocks = list(statistics._picks(30_000, 100, 0))
    assert sum(len(block) for block in blocks) == 100
    assert max(block.nbytes for block in blocks) <= 4 * 2**19
    assert max(block.nbytes for block in statistics._swaps(30_000, 100, 0)) <= 2**19


@fewer
@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_the_interval_lies_within_the_values(values: list[float]) -> None:
    low, high = statistics.bootstrap_interval(values, resamples=200)
    assert min(values) - 1e-12 <= low <= high <= max(values) + 1e-12


@fewer
@given(st.lists(eighths, min_size=1, max_size=20))
def test_the_mean_as_a_statistic_has_the_interval_of_the_mean(values: list[float]) -> None:
    general = statistics.bootstrap_statistic(values, statistics.mean, resamples=100)
    assert general == pytest.approx(statistics.bootstrap_interval(values, resamples=100))


@pytest.mark.parametrize("draw", [pytest.param(True, id="right or wrong"), pytest.param(False, id="a share of each")])
def test_a_95_percent_interval_covers_the_truth_about_so_often(draw: bool) -> None:
    """100 cases, 800 times; the percentile bootstrap covers a little too seldom, which is known of it."""
    random = np.random.default_rng(7)
    samples = random.binomial(1, 0.7, (800, 100)) if draw else random.beta(2, 5, (800, 100))
    truth = 0.7 if draw else 2 / 7
    intervals = [statistics.bootstrap_interval(sample, resamples=1_000, seed=n) for n, sample in enumerate(samples)]
    covered = statistics.share(low <= truth <= high for low, high in intervals)
    assert 0.92 <= covered <= 0.97


def test_the_interval_of_a_ratio_covers_it_about_so_often() -> None:
    """The precision of abstaining is a ratio: which cases count is drawn too. Truth: .3*.8 / (.3*.8 + .7*.1)."""
    random = np.random.default_rng(11)
    covered = 0
    for run in range(200):
        wanted = random.random(100) < 0.3
        given_ = random.random(100) < np.where(wanted, 0.8, 0.1)
        rows = [Abstention(w, g) for w, g in zip(wanted.tolist(), given_.tolist(), strict=True)]
        low, high = statistics.bootstrap_statistic(rows, abstention.precision, resamples=200, seed=run)
        covered += low <= 0.24 / 0.31 <= high
    assert 0.90 <= covered / 200 <= 0.98


def test_resamples_without_a_statistic_are_left_out() -> None:
    """One abstention of three cases: it is missing from (2/3)**3 = 30 % of the resamples, and wanted in the rest."""
    rows = [Abstention(True, True), Abstention(True, False), Abstention(False, False)]
    assert statistics.bootstrap_statistic(rows, abstention.precision) == (1, 1)


def test_too_few_resamples_with_a_statistic_are_missing_evidence() -> None:
    """A statistic that wants all of three cases: only 6 of 27 resamples hold each once."""

    def of_all(rows: Sequence[int]) -> float:
        if len(set(rows)) < 3:
            raise MissingEvidence("not all of them")
        return 1.0

    with pytest.raises(MissingEvidence, match="is not defined on"):
        statistics.bootstrap_statistic([1, 2, 3], of_all)


# --- comparisons of means


@pytest.mark.parametrize(
    ("a", "b", "difference", "p_value", "counts"),
    [
        # Of 8 ways to sign 1, 1, 1 two have a sum of 3 either way.
        pytest.param([0, 0, 0], [1, 1, 1], 1, 0.25, (3, 0, 0), id="three won"),
        # Sums of ±1 ±1 ±1 ±1 are 2 or more either way in 10 of 16.
        pytest.param([0, 0, 0, 1], [1, 1, 1, 0], 0.5, 0.625, (3, 1, 0), id="three won, one lost"),
        # Ties say nothing of the sign; they only make the mean smaller.
        pytest.param([0, 0, 0, 1, 1], [1, 1, 1, 1, 1], 0.6, 0.25, (3, 0, 2), id="two ties besides"),
        # ±1 ±2 ±3: 4 or more either way in 4 of 8 (1+2+3, -1+2+3 and their opposites).
        pytest.param([0, 0, 0], [-1, 2, 3], 4 / 3, 0.5, (2, 1, 0), id="of different sizes"),
        pytest.param([0, 1], [1, 0], 0, 1, (1, 1, 0), id="no difference in the mean"),
        pytest.param([0.5, 0.5], [0.5, 0.5], 0, 1, (0, 0, 2), id="no difference at all"),
        pytest.param([0.1 + 0.2], [0.3], 0, 1, (0, 0, 1), id="a difference of rounding is none"),
        pytest.param([0], [1], 1, 1, (1, 0, 0), id="one case proves nothing"),
    ],
)
def test_comparison_by_hand(
    a: list[float], b: list[float], difference: float, p_value: float, counts: tuple[int, int, int]
) -> None:
    found = statistics.permutation_test(a, b)
    assert found.difference == pytest.approx(difference)
    assert found.p_value == p_value
    assert (found.won, found.lost, found.tied) == counts
    assert found.low <= found.difference <= found.high


def test_drawn_signs_never_give_a_p_value_of_0() -> None:
    """30 of 30 won: 2 of 2**30 signs do as much, so none of the 999 drawn; (0 + 1) / (999 + 1)."""
    assert statistics.permutation_test([0.0] * 30, [1.0] * 30, resamples=999).p_value == 0.001


def test_all_signs_are_tried_where_there_are_few() -> None:
    """Ten cases differ: 1,024 signs. With 1,023 allowed they are drawn, and p is near, not equal."""
    a, b = [0.0] * 14, [1.0] * 8 + [-1.0] * 2 + [0.0] * 4
    exact = 2 * (1 + 10 + 45) / 1024  # none, one or two lost of ten, either way
    assert statistics.permutation_test(a, b, resamples=1_024).p_value == exact
    drawn = statistics.permutation_test(a, b, resamples=1_023).p_value
    assert drawn != exact
    assert drawn == pytest.approx(exact, abs=0.04)
    assert (drawn * 1_024) == round(drawn * 1_024)


@fewer
@given(pairs)
def test_the_p_value_is_that_of_scipy(cases: list[tuple[float, float]]) -> None:
    a, b = columns(cases)
    theirs = scipy.stats.permutation_test(
        (b, a),
        lambda x, y, axis: np.mean(x, axis=axis) - np.mean(y, axis=axis),
        permutation_type="samples",
        n_resamples=inf,
        vectorized=True,
    )
    ours = statistics.permutation_test(a, b)
    assert ours.p_value == pytest.approx(theirs.pvalue, abs=1e-9)
    assert ours.difference == pytest.approx(theirs.statistic, abs=1e-9)
    swapping = statistics.paired_test(a, b, statistics.mean, resamples=512)
    assert swapping.p_value == pytest.approx(theirs.pvalue, abs=1e-9)


@fewer
@given(pairs, st.sampled_from([10, 10_000]))
def test_swapping_the_runs_turns_the_comparison_round(cases: list[tuple[float, float]], resamples: int) -> None:
    a, b = columns(cases)
    there, back = (statistics.permutation_test(*ab, resamples=resamples) for ab in ((a, b), (b, a)))
    assert there == pytest.approx(
        (-back.difference, -back.high, -back.low, back.p_value, back.lost, back.won, back.tied)
    )
    assert 0 < there.p_value <= 1
    assert there.won + there.lost + there.tied == len(cases)


@fewer
@given(pairs, eighths, st.integers(1, 8))
def test_neither_a_constant_nor_a_unit_changes_the_p_value(
    cases: list[tuple[float, float]], more: float, times: int
) -> None:
    a, b = columns(cases)
    before = statistics.permutation_test(a, b)
    moved = statistics.permutation_test([x + more for x in a], [x + more for x in b])
    assert moved == before
    scaled = statistics.permutation_test([times * x for x in a], [times * x for x in b])
    assert scaled.p_value == before.p_value
    assert scaled[:3] == pytest.approx([times * x for x in before[:3]])


@fewer
@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_a_run_against_itself_is_no_difference(values: list[float]) -> None:
    assert statistics.permutation_test(values, values) == (0, 0, 0, 1, 0, 0, len(values))


@pytest.mark.parametrize("ways", [pytest.param(8, id="all signs"), pytest.param(40, id="drawn signs")])
def test_p_values_are_uniform_where_there_is_no_difference(ways: int) -> None:
    """1,000 comparisons of two runs of the same quality: 5 % are below .05, half below .5."""
    random = np.random.default_rng(5)
    runs = random.beta(2, 2, (1_000, 2, ways))
    p_values = np.array([statistics.permutation_test(a, b, resamples=400).p_value for a, b in runs])
    assert 0.02 <= (p_values <= 0.05).mean() <= 0.08
    assert 0.45 <= (p_values <= 0.5).mean() <= 0.55


# --- comparisons of other statistics


def test_abstention_precision_compared_by_hand() -> None:
    """Run a declines a case wrongly where b does not, b one rightly where a does not; both decline eight more,
    of which four rightly. So 4/9 against 5/9. Swapping one case gives one run both of the two, the other
    none: 5/10 against 4/8, no difference. Swapping both turns it round: 2 of 4 ways reach 1/9.
    """
    a = [Abstention(wanted=True, given=False), Abstention(wanted=False, given=True)]
    b = [Abstention(wanted=True, given=True), Abstention(wanted=False, given=False)]
    same = [Abstention(wanted=True, given=True), Abstention(wanted=False, given=True)] * 4
    found = statistics.paired_test([*a, *same], [*b, *same], abstention.precision)
    assert found.difference == pytest.approx(1 / 9)
    assert found.p_value == 0.5
    assert found.low <= found.difference <= found.high


def test_swaps_without_a_statistic_are_left_out() -> None:
    """The statistic is the number of ones, not defined where there is none; a has one of four, b the other three.

    Over the 16 swaps a has 0, 1, 2, 3 or 4 of them in 1, 4, 6, 4 or 1. The 2 with none in a run are left
    out; of the other 14 the 8 with one or three reach a difference of 2.
    """

    def ones(rows: Sequence[int]) -> float:
        if 1 not in rows:
            raise MissingEvidence("no ones")
        return float(rows.count(1))

    found = statistics.paired_test([1, 2, 2, 2], [2, 1, 1, 1], ones)
    assert found.difference == 2
    assert found.p_value == pytest.approx(8 / 14)


def test_runs_that_swaps_mostly_leave_without_a_statistic_are_not_compared() -> None:
    """A statistic that wants three kinds of case in each run: of 8 swaps only none and all keep them so."""

    def spread(rows: Sequence[int]) -> float:
        if not {1, 3, 5} <= set(rows):
            raise MissingEvidence("not all there")
        return float(rows[0])

    with pytest.raises(MissingEvidence, match="is not defined on"):
        statistics.paired_test([1, 3, 5], [3, 5, 1], spread)


@fewer
@given(outcomes)
def test_swapping_the_runs_turns_a_paired_test_round(cases: list[tuple[bool, bool, bool]]) -> None:
    a = [Abstention(wanted, given_) for wanted, given_, _ in cases]
    b = [Abstention(wanted, given_) for wanted, _, given_ in cases]
    try:
        there = statistics.paired_test(a, b, abstention.recall, resamples=64)
    except MissingEvidence:
        with pytest.raises(MissingEvidence):
            statistics.paired_test(b, a, abstention.recall, resamples=64)
        return
    back = statistics.paired_test(b, a, abstention.recall, resamples=64)
    assert there == pytest.approx((-back.difference, -back.high, -back.low, back.p_value))
    assert 0 < there.p_value <= 1


def test_swaps_of_an_area_under_the_curve_are_uniform_where_there_is_no_difference() -> None:
    """200 comparisons of 20 answered cases whose confidence says something, in both runs alike."""

    def area(rows: Sequence[tuple[float, bool]]) -> float:
        return abstention.aurc([sure for sure, _ in rows], [right for _, right in rows])

    random = np.random.default_rng(2)
    p_values = []
    for _ in range(200):
        sure = random.random((2, 20)).round(1)
        a, b = (list(zip(s.tolist(), (random.random(20) < s).tolist(), strict=True)) for s in sure)
        p_values.append(statistics.paired_test(a, b, area, resamples=99).p_value)
    assert 0.02 <= np.mean([p <= 0.05 for p in p_values]) <= 0.08


# --- many comparisons


@pytest.mark.parametrize(
    ("p_values", "adjusted"),
    [
        pytest.param(
            [0.01, 0.04, 0.03, 0.005], [0.03, 0.06, 0.06, 0.02], id="4 * .005, 3 * .01, 2 * .03, then as much"
        ),
        pytest.param([0.02], [0.02], id="one stays as it is"),
        pytest.param([0.4, 0.6], [0.8, 0.8], id="never below a smaller one's"),
        pytest.param([0.9, 0.8], [1, 1], id="never above 1"),
        pytest.param([0.01, 0.01], [0.02, 0.02], id="equals stay equal"),
        pytest.param([], [], id="none"),
    ],
)
def test_holm(p_values: list[float], adjusted: list[float]) -> None:
    assert statistics.holm(p_values) == pytest.approx(adjusted)


@given(st.lists(st.floats(0, 1), max_size=12), st.floats(0.001, 0.999))
def test_holm_rejects_what_the_step_down_rule_rejects(p_values: list[float], level: float) -> None:
    """The rule as Holm states it: go up from the smallest, stop at the first p above level / (those left)."""
    order = sorted(p_values)
    rejected = 0
    while rejected < len(order) and Fraction(order[rejected]) * (len(order) - rejected) <= Fraction(level):
        rejected += 1
    adjusted = statistics.holm(p_values)
    assert all(after >= before for before, after in zip(p_values, adjusted, strict=True))
    near = any(abs(value - level) < 1e-12 for value in adjusted)
    assert near or sum(value <= level for value in adjusted) == rejected


# --- what cannot be computed

NOTHING: list[object] = []


@pytest.mark.parametrize(
    "compute",
    [
        pytest.param(lambda: statistics.mean([]), id="a mean"),
        pytest.param(lambda: statistics.share([]), id="a share"),
        pytest.param(lambda: statistics.percentile([], 50), id="a percentile"),
        pytest.param(lambda: statistics.bootstrap_interval([]), id="an interval"),
        pytest.param(lambda: statistics.bootstrap_statistic(NOTHING, len), id="an interval of a statistic"),
        pytest.param(lambda: statistics.permutation_test([], []), id="a comparison"),
        pytest.param(lambda: statistics.paired_test(NOTHING, NOTHING, len), id="a paired test"),
    ],
)
def test_of_nothing_there_is_none(compute: Callable[[], object]) -> None:
    with pytest.raises(MissingEvidence):
        compute()


@pytest.mark.parametrize("wrong", [nan, inf, -inf])
@pytest.mark.parametrize(
    "compute",
    [
        pytest.param(statistics.mean, id="a mean"),
        pytest.param(lambda values: statistics.percentile(values, 50), id="a percentile"),
        pytest.param(statistics.bootstrap_interval, id="an interval"),
        pytest.param(lambda values: statistics.permutation_test(values, [0, 0]), id="run a"),
        pytest.param(lambda values: statistics.permutation_test([0, 0], values), id="run b"),
    ],
)
def test_what_is_no_number_is_refused(compute: Callable[[list[float]], object], wrong: float) -> None:
    with pytest.raises(ValueError, match=f"value 2 of 2 is {wrong}, which is not a finite number"):
        compute([0, wrong])


def test_a_statistic_that_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="the statistic is nan"):
        statistics.bootstrap_statistic([1, 2], lambda rows: nan)
    with pytest.raises(ValueError, match="the statistic is nan"):
        statistics.paired_test([1, 2], [2, 1], lambda rows: 1.0 if len(set(rows)) == 2 else nan)


def test_runs_of_different_cases_are_not_compared() -> None:
    with pytest.raises(ValueError, match="1 and 2 cases"):
        statistics.permutation_test([0], [0, 1])
    with pytest.raises(ValueError, match="0 and 1 cases"):
        statistics.paired_test([], [0], statistics.mean)


@pytest.mark.parametrize("wrong", [nan, -0.1, 1.1])
def test_what_is_no_p_value_is_refused(wrong: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        statistics.holm([0.5, wrong])
