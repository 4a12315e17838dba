"""All accounts, one line per profile, polled only while this screen is open; enter opens one."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from msgspec.structs import replace
from textual import on
from textual.app import ComposeResult
from textual.worker import Worker

from tui.account.context import AccountContext
from tui.account.poller import AccountsPoller
from tui.config.file import BadSettings
from tui.domain.commands import ScreenKind
from tui.domain.scope import Scope
from tui.monitor.account_summary import AccountSummary
from tui.monitor.question import Question
from tui.monitor.snapshot import Snapshot
from tui.present import accounts, accounts_panes
from tui.present.display_context import DisplayContext
from tui.present.toasts import Toast
from tui.screens.account_screen import AccountScreen
from tui.screens.bindings import bindings
from tui.screens.messages import GoTo
from tui.screens.panes import show_fields, show_frame, show_table
from widgets.facts import Part
from widgets.field_view import FieldView
from widgets.live_table import LiveTable
from widgets.pane import Pane, Panes

SHORT = 18
"""Below this many rows there is room for the table only."""


class AccountsScreen(AccountScreen):
    """The table of all accounts over the account that is open."""

    place = ScreenKind.ACCOUNTS
    CSS = """
    AccountsScreen #about-pane { height: 8; }
    AccountsScreen.-short #about-pane { display: none; }
    """
    BINDINGS = bindings(ScreenKind.ACCOUNTS)

    def __init__(self, account: AccountContext, scope: Scope, poller: AccountsPoller) -> None:
        super().__init__(account, scope)
        self._poller = poller
        self._asking: Worker[None] | None = None

    def compose_body(self) -> ComposeResult:
        with Panes():
            with Pane(id="accounts-pane"):
                yield LiveTable(accounts.columns(), id="accounts")
            with Pane(id="about-pane"):
                yield FieldView(id="about", wrap=True)

    def on_mount(self) -> None:
        table = self.query_one("#accounts", LiveTable)
        table.cursor_id = self.account.services.settings.profile or ""
        table.focus()

    def on_screen_resume(self) -> None:
        """Poll while the screen is in front."""
        self._begin()

    def on_screen_suspend(self) -> None:
        """Stop polling while another screen is in front."""
        self._end()

    def _begin(self) -> None:
        if self._asking is None:
            self._asking = self.run_worker(self._ask_all(), group="accounts", exit_on_error=True)

    def _end(self) -> None:
        if self._asking is not None:
            self._asking.cancel()
            self._asking = None

    async def _ask_all(self) -> None:
        try:
            await self._poller.run(self.account.services.settings, self.repaint_soon)
        except BadSettings as error:
            self.tell(Toast(str(error), "error"))

    def questions(self, snapshot: Snapshot, now: datetime) -> Iterable[Question[Any]]:
        return ()

    def title_parts(self, snapshot: Snapshot, look: DisplayContext) -> tuple[Part, ...]:
        return accounts_panes.title_parts()

    def paint(self, snapshot: Snapshot, look: DisplayContext) -> None:
        self.set_class(self.size.height < SHORT, "-short")
        table, pane = self.query_one("#accounts", LiveTable), self.query_one("#accounts-pane", Pane)
        try:
            summaries = self._summaries()
        except BadSettings as error:
            show_frame(pane, accounts_panes.unreadable(error))
            return
        path = self.account.services.settings.config_path
        show_table(pane, table, accounts_panes.list_pane(summaries, path, snapshot, look))
        summary = next((one for one in summaries if one.profile == table.cursor_id), next(iter(summaries), None))
        if summary is not None:
            about = accounts_panes.about_pane(summary, snapshot, look)
            show_fields(self.query_one("#about-pane", Pane), self.query_one("#about", FieldView), about)

    @on(LiveTable.RowHighlighted, "#accounts")
    def follow_cursor(self) -> None:
        """What is shown below follows the cursor."""
        self.repaint_soon()

    def _summaries(self) -> tuple[AccountSummary, ...]:
        found = self._poller.summaries(self.account.services.settings)
        return tuple(replace(one, report=self.report) if one.is_here else one for one in found)

    @on(LiveTable.RowSelected, "#accounts")
    def go_there(self, message: LiveTable.RowSelected) -> None:
        """Open the account; for the one that is open, go back to it."""
        name = str(message.row_id)
        if name == (self.account.services.settings.profile or ""):
            self.app.pop_screen()
        else:
            self.post_message(GoTo(name or None))

    def do_refresh(self) -> None:
        """Poll all accounts again."""
        self._end()
        self._begin()
        self.account.monitor.refresh()
