"""Call records as the rows of a table: a row is made only when it comes into view."""

from collections.abc import Hashable, Sequence

from tui.domain.usage import Call
from tui.monitor.snapshot import Snapshot
from tui.present import calls
from tui.present.look import Look
from widgets.values import Column, Row


class CallRows:
    """A source of rows over an ordered sequence of calls."""

    def __init__(self, found: Sequence[Call], columns: Sequence[Column], snapshot: Snapshot, look: Look) -> None:
        self._found = found
        self._columns = columns
        self._snapshot = snapshot
        self._look = look
        self._places: dict[Hashable, int] | None = None

    def __len__(self) -> int:
        return len(self._found)

    def row(self, index: int) -> Row | None:
        """The row at a place."""
        return calls.row(self._found[index], self._columns, self._snapshot, self._look)

    def index_of(self, row_id: Hashable) -> int | None:
        """Where a call is."""
        if self._places is None:
            self._places = {call.id: place for place, call in enumerate(self._found)}
        return self._places.get(row_id)

    def call(self, row_id: Hashable) -> Call | None:
        """The call of a row."""
        place = self.index_of(row_id)
        return None if place is None else self._found[place]
