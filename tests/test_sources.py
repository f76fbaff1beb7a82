"""Readers: which format a document is in, what words come out of it, and what is said where none can."""

import json
import textwrap
from dataclasses import replace
from typing import Any

import pytest
from docx_fakes import docx
from hypothesis import given, settings
from hypothesis import strategies as st
from ingest_fakes import LEADING, LEFT, Set, parse_text, print_pdf, set_column

from ingest.errors import DocumentError, EmptyDocument, UnreadableDocument
from ingest.sources import Document, detect_format, read_document
from ingest.sources.garbled import garbled

LAMP = "Each Party shall, within its own waters and in so far as it is able to do so, keep every lamp, buoy and fog"
LAMP += " horn that stands on its coast in working order, and shall replace without delay what the sea has carried off."
BELL = "No Party shall permit the removal of a bell from the place where its keepers have hung it, except where the"
BELL += " Commission of the Coasts has given leave in writing and the leave names the bell, the place and the day."
REGISTER = "The Commission shall keep a register of lamps, open to every master of a ship who asks to see it, and shall"
REGISTER += " take no payment for the asking, nor for a copy made by the master himself by day in the reading room."
PILOT = "Every self-governing port may license pilots of its own, and such pilots shall be known by a white flag with"
PILOT += " a blue border, flown from the mast by day and replaced by two white lights, one above the other, by night."


def read(data: str | bytes, name: str = "lamps.txt", **options: Any) -> Document:
    return read_document(data.encode() if isinstance(data, str) else data, name, **options)


def paragraphs(document: Document) -> list[str]:
    return [line for line in document.text.split("\n") if line]


def headings(document: Document) -> list[str]:
    return [document.text[offset:].split("\n", 1)[0] for offset in sorted(document.headings)]


def line_starts(text: str) -> set[int]:
    return {0} | {i + 1 for i, letter in enumerate(text) if letter == "\n"} | {len(text)}


# -- the format is told by the content -------------------------------------------------------------

