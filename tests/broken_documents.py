"""Files that are broken, or no treaties: how each is made. What is said of each is in test_broken_documents.py."""

import gzip
import io
import json
import os
import socket
import sqlite3
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

from docx_fakes import docx, zipped
from ingest_fakes import WORDS, Set, print_pdf, set_column, treaty_text
from pypdf import PdfWriter

Make = Callable[[Path], Path]

TREATY = treaty_text(*(f"Article {n}\n\n{WORDS}" for n in range(1, 4)))
# A page full of words, so that what is wrong with a PDF of it is not that it is empty.
PAGE = set_column([f"Article {n}. {WORDS}" for n in range(1, 9)])


def holding(name: str, content: bytes | str | Callable[[], bytes | str]) -> Make:
    """A file of these bytes, which may be made only when the file is."""

    def make(folder: Path) -> Path:
        path = folder / name
        made = content() if callable(content) else content
        path.write_bytes(made.encode() if isinstance(made, str) else made)
        return path

    return make


def nothing(folder: Path) -> Path:
    return folder / "gone.txt"


def a_folder(folder: Path) -> Path:
    (folder / "treaties").mkdir()
    return folder / "treaties"


def below_a_file(folder: Path) -> Path:
    return holding("treaty.txt", TREATY)(folder) / "treaty.txt"


def a_long_name(folder: Path) -> Path:
    return folder / ("lamps" * 60 + ".txt")


def not_readable(folder: Path) -> Path:
    path = holding("treaty.txt", TREATY)(folder)
    path.chmod(0)
    return path


def a_dangling_link(folder: Path) -> Path:
    (folder / "treaty.txt").symlink_to("gone.txt")
    return folder / "treaty.txt"


def a_link_to_itself(folder: Path) -> Path:
    (folder / "treaty.txt").symlink_to("treaty.txt")
    return folder / "treaty.txt"


def a_pipe(folder: Path) -> Path:
    os.mkfifo(folder / "treaty.txt")
    return folder / "treaty.txt"


def a_socket(folder: Path) -> Path:
    # The name of a socket may have 107 letters, and a test's folder has more.
    before = Path.cwd()
    os.chdir(folder)
    try:
        with socket.socket(socket.AF_UNIX) as there:
            there.bind("treaty.txt")
    finally:
        os.chdir(before)
    return folder / "treaty.txt"


def a_device(folder: Path) -> Path:
    return Path("/dev/zero")


def too_large(folder: Path) -> Path:
    path = folder / "treaty.txt"
    with path.open("wb") as file:
        file.truncate((64 << 20) + (100 << 10))
    return path


def sqlite(folder: Path) -> Path:
    with sqlite3.connect(folder / "treaty.txt") as database:
        database.execute("create table treaties (id)")
    database.close()
    return folder / "treaty.txt"


def named_with_bytes(folder: Path) -> Path:
    return Path(os.fsdecode(os.fsencode(folder) + b"/trait\xe9.txt"))


def json_treaty(*articles: object, **more: object) -> str:
    return json.dumps({"treaty_en": "Treaty of Venn", **more, "articles": articles}, ensure_ascii=False)


def password_pdf() -> bytes:
    return print_pdf([PAGE], password="lamp")


def pdf_without_pages() -> bytes:
    target = io.BytesIO()
    PdfWriter().write(target)
    return target.getvalue()


def scanned_pdf() -> bytes:
    return print_pdf([[Set("7", 500, 800)]] * 3)


def pdf_of_no_words() -> bytes:
    """A text layer whose letters were shifted, as a font without a map to Unicode gives them."""
    shifted = [Set("".join(chr(ord(c) ^ 0x8A) if c.isalpha() else c for c in line.text), line.x, line.y)
               for line in PAGE]  # fmt: skip
    return print_pdf([shifted])


def pdf_claiming_pages(number: int) -> bytes:
    """A page tree that says it has this many pages, and has none."""
    return raw_pdf(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[]/Count %d>>" % number,
    )


def pdf_turning_on_itself() -> bytes:
    """A page tree whose only child is itself."""
    return raw_pdf(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R]/Count 1/Parent 2 0 R>>")


def pdf_bomb(megabytes: int) -> bytes:
    """A page whose content is a thousand times as long as the file."""
    content = zlib.compress(b"0 0 m 9 9 l S " * (megabytes * 75_000), 9)
    return raw_pdf(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n" % len(content) + content + b"\nendstream",
    )


