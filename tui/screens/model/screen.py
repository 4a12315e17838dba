"""All about one model in the scope: its trend, the keys that call it, its latest calls and errors."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal

from tui.domain.commands import ScreenKind
from tui.monitor.question import Question
from tui.monitor.questions import AskKeys
from tui.monitor.scoped import calls_question, errors_question, questions_of, usage_of
from tui.monitor.snapshot import Snapshot
from tui.present import calls, errors, model_page, usage_panes
from tui.present.breakdown import By
from tui.present.display_context import DisplayContext
from tui.present.drill_down import LATEST
from tui.screens.bindings import bindings
from tui.screens.drill_down import PageScreen
from tui.screens.panes import show_table
from widgets.facts import Part
from widgets.live_table import LiveTable
from widgets.pane import Pane, Panes
from widgets.trend_chart import TrendChart


class ModelScreen(PageScreen):
    """One model."""

    place = ScreenKind.MODEL
    CSS_PATH = "model.tcss"
    BINDINGS = bindings(ScreenKind.MODEL)

    def compose_body(self) -> ComposeResult:
        with Panes():
            with Pane(id="trend-pane"):
                yield TrendChart(id="trend", usual_word=usage_panes.usual_word())
            with Horizontal(id="middle"):
                with Pane(id="keys-pane"):
                    yield LiveTable(id="keys", show_header=False)
                with Pane(id="errors-pane"):
                    yield LiveTable(errors.key_pane_columns(), id="errors", show_header=False, follow_top=True)
            with Pane(id="calls-pane"):
                yield LiveTable(calls.columns(), id="calls", follow_top=True)

    def on_mount(self) -> None:
        self.query_one("#keys", LiveTable).focus()

    def questions(self, snapshot: Snapshot, now: datetime) -> Iterable[Question[Any]]:
        yield from questions_of(self.scope, snapshot, now, by_key=True)
        yield calls_question(self.scope, snapshot, now, rows=LATEST)
        yield errors_question(self.scope, snapshot, now)

    def title_parts(self, snapshot: Snapshot, look: DisplayContext) -> tuple[Part, ...]:
        return model_page.title_parts(self.entered_with.filters.model or "", self.scope, snapshot, look)

    def paint(self, snapshot: Snapshot, look: DisplayContext) -> None:
        usage = usage_of(self.scope, snapshot, look.now)
        self.paint_trend(usage, snapshot, look)
        keys = usage_panes.split_pane(usage, By.KEY, self.metric, look, keys=snapshot.data(AskKeys()))
        show_table(self.query_one("#keys-pane", Pane), self.query_one("#keys", LiveTable), keys)
        self.paint_errors(snapshot, look)
        self.paint_calls(snapshot, look)

    @on(LiveTable.RowSelected, "#keys")
    def open_key_row(self, message: LiveTable.RowSelected) -> None:
        """The page of the key, for this model."""
        self.open_key(int(str(message.row_id)))

    def do_narrow(self) -> None:
        table = self.query_one("#keys", LiveTable)
        if table.cursor_id is not None:
            self.narrow(self.scope.narrowed(key_id=int(str(table.cursor_id))))

    def do_copy(self) -> None:
        self.copy(self.entered_with.filters.model or "")
