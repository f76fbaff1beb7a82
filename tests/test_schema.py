"""Databases of older versions are brought up to date once, lose nothing, and end as new ones are."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from alembic import op
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from slack_sdk.oauth.installation_store.sqlalchemy import SQLAlchemyInstallationStore
from slack_sdk.oauth.state_store.sqlalchemy import SQLAlchemyOAuthStateStore
from sqlmodel import SQLModel
from store_fakes import FIRST, SECOND, rows_of

from service.database import Database
from service.errors import StoreUnusable
from service.models import Conversation, Turn
from service.schema import SCHEMA_VERSION, VERSION_TABLE
from service.store import Store

ROOT = Path(__file__).parent.parent

# Files as the first Pactas wrote them: tables, indexes, version and all.
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
VERSION_2 = f"""
{VERSION_1}
ALTER TABLE turn ADD COLUMN message_id VARCHAR;
UPDATE turn SET message_id = json_extract(answer_json, '$.message_id') WHERE json_valid(answer_json);
CREATE INDEX ix_turn_message_id ON turn (message_id);
CREATE TABLE feedback (
	message_id VARCHAR NOT NULL,
	turn_id INTEGER NOT NULL,
	given_at VARCHAR NOT NULL,
	verdict VARCHAR NOT NULL,
	comment VARCHAR,
	PRIMARY KEY (message_id),
	FOREIGN KEY(turn_id) REFERENCES turn (id) ON DELETE CASCADE
);
CREATE INDEX ix_feedback_turn_id ON feedback (turn_id);
INSERT INTO feedback VALUES ('m2', 3, '2026-11-29T11:00:00.000+00:00', 'down', 'It is in Article 1. 🧂');
PRAGMA user_version = 2;
"""


def make_file(path: Path, script: str) -> Path:
    path.parent.mkdir(exist_ok=True)
    with closing(sqlite3.connect(path)) as file:
        file.executescript(script)
    return path


@pytest.fixture(params=[VERSION_1, VERSION_2], ids=["version 1", "version 2"])
def old_file(request: pytest.FixtureRequest, home: Path) -> Path:
    """A file of an older version with a conversation of three turns."""
    return make_file(home / "pacta.db", request.param)


def shape_of(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Columns, foreign keys and indexes by table."""
    with closing(sqlite3.connect(path)) as file:
        tables = [name for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            table: [
                *file.execute(f"SELECT name, type, pk, \"notnull\" FROM pragma_table_info('{table}')"),
                *file.execute(f"SELECT * FROM pragma_foreign_key_list('{table}')"),
                *sorted(file.execute(f"SELECT name, [unique] FROM pragma_index_list('{table}')")),
            ]
            for table in sorted(tables)
        }


def check_brought_over(path: Path) -> None:
    """Everything of the old file is there, its answers can be judged, and the tables are those of a new file."""
    with closing(Store(path)) as store:
        assert store.conversation("mine", owner="") == Conversation("mine", (FIRST, SECOND, Turn("Why?", (), "No.")))
        kept = store.kept_turns("mine", owner="")
        assert kept is not None
        assert kept[0].answer == {"answer": "Töne 🧂", "status": "answered", "message_id": "m1"}
        assert [turn.question for turn in store.reviewable_turns()] == ["And of 🧂?"]
        assert store.give_feedback("m1", "down", owner="") is True
        assert [turn.question for turn in store.reviewable_turns()] == ["What of salt?", "And of 🧂?"]
    assert rows_of(path, "SELECT id, owner, last_asked_at FROM conversation") == [
        ("mine", "", "2026-11-29T10:02:00.000+00:00")
    ]
    assert rows_of(path, "SELECT id, message_id, status FROM turn ORDER BY id") == [
        (1, "m1", "answered"),
        (3, "m2", "abstained"),
        (4, None, None),
    ]
    assert rows_of(path, "PRAGMA foreign_key_check") == []
    new = path.parent / "new.db"
    Store(new).close()
    assert shape_of(path) == shape_of(new)


def test_an_older_file_is_brought_up_to_date_and_loses_nothing(old_file: Path) -> None:
    check_brought_over(old_file)


