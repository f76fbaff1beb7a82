"""The numbers that Word prints and does not store, as ECMA-376 (17.9) has them counted.

What Word does where the standard is silent (levels passed over, legal numbering, lists in text boxes) was measured
by others and is told in the rows.
"""

import pytest
from docx_fakes import docx, level, num, par, pattern, starts, style

from ingest.sources import Document, read_document
from ingest.sources.docx_counters import print_counter

FOUR = (
    level(0, "decimal", "%1."),
    level(1, "lowerLetter", "(%2)"),
    level(2, "lowerRoman", "(%3)"),
    level(3, "decimal", "%1.%2.%3.%4"),
)


def labels(levels: str, numbering: str, styles: str = "") -> str:
    """What stands before the paragraphs of these levels, each given as "list:level" or as a digit for list 1."""
    blocks = []
    for place in levels.split():
        of, _, at = place.rpartition(":")
        blocks.append(par("x", num=of or "1", level=int(at)))
    return printed(read_document(docx(*blocks, numbering=numbering, styles=styles), "t.docx"))


def printed(document: Document) -> str:
    return " ".join(line.removesuffix("x").strip() or "-" for line in document.text.split("\n") if line)


def legal(index: int, form: str, text: str) -> str:
    return level(index, form, text, more="<w:isLgl/>")


def restarts(index: int, form: str, text: str, at: int) -> str:
    return level(index, form, text, more=f'<w:lvlRestart w:val="{at}"/>')


ONE = pattern("0", *FOUR) + num("1", "0")

COUNTED = [
    pytest.param("0 0 0", ONE, "1. 2. 3.", id="one level"),
    pytest.param("0 1 1 0 1", ONE, "1. (a) (b) 2. (a)", id="a level begins again under the one above"),
    pytest.param("0 1 2 2 1 2 0 1 2", ONE, "1. (a) (i) (ii) (b) (i) 2. (a) (i)", id="three levels"),
    pytest.param("0 1 2 3 3", ONE, "1. (a) (i) 1.a.i.1 1.a.i.2", id="a number made of several"),
    pytest.param("1 1 0 1", ONE, "(a) (b) 2. (a)", id="a level passed over counts as used"),
    pytest.param("0 3 2 1 0", ONE, "1. 1.a.i.1 (ii) (b) 2.", id="levels passed over show their first number"),
    pytest.param(
        "0 0 0", pattern("0", level(0, "decimal", "%1", start=5)) + num("1", "0"), "5 6 7",
        id="a list that begins at five",
    ),
    pytest.param(
        "0 0", pattern("0", level(0, "decimal", "%1", start=0)) + num("1", "0"), "0 1",
        id="a list that begins at nought",
    ),
    # -- restarts
    pytest.param(
        "0 1 2 1 2 0 1 2",
        pattern("0", FOUR[0], FOUR[1], restarts(2, "lowerRoman", "(%3)", 0)) + num("1", "0"),
        "1. (a) (i) (b) (ii) 2. (a) (iii)", id="a level that never begins again",
    ),
    pytest.param(
        "0 1 2 1 2 0 1 2",
        pattern("0", FOUR[0], FOUR[1], restarts(2, "lowerRoman", "(%3)", 1)) + num("1", "0"),
        "1. (a) (i) (b) (ii) 2. (a) (i)", id="a level that begins again under the first only",
    ),
    pytest.param(
        "0 1 0 1", pattern("0", FOUR[0], restarts(1, "decimal", "%1.%2", 0)) + num("1", "0"), "1. 1.1 2. 2.2",
        id="paragraphs that count on through articles",
    ),
    # -- several lists
    pytest.param(
        "1:0 2:0 1:0", pattern("0", *FOUR) + num("1", "0") + num("2", "0"), "1. 2. 3.",
        id="lists of one pattern count on from one another",
    ),
    pytest.param(
        "1:0 1:0 2:0 2:0 1:0", pattern("0", *FOUR) + num("1", "0") + num("2", "0", starts(0, 1)), "1. 2. 1. 2. 3.",
        id="a list that begins anew",
    ),
    pytest.param(
        "1:0 2:0 2:0", pattern("0", *FOUR) + num("1", "0") + num("2", "0", starts(0, 7)), "1. 7. 8.",
        id="a list that begins at a number of its own",
    ),
    pytest.param(
        "1:0 1:1 2:1 2:1 2:0 2:1", pattern("0", *FOUR) + num("1", "0") + num("2", "0", starts(1, 5)),
        "1. (a) (e) (f) 2. (e)", id="a list that begins a lower level anew",
    ),
    pytest.param(
        "1:0 2:0 1:0 2:0", pattern("0", *FOUR) + pattern("9", *FOUR) + num("1", "0") + num("2", "9"), "1. 1. 2. 2.",
        id="lists of two patterns count apart",
    ),
    pytest.param(
        "1:0 2:0",
        pattern("0", *FOUR)
        + num("1", "0")
        + num("2", "0", '<w:lvlOverride w:ilvl="0">' + level(0, "upperRoman", "§ %1") + "</w:lvlOverride>"),
        "1. § II", id="a list with a level of its own",
    ),
    # -- texts
    pytest.param(
        "0 1 1",
        pattern("0", level(0, "upperRoman", "Article %1"), legal(1, "decimalZero", "Section %1.%2")) + num("1", "0"),
        "Article I - Section 1.01 Section 1.02", id="legal numbering turns the numbers above into digits",
    ),
    pytest.param(
        "0 0", pattern("0", level(0, "none", "Sole article")) + num("1", "0"), "Sole article Sole article",
        id="a text without a number",
    ),
    pytest.param("0 0", pattern("0", level(0, "none", "")) + num("1", "0"), "- -", id="nothing printed"),
    pytest.param("0", pattern("0", level(0, "none", "(%1)")) + num("1", "0"), "-", id="brackets around nothing"),
    pytest.param(
        "0", pattern("0", level(0, "bullet", "\uf0b7")) + num("1", "0"), "•",
        id="a bullet of a font of pictures",
    ),
    pytest.param("0", pattern("0", level(0, "bullet", "–")) + num("1", "0"), "–", id="a dash"),
    pytest.param("0", pattern("0", level(0, "bullet", "")) + num("1", "0"), "-", id="a bullet of nothing"),
    pytest.param(
        "0", pattern("0", level(0, "decimal", "%2 %1")) + num("1", "0"), "1",
        id="a lower level is never shown",
    ),
    pytest.param(
        "0 1",
        pattern("0", FOUR[0], level(1, "decimal", "%2", more="<w:rPr><w:vanish/></w:rPr>")) + num("1", "0"),
        "1. -",
        id="a hidden number",
    ),
    pytest.param(
        "0 0",
        pattern("0", '<w:lvl w:ilvl="0"><w:start w:val="1"/><mc:AlternateContent><mc:Choice Requires="w14">'
                '<w:numFmt w:val="custom" w:format="001, 002"/></mc:Choice><mc:Fallback><w:numFmt w:val="decimalZero"/>'
                '</mc:Fallback></mc:AlternateContent><w:lvlText w:val="%1"/></w:lvl>') + num("1", "0"),
        "01 02", id="a newer format with an older one beside it",
    ),
    # -- what is not there
    pytest.param("0 5", ONE, "1. -", id="a level that the pattern lacks"),
    pytest.param("7:0", ONE, "-", id="a list that is not there"),
    pytest.param("0:0 0", ONE, "- 1.", id="list 0 is none"),
    pytest.param("0", num("1", "0"), "-", id="a pattern that is not there"),
]  # fmt: skip


