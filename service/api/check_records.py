"""The records of ``POST /v1/check``: ``service.check.models`` as it travels over HTTP."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from service.api.records import SOMETHING, CitationRecord, Words
from service.check.models import MOST_CHARACTERS, Form, Op, Told, Verdict, Weight

_STATEMENT = "Article 4 of the Treaty of Velmora says that the other Party may help"
# A text that is too long has a problem of its own (text-too-long), as an empty one has.
_LENGTH: dict[str, Any] = {**SOMETHING, "maxLength": MOST_CHARACTERS}


class CheckRequest(BaseModel):
    """A text to check: a report, an article, a speech, an answer of a language model."""

    model_config = ConfigDict(extra="forbid")

    text: Words = Field(
        description="Plain text. Offsets in the report are Unicode code points of it, end exclusive.",
        examples=[f"{_STATEMENT}."],
        json_schema_extra=_LENGTH,
    )


class StretchRecord(BaseModel):
    """A stretch of the text: `text[start:end]` of it, code point for code point."""

    start: int = Field(examples=[45])
    end: int = Field(examples=[69])
    text: str = Field(examples=["the other Party may help"])


class AttributedRecord(BaseModel):
    """What a statement says that its words are from."""

    treaty_id: str | None = Field(
        description="The treaty; null where it is not held or cannot be told.", examples=["arvenia-solmark"]
    )
    treaty_title: str | None = Field(examples=["Treaty on Strategic Partnership between Arvenia and Solmark"])
    treaty_told: Told = Field(description="Whether the statement names the treaty, or how else it was told.")
    eids: list[str] = Field(description="The provisions claimed; empty where none is.", examples=[["art_4"]])
    label: str | None = Field(description="How they are named.", examples=["Article 4"])
    article_told: Told
    why: str = Field(description="How a treaty or an article was told that the statement does not name.")


class PieceRecord(BaseModel):
    """A piece of the comparison of the text's words with the provision's, in the order of both."""

    op: Op = Field(description="`omitted` is what an ellipsis of the text leaves out.", examples=["changed"])
    claimed: str = Field(description="Words of the text; empty where some were left out.", examples=["may"])
    held: str = Field(description="Words of the treaty; empty where some were added.", examples=["shall"])
    start: int = Field(description="Where the claimed words begin in the text.")
    end: int
    held_start: int = Field(description="Where the held words begin in the treaty's text.")
    held_end: int
    weight: Weight = Field(description="What the difference does to the meaning.", examples=["changes"])
    reason: str = Field(examples=["duty, choice and ban are told apart by this word"])


class ClaimRecord(BaseModel):
    """A statement that attributes words or content to a treaty, with its verdict."""

    number: int = Field(description="Counted from 1, in the order of the text.", examples=[1])
    start: int = Field(description="Where the statement begins in the text.", examples=[0])
    end: int = Field(examples=[len(_STATEMENT)])
    text: str = Field(description="The statement.", examples=[_STATEMENT])
    content: StretchRecord = Field(description="What is attributed, without quotation marks around it.")
    attribution: StretchRecord | None = Field(description="The words that name the provision or treaty, if any do.")
    form: Form
    attributed: AttributedRecord
    verdict: Verdict = Field(
        description="`verbatim` and `paraphrase_supported` are right; `altered`, `misattributed`, "
        "`paraphrase_unsupported` and `not_found` are wrong; `not_held` and `unclear` say that it cannot be told.",
        examples=["paraphrase_unsupported"],
    )
    confidence: float = Field(ge=0, le=1, description="How sure the verdict is.", examples=[0.93])
    explanation: str = Field(examples=["Article 4 makes it a duty: “shall”, not “may”."])
    provision: CitationRecord | None = Field(description="The treaty's words that it was compared with.")
    elsewhere: list[CitationRecord] = Field(description="Where the words stand instead.")
    missing: list[str] = Field(description="What a paraphrase has that the provision lacks or denies.")
    diff: list[PieceRecord] = Field(description="The comparison word by word; empty for a paraphrase.")


class ReferredRecord(BaseModel):
    """A provision or treaty that the text only mentions."""

    start: int = Field(examples=[0])
    end: int = Field(examples=[10])
    text: str = Field(examples=["Article 51"])
    treaty_id: str | None
    treaty_title: str | None = Field(examples=["Charter of the United Nations"])
    eids: list[str]
    label: str | None = Field(examples=["Article 51"])
    status: Literal["held", "not_held", "no_such_provision", "unclear"] = Field(examples=["not_held"])
    citation: CitationRecord | None = Field(description="How the provision begins, where it is held.")


class CheckRecord(BaseModel):
    """A text that was checked: its claims and references in the order of the text."""

    claims: list[ClaimRecord]
    references: list[ReferredRecord]
    summary: dict[Verdict, int] = Field(
        description="How many claims have each verdict, those without any left out.",
        examples=[{"verbatim": 2, "altered": 1}],
    )
    words: int = Field(description="Words of the text.", examples=[13])
    treaties: int = Field(description="How many treaties it was compared with.", examples=[60])
    index: str = Field(description="Generation of the index.")
    timings_ms: dict[str, float]