FORMATS = [
    pytest.param(b"%PDF-1.7\n", "lamps.txt", "pdf", id="a PDF named .txt"),
    pytest.param(b"\n\n%PDF-1.4\n", "lamps.pdf", "pdf", id="a PDF after empty lines"),
    pytest.param(b"<!DOCTYPE html><html></html>", "lamps.md", "html", id="HTML named .md"),
    pytest.param(b"<!-- saved --><html>", "lamps", "html", id="HTML after a comment"),
    pytest.param(b"<?xml version='1.0'?><html>", "lamps", "html", id="XHTML"),
    pytest.param(b"<p>a<p>b<p>c<p>d<p>e<p>f", "lamps.txt", "html", id="a piece of HTML without its head"),
    pytest.param(docx("x"), "lamps.txt", "docx", id="DOCX named .txt"),
    pytest.param(b"<akomaNtoso/>", "lamps.txt", "akoma-ntoso", id="Akoma Ntoso named .txt"),
    pytest.param(b"\xef\xbb\xbf<?xml version='1.0'?><!-- a --><a:akomaNtoso xmlns:a='x'>", "lamps", "akoma-ntoso",
                 id="Akoma Ntoso behind a mark, a comment, a prefix"),
    pytest.param("<akomaNtoso/>".encode("utf-16"), "lamps.xml", "akoma-ntoso", id="Akoma Ntoso in UTF-16"),
    pytest.param(b"<!DOCTYPE ACT [<!ENTITY a 'b'>]><ACT>", "lamps.xml", "formex", id="Formex behind a document type"),
    pytest.param(b"<OTHER xmlns:x='y' x:noNamespaceSchemaLocation='http://formex/a.xd'/>", "lamps.xml", "formex",
                 id="Formex by its schema"),
    pytest.param(b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'/>", "lamps.xml", "html",
                 id="XHTML named .xml"),
    pytest.param(b"<svg><p>a</p></svg>", "lamps.html", "html", id="a page that begins with a picture"),
    pytest.param(b"Article 5 < Article 6", "lamps.xml", "text", id="plain words named .xml"),
    pytest.param(b'{"articles": []}', "lamps.txt", "open-treaties", id="JSON named .txt"),
    pytest.param(b'\xef\xbb\xbf  [{"a": 1}]', "lamps", "open-treaties", id="JSON behind a byte order mark"),
    pytest.param(b"## Article 1\nText", "lamps.txt", "markdown", id="Markdown by its headings"),
    pytest.param(b"###Article 1\nText", "lamps.txt", "markdown", id="Markdown without the blank"),
    pytest.param(b"**a** **b** **c**", "lamps.txt", "markdown", id="Markdown by its emphasis"),
    pytest.param(b"Article 1\nText", "lamps.md", "markdown", id="plain words named .md"),
    pytest.param(b"Article 1\nText", "lamps.html", "html", id="plain words named .html"),
    pytest.param(b"Article 1\nText", "lamps.pdf", "text", id="plain words named .pdf"),
    pytest.param("Article 1\nText".encode("utf-16"), "lamps.txt", "text", id="UTF-16"),
    pytest.param(b"Article 5 <of> the # Treaty", "lamps.txt", "text", id="signs that are no markup"),
    pytest.param(
        b"[Unofficial translation]\n\nArticle 1\nText", "lamps.txt", "text", id="words in square brackets",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("data", "name", "expected"), FORMATS)
def test_tells_the_format_by_content(data: bytes, name: str, expected: str) -> None:
    assert detect_format(data, name) == expected


REFUSED = [
    pytest.param(b"", EmptyDocument, "empty", id="nothing"),
    pytest.param(b" \r\n\t\x00", EmptyDocument, "empty", id="blanks"),
    pytest.param(b"\xef\xbb\xbf", EmptyDocument, "empty", id="a byte order mark alone"),
    pytest.param(b"\xff\xfe", EmptyDocument, "no text", id="a UTF-16 mark alone"),
    pytest.param("\u200b\u00ad\n".encode(), EmptyDocument, "no text", id="invisible characters"),
    pytest.param(b"PK\x03\x04\x14\x00", UnreadableDocument, "ZIP archive is cut off", id="half a DOCX"),
    pytest.param(b"\xd0\xcf\x11\xe0\xa1", UnreadableDocument, "Word", id="an old Word file"),
    pytest.param(b"\x89PNG\r\n", UnreadableDocument, "PNG", id="a picture"),
    pytest.param(b"{\\rtf1 Article 1}", UnreadableDocument, "RTF", id="RTF"),
    pytest.param(b"\x1f\x8b\x08\x00", UnreadableDocument, "gzip", id="gzip"),
    pytest.param(b"Art\x00\x01\x02icle 1", UnreadableDocument, "binary", id="binary renamed .txt"),
    pytest.param(bytes(range(1, 32)) * 9, UnreadableDocument, "binary", id="control characters"),
    pytest.param("Article 1".encode("utf-16")[:-1], UnreadableDocument, "cut off", id="UTF-16 cut off"),
    pytest.param(b"<html><script>1</script></html>", EmptyDocument, "no text", id="a page of script"),
    pytest.param(b"<!doctype html>", UnreadableDocument, "HTML", id="a page of nothing"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "error", "words"), REFUSED)
def test_refuses_with_reason_and_remedy(data: bytes, error: type[DocumentError], words: str) -> None:
    with pytest.raises(error, match=words) as caught:
        read(data, "folder/lamps.txt")
    assert caught.value.document == "folder/lamps.txt"
    assert caught.value.reason.endswith(".")
    assert caught.value.remedy.endswith(".")


HEADS = [b"", b"<html><p>", b"%PDF-1.7\n", b'{"articles": [{"article": ', b"\xff\xfe", b"\xfe\xff", b"## Article 1\n"]
TAILS = [b"", b"%%EOF", b"</p></html>", b"}]}", b"\n\n1. (a) one; (b) two"]


@given(
    st.sampled_from(HEADS),
    st.one_of(st.binary(max_size=200), st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))),
    st.sampled_from(TAILS),
    st.sampled_from(["a.txt", "a.md", "a.html", "a.pdf", "a.json", "a"]),
)
@settings(max_examples=600)
def test_any_bytes_give_a_document_or_a_document_error(head: bytes, data: bytes, tail: bytes, name: str) -> None:
    try:
        document = read_document(head + data + tail, name)
    except DocumentError:
        return
    assert document.text.strip()
    assert document.headings <= line_starts(document.text)
    assert set(document.pages) <= line_starts(document.text)


# -- text ------------------------------------------------------------------------------------------

