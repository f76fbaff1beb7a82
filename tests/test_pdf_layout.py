"""PDFs of every layout: the same treaty gives the same provisions however it is set, each word with its page."""

import re
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ingest_fakes import parse_text, words_of
from print_fakes import (
    Sheet,
    Style,
    Type,
    column_of,
    print_sheets,
    treaty_as_text,
    treaty_blocks,
    typeset,
)
from reportlab.lib.pagesizes import A4, letter

from ingest.manifest import Entry
from ingest.models import ParsedTreaty
from ingest.parse import parse_file
from ingest.sources import Document, read_document

LAMP = "Each Party shall keep the lighthouses on its coast lit from dusk to dawn and in every weather."
BELL = "In fog the keepers shall ring their bells at intervals that do not exceed one full minute."
HORN = "Where there is no bell a horn shall be blown, and where there is no horn a gun shall be fired."
COST = "The costs of lamps, of bells and of horns shall be borne by the Party on whose coast they stand."
LAMPE = (
    "Chaque Partie veille à ce que les phares de ses côtes soient allumés du crépuscule à l’aube et par tous les temps."
)
CLOCHE = "Par temps de brume les gardiens font sonner les cloches à des intervalles qui ne dépassent pas une minute."
SIRENE = "Là où il n’y a pas de cloche une sirène est actionnée, et à défaut de sirène un coup de canon est tiré."
FRAIS = (
    "Les frais des phares, des cloches et des sirènes sont à la charge de la Partie sur la côte de laquelle ils sont."
)


def read(*sheets: Sheet, language: str = "en") -> Document:
    return read_document(print_sheets(sheets), "venn.pdf", language=language)


def paragraphs(document: Document) -> list[str]:
    return [line for line in document.text.split("\n") if line]


def content(parsed: ParsedTreaty) -> list[tuple[str, str | None, str]]:
    """All that a treaty's provisions are: eId, heading, own words of a leaf."""
    return [(p.eid, p.heading, "" if parsed.children.get(p.eid) else words_of(parsed, p)) for p in parsed.provisions]


EXPECTED = content(parse_text(treaty_as_text()))
STYLES = st.builds(
    Style,
    page=st.sampled_from([A4, letter]),
    columns=st.sampled_from([1, 2]),
    gutter=st.sampled_from([14.0, 20.0, 30.0]),
    justified=st.booleans(),
    hyphenated=st.booleans(),
    margin_headings=st.booleans(),
    heads=st.just(True),
    numbers=st.just(True),
    size=st.sampled_from([9.0, 10.0, 11.0, 12.0]),
    indent=st.sampled_from([0.0, 14.0]),
    by_rows=st.booleans(),
).filter(lambda style: style.columns == 1 or not style.margin_headings)


@settings(max_examples=40)
@given(STYLES)
def test_the_same_treaty_in_every_style(tmp_path_factory: pytest.TempPathFactory, style: Style) -> None:
    path = tmp_path_factory.mktemp("set") / "venn.pdf"
    path.write_bytes(print_sheets(typeset(treaty_blocks(style), style), style.page))
    assert content(parse_file(Entry(path))) == EXPECTED


def words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text)


@settings(max_examples=20)
@given(STYLES.map(lambda style: replace(style, hyphenated=False)))
def test_every_word_is_on_its_own_page(tmp_path_factory: pytest.TempPathFactory, style: Style) -> None:
    sheets = typeset(treaty_blocks(style), style)
    path = tmp_path_factory.mktemp("set") / "venn.pdf"
    path.write_bytes(print_sheets(sheets, style.page))
    treaty = parse_file(Entry(path)).treaty
    # Running heads and page numbers are set smaller, and so are margin headings.
    least = style.size if not style.margin_headings else 0.0
    printed = {number: Counter(w for line in sheet.types if line.size >= least and 60 < line.y < style.page[1] - 60
                               for w in words(line.text)) for number, sheet in enumerate(sheets, start=1)}  # fmt: skip
    held: dict[int, Counter[str]] = {number: Counter() for number in printed}
    for match in re.finditer(r"[^\W_]+", treaty.text):
        held[treaty.source.page_at(match.start()) or 0][match[0]] += 1
    assert held == printed


