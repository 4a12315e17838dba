"""The first screen: trend, breakdown, keys and errors of the scope, live."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from textual import on
from textual.geometry import Size
from textual.reactive import var
from textual.widget import Widget

from tui.account.context import AccountContext
from tui.domain.commands import ScreenKind
from tui.domain.scope import Scope
from tui.domain.usage import Bucket, FailedCall
from tui.monitor.api_key_mode import report_feeds
from tui.monitor.question import Question
from tui.monitor.questions import AskKeyCosts, AskKeyHistory, AskKeys
from tui.monitor.scoped import errors_of, errors_question, hour_of, questions_of, usage_of
from tui.monitor.snapshot import Snapshot
from tui.monitor.usage import ScopedUsage
from tui.present import breakdown, errors, key_names, keys, overview, trend, usage_panes
from tui.present.display_context import DisplayContext
from tui.present.toasts import Toast
from tui.present.word_search import words_to_light
from tui.screens.bindings import PANE_BINDINGS, bindings
from tui.screens.dialogs import choice_dialog, prompt_dialog
from tui.screens.marks import NO_MARKS, Marks
from tui.screens.messages import Open
from tui.screens.overview.last_pane import last_pane
from tui.screens.panes import show_caption, show_chart, show_table
from tui.screens.zooming import ZoomingScreen
from widgets.facts import Part
from widgets.info_line import InfoLine
from widgets.live_table import LiveTable
from widgets.pane import Pane
from widgets.trend_chart import TrendChart
from widgets.values import Column

LINE_AND_HEADER = 2
"""The lines of a pane above the rows of its table."""


class OverviewScreen(ZoomingScreen):
    """Four panes over one scope."""

    place = ScreenKind.OVERVIEW
    CSS_PATH = "overview.tcss"
    BINDINGS = [*bindings(ScreenKind.OVERVIEW), *PANE_BINDINGS]
    SMALL = Size(60, 19)
    sort: var[tuple[str, bool]] = var(("today", True), init=False)
    by: var[breakdown.By | None] = var(None, init=False)
    """What splits the bars and the list beside them; None for the split that needs no further request."""
    needle: var[str] = var("", init=False)
    marks: var[Marks] = var(NO_MARKS, init=False)

    def __init__(self, account: AccountContext, scope: Scope) -> None:
        super().__init__(account, scope)
        self._last = last_pane(account.capabilities)
        self.PANES = ("trend", "split", "keys", self._last.id)
        self._trend: Sequence[Bucket] = ()
        self._first_key: Hashable = None
        self._is_settled = False
        self._last_row: Hashable = None

    def key_columns(self) -> tuple[Column, ...]:
        return keys.columns(120, capabilities=self.account.capabilities)

    def sorts(self) -> Sequence[str]:
        return self._last.sorts

    def last_widget(self) -> Widget:
        return self._last.widget()

    def questions(self, snapshot: Snapshot, now: datetime) -> Iterable[Question[Any]]:
        yield from questions_of(self.scope, snapshot, now, by_key=self.by is breakdown.By.KEY)
        yield AskKeyCosts()
        yield errors_question(self.scope, snapshot, now)
        for key in snapshot.data(AskKeys()) or ():
            if key.last_used_at is not None and not key.bills_wallet:
                yield AskKeyHistory(key.id)

    def title_parts(self, snapshot: Snapshot, look: DisplayContext) -> tuple[Part, ...]:
        return overview.title_parts(self.scope, usage_of(self.scope, snapshot, look.now), snapshot, look)

    def paint(self, snapshot: Snapshot, look: DisplayContext) -> None:
        self.place_panes()
        usage = usage_of(self.scope, snapshot, look.now)
        self._paint_trend(usage, snapshot, look)
        split = overview.split_pane(
            self.scope, self._pointed_at(), usage, self.split_by(), self.metric, self.report, snapshot, look
        )
        show_table(self.query_one("#split-pane", Pane), self.query_one("#split", LiveTable), split)
        self._paint_keys(snapshot, look)
        self._last.paint(self, self.scope, self.key_under_cursor(), snapshot, look)
        if self.is_one_at_a_time:
            shown = self.PANES.index(self.focused_pane())
            pane = self.query_one(f"#{self.PANES[shown]}-pane", Pane)
            pane.hint = overview.other_panes(shown + 1, len(self.PANES))

    def _paint_trend(self, usage: ScopedUsage, snapshot: Snapshot, look: DisplayContext) -> None:
        chart = self.query_one("#trend", TrendChart)
        model = usage_panes.marked_trend_pane(
            self.scope, usage, self.metric, self.report, snapshot, look, "1 ", self.split_by(), chart.size.width
        )
        show_chart(self.query_one("#trend-pane", Pane), chart, model)
        self._trend = model.buckets
        caption_look = look.in_zone(usage_panes.bucket_zone(snapshot, look))
        show_caption(self.query_one("#caption", InfoLine), chart, model.buckets, caption_look)

    def split_by(self) -> breakdown.By:
        """What the trend and the list beside it split by."""
        return self.by or overview.split_by(self.scope)

    def _pointed_at(self) -> Bucket | None:
        """The bucket under the cursor of the chart, while that has the focus."""
        chart = self.query_one("#trend", TrendChart)
        is_there = chart.has_focus and chart.cursor is not None and chart.cursor < len(self._trend)
        return self._trend[chart.cursor] if is_there and chart.cursor is not None else None

    def action_focus_pane(self, number: int) -> None:
        """Focus a pane as anywhere; the errors open their own screen, which shows more than a zoom."""
        is_again = self.PANES[number - 1] == "errors" and self.focused_pane() == "errors" and self.focused is not None
        if is_again:
            self.do_errors()
        else:
            super().action_focus_pane(number)

    def _paint_keys(self, snapshot: Snapshot, look: DisplayContext) -> None:
        table = self.query_one("#keys", LiveTable)
        known = snapshot.data(AskKeys())
        if known is not None:
            self.marks = self.marks.among({key.id for key in known})
        width = table.size.width or self.size.width
        state = overview.KeyTableState(self.sort, self.needle, width, self.marks.ids)
        table.marked = self.marks.ids
        table.needles = words_to_light(self.needle)
        model = overview.keys_pane(state, self.report, snapshot, look)
        table.sort = self.sort
        pane = self.query_one("#keys-pane", Pane)
        show_table(pane, table, model)
        # The errors get the rows that the keys do not need.
        most = len(model.rows) + LINE_AND_HEADER if isinstance(model.rows, tuple) and model.rows else None
        pane.styles.max_height = None if self.has_class("-zoomed") else most
        is_settled = snapshot.data(AskKeyCosts()) is not None and not any(
            one.is_waiting for one in report_feeds(snapshot)
        )
        self._keep_cursor_on_top(table, is_settled=is_settled)

    def _keep_cursor_on_top(self, table: LiveTable, *, is_settled: bool) -> None:
        """At the start the order changes as costs arrive: the cursor stays on top unless the person has moved it."""
        if self._first_key is not None and table.cursor_id != self._first_key:
            self._is_settled = True
        first = table.rows.row(0) if len(table.rows) else None
        if first is not None and not self._is_settled:
            self._first_key = table.cursor_id = first.id
            self._is_settled = is_settled

    # What the cursor is on

    def _pane_meant(self) -> str:
        """The pane whose cursor a command is about: where nothing leads on, always the keys."""
        return self.focused_pane() if self._last.leads_on else "keys"

    def key_under_cursor(self) -> int | None:
        focused = self._pane_meant()
        cursor = None if focused == "trend" else self.query_one(f"#{focused}", LiveTable).cursor_id
        if focused == "keys" and isinstance(cursor, int):
            return cursor
        if focused == "split" and self.split_by() is breakdown.By.KEY and cursor is not None:
            return int(str(cursor))
        if focused == "errors" and self.snapshot is not None and (call := self._error(cursor)) is not None:
            return errors.key_id_of(call, self.snapshot)
        return self.scope.filters.key_id

    def why_no_key(self) -> Toast:
        is_error = self.focused_pane() == "errors"
        call = self._error(self.query_one("#errors", LiveTable).cursor_id) if is_error else None
        return errors.why_no_key(call) if call is not None else super().why_no_key()

    def marked_keys(self) -> frozenset[int]:
        if self.focused_pane() != "keys":
            return frozenset()
        return frozenset(one for one in self.marks.ids if isinstance(one, int))

    def view_details(self) -> dict[str, str]:
        column, descending = self.sort
        return {
            "sort": column,
            "order": "falling" if descending else "rising",
            "by": self.split_by().value,
            "metric": self.metric.value,
            "needle": self.needle,
            "hidden": ",".join(sorted(self.query_one("#keys", LiveTable).hidden)),
        }

    def restore_view(self, details: Mapping[str, str]) -> None:
        if details.get("sort") in keys.SORTABLE:
            self.sort = (details["sort"], details.get("order") != "rising")
        with suppress(ValueError):
            self.by = breakdown.By(details.get("by", self.split_by().value))
            self.metric = trend.Metric(details.get("metric", self.metric.value))
        self.needle = details.get("needle", "")
        self.call_after_refresh(self._hide_keys, frozenset(filter(None, details.get("hidden", "").split(","))))
        self.repaint_soon()

    def _hide_keys(self, hidden: frozenset[str]) -> None:
        self.query_one("#keys", LiveTable).hidden = hidden

    # Marks

    def _mark(self, marks: Marks) -> None:
        self.marks = marks
        self.query_one("#keys", LiveTable).marked = marks.ids
        self.repaint_soon()

    def do_mark(self) -> None:
        table = self.query_one("#keys", LiveTable)
        if table.cursor_row is not None:
            self._mark(self.marks.toggled(table.cursor_row.id))
            table.action_move(1)

    def do_mark_range(self) -> None:
        row = self.query_one("#keys", LiveTable).cursor_row
        if row is not None:
            self._mark(self.marks.begun(row.id) if self.marks.anchor is None else self.marks.ended())

    def do_mark_all(self) -> None:
        self._mark(self.marks.all_or_none(self._shown_keys()))

    def do_mark_up(self) -> None:
        self._mark_on(-1)

    def do_mark_down(self) -> None:
        self._mark_on(1)

    def _mark_on(self, rows: int) -> None:
        table = self.query_one("#keys", LiveTable)
        if self.marks.anchor is None:
            self.do_mark_range()
        table.action_move(rows)

    def _shown_keys(self) -> list[Hashable]:
        rows = self.query_one("#keys", LiveTable).rows
        return [row.id for row in map(rows.row, range(len(rows))) if row is not None]

    @on(LiveTable.RowHighlighted, "#keys")
    def draw_range(self, message: LiveTable.RowHighlighted) -> None:
        """Extend the range with the person's cursor, not when another row takes the place of a removed one."""
        before, self._last_row = self._last_row, message.row_id
        if self._last.id == "key":
            self.repaint_soon()
        if self.marks.anchor is not None and before in (order := self._shown_keys()):
            self._mark(self.marks.reaching(message.row_id, order))

    def _error(self, error_id: object) -> FailedCall | None:
        if self.snapshot is None or self.now is None:
            return None
        found = errors_of(self.scope, self.snapshot, self.now) or ()
        return next((call for call in found if call.id == error_id), None)

    @on(LiveTable.RowSelected, "#keys")
    def open_key_row(self, message: LiveTable.RowSelected) -> None:
        """The page of the key; without calls, its use alone and all that it reports."""
        if not isinstance(message.row_id, int):
            return
        if self._last.leads_on:
            self.open_key(message.row_id)
        else:
            self.do_narrow()
            self.zoomed = self.zoomed and self._last.id
            self.query_one(f"#{self._last.id}").focus()

    @on(LiveTable.RowSelected, "#split")
    def open_split_row(self, message: LiveTable.RowSelected) -> None:
        """The page of the model or key, or the scope narrowed to the group."""
        row_id = str(message.row_id)
        if not self._last.leads_on:
            self.tell(overview.no_filter())
        elif self.split_by() is breakdown.By.MODEL:
            self.open_model(row_id)
        elif self.split_by() is breakdown.By.KEY:
            self.open_key(int(row_id))
        else:
            self._narrow_to_slice(row_id)

    @on(LiveTable.RowSelected, "#errors")
    def open_error_row(self, message: LiveTable.RowSelected) -> None:
        """The error request."""
        call = self._error(message.row_id)
        if call is not None:
            self.open_error(call)

    @on(TrendChart.BucketSelected)
    def open_bucket(self, message: TrendChart.BucketSelected) -> None:
        """The calls of the bucket."""
        if message.index < len(self._trend) and self._last.leads_on:
            self.post_message(Open("calls", self.scope.over(hour_of(self._trend[message.index]))))

    # Commands

    def do_back(self) -> None:
        if self.marks != NO_MARKS:
            self._mark(NO_MARKS)
        elif self.needle and not self.zoomed:
            self.needle = ""
            self.query_one("#keys", LiveTable).needles = ()
            self.repaint_soon()
        else:
            super().do_back()

    def do_narrow(self) -> None:
        focused = self._pane_meant()
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
        by = self.split_by()
        if by is breakdown.By.MODEL:
            self.narrow(self.scope.narrowed(model=row_id))
        elif by is breakdown.By.KEY:
            self.narrow(self.scope.narrowed(key_id=int(row_id)))
        elif by is breakdown.By.GROUP and int(row_id) > 0:
            self.narrow(self.scope.narrowed(group_id=int(row_id)))
        else:
            self.tell(overview.no_filter())

    def do_find(self) -> None:
        """Filter the keys; in another list find something."""
        if self.focused_pane() not in ("keys", "trend"):
            super().do_find()
            return

        def take(text: str | None) -> None:
            if text is not None:
                self.needle = text
                self.repaint_soon()

        picture = self.picture
        if picture is not None:
            self.app.push_screen(prompt_dialog(overview.find_prompt(self.needle, picture.snapshot, picture.look)), take)

    def do_metric(self) -> None:
        def take(choice: str | None) -> None:
            if choice is not None:
                self.metric = trend.Metric(choice)
                self.repaint_soon()

        self.app.push_screen(choice_dialog(usage_panes.metric_choices(self.metric)), take)

    def do_by(self) -> None:
        order = list(breakdown.By)
        self.by = order[(order.index(self.split_by()) + 1) % len(order)]
        self.repaint_soon()

    def do_copy(self) -> None:
        key_id = self.key_under_cursor()
        key = self.snapshot.key(key_id) if self.snapshot and key_id is not None else None
        if key is not None:
            self.copy(key_names.copied_text(key))
