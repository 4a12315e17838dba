"""The error list: copied from, found in, and narrowed from."""

from tests.flows.types import Start
from tui.monitor.questions import AskError
from tui.screens.errors.screen import ErrorsScreen
from tui.screens.record.dialogs import ErrorDialog
from widgets.live_table import LiveTable


async def test_an_error_is_copied_found_and_leads_to_its_key(aktop: Start) -> None:
    async with aktop() as run:
        await run.on_key("batch-nightly")
        await run.press("e")
        await run.until(lambda: isinstance(run.app.screen, ErrorsScreen), "the errors")
        screen = run.app.screen
        assert isinstance(screen, ErrorsScreen)
        table = screen.query_one("#errors", LiveTable)
        await run.until(lambda: len(table.rows), "errors")
        call = screen._under_cursor()
        assert call is not None
        await run.until(lambda: run.app.monitor.snapshot.data(AskError(call.id)) is not None, "its body")
        detail = run.app.monitor.snapshot.data(AskError(call.id))
        await run.press("y")
        assert run.app.clipboard == (detail.body or call.message)
        await run.press("enter")
        await run.until(lambda: isinstance(run.app.screen, ErrorDialog), "the error alone")
        await run.press("escape", "slash", *"zebra", "enter")
        await run.until(lambda: not len(table.rows), "nothing of that name")
        await run.press("escape")
        await run.until(lambda: len(table.rows), "all again")
        key_id = screen.key_under_cursor()
        await run.press("f")
        filters = screen.scope.filters
        assert (filters.key_id, filters.model) == ((key_id, None) if key_id is not None else (None, call.model))
        await run.press("escape")
        assert screen.scope.filters.is_empty
