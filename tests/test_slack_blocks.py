"""Answers as Slack's blocks: nothing of them lost, nothing of them taken for markup, every message within its size."""

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_answers import (
    BASE_URL,
    PANS,
    Document,
    answered,
    assert_fits,
    buttons,
    cited,
    quotations,
    refused,
    runs,
    without_controls,
    words,
    written,
)

from service.slack_app.blocks import (
    FEEDBACK,
    SHOWS_ARTICLE,
    Message,
    answer_messages,
    help_message,
    note,
    placeholder,
)

LONG = " ".join(f"Sentence {place} of the article says that the pans are kept in common." for place in range(60))


def told(answer: Document, base_url: str = BASE_URL, **more: str) -> Message:
    """The one message of an answer."""
    (message,) = answer_messages(answer, base_url, **more)
    assert_fits(message)
    return message


def lines(message: Message) -> list[str]:
    """The elements of a message as one reads them, the bar of a quotation as ">"."""
    found = []
    for block in message.blocks:
        for element in block["elements"] if block["type"] == "rich_text" else ():
            bar = "> " if element["type"] == "rich_text_quote" else ""
            found.append(bar + without_controls("".join(run["text"] for run in runs(element))))
    return found


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        pytest.param(
            answered("Article 1 of the Salt Treaty: {1}", cited(1, "Salt is free.\n\nSo is sand.", page=3)),
            ["Article 1 of the Salt Treaty:", "> Salt is free.\n\nSo is sand.", f"[1] Article 1 · {PANS}, page 3"],
            id="a quotation keeps its line ends, and its source is under it",
        ),
        pytest.param(
            answered("Article 1: {1}\n\nArticle 2: {2}", cited(1), cited(2)),
            [
                "Article 1:",
                "> The pans are common.",
                f"[1] Article 1 · {PANS}",
                "Article 2:",
                "> The pans are common.",
                "[2] Article 2",
            ],
            id="the treaty is named once while it stays the same; equal words are told apart by number",
        ),
        pytest.param(
            answered(
                "Salt, Article 1: {1} Article 2: {2}", cited(1), cited(2, treaty_id="toll", treaty_title="Toll Pact")
            ),
            [
                "Salt, Article 1:",
                "> The pans are common.",
                f"[1] Article 1 · {PANS}",
                "Article 2:",
                "> The pans are common.",
                "[2] Article 2 · Toll Pact",
            ],
            id="two quotations of one paragraph",
        ),
        pytest.param(
            answered("Side by side:\n\nSalt: {1}\n\nOnly an excerpt is held.", cited(1, text_status="excerpt")),
            [
                "Side by side:",
                "Salt:",
                "> The pans are common.",
                f"[1] Article 1 · {PANS} · excerpt",
                "Only an excerpt is held.",
            ],
            id="own words before and after, and the kind of text",
        ),
        pytest.param(
            answered("It is in French. Article 1: {1}\n\nSo is its annex. [1]", cited(1)),
            [
                "It is in French. Article 1:",
                "> The pans are common.",
                f"[1] Article 1 · {PANS}",
                "So is its annex. [1]",
            ],
            id="a number alone where the quotation has been given",
        ),
        pytest.param(
            answered("Salt is free [2], and sand is not [1].\n\nThat is all.", cited(1, "No sand."), cited(2, "Salt.")),
            [
                "Salt is free [2], and sand is not [1].",
                "> Salt.",
                f"[2] Article 2 · {PANS}",
                "> No sand.",
                "[1] Article 1",
                "That is all.",
            ],
            id="sentences with numbers only: quotations follow in the order of their first use",
        ),
        pytest.param(
            answered("Salt is free.", cited(1)),
            ["Salt is free.", "> The pans are common.", f"[1] Article 1 · {PANS}"],
            id="a citation that is named nowhere is not lost",
        ),
        pytest.param(
            answered("Article 1: {1}.", cited(1, "See the list [2] in “Annex I” [1].")),
            ["Article 1:", "> See the list [2] in “Annex I” [1].", f"[1] Article 1 · {PANS}"],
            id="numbers and quotation marks within a quotation are its own",
        ),
    ],
)
def test_how_an_answer_reads(answer: Document, expected: list[str]) -> None:
    assert lines(told(answer)) == expected


