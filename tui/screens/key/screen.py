"""All about one key: limits and windows, its days, trend, models, latest calls and errors, and its actions."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.reactive import var

from tui.domain.failure import FailureKind
from tui.domain.scope import DayRange
from tui.locale import _, plural
from tui.monitor.calls.log import by_day
from tui.monitor.question import Question
from tui.monitor.questions import AskKeyCosts, AskKeyDays, AskKeys, AskSite
from tui.monitor.scoped import calls_of, calls_question, errors_question, questions_of, usage_of
from tui.monitor.snapshot import Snapshot
from tui.present import calls, errors, key_page, scope_line
from tui.present import format as fmt
from tui.present.breakdown import By
from tui.present.display_context import DisplayContext
from tui.present.notes import note_of
from tui.screens.account_screen import parts
from tui.screens.bindings import bindings
from tui.screens.commands import ScreenKind
from tui.screens.dialog_words import dialog_words
from tui.screens.drill_down import LATEST, PageScreen
from tui.screens.panes import fill_split, waiting_or
from widgets.dialogs import Choice, ChoiceDialog
from widgets.facts import Part
from widgets.field_view import FieldView
from widgets.live_table import LiveTable
from widgets.pane import Pane
from widgets.trend_chart import TrendChart

NARROW, SHORT = 90, 24


class KeyScreen(PageScreen):
    """One key."""

    place = ScreenKind.KEY
    CSS_PATH = "key.tcss"
    BINDINGS = bindings(ScreenKind.KEY)

    days: var[int] = var(30, init=False)

    @property
    def key_id(self) -> int:
        """The key that the page is about, whatever the scope is narrowed to."""
        key_id = self.entered_with.filters.key_id
        assert key_id is not None
        return key_id

    def compose_body(self) -> ComposeResult:
        with Pane(id="limits-pane", title_line=_("Limits")):
            yield FieldView(id="limits")
        with Horizontal(id="middle"):
            with Pane(id="days-pane"):
                yield LiveTable(key_page.day_columns(), id="days")
            with Vertical(id="right"):
                with Pane(id="trend-pane"):
                    yield TrendChart(id="trend", usual_word=_("usual"))
                with Pane(id="models-pane"):
                    yield LiveTable(id="models", show_header=False)
        with Horizontal(id="lower"):
            with Pane(id="calls-pane"):
                yield LiveTable(calls.short_columns(), id="calls", show_header=False, follow_top=True)
            with Pane(id="errors-pane"):
                yield LiveTable(errors.key_pane_columns(), id="errors", show_header=False, follow_top=True)

    def on_mount(self) -> None:
        self.query_one("#days", LiveTable).focus()

    def questions(self, snapshot: Snapshot, now: datetime) -> Iterable[Question[Any]]:
        yield AskKeyDays(self.key_id, self.days)
        yield from questions_of(self.scope, snapshot, now)
        yield calls_question(self.scope, snapshot, now, rows=LATEST)
        yield errors_question(self.scope, snapshot, now)
        yield AskKeyCosts()

    def title_parts(self, snapshot: Snapshot, look: DisplayContext) -> tuple[Part, ...]:
        key = snapshot.key(self.key_id)
        usage = usage_of(self.scope, snapshot, look.now)
        chips = scope_line.chips(self.scope, snapshot, look)
        return parts(key_page.title(key, self.key_id, look), (*scope_line.totals(usage, look)[:2], chips))

    def paint(self, snapshot: Snapshot, look: DisplayContext) -> None:
        self.set_class(self.size.width < NARROW, "-narrow")
        self.set_class(self.size.height < SHORT, "-short")
        self._paint_limits(snapshot, look)
        self._paint_days(snapshot, look)
        usage = usage_of(self.scope, snapshot, look.now)
        self.paint_trend(usage, snapshot, look)
        models = self.query_one("#models", LiveTable)
        fill_split(self.query_one("#models-pane", Pane), models, usage, By.MODEL, self.metric, look)
        self.paint_calls(snapshot, look)
        self.paint_errors(snapshot, look)

    def _paint_limits(self, snapshot: Snapshot, look: DisplayContext) -> None:
        key, pane = snapshot.key(self.key_id), self.query_one("#limits-pane", Pane)
        feed = snapshot.feed(AskKeys())
        self.query_one("#limits", FieldView).lines = key_page.limits(key, look) if key else ()
        users = key_page.users(calls_of(self.scope, snapshot, look.now), look)
        pane.hint = "".join(cell.text for cell in users[0]) if users else ""
        pane.note = note_of(feed.fetched_at, feed.failure, feed.retry_at, look)
        pane.stale = feed.failure is not None

    def _paint_days(self, snapshot: Snapshot, look: DisplayContext) -> None:
        feed = snapshot.feed(AskKeyDays(self.key_id, self.days))
        pane, table = self.query_one("#days-pane", Pane), self.query_one("#days", LiveTable)
        zone = fmt.zone_name(snapshot.server_zone)
        since = fmt.midnight_elsewhere(snapshot.server_zone, look.zone, look.now)
        if feed.failure is not None and feed.failure.kind is FailureKind.ENDPOINT_MISSING:
            self._paint_days_of_calls(pane, table, snapshot, look)
            return
        table.empty_text = waiting_or(_("no calls"), is_known=feed.data is not None, failure=feed.failure)
        table.show(key_page.day_rows(feed.data or (), look.now.astimezone(snapshot.server_zone).date()))
        pane.title_line = f"{_('Days')} · {self.days} · {zone}"
        if since:
            pane.title_line += f" · {_('each from {time}').format(time=since)}"
        pane.hint = _("d days")
        pane.note = note_of(feed.fetched_at, feed.failure, feed.retry_at, look)
        pane.stale = feed.failure is not None

    def _paint_days_of_calls(self, pane: Pane, table: LiveTable, snapshot: Snapshot, look: DisplayContext) -> None:
        """The days by the call records that are here, where the gateway does not tell a key's days."""
        question = calls_question(self.scope, snapshot, look.now, rows=LATEST)
        found = calls_of(self.scope, snapshot, look.now, question)
        view = snapshot.calls.get(question)
        table.empty_text = waiting_or(_("no calls"), is_known=view is not None)
        table.show(key_page.day_rows(by_day(found, snapshot.server_zone)))
        since = _(", since {time}").format(time=fmt.moment(found[-1].at, look.now, look.zone)) if found else ""
        pane.title_line = f"{_('Days')} · {fmt.zone_name(snapshot.server_zone)}{since}"
        pane.hint, pane.stale = _("t range"), False
        pane.note = key_page.days_of_calls(snapshot.data(AskSite()))

    def key_under_cursor(self) -> int:
        return self.key_id

    @on(LiveTable.RowSelected, "#models")
    def open_model_row(self, message: LiveTable.RowSelected) -> None:
        """The page of the model, for this key."""
        self.open_model(str(message.row_id))

    @on(LiveTable.RowSelected, "#days")
    def open_day(self, message: LiveTable.RowSelected) -> None:
        """That day as the scope's range."""
        day = datetime.fromisoformat(str(message.row_id)).date()
        self.narrow(self.scope.over(DayRange(day, day)))

    def do_narrow(self) -> None:
        models = self.query_one("#models", LiveTable)
        if models.has_focus and models.cursor_id is not None:
            self.narrow(self.scope.narrowed(model=str(models.cursor_id)))

    def do_days(self) -> None:
        def take(choice: str | None) -> None:
            if choice is not None:
                self.days = int(choice)
                self.repaint_soon()

        choices = tuple(
            Choice(str(days), plural("{n} day", "{n} days", days).format(n=days)) for days in (1, 7, 14, 30, 60, 90)
        )
        dialog = ChoiceDialog(_("Days of the table"), choices, str(self.days), words=dialog_words())
        self.app.push_screen(dialog, take)

    def do_copy(self) -> None:
        key = self.snapshot.key(self.key_id) if self.snapshot else None
        self.copy(f"{key.id} {key.name}" if key else str(self.key_id))
