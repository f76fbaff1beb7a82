"""Answers to be told in Slack, and what to look at in the blocks that tell them."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from service.citations import on_one_line
from service.slack_app.blocks import Message

Document = dict[str, Any]

PANS = "Treaty of the Salt Towns on the Use of the Pans"
BASE_URL = "https://pacta.example.org"
_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069]")


def cited(number: int, quote: str = "The pans are common.", **other: Any) -> Document:
    """A citation of Article N of an invented treaty; ``other`` fields take the place of those it would have."""
    eid, label = other.pop("eid", f"art_{number}"), other.pop("label", f"Article {number}")
    title, treaty_id = other.pop("treaty_title", PANS), other.pop("treaty_id", "salt")
    page = other.pop("page", None)
    return {
        "number": number,
        "treaty_id": treaty_id,
        "treaty_title": title,
        "eid": eid,
        "label": label,
        "citation": f"{title}, {label}",
        "quote": quote,
        "start": 10,
        "end": 10 + len(quote),
        "url": f"/t/{treaty_id}/{eid}",
        "text_status": "authentic",
        "source": {"uri": "salt.pdf", "sha256": "0" * 64, "page": page},
        **other,
    }


def answered(text: str, *citations: Document, **other: Any) -> Document:
    """An answer; ``{1}`` in its text is where the quotation of citation 1 stands with its number."""
    for one in citations:
        text = text.replace(f"{{{one['number']}}}", written(one))
    document: Document = {
        "answer": text,
        "status": "answered",
        "reason": None,
        "mode": "extractive",
        "confidence": 0.9,
        "citations": list(citations),
        "related": [],
        "conversation_id": "c1",
        "message_id": "m1",
        "index": "g1",
        "timings_ms": {},
    }
    return {**document, **other}


def refused(text: str, *related: Document) -> Document:
    """A refusal with the nearest provisions."""
    return answered(text, status="abstained", reason="not_found", related=list(related))


def written(citation: Document) -> str:
    """A quotation as an answer writes it."""
    return f"“{on_one_line(citation['quote'])}” [{citation['number']}]"


def runs(blocks: Any) -> Iterator[Document]:
    """All words with their style, in the order in which they are read."""
    if isinstance(blocks, dict):
        if blocks.get("type") in ("text", "link", "plain_text"):
            yield blocks
        for inner in blocks.values():
            yield from runs(inner)
    elif isinstance(blocks, list | tuple):
        for inner in blocks:
            yield from runs(inner)


def words(blocks: Any) -> str:
    """All words of blocks, without the controls that keep them in their direction."""
    return without_controls(" ".join(run["text"] for run in runs(blocks)))


def without_controls(text: str) -> str:
    """The text without controls of direction."""
    return _CONTROLS.sub("", text)


def quotations(messages: Sequence[Message]) -> list[str]:
    """The words with a bar beside them, one entry for each source that follows them."""
    found = [""]
    for message in messages:
        for block in message.blocks:
            for element in block["elements"] if block["type"] == "rich_text" else ():
                if element["type"] == "rich_text_quote":
                    found[-1] += words(element) + " "
                elif found[-1] and not words(element).endswith(" continued"):
                    found.append("")
    return [one for one in found if one]


def assert_fits(message: Message) -> None:
    """That Slack takes a message, as far as its size goes."""
    assert message.text.strip()
    assert len(message.text) <= 3_000
    assert 0 < len(message.blocks) <= 50
    assert len(json.dumps(message.blocks, ensure_ascii=False)) <= 13_200
    for block in message.blocks:
        assert sum(len(run["text"]) for run in runs(block)) <= 3_000
        assert_no_empty_words(block)
    for button in buttons(message):
        assert len(button["text"]["text"]) <= 75
        assert len(button["accessibility_label"]) <= 75
        assert len(button["value"]) <= 2_000


def assert_no_empty_words(blocks: Any) -> None:
    """That there are no empty words: Slack refuses everything for one."""
    assert all(run["text"] for run in runs(blocks))


def buttons(message: Message) -> list[Document]:
    """The buttons that show articles."""
    return [element for block in message.blocks if block["type"] == "actions" for element in block["elements"]]
