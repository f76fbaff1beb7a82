"""What the words around a quotation make of it.

A quotation may be word for word and the statement wrong: "Article 3 says that suspects may be “subjected to torture”".
The statement's own words are held against the words of the treaty's sentence that stand before the quoted ones, and
behind them: denial against denial, duty against choice.
"""

import re
from dataclasses import dataclass

from ingest.models import ParsedTreaty, Provision
from ingest.places import leaf_at
from service.check.hidden import conditions_cut_off
from service.check.meaning import modes_in

_DENIAL = re.compile(
    r"(?i)\b(?:no|not|nor|never|neither|none|nothing|nobody|cannot|without|refrain\w*|abstain\w*|prohibit\w*"
    r"|forbid\w*|forbade"
    r"|bans?|banned|banning|bars?|barred|barring|outlaw\w*|prevent\w*|preclud\w*|rul(?:es?|ed|ing) out|illegal|unlawful"
    r"|den(?:y|ies|ied)|reject\w*|off[- ]limits|stops?|avoid\w*|against|free from|safe from|protect\w*|condemn\w*"
    r"|exempt\w*"
    r"|immun\w+|abolish\w*|exclud\w*|limits?|restrict\w*|only|unless|except\w*)\b|n['’]t\b"
)
_STRICT = re.compile(
    r"(?i)\b(?:nothing|no|not|nor|never|neither|none|nobody|no one|cannot|refrain\w*|abstain\w*"
    r"|prohibit\w*|forbid\w*)\b"
)
# "Nothing in this Charter shall impair the right": what is denied is itself a denial.
_TWICE = re.compile(
    r"(?i)\b(?:impair|prejudice|affect|limit|preclude|prevent|derogat\w*|restrict\w*|diminish|detract|depriv\w*"
    r"|hinder|exclud\w*|relieve|exempt\w*"
    r"|whether or not|not only|not later than|no later than|not less than|not more than|not exceed\w*|non-\w+|except"
    r"|unless)\b"
)
# That the treaty does not say so, or that it is wrong that it does.
_SAYS_NOT = re.compile(
    r"(?i)\b(?:(?:do(?:es)?|did)(?:n['’]t| not)|never|nowhere|no longer|nothing\b[^.;]{0,80}?"
    r"|stop(?:s|ped)? short of|fail(?:s|ed)? to)\s+"
    r"(?:\w+ly\s+)?(?:say|state|provide|read|declare|contain|mention|include|speak|promise|require|oblige|allow"
    r"|permit)(?:s|d|ing)?\b"
    r"|\b(?:denie[sd] that|used to (?:say|read)|contrary to|far from (?:saying|stating)|myth|untrue"
    r"|falsely|wrongly|denies)\b"
)
_CLAUSE = re.compile(r"[;:]\s|,\s(?:and|but|or|nor)\s")
_SENTENCE = re.compile(r"[.;](?=\s)|\n")


@dataclass(frozen=True, slots=True)
class Turned:
    """What the words around a quotation make wrong: ``denied`` says that the statement denies words that are there."""

    why: str
    denied: bool = False


def turned(own: str, quoted: str, parsed: ParsedTreaty, start: int, end: int) -> Turned | None:
    """How a statement's ``own`` words turn what it quotes from ``text[start:end]`` of a treaty; None if they do not."""
    text = parsed.treaty.text
    before = _clause_before(parsed, start)
    behind = text[end : _end_of(text, end)]
    said_not = _SAYS_NOT.search(own)
    if said_not and said_not[0].strip() and not _STRICT.search(before):
        return Turned(f"the statement says “{' '.join(said_not[0].split())}”, but the words are there", denied=True)
    held_denial = None if _TWICE.search(before) else _STRICT.search(before)
    prohibited = re.search(r"(?i)\b(?:prohibited|forbidden)\b", behind)
    own_denial = _DENIAL.search(own)
    if held_denial and not own_denial:
        return Turned(f"in the treaty “{held_denial[0]}” stands before them")
    if prohibited and not own_denial and not _STRICT.search(quoted):
        return Turned(f"in the treaty they are “{prohibited[0]}”")
    own_strict = _OWN_BAN.search(own)
    if own_strict and not _DENIAL.search(_TWICE.sub(" ", f"{before} {quoted}")) and not prohibited:
        return Turned(f"“{own_strict[0]}” of the statement is not the treaty's")
    own_limit = _OWN_LIMIT.search(own)
    if own_limit and own_limit[0].lower() not in f"{before} {quoted} {behind}".lower():
        return Turned(f"“{own_limit[0]}” of the statement is not the treaty's")
    if _fragment(before) and not _has_mode(quoted):
        said, held = modes_in(own), modes_in(before)
        if said and held and not said & held and {*said, *held} <= {"may", "must"}:
            return Turned("a duty is made a choice, or a choice a duty")
    cut = None if _fragment(before) else conditions_cut_off(text, start, end)[1]
    if cut and _DECIDES.match(cut) and not _DENIAL.search(own) and quoted.rstrip().endswith((".", "!")):
        return Turned(f"the sentence goes on: “{' '.join(cut.split()[:9])} …”")
    return None


_OWN_BAN = re.compile(r"(?i)\b(?:forbids?|prohibits?|bans|bars|outlaws|no longer|no (?:party|state|one|country))\b")
_OWN_LIMIT = re.compile(r"(?i)(?<!not )\b(?:only|alone|solely|exclusively|in (?:every|all|any) cases?|always)\b")
_DECIDES = re.compile(r"(?i)(?:only|unless|except|save)\b")


def _has_mode(words: str) -> bool:
    return bool(re.search(r"(?i)\b(?:shall|may|must|will|can)\b", words))


def _fragment(before: str) -> bool:
    return bool(re.search(r"\w", before))


def _clause_before(parsed: ParsedTreaty, start: int) -> str:
    """The words of the treaty's clause before a place; of a point of a list also those that open the list."""
    text = parsed.treaty.text
    cuts = [match.end() for match in _SENTENCE.finditer(text, max(0, start - 700), start)]
    begin = cuts[-1] if cuts else max(0, start - 700)
    own = re.sub(r"^\s*\(?\w{1,4}[.)]\s", "", text[begin:start])
    clauses = [match.end() for match in _CLAUSE.finditer(own)]
    own = own[clauses[-1] :] if clauses else own
    point = next((p for p in _around(parsed, start) if p.kind == "point"), None)
    if point is not None and point.start <= start and not clauses:
        chapeau = next((p for p in parsed.children.get(point.parent, ()) if p.kind == "chapeau"), None)
        if chapeau is not None:
            opening = text[chapeau.start : chapeau.end].rstrip(" :—-\n")
            parts = [match.end() for match in _CLAUSE.finditer(opening)]
            own = f"{opening[parts[-1] :] if parts else opening} {own}"
    return own


def _around(parsed: ParsedTreaty, offset: int) -> list[Provision]:
    leaf = leaf_at(parsed, offset)
    return [leaf, *parsed.ancestors(leaf)] if leaf else []


def _end_of(text: str, offset: int) -> int:
    match = _SENTENCE.search(text, offset)
    return match.start() if match else len(text)
