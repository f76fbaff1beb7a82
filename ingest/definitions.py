"""Terms that a treaty defines, with the provision that does it."""

import re
from collections.abc import Iterator

from ingest.models import ParsedTreaty

_MEANS = (
    r"(?:means?|shall\s+mean|refers?\s+to|includes?|shall\s+include|denotes?|is\s+understood|désigne|s’entend|signifie)"
)
_DEFINES = re.compile(
    rf"""(?x)(?:[“"«‘]\s?(?P<quoted>[^”"»’]{{2,60}})\s?[”"»’]|\*(?P<starred>[^*]{{2,60}})\*)
    \s*(?:,[^,;.]{{1,60}},\s*)?{_MEANS}\b"""
)
# "“Lamp”, “light” or “beacon” means": the terms before the last.
_JOINED = re.compile(r"(?:[“\"«‘]\s?[^”\"»’]{2,60}\s?[”\"»’]\s*(?:,|(?:,\s*)?(?:or|and|ou|et)\s)\s*)+$")
_QUOTED = re.compile(r"[“\"«‘]\s?([^”\"»’]{2,60}?)\s?[”\"»’]")
_HEADED = re.compile(r"(?i)\b(definitions?|use of terms|interpretation|meaning|termes|définitions?)\b")
# A definition without quotation marks, in an article that says by its name that it defines.
_PLAIN = re.compile(
    rf"^(?:\(?\w{{1,3}}[.)]\s*)?(?:The\s+(?:term|expression)\s+)?(?P<plain>[A-Z][\w\s-]{{2,50}}?)\s+{_MEANS}\b"
)


def find_definitions(parsed: ParsedTreaty) -> Iterator[tuple[str, str, str]]:
    """Each term defined, as (term, treaty id, eId of the smallest provision that defines it)."""
    text, treaty_id = parsed.treaty.text, parsed.treaty.id
    for provision in parsed.provisions:
        children = parsed.children.get(provision.eid, ())
        if provision.kind == "definition" and provision.heading:
            yield provision.heading, treaty_id, provision.eid
            continue
        if children or provision.kind not in ("article", "paragraph", "point", "chapeau"):
            continue
        words = text[provision.body_start : provision.end]
        # The provision that a chapeau opens holds the whole definition.
        owner = provision.parent if provision.kind == "chapeau" and provision.parent else provision.eid
        for match in _DEFINES.finditer(words[:400]):
            if joined := _JOINED.search(words, 0, match.start()):
                yield from ((term.strip(), treaty_id, owner) for term in _QUOTED.findall(joined[0]))
            yield (match["quoted"] or match["starred"]).strip(), treaty_id, owner
        article = parsed.article_of(provision)
        if article.heading and _HEADED.search(article.heading) and (plain := _PLAIN.match(words)):
            yield plain["plain"].strip(), treaty_id, owner
