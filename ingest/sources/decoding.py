"""Bytes of a text file to its letters: which encoding they are in, and where they are damaged.

Few rules, each on what the bytes themselves tell:

- a byte order mark says it all;
- zero bytes at every other place are UTF-16 without its mark; zeros elsewhere are no text;
- what decodes as UTF-8 is UTF-8: no other encoding does by chance;
- bytes that are mostly well-formed UTF-8 letters are damaged UTF-8, and reading them as anything else
  would turn every accent into two wrong letters; they are refused, with the place;
- a web page or an XML document that declares its encoding at its beginning is read by that;
- anything else may be Windows-1252, if it then reads like a Western language: mostly plain letters. Cyrillic
  or Chinese in an encoding of their own would come out as rows of accented letters and is refused.
"""

import re

from ingest.errors import UnreadableDocument

_MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_SAMPLE = 65536
_CONTROLS = bytes([*range(9), *range(14, 32)])
_HIGH = bytes(range(0x80, 0x100))
_ACCENTED = bytes(range(0xC0, 0x100))
_PLAIN = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
# A letter of two to four bytes in UTF-8.
_UTF8_LETTER = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
# Where a page declares its encoding (HTML Living Standard, 13.2.3.2; XML 1.0, section 4.3.3). Names of encodings
# stand for the larger ones that browsers read them as (Encoding Standard, section 4.2).
_DECLARED = re.compile(
    rb"""(?i)<\?xml[^>]{1,99}?encoding\s*=\s*["']([\w-]{2,20})|<meta[^>]{1,200}?charset\s*=\s*["']?\s*([\w-]{2,20})"""
)
_DECLARED_WITHIN = 4096
_KNOWN = {
    "gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "gb18030": "gb18030", "big5": "big5hkscs",
    "big5-hkscs": "big5hkscs", "shift_jis": "cp932", "shift-jis": "cp932", "x-sjis": "cp932", "euc-jp": "euc_jp",
    "euc-kr": "cp949", "ks_c_5601-1987": "cp949", "koi8-r": "koi8_r", "koi8-u": "koi8_u", "ibm866": "cp866",
    "iso-8859-9": "cp1254", "tis-620": "cp874", "iso-8859-11": "cp874",
    **{f"windows-125{n}": f"cp125{n}" for n in range(9) if n != 2},
    **{f"iso-8859-{n}": f"iso8859_{n}" for n in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)},
}  # fmt: skip
_REMEDY_BINARY = "If it is a document, convert it to text or to another format that pacta parse --help lists."


def decode(data: bytes, name: str) -> str:
    """The text of ``data``; ``name`` is its path or address, used in messages.

    Raises UnreadableDocument for bytes that are no text, or text that is damaged.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decode_wide(data, encoding, name)
    sample = data[:_SAMPLE]
    if sample.count(0):
        if unmarked := _unmarked_utf16(sample):
            return _decode_wide(data, unmarked, name)
        raise UnreadableDocument(name, "this is a binary file, not text.", _REMEDY_BINARY)
    if len(sample) - len(sample.translate(None, _CONTROLS)) > len(sample) * 0.01:
        raise UnreadableDocument(name, "this is a binary file, not text.", _REMEDY_BINARY)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return _decode_western(data, error, name)


def _decode_wide(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        shown = encoding.upper().removesuffix("-LE").removesuffix("-BE")
        if error.reason in ("truncated data", "unexpected end of data", "incomplete multibyte sequence"):
            raise UnreadableDocument(name, f"the {shown} text is cut off.", "Get the file again.") from error
        place = _place(data[: error.start].decode(encoding, "ignore"))
        raise UnreadableDocument(
            name, f"the {shown} text is damaged at {place}.", "Get the file again, or save it as UTF-8."
        ) from error


def _unmarked_utf16(sample: bytes) -> str | None:
    """UTF-16 without its mark: in text of Latin letters every other byte is zero, and no other is."""
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if odd > 0.5 * half and not even:
        return "utf-16-le"
    if even > 0.5 * half and not odd:
        return "utf-16-be"
    return None


def _decode_western(data: bytes, error: UnicodeDecodeError, name: str) -> str:
    high = len(data) - len(data.translate(None, _HIGH))
    inside = len(data) - len(_UTF8_LETTER.sub(b"", data))
    if inside > high - inside:
        before = data[: error.start].decode("utf-8", "replace").removeprefix("\ufeff")
        if error.reason == "unexpected end of data":
            raise UnreadableDocument(
                name, f"the UTF-8 text is cut off in a letter at {_place(before)}.", "Get the file again."
            ) from error
        raise UnreadableDocument(
            name,
            f"the UTF-8 text is damaged at {_place(before)}: the byte 0x{data[error.start]:02X} belongs to no letter.",
            "Mend that place, or get the file again.",
        ) from error
    if declared := _declared(data):
        return _decode_wide(data, declared, name)
    accented = len(data) - len(data.translate(None, _ACCENTED))
    plain = len(data) - len(data.translate(None, _PLAIN))
    # One letter in four has an accent in Vietnamese, the most of all; in Cyrillic every letter is above 0xBF.
    if accented > 0.4 * (accented + plain):
        raise UnreadableDocument(
            name, "its letters are in an encoding that Pacta does not know.", "Save the file as UTF-8."
        ) from error
    return data.decode("cp1252", errors="replace")


def _declared(data: bytes) -> str | None:
    """The encoding that a page declares itself to be in, if it is one of those that are told by nothing else."""
    found = _DECLARED.search(data[:_DECLARED_WITHIN])
    return _KNOWN.get((found[1] or found[2]).decode("ascii").lower()) if found else None


def _place(before: str) -> str:
    """Where a text stands after the words ``before``: "line 3, column 7", both from 1."""
    lines = re.split("\r\n|\r|\n", before)
    return f"line {len(lines)}, column {len(lines[-1]) + 1}"
