"""Follow-ups: which questions lean on the one before, and what stays in focus."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ingest_fakes import headed, parse_text, treaty_text

from service.citations import cite
from service.conversation import InContext, put_in_context, turn_of
from service.models import Answer, Conversation, Turn
from service.spans import Extract

VENN = parse_text(
    treaty_text(
        "Article 1\nLamps\n\n1. Lamps are lit.\n\n2. Lamps are cleaned:\n\n(a) by day;\n\n(b) by night.",
        "Article 2\nBells\n\nBells are rung.",
        "ANNEX I\n\nArticle 1\n\nA list of lamps.",
    )
)
OSK = parse_text(headed("Article 1", "Article 2"), "osk", "Convention of Osk")
TREATIES = {"venn": VENN, "osk": OSK}
FIRST = "Who cleans the lamps of Venn?"
TALK = Conversation("c", (Turn(FIRST, (("venn", "art_1"), ("osk", "art_2"))),))

LEANING = [
    pytest.param("And who pays?", True, id="and"),
    pytest.param("But who pays for the oil in that case?", True, id="but"),
    pytest.param("What about the bells of the harbour on the north side?", True, id="what about"),
    pytest.param("How about bells?", True, id="how about"),
    pytest.param("What if nobody pays for the oil and the lamps go out?", True, id="what if"),
    pytest.param("Why?", True, id="a bare why"),
    pytest.param("Why not?", True, id="a bare why not"),
    pytest.param("Which one?", True, id="which one"),
    pytest.param("Does it bind the other party to pay for oil?", True, id="it"),
    pytest.param("Must they pay for the oil that is burnt?", True, id="they"),
    pytest.param("Who pays for the oil under that article?", True, id="that article"),
    pytest.param("How long does the treaty stay in force for both of them?", True, id="the treaty"),
    pytest.param("Et les cloches du port du nord, qui les sonne ?", True, id="French"),
    pytest.param("Y las campanas, ¿quién las toca por la noche?", True, id="Spanish"),
    pytest.param("How does a State quit it?", True, id="it, which only a treaty can be"),
    pytest.param("Does the Convention of Osk let a keeper ring as well?", True, id="as well"),
    pytest.param("Does the Convention of Osk have that too?", True, id="have that"),
    pytest.param("Never, whatever the weather at sea and however long the night may be?", True, id="never"),
    pytest.param("Not even to save the crew of a ship that has run aground on the bar?", True, id="not even"),
    pytest.param("No lamps at all on the outer wall, by day or by night?", True, id="none at all"),
    pytest.param("Who has to ask that country before the lamps are lit again?", True, id="that country"),
    pytest.param("Is she entitled to leave the tower for some weeks?", True, id="she"),
    pytest.param("Are the keepers of the bells of the north side forbidden to leave, neither?", True, id="neither"),
    pytest.param("Is a keeper never to leave the tower of the north side?", False, id="never, in a new question"),
    pytest.param("paragraph 2", True, id="two words"),
    pytest.param("penalties?", True, id="one word"),
    pytest.param("Which treaties of the nineteenth century deal with the lighting of coasts?", False,
                 id="a new question"),
    pytest.param("May a keeper of a lighthouse leave the tower during a storm?", False,
                 id="a new question about a person"),
    pytest.param(
        "If a neighbour of ours puts out the lamps and it rains for weeks on end, must he light them again?",
        False, id="a long question with it: rain"),
    pytest.param("Android phones: may a keeper carry one in the tower?", False, id="and- begins another word"),
    pytest.param("Is there a duty to ring the bells of a harbour at night?", False, id="there, which points nowhere"),
    pytest.param("Must a State that lights no lamps ring its bells?", False, id="that, which only joins"),
]  # fmt: skip


@pytest.mark.parametrize(("question", "leans"), LEANING)
def test_tells_a_follow_up_from_a_new_question(question: str, leans: bool) -> None:
    found = put_in_context(question, TALK)
    assert found.follow_up is leans
    assert found.before == (FIRST if leans else "")


SAME_ARTICLE = [
    pytest.param("What does paragraph 2 say?", True, id="a paragraph"),
    pytest.param("and paragraph (b)?", True, id="a lettered paragraph"),
    pytest.param("What is its exact wording?", True, id="its wording"),
    pytest.param("Show me the text", True, id="the text"),
    pytest.param("Read that article to me", True, id="that article"),
    pytest.param("Who pays under the same provision?", True, id="the same provision"),
    pytest.param("And the bells?", False, id="another thing"),
    pytest.param("What about Article 2?", False, id="another article"),
]


@pytest.mark.parametrize(("question", "same"), SAME_ARTICLE)
def test_tells_a_question_about_the_same_article(question: str, same: bool) -> None:
    assert put_in_context(question, TALK).same_article is same


ABOUT_TREATY = [
    pytest.param("How does a State get out of it?", True, id="out of it"),
    pytest.param("Can it be suspended in wartime?", True, id="it be suspended"),
    pytest.param("Is it still in force?", True, id="it in force"),
    pytest.param("Does the protocol allow reservations?", True, id="the protocol"),
    pytest.param("Who watches over it?", True, id="watches over it"),
    pytest.param("And the bells?", False, id="another thing"),
    pytest.param("Who pays for it?", False, id="it, a matter"),
    pytest.param("Is it in the convention on lamps?", False, id="another treaty, described"),
]


@pytest.mark.parametrize(("question", "about"), ABOUT_TREATY)
def test_tells_a_question_about_the_treaty_as_such(question: str, about: bool) -> None:
    assert put_in_context(question, TALK).about_treaty is about


FURTHER = [
    pytest.param("By whom?", True, True, id="a question word alone"),
    pytest.param("Who decides that?", True, True, id="who decides"),
    pytest.param("And for how long?", True, True, id="how long"),
    pytest.param("Never?", True, True, id="a limit alone"),
    pytest.param("Are there no exceptions?", True, True, id="exceptions"),
    pytest.param("Not even in a storm?", True, False, id="a limit, and where it may be"),
    pytest.param("And the bells?", False, False, id="another thing"),
]


@pytest.mark.parametrize(("question", "further", "detail"), FURTHER)
def test_tells_what_asks_for_more_of_the_same(question: str, further: bool, detail: bool) -> None:
    found = put_in_context(question, TALK)
    assert (found.further, found.detail) == (further, detail)


def test_a_question_is_taken_for_a_follow_up_where_that_is_asked_for() -> None:
    question = "Has Osk a parallel for lamps by the sea?"
    assert not put_in_context(question, TALK).follow_up
    found = put_in_context(question, TALK, leans=True)
    assert (found.follow_up, found.before) == (True, FIRST)


def test_the_questions_that_one_leans_on_are_kept_apart_too() -> None:
    talk = Conversation("c", (*TALK.turns, Turn("And the bells?", (("venn", "art_2"),))))
    assert put_in_context("And the horns?", talk).chain == (FIRST, "And the bells?")


LONG_TALK = Conversation("c", (
    Turn("How many lamps has the pier?", (("venn", "art_1"),)),
    Turn("Who pays the pilots?", (("osk", "art_1"),), "Article 1: “The ports pay.” [1]"),
    Turn("Who rings the bells?", (("venn", "art_2"),)),
))  # fmt: skip
RETURNS = [
    pytest.param("Back to the pilots: may they rest?", "osk", "art_1", id="back to"),
    pytest.param("ok, going back to lamps. who lights them?", "venn", "art_1", id="words before it"),
    pytest.param("Returning to the ports: must they light lamps?", "osk", "art_1", id="a word of the answer"),
    pytest.param("the first one again: who pays?", "venn", "art_1", id="the first one"),
    pytest.param("pilots again, may they rest?", "osk", "art_1", id="again"),
]


@pytest.mark.parametrize(("question", "treaty_id", "article"), RETURNS)
def test_comes_back_to_an_earlier_turn(question: str, treaty_id: str, article: str) -> None:
    found = put_in_context(question, LONG_TALK)
    assert (found.returns, found.articles) == (True, ((treaty_id, article),))


NO_RETURN = [
    pytest.param("Back to the whales: may they sing?", id="nothing was said of it"),
    pytest.param("May a pilot be sent back to his port?", id="back, of a person"),
    pytest.param("Must the bells be rung again at night?", id="again, of what is done"),
]


@pytest.mark.parametrize("question", NO_RETURN)
def test_comes_back_to_nothing(question: str) -> None:
    assert not put_in_context(question, LONG_TALK).returns


def test_the_question_itself_is_never_altered() -> None:
    assert put_in_context("And the bells?", TALK).text == "And the bells?"


def test_the_focus_is_kept_in_order_without_repeats() -> None:
    turn = Turn(FIRST, (("venn", "art_1"), ("venn", "art_1"), ("osk", "art_2"), ("venn", "art_2")))
    found = put_in_context("And the bells?", Conversation("c", (turn,)))
    assert found.treaties == ("venn", "osk")
    assert found.articles == (("venn", "art_1"), ("osk", "art_2"), ("venn", "art_2"))


def test_a_new_question_keeps_the_treaty_in_focus_for_bare_numbers() -> None:
    found = put_in_context("What is laid down in Article 2 on the ringing of all bells?", TALK)
    assert not found.follow_up
    assert found.treaties == ("venn", "osk")


def test_without_a_conversation_nothing_is_in_focus() -> None:
    assert put_in_context("And who pays?", Conversation("c")) == InContext("And who pays?")


def test_an_abstention_leaves_the_focus_where_it_was() -> None:
    talk = Conversation("c", (*TALK.turns, Turn("What is the weather in Venn?")))
    found = put_in_context("And who pays?", talk)
    assert found.treaties == ("venn", "osk")
    assert found.before == FIRST


def test_a_conversation_of_abstentions_has_no_focus() -> None:
    talk = Conversation("c", (Turn("What is the weather?"), Turn("And tomorrow?")))
    assert put_in_context("And who pays?", talk) == InContext("And who pays?")


def test_the_latest_turn_counts() -> None:
    talk = Conversation("c", (*TALK.turns, Turn("And of Osk?", (("osk", "art_1"),))))
    assert put_in_context("And who pays?", talk).articles == (("osk", "art_1"),)


def answer_with(*eids: str) -> Answer:
    citations = tuple(
        cite(VENN, Extract(VENN.by_eid[eid], VENN.by_eid[eid].start, VENN.by_eid[eid].end), n)
        for n, eid in enumerate(eids, start=1)
    )
    return Answer("Words. [1]", "answered", None, "extractive", 0.9, citations, (), "c", "m", "g")


def test_a_turn_keeps_the_articles_cited_not_their_points() -> None:
    turn = turn_of(FIRST, answer_with("art_1__para_2__point_a", "art_1__para_1", "annex_1__art_1"), TREATIES)
    assert turn == Turn(FIRST, (("venn", "art_1"), ("venn", "annex_1__art_1")), "Words. [1]")


def test_a_turn_of_an_abstention_has_no_focus_even_with_near_misses() -> None:
    near = replace(answer_with(), related=answer_with("art_1").citations, status="abstained", reason="not_found")
    assert turn_of(FIRST, near, TREATIES).focus == ()


@given(st.text(max_size=200), st.lists(st.tuples(st.text(max_size=30), st.booleans()), max_size=4))
def test_any_question_is_put_in_context(question: str, before: list[tuple[str, bool]]) -> None:
    turns = tuple(Turn(text, (("venn", "art_1"),) if found else ()) for text, found in before)
    found = put_in_context(question, Conversation("c", turns))
    assert found.text == question
    assert set(found.treaties) == {treaty for treaty, _ in found.articles}
    assert not (found.same_article and not found.follow_up)
