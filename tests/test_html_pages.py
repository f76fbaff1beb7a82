"""Web pages of every kind: all words of the treaty, none of the page's, and the provisions of its plain text."""

import re

import pytest
from html_layouts import LAYOUTS, western
from html_pages import SITES
from html_treaty import TREATY, plain
from ingest_fakes import faults_of_structure, parse_text

from ingest.models import ParsedTreaty, Source, Treaty
from ingest.sources import Document, read_document
from ingest.structure import split_provisions

PLAIN = parse_text(plain())
PAGES: dict[str, str | bytes] = {make.__name__: make() for make in (*SITES, *LAYOUTS)}
PAGES |= {"windows_1252": western("windows-1252"), "called_latin_1": western("iso-8859-1")}


def read(kind: str) -> Document:
    made = PAGES[kind]
    return read_document(made if isinstance(made, bytes) else made.encode(), f"{kind}.html")


def words(text: str) -> list[str]:
    """The words and marks of a text, whatever brackets or stops are around them."""
    return re.findall(r"\w+", text)


def parsed(document: Document) -> ParsedTreaty:
    structure = split_provisions(document.text, document.headings)
    treaty = Treaty("venn", TREATY.title, document.text, Source("t.html", "0" * 64, "html"))
    return ParsedTreaty(treaty, structure.provisions, structure.oddities)


@pytest.mark.parametrize("kind", PAGES)
def test_all_words_of_the_treaty_and_no_others(kind: str) -> None:
    document = read(kind)
    assert document.format == "html"
    assert words(document.text) == words(plain())


@pytest.mark.parametrize("kind", PAGES)
def test_the_same_provisions_as_in_plain_text(kind: str) -> None:
    treaty = parsed(read(kind))
    assert [p.eid for p in treaty.provisions] == [p.eid for p in PLAIN.provisions]
    assert [p.heading for p in treaty.articles] == [p.heading for p in PLAIN.articles]
    assert faults_of_structure(treaty) == []


ODD = {"encyclopedia": "footnotes", "word_processor": "footnotes", "footnotes": "footnotes"} | dict.fromkeys(
    ["two_columns", "two_columns_by_article", "alternating", "one_after_the_other"], "the French text beside it"
)


@pytest.mark.parametrize("kind", PAGES)
def test_what_was_left_out_of_the_text_is_said(kind: str) -> None:
    expected = (f"{ODD[kind]} left out",) if kind in ODD else ()
    assert read(kind).oddities == expected
