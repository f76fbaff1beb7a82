"""Invented treaties for the tests of ingestion: as parsed records, as printed pages, as noise."""

import io
import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from ingest.models import ParsedTreaty, Provision, Source, Treaty
from ingest.sources import read_document
from ingest.structure import split_provisions

PREAMBLE = "The Parties, wishing to keep their coasts lit by night, have agreed as follows:"
WORDS = "The Parties shall keep the lighthouse of Venn lit from dusk to dawn."


def bug(reason: str) -> pytest.MarkDecorator:
    """Marks a test of what should be and is not yet."""
    return pytest.mark.xfail(strict=True, reason=reason)


def parse_text(text: str, treaty_id: str = "venn", title: str = "Treaty of Venn", name: str = "t.txt") -> ParsedTreaty:
    """A treaty parsed from its text as a file of that name would be."""
    document = read_document(text.encode(), name)
    structure = split_provisions(document.text, document.headings)
    treaty = Treaty(treaty_id, title, document.text, Source(name, "0" * 64, document.format, document.pages))
    return ParsedTreaty(treaty, structure.provisions, (*document.oddities, *structure.oddities))


def treaty_text(*articles: str, title: str = "Treaty on the Lighthouse of Venn", preamble: str = PREAMBLE) -> str:
    """Title, preamble and articles, each set off by a blank line; an article's first line is its heading."""
    return "\n\n".join([title, preamble, *articles]) + "\n"


def headed(*headings: str, words: str = WORDS) -> str:
    """A treaty whose articles have these heading lines and the same words."""
    return treaty_text(*(f"{heading}\n\n{words}" for heading in headings))


def numbers(parsed: ParsedTreaty) -> list[str | None]:
    """The normalised numbers of the body's articles."""
    return [article.normalised_number for article in parsed.body_articles]


def article_eids(parsed: ParsedTreaty) -> list[str]:
    """The eIds of all articles, those of annexes and protocols included."""
    return [article.eid for article in parsed.articles]


def words_of(parsed: ParsedTreaty, provision: Provision) -> str:
    """A provision's own words, without its number and heading, on one line."""
    return " ".join(parsed.treaty.text[provision.body_start : provision.end].split())


def inside(parsed: ParsedTreaty, eid: str) -> list[tuple[str, str]]:
    """What stands in a provision, in the order of the text: (last steps of the eId, own words of a leaf or "")."""
    return [
        (p.eid.removeprefix(f"{eid}__"), "" if parsed.children.get(p.eid) else words_of(parsed, p))
        for p in parsed.provisions
        if p.eid.startswith(f"{eid}__")
    ]


def leaves(parsed: ParsedTreaty, root: Provision) -> Iterator[Provision]:
    """The provisions under one that hold no others; the provision itself where it holds none."""
    children = parsed.children.get(root.eid, ())
    if not children:
        yield root
    for child in children:
        yield from leaves(parsed, child)


def faults_of_structure(parsed: ParsedTreaty) -> list[str]:
    """What breaks the promises of section 4 of the design, as sentences; none in a sound result."""
    text, provisions = parsed.treaty.text, parsed.provisions
    faults = [f"{eid} is given {n} times" for eid, n in Counter(p.eid for p in provisions).items() if n > 1]
    before: set[str] = set()
    for p in provisions:
        if not 0 <= p.start <= p.body_start <= p.end <= len(text) or p.start == p.end:
            faults.append(f"{p.eid} has offsets {p.start}, {p.body_start}, {p.end} in {len(text)} letters")
        if p.parent is not None:
            if p.parent not in before:
                faults.append(f"{p.eid} comes before its parent {p.parent}")
            else:
                around = parsed.by_eid[p.parent]
                if not around.start <= p.start <= p.end <= around.end:
                    faults.append(f"{p.eid} ({p.start}–{p.end}) is not within {around.eid}")
        before.add(p.eid)
    starts = [p.start for p in provisions if p.kind == "article"]
    if starts != sorted(starts):
        faults.append("the articles are not in the order of the text")
    for siblings in parsed.children.values():
        for left, right in itertools.pairwise(siblings):
            if left.end > right.start:
                faults.append(f"{left.eid} overlaps {right.eid}")
    faults += [fault for article in parsed.articles for fault in faults_of_leaves(parsed, article)]
    return faults


