"""What stands under an answer in Slack: provisions to read on, buttons that show articles, whether it helped."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from service.slack_app.cited import MOST_TITLE, Citation, named
from service.slack_app.rich import Block, joined, numbered, plain, rich_text, run, section
from service.slack_app.text import shortened

SHOW_ARTICLE = "pacta_show_article"
# Slack wants each button of a block to have an id of its own; the listener takes all that this fits.
SHOWS_ARTICLE = re.compile(rf"{SHOW_ARTICLE}:\d+")
FEEDBACK = "pacta_feedback"

_MOST_BUTTONS = 5
_MOST_LABEL = 75


def under_answer(answer: Mapping[str, Any], base_url: str) -> list[Block]:
    """All of it, in order."""
    return [*_related(answer, base_url), *_buttons(answer), _feedback(answer["message_id"])]


def _related(answer: Mapping[str, Any], base_url: str) -> list[Block]:
    """Provisions beside the answer: on one line those it refers to, as a list those nearest to a refusal."""
    related: Sequence[Citation] = answer["related"]
    if not related:
        return []
    treaties = {one["treaty_id"] for one in related}
    if answer["status"] == "abstained":
        if len(treaties) > 1:
            lines = numbered(named(one, base_url, titled=True) for one in related)
            return rich_text([section(run("Nearest articles", bold=True)), lines])
        names = joined(named(one, base_url, titled=False) for one in related)
        title = shortened(related[0]["treaty_title"], MOST_TITLE)
        return rich_text([section(run("Nearest articles ", bold=True), *names, run(f" · {title}"))])
    # Those of the treaty quoted need no title, and stand first: after one of another they would seem to be of that.
    quoted = {one["treaty_id"] for one in answer["citations"]}
    own = [one for one in related if quoted == {one["treaty_id"]}]
    others = [one for one in related if quoted != {one["treaty_id"]}]
    names = joined(
        [
            *(named(one, base_url, titled=False) for one in own),
            *(named(one, base_url, titled=True) for one in others),
        ]
    )
    return rich_text([section(run("See also ", bold=True), *names)])


_WITHIN_ARTICLE = re.compile(r"__(?:para|point|def|chapeau)(?=[_-]|$)")
_WITHIN_LABEL = re.compile(r"(?:, (?:paragraph|definition of) | \().*", re.DOTALL)


def _article_eid(eid: str) -> str:
    """The eId of the article that a provision is part of."""
    return _WITHIN_ARTICLE.split(eid)[0]


def _buttons(answer: Mapping[str, Any]) -> list[Block]:
    """Buttons that show the articles quoted, or those nearest to a refusal."""
    refused = answer["status"] == "abstained"
    shown: Sequence[Citation] = answer["related"] if refused else answer["citations"]
    by_article: dict[tuple[str, str], list[Citation]] = {}
    for one in shown:
        by_article.setdefault((one["treaty_id"], _article_eid(one["eid"])), []).append(one)
    several = len({treaty_id for treaty_id, _ in by_article}) > 1
    elements = []
    for place, ((treaty_id, article), cited) in enumerate(list(by_article.items())[:_MOST_BUTTONS]):
        first = cited[0]
        eid = first["eid"] if len({one["eid"] for one in cited}) == 1 else article
        label = _WITHIN_LABEL.sub("", first["label"]) or first["label"]
        number = (f" ({first['number']})" if refused else f" [{first['number']}]") if several else ""
        elements.append(
            {
                "type": "button",
                "action_id": f"{SHOW_ARTICLE}:{place}",
                "text": plain(shortened(f"Show {label}", _MOST_LABEL - 10) + number),
                "value": json.dumps({"treaty": treaty_id, "eid": eid}, ensure_ascii=False),
                "accessibility_label": shortened(f"Show the full {label}, {first['treaty_title']}", _MOST_LABEL),
            }
        )
    return [{"type": "actions", "elements": elements}] if elements else []


def _feedback(message_id: str) -> Block:
    return {
        "type": "context_actions",
        "elements": [
            {
                "type": "feedback_buttons",
                "action_id": FEEDBACK,
                "positive_button": {
                    "text": plain("Helpful"),
                    "value": f"up:{message_id}",
                    "accessibility_label": "This answer helps",
                },
                "negative_button": {
                    "text": plain("Not helpful"),
                    "value": f"down:{message_id}",
                    "accessibility_label": "Something is missing or wrong in this answer",
                },
            }
        ],
    }
