"""The database of the service: an SQLite file in the home folder, or a Postgres database by its address.

Either may be used from many threads and by several processes. One of an older Pacta is brought up to date
when it is opened; after that the older Pacta refuses it.
"""

import os
import sqlite3
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, InvalidatePoolError, SQLAlchemyError
from sqlmodel import Session, SQLModel, create_engine

from service.errors import StoreUnusable
from service.schema import SCHEMA_VERSION, bring_up_to_date, version_of

# How long a writer waits for another before it gives up; a turn is written in a millisecond.
BUSY_SECONDS = 15
# A Postgres server that says nothing for so long is not there.
SILENT_SECONDS = 30
# Any number that other programs on the same database would not lock by.
_MIGRATION_LOCK = 0x7061637461

_LOOK_AT_THE_FILE = (
    "Look at the disk and the rights of the file; a damaged file can be moved away, a new one is then begun."
)
_LOOK_AT_THE_SERVER = (
    "Look whether the server runs and takes this user, and at PACTA_DATABASE_URL "
    "(postgresql://USER:PASSWORD@HOST:5432/DATABASE)."
)
_SERVE_FIRST = (
    "The service makes this file when it is started (`pacta serve`): name the service's home folder, "
    "as somebody who may read it."
)
# What libpq calls its modes, as pg8000 is told.
_SSL_MODES: dict[str, Any] = {
    "disable": lambda: False,
    "allow": lambda: None,
    "prefer": lambda: None,
    "require": lambda: True,
    "verify-ca": ssl.create_default_context,
    "verify-full": ssl.create_default_context,
}


def now() -> str:
    """The time as the tables have it."""
    return written(datetime.now(UTC))


def written(moment: datetime) -> str:
    """A moment in UTC as the tables have it."""
    return moment.isoformat(timespec="milliseconds")


