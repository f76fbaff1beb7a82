"""Word documents: the words that Word prints when all changes are accepted, and what it makes a heading."""

import io
import zipfile

import pytest
from docx_fakes import bold, centred, docx, field, level, num, par, pattern, run, starts, style, table, zipped
from hypothesis import given, settings
from hypothesis import strategies as st
from provision_trees import TITLE, Piece, Tree, found_in, parsed, trees

from ingest.errors import DocumentError, EmptyDocument
from ingest.sources import Document, read_document


def read(*blocks: str, **more: str) -> Document:
    return read_document(docx(*blocks, **more), "t.docx")


def lines(document: Document) -> list[str]:
    return [line for line in document.text.split("\n") if line]


def headings(document: Document) -> list[str]:
    return [document.text[offset:].split("\n", 1)[0] for offset in sorted(document.headings)]


# -- the words of a paragraph ----------------------------------------------------------------------------

HIDDEN = "<w:vanish/>"
GONE_WORDS = "<w:del><w:r><w:delText> gone</w:delText></w:r></w:del>"
NOTE = '<w:r><w:footnoteReference w:id="1"/></w:r>'
STYLES = (
    style("Hidden", letters=HIDDEN)
    + style("Ghost", kind="character", letters=HIDDEN)
    + style("Shown", kind="character", letters='<w:vanish w:val="0"/>')
)
BOX = "<w:txbxContent>{}</w:txbxContent>"
CHOICE = (
    "<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:txbx>{0}</wps:txbx></w:drawing></mc:Choice>"
    "<mc:Fallback><w:pict><v:textbox>{0}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
)

