"""Wrapped lines become paragraphs again.

A typesetter breaks a line early only where a paragraph ends. So a line was wrapped when the first word of
the next line would not have fitted on it; where it would have fitted, the break was meant. The measure is
the same for a page of print (points) and for hard-wrapped text (columns).
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """A line with its place: edges and baseline in points or columns; ``gap`` is the distance to the line
    above (0 at the top of a page), ``centred`` whether it is set in the middle of the column."""

    text: str
    left: float
    right: float
    gap: float = 0.0
    page: int | None = None
    centred: bool = False
    hyphenated: bool = False


# What begins a new block whatever the line above looks like: "1.", "(a)", "(iv)", "-", "Article 5", quotes
# that open a definition. A number must be followed by a blank and be short: "305, paragraph" is prose.
_BLOCK_START = re.compile(
    r"""(?x)
    \(?\d{1,2}[.)]\s | \(\d{1,2}\)\s* | \(?[a-z]{1,2}\)\s* | \([ivxl]{1,5}\)\s* | [ivxl]{1,5}[.)]\s
    | [–—•\-]\s | [“"][A-Z]
    """
)
_HEADING_START = re.compile(
    r"(?i)\W{0,3}(article|art\.|artículo|статья|annex|annexe|appendix|schedule|protocol|part|chapter"
    r"|section|title)\b\W{0,3}(\d|[ivxlc]+\b|[a-z]\b|premier|one\b)"
)
_BARE_HEADING = re.compile(
    r"(?i)(article|art\.|part|chapter|section|annex)\s*-?\s*(\d{1,3}|[ivxl]+)\.?\s*(bis|ter|[a-z])?\.?$"
)
_HYPHENATING = {"self", "non", "vice", "ex", "well", "multi", "inter-state", "cross"}
_SENTENCE_END = re.compile(r"""[.;:!?][)"”’»\]]*$""")


def is_bare_heading(text: str) -> bool:
    """Whether a line is nothing but the name and number of an article or a division: "Article 4 bis"."""
    return bool(_BARE_HEADING.match(text))


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
    words = vocabulary(line.text for line in lines) if words is None else words
    joined: list[PlacedLine] = []
    last: PlacedLine | None = None
    for line in lines:
        if last is not None and joined and _continues(last, line, width, leading):
            before = joined[-1]
            joined[-1] = replace(before, text=_join_text(before, line, last, words))
        else:
            joined.append(line)
        last = line
    return joined


def _continues(above: PlacedLine, line: PlacedLine, width: float, leading: float) -> bool:
    if above.hyphenated:
        return True
    same_page = above.page == line.page
    ended = bool(_SENTENCE_END.search(above.text))
    if _BARE_HEADING.match(line.text) or _BARE_HEADING.match(above.text):
        return False
    if above.centred != line.centred:
        return False
    if above.centred:
        # A heading of several lines; each heading of the next level begins with its own word.
        return same_page and line.gap <= 1.6 * leading and not _HEADING_START.match(line.text)
    if same_page and line.gap > 1.45 * leading:
        # A gap inside a sentence is a page's oddity (a footnote mark, a wide line), not its end.
        return not ended and line.text[:1].islower() and line.gap < 2.5 * leading
    first_word = line.text.split(" ", 1)[0]
    per_letter = (above.right - above.left) / max(len(above.text), 1)
    would_fit = above.right + per_letter * (len(first_word) + 1) <= width
    if not same_page:
        return not ended and not _BLOCK_START.match(line.text) and not _HEADING_START.match(line.text)
    if ended and (_BLOCK_START.match(line.text) or _HEADING_START.match(line.text)):
        return False
    if _BLOCK_START.match(line.text) and line.left != above.left and not line.text[:1].islower():
        return False
    if ended and line.left > above.left + 1.5 * per_letter and above.left <= line.left:
        # Sentence over and the next line indented: a new paragraph.
        return False
    if would_fit:
        # Set ragged, a line may end a word early; a small letter still carries the sentence on.
        return not ended and line.text[:1].islower()
    return True


def _join_text(before: PlacedLine, line: PlacedLine, last: PlacedLine, words: Counter[str]) -> str:
    broken = last.hyphenated or (before.text.endswith("-") and line.text[:1].islower())
    if not broken:
        return f"{before.text} {line.text}"
    text = before.text.removesuffix("-")
    return text + ("-" if _keeps_hyphen(text, line.text, words) else "") + line.text


def _keeps_hyphen(before: str, after: str, words: Counter[str]) -> bool:
    """Whether a word broken at its hyphen is written with one: "self-" + "governing", but not "mutila-" + "tion"."""
    head, tail = re.findall(r"[\w’'-]+$", before.lower()), re.findall(r"^[\w’']+", after.lower())
    if not head or not tail:
        return False
    stem, rest = head[0], tail[0]
    with_hyphen, without = words[f"{stem}-{rest}"], words[stem + rest]
    if with_hyphen or without:
        return with_hyphen > without
    # Written nowhere else: two whole words of the document are joined by a hyphen, a syllable is not.
    return stem in _HYPHENATING or (len(stem) > 3 and len(rest) > 3 and bool(words[stem]) and bool(words[rest]))
