"""What the pages about one key and one model share: trend, latest calls, errors, and where they lead."""

from collections.abc import Sequence

from textual import on
from textual.reactive import var

from tui.domain.usage import Bucket
from tui.locale import _
from tui.monitor.questions import AskSite
from tui.monitor.scoped import calls_of, calls_question, errors_of, errors_question, hour_of
from tui.monitor.snapshot import Snapshot
from tui.monitor.usage import ScopedUsage
from tui.present import calls, errors, scope_line, trend
from tui.present.display_context import DisplayContext
from tui.present.notes import note_of
from tui.present.trend_marks import marks
from tui.screens.account_screen import AccountScreen
from tui.screens.panes import fill_trend, waiting_or
from widgets.live_table import LiveTable
from widgets.pane import Pane
from widgets.trend_chart import TrendChart

LATEST = 50


class PageScreen(AccountScreen):
    """A page with the panes `#trend-pane`, `#calls-pane` and `#errors-pane`, each around the widget of that name."""

    metric: var[trend.Metric] = var(trend.Metric.BILLED, init=False)
    buckets: Sequence[Bucket] = ()
    """The buckets that the chart shows."""

    def paint_trend(self, usage: ScopedUsage, snapshot: Snapshot, look: DisplayContext) -> None:
        """Fill the trend."""
        chart, pane = self.query_one("#trend", TrendChart), self.query_one("#trend-pane", Pane)
        found = marks(self.scope, usage.trend or (), usage.window.step, self.report, snapshot, look)
        self.buckets = fill_trend(pane, chart, usage, self.metric, look, marks=found)

    def paint_calls(self, snapshot: Snapshot, look: DisplayContext) -> None:
        """Fill the latest calls."""
        question = calls_question(self.scope, snapshot, look.now, rows=LATEST)
        found, feed = calls_of(self.scope, snapshot, look.now, question)[:LATEST], snapshot.feed(question)
        pane, table = self.query_one("#calls-pane", Pane), self.query_one("#calls", LiveTable)
        table.empty_text = waiting_or(_("no calls"), is_known=feed.data is not None, failure=feed.failure)
        table.show([calls.row(call, table.columns, snapshot, look) for call in found])
        pane.title_line, pane.hint = _("Latest calls"), _("c all")
        pane.note = note_of(feed.fetched_at, feed.failure, feed.retry_at, look)
        pane.stale = feed.failure is not None

    def paint_errors(self, snapshot: Snapshot, look: DisplayContext) -> None:
        """Fill the errors, one line a burst."""
        feed = snapshot.feed(errors_question(self.scope, snapshot, look.now))
        found = errors_of(self.scope, snapshot, look.now)
        pane, table = self.query_one("#errors-pane", Pane), self.query_one("#errors", LiveTable)
        table.empty_text = (errors.why_empty(feed, found, snapshot.data(AskSite())),)
        table.show_from(errors.key_pane_rows, found or (), look.by_the_minute)
        number = "–" if found is None else errors.number_word(feed.data, found)
        pane.title_line = f"{_('Errors')} · {number} · {scope_line.range_word(self.scope.range, look)}"
        pane.note = note_of(feed.fetched_at, feed.failure, feed.retry_at, look)
        pane.stale = feed.failure is not None and found is not None

    @on(LiveTable.RowSelected, "#calls")
    def open_call_row(self, message: LiveTable.RowSelected) -> None:
        """One call."""
        if self.snapshot is None or self.now is None:
            return
        question = calls_question(self.scope, self.snapshot, self.now, rows=LATEST)
        found = calls_of(self.scope, self.snapshot, self.now, question)
        call = next((call for call in found if call.id == message.row_id), None)
        if call is not None:
            self.open_call(call)

    @on(LiveTable.RowSelected, "#errors")
    def open_error_row(self, message: LiveTable.RowSelected) -> None:
        """One error request."""
        if self.snapshot is None or self.now is None:
            return
        found = errors_of(self.scope, self.snapshot, self.now) or ()
        call = next((call for call in found if call.id == message.row_id), None)
        if call is not None:
            self.open_error(call)

    @on(TrendChart.BucketSelected)
    def open_bucket(self, message: TrendChart.BucketSelected) -> None:
        """The bucket as a scope of its own."""
        if message.index < len(self.buckets):
            self.narrow(self.scope.over(hour_of(self.buckets[message.index])))

    def do_metric(self) -> None:
        order = list(trend.Metric)
        self.metric = order[(order.index(self.metric) + 1) % len(order)]
        self.repaint_soon()
