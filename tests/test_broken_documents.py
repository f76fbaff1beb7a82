"""What ``pacta parse`` says of files that are broken or no treaties: the file, the place, the reason, the remedy.

Each row is a kind of file that people do give to such a program, with the exact words. Files that take too long
or too much memory are at the end, with what is printed where the output cannot be written.
"""

import os
import resource
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import broken_documents as broken
import pytest
from broken_documents import TREATY, Make, holding, json_treaty
from docx_fakes import docx, par, zipped
from ingest_fakes import WORDS, print_pdf, treaty_text

import pacta
from ingest import limits, workers
from ingest.errors import NoProvisions, UnreadableDocument
from ingest.manifest import Entry
from ingest.models import ParsedTreaty
from ingest.reading import read_bytes

ROOT = Path(__file__).parent.parent

FORMATS = (
    "Pacta reads text, Markdown, HTML, PDF, DOCX, Akoma Ntoso XML, Formex XML and open-treaties JSON; "
    "convert it to one of these."
)
CONVERT = "If it is a document, convert it to text or to another format that pacta parse --help lists."
CUT_OFF = "the ZIP archive is cut off: its end is missing. Get the file again."
OTHER_XML = "this is XML with the root element"
EMPTY = "the file is empty. Give a file with the treaty's text."
NO_TEXT = "the file holds no text. Give a file with the treaty's text."
BINARY = f"this is a binary file, not text. {CONVERT}"
NO_ARTICLES = (
    'no articles were found in its text. Pacta looks for lines such as "Article 1" or "ARTICLE IV"; is this a treaty?'
)
ENCODING = "its letters are in an encoding that Pacta does not know. Save the file as UTF-8."
SHAPE = 'It must be an object with a list "articles" of objects with "article" and "content_en" or "content_zh".'
OTHER_JSON = f"the JSON is not of a shape that Pacta knows. {SHAPE}"

ENDINGS = "Pacta looks for .akn, .docm, .docx, .dotx, .htm, .html, .json, .markdown, .md, .pdf, .text, .txt, "
ENDINGS += ".xhtml, .xml, .zip."


def akn_treaty() -> str:
    """The treaty of the other rows as Akoma Ntoso."""
    article = "<article><num>{}</num><content><p>" + WORDS + "</p></content></article>"
    return f"<akomaNtoso><act><body>{''.join(map(article.format, (1, 2, 3)))}</body></act></akomaNtoso>"


XHTML = '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body>{}</body></html>'.format(
    "".join(f"<p>{line}</p>" for line in TREATY.split("\n\n"))
)

