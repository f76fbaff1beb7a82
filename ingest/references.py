"""What the words of a treaty refer to: provisions of its own, of treaties held, of treaties only known.

mentions.py reads what is named; here each mention is given to its treaty and looked up there (places.py).
A mention is given to another treaty only by a name that is in the table of names, that the treaty itself
defines ("hereinafter 'the Charter'"), or that its own title contains; else it is left open.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from ingest.mention_words import INSTRUMENT, TYPE_WORDS
from ingest.mentions import Mention, Step, Target, find_mentions
from ingest.models import CONTAINERS, GROUPINGS, ParsedTreaty, Provision, Reference
from ingest.names import NameMatch, Names, words_of
from ingest.places import find_places, leaf_at

_SHORT = r"(?:the\s+)?[“\"'‘«]?\s?(?:the\s+)?(?P<{}>[A-Z][\w\s.-]{{1,40}}?)\s?[”\"'’»]?"
_DEFINITIONS = (
    re.compile(
        r"\b(?:hereinafter|hereafter|henceforth)(?:\s+(?:referred\s+to\s+as|called|known\s+as|described\s+as|termed))?,?\s*"
        r"\(?(?:the\s+)?[“\"'‘](?:the\s+)?(?P<after>[A-Z][\w\s.-]{1,40}?)[”\"'’]"
    ),
    re.compile(
        r"\((?:hereinafter|hereafter)(?:\s+(?:referred\s+to\s+as|called|known\s+as))?,?\s+(?:the\s+)?"
        r"(?P<after>[A-Z][\w.-]*(?:\s+[A-Z][\w.-]*){0,4})\)"
    ),
    re.compile(r"\((?:the\s+)?[“\"](?:the\s+)?(?P<after>[A-Z][\w\s.-]{1,40}?)[”\"]\)"),
    re.compile(r"[“\"‘](?:the\s+)?(?P<term>[A-Z][\w\s]{2,40})[”\"’]\s+(?:means|refers\s+to)\s+(?P<what>[^.;]{8,300})"),
)
# "“First Convention” and “Second Convention” mean, respectively, the … ; the …"
_RESPECTIVELY = re.compile(
    r"(?P<terms>[“\"][A-Z][^”\"]{2,40}[”\"](?:,?\s+(?:and\s+)?[“\"][A-Z][^”\"]{2,40}[”\"]){1,7})\s+means?,?\s+respectively,?"
)
_YEAR_FIRST = re.compile(r"(?:the\s+)?(?:\d{1,2}\s+[A-Z][a-z]+\s+)?\d{4}\s+$", re.I)
_OF_DATE = re.compile(r",?\s+of\s+(?:\d{1,2}\s+\w+,?\s+)?\d{4}")
# Names of treaties that say no more than what kind it is.
_PLURAL = {"treaties": "treaty", "conventions": "convention", "agreements": "agreement", "protocols": "protocol"}
_SMALL = frozenset("the of on for and in to a an its".split())


@dataclass
class _Around:
    """A treaty with what its short names stand for, worked out once for all its references."""

    parsed: ParsedTreaty
    names: Names
    treaties: Mapping[str, ParsedTreaty]
    known: Names
    defined: dict[str, str] = field(default_factory=dict)
    by_name: dict[str, str | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.defined = own_names(self.parsed, self.names, self.known)
        self.title = self.parsed.treaty.title
        kind = TYPE_WORDS.search(self.title)
        self.own_kind = kind[0].lower() if kind else ""
        # "Protocol to the Framework Convention": the treaties that its own title speaks of.
        self.in_title: list[tuple[str, str]] = []
        for joint in re.finditer(r"\b(?:to|of|under|for|between)\s+(?:the\s+)?", self.title):
            rest = self.title[joint.end() :]
            for match in (*self.names.find(rest)[:1], *self.known.find(rest)[:1]):
                if match.start == 0 and len(match.ids) == 1 and match.ids[0] != self.parsed.treaty.id:
                    self.in_title.append((rest[: match.end].lower(), match.ids[0]))


def own_names(parsed: ParsedTreaty, names: Names, known: Names | None = None) -> dict[str, str]:
    """What a treaty's short forms stand for: {"convention": "unclos"} where it defines "the Convention"."""
    text = parsed.treaty.text[:60_000]
    defined: dict[str, str] = {}
    for pattern in _DEFINITIONS:
        for match in pattern.finditer(text):
            groups = match.groupdict()
            term = " ".join((groups.get("after") or groups.get("term") or "").split()).lower()
            where = groups.get("what") or text[max(0, match.start() - 220) : match.start()]
            found = names.find(where) or (known.find(where) if known else [])
            if not found or term in defined:
                continue
            # The name defined stands last before its short form, and first after "means".
            nearest = found[0] if groups.get("what") else found[-1]
            if not groups.get("what") and TYPE_WORDS.search(where, nearest.end):
                continue
            if len(nearest.ids) == 1:
                defined[term] = nearest.ids[0]
    if together := _RESPECTIVELY.search(text):
        terms = re.findall(r"[“\"]([^”\"]+)[”\"]", together["terms"])
        found = [m for m in names.find(text[together.end() : together.end() + 1200]) if len(m.ids) == 1]
        if len(dict.fromkeys(m.ids[0] for m in found)) >= len(terms):
            ids = list(dict.fromkeys(m.ids[0] for m in found))
            defined |= {" ".join(t.lower().split()): i for t, i in zip(terms, ids, strict=False)}
    return defined