def pdf_of_lines(pages: int, lines: int) -> bytes:
    """Pages of so many lines each, all with the same words."""
    text = (
        b"BT /F1 2 Tf 2 TL 9 %d Td " % (2 * lines) + b"(Lamps burn all night and the bells ring) Tj T* " * lines + b"ET"
    )
    content = zlib.compress(text, 9)
    first = 5
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 %d]/Contents 3 0 R/Resources<</Font<</F1 4 0 R>>>>>>"
    return raw_pdf(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%s]/Count %d>>" % (b" ".join(b"%d 0 R" % (first + n) for n in range(pages)), pages),
        b"<</Length %d/Filter/FlateDecode>>stream\n" % len(content) + content + b"\nendstream",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        *[page % (2 * lines + 20)] * pages,
    )


def raw_pdf(*objects: bytes) -> bytes:
    """A PDF of these objects, numbered from 1; the first is its catalogue."""
    data = b"%PDF-1.7\n"
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    start = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
    return data + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, start)


def gzipped() -> bytes:
    return gzip.compress(TREATY.encode(), mtime=0)


# -- archives and what is packed in them -------------------------------------------------------------------

ONE = {"lamps/treaty.txt": TREATY}
WORD = docx(*TREATY.split("\n\n"))


def office(*names: str) -> bytes:
    """An Office file of these parts, with nothing in them."""
    return zipped({"[Content_Types].xml": "<Types/>", **dict.fromkeys(names, "<x/>")})


def opendocument(kind: str) -> bytes:
    return zipped({"mimetype": f"application/vnd.oasis.opendocument.{kind}", "content.xml": "<x/>"})


def compound(*streams: str) -> bytes:
    """The beginning of a compound file, with the names of its streams."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + "\0".join(streams).encode("utf-16-le") + bytes(500)


def with_one_byte_changed(archive: bytes, near: bytes) -> bytes:
    """An archive of members that are not packed, with the byte behind these letters changed."""
    place = archive.index(near) + len(near)
    return archive[:place] + bytes([archive[place] ^ 1]) + archive[place + 1 :]


def marked_as_encrypted(archive: bytes) -> bytes:
    """An archive whose members say that they are encrypted."""
    changed = bytearray(archive)
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = archive.find(signature)
        while place >= 0:
            changed[place + flags] |= 1
            place = archive.find(signature, place + 4)
    return bytes(changed)


def claiming(archive: bytes, size: int) -> bytes:
    """An archive whose table says that each member unpacks to so many bytes."""
    changed = bytearray(archive)
    place = archive.find(b"PK\x01\x02")
    while place >= 0:
        changed[place + 24 : place + 28] = struct.pack("<L", size)
        place = archive.find(b"PK\x01\x02", place + 4)
    return bytes(changed)


def overlapping(times: int) -> bytes:
    """An archive whose table names one member many times, as the smallest of bombs do."""
    archive = zipped({"a.txt": "lamps " * 1000}, zipfile.ZIP_STORED)
    table, end = archive.index(b"PK\x01\x02"), archive.index(b"PK\x05\x06")
    entries = archive[table:end] * times
    sizes = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, times, times, len(entries), table, 0)
    return archive[:table] + entries + sizes


def of_many_entries(number: int) -> bytes:
    """An archive that is a table and nothing else."""
    entry = struct.pack("<4s4B4HL2L5H2L", b"PK\x01\x02", 20, 0, 20, *[0] * 5, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"a"
    sizes = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 9, 9, len(entry) * number, 4, 0)
    return b"PK\x03\x04" + entry * number + sizes


def with_a_link() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        info = zipfile.ZipInfo("treaty.txt")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    return target.getvalue()


def bomb(megabytes: int) -> bytes:
    """A Word document whose text is a thousand times as long as the file."""
    return docx("x", parts={"word/styles.xml": bytes(megabytes << 20)}, styles="<w:style/>")


def entity_bomb() -> str:
    """XML of a few lines that would unfold to a thousand million words."""
    entities = '<!ENTITY a0 "lamp">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    return f'<?xml version="1.0"?><!DOCTYPE akomaNtoso [{entities}]><akomaNtoso><p x="&a9;">&a9;</p></akomaNtoso>'
