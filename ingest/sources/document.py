"""What every reader gives: the lines of a document, and the document made of them.

A reader's work ends where the format ends. It reports lines, which of them the format itself marks as
headings, and on which page they stand; what the lines mean is decided in structure.py.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple


class Line(NamedTuple):
    """One line of text without its line end.

    ``heading`` tells that the format marks it as a heading ("##", <h2>, centred on the page); ``page``
    counts from 1, None in formats without pages. A line that goes on over pages has the offset in its text and the
    number of each page that begins in it as ``breaks``. An empty line is a Line with an empty text.
    """

    text: str
    heading: bool = False
    page: int | None = None
    breaks: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A document's text with what its format says about it.

    ``text`` is NFC with ``\\n`` line ends, ``headings`` the offsets of lines marked as headings, ``pages``
    the offset at which each page begins, ``title`` the format's own title, ``language`` where the format
    says it, ``oddities`` sentences about what was found odd or left out.
    """

    text: str
    format: str
    headings: frozenset[int] = frozenset()
    pages: tuple[int, ...] = ()
    title: str | None = None
    language: str | None = None
    oddities: tuple[str, ...] = ()


def assemble(
    lines: Iterable[Line],
    format: str,
    *,
    title: str | None = None,
    language: str | None = None,
    oddities: Iterable[str] = (),
) -> Document:
    """Join lines into a document: NFC, single blank lines, no blanks at either end of a line.

    Offsets are taken while joining, so they are those of the text as given back.
    """
    parts: list[str] = []
    headings: set[int] = set()
    pages: list[int] = []
    offset = 0
    blank = True
    for line in lines:
        text = line.text
        if not (text.isascii() and text.isprintable() and _is_close(text)):
            text = normalise_text(text)
        if line.page is not None:
            while len(pages) < line.page:
                pages.append(offset)
        if not text:
            if not blank:
                parts.append("\n")
                offset += 1
            blank = True
            continue
        blank = False
        if line.heading:
            headings.add(offset)
        for at, page in line.breaks:
            while len(pages) < page:
                pages.append(offset + _offset_in(line.text, at))
        parts.append(text + "\n")
        offset += len(text) + 1
    return Document(
        text="".join(parts).rstrip("\n") + "\n" if parts else "",
        format=format,
        headings=frozenset(headings),
        pages=tuple(pages),
        title=normalise_text(title) or None if title else None,
        language=language,
        oddities=tuple(oddities),
    )


def _offset_in(raw: str, at: int) -> int:
    """Where the word at an offset of a line stands once the line is normalised."""
    before = normalise_text(raw[:at])
    return len(before) + (1 if before and raw[at - 1].isspace() else 0)


# Characters that print nothing and only break searching and quoting: control characters, soft hyphen,
# zero-width space and joiners' neighbours, byte order mark, directional marks. U+200C/U+200D stay: Arabic
# script needs them. Half a pair of surrogates is no letter at all (JSON can hold one); "?" stands for it.
_INVISIBLE = "\u00ad\u061c\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
_UNPRINTED = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0), *map(ord, _INVISIBLE)])
_CLEANED: dict[int, str | None] = {
    **_UNPRINTED, **dict.fromkeys(range(0xD800, 0xE000), "?"), **dict.fromkeys(map(ord, "\t\n\r\x0b\x0c\x85"), " "),
}  # fmt: skip
_UNCLEAN = re.compile(f"[{re.escape(''.join(map(chr, _CLEANED)))}]")
# Accents that stand alone are no letters of a word to re, and no other signs stand thirty in a row but in rules.
_MANY_MARKS = re.compile(r"[^\w\s\x00-\x7f]{31,}")


def normalise_text(text: str) -> str:
    """One line in NFC, without invisible characters, with plain single blanks and none at its ends."""
    # Nearly all lines are clean: finding that out is ten times as fast as cleaning.
    if text.isascii():
        return text if text.isprintable() and _is_close(text) else " ".join(text.translate(_CLEANED).split())
    if _UNCLEAN.search(text):
        text = text.translate(_CLEANED)
    # After the invisible are gone: a letter and its accent may have stood on both sides of one.
    text = unicodedata.normalize("NFC", _MANY_MARKS.sub(_stream_safe, text))
    return " ".join(text.split())


def _is_close(text: str) -> bool:
    """Whether a text has single blanks only, and none at its ends."""
    return "  " not in text and text[:1] != " " and text[-1:] != " "


def _stream_safe(found: re.Match[str]) -> str:
    """Signs with at most 30 accents in a row, as Unicode's Stream-Safe Text Format has it (UAX 15, section 13).

    Accents are sorted while composing, and a million in a row would take the machine hours.
    """
    kept: list[str] = []
    marks = 0
    for sign in found[0]:
        marks = marks + 1 if unicodedata.combining(sign) else 0
        if marks <= 30:
            kept.append(sign)
    return "".join(kept)
