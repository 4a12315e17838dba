"""All about one model in the scope: its trend, the keys that call it, its latest calls and errors."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.reactive import var

from tui.commands import Place
from tui.domain.usage import Bucket
from tui.locale import _
from tui.monitor.questions import Question
from tui.monitor.scoped import calls_of, calls_question, errors_of, errors_question, hour_of, questions_of, usage_of
from tui.monitor.snapshot import Snapshot
from tui.present import calls, errors, scope_line, trend
from tui.present.breakdown import By
from tui.present.look import Look
from tui.present.notes import note_of
from tui.screens.account_screen import AccountScreen, parts
from tui.screens.bindings import bindings
from tui.screens.panes import fill_split, fill_trend, waiting_or
from widgets.info_line import Part
from widgets.live_table import LiveTable
from widgets.pane import Pane
from widgets.trend_chart import TrendChart
from widgets.values import Cell, Severity

LATEST = 50


class ModelScreen(AccountScreen):
    """One model."""

    place = Place.MODEL
    CSS_PATH = "model_page.tcss"
    BINDINGS = bindings(Place.MODEL)

    metric: var[trend.Metric] = var(trend.Metric.BILLED, init=False)

    def compose_body(self) -> ComposeResult:
        with Pane(id="trend-pane"):
            yield TrendChart(id="trend", usual_word=_("usual"))
        with Horizontal(id="middle"):
            with Pane(id="keys-pane"):
                yield LiveTable(id="keys", show_header=False)
            with Pane(id="errors-pane"):
                yield LiveTable(errors.key_pane_columns(), id="errors", show_header=False)
        with Pane(id="calls-pane"):
            yield LiveTable(calls.columns(), id="calls", follow_top=True)

    def on_mount(self) -> None:
        self._trend: tuple[Bucket, ...] = ()
        self.query_one("#keys", LiveTable).focus()

    def questions(self, snapshot: Snapshot, now: datetime) -> Iterable[Question[Any]]:
        yield from questions_of(self.scope, snapshot, now, by_key=True)
        yield calls_question(self.scope, snapshot, now, rows=LATEST)
        yield errors_question(self.scope, snapshot, now)

    def title_parts(self, snapshot: Snapshot, look: Look) -> tuple[Part, ...]:
        usage = usage_of(self.scope, snapshot, look.now)
        model = self._entered_with.filters.model or ""
        title = (Cell(f"{_('Model')} · {model}  ", Severity.STRONG), *scope_line.chips(self.scope, snapshot, look))
        return parts((title,), scope_line.totals(usage, look))

    def paint(self, snapshot: Snapshot, look: Look) -> None:
        usage = usage_of(self.scope, snapshot, look.now)
        chart = self.query_one("#trend", TrendChart)
        self._trend = tuple(fill_trend(self.query_one("#trend-pane", Pane), chart, usage, self.metric, look))
        table = self.query_one("#keys", LiveTable)
        fill_split(self.query_one("#keys-pane", Pane), table, usage, By.KEY, self.metric, look)
        self._paint_errors(snapshot, look)
        self._paint_calls(snapshot, look)

    def _paint_errors(self, snapshot: Snapshot, look: Look) -> None:
        feed = snapshot.feed(errors_question(self.scope, snapshot, look.now))
        found = errors_of(self.scope, snapshot, look.now)
        pane, table = self.query_one("#errors-pane", Pane), self.query_one("#errors", LiveTable)
        table.empty_text = (errors.why_empty(feed, found),)
        table.show(errors.key_pane_rows(found or (), look))
        pane.title_line = f"{_('Errors')} · {'–' if found is None else errors.number_word(feed.data, found)}"
        pane.note = note_of(feed.fetched_at, feed.failure, feed.retry_at, look)

    def _paint_calls(self, snapshot: Snapshot, look: Look) -> None:
        question = calls_question(self.scope, snapshot, look.now, rows=LATEST)
        found, feed = calls_of(self.scope, snapshot, look.now, question), snapshot.feed(question)
        pane, table = self.query_one("#calls-pane", Pane), self.query_one("#calls", LiveTable)
        table.empty_text = waiting_or(_("no calls"), is_known=feed.data is not None, failure=feed.failure)
        table.show([calls.row(call, table.columns, snapshot, look) for call in found[:LATEST]])
        pane.title_line, pane.hint = _("Latest calls"), _("c all")
        pane.note = note_of(feed.fetched_at, feed.failure, feed.retry_at, look)

    @on(LiveTable.RowSelected, "#keys")
    def open_key_row(self, message: LiveTable.RowSelected) -> None:
        """The page of the key, for this model."""
        self.open_key(int(str(message.row_id)))

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
        if message.index < len(self._trend):
            self.narrow(self.scope.over(hour_of(self._trend[message.index])))

    def do_narrow(self) -> None:
        table = self.query_one("#keys", LiveTable)
        if table.cursor_id is not None:
            self.narrow(self.scope.narrowed(key_id=int(str(table.cursor_id))))

    def do_metric(self) -> None:
        order = list(trend.Metric)
        self.metric = order[(order.index(self.metric) + 1) % len(order)]
        self.repaint_soon()

    def do_copy(self) -> None:
        self.copy(self._entered_with.filters.model or "")
