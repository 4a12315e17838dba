"""Triage: from a falling balance to the key behind it, in five steps, with the action one key away."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Self

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.geometry import Size

from tui.account.context import AccountContext
from tui.domain.commands import ScreenKind
from tui.domain.scope import Scope
from tui.domain.usage import Bucket
from tui.monitor.question import Question
from tui.monitor.questions import AskCalls, AskKeyHistory
from tui.monitor.scoped import calls_of, hour_of
from tui.monitor.snapshot import Snapshot
from tui.monitor.triage_inputs import triage_questions
from tui.present import calls, contain, planned, playback, toasts, triage, triage_panes, usage_panes
from tui.present.display_context import DisplayContext
from tui.present.pane import TablePane
from tui.present.proof import proof_of_last
from tui.present.toasts import Toast
from tui.records.incident_report import ReportFormat, entries_since, suggested_path, write_report
from tui.screens import key_actions, recordings
from tui.screens import planned as planned_answers
from tui.screens.account_screen import AccountScreen
from tui.screens.bindings import bindings
from tui.screens.dialogs import Ask, Next, choice_dialog, save_as
from tui.screens.messages import AnswerPlanned, Judged, Open, WriteReport
from tui.screens.panes import show_chart, show_fields, show_table
from tui.screens.picture import Picture
from tui.triage.incidents import Incident
from tui.triage.report import Report
from widgets.facts import Part
from widgets.field_view import FieldView
from widgets.live_table import LiveTable
from widgets.pane import Pane, Panes
from widgets.trend_chart import TrendChart

NARROW, SHORT, LOW = 100, 32, 15
LARGE = Size(150, 45)
"""From this size on there is room for the key's latest calls, and for the evidence of a second step."""


def _lines_of(pane: TablePane) -> Sequence[object]:
    return pane.rows if isinstance(pane.rows, tuple) and pane.rows else ((),)


