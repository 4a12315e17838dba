"""How a person likes to see tables, kept between runs: hidden columns and the theme."""

from pathlib import Path

from msgspec import Struct

from tui.store.json_file import JsonFile
from tui.store.kept_file import Report

_WAIT_S = 2.0
"""For another aktop's lock: a person is waiting."""


class _TableView(Struct, frozen=True):
    """The stored view of a table."""

    table: str
    hidden: tuple[str, ...]
    """Hidden rather than shown columns, so that a column added by a later version appears."""


class _Theme(Struct, frozen=True):
    """A theme by name."""

    theme: str


class StoredTheme:
    """The theme chosen last. Every method raises OSError."""

    def __init__(self, path: Path, report: Report | None = None) -> None:
        self._file = JsonFile(path, _Theme, report, wait_s=_WAIT_S)

    def name(self) -> str | None:
        """Its name; None if none was chosen."""
        return next((one.theme for one in self._file.read().values()), None)

    def keep(self, name: str) -> None:
        """Store a theme."""
        self._file.write({1: _Theme(name)})


class StoredView:
    """Views of tables: one small file, shared by every aktop of this user. Every method raises OSError."""

    def __init__(self, path: Path, report: Report | None = None) -> None:
        self._file = JsonFile(path, _TableView, report, wait_s=_WAIT_S)

    def hidden_columns(self, table: str) -> frozenset[str]:
        """The ids of a table's hidden columns."""
        return self.all_hidden().get(table, frozenset())

    def all_hidden(self) -> dict[str, frozenset[str]]:
        """The ids of the hidden columns of each table."""
        return {one.table: frozenset(one.hidden) for one in self._file.read().values()}

    def hide_columns(self, table: str, hidden: frozenset[str]) -> None:
        """Store a table's hidden columns."""
        with self._file.changing() as views:
            number = next((number for number, one in views.items() if one.table == table), max(views, default=0) + 1)
            views[number] = _TableView(table, tuple(sorted(hidden)))
