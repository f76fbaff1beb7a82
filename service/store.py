"""Conversations, kept in one SQLite file of the home folder.

A conversation comes into being with its first turn, and its id, which cannot be guessed, is what
lets a reader continue, see or delete it: every access to a conversation goes through this class, so
that the rules of who may do so have one place when there are keys.

The file is written in WAL mode and may be used from many threads and by several processes.
"""

import json
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import Engine, event
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Field, Session, SQLModel, col, create_engine, select

from service.errors import StoreUnusable
from service.models import Conversation, Turn

SCHEMA_VERSION = 1
# How long a writer waits for another before it gives up; a turn is written in a millisecond.
BUSY_MS = 5_000


class ConversationRow(SQLModel, table=True):
    """A conversation; what was said is in its turns."""

    __tablename__ = "conversation"

    id: str = Field(primary_key=True)
    begun_at: str


class TurnRow(SQLModel, table=True):
    """One question and its answer; ``id`` grows, so it is also the order of the turns."""

    __tablename__ = "turn"

    id: int | None = Field(default=None, primary_key=True)
    conversation_id: str = Field(foreign_key="conversation.id", ondelete="CASCADE", index=True)
    asked_at: str
    question: str
    focus: str
    answer: str
    answer_json: str


@dataclass(frozen=True, slots=True)
class KeptTurn:
    """A question as it was asked, and the whole Answer as it was given."""

    question: str
    asked_at: str
    answer: dict[str, Any]


def new_conversation_id() -> str:
    """An id for a conversation that nobody can guess: 32 hexadecimal digits, 122 bits of chance."""
    return uuid4().hex


class Store:
    """The conversations in the SQLite file at ``path``, which is made when it is not there.

    Raises StoreUnusable where the file cannot be opened, read or written, from every method.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._make_file()
        self._engine = _open_engine(path)
        try:
            self._prepare()
        except StoreUnusable:
            self._engine.dispose()
            raise

    def conversation(self, conversation_id: str) -> Conversation | None:
        """The conversation with its turns, oldest first; None when it is not kept."""
        with self._session() as session:
            if session.get(ConversationRow, conversation_id) is None:
                return None
            rows = session.exec(
                select(TurnRow.question, TurnRow.focus, TurnRow.answer)
                .where(TurnRow.conversation_id == conversation_id)
                .order_by(col(TurnRow.id))
            ).all()
        turns = tuple(
            Turn(question, tuple((treaty, eid) for treaty, eid in json.loads(focus)), answer)
            for question, focus, answer in rows
        )
        return Conversation(conversation_id, turns)

    def kept_turns(self, conversation_id: str) -> tuple[KeptTurn, ...] | None:
        """The turns with their whole answers, oldest first; None when it is not kept."""
        with self._session() as session:
            if session.get(ConversationRow, conversation_id) is None:
                return None
            rows = session.exec(
                select(TurnRow).where(TurnRow.conversation_id == conversation_id).order_by(col(TurnRow.id))
            ).all()
            return tuple(KeptTurn(row.question, row.asked_at, json.loads(row.answer_json)) for row in rows)

    def append(self, conversation_id: str, turn: Turn, answer_json: Mapping[str, Any]) -> None:
        """Keeps one more turn; the conversation begins with its first one."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        with self._session() as session:
            if session.get(ConversationRow, conversation_id) is None:
                session.add(ConversationRow(id=conversation_id, begun_at=now))
                session.flush()
            session.add(
                TurnRow(
                    conversation_id=conversation_id,
                    asked_at=now,
                    question=turn.question,
                    focus=json.dumps(turn.focus),
                    answer=turn.answer,
                    answer_json=json.dumps(answer_json, ensure_ascii=False),
                )
            )
            session.commit()

    def delete(self, conversation_id: str) -> bool:
        """Forgets the conversation and all its turns; False when there was none."""
        with self._session() as session:
            row = session.get(ConversationRow, conversation_id)
            if row is None:
                return False
            session.delete(row)
            session.commit()
            return True

    def close(self) -> None:
        """Closes the file; the store is not used afterwards."""
        self._engine.dispose()

    def _make_file(self) -> None:
        """Makes folder and file; what people ask is nobody else's to read, hence the mode."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600))
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise StoreUnusable(
                self._path, reason, "Make the folder writable, or choose another with PACTA_HOME."
            ) from error

    def _prepare(self) -> None:
        """Makes the tables and proves that the file can be written, before anybody relies on it."""
        with self._errors(), self._engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode = WAL")
            # Several processes may start at once: one makes the tables, the others wait for it.
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
            if version > SCHEMA_VERSION:
                raise StoreUnusable(
                    self._path,
                    f"they were written by a newer Pacta (version {version} of the file)",
                    "Use that version, or move the file away to begin afresh.",
                )
            SQLModel.metadata.create_all(connection)
            connection.exec_driver_sql(f"PRAGMA user_version = {SCHEMA_VERSION}")
            connection.commit()

    @contextmanager
    def _session(self) -> Iterator[Session]:
        with self._errors(), Session(self._engine) as session:
            yield session

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Says in Pacta's words what SQLite or SQLAlchemy could not do."""
        try:
            yield
        except (SQLAlchemyError, sqlite3.Error) as error:
            reason = str(getattr(error, "orig", None) or error)
            raise StoreUnusable(
                self._path,
                reason,
                "Look at the disk and the rights of the file; a damaged file can be moved away, "
                "a new one is then begun.",
            ) from error


def _open_engine(path: Path) -> Engine:
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": BUSY_MS / 1000})

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, _record: Any) -> None:
        # WAL keeps a committed turn through a crash of the process; NORMAL may lose the last ones
        # when the power fails, which a conversation can bear and an fsync for each question cannot.
        for pragma in ("foreign_keys = ON", "synchronous = NORMAL"):
            connection.execute(f"PRAGMA {pragma}")

    return engine
