"""Notices of this account, from whichever aktop, with their deliveries."""

from textual import on

from tui.domain.commands import ScreenKind
from tui.monitor.snapshot import Snapshot
from tui.present import notices_panes
from tui.present.display_context import DisplayContext
from tui.present.pane import FieldsPane, TablePane
from tui.screens.bindings import bindings
from tui.screens.history_screen import HistoryScreen
from widgets.facts import Part
from widgets.live_table import LiveTable
from widgets.values import Column


class NoticesScreen(HistoryScreen):
    """The notices, the last one first."""

    place = ScreenKind.NOTICES
    BINDINGS = bindings(ScreenKind.NOTICES)

    def columns(self) -> tuple[Column, ...]:
        return notices_panes.columns()

    def title_parts(self, snapshot: Snapshot, look: DisplayContext) -> tuple[Part, ...]:
        return notices_panes.title_parts(self.notices)

    def list_pane(self, snapshot: Snapshot, look: DisplayContext) -> TablePane:
        return notices_panes.list_pane(self.notices.of(look), look)

    def detail_pane(self, snapshot: Snapshot, look: DisplayContext) -> FieldsPane:
        one = next((one for one in self.notices.of(look) if one.id == self.cursor_id), None)
        return notices_panes.detail_pane(one, look)

    @on(LiveTable.RowSelected)
    def open_row(self) -> None:
        """Go to what is going on."""
        self.do_triage()
