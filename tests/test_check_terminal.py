"""``pacta check``: what it prints and writes, its exit codes, and a report as it is drawn on a terminal."""

import io
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from check_fakes import TEXT, empty_report, fake_check, fake_report
from rich.console import Console

from ingest.index import Index
from service.check.models import VERDICTS
from service.check.terminal import check_console, print_check
from service.check.wording import SIGNS, WORDS, side_of


def drawn(index: Index, *, terminal: bool, width: int = 100, no_color: bool = False, text: str = TEXT) -> str:
    file = io.StringIO()
    console = Console(
        file=file, force_terminal=terminal, width=width, color_system="truecolor" if terminal else None,
        markup=False, highlight=False, emoji=False, no_color=no_color,
    )  # fmt: skip
    print_check(fake_report(index) if text == TEXT else empty_report(text, index), console)
    return file.getvalue()


def test_each_claim_has_its_sign_words_and_place(sample_index: Index) -> None:
    told = drawn(sample_index, terminal=False)
    for claim in fake_report(sample_index).claims:
        assert f"{SIGNS[side_of(claim.verdict)]} {claim.number}  {WORDS[claim.verdict]}  line " in told
    assert "\x1b" not in told
    assert "[-shall-]{+may+}, at the request" in told
    assert "[-and other-]" not in told, "what harms nothing is not marked"
    assert "! A condition is left out." in told
    assert "(“the same treaty” is the one named last.)" in " ".join(told.split())
    assert "instead in Treaty on Strategic Partnership" in told
    assert "lacking: the press" not in told, "the explanation says so"
    assert "line 5: Article 51 of the Charter of the United Nations (not held)" in told
    assert "8 claims in 171 words, 7 treaties held: ✓ 2 right" in told


def test_a_terminal_has_colours_instead_of_marks_unless_it_is_to_have_none(sample_index: Index) -> None:
    assert "\x1b[1;9;31mshall" in drawn(sample_index, terminal=True)
    assert "[-shall-]" not in drawn(sample_index, terminal=True)
    plain = re.sub(r"\x1b\[[\d;]*m", "", drawn(sample_index, terminal=True, no_color=True))
    assert "[-shall-]{+may+}" in plain


@pytest.mark.parametrize("width", [40, 72])
def test_it_fits_the_width(sample_index: Index, width: int) -> None:
    assert max(map(len, drawn(sample_index, terminal=False, width=width).splitlines())) <= width


def test_every_verdict_has_words_and_the_fakes_have_every_verdict(sample_index: Index) -> None:
    assert list(WORDS) == list(VERDICTS) == list(fake_report(sample_index).counts())


def test_what_a_terminal_would_obey_is_not_printed(sample_index: Index) -> None:
    from dataclasses import replace

    report = fake_report(sample_index)
    bad = replace(report.claims[0], explanation="\x1b]0;title\x07 \x9b31m", missing=("\x1b[2J",))
    file = io.StringIO()
    print_check(replace(report, claims=(bad,)), Console(file=file, width=100, markup=False))
    assert not {"\x1b", "\x07", "\x9b"} & set(file.getvalue())


# --- the command

Said = tuple[int, str, str]


@pytest.fixture
def checking(monkeypatch: pytest.MonkeyPatch, sample_home: Path) -> None:
    """The command over the sample treaties, with the fake report."""
    from service.check import check

    monkeypatch.setenv("PACTA_HOME", str(sample_home))
    monkeypatch.setattr(check, "check_text", lambda text, index, progress: fake_check(text, index))


@pytest.fixture
def speech(tmp_path: Path) -> Path:
    (tmp_path / "speech.txt").write_text(TEXT, "utf-8")
    return tmp_path / "speech.txt"


def test_the_report_is_printed_whatever_the_verdicts(
    checking: None,
    speech: Path,
    run: Callable[..., Said],
) -> None:
    code, out, err = run("check", speech)
    assert (code, err) == (0, "")
    assert "✗ 2  words altered" in out


def test_json_is_the_document_of_the_interface(
    checking: None,
    speech: Path,
    run: Callable[..., Said],
    sample_index: Index,
) -> None:
    code, out, err = run("check", speech, "--json")
    assert (code, err) == (0, "")
    assert json.loads(out) == json.loads(json.dumps(fake_report(sample_index).to_json()))


def test_the_page_is_written_beside_the_report(
    checking: None,
    speech: Path,
    run: Callable[..., Said],
) -> None:
    code, out, err = run("check", speech, "--html", speech.with_name("out.html"))
    assert code == 0
    assert "8 claims" in out
    assert "out.html" in err
    assert "quoted word for word" in speech.with_name("out.html").read_text("utf-8")


def test_a_text_without_claims_is_told_so(
    checking: None,
    run: Callable[..., Said],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"It rained on the coast.")))
    code, out, _ = run("check", "-")
    assert code == 0
    assert out.strip() == ("Nothing in these 5 words attributes words or content to a treaty; 7 treaties held.")


def test_what_cannot_be_done_is_said(
    checking: None,
    speech: Path,
    run: Callable[..., Said],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    code, out, err = run("check", speech.with_name("none.txt"))
    assert (code, out) == (3, "")
    assert "there is no such file. Give the path" in err
    code, out, err = run("check", speech, "--html", speech.parent / "gone" / "out.html")
    assert (code, out) == (3, "")
    assert "cannot be written" in err
    assert run("check")[0] == 2
    assert run("check", speech, "--html", speech)[0] == 2, "it would be written over the text"
    assert speech.read_text("utf-8") == TEXT
    monkeypatch.setenv("PACTA_HOME", str(speech.parent / "nothing-ingested"))
    code, _, err = run("check", speech)
    assert code == 3
    assert "pacta ingest" in err


def test_a_pipe_gets_lines_of_a_hundred(capsys: pytest.CaptureFixture[str]) -> None:
    assert check_console().width == 100
