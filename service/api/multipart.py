"""A form with files, written to a folder as it comes: never more of it in memory than one piece."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from service.api.body_limit import MAX_BODY_BYTES
from service.errors import UploadRefused, UploadUnreadable
from service.uploads import safe_name

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

FILES, FACTS = "files", "facts"


@dataclass(slots=True)
class Form:
    """What came: the names of the files in the folder with their sizes, and the words of each field ``facts``."""

    files: dict[str, int] = field(default_factory=dict)
    facts: list[bytes] = field(default_factory=list)


async def receive_form(request: Request, folder: Path, max_files: int) -> Form:
    """Writes the files of a request to a folder.

    Raises UploadUnreadable where it is no form or ends too early, UploadRefused for what a form may not have,
    BodyTooLarge, and OSError where a file cannot be written.
    """
    kind, options = parse_options_header(request.headers.get("content-type"))
    if kind != b"multipart/form-data" or not options.get(b"boundary"):
        raise UploadUnreadable("it does not say that it is a form with files")
    receiver = _Receiver(folder, max_files)
    try:
        parser = MultipartParser(options[b"boundary"], receiver.callbacks())
        async for piece in request.stream():
            await run_in_threadpool(parser.write, piece)
        parser.finalize()
    except FormParserError as error:
        raise UploadUnreadable(f"it is no form ({error})") from error
    except ClientDisconnect as error:
        raise UploadUnreadable("it broke off") from error
    finally:
        receiver.close()
    if not receiver.ended:
        raise UploadUnreadable("its end is missing")
    return receiver.form


class _Receiver:
    """Takes the parts of a form as they are read, one piece after the other."""

    def __init__(self, folder: Path, max_files: int) -> None:
        self.form = Form()
        self.ended = False
        self._folder = folder
        self._max_files = max_files
        self._name = b""
        self._value = b""
        self._disposition = b""
        self._file: BinaryIO | None = None
        self._file_name = ""
        self._facts_bytes = 0

    def callbacks(self) -> "MultipartCallbacks":
        """What the parser is to call."""
        return {
            "on_part_begin": self._begin_part,
            "on_header_field": self._header_name,
            "on_header_value": self._header_value,
            "on_header_end": self._end_header,
            "on_headers_finished": self._end_headers,
            "on_part_data": self._data,
            "on_part_end": self.close,
            "on_end": self._end,
        }

    def close(self) -> None:
        """Closes the file of the part that has been read."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _begin_part(self) -> None:
        self._disposition = b""

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _end_header(self) -> None:
        if self._name.lower() == b"content-disposition":
            self._disposition = self._value
        self._name = self._value = b""

    def _end_headers(self) -> None:
        _, options = parse_options_header(self._disposition)
        name = options.get(b"name", b"").decode("utf-8", "replace")
        if name == FACTS:
            self.form.facts.append(b"")
        elif name == FILES and b"filename" in options:
            self._open(options[b"filename"].decode("utf-8", "replace"))
        elif name == FILES:
            raise UploadRefused("A field files holds no file.", "Send each file with its name.")
        else:
            raise UploadRefused(f"There is no field {name[:80]!r}.", f"The fields are {FILES} and {FACTS}.")

    def _open(self, sent: str) -> None:
        if len(self.form.files) >= self._max_files:
            raise UploadRefused(
                f"More than {self._max_files} files were sent.", "Send fewer at a time, or a ZIP archive of them."
            )
        name = safe_name(sent)
        if name in self.form.files:
            raise UploadRefused(f"Two files are called {name}.", "Give each a name of its own.")
        self._file = (self._folder / name).open("xb")
        self._file_name = name
        self.form.files[name] = 0

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._file is not None:
            self._file.write(data[start:end])
            self.form.files[self._file_name] += end - start
            return
        self._facts_bytes += end - start
        if self._facts_bytes > MAX_BODY_BYTES:
            raise UploadRefused(f"The facts have more than {MAX_BODY_BYTES:,} bytes.", "Say less of each treaty.")
        self.form.facts[-1] += data[start:end]

    def _end(self) -> None:
        self.ended = True