def test_an_opening_stays_with_what_it_opens() -> None:
    first, *_ = told(answered("Its words are:\n\nArticle 1: {1}", cited(1))).parts
    assert words(first).split()[:5] == "Its words are: Article 1:".split()


@pytest.mark.parametrize("base_url", [BASE_URL, ""])
def test_links_lead_to_the_quotation_where_there_is_an_address(base_url: str) -> None:
    answer = answered("Article 1: {1}", cited(1), related=[cited(2)])
    links = [run["url"] for run in runs(told(answer, base_url).blocks) if run["type"] == "link"]
    there = [f"{BASE_URL}/t/salt/art_{n}?start=10&end=30#quotation" for n in (1, 2)]
    assert links == (there if base_url else [])


@pytest.mark.parametrize(
    ("related", "expected"),
    [
        pytest.param([], [], id="nothing"),
        pytest.param([cited(2), cited(3)], ["See also Article 2; Article 3"], id="of the treaty quoted"),
        pytest.param(
            [cited(5, treaty_id="toll", treaty_title="Toll Pact", text_status="draft"), cited(2)],
            ["See also Article 2; Toll Pact, Article 5 · draft"],
            id="of another: last, by its full name",
        ),
    ],
)
def test_what_is_referred_to_is_one_line(related: list[Document], expected: list[str]) -> None:
    assert lines(told(answered("Article 1: {1}", cited(1), related=related)))[3:] == expected


@pytest.mark.parametrize(
    ("related", "expected", "labels"),
    [
        pytest.param([], [], [], id="no article is near"),
        pytest.param(
            [cited(1), cited(2, eid="preamble", label="Preamble")],
            [f"Nearest articles Article 1; Preamble · {PANS}"],
            ["Show Article 1", "Show Preamble"],
            id="one treaty",
        ),
        pytest.param(
            [cited(1), cited(2, treaty_id="toll", treaty_title="Toll Pact")],
            ["Nearest articles", f"{PANS}, Article 1Toll Pact, Article 2"],
            ["Show Article 1 (1)", "Show Article 2 (2)"],
            id="several: the number on a button is that in the list",
        ),
    ],
)
def test_a_refusal_offers_what_is_nearest(related: list[Document], expected: list[str], labels: list[str]) -> None:
    message = told(refused("Nothing answers this.", *related))
    assert lines(message) == ["Nothing answers this.", *expected]
    assert [button["text"]["text"] for button in buttons(message)] == labels


@pytest.mark.parametrize(
    ("citations", "expected"),
    [
        pytest.param(
            [cited(1, eid="art_4__para_2__point_a", label="Article 4, paragraph 2 (a)")],
            [("Show Article 4", "art_4__para_2__point_a")],
            id="a paragraph's article, opened at the paragraph",
        ),
        pytest.param(
            [
                cited(1, eid="art_4__para_1", label="Article 4, paragraph 1"),
                cited(2, eid="art_4__para_2", label="Article 4, paragraph 2"),
            ],
            [("Show Article 4", "art_4")],
            id="two paragraphs of one article: one button, with neither of them marked alone",
        ),
        pytest.param(
            [cited(1, eid="art_1__def_pan", label="Article 1, definition of “Pan”")],
            [("Show Article 1", "art_1__def_pan")],
            id="a definition",
        ),
        pytest.param(
            [cited(1, eid="annex_1__art_3__para_1", label="Annex I, Article 3, paragraph 1")],
            [("Show Annex I, Article 3", "annex_1__art_3__para_1")],
            id="an article of an annex",
        ),
        pytest.param(
            [cited(1, eid="annex_e__chapeau", label="Annex E")], [("Show Annex E", "annex_e__chapeau")], id="an annex"
        ),
        pytest.param(
            [cited(n) for n in range(1, 8)],
            [(f"Show Article {n}", f"art_{n}") for n in range(1, 6)],
            id="at most five",
        ),
    ],
)
def test_each_article_quoted_can_be_shown(citations: list[Document], expected: list[tuple[str, str]]) -> None:
    found = buttons(told(answered("\n\n".join(f"{{{one['number']}}}" for one in citations), *citations)))
    assert [(one["text"]["text"], json.loads(one["value"])["eid"]) for one in found] == expected
    assert len({one["action_id"] for one in found}) == len(found)
    assert all(SHOWS_ARTICLE.fullmatch(one["action_id"]) for one in found)


