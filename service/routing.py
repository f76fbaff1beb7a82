"""What a question asks for: which treaties, which provisions, and what of it is not held.

Routing reads only what the question says: names of treaties, numbers of articles. It decides nothing about
meaning; that is retrieval.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from ingest.catalogue import load_catalogue
from ingest.index import Index, TreatySummary
from ingest.models import ParsedTreaty, Provision
from ingest.names import NameMatch, Names, words_of
from ingest.numbers import read_number
from ingest.references import Mention, find_mentions, find_provisions, find_references
from service.conversation import InContext

_TYPE_WORDS = (
    "treaty convention agreement protocol charter statute covenant pact accord accords declaration "
    "memorandum constitution traité accord convention"
).split()
_KINDS = "|".join(sorted(set(_TYPE_WORDS)))
# "the Karsk Accord", "Treaty of Tordesillas": a name by its form, whatever it is.
_NAMED_BY_FORM = re.compile(
    rf"\b(?P<before>(?:[A-Z][\w’'–-]+\s+){{1,5}})(?i:{_KINDS})\b"
    rf"|\b(?i:{_KINDS})\s+of\s+(?P<place>[A-Z][\w’'–-]+(?:\s+[A-Z][\w’'–-]+)*)"
)
_COMMON_BEFORE = frozenset("the this that a an which what under does is in article our any".split())
# "And VII?", "and 8 bis?": a number that follows an article spoken of before.
_NUMBER_ALONE = re.compile(
    r"(?i)^\W*(?:(?:and|what about|how about|et)\s+)?(?:in\s+|no\.?\s+|number\s+)?"
    r"(\d{1,3}\s?(?:bis|ter|[a-z])?|[IVXL]{1,6})\W*$"
)
_ASKS_MEANING = re.compile(
    r"(?i)\b(defin\w+|mean(s|t|ing)?|what (exactly )?(is|are|counts? as)|who (is|are|counts? as)|when is|counts? as"
    r"|definition|considered|qualif\w+|term|désigne|entend)\b"
)
_ASKING = frozenset(
    "what does say says said about the read tell show quote explain give please text mean meaning exactly can you "
    "how which and for with under from this that there article articles art arts wording contain treaty treaties "
    "convention agreement bis ter".split()
)
_BARE_NUMBER = re.compile(r"(?<![\w.])(\d{1,3}(?:\s?(?:bis|ter|quater)|[a-z])?|\d{1,2}\.\d{2})(?![\w.])")


@dataclass(frozen=True, slots=True)
class Missing:
    """An article asked for that a treaty does not have; ``printed`` is its number, ``container`` its annex."""

    treaty_id: str
    printed: str
    container: str = ""


@dataclass(frozen=True, slots=True)
class Route:
    """What a question asks for.

    ``treaties`` limits the search (empty: all); ``provisions`` are named by number, ``missing`` were named
    and are not there; ``not_held`` are names of treaties that the index does not hold, or
    (``outside``) that the question is not to be answered from; ``numbers`` are
    article numbers named without a treaty to look in.
    """

    treaties: tuple[str, ...] = ()
    named: bool = False
    provisions: tuple[tuple[str, Provision], ...] = ()
    missing: tuple[Missing, ...] = ()
    not_held: tuple[str, ...] = ()
    outside: bool = False
    numbers: tuple[str, ...] = ()
    rest: str = ""


@dataclass(frozen=True)
class TreatyNames:
    """The names of the treaties of one index, and of those that the catalogue knows beside them."""

    held: Names
    known: Names
    titles: Mapping[str, str]
    pairs: tuple[tuple[frozenset[str], str], ...] = field(default=())
    vocabulary: frozenset[str] = frozenset()


def treaty_names(index: Index) -> TreatyNames:
    """The table of names of an index, made once per generation."""
    return _names_of(index.generation, index.manifest.treaties)


@lru_cache(maxsize=4)
def _names_of(generation: str, summaries: tuple[TreatySummary, ...]) -> TreatyNames:
    catalogue = load_catalogue()
    names: dict[str, list[str]] = {}
    held_entries: set[str] = set()
    for summary in summaries:
        known = catalogue.entry_for(summary.id, summary.title)
        names[summary.id] = [summary.title, *summary.aliases]
        if known:
            held_entries.add(known.id)
            names[summary.id] += [known.title, *known.aliases]
    for family, members in catalogue.families.items():
        for member in members:
            if member in names:
                names[member].append(family)
    other = {
        entry.id: [entry.title, *entry.aliases]
        for entry in catalogue.entries
        if entry.id not in held_entries and entry.id not in names
    }
    titles = {entry.id: entry.title for entry in catalogue.entries}
    pairs = [
        (parts, treaty_id)
        for treaty_id, known_names in names.items()
        for name in known_names
        if (parts := _parties_in(name))
    ]
    vocabulary = frozenset(word.text for known_names in names.values() for name in known_names
                           for word in words_of(name))  # fmt: skip
    return TreatyNames(Names(names), Names(other), titles, tuple(pairs), vocabulary)


def _parties_in(name: str) -> frozenset[str]:
    """The words of a name that joins its parties by a dash: "Russia-North Korea treaty" gives three."""
    if not re.search(r"\w[–—-]\w", name):
        return frozenset()
    proper = {w.text for w in words_of(name) if name[w.start].isupper() and not name[w.start : w.end].isupper()}
    words = proper - set(_TYPE_WORDS) - {"the", "of", "on", "free", "trade", "partnership"}
    return frozenset(words) if len(words) >= 2 and all(len(w) > 2 for w in words) else frozenset()


def route_question(question: InContext, index: Index, allowed: Sequence[str], names: TreatyNames) -> Route:
    """What the question asks for; ``allowed`` are the treaty ids it is limited to (empty: all)."""
    text = question.text
    found = [m for m in names.held.find(text) if not allowed or set(m.ids) & set(allowed)]
    named = tuple(dict.fromkeys(i for match in found for i in match.ids if not allowed or i in allowed))
    if not named:
        named = tuple(t for t in _by_parties(text, names) if not allowed or t in allowed)
    not_held = () if named else _not_held(text, names, index)
    if allowed and not named:
        others = [i for match in names.held.find(text) for i in match.ids]
        not_held = not_held or tuple(index.treaties[i].treaty.title for i in dict.fromkeys(others))
    mentions = find_mentions(text)
    scope = named or question.treaties or tuple(allowed)
    if len(index.treaties) == 1:
        scope = scope or tuple(index.treaties)
    if not mentions and question.follow_up and (alone := _NUMBER_ALONE.match(text)):
        mentions = [Mention(0, len(text), (read_number(alone[1]),))]
    provisions: list[tuple[str, Provision]] = []
    missing: list[Missing] = []
    numbers: list[str] = []
    for mention in mentions:
        targets = _targets(text, mention, found, scope, names, not_held)
        if targets is None:
            continue
        _place(mention, targets, index.treaties, provisions, missing, numbers)
    if not mentions and named and len(words_of(text)) <= 8:
        _bare_numbers(text, found, named, index.treaties, provisions)
    if question.same_article and not provisions and not named:
        provisions += _in_focus(question, index.treaties)
    if missing and not provisions and (followed := _followed(missing, index.treaties, names)):
        provisions += followed
        missing = []
    if not provisions and not missing and not not_held and _ASKS_MEANING.search(text):
        provisions += _defined_terms(text, scope, index)
    limit = named or tuple(allowed)
    return Route(
        treaties=tuple(limit),
        named=bool(named),
        provisions=tuple(dict.fromkeys(provisions)),
        missing=tuple(missing),
        not_held=not_held,
        outside=bool(allowed and not named and names.held.find(text)),
        numbers=tuple(numbers),
        rest=_as_parties(text, _spans(text, found, mentions), named, names),
    )


def _by_parties(text: str, names: TreatyNames) -> list[str]:
    """Treaties all of whose parties the question speaks of: "must Russia act if North Korea is attacked"."""
    words = {word.text for word in words_of(text)}
    return list(dict.fromkeys(treaty_id for parties, treaty_id in names.pairs if parties <= words))


def _spans(text: str, found: Sequence[NameMatch], mentions: Sequence[Mention]) -> list[tuple[int, int, str]]:
    """What stands for a treaty or an article in a question, and the word that takes its place."""
    spans = [(m.start, m.end, "") for m in mentions]
    for match in found:
        kind = next(
            (w.text for w in reversed(words_of(text[match.start : match.end])) if w.text in _TYPE_WORDS), "treaty"
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

    The plain word serves better than "Party": the query adapter has learned it from people's questions.
    """
    if country in seen:
        return "that country"
    seen.append(country)
    return "a country" if len(seen) == 1 else "the other country"


