"""Conversations are kept, found again, forgotten; a file that cannot be used is said to be so."""

import sqlite3
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from service.errors import StoreUnusable
from service.models import Conversation, Turn
from service.store import KeptTurn, Store, new_conversation_id

FIRST = Turn("What of salt?", (("salt", "art_1"), ("toll", "art_2")), "Take some. [1]")
SECOND = Turn("And of 🧂?", (), "Nothing was found.")


def open_store(tmp_path: Path) -> Store:
    return Store(tmp_path / "home" / "pacta.db")


def test_turns_come_back_in_order_and_unchanged_after_a_restart(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    name = new_conversation_id()
    store.append(name, FIRST, {"answer": "Take some. [1]", "citations": [{"quote": "Töne 🧂"}]})
    store.append(name, SECOND, {"answer": "Nothing was found."})
    store.close()

    store = open_store(tmp_path)
    assert store.conversation(name) == Conversation(name, (FIRST, SECOND))
    kept = store.kept_turns(name)
    store.close()
    assert kept is not None
    assert kept[0] == KeptTurn(
        "What of salt?",
        kept[0].asked_at,
        {"answer": "Take some. [1]", "citations": [{"quote": "Töne 🧂"}]},
    )
    assert [turn.question for turn in kept] == ["What of salt?", "And of 🧂?"]


def test_a_conversation_that_is_not_kept_is_none(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    assert store.conversation("never-begun") is None
    assert store.kept_turns("never-begun") is None
    assert store.delete("never-begun") is False
    store.close()


def test_deleting_forgets_the_turns_of_that_conversation_only(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    store.append("mine", FIRST, {})
    store.append("yours", SECOND, {})
    assert store.delete("mine") is True
    assert store.delete("mine") is False
    assert store.conversation("mine") is None
    assert store.conversation("yours") == Conversation("yours", (SECOND,))
    store.close()
    with sqlite3.connect(tmp_path / "home" / "pacta.db") as file:
        assert file.execute("SELECT question FROM turn").fetchall() == [("And of 🧂?",)]
    file.close()


def test_many_threads_write_and_nothing_is_lost(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    store.append("busy", FIRST, {})

    def ask(number: int) -> None:
        store.append("busy", Turn(f"question {number}"), {"number": number})
        assert store.conversation("busy") is not None

    with ThreadPoolExecutor(16) as threads:
        list(threads.map(ask, range(160)))
    kept = store.kept_turns("busy")
    store.close()
    assert kept is not None
    assert sorted(t.answer["number"] for t in kept[1:]) == list(range(160))


def test_two_services_may_share_a_file(tmp_path: Path) -> None:
    one, other = open_store(tmp_path), open_store(tmp_path)
    one.append("shared", FIRST, {})
    assert other.conversation("shared") == Conversation("shared", (FIRST,))
    assert other.delete("shared") is True
    assert one.conversation("shared") is None
    one.close()
    other.close()


def test_ids_cannot_be_guessed_from_one_another() -> None:
    ids = {new_conversation_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert all(len(one) == 32 and set(one) <= set("0123456789abcdef") for one in ids)


def test_nobody_else_may_read_the_file(tmp_path: Path) -> None:
    open_store(tmp_path).close()
    assert stat.S_IMODE((tmp_path / "home" / "pacta.db").stat().st_mode) == 0o600


def folder_in_its_place(path: Path) -> None:
    path.mkdir(parents=True)


def file_where_the_folder_should_be(path: Path) -> None:
    path.parent.write_text("a file")


def no_database(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"this is not a database " * 100)


def of_a_newer_pacta(path: Path) -> None:
    Store(path).close()
    file = sqlite3.connect(path)
    file.execute("PRAGMA user_version = 99")
    file.close()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (folder_in_its_place, "is a directory"),
        (file_where_the_folder_should_be, "Make the folder writable"),
        (no_database, "file is not a database"),
        (of_a_newer_pacta, "newer Pacta"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_reason_and_remedy(tmp_path: Path, spoil: object, said: str) -> None:
    assert callable(spoil)
    path = tmp_path / "home" / "pacta.db"
    spoil(path)
    with pytest.raises(StoreUnusable, match=said) as refused:
        Store(path)
    assert str(path) in str(refused.value)


def test_a_file_that_breaks_while_in_use_is_said_to_be_broken(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    store.append("kept", FIRST, {})
    with sqlite3.connect(tmp_path / "home" / "pacta.db") as file:
        file.execute("DROP TABLE turn")
    file.close()
    with pytest.raises(StoreUnusable, match="no such table"):
        store.append("kept", SECOND, {})
    with pytest.raises(StoreUnusable, match="no such table"):
        store.conversation("kept")
    store.close()
