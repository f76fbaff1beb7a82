"""A short run of the fuzzing of ``pacta parse``, always with the same changes; ``make fuzz`` is the long one."""

import os
import random
import time
from collections.abc import Iterator
from pathlib import Path

import fuzz_parse
import mutations
import pytest
from conftest import SAMPLES
from fuzz_parse import Reader, confirm

SEEDS = mutations.seeds([SAMPLES])


def test_no_changed_document_makes_parse_fail(tmp_path: Path) -> None:
    tally = fuzz_parse.fuzz(SEEDS, seconds=12, seed=7, keep=tmp_path)
    assert tally.failures == []
    assert tally.inputs > len(SEEDS)
    assert len(tally.kinds) > 10


# -- the fuzzer itself must see what fails


@pytest.fixture
def watching() -> Iterator[Reader]:
    reader = Reader()
    yield reader
    reader.close()


def test_a_reader_that_dies_is_told_and_begun_anew(watching: Reader) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fuzz_parse, "_serve", _dies)
        outcome = watching.read((".txt", b"Article 1"))
    assert (outcome.kind, outcome.fault) == ("crash", "ended with exit code 9")
    assert watching.read((".txt", b"")).kind == "the file is empty."


def test_a_reader_that_sleeps_is_told(watching: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fuzz_parse, "_serve", _sleeps)
    monkeypatch.setattr(fuzz_parse, "CLOCK", 0.5)
    assert watching.read((".txt", b"Article 1")).kind == "hang"


def _dies(pipe: object, folder: str) -> None:
    os._exit(9)


def _sleeps(pipe: object, folder: str) -> None:
    time.sleep(60)


@pytest.mark.parametrize(
    ("amount", "what"),
    [
        pytest.param({"SECONDS": 0.0}, "seconds", id="time"),
        pytest.param({"CLOCK": 0.01}, "seconds", id="the clock"),
    ],
)
def test_the_real_command_is_measured(amount: dict[str, float], what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in amount.items():
        monkeypatch.setattr(fuzz_parse, name, value)
    fault = confirm((".txt", b"Article 1\n\nLamps burn.\n"))
    assert fault is not None
    assert what in fault


def test_what_is_sound_is_confirmed_as_sound() -> None:
    assert confirm((".txt", b"Article 1\n\nLamps burn.\n")) is None
    assert confirm((".txt", b"")) is None


def test_changes_are_the_same_for_the_same_seed() -> None:
    def some() -> list[mutations.Input]:
        rng = random.Random(3)
        return [mutations.mutate(rng, rng.choice(SEEDS), SEEDS) for _ in range(100)]

    first = some()
    assert first == some()
    assert all(len(data) <= mutations.MOST for _, data in first)
    assert len({data for _, data in first}) > 90
