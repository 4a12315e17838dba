"""Triage: from a falling balance to the key that does it, in five steps, with the action one key away."""

import os
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from tui.config.paths import as_written
from tui.locale import _
from tui.monitor.question import Question
from tui.monitor.questions import AskCalls, AskKeyHistory
from tui.monitor.snapshot import Snapshot
from tui.monitor.triage_inputs import triage_questions
from tui.present import planned as planned_words
from tui.present import triage
from tui.present.display_context import DisplayContext
from tui.present.evidence import evidence
from tui.present.proof import Proof, proof_lines, proof_of
from tui.records.incident_report import entries_since, suggested_path, write_report
from tui.screens.account_screen import AccountScreen, parts
from tui.screens.bindings import bindings
from tui.screens.calls.dialogs import PathPrompt
from tui.screens.commands import ScreenKind
from tui.screens.dialog_words import dialog_words
from tui.screens.messages import Judged, Open
from tui.screens.yes_no import YesNoDialog
from tui.triage.incidents import Incident, Phase
from tui.triage.report import Report
from widgets.dialogs import Choice, ChoiceDialog
from widgets.facts import Part
from widgets.field_view import FieldView
from widgets.live_table import LiveTable
from widgets.pane import Pane
from widgets.values import Cell, Emphasis, Line

NARROW, SHORT = 100, 32
PROVED_FOR = timedelta(hours=1)
"""How long after an incident the proof of what was done still stands on the screen."""


