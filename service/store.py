"""Conversations and what readers thought of the answers, kept in one SQLite file of the home folder.

A conversation comes into being with its first turn, and its id, which cannot be guessed, is what
lets a reader continue, see or delete it: every access to a conversation goes through this class, so
that the rules of who may do so have one place when there are keys.

The file is written in WAL mode and may be used from many threads and by several processes. One of an
older Pacta is brought up to date when it is opened; after that the older Pacta refuses it.
"""

import json
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal
from uuid import uuid4

from sqlalchemy import URL, Connection, Engine, and_, case, event, func, literal, or_
from sqlalchemy import select as select_columns
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Field, Session, SQLModel, col, create_engine, select

from service.errors import StoreUnusable
from service.models import Conversation, Turn

Verdict = Literal["up", "down"]

SCHEMA_VERSION = 2
# How long a writer waits for another before it gives up; a turn is written in a millisecond.
BUSY_MS = 5_000

# Feedback names an answer by its message id, which version 1 kept within the answer only.
_FROM_1_TO_2 = (
    "ALTER TABLE turn ADD COLUMN message_id VARCHAR",
    "UPDATE turn SET message_id = json_extract(answer_json, '$.message_id') WHERE json_valid(answer_json)",
    "CREATE INDEX ix_turn_message_id ON turn (message_id)",
)


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
    message_id: str | None = Field(default=None, index=True)


class FeedbackRow(SQLModel, table=True):
    """What a reader thought of an answer; forgotten with the turn that the answer is part of."""

    __tablename__ = "feedback"

    message_id: str = Field(primary_key=True)
    turn_id: int = Field(foreign_key="turn.id", ondelete="CASCADE", index=True)
    given_at: str
    verdict: str
    comment: str | None = None


_STATUS = func.json_extract(TurnRow.answer_json, "$.status")
# A number that JSON does not have (NaN) would otherwise end the whole search.
_REFUSED = case((func.json_valid(TurnRow.answer_json) == 1, _STATUS == "abstained"))


@dataclass(frozen=True, slots=True)
class KeptTurn:
    """A question as it was asked, and the whole Answer as it was given."""

    question: str
    asked_at: str
    answer: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ReviewableTurn:
    """A turn that a person should look at: it was refused, or a reader's thumb is down.

    ``before`` is the conversation as it was when the question was asked, ``answer`` the whole Answer as it
    was given. ``verdict`` is None where a refusal was not judged; ``asked_at`` is ISO 8601, in UTC.
    """

    question: str
    asked_at: str
    before: Conversation
    answer: dict[str, Any]
    verdict: Literal["down"] | None
    comment: str | None


def new_conversation_id() -> str:
    """An id for a conversation that nobody can guess: 32 hexadecimal digits, 122 bits of chance."""
    return uuid4().hex


