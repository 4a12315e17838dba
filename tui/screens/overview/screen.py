"""The first screen: trend, breakdown, keys and errors of the scope, live."""

from collections.abc import Hashable, Iterable, Sequence
from datetime import datetime
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.reactive import var

from tui.account.context import AccountContext
from tui.domain.scope import Scope
from tui.domain.usage import Bucket, FailedCall
from tui.locale import _
from tui.monitor.question import Question
from tui.monitor.questions import AskKeyCosts, AskKeyHistory, AskKeys, AskSite
from tui.monitor.scoped import errors_of, errors_question, has_plans, hour_of, questions_of, usage_of
from tui.monitor.snapshot import Snapshot
from tui.monitor.usage import ScopedUsage
from tui.present import breakdown, errors, keys, scope_line, trend
from tui.present import format as fmt
from tui.present.display_context import DisplayContext
from tui.present.notes import note_of
from tui.present.plans import plan_words
from tui.present.trend_marks import marks
from tui.screens.account_screen import AccountScreen, parts
from tui.screens.bindings import bindings
from tui.screens.commands import ScreenKind
from tui.screens.dialog_words import dialog_words
from tui.screens.panes import fill_split, fill_trend, waiting_or
from widgets.dialogs import Choice, ChoiceDialog, PromptDialog
from widgets.facts import Part
from widgets.info_line import InfoLine
from widgets.live_table import LiveTable
from widgets.pane import Pane
from widgets.trend_chart import TrendChart
from widgets.values import Row

PANES = ("trend", "split", "keys", "errors")
SMALL = 60


