"""Why something is a finding, over the triage screen."""

from tui.account.context import AccountContext
from tui.monitor.snapshot import Snapshot
from tui.present.display_context import DisplayContext
from tui.present.explain_words import explain_lines
from tui.present.record import explain_title
from tui.screens.record.dialogs import RecordDialog
from tui.triage.explain import explain


class ExplainDialog(RecordDialog):
    """The rules behind what was found when the dialog opened."""

    def __init__(self, account: AccountContext) -> None:
        super().__init__(account, explain_title())
        self._found = explain(account.tracker.report) if account.tracker.report is not None else ()

    def fill(self, snapshot: Snapshot, look: DisplayContext) -> None:
        self.lines = explain_lines(self._found, snapshot, look)
