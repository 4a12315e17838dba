"""The overview: what it shows, and where keys lead."""

import sys

from tests.flows.types import Start
from tui.domain.scope import HourRange
from tui.domain.usage import Bucket
from tui.monitor.burn import BASE_CALLS
from tui.monitor.scoped import usage_of
from tui.present import overview
from tui.present.breakdown import By
from tui.present.display_context import DisplayContext
from tui.present.trend import Metric
from tui.screens.calls.screen import CallsScreen
from tui.screens.errors.screen import ErrorsScreen
from tui.screens.key.screen import KeyScreen
from tui.screens.model.screen import ModelScreen
from tui.screens.overview.screen import OverviewScreen
from tui.screens.triage.screen import TriageScreen
from widgets.live_table import LiveTable
from widgets.trend_chart import TrendChart


async def test_the_runaway_stands_on_top_under_the_cursor(aktop: Start) -> None:
    async with aktop() as run:
        await run.shows("● live", "$ billed per hour by key", "■ batch-nightly")
        await run.on_key("batch-nightly")


async def test_the_header_tells_balance_burn_and_the_time_to_empty(aktop: Start) -> None:
    async with aktop() as run:
        await run.shows("balance $", "/h", "empty ≈")


async def test_enter_leads_to_the_key_and_escape_back(aktop: Start) -> None:
    async with aktop() as run:
        await run.on_key("batch-nightly")
        await run.press("enter")
        await run.until(lambda: isinstance(run.app.screen, KeyScreen), "the key page")
        await run.shows("Limits", "Days · 30", "Latest calls", "7 d limit")
        await run.press("escape")
        assert isinstance(run.app.screen, OverviewScreen)


async def test_from_anywhere_to_anywhere_and_back(aktop: Start) -> None:
    async with aktop() as run:
        await run.shows("■ batch-nightly", "● batch-nightly")
        await run.press("2", "b", "enter")
        await run.until(lambda: isinstance(run.app.screen, ModelScreen), "the model page")
        await run.shows("Keys · $", "batch-nightly")
        await run.press("enter")
        await run.until(lambda: isinstance(run.app.screen, KeyScreen), "the key page")
        assert run.app.screen.scope.filters.model is not None
        await run.press("c")
        await run.until(lambda: isinstance(run.app.screen, CallsScreen), "the calls")
        await run.press("e")
        await run.until(lambda: isinstance(run.app.screen, ErrorsScreen), "the errors")
        for _ in range(4):
            await run.press("escape")
        assert isinstance(run.app.screen, OverviewScreen)
        assert run.app.screen.scope.filters.is_empty


async def test_going_round_in_circles_goes_back_to_what_is_open(aktop: Start) -> None:
    async with aktop() as run:
        await run.on_key("batch-nightly")
        overview = run.app.screen
        await run.press("c")
        await run.until(lambda: isinstance(run.app.screen, CallsScreen), "the calls")
        calls, depth = run.app.screen, len(run.app.screen_stack)
        for _ in range(3):
            await run.press("T")
            await run.until(lambda: isinstance(run.app.screen, TriageScreen), "triage")
            await run.press("e")
            await run.until(lambda: isinstance(run.app.screen, ErrorsScreen), "the errors")
            await run.press("c")
            await run.until(lambda: run.app.screen is calls, "the same calls")
        assert len(run.app.screen_stack) == depth
        await run.press("escape")
        await run.until(lambda: run.app.screen is overview, "the overview")


async def test_narrowing_asks_the_gateway_nothing_and_escape_widens(aktop: Start) -> None:
    async with aktop() as run:
        await run.on_key("batch-nightly")
        await run.press("f")
        screen = run.app.screen
        assert isinstance(screen, OverviewScreen)
        assert screen.scope.filters.key_id is not None
        await run.shows("[batch-nightly]")
        questions = [type(question).__name__ for question in screen.questions(run.app.snapshot, run.app.now)]
        assert "AskTotals" not in questions
        await run.press("escape")
        assert screen.scope.filters.is_empty


async def test_the_range_is_chosen_from_a_list(aktop: Start) -> None:
    async with aktop() as run:
        await run.shows("claude-opus-4-5")
        await run.press("t")
        await run.shows("Time range", "last month")
        await run.press("down", "enter")
        await run.shows("today", "per hour")
        assert run.app.screen.scope.range == "today"


async def test_a_bucket_of_the_chart_becomes_the_scope(aktop: Start) -> None:
    async with aktop() as run:
        await run.shows("■ batch-nightly", "$ billed per hour by key")
        await run.press("1", "end", "left", "f")
        await run.shows("per 2 min")
        await run.press("escape")
        assert run.app.screen.scope.filters.is_empty
        assert run.app.screen.scope.range == "24h"


