"""Refusals, risk and coverage, and calibration against curves worked out by hand and against scikit-learn."""

from collections.abc import Callable, Sequence
from itertools import permutations
from math import inf, nan

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn.calibration import calibration_curve
from sklearn.metrics import brier_score_loss, precision_score, recall_score

from eval import abstention
from eval.abstention import Abstention, Bin, RiskCoverage
from eval.measures import MissingEvidence

# Hundredths, so that cases share a confidence and some stand on an edge of a bin.
confidence = st.integers(0, 100).map(lambda hundredths: hundredths / 100)
answered = st.lists(st.tuples(confidence, st.booleans()), min_size=1, max_size=40)


def columns(cases: Sequence[tuple[float, bool]]) -> tuple[list[float], list[bool]]:
    return [confidence for confidence, _ in cases], [right for _, right in cases]


# --- refusals


def test_abstention() -> None:
    """Three to abstain from, of which two were; four to answer, of which one was refused."""
    outcomes = [
        *[Abstention(wanted=True, given=True)] * 2,
        Abstention(wanted=True, given=False),
        Abstention(wanted=False, given=True),
        *[Abstention(wanted=False, given=False)] * 3,
    ]
    assert abstention.precision(outcomes) == pytest.approx(2 / 3)
    assert abstention.recall(outcomes) == pytest.approx(2 / 3)
    assert abstention.over_refusal(outcomes) == 0.25


@given(st.lists(st.builds(Abstention, st.booleans(), st.booleans()), min_size=1, max_size=30))
def test_refusals_score_as_scikit_learn_scores_them(outcomes: list[Abstention]) -> None:
    wanted, given_ = [o.wanted for o in outcomes], [o.given for o in outcomes]
    if any(given_):
        assert abstention.precision(outcomes) == pytest.approx(precision_score(wanted, given_), abs=1e-9)
    if any(wanted):
        assert abstention.recall(outcomes) == pytest.approx(recall_score(wanted, given_), abs=1e-9)
    if not all(wanted):
        false_positive_rate = 1 - recall_score(wanted, given_, pos_label=False)
        assert abstention.over_refusal(outcomes) == pytest.approx(false_positive_rate, abs=1e-9)


# --- risk and coverage

# cases as "confidence right|wrong": the curve, the area under it
CURVES = [
    pytest.param(
        ((0.9, True), (0.8, True), (0.7, False), (0.6, True)),
        ((0.25, 0, 0.9), (0.5, 0, 0.8), (0.75, 1 / 3, 0.7), (1, 0.25, 0.6)),
        7 / 48,  # (0 + 0 + 1/3 + 1/4) / 4
        id="one wrong of four, third",
    ),
    pytest.param(
        ((0.6, False), (0.9, True)),
        ((0.5, 0, 0.9), (1, 0.5, 0.6)),
        0.25,
        id="the order they are listed in is all one",
    ),
    pytest.param(
        ((0.9, False), (0.6, True)),
        ((0.5, 1, 0.9), (1, 0.5, 0.6)),
        0.75,
        id="the surest is wrong: worse than not knowing",
    ),
    pytest.param(
        ((0.5, True), (0.5, False), (0.5, True), (0.5, False)),
        ((1, 0.5, 0.5),),
        0.5,
        id="always as sure: one threshold, and the share that is wrong",
    ),
    pytest.param(
        ((0.9, True), (0.5, True), (0.5, False)),
        ((1 / 3, 0, 0.9), (1, 1 / 3, 0.5)),
        7 / 36,  # (0 + (0 + 1/2) / 2 + 1/3) / 3
        id="two tied after one",
    ),
    pytest.param(((0.0, False),), ((1, 1, 0.0),), 1, id="one case, wrong"),
    pytest.param(((1.0, True), (0.0, True)), ((0.5, 0, 1.0), (1, 0, 0.0)), 0, id="none wrong"),
]


