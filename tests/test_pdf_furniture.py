"""What is set around the text of a PDF is taken out by where it stands and told of, and no word of the text with it."""

import io
from dataclasses import replace

import pytest
from print_fakes import Sheet, Type, column_of, print_sheets
from pypdf import PdfWriter
from reportlab.lib.pagesizes import A4

from ingest.models import ParsedTreaty, Source, Treaty
from ingest.sources import Document, read_document
from ingest.structure import split_provisions

TEXTS = [
    "Each Party shall keep the lighthouses on its coast lit from dusk to dawn and in every weather.",
    "In fog the keepers shall ring their bells at intervals that do not exceed one full minute.",
    "Where there is no bell a horn shall be blown, and where there is no horn a gun shall be fired.",
    "The costs of lamps and of bells shall be borne by the Party on whose coast they stand.",
    "Pilots shall board every vessel that asks for one, by day and by night, and in every season.",
    "Buoys shall be laid where the Commission says, and laid again after a storm has moved them.",
]


def read(*sheets: Sheet) -> Document:
    return read_document(print_sheets(sheets), "venn.pdf")


def paragraphs(document: Document) -> list[str]:
    return [line for line in document.text.split("\n") if line]


def article(number: int, *more: Type) -> Sheet:
    """A page of one article, with what is set around it."""
    return Sheet([*column_of(words_of(number), top=110), *more])


def words_of(number: int) -> list[str]:
    turned = [*TEXTS[number - 1 :], *TEXTS[: number - 1]]
    return [f"Article {number}", " ".join(turned[:4]), f"{turned[4]} {turned[5]} {turned[0]}"]


def articles(count: int) -> list[str]:
    return [line for n in range(1, count + 1) for line in words_of(n)]


def at(text: str, x: float, y: float, size: float = 8.0) -> Type:
    return Type(text, x, y, size)


# -- heads, feet, page numbers ---------------------------------------------------------------------------------

