"""A sentence on a treaty with the stretch of text behind it, and which stretch that is."""

import re
from dataclasses import dataclass

from ingest.models import Fact, FactKind, ParsedTreaty, Provision
from service.spans import Extract, sentences_of, trimmed, whole_of

# Best is the clause on signature, else what speaks of having been signed or done.
_SIGNATURE = (
    re.compile(r"\bopen(?:ed)?\b[^.;]{0,60}\b(?:for|to) (?:the )?signature\b"),
    re.compile(r"(?i)\bsigned (?:this|the present)\b|\bdone (?:at|in)\b|\bbears? ?the ?date\b"),
)
_LAST_ARTICLES = 20
# A first sentence shorter than this says nothing: "Excerpt."
_TOO_SHORT = 25


@dataclass(frozen=True, slots=True)
class FactPart:
    """One sentence that speaks of the treaty as "it", and the stretch that backs it, None where there is none."""

    sentence: str
    extract: Extract | None = None


def clause_of(fact: Fact, parsed: ParsedTreaty) -> Extract:
    """The sentence that a fact was read from."""
    return trimmed(parsed, Extract(parsed.by_eid[fact.eid], fact.start, fact.end))


def nearest(parsed: ParsedTreaty, *kinds: FactKind) -> Extract | None:
    """What to quote for a fact that is only given beside the text: the clause nearest in kind, else the end of it.

    Whoever looks for the date of a treaty turns to its final clauses and to the words of signature. Of an excerpt the
    last article is any article; how it begins tells the reader what is held.
    """
    if found := [fact for kind in kinds if (fact := parsed.fact(kind))]:
        return clause_of(found[0], parsed)
    if parsed.treaty.text_status == "excerpt":
        return first_sentence(parsed, parsed.provisions[0]) if parsed.provisions else None
    return end_of(parsed)


def on_signature(parsed: ParsedTreaty) -> Extract | None:
    """What to quote for a signature that the text does not date: the clause that opens it for signature, say."""
    for pattern in _SIGNATURE:
        for article in reversed(parsed.body_articles[-_LAST_ARTICLES:]):
            if found := pattern.search(parsed.treaty.text, article.body_start, article.end):
                inside = [p for p in parsed.provisions if p.start <= found.start() < p.end]
                whole = whole_of(parsed, inside[-1])
                sentences = sentences_of(parsed, inside[-1], whole.start, whole.end)
                return next((s for s in sentences if s.end > found.start()), None)
    return nearest(parsed, "entry_into_force", "authentic_languages", "depositary")


def end_of(parsed: ParsedTreaty) -> Extract | None:
    """The first sentence of the words of signature, else of the last article of the body."""
    last = [p for p in parsed.provisions if p.kind == "final" and parsed.container_of(p) is None][-1:]
    last = last or list((parsed.body_articles or parsed.articles or parsed.provisions)[-1:])
    return first_sentence(parsed, last[0]) if last else None


def first_sentence(parsed: ParsedTreaty, provision: Provision) -> Extract | None:
    """How a provision's own words begin; its heading where it has no others."""
    whole = whole_of(parsed, provision)
    innermost = provision
    while inner := [p for p in parsed.children.get(innermost.eid, ()) if p.kind != "final"]:
        innermost = inner[0]
    if innermost is not provision:
        whole = whole_of(parsed, innermost)
    found = sentences_of(parsed, innermost, whole.start, whole.end)
    return next((s for s in found if s.end - s.start >= _TOO_SHORT), None) or heading_of(parsed, provision)


def heading_of(parsed: ParsedTreaty, provision: Provision) -> Extract | None:
    """A provision's number and heading as printed."""
    heading = trimmed(parsed, Extract(provision, provision.start, provision.body_start))
    return heading if heading.start < heading.end else None
