"""Modals in Slack: articles in full with what was asked for marked, and the comment on an answer."""

import json
import re
from collections import Counter
from typing import Any

import pytest
from slack_answers import BASE_URL, assert_no_empty_words, runs, words
from web_fakes import LAMP, SALT, TOLL, Row, make_treaty

from ingest.models import ParsedTreaty
from service.slack_app.blocks import COMMENT
from service.slack_app.views import article_view, comment_of, comment_view

View = dict[str, Any]

NESTED_ROWS: tuple[Row, ...] = (
    ("art_1", "article", None, "Article 1\n\nWho pays", ""),
    ("art_1__para_1", "paragraph", "art_1", "1. ", ""),
    ("art_1__para_1__point_a", "point", "art_1__para_1", "(a) ", "Carts pay;"),
    ("art_1__para_1__point_b", "point", "art_1__para_1", "(b) ", "walkers do not."),
    ("annex_1", "annex", None, "ANNEX I\n\nTOLLS", ""),
    ("annex_1__art_1", "article", "annex_1", "Article 1\n\nCarts", "One penny\nfor each wheel."),
    ("part_1", "part", None, "PART I\n\nRULES", ""),
    ("part_1__para_3", "paragraph", "part_1", "3. ", ""),
    ("part_1__para_3__chapeau", "chapeau", "part_1__para_3", "", "No tolls are paid:"),
)
NESTED = make_treaty("nested", "Toll Rules", NESTED_ROWS)
VERY_LONG = make_treaty(
    "long",
    "Long Treaty",
    (("art_1", "article", None, "Article 1", "\n\n".join(f"Paragraph {n}: " + "word " * 400 for n in range(200))),),
)
EVERY = [(parsed, eid) for parsed in (SALT, TOLL, LAMP, NESTED) for eid in parsed.by_eid]


def shown(parsed: ParsedTreaty, eid: str, base_url: str = BASE_URL) -> View:
    """The view of a provision, which Slack takes as far as its size goes."""
    view = article_view(parsed, parsed.by_eid[eid], base_url)
    assert 0 < len(view["title"]["text"]) <= 24
    assert 0 < len(view["blocks"]) <= 100
    assert len(json.dumps(view)) <= 250_000
    assert_no_empty_words(view["blocks"])
    assert all(sum(len(run["text"]) for run in runs(block)) <= 3_000 for block in view["blocks"])
    return view


def marked(view: View) -> str:
    """What has a bar beside it."""
    return " ".join(
        words(element)
        for block in view["blocks"]
        for element in block.get("elements", ())
        if element["type"] == "rich_text_quote"
    )


@pytest.mark.parametrize(("parsed", "eid"), EVERY, ids=[f"{parsed.treaty.id}-{eid}" for parsed, eid in EVERY])
def test_the_whole_article_is_shown(parsed: ParsedTreaty, eid: str) -> None:
    provision = parsed.by_eid[eid]
    view = shown(parsed, eid)
    everything = Counter(re.findall(r"\w+", words(view["blocks"])))
    assert Counter(re.findall(r"\w+", parsed.text_of(parsed.article_of(provision)))) <= everything
    assert Counter(re.findall(r"\w+", parsed.treaty.title)) <= everything
    assert f"Read from {parsed.treaty.source.uri}" in words(view["blocks"])


