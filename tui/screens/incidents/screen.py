"""Incidents: current ones, then past ones, each with its cost and what was done about it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Self

from textual import on
from textual.app import ComposeResult

from tui.account.context import AccountContext
from tui.domain.clock import floor_minute
from tui.domain.commands import ScreenKind
from tui.domain.scope import HourRange, Scope
from tui.monitor.question import Question
from tui.monitor.questions import AskKeys
from tui.monitor.snapshot import Snapshot
from tui.present import incidents_panes, planned
from tui.present.display_context import DisplayContext
from tui.present.incident_history import Known, KnownIncident
from tui.screens import planned as planned_answers
from tui.screens.account_screen import AccountScreen
from tui.screens.bindings import bindings
from tui.screens.dialogs import Next
from tui.screens.messages import AnswerPlanned, Judged, Open
from tui.screens.panes import show_fields, show_table
from tui.screens.picture import Picture
from tui.triage.findings import FindingKind
from tui.triage.incident_history import IncidentRecord
from widgets.facts import Part
from widgets.field_view import FieldView
from widgets.live_table import LiveTable
from widgets.pane import Pane, Panes

MINUTE = timedelta(minutes=1)
SHORT = 18
_OF_ERRORS = (FindingKind.STORM, FindingKind.FAILING)


class IncidentsScreen(AccountScreen):
    """The incidents; the pane below tells all of the one under the cursor."""

    place = ScreenKind.INCIDENTS
    CSS_PATH = "incidents.tcss"
    BINDINGS = bindings(ScreenKind.INCIDENTS)

    def __init__(self, account: AccountContext, scope: Scope) -> None:
        super().__init__(account, scope)
        self._known: Known = ()

    @classmethod
    def opened(cls, account: AccountContext, wish: Open) -> Self:
        """Incidents are those of the whole account, whatever was looked at before."""
        return cls(account, Scope())

    def compose_body(self) -> ComposeResult:
        with Panes():
            with Pane(id="list-pane"):
                yield LiveTable(incidents_panes.columns(), id="incidents", follow_top=True)
            with Pane(id="detail-pane"):
                yield FieldView(id="detail", wrap=True)

    def on_mount(self) -> None:
        self.query_one("#incidents", LiveTable).focus()

    def questions(self, snapshot: Snapshot, now: datetime) -> Iterable[Question[Any]]:
        yield AskKeys()

    def title_parts(self, snapshot: Snapshot, look: DisplayContext) -> tuple[Part, ...]:
        return incidents_panes.title_parts(self.known(look.now))

    def paint(self, snapshot: Snapshot, look: DisplayContext) -> None:
        self.set_class(self.size.height < SHORT, "-short")
        known = self._known = self.known(look.now)
        model = incidents_panes.list_pane(known, snapshot, look)
        show_table(self.query_one("#list-pane", Pane), self.query_one("#incidents", LiveTable), model)
        detail = incidents_panes.detail_pane(self._under_cursor(), known, snapshot, look)
        show_fields(self.query_one("#detail-pane", Pane), self.query_one("#detail", FieldView), detail)

    def _under_cursor(self) -> KnownIncident | None:
        cursor = self.query_one("#incidents", LiveTable).cursor_id
        return next((one for one in self._known if one.record.id == cursor), None)

    def key_under_cursor(self) -> int | None:
        one = self._under_cursor()
        return one.record.blamed if one is not None else None

    @on(LiveTable.RowHighlighted, "#incidents")
    def follow_row(self) -> None:
        """The pane below follows the row."""
        self.repaint_soon()

    @on(LiveTable.RowSelected, "#incidents")
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
