"""Treaties found by name in questions and texts, and what is no name."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.names import Names, distinct_words, fold, words_of

NAMES = Names(
    {
        "venn": ["Treaty on the Lighthouse of Venn", "Venn Treaty", "The Lighthouse Treaty"],
        "osk": ["Convention of Osk", "Osk Convention", "OSK"],
        "venn-osk": ["Venn–Osk Treaty"],
        "lamps-1": ["First Lamp Convention", "Lamp Conventions"],
        "lamps-2": ["Second Lamp Convention", "Lamp Conventions"],
        "cat": ["Convention against Tallow", "CAT"],
        "seas": ["UN Convention on the Seas", "UNCOTS"],
        "eclair": ["Traité de l’Éclair"],
        "empty": ["", "  ", "—", "A"],
    }
)

FOUND = [
    pytest.param("What does the Venn Treaty say?", [("Venn Treaty", "venn")], id="a name"),
    pytest.param("what does the venn treaty say", [("venn treaty", "venn")], id="in small letters"),
    pytest.param("VENN TREATY", [("VENN TREATY", "venn")], id="in capitals"),
    pytest.param("the Vénn Treaty", [("Vénn Treaty", "venn")], id="with an accent"),
    pytest.param("le traite de l'eclair", [("traite de l'eclair", "eclair")],
                 id="without accents and with a straight '"),
    pytest.param("the Venn\nTreaty", [("Venn\nTreaty", "venn")], id="over a line end"),
    pytest.param("the Venn Treaty’s lamps", [("Venn Treaty", "venn")], id="a possessive after it"),
    pytest.param("Venn’s Treaty", [("Venn’s Treaty", "venn")], id="a possessive in it"),
    pytest.param("the Venn-Osk treaty", [("Venn-Osk treaty", "venn-osk")], id="any dash"),
    pytest.param("the Venn Osk treaty", [("Venn Osk treaty", "venn-osk")], id="no dash"),
    pytest.param("Lighthouse Treaty", [("Lighthouse Treaty", "venn")], id="known with an article, written without"),
    pytest.param("Treaty on the Lighthouse of Venn", [("Treaty on the Lighthouse of Venn", "venn")], id="the longest"),
    pytest.param("the Venn Treaty and the Osk Convention", [("Venn Treaty", "venn"), ("Osk Convention", "osk")],
                 id="two names, in order"),
    pytest.param("the Lamp Conventions", [("Lamp Conventions", "lamps-1 lamps-2")], id="a name of two treaties"),
    pytest.param("the CAT and its rules", [("CAT", "cat")], id="an acronym in capitals"),
    pytest.param("Is the cat kept by the keeper?", [], id="a word that is an acronym elsewhere"),
    pytest.param("is the cat kept", [], id="the same without any capitals"),
    pytest.param("uncots", [("uncots", "seas")], id="a long acronym in small letters"),
    pytest.param("what is osk about", [("osk", "osk")], id="an acronym in a question without capitals"),
    pytest.param("What is Osk about?", [], id="a place that is an acronym elsewhere"),
    pytest.param("the Convenn Treaty", [], id="part of a longer word"),
    pytest.param("Treaty of Venn", [], id="the words in another order"),
    pytest.param("", [], id="nothing"),
    pytest.param("?!", [], id="no words"),
    pytest.param("a A", [], id="a letter is no name"),
    pytest.param("the U.N. Convention on the Seas", [("U.N. Convention on the Seas", "seas")], id="dots in an acronym"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), FOUND)
def test_finds_names(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(text[m.start : m.end], " ".join(m.ids)) for m in NAMES.find(text)] == expected


@pytest.mark.parametrize(
    ("name", "ids"),
    [
        pytest.param("Venn Treaty", ("venn",), id="a name"),
        pytest.param("the Venn Treaty", ("venn",), id="with an article"),
        pytest.param("THE LIGHTHOUSE TREATY", ("venn",), id="in capitals"),
        pytest.param("Lamp Conventions", ("lamps-1", "lamps-2"), id="of two treaties"),
        pytest.param("CAT", ("cat",), id="an acronym"),
        pytest.param("cat", ("cat",), id="the whole name is given, so it may be in small letters"),
        pytest.param("Venn Treaty of 1931", (), id="more than a name"),
        pytest.param("", (), id="nothing"),
        pytest.param("the", (), id="an article alone"),
    ],
)
def test_ids_of_a_whole_name(name: str, ids: tuple[str, ...]) -> None:
    assert NAMES.ids_of(name) == ids


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("Venn Treaty", id="a name"),
        pytest.param("venn treaty", id="in small letters"),
        pytest.param("the Venn Treaty", id="with an article"),
    ],
)
def test_a_name_with_ids_is_in_the_table(name: str) -> None:
    assert NAMES.ids_of(name)
    assert name in NAMES


def test_a_name_that_is_not_there() -> None:
    assert "Treaty of Osk" not in NAMES
    assert "" not in NAMES


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        pytest.param("ÉLAN", "elan", id="case and accents"),
        pytest.param("Straße", "strasse", id="sharp s"),
        pytest.param("ﬁn", "fin", id="ligatures"),
        pytest.param("ＵＮ", "un", id="full-width letters"),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


WORDLIST = st.sampled_from("Venn Osk treaty convention of the lamp CAT Bell sea on first".split())


@given(st.lists(WORDLIST, min_size=2, max_size=5), st.lists(WORDLIST, max_size=4), st.lists(WORDLIST, max_size=4))
@settings(max_examples=200)
def test_a_name_of_several_words_is_found_wherever_it_stands(
    name: list[str], before: list[str], after: list[str]
) -> None:
    while name and name[0] == "the":
        name = name[1:]
    if len(name) < 2:
        return
    text = " ".join([*before, "/", *name, "/", *after])
    matches = Names({"t": [" ".join(name)]}).find(text)
    assert matches
    assert all(match.ids == ("t",) and match.words == len(name) for match in matches)
    assert [fold(w.text) for w in words_of(text[matches[0].start : matches[0].end])] == [fold(w) for w in name]


@given(st.text(max_size=60))
@settings(max_examples=200)
def test_any_text_is_searched_and_matches_stand_apart_in_order(text: str) -> None:
    end = 0
    for match in NAMES.find(f"{text} Venn Treaty {text} CAT"):
        assert end <= match.start < match.end
        end = match.end


@given(st.text(max_size=60))
@settings(max_examples=200)
def test_distinct_words_are_the_words_but_for_an_s(text: str) -> None:
    for written in (text, f"{text} The State's U.N. {text}"):
        assert distinct_words(written) == {word.text for word in words_of(written)} - {"s"}
