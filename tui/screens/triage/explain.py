"""Why something is a finding, over the triage screen."""

from tui.account.context import AccountContext
from tui.monitor.snapshot import Snapshot
from tui.present.display_context import DisplayContext
from tui.present.explain_words import explain_lines, threshold_lines
from tui.present.record import explain_title
from tui.screens.record.dialogs import RecordDialog
from tui.triage.explain import explain
from tui.triage.incident_history import times_told


class ExplainDialog(RecordDialog):
    """The rules behind what was found when the dialog opened."""

    def __init__(self, account: AccountContext) -> None:
        super().__init__(account, explain_title())
        self._thresholds = account.tracker.thresholds
        self._records = account.tracker.records
        self._found = explain(account.tracker.report) if account.tracker.report is not None else ()

    def fill(self, snapshot: Snapshot, look: DisplayContext) -> None:
        records = self._records
        shown = explain_lines(
            self._found, snapshot, look, lambda kind, key_id: times_told(records, kind, key_id, look.now)
        )
        self.lines = (*shown, *threshold_lines(self._thresholds))