def find_provisions(parsed: ParsedTreaty, mention: Mention) -> list[Provision]:
    """The provisions of one treaty that a mention from outside it names, as deep as they are there."""
    within = _implied_container(parsed, mention)
    found = [p for target in mention.targets for p in find_places(parsed, target, within=within).provisions]
    return list(dict.fromkeys(found))


def _implied_container(parsed: ParsedTreaty, mention: Mention) -> str:
    """What "Article 4 of the Protocol (to the Convention)" is in, where the treaty has one protocol joined to it."""
    kind = (mention.instrument or "").split(" ", 1)[0].lower()
    if kind in ("protocol", "statute") and kind in parsed.by_eid and kind not in parsed.treaty.title.lower():
        return kind
    return ""


def find_references(
    parsed: ParsedTreaty,
    start: int,
    end: int,
    names: Names,
    treaties: Mapping[str, ParsedTreaty],
    known: Names | None = None,
) -> list[Reference]:
    """What the words ``start:end`` of a treaty refer to, in their order.

    ``names`` are those of the treaties held, ``known`` those of treaties that are not.
    """
    around = _Around(parsed, names, treaties, known or Names({}))
    return list(_references(around, start, end, {}))


def all_references(
    parsed: ParsedTreaty, names: Names, treaties: Mapping[str, ParsedTreaty], known: Names
) -> Iterator[tuple[Provision, Reference]]:
    """Every reference of a treaty with the innermost provision that it stands in.

    Headings are left out: only the words of provisions that hold no others are read.
    """
    around = _Around(parsed, names, treaties, known)
    last: dict[str, Reference] = {}
    article: Provision | None = None
    for leaf in parsed.provisions:
        if leaf.eid in parsed.children or leaf.kind in GROUPINGS:
            continue
        if (now := parsed.article_of(leaf)) != article:
            article, last = now, {}
        for reference in _references(around, leaf.body_start, leaf.end, last, leaf):
            yield leaf, reference


def _references(
    around: _Around, start: int, end: int, last: dict[str, Reference], leaf: Provision | None = None
) -> Iterator[Reference]:
    """The references between two places; ``last`` remembers what was named before in the same article."""
    text = around.parsed.treaty.text[start:end]
    position = 0
    mentions = find_mentions(text)
    for index, mention in enumerate(mentions):
        for named in _treaties_named(around, text, position, mention.start, start):
            last[f"named {_kind_of(named.instrument)}"] = named
            yield named
        position = mention.end
        here = leaf or leaf_at(around.parsed, start + mention.start)
        if mention.instrument is None and (before := _named_before(around, text, mention)) is not None:
            mention = before
        reference = _resolve(around, mention, here, text, start, last)
        if reference.lacking and not reference.eids and mention.instrument is None:
            # "… under article 287 of the Convention … pursuant to article 287": the same one again.
            again = last.get(f"numbered {mention.targets[0]}")
            if again is not None:
                reference = replace(again, start=reference.start, end=reference.end)
            else:
                reference = _elsewhere(around, text, mentions, index, here, start, reference)
        last[mention.targets[0][0].kind] = reference
        if reference.status in ("held", "known"):
            last[f"numbered {mention.targets[0]}"] = reference
            last[f"named {_kind_of(reference.instrument)}"] = reference
        yield reference
    yield from _treaties_named(around, text, position, len(text), start)


