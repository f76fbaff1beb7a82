"""Questions put right: what a correction takes the place of in the question before it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.corrections import put_right

NAMES = re.compile(r"(?i)\b(?:the )?(?:venn|osk) (?:accord|convention)|the harbour court")


def named_in(text: str) -> list[tuple[int, int]]:
    return [match.span() for match in NAMES.finditer(text)]


def like_in(text: str, phrase: str) -> tuple[int, int] | None:
    """Keepers and pilots are alike, and nothing else is."""
    found = re.search("keepers|pilots", text)
    return found.span() if found and re.search("keepers|pilots", phrase) else None


CORRECTED = [
    pytest.param("How does one leave the first protocol to the Venn Accord?", "No, I meant the second protocol",
                 "How does one leave the second protocol to the Venn Accord?", id="an ordinal for an ordinal"),
    pytest.param("What does Article 5 of the Venn Accord say?", "sorry, article 7",
                 "What does article 7 of the Venn Accord say?", id="an article for an article"),
    pytest.param("Can a keeper leave the Venn Accord?", "sorry, the Osk Convention",
                 "Can a keeper leave the Osk Convention?", id="a name for a name"),
    pytest.param("Can one leave the Venn Accord?", "I mean the oil convention.",
                 "Can one leave the oil convention?", id="a description for a name"),
    pytest.param("How many judges has the harbour court?", "I meant the Osk Convention",
                 "How many judges has the Osk Convention?", id="a name for a body"),
    pytest.param("Can captured keepers be made to work?", "not keepers, I mean pilots",
                 "Can captured pilots be made to work?", id="a word for a word"),
    pytest.param("Can captured keepers be made to work?", "No, not the young keepers but pilots",
                 "Can captured pilots be made to work?", id="a word for the noun of what was not said so"),
    pytest.param("How is a lamp marked?", "No I mean bells", "How is a lamp marked, bells?",
                 id="what is like nothing in it is put behind"),
    pytest.param("How is a lamp marked?", "not ships but bells", "bells",
                 id="what was not said is not replaced: what is meant is asked in its stead"),
    pytest.param("May a keeper give evidence?", "sorry I meant pilots not keepers", "May a pilots give evidence?",
                 id="what is wrong said behind, in another form"),
    pytest.param("What does Article 5 of the Venn Accord say?", "not Article 5, 6",
                 "What does Article 6 of the Venn Accord say?", id="a bare number for an article"),
    pytest.param("What does Protocol I say of bells?", "no, the second protocol", "What does Protocol II say of bells?",
                 id="an ordinal for a Roman number"),
    pytest.param("Is ringing forbidden by the Venn Accord?", "I meant the bell protocol, the second one",
                 "Is ringing forbidden by the second bell protocol?", id="which one, said behind"),
    pytest.param("Who owes what under the Venn Accord?", "sorry not that one, the Osk Convention. to a pilot",
                 "Who owes what under the Osk Convention. to a pilot?", id="that one, and more of the question"),
    pytest.param("Which court hears disputes on lamps?", "Not disputes between ports, I mean crimes",
                 "Which court hears crimes on lamps?", id="one of the words that were wrong"),
    pytest.param("Are keepers at sea protected?", "sorry, pilots I mean", "Are pilots at sea protected?",
                 id="I mean, behind; a like for its like"),
    pytest.param("How long is a watch?", "No, I want the protocol to the Venn Accord: how long to leave that",
                 "the protocol to the Venn Accord: how long to leave that", id="it asks anew itself"),
    pytest.param("Who appoints the judges?", "oh not the harbour court, the other court, the one for ports, who elects "
                 "those judges", "the other court, the one for ports, who elects those judges",
                 id="it says what was wrong, and asks anew"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "question", "right"), CORRECTED)
def test_a_correction_takes_its_place(before: str, question: str, right: str) -> None:
    assert put_right(question, before, named_in, like_in) == right


NO_CORRECTION = [
    pytest.param("No reservations?", id="no, of a thing"),
    pytest.param("No one else?", id="no one"),
    pytest.param("no", id="a bare no"),
    pytest.param("No, but what does Article 5 say?", id="no, and another question"),
    pytest.param("Not even in war, may they?", id="not even, and a question"),
    pytest.param("Actually, tell me about the bells", id="actually, and something else to tell"),
    pytest.param("Not even at night, in a storm, may they?", id="not even, a limit that is asked about"),
    pytest.param("What do you mean by a lamp?", id="mean, in a question"),
    pytest.param("Actually, is there anything about the lamps of the outer harbour?", id="actually, and a question"),
    pytest.param("No, I meant the one that was signed by all of the states on the western shore in that year",
                 id="too long to be put in another's place"),
]  # fmt: skip


@pytest.mark.parametrize("question", NO_CORRECTION)
def test_what_only_begins_like_one_is_none(question: str) -> None:
    assert put_right(question, "How is a lamp marked?", named_in, like_in) is None


def test_without_a_question_before_nothing_is_put_right() -> None:
    assert put_right("No, I meant the second protocol", "", named_in) is None


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_two_questions_are_taken(question: str, before: str) -> None:
    right = put_right(question, before, named_in)
    assert right is None or right.strip()