@pytest.mark.parametrize(("cases", "curve", "area"), CURVES)
def test_risk_coverage(
    cases: tuple[tuple[float, bool], ...], curve: tuple[tuple[float, float, float], ...], area: float
) -> None:
    points = abstention.risk_coverage(*columns(cases))
    assert [tuple(point) for point in points] == [pytest.approx(expected) for expected in curve]
    assert abstention.aurc(*columns(cases)) == pytest.approx(area)


@given(st.lists(st.tuples(st.sampled_from([0.2, 0.5, 0.8]), st.booleans()), min_size=1, max_size=6))
def test_the_area_is_the_mean_over_all_orders_of_the_tied(cases: list[tuple[float, bool]]) -> None:
    """The definition, done the long way: every order that keeps higher confidences first."""
    areas = []
    for order in permutations(cases):
        confidences, right = columns(order)
        if confidences == sorted(confidences, reverse=True):
            risks = [right[:k].count(False) / k for k in range(1, len(right) + 1)]
            areas.append(sum(risks) / len(risks))
    assert abstention.aurc(*columns(cases)) == pytest.approx(sum(areas) / len(areas), abs=1e-9)


@given(answered)
def test_a_curve_is_what_each_threshold_gives(cases: list[tuple[float, bool]]) -> None:
    confidences, right = columns(cases)
    points = abstention.risk_coverage(confidences, right)
    assert [point.threshold for point in points] == sorted(set(confidences), reverse=True)
    for point in points:
        kept = [good for sure, good in cases if sure >= point.threshold]
        assert point == pytest.approx(
            RiskCoverage(len(kept) / len(cases), kept.count(False) / len(kept), point.threshold)
        )
    assert points[-1].coverage == 1


@given(answered, st.data())
def test_the_area_falls_where_a_wrong_answer_turns_right(cases: list[tuple[float, bool]], data: st.DataObject) -> None:
    wrong = [place for place, (_, right) in enumerate(cases) if not right]
    assume(wrong)
    place = data.draw(st.sampled_from(wrong))
    mended = [*cases[:place], (cases[place][0], True), *cases[place + 1 :]]
    assert 0 <= abstention.aurc(*columns(mended)) < abstention.aurc(*columns(cases)) <= 1


@given(answered)
def test_only_the_order_of_confidences_counts_for_the_area(cases: list[tuple[float, bool]]) -> None:
    halved = [(confidence / 2, right) for confidence, right in cases]
    assert abstention.aurc(*columns(halved)) == abstention.aurc(*columns(cases))


# --- calibration


def test_bins_by_hand() -> None:
    """Two bins: 0.2 and 0.4 of which one is right, then 0.9 twice and 1, all right."""
    confidences, right = [0.2, 0.9, 0.4, 0.9, 1.0], [False, True, True, True, True]
    low, high = abstention.calibration_bins(confidences, right, bins=2)
    assert low == pytest.approx(Bin(0, 0.5, cases=2, confidence=0.3, accuracy=0.5))
    assert high == pytest.approx(Bin(0.5, 1, cases=3, confidence=2.8 / 3, accuracy=1))
    # 2/5 * |0.5 - 0.3| + 3/5 * |1 - 2.8/3|
    assert abstention.expected_calibration_error(confidences, right, bins=2) == pytest.approx(0.12)
    # (0.04 + 0.01 + 0.36 + 0.01 + 0) / 5
    assert abstention.brier_score(confidences, right) == pytest.approx(0.084)


@pytest.mark.parametrize(
    ("confidence", "low"),
    [
        pytest.param(0.0, 0.0, id="0 is in the first bin"),
        pytest.param(0.25, 0.0, id="an edge is in the bin below"),
        pytest.param(0.26, 0.25, id="what is above it in the next"),
        pytest.param(1.0, 0.75, id="1 is in the last"),
    ],
)
def test_edges_of_bins(confidence: float, low: float) -> None:
    (found,) = abstention.calibration_bins([confidence], [True], bins=4)
    assert (found.low, found.high) == (low, low + 0.25)


