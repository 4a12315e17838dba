"""Call records as the rows of a table: a row is made only when it comes into view."""

from collections.abc import Hashable, Sequence

from tui.monitor.snapshot import Snapshot
from tui.present import calls
from tui.present.call_list import CallList
from tui.present.display_context import DisplayContext
from widgets.values import Column, Row


class CallRows:
    """A source of rows over the calls that are shown."""

    def __init__(self, found: CallList, columns: Sequence[Column], snapshot: Snapshot, look: DisplayContext) -> None:
        self._found = found
        self._columns = columns
        self._snapshot = snapshot
        self._look = look

    def __len__(self) -> int:
        return len(self._found)

    def row(self, index: int) -> Row | None:
        """The row at a place."""
        return calls.row(self._found[index], self._columns, self._snapshot, self._look)

    def index_of(self, row_id: Hashable) -> int | None:
        """Where a call is."""
        return self._found.place_of_id(row_id)
