"""Reads files that others may have made: without blocking for ever, and up to a size limit."""

import errno
import os
import select
import stat
from codecs import BOM_UTF8
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

MAX_BYTES = 1 << 20
"""The limit for a file that a person writes by hand."""
_PATIENCE_S = 30.0
_PIECE = 1 << 16


class NotRegular(OSError):
    """A pipe, a device or a folder instead of a regular file: reading it may never end."""

    def __init__(self, path: Path) -> None:
        super().__init__(errno.EINVAL, "it is no regular file", str(path))


def read_regular(path: Path, max_bytes: int = MAX_BYTES) -> bytes:
    """The content of a regular file. Raises NotRegular, and OSError, also if the file is larger."""
    with _opened(path) as handle:
        if not stat.S_ISREG(os.fstat(handle.fileno()).st_mode):
            raise NotRegular(path)
        return _bounded(handle.read(max_bytes + 1), path, max_bytes)


def read_given(path: Path) -> bytes:
    """The content of a file that a person named; may be a pipe (`--token-file <(pass show gateway)`).

    Raises NotRegular for a device or a folder, and OSError, also if nobody writes into the pipe.
    """
    with _opened(path) as handle:
        mode = os.fstat(handle.fileno()).st_mode
        if stat.S_ISREG(mode):
            return _bounded(handle.read(MAX_BYTES + 1), path, MAX_BYTES)
        if not stat.S_ISFIFO(mode):
            raise NotRegular(path)
        return _bounded(_piped(handle.fileno(), path), path, MAX_BYTES)


def _piped(handle: int, path: Path) -> bytes:
    """The content of a pipe until its writers are gone; some may have written and left before."""
    content, has_waited = b"", False
    while len(content) <= MAX_BYTES:
        try:
            piece = os.read(handle, _PIECE)
        except BlockingIOError:
            pass  # a writer is still there
        else:
            if not piece and (content or has_waited):
                break
            content += piece
            if piece:
                continue
        if not select.select([handle], [], [], _PATIENCE_S)[0]:
            raise TimeoutError(errno.ETIMEDOUT, os.strerror(errno.ETIMEDOUT), str(path))
        has_waited = True
    return content


def given_lines(path: Path) -> Iterator[bytes]:
    """All lines of a file or pipe that a person named. Raises OSError, and NotRegular for a device."""
    with open(path, "rb") as handle:
        mode = os.fstat(handle.fileno()).st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISFIFO(mode)):
            raise NotRegular(path)
        yield from lines_of(handle)


def lines_of(stream: BinaryIO) -> Iterator[bytes]:
    """The lines of a stream, without the byte order mark; an overlong line is cut.

    >>> from io import BytesIO
    >>> list(lines_of(BytesIO(b"a\\nb")))
    [b'a\\n', b'b']
    """
    mark = BOM_UTF8
    while line := stream.readline(MAX_BYTES):
        yield line.removeprefix(mark)
        mark, rest = b"", line
        while not rest.endswith(b"\n") and len(rest) == MAX_BYTES:
            rest = stream.readline(MAX_BYTES)


def text_of(content: bytes) -> str:
    """UTF-8 without the byte order mark that some editors add. Raises UnicodeDecodeError."""
    return content.removeprefix(BOM_UTF8).decode("utf-8")


def is_open_to_others(path: Path) -> bool:
    """Whether others can read or change a regular file that should be private."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return stat.S_ISREG(mode) and bool(mode & 0o077)


def is_writable_by_others(folder: Path) -> bool:
    """Whether others could replace files in this folder."""
    try:
        mode = folder.stat().st_mode
    except OSError:
        return False
    return bool(mode & 0o022) and not mode & stat.S_ISVTX


def _opened(path: Path) -> BinaryIO:
    """Open without waiting for the other end of a pipe."""
    return open(path, "rb", opener=lambda name, flags: os.open(name, flags | os.O_NONBLOCK))


def _bounded(content: bytes, path: Path, max_bytes: int) -> bytes:
    if len(content) > max_bytes:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), str(path))
    return content
