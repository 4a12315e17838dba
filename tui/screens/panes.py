"""Panes that several screens fill alike."""

from collections.abc import Sequence

from tui.domain.failure import Failure
from tui.domain.keys import ApiKey
from tui.domain.usage import Bucket
from tui.locale import _
from tui.monitor.usage import ScopedUsage
from tui.present import breakdown, trend
from tui.present.display_context import DisplayContext
from tui.present.failures import sentence
from tui.present.notes import note_of
from tui.present.trend_marks import Marks
from widgets.live_table import LiveTable
from widgets.pane import Pane
from widgets.trend_chart import TrendChart
from widgets.values import Cell, Emphasis, Line

MEASURES: dict[trend.Metric, breakdown.Measure] = {
    trend.Metric.BILLED: breakdown.Measure.BILLED,
    trend.Metric.REQUESTS: breakdown.Measure.REQUESTS,
    trend.Metric.TOKENS: breakdown.Measure.TOKENS,
    trend.Metric.CACHE: breakdown.Measure.TOKENS,
}


def waiting_or(text: str, *, is_known: bool, failure: Failure | None = None) -> Line:
    """Why a pane is empty: nothing is there, nothing was heard yet, or what went wrong and what to do."""
    if is_known:
        return (Cell(text, Emphasis.MUTED),)
    if failure is None:
        return (Cell(_("waiting for the gateway …"), Emphasis.MUTED),)
    return (Cell(sentence(failure), Emphasis.WARNING),)


def fill_trend(
    pane: Pane,
    chart: TrendChart,
    usage: ScopedUsage,
    metric: trend.Metric,
    look: DisplayContext,
    number: str = "",
    marks: Marks = trend.NO_MARKS,
) -> Sequence[Bucket]:
    """The trend of a scope; returns its buckets."""
    buckets, step = usage.trend or (), usage.window.step
    running = trend.running_from(buckets, look.now)
    chart.show_from(trend.chart, buckets, metric, step, look.zone, marks, usage.trend_from, running)
    chart.empty_text = waiting_or(_("no calls"), is_known=usage.trend is not None, failure=usage.failure)
    steps = trend.steps_word(usage)
    pane.title_line = f"{number}{_('Trend')} · {trend.metric_word(metric)} {steps} · {look.zone.key}"
    pane.hint = _("m metric  t range")
    pane.note = note_of(usage.as_of, usage.failure, usage.retry_at, look)
    pane.stale = usage.failure is not None
    return buckets


def fill_split(
    pane: Pane,
    table: LiveTable,
    usage: ScopedUsage,
    by: breakdown.By,
    metric: trend.Metric,
    look: DisplayContext,
    number: str = "",
    keys: Sequence[ApiKey] | None = None,
) -> None:
    """How a scope splits."""
    measure, slices = MEASURES[metric], breakdown.slices_of(usage, by)
    table.columns = breakdown.columns(measure)
    table.empty_text = waiting_or(_("no calls"), is_known=slices is not None, failure=usage.failure)
    table.show_from(breakdown.rows, slices or (), by, measure, look.by_the_minute, keys)
    pane.title_line = f"{number}{breakdown.by_word(by)} · {breakdown.measure_word(measure)}"
    pane.note = note_of(usage.as_of, usage.failure, usage.retry_at, look)
    pane.stale = usage.failure is not None