def _not_held(text: str, names: TreatyNames, index: Index) -> tuple[str, ...]:
    """Names of treaties in the question that the index does not hold."""
    known = [names.titles.get(match.ids[0], text[match.start : match.end]) for match in names.known.find(text)]
    if known:
        return tuple(dict.fromkeys(known))
    for match in _NAMED_BY_FORM.finditer(text):
        proper = match["before"] or match["place"]
        words = [w.text for w in words_of(proper) if w.text not in _COMMON_BEFORE]
        # A capital at the start of the sentence makes no name; a word of a held treaty's name may be one.
        unknown = [w for w in words if w not in names.vocabulary]
        starts_sentence = match.start() == 0 and len(words) == 1
        if unknown and len(unknown) == len(words) and not starts_sentence:
            return (" ".join(match[0].split()),)
    return ()


def _belongs(between: str) -> bool:
    """Whether the words between an article and a name join the two: "of the", a comma, nothing."""
    return bool(re.fullmatch(r"[\s,]*(?:(?:of|in|from|to|under|du|de|del)\b)?\s*(?:the|la|le|l’)?\s*", between))


def _targets(
    text: str,
    mention: Mention,
    found: Sequence[NameMatch],
    scope: Sequence[str],
    names: TreatyNames,
    not_held: Sequence[str],
) -> tuple[str, ...] | None:
    """The treaties a mention may be of; None where it is of one that is not held."""
    behind = [m for m in found if m.start >= mention.start - 2 and m.start - mention.end < 48]
    before = [m for m in found if m.end <= mention.start and mention.start - m.end < 48]
    if behind and (not before or _belongs(text[mention.end : behind[0].start])):
        return behind[0].ids
    if before:
        return before[-1].ids
    if behind:
        return behind[0].ids
    if not_held:
        return None
    return tuple(scope)


