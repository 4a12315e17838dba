"""Error requests of the scope: storms put together, and the one under the cursor with its body."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.reactive import var
from textual.timer import Timer

from tui.account.context import AccountContext
from tui.domain.scope import Scope
from tui.domain.usage import FailedCall
from tui.locale import _, plural
from tui.monitor.question import Question
from tui.monitor.questions import AskError, AskSite
from tui.monitor.scoped import errors_of, errors_question
from tui.monitor.snapshot import Snapshot
from tui.present import errors, scope_line
from tui.present.display_context import DisplayContext
from tui.present.notes import note_of
from tui.screens.account_screen import AccountScreen, parts
from tui.screens.bindings import bindings
from tui.screens.commands import ScreenKind
from tui.screens.dialog_words import dialog_words
from tui.triage.storms import bursts
from widgets.dialogs import PromptDialog
from widgets.facts import Part
from widgets.field_view import FieldView
from widgets.live_table import LiveTable
from widgets.pane import Pane
from widgets.values import Cell, Emphasis, Line

SETTLE_S = 0.15
PAGES = 5


class ErrorsScreen(AccountScreen):
    """The error list with its inspector."""

    place = ScreenKind.ERRORS
    CSS_PATH = "errors.tcss"
    BINDINGS = bindings(ScreenKind.ERRORS)

    is_grouped: var[bool] = var(True, init=False)
    needle: var[str] = var("", init=False)

    def __init__(self, account: AccountContext, scope: Scope) -> None:
        super().__init__(account, scope)
        self._found: tuple[FailedCall, ...] = ()
        self._settling: Timer | None = None

    def compose_body(self) -> ComposeResult:
        with Pane(id="list-pane"):
            yield LiveTable(errors.screen_columns(), id="errors", follow_top=True)
        with Pane(id="inspector-pane", title_line=_("Inspector")):
            yield FieldView(id="inspector")

    def on_mount(self) -> None:
        self.query_one("#inspector", FieldView).wrap = True
        self.query_one("#errors", LiveTable).focus()

    def on_screen_resume(self) -> None:
        """Read deeper than the overview does, at once."""
        if self.snapshot is not None and self.now is not None:
            self.account.monitor.refresh([errors_question(self.scope, self.snapshot, self.now, PAGES)])

    def questions(self, snapshot: Snapshot, now: datetime) -> Iterable[Question[Any]]:
        yield errors_question(self.scope, snapshot, now, PAGES)

    def title_parts(self, snapshot: Snapshot, look: DisplayContext) -> tuple[Part, ...]:
        chips: Line = (Cell(f"{_('Errors')} · ", Emphasis.STRONG), *scope_line.chips(self.scope, snapshot, look))
        return parts((chips,))

    def paint(self, snapshot: Snapshot, look: DisplayContext) -> None:
        feed = snapshot.feed(errors_question(self.scope, snapshot, look.now))
        found = errors_of(self.scope, snapshot, look.now)
        self._found = tuple(call for call in found or () if errors.matches(call, self.needle))
        pane, table = self.query_one("#list-pane", Pane), self.query_one("#errors", LiveTable)
        table.columns = errors.screen_columns() if self.is_grouped else errors.single_columns()
        table.empty_text = (errors.why_empty(feed, found, snapshot.data(AskSite())),)
        rows = (
            errors.screen_rows(self._found, snapshot, look)
            if self.is_grouped
            else errors.single_rows(self._found, look)
        )
        table.show(rows)
        number = "–" if found is None else errors.number_word(feed.data, self._found)
        count = plural("{n} group", "{n} groups", len(rows)).format(n=len(rows))
        groups = f" · {count}" if self.is_grouped and found is not None else ""
        needle = f" · /{self.needle}" if self.needle else ""
        pane.title_line = f"{_('Errors')} · {number}{groups}{needle}"
        pane.hint = _("o one by one") if self.is_grouped else _("o storms")
        pane.note = note_of(feed.fetched_at, feed.failure, feed.retry_at, look)
        pane.stale = feed.failure is not None and found is not None
        self._paint_inspector(snapshot, look)

    def _paint_inspector(self, snapshot: Snapshot, look: DisplayContext) -> None:
        call, view = self._under_cursor(), self.query_one("#inspector", FieldView)
        if call is None:
            view.lines = ()
            return
        feed = snapshot.feed(AskError(call.id))
        view.lines = errors.inspector(call, feed.data, look, feed.failure)

    def _under_cursor(self) -> FailedCall | None:
        cursor = self.query_one("#errors", LiveTable).cursor_id
        return next((call for call in self._found if call.id == cursor), None)

    @on(LiveTable.RowHighlighted, "#errors")
    def settle_on_row(self) -> None:
        """The body is asked for when the cursor has come to rest: each costs an expensive request."""
        if self._settling is not None:
            self._settling.stop()
        self._settling = self.set_timer(SETTLE_S, self._read_body)
        self.repaint_soon()

    def _read_body(self) -> None:
        call = self._under_cursor()
        if call is not None and self.account.monitor.snapshot.feed(AskError(call.id)).is_waiting:
            self.run_worker(self._ask_body(call.id), group="body", exclusive=True)

    async def _ask_body(self, error_id: int) -> None:
        await self.account.monitor.ask(AskError(error_id))
        self.repaint_soon()

    def key_under_cursor(self) -> int | None:
        call = self._under_cursor()
        if call is None or self.snapshot is None:
            return self.scope.filters.key_id
        return errors.key_id_of(call, self.snapshot)

    @on(LiveTable.RowSelected, "#errors")
    def open_row(self) -> None:
        """The inspector over the whole screen."""
        call = self._under_cursor()
        if call is not None:
            self.open_error(call)

    def do_back(self) -> None:
        if self.needle:
            self.needle = ""
            self.repaint_soon()
        else:
            super().do_back()

    def do_errors(self) -> None:
        """Already here."""

    def do_group(self) -> None:
        call = self._under_cursor()
        self.is_grouped = not self.is_grouped
        if self.is_grouped and call is not None:
            together = next((one for one in bursts(self._found) if call in one.calls), None)
            self.query_one("#errors", LiveTable).cursor_id = together.newest.id if together else None
        self.repaint_soon()

    def do_narrow(self) -> None:
        key_id = self.key_under_cursor()
        call = self._under_cursor()
        if key_id is not None:
            self.narrow(self.scope.narrowed(key_id=key_id))
        elif call is not None and call.model:
            self.narrow(self.scope.narrowed(model=call.model))

    def do_find(self) -> None:
        def take(text: str | None) -> None:
            if text is not None:
                self.needle = text
                self.repaint_soon()

        self.app.push_screen(PromptDialog(_("Filter errors"), value=self.needle, words=dialog_words()), take)

    def do_copy(self) -> None:
        call = self._under_cursor()
        if call is None or self.snapshot is None:
            return
        detail = self.account.monitor.snapshot.data(AskError(call.id))
        self.copy(detail.body if detail is not None and detail.body else call.message)
