"""The base of screens that list what was, newest first, and tell all of the one under the cursor below the list."""

from collections.abc import Hashable, Iterable
from datetime import datetime
from typing import Any, Self

from textual import on
from textual.app import ComposeResult

from tui.account.context import AccountContext
from tui.domain.scope import Scope
from tui.monitor.question import Question
from tui.monitor.questions import AskKeys
from tui.monitor.snapshot import Snapshot
from tui.present.display_context import DisplayContext
from tui.present.pane import FieldsPane, TablePane
from tui.screens.account_screen import AccountScreen
from tui.screens.messages import Open
from tui.screens.panes import show_fields, show_table
from widgets.field_view import FieldView
from widgets.live_table import LiveTable
from widgets.pane import Pane, Panes
from widgets.values import Column

SHORT = 18
"""Rows below which the list has all of the screen."""


class HistoryScreen(AccountScreen):
    """A list and its detail. Subclasses say what is in both; the list is found by the name of the screen."""

    DEFAULT_CSS = """
    HistoryScreen #list-pane { height: 3fr; }
    HistoryScreen #detail-pane { height: 2fr; min-height: 5; }
    HistoryScreen.-short #detail-pane { display: none; }
    """

    @classmethod
    def opened(cls, account: AccountContext, wish: Open) -> Self:
        """What was is of the whole account, whatever was looked at before."""
        return cls(account, Scope())

    # What subclasses provide

    def columns(self) -> tuple[Column, ...]:
        """The columns of the list."""
        raise NotImplementedError

    def list_pane(self, snapshot: Snapshot, look: DisplayContext) -> TablePane:
        """The list."""
        raise NotImplementedError

    def detail_pane(self, snapshot: Snapshot, look: DisplayContext) -> FieldsPane:
        """All of the one under the cursor, once the list is shown."""
        raise NotImplementedError

    # Composition and painting

    @property
    def table(self) -> LiveTable:
        """The list."""
        return self.query_one(f"#{self.place}", LiveTable)

    @property
    def cursor_id(self) -> Hashable:
        """The identity of the one under the cursor."""
        return self.table.cursor_id

    def compose_body(self) -> ComposeResult:
        with Panes():
            with Pane(id="list-pane"):
                yield LiveTable(self.columns(), id=self.place, follow_top=True)
            with Pane(id="detail-pane"):
                yield FieldView(id="detail", wrap=True)

    def on_mount(self) -> None:
        self.table.focus()

    def questions(self, snapshot: Snapshot, now: datetime) -> Iterable[Question[Any]]:
        yield AskKeys()

    def paint(self, snapshot: Snapshot, look: DisplayContext) -> None:
        self.set_class(self.size.height < SHORT, "-short")
        show_table(self.query_one("#list-pane", Pane), self.table, self.list_pane(snapshot, look))
        detail = self.detail_pane(snapshot, look)
        show_fields(self.query_one("#detail-pane", Pane), self.query_one("#detail", FieldView), detail)

    @on(LiveTable.RowHighlighted)
    def follow_row(self) -> None:
        """The pane below follows the row."""
        self.repaint_soon()