AROUND = [
    pytest.param(lambda n: [at(f"{80 + n} TREATIES OF VENN", 80, 50)], id="a head with the page in it"),
    pytest.param(lambda n: [at(f"{80 + n}", 80, 50), at("TREATIES OF VENN", 240, 50)], id="a head, the page apart"),
    pytest.param(lambda n: [at("VENN" if n % 2 else "KEEPERS", 80, 50)], id="heads that change from left to right"),
    pytest.param(lambda n: [at("V/CONF.9/12", 80, 40), at("English", 80, 51), at(f"Page {n}", 80, 62)],
                 id="a head of three lines"),
    pytest.param(lambda n: [at(f"CHAPTER OF THE {TEXTS[n][:12].upper()}", 80, 50), at(f"– {n} –", 290, 800)],
                 id="heads that come once, at one height"),
    pytest.param(lambda n: [at(f"{80 + n}", 80, 47 + n // 5 * 3),
                            at("VENN – ANNEX I" if n == 5 else "TREATIES OF VENN", 240, 47 + n // 5 * 3)],
                 id="a head that comes once, a little lower, beside the page number"),
    pytest.param(lambda n: [at(f"– {n} –", 290, 800)], id="a page number between dashes"),
    pytest.param(lambda n: [at(["i", "ii", "iii", "iv", "v"][n - 1], 290, 800)], id="a roman page number"),
    pytest.param(lambda n: [at(f"{n}/5", 290, 800)], id="a page number of all"),
    pytest.param(lambda n: [at("/...", 500, 790)], id="the mark that a text goes on"),
    pytest.param(lambda n: [at("Printed at Port Ilvane on 4 May 1931", 80, 800)], id="a foot"),
]  # fmt: skip


@pytest.mark.parametrize("around", AROUND)
def test_furniture_is_taken_out(around: object) -> None:
    assert callable(around)
    document = read(*(article(n, *around(n)) for n in range(1, 6)))
    assert paragraphs(document) == articles(5)


TEXT_AT_THE_EDGE = [
    pytest.param(["1. " + TEXTS[0], "2. " + TEXTS[1]], "2. " + TEXTS[1], id="a numbered paragraph on its page"),
    pytest.param([TEXTS[0], "neighbourhood."], "neighbourhood.", id="a last word"),
    pytest.param([TEXTS[0], "For the Government of Venn:"], "For the Government of Venn:", id="a signature"),
]


@pytest.mark.parametrize(("paragraphs_", "last"), TEXT_AT_THE_EDGE)
def test_text_that_comes_back_at_the_foot_of_pages_is_no_furniture(paragraphs_: list[str], last: str) -> None:
    ends = {n: paragraphs_ if n % 4 == 1 else TEXTS[3:5] for n in range(1, 12)}
    sheets = [Sheet(column_of([f"Article {n}", TEXTS[n % 6], *end], foot=True)) for n, end in ends.items()]
    assert read(*sheets).text.count(last) == 3


def test_a_number_that_counts_on_by_chance_is_no_page_number() -> None:
    # Paragraph 2 begins page 2 and paragraph 3 page 3, each number set off from its words.
    pages = [[f"Article {n}", TEXTS[n]] for n in range(1, 4)]
    sheets = []
    for n, page in enumerate(pages, start=1):
        lines = column_of(page, left=110)
        sheets.append(Sheet([replace(lines[0], text=f"{n}.", x=80), *lines]))
    document = read(*sheets)
    assert [p.split()[0] for p in paragraphs(document) if p[0].isdigit()] == ["1.", "2.", "3."]


def test_beyond_the_page_are_marks_of_the_printer() -> None:
    data = print_sheets([article(1, at("venn.qxd 4.5.1931 14:20 Page 233", 80, 12))])
    writer = PdfWriter(io.BytesIO(data))
    page = writer.pages[0]
    page.cropbox.upper_right = (A4[0], A4[1] - 25)
    target = io.BytesIO()
    writer.write(target)
    assert paragraphs(read_document(target.getvalue(), "venn.pdf")) == articles(1)


# -- contents --------------------------------------------------------------------------------------------------


def test_contents_without_dots_under_their_heading() -> None:
    entries = [
        line
        for n in range(1, 7)
        for line in (
            at(f"Article {n}", 80, 120 + 15 * n, 10),
            at("Of lamps", 150, 120 + 15 * n, 10),
            at(str(n + 1), 500, 120 + 15 * n, 10),
        )
    ]
    document = read(Sheet([at("Contents", 280, 100, 10), *entries]), article(1), article(2))
    assert paragraphs(document) == articles(2)
    assert document.oddities == ("table of contents left out (pages 1–1)",)


def test_a_list_with_dots_whose_numbers_fall_is_no_contents() -> None:
    rows = [at(f"Copper of Venn, grade {n} {'.' * 40} {90 - 7 * n}", 80, 300 + 14 * n, 10) for n in range(1, 8)]
    document = read(article(1, *rows))
    assert all(row.text in document.text for row in rows)
    assert document.oddities == ()


# -- footnotes -------------------------------------------------------------------------------------------------


def footnoted(mark: str, raised: bool, *notes: Type) -> Sheet:
    """Article 1 with a footnote's mark behind its word "lighthouses"."""
    before = "Each Party shall keep the lighthouses"
    from reportlab.pdfbase.pdfmetrics import stringWidth

    x = 80 + stringWidth(before, "Times-Roman", 10)
    size, up = (6.0, 3.5) if raised else (10.0, 0.0)
    after = x + stringWidth(mark, "Times-Roman", size)
    return Sheet([
        Type("Article 1", 80, 100, 10), Type(before, 80, 120, 10), Type(mark, x, 120 - up, size),
        Type(" on its coast lit from dusk to dawn and in every weather, all the", after, 120, 10),
        Type("year round, and mend those that have gone out.", 80, 132.5, 10),
        *column_of(["Article 2", TEXTS[1]], top=160), *notes,
    ])  # fmt: skip


BODY = "Each Party shall keep the lighthouses{} on its coast lit from dusk to dawn and in every weather, all the year round, and mend those that have gone out."  # noqa: E501
FOOTNOTES = [
    pytest.param("1", True, [Type("1", 80, 766.5, 5), Type("As listed by the Commission in 1931.", 86, 770, 8)], "",
                 id="a raised number and small type"),
    pytest.param("1", True, [Type("1 As listed by the Commission in 1931.", 80, 770, 8)], "",
                 id="its own mark not raised, the text has it"),
    pytest.param("*", False, [Type("* As listed by the Commission in 1931.", 80, 770, 8)], "", id="a star"),
    pytest.param(" 1/", False, [Type("____________", 80, 750, 10), Type("1/ As listed in 1931.", 80, 765, 10)], "",
                 id="below a rule in the type of the text"),
    pytest.param("1", True, [], "1", id="no footnote: the mark stays"),
    pytest.param("", False, [Type("As listed in 1931.", 80, 770, 8)], "", id="small type without a mark stays"),
]  # fmt: skip


@pytest.mark.parametrize(("mark", "raised", "notes", "left"), FOOTNOTES)
def test_footnotes_are_left_out_with_their_marks(mark: str, raised: bool, notes: list[Type], left: str) -> None:
    document = read(footnoted(mark, raised, *notes))
    assert paragraphs(document)[1] == BODY.format(left)
    if mark and notes:
        assert "listed" not in document.text
        assert document.oddities == ("1 footnote left out (page 1)",)
    else:
        assert document.text.count("listed") == len(notes)
        assert document.oddities == ()


def test_a_footnote_that_goes_on_at_the_foot_of_the_next_page() -> None:
    first = footnoted("1", True, Type("1", 80, 766.5, 5), Type("As listed by the Commission in the year", 86, 770, 8))
    second = article(3, at("1931 and printed by the Government of Venn.", 80, 770))
    document = read(first, second)
    assert "printed" not in document.text
    assert document.oddities == ("2 footnotes left out (pages 1–2)",)


# -- margins ---------------------------------------------------------------------------------------------------


def parse(document: Document) -> ParsedTreaty:
    structure = split_provisions(document.text, document.headings)
    treaty = Treaty("venn", "Venn", document.text, Source("v", "0" * 64, document.format, document.pages))
    return ParsedTreaty(treaty, structure.provisions, (*document.oddities, *structure.oddities))


@pytest.mark.parametrize("left", [True, False])
def test_margin_headings_beside_articles_that_begin_on_their_line(left: bool) -> None:
    column, margin = ((190.0, 520.0), 80.0) if left else ((80.0, 420.0), 440.0)
    texts = [f"ART. {n}. — {TEXTS[n - 1]} {TEXTS[n % 6]}" for n in range(1, 5)]
    lines = column_of(texts, *column)
    notes = []
    for n, line in enumerate((line for line in lines if line.text.startswith("ART.")), start=1):
        notes += [at("Duties of the", margin, line.y, 8.5), at(f"keepers {n}", margin, line.y + 9, 8.5)]
    parsed = parse(read(Sheet([*lines, *notes])))
    assert [a.heading for a in parsed.body_articles] == [f"Duties of the keepers {n}" for n in range(1, 5)]
    assert [parsed.text_of(a).split("\n")[2] for a in parsed.body_articles] == [t.partition(" — ")[2] for t in texts]


def test_other_margin_notes_are_left_out_and_told() -> None:
    lines = column_of(["Article 1", f"{TEXTS[0]} {TEXTS[1]}", f"{TEXTS[2]} {TEXTS[3]} {TEXTS[4]}"], 190, 520)
    third = next(line for line in lines if line.text.startswith("Where there"))
    notes = [at("Duties", 80, lines[1].y, 8.5), at("I.", 80, third.y, 8.5), at("Horns", 80, third.y + 9, 8.5)]
    document = read(Sheet([*lines, *notes]))
    assert paragraphs(document) == [
        "Article 1", "Duties", f"{TEXTS[0]} {TEXTS[1]}", f"{TEXTS[2]} {TEXTS[3]} {TEXTS[4]}",
    ]  # fmt: skip
    assert document.oddities == ("1 margin note left out",)


def test_a_hanging_number_is_no_margin_note() -> None:
    lines = column_of([f"{TEXTS[0]} {TEXTS[1]}", f"{TEXTS[2]} {TEXTS[3]}", f"{TEXTS[4]} {TEXTS[5]}"], 110, 520)
    marks = [at(f"{n})", 80, line.y, 10) for n, line in enumerate(
        (line for line in lines if line.text[:9] in {text[:9] for text in TEXTS[::2]}), start=1)]  # fmt: skip
    document = read(Sheet([at("Article 1", 80, 80, 10), *lines, *marks]))
    assert paragraphs(document)[1:] == [
        f"1) {TEXTS[0]} {TEXTS[1]}", f"2) {TEXTS[2]} {TEXTS[3]}", f"3) {TEXTS[4]} {TEXTS[5]}",
    ]  # fmt: skip