def faults_of_leaves(parsed: ParsedTreaty, article: Provision) -> Iterator[str]:
    """Words of an article's body that no leaf holds, or more than one.

    The printed number of a provision ("2." before "(a)") is no word of it and need not be in a leaf.
    """
    text = parsed.treaty.text
    held: Counter[int] = Counter()
    printed: set[int] = set()
    for leaf in leaves(parsed, article):
        held.update(range(leaf.body_start if leaf is article else leaf.start, leaf.end))
    for provision in parsed.provisions:
        if provision.number and article.start <= provision.start and provision.end <= article.end:
            printed.update(range(provision.start, provision.body_start))
    for word in re.finditer(r"\w+", text[article.body_start : article.end]):
        place = range(article.body_start + word.start(), article.body_start + word.end())
        count = {held[i] for i in place}
        if count != {1} and not (count == {0} and printed.issuperset(place)):
            yield f"{word[0]!r} of {article.eid} at {place.start} is in {sorted(count)} leaves"


# -- printed pages ---------------------------------------------------------------------------------

WIDTH, HEIGHT = A4
FONT, SIZE, LEADING = "Times-Roman", 11, 14.0
LEFT, RIGHT, TOP = 90.0, 90.0, 100.0


@dataclass(frozen=True)
class Set:
    """One line of type at its place; ``y`` counts down from the top of the page."""

    text: str
    x: float
    y: float
    size: float = SIZE


def set_column(
    paragraphs: Iterable[str],
    *,
    left: float = LEFT,
    right: float = RIGHT,
    top: float = TOP,
    gap: float = LEADING,
) -> list[Set]:
    """Paragraphs wrapped to the measure, ``gap`` between them; one that begins with "^" is centred."""
    lines: list[Set] = []
    y = top
    for paragraph in paragraphs:
        if paragraph.startswith("^"):
            text = paragraph[1:]
            lines.append(Set(text, (WIDTH - stringWidth(text, FONT, SIZE)) / 2, y))
            y += LEADING
        else:
            for line in wrap(paragraph, WIDTH - left - right):
                lines.append(Set(line, left, y))
                y += LEADING
        y += gap
    return lines


def wrap(paragraph: str, measure: float) -> list[str]:
    """A paragraph broken into lines; a soft hyphen shows where a word may be broken."""
    lines, current = [], ""
    for word in paragraph.split(" "):
        head, _, tail = word.partition("\u00ad")
        longer = f"{current} {head + tail}".strip()
        broken = f"{current} {head.removesuffix('-')}-".strip()
        if stringWidth(longer, FONT, SIZE) <= measure:
            current = longer
        elif tail and stringWidth(broken, FONT, SIZE) <= measure:
            lines.append(broken)
            current = tail
        else:
            lines.append(current)
            current = head + tail
    return [*lines, current]


def print_pdf(pages: Sequence[Sequence[Set]], *, password: str | None = None) -> bytes:
    """A PDF of these pages, the same bytes at every run; with a ``password`` encrypted."""
    target = io.BytesIO()
    encrypt = StandardEncryption(password, ownerPassword="owner") if password is not None else None
    canvas = Canvas(target, pagesize=A4, invariant=1, encrypt=encrypt)
    for page in pages:
        for line in page:
            canvas.setFont(FONT, line.size)
            canvas.drawString(line.x, HEIGHT - line.y, line.text)
        canvas.showPage()
    canvas.save()
    return target.getvalue()
