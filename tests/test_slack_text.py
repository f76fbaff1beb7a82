"""Words of others in Slack: literal, in their own direction, cut where they are too long."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_answers import without_controls

from service.slack_app.text import escaped, literal, pieces, shortened, shortened_escaped

RLO, PDF, FSI, RLI, PDI = "\u202e", "\u202c", "\u2068", "\u2067", "\u2069"
HOSTILE = st.text(
    st.sampled_from([*"ab .;\n<&@*_`", RLO, "\u202a", PDF, FSI, RLI, PDI, "م", "é", "\u0301"]), max_size=90
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Tell <!channel> & pay", "Tell &lt;!channel&gt; &amp; pay", id="a mention of everybody"),
        pytest.param("<@U012AB3CD>", "&lt;@U012AB3CD&gt;", id="a mention of a person"),
        pytest.param(
            "<https://evil.example|bank>", "&lt;https://evil.example|bank&gt;", id="a link under another name"
        ),
        pytest.param("&lt;!here&gt;", "&amp;lt;!here&amp;gt;", id="escaped by its author already"),
        pytest.param("@here, @Channel", "@\u2060here, @\u2060Channel", id="bare, which link_names would take"),
        pytest.param("a@hereafter.example", "a@hereafter.example", id="only begins like one"),
    ],
)
def test_nothing_in_a_fallback_is_markup(text: str, expected: str) -> None:
    assert escaped(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Plain words.", "Plain words.", id="most text stays as it is"),
        pytest.param(f"a {RLO}b", f"{FSI}a {RLO}b{PDF}{PDI}", id="an override that is never closed"),
        pytest.param(f"a {RLI}b", f"{FSI}a {RLI}b{PDI}{PDI}", id="an isolate that is never closed"),
        pytest.param(f"a{PDI} b", f"{FSI}a b{PDI}", id="a closing that would close ours"),
        pytest.param(
            f"{RLI}{RLO}a{PDI}b", f"{FSI}{RLI}{RLO}a{PDI}b{PDI}", id="the end of an isolate ends what is in it"
        ),
        pytest.param(f"a{RLO}\nb", f"{FSI}a{RLO}{PDF}{PDI}\nb", id="a direction ends with its line"),
        pytest.param("مادة 5", f"{FSI}مادة 5{PDI}", id="Arabic, with a number at its end"),
    ],
)
def test_a_direction_ends_where_its_words_end(text: str, expected: str) -> None:
    assert literal(text) == expected


@given(HOSTILE)
def test_every_line_is_closed_in_itself(text: str) -> None:
    made = literal(text)
    assert without_controls(made) == without_controls(text)
    for line in made.split("\n"):
        depth: list[str] = []
        for character in line:
            if character in "\u202a\u202b\u202d\u202e":
                depth.append(PDF)
            elif character in "\u2066\u2067\u2068":
                depth.append(PDI)
            elif character in (PDF, PDI):
                while depth.pop() != character:  # fails where nothing is open
                    assert character == PDI
        assert depth == []


@given(HOSTILE, st.integers(8, 60), st.integers(8, 60))
def test_pieces_keep_every_character_but_white_space(text: str, most: int, first: int) -> None:
    found = pieces(text, most, first=first)
    assert all(0 < len(piece) <= (most if place else first) for place, piece in enumerate(found))
    assert re.sub(r"\s", "", without_controls("".join(found))) == re.sub(r"\s", "", without_controls(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("One two three.\nFour five six.", ["One two three.", "Four five six."], id="after a line"),
        pytest.param("One two; three. Four five six.", ["One two; three.", "Four five six."], id="after a sentence"),
        pytest.param("One two three four five", ["One two three four", "five"], id="between words"),
        pytest.param("a" * 45, ["a" * 20, "a" * 20, "a" * 5], id="within a word that is longer than a piece"),
        pytest.param("a" * 19 + "e\u0301", ["a" * 19, "e\u0301"], id="never between a letter and its accent"),
        pytest.param(" \n ", [], id="nothing of white space"),
    ],
)
def test_where_text_is_cut(text: str, expected: list[str]) -> None:
    assert pieces(text, 20) == expected


@given(HOSTILE, st.integers(12, 60))
def test_a_beginning_is_as_short_as_asked_for(text: str, most: int) -> None:
    assert len(shortened(text, most)) <= most
    assert "\n" not in shortened(text, most)


@given(HOSTILE, st.integers(20, 60))
def test_a_fallback_is_escaped_within_its_length(text: str, most: int) -> None:
    made = shortened_escaped(text, most)
    assert len(made) <= most
    assert not re.search(r"[<>]|&(?!amp;|lt;|gt;)", made)


def test_a_beginning_says_that_more_follows() -> None:
    assert shortened("The pans are kept\nin common", 20) == "The pans are kept …"
    assert shortened_escaped("Salt & pans " * 3, 20) == "Salt &amp; pans …"
