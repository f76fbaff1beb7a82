"""A stretch of a treaty to be quoted, and its measures: whole provisions, sentences, words."""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.models import ParsedTreaty, Provision

# A full stop behind these ends no sentence.
_ABBREVIATED = re.compile(r"\b(?:[Nn]o|[Nn]os|[Aa]rt|[Aa]rts|[Pp]aras?|[Vv]ol|e\.g|i\.e|cf|St|Mr|Ms|Dr|[A-Z])\.$")
_SENTENCE_END = re.compile(r"[.!?。！？]['”\"»’)]*\s+(?=[\W\dA-ZÀ-Þ]|[^\x00-\x7f])")


@dataclass(frozen=True, slots=True)
class Extract:
    """A stretch to quote: ``text[start:end]`` of the treaty, inside ``provision``."""

    provision: Provision
    start: int
    end: int


def whole_of(parsed: ParsedTreaty, provision: Provision) -> Extract:
    """All the words of a provision, without its number and heading where it is an article."""
    start = (
        provision.start if provision.kind in ("paragraph", "point", "chapeau", "definition") else provision.body_start
    )
    final = next((p for p in parsed.children.get(provision.eid, ()) if p.kind == "final"), None)
    end = final.start if final else provision.end
    return trimmed(parsed, Extract(provision, start, end))


def without_number(parsed: ParsedTreaty, extract: Extract) -> Extract:
    """A paragraph or point without its own number in front, which the name beside the quotation has already."""
    named = extract.provision
    if named.kind == "chapeau" and named.parent is not None:
        named = parsed.by_eid[named.parent]
    numbered = named.kind in ("paragraph", "point") and named.number is not None
    if not numbered or extract.start != named.start or named.body_start >= extract.end:
        return extract
    return trimmed(parsed, Extract(extract.provision, named.body_start, extract.end))


def joined(parsed: ParsedTreaty, extracts: Sequence[Extract]) -> list[Extract]:
    """Stretches in the order of the text, those in one that nothing stands between."""
    whole: list[Extract] = []
    for extract in extracts:
        last = whole[-1] if whole else None
        if last is not None and last.end <= extract.start and not parsed.treaty.text[last.end : extract.start].strip():
            inside = {p.eid for p in (extract.provision, *parsed.ancestors(extract.provision))}
            common = next((p for p in (last.provision, *parsed.ancestors(last.provision)) if p.eid in inside), None)
            if common is not None and parsed.article_of(common) == parsed.article_of(last.provision):
                whole[-1] = Extract(common, last.start, extract.end)
                continue
        whole.append(extract)
    return whole


def sentences_of(parsed: ParsedTreaty, provision: Provision, start: int, end: int) -> list[Extract]:
    """The sentences of a part of a provision; lines are apart, too."""
    text = parsed.treaty.text
    cuts = [start]
    for line in re.finditer(r"[^\n]+", text[start:end]):
        cuts.append(start + line.start())
        for match in _SENTENCE_END.finditer(line[0]):
            if not _ABBREVIATED.search(line[0][: match.start() + 1]):
                cuts.append(start + line.start() + match.end())
    cuts = sorted({*cuts, end})
    pieces = [Extract(provision, s, e) for s, e in itertools.pairwise(cuts)]
    return [trimmed(parsed, piece) for piece in pieces if text[piece.start : piece.end].strip()]


def trimmed(parsed: ParsedTreaty, extract: Extract) -> Extract:
    """A stretch without the blanks at its ends."""
    text, start, end = parsed.treaty.text, extract.start, extract.end
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Extract(extract.provision, start, end)


def count_words(parsed: ParsedTreaty, start: int, end: int) -> int:
    """How many words stand between two offsets."""
    return len(parsed.treaty.text[start:end].split())
