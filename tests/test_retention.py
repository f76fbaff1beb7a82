"""Where the service is set to, it forgets old conversations by itself, and goes on where it cannot."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from threading import Event

import pytest
from store_fakes import FIRST, execute
from web_fakes import make_client

from service import retention
from service.errors import StoreUnusable
from service.retention import forgetting
from service.store import Store


@pytest.fixture
def old_conversation(home: Path) -> Path:
    with closing(Store(home / "pacta.db")) as store:
        store.append("old", FIRST, {}, owner="key1")
        store.append("new", FIRST, {}, owner="key1")
    execute(home / "pacta.db", "UPDATE conversation SET last_asked_at = '2020-01-01' WHERE id = 'old'")
    return home


def kept(home: Path) -> list[str]:
    with closing(Store(home / "pacta.db", read_only=True)) as store:
        return [name for name in ("old", "new") if store.conversation(name, owner="key1")]


class Counted(Store):
    """A store that says when it has been pruned so often, and may refuse to be."""

    def __init__(self, place: Path, times: int, refuses: int = 0) -> None:
        super().__init__(place)
        self.times, self.refuses, self.done = times, refuses, Event()

    def prune(self, days: int) -> int:
        self.times -= 1
        if self.times == 0:
            self.done.set()
        if self.refuses:
            self.refuses -= 1
            raise StoreUnusable("pacta.db", "database is locked", "Wait.")
        return super().prune(days)


def run_until_pruned(store: Counted, days: int | None) -> bool:
    async def run() -> bool:
        async with forgetting(store, days):
            return await asyncio.to_thread(store.done.wait, 10 if days else 0)

    with closing(store):
        return asyncio.run(run())


def test_old_conversations_are_forgotten_at_the_start(old_conversation: Path) -> None:
    assert run_until_pruned(Counted(old_conversation / "pacta.db", 1), 30)
    assert kept(old_conversation) == ["new"]


def test_it_goes_on_later_even_where_it_could_not(
    old_conversation: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(retention, "PAUSE_SECONDS", 0.01)
    with caplog.at_level(logging.INFO, "service.retention"):
        assert run_until_pruned(Counted(old_conversation / "pacta.db", 4, refuses=2), 30)
    assert kept(old_conversation) == ["new"]
    said = [record.getMessage() for record in caplog.records]
    assert [line.split(":")[0] for line in said[:3]] == [
        *["Old conversations are not forgotten yet"] * 2,
        "Conversations forgotten after 30 days",
    ]


def test_without_the_setting_nothing_is_forgotten(old_conversation: Path) -> None:
    assert not run_until_pruned(Counted(old_conversation / "pacta.db", 1), None)
    assert kept(old_conversation) == ["old", "new"]


def test_the_service_does_so(old_conversation: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = Event()
    real: Callable[[Store, int], int] = Store.prune
    monkeypatch.setattr(Store, "prune", lambda store, days: (real(store, days), done.set())[0])
    with make_client(old_conversation, retention_days=30):
        assert done.wait(10)
    assert kept(old_conversation) == ["new"]