# "the Charter, in particular Article 55", "resolution 55/25, annex I".
_IN_PARTICULAR = re.compile(
    r"(?:,?\s+|\s*\()(?:and\s+)?(?:in\s?particular|particularly|notably|especially|including)\s+(?:of\s+|in\s+|under\s+|with\s+|the\s+provisions\s+of\s+|its\s+|the\s+)*"
)
_RESOLUTION = re.compile(
    r"(?:[Rr]esolution|[Dd]ecision|[Dd]irective|[Dd]ocument)\s+[\w./()-]{1,24}(?:\s\([\w/]+\))?,?\s+(?:and\s+)?$"
)


def _named_before(around: _Around, text: str, mention: Mention) -> Mention | None:
    """The mention with the treaty that was named just before it; None where none was."""
    window = max(0, mention.start - 140)
    before = text[window : mention.start]
    if _RESOLUTION.search(before):
        return replace(mention, instrument="resolution")
    if "articular" not in before and "otably" not in before and "specially" not in before and "ncluding" not in before:
        return None
    kinds = list(TYPE_WORDS.finditer(before))
    if not kinds:
        return None
    begin = _begin_of_name(text, window + kinds[-1].start(), window)
    name = INSTRUMENT.match(text, begin)
    if name is None or not _IN_PARTICULAR.fullmatch(text, name.end(), mention.start):
        return None
    own = bool(re.search(r"(?:this|present)\s+$", text[:begin][-12:]))
    return replace(mention, instrument=name[0], own=own)


def _elsewhere(
    around: _Around,
    text: str,
    mentions: list[Mention],
    index: int,
    here: Provision | None,
    offset: int,
    lacking: Reference,
) -> Reference:
    """What the treaty does not have itself, where it is plainly another's.

    "Article 29; Article 30 of the Vienna Convention": the name stands after the last only. And an agreement
    that adds to a convention speaks of the convention's parts and annexes by their numbers alone.
    """
    mention = mentions[index]
    following = index
    while following + 1 < len(mentions) and re.fullmatch(
        r"\s*[;,]?\s*(?:and|or)?\s*", text[mentions[following].end : mentions[following + 1].start]
    ):
        following += 1
        if mentions[following].instrument and not mentions[following].own:
            named = replace(mention, instrument=mentions[following].instrument)
            return _resolve(around, named, here, text, offset, {})
    first = mention.targets[0][0]
    if first.kind in ("part", "annex"):
        for _, other in around.in_title:
            parent = around.treaties.get(other)
            if parent is None:
                continue
            found = [find_places(parent, target) for target in mention.targets]
            if eids := tuple(dict.fromkeys(p.eid for f in found for p in f.provisions)):
                return Reference(lacking.start, lacking.end, None, parent.treaty.id, eids, "held")
    return lacking


def _resolve(
    around: _Around, mention: Mention, here: Provision | None, text: str, offset: int, last: Mapping[str, Reference]
) -> Reference:
    start, end = offset + mention.start, offset + mention.end
    first = mention.targets[0][0]
    if first.which == "that" and mention.instrument is None:
        return _antecedent(around, mention, here, last, start, end)
    written = text[mention.start : mention.end]
    if mention.that and (named := last.get(f"named {_kind_of(mention.instrument)}")):
        mention = replace(mention, instrument=named.instrument, that=False)
    if mention.instrument is None:
        return _internal(around, mention, here, start, end, "")
    if mention.own or (inner := _container_named(around.parsed, mention.instrument, here)) is None:
        target, within = _treaty_of(around, mention, here)
    else:
        target, within = around.parsed.treaty.id, inner
    if target == around.parsed.treaty.id:
        return _internal(around, mention, here, start, end, within)
    if target is not None and target in around.treaties:
        found = [find_places(around.treaties[target], t) for t in mention.targets]
        eids = tuple(dict.fromkeys(p.eid for f in found for p in f.provisions))
        lacking = tuple(dict.fromkeys(f.lacking for f in found if f.lacking))
        return Reference(start, end, mention.instrument, target, eids, "held", None, lacking)
    if target is not None:
        return Reference(start, end, mention.instrument, None, (), "known", target)
    return Reference(start, end, mention.instrument or written, None, ())


