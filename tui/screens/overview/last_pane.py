"""The fourth pane: the errors, or, where there are none to read, all that the key under the cursor reports."""

from typing import Protocol

from textual.dom import DOMNode
from textual.widget import Widget

from tui.domain.capabilities import Capabilities, Capability
from tui.domain.scope import Scope
from tui.monitor.snapshot import Snapshot
from tui.present import api_key_mode_details, errors, keys, overview
from tui.present.display_context import DisplayContext
from tui.screens.panes import show_fields, show_table
from widgets.field_view import FieldView
from widgets.live_table import LiveTable
from widgets.pane import Pane


class LastPane(Protocol):
    """What there is besides trend, split and keys, and what follows from it for these."""

    id: str
    sorts: tuple[str, ...]
    """The columns that the keys can be sorted by."""
    leads_on: bool
    """Whether keys, models and bars have calls of their own, which other screens show."""

    def widget(self) -> Widget:
        """What is in the pane."""
        ...

    def paint(self, on: DOMNode, scope: Scope, key_id: int | None, snapshot: Snapshot, look: DisplayContext) -> None:
        """Show it on a screen, for its scope and the key under its cursor."""
        ...


class ErrorsPane:
    """The latest errors of the scope."""

    id = "errors"
    sorts: tuple[str, ...] = keys.SORTS
    leads_on = True

    def widget(self) -> Widget:
        return LiveTable(errors.pane_columns(), id=self.id, show_header=False, follow_top=True)

    def paint(self, on: DOMNode, scope: Scope, key_id: int | None, snapshot: Snapshot, look: DisplayContext) -> None:
        pane, table = on.query_one("#errors-pane", Pane), on.query_one("#errors", LiveTable)
        show_table(pane, table, overview.errors_pane(scope, snapshot, look))


class KeyPane:
    """All that the key under the cursor reports of itself."""

    id = "key"
    sorts: tuple[str, ...] = keys.SORTS_OF_API_KEYS
    leads_on = False

    def widget(self) -> Widget:
        return FieldView(id=self.id, wrap=True)

    def paint(self, on: DOMNode, scope: Scope, key_id: int | None, snapshot: Snapshot, look: DisplayContext) -> None:
        key = snapshot.key(key_id or 1)
        if key is not None:
            about = api_key_mode_details.pane(key, snapshot, look)
            show_fields(on.query_one("#key-pane", Pane), on.query_one("#key", FieldView), about)


def last_pane(capabilities: Capabilities) -> LastPane:
    """The fourth pane of an account."""
    return ErrorsPane() if capabilities.can(Capability.CALLS) else KeyPane()
