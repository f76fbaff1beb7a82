"""Chosen headings to a tree of provisions: their ends, their parents, their eIds."""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass

from ingest.candidates import Candidate
from ingest.divisions import prefix_of, rank_divisions
from ingest.lines import Line, ends_sentence
from ingest.models import CONTAINERS, GROUPINGS, Provision, ProvisionKind
from ingest.naming import Names, label_of
from ingest.paragraphs import split_article
from ingest.preamble import find_preamble
from ingest.sequence import Taken

_WORD_PREFIX = {
    "appendix": "appendix", "appendice": "appendix",
    "schedule": "schedule", "attachment": "attachment", "exhibit": "exhibit", "statute": "statute",
    "statut": "statute", "list": "list", "declaration": "declaration", "declarations": "declaration",
    "minute": "minutes", "minutes": "minutes", "understanding": "understanding", "understandings": "understanding",
    "act": "act", "letter": "letter", "letters": "letter", "notes": "letter",
}  # fmt: skip
_JOINED_TO = re.compile(r"[\s:—–-]*to\s+(?:the\s+|this\s+)?(?P<what>\w+)", re.I)
_ABOVE_WHICH_CAPITALS_HEAD = frozenset({"article", "chapter", "section"})
_TESTIMONIUM = re.compile(
    r"(?i)^\W{0,3}(in witness whereof|in faith whereof|in witness thereof|done (at|in|on)\b|en foi de quoi"
    r"|fait (à|en)\b|en fe de lo cual|hecho en\b|в удостоверение|以昭信守|以资证明|وإثباتا)"
)


def build_tree(text: str, lines: list[Line], taken: list[Taken]) -> list[Provision]:
    """The provisions of a text whose headings are ``taken``, parents before children."""
    return _Builder(text, lines, taken).build()


@dataclass(slots=True)
class _Open:
    """A provision whose end is not known yet."""

    provision: Provision
    rank: int


