"""The records that travel over HTTP, described for those who write clients.

Inside Pacta the same things are frozen dataclasses (``service.models``, ``ingest.models``). A
request with an unknown field is refused rather than half understood.
"""

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from ingest.models import FactKind
from service.models import Mode, Reason, Status
from service.store import Verdict


def must_be_unicode(text: str) -> str:
    """The text; raises ValueError for half a character (``"\\ud800"``), which JSON can spell and no file takes."""
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError("half of a surrogate pair is no character")
    return text


# An empty question has a problem of its own (question-empty); the description says all the same that it is none.
SOMETHING: dict[str, Any] = {"minLength": 1, "pattern": r"\S"}
Words = Annotated[str, AfterValidator(must_be_unicode)]
TreatyIds = Annotated[
    list[Annotated[Words, Field(min_length=1, max_length=200)]] | None,
    Field(
        max_length=200,
        description="Ids of the treaties to look in; left out or empty: all treaties held.",
        examples=[["un-charter"]],
    ),
]


class ChatRequest(BaseModel):
    """A question, alone or as the next turn of a conversation."""

    model_config = ConfigDict(extra="forbid")

    question: Words = Field(
        description="What to ask, in plain words.",
        examples=["What does Article 51 of the UN Charter say?"],
        json_schema_extra=SOMETHING,
    )
    conversation_id: Words | None = Field(
        default=None,
        max_length=64,
        description="`conversation_id` of an earlier answer, to ask on from it. An id that is not "
        "kept is refused with 404; leave it out to begin a new conversation.",
    )
    treaties: TreatyIds = None
    stream: bool = Field(
        default=False,
        description="Answer as server-sent events `citation`, `delta`, `done` and `error`. "
        "Whatever can be refused is refused with a problem document before the stream begins.",
    )


class SourceRecord(BaseModel):
    """The document a quotation was read from."""

    uri: str = Field(description="File or address, as it was ingested.")
    sha256: str = Field(description="SHA-256 of the document's bytes.")
    page: int | None = Field(description="Page, counted from 1; null where there are no pages.")


class CitationRecord(BaseModel):
    """A quotation and where it stands: `quote` is `text[start:end]` of the treaty, code point for
    code point."""

    number: int = Field(description="The number in square brackets in the answer.", examples=[1])
    treaty_id: str = Field(examples=["un-charter"])
    treaty_title: str = Field(examples=["Charter of the United Nations"])
    eid: str = Field(description="The provision, in Akoma Ntoso's manner.", examples=["art_51"])
    label: str = Field(examples=["Article 51"])
    citation: str = Field(examples=["Charter of the United Nations, Article 51"])
    quote: str = Field(description="The treaty's own words.")
    start: int = Field(description="Where the quotation begins, in Unicode code points.")
    end: int = Field(description="Where it ends, exclusive.")
    url: str = Field(description="Permalink of the provision.", examples=["/t/un-charter/art_51"])
    text_status: str = Field(
        description="What kind of text this is; tell the reader anything but `authentic`.",
        examples=["authentic"],
    )
    source: SourceRecord


class AnswerRecord(BaseModel):
    """An answer with the provisions it rests on, or an abstention with its reason."""

    answer: str = Field(description="The answer; `[1]` stands for the citation of that number.")
    status: Status
    reason: Reason | None = Field(
        description="Why there is no answer, or `wrong_premise` where the question says of a "
        "provision what it does not say."
    )
    mode: Mode
    confidence: float = Field(ge=0, le=1)
    citations: list[CitationRecord] = Field(description="Numbered in the order of first use.")
    related: list[CitationRecord] = Field(
        description="Provisions the cited ones refer to; when abstaining, the nearest ones found."
    )
    conversation_id: str = Field(description="Send it with the next question to ask on.")
    message_id: str
    index: str = Field(description="Generation of the index the answer was drawn from.")
    timings_ms: dict[str, float]


class SearchRequest(BaseModel):
    """Words to find articles by, alone or as the next turn of a conversation."""

    model_config = ConfigDict(extra="forbid")

    query: Words = Field(examples=["self-defence against an armed attack"], json_schema_extra=SOMETHING)
    conversation_id: Words | None = Field(
        default=None,
        max_length=64,
        description='`conversation_id` of an earlier answer: a query such as "and Article 52?" is then '
        "understood as it would be there. Nothing is added to the conversation. An id that is not kept is "
        "refused with 404.",
    )
    treaties: TreatyIds = None
    limit: int = Field(default=10, ge=1, le=100, description="At most so many articles.")


class SearchResult(BaseModel):
    """An article (or preamble, or annex without articles) and the stretch that matches best."""

    treaty_id: str = Field(examples=["arvenia-solmark"])
    eid: str = Field(examples=["art_4"])
    label: str = Field(examples=["Article 4"])
    score: float = Field(description="For ranking within one search only.", examples=[1.4127])
    quote: str = Field(
        examples=["Measures taken under this Article shall at once be reported to the Security Council."]
    )


class SearchResults(BaseModel):
    """Articles, best first, each at most once."""

    results: list[SearchResult]


class FeedbackRequest(BaseModel):
    """What a reader thinks of an answer."""

    model_config = ConfigDict(extra="forbid")

    message_id: Words = Field(
        min_length=1,
        max_length=64,
        description="`message_id` of the answer. One that is not kept is refused with 404.",
        examples=["0f3c9a5e7b1d4c2f8a6e5d4c3b2a1908"],
    )
    verdict: Verdict = Field(description="Whether the answer helped.", examples=["down"])
    comment: Words | None = Field(
        default=None,
        max_length=2_000,
        description="What is wrong or good about it, in the reader's words; people may read it.",
        examples=["Article 52 answers this, not Article 51."],
    )


