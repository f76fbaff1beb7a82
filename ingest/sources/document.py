"""What every reader gives: the lines of a document, and the document made of them.

A reader's work ends where the format ends. It reports lines, which of them the format itself marks as
headings, and on which page they stand; what the lines mean is decided in structure.py.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text without its line end.

    ``heading`` tells that the format marks it as a heading ("##", <h2>, centred on the page); ``page``
    counts from 1, None in formats without pages. An empty line is a Line with an empty text.
    """

    text: str
    heading: bool = False
    page: int | None = None


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
        text = normalise_text(line.text)
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
        parts.append(text + "\n")
        offset += len(text) + 1
    return Document(
        text="".join(parts).rstrip("\n") + "\n" if parts else "",
        format=format,
        headings=frozenset(headings),
        pages=tuple(pages),
        title=title,
        language=language,
        oddities=tuple(oddities),
    )


# Characters that print nothing and only break searching and quoting: soft hyphen, zero-width space and
# joiners' neighbours, byte order mark, directional marks. U+200C/U+200D stay: Arabic script needs them.
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\ufeff\u2060\u200e\u200f\u202a\u202b\u202c\u202d\u202e"))
_SPACES = {ord(c): " " for c in "\u00a0\u2002\u2003\u2007\u2009\u200a\u202f\u3000\t\x0b\x0c"}


def normalise_text(text: str) -> str:
    """One line in NFC, without invisible characters, with plain single blanks and none at its ends."""
    text = unicodedata.normalize("NFC", text).translate(_INVISIBLE).translate(_SPACES)
    text = "".join(c for c in text if c >= " ")
    return " ".join(text.encode("utf-8", "replace").decode("utf-8").split())