def test_a_word_broken_over_a_page_is_on_the_first() -> None:
    first = Sheet(column_of([f"{LAMP} {HORN}", "The keepers shall hold the appoint-"], foot=True))
    second = Sheet(column_of(["ments that the harbour authorities gave them.", f"{BELL} {HORN}"]))
    document = read(first, second)
    at = document.text.index("appointments")
    # The second half of the word is where the second page begins.
    assert document.pages == (0, at + len("appoint"))
    assert paragraphs(document)[1] == (
        "The keepers shall hold the appointments that the harbour authorities gave them."
    )


def test_pages_without_words_begin_where_the_next_does() -> None:
    document = read(Sheet(), Sheet(column_of(["Article 1", LAMP])), Sheet(), Sheet(column_of(["Article 2", BELL])))
    assert document.pages == (0, 0, document.text.index("Article 2"), document.text.index("Article 2"))


# -- columns ---------------------------------------------------------------------------------------------------

LEFT, RIGHT = (80.0, 290.0), (310.0, 520.0)
SINGLE = [f"{LAMP} {BELL}", f"{HORN} {COST}"]


def two_columns(left: list[str], right: list[str], top: float = 100.0, size: float = 10.0) -> list[Type]:
    return [*column_of(left, *LEFT, top, size=size), *column_of(right, *RIGHT, top, size=size)]


def test_columns_between_lines_across_the_page() -> None:
    upper = two_columns(["Article 1", f"{LAMP} {BELL}"], ["Article 2", f"{HORN} {COST}"], top=130)
    lower = two_columns(["Article 3", f"{BELL} {HORN}"], ["Article 4", f"{COST} {LAMP}"], top=330)
    head = column_of(["^CONVENTION OF THE KEEPERS OF VENN ON LAMPS AND BELLS AND HORNS"], top=100)
    middle = column_of([f"PART II. {COST}"], top=280)
    assert paragraphs(read(Sheet([*head, *upper, *middle, *lower]))) == [
        head[0].text,
        "Article 1", f"{LAMP} {BELL}", "Article 2", f"{HORN} {COST}",
        f"PART II. {COST}",
        "Article 3", f"{BELL} {HORN}", "Article 4", f"{COST} {LAMP}",
    ]  # fmt: skip


def test_pages_that_change_their_layout() -> None:
    first = column_of(["Article 1", *SINGLE])
    second = two_columns(["Article 2", f"{LAMP} {BELL}"], ["Article 3", f"{HORN} {COST}"])
    third = column_of(["Article 4", *SINGLE[::-1]])
    assert paragraphs(read(Sheet(first), Sheet(second), Sheet(third))) == [
        "Article 1", *SINGLE, "Article 2", f"{LAMP} {BELL}", "Article 3", f"{HORN} {COST}", "Article 4", *SINGLE[::-1],
    ]  # fmt: skip


def test_a_sentence_goes_on_in_the_next_column_and_over_the_page() -> None:
    text = (
        f"{LAMP} {BELL} {HORN} {COST} Pilots shall board every vessel that asks for one. Buoys shall be laid where the "
        "Commission says, and be laid again after a storm has torn them from their chains. Wrecks shall be marked "
        "by day with flags and by night with lamps until they have been raised."
    )
    lines = column_of([text], *LEFT)
    cut = len(lines) // 3
    across = [
        *lines[:cut],
        *(replace(line, x=RIGHT[0], y=line.y - lines[cut].y + 100) for line in lines[cut : 2 * cut]),
    ]
    over = [replace(line, y=line.y - lines[2 * cut].y + 100) for line in lines[2 * cut :]]
    document = read(Sheet(across), Sheet(over))
    assert paragraphs(document) == [text]
    assert document.pages == (0, document.text.index(over[0].text))


def test_three_columns() -> None:
    columns = [(60.0, 205.0), (222.0, 367.0), (384.0, 529.0)]
    texts = [["Article 1", f"{LAMP} {BELL}"], ["Article 2", f"{HORN} {COST}"], ["Article 3", f"{BELL} {COST}"]]
    types = [line for (left, right), text in zip(columns, texts, strict=True) for line in column_of(text, left, right)]
    assert paragraphs(read(Sheet(types))) == [line for text in texts for line in text]


