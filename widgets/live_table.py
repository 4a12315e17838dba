"""The table of the program: any number of rows, a cursor that holds on to a row, and only changed lines painted."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import var
from textual.scroll_view import ScrollView
from textual.strip import Strip

from widgets.palette import SEVERITY_CLASSES, SEVERITY_CSS, palette_of
from widgets.row_source import ListRows, RowSource
from widgets.table_layout import TableLayout, lay_out
from widgets.table_strips import CursorLook, Shown, TableStrips
from widgets.values import Column, Line, Row

__all__ = ["ListRows", "LiveTable", "RowSource"]

HeaderShown = tuple[TableLayout, tuple[str, bool] | None]


class LiveTable(ScrollView, can_focus=True, inherit_bindings=False):
    """A table of rows with identities.

    It asks its source for the visible rows only, remembers what each screen line shows and repaints the lines whose
    content differs. The cursor is an identity: it stays on its row through sorting, arrivals and departures.
    """

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = set(SEVERITY_CLASSES)
    DEFAULT_CSS = (
        """
    LiveTable {
        height: 1fr;
        overflow-x: hidden;
        scrollbar-size: 0 1;
        """
        + SEVERITY_CSS
        + """
        &.-h-scroll { overflow-x: auto; }
    }
    """
    )
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

    columns: var[tuple[Column, ...]] = var((), init=False)
    """The columns, of which those are shown that fit."""
    sort: var[tuple[str, bool] | None] = var(None, init=False)
    """The column the rows are sorted by and whether descending; only shown, the order is that of the source."""
    marked: var[frozenset[Hashable]] = var(frozenset(), init=False)
    """The identities of the rows that carry a mark."""
    cursor_id: var[Hashable] = var(None, init=False)
    """The identity of the row under the cursor; may be set before that row arrives."""
    show_header: var[bool] = var(True, init=False)
    follow_top: var[bool] = var(False, init=False)
    """Whether new first rows move in under a cursor on the first row; else the view keeps its rows."""
    h_scroll: var[bool] = var(False, init=False, toggle_class="-h-scroll")
    """Whether the table scrolls sideways behind its first column, instead of leaving columns out."""
    empty_text: var[Line] = var((), init=False)
    """What a table without rows says."""
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
        super().__init__(id=id, classes=classes)
        self._gap = gap
        self._rows: RowSource = ListRows()
        self._cursor_index = 0
        self._table_strips: TableStrips | None = None
        self._palette_is_stale = False
        self._painted: dict[int, object] = {}
        self._was_focused_by_click = False
        self.set_reactive(LiveTable.columns, columns)
        self.set_reactive(LiveTable.follow_top, follow_top)
        self.set_reactive(LiveTable.show_header, show_header)
        self.set_reactive(LiveTable.empty_text, empty_text)
        self.h_scroll = h_scroll

    # Rows

    @property
    def rows(self) -> RowSource:
        """Where the rows come from."""
        return self._rows

    @rows.setter
    def rows(self, rows: RowSource) -> None:
        self._rows = rows
        self.rows_changed()

    def show(self, rows: Sequence[Row]) -> None:
        """Show these rows."""
        shown = tuple(rows)
        if not (isinstance(self._rows, ListRows) and self._rows.rows == shown):
            self.rows = ListRows(shown)

    def rows_changed(self) -> None:
        """Take notice that the source has other rows, another order or newly loaded rows, and repaint what differs."""
        follows, top = self.is_following, self._first_row
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
        return self._row(self._cursor_index)

    @property
    def is_following(self) -> bool:
        """Whether new first rows move in at once."""
        return self.follow_top and self._cursor_index == 0 and self._first_row == 0

    def _row(self, index: int) -> Row | None:
        return self._rows.row(index) if 0 <= index < len(self._rows) else None

    def _settle_cursor(self) -> None:
        """Find the cursor row again; when it is gone, take the row that is in its place."""
        if not len(self._rows):
            return
        found = self._rows.index_of(self.cursor_id) if self.cursor_id is not None else None
        self._put_cursor(self._cursor_index if found is None else found)

    def _keep_view(self, top_id: Hashable, top: int) -> None:
        """Scroll so that the first visible row stays where it is, counting those that came before it."""
        place = self._rows.index_of(top_id) if top_id is not None else None
        if place is None or place == top:
            return
        self.pending_new += max(0, place - top)
        self._scroll_rows_to(place)

    # Cursor

    def _put_cursor(self, index: int) -> None:
        self._cursor_index = max(0, min(index, len(self._rows) - 1))
        row = self.cursor_row
        self.cursor_id = row.id if row is not None else None

    def _move_cursor(self, index: int) -> None:
        """Move the cursor at a person's wish: what it lands on becomes visible."""
        self._was_focused_by_click = False
        self._put_cursor(index)
        self._reveal()
        self._repaint_changed()

    def watch_cursor_id(self, cursor_id: Hashable) -> None:
        """Go to a row that was named from outside, and tell that the cursor moved."""
        row = self.cursor_row
        if cursor_id is not None and (row is None or row.id != cursor_id):
            index = self._rows.index_of(cursor_id)
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

    def _scroll_rows_to(self, row: int) -> None:
        self.scroll_to(y=row, animate=False, force=True, immediate=True)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Forget the waiting rows once a person sees them."""
        super().watch_scroll_y(old_value, new_value)
        if round(new_value) == 0:
            self.pending_new = 0

    # Keys and mouse

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
            self.scroll_to(x=after[0] if columns > 0 else after[-1], animate=False, force=True, immediate=True)

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

    # Geometry

    @property
    def _header_height(self) -> int:
        return 1 if self.show_header else 0

    @property
    def _width(self) -> int:
        return max(0, self.size.width - self.scrollbar_size_vertical)

    @property
    def _view_height(self) -> int:
        return max(0, self.size.height - self._header_height)

    @property
    def _first_row(self) -> int:
        return self.scroll_offset.y

    def on_mount(self) -> None:
        """Say where the cursor is, once somebody can hear it."""
        self._resize_content()
        if self.cursor_id is not None:
            self.post_message(self.RowHighlighted(self, self.cursor_id))

    def on_resize(self) -> None:
        """Place the columns anew and keep the cursor in view."""
        self._relayout()
        self._reveal()

    def _relayout(self) -> None:
        self._painted.clear()
        self._resize_content()
        self.refresh()

    def watch_show_vertical_scrollbar(self) -> None:
        """Give the columns the place that the scrollbar takes or leaves."""
        self._relayout()

    def watch_columns(self) -> None:
        """Place other columns."""
        self._relayout()

    def watch_show_header(self) -> None:
        """Gain or lose a line."""
        self._relayout()

    def watch_h_scroll(self) -> None:
        """Bring columns back, or let them leave."""
        self._relayout()

    def watch_sort(self) -> None:
        """Show the direction at another title."""
        self._repaint_changed()

    def watch_empty_text(self) -> None:
        """Say something else."""
        self._repaint_changed()

    def watch_marked(self, old: frozenset[Hashable], new: frozenset[Hashable]) -> None:
        """Show the marks; the first one needs a place."""
        if bool(old) != bool(new):
            self._relayout()
        else:
            self._repaint_changed()

    def _resize_content(self) -> None:
        """Tell the scrolling how much there is, without a layout of the screen where a scrollbar at most changes."""
        if not self.is_mounted:
            return
        width = max(self._layout().total, self._width) if self.h_scroll else self._width
        size = Size(width, len(self._rows) + self._header_height)
        if size == self.virtual_size:
            return
        scrolls = size.height > self.container_size.height
        quiet = scrolls == self.show_vertical_scrollbar and size.width == self.virtual_size.width
        if quiet and self.container_size and not self.styles.auto_dimensions:
            self.set_reactive(LiveTable.virtual_size, size)
            if scrolls:
                self.vertical_scrollbar.window_virtual_size = size.height
            self._scroll_rows_to(min(self._first_row, self.max_scroll_y))
        else:
            self.virtual_size = size

    # Painting

    def refresh(
        self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False
    ) -> "LiveTable":
        """Look the colours up again at a full refresh, since that is how a change of style arrives."""
        if not regions:
            self._palette_is_stale = True
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def notify_style_update(self) -> None:
        """Look the colours up again."""
        self._palette_is_stale = True
        super().notify_style_update()

    def _layout(self) -> TableLayout:
        gutter = 2 if self.marked else 1
        return lay_out(self.columns, self._width, gutter=gutter, gap=self._gap, scrolls=self.h_scroll)

    @property
    def _strips(self) -> TableStrips:
        kept = self._table_strips
        if kept is None or self._palette_is_stale:
            layout, palette = self._layout(), palette_of(self)
            if kept is None or kept.layout != layout or kept.palette != palette:
                kept = self._table_strips = TableStrips(layout, palette)
            self._palette_is_stale = False
        return kept

    def _shown(self, y: int) -> Shown | HeaderShown | Line | None:
        """Return what belongs on a screen line, as a value that is equal when nothing needs painting."""
        if y < self._header_height:
            return self._strips.layout, self.sort
        index = y - self._header_height + self._first_row
        if index >= len(self._rows):
            return self.empty_text if index == 0 else None
        row = self._rows.row(index)
        cursor = CursorLook.NONE
        if index == self._cursor_index:
            cursor = CursorLook.ACTIVE if self.has_focus else CursorLook.IDLE
        return Shown(row, cursor, row is not None and row.id in self.marked)

    def render_line(self, y: int) -> Strip:
        """Paint one line and remember what it shows."""
        strips = self._strips
        shown = self._painted[y] = self._shown(y)
        if isinstance(shown, Shown):
            return strips.row_strip(shown, self.scroll_offset.x)
        if y < self._header_height:
            return strips.header_strip(self.sort, self.scroll_offset.x)
        return strips.text_strip(self.empty_text if shown is not None else ())

    def _repaint_changed(self) -> None:
        width = self.size.width
        for y, painted in self._painted.items():
            if self._shown(y) != painted:
                self.refresh(Region(0, y, width, 1))

    def _painted_id(self, y: int) -> Hashable:
        painted = self._painted.get(y)
        return painted.row.id if isinstance(painted, Shown) and painted.row is not None else None
