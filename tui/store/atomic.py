"""A TinyDB storage that is never half written: temporary file, fsync, rename."""

import contextlib
import json
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from tinydb import Storage

from tui.store.files import read_regular

_TEMPORARY = ".tmp"
_SWEEP_AFTER_S = 60.0


def replace_file(path: Path, raw: bytes) -> None:
    """The file, whole, of mode 0600, in the place of whatever is there; a link is replaced and not followed."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=f"{path.name}.", suffix=_TEMPORARY, dir=path.parent)
    try:
        with open(handle, "wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


def create_file(path: Path, raw: bytes) -> None:
    """A new file, whole or not at all. Raises FileExistsError when there is one already, and OSError."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=f"{path.name}.", suffix=_TEMPORARY, dir=path.parent)
    try:
        with open(handle, "wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        os.link(temporary, path)
    finally:
        os.unlink(temporary)


class AtomicStorage(Storage):
    """One JSON file of mode 0600 in a folder of mode 0700.

    A file that cannot be read is moved aside, and `report` is told so in a sentence: starting anew beats not starting.
    Left-over temporary files of a killed process are swept at the start. Raises OSError when the disk does.
    """

    def __init__(self, path: Path, report: Callable[[str], None] | None = None) -> None:
        super().__init__()
        # A link, as people who keep such files elsewhere make it, stays one.
        self._path = Path(os.path.realpath(path))
        self._report = report
        _sweep(self._path)

    def read(self) -> dict[str, dict[str, Any]] | None:
        """The tables, or None when there are none yet."""
        try:
            raw = read_regular(self._path)
        except FileNotFoundError:
            return None
        if not raw.strip():
            return None
        try:
            tables = json.loads(raw)
        except (ValueError, RecursionError):
            tables = None
        if _are_tables(tables):
            return cast(dict[str, dict[str, Any]], tables)
        self._move_aside()
        return None

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        """Replaces the file; a reader finds the old text or the new one, a crash leaves one of them."""
        raw = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
        replace_file(self._path, raw)

    def _move_aside(self) -> None:
        aside = self._path.with_name(f"{self._path.name}.unreadable-{time.time_ns()}")
        try:
            os.replace(self._path, aside)
        except FileNotFoundError:
            return
        if self._report is not None:
            self._report(f"{self._path.name} could not be read; it was moved to {aside}")


def _are_tables(value: object) -> bool:
    """Whether TinyDB can work with it: tables by name, in them documents by number."""
    if not isinstance(value, dict):
        return False
    return all(
        isinstance(table, dict) and all(key.isdecimal() and isinstance(row, dict) for key, row in table.items())
        for table in value.values()
    )


def _sweep(path: Path) -> None:
    """Removes what a killed process left, but not what another one is writing now."""
    for temporary in path.parent.glob(f"{path.name}.*{_TEMPORARY}"):
        with contextlib.suppress(OSError):
            if time.time() - temporary.stat().st_mtime > _SWEEP_AFTER_S:
                temporary.unlink()
