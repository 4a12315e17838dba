"""Call records of the scope, newest first, live until the person scrolls."""

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.reactive import var
from textual.worker import Worker

from tui.account.context import AccountContext
from tui.domain.clock import floor_minute
from tui.domain.commands import ScreenKind
from tui.domain.scope import Scope, window_of
from tui.domain.usage import Call
from tui.monitor import reconcile
from tui.monitor.calls.log import CallLog
from tui.monitor.calls.order import NEWEST_FIRST
from tui.monitor.question import Question
from tui.monitor.questions import AskKeys
from tui.monitor.scoped import call_filter
from tui.monitor.snapshot import Snapshot
from tui.present import calls, calls_pane, export_words, read_back, table_words
from tui.present.call_filter import BadFilter, bare_words, parse
from tui.present.call_list import CallList, Wanted
from tui.present.calls_lines import ListState
from tui.present.display_context import DisplayContext
from tui.present.filter_check import known_values
from tui.records.export import Writing, each, whole_range
from tui.screens.account_screen import AccountScreen
from tui.screens.bindings import bindings
from tui.screens.calls import export, reading
from tui.screens.calls.export import ExportRun
from tui.screens.calls.filter import FilterPrompt
from tui.screens.calls.order import GatewayOrder
from tui.screens.calls.reading import RangeReading
from tui.screens.calls.rows import CallRows
from tui.screens.columns import ColumnsDialog
from tui.screens.dialogs import follow
from tui.screens.messages import Export, ReadBack
from tui.screens.panes import show_frame
from tui.store.view import StoredView
from widgets.facts import Part
from widgets.info_line import InfoLine
from widgets.live_table import LiveTable
from widgets.pane import Pane

TABLE = "calls"
VALUES_FROM = 3000
"""How many of the newest calls are searched for values that complete a filter."""
NO_LOG = CallLog()
AHEAD = timedelta(hours=1)
"""A gateway's clock may be ahead of this machine's; its newest calls are shown all the same."""


