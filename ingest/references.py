"""The grammar of mentions: "Article 51 of the Charter", "articles 309 to 319", "paragraph 2 (a) of Article 3".

Used on treaties, to follow what a provision refers to, and on questions, to find what is asked about. A
mention says which numbers were named and by what words the instrument; what they stand for is resolved
against the treaties held.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ingest.models import ParsedTreaty, Provision, Reference
from ingest.names import Names
from ingest.numbers import LATIN_SUFFIXES, Number, read_number

_LATIN = "|".join(LATIN_SUFFIXES)
_NUMBER = (
    rf"(?:premier\b|première\b|[IVXLC]+\.\d{{1,2}}(?!\d)|\d{{1,3}}(?!\d)(?:\.\d{{1,2}})?(?:\s?(?:{_LATIN})\b|[a-z](?![\w’'])|[A-Z](?![\w’']))?"
    rf"|[IVXLC]+(?:\s?(?:{_LATIN})\b)?(?![\w’'])|[A-Z][.-]\d{{1,2}}|[A-Z](?![\w’'.]))"
)
_ROMAN_LOWER = r"(?:[ivxl]{1,6}(?![\w’']))"
_POINTS = r"(?:\s?\((?:\d{1,2}|[a-z]{1,4})\))*"
_SEPARATOR = r"\s*(?:,\s*(?:and\s+|or\s+)?|\band\b|\bor\b|\bto\b|\bthrough\b|&|[–—-]|\bet\b|\by\b|\bà\b)\s*"
_PARAGRAPH = (
    r"(?:,?\s*(?:paragraphs?|paras?\.?|§+)\s*(?P<para>\d{1,2})(?:\s*(?:,|and|to|or)\s*\d{1,2}(?![\w.]))*"
    r"(?P<ppoints>(?:\s?\((?:\d{1,2}|[a-z]{1,4})\))*)(?:(?:,|\s+and|\s+or)+\s*\((?:\d{1,2}|[a-z]{1,4})\))*)"
)
_MENTION = re.compile(
    rf"""(?x)
    (?:(?P<before>(?:[Pp]aragraphs?|[Pp]aras?\.?)\s+(?P<bpara>\d{{1,2}})(?:\s?\((?P<bpoint>[a-z]{{1,4}})\))*
        \s+(?:of|in)\s+(?:the\s+)?))?
    (?:\b(?P<pre_kind>[Aa]nnex|[Aa]ppendix|[Ss]chedule|[Pp]rotocol|ANNEX)\s+(?P<pre_number>{_NUMBER}|{_ROMAN_LOWER})?,?\s+)?
    \b(?P<word>[Aa]rticles?|ARTICLES?|[Aa]rts?\.?|[Aa]rt[ií]culos?|[Сс]тат(?:ья|ьи|ье|ьей))\s*[-–]?\s*
    (?P<numbers>{_NUMBER}{_POINTS}(?:{_SEPARATOR}{_NUMBER}{_POINTS}(?![\w’'])){{0,12}})
    {_PARAGRAPH}?
    (?:,?\s+(?:of|in|to|under|du|de\s+la|de\s+l’|del)\s+(?:the\s+|said\s+)?
        (?P<post_kind>[Aa]nnex|[Aa]ppendix|[Ss]chedule|[Pp]rotocol|ANNEX)\s+(?P<post_number>{_NUMBER}|{_ROMAN_LOWER}))?
    (?:,?\s+(?:of|to|from|in|under)\s+(?P<which>the\s+present|the\s+said|this|that|the|said)?\s*
        (?P<instrument>(?:\d{{4}}\s+)?(?!(?:Articles?|Art|Arts|Paragraph)\b)[A-Z][\w’'–-]*(?:(?:,?\s+(?:of|on|the|for|and|in|to|against|with|relating|concerning|between|as|its)){{0,4}}
        \s+(?:(?!(?:Articles?|Art|Arts|Paragraph)\b)[A-Z][\w’'–-]*|\d{{4}}))*))?
    """
)
_ONE = re.compile(rf"(?P<n>{_NUMBER})(?P<points>{_POINTS})")
_RANGE = re.compile(r"^\s*(?:to|through|[–—-]|à)\s*$")
_GENERIC = {
    "convention", "agreement", "treaty", "protocol", "charter", "statute", "covenant", "constitution",
    "pact", "declaration", "annex",
}  # fmt: skip
_ALIAS_DEFINITION = re.compile(
    r"(?:hereinafter|hereafter)\s+(?:referred\s+to\s+as|called|known\s+as)?\s*[(]?\s*(?:the\s+)?"
    r"[“\"'‘](?:the\s+)?(?P<after>[A-Z][\w\s]{2,40})[”\"'’]"
    r"|[“\"‘](?:the\s+)?(?P<term>[A-Z][\w\s]{2,40})[”\"’]\s+(?:means|refers\s+to)\s+(?P<what>[^.;]{8,300})"
)


@dataclass(frozen=True, slots=True)
class Mention:
    """Provisions named at ``start:end`` of a text.

    ``numbers`` are the readings of each article number, ``points`` those after the last one ("(2)(a)"),
    ``container`` is ("annex", "6") for "Annex VI, article 2", ``instrument`` the name as written without
    its article, ``own`` whether the words say "this Convention".
    """

    start: int
    end: int
    numbers: tuple[tuple[Number, ...], ...]
    points: tuple[str, ...] = ()
    container: tuple[str, str | None] | None = None
    instrument: str | None = None
    own: bool = False


def find_mentions(text: str) -> list[Mention]:
    """The mentions of articles in a text, in its order."""
    found = []
    for match in _MENTION.finditer(text):
        numbers, points = _numbers(match["numbers"])
        if not numbers:
            continue
        if match["para"]:
            points = (match["para"], *re.findall(r"\w+", match["ppoints"] or ""))
        elif match["bpara"]:
            points = (match["bpara"], *re.findall(r"\((\w+)\)", match["before"]))
        kind = match["pre_kind"] or match["post_kind"]
        container = None
        if kind:
            printed = match["pre_number"] or match["post_number"]
            readings = read_number(printed) if printed else ()
            container = (kind.lower(), readings[0].text if readings else None)
        instrument = match["instrument"]
        if instrument:
            instrument = re.sub(r"(?:,?\s+(?:of|on|the|for|and|in|to))+$", "", instrument)
            if instrument.lower() in ("annex", "appendix", "schedule") and container is None:
                container, instrument = (instrument.lower(), None), None
        own = (match["which"] or "") in ("this", "the present")
        end = match.end("instrument") if instrument else match.end()
        found.append(Mention(match.start(), end, numbers, points, container, instrument, own))
    return found


def _numbers(text: str) -> tuple[tuple[tuple[Number, ...], ...], tuple[str, ...]]:
    """The numbers of a list "5, 7 to 9 and 12 (a)" with ranges filled in, and the last one's points."""
    numbers: list[tuple[Number, ...]] = []
    points: tuple[str, ...] = ()
    last_end = 0
    for match in _ONE.finditer(text):
        readings = read_number(match["n"])
        if not readings:
            continue
        between = text[last_end : match.start()]
        if numbers and _RANGE.match(between):
            first, last = numbers[-1][0], readings[0]
            if len(first.key) == 2 == len(last.key) and 0 < last.base - first.base <= 60:
                numbers += [read_number(str(n)) for n in range(first.base + 1, last.base)]
        numbers.append(readings)
        points = tuple(re.findall(r"\w+", match["points"]))
        last_end = match.end()
    return tuple(numbers), points


def find_provisions(parsed: ParsedTreaty, mention: Mention) -> list[Provision]:
    """The provisions of one treaty that a mention names, as deep as they are there."""
    found = []
    container = mention.container or _implied_container(parsed, mention)
    for readings in mention.numbers:
        article = next((p for n in readings if (p := _article(parsed, n, container))), None)
        if article is None:
            continue
        found.append(descend(parsed, article, mention.points) if len(mention.numbers) == 1 else article)
    return found


def _implied_container(parsed: ParsedTreaty, mention: Mention) -> tuple[str, str | None] | None:
    """What "Article 4 of the Protocol (to the Convention)" is in, where the treaty has one protocol joined to it."""
    kind = (mention.instrument or "").split(" ", 1)[0].lower()
    if kind in ("protocol", "statute") and kind in parsed.by_eid and kind not in parsed.treaty.title.lower():
        return (kind, None)
    return None


def _article(parsed: ParsedTreaty, number: Number, container: tuple[str, str | None] | None) -> Provision | None:
    if container:
        kind, printed = container
        prefixes = [f"{kind}_{printed}" if printed else kind]
        return next((p for x in prefixes if (p := parsed.by_eid.get(f"{x}__art_{number.text}"))), None)
    if direct := parsed.by_eid.get(f"art_{number.text}"):
        return direct
    # Numbers may restart in each part; then a bare number means the one article that has it.
    same = [p for p in parsed.body_articles if p.normalised_number == number.text]
    return same[0] if len(same) == 1 else None


def descend(parsed: ParsedTreaty, article: Provision, points: tuple[str, ...]) -> Provision:
    """The paragraph, point … of an article that ``points`` lead to; the deepest there is."""
    found = article
    for point in points:
        children = parsed.children.get(found.eid, ())
        named = [p for p in children if p.kind in ("paragraph", "point")]
        step = next((p for p in named if p.eid.endswith((f"__para_{point}", f"__point_{point}"))), None)
        if step is None and len(named) == 1:
            step = next((p for p in parsed.children.get(named[0].eid, ()) if p.eid.endswith(f"__point_{point}")), None)
        if step is None:
            break
        found = step
    return found


def own_names(parsed: ParsedTreaty, names: Names) -> dict[str, str]:
    """What a treaty's short forms stand for: {"convention": "unclos"} where it defines "the Convention"."""
    text = parsed.treaty.text
    defined: dict[str, str] = {}
    for match in _ALIAS_DEFINITION.finditer(text[:60_000]):
        term = (match["after"] or match["term"]).strip().lower()
        where = match["what"] or text[max(0, match.start() - 220) : match.start()]
        matches = names.find(where)
        if matches and len(matches[-1].ids) == 1 and term not in defined:
            defined[term] = matches[-1 if match["after"] else 0].ids[0]
    return defined


def find_references(
    parsed: ParsedTreaty,
    start: int,
    end: int,
    names: Names,
    treaties: Mapping[str, ParsedTreaty],
) -> list[Reference]:
    """What the words ``start:end`` of a treaty refer to, with the eIds where the instrument is held."""
    text = parsed.treaty.text[start:end]
    defined = own_names(parsed, names) if "rticle" in text else {}
    references = []
    for mention in find_mentions(text):
        target = _instrument(parsed, mention, names, defined)
        held = treaties[target] if target is not None and target in treaties else None
        eids = tuple(p.eid for p in find_provisions(held, mention)) if held else ()
        written = text[mention.start : mention.end]
        references.append(
            Reference(
                start + mention.start,
                start + mention.end,
                None if target == parsed.treaty.id else mention.instrument or written,
                target,
                eids,
            )
        )
    return references


def _instrument(parsed: ParsedTreaty, mention: Mention, names: Names, defined: Mapping[str, str]) -> str | None:
    """The id of the treaty a mention is about; None where it cannot be told."""
    if mention.instrument is None or mention.own:
        return parsed.treaty.id
    ids = names.ids_of(mention.instrument)
    if not ids:
        matches = names.find(mention.instrument)
        ids = matches[0].ids if matches else ()
    low = mention.instrument.lower()
    if low in defined:
        return defined[low]
    if low in _GENERIC or low in ("annex",):
        own = parsed.treaty.title.lower()
        if low == "charter" and "charter" not in own:
            # In treaties since 1945 "the Charter" without more is that of the United Nations.
            united = names.ids_of("Charter of the United Nations")
            return united[0] if united else None
        return parsed.treaty.id
    return ids[0] if len(ids) == 1 else None
