"""The accounts of the words of PDFs: nothing lost is passed over, nothing that is only divided otherwise is lost."""

from pathlib import Path

import pytest
from print_fakes import Sheet, Style, Type, print_sheets, treaty_blocks, typeset

from eval.bench import pdf_words
from eval.bench.pdf_words import READERS, account_for, compare, main

STYLE = Style(hyphenated=True, margin_headings=True)

COMPARED = [
    pytest.param({1: ["the", "lamp"]}, {1: ["lamp", "the"]}, [], [], id="the same in another order"),
    pytest.param({1: ["the", "lamp"]}, {1: ["the"]}, [(1, "lamp")], [], id="a word is lost"),
    pytest.param({1: ["lamp", "lamp"]}, {1: ["lamp"]}, [(1, "lamp")], [], id="one of two is lost"),
    pytest.param({1: ["lamp"]}, {1: ["lamp", "lamp"]}, [], [(1, "lamp")], id="a word is there twice"),
    pytest.param({1: ["lamp"], 2: []}, {1: [], 2: ["lamp"]}, [(1, "lamp")], [(2, "lamp")], id="a word on another page"),
    pytest.param({1: ["muti", "lation"]}, {1: ["mutilation"]}, [], [], id="a broken word is mended"),
    pytest.param({1: ["muti"], 2: ["lation"]}, {1: ["mutilation"], 2: []}, [], [], id="over the end of a page"),
    pytest.param({1: ["Convention1"]}, {1: ["Convention", "1"]}, [], [], id="a mark close to a word"),
    pytest.param({1: ["A", "R", "T"]}, {1: ["ART"]}, [], [], id="a spaced word"),
    pytest.param({1: ["T", "A", "R"]}, {1: ["ART"]}, [], [], id="a spaced word, its letters out of order"),
    pytest.param({1: ["muti", "lation"]}, {1: ["mutilatio"]}, [(1, "muti"), (1, "lation")], [(1, "mutilatio")],
                 id="a letter is lost"),
]  # fmt: skip


@pytest.mark.parametrize(("printed", "ours", "lost", "added"), COMPARED)
def test_words_are_compared(
    printed: dict[int, list[str]], ours: dict[int, list[str]], lost: list[tuple[int, str]], added: list[tuple[int, str]]
) -> None:
    assert compare(printed, ours) == (lost, added)


@pytest.fixture
def printed(tmp_path: Path) -> Path:
    """The Convention of the Keepers with headings in the margin, broken words, running heads and page numbers."""
    path = tmp_path / "venn.pdf"
    path.write_bytes(print_sheets(typeset(treaty_blocks(STYLE), STYLE)))
    return path


def test_every_word_of_a_treaty_is_accounted_for(printed: Path) -> None:
    found = account_for(printed, READERS["pypdf"])
    assert (found.lost, found.added, found.in_one_leaf) == ([], [], 1.0)
    assert found.held["twice"] == found.held["nowhere"] == 0
    assert {kind for kind, _, _ in found.left_out} == {"running head", "page number"}
    left_out = sum(len(pdf_words.words_of(words)) for _, _, words in found.left_out)
    # A word that is broken at the end of a line is printed as two.
    assert 0 < found.printed - found.held.total() - left_out < 20


def test_a_lost_line_is_found(printed: Path) -> None:
    def with_a_line_more(path: Path) -> list[str]:
        first, *rest = READERS["pypdf"](path)
        return [f"{first}\nThe lamp of Lure is blue.", *rest]

    found = account_for(printed, with_a_line_more)
    assert sorted(word for _, word in found.lost) == ["Lure", "The", "blue", "is", "lamp", "of"]
    assert 0.99 < found.in_one_leaf < 1


def test_the_command_prints_a_line_for_each_pdf_and_tells_whether_the_promise_is_kept(
    printed: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (printed.parent / "letter.pdf").write_bytes(print_sheets([Sheet([Type("A letter about lamps.", 80, 100, 10)])]))
    monkeypatch.setattr("sys.argv", ["bench-pdf", str(printed.parent)])
    assert main() == 0
    letter, venn = capsys.readouterr().out.splitlines()
    assert "no articles were found" in letter
    assert venn.startswith("venn.pdf: 4 pages, ")
    assert "in one leaf 100.000 %, unaccounted 0 (0.000 %), added 0" in venn
    assert "running head" in venn
    monkeypatch.setattr(pdf_words, "READERS", {"pypdf": lambda path: ["Xylem quartz zephyr."] * 3})
    assert main() == 1
    assert "unaccounted 9 (100.000 %)" in capsys.readouterr().out