class Store:
    """The conversations in the SQLite file at ``path``, which is made when it is not there.

    With ``read_only`` nothing is made, brought up to date or written. Raises StoreUnusable where the file
    cannot be opened, read or written, from every method.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self._path = path
        if read_only:
            self._find_file()
        else:
            self._make_file()
        self._engine = _open_engine(path, read_only)
        try:
            if read_only:
                self._look_at()
            else:
                self._prepare()
        except StoreUnusable:
            self._engine.dispose()
            raise

    def conversation(self, conversation_id: str) -> Conversation | None:
        """The conversation with its turns, oldest first; None when it is not kept."""
        with self._session() as session:
            if session.get(ConversationRow, conversation_id) is None:
                return None
            return _conversation(session, conversation_id)

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
        now = _now()
        with self._session() as session:
            begun = insert(ConversationRow).values(id=conversation_id, begun_at=now)
            session.connection().execute(begun.on_conflict_do_nothing())
            session.add(
                TurnRow(
                    conversation_id=conversation_id,
                    asked_at=now,
                    question=turn.question,
                    focus=json.dumps(turn.focus),
                    answer=turn.answer,
                    answer_json=json.dumps(answer_json, ensure_ascii=False),
                    message_id=answer_json.get("message_id"),
                )
            )
            session.commit()

    def give_feedback(self, message_id: str, verdict: Verdict, comment: str | None = None) -> bool:
        """Keeps what a reader thinks of an answer, in the place of what was thought before.

        False when no turn that is kept has this message id.
        """
        found = select_columns(
            literal(message_id), col(TurnRow.id), literal(_now()), literal(verdict), literal(comment)
        ).where(col(TurnRow.message_id) == message_id)
        # One statement, so that neither a second verdict nor a deletion can come in between.
        given = insert(FeedbackRow).from_select(
            ["message_id", "turn_id", "given_at", "verdict", "comment"], found.order_by(col(TurnRow.id)).limit(1)
        )
        replaced = {name: given.excluded[name] for name in ("given_at", "verdict", "comment")}
        with self._session() as session:
            kept = session.connection().execute(
                given.on_conflict_do_update(index_elements=["message_id"], set_=replaced)
            )
            session.commit()
            return kept.rowcount > 0

    def reviewable_turns(self, since: date | None = None) -> Iterator[ReviewableTurn]:
        """The turns that were refused or have a thumb down, oldest first; none with a thumb up.

        ``since`` leaves out what was asked before that day began, in UTC.
        """
        wanted = (
            select(TurnRow, FeedbackRow)
            .outerjoin(FeedbackRow, col(FeedbackRow.turn_id) == col(TurnRow.id))
            .where(
                col(TurnRow.asked_at) >= (since.isoformat() if since else ""),
                or_(col(FeedbackRow.verdict) == "down", and_(col(FeedbackRow.verdict).is_(None), _REFUSED)),
            )
            .order_by(col(TurnRow.id))
        )
        with self._session() as session:
            for row, feedback in session.exec(wanted, execution_options={"yield_per": 100}):
                yield ReviewableTurn(
                    row.question,
                    row.asked_at,
                    _conversation(session, row.conversation_id, before=row.id),
                    json.loads(row.answer_json),
                    "down" if feedback else None,
                    feedback.comment if feedback else None,
                )

    def delete(self, conversation_id: str) -> bool:
        """Forgets the conversation, all its turns and what was thought of them; False when there was none."""
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

    def _find_file(self) -> None:
        try:
            self._path.stat()
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise StoreUnusable(
                self._path,
                reason,
                "The service makes this file when it is started (`pacta serve`): name the service's home folder, "
                "as somebody who may read it.",
            ) from error

    def _prepare(self) -> None:
        """Makes the tables and proves that the file can be written, before anybody relies on it."""
        # All or nothing: an error on the way rolls the change of version back with everything else.
        with self._errors(), self._engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode = WAL")
            # Several processes may start at once: one makes the tables, the others wait for it.
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            if self._version(connection) == 1:
                for statement in _FROM_1_TO_2:
                    connection.exec_driver_sql(statement)
            SQLModel.metadata.create_all(connection)
            connection.exec_driver_sql(f"PRAGMA user_version = {SCHEMA_VERSION}")
            connection.commit()

    def _look_at(self) -> None:
        """Raises StoreUnusable where the file would have to be written before it could be read."""
        with self._errors(), self._engine.connect() as connection:
            version = self._version(connection)
            if version < SCHEMA_VERSION:
                raise StoreUnusable(
                    self._path,
                    f"they are of an older Pacta (version {version} of the file)",
                    "Start `pacta serve` in this home once, which brings the file up to date.",
                )

    def _version(self, connection: Connection) -> int:
        """The version of the file, 0 for an empty one; raises StoreUnusable where it is a newer one."""
        version = int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())
        if version > SCHEMA_VERSION:
            raise StoreUnusable(
                self._path,
                f"they were written by a newer Pacta (version {version} of the file)",
                "Use that version, or move the file away to begin afresh.",
            )
        return version

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


def _conversation(session: Session, conversation_id: str, *, before: int | None = None) -> Conversation:
    """The turns of a conversation, or those before the turn of that number."""
    turns = select(TurnRow.question, TurnRow.focus, TurnRow.answer).where(TurnRow.conversation_id == conversation_id)
    if before is not None:
        turns = turns.where(col(TurnRow.id) < before)
    return Conversation(
        conversation_id,
        tuple(
            Turn(question, tuple((treaty, eid) for treaty, eid in json.loads(focus)), answer)
            for question, focus, answer in session.exec(turns.order_by(col(TurnRow.id)))
        ),
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _open_engine(path: Path, read_only: bool) -> Engine:
    # As a URI, "rw" opens what is there and makes nothing; the writer makes the file itself.
    url = URL.create("sqlite", database=path.absolute().as_uri(), query={"mode": "rw", "uri": "true"})
    engine = create_engine(url, connect_args={"timeout": BUSY_MS / 1000})

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, _record: Any) -> None:
        # WAL keeps a committed turn through a crash of the process; NORMAL may lose the last ones
        # when the power fails, which a conversation can bear and an fsync for each question cannot.
        for pragma in ("foreign_keys = ON", "synchronous = NORMAL", f"query_only = {int(read_only)}"):
            connection.execute(f"PRAGMA {pragma}")

    return engine
