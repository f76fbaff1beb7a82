"""Statements that attribute words or content to a provision, found sentence by sentence.

Whether they are right is not asked here, only where they stand, what they attribute, and to what anchor.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from service.check.anchors import PROVISION, QUOTED, TREATY, Anchor
from service.check.grammar import (
    ABOUT,
    AS_PUT,
    BEHIND,
    COLON,
    CONDITIONAL,
    DOES,
    GAPPED,
    INTRODUCED,
    IS_HOW,
    NORMATIVE,
    NORMATIVE_OR_NUMBER,
    NOTHING_IN,
    PARTIES,
    PRONOUN,
    SAID_LAST,
    SPEAKER,
    STATE_DOES,
    SUBJECT,
    TRAILING,
)
from service.check.models import Form
from service.check.placed import Placed
from service.check.prose import Quotation, Sentence

# A quotation of fewer words is a name or a stress, and makes no claim by itself.
LEAST_QUOTED = 3
# A claim whose quotations have so much of its words is judged by them.
MOSTLY_QUOTED = 0.5
_SPAN = tuple[int, int]
_WORD = re.compile(r"[\w\ue002]+")
_PAST = re.compile(r"\b(?:was|were|had|did|sent|went|began|came|took|fell|\w{3,}ed)\b")
_EDGE_BEFORE = re.compile(
    r"^(?:[\s,;:—–-]|(?:and|but|while|whereas|although|though|yet|so|because|since|as|that|meanwhile|in addition"
    r"|moreover)\b,?)+"
)
_EDGE_BEHIND = re.compile(
    r"(?:[\s,;:.!?…—–-]|\b(?:and|but|while|whereas|yet|or|as|whose|which|in|under|the|according to)(?=\W*$))+$"
)
_TOLD_BY = re.compile(
    r"(?i)^.*\b(?:say|says|said|argue[sd]?|note[sd]?|add(?:s|ed)?|warn(?:s|ed)?|insist(?:s|ed)?|believe[sd]?|point(?:s"
    r"|ed)? out|recall(?:s|ed)?|remind(?:s|ed)?(?: \w+)?"
    r"|know[sn]?|means?|claim(?:s|ed)?|told \w+|wrote|stress(?:es|ed)?)\s+that\s+"
)
_WORDED = re.compile(r"\b(?:reads?|reading|runs?|in full|as follows|the following|word for word|verbatim|goes)\b")
_IN_PLACE = re.compile(rf"(?:in|at|under)\s+(?:its\s+)?(?P<place>{PROVISION}+)\s*(?:,|:|that\b)?\s*")
_PLACE_BEFORE = re.compile(r"\s*[,(\[–—]?\s*(?:\b(?:in|under|see|at|as per)\s+(?:its\s+)?)?$")
# "Is guaranteed by", "is set out in": before a preposition that else says where something is.
_PLACES = frozenset({"in", "within", "by", "quoting", "to quote"})
_SET_DOWN = re.compile(
    r"\b(?:(?:is|are|be|been|was|were)\s+(?:\w+ly\s+)?(?:\w+(?:ed|en)|set out|laid down|found|put)"
    r"|set out|laid down|enshrined|recogni[sz]ed|guaranteed|provided|stated)\s*$"
)
# What was done with or to a provision is no claim of what it says: "would breach his right to family life under …".
_DONE = re.compile(
    r"\b(?:violat|breach|infring|contraven|exercis|invok|interfer)\w*\b(?:\W+[\w’'-]+){0,3}?\W+(?:rights?"
    r"|obligations?|dut(?:y|ies))\b"
)
_OPENING = 5
_CLAUSE_BEFORE = re.compile(r"(?:[,;:—–]|\b(?:and|but|that|while|so|for|because|since|as|whereas|yet|then))\s*$")
_OF_ANOTHER = re.compile(
    r"(?P<head>\w+)\s+(?:of|to|from|in|with|about|on|under|behind|against|for|over)\s+(?:the\s+|this\s+|that\s+|its\s+"
    r"|an?\s+)?$"
)
# … of which the treaty is said to state something: "the text of the treaty", "the parties to it" are apart.
_OF_THE_TEXT = frozenset(
    "text wording words terms provisions provision language paragraph paragraphs sentence clause clauses article line"
    " preamble part section"
    " letter version draft body spirit first second third fourth fifth last requirements rules rule according "
    "addition fact".split()
)
# "Leaving the Convention would allow …": what leaving does.
_DOING = re.compile(
    r"(?i)\b(?:leaving|quitting|joining|signing|ratifying|abandoning|exiting|scrapping|denouncing|adopting|suspending"
    r"|invoking|triggering|breaching|violating|rejoining|ignoring)\s+(?:the\s+|this\s+)?$"
)
_ABOUT_ITSELF = re.compile(
    rf"\s*(?:the\s+)?(?:ratification|signature|signing|approval|conclusion|negotiation|denunciation|adoption"
    rf"|publication)\s+of\s+(?:the\s+)?[{PROVISION}{TREATY}]"
)


@dataclass(frozen=True, slots=True)
class Found:
    """A statement found: spans of the text, the anchor it attributes to, the quotations in what is attributed.

    ``anchor`` is None where the sentence names none; then ``follows`` says that it goes on about what the sentence
    before was about ("It also says"), and a quotation without either is ``tentative``: a claim only if a treaty has it.
    ``worded`` says that words are given as the provision's own without quotation marks ("in the words of Article 2").
    """

    statement: _SPAN
    content: _SPAN
    anchor: Anchor | None
    form: Form
    quoted: tuple[Quotation, ...] = ()
    follows: bool = False
    tentative: bool = False
    worded: bool = False


@dataclass(frozen=True, slots=True)
class _Mark:
    """Where a claim of a sentence begins: its statement and its content; ``end`` is given where it is known."""

    start: int
    content: int
    anchor: Anchor | None
    end: int | None = None
    follows: bool = False
    gap: bool = False
    worded: bool = False


def find_statements(
    text: str, signs: str, sentences: Sequence[Sentence], anchors: Sequence[Anchor], quotations: Sequence[Quotation]
) -> list[Found]:
    """The statements of a text in its order; ``signs`` is the text with anchors and quotations masked."""
    found: list[Found] = []
    placed, marked = Placed(anchors), Placed(quotations)
    for place, sentence in enumerate(sentences):
        own = placed.within(sentence.start, sentence.end)
        quoted = marked.within(sentence.start, sentence.end)
        following = sentences[place + 1] if place + 1 < len(sentences) else None
        before = sentences[place - 1] if place else None
        goes_on = before is not None and (
            bool(placed.within(before.start, before.end)) or bool(found and found[-1].statement[1] >= before.start)
        )
        spoken_of = (
            _last_of(placed.within(before.start, before.end))
            if before and not (found and found[-1].statement[1] > before.start)
            else None
        )
        is_subject = before is not None and (
            bool(found and not found[-1].tentative and found[-1].statement[1] >= before.start)
            or text[before.start : before.end].endswith("?")
            or any(a.start - before.start < _OPENING for a in placed.within(before.start, before.end))
        )
        in_next = marked.within(following.start, following.end) if following else []
        reader = _Sentence(text, signs, sentence, own, quoted, following, in_next, goes_on, spoken_of, is_subject)
        # What was read as the next line of the sentence before is not read again.
        found += [f for f in reader.read() if not (found and f.statement[0] < found[-1].statement[1])]
    return found


def _last_of(anchors: Sequence[Anchor]) -> Anchor | None:
    """What "it" is after a sentence that claims nothing: the provision that it names last, else the treaty."""
    return next((a for a in reversed(anchors) if a.of_provision), anchors[-1] if anchors else None)


class _Sentence:
    """One sentence; holds what the steps share."""

    def __init__(
        self, text: str, signs: str, sentence: Sentence, anchors: Sequence[Anchor], quoted: Sequence[Quotation],
        following: Sentence | None, quotations: Sequence[Quotation], goes_on: bool, spoken_of: Anchor | None,
        is_subject: bool,
    ) -> None:  # fmt: skip
        self.text, self.signs, self.sentence = text, signs, sentence
        self.anchors, self.quoted = anchors, quoted
        self.following, self.quotations = following, quotations
        # Whether the sentence before spoke of a treaty, so that "it" may be one.
        self.goes_on = goes_on
        # … and what that was, where it claims nothing itself.
        self.spoken_of = spoken_of
        # … and whether it was what that sentence was about.
        self.is_subject = is_subject

    def read(self) -> list[Found]:
        if self.signs[self.sentence.start : self.sentence.end].rstrip().endswith("?"):
            return []
        marks = self._marks()
        found = self._cut(marks)
        covered = [f.content for f in found]
        for quotation in self._uncovered(covered, found):
            found.append(quotation)
        return sorted(found, key=lambda one: one.statement)

    # -- where claims begin

    def _marks(self) -> list[_Mark]:
        marks: list[_Mark] = []
        begin, end = self.sentence.start, self.sentence.end
        if last := self._said_last():
            return [last]
        for anchor in self.anchors:
            mark = (
                self._is_how(anchor)
                or self._by_parties(anchor) or self._introduced(anchor) or self._subject(anchor) or self._colon(anchor)
                or self._gapped(anchor, marks) or self._behind(anchor, marks)
            )  # fmt: skip
            if mark:
                marks.append(mark)
        pronoun = PRONOUN.match(self.signs[begin:end]) if self.goes_on else None
        if pronoun and not self.is_subject and self._is_another(pronoun):
            pronoun = None
        if pronoun and not any(m.start - begin < pronoun.end() for m in marks):
            ruled = pronoun.start("neg") if pronoun["neg"] else pronoun.start("rule") if pronoun["rule"] else None
            at = pronoun.end() if ruled is None else ruled
            marks.insert(0, _Mark(begin, begin + at, self.spoken_of, follows=True))
        return marks

    def _is_another(self, pronoun: re.Match[str]) -> bool:
        """ "Iran is a party to the treaty. It says …": the state, not the treaty that it is a party to."""
        begin = self.sentence.start + pronoun.start("rule" if pronoun["rule"] else "report")
        return pronoun["anchor"].lower() == "it" and bool(STATE_DOES.match(self.signs, begin, self.sentence.end))

    def _subject(self, anchor: Anchor) -> _Mark | None:
        match = next(
            (
                m
                for pattern in (SUBJECT, DOES, ABOUT)
                if (m := pattern.match(self.signs, anchor.start, self.sentence.end))
            ),
            None,
        )
        if match is None or CONDITIONAL.search(self.signs, max(self.sentence.start, anchor.start - 30), anchor.start):
            return None
        # "The ratification of this treaty will allow …": what does something is not the treaty.
        if nothing := NOTHING_IN.search(self.signs, max(self.sentence.start, anchor.start - 40), anchor.start):
            return _Mark(nothing.start(), nothing.start(), anchor)
        other = _OF_ANOTHER.search(self.signs, max(self.sentence.start, anchor.start - 60), anchor.start)
        if other and not (match.groupdict().get("rel") or "").strip() and other["head"].lower() not in _OF_THE_TEXT:
            return None
        does_itself = not (match.groupdict().get("rel") or "").strip()
        if does_itself and _DOING.search(self.signs, max(self.sentence.start, anchor.start - 40), anchor.start):
            return None
        if _ABOUT_ITSELF.match(self.signs, match.end(), self.sentence.end):
            return None
        content = match.end()
        said = match.groupdict()
        if said.get("neg"):
            content = match.start("neg")
        elif match["rule"]:
            content = match.start("rule")
        if not anchor.of_provision and (place := _IN_PLACE.match(self.signs, content, self.sentence.end)):
            # "The Convention says in Article 23 that …".
            inner = next(a for a in self.anchors if a.start == place.start("place"))
            anchor, content = replace(inner, spoken=inner.spoken or anchor.spoken), place.end()
        worded = bool(_WORDED.search(match[0]))
        return _Mark(match.start(), content, anchor, worded=worded)

    def _said_last(self) -> _Mark | None:
        match = SAID_LAST.search(self.signs, self.sentence.start, self.sentence.end)
        if match is None or QUOTED in self.signs[self.sentence.start : match.start()]:
            return None
        before = self.signs[self.sentence.start : match.start()]
        start = self._clause_start(before)
        if not NORMATIVE.search(before[start:]):
            return None
        at = match.start("place") if match["place"] else match.start("anchor")
        anchor = next(a for a in self.anchors if a.start == at)
        return _Mark(self.sentence.start + start, self.sentence.start + start, anchor, end=match.start())

    def _is_how(self, anchor: Anchor) -> _Mark | None:
        for match in IS_HOW.finditer(self.signs, self.sentence.start, self.sentence.end):
            if match.start("anchor") == anchor.start and match.start() > self.sentence.start:
                return _Mark(self.sentence.start, self.sentence.start, anchor, end=match.start(), worded=False)
        return None

    def _by_parties(self, anchor: Anchor) -> _Mark | None:
        if anchor.of_provision and anchor.mention is None:
            return None
        window = max(self.sentence.start, anchor.start - 90)
        for match in PARTIES.finditer(self.signs, window, self.sentence.end):
            if match.start("anchor") == anchor.start:
                return _Mark(match.start("who"), match.start("who"), anchor)
        return None

    def _introduced(self, anchor: Anchor) -> _Mark | None:
        window = max(self.sentence.start, anchor.start - 70)
        for pattern in (AS_PUT, INTRODUCED):
            for match in pattern.finditer(self.signs, window, self.sentence.end):
                if match.start("anchor") != anchor.start:
                    continue
                if pattern is AS_PUT:
                    return _Mark(match.start(), match.end(), anchor, worded=True)
                before = self.signs[self.sentence.start : match.start()].strip(" ,;:—–-\"'“”")
                rest = self.signs[match.end() : self.sentence.end]
                lead_in = self.signs[self.sentence.start : match.start()]
                short = match["comma"] == "," and len(before.split()) <= 4 and not _PAST.search(before)
                opens = not before or short or bool(_CLAUSE_BEFORE.search(lead_in))
                if not opens or (len(rest.split()) < 3 and QUOTED not in rest):
                    return self._within(anchor, match) if not opens else None
                said_so = match["lead"].lower() == "according to"
                if not (said_so or self._may_be_rule(rest)) or re.match(r"(?:and|or|but)\b", rest):
                    return None
                worded = match["lead"].lower() in ("in the words of", "to quote", "quoting")
                return _Mark(match.start(), match.end(), anchor, worded=worded)
        return None

    def _within(self, anchor: Anchor, match: re.Match[str]) -> _Mark | None:
        """ "States are obliged under Article 33 not to return …": the provision in the middle of what it says."""
        if match["comma"]:
            return None
        before = self.signs[self.sentence.start : match.start()]
        if len(self.signs[match.end() : self.sentence.end].split()) < 3 or not NORMATIVE.search(before):
            return None
        if match["lead"].lower() in _PLACES and not _SET_DOWN.search(before):
            return None
        start = self.sentence.start + self._clause_start(before)
        return _Mark(start, start, anchor)

    def _may_be_rule(self, words: str) -> bool:
        return QUOTED in words or bool(NORMATIVE.search(words)) or not _PAST.search(words)

    def _colon(self, anchor: Anchor) -> _Mark | None:
        match = COLON.match(self.signs, anchor.start, self.sentence.end)
        # A headline may name only the treaty; within a text that is followed by much else.
        opens = self.sentence.start == 0 and anchor.start < _OPENING
        if match and (
            anchor.of_provision or (opens and NORMATIVE_OR_NUMBER.search(self.signs, match.end(), self.sentence.end))
        ):
            return _Mark(anchor.start, match.end(), anchor)
        # What it reads stands on a line of its own.
        rest = self.signs[anchor.end : self.sentence.end]
        return _Mark(anchor.start, self.sentence.end, anchor) if anchor.of_provision and rest.strip() == ":" else None

    def _gapped(self, anchor: Anchor, marks: Sequence[_Mark]) -> _Mark | None:
        if not marks:
            return None
        window = max(self.sentence.start, anchor.start - 12)
        for match in GAPPED.finditer(self.signs, window, self.sentence.end):
            if match.start("anchor") == anchor.start:
                return _Mark(anchor.start, match.end(), anchor, gap=True)
        return None

    def _behind(self, anchor: Anchor, marks: Sequence[_Mark]) -> _Mark | None:
        window = max(self.sentence.start, anchor.start - 70)
        floor = max((m.content for m in marks), default=self.sentence.start)
        for match in BEHIND.finditer(self.signs, window, self.sentence.end):
            if match.start("anchor") != anchor.start or match.start() < floor:
                continue
            before = self.signs[self.sentence.start : match.start()]
            if QUOTED in before or QUOTED in self.signs[anchor.end : self.sentence.end]:
                return None  # told by the quotation
            if marks or match["lead"] in ("from",):
                return None
            start = self._clause_start(before)
            clause = before[start:]
            sourced = match["lead"].lower() in ("per", "as per", "according to", "pursuant to")
            if len(clause.split()) < 4 or _DONE.search(clause) or not (sourced or NORMATIVE.search(clause)):
                return None
            if match["lead"].lower() in _PLACES and not _SET_DOWN.search(clause):
                return None
            worded = match["lead"].lower() in ("in the words of", "reads", "runs", "goes", "to quote", "quoting")
            at = self.sentence.start + start
            return _Mark(at, at, anchor, end=match.start(), worded=worded)
        return None

    def _clause_start(self, before: str) -> int:
        told = _TOLD_BY.match(before)
        at = told.end() if told else 0
        lead = _EDGE_BEFORE.match(before[at:])
        return at + (lead.end() if lead else 0)

    # -- where they end

    def _cut(self, marks: Sequence[_Mark]) -> list[Found]:
        marks = self._merged(sorted(marks, key=lambda mark: mark.start))
        found = []
        for place, mark in enumerate(marks):
            later = next((m.start for m in marks[place + 1 :] if m.start > mark.content), self.sentence.end)
            made = self._claim(mark, later)
            if made:
                found.append(made)
        return found

    def _merged(self, marks: list[_Mark]) -> list[_Mark]:
        """ "The treaty also includes Article 8, which states that …" is one claim, of Article 8."""
        kept: list[_Mark] = []
        for mark in marks:
            last = kept[-1] if kept else None
            if last and last.end is None and not mark.gap and mark.anchor is not None:
                between = self.signs[last.content : mark.start]
                two = bool(last.anchor and last.anchor.of_provision and mark.anchor.of_provision and "," in between)
                if (
                    mark.start >= last.content
                    and not two
                    and len(_WORD.findall(between)) <= 3
                    and QUOTED not in between
                ):
                    named = last.anchor if last.anchor and last.anchor.of_provision else mark.anchor
                    own = mark.anchor if mark.anchor.of_provision else named
                    kept[-1] = replace(mark, start=last.start, anchor=own)
                    continue
                if mark.start < last.content:
                    # "Under Article 5 of the treaty, parties must": the first reading holds.
                    continue
            kept.append(mark)
        return kept

    def _claim(self, mark: _Mark, limit: int) -> Found | None:
        end = mark.end if mark.end is not None else limit
        start = mark.content
        trailing = TRAILING.search(self.signs, start, end) if mark.end is None else None
        if trailing and QUOTED not in trailing[0] and len(self.signs[start : trailing.start()].split()) >= 3:
            end = trailing.start()
        if mark.end is None and (asked := re.search(r"[?!]+\s", self.signs[start:end])):
            end = start + asked.start()
        if not self.signs[start:end].strip(" :.\n") and ":" not in self.signs[mark.start : self.sentence.end]:
            return None
        if mark.end is None and not self.signs[start:end].strip(" :.\n") and self.following:
            return self._on_next_line(mark)
        start, end = self._trimmed(start, end)
        if len(self.signs[start:end].split()) < 2 and QUOTED not in self.signs[start:end]:
            return None
        quoted = tuple(q for q in self.quoted if start <= q.start and q.end <= end + 1)
        if any(q.words(self.text) >= LEAST_QUOTED for q in quoted):
            end = max(end, max(q.end for q in quoted))
        elif not quoted and not re.search(r"\w", self.text[start:end]):
            return None
        if not quoted and len(_WORD.findall(self.signs, start, end)) < 2:
            return None
        return self._made(mark, start, end, quoted)

    def _made(self, mark: _Mark, start: int, end: int, quoted: tuple[Quotation, ...]) -> Found:
        words = len(re.findall(r"\w+", self.text[start:end]))
        in_marks = sum(q.words(self.text) for q in quoted)
        form: Form = "paraphrase"
        content = (start, end)
        # A split quotation may run around what names it: "“Each Party,” says Article 6, “shall …”".
        if quoted and in_marks >= LEAST_QUOTED and (
            in_marks >= MOSTLY_QUOTED * words or (max(q.words(self.text) for q in quoted) >= 5)
        ):  # fmt: skip
            form = "quotation"
            content = (quoted[0].inner_start, quoted[-1].inner_end)
        inside = mark.anchor is not None and mark.anchor.start >= self.sentence.start
        first = min(mark.start, mark.anchor.start) if mark.anchor and inside else mark.start
        last = max(end, mark.anchor.end) if mark.anchor and inside else end
        statement = (min(first, start), max(last, content[1]))
        return self._placed(Found(statement, content, mark.anchor, form, quoted, mark.follows, worded=mark.worded))

    def _placed(self, found: Found) -> Found:
        """ "The treaty bars bases on the Moon (Article IV)": the provision behind what it says."""
        start = found.content[0]
        if found.anchor is None or found.anchor.of_provision:
            return found
        for anchor in self.anchors:
            behind = self.signs[anchor.end : max(found.statement[1], anchor.end)].strip(" ).,;")
            if (
                anchor.mention is None
                or anchor.spoken is not None
                or behind
                or not start <= anchor.start < found.statement[1]
            ):
                continue
            before = _PLACE_BEFORE.search(self.signs, start, anchor.start)
            if before and (found.form == "quotation" or before.start() > start):
                content = (start, before.start()) if found.form == "paraphrase" else found.content
                placed = replace(anchor, spoken=found.anchor.spoken)
                return replace(
                    found,
                    content=content,
                    anchor=placed,
                    statement=(found.statement[0], max(found.statement[1], anchor.end)),
                )
        return found

    def _on_next_line(self, mark: _Mark) -> Found | None:
        following = self.following
        assert following is not None
        if following.start - self.sentence.end > 12:
            return None
        # Several sentences may stand there: a paragraph is read to its end.
        end = self.text.find("\n\n", following.start)
        end = len(self.text) if end < 0 else end
        own = tuple(self.quotations)
        if own:
            return self._made(mark, own[0].start, own[0].end, own[:1])
        whole = Quotation(following.start, end, following.start, end)
        return Found((mark.start, end), (following.start, end), mark.anchor, "quotation", (whole,), mark.follows)

    def _trimmed(self, start: int, end: int) -> _SPAN:
        behind = _EDGE_BEHIND.search(self.signs, start, end)
        if behind:
            end = behind.start()
        while start < end and self.text[start] in " \t\n,;:":
            start += 1
        return start, end

    # -- quotations that no pattern took

    def _uncovered(self, covered: Sequence[_SPAN], found: Sequence[Found]) -> list[Found]:
        free = [q for q in self.quoted if q.words(self.text) >= LEAST_QUOTED
                and not any(s <= q.inner_start and q.inner_end <= e for s, e in covered)
                and not any(f.statement[0] <= q.start and q.end <= f.statement[1] for f in found)]  # fmt: skip
        if not free:
            return []
        anchor = self._nearest_anchor(free, found)
        spoken = self._is_spoken(free)
        if anchor is None or spoken:
            # Somebody's words, unless a treaty has them.
            one = max(free, key=lambda q: q.words(self.text))
            if one.words(self.text) < 5:
                return []
            span = (one.start, one.end)
            if anchor is not None:
                span = (min(anchor.start, one.start), max(anchor.end, one.end))
            return [Found(span, (one.inner_start, one.inner_end), anchor, "quotation", (one,), anchor is None, True)]
        # "“Each Party,” says Article 6, “shall …”": the shorter part belongs to it.
        taken = [span for f in found for span in (f.statement,)]
        quoted = tuple(q for q in self.quoted if not any(s <= q.start and q.end <= e for s, e in taken))
        content = (quoted[0].inner_start, quoted[-1].inner_end)
        start, end = min(anchor.start, quoted[0].start), max(anchor.end, quoted[-1].end)
        return [Found((start, end), content, anchor, "quotation", quoted)]

    def _nearest_anchor(self, free: Sequence[Quotation], found: Sequence[Found]) -> Anchor | None:
        used = [f.anchor for f in found]
        choices = [a for a in self.anchors if a not in used]
        choices = [a for a in choices if a.of_provision] or choices
        if not choices:
            return None
        quotation = free[0]
        return min(choices, key=lambda a: min(abs(a.end - quotation.start), abs(a.start - quotation.end)))

    def _is_spoken(self, free: Sequence[Quotation]) -> bool:
        window = self.signs[max(self.sentence.start, free[0].start - 60) : min(self.sentence.end, free[-1].end + 60)]
        return bool(SPEAKER.search(window))
