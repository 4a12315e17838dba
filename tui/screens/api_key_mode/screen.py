"""The screen for those who have nothing but API keys: what the keys tell of themselves, and nothing to change."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.reactive import var

from tui.domain.usage import Bucket
from tui.locale import _, plural
from tui.monitor.api_key_mode import is_failing, key_questions, own_usage
from tui.monitor.question import Question
from tui.monitor.snapshot import Snapshot
from tui.present import api_key_details, api_key_header, api_key_mode, trend
from tui.present import format as fmt
from tui.present.breakdown import By
from tui.present.display_context import DisplayContext
from tui.present.header import HeaderState
from tui.present.notes import note_of
from tui.screens.account_screen import AccountScreen, parts
from tui.screens.bindings import bindings
from tui.screens.commands import ScreenKind
from tui.screens.panes import fill_split, fill_trend
from widgets.facts import Part
from widgets.field_view import FieldView
from widgets.info_line import InfoLine
from widgets.live_table import LiveTable
from widgets.pane import Pane
from widgets.trend_chart import TrendChart
from widgets.values import Align, Cell, Emphasis

PANES = ("trend", "split", "keys", "about")
NARROW, SHORT = 60, 20


class KeysOnlyScreen(AccountScreen):
    """Trend and models by day, the keys, and all about the one under the cursor."""

    place = ScreenKind.API_KEYS
    CSS_PATH = "api_key_mode.tcss"
    BINDINGS = [
        *bindings(ScreenKind.API_KEYS),
        *((str(number), f"focus_pane({number})", "") for number in range(1, 5)),
    ]
    sort: var[tuple[str, bool]] = var(("key", False), init=False)
    metric: var[trend.Metric] = var(trend.Metric.BILLED, init=False)
    only: var[int | None] = var(None, init=False)
    """The place of the key whose use is shown; None is all of them."""
    zoomed: var[str | None] = var(None, init=False)
    _trend: Sequence[Bucket] = ()

    def compose_body(self) -> ComposeResult:
        with Vertical(id="panes"):
            with Horizontal(id="top"):
                with Pane(id="trend-pane"):
                    yield TrendChart(id="trend", usual_word=_("usual"))
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
        return key_questions(snapshot)

    def standing_questions(self, snapshot: Snapshot) -> Iterable[Question[Any]]:
        return ()

    def header_parts(self, snapshot: Snapshot, state: HeaderState, look: DisplayContext) -> tuple[Part, ...]:
        balance = api_key_header.right(snapshot, is_narrow=state.is_narrow)
        whose = api_key_header.left(snapshot, state, look.now)
        return (*(Part(line, rank) for rank, line in whose), Part(balance, align=Align.RIGHT))

    def one_line(self, snapshot: Snapshot, look: DisplayContext) -> tuple[Part, ...]:
        return parts((api_key_header.right(snapshot),))

    def title_parts(self, snapshot: Snapshot, look: DisplayContext) -> tuple[Part, ...]:
        usage, _number = own_usage(snapshot, look.now, self.only)
        found = api_key_mode.lines(snapshot)
        chosen = found if self.only is None else found[self.only : self.only + 1]
        return parts((api_key_header.chips(snapshot, self.only, look),), api_key_header.totals(usage, chosen))

    def paint(self, snapshot: Snapshot, look: DisplayContext) -> None:
        self._place_panes()
        found = api_key_mode.lines(snapshot)
        self._paint_use(snapshot, found, look)
        self._paint_keys(found, look)
        self._paint_about(snapshot, found, look)

    def _paint_use(self, snapshot: Snapshot, found: Sequence[api_key_mode.ApiKeyLine], look: DisplayContext) -> None:
        usage, told = own_usage(snapshot, look.now, self.only)
        pane, chart = self.query_one("#trend-pane", Pane), self.query_one("#trend", TrendChart)
        # The days are the server's, and so are their labels.
        server = DisplayContext(look.now, snapshot.server_zone, look.privacy)
        self._trend = fill_trend(pane, chart, usage, self.metric, server, "1 ")
        pane.hint, pane.note = _("m metric"), note_of(usage.as_of, usage.failure, usage.retry_at, look)
        table = self.query_one("#split", LiveTable)
        fill_split(self.query_one("#split-pane", Pane), table, usage, By.MODEL, self.metric, look, "2 ")
        wanted = 1 if self.only is not None else len(found)
        if told < wanted:
            part = plural("{n} of {all} key", "{n} of {all} keys", wanted)
            pane.title_line += f" · {part.format(n=told, all=wanted)}"
        chosen = found if self.only is None else found[self.only : self.only + 1]
        why = api_key_mode.why_no_days(chosen, snapshot)
        if why and not told:
            chart.empty_text = table.empty_text = (Cell(why, Emphasis.MUTED),)
        self._paint_caption(chart, server)

    def _paint_caption(self, chart: TrendChart, look: DisplayContext) -> None:
        line, at = self.query_one("#caption", InfoLine), chart.cursor
        line.display = at is not None and at < len(self._trend) and chart.has_focus
        if line.display and at is not None:
            bucket = self._trend[at]
            line.left = trend.caption(bucket, bucket.end - bucket.start, look)

    def _paint_keys(self, found: Sequence[api_key_mode.ApiKeyLine], look: DisplayContext) -> None:
        pane, table = self.query_one("#keys-pane", Pane), self.query_one("#keys", LiveTable)
        snapshot = self.account.monitor.snapshot
        offset = fmt.foreign_offset(snapshot.server_zone, look.zone, look.now)
        shown = api_key_mode.columns(table.size.width or self.size.width, offset)
        table.columns, table.sort = shown, self.sort
        table.show(api_key_mode.rows(found, look, shown, self.sort))
        pane.title_line = f"3 {_('API keys')} · {len(found)}"
        pane.hint = _("s sort  f only this key")
        failed = next((line.feed for line in found if is_failing(line.feed)), None)
        oldest = min((line.feed.fetched_at for line in found if line.feed.fetched_at is not None), default=None)
        pane.note = note_of(oldest, failed.failure if failed else None, failed.retry_at if failed else None, look)
        pane.stale = failed is not None

    def _paint_about(self, snapshot: Snapshot, found: Sequence[api_key_mode.ApiKeyLine], look: DisplayContext) -> None:
        pane, view = self.query_one("#about-pane", Pane), self.query_one("#about", FieldView)
        line = found[self._place_under_cursor()]
        view.lines = (*api_key_details.details(line, look), *api_key_details.blind_spots(snapshot))
        pane.title_line = f"4 {api_key_mode.title(line.tag, look)}"
        pane.note = note_of(line.feed.fetched_at, line.feed.failure, line.feed.retry_at, look)
        pane.stale = line.feed.failure is not None

    def _place_under_cursor(self) -> int:
        cursor = self.query_one("#keys", LiveTable).cursor_id
        return cursor if isinstance(cursor, int) else 0

    # Where things are

    def _place_panes(self) -> None:
        """One pane at a time on a small terminal, the zoomed one elsewhere."""
        tiny = self.size.width < NARROW or self.size.height < SHORT
        zoomed = self.zoomed or (self._focused_pane() if tiny else None)
        self.set_class(zoomed is not None, "-zoomed")
        self.query_one("#top").set_class(zoomed in ("trend", "split"), "-has-zoom")
        for name in PANES:
            self.query_one(f"#{name}-pane", Pane).set_class(name == zoomed, "-zoom")

    def _focused_pane(self) -> str:
        focused = self.focused.id if self.focused is not None else None
        return focused if focused in PANES else "keys"

    def action_focus_pane(self, number: int) -> None:
        """Focus a pane; the same digit again gives it the whole screen, and once more takes that back."""
        name = PANES[number - 1]
        was_focused = self._focused_pane() == name and self.focused is not None
        self.zoomed = (None if self.zoomed == name else name) if was_focused else (name if self.zoomed else None)
        self.set_class(False, "-zoomed")
        self.query_one(f"#{name}").focus()
        self.repaint_soon()

    def on_descendant_focus(self) -> None:
        self.repaint_soon()

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
            self.account.monitor.refresh(key_questions(self.snapshot))

    def do_wallet(self) -> None:
        """There is no wallet page to lead to: the balance stands in the first line."""

    def do_copy(self) -> None:
        if self.snapshot is not None:
            tag = self.snapshot.api_keys[self._place_under_cursor()]
            self.copy(f"{tag.masked} {tag.label}".strip())
