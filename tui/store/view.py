"""How a person likes to see tables: which columns are hidden, kept between runs."""

from pathlib import Path

from filelock import FileLock
from tinydb import TinyDB, where

from tui.store.kept_file import Report
from tui.store.tiny_storage import AtomicStorage


class StoredView:
    """The view state on disk: one small file, shared by every aktop of this user.

    Hidden columns are kept rather than shown ones, so that a column that a later version adds appears.
    """

    def __init__(self, path: Path, report: Report | None = None) -> None:
        self._path = path
        self._report = report

    def hidden_columns(self, table: str) -> frozenset[str]:
        """The ids of the columns that a table leaves out. Raises OSError when the disk does."""
        if not self._path.exists():
            return frozenset()
        with TinyDB(self._path, storage=AtomicStorage, report=self._report) as database:
            kept = database.get(where("table") == table)
        names = kept.get("hidden") if isinstance(kept, dict) else None
        return frozenset(map(str, names)) if isinstance(names, list) else frozenset()

    def hide_columns(self, table: str, hidden: frozenset[str]) -> None:
        """Keep what a table leaves out. Raises OSError when the disk does, and filelock.Timeout when another hangs."""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (
            FileLock(f"{self._path}.lock", timeout=2.0, mode=0o600),
            TinyDB(self._path, storage=AtomicStorage, report=self._report) as database,
        ):
            database.upsert({"table": table, "hidden": sorted(hidden)}, where("table") == table)
