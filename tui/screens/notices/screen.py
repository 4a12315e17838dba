"""Notices of this account, from whichever aktop, with their deliveries."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Self

from textual import on
from textual.app import ComposeResult

from tui.account.context import AccountContext
from tui.domain.commands import ScreenKind
from tui.domain.scope import Scope
from tui.monitor.question import Question
from tui.monitor.questions import AskKeys
from tui.monitor.snapshot import Snapshot
from tui.present import notices_panes
from tui.present.display_context import DisplayContext
from tui.screens.account_screen import AccountScreen
from tui.screens.bindings import bindings
from tui.screens.messages import Open
from tui.screens.panes import show_fields, show_table
from widgets.facts import Part
from widgets.field_view import FieldView
from widgets.live_table import LiveTable
from widgets.pane import Pane, Panes

SHORT = 18


class NoticesScreen(AccountScreen):
    """The notices; the pane below tells all of the one under the cursor."""

    place = ScreenKind.NOTICES
    CSS_PATH = "notices.tcss"
    BINDINGS = bindings(ScreenKind.NOTICES)

    @classmethod
    def opened(cls, account: AccountContext, wish: Open) -> Self:
        """Notices are those of the whole account, whatever was looked at before."""
        return cls(account, Scope())

    def compose_body(self) -> ComposeResult:
        with Panes():
            with Pane(id="list-pane"):
                yield LiveTable(notices_panes.columns(), id="notices", follow_top=True)
            with Pane(id="detail-pane"):
                yield FieldView(id="detail", wrap=True)

    def on_mount(self) -> None:
        self.query_one("#notices", LiveTable).focus()

    def questions(self, snapshot: Snapshot, now: datetime) -> Iterable[Question[Any]]:
        yield AskKeys()

    def title_parts(self, snapshot: Snapshot, look: DisplayContext) -> tuple[Part, ...]:
        return notices_panes.title_parts(self.notices)

    def paint(self, snapshot: Snapshot, look: DisplayContext) -> None:
        self.set_class(self.size.height < SHORT, "-short")
        told, table = self.notices.of(look), self.query_one("#notices", LiveTable)
        show_table(self.query_one("#list-pane", Pane), table, notices_panes.list_pane(told, look))
        one = next((one for one in told if one.id == table.cursor_id), None)
        detail = notices_panes.detail_pane(one, look)
        show_fields(self.query_one("#detail-pane", Pane), self.query_one("#detail", FieldView), detail)

    @on(LiveTable.RowHighlighted, "#notices")
    def follow_row(self) -> None:
        """The pane below follows the row."""
        self.repaint_soon()

    @on(LiveTable.RowSelected, "#notices")
    def open_row(self) -> None:
        """Go to what is going on."""
        self.do_triage()
