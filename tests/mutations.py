"""Inputs for fuzzing: real documents of every format, and changes of them that readers have fallen over."""

import io
import random
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path

import broken_documents as broken
from docx_fakes import centred, docx, field, level, num, par, pattern, starts, style, table, zipped
from ingest_fakes import WORDS, treaty_text

MOST = 2 << 20  # bytes; a longer input finds nothing that one of this length does not
SEED_MOST = 1 << 20

# What the grammars of the formats and of treaties turn on.
TOKENS = [
    *(token.encode() for token in (
        "Article ", "ARTICLE ", "Article 1\n", "Article 99999999999\n", "Art. ", "Artículo 1\n", "Статья 1\n",
        "第一条", "第99999999999条\n", "المادة ١\n", "ANNEX I\n", "Protocol\n", "PART II\n", "Section 1\n",
        "CHAPTER IV\n", "1. ", "(a) ", "(i) ", "(1) ", "– ", "bis", "IV", "“", "”", "\"", ":\n", ";\n", "\n",
        "\n\n", "\t", " ", "-\n", "…", "\u00ad", "\u200b", "\u202e", "\u2028", "\x85", "\ufeff", "\u0301", "ﷺ",
        "𝔸", "means ", "shall ", "IN WITNESS WHEREOF ", "# ", "## ", "**", "__", "*", "_", "[", "](", ")", "|",
        ">", "<!--", "-->", "&#", "&amp;", "&#x110000;", "```", "---\n", "<html>", "<div>", "</div>", "<p>",
        "<br>", "<table>", "<td>", "<ol start=9>", "<li>", "<h2>", "<script>", "<main>", "lang=en",
        "class='zh-content'", "<![CDATA[", "<?xml version='1.0'?>", "<!DOCTYPE a [<!ENTITY b \"c\">]>", "&b;",
        '{"articles": [', '{"article": "1", "content_en": "', '"}', "]", "}", "null", "NaN", "1e999",
        "\\ud800", "\\u0000", "%PDF-1.7\n", "%%EOF", "startxref\n0\n", "stream\n", "endstream\n", "endobj\n",
        "1 0 obj\n", "<<", ">>", "/Kids[", "/Count 9", "/Length 99999999", "/Filter/FlateDecode", " Tj\n",
        " TJ\n", "BT\n", " Tf\n", " cm\n", "PK\x03\x04", "<akomaNtoso>", "<article><num>1</num>", "</article>",
        "<quotedStructure startQuote='“'>", "<authorialNote>", "<ARTICLE><TI.ART>Article 1</TI.ART>", "</ARTICLE>",
        "<QUOT.START CODE='110000'/>", "<QUOT.END/>", "<LIST TYPE='DASH'>", "<ROW><CELL>", "<w:p>", "</w:p>",
        "<w:tbl>", "<w:tr>", "<w:tc>", "<w:numPr><w:ilvl w:val='8'/><w:numId w:val='1'/></w:numPr>", "<w:sdt>",
        "<w:fldChar w:fldCharType='begin'/>", "<w:fldChar w:fldCharType='separate'/>", "<w:instrText>TOC</w:instrText>",
        "<w:basedOn w:val='Article'/>", "<w:lvlText w:val='Article %1'/>", "<w:lvlRestart w:val='0'/>", "<w:vanish/>",
        "<mc:AlternateContent><mc:Choice>", "<w:txbxContent>", "<w:del>", "<w:framePr w:dropCap='drop'/>",
    )),
    b"\x00", b"\xff", b"\xfe\xff", b"\xc3", b"\x80", b"\x1b[31m",
]  # fmt: skip

Input = tuple[str, bytes]
Change = Callable[[random.Random, bytes, list[Input]], bytes]


