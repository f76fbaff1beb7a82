"""Which treaty and which provisions a statement attributes its words to.

Named is what stands beside the words; "the treaty" and a bare "Article 16" are taken from what came before, and where
nothing did, from the only treaty of the text. What was not named is said with the reason.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ingest.mentions import Mention
from ingest.models import ParsedTreaty
from ingest.places import find_places, name_of
from service.check.anchors import Anchor
from service.check.attribution import Found
from service.check.models import Told
from service.check.placed import Placed
from service.check.treaties_spoken import Spoken, called, resolve
from service.citations import label_of, short_name
from service.subjects import Pointer

_NAMED_KINDS = frozenset(
    {"article", "annex", "protocol", "schedule", "appendix", "preamble", "rule", "part", "chapter", "section"}
)
_DIVISIONS = frozenset({"part", "chapter", "section"})


@dataclass(frozen=True, slots=True)
class Source:
    """Where a statement says that its words are from.

    ``treaties`` are the ids of the treaties held that it may mean, several where the words fit several; ``title`` is
    the name of one that is not held. ``eids`` are the provisions claimed, of the first treaty that has them; ``label``
    is how the claim names them; ``lacking`` says that no treaty meant has them. ``topic`` describes a provision without
    number.
    """

    treaties: tuple[str, ...] = ()
    title: str | None = None
    told: Told = "unknown"
    mention: Mention | None = None
    eids: tuple[str, ...] = ()
    label: str | None = None
    article_told: Told = "unknown"
    lacking: bool = False
    topic: str = ""
    why: str = ""


# Of the treaties spoken of before so many are remembered.
_REMEMBERED = 40


class Sources:
    """The sources of the statements of one text, to be asked for in its order."""

    def __init__(
        self,
        spoken: Sequence[Spoken],
        treaties: Mapping[str, ParsedTreaty],
        text: str,
        bodies: Iterable[Pointer] = (),
    ) -> None:
        """``bodies`` are the organisations named in the text that stand for treaties held."""
        self._bodies = [Spoken(m.start, m.end, m.ids) for m in bodies]
        named = [s for s in spoken if not s.generic and (s.ids or s.title)]
        self._spoken = Placed(named)
        distinct = {(s.ids, s.title): s for s in named}
        self._only = next(iter(distinct.values())) if len(distinct) == 1 else None
        self._treaties, self._text = treaties, text
        self._titles = _Titles(treaties)
        self._last: tuple[int, Source] | None = None
        # What statements were attributed to is what the text is about.
        self._subjects: list[Spoken] = []

    def of(self, found: Found) -> Source:
        """The source of a statement; statements are to be asked about in the order of the text."""
        source = self._of(found)
        if not found.tentative:
            self._last = (found.statement[1], source)
            if source.treaties or source.title:
                start = found.anchor.start if found.anchor else found.statement[0]
                self._subjects.append(Spoken(start, start, source.treaties, source.title))
        return source

    def _of(self, found: Found) -> Source:
        if found.anchor is None or found.anchor.same:
            return self._inherited(found)
        return self.of_anchor(found.anchor)

    def of_anchor(self, anchor: Anchor) -> Source:
        """What an anchor names, with the treaty from its context where none stands beside it."""
        ids, title, told, why = self._treaty_of(anchor)
        source = Source(ids, title, told, anchor.mention, topic=anchor.topic, why=why)
        if anchor.mention is None:
            return source
        return self._with_provisions(source, anchor.mention)

    def _treaty_of(self, anchor: Anchor) -> tuple[tuple[str, ...], str | None, Told, str]:
        spoken = anchor.spoken
        if spoken and not spoken.generic:
            ids = self._numbered(spoken.ids, anchor.mention)
            return ids, spoken.title, "named", ""
        kind = spoken.kind if spoken else ""
        called_so = self._text[spoken.start : spoken.end] if spoken else "the provision"
        before = self._before(anchor.start)
        meant = self._called_so(called_so, before) or resolve(kind, before, self._titles)
        if meant and anchor.mention and meant.ids and not self._has(meant.ids, anchor.mention):
            # "Article 51" of a treaty with fourteen articles is of another that the text speaks of.
            others = [s for s in before if s.ids and self._has(s.ids, anchor.mention)]
            if not spoken and (other := resolve(kind, others, self._titles)):
                return (self._numbered(other.ids, anchor.mention), None, "context",
                        f"{self._named(meant)} has no such article; {self._named(other)}, named before, "
                        f"has.")  # fmt: skip
        if meant:
            why = f"Taken to be of {self._named(meant)}, which the text is about there."
            if spoken:
                why = f"“{called_so}” is taken to be {self._named(meant)}, named before."
            return self._numbered(meant.ids, anchor.mention), meant.title, "context", why
        if spoken and (
            body := resolve(kind, [b for b in self._bodies if kind in called(b, self._titles)], self._titles)
        ):
            return (
                body.ids,
                None,
                "guessed",
                f"“{called_so}” is taken to be {self._named(body)}, of whose body the text speaks.",
            )
        only = self._only
        if only is not None and resolve(kind, [only], self._titles):
            return only.ids, only.title, "context", f"{self._named(only)} is the only treaty that the text names."
        return (), None, "unknown", "No treaty is named in the text before."

    def _before(self, place: int) -> list[Spoken]:
        """The treaties spoken of last before a place, and those that statements were attributed to."""
        spoken = [s for s in self._spoken.before(place, _REMEMBERED) if s.end <= place]
        subjects = [s for s in self._subjects[-_REMEMBERED:] if s.start < place]
        return sorted([*spoken, *subjects], key=lambda s: s.start)

    def _called_so(self, written: str, before: Sequence[Spoken]) -> Spoken | None:
        """Of the treaties spoken of before the last that has the words in its names: "Protocol I"."""
        words = re.compile(rf"\b{re.escape(' '.join(written.split()).removeprefix('the '))}\b", re.IGNORECASE)
        if not re.search(r"\d|\b[IVX]+$", written):
            return None
        for spoken in reversed(before):
            for treaty_id in spoken.ids:
                treaty = self._treaties[treaty_id].treaty
                if any(words.search(name) for name in (treaty.title, *treaty.aliases)):
                    return replace(spoken, ids=(treaty_id,))
        return None

    def _inherited(self, found: Found) -> Source:
        """What the statement before was about."""
        if self._last and (found.follows or found.anchor):
            source = self._last[1]
            why = source.why or "It goes on about what the sentence before was about."
            return replace(source, told="context" if source.told != "unknown" else "unknown",
                           article_told="context" if source.eids else source.article_told, why=why)  # fmt: skip
        before = self._before(found.statement[0])
        meant = resolve("", before, self._titles)
        if meant is None:
            return Source()
        return Source(
            meant.ids,
            meant.title,
            "context",
            why=f"Taken to be of {self._named(meant)}, which the text is about there.",
        )

    def _with_provisions(self, source: Source, mention: Mention) -> Source:
        label = label_claimed(mention)
        if mention.targets[0][0].kind not in _NAMED_KINDS:
            # "Paragraph 2" is of the article spoken of before.
            last = self._last[1] if self._last else None
            if last and last.eids and (not source.treaties or set(last.treaties) & set(source.treaties)):
                return self._below(last, mention, label)
            return replace(source, label=label)
        for treaty_id in source.treaties:
            eids = self._eids(treaty_id, mention)
            if eids:
                treaties = (treaty_id, *(i for i in source.treaties if i != treaty_id))
                return replace(source, treaties=treaties, eids=eids, label=label, article_told="named")
        if source.treaties and self._undivided(source.treaties, mention):
            # The text held is without its chapters: none can be said not to be there.
            return source
        return replace(source, label=label, article_told="named", lacking=bool(source.treaties))

    def _undivided(self, ids: Sequence[str], mention: Mention) -> bool:
        """Whether a part, chapter or section is named and none of the treaties is held with any."""
        kind = mention.targets[0][0].kind
        return kind in _DIVISIONS and not any(
            p.kind == kind for i in ids if i in self._treaties for p in self._treaties[i].by_eid.values()
        )

    def _below(self, last: Source, mention: Mention, label: str) -> Source:
        parsed = self._treaties[last.treaties[0]]
        here = parsed.by_eid[last.eids[0]]
        found = [p for target in mention.targets for p in find_places(parsed, target, here).provisions]
        eids = tuple(p.eid for p in found) or last.eids
        told: Told = "context"
        named = label_of(parsed, parsed.by_eid[eids[0]]) if found else label
        return replace(last, eids=eids, label=named, told=told, article_told="context",
                       why=f"Taken to be of {last.label or 'the provision'}, spoken of before.")  # fmt: skip

    def _eids(self, treaty_id: str, mention: Mention) -> tuple[str, ...]:
        parsed = self._treaties[treaty_id]
        found = [p.eid for target in mention.targets for p in find_places(parsed, target).provisions]
        return tuple(dict.fromkeys(found))

    def _has(self, ids: Sequence[str], mention: Mention) -> bool:
        return any(self._eids(i, mention) for i in ids if i in self._treaties)

    def _numbered(self, ids: tuple[str, ...], mention: Mention | None) -> tuple[str, ...]:
        """Of several treaties first those that have the provision named."""
        if mention is None or len(ids) < 2:
            return ids
        return tuple(sorted(ids, key=lambda i: not self._eids(i, mention)))

    def _named(self, spoken: Spoken) -> str:
        if spoken.ids:
            return f"the {short_name(self._treaties[spoken.ids[0]]).removeprefix('The ')}"
        return spoken.title or "it"


class _Titles(Mapping[str, str]):
    """The titles of the treaties held, by id."""

    def __init__(self, treaties: Mapping[str, ParsedTreaty]) -> None:
        self._treaties = treaties

    def __getitem__(self, treaty_id: str) -> str:
        return self._treaties[treaty_id].treaty.title

    def __iter__(self) -> Iterator[str]:
        return iter(self._treaties)

    def __len__(self) -> int:
        return len(self._treaties)


def label_claimed(mention: Mention) -> str:
    """How a mention names its provisions: "Article 2, paragraph 4", "Articles 3 and 4"."""
    names = [
        ", ".join(name_of(step) for step in reversed(target) if step.kind in _NAMED_KINDS or len(target) == 1)
        for target in mention.targets[:4]
    ]
    deeper = [", ".join([*(name_of(s) for s in target)]) for target in mention.targets[:4]]
    names = [
        deep if len(target) > 1 else name for name, deep, target in zip(names, deeper, mention.targets, strict=False)
    ]
    return " and ".join(dict.fromkeys(names))
