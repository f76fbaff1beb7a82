"""The tables behind conversations, feedback and keys; ``service/migrations`` brings a database to them."""

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