def seeds(folders: Iterable[Path]) -> list[Input]:
    """The documents below these folders, as (ending, bytes), with some of the tests' own."""
    found = [
        (path.suffix.lower(), path.read_bytes())
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.stat().st_size <= SEED_MOST and path.suffix not in (".py", ".yaml")
    ]
    own = treaty_text(*(f"Article {n}\n\n1. {WORDS}\n\n2. (a) {WORDS} (b) {WORDS}" for n in range(1, 6)))
    found += [
        (".txt", own.encode()),
        (".txt", own.encode("utf-16")),
        (".pdf", broken.password_pdf()),
        (".pdf", broken.pdf_without_pages()),
        (".json", broken.json_treaty({"article": "八之二", "content_en": "Lamps: (a) one; (b) two."}).encode()),
        (".docx", word_treaty()),
        (".docx", docx(*own.split("\n\n"))),
        (".xml", akoma_ntoso_treaty()),
        (".xml", formex_treaty()),
        (".zip", zipped({"a/treaty.docx": docx(*own.split("\n\n"))})),
        (".zip", zipped({"a.txt": own, "b.xml": formex_treaty(), "corpus.yaml": "treaties: [{id: a, file: a.txt}]"})),
    ]
    return found + [(ending, opened(data)) for ending, data in found if data.startswith(b"%PDF")]


def word_treaty() -> bytes:
    """A Word document with all that its reader has a rule for."""
    numbering = pattern(
        "0", level(0, "decimal", "Article %1"), level(1, "decimal", "%2."), level(2, "lowerLetter", "(%3)")
    )
    return docx(
        par("Treaty of Venn", style="Title"),
        par(field('TOC \\o "1-3"', "Article 1 Lamps 2")),
        *(
            par("Lamps", style="Article") + par(WORDS, num="1", level=1) + par("lamps;", num="1", level=2)
            for _ in range(3)
        ),
        par("gone ", mark="<w:del/>"),
        par(
            "A note", '<w:r><w:footnoteReference w:id="1"/></w:r>', "<w:del><w:r><w:delText>x</w:delText></w:r></w:del>"
        ),
        par("<w:r><w:pict><w:txbxContent>" + par("In a box.", num="2", level=0) + "</w:txbxContent></w:pict></w:r>"),
        table(("Lamp", "Height"), ("1.", WORDS), ("", table(("a", "b")))),
        centred("ANNEX I"),
        WORDS,
        styles=style("Title", "Title")
        + style("Article", "heading 1", paragraph='<w:numPr><w:numId w:val="1"/></w:numPr>'),
        numbering=numbering + num("1", "0") + num("2", "0", starts(0, 5)),
    )


def akoma_ntoso_treaty() -> bytes:
    """Akoma Ntoso with all that its reader has a rule for."""
    article = f"""<article><num>{{}}</num><heading>Lamps</heading>
<paragraph><num>1.</num><list><intro><p>{WORDS}</p></intro>
<point><num>(a)</num><content><p>lamps;<authorialNote><p>n</p></authorialNote></p></content></point></list></paragraph>
</article>"""
    return f"""<akomaNtoso xmlns='http://docs.oasis-open.org/legaldocml/ns/akn/3.0'><act>
<meta><FRBRlanguage language='eng'/></meta>
<preface><p><docTitle>Treaty of Venn</docTitle></p></preface><preamble><p>{WORDS}</p></preamble>
<body><chapter><num>I</num>{"".join(map(article.format, range(1, 5)))}</chapter>
<article><num>5</num><content>
<p>It reads: <quotedStructure startQuote='“' endQuote='”'><p>No lamps.</p></quotedStructure>.</p>
<table><tr><td>a</td><td><p>b</p></td></tr></table></content></article></body>
<attachments><attachment><heading>Annex I</heading><doc><mainBody><p>Red.</p></mainBody></doc></attachment>
</attachments></act></akomaNtoso>""".encode()


