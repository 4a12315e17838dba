"""Several keys at once: who is meant, what becomes of each, one after the other, and all of it taken back."""

import pytest

from tests.flows.conftest import Running
from tests.flows.test_actions import key_named, status_of
from tests.flows.types import Start
from tui.screens.overview.screen import OverviewScreen
from widgets.batch_dialog import BatchDialog
from widgets.dialogs import ConfirmDialog, FormDialog
from widgets.live_table import LiveTable


def overview_of(run: Running) -> OverviewScreen:
    screen = run.app.screen_stack[1]
    assert isinstance(screen, OverviewScreen)
    return screen


def marked(run: Running) -> set[str]:
    """The names of the keys that are marked."""
    ids = overview_of(run).marks.ids
    return {key.name for key in run.demo.world.living_keys() if key.id in ids}


async def mark(run: Running, *names: str) -> None:
    """Put the cursor on each, and mark it."""
    for name in names:
        overview_of(run).query_one("#keys", LiveTable).cursor_id = key_named(run, name).id
        await run.press("space")
    assert marked(run) == set(names)


async def agree(run: Running, kind: type = BatchDialog) -> BatchDialog:
    """Press the verb of the dialog, and wait until all has ended."""
    await run.until(lambda: isinstance(run.app.screen, kind), "the dialog")
    dialog = run.app.screen
    assert isinstance(dialog, BatchDialog)
    await run.press("tab", "enter")
    await run.until(lambda: dialog.outcome is not None, "the outcome")
    return dialog


async def test_marked_keys_are_disabled_one_by_one_and_enabled_together(aktop: Start) -> None:
    async with aktop() as run:
        await run.on_key("batch-nightly")
        await mark(run, "batch-nightly", "laptop", "old-prototype")
        await run.shows("3 marked", "✓● laptop")
        await run.press("D")
        await run.shows("Disable API keys", "stays inactive", "Disable 2 keys", "[ Cancel ]")
        assert status_of(run, "laptop") == "active"
        dialog = await agree(run)
        assert dialog.outcome is not None
        assert dialog.outcome.ok
        await run.shows("2 of 2 done")
        assert {status_of(run, name) for name in ("batch-nightly", "laptop", "old-prototype")} == {"inactive"}
        await run.press("enter", "g")
        await run.shows("✓○ batch-nightly", "3 marked")
        await run.press("escape")
        assert not marked(run)
        await run.press("u")
        await run.shows("Undo for 2 keys", "batch-nightly", "laptop")
        await agree(run)
        await run.shows("2 of 2 done")
        assert [status_of(run, name) for name in ("batch-nightly", "laptop", "old-prototype")] == [
            "active",
            "active",
            "inactive",
        ]


async def test_marks_hold_on_to_their_keys_through_sorting_and_filters(aktop: Start) -> None:
    async with aktop() as run:
        await run.on_key("batch-nightly")
        await mark(run, "laptop", "team-max")
        await run.press("s", "S", "s")
        assert marked(run) == {"laptop", "team-max"}
        await run.press("slash", *"batch", "enter")
        await run.shows("2 marked (2 not shown)")
        await run.press("asterisk")
        assert marked(run) == {"batch-nightly", "laptop", "team-max"}
        await run.press("D")
        await run.shows("Disable 3 keys", "laptop", "team-max", "batch-nightly")
        await run.press("escape", "escape")
        assert not marked(run)
        await run.shows("/batch")


async def test_a_range_is_drawn_with_the_cursor(aktop: Start) -> None:
    async with aktop() as run:
        await run.on_key("batch-nightly")
        table = overview_of(run).query_one("#keys", LiveTable)
        order = [row.id for index in range(3) if (row := table.rows.row(index)) is not None]
        await run.press("V", "down", "down", "up")
        assert overview_of(run).marks.ids == set(order[:2])
        await run.press("V", "down")
        assert overview_of(run).marks.ids == set(order[:2])
        await run.press("escape", "g", "shift+down", "shift+down")
        assert overview_of(run).marks.ids == set(order)


async def test_a_key_that_somebody_else_changed_is_left_alone_and_the_others_are_done(aktop: Start) -> None:
    async with aktop() as run:
        await run.on_key("batch-nightly")
        await mark(run, "batch-nightly", "laptop", "team-max")
        await run.press("D")
        await run.until(lambda: isinstance(run.app.screen, BatchDialog), "the dialog")
        key_named(run, "laptop").name = "production"
        key_named(run, "team-max").deleted = True
        await agree(run)
        await run.shows("1 of 3 done", "changed meanwhile", "not there any more")
        assert status_of(run, "batch-nightly") == "inactive"
        assert status_of(run, "production") == "active"


