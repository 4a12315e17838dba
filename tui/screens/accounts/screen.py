"""All accounts: one line a profile, asked only while this screen is open; enter goes there."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from msgspec.structs import replace
from textual import on
from textual.app import ComposeResult
from textual.worker import Worker

from tui.account.context import Desk
from tui.account.poller import Roll
from tui.config.settings import BadSettings
from tui.domain.scope import Scope
from tui.locale import _
from tui.monitor.account_summary import Glance
from tui.monitor.questions import Question
from tui.monitor.snapshot import Snapshot
from tui.present import account_details, accounts, profiles
from tui.present.display_context import Look
from tui.screens.account_screen import AccountScreen, parts
from tui.screens.bindings import bindings
from tui.screens.commands import Place
from tui.screens.messages import GoTo
from widgets.facts import Part
from widgets.field_view import FieldView
from widgets.live_table import LiveTable
from widgets.pane import Pane
from widgets.values import Cell, Severity

SHORT = 18
"""Rows under which there is no room for more than the table."""


class AccountsScreen(AccountScreen):
    """The table of all accounts over the account that is open."""

    place = Place.ACCOUNTS
    CSS = """
    AccountsScreen #about-pane { height: 8; }
    AccountsScreen.-short #about-pane { display: none; }
    """
    BINDINGS = bindings(Place.ACCOUNTS)

    def __init__(self, desk: Desk, scope: Scope, roll: Roll) -> None:
        super().__init__(desk, scope)
        self._roll = roll
        self._asking: Worker[None] | None = None

    def compose_body(self) -> ComposeResult:
        with Pane(title_line=_("Accounts"), id="accounts-pane"):
            yield LiveTable(accounts.columns(), id="accounts")
        with Pane(id="about-pane"):
            yield FieldView(id="about", wrap=True)

    def on_mount(self) -> None:
        table = self.query_one("#accounts", LiveTable)
        table.cursor_id = self.desk.services.settings.profile or ""
        table.focus()

    def on_screen_resume(self) -> None:
        """Ask while somebody looks."""
        self._begin()

    def on_screen_suspend(self) -> None:
        """Nobody looks: nothing is asked."""
        self._end()

    def _begin(self) -> None:
        if self._asking is None:
            self._asking = self.run_worker(self._ask_all(), group="roll", exit_on_error=True)

    def _end(self) -> None:
        if self._asking is not None:
            self._asking.cancel()
            self._asking = None

    async def _ask_all(self) -> None:
        try:
            await self._roll.run(self.desk.services.settings, self.repaint_soon)
        except BadSettings as error:
            self.tell(str(error), severity="error")

    def questions(self, snapshot: Snapshot, now: datetime) -> Iterable[Question[Any]]:
        return ()

    def title_parts(self, snapshot: Snapshot, look: Look) -> tuple[Part, ...]:
        text = _("all accounts · burn of the others is by their balance, after two minutes")
        return parts(((Cell(text, Severity.MUTED),),))

    def paint(self, snapshot: Snapshot, look: Look) -> None:
        table, pane = self.query_one("#accounts", LiveTable), self.query_one("#accounts-pane", Pane)
        try:
            glances = self._glances()
        except BadSettings as error:
            pane.note = (Cell(str(error), Severity.CRITICAL),)
            return
        table.show(accounts.rows(glances, snapshot, look))
        self._paint_about(glances, snapshot, look)
        pane.title_line = f"{_('Accounts')} · {len(glances)}"
        pane.hint = _("enter go there")
        example = _("more of them: [profile.NAME] with a url in {path}")
        path = self.desk.services.settings.config_path
        pane.note = (Cell(example.format(path=path), Severity.MUTED),) if len(glances) < 2 else ()

    def _paint_about(self, glances: Sequence[Glance], snapshot: Snapshot, look: Look) -> None:
        self.set_class(self.size.height < SHORT, "-short")
        cursor = self.query_one("#accounts", LiveTable).cursor_id
        glance = next((one for one in glances if one.profile == cursor), glances[0] if glances else None)
        if glance is not None:
            self.query_one("#about-pane", Pane).title_line = look.name(profiles.title(glance.profile))
            self.query_one("#about", FieldView).lines = account_details.details(glance, snapshot, look)

    @on(LiveTable.RowHighlighted, "#accounts")
    def follow_cursor(self) -> None:
        """What is shown below follows the cursor."""
        self.repaint_soon()

    def _glances(self) -> tuple[Glance, ...]:
        found = self._roll.glances(self.desk.services.settings)
        return tuple(replace(one, report=self.report) if one.is_here else one for one in found)

    @on(LiveTable.RowSelected, "#accounts")
    def go_there(self, message: LiveTable.RowSelected) -> None:
        """Into the account; from the one that is open, back to it."""
        name = str(message.row_id)
        if name == (self.desk.services.settings.profile or ""):
            self.app.pop_screen()
        else:
            self.post_message(GoTo(name or None))

    def do_refresh(self) -> None:
        """Ask anew, all of them."""
        self._end()
        self._begin()
        self.desk.monitor.refresh()