def test_a_table_is_read_row_by_row() -> None:
    cells = [("Venn", "red", "12"), ("Solmark", "white", "14"), ("Arvenia", "red and white", "9"),
             ("Lure", "green", "7"), ("Orrin", "white", "11"), ("Tessara", "red", "10")]  # fmt: skip
    rows = [Type(cell, x, 260 + 14 * n, 10) for n, row in enumerate(cells)
            for cell, x in zip(row, (80, 240, 400), strict=True)]  # fmt: skip
    document = read(Sheet([*column_of(["ANNEX", *SINGLE]), *rows]))
    assert " ".join(paragraphs(document)[3:]) == " ".join(cell for row in cells for cell in row)


# -- languages beside each other -------------------------------------------------------------------------------

ENGLISH = ["Article 1", f"{LAMP} {BELL}", "Article 2", f"{HORN} {COST}"]
FRENCH = ["Article premier", f"{LAMPE} {CLOCHE}", "Article 2", f"{SIRENE} {FRAIS}"]
BILINGUAL = [
    pytest.param("en", ENGLISH, "the text in French that is set beside the English left out", id="the one asked for"),
    pytest.param("fr", FRENCH, "the text in English that is set beside the French left out", id="the other one"),
    pytest.param(
        "es", ENGLISH,
        "the text in French that is set beside the English left out; it is read where that language is given as the "
        "treaty's", id="neither: the first, and how to get the other",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("language", "expected", "told"), BILINGUAL)
def test_two_languages_in_columns(language: str, expected: list[str], told: str) -> None:
    document = read(Sheet(two_columns(ENGLISH, FRENCH)), Sheet(two_columns(ENGLISH, FRENCH)), language=language)
    assert paragraphs(document) == expected * 2
    assert document.oddities == (told,)


@pytest.mark.parametrize(("language", "expected", "told"), BILINGUAL)
def test_two_languages_on_facing_pages(language: str, expected: list[str], told: str) -> None:
    sheets = [Sheet(column_of(text)) for text in (ENGLISH, FRENCH) * 2]
    document = read(*sheets, language=language)
    assert paragraphs(document) == expected * 2
    assert document.oddities == (told,)


def test_two_columns_of_one_language_are_both_read() -> None:
    document = read(Sheet(two_columns(ENGLISH[:2], ENGLISH[2:])), language="fr")
    assert paragraphs(document) == ENGLISH
    assert document.oddities == ()


# -- directions ------------------------------------------------------------------------------------------------


def test_words_across_the_page_are_left_out_and_told() -> None:
    draft = Type("DRAFT", 150, 600, 90, turn=55)
    document = read(Sheet([*column_of(["Article 1", *SINGLE]), draft]))
    assert paragraphs(document) == ["Article 1", *SINGLE]
    assert document.oddities == ("words set across the page left out (“DRAFT”)",)


def test_words_along_the_page_stay_unless_they_come_back() -> None:
    stamp = Type("Treaty Series of Venn", 30, 500, 8, turn=90)
    note = Type("The lamps of Lure are listed overleaf.", 560, 500, 8, turn=90)
    texts = [["Article 1", *SINGLE], ["Article 2", *SINGLE[::-1]], ["Article 3", f"{LAMP} {COST}", f"{HORN} {BELL}"]]
    sheets = [Sheet([*column_of(text), stamp]) for text in texts]
    sheets[1].types.append(note)
    assert paragraphs(read(*sheets)) == [*texts[0], *texts[1], note.text, *texts[2]]


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_page_set_sideways_is_read_upright(turn: int) -> None:
    width, height = A4
    upright = column_of(["Article 1", *SINGLE], right=480)
    places = {
        90: lambda x, y: (y, height - x),
        180: lambda x, y: (width - x, height - y),
        270: lambda x, y: (width - y, x),
    }
    turned = [replace(line, x=places[turn](line.x, line.y)[0], y=places[turn](line.x, line.y)[1], turn=turn)
              for line in upright]  # fmt: skip
    assert paragraphs(read(Sheet(turned))) == ["Article 1", *SINGLE]
    viewed = print_sheets([Sheet(turned)], turn=turn)
    assert paragraphs(read_document(viewed, "venn.pdf")) == ["Article 1", *SINGLE]
