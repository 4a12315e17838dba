"""A dialog to pick one of many: type to find it, move with the arrows, enter takes it."""

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input

from widgets.dialog import Dialog
from widgets.dialog_values import DialogWords, PickSection
from widgets.fuzzy import match_score
from widgets.layout import cell_width
from widgets.live_table import LiveTable
from widgets.plain_input import PlainInput
from widgets.values import Cell, Column, Emphasis, Line, Row

MAX_SHOWN = 12


class PickDialog(Dialog[str | None]):
    """Offers rows, each an identity with a few cells; the result is the identity of the chosen one, or None.

    A row matches if every typed word is found in it, or its letters in order; the best match comes first. `also` adds
    hidden text to match. Rows in sections stay below their titles.
    """

    DEFAULT_CSS = "PickDialog PlainInput { margin: 1 2 0 2; } PickDialog LiveTable { margin: 1 2; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,ctrl+p", "move(-1)", "Up", show=False, priority=True),
        Binding("down,ctrl+n", "move(1)", "Down", show=False, priority=True),
        Binding("pageup", "page(-1)", "Page up", show=False, priority=True),
        Binding("pagedown", "page(1)", "Page down", show=False, priority=True),
    ]

    def __init__(
        self,
        title: str,
        rows: Sequence[Row] = (),
        current: str | None = None,
        *,
        sections: Sequence[PickSection] = (),
        columns: tuple[Column, ...] | None = None,
        also: Mapping[str, str] | None = None,
        most_shown: int = MAX_SHOWN,
        on_move: Callable[[str | None], None] | None = None,
        lines: tuple[Line, ...] = (),
        empty: str = "",
        words: DialogWords | None = None,
    ) -> None:
        super().__init__(title, lines, words or DialogWords())
        self._sections = sections or (PickSection("", tuple(rows)),)
        self._also = also or {}
        self._most_shown = most_shown
        self._on_move = on_move
        everything = [row for section in self._sections for row in section.rows]
        shown = columns or _columns(everything)
        self._shown = self._titled(self._sections)
        self.typed = PlainInput()
        self.table = LiveTable(shown, show_header=False, gap=2, empty_text=(Cell(empty, Emphasis.MUTED),))
        self.table.can_focus, self.table.is_led = False, True
        self.table.show(self._shown)
        self.table.cursor_id = current if current is not None or not everything else everything[0].id

    def compose_below(self) -> tuple[Widget, ...]:
        """Put the input above what there is to pick."""
        self.text.display = bool(self._lines)
        return (self.typed, self.table)

    def below_width(self) -> int:
        """Return the width of the rows."""
        return sum(column.width + 2 for column in self.table.columns) + 1

    def below_height(self, width: int) -> int:
        """Return the height of input and rows, with blank lines around them."""
        count = len(self._titled(self._sections))
        return min(self._most_shown, max(1, count)) + (4 if self._lines else 3)

    def first_focus(self) -> Widget:
        """Begin to type."""
        return self.typed

    def action_move(self, rows: int) -> None:
        """Move the cursor while typing goes on; titles are skipped."""
        index = self.table.cursor_index + rows
        while 0 <= index < len(self._shown) and is_title(self._shown[index]):
            index += rows
        if 0 <= index < len(self._shown):
            self.table.action_move(index - self.table.cursor_index)
        elif index < 0:
            self.table.action_page(-1.0)
            self._leave_title(1)

    def action_page(self, pages: int) -> None:
        """Move the cursor by pages."""
        self.table.action_page(float(pages))
        self._leave_title(pages)

    def _leave_title(self, step: int) -> None:
        """Keep the cursor off titles, but let a title come into view with the row below it."""
        for way in (step, -step):
            index = self.table.cursor_index
            while 0 <= index < len(self._shown) and is_title(self._shown[index]):
                index += way
            if 0 <= index < len(self._shown):
                self.table.action_move(index - self.table.cursor_index)
                return

    @on(Input.Changed)
    def _changed(self, message: Input.Changed) -> None:
        message.stop()
        found = self._matching(message.value)
        self._shown = self._titled(found)
        self.table.needles = tuple(message.value.split())
        self.table.show(self._shown)
        if self._shown:
            self.table.action_top()
            self._leave_title(1)

    def _matching(self, typed: str) -> tuple[PickSection, ...]:
        if not typed.strip():
            return tuple(self._sections)
        found = []
        for section in self._sections:
            scored = [(self._score(typed, row), row) for row in section.rows]
            matching = [(score, row) for score, row in scored if score is not None]
            matching.sort(key=lambda one: -one[0])
            found.append(PickSection(section.title, tuple(row for _score, row in matching)))
        return tuple(found)

    def _score(self, typed: str, row: Row) -> int | None:
        return match_score(typed, [*(cell.text for cell in row.cells), self._also.get(str(row.id), "")])

    def _titled(self, sections: Sequence[PickSection]) -> tuple[Row, ...]:
        rows: list[Row] = []
        for number, section in enumerate(sections):
            if section.title and section.rows:
                if rows:
                    rows.append(Row((number, "blank"), ()))
                rows.append(Row((number, "title"), (Cell(section.title, Emphasis.ACCENT),)))
            rows.extend(section.rows)
        return tuple(rows)

    @on(Input.Submitted)
    def _submitted(self, message: Input.Submitted) -> None:
        message.stop()
        self._take(self.table.cursor_row)

    @on(LiveTable.RowSelected)
    def _selected(self, message: LiveTable.RowSelected) -> None:
        message.stop()
        self._take(self.table.cursor_row)

    def _take(self, row: Row | None) -> None:
        if row is not None and self.can_take(row):
            self.dismiss(str(row.id))

    def can_take(self, row: Row) -> bool:
        """Return whether a row is something to pick."""
        return not is_title(row)

    @on(LiveTable.RowHighlighted)
    def _highlighted(self, message: LiveTable.RowHighlighted) -> None:
        message.stop()
        if self._on_move is not None:
            self._on_move(message.row_id if isinstance(message.row_id, str) else None)


def is_title(row: Row) -> bool:
    """Whether a row is only the title of the rows below it."""
    return isinstance(row.id, tuple)


def _columns(rows: Sequence[Row]) -> tuple[Column, ...]:
    count = max((len(row.cells) for row in rows), default=1)
    widths = [
        max((cell_width(row.cells[place].text) for row in rows if place < len(row.cells)), default=1)
        for place in range(count)
    ]
    return tuple(Column(str(place), "", max(1, width)) for place, width in enumerate(widths if rows else [20]))
