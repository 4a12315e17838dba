"""Incidents: current ones, then past ones, each with its cost and what was done about it."""

from datetime import timedelta

from textual import on

from tui.account.context import AccountContext
from tui.domain.clock import floor_minute
from tui.domain.commands import ScreenKind
from tui.domain.scope import HourRange, Scope
from tui.monitor.snapshot import Snapshot
from tui.present import incidents_panes, planned
from tui.present.display_context import DisplayContext
from tui.present.incident_history import Known, KnownIncident
from tui.present.pane import FieldsPane, TablePane
from tui.screens import planned as planned_answers
from tui.screens.bindings import bindings
from tui.screens.dialogs import Next
from tui.screens.history_screen import HistoryScreen
from tui.screens.messages import AnswerPlanned, Judged, Open
from tui.screens.picture import Picture
from tui.triage.findings import FindingKind
from tui.triage.incident_history import IncidentRecord
from widgets.facts import Part
from widgets.live_table import LiveTable
from widgets.values import Column

MINUTE = timedelta(minutes=1)
_OF_ERRORS = (FindingKind.STORM, FindingKind.FAILING)


class IncidentsScreen(HistoryScreen):
    """The incidents, current ones first."""

    place = ScreenKind.INCIDENTS
    BINDINGS = bindings(ScreenKind.INCIDENTS)

    def __init__(self, account: AccountContext, scope: Scope) -> None:
        super().__init__(account, scope)
        self._known: Known = ()

    def columns(self) -> tuple[Column, ...]:
        return incidents_panes.columns()

    def title_parts(self, snapshot: Snapshot, look: DisplayContext) -> tuple[Part, ...]:
        return incidents_panes.title_parts(self.known(look.now))

    def list_pane(self, snapshot: Snapshot, look: DisplayContext) -> TablePane:
        self._known = self.known(look.now)
        return incidents_panes.list_pane(self._known, snapshot, look)

    def detail_pane(self, snapshot: Snapshot, look: DisplayContext) -> FieldsPane:
        return incidents_panes.detail_pane(self._under_cursor(), self._known, snapshot, look)

    def _under_cursor(self) -> KnownIncident | None:
        cursor_id = self.cursor_id
        return next((one for one in self._known if one.record.id == cursor_id), None)

    def key_under_cursor(self) -> int | None:
        one = self._under_cursor()
        return one.record.blamed if one is not None else None

    @on(LiveTable.RowSelected)
    def open_row(self) -> None:
        """Show the calls, or failures, during the incident."""
        one = self._under_cursor()
        if one is not None and one.record.kind in _OF_ERRORS:
            self.do_errors()
        elif one is not None:
            self.do_calls()

    def do_calls(self) -> None:
        self.post_message(Open("calls", self._scope_under_cursor()))

    def do_errors(self) -> None:
        self.post_message(Open("errors", self._scope_under_cursor()))

    def _scope_under_cursor(self) -> Scope:
        """The key and the whole minutes of an incident; one that goes on ends now."""
        one, now = self._under_cursor(), self.now
        if one is None or now is None:
            return self.scope
        start, end = one.record.since, one.record.until or now
        span = HourRange(floor_minute(start), floor_minute(max(start, end)) + MINUTE)
        return Scope(span).narrowed(key_id=one.record.blamed)

    def do_explain(self) -> None:
        """The rule behind the incident under the cursor, with its numbers."""
        one = self._under_cursor()
        if one is not None:
            self.post_message(Open("past_explain", self.scope, one.record))

    def do_planned(self) -> None:
        """Stay quiet about the incident under the cursor, or watch what is planned again."""
        one, picture = self._under_cursor(), self.picture
        if one is not None and picture is not None:
            self.follow(self._planned(one.record, picture))

    def _planned(self, record: IncidentRecord, picture: Picture) -> Next:
        now = self.account.services.clock.now()
        incident = next((one for one in self.incidents.open.values() if one.id == record.id), None)
        if incident is not None and planned.can_be_planned(incident):
            return planned_answers.ask(incident, picture, now)
        if not record.is_planned(now):
            return incidents_panes.not_planned()
        self.account.tracker.forget_planned(record.identity, now)
        self.post_message(Judged())
        return planned.watched_again(record, picture.snapshot, picture.look_at(now))

    @on(AnswerPlanned)
    def take_planned(self, message: AnswerPlanned) -> None:
        """Stay quiet about an incident, or watch it again."""
        self.follow(planned_answers.take(message.incident, self.account, self.picture))
        self.post_message(Judged())
