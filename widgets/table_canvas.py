"""The painting of a table: which lines are shown, which of them changed, and how wide everything is."""

from collections.abc import Hashable
from typing import Self

from textual.geometry import Region, Size
from textual.reactive import var
from textual.scroll_view import ScrollView
from textual.strip import Strip

from widgets.palette import KeepsPalette
from widgets.row_source import ListRows, RowSource
from widgets.scrolling import jump, set_content_size
from widgets.table_layout import TableLayout, lay_out
from widgets.table_strips import CursorLook, Shown, TableStrips
from widgets.values import Column, Line

HeaderShown = tuple[TableLayout, tuple[str, bool] | None]


class TableCanvas(KeepsPalette, ScrollView, inherit_bindings=False):
    """Shows rows in columns, without keys or mouse.

    It asks its source for the visible rows only, remembers what each screen line shows and repaints the lines whose
    content differs.
    """

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    TableCanvas {
        height: 1fr;
        overflow-x: hidden;
        scrollbar-size: 0 1;
        &.-h-scroll { overflow-x: auto; }
    }
    """

    columns: var[tuple[Column, ...]] = var((), init=False)
    """The columns, of which those are shown that fit."""
    hidden: var[frozenset[str]] = var(frozenset(), init=False)
    """Columns that a person does not want to see; the first one always stays."""
    sort: var[tuple[str, bool] | None] = var(None, init=False)
    """The column the rows are sorted by and whether descending; only shown, the order is that of the source."""
    marked: var[frozenset[Hashable]] = var(frozenset(), init=False)
    """The identities of the rows that carry a mark."""
    is_led: var[bool] = var(False, init=False)
    """Whether keys move its cursor while something else has the focus, such as a field to type in."""
    needles: var[tuple[str, ...]] = var((), init=False)
    """What is lit up wherever it stands in a row."""
    show_header: var[bool] = var(True, init=False)
    h_scroll: var[bool] = var(False, init=False, toggle_class="-h-scroll")
    """Whether the table scrolls sideways behind its first column, instead of leaving columns out."""
    empty_text: var[Line] = var((), init=False)
    """What a table without rows says."""

    def __init__(
        self,
        columns: tuple[Column, ...] = (),
        *,
        gap: int = 1,
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
        self._painted: dict[int, object] = {}
        self._awaited: set[int] = set()
        """Lines that will be painted anyway, such as all after a scroll, and need no comparison."""
        self.set_reactive(TableCanvas.columns, columns)
        self.set_reactive(TableCanvas.show_header, show_header)
        self.set_reactive(TableCanvas.empty_text, empty_text)
        self.h_scroll = h_scroll

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

    def _scroll_rows_to(self, row: int) -> None:
        jump(self, y=row)

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

    def watch_hidden(self) -> None:
        """Place the others."""
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

    def watch_needles(self) -> None:
        """Light something else up."""
        self._relayout()

    def _resize_content(self) -> None:
        if not self.is_attached:
            return
        width = self._layout().scroll_width if self.h_scroll else self._width
        set_content_size(self, Size(width, len(self._rows) + self._header_height))

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """Note which lines will be painted anyway."""
        if repaint:
            height = self.size.height
            for region in regions or (self.size.region,):
                self._awaited.update(range(max(0, region.y), min(height, region.bottom)))
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def _layout(self) -> TableLayout:
        gutter = 2 if self.marked else 1
        return lay_out(
            self.columns, self._width, gutter=gutter, gap=self._gap, scrolls=self.h_scroll, hidden=self.hidden
        )

    @property
    def _strips(self) -> TableStrips:
        kept = self._table_strips
        if kept is None or self._kept_palette is None:
            layout, palette = self._layout(), self.palette
            if kept is None or (kept.layout, kept.palette, kept.needles) != (layout, palette, self.needles):
                kept = self._table_strips = TableStrips(layout, palette, self.needles)
        return kept

    def _shown(self, y: int, header_height: int, first_row: int) -> Shown | HeaderShown | Line | None:
        """Return what belongs on a screen line, as a value that is equal when nothing needs painting."""
        if y < header_height:
            return self._strips.layout, self.sort
        index = y - header_height + first_row
        if index >= len(self._rows):
            return self.empty_text if index == 0 else None
        row = self._rows.row(index)
        cursor = CursorLook.NONE
        if index == self._cursor_index:
            cursor = CursorLook.ACTIVE if self.has_focus or self.is_led else CursorLook.IDLE
        return Shown(row, cursor, row is not None and row.id in self.marked)

    def render_line(self, y: int) -> Strip:
        """Paint one line and remember what it shows."""
        strips = self._strips
        shown = self._painted[y] = self._shown(y, self._header_height, self._first_row)
        self._awaited.discard(y)
        if isinstance(shown, Shown):
            return strips.row_strip(shown, self.scroll_offset.x)
        if y < self._header_height:
            return strips.header_strip(self.sort, self.scroll_offset.x)
        return strips.text_strip(self.empty_text if shown is not None else ())

    def _repaint_changed(self) -> None:
        width, header_height, first_row = self.size.width, self._header_height, self._first_row
        for y, painted in self._painted.items():
            if y not in self._awaited and self._shown(y, header_height, first_row) != painted:
                self.refresh(Region(0, y, width, 1))

    def _painted_id(self, y: int) -> Hashable:
        painted = self._painted.get(y)
        return painted.row.id if isinstance(painted, Shown) and painted.row is not None else None
