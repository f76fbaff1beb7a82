"""What the tools for language models give: the records of the HTTP endpoints, and where their links lead."""

from pydantic import BaseModel, Field

from service.api.records import AnswerRecord, ProvisionRecord, SearchResult, TreatySummary


class Linked(BaseModel):
    """A result whose links are paths."""

    base_url: str | None = Field(
        description="What each `url`, a path, is to be put behind; null where this Pacta has no address."
    )


class AnswerResult(AnswerRecord, Linked):
    """The answer with its citations, as `POST /v1/chat` gives it."""


class FoundArticle(SearchResult):
    """An article with the stretch that matches best, and how to cite it."""

    citation: str = Field(examples=["Charter of the United Nations, Article 51"])
    url: str = Field(description="Permalink of the article.")
    text_status: str = Field(description="Tell the reader anything but `authentic`.")


class FoundArticles(Linked):
    """Articles, best first, each at most once."""

    results: list[FoundArticle]


class ProvisionResult(ProvisionRecord, Linked):
    """A provision with its words, as `GET /v1/treaties/{id}/provisions/{eid}` gives it."""


class TreatyPage(Linked):
    """Some of the treaties held, by title."""

    treaties: list[TreatySummary]
    total: int = Field(description="How many there are in all that the filter lets through.")
    index: str = Field(description="Generation of the index.")
