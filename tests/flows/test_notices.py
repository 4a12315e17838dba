"""Notices on the screen: what was told, and what to do about it."""

from tests.flows.conftest import Running
from tests.flows.types import Start
from tui.screens.notices.screen import NoticesScreen
from tui.screens.triage.screen import TriageScreen


async def notices(run: Running) -> None:
    """Open the screen once the spike was told."""
    await run.shows("SPIKE since")
    await run.press("N")
    await run.until(lambda: isinstance(run.app.screen, NoticesScreen), "the notices")
    await run.shows("■ began", "told by this aktop")
    await run.until(lambda: "SPIKE since" in told(run), "the spike told")


def told(run: Running) -> str:
    """The rows of the list, without the banner above them."""
    return run.text().partition("WHAT")[2]


async def test_what_begins_stands_there_and_leads_to_triage(aktop: Start) -> None:
    async with aktop() as run:
        await notices(run)
        await run.press("G")
        await run.shows("No channel was there for it")
        await run.press("enter")
        await run.until(lambda: isinstance(run.app.screen, TriageScreen), "triage")


async def test_the_notice_under_the_cursor_says_what_to_do(aktop: Start) -> None:
    async with aktop() as run:
        await notices(run)
        for _row in range(3):
            if "To stop the key: D in aktop" in told(run):
                return
            await run.press("j")
        assert "To stop the key: D in aktop" in told(run)


async def test_privacy_names_no_key(aktop: Start) -> None:
    async with aktop() as run:
        await notices(run)
        assert "batch-nightly" in told(run)
        await run.press("P")
        await run.until(lambda: "batch-nightly" not in run.text(), "no name")


async def test_on_a_short_screen_the_list_has_all_of_it(aktop: Start) -> None:
    async with aktop() as run:
        await notices(run)
        detail = run.app.screen.query_one("#detail-pane")
        assert detail.display
        for height, is_shown in ((17, False), (18, True)):
            await run.pilot.resize_terminal(80, height)
            await run.until(lambda is_shown=is_shown: detail.display is is_shown, f"the detail at {height} rows")