def test_buttons_of_several_treaties_have_the_number_of_the_quotation() -> None:
    answer = answered("{1} {2}", cited(1), cited(2, eid="art_1", label="Article 1", treaty_id="toll"))
    assert [one["text"]["text"] for one in buttons(told(answer))] == ["Show Article 1 [1]", "Show Article 1 [2]"]


def test_feedback_carries_the_message_and_stands_last() -> None:
    last = told(answered("Article 1: {1}", cited(1), message_id="m42")).blocks[-1]
    assert last["type"] == "context_actions"
    (element,) = last["elements"]
    assert element["type"] == "feedback_buttons"
    assert element["action_id"] == FEEDBACK
    assert element["positive_button"]["value"] == "up:m42"
    assert element["negative_button"]["value"] == "down:m42"
    assert all(element[f"{kind}_button"]["accessibility_label"] for kind in ("positive", "negative"))


def test_a_question_that_nobody_saw_is_told_first_and_literally() -> None:
    message = told(answered("Yes."), question="Must <!channel> *pay* :moneybag:?")
    assert lines(message)[0] == "Question: Must <!channel> *pay* :moneybag:?"
    assert "Question" not in message.text


@pytest.mark.parametrize(
    "quote",
    [
        pytest.param("Tell <!channel>, <@U012AB3CD> & <https://evil.example|the bank>.", id="mentions and links"),
        pytest.param("*Bold* _italic_ ~struck~ `code` :skull: > quote", id="formatting"),
        pytest.param("<script>alert(1)</script>", id="a script"),
    ],
)
def test_quotations_are_literal(quote: str) -> None:
    message = told(answered("Article 1: {1}", cited(1, quote)))
    assert {"type": "text", "text": quote} in list(runs(message.blocks))
    assert not re.search(r"<|>", message.text)
    assert "mrkdwn" not in json.dumps(message.blocks)


def test_a_direction_does_not_leave_its_quotation() -> None:
    message = told(answered("Article 1: {1}", cited(1, "a \u202ereversed", label="Article \u202e1")))
    assert all(run["text"].count("\u202e") == run["text"].count("\u202c") for run in runs(message.blocks))
    assert message.text.count("\u202e") == message.text.count("\u202c")


def test_an_answer_that_fits_no_message_is_cut_at_its_articles() -> None:
    citations = [cited(n, LONG[: 2_500 - n]) for n in range(1, 12)]
    messages = answer_messages(
        answered("\n\n".join(f"Article {n}: {{{n}}}" for n in range(1, 12)), *citations), BASE_URL
    )
    assert len(messages) > 1
    for message in messages:
        assert_fits(message)
        # Each begins with the words that lead to a quotation, and none ends with them.
        assert re.match(r"Article \d+:", words(message.blocks[0]))
        assert not re.search(r"Article \d+:$", words(message.blocks[-1]))
    assert [block["type"] for message in messages for block in message.blocks].count("context_actions") == 1
    assert messages[-1].blocks[-1]["type"] == "context_actions"