@given(answered, st.integers(1, 20))
def test_calibration_is_what_scikit_learn_says(cases: list[tuple[float, bool]], bins: int) -> None:
    confidences, right = columns(cases)
    accuracies, means = calibration_curve(right, confidences, n_bins=bins)
    ours = abstention.calibration_bins(confidences, right, bins)
    assert [b.accuracy for b in ours] == pytest.approx(accuracies, abs=1e-9)
    assert [b.confidence for b in ours] == pytest.approx(means, abs=1e-9)
    weights = np.array([sum(b.low < c <= b.high or c == b.low == 0 for c in confidences) for b in ours])
    assert weights.tolist() == [b.cases for b in ours]
    assert weights.sum() == len(cases)
    error = float((weights * abs(accuracies - means)).sum() / len(cases))
    assert abstention.expected_calibration_error(confidences, right, bins) == pytest.approx(error, abs=1e-9)
    # pos_label, as the cases may all be right or all be wrong.
    theirs = brier_score_loss(right, confidences, pos_label=True)
    assert abstention.brier_score(confidences, right) == pytest.approx(theirs, abs=1e-9)


@given(answered, st.integers(1, 20))
def test_calibration_errors_are_bounded(cases: list[tuple[float, bool]], bins: int) -> None:
    """From 0 to 1; bins cancel errors out, so finer ones show more: one bin shows least."""
    confidences, right = columns(cases)
    whole = abstention.expected_calibration_error(confidences, right, 1)
    assert 0 <= whole <= abstention.expected_calibration_error(confidences, right, bins) + 1e-12 <= 1 + 2e-12
    assert 0 <= abstention.brier_score(confidences, right) <= 1


@given(st.lists(st.booleans(), min_size=1, max_size=20))
def test_who_is_sure_and_right_has_no_error(right: list[bool]) -> None:
    sure = [float(good) for good in right]
    assert abstention.expected_calibration_error(sure, right) == 0
    assert abstention.brier_score(sure, right) == 0


# --- what cannot be judged

ON_ANSWERED = [
    abstention.risk_coverage,
    abstention.aurc,
    abstention.calibration_bins,
    abstention.expected_calibration_error,
    abstention.brier_score,
]


@pytest.mark.parametrize("compute", ON_ANSWERED)
def test_nothing_answered_is_missing_evidence(compute: Callable[..., object]) -> None:
    with pytest.raises(MissingEvidence, match="no case was answered"):
        compute([], [])


@pytest.mark.parametrize("wrong", [nan, -0.01, 1.01, inf])
@pytest.mark.parametrize("compute", ON_ANSWERED)
def test_what_is_no_confidence_is_refused(compute: Callable[..., object], wrong: float) -> None:
    with pytest.raises(ValueError, match=f"confidence 2 of 3 is {wrong}") as refusal:
        compute([0.5, wrong, 0.5], [True, True, True])
    assert refusal.type is ValueError, "not missing evidence, which is passed over"


@pytest.mark.parametrize("compute", ON_ANSWERED)
def test_lists_of_different_lengths_are_refused(compute: Callable[..., object]) -> None:
    with pytest.raises(ValueError, match="1 confidences, but 2 cases"):
        compute([0.5], [True, True])


def test_no_bins_are_refused() -> None:
    with pytest.raises(ValueError, match="0 bins"):
        abstention.calibration_bins([0.5], [True], bins=0)


@pytest.mark.parametrize(
    "compute",
    [
        pytest.param(lambda: abstention.precision([]), id="no abstention"),
        pytest.param(lambda: abstention.precision([Abstention(True, False)]), id="none given"),
        pytest.param(lambda: abstention.recall([Abstention(False, True)]), id="none to abstain from"),
        pytest.param(lambda: abstention.over_refusal([Abstention(True, True)]), id="none to answer"),
    ],
)
def test_missing_evidence_is_an_error_not_a_score(compute: Callable[[], float]) -> None:
    with pytest.raises(MissingEvidence):
        compute()