def _internal(
    around: _Around, mention: Mention, here: Provision | None, start: int, end: int, within: str | None
) -> Reference:
    parsed = around.parsed
    targets = mention.targets
    if within and not targets[0][0].which:
        # In a protocol joined to the treaty its sections and paragraphs are meant too.
        here = parsed.by_eid[within]
    found = [find_places(parsed, target, here, within) for target in targets]
    if within == "" and len({parsed.container_of(p) for f in found for p in f.provisions if p.kind == "article"}) > 1:
        # "Articles 21 and 22" are of one text; where the annex has only one of them, they are the treaty's.
        found = [find_places(parsed, target, here, None) for target in targets]
    eids = tuple(dict.fromkeys(p.eid for f in found for p in f.provisions))
    lacking = tuple(dict.fromkeys(f.lacking for f in found if f.lacking))
    if not eids and not lacking:
        return Reference(start, end, None, parsed.treaty.id, (), "open")
    return Reference(start, end, None, parsed.treaty.id, eids, "internal", None, lacking)


def _antecedent(
    around: _Around, mention: Mention, here: Provision | None, last: Mapping[str, Reference], start: int, end: int
) -> Reference:
    """ "that article", "paragraph 1 of the said Article": the one named last before in the same article."""
    first = mention.targets[0][0]
    before = last.get(first.kind)
    if before is None or before.treaty_id is None or not before.eids:
        # "the same Article" may be the one that the words stand in; that cannot be told from any other.
        return Reference(start, end, None, around.parsed.treaty.id if before is None else None, ())
    held = around.treaties.get(before.treaty_id, around.parsed)
    eids: list[str] = []
    lacking: list[str] = []
    for target in mention.targets:
        for eid in before.eids if first.count == 0 else before.eids[-1:]:
            provision = held.by_eid[eid]
            base = held.article_of(provision) if first.kind == "article" else provision
            steps: Target = (Step("article", which="this"), *target[1:])
            found = find_places(held, steps, base) if len(target) > 1 and first.kind == "article" else None
            eids += [p.eid for p in found.provisions] if found else [base.eid]
            lacking += [found.lacking] if found and found.lacking else []
    status: Literal["internal", "held"] = "internal" if held is around.parsed else "held"
    return Reference(start, end, before.instrument, before.treaty_id, tuple(dict.fromkeys(eids)), status, None,
                     tuple(lacking))  # fmt: skip


# -- which treaty


def _treaty_of(around: _Around, mention: Mention, here: Provision | None) -> tuple[str | None, str | None]:
    """The id of the treaty a mention is of (None: it cannot be told), and the container its articles are in."""
    assert mention.instrument is not None
    own = around.parsed.treaty.id
    low = " ".join(mention.instrument.lower().split())
    generic = _generic(low)
    if mention.own:
        container = around.parsed.container_of(here) if here else None
        # "this Protocol" in a protocol joined to a convention is the protocol.
        if container and generic != around.own_kind and container.kind == "protocol":
            return own, container.eid
        return own, None
    if low in around.defined:
        return around.defined[low], None if around.defined[low] == own else ""
    if generic is None:
        return _by_name(around, mention.instrument), None
    if generic in _PLURAL.values() and low in _PLURAL:
        return None, None
    if generic == around.own_kind:
        return own, None
    for named, other in around.in_title:
        if generic in named:
            return other, None
    if generic in around.parsed.by_eid:
        return own, generic
    if generic == "charter":
        # In treaties since 1945 "the Charter" without more is that of the United Nations.
        return _by_name(around, "Charter of the United Nations"), None
    if generic in around.title.lower() or not around.own_kind:
        return own, None
    return None, None


def _kind_of(name: str | None) -> str:
    """The kind of treaty that a name says: "charter"."""
    kind = TYPE_WORDS.search(name or "")
    return _PLURAL.get(kind[0].lower(), kind[0].lower()) if kind else ""


def _generic(low: str) -> str | None:
    """ "convention" for "the Convention", "Convention to the Secretary-General"; None for a name that says more."""
    word = re.match(r"\w+", low)
    if word is None or not TYPE_WORDS.fullmatch(word[0]):
        return None
    rest = low[word.end() :]
    if rest and not re.match(r"\s+(?:to|in|and|or|as)\s", rest):
        return None
    return _PLURAL.get(word[0], word[0])