ENCODINGS = [
    pytest.param("utf-8", id="UTF-8"),
    pytest.param("utf-8-sig", id="UTF-8 with its mark"),
    pytest.param("utf-16", id="UTF-16"),
    pytest.param("cp1252", id="Windows-1252"),
]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_text_in_any_usual_encoding(encoding: str) -> None:
    words = "Article premier\nL’été, « la lampe » – n° 5 – brûle."
    assert read(words.encode(encoding)).text == words + "\n"


CLEANED = [
    pytest.param("a\r\nb\rc\nd", "a\nb\nc\nd\n", id="line ends of all systems"),
    pytest.param("a\n\n\n\nb\n\n", "a\n\nb\n", id="empty lines become one"),
    pytest.param("  a \t b\u00a0c  ", "a b c\n", id="blanks become one"),
    pytest.param("e\u0301te\u0301", "été\n", id="letters are composed"),
    pytest.param("light\u00adhouse\u200b", "lighthouse\n", id="invisible characters go"),
    pytest.param("1. One\n10. Ten\n3. Three", "1. One\n10. Ten\n3. Three\n", id="printed numbers stay"),
    pytest.param("می\u200cشود", "می\u200cشود\n", id="the joiner that Persian needs stays"),
]


@pytest.mark.parametrize(("raw", "expected"), CLEANED)
def test_text_is_cleaned_without_touching_words(raw: str, expected: str) -> None:
    assert read(raw).text == expected


WRAPPED_TEXT = ["Article 1", LAMP, "Article 2", "1. " + BELL, "2. The Commission shall:", "(a) " + REGISTER,
                "(b) " + LAMP[5:], "Article 3", PILOT, "Article 4", "1. " + LAMP, "2. " + BELL]  # fmt: skip


def hard_wrapped(paragraphs: list[str], width: int, between: str, indent: str = "") -> str:
    wrapped = [
        textwrap.fill(p, width, break_on_hyphens=False, initial_indent=indent if len(p) > 30 else "")
        for p in paragraphs
    ]
    return between.join(wrapped)


@pytest.mark.parametrize(
    ("width", "between", "indent"),
    [
        pytest.param(72, "\n\n", "", id="72 columns, empty lines between"),
        pytest.param(72, "\n", "", id="72 columns, no empty lines"),
        pytest.param(72, "\n\n", "    ", id="first lines indented"),
        pytest.param(50, "\n\n", "", id="narrow"),
        pytest.param(100, "\n\n", "", id="wide"),
    ],
)
def test_hard_wrapped_text_is_joined(width: int, between: str, indent: str) -> None:
    assert paragraphs(read(hard_wrapped(WRAPPED_TEXT, width, between, indent))) == WRAPPED_TEXT


def test_lines_of_unwrapped_text_stay() -> None:
    lines = [f"Lamp {n} stands on\nthe rock" for n in range(20)]
    assert read("\n".join(lines)).text == "\n".join(lines) + "\n"


def test_a_line_that_only_looks_like_a_heading_is_joined() -> None:
    sentence = "The duties that a keeper has under this Treaty, and those which he has under the provisions of"
    sentence += " Article 8 and Chapter 14, shall not apply to a lamp of less than three candles."
    text = hard_wrapped([*WRAPPED_TEXT, "Article 5", sentence], 96, "\n\n")
    assert "\nArticle 8 and Chapter 14" in text
    assert sentence in paragraphs(read(text))


