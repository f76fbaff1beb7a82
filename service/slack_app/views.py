"""Modals in Slack: an article in full, and a word on what an answer lacks."""

import json
from collections.abc import Mapping
from typing import Any

from ingest.models import ParsedTreaty, Provision
from service.citations import permalink
from service.slack_app.article import ArticleText, article_text
from service.slack_app.blocks import COMMENT
from service.slack_app.rich import MOST_CHARS, Block, length_of, paragraphs, plain, rich_text, run, section
from service.slack_app.text import pieces, shortened

_MOST_TITLE = 24
_MOST_BLOCKS = 100
# Slack refuses a view of more than 250,000 bytes.
_MOST_BYTES = 200_000
_MOST_COMMENT = 2_000
_COMMENT_INPUT = "comment"


def article_view(parsed: ParsedTreaty, provision: Provision, base_url: str) -> dict[str, Any]:
    """The whole article that a provision is part of, the provision in it marked; annexes and preambles likewise.

    ``base_url`` is where the permalink leads; without one there is no link. What does not fit is said to be missing.
    """
    article = parsed.article_of(provision)
    if article.kind == "chapeau" and article.parent is not None:  # of a paragraph outside any article: has its number
        article = parsed.by_eid[article.parent]
    laid_out = article_text(parsed, article, provision)
    opening = rich_text(_opening(parsed, laid_out))
    closing = rich_text(_closing(parsed, article, provision, base_url))
    body = rich_text(laid_out.body)
    fitting = _fitting(body, opening + closing)
    if len(fitting) < len(body):
        left = sum(map(length_of, body[len(fitting) :]))
        fitting += rich_text([section(run(f"The text goes on for {left:,} more characters.", italic=True))])
    label = parsed.full_label(article)
    return {
        "type": "modal",
        "title": plain(shortened(label if len(label) <= _MOST_TITLE else article.label, _MOST_TITLE)),
        "close": plain("Close"),
        "blocks": [*opening, {"type": "divider"}, *fitting, {"type": "divider"}, *closing],
    }


def comment_view(message_id: str, channel: str) -> dict[str, Any]:
    """What was missing or wrong in the answer of that message id, which was told in that channel."""
    return {
        "type": "modal",
        "callback_id": COMMENT,
        "private_metadata": json.dumps([message_id, channel]),
        "title": plain("What was wrong?"),
        "submit": plain("Send"),
        "close": plain("Cancel"),
        "blocks": [
            {
                "type": "input",
                "block_id": _COMMENT_INPUT,
                "label": plain("What was missing or wrong?"),
                "hint": plain("Kept with the question and its answer, for those who look after Pacta."),
                "element": {
                    "type": "plain_text_input",
                    "action_id": _COMMENT_INPUT,
                    "multiline": True,
                    "max_length": _MOST_COMMENT,
                    "focus_on_load": True,
                },
            }
        ],
    }


def comment_of(view: Mapping[str, Any]) -> tuple[str, str, str]:
    """The message id, the channel and the comment of a ``comment_view`` that was sent."""
    message_id, channel = json.loads(view["private_metadata"])
    comment = view["state"]["values"][_COMMENT_INPUT][_COMMENT_INPUT]["value"]
    return message_id, channel, (comment or "").strip()


def note_view(text: str) -> dict[str, Any]:
    """Why there is nothing to be shown."""
    return {"type": "modal", "title": plain("Pacta"), "close": plain("Close"), "blocks": paragraphs(text)}


def _opening(parsed: ParsedTreaty, article: ArticleText) -> list[Block]:
    """The article's heading as it is printed, the treaty, and that its text is not the authentic one."""
    treaty = parsed.treaty
    sections = [section(run(piece, bold=True)) for line in article.heading for piece in pieces(line, MOST_CHARS)]
    sections.append(section(run(shortened(treaty.title, MOST_CHARS))))
    if treaty.text_status != "authentic":
        status = shortened(treaty.text_status, 100)
        sections.append(section(run(f"This text is not the authentic one: {status}", italic=True)))
    return sections


def _closing(parsed: ParsedTreaty, article: Provision, provision: Provision, base_url: str) -> list[Block]:
    """Where the text is from, and the link to read on."""
    treaty = parsed.treaty
    page = treaty.source.page_at(article.start)
    told = f"Read from {shortened(treaty.source.uri, 500)}" + (f", page {page}" if page else "")
    sections = [section(run(told))]
    if treaty.facts.provenance:
        sections.append(section(run(f"Provenance: {shortened(treaty.facts.provenance, 500)}")))
    if base_url:
        url = f"{base_url}{permalink(treaty.id, provision.eid)}"
        sections.insert(0, section(run("Read it in the whole treaty", url=url)))
    return sections


def _fitting(body: list[Block], others: list[Block]) -> list[Block]:
    """As many blocks from the beginning as a view takes beside the others."""
    most = _MOST_BLOCKS - len(others) - 3  # two dividers, and what is said of the rest
    room = _MOST_BYTES - sum(map(_bytes, others))
    fitting: list[Block] = []
    for block in body[:most]:
        room -= _bytes(block)
        if room < 0:
            break
        fitting.append(block)
    return fitting


def _bytes(block: Block) -> int:
    return len(json.dumps(block))
