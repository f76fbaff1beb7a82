"""A running service changes to a newly published index without dropping a request."""

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from web_fakes import FakeIndex

from ingest.errors import IndexBroken, IndexMissing
from service.holder import RETRY_SECONDS, IndexHolder


class Library:
    """A home folder and the opener of its indexes; what was opened is remembered."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.opened: list[FakeIndex] = []
        self.now = 0.0
        self.before_opening: Callable[[], None] = lambda: None

    def publish(self, generation: str) -> None:
        """As ingestion does it: a new file is put in the place of CURRENT."""
        fresh = self.home / "CURRENT.new"
        fresh.write_text(generation)
        os.replace(fresh, self.home / "CURRENT")

    def open_index(self, home: Path) -> FakeIndex:
        self.before_opening()
        try:
            generation = (home / "CURRENT").read_text()
        except FileNotFoundError:
            raise IndexMissing("Nothing has been ingested. Run `pacta ingest`.") from None
        if generation == "broken":
            raise IndexBroken("Index broken is damaged. Ingest again.")
        if generation == "defect":
            raise ZeroDivisionError("a secret detail")
        self.opened.append(FakeIndex(generation))
        return self.opened[-1]

    def holder(self) -> IndexHolder[FakeIndex]:
        return IndexHolder(self.home, self.open_index, clock=lambda: self.now)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path)


def test_an_index_is_opened_once_and_lent_many_times(library: Library) -> None:
    library.publish("g1")
    holder = library.holder()
    for _ in range(3):
        with holder.use() as index:
            assert index.generation == "g1"
    assert len(library.opened) == 1
    assert holder.problem is None


def test_without_an_index_it_says_so_until_there_is_one(library: Library) -> None:
    holder = library.holder()
    for _ in range(2):
        with pytest.raises(IndexMissing, match="pacta ingest"), holder.use():
            pass
    library.publish("g1")
    with holder.use() as index:
        assert index.generation == "g1"
    assert holder.problem is None


def test_a_new_index_is_used_and_the_old_one_closed(library: Library) -> None:
    library.publish("g1")
    holder = library.holder()
    with holder.use() as old:
        pass
    library.publish("g2")
    with holder.use() as new:
        assert new.generation == "g2"
    assert old.closed
    assert not new.closed


def test_the_old_index_stays_open_for_the_request_that_uses_it(library: Library) -> None:
    library.publish("g1")
    holder = library.holder()
    with holder.use() as old:
        library.publish("g2")
        with holder.use() as new:
            assert new.generation == "g2"
        assert not old.closed
    assert old.closed


@pytest.mark.parametrize(
    ("published", "said"),
    [
        ("broken", "Index broken is damaged. Ingest again."),
        ("defect", "cannot be opened (ZeroDivisionError)"),
        (None, "Nothing has been ingested"),
    ],
)
def test_an_index_that_cannot_be_opened_leaves_the_old_one_serving(
    library: Library, published: str | None, said: str
) -> None:
    library.publish("g1")
    holder = library.holder()
    with holder.use():
        pass
    if published is None:
        (library.home / "CURRENT").unlink()
    else:
        library.publish(published)
    with holder.use() as index:
        assert index.generation == "g1"
        assert not index.closed
    assert holder.problem is not None
    assert said in holder.problem
    assert "secret" not in holder.problem
    library.publish("g2")
    with holder.use() as index:
        assert index.generation == "g2"
    assert holder.problem is None


def test_what_could_not_be_opened_is_tried_again_after_a_while_only(library: Library) -> None:
    tries = 0

    def count() -> None:
        nonlocal tries
        tries += 1

    library.before_opening = count
    library.publish("broken")
    holder = library.holder()
    for _ in range(5):
        with pytest.raises(IndexBroken), holder.use():
            pass
    assert tries == 1
    library.now = RETRY_SECONDS
    with pytest.raises(IndexBroken), holder.use():
        pass
    assert tries == 2


def test_while_one_thread_opens_the_others_go_on_with_the_old_index(library: Library) -> None:
    library.publish("g1")
    holder = library.holder()
    with holder.use():
        pass
    opening, may_finish = threading.Event(), threading.Event()

    def wait() -> None:
        opening.set()
        assert may_finish.wait(10)

    library.before_opening = wait
    library.publish("g2")

    def generation_in_use() -> str:
        with holder.use() as index:
            return index.generation

    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(generation_in_use)
        assert opening.wait(10)
        assert generation_in_use() == "g1"
        may_finish.set()
        assert first.result() == "g2"


def test_the_first_requests_all_wait_for_the_first_index(library: Library) -> None:
    library.publish("g1")
    holder = library.holder()

    def generation_in_use(_: int) -> str:
        with holder.use() as index:
            return index.generation

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(generation_in_use, range(8))) == {"g1"}
    assert len(library.opened) == 1


def test_no_request_ever_meets_a_closed_index(library: Library) -> None:
    library.publish("g0")
    holder = library.holder()
    done = threading.Event()

    def keep_asking(_: int) -> int:
        asked = 0
        while not done.is_set():
            with holder.use() as index:
                assert not index.closed
                asked += 1
                assert index.generation
                assert not index.closed
        return asked

    with ThreadPoolExecutor(8) as threads:
        asking = [threads.submit(keep_asking, number) for number in range(8)]
        for number in range(1, 40):
            library.publish(f"g{number}")
            with holder.use() as index:
                assert index.generation
        done.set()
        assert sum(one.result() for one in asking) > 0
    with holder.use() as index:
        assert index.generation == "g39"
    holder.close()
    assert all(index.closed for index in library.opened)


def test_closing_waits_for_the_last_user(library: Library) -> None:
    library.publish("g1")
    holder = library.holder()
    with holder.use() as index:
        holder.close()
        assert not index.closed
    assert index.closed
    with pytest.raises(RuntimeError), holder.use():
        pass


def test_an_index_that_cannot_be_closed_does_no_harm(library: Library) -> None:
    library.publish("g1")
    holder = library.holder()
    with holder.use() as old:
        old.closed = True  # so that closing it again fails
    library.publish("g2")
    with holder.use() as index:
        assert index.generation == "g2"