def formex_treaty() -> bytes:
    """Formex with all that its reader has a rule for."""
    article = f"""<ARTICLE><TI.ART>Article {{}}</TI.ART><STI.ART>Lamps</STI.ART>
<PARAG><NO.PARAG>1.</NO.PARAG><ALINEA><P>{WORDS}</P>
<LIST TYPE='DASH'><ITEM><P>lamps,<NOTE><P>n</P></NOTE></P></ITEM></LIST></ALINEA></PARAG></ARTICLE>"""
    return f"""<?xml version='1.0'?><AGR><BIB.INSTANCE><LG.DOC>EN</LG.DOC></BIB.INSTANCE>
<TITLE><TI><P>Treaty of Venn</P></TI></TITLE><PREAMBLE><PREAMBLE.INIT>{WORDS}</PREAMBLE.INIT></PREAMBLE>
<ENACTING.TERMS><DIVISION><TITLE><TI><P>CHAPTER I</P></TI></TITLE>
{"".join(map(article.format, range(1, 5)))}</DIVISION></ENACTING.TERMS>
<ANNEX><TITLE><TI><P>ANNEX I</P></TI></TITLE><CONTENTS>
<P>It reads:</P><QUOT.S><QUOT.START CODE='2018'/><P>No lamps.</P><QUOT.END CODE='2019'/></QUOT.S>
<TBL><CORPUS><ROW><CELL>a</CELL><CELL><P>b</P></CELL></ROW></CORPUS></TBL><INCL.ELEMENT FILEREF='a.tif'/>
</CONTENTS></ANNEX></AGR>""".encode()


def opened(pdf: bytes) -> bytes:
    """A PDF with its streams unpacked, so that changes of bytes are changes of what is drawn.

    The table of places is wrong then; pdfium makes a new one.
    """

    def unpacked(found: re.Match[bytes]) -> bytes:
        try:
            return b"stream\n" + zlib.decompress(found[1]) + b"\nendstream"
        except zlib.error:
            return found[0]

    pdf = re.sub(rb"stream\r?\n(.*?)\r?\n?endstream", unpacked, pdf, flags=re.DOTALL)
    return re.sub(rb"/Filter\s*(/FlateDecode|\[\s*/FlateDecode\s*\])|/Length\s+\d+(?!\s+\d+\s+R)", b"", pdf)


def mutate(rng: random.Random, chosen: Input, pool: list[Input]) -> Input:
    """A changed copy: one to six changes, few more often than many."""
    ending, data = chosen
    if rng.random() < 0.05:
        ending = rng.choice([".txt", ".md", ".html", ".json", ".pdf", ".docx", ".xml", ".zip", ""])
    for _ in range(min(6, 1 + int(rng.expovariate(0.9)))):
        if data.startswith(b"PK\x03\x04") and rng.random() < 0.8:
            data = _inside_zip(rng, data, pool)
        else:
            data = _change(rng, data, pool)
    return ending, data[:MOST]


def _change(rng: random.Random, data: bytes, pool: list[Input]) -> bytes:
    changes: list[Change] = [_flip, _cut, _drop, _repeat, _insert, _insert, _many, _splice, _lines, _lines,
                             _numbers, _no_breaks, _one_long_line, _nest, _spread]  # fmt: skip
    return rng.choice(changes)(rng, data, pool)


def _place(rng: random.Random, data: bytes) -> int:
    return rng.randrange(len(data) + 1)


def _flip(rng: random.Random, data: bytes, pool: list[Input]) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.choice([1, 1, 4, 30])):
        if changed:
            changed[rng.randrange(len(changed))] = rng.choice([rng.randrange(256), 0, 0xFF, 0x0A, 0x20])
    return bytes(changed)


def _cut(rng: random.Random, data: bytes, pool: list[Input]) -> bytes:
    return data[: _place(rng, data)] if rng.random() < 0.5 else data[_place(rng, data) :]


def _drop(rng: random.Random, data: bytes, pool: list[Input]) -> bytes:
    start = _place(rng, data)
    return data[:start] + data[start + rng.choice([1, 10, 100, 5000]) :]


