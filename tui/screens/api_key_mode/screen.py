"""The screen of API-key mode: what the keys report about themselves, with nothing to change."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from textual import on
from textual.geometry import Size
from textual.reactive import var
from textual.widget import Widget

from tui.domain.commands import ScreenKind
from tui.domain.scope import RangeName, Scope
from tui.monitor.api_key_mode import api_key_questions
from tui.monitor.question import Question
from tui.monitor.snapshot import Snapshot
from tui.present import api_key_mode, api_key_mode_panes, trend
from tui.present.display_context import DisplayContext
from tui.screens.bindings import PANE_BINDINGS, bindings
from tui.screens.panes import show_caption, show_chart, show_fields, show_table
from tui.screens.zooming import ZoomingScreen
from widgets.facts import Part
from widgets.field_view import FieldView
from widgets.info_line import InfoLine
from widgets.live_table import LiveTable
from widgets.pane import Pane
from widgets.trend_chart import TrendChart
from widgets.values import Column


class ApiKeyModeScreen(ZoomingScreen):
    """Trend and models by day, the keys, and all about the one under the cursor."""

    place = ScreenKind.API_KEY_MODE
    CSS_PATH = "api_key_mode.tcss"
    BINDINGS = [*bindings(ScreenKind.API_KEY_MODE), *PANE_BINDINGS]
    PANES = ("trend", "split", "keys", "about")
    SMALL = Size(60, 20)
    SORTS = api_key_mode.SORTS
    RISING = ("key",)
    sort: var[tuple[str, bool]] = var(("key", False), init=False)

    def key_columns(self) -> tuple[Column, ...]:
        return api_key_mode.columns(120)

    def last_widget(self) -> Widget:
        return FieldView(id="about", wrap=True)

    @property
    def days(self) -> Scope:
        """The scope shown: one from other accounts keeps its range, but not what keys cannot report."""
        return self.scope.over(RangeName.D30)

    def questions(self, snapshot: Snapshot, now: datetime) -> Iterable[Question[Any]]:
        return api_key_questions(snapshot)

    def title_parts(self, snapshot: Snapshot, look: DisplayContext) -> tuple[Part, ...]:
        return api_key_mode_panes.title_parts(self.days, snapshot, look)

    def paint(self, snapshot: Snapshot, look: DisplayContext) -> None:
        self.place_panes()
        chart, table = self.query_one("#trend", TrendChart), self.query_one("#keys", LiveTable)
        used, split = api_key_mode_panes.use_panes(self.days, self.metric, snapshot, look, chart.size.width)
        show_chart(self.query_one("#trend-pane", Pane), chart, used)
        show_table(self.query_one("#split-pane", Pane), self.query_one("#split", LiveTable), split)
        caption = self.query_one("#caption", InfoLine)
        show_caption(caption, chart, used.buckets, api_key_mode_panes.server_look(snapshot, look))
        keys = api_key_mode_panes.keys_pane(snapshot, self.sort, table.size.width or self.size.width, look)
        table.sort = self.sort
        show_table(self.query_one("#keys-pane", Pane), table, keys)
        about = api_key_mode_panes.about_pane(self.key_under_cursor(), snapshot, look)
        show_fields(self.query_one("#about-pane", Pane), self.query_one("#about", FieldView), about)

    def key_under_cursor(self) -> int:
        cursor = self.query_one("#keys", LiveTable).cursor_id
        return cursor if isinstance(cursor, int) else 1

    @on(LiveTable.RowHighlighted, "#keys")
    def follow_cursor(self) -> None:
        """What is shown beside follows the cursor."""
        self.repaint_soon()

    @on(LiveTable.RowSelected, "#keys")
    def choose_key(self) -> None:
        """The use of this key alone, and the whole screen for what it tells."""
        self.do_narrow()
        self.zoomed = self.zoomed and "about"
        self.query_one("#about", FieldView).focus()

    # Commands

    def do_back(self) -> None:
        if self.scope != self.entered_with and not self.zoomed:
            self.do_clear()
            self.query_one("#keys", LiveTable).focus()
        else:
            super().do_back()

    def do_narrow(self) -> None:
        self.scope = self.scope.narrowed(key_id=self.key_under_cursor())

    def do_clear(self) -> None:
        self.scope = self.entered_with

    def do_metric(self) -> None:
        order = list(trend.Metric)
        self.metric = order[(order.index(self.metric) + 1) % len(order)]
        self.repaint_soon()

    def do_refresh(self) -> None:
        if self.snapshot is not None:
            self.account.monitor.refresh(api_key_questions(self.snapshot))

    def do_wallet(self) -> None:
        """There is no wallet page: the balance is in the first line."""

    def do_copy(self) -> None:
        if self.snapshot is not None:
            self.copy(api_key_mode_panes.copied_text(self.snapshot.api_keys[self.key_under_cursor() - 1]))
