"""The vocabulary of checking a text: a claim about a provision, how it was compared, what came of it.

Offsets ``start`` and ``end`` are Unicode code points, end exclusive: of a claim into the text that was checked, of a
citation into the treaty's own text.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, get_args

from service.models import Citation

Verdict = Literal[
    "verbatim",
    "altered",
    "misattributed",
    "paraphrase_supported",
    "paraphrase_unsupported",
    "not_found",
    "not_held",
    "unclear",
]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
# What says that the text has it right; of the others, some say that it has it wrong and some that nothing can be said.
RIGHT: frozenset[Verdict] = frozenset({"verbatim", "paraphrase_supported"})
WRONG: frozenset[Verdict] = frozenset({"altered", "misattributed", "paraphrase_unsupported", "not_found"})
OPEN: frozenset[Verdict] = frozenset({"not_held", "unclear"})

# A book of fifty thousand words; a longer text is to be checked in parts.
MOST_CHARACTERS = 300_000

Form = Literal["quotation", "paraphrase"]
# How a treaty or an article was told: named in the claim, taken from the text before it, or guessed from the content.
Told = Literal["named", "context", "guessed", "unknown"]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of the text that was checked: ``text == checked[start:end]``."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Attributed:
    """What a claim says that its words are from.

    ``treaty_id`` is None where the treaty is not held (then ``treaty_title`` has its name if one is known) or cannot
    be told; ``eids`` are the provisions claimed, empty where the claim names none; ``label`` how they are named
    ("Article 4", "Articles 3 and 4"), as claimed where they are not there. ``why`` says how a treaty or an article
    was told that the claim does not name.
    """

    treaty_id: str | None
    treaty_title: str | None
    treaty_told: Told
    eids: tuple[str, ...]
    label: str | None
    article_told: Told
    why: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement of a text that attributes words or content to a treaty.

    ``statement`` is all of it ("Article 5 says that an attack …"), ``content`` what is attributed, without quotation
    marks around it; ``attribution`` the words that name the provision or treaty, None where only the context does.
    """

    statement: Stretch
    content: Stretch
    attribution: Stretch | None
    form: Form
    attributed: Attributed


Op = Literal["same", "changed", "added", "dropped", "omitted"]
Weight = Literal["none", "harmless", "may_change", "changes"]


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of the comparison of a claim's words with the provision's, in the order of both.

    ``claimed`` are words of the checked text (``start:end`` there), ``held`` words of the treaty (``held_start:
    held_end`` of its text); one of them is empty where words were added, dropped or left out behind an ellipsis
    ("omitted"). ``weight`` says what the difference does to the meaning, ``reason`` why, as a sentence to show.
    """

    op: Op
    claimed: str
    held: str
    start: int
    end: int
    held_start: int
    held_end: int
    weight: Weight = "none"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """A claim with its verdict.

    ``explanation`` says in a sentence or two why, ``confidence`` is how sure the verdict is, from 0 to 1.
    ``provision`` quotes the provision that the claim was compared with (the words compared, or those nearest to a
    paraphrase), ``elsewhere`` where the words stand instead; ``missing`` are what a paraphrase has that the provision
    lacks or denies, each as a short phrase. ``pieces`` are empty for a paraphrase.
    """

    number: int
    claim: Claim
    verdict: Verdict
    confidence: float
    explanation: str
    provision: Citation | None = None
    elsewhere: tuple[Citation, ...] = ()
    missing: tuple[str, ...] = ()
    pieces: tuple[Piece, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """One entry of ``claims`` of the document."""
        claim = self.claim
        return {
            "number": self.number,
            "start": claim.statement.start,
            "end": claim.statement.end,
            "text": claim.statement.text,
            "content": asdict(claim.content),
            "attribution": asdict(claim.attribution) if claim.attribution else None,
            "form": claim.form,
            "attributed": asdict(claim.attributed) | {"eids": list(claim.attributed.eids)},
            "verdict": self.verdict,
            "confidence": round(self.confidence, 4),
            "explanation": self.explanation,
            "provision": asdict(self.provision) if self.provision else None,
            "elsewhere": [asdict(citation) for citation in self.elsewhere],
            "missing": list(self.missing),
            "diff": [asdict(piece) for piece in self.pieces],
        }


@dataclass(frozen=True, slots=True)
class Referred:
    """A provision or treaty that the text only mentions: "under Article 51 of the UN Charter".

    ``citation`` quotes the beginning of the provision where it is held.
    """

    stretch: Stretch
    treaty_id: str | None
    treaty_title: str | None
    eids: tuple[str, ...]
    label: str | None
    status: Literal["held", "not_held", "no_such_provision", "unclear"]
    citation: Citation | None = None

    def to_json(self) -> dict[str, Any]:
        """One entry of ``references`` of the document."""
        stretch = self.stretch
        return {
            "start": stretch.start,
            "end": stretch.end,
            "text": stretch.text,
            "treaty_id": self.treaty_id,
            "treaty_title": self.treaty_title,
            "eids": list(self.eids),
            "label": self.label,
            "status": self.status,
            "citation": asdict(self.citation) if self.citation else None,
        }


@dataclass(frozen=True, slots=True)
class Report:
    """A text that was checked: its claims and references in the order of the text.

    ``treaties`` is how many it was compared with, ``index`` the generation; ``timings_ms`` what took how long.
    """

    text: str
    claims: tuple[Checked, ...]
    references: tuple[Referred, ...]
    treaties: int
    index: str
    timings_ms: dict[str, float] = field(default_factory=dict)

    def counts(self) -> dict[Verdict, int]:
        """How many claims have each verdict, those without any left out."""
        return count_verdicts(claim.verdict for claim in self.claims)

    def to_json(self) -> dict[str, Any]:
        """The document of ``pacta check --json`` and ``POST /v1/check``."""
        return {
            "claims": [claim.to_json() for claim in self.claims],
            "references": [reference.to_json() for reference in self.references],
            "summary": dict(self.counts()),
            "words": len(self.text.split()),
            "treaties": self.treaties,
            "index": self.index,
            "timings_ms": self.timings_ms,
        }


def count_verdicts(verdicts: Iterable[Verdict]) -> dict[Verdict, int]:
    """How many there are of each verdict, in the order of VERDICTS."""
    given = list(verdicts)
    return {verdict: given.count(verdict) for verdict in VERDICTS if verdict in given}
