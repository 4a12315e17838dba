"""The lines of a table as strips, kept while nothing about them changes."""

from collections.abc import Hashable, Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from widgets.fuzzy import hits
from widgets.layout import GAUGE_WIDTH, bar, cell_width, fit, fit_line, gauge
from widgets.palette import Palette
from widgets.strips import line_strip, runs_strip
from widgets.table_layout import Placed, TableLayout
from widgets.values import Align, Cell, Draw, Emphasis, Line, Row

KEPT_STRIPS = 512
MIN_BAR_WIDTH = 3
CURSOR_MARK = "▌"
ROW_MARK = "✓"
CUT_MARK = "…"
_HIT = Style(underline=True, bold=True)
SORT_MARKS = {False: "▲", True: "▼"}
NOT_LOADED = Row(None, (Cell("…", Emphasis.MUTED),))


class CursorLook(StrEnum):
    """What of the cursor shows on a line."""

    NONE = "none"
    IDLE = "idle"
    ACTIVE = "active"


class Shown(NamedTuple):
    """All that decides how a row is painted: equal values need no repaint. `row` is None while it is not loaded."""

    row: Row | None
    cursor: CursorLook
    marked: bool


class TableStrips:
    """Makes and keeps the strips of one layout and palette; what is looked for is lit up in the rows."""

    def __init__(self, layout: TableLayout, palette: Palette, needles: tuple[str, ...] = ()) -> None:
        self.layout = layout
        self.palette = palette
        self.needles = needles
        self._spans: dict[int, tuple[int, int]] = {}
        self._kept: dict[tuple[Hashable, CursorLook, bool], tuple[Row, Strip]] = {}

    def row_strip(self, shown: Shown, scroll_x: int = 0) -> Strip:
        """Return the line of a row."""
        if shown.row is None:
            return self._scrolled(self._row_strip(shown._replace(row=NOT_LOADED)), scroll_x)
        key = (shown.row.id, shown.cursor, shown.marked)
        kept = self._kept.get(key)
        if kept is None or kept[0] != shown.row:
            if len(self._kept) >= KEPT_STRIPS:
                self._kept.clear()
            kept = self._kept[key] = (shown.row, self._row_strip(shown))
        return self._scrolled(kept[1], scroll_x)

    def header_strip(self, sort: tuple[str, bool] | None, scroll_x: int = 0) -> Strip:
        """Return the line of titles, the sorted column marked with its direction."""
        runs = [Cell(" " * self.layout.gutter)]
        for place in self.layout.placed:
            title = place.column.title
            sorted_here = sort is not None and sort[0] == place.column.id
            if sort is not None and sorted_here:
                title = _with_mark(title, SORT_MARKS[sort[1]], place)
            emphasis = Emphasis.STRONG if sorted_here else Emphasis.MUTED
            runs.append(Cell(fit(title, place.width, place.column.align), emphasis))
            runs.append(Cell(" " * self.layout.gap))
        return self._scrolled(self._strip(runs), scroll_x)

    def text_strip(self, line: Line) -> Strip:
        """Return a line of free text, such as the word for an empty table."""
        return line_strip((Cell(" " * self.layout.gutter), *line), self.layout.width, self.palette)

    def _row_strip(self, shown: Shown) -> Strip:
        row = shown.row or NOT_LOADED
        runs: list[Cell] = []
        if len(row.cells) == 1 and len(self.layout.placed) > 1:
            runs.append(Cell(fit(row.cells[0].text, self.layout.width - self.layout.gutter), row.cells[0].emphasis))
        for place in self.layout.placed if not runs else ():
            cell = row.cells[place.index] if place.index < len(row.cells) else Cell()
            runs.extend(cell_runs(cell, place))
            runs.append(Cell(" " * self.layout.gap))
        strip = self._strip(runs, self.layout.gutter, under_cursor=shown.cursor is CursorLook.ACTIVE)
        if self.needles:
            strip = lit(strip, self.needles)
        return Strip((self._gutter(shown), *strip), strip.cell_length + self.layout.gutter)

    def _gutter(self, shown: Shown) -> Segment:
        """Mark the cursor line in a way that needs neither colour nor the focus."""
        cursor = " " if shown.cursor is CursorLook.NONE else CURSOR_MARK
        text = fit(cursor + (ROW_MARK if shown.marked else ""), self.layout.gutter)
        return Segment(text, self.palette.style(Emphasis.FOCUS))

    def _strip(self, runs: list[Cell], x: int = 0, *, under_cursor: bool = False) -> Strip:
        """Return the runs, which begin at `x` and hold every column with its gap, padded to the width of the table."""
        width = self.layout.total + (self.layout.gap if self.layout.placed else 0)
        spare = self.layout.width - width
        if spare > 0:
            runs.append(Cell(" " * spare))
        return runs_strip(runs, max(width, self.layout.width) - x, self.palette, under_cursor=under_cursor)

    def _scrolled(self, strip: Strip, scroll_x: int) -> Strip:
        """Return what is seen of a line: the first column, and what the scroll has come to behind it."""
        width, pinned = self.layout.width, self.layout.pinned
        if not self.layout.placed or self.layout.total <= width:
            return strip.crop(0, width)
        if scroll_x not in self._spans:
            self._spans[scroll_x] = self.layout.whole_span(scroll_x)
        first, last = self._spans[scroll_x]
        before = [*strip.crop(0, pinned)]
        seen = [*strip.crop(scroll_x + first, scroll_x + last)]
        if first > pinned:
            before.append(_blanks(first - pinned, before))
        if cut := self.layout.cut_words(scroll_x):
            seen = _marked_as_cut(seen, strip.crop(cut[0] - 1, cut[1]).text)
        segments = [*before, *seen]
        missing = width - first - sum(segment.cell_length for segment in seen)
        if missing > 0:
            segments.append(_blanks(missing, segments))
        return Strip(segments, width)


