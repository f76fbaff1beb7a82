"""Conversations are kept, found again, forgotten; a file that cannot be used is said to be so."""

import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from service import store as store_module
from service.errors import StoreUnusable
from service.models import Conversation, Turn
from service.store import KeptTurn, Store, new_conversation_id

ROOT = Path(__file__).parent.parent

FIRST = Turn("What of salt?", (("salt", "art_1"), ("toll", "art_2")), "Take some. [1]")
SECOND = Turn("And of 🧂?", (), "Nothing was found.")


REFUSED = {"status": "abstained", "reason": "not_found"}


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


def reviewed(store: Store) -> list[str]:
    """The questions to be looked at."""
    return [turn.question for turn in store.reviewable_turns()]


def rows_of(tmp_path: Path, query: str) -> list[tuple[Any, ...]]:
    """What the file of the home folder holds."""
    with closing(sqlite3.connect(tmp_path / "home" / "pacta.db")) as file:
        return file.execute(query).fetchall()


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
    assert rows_of(tmp_path, "SELECT question FROM turn") == [("And of 🧂?",)]


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


# A file as the first Pacta wrote it: tables, index, version and all.
VERSION_1 = """
CREATE TABLE conversation (
	id VARCHAR NOT NULL,
	begun_at VARCHAR NOT NULL,
	PRIMARY KEY (id)
);
CREATE TABLE turn (
	id INTEGER NOT NULL,
	conversation_id VARCHAR NOT NULL,
	asked_at VARCHAR NOT NULL,
	question VARCHAR NOT NULL,
	focus VARCHAR NOT NULL,
	answer VARCHAR NOT NULL,
	answer_json VARCHAR NOT NULL,
	PRIMARY KEY (id),
	FOREIGN KEY(conversation_id) REFERENCES conversation (id) ON DELETE CASCADE
);
CREATE INDEX ix_turn_conversation_id ON turn (conversation_id);
INSERT INTO conversation VALUES ('mine', '2026-11-29T10:00:00.000+00:00');
INSERT INTO turn VALUES (1, 'mine', '2026-11-29T10:00:00.000+00:00', 'What of salt?',
    '[["salt", "art_1"], ["toll", "art_2"]]', 'Take some. [1]',
    '{"answer": "Töne 🧂", "status": "answered", "message_id": "m1"}');
INSERT INTO turn VALUES (3, 'mine', '2026-11-29T10:01:00.000+00:00', 'And of 🧂?', '[]', 'Nothing was found.',
    '{"status": "abstained", "message_id": "m2"}');
INSERT INTO turn VALUES (4, 'mine', '2026-11-29T10:02:00.000+00:00', 'Why?', '[]', 'No.', '{"confidence": NaN}');
PRAGMA journal_mode = WAL;
PRAGMA user_version = 1;
"""


@pytest.fixture
def version_1(tmp_path: Path) -> Path:
    """A file of version 1 with a conversation of three turns."""
    path = tmp_path / "home" / "pacta.db"
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as file:
        file.executescript(VERSION_1)
    return path


def check_migrated(path: Path) -> None:
    """Everything of the version 1 file is there, its answers can be judged, and the tables are those of a new file."""
    with closing(Store(path)) as store:
        assert store.conversation("mine") == Conversation("mine", (FIRST, SECOND, Turn("Why?", (), "No.")))
        kept = store.kept_turns("mine")
        assert kept is not None
        assert kept[0].answer == {"answer": "Töne 🧂", "status": "answered", "message_id": "m1"}
        assert reviewed(store) == ["And of 🧂?"]
        assert store.give_feedback("m1", "down") is True
        assert reviewed(store) == ["What of salt?", "And of 🧂?"]
        store.append("mine", FIRST, {"message_id": "m5"})
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("PRAGMA user_version").fetchone() == (2,)
        assert file.execute("SELECT id, message_id FROM turn ORDER BY id").fetchall() == [
            (1, "m1"),
            (3, "m2"),
            (4, None),
            (5, "m5"),
        ]
        assert file.execute("PRAGMA foreign_key_check").fetchall() == []
    assert shape_of(path) == shape_of_a_new_file(path.parent)