BROKEN_WORDS = [
    pytest.param("mutila-\ntion", "mutilation", id="a word broken at the line's end"),
    pytest.param("well-\nkept", "well-kept", id="the document writes the word with a hyphen in this paragraph"),
    pytest.param(
        "self-\ngoverning", "self-governing", id="the document writes the word with a hyphen in another paragraph",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("broken", "mended"), BROKEN_WORDS)
def test_words_broken_at_line_ends_are_mended(broken: str, mended: str) -> None:
    paragraph = f"The keepers of a well-kept lamp shall answer for its\n{broken} by night and by day."
    text = hard_wrapped(WRAPPED_TEXT, 56, "\n\n") + "\n\n" + paragraph
    assert f"shall answer for its {mended} by night" in paragraphs(read(text))[-1]


# -- Markdown --------------------------------------------------------------------------------------

MARKUP = [
    pytest.param("The **Parties** shall *keep* it", "The Parties shall keep it", id="emphasis"),
    pytest.param("__The__ _lamp_ burns", "The lamp burns", id="emphasis with underlines"),
    pytest.param("***Bold and slanted***", "Bold and slanted", id="both"),
    pytest.param("snake_case_words and 5 * 3 * 2", "snake_case_words and 5 * 3 * 2", id="signs that mark nothing"),
    pytest.param('see [the Treaty](https://venn.example/t "T") now', "see the Treaty now", id="a link"),
    pytest.param("[^1]: note", "[^1]: note", id="a footnote's mark is printed text"),
    pytest.param("a<br>b<!-- c -->d", "abd", id="HTML left in by converters"),
    pytest.param("Venn &amp; Osk &lt;1&gt;", "Venn & Osk <1>", id="entities"),
    pytest.param(r"1\. One \(a\)", "1. One (a)", id="escapes"),
    pytest.param("> quoted", "quoted", id="a quotation"),
    pytest.param("| lamp | 3 |", "lamp – 3", id="a row of a table"),
    pytest.param("3. Three", "3. Three", id="a number out of order is not renumbered"),
    pytest.param("10. Ten", "10. Ten", id="nor is one after it"),
    pytest.param("- lamps", "- lamps", id="a dash is what is printed"),
    pytest.param("(a) lamps", "(a) lamps", id="a point"),
]


@pytest.mark.parametrize(("raw", "expected"), MARKUP)
def test_markdown_markup_is_removed(raw: str, expected: str) -> None:
    assert paragraphs(read(f"## Article 1\n\n{raw}\n"))[1:] == [expected]


def test_markdown_headings_and_title() -> None:
    document = read("# Treaty of Venn\n\n## Article 1 ##\n\n###Article 2\n***\n|---|---|\nWords\n#\n")
    assert headings(document) == ["Treaty of Venn", "Article 1", "Article 2"]
    assert paragraphs(document) == ["Treaty of Venn", "Article 1", "Article 2", "Words"]
    assert (document.title, document.format) == ("Treaty of Venn", "markdown")


# -- HTML ------------------------------------------------------------------------------------------

PAGE = "<!doctype html><html><head><title> Treaty\n of Venn </title><style>p {{}}</style></head><body>{}</body></html>"


def page(body: str, **options: Any) -> Document:
    return read(PAGE.format(body), "venn.html", **options)


BODIES = [
    pytest.param("<p>One <b>two</b>\n three</p>", ["One two three"], id="inline marks and line ends"),
    pytest.param("<p>One<br>two</p>", ["One", "two"], id="a line break"),
    pytest.param("<div>a<p>b</p>c</div>d", ["a", "b", "c", "d"], id="words beside blocks"),
    pytest.param("<nav>Home</nav><p>a</p><aside>Ads</aside><footer>Imprint</footer>", ["a"], id="navigation"),
    pytest.param("<script>x()</script><p>a</p><noscript>b</noscript><style>c</style>", ["a"], id="scripts and style"),
    pytest.param("<header>Menu</header><main><p>The lamp burns all night</p></main><p>x</p>",
                 ["The lamp burns all night"], id="only the main part"),
    pytest.param("<article><p>a</p></article><article><p>b</p></article>", ["a", "b"], id="two articles of a page"),
    pytest.param("<p>a<!-- no -->b<?no no?>c</p>", ["abc"], id="comments"),
    pytest.param("<p>Venn &amp; Osk&nbsp;&lt;</p>", ["Venn & Osk <"], id="entities"),
    pytest.param("<table><tr><td>a</td><td>b</td></tr></table>", ["a", "b"], id="cells of a table"),
    pytest.param("<pre>Article 1\nWords</pre>", ["Article 1", "Words"], id="preformatted lines"),
    pytest.param("<dl><dt>Article 1</dt><dd>Words</dd></dl>", ["Article 1", "Words"], id="a definition list"),
    pytest.param("<P>One<P>Two", ["One", "Two"], id="old HTML without end tags"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), BODIES)
def test_html_gives_the_words_of_the_main_part(body: str, expected: list[str]) -> None:
    assert paragraphs(page(body)) == expected


def test_html_headings_and_title() -> None:
    document = page("<h1>Treaty</h1><h2>Article <i>1</i></h2><p>a</p><details><summary>Article 2</summary>b</details>")
    assert headings(document) == ["Treaty", "Article 1", "Article 2"]
    assert document.title == "Treaty of Venn"


BILINGUAL = [
    pytest.param("<p lang='en'>The Parties</p><p lang='zh'>各方</p>", "en", ["The Parties"], id="lang"),
    pytest.param("<p lang='en'>The Parties</p><p lang='zh-TW'>各方</p>", "zh", ["各方"],
                 id="the other, with its region"),
    pytest.param("<p data-lang='en'>a</p><p data-lang='fr'>b</p><p>c</p>", "en", ["a", "c"], id="data-lang"),
    pytest.param("<p class='en-content'>a</p><p class='zh-content'>b</p>", "en", ["a"], id="a class"),
    pytest.param("<p lang='en'>a</p><p lang='zh'>b</p>", "fr", ["a", "b"], id="neither: all of it"),
    pytest.param("<p lang='en'>a</p><p>b</p>", "en", ["a", "b"], id="one language marked"),
    pytest.param("<h2>第三條之二</h2><p lang='en'>a</p><p lang='zh'>b</p>", "en", ["Article 3 bis", "a"],
                 id="a Chinese number printed once for both"),
    pytest.param("<h2>第三條之二十</h2><p lang='en'>a</p><p lang='zh'>b</p>", "en", ["第三條之二十", "a"],
                 id="a Chinese number beyond Latin"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "language", "expected"), BILINGUAL)
def test_html_in_two_languages(body: str, language: str, expected: list[str]) -> None:
    assert paragraphs(page(body, language=language)) == expected


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        pytest.param("<meta charset='windows-1252'>", "cp1252", id="as the page declares"),
        pytest.param("<meta charset='iso-8859-1'>", "utf-8", id="UTF-8 whatever the page declares"),
        pytest.param("", "utf-16", id="UTF-16 by its mark"),
    ],
)
def test_html_encodings(head: str, encoding: str) -> None:
    document = read(f"<html><head>{head}</head><body><p>L’été brûlé</p></body></html>".encode(encoding))
    assert paragraphs(document) == ["L’été brûlé"]


