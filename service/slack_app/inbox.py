"""The questions from Slack that are to be answered, in the service's database.

A question is kept before Slack is told that it has arrived, once however often it comes. A process claims it, works
at it, and notes each step; where the process ends before it has, the claim runs out and any process goes on from the
last step. Questions of one conversation are worked at one after the other, in the order in which they came.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Literal
from uuid import uuid4

from sqlalchemy import and_, delete, exists, func, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from service.database import Database, written
from service.models import Turn
from service.slack_app.events import Asked
from service.store import add_turn
from service.tables import SlackChannelRow, SlackQuestionRow, TurnRow

# What is to be done for a question is over in each of these states but "waiting".
State = Literal["waiting", "told", "withdrawn", "failed"]

# Each step renews the claim, and so does the worker while one takes longer.
LEASE_SECONDS = 60.0

_Row = SlackQuestionRow


@dataclass(frozen=True, slots=True)
class Claimed:
    """A question that this process works at, as it was when it was claimed.

    ``question`` is None where its message was deleted. ``sent_at`` is the time of its message in Slack, or of the
    message that a shortcut was used on; ``tried`` says whether it was given back before. ``message_id`` is that of the
    answer, once it is kept; ``replaces`` that of the answer to the question before it was edited. ``replies`` are the
    times of the messages told so far; with ``telling``, one more may have been told.
    """

    id: int
    claim: str
    version: int
    attempts: int
    received_at: str
    team: str
    enterprise: str | None
    channel: str
    thread: str
    sent_at: str
    asker: str
    question: str | None = field(repr=False)
    respond_to: str | None = field(repr=False)
    tried: bool
    conversation_id: str
    message_id: str | None
    replaces: str | None
    telling: bool
    replies: tuple[str, ...]

    @property
    def owner(self) -> str:
        """Whom the conversation belongs to."""
        return owner_of(self.team, self.channel)

    @property
    def age(self) -> float:
        """Seconds since it came as it is."""
        return (datetime.now(UTC) - datetime.fromisoformat(self.received_at)).total_seconds()


class ClaimLost(Exception):
    """The question was edited or deleted meanwhile, or was claimed anew: nothing was written."""


def owner_of(team: str, channel: str) -> str:
    """Whom the conversations of a channel belong to; no key has an id like this."""
    return f"slack/{team}/{channel}"


class Inbox:
    """The questions; every method raises StoreUnusable where the database cannot be read or written.

    Methods that take what was claimed raise ClaimLost where it is not this process's any more.
    """

    def __init__(self, database: Database, lease_seconds: float = LEASE_SECONDS) -> None:
        self._database = database
        self._externals: dict[tuple[str, str], bool] = {}
        self._lease = timedelta(seconds=lease_seconds)

    def keep(self, asked: Asked) -> bool:
        """Keeps a question; False where it is kept already.

        When it returns, the question is kept whatever happens to this process; the last may be lost where the power
        fails, if they are in SQLite.
        """
        moment = written(datetime.now(UTC))
        place = f"{asked.team}/{asked.channel}/{asked.thread or asked.source}"
        row = {
            "source": asked.source,
            "event_id": asked.event_id,
            "received_at": moment,
            "team": asked.team,
            "enterprise": asked.enterprise,
            "channel": asked.channel,
            "thread": asked.thread,
            "asker": asked.asker,
            "question": asked.text,
            "text_at": asked.text_at,
            "respond_to": asked.respond_to,
            # A thread is a conversation: of any process the same, and none that could be guessed from outside.
            "conversation_id": sha256(f"slack/{place}".encode()).hexdigest()[:32],
            "state": "waiting" if asked.text is not None else "withdrawn",
            "not_before": moment,
            "attempts": 0,
            "version": 1,
            "claimed_until": "",
            "telling": False,
            "replies": "[]",
        }
        with self._database.session() as session:
            kept = self._database.insert(_Row).values(row).on_conflict_do_nothing()
            new = session.connection().execute(kept).rowcount > 0
            session.commit()
            return new

    def change(self, source: str, text: str | None, at: str) -> bool | None:
        """Notes that a question was edited, or deleted where ``text`` is None, for whoever works at it next.

        False where that is known already, or was changed again since, None where the question is not.
        """
        this = col(_Row.source) == source
        with self._database.session() as session:
            # Written first: what is read then is not changed by whoever works at it, on SQLite either.
            session.connection().execute(update(_Row).where(this).values(version=_Row.version))
            row = session.exec(select(_Row).where(this)).first()
            if row is None:
                return None
            if row.question is None or at <= row.text_at:
                return False
            row.text_at = at
            if row.question == text:
                session.commit()
                return False
            row.replaces = row.message_id or row.replaces
            row.message_id = None
            row.question = text
            row.version += 1
            row.state = "waiting"
            row.attempts = 0
            row.received_at = row.not_before = written(datetime.now(UTC))
            session.add(row)
            session.commit()
            return True

    def claim(self, busy: Collection[str] = ()) -> Claimed | None:
        """The question that has waited longest and that nobody works at, for a while; none of the channels ``busy``."""
        moment = datetime.now(UTC)
        earlier = aliased(_Row)
        free = and_(
            col(_Row.state) == "waiting",
            col(_Row.not_before) <= written(moment),
            col(_Row.claimed_until) < written(moment),
            col(_Row.channel).not_in(busy),
        )
        before_it = and_(
            col(earlier.conversation_id) == _Row.conversation_id,
            col(earlier.state) == "waiting",
            col(earlier.id) < _Row.id,
        )
        next_one = (
            select(_Row.id)
            .where(free, ~exists().where(before_it))
            .order_by(col(_Row.id))
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        claimed = (
            update(_Row)
            # Asked again of the row itself: another process may have claimed it since it was looked for.
            .where(col(_Row.id) == next_one.scalar_subquery(), free)
            .values(
                claimed_by=uuid4().hex, claimed_until=written(moment + self._lease), attempts=col(_Row.attempts) + 1
            )
            .returning(_Row)
        )
        with self._database.session() as session:
            row = session.scalars(claimed).first()
            found = _claimed(row) if row is not None else None
            session.commit()
            return found

    def renew(self, claimed: Claimed) -> None:
        """Makes the claim last longer."""
        self._note(claimed)

    def keep_answer(self, claimed: Claimed, turn: Turn, document: dict[str, Any]) -> None:
        """Keeps the answer as a turn of the conversation, and that it is the answer to this: both or neither."""
        with self._database.session() as session:
            self._note(claimed, session, message_id=document["message_id"])
            add_turn(
                session,
                self._database,
                claimed.conversation_id,
                turn,
                document,
                owner=claimed.owner,
                replaces=claimed.replaces,
            )
            session.commit()

    def answer_of(self, claimed: Claimed) -> dict[str, Any] | None:
        """The answer that was kept, as the contract has it; None where it was forgotten since."""
        wanted = select(TurnRow.answer_json).where(TurnRow.message_id == claimed.message_id)
        with self._database.session() as session:
            found = session.exec(wanted).first()
        return None if found is None else dict(json.loads(found))

    def begin_telling(self, claimed: Claimed) -> None:
        """Notes that a message is about to be sent: whoever finds this looks first whether it was."""
        self._note(claimed, telling=True)

    def note_replies(self, claimed: Claimed, replies: tuple[str, ...]) -> None:
        """Notes the times of the messages that were sent."""
        self._note(claimed, telling=False, replies=json.dumps(replies))

    def finish(self, claimed: Claimed, state: State) -> None:
        """Notes that all is done; with "withdrawn" the turn is forgotten too."""
        with self._database.session() as session:
            self._note(claimed, session, state=state, claimed_by=None, claimed_until="", telling=False)
            if state == "withdrawn" and claimed.replaces:
                session.connection().execute(delete(TurnRow).where(col(TurnRow.message_id) == claimed.replaces))
            session.commit()

    def postpone(self, claimed: Claimed, seconds: float, *, counted: bool = True) -> None:
        """Gives the question back, for any process to go on with after so many seconds.

        What is not ``counted`` among the attempts says nothing of the question itself.
        """
        later = written(datetime.now(UTC) + timedelta(seconds=seconds))
        attempts = claimed.attempts if counted else claimed.attempts - 1
        try:
            # Let go of: a thread that is still at it writes nothing any more.
            self._note(claimed, claimed_by=None, claimed_until="", not_before=later, attempts=attempts)
        except ClaimLost:
            self._give_back(claimed)

    def note_channel(self, team: str, channel: str, *, external: bool) -> None:
        """Notes whether people of other organisations read a channel, as every message from it tells."""
        if self._externals.get((team, channel)) is external:
            return
        row = self._database.insert(SlackChannelRow).values(team=team, channel=channel, external=external)
        noted = row.on_conflict_do_update(index_elements=["team", "channel"], set_={"external": external})
        with self._database.session() as session:
            session.connection().execute(noted)
            session.commit()
        self._externals[team, channel] = external

    def is_external(self, team: str, channel: str) -> bool:
        """Whether people of other organisations may read a channel: they do, or nothing was heard from it yet."""
        with self._database.session() as session:
            found = session.get(SlackChannelRow, (team, channel))
            return found is None or found.external

    def replies_in(self, claimed: Claimed) -> frozenset[str]:
        """The times of all messages that are known as answers in the thread of a question."""
        here = and_(col(_Row.team) == claimed.team, col(_Row.channel) == claimed.channel)
        with self._database.session() as session:
            found = session.exec(select(_Row.replies).where(here, _Row.thread == claimed.thread)).all()
        return frozenset(ts for replies in found for ts in json.loads(replies))

    def waiting(self) -> int:
        """How many questions wait or are being worked at."""
        with self._database.session() as session:
            return session.exec(select(func.count(col(_Row.id))).where(_Row.state == "waiting")).one()

    def _note(self, claimed: Claimed, session: Session | None = None, **values: Any) -> None:
        """Writes into the row of what is claimed, and renews the claim; within a session it is not committed."""
        if session is None:
            with self._database.session() as own:
                self._note(claimed, own, **values)
                own.commit()
            return
        until = written(datetime.now(UTC) + self._lease)
        mine = and_(
            col(_Row.id) == claimed.id, col(_Row.claimed_by) == claimed.claim, col(_Row.version) == claimed.version
        )
        noted = update(_Row).where(mine).values({"claimed_until": until, **values})
        if session.connection().execute(noted).rowcount == 0:
            raise ClaimLost

    def _give_back(self, claimed: Claimed) -> None:
        """Lets go of a question that was changed while it was worked at, where nobody else has it."""
        mine = and_(col(_Row.id) == claimed.id, col(_Row.claimed_by) == claimed.claim)
        with self._database.session() as session:
            session.connection().execute(update(_Row).where(mine).values(claimed_by=None, claimed_until=""))
            session.commit()


def _claimed(row: SlackQuestionRow) -> Claimed:
    assert row.id is not None
    assert row.claimed_by is not None
    return Claimed(
        id=row.id,
        claim=row.claimed_by,
        version=row.version,
        attempts=row.attempts,
        received_at=row.received_at,
        team=row.team,
        enterprise=row.enterprise,
        channel=row.channel,
        thread=row.thread,
        sent_at=row.source.rpartition("/")[2] if row.respond_to is None else row.thread,
        asker=row.asker,
        question=row.question,
        respond_to=row.respond_to,
        tried=row.not_before != row.received_at,
        conversation_id=row.conversation_id,
        message_id=row.message_id,
        replaces=row.replaces,
        telling=row.telling,
        replies=tuple(json.loads(row.replies)),
    )
