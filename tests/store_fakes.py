"""What the tests of the service's database keep in it, and how they look into it."""

from contextlib import closing
from pathlib import Path
from typing import Any

from service.database import Database
from service.models import Turn

FIRST = Turn("What of salt?", (("salt", "art_1"), ("toll", "art_2")), "Take some. [1]")
SECOND = Turn("And of 🧂?", (), "Nothing was found.")
REFUSED = {"status": "abstained", "reason": "not_found"}
ANSWERED = {"status": "answered", "reason": None}


def rows_of(place: Path | str, query: str) -> list[tuple[Any, ...]]:
    """What a query gives, past all of Pacta's rules."""
    with closing(Database(place, read_only=True)) as database, database.session() as session:
        return [tuple(row) for row in session.connection().exec_driver_sql(query)]


def execute(place: Path | str, statement: str) -> None:
    """Does something to the database that Pacta would not."""
    with closing(Database(place)) as database, database.session() as session:
        session.connection().exec_driver_sql(statement)
        session.commit()
