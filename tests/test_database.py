"""A database that cannot be used is said to be so, with the reason and the remedy, never with the password."""

import builtins
import os
import socket
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from postgres_server import PASSWORD, PostgresServer
from store_fakes import FIRST, REFUSED, SECOND, execute
from test_schema import VERSION_1, make_file

from service.database import Database
from service.errors import StoreUnusable
from service.schema import VERSION_TABLE
from service.settings import Settings
from service.store import Store

# --- in either database


def test_a_newer_one_is_refused(place: Path | str) -> None:
    execute(place, f"UPDATE {VERSION_TABLE} SET version_num = '0099'")
    for read_only in (False, True):
        with pytest.raises(StoreUnusable, match=r"newer Pacta .version 99 of the tables.. Use that version, or begin"):
            Database(place, read_only=read_only)


def test_one_that_breaks_while_in_use_is_said_to_be_broken(place: Path | str) -> None:
    with closing(Store(place)) as store:
        store.append("kept", FIRST, {}, owner="")
        execute(place, "DROP TABLE feedback")
        execute(place, "DROP TABLE turn")
        for use in (
            lambda: store.append("kept", SECOND, {}, owner=""),
            lambda: store.conversation("kept", owner=""),
            lambda: list(store.reviewable_turns()),
        ):
            with pytest.raises(StoreUnusable, match=r"no such table: turn|relation \"turn\" does not exist") as refused:
                use()
            assert "What of salt?" not in str(refused.value.__cause__)  # a log may get to see it


def test_a_reader_writes_nothing(place: Path | str) -> None:
    with closing(Store(place)) as store:
        store.append("mine", FIRST, REFUSED, owner="")
    with closing(Store(place, read_only=True)) as reader:
        assert len(list(reader.reviewable_turns())) == 1
        with pytest.raises(StoreUnusable, match=r"readonly database|read-only transaction"):
            reader.append("mine", SECOND, {}, owner="")


def test_a_reader_does_not_make_the_tables(postgres_url: str) -> None:
    for _ in range(2):
        with pytest.raises(StoreUnusable, match=r"version 0 of the tables.*Start `pacta serve` once"):
            Database(postgres_url, read_only=True)


# --- a file


def folder_in_its_place(path: Path) -> None:
    path.mkdir(parents=True)


def file_where_the_folder_should_be(path: Path) -> None:
    path.parent.write_text("a file")


def no_database(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"this is not a database " * 100)


def of_a_newer_pacta(path: Path) -> None:
    make_file(path, "PRAGMA user_version = 99")


def nothing(path: Path) -> None:
    pass


def of_version_1(path: Path) -> None:
    make_file(path, VERSION_1)


def empty_file(path: Path) -> None:
    path.parent.mkdir()
    path.touch()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (folder_in_its_place, "is a directory"),
        (file_where_the_folder_should_be, "Make the folder writable"),
        (no_database, "file is not a database"),
        (of_a_newer_pacta, "newer Pacta"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(home: Path, spoil: Callable[[Path], None], said: str) -> None:
    path = home / "pacta.db"
    spoil(path)
    with pytest.raises(StoreUnusable, match=said) as refused:
        Database(path)
    assert str(path) in str(refused.value)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        pytest.param(nothing, "no such file or directory. The service makes this file", id="never served"),
        pytest.param(file_where_the_folder_should_be, "not a directory. The service makes", id="no folder"),
        pytest.param(of_version_1, "older Pacta .version 1 of the tables.. Start `pacta serve`", id="old"),
        pytest.param(empty_file, "version 0 of the tables", id="not written yet"),
        pytest.param(of_a_newer_pacta, "newer Pacta", id="new"),
        pytest.param(no_database, "file is not a database", id="something else"),
        pytest.param(folder_in_its_place, "unable to open", id="a folder"),
    ],
)
def test_a_reader_neither_makes_nor_changes_a_file(home: Path, spoil: Callable[[Path], None], said: str) -> None:
    path = home / "pacta.db"
    spoil(path)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(StoreUnusable, match=said) as refused:
        Database(path, read_only=True)
    assert str(path) in str(refused.value)
    assert (path.read_bytes() if path.is_file() else None) == before
    assert path.parent.exists() is (spoil is not nothing)


def test_a_reader_leaves_nothing_beside_the_file(home: Path) -> None:
    Database(home / "pacta.db").close()
    before = (home / "pacta.db").read_bytes()
    Database(home / "pacta.db", read_only=True).close()
    assert [one.name for one in home.iterdir()] == ["pacta.db"]
    assert (home / "pacta.db").read_bytes() == before


def test_nobody_else_may_read_the_file(home: Path) -> None:
    Database(home / "pacta.db").close()
    assert stat.S_IMODE((home / "pacta.db").stat().st_mode) == 0o600


