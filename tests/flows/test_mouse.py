"""The mouse on the screens: what is clicked does what its key does, and the wheel scrolls what is under it."""

from textual.events import MouseScrollDown
from textual.widget import Widget

from tests.flows.conftest import Running
from tests.flows.types import Start
from tui.screens.key.screen import KeyScreen
from tui.screens.overview.screen import OverviewScreen
from tui.screens.triage.screen import TriageScreen
from widgets.act_dialog import ActDialog
from widgets.dialog_button import DialogButton
from widgets.footer import KeyFooter
from widgets.live_table import LiveTable
from widgets.trend_chart import TrendChart


async def held(run: Running) -> LiveTable:
    """The table of keys, once all is known; the picture is held, so that no refresh comes between two clicks."""
    await run.shows("SPIKE since")
    await run.on_key("batch-nightly")
    await run.press("p")
    await run.shows("paused")
    table = run.widget("#keys")
    assert isinstance(table, LiveTable)
    return table


async def click(run: Running, widget: Widget, text: str) -> None:
    """Click on a text of a widget."""
    for y, line in enumerate(run.text().splitlines()[widget.region.y : widget.region.bottom]):
        x = line.find(text, widget.region.x)
        if 0 <= x < widget.region.right:
            await run.pilot.click(widget, offset=(x - widget.region.x, y))
            await run.pilot.pause()
            return
    raise AssertionError(f"{text!r} is not on {widget}")


async def test_a_click_puts_the_cursor_on_a_row_and_another_opens_it(aktop: Start) -> None:
    async with aktop() as run:
        table = await held(run)
        await click(run, table, "laptop")
        await run.on_key("laptop")
        assert isinstance(run.app.screen, OverviewScreen)
        await click(run, table, "laptop")
        await run.until(lambda: isinstance(run.app.screen, KeyScreen), "the key page")


async def test_a_click_on_a_title_sorts_and_again_turns_the_order_round(aktop: Start) -> None:
    async with aktop() as run:
        table = await held(run)
        first = table.sort
        await click(run, table, "KEY")
        await run.until(lambda: table.sort != first, "sorted by name")
        by_name = table.sort
        await click(run, table, "KEY")
        await run.until(lambda: table.sort not in (first, by_name), "turned round")


async def test_a_click_on_the_last_line_does_what_the_key_does(aktop: Start) -> None:
    async with aktop() as run:
        await held(run)
        await click(run, run.app.screen.query_one(KeyFooter), "Triage")
        await run.until(lambda: isinstance(run.app.screen, TriageScreen), "triage")


async def test_a_click_on_the_banner_leads_to_triage(aktop: Start) -> None:
    async with aktop() as run:
        await held(run)
        await click(run, run.widget("#banner"), "SPIKE")
        await run.until(lambda: isinstance(run.app.screen, TriageScreen), "triage")


async def test_a_click_in_the_chart_puts_its_cursor_there(aktop: Start) -> None:
    async with aktop() as run:
        await held(run)
        chart = run.widget("#trend")
        assert isinstance(chart, TrendChart)
        await run.pilot.click(chart, offset=(chart.size.width // 2, chart.size.height // 2))
        await run.until(lambda: chart.has_focus and chart.cursor is not None, "a bucket")


async def test_the_wheel_scrolls_what_is_under_it_and_moves_no_cursor(aktop: Start) -> None:
    async with aktop(size=(100, 24)) as run:
        table = await held(run)
        before, shown = table.cursor_id, run.text()
        await run.pilot._post_mouse_events([MouseScrollDown] * 2, table, offset=(4, 2))
        await run.until(lambda: run.text() != shown, "scrolled")
        assert table.cursor_id == before


async def test_a_dialog_is_left_by_its_button_and_changes_nothing(aktop: Start) -> None:
    async with aktop() as run:
        await held(run)
        await run.press("D")
        await run.until(lambda: isinstance(run.app.screen, ActDialog), "the question")
        dialog = run.app.screen
        assert isinstance(dialog, ActDialog)
        await run.until(lambda: dialog.is_seen, "the question seen")
        await run.pilot.click(dialog.query(DialogButton).first())
        await run.until(lambda: isinstance(run.app.screen, OverviewScreen), "closed")
        assert all(key.status == "active" for key in run.demo.world.living_keys() if key.name == "batch-nightly")
