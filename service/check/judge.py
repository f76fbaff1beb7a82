"""The verdict on a statement: quotations by their words, paraphrases by what can be seen of their meaning.

    quotation    its words where it says -> verbatim, altered; elsewhere -> misattributed; nowhere -> not_found
    paraphrase   the provision claimed says so -> supported; another does -> misattributed; it denies it -> unsupported

Where neither can be told the verdict is unclear: a false "right" is the worst that can be said.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.embedding import Embedder
from ingest.index import Index
from ingest.models import ParsedTreaty, Provision
from service.check.attributed import Source
from service.check.attribution import Found
from service.check.frame import turned
from service.check.models import Attributed, Checked, Claim, Piece, Stretch, Verdict
from service.check.paraphrase import Paraphrase, Weighed, load_paraphrase_model
from service.check.phrases import Place, WordIndex, best_in
from service.citations import cite, label_of, short_name
from service.grounding import is_grounded
from service.models import Citation
from service.retrieval import Ranked
from service.spans import Extract, sentences_of, whole_of

# A quotation with so many of its words in a provision is of it, altered; with fewer it is none of it.
ALTERED = 0.6
# Words are said to stand elsewhere where they stand so well there, and so much better than where they are claimed.
ELSEWHERE = 0.8
BETTER = 0.2
# So many words in a row are no chance: a quotation that stands whole elsewhere was taken from there.
TELLING_WORDS = 6
# An article that is less likely than this to be about a paraphrase is not about it.
ABOUT = 0.05
_LONGEST_NUMBER = 8
# So many characters before a statement may say that it is wrong: "it is a myth that …".
_LEAD = 40
# The article nearest to a paraphrase says it where it is so likely to, and so much likelier than the one claimed: of 82
# paraphrases that were another article's so 72 were found, of 731 others five.
OTHER_SAYS = 0.5
OTHER_AHEAD = 0.2
# One of another treaty has to be likelier still, since treaties say much the same.
OTHER_TREATY_SAYS = 0.75


@dataclass(frozen=True, slots=True)
class _Said:
    """A verdict in the making."""

    verdict: Verdict
    confidence: float
    explanation: str
    source: Source
    provision: Citation | None = None
    elsewhere: tuple[Citation, ...] = ()
    missing: tuple[str, ...] = ()
    pieces: tuple[Piece, ...] = ()
    guessed: tuple[str, str] | None = None


class Judge:
    """Judges the statements of one text."""

    def __init__(self, text: str, index: Index, embedder: Embedder) -> None:
        self.text, self.index, self.embedder = text, index, embedder
        self.words = WordIndex.of(index)
        self.model = load_paraphrase_model()

    def judge(self, number: int, found: Found, source: Source) -> Checked | None:
        """The claim with its verdict; None for somebody's words that no treaty has."""
        said = (
            self._quotation(number, found, source)
            if found.form == "quotation"
            else self._paraphrase(number, found, source)
        )
        if said is None:
            return None
        cited = [c for c in (said.provision, *said.elsewhere) if c is not None]
        if not all(is_grounded(citation, self.index.treaties) for citation in cited):
            said = replace(said, verdict="unclear", confidence=0.0, provision=None, elsewhere=(), pieces=(),
                           explanation="The provision's own words could not be found again.")  # fmt: skip
        claim = Claim(self._stretch(found.statement), self._stretch(found.content),
                      self._stretch((found.anchor.start, found.anchor.end)) if found.anchor else None,
                      found.form, self._attributed(said))  # fmt: skip
        return Checked(number, claim, said.verdict, said.confidence, said.explanation, said.provision, said.elsewhere,
                       said.missing, said.pieces)  # fmt: skip

    # -- quotations

    def _quotation(self, number: int, found: Found, source: Source) -> _Said | None:
        text, (start, end) = _joined_up(self.text, found), found.content
        words = len(text[start:end].split())
        here = self._best_here(text, start, end, source)
        if here and _is_exact(here):
            return self._exact(number, text, found, source, here)
        others = [p for p in self.words.places(text, start, end) if not (here and _same_article(p, here))]
        there = others[0] if others else None
        if found.tentative:
            # Somebody's words, unless the treaty spoken of has them, or any has all of them.
            if there and _is_exact(there) and words >= TELLING_WORDS and not source.treaties:
                return self._from_words(number, source, there)
            return self._altered(number, source, here) if here and here.similarity >= ELSEWHERE else None
        if not source.treaties:
            return self._of_no_treaty(number, source, there, words)
        if beside := self._in_other_paragraph(text, start, end, source):
            return self._misplaced(number, source, here, beside)
        if there and self._is_elsewhere(here, there, source, words):
            return self._misplaced(number, source, here, there)
        if here and here.similarity >= ALTERED:
            return self._altered(number, source, here)
        if self._beyond_excerpt(source):
            return self._excerpt(source)
        if source.lacking:
            return self._lacking(source)
        where = self._name_of(source)
        nearest = self._citation(number, here) if here else None
        return _Said(
            "not_found", 0.85, f"These words stand neither in {where} nor in any other treaty held.", source, nearest
        )

    def _in_other_paragraph(self, text: str, start: int, end: int, source: Source) -> Place | None:
        """Where the words stand whole in the article of which the statement names a paragraph that lacks them."""
        if not source.eids or not source.treaties:
            return None
        parsed = self.index.treaties[source.treaties[0]]
        claimed = [parsed.by_eid[eid] for eid in source.eids]
        articles = tuple(dict.fromkeys(parsed.article_of(provision).eid for provision in claimed))
        if set(articles) & set(source.eids):
            return None
        place = best_in(parsed, text, start, end, articles)
        return place if place and _is_exact(place) else None

    def _best_here(self, text: str, start: int, end: int, source: Source) -> Place | None:
        """Where the words stand best in what the statement names."""
        places = []
        for treaty_id in source.treaties:
            parsed = self.index.treaties[treaty_id]
            eids = source.eids if source.eids and treaty_id == source.treaties[0] else self._articles(parsed, source)
            if eids is None:
                continue
            place = best_in(parsed, text, start, end, eids or None)
            if place:
                places.append(place)
        return max(places, key=lambda place: (_is_exact(place), place.similarity), default=None)

    def _articles(self, parsed: ParsedTreaty, source: Source) -> tuple[str, ...] | None:
        """The provisions of a treaty that the statement names; empty for any, None where the treaty lacks them."""
        if source.lacking:
            return None
        if not source.eids or source.mention is None:
            return ()
        # The same number in another treaty that the name fits, too.
        return tuple(eid for eid in source.eids if eid in parsed.by_eid) or None

    def _exact(self, number: int, text: str, found: Found, source: Source, place: Place) -> _Said:
        citation = self._citation(number, place)
        parsed = self.index.treaties[place.treaty_id]
        quoted = text[found.content[0] : found.content[1]]
        if wrong := turned(self._beside(found), quoted, parsed, place.start, place.end):
            said = _sentence(f"the words are those of {self._label(place)}, but {wrong.why}.")
            verdict: Verdict = "paraphrase_unsupported" if wrong.denied else "altered"
            missing = (wrong.why,) if wrong.denied else ()
            return _Said(verdict, 0.7, said, self._at(source, place), citation, missing=missing, pieces=place.pieces)
        harmless = any(piece.op != "same" for piece in place.pieces)
        how = "Apart from differences that change nothing, these" if harmless else "These"
        words = len(text[found.content[0] : found.content[1]].split())
        return _Said("verbatim", 0.98 if words >= TELLING_WORDS else 0.85, f"{how} are the words of"
                     f" {self._label(place)}.",
                     self._at(source, place), citation, pieces=place.pieces)  # fmt: skip

    def _beside(self, found: Found) -> str:
        """A statement's own words around what it quotes, without those that name the provision."""
        start, end = found.statement
        letters = list(self.text[start:end])
        spans = [(q.start, q.end) for q in found.quoted] or [found.content]
        if found.anchor:
            spans.append((found.anchor.start, found.anchor.end))
        for first, last in spans:
            letters[max(0, first - start) : max(0, last - start)] = " " * (max(0, last - start) - max(0, first - start))
        lead = self.text[max(0, start - _LEAD) : start].rpartition(".")[2].rpartition("\n")[2]
        return f"{lead} {''.join(letters)}"

    def _is_elsewhere(self, here: Place | None, there: Place, source: Source, words: int) -> bool:
        least = ELSEWHERE if words >= TELLING_WORDS or there.treaty_id in source.treaties else 1.0
        if there.similarity < least:
            return False
        return (
            here is None or (_is_exact(there) and here.similarity < 1.0) or there.similarity - here.similarity >= BETTER
        )

    def _misplaced(self, number: int, source: Source, here: Place | None, there: Place) -> _Said:
        these = "These words are" if _is_exact(there) else "Altered, these words are"
        said = f"{these} those of {self._full(there)}, not of {self._name_of(source)}."
        return _Said("misattributed", 0.95 if _is_exact(there) else 0.8, said, source,
                     self._opening(number, source), (self._citation(number, there),), pieces=there.pieces)  # fmt: skip

    def _altered(self, number: int, source: Source, here: Place) -> _Said:
        telling = [p for p in here.pieces if p.weight == "changes"] or [
            p for p in here.pieces if p.weight == "may_change"
        ]
        said = (
            f"The words differ from those of {self._label(here)}: "
            + "; ".join(_difference(p) for p in telling[:4])
            + "."
        )
        sure = 0.95 if telling and telling[0].weight == "changes" else 0.75
        return _Said(
            "altered",
            sure * max(0.6, here.similarity),
            said,
            self._at(source, here),
            self._citation(number, here),
            pieces=here.pieces,
        )

    def _of_no_treaty(self, number: int, source: Source, there: Place | None, words: int) -> _Said:
        if source.title:
            if there and _is_exact(there) and words >= 2 * TELLING_WORDS:
                return self._misplaced(number, source, None, there)
            return self._not_held(source)
        if there and _is_exact(there) and words >= TELLING_WORDS:
            return self._from_words(number, source, there)
        return self._no_treaty(source)

    def _from_words(self, number: int, source: Source, there: Place) -> _Said:
        """The treaty is not named, but only one provision has these words."""
        why = f"No treaty is named there; these words are those of {self._full(there)}."
        mine = source.mention.articles if source.mention else ()
        named = self.index.treaties[there.treaty_id].by_eid[there.article].normalised_number
        if mine and not any(named in names for names in mine):
            return replace(self._no_treaty(source), elsewhere=(self._citation(number, there),), explanation=why)
        guessed = replace(source, treaties=(there.treaty_id,), told="guessed", why=why)
        return _Said("verbatim", 0.7, f"These are the words of {self._full(there)}.", self._at(guessed, there),
                     self._citation(number, there), pieces=there.pieces)  # fmt: skip

    # -- paraphrases

    def _paraphrase(self, number: int, found: Found, source: Source) -> _Said:
        if not source.treaties:
            return self._not_held(source) if source.title else self._no_treaty(source)
        if self._beyond_excerpt(source):
            return self._excerpt(source)
        words = self._own_words(found)
        if as_quoted := self._in_its_words(number, found, source):
            return as_quoted
        claim = Paraphrase(words, self.index, self.embedder)
        if source.lacking:
            return self._of_lacking(number, claim, source)
        if source.eids:
            return self._of_provision(number, found, claim, source)
        return self._of_treaty(number, found, claim, source)

    def _in_its_words(self, number: int, found: Found, source: Source) -> _Said | None:
        """Words without quotation marks that are the provision's own, or are given as such."""
        if source.lacking or len(self.text[found.content[0] : found.content[1]].split()) < TELLING_WORDS + 1:
            return None
        here = self._best_here(self.text, *found.content, source)
        if here is None or not (_is_exact(here) or (found.worded and here.similarity >= ALTERED)):
            return None
        if not _is_exact(here):
            return self._altered(number, source, here)
        said = self._exact(number, self.text, found, source, here)
        if found.worded or said.verdict != "verbatim":
            return said
        told = f"{self._label(here)} says so, in these very words."
        return replace(said, verdict="paraphrase_supported", explanation=told)

    def _own_words(self, found: Found) -> str:
        """What is attributed without the words that attribute it."""
        start, end = found.content
        anchor = found.anchor
        if anchor and start <= anchor.start and anchor.end <= end:
            return _without(self.text, start, end, anchor.start, anchor.end)
        return self.text[start:end]

    def _of_provision(self, number: int, found: Found, claim: Paraphrase, source: Source) -> _Said:
        treaty_id = source.treaties[0]
        parsed = self.index.treaties[treaty_id]
        ranked = claim.ranked((treaty_id,))
        own = [parsed.by_eid[eid] for eid in source.eids]
        weighed = [claim.weigh(parsed, provision, ranked) for provision in own[:6]]
        best = max(weighed, key=lambda one: self.model.right.of(one.features))
        right = self.model.right.of(best.features)
        quotes = self._quotes_missing(found, parsed, own)
        citation = self._citation_of(number, parsed, best.nearest)
        if right >= self.model.supported and not quotes and not _denied(best):
            return self._supported(source, right, parsed, best, citation)
        other = self._other(claim, parsed, source, ranked, right)
        if other is not None:
            weighed_other, other_right = other
            there = self._citation_of(number, parsed, weighed_other.nearest)
            said = f"{self._name_of(source)} does not say this; {there.label} of the same treaty does."
            return _Said("misattributed", other_right, _sentence(said), source, citation, (there,))
        if elsewhere := self._other_treaty(claim, source, best, right):
            there = self._citation_of(number, elsewhere[2], elsewhere[0].nearest)
            where = f"{there.label} of the {_bare(short_name(elsewhere[2]))}"
            said = f"{self._name_of(source)} does not say this; {where} does."
            return _Said("misattributed", elsewhere[1], _sentence(said), source, citation, (there,))
        return self._not_supported(source, right, best, quotes, citation, self._name_of(source))

    def _of_treaty(self, number: int, found: Found, claim: Paraphrase, source: Source) -> _Said:
        """The claim names no article: it is right where any provision of the treaty says so."""
        best: tuple[float, Weighed, ParsedTreaty, Ranked] | None = None
        for treaty_id in source.treaties[:4]:
            parsed = self.index.treaties[treaty_id]
            ranked = claim.ranked((treaty_id,))
            for one in ranked[:3]:
                weighed = claim.weigh(parsed, parsed.by_eid[one.eid], ranked)
                right = self.model.right.of(weighed.features)
                if best is None or right > best[0]:
                    best = (right, weighed, parsed, one)
        if best is None:
            return self._no_treaty(source)
        right, weighed, parsed, one = best
        article = parsed.by_eid[one.eid]
        citation = self._citation_of(number, parsed, weighed.nearest)
        label = label_of(parsed, article)
        why = " ".join(filter(None, (source.why, f"{label} is the nearest to what is said.")))
        guessed = replace(
            source, treaties=(parsed.treaty.id,), eids=(one.eid,), label=label, article_told="guessed", why=why
        )
        quotes = self._quotes_missing(found, parsed, [article])
        if right >= self.model.supported and not quotes and not _denied(weighed):
            return self._supported(guessed, right, parsed, weighed, citation)
        if parsed.treaty.text_status == "excerpt":
            return self._excerpt(source)
        about = weighed.features[9]
        if about < ABOUT and len(weighed.words) > 0:
            return _Said(
                "not_found",
                0.6,
                f"No provision of the {_bare(short_name(parsed))} was found that is about this.",
                source,
                citation,
            )
        return self._not_supported(guessed, right, weighed, quotes, citation, citation.label)

    def _of_lacking(self, number: int, claim: Paraphrase, source: Source) -> _Said:
        """The article is not there; another may say it."""
        for treaty_id in source.treaties[:4]:
            parsed = self.index.treaties[treaty_id]
            if parsed.treaty.text_status == "excerpt":
                return self._excerpt(source)
            other = self._other(claim, parsed, source, claim.ranked((treaty_id,)), 0.0)
            if other is not None:
                there = self._citation_of(number, parsed, other[0].nearest)
                said = f"There is no {source.label} in the {_bare(short_name(parsed))}; {there.label} says this."
                return _Said("misattributed", other[1], said, source, None, (there,))
        return self._lacking(source)

    def _other(
        self, claim: Paraphrase, parsed: ParsedTreaty, source: Source, ranked: Sequence[Ranked], right: float
    ) -> tuple[Weighed, float] | None:
        """Another article of the treaty that says what is claimed, where it does clearly."""
        own = {parsed.article_of(parsed.by_eid[eid]).eid for eid in source.eids}
        first = next((r for r in ranked if parsed.by_eid[r.eid].kind not in ("preamble", "final")), None)
        if first is None or first.eid in own:
            return None
        weighed = claim.weigh(parsed, parsed.by_eid[first.eid], ranked)
        other = self.model.right.of(weighed.features)
        if _lacks_number(weighed) or other < OTHER_SAYS or other - right < OTHER_AHEAD:
            return None
        return weighed, other

    def _other_treaty(
        self, claim: Paraphrase, source: Source, own: Weighed, right: float
    ) -> tuple[Weighed, float, ParsedTreaty] | None:
        """An article of another treaty that has the number which the one claimed lacks, and says what is claimed."""
        if not _lacks_number(own):
            return None
        first = next(iter(claim.ranked(())), None)
        if first is None or first.treaty_id in source.treaties:
            return None
        parsed = self.index.treaties[first.treaty_id]
        weighed = claim.weigh(parsed, parsed.by_eid[first.eid], claim.ranked((first.treaty_id,)))
        other = self.model.right.of(weighed.features)
        if other < OTHER_TREATY_SAYS or other - right < OTHER_AHEAD or _lacks_number(weighed):
            return None
        return weighed, other, parsed

    def _quotes_missing(self, found: Found, parsed: ParsedTreaty, provisions: Sequence[Provision]) -> tuple[str, ...]:
        """Words in quotation marks within a paraphrase that the provisions do not have."""
        missing = []
        for quotation in found.quoted:
            if quotation.words(self.text) < 2:
                continue
            place = best_in(
                parsed, self.text, quotation.inner_start, quotation.inner_end, tuple(p.eid for p in provisions)
            )
            if place is None or not _is_exact(place):
                missing.append(
                    f"the words “{self.text[quotation.inner_start : quotation.inner_end].strip(' ,.')}” are not in it"
                )
        return tuple(missing)

    def _supported(
        self, source: Source, right: float, parsed: ParsedTreaty, best: Weighed, citation: Citation
    ) -> _Said:
        return _Said("paraphrase_supported", right, f"{citation.label} says so in its own words.", source, citation)

    def _not_supported(
        self, source: Source, right: float, best: Weighed, quotes: tuple[str, ...], citation: Citation, name: str
    ) -> _Said:
        missing = (*quotes, *dict.fromkeys(f.said for f in best.found))
        lacks = _lacks_number(best)
        # What nothing is seen to speak against is left open, however unlikely it is to be right.
        if quotes or lacks or (missing and not self.model.is_open(best.features)):
            verb = "does not say this" if quotes or lacks else "does not seem to say this"
            said = _sentence(f"{name} {verb}: {'; '.join(missing[:3])}.")
            return _Said("paraphrase_unsupported", max(1 - right, 0.5), said, source, citation, missing=missing)
        said = _sentence(f"It cannot be told for certain whether {name} says this: compare its words.")
        return _Said("unclear", 1 - abs(2 * right - 1), said, source, citation, missing=missing)

    # -- what cannot be judged

    def _not_held(self, source: Source) -> _Said:
        return _Said("not_held", 0.95, f"The text of the {_bare(source.title)} is not held here.", source)

    def _no_treaty(self, source: Source) -> _Said:
        return _Said("unclear", 0.8, f"It cannot be told which treaty is meant. {source.why}".strip(), source)

    def _beyond_excerpt(self, source: Source) -> bool:
        if not source.treaties or not source.lacking:
            return False
        return all(self.index.treaties[i].treaty.text_status == "excerpt" for i in source.treaties)

    def _excerpt(self, source: Source) -> _Said:
        name = _bare(self._short(source.treaties[0]))
        what = f"{source.label} is" if source.lacking else "this is"
        return _Said("not_held", 0.9, f"Only an excerpt of the {name} is held here, and {what} not in it.", source)

    def _lacking(self, source: Source) -> _Said:
        name = _bare(self._short(source.treaties[0]))
        return _Said("not_found", 0.95, f"There is no {source.label} in the {name}.", source)

    # -- names and citations

    def _stretch(self, span: tuple[int, int]) -> Stretch:
        return Stretch(*span, self.text[span[0] : span[1]])

    def _attributed(self, said: _Said) -> Attributed:
        source = said.source
        treaty_id = source.treaties[0] if source.treaties else None
        title = self.index.treaties[treaty_id].treaty.title if treaty_id else source.title
        return Attributed(treaty_id, title, source.told, source.eids, source.label, source.article_told, source.why)

    def _at(self, source: Source, place: Place) -> Source:
        """The source with the treaty and article in which the words were found, where it names none."""
        treaties = (place.treaty_id, *(i for i in source.treaties if i != place.treaty_id))
        if source.eids:
            return replace(source, treaties=treaties)
        parsed = self.index.treaties[place.treaty_id]
        label = label_of(parsed, parsed.by_eid[place.article])
        why = " ".join(filter(None, (source.why, f"The words stand in {label}.")))
        return replace(source, treaties=treaties, eids=(place.article,), label=label, article_told="guessed", why=why)

    def _name_of(self, source: Source) -> str:
        title = self._short(source.treaties[0]) if source.treaties else source.title
        return f"{source.label} of the {_bare(title)}" if source.label else f"the {_bare(title)}"

    def _short(self, treaty_id: str) -> str:
        return short_name(self.index.treaties[treaty_id])

    def _label(self, place: Place) -> str:
        parsed = self.index.treaties[place.treaty_id]
        return label_of(parsed, parsed.by_eid[place.article])

    def _full(self, place: Place) -> str:
        parsed = self.index.treaties[place.treaty_id]
        return f"{label_of(parsed, parsed.by_eid[place.leaf])} of the {_bare(self._short(place.treaty_id))}"

    def _citation(self, number: int, place: Place) -> Citation:
        """The sentences around the words."""
        parsed = self.index.treaties[place.treaty_id]
        article = parsed.by_eid[place.article]
        around = [
            s
            for s in sentences_of(parsed, article, article.body_start, article.end)
            if s.start < place.end and place.start < s.end
        ]
        start = min([place.start, *(s.start for s in around)])
        end = max([place.end, *(s.end for s in around)])
        return self._citation_of(number, parsed, Extract(article, start, end))

    def _citation_of(self, number: int, parsed: ParsedTreaty, extract: Extract) -> Citation:
        """The citation of a stretch, of the innermost provision that holds it."""
        inner = extract.provision
        while True:
            deeper = next(
                (p for p in parsed.children.get(inner.eid, ()) if p.start <= extract.start and extract.end <= p.end),
                None,
            )
            if deeper is None:
                break
            inner = deeper
        return cite(parsed, Extract(inner, extract.start, extract.end), number)

    def _opening(self, number: int, source: Source) -> Citation | None:
        """What the provision claimed says instead."""
        if not source.eids:
            return None
        parsed = self.index.treaties[source.treaties[0]]
        provision = parsed.by_eid[source.eids[0]]
        whole = whole_of(parsed, provision)
        sentences = sentences_of(parsed, provision, whole.start, whole.end)
        # "1." is a sentence of its own.
        telling = [one for one in sentences if one.end - one.start > _LONGEST_NUMBER]
        return self._citation_of(number, parsed, telling[0]) if telling else None


