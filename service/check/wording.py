"""How verdicts are told to people: each has words and, by what it comes to, a sign and a colour.

Signs differ by their shape, so that nobody needs to see the colour.
"""

from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from service.check.models import OPEN, RIGHT, Attributed, Checked, Piece, Report, Verdict

Side = Literal["right", "wrong", "open"]
SIDES: tuple[Side, ...] = ("right", "wrong", "open")
SIGNS: dict[Side, str] = {"right": "✓", "wrong": "✗", "open": "?"}
WORDS: dict[Verdict, str] = {
    "verbatim": "quoted word for word",
    "altered": "words altered",
    "misattributed": "stands elsewhere",
    "paraphrase_supported": "the provision says so",
    "paraphrase_unsupported": "the provision does not say so",
    "not_found": "not found",
    "not_held": "treaty not held",
    "unclear": "cannot be told",
}
_TELLING = ("may_change", "changes")


def side_of(verdict: Verdict) -> Side:
    """What a verdict comes to: that the text has it right, that it has it wrong, or that nothing can be said."""
    return "right" if verdict in RIGHT else "open" if verdict in OPEN else "wrong"


def sides(report: Report) -> dict[Side, list[Checked]]:
    """The claims by what their verdicts come to, in the order of SIDES."""
    return {side: [one for one in report.claims if side_of(one.verdict) == side] for side in SIDES}


def name_of(attributed: Attributed) -> str:
    """What a claim is attributed to, in words: "Charter of the United Nations, Article 51"."""
    parts = [attributed.treaty_title or ("" if attributed.treaty_id is None else attributed.treaty_id)]
    named = ", ".join(part for part in (*parts, attributed.label or "") if part)
    return named or "no treaty that can be told"


def is_telling(piece: Piece) -> bool:
    """Whether a difference can change what is said."""
    return piece.weight in _TELLING


def differs(checked: Checked) -> bool:
    """Whether the words of a claim differ from the treaty's in more than the marks between them."""
    return any(piece.op != "same" and piece.weight != "none" for piece in checked.pieces)


class Placed(NamedTuple):
    """A piece of a comparison with what stands before it in the text: a blank, a comma."""

    gap: str
    piece: Piece


def spaced(pieces: Iterable[Piece], text: str) -> Iterator[Placed]:
    """The pieces of a comparison with what is between them in the text that was checked."""
    end: int | None = None
    for place, piece in enumerate(pieces):
        gap = " " if place else ""
        if piece.claimed:
            between = text[end : piece.start] if end is not None else ""
            if end is not None and not any(character.isalnum() for character in between):
                gap = between
            end = piece.end
        yield Placed(gap, piece)


def untold(words: Iterable[str], explanation: str) -> list[str]:
    """What an explanation does not say already."""
    return [one for one in dict.fromkeys(words) if one and one not in explanation]


def line_of(text: str, start: int) -> int:
    """The line in which an offset of a text stands, from 1."""
    return text.count("\n", 0, start) + 1
