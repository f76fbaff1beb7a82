"""The letters of a PDF as they are printed: spaced, raised, joined, invisible, set twice, or unknown to their font."""

import io
import math
from dataclasses import replace

import pypdfium2
import pytest
from broken_documents import raw_pdf
from print_fakes import BOLD, ROMAN, Sheet, Type, column_of, print_sheets
from pypdf import PdfReader, PdfWriter
from reportlab.pdfbase.pdfmetrics import stringWidth

from ingest.errors import OnlyPictures, UnreadableDocument
from ingest.sources import Document, read_document
from ingest.sources.words import _raised

LAMP = "Each Party shall keep the lighthouses on its coast lit from dusk to dawn and in every weather."
BELL = "In fog the keepers shall ring their bells at intervals that do not exceed one full minute."


def read(*sheets: Sheet) -> Document:
    return read_document(print_sheets(sheets), "venn.pdf")


def paragraphs(document: Document) -> list[str]:
    return [line for line in document.text.split("\n") if line]


def letters(text: str, x: float, y: float, gap: float) -> list[Type]:
    """Letters set one by one with this gap between them."""
    types = []
    for letter in text:
        if letter != " ":
            types.append(Type(letter, x, y, 10))
        x += stringWidth(letter, ROMAN, 10) + gap
    return types


TYPE = [
    pytest.param(letters("ARTICLE 1", 240, 100, 3.5), "ARTICLE 1", id="a heading that is spaced out"),
    pytest.param([Type("A R T I C L E  1", 240, 100, 10)], "ARTICLE 1", id="a heading spaced out by blanks"),
    pytest.param([Type("ARTICLE 1", 240, 100, 10, BOLD), Type("ARTICLE 1", 240.4, 100, 10, BOLD)], "ARTICLE 1",
                 id="set twice to look bold"),
    pytest.param([Type("A", 240, 100, 12), Type("RTICLE", 248.7, 100, 8.5), Type("1", 284, 100, 12)], "ARTICLE 1",
                 id="small capitals"),
    pytest.param([Type("ARTICLE 1", 240, 100, 10, mode=3)], "ARTICLE 1", id="invisible, as OCR leaves it over a scan"),
    pytest.param([Type("ARTICLE 1", 240, 100, 10, mode=1)], "ARTICLE 1", id="outlined"),
]  # fmt: skip


@pytest.mark.parametrize(("types", "expected"), TYPE)
def test_headings_however_they_are_set(types: list[Type], expected: str) -> None:
    assert paragraphs(read(Sheet([*types, *column_of([LAMP, BELL], top=130)]))) == [expected, LAMP, BELL]


def test_a_table_of_single_letters_is_no_spaced_word() -> None:
    cells = [Type(letter, 100 + 60 * n, 200, 10) for n, letter in enumerate("ABCDE")]
    assert "A B C D E" in read(Sheet([*column_of(["Article 1", LAMP]), *cells])).text


def test_a_large_first_letter_begins_its_word() -> None:
    lines = column_of([f"{LAMP[1:]} {BELL} {LAMP} {BELL} {LAMP} {BELL}"])
    beside = [replace(line, x=line.x + 24) for line in lines[:2]]
    capital = Type("E", 80, lines[1].y, 32)
    document = read(Sheet([Type("Article 1", 80, 80, 10), capital, *beside, *lines[2:]]))
    assert paragraphs(document) == ["Article 1", f"{LAMP} {BELL} {LAMP} {BELL} {LAMP} {BELL}"]


# -- letters of a font -----------------------------------------------------------------------------------------


def mapped_pdf(lines: list[bytes], mapping: dict[int, str]) -> bytes:
    """A page in a font whose own map to Unicode knows only the letters of ``mapping``."""
    entries = b"\n".join(b"<%02x> <%s>" % (code, text.encode("utf-16-be").hex().encode())
                         for code, text in mapping.items())  # fmt: skip
    cmap = (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /V def /CMapType 2 def "
        b"1 begincodespacerange <00> <ff> endcodespacerange %d beginbfchar\n%s\nendbfchar endcmap end end"
        % (len(mapping), entries)
    )
    text = b"BT /F1 10 Tf 80 700 Td 14 TL " + b" ".join(b"<%s> Tj T*" % line.hex().encode() for line in lines) + b" ET"
    widths = b" ".join([b"500"] * 256)
    return raw_pdf(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 5 0 R>>>>/Contents 4 0 R>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(text), text),
        b"<</Type/Font/Subtype/Type1/BaseFont/ABCDEF+Venn/FirstChar 0/LastChar 255/Widths[%s]/ToUnicode 6 0 R"
        b"/FontDescriptor 7 0 R/Encoding<</Type/Encoding/Differences[0 %s]>>>>"
        % (widths, b" ".join(b"/g%d" % n for n in range(256))),
        b"<</Length %d>>stream\n%s\nendstream" % (len(cmap), cmap),
        b"<</Type/FontDescriptor/FontName/ABCDEF+Venn/Flags 4/FontBBox[0 -200 1000 800]/ItalicAngle 0/Ascent 800"
        b"/Descent -200/CapHeight 700/StemV 80>>",
    )


