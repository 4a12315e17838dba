"""How a person likes to see tables: which columns are hidden, kept between runs."""

from pathlib import Path

from msgspec import Struct

from tui.store.json_file import JsonFile
from tui.store.kept_file import Report

_WAIT_S = 2.0
"""For another aktop: a person looks on meanwhile."""


class _TableView(Struct, frozen=True):
    """What is kept of a table."""

    table: str
    hidden: tuple[str, ...]
    """Hidden columns rather than shown ones, so that a column that a later version adds appears."""


class _Theme(Struct, frozen=True):
    """A theme by its name."""

    theme: str


class StoredTheme:
    """The theme that was chosen last. Every method raises OSError."""

    def __init__(self, path: Path, report: Report | None = None) -> None:
        self._file = JsonFile(path, _Theme, report, wait_s=_WAIT_S)

    def name(self) -> str | None:
        """What it is called; None while none was chosen."""
        return next((one.theme for one in self._file.read().values()), None)

    def keep(self, name: str) -> None:
        """Keep a theme."""
        self._file.write({1: _Theme(name)})


class StoredView:
    """How tables are looked at: one small file, shared by every aktop of this user. Every method raises OSError."""

    def __init__(self, path: Path, report: Report | None = None) -> None:
        self._file = JsonFile(path, _TableView, report, wait_s=_WAIT_S)

    def hidden_columns(self, table: str) -> frozenset[str]:
        """The ids of the columns that a table leaves out."""
        return self.all_hidden().get(table, frozenset())

    def all_hidden(self) -> dict[str, frozenset[str]]:
        """The ids of the columns that each table leaves out."""
        return {one.table: frozenset(one.hidden) for one in self._file.read().values()}

    def hide_columns(self, table: str, hidden: frozenset[str]) -> None:
        """Keep what a table leaves out."""
        with self._file.changing() as views:
            number = next((number for number, one in views.items() if one.table == table), max(views, default=0) + 1)
            views[number] = _TableView(table, tuple(sorted(hidden)))
