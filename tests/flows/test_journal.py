"""The journal on the screen: what was changed, what came of it, and taking back the one under the cursor."""

from tests.flows.test_actions import status_of
from tests.flows.test_marks import agree, mark
from tests.flows.types import Start
from tui.screens.journal.screen import JournalScreen
from tui.screens.key.screen import KeyScreen
from widgets.dialogs import ConfirmDialog


async def test_changes_are_listed_and_one_of_them_is_taken_back(aktop: Start) -> None:
    async with aktop() as run:
        await run.on_key("batch-nightly")
        await run.press("J")
        await run.until(lambda: isinstance(run.app.screen, JournalScreen), "the journal")
        await run.shows("Nothing was changed from here yet.")
        await run.press("escape")
        await mark(run, "batch-nightly", "laptop")
        await run.press("D")
        await agree(run)
        await run.press("enter", "J")
        await run.shows("batch-nightly", "laptop", "status active → inactive", "✓ done", "done together with others")
        await run.press("down", "u")
        await run.until(lambda: isinstance(run.app.screen, ConfirmDialog), "the question")
        await run.shows("Undo for batch-nightly")
        await run.press("tab", "enter")
        await run.shows("✓ active, as of")
        assert (status_of(run, "batch-nightly"), status_of(run, "laptop")) == ("active", "inactive")
        await run.press("enter")
        await run.shows("✓ taken back", "taken back")
        await run.press("u")
        await run.shows("There is nothing to take back here.")
        await run.press("enter")
        await run.until(lambda: isinstance(run.app.screen, KeyScreen), "the key")
