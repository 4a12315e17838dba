"""The palette: what can be done here and where one can go, found by typing."""

from pathlib import Path

from tests.flows.conftest import Running
from tests.flows.doorway import begun, doors_of, type_text
from tests.flows.types import Start
from tui.demo.app import DemoGateway
from tui.demo.serve import running
from tui.screens.calls.screen import CallsScreen
from tui.screens.key.screen import KeyScreen
from tui.screens.model.screen import ModelScreen
from tui.screens.overview.screen import OverviewScreen
from tui.store.choices import MOST_KEPT, RecentChoices
from widgets.dialogs import ConfirmDialog
from widgets.pick_dialog import PickDialog


async def choose(run: Running, text: str) -> None:
    """Open the palette, type, and take what stands first."""
    await run.press("ctrl+p")
    await run.until(lambda: isinstance(run.app.screen, PickDialog), "the palette")
    await type_text(run, text)
    await run.press("enter")
    await run.until(lambda: not isinstance(run.app.screen, PickDialog), "the palette gone")


async def test_a_command_is_found_by_its_name_and_done_on_the_screen_below(aktop: Start) -> None:
    async with aktop() as run:
        await run.on_key("batch-nightly")
        await choose(run, "disa")
        await run.shows("Disable API key", "batch-nightly", "[ Cancel ]")
        assert isinstance(run.app.screen, ConfirmDialog)
        await run.press("escape")
        await choose(run, "call rec")
        await run.until(lambda: isinstance(run.app.screen, CallsScreen), "the calls")


async def test_keys_models_and_screens_are_gone_to(aktop: Start) -> None:
    async with aktop() as run:
        await run.on_key("batch-nightly")
        await run.shows("claude-opus-4-5")
        await choose(run, "nightly-eval")
        await run.until(lambda: isinstance(run.app.screen, KeyScreen), "the key page")
        await run.shows("nightly-eval")
        await choose(run, "opus-4-5")
        await run.until(lambda: isinstance(run.app.screen, ModelScreen), "the model page")
        await choose(run, "overview")
        await run.until(lambda: isinstance(run.app.screen, OverviewScreen), "the overview")
        assert run.app.screen.scope.filters.is_empty


async def test_what_was_used_last_stands_first(aktop: Start) -> None:
    async with aktop() as run:
        await run.on_key("batch-nightly")
        await choose(run, "privacy")
        assert run.app.view.privacy
        await run.press("ctrl+p")
        await run.until(lambda: isinstance(run.app.screen, PickDialog), "the palette")
        palette = run.app.screen
        assert isinstance(palette, PickDialog)
        assert palette.table.cursor_id == "command:privacy"
        await run.press("enter")
        await run.until(lambda: not run.app.view.privacy, "privacy off again")


async def test_what_a_source_cannot_do_is_not_offered(aktop: Start) -> None:
    async with aktop(read_only=True) as run:
        await run.on_key("batch-nightly")
        await run.press("ctrl+p")
        await run.until(lambda: isinstance(run.app.screen, PickDialog), "the palette")
        await type_text(run, "limits")
        await run.shows("nothing matches")


async def test_a_theme_is_seen_while_the_cursor_is_on_it_and_kept_once_it_is_taken(
    demo: DemoGateway, tmp_path: Path
) -> None:
    with running(demo) as url:
        async with begun(doors_of(tmp_path, url=url), demo) as run:
            await run.on_key("batch-nightly")
            before = run.app.theme
            await run.press("ctrl+p")
            await type_text(run, "nord")
            await run.until(lambda: run.app.theme == "nord", "a look at it")
            await run.press("escape")
            await run.until(lambda: run.app.theme == before, "the old one back")
            await choose(run, "nord")
            await run.shows("Theme nord, also from now on")
        async with begun(doors_of(tmp_path, url=url), demo, sign_in=False) as run:
            assert run.app.theme == "nord"
        async with begun(doors_of(tmp_path, url=url, theme="dracula"), demo, sign_in=False) as run:
            await run.on_key("batch-nightly")
            assert run.app.theme == "dracula"
            await choose(run, "nord")
            told = "the configuration says dracula"
            await run.until(lambda: any(told in one.message for one in run.app._notifications), "what comes back")


def test_choices_are_kept_once_each_and_not_for_ever(tmp_path: Path) -> None:
    recent = RecentChoices(tmp_path / "palette.json")
    assert recent.newest_first() == ()
    for number in range(MOST_KEPT + 5):
        recent.add(f"key:{number}")
    recent.add("key:10")
    found = recent.newest_first()
    assert found[:2] == ("key:10", f"key:{MOST_KEPT + 4}")
    assert len(found) == len(set(found)) == MOST_KEPT
