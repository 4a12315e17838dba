"""Call records of the scope, newest first, live until the person scrolls."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from filelock import Timeout
from textual import on
from textual.app import ComposeResult
from textual.reactive import var

from tui.account.context import AccountContext
from tui.domain.clock import floor_minute
from tui.domain.scope import Scope, window_of
from tui.domain.usage import Call
from tui.locale import _
from tui.monitor import reconcile
from tui.monitor.calls.log import CallLog
from tui.monitor.calls.order import NEWEST_FIRST
from tui.monitor.question import Question
from tui.monitor.questions import AskCalls, AskKeys
from tui.monitor.scoped import call_filter
from tui.monitor.snapshot import Snapshot
from tui.present import calls, calls_lines, scope_line
from tui.present.call_filter import parse
from tui.present.call_list import CallList, Wanted
from tui.present.display_context import DisplayContext
from tui.present.filter_check import known_values
from tui.present.notes import note_of
from tui.screens.account_screen import AccountScreen, parts
from tui.screens.bindings import bindings
from tui.screens.calls.columns import ColumnsDialog
from tui.screens.calls.export import Export
from tui.screens.calls.filter import FilterPrompt
from tui.screens.calls.order import GatewayOrder
from tui.screens.calls.reading import ReadBack
from tui.screens.calls.rows import CallRows
from tui.screens.commands import ScreenKind
from tui.screens.panes import waiting_or
from tui.store.view import StoredView
from widgets.facts import Part
from widgets.info_line import InfoLine
from widgets.live_table import LiveTable
from widgets.pane import Pane
from widgets.values import Cell, Emphasis, Line

TABLE = "calls"
VALUES_FROM = 3000
"""So many of the newest calls are looked through for values that a filter may be completed with."""
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
        self.reading = ReadBack(self)
        self.order = GatewayOrder(self)
        self.export = Export(self)
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

    def questions(self, snapshot: Snapshot, now: datetime) -> Iterable[Question[Any]]:
        question = self.reading.question(snapshot, now)
        yield question
        ordered = self.order.question(snapshot, now)
        if ordered is not None:
            yield ordered
        check = reconcile.day_check(question, snapshot, now)
        if check is not None:
            yield check

    def ask_again(self) -> None:
        """Tell the monitor how deep to read now, though what is asked is the same."""
        self._asked = None
        self.repaint_soon()

    # Painting

    def title_parts(self, snapshot: Snapshot, look: DisplayContext) -> tuple[Part, ...]:
        self._gather(snapshot, look)
        chips: Line = (Cell(f"{_('Calls')} · ", Emphasis.STRONG), *scope_line.chips(self.scope, snapshot, look))
        return parts((chips,), calls_lines.totals(self._list_state(snapshot, look), look))

    def _list_state(self, snapshot: Snapshot, look: DisplayContext) -> calls_lines.ListState:
        view = snapshot.calls.get(self.reading.question(snapshot, look.now))
        return calls_lines.ListState(
            shown=len(self.found),
            billed_usd=self.found.billed_usd,
            filter_text=self._filter.text,
            plan=self.reading.plan(snapshot, look.now),
            covered_from=view.covered_from if view is not None else None,
            is_complete=self.reading.is_complete(snapshot, look.now),
            is_reading=self.reading.is_on,
            first=self.order.first(snapshot, look.now),
        )

    def paint(self, snapshot: Snapshot, look: DisplayContext) -> None:
        question = self.reading.question(snapshot, look.now)
        feed, pane, table = snapshot.feed(question), self.query_one("#calls-pane", Pane), self.table
        self._paint_filter(snapshot, look)
        self._fill(table, snapshot, look)
        table.empty_text = waiting_or(
            _("no calls"), is_known=snapshot.calls.get(question) is not None, failure=feed.failure
        )
        column = next(column.title for column in calls.columns() if column.id == self.sort[0])
        pane.title_line = f"{_('Calls')} · {column} {'▼' if self.sort[1] else '▲'}"
        pane.hint = calls_lines.follow_word(table.pending_new, is_following=table.is_following)
        pane.note = self._note(question, snapshot, look)
        pane.stale = feed.failure is not None
        self.reading.stop_at_the_end(snapshot, look.now)

    def _paint_filter(self, snapshot: Snapshot, look: DisplayContext) -> None:
        """A line of its own: what is hidden by a filter must never look like what is not there."""
        line, state = self.query_one("#filter", InfoLine), self._list_state(snapshot, look)
        line.display = bool(state.filter_text)
        line.parts = parts((calls_lines.filter_line(state),), calls_lines.matches(state))

    def _note(self, question: AskCalls, snapshot: Snapshot, look: DisplayContext) -> Line:
        if self.export.is_on:
            return self.export.progress()
        feed = snapshot.feed(question)
        if self.reading.is_on and feed.failure is None:
            return calls_lines.reading(self.reading.plan(snapshot, look.now), snapshot.budget)
        note = note_of(feed.fetched_at, feed.failure, feed.retry_at, look)
        return note or calls_lines.difference(reconcile.difference(question, snapshot, look.now))

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
        """Show other rows, where anything is different; rows that another wish brought are not new ones."""
        minute = floor_minute(look.now)
        is_ordered = self.order.first(snapshot, look.now) is not None
        order = (self.sort, is_ordered)
        wish = (self.scope, self.filter_text, order)
        shown_for = (wish, self.found.version, self.hidden, self.view.privacy, minute, snapshot.data(AskKeys()))
        if shown_for == self._shown_for:
            return
        is_other = not self._shown_for or self._shown_for[0] != wish
        begins_anew = table.is_at_top and order != self._shown_order
        self._shown_for, self._shown_order = shown_for, order
        table.follow_top = self.sort == NEWEST_FIRST
        table.columns, table.sort = calls.shown_columns(self.hidden), self.sort
        table.rows = CallRows(self.found, table.columns, snapshot, look)
        if is_other:
            table.pending_new = 0
        if begins_anew:
            # Who has not gone to a call yet wants to see what comes first.
            table.action_top()

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
            self.copy(call.request_id or str(call.id))

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
        if self.snapshot is None or self.now is None:
            return
        look = DisplayContext(self.now, self.snapshot.zone, self.view.privacy)
        view = self.snapshot.calls.get(self.reading.question(self.snapshot, self.now))
        newest = view.log.newest_first()[:VALUES_FROM] if view is not None else ()
        self.app.push_screen(
            FilterPrompt(self.filter_text, known_values(newest, self.snapshot, look)), self._take_filter
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
        except (OSError, Timeout) as error:
            self.tell(_("The columns could not be remembered: {error}").format(error=error), severity="warning")

    def _hidden_before(self) -> frozenset[str]:
        try:
            return self._stored.hidden_columns(TABLE)
        except OSError:
            return frozenset()

    def do_older(self) -> None:
        self.reading.offer()

    def do_export(self) -> None:
        self.export.offer()

    def do_calls(self) -> None:
        """Already here."""

    def do_back(self) -> None:
        """Stop what is going on, then clear the filter, then go back."""
        if self.export.is_on:
            self.export.stop()
        elif self.reading.is_on:
            self.reading.stop()
        elif self.filter_text:
            self.filter_text = ""
            self.repaint_soon()
        else:
            super().do_back()
