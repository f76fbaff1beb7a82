"""Keys that programs and people ask with: made, listed, revoked, and told by what they send.

A key is ``pacta_<id>_<secret>``. It is shown once, when it is made; the database has its id and a hash.
"""

import hmac
import json
import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from threading import Lock
from time import monotonic
from typing import Any, get_args

from sqlalchemy import or_, update
from sqlmodel import col, select

from service.access import SCOPES, Caller, Scope
from service.database import Database, now, written
from service.errors import NoSuchKey
from service.tables import KeyRow

# A key that was revoked, in any process, is refused after so long at the latest.
REMEMBERED_SECONDS = 3.0
# Noting each use would make a write of every request.
USE_NOTED_SECONDS = 60

_FORM = re.compile(r"pacta_([0-9a-f]{12})_[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """What is known of a key; ``labels`` are the collections it reads, None all there are.

    Times are ISO 8601, in UTC; ``last_used_at`` is right to the minute.
    """

    id: str
    name: str
    scopes: frozenset[Scope]
    labels: frozenset[str] | None
    created_at: str
    last_used_at: str | None = None
    revoked_at: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The record, ready for ``json.dumps``."""
        return {
            "id": self.id,
            "name": self.name,
            "scopes": [scope for scope in SCOPES if scope in self.scopes],
            "collections": ["*"] if self.labels is None else sorted(self.labels),
            "created_at": self.created_at,
            "last_used_at": self.last_used_at,
            "revoked_at": self.revoked_at,
        }


@dataclass(frozen=True, slots=True)
class _Known:
    """A key that the database has, as it was at ``read_at`` on the clock of this process."""

    record: KeyRecord
    secret_sha256: str
    read_at: float


class KeyRing:
    """The keys in a database; every method raises StoreUnusable where that cannot be read or written."""

    def __init__(self, database: Database) -> None:
        self._database = database
        # Only keys there are come in, so it cannot grow with what strangers send.
        self._known: dict[str, _Known] = {}
        self._noting = Lock()

    def create_key(self, name: str, scopes: Collection[Scope], labels: Collection[str] | None) -> tuple[KeyRecord, str]:
        """Makes a key; gives its record and the key itself, which cannot be had again."""
        key_id = secrets.token_hex(6)
        key = f"pacta_{key_id}_{secrets.token_urlsafe(32)}"
        reads = None if labels is None else frozenset(labels)
        record = KeyRecord(key_id, name, frozenset(scopes), reads, now())
        row = KeyRow(
            id=key_id,
            name=name,
            secret_sha256=_hashed(key),
            scopes=" ".join(sorted(record.scopes)),
            labels=None if reads is None else json.dumps(sorted(reads), ensure_ascii=False),
            created_at=record.created_at,
        )
        with self._database.session() as session:
            session.add(row)
            session.commit()
        return record, key

    def keys(self) -> tuple[KeyRecord, ...]:
        """All keys, revoked ones too, oldest first."""
        with self._database.session() as session:
            rows = session.exec(select(KeyRow).order_by(KeyRow.created_at, KeyRow.id)).all()
            return tuple(_record(row) for row in rows)

    def revoke_key(self, id_or_prefix: str) -> KeyRecord:
        """Revokes the key whose id begins so, for good; one that is revoked already stays as it is.

        Raises NoSuchKey where no key begins so, or more than one.
        """
        wanted = id_or_prefix.removeprefix("pacta_").partition("_")[0]
        found = [key.id for key in self.keys() if wanted and key.id.startswith(wanted)]
        if len(found) != 1:
            raise NoSuchKey(wanted, found)
        revoked = update(KeyRow).where(col(KeyRow.id) == found[0], col(KeyRow.revoked_at).is_(None))
        with self._database.session() as session:
            session.connection().execute(revoked.values(revoked_at=now()))
            session.commit()
            self._known.pop(found[0], None)
            return _record(session.exec(select(KeyRow).where(KeyRow.id == found[0])).one())

    def key_of(self, secret: str) -> Caller | None:
        """The caller that a key stands for; None for what is no key, or one that was revoked."""
        form = _FORM.fullmatch(secret)
        known = self._look_up(form[1]) if form else None
        if known is None or not hmac.compare_digest(known.secret_sha256, _hashed(secret)):
            return None
        record = known.record
        if record.revoked_at is not None:
            return None
        self._note_use(known)
        return Caller(record.id, record.scopes, record.labels)

    def _look_up(self, key_id: str) -> _Known | None:
        known = self._known.get(key_id)
        if known is not None and monotonic() - known.read_at < REMEMBERED_SECONDS:
            return known
        # The clock is read first: what another process revokes during the query counts from then.
        read_at = monotonic()
        with self._database.session() as session:
            row = session.get(KeyRow, key_id)
            if row is None:
                return None
            known = _Known(_record(row), row.secret_sha256, read_at)
        self._known[key_id] = known
        return known

    def _note_use(self, known: _Known) -> None:
        """Writes down that a key is used, at most once a minute whichever process it is used in."""
        record = known.record
        minute_ago = written(datetime.now(UTC) - timedelta(seconds=USE_NOTED_SECONDS))
        if record.last_used_at is not None and record.last_used_at > minute_ago:
            return
        if not self._noting.acquire(blocking=False):
            return  # another request is at it
        try:
            unused = or_(col(KeyRow.last_used_at).is_(None), col(KeyRow.last_used_at) <= minute_ago)
            used = update(KeyRow).where(col(KeyRow.id) == record.id, unused).values(last_used_at=now())
            with self._database.session() as session:
                session.connection().execute(used)
                session.commit()
            self._known.pop(record.id, None)
        finally:
            self._noting.release()


def _hashed(key: str) -> str:
    # A plain hash is right here: 32 random bytes cannot be guessed at, however fast one may try, as a
    # password could; and a slow hash would be paid for with every request.
    return sha256(key.encode()).hexdigest()


def _record(row: KeyRow) -> KeyRecord:
    return KeyRecord(
        id=row.id,
        name=row.name,
        scopes=frozenset(scope for scope in get_args(Scope) if scope in row.scopes.split()),
        labels=None if row.labels is None else frozenset(json.loads(row.labels)),
        created_at=row.created_at,
        last_used_at=row.last_used_at,
        revoked_at=row.revoked_at,
    )
