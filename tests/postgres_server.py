"""A Postgres server for the tests, from Debian's package where that is installed, in a folder of its own."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

USER, PASSWORD = "postgres", "ham mus"


def find_programs() -> Path | None:
    """The folder with ``initdb`` and ``pg_ctl``, of the newest version installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


class PostgresServer:
    """A running server, reached by a socket in its folder."""

    def __init__(self, socket: Path) -> None:
        self._socket = socket

    def url(self, database: str = "postgres", password: str = PASSWORD) -> str:
        """The address of a database as people write it."""
        return f"postgresql://{USER}:{password.replace(' ', '%20')}@/{database}?unix_sock={self._socket}"

    def execute(self, *statements: str) -> None:
        """Executes statements in the database ``postgres``."""
        from pg8000.dbapi import Connection

        connection = Connection(USER, password=PASSWORD, unix_sock=str(self._socket), database="postgres")
        connection.autocommit = True
        for statement in statements:
            connection.cursor().execute(statement)
        connection.close()

    def disconnect(self) -> None:
        """Ends all connections, as a restart of the server does."""
        self.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )

    def emptied(self) -> str:
        """The address of the database with nothing in it; to make a new one would take ten times as long."""
        self.disconnect()
        self.execute("DROP SCHEMA public CASCADE", "CREATE SCHEMA public")
        return self.url()


@contextmanager
def running_server(programs: Path) -> Iterator[PostgresServer]:
    """A server that forgets all when the block ends."""
    # Not below pytest's folders: root's are closed to the user whom the server runs as, and the name of a
    # socket has room for a hundred characters only.
    folder = Path(tempfile.mkdtemp(prefix="pacta-postgres-"))
    as_user = []
    if os.geteuid() == 0:  # Postgres refuses to run as root
        as_user = ["runuser", "-u", "postgres", "--"]
        os.chown(folder, pwd.getpwnam("postgres").pw_uid, -1)
    (folder / "password").write_text(PASSWORD)
    (folder / "password").chmod(0o644)
    data, log = folder / "data", folder / "log"

    def run(program: str, *arguments: str) -> None:
        command = [*as_user, str(programs / program), "-D", str(data), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
        said = log.read_text() if log.exists() else ""
        assert done.returncode == 0, f"{program}: {done.stdout}{done.stderr}{said}"

    # Nothing of it has to outlive the tests, hence no fsync.
    settings = f"-k {folder} -c listen_addresses= -c fsync=off -c full_page_writes=off -c max_connections=200"
    try:
        run("initdb", "-U", USER, "-A", "scram-sha-256", f"--pwfile={folder / 'password'}", "-E", "UTF8",
            "--locale=C", "--no-sync", "--no-instructions")  # fmt: skip
        run("pg_ctl", "start", "-w", "-l", str(log), "-o", settings)
        try:
            yield PostgresServer(folder / ".s.PGSQL.5432")
        finally:
            run("pg_ctl", "stop", "-m", "immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
