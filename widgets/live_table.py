"""The table of the program: any number of rows, a cursor that holds on to a row, keys and mouse."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import ClassVar, ParamSpec

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.reactive import var

from widgets.fuzzy import hits
from widgets.row_source import ListRows, RowSource
from widgets.scrolling import jump
from widgets.table_canvas import TableCanvas
from widgets.values import Column, Line, Row

P = ParamSpec("P")
MOST_SOUGHT = 20_000
"""Rows searched for one hit: more would take longer than a key press may."""

__all__ = ["ListRows", "LiveTable", "RowSource"]


class LiveTable(TableCanvas, can_focus=True, inherit_bindings=False):
    """A table of rows with identities.

    The cursor is an identity: it stays on its row while rows are sorted, added and removed; if its row is gone, it
    keeps its position.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False, id="table.up"),
        Binding("down,j", "move(1)", "Down", show=False, id="table.down"),
        Binding("pageup", "page(-1.0)", "Page up", show=False, id="table.page-up"),
        Binding("pagedown", "page(1.0)", "Page down", show=False, id="table.page-down"),
        Binding("ctrl+u", "page(-0.5)", "Half a page up", show=False, id="table.half-up"),
        Binding("ctrl+d", "page(0.5)", "Half a page down", show=False, id="table.half-down"),
        Binding("home,g", "top", "First row", show=False, id="table.top"),
        Binding("end,G", "bottom", "Last row", show=False, id="table.bottom"),
        Binding("left", "aside(-1)", "Left", show=False, id="table.left"),
        Binding("right", "aside(1)", "Right", show=False, id="table.right"),
        Binding("enter", "select", "Open", show=False, id="table.select"),
    ]

    cursor_id: var[Hashable] = var(None, init=False)
    """The identity of the row under the cursor; may be set before that row arrives."""
    follow_top: var[bool] = var(False, init=False)
    """Whether new first rows appear under a cursor on the first row; otherwise the view keeps its rows."""
    pending_new: var[int] = var(0, init=False)
    """How many rows have arrived above the view; watch it to tell the person."""

    @dataclass
    class RowHighlighted(Message):
        """The cursor is on another row, or on none."""

        table: "LiveTable"
        row_id: Hashable

        @property
        def control(self) -> "LiveTable":
            """The table, for `on` selectors."""
            return self.table

    @dataclass
    class RowSelected(Message):
        """A row was chosen: enter, or a click on the cursor row."""

        table: "LiveTable"
        row_id: Hashable

        @property
        def control(self) -> "LiveTable":
            """The table, for `on` selectors."""
            return self.table

    @dataclass
    class HeaderSelected(Message):
        """The title of a sortable column was clicked."""

        table: "LiveTable"
        column_id: str

        @property
        def control(self) -> "LiveTable":
            """The table, for `on` selectors."""
            return self.table

    def __init__(
        self,
        columns: tuple[Column, ...] = (),
        *,
        gap: int = 1,
        follow_top: bool = False,
        h_scroll: bool = False,
        show_header: bool = True,
        empty_text: Line = (),
        id: str | None = None,  # noqa: A002 - Textual's name
        classes: str | None = None,
    ) -> None:
        super().__init__(
            columns,
            gap=gap,
            h_scroll=h_scroll,
            show_header=show_header,
            empty_text=empty_text,
            id=id,
            classes=classes,
        )
        self._made_of: object = None
        self._was_focused_by_click = False
        self._awaits_cursor_row = False
        self._was_moved = False
        self.set_reactive(LiveTable.follow_top, follow_top)

    def on_mount(self) -> None:
        """Report the cursor, once somebody can hear it."""
        self._resize_content()
        if self.cursor_id is not None:
            self.post_message(self.RowHighlighted(self, self.cursor_id))

    def on_resize(self) -> None:
        """Lay out the columns again and keep the cursor in view."""
        self._relayout()
        self._reveal()

    @property
    def rows(self) -> RowSource:
        """Where the rows come from."""
        return self._rows

    @rows.setter
    def rows(self, rows: RowSource) -> None:
        self._rows = rows
        self.rows_changed()

    def show_from(self, make: Callable[P, Sequence[Row]], *args: P.args, **named: P.kwargs) -> None:
        """Show the rows of a pure function; it is called again when an argument changes."""
        made_of = (make, args, named)
        if made_of != self._made_of:
            self.show(make(*args, **named))
            self._made_of = made_of

    def show(self, rows: Sequence[Row]) -> None:
        """Show these rows."""
        self._made_of = None
        shown = tuple(rows)
        if not (isinstance(self._rows, ListRows) and self._rows.rows == shown):
            self.rows = ListRows(shown)

    def rows_changed(self) -> None:
        """Note that the source has other rows, another order or newly loaded rows, and repaint what differs."""
        follows, top = self.is_following and not self._awaits_cursor_row, self._first_row
        top_id = self._painted_id(self._header_height)
        cursor_was_visible = top <= self._cursor_index < top + self._view_height
        if follows:
            self._put_cursor(0)
        else:
            self._settle_cursor()
        self._resize_content()
        if follows:
            self.pending_new = 0
        elif self.follow_top:
            self._keep_view(top_id, top)
        elif cursor_was_visible:
            self._reveal()
        self._repaint_changed()

    @property
    def cursor_index(self) -> int:
        """The position of the cursor row."""
        return self._cursor_index

    @property
    def cursor_row(self) -> Row | None:
        """The row under the cursor, if it is loaded."""
        index = self._cursor_index
        return self._rows.row(index) if index < len(self._rows) else None

    @property
    def is_following(self) -> bool:
        """Whether new first rows move in at once."""
        return self.follow_top and self.is_at_top

    @property
    def is_at_top(self) -> bool:
        """Whether cursor and view are on the first row, as they are until somebody moves them."""
        return self._cursor_index == 0 and self._first_row == 0

    @property
    def is_unchosen(self) -> bool:
        """Whether nobody has gone to a row: others may have come before the first one, on which the cursor began."""
        return not self._was_moved

    def _settle_cursor(self) -> None:
        """Find the cursor row again; when it is gone, take the row that is in its place."""
        if not len(self._rows):
            return
        found = self._rows.index_of(self.cursor_id) if self.cursor_id is not None else None
        self._put_cursor(self._cursor_index if found is None else found)

    def _keep_view(self, top_id: Hashable, top: int) -> None:
        """Scroll so that the first visible row keeps its position, counting the rows added before it."""
        place = self._rows.index_of(top_id) if top_id is not None else None
        if place is None or place == top:
            return
        self.pending_new += max(0, place - top)
        self._scroll_rows_to(place)

    def _put_cursor(self, index: int) -> None:
        self._cursor_index = max(0, min(index, len(self._rows) - 1))
        row = self.cursor_row
        self.cursor_id = row.id if row is not None else None

    def _move_cursor(self, index: int) -> None:
        """Move the cursor for a person: its row becomes visible."""
        self._was_focused_by_click = False
        self._put_cursor(index)
        self._was_moved = self._cursor_index > 0
        self._reveal()
        self._repaint_changed()

    def watch_cursor_id(self, cursor_id: Hashable) -> None:
        """Go to a row that was named from outside, and tell that the cursor moved."""
        row = self.cursor_row
        self._awaits_cursor_row = False
        if cursor_id is not None and (row is None or row.id != cursor_id):
            self._was_moved = True
            index = self._rows.index_of(cursor_id)
            self._awaits_cursor_row = index is None
            if index is not None:
                self._cursor_index = index
                self._reveal()
        self._repaint_changed()
        if self.is_mounted:
            self.post_message(self.RowHighlighted(self, cursor_id))

    def _reveal(self) -> None:
        top, height = self._first_row, self._view_height
        if self._cursor_index < top:
            self._scroll_rows_to(self._cursor_index)
        elif height > 0 and self._cursor_index >= top + height:
            self._scroll_rows_to(self._cursor_index - height + 1)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Forget the waiting rows once a person sees them."""
        super().watch_scroll_y(old_value, new_value)
        if round(new_value) == 0:
            self.pending_new = 0

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave left and right to others unless the table scrolls sideways."""
        return self.h_scroll if action == "aside" else super().check_action(action, parameters)

    def action_move(self, rows: int) -> None:
        """Move the cursor by rows."""
        self._move_cursor(self._cursor_index + rows)

    def action_page(self, pages: float) -> None:
        """Move view and cursor by pages, so that the cursor keeps its place on the screen."""
        step = max(1, int(abs(pages) * max(1, self._view_height - 1))) * (1 if pages > 0 else -1)
        self._scroll_rows_to(self._first_row + step)
        self._move_cursor(self._cursor_index + step)

    def action_top(self) -> None:
        """Go to the first row."""
        self._move_cursor(0)

    def action_bottom(self) -> None:
        """Go to the last row."""
        self._move_cursor(len(self._rows) - 1)

    def action_aside(self, columns: int) -> None:
        """Scroll sideways to the next column."""
        starts = self._strips.layout.scroll_stops
        here = self.scroll_offset.x
        after = [stop for stop in starts if (stop > here if columns > 0 else stop < here)]
        if after:
            jump(self, x=after[0] if columns > 0 else after[-1])

    def seek(self, step: int) -> bool:
        """Go to the next highlighted row, or with a step of -1 the previous one; wraps around."""
        count = len(self._rows)
        for distance in range(1, min(count, MOST_SOUGHT) + 1):
            index = (self._cursor_index + step * distance) % count
            row = self._rows.row(index)
            if row is not None and any(hits(cell.text, self.needles) for cell in row.cells):
                self._move_cursor(index)
                return True
        return False

    def action_select(self) -> None:
        """Choose the row under the cursor."""
        row = self.cursor_row
        if row is not None:
            self.post_message(self.RowSelected(self, row.id))

    def on_click(self, event: events.Click) -> None:
        """Sort by a title; move the cursor to a row; choose the row that has it already."""
        fresh, self._was_focused_by_click = self._was_focused_by_click, False
        if event.y < self._header_height:
            self._click_header(event.x)
            return
        index = event.y - self._header_height + self._first_row
        if not 0 <= index < len(self._rows):
            return
        if index == self._cursor_index and not fresh:
            self.action_select()
        else:
            self._move_cursor(index)

    def _click_header(self, x: int) -> None:
        column = self._strips.layout.column_at(x, self.scroll_offset.x)
        if column is not None and column.sortable:
            self.post_message(self.HeaderSelected(self, column.id))

    def on_focus(self) -> None:
        """Note that a click that brings the focus only brings the focus."""
        self._was_focused_by_click = True
        self._repaint_changed()

    def on_blur(self) -> None:
        """Show that the cursor is idle."""
        self._repaint_changed()