def _marked_as_cut(seen: list[Segment], edge: str) -> list[Segment]:
    """Return what is seen with a mark on its last cell, where `edge`, this cell and what is behind it, holds a word."""
    if not seen or not edge[1:].strip():
        return seen
    *others, last = seen
    kept, _last_cell = last.split_cells(last.cell_length - 1)
    return [*others, *([kept] if kept.text else []), Segment(CUT_MARK, last.style)]


def _blanks(count: int, after: list[Segment]) -> Segment:
    """Return blanks that look like what stands before them: on the cursor line they are part of it."""
    return Segment(" " * count, after[-1].style if after else None)


def lit(strip: Strip, needles: Sequence[str]) -> Strip:
    """Return the strip with what is looked for lit up, in a way that needs no colour."""
    text = strip.text
    found = hits(text, needles)
    if not found:
        return strip
    ends = [cell_width(text[:place]) for pair in found for place in pair]
    parts = strip.divide(sorted({*ends, strip.cell_length} - {0}))
    shown: list[Segment] = []
    at = 0
    inside = set(zip(ends[::2], ends[1::2], strict=True))
    for part in parts:
        is_hit = (at, at + part.cell_length) in inside
        shown.extend(Segment(one.text, (one.style or Style.null()) + _HIT) if is_hit else one for one in part)
        at += part.cell_length
    return Strip(shown, strip.cell_length)


def cell_runs(cell: Cell, place: Placed) -> Iterator[Cell]:
    """Return the runs that fill a column with a cell: a drawing of its share where the column has one, and its text."""
    column = place.column
    drawn = cell.emphasis if cell.emphasis is not Emphasis.NORMAL else Emphasis.DATA
    if column.draw is Draw.BAR and cell.share is not None:
        room = place.width - column.width - 1
        if room >= MIN_BAR_WIDTH:
            yield Cell(bar(cell.share, room) + " ", drawn)
            yield Cell(fit(cell.text, column.width, Align.RIGHT), cell.emphasis)
            return
    if column.draw is Draw.GAUGE and cell.share is not None:
        room = place.width - GAUGE_WIDTH - 1
        if room >= cell_width(cell.text):
            yield Cell(gauge(cell.share) + " ", drawn)
            yield Cell(fit(cell.text, room, Align.RIGHT), cell.emphasis)
            return
    if cell.parts:
        yield from fit_line(cell.parts, place.width)
        return
    align = Align.RIGHT if column.draw is Draw.BAR else column.align
    yield Cell(fit(cell.text, place.width, align), cell.emphasis)


def _with_mark(title: str, mark: str, place: Placed) -> str:
    """Add the direction where it costs least: a title that fills its column gives up its last letter."""
    spaced = f"{title} {mark}"
    if cell_width(spaced) <= place.width:
        return spaced
    return fit(title, place.width - 1).rstrip() + mark
