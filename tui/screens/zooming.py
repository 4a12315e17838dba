"""A first screen of four panes: use by time and by part, the keys, and one more below.

A digit focuses a pane, and the same digit again maximises it.
"""

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.geometry import Size
from textual.reactive import var
from textual.widget import Widget

from tui.present import trend, usage_panes
from tui.screens.account_screen import AccountScreen
from widgets.info_line import InfoLine
from widgets.live_table import LiveTable
from widgets.pane import Pane, Panes
from widgets.trend_chart import TrendChart
from widgets.values import Column


class ZoomingScreen(AccountScreen):
    """Panes `#NAME-pane` around the widgets `#NAME`; the first two are in `#top`, the third is `keys`."""

    DEFAULT_CSS = """
    ZoomingScreen #top { height: 2fr; min-height: 7; max-height: 16; }
    ZoomingScreen #trend-pane { width: 3fr; }
    ZoomingScreen #split-pane { width: 2fr; }
    ZoomingScreen #keys-pane { height: 3fr; min-height: 4; }
    ZoomingScreen #caption { height: 1; }
    ZoomingScreen.-zoomed Pane { display: none; }
    ZoomingScreen.-zoomed Pane.-zoom {
        display: block; width: 1fr !important; height: 1fr !important; max-height: 100% !important;
    }
    ZoomingScreen.-zoomed #top { display: none; max-height: 100% !important; height: 1fr !important; }
    ZoomingScreen.-zoomed #top.-has-zoom { display: block; }
    """
    PANES: tuple[str, ...]
    """Names of the panes, in the order of their digits."""
    HOME_PANE = "keys"
    """The pane that counts as focused while none is."""
    SMALL: ClassVar[Size]
    """With less room than this there is one pane at a time."""

    sort: var[tuple[str, bool]] = var(("", True), init=False)
    """By which column the keys are sorted, and whether it descends."""
    metric: var[trend.Metric] = var(trend.Metric.BILLED, init=False)
    zoomed: var[str | None] = var(None, init=False)

    def compose_body(self) -> ComposeResult:
        with Panes(id="panes"):
            with Horizontal(id="top"):
                with Pane(id="trend-pane"):
                    yield TrendChart(id="trend", usual_word=usage_panes.usual_word())
                    yield InfoLine(id="caption")
                with Pane(id="split-pane"):
                    yield LiveTable(id="split", show_header=False)
            with Pane(id="keys-pane"):
                yield LiveTable(self.key_columns(), id="keys")
            with Pane(id=f"{self.PANES[-1]}-pane"):
                yield self.last_widget()

    def key_columns(self) -> tuple[Column, ...]:
        """The columns of the keys before it is known how much room there is."""
        raise NotImplementedError

    def sorts(self) -> Sequence[str]:
        """The columns of the keys by which `s` sorts, one after the other."""
        raise NotImplementedError

    def last_widget(self) -> Widget:
        """The widget of the last pane."""
        raise NotImplementedError

    def on_mount(self) -> None:
        # What has no room in the first layout would lose the focus.
        self.place_panes()
        self.query_one("#keys", LiveTable).focus()

    def on_resize(self) -> None:
        self.place_panes()

    @on(TrendChart.BucketHighlighted)
    def point_at_bucket(self) -> None:
        """Show the bucket's values on the line under the chart."""
        self.repaint_soon()

    @on(LiveTable.HeaderSelected, "#keys")
    def sort_by_header(self, message: LiveTable.HeaderSelected) -> None:
        """Sort by a column; by the same one again turns it round."""
        column, descending = self.sort
        is_same = message.column_id == column
        self.sort = (message.column_id, not descending if is_same else True)
        self.repaint_soon()

    def do_sort(self) -> None:
        sorts = self.sorts()
        position = sorts.index(self.sort[0]) if self.sort[0] in sorts else -1
        self.sort = (sorts[(position + 1) % len(sorts)], True)
        self.repaint_soon()

    def do_reverse(self) -> None:
        self.sort = (self.sort[0], not self.sort[1])
        self.repaint_soon()

    def do_back(self) -> None:
        if self.zoomed:
            self.zoomed = None
        else:
            super().do_back()
        self.repaint_soon()

    def place_panes(self) -> None:
        """Show one pane at a time on a small terminal, otherwise the zoomed one."""
        zoomed = self.zoomed or (self.focused_pane() if self.is_one_at_a_time else None)
        self.set_class(zoomed is not None, "-zoomed")
        self.query_one("#top").set_class(zoomed in self.PANES[:2], "-has-zoom")
        for name in self.PANES:
            self.query_one(f"#{name}-pane", Pane).set_class(name == zoomed, "-zoom")

    @property
    def is_one_at_a_time(self) -> bool:
        """Whether the terminal has room for one pane only."""
        width, height = self.size or self.app.size
        return width < self.SMALL.width or height < self.SMALL.height

    def focused_pane(self) -> str:
        """The pane that keys are meant for."""
        focused = self.focused.id if self.focused is not None else None
        return focused if focused in self.PANES else self.HOME_PANE

    def action_focus_pane(self, number: int) -> None:
        """Focus a pane; the same digit again maximises it, and once more restores it."""
        name = self.PANES[number - 1]
        was_focused = self.focused_pane() == name and self.focused is not None
        self.zoomed = (None if self.zoomed == name else name) if was_focused else (name if self.zoomed else None)
        self.set_class(False, "-zoomed")
        self.query_one(f"#{name}").focus()
        self.repaint_soon()

    def on_descendant_focus(self) -> None:
        """The focus decides what a small terminal shows."""
        self.repaint_soon()
