"""The bytes of a file, from whatever a path may name: never more than the limit, never waiting for them."""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from ingest.errors import UnreadableDocument

MAX_DOCUMENT_BYTES = 64 * 1024 * 1024
_HEAD = 1024
_KINDS = (
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def read_bytes(path: Path) -> bytes:
    """All bytes of a file.

    Raises UnreadableDocument for what is no file, may not be read, is too large, or changes while it is read.
    """
    with _opened(path) as (handle, size):
        _judge_size(str(path), size)
        # Read to the end and not to the size: files of /proc have none. One byte more than may be tells that.
        parts: list[bytes] = []
        read = 0
        while read <= MAX_DOCUMENT_BYTES and (part := os.read(handle, MAX_DOCUMENT_BYTES + 1 - read)):
            parts.append(part)
            read += len(part)
    if (size and read != size) or read > MAX_DOCUMENT_BYTES:
        raise UnreadableDocument(
            str(path),
            f"the file changed while it was read: {size:,} bytes at first, then {read:,}.",
            "Run this again once it is complete.",
        )
    return b"".join(parts)


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """A file open to be read piece by piece; raises as ``read_bytes`` does."""
    with _opened(path) as (handle, size):
        _judge_size(str(path), size)
        with os.fdopen(handle, "rb", closefd=False) as file:
            yield file


def read_head(path: Path) -> bytes:
    """The first kilobyte of a file; raises as ``read_bytes`` does."""
    with _opened(path) as (handle, _):
        return os.read(handle, _HEAD)


@contextmanager
def _opened(path: Path) -> Iterator[tuple[int, int]]:
    """An open file and its size; errors of the system, here and while it is open, become sentences."""
    name = str(path)
    handle: int | None = None
    try:
        # To open a pipe is to wait until somebody writes into it, and a device may act on it.
        _judge_kind(name, os.stat(path).st_mode)
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
        status = os.fstat(handle)
        _judge_kind(name, status.st_mode)
        yield handle, status.st_size
    except ValueError as error:
        raise UnreadableDocument(name, "a file's name cannot have a zero in it.", "Check the path.") from error
    except OSError as error:
        raise UnreadableDocument(name, *_told(path, error)) from error
    finally:
        if handle is not None:
            os.close(handle)


def _judge_size(name: str, size: int) -> None:
    if size > MAX_DOCUMENT_BYTES:
        reason = f"the file is {size / 2**20:,.1f} MiB long; the limit is {MAX_DOCUMENT_BYTES >> 20} MiB."
        raise UnreadableDocument(name, reason, "Split it.")


def _judge_kind(name: str, mode: int) -> None:
    if stat.S_ISDIR(mode):
        raise UnreadableDocument(name, "this is a folder.", "Name a file in it; pacta ingest takes whole folders.")
    for is_kind, what in _KINDS:
        if is_kind(mode):
            raise UnreadableDocument(name, f"this is {what}, not a file.", "Save what comes from it as a file.")


def _told(path: Path, error: OSError) -> tuple[str, str]:
    match error.errno:
        case errno.ENOENT if path.is_symlink():
            return f"this is a link to {os.readlink(path)}, and there is no such file.", "Mend the link."
        case errno.ENOENT:
            return "there is no such file.", "Check the path."
        case errno.ENOTDIR:
            return "a part of the path is a file, not a folder.", "Check the path."
        case errno.ENAMETOOLONG:
            return "the name is too long.", "Check the path."
        case errno.ELOOP:
            return "this is a link that leads back to itself.", "Mend the link."
        case errno.EACCES | errno.EPERM:
            return "the file may not be read.", "Give read permission."
        case errno.EAGAIN:
            return "the file has nothing to read now.", "Save what comes from it as a file."
        case _:
            return f"the file cannot be read ({error.strerror}).", "Copy it again."
