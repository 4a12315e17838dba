"""The screen for those who have nothing but API keys: what the keys tell of themselves, and nothing to change."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.geometry import Size
from textual.reactive import var

from tui.monitor.api_key_mode import api_key_questions
from tui.monitor.question import Question
from tui.monitor.snapshot import Snapshot
from tui.present import api_key_mode, api_key_panes, trend, usage_panes
from tui.present.display_context import DisplayContext
from tui.present.header import HeaderState
from tui.screens.bindings import PANE_BINDINGS, bindings
from tui.screens.commands import ScreenKind
from tui.screens.panes import show_caption, show_chart, show_fields, show_table
from tui.screens.zooming import ZoomingScreen
from widgets.facts import Part
from widgets.field_view import FieldView
from widgets.info_line import InfoLine
from widgets.live_table import LiveTable
from widgets.pane import Pane
from widgets.trend_chart import TrendChart


class ApiKeyModeScreen(ZoomingScreen):
    """Trend and models by day, the keys, and all about the one under the cursor."""

    place = ScreenKind.API_KEY_MODE
    CSS_PATH = "api_key_mode.tcss"
    BINDINGS = [*bindings(ScreenKind.API_KEY_MODE), *PANE_BINDINGS]
    PANES = ("trend", "split", "keys", "about")
    HOME_PANE = "keys"
    SMALL = Size(60, 20)
    sort: var[tuple[str, bool]] = var(("key", False), init=False)
    metric: var[trend.Metric] = var(trend.Metric.BILLED, init=False)
    only: var[int | None] = var(None, init=False)
    """The place of the key whose use is shown; None is all of them."""

    def compose_body(self) -> ComposeResult:
        with Vertical(id="panes"):
            with Horizontal(id="top"):
                with Pane(id="trend-pane"):
                    yield TrendChart(id="trend", usual_word=usage_panes.usual_word())
                    yield InfoLine(id="caption")
                with Pane(id="split-pane"):
                    yield LiveTable(id="split", show_header=False)
            with Pane(id="keys-pane"):
                yield LiveTable(api_key_mode.columns(120), id="keys")
            with Pane(id="about-pane"):
                yield FieldView(id="about", wrap=True)

    def on_mount(self) -> None:
        self.query_one("#keys", LiveTable).focus()

    def questions(self, snapshot: Snapshot, now: datetime) -> Iterable[Question[Any]]:
        return api_key_questions(snapshot)

    def standing_questions(self, snapshot: Snapshot) -> Iterable[Question[Any]]:
        return ()

    def header_parts(self, snapshot: Snapshot, state: HeaderState, look: DisplayContext) -> tuple[Part, ...]:
        return api_key_panes.header_parts(snapshot, state, look)

    def one_line(self, snapshot: Snapshot, look: DisplayContext) -> tuple[Part, ...]:
        return api_key_panes.one_line(snapshot)

    def title_parts(self, snapshot: Snapshot, look: DisplayContext) -> tuple[Part, ...]:
        return api_key_panes.title_parts(snapshot, self.only, look)

    def paint(self, snapshot: Snapshot, look: DisplayContext) -> None:
        self.place_panes()
        used, split = api_key_panes.use_panes(snapshot, self.only, self.metric, look)
        chart, table = self.query_one("#trend", TrendChart), self.query_one("#keys", LiveTable)
        show_chart(self.query_one("#trend-pane", Pane), chart, used)
        show_table(self.query_one("#split-pane", Pane), self.query_one("#split", LiveTable), split)
        caption = self.query_one("#caption", InfoLine)
        show_caption(caption, chart, used.buckets, api_key_panes.server_look(snapshot, look))
        keys = api_key_panes.keys_pane(snapshot, self.sort, table.size.width or self.size.width, look)
        table.sort = self.sort
        show_table(self.query_one("#keys-pane", Pane), table, keys)
        about = api_key_panes.about_pane(snapshot, self._place_under_cursor(), look)
        show_fields(self.query_one("#about-pane", Pane), self.query_one("#about", FieldView), about)

    def _place_under_cursor(self) -> int:
        cursor = self.query_one("#keys", LiveTable).cursor_id
        return cursor if isinstance(cursor, int) else 0

    @on(LiveTable.RowHighlighted, "#keys")
    @on(TrendChart.BucketHighlighted)
    def follow_cursor(self) -> None:
        """What is shown beside follows the cursor."""
        self.repaint_soon()

    @on(LiveTable.RowSelected, "#keys")
    def choose_key(self) -> None:
        """The use of this key alone, and the whole screen for what it tells."""
        self.do_narrow()
        self.zoomed = self.zoomed and "about"
        self.query_one("#about", FieldView).focus()

    @on(LiveTable.HeaderSelected, "#keys")
    def sort_by_header(self, message: LiveTable.HeaderSelected) -> None:
        """Sort by a column; by the same one again turns it round."""
        column, descending = self.sort
        self.sort = (message.column_id, not descending if message.column_id == column else message.column_id != "key")
        self.repaint_soon()

    # Commands

    def do_back(self) -> None:
        if self.zoomed:
            self.zoomed = None
        elif self.only is not None:
            self.only = None
            self.query_one("#keys", LiveTable).focus()
        self.repaint_soon()

    def do_narrow(self) -> None:
        self.only = self._place_under_cursor()
        self.repaint_soon()

    def do_clear(self) -> None:
        self.only = None
        self.repaint_soon()

    def do_sort(self) -> None:
        order = api_key_mode.SORTS
        column = order[(order.index(self.sort[0]) + 1) % len(order)]
        self.sort = (column, column != "key")
        self.repaint_soon()

    def do_reverse(self) -> None:
        self.sort = (self.sort[0], not self.sort[1])
        self.repaint_soon()

    def do_metric(self) -> None:
        order = list(trend.Metric)
        self.metric = order[(order.index(self.metric) + 1) % len(order)]
        self.repaint_soon()

    def do_refresh(self) -> None:
        if self.snapshot is not None:
            self.account.monitor.refresh(api_key_questions(self.snapshot))

    def do_wallet(self) -> None:
        """There is no wallet page to lead to: the balance stands in the first line."""

    def do_copy(self) -> None:
        if self.snapshot is not None:
            self.copy(api_key_panes.copied_text(self.snapshot.api_keys[self._place_under_cursor()]))
