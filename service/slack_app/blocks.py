"""An answer as Slack shows it: Pacta's own words, each quotation under them with its source, buttons to read on."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.slack_app.answer import spoken
from service.slack_app.cited import MOST_TITLE, quoted
from service.slack_app.manifest import ASK_ABOUT_NAME, COMMAND
from service.slack_app.rich import MOST_CHARS, Block, bulleted, paragraphs, rich_text, run, section
from service.slack_app.text import escaped, pieces, shortened, shortened_escaped
from service.slack_app.under import FEEDBACK, SHOW_ARTICLE, SHOWS_ARTICLE, under_answer

__all__ = [
    "COMMENT",
    "FEEDBACK",
    "SHOWS_ARTICLE",
    "SHOW_ARTICLE",
    "Block",
    "Message",
    "answer_messages",
    "escaped",
    "help_message",
    "note",
    "placeholder",
]

COMMENT = "pacta_comment"

MOST_BLOCKS = 50
# Slack refuses a message of some 13,200 characters, counting what holds the words too: 125 for a bare divider.
_MOST_SIZE = 12_000
_HELD_BY = 100
# An edited message may have a text of 4,000 bytes, of which a character takes four at most.
_MOST_TEXT = 3_000
_MOST_TEXT_BYTES = 3_900


@dataclass(frozen=True, slots=True)
class Message:
    """One message: ``parts`` are blocks that belong together, streamed one after the other.

    ``text`` is what notifications and screen readers read, in mrkdwn with everything escaped.
    """

    text: str
    parts: tuple[tuple[Block, ...], ...]

    @property
    def blocks(self) -> list[Block]:
        """All blocks of the message, in order."""
        return [block for part in self.parts for block in part]


@dataclass(frozen=True, slots=True)
class _Part:
    """Blocks that belong together, and their words for those who see no blocks."""

    text: str
    blocks: list[Block]


def answer_messages(answer: Mapping[str, Any], base_url: str, *, question: str = "") -> list[Message]:
    """The contract's answer as messages, nearly always one; feedback is asked for in the last.

    ``base_url`` is where the permalinks lead; without one there are no links. ``question`` is told before the answer,
    where the channel has not seen it.
    """
    parts = [_Part("", _asked(question))] if question.strip() else []
    parts += _told(answer, base_url)
    closing = under_answer(answer, base_url)
    return [_message(group) for group in _fitted([*parts, _Part("", closing)])]


def note(text: str) -> Message:
    """Pacta's own words: a refusal, a hint; what they name of a question or a treaty is literal, too."""
    return _message([_Part(text, paragraphs(text))])


def placeholder() -> Message:
    """What stands where the answer will be."""
    text = "Looking in the treaties …"
    return _message([_Part(text, rich_text([section(run(text, italic=True))]))])


def help_message(examples: Sequence[str]) -> Message:
    """How to ask, with questions that the treaties held answer."""
    opening = (
        "Pacta answers questions about treaties from their own words, and says so where they do not tell. "
        "Each answer quotes the articles that it rests on."
    )
    ways = [
        ("In a channel", "mention Pacta with the question. Ask on in the thread, again with a mention."),
        ("In a direct message", "just ask."),
        ("Anywhere", f"{COMMAND} and the question."),
        ("About a message", f"choose “{ASK_ABOUT_NAME}” from its menu."),
    ]
    elements = [section(run(opening))]
    blocks = rich_text(elements)
    blocks += rich_text([section(run("How to ask", bold=True)), bulleted([_way(*way) for way in ways])])
    if examples:
        asked = [[run(shortened(example, MOST_TITLE))] for example in examples[:6]]
        blocks += rich_text([section(run("For example", bold=True)), bulleted(asked)])
    told = [opening, *(f"{place}: {what}" for place, what in ways), *examples[:6]]
    return _message([_Part("\n".join(told), blocks)])


def _way(place: str, what: str) -> list[Block]:
    return [run(place, bold=True), run(f": {what}")]


def _asked(question: str) -> list[Block]:
    """The question, literal, above the answer."""
    first, *more = pieces(question, MOST_CHARS - 20)
    return rich_text(
        [section(run("Question: ", bold=True), run(first)), *(section(run(piece)) for piece in more)],
    )


def _told(answer: Mapping[str, Any], base_url: str) -> list[_Part]:
    """What the answer says, a part for each quotation with the words that lead to it."""
    parts: list[_Part] = []
    opening: list[Block] = []
    opened, treaty_id = "", ""
    for words, citation in spoken(answer):
        if citation is None:
            blocks, text = paragraphs(words), words
        else:
            blocks = quoted(words, citation, base_url, titled=citation["treaty_id"] != treaty_id)
            treaty_id = citation["treaty_id"]
            text = f"{words} “{citation['quote']}” [{citation['number']}]".strip()
        text = f"{opened}\n\n{text}".strip()
        if citation is None and words.endswith(":"):  # "Its words are:" stays with the words
            opening, opened = [*opening, *blocks], text
            continue
        parts.append(_Part(text, [*opening, *blocks]))
        opening, opened = [], ""
    return [*parts, _Part(opened, opening)] if opening else parts


def _fitted(parts: Iterable[_Part]) -> list[list[_Part]]:
    """The parts in groups that Slack takes as one message each; a part is cut only where it alone is too much."""
    groups: list[list[_Part]] = [[]]
    blocks = size = 0
    for part in parts:
        whole = sum(map(_size, part.blocks))
        fits_alone = whole <= _MOST_SIZE and len(part.blocks) <= MOST_BLOCKS
        for piece in [part] if fits_alone else _cut(part):
            needed = sum(map(_size, piece.blocks))
            if groups[-1] and (size + needed > _MOST_SIZE or blocks + len(piece.blocks) > MOST_BLOCKS):
                groups.append([])
                blocks = size = 0
            groups[-1].append(piece)
            size += needed
            blocks += len(piece.blocks)
    return groups


def _cut(part: _Part) -> list[_Part]:
    first, *more = part.blocks
    return [_Part(part.text, [first]), *(_Part("", [block]) for block in more)]


def _size(block: Block) -> int:
    return len(json.dumps(block, ensure_ascii=False)) + _HELD_BY


def _message(parts: Sequence[_Part]) -> Message:
    texts = dict.fromkeys(part.text for part in parts if part.text)
    text = "\n\n".join(texts) or "Answer, continued."
    short = shortened_escaped(text, _MOST_TEXT)
    if len(short.encode()) > _MOST_TEXT_BYTES:
        short = shortened_escaped(text, _MOST_TEXT_BYTES // 4)
    return Message(short, tuple(tuple(part.blocks) for part in parts if part.blocks))
