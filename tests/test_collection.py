"""Questions over all treaties held: which are, and which treaties are given."""

import re

import pytest
from test_answer import ask, assert_grounded

from ingest.index import Index
from service import collection
from service.collection import over_collection
from service.conversation import InContext
from service.models import Answer
from service.routing import route_question, treaty_names


def over(question: str, index: Index) -> str | None:
    """What a question asks of all treaties, None where it asks for one answer."""
    route = route_question(InContext(question), index, (), treaty_names(index))
    asked = over_collection(question, route, index)
    return asked and asked.asked


def given(answer: Answer) -> set[str]:
    return {cited.treaty_id for cited in answer.citations}


OVER_ALL = [
    pytest.param("Which treaties provide for arbitration?", "provide for arbitration", id="which treaties"),
    pytest.param("what conventions here ban weapons", "ban weapons", id="here"),
    pytest.param("Which of these agreements deal with fishing?", "deal with fishing", id="of these"),
    pytest.param("List the treaties that protect fish.", "protect fish", id="list"),
    pytest.param("Can you list all agreements which protect fish?", "protect fish", id="a request"),
    pytest.param("Please show me the conventions that protect fish", "protect fish", id="politely"),
    pytest.param("In which treaties is arbitration compulsory?", "is arbitration compulsory", id="in which"),
    pytest.param("in which of these is arbitration compulsory?", "is arbitration compulsory", id="in which of these"),
    pytest.param("How many treaties protect fish?", "protect fish", id="how many"),
    pytest.param("Do any treaties protect fish?", "protect fish", id="do any"),
    pytest.param("Which international environmental treaties protect fish?", "protect fish", id="of a kind"),
]  # fmt: skip
NOT_OVER_ALL = [
    pytest.param("Which treaty protects fish?", id="one is asked for"),
    pytest.param("Name the bodies that the Tessara Convention sets up.", id="a list within a treaty"),
    pytest.param("Which agreements may the parties to the Tessara Convention conclude?", id="a treaty is named"),
    pytest.param("Which agreements of the North Atlantic Treaty protect fish?", id="a treaty not held is named"),
    pytest.param("Which treaties must be registered?", id="about treaties in general"),
    pytest.param("Which treaties are void?", id="about treaties in general, said of them"),
    pytest.param("Which species are protected?", id="a list of other things"),
    pytest.param("Which treaties?", id="nothing is asked of them"),
    pytest.param("Which treaties can be left on more than six months' notice?", id="what no clause says of itself"),
    pytest.param("Do treaties bind third States?", id="treaties as a matter of law"),
]  # fmt: skip


@pytest.mark.parametrize(("question", "asked"), OVER_ALL)
def test_a_question_over_all_treaties(question: str, asked: str, sample_index: Index) -> None:
    assert over(question, sample_index) == asked


@pytest.mark.parametrize("question", NOT_OVER_ALL)
def test_a_question_for_one_answer(question: str, sample_index: Index) -> None:
    assert over(question, sample_index) is None


GIVEN = [
    pytest.param("Which treaties let a party withdraw on one year's notice?", {"arvenia-solmark"}, id="the notice"),
    pytest.param("Which treaties can be left on 180 days' notice?", {"quillara-tamber"}, id="the notice in days"),
    pytest.param("Which treaties can be left on six months' notice?", {"orrin", "valdore-montrel"},
                 id="a way out under conditions, which only the articles tell"),
    pytest.param("Which treaties have Dravonia as depositary?", {"tessara"}, id="the depositary"),
    pytest.param("Which treaties are authentic in French?", {"valdore-montrel", "valdore-montrel-fr"}, id="languages"),
    pytest.param("Which treaties were signed in 2003?", {"orrin"}, id="signature"),
    pytest.param("Which treaties provide for joint exercises?", {"arvenia-solmark", "valdore-montrel"}, id="a matter"),
    pytest.param("Which agreements provide for arbitration?", {"orrin", "tessara"}, id="another"),
    pytest.param("Which treaties lay down rules of origin?", {"quillara-tamber"}, id="one of one only"),
]  # fmt: skip


@pytest.mark.parametrize(("question", "treaties"), GIVEN)
def test_the_treaties_that_answer_are_given(question: str, treaties: set[str], sample_index: Index) -> None:
    answer = ask(question, sample_index)
    assert answer.status == "answered"
    assert given(answer) == treaties
    assert_grounded(answer.citations, sample_index)


NONE = [
    pytest.param("Which treaties protect whales?", id="nothing on it"),
    pytest.param("Which treaties can be left on nine months' notice?", id="another period"),
    pytest.param("Which treaties are authentic in Chinese?", id="another language"),
    pytest.param("Which treaties prohibit torture?", id="of another field"),
]


@pytest.mark.parametrize("question", NONE)
def test_where_none_does_it_is_refused(question: str, sample_index: Index) -> None:
    answer = ask(question, sample_index)
    assert (answer.status, answer.citations) == ("abstained", ())


def test_a_number_in_the_question_stands_in_what_is_quoted(sample_index: Index) -> None:
    assert given(ask("Which treaties give ten years to bring a claim?", sample_index)) == {"orrin"}
    assert given(ask("Which treaties give twelve years to bring a claim?", sample_index)) == set()


def test_it_is_said_how_many_were_looked_at_and_the_rest_is_named(
    sample_index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collection, "MOST_ROWS", 2)
    answer = ask("Which treaties let a party withdraw?", sample_index)
    assert answer.answer.startswith("3 of the treaties held here answer this (7 were looked at):")
    assert len(given(answer)) == 2
    named = re.search(r"And 1 more: (.+)\.", answer.answer)
    assert named
    assert named[1].startswith("Tessara Convention")
    assert [cited.treaty_id for cited in answer.related] == ["tessara"]


def test_it_keeps_to_the_treaties_it_is_limited_to(sample_index: Index) -> None:
    limited = ("orrin", "tessara", "valdore-montrel")
    answer = ask("Which treaties let a party withdraw?", sample_index, treaties=limited)
    assert answer.answer.startswith("1 of the treaties asked answers this (3 were looked at):")
    assert given(answer) == {"tessara"}
