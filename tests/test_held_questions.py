"""Known questions taken out to be asked: which, what is left, and the bench that asks them."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from eval.bench import known_questions as bench
from eval.held_questions import HeldQuestions, take_out
from ingest.errors import PactaError
from ingest.index import open_index

ASKED = {
    "tessara/art_16": ["when may we not net fish in spring", "is gill netting allowed", "silver shad season"],
    "tessara/art_3": ["which parts of the river does it cover", "does it cover brooks too"],
    "orrin/art_3": ["who repairs the boundary stones", "odd numbers on pillars, whose"],
    "orrin/art_4": ["who clears the mines", "how are mines marked"],
}


@pytest.fixture
def known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, samples_at_home: Path) -> Path:
    """The samples' home, with nine questions known about two of them; gives the home."""
    path = tmp_path / "asked.tsv"
    lines = [f"{article}\tlay\t{text}\n" for article, texts in ASKED.items() for text in texts]
    path.write_text("".join(lines), "utf-8")
    monkeypatch.setenv("PACTA_QUESTIONS", str(path))
    return samples_at_home


@pytest.fixture
def held(known: Path) -> HeldQuestions:
    with closing(open_index(known)) as index:
        return take_out(index, known, 3)


def test_one_an_article_is_taken_out_the_same_every_time(held: HeldQuestions, known: Path) -> None:
    taken = [(held.questions[n].treaty_id, held.questions[n].eid) for n in held.out]
    assert len(set(taken)) == 3
    with closing(open_index(known)) as index:
        assert take_out(index, known, 3).out == held.out


def test_what_is_taken_out_is_not_left(held: HeldQuestions) -> None:
    left = held.others()
    assert len(left) == 6
    for position in held.out:
        asked = held.questions[position]
        near = left.near(held.encoded.vectors[position], 9).get((asked.treaty_id, asked.eid))
        assert near is None or near.nearest < 0.999


def test_a_share_or_some_treaties_may_be_left(held: HeldQuestions) -> None:
    assert len(held.others(share=0.5)) == 3
    assert held.others(without={"orrin"}).treaties == {"tessara"}
    assert held.others(share=0.0).treaties == frozenset()


def test_more_than_are_known_cannot_be_taken(known: Path) -> None:
    with closing(open_index(known)) as index, pytest.raises(PactaError, match="known on 4 of its articles only"):
        take_out(index, known, 5)


def test_the_bench_tells_hits_by_what_was_changed(known: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.main([str(known), "--queries", "3"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("3 of 9 known questions asked")
    labels = [line[:18].strip() for line in lines[2:]]
    assert labels[:6] == ["0 kept", "2 kept", "3 kept", "6 kept", "treaty unknown", "the others then"]
    assert "known_few 0.5" in labels


def test_the_bench_says_what_is_missing(
    known: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], write_treaty: Callable[..., Path]
) -> None:
    assert bench.main([str(known), "--queries", "5"]) == 3
    assert "Ingest more treaties of the catalogue" in capsys.readouterr().err
    assert bench.main([str(tmp_path / "nowhere")]) == 3
    assert "no index is there yet" in capsys.readouterr().err