class TriageScreen(AccountScreen):
    """The five steps, each with its finding; the evidence beside follows the step under the cursor."""

    place = ScreenKind.TRIAGE
    CSS_PATH = "triage.tcss"
    BINDINGS = bindings(ScreenKind.TRIAGE)
    _buckets: Sequence[Bucket] = ()

    @classmethod
    def opened(cls, account: AccountContext, wish: Open) -> Self:
        """Triage is about the whole account, whatever scope was open before."""
        return cls(account, Scope())

    def compose_body(self) -> ComposeResult:
        with Panes(), Horizontal(id="body"):
            with Vertical(id="left"):
                with Pane(id="steps-pane"):
                    yield LiveTable(triage.step_columns(), id="steps")
                with Pane(id="cause-pane"):
                    yield FieldView(id="cause", wrap=True)
                with Pane(id="contain-pane"):
                    yield FieldView(id="contain", wrap=True)
                with Pane(id="calls-pane"):
                    yield LiveTable(calls.short_columns(), id="calls", show_header=False, follow_top=True)
            with Vertical(id="right"):
                with Pane(id="evidence-pane"):
                    yield FieldView(id="told", wrap=True)
                    yield LiveTable(id="evidence")
                with Pane(id="more-pane"):
                    yield LiveTable(id="more")
                with Pane(id="trend-pane"):
                    yield TrendChart(id="trend", usual_word=usage_panes.usual_word())

    def on_mount(self) -> None:
        self.query_one("#told", FieldView).can_focus = False
        self.query_one("#steps", LiveTable).focus()

    def questions(self, snapshot: Snapshot, now: datetime) -> Iterable[Question[Any]]:
        # The histories of keys are watched whatever screen is open, as urgently as the verdict needs them.
        yield from (one for one in triage_questions(snapshot, now) if not isinstance(one, AskKeyHistory))
        yield AskCalls(back_to=self.scope.range)

    def title_parts(self, snapshot: Snapshot, look: DisplayContext) -> tuple[Part, ...]:
        return triage_panes.title_parts(self.report, snapshot, look)

    def paint(self, snapshot: Snapshot, look: DisplayContext) -> None:
        self.set_class(self.size.width < NARROW, "-narrow")
        self.set_class(self.size.height < SHORT, "-short")
        self.set_class(self.size.height < LOW, "-low")
        self.set_class(self.size.width >= LARGE.width and self.size.height >= LARGE.height, "-large")
        report = self.report or Report(look.now)
        steps = self.query_one("#steps", LiveTable)
        done = (entry for _, entry in self.account.actions.done())
        proof = proof_of_last(done, report, snapshot, look.now)
        lines = triage.steps(report, snapshot, look, proof)
        known = self.known(look.now)
        chosen = next((line for line in lines if line.id == steps.cursor_id), lines[0])
        # A small screen shows the cause beside the first step, and the evidence of the others.
        is_last = chosen.id == "contain"
        shows_evidence = chosen.id != lines[0].id or self.query_one("#evidence").has_focus
        self.set_class(shows_evidence and not is_last, "-evidence")
        self.set_class(is_last, "-contain")
        has_no_cause = self.has_class("-narrow") and self.has_class("-short") and chosen.id != lines[0].id
        note = triage_panes.again_note(known, snapshot, look) if has_no_cause else ()
        show_table(self.query_one("#steps-pane", Pane), steps, triage_panes.steps_pane(lines, note))
        cause = triage_panes.cause_pane(report, self.incidents.open.values(), known, snapshot, look)
        show_fields(self.query_one("#cause-pane", Pane), self.query_one("#cause", FieldView), cause)
        self._cap("#cause-pane", cause.lines if self.has_class("-large") else None)
        self._paint_evidence(chosen, lines, report, snapshot, look)
        if not self.has_class("-narrow"):
            self._paint_trend(report, snapshot, look)
        if self.has_class("-large"):
            table = self.query_one("#calls", LiveTable)
            latest = triage_panes.calls_pane(self._subject(report), snapshot, look)
            show_table(self.query_one("#calls-pane", Pane), table, latest)
        key_id = self.key_under_cursor()
        key = snapshot.key(key_id) if key_id is not None else None
        contain = triage_panes.contain_pane(key, report, proof, snapshot, look)
        show_fields(self.query_one("#contain-pane", Pane), self.query_one("#contain", FieldView), contain)

    def _paint_evidence(
        self,
        chosen: triage.StepLine,
        lines: Sequence[triage.StepLine],
        report: Report,
        snapshot: Snapshot,
        look: DisplayContext,
    ) -> None:
        """The evidence of the step, in full; with much room also that of another step."""
        is_narrow, told = self.has_class("-narrow"), self.query_one("#told", FieldView)
        room = self.query_one("#right").size.width
        evidence = triage_panes.evidence_pane(chosen, report, snapshot, look, room)
        show_table(self.query_one("#evidence-pane", Pane), self.query_one("#evidence", LiveTable), evidence)
        # If there are no rows, the table says so.
        told.lines = triage_panes.sentence_lines(chosen, max(1, room - 3)) if evidence.rows else ()
        told.styles.height = len(told.lines)
        told.display = bool(told.lines)
        # The trend gets the lines that it does not need.
        self._cap("#evidence-pane", None if is_narrow else (*told.lines, (), *_lines_of(evidence)))
        if self.has_class("-large"):
            beside = next(line for line in lines if line.id == triage.beside(chosen.id))
            other = triage_panes.evidence_pane(beside, report, snapshot, look, room)
            show_table(self.query_one("#more-pane", Pane), self.query_one("#more", LiveTable), other)
            self._cap("#more-pane", ((), *_lines_of(other)))

    def _cap(self, pane: str, lines: Sequence[object] | None) -> None:
        """Give a pane no more than the room for its lines, or all that is left."""
        self.query_one(pane).styles.max_height = None if lines is None else len(lines) + 1

    def _paint_trend(self, report: Report, snapshot: Snapshot, look: DisplayContext) -> None:
        chart, scope = self.query_one("#trend", TrendChart), self._subject(report)
        model = triage_panes.trend_pane(scope, report, snapshot, look, chart.size.width)
        show_chart(self.query_one("#trend-pane", Pane), chart, model)
        self._buckets = model.buckets

    def _subject(self, report: Report) -> Scope:
        """The calls of the key in question, or all."""
        return self.scope.narrowed(key_id=report.subject) if report.subject is not None else self.scope

    def key_under_cursor(self) -> int | None:
        """The key of the evidence under the cursor, else the one to contain; dialogs name it first."""
        chosen = self._key_of_evidence()
        return self.report.subject if chosen is None and self.report is not None else chosen

    def marked_keys(self) -> frozenset[int]:
        """The keys to contain at once, unless a person has one of the evidence under the cursor."""
        if self.report is None or self._key_of_evidence() is not None:
            return frozenset()
        return frozenset(self.report.to_contain_together)

    def why_no_key(self) -> Toast:
        """Nothing says which keys to stop."""
        return triage_panes.no_key(self.report)

    def _key_of_evidence(self) -> int | None:
        for table in self.query("#evidence, #more").results(LiveTable):
            if table.has_focus and isinstance(table.cursor_id, int):
                return table.cursor_id
        return None

    @on(LiveTable.RowHighlighted, "#steps")
    def follow_step(self) -> None:
        """The evidence follows the step."""
        self.repaint_soon()

    @on(LiveTable.RowSelected, "#steps")
    def open_step(self, message: LiveTable.RowSelected) -> None:
        """Open the screen with a step's full evidence."""
        key_id = self.report.subject if self.report is not None else None
        if message.row_id == "retries":
            self.do_errors()
        elif message.row_id == "contain":
            self.do_limits()
        elif key_id is not None:
            self.open_key(key_id)
        else:
            self.query_one("#evidence", LiveTable).focus()

    @on(LiveTable.RowSelected, "#calls")
    def open_call_row(self, message: LiveTable.RowSelected) -> None:
        """One call."""
        if self.picture is None or self.report is None:
            return
        found = calls_of(self._subject(self.report), self.picture.snapshot, self.picture.look.now)
        call = next((call for call in found if call.id == message.row_id), None)
        if call is not None:
            self.open_call(call)

    @on(TrendChart.BucketSelected)
    def open_bucket(self, message: TrendChart.BucketSelected) -> None:
        """The calls of the bucket."""
        if self.report is not None and message.index < len(self._buckets):
            self.post_message(Open("calls", self._subject(self.report).over(hour_of(self._buckets[message.index]))))

    @on(LiveTable.RowSelected, "#evidence,#more")
    def open_evidence(self, message: LiveTable.RowSelected) -> None:
        """The key of the row."""
        if isinstance(message.row_id, int):
            self.open_key(message.row_id)

    def do_planned(self) -> None:
        """Mark a firing incident as planned, or unmark it."""
        if self.picture is not None:
            self.follow(self._planned(self.picture))

    def _planned(self, picture: Picture) -> Next:
        found = [one for one in self.incidents.open.values() if planned.can_be_planned(one)]
        if len(found) < 2:
            return self._about(found[0], picture) if found else planned.nothing_fires()
        by_id = {one.id: one for one in found}
        return Ask(
            choice_dialog(planned.choices(found, picture.snapshot, picture.look)),
            lambda chosen: self._about(by_id[chosen], picture) if chosen else None,
        )

    def _about(self, incident: Incident, picture: Picture) -> Next:
        return planned_answers.ask(incident, picture, self.account.services.clock.now())

    @on(AnswerPlanned)
    def take_planned(self, message: AnswerPlanned) -> None:
        """Mark an incident as planned, or unmark it."""
        self.follow(planned_answers.take(message.incident, self.account, self.picture))
        self.post_message(Judged())

    def do_explain(self) -> None:
        """The rules behind the findings, with their numbers."""
        self.post_message(Open("explain", self.scope))

    def do_report(self) -> None:
        """Write the incident to a file: a report, or a recording where something is still heard."""
        if self.picture is not None and self.report is not None:
            self.follow(Ask(choice_dialog(playback.keep_choices(self.account.capabilities)), self._keep_as))

    def _keep_as(self, choice: str | None) -> Next:
        if choice is None or self.picture is None or self.report is None:
            return None
        if choice in (playback.RECORDING, playback.PRIVATE_RECORDING):
            return recordings.where(choice == playback.PRIVATE_RECORDING, self.picture)
        return save_as(suggested_path(self.report, self.picture.look, ReportFormat(choice)), WriteReport)

    @on(WriteReport)
    def write_report(self, message: WriteReport) -> None:
        """Write it as it is known now."""
        report, picture = self.report, self.picture
        if report is None or picture is None:
            return
        entries = entries_since(self.account.actions.written(), report.since)
        try:
            write_report(
                message.path,
                report,
                self.incidents,
                self.known(picture.now),
                entries,
                picture.snapshot,
                picture.look,
                may_replace=message.may_replace,
            )
        except OSError as error:
            self.tell(toasts.not_written(message.path, error))
        else:
            self.tell(triage_panes.report_written(message.path))

    def do_limits(self) -> None:
        """The limits dialog, with the daily limit prefilled to twice a usual day."""
        key_id, report, snapshot = self.key_under_cursor(), self.report, self.snapshot
        if key_id is None:
            super().do_limits()
            return
        key = snapshot.key(key_id) if snapshot is not None and key_id is not None else None
        prefilled = {}
        if key is not None and report is not None and snapshot is not None:
            has_usual = contain.day_limit_usd(key, report, snapshot) is not None
            prefilled = {"limit_1d_usd": "x2"} if has_usual else {}
        self.act_on(
            lambda shown: key_actions.about_key(
                shown, key_id, lambda shown, key: key_actions.limit(shown, key, prefilled)
            )
        )
