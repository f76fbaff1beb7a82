"""The vocabulary of ingestion: treaties, their provisions, and the passages that are searched.

All offsets are Unicode code points into ``Treaty.text``, end exclusive. Records are frozen; what belongs
to one treaty travels together as a ``ParsedTreaty``.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, NamedTuple

ProvisionKind = Literal[
    "preamble",
    "part",
    "chapter",
    "section",
    "article",
    "paragraph",
    "point",
    "chapeau",
    "definition",
    "annex",
    "protocol",
    "final",
]

# What a treaty's own text says of it: the words of signature, and its final clauses (see ingest.facts).
FactKind = Literal[
    "signed",
    "signed_at",
    "entry_into_force",
    "depositary",
    "authentic_languages",
    "prevailing_language",
    "duration",
    "withdrawal",
    "notice",
]

# Provisions that hold others without being one thing that a reader would cite on its own.
GROUPINGS: frozenset[str] = frozenset({"part", "chapter", "section"})
# Texts joined to a treaty, with a numbering of their own (an annex, a protocol, a statute, a schedule).
CONTAINERS: frozenset[str] = frozenset({"annex", "protocol"})


@dataclass(frozen=True, slots=True)
class Source:
    """Where a treaty's text was read from.

    ``uri`` is the file or address as ingested, ``sha256`` that of its bytes, ``format`` the reader used,
    ``pages`` the offset at which each page begins (empty for formats without pages).
    """

    uri: str
    sha256: str
    format: str
    pages: tuple[int, ...] = ()

    def page_at(self, offset: int) -> int | None:
        """The page, counted from 1, on which the character at ``offset`` stands; None without pages."""
        if not self.pages:
            return None
        return max(1, sum(1 for start in self.pages if start <= offset))


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a treaty beside its text; dates are ISO 8601, unknown is None."""

    kind: str | None = None
    parties: tuple[str, ...] = ()
    signed: str | None = None
    signed_at: str | None = None
    in_force: str | None = None
    depositary: str | None = None
    provenance: str | None = None
    licence: str | None = None


@dataclass(frozen=True, slots=True)
class Treaty:
    """One treaty in one language: identity, facts, and the canonical text that every offset points into.

    ``text`` is NFC with ``\\n`` line ends. ``text_status`` says what kind of text this is ("authentic",
    "excerpt", "adoption draft", …); anything but "authentic" is told to the reader of an answer.
    ``access`` are the labels one of which a reader needs; a treaty without any is for everybody.
    """

    id: str
    title: str
    text: str
    source: Source
    aliases: tuple[str, ...] = ()
    language: str = "en"
    text_status: str = "authentic"
    facts: Facts = field(default_factory=Facts)
    access: tuple[str, ...] = ()


class Provision(NamedTuple):
    """A piece of a treaty that can be cited: ``treaty.text[start:end]``.

    ``eid`` identifies it within the treaty (Akoma Ntoso's manner), ``number`` is as printed,
    ``normalised_number`` as compared ("IV" is "4", "8 bis" is "8bis"), ``parent`` the eid of the
    provision it stands in, ``body_start`` where its own words begin after number and heading.
    """

    # A tuple: a treaty has thousands, and making one takes a third of the time of a frozen dataclass.

    eid: str
    kind: ProvisionKind
    number: str | None
    normalised_number: str | None
    heading: str | None
    start: int
    end: int
    parent: str | None
    body_start: int
    label: str


