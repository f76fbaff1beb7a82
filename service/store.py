"""Conversations and what readers thought of the answers, kept in the service's database.

A conversation comes into being with its first turn and belongs to the key that it was begun with. Whoever
reads, continues, judges or deletes one names the owner: one that is another's is not kept, as far as they can
tell. Every access to a conversation over the network goes through this class.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Literal
from uuid import uuid4

from sqlalchemy import and_, delete, or_
from sqlmodel import Session, col, literal, select

from service.access import Caller
from service.database import Database, now, written
from service.errors import UnknownConversation
from service.keys import KeyRing
from service.models import Conversation, Turn
from service.tables import ConversationRow, FeedbackRow, SlackQuestionRow, TurnRow, Words

Verdict = Literal["up", "down"]

# How many conversations are forgotten at a time: others write in between.
PRUNED_AT_ONCE = 200


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
    """The conversations, and the keys, in the database at ``place`` (as for ``Database``).

    Raises StoreUnusable where the database cannot be opened, read or written, from every method.
    """

    def __init__(self, place: Path | str, *, read_only: bool = False) -> None:
        self._database = Database(place, read_only=read_only)
        self.key_ring = KeyRing(self._database)

    @property
    def database(self) -> Database:
        """The database, for what keeps more in it beside the conversations."""
        return self._database

    @property
    def name(self) -> str:
        """The file or database, as a person knows it."""
        return self._database.name

    def conversation(self, conversation_id: str, *, owner: str, before: str | None = None) -> Conversation | None:
        """The conversation with its turns, oldest first; None when it is not kept, or another's.

        ``before`` is the message id of an answer, which is left out with all that came after it.
        """
        wanted = _of(conversation_id, owner)
        if before is not None:
            answered = select(TurnRow.id).where(TurnRow.message_id == before).scalar_subquery()
            wanted = and_(wanted, or_(answered.is_(None), col(TurnRow.id) < answered))
        with self._database.session() as session:
            turns = _turns(session, wanted)
        return Conversation(conversation_id, turns) if turns else None

    def kept_turns(self, conversation_id: str, *, owner: str) -> tuple[KeptTurn, ...] | None:
        """The turns with their whole answers, oldest first; None when it is not kept, or another's."""
        wanted = select(TurnRow).join(ConversationRow).where(_of(conversation_id, owner)).order_by(col(TurnRow.id))
        with self._database.session() as session:
            rows = session.exec(wanted).all()
        return tuple(KeptTurn(row.question, row.asked_at, json.loads(row.answer_json)) for row in rows) or None

    def append(self, conversation_id: str, turn: Turn, answer_json: Mapping[str, Any], *, owner: str) -> None:
        """Keeps one more turn; the conversation begins with its first one.

        When it returns, the turn is kept whatever happens to this process. Raises UnknownConversation where
        another owner has one of that id.
        """
        with self._database.session() as session:
            add_turn(session, self._database, conversation_id, turn, answer_json, owner=owner)
            session.commit()

    def give_feedback(self, message_id: str, verdict: Verdict, comment: str | None = None, *, owner: str) -> bool:
        """Keeps what a reader thinks of an answer, in the place of what was thought before.

        False when no turn that the owner has kept has this message id.
        """
        judged = (
            select(col(TurnRow.id), literal(now()), literal(verdict), literal(comment, Words()))
            .join(ConversationRow)
            .where(TurnRow.message_id == message_id, ConversationRow.owner == owner)
            .order_by(col(TurnRow.id))
            .limit(1)
            .with_for_update(of=TurnRow)
        )
        # One statement, so that neither a second verdict nor a deletion can come in between.
        columns = ["turn_id", "given_at", "verdict", "comment"]
        given = self._database.insert(FeedbackRow).from_select(columns, judged)
        replaced = {name: given.excluded[name] for name in columns[1:]}
        with self._database.session() as session:
            kept = session.connection().execute(given.on_conflict_do_update(index_elements=["turn_id"], set_=replaced))
            session.commit()
            return kept.rowcount > 0

    def reviewable_turns(self, since: date | None = None) -> Iterator[ReviewableTurn]:
        """The turns, of all owners, that were refused or have a thumb down, oldest first; none with a thumb up.

        ``since`` leaves out what was asked before that day began, in UTC.
        """
        refused = and_(col(FeedbackRow.verdict).is_(None), col(TurnRow.status) == "abstained")
        wanted = (
            select(TurnRow, FeedbackRow)
            .outerjoin(FeedbackRow)
            .where(
                col(TurnRow.asked_at) >= beginning_of(since),
                or_(col(FeedbackRow.verdict) == "down", refused),
            )
            .order_by(col(TurnRow.id))
        )
        with self._database.session() as session:
            for row, feedback in session.exec(wanted, execution_options={"yield_per": 100}):
                before = and_(col(TurnRow.conversation_id) == row.conversation_id, col(TurnRow.id) < row.id)
                yield ReviewableTurn(
                    row.question,
                    row.asked_at,
                    Conversation(row.conversation_id, _turns(session, before)),
                    json.loads(row.answer_json),
                    "down" if feedback else None,
                    feedback.comment if feedback else None,
                )

    def delete(self, conversation_id: str, *, owner: str) -> bool:
        """Forgets the conversation, all its turns and what was thought of them; False when there was none,
        or it is another's."""
        with self._database.session() as session:
            deleted = session.connection().execute(delete(ConversationRow).where(_of(conversation_id, owner)))
            session.commit()
            return deleted.rowcount > 0

    def prune(self, days: int) -> int:
        """Forgets the conversations, of all owners, that nothing was asked in for so many days; says how many.

        What came from Slack so long ago, and is done with, is forgotten too. Several processes may do so at once.
        """
        before = written(datetime.now(UTC) - timedelta(days=days))
        done = and_(col(SlackQuestionRow.received_at) < before, col(SlackQuestionRow.state) != "waiting")
        with self._database.session() as session:
            session.connection().execute(delete(SlackQuestionRow).where(done))
            session.commit()
        # Who goes on in a conversation meanwhile holds it, and it stays.
        some = (
            select(ConversationRow.id)
            .where(ConversationRow.last_asked_at < before)
            .limit(PRUNED_AT_ONCE)
            .with_for_update(skip_locked=True)
        )
        pruned = 0
        while True:
            with self._database.session() as session:
                deleted = session.connection().execute(delete(ConversationRow).where(col(ConversationRow.id).in_(some)))
                session.commit()
            pruned += deleted.rowcount
            if deleted.rowcount == 0:
                return pruned

    def key_of(self, secret: str) -> Caller | None:
        """The caller that a key stands for; None for what is no key, or one that was revoked."""
        return self.key_ring.key_of(secret)

    def close(self) -> None:
        """Closes the database; the store is not used afterwards."""
        self._database.close()


