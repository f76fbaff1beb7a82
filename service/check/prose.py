"""Prose as it is read for claims: its sentences and quotations.

A sentence ends neither within a quotation, which belongs to whatever introduces it, nor at an abbreviation ("Art. 5");
a headline ends with its line. Quotation marks are those of any of the languages that news is written in.
"""

import itertools
import re
from bisect import bisect_right
from dataclasses import dataclass

from service.check.placed import Placed

# Opening marks with those that may close them.
_CLOSING = {
    "“": "”",
    "”": "”",
    "’": "’",
    "„": "“”",
    "«": "»",
    "‹": "›",
    "‘": "’",
    '"': '"',
    "'": "'",
    "‚": "‘’",
    "「": "」",
    "《": "》",
}
_OPENING = re.compile("[“„«‹‘\"'‚「《]|(?<![^\\s(\\[])[”’](?=\\w)|(?<![`\\w])``")
# What may stand before a mark that opens and could be an apostrophe or could close as well.
_BEFORE = re.compile(r"(?:^|[\s(\[{—–\-:/“„«‘\"'>*_])$")
# A quotation that goes on for longer was never closed.
_LONGEST_QUOTATION = 3_000
# A sentence that goes on for longer is none; it is read in parts.
_LONGEST_SENTENCE = 4_000
_PARAGRAPH = re.compile(r"\n[ \t]*\n\s*")
_ABBREVIATED = re.compile(
    r"(?:\b(?:[Aa]rts?|[Nn]os?|[Pp]aras?|[Pp]ts?|[Cc]hs?|[Ss]ecs?|[Cc]l|[Vv]ols?|pp?|ff?|e\.g|i\.e|cf|viz|vs?|c|ca"
    r"|approx"
    r"|St|Mr|Mrs|Ms|Dr|Prof|Gen|Col|Lt|Sgt|Amb|Sen|Rep|Gov|Pres|Rev|Hon|Jr|Sr|Jan|Feb|Aug|Sept?|Oct|Nov|Dec|[A-Z])"
    r"|\b(?:[A-Za-z]\.)+[A-Za-z])\.$"
)
_END = re.compile(r"(?<![.!?…。！？])[.!?…。！？]++[\])’”»\"']*(?=\s)\s+|\n+")
# "…” (Article 6 of the treaty)": the source in brackets behind a quotation is of its sentence.
_SOURCE_BEHIND = re.compile(
    r"[(\[](?=[^()\n]{0,120}(?:[Aa]rt\b|[Aa]rticle|[Tt]reaty|[Cc]onvention|[Cc]harter|[Cc]ovenant"
    r"|§))[^()\n]{2,120}[)\]]"
)
_STARTS = re.compile(r"[\W_]{0,20}(?:[A-ZÀ-ÖØ-ÞА-Я\d]|[^\x00-\u024f])")
_WORDS = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Quotation:
    """A quotation with its marks at ``start:end`` of a text, and without them at ``inner_start:inner_end``."""

    start: int
    end: int
    inner_start: int
    inner_end: int

    def words(self, text: str) -> int:
        """How many words are quoted."""
        return len(_WORDS.findall(text, self.inner_start, self.inner_end))


def quotations_in(text: str) -> list[Quotation]:
    """The outermost quotations of a text, in its order; of nested ones only the one around.

    A block set off as a quotation with ">" is one, too.
    """
    found: list[Quotation] = []
    position = 0
    while opening := _OPENING.search(text, position):
        quotation = _quotation(text, opening)
        position = quotation.end if quotation else opening.end()
        if quotation:
            found.append(quotation)
    blocks = [Quotation(m.start(), m.end(), m.start(1), m.end(1)) for m in _BLOCK.finditer(text)]
    apart = [b for b in blocks if not any(q.start < b.end and b.start < q.end for q in found)]
    return sorted([*found, *apart], key=lambda quotation: quotation.start)


_BLOCK = re.compile(r"^[ \t]*>[ \t]*(\S[^\n]*(?:\n[ \t]*>[^\n]*)*)", re.MULTILINE)


