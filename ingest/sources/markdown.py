"""Markdown as treaties come in it: headings, emphasis, links, tables, and HTML left in by converters.

Only what a treaty uses is understood, line by line: a Markdown parser would take "1." and "–" at the start
of a line for lists and renumber them, and the printed numbers are what is cited.
"""

import html
import re

from ingest.sources.document import Document, Line, assemble

# Every pattern here is linear in its line, whatever that holds: what a mark encloses ends where the next mark of
# its kind begins, and nothing once taken is given back ("*+").
_HEADING = re.compile(r"^\s{0,3}(#{1,6})(.*)$")
_MARKS = re.compile(r"[<\[*_>|\\&]")
_LINK = re.compile(r"!?\[([^\[\]]*+)\]\([^)\s]{0,1000}+(?:\s{1,9}\"[^\"]{0,300}+\")?\)")
_STRONG = re.compile(r"\*\*(?=\S)([^*]++(?:\*[^*]++)*+)(?<=\S)\*\*|__(?=\S)([^_]++(?:_[^_]++)*+)(?<=\S)__")
_EMPHASIS = re.compile(r"(?<![\w*\\])\*(?=[^\s*])([^*]++)(?<=[^\s])\*(?!\*)")
_UNDERLINE = re.compile(r"(?<![\w_\\])_(?=[^\s_])([^_]++)(?<=[^\s])_(?![\w_])")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*+>|<!--(?:(?!<!--|-->).)*+-->")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|<>~])")
_RULE = re.compile(r"^\s*+([-*_=]\s*+){3,}+$")
_TABLE_RULE = re.compile(r"^\s*+\|?\s*+:?-{2,}+:?\s*+(\|\s*+:?-{2,}+:?\s*+)*+\|?\s*+$")
# html.unescape turns the digits into a number, and Python refuses to where there are thousands of them.
_NO_CHARACTER = re.compile(r"&#0*+[0-9]{8,}+;?")


def read_markdown(text: str) -> Document:
    """A document of Markdown ``text``: markup removed, "#" lines kept as headings, words untouched."""
    lines: list[Line] = []
    title: str | None = None
    for raw in text.splitlines():
        begins = raw.lstrip()[:1]
        if begins and begins in "-*_=|:" and (_RULE.match(raw) or _TABLE_RULE.match(raw)):
            lines.append(Line(""))
            continue
        heading = _HEADING.match(raw) if begins == "#" else None
        plain = strip_markup(heading[2].strip().rstrip("#").rstrip() if heading else raw)
        if heading and title is None and heading[1] == "#":
            title = plain
        lines.append(Line(plain, heading=bool(heading and plain)))
        if heading:
            lines.append(Line(""))
    return assemble(lines, "markdown", title=title)


def strip_markup(text: str) -> str:
    """One line without Markdown and HTML marks."""
    if not _MARKS.search(text):
        return text
    text = _TAG.sub("", text)
    text = _LINK.sub(r"\1", text)
    text = _STRONG.sub(lambda found: found[1] or found[2], text)
    text = _EMPHASIS.sub(r"\1", text)
    text = _UNDERLINE.sub(r"\1", text)
    if text.lstrip().startswith(">"):
        text = text.lstrip().lstrip("> ")
    if "|" in text and text.strip().startswith("|"):
        text = " – ".join(cell.strip() for cell in text.strip().strip("|").split("|"))
    return html.unescape(_NO_CHARACTER.sub("\ufffd", _ESCAPE.sub(r"\1", text)))
