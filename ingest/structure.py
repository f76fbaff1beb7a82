"""Text to a tree of provisions: preamble, divisions, articles, annexes with articles of their own, final words.

Three steps: candidates with their evidence (headings.py), the best reading of the whole numbering
(sequence.py), and here the tree with its eIds. The inside of an article is paragraphs.py.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.headings import BARE_WORDS, Candidate, Line, find_candidates, is_sentence, split_lines
from ingest.models import CONTAINERS, Provision, ProvisionKind
from ingest.paragraphs import split_article
from ingest.sequence import Taken, choose_headings

_EID_PREFIX = {"article": "art", "part": "part", "chapter": "chp", "section": "sec"}
_WORD_PREFIX = {
    "title": "title", "titre": "title", "título": "title", "book": "book", "livre": "book",
    "subsection": "subsec", "sub-section": "subsec", "appendix": "appendix", "appendice": "appendix",
    "schedule": "schedule", "attachment": "attachment", "exhibit": "exhibit", "statute": "statute",
    "statut": "statute",
}  # fmt: skip
_RANK = {"part": 1, "chapter": 2, "section": 3}
_TESTIMONIUM = re.compile(
    r"(?i)^\W{0,3}(in witness whereof|in faith whereof|in witness thereof|done (at|in|on)\b|en foi de quoi"
    r"|fait (à|en)\b|en fe de lo cual|hecho en\b|в удостоверение|以昭信守|以资证明|وإثباتا)"
)
_PREAMBLE_START = re.compile(
    r"(?i)^\W{0,3}(preamble|préambule|preámbulo|преамбула|序言|الديباجة"
    r"|the (high )?(contracting )?(parties|states|governments?|members?|peoples?|signator)|we,? the peoples|whereas"
    r"|les (hautes )?(parties|états|gouvernements?))"
)


@dataclass(frozen=True, slots=True)
class Structure:
    """The provisions of a text, parents before children, and what was odd about them."""

    provisions: tuple[Provision, ...]
    oddities: tuple[str, ...]


def split_provisions(text: str, headings: frozenset[int] = frozenset()) -> Structure:
    """Split a canonical text into provisions.

    ``headings`` are the offsets of lines that the document's format marks as headings. Any text gives a
    result; a text without articles gives one without articles.
    """
    lines = split_lines(text, headings)
    taken = _drop_empty_divisions(_choose(lines), lines)
    builder = _Builder(text, lines, taken)
    provisions = builder.build()
    return Structure(tuple(provisions), tuple(_oddities(provisions)))


def _choose(lines: list[Line]) -> list[Taken]:
    """The headings of the best reading; only a text that has no article is read by bare numbers."""
    taken = choose_headings(find_candidates(lines))
    if any(heading.candidate.kind == "article" for heading in taken):
        return taken
    for word in (*BARE_WORDS, ""):
        bare = choose_headings(find_candidates(lines, bare=word))
        articles = [heading for heading in bare if heading.candidate.kind == "article"]
        # Two numbers make no treaty: a letter has a "1." and a "2." too.
        if len(articles) >= 3 and articles[0].number is not None and articles[0].number.is_first:
            return bare
    return taken


def _drop_empty_divisions(taken: list[Taken], lines: list[Line]) -> list[Taken]:
    """Leave out divisions that hold words but no article: "Section I" inside an article divides its text.

    Inside an annex or protocol without articles such sections stay: there they are what is cited.
    """
    kept: list[Taken] = []
    container = False
    for index, heading in enumerate(taken):
        kind = heading.candidate.kind
        if kind in CONTAINERS:
            container = True
        if kind in _RANK and not container:
            following = taken[index + 1].candidate if index + 1 < len(taken) else None
            last = following.line if following else len(lines)
            words = sum(len(lines[i].text) for i in range(heading.candidate.line + 1, last))
            if following is None or words > 240:
                continue
        kept.append(heading)
    return kept


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
        self.line_at = {line.start: index for index, line in enumerate(lines)}
        self.heading_lines = {heading.candidate.line for heading in taken}
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
        divisions: list[_Open] = []
        for heading, start, end in spans:
            kind = heading.candidate.kind
            if kind in CONTAINERS:
                divisions = []
                container = self._container(heading, start, self._container_end(heading, spans))
            elif kind in _RANK:
                rank = _RANK[kind] + (1 if heading.candidate.word.startswith("sub") else 0)
                divisions = [d for d in divisions if d.rank < rank]
                parent = divisions[-1].provision if divisions else container
                found = self._division(heading, start, self._division_end(heading, rank, spans), parent)
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
        ends = [self._end_before(h.candidate.line, n) for h, n in zip(self.taken, following, strict=False)]
        return list(zip(self.taken, starts, ends, strict=False))

    def _end_before(self, line: int, following: int) -> int:
        """Where a provision ends: a heading without a number above the next one belongs to what follows."""
        last = following
        while last - 1 > line and self.lines[last - 1].marked:
            last -= 1
        if last - 1 == line:
            # Nothing but headings follow: they are this provision's own name.
            last = following
        return self.lines[last].start if last < len(self.lines) else len(self.text)

    def _container_end(self, heading: Taken, spans: list[tuple[Taken, int, int]]) -> int:
        lines = [h.candidate.line for h, _, _ in spans]
        later = [h.candidate.line for h, _, _ in spans if h.candidate.line > heading.candidate.line
                 and h.candidate.kind in CONTAINERS]  # fmt: skip
        before = [n for n in lines if not later or n < later[0]]
        return self._end_before(before[-1], later[0] if later else len(self.lines))

    def _division_end(self, heading: Taken, rank: int, spans: list[tuple[Taken, int, int]]) -> int:
        start = self.lines[heading.candidate.line].start
        for other, begin, _ in spans:
            kind = other.candidate.kind
            if begin <= start:
                continue
            if kind in CONTAINERS:
                return begin
            if kind in _RANK and _RANK[kind] + (1 if other.candidate.word.startswith("sub") else 0) <= rank:
                return begin
        return len(self.text)

    # -- one kind of provision each ----------------------------------------------------------------

    def _preamble(self, first: int) -> None:
        opening = [line for line in self.lines if line.start < first]
        begin = next((line for line in opening if _PREAMBLE_START.match(line.text)), None)
        if begin is None:
            begin = next((ln for ln in opening if not ln.marked and len(ln.text) > 60), None)
        if begin is None:
            return
        end = max(line.end for line in opening)
        body = begin.start
        if re.fullmatch(r"(?i)\W*(preamble|préambule|preámbulo|преамбула|序言)\W*", begin.text):
            following = [line for line in opening if line.start > begin.start]
            if not following:
                return
            body = following[0].start
        self._add("preamble", "preamble", None, None, None, begin.start, end, None, body, "Preamble")

    def _container(self, heading: Taken, start: int, end: int) -> Provision:
        candidate = heading.candidate
        prefix = _WORD_PREFIX.get(candidate.word, candidate.kind)
        number = heading.number.text if heading.number else None
        eid = self._unique(f"{prefix}_{number}" if number else prefix)
        name, body = self._heading_of(heading, end)
        label = f"{candidate.word.capitalize()} {candidate.printed or ''}".strip()
        if not candidate.word:
            name, label = self.lines[candidate.line].text, self.lines[candidate.line].text
        kind: ProvisionKind = "protocol" if candidate.kind == "protocol" else "annex"
        found = self._add(kind, eid, candidate.printed, number, name, start, end, None, body, label)
        self._words_before_inner(found)
        return found

    def _division(self, heading: Taken, start: int, end: int, parent: Provision | None) -> Provision:
        candidate = heading.candidate
        prefix = _WORD_PREFIX.get(candidate.word, _EID_PREFIX.get(candidate.kind, candidate.kind))
        number = heading.number.text if heading.number else "1"
        step = f"{prefix}_{number}"
        eid = self._unique(f"{parent.eid}__{step}" if parent else step)
        name, body = self._heading_of(heading, end)
        label = f"{candidate.word.capitalize()} {candidate.printed}"
        kind: ProvisionKind = candidate.kind
        return self._add(
            kind,
            eid,
            candidate.printed,
            number,
            name,
            start,
            end,
            parent.eid if parent else None,
            body,
            label,
        )

    def _words_before_inner(self, found: Provision) -> None:
        """The words of an annex or division before the first heading inside it, or all where there is none."""
        starts = [self.lines[line].start for line in self.heading_lines]
        inner = min((s for s in starts if found.body_start <= s < found.end), default=None)
        if inner is None:
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
        name, body = self._heading_of(heading, article_end)
        printed = heading.candidate.printed or heading.number.text
        # The words of signature stand behind the last article without a number of their own. They are a
        # provision of their own ("final") inside its stretch, as collections print them.
        found = self._add(
            "article", self._unique(eid), printed, heading.number.text, name, start, end,
            parent.eid if parent else None, body, f"{_word(heading.candidate)} {_printed_label(printed)}",
        )  # fmt: skip
        self._split(found, body, article_end, keep_single=final is not None)
        if final is not None:
            eid = f"{container.eid}__final" if container else "final"
            self._add("final", self._unique(eid), None, None, None, final, end, found.eid, final, "Final words")

    def _testimonium(self, start: int, end: int) -> int | None:
        """Where the words of signature begin behind an article's own, if they do."""
        for index in range(self.line_at[start] + 1, len(self.lines)):
            line = self.lines[index]
            if line.start >= end:
                break
            if _TESTIMONIUM.match(line.text):
                return line.start
        return None

    # -- helpers -----------------------------------------------------------------------------------

    def _split(self, found: Provision, body: int, end: int, *, keep_single: bool = False) -> None:
        for inner in split_article(self.text, found, body, end, keep_single=keep_single):
            self.provisions.append(inner)
            self.used.add(inner.eid)

    def _heading_of(self, heading: Taken, end: int) -> tuple[str | None, int]:
        """The name of an article, annex or division, and where its own words begin."""
        candidate = heading.candidate
        line = self.lines[candidate.line]
        rest = self.text[candidate.rest_start : line.end].strip(" .:—–-*_")
        names: list[str] = []
        body = line.end
        if rest:
            # "Article 3 1. The Commission meets. 2. It decides": paragraphs and sentences are no name.
            running = re.match(r"\(?(?:\d{1,2}|a)[.)]\s", rest) or re.search(r"[a-z]{3}\. [A-Z0-9]", rest)
            if not running and not is_sentence(rest) and len(rest) < 200:
                names.append(rest)
            else:
                return None, candidate.rest_start
        division = candidate.kind != "article"
        for index in range(candidate.line + 1, len(self.lines)):
            following = self.lines[index]
            if following.start >= end or len(names) >= (1 if rest and not division else 2):
                break
            if index in self.heading_lines or not self._names_provision(following, bool(names), end):
                break
            names.append(following.text.strip(" :—–-*_"))
            body = following.end
        while body < end and self.text[body].isspace():
            body += 1
        return (" ".join(names) or None), min(body, end)

    def _names_provision(self, line: Line, named: bool, end: int) -> bool:
        """Whether a line under a number is the provision's name: short, no sentence, with words to follow."""
        text = line.text.strip()
        if re.match(r"\(?(\d{1,3}|[a-z])[.)]", text) or len(text) > 180:
            return False
        going_on = self.text[line.end : end].lstrip()[:1].islower()
        if line.marked and not named and not going_on and not text.endswith((".", ";", ":", ",")):
            # "Ships and aircraft which are entitled to seize": the format's word counts for more than a verb.
            return bool(self.text[line.end : end].strip())
        if is_sentence(text):
            return False
        if not self.text[line.end : end].strip():
            return False
        if line.marked:
            return True
        if named:
            return False
        first = text.lstrip(' -–—:*(“"')[:1]
        return not text.endswith((".", ";", ":", ",")) and (first.isupper() or not first.isascii())

    def _unique(self, eid: str) -> str:
        candidate, extra = eid, 2
        while candidate in self.used:
            candidate = f"{eid}-{extra}"
            extra += 1
        return candidate

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


