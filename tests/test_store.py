"""Conversations are kept, found again, forgotten, each for its owner, in either database."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Event

import pytest
from store_fakes import ANSWERED, FIRST, REFUSED, SECOND, execute, rows_of

from service.errors import UnknownConversation
from service.models import Conversation, Turn
from service.store import PRUNED_AT_ONCE, KeptTurn, Store, new_conversation_id


def test_turns_come_back_in_order_and_unchanged_after_a_restart(place: Path | str) -> None:
    name = new_conversation_id()
    with closing(Store(place)) as store:
        store.append(name, FIRST, {"answer": "Take some. [1]", "citations": [{"quote": "Töne 🧂"}]}, owner="")
        store.append(name, SECOND, {"answer": "Nothing was found."}, owner="")
    with closing(Store(place)) as store:
        assert store.conversation(name, owner="") == Conversation(name, (FIRST, SECOND))
        kept = store.kept_turns(name, owner="")
    assert kept is not None
    assert kept[0] == KeptTurn(
        "What of salt?",
        kept[0].asked_at,
        {"answer": "Take some. [1]", "citations": [{"quote": "Töne 🧂"}]},
    )
    assert [turn.question for turn in kept] == ["What of salt?", "And of 🧂?"]


@pytest.mark.parametrize("name", ["never-begun", "", "a\0b", "' OR 1=1 --", "x" * 10_000])
def test_a_conversation_that_is_not_kept_is_none(place: Path | str, name: str) -> None:
    with closing(Store(place)) as store:
        store.append("kept", FIRST, {}, owner="")
        assert store.conversation(name, owner="") is None
        assert store.kept_turns(name, owner="") is None
        assert store.delete(name, owner="") is False
        assert store.give_feedback(name, "up", owner="") is False


def test_text_that_no_database_takes_is_kept_but_for_one_character(place: Path | str) -> None:
    with closing(Store(place)) as store:
        store.append("mine", Turn("What\0of\tsalt? \u2028𐍈"), {"question": "a\0b", "message_id": "m1"}, owner="")
        assert store.give_feedback("m1", "down", "no\0thing", owner="") is True
        assert store.conversation("mine", owner="") == Conversation("mine", (Turn("What\ufffdof\tsalt? \u2028𐍈"),))
        kept = store.kept_turns("mine", owner="")
    assert kept is not None
    assert kept[0].answer["question"] == "a\0b"  # JSON has a spelling for it
    assert rows_of(place, "SELECT comment FROM feedback") == [("no\ufffdthing",)]


def test_deleting_forgets_the_turns_of_that_conversation_only(place: Path | str) -> None:
    with closing(Store(place)) as store:
        store.append("mine", FIRST, {}, owner="")
        store.append("yours", SECOND, {}, owner="")
        assert store.delete("mine", owner="") is True
        assert store.delete("mine", owner="") is False
        assert store.conversation("mine", owner="") is None
        assert store.conversation("yours", owner="") == Conversation("yours", (SECOND,))
    assert rows_of(place, "SELECT question FROM turn") == [("And of 🧂?",)]


# --- owners


@pytest.mark.parametrize(
    ("owner", "other"),
    [
        pytest.param("key1", "key2", id="two keys"),
        pytest.param("key1", "", id="asked on without a key"),
        pytest.param("", "key1", id="begun without a key"),
        pytest.param("key1", "KEY1", id="case counts"),
        pytest.param("key1", "key1%", id="no patterns"),
    ],
)
def test_what_is_another_s_is_as_if_it_were_not_there(place: Path | str, owner: str, other: str) -> None:
    with closing(Store(place)) as store:
        store.append("mine", FIRST, {**ANSWERED, "message_id": "m1"}, owner=owner)
        assert store.conversation("mine", owner=other) is None
        assert store.kept_turns("mine", owner=other) is None
        assert store.give_feedback("m1", "down", owner=other) is False
        assert store.delete("mine", owner=other) is False
        with pytest.raises(UnknownConversation):
            store.append("mine", SECOND, {}, owner=other)
        assert store.conversation("mine", owner=owner) == Conversation("mine", (FIRST,))
        assert store.give_feedback("m1", "up", owner=owner) is True
        assert store.delete("mine", owner=owner) is True
    assert rows_of(place, "SELECT * FROM feedback") == []


def test_answers_of_one_id_are_judged_by_their_owners_apart(place: Path | str) -> None:
    with closing(Store(place)) as store:
        for owner in ("one", "other"):
            store.append(f"of {owner}", FIRST, {**ANSWERED, "message_id": "m1"}, owner=owner)
        assert store.give_feedback("m1", "down", "one's", owner="one") is True
        assert store.give_feedback("m1", "down", "other's", owner="other") is True
        judged = [(turn.before.id, turn.comment) for turn in store.reviewable_turns()]
    assert judged == [("of one", "one's"), ("of other", "other's")]


# --- many at once


def test_many_threads_write_and_nothing_is_lost(place: Path | str) -> None:
    with closing(Store(place)) as store:

        def ask(number: int) -> None:
            store.append("busy", Turn(f"question {number}"), {"number": number}, owner="")
            assert store.conversation("busy", owner="") is not None

        with ThreadPoolExecutor(16) as threads:
            list(threads.map(ask, range(160)))
        kept = store.kept_turns("busy", owner="")
    assert kept is not None
    assert sorted(turn.answer["number"] for turn in kept) == list(range(160))


def test_two_services_may_share_a_database(place: Path | str) -> None:
    with closing(Store(place)) as one, closing(Store(place)) as other:
        one.append("shared", FIRST, {}, owner="")
        assert other.conversation("shared", owner="") == Conversation("shared", (FIRST,))
        assert other.delete("shared", owner="") is True
        assert one.conversation("shared", owner="") is None


def test_who_asks_while_others_forget_is_neither_refused_nor_half_kept(place: Path | str) -> None:
    """Turns, verdicts, deletions and pruning at once: no error, and no turn without its conversation."""
    with closing(Store(place)) as one, closing(Store(place)) as other:

        def work(number: int) -> None:
            store = (one, other)[number % 2]
            name = f"c{number % 3}"
            store.append(name, FIRST, {"message_id": f"m{number % 5}"}, owner="")
            store.give_feedback(f"m{number % 5}", "down", owner="")
            if number % 4 == 0:
                store.delete(name, owner="")
            if number % 7 == 0:
                store.prune(1)

        with ThreadPoolExecutor(12) as threads:
            list(threads.map(work, range(120)))
    assert rows_of(place, "SELECT id FROM turn WHERE conversation_id NOT IN (SELECT id FROM conversation)") == []
    assert rows_of(place, "SELECT turn_id FROM feedback WHERE turn_id NOT IN (SELECT id FROM turn)") == []
    assert rows_of(place, "SELECT id FROM conversation WHERE id NOT IN (SELECT conversation_id FROM turn)") == []


LOCKED_BY: list[Callable[[Store], object]] = [
    lambda store: store.append("waits", FIRST, {}, owner=""),
    lambda store: store.delete("kept", owner=""),
    lambda store: store.give_feedback("m1", "up", owner=""),
    lambda store: store.prune(1),
    lambda store: store.key_ring.create_key("name", ["ask"], ()),
]


@pytest.mark.parametrize("write", LOCKED_BY, ids=["turn", "delete", "verdict", "prune", "key"])
def test_a_locked_file_is_waited_for(home: Path, write: Callable[[Store], object]) -> None:
    with closing(Store(home / "pacta.db")) as store, closing(Store(home / "pacta.db")) as other:
        store.append("kept", FIRST, {"message_id": "m1"}, owner="")
        began = Event()

        def wait() -> None:
            began.set()
            write(store)

        with other._database.session() as session, ThreadPoolExecutor(1) as threads:
            session.connection().exec_driver_sql("BEGIN IMMEDIATE")
            written = threads.submit(wait)
            began.wait(10)
            with pytest.raises(TimeoutError):
                written.result(timeout=0.2)
            assert store.conversation("kept", owner="") is not None  # reading goes on
            session.rollback()
            written.result(timeout=20)


# --- forgetting what is old


def asked_on(place: Path | str, day: str, name: str) -> None:
    """Makes it long ago that something was asked in a conversation."""
    execute(place, f"UPDATE conversation SET last_asked_at = '{day}T10:00:00.000+00:00' WHERE id = '{name}'")


def test_conversations_that_nothing_was_asked_in_for_long_are_forgotten_with_their_verdicts(place: Path | str) -> None:
    with closing(Store(place)) as store:
        for name, owner in (("old", ""), ("older", "key1"), ("gone on", ""), ("new", "key1")):
            store.append(name, FIRST, {"message_id": name}, owner=owner)
            store.give_feedback(name, "down", owner=owner)
        for name in ("old", "older", "gone on"):
            asked_on(place, "2020-01-01", name)
        store.append("gone on", SECOND, {}, owner="")
        assert store.prune(1) == 2
        assert store.prune(1) == 0
        gone_on = store.conversation("gone on", owner="")
    assert gone_on == Conversation("gone on", (FIRST, SECOND))
    assert rows_of(place, "SELECT id FROM conversation ORDER BY id") == [("gone on",), ("new",)]
    assert rows_of(place, "SELECT count(*) FROM feedback") == [(2,)]


def test_however_many_are_old_all_of_them_are_forgotten(place: Path | str) -> None:
    many = PRUNED_AT_ONCE * 2 + 1
    with closing(Store(place)) as store:
        rows = ", ".join(f"('{n}', '', '', '2020-01-01T00:00:00.000+00:00')" for n in range(many))
        execute(place, f"INSERT INTO conversation (id, begun_at, owner, last_asked_at) VALUES {rows}")
        assert store.prune(30) == many


# --- ids and readers


def test_ids_cannot_be_guessed_from_one_another() -> None:
    ids = {new_conversation_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert all(len(one) == 32 and set(one) <= set("0123456789abcdef") for one in ids)


def test_a_reader_sees_what_a_running_service_has_just_written(place: Path | str) -> None:
    with closing(Store(place)) as store, closing(Store(place, read_only=True)) as reader:
        for turn in (FIRST, SECOND):
            store.append("mine", turn, REFUSED, owner="")
            assert [turn.question for turn in reader.reviewable_turns()][-1] == turn.question