KINDS: list[tuple[str, Make, str]] = [
    # -- the path
    ("nothing there", broken.nothing, "there is no such file. Check the path."),
    ("a folder", broken.a_folder, "this is a folder. Name a file in it; pacta ingest takes whole folders."),
    ("a path through a file", broken.below_a_file, "a part of the path is a file, not a folder. Check the path."),
    ("a name that is too long", broken.a_long_name, "the name is too long. Check the path."),
    ("not to be read", broken.not_readable, "the file may not be read. Give read permission."),
    (
        "a link to nothing", broken.a_dangling_link,
        "this is a link to gone.txt, and there is no such file. Mend the link.",
    ),
    ("a link to itself", broken.a_link_to_itself, "this is a link that leads back to itself. Mend the link."),
    # To open a pipe or to read a device is to wait for ever.
    ("a pipe", broken.a_pipe, "this is a pipe, not a file. Save what comes from it as a file."),
    ("a socket", broken.a_socket, "this is a socket, not a file. Save what comes from it as a file."),
    ("a device", broken.a_device, "this is a device, not a file. Save what comes from it as a file."),
    ("too large", broken.too_large, "the file is 64.1 MiB long; the limit is 64 MiB. Split it."),
    # -- nothing in it
    ("empty", holding("t.txt", ""), EMPTY),
    ("blanks", holding("t.txt", " \r\n\t\n"), EMPTY),
    ("a byte order mark", holding("t.txt", b"\xef\xbb\xbf"), EMPTY),
    # What is left of a file after a crash of some systems.
    ("zeros", holding("t.txt", bytes(5000)), EMPTY),
    ("invisible letters", holding("t.txt", "\u200b\u00ad\u2060\n"), NO_TEXT),
    ("a mark of UTF-16", holding("t.txt", b"\xff\xfe"), NO_TEXT),
    # -- other kinds of files, told by their first bytes whatever their names
    ("PNG", holding("t.txt", b"\x89PNG\r\n\x1a\n" + bytes(99)), f"this is a PNG picture. {FORMATS}"),
    ("JPEG named .pdf", holding("t.pdf", b"\xff\xd8\xff\xe0" + bytes(9)), f"this is a JPEG picture. {FORMATS}"),
    ("GIF", holding("t", b"GIF89a" + bytes(9)), f"this is a GIF picture. {FORMATS}"),
    ("TIFF", holding("t.tif", b"II*\0" + bytes(99)), f"this is a TIFF picture. {FORMATS}"),
    ("a program of Linux", holding("t", b"\x7fELF\2\1\1" + bytes(9)), f"this is a program. {FORMATS}"),
    ("a program of Windows", holding("t.exe", b"MZ\x90\0\3" + bytes(99)), f"this is a program. {FORMATS}"),
    ("SQLite", broken.sqlite, f"this is an SQLite database. {FORMATS}"),
    ("RTF", holding("t.txt", b"{\\rtf1 Article 1 Lamps.}"), f"this is an RTF document. {FORMATS}"),
    ("PostScript", holding("t.ps", "%!PS-Adobe-3.0\n"), f"this is a PostScript document. {FORMATS}"),
    ("gzip", holding("t.txt.gz", broken.gzipped()), f"this is a gzip archive. {FORMATS}"),
    ("bzip2", holding("t.bz2", b"BZh91AY&SY" + bytes(99)), f"this is a bzip2 archive. {FORMATS}"),
    ("xz", holding("t.xz", b"\xfd7zXZ\0" + bytes(99)), f"this is an xz archive. {FORMATS}"),
    ("7-Zip", holding("t.7z", b"7z\xbc\xaf\x27\x1c" + bytes(99)), f"this is a 7-Zip archive. {FORMATS}"),
    ("old Word", holding("t", b"\xd0\xcf\x11\xe0\xa1" + bytes(99)), f"this is an old Word or Excel file. {FORMATS}"),
    ("any bytes", holding("t.txt", bytes(range(256)) * 9), BINARY),
    ("a zero in a text", holding("t.txt", TREATY.replace("Venn", "Ve\0n")), BINARY),
    ("control characters", holding("t.txt", TREATY.replace(" ", "\x07")), BINARY),
    # -- encodings
    (
        "UTF-16 cut off", holding("t.txt", TREATY.encode("utf-16")[:-1]),
        "the UTF-16 text is cut off. Get the file again.",
    ),
    (
        "half a letter in UTF-16", holding("t.txt", "Art\n12".encode("utf-16") + b"\x00\xd8a\0"),
        "the UTF-16 text is damaged at line 2, column 3. Get the file again, or save it as UTF-8.",
    ),
    (
        "a bad byte in UTF-8", holding("t.txt", "Traité de Venn\nL’été ".encode() + b"\xff\xfe\n"),
        "the UTF-8 text is damaged at line 2, column 7: the byte 0xFF belongs to no letter. "
        "Mend that place, or get the file again.",
    ),
    (
        "UTF-8 cut off", holding("t.txt", "Traité de Venn, signé l’été".encode()[:-1]),
        "the UTF-8 text is cut off in a letter at line 1, column 27. Get the file again.",
    ),
    # Read as Western letters these would be words that nobody wrote.
    ("Windows-1251", holding("t.txt", "Статья 1\n\nЛампы горят всю ночь.\n".encode("cp1251")), ENCODING),
    ("KOI8-R", holding("t.txt", "Статья 1\n\nЛампы горят всю ночь.\n".encode("koi8-r")), ENCODING),
    ("GBK", holding("t.txt", "第一条\n\n灯塔应当通宵点亮。\n".encode("gbk")), ENCODING),
    # -- web pages
    ("a page of script", holding("t.html", "<html><body><script>1</script></body></html>"), NO_TEXT),
    (
        "a page that needs JavaScript",
        holding("t.html", "<html><body><div id=root></div><noscript>Enable JavaScript.</noscript></body></html>"),
        NO_TEXT,
    ),
    (
        "a page of frames", holding("t.html", "<html><frameset><frame src=a></frameset></html>"),
        "the page has no words of its own and shows other pages in frames (a). "
        "Open the frame with the text by itself, and save or name that.",
    ),
    (
        "a page in a frame", holding("t.html", "<html><body><nav>Home</nav><iframe src=t.pdf></iframe></body></html>"),
        "the page has no words of its own and shows other pages in frames (t.pdf). "
        "Open the frame with the text by itself, and save or name that.",
    ),
    (
        "a page cut off in a letter", holding("t.html", "<meta charset=gbk><p>第一条 灯塔应当".encode("gbk")[:-1]),
        "the GB18030 text is cut off. Get the file again.",
    ),
    (
        "a page with a byte of no letter", holding("t.html", b"<meta charset=big5>\n<p>\xff\xfe lamps"),
        "the BIG5HKSCS text is damaged at line 2, column 4. Get the file again, or save it as UTF-8.",
    ),
    ("a page of no known encoding", holding("t.html", b"<meta charset=x-lamp><p>" + b"\xe0\xe1 " * 9), ENCODING),
    ("a page of links", holding("t.html", "<html><body>" + "<p><a href=/a>Lamps</a></p>" * 9), NO_ARTICLES),
    ("a page of a hidden menu", holding("t.html", "<html><ul hidden><li><a href=/a>A</a></ul></html>"), NO_TEXT),
    (
        "a page of nothing", holding("t.html", "<!doctype html>"),
        "the HTML cannot be read (Document is empty). Save the page again, or give its text.",
    ),
    (
        "a page of a login",
        holding("t.html", "<html><title>Sign in</title><form><input></form><p>Please sign in to continue.</p></html>"),
        NO_ARTICLES,
    ),
    (
        "HTML nested too deeply", holding("t.html", "<html><body>" + "<div>" * 50_000 + "Article 1"),
        "the HTML is nested too deeply. Save the page as text and give that.",
    ),
    # -- JSON
    (
        "broken JSON", holding("t.json", '{"articles": [\n  {"article": "1",}\n]}'),
        "the JSON is broken at line 2, column 19: Expecting property name enclosed in double quotes. "
        "Get the file again, or mend that place.",
    ),
    (
        "JSON cut off", holding("t.json", json_treaty({"article": "一", "content_en": "Lamps burn."})[:-9]),
        "the JSON is broken at line 1, column 77: Unterminated string starting at. "
        "Get the file again, or mend that place.",
    ),
    ("JSON of another shape", holding("t.json", '{"name": "Venn"}'), OTHER_JSON),
    ("a JSON list", holding("t.json", '[{"article": "1"}]'), OTHER_JSON),
    ("JSON nested too deeply", holding("t.json", '{"articles": ' + "[" * 100_000), OTHER_JSON),
    ("a JSON number too long", holding("t.json", '{"articles": ' + "9" * 10_000 + "}"), OTHER_JSON),
    ("JSON without articles", holding("t.json", '{"articles": []}'), OTHER_JSON),
    (
        "a JSON article without number", holding("t.json", json_treaty({"article": None, "content_en": "Lamps."})),
        f'article 1 of the list has no "article". {SHAPE}',
    ),
    (
        "JSON articles that are numbers", holding("t.json", '{"articles": [1, 2]}'),
        f'article 1 of the list has no "article". {SHAPE}',
    ),
    (
        "JSON articles without text", holding("t.json", json_treaty({"article": "一", "content_en": None})),
        'no article has a text in "content_en". Give a file that has the texts.',
    ),
    (
        "JSON that is no number", holding("t.json", '{"articles": [{"article": NaN, "content_en": Infinity}]}'),
        'no article has a text in "content_en". Give a file that has the texts.',
    ),
    # -- PDF
    (
        "an encrypted PDF", holding("t.pdf", broken.password_pdf()),
        "the PDF is encrypted and needs a password. Save a copy without one (qpdf --decrypt), if you may.",
    ),
    (
        "a PDF without its end", holding("t.pdf", print_pdf([broken.PAGE])[:-400]),
        "the PDF is cut off: its end is missing. Download or copy the file again.",
    ),
    (
        "the head of a PDF", holding("t.txt", "%PDF-1.7\n"),
        "the PDF is cut off: its end is missing. Download or copy the file again.",
    ),
    (
        "a PDF of zeros", holding("t.pdf", b"%PDF-1.7\n" + bytes(500) + b"\nstartxref\n9\n%%EOF\n"),
        "the PDF is damaged (Failed to load document (PDFium: Data format error).). Download or copy the file again.",
    ),
    (
        "a PDF that turns on itself", holding("t.pdf", broken.pdf_turning_on_itself()),
        "page 1 of the PDF cannot be read (Failed to load page.). Get the file again.",
    ),
    (
        "a page of more letters than print has", holding("t.pdf", broken.pdf_of_lines(1, 8_000)),
        "page 1 of the PDF holds 327,998 letters, more than a page of print can. Convert it to text.",
    ),
    (
        "a scan", holding("t.pdf", broken.scanned_pdf()),
        "the PDF has 3 page(s) but no text; it is probably a scan. "
        "It needs OCR: give --ocr, which runs ocrmypdf, or run that yourself: ocrmypdf INPUT.pdf OUTPUT.pdf",
    ),
    # -- Word and other Office files
    ("a DOCX cut off", holding("t.docx", broken.WORD[:-40]), CUT_OFF),
    (
        "a damaged DOCX",
        holding("t.docx", broken.with_one_byte_changed(docx("Lamps", method=zipfile.ZIP_STORED), b"Lamps")),
        "the ZIP archive is damaged (Bad CRC-32 for file 'word/document.xml'). Get the file again.",
    ),
    (
        "a DOCX without its text", holding("t.docx", broken.office("word/styles.xml")),
        "the DOCX holds no text: word/document.xml is not in it. Save it again in a word processor.",
    ),
    (
        "a DOCX of broken XML", holding("t.docx", docx("<w:p>")),
        "word/document.xml in the DOCX is broken at line 1, column 477: Opening and ending tag mismatch: p line 1 and "
        "body. Get the file again, or mend that place.",
    ),
    (
        "a DOCX of broken styles", holding("t.docx", docx("x", styles="<w:style>")),
        "word/styles.xml in the DOCX is broken at line 1, column 462: Opening and ending tag mismatch: style line 1 "
        "and styles. Get the file again, or mend that place.",
    ),
    (
        "a DOCX with an entity",
        holding("t.docx", docx("x", parts={"word/document.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'})),
        "word/document.xml in the DOCX uses the entity &b; at line 1, and Pacta expands none. "
        "Put the words in its place that it stands for.",
    ),
    (
        "a DOCX that is a bomb", holding("t.docx", broken.bomb(30)),
        "word/styles.xml in the DOCX cannot be read: it unpacks to 1,028 times its packed size, as a bomb does. "
        "Give the file unpacked.",
    ),
    ("a DOCX of nothing", holding("t.docx", docx()), NO_TEXT),
    ("a DOCX of pictures", holding("t.docx", docx("<w:p><w:r><w:drawing><a:blip/></w:drawing></w:r></w:p>")),
        "the DOCX holds pictures but no words; it is probably a scan. Give a text made from it (OCR)."),
    ("a letter in DOCX", holding("t.docx", docx("Dear Sir,", "Salt.")), NO_ARTICLES),
    (
        "an encrypted DOCX", holding("t.docx", broken.compound("EncryptionInfo", "EncryptedPackage")),
        "this is an encrypted Office document, which needs a password. Save a copy without one, if you may.",
    ),
    (
        "old Word, told by its streams", holding("t.docx", broken.compound("1Table", "WordDocument")),
        "this is an old Word document (.doc). Open it in a word processor and save it as DOCX.",
    ),
    ("Excel", holding("t.docx", broken.office("xl/workbook.xml")), f"this is an Excel workbook. {FORMATS}"),
    (
        "PowerPoint", holding("t.zip", broken.office("ppt/presentation.xml")),
        f"this is a PowerPoint presentation. {FORMATS}",
    ),
    ("Visio", holding("t", broken.office("visio/document.xml")), f"this is a Visio drawing. {FORMATS}"),
    ("another Office file", holding("t", broken.office("a.xml")), f"this is an Office file of another kind. {FORMATS}"),
    ("OpenDocument", holding("t.odt", broken.opendocument("text")), f"this is an OpenDocument text. {FORMATS}"),
    ("EPUB", holding("t.epub", zipped({"mimetype": "application/epub+zip"})), f"this is an EPUB book. {FORMATS}"),
    ("Pages", holding("t.pages", zipped({"Index/Document.iwa": "x"})), f"this is a Pages document. {FORMATS}"),
    # -- archives
    ("an empty archive", holding("t.zip", zipped({})), f"no document is in this archive. {ENDINGS}"),
    (
        "an archive of pictures",
        holding("t.zip", zipped(dict.fromkeys(["a.png", "README.md", "__MACOSX/a.txt", ".b/c.txt"], "x"))),
        f"no document is in this archive. {ENDINGS}"),
    (
        "an archive of several documents", holding("t.zip", zipped({f"{n}.txt": TREATY for n in range(5)})),
        "the archive holds 5 documents (0.txt, 1.txt, 2.txt …). "
        "Unpack it and name one of them; pacta ingest takes them all.",
    ),
    ("an archive cut off", holding("t.zip", zipped(broken.ONE)[:-9]), CUT_OFF),
    (
        "an archive of too many files", holding("t.zip", zipped({f"{n}.txt": "" for n in range(2001)})),
        "the archive holds more than 2,000 files, the limit. Split it.",
    ),
    (
        "an archive of far too many files", holding("t.zip", broken.of_many_entries(50_000)),
        "the archive holds more than 2,000 files, the limit. Split it.",
    ),
    (
        "an archive that unpacks to too much", holding("t.zip", broken.claiming(zipped(broken.ONE), 3 << 30)),
        "the archive unpacks to 3,072 MiB; the limit is 1,024 MiB. Split it.",
    ),
    (
        "an archive of one file many times", holding("t.zip", broken.overlapping(100)),
        "files in the archive overlap, as those of a bomb do. Get the file again.",
    ),
    # -- XML
    ("XML of another kind", holding("t", '<?xml version="1.0"?><TEI/>'), f"{OTHER_XML} <TEI>. {FORMATS}"),
    ("XML told by its namespace", holding("t", '<x:feed xmlns:x="a"/>'), f"{OTHER_XML} <feed>. {FORMATS}"),
    ("XML told by its name", holding("t.xml", "<svg/>"), f"{OTHER_XML} <svg>. {FORMATS}"),
    (
        "broken XML", holding("t.xml", "<akomaNtoso>\n<act></akomaNtoso>"),
        "the XML is broken at line 2, column 19: Opening and ending tag mismatch: act line 2 and akomaNtoso. "
        "Get the file again, or mend that place.",
    ),
    (
        "XML cut off", holding("t.xml", "<ACT><P>Lamps"),
        "the XML is broken at line 1, column 14: Premature end of data in tag P line 1. "
        "Get the file again, or mend that place.",
    ),
    (
        "XML that breaks before it begins", holding("t.txt", "<?xml version='1.0'?><<"),
        "the XML is broken at line 1, column 23: StartTag: invalid element name. "
        "Get the file again, or mend that place.",
    ),
    (
        "XML of an encoding that nobody knows", holding("t.xml", "<?xml version='1.0' encoding='venn-1'?><ACT/>"),
        "the XML is broken at line 1, column 38: Unsupported encoding: venn-1. Get the file again, or mend that place.",
    ),
    (
        "XML nested too deeply", holding("t.xml", "<ACT>" * 300),
        "the XML is nested too deeply. Save it in a simpler form.",
    ),
    (
        "XML with a text too long", holding("t.xml", f"<ACT>{'a' * 11_000_000}</ACT>"),
        "the XML holds a text longer than 10 MB. Split it.",
    ),
    (
        "entities that unfold", holding("t.xml", broken.entity_bomb()),
        "the XML has an entity that stands for very many copies of itself. "
        "Put the words in its place that it stands for.",
    ),
    (
        "an entity that is a file",
        holding("t.xml", '<!DOCTYPE ACT [<!ENTITY a SYSTEM "file:///etc/passwd">]>\n<ACT><P>&a;</P></ACT>'),
        "the XML uses the entity &a; at line 2, and Pacta expands none. Put the words in its place that it stands for.",
    ),
    (
        "an entity that is nothing", holding("t.xml", "<ACT>&nbsp;</ACT>"),
        "the XML is broken at line 1, column 12: Entity 'nbsp' not defined. Get the file again, or mend that place.",
    ),
    (
        "Formex that lists files", holding("t.xml", "<DOC><FMX><REF.PHYS FILE='a.xml'/></FMX></DOC>"),
        "this Formex file (DOC) holds no text, it lists the files of a publication: a.xml. "
        "Give the file with the text.",
    ),
    ("Akoma Ntoso of nothing", holding("t.xml", "<akomaNtoso><act><meta/></act></akomaNtoso>"), NO_TEXT),
    ("Formex of nothing", holding("t.xml", "<ACT><BIB.INSTANCE/></ACT>"), NO_TEXT),
    ("Formex without articles", holding("t.xml", "<GENERAL><P>Lamps burn.</P></GENERAL>"), NO_ARTICLES),
    # -- text that is no treaty
    ("a story", holding("t.txt", "The lamp had gone out, and nobody would climb the stairs.\n\n" * 30), NO_ARTICLES),
    ("source code", holding("t.py", "class Article:\n    number = 1\n\n" * 20), NO_ARTICLES),
    ("a table", holding("t.csv", "article,words\n1,Lamps\n2,Bells\n" * 30), NO_ARTICLES),
    ("a manifest", holding("corpus.yaml", "treaties:\n- {id: venn, file: venn.txt}\n"), NO_ARTICLES),
    ("one endless word", holding("t.txt", "a" * 1_000_000), NO_ARTICLES),
    ("one endless line", holding("t.txt", "lamp " * 200_000), NO_ARTICLES),
    (
        "headings only", holding("t.txt", "Article 1\n\nArticle 2\n\nArticle 3\n"),
        "it has headings only (Article 1 … Article 3) and no words under them. "
        "Give the whole text; this may be its table of contents.",
    ),
    (
        "one heading", holding("t.txt", "Article 1"),
        "it has headings only (Article 1) and no words under them. "
        "Give the whole text; this may be its table of contents.",
    ),
    ("annexes only", holding("t.txt", "Annex I\n\nLamps of the coast.\n\nAnnex II\n\nBells of it.\n"), NO_ARTICLES),
    ("a number beyond all", holding("t.txt", treaty_text(f"Article 99999999999\n\n{WORDS}")), NO_ARTICLES),
]  # fmt: skip


@pytest.mark.parametrize(("make", "says"), [pytest.param(make, says, id=kind) for kind, make, says in KINDS])
def test_what_is_said(make: Make, says: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    if make is broken.not_readable and os.geteuid() == 0:
        pytest.skip("root may read everything")
    path = make(tmp_path)
    code = pacta.main(["parse", str(path)])
    out, err = capfd.readouterr()
    assert (code, out) == (3, "")
    assert err == f"pacta: {path}: {says}\n"


PACKED: list[tuple[str, bytes, str, str]] = [
    ("encrypted", broken.marked_as_encrypted(zipped(broken.ONE)), "lamps/treaty.txt",
     "it is encrypted. Unpack the archive with its password and give the files."),
    ("a name that leads up", zipped({"../treaty.txt": TREATY}), "../treaty.txt",
     "its name leads out of the archive. Pack the files anew, with plain names."),
    ("a name from the root", zipped({"/etc/treaty.txt": TREATY}), "/etc/treaty.txt",
     "its name leads out of the archive. Pack the files anew, with plain names."),
    ("a name of Windows", zipped({"..\\treaty.txt": TREATY}), "..\\treaty.txt",
     "its name leads out of the archive. Pack the files anew, with plain names."),
    ("a drive", zipped({"C:\\treaty.txt": TREATY}), "C:\\treaty.txt",
     "its name leads out of the archive. Pack the files anew, with plain names."),
    ("a name given twice", zipped({"a.txt": TREATY, "b.txt": TREATY}).replace(b"b.txt", b"a.txt"), "a.txt",
     "the archive holds two files of this name. Pack each file once."),
    ("a link", broken.with_a_link(), "treaty.txt", "it is a link, not a file. Pack the file that it leads to."),
    ("bzip2", zipped(broken.ONE, zipfile.ZIP_BZIP2), "lamps/treaty.txt",
     "it is packed with bzip2, which Pacta does not unpack. Pack the files anew, the usual way."),
    ("too large", broken.claiming(zipped(broken.ONE), 65 << 20), "lamps/treaty.txt",
     "it unpacks to 65.0 MiB; the limit is 64 MiB. Split it."),
    ("a bomb", zipped({"a.txt": bytes(20 << 20)}), "a.txt",
     "it unpacks to 1,028 times its packed size, as a bomb does. Give the file unpacked."),
    ("an archive", zipped({"a.zip": zipped(broken.ONE)}), "a.zip",
     "this is an archive inside an archive. Unpack the outer one and give this one by itself."),
    ("an archive by another name", zipped({"a.docx": zipped(broken.ONE)}), "a.docx",
     "this is an archive inside an archive. Unpack the outer one and give this one by itself."),
    ("damaged", broken.with_one_byte_changed(zipped({"a.txt": TREATY}, 0), b"Venn"), "a.txt",
     "the ZIP archive is damaged (Bad CRC-32 for file 'a.txt'). Get the file again."),
    ("a table that does not fit", zipped({"a.txt": TREATY}).replace(b"a.txt", b"b.txt", 1), "a.txt",
     "the ZIP archive is damaged (File name in directory 'a.txt' and header b'b.txt' differ.). Get the file again."),
    ("an empty document", zipped({"a.txt": ""}), "a.txt", EMPTY),
    ("a letter", zipped({"a.txt": "Dear Sir,\n"}), "a.txt", NO_ARTICLES),
    ("a PDF that is none", zipped({"a.pdf": b"%PDF-1.7\n"}), "a.pdf",
     "the PDF is cut off: its end is missing. Download or copy the file again."),
]  # fmt: skip


@pytest.mark.parametrize(("archive", "member", "says"), [pytest.param(*row, id=kind) for kind, *row in PACKED])
def test_what_is_said_of_a_document_in_an_archive(
    archive: bytes, member: str, says: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = holding("t.zip", archive)(tmp_path)
    code = pacta.main(["parse", str(path)])
    out, err = capfd.readouterr()
    assert (code, out, err) == (3, "", f"pacta: {path}!/{member}: {says}\n")


READ_ALL_THE_SAME = [
    pytest.param(holding("t.txt", TREATY.encode("utf-16-le")), id="UTF-16 without its mark"),
    pytest.param(holding("t.txt", TREATY.encode("utf-16-be")), id="UTF-16 of the other order without its mark"),
    pytest.param(holding("t.txt", TREATY.encode("utf-32")), id="UTF-32"),
    pytest.param(holding("t.txt", TREATY.replace("Venn", "Vénn").encode("cp1252")), id="Windows-1252"),
    pytest.param(holding("t.pdf", TREATY), id="text named .pdf"),
    pytest.param(holding("t.txt", TREATY.replace("Article", "Art\u202eicle\u200b")), id="a turned reading direction"),
    pytest.param(holding("t.txt", TREATY.replace(" ", "\t" * 1000)), id="a thousand tabs for a blank"),
    pytest.param(holding("t.txt", TREATY.replace(" ", "\u2003")), id="wide blanks"),
    pytest.param(holding("t.txt", TREATY.replace("\n", "\r")), id="line ends of an old Macintosh"),
    pytest.param(holding("t.txt", TREATY.replace("\n", "\u2028")), id="line separators"),
    pytest.param(holding("t.txt", broken.WORD), id="a Word document named .txt"),
    pytest.param(holding("t", zipped({"a/b/treaty.txt": TREATY, "README.txt": "x"})), id="a document in an archive"),
    pytest.param(holding("t.zip", zipped({"t.docx": broken.WORD})), id="a Word document in an archive"),
    pytest.param(holding("t.docm", broken.WORD), id="a Word document with macros"),
    pytest.param(holding("t.txt", akn_treaty()), id="Akoma Ntoso named .txt"),
    pytest.param(holding("t.xml", akn_treaty().encode("utf-16")), id="Akoma Ntoso in UTF-16"),
    pytest.param(
        holding("t.xml", f"<!DOCTYPE akomaNtoso SYSTEM 'akn.dtd'>{akn_treaty()}"), id="XML with a DTD elsewhere"
    ),
    pytest.param(holding("t.xml", XHTML), id="XHTML named .xml"),
    pytest.param(holding("t.md", TREATY + "&#" + "9" * 9_000 + "; **Venn** [lamp](x)"), id="a letter of 9,000 digits"),
]


@pytest.mark.parametrize("make", READ_ALL_THE_SAME)
def test_what_can_be_read_is_read(make: Make, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert pacta.main(["parse", str(make(tmp_path))]) == 0
    out, err = capfd.readouterr()
    assert err == ""
    assert [line.split()[0] for line in out.splitlines() if line.startswith("art_")] == ["art_1", "art_2", "art_3"]


# -- names of files ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        pytest.param(b"a\nb.txt", "a\\nb.txt", id="a line break"),
        pytest.param(b"trait\xe9.txt", "trait\\udce9.txt", id="a byte that is no letter"),
        pytest.param("a\u202etxt.fdp".encode(), "a\\u202etxt.fdp", id="a turned reading direction"),
        pytest.param(b"\x1b[31mred.txt", "\\x1b[31mred.txt", id="a sequence for the terminal"),
        pytest.param("traité 条约.txt".encode(), "traité 条约.txt", id="letters stay"),
    ],
)
def test_a_message_is_one_line_whatever_the_name(
    name: bytes, shown: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert pacta.main(["parse", os.fsdecode(os.fsencode(tmp_path) + b"/" + name)]) == 3
    assert capfd.readouterr().err == f"pacta: {tmp_path}/{shown}: there is no such file. Check the path.\n"


def test_a_name_with_a_zero_is_refused() -> None:
    with pytest.raises(UnreadableDocument, match="cannot have a zero"):
        read_bytes(Path("a\0b.txt"))


# -- files that change -------------------------------------------------------------------------------------


def test_a_file_that_shrinks_while_it_is_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = holding("t.txt", "lamps " * 1000)(tmp_path)
    read = os.read

    def shrinking(handle: int, most: int) -> bytes:
        os.truncate(path, 100)
        return read(handle, most)

    monkeypatch.setattr(os, "read", shrinking)
    with pytest.raises(UnreadableDocument, match=r"changed while it was read: 6,000 bytes at first, then 100\."):
        read_bytes(path)


def test_a_file_without_a_size_is_read_to_its_end() -> None:
    # Files of /proc have none.
    if not Path("/proc/self/status").exists():
        pytest.skip("there is no /proc here")
    assert b"Name:" in read_bytes(Path("/proc/self/status"))


# -- time and memory ---------------------------------------------------------------------------------------


def _loops(entry: Entry) -> ParsedTreaty:
    while True:
        pass


def _hoards(entry: Entry) -> ParsedTreaty:
    hoard = []
    while True:
        hoard.append(bytearray(64 << 20))


def _swallows(entry: Entry) -> ParsedTreaty:
    while True:
        try:
            _loops(entry)
        except Exception:
            continue


@pytest.mark.parametrize(
    ("parse", "seconds", "reason"),
    [
        pytest.param(_loops, 0.2, "reading it takes more than 0.2 seconds of processor time.", id="a loop"),
        pytest.param(_swallows, 0.2, "reading it takes more than 0.2 seconds of processor time.", id="a deaf loop"),
        pytest.param(_hoards, 20, "reading it takes too much memory.", id="a hoard"),
    ],
)
def test_one_document_is_limited_in_this_process_too(
    parse: Callable[[Entry], ParsedTreaty], seconds: float, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "HERE_SECONDS", seconds)
    before = [resource.getrlimit(name) for name in (resource.RLIMIT_AS, resource.RLIMIT_CPU)]
    handler = signal.getsignal(signal.SIGPROF)
    ((_, outcome),) = workers.parse_all([Entry(Path("t.txt"))], parse=parse)
    assert isinstance(outcome, UnreadableDocument)
    assert outcome.reason == reason
    assert [resource.getrlimit(name) for name in (resource.RLIMIT_AS, resource.RLIMIT_CPU)] == before
    assert signal.getsignal(signal.SIGPROF) == handler


def test_what_no_signal_reaches_is_ended_by_the_system() -> None:
    # Composing a million accents takes C hours; document.py leaves them out of a text for that.
    code = (
        "import unicodedata\nfrom ingest.limits import limited\n"
        "with limited(1 << 30, 0.1):\n    unicodedata.normalize('NFC', 'a' + '\\u0315\\u0300' * 1_000_000)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, cwd=ROOT, timeout=60)
    assert done.returncode == -signal.SIGXCPU


def test_the_limits_end_with_what_they_are_for() -> None:
    with limits.limited(1 << 30, 0.05):
        pass
    until = time.process_time() + 0.2
    while time.process_time() < until:
        pass
    assert len(bytearray(1100 << 20)) == 1100 << 20


BOMBS = [
    pytest.param(holding("t.pdf", lambda: broken.pdf_bomb(900)), id="a PDF a thousand times as long as its file"),
    pytest.param(holding("t.pdf", broken.pdf_claiming_pages(2_000_000_000)), id="a PDF of two thousand million pages"),
    pytest.param(holding("t.txt", "<!---->" * 600 + "x"), id="comments that may begin a web page"),
    pytest.param(holding("t.md", "# a" + " " * 100_000 + "x"), id="a Markdown heading of blanks"),
    pytest.param(holding("t.md", "x" + "[" * 200_000), id="Markdown links never closed"),
    pytest.param(holding("t.md", "**a " * 200_000), id="Markdown emphasis never closed"),
    pytest.param(holding("t.md", "<!--" * 200_000), id="Markdown comments never closed"),
    pytest.param(holding("t.txt", "the lamps of the coast shall burn all night long and every bell ring\n" * 50_000),
                 id="one paragraph of 50,000 lines"),
    pytest.param(holding("t.txt", TREATY + "a" + "\u0315\u0300" * 1_000_000), id="a letter of two million accents"),
    pytest.param(holding("t.txt", b"x" + b"\n" * (60 << 20) + b"y"), id="sixty million empty lines"),
    pytest.param(holding("t.html", b"<p>Article 1</p>" * (3 << 20)), id="three million paragraphs of a web page"),
    pytest.param(holding("t.docx", lambda: broken.bomb(60)), id="a Word document a thousand times as long as its file"),
    pytest.param(holding("t.docx", docx(*[par("lamp ", mark="<w:del/>")] * 60_000, method=zipfile.ZIP_STORED)),
                 id="60,000 paragraphs that are one"),
    pytest.param(holding("t.docx", docx("<w:tbl><w:tr><w:tc>" * 80 + par("x") * 30_000 + "</w:tc></w:tr></w:tbl>" * 80,
                                        method=zipfile.ZIP_STORED)), id="30,000 paragraphs in eighty tables"),
    pytest.param(holding("t.xml", "<akomaNtoso>" + "<num>1</num>" * 300_000 + "</akomaNtoso>"),
                 id="300,000 numbers without words"),
    pytest.param(holding("t.xml", "<akomaNtoso><p>" + "<b> </b> <authorialNote/>x" * 300_000 + "</p></akomaNtoso>"),
                 id="a line of 300,000 notes"),
    pytest.param(holding("t.xml", "<ACT>" + "<P><QUOT.END/></P>" * 100_000 + "</ACT>"),
                 id="100,000 quotations that only end"),
    pytest.param(holding("t.xml", f"<ACT>{'<LIST><ITEM>' * 120}{'<P>x</P>' * 60_000}{'</ITEM></LIST>' * 120}</ACT>"),
                 id="lists in lists"),
    pytest.param(holding("t.xml", "<!DOCTYPE ACT [" + "<!ENTITY a SYSTEM 'b'>" * 20_000 + "]><ACT/>"),
                 id="20,000 entities"),
    pytest.param(holding("t.zip", lambda: broken.of_many_entries(1_300_000)), id="an archive of a million names"),
    pytest.param(holding("t.txt", "第99999999999条\n\n灯。\n\n第一条\n\n灯。\n"), id="a number beyond all memory"),
]  # fmt: skip


def test_pages_that_come_slowly_end_with_the_time(tmp_path: Path) -> None:
    path = holding("t.pdf", broken.pdf_of_lines(20, 1_400))(tmp_path)
    ((_, outcome),) = workers.parse_all([Entry(path)], cpu_seconds=1)
    assert isinstance(outcome, UnreadableDocument)
    assert outcome.reason == "reading it crashed, or took too much memory or more than 1 seconds."


def test_pages_that_come_quickly_may_be_many(tmp_path: Path) -> None:
    # 600 pages need more than the second that is given to begin with.
    path = holding("t.pdf", broken.pdf_of_lines(600, 60))(tmp_path)
    ((_, outcome),) = workers.parse_all([Entry(path)], cpu_seconds=1)
    assert isinstance(outcome, NoProvisions)


@pytest.mark.parametrize("make", BOMBS)
def test_a_bomb_is_refused_or_read_within_its_limits(make: Make, tmp_path: Path) -> None:
    start = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "pacta", "parse", str(make(tmp_path))],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    # The limits are of processor time; here the machine may be busy with other things as well.
    assert time.monotonic() - start < 20
    assert done.returncode in (0, 3)
    assert "Traceback" not in done.stderr
    assert "Please report this" not in done.stderr


# -- the output --------------------------------------------------------------------------------------------


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device here")
@pytest.mark.parametrize("options", [(), ("--json",)])
def test_output_that_cannot_be_written_is_told(options: tuple[str, ...], tmp_path: Path) -> None:
    path = holding("t.txt", TREATY)(tmp_path)
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "pacta", "parse", str(path), *options], stdout=full, stderr=subprocess.PIPE,
            text=True, check=False, cwd=ROOT,
        )  # fmt: skip
    says = "pacta: the output cannot be written (No space left on device). Send it elsewhere.\n"
    assert (done.returncode, done.stderr) == (3, says)


def test_a_reader_that_wants_one_line_is_no_error(tmp_path: Path) -> None:
    path = holding("t.txt", treaty_text(*(f"Article {n}\n\n{WORDS}" for n in range(1, 900))))(tmp_path)
    with subprocess.Popen(
        [sys.executable, "-m", "pacta", "parse", str(path), "--json"], stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, cwd=ROOT,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0
