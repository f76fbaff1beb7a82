"""Anchors: where a text names what it could attribute words to, a provision or a treaty, and the text with them masked.

In the masked text every character of an anchor stands for its kind and every quotation is one run of marks, so that the
grammar of attribution (attribution.py) is written as patterns over a few signs, at the same offsets as the text.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.mentions import Mention, find_mentions
from service.check.placed import Placed
from service.check.prose import Quotation
from service.check.treaties_spoken import Spoken
from service.treaty_table import TreatyNames

# Signs of the private use area, which no text has.
PROVISION, TREATY, QUOTED = "\ue000", "\ue001", "\ue002"

_JOINED_BEFORE = re.compile(
    r"(?:['’]s?)?,?\s+(?:\(\s*)?(?:in\s+(?:its\s+)?|common\s+|own\s+|famous\s+|now-famous\s+|founding\s+"
    r"|collective[- ]defen[cs]e\s+)?$"
)
_JOINED_AFTER = re.compile(
    r"(?:\s*\(|,)?\s*(?:(?:of|in|to|from|under|within|du|de la)\s+)?(?:(?:the|that|this|its|la|le)\s+)?(?:(?:same"
    r"|whole|landmark|new|old"
    r"|Moscow–Pyongyang|Cold War-era|post-?war|\d{4}|[\w-]+['’]s?|[A-Z][\w-]+)\s+){0,3}$"
)
_TOPIC = re.compile(
    r"(?:['’]s?)?\s+(?P<topic>(?:[\w-]+\s+){1,4}?(?:clauses?|provisions?|articles?|rules?|guarantees?|prohibitions?"
    r"|sections?|safeguards?"
    r"|obligations?|commitments?|chapters?|regime))\b"
)
_TOPIC_BEFORE = re.compile(
    r"(?i)\b(?P<topic>(?:[\w-]+\s+){1,4}(?:clause|provision|rule|article|guarantee|prohibition))\s+(?:of"
    r"|in)\s+(?:the\s+)?$"
)
_SAME = re.compile(
    r"(?i)\b(?:the|that|the very|the same|that same)\s+(?:article|provision|clause)\b(?!\s+(?:\d|[ivx]+\b|of\b|in\b))"
)
_OF_A_STATE = re.compile(r"(?i)\bconstitution$")
_NO_TOPIC = re.compile(
    r"(?i)^(?:the|a|an|this|that|these|of|and|other|many|most|some|all|no|its|main|key|several|two|three|new|which"
    r"|ha[sd]|have|is|are|was"
    r"|contains?|includes?|requires?|sets?|with|without|also|\w+(?:ed|ing))\b"
)


@dataclass(frozen=True, slots=True)
class Anchor:
    """What words could be attributed to, named at ``start:end``.

    ``mention`` names a provision, ``topic`` describes one ("self-defence clause"), ``same`` says that it is the one
    spoken of before ("the same article"); with none of these it is a treaty.
    ``spoken`` is the treaty written beside it, None where only the context tells it.
    """

    start: int
    end: int
    mention: Mention | None = None
    spoken: Spoken | None = None
    topic: str = ""
    same: bool = False

    @property
    def of_provision(self) -> bool:
        """Whether a provision is meant, by number or by what it is about."""
        return self.mention is not None or bool(self.topic) or self.same


def anchors_in(
    text: str, spoken: Sequence[Spoken], quotations: Sequence[Quotation], names: TreatyNames
) -> list[Anchor]:
    """The anchors of a text, in its order; those within quotations are left out."""
    quoted = Placed(quotations)
    outside = Placed(s for s in spoken if not quoted.around(s.start, s.end))
    bodies = Placed(Spoken(m.start, m.end, m.ids) for m in names.bodies.find(text))
    # "Japan's constitution renounces war" is no claim of a treaty.
    laws = {s for s in outside.all if s.title and _OF_A_STATE.search(s.title)}
    anchors: list[Anchor] = []
    taken: set[Spoken] = set()
    for mention in find_mentions(text, question=True):
        if quoted.around(mention.start, mention.end) or any(step.which for step in mention.targets[0]):
            continue
        if outside.around(mention.start, mention.end):
            continue
        protocol, within = _protocol_apart(text, _with_tens(text, mention))
        if protocol and within is None:
            anchors.append(Anchor(protocol.start, protocol.end, spoken=protocol))
            continue
        mention = within or mention
        if protocol:
            anchors.append(Anchor(mention.start, mention.end, mention, protocol))
            continue
        near = mention.start - _REACH, mention.end + _REACH
        beside = _beside(text, mention, outside.within(*near)) or _body_beside(text, mention, bodies.within(*near))
        if beside and beside.title and _OF_A_STATE.search(beside.title):
            continue
        if beside:
            taken.add(beside)
        start = min(mention.start, beside.start) if beside else mention.start
        end = max(mention.end, beside.end) if beside else mention.end
        if text[end : end + 1] == ")" and "(" in text[start:end] and ")" not in text[start:end].rpartition("(")[2]:
            end += 1
        anchors.append(Anchor(start, end, mention, beside))
    occupied = bytearray(len(text))
    for anchor in anchors:
        occupied[anchor.start : anchor.end] = b"\1" * (anchor.end - anchor.start)
    for one in outside.all:
        if one not in taken and one not in laws and not any(occupied[one.start : one.end]):
            anchor = _of_treaty(text, one)
            anchors.append(anchor)
            occupied[anchor.start : anchor.end] = b"\1" * (anchor.end - anchor.start)
    for match in _SAME.finditer(text):
        start, end = match.span()
        if not quoted.around(start, end) and not any(occupied[start:end]):
            anchors.append(Anchor(start, end, same=True))
    anchors.sort(key=lambda anchor: anchor.start)
    return _with_names_in_brackets(text, anchors)


def _of_treaty(text: str, one: Spoken) -> Anchor:
    if (topic := _TOPIC.match(text, one.end)) and not _NO_TOPIC.match(topic["topic"]):
        return Anchor(one.start, topic.end(), spoken=one, topic=topic["topic"])
    before = max(0, one.start - 80)
    if (topic := _TOPIC_BEFORE.search(text, before, one.start)) and not _NO_TOPIC.match(topic["topic"]):
        return Anchor(topic.start("topic"), one.end, spoken=one, topic=topic["topic"])
    return Anchor(one.start, one.end, spoken=one)


def _with_names_in_brackets(text: str, anchors: list[Anchor]) -> list[Anchor]:
    """ "The International Covenant on Civil and Political Rights (ICCPR)" is one anchor."""
    joined: list[Anchor] = []
    for anchor in anchors:
        last = joined[-1] if joined else None
        if (
            last and not anchor.of_provision and last.spoken and anchor.spoken
            and re.fullmatch(r"\s*\(", text[last.end : anchor.start]) and text[anchor.end : anchor.end + 1] == ")"
        ):  # fmt: skip
            joined[-1] = replace(last, end=anchor.end + 1)
        else:
            joined.append(anchor)
    return joined


# A treaty is written beside a provision where so many characters at most stand before the one or the other.
_REACH = 300
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
_TENS_BEFORE = re.compile(rf"(?i)\b({'|'.join(_TENS)})[- ]$")


def _with_tens(text: str, mention: Mention) -> Mention:
    """ "The twenty-seventh article", of which the ordinal was read without the tens."""
    before = _TENS_BEFORE.search(text, max(0, mention.start - 10), mention.start)
    first = mention.targets[0][0]
    if before is None or not (first.names and first.names[0].isdigit() and len(first.names[0]) == 1):
        return mention
    step = replace(first, names=(str(_TENS[before[1].lower()] + int(first.names[0])),))
    return replace(mention, start=before.start(), targets=((step, *mention.targets[0][1:]),))


_PROTOCOL = re.compile(r"(?i)protocol\s+(?:no\.?\s*)?(?:[IVX]+|\d{1,2})\b")


def _protocol_apart(text: str, mention: Mention) -> tuple[Spoken | None, Mention | None]:
    """ "Protocol I" is a treaty of its own, told from the context; "Protocol II, Article 45" is an article of it."""
    first = mention.targets[0][0]
    if first.kind != "protocol" or not first.names:
        return None, mention
    written = _PROTOCOL.search(text, mention.start, mention.end)
    if written is None:
        return None, mention
    spoken = Spoken(written.start(), written.end(), kind="protocol", generic=True)
    deeper = tuple(target[1:] for target in mention.targets if len(target) > 1)
    return spoken, replace(mention, targets=deeper) if deeper else None


def _beside(text: str, mention: Mention, spoken: Sequence[Spoken]) -> Spoken | None:
    """The treaty written beside a provision: within its mention, directly behind it or directly before."""
    for one in spoken:
        if one.start < mention.end and mention.start < one.end:
            return one
    for one in spoken:
        if 0 <= one.start - mention.end < 60 and _JOINED_AFTER.fullmatch(text, mention.end, one.start):
            return one
    for one in spoken:
        if 0 <= mention.start - one.end < 40 and _JOINED_BEFORE.fullmatch(text, one.end, mention.start):
            return one
    return None


def _body_beside(text: str, mention: Mention, bodies: Sequence[Spoken]) -> Spoken | None:
    """ "NATO's Article 5", "Article 5 of NATO": the body stands for its treaty."""
    for one in bodies:
        if 0 <= mention.start - one.end < 30 and _JOINED_BEFORE.fullmatch(text, one.end, mention.start):
            return one
        if mention.start <= one.start and one.end <= mention.end:
            return one
        if 0 < one.start - mention.end < 12 and re.fullmatch(
            r"\s+(?:of|in)\s+(?:the\s+)?", text[mention.end : one.start]
        ):
            return one
    return None


def masked(text: str, anchors: Sequence[Anchor], quotations: Sequence[Quotation]) -> str:
    """The text with each anchor and quotation as a run of one sign, at the same offsets."""
    letters = list(text)
    for quotation in quotations:
        letters[quotation.start : quotation.end] = QUOTED * (quotation.end - quotation.start)
    for anchor in anchors:
        letters[anchor.start : anchor.end] = (PROVISION if anchor.of_provision else TREATY) * (
            anchor.end - anchor.start
        )
    return "".join(letters)
