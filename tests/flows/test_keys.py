"""Keys of one's own on the screen: they act, the old ones do not, and everything that names keys names them."""

from pathlib import Path

import pytest

from tests.flows.types import Start
from tui.domain.key_map import KeyMap
from tui.present import shown_keys
from tui.screens.overview.screen import OverviewScreen
from widgets.dialogs import ConfirmDialog
from widgets.live_table import LiveTable


@pytest.fixture(autouse=True)
def usual_keys_afterwards() -> object:
    yield
    shown_keys.use(KeyMap())


async def test_keys_that_were_chosen_act_and_are_named_everywhere(aktop: Start, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(
        '[keys]\ndisable = "Q, ctrl+k"\nsort = "ctrl+s"\nrefresh = ""\ndown = "ctrl+n"\nhelp = "f1"\n'
    )
    async with aktop() as run:
        await run.on_key("batch-nightly")
        await run.shows("Q Disable", "ctrl+s sort  / filter")
        assert "D Disable" not in run.text()
        screen = run.app.screen
        assert isinstance(screen, OverviewScreen)
        await run.press("D", "s", "j")
        assert run.app.screen is screen
        assert screen.sort == ("today", True)
        table = screen.query_one("#keys", LiveTable)
        assert table.cursor_index == 0
        await run.press("ctrl+n")
        assert table.cursor_index == 1
        await run.press("ctrl+s")
        assert screen.sort[0] != "today"
        for key in ("Q", "ctrl+k"):
            await run.press(key)
            await run.until(lambda: isinstance(run.app.screen, ConfirmDialog), "the dialog")
            await run.press("escape")
            await run.until(lambda: run.app.screen is screen, "the overview")
        await run.press("ctrl+p", *"disab")
        await run.shows("Palette", "Q")
        await run.press("escape")
        await run.press("question_mark")
        assert run.app.screen is screen
        await run.press("f1")
        await run.until(lambda: run.app.screen is not screen, "the help")
        await run.shows("ctrl+s")
