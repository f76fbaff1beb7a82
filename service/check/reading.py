"""The text that is to be checked: read from a file of any format that is ingested, or from standard input."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ingest.errors import DocumentError, OnlyPictures
from ingest.formats import FORMATS_TOLD
from ingest.sources.decoding import decode
from ingest.sources.read import detect_format, read_document
from service.check.models import MOST_CHARACTERS
from service.errors import TextTooLong, TextUnreadable

STDIN = "-"
STDIN_NAME = "standard input"
# A book in PDF has some hundred pages of a few kilobytes; larger files are mostly pictures.
MOST_BYTES = 5 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Prose:
    """A text to be checked; ``name`` is the file that it was read from, as given."""

    text: str
    name: str


def read_prose(path: str) -> Prose:
    """The text in a file, or in standard input for "-".

    Plain text stays as it is but for its line ends, so that lines and offsets are the file's; of other formats it is
    what would be ingested, of a web page without menus and scripts. Raises TextUnreadable, and TextTooLong.
    """
    name = STDIN_NAME if path == STDIN else path
    text = text_of(_read_stdin() if path == STDIN else _read_file(path), name)
    if len(text) > MOST_CHARACTERS:
        raise TextTooLong(len(text), MOST_CHARACTERS)
    return Prose(text, name)


def text_of(data: bytes, name: str) -> str:
    """The text of a document's bytes; ``name`` is used in messages, and its ending to tell kinds of text apart.

    Raises TextUnreadable for bytes that hold no text or are of no format that is read.
    """
    if not data.strip():
        raise TextUnreadable(name, "it is empty.", "Give a text that speaks of a treaty.")
    try:
        form = detect_format(data, name)
        # JSON is told by how it begins, and "[1] As the minister said" begins so too.
        if form in ("text", "open-treaties"):
            return "\n".join(decode(data, name).splitlines())
        text = read_document(data, name).text
    except OnlyPictures as error:
        raise TextUnreadable(name, error.reason, "Make its text readable with OCR, or give the text.") from error
    except DocumentError as error:
        raise TextUnreadable(name, error.reason, error.remedy.replace("the treaty's text", "text in it")) from error
    return text


def _read_file(path: str) -> bytes:
    def opened() -> BinaryIO:
        file = Path(path)
        if file.is_dir():
            raise TextUnreadable(path, "this is a folder.", "Give one file of it.")
        return file.open("rb")

    return _read(opened, path)


def _read_stdin() -> bytes:
    if sys.stdin.isatty():
        print("Type or paste the text; Ctrl-D on a line of its own ends it.", file=sys.stderr)
    return _read(lambda: sys.stdin.buffer, STDIN_NAME)


def _read(opened: Callable[[], BinaryIO], name: str) -> bytes:
    """All bytes, of which there may be MOST_BYTES: one more is read, so that what never ends is refused too."""
    try:
        with opened() as file:
            data = file.read(MOST_BYTES + 1)
    except FileNotFoundError as error:
        remedy = f"Give the path of a file ({FORMATS_TOLD}), or - for standard input."
        raise TextUnreadable(name, "there is no such file.", remedy) from error
    except PermissionError as error:
        raise TextUnreadable(name, "it may not be read.", "Give yourself the right to read it.") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise TextUnreadable(name, f"it cannot be read ({reason}).", "Give another file.") from error
    if len(data) > MOST_BYTES:
        limit = MOST_BYTES // 1024**2
        raise TextUnreadable(name, f"it has more than {limit} MB.", "Give its text, or check it in parts.")
    return data
