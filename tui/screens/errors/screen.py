"""Error requests of the scope: storms put together, and the one under the cursor with its body."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.reactive import var
from textual.timer import Timer

from tui.account.context import AccountContext
from tui.domain.commands import ScreenKind
from tui.domain.scope import Scope
from tui.domain.usage import FailedCall
from tui.monitor.question import Question
from tui.monitor.questions import AskError
from tui.monitor.scoped import errors_question
from tui.monitor.snapshot import Snapshot
from tui.present import errors, errors_pane
from tui.present.display_context import DisplayContext
from tui.present.toasts import Toast
from tui.present.word_search import words_to_light
from tui.screens.account_screen import AccountScreen
from tui.screens.bindings import bindings
from tui.screens.dialogs import prompt_dialog
from tui.screens.panes import show_fields, show_table
from tui.triage.storms import bursts
from widgets.facts import Part
from widgets.field_view import FieldView
from widgets.live_table import LiveTable
from widgets.pane import Pane, Panes

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
        with Panes():
            with Pane(id="list-pane"):
                yield LiveTable(errors.screen_columns(), id="errors", follow_top=True)
            with Pane(id="inspector-pane"):
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
        return errors_pane.title_parts(self.scope, snapshot, look)

    def paint(self, snapshot: Snapshot, look: DisplayContext) -> None:
        self._found = errors_pane.matching(self.scope, self.needle, snapshot, look)
        model = errors_pane.list_pane(self.scope, self._found, self.needle, snapshot, look, is_grouped=self.is_grouped)
        table = self.query_one("#errors", LiveTable)
        table.needles = words_to_light(self.needle)
        show_table(self.query_one("#list-pane", Pane), table, model)
        inspector = errors_pane.inspector_pane(self._under_cursor(), snapshot, look)
        show_fields(self.query_one("#inspector-pane", Pane), self.query_one("#inspector", FieldView), inspector)

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

    def why_no_key(self) -> Toast:
        call = self._under_cursor()
        return errors.why_no_key(call) if call is not None else super().why_no_key()

    @on(LiveTable.RowSelected, "#errors")
    def open_row(self) -> None:
        """The inspector over the whole screen."""
        call = self._under_cursor()
        if call is not None:
            self.open_error(call)

    def do_back(self) -> None:
        if self.needle:
            self.needle = ""
            self.query_one("#errors", LiveTable).needles = ()
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

        picture = self.picture
        if picture is not None:
            model = errors_pane.find_prompt(self.scope, self.needle, picture.snapshot, picture.look)
            self.app.push_screen(prompt_dialog(model), take)

    def do_copy(self) -> None:
        call = self._under_cursor()
        if call is None or self.snapshot is None:
            return
        self.copy(errors_pane.copied_text(call, self.account.monitor.snapshot.data(AskError(call.id))))
