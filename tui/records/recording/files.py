"""Recordings on disk: written line by line or at once, and read up to the first damage."""

import gzip
import os
import stat
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import IO, BinaryIO, cast

from tui import VERSION
from tui.locale import _
from tui.monitor.heard import Heard, Stretch
from tui.monitor.moments import Moments, Recording
from tui.records.export import pending_file
from tui.records.recording.lines import SCHEMA, Head, first_lines, head_line, head_of, line_of
from tui.records.recording.parsing import BadLine, Item, beginning, read_head, read_line
from tui.records.recording.redaction import Redactor
from tui.store.files import NotRegular

ZIPPED = ".gz"
MAX_LINE = 1 << 26
MAX_BYTES = 1 << 31
"""Uncompressed: a day of a busy account takes a tenth of it."""
_MAGIC = b"\x1f\x8b"
_TORN = (EOFError, gzip.BadGzipFile, zlib.error)


class BadRecording(Exception):
    """This file cannot be shown; the message says why."""


class GrowingRecording:
    """A new file of mode 0600, to which lines are appended; concurrent readers see whole lines.

    Raises OSError, and FileExistsError if the file exists.
    """

    def __init__(self, path: Path) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC
        self._file = open(path, "wb", opener=lambda name, _flags: os.open(name, flags, 0o600))  # noqa: SIM115
        self._zipped = _zip(self._file) if path.suffix == ZIPPED else None

    def add(self, lines: Iterable[bytes]) -> None:
        """Append lines, and flush them."""
        into = self._zipped or self._file
        for line in lines:
            into.write(line)
        if self._zipped is not None:
            self._zipped.flush(zlib.Z_SYNC_FLUSH)
        self._file.flush()

    @property
    def size(self) -> int:
        """The size in bytes."""
        return os.fstat(self._file.fileno()).st_size

    def close(self) -> None:
        """Finish and close the file."""
        try:
            if self._zipped is not None:
                self._zipped.close()
        finally:
            self._file.close()


def lines_of(stretch: Stretch, redactor: Redactor, *, is_demo: bool) -> Iterator[bytes]:
    """All lines of a stretch of events."""
    yield head_line(head_of(stretch.begun, stretch.begun_at, redactor, version=VERSION, is_demo=is_demo))
    yield from first_lines(stretch.begun, stretch.begun_at, redactor)
    for heard in stretch.heard:
        yield line_of(heard, redactor)


def write_recording(
    path: Path, stretch: Stretch, *, is_private: bool, is_demo: bool, may_replace: bool = False
) -> None:
    """Write a recording at once. Raises FileExistsError if it exists and may not be replaced, and OSError."""
    with pending_file(path, may_replace) as pending:
        zipped = _zip(pending.file) if path.suffix == ZIPPED else None
        into = zipped or pending.file
        into.writelines(lines_of(stretch, Redactor(is_private=is_private), is_demo=is_demo))
        if zipped is not None:
            zipped.close()
        pending.put(may_replace=may_replace)


def read_recording(path: Path, max_bytes: int = MAX_BYTES) -> Recording:
    """Read a recording up to the first damage. Raises BadRecording, and OSError."""
    with open(path, "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise NotRegular(path)
        is_zipped = file.read(2) == _MAGIC
        file.seek(0)
        with closing(gzip.GzipFile(fileobj=file) if is_zipped else file) as stream:
            return _read(_Lines(cast("BinaryIO", stream), path, max_bytes), path)


class _Lines:
    """The whole lines of a stream; afterwards `is_torn` says whether a damaged rest follows."""

    def __init__(self, stream: BinaryIO, path: Path, max_bytes: int) -> None:
        self._stream = stream
        self._path = path
        self._left = max_bytes
        self.is_torn = False

    def __iter__(self) -> Iterator[bytes]:
        while True:
            try:
                line = self._stream.readline(MAX_LINE)
            except _TORN:
                self.is_torn = True
                return
            self._left -= len(line)
            if self._left < 0 or len(line) == MAX_LINE:
                raise BadRecording(_("{path} is too large for a recording").format(path=self._path))
            if not line.endswith(b"\n"):
                self.is_torn = bool(line)
                return
            yield line


def _read(lines: _Lines, path: Path) -> Recording:
    each = iter(lines)
    head = _head(next(each, b""), path)
    begun: list[Item] = []
    moments: Moments | None = None
    try:
        for item in map(read_line, each):
            if not isinstance(item, Heard):
                begun += [item] if item is not None and moments is None else []
                continue
            moments = moments or Moments(beginning(head, begun), head.began_at)
            _hear(moments, item)
    except BadLine:
        lines.is_torn = True
    moments = moments or Moments(beginning(head, begun), head.began_at)
    return Recording(moments, head.is_private, head.is_demo, not lines.is_torn)


def _hear(moments: Moments, heard: Heard) -> None:
    try:
        moments.hear(heard)
    except (ValueError, TypeError, AttributeError, LookupError, ArithmeticError) as error:
        raise BadLine from error


def _head(line: bytes, path: Path) -> Head:
    try:
        head = read_head(line)
    except BadLine:
        raise BadRecording(_("{path} is no recording of aktop").format(path=path)) from None
    if head.schema > SCHEMA:
        told = _("{path} was recorded by a newer aktop ({version}): upgrade this one")
        raise BadRecording(told.format(path=path, version=head.aktop or "?"))
    return head


def _zip(into: IO[bytes]) -> gzip.GzipFile:
    return gzip.GzipFile(filename="", mode="wb", fileobj=into, mtime=0)
