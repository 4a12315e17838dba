"""All about one key: limits and windows, its days, trend, models, latest calls and errors, and its actions."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.reactive import var

from tui.domain.commands import ScreenKind
from tui.domain.scope import DayRange
from tui.monitor.question import Question
from tui.monitor.questions import AskKeyCosts, AskKeyDays
from tui.monitor.scoped import calls_question, errors_question, questions_of, usage_of
from tui.monitor.snapshot import Snapshot
from tui.present import calls, errors, key_page, key_panes, usage_panes
from tui.present.breakdown import By
from tui.present.display_context import DisplayContext
from tui.present.drill_down import LATEST
from tui.present.key_names import copied_text
from tui.screens.bindings import bindings
from tui.screens.dialogs import choice_dialog
from tui.screens.drill_down import PageScreen
from tui.screens.panes import show_fields, show_table
from widgets.facts import Part
from widgets.field_view import FieldView
from widgets.live_table import LiveTable
from widgets.pane import Pane, Panes
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
        with Panes():
            with Pane(id="limits-pane"):
                yield FieldView(id="limits")
            with Horizontal(id="middle"):
                with Pane(id="days-pane"):
                    yield LiveTable(key_page.day_columns(), id="days")
                with Vertical(id="right"):
                    with Pane(id="trend-pane"):
                        yield TrendChart(id="trend", usual_word=usage_panes.usual_word())
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
        return key_panes.title_parts(self.key_id, self.scope, snapshot, look)

    def paint(self, snapshot: Snapshot, look: DisplayContext) -> None:
        self.set_class(self.size.width < NARROW, "-narrow")
        self.set_class(self.size.height < SHORT, "-short")
        limits = key_panes.limits_pane(self.key_id, self.scope, snapshot, look)
        show_fields(self.query_one("#limits-pane", Pane), self.query_one("#limits", FieldView), limits)
        days = key_panes.days_pane(self.key_id, self.days, self.scope, snapshot, look)
        show_table(self.query_one("#days-pane", Pane), self.query_one("#days", LiveTable), days)
        usage = usage_of(self.scope, snapshot, look.now)
        self.paint_trend(usage, snapshot, look)
        models = usage_panes.split_pane(usage, By.MODEL, self.metric, look)
        show_table(self.query_one("#models-pane", Pane), self.query_one("#models", LiveTable), models)
        self.paint_calls(snapshot, look)
        self.paint_errors(snapshot, look)

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

        self.app.push_screen(choice_dialog(key_panes.day_choices(self.days)), take)

    def do_copy(self) -> None:
        key = self.snapshot.key(self.key_id) if self.snapshot else None
        self.copy(copied_text(key) if key else str(self.key_id))
