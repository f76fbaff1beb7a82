"""Which treaties a question compares, and what it asks of each.

A question compares where it says so ("differ", "versus") of two treaties or more, or asks the same of several that it
names in one breath ("under the ICCPR and the ECHR").
"""

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ingest.generic_names import KIND_WORDS
from ingest.models import ParsedTreaty, Provision
from ingest.names import words_of
from service.conversation import InContext
from service.provisions_asked import without
from service.routing import Route, content_words, without_names
from service.treaties_asked import treaties_asked
from service.treaty_table import TreatyNames
from service.wording import plain_wording

MOST_TREATIES = 4

_COMPARING = re.compile(
    r"(?i)\b(?:compar\w+|versus|vs\.?|differ\w*|contrast\w*|distinguish\w*|(?:as )?opposed to|side by side|same as|"
    r"similar to|unlike|stricter|weaker|stronger|as against|set|beside|each|both|respectively)(?!\w)"
)
# "How does the Protocol relate to the Convention": one of them tells it, not each.
_OF_EACH_OTHER = re.compile(
    r"(?i)\b(?:relat(?:e|es|ed|ion|ions|ionship)|prevails?|conflicts?|contradict\w*|(?:in)?consisten\w+|"
    r"(?:in)?compatib\w+|each other|one another|refers?|mentions?|overrides?|supersedes?|replaces?|amends?|affects?|"
    r"part(?:y|ies) to (?:both|one))\b"
)
_IN_ONE_BREATH = re.compile(
    r"(?i)^[\s,;/&(]*(?:(?:and|or|nor|as well as|but also|compared (?:with|to))\b[\s,]*)?"
    r"(?:(?:also|then|both|how|many|what|that|those|in|under|of|from|to|by|with|for|on)\b[\s,]*)*"
    r"(?:the|its|a)?[\s(]*$|\b(?:versus|vs|against)\b|"
    r"\b(?:and|or),? (?:who|how|what|which|when|where|whom|in|under|for|by|of|from)\b"
)
_JOINING = re.compile(r"(?i),|\b(?:and|or|nor|as well as|versus|vs|against)\b")
_NUMBERED = re.compile(
    r"(?i)\b(?:articles?|arts?\.?|paragraphs?|annex(?:es)?)\s+(?:[\dIVXL]+\w*(?:\(\d+\))?[\s,]*(?:and|to|or)?\s*)+"
)
_EDGE = frozenset(
    "how do does did the and or of in on with from to between what is are that those under by a an as it its treaty "
    "say says about let lets this these there then so also against for how and but not which treaties convention "
    "conventions agreement agreements covenant covenants one ones".split()
)
_TOLD_APART = re.compile(r"(?i)\bthe (\w+)(?=\W*$|[,;)]| (?:and|or|with|to|versus|vs)\b)")
_AND_NUMBER = re.compile(r"(?i),? (?:and|or|with|to|versus|vs\.?) ([IVX]+|\d+)\b")
# "The 1963 Lamp Treaty", "the Lamp Treaty of 1963", "the Lamp Treaty's ban".
_YEAR_BEFORE = re.compile(r"\b(?:1[89]|20)\d\d\s*$")
_BEHIND_NAME = re.compile(r"^(?:['’]s?\b|\s*\(?(?:of |from )?(?:1[89]|20)\d\d\b\)?)")
_COMPARED_WITH = re.compile(
    r"(?i)\b(?:compar\w+|contrast) (?:that|this|it|these|those)\b|"
    r"\b(?:that|this|it|these|those|they) (?:\w+ )?(?:compares?|differs?|contrasts?)\b"
)