def shape_of(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Columns, foreign keys and indexes by table."""
    with closing(sqlite3.connect(path)) as file:
        tables = [name for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            table: [
                *file.execute(f"SELECT name, type, pk FROM pragma_table_info('{table}')"),
                *file.execute(f"SELECT * FROM pragma_foreign_key_list('{table}')"),
                *sorted(file.execute(f"SELECT name, [unique] FROM pragma_index_list('{table}')")),
            ]
            for table in sorted(tables)
        }


def shape_of_a_new_file(folder: Path) -> dict[str, list[tuple[Any, ...]]]:
    Store(folder / "new.db").close()
    return shape_of(folder / "new.db")


def test_a_file_of_version_1_is_brought_up_to_date_and_loses_nothing(version_1: Path) -> None:
    check_migrated(version_1)


def test_a_change_of_version_that_fails_leaves_the_file_as_it_was(
    version_1: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = store_module._FROM_1_TO_2
    before = shape_of(version_1)
    monkeypatch.setattr(store_module, "_FROM_1_TO_2", (*steps, "CREATE INDEX oops ON nowhere (name)"))
    with pytest.raises(StoreUnusable, match="nowhere"):
        Store(version_1)
    assert shape_of(version_1) == before
    monkeypatch.setattr(store_module, "_FROM_1_TO_2", steps)
    check_migrated(version_1)


OPEN_WHEN_TOLD = """
import sys
from pathlib import Path
from service.store import Store
print("ready", flush=True)
sys.stdin.readline()
store = Store(Path(sys.argv[1]))
assert store.give_feedback("m2", "down", sys.argv[2]), "the answer is not found"
store.close()
"""


@pytest.mark.parametrize("old", [True, False], ids=["a file of version 1", "no file yet"])
def test_threads_that_open_a_file_at_once_change_it_once(tmp_path: Path, old: bool, request: Any) -> None:
    path = request.getfixturevalue("version_1") if old else tmp_path / "home" / "pacta.db"
    together = Barrier(8)

    def start(number: int) -> None:
        together.wait(10)
        with closing(Store(path)) as store:
            store.append("new", Turn(f"{number}"), {"message_id": f"n{number}"})

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(start, range(8)))
    with closing(Store(path)) as store:
        kept = store.conversation("new")
        assert kept is not None
        assert sorted(turn.question for turn in kept.turns) == [f"{n}" for n in range(8)]
        assert (store.conversation("mine") is not None) is old


def test_two_processes_that_start_at_once_change_a_file_once(version_1: Path) -> None:
    command = [sys.executable, "-c", OPEN_WHEN_TOLD, str(version_1)]
    started = [
        subprocess.Popen(
            [*command, name], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for name in ("one", "other")
    ]
    for process in started:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in started:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    ended = [(process.communicate(timeout=60)[1], process.returncode) for process in started]
    assert ended == [("", 0), ("", 0)]
    with closing(Store(version_1)) as store:
        [turn] = store.reviewable_turns()
        assert (turn.question, turn.comment in {"one", "other"}) == ("And of 🧂?", True)


def test_a_reader_writes_nothing(tmp_path: Path) -> None:
    with closing(open_store(tmp_path)) as store:
        store.append("mine", FIRST, REFUSED)
    path = tmp_path / "home" / "pacta.db"
    before = path.read_bytes()
    with closing(Store(path, read_only=True)) as reader:
        assert reviewed(reader) == ["What of salt?"]
        with pytest.raises(StoreUnusable, match="readonly"):
            reader.append("mine", SECOND, {})
    assert path.read_bytes() == before
    assert [one.name for one in path.parent.iterdir()] == ["pacta.db"]


def test_a_reader_sees_what_a_running_service_has_just_written(tmp_path: Path) -> None:
    with (
        closing(open_store(tmp_path)) as store,
        closing(Store(tmp_path / "home" / "pacta.db", read_only=True)) as reader,
    ):
        for turn in (FIRST, SECOND):
            store.append("mine", turn, REFUSED)
            assert reviewed(reader)[-1] == turn.question


def nothing(path: Path) -> None:
    pass


def of_version_1(path: Path) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as file:
        file.executescript(VERSION_1)


def empty_file(path: Path) -> None:
    path.parent.mkdir()
    path.touch()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        pytest.param(nothing, "no such file or directory. The service makes this file", id="never served"),
        pytest.param(file_where_the_folder_should_be, "not a directory. The service makes", id="no folder"),
        pytest.param(of_version_1, "older Pacta .version 1 of the file.. Start `pacta serve`", id="old"),
        pytest.param(empty_file, "version 0 of the file", id="not written yet"),
        pytest.param(of_a_newer_pacta, "newer Pacta", id="new"),
        pytest.param(no_database, "file is not a database", id="something else"),
        pytest.param(folder_in_its_place, "unable to open", id="a folder"),
    ],
)
def test_a_reader_neither_makes_nor_changes_a_file(tmp_path: Path, spoil: Callable[[Path], None], said: str) -> None:
    path = tmp_path / "home" / "pacta.db"
    spoil(path)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(StoreUnusable, match=said) as refused:
        Store(path, read_only=True)
    assert str(path) in str(refused.value)
    assert (path.read_bytes() if path.is_file() else None) == before
    assert path.parent.exists() is (spoil is not nothing)


@pytest.mark.parametrize("folder", ["a?mode=ro", "50%20", "a#b", "Müller & Töchter"])
def test_a_home_may_have_any_name(tmp_path: Path, folder: str) -> None:
    for read_only in (False, True):
        Store(tmp_path / folder / "pacta.db", read_only=read_only).close()
    assert [one.name for one in tmp_path.iterdir()] == [folder]
