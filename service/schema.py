"""Which version of the tables a database has, and how an older one is brought up to date."""

from threading import Lock

from sqlalchemy import Connection, inspect

SCHEMA_VERSION = 4
# Not alembic's own name: another program may keep its tables in the same database.
VERSION_TABLE = "pacta_version"

# alembic hands a migration its connection through variables of the whole process.
_one_at_a_time = Lock()


def version_of(connection: Connection) -> int:
    """The version of the tables, 0 where there are none yet."""
    if inspect(connection).has_table(VERSION_TABLE):
        return int(connection.exec_driver_sql(f"SELECT version_num FROM {VERSION_TABLE}").scalar_one())
    if connection.dialect.name == "sqlite":
        # Versions 1 and 2 are from before there were migrations.
        return int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())
    return 0


def bring_up_to_date(connection: Connection) -> None:
    """Makes the tables, or changes those of an older version, in the transaction that the connection is in.

    The caller holds a lock on the database, so that several processes which start at once do this once.
    """
    version = version_of(connection)
    if version == SCHEMA_VERSION:
        return
    # Imported here: a database that is up to date, as it nearly always is, need not wait for it.
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", "service:migrations")
    config.set_main_option("path_separator", "os")
    with _one_at_a_time:
        if version and not inspect(connection).has_table(VERSION_TABLE):
            command.stamp(config, f"{version:04}")
        command.upgrade(config, "head")
    if connection.dialect.name == "sqlite":
        # A Pacta from before there were migrations reads this number, and refuses what it does not know.
        connection.exec_driver_sql(f"PRAGMA user_version = {SCHEMA_VERSION}")