class TriageScreen(AccountScreen):
    """The five steps, each with its finding; the evidence beside follows the step under the cursor."""

    place = ScreenKind.TRIAGE
    CSS_PATH = "triage.tcss"
    BINDINGS = bindings(ScreenKind.TRIAGE)

    def compose_body(self) -> ComposeResult:
        with Horizontal(id="body"):
            with Vertical(id="left"):
                with Pane(id="steps-pane", title_line=_("Steps")):
                    yield LiveTable(triage.step_columns(), id="steps")
                with Pane(id="cause-pane", title_line=_("Cause")):
                    yield FieldView(id="cause", wrap=True)
            with Vertical(id="right"):
                with Pane(id="evidence-pane"):
                    yield LiveTable(id="evidence")
                with Pane(id="contain-pane", title_line=_("Contain")):
                    yield FieldView(id="contain", wrap=True)

    def on_mount(self) -> None:
        self.query_one("#steps", LiveTable).focus()

    def questions(self, snapshot: Snapshot, now: datetime) -> Iterable[Question[Any]]:
        # The histories of keys are watched whatever screen is open, as urgently as the verdict needs them.
        yield from (one for one in triage_questions(snapshot, now) if not isinstance(one, AskKeyHistory))
        yield AskCalls(back_to=self.scope.range)

    def title_parts(self, snapshot: Snapshot, look: DisplayContext) -> tuple[Part, ...]:
        return parts((triage.title(self.report, snapshot, look),), (triage.history_words(self.report, look),))

    def paint(self, snapshot: Snapshot, look: DisplayContext) -> None:
        self.set_class(self.size.width < NARROW, "-narrow")
        self.set_class(self.size.height < SHORT, "-short")
        report = self.report or Report(look.now)
        steps = self.query_one("#steps", LiveTable)
        proof = self._proof(report, snapshot, look)
        lines = triage.steps(report, snapshot, look, proof)
        steps.show(triage.step_rows(lines))
        self.query_one("#cause", FieldView).lines = (
            *triage.suspect_lines(report, snapshot, look),
            (),
            *triage.why_lines(report, snapshot, look),
            (),
            *triage.also_lines(report, snapshot, look),
            *triage.times_to_empty(report, look),
            *(
                planned_words.planned_line(one, snapshot, look)
                for one in self.incidents.open.values()
                if one.phase is Phase.PLANNED
            ),
        )
        chosen = next((line for line in lines if line.id == steps.cursor_id), lines[0])
        self.set_class(chosen.id == "contain", "-contain")
        self._paint_evidence(chosen, report, snapshot, look)
        self._paint_contain(report, snapshot, look, proof)

    def _paint_evidence(self, step: triage.StepLine, report: Report, snapshot: Snapshot, look: DisplayContext) -> None:
        pane, table = self.query_one("#evidence-pane", Pane), self.query_one("#evidence", LiveTable)
        pane.title_line, table.columns, rows = evidence(step.id, report, snapshot, look)
        pane.note = (Cell(step.sentence, Emphasis.MUTED),)
        table.show(rows)

    def _paint_contain(self, report: Report, snapshot: Snapshot, look: DisplayContext, proof: Proof | None) -> None:
        key_id = self.key_under_cursor()
        key = snapshot.key(key_id) if key_id is not None else None
        pane = self.query_one("#contain-pane", Pane)
        pane.title_line = _("Contain {key}").format(key=look.key_name(key)) if key is not None else _("Contain")
        told = proof_lines(proof, look) if proof is not None else ()
        self.query_one("#contain", FieldView).lines = (*told, *triage.contain_lines(key, report, snapshot, look))

    def _proof(self, report: Report, snapshot: Snapshot, look: DisplayContext) -> Proof | None:
        """What came of the last action on a key, while that matters."""
        entry = next((one for _, one in self.account.actions.done() if one.key_id), None)
        key = snapshot.key(entry.key_id) if entry is not None else None
        if entry is None or key is None:
            return None
        acted_at = datetime.fromisoformat(entry.at)
        if acted_at < (report.since or look.now - PROVED_FOR):
            return None
        return proof_of(key, acted_at, snapshot, look.now)

    def key_under_cursor(self) -> int | None:
        """The key that the evidence points at, else the one to contain; the dialog names it before anything happens."""
        table = self.query_one("#evidence", LiveTable)
        if table.has_focus and isinstance(table.cursor_id, int):
            return table.cursor_id
        return self.report.to_contain if self.report is not None else None

    @on(LiveTable.RowHighlighted, "#steps")
    def follow_step(self) -> None:
        """The evidence follows the step."""
        self.repaint_soon()

    @on(LiveTable.RowSelected, "#steps")
    def open_step(self, message: LiveTable.RowSelected) -> None:
        """Go to where a step's evidence can be looked at in full."""
        key_id = self.report.to_contain if self.report is not None else None
        if message.row_id == "retries":
            self.do_errors()
        elif key_id is None:
            return
        elif message.row_id == "contain":
            self.do_limits()
        else:
            self.open_key(key_id)

    @on(LiveTable.RowSelected, "#evidence")
    def open_evidence(self, message: LiveTable.RowSelected) -> None:
        """The key of the row."""
        if isinstance(message.row_id, int):
            self.open_key(message.row_id)

    def do_planned(self) -> None:
        """Stay quiet about what fires, or watch it again."""
        found = [one for one in self.incidents.open.values() if planned_words.can_be_planned(one)]
        if self.snapshot is None or not found:
            self.tell(_("Nothing fires, so there is nothing to plan."))
        elif len(found) == 1:
            self._plan(found[0])
        elif (look := self._look()) is not None:
            choices = tuple(Choice(one.id, planned_words.choice(one, self.snapshot, look)) for one in found)
            by_id = {one.id: one for one in found}
            dialog = ChoiceDialog(_("It is planned"), choices, words=dialog_words())
            self.app.push_screen(dialog, lambda chosen: self._plan(by_id[chosen]) if chosen else None)

    def _plan(self, incident: Incident) -> None:
        if self.snapshot is None:
            return
        now = self.account.services.clock.now()
        look = DisplayContext(now, self.snapshot.zone, self.view.privacy)
        if incident.phase is Phase.PLANNED:
            self.account.tracker.forget_planned(incident)
            self.post_message(Judged())
            self.tell(planned_words.watched_again(incident, self.snapshot, look))
            return

        def take(yes: bool | None) -> None:
            if yes:
                self.account.tracker.answer_planned(incident, now)
                self.post_message(Judged())

        lines = planned_words.question_lines(incident, self.snapshot, look)
        self.app.push_screen(YesNoDialog(_("It is planned"), lines, _("Stay quiet"), words=dialog_words()), take)

    def do_explain(self) -> None:
        """The rules behind the findings, with their numbers."""
        self.post_message(Open("explain", self.scope))

    def do_report(self) -> None:
        """Write the incident to a file."""
        look = self._look()
        if self.report is None or look is None:
            return
        self.app.push_screen(PathPrompt(suggested_path(self.report, look)), self._write_report)

    def _write_report(self, typed: str | None) -> None:
        if typed is None:
            return
        path = as_written(typed)
        if not os.path.exists(path):
            self._put_report(path, may_replace=False)
            return
        lines: tuple[Line, ...] = ((Cell(str(path), Emphasis.STRONG),), (Cell(_("What is in it now is lost.")),))
        dialog = YesNoDialog(_("Replace the file"), lines, _("Replace"), words=dialog_words())
        self.app.push_screen(dialog, lambda yes: self._put_report(path, may_replace=True) if yes else None)

    def _put_report(self, path: Path, *, may_replace: bool) -> None:
        report, snapshot, look = self.report, self.snapshot, self._look()
        if report is None or snapshot is None or look is None:
            return
        entries = entries_since(self.account.actions.written(), report.since)
        try:
            write_report(path, report, self.incidents, entries, snapshot, look, may_replace=may_replace)
        except OSError as error:
            why = error.strerror or type(error).__name__
            self.tell(_("{path} could not be written: {why}").format(path=path, why=why), severity="error")
        else:
            self.tell(_("incident report: {path}").format(path=path))

    def _look(self) -> DisplayContext | None:
        """How what is on the screen is shown, at its own moment."""
        if self.snapshot is None or self.now is None:
            return None
        return DisplayContext(self.now, self.snapshot.zone, self.view.privacy)

    def do_limits(self) -> None:
        """The limits dialog, the day's limit prefilled at twice a usual day."""
        key_id, report, snapshot = self.key_under_cursor(), self.report, self.snapshot
        key = snapshot.key(key_id) if snapshot is not None and key_id is not None else None
        prefilled = {}
        if key is not None and report is not None and snapshot is not None:
            has_usual = triage.day_limit_usd(key, report, snapshot) is not None
            prefilled = {"limit_1d_usd": "x2"} if has_usual else {}
        self.key_actions.limit(key_id, prefilled)
