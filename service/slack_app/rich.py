"""Slack's rich text: blocks whose words are literal. No mention, link, emoji or formatting is read out of them."""

from collections.abc import Iterable, Sequence
from typing import Any

from service.slack_app.text import pieces

Block = dict[str, Any]

# Slack's limit for a section; it tells none for rich text, so the same is kept, with a little room.
MOST_CHARS = 2_900


def run(text: str, *, url: str = "", bold: bool = False, italic: bool = False) -> Block:
    """Words that are literal already, as a link where ``url`` is given."""
    style = {name: True for name, wanted in (("bold", bold), ("italic", italic)) if wanted}
    made: Block = {"type": "link", "url": url, "text": text} if url else {"type": "text", "text": text}
    return {**made, "style": style} if style else made


def section(*runs: Block) -> Block:
    """A paragraph."""
    return {"type": "rich_text_section", "elements": list(runs)}


def quotation(*runs: Block) -> Block:
    """A paragraph with the bar beside it that marks a quotation."""
    return {"type": "rich_text_quote", "elements": list(runs)}


def numbered(lines: Iterable[Sequence[Block]]) -> Block:
    """A list of lines, numbered from 1."""
    return {"type": "rich_text_list", "style": "ordered", "elements": [section(*line) for line in lines]}


def bulleted(lines: Iterable[Sequence[Block]]) -> Block:
    """A list of lines."""
    return {"type": "rich_text_list", "style": "bullet", "elements": [section(*line) for line in lines]}


def joined(runs: Iterable[Sequence[Block]]) -> list[Block]:
    """Several things named in one sentence."""
    found: list[Block] = []
    for one in runs:
        found += [run("; "), *one] if found else one
    return found


def paragraphs(text: str) -> list[Block]:
    """Words of anybody as blocks, one for each paragraph of them."""
    return [
        block
        for paragraph in text.split("\n\n")
        for piece in pieces(paragraph, MOST_CHARS)
        for block in rich_text([section(run(piece))])
    ]


def rich_text(elements: Iterable[Block]) -> list[Block]:
    """Sections, quotations and lists in blocks, as many to one as Slack takes."""
    blocks: list[Block] = []
    room = 0
    for element in elements:
        length = length_of(element)
        if not blocks or length > room:
            blocks.append({"type": "rich_text", "elements": []})
            room = MOST_CHARS
        blocks[-1]["elements"].append(element)
        room -= length
    return blocks


def length_of(element: Block) -> int:
    """The characters of all words in an element."""
    return len(element.get("text", "")) + sum(length_of(inner) for inner in element.get("elements", ()))


def plain(text: str) -> Block:
    """Words that are literal already, on a button or a modal's edge; ``:smile:`` stays what it is in them."""
    return {"type": "plain_text", "text": text, "emoji": False}