@dataclass(frozen=True, slots=True)
class Reference:
    """A mention of a provision: "Article 51 of the UN Charter" at ``start:end`` of some text.

    ``instrument`` is the name of the other treaty as written, None for the treaty itself;
    ``treaty_id`` is set when that treaty is held; ``eids`` are the provisions meant.
    ``status`` is "internal" for the treaty itself, "held" for another one held, "known" for one of the
    catalogue (its id is ``known``), "open" where it cannot be told. ``lacking`` names what the treaty does
    not have of what was mentioned ("Article 99").
    """

    start: int
    end: int
    instrument: str | None
    treaty_id: str | None
    eids: tuple[str, ...]
    status: Literal["internal", "held", "known", "open"] = "open"
    known: str | None = None
    lacking: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact that a treaty's own text tells, read from ``treaty.text[start:end]`` in the provision ``eid``.

    ``value`` is normalised: an ISO date, a name, ISO 639 codes in the order of the text, a few words such as
    "120 days after the 60th instrument"; None where the clause is there and cannot be told so shortly.
    """

    kind: FactKind
    value: str | tuple[str, ...] | None
    eid: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Passage:
    """What is searched: ``text == treaty.text[start:end]`` is quoted, ``embedding_text`` is embedded.

    ``article`` is the eid of the article (or preamble, or annex without articles) the passage is from.
    """

    id: str
    treaty_id: str
    eid: str
    article: str
    start: int
    end: int
    text: str
    embedding_text: str


@dataclass(frozen=True)
class ParsedTreaty:
    """A treaty with its provisions in the order of the text, parents before their children.

    ``oddities`` are sentences about the document that a person should know (a gap in the numbering …);
    ``facts_from_text`` is what the text tells of itself, each kind at most once.
    """

    treaty: Treaty
    provisions: tuple[Provision, ...]
    oddities: tuple[str, ...] = ()
    facts_from_text: tuple[Fact, ...] = ()

    @cached_property
    def by_eid(self) -> dict[str, Provision]:
        """Provisions by eId."""
        return {provision.eid: provision for provision in self.provisions}

    @cached_property
    def children(self) -> dict[str | None, tuple[Provision, ...]]:
        """Provisions by the eId of their parent, in the order of the text."""
        grouped: dict[str | None, list[Provision]] = {}
        for provision in self.provisions:
            grouped.setdefault(provision.parent, []).append(provision)
        return {parent: tuple(found) for parent, found in grouped.items()}

    @cached_property
    def by_step(self) -> dict[str, tuple[Provision, ...]]:
        """Articles, groupings and containers by the last step of their eId as numbered ("art_5", "annex_6")."""
        grouped: dict[str, list[Provision]] = {}
        for provision in self.provisions:
            if provision.kind in ("article", *GROUPINGS, *CONTAINERS):
                name = provision.eid.rpartition("__")[2].partition("_")[0].partition("-")[0]
                number = provision.normalised_number
                grouped.setdefault(f"{name}_{number}" if number else name, []).append(provision)
        return {step: tuple(found) for step, found in grouped.items()}

    @property
    def articles(self) -> tuple[Provision, ...]:
        """All articles, those of annexes and protocols included."""
        return tuple(p for p in self.provisions if p.kind == "article")

    @property
    def body_articles(self) -> tuple[Provision, ...]:
        """The articles of the treaty proper, without those of annexes and protocols."""
        return tuple(p for p in self.articles if self.container_of(p) is None)

    def fact(self, kind: FactKind) -> Fact | None:
        """What the text itself tells of a kind, None where it tells nothing."""
        return next((fact for fact in self.facts_from_text if fact.kind == kind), None)

    def text_of(self, provision: Provision) -> str:
        """The provision's words, number and heading included."""
        return self.treaty.text[provision.start : provision.end]

    def ancestors(self, provision: Provision) -> Iterator[Provision]:
        """The provisions around one, innermost first."""
        parent = provision.parent
        while parent is not None:
            around = self.by_eid[parent]
            yield around
            parent = around.parent

    def container_of(self, provision: Provision) -> Provision | None:
        """The annex or protocol that a provision stands in, None for the body of the treaty."""
        return next((p for p in self.ancestors(provision) if p.kind in CONTAINERS), None)

    def article_of(self, provision: Provision) -> Provision:
        """The article a provision is part of, or its annex, preamble … where there is no article."""
        around = (provision, *self.ancestors(provision))
        for kinds in ({"article"}, {"annex", "protocol", "preamble", "final"}):
            found = next((p for p in around if p.kind in kinds), None)
            if found is not None:
                return found
        return provision

    def full_label(self, provision: Provision) -> str:
        """How a lawyer would name the provision within the treaty: "Annex I, Article 3, paragraph 2"."""
        names = [provision.label]
        for around in self.ancestors(provision):
            if around.kind not in GROUPINGS:
                names.append(around.label)
        return ", ".join(reversed(names))

    def place_of(self, fact: Fact) -> str:
        """How a lawyer would name the provision a fact was read from: "Article 84, paragraph 1"."""
        provision = self.by_eid[fact.eid]
        # The words of signature stand behind the last article and are no part of it.
        return provision.label if provision.kind == "final" else self.full_label(provision)

    def fact_to_json(self, fact: Fact) -> dict[str, Any]:
        """A fact with its source: the provision, how it is named, and the words it was read from."""
        return {
            "kind": fact.kind,
            "value": list(fact.value) if isinstance(fact.value, tuple) else fact.value,
            "eid": fact.eid,
            "label": self.place_of(fact),
            "start": fact.start,
            "end": fact.end,
            "quote": self.treaty.text[fact.start : fact.end],
        }

    def to_json(self) -> dict[str, Any]:
        """The document that ``pacta parse --json`` prints."""
        treaty = self.treaty
        return {
            "treaty": {
                "id": treaty.id,
                "title": treaty.title,
                "aliases": list(treaty.aliases),
                "language": treaty.language,
                "text_status": treaty.text_status,
                "facts": {
                    "kind": treaty.facts.kind,
                    "parties": list(treaty.facts.parties),
                    "signed": treaty.facts.signed,
                    "signed_at": treaty.facts.signed_at,
                    "in_force": treaty.facts.in_force,
                    "depositary": treaty.facts.depositary,
                    "provenance": treaty.facts.provenance,
                    "licence": treaty.facts.licence,
                },
                "source": {
                    "uri": treaty.source.uri,
                    "sha256": treaty.source.sha256,
                    "format": treaty.source.format,
                    "pages": list(treaty.source.pages),
                },
                "oddities": list(self.oddities),
                "facts_from_text": [self.fact_to_json(fact) for fact in self.facts_from_text],
            },
            "provisions": [
                {
                    "eid": p.eid,
                    "kind": p.kind,
                    "number": p.number,
                    "heading": p.heading,
                    "start": p.start,
                    "end": p.end,
                    "parent": p.parent,
                    "normalised_number": p.normalised_number,
                    "body_start": p.body_start,
                    "label": p.label,
                }
                for p in self.provisions
            ],
            "text": treaty.text,
        }