def _word(candidate: Candidate) -> str:
    """What a treaty calls its articles; "Article" but where it never says so."""
    return candidate.word.capitalize() if candidate.word in BARE_WORDS else "Article"


def _printed_label(printed: str) -> str:
    return re.sub(r"\s+", " ", printed)


def _oddities(provisions: list[Provision]) -> Iterator[str]:
    """Gaps in the numbering and numbers given twice, container by container, as sentences."""
    by_parent: dict[str, list[Provision]] = {}
    for provision in provisions:
        if provision.kind == "article":
            by_parent.setdefault(provision.eid.rpartition("art_")[0], []).append(provision)
    for prefix, articles in by_parent.items():
        where = f" of {prefix.rstrip('_')}" if prefix else ""
        values = [int(m[0]) for a in articles if (m := re.match(r"\d+$", a.normalised_number or ""))]
        if values and len(values) == len(set(values)):
            missing = sorted(set(range(1, max(values) + 1)) - set(values))
            bases = {int(m[0]) for a in articles if (m := re.match(r"\d+", a.normalised_number or ""))}
            missing = [n for n in missing if n not in bases]
            if missing:
                yield f"articles {_ranges(missing)}{where} are not in the text"
    repeated = [e for e, n in Counter(p.eid for p in provisions).items() if n > 1]
    if repeated:
        yield f"eIds given twice: {', '.join(repeated[:5])}"


def _ranges(numbers: list[int]) -> str:
    """Numbers as a person writes them: "1–2, 5"."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and number == parts[-1][-1] + 1:
            parts[-1].append(number)
        else:
            parts.append([number])
    return ", ".join(str(p[0]) if len(p) == 1 else f"{p[0]}–{p[-1]}" for p in parts)
