"""The column chooser: which columns a table shows."""

from textual import on
from textual.binding import Binding
from textual.widget import Widget

from tui.present import table_words
from tui.present.dialogs import dialog_words
from widgets.dialog import Dialog, wrapped_height
from widgets.live_table import LiveTable
from widgets.values import Cell, Column, Emphasis, Row

LEAST_COLUMNS = 3
"""With fewer titled ones there is nothing to choose."""


def has_columns(table: LiveTable) -> bool:
    """Whether a person can choose among its columns."""
    return table.show_header and sum(1 for column in table.columns if column.title) >= LEAST_COLUMNS


class ColumnsDialog(Dialog[frozenset[str] | None]):
    """Offers all columns with a mark on those that are shown; the result is the ids of the hidden ones, or None."""

    DEFAULT_CSS = "ColumnsDialog LiveTable { margin: 1 2; }"
    BINDINGS = [Binding("space", "switch", "Switch", show=False), Binding("a", "all", "All", show=False)]

    def __init__(self, columns: tuple[Column, ...], hidden: frozenset[str]) -> None:
        super().__init__(table_words.columns_title(), table_words.columns_lines(), dialog_words())
        # The first column is pinned: without it nothing tells the rows apart.
        self._columns = columns[1:]
        self._hidden = hidden
        self.table = LiveTable((Column("mark", "", 3), Column("title", "", 24)), show_header=False)
        self._fill()

    def compose_below(self) -> tuple[Widget, ...]:
        """Put the columns below the text."""
        return (self.table,)

    def below_width(self) -> int:
        """Return the width of mark and title."""
        return 40

    def below_height(self, width: int) -> int:
        """Return the height of the list, with blank lines around it; a small terminal cuts it, and not for the text."""
        self.text.styles.height = wrapped_height(self.shown_lines(), width)
        return len(self._columns) + 2

    def first_focus(self) -> Widget:
        """Let keys go to the list."""
        return self.table

    def _fill(self) -> None:
        self.table.show([self._row(column) for column in self._columns])

    def _row(self, column: Column) -> Row:
        shown = column.id not in self._hidden
        mark = Cell("[x]", Emphasis.GOOD) if shown else Cell("[ ]", Emphasis.MUTED)
        return Row(column.id, (mark, Cell(column.title, Emphasis.NORMAL if shown else Emphasis.MUTED)))

    def action_switch(self) -> None:
        """Show or hide the column under the cursor."""
        self._hidden ^= {str(self.table.cursor_id)} if self.table.cursor_id is not None else frozenset()
        self._fill()

    def action_all(self) -> None:
        """Show all columns."""
        self._hidden = frozenset()
        self._fill()

    @on(LiveTable.RowSelected)
    def _selected(self, message: LiveTable.RowSelected) -> None:
        message.stop()
        self.dismiss(self._hidden)

    @on(LiveTable.RowHighlighted)
    def _highlighted(self, message: LiveTable.RowHighlighted) -> None:
        message.stop()