def _place(
    mention: Mention,
    targets: Sequence[str],
    treaties: Mapping[str, ParsedTreaty],
    provisions: list[tuple[str, Provision]],
    missing: list[Missing],
    numbers: list[str],
) -> None:
    """Note what a mention stands for in each treaty it may be of."""
    printed = [readings[0].text for readings in mention.numbers]
    if not targets:
        numbers += printed
        return
    placed = False
    for treaty_id in targets:
        for provision in find_provisions(treaties[treaty_id], mention):
            provisions.append((treaty_id, provision))
            placed = True
    if not placed:
        missing += [Missing(targets[0], number, _container_label(mention)) for number in printed]
    elif len(targets) == 1 and not mention.container:
        held = treaties[targets[0]]
        present = {p.normalised_number for p in held.articles}
        missing += [Missing(targets[0], number) for number in printed if number not in present]


def _container_label(mention: Mention) -> str:
    if mention.container is None:
        return ""
    kind, number = mention.container
    return f"{kind.capitalize()} {number}".strip() if number else kind.capitalize()


def _bare_numbers(
    text: str,
    found: Sequence[NameMatch],
    named: Sequence[str],
    treaties: Mapping[str, ParsedTreaty],
    provisions: list[tuple[str, Provision]],
) -> None:
    """ "rome statute 8 bis", "51 un charter": a number beside a name, in a question of few words."""
    outside = _without(text, [(m.start, m.end) for m in found])
    for match in _BARE_NUMBER.finditer(outside):
        readings = read_number(match[1])
        if readings and len(named) == 1:
            mention = Mention(0, 0, (readings,))
            provisions += [(named[0], p) for p in find_provisions(treaties[named[0]], mention)]


