"""What is measured of claims: shares of claims, each with its definition.

A measure is a ratio of two counts over the claims of texts, gold ones and those found beside ("extra"); where the lower
count is nothing there is no such measure. F1 is the harmonic mean of precision and recall, 2·both / (gold + found)
(van Rijsbergen, Information Retrieval, 1979, chapter 7), as of mentions in named-entity recognition.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from eval.claim_results import Outcome
from service.check.models import RIGHT

# The last column and the last row of the confusion matrix: gold claims not found, claims found that are none.
MISSED, EXTRA = "missed", "extra"

Ratio = tuple[int, int]


def detection_precision(claims: Sequence[Outcome]) -> Ratio:
    """Of the claims found, those whose statement is a gold claim's."""
    return _matched(claims), _found(claims)


def detection_recall(claims: Sequence[Outcome]) -> Ratio:
    """Of the gold claims, those whose statement is found."""
    return _matched(claims), _gold(claims)


def detection_f1(claims: Sequence[Outcome]) -> Ratio:
    """Both of these: how far the statements found are the gold claims'."""
    return 2 * _matched(claims), _gold(claims) + _found(claims)


def attribution_precision(claims: Sequence[Outcome]) -> Ratio:
    """Of the claims found, those that are a gold claim and attributed to its treaty and article."""
    return _attributed(claims), _found(claims)


def attribution_recall(claims: Sequence[Outcome]) -> Ratio:
    """Of the gold claims, those found and attributed to the treaty and article that the text claims."""
    return _attributed(claims), _gold(claims)


def attribution_f1(claims: Sequence[Outcome]) -> Ratio:
    """Both of these: how far what is attributed to what is found."""
    return 2 * _attributed(claims), _gold(claims) + _found(claims)


def verdict_accuracy(claims: Sequence[Outcome]) -> Ratio:
    """Of the gold claims, those with the right verdict; one that is not found is wrong."""
    return sum(claim.verdict_right for claim in claims), _gold(claims)


def verdict_precision(claims: Sequence[Outcome]) -> Ratio:
    """Of the claims found, those with the right verdict; one that is no gold claim is wrong."""
    return sum(claim.verdict_right for claim in claims), _found(claims)


def false_right(claims: Sequence[Outcome]) -> Ratio:
    """Of the gold claims that are not right, those that are called right.

    Right are ``service.check.models.RIGHT``. What is found beside the gold claims and called right is not counted
    here, as nobody judged it; it is listed as extra.
    """
    return sum(claim.false_right for claim in claims), sum(
        claim.gold is not None and claim.gold.verdict not in RIGHT for claim in claims
    )


# By the names of the glossary.
RATIOS: Mapping[str, Callable[[Sequence[Outcome]], Ratio]] = {
    "verdict_accuracy": verdict_accuracy,
    "false_right": false_right,
    "verdict_precision": verdict_precision,
    "attribution_F1": attribution_f1,
    "attribution_precision": attribution_precision,
    "attribution_recall": attribution_recall,
    "detection_F1": detection_f1,
    "detection_precision": detection_precision,
    "detection_recall": detection_recall,
}


def confusion(claims: Sequence[Outcome]) -> Counter[tuple[str, str]]:
    """How many claims have which gold verdict (or EXTRA) and were given which (or MISSED)."""
    return Counter(
        (claim.gold.verdict if claim.gold else EXTRA, claim.found.verdict if claim.found else MISSED)
        for claim in claims
    )


def _gold(claims: Sequence[Outcome]) -> int:
    return sum(claim.gold is not None for claim in claims)


def _found(claims: Sequence[Outcome]) -> int:
    return sum(claim.found is not None for claim in claims)


def _matched(claims: Sequence[Outcome]) -> int:
    return sum(claim.gold is not None and claim.found is not None for claim in claims)


def _attributed(claims: Sequence[Outcome]) -> int:
    return sum(claim.attributed for claim in claims)