def _by_name(around: _Around, name: str) -> str | None:
    """The id of the treaty of this name: the whole of it, or the longest name that it begins with."""
    if name not in around.by_name:
        around.by_name[name] = _looked_up(around, name)
    return around.by_name[name]


def _looked_up(around: _Around, name: str) -> str | None:
    for table in (around.names, around.known):
        if ids := table.ids_of(name):
            return ids[0] if len(ids) == 1 else None
    starts: list[NameMatch] = []
    for table in (around.names, around.known):
        starts += [m for m in table.find(name) if not name[: m.start].strip() or _YEAR_FIRST.fullmatch(name[: m.start])]
    longest = max(starts, key=lambda match: match.words, default=None)
    if longest is None or len(longest.ids) != 1:
        return None
    # "Convention on Lamps and Bells" is not the "Convention on Lamps", nor the "North Atlantic Treaty
    # Organization" the treaty; a date or a comma may follow a name.
    rest = name[longest.end :]
    if re.match(r"\s+(?:on|for|concerning|relating|against|and\s+[A-Z]|[A-Z])", rest):
        return None
    return longest.ids[0]


def _container_named(parsed: ParsedTreaty, name: str, here: Provision | None) -> str | None:
    """The annex or protocol of the treaty itself that a name means: "Verification Annex", "Protocol on Inspection"."""
    words = [w.text for w in words_of(name) if w.text not in _SMALL]
    kind = next((w for w in words if w in ("annex", "protocol", "appendix", "schedule", "statute")), None)
    if kind is None or len(words) < 2 or (kind == "protocol" and "protocol" in parsed.treaty.title.lower()):
        return None
    fitting = []
    for provision in parsed.provisions:
        if provision.kind in CONTAINERS:
            called = [w.text for w in words_of(f"{provision.label} {provision.heading or ''}")]
            if all(any(c[:6] == w[:6] for c in called) for w in words):
                fitting.append(provision.eid)
    return fitting[0] if fitting and len(fitting) == 1 else None


def _treaties_named(around: _Around, text: str, start: int, end: int, offset: int) -> Iterator[Reference]:
    """Treaties named without a provision between two places: "the Vienna Convention on Consular Relations"."""
    position = start
    while kind := TYPE_WORDS.search(text, position, end):
        position = kind.end()
        begin = _begin_of_name(text, kind.start(), start)
        name = INSTRUMENT.match(text, begin, end)
        if name is None or name.end() < kind.end():
            continue
        if begin == kind.start() and name.end() == kind.end():
            continue
        position = max(position, name.end())
        written = name[0].strip('“"')
        low = " ".join(written.lower().split())
        if _generic(low):
            continue
        target = around.defined.get(low) or _by_name(around, written)
        if target is None or target == around.parsed.treaty.id:
            continue
        end_of_name = _end_of_name(around, text, begin, name.end())
        position = max(kind.end(), end_of_name)
        written = text[begin:end_of_name].strip('“"')
        held = target in around.treaties
        yield Reference(offset + begin, offset + end_of_name, written, target if held else None, (),
                        "held" if held else "known", None if held else target)  # fmt: skip


def _end_of_name(around: _Around, text: str, begin: int, end: int) -> int:
    """Where a treaty's name ends: with the name in the table and its date, before "and in the Covenant on …"."""
    for table in (around.names, around.known):
        for match in table.find(text[begin:end])[:1]:
            if match.start < 8 and TYPE_WORDS.search(text, begin, begin + match.end):
                dated = _OF_DATE.match(text, begin + match.end, end)
                return dated.end() if dated else begin + match.end
    return end


def _begin_of_name(text: str, position: int, floor: int) -> int:
    """Where the capital words before a treaty's kind begin: "Vienna | Convention"."""
    begin = position
    for _ in range(8):
        word = re.search(r"(?:[A-Z][\w’'.-]*|\d{4})\s+$", text[max(floor, begin - 30) : begin])
        if word is None:
            break
        begin -= len(word[0])
        if text[begin:].startswith(("The ", "This ")):
            return begin + 4 if text[begin:].startswith("The ") else position
    return begin
