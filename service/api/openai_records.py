"""The records of OpenAI's interface, as far as Pacta has something to say in them.

A request of OpenAI's has many more fields, for what a model that writes freely can be told. Those that change
nothing here are taken and left alone; those that would change what the client has to expect are refused.
"""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, ValidationInfo, field_validator

from service.api.records import AnswerRecord, CitationRecord, Words, must_be_unicode


class TextPart(BaseModel):
    """A part of a message."""

    type: Literal["text"]
    text: str


Content = str | list[TextPart] | None


def text_of(content: Content) -> str:
    """The words of a message; its parts stand one below the other."""
    if isinstance(content, list):
        return "\n".join(part.text for part in content)
    return content or ""


def _only_text(content: object) -> object:
    """Says what is wrong in one sentence, where each of the types allowed would say so for itself."""
    if content is None or isinstance(content, str):
        return content
    if not isinstance(content, list):
        raise ValueError("it should be a string or a list of parts of the type 'text'")
    for number, part in enumerate(content, start=1):
        if not isinstance(part, dict) or part.get("type") != "text" or not isinstance(part.get("text"), str):
            raise ValueError(f"part {number} is not {{'type': 'text', 'text': …}}, and Pacta reads text only")
    return content


def _must_be_unicode(content: Content) -> Content:
    must_be_unicode(text_of(content))
    return content


class ChatMessage(BaseModel):
    """A message of the conversation so far. Only what the user said is read."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"] = Field(
        description="The messages of `user` are the questions. The others are left alone: an answer is made of the "
        "treaties' words, which no instruction changes, and what was answered before is worked out anew.",
        examples=["user"],
    )
    content: Annotated[Content, BeforeValidator(_only_text), AfterValidator(_must_be_unicode)] = Field(
        default=None, description="The words, as a string or in parts of the type `text`."
    )

    @property
    def text(self) -> str:
        """The words of the message."""
        return text_of(self.content)


class StreamOptions(BaseModel):
    """What else a stream is to tell."""

    include_usage: Annotated[bool, Field(strict=True)] | None = Field(
        default=None, description="Whether a last chunk, without choices, tells the usage."
    )


class ResponseFormat(BaseModel):
    """The form of the answer."""

    type: Literal["text"]


class ChatCompletionRequest(BaseModel):
    """A conversation whose last question is to be answered."""

    model: Annotated[Words, Field(max_length=300)] = Field(
        description="`pacta` answers from all treaties held, `pacta/` and the id of a treaty from that one.",
        examples=["pacta"],
    )
    messages: list[ChatMessage] = Field(
        min_length=1,
        description="The conversation, oldest message first; the last one of `user` is the question.",
        examples=[[{"role": "user", "content": "What does Article 51 of the UN Charter say?"}]],
    )
    stream: Annotated[bool, Field(strict=True)] | None = Field(
        default=False, description="Answer as server-sent events."
    )
    stream_options: StreamOptions | None = Field(default=None, description="For streams only.")
    n: Annotated[int, Field(strict=True, ge=1, le=1)] | None = Field(
        default=None, description="One answer is given to a question."
    )
    response_format: ResponseFormat | None = Field(
        default=None, description="Text is the only form; JSON that follows a schema is refused."
    )
    tool_choice: Literal["none", "auto"] | None = Field(
        default=None, description="No tool is ever called, so none can be required."
    )

    @field_validator("messages")
    @classmethod
    def _has_question(cls, messages: list[ChatMessage]) -> list[ChatMessage]:
        if all(message.role != "user" for message in messages):
            raise ValueError("none of the messages is the user's; the last one of the role 'user' is the question")
        return messages

    @field_validator("stream_options")
    @classmethod
    def _of_stream(cls, options: StreamOptions | None, info: ValidationInfo) -> StreamOptions | None:
        if options is not None and not info.data.get("stream"):
            raise ValueError("only a stream has options; set stream to true, or leave them out")
        return options


class UrlCitation(BaseModel):
    """Where the answer cites what: `content[start_index:end_index]` is the `[n]`."""

    start_index: int = Field(description="Where the `[n]` begins in the content, in Unicode code points.")
    end_index: int = Field(description="Where it ends, exclusive.")
    url: str = Field(description="The provision as a page, with the quotation marked.")
    title: str = Field(examples=["Charter of the United Nations, Article 51"])


class Annotation(BaseModel):
    """A citation as OpenAI's clients read it."""

    type: Literal["url_citation"]
    url_citation: UrlCitation


class CompletionMessage(BaseModel):
    """The answer."""

    role: Literal["assistant"]
    content: str = Field(description="The answer; `[1]` stands for the citation of that number.")
    refusal: None = Field(description="Always null: why there is no answer is said in the content.")
    annotations: list[Annotation] = Field(description="One for each `[n]` in the content, in their order.")


class Choice(BaseModel):
    """The one answer there is."""

    index: int
    message: CompletionMessage
    logprobs: None
    finish_reason: Literal["stop"]


class Usage(BaseModel):
    """How long question and answer are; a token is a word, or a sign that is part of none."""

    prompt_tokens: int = Field(description="Of all messages that were sent.")
    completion_tokens: int
    total_tokens: int


class ChatCompletion(BaseModel):
    """An answer in OpenAI's shape, with the citations and the whole answer in Pacta's."""

    id: str = Field(examples=["chatcmpl-0f3c9a5e7b1d4c2f8a6e5d4c3b2a1908"])
    object: Literal["chat.completion"]
    created: int = Field(description="When it was given, in seconds since 1970.")
    model: str
    choices: list[Choice]
    usage: Usage
    system_fingerprint: str = Field(description="Generation of the index the answer was drawn from.")
    citations: list[CitationRecord] = Field(description="The provisions quoted, with the quotations.")
    pacta: AnswerRecord = Field(
        description="The whole answer as `POST /v1/chat` gives it. Nothing of it is kept, so its ids lead nowhere."
    )


class Model(BaseModel):
    """What can be asked: all treaties held, or one of them."""

    id: str = Field(examples=["pacta/un-charter"])
    object: Literal["model"]
    created: int = Field(description="When the index was made, in seconds since 1970.")
    owned_by: str = Field(examples=["pacta"])
    name: str = Field(description="What people call it.", examples=["Charter of the United Nations"])


class ModelList(BaseModel):
    """The models there are."""

    object: Literal["list"]
    data: list[Model]


class ErrorDetail(BaseModel):
    """What went wrong, and what to do about it."""

    message: str
    type: str = Field(examples=["invalid_request_error"])
    param: str | None = Field(description="The field that is wrong.", examples=["model"])
    code: str | None = Field(examples=["model_not_found"])


class OpenAIError(BaseModel):
    """A refusal in OpenAI's shape."""

    error: ErrorDetail
