"""Which treaties a text speaks of, and where: by name, by description, or as "the treaty" of what came before.

Names and descriptions are found as in questions (service.treaties_asked), sentence by sentence. "The agreement" is the
treaty last spoken of that can be called so; a treaty named only within a quotation, or as what something is done
"in accordance with", is not what the text is about.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from service.check.placed import Placed
from service.check.prose import Quotation, Sentence
from service.treaties_asked import Asked, treaties_asked
from service.treaty_table import TreatyNames

# What any treaty may be called; a "charter" is called so by its own name.
_ANY = frozenset("treaty agreement pact accord deal document text instrument arrangement understanding".split())
_OWN = frozenset("charter covenant statute protocol declaration convention code constitution memorandum".split())
_GENERIC = re.compile(
    r"(?i)\b(?:the|this|that|its)\s+(?:(?:same|new|whole|full|landmark|bilateral|defen[cs]e|latter|final|above|said"
    r"|controversial"
    r"|historic|original|much-\w+|\d{4}|security|nuclear|international|underlying|mutual|draft)\s+){0,2}"
    r"(?P<kind>treaty|agreement|pact|accords?|deal|document|text|instrument|convention|charter|covenant|statute"
    r"|protocol"
    r"|declaration)\b(?!\s+(?:of|on|for|between|to|against|with)\b)(?!\s+(?-i:[A-Z]))"
)
_REFERRED = re.compile(
    r"(?i)\b(?:in (?:accordance|line|keeping|conformity|compliance) with|following|contrary to|pursuant to|with"
    r"|against|like"
    r"|unlike|as in|than|beyond|alongside|respect(?:ing)?|violat\w+|breach(?:ing)?(?: of)?|consistent with"
    r"|compatible with)\s+"
    r"(?:(?:the\s+)?Art(?:icle|s?\.)s?\s[^,;]{1,24}\s(?:of|in)\s+)?(?:the\s+|its\s+)?$"
)
# A name that no treaty has, known by its form: "the Karsk Accord".
_NAMED = re.compile(
    r"\b(?:the|The)\s+(?P<name>(?:[A-Z][\w’'–-]+\s+){1,5}(?i:treaty|convention|accords?|pact|agreement|protocol"
    r"|charter|covenant)\b"
    r"(?:\s+(?:on|for|of|against)\s+(?:the\s+)?(?:[A-Z][\w’-]+)(?:\s+(?:and|of|the|[A-Z][\w’-]+))*)?)"
)
# "… treaty between Moscow and Pyongyang": whose it is belongs to the name.
_BETWEEN = re.compile(
    r"\s+(?:between|with)\s+(?:the\s+)?[A-Z][\w’-]+(?:\s+(?:and\s+the|and|the|of\s+the|of"
    r"|[A-Z][\w’-]+))*(?<!\band)(?<!\bthe)(?<!\bof)"
)
_TO = re.compile(r"\s+to\s+the\s+(?:[\w-]+\s+){0,2}")
_KIND = re.compile(r"(?i)\b(treaty|agreement|pact|accord|convention|charter|covenant|statute|protocol|declaration)s?\b")


@dataclass(frozen=True, slots=True)
class Spoken:
    """A treaty spoken of at ``start:end``.

    ``ids`` are the treaties held that the words fit (several where they are ambiguous), ``title`` the name of one that
    is not held. ``generic`` says that the words name none ("the treaty"), ``aside`` that the treaty is only referred to
    or stands in a quotation.
    """

    start: int
    end: int
    ids: tuple[str, ...] = ()
    title: str | None = None
    kind: str = ""
    generic: bool = False
    aside: bool = False


def treaties_spoken(
    text: str, sentences: Sequence[Sentence], quotations: Sequence[Quotation], names: TreatyNames
) -> list[Spoken]:
    """Where a text speaks of treaties, in its order; generic words are not resolved yet."""
    found: list[Spoken] = []
    for sentence in sentences:
        found += _in_sentence(text, sentence, names)
    kept: list[Spoken] = []
    placed = Placed(quotations)
    for spoken in sorted(found, key=lambda one: (one.start, one.generic, -one.end)):
        if kept and spoken.start < kept[-1].end:
            continue
        # "The Optional Protocol to the Covenant": the treaty that a protocol belongs to is part of its name.
        if kept and kept[-1].kind == "protocol" and _TO.fullmatch(text, kept[-1].end, spoken.start):
            kept[-1] = replace(kept[-1], end=spoken.end)
            continue
        quoted = placed.around(spoken.start, spoken.end) is not None
        aside = quoted or (not spoken.generic and bool(_REFERRED.search(text, max(0, spoken.start - 60), spoken.start)))
        between = _BETWEEN.match(text, spoken.end) if spoken.kind and not quoted else None
        end = between.end() if between else spoken.end
        kept.append(replace(spoken, end=end, aside=aside))
    return kept


def _in_sentence(text: str, sentence: Sentence, names: TreatyNames) -> list[Spoken]:
    words = text[sentence.start : sentence.end]
    found: list[Spoken] = []
    # A name leaves descriptions beside it unread: what is left without the names is read again.
    for _ in range(3):
        before = len(found)
        asked = treaties_asked(words, names)
        found += _of(asked, words, sentence.start, names)
        if len(found) == before:
            break
        letters = list(words)
        for spoken in found:
            start, end = spoken.start - sentence.start, spoken.end - sentence.start
            letters[start:end] = ";" * (end - start)
        words = "".join(letters)
    original = text[sentence.start : sentence.end]
    for match in _NAMED.finditer(original):
        start, end = sentence.start + match.start("name"), sentence.start + match.end("name")
        if not any(s.start < end and start < s.end for s in found):
            found.append(_called_exactly(match["name"], start, names))
    for match in _GENERIC.finditer(original):
        start, end = sentence.start + match.start(), sentence.start + match.end()
        if not any(s.start < end and start < s.end for s in found):
            found.append(Spoken(start, end, kind=match["kind"].lower().rstrip("s"), generic=True))
    return found


def _of(asked: Asked, words: str, offset: int, names: TreatyNames) -> list[Spoken]:
    found = []
    for match in asked.found:
        found.append(
            Spoken(offset + match.start, offset + match.end, match.ids, kind=_kind(words[match.start : match.end]))
        )
    for match in asked.described:
        written = words[match.start : match.end]
        if _KIND.search(written):
            found.append(Spoken(offset + match.start, offset + match.end, match.ids, kind=_kind(written)))
    for match in asked.elsewhere:
        title = names.titles.get(match.ids[0]) if len(match.ids) == 1 else None
        written = words[match.start : match.end]
        found.append(Spoken(offset + match.start, offset + match.end, (), title or written, _kind(written)))
    if not asked.elsewhere:
        for name in asked.not_held:
            start = words.find(name)
            if start >= 0:
                found.append(_called_exactly(name, offset + start, names))
    return found


def _called_exactly(name: str, start: int, names: TreatyNames) -> Spoken:
    """A treaty read as one not held: "the UN Charter for the first time" looks like a longer name, and is none."""
    held = next((m for m in names.held.find(name) if (m.start, m.end) == (0, len(name))), None)
    ids, title = (held.ids, None) if held else ((), name)
    return Spoken(start, start + len(name), ids, title, _kind(name))


def _kind(written: str) -> str:
    kinds = [m[1].lower() for m in _KIND.finditer(written)]
    return kinds[-1] if kinds else ""


def called(spoken: Spoken, titles: Mapping[str, str]) -> frozenset[str]:
    """The words for a treaty by which a treaty that is spoken of may be called again."""
    own = {spoken.kind} if spoken.kind else set()
    for treaty_id in spoken.ids[:1]:
        own |= {m[1].lower() for m in _KIND.finditer(titles.get(treaty_id, ""))}
    if spoken.title:
        own |= {m[1].lower() for m in _KIND.finditer(spoken.title)}
    return frozenset(own)


def resolve(generic: str, before: Sequence[Spoken], titles: Mapping[str, str]) -> Spoken | None:
    """The treaty that "the agreement" means of those spoken of before, the last of them last; None where none fits.

    One that is called so by its name comes before one that may be called so; one only referred to comes last.
    """
    best: tuple[tuple[int, int, int], Spoken] | None = None
    for place, spoken in enumerate(before):
        if spoken.generic or not (spoken.ids or spoken.title):
            continue
        own = called(spoken, titles)
        if generic in own:
            fits = 2
        elif not generic or generic in _ANY:
            fits = 1 if not own & _OWN or generic in ("", "document", "text", "instrument", "deal") else 0
        elif not own:
            fits = 0
        else:
            continue
        rank = (int(not spoken.aside), fits, place)
        if best is None or rank > best[0]:
            best = (rank, spoken)
    return best[1] if best else None
