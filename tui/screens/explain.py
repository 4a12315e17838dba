"""Why something is a finding, over the triage screen."""

from tui.locale import _
from tui.present.explain_words import explain_lines
from tui.screens.desk import Desk
from tui.screens.record import RecordDialog
from tui.triage.explain import explain


class ExplainDialog(RecordDialog):
    """The rules behind what was found when the dialog opened."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, _("Why"))
        self._found = explain(desk.vigil.report) if desk.vigil.report is not None else ()

    def on_mount(self) -> None:
        self.fill()

    def fill(self) -> None:
        """Put the rules into lines, as the person wants to see things."""
        self.lines = explain_lines(self._found, self.snapshot(), self.look())
