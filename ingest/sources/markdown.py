"""Markdown as treaties come in it: headings, emphasis, links, tables, and HTML left in by converters.

Only what a treaty uses is understood, line by line: a Markdown parser would take "1." and "–" at the start
of a line for lists and renumber them, and the printed numbers are what is cited.
"""

import html
import re

from ingest.sources.document import Document, Line, assemble

_HEADING = re.compile(r"^\s{0,3}(#{1,6})\s*(.*?)\s*#*\s*$")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)\s]*(?:\s+\"[^\"]*\")?\)")
_STRONG = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_EMPHASIS = re.compile(r"(?<![\w*\\])\*(?=[^\s*])([^*]+?)(?<=[^\s])\*(?!\*)")
_UNDERLINE = re.compile(r"(?<![\w_\\])_(?=[^\s_])([^_]+?)(?<=[^\s])_(?![\w_])")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<!--.*?-->")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|<>~])")
_RULE = re.compile(r"^\s*([-*_=]\s*){3,}$")
_TABLE_RULE = re.compile(r"^\s*\|?\s*:?-{2,}:?\s*(\|\s*:?-{2,}:?\s*)*\|?\s*$")


def read_markdown(text: str) -> Document:
    """A document of Markdown ``text``: markup removed, "#" lines kept as headings, words untouched."""
    lines: list[Line] = []
    title: str | None = None
    for raw in text.splitlines():
        if _RULE.match(raw) or _TABLE_RULE.match(raw):
            lines.append(Line(""))
            continue
        heading = _HEADING.match(raw)
        plain = strip_markup(heading[2] if heading else raw)
        if heading and title is None and heading[1] == "#":
            title = plain
        lines.append(Line(plain, heading=bool(heading and plain)))
        if heading:
            lines.append(Line(""))
    return assemble(lines, "markdown", title=title)


def strip_markup(text: str) -> str:
    """One line without Markdown and HTML marks."""
    text = _TAG.sub("", text)
    text = _LINK.sub(r"\1", text)
    text = _STRONG.sub(r"\2", text)
    text = _EMPHASIS.sub(r"\1", text)
    text = _UNDERLINE.sub(r"\1", text)
    if text.lstrip().startswith(">"):
        text = text.lstrip().lstrip("> ")
    if "|" in text and text.strip().startswith("|"):
        text = " – ".join(cell.strip() for cell in text.strip().strip("|").split("|"))
    return html.unescape(_ESCAPE.sub(r"\1", text))
