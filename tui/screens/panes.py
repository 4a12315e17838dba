"""Binding the models of panes to widgets."""

from collections.abc import Sequence

from tui.domain.usage import Bucket
from tui.present import trend
from tui.present.display_context import DisplayContext
from tui.present.pane import ChartPane, FieldsPane, PaneFrame, Recipe, TablePane
from widgets.field_view import FieldView
from widgets.info_line import InfoLine
from widgets.live_table import LiveTable
from widgets.pane import Pane
from widgets.trend_chart import TrendChart


def show_frame(pane: Pane, frame: PaneFrame) -> None:
    """What stands on a frame."""
    pane.title_line, pane.hint, pane.note, pane.stale = frame.title, frame.hint, frame.note, frame.is_stale


def show_table(pane: Pane, table: LiveTable, model: TablePane) -> None:
    """A table in its frame."""
    table.columns, table.empty_text = model.columns, model.empty_text
    if isinstance(model.rows, Recipe):
        table.show_from(model.rows.make, *model.rows.args)
    else:
        table.show(model.rows)
    show_frame(pane, model.frame)


def show_chart(pane: Pane, chart: TrendChart, model: ChartPane) -> None:
    """A chart in its frame."""
    chart.show_from(model.chart.make, *model.chart.args)
    chart.empty_text = model.empty_text
    show_frame(pane, model.frame)


def show_caption(line: InfoLine, chart: TrendChart, buckets: Sequence[Bucket], look: DisplayContext) -> None:
    """The values of the bucket under the cursor, while the chart has the focus."""
    at = chart.cursor
    line.display = at is not None and at < len(buckets) and chart.has_focus
    if line.display and at is not None:
        line.left = trend.caption(buckets[at], buckets[at].end - buckets[at].start, look)


def show_fields(pane: Pane, view: FieldView, model: FieldsPane) -> None:
    """Lines in their frame."""
    view.lines = model.lines
    show_frame(pane, model.frame)
