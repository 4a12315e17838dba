"""The journal: every change sent from this machine, its outcome, and how to undo it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Self

from textual import on
from textual.app import ComposeResult

from tui.account.context import AccountContext
from tui.domain.commands import ScreenKind
from tui.domain.intents import Reminder
from tui.domain.scope import Scope
from tui.monitor.question import Question
from tui.monitor.questions import AskKeys
from tui.monitor.snapshot import Snapshot
from tui.present import journal_panes
from tui.present.display_context import DisplayContext
from tui.screens import key_actions
from tui.screens.account_screen import AccountScreen
from tui.screens.bindings import bindings
from tui.screens.dialogs import Next
from tui.screens.key_actions import ActionContext
from tui.screens.messages import Open
from tui.screens.panes import show_fields, show_table
from tui.store.journal import Entry
from widgets.facts import Part
from widgets.field_view import FieldView
from widgets.live_table import LiveTable
from widgets.pane import Pane, Panes

SHORT = 18


class JournalScreen(AccountScreen):
    """The changes, the last one first; the pane below tells all of the one under the cursor."""

    place = ScreenKind.JOURNAL
    CSS = """
    JournalScreen #list-pane { height: 3fr; }
    JournalScreen #detail-pane { height: 2fr; min-height: 5; }
    JournalScreen.-short #detail-pane { display: none; }
    """
    BINDINGS = bindings(ScreenKind.JOURNAL)

    @classmethod
    def opened(cls, account: AccountContext, wish: Open) -> Self:
        """The journal ignores the scope that was open before."""
        return cls(account, Scope())

    def compose_body(self) -> ComposeResult:
        with Panes():
            with Pane(id="list-pane"):
                yield LiveTable(journal_panes.columns(), id="journal", follow_top=True)
            with Pane(id="detail-pane"):
                yield FieldView(id="detail", wrap=True)

    def on_mount(self) -> None:
        self.query_one("#journal", LiveTable).focus()

    def questions(self, snapshot: Snapshot, now: datetime) -> Iterable[Question[Any]]:
        yield AskKeys()

    def title_parts(self, snapshot: Snapshot, look: DisplayContext) -> tuple[Part, ...]:
        return journal_panes.title_parts(self.account.actions.written())

    def paint(self, snapshot: Snapshot, look: DisplayContext) -> None:
        self.set_class(self.size.height < SHORT, "-short")
        table = self.query_one("#journal", LiveTable)
        model = journal_panes.list_pane(self.account.actions.written(), snapshot, look)
        show_table(self.query_one("#list-pane", Pane), table, model)
        detail = journal_panes.detail_pane(self._under_cursor(), snapshot, look)
        show_fields(self.query_one("#detail-pane", Pane), self.query_one("#detail", FieldView), detail)

    def _under_cursor(self) -> tuple[int, Entry] | None:
        cursor = self.query_one("#journal", LiveTable).cursor_id
        return next((one for one in self.account.actions.written() if one[0] == cursor), None)

    def key_under_cursor(self) -> int | None:
        found = self._under_cursor()
        return found[1].key_id or None if found is not None else None

    @on(LiveTable.RowHighlighted, "#journal")
    def follow_row(self) -> None:
        """The pane below follows the row."""
        self.repaint_soon()

    @on(LiveTable.RowSelected, "#journal")
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
