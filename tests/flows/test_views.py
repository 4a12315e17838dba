"""Views saved by name, and beginning on a key."""

from pathlib import Path

from tests.flows.conftest import Running
from tests.flows.doorway import begun, doors_of, type_text
from tests.flows.test_palette import choose
from tests.flows.types import Start
from tui.account.screen_start import FirstLook
from tui.app.aktop import AktopApp
from tui.demo.app import DemoGateway
from tui.demo.serve import running
from tui.domain.scope import RangeName, Scope
from tui.screens.calls.screen import CallsScreen
from tui.screens.key.screen import KeyScreen
from tui.screens.overview.screen import OverviewScreen
from widgets.dialogs import ChoiceDialog


async def save_as(run: Running, name: str) -> None:
    await choose(run, "keep view")
    await type_text(run, name)
    await run.press("enter")
    await run.until(lambda: any(f"opens {name}" in one.message for one in run.app._notifications), "kept")


async def test_a_view_is_saved_and_opened_again_from_anywhere(aktop: Start) -> None:
    async with aktop() as run:
        await run.on_key("batch-nightly")
        await run.press("b", "s", "t", "down", "enter")
        overview = run.app.screen
        assert isinstance(overview, OverviewScreen)
        wanted = (overview.by, overview.sort, overview.scope)
        assert wanted[0] is not None
        await save_as(run, "mine")
        await run.press("c")
        await run.until(lambda: isinstance(run.app.screen, CallsScreen), "the calls")
        await run.press("slash", *"opus", "enter")
        table = run.app.screen
        assert isinstance(table, CallsScreen)
        usual = table.sort
        await run.press("s", "S")
        wanted_calls = (table.sort, table.hidden)
        assert wanted_calls[0] != usual
        await save_as(run, "good calls")
        await run.press("s", "S")
        assert (table.sort, table.hidden) != wanted_calls
        await run.press("escape", "escape")
        await run.until(lambda: isinstance(run.app.screen, OverviewScreen), "back")
        await run.press("b", "s")
        await choose(run, "mine")
        await run.until(lambda: (overview.by, overview.sort, overview.scope) == wanted, "the view")
        assert run.app.screen is overview
        await run.press("apostrophe")
        await run.until(lambda: isinstance(run.app.screen, ChoiceDialog), "the list of views")
        await run.press("1")
        await run.until(lambda: isinstance(run.app.screen, CallsScreen), "the calls")
        assert isinstance(run.app.screen, CallsScreen)
        assert run.app.screen.filter_text == "opus"
        assert (run.app.screen.sort, run.app.screen.hidden) == wanted_calls
        await run.press("escape")
        await choose(run, "forget")
        await run.press("enter")
        await run.until(lambda: any("is forgotten" in one.message for one in run.app._notifications), "forgotten")


async def begin_with(first: FirstLook, demo: DemoGateway, tmp_path: Path, then: object) -> None:
    with running(demo) as url:
        profiles = doors_of(tmp_path, url=url)
        opened = profiles.open(profiles.start)
        await opened.client.login(demo.email, demo.password)
        app = AktopApp(opened, Scope(RangeName.H24), profiles, None, first)
        async with app.run_test(size=(120, 36), notifications=True) as pilot:
            await then(Running(app, pilot, demo))  # type: ignore[operator]
        await app.entrance.close()


async def test_it_begins_on_a_key(demo: DemoGateway, tmp_path: Path) -> None:
    async def look(run: Running) -> None:
        await run.until(lambda: isinstance(run.app.screen, KeyScreen), "the key page")
        await run.shows("laptop")
        await run.press("escape")
        await run.until(lambda: isinstance(run.app.screen, OverviewScreen), "the overview")

    await begin_with(FirstLook(key="laptop"), demo, tmp_path, look)


async def test_a_key_and_a_view_that_there_are_not_are_told(demo: DemoGateway, tmp_path: Path) -> None:
    async def look(run: Running) -> None:
        def told(text: str) -> bool:
            return any(text in one.message for one in run.app._notifications)

        await run.until(lambda: told("no key has the id or name 'nobody'"), "no such key")
        await run.until(lambda: told("There is no view none"), "no such view")
        assert isinstance(run.app.screen, OverviewScreen)

    await begin_with(FirstLook(key="nobody", view="none"), demo, tmp_path, look)


async def test_it_begins_with_a_view(demo: DemoGateway, tmp_path: Path) -> None:
    with running(demo) as url:
        async with begun(doors_of(tmp_path, url=url), demo) as run:
            await run.on_key("batch-nightly")
            await run.press("c")
            await run.until(lambda: isinstance(run.app.screen, CallsScreen), "the calls")
            await save_as(run, "calls")
        profiles = doors_of(tmp_path, url=url)
        app = AktopApp(profiles.open(profiles.start), Scope(), profiles, None, FirstLook(view="calls"))
        async with app.run_test(size=(120, 36)) as pilot:
            again = Running(app, pilot, demo)
            await again.until(lambda: isinstance(again.app.screen, CallsScreen), "the calls")
        await app.entrance.close()
