"""How well Pacta knows when not to answer: refusals, and the confidence of what it did answer.

A refusal is judged against the gold set's wish for one. Answers are judged by selective prediction: a
system that declines what it is least sure of should be wrong less often in what is left (El-Yaniv and
Wiener, "On the Foundations of Noise-free Selective Classification", JMLR 11, 2010; Geifman and
El-Yaniv, "Selective Classification for Deep Neural Networks", arXiv:1705.08500). Calibration asks more:
that of the answers given with confidence 0.8, four in five are right.

The functions on confidences take answered cases only, ``confidences`` from 0 to 1 and whether each
answer was ``right``. They raise MissingEvidence where there is none, ValueError for a confidence outside
0 to 1 or NaN and for lists of different lengths.
"""

from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from eval.measures import MissingEvidence
from eval.statistics import share


class Abstention(NamedTuple):
    """One question: whether the gold set wants an abstention, and whether there was one."""

    wanted: bool
    given: bool


class RiskCoverage(NamedTuple):
    """What answering from a confidence of ``threshold`` up would come to.

    ``coverage`` is the share of the cases still answered, ``risk`` the share of those that are wrong.
    """

    coverage: float
    risk: float
    threshold: float


class Bin(NamedTuple):
    """The cases with a confidence above ``low`` and up to ``high``; the first bin takes 0 in.

    ``confidence`` is their mean confidence, ``accuracy`` the share of them that is right.
    """

    low: float
    high: float
    cases: int
    confidence: float
    accuracy: float


def precision(outcomes: Collection[Abstention]) -> float:
    """Of the abstentions, the share that was wanted.

    Unanswerable questions as a task: Rajpurkar, Jia and Liang, "Know What You Don't Know"
    (arXiv:1806.03822); the measures as in Wen et al., "Know Your Limits" (arXiv:2407.18418).
    """
    return share(outcome.wanted for outcome in outcomes if outcome.given)


def recall(outcomes: Collection[Abstention]) -> float:
    """Of the questions that must not be answered, the share that was declined (not: crashed)."""
    return share(outcome.given for outcome in outcomes if outcome.wanted)


def over_refusal(outcomes: Collection[Abstention]) -> float:
    """Of the questions that have an answer, the share refused; lower is better.

    Röttger et al., "XSTest" (arXiv:2308.01263), where it is called exaggerated safety.
    """
    return share(outcome.given for outcome in outcomes if not outcome.wanted)


def risk_coverage(confidences: Sequence[float], right: Sequence[bool]) -> tuple[RiskCoverage, ...]:
    """The risk at each coverage that a threshold can reach, the highest threshold first.

    Cases of equal confidence are answered together or not at all, so there is one point for each
    confidence that occurs; the last is of all cases (Geifman and El-Yaniv, arXiv:1705.08500).
    """
    thresholds, answered, wrong = _by_confidence(*_checked(confidences, right))
    return tuple(
        RiskCoverage(float(n / answered[-1]), float(bad / n), float(threshold))
        for threshold, n, bad in zip(thresholds, answered, wrong, strict=True)
    )


def aurc(confidences: Sequence[float], right: Sequence[bool]) -> float:
    """The area under the risk-coverage curve: the mean risk over all coverages; lower is better.

    With the cases ordered from the highest confidence down it is the mean, over k from 1 to n, of the
    share of the first k that is wrong (Geifman, Uziel and El-Yaniv, "Bias-Reduced Uncertainty
    Estimation for Deep Neural Classifiers", arXiv:1805.08206). Cases of equal confidence have no order,
    so this is the expectation over all orders of them, each as likely: where k ends within a group of
    g equals of which w are wrong, j of them in, these count for j * w / g wrong. Equal confidences
    throughout therefore give the share of all cases that is wrong, in whatever order they were listed.
    """
    _, answered, wrong = _by_confidence(*_checked(confidences, right))
    firsts = np.arange(1, answered[-1] + 1)
    expected = np.interp(firsts, np.concatenate([[0], answered]), np.concatenate([[0], wrong]))
    return float((expected / firsts).mean())


def calibration_bins(confidences: Sequence[float], right: Sequence[bool], bins: int = 10) -> tuple[Bin, ...]:
    """The cases by confidence in ``bins`` bins of equal width, without those that hold no case.

    A confidence on an edge belongs to the bin below it (Guo et al., "On Calibration of Modern Neural
    Networks", arXiv:1706.04599, section 2). Raises ValueError for less than one bin.
    """
    confidence, correct = _checked(confidences, right)
    edges, place = _places(confidence, bins)
    return tuple(
        Bin(
            low=float(edges[at]),
            high=float(edges[at + 1]),
            cases=int((place == at).sum()),
            confidence=float(confidence[place == at].mean()),
            accuracy=float(correct[place == at].mean()),
        )
        for at in np.unique(place).tolist()
    )


def expected_calibration_error(confidences: Sequence[float], right: Sequence[bool], bins: int = 10) -> float:
    """How far confidence is from accuracy, bin by bin, weighted by the cases in each; 0 is best.

    Naeini, Cooper and Hauskrecht, "Obtaining Well Calibrated Probabilities Using Bayesian Binning",
    AAAI 2015; bins as in ``calibration_bins``. With few cases it is above 0 by chance alone.
    """
    confidence, correct = _checked(confidences, right)
    _, place = _places(confidence, bins)
    # A bin's cases times the gap of its means is the gap of its sums.
    gaps = np.bincount(place, weights=correct - confidence)
    return float(np.abs(gaps).sum() / len(confidence))


def brier_score(confidences: Sequence[float], right: Sequence[bool]) -> float:
    """The mean square of how far each confidence is from 1 where right, from 0 where wrong; 0 is best.

    Brier, "Verification of Forecasts Expressed in Terms of Probability", Monthly Weather Review 78,
    1950, who adds the same square for "wrong" and so has twice this number.
    """
    confidence, correct = _checked(confidences, right)
    return float(((confidence - correct) ** 2).mean())


def _checked(confidences: Sequence[float], right: Sequence[bool]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    if len(confidences) != len(right):
        raise ValueError(f"there are {len(confidences)} confidences, but {len(right)} cases right or wrong")
    if not len(confidences):
        raise MissingEvidence("no case was answered")
    confidence, correct = np.asarray(confidences, dtype=float), np.asarray(right, dtype=bool)
    outside = ~((confidence >= 0) & (confidence <= 1))
    if outside.any():
        place = int(np.flatnonzero(outside)[0])
        raise ValueError(f"confidence {place + 1} of {len(confidence)} is {confidence[place]}, not from 0 to 1")
    return confidence, correct


def _places(confidence: NDArray[np.float64], bins: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """The edges of the bins, and the bin that each confidence is in."""
    if bins < 1:
        raise ValueError(f"{bins} bins hold nothing; there must be one at least")
    edges = np.linspace(0, 1, bins + 1)
    return edges, np.searchsorted(edges[1:-1], confidence)


def _by_confidence(
    confidence: NDArray[np.float64], correct: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]:
    """The confidences that occur, the highest first; how many cases have each or more; how many of those are wrong."""
    values, group = np.unique(-confidence, return_inverse=True)
    answered = np.bincount(group).cumsum()
    wrong = np.bincount(group[~correct], minlength=len(values)).cumsum()
    return -values, answered, wrong