class CallsScreen(AccountScreen):
    """The call list."""

    place = ScreenKind.CALLS
    BINDINGS = bindings(ScreenKind.CALLS)

    sort: var[tuple[str, bool]] = var(NEWEST_FIRST, init=False)
    filter_text: var[str] = var("", init=False)
    hidden: var[frozenset[str]] = var(frozenset(), init=False)

    def __init__(self, account: AccountContext, scope: Scope) -> None:
        super().__init__(account, scope)
        self.found = CallList()
        self._is_read_back = False
        self._export: ExportRun | None = None
        self._writing: Worker[None] | None = None
        self._stored = StoredView(account.services.settings.state_dir / "view.json")
        self._shown_for: tuple[object, ...] = ()
        self._shown_order: tuple[object, ...] = (NEWEST_FIRST, False)
        self._filter = parse("")
        self._filtered_for: tuple[object, ...] = ()
        self.set_reactive(CallsScreen.hidden, self._hidden_before())

    def compose_body(self) -> ComposeResult:
        yield InfoLine(id="filter")
        with Pane(id="calls-pane"):
            yield LiveTable(calls.shown_columns(self.hidden), id="calls", h_scroll=True, follow_top=True)

    def on_mount(self) -> None:
        self.table.focus()

    @property
    def table(self) -> LiveTable:
        """The table."""
        return self.query_one("#calls", LiveTable)

    @property
    def reading(self) -> RangeReading:
        """How far back it reads."""
        return RangeReading(self.scope, self._is_read_back)

    @property
    def order(self) -> GatewayOrder:
        """The gateway's order, if not everything is here."""
        return GatewayOrder(self.reading, self.sort)

    def questions(self, snapshot: Snapshot, now: datetime) -> Iterable[Question[Any]]:
        question = self.reading.question(snapshot, now)
        yield question
        ordered = self.order.question(snapshot, now)
        if ordered is not None:
            yield ordered
        check = reconcile.day_check(question, snapshot, now)
        if check is not None:
            yield check

    def _read_back(self, is_on: bool) -> None:
        """Tell the monitor the new depth, although the question is the same."""
        self._is_read_back = is_on
        self._asked = None
        self.repaint_soon()

    # Painting

    def title_parts(self, snapshot: Snapshot, look: DisplayContext) -> tuple[Part, ...]:
        self._gather(snapshot, look)
        return calls_pane.title_parts(self.scope, self._list_state(snapshot, look), snapshot, look)

    def _list_state(self, snapshot: Snapshot, look: DisplayContext) -> ListState:
        reading = self.reading
        view = snapshot.calls.get(reading.question(snapshot, look.now))
        return ListState(
            shown=len(self.found),
            billed_usd=self.found.billed_usd,
            filter_text=self._filter.text,
            plan=reading.plan(snapshot, look.now),
            covered_from=view.covered_from if view is not None else None,
            is_complete=reading.is_complete(snapshot, look.now),
            is_reading=reading.is_on,
            first=self.order.first(snapshot, look.now),
        )

    def paint(self, snapshot: Snapshot, look: DisplayContext) -> None:
        question, table, state = self.reading.question(snapshot, look.now), self.table, self._list_state(snapshot, look)
        # A line of its own: rows hidden by a filter must never look absent.
        line = self.query_one("#filter", InfoLine)
        line.display, line.parts = bool(state.filter_text), calls_pane.filter_parts(state)
        self._fill(table, snapshot, look)
        table.empty_text = calls_pane.empty_text(question, snapshot)
        exporting = self._export.progress() if self._export is not None else ()
        shown = calls_pane.CallsState(self.sort, table.pending_new, table.is_following, exporting)
        show_frame(self.query_one("#calls-pane", Pane), calls_pane.frame(shown, state, question, snapshot, look))
        ended_with = self.reading.ended_with(snapshot, look.now)
        if ended_with is not None:
            self._read_back(False)
            self.tell(read_back.ended(ended_with))

    def _gather(self, snapshot: Snapshot, look: DisplayContext) -> None:
        """Bring the list up to what is known and wanted."""
        question = self.reading.question(snapshot, look.now)
        view = snapshot.calls.get(question)
        window = window_of(self.scope.range, look.now, snapshot.zone)
        is_live = window.end >= look.now - timedelta(seconds=1)
        narrows = question.filters != self.scope.filters
        self._read_filter(snapshot)
        matches, in_scope = self._filter.passes, call_filter(self.scope.filters)
        tests = [test for test, is_used in ((in_scope, narrows), (matches, bool(self._filter.text))) if is_used]
        passes = None if not tests else tests[0] if len(tests) == 1 else lambda call: in_scope(call) and matches(call)
        wanted = Wanted(
            window.start,
            max(window.end, look.now) + AHEAD if is_live else window.end,
            passes,
            (self.scope, self._filtered_for, narrows),
            self.sort,
        )
        ordered = self.order.log(snapshot, look.now)
        log = ordered if ordered is not None else view.log if view is not None else NO_LOG
        self.found.show(log, wanted)

    def _read_filter(self, snapshot: Snapshot) -> None:
        names = {key.id: key.name for key in snapshot.data(AskKeys()) or ()}
        if self._filtered_for != (self.filter_text, tuple(names.items())):
            self._filtered_for = (self.filter_text, tuple(names.items()))
            self._filter = parse(self.filter_text, names)

    def _fill(self, table: LiveTable, snapshot: Snapshot, look: DisplayContext) -> None:
        """Update the rows if anything differs; rows brought by a change of wish do not count as new."""
        minute = floor_minute(look.now)
        is_ordered = self.order.first(snapshot, look.now) is not None
        order = (self.sort, is_ordered)
        wish = (self.scope, self.filter_text, order)
        shown_for = (wish, self.found.version, self.hidden, self.view.privacy, minute, snapshot.data(AskKeys()))
        if shown_for == self._shown_for:
            return
        is_other = not self._shown_for or self._shown_for[0] != wish
        begins_anew = table.is_unchosen and order != self._shown_order
        self._shown_for, self._shown_order = shown_for, order
        table.follow_top = self.sort == NEWEST_FIRST
        table.needles = bare_words(self._filter.text)
        table.columns, table.sort = calls.shown_columns(self.hidden), self.sort
        table.rows = CallRows(self.found, table.columns, snapshot, look)
        if is_other:
            table.pending_new = 0
        if begins_anew:
            # Until the person selects a call, the first ones should stay in view.
            table.action_top()

    def view_details(self) -> dict[str, str]:
        column, descending = self.sort
        return {
            "sort": column,
            "order": "falling" if descending else "rising",
            "filter": self.filter_text,
            "hidden": ",".join(sorted(self.hidden)),
        }

    def restore_view(self, details: Mapping[str, str]) -> None:
        names = {column.id for column in calls.columns()}
        if details.get("sort") in names:
            self.sort = (details["sort"], details.get("order") != "rising")
        with suppress(BadFilter):
            self.filter_text = parse(details.get("filter", "")).text
        self.hidden = frozenset(filter(None, details.get("hidden", "").split(","))) & names
        self.repaint_soon()

    # What is under the cursor

    def key_under_cursor(self) -> int | None:
        call = self._call_under_cursor()
        return call.key_id if call is not None else self.scope.filters.key_id

    def _call_under_cursor(self) -> Call | None:
        return self.found.find(self.table.cursor_id)

    @on(LiveTable.RowSelected, "#calls")
    def open_row(self, message: LiveTable.RowSelected) -> None:
        """One call."""
        call = self.found.find(message.row_id)
        if call is not None:
            self.open_call(call)

    def do_copy(self) -> None:
        call = self._call_under_cursor()
        if call is not None:
            self.copy(calls_pane.copied_text(call))

    def do_narrow(self) -> None:
        call = self._call_under_cursor()
        if call is not None:
            self.narrow(self.scope.narrowed(key_id=call.key_id))

    # Order

    @on(LiveTable.HeaderSelected, "#calls")
    def sort_by_header(self, message: LiveTable.HeaderSelected) -> None:
        """Sort by a column; by the same one again turns it round."""
        column, descending = self.sort
        is_same = message.column_id == column
        self._sort_by(message.column_id, not descending if is_same else calls.is_largest_first(message.column_id))

    def do_sort(self) -> None:
        order = [column.id for column in calls.shown_columns(self.hidden)]
        place = order.index(self.sort[0]) if self.sort[0] in order else -1
        column = order[(place + 1) % len(order)]
        self._sort_by(column, calls.is_largest_first(column))

    def do_reverse(self) -> None:
        self._sort_by(self.sort[0], not self.sort[1])

    def _sort_by(self, column_id: str, is_descending: bool) -> None:
        self.sort = (column_id, is_descending)
        self.repaint_soon()

    def do_follow(self) -> None:
        self.sort = NEWEST_FIRST
        self.call_later(self.table.action_top)
        self.repaint_soon()

    # Filter, columns, depth, export

    def do_find(self) -> None:
        if self.picture is None or self.snapshot is None or self.now is None:
            return
        view = self.snapshot.calls.get(self.reading.question(self.snapshot, self.now))
        newest = view.log.newest_first()[:VALUES_FROM] if view is not None else ()
        self.app.push_screen(
            FilterPrompt(self.filter_text, known_values(newest, self.snapshot, self.picture.look)), self._take_filter
        )

    def _take_filter(self, text: str | None) -> None:
        if text is not None:
            self.filter_text = parse(text).text
            self.repaint_soon()

    def do_columns(self) -> None:
        self.app.push_screen(ColumnsDialog(calls.columns(), self.hidden), self._take_columns)

    def _take_columns(self, hidden: frozenset[str] | None) -> None:
        if hidden is None:
            return
        self.hidden = hidden
        self.repaint_soon()
        try:
            self._stored.hide_columns(TABLE, hidden)
        except OSError as error:
            self.tell(table_words.columns_not_kept(error))

    def _hidden_before(self) -> frozenset[str]:
        try:
            return self._stored.hidden_columns(TABLE)
        except OSError:
            return frozenset()

    def do_older(self) -> None:
        snapshot, now = self.snapshot, self.now
        if snapshot is None or now is None or self.reading.is_on:
            return
        if self.reading.is_complete(snapshot, now):
            self.tell(read_back.all_here())
        else:
            self.run_worker(self._offer_older(snapshot, now), group="offer", exclusive=True)

    async def _offer_older(self, snapshot: Snapshot, now: datetime) -> None:
        follow(self, await reading.offer(self.reading, self.account.monitor, snapshot, now))

    @on(ReadBack)
    def begin_reading(self) -> None:
        """Read the range back."""
        self._read_back(True)

    def do_export(self) -> None:
        if self.snapshot is not None and self.now is not None and self._export is None:
            self.run_worker(self._offer_export(self.snapshot, self.now), group="offer", exclusive=True)

    async def _offer_export(self, snapshot: Snapshot, now: datetime) -> None:
        shown, plan = len(self.found), None
        if not self.reading.is_complete(snapshot, now):
            plan = await reading.counted(self.reading, self.account.monitor, snapshot, now)
        follow(self, export.offer(self.scope.range, shown, plan))

    @on(Export)
    def begin_export(self, message: Export) -> None:
        """Write the file that a person named."""
        if self.picture is None or self._export is not None:
            return
        services, now = self.account.services, self.account.services.clock.now()
        shown = self.found.calls()
        run = ExportRun(None if message.is_whole_range else len(shown), self.repaint_soon)
        found = whole_range(self.scope, services, now, run.wait, run.damaged) if message.is_whole_range else each(shown)
        writing = Writing(message.form, self.picture.snapshot, self.picture.look_at(now))
        self._export = run
        self._writing = self.run_worker(self._write(run, found, writing, message), group="export", exclusive=True)
        self.repaint_soon()

    async def _write(self, run: ExportRun, found: AsyncIterator[Call], writing: Writing, wanted: Export) -> None:
        try:
            for toast in await run.write(found, wanted.path, writing, may_replace=wanted.may_replace):
                self.tell(toast)
        finally:
            if self._export is run:
                self._export = None
            self.repaint_soon()

    def _stop_export(self, writing: Worker[None]) -> None:
        """Cancel it; nothing of it is left."""
        writing.cancel()
        self._export = None
        self.tell(export_words.stopped())

    def do_calls(self) -> None:
        """Already here."""

    def do_back(self) -> None:
        """Stop what is going on, then clear the filter, then go back."""
        if self._export is not None and self._writing is not None:
            self._stop_export(self._writing)
        elif self.reading.is_on:
            self._read_back(False)
        elif self.filter_text:
            self.filter_text = ""
            self.repaint_soon()
        else:
            super().do_back()
