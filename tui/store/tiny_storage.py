"""Where TinyDB keeps its tables: a file that is never half written."""

import json
import os
from pathlib import Path
from typing import Any, cast

from tinydb import Storage

from tui.store.atomic import replace_file
from tui.store.kept_file import Report, read_kept

Tables = dict[str, dict[str, Any]]


class AtomicStorage(Storage):
    """One JSON file of mode 0600 in a folder of mode 0700; one that cannot be understood is moved aside.

    Raises OSError when the disk does.
    """

    def __init__(self, path: Path, report: Report | None = None) -> None:
        super().__init__()
        # A link, as people who keep such files elsewhere make it, stays one.
        self._path = Path(os.path.realpath(path))
        self._report = report

    def read(self) -> Tables | None:
        """The tables, or None when there are none yet."""
        return read_kept(self._path, _tables, self._report)

    def write(self, data: Tables) -> None:
        """Replace the file."""
        raw = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
        replace_file(self._path, raw)


def _tables(raw: bytes) -> Tables:
    """What TinyDB can work with: tables by name, in them documents by number. Raises ValueError and RecursionError."""
    tables = json.loads(raw)
    if not isinstance(tables, dict) or not all(map(_is_table, tables.values())):
        raise ValueError("these are no tables")
    return cast(Tables, tables)


def _is_table(table: object) -> bool:
    return isinstance(table, dict) and all(key.isdecimal() and isinstance(row, dict) for key, row in table.items())
