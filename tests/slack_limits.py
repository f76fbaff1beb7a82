"""Slack's limits on what is shown: which blocks, texts, streamed chunks and modals it takes, and why it refuses others.

Pure functions, for the tests of blocks and for the tests' own Slack. The numbers are those of Slack's documentation
where it gives one; where it is silent, what has been observed, on the strict side (see ``MOST_CHARACTERS``).
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from slack_checks import PLAIN, Findings
from slack_elements import (
    IN_ACTIONS,
    IN_CONTEXT_ACTIONS,
    IN_INPUT,
    IN_SECTION,
    check_element,
    check_image,
    check_rich_text,
)

BLOCKS_IN_MESSAGE = 50
BLOCKS_IN_VIEW = 100
TEXT_OF_MESSAGE = 40_000
MARKDOWN = 12_000
# Slack documents no limit for all blocks together. Messages were refused from about 13,200 characters on, and less
# text than that in many small elements was refused too: what counts is taken to be the whole JSON.
MOST_CHARACTERS = 13_200
VIEW_BYTES = 250_000

# What stands in each type of block besides its type and its block_id: (required, optional).
_BLOCKS: dict[str, tuple[str, str]] = {
    "section": ("", "text fields accessory expand"),
    "divider": ("", ""),
    "image": ("alt_text", "image_url slack_file title"),
    "actions": ("elements", ""),
    "context": ("elements", ""),
    "context_actions": ("elements", ""),
    "input": ("label element", "hint optional dispatch_action"),
    "header": ("text", "level"),
    "markdown": ("text", ""),
    "rich_text": ("elements", ""),
    "table": ("rows", "column_settings"),
}
# Known to Slack, and not looked into here.
_OTHER_BLOCKS = frozenset("alert call card carousel container data_table file plan task_card video".split())
_ONLY_IN_MESSAGES = frozenset("call context_actions file markdown plan table task_card".split())
_TASK_STATUS = ("pending", "in_progress", "complete", "error")


class Refusal(NamedTuple):
    """Slack's error code, and what it says of where and why."""

    error: str
    messages: list[str]


def size(blocks: Sequence[Mapping[str, Any]]) -> int:
    """The characters that count against the limit of a whole message."""
    return len(json.dumps(list(blocks), ensure_ascii=False, separators=(",", ":"))) if blocks else 0


def check_message(blocks: Sequence[Mapping[str, Any]] | None, text: str | None) -> list[str]:
    """All that Slack would refuse in a message of these blocks with this text."""
    refusal = refused_message(blocks, text)
    return [] if refusal is None else [f"{refusal.error}: {problem}" for problem in refusal.messages]


def refused_message(blocks: Sequence[Mapping[str, Any]] | None, text: str | None) -> Refusal | None:
    """Why Slack refuses a message, or None where it takes it."""
    if not blocks and not (text or "").strip():
        return Refusal("no_text", ["no message text provided [json-pointer:/text]"])
    if len(text or "") > TEXT_OF_MESSAGE:
        return Refusal("msg_too_long", [f"more than {TEXT_OF_MESSAGE} characters [json-pointer:/text]"])
    return refused_blocks(blocks or [])


def refused_blocks(blocks: Any, *, together: bool = True) -> Refusal | None:
    """Why Slack refuses the blocks of a message; ``together`` counts their characters too."""
    found = Findings()
    _blocks(found, blocks, "/blocks", BLOCKS_IN_MESSAGE, fewest=0)
    if found.problems:
        return Refusal("invalid_blocks", found.problems)
    markdown = sum(len(block["text"]) for block in blocks if block["type"] == "markdown")
    if markdown > MARKDOWN:
        return Refusal("msg_blocks_too_long", [f"{markdown} characters of markdown [json-pointer:/blocks]"])
    if together and size(blocks) > MOST_CHARACTERS:
        return Refusal("msg_blocks_too_long", [f"{size(blocks)} characters in all [json-pointer:/blocks]"])
    return None


def check_view(view: Mapping[str, Any]) -> list[str]:
    """All that Slack would refuse in a modal."""
    found = Findings()
    view = dict(view)
    found.fields(
        view,
        "/view",
        "title blocks",
        "submit close callback_id private_metadata external_id clear_on_close notify_on_close submit_disabled",
    )
    if view.get("type") != "modal":
        found.add("/view/type", "must be: modal")
    found.texts(view, "/view", PLAIN, title=24, submit=24, close=24)
    found.strings(view, "/view", callback_id=255, external_id=255)
    if "private_metadata" in view:
        found.string(view["private_metadata"], "/view/private_metadata", 3000, shortest=0)
    blocks = view.get("blocks")
    _blocks(found, blocks, "/view/blocks", BLOCKS_IN_VIEW, fewest=1)
    for number, block in enumerate(blocks if isinstance(blocks, list) else []):
        kind = block.get("type") if isinstance(block, dict) else None
        if kind in _ONLY_IN_MESSAGES:
            found.add(f"/view/blocks/{number}", f"only in messages: {kind}")
        if kind == "input" and "submit" not in view:
            found.add("/view/submit", "required where there is an input block")
    if len(json.dumps(view).encode()) > VIEW_BYTES:
        found.add("/view", f"more than {VIEW_BYTES} bytes")
    return found.problems