def test_verdicts_of_version_2_stay(home: Path) -> None:
    path = make_file(home / "pacta.db", VERSION_2)
    with closing(Store(path)) as store:
        [turn] = store.reviewable_turns()
    assert (turn.verdict, turn.comment) == ("down", "It is in Article 1. 🧂")
    assert rows_of(path, "SELECT given_at FROM feedback") == [("2026-11-29T11:00:00.000+00:00",)]


def test_a_pacta_from_before_there_were_migrations_refuses_the_file(old_file: Path) -> None:
    Store(old_file).close()
    assert rows_of(old_file, "PRAGMA user_version") == [(SCHEMA_VERSION,)]


def test_a_change_of_version_that_fails_leaves_the_file_as_it_was(
    old_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = shape_of(old_file), rows_before(old_file)
    with monkeypatch.context() as patch:
        # In the midst of one migration, after others.
        patch.setattr(op, "drop_table", lambda name: op.execute("DROP TABLE nowhere"))
        with pytest.raises(StoreUnusable, match="nowhere"):
            Store(old_file)
    assert (shape_of(old_file), rows_before(old_file)) == before
    check_brought_over(old_file)


def rows_before(path: Path) -> list[Any]:
    with closing(sqlite3.connect(path)) as file:
        return [*file.execute("SELECT * FROM turn"), *file.execute("PRAGMA user_version")]


def test_the_tables_are_those_that_the_program_works_with(place: Path | str) -> None:
    """Migrations say the same as ``service.tables``, and as slack_sdk does of the tables that it works with."""
    with closing(Database(place)) as database, database.session() as session:
        context = MigrationContext.configure(session.connection(), opts={"version_table": VERSION_TABLE})
        installations = SQLAlchemyInstallationStore("", database.engine).metadata
        states = SQLAlchemyOAuthStateStore(600, database.engine).metadata
        assert compare_metadata(context, [SQLModel.metadata, installations, states]) == []


def test_the_last_migration_is_the_version_that_the_program_knows() -> None:
    config = Config()
    config.set_main_option("script_location", "service:migrations")
    config.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(config).get_heads() == [f"{SCHEMA_VERSION:04}"]


# --- several at once


@pytest.fixture(params=["sqlite", "postgres", "version 1"])
def unprepared(request: pytest.FixtureRequest, home: Path) -> Iterator[Path | str]:
    """A database that is still to be made, or to be brought up to date."""
    if request.param == "postgres":
        yield request.getfixturevalue("postgres_url")
    elif request.param == "sqlite":
        yield home / "pacta.db"
    else:
        yield make_file(home / "pacta.db", VERSION_1)


def test_threads_that_open_a_database_at_once_change_it_once(unprepared: Path | str) -> None:
    together = Barrier(8)

    def start(number: int) -> None:
        together.wait(10)
        with closing(Store(unprepared)) as store:
            store.append("new", Turn(f"{number}"), {"message_id": f"n{number}"}, owner="")

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(start, range(8)))
    with closing(Store(unprepared)) as store:
        kept = store.conversation("new", owner="")
    assert kept is not None
    assert sorted(turn.question for turn in kept.turns) == [f"{n}" for n in range(8)]
    assert rows_of(unprepared, f"SELECT version_num FROM {VERSION_TABLE}") == [(f"{SCHEMA_VERSION:04}",)]


OPEN_WHEN_TOLD = """
import sys
from pathlib import Path
from service.models import Turn
from service.store import Store
place = sys.argv[1] if "://" in sys.argv[1] else Path(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
store = Store(place)
store.append("new", Turn(sys.argv[2]), {}, owner="")
store.close()
"""


def test_processes_that_start_at_once_change_a_database_once(unprepared: Path | str) -> None:
    command = [sys.executable, "-W", "error", "-c", OPEN_WHEN_TOLD, str(unprepared)]
    started = [
        subprocess.Popen(
            [*command, name], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for name in ("one", "other", "third")
    ]
    for process in started:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in started:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    ended = [(process.communicate(timeout=60)[1], process.returncode) for process in started]
    assert ended == [("", 0)] * 3
    asked = rows_of(unprepared, "SELECT question FROM turn WHERE conversation_id = 'new' ORDER BY question")
    assert asked == [("one",), ("other",), ("third",)]
