"""Which provisions a question names, in which treaties, and what of it is not there.

An article is looked for in the treaty whose name stands next to it, else in those the question is about; a number
without a treaty is told as a number. What only looks like a provision ("article 5 of the newspaper", "a 5-year
term") names none.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ingest.generic_names import KIND_WORDS
from ingest.mention_words import KEYWORD, NOT_A_NUMBER
from ingest.mentions import Mention, Step, find_mentions
from ingest.models import ParsedTreaty, Provision
from ingest.names import words_of
from ingest.numbers import read_number
from ingest.places import find_places
from ingest.reference_graph import ReferenceGraph
from ingest.references import find_provisions
from service.conversation import InContext
from service.treaties_asked import Asked
from service.treaty_table import TreatyNames

# So near a name stands to the article that is of it.
_NEAR = 48
# "And VII?", "and 8 bis?": a number that follows an article spoken of before.
_NUMBER_ALONE = re.compile(
    r"(?i)^\W*(?:(?:and|ok|okay|then|so|now|what(?:[’']?s| is| about)?|how about|et|show|read)\s+)*"
    r"(?:in\s+|no\.?\s+|number\s+)?(\d{1,3}\s?(?:bis|ter|[a-z])?|[IVXL]{1,6})"
    r"(?:\W+(?:please|then|too|now|as well|what(?:[’']?s| is) (?:that|it|this)(?: about)?))?\W*$"
)
_BARE_NUMBER = re.compile(
    r"(?<![\w.,-])(\d{1,3}(?:\s?(?:bis|ter|quater)|[a-z])?|\d{1,2}\.\d{2})(?![\w.]\w|\w|[-–]\w|,\d)"
)
_AFTER_BARE_NUMBER = re.compile(
    r"\W*(?:$|\d|(?:and|or|to|of|in|from|under|please|pls|text|say|says|bis|ter|the)\b)", re.I
)
_BEFORE_BARE_NUMBER = re.compile(
    r"(?:^|[^\w\s]\s*|\s{2,}|(?<!\w)(?:in|under|number|no|nr|nos|and|or|to|of|see|read|show|me|say|says|the|what|is)[.\s]+)$",
    re.I,
)
_FEW_WORDS = 7
# "Article 4 A 4) of", "Article 4 A (4) of": a section with its point, behind the article's number.
_LETTERED = re.compile(r"^\s*[A-H]?\s*\(?\d{1,2}\)")
_QUOTED = re.compile(r"[\"“„«][^\"“”„«»]{8,200}[\"”“»]")
# No treaty has so many articles, but somebody may ask for one.
_LARGE_NUMBER = re.compile(r"(?i)\b(?:articles?|art\.?)\s+(\d{4,6})\b")
# What a question may ask for as a whole, beside articles.
_WHOLE = frozenset("annex appendix schedule protocol preamble part title chapter section subsection".split())
_ALONE = re.compile(r"(?i)\b(?:the|its|an?)\s+(annex|schedule|appendix|protocol)\b(?!\s+(?:[IVX\d]|to\b|[A-Z]\b|on\b))")
_LAST = re.compile(
    r"(?i)\b(?P<which>last|final|closing|penultimate|second[- ]to[- ]last|last but one|first|opening)\s+"
    r"(?:(?P<count>two|three|four|five|\d)\s+)?(?P<kind>articles?\b|arts?\b\.?)"
)
_COUNTS = {"two": 2, "three": 3, "four": 4, "five": 5}
_BESIDE = re.compile(r"(?i)\b(?:after|following|(?P<before>before|preceding))\s+$")
_POINTED = r"(?:\s+(?:it|that|this)(?:\s+one)?)?\W*$"
_NEXT = re.compile(
    r"(?i)\b(?:next|following|subsequent)\s+(?:article|art\b\.?|provision|one)"
    rf"|\b(?:article|one|provision)\s+(?:right\s+)?(?:after|behind|following){_POINTED}"
    rf"|\b(?:comes|follows|stands)\s+(?:next|then|right\s+after|after|behind)\b{_POINTED}"
    rf"|^\W*(?:(?:and|ok|okay|then|what(?:[’']?s| is))\s+)*after{_POINTED}"
    r"|^\W*(?:(?:and|ok|okay|then)\s+)*(?:the\s+)?next(?:\s+please)?\W*$"
)
_PREVIOUS = re.compile(
    r"(?i)\b(?:(?:previous|preceding|prior)\s+(?:article|art\b\.?|provision)|(?:article|one|provision)\s+(?:right\s+)?before"
    r"(?:\s+(?:it|that|this)(?:\s+one)?)?\W*$)|^\W*(?:and\s+)?(?:the\s+)?previous(?:\s+one)?\W*$"
)
_OF_JOINED = re.compile(r"(?i) of the (protocol|statute)\b")
# "article 5 of the newspaper": of something that is no treaty.
_OF_A_THING = re.compile(
    r"\s*,?\s+(?:of|in|from)\s+(?:the|a|an|my|our|your|his|her|their|this|that|yesterday’s|yesterday's|today’s|today's)\s+(?P<thing>[a-z]+)\b"
)
_NO_THING = frozenset(
    "case event light context field said same present above following treaty text parties party states words other "
    "first second third fourth fifth revised new old main body original".split()
)


@dataclass(frozen=True, slots=True)
class Missing:
    """What was asked for that a treaty does not have; ``printed`` is its number, ``container`` its annex.

    ``kind`` says what it is: "article", "annex", "part" …
    """

    treaty_id: str
    printed: str
    container: str = ""
    kind: str = "article"


@dataclass
class ProvisionsAsked:
    """The provisions found, what is missing, numbers without a treaty; ``spans`` are where they are named."""

    found: list[tuple[str, Provision]] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    spans: list[tuple[int, int]] = field(default_factory=list)


def provisions_asked(
    text: str, question: InContext, asked: Asked, scope: Sequence[str], treaties: Mapping[str, ParsedTreaty],
    names: TreatyNames, references: ReferenceGraph,
) -> ProvisionsAsked:  # fmt: skip
    """The provisions that a text names; ``scope`` are the treaties it is about, ``question`` what came before."""
    return _Naming(text, question, asked, scope, treaties, names, references).read()


class _Naming:
    """One question; holds what the steps share."""

    def __init__(
        self, text: str, question: InContext, asked: Asked, scope: Sequence[str],
        treaties: Mapping[str, ParsedTreaty], names: TreatyNames, references: ReferenceGraph,
    ) -> None:  # fmt: skip
        self.text, self.question, self.asked, self.scope = text, question, asked, scope
        self.treaties, self.names, self.references = treaties, names, references
        self.matches = sorted([*asked.found, *asked.described, *asked.elsewhere], key=lambda match: match.start)
        self.result = ProvisionsAsked()

    def read(self) -> ProvisionsAsked:
        """Everything that is named."""
        result = self.result
        mentions = self._looked_up()
        if not mentions and self.question.follow_up and (alone := _NUMBER_ALONE.match(self.text)):
            mentions = [_of_number(len(self.text), alone[1])]
        result.spans = [(m.start, m.end) for m in mentions]
        for mention in mentions:
            targets = self._targets(mention.start, mention.end)
            if targets is not None:
                self._place(mention, targets)
        for match in _LARGE_NUMBER.finditer(self.text):
            for treaty_id in (self._targets(match.start(), match.end()) or ())[:1]:
                result.missing.append(Missing(treaty_id, match[1]))
        if not mentions:
            self._by_place_in_treaty()
        if not mentions and not result.found and len(self.scope) == 1 and (self.asked.named or self.asked.described):
            self._bare_numbers()
        if not result.found and not mentions:
            self._beside_focus()
        if self.question.same_article and not result.found and not self.asked.named:
            result.found += self._in_focus()
        if result.missing and not result.found and (followed := self._followed()):
            result.found += followed
            result.missing = []
        return result

    # -- what is named

    def _looked_up(self) -> list[Mention]:
        """The mentions in a question that are looked up: articles, and what else is named and asked for whole.

        "What does Annex II say?" asks for the annex; "which species are in Annex II?" asks for what is in it,
        which is searched for.
        """
        mentions = [self._of_joined(self._without_named_protocol(m)) for m in find_mentions(self.text, question=True)]
        mentions = [m for m in mentions if m.targets[0] and not any(step.which for step in m.targets[0])]
        mentions = [m for m in mentions if not self._of_a_thing(m)]
        articles = [m for m in mentions if m.articles]
        whole = [m for m in mentions if m.targets[0][-1].kind in _WHOLE]
        if not mentions:
            whole = [Mention(m.start(), m.end(), ((Step(m[1].lower()),),)) for m in _ALONE.finditer(self.text)
                     if not any(n.start <= m.start() < n.end for n in self.matches)]  # fmt: skip
        if articles or not whole:
            # "Article IV speaks of the acts “enumerated in article III”. What are they?" asks for what is quoted.
            quoted = [(m.start(), m.end()) for m in _QUOTED.finditer(self.text)]
            return sorted(articles, key=lambda m: not any(start < m.start < end for start, end in quoted))
        spans = [*((m.start, m.end) for m in whole), *((m.start, m.end) for m in self.matches)]
        asks_what_is_in_it = content_words(without(self.text, spans))
        return [m for m in whole if self._is_beyond(m)] if asks_what_is_in_it else whole

    def _is_beyond(self, mention: Mention) -> bool:
        """Whether a treaty named has annexes, numbered as this one is, and not this one: nothing can be listed there.

        "The Annex I countries under the Kyoto Protocol", whose annexes have letters, are another treaty's.
        """
        step = mention.targets[0][-1]
        targets = self._targets(mention.start, mention.end) or ()
        if step.kind not in ("annex", "appendix", "schedule") or not step.names or len(targets) != 1:
            return False
        parsed = self.treaties[targets[0]]
        numbers = [p.normalised_number for p in parsed.provisions if p.kind == step.kind and p.normalised_number]
        alike = [number for number in numbers if number.isdigit() == step.names[0].isdigit()]
        return len(alike) > 1 and not find_provisions(parsed, mention)

    def _without_named_protocol(self, mention: Mention) -> Mention:
        """ "Article 75 of Protocol I" where "Protocol I" is a treaty's own name: Article 75, of that treaty."""
        if not any(m.start < mention.end and mention.start < m.end and "protocol" in self.text[m.start : m.end].lower()
                   for m in self.matches):  # fmt: skip
            return mention
        return replace(mention, targets=tuple(t[1:] if t[0].kind == "protocol" else t for t in mention.targets))

    def _of_joined(self, mention: Mention) -> Mention:
        """ "Article 4 of the Protocol" where the protocol is joined to the treaty that is named elsewhere."""
        of = _OF_JOINED.match(self.text, mention.end)
        return replace(mention, end=of.end(), instrument=of[1]) if of and mention.instrument is None else mention

    def _of_a_thing(self, mention: Mention) -> bool:
        """Whether a mention is of what is no treaty: "article 5 of the newspaper"."""
        end = mention.end - len(mention.instrument or "") if mention.instrument else mention.end
        of = _OF_A_THING.match(self.text, end)
        if of is None or any(m.start <= of.end() and of.start() <= m.start for m in self.matches):
            return False
        thing = of["thing"]
        return not (
            thing in KIND_WORDS or thing in _NO_THING or KEYWORD.match(thing) or self.names.descriptions.knows(thing)
        )

    # -- which treaty

    def _targets(self, start: int, end: int) -> tuple[str, ...] | None:
        """The treaties that what is named at a place may be of; None where it is of one that is not held."""
        behind = next((m for m in self.matches if m.start >= start - 2 and m.start - end < _NEAR), None)
        before = next((m for m in reversed(self.matches) if m.end <= start and start - m.end < _NEAR), None)
        nearest = before or behind
        if behind and before:
            joined = _joined(self.text[end : behind.start])
            nearest = behind if joined and joined >= _joined(self.text[before.end : start]) else before
        if nearest is not None:
            return None if nearest in self.asked.elsewhere else self._allowed(nearest.ids)
        return None if self.asked.not_held else tuple(self.scope)

    def _by_one_word(self, mention: Mention) -> tuple[str, ...]:
        """The only treaty held that has all the other words of the question in its names: "velmora art 5"."""
        words = content_words(without(self.text, [(mention.start, mention.end)]))
        having = [self.names.descriptions.having(word) for word in words]
        only = frozenset.intersection(*having) & set(self.treaties) if having else frozenset()
        return tuple(only) if len(only) == 1 else ()

    def _allowed(self, ids: Sequence[str]) -> tuple[str, ...]:
        return tuple(i for i in ids if i in self.treaties)

    # -- what there is

    def _place(self, mention: Mention, targets: Sequence[str]) -> None:
        """Note what a mention stands for in each treaty it may be of."""
        result = self.result
        printed = [names[0] for names in mention.articles]
        targets = targets or self._by_one_word(mention)
        if not targets:
            result.numbers += printed
        elif not printed:
            self._place_whole(mention, targets)
        else:
            lacking = [m for treaty_id in targets[:1] if len(targets) == 1 for m in self._lacking(mention, treaty_id)]
            placed = [(t, p) for t in targets for p in find_provisions(self.treaties[t], mention)]
            if lacking and len(placed) == len(lacking):
                placed = []
            placed = self._shifted(mention, placed)
            result.found += placed
            if lacking:
                result.missing += lacking
            elif not placed:
                result.missing += [Missing(targets[0], number, _container_label(mention)) for number in printed]
            elif len(targets) == 1 and not mention.container:
                present = {p.normalised_number for p in self.treaties[targets[0]].articles}
                result.missing += [
                    Missing(targets[0], n) for n in printed
                    if n not in present and n.partition(".")[0] not in present
                ]  # fmt: skip

    def _lacking(self, mention: Mention, treaty_id: str) -> Iterator[Missing]:
        """The paragraphs named that an article with numbered paragraphs does not have: "Article 22(7)"."""
        parsed = self.treaties[treaty_id]
        for target in mention.targets:
            if len(target) < 2 or target[-2].kind != "article" or target[-1].kind != "paragraph" or target[-1].last:
                continue
            article = find_places(parsed, target[:-1]).provisions
            numbered = [
                p for a in article[:1] for p in parsed.children.get(a.eid, ()) if p.kind == "paragraph" and p.number
            ]
            wanted = target[-1].names[0]
            if (
                len(numbered) > 1
                and wanted.isdigit()
                and int(wanted) > len(numbered)
                and not any(p.normalised_number == wanted for p in numbered)
            ):
                yield Missing(treaty_id, f"{target[-2].names[0]}({wanted})")

    def _place_whole(self, mention: Mention, targets: Sequence[str]) -> None:
        """Note what a mention of an annex, a part or the preamble stands for."""
        found = [(treaty_id, p) for treaty_id in targets for p in find_provisions(self.treaties[treaty_id], mention)]
        self.result.found += found
        last = mention.targets[0][-1]
        if not found and last.names:
            self.result.missing.append(Missing(targets[0], last.names[0], kind=last.kind))

    def _shifted(self, mention: Mention, placed: list[tuple[str, Provision]]) -> list[tuple[str, Provision]]:
        """ "the article after Article 5": the neighbours of what is named."""
        beside = _BESIDE.search(self.text[max(0, mention.start - 24) : mention.start])
        if beside is None or not re.search(
            r"(?i)\b(?:article|art\.?|one|provision)\s+(?:\w+\s+)?$", self.text[: mention.start - len(beside[0])] + " "
        ):
            return placed
        return [
            found for treaty_id, p in placed for found in self._neighbour(treaty_id, p, -1 if beside["before"] else 1)
        ]

    def _neighbour(self, treaty_id: str, provision: Provision, step: int) -> list[tuple[str, Provision]]:
        parsed = self.treaties[treaty_id]
        article = parsed.article_of(provision)
        siblings = [a for a in parsed.articles if parsed.container_of(a) == parsed.container_of(article)]
        if article not in siblings:
            return []
        place = siblings.index(article) + step
        return [(treaty_id, siblings[place])] if 0 <= place < len(siblings) else []

    def _by_place_in_treaty(self) -> None:
        """ "the last article", "the first three articles"."""
        for match in _LAST.finditer(self.text):
            targets = self._targets(match.start(), match.end())
            which, count = match["which"].lower(), match["count"] or "1"
            number = _COUNTS.get(count, 0) or int(count)
            for treaty_id in targets or ():
                articles = self.treaties[treaty_id].body_articles
                if which in ("first", "opening"):
                    chosen = articles[:number]
                elif which in ("last", "final", "closing"):
                    chosen = articles[-number:]
                else:
                    chosen = articles[-2:-1]
                self.result.found += [(treaty_id, article) for article in chosen]
            self.result.spans.append(match.span())

    def _bare_numbers(self) -> None:
        """ "rome statute 8 bis", "51 un charter": a number beside a name, in a question of few words."""
        outside = _blanked(self.text, [(m.start, m.end) for m in self.matches])
        if len(outside.split()) > _FEW_WORDS:
            return
        for match in _BARE_NUMBER.finditer(outside):
            counted = NOT_A_NUMBER.match(outside, match.end()) or not _AFTER_BARE_NUMBER.match(outside, match.end())
            if counted or not _BEFORE_BARE_NUMBER.search(outside, 0, match.start()) or not read_number(match[1]):
                continue
            mention = _of_number(0, match[1])
            found = find_provisions(self.treaties[self.scope[0]], mention)
            self.result.found += [(self.scope[0], p) for p in found]

    # -- what came before

    def _beside_focus(self) -> None:
        """ "the next article", "the one before": seen from the article that the conversation is about."""
        if not self.question.articles:
            return
        step = 1 if _NEXT.search(self.text) else -1 if _PREVIOUS.search(self.text) else 0
        treaty_id, eid = self.question.articles[0]
        parsed = self.treaties.get(treaty_id)
        if (
            not step
            or parsed is None
            or eid not in parsed.by_eid
            or (self.asked.named and treaty_id not in self.asked.named)
        ):
            return
        self.result.found += self._neighbour(treaty_id, parsed.by_eid[eid], step)

    def _in_focus(self) -> list[tuple[str, Provision]]:
        """The article that the conversation is about, at the paragraph named, if one is."""
        for treaty_id, eid in self.question.articles[:1]:
            parsed = self.treaties.get(treaty_id)
            article = parsed.by_eid.get(eid) if parsed else None
            if parsed is None or article is None:
                continue
            paragraph = re.search(r"(?i)para(?:graph|\.)?\s+\(?(\w{1,3})\)?", self.text)
            if paragraph:
                inner = parsed.by_eid.get(f"{article.eid}__para_{paragraph[1]}")
                return [(treaty_id, inner or article)]
            return [(treaty_id, article)]
        return []

    def _followed(self) -> list[tuple[str, Provision]]:
        """Articles of other treaties that the treaty named refers to by the number asked for.

        "The treaty speaks of Article 51. What does it say?" means Article 51 of the Charter, if that treaty has
        no such article itself and refers to the Charter's.
        """
        found = []
        for lacking in self.result.missing:
            parsed = self.treaties[lacking.treaty_id]
            for edge in self.references.between(lacking.treaty_id, 0, len(parsed.treaty.text)):
                other = edge.reference.treaty_id
                if other is None or other == lacking.treaty_id or other not in self.treaties:
                    continue
                target = self.treaties[other]
                for eid in edge.reference.eids:
                    if target.article_of(target.by_eid[eid]).normalised_number == lacking.printed:
                        found.append((other, target.by_eid[eid]))
        return list(dict.fromkeys(found))[:1]


