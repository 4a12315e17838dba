"""A dialog to pick one of many: type to filter, move with the arrows, enter takes it."""

from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input

from widgets.dialog import Dialog
from widgets.dialog_values import DialogWords
from widgets.layout import cell_width
from widgets.live_table import LiveTable
from widgets.plain_input import PlainInput
from widgets.values import Cell, Column, Emphasis, Line, Row

MAX_SHOWN = 12


class PickDialog(Dialog[str | None]):
    """Offers rows, each an identity with a few cells; the result is the identity of the one picked, or None.

    A row matches when every typed word is somewhere in it.
    """

    DEFAULT_CSS = "PickDialog PlainInput { margin: 1 2 0 2; } PickDialog LiveTable { margin: 1 2; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,ctrl+p", "move(-1)", "Up", show=False, priority=True),
        Binding("down,ctrl+n", "move(1)", "Down", show=False, priority=True),
    ]

    def __init__(
        self,
        title: str,
        rows: tuple[Row, ...],
        current: str | None = None,
        *,
        lines: tuple[Line, ...] = (),
        empty: str = "",
        words: DialogWords | None = None,
    ) -> None:
        super().__init__(title, lines, words or DialogWords())
        self._rows = rows
        self.typed = PlainInput()
        self.table = LiveTable(_columns(rows), show_header=False, gap=2, empty_text=(Cell(empty, Emphasis.MUTED),))
        self.table.can_focus = False
        self.table.show(rows)
        self.table.cursor_id = current

    def compose_below(self) -> tuple[Widget, ...]:
        """Put the input above what there is to pick."""
        self.text.display = bool(self._lines)
        return (self.typed, self.table)

    def below_width(self) -> int:
        """Return the width of the rows."""
        return sum(column.width + 2 for column in self.table.columns) + 1

    def below_height(self, width: int) -> int:
        """Return the height of input and rows, with blank lines around them."""
        return min(MAX_SHOWN, max(1, len(self._rows))) + (4 if self._lines else 3)

    def first_focus(self) -> Widget:
        """Begin to type."""
        return self.typed

    def action_move(self, rows: int) -> None:
        """Move the cursor while the typing goes on."""
        self.table.action_move(rows)

    @on(Input.Changed)
    def _changed(self, message: Input.Changed) -> None:
        message.stop()
        words = message.value.casefold().split()
        self.table.show([row for row in self._rows if all(word in _text(row) for word in words)])

    @on(Input.Submitted)
    def _submitted(self, message: Input.Submitted) -> None:
        message.stop()
        row = self.table.cursor_row
        if row is not None:
            self.dismiss(str(row.id))

    @on(LiveTable.RowSelected)
    def _selected(self, message: LiveTable.RowSelected) -> None:
        message.stop()
        self.dismiss(str(message.row_id))

    @on(LiveTable.RowHighlighted)
    def _highlighted(self, message: LiveTable.RowHighlighted) -> None:
        message.stop()


def _text(row: Row) -> str:
    return " ".join(cell.text for cell in row.cells).casefold()


def _columns(rows: tuple[Row, ...]) -> tuple[Column, ...]:
    count = max((len(row.cells) for row in rows), default=1)
    widths = [max(cell_width(row.cells[place].text) for row in rows) if rows else 20 for place in range(count)]
    return tuple(Column(str(place), "", max(1, width)) for place, width in enumerate(widths))
