"""The tables behind conversations, feedback, keys and questions from Slack.

``service/migrations`` brings a database to them.
"""

from typing import Any

from sqlalchemy import Dialect, String
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel


class Words(TypeDecorator[str]):
    """Text of any characters but U+0000, which Postgres has no place for: U+FFFD takes its place."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """The text as it is written and looked for."""
        return value if value is None else str(value).replace("\0", "\ufffd")


class ConversationRow(SQLModel, table=True):
    """A conversation and the key that it belongs to, empty without one; what was said is in its turns.

    Times are ISO 8601 in UTC, to the millisecond, so that their order is that of their characters.
    """

    __tablename__ = "conversation"

    id: str = Field(primary_key=True, sa_type=Words)
    begun_at: str
    owner: str = Field(sa_type=Words, sa_column_kwargs={"server_default": ""})
    last_asked_at: str = Field(index=True, sa_column_kwargs={"server_default": ""})


class TurnRow(SQLModel, table=True):
    """One question and its answer; ``id`` grows, so it is also the order of the turns."""

    __tablename__ = "turn"

    id: int | None = Field(default=None, primary_key=True)
    conversation_id: str = Field(foreign_key="conversation.id", ondelete="CASCADE", index=True, sa_type=Words)
    asked_at: str
    question: str = Field(sa_type=Words)
    focus: str = Field(sa_type=Words)
    answer: str = Field(sa_type=Words)
    answer_json: str = Field(sa_type=Words)
    message_id: str | None = Field(default=None, index=True, sa_type=Words)
    status: str | None = Field(default=None, sa_type=Words)


class FeedbackRow(SQLModel, table=True):
    """What a reader thought of an answer; forgotten with the turn that the answer is part of."""

    __tablename__ = "feedback"

    turn_id: int = Field(primary_key=True, foreign_key="turn.id", ondelete="CASCADE")
    given_at: str
    verdict: str
    comment: str | None = Field(default=None, sa_type=Words)


class KeyRow(SQLModel, table=True):
    """A key by its hash; ``scopes`` are words, ``labels`` a JSON list, or NULL for all labels there are."""

    __tablename__ = "api_key"

    id: str = Field(primary_key=True, sa_type=Words)
    name: str = Field(sa_type=Words)
    secret_sha256: str
    scopes: str
    labels: str | None = Field(default=None, sa_type=Words)
    created_at: str
    last_used_at: str | None = None
    revoked_at: str | None = None


class SlackQuestionRow(SQLModel, table=True):
    """A question that came from Slack, kept before Slack is told that it has arrived.

    ``source`` and ``event_id`` are each in the table once, whatever comes twice. ``replies`` is a JSON list of the
    times of the messages that answer it; with ``telling`` there may be one more that is not noted yet. ``question``
    is NULL once its message was deleted; every edit raises ``version``, and leaves the answer that is to be replaced
    in ``replaces``. ``text_at`` is when the question was written as it is, in Slack's time, and ``received_at`` when
    it came so.
    """

    __tablename__ = "slack_question"

    id: int | None = Field(default=None, primary_key=True)
    source: str = Field(unique=True, sa_type=Words)
    event_id: str | None = Field(default=None, unique=True, sa_type=Words)
    received_at: str = Field(index=True)
    team: str = Field(sa_type=Words)
    enterprise: str | None = Field(default=None, sa_type=Words)
    channel: str = Field(sa_type=Words)
    thread: str = Field(sa_type=Words)
    asker: str = Field(sa_type=Words)
    question: str | None = Field(default=None, sa_type=Words)
    text_at: str = ""
    respond_to: str | None = Field(default=None, sa_type=Words)
    conversation_id: str = Field(index=True)
    state: str = Field(index=True)
    not_before: str
    attempts: int
    version: int
    claimed_by: str | None = None
    claimed_until: str = ""
    message_id: str | None = Field(default=None, sa_type=Words)
    replaces: str | None = Field(default=None, sa_type=Words)
    telling: bool
    replies: str


class SlackChannelRow(SQLModel, table=True):
    """A channel of Slack's, and whether people of other organisations read it."""

    __tablename__ = "slack_channel"

    team: str = Field(primary_key=True, sa_type=Words)
    channel: str = Field(primary_key=True, sa_type=Words)
    external: bool