@pytest.mark.parametrize(
    ("parsed", "eid", "title", "expected"),
    [
        pytest.param(SALT, "art_1", "Article 1", "", id="an article: nothing in it is marked"),
        pytest.param(SALT, "art_1__para_2", "Article 1", "2. The sign 𐍈🧂 marks the “pans”.", id="a paragraph"),
        pytest.param(
            SALT,
            "art_1__para_1",
            "Article 1",
            "1. Each Town may take salt, save that: \n(a) none is taken at night; and \n"
            "(b) none sold <script>x()</script>.",
            id="a paragraph with its points",
        ),
        pytest.param(NESTED, "art_1__para_1__point_b", "Article 1", "(b) walkers do not.", id="a point"),
        pytest.param(SALT, "annex_1", "Annex i", "", id="an annex"),
        pytest.param(SALT, "preamble", "Preamble", "", id="a preamble"),
        pytest.param(NESTED, "annex_1__art_1", "Annex i, Article 1", "", id="an article of an annex"),
        pytest.param(NESTED, "part_1__para_3__chapeau", "3.", "3. No tolls are paid:", id="outside any article"),
    ],
)
def test_what_was_asked_for_is_marked(parsed: ParsedTreaty, eid: str, title: str, expected: str) -> None:
    view = shown(parsed, eid)
    assert view["title"] == {"type": "plain_text", "text": title, "emoji": False}
    assert marked(view) == expected


def test_headings_are_bold_and_what_follows_is_close_to_them() -> None:
    view = shown(NESTED, "annex_1")
    bold = [run["text"].strip() for run in runs(view["blocks"]) if run.get("style") == {"bold": True}]
    assert bold == ["ANNEX I", "TOLLS", "Article 1", "Carts"]
    assert "Article 1 \nCarts \nOne penny for each wheel." in words(view["blocks"])


def test_a_number_without_words_of_its_own_stands_before_the_first_point() -> None:
    assert "1. (a) Carts pay; \n(b) walkers do not." in words(shown(NESTED, "art_1")["blocks"])


@pytest.mark.parametrize("base_url", [BASE_URL, ""])
def test_the_link_is_the_permalink(base_url: str) -> None:
    links = [run["url"] for run in runs(shown(SALT, "art_1__para_2", base_url)["blocks"]) if run["type"] == "link"]
    assert links == ([f"{BASE_URL}/t/salt/art_1__para_2"] if base_url else [])


def test_a_text_that_is_not_authentic_says_so_and_has_its_page() -> None:
    everything = words(shown(TOLL, "art_2")["blocks"])
    assert "This text is not the authentic one: excerpt" in everything
    assert "Read from toll.txt, page 2" in everything
    assert "authentic" not in words(shown(SALT, "art_2")["blocks"])


def test_what_does_not_fit_is_said_to_be_missing() -> None:
    view = shown(VERY_LONG, "art_1")
    everything = words(view["blocks"])
    assert "Paragraph 0:" in everything
    assert "Paragraph 199:" not in everything
    left = re.search(r"The text goes on for ([\d,]+) more characters", everything)
    assert left is not None
    told = len(re.sub(r"\s", "", everything))
    assert told + int(left[1].replace(",", "")) > len(re.sub(r"\s", "", VERY_LONG.treaty.text))
    assert any(run["type"] == "link" for run in runs(view["blocks"][-1]))


def test_words_of_a_treaty_are_literal_and_keep_their_direction() -> None:
    hostile = make_treaty(
        "hostile",
        "Treaty of <!channel> \u202e",
        (("art_1", "article", None, "Article \u202e1", "<@U012AB3CD> :skull: *and* \u202ereversed"),),
    )
    view = shown(hostile, "art_1")
    assert "<@U012AB3CD> :skull: *and* reversed" in words(view["blocks"])
    assert "mrkdwn" not in json.dumps(view)
    for run in (*runs(view["blocks"]), view["title"]):
        assert run["text"].count("\u202e") == run["text"].count("\u202c")


def test_a_comment_comes_back_with_its_message() -> None:
    view = comment_view("m42", "C0SALT")
    assert view["callback_id"] == COMMENT
    (block,) = view["blocks"]
    assert block["element"]["multiline"] is True
    assert block["element"]["max_length"] == 2_000
    assert len(view["title"]["text"]) <= 24

    def sent(value: str | None) -> View:
        values = {block["block_id"]: {block["element"]["action_id"]: {"type": "plain_text_input", "value": value}}}
        return {**view, "state": {"values": values}}

    assert comment_of(sent(" It is Article 5. \n")) == ("m42", "C0SALT", "It is Article 5.")
    assert comment_of(sent(None)) == ("m42", "C0SALT", "")
