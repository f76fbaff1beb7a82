"""The tests' Slack refuses what Slack refuses: blocks, texts, chunks and modals at their limits and beyond."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_limits import MOST_CHARACTERS, check_chunks, check_message, check_view, size

Block = dict[str, Any]


def plain(text: str) -> Block:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Block:
    return {"type": "mrkdwn", "text": text}


def section(text: str, **more: Any) -> Block:
    return {"type": "section", "text": mrkdwn(text), **more}


def button(text: str = "Show", **more: Any) -> Block:
    return {"type": "button", "text": plain(text), **more}


def actions(*elements: Block) -> Block:
    return {"type": "actions", "elements": list(elements)}


def rich(*parts: Block) -> Block:
    return {"type": "rich_text", "elements": list(parts)}


def rich_section(*elements: Block) -> Block:
    return {"type": "rich_text_section", "elements": list(elements)}


def word(text: str, **style: Any) -> Block:
    return {"type": "text", "text": text, **({"style": style} if style else {})}


ITEMS = {"type": "rich_text_list", "style": "bullet", "elements": [rich_section(word("salt"))]}

TAKEN = {
    "the longest section": [section("x" * 3000)],
    "fields without a text": [{"type": "section", "fields": [mrkdwn("x" * 2000)] * 5}],
    "ten fields": [section("x", fields=[mrkdwn("x")] * 10)],
    "fifty blocks": [{"type": "divider"}] * 50,
    "the longest header": [{"type": "header", "text": plain("x" * 150)}],
    "ten elements of context": [{"type": "context", "elements": [mrkdwn("x")] * 10}],
    "25 buttons": [actions(*(button(action_id=f"a{n}") for n in range(25)))],
    "the longest button": [actions(button("x" * 75, value="v" * 2000, url="u" * 3000, action_id="a" * 255))],
    "one action_id in two blocks": [actions(button(action_id="a")), actions(button(action_id="a"))],
    "a button beside a section": [section("x", accessory=button(action_id="a", style="primary"))],
    "the longest markdown": [{"type": "markdown", "text": "x" * 12_000}],
    "every part of rich text": [
        rich(
            rich_section(word("a", bold=True), {"type": "link", "url": "https://salt.invalid", "text": "b"}),
            {"type": "rich_text_quote", "elements": [word("c", italic=True)], "border": 1},
            {"type": "rich_text_preformatted", "elements": [word("d")]},
            ITEMS | {"indent": 8, "border": 0},
        )
    ],
    "every inline element": [
        rich(
            rich_section(
                {"type": "user", "user_id": "U1"},
                {"type": "channel", "channel_id": "C1"},
                {"type": "emoji", "name": "salt"},
                {"type": "broadcast", "range": "here"},
                {"type": "date", "timestamp": 1, "format": "{date}", "fallback": "then"},
            )
        )
    ],
    "thumbs": [
        {
            "type": "context_actions",
            "elements": [
                {
                    "type": "feedback_buttons",
                    "action_id": "f",
                    "positive_button": {"text": plain("👍"), "value": "up"},
                    "negative_button": {"text": plain("👎"), "value": "down"},
                }
            ],
        }
    ],
    "an image": [{"type": "image", "image_url": "https://salt.invalid/a.png", "alt_text": "salt"}],
    "a block of Slack's that is not looked into": [{"type": "video", "anything": 1}],
}

REFUSED = {
    "a section too long": (
        [section("x" * 3001)],
        "must be less than 3001 characters [json-pointer:/blocks/0/text/text",
    ),
    "an empty section": ([section("")], "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
    "a section with nothing": ([{"type": "section"}], "must provide one of: text, fields"),
    "a field too long": ([{"type": "section", "fields": [mrkdwn("x" * 2001)]}], "/blocks/0/fields/0/text"),
    "eleven fields": ([{"type": "section", "fields": [mrkdwn("x")] * 11}], "no more than 10 items"),
    "51 blocks": ([{"type": "divider"}] * 51, "no more than 50 items allowed [json-pointer:/blocks]"),
    "an unknown block": ([{"type": "paragraph"}], "unsupported type: paragraph [json-pointer:/blocks/0]"),
    "no block at all": (["text"], "unsupported type: None"),
    "an unknown property": ([actions(button(disabled=True))], "invalid additional property: disabled"),
    "a header too long": ([{"type": "header", "text": plain("x" * 151)}], "must be less than 151"),
    "formatting in a header": ([{"type": "header", "text": mrkdwn("x")}], "must be one of: plain_text"),
    "formatting in a button": ([actions({**button(), "text": mrkdwn("x")})], "must be one of: plain_text"),
    "a button too long": ([actions(button("x" * 76))], "/blocks/0/elements/0/text/text"),
    "a value too long": ([actions(button(value="x" * 2001))], "/value"),
    "an empty value": ([actions(button(value=""))], "must be more than 0 characters"),
    "an address too long": ([actions(button(url="x" * 3001))], "/url"),
    "an action_id too long": ([actions(button(action_id="x" * 256))], "/action_id"),
    "one action_id twice in a block": ([actions(button(action_id="a"), button(action_id="a"))], "already exists: a"),
    "one block_id twice": ([section("x", block_id="b"), section("y", block_id="b")], "already exists: b"),
    "a block_id too long": ([section("x", block_id="b" * 256)], "must be less than 256"),
    "26 buttons": ([actions(*(button() for _ in range(26)))], "no more than 25 items"),
    "no button": ([actions()], "no fewer than 1 items"),
    "a style that is none": ([actions(button(style="green"))], "must be one of: primary, danger"),
    "eleven elements of context": ([{"type": "context", "elements": [mrkdwn("x")] * 11}], "no more than 10"),
    "a button in a context": ([{"type": "context", "elements": [button()]}], "/blocks/0/elements/0/type"),
    "a text input among buttons": ([actions({"type": "plain_text_input"})], "unsupported element type"),
    "thumbs among buttons": ([actions({"type": "feedback_buttons"})], "unsupported element type"),
    "no text for an image": ([{"type": "image", "image_url": "u"}], "missing required field: alt_text"),
    "an empty rich text": ([rich()], "no fewer than 1 items"),
    "an empty part of rich text": ([rich(rich_section())], "/blocks/0/elements/0/elements"),
    "an empty word": ([rich(rich_section(word("")))], "must be more than 0 characters"),
    "an empty link": ([rich(rich_section({"type": "link", "url": "u", "text": ""}))], "must be more than 0"),
    "a part that is none": ([rich({"type": "rich_text_heading", "elements": [word("x")]})], "rich_text_heading"),
    "a word outside a section": ([rich(word("x"))], "unsupported rich text type: text"),
    "a word in a list": ([rich({**ITEMS, "elements": [word("x")]})], "unsupported rich text type: text"),
    "a mention in preformatted text": (
        [rich({"type": "rich_text_preformatted", "elements": [{"type": "user", "user_id": "U1"}]})],
        "unsupported rich text type: user",
    ),
    "a list without a style": ([rich({"type": "rich_text_list", "elements": [rich_section(word("x"))]})], "style"),
    "a list too deep": ([rich(ITEMS | {"indent": 9})], "must be between 0 and 8"),
    "a style of text that is none": ([rich(rich_section(word("x", blink=True)))], "invalid style"),
    "markdown too long": ([{"type": "markdown", "text": "x" * 12_001}], "must be less than 12001"),
    "markdown too long together": (
        [{"type": "markdown", "text": "x" * 6_001}] * 2,
        "msg_blocks_too_long: 12002 characters of markdown",
    ),
    "blocks too long together": ([section("x" * 3000)] * 5, "msg_blocks_too_long"),
    "many small words": ([rich(rich_section(*[word("salt")] * 500))], "msg_blocks_too_long"),
}


@pytest.mark.parametrize("blocks", TAKEN.values(), ids=TAKEN)
def test_what_slack_takes(blocks: list[Block]) -> None:
    assert check_message(blocks, "text") == []


@pytest.mark.parametrize(("blocks", "why"), REFUSED.values(), ids=REFUSED)
def test_what_slack_refuses(blocks: list[Block], why: str) -> None:
    assert why in "\n".join(check_message(blocks, "text"))


@pytest.mark.parametrize(
    ("text", "why"),
    [(None, "no_text"), ("", "no_text"), (" \n", "no_text"), ("x" * 40_001, "msg_too_long"), ("x" * 40_000, "")],
    ids=["nothing", "an empty text", "blanks", "a text too long", "the longest text"],
)
def test_a_text_alone(text: str | None, why: str) -> None:
    assert [problem.split(":")[0] for problem in check_message([], text)] == ([why] if why else [])


@given(st.integers(0, 3200), st.characters(exclude_categories=["Cs", "Cc"]))
def test_a_section_is_taken_for_every_length_up_to_3000(length: int, character: str) -> None:
    assert (check_message([section(character * length)], "x") == []) is (1 <= length <= 3000)


@pytest.mark.parametrize(("characters", "taken"), [(MOST_CHARACTERS, True), (MOST_CHARACTERS + 1, False)])
def test_all_blocks_together(characters: int, taken: bool) -> None:
    blocks = [section("x" * 3000)] * 4
    blocks.append(section("x" * (characters - size([*blocks, section("")]))))
    assert size(blocks) == characters
    assert (check_message(blocks, "x") == []) is taken


def modal(**more: Any) -> Block:
    return {"type": "modal", "title": plain("Article 1"), "blocks": [section("x")], **more}


COMMENT = {
    "type": "input",
    "block_id": "comment",
    "label": plain("What is wrong?"),
    "element": {"type": "plain_text_input", "action_id": "text", "multiline": True, "max_length": 2000},
}


@pytest.mark.parametrize(
    ("view", "why"),
    [
        (modal(), ""),
        (modal(close=plain("x" * 24), private_metadata="x" * 3000, callback_id="x" * 255), ""),
        (modal(blocks=[COMMENT], submit=plain("Send")), ""),
        (modal(blocks=[{"type": "divider"}] * 100), ""),
        (modal(private_metadata=""), ""),
        (modal(title=plain("x" * 25)), "[json-pointer:/view/title/text]"),
        (modal(title=mrkdwn("x")), "must be one of: plain_text"),
        (modal(submit=plain("x" * 25)), "/view/submit"),
        (modal(close=plain("x" * 25)), "/view/close"),
        (modal(private_metadata="x" * 3001), "/view/private_metadata"),
        (modal(callback_id="x" * 256), "/view/callback_id"),
        (modal(blocks=[{"type": "divider"}] * 101), "no more than 100 items"),
        (modal(blocks=[]), "no fewer than 1 items"),
        (modal(blocks=[COMMENT]), "required where there is an input block"),
        (modal(blocks=[{"type": "markdown", "text": "x"}]), "only in messages: markdown"),
        (modal(blocks=[COMMENT | {"label": plain("x" * 2001)}], submit=plain("Send")), "/label"),
        (modal(blocks=[COMMENT | {"element": {"type": "button"}}], submit=plain("Send")), "unsupported element"),
        (
            modal(blocks=[COMMENT | {"element": {"type": "plain_text_input", "max_length": 3001}}], submit=plain("x")),
            "must be between 1 and 3000",
        ),
        ({"type": "modal", "blocks": [section("x")]}, "missing required field: title"),
        (modal(type="home"), "must be: modal"),
        (modal(colour="red"), "invalid additional property: colour"),
        (modal(blocks=[section("x" * 3000)] * 90), "more than 250000 bytes"),
    ],
)
def test_a_modal(view: Block, why: str) -> None:
    problems = check_view(view)
    assert (problems == []) if not why else why in "\n".join(problems)


TASK = {"type": "task_update", "id": "1", "title": "Reading", "status": "in_progress"}


@pytest.mark.parametrize(
    ("chunk", "why"),
    [
        ({"type": "markdown_text", "text": "x"}, ""),
        (TASK, ""),
        (TASK | {"sources": [{"type": "url", "url": "u", "text": "t"}]}, ""),
        ({"type": "plan_update", "title": "x"}, ""),
        ({"type": "blocks", "blocks": [section("x")]}, ""),
        ({"type": "markdown_text", "text": "x" * 12_001}, "must be less than 12001"),
        (TASK | {"status": "done"}, "must be one of: pending"),
        (TASK | {"sources": [{"type": "url", "url": "u"}]}, "missing required field: text"),
        ({"type": "blocks", "blocks": [section("")]}, "/chunks/0/blocks/0/text/text"),
        ({"type": "blocks", "blocks": [{"type": "divider"}] * 51}, "no more than 50"),
        ({"type": "text", "text": "x"}, "unsupported chunk type: text"),
    ],
)
def test_a_chunk_of_a_stream(chunk: Block, why: str) -> None:
    problems = check_chunks([chunk])
    assert (problems == []) if not why else why in "\n".join(problems)
