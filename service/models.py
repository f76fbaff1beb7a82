"""The vocabulary of answering: a question, the hits it finds, the answer with its citations."""

from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

Status = Literal["answered", "abstained"]
Reason = Literal["treaty_not_held", "no_such_provision", "not_found", "out_of_scope", "wrong_premise"]
Mode = Literal["extractive", "generative"]


@dataclass(frozen=True, slots=True)
class Question:
    """What a person asks; ``treaties`` limits the answer to these treaty ids (empty: all held)."""

    text: str
    treaties: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """One question of a conversation, with what its answer was about: ``treaty_id`` and article eIds."""

    question: str
    focus: tuple[tuple[str, str], ...] = ()
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Conversation:
    """The turns so far, oldest first."""

    id: str
    turns: tuple[Turn, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """An article found for a query, with the stretch of it that matches best (``quote``), best first."""

    treaty_id: str
    eid: str
    label: str
    score: float
    start: int
    end: int
    quote: str

    def to_json(self) -> dict[str, Any]:
        """One entry of the results of ``POST /v1/search``."""
        return {
            "treaty_id": self.treaty_id,
            "eid": self.eid,
            "label": self.label,
            "score": round(self.score, 4),
            "quote": self.quote,
        }


@dataclass(frozen=True, slots=True)
class CitedSource:
    """The document a quotation was read from; ``page`` counts from 1, None without pages."""

    uri: str
    sha256: str
    page: int | None


@dataclass(frozen=True, slots=True)
class Citation:
    """A quotation and where it stands: ``quote == treaty.text[start:end]``."""

    number: int
    treaty_id: str
    treaty_title: str
    eid: str
    label: str
    citation: str
    quote: str
    start: int
    end: int
    url: str
    text_status: str
    source: CitedSource


@dataclass(frozen=True, slots=True)
class Answer:
    """What Pacta says, in the shape of the contract; ``to_json`` gives exactly that document."""

    answer: str
    status: Status
    reason: Reason | None
    mode: Mode
    confidence: float
    citations: tuple[Citation, ...]
    related: tuple[Citation, ...]
    conversation_id: str
    message_id: str
    index: str
    timings_ms: dict[str, float] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The Answer of the contract, ready for ``json.dumps``."""
        document = asdict(self)
        document["citations"] = list(document["citations"])
        document["related"] = list(document["related"])
        document["confidence"] = round(self.confidence, 4)
        return document

    def with_timings(self, **timings_ms: float) -> "Answer":
        """The same answer with further timings, in milliseconds."""
        return replace(self, timings_ms={**self.timings_ms, **timings_ms})