@pytest.mark.parametrize(("levels", "numbering", "expected"), COUNTED)
def test_numbers_are_counted_as_word_counts_them(levels: str, numbering: str, expected: str) -> None:
    assert labels(levels, numbering) == expected


# -- numbering by styles ---------------------------------------------------------------------------------


def linked(index: int, form: str, text: str, to: str) -> str:
    return level(index, form, text, more=f'<w:pStyle w:val="{to}"/>')


def numbered(style_id: str, list_id: str = "", at: int | None = None, *, based_on: str = "") -> str:
    inside = f'<w:ilvl w:val="{at}"/>' if at is not None else ""
    inside += f'<w:numId w:val="{list_id}"/>' if list_id else ""
    return style(style_id, based_on=based_on, paragraph=f"<w:numPr>{inside}</w:numPr>")


LINKED = pattern("0", linked(0, "decimal", "%1.", "Clause"), linked(1, "lowerLetter", "(%2)", "Item")) + num("1", "0")
PLAIN = pattern("0", *FOUR) + num("1", "0")

BY_STYLE = [
    pytest.param([par("x", style="Clause")] * 2, numbered("Clause", "1"), PLAIN, "1. 2.", id="a style names a list"),
    pytest.param(
        [par("x", style="Clause"), par("x", style="Item")], numbered("Clause", "1") + numbered("Item", "1", 1), PLAIN,
        "1. (a)", id="a style names its level",
    ),
    pytest.param(
        [par("x", style="Clause"), par("x", style="Item")], numbered("Clause", "1") + numbered("Item", "1"), LINKED,
        "1. (a)", id="a level names its style",
    ),
    pytest.param(
        [par("x", style="Item")], numbered("Item", "1", 0), LINKED, "(a)",
        id="the level's word counts before the style's",
    ),
    pytest.param(
        [par("x", style="Own")], numbered("Item", "1") + style("Own", based_on="Item"), LINKED, "(a)",
        id="a style has the numbering of its base",
    ),
    pytest.param(
        [par("x", style="Own")], numbered("Item", "1", 1) + numbered("Own", at=2, based_on="Item"), PLAIN, "(i)",
        id="a style of another level of its base's list",
    ),
    pytest.param(
        [par("x", style="Own")], numbered("Item", "1") + numbered("Own", "0", based_on="Item"), LINKED, "-",
        id="a style without the numbering of its base",
    ),
    pytest.param(
        [par("x", style="Other")], numbered("Other", "1"), LINKED, "-",
        id="a level that is kept for another style is not printed",
    ),
    pytest.param(
        [par("x", style="Item", num="0")], numbered("Item", "1"), LINKED, "-",
        id="a paragraph without its style's numbering",
    ),
    pytest.param(
        [par("x", style="Clause", level=1)], numbered("Clause", "1"), PLAIN, "(a)",
        id="a paragraph at a level of its own",
    ),
    pytest.param(
        [par("x", style="Clause", num="2", level=0)],
        numbered("Clause", "1"),
        PLAIN + num("2", "0", starts(0, 9)),
        "9.",
        id="a paragraph in a list of its own",
    ),
    pytest.param(
        [par("x")] * 2,
        '<w:style w:type="paragraph" w:default="1" w:styleId="Standard"><w:name w:val="Normal"/><w:pPr><w:numPr>'
        '<w:numId w:val="1"/></w:numPr></w:pPr></w:style>',
        PLAIN, "1. 2.", id="the style of paragraphs without one",
    ),
    pytest.param(
        [par("x", num="1", level=0), par("x", num="2", level=0)],
        style("Legal", paragraph='<w:numPr><w:numId w:val="2"/></w:numPr>', kind="numbering"),
        pattern("0", link='<w:numStyleLink w:val="Legal"/>') + pattern("1", *FOUR, link='<w:styleLink w:val="Legal"/>')
        + num("1", "0") + num("2", "1"),
        "1. 2.", id="a pattern that leads to a numbering style",
    ),
    pytest.param(
        [par("x", num="1", level=0)],
        style("Legal", paragraph='<w:numPr><w:numId w:val="1"/></w:numPr>', kind="numbering"),
        pattern("0", link='<w:numStyleLink w:val="Legal"/>') + num("1", "0"), "-", id="a pattern that leads to itself",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("blocks", "styles", "numbering", "expected"), BY_STYLE)
def test_styles_number_too(blocks: list[str], styles: str, numbering: str, expected: str) -> None:
    assert printed(read_document(docx(*blocks, styles=styles, numbering=numbering), "t.docx")) == expected


# -- which paragraphs count ------------------------------------------------------------------------------

BOX = "<w:r><w:pict><w:txbxContent>{}</w:txbxContent></w:pict></w:r>"
ITEM = par("x", num="1", level=0)
NUMBERED = '<w:numPr><w:numId w:val="1"/></w:numPr>'
PARAGRAPHS = [
    pytest.param([ITEM, "x", ITEM], "1. - 2.", id="others between them"),
    pytest.param([ITEM, par(num="1", level=0), ITEM], "1. 2. 3.", id="an empty one is printed and counts"),
    pytest.param(
        [ITEM, par("", num="1", level=0, mark="<w:del/>"), ITEM], "1. 2.", id="a deleted one does not count",
    ),
    pytest.param(
        [ITEM, par("", num="1", level=0, mark="<w:vanish/>"), ITEM], "1. 2.", id="a hidden one does not count",
    ),
    pytest.param([ITEM, f"<w:ins>{ITEM}</w:ins>", ITEM], "1. 2. 3.", id="an inserted one counts"),
    pytest.param(
        [ITEM, par("x", BOX.format(ITEM + ITEM), num="1", level=0), ITEM], "1. 2. 1. 2. 3.",
        id="a text box is counted by itself",
    ),
    pytest.param(
        ["<w:tbl><w:tr><w:tc>" + ITEM + "</w:tc></w:tr><w:tr><w:tc>" + ITEM + "</w:tc></w:tr></w:tbl>", ITEM],
        "1. 2. 3.", id="those in tables count",
    ),
    pytest.param(
        [par("x", properties=f"<w:pPrChange><w:pPr>{NUMBERED}</w:pPr></w:pPrChange>"), ITEM],
        "- 1.", id="what a paragraph was before does not count",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("blocks", "expected"), PARAGRAPHS)
def test_which_paragraphs_count(blocks: list[str], expected: str) -> None:
    assert printed(read_document(docx(*blocks, numbering=ONE), "t.docx")) == expected


# -- how a label stands before its words -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "line"),
    [
        pytest.param("", "1. Lamps", id="a tab"),
        pytest.param('<w:suff w:val="space"/>', "1. Lamps", id="a blank"),
        pytest.param('<w:suff w:val="nothing"/>', "1.Lamps", id="nothing"),
    ],
)
def test_what_parts_a_number_from_its_words(more: str, line: str) -> None:
    numbering = pattern("0", level(0, "decimal", "%1.", more=more)) + num("1", "0")
    assert read_document(docx(par("Lamps", num="1"), numbering=numbering), "t.docx").text == f"{line}\n"


HEADED = [
    pytest.param("Article %1", "decimal", "Article 1\nLamps\n", True, id="an article"),
    pytest.param("CHAPTER %1", "upperRoman", "CHAPTER I\nLamps\n", True, id="a chapter"),
    pytest.param("第%1条", "chineseCountingThousand", "第一条\nLamps\n", True, id="an article in Chinese"),
    pytest.param("Статья %1.", "decimal", "Статья 1.\nLamps\n", True, id="an article in Russian"),
    pytest.param("%1.", "decimal", "1. Lamps\n", False, id="a paragraph"),
    pytest.param("%1.01", "decimal", "1.01 Lamps\n", False, id="a number of two parts"),
    pytest.param("(%1)", "lowerLetter", "(a) Lamps\n", False, id="a point"),
]


@pytest.mark.parametrize(("text", "form", "expected", "marked"), HEADED)
def test_a_label_that_names_a_provision_heads_it(text: str, form: str, expected: str, marked: bool) -> None:
    numbering = pattern("0", level(0, form, text)) + num("1", "0")
    document = read_document(docx(par("Lamps", num="1"), numbering=numbering), "t.docx")
    assert (document.text, document.headings) == (expected, frozenset({0} if marked else ()))


# -- formats ---------------------------------------------------------------------------------------------

FORMATS = [
    ("decimal", "1 2 10 100"), ("decimalZero", "01 02 10 100"), ("lowerLetter", "a b j vvvv"),
    ("upperLetter", "A B J VVVV"), ("lowerRoman", "i ii x c"), ("upperRoman", "I II X C"),
    ("ordinal", "1st 2nd 10th 100th"), ("cardinalText", "One Two Ten One hundred"),
    ("ordinalText", "First Second Tenth One hundredth"), ("none", "   "),
    ("decimalEnclosedParen", "(1) (2) (10) (100)"), ("decimalEnclosedFullstop", "1. 2. 10. 100."),
    ("decimalEnclosedCircle", "① ② ⑩ 100"), ("numberInDash", "- 1 - - 2 - - 10 - - 100 -"),
    ("decimalFullWidth", "１ ２ １０ １００"), ("chineseCounting", "一 二 十 一百"),
    ("chineseCountingThousand", "一 二 十 一百"), ("russianLower", "а б к нннн"), ("russianUpper", "А Б К НННН"),
    ("arabicAlpha", "أ ب ر طططط"), ("arabicAbjad", "أ ب ي عععع"),
]  # fmt: skip


@pytest.mark.parametrize(("form", "expected"), FORMATS, ids=[form for form, _ in FORMATS])
def test_formats_of_numbers(form: str, expected: str) -> None:
    assert " ".join(print_counter(value, form) or "" for value in (1, 2, 10, 100)) == expected


@pytest.mark.parametrize("value", [0, -1, 4000, 999_999_999])
@pytest.mark.parametrize("form", [form for form, _ in FORMATS])
def test_numbers_beyond_a_format_are_short(form: str, value: int) -> None:
    assert len(print_counter(value, form) or "") < 60


UNKNOWN = [
    pytest.param("vietnameseCounting", "", "1", "vietnameseCounting", id="a format that is not known"),
    pytest.param("ordinalText", '<w:lang w:val="fr-FR"/>', "1", "ordinalText", id="words of another language"),
    pytest.param("ordinalText", '<w:lang w:val="en-GB"/>', "First", None, id="words of English"),
]


@pytest.mark.parametrize(("form", "language", "label", "told"), UNKNOWN)
def test_a_format_that_is_not_known_is_told(form: str, language: str, label: str, told: str | None) -> None:
    styles = f"<w:docDefaults><w:rPrDefault><w:rPr>{language}</w:rPr></w:rPrDefault></w:docDefaults>"
    numbering = pattern("0", level(0, form, "%1")) + num("1", "0")
    document = read_document(docx(par("x", num="1"), numbering=numbering, styles=styles), "t.docx")
    assert printed(document) == label
    assert document.oddities == ((f"numbers of the format {told} are given in digits",) if told else ())