PLAIN = {code: chr(code) for code in range(32, 127)}


@pytest.mark.parametrize(
    ("code", "mapped", "expected"),
    [
        pytest.param(1, "fi", "Officers of the fisheries", id="one shape for two letters"),
        pytest.param(1, "\ufb01", "Officers of the fisheries", id="the sign that Unicode has for both"),
    ],
)
def test_ligatures_are_letters(code: int, mapped: str, expected: str) -> None:
    line = expected.encode().replace(b"fi", bytes([code]))
    document = read_document(mapped_pdf([b"Article 1", line, LAMP.encode()], {**PLAIN, code: mapped}), "venn.pdf")
    assert expected in document.text


def test_a_letter_that_its_font_cannot_tell_is_shown_as_unknown_and_told() -> None:
    lines = [b"Article 1", LAMP.encode(), b"\x05eneral provisions of this \x05onvention", BELL.encode()]
    document = read_document(mapped_pdf(lines, PLAIN), "venn.pdf")
    assert "\ufffdeneral provisions of this \ufffdonvention" in document.text
    assert document.oddities == ("2 letters that no font tells, on page 1, shown as \ufffd or left out with the line",)


def test_a_line_that_its_font_cannot_tell_is_left_out() -> None:
    lines = [b"Article 1", LAMP.encode(), bytes(range(1, 20)), BELL.encode(), LAMP.encode()]
    document = read_document(mapped_pdf(lines, PLAIN), "venn.pdf")
    assert "\ufffd" not in document.text
    assert BELL in document.text.replace("\n", " ")


# -- files -----------------------------------------------------------------------------------------------------


def written(writer: PdfWriter) -> bytes:
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def with_attachments(sheets: int, *names: str) -> bytes:
    writer = PdfWriter(io.BytesIO(print_sheets([Sheet(column_of([f"Article {n}", LAMP, BELL]))
                                                for n in range(1, sheets + 1)])))  # fmt: skip
    for name in names:
        writer.add_attachment(name, b"...")
    return written(writer)


def test_attached_files_are_told() -> None:
    document = read_document(with_attachments(2, "map.png", "reservations.pdf"), "venn.pdf")
    assert document.oddities == ("2 attached files not read (map.png, reservations.pdf)",)


def test_a_cover_page_with_documents_attached_is_refused() -> None:
    with pytest.raises(UnreadableDocument, match=r"one page with documents attached to it \(annex.pdf, venn.pdf\)"):
        read_document(with_attachments(1, "venn.pdf", "annex.pdf"), "venn.pdf")


def picture_page() -> bytes:
    """A page that is a picture of text."""
    printed = pypdfium2.PdfDocument(print_sheets([Sheet(column_of(["Article 2", BELL]))]))
    target = io.BytesIO()
    printed[0].render(scale=1).to_pil().save(target, "PDF")
    return target.getvalue()


def test_a_page_that_is_a_picture_among_others_is_told() -> None:
    writer = PdfWriter(io.BytesIO(print_sheets([Sheet(column_of(["Article 1", LAMP]))])))
    writer.append(PdfReader(io.BytesIO(picture_page())))
    writer.add_blank_page()
    document = read_document(written(writer), "venn.pdf")
    assert document.oddities == ("a picture and no text on page 2; --ocr reads what is in it",)


def test_pictures_alone_need_ocr() -> None:
    with pytest.raises(OnlyPictures) as caught:
        read_document(picture_page(), "venn.pdf")
    assert caught.value.remedy == (
        "It needs OCR: give --ocr, which runs ocrmypdf, or run that yourself: ocrmypdf INPUT.pdf OUTPUT.pdf"
    )


def test_words_that_a_broken_matrix_sets_nowhere_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    real = pypdfium2.raw.FPDFText_GetRect
    calls = iter(range(100))

    def nowhere_at_first(page: object, index: int, *sides: object) -> int:
        done = real(page, index, *sides)
        if next(calls) == 0:
            sides[0].value = math.nan  # type: ignore[attr-defined]
        return int(done)

    monkeypatch.setattr(pypdfium2.raw, "FPDFText_GetRect", nowhere_at_first)
    assert paragraphs(read(Sheet(column_of(["Article 1", LAMP, BELL])))) == [LAMP, BELL]


@pytest.mark.parametrize(
    "boxes",
    [
        pytest.param([(0.0, 5.0, 4.0, 5.0), (4.0, 5.0, 8.0, 5.0)], id="letters of no height"),
        pytest.param([(0.0, 5.0, 4.0, 5.0), (math.nan,) * 4], id="and one that is set nowhere"),
    ],
)
def test_letters_that_a_broken_font_makes_flat_are_no_raised_mark(
    boxes: list[tuple[float, float, float, float]],
) -> None:
    assert _raised(boxes, "ab") is None