def _followed(
    missing: Sequence[Missing], treaties: Mapping[str, ParsedTreaty], names: TreatyNames
) -> list[tuple[str, Provision]]:
    """Articles of other treaties that the treaty named refers to by the number asked for.

    "The treaty speaks of Article 51. What does it say?" means Article 51 of the Charter, if that treaty has
    no such article itself and refers to the Charter's.
    """
    found = []
    for lacking in missing:
        parsed = treaties[lacking.treaty_id]
        for reference in find_references(parsed, 0, len(parsed.treaty.text), names.held, treaties):
            if reference.treaty_id in (None, lacking.treaty_id):
                continue
            target = treaties[reference.treaty_id]
            for eid in reference.eids:
                if target.article_of(target.by_eid[eid]).normalised_number == lacking.printed:
                    found.append((reference.treaty_id, target.by_eid[eid]))
    return list(dict.fromkeys(found))[:1]


def _defined_terms(text: str, scope: Sequence[str], index: Index) -> list[tuple[str, Provision]]:
    """Definitions of the longest defined term in the question, in the treaties it is about.

    Without a treaty a term must be defined in one treaty only.
    """
    words = [w.text for w in words_of(text)]
    found: list[tuple[int, str, str]] = []
    for term, treaty_id, eid in index.definitions:
        if scope and treaty_id not in scope:
            continue
        key = [w.text for w in words_of(term)]
        if key and any(_same_words(words[i : i + len(key)], key) for i in range(len(words) - len(key) + 1)):
            found.append((len(key), treaty_id, eid))
    longest = max((length for length, _, _ in found), default=0)
    best = [(treaty_id, eid) for length, treaty_id, eid in found if length == longest]
    if not scope and len({treaty_id for treaty_id, _ in best}) > 1:
        return []
    return [(treaty_id, index.treaties[treaty_id].by_eid[eid]) for treaty_id, eid in best[:2]]


def _same_words(words: Sequence[str], key: Sequence[str]) -> bool:
    """Whether words are the same but for a plural."""
    return all(a == b or a == b + "s" or a + "s" == b for a, b in zip(words, key, strict=True))


def _in_focus(question: InContext, treaties: Mapping[str, ParsedTreaty]) -> list[tuple[str, Provision]]:
    """The article that the conversation is about, at the paragraph named, if one is."""
    for treaty_id, eid in question.articles[:1]:
        parsed = treaties.get(treaty_id)
        article = parsed.by_eid.get(eid) if parsed else None
        if parsed is None or article is None:
            continue
        paragraph = re.search(r"(?i)paragraph\s+\(?(\w{1,3})\)?", question.text)
        if paragraph:
            inner = parsed.by_eid.get(f"{article.eid}__para_{paragraph[1]}")
            return [(treaty_id, inner or article)]
        return [(treaty_id, article)]
    return []


def content_words(text: str) -> list[str]:
    """The words of a question that say what it is about."""
    words = [word.text for word in words_of(text)]
    return [word for word in words if len(word) > 2 and not word[0].isdigit() and word not in _ASKING]


def without_names(text: str, names: TreatyNames) -> str:
    """A question without the names of treaties in it, unless nothing else is left."""
    rest = _without(text, [(m.start, m.end) for m in names.held.find(text)])
    return rest if len(rest.split()) >= 3 else text


def _without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """The text with some stretches blanked out."""
    letters = list(text)
    for start, end in spans:
        letters[start:end] = " " * (end - start)
    return " ".join("".join(letters).split())
