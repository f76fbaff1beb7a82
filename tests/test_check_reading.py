"""The text that is to be checked is read from any format, and what cannot be read is said with what to do."""

import io
import sys
from pathlib import Path

import pytest
from conftest import SAMPLES
from docx_fakes import docx, par
from test_cli import encrypted_pdf, without_text_pdf

from service.check import reading
from service.check.models import MOST_CHARACTERS
from service.check.reading import read_prose
from service.errors import TextTooLong, TextUnreadable

NEWS = b"""<!doctype html><html><head><title>News</title><script>track("Article 9 says no")</script></head><body>
<nav><ul><li><a href="/">Home</a></li><li><a href="/w">World</a></li></ul></nav>
<article><h1>Salt talks</h1><p>Article 5 of the Salt Treaty says that &ldquo;salt is free&rdquo;.</p>
<p>The minister <b>agreed</b>, and went home to the coast, where salt has been free for as long as anyone knows.</p>
</article><footer>Cookies and terms</footer></body></html>"""


def test_plain_text_stays_as_it_is_but_for_its_line_ends(tmp_path: Path) -> None:
    """Lines and offsets of the report are those of the file."""
    file = tmp_path / "speech.txt"
    file.write_bytes("\ufeffOne  line,\r\n\r\n  “Art. 5”:\rsalt\n".encode())
    assert read_prose(str(file)) == reading.Prose("One  line,\n\n  “Art. 5”:\nsalt", str(file))


@pytest.mark.parametrize(
    ("name", "data", "there", "not_there"),
    [
        pytest.param("news.html", NEWS, "says that “salt is free”", "track", id="a news page: no script"),
        pytest.param("news.html", NEWS, "Salt talks", "World", id="a news page: no menu"),
        pytest.param("notes.md", b"# Salt\n\n**Article 5** says *so*.", "Article 5 says so", "**", id="Markdown"),
        pytest.param("notes.txt", b"[1] As Article 5 says", "[1] As", "{", id="a note's number is no JSON"),
        pytest.param("old.txt", "Après l’article 5".encode("cp1252"), "Après l’", "?", id="an older encoding"),
    ],
)
def test_other_formats_are_read_as_ingested(tmp_path: Path, name: str, data: bytes, there: str, not_there: str) -> None:
    (tmp_path / name).write_bytes(data)
    text = read_prose(str(tmp_path / name)).text
    assert there in text
    assert not_there not in text


def test_docx_is_read(tmp_path: Path) -> None:
    (tmp_path / "speech").write_bytes(docx(par("Article 5 says that salt is free.")))
    assert read_prose(str(tmp_path / "speech")).text.strip() == "Article 5 says that salt is free."


def test_pdf_is_read() -> None:
    assert "river" in read_prose(str(SAMPLES / "river-basin.pdf")).text.lower()


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        pytest.param("a.txt", b"", "it is empty. Give a text", id="nothing"),
        pytest.param("a.txt", b" \n\t", "it is empty", id="blanks"),
        pytest.param("a.txt", b"\x00\x01\x02\x80" * 99, "binary file", id="no text"),
        pytest.param("a.png", b"\x89PNG\r\n\x1a\n" + b"x" * 99, "a PNG picture", id="a picture"),
        pytest.param("a.rtf", b"{\\rtf1 Article 5}", "an RTF document", id="a format that is not read"),
        pytest.param("a.pdf", b"%PDF-1.7\nbroken", "", id="a broken PDF"),
        pytest.param("a.pdf", encrypted_pdf(), "password", id="a PDF with a password"),
        pytest.param("a.pdf", without_text_pdf(), "OCR", id="a PDF of pictures"),
        pytest.param("a.docx", b"PK\x03\x04broken", "", id="a broken DOCX"),
        pytest.param("a.txt", "Artikel 5 für alle, größer".encode()[:-9] + b"\xc3(", "UTF-8", id="damaged UTF-8"),
        pytest.param("a.html", b"<html><body><script>1</script></body></html>", "no text", id="a page without words"),
        pytest.param("a\n.txt", b"", "\\n.txt: it is empty", id="a name that could look like another message"),
    ],
)
def test_what_cannot_be_read_is_said(tmp_path: Path, name: str, data: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(TextUnreadable) as refused:
        read_prose(str(tmp_path / name))
    assert said in str(refused.value)
    assert str(refused.value).endswith(".")
    assert "treaty's text" not in str(refused.value)


def test_what_is_no_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(TextUnreadable, match=r"gone\.txt: there is no such file\. Give the path"):
        read_prose(str(tmp_path / "gone.txt"))
    with pytest.raises(TextUnreadable, match="this is a folder"):
        read_prose(str(tmp_path))
    with pytest.raises(TextUnreadable, match="cannot be read"):
        read_prose("nul\0byte")


def test_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "long.txt").write_text("x" * (MOST_CHARACTERS + 1))
    with pytest.raises(TextTooLong):
        read_prose(str(tmp_path / "long.txt"))
    monkeypatch.setattr(reading, "MOST_BYTES", 1024**2)
    with pytest.raises(TextUnreadable, match="more than 1 MB"):
        read_prose("/dev/zero")


@pytest.mark.parametrize(("data", "text"), [(b"Article 5", "Article 5"), (NEWS, "says that")], ids=["text", "HTML"])
def test_standard_input_is_read(data: bytes, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    prose = read_prose("-")
    assert text in prose.text
    assert prose.name == "standard input"
