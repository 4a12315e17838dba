"""The rows of a table: any number, requested only if visible."""

from collections.abc import Hashable
from typing import Protocol

from widgets.values import Row


class RowSource(Protocol):
    """Rows by position. A table requests only visible ones, so that a million costs as much as ten."""

    def __len__(self) -> int:
        """Return how many rows there are."""
        ...

    def row(self, index: int) -> Row | None:
        """Return the row at a position, or None while it is not loaded."""
        ...

    def index_of(self, row_id: Hashable) -> int | None:
        """Return where the row with this identity is now, or None when it is gone."""
        ...


class ListRows:
    """The rows of a small table, all at hand."""

    def __init__(self, rows: tuple[Row, ...] = ()) -> None:
        self.rows = rows
        self._places = {row.id: index for index, row in enumerate(rows)}

    def __len__(self) -> int:
        """Return how many rows there are."""
        return len(self.rows)

    def row(self, index: int) -> Row | None:
        """Return the row at a position."""
        return self.rows[index] if 0 <= index < len(self.rows) else None

    def index_of(self, row_id: Hashable) -> int | None:
        """Return where the row with this identity is."""
        return self._places.get(row_id)