def _quotation(text: str, opening: re.Match[str]) -> Quotation | None:
    mark, start, inner = opening[0], opening.start(), opening.end()
    if inner >= len(text) or (text[inner].isspace() and mark not in "«‹"):
        return None
    if mark in "'‘’”\"‚" and not _BEFORE.search(text[max(0, start - 1) : start]):
        return None
    limit = min(len(text), start + _LONGEST_QUOTATION)
    if mark != "``" and not any(text.find(closing, inner, limit) > 0 for closing in _CLOSING[mark]):
        return None
    if paragraph := _PARAGRAPH.search(text, inner, limit):
        # A quotation of several paragraphs has an opening mark before each.
        goes_on = text.startswith(mark, paragraph.end()) and mark not in "'\""
        limit = limit if goes_on else paragraph.start()
    if mark == "``":
        end = text.find("''", inner, limit)
        return Quotation(start, end + 2, inner, end) if end > inner else None
    depth = 0
    for position in range(inner, limit):
        char = text[position]
        if (
            char == mark
            and mark not in "\"'"
            and text[position - 1].isspace()
            and "\n" not in text[position - 2 : position]
        ):
            depth += 1
        elif char in _CLOSING[mark] and _closes(text, position, mark):
            if not depth:
                return Quotation(start, position + 1, inner, position)
            depth -= 1
    return None


def _closes(text: str, position: int, mark: str) -> bool:
    """Whether a mark closes a quotation: an apostrophe, and a mark that opens another, do not."""
    if mark not in "'‘‚\"":
        return True
    behind = text[position + 1 : position + 2]
    if behind.isalnum() or text[position - 1].isspace():
        return False
    # "the States' territory": the plural's apostrophe is followed by a word and there is a better end.
    if mark in "'‘" and text[position - 1] == "s" and behind == " ":
        rest = text[position + 1 : position + 400]
        later = re.search(r"[^\s]['’](?!\w)", rest)
        return later is None or bool(re.search(r"(?<!\w)['‘]\w", rest[: later.start()]))
    return True


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence at ``start:end`` of a text; ``paragraph`` counts the paragraphs from 0."""

    start: int
    end: int
    paragraph: int


def sentences_in(text: str, quotations: list[Quotation]) -> list[Sentence]:
    """The sentences of a text, in its order, none ending within a quotation."""
    breaks = [m.end() for m in _PARAGRAPH.finditer(text)]
    quoted = Placed(quotations)
    cuts = [0]
    longest = max((len(line) for line in text.split("\n")), default=0)
    for match in _END.finditer(text):
        end = match.end()
        around = quoted.around(end - 1, end + 1)
        if around and around.start < end - 1:
            continue
        if _ends(text, match, longest):
            cuts.append(end)
    cuts += [q.start for q in quotations if text[q.start] in "> \t"]
    cuts = _of_bearable_length(text, sorted({*cuts, len(text)}))
    found = []
    for start, end in itertools.pairwise(cuts):
        stripped = text[start:end].strip()
        if not stripped:
            continue
        begin = start + text[start:end].index(stripped[0])
        found.append(Sentence(begin, begin + len(stripped), bisect_right(breaks, begin)))
    return found


def _of_bearable_length(text: str, cuts: list[int]) -> list[int]:
    """The ends of sentences with others at blanks in what goes on and on without an end."""
    further = []
    for start, end in itertools.pairwise(cuts):
        while end - start > _LONGEST_SENTENCE:
            blank = text.rfind(" ", start + 1, start + _LONGEST_SENTENCE)
            start = blank + 1 if blank > start else start + _LONGEST_SENTENCE
            further.append(start)
    return sorted({*cuts, *further})


def _ends(text: str, match: re.Match[str], longest: int) -> bool:
    if "\n" in match[0] and match[0].count("\n") > 1:
        return True
    if match[0][0] == "\n":
        line = text[text.rfind("\n", 0, match.start()) + 1 : match.start()].rstrip()
        # A line broken in the middle of a sentence is about as long as the others; a headline is shorter.
        broken_by_width = len(line) > 0.7 * longest and longest < 120
        return bool(_STARTS.match(text, match.end())) and not broken_by_width and not line.endswith((",", ";"))
    if _SOURCE_BEHIND.match(text, match.end()):
        return False
    before = text[max(0, match.start() - 12) : match.start() + 1]
    if match[0][0] == "." and _ABBREVIATED.search(before):
        return False
    return bool(_STARTS.match(text, match.end())) or match.end() == len(text)