DEEP = [
    pytest.param("<div>", 400, id="divisions within divisions"),
    pytest.param("<p><font>", 400, id="font tags that are never closed"),
]


@pytest.mark.parametrize(("tag", "depth"), DEEP)
def test_html_nested_deeply_is_read_whole_or_refused(tag: str, depth: int) -> None:
    try:
        document = page(f"{tag}lamp " * depth + "<p>Article 9")
    except DocumentError:
        return
    assert document.text.count("lamp") == depth
    assert "Article 9" in document.text


# -- open-treaties JSON ----------------------------------------------------------------------------


def treaty_json(*articles: dict[str, Any], **fields: Any) -> str:
    return json.dumps({"treaty_en": "Treaty of Venn", "treaty_zh": "條約", **fields, "articles": list(articles)})


def test_json_articles_with_chinese_numerals() -> None:
    document = read(
        treaty_json(
            {"article": "一", "title_en": "Lamps", "content_en": "The Parties shall:(a)keep;(b) mend."},
            {"article": "一之二", "content_en": "Bells ring.", "content_zh": "鐘"},
            {"article": "4A", "content_en": "Horns blow."},
            preamble_en="The Parties agree:",
        ),
        "venn.json",
    )
    assert paragraphs(document) == [
        "Treaty of Venn", "The Parties agree:", "Article 1", "Lamps", "The Parties shall:", "(a)keep;", "(b) mend.",
        "Article 1 bis", "Bells ring.", "Article 4a", "Horns blow.",
    ]  # fmt: skip
    assert headings(document) == ["Treaty of Venn", "Article 1", "Lamps", "Article 1 bis", "Article 4a"]
    assert (document.title, document.language, document.format) == ("Treaty of Venn", "en", "open-treaties")


def test_json_names_an_article_left_out() -> None:
    document = read(treaty_json({"article": "一", "content_en": "a"}, {"article": "二", "content_zh": "鐘"}))
    assert document.oddities == ("article 二 has no text in this language and was left out",)


def test_json_in_chinese() -> None:
    document = read(treaty_json({"article": "八", "content_zh": "各方"}), language="zh")
    assert (paragraphs(document), document.language) == (["條約", "第八條", "各方"], "zh")


