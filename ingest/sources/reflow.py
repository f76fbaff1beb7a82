"""Wrapped lines become paragraphs again.

A typesetter breaks a line early only where a paragraph ends. So a line was wrapped when the first word of
the next line would not have fitted on it; where it would have fitted, the break was meant. The measure is
the same for a page of print (points) and for hard-wrapped text (columns).
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """A line with its place: edges and baseline in points or columns; ``gap`` is the distance to the line
    above (0 at the top of a column), ``column`` counts the columns of a page, ``centred`` tells whether the line is
    set in the middle of its own. Of a paragraph over several pages ``breaks`` has (offset in the text, page) of the
    first word of each page but its first."""

    text: str
    left: float
    right: float
    gap: float = 0.0
    page: int | None = None
    column: int = 0
    centred: bool = False
    hyphenated: bool = False
    breaks: tuple[tuple[int, int], ...] = ()


# What begins a new block whatever the line above looks like: "1.", "(a)", "(iv)", "-", "Article 5", quotes
# that open a definition. A number must be followed by a blank and be short: "305, paragraph" is prose.
_BLOCK_START = re.compile(
    r"""(?x)
    \(?\d{1,2}[.)]\s | \(\d{1,2}\)\s* | \(?[a-z]{1,2}\)\s* | \([ivxl]{1,5}\)\s* | [ivxl]{1,5}[.)]\s
    | [–—•\-]\s | [“"][A-Z]
    """
)
# "… paragraph 1 (c), / (d) and (e), of the Convention": inside a sentence it is no mark but a mention of one.
_MENTION = re.compile(r"\(?\w{1,5}\)(?:[,;.)]|\s*(?:of|and|or|to|above|below|du|de|et|ou|y|o)\b)")
_HEADING_WORD = (
    r"article|art\.|artículo|artigo|artikel|статья|annexe?|anexo|appendix|appendice|schedule|protocole?|protocolo"
    r"|part|partie|parte|chapter|chapitre|capítulo|section|sección|title|titre|título"
)
_HEADING_START = re.compile(
    rf"(?i)\W{{0,3}}(?:{_HEADING_WORD})\b\W{{0,3}}(?:\d|[ivxlc]+\b|[a-z]\b|premier|primero|one\b|first\b)"
)
_LONGEST_BARE = 30
_BARE_HEADING = re.compile(
    rf"(?i)(?:{_HEADING_WORD})(?:\s*-?\s*\d{{1,3}}|[\s-]+[ivxl]+|\s+premier|\s+primero)\.?\s*(?:bis|ter|[a-z])?\.?$"
)
# The words of "… as provided for in" with which no sentence and no heading ends.
_OPEN_ENDS = frozenset(
    "in of under by with and to or the for from see per this that de du des et à en del el los y".split()
)
_HYPHENATING = {"self", "non", "vice", "ex", "well", "multi", "inter-state", "cross"}
# How far apart two lines are set, in distances of lines, where a sentence that ends there ends the paragraph too.
_GAP = 1.25
# What a line set ragged may leave empty, of the width that it has.
_RAG = 0.18
# A line that leaves more than this part of its width empty is the last of its paragraph.
_SHORT = 0.3
_CLOSING = ')"”’»]*'
_STOPS = (".", ";", ":", "!", "?")


def is_bare_heading(text: str) -> bool:
    """Whether a line is nothing but the name and number of an article or a division: "Article 4 bis"."""
    return len(text) < _LONGEST_BARE and text[:1].isupper() and bool(_BARE_HEADING.match(text))


def is_open(text: str) -> bool:
    """Whether a line cannot be the end of a sentence: what follows "in accordance with" is no heading."""
    return text.endswith((",", "(", "l’")) or text.rpartition(" ")[2].lower() in _OPEN_ENDS


def _is_ended(text: str) -> bool:
    """Whether a sentence ends with a line, quotation marks and brackets aside."""
    return text.rstrip(_CLOSING).endswith(_STOPS)


def starts_heading(text: str) -> bool:
    """Whether a line begins with the word and number of an article or a division: "Chapter II Pilots"."""
    return bool(_HEADING_START.match(text)) and not text[:1].islower()


def starts_block(text: str) -> bool:
    """Whether a line begins with the mark of a paragraph or point: "1.", "(a)", "–"."""
    return bool(_BLOCK_START.match(text))


def is_hard_wrapped(lengths: Sequence[int]) -> bool:
    """Whether text lines of these lengths were wrapped at a fixed width of 40 to 110 columns."""
    written = sorted(length for length in lengths if length)
    if len(written) < 20:
        return False
    widest = written[int(len(written) * 0.98)]
    if not 40 <= widest <= 110 or written[-1] > widest + 30:
        return False
    full = sum(1 for length in written if length > widest - 16)
    return full / len(written) > 0.4


def vocabulary(texts: Iterable[str]) -> Counter[str]:
    """How often a document writes each word, hyphens kept; it tells how a broken word is mended."""
    return Counter(word for text in texts for word in re.findall(r"[\w’'-]+", text.lower()))


def reflow(
    lines: Sequence[PlacedLine], width: float, leading: float, words: Counter[str] | None = None
) -> list[PlacedLine]:
    """Join wrapped lines; ``width`` is the right edge of the column, ``leading`` the usual line distance.

    Words broken at a line end are mended by ``words``, the document's own by default: a hyphen stays where
    the document writes the word with one.
    """
    paragraphs: list[_Paragraph] = []
    last: PlacedLine | None = None
    marked = not _is_justified(lines, width) and _marks_paragraphs(lines, width, leading)
    for line in lines:
        if last is not None and _continues(last, line, width, leading, marked):
            if words is None and _is_broken(last, line):
                words = _own_vocabulary(lines)
            paragraphs[-1].append(line, last, words)
        else:
            paragraphs.append(_Paragraph(line, [line.text], len(line.text)))
        last = line
    return [paragraph.joined() for paragraph in paragraphs]


def _own_vocabulary(lines: Sequence[PlacedLine]) -> Counter[str]:
    """The words of lines; half a word is none: it would seem to be written with a hyphen."""
    return vocabulary(line.text.rpartition(" ")[0] if line.hyphenated else line.text for line in lines)


def _is_broken(above: PlacedLine, line: PlacedLine) -> bool:
    """Whether the last word of a line goes on in the next."""
    return above.hyphenated or (above.text.endswith("-") and line.text[:1].islower())


@dataclass(slots=True)
class _Paragraph:
    """A paragraph while it grows, as a list of its lines' words.

    Joined to a text line by line, one of a hundred thousand lines would be copied a hundred thousand times.
    """

    first: PlacedLine
    parts: list[str]
    length: int
    breaks: list[tuple[int, int]] = field(default_factory=list)

    def append(self, line: PlacedLine, last: PlacedLine, words: Counter[str] | None) -> None:
        """Add a line, mending the word that was broken before it."""
        if words is None or not _is_broken(last, line):
            self.parts.append(" ")
            self.length += 1
        else:
            before = self.parts[-1]
            stem = before.removesuffix("-")
            self.parts[-1] = stem
            self.length -= len(before) - len(stem)
            if keeps_hyphen(stem, line.text, words):
                self.parts.append("-")
                self.length += 1
        if line.page != last.page and line.page is not None:
            self.breaks.append((self.length, line.page))
        self.parts.append(line.text)
        self.length += len(line.text)

    def joined(self) -> PlacedLine:
        """The paragraph as one line at the place of its first."""
        if len(self.parts) == 1:
            return self.first
        return replace(self.first, text="".join(self.parts), breaks=tuple(self.breaks))


def _is_justified(lines: Sequence[PlacedLine], width: float) -> bool:
    """Whether lines are set to end at one edge: then each that does not is the last of its paragraph."""
    full = sum(1 for line in lines if abs(width - line.right) < 0.5 * _letter(line))
    return full > 0.4 * len(lines)


def _marks_paragraphs(lines: Sequence[PlacedLine], width: float, leading: float) -> bool:
    """Whether a ragged text sets each paragraph off, by a blank or an indent: a line with room left then ends none."""
    short = [
        line.gap > _GAP * leading
        or line.left > above.left + 1.5 * _letter(above)
        or starts_block(line.text)
        or starts_heading(line.text)
        for above, line in pairwise(lines)
        if not above.centred
        and not line.centred
        and (above.page, above.column) == (line.page, line.column)
        and _is_ended(above.text)
        and _is_short(above, width)
    ]
    return len(short) >= 5 and sum(short) >= 0.9 * len(short)


def _letter(line: PlacedLine) -> float:
    """The width of a letter."""
    return (line.right - line.left) / max(len(line.text), 1)


def _is_short(line: PlacedLine, width: float) -> bool:
    return width - line.right > _SHORT * (width - line.left)


def _continues(above: PlacedLine, line: PlacedLine, width: float, leading: float, marked: bool) -> bool:
    if above.hyphenated:
        return True
    same_column = (above.page, above.column) == (line.page, line.column)
    ended = _is_ended(above.text)
    if is_bare_heading(line.text) and not line.centred and is_open(above.text):
        return True
    if is_bare_heading(line.text) or is_bare_heading(above.text):
        return False
    if above.centred != line.centred:
        return False
    if above.centred:
        # A heading of several lines; each heading of the next level begins with its own word.
        return same_column and line.gap <= 1.6 * leading and not starts_heading(line.text)
    if same_column and line.gap > 1.45 * leading:
        # A gap inside a sentence is a page's oddity (a footnote mark, a wide line), not its end.
        return not ended and line.text[:1].islower() and line.gap < 2.5 * leading
    if same_column and ended and line.gap > _GAP * leading:
        return False
    first_word = line.text.split(" ", 1)[0]
    per_letter = _letter(above)
    would_fit = above.right + per_letter * (len(first_word) + 1) <= width
    is_block = starts_block(line.text) and (ended or not _MENTION.match(line.text))
    if not same_column:
        return not ended and not is_block and not starts_heading(line.text)
    if ended and (is_block or starts_heading(line.text)):
        return False
    if is_block and line.left != above.left and not line.text[:1].islower():
        return False
    if ended and line.left > above.left + 1.5 * per_letter and above.left <= line.left:
        # Sentence over and the next line indented: a new paragraph.
        return False
    if not would_fit:
        return True
    # Set ragged, a line may end a word early: a small letter still carries the sentence on, and so does a capital
    # after a line that reaches near the edge, or that ends as no sentence can.
    if ended or starts_heading(line.text):
        return ended and marked and not _is_short(above, width)
    if line.text[:1].islower():
        return True
    if is_block or line.left > above.left or above.text.endswith(","):
        return is_open(above.text) and not above.text.endswith(",")
    ragged = width - above.right < _RAG * (width - above.left)
    return ragged or is_open(above.text)


def keeps_hyphen(before: str, after: str, words: Counter[str]) -> bool:
    """Whether a word broken at its hyphen is written with one: "self-" + "governing", but not "mutila-" + "tion"."""
    # No word is longer than the stretch that is looked at.
    head, tail = re.findall(r"[\w’'-]+$", before[-80:].lower()), re.findall(r"^[\w’']+", after[:80].lower())
    if not head or not tail:
        return False
    stem, rest = head[0], tail[0]
    with_hyphen, without = words[f"{stem}-{rest}"], words[stem + rest]
    if with_hyphen or without:
        return with_hyphen > without
    # Written nowhere else: two whole words of the document are joined by a hyphen, a syllable is not. The second
    # begins the line that is looked at, and is a word of the document if it stands elsewhere too.
    return stem in _HYPHENATING or (len(stem) > 3 and len(rest) > 3 and words[stem] > 0 and words[rest] > 1)
