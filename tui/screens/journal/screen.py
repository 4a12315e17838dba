"""The journal: every change sent from this machine, its outcome, and how to undo it."""

from textual import on

from tui.domain.commands import ScreenKind
from tui.domain.intents import Reminder
from tui.monitor.snapshot import Snapshot
from tui.present import journal_panes
from tui.present.display_context import DisplayContext
from tui.present.pane import FieldsPane, TablePane
from tui.screens import key_actions
from tui.screens.bindings import bindings
from tui.screens.dialogs import Next
from tui.screens.history_screen import HistoryScreen
from tui.screens.key_actions import ActionContext
from tui.store.journal import Entry
from widgets.facts import Part
from widgets.live_table import LiveTable
from widgets.values import Column


class JournalScreen(HistoryScreen):
    """The changes, the last one first."""

    place = ScreenKind.JOURNAL
    BINDINGS = bindings(ScreenKind.JOURNAL)

    def columns(self) -> tuple[Column, ...]:
        return journal_panes.columns()

    def title_parts(self, snapshot: Snapshot, look: DisplayContext) -> tuple[Part, ...]:
        return journal_panes.title_parts(self.account.actions.written())

    def list_pane(self, snapshot: Snapshot, look: DisplayContext) -> TablePane:
        return journal_panes.list_pane(self.account.actions.written(), snapshot, look)

    def detail_pane(self, snapshot: Snapshot, look: DisplayContext) -> FieldsPane:
        return journal_panes.detail_pane(self._under_cursor(), snapshot, look)

    def _under_cursor(self) -> tuple[int, Entry] | None:
        cursor_id = self.cursor_id
        return next((one for one in self.account.actions.written() if one[0] == cursor_id), None)

    def key_under_cursor(self) -> int | None:
        found = self._under_cursor()
        return found[1].key_id or None if found is not None else None

    @on(LiveTable.RowSelected)
    def open_row(self) -> None:
        """Go to the key."""
        key_id = self.key_under_cursor()
        if key_id is not None:
            self.open_key(key_id)

    def do_undo(self) -> None:
        """Take back the change under the cursor."""
        found = self._under_cursor()
        if found is not None:
            self.act_on(lambda shown: self._undo(shown, *found))

    def _undo(self, shown: ActionContext, number: int, entry: Entry) -> Next:
        if not journal_panes.can_be_undone(entry):
            return journal_panes.cannot_be_undone()
        if isinstance(entry.before, Reminder):
            return key_actions.remind(shown, entry.before, undone=number)
        return key_actions.undo_entry(shown, number, entry)
