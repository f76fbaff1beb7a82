"""An article laid out for Slack as the reader's page lays it out: headings, numbered paragraphs, points."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ingest.models import ParsedTreaty, Provision
from service.citations import on_one_line
from service.slack_app.rich import MOST_CHARS, Block, length_of, quotation, run, section
from service.slack_app.text import pieces
from service.web.reader import Part, Pieces, lay_out

# Set close to the line before: they continue its sentence.
_CLOSE = frozenset({"point", "definition"})


@dataclass(frozen=True, slots=True)
class ArticleText:
    """``heading`` are the lines of the article's own heading, ``body`` its words as sections and marked quotations."""

    heading: tuple[str, ...]
    body: list[Block]


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    bold: bool
    close: bool
    marked: bool


def article_text(parsed: ParsedTreaty, article: Provision, asked_for: Provision) -> ArticleText:
    """The article's words, all of them; what was asked for within it has a bar beside it."""
    target = None if asked_for is article else asked_for.eid
    _, *parts = _parts_of(parsed, article, target)
    heading: tuple[str, ...] = ()
    if parts and parts[0].kind == "heading" and parts[0].provision is article:
        heading = tuple(_words(line) for line in parts.pop(0).lines)
    return ArticleText(heading, _paragraphs(_lines(parts)))


def _parts_of(parsed: ParsedTreaty, article: Provision, target: str | None) -> Iterator[Part]:
    depth = 0
    for part in lay_out(parsed, target=target):
        if depth or (part.kind == "open" and part.provision is article):
            depth += {"open": 1, "close": -1}.get(part.kind, 0)
            yield part
            if not depth:
                return


def _lines(parts: Iterable[Part]) -> Iterator[_Line]:
    number, close = "", False
    marked = 0  # how many provisions are open within the one that is marked, itself included
    for part in parts:
        if part.kind == "open":
            marked += 1 if marked or part.target else 0
            close = close or (part.provision is not None and part.provision.kind in _CLOSE)
        elif part.kind == "close":
            marked -= 1 if marked else 0
            close = False
        elif part.kind == "number":
            number += _words(part.lines[0]) + " "  # "2. (a) " where a paragraph begins with its first point
        else:
            for line in part.lines:
                yield _Line(number + _words(line), part.kind == "heading", close, marked > 0)
                # What stands under a heading is set close to it.
                number, close = "", part.close or part.kind == "heading"
    if number:
        yield _Line(number, False, close, marked > 0)


def _words(line: Pieces) -> str:
    return on_one_line("".join(piece.text for piece in line))


def _paragraphs(lines: Iterable[_Line]) -> list[Block]:
    """Lines joined to sections as long as Slack takes them, with the space between that they have on a page."""
    found: list[Block] = []
    for line in lines:
        kind = quotation if line.marked else section
        for place, piece in enumerate(pieces(line.text, MOST_CHARS - 2)):
            last = found[-1] if found else None
            gap = "" if last is None else "\n" if line.close or place else "\n\n"
            if last and last["type"] == kind()["type"] and length_of(last) + len(gap) + len(piece) <= MOST_CHARS:
                last["elements"].append(run(gap + piece, bold=line.bold))
            else:
                found.append(kind(run(piece, bold=line.bold)))
    return found
