"""The measures of a report: what each is called, which way is better, and what it means in a sentence.

The definitions and their sources stand with the functions, in ``measures``, ``abstention`` and ``claim_measures``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Group = Literal["whole", "retrieval", "citations", "answer", "abstention", "judge", "cost", "claims"]
Better = Literal["higher", "lower", "neither"]

GROUPS: Mapping[Group, str] = {
    "whole": "Right answers",
    "retrieval": "Retrieval",
    "citations": "Citations",
    "answer": "Answer",
    "abstention": "Abstention and confidence",
    "judge": "Judged by a model",
    "cost": "Time",
    "claims": "Claims of a text",
}


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure as a person meets it; ``unit`` is empty for shares from 0 to 1."""

    name: str
    title: str
    group: Group
    better: Better
    meaning: str
    unit: str = ""


def _table(*measures: Measure) -> Mapping[str, Measure]:
    return {measure.name: measure for measure in measures}


MEASURES: Mapping[str, Measure] = _table(
    Measure("right", "right", "whole", "higher",
            "A right article is cited first, or Pacta abstains for the right reason."),
    Measure("hit@1", "hit@1", "retrieval", "higher", "A gold article is the first that search finds."),
    Measure("hit@5", "hit@5", "retrieval", "higher", "A gold article is among the first five."),
    Measure("hit@10", "hit@10", "retrieval", "higher", "A gold article is among the first ten."),
    Measure("recall@1", "recall@1", "retrieval", "higher", "Share of the gold articles that come first."),
    Measure("recall@5", "recall@5", "retrieval", "higher", "Share of the gold articles among the first five."),
    Measure("recall@10", "recall@10", "retrieval", "higher", "Share of the gold articles among the first ten."),
    Measure("MRR", "MRR", "retrieval", "higher", "One divided by the rank of the first gold article."),
    Measure("nDCG@10", "nDCG@10", "retrieval", "higher", "How near the first ten are to the best order."),
    Measure("wrong_treaty@1", "wrong treaty", "retrieval", "lower",
            "The first article found is of a treaty that does not answer."),
    Measure("first_citation_right", "first citation right", "citations", "higher",
            "The citation that a reader opens first is to a right article."),
    Measure("citation_precision", "citation precision", "citations", "higher",
            "Share of the citations that are to a right article."),
    Measure("citation_recall", "citation recall", "citations", "higher", "Share of the gold articles that are cited."),
    Measure("quote_coverage", "gold quotation shown", "answer", "higher",
            "Share of the gold quotation's words that are quoted, in runs of three."),
    Measure("key_fact_recall", "key facts", "answer", "higher", "Share of the key facts whose words all occur."),
    Measure("share_quoted", "share quoted", "answer", "neither", "Share of the answer's words that are quotations."),
    Measure("length", "length", "answer", "neither", "Words of an answer.", unit="words"),
    Measure("abstention_precision", "abstention precision", "abstention", "higher",
            "Of the abstentions, the share that was wanted."),
    Measure("abstention_recall", "abstention recall", "abstention", "higher",
            "Of the questions nothing held answers, the share declined."),
    Measure("over_refusal", "over-refusal", "abstention", "lower",
            "Of the questions that have an answer, the share refused."),
    Measure("right_reason", "right reason", "abstention", "higher",
            "Where the kind of question asks for one reason, the share that gives it."),
    Measure("AURC", "AURC", "abstention", "lower",
            "Area under the risk–coverage curve of what was answered: 0 where every wrong answer comes last."),
    Measure("ECE", "calibration error", "abstention", "lower",
            "How far confidence is from the share of right answers, over ten bins."),
    Measure("Brier", "Brier score", "abstention", "lower", "Mean squared distance of confidence from right or wrong."),
    Measure("faithfulness", "faithful (judged)", "judge", "higher", "The answer follows from what is quoted."),
    Measure("correctness", "correct (judged)", "judge", "higher", "The answer agrees with the gold answer."),
    Measure("key_fact_recall_judged", "key facts (judged)", "judge", "higher",
            "Share of the key facts that the answer states."),
    Measure("verdict_accuracy", "right verdict", "claims", "higher",
            "Share of the gold claims with the right verdict; one that is not found is wrong."),
    Measure("false_right", "false right", "claims", "lower",
            "Of the gold claims that are not right, the share that is called right: the worst error."),
    Measure("verdict_precision", "verdict precision", "claims", "higher",
            "Share of the claims found whose verdict is right; one that is no gold claim is wrong."),
    Measure("attribution_F1", "attribution F1", "claims", "higher",
            "How far the claims found, each with its treaty and article, are the gold claims."),
    Measure("attribution_precision", "attribution precision", "claims", "higher",
            "Share of the claims found that are gold claims of that treaty and article."),
    Measure("attribution_recall", "attribution recall", "claims", "higher",
            "Share of the gold claims found with their treaty and article."),
    Measure("detection_F1", "detection F1", "claims", "higher",
            "How far the statements found are those of the gold claims, whatever they are attributed to."),
    Measure("detection_precision", "detection precision", "claims", "higher",
            "Share of the statements found that are gold claims."),
    Measure("detection_recall", "detection recall", "claims", "higher",
            "Share of the gold claims whose statement is found."),
)  # fmt: skip


def measure_of(name: str) -> Measure:
    """The measure of that name; one that is unknown here speaks for itself."""
    return MEASURES.get(name) or Measure(name, name, "whole", "neither", "")
