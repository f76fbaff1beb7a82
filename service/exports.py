"""Conversations and verdicts as documents, for whoever runs the service: those of all owners.

Nothing of this goes over the network; who may read the database may have it all.
"""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from service.database import Database
from service.store import beginning_of
from service.tables import ConversationRow, FeedbackRow, TurnRow

# So many rows are read at a time, however many there are.
READ_AT_ONCE = {"yield_per": 100}


def exported_conversations(database: Database, since: date | None = None) -> Iterator[dict[str, Any]]:
    """Each conversation whole, with what was thought of its answers, in the order they were begun in.

    ``since`` leaves out those in which nothing was asked on that day (UTC) or later.
    """
    wanted = (
        select(ConversationRow)
        .where(ConversationRow.last_asked_at >= beginning_of(since))
        .order_by(ConversationRow.begun_at, ConversationRow.id)
    )
    with database.session() as session:
        for row in session.exec(wanted, execution_options=READ_AT_ONCE):
            turns = list(_turns(session, row.id))
            if turns:  # none where it was deleted meanwhile
                yield {"id": row.id, "owner": row.owner, "begun_at": row.begun_at, "turns": turns}


def exported_feedback(database: Database, since: date | None = None) -> Iterator[dict[str, Any]]:
    """Each verdict with the question, the whole answer and the index it was drawn from, in the order of the turns.

    ``since`` leaves out what was given before that day began, in UTC.
    """
    wanted = (
        select(FeedbackRow, TurnRow, ConversationRow.owner)
        .join(TurnRow, col(TurnRow.id) == col(FeedbackRow.turn_id))
        .join(ConversationRow, col(ConversationRow.id) == col(TurnRow.conversation_id))
        .where(FeedbackRow.given_at >= beginning_of(since))
        .order_by(col(TurnRow.id))
    )
    with database.session() as session:
        for feedback, turn, owner in session.exec(wanted, execution_options=READ_AT_ONCE):
            answer = json.loads(turn.answer_json)
            yield {
                **_verdict(feedback),
                "question": turn.question,
                "asked_at": turn.asked_at,
                "index": answer.get("index"),
                "answer": answer,
                "conversation_id": turn.conversation_id,
                "owner": owner,
            }


def _turns(session: Session, conversation_id: str) -> Iterator[dict[str, Any]]:
    wanted = (
        select(TurnRow, FeedbackRow)
        .outerjoin(FeedbackRow)
        .where(TurnRow.conversation_id == conversation_id)
        .order_by(col(TurnRow.id))
    )
    for turn, feedback in session.exec(wanted):
        yield {
            "question": turn.question,
            "asked_at": turn.asked_at,
            "answer": json.loads(turn.answer_json),
            "feedback": _verdict(feedback) if feedback else None,
        }


def _verdict(feedback: FeedbackRow) -> dict[str, Any]:
    return {"verdict": feedback.verdict, "comment": feedback.comment, "given_at": feedback.given_at}
