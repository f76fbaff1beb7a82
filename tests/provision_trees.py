"""Treaties drawn at random as trees of provisions, with what parsing has to find in them whatever they are written in.

The words are of treaties and none of them can be taken for a number or a heading; all else varies: divisions,
headings, numbered and unnumbered paragraphs, points in three levels, closing words, annexes with articles or without.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from hypothesis import strategies as st
from ingest_fakes import words_of

from ingest.models import ParsedTreaty, Source, Treaty
from ingest.sources import read_document
from ingest.structure import split_provisions

TITLE = "Treaty between Venn and Osk on the lamps of the northern coast and the bells of its islands"
ROMAN = ["", "I", "II", "III", "IV", "V", "VI", "VII", "VIII"]
_PLACES = "the lamps of Venn|every bell of the coast|the pilots of Osk|all buoys north of the bar|the register".split(
    "|"
)
_DUTIES = (
    "be kept in order by both Parties|be looked after by night|not be moved without leave|be shown to masters".split(
        "|"
    )
)
_NAMES = ["Lamps", "Bells and buoys", "Pilots", "Settlement of disputes", "Entry into force", "Cost of oil"]


@dataclass
class Piece:
    """A provision: its number as printed ("" for none), its name, its own words, what stands in it.

    ``kind`` is "part", "chapter", "article", "paragraph", "point" or "annex"; ``closing`` are words behind the points.
    """

    kind: str
    number: str = ""
    name: str = ""
    words: str = ""
    inner: list["Piece"] = field(default_factory=list)
    closing: str = ""


@dataclass
class Tree:
    """A treaty: the paragraphs of its preamble, its divisions or articles, its annexes, its testimonium."""

    preamble: list[str]
    body: list[Piece]
    annexes: list[Piece]
    final: str

    def leaves(self) -> list[tuple[str, str]]:
        """The eId and the own words of every provision in the order of the text; no words where it holds others."""
        found = [("preamble", " ".join(self.preamble))]
        found += [leaf for piece in self.body for leaf in _leaves(piece, "", "")]
        if self.final:
            # The testimonium stands in the last article, whose own words are then a paragraph beside it.
            last = found[-1]
            found[-1:] = (
                [last, ("final", self.final)]
                if "__" in last[0]
                else [(last[0], ""), (f"{last[0]}__para_1", last[1]), ("final", self.final)]
            )
        for annex in self.annexes:
            eid = f"annex_{ROMAN.index(annex.number)}"
            if annex.words:
                found.append((eid, annex.words))
            else:
                found.append((eid, ""))
                found += [leaf for article in annex.inner for leaf in _leaves(article, eid, eid)]
        return found


def parsed(data: bytes, name: str) -> ParsedTreaty:
    """A treaty parsed from the bytes of a file of that name."""
    document = read_document(data, name)
    structure = split_provisions(document.text, document.headings)
    treaty = Treaty("venn", "Treaty of Venn", document.text, Source(name, "0" * 64, document.format, document.pages))
    return ParsedTreaty(treaty, structure.provisions, (*document.oddities, *structure.oddities))


def found_in(treaty: ParsedTreaty) -> list[tuple[str, str]]:
    """What ``Tree.leaves`` gives, of a parsed treaty."""
    return [
        (p.eid, "" if treaty.children.get(p.eid) and p.kind != "final" else words_of(treaty, p))
        for p in treaty.provisions
    ]


def _leaves(piece: Piece, container: str, grouping: str) -> Iterator[tuple[str, str]]:
    """The leaves of a division or an article; articles are named from their container, divisions from one another."""
    step = {"part": "part", "chapter": "chp"}.get(piece.kind)
    if step:
        eid = f"{grouping}__{step}_{_arabic(piece.number)}".removeprefix("__")
        yield eid, ""
        for inner in piece.inner:
            yield from _leaves(inner, container, eid)
        return
    yield from _inside(piece, f"{container}__art_{piece.number}".removeprefix("__"))


def _inside(piece: Piece, eid: str) -> Iterator[tuple[str, str]]:
    if not piece.inner:
        yield eid, piece.words
        return
    yield eid, ""
    if piece.words:
        yield f"{eid}__chapeau", piece.words
    for position, inner in enumerate(piece.inner, start=1):
        step = f"para_{inner.number or position}" if inner.kind == "paragraph" else f"point_{inner.number}"
        yield from _inside(inner, f"{eid}__{step}")
    if piece.closing:
        yield f"{eid}__closing", piece.closing


def _arabic(number: str) -> int:
    return ROMAN.index(number)


# -- drawing ---------------------------------------------------------------------------------------------

_sentences = st.builds(
    lambda what, duty: f"{what[0].upper()}{what[1:]} shall {duty}.", st.sampled_from(_PLACES), st.sampled_from(_DUTIES)
)
_openings = st.sampled_from([f"Each Party shall, for {place}:" for place in _PLACES])
_items = st.builds(lambda what, duty: f"{what} which shall {duty};", st.sampled_from(_PLACES), st.sampled_from(_DUTIES))
_closings = st.sampled_from(["and shall tell the other Party of it.", "unless the Commission decides otherwise."])
_names = st.sampled_from(["", *_NAMES])


@st.composite
def _points(draw: st.DrawFn, depth: int) -> list[Piece]:
    marks = ("abcdefg", ["i", "ii", "iii", "iv"])[depth]
    points = []
    for number in marks[: draw(st.integers(2, 4))]:
        if depth == 0 and draw(st.integers(0, 4)) == 0:
            points.append(Piece("point", number, words=draw(_openings), inner=draw(_points(1))))
        else:
            points.append(Piece("point", number, words=draw(_items)))
    return points


@st.composite
def _paragraph(draw: st.DrawFn, number: str) -> Piece:
    match draw(st.integers(0, 3)):
        case 0:
            # "2. (a) …": the number stands with its first point.
            return Piece("paragraph", number, inner=draw(_points(0)))
        case 1:
            closing = draw(st.one_of(st.just(""), _closings))
            return Piece("paragraph", number, words=draw(_openings), inner=draw(_points(0)), closing=closing)
        case _:
            return Piece("paragraph", number, words=draw(_sentences))


@st.composite
def _article(draw: st.DrawFn, number: int) -> Piece:
    article = Piece("article", str(number), draw(_names))
    match draw(st.sampled_from(["one", "several", "numbered", "numbered", "points"])):
        case "one":
            article.words = draw(_sentences)
        case "several":
            article.inner = [Piece("paragraph", words=draw(_sentences)) for _ in range(draw(st.integers(2, 3)))]
        case "numbered":
            article.inner = [draw(_paragraph(str(n))) for n in range(1, draw(st.integers(2, 4)) + 1)]
        case _:
            article.words = draw(_openings)
            article.inner = draw(_points(0))
    return article


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    """Treaties of three to eight articles."""
    articles = [draw(_article(n)) for n in range(1, draw(st.integers(3, 8)) + 1)]
    body = articles
    if draw(st.booleans()):
        cut = draw(st.integers(1, len(articles) - 1))
        groups = [articles[:cut], articles[cut:]]
        body = [Piece("chapter", ROMAN[n], draw(_names), inner=group) for n, group in enumerate(groups, start=1)]
        if draw(st.booleans()):
            body = [Piece("part", ROMAN[n], draw(_names), inner=[chapter]) for n, chapter in enumerate(body, start=1)]
            for part in body:
                part.inner[0].number = "I"
    annexes = []
    for n in range(1, draw(st.integers(0, 2)) + 1):
        if draw(st.booleans()):
            annexes.append(Piece("annex", ROMAN[n], draw(_names), inner=[draw(_article(k)) for k in range(1, 4)]))
        else:
            annexes.append(Piece("annex", ROMAN[n], draw(_names), words=draw(_sentences)))
    preamble = ["The Parties, wishing to keep their coasts lit by night, have agreed as follows:"]
    final = draw(st.sampled_from(["", "Done at Venn on the third day of May, in two copies."]))
    return Tree(preamble, body, annexes, final)
