"""Questions from Slack are kept once, worked at by one process at a time, in order, and never lost."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from service.models import Turn
from service.slack_app.events import Asked
from service.slack_app.inbox import Claimed, ClaimLost, Inbox
from service.store import Store

SALT = Asked("T1/C1/1.0", "Ev1", "T1", None, "C1", "1.0", "U1", "What of salt?")
SILVER = replace(SALT, source="T1/C1/2.0", event_id="Ev2", text="And of silver?")  # in the same thread
ELSEWHERE = replace(SALT, source="T1/C1/3.0", event_id="Ev3", thread="3.0", text="What of tolls?")
FOCUS = (("salt", "art_1"),)


@pytest.fixture
def store(place: Path | str) -> Iterator[Store]:
    """Conversations on either database."""
    with closing(Store(place)) as store:
        yield store


@pytest.fixture
def inbox(store: Store) -> Inbox:
    """The questions in it, as one process sees them."""
    return Inbox(store.database)


def claim(inbox: Inbox) -> Claimed:
    """The next question, which there is."""
    claimed = inbox.claim()
    assert claimed is not None
    return claimed


def answer(message_id: str, words: str = "Take some. [1]") -> dict[str, Any]:
    """An answer as far as it is looked at."""
    return {"answer": words, "message_id": message_id, "status": "answered"}


def asked_in(store: Store, claimed: Claimed, **more: Any) -> list[str]:
    """The questions of the conversation that a question belongs to."""
    found = store.conversation(claimed.conversation_id, owner=claimed.owner, **more)
    return [turn.question for turn in found.turns] if found else []


TWICE = {
    "sent again by Slack": SALT,
    "as a mention and as a message": replace(SALT, event_id="Ev9"),
    "under the same event": replace(SALT, source="T1/C1/9.0"),
}


@pytest.mark.parametrize("again", TWICE.values(), ids=TWICE.keys())
def test_comes_twice_is_kept_once(inbox: Inbox, again: Asked) -> None:
    assert inbox.keep(SALT)
    assert not inbox.keep(again)
    claimed = claim(inbox)
    assert inbox.claim() is None
    inbox.finish(claimed, "told")
    assert not inbox.keep(again)
    assert inbox.claim() is None


def test_commands_have_no_event(inbox: Inbox) -> None:
    first = replace(SALT, source="T1/C1/a", event_id=None, thread="")
    assert inbox.keep(first)
    assert inbox.keep(replace(first, source="T1/C1/b"))
    assert claim(inbox).conversation_id != claim(inbox).conversation_id


def test_many_at_once_are_kept_and_claimed_once_each(place: Path | str, store: Store) -> None:
    inboxes = [Inbox(store.database) for _ in range(4)]
    asked = [replace(SALT, source=f"T1/C1/{n}", event_id=f"Ev{n}", thread=str(n)) for n in range(40)]
    with ThreadPoolExecutor(8) as pool:
        kept = list(pool.map(lambda pair: pair[0].keep(pair[1]), zip(inboxes * 20, asked * 2, strict=True)))
    assert sum(kept) == len(asked)
    found: list[int] = []
    lock = threading.Lock()

    def work(inbox: Inbox) -> None:
        while claimed := inbox.claim():
            with lock:
                found.append(claimed.id)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, inboxes))
    assert len(found) == len(set(found)) == len(asked)


def test_a_thread_is_worked_at_in_order_and_others_meanwhile(inbox: Inbox) -> None:
    for asked in (SALT, SILVER, ELSEWHERE):
        inbox.keep(asked)
    first, other = claim(inbox), claim(inbox)
    assert (first.question, other.question) == ("What of salt?", "What of tolls?")
    assert inbox.claim() is None
    inbox.finish(first, "told")
    second = claim(inbox)
    assert second.question == "And of silver?"
    assert second.conversation_id == first.conversation_id != other.conversation_id


def test_who_is_gone_is_followed_by_others_from_the_last_step(store: Store) -> None:
    gone, other = Inbox(store.database, lease_seconds=-1.0), Inbox(store.database)
    gone.keep(SALT)
    first = claim(gone)
    gone.keep_answer(first, Turn("What of salt?", FOCUS, "Take some."), answer("m1"))
    gone.begin_telling(first)
    second = claim(other)
    assert (second.message_id, second.telling, second.attempts, second.replies) == ("m1", True, 2, ())
    assert other.answer_of(second) == answer("m1")
    # Whoever was thought to be gone, and is not, changes nothing any more.
    for late in (lambda: gone.note_replies(first, ("5.0",)), lambda: gone.finish(first, "told")):
        with pytest.raises(ClaimLost):
            late()
    other.note_replies(second, ("6.0",))
    other.finish(second, "told")
    assert other.claim() is None
    assert asked_in(store, second) == ["What of salt?"]


def test_who_slept_longer_than_a_claim_lasts_has_lost_it_to_itself(store: Store) -> None:
    inbox = Inbox(store.database, lease_seconds=-1.0)
    inbox.keep(SALT)
    first, second = claim(inbox), claim(inbox)
    for late in (lambda: inbox.begin_telling(first), lambda: inbox.renew(first)):
        with pytest.raises(ClaimLost):
            late()
    inbox.postpone(first, 60)
    inbox.finish(second, "told")


def test_a_live_claim_is_left_alone(store: Store) -> None:
    one, other = Inbox(store.database), Inbox(store.database)
    one.keep(SALT)
    claimed = claim(one)
    assert other.claim() is None
    one.renew(claimed)
    one.postpone(claimed, 60)
    assert other.claim() is None
    one.change(SALT.source, "What of pepper?", "2.0")
    assert claim(other).question == "What of pepper?"


def test_answer_and_turn_are_kept_both_or_neither(store: Store, inbox: Inbox) -> None:
    inbox.keep(SALT)
    claimed = claim(inbox)
    inbox.change(SALT.source, "What of pepper?", "2.0")
    with pytest.raises(ClaimLost):
        inbox.keep_answer(claimed, Turn("What of salt?", FOCUS), answer("m1"))
    assert asked_in(store, claimed) == []
    inbox.postpone(claimed, 0)
    again = claim(inbox)
    inbox.keep_answer(again, Turn("What of pepper?", FOCUS), answer("m2"))
    assert asked_in(store, again) == ["What of pepper?"]


def test_an_edited_question_has_its_answer_in_the_same_place(store: Store, inbox: Inbox) -> None:
    for asked, message_id in ((SALT, "m1"), (SILVER, "m2")):
        inbox.keep(asked)
        claimed = claim(inbox)
        inbox.keep_answer(claimed, Turn(asked.text, FOCUS), answer(message_id))
        inbox.note_replies(claimed, (f"{message_id}.0",))
        inbox.finish(claimed, "told")
    store.give_feedback("m1", "down", owner="slack/T1/C1")
    assert inbox.change(SALT.source, "What of pepper?", "2.0")
    assert inbox.change(SALT.source, "What of pepper?", "2.0") is False, "Slack tells of it twice"
    assert inbox.change("T1/C1/77.0", "Who is that?", "78.0") is None
    edited = claim(inbox)
    assert (edited.message_id, edited.replaces, edited.replies) == (None, "m1", ("m1.0",))
    assert asked_in(store, edited, before=edited.replaces) == []
    assert inbox.replies_in(edited) == {"m1.0", "m2.0"}
    inbox.keep_answer(edited, Turn("What of pepper?", FOCUS), answer("m3"))
    inbox.finish(edited, "told")
    assert asked_in(store, edited) == ["What of pepper?", "And of silver?"]
    assert list(store.reviewable_turns()) == [], "what was thought of the first answer is no more"


def test_what_slack_tells_late_changes_nothing(inbox: Inbox) -> None:
    inbox.keep(replace(SALT, text_at="1.0"))
    assert inbox.change(SALT.source, "What of pepper?", "3.0")
    assert inbox.change(SALT.source, "What of sugar?", "2.0") is False
    assert inbox.change(SALT.source, "What of pepper?", "4.0") is False, "edited, and nothing changed"
    assert inbox.change(SALT.source, "What of sugar?", "3.5") is False
    assert claim(inbox).question == "What of pepper?"
    assert inbox.change(SALT.source, None, "5.0")
    assert inbox.change(SALT.source, "What of sugar?", "6.0") is False


def test_deleted_before_it_came(inbox: Inbox) -> None:
    assert inbox.keep(replace(SALT, text=None, event_id="Ev9"))
    assert not inbox.keep(SALT)
    assert inbox.claim() is None


def test_an_edit_meets_an_answer_that_is_being_kept(store: Store, inbox: Inbox) -> None:
    """Whichever comes first, the answer to the first text is never told as that to the second."""
    inbox.keep(SALT)
    claimed = claim(inbox)
    keeping: list[threading.Thread] = []

    def keep_meanwhile(*_: Any) -> None:
        with suppress(ClaimLost):
            inbox.keep_answer(claimed, Turn("What of salt?", FOCUS), answer("m1"))

    def look(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("SELECT") and not keeping:
            keeping.append(threading.Thread(target=keep_meanwhile))
            keeping[0].start()
            keeping[0].join(0.2)

    event.listen(store.database.engine, "after_cursor_execute", look)
    try:
        inbox.change(SALT.source, "What of pepper?", "2.0")
    finally:
        event.remove(store.database.engine, "after_cursor_execute", look)
        keeping[0].join()
    inbox.postpone(claimed, 0)
    again = claim(inbox)
    assert (again.question, again.message_id) == ("What of pepper?", None)


def test_a_thread_that_is_still_at_it_keeps_nothing_once_it_is_given_back(store: Store) -> None:
    one, other = Inbox(store.database), Inbox(store.database)
    one.keep(SALT)
    claimed = claim(one)
    one.postpone(claimed, 0)
    with pytest.raises(ClaimLost):
        one.keep_answer(claimed, Turn("What of salt?", FOCUS), answer("m1"))
    assert claim(other).message_id is None


def test_a_deleted_question_is_forgotten(store: Store, inbox: Inbox) -> None:
    inbox.keep(SALT)
    claimed = claim(inbox)
    inbox.keep_answer(claimed, Turn("What of salt?", FOCUS), answer("m1"))
    inbox.note_replies(claimed, ("5.0",))
    inbox.finish(claimed, "told")
    assert inbox.change(SALT.source, None, "2.0")
    deleted = claim(inbox)
    assert (deleted.question, deleted.replies) == (None, ("5.0",))
    inbox.finish(deleted, "withdrawn")
    assert asked_in(store, deleted) == []
    assert inbox.change(SALT.source, None, "3.0") is False
    assert not inbox.keep(SALT)


def test_is_forgotten_with_time_when_done(store: Store, inbox: Inbox) -> None:
    inbox.keep(SALT)
    inbox.keep(ELSEWHERE)
    inbox.finish(claim(inbox), "told")
    assert inbox.waiting() == 1
    store.prune(1)
    assert not inbox.keep(SALT)
    store.prune(-1)
    assert inbox.waiting() == 1, "what waits stays"
    assert inbox.keep(SALT)


def test_who_reads_along_is_known_from_messages(store: Store, inbox: Inbox) -> None:
    assert inbox.is_external("T1", "C1"), "nothing is known"
    assert inbox.is_external("T1", "D1"), "two others may talk there"
    for external in (False, True, True, False):
        inbox.note_channel("T1", "C1", external=external)
        assert inbox.is_external("T1", "C1") is external
        assert Inbox(store.database).is_external("T1", "C1") is external
    assert inbox.is_external("T2", "C1")
