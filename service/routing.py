"""What a question asks for: which treaties, which provisions, what kind of question, and what of it is not held.

Routing reads only what the question says: names of treaties, numbers of articles. It decides nothing about
meaning; that is retrieval.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.generic_names import KIND_WORDS
from ingest.index import Index
from ingest.models import Provision
from ingest.names import NameMatch, words_of
from service.conversation import InContext
from service.kinds import Kind, kind_of
from service.provisions_asked import Missing, content_words, provisions_asked, without
from service.terms_asked import defined_terms
from service.treaties_asked import CLOSE, Asked, treaties_asked
from service.treaty_table import TreatyNames, treaty_names
from service.wording import plain_wording

__all__ = [
    "Missing", "Route", "TreatyNames", "content_words", "named_stretches", "route_question", "treaty_names",
    "without_names",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Route:
    """What a question asks for.

    ``treaties`` limits the search (empty: all), as the question names them or it is asked within them;
    ``preferred`` are those that it describes, with weights from 0 to 1, best first: they limit nothing.
    ``ambiguous`` are names that fit several treaties held, as written, with their ids. ``provisions`` are named
    by number, ``missing`` were named and are not there; ``not_held`` are names of treaties that the index does not
    hold, or (``outside``) that the question is not to be answered from; ``numbers`` are article numbers named
    without a treaty to look in. ``rest`` is the question without these names, ``kind`` what it asks for.
    """

    treaties: tuple[str, ...] = ()
    named: bool = False
    provisions: tuple[tuple[str, Provision], ...] = ()
    missing: tuple[Missing, ...] = ()
    not_held: tuple[str, ...] = ()
    outside: bool = False
    numbers: tuple[str, ...] = ()
    rest: str = ""
    preferred: tuple[tuple[str, float], ...] = ()
    ambiguous: tuple[tuple[str, tuple[str, ...]], ...] = ()
    kind: Kind = "other"


def route_question(question: InContext, index: Index, allowed: Sequence[str], names: TreatyNames) -> Route:
    """What the question asks for; ``allowed`` are the treaty ids it is limited to (empty: all)."""
    text = plain_wording(question.text)
    asked = treaties_asked(text, names, allowed)
    not_held = asked.not_held
    elsewhere = names.held.find(text) if allowed and not asked.named else []
    if elsewhere:
        others = dict.fromkeys(i for match in elsewhere for i in match.ids)
        not_held = not_held or tuple(index.treaties[i].treaty.title for i in others)
        asked = replace(asked, not_held=not_held)
    scope = _scope(asked, question, index, allowed)
    named = provisions_asked(text, question, asked, scope, index.treaties, names, index.references)
    provisions = named.found
    if not provisions and not named.missing and not not_held:
        provisions = defined_terms(text, scope, index)
    return Route(
        treaties=asked.named or tuple(allowed),
        named=bool(asked.named),
        provisions=tuple(dict.fromkeys(provisions)),
        missing=tuple(named.missing),
        not_held=not_held,
        outside=bool(elsewhere),
        numbers=tuple(named.numbers),
        rest=_as_parties(text, _spans(text, asked.found, named.spans), asked.named, names),
        preferred=asked.preferred,
        ambiguous=asked.ambiguous,
        kind=kind_of(text, names_provision=bool(named.spans)),
    )


def _scope(asked: Asked, question: InContext, index: Index, allowed: Sequence[str]) -> tuple[str, ...]:
    """The treaties in which a provision is looked for that has no name beside it."""
    best = tuple(t for t, weight in asked.preferred if weight >= CLOSE * asked.preferred[0][1])
    only = tuple(index.treaties) if len(index.treaties) == 1 else ()
    return asked.named or best or question.treaties or tuple(allowed) or only


def _spans(text: str, found: Sequence[NameMatch], provisions: Sequence[tuple[int, int]]) -> list[tuple[int, int, str]]:
    """What stands for a treaty or an article in a question, and the word that takes its place."""
    spans = [(start, end, "") for start, end in provisions]
    for match in found:
        kind = next(
            (w.text for w in reversed(words_of(text[match.start : match.end])) if w.text in KIND_WORDS), "treaty"
        )
        inside = any(start <= match.start < end for start, end, _ in spans)
        if not inside:
            spans.append((match.start, match.end, kind))
    return sorted(spans)


def _as_parties(text: str, spans: Sequence[tuple[int, int, str]], named: Sequence[str], names: TreatyNames) -> str:
    """The question without proper names: "the convention" for the treaty's, "a country" for a party's.

    A treaty seldom names itself, and a bilateral one speaks of "the Parties"; where a name stands in an
    article, it does so by chance.
    """
    pieces_of_text, position = [], 0
    for start, end, stand_in in spans:
        if start < position:
            continue
        pieces_of_text += [text[position:start], stand_in]
        position = end
    bare = "".join([*pieces_of_text, text[position:]])
    own = {word for parties, treaty_id in names.pairs if treaty_id in named for word in parties}
    pieces: list[str] = []
    seen: list[str] = []
    position, inside = 0, False
    for word in words_of(bare):
        between = bare[position : word.start]
        if word.text not in own:
            pieces.append(between + bare[word.start : word.end])
            inside = False
        elif not (inside and not between.strip()):
            pieces.append(re.sub(r"\b[Tt]he\s+$", "", between) + _party(word.text, seen))
            inside = True
        position = word.end
    return " ".join(("".join(pieces) + bare[position:]).split())


def _party(country: str, seen: list[str]) -> str:
    """What takes the place of a country's name: the first is "a country", the next "the other country".

    The plain word serves better than "Party": the embedding model has learned from people's questions.
    """
    if country in seen:
        return "that country"
    seen.append(country)
    return "a country" if len(seen) == 1 else "the other country"


def named_stretches(text: str, names: TreatyNames) -> list[tuple[int, int]]:
    """Where a text names a treaty, else where it describes one, else where it speaks of a body of one."""
    for pointers in (names.held, names.known, names.descriptions, names.bodies):
        found = pointers.find(text)
        if found:
            return [(one.start, one.end) for one in found]
    return []


def without_names(text: str, names: TreatyNames) -> str:
    """A question without the names of treaties in it, unless nothing else is left."""
    rest = without(text, [(m.start, m.end) for m in names.held.find(text)])
    return rest if len(rest.split()) >= 3 else text
