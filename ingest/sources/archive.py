"""ZIP archives opened with care: a DOCX is one, and documents come in them.

Nothing is written to a disk, and nothing is unpacked before its sizes have been judged:

- an archive has at most MAX_MEMBERS members, and all of them together at most MAX_TOTAL_BYTES;
- a member has at most MAX_MEMBER_BYTES, and is no longer than MAX_RATIO times what it takes in the archive:
  words shrink to a fifth, the XML of a word processor to a fortieth, and only bombs go far beyond;
- members do not share their bytes: a well-known bomb names one stretch of the file a thousand times;
- a member gives no more bytes than its entry in the table says, or it is damaged.
"""

import os
import stat
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import BinaryIO

from ingest.errors import UnreadableDocument

MAX_MEMBERS = 2_000
MAX_MEMBER_BYTES = 64 << 20
MAX_TOTAL_BYTES = 1 << 30
MAX_RATIO = 200
# Below this a high ratio costs nobody anything.
_SMALL = 1 << 20
_ENCRYPTED = 0x1 | 0x40
_METHODS = {9: "Deflate64", 12: "bzip2", 14: "LZMA", 93: "Zstandard", 95: "XZ", 98: "PPMd"}
_AGAIN = "Get the file again."
# An archive ends with a record of where its table of members is; a comment of up to 64 KiB may follow, and the
# record for very large archives may stand before it (APPNOTE.TXT of PKWARE, sections 4.3.14 to 4.3.16).
_END, _LOCATOR, _END_MOST = b"PK\x05\x06", b"PK\x06\x07", 22 + 0xFFFF + 76
_ENTRY_MOST = 1024  # an entry of the table takes 46 bytes, the member's name, and what little else is noted

# What else comes in a ZIP archive, by the beginning of a member's name.
_OFFICE = (
    ("word/", "docx"),
    ("xl/workbook.", "an Excel workbook"),
    ("ppt/presentation.", "a PowerPoint presentation"),
    ("visio/document.", "a Visio drawing"),
    ("Index/Document.iwa", "a Pages document"),
)
_MIMETYPES = {
    "application/vnd.oasis.opendocument.text": "an OpenDocument text",
    "application/vnd.oasis.opendocument.spreadsheet": "an OpenDocument spreadsheet",
    "application/vnd.oasis.opendocument.presentation": "an OpenDocument presentation",
    "application/epub+zip": "an EPUB book",
}


class Archive:
    """The members of a ZIP archive, folders left out; ``name`` is its path or address, used in messages.

    Raises UnreadableDocument where the archive is damaged, or larger than its limits.
    """

    def __init__(self, file: BinaryIO, name: str) -> None:
        self.name = name
        with _told(name):
            length = file.seek(0, os.SEEK_END)
            # Python makes an object of every entry: a table that fills a file of 64 MiB takes it ten seconds.
            long = _length_of_table(file, length) > MAX_MEMBERS * _ENTRY_MOST
            if not long:
                self._zip = zipfile.ZipFile(file)
        if long or len(self._zip.filelist) > MAX_MEMBERS:
            reason = f"the archive holds more than {MAX_MEMBERS:,} files, the limit."
            raise UnreadableDocument(name, reason, "Split it.")
        found = self._zip.filelist
        if (total := sum(info.file_size for info in found)) > MAX_TOTAL_BYTES:
            reason = f"the archive unpacks to {total / 2**20:,.0f} MiB; the limit is {MAX_TOTAL_BYTES >> 20:,} MiB."
            raise UnreadableDocument(name, reason, "Split it.")
        if sum(info.compress_size for info in found) > length:
            raise UnreadableDocument(name, "files in the archive overlap, as those of a bomb do.", _AGAIN)
        self.members = [info for info in found if not info.is_dir()]
        self._by_name = {info.filename: info for info in self.members}
        self._times = Counter(self.names)

    @property
    def names(self) -> list[str]:
        """The members' names in the order of the archive."""
        return [info.filename for info in self.members]

    def __contains__(self, member: str) -> bool:
        return member in self._by_name

    def kind(self) -> str:
        """What the archive is: "docx", "zip" for an archive of files, or in words what other thing it is."""
        if "mimetype" in self._by_name and self._by_name["mimetype"].file_size < 200:
            mimetype = self.read("mimetype").decode("ascii", "replace").strip()
            if mimetype in _MIMETYPES:
                return _MIMETYPES[mimetype]
        for beginning, kind in _OFFICE:
            if any(name.startswith(beginning) for name in self._by_name) and (
                kind == "a Pages document" or "[Content_Types].xml" in self._by_name
            ):
                return kind
        if "[Content_Types].xml" in self._by_name:
            return "an Office file of another kind"
        return "zip"

    def fault(self, member: str) -> tuple[str, str] | None:
        """Why a member cannot be read and what to do, as far as the archive's table tells; None where it can."""
        info = self._by_name[member]
        parts = PurePosixPath(member.replace("\\", "/")).parts
        if ".." in parts or member.startswith(("/", "\\")) or member[1:3] in (":/", ":\\"):
            return "its name leads out of the archive.", "Pack the files anew, with plain names."
        if self._times[member] > 1:
            return "the archive holds two files of this name.", "Pack each file once."
        if stat.S_ISLNK(info.external_attr >> 16):
            return "it is a link, not a file.", "Pack the file that it leads to."
        if info.flag_bits & _ENCRYPTED:
            return "it is encrypted.", "Unpack the archive with its password and give the files."
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            how = _METHODS.get(info.compress_type, f"method {info.compress_type}")
            return f"it is packed with {how}, which Pacta does not unpack.", "Pack the files anew, the usual way."
        if info.file_size > MAX_MEMBER_BYTES:
            most = MAX_MEMBER_BYTES >> 20
            return f"it unpacks to {info.file_size / 2**20:,.1f} MiB; the limit is {most} MiB.", "Split it."
        if info.file_size > _SMALL and info.file_size > MAX_RATIO * info.compress_size:
            ratio = info.file_size // max(info.compress_size, 1)
            return f"it unpacks to {ratio:,} times its packed size, as a bomb does.", "Give the file unpacked."
        return None

    def read(self, member: str) -> bytes:
        """All bytes of a member; raises UnreadableDocument where ``fault`` tells one, or its bytes are damaged."""
        if fault := self.fault(member):
            raise UnreadableDocument(self.name, *fault)
        with _told(self.name):
            return self._zip.read(self._by_name[member])


def _length_of_table(file: BinaryIO, length: int) -> int:
    file.seek(max(0, length - _END_MOST))
    tail = file.read(_END_MOST)
    end = tail.rfind(_END)
    if end >= 76 and tail[end - 20 : end - 16] == _LOCATOR:
        return int.from_bytes(tail[end - 36 : end - 28], "little")
    return int.from_bytes(tail[end + 12 : end + 16], "little") if end >= 0 else 0


@contextmanager
def _told(name: str) -> Iterator[None]:
    """The errors of zipfile, which are of many classes, as sentences."""
    try:
        yield
    except zipfile.BadZipFile as error:
        if "not a zip file" in str(error):
            raise UnreadableDocument(name, "the ZIP archive is cut off: its end is missing.", _AGAIN) from error
        raise UnreadableDocument(name, f"the ZIP archive is damaged ({error}).", _AGAIN) from error
    except (zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OverflowError, OSError) as error:
        raise UnreadableDocument(name, f"the ZIP archive is damaged ({error}).", _AGAIN) from error