def test_json_in_chinese_with_bis() -> None:
    articles = [{"article": "八", "content_zh": "各方"}, {"article": "八之二", "content_zh": "鐘"}]
    parsed = parse_text(read(treaty_json(*articles), language="zh").text)
    assert [article.eid for article in parsed.articles] == ["art_8", "art_8bis"]


JSON_FAULTS = [
    pytest.param('{"articles": [\n  {"article": 1,,}]}', r"line 2, column 17", id="broken: the place is named"),
    pytest.param('{"articles": [', "line 1, column 15", id="cut off"),
    pytest.param('{"laws": [1]}', "not of a shape", id="another shape"),
    pytest.param('{"articles": []}', "not of a shape", id="no articles"),
    pytest.param('{"articles": {"1": "a"}}', "not of a shape", id="a mapping of articles"),
    pytest.param("[1, 2]", "not of a shape", id="a list"),
    pytest.param('{"articles": ["a"]}', "article 1 of the list", id="an article that is no object"),
    pytest.param('{"articles": [{"content_en": "a"}]}', "article 1 of the list", id="an article without number"),
    pytest.param('{"articles": [{"article": null, "content_en": "a"}]}', "article 1 of the list",
                 id="a number that is null"),
    pytest.param('{"articles": ' * 20_000, "JSON", id="nested without end"),
    pytest.param('{"articles": ' + "1" * 5000 + "}", "JSON", id="an endless number"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "words"), JSON_FAULTS)
def test_json_faults_are_named(text: str, words: str) -> None:
    with pytest.raises(UnreadableDocument, match=words):
        read(text, "venn.json")


def test_json_text_can_be_written_as_utf8() -> None:
    document = read('{"articles": [{"article": "1", "content_en": "a \\ud800 b"}]}')
    assert document.text.encode()


# -- PDF -------------------------------------------------------------------------------------------

FIRST = ["^TREATY OF VENN", "The Parties, wishing to keep their coasts lit by night, agree:", "^Article 1", LAMP]
SECOND = ["^Article 2", "1. " + BELL, "2. " + REGISTER]


def printed(paragraphs: list[str]) -> list[str]:
    return [p.removeprefix("^").replace("\u00ad", "") for p in paragraphs]


def test_pdf_lines_are_joined_and_pages_counted() -> None:
    document = read(print_pdf([set_column(FIRST), set_column(SECOND)]), "venn.pdf")
    assert paragraphs(document) == printed(FIRST + SECOND)
    assert headings(document) == ["TREATY OF VENN", "Article 1", "Article 2"]
    assert document.pages == (0, document.text.index("Article 2"))


def test_pdf_sentence_over_the_end_of_a_page() -> None:
    lines = set_column(["^Article 1", f"{LAMP} {BELL}", "^Article 2", REGISTER])
    top, cut = lines[0].y, 4
    over = [replace(line, y=line.y - lines[cut].y + top) for line in lines[cut:]]
    document = read(print_pdf([lines[:cut], over]))
    assert paragraphs(document) == ["Article 1", f"{LAMP} {BELL}", "Article 2", REGISTER]
    # The second page begins within the paragraph, with the first word that is printed on it.
    assert document.pages == (0, document.text.index(lines[cut].text))


def test_pdf_running_heads_and_page_numbers_are_taken_out() -> None:
    pages = []
    for number, words in enumerate([LAMP, BELL, REGISTER, PILOT], start=1):
        head = Set(f"{70 + number} TREATIES OF VENN", LEFT, 50, 9)
        foot = Set(f"– {number} –", 290, 790, 9)
        pages.append([head, *set_column([f"^Article {number}", words]), foot])
    document = read(print_pdf(pages))
    expected = [line for n, words in enumerate([LAMP, BELL, REGISTER, PILOT], 1) for line in (f"Article {n}", words)]
    assert paragraphs(document) == expected


PDF_BROKEN_WORDS = [
    pytest.param("No Party shall permit the muti\u00adlation of any lamp. ", "muti-", id="a word broken in two"),
    pytest.param("Every self-\u00adgoverning port keeps a self-governing pilot. ", "self-",
                 id="a hyphen that the document writes elsewhere"),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "line_end"), PDF_BROKEN_WORDS)