class TreatySummary(BaseModel):
    """A treaty that is held."""

    id: str = Field(examples=["arvenia-solmark"])
    title: str = Field(examples=["Treaty on Strategic Partnership between Arvenia and Solmark"])
    aliases: list[str] = Field(examples=[["Treaty of Velmora"]])
    language: str = Field(description="Language of the text, as a BCP 47 tag.", examples=["en"])
    text_status: str
    signed: str | None = Field(description="Date of signature, ISO 8601.", examples=["2019-05-14"])
    in_force: str | None = Field(description="Date of entry into force, ISO 8601.", examples=["2020-02-08"])
    articles: int = Field(description="Number of articles, those of annexes included.", examples=[22])
    url: str = Field(description="The treaty as a page.", examples=["/t/arvenia-solmark"])


class TreatyList(BaseModel):
    """The treaties held that fit, by title, and questions that can be put to those held."""

    treaties: list[TreatySummary]
    total: int = Field(description="How many fit, in this piece of the list or another.", examples=[60])
    next: str | None = Field(
        description="Address of the next piece of the list; null at its end.",
        examples=["/v1/treaties?limit=20&offset=20"],
    )
    examples: list[str] = Field(description="Questions these treaties answer.")
    index: str = Field(description="Generation of the index.")


class ProvisionSummary(BaseModel):
    """A provision without its words: `text[start:end]` of the treaty."""

    eid: str = Field(examples=["art_4"])
    kind: str = Field(examples=["article"])
    number: str | None = Field(description="As printed.", examples=["4"])
    heading: str | None = Field(examples=["Mutual assistance"])
    label: str = Field(examples=["Article 4"])
    start: int = Field(examples=[2098])
    end: int = Field(examples=[3184])
    parent: str | None = Field(examples=["chp_2"])


class TextFact(BaseModel):
    """A fact that the treaty's own text tells, and the words it was read from."""

    kind: FactKind
    value: str | list[str] | None = Field(
        description="Normalised: an ISO date, a name, ISO 639 codes, a few words; null where the clause is there "
        "and cannot be told so shortly.",
        examples=["30th day after the 35th instrument"],
    )
    eid: str = Field(description="The provision it stands in.", examples=["art_84__para_1"])
    label: str = Field(examples=["Article 84, paragraph 1"])
    start: int = Field(description="Where its words begin, in Unicode code points.")
    end: int = Field(description="Where they end, exclusive.")
    quote: str = Field(description="The treaty's own words.")
    url: str = Field(description="Permalink of the words.")


class TreatyRecord(TreatySummary):
    """A treaty with what is known of it and the list of its provisions."""

    facts: dict[str, Any] = Field(description="What was given for it beside its text.")
    facts_from_text: list[TextFact] = Field(description="What its own text tells, each kind at most once.")
    source: dict[str, Any]
    oddities: list[str] = Field(description="What a reader should know of this text.")
    provisions: list[ProvisionSummary]


class TreatyText(BaseModel):
    """The canonical text that all offsets point into."""

    text: str = Field(examples=["TREATY ON STRATEGIC PARTNERSHIP\n\nArticle 1\n\n…"])
    sha256: str = Field(
        description="SHA-256 of the text in UTF-8.",
        examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
    )


class ReferenceRecord(BaseModel):
    """A reference: where it is written, in what words, and what it stands for."""

    treaty_id: str
    eid: str = Field(description="The innermost provision in which it is written.")
    start: int
    end: int
    text: str
    status: str = Field(description="internal, held, known (not held), or open.")
    target: str | None = Field(description="The id of the treaty meant, where it is held.")
    eids: list[str] = Field(description="The provisions meant.")
    known: str | None = Field(description="The catalogue's id of a treaty that is not held.")
    lacking: list[str] = Field(description="What was named and is not there.")


class ProvisionRecord(ProvisionSummary):
    """A provision with its words."""

    treaty_id: str
    treaty_title: str
    citation: str
    article: str = Field(description="eId of the article it is part of.")
    children: list[str] = Field(description="eIds of the provisions directly in it.")
    text: str
    text_status: str
    page: int | None
    url: str
    refers_to: list[ReferenceRecord] = Field(description="What its words refer to, in their order.")
    referred_by: list[ReferenceRecord] = Field(description="What refers to it or to what it holds.")


class TurnRecord(BaseModel):
    """A question of a conversation and the answer it was given."""

    question: str
    asked_at: str
    answer: AnswerRecord


class ConversationRecord(BaseModel):
    """A conversation, oldest turn first."""

    id: str
    turns: list[TurnRecord]


class Health(BaseModel):
    """The process is alive."""

    status: str = Field(examples=["ok"])


class Readiness(BaseModel):
    """Questions can be answered."""

    status: str = Field(examples=["ready"])
    index: str = Field(description="Generation of the index in use.")
    treaties: int = Field(description="How many treaties it holds.")
    warning: str | None = Field(
        description="Why the index published last is not the one in use, or is not used as it should; null when it is."
    )


class Problem(BaseModel):
    """A problem document (RFC 9457): what went wrong, and in `detail` what to do about it."""

    type: str = Field(examples=["/docs#unknown-treaty"])
    title: str
    status: int
    detail: str
    request_id: str = Field(description="The request, as the log of the service names it.")
