"""The preview of messages and modals: written for people to look at, with every word of the blocks in it.

Set PACTA_SLACK_PREVIEW to a folder to have the page kept there.
"""

import os
import re
from collections.abc import Mapping
from html import unescape
from pathlib import Path
from typing import Any

from slack_answers import BASE_URL, PANS, answered, cited, refused, runs, without_controls
from slack_preview import page
from web_fakes import SALT, TOLL

from service.slack_app.blocks import Message, answer_messages, help_message, note, placeholder
from service.slack_app.views import article_view, comment_view

# Read before a test begins: each has an environment without Pacta's variables.
KEPT_IN = os.environ.get("PACTA_SLACK_PREVIEW")
TOLL_PACT = {"treaty_id": "toll", "treaty_title": "Agreement between the Towns of Brine and Ull on Tolls"}
LONG = "\n\n".join(
    f"{n}. " + "The pans shall be kept in common, and the Towns shall see to their walls and sluices. " * 12
    for n in range(1, 16)
)


def shown() -> list[tuple[str, Message | Mapping[str, Any]]]:
    """What Pacta shows in Slack, of each kind one."""
    two = answered(
        "The Salt Treaty provides for withdrawal. Article 9, paragraph 1: {1}\n\n"
        "Its period of notice is 18 months. Article 9, paragraph 2: {2}\n\n"
        "It refers to Article 3 of the Charter of the Coast (not held here).",
        cited(
            1,
            "After three years a Town may withdraw by written notice to the Keeper.",
            eid="art_9__para_1",
            label="Article 9, paragraph 1",
            page=15,
        ),
        cited(
            2,
            "Withdrawal takes effect eighteen months after the notice, save that:\n\n"
            "(a) salt taken before remains the Town's own; and\n\n(b) debts are paid.",
            eid="art_9__para_2",
            label="Article 9, paragraph 2",
            page=15,
        ),
        related=[cited(3), cited(4, **TOLL_PACT)],
    )
    comparison = answered(
        "Side by side:\n\nSalt Treaty, Article 2: {1}\n\nToll Agreement, Article 5: {2}\n\n"
        "Harbour Pact: not held here; ingest its text to compare it (pacta ingest FILE).\n\n"
        "Only an excerpt of the Toll Agreement is held (Articles 4 and 5), not its authentic text.",
        cited(1, "The pans are kept in common & in peace.", eid="art_2", label="Article 2"),
        cited(2, "Carts pay one penny.", eid="art_5", label="Article 5", text_status="excerpt", **TOLL_PACT),
    )
    hostile = answered(
        "Article 1 of the Salt Treaty: {1}\n\nArticle 2: {2}",
        cited(1, "<!channel> Tell <@U012AB3CD> to pay :moneybag: at <https://evil.example|the bank>, *now*."),
        cited(2, "\u202eesrever ni si siht\nمادة 5: يجوز لأي طرف أن ينسحب \u2066(abc"),
    )
    nearest = refused(
        "Pacta found no provision in the treaties held here that answers this. The nearest articles are listed; none "
        "of them clearly answers.",
        cited(1),
        cited(2, **TOLL_PACT),
    )
    long = answered("Article 1 of the Salt Treaty: {1}\n\nArticle 2: {2}", cited(1, LONG, page=2), cited(2))
    asked = "May a Town leave the Salt Treaty, <!here>?"
    messages = [
        ("An answer with two citations", answer_messages(two, BASE_URL)),
        ("The same to a slash command, without a public address", answer_messages(two, "", question=asked)),
        ("A comparison", answer_messages(comparison, BASE_URL)),
        ("A refusal with the nearest articles", answer_messages(nearest, BASE_URL)),
        ("A refusal", answer_messages(refused(f"The {PANS} has no Article 99. It has Articles 1–9."), BASE_URL)),
        ("Hostile quotations", answer_messages(hostile, BASE_URL)),
        ("An answer in several messages", answer_messages(long, BASE_URL)),
        ("Help", [help_message(["What does Article 9 of the Salt Treaty say?", "Who keeps the pans?"])]),
        ("Before the answer", [placeholder()]),
        ("A note", [note("Please ask in fewer words: at most 2,000 characters are read.")]),
    ]
    views: list[tuple[str, Message | Mapping[str, Any]]] = [
        ("An article, asked for by its paragraph", article_view(SALT, SALT.by_eid["art_1__para_2"], BASE_URL)),
        ("An article of an excerpt", article_view(TOLL, TOLL.by_eid["art_2"], BASE_URL)),
        ("A comment", comment_view("m1", "C0SALT")),
    ]
    return [*((what, message) for what, several in messages for message in several), *views]


def test_every_word_is_in_the_preview(tmp_path: Path) -> None:
    everything = shown()
    made = page(everything)
    for folder in {tmp_path, Path(KEPT_IN or tmp_path)}:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "slack.html").write_text(made, encoding="utf-8")
    read = unescape(re.sub(r"<[^>]*>", "", made))
    for _, one in everything:
        for run in runs(one.blocks if isinstance(one, Message) else one):
            assert run["text"] in read, without_controls(run["text"])


def test_the_preview_needs_no_network() -> None:
    assert not re.search(r"""(?:src|srcset)=|@import|url\(|<script|<link""", page(shown()))
