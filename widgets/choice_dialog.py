"""A dialog to choose one of a few: by its letter, by cursor and enter, or with the mouse."""

from textual import events, on
from textual.widget import Widget

from widgets.dialog import Dialog
from widgets.dialog_values import Choice, DialogWords
from widgets.layout import cell_width
from widgets.live_table import LiveTable
from widgets.values import Cell, Column, Emphasis, Line, Row


class ChoiceDialog(Dialog[str | None]):
    """Offers choices with the cursor on the current one; the result is the id of the chosen one, or None."""

    DEFAULT_CSS = "ChoiceDialog LiveTable { margin: 1 2; } ChoiceDialog FieldView { height: auto; }"

    def __init__(
        self,
        title: str,
        choices: tuple[Choice, ...],
        current: str | None = None,
        *,
        lines: tuple[Line, ...] = (),
        words: DialogWords | None = None,
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        super().__init__(title, lines, words or DialogWords(), id)
        self.choices = choices
        self.table = LiveTable(_columns(choices), show_header=False, gap=2)
        self.table.show([_row(choice, current) for choice in choices])
        self.table.cursor_id = current

    def compose_below(self) -> tuple[Widget, ...]:
        """Put the choices below the text."""
        self.text.display = bool(self._lines)
        return (self.table,)

    def below_width(self) -> int:
        """Return the width of the choices."""
        return sum(column.width + 2 for column in self.table.columns) + 1

    def below_height(self, width: int) -> int:
        """Return the height of the choices, with blank lines around them."""
        return len(self.choices) + (2 if self._lines else 1)

    def first_focus(self) -> Widget:
        """Let keys go to the choices."""
        return self.table

    def on_key(self, event: events.Key) -> None:
        """Choose by letter, which goes before what the letter does in a table."""
        chosen = next((choice for choice in self.choices if choice.key and event.character == choice.key), None)
        if chosen is not None:
            event.stop()
            event.prevent_default()
            self.dismiss(chosen.id)

    @on(LiveTable.RowSelected)
    def _selected(self, message: LiveTable.RowSelected) -> None:
        message.stop()
        self.dismiss(str(message.row_id))

    @on(LiveTable.RowHighlighted)
    def _highlighted(self, message: LiveTable.RowHighlighted) -> None:
        message.stop()


def _columns(choices: tuple[Choice, ...]) -> tuple[Column, ...]:
    def widest(texts: list[str]) -> int:
        return max((cell_width(text) for text in texts), default=0)

    return (
        Column("key", "", max(1, widest([choice.key for choice in choices]))),
        Column("label", "", widest([choice.label for choice in choices]) + 2),
        Column("note", "", widest([choice.note for choice in choices]), flex=1),
    )


def _row(choice: Choice, current: str | None) -> Row:
    mark = "● " if choice.id == current else "  "
    cells = (Cell(choice.key, Emphasis.STRONG), Cell(mark + choice.label), Cell(choice.note, Emphasis.MUTED))
    return Row(choice.id, cells)