def test_pdf_words_broken_at_line_ends_are_mended(sentence: str, line_end: str) -> None:
    words = (sentence * 9).strip()
    column = set_column(["^Article 1", words])
    assert any(line.text.endswith(line_end) for line in column)
    assert paragraphs(read(print_pdf([column]))) == ["Article 1", words.replace("\u00ad", "")]


def test_pdf_margin_headings_come_under_their_article() -> None:
    words = [LAMP, BELL, REGISTER, PILOT]
    column = set_column([p for n, w in enumerate(words, 1) for p in (f"Article {n}", w)], left=190)
    notes = []
    for line in column:
        if line.text.startswith("Article "):
            notes += [Set("Duties of the", LEFT, line.y + 2 * LEADING), Set("keepers", LEFT, line.y + 3 * LEADING)]
    document = read(print_pdf([column + notes]))
    expected = [p for n, w in enumerate(words, 1) for p in (f"Article {n}", "Duties of the keepers", w)]
    assert paragraphs(document) == expected
    assert "Duties of the keepers" in headings(document)


def test_pdf_table_of_contents_is_left_out_and_said_so() -> None:
    entries = [Set(f"Article {n} Of lamps {n} {'.' * 50} {n + 2}", LEFT, 130 + 15 * n) for n in range(1, 8)]
    contents = [Set("CONTENTS", 270, 100), *entries]
    document = read(print_pdf([contents, set_column(FIRST), set_column(SECOND)]))
    assert paragraphs(document) == printed(FIRST + SECOND)
    assert document.oddities == ("table of contents left out (pages 1–1)",)
    assert document.pages == (0, 0, document.text.index("Article 2"))


def test_pdf_tells_its_pages_to_a_progress_bar() -> None:
    told: list[tuple[int, int]] = []
    data = print_pdf([set_column(FIRST), set_column(SECOND)])
    read(data, "venn.pdf", on_page=lambda done, of: told.append((done, of)))
    assert told == [(1, 2), (2, 2)]


WHOLE_PDF = print_pdf([set_column(FIRST), set_column(SECOND)])
PDF_FAULTS = [
    pytest.param(WHOLE_PDF[:-300], UnreadableDocument, "cut off", id="truncated"),
    pytest.param(WHOLE_PDF[:500], UnreadableDocument, "cut off", id="truncated after its head"),
    pytest.param(b"%PDF-1.7\nno objects\n%%EOF", UnreadableDocument, "damaged", id="damaged"),
    pytest.param(print_pdf([set_column(FIRST)], password="lamp"), UnreadableDocument, "encrypted", id="encrypted"),
    pytest.param(print_pdf([[], []]), EmptyDocument, "ocrmypdf", id="no text: OCR is named"),
    pytest.param(print_pdf([[Set("7", 290, 790)], [Set("8", 290, 790)]]), EmptyDocument, "2 page",
                 id="page numbers alone are no text"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "error", "words"), PDF_FAULTS)
def test_pdf_faults_are_named(data: bytes, error: type[DocumentError], words: str) -> None:
    with pytest.raises(error, match=words):
        read(data, "venn.pdf")


def test_pdf_that_only_its_owner_may_change_is_read() -> None:
    assert "fog horn" in read(print_pdf([set_column(FIRST)], password="")).text


@pytest.mark.parametrize(
    ("text", "is_garbled"),
    [
        pytest.param("The Parties shall keep the lamp.", False, id="English"),
        pytest.param("Стороны хранят маяк, как сказано в UNCLOS.", False, id="Russian with a Latin acronym"),
        pytest.param("各方应当点灯。", False, id="Chinese"),
        pytest.param("تحافظ الأطراف على المنارة", False, id="Arabic"),
        pytest.param("", False, id="nothing"),
        pytest.param("\ue001\ue002\ue003 lamp", True, id="private code points"),
        pytest.param("Ʉɨɝɨɜɨɪ ɨ ɦɚɹɤɟ", True, id="Russian through a shifted map"),
        pytest.param("ꓓꓰꓱ ლამპა lamp ᓀᓂᓄ", True, id="scripts that no treaty mixes"),
    ],
)
def test_garbled_text_layers_are_told(text: str, is_garbled: bool) -> None:
    assert bool(garbled(text)) is is_garbled
