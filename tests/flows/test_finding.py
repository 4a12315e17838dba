"""Finding something in any list, and choosing the columns of any table."""

from tests.flows.types import Start
from tui.screens.incidents.screen import IncidentsScreen
from tui.screens.key.screen import KeyScreen
from tui.screens.overview.screen import OverviewScreen
from widgets.live_table import LiveTable


async def test_a_filter_lights_up_what_it_found(aktop: Start) -> None:
    async with aktop() as run:
        await run.on_key("batch-nightly")
        await run.press("slash", *"lap", "enter")
        await run.shows("/lap", "laptop")
        table = run.widget("#keys")
        assert isinstance(table, LiveTable)
        assert table.needles == ("lap",)
        lit = [segment.text for segment in table.render_line(1) if segment.style and segment.style.underline]
        assert lit == ["lap"]
        await run.press("escape")
        assert table.needles == ()


async def test_keys_are_filtered_by_words_and_by_those_they_must_not_have(aktop: Start) -> None:
    async with aktop() as run:
        await run.on_key("batch-nightly")
        table = run.widget("#keys")
        assert isinstance(table, LiveTable)
        await run.press("slash", *"expired")
        await run.shows("1 of 14 · all words must match, !word must not")
        await run.press("enter")
        await run.until(lambda: len(table.rows) == 1, "the one that is over")
        await run.press("slash", *["backspace"] * 7, *"!expired", "enter")
        await run.until(lambda: len(table.rows) == 13, "the others")
        assert table.needles == ()


async def test_something_is_found_in_a_list_that_has_no_filter(aktop: Start) -> None:
    async with aktop() as run:
        await run.on_key("batch-nightly")
        await run.press("b")
        await run.shows("claude-opus-4-5", "gemini")
        await run.press("p")
        await run.press("2", "slash", *"haiku", "enter")
        split = run.widget("#split")
        assert isinstance(split, LiveTable)
        await run.until(lambda: split.cursor_id == "claude-haiku-4-5", "the first hit")
        await run.press("slash", *["backspace"] * 5, *"claude", "enter")
        found = []
        for key in ("semicolon", "semicolon", "comma"):
            await run.press(key)
            found.append(split.cursor_id)
        assert all(str(one).startswith("claude") for one in found)
        assert found[0] == found[2] != found[1]
        await run.press("escape")
        assert split.needles == ()
        assert isinstance(run.app.screen, OverviewScreen)


async def test_what_is_not_there_is_said(aktop: Start) -> None:
    async with aktop() as run:
        await run.on_key("batch-nightly")
        await run.press("T", "I")
        await run.until(lambda: isinstance(run.app.screen, IncidentsScreen), "the incidents")
        await run.press("slash", *"zebra", "enter")
        await run.shows("Nothing here has “zebra” in it.")
        await run.press("escape")
        assert isinstance(run.app.screen, IncidentsScreen)


async def test_columns_of_the_keys_are_chosen_and_kept(aktop: Start) -> None:
    async with aktop() as run:
        await run.on_key("batch-nightly")
        assert "LIMIT" in run.text()
        await run.press("C")
        await run.shows("[x] STATUS", "[x] LIMIT")
        await run.press(*["down"] * 5, "space", "enter")
        await run.until(lambda: "LIMIT" not in run.text(), "the column gone")
        assert "$" in run.text()
    async with aktop() as run:
        await run.on_key("batch-nightly")
        assert "LIMIT" not in run.text()
        await run.press("enter")
        await run.until(lambda: isinstance(run.app.screen, KeyScreen), "the key page")
        await run.press("C")
        await run.shows("[x]")


async def test_a_pane_without_columns_says_so(aktop: Start) -> None:
    async with aktop() as run:
        await run.on_key("batch-nightly")
        await run.press("2", "C")
        await run.shows("This pane has no columns to choose.")