@pytest.mark.parametrize(
    ("quote", "messages"),
    [
        pytest.param(LONG, 1, id="longer than a block"),
        pytest.param("\n\n".join([LONG] * 6), 3, id="longer than a message"),
        pytest.param("x" * 7_000, 1, id="a word longer than a block"),
        pytest.param("\u202e" * 3_000 + " end", 1, id="controls that all have to be closed"),
    ],
)
def test_a_quotation_too_long_is_continued(quote: str, messages: int) -> None:
    found = answer_messages(answered("Article 1: {1}", cited(1, quote)), BASE_URL)
    assert len(found) == messages
    for message in found:
        assert_fits(message)
    everything = [line for message in found for line in lines(message)]
    assert "".join(quotations(found)).split() == without_controls(quote).split() or " " not in quote
    assert re.sub(r"\s", "", "".join(quotations(found))) == re.sub(r"\s", "", without_controls(quote))
    bars = [place for place, line in enumerate(everything) if line.startswith("> ")]
    assert len(bars) > 1
    assert {everything[place - 1] for place in bars[1:]} == {"[1] continued"}
    assert everything[bars[-1] + 1].startswith("[1] Article 1")


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        pytest.param(
            answered("Article 1: {1}", cited(1, "Salt & sand.")), "Article 1: “Salt &amp; sand.” [1]", id="all"
        ),
        pytest.param(answered(LONG), None, id="too long: its beginning"),
    ],
)
def test_notifications_have_the_answer_in_words(answer: Document, expected: str | None) -> None:
    text = told(answer).text
    assert text == expected or (text.endswith(" …") and LONG.startswith(text[:-2]))


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        pytest.param(note("Ask less.\n\nOr <later>."), ["Ask less.", "Or <later>."], id="a note"),
        pytest.param(placeholder(), ["Looking in the treaties …"], id="a placeholder"),
    ],
)
def test_pactas_own_words(message: Message, expected: list[str]) -> None:
    assert_fits(message)
    assert lines(message) == expected


def test_help_shows_how_to_ask_and_what() -> None:
    message = help_message(["What does Article 1 of <Salt> say?"])
    assert_fits(message)
    assert "What does Article 1 of <Salt> say?" in words(message.blocks)
    assert "/treaty" in message.text
    assert "For example" not in words(help_message([]).blocks)


# Whatever a treaty may hold: markup of Slack's, controls of direction, numbers as Pacta's, quotation marks.
_WORDS = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_categories=("Z", "C")), min_size=1, max_size=12),
    st.sampled_from(["<!channel>", "&amp;", "“x”", "[1]", "[2]", "shall.", "\u202eabc", "\u2069", "مادة", "x" * 40]),
)
_OWN = st.lists(st.sampled_from(["Article 4:", "It", "refers to", "“shall”", "[1]", "[3]", "Annex.", "§"]), max_size=6)


@st.composite
def _answers(draw: st.DrawFn) -> Document:
    """Answers with up to four quotations, some of them only named by their number or not at all."""
    quotes = draw(st.lists(st.lists(st.tuples(_WORDS, st.sampled_from([" ", "\n", "\n\n"])), min_size=1), max_size=4))
    citations = [cited(n, "".join(map("".join, quote)).strip()) for n, quote in enumerate(quotes, 1)]
    citations = [one for one in citations if without_controls(one["quote"]).strip()]
    paragraphs: list[str] = []
    for one in draw(st.permutations(citations)):
        own = " ".join(draw(_OWN))
        place: Any = draw(st.sampled_from(["written", "named", "left out"]))
        paragraphs.append({"written": f"{own} {written(one)}", "named": f"{own} [{one['number']}]"}.get(place, own))
    paragraphs.append(" ".join(draw(_OWN)))
    joints = draw(st.lists(st.sampled_from(["\n\n", " "]), min_size=len(paragraphs), max_size=len(paragraphs)))
    return answered("".join(map("".join, zip(paragraphs, joints, strict=True))).strip() or "Yes.", *citations)


@settings(max_examples=150, deadline=None)
@given(_answers(), st.sampled_from([BASE_URL, ""]))
def test_nothing_is_lost(answer: Document, base_url: str) -> None:
    messages = answer_messages(answer, base_url)
    for message in messages:
        assert_fits(message)
    told_words = iter(_in_words([message.blocks for message in messages]))
    # In the order of the answer, with only sources and what stands beside between.
    assert [word for word in _in_words(answer["answer"]) if word not in told_words] == []
    assert sorted(one.split() for one in quotations(messages)) == sorted(
        without_controls(one["quote"]).split() for one in answer["citations"]
    )


def _in_words(told: Any) -> list[str]:
    """Words without the marks of quotation, in the place of which Slack has a bar."""
    text = told if isinstance(told, str) else words(told)
    return without_controls(text).translate({ord(mark): None for mark in "“”"}).split()
