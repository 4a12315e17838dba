"""Records of one type in one file: typed, replaced as a whole, changed under a lock."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Generic, TypeVar

from msgspec import Raw, json

from tui.store.atomic import replace_file
from tui.store.kept_file import Report, read_kept
from tui.store.locks import WAIT_S, lock_beside

T = TypeVar("T")
_TABLE = "_default"
"""The table name in the file, as TinyDB wrote it in earlier versions."""
_TABLES = json.Decoder(dict[str, dict[int, Raw]])


class JsonFile(Generic[T]):
    """Records by number, in a file of mode 0600 shared by all aktops of this user.

    Unknown members are ignored. A record that does not fit its type is left out; a file of another shape, written by
    another version or by hand, is moved aside and passed to `report`. Every method raises OSError.
    """

    def __init__(self, path: Path, record: type[T], report: Report | None = None, *, wait_s: float = WAIT_S) -> None:
        # Follow a link, as people make who keep such files elsewhere.
        self._path = Path(os.path.realpath(path))
        self._record = json.Decoder(record)
        self._report = report
        self._wait_s = wait_s

    def read(self) -> dict[int, T]:
        """All readable records."""
        return read_kept(self._path, self._parsed, self._report) or {}

    def write(self, records: Mapping[int, T]) -> None:
        """Replace all records."""
        with lock_beside(self._path, self._wait_s):
            self._put(records)

    @contextmanager
    def changing(self) -> Iterator[dict[int, T]]:
        """All records, to be changed in place; stored if the block ends without an error."""
        with lock_beside(self._path, self._wait_s):
            records = self.read()
            yield records
            self._put(records)

    def _put(self, records: Mapping[int, T]) -> None:
        replace_file(self._path, json.encode({_TABLE: records}))

    def _parsed(self, raw: bytes) -> dict[int, T]:
        records = {}
        for number, one in _TABLES.decode(raw).get(_TABLE, {}).items():
            with suppress(ValueError, RecursionError):
                records[number] = self._record.decode(one)
        return records
