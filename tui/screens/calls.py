"""Call records of the scope, newest first, live until the person scrolls."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.reactive import var

from tui.commands import Place
from tui.domain.scope import Scope, window_of
from tui.domain.usage import Call
from tui.locale import _, plural
from tui.monitor.questions import MOST_ROWS, AskCalls, Question
from tui.monitor.scoped import calls_of, calls_question
from tui.monitor.snapshot import Snapshot
from tui.present import calls, scope_line
from tui.present import format as fmt
from tui.present.look import Look
from tui.present.notes import note_of
from tui.screens.account_screen import AccountScreen, parts
from tui.screens.bindings import bindings
from tui.screens.call_rows import CallRows
from tui.screens.desk import Desk
from tui.screens.dialog_words import dialog_words
from tui.screens.panes import waiting_or
from widgets.dialogs import PromptDialog
from widgets.info_line import Part
from widgets.live_table import LiveTable
from widgets.pane import Pane
from widgets.values import Cell, Line, Severity

FIRST_ROWS = 200
MORE_ROWS = 1000
ROW_KB = 3.5


class CallsScreen(AccountScreen):
    """The call list."""

    place = Place.CALLS
    BINDINGS = bindings(Place.CALLS)

    sort: var[tuple[str, bool]] = var(("at", True), init=False)
    needle: var[str] = var("", init=False)
    wanted_rows: var[int] = var(FIRST_ROWS, init=False)

    def __init__(self, desk: Desk, scope: Scope) -> None:
        super().__init__(desk, scope)
        self._rows: CallRows | None = None
        self._shown_for: tuple[object, ...] = ()
        self._found: list[Call] = []

    def compose_body(self) -> ComposeResult:
        with Pane(id="calls-pane"):
            yield LiveTable(calls.columns(), id="calls", h_scroll=True, follow_top=True)

    def on_mount(self) -> None:
        self.query_one("#calls", LiveTable).focus()

    def question(self, snapshot: Snapshot, now: datetime) -> AskCalls:
        """The records that are shown; deep reading happens on demand only."""
        return calls_question(self.scope, snapshot, now, rows=self.wanted_rows)

    def questions(self, snapshot: Snapshot, now: datetime) -> Iterable[Question[Any]]:
        yield self.question(snapshot, now)

    def title_parts(self, snapshot: Snapshot, look: Look) -> tuple[Part, ...]:
        chips: Line = (Cell(f"{_('Calls')} · ", Severity.STRONG), *scope_line.chips(self.scope, snapshot, look))
        return parts((chips,), self._totals(snapshot, look))

    def _totals(self, snapshot: Snapshot, look: Look) -> tuple[Line, ...]:
        billed = sum((call.billed_usd for call in self._found), start=fmt.ZERO_USD)
        number = plural("{n} call", "{n} calls", len(self._found)).format(n=fmt.count(len(self._found)))
        words: list[Line] = [(Cell(f"{number}, {fmt.usd(billed)}"),)]
        view = snapshot.calls.get(self.question(snapshot, look.now))
        if view is not None and view.covered_from is not None and self._is_partial(snapshot, look):
            since = fmt.moment(view.covered_from, look.now, look.zone)
            words.append((Cell(_("read back to {time}; B reads on").format(time=since), Severity.WARNING),))
        return tuple(words)

    def _is_partial(self, snapshot: Snapshot, look: Look) -> bool:
        view = snapshot.calls.get(self.question(snapshot, look.now))
        start = self._window_start(snapshot, look)
        return view is not None and not view.covers(start)

    def _window_start(self, snapshot: Snapshot, look: Look) -> datetime:
        return window_of(self.scope.range, look.now, snapshot.zone).start

    def paint(self, snapshot: Snapshot, look: Look) -> None:
        question = self.question(snapshot, look.now)
        view, feed = snapshot.calls.get(question), snapshot.feed(question)
        pane, table = self.query_one("#calls-pane", Pane), self.query_one("#calls", LiveTable)
        shown_for = (
            view,
            self.scope,
            self.sort,
            self.needle,
            self.view.privacy,
            look.now.replace(second=0, microsecond=0),
        )
        if shown_for != self._shown_for:
            self._shown_for = shown_for
            self._found = self._matching(calls_of(self.scope, snapshot, look.now, question), snapshot, look)
            self._rows = CallRows(self._found, table.columns, snapshot, look)
            table.sort = self.sort
            table.rows = self._rows
        table.empty_text = waiting_or(_("no calls"), is_known=view is not None, failure=feed.failure)
        column = next(column.title for column in table.columns if column.id == self.sort[0])
        needle = f" · /{self.needle}" if self.needle else ""
        pane.title_line = f"{_('Calls')} · {column} {'▼' if self.sort[1] else '▲'}{needle}"
        pane.hint = self._follow_word(table)
        pane.note = note_of(feed.fetched_at, feed.failure, feed.retry_at, look)
        pane.stale = feed.failure is not None

    def _follow_word(self, table: LiveTable) -> str:
        if table.pending_new:
            return _("+{n} new, F follows").format(n=table.pending_new)
        return _("following ●") if table.is_following else _("F follows")

    def _matching(self, found: list[Call], snapshot: Snapshot, look: Look) -> list[Call]:
        wanted = self.needle.casefold().strip()
        if wanted:
            found = [call for call in found if wanted in _haystack(call, snapshot, look)]
        if self.sort != ("at", True):
            found = sorted(found, key=calls.SORT_KEYS[self.sort[0]], reverse=self.sort[1])
        return found

    def key_under_cursor(self) -> int | None:
        call = self._call_under_cursor()
        return call.key_id if call is not None else self.scope.filters.key_id

    def _call_under_cursor(self) -> Call | None:
        return self._rows.call(self.query_one("#calls", LiveTable).cursor_id) if self._rows is not None else None

    @on(LiveTable.RowSelected, "#calls")
    def open_row(self, message: LiveTable.RowSelected) -> None:
        """One call."""
        call = self._rows.call(message.row_id) if self._rows is not None else None
        if call is not None:
            self.open_call(call)

    @on(LiveTable.HeaderSelected, "#calls")
    def sort_by_header(self, message: LiveTable.HeaderSelected) -> None:
        """Sort by a column; by the same one again turns it round."""
        column, descending = self.sort
        self.sort = (message.column_id, not descending if message.column_id == column else True)
        self.repaint_soon()

    def do_back(self) -> None:
        if self.needle:
            self.needle = ""
            self.repaint_soon()
        else:
            super().do_back()

    def do_calls(self) -> None:
        """Already here."""

    def do_narrow(self) -> None:
        call = self._call_under_cursor()
        if call is not None:
            self.narrow(self.scope.narrowed(key_id=call.key_id))

    def do_sort(self) -> None:
        order = [column.id for column in calls.columns()]
        self.sort = (order[(order.index(self.sort[0]) + 1) % len(order)], True)
        self.repaint_soon()

    def do_reverse(self) -> None:
        self.sort = (self.sort[0], not self.sort[1])
        self.repaint_soon()

    def do_follow(self) -> None:
        table = self.query_one("#calls", LiveTable)
        self.sort = ("at", True)
        table.action_top()
        self.repaint_soon()

    def do_older(self) -> None:
        """Read further back, after saying what that costs."""
        if self.snapshot is None or self.now is None:
            return
        look = Look(self.now, self.snapshot.zone)
        view = self.snapshot.calls.get(self.question(self.snapshot, look.now))
        here = view.count if view is not None else 0
        if not self._is_partial(self.snapshot, look):
            self.tell(_("The whole range is here."))
        elif here >= MOST_ROWS:
            self.tell(_("{n} calls are here, which is as many as aktop keeps.").format(n=fmt.count(here)))
        else:
            self.wanted_rows = min(here + MORE_ROWS, MOST_ROWS)
            size = f"{MORE_ROWS * ROW_KB / 1000:.1f} MB"
            self.tell(_("Reading {n} more calls, about {size}.").format(n=fmt.count(MORE_ROWS), size=size))
            self.repaint_soon()

    def do_find(self) -> None:
        def take(text: str | None) -> None:
            if text is not None:
                self.needle = text
                self.repaint_soon()

        self.app.push_screen(PromptDialog(_("Filter calls"), value=self.needle, words=dialog_words()), take)

    def do_copy(self) -> None:
        call = self._call_under_cursor()
        if call is not None:
            self.copy(call.request_id or str(call.id))


def _haystack(call: Call, snapshot: Snapshot, look: Look) -> str:
    texts = (calls.key_name(call, snapshot, look), call.model, call.ip, call.endpoint, call.user_agent, call.request_id)
    return "\n".join(text for text in texts if text).casefold()
