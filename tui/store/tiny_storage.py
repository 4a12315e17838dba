"""TinyDB storage in a file that is never half written."""

import json
import os
from pathlib import Path
from typing import Any, cast

from tinydb import Storage

from tui.store.atomic import replace_file
from tui.store.kept_file import Report, read_kept

Tables = dict[str, dict[str, Any]]


class AtomicStorage(Storage):
    """One JSON file of mode 0600 in a folder of mode 0700; if it cannot be parsed, it is moved aside.

    Raises OSError from the disk.
    """

    def __init__(self, path: Path, report: Report | None = None) -> None:
        super().__init__()
        # Follow a link, as people make who keep such files elsewhere.
        self._path = Path(os.path.realpath(path))
        self._report = report

    def read(self) -> Tables | None:
        """The tables; None if there are none yet."""
        return read_kept(self._path, _tables, self._report)

    def write(self, data: Tables) -> None:
        """Replace the file."""
        raw = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
        replace_file(self._path, raw)


def _tables(raw: bytes) -> Tables:
    """Tables by name, with documents by number, as TinyDB needs them. Raises ValueError and RecursionError."""
    tables = json.loads(raw)
    if not isinstance(tables, dict) or not all(map(_is_table, tables.values())):
        raise ValueError("these are no tables")
    return cast(Tables, tables)


def _is_table(table: object) -> bool:
    return isinstance(table, dict) and all(key.isdecimal() and isinstance(row, dict) for key, row in table.items())