def _is_exact(place: Place) -> bool:
    return all(piece.weight in ("none", "harmless") for piece in place.pieces)


def _same_article(one: Place, other: Place) -> bool:
    return (one.treaty_id, one.article) == (other.treaty_id, other.article)


def _lacks_number(weighed: Weighed) -> bool:
    return any(f.kind == "number" for f in weighed.found)


def _denied(weighed: Weighed) -> bool:
    """Whether something that carries meaning by itself speaks against a paraphrase."""
    return weighed.turned or any(f.kind in ("number", "modality") for f in weighed.found)


def _joined_up(text: str, found: Found) -> str:
    """The text in which what interrupts a quotation is blank: "“Each Party,” says Article 6, “shall …”"."""
    if len(found.quoted) < 2:
        return text
    letters = list(text)
    for before, after in zip(found.quoted, found.quoted[1:], strict=False):
        letters[before.inner_end : after.inner_start] = ("…" + " " * (after.inner_start - before.inner_end))[
            : after.inner_start - before.inner_end
        ]
    return "".join(letters)


def _without(text: str, start: int, end: int, cut_start: int, cut_end: int) -> str:
    before, behind = text[start:cut_start].rstrip(), text[cut_end:end].lstrip(" ,")
    for word in (
        "under the",
        "under",
        "to the",
        "of the",
        "in the",
        "by the",
        "according to",
        "to",
        "of",
        "by",
        "in",
        "the",
    ):
        if before.lower().endswith(f" {word}"):
            before = before[: -len(word)].rstrip()
            break
    return f"{before} {behind}".strip()


def _difference(piece: Piece) -> str:
    if piece.op == "added":
        return f"“{piece.claimed}” is added ({piece.reason})" if piece.reason else f"“{piece.claimed}” is added"
    if piece.op in ("dropped", "omitted"):
        return f"“{piece.held}” is left out" + (f" ({piece.reason})" if piece.reason else "")
    return f"“{piece.claimed}” for “{piece.held}”" + (f" ({piece.reason})" if piece.reason else "")


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _bare(title: str | None) -> str:
    return (title or "treaty").removeprefix("The ").removeprefix("the ")
