"""Keys: what a caller may do, shown once, refused soon after they are revoked, in either database."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from store_fakes import execute, rows_of

from service import keys
from service.access import Caller
from service.errors import NoSuchKey
from service.keys import REMEMBERED_SECONDS, KeyRecord, KeyRing
from service.store import Store


@pytest.fixture
def ring(place: Path | str) -> Iterator[KeyRing]:
    with closing(Store(place)) as store:
        yield store.key_ring


def test_a_key_stands_for_its_caller(ring: KeyRing) -> None:
    record, key = ring.create_key("the ministry's bot", ["ask"], ["drafts", "Übungen"])
    assert ring.key_of(key) == Caller(record.id, frozenset({"ask"}), frozenset({"drafts", "Übungen"}))


@pytest.mark.parametrize(
    ("labels", "reads"),
    [
        pytest.param((), frozenset(), id="treaties without a label"),
        pytest.param(["drafts"], frozenset({"drafts"}), id="a collection"),
        pytest.param(None, None, id="all there are"),
    ],
)
@pytest.mark.parametrize("scopes", [("ask",), ("ask", "ingest"), ("admin",)])
def test_scopes_and_collections_are_kept(ring: KeyRing, labels: Any, reads: Any, scopes: Any) -> None:
    record, key = ring.create_key("k", scopes, labels)
    assert ring.key_of(key) == Caller(record.id, frozenset(scopes), reads)
    [kept] = ring.keys()
    assert (kept.scopes, kept.labels) == (frozenset(scopes), reads)


def test_only_a_hash_of_a_key_is_kept(ring: KeyRing, place: Path | str) -> None:
    record, key = ring.create_key("k", ["ask"], ())
    secret = key.removeprefix(f"pacta_{record.id}_")
    assert len(secret) == 43  # 32 bytes
    assert secret not in str(rows_of(place, "SELECT * FROM api_key"))
    assert secret not in repr(record)
    assert secret not in repr(vars(ring))


def test_no_two_keys_are_alike(ring: KeyRing) -> None:
    made = [ring.create_key("k", ["ask"], ()) for _ in range(20)]
    assert len({key for _, key in made}) == len({record.id for record, _ in made}) == 20


def changed(key: str) -> list[str]:
    """What is nearly that key."""
    head, key_id, secret = key.split("_", 2)
    other = "A" if secret[0] != "A" else "B"
    return [
        "",
        key_id,
        f"{head}_{key_id}",
        f"{head}_{key_id}_",
        f"{head}_{key_id}_{other}{secret[1:]}",
        f"{head}_{key_id}_{secret[:-1]}",
        f"{head}_{key_id}_{secret}=",
        f"{head}_{'0' * 12}_{secret}",
        f"{head}_%_{secret}",
        f"{head.upper()}_{key_id}_{secret}",
        f" {key}",
        f"{key}\n",
        f"{key}\0",
        "pacta_" + "é" * 56,
        "x" * 100_000,
    ]


def test_what_is_no_key_is_nobody(ring: KeyRing) -> None:
    _, key = ring.create_key("k", ["ask"], ())
    assert [ring.key_of(nearly) for nearly in changed(key)] == [None] * len(changed(key))
    assert ring.key_of(key) is not None


def test_a_key_of_another_is_not_opened_by_one_s_own_secret(ring: KeyRing) -> None:
    (mine, my_key), (yours, _) = (ring.create_key("k", ["ask"], ()) for _ in range(2))
    assert ring.key_of(my_key.replace(mine.id, yours.id)) is None


# --- revoked


@pytest.mark.parametrize("named", ["id", "prefix", "key"])
def test_a_revoked_key_is_refused_at_once_where_it_was_revoked(ring: KeyRing, named: str) -> None:
    record, key = ring.create_key("k", ["ask"], ())
    assert ring.key_of(key) is not None
    revoked = ring.revoke_key({"id": record.id, "prefix": record.id[:5], "key": key}[named])
    assert revoked.revoked_at is not None
    assert ring.key_of(key) is None
    assert ring.revoke_key(record.id) == revoked  # the time stays
    assert ring.keys() == (revoked,)


def test_elsewhere_it_is_refused_a_few_seconds_later(place: Path | str, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [1000.0]
    monkeypatch.setattr(keys, "monotonic", lambda: clock[0])
    assert REMEMBERED_SECONDS <= 4
    with closing(Store(place)) as service, closing(Store(place)) as command:
        record, key = command.key_ring.create_key("k", ["ask"], ())
        assert service.key_ring.key_of(key) is not None  # and its first use is noted
        assert service.key_ring.key_of(key) is not None  # and remembered
        command.key_ring.revoke_key(record.id)
        clock[0] += REMEMBERED_SECONDS - 0.01
        assert service.key_ring.key_of(key) is not None
        clock[0] += 0.02
        assert service.key_ring.key_of(key) is None


def test_a_key_that_is_remembered_needs_no_database(place: Path | str, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(Store(place)) as store:
        _, key = store.key_ring.create_key("k", ["ask"], ())
        store.key_ring.key_of(key)
        store.key_ring.key_of(key)
        monkeypatch.setattr(store._database, "session", None)
        assert store.key_ring.key_of(key) is not None


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        pytest.param("beef", "There is no key 'beef'. `pacta keys list` shows", id="unknown"),
        pytest.param("", "There is no key ''", id="nothing"),
        pytest.param("%", "There is no key '%'", id="a pattern"),
        pytest.param("a", r"2 keys have an id that begins with 'a': a\w+, a\w+\. Give more of it", id="two"),
    ],
)
def test_only_one_key_is_revoked_at_a_time(
    ring: KeyRing, monkeypatch: pytest.MonkeyPatch, wanted: str, said: str
) -> None:
    ids = iter(["a00000000001", "a00000000002", "c00000000003"])
    monkeypatch.setattr(keys.secrets, "token_hex", lambda size: next(ids))
    made = [ring.create_key(name, ["ask"], ())[1] for name in ("one", "two", "three")]
    with pytest.raises(NoSuchKey, match=said):
        ring.revoke_key(wanted)
    assert None not in [ring.key_of(key) for key in made]


# --- when it was used


def last_used(ring: KeyRing) -> str | None:
    [record] = ring.keys()
    return record.last_used_at


def test_its_use_is_noted_once_a_minute(ring: KeyRing, place: Path | str) -> None:
    record, key = ring.create_key("k", ["ask"], ())
    assert last_used(ring) is None
    ring.key_of(key)
    first = last_used(ring)
    assert first is not None
    assert first >= record.created_at
    ring.key_of(key)
    assert last_used(ring) == first
    execute(place, "UPDATE api_key SET last_used_at = '2026-01-01T00:00:00.000+00:00'")
    ring._known.clear()
    ring.key_of(key)
    assert last_used(ring) >= first


def test_a_key_that_is_refused_was_not_used(ring: KeyRing) -> None:
    record, key = ring.create_key("k", ["ask"], ())
    ring.key_of(changed(key)[4])
    ring.revoke_key(record.id)
    ring.key_of(key)
    assert last_used(ring) is None


def test_many_ask_with_a_key_at_once(ring: KeyRing) -> None:
    record, key = ring.create_key("k", ["ask"], ())
    with ThreadPoolExecutor(16) as threads:
        assert set(threads.map(ring.key_of, [key] * 200)) == {Caller(record.id, frozenset({"ask"}), frozenset())}


def test_a_record_tells_a_program_what_it_is() -> None:
    record = KeyRecord("0123", "bot", frozenset({"ingest", "ask"}), frozenset({"b", "a"}), "2026-11-30")
    assert record.to_json() == {
        "id": "0123",
        "name": "bot",
        "scopes": ["ask", "ingest"],
        "collections": ["a", "b"],
        "created_at": "2026-11-30",
        "last_used_at": None,
        "revoked_at": None,
    }
