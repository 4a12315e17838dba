"""The trend over time: stacked bars, or lines drawn in a thread; a cursor on a bucket, only changed lines painted."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import ClassVar, ParamSpec

from msgspec import Struct
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import var
from textual.worker import Worker, WorkerState

from widgets.bars_picture import BarsLayout, bars_layout, layout_picture, small_bars
from widgets.chart_frame import ChartPicture
from widgets.chart_picture import as_coarse_as_seen, has_values, is_small, picture_of, small_picture
from widgets.chart_raster import draw
from widgets.layout import cell_width, overlay, plain, split_line
from widgets.line_widget import LineWidget
from widgets.values import Cell, Chart, Emphasis, Line, TrendBars

P = ParamSpec("P")
CURSOR_LINE = "┊"
SEE_THROUGH = frozenset(" ┈")


class Drawing(Struct, frozen=True):
    """A chart to be drawn in a size."""

    chart: Chart | TrendBars
    size: Size


class TrendChart(LineWidget, can_focus=True):
    """Draws a chart and lets a person point at one of its buckets.

    Drawing lines takes tens of milliseconds, so a thread does it: one drawing at a time, and only if the result would
    look different. Bars are drawn at once. Colours are not part of a drawing: a new theme only repaints it.
    """

    DEFAULT_CSS = "TrendChart { height: 1fr; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "move(-1)", "Earlier", show=False, id="chart.left"),
        Binding("right,l", "move(1)", "Later", show=False, id="chart.right"),
        Binding("home", "first", "First", show=False, id="chart.first"),
        Binding("end", "last", "Last", show=False, id="chart.last"),
        Binding("enter", "select", "Open", show=False, id="chart.select"),
    ]

    chart: var[Chart | TrendBars] = var(Chart(), init=False)
    """What to draw."""
    cursor: var[int | None] = var(None, init=False)
    """The bucket a person points at, or None."""
    empty_text: var[Line] = var((), init=False)
    """What a chart without values says."""
    usual_word: var[str] = var("usual", init=False)
    """The word beside the usual level."""

    @dataclass
    class BucketHighlighted(Message):
        """The cursor points at another bucket, or at none."""

        chart: "TrendChart"
        index: int | None

        @property
        def control(self) -> "TrendChart":
            """The chart, for `on` selectors."""
            return self.chart

    @dataclass
    class BucketSelected(Message):
        """A bucket was chosen: enter, or a click on the one under the cursor."""

        chart: "TrendChart"
        index: int

        @property
        def control(self) -> "TrendChart":
            """The chart, for `on` selectors."""
            return self.chart

    @dataclass
    class Drawn(Message):
        """The thread has drawn; for the chart itself."""

        drawing: Drawing
        picture: ChartPicture

    def __init__(
        self,
        *,
        usual_word: str = "usual",
        empty_text: Line = (),
        id: str | None = None,  # noqa: A002 - Textual's name
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.set_reactive(TrendChart.usual_word, usual_word)
        self.set_reactive(TrendChart.empty_text, empty_text)
        self._made_of: object = None
        self._picture = ChartPicture()
        self._drawn: Drawing | None = None
        self._in_progress: Drawing | None = None
        self._layout: BarsLayout | None = None
        """The layout of the bars on screen."""

    @property
    def buckets(self) -> int:
        """The number of buckets."""
        if isinstance(self.chart, TrendBars):
            return self.chart.buckets
        return max(len(self.chart.labels), 0, *(len(series.values) for series in self.chart.series))

    @property
    def has_values(self) -> bool:
        """Whether there is anything to draw."""
        return self.chart.has_values if isinstance(self.chart, TrendBars) else has_values(self.chart)

    def show_from(self, make: Callable[P, Chart | TrendBars], *args: P.args, **named: P.kwargs) -> None:
        """Draw the chart that a pure function makes; the function is called again if an argument changes."""
        made_of = (make, args, named)
        if made_of != self._made_of:
            self._made_of = made_of
            self.chart = make(*args, **named)

    # Drawing

    def watch_chart(self) -> None:
        """Draw another chart."""
        if self.cursor is not None and self.cursor >= self.buckets:
            self.cursor = self.buckets - 1 if self.buckets else None
        self._draw()

    def watch_usual_word(self) -> None:
        """Redraw with the new word."""
        self._drawn = None
        self._draw()

    def watch_empty_text(self) -> None:
        """Show the new text."""
        self.update_lines()

    def on_resize(self, event: events.Resize) -> None:
        """Redraw in the new size."""
        self._draw()

    def _draw(self) -> None:
        """Start drawing what is wanted now; while a thread is busy, its end calls this again."""
        if not self.is_mounted or not self.size or self._in_progress is not None:
            return
        if not self.has_values:
            self._show(Drawing(self.chart, self.size), ChartPicture())
            return
        small = is_small(*self.size)
        if isinstance(self.chart, TrendBars):
            self._draw_bars(self.chart, is_small=small)
            return
        coarse = self.chart if small else as_coarse_as_seen(self.chart, self.size.height)
        wanted = Drawing(coarse, self.size)
        if wanted == self._drawn:
            return
        if small:
            self._show(wanted, small_picture(self.chart, wanted.size.width))
        else:
            self._in_progress = wanted
            work = partial(self._draw_in_thread, coarse, wanted, self.usual_word)
            self.run_worker(work, group="chart", thread=True, exit_on_error=False)

    def _draw_bars(self, bars: TrendBars, *, is_small: bool) -> None:
        """Draw bars, unless they would look the same."""
        layout = None if is_small else bars_layout(bars, *self.size)
        if layout is None or layout != self._layout:
            picture = small_bars(bars, self.size.width) if layout is None else layout_picture(layout)
            self._show(Drawing(bars, self.size), picture)
            self._layout = layout

    def _draw_in_thread(self, chart: Chart, drawing: Drawing, usual_word: str) -> None:
        picture = picture_of(chart, *drawing.size, usual_word, draw)
        self.post_message(self.Drawn(drawing, picture))

    def on_trend_chart_drawn(self, message: Drawn) -> None:
        """Show the thread's drawing, and draw again if more changed meanwhile."""
        message.stop()
        self._in_progress = None
        self._show(message.drawing, message.picture)
        self._draw()

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Show a sparkline where drawing failed."""
        if event.state is WorkerState.ERROR and self._in_progress is not None:
            failed, self._in_progress = self._in_progress, None
            if isinstance(failed.chart, Chart):
                self._show(failed, small_picture(failed.chart, failed.size.width))

    def _show(self, drawing: Drawing, picture: ChartPicture) -> None:
        self._drawn, self._picture, self._layout = drawing, picture, None
        self.update_lines()

    # Lines

    def lines_for(self, size: Size) -> tuple[Line, ...]:
        """Return the drawing with the cursor in it, or the text for an empty chart."""
        if not self.has_values:
            return ((Cell(" "), *self.empty_text),)
        columns, cursor = self._picture.columns, self.cursor
        if cursor is None or not 0 <= cursor < len(columns):
            return self._picture.lines
        lines = list(self._picture.lines)
        for y in self._picture.canvas_rows:
            lines[y] = _with_cursor(lines[y], columns[cursor])
        label = self._picture.label_row
        lines[label] = _with_label(lines[label], columns[cursor], self._label(cursor), size.width)
        return tuple(lines)

    def _label(self, bucket: int) -> str:
        return self.chart.labels[bucket] if bucket < len(self.chart.labels) else ""

    # Cursor

    def watch_cursor(self, cursor: int | None) -> None:
        """Move the cursor on screen, and post a message."""
        self.update_lines()
        self.post_message(self.BucketHighlighted(self, cursor))

    def _put_cursor(self, bucket: int) -> None:
        if self.buckets:
            self.cursor = min(self.buckets - 1, max(0, bucket))

    def action_move(self, buckets: int) -> None:
        """Move the cursor; it appears at the newest bucket."""
        self._put_cursor(self.buckets - 1 if self.cursor is None else self.cursor + buckets)

    def action_first(self) -> None:
        """Go to the oldest bucket."""
        self._put_cursor(0)

    def action_last(self) -> None:
        """Go to the newest bucket."""
        self._put_cursor(self.buckets - 1)

    def action_select(self) -> None:
        """Choose the bucket under the cursor."""
        if self.cursor is not None:
            self.post_message(self.BucketSelected(self, self.cursor))

    def on_click(self, event: events.Click) -> None:
        """Point at the clicked bucket; choose it if it already has the cursor."""
        columns = self._picture.columns
        if not columns:
            return
        nearest = min(range(len(columns)), key=lambda bucket: abs(columns[bucket] - event.x))
        if nearest == self.cursor:
            self.action_select()
        else:
            self.cursor = nearest


def _with_cursor(line: Line, column: int) -> Line:
    """Draw the cursor where nothing is drawn."""
    _head, rest = split_line(line, column)
    if rest and rest[0].text[:1] not in SEE_THROUGH:
        return line
    return overlay(line, column, Cell(CURSOR_LINE, Emphasis.STRONG))


def _with_label(line: Line, column: int, label: str, width: int) -> Line:
    """Name the bucket under the cursor in the line of labels."""
    text = f"[{plain(label)}]"
    start = min(max(0, column - cell_width(text) // 2), max(0, width - cell_width(text)))
    # A blank on each side keeps the neighbours apart, and no half of one is left.
    whole = "".join(cell.text for cell in line)
    first, end = max(0, start - 1), start + cell_width(text) + 1
    while 0 < first < len(whole) and whole[first - 1] != " ":
        first -= 1
    while end < len(whole) and whole[end] != " ":
        end += 1
    cleared = overlay(line, first, Cell(" " * (end - first)))
    return overlay(cleared, start, Cell(text, Emphasis.STRONG))
