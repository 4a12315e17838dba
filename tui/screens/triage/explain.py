"""Why something is a finding, over the triage screen."""

from tui.account.context import Desk
from tui.locale import _
from tui.monitor.snapshot import Snapshot
from tui.present.display_context import Look
from tui.present.explain_words import explain_lines
from tui.screens.record.dialogs import RecordDialog
from tui.triage.explain import explain


class ExplainDialog(RecordDialog):
    """The rules behind what was found when the dialog opened."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, _("Why"))
        self._found = explain(desk.vigil.report) if desk.vigil.report is not None else ()

    def fill(self, snapshot: Snapshot, look: Look) -> None:
        self.lines = explain_lines(self._found, snapshot, look)
