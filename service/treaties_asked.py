"""Which treaties a question is about: by name it is limited to them, by description they are preferred.

    exact name of a treaty held                -> named
    exact name of one that is not held         -> not_held, unless a treaty held fits those words as well
    description, body, subject, both parties   -> preferred, with a weight
    a name that only has the form of one       -> not_held

A name inside the description of another treaty ("the Protocol to the Lamp Convention") is that description's.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ingest.generic_names import KIND_WORDS
from ingest.names import NameMatch, distinct_words, words_of
from service.descriptions import Described, Description
from service.treaty_table import TreatyNames

# A treaty that fits less is not meant.
LEAST = 0.45
# Treaties that fit nearly as well as the best are preferred too; several so close are ambiguous.
NEARLY = 0.7
CLOSE = 0.93
MOST_PREFERRED = 6
# One that is not held is meant where it fits so much better than all that are held.
CLEARLY = 1.15
# A name that another treaty's description contains is doubted where that fits so much better.
BETTER = 1.05
# So much of a description must be in a treaty's names for it to be refused as not held.
WHOLE = 0.8
BY_BODY = 0.75
BY_SUBJECT = 0.35
BESIDE_DESCRIPTION = 0.5
BY_PARTIES = 0.2
BY_PROPER_NAME = 0.6
# What a second description of the same treaty adds.
FURTHER = 0.25

_NO_NAMES = frozenset("act code deal ban sofa instrument understanding resolution regulations arrangement".split())
_KINDS = "|".join(sorted(KIND_WORDS - _NO_NAMES - {"arrangements"}))
# "the Karsk Accord", "Treaty of Tordesillas": a name by its form, whatever it is.
_NAMED_BY_FORM = re.compile(
    rf"\b(?P<before>(?:[A-Z][\w’'–-]+\s+){{1,5}})(?i:{_KINDS})\b"
    rf"|\b(?i:{_KINDS})\s+of\s+(?P<place>[A-Z][\w’'–-]+(?:\s+[A-Z][\w’'–-]+)*)"
)
_COMMON_BEFORE = frozenset("the this that a an which what under does is in article our any".split())
_PLURALS = frozenset(word for word in KIND_WORDS if word.endswith("s"))


@dataclass(frozen=True, slots=True)
class Asked:
    """The treaties of a question.

    ``found`` are the exact names in it, ``described`` the descriptions with the ids that fit best; ``named`` are
    the treaties it is limited to, ``preferred`` those it seems to be about, with weights from 0 to 1, best first.
    ``not_held`` are names of treaties that the index does not hold, ``elsewhere`` where the catalogue's names of
    such treaties stand. ``ambiguous`` are names and descriptions that fit several treaties: as they are written, and
    the ids of those.
    """

    found: tuple[NameMatch, ...] = ()
    described: tuple[NameMatch, ...] = ()
    named: tuple[str, ...] = ()
    preferred: tuple[tuple[str, float], ...] = ()
    ambiguous: tuple[tuple[str, tuple[str, ...]], ...] = ()
    not_held: tuple[str, ...] = ()
    elsewhere: tuple[NameMatch, ...] = ()


def treaties_asked(text: str, names: TreatyNames, allowed: Sequence[str] = ()) -> Asked:
    """The treaties that a text is about; ``allowed`` are the ids that it may be about (empty: all held)."""
    return _Asking(text, names, allowed).asked()


class _Asking:
    """One question; holds what the steps share."""

    def __init__(self, text: str, names: TreatyNames, allowed: Sequence[str]) -> None:
        self.text, self.names = text, names
        self.allowed = frozenset(allowed) or names.ids
        self.all_found = [m for m in names.held.find(text) if _written_as_name(text, m)]
        self.known = [m for m in names.known.find(text) if _written_as_name(text, m)]
        fits = [(d, names.descriptions.fitting(d)) for d in names.descriptions.find(text)]
        self.fits = [(d, found) for d, found in fits if found and not _is_part(d, found[0], fits)]

    def asked(self) -> Asked:
        """What is told of the treaties."""
        found, doubted = self._certain()
        exact = tuple(dict.fromkeys(i for m in found for i in m.ids if i in self.allowed))
        described = [] if exact else self._described()
        parties = () if exact else self._by_parties()
        named = exact or (parties if len(parties) == 1 and self._none_better(parties[0]) else ())
        described = [] if named else described
        not_held = () if named else self._not_held(described, doubted)
        preferred = self._preferred(named, described, parties) if not not_held else ()
        return Asked(
            tuple(m for m in found if self.allowed.intersection(m.ids)),
            tuple(described), named, preferred, self._ambiguous(found, described, preferred), not_held,
            tuple(self._elsewhere(found, described)),
        )  # fmt: skip

    def _certain(self) -> tuple[list[NameMatch], list[NameMatch]]:
        """The exact names, and those that are only part of another treaty's name."""
        certain: list[NameMatch] = []
        doubted: list[NameMatch] = []
        for match in self.all_found:
            longer = [k for k in self.known if k.start <= match.start and match.end <= k.end and k.words > match.words]
            (doubted if longer or self._fits_another(match) else certain).append(match)
        return certain, doubted

    def _fits_another(self, match: NameMatch) -> bool:
        """Whether the words around a name make it another's: "the Protocol to the Lamp Convention"."""
        for description, fits in self.fits:
            if not (description.start < match.end and match.start < description.end):
                continue
            own = next((f for f in fits if f.treaty_id in match.ids), None)
            best = fits[0]
            if best.treaty_id in match.ids or own is None:
                continue
            if own.words < best.words and best.score > BETTER * own.score and best.score >= LEAST:
                return True
        return False

    def _by_parties(self) -> tuple[str, ...]:
        """Treaties all of whose parties the question speaks of: "must Russia act if North Korea is attacked"."""
        words = distinct_words(self.text)
        return tuple(dict.fromkeys(
            treaty_id for parties, treaty_id in self.names.pairs if parties <= words and treaty_id in self.allowed
        ))  # fmt: skip

    def _described(self) -> list[NameMatch]:
        """The descriptions that treaties held fit, with those that fit best."""
        found = []
        for description, fits in self.fits:
            held = [f for f in fits if f.treaty_id in self.allowed]
            if not held or held[0].score < LEAST or fits[0].score > CLEARLY * held[0].score:
                continue
            if description.unknown and held[0].score < WHOLE and self._proper_unknown(description):
                continue
            close = tuple(f.treaty_id for f in held if f.score >= CLOSE * held[0].score)[:MOST_PREFERRED]
            found.append(NameMatch(description.start, description.end, close, len(description.weights)))
        return found

    def _proper_unknown(self, description: Description) -> bool:
        written = self.text[description.start : description.end]
        return any(word.text in description.unknown and written[word.start].isupper() for word in words_of(written))

    def _none_better(self, treaty_id: str) -> bool:
        """Whether no description in the question fits another treaty better than the one between two parties."""
        return all(fits[0].treaty_id == treaty_id or fits[0].score < LEAST for _, fits in self.fits)

    def _preferred(
        self, named: Sequence[str], described: Sequence[NameMatch], parties: Sequence[str] = ()
    ) -> tuple[tuple[str, float], ...]:
        """The treaties that seem to be meant, best first; among several that are named, those described best."""
        weights: dict[str, float] = {}
        spans = {(m.start, m.end) for m in described}
        for description, fits in self.fits:
            held = [f for f in fits if f.treaty_id in (named or self.allowed)]
            if not held or (not named and (description.start, description.end) not in spans):
                continue
            share = 1.0 if description.kind else BY_PROPER_NAME
            for fit in held[:MOST_PREFERRED]:
                if fit.score >= max(NEARLY * held[0].score, LEAST):
                    one, other = sorted((weights.get(fit.treaty_id, 0.0), share * fit.score))
                    weights[fit.treaty_id] = min(1.0, other + FURTHER * one)
        for treaty_id in parties:
            weights[treaty_id] = min(1.0, weights.get(treaty_id, 0.5) + BY_PARTIES)
        # Where a treaty is described, what else the question speaks of says less.
        by_kind = any(d.kind and (d.start, d.end) in spans for d, _ in self.fits)
        for pointers, least in ((self.names.bodies, BY_BODY), (self.names.subjects, BY_SUBJECT)):
            for pointer in pointers.find(self.text):
                for treaty_id in pointer.ids:
                    if treaty_id in (named or self.allowed):
                        told = least * (BESIDE_DESCRIPTION if by_kind else 1.0)
                        one, other = sorted((weights.get(treaty_id, 0.0), told))
                        weights[treaty_id] = min(1.0, other + FURTHER * one)
        if len(named) == 1:
            return ()
        ranked = sorted(weights.items(), key=lambda one: (-one[1], one[0]))[:MOST_PREFERRED]
        return tuple((treaty_id, round(weight, 3)) for treaty_id, weight in ranked)

    def _ambiguous(
        self, found: Iterable[NameMatch], described: Iterable[NameMatch], preferred: Sequence[tuple[str, float]]
    ) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The names and descriptions that fit several treaties, where nothing speaks of several or tells which."""
        if preferred and (len(preferred) == 1 or preferred[1][1] < CLOSE * preferred[0][1]):
            return ()
        # "A treaty on trade" means any; "the trade treaty" means one.
        one_meant = {(d.start, d.end) for d, _ in self.fits if d.definite and d.kind}
        several: dict[str, tuple[str, ...]] = {}
        for match in (*found, *(m for m in described if (m.start, m.end) in one_meant)):
            ids = tuple(i for i in match.ids if i in self.allowed)
            written = " ".join(self.text[match.start : match.end].split())
            if len(ids) > 1 and not _PLURALS & {word.text for word in words_of(written)}:
                several.setdefault(written, ids)
        return tuple(several.items())

    def _not_held(self, described: Sequence[NameMatch], doubted: Sequence[NameMatch]) -> tuple[str, ...]:
        """Names of treaties that the index does not hold: titles, and shared names as they are asked."""
        outside = self._elsewhere((), described)
        known = [
            self.names.titles.get(match.ids[0]) if len(match.ids) == 1 else self.text[match.start : match.end]
            for match in outside
        ]
        if known:
            return tuple(dict.fromkeys(name for name in known if name))
        return () if described or doubted else self._by_form() or self._described_elsewhere()

    def _elsewhere(self, found: Iterable[NameMatch], described: Sequence[NameMatch]) -> list[NameMatch]:
        """The names of treaties not held that no name or description of one held takes the place of."""
        return [m for m in self.known if not any(f.start < m.end and m.start < f.end for f in found)
                and not any(self._as_good(m, d) for d in described)]  # fmt: skip

    def _as_good(self, match: NameMatch, described: NameMatch) -> bool:
        """Whether a treaty held fits the words around a known name as well as the treaty of that name."""
        for description, fits in self.fits:
            if (description.start, description.end) == (described.start, described.end):
                own = max((f.score for f in fits if f.treaty_id in match.ids), default=0.0)
                best = next(f.score for f in fits if f.treaty_id in described.ids)
                return described.start < match.end and match.start < described.end and best >= CLOSE * own
        return False

    def _described_elsewhere(self) -> tuple[str, ...]:
        """The treaty that a description fits as if it were its name, and that is not held."""
        for description, fits in self.fits:
            if not fits or not description.definite or fits[0].score < WHOLE or description.unknown:
                continue
            best = [f for f in fits if f.score >= CLOSE * fits[0].score]
            title = self.names.titles.get(best[0].treaty_id)
            if len(best) == 1 and title and best[0].treaty_id not in self.names.ids:
                return (title,)
        return ()

    def _by_form(self) -> tuple[str, ...]:
        """A name that no treaty has, known by its form: "the Karsk Accord"."""
        for match in _NAMED_BY_FORM.finditer(self.text):
            proper = match["before"] or match["place"]
            words = [w.text for w in words_of(proper) if w.text not in _COMMON_BEFORE and w.text not in KIND_WORDS]
            # A capital at the start of the sentence makes no name; a word of a held treaty's name may be one.
            unknown = [w for w in words if w not in self.names.vocabulary]
            starts_sentence = match.start() == 0 and len(words) == 1
            # Of two parties that a dash joins, one that no treaty has is enough.
            joined = bool(re.search(r"[A-Z]\w+[–—-][A-Z]\w", proper))
            if unknown and (joined or len(unknown) == len(words)) and not starts_sentence:
                return (" ".join(match[0].split()),)
        return ()


def _is_part(inner: Description, best: Described, fits: Sequence[tuple[Description, Sequence[Described]]]) -> bool:
    """Whether a description is part of another's: "the Lamp Convention" in "the Protocol to the Lamp Convention"."""
    return any(
        outer.start < inner.start and inner.end <= outer.end and found and best.words < found[0].words
        and found[0].score >= LEAST and found[0].treaty_id != best.treaty_id
        for outer, found in fits
    )  # fmt: skip


def _written_as_name(text: str, match: NameMatch) -> bool:
    """Whether words that say no kind of treaty are written as a name: "Trade in Goods", not "trade in goods".

    In a question without any capitals nothing can be told from them.
    """
    written = text[match.start : match.end]
    words = words_of(written)
    if len(words) < 2 or any(word.text in KIND_WORDS for word in words):
        return True
    return text == text.lower() or any(written[word.start].isupper() or written[word.start].isdigit() for word in words)
