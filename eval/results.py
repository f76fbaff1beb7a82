"""What became of a case: the record that is kept in a run's folder and read again to compare runs.

A record holds nothing that changes when the same question is asked again of the same index: no ids of
messages, no times. Times are kept beside it, as ``Timed``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from eval.cases import GoldCase, read_case
from eval.measures import Key

Outcome = Literal["answered", "abstained", "crashed"]
Judgement = Literal["gold", "also_ok", "other"]
Fault = Literal[
    "crashed",
    "misquotes",
    "should_abstain",
    "wrong_treaty",
    "not_retrieved",
    "not_chosen",
    "lacks_facts",
    "refused",
    "wrong_reason",
]

# What can go wrong with a case, the worst first: how it is called, and what it means.
FAULTS: Mapping[Fault, tuple[str, str]] = {
    "crashed": ("crashed", "An error came instead of an answer."),
    "misquotes": ("misquotes", "A quotation is not the text of the place it names, or a mark [n] has no citation."),
    "should_abstain": ("should abstain", "Answered, although nothing held answers the question."),
    "wrong_treaty": ("wrong treaty", "The article cited first is of a treaty that does not answer."),
    "not_retrieved": ("not retrieved", "Another article is cited first; the right one is not among those found."),
    "not_chosen": ("not chosen", "Another article is cited first, although the right one was found."),
    "lacks_facts": ("lacks facts", "The answer does not have all the key facts."),
    "refused": ("wrongly refused", "Abstained, although the treaties held answer the question."),
    "wrong_reason": ("wrong reason", "Abstained, as it should, but for another reason."),
}

# The fields of an Answer that a record keeps; the others are different each time, or are kept elsewhere.
_ANSWER_FIELDS = ("answer", "status", "reason", "mode", "confidence", "citations", "related", "index")


@dataclass(frozen=True, slots=True)
class Retrieved:
    """An article that search found for a case; ``judgement`` says what the gold set makes of it."""

    treaty_id: str
    eid: str
    label: str
    score: float
    quote: str
    judgement: Judgement

    @property
    def key(self) -> Key:
        """What is compared with gold: (treaty id, eId)."""
        return self.treaty_id, self.eid


@dataclass(frozen=True, slots=True)
class Judged:
    """What a judge model said of an answer, where one was asked: ``failed`` has the measures without a verdict."""

    scores: Mapping[str, float]
    reasons: Mapping[str, str] = field(default_factory=dict)
    failed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One case with what was answered and how that scores.

    ``scores`` has a value for each measure that applies to the case. ``answer`` has the fields of the
    contract that stay the same from run to run, None after a crash. Of ``quotations`` shown,
    ``misquoted`` and ``misplaced`` name those that failed; ``mismarked`` tells that the marks [n] do not
    fit the citations. ``remark`` says in a line what is wrong.
    """

    case: GoldCase
    outcome: Outcome
    fault: Fault | None
    remark: str
    scores: Mapping[str, float]
    retrieved: tuple[Retrieved, ...] = ()
    answer: Mapping[str, Any] | None = None
    cited: tuple[Key, ...] = ()
    quotations: int = 0
    misquoted: tuple[str, ...] = ()
    misplaced: tuple[str, ...] = ()
    mismarked: bool = False
    judged: Judged | None = None

    @property
    def right(self) -> bool:
        """Answered with a right article cited first, or abstained for the right reason."""
        return self.fault is None

    @property
    def confidence(self) -> float | None:
        """The confidence of an answer, None where there is none."""
        return float(self.answer["confidence"]) if self.answer and self.outcome == "answered" else None

    def to_json(self) -> dict[str, Any]:
        """One line of ``cases.jsonl``."""
        document: dict[str, Any] = {
            "id": self.case.id,
            "type": self.case.type,
            "outcome": self.outcome,
            "right": self.right,
            "fault": self.fault,
            "remark": self.remark,
            "scores": dict(self.scores),
            "case": self.case.to_json(),
            "answer": self.answer,
            "cited": [list(key) for key in self.cited],
            "retrieved": [
                {name: getattr(found, name) for name in Retrieved.__slots__} for found in self.retrieved
            ],
            "quotations": self.quotations,
            "misquoted": list(self.misquoted),
            "misplaced": list(self.misplaced),
            "mismarked": self.mismarked,
        }  # fmt: skip
        if self.judged is not None:
            document["judged"] = {name: dict(getattr(self.judged, name)) for name in Judged.__slots__}
        return document


def read_result(document: Mapping[str, Any]) -> CaseResult:
    """The record of a line of ``cases.jsonl``; raises KeyError, TypeError or CaseFault where it is none."""
    fault = document["fault"]
    if fault is not None and fault not in FAULTS:
        raise KeyError(fault)
    judged = document.get("judged")
    return CaseResult(
        case=read_case(document["case"]),
        outcome=document["outcome"],
        fault=fault,
        remark=document["remark"],
        scores=document["scores"],
        retrieved=tuple(Retrieved(**found) for found in document["retrieved"]),
        answer=document["answer"],
        cited=_keys(document["cited"]),
        quotations=document["quotations"],
        misquoted=tuple(document["misquoted"]),
        misplaced=tuple(document["misplaced"]),
        mismarked=document["mismarked"],
        judged=Judged(**judged) if judged else None,
    )


def kept_answer(document: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of an answer that a record keeps."""
    return {name: document[name] for name in _ANSWER_FIELDS}


@dataclass(frozen=True, slots=True)
class Timed:
    """How long an answer took, in milliseconds by stage, ``total`` among them; empty after a crash."""

    case_id: str
    timings_ms: Mapping[str, float]


def _keys(pairs: Sequence[Sequence[str]]) -> tuple[Key, ...]:
    return tuple((treaty, eid) for treaty, eid in pairs)
