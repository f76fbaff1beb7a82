"""What became of a gold text: the record that is kept in a run's folder, and its claims one by one.

A record holds nothing that changes when the same text is checked again by the same index; times are kept beside it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from eval.claim_cases import ClaimCase, GoldClaim, Span, read_claim_case
from eval.results import Timed
from service.check.models import RIGHT, VERDICTS, Verdict

ClaimFault = Literal["false_right", "extra_right", "wrong_verdict", "missed", "wrong_source", "extra"]

# What can go wrong with a claim, the worst first: how it is called, and what it means.
CLAIM_FAULTS: Mapping[ClaimFault, tuple[str, str]] = {
    "false_right": ("false right", "Called right, although the treaty does not say so, or not there."),
    "extra_right": ("extra, called right", "What is no claim was taken for one, and called right."),
    "wrong_verdict": ("wrong verdict", "Found, with another verdict than the right one."),
    "missed": ("missed", "Not found."),
    "wrong_source": ("wrong source", "The right verdict, but on another treaty or article than the one claimed."),
    "extra": ("extra", "What is no claim was taken for one."),
}


@dataclass(frozen=True, slots=True)
class FoundClaim:
    """A claim that was found in a text, as the document of ``pacta check --json`` has it."""

    statement: Span
    treaty: str | None
    treaty_title: str | None
    eids: tuple[str, ...]
    label: str | None
    verdict: Verdict
    explanation: str

    @property
    def source(self) -> str:
        """What it is attributed to: "orrin Article 4"."""
        return " ".join(filter(None, (self.treaty or self.treaty_title, self.label))) or "no treaty"


@dataclass(frozen=True, slots=True)
class Pair:
    """A gold claim and the claim found for it, by their places; ``attributed`` says that treaty and article agree."""

    gold: int
    found: int
    attributed: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one claim: a gold claim that was found or missed, or one found that is none ("extra")."""

    case: ClaimCase
    gold: GoldClaim | None
    found: FoundClaim | None
    attributed: bool = False

    @property
    def statement(self) -> str:
        """The words of the claim, in the gold set's cut where it has them."""
        claim = self.gold or self.found
        return claim.statement.of(self.case.text) if claim else ""

    @property
    def verdict_right(self) -> bool:
        """Whether the verdict given is the gold one."""
        return self.gold is not None and self.found is not None and self.gold.verdict == self.found.verdict

    @property
    def false_right(self) -> bool:
        """Whether a gold claim that is not right was called right."""
        if self.gold is None or self.found is None:
            return False
        return self.gold.verdict not in RIGHT and self.found.verdict in RIGHT

    @property
    def fault(self) -> ClaimFault | None:
        """What is wrong with it, None where nothing is."""
        if self.found is None:
            return "missed"
        if self.gold is None:
            return "extra_right" if self.found.verdict in RIGHT else "extra"
        if self.false_right:
            return "false_right"
        if not self.verdict_right:
            return "wrong_verdict"
        return None if self.attributed else "wrong_source"


@dataclass(frozen=True, slots=True)
class TextResult:
    """A gold text and what checking it came to.

    ``report`` has the claims and references of the document, None after a crash, which ``remark`` names. Of
    ``quotations`` of treaties shown, ``misquoted`` and ``misplaced`` name those that failed; of ``stretches`` of the
    text told, ``misset`` those whose words are not at their offsets.
    """

    case: ClaimCase
    report: Mapping[str, Any] | None
    pairs: tuple[Pair, ...] = ()
    remark: str = ""
    quotations: int = 0
    misquoted: tuple[str, ...] = ()
    misplaced: tuple[str, ...] = ()
    stretches: int = 0
    misset: tuple[str, ...] = ()

    @property
    def found(self) -> tuple[FoundClaim, ...]:
        """The claims found, in the order of the text."""
        return read_found(self.report) if self.report else ()

    @property
    def outcomes(self) -> list[Outcome]:
        """Its claims one by one, in the order of the text: gold ones, and what was found beside."""
        found = self.found
        of_gold = {pair.gold: pair for pair in self.pairs}
        outcomes = []
        for place, gold in enumerate(self.case.claims):
            pair = of_gold.get(place)
            outcomes.append(
                Outcome(self.case, gold, found[pair.found] if pair else None, bool(pair and pair.attributed))
            )
        taken = {pair.found for pair in self.pairs}
        outcomes += [Outcome(self.case, None, claim) for place, claim in enumerate(found) if place not in taken]
        return sorted(outcomes, key=_place)

    def to_json(self) -> dict[str, Any]:
        """One line of ``cases.jsonl``."""
        return {
            "id": self.case.id,
            "type": self.case.type,
            "outcome": "crashed" if self.report is None else "checked",
            "remark": self.remark,
            "faults": [outcome.fault for outcome in self.outcomes],
            "pairs": [[pair.gold, pair.found, pair.attributed] for pair in self.pairs],
            "case": self.case.to_json(),
            "report": self.report,
            "quotations": self.quotations,
            "misquoted": list(self.misquoted),
            "misplaced": list(self.misplaced),
            "stretches": self.stretches,
            "misset": list(self.misset),
        }


@dataclass(frozen=True, slots=True)
class FinishedText:
    """A text that was checked: what became of it, and how long that took."""

    result: TextResult
    timed: Timed


def read_found(document: Mapping[str, Any]) -> tuple[FoundClaim, ...]:
    """The claims of a document of ``pacta check --json``; raises KeyError for what is none."""
    return tuple(_found(claim) for claim in document["claims"])


def read_text_result(document: Mapping[str, Any]) -> TextResult:
    """The record of a line of ``cases.jsonl``; raises KeyError, TypeError or CaseFault where it is none."""
    return TextResult(
        case=read_claim_case(document["case"]),
        report=document["report"],
        pairs=tuple(Pair(*pair) for pair in document["pairs"]),
        remark=document["remark"],
        quotations=document["quotations"],
        misquoted=tuple(document["misquoted"]),
        misplaced=tuple(document["misplaced"]),
        stretches=document["stretches"],
        misset=tuple(document["misset"]),
    )


def _found(claim: Mapping[str, Any]) -> FoundClaim:
    attributed = claim["attributed"]
    if claim["verdict"] not in VERDICTS:
        raise KeyError(claim["verdict"])
    return FoundClaim(
        statement=Span(claim["start"], claim["end"]),
        treaty=attributed["treaty_id"],
        treaty_title=attributed["treaty_title"],
        eids=tuple(attributed["eids"]),
        label=attributed["label"],
        verdict=claim["verdict"],
        explanation=claim["explanation"],
    )


def _place(outcome: Outcome) -> tuple[int, int]:
    claim = outcome.gold or outcome.found
    return (claim.statement.start, claim.statement.end) if claim else (0, 0)