class OverviewScreen(AccountScreen):
    """Four panes over one scope."""

    place = ScreenKind.OVERVIEW
    CSS_PATH = "overview.tcss"
    BINDINGS = [
        *bindings(ScreenKind.OVERVIEW),
        *((str(number), f"focus_pane({number})", "") for number in range(1, 5)),
    ]
    sort: var[tuple[str, bool]] = var(("today", True), init=False)
    metric: var[trend.Metric] = var(trend.Metric.BILLED, init=False)
    by: var[breakdown.By] = var(breakdown.By.MODEL, init=False)
    needle: var[str] = var("", init=False)
    zoomed: var[str | None] = var(None, init=False)

    def __init__(self, account: AccountContext, scope: Scope) -> None:
        super().__init__(account, scope)
        self._trend: tuple[Bucket, ...] = ()
        self._first_key: Hashable = None
        self._is_settled = False

    def compose_body(self) -> ComposeResult:
        with Vertical(id="panes"):
            with Horizontal(id="top"):
                with Pane(id="trend-pane"):
                    yield TrendChart(id="trend", usual_word=_("usual"))
                    yield InfoLine(id="caption")
                with Pane(id="split-pane"):
                    yield LiveTable(id="split", show_header=False)
            with Pane(id="keys-pane"):
                yield LiveTable(keys.columns(120), id="keys")
            with Pane(id="errors-pane"):
                yield LiveTable(errors.pane_columns(), id="errors", show_header=False, follow_top=True)

    def on_mount(self) -> None:
        self.query_one("#keys", LiveTable).focus()

    def questions(self, snapshot: Snapshot, now: datetime) -> Iterable[Question[Any]]:
        yield from questions_of(self.scope, snapshot, now, by_key=self.by is breakdown.By.KEY)
        yield AskKeyCosts()
        yield errors_question(self.scope, snapshot, now)
        for key in snapshot.data(AskKeys()) or ():
            if key.last_used_at is not None and not key.bills_wallet:
                yield AskKeyHistory(key.id)

    def title_parts(self, snapshot: Snapshot, look: DisplayContext) -> tuple[Part, ...]:
        usage = usage_of(self.scope, snapshot, look.now)
        plans = plan_words(snapshot, look) if has_plans(snapshot) else ()
        chips = scope_line.chips(self.scope, snapshot, look)
        return parts((chips,), (*scope_line.totals(usage, look), *plans))

    def paint(self, snapshot: Snapshot, look: DisplayContext) -> None:
        self._place_panes()
        usage = usage_of(self.scope, snapshot, look.now)
        self._paint_trend(usage, snapshot, look)
        self._paint_split(usage, snapshot, look)
        self._paint_keys(snapshot, look)
        self._paint_errors(snapshot, look)

    def _paint_trend(self, usage: ScopedUsage, snapshot: Snapshot, look: DisplayContext) -> None:
        pane, chart = self.query_one("#trend-pane", Pane), self.query_one("#trend", TrendChart)
        found = marks(self.scope, usage.trend or (), usage.window.step, self.report, snapshot, look)
        self._trend = tuple(fill_trend(pane, chart, usage, self.metric, look, "1 ", found))
        self._paint_caption(look)

    def _paint_caption(self, look: DisplayContext) -> None:
        chart, line = self.query_one("#trend", TrendChart), self.query_one("#caption", InfoLine)
        usage = self._trend
        if chart.cursor is None or chart.cursor >= len(usage) or not chart.has_focus:
            line.display = False
            return
        bucket = usage[chart.cursor]
        line.display = True
        line.left = trend.caption(bucket, bucket.end - bucket.start, look)

    def _paint_split(self, usage: ScopedUsage, snapshot: Snapshot, look: DisplayContext) -> None:
        pane, table = self.query_one("#split-pane", Pane), self.query_one("#split", LiveTable)
        fill_split(pane, table, usage, self.by, self.metric, look, "2 ", snapshot.data(AskKeys()))
        pane.hint = _("b by")

    def _paint_keys(self, snapshot: Snapshot, look: DisplayContext) -> None:
        pane, table = self.query_one("#keys-pane", Pane), self.query_one("#keys", LiveTable)
        found = keys.lines(snapshot, look.now)
        offset = fmt.foreign_offset(snapshot.server_zone, look.zone, look.now)
        shown = keys.columns(table.size.width or self.size.width, offset)
        likely = self.report.likely if self.report is not None else None
        likely_id = likely.key_id if likely else None
        rows = keys.rows(found, look, shown, self.sort, self.needle, likely_id, snapshot.memo)
        feed, costs = snapshot.feed(AskKeys()), snapshot.feed(AskKeyCosts())
        table.columns, table.sort = shown, self.sort
        why = _("no key matches") if found else _("This account has no keys.")
        table.empty_text = waiting_or(why, is_known=feed.data is not None, failure=feed.failure)
        table.show(rows)
        self._keep_cursor_on_top(table, rows, is_settled=costs.data is not None)
        number = str(len(found)) if len(rows) == len(found) else f"{len(rows)}/{len(found)}"
        number = number if feed.data is not None else "–"
        needle = f" · /{self.needle}" if self.needle else ""
        pane.title_line = f"3 {_('Keys')} · {number} · {_('by')} {self._sort_word(shown)}{needle}"
        pane.hint = _("s sort  / filter")
        pane.note = note_of(feed.fetched_at, feed.failure or costs.failure, feed.retry_at or costs.retry_at, look)
        pane.stale = (feed.failure or costs.failure) is not None

    def _keep_cursor_on_top(self, table: LiveTable, rows: Sequence[Row], *, is_settled: bool) -> None:
        """At the start the order changes as costs arrive: the cursor waits on top, unless the person has moved it."""
        if self._first_key is not None and table.cursor_id != self._first_key:
            self._is_settled = True
        if rows and not self._is_settled:
            self._first_key = table.cursor_id = rows[0].id
            self._is_settled = is_settled

    def _sort_word(self, shown: Iterable[Any]) -> str:
        title = next((column.title for column in shown if column.id == self.sort[0]), self.sort[0])
        return f"{title} {'▼' if self.sort[1] else '▲'}"

    def _paint_errors(self, snapshot: Snapshot, look: DisplayContext) -> None:
        pane, table = self.query_one("#errors-pane", Pane), self.query_one("#errors", LiveTable)
        feed = snapshot.feed(errors_question(self.scope, snapshot, look.now))
        found = errors_of(self.scope, snapshot, look.now)
        table.empty_text = (errors.why_empty(feed, found, snapshot.data(AskSite())),)
        table.show_from(errors.pane_rows, found or (), look.by_the_minute)
        total = fmt.UNKNOWN if found is None else errors.number_word(feed.data, found)
        pane.title_line = f"4 {_('Errors')} · {total} · {scope_line.range_word(self.scope.range, look)}"
        pane.hint = _("enter inspect  e all")
        pane.note = note_of(feed.fetched_at, feed.failure, feed.retry_at, look)
        pane.stale = feed.failure is not None and found is not None

    # Where things are

    def _place_panes(self) -> None:
        """One pane at a time on a small terminal, the zoomed one elsewhere."""
        tiny = self.size.width < SMALL or self.size.height < 16
        zoomed = self.zoomed or (self._focused_pane() if tiny else None)
        self.set_class(zoomed is not None, "-zoomed")
        self.query_one("#top").set_class(zoomed in ("trend", "split"), "-has-zoom")
        for name in PANES:
            self.query_one(f"#{name}-pane", Pane).set_class(name == zoomed, "-zoom")

    def _focused_pane(self) -> str:
        focused = self.focused.id if self.focused is not None else None
        return focused if focused in PANES else "keys"

    def action_focus_pane(self, number: int) -> None:
        """Focus a pane; the same digit again gives it the whole screen, and once more takes that back."""
        name = PANES[number - 1]
        was_focused = self._focused_pane() == name and self.focused is not None
        self.zoomed = (None if self.zoomed == name else name) if was_focused else (name if self.zoomed else None)
        self.set_class(False, "-zoomed")
        self.query_one(f"#{name}").focus()
        self.repaint_soon()

    def on_descendant_focus(self) -> None:
        self.repaint_soon()

    # What the cursor is on

    def key_under_cursor(self) -> int | None:
        focused = self._focused_pane()
        cursor = None if focused == "trend" else self.query_one(f"#{focused}", LiveTable).cursor_id
        if focused == "keys" and isinstance(cursor, int):
            return cursor
        if focused == "split" and self.by is breakdown.By.KEY and cursor is not None:
            return int(str(cursor))
        if focused == "errors" and self.snapshot is not None and (call := self._error(cursor)) is not None:
            return errors.key_id_of(call, self.snapshot)
        return self.scope.filters.key_id

    def _error(self, error_id: object) -> FailedCall | None:
        if self.snapshot is None or self.now is None:
            return None
        found = errors_of(self.scope, self.snapshot, self.now) or ()
        return next((call for call in found if call.id == error_id), None)

    @on(LiveTable.RowSelected, "#keys")
    def open_key_row(self, message: LiveTable.RowSelected) -> None:
        """The page of the key."""
        if isinstance(message.row_id, int):
            self.open_key(message.row_id)

    @on(LiveTable.RowSelected, "#split")
    def open_split_row(self, message: LiveTable.RowSelected) -> None:
        """The page of the model or key, or the scope narrowed to the group."""
        row_id = str(message.row_id)
        if self.by is breakdown.By.MODEL:
            self.open_model(row_id)
        elif self.by is breakdown.By.KEY:
            self.open_key(int(row_id))
        else:
            self._narrow_to_slice(row_id)

    @on(LiveTable.RowSelected, "#errors")
    def open_error_row(self, message: LiveTable.RowSelected) -> None:
        """The error request."""
        call = self._error(message.row_id)
        if call is not None:
            self.open_error(call)

    @on(TrendChart.BucketHighlighted)
    def point_at_bucket(self) -> None:
        """The line under the chart tells what the bucket has."""
        self.repaint_soon()

    @on(TrendChart.BucketSelected)
    def open_bucket(self, message: TrendChart.BucketSelected) -> None:
        """The bucket as a scope of its own."""
        if message.index < len(self._trend):
            self.narrow(self.scope.over(hour_of(self._trend[message.index])))

    @on(LiveTable.HeaderSelected, "#keys")
    def sort_by_header(self, message: LiveTable.HeaderSelected) -> None:
        """Sort by a column; by the same one again turns it round."""
        column, descending = self.sort
        self.sort = (message.column_id, not descending if message.column_id == column else True)
        self.repaint_soon()

    # Commands

    def do_back(self) -> None:
        if self.zoomed:
            self.zoomed = None
        elif self.needle:
            self.needle = ""
        else:
            super().do_back()
        self.repaint_soon()

    def do_narrow(self) -> None:
        focused = self._focused_pane()
        cursor = self.query_one(f"#{focused}", LiveTable).cursor_id if focused in ("keys", "split") else None
        if focused == "trend":
            index = self.query_one("#trend", TrendChart).cursor
            if index is not None and index < len(self._trend):
                self.narrow(self.scope.over(hour_of(self._trend[index])))
        elif focused == "keys" and isinstance(cursor, int):
            self.narrow(self.scope.narrowed(key_id=cursor))
        elif focused == "split" and cursor is not None:
            self._narrow_to_slice(str(cursor))

    def _narrow_to_slice(self, row_id: str) -> None:
        if self.by is breakdown.By.MODEL:
            self.narrow(self.scope.narrowed(model=row_id))
        elif self.by is breakdown.By.KEY:
            self.narrow(self.scope.narrowed(key_id=int(row_id)))
        elif self.by is breakdown.By.GROUP and int(row_id) > 0:
            self.narrow(self.scope.narrowed(group_id=int(row_id)))
        else:
            self.tell(_("The gateway has no filter for this."))

    def do_sort(self) -> None:
        order = list(keys.SORTS)
        position = order.index(self.sort[0]) if self.sort[0] in order else -1
        self.sort = (order[(position + 1) % len(order)], True)
        self.repaint_soon()

    def do_reverse(self) -> None:
        self.sort = (self.sort[0], not self.sort[1])
        self.repaint_soon()

    def do_find(self) -> None:
        def take(text: str | None) -> None:
            if text is not None:
                self.needle = text
                self.repaint_soon()

        self.app.push_screen(PromptDialog(_("Filter keys"), value=self.needle, words=dialog_words()), take)

    def do_metric(self) -> None:
        def take(choice: str | None) -> None:
            if choice is not None:
                self.metric = trend.Metric(choice)
                self.repaint_soon()

        choices = tuple(Choice(metric.value, trend.metric_word(metric)) for metric in trend.Metric)
        self.app.push_screen(ChoiceDialog(_("Metric"), choices, self.metric.value, words=dialog_words()), take)

    def do_by(self) -> None:
        order = list(breakdown.By)
        self.by = order[(order.index(self.by) + 1) % len(order)]
        self.repaint_soon()

    def do_copy(self) -> None:
        key_id = self.key_under_cursor()
        key = self.snapshot.key(key_id) if self.snapshot and key_id is not None else None
        if key is not None:
            self.copy(f"{key.id} {key.name}")