async def test_the_keys_of_the_dialog_are_hit_whatever_is_marked_then(aktop: Start) -> None:
    async with aktop() as run:
        await run.on_key("batch-nightly")
        await mark(run, "batch-nightly", "laptop")
        await run.press("D")
        await run.until(lambda: isinstance(run.app.screen, BatchDialog), "the dialog")
        overview = overview_of(run)
        overview.marks = overview.marks.all_or_none([key.id for key in run.demo.world.living_keys()])
        overview.sort = ("name", False)
        await agree(run)
        off = {key.name for key in run.demo.world.living_keys() if key.status == "inactive"}
        assert off == {"batch-nightly", "laptop", "old-prototype"}


async def test_limits_of_several_keys_say_what_they_make_for_each(aktop: Start) -> None:
    async with aktop() as run:
        await run.on_key("batch-nightly")
        await mark(run, "batch-nightly", "laptop")
        before = {name: key_named(run, name).windows["7d"].limit for name in ("batch-nightly", "laptop")}
        await run.press("L")
        await run.until(lambda: isinstance(run.app.screen, FormDialog), "the form")
        await run.press("tab", "tab", *"1")
        await run.shows("refuses", "at once")
        await run.press("enter", "enter")
        await run.shows("1 d limit", "→ $1.00", "Set limits of 2 keys")
        await agree(run)
        await run.shows("2 of 2 done")
        for name, seven_days in before.items():
            windows = key_named(run, name).windows
            assert (windows["1d"].limit, windows["7d"].limit) == (1, seven_days)
        await run.press("enter", "u")
        await run.shows("Undo for 2 keys", "$1.00")
        await agree(run)
        assert key_named(run, "batch-nightly").windows["1d"].limit == 0


async def test_several_keys_are_paused_for_a_time(aktop: Start) -> None:
    async with aktop() as run:
        await run.on_key("batch-nightly")
        await mark(run, "batch-nightly", "laptop")
        await run.press("Z")
        await run.until(lambda: isinstance(run.app.screen, FormDialog), "the form")
        await run.press("enter", "enter")
        await run.shows("until", "Disable 2 keys", "aktop enables it again itself")
        await agree(run)
        assert len(run.app.account.actions.running_pauses()) == 2


async def test_a_list_that_is_longer_than_the_window_is_seen_to_its_end_first(aktop: Start) -> None:
    async with aktop(size=(80, 14)) as run:
        await run.on_key("batch-nightly")
        await run.press("asterisk", "D")
        await run.until(lambda: isinstance(run.app.screen, BatchDialog), "the dialog")
        await run.shows("scroll to the end of the list first")
        dialog = run.app.screen
        assert isinstance(dialog, BatchDialog)
        await run.press("d", "tab", "enter")
        assert dialog.outcome is None
        assert not dialog.is_busy
        assert all(status_of(run, name) == "active" for name in ("batch-nightly", "laptop"))


async def test_after_scrolling_a_long_list_can_be_agreed_to(aktop: Start) -> None:
    async with aktop(size=(80, 14)) as run:
        await run.on_key("batch-nightly")
        await run.press("asterisk", "D")
        await run.until(lambda: isinstance(run.app.screen, BatchDialog), "the dialog")
        await run.press(*["pagedown"] * 6)
        await run.press("d")
        dialog = run.app.screen
        assert isinstance(dialog, BatchDialog)
        await run.until(lambda: dialog.outcome is not None, "the outcome")
        assert status_of(run, "laptop") == "inactive"


async def test_one_marked_key_is_asked_about_as_any_other(aktop: Start) -> None:
    async with aktop() as run:
        await run.on_key("batch-nightly")
        await mark(run, "laptop")
        await run.press("D")
        await run.shows("Disable API key", "Disable laptop")
        assert isinstance(run.app.screen, ConfirmDialog)


@pytest.mark.parametrize("pane", ["1", "4"])
async def test_in_another_pane_marks_do_not_act(aktop: Start, pane: str) -> None:
    async with aktop() as run:
        await run.on_key("batch-nightly")
        await mark(run, "laptop", "team-max")
        await run.press(pane, "D")
        await run.pilot.pause()
        assert not isinstance(run.app.screen, BatchDialog)
