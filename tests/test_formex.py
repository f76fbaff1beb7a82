"""Formex: the words in reading order, and the same provisions whatever way a tree of them is written."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from provision_trees import TITLE, Piece, Tree, found_in, parsed, trees

from ingest.errors import UnreadableDocument
from ingest.sources import Document, read_document

SCHEMA = (
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xsi:noNamespaceSchemaLocation="http://formex.publications.europa.eu/schema/formex-05.56-20160701.xd"'
)
_BIBLIOGRAPHY = "<BIB.INSTANCE><DOCUMENT.REF FILE='L.doc.xml'>L</DOCUMENT.REF><LG.DOC>{}</LG.DOC></BIB.INSTANCE>"


def fmx(inside: str, *, title: str = TITLE, root: str = "AGR", language: str = "EN") -> bytes:
    """A document of this root element."""
    head = f"{_BIBLIOGRAPHY.format(language)}<TITLE><TI><P>{title}</P></TI></TITLE>"
    return f'<?xml version="1.0" encoding="UTF-8"?><{root} {SCHEMA}>{head}{inside}</{root}>'.encode()


def read(inside: str, **more: str) -> Document:
    return read_document(fmx(inside, **more), "t.xml")


def lines(document: Document) -> list[str]:
    return [line for line in document.text.split("\n") if line]


def headings(document: Document) -> list[str]:
    return [document.text[offset:].split("\n", 1)[0] for offset in sorted(document.headings)]


def article(number: str, inside: str, *, name: str = "") -> str:
    named = f"<STI.ART><P>{name}</P></STI.ART>" if name else ""
    return f"<ARTICLE IDENTIFIER='001'><TI.ART>{number}</TI.ART>{named}{inside}</ARTICLE>"


def terms(*articles: str) -> str:
    return f"<ENACTING.TERMS>{''.join(articles)}</ENACTING.TERMS>"


# -- a tree and its provisions ---------------------------------------------------------------------------


def written(tree: Tree, root: str, *, gap: str) -> bytes:
    """A tree as Formex; ``gap`` is set between elements."""
    preamble = "".join(f"<PREAMBLE.INIT>{gap}<P>{p}</P></PREAMBLE.INIT>" for p in tree.preamble)
    body = f"<ENACTING.TERMS>{gap}{gap.join(_element(piece, gap) for piece in tree.body)}</ENACTING.TERMS>"
    final = f"<FINAL><SIGNATURE><PL.DATE><P>{tree.final}</P></PL.DATE></SIGNATURE></FINAL>" if tree.final else ""
    annexes = "".join(_annex(annex, gap) for annex in tree.annexes)
    return fmx(f"{gap}<PREAMBLE>{preamble}</PREAMBLE>{gap}{body}{gap}{final}{annexes}", root=root)


def _annex(annex: Piece, gap: str) -> str:
    inside = f"<P>{annex.words}</P>" if annex.words else gap.join(_element(a, gap) for a in annex.inner)
    return f"<ANNEX>{gap}{_title(f'ANNEX {annex.number}', annex.name)}<CONTENTS>{gap}{inside}</CONTENTS></ANNEX>"


def _title(number: str, name: str) -> str:
    return f"<TITLE><TI><P>{number}</P></TI>{f'<STI><P>{name}</P></STI>' if name else ''}</TITLE>"


def _element(piece: Piece, gap: str) -> str:
    inner = [_element(i, gap) for i in piece.inner]
    match piece.kind:
        case "part" | "chapter":
            title = _title(f"{piece.kind.upper()} {piece.number}", piece.name)
            return f"<DIVISION>{title}{gap}{gap.join(inner)}</DIVISION>"
        case "article":
            return article(f"Article {piece.number}", gap + _inside(piece, inner, gap), name=piece.name)
        case "paragraph":
            number = f"<NO.PARAG>{piece.number}.</NO.PARAG>{gap}" if piece.number else ""
            return f"<PARAG>{number}{_inside(piece, inner, gap)}</PARAG>"
        case _:
            words = f"<TXT>{piece.words}</TXT>{gap}" if piece.words else ""
            return f"<ITEM><NP><NO.P>({piece.number})</NO.P>{gap}{words}{_list(inner, gap)}</NP></ITEM>"


def _inside(piece: Piece, inner: list[str], gap: str) -> str:
    """The words of an article or paragraph: paragraphs as they are, points in a list of the ALINEA."""
    if inner and piece.inner[0].kind == "paragraph":
        return gap.join(inner)
    words = f"<P>{piece.words}</P>" if piece.words and inner else piece.words
    closing = f"<ALINEA>{piece.closing}</ALINEA>" if piece.closing else ""
    return f"<ALINEA>{words}{gap}{_list(inner, gap)}</ALINEA>{closing}"


def _list(items: list[str], gap: str) -> str:
    return f"<LIST TYPE='ALPHA'>{gap}{gap.join(items)}</LIST>" if items else ""


@given(trees(), st.sampled_from(["AGR", "ACT", "GENERAL", "CONS.ACT"]), st.sampled_from(["", "\n  "]))
@settings(max_examples=150)
def test_a_tree_is_found_as_it_was_written(tree: Tree, root: str, gap: str) -> None:
    treaty = parsed(written(tree, root, gap=gap), "t.xml")
    assert found_in(treaty) == tree.leaves(), treaty.treaty.text
    assert treaty.treaty.source.format == "formex"


# -- what becomes of each element ------------------------------------------------------------------------

CASES = [
    pytest.param(
        "<PREAMBLE><PREAMBLE.INIT>THE COUNCIL,</PREAMBLE.INIT><GR.VISA><VISA>Having regard to lamps,</VISA></GR.VISA>"
        "<GR.CONSID><GR.CONSID.INIT>Whereas:</GR.CONSID.INIT><CONSID><NP><NO.P>(1)</NO.P><TXT>Lamps burn.</TXT></NP>"
        "</CONSID></GR.CONSID><PREAMBLE.FINAL>HAS DECIDED:</PREAMBLE.FINAL></PREAMBLE>",
        ["THE COUNCIL,", "Having regard to lamps,", "Whereas:", "(1) Lamps burn.", "HAS DECIDED:"], id="a preamble",
    ),
    pytest.param(
        article("Article 1", "<ALINEA>Lamps<NOTE NOTE.ID='E1'><P>Of oil.</P></NOTE> burn.</ALINEA>", name="Lamps"),
        ["Article 1", "Lamps", "Lamps burn."], id="a note is left out of its sentence",
    ),
    pytest.param(
        "<ALINEA>On <DATE ISO='19310503'>3 May 1931</DATE> <HT TYPE='ITALIC'>all</HT> <FT TYPE='NUMBER'>1 000</FT> "
        "lamps</ALINEA>",
        ["On 3 May 1931 all 1 000 lamps"], id="words set off in a sentence",
    ),
    pytest.param(
        "<P>For <QUOT.START CODE='2018'/>bell<QUOT.END CODE='2019'/> read lamp.</P>", ["For ‘bell’ read lamp."],
        id="quotation marks are elements",
    ),
    pytest.param("<P><QUOT.START CODE='zz'/>bell<QUOT.END/></P>", ["“bell”"], id="marks without a code"),
    pytest.param(
        "<P>It reads:</P><QUOT.S><QUOT.START CODE='2018'/><ARTICLE><TI.ART>Article 9</TI.ART><ALINEA>No lamps.</ALINEA>"
        "</ARTICLE><QUOT.END CODE='2019'/></QUOT.S>",
        ["It reads:", "‘Article 9", "No lamps.’"], id="a quoted article",
    ),
    pytest.param(
        "<P>It reads:</P><P><QUOT.S><QUOT.START CODE='2018'/><P>No lamps.</P><QUOT.END CODE='2019'/></QUOT.S>;</P>",
        ["It reads:", "‘No lamps.’;"], id="what follows a closing mark stays with it",
    ),
    pytest.param(
        "<LIST TYPE='DASH'><ITEM><P>lamps,</P></ITEM><ITEM><P>bells.</P></ITEM></LIST>", ["– lamps,", "– bells."],
        id="a list of dashes that are not written",
    ),
    pytest.param(
        "<LIST TYPE='DASH'><ITEM><NP><NO.P>—</NO.P><TXT>lamps</TXT></NP></ITEM></LIST>", ["— lamps"],
        id="a list of dashes that are",
    ),
    pytest.param(
        "<NP><NO.P>1.</NO.P><TXT>Lamps:</TXT><P><NP><NO.P>1.1</NO.P><TXT>red</TXT></NP></P></NP>",
        ["1. Lamps:", "1.1 red"], id="numbers within numbers",
    ),
    pytest.param(
        "<TBL COLS='2'><CORPUS><ROW TYPE='HEADER'><CELL COL='1'>Lamp</CELL><CELL COL='2'>Height</CELL></ROW>"
        "<ROW><CELL><IE/></CELL><CELL><P>40 m</P></CELL></ROW></CORPUS></TBL>",
        ["Lamp – Height", "40 m"], id="rows of a table",
    ),
    pytest.param(
        "<CONTENTS><GR.SEQ LEVEL='1'><TITLE><TI><NP><NO.P>1.</NO.P><TXT>Lamps</TXT></NP></TI></TITLE><P>They burn.</P>"
        "</GR.SEQ></CONTENTS>",
        ["1. Lamps", "They burn."], id="a sequence in an annex",
    ),
    pytest.param(
        "<FINAL><P>This is binding.</P><SIGNATURE><PL.DATE><P>Done at Venn, <DATE>3 May</DATE>.</P></PL.DATE>"
        "<SIGNATORY><P><HT TYPE='ITALIC'>For Osk</HT></P><P>A. Wick</P></SIGNATORY></SIGNATURE></FINAL>",
        ["This is binding.", "Done at Venn, 3 May.", "For Osk", "A. Wick"], id="signatures",
    ),
    pytest.param(
        "<P>Lamps <NOTE><P>n</P></NOTE>, bells<NOTE><P>n</P></NOTE>and buoys <NOTE><P>n</P></NOTE>burn.</P>",
        ["Lamps, bells and buoys burn."], id="blanks where notes were",
    ),
    pytest.param(
        "<P>At <FRACTION><DIVIDEND>a + b</DIVIDEND><DIVISOR>2</DIVISOR></FRACTION> m<NEW><OTHER>2</OTHER></NEW>.</P>",
        ["At a + b/2 m2."], id="a formula in a sentence",
    ),
    pytest.param("<P>Lamps <!-- of oil -->burn<?PAGE NO='2'?>.</P>", ["Lamps burn."], id="what is no text at all"),
]  # fmt: skip


@pytest.mark.parametrize(("inside", "expected"), CASES)
def test_the_words_in_reading_order(inside: str, expected: list[str]) -> None:
    assert lines(read(inside))[1:] == expected


def test_what_heads_something_is_marked() -> None:
    first = article("Article 1", "<ALINEA>x</ALINEA>", name="Lamps")
    division = f"<DIVISION>{_title('CHAPTER I', 'Coasts')}{first}</DIVISION>"
    assert headings(read(terms(division))) == [TITLE, "CHAPTER I", "Coasts", "Article 1", "Lamps"]


def test_the_title_of_a_table_heads_nothing() -> None:
    titled = f"<TBL>{_title('Lamps', '')}<CORPUS><ROW><CELL>a</CELL></ROW></CORPUS></TBL>"
    assert headings(read(f"<P>x</P>{titled}")) == [TITLE]


def test_a_quoted_article_heads_nothing() -> None:
    no_lamps = article("Article 2", "<ALINEA>No.</ALINEA>")
    quoted = f"<QUOT.S><QUOT.START CODE='2018'/>{no_lamps}<QUOT.END CODE='2019'/></QUOT.S>"
    first = article("Article 1", f"<ALINEA><P>The following is put in:</P>{quoted}</ALINEA>")
    treaty = parsed(fmx(terms(first, article("Article 2", "<ALINEA>Lamps.</ALINEA>"))), "t.xml")
    assert [a.eid for a in treaty.articles] == ["art_1", "art_2"]


def test_title_and_language() -> None:
    document = read("<P>x</P>", title="Agreement</P><P>of <DATE>3 May</DATE><NOTE>1</NOTE>", language="FR")
    assert (document.title, document.language) == ("Agreement of 3 May", "fr")


def test_what_is_left_out_is_told() -> None:
    document = read(
        "<TOC><TOC.BLK>Article 1</TOC.BLK></TOC><P>x<NOTE><P>n</P></NOTE></P>"
        "<INCL.ELEMENT FILEREF='map.tif' TYPE='TIFF'/>"
        "<P>See <REF.DOC.OJ COLL='L' NO.OJ='9' PAGE.FIRST='3'>OJ L 9, p. 3</REF.DOC.OJ>.</P>"
    )
    assert document.oddities == (
        "1 note left out",
        "table of contents left out",
        "refers to what it does not hold: map.tif, OJ L 9, p. 3",
    )
    assert lines(document)[1:] == ["x", "See OJ L 9, p. 3."]


LISTS = [
    pytest.param(
        "<DOC><BIB.DOC/><FMX><DOC.MAIN.PUB><REF.PHYS FILE='L_1.xml'/></DOC.MAIN.PUB><DOC.SUB.PUB>"
        "<REF.PHYS FILE='L_2.xml'/></DOC.SUB.PUB></FMX></DOC>",
        "this Formex file (DOC) holds no text, it lists the files of a publication: L_1.xml, L_2.xml.", id="a document",
    ),
    pytest.param(
        "<PUBLICATION/>", "this Formex file (PUBLICATION) holds no text, it lists the files of a publication.",
        id="nothing",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("xml", "reason"), LISTS)
def test_a_list_of_files_is_no_text(xml: str, reason: str) -> None:
    with pytest.raises(UnreadableDocument) as caught:
        read_document(xml.encode(), "L.doc.xml")
    assert caught.value.reason == reason