def _of_number(end: int, printed: str) -> Mention:
    """The mention of an article by its number alone."""
    return Mention(0, end, ((Step("article", tuple(n.text for n in read_number(printed))),),))


def _joined(between: str) -> int:
    """How closely the words between an article and a name join the two: "of the" (3), nothing (2), a comma (1)."""
    between = _LETTERED.sub("", between)
    if re.fullmatch(
        r"[\s,“\"‘'(]*(?:of|in|from|to|under|du|de|del|common to)\s+(?:the|la|le|l’)?[\s“\"‘']*|['’]s?\s+", between
    ):
        return 3
    if re.fullmatch(r"[\s“\"‘'(]*(?:(?:the|la|le|l’)\s*)?[“\"‘']*", between):
        return 2
    return 1 if re.fullmatch(r"\s*[,:–-]\s*(?:the\s+)?", between) else 0


def _container_label(mention: Mention) -> str:
    if mention.container is None:
        return ""
    kind, number = mention.container
    return f"{kind.capitalize()} {number}".strip() if number else kind.capitalize()


_ASKING = frozenset(
    "what does say says said about the read tell show quote explain give please text mean meaning exactly can you "
    "how which and for with under from this that there article articles art arts wording contain treaty treaties "
    "convention agreement bis ter pls full whole entire need want see look cite copy paste print display".split()
)


def content_words(text: str) -> list[str]:
    """The words of a question that say what it is about."""
    words = [word.text for word in words_of(text)]
    return [word for word in words if len(word) > 2 and not word[0].isdigit() and word not in _ASKING]


def without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """The text with some stretches left out."""
    return " ".join(_blanked(text, spans).split())


def _blanked(text: str, spans: Sequence[tuple[int, int]]) -> str:
    letters = list(text)
    for start, end in spans:
        letters[start:end] = " " * (end - start)
    return "".join(letters)
