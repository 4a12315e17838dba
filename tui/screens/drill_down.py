"""What the pages about one key and one model share: trend, latest calls, errors, and where they lead."""

from collections.abc import Sequence

from textual import on
from textual.reactive import var

from tui.domain.usage import Bucket
from tui.monitor.scoped import calls_of, calls_question, errors_of, hour_of
from tui.monitor.snapshot import Snapshot
from tui.monitor.usage import ScopedUsage
from tui.present import drill_down, trend, usage_panes
from tui.present.display_context import DisplayContext
from tui.present.drill_down import LATEST
from tui.screens.account_screen import AccountScreen
from tui.screens.messages import Open
from tui.screens.panes import show_chart, show_table
from widgets.live_table import LiveTable
from widgets.pane import Pane
from widgets.trend_chart import TrendChart


class PageScreen(AccountScreen):
    """A page with the panes `#trend-pane`, `#calls-pane` and `#errors-pane`, each around the widget of that name."""

    metric: var[trend.Metric] = var(trend.Metric.BILLED, init=False)
    buckets: Sequence[Bucket] = ()
    """The buckets that the chart shows."""

    def paint_trend(self, usage: ScopedUsage, snapshot: Snapshot, look: DisplayContext) -> None:
        """Fill the trend."""
        chart = self.query_one("#trend", TrendChart)
        room = chart.size.width
        model = usage_panes.marked_trend_pane(self.scope, usage, self.metric, self.report, snapshot, look, room=room)
        show_chart(self.query_one("#trend-pane", Pane), chart, model)
        self.buckets = model.buckets

    def paint_calls(self, snapshot: Snapshot, look: DisplayContext) -> None:
        """Fill the latest calls."""
        table = self.query_one("#calls", LiveTable)
        model = drill_down.calls_pane(self.scope, table.columns, snapshot, look)
        show_table(self.query_one("#calls-pane", Pane), table, model)

    def paint_errors(self, snapshot: Snapshot, look: DisplayContext) -> None:
        """Fill the errors, one line a burst."""
        model = drill_down.errors_pane(self.scope, snapshot, look)
        show_table(self.query_one("#errors-pane", Pane), self.query_one("#errors", LiveTable), model)

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
        """The calls of the bucket."""
        if message.index < len(self.buckets):
            self.post_message(Open("calls", self.scope.over(hour_of(self.buckets[message.index]))))

    def do_metric(self) -> None:
        order = list(trend.Metric)
        self.metric = order[(order.index(self.metric) + 1) % len(order)]
        self.repaint_soon()
