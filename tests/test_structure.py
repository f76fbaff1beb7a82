"""Texts to provisions: the samples, every style of heading in small treaties, and what holds for any text."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ingest_fakes import (
    WORDS,
    article_eids,
    faults_of_structure,
    headed,
    inside,
    numbers,
    parse_text,
    treaty_text,
    words_of,
)

import ingest
from ingest.manifest import find_entries
from ingest.models import CONTAINERS, GROUPINGS, ParsedTreaty
from ingest.parse import parse_file
from ingest.structure import split_provisions

SAMPLES = Path(ingest.__file__).parent / "samples"
STRUCTURE: dict[str, dict[str, list[str]]] = json.loads((SAMPLES / "structure.json").read_text("utf-8"))


# -- the sample treaties ---------------------------------------------------------------------------


@cache
def sample(treaty_id: str) -> ParsedTreaty:
    return parse_file(next(entry for entry in find_entries([SAMPLES]) if entry.id == treaty_id))


@pytest.mark.parametrize("treaty_id", STRUCTURE)
def test_samples_are_split_as_written_down(treaty_id: str) -> None:
    parsed, right = sample(treaty_id), STRUCTURE[treaty_id]
    assert numbers(parsed) == right["articles"]
    assert [p.eid for p in parsed.provisions if p.kind in GROUPINGS] == right["groupings"]
    assert [p.eid for p in parsed.provisions if p.kind in CONTAINERS] == right["containers"]
    assert [p.eid for p in parsed.articles if parsed.container_of(p)] == right["container_articles"]


@pytest.mark.parametrize("treaty_id", STRUCTURE)
def test_samples_keep_every_promise(treaty_id: str) -> None:
    parsed = sample(treaty_id)
    assert faults_of_structure(parsed) == []
    assert parsed.oddities == () or treaty_id == "tessara"  # its table of contents was left out
    assert {"preamble", "final"} <= set(parsed.by_eid)


def test_the_pdf_has_the_articles_of_its_source() -> None:
    source = parse_text((SAMPLES / "sources" / "river-basin.txt").read_text("utf-8"))
    pdf = sample("tessara")
    assert article_eids(pdf) == article_eids(source)
    assert [words_of(pdf, p) for p in pdf.articles] == [words_of(source, p) for p in source.articles]


# -- headings of articles --------------------------------------------------------------------------

HEADINGS = [
    pytest.param(["Article 1", "Article 2", "Article 3"], ["1", "2", "3"], id="Article 1"),
    pytest.param(["ARTICLE III", "ARTICLE IV", "ARTICLE V"], ["3", "4", "5"], id="ARTICLE IV"),
    pytest.param(["Art. 4.", "Art. 5.", "Art. 6."], ["4", "5", "6"], id="Art. 5."),
    pytest.param(["ART 1", "ART 2"], ["1", "2"], id="ART 1"),
    pytest.param(["Article 1.01", "Article 1.02", "Article 2.01"], ["1.01", "1.02", "2.01"], id="Article 1.01"),
    pytest.param(["1.01 Scope", "1.02 Terms", "2.01 Trade"], ["1.01", "1.02", "2.01"], id="1.01 without the word"),
    pytest.param(["G-01: Scope", "G-02: Terms", "G-03: Trade"], ["g-01", "g-02", "g-03"], id="G-01"),
    pytest.param(["Article G-01", "Article G-02"], ["g-01", "g-02"], id="Article G-01"),
    pytest.param(["I.1 Aims", "I.2 Terms", "II.1 Trade"], ["i.1", "i.2", "ii.1"], id="I.1"),
    pytest.param(["Article - 1", "Article - 2"], ["1", "2"], id="Article - 1"),
    pytest.param(["ARTICLE ONE", "ARTICLE TWO", "ARTICLE THREE"], ["1", "2", "3"], id="ARTICLE ONE"),
    pytest.param(["ARTICLE TWENTY-ONE", "ARTICLE TWENTY-TWO"], ["21", "22"], id="ARTICLE TWENTY-ONE"),
    pytest.param(["Article 2", "Article 2bis", "Article 3"], ["2", "2bis", "3"], id="Article 2bis"),
    pytest.param(["Article 8", "Article 8 bis", "Article 8 ter"], ["8", "8bis", "8ter"], id="Article 8 bis"),
    pytest.param(["Article 4", "Article 4A", "Article 5"], ["4", "4a", "5"], id="Article 4A"),
    pytest.param(["Article 4", "Article 4 A", "Article 5"], ["4", "4a", "5"], id="Article 4 A"),
    pytest.param(["Article 38", "Article 38-A", "Article 39"], ["38", "38a", "39"], id="Article 38-A"),
    pytest.param(["Article 24", "Article 25", "Article 25 BIS"], ["24", "25", "25bis"], id="Article 25 BIS"),
    pytest.param(["Article No. 1", "Article No. 2"], ["1", "2"], id="Article No. 1"),
    pytest.param(["Article (1)", "Article (2)"], ["1", "2"], id="Article (1)"),
    pytest.param(["[Article 1]", "[Article 2]"], ["1", "2"], id="[Article 1]"),
    pytest.param(["Article 101", "Article 102", "Article 201"], ["101", "102", "201"], id="chapters by hundreds"),
    pytest.param(["Article 901", "Article 902", "Article 1001"], ["901", "902", "1001"], id="Article 1001"),
    pytest.param(["Article D", "Article E", "Article F"], ["d", "e", "f"], id="Article E"),
    pytest.param(["Article H", "Article I", "Article J"], ["h", "i", "j"], id="Article I among letters"),
    pytest.param(["Article 13", "Article  l4", "Article 15"], ["13", "14", "15"], id="Article  l4"),
    pytest.param(["article 1", "article 2", "article 3"], ["1", "2", "3"], id="article in small letters"),
    pytest.param(["**Article 1**", "**Article 2**"], ["1", "2"], id="emphasis"),
    pytest.param(["Article premier", "Article 2"], ["1", "2"], id="Article premier"),
    pytest.param(["Article 1er", "Article 2"], ["1", "2"], id="Article 1er"),
    pytest.param(["Article unique"], ["1"], id="Article unique"),
    pytest.param(["Artículo 1", "Artículo 2"], ["1", "2"], id="Artículo 1"),
    pytest.param(["Artículo 1º", "Artículo 2º"], ["1", "2"], id="Artículo 2º"),
    pytest.param(["Artículo primero", "Artículo segundo", "Artículo tercero"], ["1", "2", "3"], id="Artículo primero"),
    pytest.param(["Artículo 1-01", "Artículo 1-02"], ["1-01", "1-02"], id="Artículo 1-01"),
    pytest.param(["Artigo 1.º", "Artigo 2.º"], ["1", "2"], id="Artigo 1.º"),
    pytest.param(["Articolo 1", "Articolo 2"], ["1", "2"], id="Articolo 1"),
    pytest.param(["Статья 1", "Статья 2"], ["1", "2"], id="Статья 1"),
    pytest.param(["المادة ١", "المادة ٢", "المادة ٣"], ["1", "2", "3"], id="المادة ١"),
    pytest.param(["第一条", "第二条", "第三条"], ["1", "2", "3"], id="第一条"),
    pytest.param(["第八條", "第八條之二", "第九條"], ["8", "8bis", "9"], id="第八條之二"),
    pytest.param(["第1条", "第2条"], ["1", "2"], id="第1条"),
]  # fmt: skip


@pytest.mark.parametrize(("headings", "expected"), HEADINGS)
def test_styles_of_headings(headings: list[str], expected: list[str]) -> None:
    parsed = parse_text(headed(*headings))
    assert numbers(parsed) == expected
    assert [words_of(parsed, article) for article in parsed.body_articles] == [WORDS] * len(expected)
    assert faults_of_structure(parsed) == []


NAMED = [
    pytest.param("Article 1\nKeeping of lamps\n\n{}", "Keeping of lamps", id="name on the next line"),
    pytest.param("Article 1\n\nKeeping of lamps\n\n{}", "Keeping of lamps", id="name after an empty line"),
    pytest.param("Article 1 – Keeping of lamps\n\n{}", "Keeping of lamps", id="name after a dash"),
    pytest.param("Article 1: Keeping of lamps\n\n{}", "Keeping of lamps", id="name after a colon"),
    pytest.param("Article 1. Keeping of lamps\n{}", "Keeping of lamps", id="name after a stop"),
    pytest.param("Article 1 Keeping of lamps\n{}", "Keeping of lamps", id="name on the same line"),
    pytest.param("Article 1. {}", None, id="run into the first sentence"),
    pytest.param("ARTICLE 1. — {}", None, id="run in after a dash"),
    pytest.param("Article 1\n\n{}", None, id="no name"),
    pytest.param("Article 1\nLAMPS OF 1931\n\n{}", "LAMPS OF 1931", id="name with a number"),
    pytest.param("Article 1\nLAMPS, BELLS AND\nHORNS\n\n{}", "LAMPS, BELLS AND HORNS", id="capitals that go on"),
    pytest.param("Article 1\nLAMPS OF VENN,\nAND HORNS\n\n{}", "LAMPS OF VENN, AND HORNS", id="broken at a comma"),
]


@pytest.mark.parametrize(("article", "name"), NAMED)
def test_names_of_articles(article: str, name: str | None) -> None:
    parsed = parse_text(treaty_text(article.format(WORDS), f"Article 2\n\n{WORDS}"))
    first = parsed.by_eid["art_1"]
    assert (first.heading, words_of(parsed, first)) == (name, WORDS)
    assert article_eids(parsed) == ["art_1", "art_2"]


RUN_IN = [
    pytest.param("Article {n}. {name}. {words}", id="before a stop"),
    pytest.param("Article {n} – {name} – {words}", id="between dashes"),
    pytest.param("Article {n}: {name}: {words}", id="before a colon"),
    pytest.param("Article {n} {name} 1. {words} 2. Bells ring.", id="before the first paragraph"),
]


@pytest.mark.parametrize("style", RUN_IN)
def test_names_run_into_the_first_sentence(style: str) -> None:
    names = ["Lamps", "Bells and horns", "Oil for the lamps"]
    parsed = parse_text(treaty_text(*(style.format(n=n, name=x, words=WORDS) for n, x in enumerate(names, start=1))))
    assert [article.heading for article in parsed.articles] == names
    assert all(words_of(parsed, article).endswith((WORDS, "ring.")) for article in parsed.articles)
    assert faults_of_structure(parsed) == []


@pytest.mark.parametrize("words", ["Lamps burn by night on each coast of the Parties for all ships.", "Reserved."])
def test_all_that_an_article_says_is_no_name(words: str) -> None:
    first = parse_text(treaty_text(f"Article 1 {words}", f"Article 2\n\n{WORDS}")).by_eid["art_1"]
    assert first.heading is None


def test_a_note_under_many_articles_is_no_name() -> None:
    note = "Not in force for the Kingdom of Osk"
    parsed = parse_text(treaty_text(*(f"Article {n}\n\n{note}\n\n{WORDS}" for n in range(1, 5))))
    assert [article.heading for article in parsed.articles] == [None] * 4
    assert all(note in words_of(parsed, article) for article in parsed.articles)


def test_one_short_sentence_is_no_name() -> None:
    first = "Article 1. Lamps burn. Bells ring all night, and horns are blown in fog."
    parsed = parse_text(treaty_text(first, *(f"Article {n}. {WORDS}" for n in (2, 3))))
    assert [article.heading for article in parsed.articles] == [None, None, None]


LABELS = [
    pytest.param("ARTICLE IV", "Article IV", id="capitals"),
    pytest.param("Art. 4", "Article 4", id="abbreviated"),
    pytest.param("Article premier", "Article premier", id="French"),
    pytest.param("Artículo 4", "Artículo 4", id="Spanish"),
    pytest.param("Статья 4", "Статья 4", id="Russian"),
    pytest.param("المادة ٤", "المادة ٤", id="Arabic"),
    pytest.param("第四条", "第四条", id="Chinese"),
]


@pytest.mark.parametrize(("heading", "label"), LABELS)
def test_articles_are_cited_as_the_treaty_calls_them(heading: str, label: str) -> None:
    assert [article.label for article in parse_text(headed(heading)).articles] == [label]


def test_parts_and_annexes_are_cited_so_too() -> None:
    parsed = parse_text(f"灯塔条约\n\n第一部分\n灯\n\n第一条\n\n{WORDS}\n\n附件一\n\n{WORDS}\n")
    assert [p.label for p in parsed.provisions if p.kind in CONTAINERS | GROUPINGS] == ["第一部分", "附件一"]


def test_chinese_articles_run_into_their_first_sentence() -> None:
    parsed = parse_text("灯塔条约\n\n第一条 各方应当点灯，并且鸣钟。\n\n第二条 各方应当修灯，不得延误。\n")
    assert article_eids(parsed) == ["art_1", "art_2"]


def test_markdown_headings_without_a_blank() -> None:
    parsed = parse_text(f"# Treaty of Venn\n\n###Article  4\n\n{WORDS}\n\n###Article  4A\n\n{WORDS}\n", name="t.md")
    assert article_eids(parsed) == ["art_4", "art_4a"]


def test_the_provision_of_an_article() -> None:
    parsed = parse_text(treaty_text(f"ARTICLE IV\nLamps\n\n{WORDS}", f"ARTICLE V\n\n{WORDS}"))
    article = parsed.by_eid["art_4"]
    assert (article.kind, article.number, article.normalised_number) == ("article", "IV", "4")
    assert (article.heading, article.label, article.parent) == ("Lamps", "Article IV", None)
    assert parsed.text_of(article) == f"ARTICLE IV\nLamps\n\n{WORDS}"


# -- what only looks like a heading ----------------------------------------------------------------

LOOKALIKES = [
    pytest.param("The duties are those of a keeper.\nArticle 8 and Chapter 14 shall not apply to boats.",
                 id="a wrapped line that begins with an article"),
    pytest.param("This is subject to the provisions of\nArticle 2 and of no other.", id="after an open line"),
    pytest.param("Lamps are kept as said below.\nArticle 2, paragraph 3, shall apply to bells.", id="with a paragraph"),
    pytest.param("Lamps are kept as said below.\nArticle 2 (1) applies to bells.", id="with a paragraph in brackets"),
    pytest.param("Lamps are kept.\narticles 2 and 3 apply to bells.", id="in the plural"),
    pytest.param("Lamps are kept.\nPart II applies to bells as well as to horns.", id="a part in a sentence"),
    pytest.param("Lamps are kept.\nAnnex II to this Treaty shall name the bells.", id="an annex in a sentence"),
    pytest.param("Lamps are kept.\nProtocol to be signed later.", id="a protocol in a sentence"),
]  # fmt: skip


@pytest.mark.parametrize("words", LOOKALIKES)
def test_lines_that_only_look_like_headings(words: str) -> None:
    parsed = parse_text(treaty_text(f"Article 1\n\n{words}", f"Article 2\n\n{WORDS}", f"Article 3\n\n{WORDS}"))
    assert article_eids(parsed) == ["art_1", "art_2", "art_3"]
    assert words_of(parsed, parsed.by_eid["art_1"]) == " ".join(words.split())
    assert not [p for p in parsed.provisions if p.kind in CONTAINERS | GROUPINGS]


CONTENTS = [
    pytest.param(["Article 1 Lamps ........ 3", "Article 2 Bells ........ 4", "Article 3 Horns ........ 5"],
                 id="with dot leaders"),
    pytest.param(["Article 1 Lamps", "Article 2 Bells", "Article 3 Horns"], id="without"),
    pytest.param(["Article 1 Lamps .", "Article 2 Bells ..", "Article 3 Horns ce.ceeses"],
                 id="with remains of leaders"),
    pytest.param(["Article 1", "Article 2", "Article 3"], id="of numbers"),
    pytest.param(["PART I", "Article 1 Lamps", "Article 2 Bells", "PART II", "Article 3 Horns"], id="with parts"),
    pytest.param(["Article 1", "Lamps", "Article 2", "Bells", "Article 3", "Horns"], id="names on lines of their own"),
]  # fmt: skip


@pytest.mark.parametrize("entries", CONTENTS)
def test_a_table_of_contents_is_no_treaty(entries: list[str]) -> None:
    articles = [f"Article {n}\n{name}\n\n{WORDS}" for n, name in enumerate(["Lamps", "Bells", "Horns"], start=1)]
    parsed = parse_text("Treaty of Venn\n\nContents\n\n" + "\n".join(entries) + "\n\n" + treaty_text(*articles))
    assert article_eids(parsed) == ["art_1", "art_2", "art_3"]
    assert [words_of(parsed, article) for article in parsed.articles] == [WORDS] * 3
    assert "table of contents left out" in parsed.oddities


def test_a_table_of_contents_at_the_end() -> None:
    articles = [f"Article {n}\n{name}\n\n{WORDS}" for n, name in enumerate(["Lamps", "Bells", "Horns"], start=1)]
    contents = "Contents\n\nArticle 1 Lamps\nArticle 2 Bells\nArticle 3 Horns\n"
    parsed = parse_text(treaty_text(*articles) + "\n" + contents)
    assert [words_of(parsed, article) for article in parsed.articles] == [WORDS] * 3


def test_headings_without_words_that_come_but_once_are_articles() -> None:
    # An annex of names only, whose numbers are those of the treaty's articles.
    body = [f"Article {n}\n\n{WORDS}" for n in (1, 2, 3, 4)]
    annex = "ANNEX\n\n" + "\n\n".join(f"Article {n} {name}" for n, name in enumerate(["Oil", "Wax", "Rope"], start=1))
    parsed = parse_text(treaty_text(*body, annex))
    assert article_eids(parsed)[4:] == ["annex__art_1", "annex__art_2", "annex__art_3"]


def test_a_line_in_capitals_above_an_article_is_none_of_the_one_before() -> None:
    parsed = parse_text(treaty_text(f"Article 1\n\n{WORDS}", f"MATTERS OF OIL AND ROPE\n\nArticle 2\n\n{WORDS}"))
    assert [words_of(parsed, article) for article in parsed.articles] == [WORDS, WORDS]


def test_sections_within_an_article_divide_its_words_only() -> None:
    first = f"Article 1\nLamps\n\nSection 1. Oil\n\n{WORDS}\n\nSection 2. Wicks\n\n{WORDS}"
    parsed = parse_text(treaty_text(first, f"Article 2\nBells\n\nSection 1. Rope\n\n{WORDS}"))
    assert article_eids(parsed) == ["art_1", "art_2"]
    assert not [p for p in parsed.provisions if p.kind in GROUPINGS]


def test_of_two_numberings_the_outer_one_is_the_articles() -> None:
    articles = [f"{n}\nMatters of lamps\n\nSection 1. {WORDS}\n\nSection 2. {WORDS}" for n in ("I", "II", "III", "IV")]
    parsed = parse_text(treaty_text(*articles))
    assert article_eids(parsed) == ["art_1", "art_2", "art_3", "art_4"]


QUOTED = [
    pytest.param("“Article 4 bis\nBells\n\n1. Each Party shall hang a bell.\n\n2. The bell shall ring.”", id="curly"),
    pytest.param('"Article 2\n\nEach Party shall hang a bell."', id="straight, with the next number"),
    pytest.param("«Article 2\n\nEach Party shall hang a bell.»", id="guillemets"),
]


@pytest.mark.parametrize("quotation", QUOTED)
def test_quoted_articles_are_words_of_the_amending_one(quotation: str) -> None:
    amending = f"Article 1\n\nAfter Article 1 of the Convention the following is inserted:\n\n{quotation}"
    parsed = parse_text(treaty_text(amending, f"Article 2\n\n{WORDS}", f"Article 3\n\n{WORDS}"))
    assert article_eids(parsed) == ["art_1", "art_2", "art_3"]
    assert words_of(parsed, parsed.by_eid["art_1"]).endswith(" ".join(quotation.split()))


# -- annexes, parts, preamble, final words ---------------------------------------------------------

ONE, TWO = f"Article 1\n\n{WORDS}", f"Article 2\n\n{WORDS}"
THREE, FOUR = f"Article 3\n\n{WORDS}", f"Article 4\n\n{WORDS}"

CONTAINED = [
    pytest.param([ONE, TWO, "ANNEX I\nLamps", ONE, TWO, "ANNEX II", ONE],
                 ["art_1", "art_2", "annex_1", "annex_1__art_1", "annex_1__art_2", "annex_2", "annex_2__art_1"],
                 id="articles begin again in each annex"),
    pytest.param([ONE, TWO, f"ANNEX I\n\n{WORDS}", f"ANNEX II\n\n{WORDS}"],
                 ["art_1", "art_2", "annex_1", "annex_2"], id="annexes without articles"),
    pytest.param([ONE, *(f"ANNEX {letter}\n\n{WORDS}" for letter in "ABCD")],
                 ["art_1", "annex_a", "annex_b", "annex_c", "annex_d"], id="annexes by letter: C is no hundred"),
    pytest.param([ONE, *(f"ANNEX {roman}\n\n{WORDS}" for roman in ["I", "II", "III", "IV", "V"])],
                 ["art_1", *(f"annex_{n}" for n in range(1, 6))], id="annexes by roman number: V is no letter"),
    pytest.param([ONE, f"ANNEX\n\n{WORDS}"], ["art_1", "annex"], id="the only annex"),
    pytest.param([ONE, TWO, "PROTOCOL ON BELLS", ONE, TWO],
                 ["art_1", "art_2", "protocol", "protocol__art_1", "protocol__art_2"], id="a protocol"),
    pytest.param([ONE, "PROTOCOL I", ONE, "PROTOCOL II", ONE],
                 ["art_1", "protocol_1", "protocol_1__art_1", "protocol_2", "protocol_2__art_1"], id="two protocols"),
    pytest.param([ONE, "STATUTE OF THE COURT OF LAMPS", ONE, TWO],
                 ["art_1", "statute", "statute__art_1", "statute__art_2"], id="a statute"),
    pytest.param([ONE, f"SCHEDULE 1\n\n{WORDS}", f"APPENDIX 1\n\n{WORDS}"],
                 ["art_1", "schedule_1", "appendix_1"], id="a schedule and an appendix"),
    pytest.param([ONE, f"ANNEX A\n\n{WORDS}", f"Appendix 1 to Annex A\n\n{WORDS}", f"ANNEX B\n\n{WORDS}",
                  f"Appendix 1\n\n{WORDS}"],
                 ["art_1", "annex_a", "annex_a__appendix_1", "annex_b", "annex_b__appendix_1"],
                 id="an appendix is to the annex before it"),
    pytest.param([ONE, f"ANNEX I\n\n{WORDS}", f"APPENDIX TO THE CONVENTION\n\n{WORDS}"],
                 ["art_1", "annex_1", "appendix"], id="unless it says that it is to the treaty"),
    pytest.param([ONE, "PROTOCOL ON BELLS", ONE, TWO, f"ANNEX TO THE PROTOCOL ON BELLS\n\n{WORDS}"],
                 ["art_1", "protocol", "protocol__art_1", "protocol__art_2", "protocol__annex"],
                 id="an annex to a protocol"),
    pytest.param([ONE, f"ANNEX IV\nOil\n\n{WORDS}", f"ANNEX IV\n\n{WORDS}", f"ANNEX V\n\n{WORDS}"],
                 ["art_1", "annex_4", "annex_5"], id="an annex named again goes on"),
    pytest.param([ONE, f"Annex I\nANNEX I\nOIL\n\n{WORDS}"], ["art_1", "annex_1"], id="an annex named twice"),
    pytest.param([ONE, "Protocol on Lamps\nPROTOCOL ON LAMPS AND BELLS", ONE],
                 ["art_1", "protocol", "protocol__art_1"], id="a protocol named twice"),
    pytest.param([ONE, f"JOINT DECLARATION\n\n{WORDS}", f"AGREED MINUTES\n\n{WORDS}"],
                 ["art_1", "declaration", "minutes"], id="a declaration and minutes"),
    pytest.param([ONE, f"Schedule of Arvenia\n\n{WORDS}", f"Schedule of Solmark\n\n{WORDS}"],
                 ["art_1", "schedule", "schedule-2"], id="schedules of the Parties"),
    pytest.param([ONE, f"ANNEX I\n\n{WORDS}", f"Schedule of Arvenia\n\n{WORDS}"], ["art_1", "annex_1"],
                 id="a schedule in an annex is a part of it"),
    pytest.param([ONE, f"Annex to Article 1\n\n{WORDS}", f"Protocol No 2 on bells and horns\n\n{WORDS}"],
                 ["art_1", "annex", "protocol_2"], id="in small letters, with what they are to"),
    pytest.param([ONE, f"Article 2\nAnnexes\n\n{WORDS}", f"Article 3\nProtocol\n\n{WORDS}"],
                 ["art_1", "art_2", "art_3"], id="the name of an article"),
    pytest.param([ONE, f"ANNEX V A\n\n{WORDS}", f"ANNEX V B\n\n{WORDS}"], ["art_1", "annex_5a", "annex_5b"],
                 id="annexes V A and V B"),
    pytest.param([ONE, *(f"ANNEX {letter}\n\n{WORDS}" for letter in "GHIJ")],
                 ["art_1", "annex_g", "annex_h", "annex_i", "annex_j"], id="annexes by letter: I is the ninth"),
    pytest.param(["PART I\nLamps", ONE, TWO, "PART II\nBells", THREE, FOUR],
                 ["part_1", "art_1", "art_2", "part_2", "art_3", "art_4"], id="parts with numbers that go on"),
    pytest.param(["PART I\nLamps", ONE, TWO, "PART II\nBells", ONE, TWO],
                 ["part_1", "part_1__art_1", "part_1__art_2", "part_2", "part_2__art_1", "part_2__art_2"],
                 id="parts with numbers that begin again"),
    pytest.param(["PART I\nLamps", "CHAPTER 1\nOil", "SECTION 1\nWicks", ONE, "SECTION 2\nGas", TWO, "PART II", THREE],
                 ["part_1", "part_1__chp_1", "part_1__chp_1__sec_1", "art_1", "part_1__chp_1__sec_2", "art_2",
                  "part_2", "art_3"], id="sections of chapters of parts"),
    pytest.param(["SECTION I\nLamps", ONE, "SECTION II\nBells", "CHAPTER I\nBronze", TWO, "CHAPTER II\nIron", THREE,
                  "SECTION III\nHorns", FOUR],
                 ["sec_1", "art_1", "sec_2", "sec_2__chp_1", "art_2", "sec_2__chp_2", "art_3", "sec_3", "art_4"],
                 id="chapters of sections: they begin anew where sections count on"),
    pytest.param(["CHAPTER I\nLamps", "SECTION 1\nOil", ONE, "SECTION 2\nGas", TWO, "CHAPTER II\nBells",
                  "SECTION 3\nBronze", THREE],
                 ["chp_1", "chp_1__sec_1", "art_1", "chp_1__sec_2", "art_2", "chp_2", "chp_2__sec_3", "art_3"],
                 id="sections counted through the chapters"),
    pytest.param(["SECTION 1\nLamps", "TITLE 1\nOil", ONE, "TITLE 2\nGas", TWO, "SECTION 2\nBells", "TITLE 1",
                  THREE],
                 ["sec_1", "sec_1__title_1", "art_1", "sec_1__title_2", "art_2", "sec_2", "sec_2__title_1", "art_3"],
                 id="titles of sections"),
    pytest.param(["PART ONE\nLamps", "TITLE I\nOil", "CHAPTER 1\nWicks", ONE, "TITLE II\nGas", TWO, "PART TWO", THREE],
                 ["part_1", "part_1__title_1", "part_1__title_1__chp_1", "art_1", "part_1__title_2", "art_2",
                  "part_2", "art_3"], id="chapters of titles of parts"),
    pytest.param(["TITLE I\nLamps", ONE, "TITLE II\nBells", TWO], ["title_1", "art_1", "title_2", "art_2"],
                 id="titles"),
    pytest.param(["SECTION A\nOil", ONE, "SECTION B\nGas", TWO, "SECTION C\nWax", THREE],
                 ["sec_a", "art_1", "sec_b", "art_2", "sec_c", "art_3"], id="sections by letter"),
    pytest.param(["SECTION A. OIL", ONE, "SECTION B. GAS", TWO], ["sec_a", "art_1", "sec_b", "art_2"],
                 id="sections by letter, named on the same line"),
]  # fmt: skip


@pytest.mark.parametrize(("articles", "expected"), CONTAINED)
def test_articles_and_what_they_stand_in(articles: list[str], expected: list[str]) -> None:
    parsed = parse_text(treaty_text(*articles))
    found = [p.eid for p in parsed.provisions if p.kind in {"article"} | CONTAINERS | GROUPINGS]
    assert found == expected
    assert faults_of_structure(parsed) == []


def test_labels_name_the_annex_but_not_the_part() -> None:
    parsed = parse_text(treaty_text("PART I", ONE, "ANNEX II\nBells", ONE))
    assert parsed.full_label(parsed.by_eid["art_1"]) == "Article 1"
    assert parsed.full_label(parsed.by_eid["annex_2__art_1"]) == "Annex II, Article 1"
    assert parsed.by_eid["annex_2"].heading == "Bells"


def test_a_part_of_an_annex_ends_with_it() -> None:
    annexes = f"## ANNEX I\n\n## PART I\n\n{WORDS}\n\n## Bells\n\n## ANNEX II\n\n{WORDS}"
    text = f"# Treaty\n\n## Article 1\n\n{WORDS}\n\n{annexes}"
    assert faults_of_structure(parse_text(text, name="t.md")) == []


PREAMBLES = [
    pytest.param("The Parties, wishing to keep their coasts lit, agree:", id="The Parties"),
    pytest.param("PREAMBLE\n\nThe High Contracting Parties,\n\nDesiring light,\n\nHave agreed:", id="under its name"),
    pytest.param("The Government of Venn and the Government of Osk,\n\nDesiring light, agree:", id="governments"),
    pytest.param("WHEREAS the coasts are dark,\n\nIt is agreed:", id="Whereas"),
    pytest.param("Les Parties contractantes,\n\nDésireuses de lumière, conviennent :", id="French"),
    pytest.param("The Republic of Venn and the Kingdom of Osk,\n\nDesiring light,\n\nHave agreed:", id="short lines"),
    pytest.param("Venn and Osk,\n\nMindful of the fog,\n\nHave agreed:", id="names of States alone"),
    pytest.param("Desirous of keeping their coasts lit, the Keepers of Venn and Osk agree as follows:", id="Desirous"),
    pytest.param("The undersigned, being authorised, have agreed upon the following provisions:", id="The undersigned"),
    pytest.param("Стороны настоящего Договора,\n\nжелая света,\n\nдоговорились о нижеследующем:", id="Russian"),
    pytest.param("缔约各方，愿意保持灯塔明亮，兹协议如下：", id="Chinese"),
]  # fmt: skip


@pytest.mark.parametrize("preamble", PREAMBLES)
def test_preambles_are_provisions(preamble: str) -> None:
    parsed = parse_text(treaty_text(ONE, TWO, preamble=preamble, title="Treaty of Venn"))
    found = parsed.by_eid["preamble"]
    assert parsed.text_of(found) == preamble
    assert (found.kind, found.label, found.parent) == ("preamble", "Preamble", None)


def test_a_long_title_is_no_preamble() -> None:
    title = "Treaty between Venn and Osk on the Lighthouses of Both Coasts and on the Keeping of Bells"
    parsed = parse_text(treaty_text(ONE, title=title, preamble="Venn and Osk, both desiring light,\n\nHave agreed:"))
    assert title not in parsed.text_of(parsed.by_eid["preamble"])


TESTIMONIA = [
    pytest.param("IN WITNESS WHEREOF the undersigned have signed this Treaty.", id="In witness whereof"),
    pytest.param("In faith whereof the Plenipotentiaries have signed.", id="In faith whereof"),
    pytest.param("DONE at Venn, this third day of May 1931, in two originals.", id="Done at"),
    pytest.param("En foi de quoi, les soussignés ont signé.", id="En foi de quoi"),
    pytest.param("Hecho en Venn, el 3 de mayo de 1931.", id="Hecho en"),
    pytest.param("以昭信守，签署于维恩。", id="以昭信守"),
]


@pytest.mark.parametrize("testimonium", TESTIMONIA)
def test_final_words_are_a_provision_of_their_own(testimonium: str) -> None:
    parsed = parse_text(treaty_text(ONE, f"{TWO}\n\n{testimonium}\n\nFor Venn: A. Keeper"))
    final = parsed.by_eid["final"]
    assert (final.kind, final.label) == ("final", "Final words")
    assert words_of(parsed, final) == f"{testimonium} For Venn: A. Keeper"
    assert inside(parsed, "art_2") == [("para_1", WORDS)]
    assert faults_of_structure(parsed) == []


def test_final_words_before_an_annex_and_in_a_protocol() -> None:
    text = treaty_text(ONE, "Done at Venn.", f"ANNEX\n\n{WORDS}", "PROTOCOL ON BELLS", ONE, "Done at Osk.")
    parsed = parse_text(text)
    assert words_of(parsed, parsed.by_eid["final"]) == "Done at Venn."
    assert words_of(parsed, parsed.by_eid["protocol__final"]) == "Done at Osk."


def test_gaps_are_told() -> None:
    parsed = parse_text(headed("Article 1", "Article 2", "Article 5", "Article 5 bis", "Article 7"))
    assert parsed.oddities == ("articles 3–4, 6 are not in the text",)


INTRODUCTIONS = [
    pytest.param([ONE, "ANNEX I", "Lamps named here are Venn's alone.", "SECTION 1\nNorth", WORDS], id="an annex"),
    pytest.param([ONE, "PROTOCOL ON BELLS", "The Parties to it, wishing bells rung, agree:", ONE, TWO],
                 id="a protocol"),
    pytest.param(["PART I", "The Parties accept the aims that follow here.", ONE, "PART II", TWO], id="a part"),
]  # fmt: skip


@pytest.mark.parametrize("articles", INTRODUCTIONS)
def test_words_that_open_a_container_are_in_a_leaf(articles: list[str]) -> None:
    parsed = parse_text(treaty_text(*articles))
    place = parsed.treaty.text.index(articles[2] if articles[0] == ONE else articles[1])
    holders = [p for p in parsed.provisions if p.body_start <= place < p.end and not parsed.children.get(p.eid)]
    assert len(holders) == 1


# -- what holds for any text -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("\n\n", id="empty lines"),
        pytest.param("The lamp burns.\n", id="a sentence"),
        pytest.param("The lamp burns.\nArticle 8 and Chapter 14 shall not apply.\n", id="only a lookalike"),
        pytest.param("PART I\n\nThe lamp burns.\n", id="only a division"),
    ],
)
def test_a_text_without_articles_gives_a_result(text: str) -> None:
    assert not [p for p in split_provisions(text).provisions if p.kind == "article"]


HEADING_STYLES = st.sampled_from(
    ["Article {}", "ARTICLE {}", "Art. {}.", "**Article {}**", "Article {} – Lamps", "Статья {}"]
)
SENTENCE = st.sampled_from([
    "The Parties shall keep the lamp.", "1. A bell shall ring.", "2. A horn shall blow:", "(a) by day;",
    "(b) by night.",
    "(i) once;", "(ii) twice.", "– in fog;", "“Lamp” means a light;", "It shall: (a) ring; (b) blow; and (c) burn.",
    "3. (a) Oil is free.", "in so far as they can.", "Article 2 and Chapter 4 shall not apply to boats.",
])  # fmt: skip


@st.composite
def treaties(draw: st.DrawFn) -> tuple[str, list[str]]:
    """The text of a treaty of parts, articles, annexes, and the eIds that its articles must have."""
    style = draw(HEADING_STYLES)
    text, expected = ["Treaty of Venn", "The Parties have agreed as follows:"], []

    def add_articles(prefix: str, count: int) -> None:
        for number in range(1, count + 1):
            if not prefix and draw(st.integers(0, 3)) == 0:
                divisions[0] += 1
                text.append(f"PART {divisions[0]}")
            words = draw(st.lists(SENTENCE, max_size=8))
            text.extend([style.format(number), "The Parties shall keep the lamp.", *words])
            expected.append(f"{prefix}art_{number}")

    divisions = [0]
    add_articles("", draw(st.integers(1, 6)))
    if draw(st.booleans()):
        text.append("Done at Venn, on the third of May.")
    for annex in range(1, draw(st.integers(0, 2)) + 1):
        text.append(f"ANNEX {annex}")
        add_articles(f"annex_{annex}__", draw(st.integers(1, 3)))
    return draw(st.sampled_from(["\n", "\n\n"])).join(text) + "\n", expected


@given(treaties())
@settings(max_examples=150)
def test_generated_treaties_are_split_right(case: tuple[str, list[str]]) -> None:
    text, expected = case
    parsed = parse_text(text)
    assert article_eids(parsed) == expected
    assert faults_of_structure(parsed) == []


NOISE = st.one_of(
    st.sampled_from([
        "Article 1", "Article 2", "ARTICLE III", "Article 4 bis", "Art. 5.", "Article 1.01", "1.01 Scope",
        "G-01: Terms", "第一条", "第八条之二", "المادة ١", "Статья 2", "ANNEX I", "Annex", "PROTOCOL",
        "Statute of the Lamp", "Schedule 3", "PART I", "CHAPTER 1", "Section A", "Preamble", "Whereas the sea is wide,",
        "1. The Parties shall meet.", "2. (a) one;", "(b) two;", "(i) x;", "(zz) y", "– dash", "“Lamp” means a light;",
        "“Article 7", "of the said:", "shall: (a) one; (b) two; (c) three", "Article 2, paragraph 3", "",
        "IN WITNESS WHEREOF the undersigned", "Article 1 ..... 3",
    ]),
    st.text(alphabet="aiv12(). –“”;:é第一A", max_size=12),
)  # fmt: skip


@given(st.lists(NOISE, max_size=20))
@settings(max_examples=250)
def test_noise_keeps_every_promise(lines: list[str]) -> None:
    parsed = parse_text("\n".join(["Article 1", "The lamp burns.", *lines]))
    assert parsed.articles
    assert faults_of_structure(parsed) == []


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=80))
@settings(max_examples=100)
def test_any_text_gives_a_result(text: str) -> None:
    split_provisions(text)


@given(st.lists(NOISE, min_size=1, max_size=12), st.data())
@settings(max_examples=100)
def test_any_marking_of_lines_gives_a_result(lines: list[str], data: Any) -> None:
    text = "\n".join(["Article 1", "The lamp burns.", *lines])
    starts = [0, *(i + 1 for i, letter in enumerate(text) if letter == "\n")]
    marked = frozenset(data.draw(st.sets(st.sampled_from(starts))))
    eids = [provision.eid for provision in split_provisions(text, marked).provisions]
    assert len(eids) == len(set(eids))