@pytest.mark.parametrize("folder", ["a?mode=ro", "50%20", "a#b", "Müller & Töchter", "%(here)s"])
def test_a_home_may_have_any_name(tmp_path: Path, folder: str) -> None:
    for read_only in (False, True):
        Database(tmp_path / folder / "pacta.db", read_only=read_only).close()
    assert [one.name for one in tmp_path.iterdir()] == [folder]


# --- a server


@pytest.mark.parametrize(
    ("address", "said"),
    [
        pytest.param("nothing", "the address is none", id="no address"),
        pytest.param("postgresql://u:TOP@h:port/d", "the address is none", id="no port"),
        pytest.param("mysql://u:TOP@h/d", "the address begins with mysql://", id="another database"),
        pytest.param("postgresql+psycopg://u:TOP@h/d", "begins with postgresql+psycopg://", id="another driver"),
        pytest.param("sqlite:///x.db", "Without PACTA_DATABASE_URL they are kept", id="a file"),
        pytest.param("postgresql://u:TOP@h/d?sslmode=maybe", "Known are disable, allow, prefer", id="sslmode"),
        pytest.param("postgresql://u@h/d?password=TOP", "unknown option 'password'", id="option"),
    ],
)
def test_an_address_that_is_none_is_refused(address: str, said: str) -> None:
    with pytest.raises(StoreUnusable) as refused:
        Database(address)
    assert said in str(refused.value)
    assert "TOP" not in told(refused.value)


def told(error: BaseException | None) -> str:
    """What a log would show of an error and those behind it."""
    shown = []
    while error is not None:
        shown.append(f"{error!r} {error}")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n".join(shown)


@pytest.mark.parametrize("scheme", ["postgresql", "postgresql+pg8000", "postgres"])
def test_a_server_that_is_not_there_is_said_to_be_so(scheme: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(
        StoreUnusable, match=f"Postgres database pacta at 127.0.0.1 cannot be used.*port {port}"
    ) as refused:
        Database(f"{scheme}://me:TOP@127.0.0.1:{port}/pacta")
    assert "Look whether the server runs" in str(refused.value)
    assert "TOP" not in told(refused.value)


def test_a_wrong_password_is_not_repeated(postgres_server: PostgresServer) -> None:
    with pytest.raises(StoreUnusable, match='password authentication failed for user "postgres"') as refused:
        Database(postgres_server.url(password="TOP"))
    assert "TOP" not in told(refused.value)
    assert PASSWORD not in told(refused.value)


def test_a_database_that_is_not_there_is_said_to_be_so(postgres_server: PostgresServer) -> None:
    with pytest.raises(StoreUnusable, match='database "nowhere" does not exist'):
        Database(postgres_server.url("nowhere"))


def test_without_the_driver_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *arguments: Any, **more: Any) -> Any:
        if name.partition(".")[0] == "pg8000":
            raise ImportError(name)
        return real(name, *arguments, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(StoreUnusable, match=r"driver pg8000 is not installed. Install Pacta with its extra `postgres`"):
        Database("postgresql://me@127.0.0.1/pacta")


def test_a_server_that_was_restarted_is_connected_to_anew(postgres_server: PostgresServer, postgres_url: str) -> None:
    with closing(Store(postgres_url)) as store:
        store.append("mine", FIRST, {}, owner="")
        with store._database.session() as one, store._database.session() as other:
            assert one.connection() != other.connection()  # two in the pool
        postgres_server.disconnect()
        for _ in range(3):
            assert store.conversation("mine", owner="") is not None
        postgres_server.disconnect()
        store.append("mine", SECOND, {}, owner="")


def test_a_server_that_stops_while_it_is_asked_is_said_to_be_gone(
    postgres_server: PostgresServer, postgres_url: str
) -> None:
    def ask(database: Database) -> None:
        with database.session() as session:
            session.connection().exec_driver_sql("SELECT 1")
            postgres_server.disconnect()
            session.connection().exec_driver_sql("SELECT 1")

    with closing(Database(postgres_url)) as database:
        with pytest.raises(StoreUnusable, match="Look whether the server runs"):
            ask(database)
        with database.session() as session:
            assert session.connection().exec_driver_sql("SELECT 1").scalar_one() == 1


# --- which of them


def test_without_a_setting_it_is_a_file_of_the_home_folder(home: Path) -> None:
    assert Settings().database == home / "pacta.db"


def test_the_setting_names_another_and_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "PACTA_DATABASE_URL", "postgresql://me:TOP@h/d")
    settings = Settings()
    assert settings.database == "postgresql://me:TOP@h/d"
    assert "TOP" not in repr(settings)