def _repeat(rng: random.Random, data: bytes, pool: list[Input]) -> bytes:
    """A stretch many times over: what is slow in the number of something shows here."""
    start = _place(rng, data)
    piece = data[start : start + rng.choice([1, 2, 5, 20, 100, 1000])]
    times = rng.choice([2, 2, 10, 10, 100, 1000, 50_000])
    return data[:start] + (piece * times)[: MOST // 2] + data[start:]


def _insert(rng: random.Random, data: bytes, pool: list[Input]) -> bytes:
    place = _place(rng, data)
    return data[:place] + rng.choice(TOKENS) + data[place:]


def _many(rng: random.Random, data: bytes, pool: list[Input]) -> bytes:
    """A few tokens in a row, very many times."""
    place = _place(rng, data)
    row = b"".join(rng.choice(TOKENS) for _ in range(rng.choice([1, 1, 2, 3])))
    return data[:place] + (row * rng.choice([3, 3, 20, 20, 100, 5000, 100_000]))[: MOST // 2] + data[place:]


def _splice(rng: random.Random, data: bytes, pool: list[Input]) -> bytes:
    other = rng.choice(pool)[1]
    start = _place(rng, other)
    place = _place(rng, data)
    return data[:place] + other[start : start + rng.choice([100, 5000, 100_000])] + data[place:]


def _lines(rng: random.Random, data: bytes, pool: list[Input]) -> bytes:
    lines = data.split(b"\n")
    if rng.random() < 0.5:
        rng.shuffle(lines)
    else:
        lines = [line for line in lines for _ in range(rng.choice([0, 1, 1, 1, 2]))]
    return b"\n".join(lines)


def _numbers(rng: random.Random, data: bytes, pool: list[Input]) -> bytes:
    share = rng.random()

    def other(found: re.Match[bytes]) -> bytes:
        if rng.random() > share:
            return found[0]
        return rng.choice([b"0", b"-1", b"1", b"999", b"4294967296", b"9" * 40, str(rng.randrange(60)).encode()])

    return re.sub(rb"\d+", other, data)


def _no_breaks(rng: random.Random, data: bytes, pool: list[Input]) -> bytes:
    return re.sub(rb"\s+", b" ", data) if rng.random() < 0.5 else data.replace(b" ", b"")


def _one_long_line(rng: random.Random, data: bytes, pool: list[Input]) -> bytes:
    return (data.replace(b"\n", b" ") * rng.choice([1, 1, 3, 200]))[: MOST // 2]


def _nest(rng: random.Random, data: bytes, pool: list[Input]) -> bytes:
    place = _place(rng, data)
    before, after = rng.choice([
        (b"<div>", b"</div>"), (b"<ol><li>", b"</li></ol>"), (b"<b>", b""), (b"[", b"]"), (b'{"a":', b"}"),
        ("“".encode(), "”".encode()), (b"(a)\n(i)\n(A)\n", b""), (b"**", b""), (b"> ", b""), (b"(", b")"),
        (b"<<", b">>"), (b"q ", b"Q "), (b"<w:tbl><w:tr><w:tc>", b"</w:tc></w:tr></w:tbl>"),
        (b"<w:ins>", b"</w:ins>"), (b"<paragraph><num>1.</num>", b"</paragraph>"),
        (b"<LIST><ITEM><NP>", b"</NP></ITEM></LIST>"),
    ])  # fmt: skip
    times = rng.choice([5, 5, 50, 300, 3000, 60_000])
    return data[:place] + before * times + data[place : place + 2000] + after * times + data[place + 2000 :]


def _spread(rng: random.Random, data: bytes, pool: list[Input]) -> bytes:
    """Much of something between all words."""
    between = rng.choice(
        [b" " * 30, b"\n", b"\t", "\u200b".encode(), b"</p><p>", b"- ", "\u00a0".encode() * 9, b"(a) "]
    )
    return data[: MOST // 8].replace(b" ", between)


def _inside_zip(rng: random.Random, data: bytes, pool: list[Input]) -> bytes:
    """One member changed, or the order of the members, in an archive that is sound otherwise."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [(name, archive.read(name)) for name in archive.namelist()[:200]]
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, OSError, EOFError, zlib.error):
        return _change(rng, data, pool)
    if not members:
        return data
    rng.shuffle(members)
    name, body = members.pop()
    members.append((rng.choice([name, name, name, "../" + name, name * 9]), _change(rng, body, pool)[:MOST]))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members:
            # With the time of a ZipInfo, which is always the same.
            archive.writestr(zipfile.ZipInfo(name[:1000]), body, zipfile.ZIP_DEFLATED)
    return target.getvalue()