class _Builder:
    """Turns chosen headings into provisions with offsets and eIds."""

    def __init__(self, text: str, lines: list[Line], taken: list[Taken]) -> None:
        self.text = text
        self.lines = lines
        self.taken = taken
        self.provisions: list[Provision] = []
        self.used: set[str] = set()
        self.repeated: Counter[str] = Counter()
        self.line_at = {line.start: index for index, line in enumerate(lines)}
        self.starts = [lines[heading.candidate.line].start for heading in taken]
        self.kind_at = {heading.candidate.line: heading.candidate.kind for heading in taken}
        self.names = Names(text, lines, taken)
        self.testimonia = [line.start for line in lines if _TESTIMONIUM.match(line.text)]
        self.inner = self._inner()
        self.ranks = rank_divisions(taken)
        self.restarting = self._restarting()

    def _restarting(self) -> set[int | None]:
        """The containers (None: the body) in which an article number stands twice: divisions restart it."""
        restarting: set[int | None] = set()
        seen: set[tuple[int | None, str]] = set()
        container: int | None = None
        for heading in self.taken:
            if heading.candidate.kind in CONTAINERS:
                container = heading.candidate.line
            elif heading.candidate.kind == "article" and heading.number:
                key = (container, heading.number.text)
                if key in seen:
                    restarting.add(container)
                seen.add(key)
        return restarting

    def build(self) -> list[Provision]:
        """All provisions in the order of the text."""
        spans = self._spans()
        if not spans:
            return []
        self._preamble(spans[0][1])
        container: Provision | None = None
        outer: Provision | None = None
        divisions: list[_Open] = []
        for (heading, start, end), end_of_group in zip(spans, self._ends(), strict=True):
            kind = heading.candidate.kind
            if kind in CONTAINERS:
                divisions = []
                around = outer if heading.candidate.line in self.inner else None
                container = self._container(heading, start, end_of_group, around)
                outer = around or container
            elif kind in GROUPINGS:
                rank = self.ranks[heading.candidate.line]
                divisions = [d for d in divisions if d.rank < rank]
                parent = divisions[-1].provision if divisions else container
                found = self._division(heading, start, end_of_group, parent)
                divisions.append(_Open(found, rank))
                self._words_before_inner(found)
            else:
                parent = divisions[-1].provision if divisions else container
                self._article(heading, start, end, parent, container)
        return self.provisions

    def _spans(self) -> list[tuple[Taken, int, int]]:
        """Each heading with where it begins and where the next one does."""
        starts = [self.lines[h.candidate.line].start for h in self.taken]
        following = [*(h.candidate.line for h in self.taken[1:]), len(self.lines)]
        ends = [self._end_before(h.candidate, n) for h, n in zip(self.taken, following, strict=False)]
        return list(zip(self.taken, starts, ends, strict=False))

    def _end_before(self, candidate: Candidate, following: int) -> int:
        """Where a provision ends: a heading without a number above the next one belongs to what follows."""
        last = following
        line = candidate.line
        while last - 1 > line and self._is_crosshead(last - 1, following):
            last -= 1
        if last - 1 == line and not ends_sentence(self.text[candidate.rest_start : self.lines[line].end]):
            # Nothing but headings follow: they are this provision's own name.
            last = following
        return self.lines[last - 1].end

    def _is_crosshead(self, index: int, following: int) -> bool:
        """Whether a line without a number heads what follows: by its format's word, or in capitals above an article.

        Above an annex capitals are as often the names of those who signed.
        """
        line = self.lines[index]
        if line.marked:
            return True
        return (
            index + 1 == following
            and self.kind_at.get(following) in _ABOVE_WHICH_CAPITALS_HEAD
            and len(line.text) < 120
            and line.text == line.text.upper() != line.text.lower()
            and not ends_sentence(line.text)
            and ends_sentence(self.lines[index - 1].text)
        )

    def _inner(self) -> set[int]:
        """The lines of the appendices that are to the annex or protocol before them, and not to the treaty."""
        inner: set[int] = set()
        outer: Candidate | None = None
        for heading in self.taken:
            candidate = heading.candidate
            if candidate.kind not in CONTAINERS:
                continue
            rest = self.text[candidate.rest_start : self.lines[candidate.line].end]
            if outer is not None and candidate.word and _is_joined_to(candidate, rest, outer):
                inner.add(candidate.line)
            else:
                outer = candidate
        return inner

    def _ends(self) -> list[int]:
        """Where each annex, part and chapter ends, in the order of the headings: above what is not within it.

        A part ends above the next division of its rank or an annex, an annex above the next one that is no appendix
        to it. Found from the last heading to the first, so that it takes no longer with many.
        """
        ends: list[int] = []
        above = {0: len(self.taken), 1: len(self.taken)}  # the next joined text: of any kind, and none to another
        divisions: dict[int, int] = {}  # the next division of each rank, within the same annex
        for index in range(len(self.taken) - 1, -1, -1):
            candidate = self.taken[index].candidate
            if candidate.kind in CONTAINERS:
                is_inner = candidate.line in self.inner
                ends.append(self._end_above(above[0] if is_inner else above[1]))
                above = {0: index, 1: above[1] if is_inner else index}
                divisions = {}
            elif candidate.kind in GROUPINGS:
                rank = self.ranks[candidate.line]
                further = [at for other, at in divisions.items() if other <= rank]
                ends.append(self._end_above(min([above[0], *further])))
                divisions[rank] = index
            else:
                ends.append(0)
        return ends[::-1]

    def _end_above(self, index: int) -> int:
        """Where the words above a heading end; with the text where there is no such heading."""
        following = self.taken[index].candidate.line if index < len(self.taken) else len(self.lines)
        return self._end_before(self.taken[index - 1].candidate, following)

    # -- one kind of provision each ----------------------------------------------------------------

    def _preamble(self, first: int) -> None:
        opening = [line for line in self.lines if line.start < first]
        found = find_preamble(opening)
        if found is None:
            return
        start, body = opening[found[0]].start, opening[found[1]].start
        end = max(line.end for line in opening)
        self._add("preamble", "preamble", None, None, None, start, end, None, body, "Preamble")

    def _container(self, heading: Taken, start: int, end: int, outer: Provision | None) -> Provision:
        candidate = heading.candidate
        prefix = _WORD_PREFIX.get(candidate.word, candidate.kind)
        number = heading.number.text if heading.number else None
        step = f"{prefix}_{number}" if number else prefix
        above = outer.eid if outer else None
        eid = self._unique(f"{above}__{step}" if above else step)
        name, body = self.names.name_of(heading, end)
        label = label_of(heading)
        if not candidate.word or candidate.rest_start == self.lines[candidate.line].start:
            name, label = self.lines[candidate.line].text, self.lines[candidate.line].text
        kind: ProvisionKind = "protocol" if candidate.kind == "protocol" else "annex"
        found = self._add(kind, eid, candidate.printed, number, name, start, end, above, body, label)
        self._words_before_inner(found)
        return found

    def _division(self, heading: Taken, start: int, end: int, parent: Provision | None) -> Provision:
        candidate = heading.candidate
        number = heading.number.text if heading.number else "1"
        step = f"{prefix_of(heading)}_{number}"
        eid = self._unique(f"{parent.eid}__{step}" if parent else step)
        name, body = self.names.name_of(heading, end)
        above = parent.eid if parent else None
        return self._add(
            candidate.kind, eid, candidate.printed, number, name, start, end, above, body, label_of(heading)
        )

    def _words_before_inner(self, found: Provision) -> None:
        """The words of an annex or division before the first heading inside it, or all where there is none."""
        following = bisect_left(self.starts, found.body_start)
        inner = self.starts[following] if following < len(self.starts) else found.end
        if inner >= found.end:
            self._split(found, found.body_start, found.end)
        elif self.text[found.body_start : inner].strip():
            eid = self._unique(f"{found.eid}__chapeau")
            start = found.body_start
            self._add("chapeau", eid, None, None, None, start, inner, found.eid, start, "opening words")

    def _article(
        self, heading: Taken, start: int, end: int, parent: Provision | None, container: Provision | None
    ) -> None:
        assert heading.number is not None
        step = f"art_{heading.number.text}"
        container_line = self.line_at[container.start] if container else None
        if container_line in self.restarting and parent is not None and parent is not container:
            eid = f"{parent.eid}__{step}"
        elif container is not None:
            eid = f"{container.eid}__{step}"
        else:
            eid = step
        final = self._testimonium(start, end)
        article_end = final if final is not None else end
        name, body = self.names.name_of(heading, article_end)
        printed = heading.candidate.printed or heading.number.text
        # The words of signature stand behind the last article without a number of their own. They are a
        # provision of their own ("final") inside its stretch, as collections print them.
        found = self._add(
            "article", self._unique(eid), printed, heading.number.text, name, start, end,
            parent.eid if parent else None, body, label_of(heading),
        )  # fmt: skip
        self._split(found, body, article_end, keep_single=final is not None)
        if final is not None:
            eid = f"{container.eid}__final" if container else "final"
            self._add("final", self._unique(eid), None, None, None, final, end, found.eid, final, "Final words")

    def _testimonium(self, start: int, end: int) -> int | None:
        """Where the words of signature begin behind an article's own, if they do."""
        at = bisect_right(self.testimonia, start)
        return self.testimonia[at] if at < len(self.testimonia) and self.testimonia[at] < end else None

    # -- helpers -----------------------------------------------------------------------------------

    def _split(self, found: Provision, body: int, end: int, *, keep_single: bool = False) -> None:
        for inner in split_article(self.text, found, body, end, keep_single=keep_single):
            self.provisions.append(inner)
            self.used.add(inner.eid)

    def _unique(self, eid: str) -> str:
        while eid in self.used:
            self.repeated[eid] += 1
            further = f"{eid}-{self.repeated[eid] + 1}"
            if further not in self.used:
                return further
        return eid

    def _add(
        self, kind: ProvisionKind, eid: str, number: str | None, normalised: str | None,
        heading: str | None, start: int, end: int, parent: str | None, body: int, label: str,
    ) -> Provision:  # fmt: skip
        while end > start and self.text[end - 1].isspace():
            end -= 1
        provision = Provision(eid, kind, number, normalised, heading, start, end, parent, min(body, end), label)
        self.provisions.append(provision)
        self.used.add(eid)
        return provision


def _is_joined_to(candidate: Candidate, rest: str, outer: Candidate) -> bool:
    """Whether an annex or appendix is one to ``outer``: "Appendix 1 to Annex D", "Annex to the Protocol on …"."""
    if to := _JOINED_TO.match(rest):
        return to["what"].lower() == outer.word and candidate.word != outer.word
    return candidate.word.startswith("append") and outer.word.startswith(("annex", "anexo"))