async def test_a_bucket_tells_its_keys_and_opens_its_calls(aktop: Start) -> None:
    async with aktop() as run:
        await run.shows("■ batch-nightly", "$ billed per hour by key")
        await run.press("1", "left", "left")
        screen = run.app.screen
        chart = run.widget("#trend")
        assert isinstance(chart, TrendChart)
        hour = chart.chart.labels[chart.cursor or 0]
        await run.shows(f"2 Keys · $ · {hour}")
        whole, part = (sum_of(screen, pointed) for pointed in (None, screen._trend[chart.cursor or 0]))
        assert 0 < part < whole
        await run.press("2")
        await run.until(lambda: f"$ · {hour}" not in run.text(), "the whole scope again")
        await run.press("1", "enter")
        await run.until(lambda: isinstance(run.app.screen, CallsScreen), "the calls")
        bucket = screen._trend[chart.cursor or 0]
        assert run.app.screen.scope.range == HourRange(bucket.start, bucket.end)


def sum_of(screen: OverviewScreen, pointed: Bucket | None) -> float:
    args = (usage_of(screen.scope, screen.snapshot, screen.now), By.KEY, Metric.BILLED, None)
    look = DisplayContext(screen.now, screen.snapshot.zone)
    pane = overview.split_pane(screen.scope, pointed, *args, screen.snapshot, look)
    return sum(float(one.billed_usd) for one in pane.rows.args[0])


async def test_bars_need_no_drawing_library(aktop: Start) -> None:
    for name in [name for name in sys.modules if "plotext" in name]:
        del sys.modules[name]
    async with aktop() as run:
        await run.shows("■ batch-nightly", "$ billed per hour by key")
        await run.press("b", "t")
        assert not [name for name in sys.modules if "plotext" in name]


async def test_sorting_keeps_the_cursor_on_its_key(aktop: Start) -> None:
    async with aktop() as run:
        await run.shows("■ batch-nightly", "● laptop")
        await run.press("down", "down")
        table = run.widget("#keys")
        assert isinstance(table, LiveTable)
        before = table.cursor_id
        for _ in range(4):
            await run.press("s")
            assert table.cursor_id == before
        await run.press("S")
        assert table.cursor_id == before


async def test_the_filter_shows_what_matches_and_escape_clears_it(aktop: Start) -> None:
    async with aktop() as run:
        await run.shows("● laptop")
        await run.press("slash", *"客服", "enter")
        await run.until(lambda: "● laptop" not in run.text(), "laptop filtered out")
        await run.shows("客服机器人", "/客服")
        await run.press("escape")
        await run.shows("● laptop")


async def test_digits_focus_and_zoom(aktop: Start) -> None:
    async with aktop() as run:
        await run.shows("● laptop")
        await run.press("4")
        assert run.app.focused is run.widget("#errors")
        await run.press("4")
        await run.until(lambda: "3 Keys" not in run.text(), "the other panes gone")
        await run.press("escape")
        await run.shows("3 Keys", "1 Trend")


async def test_privacy_hides_names_everywhere(aktop: Start) -> None:
    async with aktop() as run:
        await run.shows("● batch-nightly")
        await run.press("P")
        await run.until(lambda: "batch-nightly" not in run.text() and "demo@" not in run.text(), "names hidden")


async def test_privacy_holds_in_the_dialogs_too(aktop: Start) -> None:
    async with aktop() as run:
        await run.on_key("batch-nightly")
        await run.press("P", "w")
        await run.shows("Wallet and plans", "•••")
        assert "demo@" not in run.text()
        await run.press("escape", "c")
        await run.shows("following ●")
        await run.press("enter")
        await run.shows("whole call", "••• · ")
        assert "batch-nightly" not in run.text()


async def test_a_pause_holds_the_picture(aktop: Start) -> None:
    async with aktop() as run:
        await run.shows("● live", "claude-opus-4-5")
        await run.press("p")
        await run.shows("‖ paused")
        held, now, here = run.app.snapshot, run.app.now, lambda: run.app.monitor.snapshot.calls[BASE_CALLS].log.newest
        newest, picture = here(), run.text().splitlines()
        await run.until(lambda: here() is not newest, "another call")
        run.app.screen.refresh(layout=True)
        await run.pilot.pause()
        assert run.app.now == now
        assert run.text().splitlines() == picture
        await run.press("c")
        await run.until(lambda: isinstance(run.app.screen, CallsScreen) and len(run.app.screen.found), "the call list")
        assert max(call.at for call in run.app.screen.found.calls()) <= now
        assert run.app.screen.found[0].id == held.calls[BASE_CALLS].log.newest.id
        await run.press("escape", "p")
        await run.until(lambda: run.app.now != now and run.app.snapshot is not held, "the picture catches up")


async def test_what_is_first_asked_during_a_pause_is_shown(aktop: Start) -> None:
    async with aktop() as run:
        await run.shows("● live", "claude-opus-4-5")
        await run.press("p")
        await run.shows("‖ paused")
        await run.press("enter")
        await run.until(lambda: isinstance(run.app.screen, KeyScreen), "the key page")
        await run.shows("2026-06-16")
        assert run.app.view.is_paused


async def test_small_terminals_show_what_fits(aktop: Start) -> None:
    for size in ((80, 24), (60, 20), (50, 18), (39, 9)):
        async with aktop(size=size) as run:
            await run.until(lambda: run.app.snapshot.feeds and "$" in run.text(), f"figures at {size}")
            assert all(len(line) <= size[0] for line in run.text().splitlines())
