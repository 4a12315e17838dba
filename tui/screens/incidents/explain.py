"""Why something was an incident, over the incidents."""

from typing import Self

from tui.account.context import AccountContext
from tui.monitor.snapshot import Snapshot
from tui.present import incidents_panes, record
from tui.present.display_context import DisplayContext
from tui.present.explain_words import explain_lines
from tui.screens.messages import Open
from tui.screens.record.dialogs import RecordDialog
from tui.triage.explain import Explained
from tui.triage.incident_history import IncidentRecord


class PastExplainDialog(RecordDialog):
    """The rule behind an incident, with the figures of then."""

    def __init__(self, account: AccountContext, found: IncidentRecord) -> None:
        super().__init__(account, record.explain_title())
        self._found = found

    @classmethod
    def opened(cls, account: AccountContext, wish: Open) -> Self:
        """The dialog for the incident of a wish."""
        assert isinstance(wish.record, IncidentRecord)
        return cls(account, wish.record)

    def fill(self, snapshot: Snapshot, look: DisplayContext) -> None:
        one = self._found
        shown = explain_lines((Explained(one.kind, one.blamed, one.terms),), snapshot, look)
        self.lines = (*shown, *(() if one.terms else incidents_panes.no_figures()))