def check_chunks(chunks: Any) -> list[str]:
    """All that Slack would refuse in the chunks of a stream, each for itself."""
    found = Findings()
    for where, chunk in found.items(chunks, "/chunks", None, fewest=0):
        kind = chunk.get("type") if isinstance(chunk, dict) else None
        if kind == "markdown_text":
            found.fields(chunk, where, "text")
            found.strings(chunk, where, text=MARKDOWN)
        elif kind == "plan_update":
            found.fields(chunk, where, "title")
            found.strings(chunk, where, title=None)
        elif kind == "task_update":
            found.fields(chunk, where, "id title status", "details output sources")
            found.strings(chunk, where, id=None, title=None, details=None, output=None)
            if chunk.get("status") not in _TASK_STATUS:
                found.add(f"{where}/status", f"must be one of: {', '.join(_TASK_STATUS)}")
            for place, source in found.items(chunk.get("sources", []), f"{where}/sources", None, fewest=0):
                found.fields(source, place, "url text")
        elif kind == "blocks":
            found.fields(chunk, where, "blocks")
            _blocks(found, chunk.get("blocks"), f"{where}/blocks", BLOCKS_IN_MESSAGE, fewest=1)
        else:
            found.add(f"{where}/type", f"unsupported chunk type: {kind}")
    return found.problems


def _blocks(found: Findings, blocks: Any, where: str, most: int, *, fewest: int) -> None:
    """An array of blocks with ids of their own."""
    ids: set[str] = set()
    for place, block in found.items(blocks, where, most, fewest=fewest):
        _block(found, block, place)
        block_id = block.get("block_id") if isinstance(block, dict) else None
        if isinstance(block_id, str):
            found.string(block_id, f"{place}/block_id", 255)
            if block_id in ids:
                found.add(f"{place}/block_id", f"`block_id` already exists: {block_id}")
            ids.add(block_id)


def _block(found: Findings, block: Any, where: str) -> None:
    kind = block.get("type") if isinstance(block, dict) else None
    if kind in _OTHER_BLOCKS:
        return
    if kind not in _BLOCKS:
        found.add(where, f"unsupported type: {kind}")
        return
    required, optional = _BLOCKS[kind]
    found.fields(block, where, required, f"{optional} block_id")
    if kind == "section":
        _section(found, block, where)
    elif kind == "image":
        check_image(found, block, where, "title block_id")
        found.texts(block, where, PLAIN, title=2000)
    elif kind == "header":
        found.texts(block, where, PLAIN, text=150)
    elif kind == "markdown":
        found.strings(block, where, text=MARKDOWN)
    elif kind == "rich_text":
        check_rich_text(found, block, where)
    elif kind == "input":
        found.texts(block, where, PLAIN, label=2000, hint=2000)
        check_element(found, block.get("element"), f"{where}/element", IN_INPUT)
    elif kind == "actions":
        _elements(found, block, where, 25, IN_ACTIONS)
    elif kind == "context_actions":
        _elements(found, block, where, 5, IN_CONTEXT_ACTIONS)
    elif kind == "context":
        for place, element in found.items(block.get("elements"), f"{where}/elements", 10):
            if isinstance(element, dict) and element.get("type") == "image":
                check_image(found, element, place, "")
            else:
                found.text(element, place, 3000)
    elif kind == "table":
        for place, row in found.items(block.get("rows"), f"{where}/rows", 100):
            list(found.items(row, place, 20))


def _section(found: Findings, block: dict[str, Any], where: str) -> None:
    if "text" not in block and "fields" not in block:
        found.add(where, "must provide one of: text, fields")
    found.texts(block, where, text=3000)
    if "fields" in block:
        for place, field in found.items(block["fields"], f"{where}/fields", 10):
            found.text(field, place, 2000)
    if "accessory" in block:
        check_element(found, block["accessory"], f"{where}/accessory", IN_SECTION)


def _elements(found: Findings, block: dict[str, Any], where: str, most: int, allowed: frozenset[str]) -> None:
    """Elements whose action ids differ: Slack refuses two alike in one block."""
    ids: set[str] = set()
    for place, element in found.items(block.get("elements"), f"{where}/elements", most):
        check_element(found, element, place, allowed)
        action_id = element.get("action_id") if isinstance(element, dict) else None
        if action_id in ids:
            found.add(f"{place}/action_id", f"`action_id` already exists: {action_id}")
        if action_id is not None:
            ids.add(action_id)