def add_turn(
    session: Session,
    database: Database,
    conversation_id: str,
    turn: Turn,
    answer_json: Mapping[str, Any],
    *,
    owner: str,
    replaces: str | None = None,
) -> None:
    """Adds a turn within a session, for ``Store.append`` and what keeps more along with a turn.

    ``replaces`` is the message id of an answer of the conversation in whose place this one comes, with its question;
    what was thought of that is forgotten. Raises UnknownConversation where another owner has one of that id.
    """
    asked_at = now()
    begun = database.insert(ConversationRow).values(
        id=conversation_id, begun_at=asked_at, owner=owner, last_asked_at=asked_at
    )
    # Going on in one holds its row until the turn is there: it is not forgotten in between.
    going_on = begun.on_conflict_do_update(
        index_elements=["id"],
        set_={"last_asked_at": begun.excluded.last_asked_at},
        where=col(ConversationRow.owner) == owner,
    )
    if session.connection().execute(going_on).rowcount == 0:
        raise UnknownConversation(conversation_id)
    row = TurnRow(
        conversation_id=conversation_id,
        asked_at=asked_at,
        question=turn.question,
        focus=json.dumps(turn.focus),
        answer=turn.answer,
        answer_json=json.dumps(answer_json, ensure_ascii=False),
        message_id=answer_json.get("message_id"),
        status=answer_json.get("status"),
    )
    if replaces is not None:
        of_it = and_(col(TurnRow.conversation_id) == conversation_id, col(TurnRow.message_id) == replaces)
        # The answer that comes in its place keeps its id, and so its place among the others.
        row.id = session.exec(select(TurnRow.id).where(of_it)).first()
        session.connection().execute(delete(TurnRow).where(of_it))
    session.add(row)


def beginning_of(day: date | None) -> str:
    """When a day began, in UTC, to be compared with times of the tables; before all of them for None."""
    return written(datetime(day.year, day.month, day.day, tzinfo=UTC)) if day else ""


def _of(conversation_id: str, owner: str) -> Any:
    """The condition that a conversation is that one, and the owner's."""
    return and_(col(ConversationRow.id) == conversation_id, col(ConversationRow.owner) == owner)


def _turns(session: Session, condition: Any) -> tuple[Turn, ...]:
    """The turns for which a condition on them and their conversation holds, oldest first."""
    wanted = select(TurnRow.question, TurnRow.focus, TurnRow.answer).join(ConversationRow).where(condition)
    return tuple(
        Turn(question, tuple((treaty, eid) for treaty, eid in json.loads(focus)), answer)
        for question, focus, answer in session.exec(wanted.order_by(col(TurnRow.id)))
    )
