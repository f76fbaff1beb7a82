"""Akoma Ntoso: the words in reading order, and the same provisions whatever way a tree of them is written."""

from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from provision_trees import TITLE, Piece, Tree, found_in, parsed, trees

from ingest.sources import Document, read_document

SPACES = [
    "http://docs.oasis-open.org/legaldocml/ns/akn/3.0",
    "http://www.akomantoso.org/2.0",
    "http://docs.oasis-open.org/legaldocml/ns/akn/3.0/CSD13",
]
META = (
    "<meta><identification source='#venn'><FRBRWork><FRBRalias value='Lamp Treaty' name='alias'/></FRBRWork>"
    "<FRBRExpression><FRBRlanguage language='{}'/></FRBRExpression></identification></meta>"
)
_ELEMENTS = {"part": "part", "chapter": "chapter", "article": "article", "paragraph": "paragraph", "point": "point"}


def akn(inside: str, *, before: str = "", after: str = "", language: str = "eng", space: str = SPACES[0]) -> bytes:
    """A document with this body; ``before`` and ``after`` stand around the body."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><akomaNtoso xmlns="{space}"><act name="treaty">'
        f"{META.format(language)}{before}<body>{inside}</body>{after}</act></akomaNtoso>"
    ).encode()


def read(inside: str, **more: str) -> Document:
    return read_document(akn(inside, **more), "t.xml")


def lines(document: Document) -> list[str]:
    return [line for line in document.text.split("\n") if line]


def headings(document: Document) -> list[str]:
    return [document.text[offset:].split("\n", 1)[0] for offset in sorted(document.headings)]


def article(number: str, *content: str, heading: str = "") -> str:
    head = f"<heading>{heading}</heading>" if heading else ""
    return f"<article><num>{number}</num>{head}{''.join(content)}</article>"


def words(text: str) -> str:
    return f"<content><p>{text}</p></content>"


# -- a tree and its provisions ---------------------------------------------------------------------------


def written(tree: Tree, space: str, *, gap: str, bare: bool) -> bytes:
    """A tree as Akoma Ntoso; ``gap`` is set between elements, ``bare`` leaves the word out of numbers."""
    preamble = "".join(f"<p>{p}</p>{gap}" for p in tree.preamble)
    before = f"<preface>{gap}<p><docTitle>{TITLE}</docTitle></p></preface>{gap}<preamble>{gap}{preamble}</preamble>"
    after = f"<conclusions>{gap}<p>{tree.final}</p></conclusions>" if tree.final else ""
    if tree.annexes:
        after += f"<attachments>{gap.join(_annex(annex, gap, bare) for annex in tree.annexes)}</attachments>"
    return akn(gap.join(_element(piece, gap, bare) for piece in tree.body), before=before, after=after, space=space)


def _annex(annex: Piece, gap: str, bare: bool) -> str:
    head = f"<heading>Annex {annex.number}</heading>" + (f"<subheading>{annex.name}</subheading>" if annex.name else "")
    inside = f"<p>{annex.words}</p>" if annex.words else gap.join(_element(a, gap, bare) for a in annex.inner)
    return f"<attachment>{gap}{head}{gap}<doc name='annex'><meta/><mainBody>{gap}{inside}</mainBody></doc></attachment>"


def _element(piece: Piece, gap: str, bare: bool) -> str:
    tag = _ELEMENTS[piece.kind]
    number = _printed(piece, bare)
    parts = [f"<num>{number}</num>"] if number else []
    parts += [f"<heading>{escape(piece.name)}</heading>"] if piece.name else []
    inner = [_element(i, gap, bare) for i in piece.inner]
    if piece.kind in ("part", "chapter") or not inner:
        parts += [f"<content>{gap}<p>{piece.words}</p></content>"] if piece.words else []
        parts += inner
    elif piece.inner[0].kind == "point":
        parts += [f"<list>{f'<intro><p>{piece.words}</p></intro>' if piece.words else ''}{gap}{gap.join(inner)}</list>"]
        parts += [f"<wrapUp><p>{piece.closing}</p></wrapUp>"] if piece.closing else []
    else:
        parts += inner
    return f"<{tag}>{gap}{gap.join(parts)}{gap}</{tag}>"


def _printed(piece: Piece, bare: bool) -> str:
    match piece.kind:
        case "paragraph":
            return f"{piece.number}." if piece.number else ""
        case "point":
            return f"({piece.number})"
        case _:
            return piece.number if bare else f"{piece.kind.capitalize()} {piece.number}"


@given(trees(), st.sampled_from(SPACES), st.sampled_from(["", "\n  "]), st.booleans())
@settings(max_examples=150)
def test_a_tree_is_found_as_it_was_written(tree: Tree, space: str, gap: str, bare: bool) -> None:
    treaty = parsed(written(tree, space, gap=gap, bare=bare), "t.xml")
    assert found_in(treaty) == tree.leaves(), treaty.treaty.text
    assert treaty.treaty.source.format == "akoma-ntoso"


# -- what becomes of each element ------------------------------------------------------------------------

CASES = [
    pytest.param(article("Article 1", words("Lamps burn.")), ["Article 1", "Lamps burn."], id="a number as printed"),
    pytest.param(article("1.", words("Lamps burn.")), ["Article 1", "Lamps burn."], id="a number without its word"),
    pytest.param(article("8 bis", words("Lamps burn.")), ["Article 8 bis", "Lamps burn."], id="an article put between"),
    pytest.param(
        article("1", "<num/>", words("x."), heading="Bells <i>and</i> buoys"), ["Article 1", "Bells and buoys", "x."],
        id="words set off inside a name",
    ),
    pytest.param(
        article("1", "<paragraph><num>1.</num><content><p>One.</p><p>Two.</p></content></paragraph>"),
        ["Article 1", "1. One.", "Two."], id="a number stands before the first of its paragraphs",
    ),
    pytest.param(
        article("1", "<paragraph><num>1.</num><point><num>(a)</num><content><p>one</p></content></point></paragraph>"),
        ["Article 1", "1. (a) one"], id="two numbers before the same words",
    ),
    pytest.param(
        article("1", f"<paragraph><num>1.</num></paragraph><paragraph><num>2.</num>{words('x')}</paragraph>"),
        ["Article 1", "1.", "2. x"], id="a number without words stands alone",
    ),
    pytest.param(
        article("1", "<paragraph><num>1.</num><heading>Scope</heading><content><p>Lamps.</p></content></paragraph>"),
        ["Article 1", "1. Scope", "Lamps."], id="a paragraph with a name",
    ),
    pytest.param(
        article("1", "<content><p>Lamps<authorialNote marker='1'><p>of oil</p></authorialNote> burn.</p></content>"),
        ["Article 1", "Lamps burn."], id="a note is left out of its sentence",
    ),
    pytest.param(
        article("1", words("Lamps <ins>and bells</ins><del>and buoys</del> burn<noteRef href='#n'/>.")),
        ["Article 1", "Lamps and bells burn."], id="changes are accepted",
    ),
    pytest.param(
        article("1", "<content><p>Lamps<eol/>burn.<br/></p></content>"), ["Article 1", "Lamps", "burn."],
        id="a line that ends",
    ),
    pytest.param(
        article("1", "<content><p>Lamps <newElement>of <ref href='x'>oil</ref></newElement> burn.</p></content>"),
        ["Article 1", "Lamps of oil burn."], id="an unknown element among words is of the sentence",
    ),
    pytest.param(
        article("1", "<content><newBlock><p>Lamps.</p></newBlock><newBlock>Bells.</newBlock></content>"),
        ["Article 1", "Lamps.", "Bells."], id="an unknown element among elements is a block",
    ),
    pytest.param(
        article("1", "<content><blockList><listIntroduction>Lit:</listIntroduction><item><num>(a)</num><p>lamps;</p>"
                     "</item><listWrapUp>all night.</listWrapUp></blockList></content>"),
        ["Article 1", "Lit:", "(a) lamps;", "all night."], id="a list within the words",
    ),
    pytest.param(
        article("1", "<content><ul><li value='–'>lamps</li><li>bells</li></ul></content>"),
        ["Article 1", "– lamps", "bells"], id="a list of HTML",
    ),
    pytest.param(
        article("1", "<content><table><tr><th>Lamp</th><th>Height</th></tr><tr><td><p>Venn</p></td><td>40 m</td></tr>"
                     "</table></content>"),
        ["Article 1", "Lamp – Height", "Venn – 40 m"], id="a row of a table is a line",
    ),
    pytest.param(
        article("1", "<content><p>It reads: <mod><quotedStructure startQuote='“' endQuote='”'><article>"
                     "<num>Article 9</num><content><p>No lamps.</p></content></article></quotedStructure>.</mod></p>"
                     "</content>"),
        ["Article 1", "It reads:", "“Article 9", "No lamps.”."], id="a quoted article keeps its quotation marks",
    ),
    pytest.param(
        article("1", words("For <quotedText startQuote='“' endQuote='”'>bell</quotedText> read lamp.")),
        ["Article 1", "For “bell” read lamp."], id="quoted words",
    ),
    pytest.param(
        f"<section><num>1</num>{words('Lamps.')}</section><hcontainer name='x'><num>B.</num></hcontainer>",
        ["Section 1", "Lamps.", "B."], id="other divisions",
    ),
    pytest.param(
        f"<section><num>1.</num><heading>Lamps</heading><subsection><num>(1)</num>{words('Lit.')}</subsection></section>",
        ["Section 1", "Lamps", "(1) Lit."], id="a subsection without a name is a paragraph",
    ),
    pytest.param(
        f"<section><num>1.</num><subsection><num>A</num><heading>Lamps</heading>{words('Lit.')}</subsection></section>",
        ["Section 1", "Subsection A", "Lamps", "Lit."], id="a subsection with a name is a division",
    ),
    pytest.param(
        f"<crossHeading>Of lamps</crossHeading>{article('1', words('x'))}", ["Of lamps", "Article 1", "x"],
        id="a heading between articles",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("inside", "expected"), CASES)
def test_the_words_in_reading_order(inside: str, expected: list[str]) -> None:
    assert lines(read(inside)) == expected


def test_what_heads_something_is_marked() -> None:
    document = read(
        "<part><num>I</num><heading>Coasts</heading>" + article("1", words("Lamps."), heading="Lamps") + "</part>"
    )
    assert headings(document) == ["Part I", "Coasts", "Article 1", "Lamps"]


def test_a_quoted_article_heads_nothing() -> None:
    quoted = "<quotedStructure startQuote='“' endQuote='”'>" + article("Article 2", words("No.")) + "</quotedStructure>"
    treaty = parsed(
        akn(
            article("1", f"<content><p>The following is put in:</p><p>{quoted}</p></content>")
            + article("2", words("Lamps."))
            + article("3", words("Bells."))
        ),
        "t.xml",
    )
    assert [a.eid for a in treaty.articles] == ["art_1", "art_2", "art_3"]


@pytest.mark.parametrize(
    ("language", "code", "line"),
    [
        pytest.param("fra", "fr", "Article 1", id="French"),
        pytest.param("spa", "es", "Artículo 1", id="Spanish"),
        pytest.param("rus", "ru", "Статья 1", id="Russian"),
        pytest.param("en", "en", "Article 1", id="two letters"),
        pytest.param("esp", "es", "Artículo 1", id="Spanish by an old code"),
        pytest.param("xyz", None, "Article 1", id="a language that is not known"),
    ],
)
def test_the_language_is_that_of_the_expression(language: str, code: str | None, line: str) -> None:
    document = read(article("1", words("x")), language=language)
    assert (document.language, lines(document)[0]) == (code, line)


@pytest.mark.parametrize(
    ("before", "title"),
    [
        pytest.param(
            "<preface><p>The <docTitle>Treaty of Venn</docTitle></p></preface>", "Treaty of Venn", id="printed"
        ),
        pytest.param("<preface><longTitle><p>On lamps</p></longTitle></preface>", "Lamp Treaty", id="the alias"),
    ],
)
def test_the_title(before: str, title: str) -> None:
    assert read(article("1", words("x")), before=before).title == title


def test_a_long_title_is_the_last_resort() -> None:
    data = akn(
        article("1", words("x")), before="<preface><longTitle><p>Treaty</p><p>on lamps</p></longTitle></preface>"
    )
    assert read_document(data.replace(b"FRBRalias", b"FRBRother"), "t.xml").title == "Treaty on lamps"


ATTACHMENTS = [
    pytest.param("<heading>ANNEX I</heading><doc><preface><p>Annex I</p><p>Colours</p></preface></doc>",
                 ["ANNEX I", "Colours"], id="a name given twice is printed once"),
    pytest.param("<doc name='annex'><mainBody><p>Red.</p></mainBody></doc>", ["Annex", "Red."], id="no name"),
    pytest.param("<num>I</num><heading>Colours</heading><doc/>", ["Annex I", "Colours"], id="a number alone"),
    pytest.param("<documentRef href='#b'/><heading>Bells</heading>", ["Bells"], id="what is elsewhere is no annex"),
]  # fmt: skip


@pytest.mark.parametrize(("around", "each"), [("attachments", "attachment"), ("components", "component")])
@pytest.mark.parametrize(("inside", "expected"), ATTACHMENTS)
def test_attachments_are_headed(around: str, each: str, inside: str, expected: list[str]) -> None:
    document = read(article("1", words("x")), after=f"<{around}><{each}>{inside}</{each}></{around}>")
    assert lines(document)[2:] == expected
    assert headings(document)[1] == expected[0]


def test_what_is_left_out_is_told() -> None:
    document = read(
        article(
            "1",
            "<content><p>x<authorialNote><p>a</p></authorialNote><authorialNote><p>b</p></authorialNote>"
            "<img src='a.png'/></p><componentRef src='#here'/></content>",
        )
        + "<documentRef href='/akn/osk'/>",
        before="<toc><tocItem href='#a'>Article 1</tocItem></toc>",
    )
    assert document.oddities == (
        "2 notes left out",
        "table of contents left out",
        "1 picture left out",
        "refers to 1 other document that it does not hold",
    )
    assert lines(document) == ["Article 1", "x"]
