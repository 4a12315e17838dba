"""What the screens draw has a sign of ASCII for all that is no letter."""

import unicodedata

from tests.flows.conftest import Running
from tests.flows.types import Start
from tui.screens.key.screen import KeyScreen
from tui.terminal.ascii_signs import ASCII
from widgets.act_dialog import ActDialog


def signs(run: Running) -> set[str]:
    """What is left beside ASCII, letters and the punctuation of Chinese words."""
    text = run.text().translate(ASCII)
    left = {char for char in text if not char.isascii() and unicodedata.category(char)[0] not in "LMN"}
    assert "?" not in {char.translate(ASCII) for char in run.text() if not char.isascii()}, (
        "each sign has one of its own"
    )
    return {char for char in left if unicodedata.east_asian_width(char) not in "WF"}


async def test_no_screen_has_a_sign_that_a_font_may_lack(aktop: Start) -> None:
    async with aktop() as run:
        await run.shows("SPIKE since", "live")
        await run.on_key("batch-nightly")
        assert not signs(run)
        await run.press("T")
        await run.shows("Why batch-nightly costs more")
        assert not signs(run)
        await run.press("D")
        await run.until(lambda: isinstance(run.app.screen, ActDialog), "the question")
        assert not signs(run)
        await run.press("escape", "escape")
        await run.press("enter")
        await run.until(lambda: isinstance(run.app.screen, KeyScreen), "the key page")
        assert not signs(run)
