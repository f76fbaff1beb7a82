"""Reading web pages, rule by rule: lists, footnotes, what is hidden, what is furniture, languages, encodings."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import DocumentError, UnreadableDocument
from ingest.sources import Document, read_document


def read(body: str, head: str = "", **options: str) -> Document:
    page = f"<!doctype html><html><head><title>Venn</title>{head}</head><body>{body}</body></html>"
    return read_document(page.encode(), "venn.html", **options)  # type: ignore[arg-type]


def lines(document: Document) -> list[str]:
    return [line for line in document.text.split("\n") if line]


def headings(document: Document) -> list[str]:
    return [document.text[offset:].split("\n", 1)[0] for offset in sorted(document.headings)]


# -- lists -----------------------------------------------------------------------------------------------------

LISTS = [
    pytest.param("<ol><li>a<li>b</ol>", ["1. a", "2. b"], id="figures"),
    pytest.param("<ol start=3><li>a<li>b</ol>", ["3. a", "4. b"], id="from a number on"),
    pytest.param("<ol start=0><li>a<li>b</ol>", ["0. a", "1. b"], id="from nought"),
    pytest.param("<ol start=x><li>a</ol>", ["1. a"], id="from nonsense"),
    pytest.param("<ol reversed><li>a<li>b<li>c</ol>", ["3. a", "2. b", "1. c"], id="backwards"),
    pytest.param("<ol reversed start=9><li>a<li>b</ol>", ["9. a", "8. b"], id="backwards from a number"),
    pytest.param("<ol><li>a<li value=7>b<li>c</ol>", ["1. a", "7. b", "8. c"], id="an item's own number"),
    pytest.param("<ol type=a><li>x<li>y</ol>", ["a. x", "b. y"], id="small letters"),
    pytest.param("<ol type=A start=27><li>x</ol>", ["AA. x"], id="capitals beyond the alphabet"),
    pytest.param("<ol type=i start=4><li>x<li>y</ol>", ["iv. x", "v. y"], id="small roman numbers"),
    pytest.param("<ol type=I start=1999><li>x</ol>", ["MCMXCIX. x"], id="roman capitals"),
    pytest.param("<ol type=a start=0><li>x<li>y</ol>", ["0. x", "a. y"], id="no letter for nought"),
    pytest.param("<ol><li type=a>x<li>y</ol>", ["a. x", "2. y"], id="an item's own style"),
    pytest.param("<ol style='list-style-type: upper-roman'><li>x</ol>", ["I. x"], id="an inline style"),
    pytest.param("<ol style='list-style: lower-greek'><li>x<li>y</ol>", ["α. x", "β. y"], id="Greek letters"),
    pytest.param("<ol style='list-style-type:decimal-leading-zero'><li>x</ol>", ["01. x"], id="a nought before"),
    pytest.param("<ol style='list-style:none'><li>x</ol>", ["x"], id="a style without marks"),
    pytest.param("<ol class='list-unstyled'><li>x</ol>", ["x"], id="a framework's class without marks"),
    pytest.param("<ul><li>x<li>y</ul>", ["x", "y"], id="no order, no marks"),
    pytest.param("<ul style='list-style-type:lower-alpha'><li>x</ul>", ["a. x"], id="no order, but letters"),
    pytest.param("<ol><li>x<ol><li>y<li>z</ol><li>w</ol>", ["1. x", "1. y", "2. z", "2. w"], id="a list in a list"),
    pytest.param("<ol><li><ol type=a><li>x</ol></ol>", ["1. a. x"], id="an item that is a list"),
    pytest.param("<ol><li><p>x</p><p>y</p></ol>", ["1. x", "y"], id="an item of two paragraphs"),
    pytest.param("<ol><li> <b>x</b> y</ol>", ["1. x y"], id="an item that begins in bold"),
    pytest.param("<ol><li></li><li>y</ol>", ["1. 2. y"], id="an empty item"),
    pytest.param("<ol><li>1. x<li>2. y</ol>", ["1. x", "2. y"], id="marks of their own"),
    pytest.param("<ol><li>(a) x<li>(b) y</ol>", ["(a) x", "(b) y"], id="letters of their own"),
    pytest.param("<ol><li>Article 1<p>x</ol>", ["Article 1", "x"], id="articles in a list"),
    pytest.param("<ol><li>x<div>y</div></li></ol>", ["1. x", "y"], id="a division in an item"),
    pytest.param("<ol>x<li>y</ol>", ["x", "1. y"], id="words beside the items"),
]


@pytest.mark.parametrize(("body", "expected"), LISTS)
def test_lists_are_numbered_as_browsers_print_them(body: str, expected: list[str]) -> None:
    assert lines(read(body)) == expected


SHEETS = [
    pytest.param("ol.x{list-style-type:lower-alpha}", ["a. y"], id="a class"),
    pytest.param(
        ".x { color: red; list-style : url(x.gif) lower-roman inside }", ["i. y"], id="a class of any element"
    ),
    pytest.param("#n{list-style-type:upper-alpha}", ["A. y"], id="an id"),
    pytest.param("div > ol.x, p{list-style-type:lower-alpha}", ["a. y"], id="one of several selectors"),
    pytest.param("ol{list-style-type:lower-alpha}", ["a. y"], id="all lists"),
    pytest.param("ol ol{list-style-type:lower-alpha}", ["1. y"], id="only lists in lists"),
    pytest.param("ol.x{list-style-type:none}", ["y"], id="no marks"),
    pytest.param("ol.x{list-style-image:url(a)}", ["1. y"], id="another property"),
    pytest.param("ol.x{list-style-type:lower-alpha", ["1. y"], id="a sheet that breaks off"),
    pytest.param("@media print{ol.x{list-style-type:lower-alpha}}", ["a. y"], id="within a condition"),
]


@pytest.mark.parametrize(("sheet", "expected"), SHEETS)
def test_style_sheets_say_how_lists_are_numbered(sheet: str, expected: list[str]) -> None:
    assert lines(read('<ol class="x" id="n"><li>y</ol>', f"<style>{sheet}</style>")) == expected


# -- marks beside words ------------------------------------------------------------------------------------------

BESIDE = [
    pytest.param("<table><tr><td>(a)<td>lamps</table>", ["(a) lamps"], id="a cell"),
    pytest.param("<table><tr><td><p><b>1.</b></p><td><p>lamps</table>", ["1. lamps"], id="a cell within elements"),
    pytest.param("<table><tr><td>(a)<td><table><tr><td>(i)<td>lamps</table></table>", ["(a) (i) lamps"],
                 id="cells in cells"),
    pytest.param("<table><tr><td>(a)<td>&nbsp;<td>lamps</table>", ["(a) lamps"], id="an empty cell between"),
    pytest.param("<dl><dt>1.<dd>lamps</dl>", ["1. lamps"], id="a term"),
    pytest.param("<div><div>1.</div><div>lamps</div></div>", ["1. lamps"], id="a division"),
    pytest.param("<table><tr><td>12<td>lamps</table>", ["12", "lamps"], id="a number that is none of a paragraph"),
    pytest.param("<h3>1.</h3><p>lamps</p>", ["1.", "lamps"], id="a heading"),
    pytest.param("<table><tr><td>lamps<td>(a)</table>", ["lamps", "(a)"], id="a mark behind the words"),
    pytest.param("<p><span>1.</span><span>The lamps</span></p>", ["1. The lamps"], id="spans that a style sets apart"),
    pytest.param("<h3><span>Article 1</span><span>Lamps</span></h3>", ["Article 1 Lamps"], id="number and name"),
    pytest.param("<p>Article 4<b>A</b> and 12<i>bis</i></p>", ["Article 4A and 12bis"], id="numbers with letters"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), BESIDE)
def test_a_mark_joins_its_words(body: str, expected: list[str]) -> None:
    assert lines(read(body)) == expected


# -- footnotes and raised signs ------------------------------------------------------------------------------------

RAISED = [
    pytest.param("lamps<sup>1</sup> burn", "lamps burn", id="a mark behind a word"),
    pytest.param("lamps burn.<sup>[12]</sup>", "lamps burn.", id="a mark behind a stop"),
    pytest.param("lamps<sup>*</sup> burn", "lamps burn", id="a star"),
    pytest.param("lamps<sup><a href=#n>a</a></sup> burn", "lamps burn", id="a letter that is a link"),
    pytest.param("lamps<a href=#fn3><sup>3</sup></a> burn", "lamps burn", id="a link around the mark"),
    pytest.param("lamps<a href=#_ftn3>[3]</a> burn", "lamps burn", id="a link to a note"),
    pytest.param("20 m<sup>2</sup> and 10<sup>3</sup>", "20 m² and 10³", id="powers"),
    pytest.param("CO<sub>2</sub>", "CO2", id="lowered signs"),
    pytest.param("the 1<sup>st</sup>, n<sup>o</sup> 7", "the 1st, no 7", id="ordinals"),
    pytest.param("Article 8<sup>1</sup>", "Article 8¹", id="an article between two others"),
    pytest.param("<sup>1</sup> Lamps", "1 Lamps", id="at the beginning"),
    pytest.param("Article <a href=#art5>5</a>", "Article 5", id="a link that is a number"),
    pytest.param("Article <a href=#entry5>5</a>", "Article 5", id="a link to a place of another name"),
]


@pytest.mark.parametrize(("body", "expected"), RAISED)
def test_raised_signs(body: str, expected: str) -> None:
    assert lines(read(f"<p>{body}</p>")) == [expected]


NOTES = [
    pytest.param("<p>a<sup><a href=#n1>1</a></sup></p><p id=n1>1 Note</p>", id="a paragraph that a mark leads to"),
    pytest.param("<p>a<sup><a href=#n1>1</a></sup></p><p><a name=n1>1</a> Note</p>", id="a paragraph with an anchor"),
    pytest.param("<p>a</p><div class='footnotes'><p>Note</p></div>", id="a class"),
    pytest.param("<p>a</p><ol class='references'><li>Note</ol>", id="references"),
    pytest.param("<p>a</p><section role='doc-endnotes'><p>Note</p></section>", id="a role"),
    pytest.param("<p>a</p><div style='mso-element:footnote-list'><p>Note</div>", id="a word processor's style"),
]


@pytest.mark.parametrize("body", NOTES)
def test_footnotes_are_left_out_and_said_to_be(body: str) -> None:
    document = read(f"<p>{'The lamps of the coast burn all night long. ' * 3}</p>{body}")
    assert lines(document)[1:] == ["a"]
    assert document.oddities == ("footnotes left out",)


# -- furniture -------------------------------------------------------------------------------------------------

TEXT = "".join(f"<h3>Article {n}</h3><p>The lamps of Venn burn.</p>" for n in (1, 2))
SAID = ["Article 1", "The lamps of Venn burn.", "Article 2", "The lamps of Venn burn."]

LEFT_OUT = [
    pytest.param("<nav>Home</nav>{}", id="navigation"),
    pytest.param("<div role='navigation'>Home</div>{}", id="a role"),
    pytest.param("<header>Home</header>{}", id="the page's header"),
    pytest.param("{}<footer>Imprint</footer>", id="the page's footer"),
    pytest.param("<main>{}<footer>Imprint</footer></main>", id="the footer of the main part"),
    pytest.param("{}<form><p>Search</p><input></form>", id="a form"),
    pytest.param("{}<button>Share</button>", id="a button"),
    pytest.param("{}<div class='cookie-banner'>Cookies</div>", id="a class"),
    pytest.param("{}<div class='siteFooter'>Imprint</div>", id="a class in one word"),
    pytest.param("{}<div id='comments'>Nice</div>", id="an id"),
    pytest.param("<p class='byline'>By Olga</p>{}", id="a paragraph of a class"),
    pytest.param("{}<p>© 2031 Harbour Office</p>", id="a notice of copyright"),
    pytest.param("{}<p>Copyright Harbour Office 2031. All rights reserved.</p>", id="a notice in words"),
    pytest.param(
        "<ul><li><a href=/a>A</a><li><a href=/b>B</a></ul><div>{}</div>", id="a list of links beside the text"
    ),
    pytest.param("<p><a href=/a>A</a> | <a href=/b>B</a></p>{}", id="links before the first article"),
    pytest.param("{}<div hidden><a href=/a>A</a></div>", id="a hidden menu"),
    pytest.param("{}<div style='display: none' class='popup'>Sale</div>", id="a hidden dialog"),
    pytest.param("{}<div aria-hidden=true><input>Mail</div>", id="a hidden field"),
    pytest.param("{}<p><span class='sr-only'>opens in a new window</span></p>", id="words to be heard"),
    pytest.param("{}<p><a href='#top'>Top</a></p>", id="a link to the top"),
    pytest.param("{}<p><a href='#'>Back to top</a></p>", id="a link that says so"),
    pytest.param("{}<p>This site uses cookies.</p>", id="a notice of cookies"),
    pytest.param("<div id=header>Harbour Office</div>{}", id="the head of a page without headings"),
    pytest.param("<a name=up></a>{}<p><a href='#up'>Up</a></p>", id="a link back"),
    pytest.param("{}<p><a href='javascript:print()'>Print</a></p>", id="a link to a program"),
    pytest.param("{}<p><a rel=next href=/2>Next</a></p>", id="a link to the next page"),
    pytest.param("<main>{}</main><p>Ads</p>", id="beside the main part"),
    pytest.param("<article>{}</article><p>Ads</p>", id="beside the article of the page"),
    pytest.param("{}<p>* * *</p>", id="stars"),
    pytest.param("{}<p><del>The bells ring.</del></p>", id="what was struck out"),
]


@pytest.mark.parametrize("body", LEFT_OUT)
def test_furniture_is_left_out(body: str) -> None:
    assert lines(read(body.format(TEXT))) == SAID


KEPT = [
    pytest.param("<form>{}</form>", SAID, id="a form around all"),
    pytest.param("<div class='sidebar'>{}</div>", SAID, id="a class that the text has too"),
    pytest.param("<div hidden>{}</div>", SAID, id="the text hidden"),
    pytest.param("{}<div hidden><p>Done at Venn.</div>", [*SAID, "Done at Venn."], id="the end of the text hidden"),
    pytest.param("{}<p id='social-security'>Lamps</p>", [*SAID, "Lamps"], id="a place called after its heading"),
    pytest.param("{}<ul><li><a href=/a>Arvenia</a><li><a href=/s>Solmark</a></ul>", [*SAID, "Arvenia", "Solmark"],
                 id="links behind the last article: who has signed"),
    pytest.param("<main><header><h1>Venn</h1></header>{}</main>", ["Venn", *SAID], id="the header of the main part"),
    pytest.param("<article>{}<footer>Done at Venn.</footer></article>", [*SAID, "Done at Venn."],
                 id="the footer of the page's article"),
    pytest.param("<header><h1>Venn</h1></header><main>{}</main>", ["Venn", *SAID], id="the title in the page's header"),
    pytest.param("<header><h1><a href=/>Office</a></h1></header><main>{}</main>", SAID, id="but not the site's name"),
    pytest.param("<div id=header><h1>Venn</h1></div>{}", ["Venn", *SAID], id="the head of a page with its title"),
    pytest.param("<div><a href='#'>Preamble</a></div>{}", ["Preamble", *SAID], id="what opens a part"),
    pytest.param("<h2><button>Parts</button></h2>{}", ["Parts", *SAID], id="a button that is a heading"),
    pytest.param("{}<p>The copyright of maps lasts 50 years.</p>", [*SAID, "The copyright of maps lasts 50 years."],
                 id="an article on copyright"),
    pytest.param("{}<p><ins>The bells ring.</ins></p>", [*SAID, "The bells ring."], id="what was put in"),
    pytest.param("{}<p>He says <q>no</q>.</p>", [*SAID, "He says “no”."], id="quotation marks that browsers print"),
    pytest.param("{}<p><ruby>灯<rp>(</rp><rt>とう</rt><rp>)</rp></ruby></p>", [*SAID, "灯"], id="how a sign is read"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), KEPT)
def test_what_may_be_the_document_is_kept(body: str, expected: list[str]) -> None:
    assert lines(read(body.format(TEXT))) == expected


CONTENTS = [
    pytest.param("<ul><li><a href=#a>Article 1</a><li><a href=#b>Article 2</a><li><a href=#c>Annex</a></ul>",
                 id="a list"),
    pytest.param("<a href=#a>Article 1</a> | <a href=#b>Article 2</a> | <a href=#c>Annex</a>", id="a line of links"),
    pytest.param("<p><a href=#a>Article 1</a><p><a href=#b>Article 2</a><p><a href=#c>Annex</a>", id="paragraphs"),
    pytest.param("<table><tr><td><a href=#a>Article 1</a><td>3<tr><td><a href=#b>Article 2</a><td>5"
                 "<tr><td><a href=#c>Annex</a><td>9</table>", id="a table with page numbers"),
    pytest.param("<h2>Contents</h2><ol><li><a href=t#a>Article 1</a><li><a href=t#b>Article 2</a>"
                 "<li><a href=t#c>Annex</a></ol>", id="with its heading, whole addresses"),
]  # fmt: skip


@pytest.mark.parametrize("body", CONTENTS)
def test_contents_are_left_out(body: str) -> None:
    assert lines(read(f"<h1>Treaty</h1>{body}{TEXT}")) == ["Treaty", *SAID]


def test_two_links_are_no_contents() -> None:
    body = "<p>The lamps burn.</p><p><a href=#a>Lamps</a></p><p><a href=#b>Bells</a></p><p id=a>a</p><p id=b>b</p>"
    assert lines(read(body))[1:3] == ["Lamps", "Bells"]


# -- lines and headings --------------------------------------------------------------------------------------------

LINES = [
    pytest.param("<p>a<br>b</p>", "a\nb\n", id="a break"),
    pytest.param("<p>a<br><br>b</p>", "a\n\nb\n", id="two breaks part paragraphs"),
    pytest.param("<p>a</p><p>b</p>", "a\n\nb\n", id="paragraphs"),
    pytest.param("a<nav>x</nav>b", "a\n\nb\n", id="what is left out parts them too"),
    pytest.param("<pre>a\n\n b</pre>", "a\n\nb\n", id="typewriter lines"),
    pytest.param("<div style='white-space: pre-wrap'>a\nb</div>", "a\nb\n", id="lines that a style keeps"),
    pytest.param("<i style='display:block'>a</i><b style='display:block'>b</b>", "a\n\nb\n", id="spans as blocks"),
    pytest.param("<div style='display:inline'>a</div> b", "a b\n", id="a block within a line"),
    pytest.param("a&shy;b<wbr>c&#8203;d", "abcd\n", id="where words may break"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), LINES)
def test_lines(body: str, expected: str) -> None:
    assert read(body).text == expected


STYLED = [
    pytest.param("<p><b>Article 1</b></p>", True, id="bold"),
    pytest.param("<p><strong><u>Article 1</u></strong></p>", True, id="bold and underlined"),
    pytest.param("<p style='font-weight: 700'>Article 1</p>", True, id="a style"),
    pytest.param("<p align=center>Article 1</p>", True, id="centred"),
    pytest.param("<center>Article 1</center>", True, id="in the middle"),
    pytest.param("<div style='text-align:center'><p>Article 1</p></div>", True, id="centred by what is around it"),
    pytest.param("<div align=center><p align=left>Article 1</p></div>", False, id="not centred any more"),
    pytest.param("<div role=heading>Article 1</div>", True, id="a role"),
    pytest.param("<p><b>Article</b> 1</p>", False, id="partly bold"),
    pytest.param("<p><b>The Parties agree on all of what follows:</b></p>", False, id="bold, but going on"),
    pytest.param(f"<p><b>{'Lamps burn. ' * 9}</b></p>", False, id="a bold sentence"),
    pytest.param(f"<p><b>{'Lamps ' * 40}</b></p>", False, id="bold and long"),
]


@pytest.mark.parametrize(("body", "expected"), STYLED)
def test_what_is_bold_or_centred_as_a_whole_is_a_heading(body: str, expected: bool) -> None:
    document = read(body + "<p>The lamps burn.</p><p>The bells ring.</p>")
    assert (headings(document) != []) is expected


def test_bold_tells_nothing_where_everything_is_bold() -> None:
    assert headings(read("<p><b>Article 1</b></p><p><b>The lamps</b></p><p><b>The bells</b></p>")) == []


# -- languages -------------------------------------------------------------------------------------------------

EN = ["The lamps of the coast shall burn all of the night.", "The bells of the harbour shall be rung by the keeper."]
FR = ["Les feux de la côte sont allumés pour toute la nuit.", "Les cloches du port sont sonnées par le gardien du feu."]
ZH = ["灯塔应当通宵点亮。", "钟由守灯人敲响。"]


def cells(*columns: list[str]) -> str:
    rows = ("".join(f"<td>{cell}</td>" for cell in row) for row in zip(*columns, strict=True))
    return "<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>"


LANGUAGES = [
    pytest.param(cells(EN, FR), "en", EN, ("the French text beside it left out",), id="the first column"),
    pytest.param(cells(FR, EN), "en", EN, ("the French text beside it left out",), id="the second column"),
    pytest.param(cells(EN, FR), "fr", FR, ("the English text beside it left out",), id="the other one asked for"),
    pytest.param(cells(ZH, EN, FR), "en", EN, ("the Chinese and French text beside it left out",), id="three columns"),
    pytest.param(cells(EN, FR), "es", [EN[0], FR[0], EN[1], FR[1]], (), id="neither asked for: all of it"),
    pytest.param(cells(["Article 1", *EN], ["Article 1", *FR]), "en", ["Article 1", *EN],
                 ("the French text beside it left out",), id="a heading in both"),
    pytest.param(cells(["English", *EN], ["Français", *FR]), "en", EN, ("the French text beside it left out",),
                 id="names above the columns"),
    pytest.param(cells(EN), "en", EN, (), id="one language"),
    pytest.param("<p>Pacta sunt servanda.</p>" + cells(EN), "en", ["Pacta sunt servanda.", *EN], (),
                 id="a word of another"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "language", "expected", "odd"), LANGUAGES)
def test_languages_that_only_the_words_tell(
    body: str, language: str, expected: list[str], odd: tuple[str, ...]
) -> None:
    document = read(body, language=language)
    assert (lines(document), document.oddities) == (expected, odd)


# -- encodings -------------------------------------------------------------------------------------------------

ENCODED = [
    pytest.param("gb2312", "gb18030", "第一条 灯塔应当通宵点亮", id="Chinese by its small name"),
    pytest.param("GBK", "gb18030", "第一条 灯塔应当通宵点亮", id="Chinese"),
    pytest.param("big5", "big5", "第一條 燈塔應當通宵點亮", id="Chinese, other signs"),
    pytest.param("windows-1251", "cp1251", "Статья 1 Лампы горят", id="Russian"),
    pytest.param("koi8-r", "koi8-r", "Статья 1 Лампы горят", id="Russian, older"),
    pytest.param("iso-8859-6", "iso8859_6", "المادة 1 المنارات", id="Arabic"),
    pytest.param("windows-1256", "cp1256", "المادة 1 المنارات", id="Arabic of another maker"),
    pytest.param("shift_jis", "cp932", "第一条 灯台は夜通し", id="Japanese"),
    pytest.param("euc-kr", "cp949", "제1조 등대는 밤새", id="Korean"),
    pytest.param("iso-8859-2", "iso8859_2", "Článok 1 Lampy horia", id="Slovak"),
    pytest.param("utf-8", "cp1252", "L’été brûlé", id="Western, whatever it declares"),
]


@pytest.mark.parametrize(
    "form", ['<meta charset="{}">', "<META http-equiv=content-type content='text/html; charset={}'>"]
)
@pytest.mark.parametrize(("declared", "encoding", "text"), ENCODED)
def test_a_page_is_in_the_encoding_that_it_declares(form: str, declared: str, encoding: str, text: str) -> None:
    page = f"<html><head>{form.format(declared)}</head><body><p>{text}</p></body></html>".encode(encoding)
    assert lines(read_document(page, "t.html")) == [text]


def test_xml_declares_its_encoding_too() -> None:
    page = '<?xml version="1.0" encoding="windows-1251"?><html><body><p>Лампы</p></body></html>'.encode("cp1251")
    assert lines(read_document(page, "t.xhtml")) == ["Лампы"]


def test_a_page_written_from_right_to_left() -> None:
    body = "<div dir=rtl lang=ar><h3>المادة 1</h3><p>تضاء المنارات ليلا.</p><h3>المادة 2</h3><p>تقرع الأجراس.</p></div>"
    assert lines(read(body, language="ar")) == ["المادة 1", "تضاء المنارات ليلا.", "المادة 2", "تقرع الأجراس."]


# -- frames ----------------------------------------------------------------------------------------------------


FRAMES = "<frame src=menu.html><frame src=t.html>"
FRAMED = [
    pytest.param(f"<frameset cols=2>{FRAMES}</frameset>", id="frames"),
    pytest.param(
        f"<frameset>{FRAMES}<noframes><body>No frames.</body></noframes></frameset>", id="words for the others"
    ),
    pytest.param("<body><iframe src=menu.html></iframe><iframe src=t.html></iframe></body>", id="frames in the page"),
]


@pytest.mark.parametrize("page", FRAMED)
def test_a_page_of_frames_says_which(page: str) -> None:
    with pytest.raises(UnreadableDocument) as failure:
        read_document(f"<html>{page}</html>".encode(), "t.html")
    assert failure.value.reason == (
        "the page has no words of its own and shows other pages in frames (menu.html, t.html)."
    )


# -- any page --------------------------------------------------------------------------------------------------

TAGS = "div p span b i ul ol li table tr td h2 section a font center blockquote dl dt dd".split()
WORDS = st.sampled_from("Lamps bells harbour keeper coast strait tower light".split())


def element(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(st.sampled_from(TAGS), st.lists(children, max_size=4)).map(
        lambda made: f"<{made[0]}>{' '.join(made[1])}</{made[0]}>"
    )


@given(st.lists(st.recursive(WORDS, element, max_leaves=30), min_size=1, max_size=6))
def test_no_word_outside_furniture_is_lost(parts: list[str]) -> None:
    body = " ".join(parts)
    expected = re.findall(r"[A-Za-z]{3,}", re.sub(r"<[^>]*>", " ", body))
    try:
        document = read(body)
    except DocumentError:
        assert expected == []
        return
    said = re.findall(r"[A-Za-z]{3,}", document.text)
    # The parser moves what may not stand in a table before it, so the order is that of the browser.
    assert sorted(said) == sorted(expected)
