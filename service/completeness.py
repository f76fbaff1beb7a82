"""A quotation made complete: with the words that it hangs on, and those without which it misleads.

    a point                     under its chapeau, and with the closing words that hold for every point of its list
    a sentence                  with the one before it where it begins "Such …", with one behind that takes something
                                back: "However, …"
    "subject to paragraph 3"    with that paragraph
    "The same shall apply …"    with the paragraph before
    what limits it elsewhere    "Paragraph 1 does not apply where …" with the paragraph that it limits

Treaties are read as a whole (Vienna Convention on the Law of Treaties, Article 31); who forwards one sentence of an
article forwards what it leaves out.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingest.models import ParsedTreaty, Provision
from service.spans import Extract, count_words, sentences_of, trimmed, whole_of

# What is added is read at a glance as well; of a longer paragraph its sentence that limits is taken.
MOST_ADDED_WORDS = 90
MOST_ADDED = 2


def _pattern(text: str) -> re.Pattern[str]:
    """A pattern written over several lines, which are joined as they are, without the blanks around them."""
    return re.compile("".join(line.strip() for line in text.splitlines()), re.IGNORECASE | re.DOTALL)


_NUMBERED = r"(?:\d+\.\s+|\([a-z]+\)\s+)?"
_POINTING = "(?:such|that|those|these|this|either|both|all (?:such|these|those))"
# A sentence that begins like this says nothing without the one before it.
_LEANS_BACK = _pattern(
    rf"""{_NUMBERED}(?:
    such|that|those|these|this|they|it|he|she|the (?:latter|foregoing|said|same)|
    (?:in|under|for|on|to|with|by|of|after|during) {_POINTING}|
    if (?:so|this|it)|if,? however|in that case|where this|likewise|similarly|therefore|accordingly|otherwise|failing|
    however|nevertheless|nonetheless|nor|but|as an exception|(?:any|no|all|each) such)\b"""
)
_NEGATED = r"""\b(?:shall not|does not|do not|may not|not be|cannot|only|except|unless|subject to|without prejudice|
    cease|lapse|suspended|nothing)\b"""
# One that begins like this, and denies something, takes back what was said before it.
_TAKES_BACK = _pattern(
    rf"""{_NUMBERED}(?:
    (?:however|nevertheless|nonetheless|notwithstanding|but|except|save|provided|unless|only|as an exception|
    (?:by way of|an) exception|in exceptional)\b|
    (?:this|these|that|such|the (?:foregoing|preceding|above|said|same)|nothing in (?:this|the)|
    the (?:provisions?|rules?|prohibitions?|obligations?|rights?|exemptions?|immunit\w+) (?:of|in|under) this)\b
    .{{0,160}}?{_NEGATED})"""
)
_PARAGRAPH = r"""(?:sub-?)?paragraphs?\s+(?P<numbers>\d+(?:\s*(?:,|and|or|to|–|-)\s*\d+)*)
    (?!\d|\s*(?:\(\w+\)\s*)?of\s+article)"""
_NAMES_PARAGRAPH = _pattern(_PARAGRAPH)
_DEPENDS = _pattern(
    rf"""\b(?:subject to|except|save|unless|without prejudice|notwithstanding|as provided|provided for|
    in accordance with|referred to|conferred by|granted by|set out in|mentioned in|under)\b
    [^.;]{{0,60}}?\b{_PARAGRAPH}"""
)
_LIMITS = _pattern(
    r"""\b(?:(?:shall|does|do|may|is|are) not|not be|cannot|only|except|unless|subject to|notwithstanding|
    without prejudice|nothing in|exempt|derogat\w+|by way of exception|cease to|no longer|
    likewise|equally|mutatis mutandis|also apply|apply also|
    may be (?:extended|reduced|suspended|restricted|waived|refused|postponed))\b"""
)
_PRECEDING = _pattern(r"\b(?:preceding|foregoing|previous) paragraphs?\b|\bthe (?:provisions|rules) of this article\b")
_SAME_APPLIES = _pattern(rf"{_NUMBERED}(?:the same (?:shall )?appl|(?:this|these|they) (?:shall )?also appl)")
_SAME = _pattern(
    rf"""{_NUMBERED}(?:the same (?:shall|applies|rules?|provisions|conditions|treatment|right)|
    the (?:foregoing|preceding)|they|likewise|similarly|(?:in )?{_POINTING})\b"""
)


def completed(
    parsed: ParsedTreaty, root: Provision, chosen: Sequence[Extract], *, beside: bool = True
) -> list[Extract]:
    """Quotations from the provision ``root`` with all that they hang on, in the order of the text, none twice.

    Without ``beside`` no other paragraphs come with them.
    """
    wider = [_with_neighbours(parsed, extract) for extract in chosen]
    added = [more for extract in wider if beside for more in _besides(parsed, root, extract)]
    whole: list[Extract] = []
    for extract in [*wider, *list(dict.fromkeys(added))[:MOST_ADDED]]:
        whole += [e for e in under_chapeau(parsed, extract) if e not in whole]
    apart = [e for e in whole if not any(o != e and o.start <= e.start and e.end <= o.end for o in whole)]
    return sorted(apart, key=lambda extract: extract.start)


def under_chapeau(parsed: ParsedTreaty, extract: Extract) -> list[Extract]:
    """A point under the words that lead to it: without "shall not:" a list says the contrary.

    The words that close a list ("unless …") hold for each of its points, and come with them.
    """
    if extract.provision.kind != "point" or extract.provision.parent is None:
        return [extract]
    leading: list[Extract] = []
    closing: list[Extract] = []
    inner = extract.provision
    while inner.kind == "point" and inner.parent is not None:
        siblings = parsed.children.get(inner.parent, ())
        chapeau = next((p for p in siblings if p.kind == "chapeau" and p.start < inner.start), None)
        if chapeau is not None:
            leading.insert(0, Extract(chapeau, chapeau.start, chapeau.end))
        behind = next((p for p in siblings if p.kind == "chapeau" and p.start > inner.start), None)
        if behind is not None and count_words(parsed, behind.start, behind.end) <= MOST_ADDED_WORDS:
            closing.append(trimmed(parsed, Extract(behind, behind.start, behind.end)))
        inner = parsed.by_eid[inner.parent]
    if leading and not parsed.treaty.text[leading[-1].end : extract.start].strip():
        # Nothing stands between them: one quotation.
        around = parsed.by_eid[leading[-1].provision.parent or extract.provision.parent]
        extract = Extract(around, leading.pop().start, extract.end)
    return [*leading, extract, *closing]


def _with_neighbours(parsed: ParsedTreaty, extract: Extract) -> Extract:
    """A part of a provision with the sentences around it that it leans on, or that take something of it back."""
    whole = whole_of(parsed, extract.provision)
    if extract.start <= whole.start and extract.end >= whole.end:
        return extract
    if parsed.children.get(extract.provision.eid):
        return extract
    text = parsed.treaty.text
    sentences = sentences_of(parsed, extract.provision, whole.start, whole.end)
    first = max((n for n, s in enumerate(sentences) if s.start <= extract.start), default=0)
    last = max((n for n, s in enumerate(sentences) if s.start < extract.end), default=first)
    while first > 0 and _LEANS_BACK.match(text, sentences[first].start):
        first -= 1
    while last + 1 < len(sentences) and _TAKES_BACK.match(text[sentences[last + 1].start : sentences[last + 1].end]):
        last += 1
    return replace(extract, start=min(extract.start, sentences[first].start), end=max(extract.end, sentences[last].end))


def _besides(parsed: ParsedTreaty, root: Provision, extract: Extract) -> Iterator[Extract]:
    """Other paragraphs of the article without which a quotation misleads."""
    inside = (extract.provision, *parsed.ancestors(extract.provision))
    own = next((p for p in inside if p.kind == "paragraph"), None)
    if own is None or own.eid == root.eid:
        return
    text = parsed.treaty.text
    paragraphs = [p for p in parsed.children.get(own.parent or "", ()) if p.kind == "paragraph"]
    place = paragraphs.index(own)
    words = text[extract.start : extract.end]
    before = paragraphs[place - 1] if place else None
    limits = bool(_LIMITS.search(words))
    leans = extract.start <= own.body_start and bool(_SAME.match(words))
    if before is not None and (leans or (limits and _PRECEDING.search(words))):
        yield from _short(parsed, before)
    naming = _NAMES_PARAGRAPH if limits else _DEPENDS
    named = {n for match in naming.finditer(words) for n in _numbers(match["numbers"])}
    for paragraph in paragraphs:
        if paragraph.eid == own.eid:
            continue
        if paragraph.normalised_number in named:
            yield from _short(parsed, paragraph)
            continue
        behind = paragraph in paragraphs[place + 1 : place + 2]
        for sentence in sentences_of(parsed, paragraph, paragraph.start, paragraph.end):
            said = text[sentence.start : sentence.end]
            speaks = any(own.normalised_number in _numbers(m["numbers"]) for m in _NAMES_PARAGRAPH.finditer(said))
            speaks = speaks or (behind and bool(_PRECEDING.search(said)))
            depends = any(own.normalised_number in _numbers(m["numbers"]) for m in _DEPENDS.finditer(said))
            if depends or (speaks and _LIMITS.search(said)) or (behind and _SAME_APPLIES.match(said)):
                yield from _short(parsed, paragraph, sentence)
                break


def _numbers(written: str) -> set[str]:
    """ "1 to 3", "1, 2 and 4": the paragraphs."""
    found = [int(number) for number in re.findall(r"\d+", written)]
    if len(found) == 2 and re.search(r"to|–|-", written) and found[0] < found[1] <= found[0] + 30:
        found = list(range(found[0], found[1] + 1))
    return set(map(str, found))


def _short(parsed: ParsedTreaty, paragraph: Provision, sentence: Extract | None = None) -> Iterator[Extract]:
    """A paragraph where it is short, else the sentence of it that matters."""
    whole = whole_of(parsed, paragraph)
    for extract in (whole, sentence):
        if extract is not None and count_words(parsed, extract.start, extract.end) <= MOST_ADDED_WORDS:
            yield extract
            return