WORDS = [
    pytest.param([par("Lamps", run(" burn", "<w:b/>"), ".")], ["Lamps burn."], id="runs are joined as they are"),
    pytest.param([par("1.\tLamps")], ["1. Lamps"], id="a tab is a blank"),
    pytest.param([par("Lamps\nburn")], ["Lamps", "burn"], id="a line break"),
    pytest.param([par("a<b & c")], ["a<b & c"], id="signs of XML"),
    pytest.param(
        [par("self", "<w:r><w:noBreakHyphen/></w:r>", "gov", "<w:r><w:softHyphen/></w:r>", "erning")],
        ["self-governing"], id="hyphens",
    ),
    pytest.param(
        [par("t ", '<w:r><w:sym w:font="Symbol" w:char="F0B3"/></w:r>', " 5 ",
             '<w:r><w:sym w:font="Wingdings" w:char="F0A8"/></w:r>')],
        ["t ≥ 5 ☐"], id="symbols",
    ),
    pytest.param(
        [par("Lamps", "<w:ins><w:r><w:t> and bells</w:t></w:r></w:ins>", GONE_WORDS)],
        ["Lamps and bells"], id="changes are accepted",
    ),
    pytest.param(
        [par(f"<w:moveFrom>{run('Lamps.')}</w:moveFrom>"), par(f"<w:moveTo>{run('Lamps.')}</w:moveTo>")],
        ["Lamps."], id="what was moved stands where it went",
    ),
    pytest.param(
        [par("Lamps ", mark="<w:del/>"), par("burn.")], ["Lamps burn."], id="a paragraph whose end is deleted goes on",
    ),
    pytest.param([par("Lamps ", mark="<w:del/>")], ["Lamps"], id="the last paragraph's end is deleted"),
    pytest.param([par("Lamps", run(" of oil", HIDDEN), " burn.")], ["Lamps burn."], id="hidden words"),
    pytest.param([par(run("Lamps", HIDDEN), mark=HIDDEN), "Bells."], ["Bells."], id="a hidden paragraph"),
    pytest.param([par("Lamps", style="Hidden", mark=HIDDEN), "Bells."], ["Bells."], id="hidden by its style"),
    pytest.param(
        [par("Lamps", run(" of oil", '<w:rStyle w:val="Ghost"/>'))], ["Lamps"], id="hidden by a style of letters",
    ),
    pytest.param(
        [par(run("Lamps", '<w:vanish w:val="0"/>'), style="Hidden")], ["Lamps"], id="shown in a hidden paragraph",
    ),
    pytest.param(
        [par("T", properties='<w:framePr w:dropCap="drop"/>'), par("he lamps burn.")], ["The lamps burn."],
        id="a capital over several lines",
    ),
    pytest.param(
        [par('<w:hyperlink w:anchor="a"><w:r><w:t>Article 5</w:t></w:r></w:hyperlink>', " applies.")],
        ["Article 5 applies."], id="a link",
    ),
    pytest.param([par("See page ", field("PAGEREF _Ref1", "7"), ".")], ["See page 7."], id="the result of a field"),
    pytest.param([par("x", field("XE \"lamp\"", None))], ["x"], id="a field without a result"),
    pytest.param(
        [par(field("IF 1 = 1 ", run("Lamps ") + field("REF x", "burn") + run(".")))], ["Lamps burn."],
        id="a field in a field",
    ),
    pytest.param(
        [par('<w:fldSimple w:instr="DOCPROPERTY x"><w:r><w:t>Lamps</w:t></w:r></w:fldSimple>')], ["Lamps"],
        id="a field of one piece",
    ),
    pytest.param(
        [par('<w:r><w:fldChar w:fldCharType="begin"/></w:r>', "Lamps"), "Bells."], ["Lamps", "Bells."],
        id="a field that never ends hides nothing",
    ),
    pytest.param([par('<w:r><w:fldChar w:fldCharType="end"/></w:r>', "Lamps")], ["Lamps"], id="an end alone"),
    pytest.param(
        [par("Lamps", NOTE, " burn", '<w:r><w:commentReference w:id="2"/></w:r>')],
        ["Lamps burn"], id="a footnote and a comment",
    ),
    pytest.param(
        ["<w:sdt><w:sdtPr><w:alias w:val='x'/></w:sdtPr><w:sdtContent>" + par("Lamps.") + "</w:sdtContent></w:sdt>",
         par("<w:sdt><w:sdtContent>" + run("Bells.") + "</w:sdtContent></w:sdt>")],
        ["Lamps.", "Bells."], id="content controls",
    ),
    pytest.param(
        [par("By ", f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{run('?')}</w:sdtContent></w:sdt>")],
        ["By"], id="what only asks for words",
    ),
    pytest.param(
        [par("Before.", CHOICE.format(BOX.format(par("In the box."))), " After."), "Next."],
        ["Before. After.", "In the box.", "Next."], id="a text box is read once, behind its paragraph",
    ),
    pytest.param(
        [par("<w:r><w:pict><v:textbox>" + BOX.format(par("Old box.")) + "</v:textbox></w:pict></w:r>")], ["Old box."],
        id="a text box of old",
    ),
    pytest.param(
        [par(f"<w:r><w:ruby><w:rt>{run('deng')}</w:rt><w:rubyBase>{run('灯')}</w:rubyBase></w:ruby></w:r>")],
        ["灯"], id="a reading above a sign",
    ),
    pytest.param(
        [par("<m:oMath><m:f><m:num><m:r><m:t>x+1</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f></m:oMath>")],
        ["x+1/2"], id="a formula",
    ),
    pytest.param(
        ["<w:customXml><w:p><w:r><w:t>Lamps.</w:t></w:r></w:p></w:customXml>", "<w:ins>" + par("Bells.") + "</w:ins>",
         "<w:del>" + par("Buoys.") + "</w:del>"],
        ["Lamps.", "Bells."], id="blocks around paragraphs",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("blocks", "expected"), WORDS)
@pytest.mark.parametrize("strict", [False, True], ids=["transitional", "strict"])
def test_the_words_that_are_printed(blocks: list[str], expected: list[str], strict: bool) -> None:
    document = read_document(docx("Venn", *blocks, styles=STYLES, strict=strict), "t.docx")
    assert lines(document)[1:] == expected


def test_hidden_words_that_a_run_shows_go_on_in_the_next_paragraph() -> None:
    assert lines(read(par(run("Lamps ", '<w:vanish w:val="0"/>'), style="Hidden"), "burn.", styles=STYLES)) == [
        "Lamps burn."
    ]


# -- tables ----------------------------------------------------------------------------------------------

LONG = "The Parties shall keep every lamp that stands on their coasts in working order from dusk to dawn, and mend it."

TABLES = [
    pytest.param([("Lamp", "Height"), ("Venn", "40 m")], ["Lamp – Height", "Venn – 40 m"], id="entries"),
    pytest.param([("1.", LONG), ("2.", LONG)], [f"1. {LONG}", f"2. {LONG}"], id="a column of numbers"),
    pytest.param(
        [("(a)", par("Lamps:") + par("red."))], ["(a) Lamps:", "red."], id="a number before several paragraphs",
    ),
    pytest.param([(LONG, "The lamps.")], [LONG, "The lamps."], id="text set in columns"),
    pytest.param([("", "Lamps", "")], ["Lamps"], id="empty cells"),
    pytest.param([(table(("a", "b")), "c")], ["a – b – c"], id="a table in a table"),
    pytest.param(
        [("<w:sdt><w:sdtContent><w:p><w:r><w:t>a</w:t></w:r></w:p></w:sdtContent></w:sdt>", "b")], ["a – b"],
        id="a control in a cell",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "expected"), TABLES)
def test_tables_are_read_row_by_row(rows: list[tuple[str, ...]], expected: list[str]) -> None:
    assert lines(read("Before.", table(*rows), "After.")) == ["Before.", *expected, "After."]


GONE = [
    pytest.param("<w:tr><w:trPr><w:del/></w:trPr><w:tc>{}</w:tc></w:tr>", id="a deleted row"),
    pytest.param("<w:tr><w:trPr><w:hidden/></w:trPr><w:tc>{}</w:tc></w:tr>", id="a hidden row"),
    pytest.param("<w:tr><w:tc><w:tcPr><w:cellDel/></w:tcPr>{}</w:tc></w:tr>", id="a deleted cell"),
    pytest.param("<w:del><w:tr><w:tc>{}</w:tc></w:tr></w:del>", id="a row in a deletion"),
]


@pytest.mark.parametrize("row", GONE)
def test_rows_that_are_gone_are_left_out(row: str) -> None:
    kept = "<w:ins><w:tr><w:tc>" + par("Kept.") + "</w:tc></w:tr></w:ins>"
    document = read("x", "<w:tbl>" + row.format(par("Gone.")) + kept + "</w:tbl>")
    assert lines(document) == ["x", "Kept."]
    assert document.oddities


# -- headings --------------------------------------------------------------------------------------------

HEADING_STYLES = (
    style("berschrift1", "heading 1")
    + style("Clause", based_on="berschrift1")
    + style("Level", paragraph='<w:outlineLvl w:val="1"/>')
    + style("Text", based_on="Level", paragraph='<w:outlineLvl w:val="9"/>')
    + style("Middle", paragraph='<w:jc w:val="center"/>')
    + style("Fat", letters="<w:b/>")
    + style("Turned", kind="character", letters="<w:b/>")
    + style("Ring", based_on="Ring2")
    + style("Ring2", based_on="Ring")
)

HEADINGS = [
    pytest.param(par("Article 1", style="berschrift1"), True, id="a heading style, its id in German"),
    pytest.param(par("Article 1", style="Clause"), True, id="a style based on one"),
    pytest.param(par("Article 1", style="Level"), True, id="an outline level"),
    pytest.param(par("Article 1", style="Text"), False, id="an outline level taken back"),
    pytest.param(par("Article 1", properties='<w:outlineLvl w:val="0"/>'), True, id="an outline level of its own"),
    pytest.param(
        par("Article 1", style="Level", properties='<w:outlineLvl w:val="9"/>'), False, id="one taken back here"
    ),
    pytest.param(par(LONG, style="berschrift1"), False, id="a sentence in a heading style"),
    pytest.param(par("The Parties agree:", style="berschrift1"), False, id="what announces something"),
    pytest.param(centred("Article 1"), True, id="in the middle"),
    pytest.param(par("Article 1", style="Middle"), True, id="in the middle by its style"),
    pytest.param(par("Article 1", style="Middle", properties='<w:jc w:val="left"/>'), False, id="put back to the left"),
    pytest.param(centred("have agreed as follows"), False, id="in the middle, and a sentence going on"),
    pytest.param(centred(LONG), False, id="a sentence in the middle"),
    pytest.param(bold("Article 1"), True, id="bold"),
    pytest.param(par("Article 1", style="Fat"), True, id="bold by its style"),
    pytest.param(par(run("Article 1", '<w:rStyle w:val="Turned"/>'), style="Fat"), False, id="bold turned off by bold"),
    pytest.param(par(run("Article 1", "<w:b/>"), " Lamps"), False, id="bold in part"),
    pytest.param(par(run("Article 1", "<w:b/>"), " "), True, id="bold but for a blank"),
    pytest.param(bold("(a) lamps"), False, id="a bold point"),
    pytest.param(bold("1. Lamps"), False, id="a bold paragraph number"),
    pytest.param(par("Article 1", style="Ring"), False, id="styles based on each other"),
    pytest.param(par("Article 1", style="Nowhere"), False, id="a style that is not there"),
    pytest.param("Article 1", False, id="plain"),
]


@pytest.mark.parametrize(("block", "marked"), HEADINGS)
def test_what_makes_a_heading(block: str, marked: bool) -> None:
    document = read("Venn.", block, "Lamps burn.", styles=HEADING_STYLES)
    assert len(headings(document)) == marked


def test_the_title_is_that_of_the_style_for_titles() -> None:
    document = read(par("Treaty of\nVenn", style="Titel"), par("Lamps", style="Titel"), styles=style("Titel", "Title"))
    assert document.title == "Treaty of Venn"
    assert headings(document) == ["Treaty of", "Venn", "Lamps"]


# -- tables of contents ----------------------------------------------------------------------------------

ENTRY = "Article 1 Lamps\t2"
TOC_STYLES = style("Verzeichnis1", "toc 1") + style("TOCHeading", "TOC Heading")
CONTENTS = [
    pytest.param([par(ENTRY, style="Verzeichnis1")], id="styles of contents"),
    pytest.param([par("Contents", style="TOCHeading"), par(ENTRY, style="Verzeichnis1")], id="with their heading"),
    pytest.param([par(field('TOC \\o "1-3"', ENTRY))], id="a field in one paragraph"),
    pytest.param(
        [par('<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> TOC </w:instrText></w:r>'
             '<w:r><w:fldChar w:fldCharType="separate"/></w:r>', ENTRY),
         par(ENTRY), par('<w:r><w:fldChar w:fldCharType="end"/></w:r>')],
        id="a field over several",
    ),
    pytest.param(
        ["<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val='Table of Contents'/></w:docPartObj></w:sdtPr>"
         "<w:sdtContent>" + par("Contents") + par(ENTRY) + "</w:sdtContent></w:sdt>"],
        id="a control",
    ),
    pytest.param(
        [par('<w:fldSimple w:instr="TOC"><w:r><w:t>Article 1 Lamps 2</w:t></w:r></w:fldSimple>')], id="a simple field",
    ),
]  # fmt: skip


@pytest.mark.parametrize("contents", CONTENTS)
def test_a_table_of_contents_is_left_out(contents: list[str]) -> None:
    document = read("Treaty of Venn", *contents, "Article 1", LONG, styles=TOC_STYLES)
    assert lines(document) == ["Treaty of Venn", "Article 1", LONG]
    assert document.oddities == ("table of contents left out",)


def test_what_follows_a_table_of_contents_in_its_last_paragraph_stays() -> None:
    document = read(par(field("TOC", ENTRY), "Lamps burn all night long."), LONG)
    assert lines(document) == ["Lamps burn all night long.", LONG]


def test_no_table_of_contents_is_longer_than_its_document() -> None:
    # A field that ends at the end of the file by some mistake holds the whole treaty.
    begin = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>TOC</w:instrText></w:r>'
    document = read(
        "Venn",
        par(begin, '<w:r><w:fldChar w:fldCharType="separate"/></w:r>', "Article 1"),
        LONG,
        par('<w:r><w:fldChar w:fldCharType="end"/></w:r>'),
    )
    assert lines(document) == ["Venn", "Article 1", LONG]
    assert document.oddities == ()


# -- what is told ----------------------------------------------------------------------------------------

PICTURE = "<w:r><w:drawing><a:blip/></w:drawing></w:r>"
ODDITIES = [
    pytest.param(par("x", NOTE), "1 footnote left out", id="a footnote"),
    pytest.param(par("x", NOTE, NOTE), "2 footnotes left out", id="footnotes"),
    pytest.param(par("x", '<w:r><w:endnoteReference w:id="1"/></w:r>'), "1 endnote left out", id="an endnote"),
    pytest.param(par("x", PICTURE), "1 picture left out", id="a picture"),
    pytest.param(
        par("x", '<w:r><w:sym w:font="Webdings" w:char="F061"/></w:r>'), "1 unknown symbol left out", id="a symbol",
    ),
    pytest.param('<w:altChunk w:id="x"/>', "1 embedded document left out", id="a document in the document"),
    pytest.param(par("x", GONE_WORDS), "deleted words left out", id="deleted"),
    pytest.param(par("x", run("y", HIDDEN)), "hidden words left out", id="hidden"),
    pytest.param(
        par(field("LISTNUM", None), "x"), "numbers that Word counts in fields (LISTNUM, AUTONUM) are not in the text",
        id="numbers that are not stored",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("block", "told"), ODDITIES)
def test_what_is_left_out_is_told(block: str, told: str) -> None:
    assert read("Venn", block).oddities == (told,)


def test_a_scan_in_a_word_document_is_told() -> None:
    with pytest.raises(EmptyDocument, match="it is probably a scan"):
        read(par(PICTURE), par(PICTURE))


# -- the package -----------------------------------------------------------------------------------------


def test_the_document_is_where_the_archive_says() -> None:
    document = read_document(docx(par("x", style="T"), main="word/document2.xml", styles=style("T", "Title")), "t.docx")
    assert (lines(document), document.title) == (["x"], "x")


def test_a_document_without_relations_is_found_by_its_usual_name() -> None:
    plain = docx(par("x", num="1"), numbering=pattern("0", level(0, "decimal", "%1.")) + num("1", "0"))
    with zipfile.ZipFile(io.BytesIO(plain)) as archive:
        kept = {name: archive.read(name) for name in archive.namelist() if not name.endswith(".rels")}
    assert lines(read_document(zipped(kept), "t.docx")) == ["1. x"]


# -- a tree and its provisions ---------------------------------------------------------------------------

NUMBERING = (
    pattern("0", level(0, "upperRoman", "PART %1"), level(1, "upperRoman", "Chapter %2"))
    # Articles count on through the chapters: they are a list of their own.
    + pattern("1", level(0, "decimal", "Article %1", more='<w:pStyle w:val="Article"/>'), level(1, "decimal", "%2."),
              level(2, "lowerLetter", "(%3)"), level(3, "lowerRoman", "(%4)"))
    # The articles of annexes: the second annex begins the same list anew.
    + pattern("2", level(0, "decimal", "Article %1"), level(1, "decimal", "%2."), level(2, "lowerLetter", "(%3)"),
              level(3, "lowerRoman", "(%4)"))
    + num("1", "0") + num("2", "1") + num("3", "2") + num("4", "2", starts(0, 1))
)  # fmt: skip
TREE_STYLES = style("Title", "Title") + style("Article", "Article", paragraph='<w:numPr><w:numId w:val="2"/></w:numPr>')


def written(tree: Tree) -> bytes:
    """A tree as Word would save it, with no number written out but those of annexes."""
    blocks = [par(TITLE, style="Title"), *tree.preamble]
    blocks += [block for piece in tree.body for block in _blocks(piece, "")]
    blocks += [tree.final] if tree.final else []
    for n, annex in enumerate(tree.annexes):
        blocks += [centred(f"ANNEX {annex.number}")] + ([centred(annex.name)] if annex.name else [])
        blocks += [annex.words] if annex.words else [b for a in annex.inner for b in _blocks(a, str(3 + n))]
    return docx(*blocks, styles=TREE_STYLES, numbering=NUMBERING)


def _blocks(piece: Piece, articles: str) -> list[str]:
    """The paragraphs of a provision; ``articles`` is the list that counts its articles, "" for that of their style."""
    match piece.kind:
        case "part" | "chapter":
            head = par(num="1", level=0 if piece.kind == "part" else 1)
            named = [centred(piece.name)] if piece.name else []
            return [head, *named, *(block for inner in piece.inner for block in _blocks(inner, articles))]
        case "article":
            head = par(
                run(piece.name, "<w:b/>") if piece.name else "",
                **({"num": articles, "level": 0} if articles else {"style": "Article"}),
            )
        case "paragraph":
            head = par(piece.words, num=articles or "2", level=1) if piece.number else par(piece.words)
        case _:
            depth = 2 if piece.number in "abcdefg" and not piece.number.startswith("i") else 3
            head = par(piece.words, num=articles or "2", level=depth)
    blocks = [head]
    if piece.kind == "article" and piece.words:
        blocks.append(piece.words)
    blocks += [block for inner in piece.inner for block in _blocks(inner, articles)]
    return blocks + ([piece.closing] if piece.closing else [])


@given(trees())
@settings(max_examples=150)
def test_a_tree_is_found_though_its_numbers_are_counted(tree: Tree) -> None:
    treaty = parsed(written(tree), "t.docx")
    assert found_in(treaty) == tree.leaves(), treaty.treaty.text
    assert treaty.treaty.source.format == "docx"


# -- noise -----------------------------------------------------------------------------------------------

PIECES = [
    "<w:p>", "</w:p>", "<w:r>", "</w:r>", "<w:t>Article 1</w:t>", "<w:t/>", "<w:tbl>", "</w:tbl>", "<w:tr>", "</w:tr>",
    "<w:tc>", "</w:tc>", "<w:pPr><w:numPr><w:ilvl w:val='99'/><w:numId w:val='1'/></w:numPr></w:pPr>", "<w:sdt/>",
    "<w:r><w:fldChar w:fldCharType='begin'/></w:r>", "<w:r><w:fldChar w:fldCharType='end'/></w:r>", "<w:pPr/>",
    "<w:r><w:fldChar/></w:r>", "<w:r><w:sym w:char='zz'/></w:r>", "<w:r><w:sym w:char='FFFFFFFFF'/></w:r>",
    "<mc:AlternateContent/>", "<w:rPr><w:vanish/></w:rPr>", "<w:txbxContent>", "</w:txbxContent>", "&#xD;",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=12), st.sampled_from(["-1", "0", "9", "99999999999", "x", ""]))
@settings(max_examples=200)
def test_any_body_gives_a_document_or_a_document_error(pieces: list[str], number: str) -> None:
    numbering = (
        f"<w:abstractNum w:abstractNumId='0'><w:lvl w:ilvl='{number}'><w:start w:val='{number}'/>"
        f"<w:numFmt w:val='{number}'/><w:lvlText w:val='%1%9%{number}'/></w:lvl></w:abstractNum>"
        f"<w:num w:numId='1'><w:abstractNumId w:val='0'/><w:lvlOverride w:ilvl='{number}'>"
        f"<w:startOverride w:val='{number}'/><w:lvl/></w:lvlOverride></w:num>"
    )
    try:
        document = read_document(docx("x", "<w:p>" + "".join(pieces) + "</w:p>", numbering=numbering), "t.docx")
    except DocumentError:
        return
    assert document.text.startswith("x\n")