class Database:
    """The database at ``place``: the path of an SQLite file, made when it is not there, or an address of Postgres.

    With ``read_only`` nothing is made, brought up to date or written. Raises StoreUnusable where the database
    cannot be opened, read or written, here and within ``session``. No message tells the password.
    """

    def __init__(self, place: Path | str, *, read_only: bool = False) -> None:
        self.name = str(place) if isinstance(place, Path) else "Postgres"
        if isinstance(place, str):
            self.engine = self._postgres(place, read_only)
        else:
            self.engine = self._sqlite(place, read_only)
        try:
            with self.errors(), self.engine.connect() as connection:
                if read_only:
                    self._check_version(connection)
                else:
                    self._prepare(connection)
        except StoreUnusable:
            self.engine.dispose()
            raise

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A session, whose errors are Pacta's; what is to stay has to be committed."""
        with self.errors(), Session(self.engine) as session:
            yield session

    def insert(self, table: type[SQLModel]) -> "sqlite.Insert | postgresql.Insert":
        """An INSERT that can say what to do where the row is there already."""
        return postgresql.insert(table) if self.engine.dialect.name == "postgresql" else sqlite.insert(table)

    def close(self) -> None:
        """Closes the connections; the database is not used afterwards."""
        self.engine.dispose()

    def _sqlite(self, path: Path, read_only: bool) -> Engine:
        try:
            if read_only:
                path.stat()
            else:
                # What people ask is nobody else's to read, hence the mode.
                path.parent.mkdir(parents=True, exist_ok=True)
                os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        except OSError as error:
            remedy = "Make the folder writable, or choose another with PACTA_HOME."
            reason = (error.strerror or str(error)).lower()
            raise StoreUnusable(self.name, reason, _SERVE_FIRST if read_only else remedy) from error
        # As a URI, "rw" opens what is there and makes nothing.
        url = URL.create("sqlite", database=path.absolute().as_uri(), query={"mode": "rw", "uri": "true"})
        engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS}, hide_parameters=True)

        @event.listens_for(engine, "connect")
        def set_up(connection: Any, _record: Any) -> None:
            # WAL keeps a committed turn through a crash of the process; NORMAL may lose the last ones
            # when the power fails, which a conversation can bear and an fsync for each question cannot.
            for pragma in ("foreign_keys = ON", "synchronous = NORMAL", f"query_only = {int(read_only)}"):
                connection.execute(f"PRAGMA {pragma}")

        return engine

    def _postgres(self, address: str, read_only: bool) -> Engine:
        url, options = self._understand(address)
        try:
            engine = create_engine(
                url,
                connect_args={"timeout": SILENT_SECONDS, "application_name": "pacta", **options},
                execution_options={"postgresql_readonly": True} if read_only else {},
                hide_parameters=True,
            )
        except ImportError as error:
            raise StoreUnusable(
                self.name, "the driver pg8000 is not installed", "Install Pacta with its extra `postgres`."
            ) from error
        driver_error = engine.dialect.loaded_dbapi.Error

        @event.listens_for(engine, "checkout")
        def connect_anew(connection: Any, _record: Any, _fairy: Any) -> None:
            # After a restart of the server. `pool_pre_ping` does not know what pg8000 says then.
            try:
                engine.dialect.do_ping(connection)
            except (driver_error, OSError) as error:
                raise InvalidatePoolError from error

        return engine

    def _understand(self, address: str) -> tuple[URL, dict[str, Any]]:
        """The address for SQLAlchemy, and what else pg8000 is told; raises StoreUnusable, chained to nothing
        that might tell the password."""
        try:
            url = make_url(address)
        except (ArgumentError, ValueError):
            raise StoreUnusable(self.name, "the address is none", _LOOK_AT_THE_SERVER) from None
        if url.drivername not in {"postgresql", "postgres", "postgresql+pg8000"}:
            reason = f"the address begins with {url.drivername}://"
            remedy = "Without PACTA_DATABASE_URL they are kept in an SQLite file of the home folder."
            raise StoreUnusable(self.name, reason, f"{_LOOK_AT_THE_SERVER} {remedy}")
        self.name = f"the Postgres database {url.database or url.username} at {url.host or 'localhost'}"
        query = dict(url.query)
        options: dict[str, Any] = {}
        ssl_mode = query.pop("sslmode", None)
        if ssl_mode is not None:
            if ssl_mode not in _SSL_MODES:
                raise StoreUnusable(self.name, "its sslmode is unknown", f"Known are {', '.join(_SSL_MODES)}.")
            options["ssl_context"] = _SSL_MODES[str(ssl_mode)]()
        if query.keys() - {"unix_sock"}:
            reason = f"the address has the unknown option {min(query.keys() - {'unix_sock'})!r}"
            raise StoreUnusable(self.name, reason, "Known are sslmode and unix_sock.")
        return url.set(drivername="postgresql+pg8000", query=query), options

    def _prepare(self, connection: Connection) -> None:
        """Makes the tables and proves that the database can be written, before anybody relies on it."""
        # Several processes may start at once: one makes the tables, the others wait for it. All or nothing: an
        # error on the way rolls everything back.
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA journal_mode = WAL")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})")
        self._check_version(connection, older_too=True)
        bring_up_to_date(connection)
        connection.commit()

    def _check_version(self, connection: Connection, *, older_too: bool = False) -> None:
        """Raises StoreUnusable where the tables are of a newer Pacta, or of an older one."""
        version = version_of(connection)
        if version > SCHEMA_VERSION:
            raise StoreUnusable(
                self.name,
                f"they were written by a newer Pacta (version {version} of the tables)",
                "Use that version, or begin afresh: move the file away, or name another database.",
            )
        if version < SCHEMA_VERSION and not older_too:
            raise StoreUnusable(
                self.name,
                f"they are of an older Pacta (version {version} of the tables)",
                "Start `pacta serve` once, which brings them up to date.",
            )

    @contextmanager
    def errors(self) -> Iterator[None]:
        """Says in Pacta's words, as StoreUnusable, what the database or SQLAlchemy could not do."""
        try:
            yield
        except (SQLAlchemyError, sqlite3.Error, OSError) as error:  # pg8000 passes on what the socket says
            remedy = _LOOK_AT_THE_FILE if self.engine.dialect.name == "sqlite" else _LOOK_AT_THE_SERVER
            raise StoreUnusable(self.name, _reason(error), remedy) from error


def _reason(error: Exception) -> str:
    """What the database said; of Postgres the server's own message, which pg8000 may hide behind a closed socket."""
    cause: BaseException = getattr(error, "orig", None) or error
    one: BaseException | None = cause
    while one is not None:
        if one.args and isinstance(one.args[0], dict) and "M" in one.args[0]:
            return str(one.args[0]["M"]).rstrip(".")
        one = one.__cause__ or one.__context__
    return str(cause).rstrip(".")