# Where a treaty is named, and the ids that the name fits.
_Named = tuple[int, int, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Side:
    """One treaty of a comparison: the ids that its name fits, or the name of one not held.

    ``provisions`` are those that the question names by number, or that the conversation is about.
    """

    ids: tuple[str, ...] = ()
    name: str = ""
    provisions: tuple[Provision, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """Treaties that are compared, in the order of the question; ``asked`` is what is asked of each, without names."""

    sides: tuple[Side, ...]
    asked: str


def compared(question: InContext, route: Route, names: TreatyNames, treaties: Mapping[str, ParsedTreaty],
             before: str = "", allowed: Sequence[str] = ()) -> Comparison | None:  # fmt: skip
    """The comparison that a question asks for, with at least one treaty held; None where it asks for none.

    ``before`` is the question that a conversation is at, ``allowed`` the treaty ids that may be answered from.
    """
    text = plain_wording(question.text)
    if route.outside or route.missing or (route.kind != "comparison" and not _may_ask_of_several(text, route)):
        return None
    named, not_held = _named(text, names, allowed)
    spans = [(start, end) for start, end, _ in named]
    sides = [side for start, end, ids in named for side in _sides_of(text[start:end], ids)]
    if route.kind == "comparison":
        sides += [Side(name=name) for _, _, name in not_held]
        spans += [(start, end) for start, end, _ in not_held]
        if len(sides) == 1 and (question.follow_up or _COMPARED_WITH.search(text)):
            sides = [*_in_focus(question, before, names, sides[0], treaties), *sides]
    elif _OF_EACH_OTHER.search(without(text, spans)) or not _in_one_breath(text, spans):
        return None
    sides = _each_once(sides)[:MOST_TREATIES]
    if len(sides) < 2 or not any(side.ids for side in sides):
        return None
    sides = [_with_provisions(side, route.provisions) for side in sides]
    asked = asked_of_each(text, spans)
    if not content_words(asked) and before:
        asked = asked_of_each(without_names(before, names), ())
    return Comparison(tuple(sides), asked)


def _may_ask_of_several(text: str, route: Route) -> bool:
    """Whether a question that says nothing of comparing may name two treaties; to read their names takes long."""
    if route.provisions or not (route.named or len(route.preferred) > 1):
        return False
    return bool(_JOINING.search(text))


def asked_of_each(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """What is asked of each treaty: the question without their names, and without what compares them."""
    for start, end in sorted(spans, reverse=True):
        text = f"{_YEAR_BEFORE.sub('', text[:start])} {_BEHIND_NAME.sub('', text[end:])}"
    words = _COMPARING.sub(" ", _NUMBERED.sub(" ", text)).split()
    while words and _is_edge(words[0]):
        words.pop(0)
    while words and _is_edge(words[-1]):
        words.pop()
    return " ".join(words)


def _is_edge(word: str) -> bool:
    return re.sub(r"\W", "", word).lower() in _EDGE | {""}


def _named(text: str, names: TreatyNames, allowed: Sequence[str]) -> tuple[list[_Named], list[tuple[int, int, str]]]:
    """Where treaties held are named or described, with the ids that fit; where others are, with their names.

    A name leaves descriptions beside it unread, so what is left without the names is read again.
    """
    held = frozenset(allowed) or names.ids
    asked = treaties_asked(text, names, allowed)
    found = [(m.start, m.end, tuple(i for i in m.ids if i in held)) for m in asked.found]
    found += _elliptic(text, found, names, held)
    letters = list(text)
    for start, end, _ in found:
        letters[start:end] = ";" * (end - start)
    rest = treaties_asked("".join(letters), names, allowed) if found else asked
    for match in rest.described:
        if KIND_WORDS & {word.text for word in words_of(text[match.start : match.end])}:
            found.append((match.start, match.end, match.ids))
    places = [(match.start, match.end) for match in rest.elsewhere]
    places += [(start, start + len(name)) for name in rest.not_held if (start := text.find(name)) >= 0]
    not_held = [(start, end, name) for name, (start, end) in zip(rest.not_held, places, strict=False)]
    return sorted(found), not_held


def _elliptic(text: str, found: Sequence[_Named], names: TreatyNames, held: frozenset[str]) -> list[_Named]:
    """Treaties named by what sets them apart: "the First and the Second Lamp Convention", "Lamp Protocols I and II"."""
    beside: list[tuple[int, int, str]] = []
    for start, end, _ in found:
        first, *others = text[start:end].split()
        alone = _TOLD_APART.finditer(text) if others else ()
        beside += [(m.start(1), m.end(1), " ".join([m[1], *others])) for m in alone]
        numbered = _AND_NUMBER.match(text, end) if others else None
        if numbered:
            beside.append((numbered.start(1), numbered.end(1), " ".join([first, *others[:-1], numbered[1]])))
    fitting = [(s, e, tuple(i for i in names.held.ids_of(name) if i in held)) for s, e, name in beside]
    apart = [one for one in fitting if one[2] and not any(s < one[1] and one[0] < e for s, e, _ in found)]
    return list(dict.fromkeys(apart))


def _sides_of(written: str, ids: tuple[str, ...]) -> list[Side]:
    """The sides that a name stands for: "the Lamp Conventions" for each that it fits, else for one of them."""
    if any(word.text in KIND_WORDS and word.text.endswith("s") for word in words_of(written)):
        return [Side((treaty_id,)) for treaty_id in ids]
    return [Side(ids)]


def _each_once(sides: Sequence[Side]) -> list[Side]:
    """The sides without those of treaties that have one already."""
    once: dict[tuple[tuple[str, ...], str], Side] = {}
    for side in sides:
        taken = {treaty_id for ids, _ in once for treaty_id in ids}
        ids = tuple(treaty_id for treaty_id in side.ids if treaty_id not in taken)
        if ids or side.name:
            once.setdefault((ids, side.name), replace(side, ids=ids))
    return list(once.values())


def _in_one_breath(text: str, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether treaties are named beside one another, so that the same is asked of each."""
    gaps = [text[end:start] for (_, end), (start, _) in itertools.pairwise(spans)]
    return bool(gaps) and all(_IN_ONE_BREATH.search(gap) for gap in gaps)


def _with_provisions(side: Side, provisions: Sequence[tuple[str, Provision]]) -> Side:
    """A side with its provisions that the question names by number."""
    own = tuple(provision for treaty_id, provision in provisions if treaty_id in side.ids)
    return Side(side.ids[:1], provisions=own) if own and not side.provisions else side


def _in_focus(question: InContext, before: str, names: TreatyNames, other: Side,
              treaties: Mapping[str, ParsedTreaty]) -> list[Side]:  # fmt: skip
    """What the conversation is about: "compare that with the Lamp Convention"."""
    about = treaties_asked(before, names).named
    focus = [i for i in question.treaties if i not in other.ids]
    meant = [i for i in focus if i in about] or focus[:1]
    first = dict(reversed(question.articles))
    return [Side((i,), provisions=(treaties[i].by_eid[first[i]],)) for i in meant]
